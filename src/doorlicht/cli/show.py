"""Commands that read the register: findings, one finding explained, triage, reports, concepts."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from datetime import date
from fnmatch import fnmatch
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from doorlicht.cli.log import show_history
from doorlicht.cli.output import write_json, write_report
from doorlicht.cli.overwriting import STANDARD_OUTPUT, check_targets
from doorlicht.cli.scan import now, report_path, who
from doorlicht.cli.screen import percent, show_blind_spots, show_findings_table, show_sampled
from doorlicht.errors import InputError, nearest
from doorlicht.language import Language, say
from doorlicht.register import KeptFinding, Register, open_register
from doorlicht.reports import ReportContent, content_of
from doorlicht.reports.html import safe_name
from doorlicht.settings import Settings, read_settings
from doorlicht.vocabulary import load_vocabulary


def _settings(**flags: object) -> Settings:
    return read_settings(Path.cwd(), os.environ, **flags)


def _open(settings: Settings) -> Register:
    """Open a register that is there; reading commands make no empty one."""
    if "://" not in settings.register and not Path(settings.register).exists():
        raise InputError("register.missing", path=settings.register)
    return open_register(settings.register, clock=now)


def _content(settings: Settings) -> ReportContent:
    from doorlicht.runs.residual import with_residual

    with _open(settings) as register:
        content = content_of(register, load_vocabulary().concepts)
        return with_residual(register, content, settings.threshold)


def _locations(content: ReportContent) -> list[str]:
    """Return the paths of what was scanned, for none of them may be written over."""
    return [source.location for source in content.sources if source.kind == "files"]


def show_findings(
    language: Language,
    *,
    register: str | None,
    concept: Sequence[str],
    asset: str | None,
    triage: Sequence[str],
    threshold: float | None,
    proxies: bool,
    json_file: str | None,
) -> int:
    """Show the findings of the last scan; 1 where any stands, plus 2 for blind spots.

    A rejected one is shown where it was asked for, and counts no more.
    """
    settings = _settings(register=register, threshold=threshold)
    content = _content(settings)
    _check_concepts(concept, {*content.concepts, *(f.finding.concept for f in content.findings)})
    if json_file is not None:
        check_targets([("json", json_file)], _locations(content))
        write_json(content, json_file, language)
    pool = content.proxies if proxies else content.found
    chosen = [
        one
        for one in (content.findings if triage else pool(settings.threshold))
        if (not concept or one.finding.concept in concept)
        and (asset is None or fnmatch(one.finding.location.table, asset))
        and (not triage or one.triage in triage)
    ]
    # The standard output is of JSON alone, where that was asked for.
    console = Console(highlight=False, quiet=json_file in STANDARD_OUTPUT)
    show_sampled(console, content, language)
    show_blind_spots(console, content, language)
    standing = [one for one in chosen if one.triage != "rejected"]
    rejected = [one for one in chosen if one.triage == "rejected"]
    show_findings_table(console, standing, content, language)
    show_findings_table(console, rejected, content, language, title="rejected_title")
    if not chosen:
        looked = content.looked_at
        console.print(
            say(
                "report.found_none", language,
                assets=looked.assets, columns=looked.columns, rows=looked.rows,
                blind=len(content.blind_spots),
            )
        )  # fmt: skip
    return (1 if standing else 0) | (2 if content.blind_spots else 0)


def _check_concepts(wanted: Sequence[str], known: Collection[str]) -> None:
    """Refuse a concept that is not known: "none found" would be no answer to a slip of the pen."""
    for one in wanted:
        if one not in known:
            raise InputError(
                "findings.unknown_concept", concept=one, nearest=nearest(one, sorted(known))
            )


def _explain_traced(settings: Settings, item: str, language: Language) -> int:
    """Print a flow or a model of the last trace that shows it."""
    from doorlicht.cli.trace import show_flow, show_model

    with _open(settings) as opened:
        found = opened.trace_item(item)
        roots = next(one.roots for one in opened.traces() if one.id == found.trace)
    if found.kind == "flow":
        show_flow(found, roots, language)
    else:
        show_model(found, language)
    return 0


def _sample_rows(register: Register, kept: KeptFinding) -> int | None:
    """Return how many rows of a table the scan looked at that saw a finding last, if not all."""
    seen = [one for one in register.scans() if one.started_at <= kept.last_seen_at]
    value = seen[-1].settings.get("sample_rows") if seen else None
    return value if isinstance(value, int) else None


def explain(
    language: Language, *, finding: str, register: str | None, day: date | None = None
) -> int:
    """Print one finding, flow, use, ... with what it rests on, and what was done to it."""
    settings = _settings(register=register)
    code = _explain_one(language, settings, finding, register, day)
    with _open(settings) as opened:
        show_history(Console(highlight=False), opened, finding.upper(), language)
    return code


def _explain_one(
    language: Language,
    settings: Settings,
    finding: str,
    register: str | None,
    day: date | None,
) -> int:
    if finding.upper().startswith(("FL-", "M-")):
        return _explain_traced(settings, finding.upper(), language)
    if finding.upper().startswith("U-"):
        from doorlicht.cli.uses import explain_use

        return explain_use(language, finding, register)
    if finding.upper().startswith("AF-"):
        from doorlicht.cli.remarks import explain_remark

        return explain_remark(language, finding, register)
    if finding.upper().startswith("SA-"):
        from doorlicht.cli.samples import show_sample

        return show_sample(language, sample=finding, form=None, population=None, json_file=None,
                           register=register)  # fmt: skip
    if finding.upper().startswith("A-"):
        from doorlicht.cli.assess_use import explain_assessment

        return explain_assessment(language, finding, register)
    if finding.upper().startswith("FIG-"):
        from doorlicht.cli.document import explain_figure

        return explain_figure(language, finding.upper(), register, day)
    if finding.upper().startswith("AU-"):
        from doorlicht.cli.audit_explain import explain_number

        with _open(settings) as opened:
            audit = opened.audit(finding.upper())
        explain_number(audit, finding.upper(), language)
        return 0
    with _open(settings) as opened:
        kept = opened.finding(finding.upper())
        flows = opened.flows_from(kept.finding.id)
        rows = _sample_rows(opened, kept)
    found, place = kept.finding, kept.finding.location
    concept = load_vocabulary().concepts.get(found.concept)
    console = Console(highlight=False)
    console.print(Text(f"{found.id}  {percent(found.probability)}", style="bold"))
    console.print(Text(f"{safe_name(place.table)} · {safe_name(place.column)}", style="cyan"))
    if concept is not None:
        console.print(f"{concept.name[language]}: {concept.definition[language]}", markup=False)
        legal = say(f"report.legal_{concept.legal_class}", language)
        console.print(
            f"{say('report.legal', language)}: {legal}. {concept.source}", style="dim", markup=False
        )
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column(say("cli.signal", language), no_wrap=True)
    table.add_column(say("cli.weight", language), justify="right", no_wrap=True)
    table.add_column(say("cli.meaning", language), overflow="fold")
    for signal in found.signals:
        style = "green" if signal.weight > 0 else "red" if signal.weight < 0 else ""
        table.add_row(
            signal.name, Text(f"{signal.weight:+.2f}", style=style),
            Text(signal.note.in_language(language)),
        )  # fmt: skip
    total = sum(signal.weight for signal in found.signals)
    shown = percent(found.probability)
    table.add_row("", f"{total:+.2f}", say("report.sum", language, probability=shown), style="bold")
    console.print(table)
    if rows is not None:
        told = say("cli.sampled", language, rows=rows)
        console.print(told, style="bold yellow", markup=False)
    elif found.is_sampled:
        console.print(say("cli.from_sample", language), style="yellow")
    console.print(
        say(
            "cli.seen", language,
            first=f"{kept.first_seen_at:%Y-%m-%d}", last=f"{kept.last_seen_at:%Y-%m-%d}",
        )
    )  # fmt: skip
    for flow in flows:
        verdict = say(f"trace.verdict.{flow.content['verdict']}", language)
        told = say("trace.finding_flow", language, id=flow.id, verdict=verdict)
        console.print(told, markup=False)
    if kept.is_gone:
        console.print(say("cli.gone", language), style="yellow")
    for one in kept.decisions:
        decided = say(f"cli.decided_{one.decision}", language, by=one.by, date=f"{one.at:%Y-%m-%d}")
        console.print(f"{decided}: {one.reason}", markup=False)
    return 0


def triage(
    language: Language,
    *,
    finding: str,
    decision: str,
    reason: str,
    by: str | None,
    register: str | None,
) -> int:
    """Keep what a person decides on a finding."""
    settings = _settings(register=register, by=by)
    with _open(settings) as opened:
        kept = opened.triage(
            finding.upper(),
            "confirm" if decision == "confirm" else "reject",
            reason=reason,
            by=who(settings),
        )
    done = say(f"cli.triage_{decision}", language, id=kept.finding.id)
    Console(highlight=False).print(done, markup=False)
    return 0


def report(
    language: Language,
    *,
    register: str | None,
    json_file: str | None,
    report: str | None,
    threshold: float | None,
) -> int:
    """Write the reports of the last scan again, without reading a source."""
    settings = _settings(register=register, report=report, threshold=threshold)
    content = _content(settings)
    page = report_path(settings)
    check_targets([("html", str(page)), ("json", json_file)], _locations(content))
    write_report(content, page, language, settings.threshold)
    if json_file is not None:
        write_json(content, json_file, language)
    if json_file not in STANDARD_OUTPUT:
        Console(highlight=False).print(say("cli.written", language, path=str(page)), markup=False)
    return 0


def show_vocabulary(language: Language, *, files: Sequence[str]) -> int:
    """List the concepts, with a user's own files checked and added."""
    vocabulary = load_vocabulary([Path(name) for name in files])
    console = Console(highlight=False)
    table = Table(
        title=say("cli.vocabulary_title", language, edition=vocabulary.edition),
        title_justify="left", box=box.SIMPLE_HEAD,
    )  # fmt: skip
    table.add_column("id", no_wrap=True)
    table.add_column(say("report.concept", language))
    table.add_column(say("report.kind", language), no_wrap=True)
    table.add_column(say("cli.meaning", language), overflow="fold", style="dim")
    for concept in vocabulary.concepts.values():
        table.add_row(
            concept.id, concept.name[language], say(f"report.kind_{concept.kind}", language),
            concept.definition.get(language, ""),
        )  # fmt: skip
    console.print(table)
    entries = sum(len(one.entries) for one in vocabulary.tables.values())
    console.print(
        say(
            "cli.vocabulary_size", language, tables=len(vocabulary.tables), entries=entries,
            spellings=len(vocabulary.lexicon.spellings),
        )
    )  # fmt: skip
    return 0
