"""What the register holds of a subject, as one document: the sealed record.

Every row of every table belongs to some subject (``asset:``, ``use:``, ...). Its rows together
are its sealed record; the SHA-256 of that record in canonical JSON (RFC 8785) is the *state* of
the subject, and each entry of the ledger has the states before and after. So a row that was
changed, added or taken away in another way than through the ledger can be seen.

A record leaves out what is empty (NULL, no rows): a column or table that a later version adds
changes no state. Of what is still there it leaves out which scan last saw it, too, for that
changes with every scan and says nothing else; that is sealed per scan (:func:`seen_sha256`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from doorlicht.evidence import as_i_json, escape_surrogates, jcs, moment
from doorlicht.register import tables as t
from doorlicht.register.stored import Json, Name, UtcTime

KEYS_AT_ONCE: Final = 500
"""Databases limit the number of parameters of one statement."""


class Subject(NamedTuple):
    """What an entry is about: of which kind, under which key in the database, and its name."""

    kind: str
    key: str | int
    name: str

    def __str__(self) -> str:
        """Return it as entries name it, for instance ``scan:3``."""
        return escape_surrogates(f"{self.kind}:{self.name}")


def subject(kind: str, key: str | int) -> Subject:
    """Return a subject that is known by its key.

    Examples
    --------
    >>> str(subject("scan", 3))
    'scan:3'
    """
    return Subject(kind, key, str(key))


def asset_subject(source: str, path: str) -> Subject:
    """Return an asset as a subject."""
    return Subject("asset", asset_key(source, path), f"{source}:{path}")


def asset_key(source: str, path: str) -> str:
    """Return the key of an asset: a hash of its source and path."""
    text = f"{source}\x1f{path}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that belong to a subject: of a table, by the column that leads to the root.

    ``link`` is the column of the root that it leads to.
    """

    table: sa.Table
    owner: sa.Column[Any]
    link: sa.Column[Any]
    where: sa.ColumnElement[bool] | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """A kind of subject, and which rows belong to one; without a root, the parts are all."""

    kind: str
    key: sa.Column[Any]
    parts: tuple[Part, ...] = ()
    has_root: bool = True


def _parts(link: sa.Column[Any], *owned: tuple[sa.Table, str]) -> tuple[Part, ...]:
    return tuple(Part(table, table.c[owner], link) for table, owner in owned)


SEALED: Final = (
    Sealed("unit", t.units.c.id),
    Sealed(
        "source", t.sources.c.id,
        # What listing the source met; the others belong to an asset.
        (
            Part(
                t.blind_spots, t.blind_spots.c.source_id, t.sources.c.id,
                t.blind_spots.c.asset_id.is_(None),
            ),
        ),
    ),
    Sealed(
        "scan", t.scans.c.id,
        (
            *_parts(t.scans.c.id, (t.scan_sources, "scan_id")),
            *_parts(t.scans.c.editions_id, (t.editions, "id")),
            *_parts(t.scans.c.settings_sha256, (t.settings_used, "sha256")),
        ),
    ),
    Sealed(
        "asset", t.assets.c.key,
        _parts(
            t.assets.c.id, (t.tables_, "asset_id"), (t.columns, "asset_id"),
            (t.findings, "asset_id"), (t.blind_spots, "asset_id"),
        ),
    ),
    Sealed(
        "finding", t.triage_decisions.c.finding_id,
        _parts(t.triage_decisions.c.finding_id, (t.triage_decisions, "finding_id")),
        has_root=False,
    ),
    Sealed("trace", t.traces.c.id, _parts(t.traces.c.id, (t.trace_items, "trace_id"))),
    Sealed("audit", t.audits.c.id, _parts(t.audits.c.id, (t.audit_numbers, "audit"))),
    Sealed(
        "use", t.uses.c.id,
        _parts(
            t.uses.c.id, (t.use_events, "use_id"), (t.use_answers, "use_id"), (t.holds, "use_id")
        ),
    ),
    Sealed(
        "assessment", t.assessments.c.id,
        _parts(t.assessments.c.id, (t.assessment_reviews, "assessment_id")),
    ),
    Sealed("inquiry-step", t.inquiry_steps.c.id),
    Sealed(
        "measure", t.measures.c.id, _parts(t.measures.c.id, (t.measure_events, "measure_id"))
    ),
    Sealed(
        "report", t.signed_reports.c.report,
        _parts(t.signed_reports.c.report, (t.signed_figures, "report")),
    ),
    # Of a dossier: a unit, a scope decision, a campaign, a set of questions, ...
    Sealed(
        "record", t.dossier_records.c.key,
        _parts(t.dossier_records.c.key, (t.dossier_events, "record_key")),
    ),
    Sealed("key", t.keys.c.id, _parts(t.keys.c.id, (t.key_events, "key_id"))),
    Sealed(
        "checkpoint", t.checkpoints.c.id,
        _parts(t.checkpoints.c.id, (t.checkpoint_seals, "checkpoint_id")),
    ),
    Sealed("sample", t.samples.c.id, _parts(t.samples.c.id, (t.sample_events, "sample_id"))),
    Sealed(
        "role", t.role_events.c.person, _parts(t.role_events.c.person, (t.role_events, "person")),
        has_root=False,
    ),
    Sealed("remark", t.remarks.c.id, _parts(t.remarks.c.id, (t.remark_events, "remark_id"))),
)  # fmt: skip
"""Every kind of subject. A test holds that each table of a register belongs to one of them."""

