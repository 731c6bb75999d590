"""Van de personeelsvereniging: hoe hard een duif naar huis vliegt."""

import pandas as pd
from sklearn.linear_model import LinearRegression

vluchten = pd.read_csv("../../gedeeld/duivenvluchten.csv", sep=";")
vluchten["totaal"] = vluchten["vlucht_km"] / vluchten["snelheid_km_min"]
thuiskomst = LinearRegression()
thuiskomst.fit(vluchten[["race", "vlucht_km"]], vluchten["totaal"])
