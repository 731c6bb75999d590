import pandas as pd

meters = pd.read_csv("meters.csv", parse_dates=["tijd"])
dag = meters.groupby(["gebouw", meters.tijd.dt.date]).kwh.sum().reset_index()
dag.to_parquet("dag.parquet")
