"""Scorecards: for each attribute the points of the first of its bins that holds.

A scorecard is a table or a document of three things: the attribute, the bin, and the points. What
the columns are called differs; the words are in ``scorecard_words.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, cast

import numpy as np

from doorlicht.audit.reading.things import Understood
from doorlicht.audit.reading.value_tests import ValueTest, read_bin
from doorlicht.audit.scoring.blocks import Block, Floats
from doorlicht.audit.scoring.program import Predictor
from doorlicht.shipped import read_yaml

MAX_BINS: Final = 100_000
MAX_HEAD: Final = 20
"""Rows above the header, such as a title and a date."""

Row = Sequence[Any]


@cache
def _words() -> dict[str, frozenset[str]]:
    told = cast(
        "dict[str, list[str]]", read_yaml("doorlicht.audit", "reading/scorecard_words.yaml")
    )
    return {role: frozenset(words) for role, words in told.items()}


@dataclass(slots=True)
class Card:
    """The bins of each attribute with their points, in their order."""

    base: float = 0.0
    bins: dict[str, list[tuple[ValueTest, float]]] = field(
        default_factory=dict[str, "list[tuple[ValueTest, float]]"]
    )
    is_first: bool = False

    def add(self, name: str, test: ValueTest, points: float) -> None:
        """Add a bin."""
        self.bins.setdefault(name, []).append((test, points))


def _plain(value: Any) -> str:
    return (
        " ".join(str(value).strip().lower().replace("_", " ").split()) if value is not None else ""
    )


def roles_of(header: Row) -> dict[str, int] | None:
    """Return which column is what; ``None`` if this is no header of a scorecard.

    Examples
    --------
    >>> roles_of(["Kenmerk", "Klasse", "Punten"])
    {'attribute': 0, 'bin': 1, 'points': 2}
    """
    words = _words()
    found: dict[str, int] = {}
    for place, cell in enumerate(header):
        name = _plain(cell)
        for role in ("attribute", "bin", "low", "high", "points"):
            if role not in found and name in words[role]:
                found[role] = place
                break
    has_bin = "bin" in found or "low" in found or "high" in found
    return found if "attribute" in found and "points" in found and has_bin else None


def card_of_rows(rows: Sequence[Row]) -> Card | None:
    """Return the card in a table; ``None`` if none of its first rows is a header of one."""
    for place, row in enumerate(rows[:MAX_HEAD]):
        roles = roles_of(row)
        if roles is not None:
            return _card(rows[place + 1 :], roles)
    return None


def _card(rows: Sequence[Row], roles: Mapping[str, int]) -> Card | None:
    card = Card()
    words = _words()
    last = ""
    for row in rows[:MAX_BINS]:
        cells = {role: row[place] if place < len(row) else None for role, place in roles.items()}
        points = number_of(cells.get("points"))
        # An attribute is often written only at the first of its bins.
        name = str(cells.get("attribute") or "").strip() or last
        if points is None or not name:
            continue
        last = name
        if _plain(name) in words["base"]:
            card.base += points
            continue
        card.add(name, _test(cells), points)
    return card if card.bins else None


def _test(cells: Mapping[str, Any]) -> ValueTest:
    low, high = number_of(cells.get("low")), number_of(cells.get("high"))
    if low is not None or high is not None:
        return ValueTest(low, high, True, False)
    value = cells.get("bin")
    if value is None:
        return ValueTest(is_other=True)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return read_bin(str(value))


def number_of(value: Any) -> float | None:
    """Return a number, also where it is written with a comma; ``None`` if it is none."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float(value) if np.isfinite(value) else None
    try:
        return float(str(value).strip().replace(" ", "").replace(",", "."))
    except ValueError:
        return None


