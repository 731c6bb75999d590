import os
import joblib
import pandas as pd


class Scorer:
    def __init__(self, folder):
        self.model = joblib.load(os.path.join(folder, "onderzoekswaardig.pkl"))

    def score(self, frame):
        return self.model.predict_proba(frame)[:, 1]


nieuw = pd.read_feather("data/intermediate/nieuwe_aanvragen.feather")
nieuw["score"] = Scorer("models").score(nieuw)
nieuw.sort_values("score").head(50).to_csv("uit/werkvoorraad.csv")
