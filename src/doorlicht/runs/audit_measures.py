"""Everything that is measured of a contingency table of people: groups, comparisons, and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Final

import numpy as np

from doorlicht.audit.conditional import (
    check_simpson,
    measure_adjusted,
    measure_stratified,
    strata_of,
)
from doorlicht.audit.counting import groups_of
from doorlicht.audit.detectable import smallest_detectable
from doorlicht.audit.error_rates import limits_of_outcomes, measure_error_rates
from doorlicht.audit.multiplicity import correct_audited
from doorlicht.audit.scores import (
    calibrate,
    limits_of_scores,
    measure_top_shares,
    tabulate_scores,
)
from doorlicht.audit.selection import measure_selection
from doorlicht.errors import InputError, nearest
from doorlicht.language import Text
from doorlicht.records import (
    ALL_OTHERS,
    UNKNOWN_GROUP,
    Audited,
    AuditReport,
    Band,
    Cell,
    Group,
    Measure,
    ModelUse,
)
from doorlicht.reports.small_numbers import LIMIT
from doorlicht.runs.audit_conclusions import conclude
from doorlicht.runs.audit_request import AuditRequest, settings_of

TOP: Final = 0.1
"""Part of all people with the highest scores, where a score is known and no threshold."""

MAX_DETECTABLE: Final = 200
MAX_ALIKE: Final = 50
"""Groups that are compared among people who are alike."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores of people in memory, with their groups and outcomes, in one order."""

    score: np.ndarray[Any, Any]
    groups: Mapping[str, Sequence[str | None]]
    outcome: np.ndarray[Any, Any] | None


def measure_cells(
    cells: Sequence[Cell],
    attributes: Sequence[str],
    request: AuditRequest,
    *,
    scored: Scored | None = None,
    model: ModelUse | None = None,
) -> AuditReport:
    """Return everything that is measured of a contingency table.

    Parameters
    ----------
    attributes
        What the values of ``Cell.group`` are of, in their order.

    Raises
    ------
    InputError
        If there is nobody, or the reference is no group of any attribute.
    """
    people = sum(cell.n for cell in cells)
    if not any(cell.n and cell.selected is not None for cell in cells):
        raise InputError("audit.nobody")
    audited = [
        _measured(name, groups_of(cells, by), request, _together(scored, attributes, by))
        for name, by in _attributes(attributes)
    ]
    _check_reference(request, audited)
    verdicts: list[Text] = []
    if len(cells[0].group) > len(attributes):
        factors = range(len(attributes), len(cells[0].group))
        for at, _ in enumerate(attributes):
            further, said = compare_alike(cells, at, tuple(factors), audited[at], request.level)
            audited[at] = replace(audited[at], measures=(*audited[at].measures, *further))
            verdicts += said
    done, tried = correct_audited(audited, request.correction)
    everybody = groups_of(cells, [])
    limits = [*limits_of_outcomes(everybody)]
    if scored is not None:
        whole = tabulate_scores(scored.score, [""] * len(scored.score))
        limits += limits_of_scores(whole)
    limits += _limits_of_groups(done[0].groups, everybody)
    return AuditReport(
        "decisions" if model is None else "model",
        request.subject,
        settings_of(request),
        people,
        tuple(done),
        conclusions=(*conclude(done, tried), *verdicts),
        limits=tuple(limits),
        model=model,
        details={"comparisons": tried},
    )


