"""Which file is tied to which: by imports, scripts, data files, tables and names of R.

Two kinds of tie. A file *needs* another if it runs, imports or sources it: to follow the first, the
second must be known. Files *share* what one of them may write and another read.

Imports are followed name by name. What ``pkg/__init__.py`` only passes on comes from the file that
defines it, and so a package of a thousand files is not tied together by its front door.

Limits: what one file changes inside another when it is imported (registries, patches) ties nothing.
"""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from doorlicht.lineage.mentions import ANYTHING, PASSES_ON, UNKNOWN_FOLDER, WRITES
from doorlicht.lineage.mentions import SETTINGS as LOADS_SETTINGS
from doorlicht.lineage.modules import ModuleIndex
from doorlicht.lineage.paths import is_nameless, normal_dataset, same_dataset
from doorlicht.lineage.values import HOLE

MAX_USERS: Final = 200
"""Files that use one file, beyond which only those with a model or names of origin are followed."""

MAX_SHARING: Final = 15
"""Files that mention one data file or table, up to which they are taken to mean the same."""

MAX_SETTINGS: Final = 20
"""Files of settings that name origin, up to which each may be the one that code loads."""

MAX_PASSED_ON: Final = 12
"""Files that pass a name on, one after the other."""

MAX_FOLDER: Final = 300
"""Files of a folder that is sourced whole."""

NO_DATA: Final = frozenset(
    [
        "requirements.txt", "setup.py", "setup.cfg", "__init__.py", "__main__.py", "package.json",
        "readme.txt",
        "license.txt", "pyproject.toml", "conftest.py", "tox.ini", "environment.yml",
        "docker-compose.yml", "manifest.json", "robots.txt", "pytest.ini",
    ]
)  # fmt: skip
"""Files of tools, of which every project has its own: they hand over no data."""

SETTINGS: Final = frozenset({".yml", ".yaml", ".toml", ".ini", ".cfg", ".json"})
"""Endings of files that, where they lie in the tree, are read by many and written by nobody."""


class Mentioned(NamedTuple):
    """What one file mentions (``mentions.py``), and whether it must be followed by itself."""

    path: str
    ties: frozenset[str]
    is_telling: bool


class LeftOut(NamedTuple):
    """A tie that was not followed: at which file, why, of what, and how many files it concerns."""

    path: str
    construct: str
    name: str
    files: int


class _Taken(NamedTuple):
    """Where a name comes from, and which files pass it on."""

    definers: frozenset[str] = frozenset()
    passing: frozenset[str] = frozenset()

    def plus(self, other: _Taken) -> _Taken:
        return _Taken(self.definers | other.definers, self.passing | other.passing)


@dataclass(slots=True)
class _Exports:
    """What a file imports, by the name that it has there."""

    names: dict[str, tuple[int, str, str]] = field(default_factory=dict[str, tuple[int, str, str]])
    """Dots, module and name in it."""
    stars: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])


