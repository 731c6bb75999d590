"""``doorlicht explain AU-...``: a number of an audit with what it means, in any language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rich.console import Console
from rich.text import Text as Styled

from doorlicht.language import Language, say, show_number
from doorlicht.records.audits import OF_OUTCOMES
from doorlicht.register.audits import AuditRecord
from doorlicht.reports.audit_words import (
    file_name,
    say_attribute,
    say_group,
    say_kept,
    say_measure,
    say_method,
    show_count,
    stem_of,
)
from doorlicht.reports.small_numbers import LIMIT


def explain_number(kept: AuditRecord, wanted: str, language: Language) -> None:
    """Print a number of an audit with what it means, or a whole audit."""
    console = Console(highlight=False)
    found = next((one for one in kept.content["measures"] if one["id"] == wanted), None)
    console.print(Styled(f"{wanted}  {file_name(kept.subject)}", style="bold"))
    console.print(
        say("audit.made", language, by=kept.by, at=f"{kept.ended_at:%Y-%m-%d %H:%M}",
            version=kept.doorlicht)
    )  # fmt: skip
    if found is None:
        for one in kept.content["conclusions"]:
            console.print(Styled(f"  - {say_kept(one, language)}"))
        return
    _explain_measure(console, found, kept.content, language)


_CELLS: Final = (
    "selected_positive", "selected_negative", "unselected_positive", "unselected_negative",
)  # fmt: skip


def _is_of_few(one: Mapping[str, Any], content: Mapping[str, Any]) -> bool:
    """Whether a number gives away a count under the limit, as in the report."""
    about = [
        group
        for group in content["groups"]
        if group["attribute"] == one["attribute"]
        and group["name"] in (one["group"], one["reference"])
    ]
    counts = [group[count] for group in about for count in ("n", "selected")]
    if one["measure"].partition("_")[0] in OF_OUTCOMES:
        counts += [
            group[part][row]
            for group in about
            for part in ("outcomes", "random_sample")
            for row in _CELLS
            if group[part] is not None
        ]
    return any(0 < round(count or 0) < LIMIT for count in counts)


def _explain_measure(
    console: Console, one: Mapping[str, Any], content: Mapping[str, Any], language: Language
) -> None:
    stem = stem_of(one["measure"])
    value = "?" if one["value"] is None else show_number(one["value"], ".6g", language)
    low = "?" if one["low"] is None else show_number(one["low"], ".6g", language)
    high = "∞" if one["high"] is None else show_number(one["high"], ".6g", language)
    if _is_of_few(one, content):
        console.print(Styled(say_measure(one["measure"], language), style="bold"))
        console.print(say("audit.few", language, limit=LIMIT))
    else:
        console.print(Styled(f"{say_measure(one['measure'], language)}: {value}", style="bold"))
        console.print(
            say("audit.interval", language, low=low, high=high, level=round(100 * one["level"]),
                method=say_method(one["method"], language))
        )  # fmt: skip
    about = "audit.about" if one["reference"] else "audit.about_alone"
    console.print(
        say(about, language, attribute=say_attribute(one["attribute"], language),
            group=say_group(one["group"], language),
            reference=say_group(one["reference"] or "", language))
    )  # fmt: skip
    if one["note"]:
        console.print(Styled(say_kept(one["note"], language)))
    if one["adjusted_p_value"] is not None:
        console.print(
            say("audit.p_value", language, p=one["p_value"], adjusted=one["adjusted_p_value"],
                correction=say_method(content["settings"].get("correction") or "holm", language),
                tried=content["details"].get("comparisons") or 0)
        )  # fmt: skip
    for group in content["groups"]:
        if group["attribute"] == one["attribute"] and group["name"] in (
            one["group"], one["reference"],
        ):  # fmt: skip
            console.print(
                say("audit.counts", language, group=say_group(group["name"], language),
                    people=show_count(group["n"], language),
                    selected=show_count(group["selected"], language))
            )  # fmt: skip
    for part in ("means", "means_not", "formula", "source", "assumes"):
        console.print(Styled(say(f"audit.page.{stem}.{part}", language)))
