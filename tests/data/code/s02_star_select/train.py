import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sqlalchemy import create_engine

engine = create_engine("postgresql://db/prod")
df = pd.read_sql("SELECT * FROM mart.set", engine)
y = df.pop("y")
X = pd.get_dummies(df.drop(columns=["bsn"]))
clf = RandomForestClassifier(n_estimators=200)
clf.fit(X, y)
