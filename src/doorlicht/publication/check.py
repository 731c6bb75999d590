"""Whether a record of the Algorithm Register is what its form asks, and if not, why not.

Each problem names the field, the rule and the limit, and what was found: a length, a kind of
value, the name of a tag. A value itself is told only where it is short and one of a fixed list was
asked; never that of a text, a link or an address.

``is_advice`` marks what no schema refuses and the instructions or good sense do. Everything else is
an error. Of the errors, those in :data:`SCHEMA_RULES` are refused by the published schema itself.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, cast
from urllib.parse import urlsplit

from doorlicht.language import Language, say
from doorlicht.publication.fields import (
    Form,
    Kind,
    Part,
    RegisterField,
    Side,
    form_of,
    names_of,
    register_fields,
)
from doorlicht.publication.plain_text import length_in_register, pieces, plain_text, tags_in

Rule = Literal[
    "missing", "unknown", "type", "choice", "pattern", "max_length",
    "empty", "tags", "link", "login", "letters", "contact", "order", "signs",
    "raw_length", "register_length", "https", "month", "wanted", "not_wanted",
]  # fmt: skip

SCHEMA_RULES: Final[frozenset[Rule]] = frozenset(
    {"missing", "unknown", "type", "choice", "pattern", "max_length"}
)
"""Rules that a validator of JSON Schema checks as well; ``link`` only where it knows formats."""

SHOWN: Final = 40
"""Letters of a value that are told, where it was to be one of a list."""

_MAIL: Final = re.compile(r"[^\s@<>,;:]+@[^\s@<>,;:]+\.[A-Za-z]{2,}")
_URI: Final = re.compile(r"https?://[^\s<>\"{}|\\^`]+", re.IGNORECASE)
_TAG_NAME: Final = re.compile(r"[a-z][a-z0-9:-]*")
_NOT_KEPT: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
"""What no file of UTF-8, or no database, can hold."""

_NUMBERS: Final = (int, float)
_IN_USE: Final = "In gebruik"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a record that its form does not take, or that is better otherwise.

    Attributes
    ----------
    field
        As the form calls it, with the place in a list: ``lawful_basis_grouping[0].link``.
    limit
        What the rule allows: a number of letters, the values, a pattern, a kind of value.
    found
        What is there instead, without the text itself.
    near
        The nearest known name or value, where there is one.
    """

    form: Form
    field: str
    rule: Rule
    limit: str = ""
    found: str = ""
    near: str = ""
    is_advice: bool = False

    @property
    def is_by_schema(self) -> bool:
        """Whether the published schema itself refuses it."""
        return not self.is_advice and self.rule in SCHEMA_RULES


def check_record(record: object, form: Form | None = None) -> list[Problem]:
    """Return what is wrong with a record, errors before advice, in the order of the form.

    Parameters
    ----------
    form
        Which form the record has; by its names where it is not told.

    Examples
    --------
    >>> [(one.field, one.rule) for one in check_record({"naam": "A"})][-2:]
    [('lang', 'missing'), ('naam', 'unknown')]
    >>> found = check_record({"status": "Aan"}, "standard")
    >>> problem = next(one for one in found if one.rule == "choice")
    >>> problem.field, problem.rule, problem.found, problem.limit
    ('status', 'choice', 'Aan', 'In ontwikkeling, In gebruik, Buiten gebruik')
    """
    if not isinstance(record, Mapping):
        return [Problem(form or "api", "", "type", "object", type_of(record))]
    known = cast("Mapping[str, object]", record)
    chosen = form or form_of(known)
    found = [*_fields(known, chosen), *_unknown(known, chosen), *_together(known, chosen)]
    return [*(one for one in found if not one.is_advice), *(one for one in found if one.is_advice)]


def passes(problems: Sequence[Problem]) -> bool:
    """Whether there is nothing among the problems that is an error."""
    return all(one.is_advice for one in problems)


