"""``doorlicht frameworks``: which there are, if they are sound, what differs, how they look."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from doorlicht import __version__
from doorlicht.assessment import Framework, load_framework
from doorlicht.assessment.compare import Difference, Triple, compare
from doorlicht.assessment.soundness import all_frameworks, cases_of, check_frameworks
from doorlicht.cli.output import write_text, write_tree
from doorlicht.cli.overwriting import STANDARD_OUTPUT, check_targets
from doorlicht.cli.uses import opened
from doorlicht.language import Language, say
from doorlicht.reports.framework_html import applies, framework_checked, render_framework
from doorlicht.reports.framework_json import (
    checked_tree,
    compared_tree,
    framework_row,
    say_path,
)
from doorlicht.reports.html import safe_name
from doorlicht.runs import frameworks as runs

MAX_UNSEEN_SHOWN = 20


def list_frameworks(language: Language, *, json_file: str | None) -> int:
    """Show every edition of every framework."""
    found = all_frameworks()
    if json_file is not None:
        write_tree({"frameworks": [framework_row(one, language) for one in found]}, json_file)
    table = Table(box=None, pad_edge=False)
    for column in ("name", "edition", "title", "applies", "questions", "checked"):
        is_whole = column in ("name", "edition")
        table.add_column(_say(f"column.{column}", language), no_wrap=is_whole)
    for one in found:
        table.add_row(
            one.name, one.edition, Styled(one.title[language]), applies(one, language),
            str(len(one.nodes)), framework_checked(one, language),
        )  # fmt: skip
    _console(json_file).print(table)
    return 0


def check(language: Language, *, names: Sequence[str], json_file: str | None) -> int:
    """Check frameworks; 1 where one is not sound."""
    checked = list(check_frameworks(names))
    if json_file is not None:
        write_tree({"frameworks": [checked_tree(one, language) for one in checked]}, json_file)
    console = _console(json_file)
    for one in checked:
        title = f"{safe_name(one.name)} {one.edition}".strip()
        state = "sound" if one.is_sound else "unsound"
        style = "bold" if one.is_sound else "bold red"
        console.print(Styled(f"{title}: {_say(state, language)}", style=style))
        for text in (*one.problems, *one.wrong_cases):
            console.print(Styled(f"  {text.in_language(language)}"))
        if not one.problems:
            key = "cases" if one.cases else "no_cases"
            console.print(Styled(f"  {_say(key, language, n=one.cases)}", style="dim"))
        for way in one.unseen[:MAX_UNSEEN_SHOWN]:
            console.print(Styled(f"  {say_path(way, language)}", style="yellow"))
        more = len(one.unseen) - MAX_UNSEEN_SHOWN
        if more > 0:
            console.print(Styled(f"  {_say('more', language, n=more)}", style="yellow"))
    return 0 if all(one.is_sound for one in checked) else 1


def diff(
    language: Language,
    *,
    old: str,
    new: str,
    register: str | None,
    facts: str | None,
    json_file: str | None,
) -> int:
    """Show what differs between two editions, and which verdicts would change."""
    uses: list[Triple] = []
    if facts is not None:
        text = sys.stdin.read() if facts in STANDARD_OUTPUT else None
        uses += runs.uses_of_file(facts, old, new, text)
    if register is not None:
        with opened(register) as (found, _):
            uses += runs.uses_of_register(found, old)
    if facts is None and register is None:
        uses += runs.uses_of_cases(old, new)
    made = compare(load_framework(old), load_framework(new), uses)
    if json_file is not None:
        write_tree(compared_tree(made, language), json_file)
    console = _console(json_file)
    console.print(Styled(_edges(made.old, made.new), style="bold"))
    for one in made.differences:
        console.print(Styled(f"  {_difference(one, language)}"))
    if not made.differences:
        console.print(_say("same", language))
    console.print()
    console.print(_say("looked_at", language, n=made.looked_at, changed=len(made.changed)))
    for one in made.changed:
        before = made.old.outcomes[one.old.verdict].label[language]
        after = made.new.outcomes[one.new.verdict].label[language]
        nodes = ", ".join(one.nodes) or "-"
        console.print(
            Styled(f"  {safe_name(one.use) or '-'}: {before} → {after} "
                   f"({_say('by_nodes', language, nodes=nodes)})")
        )  # fmt: skip
    return 0


def show(language: Language, *, name: str, edition: str | None, html: str | None) -> int:
    """Show one framework on the screen, or as a page with its tree drawn."""
    framework = load_framework(name, edition)
    if html is not None:
        check_targets([("html", html)])
        cases = cases_of(name, edition)
        write_text(render_framework(framework, cases, language, version=__version__), html)
        if html not in STANDARD_OUTPUT:
            sys.stdout.write(_say("written", language, path=str(Path(html))) + "\n")
        return 0
    console = _console(None)
    console.print(Styled(f"{framework.title[language]} ({framework.edition})", style="bold"))
    console.print(Styled(framework.about[language]))
    told = _say("column.checked", language)
    console.print(Styled(f"{told}: {framework_checked(framework, language)}", style="yellow"))
    for group, title in framework.groups.items():
        console.print()
        console.print(Styled(title[language], style="bold"))
        for node in framework.nodes:
            if node.group != group:
                continue
            ways = [one.outcome for one in node.ends] + ([node.fails_to] if node.fails_to else [])
            labels = [framework.outcomes[way].label[language] for way in ways]
            out = f"  → {', '.join(labels)}" if labels else ""
            console.print(Styled(f"  {node.id}  {node.question[language]}{out}"))
    return 0


def _say(key: str, language: Language, **params: str | float) -> str:
    return say(f"frameworks.{key}", language, **params)


def _console(json_file: str | None) -> Console:
    return Console(highlight=False, quiet=json_file in STANDARD_OUTPUT)


def _edges(old: Framework, new: Framework) -> str:
    return f"{old.name} {old.edition} → {new.name} {new.edition}"


def _difference(one: Difference, language: Language) -> str:
    what = _say(f"difference.{one.kind}", language)
    changed = f" ({', '.join(one.changed)})" if one.changed else ""
    return f"{_say(f'part.{one.part}', language)} {one.id}: {what}{changed}"
