"""Finds frameworks: those that are shipped, those of plugins, and a user's own folder.

A framework is known by its name and its edition. Editions are dated and never change once
released; a verdict names the one it used, so that it can be repeated years later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final, cast

import yaml

from doorlicht.assessment.framework import Fact, Framework
from doorlicht.assessment.framework_form import make_framework
from doorlicht.errors import FrameworkError, InputError, nearest
from doorlicht.plugins import find_plugins
from doorlicht.shipped import parse_yaml_once

CASES: Final = "cases.yaml"
"""The worked cases beside a framework; they are no part of it."""

MAX_BYTES: Final = 8 << 20
"""Of one file; a whole legal framework takes a hundredth of it."""


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
        folder with one.

    Raises
    ------
    InputError
        If there is no such framework or edition.
    FrameworkError
        If it is not what a framework must be.

    Examples
    --------
    >>> load_framework("motion-21").outcomes["rechtmatig"].label["en"]
    'lawful'
    """
    folder = find_framework(name, edition)
    return _load(str(folder)) if isinstance(folder, Path) else load_folder(folder)


def find_framework(name: str, edition: str | None = None) -> Traversable:
    """Return the folder of a framework; see :func:`load_framework`."""
    if edition is None and "@" in name:
        name, _, edition = name.partition("@")
    known = known_frameworks()
    if name not in known:
        path = Path(name)
        if path.is_dir():
            return path
        raise InputError("framework.unknown", name=name, nearest=nearest(name, known))
    editions = known[name]
    if edition is None:
        return editions[max(editions)]
    if edition not in editions:
        raise InputError(
            "framework.unknown_edition", name=name, edition=edition, known=", ".join(editions)
        )
    return editions[edition]


def load_folder(folder: Traversable) -> Framework:
    """Return the framework that the files of a folder hold together."""
    tree = read_tree(folder)
    return make_framework(tree, folder.name, _shared_facts(tree, folder))


def read_tree(folder: Traversable) -> dict[str, Any]:
    """Return the keys of all files of a framework; a key in two files is an error."""
    tree: dict[str, Any] = {}
    for file in _files(folder):
        for key, branch in _read(file).items():
            if key in tree:
                raise FrameworkError(
                    "framework.wrong", where=file.name, key=str(key), problem="twice"
                )
            tree[str(key)] = branch
    if not tree:
        raise InputError("framework.empty", path=str(folder))
    return tree


def _shared_facts(tree: Mapping[str, Any], folder: Traversable) -> Mapping[str, Fact] | None:
    given = tree.get("shared_facts")
    if not isinstance(given, dict):
        return None
    wanted = cast("dict[str, Any]", given)
    name, edition = str(wanted.get("framework")), str(wanted.get("edition"))
    if name == tree.get("framework"):
        raise FrameworkError(
            "framework.wrong", where=folder.name, key="shared_facts", problem="itself"
        )
    return load_framework(name, edition).facts


def _files(folder: Traversable) -> Iterator[Traversable]:
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name.endswith((".yaml", ".yml")) and file.name != CASES and file.is_file():
            yield file


def _read(file: Traversable) -> Mapping[Any, Any]:
    try:
        text = file.read_text("utf-8")
        if len(text) > MAX_BYTES:
            raise InputError("framework.unreadable", path=file.name)
        tree = parse_yaml_once(text)
    except (OSError, UnicodeDecodeError, RecursionError):
        raise InputError("framework.unreadable", path=file.name) from None
    except yaml.YAMLError as error:
        raise FrameworkError(
            "framework.no_yaml", path=file.name, problem=" ".join(str(error).split())[:200]
        ) from None
    if tree is None:
        return {}
    if not isinstance(tree, dict):
        raise FrameworkError("framework.wrong", where=file.name, key="-", problem="no mapping")
    return tree  # pyright: ignore[reportUnknownVariableType] (YAML has no types)


@lru_cache(maxsize=32)
def _load(folder: str) -> Framework:
    return load_folder(Path(folder))
