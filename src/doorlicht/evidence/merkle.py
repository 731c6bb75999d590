"""A Merkle tree over a log: one hash stands for all entries, and short proofs tie them to it.

The tree grows to the right and never changes where it is full: the hash of a full subtree, once
known, is known for ever. So every function here asks for hashes of full subtrees only, by
``hash_at(level, position)``: the hash over the ``2**level`` leaves from leaf
``position * 2**level`` on. Whoever keeps the log decides which of them are stored.

Sizes count leaves; an index counts from 0; a hash is 32 bytes.

Source: RFC 6962, section 2.1 (tree and proofs); RFC 9162, sections 2.1.3.2 and 2.1.4.2 (checking
them; the trees and proofs of both are the same).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

HashAt = Callable[[int, int], bytes]
"""Gives the hash of a full subtree by its level (0 for a leaf) and its place on that level."""

EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""

_LEAF, _NODE = b"\x00", b"\x01"


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry as a leaf: of a byte 0 and the entry (RFC 6962, 2.1).

    Examples
    --------
    >>> leaf_hash(b"").hex()[:16]
    '6e340b9cffb37a98'
    """
    return hashlib.sha256(_LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over two subtrees: of a byte 1 and both hashes (RFC 6962, 2.1)."""
    return hashlib.sha256(_NODE + left + right).digest()


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root of the tree over leaf hashes; the tree hash of any run of subtrees too.

    Examples
    --------
    >>> root_of([]) == EMPTY_ROOT
    True
    >>> one, two, three = (leaf_hash(text) for text in (b"a", b"b", b"c"))
    >>> root_of([one, two, three]) == node_hash(node_hash(one, two), three)
    True
    """
    row = list(leaves)
    if not row:
        return EMPTY_ROOT
    sha256 = hashlib.sha256
    while len(row) > 1:
        # What has no neighbour goes up as it is: that gives the unbalanced tree of the RFC.
        odd = row[-1:] if len(row) % 2 else []
        pairs = zip(row[::2], row[1::2], strict=False)
        row = [sha256(b"\x01" + left + right).digest() for left, right in pairs] + odd
    return row[0]


def root_at(size: int, hash_at: HashAt) -> bytes:
    """Return the root of the tree over the first ``size`` leaves."""
    return _range_hash(0, size, hash_at) if size else EMPTY_ROOT


def inclusion_proof(size: int, index: int, hash_at: HashAt) -> list[bytes]:
    """Return the hashes that lead from a leaf up to the root of a tree of ``size`` leaves.

    Raises
    ------
    ValueError
        If the tree has no such leaf.

    Examples
    --------
    >>> leaves = [leaf_hash(bytes([number])) for number in range(3)]
    >>> hash_at = lambda level, at: root_of(leaves[at << level : (at + 1) << level])
    >>> verify_inclusion(3, 1, leaves[1], inclusion_proof(3, 1, hash_at), root_of(leaves))
    True
    """
    if not 0 <= index < size:
        raise ValueError("the tree has no leaf of this index")
    proof: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _largest_power_below(end - begin)
        if index < middle:
            proof.append(_range_hash(middle, end, hash_at))
            end = middle
        else:
            proof.append(_range_hash(begin, middle, hash_at))
            begin = middle
    return proof[::-1]


def consistency_proof(old_size: int, size: int, hash_at: HashAt) -> list[bytes]:
    """Return the hashes that show that the first ``old_size`` leaves are still the same.

    Nothing needs to be shown of an empty tree, nor of one of the same size: the proof is empty.

    Raises
    ------
    ValueError
        If the old tree is larger than the new one.
    """
    if not 0 <= old_size <= size:
        raise ValueError("a log grows: the old size cannot be the larger one")
    if old_size in (0, size):
        return []
    proof: list[bytes] = []
    begin, end = 0, size
    while end != old_size:
        middle = begin + _largest_power_below(end - begin)
        if old_size <= middle:
            proof.append(_range_hash(middle, end, hash_at))
            end = middle
        else:
            proof.append(_range_hash(begin, middle, hash_at))
            begin = middle
    if begin:
        # The old root itself is known to who checks, and is left out where it stands alone.
        proof.append(_range_hash(begin, end, hash_at))
    return proof[::-1]


def verify_inclusion(
    size: int, index: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether the proof ties a leaf hash to the root of a tree of ``size`` leaves.

    Source: RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for other in proof:
        if last == 0:
            return False
        if place % 2 or place == last:
            found = node_hash(other, found)
            while place and not place % 2:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, other)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(
    old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the proof shows that the old tree is the beginning of the new one.

    Source: RFC 9162, section 2.1.4.2.

    Examples
    --------
    >>> leaves = [leaf_hash(bytes([number])) for number in range(3)]
    >>> hash_at = lambda level, at: root_of(leaves[at << level : (at + 1) << level])
    >>> old, new = root_of(leaves[:2]), root_of(leaves)
    >>> verify_consistency(2, old, 3, new, consistency_proof(2, 3, hash_at))
    True
    >>> verify_consistency(2, new, 3, old, consistency_proof(2, 3, hash_at))
    False
    """
    if not 0 <= old_size <= size:
        return False
    if old_size == size:
        return not proof and old_root == root
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT
    if not proof:
        return False
    # A full old tree is a node of the new one: it begins the proof, though it is left out of it.
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    place, last = old_size - 1, size - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    found_old = found = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            found_old, found = node_hash(other, found_old), node_hash(other, found)
            while place and not place % 2:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, other)
        place, last = place >> 1, last >> 1
    return last == 0 and found_old == old_root and found == root


@dataclass(slots=True)
class Frontier:
    """The right edge of a tree that grows: enough to know its root, and no leaf before it.

    Attributes
    ----------
    size
        Leaves so far.
    hashes
        Hashes of the full subtrees that the leaves fall apart into, the largest first.
    """

    size: int = 0
    hashes: list[bytes] = field(default_factory=list[bytes])

    def add(self, leaf: bytes) -> None:
        """Let the tree grow by one leaf hash.

        Examples
        --------
        >>> leaves = [leaf_hash(bytes([number])) for number in range(7)]
        >>> edge = Frontier()
        >>> for leaf in leaves:
        ...     edge.add(leaf)
        >>> edge.size, len(edge.hashes), edge.root() == root_of(leaves)
        (7, 3, True)
        """
        found, before = leaf, self.size
        while before & 1:
            found = node_hash(self.hashes.pop(), found)
            before >>= 1
        self.hashes.append(found)
        self.size += 1

    def root(self) -> bytes:
        """Return the root of the tree as it is now."""
        if not self.hashes:
            return EMPTY_ROOT
        found = self.hashes[-1]
        for left in self.hashes[-2::-1]:
            found = node_hash(left, found)
        return found


def _largest_power_below(count: int) -> int:
    """Return the largest power of two smaller than ``count``, which is 2 or more."""
    return 1 << (count - 1).bit_length() - 1


def _range_hash(begin: int, end: int, hash_at: HashAt) -> bytes:
    """Return the tree hash over the leaves from ``begin`` up to ``end``.

    ``begin`` must be where a subtree begins that is at least as large, as it is in every proof.
    """
    hashes: list[bytes] = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        hashes.append(hash_at(level, begin >> level))
        begin += 1 << level
    found = hashes.pop()
    while hashes:
        found = node_hash(hashes.pop(), found)
    return found
