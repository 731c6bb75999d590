import pandas as pd
from sklearn.tree import DecisionTreeClassifier

kvk = pd.read_csv("kvk.csv")
X = pd.get_dummies(kvk[["vestigingsland", "sbi_code", "rechtsvorm"]])
boom = DecisionTreeClassifier()
boom.fit(X, kvk["failliet"])
