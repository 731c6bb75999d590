"""Python, of every version: the grammar of tree-sitter goes on after an error.

Source: the Python language reference (3.13); Python 2 as far as the grammar takes it (print and exec
statements, backticks become errors around which the rest is read).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from tree_sitter import Node

from doorlicht.lineage.readers.source import MAX_BYTES, MAX_DEPTH, damaged, parser_of, read_text
from doorlicht.records import code

_ESCAPE: Final = re.compile(r"\\(\n|[\\'\"abfnrtv]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[0-7]{1,3})")
_PLAIN: Final = {
    "\n": "", "\\": "\\", "'": "'", '"': '"', "n": "\n", "t": "\t", "r": "\r", "a": "\a",
    "b": "\b", "f": "\f", "v": "\v",
}  # fmt: skip
_BARE: Final = frozenset({"assignment", "augmented_assignment", "yield", "string"})
_PERCENT: Final = re.compile(r"%(?:\(\w+\))?[-+ #0]*\d*(?:\.\d+)?[sdifgeExXrc]")
_BRACES: Final = re.compile(r"\{[^{}]*\}")


class PythonReader:
    """Reads scripts and modules of Python."""

    name = "python"
    suffixes = frozenset({".py", ".pyw"})

    def read(self, path: str, content: bytes) -> tuple[code.CodeUnit, ...]:
        """Return the file as one unit."""
        if len(content) > MAX_BYTES:
            return (code.CodeUnit(path, "python", (), (), (code.Hidden("too_large", 1),)),)
        return (read_python(path, read_text(content)),)


def read_python(path: str, text: str, first_line: int = 1) -> code.CodeUnit:
    """Return a text of Python as a unit; ``first_line`` is the line of its first line.

    Examples
    --------
    >>> read_python("a.py", "x = df['nat']").body[0].value.keys
    (Const(value='nat', line=1),)
    """
    source = text.encode("utf-8", "surrogatepass")
    tree = parser_of("python").parse(source)
    translation = _Translation(source, first_line)
    body = translation.block(tree.root_node)
    hidden = [
        code.Hidden(each.construct, each.line + first_line - 1) for each in damaged(tree.root_node)
    ]
    return code.CodeUnit(
        path, "python", body, tuple(translation.comments), (*hidden, *translation.hidden)
    )


class _Translation:
    """One file: its bytes, and what was seen beside statements."""

    def __init__(self, source: bytes, first_line: int) -> None:
        self.source = source
        self.offset = first_line
        self.comments: list[code.Comment] = []
        self.hidden: list[code.Hidden] = []
        self.depth = 0

    def text(self, node: Node) -> str:
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def line(self, node: Node) -> int:
        return node.start_point[0] + self.offset

    # ── statements ──────────────────────────────────────────────────────────────────────────

    def block(self, node: Node | None) -> tuple[code.Stmt, ...]:
        if node is None:
            return ()
        found: list[code.Stmt] = []
        if self.depth > MAX_DEPTH:
            self.hidden.append(code.Hidden("deep_nesting", self.line(node)))
            return ()
        self.depth += 1
        first = True
        for child in node.named_children:
            kind = child.type
            if kind == "comment":
                self.comments.append(code.Comment(self.text(child), self.line(child)))
                continue
            if kind in _BARE:
                found.extend(self._bare(child, is_first=first))
                first = False
                continue
            if first and kind == "expression_statement" and self._is_text(child):
                self.comments.append(code.Comment(self.text(child), self.line(child)))
                first = False
                continue
            first = False
            handler = self._STATEMENTS.get(kind)
            if handler is None:
                if kind == "ERROR":
                    found.extend(self.block(child))
                elif kind in self._EXPRESSIONS:
                    found.append(code.Do(self.expr(child), self.line(child)))
                elif kind in ("block", "case_clause", "module"):
                    found.extend(self.block(child))
                continue
            found.extend(handler(self, child))
        self.depth -= 1
        return tuple(found)

    def _is_text(self, node: Node) -> bool:
        children = node.named_children
        return len(children) == 1 and children[0].type == "string"

    def _bare(self, node: Node, *, is_first: bool) -> list[code.Stmt]:
        """Follow a statement that the grammar does not wrap."""
        if node.type == "assignment":
            return [self._assignment(node)]
        if node.type == "augmented_assignment":
            return [self._augmented(node)]
        if node.type == "yield":
            inner = node.named_children
            value = self.expr(inner[0]) if inner else None
            return [code.Return(value, self.line(node))]
        if is_first:
            self.comments.append(code.Comment(self.text(node), self.line(node)))
            return []
        return [code.Do(self.expr(node), self.line(node))]

    def _expression_statement(self, node: Node) -> list[code.Stmt]:
        found: list[code.Stmt] = []
        for child in node.named_children:
            if child.type == "assignment":
                found.append(self._assignment(child))
            elif child.type == "augmented_assignment":
                found.append(self._augmented(child))
            elif child.type == "comment":
                self.comments.append(code.Comment(self.text(child), self.line(child)))
            elif child.type == "yield":
                inner = child.named_children
                value = self.expr(inner[0]) if inner else None
                found.append(code.Return(value, self.line(child)))
            else:
                found.append(code.Do(self.expr(child), self.line(child)))
        return found

    def _assignment(self, node: Node) -> code.Stmt:
        targets: list[code.Expr] = []
        right: Node | None = node
        while right is not None and right.type == "assignment":
            left = right.child_by_field_name("left")
            if left is not None:
                targets.append(self.expr(left))
            right = right.child_by_field_name("right")
        if right is None:
            # ``x: int`` only says what will come.
            return code.Do(code.Const(None, self.line(node)), self.line(node))
        return code.Assign(tuple(targets), self.expr(right), self.line(node))

    def _augmented(self, node: Node) -> code.Stmt:
        line = self.line(node)
        left = self.expr_of(node, "left")
        operator = node.child_by_field_name("operator")
        op = self.text(operator).rstrip("=") if operator is not None else "+"
        value = code.Op(op, (left, self.expr_of(node, "right")), line)
        return code.Assign((left,), value, line)

    def _if(self, node: Node) -> list[code.Stmt]:
        alternatives = node.children_by_field_name("alternative")
        orelse: tuple[code.Stmt, ...] = ()
        for each in reversed(alternatives):
            if each.type == "else_clause":
                orelse = self.block(each.child_by_field_name("body"))
            else:
                test = self.expr_of(each, "condition")
                body = self.block(each.child_by_field_name("consequence"))
                orelse = (code.If(test, body, orelse, self.line(each)),)
        test = self.expr_of(node, "condition")
        body = self.block(node.child_by_field_name("consequence"))
        return [code.If(test, body, orelse, self.line(node))]

    def _for(self, node: Node) -> list[code.Stmt]:
        target, right = self.expr_of(node, "left"), self.expr_of(node, "right")
        body = self.block(node.child_by_field_name("body"))
        loop = code.Loop(target, right, body, self.line(node))
        return [loop, *self.block(self._else_of(node))]

    def _else_of(self, node: Node) -> Node | None:
        alternative = node.child_by_field_name("alternative")
        return None if alternative is None else alternative.child_by_field_name("body")

    def _while(self, node: Node) -> list[code.Stmt]:
        body = self.block(node.child_by_field_name("body"))
        test = code.Do(self.expr_of(node, "condition"), self.line(node))
        return [code.Loop(None, None, (test, *body), self.line(node))]

    def _with(self, node: Node) -> list[code.Stmt]:
        items: list[tuple[code.Expr, code.Expr | None]] = []
        for clause in node.named_children:
            if clause.type != "with_clause":
                continue
            for item in clause.named_children:
                value = item.child_by_field_name("value")
                if value is None:
                    continue
                if value.type == "as_pattern":
                    inner = value.named_children
                    target = value.child_by_field_name("alias")
                    bound = None
                    if target is not None and target.named_children:
                        bound = self.expr(target.named_children[0])
                    elif target is not None:
                        bound = code.Name(self.text(target), self.line(target))
                    items.append((self.expr(inner[0]), bound))
                else:
                    items.append((self.expr(value), None))
        body = self.block(node.child_by_field_name("body"))
        return [code.With(tuple(items), body, self.line(node))]

    def _try(self, node: Node) -> list[code.Stmt]:
        body: list[code.Stmt] = []
        for child in node.named_children:
            if child.type == "block":
                body.extend(self.block(child))
            else:
                body.extend(
                    statement
                    for inner in child.named_children
                    if inner.type == "block"
                    for statement in self.block(inner)
                )
        return [code.With((), tuple(body), self.line(node))]

    def _match(self, node: Node) -> list[code.Stmt]:
        line = self.line(node)
        subject = self.expr_of(node, "subject")
        orelse: tuple[code.Stmt, ...] = ()
        body = node.child_by_field_name("body")
        clauses = [
            c for c in (body.named_children if body is not None else []) if c.type == "case_clause"
        ]
        for clause in reversed(clauses):
            inner = self.block(clause.child_by_field_name("consequence"))
            test = code.Opaque((subject,), self.line(clause))
            orelse = (code.If(test, inner, orelse, self.line(clause)),)
        return list(orelse) or [code.Do(subject, line)]

    def _function(self, node: Node, decorators: Sequence[code.Expr] = ()) -> list[code.Stmt]:
        name = node.child_by_field_name("name")
        params = self._params(node.child_by_field_name("parameters"))
        body = self.block(node.child_by_field_name("body"))
        label = self.text(name) if name is not None else ""
        return [code.Function(label, params, body, self.line(node), tuple(decorators))]

    def _class(self, node: Node, decorators: Sequence[code.Expr] = ()) -> list[code.Stmt]:
        del decorators
        name = node.child_by_field_name("name")
        supers = node.child_by_field_name("superclasses")
        bases = tuple(
            self.expr(child)
            for child in (supers.named_children if supers is not None else [])
            if child.type not in ("keyword_argument", "comment")
        )
        body = self.block(node.child_by_field_name("body"))
        return [
            code.Class(self.text(name) if name is not None else "", bases, body, self.line(node))
        ]

    def _decorated(self, node: Node) -> list[code.Stmt]:
        decorators = [
            self.expr(child.named_children[0])
            for child in node.named_children
            if child.type == "decorator" and child.named_children
        ]
        inner = node.child_by_field_name("definition")
        if inner is None:
            return []
        if inner.type == "class_definition":
            return self._class(inner, decorators)
        return self._function(inner, decorators)

    def _return(self, node: Node) -> list[code.Stmt]:
        inner = node.named_children
        value = self.expr(inner[0]) if inner else None
        return [code.Return(value, self.line(node))]

    def _import(self, node: Node) -> list[code.Stmt]:
        found: list[code.Stmt] = []
        for child in node.named_children:
            if child.type == "aliased_import":
                name = child.child_by_field_name("name")
                alias = child.child_by_field_name("alias")
                found.append(
                    code.Import(
                        self.text(name) if name is not None else "",
                        None,
                        self.text(alias) if alias is not None else None,
                        0,
                        self.line(node),
                    )
                )
            elif child.type == "dotted_name":
                found.append(code.Import(self.text(child), None, None, 0, self.line(node)))
        return found

    def _import_from(self, node: Node) -> list[code.Stmt]:
        module_node = node.child_by_field_name("module_name")
        module, level = "", 0
        if module_node is not None:
            text = self.text(module_node)
            module = text.lstrip(".").strip()
            level = len(text) - len(text.lstrip("."))
        line = self.line(node)
        found: list[code.Stmt] = []
        for child in node.named_children:
            if module_node is not None and child.start_byte == module_node.start_byte:
                continue
            if child.type == "wildcard_import":
                found.append(code.Import(module, "*", None, level, line))
            elif child.type == "aliased_import":
                name = child.child_by_field_name("name")
                alias = child.child_by_field_name("alias")
                found.append(
                    code.Import(
                        module,
                        self.text(name) if name is not None else "",
                        self.text(alias) if alias is not None else None,
                        level,
                        line,
                    )
                )
            elif child.type == "dotted_name":
                found.append(code.Import(module, self.text(child), None, level, line))
        return found

    def _delete(self, node: Node) -> list[code.Stmt]:
        targets: list[code.Expr] = []
        for child in node.named_children:
            if child.type == "expression_list":
                targets.extend(self.expr(inner) for inner in child.named_children)
            else:
                targets.append(self.expr(child))
        return [code.Delete(tuple(targets), self.line(node))]

    def _print(self, node: Node) -> list[code.Stmt]:
        """Follow ``print x``, ``exec code``, ``assert x``, ``raise x``: what stands in them."""
        inner = [child for child in node.named_children if child.type != "comment"]
        return [
            code.Do(self.expr(child), self.line(child))
            for child in inner
            if child.type in self._EXPRESSIONS
        ]

    def _exec(self, node: Node) -> list[code.Stmt]:
        inner = node.child_by_field_name("code")
        if inner is None:
            return []
        line = self.line(node)
        call = code.Call(code.Name("exec", line), (code.Arg(None, self.expr(inner)),), line)
        return [code.Do(call, line)]

    def _nothing(self, node: Node) -> list[code.Stmt]:
        del node
        return []

    def _type_alias(self, node: Node) -> list[code.Stmt]:
        return self._nothing(node)

    _STATEMENTS: Final[dict[str, Callable[[_Translation, Node], list[code.Stmt]]]] = {
        "expression_statement": _expression_statement,
        "if_statement": _if,
        "for_statement": _for,
        "while_statement": _while,
        "with_statement": _with,
        "try_statement": _try,
        "match_statement": _match,
        "function_definition": _function,
        "class_definition": _class,
        "decorated_definition": _decorated,
        "return_statement": _return,
        "import_statement": _import,
        "import_from_statement": _import_from,
        "future_import_statement": _nothing,
        "delete_statement": _delete,
        "print_statement": _print,
        "exec_statement": _exec,
        "assert_statement": _print,
        "raise_statement": _print,
        "pass_statement": _nothing,
        "break_statement": _nothing,
        "continue_statement": _nothing,
        "global_statement": _nothing,
        "nonlocal_statement": _nothing,
        "type_alias_statement": _type_alias,
    }

    # ── expressions ─────────────────────────────────────────────────────────────────────────

    def expr_of(self, node: Node, field: str) -> code.Expr:
        child = node.child_by_field_name(field)
        return code.Missing(self.line(node)) if child is None else self.expr(child)

    def expr(self, node: Node) -> code.Expr:
        handler = self._EXPRESSIONS.get(node.type)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.depth -= 1
            return code.Opaque((), self.line(node), "deep_nesting")
        made = self._parts(node) if handler is None else handler(self, node)
        self.depth -= 1
        return made

    def _parts(self, node: Node) -> code.Expr:
        parts = tuple(self.expr(child) for child in node.named_children if child.type != "comment")
        return code.Opaque(parts, self.line(node))

    def _identifier(self, node: Node) -> code.Expr:
        return code.Name(self.text(node), self.line(node))

    def _number(self, node: Node) -> code.Expr:
        text = self.text(node).replace("_", "").lower().rstrip("lj")
        try:
            value: int | float = (
                int(text, 0) if re.fullmatch(r"0[xob]\w+|\d+", text) else float(text)
            )
        except ValueError:
            value = 0
        return code.Const(value, self.line(node))

    def _true(self, node: Node) -> code.Expr:
        return code.Const(True, self.line(node))

    def _false(self, node: Node) -> code.Expr:
        return code.Const(False, self.line(node))

    def _none(self, node: Node) -> code.Expr:
        return code.Const(None, self.line(node))

    def _string(self, node: Node) -> code.Expr:
        start = ""
        parts: list[code.Expr] = []
        piece: list[str] = []
        first_line = self.line(node)
        is_format = False
        for child in node.children:
            kind = child.type
            if kind == "string_start":
                start = self.text(child).lower()
            elif kind == "string_content":
                text = self.text(child)
                piece.append(text if "r" in start else unescape(text))
            elif kind == "interpolation":
                is_format = True
                if piece:
                    parts.append(code.Const("".join(piece), first_line))
                    piece = []
                inner = child.child_by_field_name("expression")
                if inner is not None:
                    parts.append(self.expr(inner))
        text = "".join(piece)
        if "f" in start.rstrip("'\""):
            text = text.replace("{{", "{").replace("}}", "}")
        if not is_format:
            return code.Const(text, first_line)
        if text:
            parts.append(code.Const(text, first_line))
        return code.Format(tuple(parts), first_line)

    def _concatenated(self, node: Node) -> code.Expr:
        parts = [self.expr(child) for child in node.named_children if child.type == "string"]
        if all(isinstance(part, code.Const) for part in parts):
            text = "".join(str(part.value) for part in parts if isinstance(part, code.Const))
            return code.Const(text, self.line(node))
        return code.Format(tuple(parts), self.line(node))

    def _attribute(self, node: Node) -> code.Expr:
        name = node.child_by_field_name("attribute")
        base = self.expr_of(node, "object")
        line = self.line(name) if name is not None else self.line(node)
        return code.Attr(base, self.text(name) if name is not None else "", line)

    def _subscript(self, node: Node) -> code.Expr:
        base = self.expr_of(node, "value")
        keys = [self.expr(child) for child in node.children_by_field_name("subscript")]
        if len(keys) == 1 and isinstance(keys[0], code.Seq) and keys[0].kind == "tuple":
            keys = [arg.value for arg in keys[0].items]
        return code.Item(base, tuple(keys), self.line(node))

    def _slice(self, node: Node) -> code.Expr:
        parts: list[code.Expr | None] = [None, None, None]
        at = 0
        for child in node.children:
            if child.type == ":":
                at += 1
            elif child.is_named and at < len(parts):
                parts[at] = self.expr(child)
        return code.Slice(parts[0], parts[1], parts[2], self.line(node))

    def _call(self, node: Node) -> code.Expr:
        func = self.expr_of(node, "function")
        arguments = node.child_by_field_name("arguments")
        args: tuple[code.Arg, ...] = ()
        if arguments is not None:
            if arguments.type == "generator_expression":
                args = (code.Arg(None, self.expr(arguments)),)
            else:
                args = self._args(arguments)
        if (
            isinstance(func, code.Attr)
            and func.name == "format"
            and isinstance(func.base, code.Const)
            and isinstance(func.base.value, str)
        ):
            return self._brace_format(func.base, args)
        line = func.line if isinstance(func, (code.Attr, code.Name)) else self.line(node)
        return code.Call(func, args, line)

    def _args(self, node: Node) -> tuple[code.Arg, ...]:
        found: list[code.Arg] = []
        for child in node.named_children:
            kind = child.type
            if kind == "keyword_argument":
                name = child.child_by_field_name("name")
                found.append(
                    code.Arg(
                        self.text(name) if name is not None else None, self.expr_of(child, "value")
                    )
                )
            elif kind == "list_splat":
                found.append(code.Arg(None, self._first(child), "*"))
            elif kind == "dictionary_splat":
                found.append(code.Arg(None, self._first(child), "**"))
            elif kind != "comment":
                found.append(code.Arg(None, self.expr(child)))
            else:
                self.comments.append(code.Comment(self.text(child), self.line(child)))
        return tuple(found)

    def _first(self, node: Node) -> code.Expr:
        inner = [child for child in node.named_children if child.type != "comment"]
        return self.expr(inner[0]) if inner else code.Missing(self.line(node))

    def _brace_format(self, text: code.Const, args: tuple[code.Arg, ...]) -> code.Expr:
        return _format_parts(str(text.value), text.line, args, _BRACES)

    def _binary(self, node: Node) -> code.Expr:
        left, right = self.expr_of(node, "left"), self.expr_of(node, "right")
        operator = node.child_by_field_name("operator")
        op = self.text(operator) if operator is not None else ""
        if op == "%" and isinstance(left, code.Const) and isinstance(left.value, str):
            args = right.items if isinstance(right, code.Seq) else (code.Arg(None, right),)
            return _format_parts(left.value, left.line, args, _PERCENT)
        return code.Op(op, (left, right), self.line(node))

    def _boolean(self, node: Node) -> code.Expr:
        operator = node.child_by_field_name("operator")
        op = self.text(operator) if operator is not None else "and"
        return code.Op(
            op, (self.expr_of(node, "left"), self.expr_of(node, "right")), self.line(node)
        )

    def _not(self, node: Node) -> code.Expr:
        return code.Op("not", (self.expr_of(node, "argument"),), self.line(node))

    def _unary(self, node: Node) -> code.Expr:
        operator = node.child_by_field_name("operator")
        op = self.text(operator) if operator is not None else "-"
        return code.Op(op, (self.expr_of(node, "argument"),), self.line(node))

    def _comparison(self, node: Node) -> code.Expr:
        operands: list[code.Expr] = []
        operators: list[str] = []
        for child in node.children:
            if child.is_named and child.type != "comment":
                operands.append(self.expr(child))
            elif child.type in (
                "not in",
                "is not",
                "in",
                "is",
                "<",
                "<=",
                "==",
                "!=",
                ">=",
                ">",
                "<>",
                "not",
            ):
                operators.append(self.text(child))
        op = " ".join(" ".join(operators[:1]).split()) if operators else "=="
        if operators[:2] in (["not", "in"], ["is", "not"]):
            op = " ".join(operators[:2])
        return code.Op(op, tuple(operands), self.line(node))

    def _list(self, node: Node) -> code.Expr:
        return code.Seq(self._items(node), "list", self.line(node))

    def _tuple(self, node: Node) -> code.Expr:
        return code.Seq(self._items(node), "tuple", self.line(node))

    def _set(self, node: Node) -> code.Expr:
        return code.Seq(self._items(node), "set", self.line(node))

    def _items(self, node: Node) -> tuple[code.Arg, ...]:
        found: list[code.Arg] = []
        for child in node.named_children:
            if child.type in ("list_splat", "list_splat_pattern"):
                found.append(code.Arg(None, self._first(child), "*"))
            elif child.type == "comment":
                self.comments.append(code.Comment(self.text(child), self.line(child)))
            else:
                found.append(code.Arg(None, self.expr(child)))
        return tuple(found)

    def _dictionary(self, node: Node) -> code.Expr:
        pairs: list[tuple[code.Expr | None, code.Expr]] = []
        for child in node.named_children:
            if child.type == "pair":
                pairs.append((self.expr_of(child, "key"), self.expr_of(child, "value")))
            elif child.type == "dictionary_splat":
                pairs.append((None, self._first(child)))
            elif child.type == "comment":
                self.comments.append(code.Comment(self.text(child), self.line(child)))
        return code.Dict(tuple(pairs), self.line(node))

    def _comprehension(self, node: Node) -> code.Expr:
        kinds = {"list_comprehension": "list", "set_comprehension": "set",
                 "dictionary_comprehension": "dict", "generator_expression": "generator"}  # fmt: skip
        body = node.child_by_field_name("body")
        key: code.Expr | None = None
        element: code.Expr = code.Missing(self.line(node))
        if body is not None and body.type == "pair":
            key, element = self.expr_of(body, "key"), self.expr_of(body, "value")
        elif body is not None:
            element = self.expr(body)
        loops: list[tuple[code.Expr, code.Expr]] = []
        conditions: list[code.Expr] = []
        for child in node.named_children:
            if child.type == "for_in_clause":
                loops.append((self.expr_of(child, "left"), self.expr_of(child, "right")))
            elif child.type == "if_clause":
                conditions.append(self._first(child))
        kind = kinds[node.type]
        return code.Each(key, element, tuple(loops), tuple(conditions), kind, self.line(node))  # type: ignore[arg-type]

    def _conditional(self, node: Node) -> code.Expr:
        inner = [child for child in node.named_children if child.type != "comment"]
        if len(inner) != 3:
            return self._parts(node)
        yes, test, no = (self.expr(child) for child in inner)
        return code.Choice(test, yes, no, self.line(node))

    def _lambda(self, node: Node) -> code.Expr:
        params = self._params(node.child_by_field_name("parameters"))
        body = self.expr_of(node, "body")
        line = self.line(node)
        return code.Lambda(params, (code.Return(body, line),), line)

    def _params(self, node: Node | None) -> tuple[code.Param, ...]:
        if node is None:
            return ()
        found: list[code.Param] = []
        for child in node.named_children:
            kind = child.type
            if kind == "identifier":
                found.append(code.Param(self.text(child)))
            elif kind in ("default_parameter", "typed_default_parameter"):
                name = child.child_by_field_name("name")
                found.append(
                    code.Param(
                        self.text(name) if name is not None else "", self.expr_of(child, "value")
                    )
                )
            elif kind == "typed_parameter":
                inner = child.named_children[0]
                if inner.type == "identifier":
                    found.append(code.Param(self.text(inner)))
                else:
                    found.append(self._splat_param(inner))
            elif kind in ("list_splat_pattern", "dictionary_splat_pattern"):
                found.append(self._splat_param(child))
            elif kind == "tuple_pattern":
                found.append(code.Param("_"))
        return tuple(found)

    def _splat_param(self, node: Node) -> code.Param:
        inner = node.named_children
        name = self.text(inner[0]) if inner else ""
        return code.Param(name, None, "**" if node.type.startswith("dict") else "*")

    def _walrus(self, node: Node) -> code.Expr:
        line = self.line(node)
        name = self.expr_of(node, "name")
        assign = code.Assign((name,), self.expr_of(node, "value"), line)
        return code.Block((assign, code.Do(name, line)), line)

    def _inside(self, node: Node) -> code.Expr:
        return self._first(node)

    def _ellipsis(self, node: Node) -> code.Expr:
        return code.Missing(self.line(node))

    _EXPRESSIONS: Final[dict[str, Callable[[_Translation, Node], code.Expr]]] = {
        "identifier": _identifier,
        "integer": _number,
        "float": _number,
        "true": _true,
        "false": _false,
        "none": _none,
        "string": _string,
        "concatenated_string": _concatenated,
        "attribute": _attribute,
        "subscript": _subscript,
        "slice": _slice,
        "call": _call,
        "binary_operator": _binary,
        "boolean_operator": _boolean,
        "not_operator": _not,
        "unary_operator": _unary,
        "comparison_operator": _comparison,
        "list": _list,
        "list_pattern": _list,
        "tuple": _tuple,
        "tuple_pattern": _tuple,
        "expression_list": _tuple,
        "pattern_list": _tuple,
        "set": _set,
        "dictionary": _dictionary,
        "list_comprehension": _comprehension,
        "set_comprehension": _comprehension,
        "dictionary_comprehension": _comprehension,
        "generator_expression": _comprehension,
        "conditional_expression": _conditional,
        "lambda": _lambda,
        "named_expression": _walrus,
        "parenthesized_expression": _inside,
        "await": _inside,
        "list_splat": _inside,
        "yield": _inside,
        "ellipsis": _ellipsis,
        "type": _parts,
        "as_pattern": _parts,
    }


def unescape(text: str) -> str:
    """Return a text with its escapes as the characters they stand for."""
    if "\\" not in text:
        return text

    def plain(match: re.Match[str]) -> str:
        mark = match[1]
        if mark in _PLAIN:
            return _PLAIN[mark]
        if mark[0] in "xu":
            return chr(int(mark[1:], 16))
        return chr(int(mark, 8) % 0x110000)

    return _ESCAPE.sub(plain, text)


def _format_parts(
    text: str, line: int, args: Sequence[code.Arg], marks: re.Pattern[str]
) -> code.Expr:
    """Return a text with places for values as its parts in order."""
    positional = [arg.value for arg in args if arg.name is None and not arg.spread]
    named = {arg.name: arg.value for arg in args if arg.name is not None}
    parts: list[code.Expr] = []
    end = taken = 0
    for match in marks.finditer(text):
        if match.start() > end:
            parts.append(code.Const(text[end : match.start()], line))
        end = match.end()
        label = re.sub(r"[{}%()]|[:!].*", "", match.group()).split(".")[0].split("[")[0]
        if label in named:
            parts.append(named[label])
        elif label.isdigit() and marks is _BRACES and int(label) < len(positional):
            parts.append(positional[int(label)])
        elif taken < len(positional):
            parts.append(positional[taken])
            taken += 1
        else:
            parts.append(code.Opaque((), line))
    if end < len(text):
        parts.append(code.Const(text[end:], line))
    return code.Format(tuple(parts), line)
