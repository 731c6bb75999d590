"""Scorecards in CSV, workbooks, YAML and JSON."""

from __future__ import annotations

import csv
import io
from typing import Final

import yaml

from doorlicht.audit.artefacts import artefact_of
from doorlicht.audit.reading.scorecards import (
    Card,
    card_of_document,
    card_of_rows,
    understand_card,
)
from doorlicht.audit.reading.things import Understood
from doorlicht.plugins import ModelLimits
from doorlicht.records import BlindSpot, ModelArtefact
from doorlicht.shipped import parse_found_yaml

MAX_BYTES: Final = 8 << 20
"""Larger tables are data and no scorecards."""
MAX_ROWS: Final = 100_000
_TABLES: Final = (".csv", ".tsv", ".txt")
_BOOKS: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_TREES: Final = (".yaml", ".yml", ".json")


class ScorecardLoader:
    """Tables of points: which attribute, which bin, how many points."""

    name = "scorecard"
    rank = 5

    def recognises(self, name: str, content: bytes) -> bool:
        """Return whether a scorecard is in the file; its name only says how to look."""
        return len(content) <= MAX_BYTES and _card(name, content) is not None

    def open(self, name: str, content: bytes, limits: ModelLimits) -> ModelArtefact:
        """Return the scorecard."""
        del limits
        card = _card(name, content)
        if card is None:
            spot = BlindSpot("", name, "model.no_model")
            return artefact_of(Understood("", "unknown"), name, "scorecard", spots=[spot])
        return artefact_of(understand_card(card), name, "scorecard")


def _card(name: str, content: bytes) -> Card | None:
    lower = name.lower()
    if lower.endswith(_BOOKS):
        return _of_book(content)
    text = content.decode("utf-8-sig", "replace")
    if "\x00" in text:
        return None
    if lower.endswith(_TREES):
        return _of_document(text)
    return _of_table(text) if lower.endswith(_TABLES) else None


def _of_table(text: str) -> Card | None:
    head = text[:4096]
    delimiter = max(";,\t|", key=head.count)
    try:
        rows = [
            row
            for row, _ in zip(
                csv.reader(io.StringIO(text), delimiter=delimiter), range(MAX_ROWS), strict=False
            )
        ]
    except csv.Error:
        return None
    return card_of_rows(rows)


def _of_document(text: str) -> Card | None:
    try:
        return card_of_document(parse_found_yaml(text))
    except (yaml.YAMLError, RecursionError, ValueError):
        return None


def _of_book(content: bytes) -> Card | None:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for sheet in book.sheet_names:
            card = card_of_rows(book.get_sheet_by_name(sheet).to_python(nrows=MAX_ROWS))
            if card is not None:
                return card
    except (CalamineError, OSError, ValueError, KeyError):
        return None
    return None
