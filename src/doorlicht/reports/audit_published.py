"""``audit.json`` as it may be handed on: without counts under the small-number limit.

The same form as ``audit.json``. What is left out is what the page of an audit leaves out: counts of
groups of which one count is under the limit, and every rate and comparison that would give it away.
"""

from __future__ import annotations

from typing import Any, Final

from doorlicht.language import Language
from doorlicht.records import AuditReport
from doorlicht.reports.audit_json import render_audit_json
from doorlicht.reports.small_numbers import LIMIT

_COUNTS: Final = ("n", "selected", "undecided", "effective_n", "outcomes", "random_sample")
_OUTCOMES: Final = ("outcomes", "random_sample")
_OF_PEOPLE: Final = ("people", "to_selected", "to_unselected")


def render_audit_published(
    report: AuditReport, language: Language | None, *, doorlicht: str
) -> dict[str, Any]:
    """Return the tree of ``audit.json`` with ``hidden_below``, and nothing of what that hides."""
    tree = render_audit_json(report, language, doorlicht=doorlicht)
    small = {(each.attribute, name) for each in report.audited for name in each.small_groups(LIMIT)}
    few = {
        (each.attribute, name)
        for each in report.audited
        for name in each.groups_of_few_outcomes(LIMIT)
    }
    shown = {
        each.id_of(one, report.subject)
        for each in report.audited
        for one in each.shown_measures(LIMIT)
    }

    def is_shown(one: dict[str, Any]) -> bool:
        names = (one["group"], one.get("reference"))
        return all((one["attribute"], name) not in small for name in names)

    tree["hidden_below"] = LIMIT
    tree["groups"] = [
        {**one, **dict.fromkeys(_COUNTS), "is_hidden": True}
        if (one["attribute"], one["name"]) in small
        else {**one, **dict.fromkeys(_OUTCOMES)}
        if (one["attribute"], one["name"]) in few
        else one
        for one in tree["groups"]
    ]
    tree["measures"] = [one for one in tree["measures"] if one["id"] in shown]
    tree["detectable"] = [one for one in tree["detectable"] if is_shown(one)]
    tree["bands"] = [
        one for one in tree["bands"]
        if is_shown(one) and not _is_small(one["people"]) and not _is_small(one["checked"])
    ]  # fmt: skip
    if tree["model"] is not None:
        model = tree["model"]
        model["flips"] = [_without_few(one) for one in model["flips"]]
        model["ablations"] = [_without_few(one) for one in model["ablations"]]
        model["proxy_power"] = [one for one in model["proxy_power"] if one["people"] >= LIMIT]
    return tree


def _without_few(one: dict[str, Any]) -> dict[str, Any]:
    """Return what changes for people, without numbers of few of them."""
    if _is_small(one["people"]):
        return {
            name: value if name in ("feature", "to", "features") else None
            for name, value in one.items()
        }
    return {
        name: None if name in _OF_PEOPLE and _is_small(value) else value
        for name, value in one.items()
    }


def _is_small(count: float | None) -> bool:
    return count is not None and 0 < count < LIMIT
