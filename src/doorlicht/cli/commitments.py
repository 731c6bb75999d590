"""``doorlicht commitments``: what was promised to Parliament, and what of it is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import cast

from rich.console import Console
from rich.text import Text as Styled

from doorlicht.cli.output import write_tree
from doorlicht.cli.overwriting import STANDARD_OUTPUT
from doorlicht.cli.scan import now, who
from doorlicht.cli.uses import opened
from doorlicht.language import Language, say
from doorlicht.organisation import shipped_rules, term_of_commitment
from doorlicht.records import Commitment, Recess, Term
from doorlicht.records.parliament import CommitmentState
from doorlicht.register import Register
from doorlicht.reports.dossier_json import commitments_tree
from doorlicht.runs import dossier as runs


def list_commitments(language: Language, *, json_file: str | None, register: str | None) -> int:
    """Show the commitments with who bears them today; 1 where one is overdue."""
    today = now().date()
    with opened(register) as (found, _):
        made = found.dossier.all(Commitment)
        recesses = found.dossier.all(Recess)
        bearers = runs.commitment_bearers(found, made, today)
    terms = {one.id: term_of_commitment(one, today, shipped_rules(), recesses) for one in made}
    if json_file is not None:
        write_tree(commitments_tree(made, terms, bearers, today), json_file)
    console = Console(highlight=False, quiet=json_file in STANDARD_OUTPUT)
    if not made:
        console.print(say("commitments_screen.none", language))
    for one in made:
        _show(console, one, terms[one.id], language)
        if one.id in bearers:
            bearing = bearers[one.id]
            path = " → ".join(bearing.path)
            key = "bearer_by_rule" if bearing.is_by_rule else "bearer"
            console.print(Styled("  " + say(f"commitments_screen.{key}", language, path=path)))
    return 1 if any(one.is_overdue for one in terms.values()) else 0


def _show(console: Console, one: Commitment, term: Term, language: Language) -> None:
    console.print(Styled(f"{one.id}  {one.text}", style="bold"))
    about = say(
        "commitments_screen.about", language, by=one.by, to=one.to or "-", at=one.at or "-",
        on=str(one.on or "-"),
    )  # fmt: skip
    console.print(Styled(f"  {about}"))
    state = say(f"commitments.state.{one.state}", language)
    letter = f" ({one.letter})" if one.letter else ""
    due = say(
        f"commitments.term.{term.state}", language, due=str(term.due or "-"), n=term.late_days
    )
    console.print(Styled(f"  {state}{letter}; {due}", style="bold red" if term.is_overdue else ""))


def add_commitment(
    language: Language,
    *,
    name: str,
    text: str,
    promised_by: str,
    on: date,
    to: str | None,
    at: str | None,
    due: date | None,
    unit: str | None,
    belongs_to: Sequence[str],
    register: str | None,
    by: str | None,
) -> int:
    """Add what was promised."""
    made = Commitment(
        name, text, promised_by, on, to or "", at or "", unit=unit or "", due=due,
        belongs_to=tuple(belongs_to),
    )  # fmt: skip
    with opened(register, by, makes=True) as (found, settings):
        runs.add_commitment(found, made, by=who(settings))
        return _told(language, found, made)


def set_commitment(
    language: Language,
    *,
    name: str,
    state: str,
    letter: str | None,
    on: date | None,
    reason: str | None,
    register: str | None,
    by: str | None,
) -> int:
    """Note that a commitment was fulfilled by a letter, or what else became of it."""
    with opened(register) as (found, _):
        before = found.dossier.find(Commitment, name)
    made = runs.changed_commitment(
        before, cast("CommitmentState", state), letter=letter or "", on=on or now().date(),
        reason=reason or "",
    )  # fmt: skip
    return _kept(language, made, f"commitment_{state}", register, by, reason or "")


def assign_commitment(
    language: Language,
    *,
    name: str,
    unit: str,
    reason: str,
    register: str | None,
    by: str | None,
) -> int:
    """Decide which unit takes a commitment over, other than the rule says."""
    today = now().date()
    with opened(register, by) as (found, settings):
        one = found.dossier.find(Commitment, name)
        runs.assign(found, one.id, unit, by=who(settings), today=today, reason=reason)
        bearing = runs.commitment_bearers(found, [one], today).get(one.id)
    path = " → ".join(bearing.path) if bearing else unit
    Console(highlight=False).print(Styled(say("commitments_screen.bearer", language, path=path)))
    return 0


def _kept(
    language: Language,
    made: Commitment,
    action: str,
    register: str | None,
    by: str | None,
    reason: str = "",
) -> int:
    with opened(register, by, makes=True) as (found, settings):
        runs.keep_commitment(found, made, action=action, by=who(settings), reason=reason)
        return _told(language, found, made)


def _told(language: Language, found: Register, made: Commitment) -> int:
    """Show a commitment as it was kept, with its term today."""
    recesses = found.dossier.all(Recess)
    term = term_of_commitment(made, now().date(), shipped_rules(), recesses)
    _show(Console(highlight=False), made, term, language)
    return 0
