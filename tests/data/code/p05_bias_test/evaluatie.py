import pandas as pd
from fairlearn.metrics import MetricFrame, selection_rate
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

df = pd.read_csv("cases.csv")
beschermd = df["etniciteit"]
X = df.drop(columns=["etniciteit", "uitkomst"])
X_tr, X_te, y_tr, y_te, b_tr, b_te = train_test_split(X, df["uitkomst"], beschermd)
clf = RandomForestClassifier().fit(X_tr, y_tr)
pred = clf.predict(X_te)
mf = MetricFrame(metrics=selection_rate, y_true=y_te, y_pred=pred, sensitive_features=b_te)
print(mf.by_group)
