"""Which files of large code have to be followed: those tied by the names that carry origin on.

Up: a file that uses another one matters if it mentions a name of it that carries origin. Down: a
file that such a file needs matters if it defines a name that is mentioned where origin is carried.
Ties by data are followed where the name of the data is spelled; those of other languages are kept
whole.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Set

from doorlicht.lineage.mentions import WRITES
from doorlicht.lineage.paths import FILE_ENDINGS, normal_dataset, same_dataset
from doorlicht.lineage.slicing import WORD, Pieces, pieces_of
from doorlicht.lineage.ties import Ties
from doorlicht.lineage.values import HOLE


def narrowed(
    ties: Ties, seeds: Mapping[str, Set[str] | None], text_of: Callable[[str], str]
) -> dict[str, frozenset[str] | None]:
    """Return the files that have to be followed, with what of each is followed without a call.

    Those are functions and classes that carry origin; ``None`` stands for all of a file.

    Parameters
    ----------
    ties
        How the files are tied to each other.
    seeds
        The files that name origin, with the words that do; ``None`` if it is not known which.
    text_of
        Gives the text of a file of Python.
    """
    walk = _Walk(ties, text_of)
    for path, words in sorted(seeds.items()):
        walk.take(path, words)
    return walk.run()


class _Walk:
    def __init__(self, ties: Ties, text_of: Callable[[str], str]) -> None:
        self.ties = ties
        self.text_of = text_of
        self.pieces: dict[str, Pieces] = {}
        self.taken: dict[str, set[str] | None] = {}
        """Words of a file that carry origin; ``None``: any may."""
        self.needed: dict[str, set[str]] = {}
        """Words that are mentioned where origin is carried."""
        self.data: dict[str, list[str]] = {}
        self.alone: dict[str, frozenset[str]] = {}
        """Names at the top of a file that carry origin."""
        self.up: list[str] = []
        self.down: list[str] = []

    def run(self) -> dict[str, frozenset[str] | None]:
        """Walk until nothing new is met."""
        while self.up or self.down:
            if self.up:
                self._to_users(self.up.pop())
            else:
                self._to_needed(self.down.pop())
        found: dict[str, frozenset[str] | None] = {}
        for path in {*self.taken, *self.needed}:
            is_whole = not _is_python(path) or self.taken.get(path, ()) is None
            found[path] = None if is_whole else self.alone.get(path, frozenset())
            for other in self.ties.passed.get(path, ()):
                found.setdefault(other, frozenset())
        return found

    def take(self, path: str, words: Set[str] | None) -> None:
        """Let words of a file carry origin."""
        known = self.taken.get(path, set[str]())
        if path in self.taken and (known is None or (words is not None and words <= known)):
            return
        self.taken[path] = None if words is None or known is None else known | words
        self.up.append(path)

    def _need(self, path: str, words: Iterable[str]) -> None:
        fresh = set(words) - self.needed.get(path, set())
        if fresh or path not in self.needed:
            self.needed.setdefault(path, set()).update(fresh)
            self.down.append(path)

    def _of(self, path: str) -> Pieces:
        known = self.pieces.get(path)
        if known is None:
            known = self.pieces[path] = pieces_of(self.text_of(path))
        return known

    def _is_by_name(self, user: str, needed: str) -> bool:
        return (user, needed) in self.ties.by_name

    def _to_users(self, path: str) -> None:
        if not _is_python(path):
            for user in self.ties.used_by.get(path, ()):
                self.take(user, None)
            self._need(path, ())
            self._share(path, None)
            return
        words = self.taken[path]
        met = self._of(path).pieces if words is None else self._of(path).met_by(words)
        carried = frozenset[str]().union(*(piece.names for piece in met))
        mentioned = frozenset[str]().union(*(piece.words for piece in met))
        self.alone[path] = carried
        for user in self.ties.used_by.get(path, ()):
            self._to_user(user, path, carried)
        for piece in met:
            if piece.is_open:
                self._hand_over(path, piece.words)
        self._need(path, mentioned)
        self._share(path, mentioned)

    def _to_user(self, user: str, path: str, carried: Set[str]) -> None:
        if not _is_python(user):
            self.take(user, None)
        elif self._is_by_name(user, path):
            found = carried & self._of(user).words
            if found:
                self.take(user, found)
        else:
            # It is run or read as a file: where its name is spelled.
            stem = posixpath.splitext(path)[0]
            self.take(user, (_words_of(stem) & self._of(user).words) or None)

    def _share(self, path: str, words: Set[str] | None) -> None:
        """Follow data to where it is written or read: where its name is spelled."""
        for other in self.ties.shares.get(path, ()):
            for ours, theirs in self._shared(path, other):
                if words is not None and ours and words.isdisjoint(ours):
                    continue
                if not _is_python(other):
                    self.take(other, None)
                else:
                    self.take(other, (theirs & self._of(other).words) or None)

    def _shared(self, path: str, other: str) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
        """Yield the words with which each of two files spells a data set that both mention."""
        for ours in self._data_of(path):
            for theirs in self._data_of(other):
                if ours == theirs or same_dataset(ours, theirs):
                    yield _words_of(ours), _words_of(theirs)

    def _data_of(self, path: str) -> list[str]:
        known = self.data.get(path)
        if known is None:
            ties = (tie.partition(":") for tie in sorted(self.ties.files[path].ties))
            known = [
                normal_dataset(t) for kind, _, t in ties if kind in ("data", "table", "script")
            ]
            self.data[path] = known
        return known

    def _hand_over(self, path: str, words: Set[str]) -> None:
        """Let what a statement is done with hold what it carries: a registry of another file."""
        for other in self.ties.needs.get(path, ()):
            if self._is_by_name(path, other):
                found = self._of(other).filled_by(words)
                if found:
                    self.take(other, found)

    def _to_needed(self, path: str) -> None:
        words = self.needed[path]
        is_all = not _is_python(path)
        mentioned = words if is_all else self._of(path).mentioned(words) | words
        for other in self.ties.needs.get(path, ()):
            if is_all or not self._is_by_name(path, other):
                self._need(other, self._of(other).names if _is_python(other) else ())
                continue
            found = mentioned & self._of(other).names
            if found:
                self._need(other, found)
        if WRITES in self.ties.files[path].ties:
            # What is handed to a function may be written there, and read elsewhere.
            self._share(path, mentioned if _is_python(path) else None)


def _words_of(dataset: str) -> frozenset[str]:
    """Return the words of the last part of a path, without those that only tell a form."""
    words = {
        word for part in dataset.rsplit("/", 1)[-1].split(HOLE) for word in WORD.findall(part)
    }  # fmt: skip
    return frozenset(words - FILE_ENDINGS) or frozenset(words)


def _is_python(path: str) -> bool:
    return path.lower().endswith((".py", ".pyw"))
