"""Pickles are followed on paper: nothing is imported, called, or believed."""

import bz2
import collections
import datetime
import gzip
import io
import os
import pickle
import struct
import sys
import zlib

import joblib
import numpy as np
import pytest

from doorlicht.audit.pickles.arrays import array_of, scalar_of
from doorlicht.audit.pickles.cursor import Budget
from doorlicht.audit.pickles.intent import danger_of
from doorlicht.audit.pickles.machine import follow
from doorlicht.audit.pickles.nodes import Call, Global, Members, Pairs, Persistent, walk
from doorlicht.audit.pickles.opening import open_pickles
from doorlicht.audit.pickles.unpacking import packing_of, unpack

PROTOCOLS = range(6)


def plain(node):
    """Python's own values again, for what only consists of those."""
    if isinstance(node, Pairs):
        return {plain(key): plain(value) for key, value in node.pairs}
    if isinstance(node, Members):
        return {plain(each) for each in node.members}
    if isinstance(node, list | tuple):
        return type(node)(plain(each) for each in node)
    if isinstance(node, Call):
        name = node.made_of.name
        if name in {"set", "frozenset"}:
            return set(plain(node.args[0]))
        if name == "encode":
            return node.args[0].encode("latin-1")
        if name in {"bytes", "bytearray"}:
            return plain(node.args[0]) if node.args else b""
    return node


VALUES = {
    "numbers": [0, 1, -1, 255, 256, 65535, 65536, 2**31, -(2**31), 2**70, -(2**70), 0.5, -1e300],
    "truth": [True, False, None],
    "texts": ["", "a", "é\n\\'\"", "\ud800", "x" * 300, "y" * 70_000],
    "bytes": [b"", b"a\x00\xff", b"z" * 300, b"z" * 70_000],
    "nested": {"a": [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), []], "b": {1: {}}},
    "sets": [{1, 2}, frozenset({3}), set()],
    "many": list(range(3000)),
    "pairs": {str(each): each for each in range(3000)},
}


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("name", VALUES)
def test_values_of_python_come_out_as_they_went_in(name, protocol):
    followed = follow(pickle.dumps(VALUES[name], protocol), Budget())
    assert followed.broken is None
    assert plain(followed.top) == VALUES[name]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_is_shared_stays_shared_and_circles_are_kept(protocol):
    shared = ["x"]
    circle = [shared, shared]
    circle.append(circle)
    top = follow(pickle.dumps(circle, protocol), Budget()).top
    assert top[0] is top[1]
    assert top[2] is top
    assert sum(1 for _ in walk(top)) == 3


ARRAYS = {
    "floats": np.arange(12.0).reshape(3, 4),
    "fortran": np.asfortranarray(np.arange(12, dtype="i4").reshape(3, 4)),
    "big-endian": np.arange(5, dtype=">i8"),
    "truth": np.array([True, False]),
    "texts": np.array(["land", "leeftijd"]),
    "dates": np.array(["2020-01-01"], dtype="M8[D]"),
    "fields": np.array([(1, 2.0, 3)], dtype=[("a", "<i8"), ("b", "<f8"), ("c", "u1")]),
    "padded": np.zeros(3, dtype=np.dtype([("a", "u1"), ("b", "<f8")], align=True)),
    "empty": np.zeros((0, 3)),
    "no-dimension": np.array(3.5),
    "half": np.array([1, 2], dtype="f2"),
}


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_are_made_from_their_bytes(name, protocol):
    found = array_of(follow(pickle.dumps(ARRAYS[name], protocol), Budget()).top)
    assert found.shape == ARRAYS[name].shape
    assert found.dtype.newbyteorder("=") == ARRAYS[name].dtype.newbyteorder("=")
    assert (found == ARRAYS[name]).all()


@pytest.mark.parametrize("name", ARRAYS)
@pytest.mark.parametrize(
    "packing", [0, ("zlib", 3), ("gzip", 3), ("bz2", 3), ("lzma", 3), ("xz", 3)]
)
def test_arrays_that_joblib_writes_between_the_instructions_are_found(name, packing):
    stream = io.BytesIO()
    joblib.dump({"a": [ARRAYS[name], 1], "b": np.array(["x", None], dtype=object)}, stream, packing)
    file = open_pickles(stream.getvalue(), Budget())
    assert (file.broken, file.trailing) == ("", 0)
    told = file.pickles[0].top.named()
    assert told["a"][1] == 1
    assert (array_of(told["a"][0]) == ARRAYS[name]).all()
    assert array_of(told["b"]).tolist() == ["x", None]


def test_scalars_of_numpy_become_those_of_python():
    values = [np.float64(1.5), np.int32(3), np.bool_(True), np.str_("x")]
    assert [scalar_of(each) for each in follow(pickle.dumps(values), Budget()).top] == [
        1.5,
        3,
        True,
        "x",
    ]


class Harm:
    def __init__(self, function, *args):
        self.made = function, args

    def __reduce__(self):
        return self.made


