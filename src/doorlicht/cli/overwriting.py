"""What a command may write over: its own earlier outputs, and never the data of a user.

An output is known by its first part, which has looked the same since the first version. Whoever
made another file by that name keeps it: a slip of the pen must not cost him his data.
"""

from __future__ import annotations

import re
import stat
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from doorlicht.errors import InputError, WrongUseError

HEAD_BYTES: Final = 16_384
"""Bytes of a file that are looked at; the marks stand near the beginning."""

STANDARD_OUTPUT: Final = frozenset({"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"})
"""The standard output is not opened a second time: both would write from its beginning."""

_OURS: Final = {
    "json": r'\A\s*\{\s*"schema_version":\s*"\d.*"doorlicht":\s*\{\s*"version":',
    "html": r'\A\s*<!doctype html>.*<meta name="generator" content="doorlicht ',
    "sarif": r'\A\s*\{\s*"\$schema":\s*"[^"]*sarif.*"driver":\s*\{\s*"name":\s*"doorlicht"',
    "openlineage": r'\A\s*\{"eventType": "COMPLETE".*"producer": "[^"]*/doorlicht"',
    "svg": r'\A\s*<svg [^>]*data-made-by="doorlicht ',
    "png": r"\A\ufffdPNG\r\n\x1a\n.{1,60}iTXtSoftware\x00+doorlicht ",
    "export": r'\A\{"audits":\d+,"blind_spots":\{',
    "open_csv": r"\A\ufeff?id,concept,concept_nl,concept_en,role,",
    "open_json": r'\A\s*\{\s*"schema_version":\s*"\d[^"]*",\s*"day":.*"uses":',
    "open_jsonld": r'\A\s*\{\s*"@context":.*"dcat:Catalog".* doorlicht \d',
    "open_ttl": r"\A@prefix .*dcat:Catalog.* doorlicht \d",
    "csv": r"\A\ufeff?Id,(?:Begrip|Concept),(?:Gebruikt in|Used in),",
    "record": r'\A\s*\{\s*"(?:standard_version|schema)":\s*"1\.0(?:\.0)?",\s*'
    r'"lang(?:uage)?":\s*"nld",\s*"source_id":',
    "checkpoint": r"\Adoorlicht/[0-9a-f]{16}\n[0-9]+\n[A-Za-z0-9+/]{43}=\n\n— ",
    "consistency": r"\Aold [0-9]+\n(?:[A-Za-z0-9+/]{43}=\n)*\ndoorlicht/",
    "timestamp": r"\A\x30.\x02\x01\x01\x30",
    "graphml": r'\A<\?xml[^>]*>\s*<graphml .*<key id="edge_verdict" .*<key id="edge_flow" ',
}

_PACKED: Final = {
    "bundle": "index.html",
    "xlsx": "docProps/core.xml",
    "ods": "meta.xml",
    "docx": "docProps/core.xml",
    "odt": "meta.xml",
}
"""Where a packed form says which program made it last: what a person wrote on in is his."""

_TAIL_BYTES: Final = 65_536
"""Of a PDF, whose words about itself stand at its end."""


def check_targets(targets: Iterable[tuple[str, str | None]], sources: Iterable[str] = ()) -> None:
    """Refuse to write over what is not an earlier output of the same kind.

    Parameters
    ----------
    targets
        Each with its kind (``json``, ``html``, ``csv``, ``xlsx`` ...) and path.
    sources
        Paths of what is scanned or traced: none of these is ever written over.

    Raises
    ------
    WrongUseError
        With the first path that must not be written over.
    """
    read = [Path(one) for one in sources]
    for kind, name in targets:
        if not name or name in STANDARD_OUTPUT:
            continue
        path = Path(name)
        if any(_is_same(path, one) for one in read):
            raise WrongUseError("output.is_source", path=name)
        if not is_ours(path, kind):
            raise WrongUseError("output.not_ours", path=name, kind=kind.upper())


def check_places(paths: Iterable[str | None]) -> None:
    """Refuse before the work a file that could not be written after it.

    A folder that is not there is not made: a slip of the pen would put a report where nobody
    looks for it.

    Raises
    ------
    InputError
        With the first path that cannot be written.
    """
    for name in paths:
        if not name or name in STANDARD_OUTPUT:
            continue
        path = Path(name)
        if not path.parent.is_dir():
            raise InputError("output.no_folder", path=name, folder=str(path.parent))
        if path.exists() and not path.is_file() and not path.is_dir():
            # A device or a pipe takes what is written, and nothing is put in its place.
            continue
        try:
            if path.is_dir():
                raise IsADirectoryError
            # Asking for the right to write is not enough: a disk can be read only, or a mount.
            with tempfile.TemporaryFile(dir=path.parent):
                pass
        except OSError:
            raise InputError("output.no_place", path=name) from None


def is_ours(path: Path, kind: str) -> bool:
    """Return whether a path may be written: not there, empty, a device, or an earlier output."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            # Devices and pipes lose nothing; a folder is refused when it is written.
            return True
        if kind in _PACKED:
            return not path.stat().st_size or b"doorlicht" in _packed_head(path, _PACKED[kind])
        if kind == "pdf":
            return _is_our_pdf(path)
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES).decode("utf-8", errors="replace")
    except FileNotFoundError:
        return True
    except (OSError, KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        # What cannot be read cannot be known as ours.
        return False
    return not head.strip() or re.search(_OURS[kind], head, re.DOTALL) is not None


def _is_our_pdf(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL_BYTES))
        tail = file.read()
    return not size or re.search(rb"<pdf:Keywords>doorlicht \d", tail) is not None


def _packed_head(path: Path, part: str) -> bytes:
    with zipfile.ZipFile(path) as packed, packed.open(part) as file:
        return file.read(HEAD_BYTES)


def _is_same(one: Path, other: Path) -> bool:
    try:
        return other.is_file() and one.samefile(other)
    except OSError:
        return False
