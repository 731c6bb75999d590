"""R: base, pipes and all; the grammar of tree-sitter goes on after an error.

A pipe becomes the calls that it stands for (magrittr 2.0, section *Using %>% with unary function
calls*; R 4.3 for ``|>``). Assignments are statements also where R takes them as expressions.

Source: R Language Definition (4.4); magrittr; glue for texts with braces.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, cast

from tree_sitter import Node

from doorlicht.lineage.noting import parts_of
from doorlicht.lineage.readers.source import MAX_BYTES, MAX_DEPTH, damaged, parser_of, read_text
from doorlicht.records import code

_PIPES: Final = frozenset({"%>%", "|>", "%<>%", "%T>%", "%$%", "%!>%"})
_ASSIGN: Final = frozenset({"<-", "=", "<<-"})
_ASSIGN_RIGHT: Final = frozenset({"->", "->>"})
_GLUE: Final = frozenset({"glue", "str_glue", "glue_sql", "glue_data", "str_interp"})
_IMPORTS: Final = frozenset({"library", "require", "requireNamespace", "loadNamespace"})
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "b": "\b", "f": "\f",
                   "v": "\v"}  # fmt: skip
_RAW: Final = re.compile(r"^[rR][\"'](-*)[(\[{](.*)[)\]}]\1[\"']$", re.DOTALL)
_PERCENT: Final = re.compile(r"%(?:\d+\$)?[-+ #0]*(?:\d+|\*)?(?:\.\d+)?[sdifgeExXo]")


class RReader:
    """Reads scripts of R."""

    name = "r"
    suffixes = frozenset({".r"})

    def read(self, path: str, content: bytes) -> tuple[code.CodeUnit, ...]:
        """Return the file as one unit."""
        if len(content) > MAX_BYTES:
            return (code.CodeUnit(path, "r", (), (), (code.Hidden("too_large", 1),)),)
        return (read_r(path, read_text(content)),)


def read_r(path: str, text: str, first_line: int = 1) -> code.CodeUnit:
    """Return a text of R as a unit; ``first_line`` is the line of its first line.

    Examples
    --------
    >>> read_r("a.R", "x <- df %>% select(nat)").body[0].value.func
    Name(id='select', line=1)
    """
    source = text.encode("utf-8", "surrogatepass")
    tree = parser_of("r").parse(source)
    translation = _Translation(source, first_line)
    body = translation.block(tree.root_node)
    hidden = [
        code.Hidden(each.construct, each.line + first_line - 1) for each in damaged(tree.root_node)
    ]
    return code.CodeUnit(
        path, "r", body, tuple(translation.comments), (*hidden, *translation.hidden)
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
        """Return the statements in braces, or the one statement without."""
        if node is None:
            return ()
        if node.type not in ("program", "braced_expression", "ERROR"):
            return self.statement(node)
        found: list[code.Stmt] = []
        if self.depth > MAX_DEPTH:
            self.hidden.append(code.Hidden("deep_nesting", self.line(node)))
            return ()
        self.depth += 1
        for child in node.named_children:
            if child.type == "comment":
                self._comment(child)
            elif child.type not in ("comma", "parameter"):
                found.extend(self.statement(child))
        self.depth -= 1
        return tuple(found)

    def _comment(self, node: Node) -> None:
        self.comments.append(code.Comment(self.text(node), self.line(node)))

    def statement(self, node: Node) -> tuple[code.Stmt, ...]:
        kind = node.type
        line = self.line(node)
        if kind == "ERROR":
            return self.block(node)
        if kind == "if_statement":
            body = self.block(node.child_by_field_name("consequence"))
            orelse = self.block(node.child_by_field_name("alternative"))
            return (code.If(self.expr_of(node, "condition"), body, orelse, line),)
        if kind == "for_statement":
            target, iterable = self.expr_of(node, "variable"), self.expr_of(node, "sequence")
            return (
                code.Loop(target, iterable, self.block(node.child_by_field_name("body")), line),
            )
        if kind in ("while_statement", "repeat_statement"):
            body = self.block(node.child_by_field_name("body"))
            if kind == "while_statement":
                body = (code.Do(self.expr_of(node, "condition"), line), *body)
            return (code.Loop(None, None, body, line),)
        if kind == "binary_operator":
            made = self._assignment(node)
            if made is not None:
                return made
        if kind == "braced_expression":
            return self.block(node)
        if kind == "call":
            made = self._call_statement(node)
            if made is not None:
                return made
        if kind in ("break", "next"):
            return ()
        return (code.Do(self.expr(node), line),)

    def _assignment(self, node: Node) -> tuple[code.Stmt, ...] | None:
        operator = node.child_by_field_name("operator")
        op = self.text(operator) if operator is not None else ""
        left, right = node.child_by_field_name("lhs"), node.child_by_field_name("rhs")
        if op in _ASSIGN_RIGHT:
            left, right = right, left
        elif op not in _ASSIGN:
            if op == "%<>%" and left is not None:
                return (code.Assign((self.expr(left),), self.expr(node), self.line(node)),)
            return None
        if left is None or right is None:
            return ()
        targets = [self.expr(left)]
        while right.type == "binary_operator" and self._operator(right) in _ASSIGN:
            inner = right.child_by_field_name("lhs")
            if inner is not None:
                targets.append(self.expr(inner))
            following = right.child_by_field_name("rhs")
            if following is None:
                break
            right = following
        line = self.line(node)
        is_global = op in ("<<-", "->>")
        return (code.Assign(tuple(targets), self.expr(right), line, is_global),)

    def _operator(self, node: Node) -> str:
        operator = node.child_by_field_name("operator")
        return self.text(operator) if operator is not None else ""

    def _call_statement(self, node: Node) -> tuple[code.Stmt, ...] | None:
        function = node.child_by_field_name("function")
        if function is None or function.type not in ("identifier", "return"):
            return None
        name, line = self.text(function), self.line(node)
        if name not in ("rm", "return") and name not in _IMPORTS:
            return None
        args = self._args(node.child_by_field_name("arguments"))
        plain = [arg.value for arg in args if arg.name is None]
        if name == "return":
            return (code.Return(plain[0] if plain else None, line),)
        if name == "rm":
            return (code.Delete(tuple(plain), line),)
        module = ""
        if plain and isinstance(plain[0], code.Name):
            module = plain[0].id
        elif plain and isinstance(plain[0], code.Const):
            module = str(plain[0].value)
        return (code.Import(module, "*", None, 0, line),)

    # ── expressions ─────────────────────────────────────────────────────────────────────────

    def expr_of(self, node: Node, field: str) -> code.Expr:
        child = node.child_by_field_name(field)
        return code.Missing(self.line(node)) if child is None else self.expr(child)

    def expr(self, node: Node) -> code.Expr:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.depth -= 1
            return code.Opaque((), self.line(node), "deep_nesting")
        handler = self._EXPRESSIONS.get(node.type)
        made = self._parts(node) if handler is None else handler(self, node)
        self.depth -= 1
        return made

    def _parts(self, node: Node) -> code.Expr:
        parts = tuple(
            self.expr(child)
            for child in node.named_children
            if child.type not in ("comment", "comma")
        )
        return code.Opaque(parts, self.line(node))

    def _identifier(self, node: Node) -> code.Expr:
        text = self.text(node)
        if text in ("T", "F"):
            return code.Const(text == "T", self.line(node))
        return code.Name(text.strip("`"), self.line(node))

    def _number(self, node: Node) -> code.Expr:
        text = self.text(node).rstrip("Li")
        try:
            value: int | float = int(text, 16) if text.lower().startswith("0x") else float(text)
            value = int(value) if float(value).is_integer() and "." not in text else value
        except (ValueError, OverflowError):
            value = 0
        return code.Const(value, self.line(node))

    def _true(self, node: Node) -> code.Expr:
        return code.Const(True, self.line(node))

    def _false(self, node: Node) -> code.Expr:
        return code.Const(False, self.line(node))

    def _nothing(self, node: Node) -> code.Expr:
        return code.Const(None, self.line(node))

    def _string(self, node: Node) -> code.Expr:
        return code.Const(plain_text(self.text(node)), self.line(node))

    def _extract(self, node: Node) -> code.Expr:
        base = self.expr_of(node, "lhs")
        name = node.child_by_field_name("rhs")
        line = self.line(name) if name is not None else self.line(node)
        label = "" if name is None else plain_text(self.text(name)).strip("`")
        if name is not None and name.type not in ("identifier", "string", "dots"):
            return code.Item(base, (self.expr(name),), line, True)
        return code.Attr(base, label, line)

    def _namespace(self, node: Node) -> code.Expr:
        name = node.child_by_field_name("rhs")
        return code.Attr(
            self.expr_of(node, "lhs"),
            "" if name is None else self.text(name).strip("`"),
            self.line(node),
        )

    def _subset(self, node: Node) -> code.Expr:
        base = self.expr_of(node, "function")
        args = self._args(node.child_by_field_name("arguments"), keep_empty=True)
        keys = tuple(arg.value for arg in args if arg.name is None)
        named = tuple(arg for arg in args if arg.name is not None)
        return code.Item(base, keys, self.line(node), node.type == "subset2", named)

    def _call(self, node: Node) -> code.Expr:
        function = node.child_by_field_name("function")
        line = self.line(node)
        args = self._args(node.child_by_field_name("arguments"))
        if function is None:
            return code.Opaque(tuple(arg.value for arg in args), line)
        func = self.expr(function)
        if isinstance(func, (code.Name, code.Attr)):
            line = func.line
        name = (
            func.id
            if isinstance(func, code.Name)
            else func.name
            if isinstance(func, code.Attr)
            else ""
        )
        return self._named_call(func, name, args, line)

    def _named_call(
        self, func: code.Expr, name: str, args: tuple[code.Arg, ...], line: int
    ) -> code.Expr:
        if name == "c" and isinstance(func, code.Name):
            return code.Seq(args, "vector", line)
        if name in _GLUE and args:
            texts = [arg.value for arg in args if arg.name is None]
            if texts and all(isinstance(text, code.Const) for text in texts):
                joined = "".join(str(cast("code.Const", text).value) for text in texts)
                named: dict[str | None, code.Expr] = {
                    arg.name: arg.value for arg in args if arg.name is not None
                }
                return self._glue(joined, named, line)
        if name == "sprintf" and args and isinstance(args[0].value, code.Const):
            pattern = args[0].value.value
            if isinstance(pattern, str):
                return _percent(pattern, args[0].value.line, [arg.value for arg in args[1:]])
        return code.Call(func, args, line)

    def _glue(self, text: str, named: dict[str | None, code.Expr], line: int) -> code.Expr:
        parts: list[code.Expr] = []
        end = 0
        for match in re.finditer(r"\{([^{}]+)\}", text):
            if match.start() > end:
                parts.append(code.Const(text[end : match.start()], line))
            end = match.end()
            inner = match[1].strip().rstrip("*")
            if inner in named:
                parts.append(named[inner])
            else:
                unit = read_r("", inner, line)
                first = unit.body[0] if unit.body else None
                parts.append(first.value if isinstance(first, code.Do) else code.Opaque((), line))
        if end < len(text):
            parts.append(code.Const(text[end:], line))
        return code.Format(tuple(parts), line)

    def _args(self, node: Node | None, *, keep_empty: bool = False) -> tuple[code.Arg, ...]:
        if node is None:
            return ()
        found: list[code.Arg] = []
        waiting = keep_empty
        for child in node.children:
            kind = child.type
            if kind == "comma":
                if waiting:
                    found.append(code.Arg(None, code.Missing(self.line(child))))
                waiting = True
            elif kind == "argument":
                found.append(self._arg(child))
                waiting = False
            elif kind == "comment":
                self._comment(child)
        if waiting and found and keep_empty:
            found.append(code.Arg(None, code.Missing(self.line(node))))
        return tuple(found)

    def _arg(self, node: Node) -> code.Arg:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        label = None if name is None else plain_text(self.text(name)).strip("`")
        if value is None:
            return code.Arg(label, code.Missing(self.line(node)))
        if value.type == "dots":
            return code.Arg(label, code.Name("...", self.line(value)), "*")
        made = self.expr(value)
        if isinstance(made, code.Op) and made.op == "!!!":
            return code.Arg(label, made.operands[0], "*")
        return code.Arg(label, made)

    def _binary(self, node: Node) -> code.Expr:
        op = self._operator(node)
        line = self.line(node)
        if op in _PIPES:
            return self._pipe(node)
        if op == "~":
            return code.Formula(self.expr_of(node, "lhs"), self.expr_of(node, "rhs"), line)
        if op in _ASSIGN or op in _ASSIGN_RIGHT:
            made = self._assignment(node) or ()
            target = made[0].targets[0] if made and isinstance(made[0], code.Assign) else None
            after = () if target is None else (code.Do(target, line),)
            return code.Block((*made, *after), line)
        operands: list[code.Expr] = []
        current: Node | None = node
        # ``a + b + c + ...`` leans to the left; a long one is walked and not descended into.
        while (
            current is not None
            and current.type == "binary_operator"
            and self._operator(current) == op
        ):
            operands.append(self.expr_of(current, "rhs"))
            current = current.child_by_field_name("lhs")
        if current is not None:
            operands.append(self.expr(current))
        operands.reverse()
        if op in ("+", "|", "||", "&", "&&") or len(operands) <= 2:
            return code.Op(op, tuple(operands), line)
        made_op: code.Expr = operands[0]
        for operand in operands[1:]:
            made_op = code.Op(op, (made_op, operand), line)
        return made_op

    def _pipe(self, node: Node) -> code.Expr:
        steps: list[tuple[str, Node]] = []
        current: Node | None = node
        while (
            current is not None
            and current.type == "binary_operator"
            and self._operator(current) in _PIPES
        ):
            right = current.child_by_field_name("rhs")
            if right is not None:
                steps.append((self._operator(current), right))
            for child in current.children:
                if child.type == "comment":
                    self._comment(child)
            current = current.child_by_field_name("lhs")
        value = code.Missing(self.line(node)) if current is None else self.expr(current)
        for op, right in reversed(steps):
            value = self._step(value, op, right)
        return value

    def _step(self, value: code.Expr, op: str, right: Node) -> code.Expr:
        line = self.line(right)
        while right.type == "parenthesized_expression" and right.named_children:
            inner = right.named_children[0]
            if inner.type == "function_definition":
                return code.Call(self.expr(inner), (code.Arg(None, value),), line)
            right = inner
        if op == "%$%":
            args = (code.Arg(None, value), code.Arg(None, self.expr(right)))
            return code.Call(code.Name("with", line), args, line)
        if right.type in ("identifier", "namespace_operator"):
            func = self.expr(right)
            name = func.id if isinstance(func, code.Name) else getattr(func, "name", "")
            return self._named_call(func, name, (code.Arg(None, value),), line)
        if right.type == "call":
            return self._step_call(value, op, right, line)
        if right.type == "function_definition":
            return code.Call(self.expr(right), (code.Arg(None, value),), line)
        dotted = code.Assign((code.Name(".", line),), value, line)
        return code.Block((dotted, *self.block(right)), line)

    def _step_call(self, value: code.Expr, op: str, right: Node, line: int) -> code.Expr:
        function = right.child_by_field_name("function")
        arguments = right.child_by_field_name("arguments")
        args = self._args(arguments)
        func = code.Missing(line) if function is None else self.expr(function)
        if function is not None and function.type == "string":
            func = code.Name(plain_text(self.text(function)), line)
        mark = "_" if op == "|>" else "."
        is_direct = any(isinstance(arg.value, code.Name) and arg.value.id == mark for arg in args)
        if op == "|>" and not is_direct:
            is_direct = any(_holds(arg.value, "_") for arg in args)
        if isinstance(func, (code.Name, code.Attr)):
            line = func.line
        name = func.id if isinstance(func, code.Name) else getattr(func, "name", "")
        if name in ("[[", "[", "$", "extract2", "extract", "getElement", "pluck") and args:
            if name == "$" and isinstance(args[0].value, (code.Name, code.Const)):
                key = args[0].value
                label = key.id if isinstance(key, code.Name) else str(key.value)
                return code.Attr(value, label, line)
            if name not in ("extract",):
                return code.Item(value, tuple(arg.value for arg in args), line, name != "[")
        nested = any(_holds(arg.value, mark) for arg in args)
        if is_direct and not any(
            _holds(arg.value, mark)
            for arg in args
            if not (isinstance(arg.value, code.Name) and arg.value.id == mark)
        ):
            replaced = tuple(
                arg._replace(value=value)
                if isinstance(arg.value, code.Name) and arg.value.id == mark
                else arg
                for arg in args
            )
            return self._named_call(func, name, replaced, line)
        if nested:
            dot = code.Name(mark, line)
            given = args if is_direct else (code.Arg(None, dot), *args)
            call = self._named_call(func, name, given, line)
            return code.Block((code.Assign((dot,), value, line), code.Do(call, line)), line)
        return self._named_call(func, name, (code.Arg(None, value), *args), line)

    def _unary(self, node: Node) -> code.Expr:
        op, line = self._operator(node), self.line(node)
        if op == "~":
            return code.Formula(None, self.expr_of(node, "rhs"), line)
        inner = node.child_by_field_name("rhs")
        if op == "!" and inner is not None:
            # ``!!x`` and ``!!!x`` of rlang put the value of x in this place.
            marks, current = 1, inner
            while current.type == "unary_operator" and self._operator(current) == "!":
                marks += 1
                following = current.child_by_field_name("rhs")
                if following is None:
                    break
                current = following
            if marks == 2:
                return code.Call(
                    code.Name("@unquote", line), (code.Arg(None, self.expr(current)),), line
                )
            if marks == 3:
                return code.Op("!!!", (self.expr(current),), line)
        return code.Op(op, (self.expr_of(node, "rhs"),), line)

    def _function(self, node: Node) -> code.Expr:
        params: list[code.Param] = []
        parameters = node.child_by_field_name("parameters")
        for child in parameters.named_children if parameters is not None else []:
            if child.type != "parameter":
                continue
            name, default = child.child_by_field_name("name"), child.child_by_field_name("default")
            label = self.text(name).strip("`") if name is not None else ""
            if label == "...":
                params.append(code.Param("...", None, "*"))
            else:
                params.append(code.Param(label, None if default is None else self.expr(default)))
        body = self.block(node.child_by_field_name("body"))
        return code.Lambda(tuple(params), body, self.line(node))

    def _if(self, node: Node) -> code.Expr:
        line = self.line(node)
        yes, no = node.child_by_field_name("consequence"), node.child_by_field_name("alternative")
        simple = (
            yes is not None
            and yes.type != "braced_expression"
            and (no is None or no.type not in ("braced_expression", "if_statement"))
        )
        if simple and yes is not None:
            other = None if no is None else self.expr(no)
            return code.Choice(self.expr_of(node, "condition"), self.expr(yes), other, line)
        return code.Block(self.statement(node), line)

    def _braces(self, node: Node) -> code.Expr:
        return code.Block(self.block(node), self.line(node))

    def _loop(self, node: Node) -> code.Expr:
        return code.Block(self.statement(node), self.line(node))

    def _inside(self, node: Node) -> code.Expr:
        inner = [child for child in node.named_children if child.type != "comment"]
        return self.expr(inner[-1]) if inner else code.Missing(self.line(node))

    def _dots(self, node: Node) -> code.Expr:
        return code.Name("...", self.line(node))

    _EXPRESSIONS: Final[dict[str, Callable[[_Translation, Node], code.Expr]]] = {
        "identifier": _identifier,
        "integer": _number,
        "float": _number,
        "complex": _number,
        "true": _true,
        "false": _false,
        "null": _nothing,
        "na": _nothing,
        "nan": _nothing,
        "inf": _nothing,
        "string": _string,
        "extract_operator": _extract,
        "namespace_operator": _namespace,
        "subset": _subset,
        "subset2": _subset,
        "call": _call,
        "binary_operator": _binary,
        "unary_operator": _unary,
        "function_definition": _function,
        "if_statement": _if,
        "braced_expression": _braces,
        "for_statement": _loop,
        "while_statement": _loop,
        "repeat_statement": _loop,
        "parenthesized_expression": _inside,
        "dots": _dots,
        "dot_dot_i": _dots,
        "return": _identifier,
    }


def plain_text(text: str) -> str:
    r"""Return a string literal of R as its text.

    Examples
    --------
    >>> plain_text(r"'C:\\data'"), plain_text('r"(a\\b)"')
    ('C:\\data', 'a\\b')
    """
    raw = _RAW.match(text)
    if raw is not None:
        return raw[2]
    if len(text) < 2 or text[0] not in "\"'" or text[-1] != text[0]:
        return text
    inner = text[1:-1]
    if "\\" not in inner:
        return inner
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), inner, flags=re.DOTALL)


def _holds(expr: object, mark: str, depth: int = 0) -> bool:
    """Return whether the placeholder of a pipe stands somewhere in an expression."""
    if depth > MAX_DEPTH or isinstance(expr, (code.Formula, code.Lambda)):
        # In ``~ .x`` and in a function of its own a dot means something else.
        return False
    if isinstance(expr, code.Name):
        return expr.id == mark
    return any(_holds(part, mark, depth + 1) for part in parts_of(expr))


def _percent(text: str, line: int, values: list[code.Expr]) -> code.Expr:
    parts: list[code.Expr] = []
    end = 0
    for taken, match in enumerate(_PERCENT.finditer(text)):
        if match.start() > end:
            parts.append(code.Const(text[end : match.start()], line))
        end = match.end()
        parts.append(values[taken] if taken < len(values) else code.Opaque((), line))
    if end < len(text):
        parts.append(code.Const(text[end:], line))
    return code.Format(tuple(parts), line)
