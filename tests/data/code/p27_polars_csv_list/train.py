import polars as pl
from sklearn.tree import DecisionTreeClassifier

from eerlijkheid import per_groep

lijst = pl.read_csv("features.csv")["naam"].to_list()
df = pl.read_parquet("data/kandidaten.parquet")
df = df.with_columns((pl.col("jaarinkomen") / 12).alias("inkomen"))
X = df.select(lijst)
boom = DecisionTreeClassifier(max_depth=5)
boom.fit(X.to_pandas(), df["uitval"].to_pandas())
df = df.with_columns(pl.Series("voorspeld", boom.predict(X.to_pandas())))
per_groep(df)
