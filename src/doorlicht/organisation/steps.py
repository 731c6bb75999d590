"""What may become of a step of an inventory and of a signed nil statement, and who is drawn."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from doorlicht.errors import InputError, RefusedError, WrongUseError
from doorlicht.records import InventoryStep, NilStatement
from doorlicht.records.campaigns import StatementState, StepState
from doorlicht.records.persons import clean_text, person_key

NEXT_STEP: Final[Mapping[StepState, tuple[StepState, ...]]] = {
    "planned": ("started", "done", "not_applicable"),
    "started": ("done", "planned", "not_applicable"),
    "done": ("started",),
    "not_applicable": ("planned",),
}
"""From each state of a step, the states that can follow."""

NEXT_STATEMENT: Final[Mapping[StatementState, tuple[StatementState, ...]]] = {
    "signed": ("upheld", "contradicted", "withdrawn"),
    "upheld": ("contradicted", "withdrawn"),
    "contradicted": ("withdrawn",),
    "withdrawn": (),
}


def sample_size(statements: int, share: float) -> int:
    """Return how many nil statements an auditor looks into: at least one where there are any.

    Examples
    --------
    >>> sample_size(0, 0.1), sample_size(3, 0.1), sample_size(21, 0.1)
    (0, 1, 3)
    """
    return min(statements, max(1, math.ceil(statements * share))) if statements else 0


def draw_statements(
    statements: Iterable[NilStatement], share: float, seed: str
) -> list[NilStatement]:
    """Return the nil statements that are drawn for an auditor, in the order of the draw.

    Ordered by a hash of seed and id, so that who knows the seed can repeat the draw, and who signs
    cannot foresee it. A larger share only adds to a smaller one.
    """
    standing = [one for one in statements if one.state != "withdrawn"]

    def place(one: NilStatement) -> bytes:
        return hashlib.sha256(f"{seed}\x1f{one.id}".encode()).digest()

    return sorted(standing, key=place)[: sample_size(len(standing), share)]


def move_step(
    step: InventoryStep, state: StepState, today: date, *, reason: str = "", evidence: str = ""
) -> InventoryStep:
    """Return a step in another state.

    Raises
    ------
    WrongUseError
        If that state does not follow.
    InputError
        If what is done has no evidence, or what does not apply or is taken back has no reason.
    """
    if state not in NEXT_STEP[step.state]:
        raise WrongUseError(
            "campaign.step_no_state", id=step.id, state=step.state,
            following=", ".join(NEXT_STEP[step.state]),
        )  # fmt: skip
    needs_reason = state == "not_applicable" or (step.is_at_an_end and state != "done")
    if needs_reason and not reason.strip():
        raise InputError("campaign.step_no_reason", id=step.id)
    shown = (*step.evidence, clean_text(evidence)) if evidence.strip() else step.evidence
    if state == "done" and not shown:
        raise InputError("campaign.step_no_evidence", id=step.id)
    return replace(
        step, state=state, evidence=shown, reason=clean_text(reason) or step.reason,
        done_on=today if state in ("done", "not_applicable") else None,
    )  # fmt: skip


def look_into(
    statement: NilStatement, state: StatementState, today: date, *, by: str, finding: str
) -> NilStatement:
    """Return a nil statement as an auditor left it, or withdrawn by the unit.

    Raises
    ------
    WrongUseError
        If that state does not follow.
    InputError
        If it is not said what was found.
    RefusedError
        If who signed it looks into it.
    """
    if state not in NEXT_STATEMENT[statement.state]:
        raise WrongUseError(
            "campaign.statement_no_state", id=statement.id, state=statement.state,
            following=", ".join(NEXT_STATEMENT[statement.state]) or "-",
        )  # fmt: skip
    if not finding.strip():
        raise InputError("campaign.statement_no_finding", id=statement.id)
    told = clean_text(finding)
    if state == "withdrawn":
        # What the auditor found stays; why the unit withdrew it comes after that.
        both = " ".join(part for part in (statement.finding, told) if part)
        return replace(statement, state=state, finding=both)
    if person_key(by) == person_key(statement.signed_by):
        raise RefusedError("campaign.statement_own", id=statement.id, by=by)
    return replace(
        statement, state=state, sampled_by=clean_text(by), sampled_on=today, finding=told,
        is_wrong=state == "contradicted",
    )  # fmt: skip
