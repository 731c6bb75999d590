"""Conditions as text again, as a lawyer would write them in a framework file."""

from __future__ import annotations

from collections.abc import Mapping

from doorlicht.assessment.conditions import (
    Always,
    And,
    Condition,
    IsAnswered,
    IsOneOf,
    IsTrue,
    IsUnanswered,
    Not,
    Or,
)


def spell(condition: Condition, terms: Mapping[str, Condition] | None = None) -> str:
    """Return the text of a condition; what a term stands for is called by the term.

    Examples
    --------
    >>> from doorlicht.assessment.conditions import parse_condition
    >>> terms = {"both": parse_condition("a and b")}
    >>> spell(parse_condition("not (a and b) or c in [y, x]", terms), terms)
    'not both or c in [x, y]'
    """
    return _spell(condition, {one: name for name, one in (terms or {}).items()}, 0)


def opposite(condition: Condition) -> Condition:
    """Return the condition that holds where another does not, without a double negation.

    Examples
    --------
    >>> from doorlicht.assessment.conditions import parse_condition
    >>> spell(opposite(parse_condition("not a"))), spell(opposite(parse_condition("a or b")))
    ('a', 'not (a or b)')
    """
    return condition.part if isinstance(condition, Not) else Not(condition)


def spell_term(name: str, terms: Mapping[str, Condition]) -> str:
    """Return what a term stands for; other terms in it are called by their names."""
    return spell(terms[name], {one: terms[one] for one in terms if terms[one] != terms[name]})


def _spell(condition: Condition, terms: Mapping[Condition, str], binds: int) -> str:
    """Return the text; ``binds``: 1 within ``and``, 2 after ``not``."""
    if condition in terms:
        return terms[condition]
    match condition:
        case IsTrue(fact):
            return fact
        case IsOneOf(fact, values):
            listed = sorted(values)
            return (
                f"{fact} is {listed[0]}" if len(listed) == 1 else f"{fact} in [{', '.join(listed)}]"
            )
        case IsAnswered(fact):
            return f"answered {fact}"
        case IsUnanswered(fact):
            return f"unanswered {fact}"
        case Not(part):
            return f"not {_spell(part, terms, 2)}"
        case And(parts):
            text = " and ".join(_spell(part, terms, 1 + isinstance(part, And)) for part in parts)
            return f"({text})" if binds > 1 else text
        case Or(parts):
            text = " or ".join(_spell(part, terms, 2 * isinstance(part, Or)) for part in parts)
            return f"({text})" if binds else text
        case Always():
            return "always"
