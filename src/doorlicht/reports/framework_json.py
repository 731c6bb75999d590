"""Frameworks, what is wrong with them and what differs between them, as JSON and in words."""

from __future__ import annotations

from typing import Any

from doorlicht.assessment import Framework
from doorlicht.assessment.compare import ChangedVerdict, Compared, Difference
from doorlicht.assessment.paths import Path
from doorlicht.assessment.soundness import Checked
from doorlicht.language import Language, say


def framework_row(framework: Framework, language: Language) -> dict[str, Any]:
    """Return what a list of frameworks tells of one."""
    return {
        "name": framework.name,
        "edition": framework.edition,
        "title": framework.title[language],
        "applies_from": _day(framework.applies_from),
        "applies_until": _day(framework.applies_until),
        "questions": len(framework.nodes),
        "checked_by": framework.checked_by or None,
        "questions_checked": sum(bool(node.checked_by) for node in framework.nodes),
        "digest": framework.digest,
    }


def checked_tree(checked: Checked, language: Language) -> dict[str, Any]:
    """Return what is wrong with a framework."""
    return {
        "name": checked.name,
        "edition": checked.edition,
        "is_sound": checked.is_sound,
        "problems": [text.in_language(language) for text in checked.problems],
        "cases": checked.cases,
        "wrong_cases": [text.in_language(language) for text in checked.wrong_cases],
        "paths_no_case_goes": [
            {"part": one.part, "id": one.id, "what": one.what or None} for one in checked.unseen
        ],
    }


def compared_tree(compared: Compared, language: Language) -> dict[str, Any]:
    """Return what differs between two editions, and which uses come out otherwise."""
    return {
        "old": framework_row(compared.old, language),
        "new": framework_row(compared.new, language),
        "differences": [_difference(one) for one in compared.differences],
        "looked_at": compared.looked_at,
        "changed": [_changed(one) for one in compared.changed],
    }


def _difference(one: Difference) -> dict[str, Any]:
    return {"part": one.part, "id": one.id, "kind": one.kind, "changed": list(one.changed)}


def _changed(one: ChangedVerdict) -> dict[str, Any]:
    return {
        "use": one.use, "old": one.old.verdict, "new": one.new.verdict, "nodes": list(one.nodes),
    }  # fmt: skip


def say_path(path: Path, language: Language) -> str:
    """Return a path that no case goes, in words."""
    return say(f"frameworks.path.{path.part}", language, id=path.id, what=_what(path, language))


def _what(path: Path, language: Language) -> str:
    if path.part == "nodes":
        return say(f"assess.status.{path.what}", language)
    if path.part == "duties":
        return say(f"assess.gap.{path.what}", language)
    return path.what


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
