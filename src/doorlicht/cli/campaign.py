"""``doorlicht campaign``: how an inquiry stands, what it still needs, and what was looked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import cast

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from doorlicht.cli.output import write_tree
from doorlicht.cli.overwriting import STANDARD_OUTPUT
from doorlicht.cli.scan import now, who
from doorlicht.cli.units import show_exclusions
from doorlicht.cli.uses import opened
from doorlicht.language import Language, Text, say
from doorlicht.organisation import (
    STATES,
    Alert,
    Dossier,
    find_alerts,
    find_refusals,
    shipped_rules,
    standing_exclusions,
)
from doorlicht.records import Coverage, Recess
from doorlicht.records.campaigns import CampaignState, StatementState, StepKind, StepState
from doorlicht.reports.dossier_json import campaign_tree, coverage_tree
from doorlicht.reports.html import safe_name
from doorlicht.runs import dossier as runs
from doorlicht.runs.dossier_files import keep_file

_STYLES = {"never": "bold red", "partly": "bold red", "planned": "yellow", "started": "yellow"}


def show_campaign(
    language: Language, *, campaign: str | None, json_file: str | None, register: str | None
) -> int:
    """Show a campaign, and all that stands between it and its next state."""
    today = now().date()
    with opened(register) as (found, _):
        dossier = runs.gather_dossier(found, campaign)
        recesses = found.dossier.all(Recess)
    following = next_state(dossier)
    refusals = find_refusals(dossier, following, today) if following else []
    alerts = find_alerts(
        dossier.question_sets, dossier.commitments, today, shipped_rules(), recesses
    )
    if json_file is not None:
        write_tree(campaign_tree(dossier, today, refusals, alerts, language), json_file)
    console = Console(highlight=False, quiet=json_file in STANDARD_OUTPUT)
    one = dossier.campaign
    console.print(Styled(f"{one.id}  {safe_name(one.name)}", style="bold"))
    state = say(f"campaign.state.{one.state}", language)
    console.print(say("campaign_screen.state", language, state=state, since=str(one.since)))
    for mandate in one.mandates:
        kind = say(f"campaign.mandate.{mandate.kind}", language)
        console.print(Styled(f"  {kind}: {mandate.title} ({mandate.source}, {mandate.on})"))
    excluded = standing_exclusions(dossier.history, dossier.decisions, today)
    show_exclusions(console, excluded, dossier.history, today, language)
    show_coverage_totals(console, dossier.coverage(today), language)
    _show_alerts(console, alerts, language)
    if following is not None:
        _show_refusals(console, refusals, following, language)
    return 0


def next_state(dossier: Dossier) -> CampaignState | None:
    """Return the state that follows; nothing where the campaign is closed."""
    at = STATES.index(dossier.campaign.state) + 1
    return STATES[at] if at < len(STATES) else None


def _show_alerts(console: Console, alerts: Sequence[Alert], language: Language) -> None:
    """Show what Parliament waits for: overdue, soon, or without a term."""
    for one in alerts:
        family = "questions" if one.kind == "questions" else "commitments"
        due = str(one.term.due or "-")
        term = say(f"{family}.term.{one.term.state}", language, due=due, n=one.term.late_days)
        style = "bold red" if one.term.is_overdue else "yellow"
        title = safe_name(one.title)
        console.print(
            Styled(
                say("campaign_screen.alert", language, id=one.id, title=title, term=term),
                style=style,
            )
        )


def _show_refusals(
    console: Console, refusals: Sequence[Text], following: CampaignState, language: Language
) -> None:
    state = say(f"campaign.state.{following}", language)
    if not refusals:
        console.print(say("campaign_screen.ready", language, state=state, id=following))
        return
    console.print(say("campaign_screen.missing", language, state=state, n=len(refusals)))
    for one in refusals:
        console.print(Styled("- " + say(f"error.{one.key}.what", language, **one.params)))
        for part in ("why", "remedy"):
            console.print(Styled("  " + say(f"error.{one.key}.{part}", language, **one.params)))


def import_dossier(
    language: Language, *, files: Sequence[str], register: str | None, by: str | None
) -> int:
    """Keep the records of dossier files."""
    with opened(register, by, makes=True) as (found, settings):
        kept = sum(keep_file(found, Path(file), by=who(settings)) for file in files)
    Console(highlight=False).print(say("campaign_screen.kept", language, n=kept))
    return 0


def set_step(
    language: Language,
    *,
    unit: str,
    kind: str,
    state: str,
    source: str | None,
    owner: str | None,
    due: date | None,
    covers_below: bool | None,
    evidence: str | None,
    reason: str | None,
    register: str | None,
    by: str | None,
) -> int:
    """Note a step of a unit, or take it to its next state."""
    today = now().date()
    with opened(register, by) as (found, settings):
        made = runs.set_step(
            found, unit, cast("StepKind", kind), cast("StepState", state), by=who(settings),
            today=today, source=source or "", owner=owner or "", due=due, covers_below=covers_below,
            reason=reason or "", evidence=evidence or "",
        )  # fmt: skip
    Console(highlight=False).print(
        say(
            "campaign_screen.step", language, id=made.id, unit=made.unit,
            kind=say(f"campaign.step.{made.kind}", language),
            state=say(f"campaign.step_state.{made.state}", language),
        )
    )  # fmt: skip
    return 0


def set_statement(
    language: Language,
    *,
    statement: str,
    state: str,
    reason: str,
    register: str | None,
    by: str | None,
) -> int:
    """Note what an auditor found of a nil statement, or that it was withdrawn."""
    today = now().date()
    with opened(register, by) as (found, settings):
        made = runs.set_statement(
            found, statement, cast("StatementState", state), by=who(settings), today=today,
            finding=reason,
        )  # fmt: skip
    shown = say(f"campaign.statement.{made.state}", language)
    Console(highlight=False).print(
        say("campaign_screen.statement", language, id=made.id, unit=made.unit, state=shown)
    )
    return 0


def draw(language: Language, *, seed: str, campaign: str | None, register: str | None) -> int:
    """Show which nil statements an auditor is to look into."""
    console = Console(highlight=False)
    with opened(register) as (found, _):
        drawn = runs.draw(found, seed, campaign)
    console.print(say("campaign_screen.drawn", language, n=len(drawn)))
    for one in drawn:
        shown = say(f"campaign.statement.{one.state}", language)
        console.print(Styled(f"{one.id}  {one.unit}  {one.signed_by} ({one.function})  {shown}"))
    return 0


def set_state(
    language: Language,
    *,
    state: str,
    campaign: str | None,
    reason: str | None,
    register: str | None,
    by: str | None,
) -> int:
    """Take a campaign to another state; a refusal says all that is missing."""
    today = now().date()
    wanted = cast("CampaignState", state)
    console = Console(highlight=False)
    with opened(register, by) as (found, settings):
        dossier = runs.gather_dossier(found, campaign)
        if next_state(dossier) == wanted:
            refusals = find_refusals(dossier, wanted, today)
            if len(refusals) > 1:
                _show_refusals(console, refusals, wanted, language)
        made = runs.set_state(
            found, wanted, by=who(settings), today=today, campaign=campaign, reason=reason or ""
        )
    shown = say(f"campaign.state.{made.state}", language)
    console.print(say("campaign_screen.now", language, id=made.id, state=shown))
    return 0


def close(language: Language, *, campaign: str | None, register: str | None, by: str | None) -> int:
    """Close a campaign, if nothing is left to do."""
    return set_state(
        language, state="closed", campaign=campaign, reason=None, register=register, by=by
    )


def show_coverage(
    language: Language,
    *,
    on: date | None,
    campaign: str | None,
    json_file: str | None,
    register: str | None,
) -> int:
    """Show the coverage matrix; 2 where something was never looked at."""
    day = on or now().date()
    with opened(register) as (found, _):
        dossier = runs.gather_dossier(found, campaign)
    coverage = dossier.coverage(day)
    if json_file is not None:
        write_tree(coverage_tree(coverage), json_file)
    console = Console(highlight=False, quiet=json_file in STANDARD_OUTPUT)
    table = Table(box=None, pad_edge=False)
    table.add_column(say("campaign_screen.unit", language), overflow="fold")
    for kind in dossier.campaign.steps:
        table.add_column(say(f"campaign.step.{kind}", language), overflow="fold")
    for row in coverage.rows:
        cells = (_cells(coverage, row.unit, kind, language) for kind in dossier.campaign.steps)
        table.add_row(Styled("  " * row.depth + safe_name(row.name)), *cells)
    console.print(table)
    show_coverage_totals(console, coverage, language)
    excluded = standing_exclusions(dossier.history, dossier.decisions, day)
    show_exclusions(console, excluded, dossier.history, day, language)
    is_whole = not (coverage.never or coverage.excluded or coverage.undecided)
    return 0 if is_whole else 2


def _cells(coverage: Coverage, unit: str, kind: StepKind, language: Language) -> Styled:
    shown = Styled()
    for row in coverage.rows:
        for cell in row.cells if row.unit == unit else ():
            if cell.kind == kind:
                text = say(f"campaign.cell.{cell.state}", language)
                source = f" ({safe_name(cell.source)})" if cell.source else ""
                shown.append(f"{text}{source}\n", style=_STYLES.get(cell.state, ""))
    shown.rstrip()
    return shown


def show_coverage_totals(console: Console, coverage: Coverage, language: Language) -> None:
    """Say how much was looked at, what never was, and on which units nobody decided."""
    cells = [cell for row in coverage.rows for cell in row.cells]
    console.print(
        say(
            "campaign_screen.coverage", language, n=len(coverage.rows), all=len(cells),
            done=sum(cell.is_covered for cell in cells), never=len(coverage.never),
        )
    )  # fmt: skip
    if coverage.undecided:
        names = ", ".join(coverage.undecided)
        console.print(
            Styled(say("campaign_screen.undecided", language, units=names), style="bold red")
        )
