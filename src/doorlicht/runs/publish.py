"""Fills, checks and compares a record of the Algorithm Register from what a register knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from doorlicht.errors import InputError
from doorlicht.publication import FORMS, Form, Problem, check_record, form_of, passes
from doorlicht.publication.answers import read_answers
from doorlicht.publication.compare import compare_record
from doorlicht.publication.disagreement import Disagreement
from doorlicht.publication.fill import FilledRecord, fill_record
from doorlicht.publication.forms import LeftOut, Record, to_api, to_standard
from doorlicht.publication.known_facts import KnownFacts
from doorlicht.publication.published import find_record, read_json, records_of
from doorlicht.shipped import parse_yaml_once, yaml_problem


@dataclass(frozen=True, slots=True)
class Publication:
    """A record in both forms, with what is wrong with each.

    Attributes
    ----------
    left_out
        What the standard has no room for.
    """

    api: Record
    standard: Record
    left_out: tuple[LeftOut, ...]
    problems: Mapping[Form, tuple[Problem, ...]]

    def form(self, form: Form) -> Record:
        """Return the record in a form."""
        return self.api if form == "api" else self.standard

    @property
    def passes(self) -> dict[Form, bool]:
        """Whether each form takes the record."""
        return {form: passes(self.problems[form]) for form in FORMS}

    @property
    def errors(self) -> list[Problem]:
        """What a form does not take, apart from fields that are not there yet."""
        return [
            one for found in self.problems.values() for one in found
            if not one.is_advice and not is_absent(one)
        ]  # fmt: skip


def is_absent(problem: Problem) -> bool:
    """Whether a problem only says that a field of the record is not there."""
    return problem.rule == "missing" and "[" not in problem.field


def publish(
    facts: KnownFacts, answers: str | None, *, today: date, text: str | None = None
) -> tuple[FilledRecord, Publication]:
    """Return a record filled with facts and with the answers in a file, and what is wrong with it.

    Parameters
    ----------
    answers
        Path of a YAML or JSON file; ``text`` is what it says, where it was read already.

    Raises
    ------
    InputError
        If the file cannot be used.
    """
    given = {} if answers is None else read_answers(_read(answers, text))
    filled = fill_record(facts, given, today=today)
    return filled, in_both_forms(filled.record)


def in_both_forms(record: Mapping[str, Any], form: Form = "api") -> Publication:
    """Return a record in both forms, each checked as it stands."""
    api = to_api(record, form)
    standard, left = to_standard(api)
    ours = {"api": api, "standard": standard, form: dict(record)}
    return Publication(
        ours["api"],
        ours["standard"],
        tuple(left),
        {"api": tuple(check_record(ours["api"], "api")),
         "standard": tuple(check_record(ours["standard"], "standard"))},
    )  # fmt: skip


def compare(
    facts: KnownFacts, path: str, wanted: str = "", *, today: date, text: str | None = None
) -> tuple[str, list[Disagreement]]:
    """Return the name of the published record that is meant, and where the evidence disagrees.

    Parameters
    ----------
    path
        Of one record, a list of them, or what the public API of the register gave; ``text`` is what
        it says, where it was read already.
    wanted
        Number (LARS), own id or name of the record, where there are several.

    Raises
    ------
    InputError
        If the file cannot be read, or it is not clear which record is meant.
    """
    records = records_of(read_published(path, text))
    record = find_record(records, wanted, own_id=facts.id, name=facts.name)
    return str(record.get("name")), compare_record(record, facts, today=today)


def compare_answers(facts: KnownFacts, filled: FilledRecord, *, today: date) -> list[Disagreement]:
    """Return where what people filled in contradicts the evidence."""
    answered = {one.name for one in filled.fields if one.source == "answers"}
    return [
        one
        for one in compare_record(filled.record, facts, today=today)
        if one.field in answered and one.degree == "contradicts"
    ]


def check_file(path: str, text: str | None = None) -> list[tuple[str, Publication]]:
    """Return the records of a file, each by its name and in both forms with its problems.

    Raises
    ------
    InputError
        If the file cannot be read, or holds no record.
    """
    return [
        (str(one.get("name") or one.get("algorithm_name")), in_both_forms(one, form_of(one)))
        for one in records_of(read_published(path, text))
    ]


def read_published(path: str, text: str | None = None) -> Any:
    """Return what a file of published records holds.

    Raises
    ------
    InputError
        If it cannot be read, or is no JSON.
    """
    try:
        return read_json(_text(path) if text is None else text)
    except ValueError as error:
        # Of JSON the message names the place, and never what stands there but a name.
        raise InputError("publish.no_yaml", path=path, problem=str(error)[:80]) from None


def _read(path: str, text: str | None) -> Any:
    said = _text(path) if text is None else text
    try:
        return parse_yaml_once(said)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise InputError("publish.no_yaml", path=path, problem=yaml_problem(error)) from None


def _text(path: str) -> str:
    try:
        return Path(path).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        kind = type(error).__name__
        raise InputError("publish.no_yaml", path=path, problem=kind) from error
