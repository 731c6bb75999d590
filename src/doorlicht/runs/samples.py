"""The audit sample: freeze, commit, draw, judge, and what it shows.

Who does what, and why nobody can steer it, stands in :mod:`doorlicht.evidence.seed`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from doorlicht.audit.aggregates.sheet import read_sheet
from doorlicht.errors import InputError, RefusedError
from doorlicht.evidence import content_hash
from doorlicht.evidence.sampling import (
    Division,
    divide,
    draw,
    plan_sizes,
    population_file,
    sizes_of,
)
from doorlicht.evidence.seed import is_secret, seed_of
from doorlicht.evidence.stratified import MAX_STRATA
from doorlicht.records.auditors import AuditSample, Judgment, SampleKind
from doorlicht.records.flows import trace_id
from doorlicht.records.persons import clean_text
from doorlicht.register import Register
from doorlicht.runs.populations import Strata, population
from doorlicht.runs.roles import need_auditor
from doorlicht.runs.sample_results import (
    SampleResult,
    drawn_items,
    frozen_items,
    needs,
    result,
    step_of,
)

WORDS: Final[Mapping[str, Judgment]] = {
    "right": "right", "goed": "right", "juist": "right", "ok": "right",
    "wrong": "wrong", "fout": "wrong", "onjuist": "wrong",
    "unknown": "unknown", "onbekend": "unknown", "?": "unknown",
}  # fmt: skip
"""Judgments as people write them in the form."""

HEADS: Final[Mapping[str, str]] = {
    "item": "item", "onderdeel": "item", "judgment": "judgment", "oordeel": "judgment",
    "note": "note", "opmerking": "note",
}  # fmt: skip
"""Columns of the form that are read, in both languages."""

_BY_THRESHOLD: Final = frozenset({"clean-columns", "nil-statements"})
"""Kinds of which the list or its parts hang on when a finding is reported."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of a sample.

    Attributes
    ----------
    at_most
        Share of the population that may be wrong, at this confidence, if nothing wrong is found.
    size
        How many to draw; ``None``: as many as that needs.
    """

    strata: Strata = "none"
    at_most: float = 0.01
    confidence: float = 0.95
    division: Division = "proportional"
    size: int | None = None


def freeze(
    register: Register, kind: SampleKind, plan: Plan, *, threshold: float, by: str, at: datetime
) -> AuditSample:
    """Freeze a population and the plan of the draw.

    Raises
    ------
    InputError
        If the population is empty, has too many strata, or the plan cannot be.
    """
    items = population(
        register, kind, strata=plan.strata, threshold=threshold, day=at.date()
    )  # fmt: skip
    sizes = sizes_of(items)
    if not items:
        raise InputError("sample.empty", kind=kind)
    if len(sizes) > MAX_STRATA:
        raise InputError("sample.too_many_strata", strata=len(sizes), limit=MAX_STRATA)
    if plan.size is None:
        at_most = int(plan.at_most * len(items))
        drawn = plan_sizes(
            sizes, at_most=at_most, confidence=plan.confidence, division=plan.division
        )
    else:
        drawn = divide(sizes, plan.size, plan.division)
    content = population_file(items)
    frozen = {
        "population_sha256": hashlib.sha256(content).hexdigest(),
        "confidence": plan.confidence,
        "at_most": plan.at_most,
        "division": plan.division,
        "stratified_by": plan.strata,
        # Which columns are clean hangs on it: who may choose it unseen, chooses what can be drawn.
        **({"threshold": threshold} if kind in _BY_THRESHOLD else {}),
        "strata": {name: {"size": size, "drawn": drawn[name]} for name, size in sizes.items()},
    }
    number = len(register.auditing.samples())
    made = AuditSample(
        trace_id("SA", content_hash(frozen), str(number)), kind, content.decode("ascii"), frozen,
        by, at,
    )  # fmt: skip
    register.auditing.keep_sample(made, population_sha256=str(frozen["population_sha256"]))
    return made


def commit(register: Register, sample_id: str, commitment: str, *, by: str) -> AuditSample:
    """Enter the commitment of the auditor.

    Raises
    ------
    InputError
        If it is no commitment.
    RefusedError
        If the sample has one, it was used before, or somebody who is no auditor enters it.
    """
    if not is_secret(commitment):
        raise InputError("sample.commitment_form")
    need_auditor(register, by)
    used = {
        event.content["commitment"]
        for one in register.auditing.samples() for event in one.events if event.kind == "committed"
    }  # fmt: skip
    if commitment in used:
        raise RefusedError("sample.commitment_used", sample=sample_id)
    register.auditing.add_step(
        sample_id, "committed", {"commitment": commitment}, by=by, check=needs("frozen"),
        evidence={"commitment": commitment},
    )  # fmt: skip
    return register.auditing.sample(sample_id)


def draw_sample(register: Register, sample_id: str, secret: str, *, by: str) -> AuditSample:
    """Draw, with the secret of the auditor and the first checkpoint after the commitment.

    Raises
    ------
    RefusedError
        If the secret is another one, or no checkpoint covers the commitment yet.
    IntegrityError
        If the population is no longer the one that was frozen.
    """
    kept = register.auditing.sample(sample_id)
    needs("committed")(kept)
    commitment = str(step_of(kept, "committed")["commitment"])
    entries = register.log.entries(subject=f"sample:{sample_id}", action="sample.committed")
    checkpoints = register.attested.checkpoints()
    first = next((at for at, one in enumerate(checkpoints) if one.size >= entries[0].number), None)
    if first is None:
        raise RefusedError("sample.no_checkpoint", sample=sample_id, entry=entries[0].number)
    chosen = checkpoints[first]
    items = frozen_items(kept)
    seed = seed_of(
        secret,
        commitment=commitment,
        commitment_entry=entries[0].number,
        sample=kept.id,
        plan_sha256=content_hash(dict(kept.plan)),
        checkpoint=chosen.signed.full,
        checkpoint_size=chosen.size,
        earlier_sizes=[one.size for one in checkpoints[:first]],
    )
    wanted = {name: int(one["drawn"]) for name, one in kept.plan["strata"].items()}
    drawn = draw(seed, items, wanted)
    content = {
        "secret": secret, "checkpoint": chosen.signed.full, "checkpoint_size": chosen.size,
        "seed": seed.hex(), "items": [one.id for one in drawn],
    }  # fmt: skip
    register.auditing.add_step(sample_id, "drawn", content, by=by, check=needs("committed"))
    return register.auditing.sample(sample_id)


def judge(register: Register, sample_id: str, path: Path, *, by: str) -> SampleResult:
    """Keep the judgments of a form that was filled in, and return what they show.

    A form that comes later takes the place of an earlier one; the earlier one stays in the log.

    Raises
    ------
    InputError
        If the form cannot be read, or has an item that was not drawn, one twice, or a word that
        is no judgment.
    RefusedError
        If the sample was not drawn, or somebody who is no auditor judges.
    """
    need_auditor(register, by)
    kept = register.auditing.sample(sample_id)
    needs("drawn", "judged")(kept)
    judgments, notes = read_form(path, [one.id for one in drawn_items(kept)])
    content = {"judgments": judgments, "notes": notes}
    register.auditing.add_step(
        sample_id, "judged", content, by=by, check=needs("drawn", "judged"),
        evidence={"form": hashlib.sha256(path.read_bytes()).hexdigest()},
        notes=list(notes.values()),
    )  # fmt: skip
    return result(register, sample_id)


def read_form(path: Path, drawn: Sequence[str]) -> tuple[dict[str, Judgment], dict[str, str]]:
    """Return the judgments and notes of a form, by item; what is empty is left out.

    Raises
    ------
    InputError
        With the row of what is wrong, counted from 1.
    """
    if not path.is_file():
        raise InputError("sample.form_unreadable", path=str(path))
    rows = read_sheet(path).cells
    at = {HEADS.get(str(name).strip().casefold(), ""): place for place, name in enumerate(rows[0])
          } if rows else {}  # fmt: skip
    if "item" not in at or "judgment" not in at:
        raise InputError("sample.form_heads", path=str(path))
    judgments: dict[str, Judgment] = {}
    notes: dict[str, str] = {}
    seen: set[str] = set()
    for number, row in enumerate(rows[1:], start=2):
        said = {name: _text(row, place) for name, place in at.items() if name}
        item, word = said["item"], said["judgment"].casefold()
        if not item and not word:
            continue
        if item not in drawn:
            raise InputError("sample.not_drawn_item", row=number)
        if item in seen:
            raise InputError("sample.item_twice", row=number)
        seen.add(item)
        if word and word not in WORDS:
            raise InputError("sample.bad_judgment", row=number)
        if word:
            judgments[item] = WORDS[word]
        if said.get("note"):
            notes[item] = clean_text(said["note"])
    return judgments, notes


def _text(row: Sequence[object], place: int) -> str:
    return str(row[place]).strip() if place < len(row) and row[place] is not None else ""
