"""Counts every column of an open table against the lexicon, and takes the shape of its values.

What leaves the engine is counts per vocabulary entry and aggregates of a sample. The plan
depends on the reading: columnar tables are counted column by column, so that a column that cannot
hold a term costs nothing; the others in one pass (``one_pass.py``), and free text looked through on
its way.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportUnknownLambdaType=false, reportMissingTypeStubs=false
# pyarrow brings no types; what comes out of it is checked by tests.

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from threading import Thread
from typing import Any, Final

import pyarrow as pa

from doorlicht.plugins import ProfileRequest
from doorlicht.records import ColumnKind, ColumnProfile, Shape, TableProfile
from doorlicht.sources.engine.counts import Counts
from doorlicht.sources.engine.nested import CountedColumn, flatten
from doorlicht.sources.engine.one_pass import count_in_one_pass
from doorlicht.sources.engine.session import Session, loose_matcher, session_for
from doorlicht.sources.engine.shapes import ColumnSample, read_samples
from doorlicht.sources.tables import BatchStream, EngineRelation, OpenTable, UnreadableError
from doorlicht.vocabulary.lexicon import Lexicon
from doorlicht.vocabulary.person_names import person_names
from doorlicht.vocabulary.text import add_text_hits

CHUNK_ROWS: Final = 122_880
"""Rows of a stream that are counted together: one row group of the engine."""

CHUNK_CELLS: Final = 4_000_000
"""Cells of a stream that are held in memory; wide tables have shorter chunks."""

TEXT_BATCH: Final = 8_192

SHORT_ROWS: Final = 20_000
"""A table of no more rows is not counted column by column, whatever holds it."""

_COUNTED_KINDS: Final = frozenset({"text", "integer", "decimal", "boolean"})


def count_table(
    table: OpenTable, source_id: str, asset_path: str, request: ProfileRequest
) -> TableProfile:
    """Return what an open table tells, counted over all its rows or over the sample asked for.

    Raises
    ------
    UnreadableError
        If the table cannot be read to its end, or takes more memory than allowed. Its details
        name no value.
    """
    session = session_for(request)
    if isinstance(table.reading, BatchStream):
        counts, samples, columns, total = _count_stream(session, table, table.reading, request)
    else:
        counts, samples, columns, total = _count_relation(session, table, table.reading, request)
    return TableProfile(
        source=source_id,
        table=asset_path + table.suffix,
        rows=total,
        looked_at_rows=counts.rows,
        columns=tuple(
            _profile(
                session, column, position, counts, samples.get(position, ColumnSample()), request
            )
            for position, column in enumerate(columns)
        ),
        bytes=table.bytes,
        header=table.header,
        comment=table.comment,
        unreadable_rows=counts.left_out,
        columns_left_out=counts.columns_left_out,
    )


def prepare(request: ProfileRequest) -> None:
    """Load what every count needs: the dictionary into the engine, and what reads values."""
    engine = Thread(target=session_for, args=(request,))
    engine.start()
    loose_matcher(request.lexicon)
    request.terms.count(("",))
    engine.join()


_Counted = tuple[Counts, dict[int, ColumnSample], Sequence[CountedColumn], int]


def _count_relation(
    session: Session, table: OpenTable, reading: EngineRelation, request: ProfileRequest
) -> _Counted:
    for statement in reading.prepare:
        session.run(statement)
    source, is_columnar, total = reading.from_sql, reading.is_columnar, None
    if request.sample_rows is not None:
        total = int(session.rows(f"SELECT count(*) FROM {source}")[0][0])
        session.run("DROP TABLE IF EXISTS sampled")
        session.run(
            f"CREATE TEMP TABLE sampled AS SELECT * FROM {source} "
            f"USING SAMPLE reservoir({int(request.sample_rows)} ROWS) REPEATABLE (1)"
        )
        source, is_columnar = "sampled", True
    try:
        columns, columns_left_out = flatten(session, source, table.columns)
        samples = read_samples(session, source, columns, is_columnar=is_columnar)
        if reading.keeps_rejects:
            session.drop_rejects()
        is_short = is_columnar and table.rows is not None and table.rows <= SHORT_ROWS
        if is_columnar:
            counts = _count_columnar(session, source, columns, samples, request, is_short=is_short)
        else:
            counts = _count_one_pass(session, source, columns, samples, request, table.bytes)
        if reading.keeps_rejects:
            counts.left_out = session.drop_rejects() + reading.left_out()
        if is_columnar and not is_short:
            _count_texts(session, source, columns, samples, counts, request)
        counts.columns_left_out = columns_left_out
    finally:
        if reading.keeps_rejects:
            session.drop_rejects()
        if request.sample_rows is not None:
            session.run("DROP TABLE IF EXISTS sampled")
    return counts, samples, columns, counts.rows if total is None else total


def _count_columnar(
    session: Session,
    source: str,
    columns: Sequence[CountedColumn],
    samples: dict[int, ColumnSample],
    request: ProfileRequest,
    *,
    is_short: bool,
) -> Counts:
    """Count column by column, but those of text in a short table together.

    Of few rows, it costs most that each column meets with the dictionary.
    """
    counts = Counts()
    together: set[int] = set()
    if is_short:
        together = {p for p, c in enumerate(columns) if c.spec.kind == "text" and not c.is_list}
    if together:
        count_in_one_pass(session, source, columns, samples, counts, request, only=together)
    counts.rows = int(session.rows(f"SELECT count(*) FROM {source}")[0][0])
    alone = [(p, column) for p, column in enumerate(columns) if p not in together]
    for done, (position, column) in enumerate(alone):
        tell = _telling(request, counts.rows, done, len(alone))
        tell(0.0)
        with session.progress(tell):
            _count_column(session, source, position, column, samples.get(position), counts)
    return counts


def _count_column(
    session: Session,
    source: str,
    position: int,
    column: CountedColumn,
    sample: ColumnSample | None,
    counts: Counts,
) -> None:
    """Join one column with the dictionary; only what the join keeps is counted."""
    kind = column.spec.kind
    # The engine compares whole numbers faster than texts, and skips parts of the file whose range
    # holds no code. A fraction is no code.
    is_number = kind in {"integer", "decimal"}
    from_sql, value = source, column.sql
    if column.is_list:
        from_sql, value = f"(SELECT unnest({column.sql}) AS element FROM {source})", "element"
        counts.filled[position] += _count_elements(session, source, column)
    else:
        # One column a query: this is answered from what the file says of itself, where it does.
        counts.filled[position] += int(session.rows(f"SELECT count({value}) FROM {source}")[0][0])
    if kind not in _COUNTED_KINDS:
        return
    found = _join(session, from_sql, value, kind, sample, is_number=is_number)
    for slot, rows in found:
        counts.add(position, slot, int(rows), session.dictionary.ids(slot, is_number=is_number))


def _join(
    session: Session,
    source: str,
    column: str,
    kind: ColumnKind,
    sample: ColumnSample | None,
    *,
    is_number: bool,
) -> Sequence[tuple[Any, ...]]:
    """Return rows per slot of the dictionary.

    A column of few different values is grouped first and joined then, which is three times as fast.
    Where the sample was wrong about that and the groups outgrow the memory allowed, and for all
    other columns, rows are joined one by one: that takes no more memory for more values.
    """
    dictionary = "lexicon_number" if is_number else "lexicon_text"
    has_few = kind == "boolean" or (sample is not None and bool(sample.values))
    if has_few:
        try:
            value = _comparable("t.v", kind, sample)
            return session.rows(
                f"SELECT d.slot, sum(t.n) FROM (SELECT {column} AS v, count(*) AS n FROM {source} "
                f"GROUP BY 1) t JOIN {dictionary} d ON d.value = {value} GROUP BY 1"
            )
        except UnreadableError as error:
            if error.code != "limit.memory":
                raise
    return session.rows(
        f"SELECT d.slot, count(*) FROM {source} t "
        f"JOIN {dictionary} d ON d.value = {_comparable(column, kind, sample)} GROUP BY 1"
    )


def _comparable(value: str, kind: ColumnKind, sample: ColumnSample | None) -> str:
    """Return SQL of a value as the dictionary has it."""
    if kind == "decimal":
        return f"CASE WHEN {value} = floor({value}) THEN TRY_CAST({value} AS BIGINT) END"
    if kind == "boolean":
        return f"CAST({value} AS VARCHAR)"
    if kind == "text" and sample is not None and sample.is_padded:
        return f"trim({value})"
    return value


def _telling(request: ProfileRequest, rows: int, done: int, of: int) -> Callable[[float], None]:
    """Return what a poll of the engine's progress calls, for part ``done`` of ``of``."""

    def tell(share: float) -> None:
        overall = (done + share) / of
        request.on_progress(int(rows * overall), overall)

    return tell


