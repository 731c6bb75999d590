"""Models of CatBoost in JSON.

Source: the description of the JSON export in the documentation of CatBoost.
"""

from __future__ import annotations

from typing import Any, Final, cast

import numpy as np

from doorlicht.audit.reading.catboost_trees import (
    Document,
    Parts,
    Split,
    name_features,
    nodes_of_tree,
    only,
    symmetric,
)
from doorlicht.audit.reading.things import LackingError
from doorlicht.audit.scoring.forest import LEFT, RIGHT, TreesBrokenError

MAX_NODES: Final = 20_000_000


def read_document(document: Document, parts: Parts) -> None:
    """Read a model from JSON into its parts."""
    told = cast("Document", document["features_info"])
    parts.about = cast("Document", document.get("model_info", {}))
    floats = cast("list[Document]", told.get("float_features") or [])
    categories = cast("list[Document]", told.get("categorical_features") or [])
    names: dict[int, str] = {}
    for each in [*floats, *categories]:
        names[int(each["flat_feature_index"])] = str(
            each.get("feature_name") or each.get("feature_id") or each["flat_feature_index"]
        )
    name_features(parts, names)
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
            parts.trees.append(symmetric(splits, np.array(tree["leaf_values"], np.float64), parts))
        return
    for tree in cast("list[Document]", document["trees"]):
        parts.trees.append(_nested(tree, split_of, parts))


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
        place: only(split.category)
        for place, split in enumerate(splits)
        if split is not None and split.category is not None
    }
    return nodes_of_tree(
        np.array([split.feature if split else 0 for split in splits]),
        np.array([split.border if split else 0.0 for split in splits]),
        np.array([each[1] for each in nodes]),
        np.array([each[2] for each in nodes]),
        values, sets, parts,
    )  # fmt: skip
