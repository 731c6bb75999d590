"""The commands of doorlicht, in Dutch and English.

Help texts come from the catalogue, so the language must be known before the commands are made:
it is taken from ``--lang``, then ``DOORLICHT_LANG``, then the locale. Heavy libraries are imported
by the commands that need them; ``doorlicht --help`` stays fast.

Exit codes: ``docs/reference/exit-codes.md``.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final, NoReturn, cast

import click

from doorlicht import __version__
from doorlicht.errors import DoorlichtError, WrongUseError
from doorlicht.language import Language, say

EXIT_USAGE: Final = 64
EXIT_INPUT: Final = 65
EXIT_INTERNAL: Final = 70
EXIT_INTERRUPTED: Final = 130

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Nothing more can be written, wherever that is; the program can do nothing about it."""


def chosen_language(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """Return the language of the screen.

    Examples
    --------
    >>> chosen_language(["scan", ".", "--lang", "nl"], {})
    'nl'
    >>> chosen_language([], {"LANG": "nl_NL.UTF-8"}), chosen_language([], {"LANG": "C"})
    ('nl', 'en')
    """
    wanted = ""
    for position, argument in enumerate(arguments):
        if argument == "--lang" and position + 1 < len(arguments):
            wanted = arguments[position + 1]
        elif argument.startswith("--lang="):
            wanted = argument.partition("=")[2]
    wanted = wanted or environment.get("DOORLICHT_LANG", "")
    if wanted in {"nl", "en"}:
        return cast("Language", wanted)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return "nl" if environment[name].lower().startswith("nl") else "en"
    return "en"


def make_commands(language: Language) -> click.Group:
    """Return all commands with their help in a language."""
    from doorlicht.cli.commands import add_commands
    from doorlicht.cli.help import CHAPTERS, ToldGroup

    group = ToldGroup(
        language,
        "doorlicht",
        params=[
            click.Option(
                ["--lang"], type=click.Choice(["nl", "en"]), help=say("cli.help.lang", language)
            )
        ],
        callback=_nothing,
        help=say("cli.help.main", language),
        context_settings={"help_option_names": ["-h", "--help"]},
        epilog=say("cli.help.exit_codes", language),
        chapters=CHAPTERS,
    )
    click.version_option(
        __version__, prog_name="doorlicht", help=say("cli.version_option", language)
    )(group)
    add_commands(group, language)
    return group


def _nothing(**given: object) -> None:
    """Do nothing: the language was read before the commands were made."""
    del given


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and end the process with its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a letter shows a question mark; that ends no command.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    language = chosen_language(given, os.environ)
    try:
        code: Any = make_commands(language).main(given, "doorlicht", standalone_mode=False)
        # What is still held back is written here, for at the end of Python nobody can tell it.
        sys.stdout.flush()
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(EXIT_USAGE)
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "doorlicht"
        click.echo(say("cli.wrong_use", language, message=_wrong_use(error, language)), err=True)
        click.echo(say("cli.see_help", language, command=path), err=True)
        sys.exit(EXIT_USAGE)
    except click.ClickException as error:
        error.show()
        sys.exit(EXIT_USAGE)
    except (KeyboardInterrupt, click.exceptions.Abort):
        click.echo("\n" + say("cli.interrupted", language), err=True)
        sys.exit(EXIT_INTERRUPTED)
    except DoorlichtError as error:
        show_error(error, language)
        sys.exit(EXIT_USAGE if isinstance(error, WrongUseError) else EXIT_INPUT)
    except BrokenPipeError:
        # Whoever read our output has gone, as `head` does; there is nobody left to tell.
        _let_go_of_output()
        sys.exit(0)
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _FULL:
            _let_go_of_output()
            click.echo(say("cli.output_full", language), err=True)
            sys.exit(EXIT_INPUT)
        click.echo(say("cli.internal", language, kind=type(error).__name__), err=True)
        if os.environ.get("DOORLICHT_TRACEBACK"):
            raise
        sys.exit(EXIT_INTERNAL)
    sys.exit(code if isinstance(code, int) else 0)


def _let_go_of_output() -> None:
    """Lead the standard output to nowhere, or Python fails once more on it when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _wrong_use(error: click.UsageError, language: Language) -> str:
    """Return what was wrong with a command; click by itself says it in English only."""
    if isinstance(error, click.NoSuchOption):
        return say("cli.no_such_option", language, name=error.option_name)
    if isinstance(error, click.BadOptionUsage):
        return say("cli.bad_option", language, name=error.option_name)
    if isinstance(error, click.BadParameter) and error.param is not None:
        is_missing = isinstance(error, click.MissingParameter)
        name = error.param.get_error_hint(error.ctx) if error.ctx else str(error.param.name)
        if is_missing:
            return say("cli.missing", language, name=name)
        return say("cli.bad_value", language, name=name, expected=_expected(error.param, language))
    if isinstance(error, click.exceptions.NoSuchCommand):
        told = say("cli.no_such_command", language, name=error.command_name)
        near = (error.possibilities or [""])[0]
        return f"{told} {say('cli.nearest_command', language, name=near)}" if near else told
    if error.ctx is not None and isinstance(error.ctx.command, click.Group):
        return say("cli.missing", language, name=say("cli.metavar.COMMAND", language))
    return error.format_message()


def _expected(param: click.Parameter, language: Language) -> str:
    """Return which values an option takes, in signs where there are any."""
    kind = param.type
    if isinstance(kind, click.Choice):
        return ", ".join(str(choice) for choice in kind.choices)
    if isinstance(kind, (click.IntRange, click.FloatRange)):
        low = "" if kind.min is None else f"{kind.min} ≤ "
        high = "" if kind.max is None else f" ≤ {kind.max}"
        word = "whole_number" if isinstance(kind, click.IntRange) else "number"
        return f"{low}{say(f'cli.{word}', language)}{high}"
    return say("cli.other_value", language)


def show_error(error: DoorlichtError, language: Language) -> None:
    """Print what happened, why, what it costs, what to do, and the code."""
    parts = ("what", "why", "effect", "remedy")
    try:
        told = [say(f"error.{error.code}.{part}", language, **error.details) for part in parts]
    except KeyError:
        click.echo(f"{type(error).__name__}: {error.code}", err=True)
        return
    click.echo(f"{say('cli.error', language)}: {told[0]}", err=True)
    for part, text in zip(parts[1:], told[1:], strict=True):
        click.echo(f"  {say(f'cli.error_{part}', language):9} {text}", err=True)
    click.echo(f"  {say('cli.error_code', language):9} {error.code}", err=True)
