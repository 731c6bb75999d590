import pandas as pd
from xgboost import XGBClassifier

df = pd.read_parquet("werk/features.parquet")
doel = df.pop("terugvordering")
xgb = XGBClassifier()
xgb.fit(df.drop(columns="bsn"), doel)
