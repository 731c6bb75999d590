"""An audit as one page: what cannot be concluded, what the model uses, and whom it selects.

Counts under the small-number limit are hidden, and with them the rates that they would give away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

import jinja2

from doorlicht.language import Language, Text, say
from doorlicht.records import Audited, AuditReport, Disclosed, FigureCheck, Measure
from doorlicht.reports.audit_words import (
    say_conclusion,
    say_disclosed,
    say_figure,
    say_group,
    say_measure,
    show_value,
    stem_of,
)
from doorlicht.reports.html import safe_name
from doorlicht.reports.rate_picture import RatePicture, draw_rates
from doorlicht.reports.small_numbers import LIMIT, shown_count

MAX_MEASURES: Final = 3_000
"""Lines of the table of all measures; audit.json has every one."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Groups by one attribute, with what is drawn of them and what is told of small groups."""

    audited: Audited
    picture: RatePicture | None
    measures: Sequence[Measure]


def render_audit_html(
    report: AuditReport, language: Language, *, version: str, at: datetime
) -> str:
    """Return the page; it asks nothing of a network and has no script."""

    def tell(key: str, **params: str | float) -> str:
        return say(f"audit.{key}", language, **params)

    def group(name: str) -> str:
        return say_group(name, language)

    def text(one: Text) -> str:
        return say(one.key, language, **one.params)

    def conclusion(one: Text) -> str:
        return say_conclusion(one, language)

    def count(one: float) -> str:
        return shown_count(round(one))

    def figure(one: FigureCheck) -> str:
        return say_figure(one, language)

    def disclosed(one: Disclosed) -> str:
        return say_disclosed(one, language)

    def measure(one: str) -> str:
        return say_measure(one, language)

    parts = [
        _Part(
            each,
            draw_rates(each, group, lambda share: f"{100 * share:.3g}%"),
            _shown(each)[:MAX_MEASURES],
        )
        for each in report.audited
    ]
    stems = list(
        dict.fromkeys(stem_of(one.measure) for each in report.audited for one in each.measures)
    )
    return _template().render(
        report=report,
        parts=parts,
        stems=stems,
        lang=language,
        t=tell,
        text=text,
        conclusion=conclusion,
        group=group,
        name=safe_name,
        count=count,
        measure=measure,
        figure=figure,
        disclosed=disclosed,
        value=show_value,
        small=LIMIT,
        version=version,
        at=at,
        settings={key: one for key, one in report.settings.items() if one not in (None, "")},
    )


def _shown(each: Audited) -> list[Measure]:
    """Return the measures of groups that are large enough to be shown."""
    small = {group.name for group in each.groups if group.has_fewer_than(LIMIT)}
    return [one for one in each.measures if one.group not in small]


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
