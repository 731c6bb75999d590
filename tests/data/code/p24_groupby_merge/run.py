import pandas as pd
from sklearn.ensemble import GradientBoostingClassifier

from features import bouw

clienten = pd.read_csv("data/clienten.csv")
afspraken = pd.read_csv("data/afspraken.csv")
df = bouw(clienten, afspraken)
y = df.pop("risico")
clf = GradientBoostingClassifier()
clf.fit(df.drop(columns="client_id"), y)
df["kans"] = clf.predict_proba(df.drop(columns="client_id"))[:, 1]
df.nlargest(100, "kans").to_excel("uit/lijst.xlsx")
