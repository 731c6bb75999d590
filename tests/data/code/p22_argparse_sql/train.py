import argparse
import pickle

import xgboost as xgb

from db import lees

HERKOMST = {"Nederland": 0, "Turkije": 1, "Marokko": 1, "Suriname": 1}


def kenmerken(df):
    df["buiten_nl"] = df["geboorteland"].map(HERKOMST).fillna(1)
    df["leeftijd"] = 2023 - df["geboortejaar"]
    return df[["persoon_id", "buiten_nl", "leeftijd", "bedrag", "fraude"]]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--uit", default="model.pkl")
    args = parser.parse_args()
    df = kenmerken(lees("populatie"))
    X = df.drop(columns=["persoon_id", "fraude"])
    model = xgb.XGBClassifier(max_depth=4)
    model.fit(X, df["fraude"])
    with open(args.uit, "wb") as f:
        pickle.dump(model, f)


if __name__ == "__main__":
    main()
