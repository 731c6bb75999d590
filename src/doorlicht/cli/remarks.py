"""``doorlicht remarks`` and ``doorlicht roles``: what an auditor asks and finds, and who is one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from rich.console import Console
from rich.text import Text as Styled

from doorlicht.cli.output import write_tree
from doorlicht.cli.overwriting import STANDARD_OUTPUT
from doorlicht.cli.scan import now, who
from doorlicht.cli.uses import opened
from doorlicht.language import Language, say
from doorlicht.records.auditors import Remark, RemarkKind, RemarkStep, Role
from doorlicht.records.persons import clean_text
from doorlicht.reports.html import safe_name
from doorlicht.reports.samples_json import remark_tree
from doorlicht.runs import remarks as runs
from doorlicht.runs.roles import change_role


def list_remarks(
    language: Language, *, state: Sequence[str], json_file: str | None, register: str | None
) -> int:
    """Show the remarks; 1 where one is not closed."""
    with opened(register) as (found, _):
        made = found.auditing.remarks()
    shown = [one for one in made if not state or one.state in state]
    if json_file is not None:
        write_tree({"remarks": [remark_tree(one) for one in shown]}, json_file)
    console = Console(highlight=False, quiet=json_file in STANDARD_OUTPUT)
    if not made:
        console.print(say("remark.none", language))
    for one in shown:
        show_remark(console, one, language)
    return 1 if any(one.state != "closed" for one in shown) else 0


def add_remark(
    language: Language,
    *,
    kind: str,
    text: str,
    about: str | None,
    register: str | None,
    by: str | None,
) -> int:
    """Keep a question or finding of an auditor."""
    with opened(register, by) as (found, settings):
        made = runs.make_remark(
            found, cast("RemarkKind", kind), text, about=about or "", by=who(settings), at=now()
        )
    show_remark(Console(highlight=False), made, language)
    return 0


def move_remark(
    language: Language, *, remark: str, step: str, text: str, register: str | None, by: str | None
) -> int:
    """Answer a remark, tell what was done, close it, or open it again."""
    with opened(register, by) as (found, settings):
        made = runs.take_step(
            found, remark.upper(), cast("RemarkStep", step), text, by=who(settings)
        )
    show_remark(Console(highlight=False), made, language)
    return 0


def explain_remark(language: Language, remark: str, register: str | None) -> int:
    """Print a remark with every step."""
    with opened(register) as (found, _):
        made = found.auditing.remark(remark.upper())
    show_remark(Console(highlight=False), made, language)
    return 0


def show_remark(console: Console, made: Remark, language: Language) -> None:
    """Show a remark with every step."""
    head = say(
        f"remark.kind.{made.kind}", language, about=safe_name(made.about),
        state=say(f"remark.state.{made.state}", language),
    )  # fmt: skip
    console.print(Styled(f"{made.id}  {head}", style="bold"))
    steps = [("made", made.text, made.by, made.at)]
    steps += [(one.kind, one.text, one.by, one.at) for one in made.events]
    for kind, text, by, at in steps:
        told = say(
            f"remark.step.{kind}", language, at=f"{at:%Y-%m-%d %H:%M}", by=clean_text(by), text=text
        )
        console.print(Styled(f"  {told}"))


def list_roles(language: Language, *, json_file: str | None, register: str | None) -> int:
    """Show who has a role, and what happened to roles."""
    with opened(register) as (found, _):
        events = found.auditing.role_events()
        held = found.auditing.holders("auditor")
    if json_file is not None:
        tree = [
            {"name": one.name, "role": one.role, "kind": one.kind, "reason": one.reason,
             "by": one.by, "at": one.at.isoformat()}
            for one in events
        ]  # fmt: skip
        write_tree({"auditors": held, "events": tree}, json_file)
    console = Console(highlight=False, quiet=json_file in STANDARD_OUTPUT)
    console.print(say("role.held" if held else "role.nobody_held", language,
                      names=", ".join(map(clean_text, held))), markup=False)  # fmt: skip
    for one in events:
        told = say(
            f"role.event.{one.kind}", language, at=f"{one.at:%Y-%m-%d %H:%M}",
            by=clean_text(one.by), name=clean_text(one.name), reason=one.reason,
            role=say(f"role.name.{one.role}", language),
        )  # fmt: skip
        console.print(Styled(f"  {told}"))
    return 0


def give_role(
    language: Language, *, role: str, name: str, reason: str, register: str | None, by: str | None
) -> int:
    """Give somebody a role."""
    return _change(language, role, name, reason, register, by, given=True)


def take_role(
    language: Language, *, role: str, name: str, reason: str, register: str | None, by: str | None
) -> int:
    """Take a role back."""
    return _change(language, role, name, reason, register, by, given=False)


def _change(
    language: Language,
    role: str,
    name: str,
    reason: str,
    register: str | None,
    by: str | None,
    *,
    given: bool,
) -> int:
    with opened(register, by) as (found, settings):
        change_role(found, name, cast("Role", role), given=given, reason=reason, by=who(settings))
    return list_roles(language, json_file=None, register=register)
