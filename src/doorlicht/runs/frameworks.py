"""Where the uses come from that are assessed by two editions of a framework.

Each is a triple of an id, facts and a period; :func:`doorlicht.assessment.compare.compare` takes
them from anywhere: worked cases, a file, or the assessments of a register.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from doorlicht.assessment import FactValue, Period, StatedCase, load_framework, read_cases
from doorlicht.assessment.compare import Triple
from doorlicht.assessment.soundness import cases_of
from doorlicht.register import Register


def uses_of_file(path: str | Path, old: str, new: str, text: str | None = None) -> list[Triple]:
    """Return the uses that a file of facts states, with all that either edition knows."""
    before = read_cases(path, load_framework(old), text)
    return _both(before, read_cases(path, load_framework(new), text))


def uses_of_cases(old: str, new: str) -> list[Triple]:
    """Return the worked cases of both editions; where both have a case, that of the newer."""
    found = {case.id: case for case in (*cases_of(old), *cases_of(new))}
    return [(case.id, case.facts, case.period) for case in found.values()]


def uses_of_register(register: Register, framework: str) -> list[Triple]:
    """Return the newest assessment of each use and period by any edition of a framework."""
    name = load_framework(framework).name
    newest = {
        (one.use, one.since, one.until): one
        for one in register.judging.assessments()
        if one.framework == name
    }
    return [(one.use, one.facts, Period(one.since, one.until)) for one in newest.values()]


def _both(before: Sequence[StatedCase], after: Sequence[StatedCase]) -> list[Triple]:
    triples: list[Triple] = []
    for one, other in zip(before, after, strict=True):
        facts: Mapping[str, FactValue] = {**one.facts, **other.facts}
        triples.append((one.id, facts, one.period))
    return triples
