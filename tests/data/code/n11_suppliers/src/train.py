import joblib
import pandas as pd
import yaml
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OrdinalEncoder

with open("config.yaml") as f:
    cfg = yaml.safe_load(f)

orders = pd.read_parquet(cfg["paths"]["orders"])
orders["destination"] = orders["destination"].str.upper()
orders["is_import"] = orders["supplier_country"] != "NL"
orders["order_total"] = orders["quantity"] * orders["unit_price"]

encode = ColumnTransformer(
    [("cat", OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1), cfg["categorical"])],
    remainder="passthrough",
)
pipeline = Pipeline([("encode", encode), ("model", HistGradientBoostingClassifier())])
features = orders[cfg["numeric"] + cfg["categorical"] + ["is_import"]]
pipeline.fit(features, orders["late"])
joblib.dump(pipeline, cfg["paths"]["model"])
