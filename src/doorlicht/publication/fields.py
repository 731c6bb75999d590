"""The fields of a record of the Algorithm Register, in the two forms in which "1.0" is published.

``standard`` is the publication standard v1.0.0, ``api`` what the delivery API takes. A field is
called here by its name in the API, which holds more: several laws, sources and impact assessments,
where the standard has one of each.

Source: ``fields.yaml``, made by ``scripts/build_publication_fields.py`` from both schemas.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, Literal, cast

from doorlicht.shipped import read_yaml

Form = Literal["api", "standard"]
FORMS: Final[tuple[Form, ...]] = ("api", "standard")
Kind = Literal["text", "choice", "choices", "month", "link", "contact", "pairs"]


@dataclass(frozen=True, slots=True)
class Side:
    """A field as one form has it.

    Attributes
    ----------
    max_length
        Letters of the text without HTML; nothing where there is no limit.
    choices
        The values it takes; none where it takes any.
    pattern
        A regular expression that the value fits.
    """

    name: str
    is_required: bool = False
    takes_null: bool = False
    max_length: int | None = None
    choices: tuple[str, ...] = ()
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One half of a pair: the title of a law, source or assessment, or the link to it."""

    name: str
    kind: Kind
    api: Side
    standard: Side


@dataclass(frozen=True, slots=True)
class RegisterField:
    """A field of a record.

    Attributes
    ----------
    name
        As the API calls it.
    standard
        Nothing where the standard lacks the field, or has its parts instead.
    tags
        Tags of HTML that the API keeps; none: HTML is taken out of it.
    wanted_when
        The case in which the instructions ask for it, though neither schema does.
    """

    name: str
    kind: Kind
    api: Side
    standard: Side | None = None
    tags: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    wanted_when: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def is_required(self) -> bool:
        """Whether one of the forms cannot do without it."""
        sides = [self.api, self.standard, *(part.standard for part in self.parts)]
        return any(side is not None and side.is_required for side in sides)


@cache
def register_fields() -> tuple[RegisterField, ...]:
    """Return the fields in the order of the standard.

    Examples
    --------
    >>> [one.name for one in register_fields()][:3]
    ['name', 'description_short', 'organization']
    """
    tree = read_yaml("doorlicht.publication", "fields.yaml")
    return tuple(_field(one) for one in tree["fields"])


@cache
def field_named(name: str) -> RegisterField:
    """Return a field by its name in the API.

    Examples
    --------
    >>> field_named("goal").standard.name
    'purpose_and_impact'
    """
    return next(one for one in register_fields() if one.name == name)


@cache
def names_of(form: Form) -> Mapping[str, RegisterField]:
    """Return the names that a form knows, each with the field it is of.

    Examples
    --------
    >>> names_of("standard")["legal_basis_link"].name
    'lawful_basis_grouping'
    """
    return dict(_names(form))


def _names(form: Form) -> Iterator[tuple[str, RegisterField]]:
    for one in register_fields():
        if form == "api":
            yield one.api.name, one
        elif one.standard is not None:
            yield one.standard.name, one
        else:
            for part in one.parts:
                yield part.standard.name, one


@cache
def own_names(form: Form) -> frozenset[str]:
    """Return the names by which a form is known: those that the other one lacks.

    Examples
    --------
    >>> "theme" in own_names("standard"), "name" in own_names("api")
    (True, False)
    """
    other: Form = "standard" if form == "api" else "api"
    return frozenset(names_of(form)) - frozenset(names_of(other))


def form_of(record: Mapping[str, object]) -> Form:
    """Return which form a record has, by the names it uses; the API's where both fit.

    Examples
    --------
    >>> form_of({"name": "A", "theme": ["Werk"]}), form_of({"name": "A"})
    ('standard', 'api')
    """
    counts = {form: len(own_names(form) & set(record)) for form in FORMS}
    return "standard" if counts["standard"] > counts["api"] else "api"


def _field(tree: Mapping[str, Any]) -> RegisterField:
    return RegisterField(
        tree["name"],
        tree["kind"],
        _side(tree["api"]),
        _side(tree["standard"]) if "standard" in tree else None,
        tuple(tree.get("tags", ())),
        tuple(
            Part(one["name"], one["kind"], _side(one["api"]), _side(one["standard"]))
            for one in cast("list[Mapping[str, Any]]", tree.get("parts", []))
        ),
        tree.get("wanted_when", {}),
    )


def _side(tree: Mapping[str, Any]) -> Side:
    return Side(
        tree["name"],
        tree.get("is_required", False),
        tree.get("takes_null", False),
        tree.get("max_length"),
        tuple(tree.get("choices", ())),
        tree.get("pattern", ""),
    )
