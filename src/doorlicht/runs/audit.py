"""The audit: people counted where they lie, a model opened and not run, and everything measured."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any, Final, cast

import numpy as np

import doorlicht
from doorlicht.audit.conditional import (
    check_simpson,
    measure_adjusted,
    measure_stratified,
    strata_of,
)
from doorlicht.audit.counting import count_people, groups_of
from doorlicht.audit.detectable import smallest_detectable
from doorlicht.audit.error_rates import limits_of_outcomes, measure_error_rates
from doorlicht.audit.multiplicity import Correction, correct_for_number, number_of_comparisons
from doorlicht.audit.opening import open_model, score
from doorlicht.audit.outside import Ran, score_outside
from doorlicht.audit.scores import (
    calibrate,
    limits_of_scores,
    measure_top_shares,
    tabulate_scores,
)
from doorlicht.audit.selection import measure_selection
from doorlicht.audit.uses import find_origin, measure_stand_ins, use_each
from doorlicht.errors import InputError, nearest
from doorlicht.language import Text
from doorlicht.plugins import Limits
from doorlicht.records import (
    ALL_OTHERS,
    UNKNOWN_GROUP,
    Audited,
    AuditReport,
    Band,
    Cell,
    Group,
    Measure,
    ModelArtefact,
    ModelUse,
    Setting,
)
from doorlicht.register import open_register
from doorlicht.reports.audit_json import render_audit_json
from doorlicht.reports.small_numbers import LIMIT
from doorlicht.runs.audit_aggregates import audit_aggregates
from doorlicht.runs.audit_published import audit_published
from doorlicht.runs.audit_unasked import SEED, audit_without_groups
from doorlicht.sources.people import Counting, Mark, People, compare, open_people
from doorlicht.vocabulary import load_vocabulary

TOP: Final = 0.1
"""Part of all people with the highest scores, where a score is known and no threshold."""

MAX_DETECTABLE: Final = 200
MAX_CONCLUSIONS: Final = 12
MAX_ALIKE: Final = 50
"""Groups that are compared among people who are alike."""

HALF: Final = 0.5
"""Where a model that gives a probability selects, unless another threshold is given; it is told."""


@dataclass(frozen=True, slots=True)
class AuditProgress:
    """What an audit is doing: a word of ``audit.step`` of the texts."""

    step: str


@dataclass(frozen=True, slots=True)
class AuditRequest:
    """What to audit, and how.

    Attributes
    ----------
    subject
        A table of decisions, or a model; a model needs ``data``.
    groups
        Columns that tell groups apart; of several, intersections are measured as well.
    selected, outcome, sampled
        Marks: a column of yes and no, or a comparison such as ``score >= 0.7``.
    score, weights, person
        Columns: a score, for how many people a row stands, and what is the same for each row of
        the same person.
    reference
        With whom groups are compared; the largest group if it is empty.
    threshold
        The score from which on a model selects.
    aggregates, spec
        A sheet of published counts, and what it says of them; then nothing else is needed.
    explained_by
        Columns of lawful factors: groups are also compared among people who are alike in these.
    published
        Figures of others with their counts, to be checked.
    allow_scoring, trust_pickle
        Whether a model whose scores are not computed from what was read may be scored by its own
        library in a confined process; and whether a file that is a program may be run for that.
    without_groups, leave_out
        Whether subgroups are searched by ordinary columns, and which are left out.
    register
        Path or URL; ``None`` keeps nothing.
    """

    subject: str
    by: str
    data: str | None = None
    groups: Sequence[str] = ()
    selected: str | None = None
    outcome: str | None = None
    score: str | None = None
    sampled: str | None = None
    weights: str | None = None
    person: str | None = None
    reference: str | None = None
    level: float = 0.95
    correction: Correction = "holm"
    threshold: float | None = None
    aggregates: str | None = None
    spec: str | None = None
    published: str | None = None
    without_groups: bool = False
    leave_out: Sequence[str] = ()
    explained_by: Sequence[str] = ()
    allow_scoring: bool = False
    trust_pickle: bool = False
    register: str | Path | None = None
    vocabulary_files: Sequence[Path] = field(default=())
    limits: Limits = field(default_factory=Limits)


def _silent(progress: AuditProgress) -> None:
    del progress


def _now() -> datetime:
    return datetime.now(UTC)


def audit(
    request: AuditRequest,
    on_progress: Callable[[AuditProgress], None] = _silent,
    *,
    clock: Callable[[], datetime] = _now,
) -> AuditReport:
    """Measure whom a selection picks and a model uses, keep it, and return it.

    Raises
    ------
    InputError
        If a file, column, group or threshold is not there, or a mark says neither yes nor no.
    SourceError
        If a table cannot be read to its end.
    """
    started = clock()
    _check_numbers(request)
    if request.published is not None:
        on_progress(AuditProgress("measure"))
        report = audit_published(request.published)
    elif request.aggregates is not None:
        if request.spec is None:
            raise InputError("audit.no_spec")
        on_progress(AuditProgress("measure"))
        report = audit_aggregates(request.aggregates, request.spec)
    elif request.without_groups:
        if request.selected is None:
            raise InputError("audit.no_selection")
        on_progress(AuditProgress("search"))
        report = audit_without_groups(
            request.subject, request.selected, outcome=request.outcome,
            leave_out=tuple(request.leave_out), level=request.level, settings=settings_of(request),
        )  # fmt: skip
    elif request.data is not None:
        report = _of_model(request, on_progress)
    else:
        report = _of_decisions(request, on_progress)
    keep_audit(report, request.register, by=request.by, started_at=started, clock=clock)
    return report


def _check_numbers(request: AuditRequest) -> None:
    for name, number in (("--level", request.level), ("--threshold", request.threshold)):
        if number is not None and not math.isfinite(number):
            raise InputError("audit.endless", option=name)


def keep_audit(
    report: AuditReport,
    register: str | Path | None,
    *,
    by: str,
    started_at: datetime,
    clock: Callable[[], datetime] = _now,
) -> None:
    """Keep an audit in the register, if there is one."""
    if register is None:
        return
    kept = open_register(register, clock=clock)
    try:
        kept.keep_audit(
            by=by, started_at=started_at, doorlicht=doorlicht.__version__, audit=report.id,
            kind=report.kind, subject=report.subject,
            content=render_audit_json(report, "en", doorlicht=doorlicht.__version__),
        )  # fmt: skip
    finally:
        kept.close()


# ── decisions that were made ────────────────────────────────────────────────────────────────


def _of_decisions(
    request: AuditRequest, on_progress: Callable[[AuditProgress], None]
) -> AuditReport:
    if not request.groups:
        raise InputError("audit.no_groups")
    on_progress(AuditProgress("open"))
    with open_people(request.subject, request.limits) as people:
        selected = request.selected
        if selected is None:
            if request.score is None:
                raise InputError("audit.no_selection")
            if request.threshold is None:
                raise InputError("audit.no_threshold", column=request.score)
            selected = f"{people.column(request.score)} >= {request.threshold!r}"
        counting = Counting(
            tuple(people.column(name) for name in (*request.groups, *request.explained_by)),
            people.mark(selected),
            people.mark(request.outcome) if request.outcome else None,
            people.mark(request.sampled) if request.sampled else None,
            people.column(request.weights) if request.weights else None,
        )
        on_progress(AuditProgress("count"))
        cells = people.count(counting)
        limits = _limits_of_rows(people, request)
        on_progress(AuditProgress("measure"))
        scored = None
        if request.score is not None:
            scored = _scored(people, request, counting)
    attributes = counting.groups[: len(request.groups)]
    report = measure_cells(cells, attributes, request, scored=scored)
    return replace(report, limits=(*limits, *report.limits))


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores of people in memory, with their groups and outcomes, in one order."""

    score: np.ndarray[Any, Any]
    groups: Mapping[str, Sequence[str | None]]
    outcome: np.ndarray[Any, Any] | None


