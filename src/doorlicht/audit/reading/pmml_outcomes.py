"""What a model in PMML says of rows, whatever its kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from doorlicht.audit.scoring.blocks import Column, Floats

MAX_MODELS: Final = 200
"""How deep models of models lie in each other, and trees in their nodes."""


@dataclass(slots=True)
class Outcome:
    """What a model says of some rows: a number, or a probability for each label."""

    value: Floats | None = None
    chances: dict[str, Floats] = field(default_factory=dict[str, Floats])
    label: Column | None = None


def from_chances(chances: dict[str, Floats]) -> Outcome:
    """Return chances with the label that has the most."""
    names = list(chances)
    table = np.stack([chances[name] for name in names])
    label = np.array(names, dtype=object)[np.nan_to_num(table).argmax(axis=0)]
    return Outcome(None, chances, label)