class Ties:
    """The ties between files, and what is reached along them."""

    def __init__(self, files: Sequence[Mentioned]) -> None:
        self.files: Mapping[str, Mentioned] = {file.path: file for file in files}
        self.needs: dict[str, set[str]] = defaultdict(set)
        self.passed: dict[str, set[str]] = defaultdict(set)
        self.used_by: dict[str, set[str]] = defaultdict(set)
        self.shares: dict[str, set[str]] = defaultdict(set)
        self.by_name: set[tuple[str, str]] = set()
        """Which file needs which only for the names that it takes from it."""
        self.left_out: list[LeftOut] = []
        self._users: set[str] = set()
        """What was reached as a user of what names origin, and not because it is needed."""
        self._wide: list[tuple[str, frozenset[str]]] = []
        self._modules = ModuleIndex(
            path for path in self.files if path.lower().endswith((".py", ".pyw"))
        )
        self._exports: dict[str, _Exports] = {}
        self._origins: dict[tuple[str, str], _Taken] = {}
        self._scripts: dict[str, list[str]] = defaultdict(list)
        self._folders: dict[str, list[str]] = defaultdict(list)
        for path in self.files:
            low = path.lower()
            self._scripts[posixpath.basename(low)].append(path)
            self._folders[posixpath.dirname(low)].append(path)
        self._tie_modules()
        self._tie_files()
        self._tie_r()
        self._tie_settings()

    def _need(self, path: str, others: Iterable[str], *, is_by_name: bool = False) -> None:
        for other in others:
            if other != path:
                if not is_by_name:
                    self.by_name.discard((path, other))
                elif other not in self.needs[path]:
                    self.by_name.add((path, other))
                self.needs[path].add(other)
                self.used_by[other].add(path)

    # ── modules ─────────────────────────────────────────────────────────────────────────────

    def _tie_modules(self) -> None:
        for path, file in self.files.items():
            if PASSES_ON in file.ties and not file.is_telling:
                # It matters only to who takes a name through it.
                continue
            for tie in file.ties:
                kind, _, told = tie.partition(":")
                if kind == "module":
                    level, module, names = _parts(told)
                    taken = _Taken()
                    for name in names:
                        taken = taken.plus(self._taken(path, level, module, name.split("=")[0]))
                    self._need(path, taken.definers, is_by_name=True)
                    self.passed[path] |= taken.passing - {path}
                elif kind == "modules":
                    folder = told.lstrip(".").replace(".", "/").lower()
                    self._need(path, self._in_folder(path, folder, (".py",)))

    def _taken(self, path: str, level: int, module: str, name: str, depth: int = 0) -> _Taken:
        """Return where a name that a file takes from a module comes from."""
        base = self._modules.find(path, module, level)
        if name == ANYTHING:
            if base is not None:
                return self._all_of(base)
            # The path of a class or function: its module comes before the last point.
            owner, _, last = module.rpartition(".")
            found = self._modules.find(path, owner, level) if owner else None
            return _Taken() if found is None else self._origin(found, last, depth + 1)
        first, _, rest = name.partition(".")
        below = f"{module}.{first}" if module else first
        inner = self._modules.find(path, below, level)
        if base is not None and first in self._exports_of(base).names:
            return self._origin(base, first, depth + 1)
        if inner is not None:
            through = frozenset({base}) if base is not None else frozenset[str]()
            taken = self._origin(inner, rest, depth + 1) if rest else self._all_of(inner)
            return taken.plus(_Taken(frozenset({inner}), through))
        return _Taken() if base is None else self._origin(base, first, depth + 1)

    def _all_of(self, path: str) -> _Taken:
        return _Taken(frozenset({path}))

    def _origin(self, path: str, name: str, depth: int) -> _Taken:
        """Return which file defines what another file has under a name."""
        known = self._origins.get((path, name))
        if known is not None:
            return known
        own = _Taken(frozenset({path}))
        if depth > MAX_PASSED_ON:
            return own
        self._origins[path, name] = own  # imports may go round
        exports = self._exports_of(path)
        if name in exports.names:
            level, module, inner = exports.names[name]
            found = self._taken(path, level, module, inner, depth)
            # A file with words of its own about origin may do more than pass on.
            found = found.plus(_Taken(frozenset(), frozenset({path})))
            if self.files[path].is_telling:
                found = found.plus(own)
        else:
            found = own
            for level, module in exports.stars:
                base = self._modules.find(path, module, level)
                if base is not None:
                    found = found.plus(self._origin(base, name, depth + 1))
        self._origins[path, name] = found
        return found

    def _exports_of(self, path: str) -> _Exports:
        known = self._exports.get(path)
        if known is None:
            known = self._exports[path] = _Exports()
            for tie in sorted(self.files[path].ties):
                kind, _, told = tie.partition(":")
                if kind != "module":
                    continue
                level, module, names = _parts(told)
                if names == [ANYTHING]:
                    if self._modules.find(path, module, level) is not None:
                        known.stars.append((level, module))
                    continue
                for name in names:
                    inner, _, bound = name.partition("=")
                    if "." not in inner:
                        known.names[bound or inner] = (level, module, inner)
        return known

    # ── scripts, data files and tables ──────────────────────────────────────────────────────

    def _tie_files(self) -> None:
        mentioned: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        scripts: set[str] = set()
        for path, file in self.files.items():
            for tie in sorted(file.ties):
                kind, _, told = tie.partition(":")
                if kind == "table":
                    mentioned[told][told].append(path)
                elif kind in ("data", "script"):
                    spelled = normal_dataset(told)
                    mentioned[posixpath.basename(spelled)][spelled].append(path)
                    if kind == "script":
                        scripts.add(posixpath.basename(spelled))
                elif kind == "folder":
                    self._need(path, self._in_folder(path, told, (".r", ".py", ".sql")))
        names = _NameIndex([*mentioned, *self._scripts])
        for base, spellings in mentioned.items():
            if not base or base in NO_DATA:
                continue
            alike = names.alike(base)
            is_present = False
            for name in alike:
                for spelled, paths in spellings.items():
                    is_present |= self._tie_present(name, spelled, paths)
            is_settings = is_present and posixpath.splitext(base)[1] in SETTINGS
            if not is_settings and base not in scripts and not is_nameless(base):
                self._share(base, [(s, p) for name in alike if name in mentioned
                                   for s, p in mentioned[name].items()])  # fmt: skip

    def _tie_present(self, name: str, spelled: str, paths: Sequence[str]) -> bool:
        """Tie files to those of the tree that a spelled path can mean, nearest first."""
        present = self._scripts.get(name, ())
        if not present:
            return False
        agreeing = [one for one in present if same_dataset(normal_dataset(one), spelled)]
        for path in paths:
            found = _nearest(agreeing or present, path)[:MAX_FOLDER]
            if spelled.endswith(".py") and ("/" not in spelled or not agreeing):
                # Texts and examples name ``models.py`` too; elsewhere it is another one.
                found = [one for one in found if _share_folder(one, path)]
            self._need(path, found)
        return True

    def _share(self, name: str, spellings: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Tie the files that mention one data set, as far as their spellings can be the same."""
        first: dict[str, str] = {}
        everyone = {path for _, paths in spellings for path in paths}
        # A name that very many files use is no name of one data set, but within a folder it is.
        is_wide = len(everyone) > MAX_SHARING
        if is_wide:
            self._wide.append((name, frozenset(everyone)))
        by_folder: dict[str, str] = {}
        for spelled, paths in spellings:
            few = not is_wide or ("/" in spelled and len(set(paths)) <= MAX_SHARING)
            for path in paths:
                folder = posixpath.dirname(path) if is_wide else ""
                near = by_folder.setdefault(folder, path) if is_wide else path
                self._tie_sharing(path, near)
                if few:
                    self._tie_sharing(path, first.setdefault(spelled, path))
        if not is_wide:
            heads = list(first.items())
            for at, (spelled, path) in enumerate(heads):
                for other, owner in heads[at + 1 :]:
                    if same_dataset(spelled, other):
                        self._tie_sharing(path, owner)

    def _tie_sharing(self, path: str, other: str) -> None:
        if path != other:
            self.shares[path].add(other)
            self.shares[other].add(path)

    def _in_folder(self, path: str, folder: str, endings: tuple[str, ...]) -> list[str]:
        """Return the files of a folder that is sourced whole; of several, the nearest."""
        if folder == UNKNOWN_FOLDER:
            own = posixpath.dirname(path.lower())
            found = [
                one for name, files in self._folders.items()
                if not own or name == own or name.startswith(own + "/")
                for one in files
            ]  # fmt: skip
        else:
            wanted = normal_dataset(folder)
            own = posixpath.dirname(path.lower())
            if wanted in ("", "."):
                found = list(self._folders.get(own, ()))
            else:
                last = wanted.rsplit("/", 1)[-1]
                found = [
                    one for name, files in self._folders.items()
                    if name.rsplit("/", 1)[-1] == last and same_dataset(name, wanted)
                    for one in files
                ]  # fmt: skip
                found = list(_nearest(found, path))
        found = [one for one in found if one.lower().endswith(endings)]
        if len(found) > MAX_FOLDER:
            self.left_out.append(LeftOut(path, "folder_too_large", folder, len(found) - MAX_FOLDER))
        return sorted(found)[:MAX_FOLDER]

    # ── R ───────────────────────────────────────────────────────────────────────────────────

    def _tie_r(self) -> None:
        """Tie scripts to those whose functions they call: R has one space for all names."""
        defined: dict[str, list[str]] = defaultdict(list)
        packages: dict[str, list[str]] = defaultdict(list)
        for path, file in self.files.items():
            folder = posixpath.dirname(path.lower())
            if posixpath.basename(folder) == "r":
                packages[posixpath.basename(posixpath.dirname(folder))].append(path)
            for tie in file.ties:
                if tie.startswith("defines:"):
                    defined[tie[8:]].append(path)
        for path, file in self.files.items():
            for tie in file.ties:
                kind, _, name = tie.partition(":")
                if kind == "uses" and name in defined:
                    self._need(path, _nearest(defined[name], path))
                elif kind == "package" and name and name in packages:
                    self._need(path, packages[name])

    def _tie_settings(self) -> None:
        """Tie code that loads settings to those that name origin: each may be the ones."""
        settings = [
            path for path, file in self.files.items()
            if file.is_telling and posixpath.splitext(path.lower())[1] in SETTINGS
        ]  # fmt: skip
        if len(settings) <= MAX_SETTINGS:
            for path, file in self.files.items():
                if LOADS_SETTINGS in file.ties and not self._names_settings(file):
                    self._need(path, settings)

    def _names_settings(self, file: Mentioned) -> bool:
        """Return whether a file spells the name of settings that lie in the tree."""
        names = (tie[5:].rsplit("/", 1)[-1] for tie in file.ties if tie.startswith("data:"))
        return any(posixpath.splitext(n)[1] in SETTINGS and n in self._scripts for n in names)

    # ── what is reached ─────────────────────────────────────────────────────────────────────

    def reached(self, seeds: Iterable[str]) -> set[str]:
        """Return the seeds, what uses them, what they share data with, and what all those need."""
        users: set[str] = set()
        reached: set[str] = set()
        waiting = sorted(seeds)
        users.update(waiting)
        while waiting:
            while waiting:
                path = waiting.pop()
                for other in (*self._users_of(path), *self.shares.get(path, ())):
                    if other not in users:
                        users.add(other)
                        waiting.append(other)
            fresh = self.needed_by_all(users - reached, reached)
            reached |= users
            # What is handed to a function may be written there, and read elsewhere.
            for path in sorted(one for one in fresh if WRITES in self.files[one].ties):
                for other in self.shares.get(path, ()):
                    if other not in users:
                        users.add(other)
                        waiting.append(other)
        reached |= {other for path in reached for other in self.passed.get(path, ())}
        self._users = users
        return reached

    def needed_by_all(self, paths: Iterable[str], known: set[str]) -> set[str]:
        """Return what files need, and what that needs in turn; it is added to ``known``."""
        fresh: set[str] = set()
        waiting = list(paths)
        while waiting:
            path = waiting.pop()
            for other in self.needs.get(path, ()):
                if other not in known:
                    known.add(other)
                    fresh.add(other)
                    waiting.append(other)
        return fresh

    def _users_of(self, path: str) -> Iterable[str]:
        users = self.used_by.get(path, set[str]())
        if len(users) <= MAX_USERS:
            return sorted(users)
        return sorted(one for one in users if self.files[one].is_telling)

    def tell_wide(self, reached: Set[str], *, narrowed: Set[str] = frozenset()) -> None:
        """Tell which ties were left out because very many have them.

        Users of the ``narrowed`` files were looked at name by name, however many they are.
        """
        for path in sorted(self._users - narrowed):
            missing = self.used_by.get(path, set[str]()) - reached
            if missing:
                self.left_out.append(
                    LeftOut(path, "used_widely", posixpath.basename(path), len(missing))
                )
        for name, everyone in self._wide:
            known = sorted(everyone & reached)
            missing = everyone - reached
            if known and missing:
                shown = name.replace(HOLE, "*")
                self.left_out.append(LeftOut(known[0], "shared_widely", shown, len(missing)))

    def groups_of(self, paths: set[str]) -> list[frozenset[str]]:
        """Return the files in groups that are tied to each other."""
        groups: list[frozenset[str]] = []
        left = set(paths)
        passes: dict[str, set[str]] = defaultdict(set)
        for path in paths:
            for other in self.passed.get(path, ()):
                passes[other].add(path)
        for start in sorted(paths):
            if start not in left:
                continue
            group, waiting = {start}, [start]
            while waiting:
                for other in self._tied_to(waiting.pop(), passes):
                    if other in left and other not in group:
                        group.add(other)
                        waiting.append(other)
            left -= group
            groups.append(frozenset(group))
        return groups

    def _tied_to(self, path: str, passes: Mapping[str, set[str]]) -> Iterator[str]:
        for ties in (self.needs, self.used_by, self.shares, self.passed, passes):
            yield from ties.get(path, ())


class _NameIndex:
    """Finds the names of files that can be the same, also where a piece of one is not known."""

    def __init__(self, names: Iterable[str]) -> None:
        self.known = sorted(set(names))
        self.backward = sorted(name[::-1] for name in self.known)
        self.open = [name for name in self.known if HOLE in name and not is_nameless(name)]
        self._met: dict[str, set[str]] = defaultdict(set)
        for pattern in self.open:
            for name in self._candidates(pattern):
                if same_dataset(pattern, name):
                    self._met[pattern].add(name)
                    self._met[name].add(pattern)

    def alike(self, name: str) -> list[str]:
        """Return the name itself, and all that can be the same."""
        return sorted({name, *self._met.get(name, ())})

    def _candidates(self, pattern: str) -> Iterator[str]:
        head, tail = pattern.split(HOLE, 1)[0], pattern.rsplit(HOLE, 1)[-1]
        if head and (len(head) >= len(tail) or "." not in tail or tail.startswith(".")):
            yield from _beginning(self.known, head)
            return
        for name in _beginning(self.backward, tail[::-1]):
            yield name[::-1]


def _beginning(names: Sequence[str], start: str) -> Iterator[str]:
    at = bisect_left(names, start)
    while at < len(names) and names[at].startswith(start):
        yield names[at]
        at += 1


def _parts(told: str) -> tuple[int, str, list[str]]:
    dotted, _, names = told.partition("|")
    module = dotted.lstrip(".")
    return len(dotted) - len(module), module, names.split(",")


def _share_folder(first: str, second: str) -> bool:
    """Return whether two files lie under one folder of the root, or one of them in the root."""
    return (
        "/" not in first or "/" not in second or first.split("/", 1)[0] == second.split("/", 1)[0]
    )


def _nearest(paths: Sequence[str], path: str) -> Sequence[str]:
    """Return of several files of one name those nearest in the tree."""
    if len(paths) <= 1:
        return paths
    shared = [len(posixpath.commonpath(["/" + path, "/" + other])) for other in paths]
    best = max(shared)
    return [other for other, length in zip(paths, shared, strict=True) if length == best]
