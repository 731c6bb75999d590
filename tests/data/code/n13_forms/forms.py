import json

import pandas as pd
import statsmodels.formula.api as smf

log = pd.read_csv("data/form_log.csv", parse_dates=["opened"])
log["seconds"] = (log["opened"] - pd.Timestamp("1970-01-01")).dt.total_seconds()
log["form_language"] = log["form_language"].fillna("nl")
log["aantal_velden"] = log["totaal_velden"] - log["verborgen_velden"]
per_form = log.groupby(["form_id", "form_language"], as_index=False).agg(
    broken_off=("broken_off", "mean"), aantal_velden=("aantal_velden", "max"), views=("views", "sum")
)
model = smf.ols("broken_off ~ aantal_velden + C(form_language) + views", data=per_form).fit()
with open("out/summary.json", "w") as f:
    json.dump({"language": "python", "r2": float(model.rsquared)}, f)
