"""``doorlicht publish``: a record of the Algorithm Register from what is known, checked."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text as Styled

from doorlicht.cli.output import json_text, write_text, write_tree
from doorlicht.cli.overwriting import STANDARD_OUTPUT, check_targets
from doorlicht.cli.publication_screen import (
    compared_tree,
    publication_tree,
    show_compared,
    show_disagreements,
    show_filled,
    show_missing,
    show_problem,
    show_problems,
)
from doorlicht.cli.scan import now
from doorlicht.cli.uses import opened
from doorlicht.errors import InputError
from doorlicht.language import Language, say
from doorlicht.publication import FORMS, Form
from doorlicht.publication.disagreement import Disagreement
from doorlicht.reports.html import safe_name
from doorlicht.reports.publication_json import left_out_tree, problems_tree, record_tree
from doorlicht.runs import publish as runs
from doorlicht.runs.known_facts import known_facts
from doorlicht.runs.publish import check_file, is_absent, publish

FOUND: Final = 1
"""Exit code where a form does not take something, or the evidence says otherwise."""

OPEN: Final = 2
"""Exit code where a field is missing."""


def run_publish(
    language: Language,
    *,
    subject: str | None,
    answers: str | None,
    check: str | None,
    compare: str | None,
    record: str | None,
    api: str | None,
    standard: str | None,
    json_file: str | None,
    register: str | None,
) -> int:
    """Fill, check and compare a record, or check records of a file; return the exit code."""
    if check is not None:
        return _check(language, check, json_file)
    if subject is None:
        raise InputError("publish.no_subject")
    texts = {
        name: sys.stdin.read() if name in STANDARD_OUTPUT else None
        for name in (answers, compare)
        if name is not None
    }
    with opened(register) as (found, settings):
        facts = known_facts(found, subject)
    today = now().date()
    is_own = compare is None or answers is not None
    given: dict[Form, str | None] = {"api": api, "standard": standard}
    if is_own:
        # Who only compares asks what is published, and not for a record of his own.
        given = {form: one or _beside(settings.register, subject, form)
                 for form, one in given.items()}  # fmt: skip
    sources = [one for one in (answers, compare) if one is not None]
    check_targets([("json", json_file), *(("record", given[form]) for form in FORMS)], sources)
    filled, made = publish(
        facts, answers, today=today, text=texts.get(answers) if answers else None
    )
    own = runs.compare_answers(facts, filled, today=today)
    published: tuple[str, list[Disagreement]] | None = None
    if compare is not None:
        wanted = record or ""
        published = runs.compare(facts, compare, wanted, today=today, text=texts[compare])
    # Written before anything is shown: who reads only the first lines has the files all the same.
    for form, path in given.items():
        if path is not None:
            write_text(json_text(record_tree(made.form(form), form)), path)
    if json_file is not None:
        tree = publication_tree(subject, filled, made, own, language)
        if published is not None:
            tree["compared"] = compared_tree(*published, language)
        write_tree(tree, json_file)
    is_taken = STANDARD_OUTPUT & {json_file, api, standard}
    console = Console(file=sys.stderr if is_taken else sys.stdout, highlight=False)
    console.print(Styled(f"{subject}  {safe_name(facts.name)}", style="bold"))
    if not facts.is_algorithm:
        console.print(Styled(say("publication.screen.no_algorithm", language), style="yellow"))
    code = 0
    if published is not None:
        show_compared(console, *published, language)
        code |= FOUND if published[1] else 0
    if is_own:
        show_filled(console, filled, language)
        show_missing(console, filled, language)
        show_problems(console, made, language)
        if own:
            console.print(say("publication.screen.own_answers", language), style="bold red")
            show_disagreements(console, own, language)
        code |= (FOUND if made.errors or own else 0) | (OPEN if filled.missing else 0)
    for path in (*given.values(), json_file):
        if path is not None and path not in STANDARD_OUTPUT:
            console.print(Styled(f"  {path}"), style="dim", soft_wrap=True)
    return code


def _check(language: Language, path: str, json_file: str | None) -> int:
    """Check the records of a file in both forms, without any register."""
    text = sys.stdin.read() if path in STANDARD_OUTPUT else None
    checked = check_file(path, text)
    if json_file is not None:
        write_tree(
            {
                "records": [
                    {
                        "name": name, "passes": made.passes,
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
                    show_problem(console, one, language)
        show_problems(console, made, language)
    errors = [one for _, made in checked for one in made.errors]
    absent = [
        one for _, made in checked for found in made.problems.values() for one in found
        if is_absent(one)
    ]  # fmt: skip
    return (FOUND if errors else 0) | (OPEN if absent else 0)


def _beside(register: str, subject: str, form: Form) -> str:
    name = f"doorlicht-{subject}.{form}.json"
    return name if "://" in register else str(Path(register).with_name(name))