HARM = {
    "a-command": (Harm(os.system, "touch /tmp/doorlicht-harm"), "system"),
    "code": (Harm(eval, "1"), "eval"),
    "statements": (Harm(exec, "a = 1"), "exec"),
    "an-attribute": (Harm(getattr, [], "append"), "getattr"),
    "another-pickle": (Harm(pickle.loads, b"N."), "loads"),
}


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("name", HARM)
def test_a_pickle_that_would_run_something_is_told_and_not_run(name, protocol):
    harm, called = HARM[name]
    file = open_pickles(pickle.dumps({"model": harm}, protocol), Budget())
    assert any(each.endswith(called) for each in file.names("dangerous"))


def test_following_imports_nothing():
    before = set(sys.modules)
    follow(b"cantigravity\nfly\n)R.", Budget())
    assert set(sys.modules) == before


@pytest.mark.parametrize(
    ("module", "name", "judged"),
    [
        pytest.param("os", "system", "dangerous", id="command"),
        pytest.param("subprocess", "Popen", "dangerous", id="process"),
        pytest.param("builtins", "eval", "dangerous", id="eval"),
        pytest.param("__builtin__", "apply", "dangerous", id="python-2"),
        pytest.param("sklearn.utils", "os.system", "dangerous", id="through-a-library"),
        pytest.param("numpy", "load", "dangerous", id="load-of-numpy"),
        pytest.param("joblib", "load", "dangerous", id="load-of-joblib"),
        pytest.param("numpy.testing._private.utils", "runstring", "dangerous", id="runstring"),
        pytest.param("pandas", "eval", "dangerous", id="eval-of-pandas"),
        pytest.param("operator", "methodcaller", "dangerous", id="method"),
        pytest.param("functools", "reduce", "dangerous", id="reduce"),
        pytest.param("", "?", "dangerous", id="computed"),
        pytest.param("importlib", "import_module", "dangerous", id="import"),
        pytest.param("cloudpickle.cloudpickle", "_make_function", "dangerous", id="code-inside"),
        pytest.param("own_code.features", "Encoder", "foreign", id="own-class"),
        pytest.param("__main__", "clean", "foreign", id="notebook"),
        pytest.param("sklearn.linear_model._logistic", "LogisticRegression", "", id="model"),
        pytest.param("sklearn.tree._tree", "Tree", "", id="tree"),
        pytest.param("numpy.core.multiarray", "_reconstruct", "", id="array"),
        pytest.param("copy_reg", "_reconstructor", "", id="object"),
        pytest.param("_codecs", "encode", "", id="bytes"),
        pytest.param("builtins", "set", "", id="set"),
        pytest.param("functools", "partial", "", id="partial"),
        pytest.param("collections", "OrderedDict", "", id="ordered"),
        pytest.param("sklearn.metrics._scorer", "_Scorer", "", id="scorer"),
    ],
)
def test_names_are_judged(module, name, judged):
    assert danger_of(Global(module, name)) == judged


def test_no_name_that_an_honest_object_needs_is_called_dangerous():
    honest = [
        collections.OrderedDict(a=1),
        collections.defaultdict(list),
        datetime.date(2020, 1, 1),
        np.random.default_rng(1),
        np.random.RandomState(1),
        slice(1, 2),
        {1, 2},
        1j,
        bytearray(b"a"),
        range(3),
    ]
    for protocol in PROTOCOLS:
        file = open_pickles(pickle.dumps(honest, protocol), Budget())
        assert file.names("dangerous") == ()
        assert file.names("foreign") == ()


def deep(depth):
    return b"(" * depth + b"t" * depth + b"."


BROKEN = {
    "nothing": (b"", "model.broken"),
    "no-pickle": (b"hello", "model.broken"),
    "no-end": (b"\x80\x04]", "model.truncated"),
    "stack-empty": (b"\x80\x04a.", "model.broken"),
    "no-mark": (b"\x80\x04t.", "model.broken"),
    "unknown-opcode": (b"\x80\x04\xff.", "model.opcode"),
    "newer": (b"\x80\x09N.", "model.newer"),
    "frame-without-end": (b"\x80\x04\x95" + struct.pack("<Q", 1 << 60) + b"N.", "model.truncated"),
    "bytes-without-end": (b"\x80\x04\x8e" + struct.pack("<Q", 1 << 62) + b"a", "model.truncated"),
    "text-without-end": (b"\x80\x04X" + struct.pack("<I", 1 << 31) + b"a.", "model.truncated"),
    "negative-length": (b"\x80\x02T" + struct.pack("<i", -5) + b"a.", "model.broken"),
    "a-number-of-many-digits": (b"L" + b"9" * 100_000 + b"L\n.", "model.too_much"),
    "many-bytes": (b"\x8b" + struct.pack("<i", 1 << 24) + bytes(1 << 24), "model.too_much"),
    "a-line-without-end": (b"c" + b"a" * 200_000, "model.too_much"),
    "marks-in-marks": (deep(50_000), "model.too_deep"),
    "nothing-in-the-memo": (b"\x80\x04h\x05.", "model.broken"),
    "not-utf-8": (b"\x80\x04\x8c\x01\xff.", "model.broken"),
    "odd-pairs": (b"\x80\x04}(NNNu.", "model.broken"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_ends_in_a_code(name):
    content, code = BROKEN[name]
    assert open_pickles(content, Budget()).broken == code


def test_what_would_be_called_is_told_also_where_the_pickle_is_cut_off():
    file = open_pickles(b"cposix\nsystem\n(S'x'\ntR", Budget())
    assert file.broken == "model.truncated"
    assert file.names("dangerous") == ("posix.system",)


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9, 0.999])
def test_a_model_that_is_cut_off_is_truncated(cut):
    stream = io.BytesIO()
    joblib.dump([np.arange(1000.0), np.arange(1000.0)], stream)
    content = stream.getvalue()
    assert open_pickles(content[: int(len(content) * cut)], Budget()).broken == "model.truncated"


