import polars as pl


def per_groep(df):
    tabel = df.group_by("migratieachtergrond").agg(pl.col("voorspeld").mean(), pl.len())
    tabel.write_csv("uit/eerlijkheid.csv")
    return tabel
