"""Every place in code that names origin-related data, with what is done there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from doorlicht.lineage.graph import Place
from doorlicht.lineage.naming import Names
from doorlicht.lineage.state import Analysis
from doorlicht.lineage.values import HOLE
from doorlicht.records import code
from doorlicht.records.flows import CodePlace, Reference, Role

ORDER: Final[tuple[Role, ...]] = (
    "feature", "weight", "filter", "bias-test", "drop", "derive", "read", "comment",
)  # fmt: skip
_WORD: Final = re.compile(r"[^\W\d]\w*(?:\.\w+)*")
_CODE_IN_COMMENT: Final = re.compile(r"[(=\[\]$]|<-|\w_\w|\w\.\w")


def find_references(units: list[code.CodeUnit], state: Analysis) -> list[Reference]:
    """Return the references, in the order of the files and lines."""
    found: dict[tuple[str, int, str], Reference] = {}
    for unit in units:
        for identifier, line in _spelled(unit):
            place = Place(unit.path, line)
            role = _role(state, place, identifier)
            meaning = (
                state.names.of_column(identifier)
                if role is not None
                else state.names.of_word(identifier)
            )
            if meaning is None:
                continue
            found.setdefault(
                (unit.path, line, identifier),
                Reference(
                    CodePlace(unit.path, line),
                    identifier,
                    meaning.concept,
                    meaning.kind,
                    role or "read",
                ),
            )
        for reference in _in_comments(unit, state.names):
            place = reference.place
            found.setdefault((place.file, place.line, reference.identifier), reference)
    known = {unit.path for unit in units}
    for place, names in state.notes.items():
        if place.file not in known or place.line < 1:
            continue
        for identifier, roles in names.items():
            meaning = state.names.of_column(identifier)
            if meaning is None or HOLE in identifier:
                continue
            key = (place.file, place.line, identifier)
            if key in found or _covers(found, place, identifier):
                continue
            role = next(role for role in ORDER if role in roles)
            found[key] = Reference(
                CodePlace(place.file, place.line), identifier, meaning.concept, meaning.kind, role
            )
    return sorted(found.values(), key=lambda r: (r.place.file, r.place.line, r.identifier))


def _covers(found: dict[tuple[str, int, str], Reference], place: Place, identifier: str) -> bool:
    """Return whether a piece of a name that was put together is known at its place."""
    return (
        any(
            file == place.file
            and line == place.line
            and (known in identifier or identifier in known)
            for file, line, known in found
        )
        if len(found) < 5_000
        else False
    )


def _role(state: Analysis, place: Place, identifier: str) -> Role | None:
    noted = state.notes.get(place)
    if not noted:
        return None
    roles: set[Role] = set()
    for name, each in noted.items():
        if name == identifier or (len(identifier) > 3 and identifier in name):
            roles |= each
    return next((role for role in ORDER if role in roles), None)


def _in_comments(unit: code.CodeUnit, names: Names) -> Iterator[Reference]:
    for comment in unit.comments:
        for offset, text in enumerate(comment.text.split("\n")):
            for match in _WORD.finditer(text):
                for word in {match.group(), *match.group().split(".")}:
                    meaning = names.of_word(word)
                    if meaning is not None:
                        place = CodePlace(unit.path, comment.line + offset)
                        yield Reference(place, word, meaning.concept, meaning.kind, "comment")


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
        if isinstance(node, tuple):
            waiting.extend(part for part in node if isinstance(part, tuple))


_ = _CODE_IN_COMMENT
