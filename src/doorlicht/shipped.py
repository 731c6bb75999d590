"""Data files that doorlicht ships with beside its code."""

from __future__ import annotations

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


def parse_yaml(text: str) -> Any:
    """Return what a text of YAML holds: no tag of it makes an object.

    Examples
    --------
    >>> parse_yaml("a: [1, 2]")
    {'a': [1, 2]}
    """
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 (a safe loader)
