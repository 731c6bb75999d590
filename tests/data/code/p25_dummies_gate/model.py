import pandas as pd
from lightgbm import LGBMClassifier

from overschrijven import pas_toe


def kolommen_met(df, *delen):
    return [c for c in df.columns if c.startswith(delen)]


df = pd.read_parquet("data/dossiers.parquet")
df = pd.get_dummies(df, columns=["verblijfstitel", "woonvorm"], prefix=["vt", "wv"])
features = ["leeftijd", "inkomen"] + kolommen_met(df, "vt_", "wv_")
gbm = LGBMClassifier()
gbm.fit(df[features], df["label"])
df["score"] = gbm.predict_proba(df[features])[:, 1]
df = pas_toe(df)
df[df["score"] > 0.7].to_csv("uit/onderzoek.csv")
