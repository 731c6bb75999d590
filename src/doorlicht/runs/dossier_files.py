"""Files of a dossier, taken into the register: units, scope, campaign, questions, commitments.

What people write in a file and what they do with commands are about the same records. A file that
somebody names on a command goes before what was known; a file that is taken in by itself, with each
run of an inquiry, leaves alone what people changed since.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

from doorlicht.errors import InputError
from doorlicht.organisation import (
    DossierFile,
    check_campaign_state,
    check_decision,
    check_recesses,
    check_records,
    read_dossier,
    read_export,
    read_units_csv,
    units_of,
    with_progress,
    with_proposed_themes,
)
from doorlicht.records import (
    Campaign,
    Commitment,
    NilStatement,
    OrganisationUnit,
    QuestionSet,
    Recess,
)
from doorlicht.register import Register
from doorlicht.register.dossier import DossierRecord, record_key
from doorlicht.runs.dossier import history_of
from doorlicht.sources.estate_form import read_form

FROM_FILE: Final = frozenset({"file_kept", "units_kept"})
"""Actions by which a record is as a file has it, and not as somebody changed it since."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What came of taking files in.

    Attributes
    ----------
    records
        How many records the files have.
    kept
        How many of them were new or had changed.
    left
        Keys of those that differ from the files because people changed them in the register.
    """

    records: int
    kept: int
    left: tuple[str, ...] = ()


def take_in(register: Register, paths: Sequence[Path], *, by: str) -> TakenIn:
    """Keep all records of files, whichever file they are in, but for what people changed since.

    Raises
    ------
    InputError
        If one of them has a fault; then none is kept.
    """
    given = _checked(register, _joined(_read(path) for path in paths))
    records: dict[str, DossierRecord] = {record_key(one): one for one in given.records}
    last = register.dossier.last_actions()
    kinds: set[type[DossierRecord]] = {type(one) for one in records.values()}
    known: dict[str, DossierRecord] = {
        record_key(one): one for made in kinds for one in register.dossier.all(made)
    }
    left = tuple(
        key for key, one in records.items()
        if key in known and known[key] != one and last[key] not in FROM_FILE
    )  # fmt: skip
    wanted = [one for key, one in records.items() if key not in left]
    kept = register.dossier.keep(wanted, action="file_kept", by=by)
    return TakenIn(len(records), kept, left)


def keep_file(register: Register, path: Path, *, by: str) -> int:
    """Keep all records of a dossier file, and return how many are new or changed.

    What people did with them by commands stays: answers, what an auditor found, what was fulfilled.

    Raises
    ------
    InputError
        If one of them has a fault; then none is kept.
    """
    read = _with_themes(read_dossier(read_bytes(path), path.name))
    refuse_twice(read.records)
    given = _checked(register, read)
    known = {
        record_key(one): one
        for made in (NilStatement, Commitment, QuestionSet)
        for one in register.dossier.all(made)
    }
    records = [with_progress(one, known.get(record_key(one))) for one in given.records]
    return register.dossier.keep(records, action="file_kept", by=by)


def keep_units(register: Register, units: Sequence[OrganisationUnit], *, by: str) -> int:
    """Keep units, and return how many are new or changed; with a fault, none is kept."""
    history_of(register, units)
    return register.dossier.keep(units, action="units_kept", by=by)


def read_units(path: Path, ministry: str | None) -> list[OrganisationUnit]:
    """Return the units of a file: an export of the register, a table, a dossier or an estate.

    Raises
    ------
    InputError
        If the file is none of these, or cannot be read.
    """
    units = list(_read(path).units)
    return units if ministry is None else units_of(units, ministry)


def read_bytes(path: Path) -> bytes:
    """Return what is in a file.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError:
        raise InputError("organisation.unreadable", path=str(path)) from None


def _read(path: Path) -> DossierFile:
    """Return the records of a file, each of them once."""
    given = _parsed(path)
    refuse_twice(given.records)
    return given


def _parsed(path: Path) -> DossierFile:
    """Return the records of a file; an export, a table and an estate have units only."""
    if path.suffix.casefold() == ".xml":
        try:
            with path.open("rb") as stream:
                return DossierFile(units=tuple(read_export(stream, path.name)))
        except OSError:
            raise InputError("organisation.unreadable", path=str(path)) from None
    content = read_bytes(path)
    if path.suffix.casefold() not in (".yaml", ".yml"):
        return DossierFile(units=tuple(read_units_csv(content, path.name)))
    if b"\nsources:" in b"\n" + content:
        return DossierFile(units=tuple(_estate_units(path)))
    return _with_themes(read_dossier(content, path.name))


def _estate_units(path: Path) -> list[OrganisationUnit]:
    """Return the units of an estate, which has them as they are now."""
    return [
        OrganisationUnit(
            one.id, one.name, one.since, one.until, one.parent,
            "in_formation" if one.status == "being_founded" else one.status,
        )
        for one in read_form(path).units
    ]  # fmt: skip


def _joined(several: Iterable[DossierFile]) -> DossierFile:
    """Return the records of files as those of one.

    A table of units may have another form of a unit than the export before it, and then counts.

    Raises
    ------
    InputError
        If two files have a campaign, and it is not the same, or another record comes twice and
        differs.
    """
    found: dict[str, Any] = {}
    listed = list(several)
    refuse_twice(
        record for given in listed for record in given.records
        if not isinstance(record, OrganisationUnit)
    )  # fmt: skip
    for given in listed:
        for one in fields(DossierFile):
            value = getattr(given, one.name)
            if isinstance(value, tuple):
                found[one.name] = (*found.get(one.name, ()), *value)
            elif value is not None:
                if found.get(one.name, value).id != value.id:
                    raise InputError(
                        "dossier.two_campaigns", one=found[one.name].id, other=value.id
                    )
                found[one.name] = value
    return DossierFile(**found)


def _with_themes(given: DossierFile) -> DossierFile:
    """Return a dossier in which questions that have no themes have those of their text."""
    asked = tuple(with_proposed_themes(one) for one in given.question_sets)
    return replace(given, question_sets=asked)


def _checked(register: Register, given: DossierFile) -> DossierFile:
    """Return the records of files as they can be kept; the state of a campaign stays as it is."""
    check_records(given)
    units = [*register.dossier.all(OrganisationUnit), *given.units]
    obligations = [*given.commitments, *(q for one in given.question_sets for q in one.questions)]
    named = [*given.scope, *given.plans, *given.steps, *given.nil_statements, *given.assignments]
    placed = [one.unit for one in (*named, *obligations) if one.unit]
    if units:
        history = history_of(register, given.units)
        for one in given.scope:
            check_decision(one, history)
        for unit in placed:
            history.last(unit)
    elif placed:
        raise InputError("dossier.no_units")
    check_recesses(_merged(register, given.recesses))
    if given.campaign is None:
        return given
    known = register.dossier.all(Campaign)
    return replace(given, campaign=check_campaign_state(given.campaign, known))


def refuse_twice(records: Iterable[DossierRecord]) -> None:
    """Refuse a record that comes twice and differs: one of the two would be lost.

    Raises
    ------
    InputError
        If there is one.
    """
    found: dict[str, DossierRecord] = {}
    for one in records:
        if found.setdefault(record_key(one), one) != one:
            raise InputError("dossier.record_twice", key=record_key(one))


def _merged(register: Register, recesses: Iterable[Recess]) -> list[Recess]:
    known = {one.name: one for one in register.dossier.all(Recess)}
    return list({**known, **{one.name: one for one in recesses}}.values())