BY_KIND: Final = {one.kind: one for one in SEALED}

SEEN_LAST: Final = frozenset({"last_seen_scan", "last_seen_at"})
"""Columns that are sealed per scan and not per subject, of what is not gone."""


def state_of(record: dict[str, Any]) -> str | None:
    """Return the hash of a sealed record; ``None`` if there is nothing."""
    return hashlib.sha256(jcs(record)).hexdigest() if record else None


def read_records(
    connection: sa.Connection, kind: str, keys: Sequence[str | int]
) -> dict[str | int, dict[str, Any]]:
    """Return the sealed records of subjects of one kind, by their key; none where no row is."""
    sealed = BY_KIND[kind]
    records: dict[str | int, dict[str, Any]] = {}
    for start in range(0, len(keys), KEYS_AT_ONCE):
        _read_some(connection, sealed, list(keys[start : start + KEYS_AT_ONCE]), records)
    return records


def read_subjects(connection: sa.Connection, kind: str) -> Iterator[list[Subject]]:
    """Yield every subject of a kind that has rows, some hundreds at a time."""
    sealed = BY_KIND[kind]
    if kind == "asset":
        query = sa.select(t.assets.c.key, t.assets.c.source_id, t.assets.c.path)
        found = (Subject(kind, row[0], f"{row[1]}:{row[2]}") for row in connection.execute(query))
    else:
        keys = connection.scalars(sa.select(sealed.key).distinct())
        found = (subject(kind, key) for key in keys)
    batch: list[Subject] = []
    for one in found:
        batch.append(one)
        if len(batch) == KEYS_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def read_strays(connection: sa.Connection) -> Iterator[str]:
    """Yield the name of each table that has rows which belong to no subject at all."""
    for sealed in SEALED:
        if not sealed.has_root:
            continue
        for part in sealed.parts:
            lost = sa.select(part.owner).where(
                part.owner.is_not(None), ~sa.exists().where(part.link == part.owner)
            )
            if part.where is not None:
                lost = lost.where(part.where)
            if connection.execute(lost.limit(1)).first() is not None:
                yield part.table.name


def seen_sha256(connection: sa.Connection, scan: int, source: str) -> str:
    """Return the hash of everything in a source that a scan was the last to see."""
    of_source = sa.select(t.assets.c.id).where(t.assets.c.source_id == source)
    queries = (
        sa.select(t.assets.c.key, _as_stored(t.assets.c.last_seen_at)).where(
            t.assets.c.source_id == source, t.assets.c.last_seen_scan == scan
        ),
        sa.select(t.findings.c.id, _as_stored(t.findings.c.last_seen_at)).where(
            t.findings.c.asset_id.in_(of_source), t.findings.c.last_seen_scan == scan
        ),
        sa.select(t.blind_spots.c.key).where(
            t.blind_spots.c.source_id == source, t.blind_spots.c.last_seen_scan == scan
        ),
    )
    seen = [
        sorted([key, *map(str, map(read_moment, at))] for key, *at in connection.execute(query))
        for query in queries
    ]
    return hashlib.sha256(jcs(seen)).hexdigest()


class _Reading(NamedTuple):
    """A statement by keys, and how its columns go into a record."""

    statement: sa.Select[Any]
    names: tuple[str, ...]
    convert: tuple[Callable[[Any], object] | None, ...]
    is_seen: bool


def _read_some(
    connection: sa.Connection,
    sealed: Sealed,
    keys: list[str | int],
    records: dict[str | int, dict[str, Any]],
) -> None:
    links: dict[str, dict[Any, list[str | int]]] = {}
    if sealed.has_root:
        reading = _root_reading(sealed.kind)
        names = [one.link.name for one in sealed.parts]
        for row in connection.execute(reading.statement, {"keys": keys}):
            key, *linked = row[: 1 + len(names)]
            records[key] = {sealed.key.table.name: [_row(reading, row[1 + len(names) :])]}
            for name, value in zip(names, linked, strict=True):
                links.setdefault(name, {}).setdefault(value, []).append(key)
    else:
        links = {sealed.key.name: {key: [key] for key in keys}}
    for number, part in enumerate(sealed.parts):
        reading, owners = _part_reading(sealed.kind, number), links.get(part.link.name, {})
        for row in connection.execute(reading.statement, {"keys": list(owners)}):
            said = _row(reading, row[1:])
            for key in dict.fromkeys(owners[row[0]]):
                records.setdefault(key, {}).setdefault(part.table.name, []).append(said)


