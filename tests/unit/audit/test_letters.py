"""Texts that are told apart as numbers stay the texts they were."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorlicht.audit.counting import count_people
from doorlicht.audit.letters import pack
from doorlicht.errors import InputError

WESTERN = st.text(st.characters(max_codepoint=255), max_size=8)


@settings(deadline=None, max_examples=80)
@given(st.lists(WESTERN, min_size=1, max_size=200), st.integers(0, 12))
def test_each_text_comes_back(texts, room):
    array = np.array(texts, dtype=f"<U{max(map(len, texts)) + 1 + room}")
    codes, found = pack(array)
    # Of a text that ends in nothing numpy does not keep the end either.
    assert [found[code] for code in codes] == array.tolist()
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    "array",
    [
        pytest.param(np.array(["nine chars"]), id="too-long"),
        pytest.param(np.array(["a", "\u0159"]), id="a-letter-of-two-bytes"),
        pytest.param(np.array([], dtype="U3"), id="nobody"),
        pytest.param(np.array(["a", "b"], dtype=">U2"), id="the-other-byte-order"),
    ],
)
def test_other_texts_are_left_to_others(array):
    assert pack(array) is None


@pytest.mark.parametrize("kind", ["<U1", "<U2", "<U5", "<U30", ">U2", object])
def test_groups_are_counted_alike_however_their_names_are_kept(kind):
    names = np.array(["b", "a", "b", "c", "a", "b"], dtype=kind)
    cells = count_people([1, 0, 1, 0, 1, 0], [names])
    assert [(cell.group, cell.selected, cell.n) for cell in cells] == [
        (("a",), False, 1), (("a",), True, 1), (("b",), False, 1), (("b",), True, 2),
        (("c",), False, 1),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", [np.int8, np.int64, np.uint16])
def test_truths_below_nought_and_above_one_are_refused(kind):
    for wrong in {-1, 2} if np.dtype(kind).kind == "i" else {2}:
        with pytest.raises(InputError):
            count_people(np.array([0, 1, wrong], dtype=kind), [["a", "b", "c"]])


def test_more_combinations_than_have_a_number_are_refused():
    many = np.arange(100_000).astype(str)
    with pytest.raises(InputError) as told:
        count_people([1] * len(many), [many] * 4)
    assert told.value.code == "audit.too_many_groups"
