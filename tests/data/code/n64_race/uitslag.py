import pandas as pd

race = pd.read_csv("race_results.csv")
race["minutes"] = race["seconds"] / 60
per_race = race.groupby("race_id")["minutes"].mean()
per_race.to_csv("races.csv")
