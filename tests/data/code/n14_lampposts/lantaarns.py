import polars as pl
from sklearn.ensemble import RandomForestRegressor

palen = pl.read_csv("data/lantaarnpalen.csv")
storingen = pl.read_csv("data/storingen_lantaarnpalen.csv")
totaal = storingen.group_by("paal_id").agg(pl.len().alias("totaal_storingen"))
palen = palen.join(totaal, on="paal_id", how="left").with_columns(
    pl.col("totaal_storingen").fill_null(0),
    (2026 - pl.col("plaatsingsjaar")).alias("leeftijd_paal"),
    (pl.col("armatuur") != pl.col("armatuur_standaard")).alias("afwijkend"),
)
x = palen.select(["leeftijd_paal", "totaal_storingen", "afwijkend", "hoogte"]).to_numpy()
model = RandomForestRegressor(n_estimators=200)
model.fit(x, palen["resterende_jaren"].to_numpy())
palen = palen.with_columns(pl.Series("verwacht", model.predict(x)))
palen.group_by("wijk_paal").agg(pl.col("verwacht").mean()).write_csv("out/per_wijk_paal.csv")
