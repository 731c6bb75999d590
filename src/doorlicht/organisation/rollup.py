"""Joins what organisations tell their coordinator, and tells what does not fit together.

Every use counts once. Of two exports of one log the longer one counts; where two organisations
name the same unit of a public register, its uses count for the first, and that is told; so are
units that only share a name. What nobody sent is told as not
received: an overview of all ministries must not look whole where one is missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from doorlicht.records import OrganisationLine, Received, Remark, RemarkKind, RollUp


def roll_up(received: Iterable[Received], expected: Sequence[str] = ()) -> RollUp:
    """Return many exports as one overview.

    Parameters
    ----------
    expected
        Names of the organisations that were to send one.
    """
    counted, remarks = _newest(received)
    remarks += _remarks_on_each(counted)
    owners, twice = _owners(counted)
    remarks += [*twice, *_editions(counted)]
    names = {_folded(one.export.organisation) for one in counted}
    remarks += [Remark("not_received", name) for name in expected if _folded(name) not in names]
    totals: Counter[tuple[str, str, str]] = Counter()
    looked_at: Counter[str] = Counter()
    lines: list[OrganisationLine] = []
    for number, one in enumerate(counted):
        export = one.export
        keys = {unit.id: unit.identifier for unit in export.units}
        uses = [
            use
            for use in export.uses
            if use.status not in ("rejected", "merged", "split")
            and owners.get(keys.get(use.unit, ""), number) == number
        ]
        totals.update((use.concept, use.role, use.verdict) for use in uses)
        looked_at.update(export.looked_at)
        lines.append(
            OrganisationLine(
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
            )
        )
    return RollUp(tuple(lines), dict(totals), tuple(remarks), dict(looked_at))


def _newest(received: Iterable[Received]) -> tuple[list[Received], list[Remark]]:
    """Return the longest export of each log, by name, and what became of the others."""
    by_log: dict[str, Received] = {}
    remarks: list[Remark] = []
    for one in received:
        known = by_log.get(one.export.log)
        if known is None:
            by_log[one.export.log] = one
            continue
        old, new = sorted((known, one), key=lambda each: each.export.entries)
        by_log[one.export.log] = new
        is_fork = old.export.entries == new.export.entries and old.export.root != new.export.root
        remarks.append(
            Remark("forked" if is_fork else "replaced", new.export.organisation, old.file,
                   (new.file,))
        )  # fmt: skip
    counted = sorted(by_log.values(), key=lambda one: (_folded(one.export.organisation), one.file))
    return counted, remarks


def _remarks_on_each(counted: Sequence[Received]) -> list[Remark]:
    remarks: list[Remark] = []
    names = Counter(_folded(one.export.organisation) for one in counted)
    for one in counted:
        export = one.export
        if not one.signed_by:
            remarks.append(Remark("unsigned", export.organisation, one.file))
        if names[_folded(export.organisation)] > 1:
            remarks.append(Remark("same_name", export.organisation, one.file))
        if not export.units:
            remarks.append(Remark("no_units", export.organisation))
        remarks += [
            Remark("not_covered", export.organisation, unit.name)
            for unit in export.units
            if not unit.is_covered and unit.status != "abolished"
        ]
    return remarks


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


def _editions(counted: Sequence[Received]) -> Iterator[Remark]:
    """Yield which editions are not the same everywhere, and who uses which."""
    by_name: dict[str, dict[str, list[str]]] = {}
    for one in counted:
        for name, edition in one.export.editions.items():
            by_name.setdefault(name, {}).setdefault(edition, []).append(one.export.organisation)
    for name, editions in sorted(by_name.items()):
        if len(editions) > 1:
            told = [f"{edition}: {', '.join(who)}" for edition, who in sorted(editions.items())]
            yield Remark("edition_differs", "", name, tuple(told))


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def uses_by(totals: RollUp, place: int) -> dict[str, int]:
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
