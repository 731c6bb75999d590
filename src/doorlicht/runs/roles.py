"""Giving a role and taking it back, and what only an auditor may do."""

from __future__ import annotations

from doorlicht.errors import InputError, RefusedError
from doorlicht.records.auditors import Role
from doorlicht.records.persons import clean_text, person_key
from doorlicht.register import Register


def change_role(
    register: Register, name: str, role: Role, *, given: bool, reason: str, by: str
) -> None:
    """Give somebody a role, or take it back.

    Raises
    ------
    InputError
        If there is no name or reason, or nothing would change.
    RefusedError
        If an auditor does it.
    """
    said = clean_text(name)
    if not person_key(said):
        raise InputError("role.nobody")
    if not reason.strip():
        raise InputError("role.no_reason", name=said)
    if register.auditing.has_role(said, role) is given:
        raise InputError("role.unchanged", name=said)
    kind = "given" if given else "taken"
    register.auditing.change_role(said, role, kind, reason=clean_text(reason), by=by)


def need_auditor(register: Register, by: str) -> None:
    """Refuse who is no auditor, where somebody is; without auditors everybody may.

    Raises
    ------
    RefusedError
        ``role.not_auditor``.
    """
    if register.auditing.holders("auditor") and not register.auditing.has_role(by, "auditor"):
        raise RefusedError("role.not_auditor", by=by)
