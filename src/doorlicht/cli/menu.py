"""Commands and options with their help in a language; a command is imported when it is called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Any

import click

from doorlicht.cli.help import ToldCommand, ToldGroup
from doorlicht.language import Language, say


class Day(click.ParamType[date]):
    """A day as YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read a day."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            return self.fail(str(value), param, ctx)


@dataclass(frozen=True, slots=True)
class Menu:
    """Makes commands whose texts stand in the catalogue under ``cli.help``."""

    language: Language

    def text(self, key: str) -> str:
        """Return a text of the help."""
        return say(f"cli.help.{key}", self.language)

    def option(self, *names: str, key: str = "", **more: Any) -> click.Option:
        """Return an option; its text is found by its name unless a key is given."""
        name = key or names[-1].strip("-").replace("-", "_").removesuffix("_file")
        return click.Option(list(names), help=self.text(name), **more)

    @property
    def lang(self) -> click.Option:
        """The option that every command has."""
        return click.Option(
            ["--lang"], type=click.Choice(["nl", "en"]), help=self.text("lang")
        )  # fmt: skip

    @property
    def reading(self) -> list[click.Parameter]:
        """The options of a command that reads a register."""
        return [self.option("--register", metavar="FILE"), self.lang]

    @property
    def writing(self) -> list[click.Parameter]:
        """The options of a command that writes to a register."""
        return [
            self.option("--register", metavar="FILE"), self.option("--by", metavar="NAME"),
            self.lang,
        ]  # fmt: skip

    def command(
        self, name: str, key: str, run: str, params: Sequence[click.Parameter]
    ) -> click.Command:
        """Return a command that runs ``module:function`` of :mod:`doorlicht.cli`."""
        return ToldCommand(
            self.language, name, callback=_called(run, self.language), params=list(params),
            help=self.text(key),
        )  # fmt: skip

    def group(
        self, name: str, key: str, run: str, params: Sequence[click.Parameter]
    ) -> click.Group:
        """Return a group that does something by itself where no command of it is named."""

        def callback(**given: Any) -> int | None:
            if click.get_current_context().invoked_subcommand is None:
                return _called(run, self.language)(**given)
            return None

        return ToldGroup(
            self.language, name, callback=callback, params=list(params), help=self.text(key),
            invoke_without_command=True,
        )  # fmt: skip


def _called(run: str, language: Language) -> Callable[..., Any]:
    """Return a callback that imports what it needs when it is called: the help stays fast."""

    def callback(**given: Any) -> Any:
        module, _, name = run.partition(":")
        given.pop("lang", None)
        return getattr(import_module(f"doorlicht.cli.{module}"), name)(language, **given)

    return callback
