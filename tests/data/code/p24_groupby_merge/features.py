import pandas as pd


def taal_kenmerken(afspraken):
    per = afspraken.groupby(["client_id", "contact_taal"])["afspraak_id"].count().reset_index()
    breed = per.pivot(index="client_id", columns="contact_taal", values="afspraak_id")
    return breed.add_prefix("taal_").fillna(0).reset_index()


def afspraak_kenmerken(afspraken):
    return (
        afspraken.assign(no_show=lambda d: d["status"].eq("niet verschenen"))
        .groupby("client_id", as_index=False)
        .agg(aantal=("afspraak_id", "count"), aantal_no_show=("no_show", "sum"))
    )


def bouw(clienten, afspraken):
    df = clienten.merge(afspraak_kenmerken(afspraken), on="client_id", how="left")
    return df.merge(taal_kenmerken(afspraken), on="client_id", how="left")
