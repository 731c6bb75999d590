"""A model card of an audit: with prints of its files, and the uses that rest on it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import doorlicht
from doorlicht.language import Language
from doorlicht.records import AuditReport, Use
from doorlicht.register import open_register
from doorlicht.reports.model_card import render_model_card


def _now() -> datetime:
    return datetime.now(UTC)


def with_prints(report: AuditReport, **files: str | None) -> AuditReport:
    """Return an audit with the SHA-256 of each file that it was made of.

    Parameters
    ----------
    files
        By what it is (``model``, ``data``) the path of each; what is no file gets none.
    """
    prints = {f"{name}_sha256": print_of(path) for name, path in files.items() if path is not None}
    known = {name: value for name, value in prints.items() if value is not None}
    return replace(report, details={**report.details, **known})


def print_of(address: str) -> str | None:
    """Return the SHA-256 of a file, of a sheet (``book.xlsx#people``) that of the whole file."""
    for name in dict.fromkeys((address, address.partition("#")[0])):
        path = Path(name).expanduser()
        if path.is_file():
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
    return None


def model_card(
    report: AuditReport,
    language: Language,
    *,
    register: str | Path | None = None,
    clock: Callable[[], datetime] = _now,
) -> dict[str, Any]:
    """Return the card of an audited model, linked to the uses in a register that rest on it.

    Raises
    ------
    InputError
        If the audit was not of a model.
    """
    uses = [] if register is None else _uses_on(register, report.id, clock)
    return render_model_card(report, language, doorlicht=doorlicht.__version__, uses=uses)


def _uses_on(register: str | Path, audit: str, clock: Callable[[], datetime]) -> list[Use]:
    kept = open_register(register, clock=clock)
    try:
        return [one for one in kept.judging.uses() if one.is_open and audit in one.evidence]
    finally:
        kept.close()
