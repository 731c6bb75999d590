import pickle

import pandas as pd

with open("model.pkl", "rb") as f:
    model = pickle.load(f)

df = pd.read_csv("dagelijks.csv")
df = df[df["nationaliteit"].isin(["Syrische", "Iraakse"])]
df["score"] = model.predict_proba(df[["leeftijd", "duur"]])[:, 1]
df.loc[df.verblijfstitel == 21, "score"] = 1.0
df.to_excel("lijst_controle.xlsx")
