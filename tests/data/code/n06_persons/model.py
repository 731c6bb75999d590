import pandas as pd
from sklearn.linear_model import LogisticRegression

p = pd.read_csv("personen.csv", usecols=["bsn", "leeftijd", "inkomen", "kinderen", "fraude"])
lr = LogisticRegression()
lr.fit(p[["leeftijd", "inkomen", "kinderen"]], p["fraude"])
p["kans"] = lr.predict_proba(p[["leeftijd", "inkomen", "kinderen"]])[:, 1]
p.nlargest(100, "kans").to_csv("lijst.csv")
