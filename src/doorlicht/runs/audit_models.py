"""A model and the people it is used on: what it uses, and whom it would select."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, cast

import numpy as np

from doorlicht.audit.counting import count_people
from doorlicht.audit.opening import open_model, score
from doorlicht.audit.outside import Ran, score_outside
from doorlicht.audit.uses import find_origin, measure_stand_ins, unseen_categories, use_each
from doorlicht.errors import InputError
from doorlicht.language import Text
from doorlicht.records import AuditReport, ModelArtefact, ModelUse, OriginFeature
from doorlicht.records.models import Scoring
from doorlicht.runs.audit_decisions import columns_of, limits_of_rows, rows_not_read
from doorlicht.runs.audit_measures import TOP, Scored, measure_cells
from doorlicht.runs.audit_request import AuditProgress, AuditRequest, Tell, settings_of
from doorlicht.runs.audit_unasked import SEED
from doorlicht.runs.derived_features import derived_features
from doorlicht.sources.people import People, open_people
from doorlicht.sources.people_marks import NO, YES, Mark, compare, refuse_names_of_people
from doorlicht.vocabulary import load_vocabulary

HALF: Final = 0.5
"""Where a model that gives a probability selects, unless another threshold is given; it is told."""


def audit_model(
    request: AuditRequest,
    tell: Tell,
    open_data: Callable[[], AbstractContextManager[People]] | None = None,
) -> AuditReport:
    """Return what a model in a file uses, and whom of the people of a table it selects.

    Parameters
    ----------
    open_data
        Opens the table, if it is not the file that the request names.

    Raises
    ------
    InputError
        If a file, column, group or feature is not there.
    SourceError
        If the table cannot be read to its end.
    """
    tell(AuditProgress("open_model"))
    artefact = open_model(request.subject)
    if artefact.scoring is not None:
        return _of_file(artefact, request, tell, open_data)
    if not request.allow_scoring:
        return unscored(artefact, request)
    tell(AuditProgress("outside"))
    content = Path(request.subject).read_bytes()
    with score_outside(artefact, content, trust_pickle=request.trust_pickle) as (scoring, ran):
        followed = replace(artefact, scoring=scoring, score=ran.kind)
        report = _of_file(followed, request, tell, open_data)
    return replace(report, limits=(*report.limits, *limits_of_outside(ran)))


def limits_of_outside(ran: Ran) -> list[Text]:
    """Tell what scored a model, and what the system could not keep it from."""
    told = [
        Text("audit_limit.outside", {"runtime": ran.runtime, "gibibytes": ran.memory_bytes >> 30,
                                     "seconds": ran.cpu_seconds})
    ]  # fmt: skip
    if ran.held != "kernel":
        told.append(Text("audit_limit.outside_not_held"))
    elif not ran.is_blind:
        told.append(Text("audit_limit.outside_reads"))
    return told


def unscored(artefact: ModelArtefact, request: AuditRequest) -> AuditReport:
    """Return what can be told of a model whose scores are not known; whom it selects cannot."""
    origin = _origin(artefact, request)
    limits = [Text("audit_limit.not_scored")]
    if not artefact.dangerous:
        # What would run commands is no model, whoever is trusted.
        limits.append(Text("audit_limit.may_be_scored"))
    return AuditReport(
        "model", request.subject, settings_of(request), None, (),
        limits=tuple(limits),
        blind_spots=artefact.blind_spots, model=ModelUse(artefact, origin),
    )  # fmt: skip


def _of_file(
    artefact: ModelArtefact,
    request: AuditRequest,
    tell: Tell,
    open_data: Callable[[], AbstractContextManager[People]] | None,
) -> AuditReport:
    tell(AuditProgress("open"))
    with open_data() if open_data else open_people(request.data or "", request.limits) as people:
        return measure_model(artefact, people, request, tell)


def measure_model(
    artefact: ModelArtefact, people: People, request: AuditRequest, tell: Tell
) -> AuditReport:
    """Return what a model that scores does with people: what it uses, and whom it selects."""
    missing = [name for name in artefact.feature_names if not _has(people, name)]
    if missing:
        features = ", ".join(missing[:20]) + (", ..." if len(missing) > 20 else "")
        told = {"path": people.path, "n": len(missing), "features": features}
        if artefact.dangerous:
            names = ", ".join(artefact.dangerous[:5])
            raise InputError(
                "audit.missing_features_dangerous", **told, name=artefact.name, names=names
            )
        raise InputError("audit.missing_features", **told)
    artefact = about_yes(artefact)
    origin = _origin(artefact, request)
    groups = columns_of(people, request.groups)
    factors = columns_of(people, request.explained_by)
    tell(AuditProgress("read"))
    read = people.read(list(dict.fromkeys(artefact.feature_names)))
    named = {name: people.texts(name) for name in (*groups, *factors)}
    outcome = people.truths(people.mark(request.outcome)) if request.outcome else None
    sampled = people.truths(people.mark(request.sampled)) if request.sampled else None
    weights = people.weights(request.weights) if request.weights else None
    limits = [*limits_of_rows(people, request), *_limits_of_outcome(artefact)]
    spots = (*artefact.blind_spots, *rows_not_read(people))
    columns = {name: read[people.column(name)] for name in artefact.feature_names}
    tell(AuditProgress("score"))
    scores = _single(score(artefact, columns))
    threshold = _threshold(artefact, scores, request, limits)
    marked = compare(Mark("score", ">=", repr(threshold)), scores)
    tell(AuditProgress("flip"))
    random = np.random.default_rng(SEED)
    flips, ablations, untaken = use_each(
        artefact, origin, columns, threshold, random, outcome=outcome
    )
    limits += _limits_of_values(artefact, columns, untaken)
    use = ModelUse(
        artefact, origin, flips, ablations, scored=int(np.isfinite(scores).sum()),
        threshold=threshold, scored_by=getattr(artefact.scoring, "scored_by", "doorlicht"),
    )  # fmt: skip
    if not groups:
        return AuditReport(
            "model", request.subject, settings_of(request), len(scores), (),
            limits=(*limits, Text("audit_limit.no_groups")), blind_spots=spots,
            model=use,
        )  # fmt: skip
    told_apart = tuple(dict.fromkeys((*groups, *factors)))
    refuse_names_of_people(
        set(zip(*(named[name] for name in told_apart), strict=True)), told_apart, len(scores)
    )
    tell(AuditProgress("proxies"))
    power, features = measure_stand_ins(
        artefact, origin, columns, named[groups[0]], random,
        alike=[named[name] for name in factors], level=request.level,
    )  # fmt: skip
    use = replace(use, proxy_power=power, proxy_features=features)
    tell(AuditProgress("measure"))
    cells = count_people(
        marked, [np.array(named[name], dtype=object) for name in (*groups, *factors)],
        outcome=outcome, sampled=sampled, weights=weights,
    )  # fmt: skip
    scored = Scored(scores, {name: named[name] for name in groups}, outcome)
    report = measure_cells(cells, groups, request, scored=scored, model=use)
    return replace(report, limits=(*limits, *report.limits), blind_spots=spots)


class _Other:
    """Scores a model by the chance of the first of its two outcomes."""

    def __init__(self, scoring: Scoring) -> None:
        self._scoring = scoring
        self.scored_by = getattr(scoring, "scored_by", "doorlicht")

    def __call__(self, columns: Mapping[str, Any]) -> Any:
        """Return one minus the chance of the second."""
        return 1.0 - np.asarray(_single(np.asarray(self._scoring(columns))))


def about_yes(artefact: ModelArtefact) -> ModelArtefact:
    """Return a model of which the score is the chance of the outcome that means yes.

    Scores are the chance of the last outcome, in the order of the file. Where that one means no
    and the other means yes, as with ``ja`` and ``nee`` in the order of the alphabet, they would
    say the opposite of what is looked for.
    """
    names = [one.strip().casefold() for one in artefact.target_classes]
    is_turned = len(names) == 2 and names[0] in YES and names[1] in NO
    if artefact.score != "probability" or artefact.scoring is None or not is_turned:
        return artefact
    return replace(
        artefact,
        scoring=_Other(artefact.scoring),
        target_classes=artefact.target_classes[::-1],
    )


def _limits_of_outcome(artefact: ModelArtefact) -> list[Text]:
    """Tell of which outcome the score is the chance, where the model names its outcomes."""
    if artefact.score != "probability" or not artefact.target_classes:
        return []
    return [Text("audit_limit.outcome", {"outcome": artefact.target_classes[-1][:40]})]


def _limits_of_values(
    artefact: ModelArtefact, columns: Mapping[str, Any], untaken: Mapping[str, int]
) -> list[Text]:
    """Tell of values that people have and the model does not know, or cannot be given."""
    unseen = [
        Text("audit_limit.unseen", {"feature": name, "values": values, "people": people})
        for name, (values, people) in unseen_categories(artefact, columns).items()
    ]
    told = [
        Text("audit_limit.untaken", {"feature": name, "values": values})
        for name, values in untaken.items()
    ]
    return [*unseen, *told]


def _origin(artefact: ModelArtefact, request: AuditRequest) -> tuple[OriginFeature, ...]:
    vocabulary = load_vocabulary(tuple(request.vocabulary_files))
    derived = request.derived
    if derived is None:
        derived = derived_features(request.register, artefact)
    return find_origin(artefact, vocabulary, derived)


def _has(people: People, name: str) -> bool:
    return any(name.casefold() == known.casefold() for known in people.columns)


def _single(scores: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return one score a person: of more than two outcomes the chance of the last one."""
    return scores if scores.ndim == 1 else cast("np.ndarray[Any, Any]", scores[:, -1])


def _threshold(
    artefact: ModelArtefact,
    scores: np.ndarray[Any, Any],
    request: AuditRequest,
    limits: list[Text],
) -> float:
    """Return from what score on people are selected; what was not given is told as a limit."""
    if request.threshold is not None:
        return request.threshold
    finite = scores[np.isfinite(scores)]
    if not len(finite):
        raise InputError("audit.nobody_scored", name=artefact.name or "-")
    usual = {"probability": HALF, "label": HALF, "margin": 0.0}.get(artefact.score)
    if usual is None and bool(np.isin(finite, (0.0, 1.0)).all()):
        # What comes out are decisions, whatever the model calls them.
        usual = HALF
    if usual is not None:
        limits.append(Text("audit_limit.threshold_default", {"threshold": usual}))
        return usual
    top = float(np.quantile(finite, 1 - TOP))
    limits.append(Text("audit_limit.threshold_top", {"threshold": top, "top": 100 * TOP}))
    return top
