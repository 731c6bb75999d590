import pandas as pd

brp = pd.read_csv("brp.csv", usecols=["bsn", "nationaliteit", "geboortejaar"])
brp.to_parquet("stg/brp.parquet")
uit = pd.read_csv("uitkering.csv")
uit.to_parquet("stg/uitkering.parquet")
