"""What a scan came to, on a screen: blind spots, findings, counts, and what to do next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from doorlicht.cli.pasting import command
from doorlicht.language import Language, say
from doorlicht.register import KeptFinding
from doorlicht.reports import ReportContent
from doorlicht.reports.html import safe_name
from doorlicht.runs.scan import ScanResult

MAX_LINES: Final = 60
"""Findings and blind spots on one screen; the rest is in the report."""

WIDE: Final = 110
"""Columns of a terminal from which on there is room for the reason."""


def show_scan(
    console: Console,
    content: ReportContent,
    result: ScanResult,
    language: Language,
    *,
    threshold: float,
    outputs: Sequence[str],
    register: str | None = None,
) -> None:
    """Print the answer of a scan."""

    def tell(key: str, **params: str | float) -> str:
        return say(f"cli.{key}", language, **params)

    console.print()
    show_sampled(console, content, language)
    show_blind_spots(console, content, language)
    found = content.found(threshold)
    show_findings_table(console, found, content, language)
    looked = content.looked_at
    console.print(
        tell(
            "looked_at",
            assets=looked.assets, columns=looked.columns, rows=looked.rows,
            megabytes=looked.bytes / 1e6, seconds=result.seconds,
        )
    )  # fmt: skip
    if result.counts.unchanged:
        console.print(tell("unchanged", assets=result.counts.unchanged))
    if not found:
        console.print(Text(tell("none_found", blind=len(content.blind_spots)), style="bold"))
    proxies = len(content.proxies(threshold))
    if proxies:
        console.print(tell("proxies", n=proxies))
    rejected = len(content.rejected())
    if rejected:
        console.print(tell("rejected", n=rejected))
    console.print()
    for path in outputs:
        console.print(Text("  " + path, style="cyan", no_wrap=True, overflow="ignore"), crop=False)
    console.print()
    if found:
        first = found[0].finding.id
        why = command(["explain", first], register)
        decide = command(["triage", first, "confirm", "--reason", "..."], register)
        # A line that is broken off, or read as markup, can no longer be pasted.
        console.print(Text(tell("next_why", command=why)), soft_wrap=True)
        console.print(Text(tell("next_decide", command=decide)), soft_wrap=True)


def show_sampled(console: Console, content: ReportContent, language: Language) -> None:
    """Say how many rows of each table a scan looked at, where it was not all of them."""
    if content.sample_rows is not None:
        told = say("cli.sampled", language, rows=content.sample_rows)
        console.print(Text(told, style="bold yellow"))


def show_blind_spots(console: Console, content: ReportContent, language: Language) -> None:
    """Print what could not be looked at: where, what and why, and what to do.

    A narrow screen, and a log, has the last below the others.
    """
    spots = content.blind_spots
    if not spots:
        return
    console.print(Text(say("cli.blind_title", language, n=len(spots)), style="bold yellow"))
    is_wide = console.width >= WIDE
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    for _ in range(3 if is_wide else 2):
        table.add_column(overflow="fold")
    for spot in spots[:MAX_LINES]:
        where = spot.asset or spot.source or say("report.whole", language)
        if spot.asset and len(content.sources) > 1:
            where = f"{spot.source}: {where}"
        place = Text(safe_name(where), style="cyan")
        what, remedy = (text.in_language(language) for text in (spot.message, spot.remedy))
        if is_wide:
            table.add_row(place, Text(what), Text(remedy, style="dim"))
        else:
            do = f"\n{say('cli.error_remedy', language)} {remedy}"
            table.add_row(place, Text.assemble(what, (do, "dim")))
    console.print(table)
    if len(spots) > MAX_LINES:
        console.print(say("cli.more", language, n=len(spots) - MAX_LINES))
    console.print()


def show_findings_table(
    console: Console,
    found: Sequence[KeptFinding],
    content: ReportContent,
    language: Language,
    *,
    title: str = "found_title",
) -> None:
    """Print findings grouped by table: concept, kind, probability, and the strongest reason.

    A narrow screen leaves the reason to ``doorlicht explain``.
    """
    if not found:
        return
    tables: dict[tuple[str, str], list[KeptFinding]] = defaultdict(list)
    for one in found[:MAX_LINES]:
        tables[one.finding.location.source, one.finding.location.table].append(one)
    is_wide = console.width >= WIDE
    console.print(Text(say(f"cli.{title}", language, n=len(found)), style="bold"))
    names = [safe_name(one.finding.location.column) for one in found[:MAX_LINES]]
    width = min(max(map(len, names)) + 1, 32)
    names_of_sources = {source.id: source.name or source.id for source in content.sources}
    for (source, name), group in tables.items():
        console.print()
        head = Text(safe_name(name), style="bold cyan")
        if len(names_of_sources) > 1:
            head.append(f"  {safe_name(names_of_sources.get(source, source))}", style="dim")
        console.print(head)
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
        table.add_column(no_wrap=True, width=12, style="dim")
        table.add_column(overflow="fold", width=width)
        table.add_column(justify="right", no_wrap=True, width=5)
        table.add_column(overflow="fold", width=30 if is_wide else None)
        if is_wide:
            table.add_column(overflow="fold", style="dim")
        for one in group:
            table.add_row(*_row(one, content, language)[: 5 if is_wide else 4])
        console.print(table)
    if len(found) > MAX_LINES:
        console.print(say("cli.more", language, n=len(found) - MAX_LINES))
    console.print()


def _row(one: KeptFinding, content: ReportContent, language: Language) -> list[Text | str]:
    finding = one.finding
    concept = content.concepts.get(finding.concept)
    name = concept.name[language] if concept else finding.concept
    reasons = [signal for signal in finding.signals if signal.name != "base"]
    main = max(reasons, key=lambda signal: signal.weight, default=None)
    if finding.kind != "direct":
        name += f" ({say(f'report.kind_{finding.kind}', language)})"
    if finding.is_free_text:
        name += f" ({say('report.free_text', language)})"
    if one.triage != "open":
        name += f" ({say(f'report.{one.triage}', language)})"
    return [
        finding.id,
        Text(safe_name(finding.location.column) or say("report.no_name", language)),
        percent(finding.probability),
        name,
        Text(main.note.in_language(language) if main else ""),
    ]


def percent(share: float) -> str:
    """Return a probability for people; never 100 %, which no statistic can promise.

    Examples
    --------
    >>> percent(0.9999), percent(0.873), percent(0.004)
    ('> 99%', '87%', '< 1%')
    """
    if share > 0.99:
        return "> 99%"
    return "< 1%" if share < 0.01 else f"{share:.0%}"
