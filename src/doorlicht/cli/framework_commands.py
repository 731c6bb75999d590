"""The commands on legal frameworks themselves: list, check, diff, show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from doorlicht.cli.help import ToldCommand, ToldGroup
from doorlicht.language import Language, say


def add_framework_commands(group: click.Group, language: Language) -> None:
    """Add ``doorlicht frameworks`` to the group."""

    def text(key: str) -> str:
        return say(f"cli.help.{key}", language)

    lang = click.Option(["--lang"], type=click.Choice(["nl", "en"]), help=text("lang"))
    json = click.Option(["--json", "json_file"], metavar="FILE", help=text("json"))

    def listed(**given: Any) -> int | None:
        if click.get_current_context().invoked_subcommand is None:
            return _called("list_frameworks", language)(**given)
        return None

    frameworks = ToldGroup(
        language, "frameworks", callback=listed, params=[json, lang],
        help=text("frameworks"), invoke_without_command=True,
    )  # fmt: skip

    def add(name: str, run: str, *params: click.Parameter) -> None:
        frameworks.add_command(
            ToldCommand(
                language, name, callback=_called(run, language),
                params=[*params, lang], help=text(f"frameworks_{name}"),
            )
        )  # fmt: skip

    add(
        "check", "check",
        click.Argument(["names"], nargs=-1, metavar="[NAME|FOLDER]..."), json,
    )  # fmt: skip
    add(
        "diff", "diff",
        click.Argument(["old"], metavar="OLD"), click.Argument(["new"], metavar="NEW"),
        click.Option(["--register"], metavar="FILE", help=text("frameworks_register")),
        click.Option(["--facts"], metavar="FILE", help=text("frameworks_facts")), json,
    )  # fmt: skip
    add(
        "show", "show",
        click.Argument(["name"], metavar="NAME|FOLDER"),
        click.Option(["--edition"], metavar="DATE", help=text("edition")),
        click.Option(["--html"], metavar="FILE", help=text("frameworks_html")),
    )  # fmt: skip
    group.add_command(frameworks)


def _called(run: str, language: Language) -> Callable[..., Any]:
    """Return a callback that imports what it needs when it is called: the help stays fast."""

    def callback(**given: Any) -> Any:
        from doorlicht.cli import frameworks

        given.pop("lang", None)
        return getattr(frameworks, run)(language, **given)

    return callback
