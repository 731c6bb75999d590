"""Marks of people, and the columns that they are read from: what says yes, and what is refused.

Limits: words for yes and no are a short list, and nothing else is guessed.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportMissingTypeStubs=false
# pyarrow brings no types; what comes out of it is checked by tests.

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

import numpy as np
import pyarrow as pa

from doorlicht.errors import InputError
from doorlicht.records import Cell

YES: Final = ("1", "1.0", "true", "t", "yes", "y", "ja", "j", "waar", "oui", "si", "on", "x")
NO: Final = ("0", "0.0", "false", "f", "no", "n", "nee", "neen", "onwaar", "non", "off")
"""Words that say yes and no in a column of marks, in lower case; nothing else is guessed."""

MISSING: Final = ("", "na", "n/a", "nan", "null", "none", "<na>")
"""Words that say that a value is not there."""

NEITHER: Final = -1
"""What a mark gives that says neither yes nor no."""

MAX_GROUPS: Final = 10_000

WRITTEN: Final = re.compile(
    r"^\s*(?P<column>.+?)\s*(?P<sign>==|!=|<>|>=|<=|=|>|<)\s*(?P<value>.+?)\s*$"
)
SIGNS: Final[Mapping[str, str]] = {
    "==": "=", "=": "=", "!=": "<>", "<>": "<>", ">=": ">=", "<=": "<=", ">": ">", "<": "<",
}  # fmt: skip
_COMPARE: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "=": operator.eq, "<>": operator.ne, ">=": operator.ge, "<=": operator.le,
    ">": operator.gt, "<": operator.lt,
}  # fmt: skip
Sign = Literal["=", "<>", ">=", "<=", ">", "<"]


@dataclass(frozen=True, slots=True)
class Mark:
    """How yes or no is read from a column: by itself, or by comparing it with a value.

    Attributes
    ----------
    sign, value
        Empty where the column says yes and no itself. ``>`` and the like compare numbers; several
        values behind ``=`` or ``<>`` are divided by a bar: ``outcome = fraud|error``.
    """

    column: str
    sign: str = ""
    value: str = ""

    @property
    def text(self) -> str:
        """How it is written."""
        return f"{self.column} {self.sign} {self.value}" if self.sign else self.column


@dataclass(frozen=True, slots=True)
class Counting:
    """What people are told apart by.

    Attributes
    ----------
    groups
        Columns; a person is in the group that their values together make.
    selected, outcome, sampled
        Marks; ``None`` where there is no such column.
    weights
        A column that says for how many people each row stands.
    """

    groups: tuple[str, ...]
    selected: Mark
    outcome: Mark | None = None
    sampled: Mark | None = None
    weights: str | None = None


_WITH_COMMA: Final = re.compile(r"\s*[+-]?\d+,\d+\s*")
_THOUSAND: Final = 3


def has_decimal_comma(texts: Iterable[str]) -> bool:
    """Tell whether numbers are written with a comma before their decimals, as in Dutch.

    Not where each comma can stand between thousands: ``1,240`` is refused rather than guessed.

    Examples
    --------
    >>> has_decimal_comma(["0,75", "1", "12,5"])
    True
    >>> has_decimal_comma(["1,240", "15"]), has_decimal_comma(["1,5", "2.5"])
    (False, False)
    """
    told = False
    for one in texts:
        if "." in one:
            return False
        if "," not in one:
            continue
        if _WITH_COMMA.fullmatch(one) is None:
            return False
        whole, _, decimals = one.strip().partition(",")
        told = told or len(decimals) != _THOUSAND or whole.lstrip("+-") == "0"
    return told


def plain(column: Any) -> np.ndarray[Any, Any]:
    """Return a column of Arrow as numbers if all values are, else as texts and ``None``."""
    kind = column.type
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    if pa.types.is_decimal(kind):
        return column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    texts = np.array(column.cast(pa.string()).to_pylist(), dtype=object)
    missing = np.array([one is None or one.strip().casefold() in MISSING for one in texts], bool)
    texts[missing] = None
    try:
        numbers = np.full(len(texts), np.nan)
        written = texts[~missing]
        if has_decimal_comma(written.tolist()):
            written = np.array([one.replace(",", ".") for one in written], dtype=object)
        numbers[~missing] = written.astype(np.float64)
    except ValueError:
        return texts
    # A code with leading zeros is a name that happens to be written in digits.
    is_code = any(one is not None and len(one) > 1 and one[0] == "0" and one.isdigit()
                  for one in texts)  # fmt: skip
    return texts if is_code else numbers


def refuse_weights(
    column: str, path: str, missing: int, words: int, negative: int, endless: int
) -> None:
    """Refuse a column of weights by what is wrong with it.

    Parameters
    ----------
    missing, words, negative, endless
        Of how many rows the weight is that.

    Raises
    ------
    InputError
        By the first thing that is wrong.
    """
    for kind, rows in (
        ("missing", missing), ("words", words), ("negative", negative), ("endless", endless),
    ):  # fmt: skip
        if rows:
            raise InputError(f"audit.weights_{kind}", column=column, path=path)


_MANY_PEOPLE: Final = 100
_SHARE_OF_PEOPLE: Final = 0.5


def refuse_names_of_people(
    groups: Collection[tuple[Any, ...]], columns: Sequence[str], people: int
) -> None:
    """Refuse columns that tell people apart and not groups.

    Parameters
    ----------
    groups
        Each combination of values that is met, with a value for each column.

    Raises
    ------
    InputError
        If there are more than :data:`MAX_GROUPS` of them, or about as many values as people.
    """
    if len(groups) > MAX_GROUPS:
        raise InputError("audit.too_many_groups", columns=", ".join(columns), limit=MAX_GROUPS)
    for at, name in enumerate(columns):
        values = len({group[at] for group in groups})
        if people >= _MANY_PEOPLE and values > _SHARE_OF_PEOPLE * people:
            raise InputError("audit.names_people", column=name)


def compare(mark: Mark, column: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return a mark for numbers that are in memory: scores that a model gave."""
    made = _COMPARE[mark.sign](column, float(mark.value)).astype(np.float64)
    made[np.isnan(column)] = np.nan
    return cast("np.ndarray[Any, Any]", made)


