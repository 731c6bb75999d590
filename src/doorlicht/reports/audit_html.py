"""An audit as one page: what cannot be concluded, what the model uses, and whom it selects.

Counts under the small-number limit are hidden, and with them the rates that they would give away.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

import jinja2

from doorlicht.language import Language, Text, say, show_number
from doorlicht.records import Audited, AuditReport, Disclosed, FigureCheck, Measure, OriginFeature
from doorlicht.reports.audit_pictures import ERROR_RATES, pictures_of_rate
from doorlicht.reports.audit_words import (
    file_name,
    say_disclosed,
    say_figure,
    say_group,
    say_heading,
    say_measure,
    say_method,
    say_origin,
    say_setting,
    say_text,
    show_certain,
    show_count,
    show_setting,
    show_value,
    stem_of,
)
from doorlicht.reports.html import safe_name
from doorlicht.reports.model_picture import draw_flips, draw_uses
from doorlicht.reports.pictures import Picture
from doorlicht.reports.small_numbers import LIMIT

MAX_MEASURES: Final = 3_000
"""Lines of the table of all measures; audit.json has every one."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Groups by one attribute, with what is drawn of them and what is told of small groups."""

    audited: Audited
    pictures: Sequence[Picture]
    further: Sequence[Picture]
    measures: Sequence[Measure]
    hidden: int


def render_audit_html(
    report: AuditReport, language: Language, *, version: str, at: datetime
) -> str:
    """Return the page; it asks nothing of a network and has no script."""
    stems = list(
        dict.fromkeys(stem_of(one.measure) for each in report.audited for one in each.measures)
    )
    use = report.model
    return _template().render(
        report=report,
        title=file_name(report.subject),
        parts=[_part(each, language) for each in report.audited],
        uses=None if use is None else draw_uses(use, language),
        flips=None if use is None else draw_flips(use, language),
        stems=stems,
        lang=language,
        name=safe_name,
        small=LIMIT,
        version=version,
        at=at,
        settings=[
            (say_setting(key, language), show_setting(key, one, language))
            for key, one in report.settings.items()
            if one is not None and one != "" and one is not False
        ],
        **_words(language),
    )


def _words(language: Language) -> dict[str, Callable[..., object]]:
    """Return what a template says things with, in one language."""

    def tell(key: str, **params: str | float) -> str:
        return say(f"audit.{key}", language, **params)

    def text(one: Text) -> str:
        return say_text(one, language)

    def group(one: str) -> str:
        return say_group(one, language)

    def heading(one: Audited) -> str:
        return say_heading(one, language)

    def measure(one: str) -> str:
        return say_measure(one, language)

    def method(one: str) -> str:
        return say_method(one, language)

    def origin(one: OriginFeature) -> str:
        return say_origin(one, language)

    def figure(one: FigureCheck) -> str:
        return say_figure(one, language)

    def disclosed(one: Disclosed) -> str:
        return say_disclosed(one, language)

    def count(one: float) -> str:
        return show_count(one, language)

    def value(of: str, one: float | None) -> str:
        return show_value(of, one, language)

    def certain(one: Measure) -> tuple[str, str]:
        return show_certain(one, language)

    def number(one: float, spec: str) -> str:
        return show_number(one, spec, language)

    return {
        "t": tell, "text": text, "group": group, "heading": heading, "measure": measure,
        "method": method, "origin": origin, "figure": figure, "disclosed": disclosed,
        "count": count, "value": value, "certain": certain, "number": number,
    }  # fmt: skip


def _part(each: Audited, language: Language) -> _Part:
    shown = each.shown_measures(LIMIT)
    further = [one for rate in ERROR_RATES for one in pictures_of_rate(each, rate, language)]
    return _Part(
        each,
        list(pictures_of_rate(each, each.rate, language)),
        [] if each.rate in ERROR_RATES else further,
        shown[:MAX_MEASURES],
        max(0, len(shown) - MAX_MEASURES),
    )


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("doorlicht.reports"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("audit.html.jinja")