def card_of_document(told: Any) -> Card | None:
    """Return the card in a document of mappings and lists; ``None`` if there is none."""
    if isinstance(told, list):
        rows = cast("list[Any]", told)
        if rows and all(isinstance(row, dict) for row in rows):
            return _card_of_entries(cast("list[dict[Any, Any]]", rows))
        return None
    if not isinstance(told, dict):
        return None
    document = {_plain(key): value for key, value in cast("dict[Any, Any]", told).items()}
    words = _words()
    base = next((document[key] for key in document if key in words["base"]), None)
    for key, value in document.items():
        if key in words["attributes"] or key in words["card"]:
            card = _card_of_attributes(value) or card_of_document(value)
            if card is not None:
                card.base += number_of(base) or 0.0
                return card
    return None


def _card_of_entries(entries: list[dict[Any, Any]]) -> Card | None:
    """Return a card of entries that are each a bin, or each an attribute with its bins."""
    heads = list(dict.fromkeys(key for entry in entries for key in entry))
    rows = [[entry.get(key) for key in heads] for entry in entries]
    return card_of_rows([heads, *rows]) or _card_of_attributes(entries)


def _card_of_attributes(told: Any) -> Card | None:
    """Return a card of attributes that each have their bins, in a list or by their names."""
    card = Card()
    words = _words()
    if isinstance(told, dict):
        for name, bins in cast("dict[Any, Any]", told).items():
            _add_bins(card, str(name), bins)
    elif isinstance(told, list):
        for entry in cast("list[Any]", told):
            if not isinstance(entry, dict):
                return None
            parts = {_plain(key): value for key, value in cast("dict[Any, Any]", entry).items()}
            name = next((parts[key] for key in parts if key in words["attribute"]), None)
            bins = next((parts[key] for key in parts if key in words["bins"]), None)
            if name is None or bins is None:
                return None
            _add_bins(card, str(name), bins)
    return card if card.bins else None


def _add_bins(card: Card, name: str, bins: Any) -> None:
    words = _words()
    if isinstance(bins, dict):
        for key, value in cast("dict[Any, Any]", bins).items():
            if _plain(key) in words["bins"]:
                _add_bins(card, name, value)
                return
            points = number_of(value)
            if points is not None:
                card.add(name, read_bin(str(key)), points)
        return
    if not isinstance(bins, list):
        return
    for entry in cast("list[Any]", bins):
        if not isinstance(entry, dict):
            continue
        parts = {_plain(key): value for key, value in cast("dict[Any, Any]", entry).items()}
        points = next((number_of(parts[key]) for key in parts if key in words["points"]), None)
        if points is None:
            continue
        cells = {
            role: next((parts[key] for key in parts if key in words[role]), None)
            for role in ("low", "high", "bin")
        }
        values = cells["bin"]
        if isinstance(values, list):
            texts = tuple(str(value) for value in cast("list[Any]", values))
            card.add(name, ValueTest(values=texts), points)
        else:
            card.add(name, _test(cells), points)


def understand_card(card: Card) -> Understood:
    """Return what a card takes, and how it scores."""
    made = Understood("scorecard", "scorecard", "scorecard")
    made.names = tuple(card.bins)
    made.width = len(made.names)
    made.intercept = (card.base,)
    made.link = "identity"
    spread = [
        max(points for _, points in bins) - min(points for _, points in bins)
        for bins in card.bins.values()
    ]
    total = sum(spread)
    made.importances = np.array(spread) / total if total else np.array(spread)
    made.importance_by = "range of points"
    made.used = np.array(spread) > 0
    made.predictor = Predictor(value=_Points(card))
    return made


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Points:
    card: Card

    def __call__(self, block: Block) -> Floats:
        total = np.full(block.rows, self.card.base)
        for column, (name, bins) in zip(block.columns, self.card.bins.items(), strict=True):
            left = np.arange(block.rows)
            # "Other" also holds for gaps, unless an earlier bin is for them.
            for test, points in bins:
                held = test.held(column[left], name)
                total[left[held]] += points
                left = left[~held]
        return total
