"""Explainable boosting machines of interpret: a table of scores for each feature or pair of them.

Source: ``interpret.glassbox._ebm`` (``_bin.py``, ``_ebm.py``) and ``interpret.utils._link``,
versions 0.3 to 0.7: bin 0 is missing, the last one unknown; a value on a cut is above it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.pickles.arrays import array_of, scalar_of
from doorlicht.audit.pickles.nodes import Node, Pairs
from doorlicht.audit.reading.sklearn_linear import begin
from doorlicht.audit.reading.sklearn_trees import Understand
from doorlicht.audit.reading.things import LackingError, Thing, Understood, names_of, nodes_of
from doorlicht.audit.scoring.blocks import Block, Column, Floats, as_numbers, is_missing
from doorlicht.audit.scoring.links import both, inverse, logistic, softmax
from doorlicht.audit.scoring.preparing import Origin, Origins
from doorlicht.audit.scoring.program import Predictor
from doorlicht.audit.scoring.sums import Then

Bins = Floats | dict[str, int]


def machine(thing: Thing, understand: Understand) -> Understood:
    """Read an explainable boosting machine."""
    del understand
    is_classifier = "Classifier" in thing.name
    made = begin(thing, "classifier" if is_classifier else "regressor")
    try:
        made.names = names_of(thing.get("feature_names_in_", "feature_names"))
        made.width = len(made.names) if made.names else made.width
        features = [
            tuple(int(scalar_of(place)) for place in nodes_of(each) or ())
            for each in thing.listed("term_features_")
        ]
        tables = [array_of(each) for each in thing.listed("term_scores_")]
        levels = [_levels(each) for each in thing.listed("bins_")]
        intercept = thing.floats("intercept_").reshape(-1)
        if any(each is None for each in tables) or len(tables) != len(features):
            raise LackingError("term_scores_")
        terms = Terms(
            tuple(features), tuple(each for each in tables if each is not None), tuple(levels)
        )
        sums = _Sums(terms, intercept)
        _finish(made, thing, sums, is_classifier=is_classifier)
        made.intercept = tuple(intercept.tolist())
        made.before = [terms]
        weights = [array_of(each) for each in nodes_of(thing.get("bin_weights_")) or ()]
        made.importances = np.array(
            [
                _size(table, weights[place] if place < len(weights) else None)
                for place, table in enumerate(terms.tables)
            ]
        )
        if made.importances.sum() > 0:
            made.importances = made.importances / made.importances.sum()
        made.importance_by = "mean absolute score"
        made.used = np.array([bool(np.any(table != 0)) for table in terms.tables])
    except (LackingError, TypeError, ValueError) as error:
        made.lacks.append(getattr(error, "attribute", "term_scores_"))
    return made


def _finish(made: Understood, thing: Thing, sums: _Sums, *, is_classifier: bool) -> None:
    link = thing.text("link_") or ("logit" if is_classifier else "identity")
    if is_classifier and len(made.outcomes) > 2:
        link = "mlogit"
    made.link = "softmax" if link == "mlogit" else link
    if link == "mlogit":
        made.predictor = Predictor(Then(sums, softmax), sums)
    elif is_classifier:
        if link != "logit":
            raise LackingError("link_")
        made.predictor = Predictor(Then(sums, lambda told: both(logistic(told))), sums)
    else:
        if inverse(link, np.zeros(1)) is None:
            raise LackingError("link_")
        made.predictor = Predictor(
            value=Then(sums, lambda told: told if (s := inverse(link, told)) is None else s)
        )


def _size(table: NDArray[Any], weights: NDArray[Any] | None) -> float:
    """Return how much a term moves the score on average, as the library computes it."""
    moved = np.abs(table)
    if weights is None or weights.shape != moved.shape[: weights.ndim]:
        return float(moved.mean())
    while moved.ndim > weights.ndim:
        moved = moved.mean(axis=-1)
    return float(np.average(moved, weights=weights)) if weights.sum() else 0.0


def _levels(node: Node) -> tuple[Bins, ...]:
    levels: list[Bins] = []
    for each in nodes_of(node) or ():
        if isinstance(each, Pairs):
            levels.append({key: int(scalar_of(value)) for key, value in each.named().items()})
            continue
        cuts = array_of(each)
        if cuts is None or cuts.dtype.kind not in "fiu":
            raise LackingError("bins_")
        levels.append(cuts.astype(np.float64))
    if not levels:
        raise LackingError("bins_")
    return tuple(levels)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Terms:
    """Terms as columns: what each of them adds to the score; see ``Preparation``."""

    features: tuple[tuple[int, ...], ...]
    tables: tuple[NDArray[Any], ...]
    levels: tuple[tuple[Bins, ...], ...]

    def __call__(self, block: Block) -> Block:
        """Return for each term the place in its table: a column for each of its features."""
        columns: list[Column] = []
        for features in self.features:
            for feature in features:
                levels = self.levels[feature]
                bins = levels[min(len(levels), len(features)) - 1]
                columns.append(_binned(block.columns[feature], block.names[feature], bins))
        return Block(tuple(columns), ("",) * len(columns), block.rows)

    def outputs(self, origins: Origins) -> list[Origin]:
        """Return the terms."""
        made: list[Origin] = []
        for features in self.features:
            names = tuple(dict.fromkeys(n for place in features for n in origins[place].features))
            label = " & ".join(origins[place].label for place in features)
            known = self.levels[features[0]][0]
            categories = tuple(known) if len(features) == 1 and isinstance(known, dict) else ()
            made.append(Origin(label, names, False, categories))
        return made


def _binned(column: Column, name: str, bins: Bins) -> NDArray[np.int64]:
    if isinstance(bins, dict):
        return _category_bins(column, bins)
    numbers = as_numbers(column, name)
    places = np.searchsorted(bins, numbers, side="right") + 1
    return np.where(np.isnan(numbers), 0, places).astype(np.int64)


def _category_bins(column: Column, bins: dict[str, int]) -> NDArray[np.int64]:
    missing = is_missing(column)
    values: list[Any] = column.tolist()
    found = np.fromiter((bins.get(_written(value), -1) for value in values), np.int64, len(values))
    found[missing] = 0
    return found


def _written(value: Any) -> str:
    """Return a value as the library writes it: whole numbers without a point."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Sums:
    terms: Terms
    intercept: Floats

    def __call__(self, block: Block) -> Floats:
        width = len(self.intercept)
        total = np.repeat(self.intercept[None, :], block.rows, axis=0).astype(np.float64)
        at = 0
        for features, table in zip(self.terms.features, self.terms.tables, strict=True):
            places = tuple(block.columns[at : at + len(features)])
            at += len(features)
            total += table[places].reshape(block.rows, -1)
        return total[:, 0] if width == 1 else total
