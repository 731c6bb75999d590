"""Support vectors in ONNX score as the models they were written from, and as their runtime."""

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper
from sklearn.svm import SVC, SVR

from doorlicht.audit.opening import open_model, score

pytestmark = pytest.mark.filterwarnings("ignore")

NUMBERS = np.random.default_rng(0)
X = NUMBERS.normal(size=(150, 3)).astype(np.float32)
YES = (X[:, 0] + X[:, 1] ** 2 > 1).astype(int)
COLUMNS = {f"x{place}": X[:, place] for place in range(3)}
KERNELS = ["rbf", "linear", "poly", "sigmoid"]


def written(kind, outputs, model, **more):
    node = helper.make_node(
        kind, ["X"], [name for name, _ in outputs], domain="ai.onnx.ml",
        coefficients=model._dual_coef_.ravel().tolist(), rho=model._intercept_.tolist(),
        kernel_params=[float(model._gamma), 0.5, 3.0], kernel_type=model.kernel.upper(),
        support_vectors=model.support_vectors_.ravel().tolist(), **more,
    )  # fmt: skip
    graph = helper.make_graph(
        [node],
        "g",
        [helper.make_tensor_value_info("X", TensorProto.FLOAT, [None, 3])],
        [helper.make_tensor_value_info(name, kind, None) for name, kind in outputs],
    )
    opsets = [helper.make_opsetid("", 15), helper.make_opsetid("ai.onnx.ml", 3)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString()


CLASSES = [("label", TensorProto.INT64), ("chances", TensorProto.FLOAT)]


def classifier(model, **more):
    return written(
        "SVMClassifier", CLASSES, model, classlabels_ints=model.classes_.tolist(),
        vectors_per_class=model.n_support_.tolist(), **more,
    )  # fmt: skip


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("outcome", [YES, YES + (X[:, 2] > 0)], ids=["two", "three"])
def test_a_classifier_gives_the_chances_of_its_outcomes(kernel, outcome):
    model = SVC(kernel=kernel, coef0=0.5, probability=True, random_state=0).fit(X, outcome)
    content = classifier(model, prob_a=model._probA.tolist(), prob_b=model._probB.tolist())
    artefact = open_model(content)
    assert [spot.code for spot in artefact.blind_spots] == [
        "model.keeps_rows", "model.unnamed_features",
    ]  # fmt: skip
    told = score(artefact, COLUMNS)
    theirs = onnxruntime.InferenceSession(content).run(None, {"X": X})[1]
    for expected in (theirs, model.predict_proba(X)):
        assert np.abs(told - (expected[:, 1] if told.ndim == 1 else expected)).max() < 2e-6


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_regression_gives_its_value(kernel):
    model = SVR(kernel=kernel, coef0=0.5).fit(X, X[:, 0])
    content = written("SVMRegressor", [("y", TensorProto.FLOAT)], model,
                      n_supports=len(model.support_))  # fmt: skip
    told = score(open_model(content), COLUMNS)
    theirs = onnxruntime.InferenceSession(content).run(None, {"X": X})[0].ravel()
    assert np.abs(told - theirs).max() < 2e-5
    assert np.abs(told - model.predict(X)).max() < 2e-5


def test_a_classifier_without_chances_is_told():
    artefact = open_model(classifier(SVC().fit(X, YES)))
    told = {spot.code: spot for spot in artefact.blind_spots}
    assert told["model.not_followed"].details["parts"] == "prob_a"
    assert artefact.scoring is None
