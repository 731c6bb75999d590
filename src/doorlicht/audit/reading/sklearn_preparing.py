"""What scikit-learn does with columns before a model.

Source: ``sklearn.preprocessing``, ``impute``, ``feature_selection`` and ``decomposition``,
versions 0.19 to 1.9.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.pickles.arrays import array_of, scalar_of
from doorlicht.audit.pickles.nodes import Call, Global, Node, is_tuple
from doorlicht.audit.reading.sklearn_linear import begin
from doorlicht.audit.reading.things import (
    LackingError,
    Thing,
    Understood,
    nodes_of,
    values_of,
    within,
)
from doorlicht.audit.scoring.blocks import Floats
from doorlicht.audit.scoring.preparing import (
    Binned,
    Chosen,
    Each,
    Fill,
    Mixed,
    Numbered,
    OneHot,
    Preparation,
    Products,
    Same,
    Scale,
    Steps,
)
from doorlicht.audit.scoring.quantiles import Ranked

MAX_DEGREE: Final = 100
"""Of products of columns; beyond a handful nobody fits a model."""


def preparation(thing: Thing) -> Understood:
    """Read a preparation; one that is not known has none, and says so."""
    made = begin(thing, "preparation")
    try:
        made.preparation = PREPARATIONS[thing.name](thing)
        if isinstance(made.preparation, OneHot | Numbered):
            made.knows_none = any(None in known for known in made.preparation.known)
    except LackingError as error:
        made.lacks.append(error.attribute)
    return made


def _standard(thing: Thing) -> Preparation:
    return Scale(minus=thing.maybe("mean_"), divided=thing.maybe("scale_", "std_"))


def _min_max(thing: Thing) -> Preparation:
    low: float | None = None
    high: float | None = None
    if thing.scalar("clip") is True:
        edges = thing.floats("feature_range")
        low, high = float(edges[0]), float(edges[1])
    return Scale(times=thing.floats("scale_"), plus=thing.floats("min_"), low=low, high=high)


def _max_abs(thing: Thing) -> Preparation:
    return Scale(divided=thing.floats("scale_"))


def _robust(thing: Thing) -> Preparation:
    return Scale(minus=thing.maybe("center_"), divided=thing.maybe("scale_"))


def _quantiles(thing: Thing) -> Preparation:
    quantiles, references = thing.floats("quantiles_"), thing.floats("references_")
    if quantiles.ndim != 2 or len(quantiles) != len(references) or not len(references):
        raise LackingError("quantiles_")
    return Ranked(quantiles, references, thing.text("output_distribution") == "normal")


def _missing_marker(thing: Thing) -> Any:
    """Return what stands for missing; ``None`` where that is what is not a number."""
    value = thing.scalar("missing_values")
    if value is None or value == "NaN" or value != value:
        return None
    return value


def _fill(thing: Thing) -> Preparation:
    values = values_of(thing.get("statistics_"))
    if values is None:
        raise LackingError("statistics_")
    told: tuple[int, ...] = ()
    if isinstance(thing.get("indicator_"), Call):
        told = tuple(int(each) for each in thing.thing("indicator_").floats("features_"))
    return Fill(
        tuple(values),
        _missing_marker(thing),
        told,
        thing.scalar("keep_empty_features") is True,
        (thing.text("strategy") or "mean") in {"mean", "median"},
    )


def _missing_indicator(thing: Thing) -> Preparation:
    told = tuple(int(each) for each in thing.floats("features_"))
    width = thing.scalar("_n_features", "n_features_in_")
    if not isinstance(width, int):
        raise LackingError("n_features_in_")
    return Fill((None,) * within(width), _missing_marker(thing), told, is_numeric=True)


Known = tuple[tuple[dict[object, int], ...], tuple[int, ...]]


def _known(thing: Thing) -> Known:
    """Return the categories of each column with their numbers, and that of missing (or -1)."""
    lists = [values_of(each) for each in thing.listed("categories_")]
    known: list[dict[object, int]] = []
    missing: list[int] = []
    for values in lists:
        if values is None:
            raise LackingError("categories_")
        numbers: dict[object, int] = {}
        gone = -1
        for number, value in enumerate(values):
            if value is None:
                numbers[None] = number
            elif value != value:
                gone = number
            else:
                numbers[value] = number
        known.append(numbers)
        missing.append(gone)
    return tuple(known), tuple(missing)


def _groups(thing: Thing, known: Known) -> list[NDArray[np.int64]]:
    """Return for each category the number of its group: rare ones are taken together."""
    sizes = [len(numbers) + (gone >= 0) for numbers, gone in zip(*known, strict=True)]
    made = [np.arange(size) for size in sizes]
    told = nodes_of(thing.get("_default_to_infrequent_mappings"))
    if thing.scalar("_infrequent_enabled") is True and told is not None:
        for place, node in enumerate(told):
            found = array_of(node)
            if found is not None and len(found) == sizes[place]:
                made[place] = found.astype(np.int64)
    return made


def _one_hot(thing: Thing) -> Preparation:
    if "categories_" not in thing:
        # Before 0.20: codes only, with their ranges.
        raise LackingError("categories_")
    known = _known(thing)
    groups = _groups(thing, known)
    rule = thing.text("handle_unknown") or "error"
    enabled = thing.scalar("_infrequent_enabled") is True
    dropped = nodes_of(thing.get("_drop_idx_after_grouping", "drop_idx_"))
    rare = nodes_of(thing.get("_infrequent_indices")) if enabled else None
    widths: list[int] = []
    unknown: list[int | None] = []
    for place, group in enumerate(groups):
        width = int(group.max()) + 1 if len(group) else 0
        other: int | None = None if rule == "error" else -1
        if rule in {"infrequent_if_exist", "warn"} and rare is not None and rare[place] is not None:
            other = width - 1
        drop = scalar_of(dropped[place]) if dropped is not None else None
        if isinstance(drop, int | float) and 0 <= int(drop) < width:
            gone = int(drop)
            groups[place] = np.where(group == gone, -1, group - (group > gone))
            width -= 1
            if other is not None and other >= 0:
                other = -1 if other == gone else other - (other > gone)
        widths.append(width)
        unknown.append(other)
    return OneHot(*known, tuple(groups), tuple(widths), tuple(unknown))


def _ordinal(thing: Thing) -> Preparation:
    known = _known(thing)
    groups = _groups(thing, known)
    rule = thing.text("handle_unknown") or "error"
    other: float | None = None
    if rule == "use_encoded_value":
        value = thing.scalar("unknown_value")
        other = float(value) if isinstance(value, int | float) else np.nan
    missing = thing.scalar("encoded_missing_value")
    if_missing: float | None = None
    if any(place >= 0 for place in known[1]):
        if_missing = float(missing) if isinstance(missing, int | float) else np.nan
    numbers = tuple(group.astype(np.float64) for group in groups)
    return Numbered(*known, numbers, (other,) * len(groups), if_missing)


def _target(thing: Thing) -> Preparation:
    known = _known(thing)
    mean = thing.number("target_mean_")
    told: list[Floats] = []
    for node in thing.listed("encodings_"):
        found = array_of(node)
        if found is None or found.dtype.kind not in "biuf":
            raise LackingError("encodings_")
        told.append(found.astype(np.float64))
    if len(told) != len(known[0]):
        # One for each outcome.
        raise LackingError("encodings_")
    return Numbered(*known, tuple(told), (mean,) * len(told))


def _label(thing: Thing) -> Preparation:
    values = values_of(thing.get("classes_"))
    if not values:
        raise LackingError("classes_")
    numbers = {value: number for number, value in enumerate(values)}
    count = len(values)
    if thing.name == "LabelEncoder":
        return Numbered((numbers,), (-1,), (np.arange(count, dtype=np.float64),), (None,))
    if count <= 2:
        # Two categories become one column, which is that of the second.
        return Numbered((numbers,), (-1,), (np.arange(count, dtype=np.float64),), (0.0,))
    return OneHot((numbers,), (-1,), (np.arange(count),), (count,), (-1,))


_FUNCTIONS: Final[dict[str, Callable[[Floats], Floats]]] = {
    "log": np.log, "log1p": np.log1p, "log2": np.log2, "log10": np.log10, "sqrt": np.sqrt,
    "exp": np.exp, "expm1": np.expm1, "abs": np.abs, "absolute": np.absolute,
    "square": np.square, "cbrt": np.cbrt, "sin": np.sin, "cos": np.cos, "sign": np.sign,
    "nan_to_num": np.nan_to_num, "negative": np.negative, "reciprocal": np.reciprocal,
    "floor": np.floor, "ceil": np.ceil,
}  # fmt: skip

_UNCHANGED: Final = frozenset({"check_array", "identity", "_identity"})


def inverse_of(thing: Thing) -> Callable[[Floats], Floats]:
    """Return what turns prepared numbers of one column back into what they were.

    Raises
    ------
    LackingError
        If that is not known of this preparation.
    """
    if thing.name == "FunctionTransformer":
        back = _named_function(thing.get("inverse_func"))
        if isinstance(back, Each):
            return back.function
        return lambda told: told
    if thing.name in {"StandardScaler", "RobustScaler"}:
        plus, times = thing.maybe("mean_", "center_"), thing.maybe("scale_")
        return lambda told: (
            told * (1.0 if times is None else times) + (0.0 if plus is None else plus)
        )
    if thing.name == "MinMaxScaler":
        scale, least = thing.floats("scale_"), thing.floats("min_")
        return lambda told: (told - least) / scale
    raise LackingError(thing.name)


def _function(thing: Thing) -> Preparation:
    return _named_function(thing.get("func"))


def _named_function(node: Node) -> Preparation:
    if node is None:
        return Same()
    if (
        isinstance(node, Call)
        and isinstance(node.function, Global)
        and node.function.name == "partial"
    ):
        # The function of a partial is in its state.
        state = node.state
        node = state[0] if is_tuple(state) and state else (node.args[0] if node.args else None)
    if isinstance(node, Call) and isinstance(node.function, Global) and node.args:
        # A function of numpy is written as a call that looks it up by its name.
        name = scalar_of(node.args[0]) if is_tuple(node.args) else None
        if node.function.name == "_ufunc_reconstruct" and is_tuple(node.args):
            name = scalar_of(node.args[-1])
        node = Global("numpy", name) if isinstance(name, str) else node
    if isinstance(node, Global):
        root = node.module.partition(".")[0]
        if root == "sklearn" and node.name in _UNCHANGED:
            return Same()
        if root == "numpy" and node.name in _FUNCTIONS:
            return Each(_FUNCTIONS[node.name], node.name)
        raise LackingError(node.dotted)
    raise LackingError("func")


def _power(thing: Thing) -> Preparation:
    lambdas = thing.floats("lambdas_")
    is_johnson = (thing.text("method") or "yeo-johnson") == "yeo-johnson"
    scaler = thing.get("_scaler")
    scale = _standard(Thing(scaler)) if isinstance(scaler, Call) else None

    def apply(matrix: Floats) -> Floats:
        columns = [
            _johnson(matrix[:, place], power) if is_johnson else _box(matrix[:, place], power)
            for place, power in enumerate(lambdas)
        ]
        return np.stack(columns, axis=1)

    first = Each(apply, thing.text("method") or "power")
    if scale is None or thing.scalar("standardize") is False:
        return first
    return Steps((first, scale))


def _johnson(values: Floats, power: float) -> Floats:
    made = np.full_like(values, np.nan)
    up = values >= 0
    down = values < 0
    close = float(np.spacing(1.0))
    if abs(power) < close:
        made[up] = np.log1p(values[up])
    else:
        made[up] = (np.power(values[up] + 1, power) - 1) / power
    if abs(power - 2) > close:
        made[down] = -(np.power(-values[down] + 1, 2 - power) - 1) / (2 - power)
    else:
        made[down] = -np.log1p(-values[down])
    return made


def _box(values: Floats, power: float) -> Floats:
    return np.log(values) if power == 0 else np.expm1(power * np.log(values)) / power


def _binarize(thing: Thing) -> Preparation:
    edge = thing.number("threshold")
    return Each(lambda matrix: (matrix > edge).astype(np.float64), f"> {edge:g}")


def _normalize(thing: Thing) -> Preparation:
    norm = thing.text("norm") or "l2"

    def apply(matrix: Floats) -> Floats:
        if norm == "l1":
            size = np.abs(matrix).sum(axis=1)
        elif norm == "max":
            size = np.abs(matrix).max(axis=1)
        else:
            size = np.sqrt((matrix**2).sum(axis=1))
        return matrix / np.where(size == 0, 1, size)[:, None]

    return Each(apply, norm)


def _polynomial(thing: Thing) -> Preparation:
    width = thing.scalar("n_features_in_", "n_input_features_", "_n_features")
    if not isinstance(width, int):
        raise LackingError("n_features_in_")
    degree = thing.get("degree")
    low, high = 0, 0
    if is_tuple(degree) and len(degree) == 2:
        low, high = int(scalar_of(degree[0])), int(scalar_of(degree[1]))
    else:
        high = int(thing.number("degree"))
    # With as many as there can be of each number of columns, without making them.
    degrees = range(max(low, 1), within(high, MAX_DEGREE) + 1)
    within(sum(math.comb(within(width) + each - 1, each) for each in degrees))
    return Products.up_to(
        width, low, high,
        is_interaction=thing.scalar("interaction_only") is True,
        has_one=thing.scalar("include_bias") is not False,
    )  # fmt: skip


def _bins(thing: Thing) -> Preparation:
    edges = [array_of(node) for node in thing.listed("bin_edges_")]
    how = thing.text("encode") or "onehot"
    if any(each is None for each in edges):
        raise LackingError("bin_edges_")
    return Binned(tuple(each for each in edges if each is not None), how.startswith("onehot"))


def _selection(thing: Thing) -> Preparation:
    if "support_" in thing:
        return _kept(thing.array("support_").astype(bool))
    if thing.name == "VarianceThreshold":
        return _kept(thing.floats("variances_") > thing.number("threshold"))
    if thing.name == "SelectKBest":
        scores = _without_gaps(thing.floats("scores_"))
        if thing.text("k") == "all":
            return _kept(np.ones(len(scores), bool))
        mask = np.zeros(len(scores), bool)
        count = int(thing.number("k"))
        if count:
            mask[np.argsort(scores, kind="mergesort")[-count:]] = True
        return _kept(mask)
    if thing.name == "SelectPercentile":
        scores, percentile = _without_gaps(thing.floats("scores_")), thing.number("percentile")
        edge = np.percentile(scores, 100 - percentile)
        mask = scores > edge
        ties = np.flatnonzero(scores == edge)
        spare = int(len(scores) * percentile / 100) - int(mask.sum())
        mask[ties[: max(spare, 0)]] = True
        return _kept(np.ones(len(scores), bool) if percentile == 100 else mask)
    raise LackingError("support_")


def _without_gaps(scores: Floats) -> Floats:
    return np.where(np.isnan(scores), np.finfo(np.float64).min, scores)


def _kept(mask: NDArray[np.bool_]) -> Preparation:
    return Chosen(tuple(int(place) for place in np.flatnonzero(mask)))


def _components(thing: Thing) -> Preparation:
    divided = None
    if thing.scalar("whiten") is True:
        divided = np.sqrt(thing.floats("explained_variance_"))
    return Mixed(thing.floats("components_"), thing.maybe("mean_"), divided)


def _not_followed(thing: Thing) -> Preparation:
    raise LackingError(thing.name)


PREPARATIONS: Final[dict[str, Callable[[Thing], Preparation]]] = {
    "StandardScaler": _standard, "MinMaxScaler": _min_max, "MaxAbsScaler": _max_abs,
    "RobustScaler": _robust, "SimpleImputer": _fill, "Imputer": _fill,
    "MissingIndicator": _missing_indicator, "OneHotEncoder": _one_hot,
    "OrdinalEncoder": _ordinal, "TargetEncoder": _target, "LabelEncoder": _label,
    "LabelBinarizer": _label, "FunctionTransformer": _function, "PowerTransformer": _power,
    "Binarizer": _binarize, "Normalizer": _normalize, "PolynomialFeatures": _polynomial,
    "KBinsDiscretizer": _bins, "VarianceThreshold": _selection, "SelectKBest": _selection,
    "SelectPercentile": _selection, "RFE": _selection, "RFECV": _selection, "PCA": _components,
    "TruncatedSVD": _components,
    "SequentialFeatureSelector": _selection, "QuantileTransformer": _quantiles,
    "IterativeImputer": _not_followed, "KNNImputer": _not_followed,
    "SplineTransformer": _not_followed, "FeatureHasher": _not_followed,
    "DictVectorizer": _not_followed, "KernelPCA": _not_followed,
    "MultiLabelBinarizer": _not_followed,
}  # fmt: skip
