"""``doorlicht questions``: what Parliament asked, by when, and how far the answers are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast

from rich.console import Console
from rich.text import Text as Styled

from doorlicht.cli.output import write_tree
from doorlicht.cli.overwriting import STANDARD_OUTPUT
from doorlicht.cli.scan import now, who
from doorlicht.cli.uses import opened
from doorlicht.language import Language, say
from doorlicht.organisation import (
    change_question,
    check_themes,
    extend,
    find_question,
    known_themes,
    make_reading_guide,
    move_question,
    send_answers,
    shipped_rules,
    term_of,
)
from doorlicht.records import Extension, QuestionSet, Recess, Term
from doorlicht.records.parliament import QuestionState
from doorlicht.records.persons import clean_text
from doorlicht.reports.dossier_json import guide_tree, questions_tree
from doorlicht.runs import chamber, dossier_files
from doorlicht.runs import dossier as runs

_STYLES = {"overdue": "bold red", "overdue_unasked": "bold red", "soon": "yellow",
           "due_today": "yellow", "unknown": "yellow"}  # fmt: skip


def list_questions(language: Language, *, json_file: str | None, register: str | None) -> int:
    """Show the sets of questions with their terms; 1 where one is overdue."""
    today = now().date()
    with opened(register) as (found, _):
        sets = found.dossier.all(QuestionSet)
        recesses = found.dossier.all(Recess)
    terms = {one.id: term_of(one, today, shipped_rules(), recesses) for one in sets}
    if json_file is not None:
        write_tree(questions_tree(sets, terms, today), json_file)
    console = Console(highlight=False, quiet=json_file in STANDARD_OUTPUT)
    if not sets:
        console.print(say("questions_screen.none", language))
    for one in sets:
        show_set(console, one, terms[one.id], language)
    return 1 if any(one.is_overdue for one in terms.values()) else 0


def show_set(console: Console, asked: QuestionSet, term: Term, language: Language) -> None:
    """Show a set of questions: its term, and how far each answer is."""
    console.print(Styled(f"{asked.id}  {asked.title}", style="bold"))
    kind = say(f"questions.kind.{asked.kind}", language)
    console.print(
        Styled(
            say(
                "questions_screen.about", language, kind=kind, by=asked.by or "-",
                asked=str(asked.asked_on or "-"), n=len(asked.questions),
            )
        )
    )  # fmt: skip
    for line, style in say_term(term, language):
        console.print(Styled(f"  {line}", style=style))
    for one in asked.questions:
        themes = ", ".join(known_themes()[name].label[language] for name in one.themes)
        state = say(f"questions.state.{one.state}", language)
        shown = " · ".join(part for part in (state, one.unit, one.owner, themes) if part)
        console.print(Styled(f"  {one.number}. {one.text}"))
        console.print(Styled(f"     {shown}"))


def say_term(term: Term, language: Language) -> list[tuple[str, str]]:
    """Return a term as lines, each with its style."""
    style = _STYLES.get(term.state, "")
    due = str(term.due or "-")
    text = say(f"questions.term.{term.state}", language, due=due, n=term.late_days)
    lines = [(text, style)]
    if term.is_asked_late:
        lines.append((say("questions.asked_late", language), style))
    if term.recess:
        lines.append((say("questions.in_recess", language, recess=term.recess), ""))
    if not term.is_recess_known:
        lines.append((say("questions.recess_unknown", language), ""))
    return lines


def import_questions(
    language: Language,
    *,
    files: Sequence[str],
    about: Sequence[str],
    register: str | None,
    by: str | None,
) -> int:
    """Keep what pages of the Chamber or dossier files hold; what people did with it stays."""
    paths = [Path(file) for file in files]
    pages = [path for path in paths if path.suffix.casefold() == ".json"]
    console = Console(highlight=False)
    with opened(register, by, makes=True) as (found, settings):
        name = who(settings)
        kept = sum(
            dossier_files.keep_file(found, path, by=name) for path in paths if path not in pages
        )
        if pages:
            kept += chamber.keep_pages(found, pages, about, by=name)
        undated = [one.id for one in found.dossier.all(QuestionSet) if one.asked_on is None]
    console.print(say("campaign_screen.kept", language, n=kept))
    for one in undated:
        console.print(Styled(say("questions_screen.undated", language, id=one), style="yellow"))
    return 0


def add_questions(
    language: Language,
    *,
    asked: str,
    kind: str | None,
    title: str | None,
    asked_on: date | None,
    due: date | None,
    asked_by: str | None,
    to: str | None,
    text: Sequence[str],
    belongs_to: Sequence[str],
    register: str | None,
    by: str | None,
) -> int:
    """Add a set of questions, or questions and what was not known of one that is there."""
    with opened(register, by, makes=True) as (found, settings):
        made = runs.add_questions(
            found, asked, by=who(settings), kind=kind, title=title, asked_on=asked_on, due=due,
            asked_by=asked_by, to=to, texts=text, belongs_to=belongs_to,
        )  # fmt: skip
        recesses = found.dossier.all(Recess)
    _told(made, recesses, language)
    return 0


def _told(made: QuestionSet, recesses: Sequence[Recess], language: Language) -> None:
    term = term_of(made, now().date(), shipped_rules(), recesses)
    show_set(Console(highlight=False), made, term, language)


def _changed(
    language: Language,
    asked: str,
    change: str,
    register: str | None,
    by: str | None,
    how: runs.Change,
    reason: str = "",
) -> int:
    """Change a set by a function of the set and who does it, and show it."""
    with opened(register, by) as (found, settings):
        name = who(settings)
        before = found.dossier.find(QuestionSet, asked)
        made = runs.keep_set(found, how(before, name), action=change, by=name, reason=reason)
        recesses = found.dossier.all(Recess)
    _told(made, recesses, language)
    return 0


def set_themes(
    language: Language,
    *,
    asked: str,
    number: int,
    themes: Sequence[str],
    register: str | None,
    by: str | None,
) -> int:
    """Choose the themes of a question; none: propose them from its text again."""

    def how(before: QuestionSet, _: str) -> QuestionSet:
        question = replace(find_question(before, number), themes=check_themes(themes))
        return change_question(before, question)

    return _changed(language, asked, "themes_chosen", register, by, how)


def extend_term(
    language: Language,
    *,
    asked: str,
    on: date | None,
    until: date | None,
    letter: str | None,
    reason: str,
    register: str | None,
    by: str | None,
) -> int:
    """Note that the Chamber was told that an answer takes longer."""
    notice = Extension(on or now().date(), clean_text(reason), letter or "", until)

    def how(before: QuestionSet, _: str) -> QuestionSet:
        return extend(before, notice)

    return _changed(language, asked, "term_extended", register, by, how, reason)


def set_state(
    language: Language,
    *,
    asked: str,
    number: int,
    state: str,
    unit: str | None,
    owner: str | None,
    answer: str | None,
    reason: str | None,
    register: str | None,
    by: str | None,
) -> int:
    """Take a question to its next state."""

    def how(before: QuestionSet, name: str) -> QuestionSet:
        question = move_question(
            find_question(before, number), cast("QuestionState", state), by=name, unit=unit,
            owner=owner, answer=answer, reason=reason or "",
        )  # fmt: skip
        return change_question(before, question)

    return _changed(language, asked, f"question_{state}", register, by, how, reason or "")


def send(
    language: Language,
    *,
    asked: str,
    letter: str,
    on: date | None,
    register: str | None,
    by: str | None,
) -> int:
    """Note that the answers went to the Chamber."""

    def how(before: QuestionSet, _: str) -> QuestionSet:
        return send_answers(before, letter, on or now().date())

    return _changed(language, asked, "answers_sent", register, by, how)


def show_guide(
    language: Language, *, asked: str, json_file: str | None, register: str | None
) -> int:
    """Show which answers treat which theme."""
    with opened(register) as (found, _):
        one = found.dossier.find(QuestionSet, asked)
    guide = make_reading_guide(one)
    if json_file is not None:
        write_tree(guide_tree(one, guide, language), json_file)
    console = Console(highlight=False, quiet=json_file in STANDARD_OUTPUT)
    console.print(Styled(say("questions_screen.guide", language, title=one.title), style="bold"))
    for entry in guide.entries:
        numbers = ", ".join(map(str, entry.questions))
        label = known_themes()[entry.theme].label[language]
        console.print(Styled(say("questions_screen.entry", language, theme=label, numbers=numbers)))
    if guide.without:
        numbers = ", ".join(map(str, guide.without))
        console.print(Styled(say("questions_screen.without", language, numbers=numbers)))
    return 0
