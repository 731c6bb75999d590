"""Trees of ``rpart``.

Source: ``rpart`` 4.1 (``rpart.object``, ``pred_rpart.c``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.reading.r_columns import coded_columns, need
from doorlicht.audit.reading.r_formulas import design_of
from doorlicht.audit.reading.r_serial import RValue
from doorlicht.audit.reading.things import LackingError, Understood
from doorlicht.audit.scoring.blocks import Block, Floats
from doorlicht.audit.scoring.forest import LEFT, RIGHT, TreesBrokenError
from doorlicht.audit.scoring.program import Predictor
from doorlicht.audit.scoring.sums import Then


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Question:
    """A split, or one that stands in for it."""

    feature: int
    limit: float
    goes: Callable[[Floats], NDArray[np.int8]]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Partition:
    """A tree of rpart: for each node its questions, the first that can be answered counts."""

    questions: dict[int, list[_Question]]
    values: dict[int, Floats]
    larger: dict[int, int]
    use: int

    def __call__(self, block: Block) -> Floats:
        matrix = block.matrix()
        width = len(next(iter(self.values.values())))
        out = np.full((block.rows, width), np.nan)
        waiting = [(1, np.arange(block.rows))]
        while waiting:
            node, rows = waiting.pop()
            asked = self.questions.get(node)
            if asked is None:
                out[rows] = self.values[node]
                continue
            way = np.full(len(rows), -1, np.int8)
            for question in asked if self.use else asked[:1]:
                open_rows = way == -1
                if not open_rows.any():
                    break
                way[open_rows] = question.goes(matrix[rows[open_rows], question.feature])
            if self.use == 2:
                way[way == -1] = self.larger[node]
            out[rows[way == -1]] = self.values[node]
            waiting.append((2 * node, rows[way == LEFT]))
            waiting.append((2 * node + 1, rows[way == RIGHT]))
        return out


def rpart(model: RValue, made: Understood) -> None:
    """Read a tree of rpart, with its surrogates for what is missing."""
    frame = need(model.get("frame"), "frame")
    numbers = _row_numbers(need(frame.attributes.get("row.names"), "row.names"))
    variables = need(frame.get("var"), "var").texts()
    design, features = design_of(model, ())
    names = list(dict.fromkeys(each for each in variables if each != "<leaf>"))
    told = model.get("variable.importance")
    known = [variable.label for variable in design.variables]
    made.names = features
    made.width = len(features)
    if not set(names) <= set(known):
        raise LackingError("var")
    # Trees take the columns of the formula as they are, factors by the number of their level.
    order = [each for each in known if each in features or each in names]
    if not set(order) <= set(features):
        raise LackingError("terms")
    made.used = np.array([name in names for name in features])
    levels = model.attributes.get("xlevels")
    made.before = [coded_columns(features, levels)]
    if told is not None and set(told.names) <= set(features):
        shares = dict(zip(told.names, told.numbers().tolist(), strict=True))
        total = sum(shares.values()) or 1.0
        made.importances = np.array([shares.get(name, 0.0) / total for name in features])
        made.importance_by = "impurity"
    counts = need(frame.get("n"), "n").numbers()
    size = dict(zip(numbers.tolist(), counts.tolist(), strict=True))
    depth = int(numbers.max()).bit_length() - 1
    made.trees = (1, len(numbers), depth)
    questions = _questions(model, frame, numbers, variables, features)
    larger = {
        node: LEFT if size.get(2 * node, 0) > size.get(2 * node + 1, 0) else RIGHT
        for node in questions
    }
    if any(2 * node not in size or 2 * node + 1 not in size for node in questions):
        raise TreesBrokenError
    control = model.get("control")
    use = control.get("usesurrogate") if control is not None else None
    how = int(use.numbers()[0]) if use is not None else 2
    method = need(model.get("method"), "method").text()
    values = _rpart_values(frame, numbers, method)
    tree = _Partition(questions, values, larger, how)
    made.link = "identity"
    if method == "class":
        made.kind = "classifier"
        told_levels = model.attributes.get("ylevels")
        made.outcomes = tuple(told_levels.texts()) if told_levels is not None else ()
        made.predictor = Predictor(proba=tree)
    elif method in {"anova", "poisson", "exp"}:
        made.kind = "regressor"
        made.predictor = Predictor(value=Then(tree, lambda scores: scores[:, 0]))
    else:
        raise LackingError(method)


def _row_numbers(told: RValue) -> NDArray[np.int64]:
    """Return the numbers of rows, which R shortens where they are 1, 2, 3, ..."""
    numbers = told.numbers()
    if len(numbers) == 2 and np.isnan(numbers[0]):
        return np.arange(1, int(abs(numbers[1])) + 1)
    return numbers.astype(np.int64)


def _rpart_values(frame: RValue, numbers: NDArray[np.int64], method: str) -> dict[int, Floats]:
    if method == "class":
        table = need(frame.get("yval2"), "yval2").matrix()
        count = (table.shape[1] - 2) // 2
        table = table[:, 1 + count : 1 + 2 * count]
    else:
        table = need(frame.get("yval"), "yval").numbers().reshape(-1, 1)
    return {int(node): table[place] for place, node in enumerate(numbers)}


def _questions(
    model: RValue,
    frame: RValue,
    numbers: NDArray[np.int64],
    variables: list[str],
    features: Sequence[str],
) -> dict[int, list[_Question]]:
    splits = model.get("splits")
    if splits is None or not len(splits.numbers()):
        return {}
    table = splits.matrix()
    names = need(splits.attributes.get("dimnames"), "splits").items[0].texts()
    sets = model.get("csplit")
    codes = sets.matrix() if sets is not None and len(sets.numbers()) else np.zeros((0, 0))
    compete = need(frame.get("ncompete"), "ncompete").numbers().astype(int)
    stand_in = need(frame.get("nsurrogate"), "nsurrogate").numbers().astype(int)
    made: dict[int, list[_Question]] = {}
    at = 0
    for place, node in enumerate(numbers.tolist()):
        if variables[place] == "<leaf>":
            continue
        rows = [at, *range(at + 1 + compete[place], at + 1 + compete[place] + stand_in[place])]
        made[node] = [_question(table[row], names[row], codes, features) for row in rows]
        at += 1 + compete[place] + stand_in[place]
    return made


def _question(row: Floats, name: str, codes: Floats, features: Sequence[str]) -> _Question:
    kind, limit = int(row[1]), float(row[3])
    if abs(kind) < 2:
        less = LEFT if kind < 0 else RIGHT
        more = RIGHT if kind < 0 else LEFT

        def compare(values: Floats) -> NDArray[np.int8]:
            way = np.where(values < limit, less, more)
            return np.where(np.isnan(values), -1, way).astype(np.int8)

        return _Question(features.index(name), limit, compare)
    told = codes[int(limit) - 1]
    way = np.where(told == 1, LEFT, np.where(told == 3, RIGHT, -1))
    table = np.append(way, -1).astype(np.int8)

    def look_up(values: Floats) -> NDArray[np.int8]:
        inside = ~np.isnan(values) & (values >= 1) & (values < len(table))
        return table[np.where(inside, values - 1, len(table) - 1).astype(int)]

    return _Question(features.index(name), limit, look_up)
