"""A record of the Algorithm Register as JSON: filled from what, what is missing, what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from doorlicht.language import Language, say
from doorlicht.publication import FORMS, Form, Problem, say_problem
from doorlicht.publication.compare import say_disagreement
from doorlicht.publication.disagreement import Disagreement
from doorlicht.publication.fields import RegisterField, field_named
from doorlicht.publication.fill import FilledField, FilledRecord, forms_that_need
from doorlicht.publication.forms import LeftOut

_FIRST: Mapping[Form, tuple[str, ...]] = {
    "api": ("standard_version", "lang", "source_id"),
    "standard": ("schema", "language", "source_id"),
}


def record_tree(record: Mapping[str, Any], form: Form) -> dict[str, Any]:
    """Return a record to be written, with its version, language and id first.

    Examples
    --------
    >>> list(record_tree({"name": "A", "lang": "nld", "standard_version": "1.0"}, "api"))
    ['standard_version', 'lang', 'name']
    """
    first = [name for name in _FIRST[form] if name in record]
    rest = [name for name in record if name not in first]
    return {name: record[name] for name in [*first, *rest]}


def filled_tree(filled: FilledRecord, language: Language) -> dict[str, Any]:
    """Return which fields are filled from what, and which are missing."""
    return {
        "filled": [_filled(one, language) for one in filled.fields],
        "missing": [missing_tree(field_named(name), language) for name in filled.missing],
        "optional": list(filled.optional),
    }


def _filled(one: FilledField, language: Language) -> dict[str, Any]:
    return {
        "field": one.name,
        "standard": standard_names(field_named(one.name)),
        "label": say_label(one.name, language),
        "from": one.source,
        "evidence": list(one.evidence),
        "lacks": say(one.lacks, language) if one.lacks else None,
        "replaced": one.replaced,
    }


def missing_tree(one: RegisterField, language: Language) -> dict[str, Any]:
    """Return a field that is missing: for which form, and who usually knows."""
    return {
        "field": one.name,
        "standard": standard_names(one),
        "label": say_label(one.name, language),
        "needed_in": list(forms_that_need(one)),
        "help": say(f"publication.field.{one.name}.help", language),
        "who": say(f"publication.field.{one.name}.who", language),
    }


def problems_tree(
    problems: Mapping[Form, Iterable[Problem]], language: Language
) -> list[dict[str, Any]]:
    """Return what is wrong with a record in each form."""
    return [
        {
            "form": one.form,
            "field": one.field,
            "rule": one.rule,
            "limit": one.limit,
            "found": one.found or None,
            "near": one.near or None,
            "is_advice": one.is_advice,
            "text": say_problem(one, language),
        }
        for form in FORMS
        for one in problems.get(form, ())
    ]


def left_out_tree(left: Iterable[LeftOut]) -> list[dict[str, Any]]:
    """Return what the standard has no room for."""
    return [{"field": one.field, "number": one.number} for one in left]


def say_label(name: str, language: Language) -> str:
    """Return the name of a field in words.

    Examples
    --------
    >>> say_label("goal", "nl")
    'Doel en impact'
    """
    return say(f"publication.field.{name}.label", language)


def standard_names(one: RegisterField) -> list[str]:
    """Return what the standard calls a field, or its parts.

    Examples
    --------
    >>> standard_names(field_named("lawful_basis_grouping"))
    ['legal_basis_title', 'legal_basis_link']
    """
    sides = [one.standard, *(part.standard for part in one.parts)]
    return [side.name for side in sides if side is not None]


def disagreements_tree(found: Iterable[Disagreement], language: Language) -> list[dict[str, Any]]:
    """Return where a record and the evidence disagree."""
    return [
        {
            "field": one.field,
            "standard": standard_names(field_named(one.field)),
            "label": say_label(one.field, language),
            "degree": one.degree,
            "rule": one.rule,
            "text": say_disagreement(one, language),
            "said": one.said or None,
            "evidence": list(one.evidence),
        }
        for one in found
    ]