def cells_of(rows: Sequence[tuple[Any, ...]], counting: Counting, path: str) -> tuple[Cell, ...]:
    """Return the rows that the engine counted as cells.

    Raises
    ------
    InputError
        If a column tells people apart and not groups, a mark says neither yes nor no, or a weight
        is none.
    """
    many = len(counting.groups)
    people = sum(int(row[many + 3]) for row in rows)
    refuse_names_of_people({row[:many] for row in rows}, counting.groups, people)
    cells: list[Cell] = []
    for row in rows:
        selected, outcome, sampled, n, *weighted = row[many:]
        for mark, value in (
            (counting.selected, selected), (counting.outcome, outcome), (counting.sampled, sampled),
        ):  # fmt: skip
            if value == NEITHER and mark is not None:
                raise InputError("audit.unclear_mark", column=mark.column, path=path)
        if weighted:
            missing, no_number, negative, endless = (int(one) for one in weighted[2:])
            name = counting.weights or ""
            refuse_weights(name, path, missing, max(no_number - missing, 0), negative, endless)
        cells.append(
            Cell(
                tuple(row[:many]),
                None if selected is None else bool(selected),
                int(n),
                None if outcome is None else bool(outcome),
                bool(sampled),
                float(weighted[0]) if weighted else None,
                float(weighted[1]) if weighted else None,
            )
        )
    return tuple(cells)


def listed(values: Sequence[str]) -> str:
    """Return texts as the engine writes a list of them."""
    quoted = ("'" + value.replace("'", "''") + "'" for value in values)
    return f"({', '.join(quoted)})"
