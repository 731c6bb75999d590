"""Texts: names of columns and paths that are put together."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from doorlicht.lineage.choosing import text_gate
from doorlicht.lineage.graph import NOTHING
from doorlicht.lineage.operations.items import apply_gates
from doorlicht.lineage.operations.single_rows import frame_of_records
from doorlicht.lineage.patterns import MAX_SUBJECT, compiled
from doorlicht.lineage.selecting import names_of
from doorlicht.lineage.values import (
    HOLE,
    NOWHERE,
    Choices,
    Column,
    Literal_,
    Mask,
    Text,
    Unknown,
    Value,
    Vector,
    deps_of,
    texts_of,
)
from doorlicht.records import code

if TYPE_CHECKING:
    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter

MAX_LENGTH: Final = 20_000
"""Letters of a text that is put together; a longer one is not known."""

MAX_TEXTS: Final = 200
"""Texts made by putting vectors together; beyond that the rest is left open."""


def _pieces(value: Value) -> list[Text]:
    texts = texts_of(value)
    if texts:
        return texts
    if isinstance(value, Literal_) and value.value is not None and not value.deps:
        return [Text(NOTHING, str(value.value))]
    return [Text(NOTHING, HOLE)]


def paste_values(run: Interpreter, groups: Sequence[Sequence[Value]], separator: str) -> Value:
    """Return the texts that come out of putting values after each other.

    Vectors are matched element by element, as R does; one element goes with all others.
    """
    del run
    columns: list[list[Text]] = []
    is_open, rests = False, ()
    deps = NOTHING
    for group in groups:
        for value in group:
            columns.append(_pieces(value))
            if isinstance(value, Vector):
                is_open = is_open or value.is_open
                rests += value.rests
            if isinstance(value, (Column, Unknown)):
                deps |= deps_of(value)
    if not columns:
        return Text(NOTHING, "")
    length = min(max(len(column) for column in columns), MAX_TEXTS)
    alternatives = [g for group in groups for g in group if isinstance(g, Choices)]
    made: list[tuple[str | None, Value]] = []
    for at in range(length):
        parts = [column[at % len(column)] for column in columns]
        text = separator.join(part.text for part in parts)
        text = re.sub(f"{HOLE}+", HOLE, text)
        if len(text) > MAX_LENGTH:
            text = HOLE
        places = NOWHERE.union(*(part.places for part in parts))
        made.append((None, Text(deps, text, places)))
    if rests:
        patterns = [
            HOLE if isinstance(v, Vector) and v.rests else _pieces(v)[0].text
            for group in groups
            for v in group
        ]
        pattern = separator.join(patterns)
        rests = tuple(rest._replace(pattern=pattern) for rest in rests)
    if length == 1 and not rests and not is_open:
        return made[0][1]
    if alternatives and not is_open and not rests:
        return Choices(deps, tuple(value for _, value in made))
    return Vector(deps, made, rests, is_open)


def paste(run: Interpreter, site: CallSite) -> Value:
    """``paste0("x_", y)``, f-strings, ``os.path.join``, ``file.path``, ``"_".join``, ``glue``."""
    if isinstance(site.node, code.Format):
        values = [run.evaluate(part, site.scope) for part in site.node.parts]
        return paste_values(run, [[value] for value in values], "")
    separator = site.option("sep").replace("space", " ").replace("slash", "/")
    texts = site.texts("sep") if site.entry and "sep" in site.entry.roles else []
    if texts:
        separator = texts[0].text
    if site.option("how") == "join":
        joined = site.value("parts")
        mark = site.receiver.text if isinstance(site.receiver, Text) else ""
        elements = run.elements(joined) if joined is not None else None
        if elements is None:
            return Text(deps_of(joined), HOLE)
        rows = frame_of_records(elements) if elements else None
        if rows is not None:
            return rows
        return paste_values(run, [[element] for element in elements], mark)
    collapse = site.texts("collapse") if site.entry and "collapse" in site.entry.roles else []
    named = {"sep", "collapse", "recycle0", "fsep"}
    values = [value for name, value in site.all_values() if name not in named]
    if site.receiver is not None and site.option("self") == "first":
        values.insert(0, site.receiver)
    made = paste_values(run, [[value] for value in values], separator)
    if collapse:
        texts = texts_of(made)
        places = NOWHERE.union(*(text.places for text in texts)) if texts else NOWHERE
        return Text(deps_of(made), collapse[0].text.join(text.text for text in texts), places)
    return made


def format_(run: Interpreter, site: CallSite) -> Value:
    """``sprintf("%s_x", y)``, ``"{}".format(y)`` where a reader has not taken it apart."""
    values = [value for _, value in site.all_values()]
    if isinstance(site.receiver, Text):
        values.insert(0, site.receiver)
    if not values or not texts_of(values[0]):
        return Text(site.all_deps(), HOLE)
    pattern = texts_of(values[0])[0]
    marks = re.compile(r"%[-+ 0]*\d*\.?\d*[sdifgeExX]|\{[^{}]*\}")
    pieces = marks.split(pattern.text)
    groups: list[list[Value]] = []
    rest = values[1:]
    for at, piece in enumerate(pieces):
        groups.append([Text(NOTHING, piece, pattern.places)])
        if at < len(pieces) - 1:
            groups.append([rest[at] if at < len(rest) else Text(NOTHING, HOLE)])
    return paste_values(run, groups, "")


def _per_text(value: Value | None, change: Callable[[str], str]) -> Value:
    if isinstance(value, Text):
        return Text(value.deps, change(value.text), value.places)
    if isinstance(value, Vector):
        items = [(name, _per_text(item, change)) for name, item in value.items]
        return Vector(value.deps, items, value.rests, value.is_open, value.by_data)
    if isinstance(value, Choices):
        return Choices(value.deps, tuple(_per_text(item, change) for item in value.options))
    if isinstance(value, Column):
        return Column(value.deps, value.name, None, value.places)
    return value if value is not None else Literal_()


def change_case(run: Interpreter, site: CallSite) -> Value:
    """``tolower``, ``.upper()``, ``make.names``, ``strip``."""
    value = site.value("text") if site.value("text") is not None else site.receiver
    how = site.option("how")
    frame = run.as_frame(value)
    if frame is not None:
        value = names_of(frame)
    changes: dict[str, Callable[[str], str]] = {
        "lower": str.lower, "upper": str.upper, "strip": str.strip,
        "names": lambda text: re.sub(r"[^\w.\ufffc]", ".", text),
        "base": lambda text: text.replace("\\", "/").rsplit("/", 1)[-1],
        "folder": lambda text: text.replace("\\", "/").rpartition("/")[0] or ".",
        "stem": lambda text: re.sub(r"\.[A-Za-z0-9]+$", "", text),
        "clean": lambda text: re.sub(r"[^0-9a-z\ufffc]+", "_", text.lower()).strip("_"),
    }  # fmt: skip
    return _per_text(value, changes.get(how, lambda text: text))


def replace_text(run: Interpreter, site: CallSite) -> Value:
    """``gsub(old, new, x)``, ``x.replace(old, new)``, ``str_remove(x, old)``."""
    value = site.value("text") if site.value("text") is not None else site.receiver
    old, new = site.text("old"), site.text("new")
    frame = run.as_frame(value)
    if frame is not None:
        return frame
    if old is None:
        return _per_text(value, lambda text: text)
    after = new.text if new is not None else ""
    if site.option("regex") == "yes":
        pattern = compiled(old.text, is_exact=True)
        replacement = re.sub(r"\\\\?(\d)", r"\\\1", after)

        def change(text: str) -> str:
            if pattern is None or len(text) > MAX_SUBJECT:
                return text
            try:
                return pattern.sub(replacement, text)
            except (re.error, IndexError):
                return text

        return _per_text(value, change)
    return _per_text(value, lambda text: text.replace(old.text, after))


def split_text(run: Interpreter, site: CallSite) -> Value:
    """``x.split(",")``, ``strsplit(x, ",")``."""
    value = site.value("text") if site.value("text") is not None else site.receiver
    mark = site.text("sep")
    texts = texts_of(value)
    del run
    if not texts or not all(text.is_known for text in texts):
        return Vector(deps_of(value), is_open=True) if not isinstance(value, Column) else value
    made: list[tuple[str | None, Value]] = []
    is_each = site.option("gives") == "each"
    if is_each and mark is not None and "\n" in mark.text.replace("\\n", "\n"):
        # The lines of a file of names, which stand for its one text.
        return Vector(NOTHING, [(None, Vector(NOTHING, [(None, text) for text in texts]))])
    for text in texts:
        parts = text.text.split(mark.text) if mark is not None and mark.text else text.text.split()
        pieces = [(None, Text(text.deps, part, text.places)) for part in parts[:MAX_TEXTS]]
        made.extend([(None, Vector(NOTHING, list(pieces)))] if is_each else pieces)
    return Vector(NOTHING, made)


def test_names(run: Interpreter, site: CallSite) -> Value:
    """``grepl(pattern, names)``, ``names.str.contains(x)``, ``x.startswith(y)``, ``isin``."""
    value = site.value("text") if site.value("text") is not None else site.receiver
    words = site.texts("words")
    frame = run.as_frame(value)
    if frame is not None and site.option("kind") != "in":
        value = names_of(frame)
    kind = site.option("kind")
    if isinstance(value, Vector):
        gate = text_gate(kind, words) if words else text_gate("matches", [Text(NOTHING, "")])
        if site.option("gives") == "names":
            return apply_gates(value, (gate,))
        return Mask(value.deps, value, (gate,))
    if isinstance(value, Text) and value.is_known and words:
        return Literal_(NOTHING, text_gate(kind, words).lets(value.text))
    decided = _by_what_is_known(value, kind, words)
    if decided is not None:
        return decided
    deps = deps_of(value) | deps_of(site.value("words"))
    return Column(deps, value.name if isinstance(value, Column) else "")


def _by_what_is_known(value: Value | None, kind: str, words: Sequence[Text]) -> Value | None:
    """Return whether a name passes of which only the beginning or the end is known.

    ``nationality_<hole>`` starts with ``nationality``, whatever comes behind.
    """
    if not isinstance(value, Text) or not words or kind not in ("starts", "ends", "contains"):
        return None
    pieces = value.text.split(HOLE)
    piece = pieces[0] if kind == "starts" else pieces[-1]
    if not piece or any(HOLE in word.text for word in words):
        return None
    if text_gate(kind, words).lets(piece):
        return Literal_(NOTHING, True)
    longest = max(len(word.text) for word in words)
    return Literal_(NOTHING, False) if kind != "contains" and len(piece) >= longest else None


def keep_names(run: Interpreter, site: CallSite) -> Value:
    """``grep(pattern, names, value = TRUE)``, ``str_subset``: the names that pass."""
    value = site.value("text") if site.value("text") is not None else site.receiver
    frame = run.as_frame(value)
    if frame is not None:
        value = names_of(frame)
    words = site.texts("words")
    if not isinstance(value, Vector) or not words:
        return value if value is not None else site.unknown()
    gate = text_gate(site.option("kind") or "matches", words)
    flag = site.value("invert")
    if isinstance(flag, Literal_) and flag.value is True:
        gate = gate._replace(is_kept=not gate.is_kept)
    shown = site.value("value")
    if site.option("gives") != "names" and not (
        isinstance(shown, Literal_) and shown.value is True
    ):
        return Mask(value.deps, value, (gate,))
    return apply_gates(value, (gate,))


def unknown_text(run: Interpreter, site: CallSite) -> Value:
    """Return a text that only running tells: a date, the user, a random id."""
    del run
    return Text(NOTHING, HOLE) if not site.all_deps() else Unknown(site.all_deps())


def setting(run: Interpreter, site: CallSite) -> Value:
    """``os.environ["X"]``, ``Sys.getenv("X", default)``: the default, if there is one."""
    default = site.value("default")
    del run
    return default if default is not None and texts_of(default) else Text(NOTHING, HOLE)
