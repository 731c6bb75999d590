"""What turns the sum that a model makes into a score, and back."""

from __future__ import annotations

from typing import Final

import numpy as np

from doorlicht.audit.scoring.blocks import Floats

TINY: Final = float(np.finfo(np.float64).eps)


def both(probability: Floats) -> Floats:
    """Return the probabilities of *no* and *yes*, given that of *yes*."""
    flat = probability.reshape(len(probability))
    return np.stack([1.0 - flat, flat], axis=1)


def logistic(margin: Floats) -> Floats:
    """Return the probability whose log-odds are given.

    Examples
    --------
    >>> logistic(np.array([0.0])).tolist()
    [0.5]
    """
    small = np.exp(-np.abs(margin))
    return np.where(margin >= 0, 1.0, small) / (1.0 + small)


def log_odds(probability: Floats) -> Floats:
    """Return the log-odds of probabilities; 0 and 1 are moved off their edge."""
    inside = np.clip(probability, TINY, 1 - TINY)
    return np.log(inside / (1.0 - inside))


def softmax(margins: Floats) -> Floats:
    """Return probabilities that add up to one for each row."""
    moved = margins - margins.max(axis=1, keepdims=True)
    raised = np.exp(moved)
    made: Floats = raised / raised.sum(axis=1, keepdims=True)
    return made


def normal(margin: Floats) -> Floats:
    """Return the normal distribution function, the inverse of probit."""
    # Loading scipy takes longer than opening a model, and few models need it.
    from scipy import special  # pyright: ignore[reportMissingTypeStubs]

    made: Floats = special.ndtr(margin)
    return made


def shares(parts: Floats) -> Floats:
    """Return each row divided by its sum; the same for each where the sum is zero."""
    total = parts.sum(axis=1, keepdims=True)
    even = np.full_like(parts, 1.0 / parts.shape[1])
    return np.divide(parts, total, out=even, where=total != 0)


def inverse(name: str, margin: Floats) -> Floats | None:
    """Return the score that belongs to a sum, by the name of the link; ``None`` if unknown.

    Examples
    --------
    >>> inverse("log", np.array([0.0])).tolist(), inverse("strange", np.array([0.0]))
    ([1.0], None)
    """
    if name in {"", "identity"}:
        return margin
    if name in {"logit", "logistic"}:
        return logistic(margin)
    if name == "probit":
        return normal(margin)
    if name == "log":
        return np.exp(margin)
    if name == "cloglog":
        return -np.expm1(-np.exp(margin))
    if name == "loglog":
        return np.exp(-np.exp(-margin))
    if name == "cauchit":
        return 0.5 + np.arctan(margin) / np.pi
    if name == "inverse":
        return 1.0 / margin
    if name == "sqrt":
        return margin**2
    return None