def test_a_billion_laughs_costs_what_its_instructions_cost():
    laugh = b"\x80\x02](X\x03\x00\x00\x00lolq\x00" + b"h\x00" * 9 + b"eq\x00"
    laugh += (b"](" + b"h\x00" * 10 + b"eq\x00") * 200 + b"."
    followed = follow(laugh, Budget())
    assert followed.broken is None
    assert sum(1 for _ in walk(followed.top)) < 300


def test_tuples_in_tuples_are_no_trouble():
    followed = follow(b"N" + b"\x85" * 300_000 + b".", Budget())
    assert followed.broken is None
    assert sum(1 for _ in walk(followed.top)) == 300_001


@pytest.mark.parametrize(
    "budget",
    [
        pytest.param(Budget(operations=50), id="operations"),
        pytest.param(Budget(memory_bytes=9_000), id="memory"),
    ],
)
def test_the_budget_is_held(budget):
    assert open_pickles(pickle.dumps(list(range(1000))), budget).broken == "model.too_much"


def test_bytes_that_are_referred_to_often_are_counted_once_and_large_ones_against_the_budget():
    content = pickle.dumps([b"a" * 100_000])
    assert follow(content, Budget(memory_bytes=50_000)).broken.code == "model.too_much"


@pytest.mark.parametrize("kind", ["zlib", "gzip", "bz2"])
def test_what_unpacks_to_far_more_than_it_is_is_refused(kind):
    packed = {"zlib": zlib.compress, "gzip": gzip.compress, "bz2": bz2.compress}[kind](
        bytes(1 << 27)
    )
    assert packing_of(packed) == kind
    assert open_pickles(packed, Budget(), most_ratio=10).broken == "model.bomb"


def test_several_streams_after_each_other_are_one():
    assert unpack(gzip.compress(b"a") + gzip.compress(b"b"), "gzip", 100, 100) == b"ab"


@pytest.mark.parametrize("packing", [b"\x04\x22\x4d\x18", b"\x28\xb5\x2f\xfd", b"ZF0x123"])
def test_a_packing_that_cannot_be_read_is_told(packing):
    assert open_pickles(packing + bytes(20), Budget()).broken == "model.packing"


def test_a_packed_file_that_is_cut_off_is_truncated():
    assert (
        open_pickles(zlib.compress(bytes(range(256)) * 10)[:-30], Budget()).broken
        == "model.truncated"
    )


def test_pickles_after_each_other_are_all_followed_and_other_bytes_are_counted():
    content = pickle.dumps(1) + pickle.dumps(Harm(os.system, "x")) + b"\xff\xfe"
    file = open_pickles(content, Budget())
    assert len(file.pickles) == 2
    assert len(file.names("dangerous")) == 1
    assert file.trailing == 2


def test_what_a_pickle_leaves_to_others_is_kept_as_such():
    assert isinstance(follow(b"Pmodel\n.", Budget()).top, Persistent)
    assert isinstance(follow(b"\x80\x05\x97\x98.", Budget()).top, Persistent)


def test_a_name_made_by_a_call_is_dangerous():
    content = b"\x80\x04\x8c\x02os(\x8c\x06system\x8c\x00t\x93."
    assert open_pickles(content, Budget()).names("dangerous") == ("?",)


def test_an_array_that_claims_to_be_larger_than_its_bytes_is_none():
    content = pickle.dumps(np.arange(10.0), 2).replace(b"K\n\x85", b"K\xff\x85")
    assert array_of(follow(content, Budget()).top) is None


@pytest.mark.parametrize("kind", ["<U2", ">U2", [("name", "<U2"), ("n", "i4")]])
def test_texts_of_letters_that_do_not_exist_are_no_array(kind):
    array = np.zeros(2, dtype=kind)
    content = bytearray(pickle.dumps(array, protocol=4))
    good = array_of(follow(bytes(content), Budget()).top)
    assert good is not None
    at = content.rindex(array.tobytes())
    content[at : at + 4] = b"\xff\xff\xff\xff"
    assert array_of(follow(bytes(content), Budget()).top) is None
