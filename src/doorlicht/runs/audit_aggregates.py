"""An audit of published counts alone: every measure as all that the table leaves possible."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from doorlicht.audit.aggregates.bounds import Bounds, bounds_of, larger_than, measure_aggregates
from doorlicht.audit.aggregates.contradictions import find_contradictions, tell_contradictions
from doorlicht.audit.aggregates.disclosure import find_recoverable
from doorlicht.audit.aggregates.published import AggregateSpec, PublishedTable
from doorlicht.audit.aggregates.sheet import read_sheet, table_of
from doorlicht.audit.aggregates.spec_form import read_spec
from doorlicht.audit.aggregates.system import NoTableError
from doorlicht.audit.aggregates.totals import unknown_rows
from doorlicht.audit.aggregates.wizard import draft_spec, numbers_in
from doorlicht.language import Language, Text
from doorlicht.records import Audited, AuditReport, Group, Measure, Setting

MAX_SHEETS: Final = 50
"""Sheets that are looked through for the table."""

_NAMES: Final = {
    "selection_rate_ratio": "selection_ratio",
    "selection_rate_difference": "selection_difference",
}
"""What comparisons of a rate that the spec calls by its standard name are called elsewhere."""

_MEASURED: Final = {told: made for made, told in _NAMES.items()}


def audit_aggregates(sheet: str, spec_file: str) -> AuditReport:
    """Return the ranges of all rates of a spec, and what holds under every compatible table.

    A table that contradicts itself gives no ranges; what does not add up is in the limits.

    Raises
    ------
    InputError
        If a file cannot be read, or the spec does not fit the sheet.
    """
    spec, plan, borders = read_spec(Path(spec_file))
    table = table_of(read_sheet(Path(sheet), plan.sheet), plan)
    settings: dict[str, Setting] = {"spec": spec_file, "level": 1.0}
    doubts = _doubts(spec, table)
    try:
        bounds = bounds_of(spec, table)
    except NoTableError:
        failed = tell_contradictions(find_contradictions(spec, table), table)
        limits = (Text("audit_limit.contradicts"), *failed, *doubts)
        return AuditReport("aggregates", sheet, settings, None, (), limits=limits)
    measures = measure_aggregates(bounds)
    made = {one.measure for one in measures}
    verdicts = larger_than(
        measures,
        {name if name in made else _MEASURED.get(name, name): at for name, at in borders.items()},
    )
    named = tuple(replace(one, measure=_NAMES.get(one.measure, one.measure)) for one in measures)
    audited = tuple(
        Audited(rate.name, _groups(bounds, rate.above, rate.below),
                tuple(one for one in named if _is_of(one, rate.name)))
        for rate in spec.rates
    )  # fmt: skip
    limits = [Text("audit_limit.aggregates"), *doubts]
    limits += [
        Text("audit_doubt.more_than_all", {"rate": one.measure, "group": one.group})
        for one in named
        if one.reference is None and one.value is not None and one.value > 1
    ]
    limits += [
        Text("audit_limit.printed_outside", {"measure": one.measure, "group": one.group})
        for one in named
        if one.note is not None
    ]
    return AuditReport(
        "aggregates", sheet, settings, None, audited, conclusions=verdicts, limits=tuple(limits),
        disclosed=find_recoverable(spec, table),
        details={"rows_used": len(bounds.rows_used), "programmes": bounds.solved},
    )  # fmt: skip


def _doubts(spec: AggregateSpec, table: PublishedTable) -> tuple[Text, ...]:
    """Return where the spec and the table do not go together, though they can be measured."""
    said: list[Text] = []
    unlike = table.unlike(spec.rounding)
    if unlike:
        row, column = unlike[0]
        said.append(
            Text("audit_doubt.not_multiples", {"n": len(unlike), "base": spec.rounding.base,
                                               "row": row, "column": column})
        )  # fmt: skip
    unknown = unknown_rows(spec, table)
    if unknown:
        said.append(Text("audit_doubt.rows_not_there", {"names": ", ".join(unknown[:10])}))
    held = _columns_in(spec, spec.groups[spec.reference])
    said += [
        Text("audit_doubt.overlap", {"group": name, "reference": spec.reference})
        for name, columns in spec.groups.items()
        if name != spec.reference and not held.isdisjoint(_columns_in(spec, columns))
    ]
    return tuple(said)


def _columns_in(spec: AggregateSpec, columns: Iterable[str]) -> set[str]:
    """Return columns, and those that are added up in them."""
    found, waiting = set[str](), list(columns)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [part for one in spec.column_totals if one.total == name
                        for part in one.parts]  # fmt: skip
    return found


def draft_for(sheet: str, name: str | None, language: Language) -> str:
    """Return a spec for a sheet, as far as it can be seen, with questions about the rest.

    Without a name the sheet with most numbers is taken: the first one is often a title page.
    """
    path = Path(sheet)
    chosen = read_sheet(path, name)
    if name is None and len(chosen.others) > 1:
        sheets = [read_sheet(path, other) for other in chosen.others[:MAX_SHEETS]]
        chosen = max(sheets, key=numbers_in)
    return draft_spec(chosen, language)


def _is_of(measure: Measure, rate: str) -> bool:
    names = {rate, f"{rate}_ratio", f"{rate}_difference"}
    return measure.measure in names | {_NAMES.get(one, one) for one in names}


def _groups(bounds: Bounds, above: tuple[str, ...], below: tuple[str, ...]) -> tuple[Group, ...]:
    """Return the groups with the counts that are printed; what is possible is in the measures."""
    return tuple(
        Group(name, bounds.count(below, name).printed, bounds.count(above, name).printed)
        for name in bounds.spec.groups
    )
