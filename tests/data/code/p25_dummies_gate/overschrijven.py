import numpy as np

DREMPEL = 0.9


def pas_toe(df):
    df["score"] = np.where(df["geboorteland"].isin(["Polen", "Bulgarije"]), DREMPEL, df["score"])
    return df
