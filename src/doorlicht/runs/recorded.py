"""What the register keeps of a trace or an audit so that somebody else can repeat it.

Names, options and hashes: of the code and the files that went in, of what scans knew of tables,
and of the vocabulary. No content of any of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from doorlicht.evidence import canonical_json, content_hash
from doorlicht.records import AuditReport, ScannedTable
from doorlicht.runs.audit_request import AuditRequest
from doorlicht.runs.model_cards import print_of
from doorlicht.vocabulary import load_vocabulary

FORM: Final = 1
"""Of these settings; another number means that they say something else."""

IN_MEMORY: Final[Mapping[str, Any]] = {"form": FORM, "in_memory": True}
"""The settings of an audit of tables or models in a notebook: nobody else has those."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a trace knew beside the code.

    Attributes
    ----------
    files
        SHA-256 of each file and definition that was read, by its path in the trace.
    readers
        Of code, by their names.
    scanned
        Of the tables that scans knew: :func:`scanned_hash`.
    """

    files: Mapping[str, str] = field(default_factory=dict[str, str])
    readers: tuple[str, ...] = ()
    scanned: str = ""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Limits(_Strict):
    memory_bytes: int
    threads: int
    asset_seconds: int
    columns: int
    unpacked_bytes: int
    unpacked_ratio: int
    nested_archives: int


class _Root(_Strict):
    name: str
    label: str


class _Database(_Strict):
    id: str
    kind: str
    label: str


class _LookedAt(_Strict):
    followed: int
    others: int
    skipped: list[str]


class _Trace(_Strict):
    form: Literal[1]
    roots: list[_Root]
    databases: list[_Database]
    threshold: float
    vocabulary_files: list[str]
    readers: list[str]
    scanned: str
    files: dict[str, str]
    looked_at: _LookedAt


class _Input(_Strict):
    name: str
    sha256: str | None


class _Options(_Strict):
    groups: list[str]
    selected: str | None
    outcome: str | None
    score: str | None
    sampled: str | None
    weights: str | None
    person: str | None
    reference: str | None
    level: float
    correction: str
    threshold: float | None
    without_groups: bool
    leave_out: list[str]
    explained_by: list[str]
    allow_scoring: bool
    trust_pickle: bool


class _Audit(_Strict):
    form: Literal[1]
    inputs: dict[str, _Input]
    options: _Options
    limits: _Limits
    vocabulary: str
    vocabulary_files: list[str]
    derived: dict[str, str]


class _Scan(_Strict):
    sample_rows: int | None
    limits: _Limits
    only: list[str]
    exclude: list[str]
    vocabulary_files: list[str]


_FORMS: Final[Mapping[str, type[_Strict]]] = {"scan": _Scan, "trace": _Trace, "audit": _Audit}


def are_settings(kind: str, settings: Mapping[str, Any]) -> bool:
    """Whether these settings of a scan, trace or audit say what this doorlicht knows to repeat.

    A bundle comes from elsewhere, and may be of a later version, or made to do harm.

    Examples
    --------
    >>> are_settings("scan", {"sample_rows": None})
    False
    """
    try:
        _FORMS[kind].model_validate(settings)
    except ValidationError:
        return False
    return True


def scanned_hash(tables: Iterable[ScannedTable]) -> str:
    """Return the hash of scanned tables, in whatever order a database gives them."""
    return content_hash(sorted(map(_told, tables)))


def _told(table: ScannedTable) -> str:
    columns = [
        [column.name, [[one.id, one.concept, one.kind, one.probability] for one in column.findings]]
        for column in table.columns
    ]
    return canonical_json([table.source, table.location, table.path, columns])


def trace_settings(
    known: Known,
    *,
    roots: Sequence[tuple[str, str]],
    databases: Sequence[tuple[str, str, str]],
    threshold: float,
    vocabulary_files: Sequence[Path],
    looked_at: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the settings of a trace.

    Parameters
    ----------
    roots
        Name and label of each: with what the paths of its files begin.
    databases
        Id, kind and label of each.
    looked_at
        ``followed``, ``others`` and ``skipped`` of a :class:`~doorlicht.records.TraceResult`.
    """
    return {
        "form": FORM,
        "roots": [{"name": name, "label": label} for name, label in roots],
        "databases": [
            {"id": name, "kind": kind, "label": label} for name, kind, label in databases
        ],
        "threshold": threshold,
        "vocabulary_files": [path.name for path in vocabulary_files],
        "readers": list(known.readers),
        "scanned": known.scanned,
        "files": dict(known.files),
        "looked_at": dict(looked_at),
    }


def inputs_of(request: AuditRequest) -> dict[str, str]:
    """Return the files of an audit by what they are to it."""
    named = (
        {"published": request.published}
        if request.published is not None
        else {"aggregates": request.aggregates, "spec": request.spec}
        if request.aggregates is not None
        else {"model": request.subject, "data": request.data}
        if request.data is not None and not request.without_groups
        else {"decisions": request.subject}
    )
    return {role: path for role, path in named.items() if path is not None}


def audit_settings(request: AuditRequest, report: AuditReport) -> dict[str, Any]:
    """Return the settings of an audit of files."""
    return {
        "form": FORM,
        "inputs": {
            role: {"name": Path(path).name, "sha256": print_of(path)}
            for role, path in inputs_of(request).items()
        },
        "options": {
            "groups": list(request.groups),
            "selected": request.selected,
            "outcome": request.outcome,
            "score": request.score,
            "sampled": request.sampled,
            "weights": request.weights,
            "person": request.person,
            "reference": request.reference,
            "level": request.level,
            "correction": request.correction,
            "threshold": request.threshold,
            "without_groups": request.without_groups,
            "leave_out": list(request.leave_out),
            "explained_by": list(request.explained_by),
            "allow_scoring": request.allow_scoring,
            "trust_pickle": request.trust_pickle,
        },
        "limits": asdict(request.limits),
        "vocabulary": load_vocabulary(tuple(request.vocabulary_files)).edition,
        "vocabulary_files": [path.name for path in request.vocabulary_files],
        "derived": derived_in(report),
    }


def derived_in(report: AuditReport) -> dict[str, str]:
    """Return the features of a model of which a trace had shown that they are made of origin."""
    origin = () if report.model is None else report.model.origin
    return {one.name: one.concept for one in origin if one.kind == "derived"}
