import pandas as pd
from sklearn.feature_selection import RFE
from sklearn.linear_model import LogisticRegression

df = pd.read_parquet("in/leerlingen.parquet")
df = pd.get_dummies(df, columns=["land_van_herkomst", "schooltype"])
y = df["uitval"]
X = df.drop("uitval", axis=1)
keuze = RFE(LogisticRegression(max_iter=500), n_features_to_select=10)
keuze.fit(X, y)
over = X.columns[keuze.support_]
uitvalmodel = LogisticRegression(max_iter=500)
uitvalmodel.fit(X[over], y)
