"""Files that list columns, features, paths or settings, which code reads to know what to do.

Only what is small enough to have been written or chosen by a person: larger tables and trees are
data, and data is looked at by a scan, not here. Values of settings that are passwords by their
name are left out.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from typing import Final

from doorlicht.lineage.readers.list_lines import (
    read_dcf,
    read_env,
    read_ini,
    read_names,
    read_properties,
)
from doorlicht.lineage.readers.list_tables import read_table
from doorlicht.lineage.readers.list_toml import read_toml
from doorlicht.lineage.readers.list_trees import Content, TooLargeError, read_json, read_yaml
from doorlicht.lineage.readers.source import read_text
from doorlicht.records.code import Arg, CodeUnit, Const, Dict, Do, Expr, Hidden, Seq

_TABLE_BYTES: Final = 256 * 1024
_TREE_BYTES: Final = 1024 * 1024

_FORMATS: Final[Mapping[str, Callable[[str], Content]]] = {
    ".yaml": read_yaml,
    ".yml": read_yaml,
    ".json": read_json,
    ".jsonc": read_json,
    ".ini": read_ini,
    ".cfg": read_ini,
    ".conf": read_ini,
    ".properties": read_properties,
    ".toml": read_toml,
    ".csv": read_table,
    ".tsv": lambda text: read_table(text, "\t"),
    ".txt": read_names,
    ".env": read_env,
    ".renviron": read_env,
    ".dcf": read_dcf,
}
_LENIENT: Final = frozenset({".cfg", ".conf", ".txt"})
"""Names that many other formats share: what cannot be read as a list is none."""

_SECRET: Final = re.compile(
    r"passw|pwd$|^pw$|secret|token$|api_?key|private_?key|credential|wachtwoord|passphrase",
    re.IGNORECASE,
)
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


class ListReader:
    """Reads small files of names and settings; see the module."""

    name = "lists"
    suffixes = frozenset(_FORMATS)
    most_bytes: Mapping[str, int] = {
        suffix: _TABLE_BYTES if suffix in (".csv", ".tsv", ".txt") else _TREE_BYTES
        for suffix in _FORMATS
    }
    """Larger files are data and are not read."""

    def read(self, path: str, content: bytes) -> tuple[CodeUnit, ...]:
        r"""Return the content as one expression; no statements if the file is data.

        Examples
        --------
        >>> ListReader().read("features.txt", b"age\nincome")[0].body[0].value.items[0].value
        Const(value='age', line=1)
        """
        suffix = suffix_of(path)
        if len(content) > self.most_bytes.get(suffix, _TREE_BYTES):
            return (CodeUnit(path, "data", ()),)
        if b"\x00" in content and not content.startswith(_UTF16):
            return (CodeUnit(path, "data", (), (), (Hidden("list_broken", 1),)),)
        text = read_text(content)
        read = _FORMATS.get(suffix, read_names)
        if suffix == ".conf" and text.lstrip().startswith("{"):
            read = read_json
        try:
            found = read(text)
        except TooLargeError as error:
            hidden = (Hidden("list_broken", error.line),) if error.by_alias else ()
            found = Content(None, (), hidden)
        if suffix in _LENIENT and found.hidden:
            found = Content(None)
        body = () if found.expr is None else (Do(_without_secrets(found.expr), 1),)
        return (CodeUnit(path, "data", body, found.comments, found.hidden),)


def suffix_of(path: str) -> str:
    """Return the suffix that tells the format; ``.env`` and the like are all suffix.

    Examples
    --------
    >>> suffix_of("app/.Renviron"), suffix_of(".env.local"), suffix_of("a/Lijst.CSV")
    ('.renviron', '.env', '.csv')
    """
    base = posixpath.basename(path).lower()
    if base.startswith(".env"):
        return ".env"
    return posixpath.splitext(base)[1] or base


def _without_secrets(expr: Expr) -> Expr:
    if isinstance(expr, Seq):
        items = tuple(Arg(arg.name, _without_secrets(arg.value)) for arg in expr.items)
        return Seq(items, expr.kind, expr.line)
    if not isinstance(expr, Dict):
        return expr
    pairs = tuple(
        (
            key,
            Const(None, value.line)
            if isinstance(value, Const) and isinstance(key, Const) and _is_secret(key)
            else _without_secrets(value),
        )
        for key, value in expr.pairs
    )
    return Dict(pairs, expr.line)


def _is_secret(key: Const) -> bool:
    return isinstance(key.value, str) and _SECRET.search(key.value) is not None
