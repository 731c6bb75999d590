"""What an audit concludes: each comparison that stands out, in a sentence, the surest first.

A comparison stands out here exactly if it makes the exit code 1 (:attr:`Measure.stands_out`), also
where it has no ratio because nobody of the reference was selected, and where too few people are
behind it for its numbers to be shown.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from doorlicht.audit.multiplicity import comparison_of
from doorlicht.language import Text
from doorlicht.records import Audited, Measure
from doorlicht.reports.small_numbers import LIMIT

MAX_CONCLUSIONS: Final = 12

_ALIKE: Final = ("conditional", "adjusted")
_ORDER: Final = {"selected": 0, "rate": 1, "alike_ratio": 2}


def conclude(audited: Sequence[Audited], tried: int, *, searched: str = "") -> list[Text]:
    """Return what stands out after correcting for all that was tried.

    Parameters
    ----------
    searched
        ``subgroup`` or ``wrong_subgroup`` where people were told apart by a search, and everybody
        else is what they are compared with.
    """
    found: list[tuple[int, float, Text]] = []
    for each in audited:
        shown = {id(one) for one in each.shown_measures(LIMIT)}
        alike: set[str] = set()
        for comparison in _standing_out(each.measures):
            one = comparison[0]
            is_few = id(one) not in shown
            family = searched or _family(one)
            if family == "alike_ratio" and one.group in alike:
                # By strata or by regression: one of them is enough to say it.
                continue
            alike |= {one.group} if family == "alike_ratio" else set()
            text = _said(each.attribute, family, comparison, is_few=is_few)
            found.append((_ORDER.get(family, 0), one.adjusted_p_value or 0.0, text))
    found.sort(key=lambda each: each[:2])
    if not found:
        return [Text("audit_says.nothing", {"tried": tried})] if tried else []
    said = [text for *_, text in found[:MAX_CONCLUSIONS]]
    if len(found) > MAX_CONCLUSIONS:
        said.append(Text("audit_says.more", {"n": len(found) - MAX_CONCLUSIONS}))
    return said


def _standing_out(measures: Sequence[Measure]) -> list[list[Measure]]:
    """Return the measures of each comparison that stands out: its ratio, its difference."""
    together: dict[tuple[str, str, str | None], list[Measure]] = {}
    for one in measures:
        if one.stands_out:
            together.setdefault(comparison_of(one), []).append(one)
    return list(together.values())


def _family(one: Measure) -> str:
    if one.measure.endswith(_ALIKE):
        return "alike_ratio"
    return "selected" if one.measure.startswith("selection_") else "rate"


def _said(attribute: str, family: str, comparison: Sequence[Measure], *, is_few: bool) -> Text:
    ratio = next((one for one in comparison if _is_ratio(one) and one.value is not None), None)
    # What has a p-value has a difference, whether or not it has a ratio.
    one = ratio or next((one for one in comparison if not _is_ratio(one)), comparison[0])
    params: Mapping[str, str | int | float] = {
        "attribute": attribute, "group": one.group, "reference": one.reference or "",
        "measure": one.measure, "level": round(100 * one.level),
    }  # fmt: skip
    if is_few:
        neutral = 1.0 if ratio is not None else 0.0
        way = "more" if (one.value or 0.0) > neutral else "less"
        return Text(f"audit_says.{family}_few_{way}", {**params, "limit": LIMIT})
    value, low, high = one.value or 0.0, one.low, one.high
    if ratio is None:
        percent = {"value": 100 * value, "low": 100 * low, "high": 100 * high}
        return Text(f"audit_says.{family}_none", {**params, **percent})
    if not math.isfinite(high):
        return Text(f"audit_says.{family}_open", {**params, "value": value, "low": low})
    return Text(f"audit_says.{family}", {**params, "value": value, "low": low, "high": high})


def _is_ratio(one: Measure) -> bool:
    return "_ratio" in one.measure
