"""Makes a document from its template: data that says which sentences and parts stand where.

Templates are in ``templates/``, one a kind of document. Their sentences are in the catalogues, in
Dutch and English; a sentence names figures, and each figure carries a mark that leads to where it
comes from. What the register does not hold is an open end.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final, Literal, get_args

from doorlicht.language import Language, say
from doorlicht.records.figures import Figure
from doorlicht.reports.documents.conditions import holds
from doorlicht.reports.documents.content import (
    Block,
    Document,
    Facts,
    Items,
    Note,
    Open,
    Paragraph,
    Section,
    line,
)
from doorlicht.reports.documents.given import Given
from doorlicht.reports.documents.open_ends import open_end
from doorlicht.reports.documents.parts import MAKERS
from doorlicht.reports.documents.telling import Telling
from doorlicht.shipped import read_yaml

DocumentKind = Literal[
    "plan", "progress", "final", "letter", "answers", "decision_note", "persons_letter"
]
KINDS: Final[tuple[DocumentKind, ...]] = get_args(DocumentKind)

_FIGURES: Final = "figures"


def make_document(
    kind: DocumentKind, given: Given, language: Language, *, version: str
) -> tuple[Document, tuple[Figure, ...]]:
    """Return a document, and the figures in it in the order of their numbers."""
    template = read_template(kind)
    telling = Telling(given, language)
    before = _parts(telling, template.get("before", ()))
    sections = [
        Section(
            say(f"documents.section.{one['id']}", language),
            one["id"].replace("_", "-"),
            tuple(_parts(telling, one["parts"])),
        )
        for one in template["sections"]
        if one["id"] != _FIGURES or telling.figures
    ]
    made = Document(
        telling.word(f"title.{kind}"),
        language,
        given.day,
        (*before, *sections),
        subtitle=_subtitle(telling),
        organisation=given.organisation,
        has_contents=bool(template.get("has_contents")),
        version=version,
        contents_title=telling.word("contents"),
    )
    return made, telling.figures


def _subtitle(telling: Telling) -> str:
    day = telling.say_day(telling.given.day)
    name = telling.given.organisation
    return telling.word("subtitle", organisation=name, day=day) if name else day


@cache
def read_template(kind: DocumentKind) -> dict[str, Any]:
    """Return the template of a kind of document."""
    return read_yaml("doorlicht.reports", f"documents/templates/{kind}.yaml")


def _parts(telling: Telling, listed: Sequence[dict[str, Any]]) -> list[Block | Section]:
    made: list[Block | Section] = []
    for one in listed:
        if not holds(telling.given, one.get("if", "")):
            continue
        ((what, name),) = ((key, value) for key, value in one.items() if key != "if")
        match what:
            case "text":
                made.append(Paragraph(_sentence(telling, name)))
            case "items":
                made += _items(telling, name)
            case "note":
                text = _sentence(telling, name)
                made.append(Note(telling.word("label.mind"), text, "warning"))
            case "open":
                rows = [(telling.word(f"word.{each}"), line(Open(telling.word("fill_in"))))
                        for each in name]  # fmt: skip
                made.append(Facts(tuple(rows)))
            case "part":
                # An open end that stands there already need not be told again.
                made += [each for each in MAKERS[name](telling) if each not in made]
            case _:
                raise ValueError(f"a template says {what}")
    return made


def _items(telling: Telling, listed: Sequence[str | dict[str, str]]) -> list[Block | Section]:
    """Return a list of what may be said; an item with a condition is said only where it holds."""
    names: list[str] = []
    for one in listed:
        name, condition = (one, "") if isinstance(one, str) else next(iter(one.items()))
        if holds(telling.given, condition):
            names.append(name)
    if not names:
        return [open_end(telling, "items")]
    return [Items(tuple(_sentence(telling, each) for each in names))]


def _sentence(telling: Telling, name: str) -> Any:
    given = telling.given
    campaign = None if given.dossier is None else given.dossier.campaign
    samples = () if given.residual is None else given.residual.samples
    return telling.sentence(
        f"documents.text.{name}",
        organisation=given.organisation,
        day=telling.say_day(given.day),
        campaign="" if campaign is None else campaign.name,
        coordinator="" if campaign is None else campaign.coordinator,
        vocabulary="" if campaign is None else campaign.vocabulary,
        # Where there is no sample its bound is not known, and the whole sentence gives way.
        confidence=samples[0].confidence if samples else 0.0,
    )
