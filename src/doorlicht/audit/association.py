"""How strongly two columns hang together: correlation, Cramér's V, mutual information.

Source: Pearson's correlation; Bergsma (2013), "A bias-correction for Cramér's V and Tschuprow's T",
Journal of the Korean Statistical Society 42:323-328; Cover and Thomas (2006), Elements of
Information Theory, chapter 2; the correction of mutual information for its size: Miller (1955).

Limits: none of them says which of two columns is the cause of the other.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from doorlicht.audit.intervals import Array
from doorlicht.errors import InputError

_TWO: Final = 2


def correlation(one: ArrayLike, other: ArrayLike) -> float:
    """Return Pearson's correlation of two columns, -1 to 1; NaN where one of them never changes.

    Examples
    --------
    >>> round(correlation([1, 2, 3, 4], [2, 1, 4, 3]), 2)
    0.6
    """
    x, y = np.asarray(one, np.float64), np.asarray(other, np.float64)
    if x.shape != y.shape:
        raise InputError("audit.lengths", rows=len(x))
    x, y = x - x.mean(), y - y.mean()
    size = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / size if size else float("nan")


def cramers_v(table: ArrayLike) -> float:
    """Return how strongly rows and columns of a table of counts hang together, 0 to 1.

    Corrected for bias: with many categories and few people the plain one is large by chance.

    Examples
    --------
    >>> cramers_v([[50, 0], [0, 50]]), cramers_v([[25, 25], [25, 25]])
    (1.0, 0.0)
    """
    counts = _filled(table)
    n = counts.sum()
    rows, columns = counts.shape
    if n < _TWO or rows < _TWO or columns < _TWO:
        return 0.0
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0, keepdims=True) / n
    phi = float(((counts - expected) ** 2 / expected).sum() / n)
    phi = max(phi - (rows - 1) * (columns - 1) / (n - 1), 0.0)
    rows_left = rows - (rows - 1) ** 2 / (n - 1)
    columns_left = columns - (columns - 1) ** 2 / (n - 1)
    room = min(rows_left, columns_left) - 1
    return float(min(np.sqrt(phi / room), 1.0)) if room > 0 else 0.0


def mutual_information(table: ArrayLike, *, is_corrected: bool = True) -> float:
    """Return how much one column tells of another, in bits; 0 if nothing.

    Corrected by what chance would give with as many categories and people.

    Examples
    --------
    >>> round(mutual_information([[50, 0], [0, 50]], is_corrected=False), 3)
    1.0
    """
    counts = _filled(table)
    n = counts.sum()
    if not n:
        return 0.0
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0, keepdims=True) / n
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(counts > 0, counts / n * np.log2(counts / expected), 0.0)
    bits = float(parts.sum())
    if is_corrected:
        rows, columns = counts.shape
        bits -= (rows - 1) * (columns - 1) / (2 * n * np.log(2))
    return float(max(bits, 0.0))


def conditional_information(tables: ArrayLike) -> float:
    """Return how much one column tells of another among people who are alike, in bits.

    ``tables`` has one table of counts for each kind of people that are alike. A column that tells
    much by itself and nothing here tells no more than what may lawfully count.

    Examples
    --------
    >>> conditional_information([[[25, 25], [25, 25]], [[5, 45], [0, 0]]])
    0.0
    """
    layers = np.asarray(tables, np.float64)
    n = float(layers.sum())
    if not n:
        return 0.0
    return sum(float(layer.sum()) / n * mutual_information(layer) for layer in layers)


def _filled(table: ArrayLike) -> Array:
    """Return a table without rows and columns that have nobody."""
    counts = np.asarray(table, np.float64)
    counts = counts[counts.sum(axis=1) > 0]
    return counts[:, counts.sum(axis=0) > 0]
