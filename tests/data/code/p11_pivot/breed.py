import pandas as pd
from sklearn.linear_model import LogisticRegression

lang = pd.read_csv("kenmerken_lang.csv")
breed = lang.pivot_table(index="klant", columns="kenmerk", values="waarde").reset_index()
doel = pd.read_csv("doel.csv")
data = breed.merge(doel, on="klant")
X = data[["inkomen", "nationaliteit", "woonduur"]]
regressie = LogisticRegression()
regressie.fit(X, data["betaald"])
