"""Records as somebody published them: one, a list, or what the public API of the register lists.

Those of older versions of the standard are read as well: what they call otherwise gets its name of
today, and what has no place in it any more stays beside it. A record is found by its number, its
own id, or its name; where that is not enough, those that there are are told.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from doorlicht.errors import InputError
from doorlicht.publication.forms import to_api

Published = dict[str, Any]

MAX_TOLD: Final = 5
"""Names of records that are told where it is not clear which one is meant."""

_LISTS: Final = ("results", "records", "algorithms", "algoritmes", "data", "items")
_OLDER: Final[Mapping[str, str]] = {
    "algorithm_name": "name",
    "organisation": "organization",
    "impact": "goal",
    "schema_version": "standard_version",
    "legal_ground": "lawful_basis",
    "language": "lang",
    "lawful_basis_link": "lawful_basis_grouping",
    "source_data_link": "source_data_grouping",
    "dpia_description": "impacttoetsen",
}
"""How earlier versions, and the listing, call what has another name now."""


def read_json(text: str) -> Any:
    """Return what a text of JSON holds; a name that comes twice is an error.

    Raises
    ------
    ValueError
        If it is no JSON, or a name comes twice in one object.

    Examples
    --------
    >>> read_json('{"name": "A"}')
    {'name': 'A'}
    """
    try:
        return json.loads(text, object_pairs_hook=_once)
    except RecursionError:
        raise ValueError("nested too deep") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice[:60]!r} comes twice")
    return made


def records_of(tree: object) -> list[Published]:
    """Return the records in what was read, as they stand.

    Raises
    ------
    InputError
        If there is none in it.

    Examples
    --------
    >>> records_of({"results": [{"name": "A"}], "total_count": 1}), records_of({"name": "B"})
    ([{'name': 'A'}], [{'name': 'B'}])
    """
    found = _list_in(tree)
    records = [
        dict(cast("Mapping[str, Any]", one))
        for one in found
        if isinstance(one, Mapping) and _is_record(cast("Mapping[str, Any]", one))
    ]
    if not records:
        raise InputError("publish.no_record")
    return records


def _list_in(tree: object) -> Sequence[object]:
    if isinstance(tree, list):
        return cast("list[object]", tree)
    if not isinstance(tree, Mapping):
        return []
    known = cast("Mapping[str, object]", tree)
    for name in _LISTS:
        inner = known.get(name)
        if isinstance(inner, list):
            return cast("list[object]", inner)
        if isinstance(inner, Mapping) and name == "data":
            return _list_in(cast("object", inner))
    return [known]


def _is_record(record: Mapping[str, Any]) -> bool:
    return any(isinstance(record.get(name), str) for name in ("name", "algorithm_name"))


def find_record(
    records: Sequence[Published], wanted: str = "", *, own_id: str = "", name: str = ""
) -> Published:
    """Return the record that is meant, in the form of the API.

    Parameters
    ----------
    wanted
        What the user named: a LARS number, an own id (``source_id``) or a name.
    own_id, name
        Of the model or use, by which a record is looked for where nothing was named.

    Raises
    ------
    InputError
        If none is meant, or more than one.

    Examples
    --------
    >>> find_record([{"name": "A", "lars": "1"}, {"name": "B", "lars": "2"}], "2")["name"]
    'B'
    """
    known = [as_of_today(one) for one in records]
    if wanted:
        found = [one for one in known if _is_called(one, wanted)]
        if len(found) == 1:
            return found[0]
        raise InputError(
            "publish.which_record" if found else "publish.no_such_record",
            wanted=wanted[:60], known=_told(found or _near(known, wanted)),
        )  # fmt: skip
    for key, value in (("source_id", own_id), ("name", name)):
        found = [one for one in known if value and _folded(one.get(key)) == value.casefold()]
        if len(found) == 1:
            return found[0]
    if len(known) == 1:
        return known[0]
    raise InputError("publish.which_record", wanted=name or own_id, known=_told(_near(known, name)))


def _is_called(record: Published, wanted: str) -> bool:
    folded = wanted.strip().casefold()
    return folded in {_folded(record.get(key)) for key in ("lars", "source_id", "name")}


def _folded(value: object) -> str:
    return str(value).strip().casefold() if isinstance(value, (str, int)) else ""


def _near(records: Sequence[Published], name: str) -> list[Published]:
    """Return the records of which the name is most like another, those first."""

    def unlike(record: Published) -> float:
        theirs = _folded(record.get("name"))
        return -difflib.SequenceMatcher(None, name.casefold()[:100], theirs[:100]).ratio()

    return sorted(records, key=unlike) if len(records) <= 1000 else list(records)


def _told(records: Sequence[Published]) -> str:
    told = [
        " ".join(part for part in (str(one.get("lars") or ""), str(one.get("name"))[:60]) if part)
        for one in records[:MAX_TOLD]
    ]
    more = len(records) - MAX_TOLD
    return "; ".join(told) + (f"; … (+{more})" if more > 0 else "")


def as_of_today(record: Mapping[str, Any]) -> Published:
    """Return a published record in the form of the API, by the names of today.

    Examples
    --------
    >>> as_of_today({"name": "A", "impact": "Veel", "dpia": "Ja"})["goal"]
    'Veel'
    >>> as_of_today({"name": "A", "theme": ["Werk"]})["category"]
    ['Werk']
    """
    made = to_api(record)
    for old, new in _OLDER.items():
        if old not in made or not made[old]:
            continue
        value = made[old]
        if new.endswith("_grouping"):
            if not made.get(new):
                made[new] = [{"title": "", "link": str(value)}]
        elif new == "goal" and made.get(new):
            made[new] = f"{made[new]}\n{value}"
        elif not made.get(new):
            made[new] = value
    lists = made.get("impacttoetsen")
    if isinstance(lists, list):
        # Version 0.4 had the names of assessments where the explanation is now.
        names = [str(one) for one in cast("list[object]", lists)]
        made["impacttoetsen"] = None
        if not made.get("impacttoetsen_grouping"):
            made["impacttoetsen_grouping"] = [{"title": one} for one in names]
    listed = list(cast("list[Any]", made.get("impacttoetsen_grouping") or []))
    for old, title in (("dpia", "DPIA"), ("iama", "IAMA")):
        said = made.get(old)
        if isinstance(said, str) and said.strip().casefold().startswith(("ja", "yes", "http")):
            listed.append({"title": title})
    if listed:
        made["impacttoetsen_grouping"] = listed
    return made
