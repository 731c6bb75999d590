"""``doorlicht log``: what was done to the register, whether all of it holds, and proofs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from doorlicht.cli.bundle import read_key
from doorlicht.cli.output import write_tree
from doorlicht.cli.overwriting import STANDARD_OUTPUT
from doorlicht.cli.scan import now
from doorlicht.cli.uses import opened
from doorlicht.errors import InputError
from doorlicht.evidence import LedgerEntry, Note, moment, parse_note
from doorlicht.language import Language, known_keys, say
from doorlicht.register import Checkup, Problem, Register, TreeHead
from doorlicht.reports.html import safe_name
from doorlicht.runs.log_checks import check_log

SHOWN_ON_SCREEN: Final = 50
"""Entries that are shown where nothing says how many; the newest."""

_PROBLEMS_ON_SCREEN: Final = 20
_SUBJECTS_ON_SCREEN: Final = 3


def show_log(
    language: Language,
    *,
    subject: str | None,
    action: str | None,
    by: str | None,
    since: date | None,
    until: date | None,
    after: int | None,
    last: int | None,
    json_file: str | None,
    register: str | None,
) -> int:
    """Show entries of the log that fit every filter."""
    is_limited = last is None and json_file is None
    with opened(register) as (found, _):
        entries = found.log.entries(
            subject=subject, action=action, by=by, after=after or 0,
            since=None if since is None else _start_of(since),
            # The day itself belongs to it.
            until=None if until is None else _start_of(until + timedelta(days=1)),
            last=SHOWN_ON_SCREEN + 1 if is_limited else last,
        )  # fmt: skip
    if json_file is not None:
        write_tree({"entries": [entry_tree(one, language) for one in entries]}, json_file)
    console = Console(highlight=False, quiet=json_file in STANDARD_OUTPUT)
    if not entries:
        console.print(say("log.none", language))
    elif json_file is None:
        if is_limited and len(entries) > SHOWN_ON_SCREEN:
            console.print(say("log.newest", language, shown=SHOWN_ON_SCREEN), style="dim")
            entries = entries[1:]
        show_entries(console, entries, language)
    return 0


def show_entries(console: Console, entries: Sequence[LedgerEntry], language: Language) -> None:
    """Print entries as a table, one each."""
    table = Table(box=None, pad_edge=False)
    for title in ("number", "at", "by", "action", "about", "reason"):
        table.add_column(
            say(f"log.column.{title}", language),
            no_wrap=title in ("number", "at"), overflow="fold",
            justify="right" if title == "number" else "left",
        )  # fmt: skip
    for one in entries:
        table.add_row(
            str(one.number), f"{one.at:%Y-%m-%d %H:%M:%S}", safe_name(one.by),
            action_text(one.action, language), Text(_about(one, language)),
            Text(safe_name(one.reason)),
        )  # fmt: skip
    console.print(table)


def action_text(action: str, language: Language) -> str:
    """Return what an action is in plain words; one that is not known here as it is written."""
    key = f"log.action.{action}"
    return say(key, language) if key in known_keys(language) else safe_name(action)


def entry_tree(entry: LedgerEntry, language: Language) -> dict[str, Any]:
    """Return an entry as JSON knows it; ``line`` is what is hashed."""
    return {
        "number": entry.number, "at": moment(entry.at), "by": entry.by, "action": entry.action,
        "text": action_text(entry.action, language), "reason": entry.reason,
        "changes": [one._asdict() for one in entry.changes], "subjects": list(entry.subjects),
        "evidence": dict(entry.evidence), "versions": dict(entry.versions), "form": entry.form,
        "previous_hash": entry.previous_hash, "hash": entry.hash, "line": entry.line,
    }  # fmt: skip


def verify(
    language: Language,
    *,
    checkpoint: Sequence[str],
    key: Sequence[str],
    json_file: str | None,
    register: str | None,
) -> int:
    """Check the log and everything that it speaks of; 1 where something does not hold."""
    held, trusted = {one: _note_in(Path(one)) for one in checkpoint}, [read_key(one) for one in key]
    with opened(register) as (found, _):
        checked = check_log(found, held, trusted=trusted, now=now())
    checkup = checked.checkup
    if json_file is not None:
        signed = [
            {"checkpoint": one.place, "key": one.key, "state": one.state} for one in checked.signed
        ]
        write_tree({**_checkup_tree(checkup, language), "signed_by": signed}, json_file)
    console = Console(highlight=False, quiet=json_file in STANDARD_OUTPUT)
    for one in checked.signed:
        state = say(f"log.key.{one.state}", language)
        told = say("log.signed_by", language, place=safe_name(one.place), key=one.key, state=state)
        console.print(told, markup=False, soft_wrap=True)
    _show_checkup(console, checkup, language)
    return 0 if checkup.holds else 1


def proof(
    language: Language,
    *,
    number: int,
    size: int | None,
    json_file: str | None,
    register: str | None,
) -> int:
    """Write the proof that an entry is in the log."""
    with opened(register) as (found, _):
        made = found.log.inclusion(number, size)
    tree = {
        "entry": entry_tree(made.entry, language),
        "leaf_index": number - 1,
        "head": _head_tree(made.head),
        "proof": [one.hex() for one in made.proof],
    }
    write_tree({"inclusion": tree}, json_file or "-")
    return 0


def growth(
    language: Language, *, old: int, size: int | None, json_file: str | None, register: str | None
) -> int:
    """Write the proof that the log of one size is the beginning of that of another."""
    del language
    with opened(register) as (found, _):
        made = found.log.growth(old, size)
    tree = {
        "old": _head_tree(made.old),
        "head": _head_tree(made.new),
        "proof": [one.hex() for one in made.proof],
    }
    write_tree({"consistency": tree}, json_file or "-")
    return 0


def show_history(console: Console, register: Register, subject: str, language: Language) -> None:
    """Print the newest entries about a subject, if there are any."""
    entries = register.log.entries(subject=subject, last=10)
    if entries:
        console.print()
        console.print(say("log.history", language), style="bold")
        show_entries(console, entries, language)


def _note_in(path: Path) -> Note:
    try:
        return parse_note(path.read_bytes())
    except OSError:
        raise InputError("log.no_checkpoint_file", path=str(path)) from None


def _show_checkup(console: Console, checkup: Checkup, language: Language) -> None:
    told = say(
        "log.looked", language, entries=checkup.size, subjects=checkup.subjects, heads=checkup.heads
    )
    console.print(told, markup=False)
    console.print(say("log.root", language, root=checkup.root.hex()), markup=False, soft_wrap=True)
    if checkup.clock_went_back:
        number = checkup.clock_went_back
        console.print(say("log.clock", language, number=number), style="yellow", markup=False)
    if checkup.holds:
        console.print(say("log.holds", language), style="bold green", markup=False)
        return
    first, *others = checkup.problems[:_PROBLEMS_ON_SCREEN]
    console.print(say("log.broken", language), style="bold red", markup=False)
    console.print(problem_text(first, language), style="bold", markup=False)
    if others:
        console.print(say("log.after_it", language, more=checkup.count - 1), markup=False)
    for one in others:
        console.print(f"  {problem_text(one, language)}", markup=False)
    console.print(say("log.what_now", language), markup=False)


def problem_text(problem: Problem, language: Language) -> str:
    """Return what does not hold, in a sentence."""
    key = f"log.problem.{problem.kind}"
    return say(key, language, number=problem.number, subject=safe_name(problem.subject) or "-")


def _checkup_tree(checkup: Checkup, language: Language) -> Mapping[str, object]:
    return {
        "holds": checkup.holds,
        "head": _head_tree(TreeHead(checkup.size, checkup.root)),
        "subjects": checkup.subjects,
        "checkpoints": checkup.heads,
        "clock_went_back": checkup.clock_went_back or None,
        "problem_count": checkup.count,
        "problems": [
            {
                "kind": one.kind, "number": one.number or None, "subject": one.subject or None,
                "text": problem_text(one, language),
            }
            for one in checkup.problems
        ],
    }  # fmt: skip


def _head_tree(head: TreeHead) -> dict[str, object]:
    return {"size": head.size, "root": head.root.hex()}


def _about(entry: LedgerEntry, language: Language) -> str:
    shown = [safe_name(one) for one in entry.subjects[:_SUBJECTS_ON_SCREEN]]
    more = len(entry.subjects) - len(shown)
    return ", ".join(shown) + (say("log.and_more", language, more=more) if more else "")


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
