"""An audit without any group: for whom, by ordinary columns, the selection stands out."""

from __future__ import annotations

import numpy as np

from doorlicht.audit.subgroups import search_subgroups
from doorlicht.errors import InputError
from doorlicht.language import Text
from doorlicht.records import Audited, AuditReport, Setting
from doorlicht.runs.audit_conclusions import conclude
from doorlicht.runs.audit_decisions import other_sheets, rows_not_read
from doorlicht.sources.people import People
from doorlicht.sources.people_marks import Mark

SEED = 20_210_408
"""Where the draw of the half that is searched begins, so that a run can be done again."""


def audit_without_groups(
    people: People,
    subject: str,
    selected: str,
    *,
    outcome: str | None,
    leave_out: tuple[str, ...],
    level: float,
    settings: dict[str, Setting],
) -> AuditReport:
    """Return the subgroups that are selected most out of proportion; with outcomes, wrongly so.

    Raises
    ------
    InputError
        If a column is not there, a mark says neither yes nor no, or no column is left to search.
    SourceError
        If the table cannot be read to its end.
    """
    mark = people.mark(selected)
    came_out = people.mark(outcome) if outcome else None
    chosen = people.truths(mark)
    wrong = _wrong(people, chosen, came_out)
    used = {mark.column, *(people.column(name) for name in leave_out)}
    if came_out is not None:
        used.add(came_out.column)
    names = [name for name in people.columns if name not in used]
    if not names:
        raise InputError("audit.nothing_to_search", path=people.path)
    columns = people.read(names)
    audited: list[Audited] = []
    limits = [*other_sheets(people), Text("audit_limit.questions")]
    unread = rows_not_read(people)
    conclusions: list[Text] = []
    random = np.random.default_rng(SEED)
    measured = [("selected", chosen)] + ([("wrongly selected", wrong)] if wrong is not None else [])
    for name, marks in measured:
        found = search_subgroups(columns, marks, random, level=level)
        parts = [Audited(f"{name}: subgroups", found.groups, found.measures)]
        if found.clusters:
            parts.append(Audited(f"{name}: clusters", found.clusters, found.cluster_measures))
        audited += parts
        conclusions += conclude(
            parts, 0, searched="subgroup" if name == "selected" else "wrong_subgroup"
        )
        if name == "selected":
            limits.append(
                Text("audit_limit.halves", {"searched": found.searched, "tested": found.tested})
            )
            if found.left_out:
                limits.append(
                    Text("audit_limit.not_searched", {"columns": ", ".join(found.left_out)})
                )
    comparisons = sum(one.measure == "selection_ratio" for each in audited for one in each.measures)
    if not conclusions:
        conclusions = [Text("audit_says.nothing", {"tried": comparisons})]
    return AuditReport(
        "without-groups", subject, {**settings, "seed": SEED}, len(chosen), tuple(audited),
        conclusions=tuple(conclusions), limits=tuple(limits), blind_spots=unread,
        details={"comparisons": comparisons},
    )  # fmt: skip


def _wrong(people: People, chosen: np.ndarray, outcome: Mark | None) -> np.ndarray | None:  # type: ignore[type-arg]
    """Return, of those who were selected and of whom it is known, whether that was wrong."""
    if outcome is None:
        return None
    came_out = people.truths(outcome)
    wrong = np.where(came_out == 0, 1.0, 0.0)
    wrong[(chosen != 1) | np.isnan(came_out)] = np.nan
    return wrong if np.count_nonzero(~np.isnan(wrong)) else None
