"""Which rows of a table add up to which others, from what the spec says and from their names.

Rows are crossed where their names are joined: ``Age: 15-18 & Risk: high``. What adds up for
everybody adds up within each other row as well. Where only some of the parts are printed, they
are together not more than their total.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from doorlicht.audit.aggregates.published import AggregateSpec, PublishedTable, Total


def row_totals_of(spec: AggregateSpec, table: PublishedTable) -> tuple[Total, ...]:
    """Return every sum of rows that holds in the table.

    Examples
    --------
    >>> import numpy as np
    >>> names = ("all", "old", "young", "old & ill", "young & ill", "ill")
    >>> table = PublishedTable(names, ("n",), np.zeros((6, 1)))
    >>> spec = AggregateSpec({}, "", (), classifications={"age": ("old", "young")}, everybody="all")
    >>> for one in row_totals_of(spec, table):
    ...     print(one.total, "=", " + ".join(one.parts))
    all = old + young
    ill = old & ill + young & ill
    """
    by_parts = {_parts(name, spec): name for name in table.rows}
    rules = [Total("", values) for values in spec.classifications.values()]
    rules += spec.row_totals
    found: dict[tuple[str, frozenset[str]], Total] = {}
    for rule in rules:
        for base in {frozenset[str](): None, **dict.fromkeys(by_parts)}:
            one = _within(rule, base, by_parts, spec)
            if one is not None:
                found.setdefault((one.total, frozenset(one.parts)), one)
    return tuple(one for one in found.values() if not _follows(one, found.values()))


def unknown_rows(spec: AggregateSpec, table: PublishedTable) -> tuple[str, ...]:
    """Return what the spec adds up, and no row of the table is called or made of.

    A part that was not printed may be named, so that its total is known to have more parts; a
    name that was spelt otherwise looks the same, and is worth a word.

    Raises
    ------
    InputError
        If the row of everybody is not there: nothing would add up to it.

    Examples
    --------
    >>> import numpy as np
    >>> table = PublishedTable(("all", "old & ill"), ("n",), np.zeros((2, 1)))
    >>> spec = AggregateSpec({}, "", (), classifications={"age": ("old", "young")})
    >>> unknown_rows(spec, table)
    ('young',)
    """
    if spec.everybody is not None:
        table.row(spec.everybody)
    known = frozenset[str]().union(*(_parts(name, spec) for name in table.rows))
    wanted = [name for names in spec.classifications.values() for name in names]
    wanted += [name for one in spec.row_totals for name in (one.total, *one.parts)]
    return tuple(dict.fromkeys(name for name in wanted if not _parts(name, spec) <= known))


def _follows(one: Total, others: Iterable[Total]) -> bool:
    """Tell whether something nearer holds the same parts, so that this says nothing more."""
    return not one.is_complete and any(
        set(one.parts) == set(nearer.parts)
        and any(
            other.total == one.total and nearer.total in other.parts
            for other in others
            if other is not nearer
        )
        for nearer in others
        if nearer is not one and nearer.total != one.total
    )


def _parts(name: str, spec: AggregateSpec) -> frozenset[str]:
    return frozenset() if name == spec.everybody else frozenset(name.split(spec.between))


def _within(
    rule: Total, base: frozenset[str], by_parts: dict[frozenset[str], str], spec: AggregateSpec
) -> Total | None:
    """Return a rule as it holds within one row, if the rows that it needs are there."""
    total = _parts(rule.total, spec) if rule.total else frozenset[str]()
    parts = [_parts(part, spec) for part in rule.parts]
    if any(base & marks for marks in (total, *parts)):
        return None
    whole = by_parts.get(base | total)
    present = [by_parts[base | part] for part in parts if base | part in by_parts]
    if whole is None or not present or whole in present:
        return None
    is_complete = rule.is_complete and len(present) == len(parts)
    return Total(whole, tuple(present), is_complete)


def broken_by_printed(totals: Sequence[Total], table: PublishedTable) -> int:
    """Return in how many cells the printed numbers themselves do not add up.

    That is no fault of the table: numbers that are rounded one by one seldom add up.
    """
    broken = 0
    for one in totals:
        if one.is_complete:
            parts = table.values[[table.row(part) for part in one.parts]].sum(axis=0)
            gap = table.values[table.row(one.total)] - parts
            broken += int((abs(gap) > 0).sum())
    return broken
