import pandas as pd
from lightgbm import LGBMRegressor

dag = pd.read_parquet("dag.parquet")
gbm = LGBMRegressor()
gbm.fit(dag[["gebouw", "graaddagen", "oppervlak"]], dag["kwh"])
