import pandas as pd
from tensorflow import keras

LANGUAGE = "nl"
CONFIG = {"language": "python", "origin": "upper", "nationwide": True}
flights = pd.read_csv("flights.csv")
X = pd.get_dummies(flights[["origin_airport", "destination", "carrier"]])
model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
model.fit(X, flights["delay"])
