"""Models of CatBoost, from their JSON or their own binary form.

Features that CatBoost counts over the outcomes of the training (CTR), and text and embeddings, are
recognised and not computed.
"""

from __future__ import annotations

import json
import struct
from typing import Any, Final, cast

import numpy as np

from doorlicht.audit.reading.catboost_binary import read_binary
from doorlicht.audit.reading.catboost_document import read_document
from doorlicht.audit.reading.catboost_trees import Document, Parts
from doorlicht.audit.reading.sklearn_trees import describe
from doorlicht.audit.reading.things import LackingError, Understood
from doorlicht.audit.scoring.blocks import Floats, Scores
from doorlicht.audit.scoring.forest import LEFT, TreesBrokenError, joined
from doorlicht.audit.scoring.links import both, logistic, softmax
from doorlicht.audit.scoring.preparing import Beside, Numbered, Preparation, Same
from doorlicht.audit.scoring.program import Predictor
from doorlicht.audit.scoring.sums import Then, TreeMeans

MAGIC: Final = b"CBM1"


def understand_catboost(content: bytes) -> Understood:
    """Read a model. Never raises for what the bytes hold: what is missing is told.

    Examples
    --------
    >>> understand_catboost(b"CBM1").lacks
    ['model']
    """
    made = Understood("CatBoost", "unknown", "catboost")
    parts = Parts()
    try:
        if content.startswith(MAGIC):
            read_binary(content, parts)
        else:
            read_document(cast("Document", json.loads(content)), parts)
    except LackingError as error:
        parts.lacks.append(error.attribute)
    except TreesBrokenError:
        parts.lacks.append("trees")
    except (
        struct.error,
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        RecursionError,
        AttributeError,
    ):
        parts.lacks.append("model")
    made.width = len(parts.names)
    if parts.names and not all(name.isdigit() for name in parts.names):
        made.names = tuple(parts.names)
    made.lacks += parts.lacks
    loss = _loss(parts.about)
    _note_kind(made, parts, loss)
    if made.lacks:
        return made
    try:
        _finish(made, parts, loss)
    except TreesBrokenError:
        made.lacks.append("trees")
    return made


def _loss(about: Document) -> str:
    params = about.get("params")
    if isinstance(params, str):
        try:
            params = json.loads(params)
        except ValueError:
            params = None
    told: Any = cast("Document", params).get("loss_function") if isinstance(params, dict) else None
    if isinstance(told, dict):
        told = cast("Document", told).get("type")
    return str(told or "")


def _note_kind(made: Understood, parts: Parts, loss: str) -> None:
    classes = parts.about.get("class_params")
    if isinstance(classes, str):
        try:
            classes = json.loads(classes)
        except ValueError:
            classes = None
    names: Any = cast("Document", classes).get("class_names") if isinstance(classes, dict) else None
    if loss in {"Logloss", "CrossEntropy", "MultiClass", "MultiClassOneVsAll"}:
        made.kind = "classifier"
        made.outcomes = tuple(names) if names else tuple(range(max(parts.width, 2)))
    elif loss.startswith(("YetiRank", "Pair", "Query")):
        made.kind = "ranker"
    elif loss:
        made.kind = "regressor"


def _finish(made: Understood, parts: Parts, loss: str) -> None:
    grown = joined(parts.trees, outside=LEFT)
    describe(made, grown)
    known: list[tuple[tuple[int, ...], Preparation]] = []
    for place in range(len(parts.names)):
        values = parts.categories.get(place)
        if values is None:
            known.append(((place,), Same()))
            continue
        numbers: dict[object, int] = {value: number for number, value in enumerate(values)}
        for number, value in enumerate(values):
            # A category that is a number is written as text.
            if value.lstrip("-").isdigit():
                numbers.setdefault(int(value), number)
        codes = np.arange(len(values), dtype=np.float64)
        known.append(((place,), Numbered((numbers,), (-1,), (codes,), (np.nan,), np.nan)))
    if parts.categories:
        made.before = [Beside(tuple(known))]
    means = TreeMeans(grown)
    count, scale, bias = (
        len(parts.trees),
        parts.scale,
        np.resize(np.array(parts.bias or [0.0]), parts.width),
    )

    def add(told: Floats) -> Floats:
        total = told * count * scale + bias
        return total[:, 0] if total.shape[1] == 1 else total

    sums: Scores = Then(means, add)
    if loss in {"Logloss", "CrossEntropy"}:
        made.link = "logit"
        made.predictor = Predictor(Then(sums, lambda told: both(logistic(told))), sums)
    elif loss == "MultiClass":
        made.link = "softmax"
        made.predictor = Predictor(Then(sums, softmax), sums)
    elif loss == "MultiClassOneVsAll":
        made.link = "logit"
        made.predictor = Predictor(Then(sums, logistic), sums)
    elif loss in {"Poisson", "Tweedie"}:
        # Predictions of CatBoost are raw, also where its loss works with logarithms.
        made.link = "log" if loss == "Poisson" else "identity"
        made.predictor = Predictor(value=Then(sums, np.exp) if loss == "Poisson" else sums)
    else:
        made.link = "identity"
        made.predictor = Predictor(margin=sums) if made.kind == "ranker" else Predictor(value=sums)
