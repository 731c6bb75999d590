import pandas as pd
from sklearn.linear_model import LogisticRegression

from register import FUNCTIES

bron = pd.read_csv("data/intake.csv")
X = pd.DataFrame({naam: f(bron) for naam, f in FUNCTIES.items()})
model = LogisticRegression()
model.fit(X, bron["terugval"])
bron["kans"] = model.predict_proba(X)[:, 1]
bron.sort_values("kans", ascending=False).to_csv("uit/volgorde.csv")