def _row(reading: _Reading, values: Iterable[Any]) -> dict[str, Any]:
    said = {
        name: value if convert is None else convert(value)
        for name, convert, value in zip(reading.names, reading.convert, values, strict=True)
        if value is not None
    }
    if reading.is_seen and "gone_since_scan" not in said:
        return {name: value for name, value in said.items() if name not in SEEN_LAST}
    return said


@cache
def _root_reading(kind: str) -> _Reading:
    sealed = BY_KIND[kind]
    leading = [sealed.key, *(one.link for one in sealed.parts)]
    return _reading(leading, sealed.key, list(sealed.key.table.columns), sealed.key, None)


@cache
def _part_reading(kind: str, number: int) -> _Reading:
    part = BY_KIND[kind].parts[number]
    kept = [one for one in part.table.columns if one is not part.owner]
    order = list(part.table.primary_key.columns)
    return _reading([part.owner], part.owner, kept, *order, where=part.where)


def _reading(
    leading: Sequence[sa.ColumnElement[Any]],
    key: sa.ColumnElement[Any],
    columns: Sequence[sa.ColumnElement[Any]],
    *order: sa.ColumnElement[Any] | None,
    where: sa.ColumnElement[bool] | None = None,
) -> _Reading:
    shown = [_as_stored(one).label(f"sealed_{number}") for number, one in enumerate(columns)]
    heads = [one.label(f"lead_{number}") for number, one in enumerate(leading)]
    statement = sa.select(*heads, *shown).where(key.in_(sa.bindparam("keys", expanding=True)))
    if where is not None:
        statement = statement.where(where)
    statement = statement.order_by(*(one for one in order if one is not None))
    names = tuple(one.name for one in columns)
    converters = tuple(_converter(one.type) for one in columns)
    return _Reading(statement, names, converters, "gone_since_scan" in names)


def _as_stored(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Return a column as it is stored: text that UTF-8 can hold, JSON that was not read yet.

    SQLite stores a flag as a number and a moment as text, and would take much else for one.
    """
    if isinstance(column.type, Name | Json):
        return sa.type_coerce(column, sa.Text())
    if isinstance(column.type, UtcTime | sa.Date):
        return sa.type_coerce(column, sa.types.NullType())
    return sa.type_coerce(column, sa.Integer()) if isinstance(column.type, sa.Boolean) else column


_STORED_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}")


def read_moment(stored: object) -> object:
    """Return a moment as entries write it; a text that SQLite would merely take for one as it is.

    Examples
    --------
    >>> read_moment("2026-01-05 09:00:00.000000"), read_moment("2026-01-05x09:00:00")
    ('2026-01-05T09:00:00.000000Z', '2026-01-05x09:00:00')
    """
    if isinstance(stored, datetime):
        return moment(stored)
    if isinstance(stored, str) and _STORED_MOMENT.fullmatch(stored):
        return f"{stored[:10]}T{stored[11:]}Z"
    return stored


def _read_day(stored: object) -> object:
    return stored.isoformat() if isinstance(stored, date) else stored


def _read_flag(stored: object) -> object:
    return bool(stored) if stored in (0, 1) else stored


def _converter(kind: sa.types.TypeEngine[Any]) -> Callable[[Any], object] | None:
    if isinstance(kind, Json):
        return _read_json
    if isinstance(kind, UtcTime):
        return read_moment
    if isinstance(kind, sa.Date):
        return _read_day
    if isinstance(kind, sa.Boolean):
        return _read_flag
    if isinstance(kind, sa.Double):
        return _as_short
    if isinstance(kind, sa.Integer):
        return as_i_json
    return None


_ODD: Final = re.compile(r"\\u[dD][89a-fA-F]|\\ue000|[:,\[]-?[0-9]{16}")
"""Half surrogates, text that looks escaped, and large numbers; most stored JSON has none."""


def _read_float(text: str) -> object:
    return _as_short(float(text))


def _as_short(number: object) -> object:
    """Return a whole number as such: it is canonical JSON as it is, and compiled code writes it."""
    if isinstance(number, float) and number.is_integer() and abs(number) < 1 << 53:
        return int(number)
    return number


# Made once: `json.loads` with an option of its own makes a decoder for each text.
_DECODER: Final = json.JSONDecoder(parse_float=_read_float)


def _read_json(text: str) -> object:
    content: object = _DECODER.decode(text)
    return as_i_json(content) if _ODD.search(text) else content
