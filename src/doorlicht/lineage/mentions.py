"""What the text of a file mentions: modules, scripts, data files, tables, functions of R.

Read from the words alone, without a grammar, so that it costs little. Each mention is one text,
``<kind>:<name>``:

======== ===================================================================================
passes   ``on``: it is an ``__init__.py`` that does nothing but import
writes   ``tables``: it stores tables or objects
module   ``..risk.model|fit,load=read``: dots, path, and what is taken from it (``*``: anything)
modules  ``risk.rules``: a module below it whose name is put together when the code runs
script   a file of code that is sourced, run or included
folder   a folder of which every file is sourced (``?``: which one is not known)
package  a package of R that is loaded
settings nothing: the file loads settings by a path that may be handed to it
data     a data file or list, as far as it is spelled (a :data:`HOLE` for the rest)
table    a table in a database, by its last part
defines  a function or variable at the top of a script of R
uses     a name in R that the file itself does not define
======== ===================================================================================

Limits: names that are put together from pieces in several statements, or more than 200 letters
apart; a table without ``_`` or ``.`` in its name more than 3,000 letters behind the verb of its
statement.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from typing import Any, Final

from ahocorasick_rs import AhoCorasick, MatchKind

from doorlicht.lineage.paths import name_of_glob, name_of_pattern
from doorlicht.lineage.values import HOLE

ANYTHING: Final = "*"
PASSES_ON: Final = "passes:on"
"""Mentioned by an ``__init__.py`` that does nothing but import."""

SETTINGS: Final = "settings:"
"""Mentioned by code that loads settings, of which perhaps only the command line knows the path."""

_LOADS: Final = re.compile(
    r"\b(?:safe_load|full_load|yaml\.load|json\.load|toml\.load|tomllib\.load|OmegaConf\.load)\("
)
UNKNOWN_FOLDER: Final = "?"
_MAX_BINDINGS: Final = 60
"""Modules imported whole by one file, of which is looked up what is taken from them."""

WRITES: Final = "writes:tables"
"""Mentioned by a file that stores tables or objects."""

_WRITERS: Final = AhoCorasick(
    [
        ".to_csv", ".to_parquet", ".to_feather", ".to_excel", ".to_sql", ".to_pickle", ".to_stata",
        ".to_json", ".to_hdf", ".to_gbq", "write_csv", "write_parquet", "write_ipc", "write_excel",
        "write_database", "write.", "write_", ".save(", ".dump(", "savetxt", "saverds",
        "saveastable", "insertinto", "fwrite", "dbwritetable", "dbappendtable", "csv.writer",
        "dictwriter", "insert into", "create table", "create view", "create or replace",
        "executemany", "save_model", "sqlsave", "copy_to", "export", "outfile", "saveas",
        "save.image", "qsave", "outputpath",
    ]
)  # fmt: skip
"""In lower case."""

_R_SUFFIXES: Final = frozenset({".r", ".rmd", ".qmd", ".rprofile"})
_PYTHON_SUFFIXES: Final = frozenset({".py", ".pyw", ".ipynb"})
_LOOSE_SUFFIXES: Final = frozenset({".sql", ".sas"})
"""Where tables and files stand without quotes."""

# ── modules of Python ───────────────────────────────────────────────────────────────────────────

_LINE: Final = r"[ \t]*(?:>>> |(?:try|else|if[^\n'\"#]{0,60}):[ \t]*)?"
_FROM: Final = re.compile(
    _LINE + r"from[ \t]+(\.*)[ \t]*([\w.]*)[ \t]+import[ \t]*"
    r"(?:\(([^()]*)\)|((?:[^\n\\#;]|\\\n)+))"
)
_IMPORT: Final = re.compile(_LINE + r"import[ \t]+((?:[^\n\\#;]|\\\n)+)")
_NEXT_ON_LINE: Final = re.compile(r";[ \t]*(?=(?:import|from)[ \t])")
_COMMENT_TAIL: Final = re.compile(r"#[^\n]*")
_NAMED: Final = re.compile(r"([\w.]+)(?:\s+as\s+(\w+))?")
_DYNAMIC: Final = re.compile(
    r"\b(?:import_module|__import__|run_module|resolve_name|import_string|locate|import_from_string)"
    r"\s*\(\s*[rfRF]{0,2}[\"'](\.*)([\w.:{}]+)[\"']"
)
_DOTTED_TEXT: Final = re.compile(r"[\"']([A-Za-z_]\w*(?:\.[A-Za-z_]\w*){1,6})[\"']")
_AFTER: Final = re.compile(r"\w+(?:\.\w+)?")


def _import_lines(text: str) -> Iterator[int]:
    """Return where each line begins in which the word ``import`` stands."""
    at = text.find("import")
    while at >= 0:
        yield text.rfind("\n", 0, at) + 1
        end = text.find("\n", at)
        at = text.find("import", end) if end >= 0 else -1


def _modules(text: str) -> Iterator[str]:
    text = _NEXT_ON_LINE.sub("\n", text)
    bound = 0
    for start in _import_lines(text):
        found = _FROM.match(text, start)
        if found is not None:
            dots, module, inside, after = found.groups()
            listed = _COMMENT_TAIL.sub("", inside or after).replace("\\", " ")
            names = ",".join(
                name if not alias or alias == name else f"{name}={alias}"
                for name, alias in _NAMED.findall(listed)
            )
            yield f"module:{dots}{module}|{ANYTHING if '*' in listed else names or ANYTHING}"
            continue
        found = _IMPORT.match(text, start)
        if found is None:
            continue
        for module, alias in _NAMED.findall(found[1].replace("\\", " ")):
            bound += 1
            names = _taken(text, alias or module) if bound <= _MAX_BINDINGS else ANYTHING
            yield f"module:{module}|{names or ANYTHING}"
    for dots, module in _DYNAMIC.findall(text):
        known = module.replace(":", ".").split("{", 1)
        if len(known) == 1:
            yield f"module:{dots}{known[0]}|{ANYTHING}"
        elif known[0]:
            yield f"modules:{dots}{known[0].rpartition('.')[0]}"
    # Settings and registries name classes and functions by their path.
    for module in set(_DOTTED_TEXT.findall(text)):
        if _SUFFIX.fullmatch("." + module.rpartition(".")[2]):
            continue  # the name of a file
        yield f"module:{module}|{ANYTHING}"


_LONG_TEXT: Final = re.compile(r'"""(?:(?!""").)*"""|\'\'\'(?:(?!\'\'\').)*\'\'\'', re.DOTALL)
_OWN_NAMES: Final = re.compile(
    r"^__\w+__[ \t]*\+?=[ \t]*(?:\[[^\]]*\]|\([^()]*\)|[^\n]*)", re.MULTILINE
)
_FROM_LINE: Final = re.compile("^" + _FROM.pattern, re.MULTILINE)
_IMPORT_LINE: Final = re.compile("^" + _IMPORT.pattern, re.MULTILINE)
_PLAIN: Final = re.compile(
    r"(?:\s|try:|except[^\n:]*:|finally:|else:|pass\b|if (?:\w+\.)?TYPE_CHECKING:)*"
)
_MOST_PLAIN: Final = 60_000
"""Letters of a file that is looked at for whether it only imports."""


def _only_imports(text: str) -> bool:
    r"""Return whether a file does nothing but import and say what it offers.

    Examples
    --------
    >>> _only_imports("from .a import b\n__all__ = ['b']\n")
    True
    >>> _only_imports("from .a import b\nb()\n")
    False
    """
    if len(text) > _MOST_PLAIN or "import" not in text:
        return False
    bare = _COMMENT_TAIL.sub("", _LONG_TEXT.sub("", text))
    for pattern in (_FROM_LINE, _IMPORT_LINE, _OWN_NAMES):
        bare = pattern.sub("", bare)
    return _PLAIN.fullmatch(bare) is not None


def _taken(text: str, bound: str) -> str:
    """Return what a file takes from a module that it knows under a name; none found: nothing."""
    names: set[str] = set()
    at = text.find(bound + ".")
    while at >= 0:
        if at == 0 or not (text[at - 1].isalnum() or text[at - 1] in "_."):
            found = _AFTER.match(text, at + len(bound) + 1)
            if found is not None:
                names.add(found.group())
        at = text.find(bound + ".", at + len(bound))
    return ",".join(sorted(names))


# ── data files and scripts ──────────────────────────────────────────────────────────────────────

_SUFFIX: Final = re.compile(
    r"\.(?:(?P<script>r|py|sql|sas|rmd|qmd|ipynb)|csv|tsv|txt|dat|tab|xlsx?|xlsm|xlsb|ods|parquet|"
    r"feather|arrow|orc|avro|jsonl?|rds|rda|rdata|sav|por|dta|sas7bdat|pkl|pickle|joblib|fst|qs2?|"
    r"db|sqlite3?|duckdb|ya?ml|toml|ini|cfg|pmml|dmn|onnx|xml|model|bin|h5|hdf5?|npz|zip|gz)\b"
    r"(?!\s*[(=\[.])",
    re.IGNORECASE,
)
_BEFORE: Final = re.compile(r"[\w{}%$()*:~./\\!\[\]-]+$")
_HOLES: Final = re.compile(r"\$?\{[^{}]*\}|%\(\w+\)[sd]|%[0-9]*[sdYmyHMj]|\*+|[()\[\]{}$%]")
_CLOSES: Final = "\"'`?#\\!"
"""What stands behind a file name in a text of code; behind ``self.model`` stands something else."""

_PIECE: Final = re.compile(r"[\"']([^\"'\n]{3,80})[\"']")
_PIECE_REACH: Final = 200
_MIN_KNOWN: Final = 3
_LISTING: Final = re.compile(
    r"\b(list\.files|dir|dir_ls|Sys\.glob|list_files|i?glob|rglob)\s*\(([^\n]{0,200})",
    re.IGNORECASE,
)
_PATTERN: Final = re.compile(r"[\"']([^\"'\n]*[*^$\\\[][^\"'\n]*)[\"']")
_CONFIG_OF_R: Final = re.compile(r"\bconfig::get\s*\(|\blibrary\(config\)")
_HYDRA: Final = re.compile(r"\bconfig_name\s*=\s*[\"'](\w+)[\"']")


def _files(text: str, suffix: str) -> Iterator[str]:
    is_code = suffix in _PYTHON_SUFFIXES or suffix in _R_SUFFIXES
    for match in _SUFFIX.finditer(text):
        if is_code and text[match.end() : match.end() + 1] not in _CLOSES:
            continue
        kind = "script" if match["script"] else "data"
        before = _BEFORE.search(text, max(0, match.start() - 160), match.start())
        name = "" if before is None else before.group()
        if not re.search(r"\w", name):
            name = _pasted(text, match.start())
        if name:
            yield f"{kind}:{_HOLES.sub(HOLE, name)}{match.group()}".lower()
    for listing in _LISTING.finditer(text) if is_code else ():
        for pattern in _PATTERN.findall(listing[2]):
            is_glob = "glob" in listing[1].lower()
            name = name_of_glob(pattern) if is_glob else name_of_pattern(pattern)
            if len(re.sub(r"\W", "", name)) >= _MIN_KNOWN:
                yield f"data:{name}".lower()
    if _CONFIG_OF_R.search(text):
        yield "data:config.yml"
    for name in _HYDRA.findall(text):
        yield f"data:{name.lower()}.yaml"


def _pasted(text: str, end: int) -> str:
    """Return a name whose ending stands in a text of its own: ``paste0("x_", date, ".csv")``."""
    start = max(0, end - _PIECE_REACH)
    pieces = _PIECE.findall(text, start, end)
    known = next(
        (each for each in reversed(pieces) if len(re.sub(r"\W", "", each)) >= _MIN_KNOWN), None
    )
    return "" if known is None else f"{known}{HOLE}"


# ── tables ──────────────────────────────────────────────────────────────────────────────────────

_TABLE: Final = re.compile(
    r"(?:\bfrom|\bjoin|\binto|\btable(?:\s+if\s+not\s+exists)?|\bview|\bupdate|\boverwrite)\s+"
    r"([\w.\"\[\]`{}$:#]++)(?!\s+import\b)",
    re.IGNORECASE,
)
_STATEMENT: Final = re.compile(
    r"\bselect\b|\binsert\s+(?:into|overwrite)\b|\bdelete\s+from\b|\bmerge\s+into\b|"
    r"\bcreate\s+(?:or\s+replace\s+)?(?:\w+\s+){0,2}(?:table|view)\b|\bupdate\s+\S+\s+set\b|"
    r"\btruncate\s+table\b|\balter\s+table\b|\bwith\s+\w+\s+as\s*\(",
    re.IGNORECASE,
)
_GOES_ON: Final = re.compile(
    r"\s*(?:[\"'`;,()]|(?:as\s+)?(?:\w+\s+)?(?:where|(?:natural|inner|left|right|full|cross|outer)"
    r"\s|join|on|using|group\s+by|order\s+by|limit|union|except|intersect|having|set|values|"
    r"select|when|qualify|sample|tablesample|partition)\b)",
    re.IGNORECASE,
)
"""What stands behind the bare name of a table, and seldom behind a word of a sentence."""

_STATEMENT_REACH: Final = 3_000
"""Letters behind a verb of SQL in which a bare word after FROM is a table."""

_PROSE: Final = frozenset(
    [
        "the", "this", "that", "these", "those", "it", "its", "his", "her", "their", "our", "your",
        "my", "each", "every", "all", "any", "both", "one", "and", "or", "of", "in", "on", "at",
        "to", "by", "for", "with", "from", "as", "is", "are", "was", "be", "which", "what", "who",
        "where", "when", "there", "here", "an", "select", "lateral", "unnest", "only", "set",
        "values", "not", "if", "exists", "de", "het", "een", "dit", "dat", "deze", "die", "van",
        "uit", "op",
    ]
)  # fmt: skip
"""Words behind FROM and INTO in sentences, and in SQL that is no table."""

_TABLE_CALLS: Final = AhoCorasick(
    [
        "to_sql", "read_sql", "read_sql_table", "read_gbq", "to_gbq", "saveAsTable", "insertInto",
        "writeTo", ".table", "read.jdbc", "TempView", "tbl", "dbReadTable", "dbWriteTable",
        "dbAppendTable", "dbCreateTable", "dbExistsTable", "dbRemoveTable", "sqlSave", "sqlFetch",
        "sqlQuery", "copy_to", "in_schema", "Id", "compute", "Table", "source", "ref",
        "readtable", "writetable", "db_insert_into", "bulk_insert",
    ],
    matchkind=MatchKind.LeftmostLongest,
)  # fmt: skip
"""Functions that are given the name of a table; what is found within another word is harmless."""

_GIVEN: Final = re.compile(r"\s*\(([^()]{0,160})")
_QUOTED_NAME: Final = re.compile(r"[\"']([A-Za-z_][\w.]{1,80})[\"']")
_ORM: Final = re.compile(
    r"\b(?:__tablename__|db_table|dbtable|table(?:_?name)?)[\"']?\s*[=:,]\s*[\"']([\w.]+)[\"']"
)
_SAS_DATA: Final = re.compile(
    r"\b(?:set|merge|data|out|base|update|from|join|table)\b\s*=?\s*([a-z_]\w*\.[a-z_]\w*)",
    re.IGNORECASE,
)
_MODEL_OF_DBT: Final = re.compile(r"\bref\(\s*['\"](\w+)['\"]")


def _tables(text: str, suffix: str) -> Iterator[str]:
    starts = [match.start() for match in _STATEMENT.finditer(text)]
    at = 0
    # Without a verb of SQL no word behind FROM is a table.
    found = _TABLE.finditer(text) if starts or suffix in _LOOSE_SUFFIXES else ()
    for match in found:
        name = match[1]
        while at < len(starts) and starts[at] <= match.start():
            at += 1
        is_near = at > 0 and match.start() - starts[at - 1] <= _STATEMENT_REACH
        # Prose says "from the" and "into a" too, and code "raise X from error".
        is_sql = suffix in _LOOSE_SUFFIXES or (
            is_near and _GOES_ON.match(text, match.end()) is not None
        )
        if is_sql or (is_near and ("_" in name or "." in name.strip("."))):
            yield from _table(name)
    for _, _, end in _TABLE_CALLS.find_matches_as_indexes(text):
        given = _GIVEN.match(text, end)
        for name in () if given is None else _QUOTED_NAME.findall(given[1]):
            yield from _table(name)
    for name in _ORM.findall(text) if "table" in text else ():
        yield from _table(name)
    if suffix == ".sas":
        for name in _SAS_DATA.findall(text):
            if not name.lower().startswith("work."):
                yield from _table(name)
    for name in _MODEL_OF_DBT.findall(text):
        yield f"script:{name.lower()}.sql"


def _table(spelled: str) -> Iterator[str]:
    last = spelled.lower().strip('"[].`').rsplit(".", 1)[-1].strip('"[]`')
    if len(last) > 1 and last not in _PROSE and not re.search(r"[{}$:]", last):
        yield f"table:{last}"


# ── scripts of R ────────────────────────────────────────────────────────────────────────────────

_R_TOP: Final = re.compile(r"^([A-Za-z.][\w.]*)[ \t]*(?:<-|=(?!=)|<<-)", re.MULTILINE)
_R_SET: Final = re.compile(r"([A-Za-z.][\w.]*)[ \t]*(?:<<?-|=(?!=))")
_R_PARAMS: Final = re.compile(r"\bfunction\s*\(([^()]*)")
_R_WORD: Final = re.compile(r"[A-Za-z.][\w.]+")
_R_COMMENT: Final = re.compile(r"#[^\n\"']*$", re.MULTILINE)
_R_LISTING: Final = re.compile(
    r"\b(?:list\.files|dir|dir_ls|Sys\.glob|list_files)\s*\(([^\n]{0,200})", re.IGNORECASE
)
_R_SOURCES: Final = re.compile(r"\b(?:sys\.)?source\b")
_R_WHOLE: Final = re.compile(
    r"\b(?:tar_source|sourceDirectory|source_dir|sourceDir|source_folder|load_all)\s*\(\s*"
    r"(?:\w+\s*=\s*)?(?:[\"']([^\"'\n]*)[\"'])?"
)
_R_LIBRARY: Final = re.compile(
    r"\b(?:library|require|requireNamespace)\s*\(\s*[\"']?([A-Za-z][\w.]*)|"
    r"\b([A-Za-z][\w.]*):::?"
)
_A_PATTERN: Final = re.compile(r"[\\$^*+?\[\]|]|^\.?[rR]$")
_QUOTED: Final = re.compile(r"[\"']([^\"'\n]*)[\"']")
_R_CALLED: Final = re.compile(
    r"\b(?:do\.call|match\.fun|get0?|exists|getFunction|(?:[lsvmt]|map)apply|Reduce|Filter|Map|"
    r"p?map\w*|walk\w*|invoke|exec)\s*\([^\"'\n]{0,80}[\"']([A-Za-z.][\w.]+)[\"']|"
    r"\bFUN\s*=\s*[\"']([A-Za-z.][\w.]+)[\"']"
)
"""Functions that are called by a text of their name."""


def _called(text: str) -> Iterator[str]:
    for first, second in _R_CALLED.findall(text):
        yield first or second


def _of_r(text: str) -> Iterator[str]:
    bare = _R_COMMENT.sub("", text)
    top = set(_R_TOP.findall(bare))
    own = set(_R_SET.findall(bare))
    for given in _R_PARAMS.findall(bare):
        own.update(_R_WORD.findall(given))
    yield from (f"defines:{name}" for name in top if len(name) > 1)
    # What is in quotes may be a value of a person, and ties are kept in the cache: of it only the
    # names of functions that are called by them count.
    used = {*_R_WORD.findall(_QUOTED.sub(" ", bare)), *_called(bare)}
    yield from (f"uses:{name}" for name in used - own)
    for loaded, named in set(_R_LIBRARY.findall(bare)):
        yield f"package:{(loaded or named).lower()}"
    if _R_SOURCES.search(bare):
        for given in _R_LISTING.findall(bare):
            found: list[str] = _QUOTED.findall(given)
            spelled = "/".join(each for each in found if not _A_PATTERN.search(each)).lower()
            # What is pasted from names before it: the end of the path is known.
            yield f"folder:{spelled or UNKNOWN_FOLDER}"
    for folder in _R_WHOLE.findall(bare):
        yield f"folder:{(folder or 'r').lower().rstrip('/')}"


# ── all ─────────────────────────────────────────────────────────────────────────────────────────


def text_of_notebook(text: str) -> str:
    r"""Return the cells of a notebook as one text; damaged JSON with its line ends restored.

    Examples
    --------
    >>> text_of_notebook('{"cells": [{"source": ["import a\\n", "a.b()"]}]}')
    'import a\na.b()'
    """
    try:
        book: Any = json.loads(text)
        return "\n".join("".join(cell.get("source", "")) for cell in book["cells"])
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        loose = re.sub(r'"source":\s*\[?\s*"|\n"?,?\s*"?', "\n", text)
        return loose.replace('\\"', '"')


def mentions_of(path: str, text: str) -> set[str]:
    r"""Return everything that the text of a file mentions.

    Examples
    --------
    >>> sorted(mentions_of("a.py", "from .b import (\n    c,  # first\n    d as e,\n)\n"))
    ['module:.b|c,d=e']
    >>> [each.replace(HOLE, "*") for each in mentions_of("a.py", 'f(f"out/scores_{year}.csv")')]
    ['data:out/scores_*.csv']
    """
    suffix = posixpath.splitext(path.lower())[1]
    found: set[str] = set()
    if _WRITERS.find_matches_as_indexes(text.lower()):
        found.add(WRITES)
    if suffix in _PYTHON_SUFFIXES:
        found.update(_modules(text))
        if posixpath.basename(path.lower()) == "__init__.py" and _only_imports(text):
            found.add(PASSES_ON)
    if suffix in _PYTHON_SUFFIXES and _LOADS.search(text):
        found.add(SETTINGS)
    if "kedro" in text:
        # A pipeline of kedro names data sets of its catalogue and settings, and no files.
        found |= {"data:catalog.yml", "data:parameters.yml"}
    found.update(_files(text, suffix))
    found.update(_tables(text, suffix))
    if suffix in _R_SUFFIXES or (suffix == ".ipynb" and ("<-" in text or "library(" in text)):
        found.update(_of_r(text))
    return found
