import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

df = pd.read_csv("data/leerlingen.csv")
num = ["cijfer_taaltoets", "cijfer_rekentoets", "aantal_verzuim"]
voor = make_column_transformer((StandardScaler(), num), (OneHotEncoder(), ["schooltype", "betaalwijze"]))
model = make_pipeline(voor, LogisticRegression())
model.fit(df[num + ["schooltype", "betaalwijze"]], df["uitval"])
