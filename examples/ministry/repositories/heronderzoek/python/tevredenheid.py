"""Proef om te zien wie er klaagt. Welke vragen van het onderzoek meedoen, kiest de computer."""

import pandas as pd
from sklearn.feature_selection import RFE
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

antwoorden = pd.read_spss("../../uitkeringen/onderzoek/klanttevredenheid_2025.sav")
vragen = antwoorden.drop(columns=["resp", "v11"])
klachtmodel = Pipeline(
    [
        ("keuze", RFE(LogisticRegression(), n_features_to_select=4)),
        ("model", LogisticRegression()),
    ]
)
klachtmodel.fit(vragen, antwoorden["v11"])
