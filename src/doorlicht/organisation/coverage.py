"""The coverage matrix: unit by kind of step by source, and what was never looked at.

A cell is covered by a step of the unit itself, by one of a unit above it that says that it holds
for those below, or, where the unit took over the work of others, by steps of all of these. A step
that a unit did before it took over another one says nothing of that other one: it counts in part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from doorlicht.organisation.history import History
from doorlicht.organisation.scope import standing_exclusions, undecided_units, units_in_scope
from doorlicht.records import Coverage, CoverageCell, CoverageRow, InventoryStep, ScopeDecision
from doorlicht.records.campaigns import CellState, StepKind

_ORDER: tuple[CellState, ...] = ("done", "not_applicable", "started", "planned")


def measure_coverage(
    history: History,
    decisions: Iterable[ScopeDecision],
    steps: Iterable[InventoryStep],
    day: date,
    *,
    kinds: Sequence[StepKind],
    sources: Mapping[str, Sequence[str]] | None = None,
) -> Coverage:
    """Return what was looked at by a day.

    Parameters
    ----------
    kinds
        The steps that every unit in scope needs, in the order of the columns.
    sources
        The sources of each unit, by id; each needs a scan of its own.
    """
    listed = list(decisions)
    by_kind = _by_unit_and_kind(steps, day)
    look = _Look(history, day, by_kind, sources or {}, _scans_by_source(by_kind))
    wanted = {one.id for one in units_in_scope(history, listed, day)}
    rows = tuple(
        CoverageRow(
            unit.id,
            unit.name,
            depth,
            tuple(cell for kind in kinds for cell in look.cells(unit.id, kind)),
        )
        for depth, unit in history.tree(day)
        if unit.id in wanted
    )
    return Coverage(
        day,
        rows,
        tuple(dict.fromkeys(one.unit for one in standing_exclusions(history, listed, day))),
        tuple(one.id for one in undecided_units(history, listed, day)),
    )


_Steps = Mapping[tuple[str, StepKind], Sequence[InventoryStep]]


def _by_unit_and_kind(steps: Iterable[InventoryStep], day: date) -> _Steps:
    """Return steps by unit and kind; what was done after the day was not done yet on it."""
    found: dict[tuple[str, StepKind], list[InventoryStep]] = {}
    for one in steps:
        if one.done_on is None or one.done_on <= day:
            found.setdefault((one.unit, one.kind), []).append(one)
    return found


def _scans_by_source(steps: _Steps) -> dict[str, list[InventoryStep]]:
    """Return the scans of each source, whichever unit they were noted under."""
    found: dict[str, list[InventoryStep]] = {}
    for (_, kind), several in steps.items():
        for one in several if kind == "scan" else ():
            found.setdefault(one.source, []).append(one)
    return found


@dataclass(frozen=True)
class _Look:
    """What is needed to fill a cell."""

    history: History
    day: date
    steps: _Steps
    sources: Mapping[str, Sequence[str]]
    scans: Mapping[str, Sequence[InventoryStep]]
    known: dict[tuple[str, StepKind], bool] = field(
        default_factory=dict[tuple[str, StepKind], bool]
    )

    def cells(self, unit: str, kind: StepKind) -> list[CoverageCell]:
        """Return the cells of a unit for one kind of step: one a source, else one."""
        known = self.sources.get(unit, ()) if kind == "scan" else ()
        by_source = {source: list(self.scans.get(source, ())) for source in known}
        for one in self.steps.get((unit, kind), ()):
            if one not in by_source.setdefault(one.source, []):
                by_source[one.source].append(one)
        if not by_source:
            return [self._without_steps(unit, kind, "")]
        return [
            self._cell(unit, kind, source, several, is_source=source in known)
            for source, several in by_source.items()
        ]

    def _cell(
        self,
        unit: str,
        kind: StepKind,
        source: str,
        several: Sequence[InventoryStep],
        *,
        is_source: bool,
    ) -> CoverageCell:
        """Return the cell of steps at one source: what is furthest counts."""
        if not several:
            return self._without_steps(unit, kind, source)
        best = min(several, key=lambda one: _ORDER.index(one.state))
        state: CellState = best.state
        if best.is_at_an_end and not is_source and not self._is_done(unit, kind):
            state = "partly"
        ids = tuple(one.id for one in several)
        return CoverageCell(unit, kind, source, state, best.done_on, ids)

    def _without_steps(self, unit: str, kind: StepKind, source: str) -> CoverageCell:
        above = self._above(unit, kind)
        if above is not None:
            return CoverageCell(unit, kind, source, "covered", above.done_on, (above.id,))
        # A source is looked at itself: that its unit was looked at elsewhere says nothing of it.
        state: CellState = "taken_over" if not source and self._is_done(unit, kind) else "never"
        return CoverageCell(unit, kind, source, state)

    def _above(self, unit: str, kind: StepKind) -> InventoryStep | None:
        """Return a step of a unit above that holds for this one."""
        one = self.history.at(unit, self.day)
        while one is not None and one.parent is not None:
            for step in self.steps.get((one.parent, kind), ()):
                if step.covers_below and step.is_at_an_end:
                    return step
            one = self.history.at(one.parent, self.day)
        return None

    def _is_done(self, unit: str, kind: StepKind) -> bool:
        """Whether a unit and all that it took over were looked at."""
        if (unit, kind) not in self.known:
            self.known[unit, kind] = self._find_done(unit, kind)
        return self.known[unit, kind]

    def _find_done(self, unit: str, kind: StepKind) -> bool:
        own = [one for one in self.steps.get((unit, kind), ()) if one.is_at_an_end]
        last_done = max((one.done_on or date.min for one in own), default=None)
        began = self.history.versions[unit][0].since or date.min
        pending: list[str] = []
        is_born_of_them = False
        for before in self.history.predecessors.get(unit, ()):
            until = self.history.last(before).until
            if until is None or until >= self.day:
                continue
            is_born_of_them = is_born_of_them or began > until
            if last_done is None or last_done <= until:
                pending.append(before)
        if not pending:
            return bool(own)
        return (bool(own) or is_born_of_them) and all(self._is_done(one, kind) for one in pending)
