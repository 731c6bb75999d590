"""What is out of scope, why, by whom and until when: an exclusion "for now" cannot be forgotten.

In a real inquiry two directorates-general were left out because they were being founded, and
nobody looked at them for years. So an exclusion for now has a day of review, moves to whoever goes
on with the unit, is overdue from the day on which its ground is gone, and is named in every report
until the unit is in scope or out for good.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from doorlicht.errors import InputError
from doorlicht.organisation.history import History
from doorlicht.records import Exclusion, OrganisationUnit, ScopeDecision
from doorlicht.records.persons import clean_text


def check_decision(decision: ScopeDecision, history: History) -> ScopeDecision:
    """Return a decision with its text on one line.

    Raises
    ------
    InputError
        If the unit is not known, a reason or name is missing, or ``out_for_now`` has no review
        after the day on which it was decided.
    """
    history.last(decision.unit)
    if not decision.reason.strip():
        raise InputError("scope.no_reason", unit=decision.unit)
    if not decision.by.strip():
        raise InputError("scope.nobody", unit=decision.unit)
    if decision.decision == "out_for_now":
        if decision.review is None:
            raise InputError("scope.no_review", unit=decision.unit)
        if decision.review <= decision.on:
            raise InputError("scope.review_past", unit=decision.unit, review=str(decision.review))
    return ScopeDecision(
        decision.id, decision.unit, decision.decision, clean_text(decision.reason),
        clean_text(decision.by), decision.on, decision.review, decision.ground,
    )  # fmt: skip


def standing_decisions(
    history: History, decisions: Iterable[ScopeDecision], day: date
) -> dict[str, tuple[ScopeDecision, ...]]:
    """Return the decisions that hold for each unit of a day, on itself or on what it came from.

    Of two on one unit on one day the later in the list counts.

    What was decided on a unit that ended holds for every unit that goes on with a part of it, until
    somebody decides on that unit after it took the work over. So a unit in which one that was left
    out was merged carries that exclusion, whatever had been decided on itself before.
    """
    last: dict[str, ScopeDecision] = {}
    for one in sorted(decisions, key=lambda one: one.on):
        if one.on <= day:
            history.last(one.unit)
            last[one.unit] = one
    standing: dict[str, dict[str, ScopeDecision]] = {}
    for origin, one in last.items():
        for unit in _reached(history, origin, day, last):
            standing.setdefault(unit, {})[one.id] = one
    return {unit: tuple(several.values()) for unit, several in standing.items()}


def _reached(
    history: History, origin: str, day: date, last: Mapping[str, ScopeDecision]
) -> list[str]:
    """Return the units of a day that carry what was decided on ``origin``."""
    found: list[str] = []
    waiting, seen = [origin], {origin}
    while waiting:
        unit = waiting.pop()
        until = history.last(unit).until
        if until is None or until >= day:
            found.append(unit)
            continue
        for heir in history.heirs(unit):
            is_decided = heir in last and last[heir].on > until
            if heir not in seen and not is_decided:
                seen.add(heir)
                waiting.append(heir)
    return found


def standing_exclusions(
    history: History, decisions: Iterable[ScopeDecision], day: date
) -> list[Exclusion]:
    """Return every unit that is out of scope on a day, overdue ones first.

    Examples
    --------
    >>> from doorlicht.organisation.history import make_history
    >>> unit = OrganisationUnit("dgx", "DGX", status="in_formation")
    >>> out = ScopeDecision("S-1", "dgx", "out_for_now", "being founded", "A. Vries",
    ...                     date(2023, 1, 10), date(2023, 7, 1), "in_formation")
    >>> history = make_history([unit])
    >>> [one.is_overdue for one in standing_exclusions(history, [out], date(2023, 7, 1))]
    [False]
    >>> [one.is_overdue for one in standing_exclusions(history, [out], date(2023, 7, 2))]
    [True]
    """
    found = [
        _exclusion(history, unit, one, day)
        for unit, several in standing_decisions(history, decisions, day).items()
        for one in several
        if one.decision != "in"
    ]
    return sorted(found, key=lambda one: (not one.is_overdue, one.due or date.max, one.unit))


def _exclusion(history: History, unit: str, decision: ScopeDecision, day: date) -> Exclusion:
    if decision.decision == "out":
        return Exclusion(decision, unit, None, is_overdue=False)
    gone = _ground_gone(history, unit, decision, day)
    due = min((one for one in (decision.review, gone) if one is not None), default=decision.on)
    is_overdue = due < day or (gone is not None and gone <= day)
    return Exclusion(decision, unit, due, is_overdue, is_ground_gone=gone is not None)


def _ground_gone(history: History, unit: str, decision: ScopeDecision, day: date) -> date | None:
    """Return the day from which a unit that was left out as being founded was founded."""
    if decision.ground != "in_formation":
        return None
    founded = [
        max(one.since or decision.on, decision.on)
        for one in history.versions[unit]
        if one.status != "in_formation" and (one.since or date.min) <= day
    ]
    return min(founded) if founded else None


def overdue_exclusions(
    history: History, decisions: Iterable[ScopeDecision], day: date
) -> list[Exclusion]:
    """Return the exclusions for now that should have been looked at again by this day."""
    return [one for one in standing_exclusions(history, decisions, day) if one.is_overdue]


def units_in_scope(
    history: History, decisions: Iterable[ScopeDecision], day: date
) -> list[OrganisationUnit]:
    """Return the units of a day that take part, as was decided on them or on a unit above them."""
    standing = standing_decisions(history, decisions, day)
    return [
        one
        for one in history.on(day).values()
        if any(held.decision == "in" for held in _held(history, standing, one, day))
    ]


def undecided_units(
    history: History, decisions: Iterable[ScopeDecision], day: date
) -> list[OrganisationUnit]:
    """Return the units of a day on which nobody decided, nor on any unit above them."""
    standing = standing_decisions(history, decisions, day)
    return [one for one in history.on(day).values() if not _held(history, standing, one, day)]


def _held(
    history: History,
    standing: Mapping[str, tuple[ScopeDecision, ...]],
    unit: OrganisationUnit,
    day: date,
) -> tuple[ScopeDecision, ...]:
    """Return what holds for a unit: of itself, else of the nearest unit above it that has any."""
    above: OrganisationUnit | None = unit
    while above is not None:
        if above.id in standing:
            return standing[above.id]
        above = history.at(above.parent, day) if above.parent is not None else None
    return ()
