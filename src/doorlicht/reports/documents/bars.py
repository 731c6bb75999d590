"""Bars of a document: a name, a bar and its number, beside a table with the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from doorlicht.reports.documents.content import Chart, Line, Table, plain
from doorlicht.reports.pictures import MAX_ROWS, Picture, Row, even_axis, even_ticks, row_y

_WHOLE: Final = 100


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar, what stands behind it, and its row of the table.

    Attributes
    ----------
    length
        A number, or a share in percent.
    is_marked
        Drawn otherwise; ``text`` or ``cells`` say why.
    """

    name: str
    length: float
    text: str
    cells: tuple[Line, ...]
    is_marked: bool = False


def bar_chart(
    name: str,
    title: str,
    note: str,
    bars: Sequence[Bar],
    head: Sequence[str],
    numeric: frozenset[int],
    *,
    is_share: bool = False,
) -> Chart:
    """Return bars with their table.

    Parameters
    ----------
    name
        Of the picture, in its file.
    head, numeric
        Of the table.
    is_share
        Whether lengths are shares in percent, of a whole of 100.
    """
    longest = max((one.length for one in bars), default=0)
    axis = even_axis(_WHOLE if is_share else longest or 1.0)
    drawn = bars[:MAX_ROWS]
    rows = tuple(
        Row(
            row_y(at), plain(one.name), one.text, axis.x(0), axis.x(one.length),
            axis.x(one.length), is_bar=True, is_marked=one.is_marked,
        )
        for at, one in enumerate(drawn)
    )  # fmt: skip
    percent = "%" if is_share else ""
    # Half a use is none: only whole numbers stand along the axis.
    ticks = [at for at in even_ticks(axis) if percent or at == round(at)]
    picture = Picture(
        name,
        title,
        (note,),
        rows,
        tuple((axis.x(at), f"{at:g}{percent}") for at in ticks),
        None,
        len(bars) - len(drawn),
    )
    return Chart(picture, Table(title, tuple(head), tuple(one.cells for one in bars), numeric))
