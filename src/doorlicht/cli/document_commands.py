"""The commands of documents: document and open-data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import click

from doorlicht.cli.help import ToldCommand
from doorlicht.cli.judge_commands import Day
from doorlicht.language import Language, say

_KINDS: Final = (
    "plan", "progress", "final", "letter", "answers", "decision-note", "persons-letter",
)  # fmt: skip
_FORMS: Final = ("html", "pdf", "docx", "odt")
_CC0: Final = "http://creativecommons.org/publicdomain/zero/1.0/deed.nl"


def add_document_commands(group: click.Group, language: Language) -> None:
    """Add the commands of documents to the group."""

    def option(*names: str, key: str, **more: Any) -> click.Option:
        return click.Option(list(names), help=say(f"cli.help.{key}", language), **more)

    lang = option("--lang", key="lang", type=click.Choice(["nl", "en"]))
    register = option("--register", key="register", metavar="FILE")
    by_framework = [
        option("--framework", key="framework", metavar="NAME", default="motion-21",
               show_default=True),
        option("--edition", key="edition", metavar="DATE"),
    ]  # fmt: skip
    group.add_command(
        ToldCommand(
            language, "document", callback=_called("run_document", language),
            params=[
                click.Argument(["kind"], type=click.Choice(_KINDS), metavar="|".join(_KINDS)),
                option("--output", "-o", "out", key="document_out", metavar="FILE", required=True),
                option("--format", "form", key="document_format", type=click.Choice(_FORMS)),
                option("--on", "day", key="document_on", metavar="DATE", type=Day()),
                option("--campaign", key="document_campaign", metavar="ID"),
                option("--questions", key="document_questions", metavar="ID"),
                option("--sign-off", key="document_sign_off", is_flag=True),
                *by_framework, register, option("--by", key="by", metavar="NAME"), lang,
            ],
            help=say("cli.help.document", language),
        )
    )  # fmt: skip
    group.add_command(
        ToldCommand(
            language, "open-data", callback=_called("run_open_data", language),
            params=[
                option("--output", "-o", "out", key="open_data_out", metavar="FOLDER",
                       required=True),
                option("--base", key="open_data_base", metavar="URL", required=True),
                option("--publisher", key="open_data_publisher", metavar="URI", required=True),
                option("--name", key="open_data_name", metavar="TEXT", required=True),
                option("--contact", key="open_data_contact", metavar="MAIL", required=True),
                option("--licence", key="open_data_licence", metavar="URI", default=_CC0,
                       show_default=True),
                *by_framework, register, lang,
            ],
            help=say("cli.help.open_data", language),
        )
    )  # fmt: skip


def _called(run: str, language: Language) -> Callable[..., Any]:
    """Return a callback that imports what it needs when it is called: the help stays fast."""

    def callback(**given: Any) -> Any:
        from doorlicht.cli import document

        given.pop("lang", None)
        return getattr(document, run)(language, **given)

    return callback
