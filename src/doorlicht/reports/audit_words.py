"""What measures, groups and conclusions of an audit are called, in the language of the reader."""

from __future__ import annotations

import math
import re
from typing import Final

from doorlicht.language import Language, Text, say
from doorlicht.records import ALL_OTHERS, UNKNOWN_GROUP, Disclosed, FigureCheck
from doorlicht.reports.html import safe_name

_TOP_SHARE: Final = re.compile(r"^top_(\d+)_share$")
_ALIKE: Final = (
    "selection_ratio_conditional",
    "selection_difference_conditional",
    "selection_odds_ratio",
)
_KNOWN: Final = frozenset({"selection_rate", "precision", "fdr", "fpr", "fnr", "npv", "for"})


def stem_of(measure: str) -> str:
    """Return the rate that a measure is about, by the name of its page.

    Examples
    --------
    >>> [stem_of(one) for one in ("fpr_ratio", "selection_difference", "top_10_share")]
    ['fpr', 'selection_rate', 'top_share']
    """
    if measure.startswith(_ALIKE):
        return "alike"
    stem = measure.removesuffix("_ratio").removesuffix("_difference")
    if stem == "selection":
        return "selection_rate"
    if _TOP_SHARE.match(stem):
        return "top_share"
    return stem if stem in _KNOWN else "published"


def say_measure(measure: str, language: Language) -> str:
    """Return what a measure is called: ``fpr_ratio`` is the ratio of false positive rates."""
    stem = stem_of(measure)
    if stem == "alike":
        return say(f"audit.alike.{measure}", language)
    own = measure.removesuffix("_ratio").removesuffix("_difference")
    rate = safe_name(own) if stem == "published" else say(f"audit.rate.{stem}", language)
    for ending in ("_ratio", "_difference"):
        if measure.endswith(ending):
            return say(f"audit.measure{ending}", language, rate=rate)
    return rate


def say_conclusion(text: Text, language: Language) -> str:
    """Return a conclusion in words; the measure in it by its name."""
    params = dict(text.params)
    if "measure" in params:
        stem = str(params["measure"]).removesuffix("_ratio").removesuffix("_difference")
        params["measure"] = say_measure(stem, language)
    if "verdict" in params:
        verdict = str(params.pop("verdict"))
        params["verdict"] = say(verdict, language, **params)
    for part in ("group", "reference"):
        if part in params:
            params[part] = say_group(str(params[part]), language)
    return say(text.key, language, **params)


def say_group(name: str, language: Language) -> str:
    """Return the name of a group; people of whom it is not known, and all others, in words."""
    if name == UNKNOWN_GROUP:
        return say("audit.unknown", language)
    return say("audit.all_others", language) if name == ALL_OTHERS else safe_name(name)


def show_value(measure: str, value: float | None) -> str:
    """Return a number as it is read: a rate or difference as a percentage, a ratio as such."""
    if value is None or math.isnan(value):
        return "?"
    if "_ratio" in measure:
        return "∞" if math.isinf(value) else f"{value:.2f}"
    return f"{100 * value:.1f}%"


def say_figure(one: FigureCheck, language: Language) -> str:
    """Return whether a published figure holds, in a sentence."""
    told = say(
        f"audit.figure.{one.verdict}", language, figure=safe_name(one.figure), measure=one.measure,
        printed=safe_name(one.printed),
        recomputed="?" if one.recomputed is None else f"{one.recomputed:.6g}",
    )  # fmt: skip
    return told if one.note is None else f"{told} {say(one.note.key, language, **one.note.params)}"


def say_disclosed(one: Disclosed, language: Language) -> str:
    """Return which small cell of a table can be known, and how."""
    return say(
        f"audit_disclosure.{one.how}", language, row=safe_name(one.row),
        column=safe_name(one.column),
    )  # fmt: skip
