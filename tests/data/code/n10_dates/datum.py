import pandas as pd

df = pd.read_csv("sas_export.csv")
df["datum"] = pd.to_datetime(df["dagen"], unit="D", origin="1960-01-01")
nat = pd.NaT
df["datum"] = df["datum"].fillna(nat)
df["is_native"] = df["backend"].eq("native")
df.to_csv("uit.csv")
