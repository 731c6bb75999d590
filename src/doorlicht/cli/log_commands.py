"""The commands on the log: show it, verify it, and prove things from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import click

from doorlicht.cli.help import ToldCommand, ToldGroup
from doorlicht.cli.menu import Day
from doorlicht.language import Language, say

_FROM_NOUGHT: Final = click.IntRange(0)
_FROM_ONE: Final = click.IntRange(1)


def add_log_commands(group: click.Group, language: Language) -> None:
    """Add ``doorlicht log`` to the group."""

    def option(name: str, key: str = "", **more: Any) -> click.Option:
        told = key or f"log_{name.strip('-')}"
        return click.Option([name], help=say(f"cli.help.{told}", language), **more)

    lang = option("--lang", "lang", type=click.Choice(["nl", "en"]))
    register = option("--register", "register", metavar="FILE")
    json = click.Option(
        ["--json", "json_file"], metavar="FILE", help=say("cli.help.log_json", language)
    )

    def shown(**given: Any) -> int | None:
        if click.get_current_context().invoked_subcommand is None:
            return _called("show_log", language)(**given)
        return None

    log = ToldGroup(
        language, "log", callback=shown, help=say("cli.help.log", language),
        invoke_without_command=True,
        params=[
            option("--subject", metavar="ID"), option("--action", metavar="NAME"),
            option("--by", metavar="NAME"), option("--since", metavar="DATE", type=Day()),
            option("--until", metavar="DATE", type=Day()),
            option("--after", metavar="N", type=_FROM_NOUGHT),
            option("--last", metavar="N", type=_FROM_ONE), json, register, lang,
        ],
    )  # fmt: skip

    def add(name: str, *params: click.Parameter) -> None:
        log.add_command(
            ToldCommand(
                language, name, callback=_called(name, language),
                params=[*params, register, lang], help=say(f"cli.help.log_{name}", language),
            )
        )  # fmt: skip

    size = option("--size", metavar="N", type=_FROM_NOUGHT)
    add(
        "verify",
        option("--checkpoint", metavar="FILE", multiple=True),
        option("--key", metavar="KEY|FILE", multiple=True),
        json,
    )
    add("proof", click.Argument(["number"], metavar="NUMBER", type=int), size, json)
    add("growth", click.Argument(["old"], metavar="SIZE", type=int), size, json)
    group.add_command(log)


def _called(run: str, language: Language) -> Callable[..., Any]:
    """Return a callback that imports what it needs when it is called: the help stays fast."""

    def callback(**given: Any) -> Any:
        from doorlicht.cli import log

        given.pop("lang", None)
        return getattr(log, run)(language, **given)

    return callback
