from abc import ABC, abstractmethod


class Model(ABC):
    def __init__(self, settings):
        self.settings = settings
        self.estimator = None

    def fit(self, frame):
        X = self._select(frame)
        y = frame[self.settings["doel"]]
        self._fit(X, y)
        return self

    def _select(self, frame):
        return frame[self.settings["kenmerken"]]

    @abstractmethod
    def _fit(self, X, y):
        ...
