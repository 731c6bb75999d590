"""Canonical JSON after RFC 8785: its own examples, and another implementation of it."""

from __future__ import annotations

import json
import struct

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from doorlicht.evidence.jcs import ESCAPED, as_i_json, escape_surrogates, jcs, jcs_sha256

# Appendix B: the bits of a number, and its text.
NUMBERS = [
    ("0000000000000000", "0"),
    ("8000000000000000", "0"),
    ("0000000000000001", "5e-324"),
    ("8000000000000001", "-5e-324"),
    ("7fefffffffffffff", "1.7976931348623157e+308"),
    ("ffefffffffffffff", "-1.7976931348623157e+308"),
    ("4340000000000000", "9007199254740992"),
    ("c340000000000000", "-9007199254740992"),
    ("4430000000000000", "295147905179352830000"),
    ("44b52d02c7e14af5", "9.999999999999997e+22"),
    ("44b52d02c7e14af6", "1e+23"),
    ("44b52d02c7e14af7", "1.0000000000000001e+23"),
    ("444b1ae4d6e2ef4e", "999999999999999700000"),
    ("444b1ae4d6e2ef4f", "999999999999999900000"),
    ("444b1ae4d6e2ef50", "1e+21"),
    ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
    ("3eb0c6f7a0b5ed8d", "0.000001"),
    ("41b3de4355555553", "333333333.3333332"),
    ("41b3de4355555554", "333333333.33333325"),
    ("41b3de4355555555", "333333333.3333333"),
    ("41b3de4355555556", "333333333.3333334"),
    ("41b3de4355555557", "333333333.33333343"),
    ("becbf647612f3696", "-0.0000033333333333333333"),
    ("43143ff3c1cb0959", "1424953923781206.2"),
]


@pytest.mark.parametrize(("bits", "text"), NUMBERS)
def test_numbers_are_written_as_appendix_b_of_the_rfc_has_them(bits, text):
    number = struct.unpack(">d", bytes.fromhex(bits))[0]
    assert jcs(number).decode() == text
    assert jcs({"n": [number]}).decode() == f'{{"n":[{text}]}}'


def test_the_example_of_section_3_2_2_of_the_rfc_comes_out():
    content = json.loads(
        r"""{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
        "literals": [null, true, false]}"""
    )
    assert jcs(content).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_names_stand_in_the_order_of_section_3_2_3_of_the_rfc():
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\x80", "\xf6"]
    told = json.loads(jcs(dict.fromkeys(names, 0)), object_pairs_hook=lambda pairs: pairs)
    assert [name for name, _ in told] == [
        "\r", "1", "\x80", "\xf6", "\u20ac", "\U0001f600", "\ufb33",
    ]  # fmt: skip


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
CONTENTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([2.0, 1e16, 1e-7, 2**53 - 1, "a.0,", "3e-4", ":1234567890123456"])
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)


@given(CONTENTS)
def test_another_implementation_writes_the_same_and_what_is_read_back_is_the_same(content):
    written = jcs(content)
    assert written == rfc8785.dumps(content)
    assert jcs(json.loads(written, parse_int=float)) == written


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(float("nan"), id="nan"),
        pytest.param([1.0, float("inf")], id="infinity"),
        pytest.param({"a": 2**53}, id="large"),
        pytest.param(-(2**53), id="large-negative"),
        pytest.param("\ud800", id="half-surrogate"),
    ],
)
def test_what_other_languages_would_read_otherwise_is_refused(content):
    with pytest.raises(ValueError, match=r"."):
        jcs(content)


@pytest.mark.parametrize("content", [{1: 1.0}, {"a": {1, 2}}, b"bytes"])
def test_what_json_has_no_form_for_is_refused(content):
    with pytest.raises(TypeError):
        jcs(content)


@pytest.mark.parametrize("name", ["caf\udce9.csv", ESCAPED + "x", "\ud800\udc00", "a\ud83d"])
def test_a_name_that_is_no_text_is_escaped_and_never_mistaken_for_another(name):
    told = escape_surrogates(name)
    assert json.loads(told.removeprefix(ESCAPED)) == json.loads(json.dumps(name))
    assert jcs(as_i_json({name: [name, 1]})) == jcs({told: [told, 1]})


def test_the_order_in_which_members_were_given_does_not_matter():
    assert jcs_sha256({"a": 1, "b": [2.0]}) == jcs_sha256({"b": [2], "a": 1})
