"""Files that commands write: all at once, so that a broken-off run leaves the old one whole."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from doorlicht.errors import InputError
from doorlicht.language import Language
from doorlicht.reports import ReportContent, render_findings_json, render_html


def write_json(content: ReportContent, where: str, language: Language) -> None:
    """Write ``findings.json``; ``-`` is the standard output."""
    # A screen or a pipe that is not of UTF-8 cannot take every letter; JSON has another way.
    is_ascii = where == "-" and not (sys.stdout.encoding or "").lower().startswith("utf")
    text = json.dumps(render_findings_json(content, language), ensure_ascii=is_ascii, indent=1)
    if where == "-":
        sys.stdout.write(text + "\n")
        return
    _write(Path(where), text + "\n")


def write_report(content: ReportContent, path: Path, language: Language, threshold: float) -> None:
    """Write the HTML report."""
    _write(path, render_html(content, language, threshold=threshold))


def write_text(text: str, where: str) -> None:
    """Write a text to a file; ``-`` is the standard output."""
    if where == "-":
        sys.stdout.write(text)
        return
    _write(Path(where), text)


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, "utf-8", errors="replace", newline="\n")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise InputError("output.unwritable", path=str(path)) from error
