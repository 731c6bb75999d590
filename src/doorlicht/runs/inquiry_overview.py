"""What the first page of an inquiry tells: of the register, and of what lies beside the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from doorlicht.organisation import (
    Alert,
    Dossier,
    find_open_terms,
    shipped_rules,
    standing_exclusions,
)
from doorlicht.records import Campaign, InquiryRun, Recess, StepRun
from doorlicht.register import Register
from doorlicht.reports.inquiry_page import Overview, is_told
from doorlicht.runs.dossier import gather_dossier

_RAN: Final = frozenset({"done", "failed", "interrupted"})


def gather_overview(
    register: Register,
    done: InquiryRun,
    *,
    at: datetime,
    files: Sequence[str],
    pages: Mapping[str, Sequence[str]],
    campaign: str | None,
    organisation: str,
    is_whole: bool,
) -> Overview:
    """Return what the first page of an inquiry tells.

    Parameters
    ----------
    done
        Every step as it is.
    files
        Names of what lies in its folder.
    pages
        Names of the pages that each step makes.
    """
    made = {step: [one for one in names if one in files] for step, names in pages.items()}
    known = {one for names in pages.values() for one in names}
    dossier = _dossier(register, campaign)
    day = at.date()
    return Overview(
        done,
        at,
        organisation,
        is_whole=is_whole,
        seconds=measure_seconds(register.inquiry_steps(done.name)),
        made={step: names for step, names in made.items() if names},
        others=sorted(one for one in files if one not in known and is_told(one)),
        unseen=_unseen(register),
        coverage=None if dossier is None else dossier.coverage(day),
        exclusions=(
            None
            if dossier is None
            else standing_exclusions(dossier.history, dossier.decisions, day)
        ),
        alerts=None if dossier is None else _open_terms(register, dossier, at),
        unit_names=(
            {}
            if dossier is None
            else {one: dossier.history.last(one).name for one in dossier.history.versions}
        ),
        signed=[(one.title, one.day, one.id) for one in register.signed.all()],
    )


def measure_seconds(kept: Iterable[StepRun]) -> dict[str, float]:
    """Return how long each step took when it last ran, from all that was kept of the steps."""
    began: dict[str, datetime] = {}
    found: dict[str, float] = {}
    for one in kept:
        if one.at is None:
            continue
        if one.status == "running":
            began[one.name] = one.at
        elif one.name in began:
            since = began.pop(one.name)
            if one.status in _RAN:
                found[one.name] = (one.at - since).total_seconds()
    return found


def _dossier(register: Register, campaign: str | None) -> Dossier | None:
    """Return the campaign that is meant; nothing where none or several could be."""
    known = [one.id for one in register.dossier.all(Campaign)]
    if campaign not in known and (campaign is not None or len(known) != 1):
        return None
    return gather_dossier(register, campaign)


def _unseen(register: Register) -> list[str] | None:
    units = register.units()
    seen = {one.unit for one in register.sources() if one.unit}
    return [one.name for one in units if one.id not in seen] if units else None


def _open_terms(register: Register, dossier: Dossier, at: datetime) -> list[Alert]:
    return find_open_terms(
        dossier.question_sets, dossier.commitments, at.date(), shipped_rules(),
        register.dossier.all(Recess),
    )  # fmt: skip
