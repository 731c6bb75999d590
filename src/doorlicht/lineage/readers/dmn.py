"""Decisions that are written as DMN: tables and expressions, and what they look at.

Source: Object Management Group, *Decision Model and Notation 1.5*, chapters 7, 8 and 10 (FEEL).
FEEL is not parsed: names are looked for in it, those with spaces first, as the model declares
them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from doorlicht.records.code import Arg, Call, CodeUnit, Const, Do, Hidden, Name, Seq, Stmt
from doorlicht.xml_elements import (
    Element,
    XmlBrokenError,
    XmlRefusedError,
    read_xml,
)

_NAMESPACE: Final = re.compile(r"https?://www\.omg\.org/spec/DMN/")
MAX_NAMES: Final = 2_000
"""Names with spaces that are looked for."""

_DECLARING: Final = frozenset(
    {"inputData", "decision", "variable", "itemComponent", "businessKnowledgeModel",
     "formalParameter", "parameter"}
)  # fmt: skip
_NOT_FEEL: Final = re.compile(r'"(?:[^"\\]|\\.)*"|/\*.*?\*/|//[^\n]*', re.DOTALL)
_BOUND: Final = re.compile(r"(?:\b(?:for|some|every)|,)\s+(\w+)\s+in\b")
_WORDS: Final = frozenset(
    ["if", "then", "else", "and", "or", "not", "for", "in", "return", "some", "every", "satisfies",
     "between", "instance", "of", "true", "false", "null", "function", "external", "item",
     "partial"]
)  # fmt: skip


class DmnReader:
    """Reads decision models."""

    name = "dmn"
    suffixes = frozenset({".dmn"})

    def read(self, path: str, content: bytes) -> tuple[CodeUnit, ...]:
        """Return each decision as a call of ``@rules``.

        Examples
        --------
        >>> DmnReader().read("a.dmn", b"<definitions/>")[0].body
        ()
        """
        hidden: tuple[Hidden, ...] = ()
        body: tuple[Stmt, ...] = ()
        try:
            body = read_decisions(read_xml(io.BytesIO(content)))
        except XmlRefusedError as error:
            hidden = (Hidden("xml_refused", error.line),)
        except XmlBrokenError as error:
            hidden = (Hidden("xml_broken", error.line),)
        return (CodeUnit(path, "data", body, (), hidden),)


@dataclass(slots=True)
class _Decision:
    element: Element
    name: str
    output: Const
    reads: list[Const]
    is_rule: bool


def read_decisions(root: Element) -> tuple[Stmt, ...]:
    """Return the decisions of a model; nothing if the document is something else."""
    if root.name != "definitions" or not _NAMESPACE.match(root.space):
        return ()
    elements = list(root.walk())
    declared = {element.get("name") for element in elements if element.name in _DECLARING}
    inputs = {element.get("name") for element in elements if element.name == "inputData"}
    finder = _NameFinder(declared, inputs)
    knowledge = {
        each.get("name"): _reads(each, finder)
        for each in elements
        if each.name == "businessKnowledgeModel"
    }
    decisions: dict[str, _Decision] = {}
    for element in elements:
        if element.name == "decision":
            decision = _decision(element, finder, knowledge)
            decisions[decision.name] = decision
    body: list[Stmt] = [
        _rules(decision, decisions) for decision in decisions.values() if decision.is_rule
    ]
    named = [each for each in elements if each.name in ("inputData", "itemComponent")]
    if named:
        names = tuple(Arg(None, Const(each.get("name"), each.line)) for each in named)
        body.append(Do(Seq(names, "list", named[0].line), named[0].line))
    return tuple(body)


def _decision(
    element: Element, finder: _NameFinder, knowledge: dict[str, list[Const]]
) -> _Decision:
    variable = element.first("variable")
    name = element.get("name") or element.get("id")
    called = variable.get("name") if variable is not None else ""
    output = Const(called or name, element.line)
    reads = _reads(element, finder)
    for const in list(reads):
        reads.extend(knowledge.get(str(const.value), ()))
    reads = [const for const in reads if const.value not in knowledge]
    tables = [each for each in element.walk() if each.name == "decisionTable"]
    if tables and tables[0] in element.children:
        outputs = list(tables[0].find("output"))
        if len(outputs) == 1:
            label = outputs[0].get("name") or outputs[0].get("label")
            output = Const(label, outputs[0].line) if label else output
    is_rule = bool(tables) or any(each.name == "literalExpression" for each in element.walk())
    return _Decision(element, called or name, output, reads, is_rule)


def _rules(decision: _Decision, decisions: dict[str, _Decision]) -> Do:
    line = decision.element.line
    inputs = tuple(Arg(None, const) for const in _inputs(decision, decisions))
    args = (
        Arg("inputs", Seq(inputs, "list", line)),
        Arg("output", decision.output),
        Arg("name", Const(decision.element.get("name") or decision.name, line)),
    )
    return Do(Call(Name("@rules", line), args, line), line)


def _inputs(decision: _Decision, decisions: dict[str, _Decision]) -> Iterator[Const]:
    """Return what a decision looks at, also through the decisions that it rests on."""
    seen = {decision.name}
    given: set[object] = set()
    waiting = list(reversed(decision.reads))
    while waiting:
        const = waiting.pop()
        other = decisions.get(str(const.value))
        if other is not None and other.reads:
            if other.name not in seen:
                seen.add(other.name)
                waiting.extend(reversed(other.reads))
        elif const.value not in given and const.value != decision.name:
            given.add(const.value)
            yield const


def _reads(element: Element, finder: _NameFinder) -> list[Const]:
    """Return the names in the expressions of a decision, without its own local ones."""
    local = {
        each.get("name")
        for each in element.walk()
        if each.name == "formalParameter"
        or (each.name == "variable" and each not in element.children)
    }
    if element.name == "decision":
        # What is called the same as an input may be that input.
        local -= finder.inputs
    found: list[Const] = []
    waiting: list[tuple[Element, bool]] = [(element, False)]
    while waiting:
        each, is_test = waiting.pop()
        text = each.first("text")
        if each.name in ("inputExpression", "literalExpression", "inputEntry", "outputEntry"):
            # In the cells of a table a bare word may be a value.
            is_test = is_test or each.name.endswith("Entry")
            if text is not None:
                found.extend(finder.find(text, only_declared=is_test))
        if each.name == "input" and each.get("label"):
            inner = each.first("inputExpression")
            said = inner.first("text") if inner is not None else None
            if said is None or not said.text.strip():
                found.append(Const(each.get("label"), each.line))
        waiting.extend((child, is_test) for child in reversed(each.children))
    return [const for const in found if const.value not in local]


class _NameFinder:
    """Finds names in FEEL, given those that the model declares."""

    def __init__(self, declared: set[str], inputs: set[str]) -> None:
        self.inputs = inputs
        self._declared = declared
        odd = sorted((n for n in declared if n and not n.isidentifier()), key=len, reverse=True)
        one = "|".join([*(re.escape(name) for name in odd[:MAX_NAMES]), r"[^\W\d]\w*"])
        self._path = re.compile(rf"(?<![\w.])(?:{one})(?:\s*\.\s*(?:{one}))*(?!\w)")
        self._name = re.compile(one)

    def find(self, text: Element, *, only_declared: bool) -> Iterator[Const]:
        """Return the last part of each path, with its line; functions are left out."""
        feel = _NOT_FEEL.sub(lambda match: _blank(match.group()), text.text)
        bound = set(_BOUND.findall(feel))
        for match in self._path.finditer(feel):
            parts = self._name.findall(match.group())
            first, last = parts[0], parts[-1]
            is_call = feel[match.end() :].lstrip()[:1] == "("
            if last in _WORDS or (first in bound and len(parts) == 1):
                continue
            if (is_call or only_declared) and last not in self._declared:
                continue
            line = text.line + feel.count("\n", 0, match.start())
            yield Const(last, line)


def _blank(text: str) -> str:
    """Return only the ends of lines of a text, so that lines behind it keep their number."""
    return '""' + "\n" * text.count("\n")
