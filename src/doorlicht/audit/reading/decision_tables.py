"""Decision tables of DMN: for each row the outcome of the rules that hold.

Source: Object Management Group, *Decision Model and Notation 1.5*, chapter 8 (hit policies) and
7.3.2 (unary tests). Decisions that rest on other decisions are computed after them. What is written
in FEEL beyond tests of one value, numbers, texts and names is told and not computed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.reading.things import LackingError, Understood
from doorlicht.audit.reading.value_tests import ValueTest, read_unary_tests
from doorlicht.audit.scoring.blocks import Block, Column, Floats, as_numbers
from doorlicht.audit.scoring.program import Predictor
from doorlicht.xml_elements import Element

NAMESPACE: Final = re.compile(r"https?://www\.omg\.org/spec/DMN/")
_NAME: Final = re.compile(r"^[^\W\d][\w .\-]*$")
_NUMBER: Final = re.compile(r"^[-+]?\d+(?:\.\d+)?$")
_TEXT: Final = re.compile(r'^"((?:[^"\\]|\\.)*)"$')
MAX_CELLS: Final = 500_000


@dataclass(slots=True)
class Table:
    """A decision: what it looks at, its rules, and how their outcomes are joined."""

    name: str
    inputs: list[str]
    rules: list[tuple[list[tuple[ValueTest, ...]], float | str | None]]
    policy: str
    default: float | str | None = None


def understand_decisions(root: Element) -> Understood:
    """Return what the last decision of a model takes, and how it decides."""
    made = Understood("DMN", "rules", "dmn")
    tables: dict[str, Table] = {}
    try:
        for element in root.walk():
            if element.name == "decision":
                found = element.first("decisionTable")
                if found is None:
                    made.lacks.append(element.get("name") or "decision")
                    continue
                table = _table(element, found)
                tables[table.name] = table
    except LackingError as error:
        made.lacks.append(error.attribute)
    if not tables:
        made.kind = "unknown"
        made.lacks.append("decisionTable")
        return made
    used = {name for table in tables.values() for name in table.inputs}
    last = next((each for each in reversed(tables.values()) if each.name not in used), None)
    if last is None:
        made.lacks.append("decision")
        return made
    names = _features(last, tables)
    made.names, made.width = tuple(names), len(names)
    made.used = np.ones(len(names), bool)
    made.target = last.name
    outcomes = [outcome for _, outcome in last.rules]
    labels = [each for each in outcomes if isinstance(each, str)]
    if made.lacks:
        return made
    if labels:
        made.outcomes = tuple(dict.fromkeys(labels))
        made.predictor = Predictor(proba=_Decided(last, tables, made.outcomes))
    else:
        made.link = "identity"
        made.predictor = Predictor(value=_Decided(last, tables, ()))
    return made


def _table(decision: Element, table: Element) -> Table:
    variable = decision.first("variable")
    name = (variable.get("name") if variable is not None else "") or decision.get("name")
    inputs: list[str] = []
    for each in table.find("input"):
        inner = each.first("inputExpression")
        text = inner.first("text") if inner is not None else None
        written = text.text.strip() if text is not None else ""
        if not _NAME.match(written):
            raise LackingError("inputExpression")
        inputs.append(written)
    outputs = list(table.find("output"))
    if len(outputs) != 1:
        raise LackingError("output")
    default = outputs[0].first("defaultOutputEntry")
    rules: list[tuple[list[tuple[ValueTest, ...]], float | str | None]] = []
    for rule in table.find("rule"):
        if len(rules) * max(len(inputs), 1) > MAX_CELLS:
            raise LackingError("rule")
        tests: list[tuple[ValueTest, ...]] = []
        for cell in rule.find("inputEntry"):
            found = read_unary_tests(_said(cell))
            if found is None:
                raise LackingError("inputEntry")
            tests.append(found)
        ends = list(rule.find("outputEntry"))
        if len(tests) != len(inputs) or len(ends) != 1:
            raise LackingError("rule")
        rules.append((tests, _outcome(_said(ends[0]))))
    policy = table.get("hitPolicy", "UNIQUE").upper()
    if policy == "COLLECT":
        policy = f"COLLECT {table.get('aggregation', '')}".strip().upper()
    if policy not in _POLICIES:
        raise LackingError(policy)
    return Table(
        name, inputs, rules, policy, _outcome(_said(default)) if default is not None else None
    )


def _said(cell: Element) -> str:
    text = cell.first("text")
    return text.text.strip() if text is not None else cell.text.strip()


def _outcome(text: str) -> float | str | None:
    if text in {"", "-", "null"}:
        return None
    if _NUMBER.match(text):
        return float(text)
    if text in {"true", "false"}:
        return float(text == "true")
    found = _TEXT.match(text)
    if found is None:
        raise LackingError("outputEntry")
    return found.group(1)


def _features(last: Table, tables: dict[str, Table]) -> list[str]:
    """Return what a decision rests on that is no decision itself."""
    found: dict[str, None] = {}
    seen = {last.name}
    waiting = [last]
    while waiting:
        table = waiting.pop()
        for name in table.inputs:
            inner = tables.get(name)
            if inner is None:
                found.setdefault(name)
            elif name not in seen:
                seen.add(name)
                waiting.append(inner)
    return list(found)


_POLICIES: Final = frozenset(
    ["UNIQUE", "ANY", "FIRST", "COLLECT SUM", "COLLECT MAX", "COLLECT MIN", "COLLECT COUNT"]
)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Decided:
    table: Table
    tables: dict[str, Table]
    outcomes: tuple[str, ...]

    def __call__(self, block: Block) -> Floats:
        columns: dict[str, Column] = dict(zip(block.names, block.columns, strict=True))
        made = self._decide(self.table, columns, block.rows, set())
        if not self.outcomes:
            return as_numbers(made, self.table.name)
        return np.stack([(made == name).astype(np.float64) for name in self.outcomes], axis=1)

    def _decide(
        self, table: Table, columns: dict[str, Column], rows: int, above: set[str]
    ) -> Column:
        if table.name in above:
            raise LackingError(table.name)
        for name in table.inputs:
            if name not in columns:
                inner = self.tables[name]
                columns[name] = self._decide(inner, columns, rows, above | {table.name})
        held = [self._held(table, tests, columns, rows) for tests, _ in table.rules]
        outcomes = [outcome for _, outcome in table.rules]
        if table.policy.startswith("COLLECT"):
            return _collected(table.policy, held, outcomes, rows)
        made = np.full(rows, table.default, dtype=object)
        for mask, outcome in zip(reversed(held), reversed(outcomes), strict=True):
            made[mask] = outcome
        return made

    @staticmethod
    def _held(
        table: Table, tests: list[tuple[ValueTest, ...]], columns: dict[str, Column], rows: int
    ) -> NDArray[np.bool_]:
        held = np.ones(rows, bool)
        for name, alternatives in zip(table.inputs, tests, strict=True):
            one = np.zeros(rows, bool)
            for test in alternatives:
                one |= test.held(columns[name], name)
            held &= one
        return held


def _collected(
    policy: str, held: list[NDArray[np.bool_]], outcomes: list[float | str | None], rows: int
) -> Floats:
    if policy == "COLLECT COUNT":
        return np.sum(held, axis=0).astype(np.float64)
    numbers = [outcome if isinstance(outcome, float) else 0.0 for outcome in outcomes]
    if policy == "COLLECT SUM":
        total = np.zeros(rows)
        for mask, number in zip(held, numbers, strict=True):
            total += mask * number
        return total
    table = np.array(
        [np.where(mask, number, np.nan) for mask, number in zip(held, numbers, strict=True)]
    )
    some = ~np.isnan(table).all(axis=0)
    made = np.full(rows, np.nan)
    best = np.nanmax if policy == "COLLECT MAX" else np.nanmin
    made[some] = best(table[:, some], axis=0)
    return made
