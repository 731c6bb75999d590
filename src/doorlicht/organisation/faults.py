"""What is wrong with a list of units: each fault with the unit that has it.

A tree with a fault would show units that are not there or hide some that are, so nothing is made
of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from doorlicht.errors import InputError, nearest
from doorlicht.records import OrganisationUnit
from doorlicht.records.organisation import ENDED

_Units = Sequence[OrganisationUnit]


def find_faults(units: _Units) -> Iterator[InputError]:
    """Yield every fault of a list of units, those of single units first."""
    yield from _of_single(units)
    by_id: dict[str, list[OrganisationUnit]] = {}
    for one in sorted(units, key=lambda one: one.since or date.min):
        by_id.setdefault(one.id, []).append(one)
    yield from _of_names(units, by_id)
    yield from _of_periods(by_id)
    yield from _of_identifiers(units, by_id)
    parents = {
        unit: {one.parent for one in several if one.parent} for unit, several in by_id.items()
    }
    yield from _circles(parents, "organisation.parent_circle")
    yield from _of_succession(by_id)


def successors_by_id(units: Iterable[OrganisationUnit]) -> dict[str, tuple[str, ...]]:
    """Return the successors of each unit: those it names, then those that name it.

    Examples
    --------
    >>> new = OrganisationUnit("new", "New", predecessors=("old",))
    >>> successors_by_id([OrganisationUnit("old", "Old"), new])
    {'old': ('new',)}
    """
    found: dict[str, dict[str, None]] = {}
    listed = list(units)
    for one in listed:
        for successor in one.successors:
            found.setdefault(one.id, {})[successor] = None
    for one in listed:
        for predecessor in one.predecessors:
            found.setdefault(predecessor, {})[one.id] = None
    return {unit: tuple(after) for unit, after in found.items()}


def _of_single(units: _Units) -> Iterator[InputError]:
    for one in units:
        if not one.id.strip() or not one.name.strip():
            yield InputError("organisation.no_name", id=one.id or "-", name=one.name or "-")
        if one.since and one.until and one.until < one.since:
            yield InputError(
                "organisation.bad_period", id=one.id, since=str(one.since), until=str(one.until)
            )
        if one.status in ENDED and one.until is None:
            yield InputError("organisation.no_end", id=one.id, status=one.status)
        if one.status == "split" and len(one.successors) == 1:
            yield InputError("organisation.split_into_one", id=one.id, into=one.successors[0])


def _of_names(units: _Units, by_id: Mapping[str, _Units]) -> Iterator[InputError]:
    for one in units:
        if one.parent is not None and one.parent not in by_id:
            yield InputError(
                "organisation.unknown_parent", id=one.id, parent=one.parent,
                nearest=nearest(one.parent, by_id),
            )  # fmt: skip
        for other in (*one.predecessors, *one.successors):
            if other not in by_id:
                yield InputError(
                    "organisation.unknown_relation", id=one.id, other=other,
                    nearest=nearest(other, by_id),
                )  # fmt: skip


def _of_periods(by_id: Mapping[str, _Units]) -> Iterator[InputError]:
    for several in by_id.values():
        for before, after in pairwise(several):
            if _overlap(before, after):
                yield _overlap_error(before, after, by_id)


def _of_identifiers(units: _Units, by_id: Mapping[str, _Units]) -> Iterator[InputError]:
    """Yield where two ids stand for one organisation of a public register at the same time."""
    known: dict[str, list[OrganisationUnit]] = {}
    for one in units:
        if not one.identifier:
            continue
        for other in known.setdefault(one.identifier, []):
            if other.id != one.id and _overlap(other, one):
                yield _overlap_error(other, one, by_id)
        known[one.identifier].append(one)


def _overlap(one: OrganisationUnit, other: OrganisationUnit) -> bool:
    first, last = (
        max(one.since or date.min, other.since or date.min),
        min(one.until or date.max, other.until or date.max),
    )
    return first <= last


def _overlap_error(
    one: OrganisationUnit, other: OrganisationUnit, by_id: Mapping[str, _Units]
) -> InputError:
    ministries = _claimed_by(one, by_id), _claimed_by(other, by_id)
    day = str(max(one.since or date.min, other.since or date.min))
    if ministries[0] != ministries[1]:
        return InputError(
            "organisation.two_ministries", id=other.id, one=ministries[0], other=ministries[1],
            day=day,
        )  # fmt: skip
    if one.id != other.id:
        return InputError(
            "organisation.same_identifier", id=one.id, other=other.id, identifier=one.identifier
        )
    return InputError("organisation.overlap", id=one.id, day=day)


def _claimed_by(one: OrganisationUnit, by_id: Mapping[str, _Units]) -> str:
    """Return the ministry of a unit in a tree that may have faults of its own."""
    seen: set[str] = set()
    while not one.ministry and one.parent is not None:
        if one.parent not in by_id or one.parent in seen:
            break
        seen.add(one.parent)
        one = by_id[one.parent][-1]
    return one.ministry or one.id


def _of_succession(by_id: Mapping[str, _Units]) -> Iterator[InputError]:
    successors = successors_by_id(one for several in by_id.values() for one in several)
    known = {unit: {one for one in after if one in by_id} for unit, after in successors.items()}
    yield from _circles(known, "organisation.succession_circle")
    for unit, several in by_id.items():
        last = several[-1]
        if last.status in ("merged", "split", "renamed") and not known.get(unit):
            yield InputError("organisation.no_successor", id=unit, status=last.status)
        for other in known.get(unit, ()):
            yield from _of_pair(several, by_id[other])


def _of_pair(before: _Units, after: _Units) -> Iterator[InputError]:
    began, begins = before[0].since, after[0].since
    ended, ends = before[-1].until, after[-1].until
    if began and begins and begins < began:
        yield InputError(
            "organisation.successor_first", id=before[0].id, successor=after[0].id,
            since=str(began), begins=str(begins),
        )  # fmt: skip
    if ended and ends and ends <= ended:
        yield InputError(
            "organisation.successor_gone", id=before[0].id, successor=after[0].id,
            until=str(ended), ends=str(ends),
        )  # fmt: skip


def _circles(edges: Mapping[str, set[str]], code: str) -> Iterator[InputError]:
    """Yield a fault for each circle, told by its units in their order."""
    done: set[str] = set()
    for start in sorted(edges):
        path: dict[str, None] = {}
        waiting = [(start, iter(sorted(edges.get(start, ()))))] if start not in done else []
        while waiting:
            unit, further = waiting[-1]
            path[unit] = None
            following = next(further, None)
            if following is None:
                waiting.pop()
                path.pop(unit, None)
                done.add(unit)
            elif following in path:
                passed = list(path)
                circle = [*passed[passed.index(following) :], following]
                yield InputError(code, id=following, circle=" → ".join(circle))
            elif following not in done:
                waiting.append((following, iter(sorted(edges.get(following, ())))))
