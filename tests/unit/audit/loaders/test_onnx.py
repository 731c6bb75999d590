"""Graphs of ONNX give the scores of the reference evaluator of ONNX itself."""

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator
from tests.unit.audit.loaders.made_data import ROWS, mixed

from doorlicht.audit.opening import open_model, score
from doorlicht.audit.reading.protobuf import Message, ProtobufError

pytestmark = pytest.mark.filterwarnings("ignore")

M = mixed()
ML = "ai.onnx.ml"
SINGLE = 2e-6


def graph(nodes, inputs, outputs, constants=()):
    made = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info(name, kind, [None, width]) for name, kind, width in inputs],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
        [numpy_helper.from_array(value, name) for name, value in constants],
    )
    opsets = [helper.make_opsetid("", 15), helper.make_opsetid(ML, 3)]
    return helper.make_model(made, opset_imports=opsets, ir_version=8, producer_name="test")


def trees(modes=("BRANCH_LEQ", "BRANCH_LEQ"), **more):
    """Two trees over three columns: a root, a node at its left, and leaves."""
    told = {
        "nodes_treeids": [0] * 5 + [1] * 3,
        "nodes_nodeids": [0, 1, 2, 3, 4, 0, 1, 2],
        "nodes_featureids": [0, 2, 0, 0, 0, 1, 0, 0],
        "nodes_modes": [modes[0], modes[1], "LEAF", "LEAF", "LEAF", modes[0], "LEAF", "LEAF"],
        "nodes_values": [40.0, 1.0, 0.0, 0.0, 0.0, 30.0, 0.0, 0.0],
        "nodes_truenodeids": [1, 2, 0, 0, 0, 1, 0, 0],
        "nodes_falsenodeids": [4, 3, 0, 0, 0, 2, 0, 0],
        "nodes_missing_value_tracks_true": [1, 0, 0, 0, 0, 0, 0, 0],
        "nodes_hitrates": [1.0] * 8,
        "post_transform": "NONE",
    }
    return told | more


def classifier(modes, **more):
    return helper.make_node(
        "TreeEnsembleClassifier",
        ["X"],
        ["label", "scores"],
        domain=ML,
        **trees(modes),
        class_treeids=[0, 0, 0, 1, 1],
        class_nodeids=[2, 3, 4, 1, 2],
        class_ids=[0, 0, 0, 0, 0],
        class_weights=[0.1, 0.2, 0.4, 0.3, 0.05],
        classlabels_int64s=[0, 1],
        **more,
    )


def numbers():
    table = M[["age", "income", "children"]].to_numpy(dtype=np.float32, copy=True)
    table[::9, 0] = np.nan
    return table


def check(model, given, columns, within=SINGLE):
    told = ReferenceEvaluator(model).run(None, given)[-1]
    artefact = open_model(model.SerializeToString())
    assert artefact.format == "onnx"
    found = score(artefact, columns)
    told = told[:, 1] if told.ndim == 2 and told.shape[1] == 2 else told.reshape(found.shape)
    assert np.abs(found - told).max() < within
    return artefact


def plain(table):
    return {f"x{place}": table[:, place] for place in range(table.shape[1])}


WIDE = [("X", TensorProto.FLOAT, 3)]


@pytest.mark.parametrize(
    "modes",
    [
        ("BRANCH_LEQ", "BRANCH_LEQ"),
        ("BRANCH_LT", "BRANCH_LEQ"),
        ("BRANCH_GT", "BRANCH_GTE"),
        ("BRANCH_GTE", "BRANCH_EQ"),
        ("BRANCH_LEQ", "BRANCH_NEQ"),
    ],
    ids="-".join,
)
@pytest.mark.parametrize("finish", ["NONE", "LOGISTIC", "SOFTMAX"])
def test_trees_ask_as_their_modes_say(modes, finish):
    node = classifier(modes)
    next(each for each in node.attribute if each.name == "post_transform").s = finish.encode()
    model = graph([node], WIDE, ["label", "scores"])
    artefact = check(model, {"X": numbers()}, plain(numbers()))
    assert artefact.trees.trees == 2
    assert [each.is_used for each in artefact.features] == [True, True, True]
    assert artefact.target_classes == ("0", "1")


def test_a_classifier_of_three_adds_up_for_each():
    node = helper.make_node(
        "TreeEnsembleClassifier",
        ["X"],
        ["label", "scores"],
        domain=ML,
        **trees(),
        class_treeids=[0, 0, 0, 0, 1, 1],
        class_nodeids=[2, 2, 3, 4, 1, 2],
        class_ids=[0, 1, 1, 2, 2, 0],
        class_weights=[0.1, 0.7, 0.2, 0.4, 0.3, 0.05],
        classlabels_strings=["a", "b", "c"],
        base_values=[0.1, 0.2, 0.3],
    )
    check(graph([node], WIDE, ["label", "scores"]), {"X": numbers()}, plain(numbers()))


