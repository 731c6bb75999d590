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
from typing import Final, Literal

from pydantic import TypeAdapter, ValidationError

import doorlicht
from doorlicht.errors import InputError, IntegrityError
from doorlicht.evidence import (
    Signer,
    Statement,
    VerifierKey,
    jcs,
    open_statement,
    sign_statement,
    verify_consistency,
)
from doorlicht.organisation import Dossier, find_open_terms, shipped_rules, standing_exclusions
from doorlicht.organisation.rollup import LogState
from doorlicht.records import (
    Campaign,
    Coverage,
    Export,
    ExportedCoverage,
    ExportedTerm,
    ExportedUnit,
    ExportedUse,
    GrownFrom,
    OrganisationUnit,
    Received,
    Recess,
)
from doorlicht.register import Register
from doorlicht.runs.checkpoints import compare_head
from doorlicht.runs.dossier import gather_dossier, history_of
from doorlicht.runs.inventory import make_inventory

FORM: Final = "1"
EXPORT_TYPE: Final = "https://doorlicht.example/export/v1"
MAX_BYTES: Final = 1 << 30
"""Of a file; one of a ministry with a hundred thousand uses has some tens of megabytes."""

_EXPORT: Final = TypeAdapter(Export)

Scope = Literal["", "in", "out", "out_for_now", "undecided"]


def make_export(
    register: Register,
    *,
    organisation: str,
    framework: str,
    at: datetime,
    campaign: str | None = None,
    since: Export | None = None,
) -> Export:
    """Return what a register has for a coordinator: counts, verdicts and units, and no name else.

    Parameters
    ----------
    campaign
        Id; needed only where the register has several.
    since
        An earlier export of the same log, which this one is to prove that it continues.

    Raises
    ------
    InputError
        If nothing was ever scanned: an export with noughts would look like an answer. Or if the
        earlier export is of another log.
    IntegrityError
        If the log does not continue that of the earlier export.
    """
    scans = register.scans()
    name = organisation or (scans[-1].organisation if scans else "")
    if not (scans and register.sources()):
        raise InputError("coordinator.no_scan", register=register.location)
    if not name:
        raise InputError("coordinator.no_name")
    head = register.log.head()
    origin = register.attested.origin() or ""
    made = make_inventory(register, framework=framework, today=at.date())
    dossier = _dossier(register, campaign)
    units = _units(register, at.date(), dossier)
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
        coverage=None if dossier is None else _coverage(dossier, at.date()),
        terms=None if dossier is None else _terms(register, dossier, at.date()),
        grown_from=None if since is None else _grown_from(register, since, origin, head.size),
    )


def _dossier(register: Register, campaign: str | None) -> Dossier | None:
    known = register.dossier.all(Campaign)
    return gather_dossier(register, campaign) if known or campaign is not None else None


def _coverage(dossier: Dossier, day: date) -> ExportedCoverage:
    cells = [cell for row in dossier.coverage(day).rows for cell in row.cells]
    return ExportedCoverage(
        len(cells),
        sum(cell.is_covered for cell in cells),
        sum(cell.state == "never" for cell in cells),
    )


def _terms(register: Register, dossier: Dossier, day: date) -> tuple[ExportedTerm, ...]:
    """Return what is still open; not what was asked or promised, which may name people."""
    found = find_open_terms(
        dossier.question_sets, dossier.commitments, day, shipped_rules(),
        register.dossier.all(Recess),
    )  # fmt: skip
    return tuple(
        ExportedTerm(one.id, one.kind, one.term.state, one.term.due, one.term.late_days)
        for one in found
    )


def _grown_from(register: Register, since: Export, origin: str, size: int) -> GrownFrom:
    if since.log != origin:
        raise InputError("coordinator.other_log", organisation=since.organisation)
    compare_head(register, since.entries, bytes.fromhex(since.root))
    growth = register.log.growth(since.entries, size)
    return GrownFrom(since.entries, since.root, tuple(one.hex() for one in growth.proof))


def is_proven(old: LogState, new: LogState) -> bool:
    """Return whether a later export has a proof that its log only grew since the earlier one.

    Raises
    ------
    IntegrityError
        If it has one, and that is false.
    """
    told = new.grown_from
    if told is None or told.entries != old.entries:
        return False
    if told.root != old.root or not _is_consistent(told, new):
        raise IntegrityError(
            "coordinator.forked", organisation=new.organisation, path=new.file, other=old.file,
            entries=old.entries,
        )  # fmt: skip
    return True


def _is_consistent(told: GrownFrom, new: LogState) -> bool:
    try:
        old_root, root, *proof = (bytes.fromhex(one) for one in (told.root, new.root, *told.proof))
    except ValueError:
        return False
    return verify_consistency(told.entries, old_root, new.entries, root, proof)


def _units(register: Register, day: date, dossier: Dossier | None) -> tuple[ExportedUnit, ...]:
    """Return the units of the day: of the organisation through time, and of what was scanned.

    The first know their identifier in a public register, the second what was scanned. A unit
    without data of its own was looked at if another step of it was done.
    """
    covered = {source.unit for source in register.sources() if source.unit}
    if dossier is not None:
        covered |= _looked_at(dossier.coverage(day))
    found: dict[str, ExportedUnit] = {
        unit.id: ExportedUnit(unit.id, unit.name, unit.status, unit.id in covered)
        for unit in register.units()
    }
    if register.dossier.all(OrganisationUnit):
        scopes, overdue = _scopes(dossier, day)
        for unit in history_of(register).on(day).values():
            found[unit.id] = ExportedUnit(
                unit.id, unit.name, unit.status, unit.id in covered, unit.identifier,
                scopes.get(unit.id, ""), unit.id in overdue,
            )  # fmt: skip
    return tuple(found.values())


def _looked_at(coverage: Coverage) -> set[str]:
    """Return the units of which a step was done: by a scan, an interview, a search of registers."""
    looked = ("done", "partly", "covered", "taken_over")
    return {cell.unit for row in coverage.rows for cell in row.cells if cell.state in looked}


def _scopes(dossier: Dossier | None, day: date) -> tuple[dict[str, Scope], set[str]]:
    """Return what was decided on each unit, and on which it must be decided again by now."""
    if dossier is None:
        return {}, set()
    coverage = dossier.coverage(day)
    scopes: dict[str, Scope] = {row.unit: "in" for row in coverage.rows}
    scopes |= dict.fromkeys(coverage.undecided, "undecided")
    exclusions = standing_exclusions(dossier.history, dossier.decisions, day)
    for one in exclusions:
        scopes[one.unit] = "out_for_now" if one.is_for_now else "out"
    return scopes, {one.unit for one in exclusions if one.is_overdue}


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
    if content.startswith(_PACKED):
        raise InputError("coordinator.is_packed", path=file)
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
    digest = hashlib.sha256(content).hexdigest()
    return Received(file, export, tuple(key.name for key in signed), digest)


_PACKED: Final = b"PK"
"""How a ZIP begins, and so a bundle for an auditor."""

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
            with path.open("rb") as stream:
                is_packed = stream.read(len(_PACKED)) == _PACKED
            if is_packed:
                raise InputError("coordinator.is_packed", path=str(path))
            if path.stat().st_size > MAX_BYTES:
                raise InputError("coordinator.too_large", path=str(path))
            content = path.read_bytes()
        except OSError:
            raise InputError("coordinator.unreadable", path=str(path)) from None
        yield read_export(content, path.name, keys)
