"""A figure of a document, with all that is needed to see how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

FigureUnit = Literal["count", "at_most", "days"]
"""``at_most``: a count that is an upper bound."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it was counted on a day.

    Attributes
    ----------
    id
        ``FIG-…``: of the question, its parameters, the day and what was counted. Another outcome
        is another figure; the same one can always be found again.
    query
        Name of what is counted; ``parameters`` say of what.
    snapshot
        SHA-256 of what was counted: the rows themselves, in one form.
    rows
        What was counted, by id.
    counted
        Of what can be asked again of an earlier day: each row with what it was counted by, its id
        first. So a correction can show what was there and what is there now.
    entries
        Number of the last ledger entry that it rests on; nothing: no ledger is known.
    """

    id: str
    query: str
    value: int
    unit: FigureUnit
    day: date
    snapshot: str
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    rows: tuple[str, ...] = ()
    entries: int | None = None
    counted: tuple[tuple[str, ...], ...] = ()

    @property
    def question(self) -> tuple[str, ...]:
        """What was asked, whatever came out: the same in each report that asks it."""
        return (self.query, *(f"{name}={value}" for name, value in sorted(self.parameters.items())))


class CorrectedCell(NamedTuple):
    """A row of a figure that was signed, as it was counted then and now."""

    id: str
    then: tuple[str, ...] | None
    now: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Correction:
    """A figure of a signed report that would come out otherwise by now, of the same day.

    Attributes
    ----------
    after
        Nothing: it cannot be counted any more.
    added, removed
        Ids of rows that are counted now and were not, and the other way round.
    cells
        Each row that was added, removed or changed: its id, what it was counted by then, and now.
        ``None``: it was not counted; empty: it was, and by nothing that is known.
    """

    before: Figure
    after: Figure | None
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    cells: tuple[CorrectedCell, ...] = ()
