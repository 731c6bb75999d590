"""A library scores a model in a process that can do nothing else."""

import ctypes
import os
import pickle
import resource
import socket
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVR

from doorlicht.audit.opening import open_model
from doorlicht.audit.outside import score_outside
from doorlicht.audit.outside.wire import WireError, pack_column, put, take, unpack_column
from doorlicht.errors import InputError
from doorlicht.records.models import ModelArtefact, ModelFeature

has_landlock = sys.platform == "linux" and ctypes.CDLL(None).syscall(444, None, 0, 1) > 0
needs_landlock = pytest.mark.skipif(not has_landlock, reason="this kernel has no Landlock")
needs_kernel = pytest.mark.skipif(sys.platform != "linux", reason="the kernel holds it back")


class Calls:
    """Pickles to a call of a function."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def people(rows=200):
    random = np.random.default_rng(1)
    values = random.normal(size=(rows, 3))
    return values, (values[:, 0] > 0).astype(int)


def columns_of(artefact, values):
    return {name: values[:, at] for at, name in enumerate(artefact.feature_names)}


@needs_kernel
def test_the_scores_are_those_of_the_library():
    values, outcome = people()
    model = KNeighborsClassifier(metric="canberra").fit(values, outcome)
    content = pickle.dumps(model)
    artefact = open_model(content, "knn.pkl")
    assert artefact.scoring is None
    with score_outside(artefact, content, trust_pickle=True) as (scoring, ran):
        scores = scoring(columns_of(artefact, values))
        again = scoring(columns_of(artefact, values[:7]))
    assert scores == pytest.approx(model.predict_proba(values)[:, 1], abs=0)
    assert len(again) == 7
    assert (ran.held, ran.kind) == ("kernel", "probability")
    assert ran.is_blind == has_landlock
    assert ran.runtime.startswith("scikit-learn ")


@needs_kernel
def test_what_gives_no_probability_gives_values():
    values, outcome = people()
    content = pickle.dumps(SVR().fit(values, outcome))
    artefact = open_model(content, "svr.pkl")
    with score_outside(artefact, content, trust_pickle=True) as (scoring, ran):
        assert scoring(columns_of(artefact, values)).shape == (200,)
    assert ran.kind == "value"


@pytest.mark.parametrize("form", ["onnx", "xgboost", "lightgbm"])
def test_formats_of_data_are_scored_without_trust(form):
    values, outcome = people()
    content, expected = model_of(form, values, outcome)
    artefact = replace(open_model(content, f"model.{form}"), scoring=None)
    assert artefact.format == form
    with score_outside(artefact, content) as (scoring, _):
        scores = scoring(columns_of(artefact, values))
    assert scores == pytest.approx(expected, abs=1e-6)


def model_of(form, values, outcome):
    if form == "xgboost":
        xgboost = pytest.importorskip("xgboost")
        data = xgboost.DMatrix(values, outcome)
        booster = xgboost.train({"objective": "binary:logistic"}, data, 3)
        return bytes(booster.save_raw("json")), booster.predict(data)
    if form == "lightgbm":
        lightgbm = pytest.importorskip("lightgbm")
        booster = lightgbm.train(
            {"objective": "binary", "verbose": -1}, lightgbm.Dataset(values, outcome), 3
        )
        return booster.model_to_string().encode(), booster.predict(values)
    pytest.importorskip("onnxruntime")
    onnx = pytest.importorskip("onnx")
    weights = onnx.numpy_helper.from_array(np.array([[1.0], [2.0], [3.0]], np.float32), "w")
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("MatMul", ["x", "w"], ["y"])], "g",
        [onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [None, 3])],
        [onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [None, 1])], [weights],
    )  # fmt: skip
    opset = [onnx.helper.make_opsetid("", 17)]
    made = onnx.helper.make_model(graph, opset_imports=opset, ir_version=8)
    return made.SerializeToString(), values.astype(np.float32) @ [1.0, 2.0, 3.0]


CATBOOST = """
class CatBoost:
    def load_model(self, blob):
        self.is_classifier = blob == b"classifier"

    def predict(self, data, prediction_type, thread_count):
        if prediction_type == "Probability" and not self.is_classifier:
            raise ValueError
        raw = data.to_numpy()[:, 0]
        return {"RawFormulaVal": raw, "Exponent": 2**raw, "Probability": 0 * raw}[prediction_type]
