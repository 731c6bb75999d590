"""The report of a scan as one page: readable without network and without script, and printable.

What could not be looked at comes before what was found. A page has a bounded size: of very many
findings the surest are shown, and it says how many are not and where they are.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import jinja2

from doorlicht.language import Language, say
from doorlicht.records import BlindSpot, Signal, Unit
from doorlicht.register import KeptFinding
from doorlicht.reports.content import SHOWN_FROM, ReportContent
from doorlicht.reports.residual_words import residual_sentences

MAX_FINDINGS: Final = 1_500
"""Findings with their evidence on one page; more make it slow to open and impossible to read."""

MAX_BLIND_SPOTS: Final = 1_000
MAX_NAME: Final = 160


@dataclass(frozen=True, slots=True)
class _Group:
    """Findings of one table."""

    source: str
    table: str
    findings: list[KeptFinding]


def render_html(
    content: ReportContent, language: Language, *, threshold: float = SHOWN_FROM
) -> str:
    """Return the page; it holds no value of a source and asks nothing of a network."""
    found, proxies = content.found(threshold), content.proxies(threshold)
    shown = sorted(found, key=lambda one: -one.finding.probability)[:MAX_FINDINGS]
    kept = {one.finding.id for one in shown}
    return _template().render(
        content=content,
        lang=language,
        t=_teller(language),
        say_spot=_spot_teller(language),
        note=_note_teller(language),
        number=_number(language),
        percent=_percent(language),
        size=_size(language),
        name=safe_name,
        threshold=threshold,
        found=found,
        proxies=proxies[:MAX_FINDINGS],
        hidden=len(found) - len(shown),
        groups=_groups(one for one in found if one.finding.id in kept),
        proxy_groups=_groups(proxies[:MAX_FINDINGS]),
        by_concept=_by_concept(found, content),
        blind_spots=content.blind_spots[:MAX_BLIND_SPOTS],
        hidden_spots=max(0, len(content.blind_spots) - MAX_BLIND_SPOTS),
        concepts=_concepts_of((*found, *proxies), content),
        rejected=content.rejected(),
        total=_total,
        main_reason=_main_reason(language),
        units=_units(content, found),
        residual=residual_sentences(content.residual, language) if content.residual else [],
        residual_title=say("residual.title", language),
    )


def without_control(text: str) -> str:
    """Return text in which signs that steer a screen are shown as replaced."""
    if text.isprintable():
        # The usual case, told without looking at each letter.
        return text
    return "".join(
        "\ufffd" if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co"} else c for c in text
    )


def safe_name(name: str) -> str:
    r"""Return a name that cannot disturb the page: control signs shown, very long ones cut.

    Examples
    --------
    >>> safe_name("a\u202eb") == "a\ufffdb"
    True
    """
    shown = without_control(name)
    return shown if len(shown) <= MAX_NAME else shown[: MAX_NAME - 1] + "…"


def _groups(findings: Iterable[KeptFinding]) -> list[_Group]:
    tables: dict[tuple[str, str], list[KeptFinding]] = defaultdict(list)
    for one in findings:
        tables[one.finding.location.source, one.finding.location.table].append(one)
    return [_Group(source, table, found) for (source, table), found in tables.items()]


def _by_concept(found: list[KeptFinding], content: ReportContent) -> list[tuple[str, int, int]]:
    """Return concept, columns and tables, the most frequent first."""
    columns: dict[str, int] = defaultdict(int)
    tables: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for one in found:
        columns[one.finding.concept] += 1
        tables[one.finding.concept].add((one.finding.location.source, one.finding.location.table))
    del content
    return sorted(
        ((concept, number, len(tables[concept])) for concept, number in columns.items()),
        key=lambda row: (-row[1], row[0]),
    )


def _concepts_of(found: Iterable[KeptFinding], content: ReportContent) -> list[Any]:
    ids = {one.finding.concept for one in found}
    return [concept for concept in content.concepts.values() if concept.id in ids]


def _teller(language: Language) -> Callable[..., str]:
    def tell(key: str, **params: str | float) -> str:
        return say(f"report.{key}", language, **params)

    return tell


def _note_teller(language: Language) -> Callable[[Signal], str]:
    return lambda signal: without_control(signal.note.in_language(language))


def _main_reason(language: Language) -> Callable[[KeptFinding], str]:
    def tell(one: KeptFinding) -> str:
        reasons = [signal for signal in one.finding.signals if signal.name != "base"]
        main = max(reasons, key=lambda signal: signal.weight, default=None)
        return without_control(main.note.in_language(language)) if main else ""

    return tell


@dataclass(frozen=True, slots=True)
class _UnitRow:
    """A unit with what was looked at and found in its own sources."""

    unit: Unit
    sources: int
    found: int
    blind: int


def _units(content: ReportContent, found: list[KeptFinding]) -> list[_UnitRow]:
    rows: list[_UnitRow] = []
    for unit in content.units:
        own = {source.id for source in content.sources if source.unit == unit.id}
        rows.append(
            _UnitRow(
                unit,
                len(own),
                sum(one.finding.location.source in own for one in found),
                sum(spot.source in own for spot in content.blind_spots),
            )
        )
    return rows


def _total(one: KeptFinding) -> float:
    return sum(signal.weight for signal in one.finding.signals)


def _spot_teller(language: Language) -> Callable[[BlindSpot], tuple[str, str]]:
    return lambda spot: (spot.message.in_language(language), spot.remedy.in_language(language))


def _number(language: Language) -> Callable[[int], str]:
    separator = "." if language == "nl" else ","
    return lambda value: f"{value:,}".replace(",", separator)


def _percent(language: Language) -> Callable[[float], str]:
    del language
    # 100 % would promise what no statistic can.
    return lambda share: "> 99%" if share > 0.99 else f"{share:.0%}"


def _size(language: Language) -> Callable[[int], str]:
    def shown(size: int) -> str:
        value, unit = float(size), "B"
        for larger in ("kB", "MB", "GB", "TB"):
            if value < 1000:
                break
            value, unit = value / 1000, larger
        text = f"{value:.0f}" if unit == "B" or value >= 100 else f"{value:.1f}"
        return f"{text.replace('.', ',') if language == 'nl' else text} {unit}"

    return shown


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("doorlicht.reports"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("scan.html.jinja")
