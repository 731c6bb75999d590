"""Has a database count one of its tables, and puts what comes back into a profile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from doorlicht.plugins import ProfileRequest
from doorlicht.records import ColumnProfile, Shape, TableProfile, TextHits
from doorlicht.sources.databases.dialect import (
    Counted,
    DatabaseColumn,
    DatabaseSession,
    LooseRows,
    Relation,
    Seen,
)
from doorlicht.sources.engine.session import BLANK, make_dictionary
from doorlicht.sources.engine.shapes import MAX_CATEGORIES
from doorlicht.vocabulary.loose import count_readings

_LOOSE_DIGITS: Final = 0.9
"""A column of numbers has no words to read."""


def count_relation(
    session: DatabaseSession,
    relation: Relation,
    columns: Sequence[DatabaseColumn],
    source_id: str,
    request: ProfileRequest,
) -> TableProfile:
    """Return what a relation tells, counted over all its rows or over the sample asked for.

    Raises
    ------
    DatabaseProblem
        If the database does not count it to the end.
    """
    session.teach(request.lexicon, request.terms)
    with session.at_one_moment():
        total = None
        if request.sample_rows is None:
            part = session.whole(relation, columns)
        else:
            total = session.count_rows(relation)
            part = session.sample(relation, columns, request.sample_rows, total)
        seen = session.see(part, columns)
        rows, counted = session.count(part, columns, seen, request.on_progress)
        loose = session.count_loose(part, [c for c in columns if _has_words(c, seen)])
        texts = {
            column.index: session.count_terms(part, column, request.terms)
            for column in columns
            if column.index in seen and seen[column.index].is_free_text
        }
    return TableProfile(
        source=source_id,
        table=relation.path,
        rows=rows if total is None else total,
        looked_at_rows=rows,
        columns=tuple(
            _profile(
                column,
                counted.get(column.index, Counted()),
                seen.get(column.index, Seen()),
                loose.get(column.index, {}),
                texts.get(column.index, ()),
                request,
            )
            for column in columns
        ),
        bytes=relation.size_bytes or 0,
        comment=relation.comment,
    )


def _has_words(column: DatabaseColumn, seen: Mapping[int, Seen]) -> bool:
    if column.matching != "text" or column.elements_sql or column.index not in seen:
        return False
    shape = seen[column.index].shape
    return shape.distinct <= MAX_CATEGORIES and shape.digits < _LOOSE_DIGITS


def _profile(
    column: DatabaseColumn,
    counted: Counted,
    seen: Seen,
    loose: LooseRows,
    texts: tuple[TextHits, ...],
    request: ProfileRequest,
) -> ColumnProfile:
    dictionary = make_dictionary(request.lexicon)
    filled = max(0, counted.filled - counted.rows_per_slot.get(BLANK, 0))
    rows = dictionary.spellings(counted.rows_per_slot, is_number=False)
    labels = Counter(dictionary.slots_of_texts(column.value_labels.values()))
    return ColumnProfile(
        name=column.name,
        index=column.index,
        kind=column.kind if filled else "empty",
        filled_rows=filled,
        shape=seen.shape if filled else Shape(),
        hits=request.lexicon.hits(rows),
        loose_hits=count_readings(loose.items()),
        text_hits=texts,
        is_free_text=seen.is_free_text,
        label=column.comment,
        value_labels=column.value_labels,
        label_hits=request.lexicon.hits(dictionary.spellings(labels, is_number=False)),
    )
