"""Expressions of Python as nodes of the small language.

Millions of nodes pass here, so the functions are found by the number of the kind of a node, take
children by their place (the grammar fixes it, but for comments) and cut text from the bytes. They
are only called for nodes without errors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Literal, cast

from tree_sitter import Node
from tree_sitter_language_pack import get_language

from doorlicht.lineage.readers.python_texts import (
    fill_format,
    fill_percent,
    join_parts,
    number_of,
    unescape,
)
from doorlicht.lineage.readers.source import MAX_DEPTH, parser_of
from doorlicht.records import code

MAX_LEAVES: Final = 2_000
"""Different names and texts kept of an expression that is nested too deeply."""

MAX_OPERANDS: Final = 30
"""Operators in a row that stay nested in each other; a longer row becomes one operator."""

MAX_PIECES: Final = 5_000
"""Statements of one file that are read again around errors; with more it is hardly code."""

LANGUAGE: Final = get_language("python")

_new = cast("Callable[[type[Any], tuple[object, ...]], Any]", tuple.__new__)
"""Makes a named tuple without the function of its class, which takes as long again."""


ReadAgain = Callable[["Reading", Sequence[Node], int, list[code.Stmt]], None]


class Reading:
    """One text that is being translated.

    ``damage`` holds lines with errors; ``read_again`` reads damaged statements piece by piece.

    Parameters
    ----------
    source
        The text as UTF-8.
    first_line
        The line of the file on which it begins.
    words
        Names by their bytes; a name that is there already is read as what it is there.
    """

    __slots__ = (
        "comments", "damage", "first_line", "globals", "is_damaged", "numbers", "pieces_left",
        "read_again", "source", "words",
    )  # fmt: skip

    def __init__(
        self, source: bytes, first_line: int = 1, words: dict[bytes, str] | None = None
    ) -> None:
        self.source = source
        self.first_line = first_line
        self.words: dict[bytes, str] = {} if words is None else words
        self.comments: list[code.Comment] = []
        self.globals: set[str] = set()
        self.numbers: dict[bytes, int | float | None] = {}
        self.is_damaged = False
        self.damage: list[int] = []
        self.pieces_left = MAX_PIECES
        self.read_again: ReadAgain | None = None

    def line(self, node: Node) -> int:
        """Return the line of the file on which a node begins."""
        return node.start_point[0] + self.first_line

    def word(self, node: Node) -> str:
        """Return the text of a name; the same object for the same name."""
        spelled = self.source[node.start_byte : node.end_byte]
        found = self.words.get(spelled)
        if found is None:
            found = self.words[spelled] = spelled.decode("utf-8", "replace")
        return found

    def text(self, node: Node) -> str:
        """Return the text of a node."""
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def comment(self, node: Node) -> None:
        """Keep a comment, without its number signs."""
        text = self.text(node).lstrip("#").strip()
        self.comments.append(code.Comment(text, self.line(node)))


Translate = Callable[[Reading, Node, int], code.Expr]


def kind_ids(*kinds: str) -> list[int]:
    """Return every number that the grammar has for named nodes of these kinds."""
    return [
        number
        for number in range(LANGUAGE.node_kind_count)
        if LANGUAGE.node_kind_is_named(number) and LANGUAGE.node_kind_for_id(number) in kinds
    ]


COMMENT: Final = frozenset(kind_ids("comment"))
EXTRAS: Final = frozenset(kind_ids("comment", "line_continuation"))
TYPE: Final = frozenset(kind_ids("type"))
IDENTIFIER: Final = frozenset(kind_ids("identifier"))
TEXTS: Final = frozenset(kind_ids("string", "concatenated_string"))
_SPLATS: Final = frozenset(
    kind_ids("list_splat", "list_splat_pattern", "splat_pattern", "parenthesized_list_splat")
)
_DICT_SPLATS: Final = frozenset(kind_ids("dictionary_splat", "dictionary_splat_pattern"))
_KEYWORD: Final = frozenset(kind_ids("keyword_argument"))
_GENERATOR: Final = frozenset(kind_ids("generator_expression"))
_PAIR: Final = frozenset(kind_ids("pair"))
_LEFT_FIRST: Final = frozenset(kind_ids("binary_operator", "boolean_operator"))
_INTERPOLATION: Final = frozenset(kind_ids("interpolation"))
_CONTENT: Final = frozenset(kind_ids("string_content"))
_FORMAT_SPECIFIER: Final = frozenset(kind_ids("format_specifier"))


def without_extras(r: Reading, nodes: Sequence[Node]) -> list[Node]:
    """Return nodes without the comments among them, which are kept aside."""
    found: list[Node] = []
    for node in nodes:
        kind = node.kind_id
        if kind not in EXTRAS:
            found.append(node)
        elif kind in COMMENT:
            r.comment(node)
    return found


def expression(r: Reading, node: Node, depth: int = 0) -> code.Expr:
    """Return the node of the small language for an expression without errors."""
    return EXPRESSIONS[node.kind_id](r, node, depth)


# ── names, numbers and texts ────────────────────────────────────────────────────────────────


def _name(r: Reading, node: Node, depth: int) -> code.Expr:
    del depth
    spelled = r.source[node.start_byte : node.end_byte]
    found = r.words.get(spelled)
    if found is None:
        found = r.word(node)
    return _new(code.Name, (found, node.start_point[0] + r.first_line))


def _number(r: Reading, node: Node, depth: int) -> code.Expr:
    del depth
    spelled = r.source[node.start_byte : node.end_byte]
    if spelled not in r.numbers:
        r.numbers[spelled] = number_of(spelled.decode("utf-8", "replace"))
    return _new(code.Const, (r.numbers[spelled], node.start_point[0] + r.first_line))


def _true(r: Reading, node: Node, depth: int) -> code.Expr:
    del depth
    return code.Const(True, r.line(node))


def _false(r: Reading, node: Node, depth: int) -> code.Expr:
    del depth
    return code.Const(False, r.line(node))


def _none(r: Reading, node: Node, depth: int) -> code.Expr:
    del depth
    return code.Const(None, r.line(node))


def _string(r: Reading, node: Node, depth: int) -> code.Expr:
    spelled = r.source[node.start_byte : node.end_byte]
    start = 0
    while spelled[start : start + 1].isalpha():
        start += 1
    prefix = spelled[:start].lower()
    if spelled[start : start + 1] == b"`":
        return _backticks(r, node, spelled[start + 1 : -1], depth)
    quotes = 3 if spelled[start : start + 3] in (b'"""', b"'''") else 1
    is_raw = b"r" in prefix
    if b"f" in prefix or b"t" in prefix:
        return _formatted(r, node, depth, is_raw=is_raw)
    line = node.start_point[0] + r.first_line
    content = spelled[start + quotes : len(spelled) - quotes].decode("utf-8", "replace")
    if "\\" in content and not is_raw:
        # The text begins on the line after ``\"\"\"\\``.
        line += content.startswith("\\\n")
        if b"b" not in prefix:
            content = unescape(content)
    return _new(code.Const, (content, line))


