"""Graphs of ONNX: the operations that models on tables are made of, computed with numpy.

Source: *ONNX Operators* and *ONNX-ML Operators* (opset 1 to 5 of ai.onnx.ml), and the numbers of
the fields in ``onnx.proto``. A number is rounded to 32 bits where the graph takes it in; sums are
made in 64.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.reading.protobuf import Message, ProtobufError
from doorlicht.audit.reading.things import LackingError, Understood
from doorlicht.audit.scoring.blocks import Block, Floats, as_numbers, codes_of
from doorlicht.audit.scoring.forest import LEFT, MAX_SET, RIGHT, Forest, TreesBrokenError, joined
from doorlicht.audit.scoring.links import logistic, normal, softmax
from doorlicht.audit.scoring.preparing import Origin
from doorlicht.audit.scoring.program import Predictor
from doorlicht.audit.scoring.sums import as_single

MAX_NODES: Final = 20_000

_TYPES: Final = {1: "<f4", 2: "u1", 3: "i1", 5: "<i2", 6: "<i4", 7: "<i8", 9: "?", 11: "<f8"}
_FLOAT, _STRING, _DOUBLE = 1, 8, 11

Values = dict[str, NDArray[Any]]


@dataclass(slots=True)
class Step:
    """One operation."""

    kind: str
    inputs: list[str]
    outputs: list[str]
    attributes: dict[str, Any]
    forest: Forest | None = None


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
    attributes = {each.text(1): _attribute(each) for each in node.messages(5)}
    kind = node.text(4)
    step = Step(kind, node.texts(1), node.texts(2), attributes)
    if kind.startswith("TreeEnsemble"):
        step.forest = _forest(step)
    return step


def _attribute(told: Message) -> Any:
    fields = told.fields
    if 8 in fields:
        return told.numbers(8)
    if 7 in fields:
        return told.floats(7)
    if 9 in fields:
        return told.texts(9)
    if 5 in fields:
        inner = told.message(5)
        return tensor_of(inner) if inner is not None else None
    if 4 in fields:
        return told.text(4)
    if 3 in fields:
        return told.number(3)
    if 2 in fields:
        return float(fields[2][-1])
    return None


def tensor_of(told: Message) -> NDArray[Any]:
    """Return a tensor; one whose numbers stand in another file is refused."""
    shape = tuple(told.numbers(1).tolist())
    kind = told.number(2)
    if told.number(14):
        raise LackingError("external_data")
    if kind == _STRING:
        made: NDArray[Any] = np.array(told.texts(6), dtype=object)
    elif 9 in told.fields and kind in _TYPES:
        raw = told.fields[9][-1]
        if len(raw) % np.dtype(_TYPES[kind]).itemsize:
            raise ProtobufError
        made = np.frombuffer(raw, _TYPES[kind])
    elif kind == _FLOAT:
        made = told.floats(4)
    elif kind == 11:
        made = told.floats(10, "<f8")
    elif kind == 7:
        made = told.numbers(7)
    else:
        made = told.numbers(5)
    if any(side < 0 for side in shape) or int(np.prod(shape, dtype=object)) != made.size:
        raise ProtobufError
    return made.reshape(shape)


def _choose_output(graph: Graph, outputs: Sequence[str]) -> None:
    """Note which tensor is the score, and what its columns stand for."""
    made_by = {name: step for step in graph.steps for name in step.outputs}
    chosen = outputs[1] if len(outputs) > 1 else (outputs[0] if outputs else "")
    step = made_by.get(chosen)
    if step is not None and step.kind == "ZipMap":
        graph.outcomes = _labels(step, "classlabels_strings", "classlabels_int64s")
        chosen = step.inputs[0]
    graph.output = chosen
    for step in graph.steps:
        if not graph.outcomes and step.kind in {"TreeEnsembleClassifier", "LinearClassifier"}:
            graph.outcomes = _labels(
                step, "classlabels_strings", "classlabels_int64s", "classlabels_ints"
            )


def _labels(step: Step, *names: str) -> tuple[Any, ...]:
    for name in names:
        told = step.attributes.get(name)
        if told is not None and len(told):
            return tuple(told.tolist() if isinstance(told, np.ndarray) else told)
    return ()


# -- trees


def _forest(step: Step) -> Forest:
    told = step.attributes
    if step.kind == "TreeEnsemble":
        # The newest operator, which no converter writes by itself so far.
        raise LackingError("TreeEnsemble")
    trees = np.asarray(told["nodes_treeids"], np.int64)
    nodes = np.asarray(told["nodes_nodeids"], np.int64)
    modes = np.array(told["nodes_modes"])
    is_leaf = modes == "LEAF"
    place = {
        key: index for index, key in enumerate(zip(trees.tolist(), nodes.tolist(), strict=True))
    }
    yes = _children(place, trees, told["nodes_truenodeids"], is_leaf)
    no = _children(place, trees, told["nodes_falsenodeids"], is_leaf)
    missing = np.asarray(told.get("nodes_missing_value_tracks_true", np.zeros(len(trees))), bool)
    width = _width(step)
    prefix = "class" if step.kind.endswith("Classifier") else "target"
    weights = _numbers(told, f"{prefix}_weights")
    values = np.zeros((len(trees), width))
    leaves = zip(
        np.asarray(told[f"{prefix}_treeids"]).tolist(),
        np.asarray(told[f"{prefix}_nodeids"]).tolist(),
        np.asarray(told[f"{prefix}_ids"]).tolist(),
        weights.tolist(),
        strict=True,
    )
    for tree, node, column, weight in leaves:
        values[place[tree, node], column] += weight
    made = _tests(
        modes, np.asarray(told["nodes_featureids"], np.int64), _numbers(told, "nodes_values"),
        yes, no, missing,
    )  # fmt: skip
    made["values"] = values
    return _roots_of(made, trees)


def _numbers(told: Mapping[str, Any], name: str) -> Floats:
    found = told.get(f"{name}_as_tensor")
    return np.asarray(told[name] if found is None else found, np.float64)


def _width(step: Step) -> int:
    if step.kind.endswith("Regressor"):
        return int(step.attributes.get("n_targets", 1))
    labels = _labels(step, "classlabels_strings", "classlabels_int64s")
    ids = np.asarray(step.attributes["class_ids"])
    return max(len(labels), int(ids.max(initial=0)) + 1)


def _children(
    place: Mapping[tuple[int, int], int],
    trees: NDArray[np.int64],
    children: NDArray[np.int64],
    is_leaf: NDArray[np.bool_],
) -> NDArray[np.int64]:
    pairs = zip(trees.tolist(), np.asarray(children).tolist(), is_leaf.tolist(), strict=True)
    return np.array([-1 if leaf else place[tree, node] for tree, node, leaf in pairs], np.int64)


def _tests(
    modes: NDArray[Any],
    feature: NDArray[np.int64],
    limit: Floats,
    yes: NDArray[np.int64],
    no: NDArray[np.int64],
    missing: NDArray[np.bool_],
) -> dict[str, Any]:
    """Return nodes that all ask whether a value is at most a limit, or stands in a set."""
    known = {
        "BRANCH_LEQ",
        "BRANCH_LT",
        "BRANCH_GTE",
        "BRANCH_GT",
        "BRANCH_EQ",
        "BRANCH_NEQ",
        "LEAF",
    }
    if not set(modes.tolist()) <= known:
        raise LackingError("nodes_modes")
    # Less than a limit is at most the number before it, since columns have 32 bits.
    below = np.nextafter(limit.astype(np.float32), np.float32(-np.inf)).astype(np.float64)
    is_open = (modes == "BRANCH_LT") | (modes == "BRANCH_GTE")
    turned = (modes == "BRANCH_GT") | (modes == "BRANCH_GTE") | (modes == "BRANCH_NEQ")
    sets: dict[int, NDArray[np.int8]] = {}
    for node in np.flatnonzero((modes == "BRANCH_EQ") | (modes == "BRANCH_NEQ")):
        value = float(limit[node])
        if not value.is_integer() or not 0 <= value < MAX_SET:
            raise LackingError("nodes_modes")
        table = np.full(int(value) + 1, RIGHT, np.int8)
        table[-1] = LEFT
        sets[int(node)] = table
    return {
        "feature": feature,
        "threshold": np.where(is_open, below, limit),
        "left": np.where(turned, no, yes),
        "right": np.where(turned, yes, no),
        "missing_left": missing ^ turned,
        "sets": sets,
    }


def _roots_of(made: dict[str, Any], trees: NDArray[np.int64]) -> Forest:
    """Return a forest of trees that lie in one set of arrays, given the tree of each node."""
    _, first = np.unique(trees, return_index=True)
    return joined([made], outside=RIGHT, roots=first.astype(np.int64))


# -- operations


def run(graph: Graph, block: Block) -> Floats:
    """Return the score that a graph gives to each row."""
    values: Values = dict(graph.constants)
    at = 0
    is_single = all(kind != _DOUBLE for _, kind, _ in graph.inputs)
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
    if kind == _STRING:
        return np.stack([column.astype(object) for column in block.columns], axis=1)
    numbers = np.stack(
        [as_numbers(column, name) for column, name in zip(block.columns, block.names, strict=True)],
        axis=1,
    )
    return as_single(numbers) if kind == _FLOAT else numbers


def _needed(graph: Graph) -> list[Step]:
    """Return the steps that the score rests on, in their order."""
    wanted = {graph.output}
    steps: list[Step] = []
    for step in reversed(graph.steps):
        if wanted & set(step.outputs):
            steps.append(step)
            wanted |= set(step.inputs)
    return steps[::-1]


Operation = Callable[[Step, list[NDArray[Any]]], list[NDArray[Any]]]


def _same(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    del step
    return [given[0]]


def _cast(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    kind = step.attributes.get("to")
    if kind == _STRING:
        return [np.array([[str(each) for each in row] for row in given[0].tolist()], object)]
    made = given[0].astype(np.float64) if given[0].dtype == object else given[0]
    if kind == _FLOAT:
        return [as_single(np.asarray(made, np.float64))]
    return [np.trunc(made) if kind in {6, 7} else made]


def _concat(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    return [np.concatenate(given, axis=int(step.attributes.get("axis", 1)))]


def _scaler(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    told = step.attributes
    return [(given[0] - told["offset"]) * told["scale"]]


def _imputer(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    told = step.attributes
    values = told.get("imputed_value_floats", told.get("imputed_value_int64s"))
    if values is None or not len(values):
        raise LackingError("Imputer")
    marker = told.get("replaced_value_float", told.get("replaced_value_int64", np.nan))
    gone = np.isnan(given[0]) if marker != marker else given[0] == marker
    return [np.where(gone, np.resize(values, given[0].shape[1])[None, :], given[0])]


def _normalizer(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    norm = str(step.attributes.get("norm", "MAX"))
    matrix = np.asarray(given[0], np.float64)
    if norm == "L1":
        size = np.abs(matrix).sum(axis=1, keepdims=True)
    elif norm == "L2":
        size = np.sqrt((matrix**2).sum(axis=1, keepdims=True))
    else:
        size = matrix.max(axis=1, keepdims=True)
    return [matrix / np.where(size == 0, 1, size)]


def _categories(step: Step) -> list[Any]:
    texts = step.attributes.get("cats_strings")
    return list(texts) if texts else np.asarray(step.attributes["cats_int64s"]).tolist()


def _one_hot(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    known: dict[object, int] = {value: place for place, value in enumerate(_categories(step))}
    flat = given[0].reshape(-1)
    codes = codes_of(flat, known, -1)
    made = np.zeros((len(flat), len(known)))
    there = codes >= 0
    made[np.flatnonzero(there), codes[there]] = 1.0
    return [made.reshape(len(given[0]), -1, len(known))] if given[0].ndim > 1 else [made]


def _label(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    told = step.attributes
    keys = next(
        (told[name] for name in ("keys_strings", "keys_int64s", "keys_floats") if name in told),
        None,
    )
    values = next(
        (told[n] for n in ("values_int64s", "values_floats", "values_strings") if n in told), None
    )
    if keys is None or values is None:
        if "keys_tensor" not in told or "values_tensor" not in told:
            raise LackingError("LabelEncoder")
        keys, values = told["keys_tensor"].tolist(), told["values_tensor"]
    if isinstance(values, list):
        raise LackingError("LabelEncoder")
    listed = keys.tolist() if isinstance(keys, np.ndarray) else list(keys)
    known: dict[object, int] = {value: place for place, value in enumerate(listed)}
    other = told.get("default_int64", told.get("default_float", -1))
    table = np.append(np.asarray(values, np.float64), float(other))
    gone = next((place for place, value in enumerate(listed) if value != value), -1)
    return [table[codes_of(given[0].reshape(-1), known, gone)].reshape(given[0].shape)]


def _extract(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    axis = int(step.attributes.get("axis", 0)) if step.kind == "Gather" else -1
    return [np.take(given[0], given[1].astype(np.int64).reshape(-1), axis=axis)]


def _reshape(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    del step
    shape = [
        given[0].shape[place] if side == 0 else side
        for place, side in enumerate(given[1].astype(int).tolist())
    ]
    return [given[0].reshape(shape)]


def _flatten(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    del step
    return [given[0].reshape(len(given[0]), -1)]


def _binary(function: Callable[[Any, Any], Any]) -> Operation:
    return lambda _, given: [function(given[0], given[1])]


def _unary(function: Callable[[Any], Any]) -> Operation:
    return lambda _, given: [function(given[0])]


def _gemm(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    told = step.attributes
    left = given[0].T if told.get("transA") else given[0]
    right = given[1].T if told.get("transB") else given[1]
    made = float(told.get("alpha", 1.0)) * (left @ right)
    return [
        made + float(told.get("beta", 1.0)) * given[2] if len(given) > 2 and given[2].size else made
    ]


def _finished(told: Any, made: Floats) -> Floats:
    how = str(told or "NONE")
    if how == "LOGISTIC":
        return logistic(made)
    if how == "SOFTMAX":
        return softmax(made)
    if how == "PROBIT":
        return normal(made)
    if how != "NONE":
        raise LackingError("post_transform")
    return made


def _trees(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    forest, told = cast("Forest", step.forest), step.attributes
    made = forest.means(np.asarray(given[0], np.float64))
    if str(told.get("aggregate_function", "SUM")) != "AVERAGE":
        made = made * len(forest.roots)
    base = told.get("base_values_as_tensor", told.get("base_values"))
    if step.kind == "TreeEnsembleRegressor":
        made = made if base is None else made + np.asarray(base)
        return [_finished(told.get("post_transform"), made)]
    ids = set(np.asarray(told["class_ids"]).tolist())
    if len(ids) == 1 and made.shape[1] <= 2:
        # One weight a leaf stands for the second of two outcomes.
        yes = made[:, max(ids)] + (0.0 if base is None else float(np.asarray(base).reshape(-1)[-1]))
        is_plain = str(told.get("post_transform") or "NONE") in {"NONE", "PROBIT"}
        made = np.stack([1 - yes if is_plain else -yes, yes], axis=1)
    elif base is not None:
        made = made + np.asarray(base)
    scores = _finished(told.get("post_transform"), made)
    return [np.argmax(scores, axis=1), scores]


def _linear(step: Step, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    told = step.attributes
    weights = np.asarray(told["coefficients"], np.float64).reshape(-1, given[0].shape[1])
    made = given[0] @ weights.T
    intercepts = told.get("intercepts")
    made = made if intercepts is None else made + np.asarray(intercepts)
    if step.kind == "LinearRegressor":
        return [_finished(told.get("post_transform"), made)]
    labels = _labels(step, "classlabels_strings", "classlabels_int64s", "classlabels_ints")
    if made.shape[1] == 1 and len(labels) == 2:
        made = np.concatenate([-made, made], axis=1)
    scores = _finished(told.get("post_transform"), made)
    return [np.argmax(scores, axis=1), scores]


OPERATIONS: Final[dict[str, Operation]] = {
    "Identity": _same, "Cast": _cast, "Concat": _concat, "FeatureVectorizer": _concat,
    "Scaler": _scaler, "Imputer": _imputer, "Normalizer": _normalizer, "OneHotEncoder": _one_hot,
    "LabelEncoder": _label, "ArrayFeatureExtractor": _extract, "Gather": _extract,
    "Reshape": _reshape, "Flatten": _flatten, "Add": _binary(np.add), "Sub": _binary(np.subtract),
    "Mul": _binary(np.multiply), "Div": _binary(np.divide), "MatMul": _binary(np.matmul),
    "Gemm": _gemm, "Sigmoid": _unary(logistic), "Tanh": _unary(np.tanh),
    "Relu": _unary(lambda told: np.maximum(told, 0)), "Exp": _unary(np.exp),
    "Log": _unary(np.log), "Neg": _unary(np.negative), "Sqrt": _unary(np.sqrt),
    "Softmax": _unary(softmax), "TreeEnsembleClassifier": _trees,
    "TreeEnsembleRegressor": _trees, "LinearClassifier": _linear, "LinearRegressor": _linear,
    "ZipMap": _same,
}  # fmt: skip


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
                for value in _categories(step)
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
        names += [name] if width == 1 else [f"{name}_{place}" for place in range(width)]
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
    if not made.lacks:
        scores = _Running(graph)
        made.predictor = Predictor(proba=scores) if graph.outcomes else Predictor(value=scores)
    return made


def _last_model(graph: Graph) -> Step | None:
    found = [step for step in graph.steps if _is_model(step)]
    return found[-1] if found else None


def _is_model(step: Step) -> bool:
    return step.forest is not None or step.kind.startswith("Linear")


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
