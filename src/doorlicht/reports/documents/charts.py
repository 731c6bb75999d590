"""Charts of a document: coverage, verdicts and intervals of disparities.

Each is drawn as the pictures of an audit are, and stands beside a table with its numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from doorlicht.reports.audit_words import say_group, show_certain
from doorlicht.reports.documents.bars import Bar, bar_chart
from doorlicht.reports.documents.content import Chart, Run, Table, Words, line, plain
from doorlicht.reports.documents.telling import Telling
from doorlicht.reports.figures import count_figure
from doorlicht.reports.rate_picture import draw_ratios
from doorlicht.reports.small_numbers import LIMIT


def chart_coverage(telling: Telling) -> Chart | None:
    """Return how many steps of each unit are done; nothing where no unit takes part."""
    coverage = telling.given.coverage
    if coverage is None or not coverage.rows:
        return None
    bars: list[Bar] = []
    for row in coverage.rows:
        done, every, never = (
            telling.figure(query, unit=row.unit)
            for query in ("cells_covered", "cells", "cells_never")
        )
        covered = sum(cell.is_covered for cell in row.cells)
        text = telling.word("chart.done", done=covered, every=len(row.cells))
        bars.append(
            Bar(
                row.name,
                100 * covered / len(row.cells) if row.cells else 0.0,
                text,
                (line(row.name), (done,), (every,), (never,)),
                is_marked=any(cell.state == "never" for cell in row.cells),
            )
        )
    head = [telling.word(f"column.{one}") for one in ("unit", "done", "steps", "never")]
    return _bars(telling, "coverage", bars, head, frozenset({1, 2, 3}), is_share=True)


def chart_verdicts(telling: Telling) -> Chart | None:
    """Return how many uses have which verdict; nothing where there is no use."""
    inventory = telling.given.inventory
    if inventory is None or not inventory.lines:
        return None
    verdicts = dict.fromkeys(one.verdict for one in inventory.lines if one.verdict)
    framework = telling.given.framework
    known = () if framework is None else tuple(framework.outcomes)
    ordered = sorted(verdicts, key=lambda one: (known.index(one) if one in known else -1, one))
    bars = [
        _counted(telling, telling.given.verdict_name(one, telling.language), "uses", verdict=one)
        for one in ordered
    ]
    bars.append(_counted(telling, telling.word("chart.no_verdict"), "uses_undecided"))
    head = [telling.word("column.verdict"), telling.word("column.uses")]
    return _bars(telling, "verdicts", bars, head, frozenset({1}))


def chart_disparities(telling: Telling) -> list[Chart]:
    """Return the ratios between groups of each audit, with their intervals.

    They are no counts, so they have no figure: the id of a number leads to how it was measured.
    """
    charts: list[Chart] = []
    for report in telling.given.audits or ():
        for each in report.audited:
            picture = draw_ratios(each, each.ratio, telling.language)
            if picture is None:
                continue
            rows = [
                (
                    line(say_group(one.group, telling.language)),
                    line(value),
                    line(between),
                    line(Words(each.id_of(one, report.subject), is_name=True)),
                )
                for one in each.shown_measures(LIMIT)
                if one.measure == each.ratio
                for value, between in [show_certain(one, telling.language)]
            ]
            names = ("group", "ratio", "interval", "id")
            head = [telling.word(f"column.{name}") for name in names]
            picture = replace(picture, title=f"{_file_name(report.subject)}: {picture.title}")
            table = Table(picture.title, tuple(head), tuple(rows), frozenset({1, 2}))
            charts.append(Chart(picture, table))
    return charts


def _file_name(subject: str) -> str:
    """Return the name of the file that was audited; where it lies on a machine tells nobody."""
    return plain(PurePath(subject.replace("\\", "/")).name or subject)


def _counted(telling: Telling, name: str, query: str, **parameters: str) -> Bar:
    figure = count_figure(telling.given, query, **parameters)
    run: Run = Words("") if figure is None else telling.mark(figure)
    value = 0 if figure is None else figure.value
    return Bar(name, value, telling.number(value), (line(name), (run,)))


def _bars(
    telling: Telling,
    name: str,
    bars: Sequence[Bar],
    head: Sequence[str],
    numeric: frozenset[int],
    *,
    is_share: bool = False,
) -> Chart:
    title, note = telling.word(f"chart.{name}.title"), telling.word(f"chart.{name}.note")
    return bar_chart(name, title, note, bars, head, numeric, is_share=is_share)
