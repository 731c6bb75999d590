import joblib
import pandas as pd

model = joblib.load("artefacts/late_delivery.joblib")
new = pd.read_parquet("data/orders_new.parquet")
new["is_import"] = new["supplier_country"] != "NL"
new["p_late"] = model.predict_proba(new[model.feature_names_in_])[:, 1]
new.sort_values("p_late", ascending=False).head(200).to_csv("out/expedite.csv", index=False)
