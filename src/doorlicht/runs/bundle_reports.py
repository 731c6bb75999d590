"""The reports of a bundle: what people read, made again from what the register holds.

Of each audit the page and its numbers as they may be handed on; of each trace its page and flows;
the inventory of uses, the assessments with what follows from them; and with which program,
editions and plugins all of it was made. The lines of code that a trace shows are in no register,
and so in no bundle.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO, Final

from pydantic import TypeAdapter

from doorlicht import __version__
from doorlicht.assessment import load_framework
from doorlicht.evidence.bundle_archive import Archive
from doorlicht.evidence.bundles import read_records
from doorlicht.language import LANGUAGES
from doorlicht.records import TraceResult
from doorlicht.register import Register
from doorlicht.reports.audit_html import render_audit_html
from doorlicht.reports.audit_published import render_audit_published
from doorlicht.reports.audit_reading import read_audit
from doorlicht.reports.inventory import render_inventory_html, render_inventory_json
from doorlicht.reports.trace_html import render_trace_html
from doorlicht.reports.trace_json import render_trace_json
from doorlicht.reports.uses_json import assessment_tree, measure_tree
from doorlicht.runs.bundle_configuration import configuration
from doorlicht.runs.inventory import make_inventory
from doorlicht.vocabulary import load_vocabulary

FRAMEWORK: Final = "motion-21"
"""By which uses are judged where no assessment names another framework."""

_OTHER_FORM: Final = (LookupError, TypeError, ValueError, AttributeError)
"""What reading a record of another form than it should have can raise."""

_TRACE: Final = TypeAdapter(TraceResult)
_PLURAL: Final[Mapping[str, str]] = {
    "model": "models", "flow": "flows", "reference": "references", "lost": "lost",
}  # fmt: skip


Record = Mapping[str, Any]
"""What a register or a bundle holds of a subject."""

Records = Callable[[str], Iterable[tuple[str, Record]]]
"""Gives the records of a kind, each with its subject."""

Made = Iterator[tuple[str, str | Mapping[str, Any]]]
"""Names of reports, with pages as text and all others as trees of JSON."""


def reports_of(register: Register, *, today: date) -> Made:
    """Yield the reports by their names; those of scans are not among them."""

    def records(kind: str) -> Iterator[tuple[str, Record]]:
        return ((one.subject, json.loads(one.record)) for one in register.log.records(kind))

    without = list[str]()
    yield from reports_from(records, without.append)
    yield from _inventory(register, today)
    tree = configuration(register)
    tree["configuration"]["without_report"] = without
    yield "configuration.json", tree


def reports_from(records: Records, fail: Callable[[str], object] = bool) -> Made:
    """Yield the reports that follow from records alone: of audits and traces.

    Parameters
    ----------
    fail
        Called with what is kept in a form of which no report can be made: of an early version, or
        one that is still to come.
    """
    for number, row in _last("audit", records, lambda said: str(said["audits"][0]["audit_id"])):
        try:
            made = list(_audit(number, row["audits"][0]))
        except _OTHER_FORM:
            fail(f"audit:{number}")
            continue
        yield from made
    for number, row in _last("trace", records, lambda said: str(said["traces"][0]["roots"])):
        try:
            made = list(_trace(number, row["traces"][0], row.get("trace_items", ())))
        except _OTHER_FORM:
            fail(f"trace:{number}")
            continue
        yield from made


def _last(
    kind: str, records: Records, same: Callable[[Record], str]
) -> Iterator[tuple[str, Record]]:
    """Yield the last record of each that is of the same, with its number.

    Records can be large: they are gone through twice, and none but the one is kept.
    """
    last: dict[str, int] = {}
    for subject, said in records(kind):
        number, of = int(subject.partition(":")[2]), same(said)
        last[of] = max(number, last.get(of, 0))
    wanted = set(last.values())
    for subject, said in records(kind):
        number = int(subject.partition(":")[2])
        if number in wanted:
            yield str(number), said


def _audit(number: str, row: Record) -> Made:
    report, at = read_audit(row["content"]), datetime.fromisoformat(row["ended_at"])
    for language in LANGUAGES:
        page = render_audit_html(report, language, version=row["doorlicht"], at=at)
        yield f"audits/{number}.{language}.html", page
    tree = render_audit_published(report, "en", doorlicht=row["doorlicht"])
    yield f"audits/{number}.json", tree


def _trace(number: str, row: Record, items: Iterable[Record]) -> Made:
    parts: dict[str, list[Record]] = {name: [] for name in _PLURAL.values()}
    for item in items:
        parts[_PLURAL[item["kind"]]].append(item["content"])
    settings: Record = row.get("settings") or {}
    looked_at: Record = settings.get("looked_at", {})
    result = _TRACE.validate_python(
        {**parts, "files": row["files"], "lines": row["lines"], **looked_at}
    )
    names = [root.replace("\\", "/").rstrip("/").rpartition("/")[2] for root in row["roots"]]
    for language in LANGUAGES:
        yield f"traces/{number}.{language}.html", render_trace_html(
            result, language, concepts=load_vocabulary().concepts, version=row["doorlicht"],
            at=datetime.fromisoformat(row["ended_at"]), roots=names,
        )  # fmt: skip
    tree = render_trace_json(result, "en", vocabulary=row["vocabulary"], doorlicht=row["doorlicht"])
    yield f"traces/{number}.json", tree


@dataclass(frozen=True, slots=True)
class Compared:
    """Reports of a bundle that were made again from its records.

    Attributes
    ----------
    reports
        How many are the same.
    otherwise
        Which are not.
    """

    reports: int
    otherwise: tuple[str, ...]


def compare_reports(file: BinaryIO) -> Compared:
    """Make the reports of a bundle that was verified again, and compare them with those in it.

    Those of which the records were left out are not compared, and those of scans are not.
    Another version of doorlicht may write something else.
    """
    archive, same, otherwise = Archive(file), 0, list[str]()

    def fail(subject: str) -> None:
        # A report that cannot be made of its record does not follow from it.
        kind, _, number = subject.partition(":")
        start = f"reports/{kind}s/{number}."
        otherwise.extend(name for name in archive.names if name.startswith(start))

    for name, made in reports_from(lambda kind: read_records(file, kind), fail):
        path = f"reports/{name}"
        if path not in archive.members:
            continue
        is_same = _says(b"".join(archive.chunks(path)), made)
        same += is_same
        otherwise += [] if is_same else [path]
    return Compared(same, tuple(otherwise))


def _says(content: bytes, made: str | Mapping[str, Any]) -> bool:
    """Whether a file says what was made; one of JSON has a head of its own."""
    if isinstance(made, str):
        return content == made.encode()
    try:
        tree: Any = json.loads(content)
        return json.loads(json.dumps(made)) == {name: tree.get(name) for name in made}
    except (ValueError, AttributeError, RecursionError):
        return False


def _inventory(register: Register, today: date) -> Made:
    judging = register.judging
    if not judging.uses():
        return
    assessments = judging.assessments()
    for name in sorted({one.framework for one in assessments} or {FRAMEWORK}):
        made = make_inventory(register, framework=name, today=today)
        framework = load_framework(name)
        for language in LANGUAGES:
            concepts = {key: one.name[language] for key, one in load_vocabulary().concepts.items()}
            yield (
                f"inventory/{name}.{language}.html",
                render_inventory_html(made, framework, concepts, language, version=__version__),
            )
        yield f"inventory/{name}.json", {"inventory": render_inventory_json(made, framework)}
    yield "assessments.json", {
        "assessments": [assessment_tree(one) for one in assessments],
        "measures": [measure_tree(one) for one in judging.measures()],
    }  # fmt: skip
