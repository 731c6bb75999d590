"""Live figures: what is counted, of what, and what changed since a report was signed off.

A figure is a question with a name. It is counted from rows; the rows themselves, in one form, give
the snapshot hash. So whoever has the register of that day can count again, and whoever has the
report can see that nothing was put in or left out. What the register does not hold gives no
figure at all, never nought.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from doorlicht.errors import InputError, nearest
from doorlicht.evidence import content_hash
from doorlicht.organisation import term_of, term_of_commitment
from doorlicht.records import InventoryLine, NilStatement
from doorlicht.records.figures import Figure, FigureUnit
from doorlicht.records.flows import trace_id
from doorlicht.reports.documents.given import Given

Row = tuple[str, ...]
"""What was counted: its id first, then what it was counted by."""

Parameters = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Query:
    """A question: of rows how many, or a number that something else gave.

    Attributes
    ----------
    is_dated
        Whether the input tells of an earlier day what was so then, so that it can be asked again.
    """

    rows: Callable[[Given, Parameters], Sequence[Row] | None]
    parameters: frozenset[str] = frozenset()
    unit: FigureUnit = "count"
    is_dated: bool = False
    value: Callable[[Sequence[Row]], int] = len


def queries() -> list[str]:
    """Return the names of all that can be counted."""
    return sorted(_QUERIES)


def is_dated(query: str) -> bool:
    """Whether a question can be asked again of an earlier day.

    What came about since then (a use that was proposed) cannot be told from what was not known
    then, so of such questions a later outcome is progress and no correction.
    """
    found = _QUERIES.get(query)
    return found is not None and found.is_dated


def count_figure(given: Given, query: str, **parameters: str) -> Figure | None:
    """Return a figure, or nothing where the register does not hold what is asked.

    Raises
    ------
    InputError
        If there is no such query, or it has no such parameter.
    """
    found = _QUERIES.get(query)
    if found is None:
        raise InputError("figures.no_such", name=query, nearest=nearest(query, _QUERIES))
    for name in parameters:
        if name not in found.parameters:
            raise InputError("figures.no_parameter", name=query, parameter=name)
    rows = found.rows(given, parameters)
    if rows is None:
        return None
    rows = sorted(rows)
    asked = sorted(parameters.items())
    snapshot = content_hash([query, asked, given.day.isoformat(), [list(row) for row in rows]])
    return Figure(
        trace_id("FIG", snapshot),
        query,
        found.value(rows),
        found.unit,
        given.day,
        snapshot,
        dict(asked),
        tuple(row[0] for row in rows),
        given.entries,
        tuple(rows) if found.is_dated else (),
    )


def every_figure(given: Given) -> Iterator[Figure]:
    """Yield every figure that a document of this input can have, each with no or one parameter."""
    values = _parameter_values(given)
    for name, query in _QUERIES.items():
        asked: list[dict[str, str]] = [{}]
        asked += [
            {parameter: value}
            for parameter in sorted(query.parameters)
            for value in sorted(values.get(parameter, ()))
        ]
        for parameters in asked:
            found = count_figure(given, name, **parameters)
            if found is not None:
                yield found


def _parameter_values(given: Given) -> dict[str, set[str]]:
    values: dict[str, set[str]] = {}

    def add(name: str, several: Iterable[str]) -> None:
        values.setdefault(name, set()).update(several)

    for one in () if given.inventory is None else given.inventory.lines:
        for name, value in _told_of(one).items():
            add(name, [value])
    add("unit", [] if given.coverage is None else [row.unit for row in given.coverage.rows])
    add("consequence", [one.consequence for one in given.measures or ()])
    add("set", [] if given.dossier is None else [one.id for one in given.dossier.question_sets])
    return values


def _units(given: Given, _: Parameters) -> list[Row] | None:
    if given.dossier is None:
        return None
    return [(one.id, one.status) for one in given.dossier.history.on(given.day).values()]


def _units_in_scope(given: Given, _: Parameters) -> list[Row] | None:
    return None if given.coverage is None else [(row.unit,) for row in given.coverage.rows]


def _units_undecided(given: Given, _: Parameters) -> list[Row] | None:
    return None if given.coverage is None else [(one,) for one in given.coverage.undecided]


def _units_left_out(given: Given, _: Parameters) -> list[Row] | None:
    found = {one.unit: one for one in given.exclusions or ()}
    return None if given.exclusions is None else [(one, found[one].decision.id) for one in found]


def _units_overdue(given: Given, _: Parameters) -> list[Row] | None:
    if given.exclusions is None:
        return None
    return [(unit,) for unit in sorted({one.unit for one in given.exclusions if one.is_overdue})]


def _cells(given: Given, parameters: Parameters) -> list[Row] | None:
    if given.coverage is None:
        return None
    wanted = parameters.get("unit")
    return [
        (f"{cell.unit}/{cell.kind}/{cell.source}", cell.state)
        for row in given.coverage.rows
        for cell in row.cells
        if wanted in (None, cell.unit)
    ]


def _cells_covered(given: Given, parameters: Parameters) -> list[Row] | None:
    rows = _cells(given, parameters)
    done = {"done", "not_applicable", "covered", "taken_over"}
    return None if rows is None else [row for row in rows if row[1] in done]


def _cells_never(given: Given, parameters: Parameters) -> list[Row] | None:
    rows = _cells(given, parameters)
    return None if rows is None else [row for row in rows if row[1] == "never"]


def _statements(
    fits: Callable[[NilStatement], bool] = lambda _: True,
) -> Callable[[Given, Parameters], list[Row] | None]:
    def rows(given: Given, _: Parameters) -> list[Row] | None:
        if given.dossier is None:
            return None
        signed = [one for one in given.dossier.statements if one.on <= given.day]
        return [(one.id, one.state) for one in signed if fits(one)]

    return rows


def _is_wrong(one: NilStatement) -> bool:
    return one.is_wrong or one.state == "contradicted"


def _told_of(one: InventoryLine) -> dict[str, str]:
    """Return what a use can be asked by."""
    use = one.use
    return {
        "concept": use.concept,
        "role": use.told_role,
        "unit": use.unit,
        "verdict": one.verdict,
        "proposed": one.proposed,
    }


def _uses(
    fits: Callable[[InventoryLine, Given], bool] | None = None,
) -> Callable[[Given, Parameters], list[Row] | None]:
    """Return a counter of uses; parameters name what a use must have."""

    def rows(given: Given, parameters: Parameters) -> list[Row] | None:
        if given.inventory is None:
            return None
        found: list[Row] = []
        for one in given.inventory.lines:
            told = _told_of(one)
            if all(told[name] == value for name, value in parameters.items()) and (
                fits is None or fits(one, given)
            ):
                found.append((one.use.id, *told.values()))
        return found

    return rows


def _uses_wrong(given: Given, parameters: Parameters) -> list[Row] | None:
    """Return the uses that fail; nothing where there are uses and nobody decided on any of them.

    Nought of forty that nobody looked at would read as if all were well.
    """
    asked = _uses()(given, parameters)
    decided = _uses(lambda one, _: bool(one.verdict))(given, parameters)
    if asked and not decided:
        return None
    return _uses(lambda one, given: given.is_wrong(one.verdict))(given, parameters)


def _measures(*states: str) -> Callable[[Given, Parameters], list[Row] | None]:
    def rows(given: Given, parameters: Parameters) -> list[Row] | None:
        if given.measures is None:
            return None
        wanted = parameters.get("consequence")
        return [
            (one.id, one.use, one.state)
            for one in given.measures
            if (not states or one.state in states) and wanted in (None, one.consequence)
        ]

    return rows


def _measures_late(given: Given, _: Parameters) -> list[Row] | None:
    if given.measures is None:
        return None
    ended = ("verified", "refused")
    return [
        (one.id, one.use, one.due.isoformat())
        for one in given.measures
        if one.due is not None and one.due < given.day and one.state not in ended
    ]


def _blind_spots(given: Given, _: Parameters) -> list[Row] | None:
    if given.blind_spots is None:
        return None
    return [(f"{one.source}/{one.asset}", one.code) for one in given.blind_spots]


def _looked_at(name: str) -> Callable[[Given, Parameters], list[Row] | None]:
    def rows(given: Given, _: Parameters) -> list[Row] | None:
        if given.looked_at is None:
            return None
        return [(name, str(getattr(given.looked_at, name)))]

    return rows


def _sample(name: str) -> Callable[[Given, Parameters], list[Row] | None]:
    """Return a counter of the first audit sample, which the statement of risk leads with."""

    def rows(given: Given, _: Parameters) -> list[Row] | None:
        if given.residual is None or not given.residual.samples:
            return None
        first = given.residual.samples[0]
        return [(first.sample, str(getattr(first, name)), str(first.confidence))]

    return rows


def _missed_by_recall(given: Given, _: Parameters) -> list[Row] | None:
    missed = None if given.residual is None else given.residual.recall
    if missed is None:
        return None
    recall = missed.recall
    return [(recall.source, str(missed.high), str(recall.found), str(recall.labelled))]


def _as_told(rows: Sequence[Row]) -> int:
    return int(rows[0][1])


def _remarks(*, only_open: bool) -> Callable[[Given, Parameters], list[Row] | None]:
    def rows(given: Given, _: Parameters) -> list[Row] | None:
        if given.outside_audit is None:
            return None
        return [
            (one.id, str(one.is_closed))
            for one in given.outside_audit.remarks
            if not (only_open and one.is_closed)
        ]

    return rows


def _questions(*states: str) -> Callable[[Given, Parameters], list[Row] | None]:
    def rows(given: Given, parameters: Parameters) -> list[Row] | None:
        if given.dossier is None:
            return None
        return [
            (f"{asked.id}/{one.number}", one.state)
            for asked in given.dossier.question_sets
            if parameters.get("set") in (None, asked.id)
            for one in asked.questions
            if not states or one.state in states
        ]

    return rows


def _sets_overdue(given: Given, _: Parameters) -> list[Row] | None:
    if given.dossier is None:
        return None
    return [
        (one.id, term.state)
        for one in given.dossier.question_sets
        if (term := term_of(one, given.day, given.rules, given.recesses)).is_overdue
    ]


def _commitments(*states: str) -> Callable[[Given, Parameters], list[Row] | None]:
    def rows(given: Given, _: Parameters) -> list[Row] | None:
        if given.dossier is None:
            return None
        return [
            (one.id, one.state)
            for one in given.dossier.commitments
            if not states or one.state in states
        ]

    return rows


def _commitments_overdue(given: Given, _: Parameters) -> list[Row] | None:
    if given.dossier is None:
        return None
    return [
        (one.id, term.state)
        for one in given.dossier.commitments
        if (term := term_of_commitment(one, given.day, given.rules, given.recesses)).is_overdue
    ]


_OF_A_USE: Final = frozenset({"concept", "role", "unit", "verdict", "proposed"})
_OF_A_UNIT: Final = frozenset({"unit"})
_OF_A_MEASURE: Final = frozenset({"consequence"})
_OF_A_SET: Final = frozenset({"set"})

_QUERIES: Final[Mapping[str, _Query]] = {
    "units": _Query(_units, is_dated=True),
    "units_in_scope": _Query(_units_in_scope, is_dated=True),
    "units_undecided": _Query(_units_undecided, is_dated=True),
    "units_left_out": _Query(_units_left_out, is_dated=True),
    "units_overdue": _Query(_units_overdue, is_dated=True),
    "cells": _Query(_cells, _OF_A_UNIT),
    "cells_covered": _Query(_cells_covered, _OF_A_UNIT, is_dated=True),
    "cells_never": _Query(_cells_never, _OF_A_UNIT),
    "statements": _Query(_statements()),
    "statements_looked_into": _Query(_statements(lambda one: one.is_looked_into)),
    "statements_wrong": _Query(_statements(_is_wrong)),
    "uses": _Query(_uses(), _OF_A_USE),
    "uses_decided": _Query(_uses(lambda one, _: bool(one.verdict)), _OF_A_USE),
    "uses_undecided": _Query(_uses(lambda one, _: not one.verdict), _OF_A_USE),
    "uses_wrong": _Query(_uses_wrong, _OF_A_USE),
    "measures": _Query(_measures(), _OF_A_MEASURE),
    "measures_open": _Query(_measures("proposed", "accepted", "started", "done"), _OF_A_MEASURE),
    "measures_verified": _Query(_measures("verified"), _OF_A_MEASURE),
    "measures_late": _Query(_measures_late),
    "blind_spots": _Query(_blind_spots),
    "tables_read": _Query(_looked_at("tables"), value=_as_told),
    "columns_read": _Query(_looked_at("columns"), value=_as_told),
    "sample_drawn": _Query(_sample("drawn"), value=_as_told),
    "sample_wrong": _Query(_sample("wrong"), value=_as_told),
    "sample_population": _Query(_sample("population"), value=_as_told),
    "missed_at_most": _Query(_sample("at_most"), unit="at_most", value=_as_told),
    "missed_by_recall": _Query(_missed_by_recall, unit="at_most", value=_as_told),
    "remarks": _Query(_remarks(only_open=False)),
    "remarks_open": _Query(_remarks(only_open=True)),
    "questions": _Query(_questions(), _OF_A_SET),
    "questions_open": _Query(
        _questions("received", "assigned", "drafted", "checked", "approved"), _OF_A_SET
    ),
    "question_sets_overdue": _Query(_sets_overdue),
    "commitments": _Query(_commitments()),
    "commitments_open": _Query(_commitments("open", "partly")),
    "commitments_overdue": _Query(_commitments_overdue),
}
"""What can be counted; each has a label and a definition in the catalogue under ``figures``."""
