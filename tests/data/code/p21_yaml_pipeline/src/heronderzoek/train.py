import joblib
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from heronderzoek.instellingen import lees_instellingen
from heronderzoek.kenmerken import ALLE


def maak_pijplijn(instellingen):
    k = instellingen["kenmerken"]
    voorbewerking = ColumnTransformer(
        [
            ("num", StandardScaler(), k["numeriek"]),
            ("cat", OneHotEncoder(handle_unknown="ignore"), k["categoriaal"]),
        ]
    )
    return Pipeline([("voor", voorbewerking), ("model", RandomForestClassifier(n_estimators=300))])


def main():
    inst = lees_instellingen()
    df = pd.read_parquet(inst["paths"]["invoer"])
    for kenmerk in ALLE:
        df = kenmerk(df)
    kolommen = inst["kenmerken"]["numeriek"] + inst["kenmerken"]["categoriaal"]
    X_train, X_test, y_train, y_test = train_test_split(df[kolommen], df[inst["doel"]])
    pijplijn = maak_pijplijn(inst)
    pijplijn.fit(X_train, y_train)
    joblib.dump(pijplijn, inst["paths"]["model"])


if __name__ == "__main__":
    main()
