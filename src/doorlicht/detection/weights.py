"""The weights of the signals: learned by ``scripts/learn_weights.py``, stored as data.

The file names the data it was learned on, the date, and how it was checked. A dated edition is
not changed once released; a register keeps which edition gave a probability.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast

from doorlicht.shipped import read_yaml

CURRENT: Final = "2026-11"


@dataclass(frozen=True, slots=True)
class Weights:
    """Log-odds per signal; ``base`` is what a candidate starts with before any signal."""

    edition: str
    base: float
    signals: Mapping[str, float]


def load_weights(edition: str = CURRENT) -> Weights:
    """Return an edition of the weights.

    Examples
    --------
    >>> load_weights().signals["name_certain"] > load_weights().signals["name_hint"]
    True
    """
    return _load(edition)


@cache
def _load(edition: str) -> Weights:
    tree = cast("dict[str, Any]", read_yaml("doorlicht.detection", f"weights/{edition}.yaml"))
    return Weights(tree["edition"], float(tree["base"]), tree["signals"])


def probability(log_odds: float) -> float:
    """Return the probability (0..1) of log-odds.

    Examples
    --------
    >>> probability(0.0)
    0.5
    """
    return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, log_odds))))
