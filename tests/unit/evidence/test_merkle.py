"""Trees and proofs of RFC 6962: its own example, and the inputs of Certificate Transparency."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorlicht.evidence import merkle
from doorlicht.evidence.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_at,
    root_of,
    verify_consistency,
    verify_inclusion,
)

# The inputs, roots and nodes that implementations of RFC 6962 share (transparency-dev/merkle,
# testonly/constants.go).
INPUTS = [
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAF_1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
LEAF_4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
NODE_2_3 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
NODE_4_5 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
NODE_6_7 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
NODE_4_7 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
LEAVES = [leaf_hash(bytes.fromhex(text)) for text in INPUTS]


def hash_at_over(leaves):
    """Give full subtrees over these leaves, and nothing that is not full."""

    def hash_at(level, position):
        part = leaves[position << level : (position + 1) << level]
        assert len(part) == 1 << level
        return root_of(part)

    return hash_at


def naive_root(leaves):
    """MTH as section 2.1 defines it."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node_hash(naive_root(leaves[:half]), naive_root(leaves[half:]))


def grown(size):
    return [leaf_hash(str(number).encode()) for number in range(size)]


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_the_roots_of_the_shared_vectors_come_out(size):
    assert root_of(LEAVES[:size]).hex() == ROOTS[size]
    assert root_at(size, hash_at_over(LEAVES)).hex() == ROOTS[size]
    edge = Frontier()
    for leaf in LEAVES[:size]:
        edge.add(leaf)
    assert edge.root().hex() == ROOTS[size]


@pytest.mark.parametrize(
    ("index", "size", "proof"),
    [
        pytest.param(0, 1, [], id="one-leaf"),
        pytest.param(0, 8, [LEAF_1, NODE_2_3, NODE_4_7], id="first-of-eight"),
        pytest.param(5, 8, [LEAF_4, NODE_6_7, ROOTS[4]], id="sixth-of-eight"),
        pytest.param(2, 3, [ROOTS[2]], id="last-of-three"),
        pytest.param(1, 5, [ROOTS[1], NODE_2_3, LEAF_4], id="second-of-five"),
    ],
)
def test_the_inclusion_proofs_of_the_shared_vectors_come_out(index, size, proof):
    made = inclusion_proof(size, index, hash_at_over(LEAVES))
    assert [one.hex() for one in made] == proof
    assert verify_inclusion(size, index, LEAVES[index], made, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(
    ("old", "size", "proof"),
    [
        pytest.param(1, 1, [], id="the-same"),
        pytest.param(1, 8, [LEAF_1, NODE_2_3, NODE_4_7], id="one-to-eight"),
        pytest.param(6, 8, [NODE_4_5, NODE_6_7, ROOTS[4]], id="six-to-eight"),
        pytest.param(2, 5, [NODE_2_3, LEAF_4], id="two-to-five"),
    ],
)
def test_the_consistency_proofs_of_the_shared_vectors_come_out(old, size, proof):
    made = consistency_proof(old, size, hash_at_over(LEAVES))
    assert [one.hex() for one in made] == proof
    roots = bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[size])
    assert verify_consistency(old, roots[0], size, roots[1], made)


def test_the_example_of_section_2_1_3_of_the_rfc_comes_out():
    a, b, c, d, e, f, j = leaves = grown(7)
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k, l = node_hash(g, h), node_hash(i, j)  # noqa: E741 (as the RFC calls it)
    hash_at = hash_at_over(leaves)
    assert root_of(leaves) == node_hash(k, l)
    assert inclusion_proof(7, 0, hash_at) == [b, h, l]
    assert inclusion_proof(7, 3, hash_at) == [c, g, l]
    assert inclusion_proof(7, 4, hash_at) == [f, j, k]
    assert inclusion_proof(7, 6, hash_at) == [i, k]
    assert consistency_proof(3, 7, hash_at) == [c, d, g, l]
    assert consistency_proof(4, 7, hash_at) == [l]
    assert consistency_proof(6, 7, hash_at) == [i, j, k]


