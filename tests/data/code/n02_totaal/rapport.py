import pandas as pd

df = pd.read_excel("deelname.xlsx")
df["totaal"] = df["deelname"] + df["afwijkend"]
df["betaald_totaal"] = df["totaal"] * 2
naam_kolom = "deelnemer_aantal"
print(df.groupby("jaar")["totaal"].sum())
df.to_csv("totaal.csv")
