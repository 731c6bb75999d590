import polars as pl


def vlag(df, kolom, waarden, naam=None):
    naam = naam or f"{kolom}_vlag"
    return df.with_columns(pl.col(kolom).is_in(waarden).cast(pl.Int8).alias(naam))


def schaal(df, kolom):
    return df.with_columns((pl.col(kolom) / pl.col(kolom).max()).alias(kolom))


STAPPEN = {"vlag": vlag, "schaal": schaal}
