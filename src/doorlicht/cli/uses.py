"""``doorlicht uses``: what was proposed as a use, and what people make of it."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from doorlicht.assessment import load_framework
from doorlicht.cli.output import write_tree
from doorlicht.cli.overwriting import STANDARD_OUTPUT
from doorlicht.cli.pasting import command
from doorlicht.cli.scan import now, who
from doorlicht.errors import InputError
from doorlicht.language import Language, say
from doorlicht.records import Use
from doorlicht.records.persons import clean_text
from doorlicht.register import Register, open_register
from doorlicht.reports.html import safe_name
from doorlicht.reports.uses_json import use_tree
from doorlicht.runs import uses as runs
from doorlicht.settings import Settings, read_settings
from doorlicht.vocabulary import Vocabulary, load_vocabulary

MAX_SHOWN = 200


@contextmanager
def opened(
    register: str | None, by: str | None = None, *, makes: bool = False
) -> Generator[tuple[Register, Settings]]:
    """Open a register, with the settings of the folder; one that is not there if it may be made."""
    settings = read_settings(Path.cwd(), os.environ, register=register, by=by)
    is_file = "://" not in settings.register
    if is_file and not makes and not Path(settings.register).exists():
        raise InputError("register.missing", path=settings.register)
    with open_register(settings.register, clock=now) as found:
        yield found, settings


def list_uses(
    language: Language,
    *,
    register: str | None,
    status: Sequence[str],
    concept: Sequence[str],
    json_file: str | None,
    by: str | None,
) -> int:
    """Propose uses from what was seen, and show those that there are."""
    vocabulary = load_vocabulary()
    with opened(register, by) as (found, settings):
        made = runs.propose(found, by=who(settings), vocabulary=vocabulary)
    shown = [
        one for one in made.uses
        if (one.status in status if status else one.is_open)
        and (not concept or one.concept in concept)
    ]  # fmt: skip
    if json_file is not None:
        write_tree({"uses": [use_tree(one) for one in shown]}, json_file)
    console = Console(highlight=False, quiet=json_file in STANDARD_OUTPUT)
    console.print(
        say("uses.made", language, new=made.new, more=made.more_evidence, all=len(made.uses))
    )
    show_uses(console, shown, vocabulary, language)
    for audit in made.unlinked_audits:
        console.print(Styled(say("uses.unlinked", language, audit=audit), style="yellow"))
    if shown:
        first = min(shown, key=lambda one: one.told_role == "stored")
        console.print()
        console.print(say("uses.next", language, command=command(["assess", first.id], register)))
    return 0


def show_uses(
    console: Console, shown: Sequence[Use], vocabulary: Vocabulary, language: Language
) -> None:
    """Show uses as a table, observed and declared role side by side."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    # Who is treated differently by it comes first, and what only lies somewhere last.
    ordered = sorted(shown, key=lambda one: (one.declared_role or one.observed_role) == "stored")
    for one in ordered[:MAX_SHOWN]:
        roles = say_role(one.observed_role, language)
        if one.declared_role and one.declared_role != one.observed_role:
            declared = say_role(one.declared_role, language)
            roles = say("uses.two_roles", language, observed=roles or "-", declared=declared)
        about = [
            concept_name(one.concept, vocabulary, language), roles,
            say("uses.in", language, processing=safe_name(one.processing)),
            safe_name(one.unit), say(f"uses.status.{one.status}", language),
        ]  # fmt: skip
        style = "bold red" if one.roles_conflict else ""
        table.add_row(one.id, Styled(" · ".join(part for part in about if part), style=style))
    if shown:
        console.print(table)
    if len(shown) > MAX_SHOWN:
        console.print(say("uses.more", language, n=len(shown) - MAX_SHOWN))


def concept_name(concept: str, vocabulary: Vocabulary, language: Language) -> str:
    """Return a concept in words."""
    known = vocabulary.concepts.get(concept)
    return known.name[language] if known else concept


def say_role(role: str, language: Language) -> str:
    """Return a role in words; nothing for none."""
    return say(f"uses.role.{role}", language) if role else ""


def confirm_use(
    language: Language,
    *,
    use: str,
    role: str | None,
    unit: str | None,
    purpose: str | None,
    since: date | None,
    until: date | None,
    evidence: Sequence[str],
    reason: str | None,
    register: str | None,
    by: str | None,
) -> int:
    """Confirm a use, with what is declared of it."""
    details = runs.Details(role, unit, purpose, since, until, tuple(evidence))
    with opened(register, by) as (found, settings):
        made = runs.confirm(found, use, details, by=who(settings), reason=reason or "")
    _told([made], "confirmed", language)
    return 0


