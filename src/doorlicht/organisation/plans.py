"""Plans of approach: the chapters that the long form has, and the short one for Parliament."""

from __future__ import annotations

from functools import cache

from doorlicht.records import PlanOfApproach
from doorlicht.records.campaigns import PlanForm
from doorlicht.shipped import read_yaml


@cache
def plan_chapters(form: PlanForm) -> tuple[str, ...]:
    """Return the chapters that a plan must have, in their order.

    Examples
    --------
    >>> plan_chapters("short")[:3], len(plan_chapters("long")) > len(plan_chapters("short"))
    (('purpose', 'mandate', 'scope'), True)
    """
    chapters = read_yaml("doorlicht.organisation", "plans.yaml")["chapters"]
    return tuple(key for key, more in chapters.items() if form == "long" or more.get("short"))


def missing_chapters(plan: PlanOfApproach) -> tuple[str, ...]:
    """Return the chapters that a plan has to have and that say nothing yet."""
    said = {one.key for one in plan.chapters if one.text.strip()}
    return tuple(key for key in plan_chapters(plan.form) if key not in said)
