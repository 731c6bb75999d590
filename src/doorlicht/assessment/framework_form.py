"""The file form of a framework: YAML as lawyers write it, checked here and nowhere else.

A framework is a folder of YAML files that together hold the keys of :class:`FrameworkForm`. How to
write one: ``docs/how-to/add-a-framework.md``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from doorlicht.assessment.conditions import Always, Condition, parse_condition
from doorlicht.assessment.framework import (
    Consequence,
    Ending,
    Fact,
    Framework,
    LawyerQuestion,
    Node,
    Outcome,
    Source,
    Value,
)
from doorlicht.errors import FrameworkError
from doorlicht.language import Language
from doorlicht.records.verdicts import Status

ALWAYS: Final = Always()

FactsOf = Callable[[str, str], Mapping[str, Fact]]
"""Gives the facts of a framework by its name and edition."""


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


Name = Annotated[str, Field(pattern=r"^\w[\w.:/-]{0,59}$")]
"""What facts, nodes and the like are called: short, without spaces, as conditions can spell it."""


class WordsForm(_Form):
    """A sentence in both languages."""

    nl: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def words(self) -> dict[Language, str]:
        """Return it as the engine has it."""
        return {"nl": self.nl, "en": self.en}


class ValueForm(_Form):
    """A value of a fact."""

    nl: str = Field(min_length=1)
    en: str = Field(min_length=1)
    also: list[str] = []
    matches: list[str] = []


class FactForm(_Form):
    """Something that is asked; without ``values`` it is answered by yes or no."""

    question: WordsForm
    help: WordsForm | None = None
    who: WordsForm | None = None
    values: dict[Name, ValueForm] = {}
    evidence: list[Literal["finding", "flow", "audit", "unit"]] = []
    identity: bool = False


class SharedFactsForm(_Form):
    """Facts that another framework defines."""

    framework: str
    edition: str
    facts: list[str] = Field(min_length=1)


class SourceForm(_Form):
    """Where a rule stands."""

    label: str
    article: str = ""
    url: str = ""
    applies_from: date | None = None
    applies_until: date | None = None


class OutcomeForm(_Form):
    """A verdict."""

    nl: str
    en: str
    role: Literal["fail", "pass", "open", "outside"]
    weight: int = 0
    meaning: WordsForm | None = None


class NodeForm(_Form):
    """A question of the test."""

    group: str
    question: WordsForm
    when: str = "always"
    unsure: Literal["ask", "wait"] = "wait"
    passes: str | None = None
    answer: str | None = None
    fails: str | None = None
    ends: dict[str, str] = {}
    duty: bool = False
    lawyer: dict[str, str] = {}
    sources: list[str] = Field(min_length=1)
    remark: WordsForm | None = None
    applies_from: date | None = None
    applies_until: date | None = None
    checked_by: str = ""


class ConsequenceForm(_Form):
    """What follows from verdicts."""

    kind: str
    outcomes: list[str] = Field(min_length=1)
    when: str = "always"
    text: WordsForm
    owner: WordsForm | None = None
    proof: WordsForm | None = None
    verifier: WordsForm | None = None
    term_days: int | None = Field(default=None, ge=0)
    held: bool = False


def _as_list(given: object) -> object:
    return [given] if isinstance(given, dict) else given  # pyright: ignore[reportUnknownVariableType] (YAML has no types)


class FrameworkForm(_Form):
    """A framework as its files hold it together; ``shared_facts`` may be one or a list."""

    framework: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    edition: str = Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
    title: WordsForm
    about: WordsForm
    applies_from: date | None = None
    applies_until: date | None = None
    checked_by: str = ""
    shared_facts: Annotated[list[SharedFactsForm], BeforeValidator(_as_list)] = []
    facts: dict[Name, FactForm] = {}
    terms: dict[Name, str] = {}
    outcomes: dict[Name, OutcomeForm]
    groups: dict[Name, WordsForm]
    nodes: dict[Name, NodeForm]
    lawyers: dict[Name, WordsForm] = {}
    sources: dict[Name, SourceForm]
    kinds: dict[Name, WordsForm] = {}
    consequences: dict[Name, ConsequenceForm] = {}
    statuses: dict[Status, WordsForm] = {}


def make_framework(
    tree: Mapping[str, Any], where: str, facts_of: FactsOf | None = None
) -> Framework:
    """Return the framework that a tree of YAML spells.

    Parameters
    ----------
    facts_of
        Gives the facts of another framework, for ``shared_facts``, by its name and edition.

    Raises
    ------
    FrameworkError
        If a key is unknown or missing, or a condition cannot be read; it names the place.
    """
    try:
        form = FrameworkForm.model_validate(tree)
    except ValidationError as error:
        raise _misfit(where, error) from None
    facts: dict[str, Fact] = {}
    shared: list[Fact] = []
    for one in form.shared_facts:
        known: Mapping[str, Fact] = {}
        if facts_of is not None:
            known = facts_of(one.framework, one.edition)
        for name in one.facts:
            if name not in known:
                raise key_error(where, f"shared_facts.{one.framework}.{name}", "missing")
            if facts.get(name, known[name]) != known[name]:
                raise key_error(where, f"shared_facts.{one.framework}.{name}", "twice")
            facts[name] = known[name]
            shared.append(known[name])
    for name, fact in form.facts.items():
        if name in facts:
            raise key_error(where, f"facts.{name}", "twice")
        facts[name] = _fact(name, fact)
    terms: dict[str, Condition] = {}

    def condition(text: str, place: str) -> Condition:
        try:
            return parse_condition(text, terms)
        except FrameworkError as error:
            raise FrameworkError(error.code, **error.details, where=place) from None

    for name, text in form.terms.items():
        if name in facts:
            raise key_error(where, f"terms.{name}", "twice")
        terms[name] = condition(text, f"terms.{name}")

    return Framework(
        form.framework,
        form.edition,
        form.title.words(),
        form.about.words(),
        form.applies_from,
        form.applies_until,
        form.checked_by,
        facts,
        {
            name: Outcome(
                name, {"nl": one.nl, "en": one.en}, one.role, one.weight, _words(one.meaning)
            )
            for name, one in form.outcomes.items()
        },
        tuple(_node(name, one, facts, condition) for name, one in form.nodes.items()),
        {name: one.words() for name, one in form.lawyers.items()},
        {
            name: Source(name, one.label, one.article, one.url, one.applies_from, one.applies_until)
            for name, one in form.sources.items()
        },
        tuple(
            Consequence(
                name, one.kind, tuple(one.outcomes), one.text.words(),
                condition(one.when, f"consequences.{name}.when"),
                _words(one.owner), _words(one.proof), _words(one.verifier), one.term_days, one.held,
            )
            for name, one in form.consequences.items()
        ),
        {name: one.words() for name, one in form.groups.items()},
        {name: one.words() for name, one in form.kinds.items()},
        terms,
        digest_of(tree if not shared else (tree, shared)),
        {status: one.words() for status, one in form.statuses.items()},
    )  # fmt: skip


_KINDS: Final = (
    ("missing", "missing"), ("extra_forbidden", "unknown"), ("literal_error", "choice"),
    ("string_pattern_mismatch", "form"), ("string_too_short", "empty"), ("too_short", "empty"),
    ("string", "text"), ("dict", "mapping"), ("model", "mapping"), ("list", "list"),
    ("date", "date"), ("int", "number"), ("greater", "number"), ("bool", "yes_no"),
)  # fmt: skip
"""What pydantic calls a misfit, or how that begins, and the code of ours for it."""


def _misfit(where: str, error: ValidationError) -> FrameworkError:
    first = error.errors(include_url=False, include_input=False)[0]
    key = ".".join(str(part) for part in first["loc"] if part != "[key]") or "-"
    kind = next((code for start, code in _KINDS if first["type"].startswith(start)), "other")
    allowed = str(first.get("ctx", {}).get("expected", "")).replace("'", "")
    return key_error(where, key, kind, **({"allowed": allowed} if kind == "choice" else {}))


def key_error(where: str, key: str, kind: str, **more: str) -> FrameworkError:
    """Return the error for a key of a framework; ``kind`` is the last part of its code."""
    return FrameworkError(f"framework.key_{kind}", where=where, key=key[:120], **more)


def digest_of(tree: object) -> str:
    """Return what tells apart two trees that differ in anything."""
    return hashlib.sha256(repr(tree).encode("utf-8", "replace")).hexdigest()


def _words(form: WordsForm | None) -> dict[Language, str]:
    return {} if form is None else form.words()


def _fact(name: str, form: FactForm) -> Fact:
    values = tuple(
        Value(value, {"nl": one.nl, "en": one.en}, tuple(one.also), tuple(one.matches))
        for value, one in form.values.items()
    )
    return Fact(
        name, form.question.words(), values, _words(form.help), _words(form.who),
        tuple(form.evidence), form.identity,
    )  # fmt: skip


def _node(
    name: str,
    form: NodeForm,
    facts: Mapping[str, Fact],
    condition: Callable[[str, str], Condition],
) -> Node:
    where = f"nodes.{name}"
    answer: Condition | str | None = None
    if form.answer is not None:
        is_choice = form.answer in facts and bool(facts[form.answer].values)
        answer = form.answer if is_choice else condition(form.answer, f"{where}.answer")
    return Node(
        name,
        form.group,
        form.question.words(),
        condition(form.when, f"{where}.when"),
        None if form.passes is None else condition(form.passes, f"{where}.passes"),
        form.fails,
        tuple(
            Ending(condition(when, f"{where}.ends.{outcome}"), outcome)
            for outcome, when in form.ends.items()
        ),
        answer,
        form.unsure == "ask",
        form.duty,
        tuple(
            LawyerQuestion(code, condition(when, f"{where}.lawyer.{code}"))
            for code, when in form.lawyer.items()
        ),
        tuple(form.sources),
        _words(form.remark),
        form.applies_from,
        form.applies_until,
        form.checked_by,
    )