def _formatted(r: Reading, node: Node, depth: int, *, is_raw: bool) -> code.Const | code.Format:
    """Return an f-string: ``string_content`` has what is between the interpolations."""
    line = r.line(node)
    parts: list[code.Expr] = []
    for child in node.named_children:
        kind = child.kind_id
        if kind in _CONTENT:
            text = r.text(child).replace("{{", "{").replace("}}", "}")
            parts.append(code.Const(text if is_raw else unescape(text), r.line(child)))
        elif kind in _INTERPOLATION:
            parts.extend(_interpolation(r, child, depth + 1))
    return join_parts(parts, line)


def _interpolation(r: Reading, node: Node, depth: int) -> list[code.Expr]:
    line = r.line(node)
    parts: list[code.Expr] = []
    if depth > MAX_DEPTH:
        return [too_deep(r, node)]
    for child in without_extras(r, node.named_children):
        if child.kind_id in _FORMAT_SPECIFIER:
            # What a width or format is computed from flows along, but is no part of the text.
            inner = [
                expression(r, each, depth + 1)
                for found in child.named_children
                for each in without_extras(r, found.named_children)
                if each.kind_id not in _FORMAT_SPECIFIER and IS_EXPRESSION[each.kind_id]
            ]
            if inner:
                parts = [code.Opaque((*parts, *inner), line)]
        elif IS_EXPRESSION[child.kind_id]:
            value = expression(r, child, depth + 1)
            if r.source[child.end_byte : child.end_byte + 2].strip()[:1] == b"=":
                parts.append(code.Const(f"{r.text(child)}=", line))
            parts.append(value)
    return parts


