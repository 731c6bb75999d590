"""The organisation, its inquiry and Parliament: rules over records, with the day as an argument."""

from doorlicht.organisation.campaign import (
    STATES,
    Dossier,
    enter_state,
    find_contradicted,
    find_refusals,
    of_campaign,
    units_without_use,
)
from doorlicht.organisation.chamber import (
    ChamberData,
    read_chamber,
)
from doorlicht.organisation.coverage import (
    measure_coverage,
)
from doorlicht.organisation.files import (
    DossierFile,
    read_dossier,
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
from doorlicht.organisation.questions import (
    Alert,
    change_question,
    extend,
    find_alerts,
    find_open_terms,
    find_question,
    move_question,
    send_answers,
)
from doorlicht.organisation.reading_guide import (
    make_reading_guide,
    with_proposed_themes,
)
from doorlicht.organisation.record_rules import (
    check_campaign_state,
    check_commitment,
    check_records,
    with_progress,
)
from doorlicht.organisation.scope import (
    check_decision,
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
from doorlicht.organisation.terms import (
    TermRule,
    TermRules,
    check_recesses,
    check_set,
    find_recess,
    shipped_rules,
    term_of,
    term_of_commitment,
)
from doorlicht.organisation.themes import (
    Theme,
    ThemeProposal,
    check_themes,
    known_themes,
    propose_themes,
)

__all__ = [
    "STATES",
    "Alert",
    "ChamberData",
    "Dossier",
    "DossierFile",
    "History",
    "TermRule",
    "TermRules",
    "Theme",
    "ThemeProposal",
    "change_question",
    "check_campaign_state",
    "check_commitment",
    "check_decision",
    "check_recesses",
    "check_records",
    "check_set",
    "check_themes",
    "draw_statements",
    "enter_state",
    "extend",
    "find_alerts",
    "find_bearers",
    "find_contradicted",
    "find_open_terms",
    "find_question",
    "find_recess",
    "find_refusals",
    "known_themes",
    "look_into",
    "make_history",
    "make_reading_guide",
    "measure_coverage",
    "missing_chapters",
    "move_question",
    "move_step",
    "of_campaign",
    "overdue_exclusions",
    "plan_chapters",
    "propose_themes",
    "read_chamber",
    "read_dossier",
    "read_export",
    "read_units_csv",
    "sample_size",
    "send_answers",
    "shipped_rules",
    "standing_decisions",
    "standing_exclusions",
    "term_of",
    "term_of_commitment",
    "undecided_units",
    "units_in_scope",
    "units_of",
    "units_without_use",
    "with_progress",
    "with_proposed_themes",
]
