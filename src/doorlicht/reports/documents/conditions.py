"""What the register has to hold before a sentence may be said: the names that templates use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from doorlicht.reports.documents.given import Given


def holds(given: Given, condition: str) -> bool:
    """Return whether the register holds what a template asks for before something is said.

    Raises
    ------
    KeyError
        If a template asks for something that is not known here.
    """
    return not condition or _CONDITIONS[condition](given)


def _spoke_to_people(given: Given) -> bool:
    steps = () if given.dossier is None else given.dossier.steps
    return any(one.kind == "interview" and one.state == "done" for one in steps)


_CONDITIONS: Final[Mapping[str, Callable[[Given], bool]]] = {
    "scanned": lambda given: given.looked_at is not None and given.looked_at.tables > 0,
    "traced": lambda given: bool(given.traces),
    "audited": lambda given: bool(given.audits),
    "spoke": _spoke_to_people,
    "sampled": lambda given: given.residual is not None and bool(given.residual.samples),
    "left_out": lambda given: bool(given.exclusions),
    "never_begun": lambda given: given.coverage is not None and bool(given.coverage.never),
    "has_campaign": lambda given: given.dossier is not None,
    "has_inventory": lambda given: given.inventory is not None,
    "has_measures": lambda given: given.measures is not None,
    "audited_outside": lambda given: given.outside_audit is not None,
}
