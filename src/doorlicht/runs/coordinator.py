"""What an organisation hands to its coordinator, signed, and how a coordinator takes it in.

The file has two lines: the export in canonical JSON (RFC 8785), and a signed statement (DSSE,
in-toto) that names the SHA-256 of the first line. So anybody can check it with common tools.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

import doorlicht
from doorlicht.errors import InputError, IntegrityError
from doorlicht.evidence import Signer, Statement, VerifierKey, jcs, open_statement, sign_statement
from doorlicht.records import Export, ExportedUnit, ExportedUse, OrganisationUnit, Received
from doorlicht.register import Register
from doorlicht.runs.dossier import history_of
from doorlicht.runs.inventory import make_inventory

FORM: Final = "1"
EXPORT_TYPE: Final = "https://doorlicht.example/export/v1"
MAX_BYTES: Final = 1 << 30
"""Of a file; one of a ministry with a hundred thousand uses has some tens of megabytes."""

_EXPORT: Final = TypeAdapter(Export)


def make_export(register: Register, *, organisation: str, framework: str, at: datetime) -> Export:
    """Return what a register has for a coordinator: counts, verdicts and units, and no name else.

    Raises
    ------
    InputError
        If nothing was ever scanned: an export with noughts would look like an answer.
    """
    scans = register.scans()
    name = organisation or (scans[-1].organisation if scans else "")
    if not scans:
        raise InputError("coordinator.no_scan", register=register.location)
    if not name:
        raise InputError("coordinator.no_name")
    head = register.log.head()
    origin = register.attested.origin() or ""
    made = make_inventory(register, framework=framework, today=at.date())
    units = _units(register, at.date())
    ids = {unit.name.casefold(): unit.id for unit in units}
    last_traces = {one.roots: one for one in register.traces()}.values()
    items = [item for one in last_traces for item in register.trace_items(one.id)]
    looked_at = register.looked_at()
    editions = scans[-1].editions
    return Export(
        organisation=name,
        log=origin,
        entries=head.size,
        root=head.root.hex(),
        made_at=at,
        day=at.date(),
        editions={
            "vocabulary": editions.vocabulary,
            "weights": editions.weights,
            "doorlicht": doorlicht.__version__,
            f"framework {made.framework}": made.edition,
        },
        units=units,
        uses=tuple(
            ExportedUse(
                id=line.use.id,
                concept=line.use.concept,
                role=line.use.declared_role or line.use.observed_role,
                unit=ids.get(line.use.unit.casefold(), line.use.unit),
                status=line.use.status,
                proposed=line.proposed,
                verdict=line.verdict,
                open_facts=len(line.open_facts),
                open_measures=line.open_measures,
                late_measures=line.late_measures,
            )
            for line in made.lines
        ),
        looked_at={
            "assets": looked_at.assets,
            "tables": looked_at.tables,
            "columns": looked_at.columns,
            "rows": looked_at.rows,
        },
        blind_spots=dict(Counter(one.code for one in register.blind_spots())),
        findings=dict(
            Counter(
                one.finding.concept
                for one in register.findings(min_probability=0.5, triage={"open", "confirmed"})
            )
        ),
        flows=dict(Counter(str(one.content["verdict"]) for one in items if one.kind == "flow")),
        models=sum(one.kind == "model" for one in items),
        audits=len({one.audit for one in register.audits()}),
    )


def _units(register: Register, day: date) -> tuple[ExportedUnit, ...]:
    """Return the units of the day: of the organisation through time, and of what was scanned.

    The first know their identifier in a public register, the second what was looked at.
    """
    covered = {source.unit for source in register.sources() if source.unit}
    found: dict[str, ExportedUnit] = {
        unit.id: ExportedUnit(unit.id, unit.name, unit.status, unit.id in covered)
        for unit in register.units()
    }
    if register.dossier.all(OrganisationUnit):
        for unit in history_of(register).on(day).values():
            found[unit.id] = ExportedUnit(
                unit.id, unit.name, unit.status, unit.id in covered, unit.identifier
            )
    return tuple(found.values())


def write_export(export: Export, signer: Signer, name: str) -> bytes:
    """Return the file of an export, signed by the key of a name."""
    content = jcs({"form": FORM, **_EXPORT.dump_python(export, mode="json")})
    digest = hashlib.sha256(content).hexdigest()
    said = Statement({"export.json": digest}, EXPORT_TYPE, {"organisation": export.organisation})
    return content + b"\n" + sign_statement(said, signer, name).encode("ascii") + b"\n"


def read_export(content: bytes, file: str, keys: Sequence[VerifierKey]) -> Received:
    """Return an export, and which of the keys signed it.

    Raises
    ------
    InputError
        If it is no export, or one of a newer form.
    IntegrityError
        If it was changed after it was signed, or a signature is false.
    """
    line, _, envelope = content.partition(b"\n")
    try:
        tree = _HEAD.validate_json(line)
    except ValidationError:
        raise InputError("coordinator.no_export", path=file) from None
    form = str(tree.pop("form", ""))
    if form != FORM:
        code = "coordinator.newer" if form.isdigit() else "coordinator.no_export"
        raise InputError(code, path=file)
    statement, signed = open_statement(envelope, keys)
    if statement.files.get("export.json") != hashlib.sha256(line).hexdigest():
        raise IntegrityError("coordinator.changed", path=file)
    try:
        export = _EXPORT.validate_python(tree)
    except ValidationError:
        raise InputError("coordinator.no_export", path=file) from None
    return Received(file, export, tuple(key.name for key in signed))


_HEAD: Final = TypeAdapter(dict[str, object])


def read_exports(paths: Iterable[Path], keys: Sequence[VerifierKey]) -> Iterator[Received]:
    """Yield exports one by one, so that only what is counted of them is held.

    Raises
    ------
    InputError, IntegrityError
        As :func:`read_export`, at the first file that is wrong; or if it cannot be read.
    """
    for path in paths:
        try:
            if path.stat().st_size > MAX_BYTES:
                raise InputError("coordinator.too_large", path=str(path))
            content = path.read_bytes()
        except OSError:
            raise InputError("coordinator.unreadable", path=str(path)) from None
        yield read_export(content, path.name, keys)
