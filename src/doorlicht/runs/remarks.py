"""Questions and findings of an auditor, what management answers, and the follow-up.

The auditor asks or finds, management answers, somebody tells what was done, and the auditor alone
closes it. A remark that was closed can be opened again. Each step is an entry of the log.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from doorlicht.errors import InputError, RefusedError
from doorlicht.records.auditors import Remark, RemarkKind, RemarkStep
from doorlicht.records.flows import trace_id
from doorlicht.records.persons import clean_text, person_key
from doorlicht.register import Register
from doorlicht.runs.roles import need_auditor

FOLLOWS: Final[dict[RemarkStep, tuple[str, ...]]] = {
    "answered": ("open", "answered", "followed-up"),
    "followed-up": ("answered", "followed-up"),
    "closed": ("open", "answered", "followed-up"),
    "reopened": ("closed",),
}
"""After which states a step can be taken."""


def make_remark(
    register: Register, kind: RemarkKind, text: str, *, about: str = "", by: str, at: datetime
) -> Remark:
    """Keep a question or finding.

    Raises
    ------
    InputError
        If there is no text.
    RefusedError
        If there are auditors, and this is none of them; or the text names the origin of a person.
    """
    said = clean_text(text)
    if not said:
        raise InputError("remark.no_text")
    need_auditor(register, by)
    number = str(len(register.auditing.remarks()))
    made = Remark(trace_id("AF", number, kind, said), kind, clean_text(about), said, by, at)
    register.auditing.keep_remark(made)
    return register.auditing.remark(made.id)


def take_step(
    register: Register, remark_id: str, kind: RemarkStep, text: str, *, by: str
) -> Remark:
    """Answer a remark, tell what was done, close it, or open it again.

    Raises
    ------
    InputError
        If there is no text, or the step does not follow.
    RefusedError
        If somebody else than an auditor closes or opens it, or who answered closes it.
    """
    said = clean_text(text)
    if not said:
        raise InputError("remark.no_text")
    auditors = register.auditing.holders("auditor")

    def check(remark: Remark) -> None:
        if remark.state not in FOLLOWS[kind]:
            raise InputError("remark.no_step", id=remark.id, state=remark.state)
        if kind in ("closed", "reopened"):
            _refuse_closing(remark, by, auditors)

    register.auditing.add_to_remark(remark_id, kind, said, by=by, check=check)
    return register.auditing.remark(remark_id)


def _refuse_closing(remark: Remark, by: str, auditors: list[str]) -> None:
    closers = {person_key(one) for one in (*auditors, remark.by)}
    answered = {person_key(one.by) for one in remark.events if one.kind == "answered"}
    if person_key(by) not in closers or person_key(by) in answered:
        raise RefusedError("remark.not_closer", id=remark.id, by=by)
