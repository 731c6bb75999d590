"""``doorlicht run`` and its options."""

from __future__ import annotations

from typing import Any

import click

from doorlicht.cli.help import ToldCommand
from doorlicht.language import Language, say


def add_run_commands(group: click.Group, language: Language) -> None:
    """Add ``doorlicht run`` to the group."""

    def text(key: str) -> str:
        return say(f"cli.help.{key}", language)

    def callback(**given: Any) -> int:
        # Imported when it is called: the help stays fast.
        from doorlicht.cli.run import run_run

        given.pop("lang", None)
        return run_run(language, **given)

    params: list[click.Parameter] = [
        click.Argument(["file"], metavar="INQUIRY"),
        click.Option(["--register"], metavar="FILE", help=text("register")),
        click.Option(["--state"], is_flag=True, help=text("run_state")),
        click.Option(["--again"], multiple=True, metavar="STEP", help=text("run_again")),
        click.Option(["--only"], multiple=True, metavar="STEP", help=text("run_only")),
        click.Option(["--new"], is_flag=True, help=text("run_new")),
        click.Option(["--allow-scoring"], is_flag=True, help=text("audit_allow")),
        click.Option(["--json", "json_file"], metavar="FILE", help=text("run_json")),
        click.Option(["--by"], metavar="NAME", help=text("by")),
        click.Option(["--lang"], type=click.Choice(["nl", "en"]), help=text("lang")),
        click.Option(["--quiet", "-q"], is_flag=True, help=text("quiet")),
    ]
    group.add_command(
        ToldCommand(language, "run", callback=callback, params=params, help=text("run"))
    )
