"""An audit on the screen: what cannot be known, what a model uses, and whom a selection picks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from doorlicht.cli.pasting import command
from doorlicht.language import Language, say, show_number
from doorlicht.records import Audited, AuditReport, Measure, ModelUse
from doorlicht.reports.audit_words import (
    is_searched,
    say_disclosed,
    say_figure,
    say_group,
    say_heading,
    say_origin,
    say_rate,
    say_text,
    show_certain,
    show_count,
)
from doorlicht.reports.html import safe_name
from doorlicht.reports.model_picture import direct_first
from doorlicht.reports.small_numbers import LIMIT

MAX_GROUPS_SHOWN: Final = 30
MAX_FEATURES_SHOWN: Final = 20
MAX_FLIPS_SHOWN: Final = 12
MAX_TERMS_SHOWN: Final = 12
MAX_SUBGROUPS_SHOWN: Final = 10
"""Of subgroups that were searched: what stands out is told as well, and their names are long."""


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
        console.print(_origin_table(use, language))
    else:
        told = "no_origin_feature" if made.features else "no_features"
        console.print(say(f"audit.{told}", language))
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
        say_heading(each, language),
        style="bold",
    )
    by_group: dict[str, dict[str, Measure]] = {}
    for one in each.measures:
        by_group.setdefault(one.group, {})[one.measure] = one
    table = Table(box=None, pad_edge=False)
    table.add_column(say("audit.column.group", language), max_width=44)
    table.add_column(say("audit.column.people", language), justify="right")
    table.add_column(say_rate(each, language, is_head=True), justify="right")
    for title in ("interval", "ratio", "ratio_interval"):
        table.add_column(say(f"audit.column.{title}", language), justify="right")
    small = each.small_groups(LIMIT)
    most = MAX_SUBGROUPS_SHOWN if is_searched(each) else MAX_GROUPS_SHOWN
    for group in each.groups[:most]:
        found = by_group.get(group.name, {})
        table.add_row(
            Styled(say_group(group.name, language)), show_count(group.n, language),
            *_cells(found.get(each.rate), small, language),
            *_cells(found.get(each.ratio), small, language),
        )  # fmt: skip
    console.print(table)
    more = len(each.groups) - most
    if more > 0:
        console.print(say("audit.more_groups", language, n=more))
    reference = next((one.reference for one in each.measures if one.reference), None)
    if reference is not None:
        console.print(
            say("audit.reference", language, reference=say_group(reference, language)),
            style="dim",
        )
    console.print()


def _origin_table(use: ModelUse, language: Language) -> Table:
    """Return the features about origin, what the model makes of each, and how it weighs that."""
    shown: list[tuple[str, str, float | None, float | None]] = []
    for one in use.origin[:MAX_FEATURES_SHOWN]:
        about = say_origin(one, language)
        shown.append((safe_name(one.name), about, one.importance, one.coefficient))
        shown += [
            (f"  {safe_name(term.label)}", "", term.importance, term.weight)
            for term in one.terms[:MAX_TERMS_SHOWN]
        ]
        more = len(one.terms) - MAX_TERMS_SHOWN
        if more > 0:
            shown.append((say("audit.more_groups", language, n=more), "", None, None))
    table = Table(box=None, pad_edge=False)
    titles = ["feature", "concept"]
    titles += ["importance"] if any(row[2] is not None for row in shown) else []
    titles += ["coefficient"] if any(row[3] is not None for row in shown) else []
    for title in titles:
        table.add_column(say(f"audit.column.{title}", language))
    for name, about, importance, coefficient in shown:
        first, second = _weighed(importance, coefficient, language)
        weighed = {"importance": first, "coefficient": second}
        table.add_row(Styled(name), about, *(weighed[title] for title in titles[2:]))
    return table


def _weighed(
    importance: float | None, coefficient: float | None, language: Language
) -> tuple[str, str]:
    return (
        "" if importance is None else show_number(importance, ".1%", language),
        "" if coefficient is None else show_number(coefficient, "+.4g", language),
    )


def _cells(one: Measure | None, small: frozenset[str], language: Language) -> tuple[str, str]:
    if one is None or one.group in small or one.reference in small:
        return "", ""
    return show_certain(one, language)
