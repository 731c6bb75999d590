"""The overview of many organisations as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from doorlicht.language import Language
from doorlicht.records import OrganisationLine, RollUp
from doorlicht.records.rollups import Totals
from doorlicht.reports.rollup import say_remark


def render_rollup_json(made: RollUp, language: Language) -> dict[str, Any]:
    """Return the overview as a tree of JSON."""
    return {
        "organisations": [_organisation(one) for one in made.lines],
        "totals": _totals(made.totals),
        "looked_at": dict(made.looked_at),
        "growth": [{**asdict(one), "day": one.day.isoformat()} for one in made.growths],
        "overdue": [
            {
                "organisation": organisation,
                **asdict(one),
                "due": None if one.due is None else one.due.isoformat(),
            }
            for organisation, one in made.terms
        ],
        "editions": {
            name: {edition: list(who) for edition, who in each.items()}
            for name, each in made.editions.items()
        },
        "remarks": [
            {**asdict(one), "others": list(one.others), "text": say_remark(one, language)}
            for one in made.remarks
        ],
    }


def _organisation(one: OrganisationLine) -> dict[str, Any]:
    tree = asdict(one)
    return {**tree, "day": one.day.isoformat(), "totals": _totals(one.totals)}


def _totals(totals: Totals) -> list[dict[str, Any]]:
    return [
        {"concept": concept, "role": role, "verdict": verdict, "uses": number}
        for (concept, role, verdict), number in sorted(totals.items())
    ]
