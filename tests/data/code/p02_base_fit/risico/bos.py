from sklearn.ensemble import RandomForestClassifier

from .basis import Model


class Bos(Model):
    def _fit(self, X, y):
        self.estimator = RandomForestClassifier(n_estimators=200)
        self.estimator.fit(X, y)
