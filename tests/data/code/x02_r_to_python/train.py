import tomllib
from pathlib import Path

import pandas as pd
from catboost import CatBoostClassifier

config = tomllib.loads(Path("config.toml").read_text())
df = pd.read_parquet(Path("werk") / "kenmerken.parquet")
kat = CatBoostClassifier(verbose=False)
kat.fit(df[config["model"]["kolommen"]], df[config["model"]["doel"]])