"""


@pytest.mark.parametrize(
    ("kind", "link", "told", "expected"),
    [
        ("classifier", "logit", "probability", 0.0),
        ("regressor", "identity", "value", 3.0),
        ("regressor", "log", "value", 8.0),
    ],
)
def test_catboost_is_asked_for_probabilities_of_a_classifier_alone(
    tmp_path, monkeypatch, kind, link, told, expected
):
    # The library is large and not among those of the tests; this is how it behaves.
    installed = tmp_path / "site-packages"
    (installed / "catboost").mkdir(parents=True)
    (installed / "catboost" / "__init__.py").write_text(CATBOOST, "utf-8")
    about = installed / "catboost-1.2.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: catboost\nVersion: 1.2\n")
    monkeypatch.syspath_prepend(str(installed))
    made = ModelArtefact("m", "catboost", kind, features=(ModelFeature("x"),), link=link)
    with score_outside(made, kind.encode()) as (scoring, ran):
        assert scoring({"x": np.array([3.0, 3.0])}).tolist() == [expected] * 2
    assert (ran.kind, ran.runtime) == (told, "catboost 1.2")


def test_a_pickle_is_not_run_without_trust():
    content = pickle.dumps(KNeighborsClassifier(metric="canberra").fit(*people()))
    with (
        pytest.raises(InputError, match="not_trusted"),
        score_outside(open_model(content, "knn.pkl"), content),
    ):
        pass


@needs_kernel
@pytest.mark.parametrize(
    ("name", "call", "told"),
    [
        ("system", (os.system, "touch {}"), "tried"),
        ("popen", (subprocess.check_output, ["id"]), "tried"),
        ("exec", (os.execv, "/bin/true", ["true"]), "tried"),
        ("fork", (os.fork,), "tried"),
        ("network", (socket.create_connection, ("127.0.0.1", 9)), "tried"),
        ("write", (open, "{}", "w"), "tried"),
        ("low write", (os.open, "{}", os.O_CREAT | os.O_WRONLY), "tried"),
        ("remove", (os.unlink, "{}"), "tried"),
        ("limits of others", (resource.prlimit, os.getppid(), resource.RLIMIT_NOFILE), "tried"),
        # Past the hook of Python, straight to the kernel: all of these give -1, and no model.
        ("libc socket", (eval, "__import__('ctypes').CDLL(None).socket(2, 1, 0)"), "failed"),
        ("libc open", (eval, "__import__('ctypes').CDLL(None).open(b'{}', 65, 511)"), "failed"),
        ("libc fork", (eval, "__import__('ctypes').CDLL(None).fork()"), "failed"),
        ("memory", (bytearray, 1 << 34), "too_large"),
        ("endless", (eval, "sum(1 for _ in iter(int, 1))"), "(died|too_long)"),
        ("asleep", (time.sleep, 3600), "too_long"),
        ("gone", (os._exit, 3), "died"),
        ("no model", (dict,), "failed"),
    ],
)
def test_a_model_that_tries_more_than_to_score_gets_nowhere(tmp_path, name, call, told):
    target = tmp_path / "target"
    function, *arguments = call
    filled = [one.replace("{}", str(target)) if isinstance(one, str) else one for one in arguments]
    content = pickle.dumps(Calls(function, *filled))
    artefact = open_model(
        pickle.dumps(KNeighborsClassifier(metric="canberra").fit(*people())), "x.pkl"
    )
    limits = {"cpu_seconds": 5, "timeout_seconds": 120, "memory_bytes": 4 << 30}
    if name == "asleep":
        limits["timeout_seconds"] = 4
    with (
        pytest.raises(InputError, match=rf"outside\.{told}"),
        score_outside(artefact, content, trust_pickle=True, **limits),
    ):
        pass
    assert not target.exists()


LIBC_OPEN = "__import__('ctypes').CDLL(None).open({path!r}.encode(), 0)"


@needs_landlock
@pytest.mark.parametrize(
    ("call", "told"),
    [
        ((open, "{secret}"), "tried"),
        ((eval, f"1 / 0 if {LIBC_OPEN} >= 0 else int('x')"), "failed"),
        ((eval, "open('/proc/self/environ')"), "tried"),
    ],
    ids=["open", "libc-open", "environment"],
)
def test_a_trusted_pickle_reads_no_file_of_the_user(tmp_path, call, told):
    secret = tmp_path / "secret.csv"
    secret.write_text("bsn", "utf-8")
    function, argument = call
    named = {"secret": str(secret), "path": str(secret)}
    content = pickle.dumps(Calls(function, argument.format(**named)))
    artefact = open_model(
        pickle.dumps(KNeighborsClassifier(metric="canberra").fit(*people())), "x.pkl"
    )
    with (
        pytest.raises(InputError, match=rf"outside\.{told}") as caught,
        score_outside(artefact, content, trust_pickle=True),
    ):
        pass
    # Had the file been opened, it would have been divided by nought.
    assert caught.value.details.get("kind") in {None, "ValueError"}


@needs_kernel
def test_a_call_that_scoring_does_not_need_does_not_exist():
    # io_uring_setup, userfaultfd, bpf; 38 is ENOSYS. The kernel itself would find fault with what
    # they are given, and not with the call.
    ctypes_of = "(lambda c: lambda one: (c.CDLL(None, use_errno=True).syscall(one), c.get_errno()))"
    tried = f"[*map({ctypes_of}(__import__('ctypes')), [425, 323, 321])]"
    told = f"int('x') if {tried} == [(-1, 38)] * 3 else 1 / 0"
    content = pickle.dumps(Calls(eval, told))
    artefact = open_model(
        pickle.dumps(KNeighborsClassifier(metric="canberra").fit(*people())), "x.pkl"
    )
    with (
        pytest.raises(InputError) as caught,
        score_outside(artefact, content, trust_pickle=True),
    ):
        pass
    assert caught.value.details["kind"] == "ValueError"


def test_what_would_run_commands_is_not_run_by_whomever_it_is_trusted(tmp_path):
    target = tmp_path / "target"
    content = pickle.dumps(Calls(os.system, f"touch {target}"))
    artefact = open_model(content, "exploit.pkl")
    assert artefact.dangerous
    with (
        pytest.raises(InputError, match="dangerous"),
        score_outside(artefact, content, trust_pickle=True),
    ):
        pass
    assert not target.exists()


@needs_kernel
def test_an_error_of_a_library_tells_no_value():
    secret = "SECRET-VALUE-1234"
    content = pickle.dumps(Calls(eval, f"int('{secret}')"))
    artefact = open_model(
        pickle.dumps(KNeighborsClassifier(metric="canberra").fit(*people())), "x.pkl"
    )
    with (
        pytest.raises(InputError) as caught,
        score_outside(artefact, content, trust_pickle=True),
    ):
        pass
    assert caught.value.details["kind"] == "ValueError"
    assert secret not in str(caught.value)


def test_columns_go_through_the_wire_as_they_are():
    for values in ([1.5, np.nan], [True, False], ["a", None, "é"], [1, 2]):
        kind, block = pack_column(np.array(values, dtype=object if None in values else None))
        back = unpack_column(kind, block).tolist()
        assert len(back) == len(values)
        assert [str(one) for one in back if one is not None][:1] == [str(float(values[0]))
            if kind == "number" else values[0]]  # fmt: skip


@pytest.mark.parametrize("said", [b"", b"\x00" * 8, b"\xff" * 8, b"\x02" + b"\x00" * 7 + b"[]"])
def test_what_is_not_ours_on_the_wire_is_refused(said):
    import io

    with pytest.raises(WireError):
        take(io.BytesIO(said), most_bytes=100)


def test_more_than_was_asked_for_is_refused():
    import io

    pipe = io.BytesIO()
    put(pipe, {"shape": [1]}, b"x" * 1000)
    pipe.seek(0)
    with pytest.raises(WireError):
        take(pipe, most_bytes=100)
