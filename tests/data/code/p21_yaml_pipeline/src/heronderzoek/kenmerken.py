from abc import ABC, abstractmethod


class Kenmerk(ABC):
    @abstractmethod
    def bereken(self, df):
        ...

    def __call__(self, df):
        return self.bereken(df.copy())


class Leeftijd(Kenmerk):
    def bereken(self, df):
        df["leeftijd"] = (df["peildatum"] - df["geboortedatum"]).dt.days // 365
        return df


class Uitkeringsduur(Kenmerk):
    def bereken(self, df):
        df["maanden_uitkering"] = (df["peildatum"] - df["startdatum"]).dt.days // 30
        return df


ALLE = [Leeftijd(), Uitkeringsduur()]
