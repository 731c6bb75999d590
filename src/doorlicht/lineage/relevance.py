"""Which files have to be followed: those that name origin, and those that are tied to them.

Following code costs a hundred times as much as looking through its words. A file matters if a name
in it stands for origin-related data, if it reads a table that a scan knows to hold such data, or if
it both reads data and fits a model. With it matters every file that it imports or sources,
or that imports or sources it, and every file that mentions a data file that it mentions. A file
that is tied to none of these cannot bring origin-related data anywhere.

Limits: a data set whose name is put together in one file and spelled in the other ties no files.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ahocorasick_rs import AhoCorasick

from doorlicht.lineage.naming import Names

_WORD: Final = re.compile(r"[^\W\d]\w{2,60}")
_IMPORT: Final = re.compile(
    r"^[ \t]*(?:from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+([^\n#]+)|import[ \t]+([^\n#]+))",
    re.MULTILINE,
)
_SUFFIX: Final = re.compile(
    r"\.(?:(?P<script>r|py|sql|sas|rmd|qmd|ipynb)|csv|tsv|txt|xlsx?|xlsb|ods|parquet|feather|arrow|orc|avro|"
    r"jsonl?|rds|rda|rdata|sav|dta|sas7bdat|pkl|pickle|joblib|fst|qs|db|sqlite|duckdb|ya?ml|toml|ini|"
    r"pmml|onnx|model)\b(?!\s*[(=\[.])",
    re.IGNORECASE,
)
_BEFORE: Final = re.compile(r"[\w{}%$-]+$")
_LOADS: Final = re.compile(
    r"\b(?:safe_load|full_load|yaml\.load|json\.load|toml\.load|tomllib\.load|OmegaConf\.load)\("
)
_SETTINGS: Final = (".yaml", ".yml", ".toml", ".json", ".ini")
_LONG_TEXT: Final = re.compile(r'"""(?:(?!""").)*"""|\'\'\'(?:(?!\'\'\').)*\'\'\'', re.DOTALL)
_COMMENT: Final = re.compile(r"(?m)(?:^|\s)#.*$")
_TABLE: Final = re.compile(
    r"(?:\bfrom|\bjoin|\binto|\btable|\bview|\bupdate)\s+([\w.\"\[\]]++)(?!\s+import)",
    re.IGNORECASE,
)
_MODEL_OF_DBT: Final = re.compile(r"\bref\(\s*['\"](\w+)['\"]")
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
        ".fit_",
        "cross_val",
        ".train(",
        ".backward(",
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
    ]
)
_DESCRIBES: Final = AhoCorasick(
    ["<pmml", "decisiontable", "proc logistic", "proc reg", "proc glm", "proc hp", "proc gradboost",
     "proc forest", "proc genmod"]
)  # fmt: skip
"""Words that make a file of SAS, PMML or DMN a model by themselves."""

MAX_CALLERS: Final = 200
"""Files that import one file, beyond which it is a library of everybody: following it to all its
users would follow everything."""

MAX_SHARING: Final = 15
"""Files that mention one data file or table, up to which they are taken to mean the same."""

MAX_SETTINGS: Final = 20
"""Files of settings that name origin, up to which each may be the one that code loads."""

_COMMON: Final = frozenset(
    [
        "config.yml",
        "config.yaml",
        "config.json",
        "config.toml",
        "config.ini",
        "settings.yml",
        "settings.yaml",
        "settings.json",
        "params.yaml",
        "pyproject.toml",
        "requirements.txt",
        "setup.py",
        "__init__.py",
        "package.json",
        "readme.txt",
    ]
)


@dataclass(frozen=True, slots=True)
class Words:
    """What the words of a file say of it, without following it.

    ``ties`` are data files, tables, modules and scripts that it mentions. ``is_model`` tells that
    it both reads data and fits something, ``names_origin`` that any name in it, also in a comment,
    stands for origin-related data or a proxy.
    """

    path: str
    is_seed: bool
    ties: frozenset[str]
    is_model: bool = False
    names_origin: bool = False


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
    found = [meaning for word in set(_WORD.findall(text)) if (meaning := names.of_word(word))]
    is_seed = any(meaning.kind == "direct" for meaning in found) and _outside_comments(text, names)
    if not is_seed and known_data:
        low = text.lower()
        is_seed = any(name and name in low for name in known_data)
    is_model = not is_seed and _reads_and_fits(text.lower(), is_query=is_query)
    return Words(path, is_seed, frozenset(_ties(text)), is_model, bool(found))


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


def _ties(text: str) -> set[str]:
    ties: set[str] = set()
    for match in _SUFFIX.finditer(text):
        before = _BEFORE.search(text, max(0, match.start() - 80), match.start())
        if before is not None:
            kind = "script" if match["script"] else "data"
            ties.add(f"{kind}:{before.group()}{match.group()}".lower())
    ties |= {
        "table:" + found.lower().strip('"[].').rsplit(".", 1)[-1]
        for found in _TABLE.findall(text)
        # Prose says "from the" and "into a" too.
        if "_" in found or "." in found.strip(".")
    }
    if _LOADS.search(text):
        ties.add("settings:")
    if "kedro" in text:
        # A pipeline of kedro names data sets of its catalogue and settings, and no files.
        ties |= {"data:catalog.yml", "data:parameters.yml"}
    ties |= {f"script:{name.lower()}.sql" for name in _MODEL_OF_DBT.findall(text)}
    for source, listed, plain in _IMPORT.findall(text):
        modules = [source.split(".")[-1]] if source else []
        modules += [
            part.strip().split(" ")[0].split(".")[-1] for part in (listed or plain).split(",")
        ]
        ties |= {
            "module:" + module.strip("() ").lower() for module in modules if module.strip("() ")
        }
    return ties


