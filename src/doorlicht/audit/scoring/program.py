"""A model as something that scores: columns by name go in, scores come out, some rows at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from doorlicht.audit.scoring.blocks import Block, Floats, Scores, columns_named, none_as_nan
from doorlicht.records.models import ScoreKind

ROWS: Final = 1 << 16
"""Rows that are prepared at once: a column with a thousand categories becomes a thousand."""

CELLS: Final = 1 << 24
"""Rows times columns that are prepared at once, where a text becomes as many columns as words."""


def rows_at_once(width: int) -> int:
    """Return how many rows are prepared together, given the most columns they become.

    Examples
    --------
    >>> rows_at_once(10), rows_at_once(1 << 16)
    (65536, 256)
    """
    return max(min(ROWS, CELLS // max(width, 1)), 1)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Predictor:
    """What a model can tell of a row; what it cannot is ``None``.

    ``proba`` gives a row of probabilities, in the order of the outcomes; ``margin`` what a
    library calls its decision function; ``value`` the prediction of a regression; ``label`` 1 for
    the outcome that is chosen and 0 for the others.
    """

    proba: Scores | None = None
    margin: Scores | None = None
    value: Scores | None = None
    label: Scores | None = None

    @property
    def best(self) -> tuple[Scores | None, ScoreKind]:
        """What says most: a probability before a value, and a value before a margin."""
        if self.proba is not None:
            return self.proba, "probability"
        if self.value is not None:
            return self.value, "value"
        if self.margin is not None:
            return self.margin, "margin"
        return self.label, "label" if self.label is not None else "none"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Program:
    """Scores rows by a model whose features have names; see ``Scoring`` in the records.

    ``None`` in a column is not a number, unless the model knows it as a category. ``at_once`` is
    the number of rows that are prepared together.
    """

    names: tuple[str, ...]
    scores: Scores
    is_binary: bool
    knows_none: bool = False
    at_once: int = ROWS

    def __call__(self, columns: Mapping[str, Any]) -> Floats:
        """Return a score a row; for two outcomes the probability of the second."""
        whole = columns_named(columns, self.names)
        made: list[Floats] = []
        for start in range(0, max(whole.rows, 1), self.at_once):
            cut = tuple(column[start : start + self.at_once] for column in whole.columns)
            rows = len(cut[0]) if cut else 0
            if not self.knows_none:
                cut = tuple(none_as_nan(column) for column in cut)
            scores = self.scores(Block(cut, whole.names, rows))
            if scores.ndim == 2 and (self.is_binary or scores.shape[1] == 1):
                scores = scores[:, -1]
            made.append(scores)
        return np.concatenate(made)
