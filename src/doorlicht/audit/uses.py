"""What a model uses of origin: features by their name, and what happens if only they change.

Source: counterfactual flips as in Kusner et al. (2017), "Counterfactual Fairness", taken in the
weak sense of Galhotra et al. (2017), "Fairness Testing", section 4: only the feature itself is
changed, and nothing that follows from it in a life. So a flip tells what the model does, and not
what would have happened to a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from doorlicht.audit.opening import score
from doorlicht.errors import InputError
from doorlicht.records import Flip, ModelArtefact, ModelFeature, OriginFeature
from doorlicht.vocabulary import Vocabulary

MAX_VALUES: Final = 12
"""Values of a feature that everybody is given in turn; of more, those that most people have."""

MAX_PEOPLE: Final = 100_000
"""People for whom a feature is changed; of more, every so many-th."""

_TELLING: Final = frozenset({"certain", "strong"})


def find_origin(artefact: ModelArtefact, vocabulary: Vocabulary) -> tuple[OriginFeature, ...]:
    """Return the features that are about origin, or stand for it, by their names.

    One column for each value (``nationality_TR``) is about what the column was about.
    """
    found: list[OriginFeature] = []
    for feature in artefact.features:
        concept = _concept(feature, vocabulary)
        if concept is None:
            continue
        kind = "proxy" if vocabulary.concepts[concept].kind == "proxy" else "direct"
        found.append(
            OriginFeature(feature.name, concept, kind, feature.importance, feature.coefficient)
        )
    return tuple(found)


def _concept(feature: ModelFeature, vocabulary: Vocabulary) -> str | None:
    reading = vocabulary.names.read_name(feature.name)
    for match in reading.matches:
        if match.level in _TELLING:
            return match.concept
    return None


def flip_each(
    artefact: ModelArtefact,
    origin: Sequence[OriginFeature],
    columns: Mapping[str, Any],
    scores: np.ndarray[Any, Any],
    threshold: float,
) -> tuple[Flip, ...]:
    """Return what changes if everybody gets one value of a feature of origin, and nothing else.

    Parameters
    ----------
    columns
        The features of the model, one entry a person.
    scores
        What the model gave each person, in the same order.
    """
    flips: list[Flip] = []
    step = max(1, -(-len(scores) // MAX_PEOPLE))
    few = {name: column[::step] for name, column in columns.items()}
    before = scores[::step]
    for feature in origin:
        column = few[feature.name]
        for value in _values(column):
            changed = dict(few)
            changed[feature.name] = np.full(len(column), value, dtype=column.dtype)
            try:
                after = score(artefact, changed)
            except InputError:
                continue
            after = after if after.ndim == 1 else after[:, -1]
            flips.append(_flip(feature.name, value, column, before, after, threshold))
    return tuple(flips)


def _values(column: np.ndarray[Any, Any]) -> list[Any]:
    """Return the values of a column, those that most people have first; missing is none."""
    if column.dtype == object:
        known = [one for one in column.tolist() if one is not None]
        counts: dict[Any, int] = {}
        for one in known:
            counts[one] = counts.get(one, 0) + 1
        ordered = sorted(counts, key=lambda one: (-counts[one], str(one)))
        return ordered[:MAX_VALUES]
    values, often = np.unique(column[~np.isnan(column)], return_counts=True)
    return list(values[np.argsort(-often, kind="stable")][:MAX_VALUES])


def _flip(
    name: str,
    value: Any,
    column: np.ndarray[Any, Any],
    before: np.ndarray[Any, Any],
    after: np.ndarray[Any, Any],
    threshold: float,
) -> Flip:
    is_other = column != value
    known = np.isfinite(before) & np.isfinite(after)
    was, becomes = before >= threshold, after >= threshold
    change = (after - before)[known & is_other]
    shown = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return Flip(
        name,
        shown,
        int(is_other.sum()),
        int((known & ~was & becomes).sum()),
        int((known & was & ~becomes).sum()),
        float(change.mean()) if len(change) else 0.0,
        float(np.abs(change).max()) if len(change) else 0.0,
    )
