"""Statements of Python, version 2 and 3, as nodes of the small language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from tree_sitter import Node

from doorlicht.lineage.readers.python_expressions import (
    COMMENT,
    EXTRAS,
    IDENTIFIER,
    IS_EXPRESSION,
    LANGUAGE,
    TEXTS,
    TYPE,
    Reading,
    expression,
    inside,
    kind_ids,
    parameters,
    too_deep,
    without_extras,
    yielded,
)
from doorlicht.lineage.readers.python_patterns import match_pattern
from doorlicht.lineage.readers.source import MAX_DEPTH
from doorlicht.records import code

MAX_BRANCHES: Final = 30
"""Branches of one ``if`` or ``match`` that are nested; further ones stand beside each other."""

Statements = list[code.Stmt]
Translate = Callable[[Reading, Node, int, Statements], None]
Branch = tuple[code.Expr, tuple[code.Stmt, ...], int]

_BLOCK: Final = frozenset(kind_ids("block"))
_CHEVRON: Final = frozenset(kind_ids("chevron"))
_ASSIGNMENT: Final = frozenset(kind_ids("assignment"))
_LISTS: Final = frozenset(kind_ids("expression_list", "tuple_expression", "tuple"))
_KEYWORD_ARGUMENT: Final = frozenset(kind_ids("keyword_argument"))
_CLAUSES: Final = frozenset(
    kind_ids(
        "elif_clause", "else_clause", "except_clause", "finally_clause", "case_clause",
        "function_definition", "class_definition",
    )
)  # fmt: skip


def block(r: Reading, node: Node, depth: int) -> tuple[code.Stmt, ...]:
    """Return the statements in a block or file."""
    found: Statements = []
    if depth > MAX_DEPTH:
        opaque = too_deep(r, node)
        return (code.Do(opaque, opaque.line),)
    damaged: list[Node] = []
    for child in node.named_children:
        if r.is_damaged:
            if child.has_error and not has_whole_head(child):
                damaged.append(child)
                continue
            read_damaged(r, damaged, depth, found)
            damaged = []
        kind = child.kind_id
        if kind in COMMENT:
            r.comment(child)
        else:
            STATEMENTS[kind](r, child, depth + 1, found)
    read_damaged(r, damaged, depth, found)
    return tuple(found)


def read_damaged(r: Reading, nodes: Sequence[Node], depth: int, out: Statements) -> None:
    """Add what is whole in damaged statements that follow each other."""
    if nodes and r.read_again is not None:
        r.read_again(r, nodes, depth + 1, out)


def has_whole_head(node: Node) -> bool:
    """Return whether all damage of a statement is within its blocks."""
    if node.is_error or node.is_missing or not IS_STATEMENT[node.kind_id]:
        return False
    waiting = [node]
    has_block = False
    while waiting:
        for child in waiting.pop().children:
            if child.is_error or child.is_missing:
                return False
            kind = child.kind_id
            has_block = has_block or kind in _BLOCK
            if not child.has_error or kind in _BLOCK:
                continue
            if kind not in _CLAUSES:
                return False
            waiting.append(child)
    return has_block


# ── simple statements ───────────────────────────────────────────────────────────────────────


def _do(r: Reading, node: Node, depth: int, out: Statements) -> None:
    value = expression(r, node, depth)
    out.append(code.Do(value, r.line(node)))


def _text(r: Reading, node: Node, depth: int, out: Statements) -> None:
    """Keep a text on its own as documentation."""
    value = expression(r, node, depth)
    if isinstance(value, code.Const):
        r.comments.append(code.Comment(str(value.value), value.line))
    elif isinstance(value, code.Format) and all(isinstance(p, code.Const) for p in value.parts):
        for part in value.parts:
            if isinstance(part, code.Const):
                r.comments.append(code.Comment(str(part.value), part.line))
    else:
        out.append(code.Do(value, r.line(node)))


def _nothing(r: Reading, node: Node, depth: int, out: Statements) -> None:
    del r, node, depth, out


def _jump(r: Reading, node: Node, depth: int, out: Statements) -> None:
    """Add ``continue`` or ``break`` as a statement of which nothing comes."""
    del depth
    line = r.line(node)
    out.append(code.Do(code.Missing(line), line))


def _yield(r: Reading, node: Node, depth: int, out: Statements) -> None:
    out.append(code.Return(yielded(r, node, depth), r.line(node)))


def _assign(r: Reading, node: Node, depth: int, out: Statements) -> None:
    line = r.line(node)
    targets: list[code.Expr] = []
    right = node
    while right.kind_id in _ASSIGNMENT:
        children = right.named_children
        if len(children) != 2:
            children = without_extras(r, children)
        targets.append(expression(r, children[0], depth + 1))
        right = children[-1]
    if right.kind_id in TYPE:
        # ``x: int`` names a field of a class, or a variable that gets its value later.
        out.append(code.Assign(tuple(targets), code.Missing(line), line))
        return
    value = expression(r, right, depth + 1)
    out.append(code.Assign(tuple(targets), value, line, _is_global(r, targets)))


def _is_global(r: Reading, targets: Sequence[code.Expr]) -> bool:
    if not r.globals:
        return False
    waiting = list(targets)
    while waiting:
        target = waiting.pop()
        if isinstance(target, code.Name) and target.id in r.globals:
            return True
        if isinstance(target, code.Seq):
            waiting.extend(item.value for item in target.items)
    return False


def _augmented(r: Reading, node: Node, depth: int, out: Statements) -> None:
    line = r.line(node)
    left, sign, right = without_extras(r, node.children)
    target = expression(r, left, depth + 1)
    value = expression(r, right, depth + 1)
    made = code.Op(r.text(sign).removesuffix("="), (target, value), line)
    out.append(code.Assign((target,), made, line, _is_global(r, (target,))))


def _return(r: Reading, node: Node, depth: int, out: Statements) -> None:
    children = without_extras(r, node.named_children)
    value = expression(r, children[0], depth + 1) if children else None
    out.append(code.Return(value, r.line(node)))


def _each_value(r: Reading, node: Node, depth: int, out: Statements) -> None:
    """Add what ``assert`` and ``raise`` compute."""
    line = r.line(node)
    for child in without_extras(r, node.named_children):
        out.append(code.Do(expression(r, child, depth + 1), line))


def _delete(r: Reading, node: Node, depth: int, out: Statements) -> None:
    waiting = without_extras(r, node.named_children)
    targets: list[code.Expr] = []
    while waiting:
        child = waiting.pop(0)
        if child.kind_id in _LISTS:
            waiting[:0] = without_extras(r, child.named_children)
        else:
            targets.append(expression(r, child, depth + 1))
    out.append(code.Delete(tuple(targets), r.line(node)))


def _globals(r: Reading, node: Node, depth: int, out: Statements) -> None:
    del depth, out
    r.globals.update(r.word(child) for child in without_extras(r, node.named_children))


def _print(r: Reading, node: Node, depth: int, out: Statements) -> None:
    """Add ``print x`` and ``exec text in names`` of Python 2, as the calls of Python 3."""
    line = r.line(node)
    args: list[code.Arg] = []
    for child in without_extras(r, node.named_children):
        if child.kind_id in _CHEVRON:
            args.append(code.Arg("file", inside(r, child, depth)))
        else:
            args.append(code.Arg(None, expression(r, child, depth + 1)))
    name = "print" if node.type == "print_statement" else "exec"
    out.append(code.Do(code.Call(code.Name(name, line), tuple(args), line), line))


# ── imports ─────────────────────────────────────────────────────────────────────────────────


def _dotted(r: Reading, node: Node) -> str:
    return "".join(r.text(node).split())


def _names(r: Reading, nodes: Sequence[Node]) -> list[tuple[str, str | None, int]]:
    """Return name, alias and line of what is imported."""
    found: list[tuple[str, str | None, int]] = []
    for node in nodes:
        if node.type == "aliased_import":
            name, alias = without_extras(r, node.named_children)
            found.append((_dotted(r, name), r.word(alias), r.line(node)))
        elif node.type == "wildcard_import":
            found.append(("*", None, r.line(node)))
        else:
            found.append((_dotted(r, node), None, r.line(node)))
    return found


def _import(r: Reading, node: Node, depth: int, out: Statements) -> None:
    del depth
    for module, alias, line in _names(r, without_extras(r, node.named_children)):
        out.append(code.Import(module, None, alias, 0, line))


def _import_from(r: Reading, node: Node, depth: int, out: Statements) -> None:
    del depth
    children = without_extras(r, node.named_children)
    spelled = "__future__"
    if node.type != "future_import_statement":
        spelled = _dotted(r, children.pop(0))
    module = spelled.lstrip(".")
    level = len(spelled) - len(module)
    for name, alias, line in _names(r, children):
        out.append(code.Import(module, name, alias, level, line))


# ── branches and loops ──────────────────────────────────────────────────────────────────────


def _chain(branches: list[Branch], orelse: tuple[code.Stmt, ...]) -> tuple[code.Stmt, ...]:
    """Return branches that exclude each other, nested in each other's ``orelse``.

    In a very long row the last ones stand beside each other instead: any of them may run.
    """
    kept = branches[:MAX_BRANCHES]
    beside = branches[MAX_BRANCHES:]
    if beside:
        orelse = (*(code.If(test, body, (), line) for test, body, line in beside), *orelse)
    for test, body, line in reversed(kept):
        orelse = (code.If(test, body, orelse, line),)
    return orelse


def _if(r: Reading, node: Node, depth: int, out: Statements) -> None:
    branches: list[Branch] = []
    orelse: tuple[code.Stmt, ...] = ()
    test: code.Expr | None = None
    line = r.line(node)
    for child in without_extras(r, node.named_children):
        if child.kind_id in _BLOCK and test is not None:
            branches.append((test, block(r, child, depth), line))
        elif child.type == "elif_clause":
            parts = without_extras(r, child.named_children)
            branches.append(
                (expression(r, parts[0], depth + 1), _last_block(r, parts, depth), r.line(child))
            )
        elif child.type == "else_clause":
            orelse = _last_block(r, without_extras(r, child.named_children), depth)
        else:
            test = expression(r, child, depth + 1)
    if test is not None and not branches:
        branches.append((test, (), line))
    out.extend(_chain(branches, orelse))


def _last_block(r: Reading, children: Sequence[Node], depth: int) -> tuple[code.Stmt, ...]:
    if children and children[-1].kind_id in _BLOCK:
        return block(r, children[-1], depth)
    return ()


def _loop(r: Reading, node: Node, depth: int, out: Statements) -> None:
    """Add a loop; what is in its ``else`` comes after it."""
    children = without_extras(r, node.named_children)
    after: list[Node] = []
    if children[-1].type == "else_clause":
        after = without_extras(r, children.pop().named_children)
    heads = [child for child in children if child.kind_id not in _BLOCK]
    made = [expression(r, head, depth + 1) for head in heads]
    inner = _last_block(r, children, depth)
    orelse = _last_block(r, after, depth)
    target = made[0] if node.type == "for_statement" else None
    out.append(code.Loop(target, made[-1], inner, r.line(node)))
    out.extend(orelse)


def _with(r: Reading, node: Node, depth: int, out: Statements) -> None:
    items: list[tuple[code.Expr, code.Expr | None]] = []
    children = without_extras(r, node.named_children)
    for item in without_extras(r, children[0].named_children):
        value = without_extras(r, item.named_children)[0]
        items.append(_aliased(r, value, depth))
    out.append(code.With(tuple(items), _last_block(r, children, depth), r.line(node)))


def _aliased(r: Reading, node: Node, depth: int) -> tuple[code.Expr, code.Expr | None]:
    """Return the two sides of ``value as target``; the target is ``None`` if there is none."""
    if node.type != "as_pattern":
        return expression(r, node, depth + 1), None
    value, target = without_extras(r, node.named_children)
    return expression(r, value, depth + 1), inside(r, target, depth)


def _try(r: Reading, node: Node, depth: int, out: Statements) -> None:
    """Add ``try`` with all its parts; what handles an error runs or does not run."""
    body: Statements = []
    handlers: Statements = []
    for child in without_extras(r, node.named_children):
        if child.kind_id in _BLOCK:
            body.extend(block(r, child, depth))
        elif child.type == "except_clause":
            handlers.append(_handler(r, child, depth))
        elif child.type == "finally_clause":
            handlers.extend(_last_block(r, without_extras(r, child.named_children), depth))
        else:
            body.extend(_last_block(r, without_extras(r, child.named_children), depth))
    out.append(code.With((), (*body, *handlers), r.line(node)))


def _handler(r: Reading, node: Node, depth: int) -> code.If:
    line = r.line(node)
    children = without_extras(r, node.named_children)
    heads = [child for child in children if child.kind_id not in _BLOCK]
    body = _last_block(r, children, depth)
    if not heads:
        return code.If(code.Opaque((), line), body, (), line)
    error, target = _aliased(r, heads[0], depth)
    if len(heads) > 1:
        # ``except X, e`` of Python 2.
        target = expression(r, heads[1], depth + 1)
    if target is not None:
        body = (code.Assign((target,), error, line), *body)
    return code.If(code.Opaque((error,), line), body, (), line)


# ── match ───────────────────────────────────────────────────────────────────────────────────


def _match(r: Reading, node: Node, depth: int, out: Statements) -> None:
    children = without_extras(r, node.named_children)
    *subjects, cases = children
    made = [expression(r, subject, depth + 1) for subject in subjects]
    subject = made[0]
    if len(made) > 1:
        subject = code.Seq(tuple(code.Arg(None, each) for each in made), "tuple", r.line(node))
    branches: list[Branch] = []
    for case in without_extras(r, cases.named_children):
        if r.is_damaged and case.has_error and not has_whole_head(case):
            read_damaged(r, (case,), depth, out)
        elif case.type == "case_clause":
            branches.append(_case(r, case, subject, depth))
    out.extend(_chain(branches, ()))


def _case(r: Reading, node: Node, subject: code.Expr, depth: int) -> Branch:
    line = r.line(node)
    compared: list[code.Expr] = []
    bound: list[tuple[code.Expr, code.Expr]] = []
    body: tuple[code.Stmt, ...] = ()
    guard: code.Expr | None = None
    for child in without_extras(r, node.named_children):
        if child.kind_id in _BLOCK:
            body = block(r, child, depth)
        elif child.type == "if_clause":
            guard = inside(r, child, depth)
        else:
            match_pattern(r, child, subject, depth + 1, compared, bound)
    if guard is not None:
        body = (code.If(guard, body, (), guard.line),)
    assigned = tuple(code.Assign((name,), value, name.line) for name, value in bound)
    # What a pattern is compared with; without that, it is not known whether it fits.
    test: code.Expr = (
        code.Op("==", (subject, *compared), line)
        if len(compared) == 1
        else code.Opaque((subject, *compared), line)
    )
    return test, (*assigned, *body), line


# ── definitions ─────────────────────────────────────────────────────────────────────────────


def _function(r: Reading, node: Node, depth: int, out: Statements) -> None:
    out.append(_defined(r, node, depth, ()))


def _defined(
    r: Reading, node: Node, depth: int, decorators: tuple[code.Expr, ...]
) -> code.Function:
    name = ""
    params: tuple[code.Param, ...] = ()
    unpacked: tuple[code.Stmt, ...] = ()
    body: tuple[code.Stmt, ...] = ()
    outer, r.globals = r.globals, set()
    for child in node.named_children:
        kind = child.kind_id
        if kind in IDENTIFIER:
            name = name or r.word(child)
        elif kind in _BLOCK:
            body = block(r, child, depth)
        elif kind in COMMENT:
            r.comment(child)
        elif child.type == "parameters":
            params, unpacked = parameters(r, child, depth)
    r.globals = outer
    return code.Function(name, params, (*unpacked, *body), r.line(node), decorators)


def _class(r: Reading, node: Node, depth: int, out: Statements) -> None:
    name = ""
    bases: list[code.Expr] = []
    body: tuple[code.Stmt, ...] = ()
    outer, r.globals = r.globals, set()
    for child in node.named_children:
        kind = child.kind_id
        if kind in IDENTIFIER:
            name = name or r.word(child)
        elif kind in _BLOCK:
            body = block(r, child, depth)
        elif kind in COMMENT:
            r.comment(child)
        elif child.type == "argument_list":
            bases.extend(
                expression(r, base, depth + 1)
                for base in without_extras(r, child.named_children)
                if base.kind_id not in _KEYWORD_ARGUMENT and IS_EXPRESSION[base.kind_id]
            )
    r.globals = outer
    out.append(code.Class(name, tuple(bases), body, r.line(node)))


def _decorated(r: Reading, node: Node, depth: int, out: Statements) -> None:
    """Add a function or class with its decorators."""
    *marks, defined = without_extras(r, node.named_children)
    decorators = tuple(inside(r, mark, depth) for mark in marks)
    if defined.type == "class_definition":
        _class(r, defined, depth, out)
        made = out.pop()
        out.append(made._replace(decorators=decorators) if isinstance(made, code.Class) else made)
    else:
        out.append(_defined(r, defined, depth, decorators))


def _nested(r: Reading, node: Node, depth: int, out: Statements) -> None:
    out.extend(block(r, node, depth))


_BY_KIND: Final[dict[str, Translate]] = {
    "string": _text,
    "concatenated_string": _text,
    "yield": _yield,
    "assignment": _assign,
    "augmented_assignment": _augmented,
    "return_statement": _return,
    "assert_statement": _each_value,
    "raise_statement": _each_value,
    "delete_statement": _delete,
    "global_statement": _globals,
    "nonlocal_statement": _globals,
    "print_statement": _print,
    "exec_statement": _print,
    "import_statement": _import,
    "import_from_statement": _import_from,
    "future_import_statement": _import_from,
    "if_statement": _if,
    "for_statement": _loop,
    "while_statement": _loop,
    "with_statement": _with,
    "try_statement": _try,
    "match_statement": _match,
    "function_definition": _function,
    "class_definition": _class,
    "decorated_definition": _decorated,
    "block": _nested,
    "pass_statement": _nothing,
    "break_statement": _jump,
    "continue_statement": _jump,
    "type_alias_statement": _nothing,
    "line_continuation": _nothing,
}

STATEMENTS: Final[list[Translate]] = [_do] * LANGUAGE.node_kind_count
"""By the number of the kind; what has no function of its own is an expression on its own."""

IS_STATEMENT: Final[list[bool]] = [False] * LANGUAGE.node_kind_count
"""Whether a kind is a statement and nothing else, by its number."""

for _kind, _translate in _BY_KIND.items():
    for _id in kind_ids(_kind):
        STATEMENTS[_id] = _translate
        IS_STATEMENT[_id] = _id not in TEXTS and _id not in EXTRAS
