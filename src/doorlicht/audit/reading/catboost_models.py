"""Models of CatBoost, from their JSON or their own binary form.

Source: the description of the JSON export in the documentation of CatBoost, and the schema of the
binary form, ``catboost/libs/model/flatbuffers``; FlatBuffers, *Internals*. In a symmetric tree all
nodes of a level ask the same; the answers are the bits of the number of the leaf.

Features that CatBoost counts over the outcomes of the training (CTR), and text and embeddings, are
recognised and not computed.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.reading.sklearn_trees import describe
from doorlicht.audit.reading.things import LackingError, Understood
from doorlicht.audit.scoring.blocks import Floats, Scores
from doorlicht.audit.scoring.forest import LEFT, RIGHT, TreesBrokenError, joined
from doorlicht.audit.scoring.links import both, logistic, softmax
from doorlicht.audit.scoring.preparing import Beside, Numbered, Preparation, Same
from doorlicht.audit.scoring.program import Predictor
from doorlicht.audit.scoring.sums import Then, TreeMeans

MAX_LEVELS: Final = 16
MAX_NODES: Final = 20_000_000
MAGIC: Final = b"CBM1"

Document = dict[str, Any]


@dataclass(slots=True)
class Split:
    """A question: whether a number is above a border, or a category is this one."""

    feature: int
    border: float = 0.0
    category: int | None = None


@dataclass(slots=True)
class Parts:
    """What either form of a model tells."""

    names: list[str] = field(default_factory=list[str])
    missing_right: set[int] = field(default_factory=set[int])
    categories: dict[int, list[str]] = field(default_factory=dict[int, "list[str]"])
    trees: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    width: int = 1
    scale: float = 1.0
    bias: list[float] = field(default_factory=list[float])
    about: Document = field(default_factory=dict[str, Any])
    lacks: list[str] = field(default_factory=list[str])


def understand_catboost(content: bytes) -> Understood:
    """Read a model. Never raises for what the bytes hold: what is missing is told.

    Examples
    --------
    >>> understand_catboost(b"CBM1").lacks
    ['model']
    """
    made = Understood("CatBoost", "unknown", "catboost")
    parts = Parts()
    try:
        if content.startswith(MAGIC):
            _read_binary(content, parts)
        else:
            _read_document(cast("Document", json.loads(content)), parts)
    except LackingError as error:
        parts.lacks.append(error.attribute)
    except TreesBrokenError:
        parts.lacks.append("trees")
    except (
        struct.error,
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        RecursionError,
        AttributeError,
    ):
        parts.lacks.append("model")
    made.width = len(parts.names)
    if parts.names and not all(name.isdigit() for name in parts.names):
        made.names = tuple(parts.names)
    made.lacks += parts.lacks
    loss = _loss(parts.about)
    _note_kind(made, parts, loss)
    if made.lacks:
        return made
    try:
        _finish(made, parts, loss)
    except TreesBrokenError:
        made.lacks.append("trees")
    return made


def _loss(about: Document) -> str:
    params = about.get("params")
    if isinstance(params, str):
        try:
            params = json.loads(params)
        except ValueError:
            params = None
    told: Any = cast("Document", params).get("loss_function") if isinstance(params, dict) else None
    if isinstance(told, dict):
        told = cast("Document", told).get("type")
    return str(told or "")


def _note_kind(made: Understood, parts: Parts, loss: str) -> None:
    classes = parts.about.get("class_params")
    if isinstance(classes, str):
        try:
            classes = json.loads(classes)
        except ValueError:
            classes = None
    names: Any = cast("Document", classes).get("class_names") if isinstance(classes, dict) else None
    if loss in {"Logloss", "CrossEntropy", "MultiClass", "MultiClassOneVsAll"}:
        made.kind = "classifier"
        made.outcomes = tuple(names) if names else tuple(range(max(parts.width, 2)))
    elif loss.startswith(("YetiRank", "Pair", "Query")):
        made.kind = "ranker"
    elif loss:
        made.kind = "regressor"


def _finish(made: Understood, parts: Parts, loss: str) -> None:
    grown = joined(parts.trees, outside=LEFT)
    describe(made, grown)
    known: list[tuple[tuple[int, ...], Preparation]] = []
    for place in range(len(parts.names)):
        values = parts.categories.get(place)
        if values is None:
            known.append(((place,), Same()))
            continue
        numbers: dict[object, int] = {value: number for number, value in enumerate(values)}
        for number, value in enumerate(values):
            # A category that is a number is written as text.
            if value.lstrip("-").isdigit():
                numbers.setdefault(int(value), number)
        codes = np.arange(len(values), dtype=np.float64)
        known.append(((place,), Numbered((numbers,), (-1,), (codes,), (np.nan,), np.nan)))
    if parts.categories:
        made.before = [Beside(tuple(known))]
    means = TreeMeans(grown)
    count, scale, bias = (
        len(parts.trees),
        parts.scale,
        np.resize(np.array(parts.bias or [0.0]), parts.width),
    )

    def add(told: Floats) -> Floats:
        total = told * count * scale + bias
        return total[:, 0] if total.shape[1] == 1 else total

    sums: Scores = Then(means, add)
    if loss in {"Logloss", "CrossEntropy"}:
        made.link = "logit"
        made.predictor = Predictor(Then(sums, lambda told: both(logistic(told))), sums)
    elif loss == "MultiClass":
        made.link = "softmax"
        made.predictor = Predictor(Then(sums, softmax), sums)
    elif loss == "MultiClassOneVsAll":
        made.link = "logit"
        made.predictor = Predictor(Then(sums, logistic), sums)
    elif loss in {"Poisson", "Tweedie"}:
        # Predictions of CatBoost are raw, also where its loss works with logarithms.
        made.link = "log" if loss == "Poisson" else "identity"
        made.predictor = Predictor(value=Then(sums, np.exp) if loss == "Poisson" else sums)
    else:
        made.link = "identity"
        made.predictor = Predictor(margin=sums) if made.kind == "ranker" else Predictor(value=sums)


# -- trees


def _symmetric(splits: list[Split], values: Floats, parts: Parts) -> dict[str, Any]:
    """Return the nodes of a symmetric tree, level by level, and its leaves behind them."""
    levels = len(splits)
    if levels > MAX_LEVELS or values.size != (1 << levels) * parts.width:
        raise TreesBrokenError
    leaves = 1 << levels
    inner = leaves - 1
    feature = np.zeros(inner + leaves, np.int64)
    border = np.zeros(inner + leaves)
    left = np.full(inner + leaves, -1, np.int64)
    right = np.full(inner + leaves, -1, np.int64)
    sets: dict[int, NDArray[np.int8]] = {}
    for level, split in enumerate(splits):
        start, following = (1 << level) - 1, (1 << (level + 1)) - 1
        own = np.arange(1 << level)
        feature[start + own], border[start + own] = split.feature, split.border
        left[start + own] = following + own
        right[start + own] = following + own + (1 << level)
        if split.category is not None:
            for place in own:
                sets[start + int(place)] = _only(split.category)
    table = np.zeros((inner + leaves, parts.width))
    table[inner:] = values.reshape(leaves, parts.width)
    return _nodes(feature, border, left, right, table, sets, parts)


def _only(category: int) -> NDArray[np.int8]:
    table = np.full(category + 1, LEFT, np.int8)
    table[category] = RIGHT
    return table


def _nodes(
    feature: NDArray[np.int64],
    border: Floats,
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    values: Floats,
    sets: dict[int, NDArray[np.int8]],
    parts: Parts,
) -> dict[str, Any]:
    goes_right = np.isin(feature, list(parts.missing_right))
    return {
        "feature": feature, "threshold": border.astype(np.float32).astype(np.float64),
        "left": left, "right": right, "values": values, "missing_left": ~goes_right, "sets": sets,
    }  # fmt: skip


# -- the document


def _read_document(document: Document, parts: Parts) -> None:
    told = cast("Document", document["features_info"])
    parts.about = cast("Document", document.get("model_info", {}))
    floats = cast("list[Document]", told.get("float_features") or [])
    categories = cast("list[Document]", told.get("categorical_features") or [])
    names: dict[int, str] = {}
    for each in [*floats, *categories]:
        names[int(each["flat_feature_index"])] = str(
            each.get("feature_name") or each.get("feature_id") or each["flat_feature_index"]
        )
    _name(parts, names)
    by_float = {int(each["feature_index"]): int(each["flat_feature_index"]) for each in floats}
    parts.missing_right = {
        int(each["flat_feature_index"])
        for each in floats
        if each.get("nan_value_treatment") == "AsTrue"
    }
    words = {
        _signed(int(each["hash"])): str(each["value"])
        for each in cast("list[Document]", told.get("cat_features_hash") or [])
    }
    by_category: dict[int, int] = {}
    for each in categories:
        flat = int(each["flat_feature_index"])
        by_category[int(each["feature_index"])] = flat
        known = cast("list[int]", each.get("values") or [])
        parts.categories[flat] = [words.get(_signed(int(v)), f"#{v}") for v in known]
    scale, bias = document.get("scale_and_bias", [1, [0]])
    parts.scale = float(scale)
    parts.bias = np.atleast_1d(np.array(bias, np.float64)).tolist()

    def split_of(each: Document) -> Split:
        kind = each["split_type"]
        if kind == "FloatFeature":
            return Split(by_float[int(each["float_feature_index"])], float(each["border"]))
        if kind == "OneHotFeature":
            flat = by_category[int(each["cat_feature_index"])]
            word = words.get(_signed(int(each["value"])))
            if word is None:
                raise LackingError("cat_features_hash")
            return Split(flat, 0.0, parts.categories[flat].index(word))
        raise LackingError(str(kind))

    if "oblivious_trees" in document:
        trees = cast("list[Document]", document["oblivious_trees"])
        if trees:
            first = trees[0]
            parts.width = len(first["leaf_values"]) >> len(first.get("splits") or [])
        for tree in trees:
            asked = cast("list[Document]", tree.get("splits") or [])
            splits = [split_of(each) for each in asked]
            parts.trees.append(_symmetric(splits, np.array(tree["leaf_values"], np.float64), parts))
        return
    for tree in cast("list[Document]", document["trees"]):
        parts.trees.append(_nested(tree, split_of, parts))


def _name(parts: Parts, names: dict[int, str]) -> None:
    if names and max(names) > 100_000:
        raise LackingError("flat_feature_index")
    parts.names = [names.get(place, str(place)) for place in range(max(names, default=-1) + 1)]


def _signed(value: int) -> int:
    return value - (1 << 32) if value >= 1 << 31 else value


def _nested(tree: Document, split_of: Any, parts: Parts) -> dict[str, Any]:
    """Return the nodes of a tree whose branches are written inside each other."""
    nodes: list[tuple[Split | None, int, int, list[float]]] = []
    waiting: list[tuple[Document, int, int]] = [(tree, -1, LEFT)]
    while waiting:
        each, above, side = waiting.pop()
        place = len(nodes)
        if len(nodes) > MAX_NODES:
            raise TreesBrokenError
        if above >= 0:
            split, left, right, value = nodes[above]
            nodes[above] = (
                (split, place, right, value) if side == LEFT else (split, left, place, value)
            )
        if "split" in each:
            nodes.append((split_of(each["split"]), -1, -1, []))
            waiting.append((each["right"], place, RIGHT))
            waiting.append((each["left"], place, LEFT))
        else:
            told = each["value"]
            leaf: list[float] = np.atleast_1d(np.array(told, np.float64)).tolist()
            parts.width = len(leaf)
            nodes.append((None, -1, -1, leaf))
    splits = [each[0] for each in nodes]
    values = np.zeros((len(nodes), parts.width))
    for place, each in enumerate(nodes):
        if each[3]:
            values[place] = each[3]
    sets = {
        place: _only(split.category)
        for place, split in enumerate(splits)
        if split is not None and split.category is not None
    }
    return _nodes(
        np.array([split.feature if split else 0 for split in splits]),
        np.array([split.border if split else 0.0 for split in splits]),
        np.array([each[1] for each in nodes]),
        np.array([each[2] for each in nodes]),
        values, sets, parts,
    )  # fmt: skip


# -- the binary form


class _Table:
    """A table of FlatBuffers: fields by their number, each of which may be absent."""

    def __init__(self, content: bytes, at: int) -> None:
        self.content = content
        self.at = at
        (back,) = struct.unpack_from("<i", content, at)
        self.fields = at - back
        if not 0 <= self.fields <= len(content) - 4:
            raise IndexError(at)
        (self.size,) = struct.unpack_from("<H", content, self.fields)

    def place(self, number: int) -> int | None:
        """Return where a field stands."""
        entry = 4 + 2 * number
        if entry + 2 > self.size:
            return None
        (offset,) = struct.unpack_from("<H", self.content, self.fields + entry)
        return self.at + offset if offset else None

    def scalar(self, number: int, kind: str, default: float) -> float:
        """Return a number."""
        at = self.place(number)
        return default if at is None else struct.unpack_from(f"<{kind}", self.content, at)[0]

    def _target(self, number: int) -> int | None:
        at = self.place(number)
        if at is None:
            return None
        return at + struct.unpack_from("<I", self.content, at)[0]

    def table(self, number: int) -> _Table | None:
        """Return a table inside this one."""
        at = self._target(number)
        return None if at is None else _Table(self.content, at)

    def text(self, number: int) -> str:
        """Return a text."""
        at = self._target(number)
        return "" if at is None else _text(self.content, at)

    def numbers(self, number: int, kind: str) -> NDArray[Any]:
        """Return a row of numbers."""
        at = self._target(number)
        if at is None:
            return np.zeros(0, kind)
        (count,) = struct.unpack_from("<I", self.content, at)
        if count * np.dtype(kind).itemsize > len(self.content) - at:
            raise IndexError(count)
        return np.frombuffer(self.content, kind, count, at + 4)

    def tables(self, number: int) -> list[_Table]:
        """Return a row of tables."""
        return [_Table(self.content, at) for at in self._targets(number)]

    def texts(self, number: int) -> list[str]:
        """Return a row of texts."""
        return [_text(self.content, at) for at in self._targets(number)]

    def _targets(self, number: int) -> list[int]:
        at = self._target(number)
        if at is None:
            return []
        offsets = self.numbers(number, "<u4")
        return [at + 4 + 4 * place + int(offset) for place, offset in enumerate(offsets)]


def _text(content: bytes, at: int) -> str:
    (length,) = struct.unpack_from("<I", content, at)
    if length > len(content) - at:
        raise IndexError(length)
    return content[at + 4 : at + 4 + length].decode("utf-8", "replace")


def _read_binary(content: bytes, parts: Parts) -> None:
    (size,) = struct.unpack_from("<I", content, 4)
    core = content[8 : 8 + size]
    if len(core) < size:
        raise IndexError(size)
    (root,) = struct.unpack_from("<I", core, 0)
    model = _Table(core, root)
    parts.about = {each.text(0): each.text(1) for each in model.tables(2)}
    trees = model.table(1)
    if trees is None:
        raise LackingError("trees")
    floats, categories = trees.tables(5), trees.tables(4)
    names: dict[int, str] = {}
    for told, flat_field, text_field in ((floats, 2, 4), (categories, 1, 2)):
        for each in told:
            flat = int(each.scalar(flat_field, "i", -1))
            names[flat] = each.text(text_field) or str(flat)
    names.pop(-1, None)
    _name(parts, names)
    splits: list[Split] = []
    for each in floats:
        flat = int(each.scalar(2, "i", -1))
        if each.scalar(5, "b", 0) == 2:
            parts.missing_right.add(flat)
        splits += [Split(flat, float(border)) for border in each.numbers(3, "<f4")]
    parts.width = int(trees.scalar(0, "i", 1)) or 1
    flat_of = {int(each.scalar(0, "i", -1)): int(each.scalar(1, "i", -1)) for each in categories}
    for each in trees.tables(6):
        flat = flat_of[int(each.scalar(0, "i", -1))]
        words = each.texts(2)
        count = len(each.numbers(1, "<i4"))
        parts.categories[flat] = words
        if len(words) != count:
            parts.lacks.append("OneHotFeature")
        splits += [Split(flat, 0.0, place) for place in range(count)]
    if trees.tables(7):
        parts.lacks.append("CtrFeature")
    if trees.tables(12) or trees.tables(13):
        parts.lacks.append("EstimatedFeature")
    parts.scale = float(trees.scalar(14, "d", 1.0))
    bias = trees.numbers(16, "<f8").tolist()
    parts.bias = bias or [float(trees.scalar(15, "d", 0.0))]
    if not parts.lacks:
        _binary_trees(trees, splits, parts)


def _binary_trees(trees: _Table, splits: list[Split], parts: Parts) -> None:
    asked = trees.numbers(1, "<i4")
    sizes = trees.numbers(2, "<i4")
    values = trees.numbers(8, "<f8").astype(np.float64)
    steps = trees.numbers(10, "<u4")
    if len(steps):
        _uneven_trees(trees, splits, parts, asked, sizes, values, steps)
        return
    at = leaf = 0
    for size in sizes.tolist():
        if not 0 <= size <= MAX_LEVELS:
            raise TreesBrokenError
        chosen = [splits[int(place)] for place in asked[at : at + size]]
        count = (1 << size) * parts.width
        parts.trees.append(_symmetric(chosen, values[leaf : leaf + count], parts))
        at, leaf = at + size, leaf + count


def _uneven_trees(
    trees: _Table,
    splits: list[Split],
    parts: Parts,
    asked: NDArray[Any],
    sizes: NDArray[Any],
    values: Floats,
    steps: NDArray[Any],
) -> None:
    """Read trees that are not symmetric: each node says how far its children are from it."""
    leaves = trees.numbers(11, "<u4").astype(np.int64)
    to_left, to_right = (steps & 0xFFFF).astype(np.int64), (steps >> 16).astype(np.int64)
    if not len(asked) == len(steps) == len(leaves):
        raise TreesBrokenError
    at = 0
    for size in cast("list[int]", sizes.tolist()):
        own = np.arange(int(size))
        rows = slice(at, at + size)
        left = np.where(to_left[rows] > 0, own + to_left[rows], -1)
        right = np.where(to_right[rows] > 0, own + to_right[rows], -1)
        # A child that is no node of its own is a leaf, whose value stands with this node.
        parts.trees.append(_uneven(asked[rows], left, right, leaves[rows], splits, values, parts))
        at += size


def _uneven(
    asked: NDArray[Any],
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    leaves: NDArray[np.int64],
    splits: list[Split],
    values: Floats,
    parts: Parts,
) -> dict[str, Any]:
    size = len(asked)
    is_leaf = (left < 0) & (right < 0)
    # Where one child only is missing, rows stay at the node: it gets a leaf of its own.
    stays = np.flatnonzero(~is_leaf & ((left < 0) | (right < 0)))
    extra = {int(node): size + place for place, node in enumerate(stays)}
    for node, place in extra.items():
        if left[node] < 0:
            left[node] = place
        else:
            right[node] = place
    chosen = [
        None if leaf else splits[int(place)] for leaf, place in zip(is_leaf, asked, strict=True)
    ]
    rows = [*range(size), *stays.tolist()]
    table = np.zeros((size + len(stays), parts.width))
    for place, node in enumerate(rows):
        if place >= size or is_leaf[node]:
            first = int(leaves[node])
            if first + parts.width > len(values):
                raise TreesBrokenError
            table[place] = values[first : first + parts.width]
    more = np.full(len(stays), -1)
    sets = {
        place: _only(split.category)
        for place, split in enumerate(chosen)
        if split is not None and split.category is not None
    }
    blank = np.zeros(len(stays))
    return _nodes(
        np.array([split.feature if split else 0 for split in chosen] + [0] * len(stays)),
        np.concatenate([[split.border if split else 0.0 for split in chosen], blank]),
        np.concatenate([left, more]), np.concatenate([right, more]), table, sets, parts,
    )  # fmt: skip
