import pandas as pd
from sklearn.ensemble import RandomForestRegressor

uit = pd.read_parquet("stg/uitkering.parquet")
bos = RandomForestRegressor()
bos.fit(uit[["duur", "bedrag", "kinderen"]], uit["terugvordering"])