def _backticks(r: Reading, node: Node, spelled: bytes, depth: int) -> code.Expr:
    """Return what Python 2 writes as backticks: a call of ``repr``."""
    line = r.line(node)
    root = parser_of("python").parse(b"(" + spelled + b")").root_node
    inner: code.Expr = code.Opaque((), line)
    if not root.has_error and depth < MAX_DEPTH:
        nested = Reading(b"(" + spelled + b")", line, r.words)
        inner = expression(nested, root.named_children[0], depth + 1)
    return code.Call(code.Name("repr", line), (code.Arg(None, inner),), line)


def _concatenated(r: Reading, node: Node, depth: int) -> code.Expr:
    parts: list[code.Expr] = []
    for child in without_extras(r, node.named_children):
        part = _string(r, child, depth + 1)
        parts.extend(part.parts if isinstance(part, code.Format) else (part,))
    return join_parts(parts, r.line(node))


# ── what follows a base: attributes, brackets, calls ────────────────────────────────────────


def _attribute(r: Reading, node: Node, depth: int) -> code.Expr:
    if depth > MAX_DEPTH:
        return too_deep(r, node)
    children = node.named_children
    if len(children) != 2:
        children = without_extras(r, children)
    base, name = children
    made = EXPRESSIONS[base.kind_id](r, base, depth + 1)
    spelled = r.source[name.start_byte : name.end_byte]
    word = r.words.get(spelled) or r.word(name)
    return _new(code.Attr, (made, word, name.start_point[0] + r.first_line))


def _subscript(r: Reading, node: Node, depth: int) -> code.Expr:
    if depth > MAX_DEPTH:
        return too_deep(r, node)
    children = without_extras(r, node.named_children)
    base = children[0]
    made = EXPRESSIONS[base.kind_id](r, base, depth + 1)
    keys = [EXPRESSIONS[key.kind_id](r, key, depth + 1) for key in children[1:]]
    return code.Item(made, tuple(keys), made.line)


def _slice(r: Reading, node: Node, depth: int) -> code.Expr:
    bounds: list[code.Expr | None] = [None, None, None]
    at = 0
    for child in node.children:
        if not child.is_named:
            at += 1
        elif child.kind_id in COMMENT:
            r.comment(child)
        elif child.kind_id not in EXTRAS:
            bounds[at] = EXPRESSIONS[child.kind_id](r, child, depth + 1)
    return code.Slice(bounds[0], bounds[1], bounds[2], r.line(node))


def _call(r: Reading, node: Node, depth: int) -> code.Expr:
    if depth > MAX_DEPTH:
        return too_deep(r, node)
    children = node.named_children
    if len(children) != 2:
        children = without_extras(r, children)
    function, given = children
    func = EXPRESSIONS[function.kind_id](r, function, depth + 1)
    if given.kind_id in _GENERATOR:
        args: tuple[code.Arg, ...] = (code.Arg(None, expression(r, given, depth + 1)),)
    else:
        args = arguments(r, given, depth)
    if type(func) is code.Attr and func.name == "format" and type(func.base) is code.Const:
        filled = fill_format(func.base, args)
        if filled is not None:
            return filled
    # In a chain over several lines, a call is where its function is named.
    return _new(code.Call, (func, args, func.line))


def arguments(r: Reading, node: Node, depth: int) -> tuple[code.Arg, ...]:
    """Return the arguments of a call, or the elements between brackets."""
    made: list[code.Arg] = []
    for child in node.named_children:
        kind = child.kind_id
        if kind in _KEYWORD:
            pair = child.named_children
            if len(pair) != 2:
                pair = without_extras(r, pair)
            name, value = pair
            spelled = r.source[name.start_byte : name.end_byte]
            word = r.words.get(spelled) or r.word(name)
            made.append(_new(code.Arg, (word, EXPRESSIONS[value.kind_id](r, value, depth + 1), "")))
        elif kind in _SPLATS:
            made.append(code.Arg(None, inside(r, child, depth), "*"))
        elif kind in _DICT_SPLATS:
            made.append(code.Arg(None, inside(r, child, depth), "**"))
        elif kind not in EXTRAS:
            made.append(_new(code.Arg, (None, EXPRESSIONS[kind](r, child, depth + 1), "")))
        elif kind in COMMENT:
            r.comment(child)
    return tuple(made)


