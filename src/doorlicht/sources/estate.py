"""What an organisation has and where it lies: units, sources, and what is known of them.

An estate is written down in ``estate.yaml`` (see ``docs/reference/estate.md``). A bare path or
URL is an estate of one source. A unit without a source is a blind spot: in the real inquiries whole
directorates were missed in that way.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from doorlicht.errors import InputError, nearest
from doorlicht.records import BlindSpot, Source, Unit
from doorlicht.sources.files.remote import is_remote

if TYPE_CHECKING:
    from doorlicht.sources.estate_form import EstateForm, SourceForm

_SECRET: Final = re.compile(
    r"(^|[_-])(pass(word|wd|phrase)?|pwd|secret|token|key|credential)s?$|password$", re.IGNORECASE
)
"""Names of parameters and options that hold what must not end up in a register."""

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
    has_made_ids
        Whether the ids of the sources were made from their paths, and not given by somebody.
    """

    name: str
    units: tuple[Unit, ...]
    sources: tuple[Source, ...]
    vocabulary_files: tuple[Path, ...] = ()
    blind_spots: tuple[BlindSpot, ...] = ()
    has_made_ids: bool = False


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
    # Checking a file takes libraries that a bare path can do without.
    from doorlicht.sources.estate_form import read_form

    form = read_form(path)
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
        tuple(_beside(path, name) for name in form.vocabulary),
        tuple(BlindSpot("", "", "unit.without_source", {"unit": unit.name}) for unit in silent),
    )


def _check_ids(path: Path, units: Sequence[str], form: EstateForm) -> None:
    for ids in (units, [source.id for source in form.sources]):
        for one in ids:
            if list(ids).count(one) > 1:
                raise InputError("estate.repeated", path=str(path), id=one)
    named = [u.parent for u in form.units] + [s.unit for s in form.sources]
    for one in named:
        if one is not None and one not in units:
            if not units:
                raise InputError("estate.no_units", path=str(path), unit=one)
            raise InputError(
                "estate.unknown_unit", path=str(path), unit=one, nearest=nearest(one, units)
            )
    parents = {unit.id: unit.parent for unit in form.units}
    for one in units:
        above, steps = parents[one], 0
        while above is not None and steps <= len(units):
            above, steps = parents[above], steps + 1
        if above is not None:
            raise InputError("estate.circle", path=str(path), unit=one)


def _source(item: SourceForm, place: _Place) -> Source:
    location = item.location
    if _has_password(location) or any(map(_SECRET.search, item.options)):
        raise InputError("estate.password", id=item.id)
    for name in _VARIABLE.findall(location):
        if name not in place.environment:
            raise InputError("estate.no_variable", id=item.id, name=name)
    filled = _VARIABLE.sub(lambda found: place.environment[found[1]], location)
    kind = item.kind or kind_of(filled)
    if kind == "files":
        from doorlicht.sources.estate_form import check_options

        check_options(item, place.path)
    options = dict(item.options)
    if isinstance(options.get("dictionary"), str):
        options["dictionary"] = str(_beside(place.path, options["dictionary"]))
    at = _local(kind, filled, place.path) or location
    return Source(item.id, kind, at, item.name, item.unit, options)


def _beside(path: Path, name: str) -> Path:
    """Return a path that is relative to the folder of a file."""
    return (path.parent / Path(name).expanduser()).resolve()


def _local(kind: str, location: str, path: Path) -> str | None:
    """Return a location on this machine without what it is relative to; None for another.

    Only such a location is kept with its variables filled in: the others may hold a password.
    """
    if kind == "files" and not is_remote(location):
        return str(_beside(path, _without_scheme(location)))
    scheme, mark, rest = location.partition(":///")
    if kind in {"sqlite", "duckdb"} and scheme.lower() == kind and mark:
        name, ask, parameters = rest.partition("?")
        return f"{scheme}:///{quote(str(_beside(path, unquote(name))))}{ask}{parameters}"
    return None


def _without_scheme(location: str) -> str:
    scheme, mark, rest = location.partition("://")
    return unquote(rest) if mark and scheme.lower() == "file" else location


def _has_password(location: str) -> bool:
    """Whether a location holds a password that is not wholly a variable."""
    plain = _VARIABLE.sub("", location)
    if "://" not in plain:
        return bool(re.search(r"\bpassword\s*=\s*\S", plain))
    try:
        parts = urlsplit(plain)
    except ValueError:
        return "@" in plain
    # A password with a sign such as / in it, which ends the address for whoever reads it as a URL.
    odd = re.match(r"[^:]+://[^/@:]*:(?!\d+/)[^@]+@", plain)
    given = {name for name, value in parse_qsl(parts.query) if value}
    return bool(parts.password or odd) or any(map(_SECRET.search, given))


def kind_of(location: str) -> str:
    """Return the connector of a location.

    Examples
    --------
    >>> kind_of("postgresql://host/db"), kind_of("data/people.csv"), kind_of("s3://bucket")
    ('postgresql', 'files', 'files')
    """
    scheme = location.partition("://")[0] if "://" in location else ""
    return SCHEMES.get(scheme.lower(), "files")


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
        if _has_password(path):
            raise InputError("estate.password", id=path.partition(":")[0])
        kind = kind_of(path)
        is_local = kind == "files" and not is_remote(path)
        location = str(Path(_without_scheme(path)).expanduser().resolve()) if is_local else path
        name = _slug(location)
        if is_local and not Path(location).exists():
            raise InputError("estate.no_path", path=path)
        unique, number = name, 2
        while unique in taken:
            unique, number = f"{name}-{number}", number + 1
        taken.add(unique)
        sources.append(Source(unique, kind, location, name))
    return Estate("", (), tuple(sources), has_made_ids=True)


def told_apart(sources: Sequence[Source], known: Mapping[str, str]) -> tuple[Source, ...]:
    """Return sources with other ids where theirs, made from a path, stands for another place.

    Two folders can have one name. Their findings must not be taken for each other, nor what
    somebody decided on them. A place that is no more was moved: its id goes with it.

    Parameters
    ----------
    known
        Locations by the ids under which they were scanned before.
    """
    by_location = {location: id_ for id_, location in known.items()}
    told: list[Source] = []
    taken = set(known) | {source.id for source in sources}
    for source in sources:
        before = known.get(source.id, source.location)
        id_ = source.id
        if before != source.location and source.location in by_location:
            id_ = by_location[source.location]
        elif before != source.location and source.kind == "files" and Path(before).exists():
            number = 2
            while f"{source.id}-{number}" in taken:
                number += 1
            id_ = f"{source.id}-{number}"
        taken.add(id_)
        told.append(replace(source, id=id_))
    return tuple(told)


def _slug(location: str) -> str:
    """Return a short name; of a URL without user and parameters."""
    if "://" in location:
        try:
            parts = urlsplit(location)
            text = f"{parts.hostname or parts.netloc}{parts.path}"
        except ValueError:
            text = location.partition("://")[2]
    else:
        text = Path(location).name or "root"
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-").lower() or "source"
