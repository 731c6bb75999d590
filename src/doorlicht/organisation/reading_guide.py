"""The reading guide of a set of questions: which answers treat which theme."""

from __future__ import annotations

from dataclasses import replace

from doorlicht.organisation.themes import known_themes, propose_themes
from doorlicht.records import QuestionSet, ReadingGuide, ReadingGuideEntry


def with_proposed_themes(asked: QuestionSet) -> QuestionSet:
    """Return a set in which each question without a theme has those of its text, if any.

    What people chose stays.
    """
    return replace(
        asked,
        questions=tuple(
            one
            if one.themes
            else replace(one, themes=tuple(found.theme for found in propose_themes(one.text)))
            for one in asked.questions
        ),
    )


def make_reading_guide(asked: QuestionSet) -> ReadingGuide:
    """Return the guide of a set; questions that were withdrawn are not in it.

    Examples
    --------
    >>> from doorlicht.records import Question
    >>> asked = QuestionSet("Q-1", "written", "On data", None, questions=(
    ...     Question(1, "?", ("method",)), Question(2, "?"), Question(3, "?", ("method",))))
    >>> make_reading_guide(asked)
    ReadingGuide(entries=(ReadingGuideEntry(theme='method', questions=(1, 3)),), without=(2,))
    """
    there = sorted(
        (one for one in asked.questions if one.state != "withdrawn"), key=lambda one: one.number
    )
    entries = tuple(
        ReadingGuideEntry(theme, numbers)
        for theme in known_themes()
        if (numbers := tuple(one.number for one in there if theme in one.themes))
    )
    return ReadingGuide(entries, tuple(one.number for one in there if not one.themes))
