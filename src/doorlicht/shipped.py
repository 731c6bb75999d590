"""Data files that doorlicht ships with beside its code."""

from __future__ import annotations

from collections.abc import Hashable
from importlib import resources
from typing import Any, Final

import yaml

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The same outcome ten times as fast where yaml was built with its library, as it mostly is."""


def read_yaml(package: str, path: str) -> Any:
    """Return what a YAML file in a package holds; ``path`` is below the package.

    Examples
    --------
    >>> sorted(read_yaml("doorlicht.lineage", "library/sheet_words.yaml"))
    ['decides']
    """
    return parse_yaml(resources.files(package).joinpath(*path.split("/")).read_text("utf-8"))


class _Unique(_LOADER):
    """A loader that takes no key twice: what a person wrote must not vanish."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        """Return a mapping, or say at which line a key comes again."""
        seen: set[object] = set()
        for key_node, _ in node.value:
            key: Any = self.construct_object(key_node, deep=True)
            if isinstance(key, Hashable):
                if key in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"key {str(key)[:60]!r} twice", key_node.start_mark
                    )
                seen.add(key)
        return super().construct_mapping(node, deep)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] (yaml has no types)


def parse_yaml_once(text: str) -> Any:
    """Return what a text of YAML holds; a key that comes twice is an error.

    Raises
    ------
    yaml.YAMLError
        If it is no YAML, or has a key twice in one mapping.

    Examples
    --------
    >>> parse_yaml_once("a: 1")
    {'a': 1}
    """
    return yaml.load(text, Loader=_Unique)  # noqa: S506 (a safe loader)


def parse_yaml(text: str) -> Any:
    """Return what a text of YAML holds: no tag of it makes an object.

    Examples
    --------
    >>> parse_yaml("a: [1, 2]")
    {'a': [1, 2]}
    """
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 (a safe loader)
