"""What people fill in of a record: a mapping with the names of either form.

Names of both forms may stand beside each other, and a thing is said once. A field that is given as
nothing (``null``) stays out of the record, also where evidence would fill it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast

from doorlicht.errors import InputError, nearest
from doorlicht.publication.fields import Form, Kind, RegisterField, field_named, names_of
from doorlicht.publication.forms import from_standard

Answers = dict[str, Any]

SHOWN = 60
"""Letters of a name that are told."""


def read_answers(tree: object) -> Answers:
    """Return answers by the names of the API.

    Raises
    ------
    InputError
        If they are no mapping, a name is not known, or something is said twice.

    Examples
    --------
    >>> read_answers({"theme": ["Werk"], "impact_assessments": "DPIA", "supplier": "Zelf"})
    {'category': ['Werk'], 'impacttoetsen_grouping': [{'title': 'DPIA'}], 'provider': 'Zelf'}
    """
    if not isinstance(tree, Mapping):
        raise InputError("publish.no_answers")
    api, standard = names_of("api"), names_of("standard")
    given: Answers = {}
    of_standard: dict[str, Any] = {}
    for key, raw in cast("Mapping[object, object]", tree).items():
        name, value = str(key), _plain(raw)
        if name in api:
            given[name] = _filled(value, api[name])
        elif name in standard:
            of_standard[name] = value
        else:
            known = [*api, *standard]
            raise InputError(
                "publish.unknown_field", field=name[:SHOWN], nearest=nearest(name[:SHOWN], known)
            )
    for name, value in of_standard.items():
        one = standard[name]
        if one.name in given:
            raise InputError("publish.given_twice", field=name, other=one.name)
        if value is None:
            given[one.name] = None
    for name, value in from_standard(
        {name: value for name, value in of_standard.items() if value is not None}
    ).items():
        given[name] = _filled(value, field_named(name))
    order = [one.name for one in api.values()]
    return {name: given[name] for name in sorted(given, key=order.index)}


def _plain(value: object) -> object:
    """Return a value as JSON has it: YAML makes days and moments of texts."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return [_plain(one) for one in cast("list[object]", value)]
    if isinstance(value, Mapping):
        return {
            str(name): _plain(one) for name, one in cast("Mapping[object, object]", value).items()
        }
    return value


_LISTS: tuple[Kind, ...] = ("choices", "pairs")


def _filled(value: object, one: RegisterField) -> object:
    """Return a value as its field has it: one where there may be several becomes a list."""
    if one.kind not in _LISTS or value is None:
        return _choice(value, one)
    items = cast("list[object]", value) if isinstance(value, list) else [value]
    if one.kind == "pairs":
        return [{"title": item} if isinstance(item, str) else item for item in items]
    return items


def _choice(value: object, one: RegisterField) -> object:
    """Return a choice as the API spells it, also where the standard's spelling was given."""
    if one.standard is None or not one.standard.choices:
        return value
    for form in cast("tuple[Form, ...]", ("api", "standard")):
        side = one.api if form == "api" else one.standard
        for ours, theirs in zip(one.api.choices, side.choices, strict=True):
            if value == theirs:
                return ours
    return value
