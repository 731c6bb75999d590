"""A record of the Algorithm Register filled with what is known, and what is still missing.

Nothing is invented. A field is filled where evidence or a person says what it asks; it carries
what it rests on, and what it still lacks to be a good answer. All other fields are told as missing,
with who usually knows. The texts are plain Dutch, for the register takes no other language.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, Final, Literal

from doorlicht.language import say
from doorlicht.publication.algorithms import Family, family_of
from doorlicht.publication.fields import FORMS, Form, RegisterField, register_fields
from doorlicht.publication.known_facts import DECIDING, MAKING, KnownFacts, OriginData
from doorlicht.publication.plain_text import plain_text

FilledFrom = Literal["evidence", "answers", "form"]

DPIA: Final = "Data Protection Impact Assessment (DPIA)"
"""As the register calls it."""

MAX_LISTED: Final = (60, 30, 15, 8, 4, 2)
"""How many names are listed in a text: fewer, until it fits."""

MAX_NAME: Final = 80
"""Letters of a name in a list: with one of hundreds, as made features have, none would fit."""


@dataclass(frozen=True, slots=True)
class FilledField:
    """A field with its value.

    Attributes
    ----------
    evidence
        Ids of what it rests on.
    lacks
        Key of what it still lacks, in words; empty where it is whole.
    replaced
        Whether people gave another value than evidence would.
    """

    name: str
    value: Any
    source: FilledFrom
    evidence: tuple[str, ...] = ()
    lacks: str = ""
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class FilledRecord:
    """A record as far as it is known.

    Attributes
    ----------
    missing
        Names of fields without a value that a form cannot do without, in the order of the standard.
    optional
        Names of those that may be left empty.
    """

    fields: tuple[FilledField, ...]
    missing: tuple[str, ...]
    optional: tuple[str, ...]

    @property
    def record(self) -> dict[str, Any]:
        """The record in the form of the API, with its version and language first."""
        return {one.name: one.value for one in self.fields}


def fill_record(
    facts: KnownFacts, answers: Mapping[str, Any] | None = None, *, today: date
) -> FilledRecord:
    """Return a record filled from facts, and from what people answered.

    Parameters
    ----------
    answers
        By the names of the API, see :func:`doorlicht.publication.answers.read_answers`.
    today
        By which it is decided whether a use has begun or ended.

    Examples
    --------
    >>> facts = KnownFacts("M-1", "risicomodel", ("M-1",), algorithm="xgboost.XGBClassifier")
    >>> made = fill_record(facts, {"provider": "Zelf"}, today=date(2026, 1, 1))
    >>> made.record["name"], made.record["provider"], "goal" in made.missing
    ('risicomodel', 'Zelf', True)
    """
    given = answers or {}
    filled: dict[str, FilledField] = {
        "standard_version": FilledField("standard_version", "1.0", "form"),
        "lang": FilledField("lang", "nld", "form"),
        "source_id": FilledField("source_id", facts.id, "evidence", (facts.id,)),
    }
    for name, make in _MAKERS.items():
        made = make(facts, today)
        if made is not None:
            value, evidence, lacks = made
            filled[name] = FilledField(
                name, value, "evidence", tuple(dict.fromkeys(evidence)), lacks
            )
    for name, value in given.items():
        before = filled.pop(name, None)
        if value is not None:
            replaced = before is not None and before.source == "evidence" and before.value != value
            filled[name] = FilledField(name, value, "answers", replaced=replaced)
    first = list(filled)[:3]
    order = [one.name for one in register_fields()]
    rest = sorted((name for name in filled if name not in first), key=order.index)
    absent = [one for one in register_fields() if one.name not in filled]
    return FilledRecord(
        tuple(filled[name] for name in [*first, *rest]),
        tuple(one.name for one in absent if one.is_required),
        tuple(
            one.name for one in absent
            if not one.is_required and (one.standard is not None or one.parts)
        ),
    )  # fmt: skip


def forms_that_need(one: RegisterField) -> list[Form]:
    """Return the forms that cannot do without a field.

    Examples
    --------
    >>> from doorlicht.publication.fields import field_named
    >>> forms_that_need(field_named("goal")), forms_that_need(field_named("name"))
    (['standard'], ['api', 'standard'])
    """
    is_needed = {
        "api": one.api.is_required,
        "standard": any(
            side is not None and side.is_required
            for side in (one.standard, *(part.standard for part in one.parts))
        ),
    }
    return [form for form in FORMS if is_needed[form]]


# ── one maker a field: its value, what it rests on, what it lacks ───────────────────────────────

Made = tuple[Any, Sequence[str], str] | None


def _text(key: str, **params: str | float) -> str:
    return say(f"publication.text.{key}", "nl", **params)


def _lacks(name: str) -> str:
    return f"publication.lacks.{name}"


def _escaped(name: str) -> str:
    """Return a name of a file or column as text in HTML, without what cannot be printed."""
    shown = "".join(letter if letter.isprintable() else "�" for letter in name)
    return html.escape(shown, quote=False)


def _paragraphs(sentences: Sequence[str]) -> str:
    return "".join(f"<p>{one}</p>" for one in sentences if one)


def _stem(path: str) -> str:
    return PurePosixPath(PureWindowsPath(path).name).stem or path


def _cut(name: str) -> str:
    return name if len(name) <= MAX_NAME else name[: MAX_NAME - 1] + "…"


def _listed(names: Sequence[str], most: int) -> str:
    known = [_escaped(_cut(name)) for name in dict.fromkeys(names)]
    shown = ", ".join(known[:most])
    more = len(known) - most
    return _text("and_more", names=shown, n=more) if more > 0 else shown


def _fitting(make: Callable[[int], str], limit: int) -> str:
    """Return a text with as many names listed as there is room for."""
    made = ""
    for most in MAX_LISTED:
        made = make(most)
        if len(plain_text(made)) <= limit:
            break
    return made


def _name(facts: KnownFacts, today: date) -> Made:
    del today
    return (facts.name[:99], facts.model or facts.uses, _lacks("name")) if facts.name else None


def _description(facts: KnownFacts, today: date) -> Made:
    del today
    family = family_of(facts.algorithm)
    sentences: list[str] = []
    if facts.target:
        by = _text(f"family.{family.id}") if family else facts.algorithm
        sentences.append(_text("predicts", target=_escaped(facts.target), by=by))
    elif family is not None and not family.is_learned:
        key = "selects" if "selection" in facts.roles else "by_rules"
        sentences.append(_text(key, by=_text(f"family.{family.id}")))
    # Until a person confirms the use, its unit is only that of the place where the data lies.
    if facts.units and sentences and facts.is_confirmed:
        sentences.append(_text("unit", unit=", ".join(map(_escaped, facts.units))))
    if facts.purposes:
        sentences.append(_text("purpose", purpose="; ".join(map(_escaped, facts.purposes))))
    while sentences and len(" ".join(sentences)) > 399:
        sentences.pop()
    if not sentences:
        return None
    return html.unescape(" ".join(sentences)), facts.evidence, _lacks("description_short")


def _organization(facts: KnownFacts, today: date) -> Made:
    del today
    # Who scanned the estate says whose it is; the ids are of what lies in it.
    return (facts.organisation[:99], facts.evidence, "") if facts.organisation else None


def _status(facts: KnownFacts, today: date) -> Made:
    if not facts.is_confirmed:
        return None
    if facts.until is not None and facts.until < today:
        return "Buiten gebruik", facts.uses, ""
    if facts.since is None:
        return None
    if facts.since > today:
        return "In ontwikkeling", facts.uses, ""
    return "In gebruik", facts.uses, "" if facts.until else _lacks("status")


def _begin(facts: KnownFacts, today: date) -> Made:
    del today
    if not facts.is_confirmed or facts.since is None:
        return None
    return f"{facts.since:%Y-%m}", facts.uses, _lacks("begin_date")


def _end(facts: KnownFacts, today: date) -> Made:
    if not facts.is_confirmed or facts.until is None or facts.until >= today:
        return None
    return f"{facts.until:%Y-%m}", facts.uses, ""


def _category(facts: KnownFacts, today: date) -> Made:
    del today
    for fact, value in (
        ("high_risk_ai", "Hoog-risico AI-systeem"),
        ("impactful", "Impactvolle algoritmes"),
    ):
        if facts.answer(fact) is True:
            return value, (facts.answers[fact].use,), ""
    return None


def _goal(facts: KnownFacts, today: date) -> Made:
    del today
    if not facts.purposes:
        return None
    sentences = [_text("purpose", purpose=_escaped(one)) for one in facts.purposes]
    return _paragraphs(sentences), facts.uses, _lacks("goal")


def _human(facts: KnownFacts, today: date) -> Made:
    del today
    for fact, value in (("automated", True), ("human_review", True), ("human_review", False)):
        if facts.answer(fact) is value:
            key = f"{fact}_{'yes' if value else 'no'}"
            return _paragraphs([_text(key)]), (facts.answers[fact].use,), _lacks(key)
    return None


def _risks(facts: KnownFacts, today: date) -> Made:
    del today
    sentences: list[str] = []
    ids: list[str] = []
    for one in facts.measured:
        key = "measured" if one.differing else "measured_none"
        sentences.append(
            _text(
                key, day=f"{one.day.day}-{one.day.month}-{one.day.year}",
                attribute=_escaped(one.attribute), groups=one.groups, differing=one.differing,
            )
        )  # fmt: skip
        ids.append(one.audit)
    for fact in ("risk_managed", "monitored"):
        if facts.answer(fact) is True:
            sentences.append(_text(fact))
            ids.append(facts.answers[fact].use)
    while len(plain_text(_paragraphs(sentences))) > 2499:
        sentences.pop()
    return (_paragraphs(sentences), ids, _lacks("risks")) if sentences else None


_PERMITS: Final = frozenset({"explicit", "implied", True})


def _basis(facts: KnownFacts, today: date) -> Made:
    del today
    for fact in ("law_permits", "art6"):
        given = facts.answers.get(fact)
        if given is not None and given.value in _PERMITS and given.documents:
            told = _text("basis", documents=_listed(given.documents, 20))
            return _paragraphs([told]), (given.use,), _lacks("lawful_basis")
    return None


def _assessments(facts: KnownFacts, today: date) -> Made:
    del today
    pairs: list[dict[str, str]] = []
    uses: list[str] = []
    for fact, title in (("dpia_done", DPIA), ("fria_done", _text("rights_assessment"))):
        if facts.answer(fact) is True:
            pairs.append({"title": title})
            uses.append(facts.answers[fact].use)
    return (pairs, uses, _lacks("impacttoetsen_grouping")) if pairs else None


def _no_assessment(facts: KnownFacts, today: date) -> Made:
    del today
    if facts.answer("dpia_done") is not False:
        return None
    use = facts.answers["dpia_done"].use
    return _paragraphs([_text("no_dpia")]), (use,), _lacks("impacttoetsen")


def _data(facts: KnownFacts, today: date) -> Made:
    del today
    if not facts.features and not facts.origin and not facts.datasets:
        return None
    evidence = [*facts.model, *(one for each in facts.origin for one in each.evidence)]
    is_whole = not facts.is_algorithm or (
        facts.feature_source in ("code", "list", "artefact") and not facts.lost
    )
    return (
        _fitting(lambda most: _paragraphs(_data_sentences(facts, most)), 2499),
        evidence or facts.uses,
        _lacks("source_data" if is_whole else "source_data_open"),
    )


def _data_sentences(facts: KnownFacts, most: int) -> list[str]:
    told: list[str] = []
    if facts.features:
        told.append(_text("features", n=len(facts.features), names=_listed(facts.features, most)))
    elif facts.feature_source in ("selection", "data"):
        told.append(_text(f"features_{facts.feature_source}"))
    for key, degrees in (
        ("origin_used", DECIDING), ("origin_making", MAKING), ("origin_test", {"bias-test-only"}),
        ("origin_stored", {"stored"}),
    ):  # fmt: skip
        found = [one for one in facts.origin if one.degree in degrees]
        if found:
            told.append(_text(key, names=_listed_origin(found, most)))
    if facts.datasets:
        stems = [_stem(one) for one in facts.datasets]
        told.append(_text("datasets", names=_listed(stems, most)))
    return told


def _listed_origin(found: Sequence[OriginData], most: int) -> str:
    by_label: dict[str, list[str]] = {}
    for one in found:
        columns = by_label.setdefault(one.label, [])
        shown = one.column or one.feature
        if shown and shown not in columns:
            columns.append(shown)
    shown = [
        _text("origin", label=_escaped(label), columns=_listed(columns, most)) if columns
        else _escaped(label)
        for label, columns in by_label.items()
    ]  # fmt: skip
    more = len(shown) - most
    listed = "; ".join(shown[:most])
    return _text("and_more", names=listed, n=more) if more > 0 else listed


def _method(facts: KnownFacts, today: date) -> Made:
    del today
    if not facts.algorithm:
        return None
    family = family_of(facts.algorithm)
    told = [_how(facts, family)]
    if family is not None:
        told.append(_text("learned" if family.is_learned else "made_by_people"))
    if facts.features:
        told.append(_text("takes", n=len(facts.features)))
    if facts.target:
        told.append(_text("target", target=_escaped(facts.target)))
    if facts.outputs:
        told.append(_text("outputs", names=_listed([_stem(one) for one in facts.outputs], 10)))
    is_made = family is not None and not family.is_learned
    lacks = "" if is_made else _lacks("methods_and_models")
    return _paragraphs(told), facts.model or facts.uses, lacks


def _how(facts: KnownFacts, family: Family | None) -> str:
    name = _escaped(facts.algorithm)
    if facts.library:
        name = _text("of_library", name=name, library=_escaped(facts.library))
    if family is None:
        return _text("kind", kind=name)
    kind = _text(f"family.{family.id}")
    if family.id in ("rules",):
        return _text("kind", kind=kind)
    return _text("kind", kind=_text("in_code", kind=kind, name=name))


_MAKERS: Final[Mapping[str, Callable[[KnownFacts, date], Made]]] = {
    "name": _name,
    "description_short": _description,
    "organization": _organization,
    "status": _status,
    "begin_date": _begin,
    "end_date": _end,
    "publication_category": _category,
    "goal": _goal,
    "human_intervention": _human,
    "risks": _risks,
    "lawful_basis": _basis,
    "impacttoetsen_grouping": _assessments,
    "impacttoetsen": _no_assessment,
    "source_data": _data,
    "methods_and_models": _method,
}
