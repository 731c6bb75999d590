"""What each step of an inquiry does: the runs behind the commands, with their pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

import doorlicht
from doorlicht.assessment import load_framework
from doorlicht.language import LANGUAGES, Language
from doorlicht.plugins import Limits
from doorlicht.records import Event
from doorlicht.register import Register
from doorlicht.reports import content_of, render_findings_json, render_html
from doorlicht.reports.assessment_json import with_head
from doorlicht.reports.audit_html import render_audit_html
from doorlicht.reports.audit_json import render_audit_json
from doorlicht.reports.code_lines import line_reader
from doorlicht.reports.documents.html import render_html_document
from doorlicht.reports.inquiry_page import INDEX
from doorlicht.reports.inventory import render_inventory_html, render_inventory_json
from doorlicht.reports.trace_html import render_trace_html
from doorlicht.reports.trace_json import REACHING, render_trace_json
from doorlicht.runs.audit import audit
from doorlicht.runs.audit_request import AuditProgress
from doorlicht.runs.documents import DocumentRequest, make_from_register
from doorlicht.runs.dossier_files import take_in
from doorlicht.runs.inquiry_file import Inquiry, PlannedAudit
from doorlicht.runs.inquiry_keys import NEVER_THE_SAME, audit_key, dossier_key, trace_key
from doorlicht.runs.inventory import make_inventory
from doorlicht.runs.own_files import without_own
from doorlicht.runs.scan import ScanRequest, scan
from doorlicht.runs.trace import trace
from doorlicht.runs.trace_cache import cache_beside
from doorlicht.runs.trace_request import (
    TraceProgress,
    TraceRequest,
    databases_of,
    file_at,
    roots_of,
)
from doorlicht.runs.uses import propose
from doorlicht.vocabulary import Vocabulary, load_vocabulary

Tell = Callable[[Event | TraceProgress | AuditProgress], None]


@dataclass(frozen=True, slots=True)
class Given:
    """What all steps share: the register, in whose name and language, and with how much."""

    register: Register
    by: str
    language: Language
    threshold: float
    limits: Limits
    workers: int | None
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Result:
    """What a step gave: counts, pages by name, and what a script wants to know."""

    outcome: Mapping[str, int]
    pages: Mapping[str, str | Mapping[str, object]] = field(
        default_factory=dict[str, "str | Mapping[str, object]"]
    )
    found: bool = False
    is_complete: bool = True


@dataclass(frozen=True, slots=True)
class Work:
    """A step: its name, the pages that it makes, what decides its result, and what it does."""

    name: str
    pages: tuple[str, ...]
    key: Callable[[], str]
    do: Callable[[Tell], Result]


def work_for(inquiry: Inquiry, given: Given) -> Iterator[Work]:
    """Yield the steps of an inquiry in their order; each may rest on what those before it kept."""
    vocabulary = load_vocabulary(inquiry.estate.vocabulary_files)
    if inquiry.dossier:
        yield Work("dossier", (), partial(dossier_key, inquiry.dossier),
                   partial(_dossier, inquiry, given))  # fmt: skip
    yield Work("scan", SCAN_PAGES, _always, partial(_scan, inquiry, given, vocabulary))
    tracing = trace_request(inquiry, given)
    if inquiry.traces:
        yield Work(
            "trace", TRACE_PAGES, partial(trace_key, tracing, given.register, given.language),
            partial(_trace, tracing, given, vocabulary),
        )  # fmt: skip
    for one in inquiry.audits:
        yield Work(
            f"audit:{one.name}", _audit_pages(one),
            partial(_audit_key, one, given), partial(_audit, one, given),
        )  # fmt: skip
    yield Work("uses", (), _always, partial(_uses, given, vocabulary))
    yield Work("report", REPORT_PAGES, _always, partial(_report, inquiry, given, vocabulary))


def pages_of(inquiry: Inquiry) -> list[str]:
    """Return the names of all pages that an inquiry makes."""
    audits = [page for one in inquiry.audits for page in _audit_pages(one)]
    traced = TRACE_PAGES if inquiry.traces else ()
    return [INDEX, *SCAN_PAGES, *traced, *audits, *REPORT_PAGES]


def _audit_pages(planned: PlannedAudit) -> tuple[str, str]:
    return f"audit-{planned.name}.html", f"audit-{planned.name}.json"


SCAN_PAGES = ("findings.html", "findings.json")
TRACE_PAGES = ("trace.html", "trace.json")
REPORT_PAGES = ("inventory.html", "inventory.json", "final-report.html")


def _always() -> str:
    return NEVER_THE_SAME


def trace_request(inquiry: Inquiry, given: Given) -> TraceRequest:
    """Return what is traced: all folders and databases of the estate."""
    sources = inquiry.estate.sources
    place = inquiry.register or ""
    return TraceRequest(
        roots_of(sources), given.by, place, inquiry.estate.vocabulary_files, cache_beside(place),
        databases=databases_of(sources), threshold=given.threshold,
    )  # fmt: skip


def _dossier(inquiry: Inquiry, given: Given, tell: Tell) -> Result:
    del tell
    done = take_in(given.register, inquiry.dossier, by=given.by)
    return Result({"records": done.records, "taken_in": done.kept, "left_alone": len(done.left)})


def _scan(inquiry: Inquiry, given: Given, vocabulary: Vocabulary, tell: Tell) -> Result:
    estate = inquiry.estate
    own = [inquiry.reports]
    if inquiry.register is not None and "://" not in inquiry.register:
        own.append(Path(inquiry.register).resolve())
    request = ScanRequest(
        sources=without_own(estate.sources, own),
        by=given.by,
        register=inquiry.register or "",
        units=estate.units,
        vocabulary_files=estate.vocabulary_files,
        limits=given.limits,
        workers=given.workers,
        known_blind_spots=estate.blind_spots,
        has_made_ids=estate.has_made_ids,
        organisation=estate.name,
    )
    done = scan(request, tell, clock=given.clock)
    content = content_of(given.register, vocabulary.concepts, scan=done.scan.id)
    return Result(
        {
            "read": done.counts.read,
            "unchanged": done.counts.unchanged,
            "gone": done.counts.gone,
            "findings": len(done.found),
            "blind_spots": len(done.blind_spots),
        },
        {
            "findings.html": render_html(content, given.language, threshold=given.threshold),
            "findings.json": render_findings_json(content, given.language),
        },
        found=bool(done.found),
        is_complete=not done.blind_spots,
    )


def _trace(request: TraceRequest, given: Given, vocabulary: Vocabulary, tell: Tell) -> Result:
    run = trace(request, tell, clock=given.clock)
    result = run.result
    reaching = [flow for flow in result.flows if flow.verdict in REACHING]
    page = render_trace_html(
        result, given.language, concepts=vocabulary.concepts, version=doorlicht.__version__,
        at=given.clock(), roots=run.names,
        code_line=line_reader(result, lambda path: file_at(path, run.roots)),
    )  # fmt: skip
    tree = render_trace_json(
        result, given.language, vocabulary=vocabulary.edition, doorlicht=doorlicht.__version__
    )
    return Result(
        {
            "files": result.files,
            "models": len(result.models),
            "flows": len(reaching),
            "lost": len(result.lost),
        },
        {"trace.html": page, "trace.json": tree},
        found=bool(reaching),
        is_complete=not result.lost,
    )


def _audit_key(planned: PlannedAudit, given: Given) -> str:
    return audit_key(planned.request, planned.files, given.register, given.language)


def _audit(planned: PlannedAudit, given: Given, tell: Tell) -> Result:
    made = audit(planned.request, tell, clock=given.clock)
    version = doorlicht.__version__
    page = render_audit_html(made, given.language, version=version, at=given.clock())
    return Result(
        {
            "measures": sum(len(one.measures) for one in made.audited),
            "stand_out": sum(one.stands_out for each in made.audited for one in each.measures),
            "figures": len(made.figures),
            "impossible": sum(one.verdict == "impossible" for one in made.figures),
        },
        dict(
            zip(
                _audit_pages(planned),
                (page, render_audit_json(made, given.language, doorlicht=version)),
                strict=True,
            )
        ),
        found=made.stands_out,
        is_complete=not made.blind_spots,
    )


def _uses(given: Given, vocabulary: Vocabulary, tell: Tell) -> Result:
    del tell
    done = propose(given.register, by=given.by, vocabulary=vocabulary)
    return Result(
        {
            "uses": len(done.uses),
            "new_uses": done.new,
            "unlinked_audits": len(done.unlinked_audits),
        }
    )


def _report(inquiry: Inquiry, given: Given, vocabulary: Vocabulary, tell: Tell) -> Result:
    del tell
    framework, today = load_framework(inquiry.framework), given.clock().date()
    made = make_inventory(given.register, framework=inquiry.framework, today=today)
    names: dict[Language, dict[str, str]] = {
        language: {name: one.name[language] for name, one in vocabulary.concepts.items()}
        for language in LANGUAGES
    }
    version = doorlicht.__version__
    request = DocumentRequest(
        "final", given.language, today, inquiry.framework, campaign=inquiry.campaign
    )
    final = make_from_register(given.register, request, names, version=version)
    return Result(
        {
            "lines": len(made.lines),
            "undecided": sum(not line.verdict for line in made.lines),
            "open": sum(len(line.open_facts) for line in made.lines),
        },
        {
            "inventory.html": render_inventory_html(
                made, framework, names[given.language], given.language, version=version
            ),
            "inventory.json": with_head(render_inventory_json(made, framework), doorlicht=version),
            "final-report.html": render_html_document(final.document),
        },
    )
