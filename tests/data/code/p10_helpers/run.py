import polars as pl
from sklearn.tree import DecisionTreeClassifier

from stappen import STAPPEN

plan = [
    ("schaal", {"kolom": "inkomen"}),
    ("vlag", {"kolom": "moedertaal", "waarden": ["Turks", "Arabisch"]}),
]
df = pl.read_csv("cursisten.csv")
for stap, opties in plan:
    df = STAPPEN[stap](df, **opties)
boom = DecisionTreeClassifier(max_depth=4)
boom.fit(df.select(["inkomen", "moedertaal_vlag"]).to_pandas(), df["gezakt"])