def _scored(people: People, request: AuditRequest, counting: Counting) -> Scored:
    read = people.read([*request.groups, request.score or ""])
    values = read[people.column(request.score or "")]
    if values.dtype == object:
        raise InputError("audit.no_score", column=request.score or "")
    outcome = people.truths(counting.outcome) if counting.outcome else None
    groups = {name: _names(read[people.column(name)]) for name in request.groups}
    return Scored(values.astype(np.float64), groups, outcome)


def _names(column: np.ndarray[Any, Any]) -> list[str | None]:
    if column.dtype == object:
        return [None if one is None else str(one).strip() for one in column.tolist()]
    numbers = cast("list[float]", column.tolist())
    return [
        None if one != one else str(int(one)) if one == int(one) else str(one) for one in numbers
    ]


def _limits_of_rows(people: People, request: AuditRequest) -> list[Text]:
    limits: list[Text] = []
    if people.left_out:
        limits.append(Text("audit_limit.rows_left_out", {"rows": people.left_out}))
    if request.person is not None:
        again = people.repeated(request.person)
        if again:
            limits.append(Text("audit_limit.repeated", {"rows": again, "column": request.person}))
    return limits


# ── measuring ───────────────────────────────────────────────────────────────────────────────


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
    corrected = correct_for_number(
        [one for each in audited for one in each.measures], request.correction
    )
    at = 0
    done: list[Audited] = []
    for each in audited:
        measures = corrected[at : at + len(each.measures)]
        at += len(each.measures)
        done.append(replace(each, measures=measures))
    everybody = groups_of(cells, [])
    limits = [*limits_of_outcomes(everybody)]
    if scored is not None:
        whole = tabulate_scores(scored.score, [""] * len(scored.score))
        limits += limits_of_scores(whole)
    limits += _limits_of_groups(done[0].groups, everybody)
    tried = number_of_comparisons(corrected)
    return AuditReport(
        "decisions" if model is None else "model",
        request.subject,
        settings_of(request),
        people,
        tuple(done),
        conclusions=(*_conclusions(done, request, tried), *verdicts),
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
        if round(group.n) >= LIMIT:
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


def _conclusions(audited: Sequence[Audited], request: AuditRequest, tried: int) -> list[Text]:
    """Return what stands out after correcting for all that was tried, the surest first."""
    found: list[tuple[bool, float, Text]] = []
    for each in audited:
        small = {group.name for group in each.groups if group.has_fewer_than(LIMIT)}
        for one in each.measures:
            if not one.measure.endswith("_ratio") or one.value is None or one.reference is None:
                continue
            if one.group in small:
                continue
            if one.adjusted_p_value is None or one.adjusted_p_value > 1 - request.level:
                continue
            params = {
                "attribute": each.attribute, "group": one.group, "reference": one.reference,
                "value": one.value, "low": one.low, "high": min(one.high, 1e9),
                "measure": one.measure, "level": round(100 * one.level),
            }  # fmt: skip
            stem = one.measure.removesuffix("_ratio")
            kind = "selected" if stem == "selection" else "rate"
            text = Text(f"audit_says.{kind}", params)
            found.append((kind == "rate", one.adjusted_p_value, text))
    found.sort(key=lambda each: each[:2])
    if not found:
        return [Text("audit_says.nothing", {"tried": tried})] if tried else []
    said = [text for *_, text in found[:MAX_CONCLUSIONS]]
    if len(found) > MAX_CONCLUSIONS:
        said.append(Text("audit_says.more", {"n": len(found) - MAX_CONCLUSIONS}))
    return said


def settings_of(request: AuditRequest) -> dict[str, Setting]:
    """Return the options of an audit that decide what comes out."""
    return {
        "data": request.data,
        "groups": ", ".join(request.groups),
        "selected": request.selected,
        "outcome": request.outcome,
        "score": request.score,
        "sampled": request.sampled,
        "weights": request.weights,
        "explained_by": ", ".join(request.explained_by),
        "reference": request.reference,
        "level": request.level,
        "correction": request.correction,
        "threshold": request.threshold,
    }


# ── a model and its data ────────────────────────────────────────────────────────────────────


def _of_model(request: AuditRequest, on_progress: Callable[[AuditProgress], None]) -> AuditReport:
    on_progress(AuditProgress("open_model"))
    artefact = open_model(request.subject)
    if artefact.scoring is not None or not request.allow_scoring:
        return _of_artefact(artefact, request, on_progress)
    on_progress(AuditProgress("outside"))
    content = Path(request.subject).read_bytes()
    with score_outside(artefact, content, trust_pickle=request.trust_pickle) as (scoring, ran):
        followed = replace(artefact, scoring=scoring, score=ran.kind)
        report = _of_artefact(followed, request, on_progress)
    return replace(report, limits=(*report.limits, *_limits_of_outside(ran)))


def _limits_of_outside(ran: Ran) -> list[Text]:
    told = [
        Text("audit_limit.outside", {"runtime": ran.runtime, "gibibytes": ran.memory_bytes >> 30,
                                     "seconds": ran.cpu_seconds})
    ]  # fmt: skip
    if ran.held != "kernel":
        told.append(Text("audit_limit.outside_not_held"))
    return told


def _of_artefact(
    artefact: ModelArtefact,
    request: AuditRequest,
    on_progress: Callable[[AuditProgress], None],
) -> AuditReport:
    vocabulary = load_vocabulary(tuple(request.vocabulary_files))
    origin = find_origin(artefact, vocabulary)
    use = ModelUse(artefact, origin)
    if artefact.scoring is None:
        # What can be told of it is told; whom it selects cannot.
        return AuditReport(
            "model", request.subject, settings_of(request), None, (),
            limits=(Text("audit_limit.not_scored"), Text("audit_limit.may_be_scored")),
            blind_spots=artefact.blind_spots, model=use,
        )  # fmt: skip
    data = request.data or ""
    on_progress(AuditProgress("open"))
    with open_people(data, request.limits) as people:
        missing = [name for name in artefact.feature_names if not _has(people, name)]
        if missing:
            raise InputError(
                "audit.missing_features", path=data, n=len(missing),
                features=", ".join(missing[:20]) + (", ..." if len(missing) > 20 else ""),
            )  # fmt: skip
        groups = tuple(people.column(name) for name in request.groups)
        on_progress(AuditProgress("read"))
        names = list(dict.fromkeys([*artefact.feature_names, *groups]))
        read = people.read(names)
        outcome = people.truths(people.mark(request.outcome)) if request.outcome else None
        sampled = people.truths(people.mark(request.sampled)) if request.sampled else None
        weights = None
        if request.weights:
            weights = people.read([request.weights])[people.column(request.weights)]
        limits = _limits_of_rows(people, request)
    columns = {name: read[people.column(name)] for name in artefact.feature_names}
    on_progress(AuditProgress("score"))
    scores = _single(score(artefact, columns), artefact.score == "probability")
    threshold = request.threshold
    if threshold is None:
        threshold = HALF if artefact.score == "probability" else None
        if threshold is None and artefact.score == "margin":
            threshold = 0.0
    if threshold is None:
        threshold = float(np.quantile(scores[np.isfinite(scores)], 1 - TOP))
        limits.append(Text("audit_limit.threshold_top", {"threshold": threshold, "top": 100 * TOP}))
    elif request.threshold is None:
        limits.append(Text("audit_limit.threshold_default", {"threshold": threshold}))
    marked = compare(Mark("score", ">=", repr(threshold)), scores)
    on_progress(AuditProgress("flip"))
    random = np.random.default_rng(SEED)
    flips, ablations = use_each(artefact, origin, columns, threshold, random, outcome=outcome)
    use = replace(
        use, flips=flips, ablations=ablations, scored=int(np.isfinite(scores).sum()),
        threshold=threshold,
    )  # fmt: skip
    if not groups:
        return AuditReport(
            "model", request.subject, settings_of(request), len(scores), (),
            limits=(*limits, Text("audit_limit.no_groups")), blind_spots=artefact.blind_spots,
            model=use,
        )  # fmt: skip
    on_progress(AuditProgress("measure"))
    named = {name: _names(read[name]) for name in groups}
    on_progress(AuditProgress("proxies"))
    power, features = measure_stand_ins(
        artefact, origin, columns, named[groups[0]], random, level=request.level
    )
    use = replace(use, proxy_power=power, proxy_features=features)
    cells = count_people(
        marked, [np.array(named[name], dtype=object) for name in groups],
        outcome=outcome, sampled=sampled, weights=weights,
    )  # fmt: skip
    scored = Scored(scores, named, outcome)
    report = measure_cells(cells, groups, request, scored=scored, model=use)
    return replace(report, limits=(*limits, *report.limits), blind_spots=artefact.blind_spots)


def _has(people: People, name: str) -> bool:
    return any(name.casefold() == known.casefold() for known in people.columns)


def _single(scores: np.ndarray[Any, Any], is_probability: bool) -> np.ndarray[Any, Any]:
    """Return one score a person: of more than two outcomes the chance of the last one."""
    if scores.ndim == 1:
        return scores
    del is_probability
    return cast("np.ndarray[Any, Any]", scores[:, -1])
