"""Figures of a signed report beside those of now: what changed, and what has to be corrected."""

from __future__ import annotations

from collections.abc import Iterable

from doorlicht.records.figures import CorrectedCell, Correction, Figure
from doorlicht.reports.documents.given import Given
from doorlicht.reports.figures import count_figure, is_dated


def find_corrections(signed: Iterable[Figure], now: Given) -> list[Correction]:
    """Return the figures of a signed report that would come out otherwise by what is known now.

    Only questions that can be asked again of that day are: see :func:`is_dated`.

    Parameters
    ----------
    now
        What the register holds now *of the day of the report*: what changed since then is no
        correction.
    """
    found: list[Correction] = []
    for before in signed:
        if not is_dated(before.query):
            continue
        after = count_figure(now, before.query, **before.parameters)
        if after is not None and after.snapshot == before.snapshot:
            continue
        rows = () if after is None else after.rows
        found.append(
            Correction(
                before,
                after,
                tuple(one for one in rows if one not in set(before.rows)),
                tuple(one for one in before.rows if one not in set(rows)),
                _corrected(before, after),
            )
        )
    return found


def _by_row(figure: Figure | None) -> dict[str, tuple[str, ...]]:
    """Return what each row of a figure was counted by; nothing of one that is not known."""
    if figure is None:
        return {}
    return dict.fromkeys(figure.rows, ()) | {row[0]: row[1:] for row in figure.counted}


def _corrected(before: Figure, after: Figure | None) -> tuple[CorrectedCell, ...]:
    then, now = _by_row(before), _by_row(after)
    if not before.counted:
        # Signed by a version that kept ids alone: what they were counted by then is not known.
        now = {row: () if row in then else by for row, by in now.items()}
    ids = sorted({*then, *now})
    return tuple(
        CorrectedCell(one, then.get(one), now.get(one))
        for one in ids
        if then.get(one) != now.get(one)
    )


def compare_figures(
    earlier: Iterable[Figure], now: Iterable[Figure]
) -> list[tuple[Figure | None, Figure]]:
    """Return each figure of now beside the one that answered the same question earlier."""
    before = {one.question: one for one in earlier}
    return [(before.get(one.question), one) for one in now]