@pytest.mark.parametrize("how", ["SUM", "AVERAGE"])
def test_regressions_of_trees_add_up_or_average(how):
    node = helper.make_node(
        "TreeEnsembleRegressor",
        ["X"],
        ["Y"],
        domain=ML,
        **trees(),
        target_treeids=[0, 0, 0, 1, 1],
        target_nodeids=[2, 3, 4, 1, 2],
        target_ids=[0] * 5,
        target_weights=[0.1, 0.2, 0.4, 0.3, 0.05],
        n_targets=1,
        aggregate_function=how,
        base_values=[0.5],
    )
    artefact = check(graph([node], WIDE, ["Y"]), {"X": numbers()}, plain(numbers()))
    assert artefact.kind == "regressor"


def test_a_pipeline_of_columns_is_followed_into_its_terms():
    nodes = [
        helper.make_node(
            "OneHotEncoder", ["land"], ["hot"], domain=ML, cats_strings=["TR", "NL"], zeros=1
        ),
        helper.make_node("Reshape", ["hot", "shape"], ["flat"]),
        helper.make_node("Scaler", ["age"], ["scaled"], domain=ML, offset=[50.0], scale=[0.1]),
        helper.make_node(
            "Imputer", ["debt"], ["filled"], domain=ML, imputed_value_floats=[1.0],
            replaced_value_float=float("nan"),
        ),
        helper.make_node("Concat", ["flat", "scaled", "filled"], ["all"], axis=1),
        helper.make_node(
            "LinearClassifier", ["all"], ["label", "raw"], domain=ML,
            coefficients=[0.5, -0.5, 0.2, 0.1], intercepts=[-0.3], classlabels_ints=[0, 1],
            post_transform="LOGISTIC",
        ),
    ]  # fmt: skip
    inputs = [
        ("land", TensorProto.STRING, 1),
        ("age", TensorProto.FLOAT, 1),
        ("debt", TensorProto.FLOAT, 1),
    ]
    model = graph(nodes, inputs, ["label", "raw"], [("shape", np.array([-1, 2], np.int64))])
    debt = M.debt.to_numpy(np.float32, copy=True)
    debt[::5] = np.nan
    land, age = M.land.to_numpy(dtype=object), M.age.to_numpy(np.float32)
    given = {
        name: value.reshape(-1, 1)
        for name, value in zip(("land", "age", "debt"), (land, age, debt), strict=True)
    }
    artefact = check(model, given, {"land": land, "age": age, "debt": debt})
    assert artefact.are_named
    assert {(term.label, term.features) for term in artefact.terms} == {
        ("land=TR", ("land",)),
        ("land=NL", ("land",)),
        ("age", ("age",)),
        ("debt", ("debt",)),
    }
    assert {term.label: term.weight for term in artefact.terms}["land=TR"] == 0.5


def test_a_network_of_plain_operations_is_computed():
    random = np.random.default_rng(5)
    constants = [
        ("w", random.normal(size=(3, 4)).astype(np.float32)),
        ("b", random.normal(size=4).astype(np.float32)),
        ("v", random.normal(size=(4, 1)).astype(np.float32)),
    ]
    nodes = [
        helper.make_node("Gemm", ["X", "w", "b"], ["h"]),
        helper.make_node("Relu", ["h"], ["r"]),
        helper.make_node("MatMul", ["r", "v"], ["s"]),
        helper.make_node("Sigmoid", ["s"], ["Y"]),
    ]
    table = np.nan_to_num(numbers()) / 50
    check(graph(nodes, WIDE, ["Y"], constants), {"X": table}, plain(table))


def test_an_operation_that_is_not_known_is_told():
    model = graph([helper.make_node("Hardmax", ["X"], ["Y"])], WIDE, ["Y"])
    artefact = open_model(model.SerializeToString())
    assert artefact.scoring is None
    assert "Hardmax" in artefact.blind_spots[0].details["parts"]


@pytest.mark.parametrize("cut", [0.2, 0.6, 0.95])
def test_a_model_that_is_cut_off_is_told(cut):
    content = graph(
        [classifier(("BRANCH_LEQ",) * 2)], WIDE, ["label", "scores"]
    ).SerializeToString()
    artefact = open_model(content[: int(len(content) * cut)], "model.onnx")
    assert artefact.scoring is None
    assert artefact.blind_spots


def test_numbers_are_read_packed_and_one_by_one():
    rows = [*range(-3, ROWS), 2**62, -(2**62)]
    packed = helper.make_tensor("t", TensorProto.INT64, [len(rows)], rows).SerializeToString()
    loose = helper.make_attribute("a", rows).SerializeToString()
    assert Message(memoryview(packed)).numbers(7).tolist() == rows
    assert Message(memoryview(loose)).numbers(8).tolist() == rows
    values = helper.make_attribute("a", [each / 4 for each in range(200)]).SerializeToString()
    assert Message(memoryview(values)).floats(7).tolist() == [each / 4 for each in range(200)]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\x0a\xff\xff\xff\xff\x0f", id="longer-than-the-file"),
        pytest.param(b"\x08" + b"\xff" * 12, id="endless-number"),
        pytest.param(b"\x0b", id="group"),
    ],
)
def test_what_is_no_message_is_refused(content):
    with pytest.raises(ProtobufError):
        Message(memoryview(content))