def compare_alike(
    cells: Sequence[Cell], at: int, factors: Sequence[int], audited: Audited, level: float
) -> tuple[list[Measure], list[Text]]:
    """Compare each group with the reference among people who are alike in lawful factors."""
    reference = next((one.reference for one in audited.measures if one.reference), None)
    if reference is None or reference == ALL_OTHERS:
        return [], []
    measures: list[Measure] = []
    said: list[Text] = []
    for group in audited.groups[:MAX_ALIKE]:
        if group.name == reference:
            continue
        strata = strata_of(
            cells, group_at=at, factors_at=factors, group=group.name, reference=reference
        )
        measures += measure_stratified(strata, group=group.name, reference=reference, level=level)
        if not group.has_fewer_than(LIMIT):
            found = check_simpson(strata, level=level)
            said.append(
                Text("audit_says.alike", {"group": group.name, "reference": reference,
                                          "verdict": found.key, **found.params})
            )  # fmt: skip
    adjusted = measure_adjusted(
        cells, group_at=at, factors_at=factors, reference=reference, level=level
    )
    return [*measures, *adjusted], said


def _attributes(names: Sequence[str]) -> list[tuple[str, list[int]]]:
    """Return each attribute by itself, and all of them together."""
    alone = [(name, [at]) for at, name in enumerate(names)]
    pairs = [
        (" x ".join(names[at] for at in chosen), list(chosen))
        for size in range(2, len(names) + 1)
        for chosen in combinations(range(len(names)), size)
    ]
    return [*alone, *pairs]


def _together(
    scored: Scored | None, attributes: Sequence[str], by: Sequence[int]
) -> tuple[np.ndarray[Any, Any], list[str | None], np.ndarray[Any, Any] | None] | None:
    if scored is None:
        return None
    columns = [scored.groups[attributes[at]] for at in by]
    if len(columns) == 1:
        return scored.score, list(columns[0]), scored.outcome
    names = [
        " & ".join(UNKNOWN_GROUP if one is None else one for one in row)
        for row in zip(*columns, strict=True)
    ]
    return scored.score, list(names), scored.outcome


def _measured(
    name: str,
    groups: tuple[Group, ...],
    request: AuditRequest,
    scored: tuple[np.ndarray[Any, Any], list[str | None], np.ndarray[Any, Any] | None] | None,
) -> Audited:
    known = {group.name for group in groups}
    reference = request.reference
    if reference is not None and reference != ALL_OTHERS and reference not in known:
        # The reference is a group of another attribute.
        reference = None
    measures: list[Measure] = []
    bands: tuple[Band, ...] = ()
    measures += measure_selection(groups, reference=reference, level=request.level)
    measures += measure_error_rates(groups, reference=reference, level=request.level)
    if scored is not None:
        table = tabulate_scores(*scored)
        measures += measure_top_shares(table, top=TOP, reference=reference, level=request.level)
        if scored[2] is not None:
            bands = calibrate(table, level=request.level)
    detectable = smallest_detectable(
        groups[:MAX_DETECTABLE], reference=reference, level=request.level
    ) if len(groups) > 1 else ()  # fmt: skip
    return Audited(name, groups, tuple(measures), detectable, bands)


def _check_reference(request: AuditRequest, audited: Sequence[Audited]) -> None:
    if request.reference in (None, ALL_OTHERS):
        return
    names = [group.name for each in audited for group in each.groups]
    if request.reference not in names:
        raise InputError(
            "audit.no_reference",
            name=request.reference or "",
            nearest=nearest(request.reference or "", names),
        )


def _limits_of_groups(groups: Sequence[Group], everybody: Sequence[Group]) -> list[Text]:
    limits: list[Text] = []
    unknown = next((group for group in groups if group.name == UNKNOWN_GROUP), None)
    if unknown is not None:
        limits.append(Text("audit_limit.unknown_group", {"people": round(unknown.n)}))
    undecided = sum(group.undecided for group in everybody)
    if undecided:
        limits.append(Text("audit_limit.undecided", {"people": round(undecided)}))
    total = sum(group.n for group in everybody)
    selected = sum(group.selected for group in everybody)
    if len(groups) == 1:
        limits.append(Text("audit_limit.one_group"))
    if total and selected == 0:
        limits.append(Text("audit_limit.none_selected"))
    elif total and selected == total:
        limits.append(Text("audit_limit.all_selected"))
    return limits
