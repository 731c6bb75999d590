"""Models of R: linear ones, trees of rpart, and the forests and boosted trees of three packages.

Source: ``stats::lm`` and ``glm``; ``rpart`` 4.1 (``rpart.object``, ``pred_rpart.c``);
``randomForest`` 4.7 (``getTree``); ``gbm`` 2.1 (``pretty.gbm.tree``); ``ranger`` 0.12
(``treeInfo``); ``caret`` (``train``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.reading.r_formulas import design_of
from doorlicht.audit.reading.r_serial import RValue
from doorlicht.audit.reading.sklearn_trees import describe
from doorlicht.audit.reading.things import LackingError, Understood
from doorlicht.audit.reading.xgboost_models import NoModelError, document_of, learner
from doorlicht.audit.scoring.blocks import Block, Floats, Scores, as_numbers, codes_of
from doorlicht.audit.scoring.forest import LEFT, MAX_SET, RIGHT, TreesBrokenError, joined
from doorlicht.audit.scoring.links import both, inverse, logistic, softmax
from doorlicht.audit.scoring.preparing import Origin, Origins
from doorlicht.audit.scoring.program import Predictor
from doorlicht.audit.scoring.sums import Linear, Then, TreeMeans, TreeSums


def understand_r(model: RValue) -> Understood:
    """Read an object of R; what is not followed is told. Never raises for what it holds."""
    classes = model.classes
    for name in classes:
        reader = _READERS.get(name)
        if reader is not None:
            made = Understood(name, "unknown", _PACKAGES.get(name, "R"))
            try:
                reader(model, made)
            except (LackingError, TreesBrokenError) as error:
                made.predictor = Predictor()
                made.lacks.append(getattr(error, "attribute", "trees"))
            except (ValueError, IndexError, TypeError, KeyError, AttributeError, OverflowError):
                made.predictor = Predictor()
                made.lacks.append(name)
            return made
    made = Understood(classes[0] if classes else "?", "unknown", "R")
    made.lacks.append(made.algorithm)
    return made


def is_model(value: RValue) -> bool:
    """Return whether an object is of a class that is known."""
    return any(name in _READERS for name in value.classes)


def _need(value: RValue | None, name: str) -> RValue:
    if value is None:
        raise LackingError(name)
    return value


# -- linear models


def _linear(model: RValue, made: Understood) -> None:
    told = _need(model.get("coefficients"), "coefficients")
    weights = told.numbers()
    # What depends on the others has no coefficient, and counts for nothing.
    weights = np.where(np.isnan(weights), 0.0, weights)
    names = told.names
    design, features = design_of(model, [name for name in names if name != "(Intercept)"])
    made.names, made.width = features, len(features)
    kept = np.array([name != "(Intercept)" for name in names])
    made.intercept = tuple(weights[~kept].tolist()) or (0.0,)
    made.before = [design]
    made.coefficients = weights[kept][None, :]
    made.used = weights[kept] != 0
    sums = Linear(made.coefficients, np.array(made.intercept))
    family = model.get("family")
    if "glm" not in model.classes or family is None:
        made.kind, made.link = "regressor", "identity"
        made.predictor = Predictor(value=sums)
        return
    name, link = (_need(family.get(part), part).text() for part in ("family", "link"))
    made.link = {"1/mu^2": "?", "mu^2": "?"}.get(link, link)
    if inverse(made.link, np.zeros(1)) is None:
        raise LackingError(link)
    score = Then(sums, lambda margin: _score(made.link, margin))
    if name in {"binomial", "quasibinomial"}:
        made.kind = "classifier"
        made.outcomes = _levels_of_response(model) or (0, 1)
        made.predictor = Predictor(Then(score, both), sums)
    else:
        made.kind = "regressor"
        made.predictor = Predictor(value=score)


def _score(link: str, margin: Floats) -> Floats:
    told = inverse(link, margin)
    return margin if told is None else told


def _levels_of_response(model: RValue) -> tuple[Any, ...]:
    frame = model.get("model")
    if frame is None or not frame.items:
        return ()
    levels = frame.items[0].attributes.get("levels")
    return tuple(levels.texts()) if levels is not None else ()


# -- rpart


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


def _rpart(model: RValue, made: Understood) -> None:
    frame = _need(model.get("frame"), "frame")
    numbers = _row_numbers(_need(frame.attributes.get("row.names"), "row.names"))
    variables = _need(frame.get("var"), "var").texts()
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
    made.before = [_coded(features, levels)]
    if told is not None and set(told.names) <= set(features):
        shares = dict(zip(told.names, told.numbers().tolist(), strict=True))
        total = sum(shares.values()) or 1.0
        made.importances = np.array([shares.get(name, 0.0) / total for name in features])
        made.importance_by = "impurity"
    counts = _need(frame.get("n"), "n").numbers()
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
    method = _need(model.get("method"), "method").text()
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
        table = _need(frame.get("yval2"), "yval2").matrix()
        count = (table.shape[1] - 2) // 2
        table = table[:, 1 + count : 1 + 2 * count]
    else:
        table = _need(frame.get("yval"), "yval").numbers().reshape(-1, 1)
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
    names = _need(splits.attributes.get("dimnames"), "splits").items[0].texts()
    sets = model.get("csplit")
    codes = sets.matrix() if sets is not None and len(sets.numbers()) else np.zeros((0, 0))
    compete = _need(frame.get("ncompete"), "ncompete").numbers().astype(int)
    stand_in = _need(frame.get("nsurrogate"), "nsurrogate").numbers().astype(int)
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


def _coded(features: Sequence[str], levels: RValue | None) -> _Coded:
    known: dict[int, tuple[str, ...]] = {}
    if levels is not None:
        for name, each in zip(levels.names, levels.items, strict=False):
            texts = each.texts()
            if name in features and texts:
                known[features.index(name)] = tuple(texts)
    return _Coded(known)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Coded:
    """Factors by the number of their level, from 1; a level that is not known is missing."""

    levels: dict[int, tuple[str, ...]]

    def __call__(self, block: Block) -> Block:
        made: list[NDArray[Any]] = []
        for place, column in enumerate(block.columns):
            levels = self.levels.get(place)
            if levels is None:
                made.append(as_numbers(column, block.names[place]))
                continue
            known: dict[object, int] = {level: number for number, level in enumerate(levels)}
            codes = codes_of(column, known, -1)
            made.append(np.where(codes < 0, np.nan, codes + 1.0))
        return Block(tuple(made), block.names, block.rows)

    def outputs(self, origins: Origins) -> list[Origin]:
        return [
            Origin(each.label, each.features, place not in self.levels, self.levels.get(place, ()))
            for place, each in enumerate(origins)
        ]


# -- forests


def _random_forest(model: RValue, made: Understood) -> None:
    forest = _need(model.get("forest"), "forest")
    levels = _need(forest.get("xlevels"), "xlevels")
    names = tuple(levels.names)
    told = model.get("importance")
    if not all(names) or not names:
        dims = told.attributes.get("dimnames") if told is not None else None
        names = tuple(dims.items[0].texts()) if dims is not None else ()
    made.names, made.width = names, len(names)
    is_classifier = _need(model.get("type"), "type").text() == "classification"
    made.kind = "classifier" if is_classifier else "regressor"
    made.before = [_coded(names, levels)]
    _forest_importance(told, made)
    counts = _need(forest.get("ncat"), "ncat").numbers().astype(int)
    status = _need(forest.get("nodestatus"), "nodestatus").matrix()
    best = _need(forest.get("bestvar"), "bestvar").matrix().astype(int)
    split = _need(forest.get("xbestsplit"), "xbestsplit").matrix()
    says = _need(forest.get("nodepred"), "nodepred").matrix()
    sizes = _need(forest.get("ndbigtree"), "ndbigtree").numbers().astype(int)
    if is_classifier:
        children = _need(forest.get("treemap"), "treemap").matrix()
        left, right = children[:, 0, :], children[:, 1, :]
        made.outcomes = tuple(_need(model.get("classes"), "classes").texts())
        width = len(made.outcomes)
    else:
        left = _need(forest.get("leftDaughter"), "leftDaughter").matrix()
        right = _need(forest.get("rightDaughter"), "rightDaughter").matrix()
        width = 1
    trees: list[dict[str, Any]] = []
    for place, size in enumerate(sizes.tolist()):
        rows = slice(0, size)
        is_leaf = status[rows, place] == -1
        values = says[rows, place]
        if is_classifier:
            votes = np.zeros((size, width))
            at = np.flatnonzero(is_leaf)
            votes[at, values[at].astype(int) - 1] = 1.0
        else:
            votes = values.reshape(-1, 1)
        feature = np.where(is_leaf, 0, best[rows, place] - 1)
        sets = {
            int(node): _bits(split[node, place], int(counts[feature[node]]))
            for node in np.flatnonzero(~is_leaf & (counts[feature] > 1))
        }
        trees.append(
            {
                "feature": feature,
                "threshold": split[rows, place],
                "left": np.where(is_leaf, -1, left[rows, place] - 1).astype(int),
                "right": np.where(is_leaf, -1, right[rows, place] - 1).astype(int),
                "values": votes,
                "sets": sets,
            }
        )
    grown = joined(trees)
    describe(made, grown)
    means = TreeMeans(grown, is_single=False)
    made.link = "identity"
    if is_classifier:
        made.predictor = Predictor(proba=_whole(means))
    else:
        made.predictor = Predictor(value=Then(_whole(means), lambda scores: scores[:, 0]))


def _whole(scores: Scores) -> Scores:
    """Return scores of rows in which nothing is missing; others have none, as in R."""

    def score(block: Block) -> Floats:
        made = scores(block)
        made[np.isnan(block.matrix()).any(axis=1)] = np.nan
        return made

    return score


def _bits(packed: float, count: int) -> NDArray[np.int8]:
    """Return which levels of a factor go left; level 1 is bit 0, and code 0 is no level."""
    if count > 64:
        raise LackingError("ncat")
    number = int(packed)
    table = [RIGHT, *(LEFT if number >> place & 1 else RIGHT for place in range(count))]
    return np.array(table, np.int8)


def _forest_importance(told: RValue | None, made: Understood) -> None:
    if told is None or not made.names:
        return
    table = told.matrix()
    if table.ndim == 2 and len(table) == len(made.names):
        last = np.maximum(table[:, -1], 0)
        made.importances = last / last.sum() if last.sum() > 0 else last
        made.importance_by = "impurity"


def _ranger(model: RValue, made: Understood) -> None:
    forest = _need(model.get("forest"), "forest")
    names = tuple(_need(forest.get("independent.variable.names"), "names").texts())
    made.names, made.width = names, len(names)
    kind = _need(forest.get("treetype"), "treetype").text()
    told = model.get("variable.importance")
    if told is not None and len(told.numbers()) == len(names):
        size = np.maximum(told.numbers(), 0)
        made.importances = size / size.sum() if size.sum() > 0 else size
        mode = model.get("importance.mode")
        made.importance_by = mode.text() if mode is not None else "impurity"
    is_classifier = kind in {"Classification", "Probability estimation"}
    made.kind = "classifier" if is_classifier else "regressor"
    ordered = _need(forest.get("is.ordered"), "is.ordered").numbers()
    made.before = [_coded(names, _covariate_levels(forest, names))]
    classes: list[int] = []
    if is_classifier:
        classes = _need(forest.get("class.values"), "class.values").numbers().astype(int).tolist()
        levels = forest.get("levels")
        labels = levels.texts() if levels is not None else []
        made.outcomes = tuple(labels or sorted(classes))
    counts = forest.get("terminal.class.counts")
    trees: list[dict[str, Any]] = []
    for place, (children, features, limits) in enumerate(
        zip(
            _need(forest.get("child.nodeIDs"), "child.nodeIDs"),
            _need(forest.get("split.varIDs"), "split.varIDs"),
            _need(forest.get("split.values"), "split.values"),
            strict=True,
        )
    ):
        left, right = (part.numbers().astype(int) for part in children.items[:2])
        is_leaf = (left == 0) & (right == 0)
        limit = limits.numbers()
        feature = np.where(is_leaf, 0, features.numbers().astype(int))
        if len(feature) and feature.max() >= len(names):
            raise TreesBrokenError
        sets = {
            int(node): _partition(limit[node])
            for node in np.flatnonzero(~is_leaf & (ordered[feature] == 0))
        }
        if not is_classifier:
            values = limit.reshape(-1, 1)
        else:
            per_node = counts.items[place] if counts is not None else None
            values = _class_shares(per_node, limit, is_leaf, classes, len(made.outcomes))
        trees.append(
            {
                "feature": feature,
                "threshold": limit,
                "left": np.where(is_leaf, -1, left),
                "right": np.where(is_leaf, -1, right),
                "values": values,
                "sets": sets,
            }
        )
    grown = joined(trees, outside=RIGHT)
    describe(made, grown)
    means = TreeMeans(grown, is_single=False)
    made.link = "identity"
    if is_classifier:
        made.predictor = Predictor(proba=_whole(means))
    elif kind == "Regression":
        made.predictor = Predictor(value=Then(_whole(means), lambda scores: scores[:, 0]))
    else:
        raise LackingError(kind)


def _covariate_levels(forest: RValue, names: Sequence[str]) -> RValue | None:
    told = forest.get("covariate.levels")
    if told is None or len(told.items) != len(names):
        return None
    if not any(told.names):
        told.tags = list(names)
    return told


def _partition(packed: float) -> NDArray[np.int8]:
    number = int(packed)
    bits = max(number.bit_length(), 1)
    if bits >= MAX_SET:
        raise TreesBrokenError
    return np.array(
        [LEFT, *(RIGHT if number >> place & 1 else LEFT for place in range(bits))], np.int8
    )


def _class_shares(
    per_node: RValue | None,
    limit: Floats,
    is_leaf: NDArray[np.bool_],
    classes: list[int],
    width: int,
) -> Floats:
    made = np.zeros((len(limit), width))
    # Levels are counted from 1, in the order of the factor; counts in that of ``class.values``.
    are_levels = max(classes) <= width and min(classes) >= 1
    place = {value: value - 1 if are_levels else sorted(classes).index(value) for value in classes}
    if per_node is not None:
        for node, each in enumerate(per_node.items):
            told = each.numbers()
            for value, share in zip(classes, told.tolist(), strict=False):
                made[node, place[value]] = share
        return made
    for node in np.flatnonzero(is_leaf):
        made[node, place[int(limit[node])]] = 1.0
    return made


# -- boosted trees


def _gbm(model: RValue, made: Understood) -> None:
    names = tuple(_need(model.get("var.names"), "var.names").texts())
    made.names, made.width = names, len(names)
    kinds = _need(model.get("var.type"), "var.type").numbers()
    levels = RValue("list")
    told = _need(model.get("var.levels"), "var.levels")
    for name, each, kind in zip(names, told.items, kinds.tolist(), strict=True):
        if kind > 0:
            levels.items.append(each)
            levels.tags.append(name)
    made.before = [_coded_from_zero(names, levels)]
    told_sets = model.get("c.splits")
    sets = [each.numbers() for each in told_sets] if told_sets is not None else []
    written = _need(model.get("trees"), "trees").items
    trees = [_gbm_tree(tree, kinds, sets) for tree in written]
    grown = joined(trees, is_strict=True)
    describe(made, grown)
    gained = np.zeros(len(names))
    for tree in trees:
        gained += np.bincount(tree["about"], tree["gain"], len(names))
    made.importances = gained / gained.sum() if gained.sum() > 0 else gained
    made.importance_by = "gain"
    made.trees = (len(written), sum(len(tree.items[0].numbers()) for tree in written), grown.depth)
    told_classes = model.get("num.classes")
    classes = int(told_classes.numbers()[0]) if told_classes is not None else 1
    start = np.resize(_need(model.get("initF"), "initF").numbers(), classes)
    sums = TreeSums(grown, np.arange(len(trees)) % classes, start)
    name = _need(
        _need(model.get("distribution"), "distribution").get("name"), "distribution"
    ).text()
    _finish_gbm(made, sums, name, model)


def _finish_gbm(made: Understood, sums: Scores, name: str, model: RValue) -> None:
    if name == "bernoulli":
        made.kind, made.link, made.outcomes = "classifier", "logit", (0, 1)
        made.predictor = Predictor(Then(sums, lambda told: both(logistic(told))), sums)
    elif name == "adaboost":
        made.kind, made.link, made.outcomes = "classifier", "logit", (0, 1)
        made.predictor = Predictor(Then(sums, lambda told: both(logistic(2 * told))), sums)
    elif name == "multinomial":
        made.kind, made.link = "classifier", "softmax"
        made.outcomes = tuple(_need(model.get("classes"), "classes").texts())
        made.predictor = Predictor(Then(sums, softmax), sums)
    elif name == "poisson":
        made.kind, made.link = "regressor", "log"
        made.predictor = Predictor(value=Then(sums, np.exp))
    elif name in {"gaussian", "laplace", "tdist", "quantile", "huberized"}:
        made.kind, made.link = "regressor", "identity"
        made.predictor = Predictor(value=sums)
    else:
        made.kind, made.link = "ranker", "identity"
        made.predictor = Predictor(margin=sums)


def _gbm_tree(tree: RValue, kinds: Floats, sets: list[Floats]) -> dict[str, Any]:
    """Return a tree in which missing values go a third way, as a node ahead of each question."""
    about, code, left, right, missing, gain, _, _ = (part.numbers() for part in tree.items[:8])
    is_leaf = about < 0
    count = len(about)
    feature = np.where(is_leaf, 0, about).astype(int)
    if count and feature.max() >= len(kinds):
        raise TreesBrokenError
    # Nodes first: they ask whether the value is missing. Behind them the questions themselves.
    own = np.arange(count)
    threshold = np.where(is_leaf, 0.0, code)
    made_sets: dict[int, NDArray[np.int8]] = {}
    for node in np.flatnonzero(~is_leaf & (kinds[feature] > 0)):
        told = sets[int(code[node])]
        made_sets[count + int(node)] = np.where(told == -1, LEFT, RIGHT).astype(np.int8)
        threshold[node] = 0.0
    return {
        "feature": np.concatenate([feature, feature]),
        "threshold": np.concatenate([np.full(count, -np.inf), threshold]),
        "left": np.concatenate(
            [np.where(is_leaf, -1, missing), np.where(is_leaf, -1, left)]
        ).astype(int),
        "right": np.concatenate(
            [np.where(is_leaf, -1, own + count), np.where(is_leaf, -1, right)]
        ).astype(int),
        "values": np.concatenate([np.where(is_leaf, code, 0.0), np.zeros(count)]).reshape(-1, 1),
        "missing_left": np.concatenate([~is_leaf, np.zeros(count, bool)]),
        "sets": made_sets,
        "about": feature[~is_leaf],
        "gain": np.maximum(gain[~is_leaf], 0),
    }


def _coded_from_zero(features: Sequence[str], levels: RValue) -> _ZeroCoded:
    """Return a preparation that gives factors the number of their level, from 0."""
    return _ZeroCoded(_coded(features, levels))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _ZeroCoded:
    """As :class:`_Coded`, with levels from 0."""

    inner: _Coded

    def __call__(self, block: Block) -> Block:
        made = self.inner(block)
        columns = tuple(
            column - 1 if place in self.inner.levels else column
            for place, column in enumerate(made.columns)
        )
        return Block(columns, made.names, made.rows)

    def outputs(self, origins: Origins) -> list[Origin]:
        return self.inner.outputs(origins)


# -- wrappers


def _caret(model: RValue, made: Understood) -> None:
    final = _need(model.get("finalModel"), "finalModel")
    inner = understand_r(final)
    made.parts = [inner]
    made.kind, made.link, made.trees = inner.kind, inner.link, inner.trees
    levels = model.get("levels")
    made.outcomes = (
        tuple(levels.texts()) if levels is not None and levels.texts() else inner.outcomes
    )
    if len(made.outcomes) != len(inner.outcomes):
        made.outcomes = inner.outcomes
    made.names, made.width = inner.names, inner.width
    preparation = model.get("preProcess")
    if preparation is not None and preparation.kind == "list":
        raise LackingError("preProcess")
    if inner.lacks:
        return
    taken = inner.input_names()
    before = list(inner.before)
    if model.get("terms") is not None:
        design, features = design_of(model, [_unquoted(name) for name in taken])
        made.names, made.width = features, len(features)
        before = [design, _Renamed(taken), *before]
    made.before, made.predictor = before, inner.predictor
    made.coefficients, made.importances = inner.coefficients, inner.importances
    made.importance_by, made.used = inner.importance_by, inner.used
    made.intercept = inner.intercept


def _unquoted(name: str) -> str:
    return name.strip("`")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Renamed:
    """Columns under the names that the next step knows them by."""

    names: tuple[str, ...]

    def __call__(self, block: Block) -> Block:
        return Block(block.columns, self.names, block.rows)

    def outputs(self, origins: Origins) -> list[Origin]:
        # A formula of the next step finds its columns by their labels.
        return [
            Origin(name, each.features, each.is_plain, each.categories)
            for name, each in zip(self.names, origins, strict=True)
        ]


def _xgboost(model: RValue, made: Understood) -> None:
    raw = model.get("raw")
    if raw is None or raw.kind != "raw":
        raise LackingError("raw")
    try:
        inner = learner(document_of(raw.data))
    except NoModelError:
        raise LackingError("raw") from None
    names = model.get("feature_names") or model.get("xNames")
    made.kind, made.outcomes, made.predictor = inner.kind, inner.outcomes, inner.predictor
    made.names, made.width, made.before = inner.names, inner.width, inner.before
    made.importances, made.importance_by = inner.importances, inner.importance_by
    made.used, made.link, made.trees, made.lacks = inner.used, inner.link, inner.trees, inner.lacks
    if made.names is None and names is not None and len(names.texts()) == made.width:
        made.names = tuple(names.texts())


_READERS: Final[dict[str, Callable[[RValue, Understood], None]]] = {
    "train": _caret, "glm": _linear, "lm": _linear, "rpart": _rpart,
    "randomForest": _random_forest, "gbm": _gbm, "ranger": _ranger, "xgb.Booster": _xgboost,
}  # fmt: skip
_PACKAGES: Final = {
    "train": "caret", "rpart": "rpart", "randomForest": "randomForest", "gbm": "gbm",
    "ranger": "ranger", "xgb.Booster": "xgboost",
}  # fmt: skip
