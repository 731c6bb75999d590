"""Every place in code that names origin-related data, with what is done there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final, cast

from doorlicht.lineage.graph import Place
from doorlicht.lineage.naming import Names
from doorlicht.lineage.state import Analysis
from doorlicht.lineage.values import HOLE
from doorlicht.records import code
from doorlicht.records.flows import CodePlace, Reference, Role

ORDER: Final[tuple[Role, ...]] = (
    "feature", "weight", "filter", "bias-test", "drop", "derive", "read", "comment",
)  # fmt: skip
_DATA_FILES: Final = (".csv", ".tsv", ".txt", ".json", ".jsonc")
"""Files that hold names as often as data: their values are names only if code uses them so."""

_COMPARING: Final = frozenset({"==", "!=", "in", "not in", "%in%"})

_CHOOSING: Final = frozenset({"ifelse", "if_else", "fifelse"})
_LABELLING: Final = frozenset({"factor", "ordered", "cut", "as_label"})

MIN_PIECE: Final = 3
"""Shorter pieces of a name stand in too many others."""

MAX_ON_A_LINE: Final = 200
"""Names that something is done with on one line; with more it is no line that a person wrote."""

MAX_WHOLE: Final = 60
"""Longer texts are no names."""

_FILE: Final = re.compile(
    r"(?i)\.(csv|tsv|txt|json|jsonl|ya?ml|toml|xlsx?|ods|parquet|feather|rds|rdata|sav|dta|sas7bdat|"
    r"pkl|joblib|pickle|png|svg|pdf|html?|md|docx?|zip|gz|db|sqlite|py|r|sql|sas|ipynb)$"
)
"""How the name of a file ends: it tells what is in the file, and names no column."""

_WORD: Final = re.compile(r"[^\W\d]\w*(?:\.\w+)*")
_INITIAL: Final = re.compile(r"(?:^|[^\w.])(?:[A-Z]\.[ -]?)+$")
"""One or more initials, at the end of what stands before a word: the word is a surname."""

_LONGEST_INITIALS: Final = 16


def find_references(units: list[code.CodeUnit], state: Analysis) -> list[Reference]:
    """Return the references, in the order of the files and lines."""
    found: dict[tuple[str, int, str], Reference] = {}
    units = [part for unit in units for part in _by_file(unit)]
    walked = [(unit, *_walk(unit, state.names)) for unit in units]
    functions = frozenset[str]().union(*(defined for _, _, defined in walked))
    noted: dict[str, dict[int, dict[str, set[Role]]]] = {}
    for place, roles in state.notes.items():
        noted.setdefault(place.file, {})[place.line] = roles
    lines: dict[Place, set[str]] = {}
    found_in = state.found_in_values()
    for unit, spelled, _ in walked:
        here = noted.get(unit.path, {})
        keys = _keys(unit) if _may_hold_values(unit) else None
        for identifier, line in spelled:
            at_line = here.get(line)
            if at_line is not None:
                lines.setdefault(Place(unit.path, line), set()).add(identifier)
            elif state.names.of_word(identifier) is None:
                # Nothing is done with it, and it says nothing by itself: so are most names.
                continue
            if identifier in functions or _FILE.search(identifier):
                continue
            role, whole = _role(at_line, identifier)
            if whole != identifier and _only_adds(identifier, whole, state.names):
                continue
            if role is None and keys is not None and identifier not in keys:
                # What stands in a file of data may be a value of a person.
                continue
            meaning = (
                state.meaning_of(whole, unit.path) or found_in.get(whole.lower())
                if role is not None
                else state.names.of_word(identifier)
            )
            if meaning is not None and state.means_a_thing(identifier, unit.path):
                continue
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
            meaning = state.meaning_of(identifier, place.file) or found_in.get(identifier.lower())
            if meaning is None or HOLE in identifier:
                continue
            key = (place.file, place.line, identifier)
            if key in found or not _is_spelled(lines.get(place), identifier, state.names):
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


def _by_file(unit: code.CodeUnit) -> list[code.CodeUnit]:
    """Return a unit in parts, each of the file that its code stands in (``@at``)."""
    starts = [
        (at, str(value.args[0].value.value))
        for at, statement in enumerate(unit.body)
        if isinstance(statement, code.Do)
        and isinstance(value := statement.value, code.Call)
        and isinstance(value.func, code.Name)
        and value.func.id == "@at"
        and isinstance(value.args[0].value, code.Const)
    ]
    if not starts:
        return [unit]
    parts = [replace(unit, body=unit.body[: starts[0][0]])]
    ends = [*(at for at, _ in starts[1:]), len(unit.body)]
    for (start, path), end in zip(starts, ends, strict=True):
        parts.append(
            code.CodeUnit(path, unit.language, unit.body[start + 1 : end], (), ())
        )  # fmt: skip
    return parts


def _only_adds(piece: str, whole: str, names: Names) -> bool:
    """Return whether a piece is added to a name about origin, and says nothing of it itself."""
    return names.of_column(whole.replace(piece, "").strip("_.- ")) is not None


def _is_spelled(texts: set[str] | None, identifier: str, names: Names) -> bool:
    """Return whether a line spells a name, or a piece of it; a line inside a long text may."""
    if texts is None:
        return True
    return any(
        identifier in text
        or (
            len(text) > MIN_PIECE and text in identifier and not _only_adds(text, identifier, names)
        )
        for text in texts
    )


def _role(noted: Mapping[str, set[Role]] | None, identifier: str) -> tuple[Role | None, str]:
    """Return what is done with a name on a line, and the whole name if it is a piece of one."""
    if not noted:
        return None, identifier
    roles = set(noted.get(identifier, ()))
    whole = identifier
    if not roles and len(identifier) > MIN_PIECE and len(noted) <= MAX_ON_A_LINE:
        for name, each in noted.items():
            if identifier in name:
                roles |= each
                whole = name if len(name) <= MAX_WHOLE else identifier
    return next((role for role in ORDER if role in roles), None), whole


def _in_comments(unit: code.CodeUnit, names: Names) -> Iterator[Reference]:
    for comment in unit.comments:
        if not names.may_tell(comment.text):
            continue
        for offset, text in enumerate(comment.text.split("\n")):
            for match in _WORD.finditer(text):
                before = text[max(0, match.start() - _LONGEST_INITIALS) : match.start()]
                if _INITIAL.search(before):
                    # "R. Islam (2018)": the author of a paper, and no religion.
                    continue
                for word in {match.group(), *match.group().split(".")}:
                    meaning = names.of_word(word)
                    if meaning is not None:
                        place = CodePlace(unit.path, comment.line + offset)
                        yield Reference(place, word, meaning.concept, meaning.kind, "comment")


def spelled_in(unit: code.CodeUnit, names: Names) -> Iterator[str]:
    """Yield every name and text of a file."""
    return (identifier for identifier, _ in _walk(unit, names)[0])


def _may_hold_values(unit: code.CodeUnit) -> bool:
    return unit.language == "data" and unit.path.lower().endswith(_DATA_FILES)


def _keys(unit: code.CodeUnit) -> frozenset[str]:
    first = unit.body[0] if unit.body else None
    if not isinstance(first, code.Do) or not isinstance(first.value, code.Dict):
        return frozenset()
    return frozenset(
        key.value
        for key, _ in first.value.pairs
        if isinstance(key, code.Const) and isinstance(key.value, str)
    )


def _walk(unit: code.CodeUnit, names: Names) -> tuple[list[tuple[str, int]], set[str]]:
    """Return every name and text of a file with its line, and the names of its functions.

    The name of a function says what code does, not what data is. Millions of nodes pass here: the
    kinds that are most are asked for first.
    """
    spelled: list[tuple[str, int]] = []
    functions: set[str] = set()
    waiting: list[object] = list(unit.body)
    while waiting:
        node = waiting.pop()
        kind = type(node)
        if kind is code.Name:
            spelled.append(cast("tuple[str, int]", node))
        elif kind is code.Const:
            constant = cast("code.Const", node)
            if type(constant.value) is str:
                spelled.append((constant.value, constant.line))
        elif kind is code.Call:
            call = cast("code.Call", node)
            func = call.func
            if isinstance(func, code.Attr):
                waiting.append(func.base)
            elif not isinstance(func, code.Name):
                waiting.append(func)
            given = _without_outcomes(call) if isinstance(func, code.Name) else call.args
            for arg in given:
                value = arg.value
                if arg.name:
                    spelled.append((arg.name, getattr(value, "line", call.line)))
                    if type(value) is code.Lambda:
                        functions.add(arg.name)
                waiting.append(value)
        elif kind is code.Attr:
            attribute = cast("code.Attr", node)
            spelled.append((attribute.name, attribute.line))
            waiting.append(attribute.base)
        elif kind is code.Function or kind is code.Lambda:
            function = cast("code.Function | code.Lambda", node)
            for param in function.params:
                spelled.append((param.name, function.line))
                if param.default is not None:
                    waiting.append(param.default)
            waiting.extend(function.body)
            if isinstance(function, code.Function):
                functions.add(function.name)
                waiting.extend(function.decorators)
        elif kind is code.Formula and isinstance(cast("code.Formula", node).right, code.Const):
            # ``case_when(x > 1 ~ "yes")``: a value.
            waiting.append(cast("code.Formula", node).left)
        elif kind is code.Op and cast("code.Op", node).op in _COMPARING:
            waiting.extend(_without_values(cast("code.Op", node), names))
        elif kind is not code.Import:
            if kind is code.Assign:
                assigned = cast("code.Assign", node)
                if type(assigned.value) is code.Lambda:
                    functions.update(t.id for t in assigned.targets if isinstance(t, code.Name))
            elif kind is code.Arg:
                arg = cast("code.Arg", node)
                if arg.name:
                    spelled.append((arg.name, getattr(arg.value, "line", 0)))
                    if type(arg.value) is code.Lambda:
                        functions.add(arg.name)
            waiting += [
                part for part in cast("tuple[object, ...]", node) if isinstance(part, tuple)
            ]
    return spelled, functions


def _without_outcomes(call: code.Call) -> tuple[code.Arg, ...]:
    """Return the arguments of ``ifelse(test, "a", "b")`` and ``factor(x, labels = c("a"))`` that
    can name a column: what comes out is a value.
    """  # noqa: D205
    name = call.func.id if isinstance(call.func, code.Name) else ""
    if name in _CHOOSING:
        return tuple(
            arg
            for at, arg in enumerate(call.args)
            if at == 0 or not isinstance(arg.value, code.Const)
        )
    if name in _LABELLING:
        return tuple(arg for arg in call.args if arg.name not in ("levels", "labels", "label"))
    return call.args


def _without_values(op: code.Op, names: Names) -> list[code.Expr]:
    """Return the operands of a comparison, without the values that a column is compared with."""
    if len(op.operands) != 2:
        return list(op.operands)
    left, right = op.operands
    if _names_column(left, names) and _is_written_out(right):
        return [left]
    if op.op in ("==", "!=") and _names_column(right, names) and _is_written_out(left):
        return [right]
    return [left, right]


def _is_written_out(expr: code.Expr) -> bool:
    if isinstance(expr, code.Seq):
        return all(isinstance(arg.value, code.Const) for arg in expr.items)
    return isinstance(expr, code.Const)


def _names_column(expr: code.Expr, names: Names) -> bool:
    """Return whether an operand is a column about origin by its name."""
    while isinstance(expr, code.Call) and isinstance(expr.func, code.Attr):
        expr = expr.func.base
    if isinstance(expr, code.Item) and expr.keys:
        expr = expr.keys[-1]
    name = (
        expr.id if isinstance(expr, code.Name)
        else expr.name if isinstance(expr, code.Attr)
        else expr.value if isinstance(expr, code.Const)
        else None
    )  # fmt: skip
    return isinstance(name, str) and names.of_word(name) is not None
