import pandas as pd
from sklearn.ensemble import RandomForestRegressor

fl = pd.read_csv("flights.csv")
X = pd.get_dummies(fl[["origin", "destination", "carrier", "distance"]])
rf = RandomForestRegressor()
rf.fit(X, fl["arr_delay"])