def inside(r: Reading, node: Node, depth: int) -> code.Expr:
    """Return the one expression in a node: in parentheses, after a star."""
    if depth > MAX_DEPTH:
        return too_deep(r, node)
    children = node.named_children
    if len(children) != 1:
        children = without_extras(r, children)
    if len(children) != 1 or not IS_EXPRESSION[children[0].kind_id]:
        return _parts(r, node, depth)
    return EXPRESSIONS[children[0].kind_id](r, children[0], depth + 1)


# ── operators ───────────────────────────────────────────────────────────────────────────────


def _binary(r: Reading, node: Node, depth: int) -> code.Expr:
    """Return an operator; a row of them (``a + b + c``) without going deeper for each."""
    if depth > MAX_DEPTH:
        return too_deep(r, node)
    rights: list[Node] = []
    signs: list[str] = []
    left = node
    while left.kind_id in _LEFT_FIRST:
        children = left.children
        if len(children) != 3:
            children = without_extras(r, children)
        left, sign, right = children
        rights.append(right)
        signs.append(r.text(sign))
    made = EXPRESSIONS[left.kind_id](r, left, depth + 1)
    line = made.line
    signs.reverse()
    operands = [EXPRESSIONS[right.kind_id](r, right, depth + 1) for right in reversed(rights)]
    if len(signs) > MAX_OPERANDS:
        return code.Op(signs[0], (made, *operands), line)
    for sign, operand in zip(signs, operands, strict=True):
        if sign == "%":
            filled = fill_percent(made, operand)
            if filled is not None:
                made = filled
                continue
        if type(made) is code.Op and made.op == sign and sign in ("+", "and", "or"):
            made = code.Op(sign, (*made.operands, operand), line)
        else:
            made = code.Op(sign, (made, operand), line)
    return made


def _not(r: Reading, node: Node, depth: int) -> code.Expr:
    return code.Op("not", (inside(r, node, depth),), r.line(node))


def _unary(r: Reading, node: Node, depth: int) -> code.Expr:
    value = inside(r, node, depth)
    line = r.line(node)
    sign = r.source[node.start_byte : node.start_byte + 1].decode("ascii", "replace")
    if sign == "-" and isinstance(value, code.Const) and isinstance(value.value, int | float):
        return code.Const(-value.value, line)
    return code.Op(sign, (value,), line)


def _comparison(r: Reading, node: Node, depth: int) -> code.Expr:
    if depth > MAX_DEPTH:
        return too_deep(r, node)
    operands: list[code.Expr] = []
    signs: list[str] = []
    for child in node.children:
        kind = child.kind_id
        if not child.is_named:
            signs.append(" ".join(r.text(child).split()))
        elif kind in COMMENT:
            r.comment(child)
        elif kind not in EXTRAS:
            operands.append(EXPRESSIONS[kind](r, child, depth + 1))
    signs = ["!=" if sign == "<>" else sign for sign in signs]
    line = operands[0].line
    if len(signs) == 1:
        return code.Op(signs[0], tuple(operands), line)
    pairs = [
        code.Op(sign, (operands[at], operands[at + 1]), operands[at].line)
        for at, sign in enumerate(signs)
    ]
    return code.Op("and", tuple(pairs), line)


def _choice(r: Reading, node: Node, depth: int) -> code.Expr:
    if depth > MAX_DEPTH:
        return too_deep(r, node)
    yes, test, no = (
        expression(r, child, depth + 1) for child in without_extras(r, node.named_children)
    )
    return code.Choice(test, yes, no, yes.line)


def _walrus(r: Reading, node: Node, depth: int) -> code.Expr:
    if depth > MAX_DEPTH:
        return too_deep(r, node)
    name, value = without_extras(r, node.named_children)
    target = expression(r, name, depth + 1)
    line = r.line(node)
    assigned = code.Assign((target,), expression(r, value, depth + 1), line)
    return code.Block((assigned, code.Do(target, line)), line)


def _yield(r: Reading, node: Node, depth: int) -> code.Expr:
    """Return ``yield`` within an expression; its value is what a caller sends, which is unknown."""
    line = r.line(node)
    value = yielded(r, node, depth)
    empty = code.Opaque((), line)
    return code.Block((code.Return(value, line), code.Do(empty, line)), line)


