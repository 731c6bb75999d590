"""Repeating an audit of a bundle with its settings, on the same or a fresh copy of its files.

Numbers are compared as they are sealed. They are named here by what they are of and never told,
for those of a small group may not be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, cast

from doorlicht.errors import InputError
from doorlicht.plugins import Limits
from doorlicht.runs.audit import AuditRequest, audit
from doorlicht.runs.rerun_compare import (
    Cause,
    Change,
    Comparing,
    Difference,
    Rerun,
    changes,
    need_vocabulary,
    records_of,
    versions_of,
)
from doorlicht.runs.tempfolder import temporary_folder

_NAMED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "groups": ("name",), "measures": ("measure", "group", "reference", "method"),
    "detectable": ("group", "reference"), "bands": ("group",), "blind_spots": ("code",),
    "conclusions": ("key",), "limits": ("key",), "figures": ("figure", "measure"),
    "disclosed": ("row", "column"),
}  # fmt: skip
"""By which of its fields a row is found again."""

_OF_MODEL: Final[Mapping[str, tuple[str, ...]]] = {
    "features": ("name",), "origin": ("name",), "flips": ("feature", "to"),
    "ablations": ("features",), "other_terms": ("features",),
    "proxy_power": ("group",), "proxy_features": ("name",),
}  # fmt: skip

_NOT_MEASURED: Final = frozenset({"id", "attribute", "asset"})
"""What follows from where a file lies, and what a row is already found by."""

_PLAIN_OF_MODEL: Final = (
    "format", "kind", "algorithm", "library", "classes", "target", "score", "link", "threshold",
    "scored", "importance_by", "dangerous", "foreign",
)  # fmt: skip


def rerun_audit(
    subject: str,
    record: Mapping[str, Any],
    places: Mapping[str, str],
    *,
    by: str,
    vocabulary: Sequence[Path] = (),
) -> Rerun:
    """Repeat an audit, and compare.

    Parameters
    ----------
    record
        What the bundle has of it, with its settings.
    places
        Where each file is now, by what it is to the audit: ``decisions``, ``model``, ``data`` ...

    Raises
    ------
    InputError
        If a file is not given, or has not what the audit needs.
    SourceError
        If a file cannot be read to its end.
    """
    row = record["audits"][0]
    settings = row["settings"]
    need_vocabulary(settings["vocabulary_files"], vocabulary)
    missing = [role for role in settings["inputs"] if role not in places]
    if missing:
        raise InputError(
            "rerun.no_file", role=missing[0], name=settings["inputs"][missing[0]]["name"]
        )
    with temporary_folder() as folder:
        register = folder / "rerun.register"
        audit(_request(settings, places, by, register, vocabulary))
        (made,) = records_of(register, "audit").values()
    return _compare(subject, row, made["audits"][0])


def _request(
    settings: Mapping[str, Any],
    places: Mapping[str, str],
    by: str,
    register: Path,
    vocabulary: Sequence[Path],
) -> AuditRequest:
    given = {role: _address(settings["inputs"][role]["name"], at) for role, at in places.items()}
    return AuditRequest(
        given.get("decisions") or given.get("model") or "",
        by,
        data=given.get("data"),
        aggregates=given.get("aggregates"),
        spec=given.get("spec"),
        published=given.get("published"),
        register=register,
        vocabulary_files=tuple(vocabulary),
        limits=Limits(**settings["limits"]),
        derived=settings["derived"],
        **settings["options"],
    )


def _address(recorded: str, place: str) -> str:
    """Return the address of a file, with the sheet that was read of it.

    Examples
    --------
    >>> _address("book.xlsx#people", "/copy/book.xlsx"), _address("a.csv", "/copy/b.csv")
    ('/copy/book.xlsx#people', '/copy/b.csv')
    """
    _, mark, sheet = recorded.partition("#")
    return f"{place}{mark}{sheet}" if "#" not in place else place


def _compare(subject: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Rerun:
    then, now = old["settings"], new["settings"]
    versions = versions_of(_versions(old), _versions(new))
    inputs = changes(*({role: one["sha256"] for role, one in side["inputs"].items()}
                       for side in (then, now)))  # fmt: skip
    causes = _causes(inputs, is_newer=bool(versions))
    comparing = Comparing()
    before, after = dict(_tables(old["content"])), dict(_tables(new["content"]))
    differences: list[Difference] = []
    for where, part in sorted({*before, *after}):
        rows, others = (side.get((where, part), {}) for side in (before, after))
        differences += comparing.rows(where, part, rows, others, causes)
    return Rerun(
        subject, sum(map(len, before.values())), tuple(differences), versions,
        inputs=inputs, rounded=comparing.rounded,
    )  # fmt: skip


def _versions(row: Mapping[str, Any]) -> dict[str, object]:
    model: Mapping[str, Any] = row["content"].get("model") or {}
    return {
        "doorlicht": row["doorlicht"],
        "vocabulary": row["settings"]["vocabulary"],
        "scored_by": model.get("scored_by"),
    }


def _causes(inputs: Mapping[str, Change], *, is_newer: bool) -> tuple[Cause, ...]:
    causes: list[Cause] = []
    if set(inputs) - {"model", "spec"}:
        causes.append("data")
    if "model" in inputs:
        causes.append("code")
    if "spec" in inputs:
        causes.append("settings")
    if is_newer:
        causes.append("version")
    return tuple(causes) or ("chance",)


_Rows = dict[tuple[str, ...], Mapping[str, Any]]


def _tables(content: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], _Rows]]:
    """Yield the rows of an audit by column of groups and by kind, each under what names it."""
    found: dict[tuple[str, str], _Rows] = {}
    for part, names in _NAMED_BY.items():
        _put(found, part, names, content[part])
    model: Mapping[str, Any] = content["model"] or {}
    for part, names in _OF_MODEL.items():
        _put(found, part, names, model.get(part, ()))
    if model:
        found["", "model"] = {(): {name: model.get(name) for name in _PLAIN_OF_MODEL}}
    said = {name: value for name, value in content["details"].items() if "sha256" not in name}
    found["", "people"] = {(): {"people": content["people"], **said}}
    yield from found.items()


def _put(
    found: dict[tuple[str, str], _Rows],
    part: str,
    names: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    for row in rows:
        of_place = found.setdefault((str(row.get("attribute", "")), part), {})
        key = tuple("" if row[name] is None else _text(row[name]) for name in names)
        # Bands of a score, and what is said of several columns: by their order.
        while key in of_place:
            key = (*key, "+")
        of_place[key] = {name: row[name] for name in row if name not in _NOT_MEASURED}


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, cast("list[object]", value)))
    return str(value)
