"""``doorlicht measures`` and ``doorlicht hold``: what is done about a use, and what may not be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import cast

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from doorlicht.assessment import load_framework
from doorlicht.cli.output import write_tree
from doorlicht.cli.overwriting import STANDARD_OUTPUT
from doorlicht.cli.scan import now, who
from doorlicht.cli.uses import opened
from doorlicht.language import Language, say
from doorlicht.records import MeasureTaken
from doorlicht.records.uses import MeasureState
from doorlicht.register import Register
from doorlicht.reports.html import safe_name
from doorlicht.reports.uses_json import measure_tree
from doorlicht.runs import measures as runs


def list_measures(
    language: Language,
    *,
    use: Sequence[str],
    json_file: str | None,
    register: str | None,
) -> int:
    """Show the measures; 1 where one is past its term."""
    with opened(register) as (found, _):
        made = found.judging.measures(uses=use or None)
        texts = _texts(found, made, language)
    if json_file is not None:
        trees = [{**measure_tree(one), "text": texts[one.id]} for one in made]
        write_tree({"measures": trees}, json_file)
    console = Console(highlight=False, quiet=json_file in STANDARD_OUTPUT)
    _show(console, made, texts, language)
    today = now().date()
    return 1 if any(_is_late(one, today) for one in made) else 0


def _is_late(one: MeasureTaken, today: date) -> bool:
    return one.due is not None and one.due < today and one.state not in ("verified", "refused")


def propose_measures(
    language: Language, *, assessment: str, register: str | None, by: str | None
) -> int:
    """Propose what follows from a verdict."""
    with opened(register, by) as (found, settings):
        made = runs.propose_measures(found, assessment, by=who(settings), today=now().date())
        texts = _texts(found, made, language)
    _show(Console(highlight=False), made, texts, language)
    return 0


def move_measure(
    language: Language,
    *,
    measure: str,
    state: str,
    owner: str | None,
    due: date | None,
    proof: str | None,
    verifier: str | None,
    reason: str | None,
    register: str | None,
    by: str | None,
) -> int:
    """Take a measure to its next state."""
    with opened(register, by) as (found, settings):
        made = runs.move_measure(
            found, measure, cast("MeasureState", state), by=who(settings), reason=reason or "",
            owner=owner, due=due, proof=proof, verifier=verifier,
        )  # fmt: skip
        texts = _texts(found, [made], language)
    _show(Console(highlight=False), [made], texts, language)
    return 0


def hold(
    language: Language,
    *,
    use: str,
    reason: str,
    lift: bool,
    register: str | None,
    by: str | None,
) -> int:
    """Lay a legal hold on a use, or lift those that are there."""
    console = Console(highlight=False)
    with opened(register, by) as (found, settings):
        if lift:
            n = runs.lift_holds(found, use, reason=reason, by=who(settings))
            console.print(say("measures_taken.lifted", language, n=n))
        else:
            runs.lay_hold(found, use, reason=reason, by=who(settings))
            console.print(say("measures_taken.held", language, use=use))
    return 0


def _texts(register: Register, made: Sequence[MeasureTaken], language: Language) -> dict[str, str]:
    """Return what each measure says, by the edition of its assessment."""
    known = {one.id: one for one in register.judging.assessments(uses={one.use for one in made})}
    texts: dict[str, str] = {}
    for one in made:
        kept = known[one.assessment]
        framework = load_framework(kept.framework, kept.edition)
        texts[one.id] = framework.consequence_by_id[one.consequence].text[language]
    return texts


def _show(
    console: Console, made: Sequence[MeasureTaken], texts: dict[str, str], language: Language
) -> None:
    if not made:
        console.print(say("measures_taken.none", language))
        return
    table = Table(box=None, pad_edge=False)
    for title in ("id", "use", "what", "owner", "due", "state"):
        table.add_column(
            say(f"measures_taken.column.{title}", language), no_wrap=title in ("id", "use")
        )
    today = now().date()
    for one in made:
        table.add_row(
            one.id, one.use, Styled(texts[one.id]), safe_name(one.owner),
            Styled(str(one.due or ""), style="bold red" if _is_late(one, today) else ""),
            say(f"measures_taken.state.{one.state}", language),
        )  # fmt: skip
    console.print(table)