def yielded(r: Reading, node: Node, depth: int) -> code.Expr | None:
    """Return what ``yield`` hands over: the element, also of ``yield from``."""
    return inside(r, node, depth) if without_extras(r, node.named_children) else None


# ── collections ─────────────────────────────────────────────────────────────────────────────


def _sequence(kind: Literal["list", "tuple", "set"]) -> Translate:
    def translate(r: Reading, node: Node, depth: int) -> code.Expr:
        if depth > MAX_DEPTH:
            return too_deep(r, node)
        return _new(code.Seq, (arguments(r, node, depth), kind, r.line(node)))

    return translate


def _dictionary(r: Reading, node: Node, depth: int) -> code.Expr:
    if depth > MAX_DEPTH:
        return too_deep(r, node)
    pairs: list[tuple[code.Expr | None, code.Expr]] = []
    for child in node.named_children:
        kind = child.kind_id
        if kind in _PAIR:
            pairs.append(_pair(r, child, depth))
        elif kind in _DICT_SPLATS:
            pairs.append((None, inside(r, child, depth)))
        elif kind in COMMENT:
            r.comment(child)
    return code.Dict(tuple(pairs), r.line(node))


def _pair(r: Reading, node: Node, depth: int) -> tuple[code.Expr, code.Expr]:
    children = node.named_children
    if len(children) != 2:
        children = without_extras(r, children)
    key, value = children
    return (
        EXPRESSIONS[key.kind_id](r, key, depth + 1),
        EXPRESSIONS[value.kind_id](r, value, depth + 1),
    )


def _each(kind: Literal["list", "set", "dict", "generator"]) -> Translate:
    def translate(r: Reading, node: Node, depth: int) -> code.Expr:
        if depth > MAX_DEPTH:
            return too_deep(r, node)
        key: code.Expr | None = None
        body, *clauses = without_extras(r, node.named_children)
        if body.kind_id in _PAIR:
            key, element = _pair(r, body, depth)
        elif body.kind_id in _DICT_SPLATS or body.kind_id in _SPLATS:
            element = inside(r, body, depth)
        else:
            element = expression(r, body, depth + 1)
        loops: list[tuple[code.Expr, code.Expr]] = []
        conditions: list[code.Expr] = []
        for clause in clauses:
            parts = [
                expression(r, part, depth + 1) for part in without_extras(r, clause.named_children)
            ]
            if clause.type == "if_clause":
                conditions.extend(parts)
            else:
                several = len(parts) > 2
                iterable = parts[1]
                if several:
                    items = tuple(code.Arg(None, part) for part in parts[1:])
                    iterable = code.Seq(items, "tuple", parts[1].line)
                loops.append((parts[0], iterable))
        return code.Each(key, element, tuple(loops), tuple(conditions), kind, r.line(node))

    return translate


# ── functions without a name ────────────────────────────────────────────────────────────────


def _lambda(r: Reading, node: Node, depth: int) -> code.Expr:
    if depth > MAX_DEPTH:
        return too_deep(r, node)
    children = without_extras(r, node.named_children)
    line = r.line(node)
    found, unpacked = parameters(r, children[0], depth) if len(children) > 1 else ((), ())
    value = expression(r, children[-1], depth + 1)
    return code.Lambda(found, (*unpacked, code.Return(value, value.line)), line)


def parameters(
    r: Reading, node: Node, depth: int
) -> tuple[tuple[code.Param, ...], tuple[code.Assign, ...]]:
    """Return the parameters, and the statements that take apart those of Python 2 (``(a, b)``)."""
    found: list[code.Param] = []
    unpacked: list[code.Assign] = []
    for child in without_extras(r, node.named_children):
        kind = child.type
        default: code.Expr | None = None
        told: code.Expr | None = None
        name = child
        if kind in ("default_parameter", "typed_default_parameter"):
            children = without_extras(r, child.named_children)
            name, value = children[0], children[-1]
            default = expression(r, value, depth + 1)
        elif kind == "typed_parameter":
            children = without_extras(r, child.named_children)
            name = children[0]
            told = _class_named(r, children[-1], depth)
        if name.kind_id in IDENTIFIER:
            found.append(code.Param(r.word(name), default, "", told))
        elif name.kind_id in _SPLATS or name.kind_id in _DICT_SPLATS:
            inner = without_extras(r, name.named_children)
            spread: Literal["*", "**"] = "*" if name.kind_id in _SPLATS else "**"
            found.append(code.Param(r.word(inner[0]) if inner else "", None, spread))
        elif name.type == "tuple_pattern":
            label = r.text(name)
            target = expression(r, name, depth + 1)
            found.append(code.Param(label, default))
            unpacked.append(code.Assign((target,), code.Name(label, r.line(name)), r.line(name)))
    return tuple(found), tuple(unpacked)


