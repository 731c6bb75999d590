import os
import joblib
import pandas as pd
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn_pandas import DataFrameMapper

DATA = os.path.join("data", "intermediate")
MODELS = "models"


def load(name):
    return pd.read_feather(os.path.join(DATA, name + ".feather"))


mapper = DataFrameMapper(
    [
        (["leeftijd"], StandardScaler()),
        (["geboorteland"], OneHotEncoder()),
        (["aantal_meldingen"], None),
    ],
    default=False,
    df_out=True,
)
aanvragen = load("aanvragen")
y = aanvragen.pop("rechtmatig")
aanvragen = aanvragen.drop(columns=["nationaliteit"])
pijplijn = Pipeline([("mapper", mapper), ("gbm", GradientBoostingClassifier())])
pijplijn.fit(aanvragen, y)
joblib.dump(pijplijn, os.path.join(MODELS, "onderzoekswaardig.pkl"))
