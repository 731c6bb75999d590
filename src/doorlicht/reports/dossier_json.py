"""Units, campaign, coverage, questions and commitments as JSON.

Its form is published as ``schemas/dossier-1.schema.json``. Within a major version fields are added
and none is taken away or given another meaning.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from importlib import resources
from typing import Any

from doorlicht.language import Language, Text, say
from doorlicht.organisation import (
    Alert,
    Dossier,
    History,
    find_contradicted,
    known_themes,
    standing_decisions,
    standing_exclusions,
    undecided_units,
)
from doorlicht.records import (
    Bearing,
    Commitment,
    Coverage,
    Exclusion,
    QuestionSet,
    ReadingGuide,
    ScopeDecision,
    Term,
)
from doorlicht.register.dossier import record_tree


def units_tree(history: History, decisions: Sequence[ScopeDecision], day: date) -> dict[str, Any]:
    """Return the units of a day in the order of the tree, with what was decided on each."""
    standing = standing_decisions(history, decisions, day)
    return {
        "day": day.isoformat(),
        "units": [
            {
                **record_tree(unit), "depth": depth,
                "scope": [record_tree(one) for one in standing.get(unit.id, ())],
            }
            for depth, unit in history.tree(day)
        ],
        "excluded": [
            exclusion_tree(one) for one in standing_exclusions(history, decisions, day)
        ],
        "undecided": [one.id for one in undecided_units(history, decisions, day)],
    }  # fmt: skip


def exclusion_tree(exclusion: Exclusion) -> dict[str, Any]:
    """Return a unit that is out of scope as a tree of JSON."""
    return {
        "unit": exclusion.unit,
        "for_now": exclusion.is_for_now,
        "due": _day(exclusion.due),
        "overdue": exclusion.is_overdue,
        "ground_gone": exclusion.is_ground_gone,
        "decision": record_tree(exclusion.decision),
    }


def campaign_tree(
    dossier: Dossier,
    day: date,
    refusals: Sequence[Text],
    alerts: Sequence[Alert],
    language: Language,
) -> dict[str, Any]:
    """Return a campaign with what stands between it and its next state."""
    excluded = standing_exclusions(dossier.history, dossier.decisions, day)
    return {
        "day": day.isoformat(),
        "campaign": record_tree(dossier.campaign),
        "missing": [
            {"code": one.key, "what": say(f"error.{one.key}.what", language, **one.params)}
            for one in refusals
        ],
        "alerts": [
            {
                "kind": one.kind, "id": one.id, "title": one.title, "term": term_tree(one.term),
                "days_left": one.days_left,
            }
            for one in alerts
        ],
        "excluded": [exclusion_tree(one) for one in excluded],
        "plans": [record_tree(one) for one in dossier.plans],
        "nil_statements": [record_tree(one) for one in dossier.statements],
        "nil_contradicted": [one.id for one in find_contradicted(dossier, day)],
        "uses": {unit: list(ids) for unit, ids in dossier.uses.items()},
        "uses_proposed": list(dossier.proposed_uses),
        "uses_unplaced": list(dossier.unplaced_uses),
    }  # fmt: skip


def coverage_tree(coverage: Coverage) -> dict[str, Any]:
    """Return the coverage matrix, and what was never looked at."""
    return {
        "day": coverage.day.isoformat(),
        "rows": [
            {
                "unit": row.unit, "name": row.name, "depth": row.depth,
                "cells": [
                    {
                        "step": cell.kind, "source": cell.source or None, "state": cell.state,
                        "on": _day(cell.on), "steps": list(cell.steps),
                    }
                    for cell in row.cells
                ],
            }
            for row in coverage.rows
        ],
        "never": [
            {"unit": one.unit, "step": one.kind, "source": one.source or None}
            for one in coverage.never
        ],
        "excluded": list(coverage.excluded),
        "undecided": list(coverage.undecided),
    }  # fmt: skip


def term_tree(term: Term) -> dict[str, Any]:
    """Return how a term stands as a tree of JSON."""
    return {
        "state": term.state,
        "due": _day(term.due),
        "first_due": _day(term.first),
        "extended": term.is_extended,
        "asked_too_late": term.is_asked_late,
        "late_days": term.late_days,
        "recess": term.recess or None,
        "recess_known": term.is_recess_known,
    }


def questions_tree(
    sets: Sequence[QuestionSet], terms: Mapping[str, Term], day: date
) -> dict[str, Any]:
    """Return sets of questions, each with its term."""
    return {
        "day": day.isoformat(),
        "question_sets": [{**record_tree(one), "term": term_tree(terms[one.id])} for one in sets],
    }


def guide_tree(asked: QuestionSet, guide: ReadingGuide, language: Language) -> dict[str, Any]:
    """Return a reading guide."""
    return {
        "question_set": asked.id,
        "title": asked.title,
        "reading_guide": [
            {
                "theme": one.theme, "label": known_themes()[one.theme].label[language],
                "questions": list(one.questions),
            }
            for one in guide.entries
        ],
        "without_theme": list(guide.without),
    }  # fmt: skip


def commitments_tree(
    commitments: Sequence[Commitment],
    terms: Mapping[str, Term],
    bearers: Mapping[str, Bearing],
    day: date,
) -> dict[str, Any]:
    """Return commitments, each with its term and the unit that has it on a day."""
    return {
        "day": day.isoformat(),
        "commitments": [
            {
                **record_tree(one), "term": term_tree(terms[one.id]),
                "bearer": bearers[one.id].unit if one.id in bearers else None,
                "bearer_by_rule": one.id in bearers and bearers[one.id].is_by_rule,
            }
            for one in commitments
        ],
    }  # fmt: skip


def dossier_schema() -> dict[str, Any]:
    """Return the JSON Schema of all of these.

    Examples
    --------
    >>> dossier_schema()["title"]
    'Dossier of doorlicht'
    """
    file = resources.files("doorlicht.reports") / "schemas" / "dossier-1.schema.json"
    return json.loads(file.read_text("utf-8"))


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
