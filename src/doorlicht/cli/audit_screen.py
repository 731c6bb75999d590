"""An audit on the screen: what cannot be known, what a model uses, and whom a selection picks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from doorlicht.cli.pasting import command
from doorlicht.language import Language, say, show_number
from doorlicht.records import Audited, AuditReport, Group, Measure, ModelUse, OriginFeature
from doorlicht.reports.audit_words import (
    say_attribute,
    say_concept,
    say_disclosed,
    say_figure,
    say_group,
    say_text,
    show_count,
    show_range,
    show_value,
)
from doorlicht.reports.html import safe_name
from doorlicht.reports.model_picture import direct_first
from doorlicht.reports.small_numbers import LIMIT

MAX_GROUPS_SHOWN: Final = 30
MAX_FEATURES_SHOWN: Final = 20
MAX_FLIPS_SHOWN: Final = 12


def show_audit(
    console: Console,
    report: AuditReport,
    language: Language,
    outputs: Sequence[str],
    register: str | None = None,
) -> None:
    """Show what cannot be known, what the model uses, and whom the selection picks."""

    def tell(key: str, **params: str | float) -> str:
        return say(f"audit.{key}", language, **params)

    for spot in report.blind_spots:
        console.print(Styled(f"! {say_text(spot.message, language)}", style="bold yellow"))
    if report.limits:
        console.print(tell("limits"), style="bold yellow")
        for limit in report.limits:
            console.print(Styled(f"  - {say_text(limit, language)}"))
        console.print()
    if report.model is not None:
        _show_model(console, report.model, language)
    for each in report.audited:
        _show_groups(console, each, language)
    for figure in report.figures:
        console.print(Styled(f"  {say_figure(figure, language)}"))
    for cell in report.disclosed[:MAX_GROUPS_SHOWN]:
        console.print(Styled(f"  {say_disclosed(cell, language)}"))
    if report.conclusions:
        heading = {"aggregates": "holds", "published": "checked"}.get(report.kind, "says")
        console.print(tell(heading), style="bold")
        for one in report.conclusions:
            console.print(Styled(f"  - {say_text(one, language)}"))
        console.print()
    if report.people is not None:
        console.print(
            tell("counted", people=report.people, tried=int(report.details.get("comparisons") or 0))
        )
    first = next((one for each in report.audited for one in each.measures), None)
    if first is not None:
        shown = report.audited[0].id_of(first, report.subject)
        console.print(tell("next", command=command(["explain", shown], register)))
    for path in outputs:
        console.print(Styled(f"  {path}"), style="dim", soft_wrap=True)


def _show_model(console: Console, use: ModelUse, language: Language) -> None:
    made = use.artefact
    console.print(
        say("audit.model", language, name=safe_name(made.name), algorithm=made.algorithm or "?",
            library=made.library or "?", n=len(made.features)),
        style="bold",
    )  # fmt: skip
    if made.dangerous:
        console.print(
            say("audit.dangerous", language, names=", ".join(made.dangerous)), style="bold red"
        )
    if use.origin:
        table = Table(box=None, pad_edge=False)
        for title in ("feature", "concept", "importance", "coefficient"):
            table.add_column(say(f"audit.column.{title}", language))
        for one in use.origin[:MAX_FEATURES_SHOWN]:
            table.add_row(
                safe_name(one.name), _about(one, language),
                "" if one.importance is None else show_number(one.importance, ".1%", language),
                "" if one.coefficient is None else show_number(one.coefficient, "+.4g", language),
            )  # fmt: skip
        console.print(table)
    else:
        console.print(say("audit.no_origin_feature", language))
    for one in use.ablations:
        console.print(
            Styled(
                "  "
                + say("audit.ablation", language, features=", ".join(one.columns[:5]),
                      changed=show_count(one.changed_sides, language), people=one.people)
            )
        )  # fmt: skip
    for power in use.proxy_power[:MAX_FEATURES_SHOWN]:
        if power.people >= LIMIT:
            console.print(
                Styled(
                    "  "
                    + say("audit.proxy_power", language, group=say_group(power.group, language),
                          area=power.area, low=power.low, high=power.high)
                )
            )  # fmt: skip
    for flip in direct_first(use)[:MAX_FLIPS_SHOWN]:
        console.print(
            Styled(
                "  "
                + say("audit.flip", language, feature=flip.feature, to=flip.to,
                      up=show_count(flip.to_selected, language),
                      down=show_count(flip.to_unselected, language),
                      people=show_count(flip.people, language), change=flip.mean_change)
            )
        )  # fmt: skip
    console.print()


def _show_groups(console: Console, each: Audited, language: Language) -> None:
    console.print(
        say("audit.groups", language, attribute=say_attribute(each.attribute, language)),
        style="bold",
    )
    by_group: dict[str, dict[str, Measure]] = {}
    for one in each.measures:
        by_group.setdefault(one.group, {})[one.measure] = one
    table = Table(box=None, pad_edge=False)
    table.add_column(say("audit.column.group", language))
    table.add_column(say("audit.column.people", language), justify="right")
    for title in ("rate", "interval", "ratio", "ratio_interval"):
        table.add_column(say(f"audit.column.{title}", language), justify="right")
    for group in each.groups[:MAX_GROUPS_SHOWN]:
        found = by_group.get(group.name, {})
        table.add_row(
            say_group(group.name, language), show_count(group.n, language),
            *_cells(found.get(each.rate), group, language),
            *_cells(found.get(each.ratio), group, language),
        )  # fmt: skip
    console.print(table)
    more = len(each.groups) - MAX_GROUPS_SHOWN
    if more > 0:
        console.print(say("audit.more_groups", language, n=more))
    reference = next((one.reference for one in each.measures if one.reference), None)
    if reference is not None:
        console.print(
            say("audit.reference", language, reference=say_group(reference, language)),
            style="dim",
        )
    console.print()


def _about(one: OriginFeature, language: Language) -> str:
    concept = say_concept(one.concept, language)
    return f"{concept} ({say('audit.proxy', language)})" if one.kind == "proxy" else concept


def _cells(one: Measure | None, group: Group, language: Language) -> tuple[str, str]:
    if one is None or group.has_fewer_than(LIMIT):
        return "", ""
    between = show_range(one.measure, one.low, one.high, language)
    return show_value(one.measure, one.value, language), between
