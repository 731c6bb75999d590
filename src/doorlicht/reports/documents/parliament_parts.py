"""The parts of documents that Parliament asked for: letters, answers, what it was promised."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Final

from doorlicht.language import say
from doorlicht.organisation import (
    known_themes,
    make_reading_guide,
    term_of,
    term_of_commitment,
    with_proposed_themes,
)
from doorlicht.records import Question, QuestionSet, Term
from doorlicht.reports.documents.conditions import holds
from doorlicht.reports.documents.content import (
    Address,
    Block,
    Facts,
    Line,
    Note,
    Paragraph,
    Section,
    Table,
    line,
)
from doorlicht.reports.documents.given import is_answered
from doorlicht.reports.documents.open_ends import open_end
from doorlicht.reports.documents.telling import Telling
from doorlicht.reports.documents.timeline import say_term
from doorlicht.shipped import read_yaml

Part = Block | Section


def _asked(telling: Telling) -> QuestionSet | None:
    asked = telling.given.asked
    return None if asked is None else with_proposed_themes(asked)


def _letter_head(telling: Telling) -> list[Part]:
    """Return whom a letter goes to, its day and subject; who writes has still to sign."""
    word, asked = telling.word, telling.given.asked
    subject = word("word.subject")
    about = asked.title if asked is not None else ""
    if not about and telling.given.dossier is not None:
        about = telling.given.dossier.campaign.name
    number = asked.number if asked is not None else ""
    rows: list[tuple[str, Line]] = [
        (word("word.day"), line(telling.say_day(telling.given.day))),
        (subject, (telling.known(about, subject),)),
        (word("word.your_number"), (telling.known(number, word("word.your_number")),)),
    ]
    return [Address(tuple(word("addressee").split("|"))), Facts(tuple(rows))]


def _signature(telling: Telling) -> list[Part]:
    name = telling.word("word.minister")
    return [Paragraph(line(telling.word("regards"))), Paragraph((telling.open(name),))]


def _reading_guide(telling: Telling) -> list[Part]:
    asked = _asked(telling)
    if asked is None:
        return [open_end(telling, "question_set")]
    guide = make_reading_guide(asked)
    themes = known_themes()
    rows: list[tuple[Line, ...]] = [
        (line(themes[one.theme].label[telling.language]), line(_numbers(one.questions)))
        for one in guide.entries
    ]
    if guide.without:
        theme = telling.open(telling.word("word.theme"))
        rows.append(((theme,), line(_numbers(guide.without))))
    if not rows:
        return [Paragraph(line(telling.word("none.questions")))]
    head = (telling.word("column.theme"), telling.word("column.answers"))
    return [Table(telling.word("table.reading_guide"), head, tuple(rows))]


def _numbers(several: Sequence[int]) -> str:
    return ", ".join(str(one) for one in several)


def _answers(telling: Telling) -> list[Part]:
    asked = _asked(telling)
    if asked is None:
        return [open_end(telling, "question_set")]
    return [_answer(telling, one) for one in asked.questions if one.state != "withdrawn"]


def _answer(telling: Telling, one: Question) -> Section:
    """Return a question with its answer, or with a draft from the figures of its themes."""
    parts: list[Part] = [Note(telling.word("label.question"), line(one.text))]
    if one.answer:
        parts += [Paragraph(telling.written(text)) for text in one.answer.splitlines() if text]
        if one.state not in ("approved", "sent"):
            parts.append(_open(telling, telling.word("not_approved")))
    else:
        drafted = _draft(telling, one)
        parts += drafted
        parts.append(_open(telling, telling.word("drafted" if drafted else "no_draft")))
    return Section(telling.word("question", number=one.number), f"question-{one.number}",
                   tuple(parts))  # fmt: skip


def _draft(telling: Telling, one: Question) -> list[Part]:
    known = _drafts()
    keys = {
        key: None
        for theme in one.themes
        for key, condition in known.get(theme, {}).items()
        if holds(telling.given, condition)
    }
    return [Paragraph(telling.sentence(f"documents.text.{key}")) for key in keys]


@cache
def _drafts() -> Mapping[str, Mapping[str, str]]:
    """Return which sentences answer a question on a theme, each with its condition."""
    tree: dict[str, list[dict[str, str]]] = read_yaml(
        "doorlicht.reports", "documents/templates/drafts.yaml"
    )
    return {
        theme: {one["text"]: one.get("if", "") for one in several}
        for theme, several in tree.items()
    }


def _open(telling: Telling, text: str) -> Note:
    return Note(telling.word("label.open"), line(text), "open")


def _commitments(telling: Telling) -> list[Part]:
    given = telling.given
    if given.dossier is None:
        return [open_end(telling, "campaign")]
    rows: list[tuple[Line, ...]] = []
    for one in given.dossier.commitments:
        term = term_of_commitment(one, given.day, given.rules, given.recesses)
        letter = (
            (telling.known(one.letter, telling.word("word.letter")),)
            if one.state in ("fulfilled", "partly")
            else line("-")
        )
        rows.append(
            (line(one.text), line(", ".join(part for part in (one.by, one.to, one.at) if part)),
             line(say(f"commitments.state.{one.state}", telling.language)),
             line("; ".join([say_term(telling, "commitments", term), *_recess(telling, term)])),
             letter)
        )  # fmt: skip
    if not rows:
        return [Paragraph(line(telling.word("none.commitments")))]
    head = tuple(
        telling.word(f"column.{one}") for one in ("text", "who", "stand", "term", "letter")
    )
    return [Table(telling.word("table.commitments"), head, tuple(rows))]


def _recess(telling: Telling, term: Term) -> list[str]:
    """Return what a recess has to do with a term that is still open."""
    if is_answered(term):
        return []
    told = [say("questions.in_recess", telling.language, recess=term.recess)] if term.recess else []
    if not term.is_recess_known:
        told.append(say("questions.recess_unknown", telling.language))
    return told


def _question_sets(telling: Telling) -> list[Part]:
    given = telling.given
    if given.dossier is None:
        return [open_end(telling, "campaign")]
    rows: list[tuple[Line, ...]] = []
    for one in given.dossier.question_sets:
        term = term_of(one, given.day, given.rules, given.recesses)
        told = [say_term(telling, "questions", term)]
        if term.is_asked_late:
            told.append(say("questions.asked_late", telling.language))
        told += _recess(telling, term)
        rows.append(
            (line(one.title), line(one.by), (telling.day(one.asked_on),),
             (telling.figure("questions", set=one.id),), line("; ".join(told)))
        )  # fmt: skip
    if not rows:
        return [Paragraph(line(telling.word("none.question_sets")))]
    head = tuple(telling.word(f"column.{one}") for one in ("title", "by", "day", "n", "term"))
    return [Table(telling.word("table.question_sets"), head, tuple(rows), frozenset({3}))]


MAKERS: Final[Mapping[str, Callable[[Telling], list[Part]]]] = {
    "letter_head": _letter_head, "signature": _signature, "reading_guide": _reading_guide,
    "answers": _answers, "commitments": _commitments, "question_sets": _question_sets,
}  # fmt: skip
