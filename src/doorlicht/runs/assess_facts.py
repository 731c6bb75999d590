"""Assesses facts as a file states them: no register, nothing kept.

For a notebook, a lawyer with a case, and a test of a framework. Uses in a register are assessed by
:mod:`doorlicht.runs.assess`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from doorlicht.assessment import Framework, StatedCase, load_framework, propose, read_cases
from doorlicht.assessment.changes import smallest_changes
from doorlicht.errors import InputError
from doorlicht.records import Change, Proposal

MOST_EXPLAINED: Final = 50
"""Cases of a file for which it is looked for what would change the proposal; it takes longest."""


@dataclass(frozen=True, slots=True)
class AssessedCase:
    """The facts of one use, what is proposed, and which answers would change that.

    ``changes`` is nothing where it was not looked for.
    """

    case: StatedCase
    proposal: Proposal
    changes: tuple[Change, ...] | None


def assess_facts(
    facts: str | Path,
    framework: str = "motion-21",
    edition: str | None = None,
    *,
    case: str | None = None,
    text: str | None = None,
) -> tuple[Framework, list[AssessedCase]]:
    """Return what a framework proposes for the facts in a file.

    Parameters
    ----------
    facts
        Path of a YAML or JSON file; see :func:`doorlicht.assessment.read_cases`.
    case
        Id of one case of a file with many.
    text
        What the file says, where it was read already (``-``).

    Raises
    ------
    InputError
        If the file or the framework cannot be used, or has no such case.
    """
    loaded = load_framework(framework, edition)
    cases = read_cases(facts, loaded, text)
    if case is not None:
        cases = [one for one in cases if one.id == case]
        if not cases:
            raise InputError("assess.no_such_case", case=case, path=str(facts))
    is_few = len(cases) <= MOST_EXPLAINED
    return loaded, [
        AssessedCase(
            one,
            propose(loaded, one.facts, one.period),
            tuple(smallest_changes(loaded, one.facts, one.period)) if is_few else None,
        )
        for one in cases
    ]
