"""The organisation through time: which unit was there on a day, and who goes on with its work.

What is wrong with a list of units is told by :mod:`doorlicht.organisation.faults`; a history is
made of a list without faults only.

What a unit has to do passes to what takes its place; where nothing does, to the unit above it. Of
several successors the first one has it, and that a rule chose is told, so that people can decide
otherwise (:class:`Assignment`).

Source: what article 4 of the Archiefwet 1995 asks for the records of a body that is abolished,
merged or split (that somebody is named who takes them over) is asked here for its obligations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from doorlicht.errors import InputError, nearest
from doorlicht.organisation.faults import find_faults, successors_by_id
from doorlicht.records import Assignment, Bearing, Obligation, OrganisationUnit


@dataclass(frozen=True)
class History:
    """Units by id, each as its versions in the order of time; made by :func:`make_history`."""

    versions: Mapping[str, tuple[OrganisationUnit, ...]]

    @cached_property
    def successors(self) -> Mapping[str, tuple[str, ...]]:
        """The units that go on with each unit, as either of the two names the other."""
        return successors_by_id([one for several in self.versions.values() for one in several])

    @cached_property
    def predecessors(self) -> Mapping[str, tuple[str, ...]]:
        """The units of which each unit goes on with the work."""
        found: dict[str, list[str]] = {}
        for before, several in self.successors.items():
            for after in several:
                found.setdefault(after, []).append(before)
        return {unit: tuple(before) for unit, before in found.items()}

    def last(self, unit: str) -> OrganisationUnit:
        """Return a unit as it was last.

        Raises
        ------
        InputError
            If there is none of this id.
        """
        if unit not in self.versions:
            raise InputError(
                "organisation.no_such_unit", id=unit, nearest=nearest(unit, self.versions)
            )
        return self.versions[unit][-1]

    def at(self, unit: str, day: date) -> OrganisationUnit | None:
        """Return a unit as it was on a day; nothing where it was not there."""
        return next((one for one in self.versions.get(unit, ()) if one.is_there(day)), None)

    def on(self, day: date) -> dict[str, OrganisationUnit]:
        """Return the units that were there on a day, by id."""
        found = ((unit, self.at(unit, day)) for unit in self.versions)
        return {unit: one for unit, one in found if one is not None}

    def tree(self, day: date) -> Iterator[tuple[int, OrganisationUnit]]:
        """Yield the units of a day with their depth, each under the one above it.

        A unit whose parent was not there on that day stands at the top: it is not left out.
        """
        there = self.on(day)
        below: dict[str | None, list[OrganisationUnit]] = {}
        for one in there.values():
            below.setdefault(one.parent if one.parent in there else None, []).append(one)
        waiting = [(0, one) for one in reversed(below.get(None, []))]
        while waiting:
            depth, one = waiting.pop()
            yield depth, one
            waiting += [(depth + 1, child) for child in reversed(below.get(one.id, []))]

    def ministry(self, unit: str, day: date) -> str:
        """Return the id of the ministry of a unit: as it says itself, else the top of its tree."""
        one = self.at(unit, day) or self.last(unit)
        while not one.ministry and one.parent is not None and one.parent in self.versions:
            one = self.at(one.parent, day) or self.last(one.parent)
        return one.ministry or one.id

    def heirs(self, unit: str) -> tuple[str, ...]:
        """Return who goes on with a unit that ended: its successors, else the unit above it."""
        named = self.successors.get(unit, ())
        parent = self.last(unit).parent
        return named or ((parent,) if parent is not None else ())

    def parts(self, unit: str, day: date) -> tuple[str, ...]:
        """Return every unit of a day that goes on with a part of a unit; itself if it is there."""
        found: list[str] = []
        waiting, seen = [unit], {unit}
        while waiting:
            one = waiting.pop()
            until = self.last(one).until
            if until is None or until >= day:
                found.append(one)
                continue
            new = [heir for heir in self.heirs(one) if heir not in seen]
            seen.update(new)
            waiting += new
        return tuple(found)

    def path(self, unit: str, day: date) -> tuple[tuple[str, ...], bool]:
        """Return the units by which work of a unit came to the one that has it on a day.

        Returns
        -------
        tuple
            The units, that of the day last; and whether a rule chose on the way.

        Raises
        ------
        InputError
            If the unit is not known, or nobody took over.
        """
        passed = [unit]
        is_by_rule = False
        while (until := self.last(passed[-1]).until) is not None and until < day:
            named = self.successors.get(passed[-1], ())
            heir = next(iter(self.heirs(passed[-1])), None)
            if heir is None or heir in passed:
                raise InputError("organisation.no_heir", id=passed[-1], until=str(until))
            passed.append(heir)
            is_by_rule = is_by_rule or len(named) != 1
        return tuple(passed), is_by_rule


def make_history(units: Iterable[OrganisationUnit]) -> History:
    """Return the history of units.

    Raises
    ------
    InputError
        The first of their faults.

    Examples
    --------
    >>> dg = OrganisationUnit("dg", "DG Wonen", until=date(2024, 6, 30), status="renamed",
    ...                       successors=("dgvo",))
    >>> history = make_history([dg, OrganisationUnit("dgvo", "DGVO", since=date(2024, 7, 1))])
    >>> history.path("dg", date(2024, 7, 1))
    (('dg', 'dgvo'), False)
    """
    listed = list(units)
    for fault in find_faults(listed):
        raise fault
    versions: dict[str, list[OrganisationUnit]] = {}
    for one in sorted(listed, key=lambda one: one.since or date.min):
        versions.setdefault(one.id, []).append(one)
    order = dict.fromkeys(one.id for one in listed)
    return History({unit: tuple(versions[unit]) for unit in order})


def find_bearers(
    history: History,
    obligations: Sequence[Obligation],
    day: date,
    assignments: Sequence[Assignment] = (),
) -> list[Bearing]:
    """Return who bears each obligation on a day: exactly one unit, each obligation once.

    Parameters
    ----------
    assignments
        What people decided; the last one before the day counts, and what became of its unit.

    Raises
    ------
    InputError
        If an obligation comes twice, names no unit that is known, or nobody took it over.
    """
    decided: dict[str, list[Assignment]] = {}
    for one in sorted(assignments, key=lambda one: one.on):
        if one.on <= day:
            decided.setdefault(one.obligation, []).append(one)
    found: dict[str, Bearing] = {}
    for one in obligations:
        if one.id in found:
            raise InputError("organisation.obligation_twice", id=one.id)
        found[one.id] = _bearing(history, one, day, decided.get(one.id, ()))
    return list(found.values())


def _bearing(
    history: History, obligation: Obligation, day: date, decided: Sequence[Assignment]
) -> Bearing:
    path: tuple[str, ...] = ()
    unit, is_by_rule = obligation.unit, False
    for one in decided:
        passed, _ = history.path(unit, one.on)
        path += passed
        unit = one.unit
    passed, is_by_rule = history.path(unit, day)
    path += passed
    kept = tuple(one for at, one in enumerate(path) if at == 0 or path[at - 1] != one)
    return Bearing(obligation, kept[-1], kept, is_by_rule)
