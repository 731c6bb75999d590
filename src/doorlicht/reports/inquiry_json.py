"""An inquiry as JSON: how each step ended, and what is new; see ``docs/reference/inquiry.md``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from doorlicht.language import Language, known_keys, say
from doorlicht.records import Fault, InquiryRun, StepRun

COUNTS: Final = (
    "records", "taken_in", "left_alone", "read", "unchanged", "gone", "findings", "files",
    "models", "flows", "lost", "measures", "stand_out", "figures", "impossible", "uses",
    "new_uses", "unlinked_audits", "lines", "undecided", "open", "blind_spots",
)  # fmt: skip
"""What is counted in the steps of an inquiry, in the order in which it is told."""


def render_inquiry_json(done: InquiryRun, language: Language) -> dict[str, Any]:
    """Return how far an inquiry is as a tree of JSON."""
    since = done.news.since
    return {
        "inquiry": done.name,
        "steps": [_step(one, language) for one in done.steps],
        "news": {
            **asdict(done.news),
            "since": since.isoformat() if since is not None else None,
        },
    }


def _step(step: StepRun, language: Language) -> dict[str, Any]:
    fault = step.fault
    return {
        "step": step.name,
        "status": step.status,
        "found": step.found,
        "is_complete": step.is_complete,
        "outcome": dict(step.outcome),
        "at": step.at.isoformat() if step.at is not None else None,
        "by": step.by,
        "fault": None
        if fault is None
        else {
            "error": fault.code,
            "message": say_fault(fault, language),
        },
    }


def say_fault(fault: Fault, language: Language) -> str:
    """Return what a step failed on; an error that has no sentence is told by its code."""
    key = f"error.{fault.code}.what"
    return say(key, language, **dict(fault.details)) if key in known_keys(language) else fault.code
