"""Which pictures an audit gives: what a model uses, whom it selects, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from doorlicht.language import Language
from doorlicht.records import Audited, AuditReport
from doorlicht.reports.model_picture import draw_flips, draw_uses
from doorlicht.reports.pictures import Picture
from doorlicht.reports.rate_picture import draw_rates, draw_ratios

ERROR_RATES: Final = ("precision", "fpr", "fnr")
"""Rates with an outcome that are drawn; the others follow from these."""

_MAX_NAME: Final = 60


def pictures_of(report: AuditReport, language: Language) -> list[Picture]:
    """Return every picture of an audit, each with a name that is a good name of a file."""
    made: dict[str, Picture] = {}
    for picture in _drawn(report, language):
        name, again = _file_stem(picture.name), 1
        while name in made:
            again += 1
            name = f"{_file_stem(picture.name)}-{again}"
        made[name] = replace(picture, name=name)
    return list(made.values())


def _drawn(report: AuditReport, language: Language) -> Iterator[Picture]:
    if report.model is not None:
        yield from _there(draw_uses(report.model, language), draw_flips(report.model, language))
    for each in report.audited:
        for measure in (each.rate, *ERROR_RATES):
            yield from pictures_of_rate(each, measure, language)


def pictures_of_rate(audited: Audited, measure: str, language: Language) -> Iterator[Picture]:
    """Return the pictures of a rate and of its ratios, if there are any."""
    ratio = "selection_ratio" if measure == "selection_rate" else f"{measure}_ratio"
    yield from _there(draw_rates(audited, measure, language), draw_ratios(audited, ratio, language))


def _there(*pictures: Picture | None) -> Iterator[Picture]:
    yield from (one for one in pictures if one is not None)


def _file_stem(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:_MAX_NAME] or "picture"