def _class_named(r: Reading, node: Node, depth: int) -> code.Expr | None:
    """Return the class that an annotation names (``Person``, ``pd.DataFrame``)."""
    inner = without_extras(r, node.named_children)
    if len(inner) == 1 and inner[0].type in ("identifier", "attribute"):
        return expression(r, inner[0], depth + 1)
    return None


# ── the rest ────────────────────────────────────────────────────────────────────────────────


def _parts(r: Reading, node: Node, depth: int) -> code.Expr:
    """Return an expression without a better node: what stands in it."""
    if depth > MAX_DEPTH:
        return too_deep(r, node)
    parts = [
        expression(r, child, depth + 1)
        for child in without_extras(r, node.named_children)
        if IS_EXPRESSION[child.kind_id]
    ]
    return code.Opaque(tuple(parts), r.line(node))


def _await(r: Reading, node: Node, depth: int) -> code.Expr:
    return code.Opaque((inside(r, node, depth),), r.line(node))


def too_deep(r: Reading, node: Node) -> code.Opaque:
    """Return what is nested too deeply: the names and texts in it, without going deeper."""
    return code.Opaque(tuple(leaves(r, node)), r.line(node), "deep_nesting")


def leaves(r: Reading, node: Node) -> list[code.Expr]:
    """Return the names and texts in a node, each where it stands first."""
    found: dict[str, code.Expr] = {}
    waiting = [node]
    while waiting and len(found) < MAX_LEAVES:
        each = waiting.pop()
        kind = each.kind_id
        if kind in IDENTIFIER:
            found.setdefault(r.word(each), code.Name(r.word(each), r.line(each)))
        elif kind in _CONTENT:
            # A text and a name that are spelled alike are two.
            found.setdefault(f"'{r.text(each)}", code.Const(r.text(each), r.line(each)))
        elif kind in COMMENT:
            r.comment(each)
        else:
            waiting.extend(reversed(each.named_children))
    return list(found.values())


_BY_KIND: Final[dict[str, Translate]] = {
    "identifier": _name,
    "integer": _number,
    "float": _number,
    "true": _true,
    "false": _false,
    "none": _none,
    "ellipsis": _none,
    "string": _string,
    "concatenated_string": _concatenated,
    "attribute": _attribute,
    "subscript": _subscript,
    "slice": _slice,
    "call": _call,
    "parenthesized_expression": inside,
    "list_splat": inside,
    "list_splat_pattern": inside,
    "parenthesized_list_splat": inside,
    "dictionary_splat": inside,
    "dictionary_splat_pattern": inside,
    "binary_operator": _binary,
    "boolean_operator": _binary,
    "not_operator": _not,
    "unary_operator": _unary,
    "comparison_operator": _comparison,
    "conditional_expression": _choice,
    "named_expression": _walrus,
    "yield": _yield,
    "await": _await,
    "list": _sequence("list"),
    "list_pattern": _sequence("list"),
    "tuple": _sequence("tuple"),
    "tuple_pattern": _sequence("tuple"),
    "tuple_expression": _sequence("tuple"),
    "pattern_list": _sequence("tuple"),
    "expression_list": _sequence("tuple"),
    "set": _sequence("set"),
    "dictionary": _dictionary,
    "list_comprehension": _each("list"),
    "set_comprehension": _each("set"),
    "dictionary_comprehension": _each("dict"),
    "generator_expression": _each("generator"),
    "lambda": _lambda,
}

EXPRESSIONS: Final[list[Translate]] = [_parts] * LANGUAGE.node_kind_count
"""By the number of the kind; what has no function of its own shows its parts."""

IS_EXPRESSION: Final[list[bool]] = [False] * LANGUAGE.node_kind_count
"""Whether a kind is an expression, by its number."""

for _kind, _translate in _BY_KIND.items():
    for _id in kind_ids(_kind):
        EXPRESSIONS[_id] = _translate
        IS_EXPRESSION[_id] = True
