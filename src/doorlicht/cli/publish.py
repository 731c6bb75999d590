"""``doorlicht publish``: a record of the Algorithm Register from what is known, checked."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from doorlicht.cli.output import json_text, write_text, write_tree
from doorlicht.cli.overwriting import STANDARD_OUTPUT, check_targets
from doorlicht.cli.scan import now
from doorlicht.cli.uses import opened
from doorlicht.errors import InputError
from doorlicht.language import Language, say
from doorlicht.publication import FORMS, Form, say_problem
from doorlicht.publication.fields import field_named
from doorlicht.publication.fill import FilledField, FilledRecord
from doorlicht.publication.forms import LeftOut
from doorlicht.publication.plain_text import readable
from doorlicht.reports.html import safe_name
from doorlicht.reports.publication_json import (
    filled_tree,
    left_out_tree,
    problems_tree,
    record_tree,
    say_label,
)
from doorlicht.runs.known_facts import known_facts
from doorlicht.runs.publish import Publication, check_file, is_absent, publish

FOUND: Final = 1
"""Exit code where a form does not take something, or the evidence says otherwise."""

OPEN: Final = 2
"""Exit code where a field is missing."""

EXCERPT: Final = 70
"""Letters of a value on screen."""


def run_publish(
    language: Language,
    *,
    subject: str | None,
    answers: str | None,
    check: str | None,
    api: str | None,
    standard: str | None,
    json_file: str | None,
    register: str | None,
) -> int:
    """Fill and check a record, or check records of a file; return the exit code."""
    if check is not None:
        return _check(language, check, json_file)
    if subject is None:
        raise InputError("publish.no_subject")
    text = sys.stdin.read() if answers in STANDARD_OUTPUT else None
    with opened(register) as (found, settings):
        facts = known_facts(found, subject)
        files: dict[Form, str] = {
            "api": api or _beside(settings.register, subject, "api"),
            "standard": standard or _beside(settings.register, subject, "standard"),
        }
    sources = [one for one in (answers,) if one is not None]
    check_targets([("json", json_file), *(("record", files[form]) for form in FORMS)], sources)
    filled, made = publish(facts, answers, today=now().date(), text=text)
    records = {"api": made.api, "standard": made.standard}
    for form in FORMS:
        write_text(json_text(record_tree(records[form], form)), files[form])
    if json_file is not None:
        write_tree(
            {
                "id": subject, "record": records, **filled_tree(filled, language),
                "problems": problems_tree(made.problems, language),
                "left_out": left_out_tree(made.left_out), "passes": _passes(made),
            },
            json_file,
        )  # fmt: skip
    is_taken = STANDARD_OUTPUT & {json_file, api, standard}
    console = Console(file=sys.stderr if is_taken else sys.stdout, highlight=False)
    console.print(Styled(f"{subject}  {safe_name(facts.name)}", style="bold"))
    if not facts.is_algorithm:
        console.print(Styled(say("publication.screen.no_algorithm", language), style="yellow"))
    _show_filled(console, filled, language)
    _show_missing(console, filled, language)
    _show_problems(console, made, language)
    for path in (*files.values(), json_file):
        if path is not None and path not in STANDARD_OUTPUT:
            console.print(Styled(f"  {path}"), style="dim", soft_wrap=True)
    return (FOUND if made.errors else 0) | (OPEN if filled.missing else 0)


def _check(language: Language, path: str, json_file: str | None) -> int:
    """Check the records of a file in both forms, without any register."""
    text = sys.stdin.read() if path in STANDARD_OUTPUT else None
    checked = check_file(path, text)
    if json_file is not None:
        write_tree(
            {
                "records": [
                    {
                        "name": name, "passes": _passes(made),
                        "problems": problems_tree(made.problems, language),
                        "left_out": left_out_tree(made.left_out),
                    }
                    for name, made in checked
                ]
            },
            json_file,
        )  # fmt: skip
    out = sys.stderr if json_file in STANDARD_OUTPUT else sys.stdout
    console = Console(file=out, highlight=False)
    for name, made in checked:
        console.print(Styled(safe_name(name), style="bold"))
        for form in FORMS:
            for one in made.problems[form]:
                if is_absent(one):
                    _line(console, form, say_problem(one, language), "red", language)
        _show_problems(console, made, language)
    errors = [one for _, made in checked for one in made.errors]
    absent = [
        one for _, made in checked for found in made.problems.values() for one in found
        if is_absent(one)
    ]  # fmt: skip
    return (FOUND if errors else 0) | (OPEN if absent else 0)


def _passes(made: Publication) -> dict[Form, bool]:
    return {form: not any(not one.is_advice for one in made.problems[form]) for form in FORMS}


def _beside(register: str, subject: str, form: Form) -> str:
    name = f"doorlicht-{subject}.{form}.json"
    return name if "://" in register else str(Path(register).with_name(name))


# ── on screen ───────────────────────────────────────────────────────────────────────────────


def _show_filled(console: Console, filled: FilledRecord, language: Language) -> None:
    console.print(say("publication.screen.filled", language, n=len(filled.fields)), style="bold")
    table = Table(box=None, pad_edge=False, show_header=False)
    for _ in range(3):
        table.add_column(overflow="fold")
    for one in filled.fields:
        if one.source != "form":
            table.add_row(
                say_label(one.name, language), Styled(_excerpt(one.value)),
                Styled(_source(one, language), style="dim"),
            )  # fmt: skip
    console.print(table)
    lacking = [one for one in filled.fields if one.lacks]
    if lacking:
        console.print(say("publication.screen.lacks", language), style="bold yellow")
    for one in lacking:
        console.print(Styled(f"  - {say_label(one.name, language)}: {say(one.lacks, language)}"))


def _source(one: FilledField, language: Language) -> str:
    if one.source == "answers":
        return say("publication.screen.answered" + ("_instead" if one.replaced else ""), language)
    return ", ".join(one.evidence)


def _excerpt(value: object) -> str:
    """Return the beginning of a value on one line."""
    if isinstance(value, list):
        text = ", ".join(_title(one) for one in cast("list[object]", value))
    else:
        text = readable(str(value)).replace("\n", " ")
    shown = safe_name(text)
    return shown if len(shown) <= EXCERPT else shown[: EXCERPT - 1] + "…"


def _title(item: object) -> str:
    if isinstance(item, Mapping):
        pair = cast("Mapping[str, object]", item)
        return str(pair.get("title") or pair.get("link") or "")
    return str(item)


def _show_missing(console: Console, filled: FilledRecord, language: Language) -> None:
    if filled.missing:
        console.print(
            say("publication.screen.missing", language, n=len(filled.missing)), style="bold yellow"
        )
    for name in filled.missing:
        one = field_named(name)
        console.print(
            Styled(
                "  - "
                + say("publication.screen.missing_one", language, label=say_label(name, language),
                      field=name, help=say(f"publication.field.{one.name}.help", language),
                      who=say(f"publication.field.{one.name}.who", language))
            )
        )  # fmt: skip
    if filled.optional:
        names = ", ".join(filled.optional)
        console.print(
            Styled(say("publication.screen.optional", language, names=names)), style="dim"
        )


def _show_problems(console: Console, made: Publication, language: Language) -> None:
    for form in FORMS:
        for one in made.problems[form]:
            if not is_absent(one):
                style = "" if one.is_advice else "red"
                _line(console, form, say_problem(one, language), style, language)
    for left in made.left_out:
        _line(console, "standard", _say_left(left, language), "", language)
    for form in FORMS:
        key = "passes" if _passes(made)[form] else "not_yet"
        console.print(say(f"publication.screen.{key}", language, form=_form(form, language)))


def _line(console: Console, form: Form, told: str, style: str, language: Language) -> None:
    console.print(Styled(f"  - {_form(form, language)}: {told}", style=style))


def _form(form: Form, language: Language) -> str:
    return say(f"publication.form.{form}", language)


def _say_left(left: LeftOut, language: Language) -> str:
    return say("publication.screen.left_out", language, field=left.field, n=left.number)