def reject_use(
    language: Language, *, use: str, reason: str, register: str | None, by: str | None
) -> int:
    """Say that a proposed use is none."""
    with opened(register, by) as (found, settings):
        made = runs.reject(found, use, by=who(settings), reason=reason)
    _told([made], "rejected", language)
    return 0


def reopen_use(
    language: Language, *, use: str, reason: str, register: str | None, by: str | None
) -> int:
    """Propose a rejected use again."""
    with opened(register, by) as (found, settings):
        made = runs.reopen(found, use, by=who(settings), reason=reason)
    _told([made], "reopened", language)
    return 0


def merge_uses(
    language: Language,
    *,
    uses: Sequence[str],
    reason: str,
    register: str | None,
    by: str | None,
) -> int:
    """Make one use of several."""
    with opened(register, by) as (found, settings):
        made = runs.merge(found, uses, by=who(settings), reason=reason)
    _told([made], "merged", language)
    return 0


def split_use(
    language: Language,
    *,
    use: str,
    evidence: Sequence[str],
    unit: str | None,
    reason: str,
    register: str | None,
    by: str | None,
) -> int:
    """Make two uses of one."""
    with opened(register, by) as (found, settings):
        made = runs.split(found, use, evidence, unit=unit or "", by=who(settings), reason=reason)
    _told(made, "split", language)
    return 0


def add_use(
    language: Language,
    *,
    concept: str,
    processing: str,
    role: str,
    unit: str | None,
    purpose: str | None,
    since: date | None,
    until: date | None,
    reason: str,
    register: str | None,
    by: str | None,
) -> int:
    """Add a use that no program saw."""
    details = runs.Details(None, unit, purpose, since, until)
    with opened(register, by) as (found, settings):
        made = runs.add(
            found, concept=concept, processing=processing, role=role, details=details,
            by=who(settings), reason=reason,
        )  # fmt: skip
    _told([made], "added", language)
    return 0


def _told(made: Sequence[Use], what: str, language: Language) -> None:
    console = Console(highlight=False)
    console.print(say(f"uses.done.{what}", language))
    show_uses(console, made, load_vocabulary(), language)


def explain_use(language: Language, use_id: str, register: str | None) -> int:
    """Print a use: what it rests on, what happened to it, and its assessments."""
    vocabulary = load_vocabulary()
    console = Console(highlight=False)
    with opened(register) as (found, _):
        use = found.judging.use(use_id)
        events = found.judging.use_events(use_id)
        answers = found.judging.answers([use_id]).get(use_id, [])
        assessments = found.judging.assessments(uses=[use_id])
        measures = found.judging.measures(uses=[use_id])
        holds = found.judging.holds([use_id])

    def tell(key: str, **params: str | float) -> None:
        console.print(Styled(say(f"uses.explain.{key}", language, **params)))

    title = f"{use.id}  {concept_name(use.concept, vocabulary, language)}"
    console.print(Styled(title, style="bold"))
    tell("processing", processing=safe_name(use.processing))
    tell(
        "roles", observed=say_role(use.observed_role, language) or "-",
        declared=say_role(use.declared_role, language) or "-",
    )  # fmt: skip
    if use.roles_conflict:
        console.print(Styled(say("uses.explain.conflict", language), style="bold red"))
    for key, value in (("unit", use.unit), ("purpose", use.purpose)):
        if value:
            tell(key, **{key: safe_name(value)})
    if use.since or use.until:
        tell("period", since=str(use.since or "…"), until=str(use.until or "…"))
    tell("status", status=say(f"uses.status.{use.status}", language), into=", ".join(use.into))
    tell("evidence", ids=", ".join(use.evidence) or "-")
    for event in events:
        tell(
            "event", at=f"{event.at:%Y-%m-%d %H:%M}", by=clean_text(event.by),
            what=say(f"uses.event.{event.action}", language), reason=event.reason,
        )  # fmt: skip
    for one in answers:
        shown = {True: "yes", False: "no", None: "unknown"}.get(one.value)  # type: ignore[call-overload] (a value is none of these, or is)
        value = say(f"assess.answer.{shown}", language) if shown else str(one.value)
        tell("answer", at=f"{one.at:%Y-%m-%d %H:%M}", by=clean_text(one.by), fact=one.fact,
             value=value, note=one.note)  # fmt: skip
    for made in assessments:
        label = load_framework(made.framework, made.edition).outcomes[made.verdict].label
        tell("assessment", id=made.id, verdict=label[language], framework=made.framework,
             edition=made.edition)  # fmt: skip
    for measure in measures:
        tell("measure", id=measure.id, what=measure.consequence,
             state=say(f"measures_taken.state.{measure.state}", language))  # fmt: skip
    for hold in holds:
        key = "hold" if hold.is_in_force else "hold_lifted"
        tell(key, at=f"{hold.at:%Y-%m-%d}", by=clean_text(hold.by), reason=hold.reason)
    return 0