def relevant(files: Sequence[Words]) -> list[frozenset[str]]:
    """Return the groups of files that have to be followed together.

    Examples
    --------
    >>> one = Words("a.py", True, frozenset({"data:x.csv"}))
    >>> two = Words("b.py", False, frozenset({"data:x.csv"}))
    >>> three = Words("c.py", False, frozenset())
    >>> [sorted(group) for group in relevant([one, two, three])]
    [['a.py', 'b.py']]
    """
    ties = _Ties(files)
    seeds = [file.path for file in files if file.is_seed]
    groups = ties.groups_of(ties.reached(seeds))
    known = frozenset[str]().union(*groups) if groups else frozenset[str]()
    models = {file.path for file in files if file.is_model and file.path not in known}
    for sharing in ties.sharing_groups(models):
        needed = (other for path in sharing for other in ties.needs.get(path, ()))
        groups.append(frozenset({*sharing, *needed}))
    return sorted(groups, key=sorted)


class _Ties:
    """Which file needs which: imports and scripts one way, data files and tables both ways."""

    def __init__(self, files: Sequence[Words]) -> None:
        own: dict[str, list[str]] = defaultdict(list)
        for file in files:
            base = posixpath.basename(file.path).lower()
            stem = posixpath.splitext(base)[0]
            if stem == "__init__":
                stem = posixpath.basename(posixpath.dirname(file.path.lower()))
            for name in (f"script:{base}", f"data:{base}", f"module:{stem}"):
                own[name].append(file.path)
        self.needs: dict[str, list[str]] = defaultdict(list)
        self.needed_by: dict[str, list[str]] = defaultdict(list)
        self.shares: dict[str, list[str]] = defaultdict(list)
        sharing: dict[str, list[str]] = defaultdict(list)
        settings = [
            file.path for file in files if file.is_seed and file.path.lower().endswith(_SETTINGS)
        ]
        for file in files:
            named = any(
                tie.endswith(_SETTINGS) and own.get(tie) for tie in file.ties if tie[:5] == "data:"
            )
            if "settings:" in file.ties and not named and len(settings) <= MAX_SETTINGS:
                # Which settings are loaded may only be known to the command line.
                self.needs[file.path].extend(settings)
                for other in settings:
                    self.needed_by[other].append(file.path)
            for tie in sorted(file.ties):
                is_common = tie.partition(":")[2] in _COMMON
                nearest = _nearest(own.get(tie, ()), file.path)
                for other in nearest if not is_common or len(nearest) == 1 else ():
                    if other != file.path:
                        self.needs[file.path].append(other)
                        self.needed_by[other].append(file.path)
                if tie.startswith(("data:", "table:")) and not is_common:
                    sharing[tie].append(file.path)
        for paths in sharing.values():
            self._share(paths)

    def _share(self, paths: Sequence[str]) -> None:
        # A name that very many files use is no name of one data set, but within a folder it is.
        many = len(paths) > MAX_SHARING
        first: dict[str, str] = {}
        for path in paths:
            other = first.setdefault(posixpath.dirname(path) if many else "", path)
            if other != path:
                self.shares[path].append(other)
                self.shares[other].append(path)

    def reached(self, seeds: Sequence[str]) -> set[str]:
        """Return the seeds, what uses them, what they share data with, and what all those need."""
        users = set(seeds)
        waiting = list(seeds)
        while waiting:
            path = waiting.pop()
            callers = self.needed_by.get(path, ())
            for other in (
                *(callers if len(callers) <= MAX_CALLERS else ()), *self.shares.get(path, ()),
            ):  # fmt: skip
                if other not in users:
                    users.add(other)
                    waiting.append(other)
        reached = set(users)
        waiting = list(users)
        while waiting:
            for other in self.needs.get(waiting.pop(), ()):
                if other not in reached:
                    reached.add(other)
                    waiting.append(other)
        return reached

    def sharing_groups(self, paths: set[str]) -> list[set[str]]:
        """Return files in groups that mention the same data: what trains a model, and scores."""
        groups: list[set[str]] = []
        left = set(paths)
        for start in sorted(paths):
            if start not in left:
                continue
            group, waiting = {start}, [start]
            while waiting:
                for other in self.shares.get(waiting.pop(), ()):
                    if other in left and other not in group:
                        group.add(other)
                        waiting.append(other)
            left -= group
            groups.append(group)
        return groups

    def groups_of(self, paths: set[str]) -> list[frozenset[str]]:
        """Return the files in groups that are tied to each other."""
        groups: list[frozenset[str]] = []
        left = set(paths)
        for start in sorted(paths):
            if start not in left:
                continue
            group, waiting = {start}, [start]
            while waiting:
                path = waiting.pop()
                for other in (
                    *self.needs.get(path, ()), *self.needed_by.get(path, ()),
                    *self.shares.get(path, ()),
                ):  # fmt: skip
                    if other in left and other not in group:
                        group.add(other)
                        waiting.append(other)
            left -= group
            groups.append(frozenset(group))
        return groups


def _nearest(paths: Sequence[str], path: str) -> Sequence[str]:
    """Return of several files of one name those nearest in the tree."""
    if len(paths) <= 1:
        return paths
    shared = [len(posixpath.commonpath(["/" + path, "/" + other])) for other in paths]
    best = max(shared)
    return [other for other, length in zip(paths, shared, strict=True) if length == best]
