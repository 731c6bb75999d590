"""The help: every command in a chapter, in one line, and nothing left in the other language."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from doorlicht.cli.help import CHAPTERS
from doorlicht.cli.main import main, make_commands
from doorlicht.language import LANGUAGES, Language, known_keys, say

WIDTH = 80

AS_THEY_ARE = frozenset(
    ["URL", "URI", "SHA", "MIB", "GLOB", "ID", "MAIL", "FL", "AU", "AF", "SA", "FIG", "ME"]
)
"""Words that stand for a value and are the same in both languages."""


def commands_below(group: click.Group) -> Iterator[click.Command]:
    for command in group.commands.values():
        yield command
        if isinstance(command, click.Group):
            yield from commands_below(command)


def test_every_command_stands_in_one_chapter() -> None:
    placed = [name for names in CHAPTERS.values() for name in names]
    assert sorted(placed) == sorted(make_commands("en").commands)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_has_one_line(language: Language, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--lang", language, "--help"])
    lines = capsys.readouterr().out.splitlines()
    for names in CHAPTERS.values():
        for name in names:
            short = say(f"cli.short.{name.replace('-', '_')}", language)
            (line,) = [one for one in lines if re.match(rf"  {name} ", one)]
            assert line.endswith(short)
            assert len(line) <= WIDTH


def test_what_stands_for_a_value_has_a_word_in_dutch() -> None:
    known = known_keys("nl")
    written = {
        word
        for command in commands_below(make_commands("en"))
        for param in command.params
        for word in re.findall("[A-Z]{2,}", param.metavar or "")
    }
    assert written
    assert {one for one in written if f"cli.metavar.{one}" not in known} <= AS_THEY_ARE


def test_dutch_usage_is_dutch(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--lang", "nl", "log", "--help"])
    told = capsys.readouterr().out
    assert told.startswith("Gebruik: doorlicht log [OPTIES] [OPDRACHT] [ARGUMENTEN]...")
    # A first sentence is whole, however long.
    assert "sinds het GROOTTE\n          regels had, als JSON (RFC 6962)." in told


def test_an_option_without_its_value_is_told_in_dutch(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--lang", "nl", "trace", "--sarif"])
    assert stop.value.code == 64
    assert "Optie --sarif wordt anders gebruikt" in capsys.readouterr().err
