"""Joins what organisations tell their coordinator, and tells what does not fit together.

Every use counts once. Of two exports of one log the longer one counts; where two organisations
name the same unit of a public register, its uses count for the first, and that is told; so are
units that only share a name. What nobody sent is told as not
received: an overview of all ministries must not look whole where one is missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from doorlicht.errors import IntegrityError
from doorlicht.records import (
    ExportedTerm,
    ExportedUnit,
    ExportedUse,
    GrownFrom,
    Growth,
    OrganisationLine,
    OrganisationUnit,
    Received,
    Remark,
    RemarkKind,
    RollUp,
)

_NO_USE = ("rejected", "merged", "split")


@dataclass(frozen=True, slots=True)
class LogState:
    """What an export says of its log, without its uses: of many exports only this is held."""

    organisation: str
    file: str
    entries: int
    root: str
    made_at: datetime
    day: date
    uses: int
    decided: int
    grown_from: GrownFrom | None


Proves = Callable[[LogState, LogState], bool]
"""Whether the later state has a proof that its log only grew since the earlier one.

Raises an ``IntegrityError`` where it has one that is false.
"""


def _unproven(old: LogState, new: LogState) -> bool:
    del old, new
    return False


def roll_up(
    received: Iterable[Received],
    expected: Sequence[str] = (),
    *,
    proves: Proves = _unproven,
    known_units: Sequence[OrganisationUnit] = (),
) -> RollUp:
    """Return many exports as one overview.

    Parameters
    ----------
    expected
        Names of the organisations that were to send one.
    known_units
        Units of the public register: of those that no export names it is told that nobody covers
        them.

    Raises
    ------
    IntegrityError
        If two exports of one log contradict each other, or a later one has fewer entries.
    """
    counted, growths, remarks = _newest(received, proves)
    remarks += _remarks_on_each(counted)
    owners, twice = _owners(counted)
    remarks += [*twice, *_not_covered(counted, owners), *_nowhere(counted, known_units)]
    editions = _editions(counted)
    remarks += [
        Remark("edition_differs", "", name,
               tuple(f"{edition}: {', '.join(who)}" for edition, who in each.items()))
        for name, each in editions.items()
        if len(each) > 1
    ]  # fmt: skip
    names = {_folded(one.export.organisation) for one in counted}
    remarks += [Remark("not_received", name) for name in expected if _folded(name) not in names]
    lines = tuple(_line(one, number, owners) for number, one in enumerate(counted))
    totals: Counter[tuple[str, str, str]] = Counter()
    looked_at: Counter[str] = Counter()
    for line, one in zip(lines, counted, strict=True):
        totals.update(line.totals)
        looked_at.update(one.export.looked_at)
    return RollUp(
        lines, dict(totals), tuple(remarks), dict(looked_at), growths, _overdue(counted), editions
    )


def _line(one: Received, number: int, owners: Mapping[str, int]) -> OrganisationLine:
    export = one.export
    uses = _counted_uses(one, number, owners)
    terms = export.terms
    return OrganisationLine(
        organisation=export.organisation,
        day=export.day,
        units=len(export.units),
        covered=sum(unit.is_covered for unit in export.units),
        uses=len(uses),
        decided=sum(bool(use.verdict) for use in uses),
        open_facts=sum(use.open_facts for use in uses),
        open_measures=sum(use.open_measures for use in uses),
        late_measures=sum(use.late_measures for use in uses),
        blind_spots=sum(export.blind_spots.values()),
        models=export.models,
        audits=export.audits,
        is_signed=bool(one.signed_by),
        file=one.file,
        sha256=one.sha256,
        entries=export.entries,
        root=export.root,
        coverage=export.coverage,
        questions=_count(terms, "questions"),
        questions_late=_count(terms, "questions", only_late=True),
        commitments=_count(terms, "commitment"),
        commitments_late=_count(terms, "commitment", only_late=True),
        has_uses=_has_uses(one),
        totals=dict(Counter((use.concept, use.role, use.verdict) for use in uses)),
    )


def _has_uses(one: Received) -> bool:
    return bool(one.export.uses) or not sum(one.export.findings.values())


def _counted_uses(one: Received, number: int, owners: Mapping[str, int]) -> list[ExportedUse]:
    """Return the uses that count for an export: those of its own units."""
    keys = {unit.id: unit.identifier for unit in one.export.units}
    return [
        use
        for use in one.export.uses
        if use.status not in _NO_USE and owners.get(keys.get(use.unit, ""), number) == number
    ]


def _count(
    terms: Sequence[ExportedTerm] | None, kind: str, *, only_late: bool = False
) -> int | None:
    if terms is None:
        return None
    return sum(one.kind == kind and (one.is_overdue or not only_late) for one in terms)


def _newest(
    received: Iterable[Received], proves: Proves
) -> tuple[list[Received], tuple[Growth, ...], list[Remark]]:
    """Return the longest export of each log, by name, and what became of the others."""
    by_log: dict[str, Received] = {}
    states: dict[str, list[LogState]] = {}
    for one in received:
        log = one.export.log
        states.setdefault(log, []).append(_state(one))
        known = by_log.get(log)
        if known is None or _order(known) < _order(one):
            by_log[log] = one
    growths: list[Growth] = []
    remarks: list[Remark] = []
    for several in states.values():
        several.sort(key=lambda one: (one.entries, one.made_at))
        _refuse_contradiction(several)
        for growth, last in _growths(several, proves):
            growths.append(growth)
            if not growth.is_proven:
                remarks.append(Remark("replaced", growth.organisation, growth.file, (last.file,)))
    counted = sorted(by_log.values(), key=lambda one: (_folded(one.export.organisation), one.file))
    growths.sort(key=lambda one: (_folded(one.organisation), one.entries))
    return counted, tuple(growths), remarks


def _order(one: Received) -> tuple[int, datetime]:
    return one.export.entries, one.export.made_at


def _state(one: Received) -> LogState:
    export = one.export
    uses = [use for use in export.uses if use.status not in _NO_USE]
    return LogState(
        export.organisation, one.file, export.entries, export.root, export.made_at, export.day,
        len(uses), sum(bool(use.verdict) for use in uses), export.grown_from,
    )  # fmt: skip


def _refuse_contradiction(states: Sequence[LogState]) -> None:
    """Refuse two states of one log of which only one can be genuine; they come in their order.

    Raises
    ------
    IntegrityError
        ``coordinator.forked`` or ``coordinator.shorter``.
    """
    for old, new in pairwise(states):
        named = {"organisation": new.organisation, "path": new.file, "other": old.file}
        if old.entries == new.entries:
            if old.root != new.root:
                raise IntegrityError("coordinator.forked", entries=new.entries, **named)
        elif new.made_at < old.made_at:
            raise IntegrityError(
                "coordinator.shorter", organisation=new.organisation, path=old.file,
                other=new.file, entries=old.entries, before=new.entries,
            )  # fmt: skip


def _growths(states: Sequence[LogState], proves: Proves) -> Iterator[tuple[Growth, LogState]]:
    """Yield each earlier state with the last one; a proof may lead over states between them."""
    distinct = list({one.entries: one for one in states}.values())
    last = distinct[-1]
    proven = {last.entries}
    for at in range(len(distinct) - 1, -1, -1):
        for old in distinct[:at]:
            if proves(old, distinct[at]) and distinct[at].entries in proven:
                proven.add(old.entries)
    for old in distinct[:-1]:
        is_proven = old.entries in proven
        growth = Growth(
            last.organisation, old.day, old.file, old.entries, old.uses, old.decided,
            last.entries, last.uses, last.decided, is_proven,
        )  # fmt: skip
        yield growth, last


def _remarks_on_each(counted: Sequence[Received]) -> list[Remark]:
    remarks: list[Remark] = []
    names = Counter(_folded(one.export.organisation) for one in counted)
    for one in counted:
        export = one.export
        if not one.signed_by:
            remarks.append(Remark("unsigned", export.organisation, one.file))
        if names[_folded(export.organisation)] > 1:
            remarks.append(Remark("same_name", export.organisation, one.file))
        if not _has_uses(one):
            found = str(sum(export.findings.values()))
            remarks.append(Remark("uses_unknown", export.organisation, found))
        if not export.units:
            remarks.append(Remark("no_units", export.organisation))
    return remarks


def _not_covered(counted: Sequence[Received], owners: Mapping[str, int]) -> Iterator[Remark]:
    """Yield the units that nobody looked at, each once; one that another looked at is not told."""
    seen = {
        unit.identifier
        for one in counted
        for unit in one.export.units
        if unit.is_covered and unit.identifier
    }
    for number, one in enumerate(counted):
        for unit in one.export.units:
            if unit.status == "abolished" or owners.get(unit.identifier, number) != number:
                continue
            if unit.is_covered or unit.identifier in seen:
                if unit.is_overdue:
                    yield Remark("unit_overdue", one.export.organisation, unit.name)
            else:
                yield Remark(_why_not(unit), one.export.organisation, unit.name)


def _why_not(unit: ExportedUnit) -> RemarkKind:
    if unit.is_overdue:
        return "unit_overdue"
    if unit.scope in ("out", "out_for_now"):
        return "left_out"
    return "undecided" if unit.scope == "undecided" else "not_covered"


def _nowhere(
    counted: Sequence[Received], known_units: Sequence[OrganisationUnit]
) -> Iterator[Remark]:
    """Yield the units of the public register that no export names."""
    named = {unit.identifier for one in counted for unit in one.export.units}
    for unit in known_units:
        if unit.identifier and unit.identifier not in named:
            yield Remark("unit_nowhere", "", unit.name)


def _owners(counted: Sequence[Received]) -> tuple[dict[str, int], list[Remark]]:
    """Return for which export each unit with an identifier counts, and the units named twice."""
    claims: dict[str, list[int]] = {}
    alike: dict[str, list[int]] = {}
    names: dict[str, str] = {}
    for number, one in enumerate(counted):
        for unit in one.export.units:
            key = unit.identifier or _folded(unit.name)
            claimed = (claims if unit.identifier else alike).setdefault(key, [])
            names.setdefault(key, unit.name)
            if number not in claimed:
                claimed.append(number)

    def told(kind: RemarkKind, found: dict[str, list[int]]) -> Iterator[Remark]:
        for key, (first, *others) in found.items():
            if others:
                also = tuple(counted[other].export.organisation for other in others)
                yield Remark(kind, counted[first].export.organisation, names[key], also)

    remarks = [*told("unit_twice", claims), *told("unit_alike", alike)]
    return {key: numbers[0] for key, numbers in claims.items()}, remarks


def _editions(counted: Sequence[Received]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return who uses which edition, by name of what has editions."""
    by_name: dict[str, dict[str, list[str]]] = {}
    for one in counted:
        for name, edition in one.export.editions.items():
            by_name.setdefault(name, {}).setdefault(edition, []).append(one.export.organisation)
    return {
        name: {edition: tuple(who) for edition, who in sorted(each.items())}
        for name, each in sorted(by_name.items())
    }


def _overdue(counted: Sequence[Received]) -> tuple[tuple[str, ExportedTerm], ...]:
    late = [
        (one.export.organisation, term)
        for one in counted
        for term in one.export.terms or ()
        if term.is_overdue
    ]
    return tuple(sorted(late, key=lambda one: (-one[1].late_days, one[0], one[1].id)))


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def uses_by(totals: RollUp | OrganisationLine, place: int) -> dict[str, int]:
    """Return uses by one of concept (0), role (1) and verdict (2), the most first.

    Examples
    --------
    >>> uses_by(RollUp((), {("a", "x", ""): 2, ("b", "x", ""): 3}, (), {}), 0)
    {'b': 3, 'a': 2}
    """
    found: Counter[str] = Counter()
    for key, number in totals.totals.items():
        found[key[place]] += number
    return dict(found.most_common())
