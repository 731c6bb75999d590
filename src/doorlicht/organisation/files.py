"""A dossier as people write it: one or more YAML files with records under their kinds.

    campaign:
      id: C-1
      name: Onderzoek afkomstgegevens
      since: 2026-01-05
    scope:
      - {id: S-1, unit: dgx, decision: in, reason: ..., by: A. Vries, on: 2026-01-05}

The keys of a record are the fields of its class; one that is not known is an error, and so is a
key that comes twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Final, cast

import yaml
from pydantic import TypeAdapter, ValidationError

from doorlicht.errors import InputError, nearest
from doorlicht.records import (
    Assignment,
    Campaign,
    Commitment,
    InventoryStep,
    Letter,
    Motion,
    NilStatement,
    OrganisationUnit,
    PlanOfApproach,
    QuestionSet,
    Recess,
    ScopeDecision,
)
from doorlicht.shipped import parse_yaml_once, yaml_problem

MAX_BYTES: Final = 16 << 20


@dataclass(frozen=True, slots=True)
class DossierFile:
    """The records of a dossier, by kind, in the order of the file."""

    units: tuple[OrganisationUnit, ...] = ()
    scope: tuple[ScopeDecision, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    campaign: Campaign | None = None
    plans: tuple[PlanOfApproach, ...] = ()
    steps: tuple[InventoryStep, ...] = ()
    nil_statements: tuple[NilStatement, ...] = ()
    motions: tuple[Motion, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    question_sets: tuple[QuestionSet, ...] = ()
    letters: tuple[Letter, ...] = ()
    recesses: tuple[Recess, ...] = ()

    @property
    def records(self) -> list[Any]:
        """All records, units first: others name them."""
        found: list[Any] = []
        for one in fields(self):
            value = getattr(self, one.name)
            found += value if isinstance(value, tuple) else [value] if value is not None else []
        return found


@cache
def _form() -> TypeAdapter[DossierFile]:
    return TypeAdapter(DossierFile)


def read_dossier(content: bytes, where: str) -> DossierFile:
    """Return the records of a file.

    Parameters
    ----------
    where
        Name of the file, for errors.

    Raises
    ------
    InputError
        If it is no such YAML; it names the place, and the key that was probably meant.

    Examples
    --------
    >>> given = b"recesses: [{name: May, since: 2026-05-01, until: 2026-05-11}]"
    >>> [one.name for one in read_dossier(given, "x").recesses]
    ['May']
    """
    if len(content) > MAX_BYTES:
        raise InputError("dossier.no_yaml", path=where, problem="-")
    try:
        tree: Any = _with_days(parse_yaml_once(content.decode("utf-8-sig")))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InputError("dossier.no_yaml", path=where, problem=yaml_problem(error)) from None
    if not isinstance(tree, dict):
        raise InputError("dossier.no_yaml", path=where, problem="-")
    given = cast("Mapping[Any, Any]", tree)
    for key in given:
        if key not in (known := [one.name for one in fields(DossierFile)]):
            raise InputError(
                "dossier.unknown_key",
                path=where,
                key=str(key)[:60],
                nearest=nearest(str(key), known),
            )
    try:
        return _form().validate_python(given)
    except ValidationError as error:
        raise _misfit(where, error) from None


def _with_days(tree: Any) -> Any:
    """Return a tree in which the key ``on`` is a word: to YAML 1.1 it is a yes."""
    if isinstance(tree, list):
        return [_with_days(one) for one in cast("list[Any]", tree)]
    if isinstance(tree, dict):
        given = cast("dict[Any, Any]", tree)
        return {"on" if key is True else key: _with_days(one) for key, one in given.items()}
    return tree


def _misfit(where: str, error: ValidationError) -> InputError:
    """Return what does not fit, by its place; what was written there is not told."""
    found = error.errors(include_url=False, include_input=False)
    # A field that is spelt wrong is missing as well, and that is not what helps.
    unknown = "unexpected_keyword_argument"
    first = next((one for one in found if one["type"] == unknown), found[0])
    place = ".".join(str(part) for part in first["loc"]) or "-"
    if first["type"] == unknown:
        return InputError("dossier.unknown_field", path=where, key=place[:120])
    if first["type"].startswith("missing"):
        return InputError("dossier.missing_field", path=where, key=place[:120])
    allowed = str(first.get("ctx", {}).get("expected", "")).replace("'", "")
    return InputError("dossier.misfit", path=where, key=place[:120], allowed=allowed or "-")
