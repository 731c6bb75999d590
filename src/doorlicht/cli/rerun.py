"""``doorlicht rerun``: repeat a scan, trace or audit of a bundle, and show what is otherwise."""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from doorlicht.cli.bundle import show_broken
from doorlicht.cli.output import write_tree
from doorlicht.cli.overwriting import STANDARD_OUTPUT, check_targets
from doorlicht.errors import InputError, IntegrityError
from doorlicht.evidence.bundle_checks import verify_bundle
from doorlicht.language import Language, say
from doorlicht.reports.html import safe_name
from doorlicht.runs.rerun import Repeatable, choose, places_of, repeatables, rerun
from doorlicht.runs.rerun_compare import Difference, Rerun

MAX_SHOWN: Final = 60
MAX_INPUTS_SHOWN: Final = 12


def run_rerun(
    language: Language,
    *,
    bundle: str,
    what: str,
    source: Sequence[str],
    vocabulary: Sequence[str],
    allow_scoring: bool,
    trust_pickle: bool,
    workers: int | None,
    json_file: str | None,
) -> int:
    """Repeat what was asked; 1 where something is otherwise, or the bundle does not hold.

    Without a source what can be repeated is shown.
    """
    console = Console(highlight=False, quiet=json_file in STANDARD_OUTPUT)
    check_targets([("json", json_file)], [bundle])
    try:
        with Path(bundle).open("rb") as file:
            verify_bundle(file)
            known = list(repeatables(file))
            if not source:
                _show_known(console, known, language)
                if json_file is not None:
                    write_tree({"repeatable": [_known_tree(one) for one in known]}, json_file)
                return 0
            chosen = choose(known, what)
            found = rerun(
                file, chosen, places_of(chosen, source), by=getpass.getuser(), workers=workers,
                vocabulary=[Path(one) for one in vocabulary],
                may_score=allow_scoring or trust_pickle, may_run_pickle=trust_pickle,
            )  # fmt: skip
    except OSError:
        raise InputError("checkpoint.unreadable", path=bundle) from None
    except IntegrityError as error:
        show_broken(console, error, language)
        return 1
    if json_file is not None:
        write_tree({"rerun": _tree(found)}, json_file)
    _show(console, chosen, found, language)
    return 1 if found.differences else 0


def _show_known(console: Console, known: Sequence[Repeatable], language: Language) -> None:
    """Show what the bundle says was done, what is needed to repeat it, or why that cannot be."""
    if not known:
        console.print(say("rerun.nothing_known", language))
        return
    table = Table(box=None, pad_edge=False)
    for title in ("which", "at", "about", "needs"):
        table.add_column(say(f"rerun.column.{title}", language), overflow="fold")
    for one in known:
        needs = Styled("\n".join(f"--source {safe_name(each.key)}=…" for each in one.inputs))
        if one.hindrance:
            needs = Styled(say(f"rerun.cannot.{one.hindrance}", language), style="yellow")
        table.add_row(one.subject, str(one.at)[:16], Styled(safe_name(one.about)), needs)
    console.print(table)
    console.print(say("rerun.how", language))


def _show(console: Console, chosen: Repeatable, found: Rerun, language: Language) -> None:
    for name, (then, now) in found.versions.items():
        console.print(say("rerun.version", language, name=name, then=then, now=now), markup=False)
    for name in found.skipped:
        console.print(Styled(say("rerun.skipped", language, name=safe_name(name)), style="yellow"))
    for name, change in list(found.inputs.items())[:MAX_INPUTS_SHOWN]:
        console.print(
            say(f"rerun.input.{change}", language, name=safe_name(name)), markup=False
        )  # fmt: skip
    if len(found.inputs) > MAX_INPUTS_SHOWN:
        console.print(say("cli.more", language, n=len(found.inputs) - MAX_INPUTS_SHOWN))
    if found.rounded:
        console.print(say("rerun.rounded", language, n=found.rounded))
    told = "same" if not found.differences else "different"
    what = say(f"rerun.what.{chosen.kind}", language, number=chosen.number)
    console.print(
        say(f"rerun.{told}", language, what=what, n=len(found.differences),
            compared=say(f"rerun.compared.{chosen.kind}", language, n=found.compared)),
        style="bold", markup=False,
    )  # fmt: skip
    if not found.differences:
        return
    table = Table(box=None, pad_edge=False)
    for title in ("where", "what", "how", "why"):
        table.add_column(say(f"rerun.column.{title}", language), overflow="fold")
    for one in found.differences[:MAX_SHOWN]:
        table.add_row(*(Styled(cell) for cell in (safe_name(one.where), *_row(one, language))))
    console.print(table)
    if len(found.differences) > MAX_SHOWN:
        console.print(say("cli.more", language, n=len(found.differences) - MAX_SHOWN))


def _row(one: Difference, language: Language) -> list[str]:
    what = say(f"rerun.part.{one.part}", language)
    how = say(f"rerun.change.{one.change}", language)
    fields = f" ({', '.join(one.fields)})" if one.fields else ""
    causes = ", ".join(say(f"rerun.cause.{cause}", language) for cause in one.causes)
    return [f"{what} {safe_name(one.name)}".strip(), how + fields, causes]


def _known_tree(one: Repeatable) -> dict[str, object]:
    return {
        "what": one.subject,
        "at": one.at,
        "by": one.by,
        "about": one.about,
        "needs": [
            {"source": each.key, "name": each.name, "kind": each.kind} for each in one.inputs
        ],
        "cannot": one.hindrance or None,
        "scores": one.scores or None,
    }  # fmt: skip


def _tree(found: Rerun) -> dict[str, object]:
    inputs: Mapping[str, str] = found.inputs
    return {
        "what": found.what,
        "compared": found.compared,
        "versions": {name: list(pair) for name, pair in found.versions.items()},
        "skipped": list(found.skipped),
        "inputs": dict(inputs),
        "rounded": found.rounded,
        "differences": [
            {
                "where": one.where, "part": one.part, "name": one.name, "change": one.change,
                "fields": list(one.fields), "causes": list(one.causes),
            }
            for one in found.differences
        ],
    }  # fmt: skip
