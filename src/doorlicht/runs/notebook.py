"""Audits from a notebook or a script: of tables in memory, and of models that are there already.

The door is ``doorlicht`` itself: ``doorlicht.audit_decisions``, ``doorlicht.audit_model``,
``doorlicht.audit_without_groups``. What comes back is the same record that the command makes, and
it is measured in the same way. Nothing is written unless a register is named.

A model that is an object or a function of the user's own session is called there: it is theirs and
runs already. What lies in a file is read and not run, as everywhere.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import doorlicht
from doorlicht.audit.multiplicity import Correction
from doorlicht.errors import DoorlichtError, InputError
from doorlicht.language import LANGUAGES, Language, say
from doorlicht.records import AuditReport
from doorlicht.reports.audit_html import render_audit_html
from doorlicht.reports.audit_json import render_audit_json
from doorlicht.runs.audit import check_numbers, keep_audit
from doorlicht.runs.audit_decisions import audit_decisions as _decisions
from doorlicht.runs.audit_models import audit_model as _file
from doorlicht.runs.audit_models import measure_model
from doorlicht.runs.audit_request import AuditProgress, AuditRequest, settings_of
from doorlicht.runs.audit_unasked import audit_without_groups as _without_groups
from doorlicht.runs.given_table import Columns, GivenTable
from doorlicht.runs.models_in_memory import is_in_memory, name_of, open_in_memory
from doorlicht.runs.recorded import IN_MEMORY

TABLE = "data"
"""What a table without a name of its own is called, in every language."""


class Audit(AuditReport):
    """What an audit found, which can be shown and saved.

    In a notebook it is shown as the page that the command writes: counts under five are hidden.
    """

    __slots__ = ()

    def to_dict(self, language: Language = "en") -> dict[str, Any]:
        """Return what ``audit.json`` holds, in the form of its published schema."""
        return render_audit_json(self, language, doorlicht=doorlicht.__version__)

    def to_json(self, language: Language = "en") -> str:
        """Return the text of ``audit.json``."""
        return json.dumps(self.to_dict(language), ensure_ascii=False, indent=2)

    def to_html(self, language: Language = "en", *, at: datetime | None = None) -> str:
        """Return the page, which needs nothing beside itself."""
        moment = at or datetime.now(UTC)
        return render_audit_html(self, language, version=doorlicht.__version__, at=moment)

    def _repr_html_(self) -> str:
        """Return the page in a frame of its own, so that its style touches nothing else."""
        page = html.escape(self.to_html(), quote=True)
        return f'<iframe srcdoc="{page}" title="{self.id}" width="100%" height="700"></iframe>'

    def __repr__(self) -> str:
        """Return what it is of; the numbers are in the record."""
        numbers = sum(len(each.measures) for each in self.audited)
        return f"<Audit {self.id}: {self.kind}, {self.people} people, {numbers} measures>"


def audit_decisions(
    data: Any,
    *,
    group: Columns,
    selected: Any = None,
    outcome: Any = None,
    score: Any = None,
    threshold: float | None = None,
    sampled: Any = None,
    weights: Any = None,
    person: str | None = None,
    explained_by: Columns = (),
    reference: str | None = None,
    level: float = 0.95,
    correction: Correction = "holm",
    name: str = TABLE,
    register: str | Path | None = None,
    by: str = "",
) -> Audit:
    """Return whom decisions picked, per group, with how sure that is and what is not known.

    Parameters
    ----------
    data
        A table in memory (pandas, polars, Arrow, a mapping of names to columns), or the path of a
        file that a scan reads.
    group
        Which columns tell groups apart; of several, intersections are measured as well.
    selected, outcome, sampled
        A column of yes and no, a comparison such as ``"score >= 0.7"``, or values, one a person.
        What is missing is not known, and never counted as no.
    explained_by
        Lawful factors: groups are also compared among people who are alike in these.
    name
        What messages and the result call the table.
    register, by
        Where it is kept, and under whose name; without a register nothing is.

    Raises
    ------
    InputError
        If a column or group is not there, or a mark says neither yes nor no.

    Examples
    --------
    >>> people = {"land": ["NL"] * 60 + ["TR"] * 40, "checked": [1, 0, 0] * 20 + [1, 0] * 20}
    >>> made = audit_decisions(people, group="land", selected="checked")
    >>> [(one.group, one.value) for one in made.audited[0].measures
    ...  if one.measure == "selection_ratio"]
    [('TR', 1.5)]
    """
    with _explained():
        given = GivenTable(data, name)
        request = AuditRequest(
            given.name, by,
            groups=given.columns("group", group), selected=given.mark("selected", selected),
            outcome=given.mark("outcome", outcome), score=given.mark("score", score),
            threshold=threshold, sampled=given.mark("sampled", sampled),
            weights=given.mark("weights", weights), person=person,
            explained_by=given.columns("explained_by", explained_by), reference=reference,
            level=level, correction=correction, register=register,
        )  # fmt: skip
        with given.people() as people:
            return _kept(lambda: _decisions(people, request, _silent), request)


def audit_without_groups(
    data: Any,
    *,
    selected: Any,
    outcome: Any = None,
    leave_out: Sequence[str] = (),
    level: float = 0.95,
    name: str = TABLE,
    register: str | Path | None = None,
    by: str = "",
) -> Audit:
    """Return for whom, by ordinary columns, a selection stands out; no group is needed.

    The parameters are those of :func:`audit_decisions`; ``leave_out`` are columns that are not
    searched. The result is questions for people.
    """
    with _explained():
        given = GivenTable(data, name)
        chosen = given.mark("selected", selected) or ""
        request = AuditRequest(
            given.name, by, selected=chosen, outcome=given.mark("outcome", outcome), level=level,
            without_groups=True, leave_out=tuple(leave_out), register=register,
        )  # fmt: skip

        with given.people() as people:
            return _kept(
                lambda: _without_groups(
                    people, request.subject, chosen, outcome=request.outcome,
                    leave_out=tuple(leave_out), level=level, settings=settings_of(request),
                ),
                request,
            )  # fmt: skip


def audit_model(
    model: Any,
    data: Any,
    *,
    group: Columns = (),
    outcome: Any = None,
    threshold: float | None = None,
    features: Sequence[str] | None = None,
    sampled: Any = None,
    weights: Any = None,
    person: str | None = None,
    explained_by: Columns = (),
    reference: str | None = None,
    level: float = 0.95,
    correction: Correction = "holm",
    vocabulary: Sequence[str | Path] = (),
    allow_scoring: bool = False,
    trust_pickle: bool = False,
    name: str | None = None,
    register: str | Path | None = None,
    by: str = "",
) -> Audit:
    """Return what a model uses, and whom of the people in a table it selects.

    Parameters
    ----------
    model
        The path of a file with a model, which is read and not run; an object of this session that
        predicts, such as a fitted pipeline of scikit-learn; or a function that takes a table like
        ``data`` and returns one score a person (of several outcomes the last column counts).
    data
        As for :func:`audit_decisions`; a function gets a table of the same kind.
    threshold
        The score from which on people are selected. Where it is not given, the result says which
        one was taken.
    features
        The columns that a function is given; all that are no marks if it is not said.
    allow_scoring, trust_pickle
        Of a model in a file: whether its own library may score it in a confined process.

    The other parameters are those of :func:`audit_decisions`.

    Raises
    ------
    InputError
        If a column, group or feature is not there, or what the model returns are no scores.

    Examples
    --------
    >>> people = {"born_abroad": [0] * 50 + [1] * 50, "debts": [0, 1, 2, 3, 4] * 20}
    >>> made = audit_model(lambda table: table["debts"] + 2 * table["born_abroad"], people,
    ...                    group="born_abroad", threshold=4)
    >>> [(one.group, one.value) for one in made.audited[0].measures
    ...  if one.measure == "selection_rate"]
    [('0', 0.2), ('1', 0.6)]
    >>> [(one.to, one.to_selected, one.to_unselected) for one in made.model.flips]
    [('0', 0, 20), ('1', 20, 0)]
    """
    with _explained():
        given = GivenTable(data, name or TABLE)
        called = name or name_of(model)
        request = AuditRequest(
            called, by, data=given.name, groups=given.columns("group", group),
            outcome=given.mark("outcome", outcome), threshold=threshold,
            sampled=given.mark("sampled", sampled), weights=given.mark("weights", weights),
            person=person, explained_by=given.columns("explained_by", explained_by),
            reference=reference, level=level, correction=correction,
            allow_scoring=allow_scoring, trust_pickle=trust_pickle,
            register=register, vocabulary_files=tuple(Path(one) for one in vocabulary),
        )  # fmt: skip

        def measure() -> AuditReport:
            if not is_in_memory(model):
                return _file(request, _silent, given.people)
            with given.people() as people:
                artefact, limits = open_in_memory(
                    model, called, given.held, given.features(features, people, request)
                )
                made = measure_model(artefact, people, request, _silent)
            return replace(made, limits=(*limits, *made.limits))

        return _kept(measure, request)


def _silent(progress: AuditProgress) -> None:
    del progress


def _kept(measure: Callable[[], AuditReport], request: AuditRequest) -> Audit:
    check_numbers(request)
    if request.register is not None and not request.by:
        raise InputError("audit.by_whom")
    started = datetime.now(UTC)
    report = measure()
    keep_audit(
        report, request.register, by=request.by, started_at=started, settings=IN_MEMORY
    )  # fmt: skip
    return Audit(**{each.name: getattr(report, each.name) for each in fields(AuditReport)})


@contextmanager
def _explained() -> Generator[None]:
    """Add to an error what it means and what to do, in every language: here nobody chose one."""
    try:
        yield
    except DoorlichtError as error:
        for language in LANGUAGES:
            for part in ("what", "why", "remedy"):
                error.add_note(say(f"error.{error.code}.{part}", language, **error.details))
        raise
