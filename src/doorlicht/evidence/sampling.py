"""Which items of a population an auditor judges: the list is frozen first, then drawn by lot.

The population is a file of lines, one an item, sorted; its SHA-256 is that of the file, so that
``sha256sum`` checks it. The draw gives each item a ticket, HMAC-SHA-256 of its id under the seed,
and takes the lowest tickets of each stratum: as the tickets of a seed that nobody could choose are
as good as random, each set of items is as likely as any other. Who has the seed and the list can
draw again in ten lines of any language.

Source: RFC 2104 (HMAC); sorting by random keys as in Sunter (1977), List Sequential Sampling with
Equal or Unequal Probabilities without Replacement, Applied Statistics 26:261-268.
"""

from __future__ import annotations

import hashlib
import heapq
import hmac
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from doorlicht.evidence.bounds import sample_size
from doorlicht.evidence.canonical import canonical_json
from doorlicht.evidence.stratified import Stratum, stratified_bound

Division = Literal["proportional", "equal"]


@dataclass(frozen=True, slots=True, order=True)
class Item:
    """One member of a population: its id, and the stratum it belongs to."""

    id: str
    stratum: str = ""


def population_file(items: Iterable[Item]) -> bytes:
    r"""Return the population as a file: a line ``["id","stratum"]`` an item, sorted by id.

    All but ASCII is escaped, so that the order of the lines is the same everywhere.

    Raises
    ------
    ValueError
        If two items have the same id.

    Examples
    --------
    >>> population_file([Item("b", "large"), Item("a")])
    b'["a",""]\n["b","large"]\n'
    """
    ordered = sorted(items)
    if len({item.id for item in ordered}) < len(ordered):
        raise ValueError("two items have the same id")
    lines = sorted(f"{canonical_json([item.id, item.stratum])}\n" for item in ordered)
    return "".join(lines).encode("ascii")


def read_population(content: bytes) -> list[Item]:
    """Return the items of a file of :func:`population_file`.

    Raises
    ------
    ValueError
        If it is not the one form in which these items are written down.
    """
    pairs = cast("list[list[str]]", [json.loads(line) for line in content.splitlines()])
    items = [Item(*pair) for pair in pairs]
    if population_file(items) != content:
        raise ValueError("this is not how a population is written down")
    return items


def population_hash(items: Iterable[Item]) -> str:
    """Return the SHA-256 of the file of the population, as 64 hexadecimal digits."""
    return hashlib.sha256(population_file(items)).hexdigest()


def sizes_of(items: Iterable[Item]) -> dict[str, int]:
    """Return how many items each stratum has, by its name."""
    return dict(sorted(Counter(item.stratum for item in items).items()))


def divide(sizes: Mapping[str, int], total: int, division: Division) -> dict[str, int]:
    """Return how many to draw from each stratum, ``total`` in all.

    Proportional to their sizes or equally many, as far as a stratum has so many; at least one from
    each as long as there are enough.

    Source
    ------
    Webster's rule (Sainte-Lague): the next one goes where ``weight / (2 * given + 1)`` is largest.

    Examples
    --------
    >>> divide({"files": 900, "mail": 95, "models": 5}, 100, "proportional")
    {'files': 90, 'mail': 9, 'models': 1}
    >>> divide({"files": 900, "mail": 95, "models": 5}, 100, "equal")
    {'files': 48, 'mail': 47, 'models': 5}
    """
    total = min(total, sum(sizes.values()))
    names = [name for name, size in sizes.items() if size]
    given = dict.fromkeys(sizes, 0) | dict.fromkeys(names[:total], 1)
    weight = {name: sizes[name] if division == "proportional" else 1 for name in names}
    turns = [(-weight[name] / 3, at, name) for at, name in enumerate(names)]
    heapq.heapify(turns)
    for _ in range(total - sum(given.values())):
        while given[turns[0][2]] == sizes[turns[0][2]]:
            heapq.heappop(turns)
        _, at, name = turns[0]
        given[name] += 1
        heapq.heapreplace(turns, (-weight[name] / (2 * given[name] + 1), at, name))
    return given


def plan_sizes(
    sizes: Mapping[str, int],
    *,
    at_most: int,
    confidence: float = 0.95,
    division: Division = "proportional",
) -> dict[str, int]:
    """Return the smallest draws that can show, with nothing found wrong, that few are wrong.

    Parameters
    ----------
    at_most
        How many wrong items in all strata together are to be shown not to be exceeded.

    Examples
    --------
    >>> plan_sizes({"files": 50_000, "databases": 11_300}, at_most=245)
    {'files': 604, 'databases': 137}
    """
    whole = sum(sizes.values())
    low = sample_size(whole, at_most, confidence)
    step, high = 1, low
    while high < whole and not _shows(sizes, divide(sizes, high, division), at_most, confidence):
        low, high, step = high + 1, min(whole, high + step), 2 * step
    while low < high:
        middle = (low + high) // 2
        if _shows(sizes, divide(sizes, middle, division), at_most, confidence):
            high = middle
        else:
            low = middle + 1
    return divide(sizes, high, division)


def _shows(
    sizes: Mapping[str, int], drawn: Mapping[str, int], at_most: int, confidence: float
) -> bool:
    strata = [Stratum(sizes[name], drawn[name]) for name in sizes]
    return stratified_bound(strata, confidence) <= at_most


def ticket(seed: bytes, item: str) -> bytes:
    """Return the ticket of an item: HMAC-SHA-256 of its id, as JSON in ASCII, under the seed."""
    return hmac.digest(seed, canonical_json(item).encode("ascii"), "sha256")


def draw(seed: bytes, items: Sequence[Item], drawn: Mapping[str, int]) -> list[Item]:
    """Return the drawn items: of each stratum those with the lowest tickets, in that order.

    Raises
    ------
    ValueError
        If a stratum has fewer items than are to be drawn, or is not known.

    Examples
    --------
    >>> [item.id for item in draw(b"seed", [Item(one) for one in "abcdef"], {"": 2})]
    ['c', 'b']
    """
    chosen: list[Item] = []
    sizes = sizes_of(items)
    for name, count in sorted(drawn.items()):
        if count > sizes.get(name, 0):
            raise ValueError("a stratum has fewer items than are to be drawn")
        members = (item for item in items if item.stratum == name)
        chosen += sorted(members, key=lambda item: (ticket(seed, item.id), item.id))[:count]
    return chosen
