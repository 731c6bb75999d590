"""Numbers by their place among those that were learned from, as scikit-learn counts it.

Source: ``sklearn.preprocessing._data.QuantileTransformer._transform_col``, versions 0.19 to 1.9.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from doorlicht.audit.distributions import normal_quantiles
from doorlicht.audit.scoring.blocks import Block, Floats
from doorlicht.audit.scoring.preparing import Origin, Origins

_AT_THE_END: Final = 1e-7
"""So near to the end of what was learned from a number is taken for the end itself."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Ranked:
    """The share of people who had less, or the normal value under which that share lies.

    Attributes
    ----------
    quantiles
        A row for each reference, a column for each feature.
    references
        The share, 0..1, that each row stands for.
    """

    quantiles: Floats
    references: Floats
    is_normal: bool

    def __call__(self, block: Block) -> Block:
        """Return the places of numbers; what is no number stays that."""
        made = block.matrix().copy()
        for at in range(made.shape[1]):
            made[:, at] = self._placed(made[:, at], self.quantiles[:, at])
        return Block.of_matrix(made, block.names)

    def _placed(self, column: Floats, quantiles: Floats) -> Floats:
        near = _AT_THE_END if self.is_normal else 0.0
        with np.errstate(invalid="ignore"):
            is_first, is_last = column - near < quantiles[0], column + near > quantiles[-1]
            if not self.is_normal:
                is_first, is_last = column == quantiles[0], column == quantiles[-1]
        # From both sides: of a value that many people have the middle of their places is taken.
        up = np.interp(column, quantiles, self.references)
        down = np.interp(-column, -quantiles[::-1], -self.references[::-1])
        placed = np.where(np.isnan(column), np.nan, 0.5 * (up - down))
        placed[is_last] = 1.0
        placed[is_first] = 0.0
        if not self.is_normal:
            return placed
        end = _AT_THE_END - np.spacing(1)
        low, high = normal_quantiles(np.array([end, 1 - end])).tolist()
        with np.errstate(divide="ignore"):
            return np.clip(normal_quantiles(placed), low, high)

    def outputs(self, origins: Origins) -> list[Origin]:
        """Return the columns themselves: one unit of them is no unit of the feature any more."""
        return [Origin(each.label, each.features, False, each.categories) for each in origins]
