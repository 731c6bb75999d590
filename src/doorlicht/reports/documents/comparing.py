"""What a report says of the report before: what changed, and what of it has to be corrected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from doorlicht.language import say
from doorlicht.records.figures import Correction
from doorlicht.reports.corrections import compare_figures, find_corrections
from doorlicht.reports.documents.content import Block, Line, Paragraph, Section, Words, line
from doorlicht.reports.documents.open_ends import open_end
from doorlicht.reports.documents.tables import table_of
from doorlicht.reports.documents.telling import Telling
from doorlicht.reports.figures import count_figure

_COMPARED: Final = (
    "units_in_scope", "units_left_out", "units_overdue", "cells_covered", "cells_never",
    "statements", "statements_wrong", "uses", "uses_decided", "uses_wrong", "measures_verified",
    "measures_late", "blind_spots", "questions_open", "commitments_open",
)  # fmt: skip
"""What a progress report sets beside the report before it."""


def _changes(telling: Telling) -> list[Block | Section]:
    earlier = telling.given.earlier
    if earlier is None:
        return [open_end(telling, "earlier")]
    now = [one for name in _COMPARED if (one := count_figure(telling.given, name)) is not None]
    rows: list[tuple[Line, ...]] = []
    for before, after in compare_figures(earlier.figures, now):
        then = (
            (telling.open(telling.word("word.then")),)
            if before is None
            else line(telling.number(before.value))
        )
        change = 0 if before is None else after.value - before.value
        step = "" if before is None else f"{change:+d}" if change else "0"
        rows.append((line(telling.label(after.query)), then, (telling.mark(after),), line(step)))
    # A report that was signed has its day in its title already.
    day = telling.say_day(earlier.day)
    since = telling.word("since", title=earlier.title.removesuffix(f", {day}"), day=day)
    columns = ("what", "then", "now", "change")
    return [
        Paragraph(line(since)),
        *table_of(telling, "changes", columns, rows, frozenset({1, 2, 3})),
    ]


def _corrections(telling: Telling) -> list[Block | Section]:
    if telling.given.earlier is None or telling.given.as_then is None:
        return [open_end(telling, "corrections")]
    rows: list[tuple[Line, ...]] = []
    cells: list[tuple[Line, ...]] = []
    for one in find_corrections(telling.given.earlier.figures, telling.given.as_then):
        cells += _corrected_cells(telling, one)
        after = telling.open(telling.label(one.before.query)) if one.after is None else None
        rows.append(
            (line(Words(one.before.id, is_name=True)), line(telling.label(one.before.query)),
             line(telling.number(one.before.value)),
             (after or telling.mark(one.after or one.before),),
             line(telling.word("rows", added=len(one.added), removed=len(one.removed))))
        )  # fmt: skip
    columns = ("id", "what", "then", "corrected", "change")
    made = table_of(telling, "corrections", columns, rows, frozenset({2, 3}))
    if cells:
        made += table_of(telling, "corrected_cells", ("id", "what", "then", "corrected"), cells)
    return made


def _corrected_cells(telling: Telling, one: Correction) -> list[tuple[Line, ...]]:
    """Return each row that was counted otherwise than it is now, with how it was and how it is."""
    query = one.before.query
    return [
        (line(Words(one.before.id, is_name=True)), line(_row_name(telling, cell.id)),
         line(_row_state(telling, query, cell.then)), line(_row_state(telling, query, cell.now)))
        for cell in one.cells
    ]  # fmt: skip


def _row_name(telling: Telling, row: str) -> str:
    """Return what a row is called: a unit, or a unit with a step and a source."""
    unit, _, rest = row.partition("/")
    kind, _, source = rest.partition("/")
    step = say(f"campaign.step.{kind}", telling.language) if kind else ""
    return ", ".join(one for one in (telling.given.unit_name(unit), step, source) if one)


def _row_state(telling: Telling, query: str, by: tuple[str, ...] | None) -> str:
    if by is None:
        return telling.word("not_counted")
    family = _STATES_OF.get(query)
    told = [say(f"{family}.{one}", telling.language) if family else one for one in by if one]
    return ", ".join(told) or telling.word("counted")


_STATES_OF: Final = {
    "units": "organisation.status", "cells_covered": "campaign.cell",
}  # fmt: skip
"""Where the words are for what rows of a figure are counted by."""


MAKERS: Final[Mapping[str, Callable[[Telling], list[Block | Section]]]] = {
    "changes": _changes, "corrections": _corrections,
}  # fmt: skip
