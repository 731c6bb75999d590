"""Finds frameworks: those that are shipped, those of plugins, and a user's own folder.

A framework is known by its name and its edition. Editions are dated and never change once
released; a verdict names the one it used, so that it can be repeated years later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final, cast

import yaml

from doorlicht.assessment.check import find_faults
from doorlicht.assessment.framework import Framework
from doorlicht.assessment.framework_form import key_error, make_framework
from doorlicht.errors import FrameworkError, InputError, nearest
from doorlicht.plugins import find_plugins
from doorlicht.shipped import parse_yaml_once, yaml_problem

CASES: Final = "cases.yaml"
"""The worked cases beside a framework; they are no part of it."""

MAX_BYTES: Final = 8 << 20
"""Of one file; a whole legal framework takes a hundredth of it."""

MAX_LOADED: Final = 64
"""Frameworks that are kept in memory."""

EDITION: Final = r"\d{4}-\d{2}-\d{2}"


def shipped_frameworks() -> Traversable:
    """Return the folder of frameworks that doorlicht ships with.

    Examples
    --------
    >>> shipped_frameworks().joinpath("motion-21").is_dir()
    True
    """
    return resources.files("doorlicht.assessment") / "frameworks"


def known_frameworks() -> dict[str, dict[str, Traversable]]:
    """Return the folder of each edition of each framework, editions oldest first.

    Raises
    ------
    FrameworkError
        If a plugin of frameworks cannot be loaded, or two give the same edition.

    Examples
    --------
    >>> "motion-21" in known_frameworks()
    True
    """
    found: dict[str, dict[str, Traversable]] = {}
    plugins, failures = find_plugins("doorlicht.frameworks")
    for failure in failures:
        raise FrameworkError("framework.plugin", name=failure.name, kind=str(failure.reason))
    for make_folder in plugins.values():
        for folder in sorted(make_folder().iterdir(), key=lambda one: one.name):
            if not folder.is_dir() or folder.name.startswith(("_", ".")):
                continue
            for edition in sorted(folder.iterdir(), key=lambda one: one.name):
                if edition.is_dir() and not edition.name.startswith(("_", ".")):
                    editions = found.setdefault(folder.name, {})
                    if edition.name in editions:
                        raise FrameworkError(
                            "framework.twice", name=folder.name, edition=edition.name
                        )
                    editions[edition.name] = edition
    return {name: dict(sorted(found[name].items())) for name in sorted(found)}


def load_framework(name: str, edition: str | None = None) -> Framework:
    """Return an edition of a framework, the newest if none is named.

    Parameters
    ----------
    name
        Of a known framework (``motion-21``, also ``motion-21@2026-11-27``), or the path of a
        folder with one, or with a folder for each edition.

    Raises
    ------
    InputError
        If there is no such framework or edition.
    FrameworkError
        If it is not what a framework must be, or names what is not there.

    Examples
    --------
    >>> load_framework("motion-21").outcomes["rechtmatig"].label["en"]
    'lawful'
    """
    folder = find_framework(name, edition)
    made = load_folder(folder)
    place = next(
        (
            (listed, date)
            for listed, editions in known_frameworks().items()
            for date, one in editions.items()
            if one == folder
        ),
        None,
    )
    if place is not None and place != (made.name, made.edition):
        # A verdict names the edition; one that calls itself otherwise could not be found again.
        raise key_error(folder.name, "edition", "form")
    if find_faults(made):
        raise FrameworkError("framework.unsound", where=folder.name, name=name)
    if edition is not None and made.edition != edition:
        raise InputError(
            "framework.unknown_edition", name=made.name, edition=edition, known=made.edition
        )
    return made


def find_framework(name: str, edition: str | None = None) -> Traversable:
    """Return the folder of a framework; see :func:`load_framework`."""
    known = known_frameworks()
    if name not in known and edition is None and "@" in name and not Path(name).is_dir():
        name, _, edition = name.partition("@")
    if name in known:
        return _edition(name, known[name], edition)
    path = Path(name)
    if not path.is_dir():
        raise InputError("framework.unknown", name=name, nearest=nearest(name, known))
    editions = {one.name: one for one in path.iterdir() if _is_edition(one)}
    if editions and not any(_files(path)):
        return _edition(name, dict(sorted(editions.items())), edition)
    return path


def _edition(name: str, editions: Mapping[str, Traversable], edition: str | None) -> Traversable:
    if edition is None:
        return editions[max(editions)]
    if edition not in editions:
        raise InputError(
            "framework.unknown_edition", name=name, edition=edition, known=", ".join(editions)
        )
    return editions[edition]


def _is_edition(folder: Path) -> bool:
    return folder.is_dir() and re.fullmatch(EDITION, folder.name) is not None


def load_folder(folder: Traversable) -> Framework:
    """Return the framework that the files of a folder hold together."""
    return _load(folder, ())


_loaded: dict[tuple[object, ...], Framework] = {}
"""Frameworks by all that is in their files, so that a file that changes is read anew."""


def _load(folder: Traversable, within: tuple[str, ...]) -> Framework:
    """Return a framework; ``within`` are the folders whose shared facts led here."""
    place = str(folder.resolve()) if isinstance(folder, Path) else str(folder)
    if place in within:
        raise key_error(folder.name, "shared_facts", "circle")
    texts = tuple((file.name, text_of(file)) for file in _files(folder))
    tree = _tree_of(texts)
    if not tree:
        raise InputError("framework.empty", path=str(folder))
    shared = {
        (name, edition): _load(_shared_folder(folder, name, edition), (*within, place))
        for name, edition in _shared_names(tree)
    }
    key = (folder.name, texts, tuple(one.digest for one in shared.values()))
    if key not in _loaded:
        if len(_loaded) >= MAX_LOADED:
            _loaded.clear()
        _loaded[key] = make_framework(
            tree, folder.name, lambda name, edition: shared[name, edition].facts
        )
    return _loaded[key]


def _shared_names(tree: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the frameworks that ``shared_facts`` names, as far as it is well formed."""
    given: Any = tree.get("shared_facts")
    entries: list[Any] = cast("list[Any]", given) if isinstance(given, list) else [given]
    named = [cast("dict[Any, Any]", one) for one in entries if isinstance(one, dict)]
    return list(
        dict.fromkeys(
            (str(one["framework"]), str(one["edition"]))
            for one in named
            if "framework" in one and "edition" in one
        )
    )


