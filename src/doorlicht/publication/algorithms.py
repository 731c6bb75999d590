"""Which family an algorithm is of, by the name of its class, and which a text speaks of.

Source: ``algorithms.yaml``. A class that no family names has none, and nothing is said of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from doorlicht.shipped import read_yaml


@dataclass(frozen=True, slots=True)
class Family:
    """A family of algorithms.

    Attributes
    ----------
    group
        Families that texts do not tell apart.
    is_learned
        Whether it is learned from data, or made by people.
    """

    id: str
    group: str
    is_learned: bool
    names: tuple[str, ...]
    words: re.Pattern[str]

    def is_called(self, name: str) -> bool:
        """Whether a class, function or method is of this family, by its name."""
        folded = name.casefold()
        last = folded.replace("::", ".").rpartition(".")[2]
        return any(last == one[1:] if one.startswith("=") else one in folded for one in self.names)


@cache
def families() -> tuple[Family, ...]:
    """Return the families, the more particular ones first.

    Examples
    --------
    >>> families()[0].id
    'boosting'
    """
    return tuple(
        Family(
            one["id"], one["group"], one["learned"], tuple(one["names"]),
            re.compile("|".join(one["words"]), re.IGNORECASE),
        )
        for one in read_yaml("doorlicht.publication", "algorithms.yaml")
    )  # fmt: skip


def family_of(algorithm: str) -> Family | None:
    """Return the family of an algorithm; nothing where none is known.

    Examples
    --------
    >>> family_of("GradientBoostingClassifier").id, family_of("stats::lm").id, family_of("Foo")
    ('boosting', 'linear', None)
    """
    return next((one for one in families() if one.is_called(algorithm)), None)


def families_in(text: str) -> list[Family]:
    """Return the families that a text names.

    Examples
    --------
    >>> [one.id for one in families_in("Een neuraal netwerk, na vaste beslisregels.")]
    ['neural', 'rules']
    """
    return [one for one in families() if one.words.search(text)]
