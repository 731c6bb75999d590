"""Graphs of ONNX: what they consist of, and what they give.

Source: *ONNX Operators* and *ONNX-ML Operators* (opset 1 to 5 of ai.onnx.ml), and the numbers
of the fields in ``onnx.proto``. A number is rounded to 32 bits where the graph takes it in; sums
are made in 64.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.reading.onnx_operations import OPERATIONS, categories_of
from doorlicht.audit.reading.onnx_steps import (
    DOUBLE,
    FLOAT,
    STRING,
    Step,
    Values,
    attribute_of,
    labels_of,
    tensor_of,
)
from doorlicht.audit.reading.onnx_trees import forest_of
from doorlicht.audit.reading.protobuf import Message, ProtobufError
from doorlicht.audit.reading.things import LackingError, Understood, within
from doorlicht.audit.scoring.blocks import Block, Floats, as_numbers
from doorlicht.audit.scoring.forest import TreesBrokenError
from doorlicht.audit.scoring.preparing import Origin
from doorlicht.audit.scoring.program import Predictor
from doorlicht.audit.scoring.sums import as_single

MAX_NODES: Final = 20_000


@dataclass(slots=True)
class Graph:
    """A graph, with the columns that go in and the tensor that is the score."""

    steps: list[Step]
    constants: Values
    inputs: list[tuple[str, int, int]] = field(default_factory=list["tuple[str, int, int]"])
    """Name, type, and number of columns."""
    output: str = ""
    outcomes: tuple[Any, ...] = ()
    producer: str = ""


def graph_of(content: bytes) -> Graph:
    """Return the graph of a model.

    Raises
    ------
    ProtobufError
        If these bytes are no model.
    LackingError
        If it is one that is not followed.
    """
    model = Message(memoryview(content))
    inner = model.message(7)
    if inner is None or not model.number(1):
        raise ProtobufError
    constants: Values = {}
    for tensor in inner.messages(5):
        constants[tensor.text(8)] = tensor_of(tensor)
    steps = [_step(node) for node in inner.messages(1)]
    if len(steps) > MAX_NODES:
        raise LackingError("nodes")
    graph = Graph(steps, constants, producer=f"{model.text(2)} {model.text(3)}".strip())
    for told in inner.messages(11):
        if told.text(1) not in constants:
            graph.inputs.append((told.text(1), *_shape(told)))
    outputs = [told.text(1) for told in inner.messages(12)]
    _choose_output(graph, outputs)
    return graph


def _shape(told: Message) -> tuple[int, int]:
    """Return the type of an input and how many columns it has."""
    kind = told.message(2)
    tensor = kind.message(1) if kind is not None else None
    if tensor is None:
        raise LackingError("input")
    shape = tensor.message(2)
    sides = [side.number(1) for side in shape.messages(1)] if shape is not None else []
    return tensor.number(1), sides[-1] if len(sides) > 1 and sides[-1] > 0 else 1


def _step(node: Message) -> Step:
    attributes = {each.text(1): attribute_of(each) for each in node.messages(5)}
    kind = node.text(4)
    step = Step(kind, node.texts(1), node.texts(2), attributes)
    if kind.startswith("TreeEnsemble"):
        step.forest = forest_of(step)
    return step


def _choose_output(graph: Graph, outputs: Sequence[str]) -> None:
    """Note which tensor is the score, and what its columns stand for."""
    made_by = {name: step for step in graph.steps for name in step.outputs}
    chosen = outputs[1] if len(outputs) > 1 else (outputs[0] if outputs else "")
    step = made_by.get(chosen)
    if step is not None and step.kind == "ZipMap":
        graph.outcomes = labels_of(step, "classlabels_strings", "classlabels_int64s")
        chosen = step.inputs[0]
    graph.output = chosen
    for step in graph.steps:
        if not graph.outcomes and step.kind in _CLASSIFIERS:
            graph.outcomes = labels_of(
                step, "classlabels_strings", "classlabels_int64s", "classlabels_ints"
            )


_CLASSIFIERS: Final = frozenset({"TreeEnsembleClassifier", "LinearClassifier", "SVMClassifier"})


# -- operations


def run(graph: Graph, block: Block) -> Floats:
    """Return the score that a graph gives to each row."""
    values: Values = dict(graph.constants)
    at = 0
    is_single = all(kind != DOUBLE for _, kind, _ in graph.inputs)
    for name, kind, width in graph.inputs:
        values[name] = _taken(block.take(range(at, at + width)), kind)
        at += width
    with np.errstate(all="ignore"):
        for step in _needed(graph):
            made = OPERATIONS[step.kind](
                step, [values[name] if name else np.zeros(0) for name in step.inputs]
            )
            for name, value in zip(step.outputs, made, strict=False):
                # What a tree compares must be rounded as the graph rounds it.
                is_rounded = is_single and value.dtype == np.float64 and not _is_model(step)
                values[name] = as_single(value) if is_rounded else value
    found: Floats = np.asarray(values[graph.output], np.float64)
    return found[:, 0] if found.ndim == 2 and found.shape[1] == 1 else found


def _taken(block: Block, kind: int) -> NDArray[Any]:
    if kind == STRING:
        return np.stack([column.astype(object) for column in block.columns], axis=1)
    numbers = np.stack(
        [as_numbers(column, name) for column, name in zip(block.columns, block.names, strict=True)],
        axis=1,
    )
    return as_single(numbers) if kind == FLOAT else numbers


def _needed(graph: Graph) -> list[Step]:
    """Return the steps that the score rests on, in their order."""
    wanted = {graph.output}
    steps: list[Step] = []
    for step in reversed(graph.steps):
        if wanted & set(step.outputs):
            steps.append(step)
            wanted |= set(step.inputs)
    return steps[::-1]


# -- what the columns inside stand for


def origins_of(graph: Graph, names: Sequence[str]) -> dict[str, list[Origin] | None]:
    """Return for each tensor the columns it consists of; ``None`` where that is not known."""
    told: dict[str, list[Origin] | None] = {}
    at = 0
    for name, _, width in graph.inputs:
        told[name] = [Origin(each, (each,), True) for each in names[at : at + width]]
        at += width
    for step in graph.steps:
        given = [told.get(name) for name in step.inputs if name in told]
        made: list[Origin] | None = None
        if step.kind in _ALIKE and given:
            made = given[0]
            if made is not None and step.kind not in {"Identity", "Cast"}:
                made = [Origin(each.label, each.features, False, each.categories) for each in made]
        elif step.kind in {"Concat", "FeatureVectorizer"} and all(
            each is not None for each in given
        ):
            made = [each for part in given if part is not None for each in part]
        elif step.kind == "OneHotEncoder" and given and given[0] is not None:
            made = [
                Origin(f"{each.label}={value}", each.features, False, (str(value),))
                for each in given[0]
                for value in categories_of(step)
            ]
        elif step.kind == "ArrayFeatureExtractor" and given and given[0] is not None:
            places = graph.constants.get(step.inputs[1])
            if places is not None:
                made = [given[0][int(place)] for place in places.reshape(-1)]
        for name in step.outputs:
            told[name] = made
    return told


_ALIKE: Final = frozenset(
    ["Identity", "Cast", "Scaler", "Imputer", "Normalizer", "LabelEncoder", "Reshape", "Flatten",
     "Mul", "Sub", "Add", "Div"]
)  # fmt: skip


def understand_graph(content: bytes) -> Understood:
    """Read a model. Never raises for what the bytes hold, but for those that are no model.

    Raises
    ------
    ProtobufError
        If these bytes are no model.
    """
    made = Understood("ONNX", "unknown", "onnx")
    try:
        graph = graph_of(content)
    except LackingError as error:
        made.lacks.append(error.attribute)
        return made
    except TreesBrokenError:
        made.lacks.append("trees")
        return made
    except (KeyError, ValueError, TypeError, IndexError, OverflowError) as error:
        made.lacks.append(str(error.args[0])[:40] if isinstance(error, KeyError) else "graph")
        return made
    names: list[str] = []
    for name, _, width in graph.inputs:
        names += [name] if width == 1 else [f"{name}_{place}" for place in range(within(width))]
    made.width = len(names)
    if len(graph.inputs) == 1 and len(names) > 1:
        # One matrix: its columns have no names.
        names = list(made.input_names())
    else:
        made.names = tuple(names)
    made.package = graph.producer or "onnx"
    made.outcomes = graph.outcomes
    made.lacks += sorted({step.kind for step in _needed(graph)} - set(OPERATIONS))
    try:
        _weigh(made, graph, names)
    except (KeyError, ValueError, TypeError, IndexError):
        made.before, made.coefficients, made.used = [], None, None
        made.lacks.append("coefficients")
    last = _last_model(graph)
    made.kind = "classifier" if graph.outcomes else "regressor"
    made.algorithm = last.kind if last is not None else "ONNX"
    if not made.lacks and any(step.kind.startswith("SVM") for step in graph.steps):
        made.lacks += _lacks_of(graph, names)
    if not made.lacks:
        scores = _Running(graph)
        made.predictor = Predictor(proba=scores) if graph.outcomes else Predictor(value=scores)
    return made


def _lacks_of(graph: Graph, names: list[str]) -> list[str]:
    """Return what hinders a row of which nothing is known: each row is computed alike."""
    row = tuple(np.full(1, np.nan) for _ in names)
    try:
        run(graph, Block(row, tuple(names), 1))
    except LackingError as error:
        return [error.attribute]
    except (KeyError, ValueError, TypeError, IndexError):
        return ["SVM"]
    return []


def _last_model(graph: Graph) -> Step | None:
    found = [step for step in graph.steps if _is_model(step)]
    return found[-1] if found else None


def _is_model(step: Step) -> bool:
    return step.forest is not None or step.kind.startswith(("Linear", "SVM"))


def _weigh(made: Understood, graph: Graph, names: list[str]) -> None:
    """Note coefficients or splits of the model, by the columns that go into the graph."""
    step = _last_model(graph)
    if step is None:
        return
    try:
        inner = origins_of(graph, names).get(step.inputs[0])
    except (IndexError, KeyError, ValueError):
        inner = None
    forest = step.forest
    if forest is not None:
        made.trees = (len(forest.roots), len(forest.left), forest.depth)
        made.importance_by = ""
    if inner is None:
        return
    count = len(inner)
    made.before = [_Named(inner)]
    if forest is not None:
        if int(forest.feature.max()) < count:
            made.used = forest.uses(count) > 0
        else:
            made.before = []
        return
    weights = np.asarray(step.attributes["coefficients"], np.float64)
    if step.kind.startswith("SVM"):
        # They weigh rows that are like the people, and no features.
        made.keeps_rows = "support_vectors" in step.attributes
        made.before = []
        return
    if weights.size % count:
        made.before = []
        return
    made.coefficients = weights.reshape(-1, count)
    made.used = (made.coefficients != 0).any(axis=0)
    made.intercept = tuple(np.asarray(step.attributes.get("intercepts", ()), np.float64).tolist())


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Named:
    """Tells the columns inside a graph; the graph itself computes them."""

    inner: list[Origin]

    def __call__(self, block: Block) -> Block:
        return block

    def outputs(self, origins: Sequence[Origin]) -> list[Origin]:
        del origins
        return self.inner


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Running:
    graph: Graph

    def __call__(self, block: Block) -> Floats:
        return run(self.graph, block)
