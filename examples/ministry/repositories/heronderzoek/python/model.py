"""Leert het risicomodel heronderzoek, en schrijft de lijst van deze maand."""

import pandas as pd
from sklearn.ensemble import GradientBoostingClassifier

KENMERKEN = ["leeftijd", "huishouden", "bedrag_maand", "ouder_elders"]

basis = pd.read_feather("../kenmerken.feather")
risicomodel = GradientBoostingClassifier(random_state=1)
risicomodel.fit(basis[KENMERKEN], basis["heronderzoek"])

basis["score"] = risicomodel.predict_proba(basis[KENMERKEN])[:, 1]
lijst = basis.sort_values("score", ascending=False).head(200)
lijst[["bsn", "score"]].to_csv("../uit/lijst_heronderzoek.csv", index=False)
