"""The inventory: every use with what is known of it, one line each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from doorlicht.records.uses import Use


@dataclass(frozen=True, slots=True)
class InventoryLine:
    """A use with where its assessment stands.

    Attributes
    ----------
    proposed
        What the rules propose by what is known today.
    verdict
        What the controller decided; empty while nobody did. ``assessment`` is its id, or that of
        the last proposal that was kept.
    needed
        Who has still to speak: ``first``, ``second``, ``lawyer:L1``, ``decision``.
    open_facts
        Questions without an answer, and since when the oldest can have been asked.
    is_outdated
        Whether answers or the edition changed since the assessment that was kept.
    late_measures
        Measures past their term; ``open_measures`` counts all that are not yet verified.
    """

    use: Use
    proposed: str
    is_at_least: bool
    verdict: str = ""
    assessment: str = ""
    needed: tuple[str, ...] = ()
    open_facts: tuple[str, ...] = ()
    asked_since: date | None = None
    lawyer: tuple[str, ...] = ()
    is_outdated: bool = False
    open_measures: int = 0
    late_measures: int = 0
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class Inventory:
    """All uses of a register, by one framework, on one day.

    Attributes
    ----------
    rejected
        What was proposed and is no use, by what people say; with how many were merged or split
        it tells how the lines came about.
    """

    framework: str
    edition: str
    day: date
    lines: tuple[InventoryLine, ...]
    rejected: int = 0
    replaced: int = 0
    organisation: str = ""
