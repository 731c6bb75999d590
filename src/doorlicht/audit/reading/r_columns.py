"""Columns as R numbers them, for trees that ask for the number of a level.

Source: ``data.matrix`` of R: a factor becomes the number of its level, from one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.reading.r_serial import RValue
from doorlicht.audit.reading.things import LackingError
from doorlicht.audit.scoring.blocks import Block, as_numbers, codes_of
from doorlicht.audit.scoring.preparing import Origin, Origins


def need(value: RValue | None, name: str) -> RValue:
    """Return a part of a model.

    Raises
    ------
    LackingError
        If the file lacks it.
    """
    if value is None:
        raise LackingError(name)
    return value


def coded_columns(features: Sequence[str], levels: RValue | None) -> CodedColumns:
    """Return columns as R numbers them for the trees of a model."""
    known: dict[int, tuple[str, ...]] = {}
    if levels is not None:
        for name, each in zip(levels.names, levels.items, strict=False):
            texts = each.texts()
            if name in features and texts:
                known[features.index(name)] = tuple(texts)
    return CodedColumns(known)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CodedColumns:
    """Factors by the number of their level, from 1; a level that is not known is missing."""

    levels: dict[int, tuple[str, ...]]

    def __call__(self, block: Block) -> Block:
        made: list[NDArray[Any]] = []
        for place, column in enumerate(block.columns):
            levels = self.levels.get(place)
            if levels is None:
                made.append(as_numbers(column, block.names[place]))
                continue
            known: dict[object, int] = {level: number for number, level in enumerate(levels)}
            codes = codes_of(column, known, -1)
            made.append(np.where(codes < 0, np.nan, codes + 1.0))
        return Block(tuple(made), block.names, block.rows)

    def outputs(self, origins: Origins) -> list[Origin]:
        return [
            Origin(each.label, each.features, place not in self.levels, self.levels.get(place, ()))
            for place, each in enumerate(origins)
        ]
