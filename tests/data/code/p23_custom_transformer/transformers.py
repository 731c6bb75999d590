from sklearn.base import BaseEstimator, TransformerMixin


class DubbeleNationaliteit(BaseEstimator, TransformerMixin):
    def __init__(self, kolom="nationaliteit_2"):
        self.kolom = kolom

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        X = X.copy()
        X["is_dubbel"] = X[self.kolom].notna().astype(int)
        return X.drop(columns=[self.kolom])
