"""A record from one published form into the other, and what that costs.

The API holds several laws, sources and impact assessments; the standard one title and one link of
each. Names of impact assessments are written one after another, as the standard asks; of laws and
sources the first goes along, and what is left out is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from doorlicht.publication.fields import (
    Form,
    RegisterField,
    Side,
    form_of,
    register_fields,
)
from doorlicht.publication.plain_text import plain_text, readable

Record = dict[str, Any]

NO_ASSESSMENT: Final = "Geen"
"""What the standard says where the list of impact assessments is empty on purpose."""

_ASSESSMENTS: Final = "impacttoetsen_grouping"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What the standard has no room for: further pairs of a field."""

    field: str
    number: int


def to_standard(record: Mapping[str, Any]) -> tuple[Record, list[LeftOut]]:
    """Return a record of the API in the form of the standard, and what it has no room for.

    HTML is taken out: the standard knows none, and its schema counts every letter.

    Examples
    --------
    >>> made, left = to_standard({"goal": "<p>Doel</p>", "publication_category":
    ...     "Overige algoritmes", "impacttoetsen_grouping": [{"title": "DPIA"}, {"title": "IAMA"}]})
    >>> made["purpose_and_impact"], made["publication_category"], made["impact_assessments"]
    ('Doel', 'Overige algoritmes (Categorie C)', 'DPIA, IAMA')
    """
    made: Record = {}
    left: list[LeftOut] = []
    for one in register_fields():
        value = record.get(one.api.name)
        if value is None:
            continue
        if one.parts:
            more = _pairs_to_standard(value, one, made)
            if more:
                left.append(LeftOut(one.name, more))
        elif one.standard is not None:
            made[one.standard.name] = _plain(_choice(value, one.api, one.standard))
    return made, left


def from_standard(record: Mapping[str, Any]) -> Record:
    """Return a record of the standard in the form of the API.

    Examples
    --------
    >>> from_standard({"theme": ["Werk"], "legal_basis_title": "Participatiewet"})
    {'category': ['Werk'], 'lawful_basis_grouping': [{'title': 'Participatiewet'}]}
    """
    made: Record = {}
    for one in register_fields():
        if one.standard is not None and one.standard.name in record:
            made[one.name] = _choice(record[one.standard.name], one.standard, one.api)
        pair = {
            part.name: record[part.standard.name]
            for part in one.parts
            if record.get(part.standard.name)
        }
        if pair == {"title": NO_ASSESSMENT} and one.name == _ASSESSMENTS:
            made[one.name] = []
        elif pair:
            made[one.name] = [pair]
    return made


def to_api(record: Mapping[str, Any], form: Form | None = None) -> Record:
    """Return a record of either form in that of the API, with the names it does not know left.

    Examples
    --------
    >>> to_api({"theme": ["Werk"], "name": "A", "own": 1})
    {'name': 'A', 'category': ['Werk'], 'own': 1}
    """
    if (form or form_of(record)) == "api":
        return dict(record)
    made = from_standard(record)
    known = {side.name for one in register_fields() for side in _standard_sides(one)}
    return {**made, **{name: value for name, value in record.items() if name not in known}}


def _standard_sides(one: RegisterField) -> list[Side]:
    sides = [part.standard for part in one.parts]
    return sides if one.standard is None else [one.standard]


def _pairs_to_standard(value: object, one: RegisterField, made: Record) -> int:
    """Put the first pair of a field in the standard, and return how many are left out."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        made[one.parts[0].standard.name] = value
        return 0
    known = [
        cast("Mapping[str, Any]", item)
        for item in cast("Sequence[object]", value)
        if isinstance(item, Mapping)
    ]
    title, link = one.parts
    if one.name == _ASSESSMENTS:
        if not known:
            made[title.standard.name] = NO_ASSESSMENT
            return 0
        titles = [str(item[title.name]) for item in known if item.get(title.name)]
        if titles:
            made[title.standard.name] = ", ".join(titles)
        links = [item[link.name] for item in known if item.get(link.name)]
        if links:
            made[link.standard.name] = links[0]
        return max(len(links) - 1, 0)
    for part in one.parts:
        if known and known[0].get(part.name) is not None:
            made[part.standard.name] = _plain(known[0][part.name])
    return max(len(known) - 1, 0)


def _choice(value: object, here: Side, there: Side) -> object:
    """Return the value of a list as the other form spells it; the lists go side by side."""
    if len(here.choices) == len(there.choices):
        for ours, theirs in zip(here.choices, there.choices, strict=True):
            if value == ours:
                return theirs
    return value


def _plain(value: object) -> object:
    if not isinstance(value, str):
        return value
    return readable(value) if plain_text(value) != value else value
