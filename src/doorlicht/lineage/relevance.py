"""Which files have to be followed: those that name origin, and those that are tied to them.

Following code costs a hundred times as much as looking through its words. A file matters if a name
in it stands for origin-related data, if it reads a table that a scan knows to hold such data, or if
it both reads data and fits a model. With it matters every file that it is tied to (``ties.py``).
A file that is tied to none of these cannot bring origin-related data anywhere. What is left out
for another reason, because a file or name is used by very many, is told.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ahocorasick_rs import AhoCorasick

from doorlicht.lineage.mentions import mentions_of, text_of_notebook
from doorlicht.lineage.naming import Names
from doorlicht.lineage.narrowing import narrowed
from doorlicht.lineage.readers.source import read_text
from doorlicht.lineage.ties import LeftOut, Mentioned, Ties

_WORD: Final = re.compile(r"[^\W\d]\w{2,60}")
_LONG_TEXT: Final = re.compile(r'"""(?:(?!""").)*"""|\'\'\'(?:(?!\'\'\').)*\'\'\'', re.DOTALL)
_COMMENT: Final = re.compile(r"(?m)(?:^|\s)#.*$")
_READS: Final = AhoCorasick(
    [
        "read_csv",
        "read_parquet",
        "read_feather",
        "read_excel",
        "read_sql",
        "read_table",
        "read_json",
        "read_stata",
        "read_spss",
        "read_sas",
        "read_rds",
        "read_delim",
        "read_tsv",
        "read_sav",
        "read_dta",
        "read_xlsx",
        "read.csv",
        "read.table",
        "read.xlsx",
        "read.delim",
        "read.spss",
        "readrds",
        "fread(",
        "dbgetquery",
        "dbreadtable",
        "spark.read",
        "spark.table",
        "spark.sql",
        ".sql(",
        "scan_csv",
        "scan_parquet",
        "np.load",
        "dbsendquery",
        "sqlquery(",
        "sqldf(",
        "tbl(",
        "open_dataset",
        "read_fst",
        "qread(",
        "vroom(",
        "h2o.importfile",
        "csv.reader(",
        "dictreader(",
        "read_fwf",
        "read_hdf",
        "read_pickle",
        "genfromtxt",
        "loadtxt",
        "fetch_openml",
        "fetchall(",
        "load_dataset",
    ]
)
_FITS: Final = AhoCorasick(
    [
        ".fit(",
        "glm(",
        "<-lm(",
        "=lm(",
        "gbm(",
        "gbm.fit",
        "ranger(",
        "randomforest(",
        "xgboost",
        "xgb.",
        "lightgbm",
        "rpart(",
        "glmnet(",
        "caret",
        "parsnip",
        "recipe(",
        "risico",
        "risk_score",
        "keras.sequential",
        "riskscore",
        " lm(",
        ".fit_",
        "cross_val",
        ".train(",
        ".backward(",
        "glmer(",
        "coxph(",
        "multinom(",
        "naivebayes(",
        "c5.0(",
        "ctree(",
        "svm(",
        "nnet(",
        "h2o.",
        "lgb.train",
        "lrn(",
        "rand_forest",
        "logistic_reg",
        "boost_tree",
        "tidymodels",
    ]
)
_DESCRIBES: Final = AhoCorasick(
    ["<pmml", "decisiontable", "proc logistic", "proc reg", "proc glm", "proc hp", "proc gradboost",
     "proc forest", "proc genmod"]
)  # fmt: skip
"""Words that make a file of SAS, PMML or DMN a model by themselves."""

_PASTES: Final = re.compile(
    r"\bpaste0?\s*\(|\bstr_c\s*\(|\bglue\s*\(|\bsprintf\s*\(|\.join\s*\(|\.format\s*\(|"
    r"[\"']\s*\+|\+\s*[\"']|\bf[\"'][^\"'\n]*\{|[\"']\s*%\s|\|\||\bunite\s*\(|\bstr\.cat\b"
)
_PIECE: Final = re.compile(r"[\"']([^\W\d]\w{2,24})[\"']")
_HEAD: Final = re.compile(
    r"[\"'][^\"'\n]{0,40}?([^\W\d_]\w{2,24})(?:\{|%s|[\"']\s*\+\s*[\w(])|"
    r"\b(?:paste0?|str_c|glue)\s*\(\s*[\"'](\w{3,24})[\"']\s*,"
)
"""Pieces that something is put behind."""

_TAIL: Final = re.compile(
    r"(?:\}|%s|[\w)\]]\s*\+\s*[\"'])([^\W\d]\w{2,24})[\"']|"
    r"\b(?:paste0?|str_c|glue)\s*\([^()\"']{1,60},\s*[\"'](\w{3,24})[\"']"
)
"""Pieces that something is put before."""

_NEXT: Final = re.compile(
    r"[\"']([^\W\d]\w{1,24})[\"']\s*(?:[,+]|\|\|)\s*"
    r"(?:[\"'][_.\- ]?[\"']\s*(?:[,+]|\|\|)\s*)?"  # what stands between them: "_"
    r"[\"'](\w{2,24})[\"']"
)
MAX_WHOLE: Final = 150
"""Files that are tied to each other, up to which all of them are followed."""

MIN_PIECE: Final = 4
MAX_PAIRS: Final = 2_000
"""Pieces of names in one file that are put together with each other; with more it is followed."""

_PACKED: Final = frozenset({".xlsx", ".xlsm", ".ods"})
MAX_UNPACKED: Final = 16 * 1024 * 1024
UNREADABLE: Final = "\x00"
"""Stands for the words of a workbook that cannot be unpacked: it is followed, whatever it holds."""


@dataclass(frozen=True, slots=True)
class Words:
    """What the words of a file say of it, without following it.

    ``ties`` are what it mentions (``mentions.py``). ``is_model`` tells that it both reads data and
    fits something, ``names_origin`` that any name in it, also in a comment, stands for
    origin-related data or a proxy.
    """

    path: str
    is_seed: bool
    ties: frozenset[str]
    is_model: bool = False
    names_origin: bool = False


@dataclass(frozen=True, slots=True)
class Relevance:
    """The groups of files that have to be followed together, and ties that were left out."""

    groups: list[frozenset[str]]
    left_out: tuple[LeftOut, ...] = ()
    alone: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """For files of large code: which of their functions and classes are followed without a call."""


def words_text(path: str, content: bytes) -> str:
    """Return what a file says, as one text: cells of a notebook, texts and formulas of a workbook.

    A workbook that cannot be unpacked gives :data:`UNREADABLE`; its reader tells why.
    """
    suffix = posixpath.splitext(path.lower())[1]
    if suffix == ".ipynb":
        return text_of_notebook(read_text(content))
    if suffix not in _PACKED:
        return read_text(content)
    parts: list[str] = []
    left = MAX_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            for name in sorted(book.namelist()):
                if not name.endswith(".xml") or left <= 0:
                    continue
                with book.open(name) as part:
                    parts.append(part.read(left).decode("utf-8", "replace"))
                left -= len(parts[-1])
    except (OSError, ValueError, RuntimeError, NotImplementedError, EOFError, zlib.error,
            zipfile.BadZipFile):  # fmt: skip
        return UNREADABLE
    return UNREADABLE if left <= 0 else "\n".join(parts)


def read_words(
    path: str,
    text: str,
    names: Names,
    known_data: Iterable[str] = (),
    *,
    is_query: bool = False,
) -> Words:
    """Return what the words of a file say of it.

    Parameters
    ----------
    known_data
        Last parts of the names of tables that a scan knows to hold origin-related data.
    is_query
        Whether it is SQL, which reads data by itself.
    """
    if text == UNREADABLE:
        return Words(path, is_seed=True, ties=frozenset(), names_origin=True)
    found = is_direct = False
    for word in set(_WORD.findall(text)):
        meaning = names.of_word(word)
        if meaning is not None:
            found = True
            # Whatever else it names, it is of interest: generated code can hold 100,000 names.
            if meaning.kind == "direct":
                is_direct = True
                break
    is_seed = is_direct and _outside_comments(text, names)
    if not is_seed:
        is_seed = _puts_together(text, names)
    if not is_seed and known_data:
        low = text.lower()
        is_seed = any(name and name in low for name in known_data)
    is_model = not is_seed and _reads_and_fits(text.lower(), is_query=is_query)
    return Words(path, is_seed, frozenset(mentions_of(path, text)), is_model, found or is_seed)


def _reads_and_fits(low: str, *, is_query: bool = False) -> bool:
    if _DESCRIBES.find_matches_as_indexes(low):
        return True
    if not _FITS.find_matches_as_indexes(low):
        return False
    return is_query or bool(_READS.find_matches_as_indexes(low))


def _outside_comments(text: str, names: Names) -> bool:
    """Return whether a name of origin stands in the code itself; SQL in a long text is code."""

    def without(match: re.Match[str]) -> str:
        return match.group() if "select" in match.group().lower() else ""

    bare = _COMMENT.sub("", _LONG_TEXT.sub(without, text))
    return any(
        (meaning := names.of_word(word)) is not None and meaning.kind == "direct"
        for word in set(_WORD.findall(bare))
    )


def _puts_together(text: str, names: Names) -> bool:
    """Return whether pieces of names in a text make a name of origin: ``"geboorte"``, ``"land"``.

    Either they stand next to each other, or one of them stands where something is put to it, and
    the other anywhere; then each must say something by itself.
    """
    if any(_is_direct(first + second, names) for first, second in set(_NEXT.findall(text))):
        return _PASTES.search(text) is not None

    def telling(pattern: re.Pattern[str]) -> set[str]:
        found = {one.strip("_") for each in pattern.findall(text)
                 for one in ((each,) if isinstance(each, str) else each)}  # fmt: skip
        return {one for one in found if len(one) >= MIN_PIECE and names.is_piece(one)}

    heads, tails = telling(_HEAD), telling(_TAIL)
    if not heads and not tails:
        return False
    pieces = telling(_PIECE)
    # What says so beside any other word as well (``origin``) was not put together here.
    pairs = [
        *((head, piece) for head in heads for piece in pieces | tails),
        *((piece, tail) for tail in tails for piece in pieces),
    ]
    return len(pairs) > MAX_PAIRS or any(
        _is_direct(f"{first}_{second}", names)
        and not _is_direct(f"{first}_xx", names)
        and not _is_direct(f"xx_{second}", names)
        for first, second in pairs
    )


def _is_direct(name: str, names: Names) -> bool:
    meaning = names.of_word(name)
    return meaning is not None and meaning.kind == "direct"


@dataclass(frozen=True, slots=True)
class Code:
    """The code itself, which is asked for only where its words are not enough.

    ``text_of`` gives the text of a file, ``known_data`` is that of :func:`read_words`.
    """

    text_of: Callable[[str], str]
    names: Names
    known_data: Sequence[str] = ()

    def words_of_origin(self, path: str) -> set[str] | None:
        """Return the words of a file that stand for origin; ``None`` if others may bring it in.

        Those are names that are put together, and tables of which only a scan knows what they hold.
        """
        text = self.text_of(path)
        low = text.lower()
        if any(name and name in low for name in self.known_data) or _puts_together(
            text, self.names
        ):
            return None
        return {word for word in set(_WORD.findall(text)) if _is_direct(word, self.names)} or None


def relevant(files: Sequence[Words], code: Code | None = None) -> Relevance:
    """Return the groups of files that have to be followed together.

    Parameters
    ----------
    code
        With it, groups of more than :data:`MAX_WHOLE` files are tied along names
        (``narrowing.py``).

    Examples
    --------
    >>> one = Words("a.py", True, frozenset({"data:x.csv"}))
    >>> two = Words("b.py", False, frozenset({"data:x.csv"}))
    >>> three = Words("c.py", False, frozenset())
    >>> [sorted(group) for group in relevant([one, two, three]).groups]
    [['a.py', 'b.py']]
    """
    ties = Ties([Mentioned(each.path, each.ties, each.is_seed or each.is_model) for each in files])
    reached = ties.reached(each.path for each in files if each.is_seed)
    alone: dict[str, frozenset[str]] = {}
    large = frozenset[str]()
    if code is not None and len(reached) > MAX_WHOLE:
        large = large.union(*(one for one in ties.groups_of(reached) if len(one) > MAX_WHOLE))
    if code is not None and large:
        seeds = {
            each.path: code.words_of_origin(each.path)
            for each in files if each.is_seed and each.path in large
        }  # fmt: skip
        kept = narrowed(ties, seeds, code.text_of)
        reached = (reached - large) | kept.keys()
        whole = {each.path for each in files if each.is_model or each.path not in large}
        alone = {
            path: told for path, told in kept.items() if told is not None and path not in whole
        }
    ties.tell_wide(reached, narrowed=large)
    groups = ties.groups_of(reached)
    known = frozenset[str]().union(*groups) if groups else frozenset[str]()
    models = {each.path for each in files if each.is_model and each.path not in known}
    needed = ties.needed_by_all(models, set()) if models else set[str]()
    passed = {other for path in models for other in ties.passed.get(path, ())}
    # A model is stored in one file and scores in another: those that share data go together.
    groups.extend(ties.groups_of(models | needed | passed))
    return Relevance(sorted(groups, key=sorted), tuple(ties.left_out), alone)
