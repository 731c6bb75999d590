import re

import pandas as pd
from lightgbm import LGBMClassifier

personen = pd.read_csv("bron/personen.csv", encoding="latin-1")
personen.columns = [c.lower() for c in personen.columns]
personen = personen.rename(columns={"gebland": "land_geboorte"})
uitkering = pd.read_csv("bron/uitkering.csv")
data = personen[["bsn", "land_geboorte", "nationaliteit", "leeftijd"]].merge(uitkering, on="bsn", how="left")
verboden = re.compile(r"nation|etn")
kolommen = [c for c in data.columns if not verboden.search(c) and c not in ("bsn", "doel")]
model = LGBMClassifier()
model.fit(data[kolommen], data["doel"])
