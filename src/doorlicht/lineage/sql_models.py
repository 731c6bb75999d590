"""Models that are trained inside a database, in one form whatever the database.

BigQuery and others have ``CREATE MODEL ... AS query``. Redshift, MADlib and PostgresML say the same
in other words; here those become that statement, with the lines that they had.
"""

from __future__ import annotations

import re
from typing import Final

_REDSHIFT: Final = re.compile(
    r"\s*create\s+(?:or\s+replace\s+)?(?:external\s+)?model\s+(?P<name>[\w.\"]+)\s+from\s+"
    r"(?P<data>\((?P<query>.*?)\)|[\w.\"]+)\s*target\s+(?P<target>[\w\"]+)\b.*$",
    re.IGNORECASE | re.DOTALL,
)
_MADLIB: Final = re.compile(
    r"\bmadlib\.(?P<kind>\w+_train|\w*forest_train|\w*regr\w*)\s*\(\s*'(?P<data>[^']*)'\s*,\s*"
    r"'(?P<name>[^']*)'\s*,\s*(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_TEXTS: Final = re.compile(r"'([^']*)'")
_PGML: Final = re.compile(r"\bpgml\.train\s*\((?P<rest>.*)$", re.IGNORECASE | re.DOTALL)
_NAMED: Final = re.compile(r"(\w+)\s*=>\s*'([^']*)'")
_ITEMS: Final = re.compile(r"^\s*ARRAY\s*\[(.*)\]\s*$", re.IGNORECASE | re.DOTALL)
_MARKS: Final = re.compile(r"\bmodel\b|\bmadlib\.|\bpgml\.", re.IGNORECASE)


def as_create_model(text: str) -> str | None:
    """Return the statement as ``CREATE MODEL ... AS query``; none if it trains no model so.

    Examples
    --------
    >>> as_create_model("create model m from (select a, y from t) target y function f")
    "CREATE MODEL m OPTIONS(model_type='AUTO', input_label_cols=['y']) AS select a, y from t"
    >>> as_create_model("select madlib.logregr_train('t', 'm', 'y', 'ARRAY[1, a]')")
    "CREATE MODEL m OPTIONS(model_type='logregr', input_label_cols=['y']) AS SELECT 1, a, y FROM t"
    """
    if _MARKS.search(text) is None:
        return None
    found = _REDSHIFT.match(text)
    if found is not None:
        query = found["query"] or f"SELECT * FROM {found['data']}"  # noqa: S608 (read, never run)
        start = found.start("query" if found["query"] else "data")
        return _created(text[:start], found["name"], "AUTO", found["target"].strip('"'), query)
    found = _MADLIB.search(text)
    if found is not None:
        texts = _TEXTS.findall(found["rest"])
        # A forest has the name of its key before what it predicts.
        if "forest" in found["kind"].lower() or "tree" in found["kind"].lower():
            texts = texts[1:]
        if len(texts) < 2:
            return None
        items = _ITEMS.match(texts[1])
        columns = items[1] if items is not None else texts[1]
        kind = re.sub(r"_train$", "", found["kind"])
        query = f"SELECT {columns}, {texts[0]} FROM {found['data']}"  # noqa: S608
        return _created(text[: found.start()], found["name"], kind, texts[0], query)
    found = _PGML.search(text)
    if found is None:
        return None
    named = dict(_NAMED.findall(found["rest"]))
    plain = _TEXTS.findall(_NAMED.sub("", found["rest"]))
    given = [
        named.get(key) or (plain[at] if at < len(plain) else "")
        for at, key in enumerate(("project_name", "task", "relation_name", "y_column_name"))
    ]
    if not given[2]:
        return None
    kind = named.get("algorithm", "linear")
    query = f"SELECT * FROM {given[2]}"  # noqa: S608
    return _created(text[: found.start()], f'"{given[0]}"', kind, given[3], query)


def _created(before: str, name: str, kind: str, target: str, query: str) -> str:
    lines = "\n" * before.count("\n")
    options = f"OPTIONS(model_type='{kind}', input_label_cols=['{target}'])"
    return f"{lines}CREATE MODEL {name} {options} AS {query}"
