"""Vocabulary files of users: checked strictly, and added to the shipped edition."""

from __future__ import annotations

from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from doorlicht.errors import InputError, nearest
from doorlicht.vocabulary.load import Concept, Form, ValueTable


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _InBoth(_Strict):
    nl: str
    en: str


class _UserConcept(_Strict):
    kind: Literal["direct", "derived", "proxy"]
    legal_class: str = "other"
    name: _InBoth
    definition: _InBoth
    source: str


class _UserTable(_Strict):
    form: Form | None = None
    concepts: list[str]
    source: str
    licence: str = ""
    entries: dict[str, list[str]] = Field(default_factory=dict)
    without: list[str] = Field(default_factory=list)


class UserFile(_Strict):
    """What a file of a user may hold."""

    concepts: dict[str, _UserConcept] = Field(default_factory=dict)
    tables: dict[str, _UserTable] = Field(default_factory=dict)
    terms: dict[str, list[str]] = Field(default_factory=dict)
    switched_off: list[str] = Field(default_factory=list)


def check_user_file(text: str, name: str) -> UserFile:
    """Return what the text of a file says.

    Raises
    ------
    InputError
        If it is no YAML, or has a key that is not known.
    """
    try:
        tree: Any = yaml.safe_load(text) or {}
    # A date that does not exist is a ValueError, and brackets without end a RecursionError.
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        line = mark.line + 1 if mark else "?"
        raise InputError("vocabulary.no_yaml", path=name, line=line) from error
    try:
        return UserFile.model_validate(tree)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        known = list(UserFile.model_fields)
        for model in (_UserConcept, _UserTable):
            known += list(model.model_fields)
        last = str(first["loc"][-1]) if first["loc"] else ""
        raise InputError(
            "vocabulary.invalid", path=name, where=where, nearest=nearest(last, known)
        ) from error


def add_user_file(
    file: UserFile,
    name: str,
    concepts: dict[str, Concept],
    tables: dict[str, ValueTable],
    terms: dict[str, tuple[str, ...]],
) -> None:
    """Add a checked file to concepts, tables and terms.

    Raises
    ------
    InputError
        If it names a concept that is not there, or switches off a table that is not.
    """
    for key, concept in file.concepts.items():
        concepts[key] = Concept(
            key,
            concept.kind,
            concept.legal_class,
            concept.name.model_dump(),
            concept.definition.model_dump(),
            concept.source,
        )
    for key in (*file.terms, *(c for table in file.tables.values() for c in table.concepts)):
        if key not in concepts:
            raise InputError(
                "vocabulary.unknown_concept",
                path=name,
                concept=key,
                nearest=nearest(key, concepts),
            )
    for key, table in file.tables.items():
        old = tables.get(key)
        entries = dict(old.entries) if old else {}
        for entry, spellings in table.entries.items():
            entries[entry] = tuple(dict.fromkeys((*entries.get(entry, ()), *spellings)))
        for entry in table.without:
            entries.pop(entry, None)
        form = table.form or (old.form if old else "word")
        tables[key] = ValueTable(
            key, form, tuple(table.concepts), table.source, table.licence, entries,
            old.valid if old else {},
        )  # fmt: skip
    for concept, words in file.terms.items():
        terms[concept] = (*terms.get(concept, ()), *words)
    for key in file.switched_off:
        if key not in tables:
            raise InputError(
                "vocabulary.unknown_table", path=name, table=key, nearest=nearest(key, tables)
            )
        del tables[key]
