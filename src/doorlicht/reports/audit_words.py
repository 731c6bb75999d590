"""What measures, groups and conclusions of an audit are called, in the language of the reader."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, Final

from doorlicht.language import Language, Text, say, show_number
from doorlicht.records import (
    ALL_OTHERS,
    UNKNOWN_GROUP,
    Audited,
    Disclosed,
    FigureCheck,
    Measure,
    OriginFeature,
)
from doorlicht.reports.html import safe_name
from doorlicht.reports.small_numbers import LIMIT
from doorlicht.vocabulary import load_vocabulary

_TOP_SHARE: Final = re.compile(r"^top_(\d+)_share$")
_ALIKE: Final = (
    "selection_ratio_conditional",
    "selection_difference_conditional",
    "selection_odds_ratio",
)
_KNOWN: Final = frozenset({"selection_rate", "precision", "fdr", "fpr", "fnr", "npv", "for"})
_AND: Final = " & "
"""Between the groups that an intersection is made of."""

_OF_PEOPLE: Final = ("people", "unknown", "drawn")
"""Numbers in sentences that count people, and are hidden where they are small."""


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


def is_searched(audited: Audited) -> bool:
    """Whether people are told apart by what was searched, and not by a column."""
    return audited.attribute.startswith((_WRONGLY, "selected: "))


_WRONGLY: Final = "wrongly selected: "


def say_rate(audited: Audited, language: Language, *, is_head: bool = False) -> str:
    """Return what the rate of groups is called that :attr:`Audited.rate` gives.

    ``is_head`` asks for the short word above a column.
    """
    if audited.attribute.startswith(_WRONGLY):
        return say_measure("fdr", language)
    if is_head and audited.rate == "selection_rate":
        return say("audit.column.rate", language)
    return say_measure(audited.rate, language)


def say_text(text: Text, language: Language) -> str:
    """Return a conclusion, limit or note in words: measures and groups in it by their names."""
    params = dict(text.params)
    for part in ("measure", "meant"):
        if part in params:
            params[part] = say_measure(str(params[part]), language)
    if text.key.startswith("audit_says.") and "measure" in params:
        # The sentence says itself that it is about a ratio.
        stem = str(text.params["measure"]).removesuffix("_ratio").removesuffix("_difference")
        params["measure"] = say_measure(stem, language)
    for part in ("group", "reference"):
        if part in params:
            params[part] = say_group(str(params[part]), language)
    if "attribute" in params:
        params["attribute"] = say_attribute(str(params["attribute"]), language)
    for part in _OF_PEOPLE:
        count = params.get(part)
        if isinstance(count, int) and 0 < count < LIMIT:
            params[part] = f"< {LIMIT}"
    if "verdict" in params:
        verdict = str(params.pop("verdict"))
        params["verdict"] = say(verdict, language, **params)
    return say(text.key, language, **params)


def say_kept(kept: str | Mapping[str, Any], language: Language) -> str:
    """Return a sentence as the register keeps it: by its key, or as the older ones have it."""
    if isinstance(kept, str):
        return kept
    return say_text(Text(str(kept["key"]), dict(kept["params"])), language)


def say_group(name: str, language: Language) -> str:
    """Return the name of a group; people of whom it is not known, and all others, in words."""
    if name == ALL_OTHERS:
        return say("audit.all_others", language)
    unknown = say("audit.unknown", language)
    parts = name.split(_AND)
    return safe_name(_AND.join(unknown if part == UNKNOWN_GROUP else part for part in parts))


def say_attribute(name: str, language: Language) -> str:
    """Return what people are told apart by: a column, or what was searched."""
    return _named("attribute", name.replace(" ", "_").replace(":", ""), language) or safe_name(name)


def say_heading(audited: Audited, language: Language) -> str:
    """Return what stands above the groups."""
    if is_searched(audited):
        key = audited.attribute.replace(" ", "_").replace(":", "")
        return say(f"audit.searched.{key}", language)
    return say("audit.groups", language, attribute=say_attribute(audited.attribute, language))


def say_method(method: str, language: Language) -> str:
    """Return the readable name of a method: ``miettinen-nurminen`` is *Miettinen-Nurminen*."""
    return _named("method", method, language) or method


def say_importance(by: str, language: Language) -> str:
    """Return by what the weight of features was measured."""
    return _named("importance_by", by.replace(" ", "_"), language) or by or "?"


def say_setting(name: str, language: Language) -> str:
    """Return what a setting of an audit is called."""
    return _named("setting", name, language) or name


def show_setting(name: str, value: Any, language: Language) -> str:
    """Return the value of a setting: of a file its name, and not where it lies on this machine."""
    if isinstance(value, bool):
        return say("audit.yes" if value else "audit.no", language)
    if name == "level":
        return show_number(100 * float(value), ".4g", language) + " %"
    if isinstance(value, int | float):
        return show_number(value, "g" if isinstance(value, float) else "", language)
    if name in _FILES:
        return file_name(str(value))
    if name == "correction":
        return say_method(str(value), language)
    if name == "reference":
        return say_group(str(value), language)
    return safe_name(str(value))


_FILES: Final = frozenset({"data", "spec", "published"})


def file_name(path: str) -> str:
    r"""Return the last part of a path: in a title the folders of a machine tell nothing.

    Examples
    --------
    >>> file_name("folder/decisions.csv"), file_name(r"folder\book.xlsx#Blad 1")
    ('decisions.csv', 'book.xlsx#Blad 1')
    """
    file, hash_sign, sheet = path.partition("#")
    name = PureWindowsPath(file).name if "\\" in file else PurePosixPath(file).name
    return safe_name((name or file) + hash_sign + sheet)


def say_concept(concept: str, language: Language) -> str:
    """Return the name of a concept of the vocabulary; of one that is not shipped, its id."""
    found = load_vocabulary().concepts.get(concept)
    return safe_name(concept) if found is None else found.name[language]


def say_origin(one: OriginFeature, language: Language) -> str:
    """Return what a feature is about, and how: by its name, made of origin, or standing for it."""
    concept = say_concept(one.concept, language)
    if one.kind == "direct":
        return concept
    return f"{concept} ({say(f'audit.{one.kind}', language)})"


def _named(kind: str, name: str, language: Language) -> str | None:
    try:
        return say(f"audit.{kind}.{name}", language)
    except KeyError:
        return None


def show_value(measure: str, value: float | None, language: Language, further: int = 0) -> str:
    """Return a number as it is read: a rate or difference as a percentage, a ratio as such.

    ``further`` decimals are added to those that there usually are.

    Examples
    --------
    >>> show_value("fpr", 0.125, "nl"), show_value("fpr_ratio", 1.5, "nl")
    ('12,5%', '1,50')
    """
    if value is None or math.isnan(value):
        return "?"
    if "_ratio" in measure:
        return "∞" if math.isinf(value) else show_number(value, f",.{2 + further}f", language)
    return show_number(100 * value, f",.{1 + further}f", language) + "%"


def show_certain(one: Measure, language: Language) -> tuple[str, str]:
    """Return a number, and from where to where it lies, with as many decimals as tell these apart.

    Examples
    --------
    >>> one = Measure("selection_rate", "a", None, 0.03711, 0.03702, 0.03718, 1.0, "bounds")
    >>> show_certain(one, "en")[0]
    '3.71%'
    """
    further = 0
    low, high = _ends(one, language, further)
    while low == high and one.low != one.high and further < _MOST_DECIMALS:
        further += 1
        low, high = _ends(one, language, further)
    between = say("audit.range", language, low=low, high=high)
    return show_value(one.measure, one.value, language, further), between


def _ends(one: Measure, language: Language, further: int) -> tuple[str, str]:
    return (
        show_value(one.measure, one.low, language, further),
        show_value(one.measure, one.high, language, further),
    )


_MOST_DECIMALS: Final = 3


def show_count(count: float | None, language: Language) -> str:
    """Return a count of people as it may be shown; ``?`` where a published table left it out.

    Examples
    --------
    >>> show_count(12345, "nl"), show_count(3, "nl"), show_count(float("nan"), "nl")
    ('12.345', '< 5', '?')
    """
    if count is None or not math.isfinite(count):
        return "?"
    people = round(count)
    return f"< {LIMIT}" if 0 < people < LIMIT else show_number(people, ",", language)


def say_figure(one: FigureCheck, language: Language) -> str:
    """Return whether a published figure holds, in a sentence."""
    told = say(
        f"audit.figure.{one.verdict}", language, figure=safe_name(one.figure),
        measure=say_measure(one.measure, language), printed=safe_name(one.printed),
        recomputed=_as_printed(one, language),
    )  # fmt: skip
    return told if one.note is None else f"{told} {say_text(one.note, language)}"


def _as_printed(one: FigureCheck, language: Language) -> str:
    """Return a recomputed figure as the printed one is: with a per cent sign or without."""
    if one.recomputed is None:
        return "?"
    if "%" in one.printed:
        return show_number(100 * one.recomputed, ".6g", language) + "%"
    return show_number(one.recomputed, ".6g", language)


def say_disclosed(one: Disclosed, language: Language) -> str:
    """Return which small cell of a table can be known, and how."""
    return say(
        f"audit_disclosure.{one.how}", language, row=safe_name(one.row),
        column=safe_name(one.column),
    )  # fmt: skip
