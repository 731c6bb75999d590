"""The organisation, its inquiry and Parliament: rules over records, with the day as an argument."""

from doorlicht.organisation.campaign import (
    Dossier,
    enter_state,
    find_contradicted,
    find_refusals,
)
from doorlicht.organisation.coverage import (
    measure_coverage,
)
from doorlicht.organisation.government_register import (
    read_export,
    units_of,
)
from doorlicht.organisation.history import (
    History,
    find_bearers,
    make_history,
)
from doorlicht.organisation.plans import (
    missing_chapters,
    plan_chapters,
)
from doorlicht.organisation.scope import (
    check_decision,
    due_exclusions,
    overdue_exclusions,
    standing_decisions,
    standing_exclusions,
    undecided_units,
    units_in_scope,
)
from doorlicht.organisation.steps import (
    draw_statements,
    look_into,
    move_step,
    sample_size,
)
from doorlicht.organisation.tables import (
    read_units_csv,
)

__all__ = [
    "Dossier",
    "History",
    "check_decision",
    "draw_statements",
    "due_exclusions",
    "enter_state",
    "find_bearers",
    "find_contradicted",
    "find_refusals",
    "look_into",
    "make_history",
    "measure_coverage",
    "missing_chapters",
    "move_step",
    "overdue_exclusions",
    "plan_chapters",
    "read_export",
    "read_units_csv",
    "sample_size",
    "standing_decisions",
    "standing_exclusions",
    "undecided_units",
    "units_in_scope",
    "units_of",
]