def _shared_folder(folder: Traversable, name: str, edition: str) -> Traversable:
    """Return the folder of another framework: a known one, or one beside a user's own."""
    if name not in known_frameworks() and isinstance(folder, Path):
        beside = folder / name
        if beside.is_dir():
            return find_framework(str(beside), edition)
    return find_framework(name, edition)


@lru_cache(maxsize=32)
def _tree_of(texts: tuple[tuple[str, str], ...]) -> Mapping[str, Any]:
    """Return the keys of all files together; a key in two files is an error."""
    tree: dict[str, Any] = {}
    for name, text in texts:
        for key, branch in _parsed(name, text).items():
            if key in tree:
                raise key_error(name, str(key), "twice")
            tree[str(key)] = branch
    return tree


def _parsed(name: str, text: str) -> Mapping[Any, Any]:
    try:
        tree: Any = parse_yaml_once(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise FrameworkError("framework.no_yaml", path=name, problem=yaml_problem(error)) from None
    if tree is None:
        return {}
    if not isinstance(tree, dict):
        raise key_error(name, "-", "mapping")
    return cast("dict[Any, Any]", tree)


def _files(folder: Traversable) -> Iterator[Traversable]:
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name.endswith((".yaml", ".yml")) and file.name != CASES:
            yield file


def text_of(file: Traversable) -> str:
    """Return what a file says; one that cannot be read is an error, never left out."""
    try:
        if not file.is_file():
            raise InputError("framework.unreadable", path=file.name)
        with file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise InputError("framework.unreadable", path=file.name)
        return content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise InputError("framework.unreadable", path=file.name) from None
