"""Help pages in the language of the user: click knows English only."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import click

from doorlicht.language import Language, known_keys, say

CHAPTERS: Final[Mapping[str, Sequence[str]]] = {
    "inquiry": ("run", "units", "campaign", "questions", "commitments"),
    "find": ("scan", "findings", "triage", "report", "vocabulary", "explain"),
    "follow": ("trace", "check"),
    "measure": ("audit",),
    "judge": ("uses", "assess", "review", "measures", "hold", "inventory", "frameworks"),
    "prove": (
        "log", "key", "checkpoint", "bundle", "verify", "rerun", "sample", "residual", "remarks",
        "roles",
    ),
    "tell": ("document", "publish", "open-data", "export", "rollup"),
}  # fmt: skip
"""Every command, in the order of an inquiry, by the chapter of the help that shows it."""

_WORD: Final = re.compile("[A-Z]{2,}")


def placeholder(metavar: str, language: Language) -> str:
    """Return what stands for a value in the help, in a language; what has no word stays.

    Examples
    --------
    >>> placeholder("[NAME|FOLDER]...", "nl"), placeholder("URL", "nl")
    ('[NAAM|MAP]...', 'URL')
    """
    known = known_keys(language)

    def told(word: re.Match[str]) -> str:
        key = f"cli.metavar.{word[0]}"
        return say(key, language) if key in known else word[0]

    return _WORD.sub(told, metavar)


class ToldCommand(click.Command):
    """A command whose help is in a language."""

    def __init__(self, language: Language, *given: Any, **named: Any) -> None:
        self.language: Language = language
        super().__init__(*given, **named)
        self.options_metavar = placeholder(self.options_metavar or "", language)
        for param in self.params:
            if param.metavar:
                param.metavar = placeholder(param.metavar, language)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        pieces = self.collect_usage_pieces(ctx)
        prefix = say("cli.usage", self.language) + " "
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=prefix)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, and the commands where there are any."""
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        records = [record for option in options if (record := option.get_help_record(ctx))]
        if records:
            with formatter.section(say("cli.options", self.language)):
                formatter.write_dl(records)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option that shows the help."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = say("cli.help_option", self.language)
        return option


class ToldGroup(ToldCommand, click.Group):
    """The group of commands, whose help is in a language.

    ``chapters`` has the commands under headings; without it they stand in one list.
    """

    def __init__(
        self,
        language: Language,
        *given: Any,
        chapters: Mapping[str, Sequence[str]] | None = None,
        **named: Any,
    ) -> None:
        super().__init__(language, *given, **named)
        self.subcommand_metavar = placeholder(self.subcommand_metavar, language)
        self.chapters = chapters

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, and the commands with a line each."""
        super().format_options(ctx, formatter)
        if self.chapters is None:
            # Whole first sentences, however long: a sentence that is cut off tells nothing.
            rows = [(name, one.get_short_help_str(10_000)) for name, one in self.commands.items()]
            with formatter.section(say("cli.commands", self.language)):
                formatter.write_dl(sorted(rows))
            return
        # The same column in every chapter.
        width = max(map(len, self.commands))
        for chapter, names in self.chapters.items():
            with formatter.section(say(f"cli.chapter.{chapter}", self.language)):
                formatter.write_dl(
                    [(name.ljust(width), self._short(name)) for name in names],
                )

    def _short(self, name: str) -> str:
        return say(f"cli.short.{name.replace('-', '_')}", self.language)
