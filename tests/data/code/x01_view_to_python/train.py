import pandas as pd
from sklearn.ensemble import ExtraTreesClassifier
from sqlalchemy import create_engine

con = create_engine("postgresql://model")
df = pd.read_sql("SELECT * FROM model.invoer", con)
bomen = ExtraTreesClassifier()
bomen.fit(df.drop(columns=["fraude"]), df["fraude"])
