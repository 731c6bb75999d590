r"""Names of files and tables as code spells them, and which of them are the same.

Code puts paths together from constants, dates and settings; what is not known is a
:data:`~doorlicht.lineage.values.HOLE`. Two spellings are taken for one data set if the last part
agrees, a hole standing for anything, and the folders before it do not contradict each other as
far back as the base folder: a path on the machine of the author (``C:\\data\\x.csv``) and one
in the repository (``data/x.csv``) are the same file.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from doorlicht.lineage.values import HOLE

_SCHEME: Final = re.compile(r"^[a-z][a-z0-9+.-]{1,}://", re.IGNORECASE)
_SHEET: Final = re.compile(r"(?<=\.xls[xmb])#.*$|(?<=\.ods)#.*$|(?<=\.xls)#.*$", re.IGNORECASE)
"""A sheet of a workbook: code that reads the workbook may mean any of its sheets."""

FILE_ENDINGS: Final = frozenset(
    [
        "csv",
        "tsv",
        "txt",
        "dat",
        "tab",
        "xlsx",
        "xls",
        "xlsb",
        "xlsm",
        "ods",
        "parquet",
        "feather",
        "arrow",
        "orc",
        "avro",
        "json",
        "jsonl",
        "rds",
        "rda",
        "rdata",
        "sav",
        "por",
        "dta",
        "sas7bdat",
        "pkl",
        "pickle",
        "joblib",
        "gz",
        "zip",
        "db",
        "sqlite",
        "duckdb",
        "xml",
        "html",
        "pdf",
    ]
)
"""Behind a dot: the ending of a file. Anything else is a table in a schema (``p.people``)."""

_MIN_KNOWN: Final = 3
"""Letters of the last part that must be known; ``<hole>.csv`` could be any file."""


@lru_cache(maxsize=100_000)
def normal_dataset(spelled: str) -> str:
    r"""Return a path or table name in one form: lower case, ``/``, without ``./`` and quotes.

    Examples
    --------
    >>> normal_dataset(r"C:\\Data\\People.CSV")
    'c:/data/people.csv'
    >>> normal_dataset('"Schema"."People"')
    'schema.people'
    """
    text = _SCHEME.sub("", _SHEET.sub("", spelled.strip())).replace("\\", "/").lower()
    text = re.sub(r'[\[\]"`]', "", text) if "/" not in text else text
    text = re.sub(r"/+", "/", text)
    parts: list[str] = []
    for part in text.split("/"):
        if part in (".", ""):
            continue
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
            continue
        parts.append(part)
    return "/".join(parts)


def is_nameless(dataset: str) -> bool:
    """Return whether too little of the last part is known to tell one data set from another."""
    last = dataset.rsplit("/", 1)[-1]
    stem, _, ending = last.rpartition(".")
    if not stem or (ending not in FILE_ENDINGS and HOLE not in ending):
        stem = last
    stem = stem.removesuffix(".tar")  # ``*.tar.gz`` has two endings
    known = re.sub(r"[^a-z0-9]", "", stem.replace(HOLE, ""))
    # What is known whole may be as short as it likes: ``m.pkl``.
    return len(known) < (_MIN_KNOWN if HOLE in last else 1)


_GLOB: Final = re.compile(r"[*?]+|\[[^\]]*\]")


def name_of_glob(pattern: str) -> str:
    """Return a pattern of a shell (``out/x_*.csv``) with holes for what it leaves open."""
    return _GLOB.sub(HOLE, pattern)


_OPEN: Final = re.compile(
    r"""\[ [^\]]* \] (?: [*+?] | \{[^}]*\} )?    # one of several characters, maybe repeated
    | \( [^)]* \) (?: [*+?] | \{[^}]*\} )?       # one of several texts
    | \\ [A-Za-z] (?: [*+?] | \{[^}]*\} )?       # a kind of character: \d
    | (?: \\\W | [^\\] ) (?: [*+?] | \{[^}]*\} ) # a character that may be repeated or lacking
    | (?<!\\) [.*]""",
    re.VERBOSE | re.DOTALL,
)


def name_of_pattern(pattern: str) -> str:
    r"""Return what a pattern tells of the names of files, with a hole for what it leaves open.

    Examples
    --------
    >>> name_of_pattern(r"^scores_[0-9]{6}\.csv$").replace(HOLE, "*")
    'scores_*.csv'
    """
    name = _OPEN.sub(HOLE, pattern.removeprefix("^").removesuffix("$")).replace("\\", "")
    name = ("" if pattern.startswith("^") else HOLE) + name + ("" if pattern[-1:] == "$" else HOLE)
    return re.sub(f"{HOLE}+", HOLE, name)


@lru_cache(maxsize=200_000)
def same_dataset(first: str, second: str) -> bool:
    """Return whether two spellings, in normal form, can be the same data set.

    Examples
    --------
    >>> same_dataset("c:/data/people.csv", "data/people.csv")
    True
    >>> same_dataset("train/people.csv", "test/people.csv")
    False
    """
    if first == second:
        return True
    ours, theirs = first.split("/"), second.split("/")
    if not _part_agrees(ours[-1], theirs[-1]):
        return False
    for one, other in zip(reversed(ours[:-1]), reversed(theirs[:-1]), strict=False):
        if one == ".." or other == "..":
            return True
        if HOLE in one or HOLE in other:
            return True
        if one != other:
            return False
    return True


def _part_agrees(first: str, second: str) -> bool:
    if first == second:
        return True
    if "." in first and "." in second and HOLE not in first + second:
        # schema.table and table
        return "/" not in first and (first.endswith("." + second) or second.endswith("." + first))
    if HOLE not in first and HOLE not in second:
        return first.rsplit(".", 1)[-1] == second or second.rsplit(".", 1)[-1] == first
    if is_nameless(first) or is_nameless(second):
        return False
    return _matches(first, second) or _matches(second, first)


def _matches(pattern: str, text: str) -> bool:
    if HOLE not in pattern:
        return False
    regex = ".*".join(re.escape(piece) for piece in pattern.split(HOLE))
    return re.fullmatch(regex, text.replace(HOLE, "")) is not None
