"""What is asked of an audit, and how far it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from doorlicht.audit.multiplicity import Correction
from doorlicht.plugins import Limits
from doorlicht.records import Setting


@dataclass(frozen=True, slots=True)
class AuditProgress:
    """What an audit is doing: a word of ``audit.step`` of the texts."""

    step: str


Tell = Callable[[AuditProgress], None]
"""What is called as an audit goes on."""


@dataclass(frozen=True, slots=True)
class AuditRequest:
    """What to audit, and how.

    Attributes
    ----------
    subject
        A table of decisions, or a model; a model needs ``data``.
    groups
        Columns that tell groups apart; of several, intersections are measured as well.
    selected, outcome, sampled
        Marks: a column of yes and no, or a comparison such as ``score >= 0.7``.
    score, weights, person
        Columns: a score, for how many people a row stands, and what is the same for each row of
        the same person.
    reference
        With whom groups are compared; the largest group if it is empty.
    threshold
        The score from which on a model selects.
    aggregates, spec
        A sheet of published counts, and what it says of them; then nothing else is needed.
    explained_by
        Columns of lawful factors: groups are also compared among people who are alike in these.
    published
        Figures of others with their counts, to be checked.
    allow_scoring, trust_pickle
        Whether a model whose scores are not computed from what was read may be scored by its own
        library in a confined process; and whether a file that is a program may be run for that.
    without_groups, leave_out
        Whether subgroups are searched by ordinary columns, and which are left out.
    register
        Path or URL; ``None`` keeps nothing.
    derived
        Features that are made of origin, with the concept; ``None`` asks traces in the register.
    """

    subject: str
    by: str
    data: str | None = None
    groups: Sequence[str] = ()
    selected: str | None = None
    outcome: str | None = None
    score: str | None = None
    sampled: str | None = None
    weights: str | None = None
    person: str | None = None
    reference: str | None = None
    level: float = 0.95
    correction: Correction = "holm"
    threshold: float | None = None
    aggregates: str | None = None
    spec: str | None = None
    published: str | None = None
    without_groups: bool = False
    leave_out: Sequence[str] = ()
    explained_by: Sequence[str] = ()
    allow_scoring: bool = False
    trust_pickle: bool = False
    register: str | Path | None = None
    vocabulary_files: Sequence[Path] = field(default=())
    limits: Limits = field(default_factory=Limits)
    derived: Mapping[str, str] | None = None


def settings_of(request: AuditRequest) -> dict[str, Setting]:
    """Return the options of an audit that decide what comes out."""
    return {
        "data": request.data,
        "groups": ", ".join(request.groups),
        "selected": request.selected,
        "outcome": request.outcome,
        "score": request.score,
        "sampled": request.sampled,
        "weights": request.weights,
        "explained_by": ", ".join(request.explained_by),
        "reference": request.reference,
        "level": request.level,
        "correction": request.correction,
        "threshold": request.threshold,
    }
