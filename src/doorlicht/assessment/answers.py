"""Answers to the questions of a framework: checked on the way in, read from files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, cast

import yaml

from doorlicht.assessment.conditions import FactValue
from doorlicht.assessment.framework import Fact, Framework
from doorlicht.assessment.propose import Period
from doorlicht.errors import InputError, nearest
from doorlicht.shipped import parse_yaml_once, yaml_problem

MAX_BYTES: Final = 16 << 20

_YES: Final = frozenset({"yes", "ja", "true", "waar", "y", "j"})
_NO: Final = frozenset({"no", "nee", "false", "onwaar", "n"})
_UNKNOWN: Final = frozenset({"", "unknown", "onbekend", "null", "?", "-"})


@dataclass(frozen=True, slots=True)
class StatedCase:
    """The facts of one use as a file states them, with the outcome it expects, if it does.

    Attributes
    ----------
    unknown_names
        Facts that the framework does not know. They say nothing and are told, never used.
    expected
        Keys such as ``verdict`` and ``failed_nodes``.
    """

    id: str
    facts: Mapping[str, FactValue]
    period: Period
    unknown_names: tuple[str, ...] = ()
    expected: Mapping[str, Any] | None = None
    description: str = ""


def check_fact(fact: Fact, given: object) -> FactValue | None:
    """Return an answer as the framework spells it; nothing if it says that it is not known.

    Raises
    ------
    InputError
        If it is no possible answer.

    Examples
    --------
    >>> from doorlicht.assessment import load_framework
    >>> facts = load_framework("motion-21").facts
    >>> check_fact(facts["art6"], "ja"), check_fact(facts["attr"], "geboorteland")
    (True, 'birth_country')
    >>> check_fact(facts["distinction"], "unknown") is None
    True
    """
    if given is None:
        return None
    text = str(given).strip() if isinstance(given, str) else given
    folded = text.casefold() if isinstance(text, str) else ""
    if not fact.values:
        if isinstance(text, bool):
            return text
        if isinstance(text, str):
            if folded in _YES:
                return True
            if folded in _NO:
                return False
            if folded in _UNKNOWN:
                return None
        raise _wrong(fact, given)
    if isinstance(text, str):
        for value in fact.values:
            spelled = {value.id, *value.also, *value.label.values()}
            if folded in {one.casefold() for one in spelled}:
                return value.id
        if folded in _UNKNOWN:
            return None
    raise _wrong(fact, given)


def _wrong(fact: Fact, given: object) -> InputError:
    allowed = ", ".join(value.id for value in fact.values) or "true, false"
    kind = f"{given!s}"[:40] if isinstance(given, (str, int, float, bool)) else type(given).__name__
    return InputError("assess.bad_answer", fact=fact.id, given=kind, allowed=allowed)


def check_facts(
    framework: Framework, given: Mapping[str, object]
) -> tuple[dict[str, FactValue], list[str]]:
    """Return the answers that the framework knows, and the names that it does not.

    Examples
    --------
    >>> from doorlicht.assessment import load_framework
    >>> check_facts(load_framework("motion-21"), {"art6": True, "arrt": "race", "special": None})
    ({'art6': True}, ['arrt'])
    """
    facts: dict[str, FactValue] = {}
    unknown: list[str] = []
    for name, value in given.items():
        fact = framework.facts.get(name)
        if fact is None:
            unknown.append(name)
            continue
        answer = check_fact(fact, value)
        if answer is not None:
            facts[name] = answer
    return facts, unknown


def nearest_fact(framework: Framework, name: str) -> str:
    """Return the fact that was probably meant."""
    return nearest(name, framework.facts)


def read_cases(path: str | Path, framework: Framework, text: str | None = None) -> list[StatedCase]:
    """Return the facts that a file states: of one use, or of many under ``cases``.

    A file is YAML or JSON: the facts themselves, or ``facts`` and ``period`` (``since``,
    ``until``), or ``cases`` with a list of those, as beside each framework.

    Raises
    ------
    InputError
        If it cannot be read, or an answer is not possible.
    """
    where = str(path)
    if text is None:
        text = _read_text(Path(path))
    try:
        tree = parse_yaml_once(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise InputError("assess.no_yaml", path=where, problem=yaml_problem(error)) from None
    if not isinstance(tree, dict):
        raise InputError("assess.no_facts", path=where)
    mapping = cast("dict[object, object]", tree)
    if isinstance(mapping.get("cases"), list):
        cases = cast("list[object]", mapping["cases"])
        return [_case(one, f"{at}", framework, where) for at, one in enumerate(cases, 1)]
    if "cases" in mapping:
        raise InputError("assess.no_facts", path=where)
    return [_case(mapping, "", framework, where)]


def _read_text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError("assess.unreadable", path=str(path))
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError, ValueError):
        raise InputError("assess.unreadable", path=str(path)) from None


def _case(tree: object, name: str, framework: Framework, where: str) -> StatedCase:
    if not isinstance(tree, dict):
        raise InputError("assess.no_facts", path=where)
    mapping = {str(key): value for key, value in cast("dict[object, object]", tree).items()}
    stated = mapping.get("facts")
    if "facts" in mapping and not isinstance(stated, dict):
        raise InputError("assess.no_facts", path=where)
    if isinstance(stated, dict):
        given = {str(key): value for key, value in cast("dict[object, object]", stated).items()}
        beside = {key: value for key, value in mapping.items() if key != "facts"}
    else:
        beside = {key: mapping[key] for key in ("id", "period") if key in mapping}
        given = {key: value for key, value in mapping.items() if key not in beside}
    facts, unknown = check_facts(framework, given)
    return StatedCase(
        str(beside.get("id") or name),
        facts,
        _period(beside.get("period"), where),
        tuple(unknown),
        {key: value for key, value in beside.items() if key not in ("id", "period")},
        str(beside.get("description_nl") or beside.get("description") or ""),
    )


def _period(given: object, where: str) -> Period:
    if given is None:
        return Period()
    if not isinstance(given, dict):
        raise InputError("assess.bad_period", path=where)
    days = cast("dict[object, object]", given)
    since = days.get("since", days.get("from"))
    since_day, until_day = _day(since, where), _day(days.get("until"), where)
    if set(days) - {"since", "from", "until"}:
        raise InputError("assess.bad_period", path=where)
    if since_day and until_day and until_day < since_day:
        raise InputError("assess.bad_period", path=where)
    return Period(since_day, until_day)


def _day(given: object, where: str) -> date | None:
    if given is None:
        return None
    if isinstance(given, datetime):
        return given.date()
    if isinstance(given, date):
        return given
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        raise InputError("assess.bad_period", path=where) from None
