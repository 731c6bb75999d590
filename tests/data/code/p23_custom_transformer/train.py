import joblib
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from transformers import DubbeleNationaliteit

df = pd.read_csv("data/toeslag.csv", sep=";")
X = df[["inkomen", "aantal_kinderen", "nationaliteit_2"]]
y = df["terugvordering"]
model = make_pipeline(DubbeleNationaliteit(), StandardScaler(), LogisticRegression())
model.fit(X, y)
joblib.dump(model, "model.joblib")
