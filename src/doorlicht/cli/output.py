"""Files that commands write: all at once, so that a broken-off run leaves the old one whole."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic_core import PydanticSerializationError, to_json

from doorlicht import __version__
from doorlicht.cli.overwriting import STANDARD_OUTPUT, check_targets
from doorlicht.errors import InputError
from doorlicht.language import Language
from doorlicht.reports import ReportContent, render_findings_json, render_html
from doorlicht.reports.assessment_json import with_head


def write_json(content: ReportContent, where: str, language: Language) -> None:
    """Write ``findings.json``; ``-`` is the standard output."""
    # A screen or a pipe that is not of UTF-8 cannot take every letter; JSON has another way.
    is_ascii = where in STANDARD_OUTPUT and not (sys.stdout.encoding or "").lower().startswith(
        "utf"
    )
    write_text(json_text(render_findings_json(content, language), is_ascii=is_ascii), where)


def json_text(tree: object, *, is_ascii: bool = False) -> str:
    r"""Return a tree as JSON that a person can read too, with a line end.

    What Python itself has for it goes through a large tree ten times as slowly.

    Examples
    --------
    >>> json_text({"a": ["é", 1.5, None], "b": []})
    '{\n "a": [\n  "é",\n  1.5,\n  null\n ],\n "b": []\n}\n'
    """
    if not is_ascii:
        try:
            return to_json(tree, indent=1).decode("utf-8") + "\n"
        except PydanticSerializationError:
            # Half a letter, as names of files can hold.
            pass
    return json.dumps(tree, ensure_ascii=is_ascii, indent=1) + "\n"


def write_report(content: ReportContent, path: Path, language: Language, threshold: float) -> None:
    """Write the HTML report."""
    write_text(render_html(content, language, threshold=threshold), str(path))


def write_text(text: str, where: str) -> None:
    """Write a text to a file; ``-`` is the standard output."""
    if where in STANDARD_OUTPUT:
        sys.stdout.write(text)
        return
    _write(Path(where), text)


def write_bytes(content: bytes, where: str) -> None:
    """Write a file that is no text, all at once."""
    if _is_device(Path(where)):
        _put(Path(where), content)
        return
    write_file(lambda path: _put(path, content), where)


def _put(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def write_tree(tree: Mapping[str, object], where: str) -> None:
    """Write a tree as JSON, with the version of its form and of doorlicht at its head."""
    check_targets([("json", where)])
    write_text(json_text(with_head(tree, doorlicht=__version__)), where)


def write_file(write: Callable[[Path], None], where: str) -> None:
    """Let something write a file of its own form, all at once."""
    path = Path(where)
    if _is_device(path):
        # Some forms are moved in while they are written; a device in its place would be lost.
        raise InputError("output.unwritable", path=where)
    beside = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(beside)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise InputError("output.unwritable", path=where) from error


def _is_device(path: Path) -> bool:
    """Tell whether something is a device or a pipe."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if _is_device(path):
            # A device or a pipe takes the text itself; nothing can be put in its place.
            with path.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
                file.write(text)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, "utf-8", errors="replace", newline="\n")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise InputError("output.unwritable", path=str(path)) from error
