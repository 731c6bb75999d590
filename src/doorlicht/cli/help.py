"""Help pages in the language of the user: click knows English only."""

from __future__ import annotations

from typing import Any

import click

from doorlicht.language import Language, say


class ToldCommand(click.Command):
    """A command whose help is in a language."""

    def __init__(self, language: Language, *given: Any, **named: Any) -> None:
        self.language: Language = language
        super().__init__(*given, **named)

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
    """The group of commands, whose help is in a language."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, and the commands with a line each."""
        super().format_options(ctx, formatter)
        rows = [
            (name, command.get_short_help_str(formatter.width))
            for name, command in sorted(self.commands.items())
        ]
        with formatter.section(say("cli.commands", self.language)):
            formatter.write_dl(rows)