def type_of(value: object) -> str:
    """Return what kind of value JSON calls something.

    Examples
    --------
    >>> type_of(True), type_of(1.5), type_of(None), type_of([])
    ('boolean', 'number', 'null', 'array')
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, _NUMBERS):
        return "number"
    if isinstance(value, str):
        return "string"
    if isinstance(value, date):
        # YAML knows dates, and makes one of a day without quotes.
        return "date"
    return "array" if isinstance(value, list) else "object"


# ── one field ───────────────────────────────────────────────────────────────────────────────


def _fields(record: Mapping[str, object], form: Form) -> Iterator[Problem]:
    for one in register_fields():
        if form == "api":
            yield from _present(record, one.api, one, form)
        elif one.standard is not None:
            yield from _present(record, one.standard, one, form)
        else:
            for part in one.parts:
                yield from _present(record, part.standard, part, form)


def _present(
    record: Mapping[str, object], side: Side, one: RegisterField | Part, form: Form
) -> Iterator[Problem]:
    if side.name not in record:
        if side.is_required:
            yield Problem(form, side.name, "missing", _limit_of(side, one.kind))
        return
    value = record[side.name]
    if value is None and side.takes_null:
        return
    yield from _value(value, side, one, form, side.name)


def _value(
    value: object, side: Side, one: RegisterField | Part, form: Form, place: str
) -> Iterator[Problem]:
    wanted = "array" if one.kind == "choices" or (one.kind == "pairs" and form == "api") else ""
    if wanted:
        if not isinstance(value, list):
            yield Problem(form, place, "type", wanted, type_of(value))
            return
        items = cast("list[object]", value)
        if side.is_required and not items:
            yield Problem(form, place, "empty", _limit_of(side, one.kind), "0")
        for at, item in enumerate(items):
            if isinstance(one, RegisterField) and one.kind == "pairs":
                yield from _pair(item, one, form, f"{place}[{at}]")
            else:
                yield from _text(item, side, one, form, f"{place}[{at}]")
        return
    yield from _text(value, side, one, form, place)


def _pair(item: object, one: RegisterField, form: Form, place: str) -> Iterator[Problem]:
    if not isinstance(item, Mapping):
        yield Problem(form, place, "type", "object", type_of(item))
        return
    pair = cast("Mapping[str, object]", item)
    names = [part.api.name for part in one.parts]
    for part in one.parts:
        for problem in _present(pair, part.api, part, form):
            yield _within(problem, place)
    for name in _names(pair):
        if name not in names:
            yield Problem(
                form, f"{place}.{_short(name)}", "unknown", ", ".join(names), "", _near(name, names)
            )


def _within(problem: Problem, place: str) -> Problem:
    return Problem(
        problem.form, f"{place}.{problem.field}", problem.rule, problem.limit, problem.found,
        problem.near, problem.is_advice,
    )  # fmt: skip


def _text(
    value: object, side: Side, one: RegisterField | Part, form: Form, place: str
) -> Iterator[Problem]:
    if side.choices and one.kind != "text":
        if value not in side.choices or not isinstance(value, str):
            shown = _shown(value)
            near = _near(value, side.choices) if isinstance(value, str) else ""
            yield Problem(form, place, "choice", ", ".join(side.choices), shown, near)
        return
    if not isinstance(value, str):
        yield Problem(form, place, "type", "string", type_of(value))
        return
    if _NOT_KEPT.search(value):
        yield Problem(form, place, "signs", "UTF-8")
    if _is_empty(plain_text(value)):
        if side.is_required:
            yield Problem(form, place, "empty", _limit_of(side, one.kind), "0")
        elif value or one.kind in ("link", "month"):
            yield Problem(form, place, "empty", _limit_of(side, one.kind), "0", is_advice=True)
        if side.pattern and value == "":
            yield Problem(form, place, "pattern", "YYYY-MM", "")
        return
    if side.pattern:
        yield from _month(value, side, form, place)
        return
    if side.max_length is not None:
        yield from _length(value, side.max_length, form, place)
    if one.kind == "link":
        yield from _link(value, form, place)
    elif one.kind == "contact":
        yield from _contact(value, form, place)
    elif isinstance(one, RegisterField):
        yield from _tags(value, one, form, place)


def _is_empty(text: str) -> bool:
    """Whether there is nothing to read: white space, and signs that have no form."""
    return all(one.isspace() or unicodedata.category(one) in ("Cf", "Cc") for one in text)


def _month(value: str, side: Side, form: Form, place: str) -> Iterator[Problem]:
    # ``fullmatch`` and no letters beyond ASCII: a line end or other digits are no month.
    if not value.isascii() or re.fullmatch(side.pattern.strip("^$"), value) is None:
        yield Problem(form, place, "pattern", "YYYY-MM", _shown(value))
    elif not "01" <= value[-2:] <= "12":
        yield Problem(form, place, "month", "01-12", value[-2:], is_advice=True)


def _length(value: str, limit: int, form: Form, place: str) -> Iterator[Problem]:
    found = len(plain_text(value))
    if found > limit:
        yield Problem(form, place, "max_length", str(limit), str(found))
    elif form == "standard" and len(value) > limit:
        yield Problem(form, place, "raw_length", str(limit), str(len(value)), is_advice=True)
    elif form == "api" and len(pieces(value)) > 1 and length_in_register(value) > limit:
        told = str(length_in_register(value))
        yield Problem(form, place, "register_length", str(limit), told, is_advice=True)


def _link(value: str, form: Form, place: str) -> Iterator[Problem]:
    if not is_link(value):
        yield Problem(form, place, "link", "https://…")
        return
    if "@" in urlsplit(value).netloc:
        yield Problem(form, place, "login", "https://…")
    if not value.isascii():
        # The standard asks for a URI, which knows no other letters (RFC 3986).
        yield Problem(form, place, "letters", "%…", is_advice=form == "api")
    if not value.lower().startswith("https://"):
        yield Problem(form, place, "https", "https://…", is_advice=True)


def is_link(value: str) -> bool:
    """Whether a text is the whole address of a page.

    Examples
    --------
    >>> is_link("https://example.org/a"), is_link("www.example.org"), is_link("https:///a")
    (True, False, False)
    """
    if _URI.fullmatch(value) is None:
        return False
    try:
        parts = urlsplit(value)
        return bool(parts.hostname) and (parts.port or 0) >= 0
    except ValueError:
        # No address of a host, or no number of a port.
        return False


def _contact(value: str, form: Form, place: str) -> Iterator[Problem]:
    if is_link(value):
        yield from _link(value, form, place)
    elif _MAIL.fullmatch(value) is None:
        yield Problem(form, place, "contact", "naam@organisatie.nl, https://…")


def _tags(value: str, one: RegisterField, form: Form, place: str) -> Iterator[Problem]:
    found = tags_in(value)
    allowed = one.tags if form == "api" else ()
    other = [tag for tag in found if tag not in allowed]
    if other:
        limit = ", ".join(allowed) or "-"
        # Where the form keeps no tags at all, the register takes them out and keeps the text.
        shown = ", ".join(
            _short(tag) if _TAG_NAME.fullmatch(tag) else f"({len(tag)})" for tag in other[:5]
        )
        yield Problem(form, place, "tags", limit, shown, is_advice=not allowed)


# ── the whole ───────────────────────────────────────────────────────────────────────────────


def _unknown(record: Mapping[str, object], form: Form) -> Iterator[Problem]:
    names = names_of(form)
    other = names_of("standard" if form == "api" else "api")
    for name in _names(record):
        if name in names:
            continue
        # The standard's schema lets other fields be; the API refuses them.
        is_advice = form == "standard"
        if name in other:
            one = other[name]
            near = one.api.name if form == "api" else _standard_name(one)
            yield Problem(form, _short(name), "unknown", "", "", near, is_advice)
        else:
            yield Problem(form, _short(name), "unknown", "", "", _near(name, names), is_advice)


def _names(record: Mapping[str, object]) -> Iterator[str]:
    """Yield the names of what a record holds; those that are no text by their kind."""
    for name in cast("Mapping[object, object]", record):
        yield name if isinstance(name, str) else f"({type_of(name)})"


def _standard_name(one: RegisterField) -> str:
    return one.standard.name if one.standard else ", ".join(p.standard.name for p in one.parts)


def _together(record: Mapping[str, object], form: Form) -> Iterator[Problem]:
    """Yield what the fields say against each other, and what one case asks for."""
    by_name = {one.name: one for one in register_fields()}

    def name(of: str) -> str:
        one = by_name[of]
        return one.api.name if form == "api" else _standard_name(one).partition(",")[0]

    begin, end = record.get(name("begin_date")), record.get(name("end_date"))
    if _is_month(begin) and _is_month(end) and str(end) < str(begin):
        yield Problem(form, name("end_date"), "order", f"≥ {begin}", str(end))
    status = record.get(name("status"))
    for one in register_fields():
        wanted = one.wanted_when.get("status")
        if wanted is None:
            continue
        is_there = bool(record.get(name(one.name)))
        if status == wanted and not is_there:
            yield Problem(form, name(one.name), "wanted", wanted, is_advice=True)
        elif status == _IN_USE and is_there:
            yield Problem(form, name(one.name), "not_wanted", _IN_USE, is_advice=True)
    yield from _assessments(record, form)


_DPIA: Final = re.compile(r"\bDPIA\b|data protection impact|gegevensbeschermingseffect", re.I)


def _assessments(record: Mapping[str, object], form: Form) -> Iterator[Problem]:
    explained = "impacttoetsen" if form == "api" else "impact_assessment_explanation"
    listed = "impacttoetsen_grouping" if form == "api" else "impact_assessments"
    value: Any = record.get(listed)
    if value is None and record.get(explained) is None and listed not in record:
        return
    if not _DPIA.search(str(value)) and not record.get(explained):
        yield Problem(form, explained, "wanted", f"{listed} ≠ DPIA", is_advice=True)


def _is_month(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}", value) is not None


def _limit_of(side: Side, kind: Kind) -> str:
    """Return what a field takes, for who left it out."""
    if side.choices:
        return ", ".join(side.choices)
    if side.pattern:
        return "YYYY-MM"
    if side.max_length is not None:
        return f"1-{side.max_length}"
    return "≥ 1" if kind != "choices" else "[≥ 1]"


def _shown(value: object) -> str:
    return _short(value) if isinstance(value, str) else type_of(value)


def _short(value: str) -> str:
    if len(value) <= SHOWN and value.isprintable():
        return value
    return f"({len(value)})"


def _near(value: str, known: Sequence[str] | Mapping[str, object]) -> str:
    near = difflib.get_close_matches(value[:SHOWN], list(known), 1)
    return near[0] if near else ""


def say_problem(problem: Problem, language: Language) -> str:
    """Return a problem in words: field, rule, limit, and what was found.

    Examples
    --------
    >>> say_problem(Problem("api", "name", "max_length", "100", "123"), "en")
    'name: 123 characters without HTML; at most 100'
    """
    words = {
        "found": _word(problem.found, language) if problem.rule == "type" else problem.found,
        "limit": _word(problem.limit, language) if problem.rule == "type" else problem.limit,
    }
    told = say(f"publication.problem.{problem.rule}", language, field=problem.field, **words)
    if problem.near:
        told += " " + say("publication.near", language, name=problem.near)
    return told


def _word(kind: str, language: Language) -> str:
    known = f"publication.type.{kind}"
    return f"{say(known, language)} ({kind})" if kind else ""
