"""What an earlier trace learned, by the hash of what it read: only what changed is followed again.

The cache holds names and places, no code and no value; it is no evidence and may be thrown away.
A part that cannot be read is made anew.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from pydantic import TypeAdapter

from doorlicht.lineage.relevance import Relevance, Words
from doorlicht.lineage.ties import LeftOut
from doorlicht.records import TraceResult

FORM: Final = "6"
"""Changes when what is stored does."""

_Known: TypeAlias = tuple[bool, bool, bool, tuple[str, ...]]
_FORM_OF_RESULT: Final = TypeAdapter(TraceResult)
_FORM_OF_GROUPS: Final = TypeAdapter(tuple[list[list[str]], tuple[LeftOut, ...]])
_FORM_OF_WORDS: Final = TypeAdapter(dict[str, _Known])


def cache_beside(register: str) -> Path | None:
    """Return where what need not be followed again is kept; nowhere for a register on a server."""
    if "://" in register:
        return None
    return Path(register).with_name(f".{Path(register).name}.trace-cache")


class TraceCache:
    """What is known of files and of groups of files; without a folder nothing is kept.

    Parameters
    ----------
    knowledge
        Everything beside the code that decides what comes out: versions, editions, schemas.
    """

    def __init__(self, folder: Path | None, knowledge: Iterable[str]) -> None:
        self.folder = folder
        self.knowledge = _digest(FORM, *knowledge)
        self._words: dict[str, _Known] = {}
        self._fresh: dict[str, _Known] = {}
        self._used: set[str] = set()
        if folder is not None:
            self._words = _load(folder / f"words-{self.knowledge[:16]}.json")

    def words(self, digest: str, path: str) -> Words | None:
        """Return what the words of a file say, if a file of the same content is known."""
        known = self._words.get(digest)
        if known is None:
            return None
        self._fresh[digest] = known
        is_seed, is_model, names_origin, ties = known
        return Words(path, is_seed, frozenset(ties), is_model, names_origin)

    def keep_words(self, digest: str, words: Words) -> None:
        """Remember what the words of a file say."""
        self._fresh[digest] = (
            words.is_seed, words.is_model, words.names_origin, tuple(sorted(words.ties)),
        )  # fmt: skip

    def key(self, members: Sequence[tuple[str, str]]) -> str:
        """Return the key of a group of files: of their paths and what is in them."""
        return _digest(self.knowledge, *(f"{path}\x1f{digest}" for path, digest in sorted(members)))

    def key_of_words(self, words: Iterable[Words]) -> str:
        """Return the key of what the words of all files say, which decides how they are tied."""
        return _digest(
            self.knowledge,
            *(
                "\x1f".join(
                    (one.path, f"{one.is_seed:d}{one.is_model:d}{one.names_origin:d}",
                     *sorted(one.ties))
                )
                for one in words
            ),
        )  # fmt: skip

    def relevance(self, key: str) -> Relevance | None:
        """Return how files are tied, if the words of all of them said the same before."""
        if self.folder is None:
            return None
        try:
            groups, left_out = _FORM_OF_GROUPS.validate_json(self._file(key).read_bytes())
        except (OSError, ValueError):
            return None
        self._used.add(key)
        return Relevance([frozenset(group) for group in groups], left_out)

    def keep_relevance(self, key: str, relevance: Relevance) -> None:
        """Remember how files are tied, where nothing but their words told it."""
        if self.folder is not None:
            self._used.add(key)
            content = [[sorted(group) for group in relevance.groups], relevance.left_out]
            _write(self._file(key), json.dumps(content).encode("utf-8"))

    def _file(self, key: str) -> Path:
        return (self.folder or Path()) / f"{key[:40]}.json"

    def result(self, key: str) -> TraceResult | None:
        """Return what following a group showed, if the same group was followed before."""
        if self.folder is None:
            return None
        self._used.add(key)
        try:
            return _FORM_OF_RESULT.validate_json(self._file(key).read_bytes())
        except (OSError, ValueError):
            return None

    def keep_result(self, key: str, result: TraceResult) -> None:
        """Remember what following a group showed."""
        if self.folder is not None:
            self._used.add(key)
            _write(self._file(key), _FORM_OF_RESULT.dump_json(result))

    def close(self) -> None:
        """Write what is new, and let go of what this trace did not use."""
        if self.folder is None:
            return
        if self._fresh != self._words:
            _write(
                self.folder / f"words-{self.knowledge[:16]}.json",
                json.dumps(self._fresh).encode("utf-8"),
            )
        kept = {f"{key[:40]}.json" for key in self._used}
        kept.add(f"words-{self.knowledge[:16]}.json")
        for file in self.folder.glob("*"):
            if file.name not in kept:
                file.unlink(missing_ok=True)


def digest_of(content: bytes) -> str:
    """Return the hash of what a file holds."""
    return hashlib.sha256(content).hexdigest()


def _digest(*parts: str) -> str:
    joined = "\x1e".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()


def _load(file: Path) -> dict[str, _Known]:
    try:
        return _FORM_OF_WORDS.validate_json(file.read_bytes())
    except (OSError, ValueError):
        return {}


def _write(file: Path, content: bytes) -> None:
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        beside.replace(file)
    except OSError:
        # A cache that cannot be written costs time and nothing else.
        beside.unlink(missing_ok=True)
