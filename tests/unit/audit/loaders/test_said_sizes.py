"""Numbers that a model file says without showing what is counted, and trees in circles."""

import json
import pickle
import warnings

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

from doorlicht.audit import open_model
from doorlicht.audit.reading.things import MAX_COLUMNS

lightgbm = pytest.importorskip("lightgbm")
xgboost = pytest.importorskip("xgboost")
onnx = pytest.importorskip("onnx")

TOO_MANY = MAX_COLUMNS + 1
"""Not so many that a reader which makes room for them takes the machine down."""


@pytest.fixture(scope="module")
def rows():
    random = np.random.default_rng(3)
    return random.random((60, 2)), random.integers(0, 2, 60)


@pytest.fixture(scope="module")
def booster(rows):
    model = xgboost.XGBClassifier(n_estimators=2, max_depth=2).fit(*rows)
    return json.loads(bytes(model.get_booster().save_raw("json")))


@pytest.fixture(scope="module")
def text(rows):
    settings = {"objective": "binary", "min_data_in_leaf": 5, "verbose": -1}
    return lightgbm.train(settings, lightgbm.Dataset(*rows), 2).model_to_string()


def is_understood(content, name):
    made = open_model(content, name)
    assert made.scoring is not None or made.blind_spots
    return made.scoring is not None


@pytest.mark.parametrize("key", ["num_feature", "num_class", "num_target"])
def test_sizes_of_xgboost(booster, key):
    assert is_understood(json.dumps(booster).encode(), "m.json")
    shape = booster["learner"]["learner_model_param"]
    changed = {**booster, "learner": {**booster["learner"], "learner_model_param": {
        **shape, key: str(TOO_MANY)}}}  # fmt: skip
    assert not is_understood(json.dumps(changed).encode(), "m.json")


@pytest.mark.parametrize("line", ["max_feature_idx=1", "num_tree_per_iteration=1"])
def test_sizes_of_lightgbm(text, line):
    assert is_understood(text.encode(), "m.txt")
    assert line in text
    changed = text.replace(line, f"{line.partition('=')[0]}={TOO_MANY}")
    assert not is_understood(changed.encode(), "m.txt")


def test_columns_of_scikit_learn(rows):
    model = LogisticRegression().fit(*rows)
    model.n_features_in_ = TOO_MANY
    assert not is_understood(pickle.dumps(model), "m.pkl")


@pytest.mark.parametrize("degree", [5_000, 10**9])
def test_products_are_counted_before_they_are_made(rows, degree):
    model = make_pipeline(PolynomialFeatures(2), LogisticRegression()).fit(*rows)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = open_model(pickle.dumps(model), "m.pkl")
    assert made.scoring is not None
    model[0].degree = degree
    assert not is_understood(pickle.dumps(model), "m.pkl")


def test_columns_of_onnx():
    def told(name, width):
        return onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [None, width])

    def graph(width):
        nodes = [onnx.helper.make_node("Add", ["x", "x"], ["y"])]
        inputs = [told("x", 1), told("z", width)]
        made = onnx.helper.make_graph(nodes, "g", inputs, [told("y", 1)])
        return onnx.helper.make_model(made).SerializeToString()

    assert len(open_model(graph(3), "m.onnx").feature_names) == 4
    assert not is_understood(graph(TOO_MANY), "m.onnx")


@pytest.mark.parametrize("side", ["left_children", "right_children"])
def test_a_tree_that_leads_to_itself_is_broken(booster, side):
    changed = json.loads(json.dumps(booster))
    changed["learner"]["gradient_booster"]["model"]["trees"][0][side][0] = 0
    assert not is_understood(json.dumps(changed).encode(), "m.json")
