"""Which file an import of Python means, by its whole dotted path.

The one rule for everybody: deciding which files are followed (``relevance.py``) and following them
(``project.py``) must agree, or a file is followed whose imports lead nowhere.

A relative import is looked for from the folder of the importer. An absolute one may begin in any
folder from which Python could be started: one that is no package itself, or one above the
importer. A name of the standard library is only taken for a file beside a script, or for one below
a folder of that name above it. Of several, the one nearest to the importer is meant.

Source: The Python Language Reference, chapter 5, "The import system"; PEP 328, PEP 420.

Limits: ``sys.path`` that code itself changes, and packages that an installation renames.
"""

from __future__ import annotations

import posixpath
import sys
from collections.abc import Iterable
from typing import Final

_STANDARD: Final = frozenset(name.lower() for name in sys.stdlib_module_names)


class ModuleIndex:
    """Finds the file of a module among files of Python.

    Examples
    --------
    >>> index = ModuleIndex(["risk/__init__.py", "risk/model.py", "other/json.py"])
    >>> index.find("risk/score.py", "model", 1)
    'risk/model.py'
    >>> index.find("run.py", "risk.model", 0)
    'risk/model.py'
    >>> index.find("run.py", "json", 0)
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._by_end: dict[str, list[tuple[str, str]]] = {}
        """Modules by their last part, and by their last two."""
        self._by_module: dict[str, str] = {}
        self._packages: set[str] = set()
        self._known: dict[tuple[str, str], str | None] = {}
        for path in paths:
            module, suffix = posixpath.splitext(path.lower())
            if suffix == ".ipynb":
                continue
            if module == "__init__" or module.endswith("/__init__"):
                module = posixpath.dirname(module)
                self._packages.add(module)
            self._by_module.setdefault(module, path)
            for end in {_end(module, 1), _end(module, 2)}:
                self._by_end.setdefault(end, []).append((module, path))

    def find(self, importer: str, dotted: str, level: int) -> str | None:
        """Return the path of the file that ``from <level dots><dotted>`` means; none if no file is.

        A file never means itself.
        """
        tail = "/".join(part for part in dotted.lower().split(".") if part)
        if not tail and not level:
            return None
        folder = posixpath.dirname(importer.lower())
        if level:
            for _ in range(level - 1):
                folder = posixpath.dirname(folder)
            target = posixpath.join(folder, tail).rstrip("/")
            found = self._by_module.get(target)
        else:
            key = (folder, tail)
            if key not in self._known:
                self._known[key] = self._absolute(folder, tail)
            found = self._known[key]
        return None if found == importer else found

    def _absolute(self, folder: str, tail: str) -> str | None:
        is_standard = tail.split("/", 1)[0] in _STANDARD
        # Nothing is nearer than what lies beside the importer.
        beside = self._by_module.get(f"{folder}/{tail}" if folder else tail)
        if beside is not None and self._can_start(
            folder, folder, is_standard=is_standard, is_deep="/" in tail
        ):
            return beside
        best: tuple[int, str] | None = None
        for module, path in self._by_end.get(_end(tail, 2), ()):
            if module != tail and not module.endswith("/" + tail):
                continue
            root = module[: -len(tail)].rstrip("/")
            if not self._can_start(root, folder, is_standard=is_standard, is_deep="/" in tail):
                continue
            shared = len(_common(root, folder))
            if best is None or shared > best[0]:
                best = (shared, path)
        return None if best is None else best[1]

    def _can_start(self, root: str, folder: str, *, is_standard: bool, is_deep: bool) -> bool:
        """Return whether Python can have been started so that ``root`` is looked through."""
        is_package = root in self._packages
        is_above = not root or folder == root or folder.startswith(root + "/")
        if is_standard:
            # ``profile/risk.py`` in the folder of the project hides the module ``profile``.
            return not is_package and (root == folder or (is_deep and is_above))
        return is_above or not is_package


def _end(path: str, parts: int) -> str:
    return "/".join(path.rsplit("/", parts)[-parts:])


def _common(first: str, second: str) -> str:
    """Return the folders that two folders share, from the root on."""
    if not first or not second:
        return ""
    return posixpath.commonpath(["/" + first, "/" + second])
