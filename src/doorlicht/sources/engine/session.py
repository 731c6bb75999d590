"""A DuckDB of this process with the lexicon in it, as a table to count against.

The engine never spills: a query that needs more memory than allowed ends as a blind spot, and no
value is ever written to a temporary file. It loads no extension by itself and asks no network.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportUnknownLambdaType=false, reportMissingTypeStubs=false
# pyarrow brings no types; what comes out of it is checked by tests.

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import duckdb
import pyarrow as pa
from duckdb.func import FunctionNullHandling, PythonUDFType
from duckdb.sqltypes import BOOLEAN, VARCHAR

from doorlicht.plugins import ProfileRequest
from doorlicht.sources.tables import UnreadableError
from doorlicht.vocabulary import Lexicon, LooseMatcher
from doorlicht.vocabulary.loose import make_loose_matcher

_POLL_SECONDS: Final = 0.4
_UNIT_SEPARATOR: Final = chr(31)
"""Control character that no spelling holds."""

BLANK: Final = -1
"""Slot of the empty text and of null, which are no value."""


@dataclass(frozen=True, slots=True, eq=False)
class Dictionary:
    """The lexicon as engines join it: each distinct text and number once, with a slot.

    Attributes
    ----------
    texts, numbers
        Distinct values; the position is the slot. The first texts are the spellings of the
        lexicon, in their order.
    spellings_known
        How many of the texts are spellings.
    more_spellings
        Spellings that a text stands for beside itself, by slot, where there are any.
    number_spellings
        For each slot of a number the ids of the spellings of the lexicon that it stands for.
    """

    texts: tuple[str, ...]
    spellings_known: int
    more_spellings: Mapping[int, tuple[int, ...]]
    numbers: tuple[int, ...]
    number_spellings: tuple[tuple[int, ...], ...]

    def spellings(self, rows_per_slot: Mapping[int, int], *, is_number: bool) -> Mapping[int, int]:
        """Return rows per spelling of the lexicon from rows per slot."""
        rows: dict[int, int] = defaultdict(int)
        for slot, count in rows_per_slot.items():
            for spelling in self.ids(slot, is_number=is_number):
                rows[spelling] += count
        return rows

    def ids(self, slot: int, *, is_number: bool) -> tuple[int, ...]:
        """Return the spellings of a slot; none for the empty text."""
        if slot == BLANK:
            return ()
        if is_number:
            return self.number_spellings[slot]
        more = self.more_spellings.get(slot, ())
        return (slot, *more) if slot < self.spellings_known else more

    def slots_of_texts(self, texts: Iterable[str]) -> Iterator[int]:
        """Return the slot of each text that is in the lexicon."""
        if texts:
            for text in texts:
                slot = _slot_of_text(self).get(text.strip())
                if slot is not None:
                    yield slot


@lru_cache(maxsize=2)
def _slot_of_text(dictionary: Dictionary) -> Mapping[str, int]:
    return {text: slot for slot, text in enumerate(dictionary.texts)}


@lru_cache(maxsize=2)
def make_dictionary(lexicon: Lexicon) -> Dictionary:
    """Return the slots of a lexicon.

    A code that lost its leading zeros in an export (``1`` for ``0001``) is a text too.
    """
    numbers: dict[int, list[int]] = defaultdict(list)
    for number, spelling in lexicon.integers:
        numbers[number].append(spelling)
    digits = {text: slot for slot, text in enumerate(lexicon.spellings) if text.isdigit()}
    added: list[str] = []
    more: dict[int, tuple[int, ...]] = {}
    for number, spellings in numbers.items():
        slot = digits.get(str(number))
        if slot is None:
            slot = len(lexicon.spellings) + len(added)
            added.append(str(number))
        others = tuple(spelling for spelling in spellings if spelling != slot)
        if others:
            more[slot] = others
    return Dictionary(
        (*lexicon.spellings, *added),
        len(lexicon.spellings),
        more,
        tuple(numbers),
        tuple(tuple(found) for found in numbers.values()),
    )


@lru_cache(maxsize=2)
def loose_matcher(lexicon: Lexicon) -> LooseMatcher:
    """Return the loose matcher of a lexicon, made once per process."""
    return make_loose_matcher(lexicon)


class Session:
    """A connection with the dictionary loaded; one per process and set of limits."""

    def __init__(self, lexicon: Lexicon, memory_bytes: int, threads: int) -> None:
        self.dictionary = make_dictionary(lexicon)
        self._seen: list[str] = []
        self._threads = threads
        self._connection = duckdb.connect(
            config={
                "memory_limit": f"{memory_bytes // (1 << 20)}MiB",
                "threads": threads,
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            }
        )
        for setting in (
            "SET temp_directory = ''",
            "SET preserve_insertion_order = false",
            # A join is built from its right side, which is always the dictionary. By itself the
            # engine takes the side that it guesses to be smaller, and of a CSV file that is not
            # sniffed it guesses that it has one row.
            "SET disabled_optimizers = 'join_order,build_side_probe_side'",
            "SET enable_progress_bar = true",
            "SET enable_progress_bar_print = false",
        ):
            self._connection.execute(setting)
        self._load("lexicon_text", "VARCHAR", self.dictionary.texts)
        self._connection.execute(f"INSERT INTO lexicon_text VALUES ('', {BLANK}), (NULL, {BLANK})")
        # Asked first whether a text may be an entry; takes half the memory that the texts do.
        self._connection.execute(
            "CREATE TABLE lexicon_hash AS SELECT DISTINCT hash(value) AS value FROM lexicon_text"
        )
        self._load("lexicon_number", "BIGINT", [str(number) for number in self.dictionary.numbers])

    def _load(self, name: str, kind: str, values: Sequence[str]) -> None:
        """Make a table of values and their slots.

        One long literal, cut up by the engine. A list or an Arrow table made from one costs more,
        and as soon as a query has a parameter, DuckDB imports pandas where that is installed: a
        second in each process.
        """
        joined = _UNIT_SEPARATOR.join(values).replace("'", "''")
        self._connection.execute(
            f"CREATE TABLE {name} AS SELECT CAST(part AS {kind}) AS value, slot FROM (SELECT "
            "unnest(parts) AS part, CAST(unnest(range(len(parts))) AS INTEGER) AS slot "
            f"FROM (SELECT string_split('{joined}', chr(31)) AS parts)) WHERE part <> ''"
        )

    def use_threads(self, threads: int) -> None:
        """Use so many processors from now on."""
        if threads != self._threads:
            self._connection.execute(f"SET threads = {int(threads)}")
            self._threads = threads

    @contextmanager
    def seen_by(self, see: Callable[[memoryview, Sequence[int]], None]) -> Generator[str]:
        """Make known a function of the engine that shows text to ours, and says where there is any.

        So text is looked through in the same pass in which it is counted. ``see`` is called from
        the threads of the engine with some thousands of cells at a time, as the engine holds them:
        the bytes of all, and where each begins. The text itself is not given back: the engine
        (1.5.5) may let go of text from such a function while it uses it.
        """
        name = f"seen_{len(self._seen)}"
        self._seen.append(name)

        def show(cells: Any) -> Any:
            for chunk in cells.chunks:
                see(*_bytes_of(chunk))
            return cells.is_valid()

        connection: Any = self._connection
        connection.create_function(
            name, show, [VARCHAR], BOOLEAN,
            type=PythonUDFType.ARROW, null_handling=FunctionNullHandling.SPECIAL, side_effects=True,
        )  # fmt: skip
        try:
            yield name
        finally:
            self._connection.remove_function(name)
            self._seen.remove(name)

    @contextmanager
    def registered(self, table: Any) -> Generator[str]:
        """Make an Arrow table or reader known under a name."""
        self._connection.register("handed_over", table)
        try:
            yield "handed_over"
        finally:
            self._connection.unregister("handed_over")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query; errors of the engine become codes without its words."""
        with engine_errors():
            return self._connection.execute(sql).fetchall()

    def types(self, source: str) -> dict[str, Any]:
        """Return the columns of a relation with their types."""
        described = self._connection.sql(f"SELECT * FROM {source} LIMIT 0")
        return dict(zip(described.columns, described.types, strict=True))

    def batches(self, sql: str, rows: int) -> Iterator[Any]:
        """Return the result of a query as Arrow batches."""
        with engine_errors():
            yield from self._connection.execute(sql).to_arrow_reader(rows)

    def run(self, sql: str) -> None:
        """Run a statement."""
        self.rows(sql)

    def drop_rejects(self) -> int:
        """Forget the rows that a CSV reader set aside; return how many there were."""
        known = {name for (name,) in self.rows("SELECT table_name FROM duckdb_tables()")}
        if "reject_errors" not in known:
            return 0
        found = self.rows("SELECT count(DISTINCT line) FROM reject_errors")
        self.run("DROP TABLE reject_errors")
        self.run("DROP TABLE reject_scans")
        return int(found[0][0])

    @contextmanager
    def progress(self, tell: Callable[[float], None]) -> Generator[None]:
        """Tell the share (0..1) of the running query from time to time."""
        done = threading.Event()

        def poll() -> None:
            while not done.wait(_POLL_SECONDS):
                percent = self._connection.query_progress()
                if 0 <= percent <= 100:
                    tell(percent / 100)

        watcher = threading.Thread(target=poll, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _bytes_of(cells: Any) -> tuple[memoryview, Sequence[int]]:
    """Return the bytes of an array of text without copying, and where each cell begins.

    The last number is where the last cell ends. What is null takes no byte.
    """
    if not pa.types.is_large_string(cells.type):
        cells = cells.cast(pa.string())
    _, offsets, data = cells.buffers()
    width = "q" if pa.types.is_large_string(cells.type) else "i"
    starts = memoryview(offsets).cast("B").cast(width)[cells.offset : cells.offset + len(cells) + 1]
    if data is None or not len(starts):
        return memoryview(b""), [0]
    first = starts[0]
    text = memoryview(data).cast("B")[first : starts[-1]]
    return text, [start - first for start in starts] if first else starts


@contextmanager
def engine_errors() -> Generator[None]:
    """Turn errors of DuckDB into codes; their words hold values and are dropped."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise UnreadableError("limit.memory", mebibytes=0) from None
    except duckdb.IOException:
        raise UnreadableError("file.unreadable") from None
    except (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.SerializationException,
            duckdb.OutOfRangeException, duckdb.DataError):  # fmt: skip
        raise UnreadableError("file.broken") from None
    except duckdb.Error as error:
        raise UnreadableError("engine.failed", kind=type(error).__name__) from None


_sessions: dict[tuple[str, int, int], Session] = {}


def session_for(request: ProfileRequest) -> Session:
    """Return the session of this process for a request; made at the first call."""
    limits = request.limits
    key = (request.lexicon.edition, id(request.lexicon), limits.memory_bytes)
    if key not in _sessions:
        for other in _sessions.values():
            other.close()
        _sessions.clear()
        _sessions[key] = Session(request.lexicon, limits.memory_bytes, limits.threads)
    _sessions[key].use_threads(limits.threads)
    return _sessions[key]
