"""Objects in JSON whose keys are data: numbers or names of persons, dates, addresses.

Such a key must not become the name of a column: names are kept, data never are. One object can
show it by itself (its keys look like data, or are many and lead to objects of one form); keys that
look like words show it by their number over all records, of which each has only a few.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, Final, cast

KEY: Final = "key"
VALUE: Final = "value"
"""Columns of the entries of an object whose keys are data."""

MANY: Final = 20
"""Objects of one form under so many keys are a list; fewer may be a father and a mother."""

RARE: Final = 0.05
"""Keys that are in fewer objects than this share, on average, are data."""

_DATA: Final = re.compile(
    r"""
    [^@\s]+@[^@\s]+\.[a-z]{2,}                 # an address of mail
    | \d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)? # a date
    | [+(]?\d[\d\s()-]{6,}                     # a number of a person, a case or a telephone
    | [a-z]{0,3}[-_ ]?\d{7,}[a-z]?              # the same with letters before it
    | [0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}
    | (?=.*\d)[0-9a-f]{16,}
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ELEMENT: Final = re.compile(r"\d\d\.\d\d\.\d\d")
"""Element numbers of the population register look like dates, and are names."""


def has_data_keys(record: Mapping[str, Any]) -> bool:
    """Whether the keys of an object are data, as far as they show by themselves.

    Examples
    --------
    >>> has_data_keys({"123456782": {"nat": "x"}, "111222333": {"nat": "y"}})
    True
    >>> has_data_keys({"father": {"country": "x"}, "mother": {"country": "y"}})
    False
    >>> has_data_keys({"04.05.10": "0001", "08.14.10": "5022"})
    False
    """
    return bool(record) and all(
        _DATA.fullmatch(key) and not _ELEMENT.fullmatch(key) for key in record
    )


def is_listing(record: Mapping[str, Any]) -> bool:
    """Whether an object that there is only one of is a list: many objects of one form.

    Examples
    --------
    >>> is_listing({f"person {number}": {"nat": "x"} for number in range(30)})
    True
    >>> is_listing({"father": {"country": "x"}, "mother": {"country": "y"}})
    False
    """
    if len(record) < MANY or not all(isinstance(value, dict) for value in record.values()):
        return False
    fields = Counter(field for value in record.values() for field in cast("dict[str, Any]", value))
    return bool(fields) and sum(fields.values()) >= 0.5 * len(fields) * len(record)


def entries(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the entries of an object as records, each with its key in a column of its own.

    Examples
    --------
    >>> entries({"x": {"nat": 1}, "y": 2})
    [{'key': 'x', 'nat': 1}, {'key': 'y', 'value': 2}]
    """
    return [
        {KEY: key, **cast("dict[str, Any]", value)}
        if isinstance(value, dict)
        else {KEY: key, VALUE: value}
        for key, value in record.items()
    ]


class KeyCounts:
    """Counts in how many objects each key is, for each path at which objects lie.

    ``cut`` is the number of lists that are longer than what becomes columns of them.
    """

    def __init__(self) -> None:
        self.cut = 0
        self._objects: Counter[str] = Counter()
        self._listings: dict[str, bool] = {}
        self._keys: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def add(self, path: str, record: Mapping[str, Any]) -> None:
        """Count the keys of one object."""
        self._objects[path] += 1
        self._listings[path] = self._objects[path] == 1 and is_listing(record)
        self._keys[path].update(record.keys())

    def with_data_keys(self) -> frozenset[str]:
        """Return the paths whose objects have many keys together and each of them few.

        Examples
        --------
        >>> counts = KeyCounts()
        >>> for number in range(30):
        ...     counts.add("", {"score": 1, "by": 2})
        ...     counts.add("score", {f"person {number}": 1})
        >>> sorted(counts.with_data_keys())
        ['score']
        """
        return frozenset(
            path
            for path, keys in self._keys.items()
            if len(keys) >= MANY
            and (self._listings[path] or keys.total() <= RARE * len(keys) * self._objects[path])
        )