def _count_elements(session: Session, source: str, column: CountedColumn) -> int:
    found = session.rows(f"SELECT sum(len({column.sql})) FROM {source}")[0][0]
    return int(found or 0)


def _count_one_pass(
    session: Session,
    source: str,
    columns: Sequence[CountedColumn],
    samples: Mapping[int, ColumnSample],
    request: ProfileRequest,
    bytes_: int,
) -> Counts:
    counts = Counts()
    with session.progress(_telling(request, 0, 0, 1)):
        count_in_one_pass(session, source, columns, samples, counts, request, bytes_=bytes_)
    for position, column in enumerate(columns):
        if column.is_list:
            _count_column(session, source, position, column, samples.get(position), counts)
    return counts


def _count_stream(
    session: Session, table: OpenTable, reading: BatchStream, request: ProfileRequest
) -> _Counted:
    """Count a stream chunk by chunk; the first chunk gives the sample of the shapes."""
    counts = Counts()
    samples: dict[int, ColumnSample] = {}
    columns: Sequence[CountedColumn] = ()
    total = 0
    width = max(1, len(table.columns))
    chunk_rows = max(64, min(CHUNK_ROWS, CHUNK_CELLS // width))
    for chunk in _chunks(reading.open_batches(), chunk_rows):
        total += chunk.num_rows
        if request.sample_rows is not None:
            chunk = chunk.slice(0, max(0, request.sample_rows - counts.rows))
            if chunk.num_rows == 0:
                continue
        with session.registered(chunk) as view:
            if not columns:
                columns, counts.columns_left_out = flatten(session, view, table.columns)
                samples = read_samples(session, view, columns, is_columnar=True, is_in_memory=True)
            count_in_one_pass(session, view, columns, samples, counts, request)
            for position, column in enumerate(columns):
                if column.is_list:
                    _count_column(session, view, position, column, samples.get(position), counts)
        share = min(1.0, total / table.rows) if table.rows else None
        request.on_progress(total, share)
    counts.left_out = reading.left_out()
    if not columns:
        columns = [CountedColumn(spec, "", is_list=False) for spec in table.columns]
    return counts, samples, columns, total


def _chunks(batches: Iterable[pa.RecordBatch], rows: int) -> Iterable[pa.Table]:
    held: list[pa.RecordBatch] = []
    number = 0
    for batch in batches:
        start = 0
        while start < batch.num_rows:
            part = batch.slice(start, min(rows - number, batch.num_rows - start))
            held.append(part)
            number += part.num_rows
            start += part.num_rows
            if number >= rows:
                yield pa.Table.from_batches(held)
                held, number = [], 0
    if held:
        yield pa.Table.from_batches(held)


def _count_texts(
    session: Session,
    source: str,
    columns: Sequence[CountedColumn],
    samples: dict[int, ColumnSample],
    counts: Counts,
    request: ProfileRequest,
) -> None:
    """Match every cell of free text; the text goes through memory and is forgotten."""
    for position, column in enumerate(columns):
        sample = samples.get(position)
        if sample is None or not sample.is_free_text or column.is_list:
            continue
        query = f"SELECT {column.sql} AS text FROM {source} WHERE {column.sql} <> ''"
        for batch in session.batches(query, TEXT_BATCH):
            counts.text[position].append(request.terms.count(batch.column(0).to_pylist()))


def _with_names(sample: ColumnSample, lexicon: Lexicon) -> Shape:
    if not sample.words:
        return sample.shape
    return replace(sample.shape, names=person_names(lexicon).share(sample.words))


def _profile(
    session: Session,
    column: CountedColumn,
    position: int,
    counts: Counts,
    sample: ColumnSample,
    request: ProfileRequest,
) -> ColumnProfile:
    spec = column.spec
    filled = max(0, counts.filled[position] - counts.blank[position])
    labels = Counter(session.dictionary.slots_of_texts(spec.value_labels.values()))
    return ColumnProfile(
        name=spec.name,
        index=spec.index,
        kind=spec.kind if filled else "empty",
        filled_rows=filled,
        shape=_with_names(sample, request.lexicon) if filled else Shape(),
        hits=request.lexicon.hits(counts.spellings.get(position, {})),
        loose_hits=loose_matcher(request.lexicon).count(sample.values) if filled else (),
        text_hits=add_text_hits(counts.text.get(position, [])),
        is_free_text=sample.is_free_text,
        label=spec.label,
        value_labels=spec.value_labels,
        label_hits=request.lexicon.hits(session.dictionary.spellings(labels, is_number=False)),
    )
