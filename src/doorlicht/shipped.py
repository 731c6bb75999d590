"""Data files that doorlicht ships with beside its code."""

from __future__ import annotations

from collections.abc import Hashable
from importlib import resources
from typing import Any, Final

import yaml

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The same outcome ten times as fast where yaml was built with its library, as it mostly is."""


# The stubs of yaml leave it without a type.
_events: Final[Any] = getattr(yaml, "parse")  # noqa: B009

MAX_DEPTH: Final = 100
"""Lists and mappings within each other; what people write stays far below it."""


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
    """Return what a text of YAML holds; a key that comes twice is an error, and so is an anchor.

    An anchor makes a text mean more than it shows, and a small one can stand for millions of
    lines.

    Raises
    ------
    yaml.YAMLError
        If it is no YAML, has a key twice in one mapping, has anchors, or is nested too deep.

    Examples
    --------
    >>> parse_yaml_once("a: 1")
    {'a': 1}
    """
    _check_events(text, has_anchors=False)
    return yaml.load(text, Loader=_Unique)  # noqa: S506 (a safe loader)


def parse_yaml(text: str) -> Any:
    """Return what a text of YAML that is ours holds: no tag of it makes an object.

    Examples
    --------
    >>> parse_yaml("a: [1, 2]")
    {'a': [1, 2]}
    """
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 (a safe loader)


def parse_found_yaml(text: str) -> Any:
    """Return what a text of YAML that was found somewhere holds.

    Raises
    ------
    yaml.YAMLError
        If it is no YAML, or nested so deep that reading it would end the process.

    Examples
    --------
    >>> parse_found_yaml("a: [1, 2]")
    {'a': [1, 2]}
    """
    _check_events(text, has_anchors=True)
    return parse_yaml(text)


def yaml_problem(error: BaseException) -> str:
    r"""Return the line and kind of a problem with YAML, without the line itself.

    Examples
    --------
    >>> try:
    ...     parse_yaml_once("a: 1\nb: [}")
    ... except yaml.YAMLError as error:
    ...     yaml_problem(error)
    'line 2: did not find expected node content'
    """
    mark = getattr(error, "problem_mark", None)
    line = f"line {mark.line + 1}: " if mark is not None else ""
    return line + str(getattr(error, "problem", None) or type(error).__name__)[:80]


_DEEPER: Final = (yaml.SequenceStartEvent, yaml.MappingStartEvent)
_BACK: Final = (yaml.SequenceEndEvent, yaml.MappingEndEvent)


def _check_events(text: str, *, has_anchors: bool) -> None:
    """Refuse what the library of YAML itself goes through by recursion, without any limit."""
    depth = 0
    for event in _events(text, Loader=_LOADER):
        if isinstance(event, _DEEPER):
            depth += 1
            if depth > MAX_DEPTH:
                raise _problem("nested too deep", event)
        elif isinstance(event, _BACK):
            depth -= 1
        elif isinstance(event, yaml.AliasEvent) and not has_anchors:
            raise _problem("an anchor that is referred to", event)


def _problem(problem: str, event: Any) -> yaml.YAMLError:
    return yaml.constructor.ConstructorError(None, None, problem, event.start_mark)
