"""The organisation, its inquiry and Parliament: rules over records, with the day as an argument."""

from doorlicht.organisation.government_register import read_export, units_of
from doorlicht.organisation.history import History, find_bearers, make_history
from doorlicht.organisation.scope import (
    check_decision,
    due_exclusions,
    overdue_exclusions,
    standing_decisions,
    standing_exclusions,
    undecided_units,
    units_in_scope,
)
from doorlicht.organisation.tables import read_units_csv

__all__ = [
    "History",
    "check_decision",
    "due_exclusions",
    "find_bearers",
    "make_history",
    "overdue_exclusions",
    "read_export",
    "read_units_csv",
    "standing_decisions",
    "standing_exclusions",
    "undecided_units",
    "units_in_scope",
    "units_of",
]
