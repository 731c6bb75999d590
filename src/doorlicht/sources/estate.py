"""What an organisation has and where it lies: units, sources, and what is known of them.

An estate is written down in ``estate.yaml`` (see ``docs/reference/estate.md``). A bare path or
URL is an estate of one source. A unit without a source is a blind spot: in the real inquiries whole
directorates were missed in that way.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from doorlicht.errors import InputError
from doorlicht.records import BlindSpot, Source, Unit
from doorlicht.sources.files.remote import is_remote

SCHEMES: Final = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "sqlite": "sqlite",
    "duckdb": "duckdb",
}
"""Schemes of URLs that a database connector opens; every other one is a place for files."""

_VARIABLE: Final = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Estate:
    """Units and sources of an organisation.

    Attributes
    ----------
    blind_spots
        Known before anything is read: units without a source.
    vocabulary_files
        The organisation's own additions to the vocabulary.
    """

    name: str
    units: tuple[Unit, ...]
    sources: tuple[Source, ...]
    vocabulary_files: tuple[Path, ...] = ()
    blind_spots: tuple[BlindSpot, ...] = ()


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _UnitForm(_Strict):
    id: str
    name: str
    parent: str | None = None
    status: Literal["active", "being_founded", "abolished"] = "active"
    since: date | None = None
    until: date | None = None


class _SourceForm(_Strict):
    id: str
    location: str
    kind: str | None = None
    name: str = ""
    unit: str | None = None
    options: dict[str, Any] = Field(default_factory=dict)


class _EstateForm(_Strict):
    name: str = ""
    units: list[_UnitForm] = Field(default_factory=list)
    sources: list[_SourceForm] = Field(default_factory=list)
    vocabulary: list[str] = Field(default_factory=list)


@dataclass(slots=True)
class _Place:
    """Where an estate file lies, and the environment that fills its variables."""

    path: Path
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)


def read_estate(path: Path, environment: Mapping[str, str] | None = None) -> Estate:
    """Return the estate that a file describes; its locations are relative to the file.

    Raises
    ------
    InputError
        If the file cannot be read, has an unknown key, uses an id twice, names a unit that is not
        there, or holds a password.
    """
    place = _Place(path, os.environ if environment is None else environment)
    form = _read_form(path)
    units = tuple(Unit(u.id, u.name, u.parent, u.status, u.since, u.until) for u in form.units)
    _check_ids(path, [unit.id for unit in units], form)
    sources = tuple(_source(item, place) for item in form.sources)
    with_source = {source.unit for source in sources}
    parents = {unit.parent for unit in units}
    silent = [u for u in units if u.id not in with_source and u.id not in parents
              and u.status != "abolished"]  # fmt: skip
    return Estate(
        form.name,
        units,
        sources,
        tuple((path.parent / name).resolve() for name in form.vocabulary),
        tuple(BlindSpot("", "", "unit.without_source", {"unit": unit.name}) for unit in silent),
    )


def _read_form(path: Path) -> _EstateForm:
    try:
        tree: Any = yaml.safe_load(path.read_text("utf-8")) or {}
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("estate.missing", path=str(path)) from error
    except yaml.YAMLError as error:
        raise InputError("estate.no_yaml", path=str(path)) from error
    try:
        return _EstateForm.model_validate(tree)
    except ValidationError as error:
        first = error.errors()[0]
        known = [
            key for model in (_EstateForm, _UnitForm, _SourceForm) for key in model.model_fields
        ]
        last = str(first["loc"][-1]) if first["loc"] else ""
        near = difflib.get_close_matches(last, known, 1)
        where = ".".join(str(part) for part in first["loc"]) or "."
        raise InputError(
            "estate.invalid", path=str(path), where=where, nearest=near[0] if near else "-"
        ) from error


def _check_ids(path: Path, units: Sequence[str], form: _EstateForm) -> None:
    for ids in (units, [source.id for source in form.sources]):
        for one in ids:
            if list(ids).count(one) > 1:
                raise InputError("estate.repeated", path=str(path), id=one)
    named = [u.parent for u in form.units] + [s.unit for s in form.sources]
    for one in named:
        if one is not None and one not in units:
            near = difflib.get_close_matches(one, units, 1)
            raise InputError(
                "estate.unknown_unit", path=str(path), unit=one, nearest=near[0] if near else "-"
            )


def _source(item: _SourceForm, place: _Place) -> Source:
    location = item.location
    if _has_password(location):
        raise InputError("estate.password", id=item.id)
    for name in _VARIABLE.findall(location):
        if name not in place.environment:
            raise InputError("estate.no_variable", id=item.id, name=name)
    kind = item.kind or kind_of(location)
    if kind == "files" and not is_remote(location):
        location = str((place.path.parent / Path(location).expanduser()).resolve())
    options = dict(item.options)
    if isinstance(options.get("dictionary"), str):
        options["dictionary"] = str((place.path.parent / options["dictionary"]).resolve())
    return Source(item.id, kind, location, item.name, item.unit, options)


def _has_password(location: str) -> bool:
    if "://" not in location:
        return False
    try:
        password = urlsplit(location).password
    except ValueError:
        return False
    return bool(password) and not _VARIABLE.fullmatch(password or "")


def kind_of(location: str) -> str:
    """Return the connector of a location.

    Examples
    --------
    >>> kind_of("postgresql://host/db"), kind_of("data/people.csv"), kind_of("s3://bucket")
    ('postgresql', 'files', 'files')
    """
    scheme = location.partition("://")[0] if "://" in location else ""
    return SCHEMES.get(scheme, "files")


def estate_of_paths(paths: Sequence[str]) -> Estate:
    """Return an estate with one source for each path or URL.

    The id of a source is made from its name, so that the same path gives the same ids of findings
    at every scan.

    Raises
    ------
    InputError
        If there is nothing at a path, or a URL holds a password.
    """
    sources: list[Source] = []
    taken: set[str] = set()
    for path in paths:
        kind = kind_of(path)
        is_local = kind == "files" and not is_remote(path)
        location = str(Path(path).expanduser().resolve()) if is_local else path
        name = _slug(location)
        if is_local and not Path(location).exists():
            raise InputError("estate.no_path", path=path)
        if _has_password(path):
            raise InputError("estate.password", id=name)
        unique, number = name, 2
        while unique in taken:
            unique, number = f"{name}-{number}", number + 1
        taken.add(unique)
        sources.append(Source(unique, kind, location, name))
    return Estate("", (), tuple(sources))


def _slug(location: str) -> str:
    """Return a short name; of a URL without user and parameters."""
    if "://" in location:
        parts = urlsplit(location)
        text = f"{parts.hostname or parts.netloc}{parts.path}"
    else:
        text = Path(location).name or "root"
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-").lower() or "source"