def test_every_leaf_and_every_growth_of_small_trees_can_be_proven():
    leaves = grown(20)
    hash_at = hash_at_over(leaves)
    roots = [naive_root(leaves[:size]) for size in range(len(leaves) + 1)]
    for size in range(1, len(leaves) + 1):
        assert root_at(size, hash_at) == roots[size]
        for index in range(size):
            proof = inclusion_proof(size, index, hash_at)
            assert verify_inclusion(size, index, leaves[index], proof, roots[size])
        for old in range(size + 1):
            proof = consistency_proof(old, size, hash_at)
            assert verify_consistency(old, roots[old], size, roots[size], proof)


@st.composite
def wrong_proofs(draw):
    """A proof, and the same one with something dropped, doubled, swapped, altered or added."""
    size = draw(st.integers(2, 70))
    leaves = grown(size)
    old = draw(st.integers(1, size - 1))
    is_inclusion = draw(st.booleans())
    make = (
        inclusion_proof if is_inclusion else lambda size, old, at: consistency_proof(old, size, at)
    )
    proof = make(size, old, hash_at_over(leaves))
    place = draw(st.integers(0, len(proof) - 1))
    wrong = list(proof)
    kind = draw(st.sampled_from(["drop", "double", "alter", "add", "swap"]))
    if kind == "drop":
        del wrong[place]
    elif kind == "double":
        wrong.insert(place, wrong[place])
    elif kind == "alter":
        bit = draw(st.integers(0, 255))
        changed = int.from_bytes(wrong[place], "big") ^ (1 << bit)
        wrong[place] = changed.to_bytes(32, "big")
    elif kind == "add":
        wrong.append(EMPTY_ROOT)
    else:
        other = draw(st.integers(0, len(proof) - 1))
        wrong[place], wrong[other] = wrong[other], wrong[place]
    return size, old, is_inclusion, leaves, proof, wrong


@given(wrong_proofs())
def test_a_proof_that_is_not_the_proof_is_refused(case):
    size, old, is_inclusion, leaves, proof, wrong = case
    root = root_of(leaves)
    if is_inclusion:
        holds = verify_inclusion(size, old, leaves[old], wrong, root)
    else:
        holds = verify_consistency(old, root_of(leaves[:old]), size, root, wrong)
    assert holds == (wrong == proof)


@pytest.mark.parametrize("kind", ["leaf", "root", "index", "size"])
def test_a_proof_of_something_else_is_refused(kind):
    leaves = grown(11)
    root, proof = root_of(leaves), inclusion_proof(11, 4, hash_at_over(leaves))
    given = {"size": 11, "index": 4, "leaf": leaves[4], "root": root}
    assert verify_inclusion(**given, proof=proof)
    other = {"leaf": leaves[5], "root": root_of(leaves[:10]), "index": 5, "size": 4}
    assert not verify_inclusion(**{**given, kind: other[kind]}, proof=proof)


def test_a_history_that_was_rewritten_is_not_consistent():
    leaves = grown(9)
    rewritten = [*leaves[:3], leaf_hash(b"other"), *leaves[4:]]
    proof = consistency_proof(5, 9, hash_at_over(rewritten))
    assert not verify_consistency(5, root_of(leaves[:5]), 9, root_of(rewritten), proof)
    # The same size with another root is a fork, and no proof mends it.
    assert not verify_consistency(9, root_of(leaves), 9, root_of(rewritten), [])


def test_a_tree_that_shrank_and_an_empty_beginning_are_told_apart():
    leaves = grown(3)
    root = root_of(leaves)
    assert verify_consistency(0, EMPTY_ROOT, 3, root, [])
    assert not verify_consistency(0, root, 3, root, [])
    assert not verify_consistency(4, root, 3, root, [])
    assert not verify_consistency(2, root_of(leaves[:2]), 3, root, [])
    with pytest.raises(ValueError, match="grows"):
        consistency_proof(4, 3, hash_at_over(leaves))
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(3, 3, hash_at_over(leaves))


def test_an_entry_cannot_pass_for_a_node():
    one, two = grown(2)
    assert leaf_hash(one + two) != node_hash(one, two)
    assert merkle.leaf_hash(b"") != EMPTY_ROOT
