"""Every place in code that names origin-related data, with what is done there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from doorlicht.lineage.graph import Place
from doorlicht.lineage.naming import Names
from doorlicht.lineage.noting import parts_of
from doorlicht.lineage.state import Analysis
from doorlicht.lineage.values import HOLE
from doorlicht.records import code
from doorlicht.records.flows import CodePlace, Reference, Role

ORDER: Final[tuple[Role, ...]] = (
    "feature", "weight", "filter", "bias-test", "drop", "derive", "read", "comment",
)  # fmt: skip
_DATA_FILES: Final = (".csv", ".tsv", ".txt", ".json", ".jsonc")
"""Files that hold names as often as data: their values are names only if code uses them so."""

MIN_PIECE: Final = 3
"""Shorter pieces of a name stand in too many others."""

MAX_WHOLE: Final = 60
"""Longer texts are no names."""

_WORD: Final = re.compile(r"[^\W\d]\w*(?:\.\w+)*")


def find_references(units: list[code.CodeUnit], state: Analysis) -> list[Reference]:
    """Return the references, in the order of the files and lines."""
    found: dict[tuple[str, int, str], Reference] = {}
    functions = {name for unit in units for name in _functions(unit)}
    lines: dict[Place, set[str]] = {}
    for unit in units:
        for identifier, line, is_value in _spelled_in(unit):
            place = Place(unit.path, line)
            lines.setdefault(place, set()).add(identifier)
            if identifier in functions:
                continue
            role, whole = _role(state, place, identifier)
            if role is None and is_value:
                # What stands in a file of data may be a value of a person.
                continue
            meaning = (
                state.names.of_column(whole)
                if role is not None
                else state.names.of_word(identifier)
            )
            if meaning is None or (whole != identifier and len(identifier) <= MIN_PIECE):
                continue
            done: Role = "read" if role is None else role
            found.setdefault(
                (unit.path, line, identifier),
                Reference(
                    CodePlace(unit.path, line),
                    identifier,
                    meaning.concept,
                    meaning.kind,
                    done,
                ),
            )
        for reference in _in_comments(unit, state.names):
            place = reference.place
            found.setdefault((place.file, place.line, reference.identifier), reference)
    known = {unit.path for unit in units}
    by_line: dict[Place, set[str]] = {}
    for file, line, identifier in found:
        by_line.setdefault(Place(file, line), set()).add(identifier)
    for place, names in state.notes.items():
        if place.file not in known or place.line < 1:
            continue
        for identifier, roles in names.items():
            meaning = state.names.of_column(identifier)
            if meaning is None or HOLE in identifier:
                continue
            key = (place.file, place.line, identifier)
            if key in found or not _is_spelled(lines.get(place), identifier):
                continue
            if any(piece in identifier for piece in by_line.get(place, ())):
                continue
            strongest: Role = next(each for each in ORDER if each in roles)
            found[key] = Reference(
                CodePlace(place.file, place.line),
                identifier,
                meaning.concept,
                meaning.kind,
                strongest,
            )
    return sorted(found.values(), key=lambda r: (r.place.file, r.place.line, r.identifier))


def _is_spelled(texts: set[str] | None, identifier: str) -> bool:
    """Return whether a line spells a name, or a piece of it; a line inside a long text may."""
    if texts is None:
        return True
    return any(
        identifier in text or (len(text) > MIN_PIECE and text in identifier) for text in texts
    )


def _functions(unit: code.CodeUnit) -> Iterator[str]:
    """Yield the names of functions of a file: they say what code does, not what data is."""
    waiting: list[object] = list(unit.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, code.Function):
            yield node.name
        elif isinstance(node, code.Assign) and isinstance(node.value, code.Lambda):
            yield from (target.id for target in node.targets if isinstance(target, code.Name))
        elif isinstance(node, code.Arg) and node.name and isinstance(node.value, code.Lambda):
            yield node.name
        waiting.extend(parts_of(node))


def _role(state: Analysis, place: Place, identifier: str) -> tuple[Role | None, str]:
    """Return what is done with a name at a place, and the whole name if it is a piece of one."""
    noted = state.notes.get(place)
    if not noted:
        return None, identifier
    roles = set(noted.get(identifier, ()))
    whole = identifier
    if not roles and len(identifier) > MIN_PIECE:
        for name, each in noted.items():
            if identifier in name:
                roles |= each
                whole = name if len(name) <= MAX_WHOLE else identifier
    return next((role for role in ORDER if role in roles), None), whole


def _in_comments(unit: code.CodeUnit, names: Names) -> Iterator[Reference]:
    for comment in unit.comments:
        for offset, text in enumerate(comment.text.split("\n")):
            for match in _WORD.finditer(text):
                for word in {match.group(), *match.group().split(".")}:
                    meaning = names.of_word(word)
                    if meaning is not None:
                        place = CodePlace(unit.path, comment.line + offset)
                        yield Reference(place, word, meaning.concept, meaning.kind, "comment")


def _spelled_in(unit: code.CodeUnit) -> Iterator[tuple[str, int, bool]]:
    """Yield every name and short text with its line, and whether it can be a value of data."""
    if unit.language != "data" or not unit.path.lower().endswith(_DATA_FILES):
        for identifier, line in _spelled(unit):
            yield identifier, line, False
        return
    keys = _keys(unit)
    for identifier, line in _spelled(unit):
        yield identifier, line, identifier not in keys


def _keys(unit: code.CodeUnit) -> frozenset[str]:
    first = unit.body[0] if unit.body else None
    if not isinstance(first, code.Do) or not isinstance(first.value, code.Dict):
        return frozenset()
    return frozenset(
        key.value
        for key, _ in first.value.pairs
        if isinstance(key, code.Const) and isinstance(key.value, str)
    )


def _spelled(unit: code.CodeUnit) -> Iterator[tuple[str, int]]:
    """Yield every name and short text of a file with its line."""
    waiting: list[object] = list(unit.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, code.Const):
            if isinstance(node.value, str):
                yield node.value, node.line
            continue
        if isinstance(node, code.Name):
            yield node.id, node.line
            continue
        if isinstance(node, code.Import):
            continue
        if isinstance(node, code.Call):
            # The name of a function says what it does, not what data is.
            func = node.func
            if isinstance(func, code.Attr):
                waiting.append(func.base)
            elif not isinstance(func, code.Name):
                waiting.append(func)
            for arg in node.args:
                if arg.name:
                    yield arg.name, getattr(arg.value, "line", node.line)
                waiting.append(arg.value)
            continue
        if isinstance(node, code.Attr):
            yield node.name, node.line
            waiting.append(node.base)
            continue
        if isinstance(node, (code.Function, code.Lambda)):
            for param in node.params:
                yield param.name, node.line
                if param.default is not None:
                    waiting.append(param.default)
            waiting.extend(node.body)
            if isinstance(node, code.Function):
                waiting.extend(node.decorators)
            continue
        if isinstance(node, code.Arg) and node.name:
            yield node.name, getattr(node.value, "line", 0)
        waiting.extend(parts_of(node))
