"""Uses: proposed from what was seen, and made by people into what is assessed.

Nothing is decided here by a program: proposals are kept beside what people say of them, and each
change needs a name and, where something is taken away, a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from doorlicht.assessment import check_fact, load_framework
from doorlicht.assessment.proposed_uses import (
    merge_uses,
    propose_uses,
    roles_by_evidence,
    split_use,
)
from doorlicht.errors import InputError, nearest
from doorlicht.records import Evidence, Use
from doorlicht.records.flows import trace_id
from doorlicht.records.persons import clean_text
from doorlicht.register import Register
from doorlicht.runs.evidence import gather_evidence
from doorlicht.vocabulary import Vocabulary, load_vocabulary

ROLES_OF: Final = "motion-21"
"""The framework whose words for roles are used; those that are shipped share them."""


@dataclass(frozen=True, slots=True)
class ProposedUses:
    """The uses of a register, and how many of them are new."""

    uses: list[Use]
    new: int
    more_evidence: int
    unlinked_audits: tuple[str, ...]


def propose(register: Register, *, by: str, vocabulary: Vocabulary | None = None) -> ProposedUses:
    """Turn what scans, traces and audits saw into proposed uses, and keep what is new.

    Parameters
    ----------
    by
        In whose name it is done; the ledger keeps it.
    """
    known = vocabulary or load_vocabulary()
    evidence = gather_evidence(register, known)
    proxies = frozenset(name for name, one in known.concepts.items() if one.kind == "proxy")
    roles = roles_by_evidence(load_framework(ROLES_OF).facts["role"])
    proposed = link_audits(propose_uses(evidence, roles, proxies), evidence)
    # An auditor reads what there is; what is new is kept when somebody else looks.
    is_auditor = register.auditing.has_role(by, "auditor")
    new, more = (0, 0) if is_auditor else register.judging.keep_proposed(proposed, by=by)
    kept = register.judging.uses()
    linked = {one for use in kept for one in use.evidence}
    unlinked = [one.id for one in evidence if one.kind == "audit" and one.id not in linked]
    return ProposedUses(kept, new, more, tuple(dict.fromkeys(unlinked)))


def link_audits(proposed: Sequence[Use], evidence: Sequence[Evidence]) -> list[Use]:
    """Return uses with the audits of the same model or file: those that carry its name.

    An audit of a file of which no use has the name is left for a person to attach.
    """
    audits = [one for one in evidence if one.kind == "audit"]
    linked: list[Use] = []
    for use in proposed:
        ids = [
            one.id for one in audits
            if one.processing.casefold() == use.processing.casefold()
            and one.concept in ("", use.concept)
        ]  # fmt: skip
        linked.append(replace(use, evidence=tuple(dict.fromkeys([*use.evidence, *ids]))))
    return linked


def predecessors(uses: Sequence[Use]) -> Callable[[str], list[str]]:
    """Return a function from a use to those that were merged or split into it, and itself last.

    What was answered, laid on or begun for these holds for what came of them.

    Examples
    --------
    >>> old = Use("U-1", "nationality", "m", "M-1", "score", status="merged", into=("U-2",))
    >>> predecessors([old])("U-2")
    ['U-1', 'U-2']
    """
    came_from: dict[str, list[str]] = {}
    for use in uses:
        for name in use.into:
            came_from.setdefault(name, []).append(use.id)

    def before(use_id: str) -> list[str]:
        found = [use_id]
        for name in found:
            found += [one for one in came_from.get(name, ()) if one not in found]
        return found[::-1]

    return before


def check_role(role: str) -> str:
    """Return a role as frameworks spell it.

    Raises
    ------
    InputError
        If there is no such role.

    Examples
    --------
    >>> check_role("lijst")
    'list'
    """
    fact = load_framework(ROLES_OF).facts["role"]
    try:
        found = check_fact(fact, role)
    except InputError:
        found = None
    if isinstance(found, str):
        return found
    known = [value.id for value in fact.values]
    raise InputError("uses.no_such_role", role=role[:40], nearest=nearest(role, known))


@dataclass(frozen=True, slots=True)
class Details:
    """What a person says of a use; nothing leaves it as it is."""

    role: str | None = None
    unit: str | None = None
    purpose: str | None = None
    since: date | None = None
    until: date | None = None
    evidence: tuple[str, ...] = ()


def confirm(register: Register, use_id: str, details: Details, *, by: str, reason: str) -> Use:
    """Confirm that a proposed use is one, with what the unit declares of it.

    Raises
    ------
    InputError
        If there is no such use, it was rejected, merged or split, or a detail cannot be.
    """
    use = _open(register, use_id)
    changed = replace(_with(use, details, register), status="confirmed")
    register.judging.change_uses("confirmed", changed=[changed], reason=clean_text(reason), by=by)
    return changed


def reject(register: Register, use_id: str, *, by: str, reason: str) -> Use:
    """Reject a proposed use: what was seen is no use. The reason stays; the auditor samples it."""
    use = _open(register, use_id)
    _need(reason, use_id)
    changed = replace(use, status="rejected")
    register.judging.change_uses("rejected", changed=[changed], reason=clean_text(reason), by=by)
    return changed


def reopen(register: Register, use_id: str, *, by: str, reason: str) -> Use:
    """Propose a rejected use again."""
    use = register.judging.use(use_id)
    _need(reason, use_id)
    if use.status != "rejected":
        raise InputError("uses.not_rejected", id=use_id, status=use.status)
    changed = replace(use, status="proposed")
    register.judging.change_uses("reopened", changed=[changed], reason=clean_text(reason), by=by)
    return changed


def merge(register: Register, use_ids: Sequence[str], *, by: str, reason: str) -> Use:
    """Put one use in the place of several of one concept."""
    ids = list(dict.fromkeys(use_ids))
    _need(reason, ", ".join(ids))
    old = [_open(register, use_id) for use_id in ids]
    if len({one.unit for one in old}) > 1:
        raise InputError("uses.several_units", ids=", ".join(ids))
    try:
        made = merge_uses(old)
    except ValueError:
        raise InputError("uses.no_merge", ids=", ".join(ids)) from None
    gone = [replace(one, status="merged", into=(made.id,)) for one in old]
    register.judging.change_uses(
        "merged", changed=gone, made=[made], reason=clean_text(reason), by=by
    )
    return made


def split(
    register: Register, use_id: str, evidence: Sequence[str], *, unit: str, by: str, reason: str
) -> tuple[Use, Use]:
    """Put two uses in the place of one: with the named evidence, and with the rest."""
    use = _open(register, use_id)
    _need(reason, use_id)
    try:
        parts = split_use(use, evidence, unit=clean_text(unit))
    except ValueError:
        raise InputError("uses.no_split", id=use_id) from None
    gone = replace(use, status="split", into=tuple(part.id for part in parts))
    register.judging.change_uses(
        "split", changed=[gone], made=list(parts), reason=clean_text(reason), by=by
    )
    return parts


def add(
    register: Register,
    *,
    concept: str,
    processing: str,
    role: str,
    details: Details,
    by: str,
    reason: str,
    vocabulary: Vocabulary | None = None,
) -> Use:
    """Add a use that no program saw: from an interview, a form, a supplier."""
    known = vocabulary or load_vocabulary()
    if concept not in known.concepts:
        raise InputError(
            "findings.unknown_concept", concept=concept, nearest=nearest(concept, known.concepts)
        )
    _need(reason, processing)
    declared = check_role(role)
    unit, processing = clean_text(details.unit or ""), clean_text(processing)
    use = Use(
        trace_id("U", "declared", concept, processing, declared, unit), concept, processing,
        processing, "", unit, declared, status="confirmed",
    )  # fmt: skip
    use = _with(use, replace(details, role=None), register)
    register.judging.change_uses("added", changed=[], made=[use], reason=clean_text(reason), by=by)
    return use


def _open(register: Register, use_id: str) -> Use:
    use = register.judging.use(use_id)
    if not use.is_open:
        into = ", ".join(use.into)
        raise InputError("uses.closed", id=use_id, status=use.status, into=into or "-")
    return use


def _need(reason: str, what: str) -> None:
    if not reason.strip():
        raise InputError("uses.no_reason", id=what)


def _with(use: Use, details: Details, register: Register) -> Use:
    since = details.since or use.since
    until = details.until or use.until
    if since and until and until < since:
        raise InputError("uses.bad_period", id=use.id)
    if details.evidence:
        known = {one.id for one in gather_evidence(register, load_vocabulary())}
        for one in details.evidence:
            if one not in known:
                raise InputError("uses.no_such_evidence", id=one[:60])
    return replace(
        use,
        declared_role=use.declared_role if details.role is None else check_role(details.role),
        unit=use.unit if details.unit is None else clean_text(details.unit),
        purpose=use.purpose if details.purpose is None else clean_text(details.purpose),
        since=since,
        until=until,
        evidence=tuple(dict.fromkeys([*use.evidence, *details.evidence])),
    )
