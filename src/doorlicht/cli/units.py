"""``doorlicht units``: the organisation through time, and what is out of scope."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final, cast

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from doorlicht.cli.output import write_tree
from doorlicht.cli.overwriting import STANDARD_OUTPUT
from doorlicht.cli.scan import now, who
from doorlicht.cli.uses import opened
from doorlicht.language import Language, say
from doorlicht.organisation import History, standing_decisions, standing_exclusions
from doorlicht.records import Exclusion, ScopeDecision
from doorlicht.records.organisation import Ground, ScopeKind
from doorlicht.reports.dossier_json import units_tree
from doorlicht.reports.html import safe_name
from doorlicht.runs import dossier as runs
from doorlicht.runs import dossier_files

SOON_DAYS: Final = 30
"""A review of an exclusion that comes up within so many days stands out on the screen."""


def list_units(
    language: Language, *, on: date | None, json_file: str | None, register: str | None
) -> int:
    """Show the units of a day as a tree; 1 where one that was left out is overdue."""
    day = on or now().date()
    with opened(register) as (found, _):
        history = runs.history_of(found)
        decisions = found.dossier.all(ScopeDecision)
    excluded = standing_exclusions(history, decisions, day)
    if json_file is not None:
        write_tree(units_tree(history, decisions, day), json_file)
    console = Console(highlight=False, quiet=json_file in STANDARD_OUTPUT)
    _show(console, history, decisions, day, language)
    show_exclusions(console, excluded, history, day, language)
    return 1 if any(one.is_overdue for one in excluded) else 0


def _show(
    console: Console,
    history: History,
    decisions: Sequence[ScopeDecision],
    day: date,
    language: Language,
) -> None:
    console.print(say("units.on", language, day=str(day), n=len(history.on(day))))
    standing = standing_decisions(history, decisions, day)
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(overflow="fold")
    table.add_column(no_wrap=True)
    table.add_column()
    for depth, unit in history.tree(day):
        held = standing.get(unit.id, ())
        parts = [say(f"scope.decision.{one.decision}", language) for one in held]
        if unit.status == "in_formation":
            parts.insert(0, say("organisation.status.in_formation", language))
        table.add_row("  " * depth + safe_name(unit.name), unit.id, " · ".join(parts))
    console.print(table)


def show_exclusions(
    console: Console, excluded: Sequence[Exclusion], history: History, day: date, language: Language
) -> None:
    """Show what is out of scope, why and until when; what comes up soon stands out."""
    soon = day + timedelta(days=SOON_DAYS)
    for one in excluded:
        key = "overdue" if one.is_overdue else "out_for_now" if one.is_for_now else "out"
        text = say(
            f"units.{key}", language, unit=safe_name(history.last(one.unit).name), id=one.unit,
            by=one.decision.by, on=str(one.decision.on), reason=one.decision.reason,
            due=str(one.due or "-"),
        )  # fmt: skip
        is_soon = one.due is not None and one.due <= soon
        style = "bold red" if one.is_overdue else "yellow" if is_soon else ""
        console.print(Styled(text, style=style))
        if one.is_ground_gone:
            console.print(Styled(say("units.ground_gone", language)))


def import_units(
    language: Language,
    *,
    files: Sequence[str],
    ministry: str | None,
    register: str | None,
    by: str | None,
) -> int:
    """Keep the units of files."""
    console = Console(highlight=False)
    units = [one for file in files for one in dossier_files.read_units(Path(file), ministry)]
    with opened(register, by, makes=True) as (found, settings):
        kept = dossier_files.keep_units(found, units, by=who(settings))
    console.print(say("units.kept", language, n=len(units), new=kept))
    return 0


def decide_scope(
    language: Language,
    *,
    unit: str,
    decision: str,
    reason: str,
    review: date | None,
    ground: str,
    register: str | None,
    by: str | None,
) -> int:
    """Decide whether a unit takes part."""
    console = Console(highlight=False)
    today = now().date()
    with opened(register, by) as (found, settings):
        made = runs.decide_scope(
            found, unit, cast("ScopeKind", decision.replace("-", "_")), by=who(settings),
            today=today, reason=reason, review=review, ground=cast("Ground", ground),
        )  # fmt: skip
    console.print(
        say(
            "units.decided", language, unit=made.unit, id=made.id,
            decision=say(f"scope.decision.{made.decision}", language),
        )
    )  # fmt: skip
    return 0
