"""Meet of het risicomodel mensen met een andere nationaliteit vaker aanwijst."""

import pandas as pd
from fairlearn.metrics import MetricFrame, selection_rate
from model import KENMERKEN, risicomodel

basis = pd.read_feather("../kenmerken.feather")
aangewezen = risicomodel.predict(basis[KENMERKEN])
meting = MetricFrame(
    metrics=selection_rate,
    y_true=basis["heronderzoek"],
    y_pred=aangewezen,
    sensitive_features=basis["NATCD"],
)
meting.by_group.to_csv("../uit/meting.csv")
