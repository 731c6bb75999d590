"""Commands that are shown to be pasted: with the program as it was called, and the register."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

_SECRET = re.compile(r"(?<=://)[^/]*:[^/]*(?=@)|(?<=password=)[^&]*")
"""What of a URL is not shown, though the command must then be completed by hand."""


def program(called: str | None = None) -> str:
    """Return how doorlicht was called: by its name where that finds it, or by its path."""
    name = sys.argv[0] if called is None else called
    path = Path(name)
    if path.name == "__main__.py" and path.parent.name == "doorlicht":
        return f"{shlex.quote(_short(sys.executable))} -m doorlicht"
    found = shutil.which("doorlicht")
    if path.name != "doorlicht" or (found and Path(found).resolve() == path.resolve()):
        return "doorlicht"
    return shlex.quote(_short(name))


def _short(name: str) -> str:
    """Return a path from the folder in which we are, where it lies below it."""
    path, here = Path(name).absolute(), Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else name


def command(parts: Sequence[str], register: str | None) -> str:
    """Return a command for a shell, with the register where one was named.

    Examples
    --------
    >>> command(["explain", "F-1"], "my register")
    "doorlicht explain F-1 --register 'my register'"
    """
    named = ["--register", _SECRET.sub("***", register)] if register is not None else []
    return " ".join([program(), *map(shlex.quote, [*parts, *named])])
