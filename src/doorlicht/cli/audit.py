"""``doorlicht audit``: measure whom a selection picks, and what a model uses."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

import doorlicht
from doorlicht.cli.output import json_text, write_text
from doorlicht.cli.overwriting import STANDARD_OUTPUT, check_targets
from doorlicht.cli.pasting import command
from doorlicht.cli.scan import now, who
from doorlicht.errors import InputError
from doorlicht.language import Language, say
from doorlicht.records import Audited, AuditReport, Group, Measure, ModelUse
from doorlicht.register.audits import AuditRecord
from doorlicht.reports.audit_html import render_audit_html
from doorlicht.reports.audit_json import render_audit_json
from doorlicht.reports.audit_words import (
    say_conclusion,
    say_disclosed,
    say_figure,
    say_group,
    say_measure,
    show_value,
    stem_of,
)
from doorlicht.reports.html import safe_name
from doorlicht.reports.small_numbers import LIMIT, shown_count
from doorlicht.runs.audit import AuditProgress, AuditRequest, audit
from doorlicht.runs.audit_aggregates import draft_for
from doorlicht.settings import read_settings

MAX_GROUPS_SHOWN: Final = 30
MAX_FEATURES_SHOWN: Final = 20
FOUND: Final = 1
"""Exit code where something stands out after correcting for all that was tried."""


def run_audit(
    language: Language,
    *,
    subject: str | None,
    aggregates: str | None,
    spec: str | None,
    draft: str | None,
    published: str | None,
    without_groups: bool,
    leave_out: Sequence[str],
    allow_scoring: bool,
    trust_pickle: bool,
    data: str | None,
    group: Sequence[str],
    explained_by: Sequence[str],
    selected: str | None,
    outcome: str | None,
    score: str | None,
    sampled: str | None,
    weights: str | None,
    person: str | None,
    reference: str | None,
    threshold: float | None,
    level: float,
    correction: str,
    register: str | None,
    json_file: str | None,
    report: str | None,
    by: str | None,
    quiet: bool,
) -> int:
    """Audit, write what was asked for, show the answer, and return the exit code."""
    settings = read_settings(Path.cwd(), os.environ, register=register, report=report, by=by)
    page = report or _beside(settings.register)
    sources = [name for name in (subject, data, aggregates, spec, published) if name is not None]
    check_targets([("html", page), ("json", json_file)], sources)
    if aggregates is not None and draft is not None:
        write_text(draft_for(aggregates, None, language), draft)
        return 0
    if subject is None and aggregates is None and published is None:
        raise InputError("audit.no_subject")
    request = AuditRequest(
        subject or "",
        who(settings),
        data=data,
        groups=tuple(group),
        selected=selected,
        outcome=outcome,
        score=score,
        sampled=sampled,
        weights=weights,
        person=person,
        reference=reference,
        level=level,
        correction=correction,  # type: ignore[arg-type] (click knows the choices)
        threshold=threshold,
        aggregates=aggregates,
        spec=spec,
        published=published,
        without_groups=without_groups,
        leave_out=tuple(leave_out),
        explained_by=tuple(explained_by),
        allow_scoring=allow_scoring or trust_pickle,
        trust_pickle=trust_pickle,
        register=settings.register,
    )
    made = audit(request, _teller(language, is_quiet=quiet))
    version = doorlicht.__version__
    write_text(render_audit_html(made, language, version=version, at=now()), page)
    outputs = [settings.register, page]
    if json_file is not None:
        write_text(json_text(render_audit_json(made, language, doorlicht=version)), json_file)
        if json_file not in STANDARD_OUTPUT:
            outputs.append(json_file)
    if not quiet:
        out = sys.stderr if json_file in STANDARD_OUTPUT else sys.stdout
        show_audit(Console(file=out, highlight=False), made, language, outputs, register)
    return exit_code(made)


def exit_code(report: AuditReport) -> int:
    """Return 1 if something stands out, plus 2 if something could not be looked at."""
    stands_out = any(
        one.adjusted_p_value is not None and one.adjusted_p_value <= 1 - one.level
        for each in report.audited
        for one in each.measures
    )
    stands_out = stands_out or any(one.verdict == "impossible" for one in report.figures)
    return (FOUND if stands_out else 0) | (2 if report.blind_spots else 0)


def _beside(register: str) -> str:
    if "://" in register:
        return "doorlicht-audit.html"
    return str(Path(register).with_name("doorlicht-audit.html"))


def _teller(language: Language, *, is_quiet: bool) -> Any:
    is_shown = sys.stderr.isatty() and not is_quiet

    def tell(progress: AuditProgress) -> None:
        if is_shown:
            sys.stderr.write(f"\r\x1b[K{say(f'audit.step.{progress.step}', language)}")
            sys.stderr.flush()

    return tell


# ── on screen ───────────────────────────────────────────────────────────────────────────────


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
        console.print(Styled(f"! {say(spot.message.key, language, **spot.message.params)}",
                             style="bold yellow"))  # fmt: skip
    if report.limits:
        console.print(tell("limits"), style="bold yellow")
        for limit in report.limits:
            console.print(Styled(f"  - {say(limit.key, language, **limit.params)}"))
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
            console.print(Styled(f"  - {say_conclusion(one, language)}"))
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
                safe_name(one.name), one.concept,
                "" if one.importance is None else f"{one.importance:.1%}",
                "" if one.coefficient is None else f"{one.coefficient:+.4g}",
            )  # fmt: skip
        console.print(table)
    else:
        console.print(say("audit.no_origin_feature", language))
    for one in use.ablations:
        console.print(
            Styled(
                "  "
                + say("audit.ablation", language, features=", ".join(one.columns[:5]),
                      changed=shown_count(round(one.changed_sides)), people=one.people)
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
    for flip in use.flips[:MAX_FEATURES_SHOWN]:
        console.print(
            Styled(
                "  "
                + say("audit.flip", language, feature=flip.feature, to=flip.to,
                      up=shown_count(flip.to_selected), down=shown_count(flip.to_unselected),
                      people=shown_count(flip.people), change=flip.mean_change)
            )
        )  # fmt: skip
    console.print()


def _show_groups(console: Console, each: Audited, language: Language) -> None:
    console.print(say("audit.groups", language, attribute=safe_name(each.attribute)), style="bold")
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
            say_group(group.name, language), shown_count(round(group.n)),
            *_cells(found.get(each.rate), group),
            *_cells(found.get(each.ratio), group),
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


def _cells(one: Measure | None, group: Group) -> tuple[str, str]:
    if one is None or group.has_fewer_than(LIMIT):
        return "", ""
    interval = f"{show_value(one.measure, one.low)} - {show_value(one.measure, one.high)}"
    return show_value(one.measure, one.value), interval


def explain_number(kept: AuditRecord, wanted: str, language: Language) -> None:
    """Print a number of an audit with what it means, or a whole audit."""
    console = Console(highlight=False)
    found = next((one for one in kept.content["measures"] if one["id"] == wanted), None)
    console.print(Styled(f"{wanted}  {safe_name(kept.subject)}", style="bold"))
    console.print(
        say("audit.made", language, by=kept.by, at=f"{kept.ended_at:%Y-%m-%d %H:%M}",
            version=kept.doorlicht)
    )  # fmt: skip
    if found is None:
        for one in kept.content["conclusions"]:
            console.print(Styled(f"  - {one}"))
        return
    _explain_measure(console, found, kept.content, language)


def _is_of_few(one: Mapping[str, Any], content: Mapping[str, Any]) -> bool:
    """Whether a number gives away a count under the limit, as in the report."""
    return any(
        0 < round(group[count] or 0) < LIMIT
        for group in content["groups"]
        if (group["attribute"], group["name"]) == (one["attribute"], one["group"])
        for count in ("n", "selected")
    )


def _explain_measure(
    console: Console, one: Mapping[str, Any], content: Mapping[str, Any], language: Language
) -> None:
    stem = stem_of(one["measure"])
    value = "?" if one["value"] is None else f"{one['value']:.6g}"
    low = "?" if one["low"] is None else f"{one['low']:.6g}"
    high = "∞" if one["high"] is None else f"{one['high']:.6g}"
    if _is_of_few(one, content):
        console.print(Styled(say_measure(one["measure"], language), style="bold"))
        console.print(say("audit.few", language, limit=LIMIT))
    else:
        console.print(Styled(f"{say_measure(one['measure'], language)}: {value}", style="bold"))
        console.print(
            say("audit.interval", language, low=low, high=high, level=round(100 * one["level"]),
                method=one["method"])
        )  # fmt: skip
    about = "audit.about" if one["reference"] else "audit.about_alone"
    console.print(
        say(about, language, attribute=one["attribute"], group=say_group(one["group"], language),
            reference=say_group(one["reference"] or "", language))
    )  # fmt: skip
    if one["note"]:
        console.print(Styled(one["note"]))
    if one["adjusted_p_value"] is not None:
        console.print(
            say("audit.p_value", language, p=one["p_value"], adjusted=one["adjusted_p_value"],
                correction=content["settings"].get("correction") or "holm",
                tried=content["details"].get("comparisons") or 0)
        )  # fmt: skip
    for group in content["groups"]:
        if group["attribute"] == one["attribute"] and group["name"] in (
            one["group"], one["reference"],
        ):  # fmt: skip
            console.print(
                say("audit.counts", language, group=group["name"],
                    people=shown_count(round(group["n"])),
                    selected=shown_count(round(group["selected"])))
            )  # fmt: skip
    for part in ("means", "means_not", "formula", "source", "assumes"):
        console.print(Styled(say(f"audit.page.{stem}.{part}", language)))
