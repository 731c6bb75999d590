"""``doorlicht audit``: measure whom a selection picks, and what a model uses."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from rich.console import Console

import doorlicht
from doorlicht.cli.audit_screen import show_audit
from doorlicht.cli.output import json_text, write_bytes, write_text
from doorlicht.cli.overwriting import STANDARD_OUTPUT, check_places, check_targets
from doorlicht.cli.scan import now, who
from doorlicht.errors import InputError
from doorlicht.language import Language, say
from doorlicht.records import AuditReport
from doorlicht.reports.audit_html import render_audit_html
from doorlicht.reports.audit_json import render_audit_json
from doorlicht.reports.audit_pictures import pictures_of
from doorlicht.reports.picture_files import render_png, render_svg
from doorlicht.runs.audit import AuditProgress, AuditRequest, audit
from doorlicht.runs.audit_aggregates import draft_for
from doorlicht.runs.model_cards import model_card
from doorlicht.settings import read_settings

FOUND: Final = 1
"""Exit code where something stands out after correcting for all that was tried."""


def run_audit(
    language: Language,
    *,
    subject: str | None,
    aggregates: str | None,
    spec: str | None,
    draft: str | None,
    published: str | None,
    without_groups: bool,
    leave_out: Sequence[str],
    allow_scoring: bool,
    trust_pickle: bool,
    data: str | None,
    group: Sequence[str],
    explained_by: Sequence[str],
    selected: str | None,
    outcome: str | None,
    score: str | None,
    sampled: str | None,
    weights: str | None,
    person: str | None,
    reference: str | None,
    threshold: float | None,
    level: float,
    correction: str,
    register: str | None,
    json_file: str | None,
    card: str | None,
    report: str | None,
    plots: str | None,
    by: str | None,
    quiet: bool,
) -> int:
    """Audit, write what was asked for, show the answer, and return the exit code."""
    settings = read_settings(Path.cwd(), os.environ, register=register, report=report, by=by)
    page = report or _beside(settings.register)
    sources = [name for name in (subject, data, aggregates, spec, published) if name is not None]
    check_targets([("html", page), ("json", json_file), ("json", card)], sources)
    if card is not None and (data is None or without_groups or aggregates or published):
        raise InputError("card.no_model")
    _check_places(report, json_file, card, draft, plots=plots)
    if aggregates is not None and draft is not None:
        write_text(draft_for(aggregates, None, language), draft)
        return 0
    if subject is None and aggregates is None and published is None:
        raise InputError("audit.no_subject")
    request = AuditRequest(
        subject or "",
        who(settings),
        data=data,
        groups=tuple(group),
        selected=selected,
        outcome=outcome,
        score=score,
        sampled=sampled,
        weights=weights,
        person=person,
        reference=reference,
        level=level,
        correction=correction,  # type: ignore[arg-type] (click knows the choices)
        threshold=threshold,
        aggregates=aggregates,
        spec=spec,
        published=published,
        without_groups=without_groups,
        leave_out=tuple(leave_out),
        explained_by=tuple(explained_by),
        allow_scoring=allow_scoring or trust_pickle,
        trust_pickle=trust_pickle,
        register=settings.register,
    )
    made = audit(request, _teller(language, is_quiet=quiet))
    version = doorlicht.__version__
    write_text(render_audit_html(made, language, version=version, at=now()), page)
    outputs = [settings.register, page]
    if json_file is not None:
        write_text(json_text(render_audit_json(made, language, doorlicht=version)), json_file)
        if json_file not in STANDARD_OUTPUT:
            outputs.append(json_file)
    if card is not None:
        write_text(json_text(model_card(made, language, register=settings.register)), card)
        outputs += [] if card in STANDARD_OUTPUT else [card]
    if plots is not None:
        drawn = write_pictures(made, plots, language)
        outputs.append(say("audit.plots", language, n=drawn, folder=plots))
    if not quiet:
        is_taken = not STANDARD_OUTPUT.isdisjoint({json_file, card})
        out = sys.stderr if is_taken else sys.stdout
        show_audit(Console(file=out, highlight=False), made, language, outputs, register)
    return exit_code(made)


def _check_places(*files: str | None, plots: str | None) -> None:
    """Refuse what could not be written; a page beside the register is judged with the register."""
    is_folder = plots is not None and Path(plots).is_dir()
    check_places([*files, str(Path(plots or "") / "-") if is_folder else plots])


def exit_code(report: AuditReport) -> int:
    """Return 1 if something stands out, plus 2 if something could not be looked at."""
    return (FOUND if report.stands_out else 0) | (2 if report.blind_spots else 0)


def _beside(register: str) -> str:
    if "://" in register:
        return "doorlicht-audit.html"
    return str(Path(register).with_name("doorlicht-audit.html"))


def _teller(language: Language, *, is_quiet: bool) -> Any:
    is_shown = sys.stderr.isatty() and not is_quiet

    def tell(progress: AuditProgress) -> None:
        if is_shown:
            sys.stderr.write(f"\r\x1b[K{say(f'audit.step.{progress.step}', language)}")
            sys.stderr.flush()

    return tell


def write_pictures(report: AuditReport, folder: str, language: Language) -> int:
    """Write each picture of an audit as SVG and as PNG, and return how many there are.

    Raises
    ------
    WrongUseError
        If a file of that name is there that doorlicht did not make.
    InputError
        If the folder cannot be written.
    """
    version = doorlicht.__version__
    pictures = pictures_of(report, language)
    named = {
        (picture.name, kind): str(Path(folder) / f"{picture.name}.{kind}")
        for picture in pictures
        for kind in ("svg", "png")
    }
    check_targets([(kind, path) for (_, kind), path in named.items()])
    for picture in pictures:
        svg = render_svg(picture, language, version=version, audit=report.id)
        write_text(svg, named[picture.name, "svg"])
        write_bytes(render_png(svg, picture, version=version), named[picture.name, "png"])
    return len(pictures)
