FUNCTIES = {}


def kenmerk(naam):
    def wikkel(functie):
        FUNCTIES[naam] = functie
        return functie

    return wikkel


@kenmerk("tolk")
def tolk_nodig(df):
    return (df["tolk_nodig"] == "J").astype(int)


@kenmerk("schulden")
def schulden(df):
    return df["schuld"].clip(0, 100000)
