"""Write the pages of the documentation that follow from the code and its data.

    python scripts/write_reference.py [--check]

``--check`` writes nothing, and ends with 1 if a page is not what it would write. Each page is a
function in ``PAGES``; a new one is a function and a line.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Mapping
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Final

import click

from doorlicht.assessment import load_framework
from doorlicht.cli.main import make_commands
from doorlicht.language import Language, known_keys, say
from doorlicht.settings import DEFAULTS
from framework_pages import INDEX, framework_names, framework_parts, index_rows

DOCS: Final = Path(__file__).parents[1] / "docs"
GENERATED: Final = (
    "<!-- Written by scripts/write_reference.py (`make docs`). Do not edit by hand. -->"
)


DECISIONS: Final = """\
# Decisions

Why it is built as it is, one page each. A decision is dated and never rewritten: a later one
replaces it and says so. A new one starts from [the template](000-template.md), and `make docs`
adds it to this list.
"""

CODES: Final = """\
# Codes of blind spots and errors

Every message has a code that a script can go by and that stays the same in both languages. Words
in braces are filled in: names of places, limits, versions; never a value of a source.
"""

PLUGINS: Final = """\
# Plugins

What reads and what weighs is declared as entry points of Python packages, ours in the same way as
those of others. The contracts are in `src/doorlicht/plugins.py`, the recipes in
[CONTRIBUTING](../../CONTRIBUTING.md#recipes).
"""


def main() -> None:
    """Write or check every page."""
    parser = argparse.ArgumentParser(description="Write the generated pages of the documentation.")
    parser.add_argument("--check", action="store_true", help="write nothing, say what is stale")
    check = parser.parse_args().check
    stale = [name for name, write in PAGES.items() if _is_stale(DOCS / name, write(), check)]
    for name in stale:
        print(f"docs/{name}: {'not up to date; run make docs' if check else 'written'}")
    sys.exit(bool(stale) and check)


def _is_stale(path: Path, text: str, check: bool) -> bool:
    if path.exists() and path.read_text("utf-8") == text:
        return False
    if not check:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return True


def _page(intro: str) -> str:
    title, _, rest = intro.strip().partition("\n")
    return f"{title}\n\n{GENERATED}\n{rest}"


def decisions() -> str:
    """List the decisions, in their order."""
    pages = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    titles = [(page.name, page.read_text("utf-8").splitlines()[0]) for page in pages[1:]]
    listed = "\n".join(f"- [{title.lstrip('# ')}]({name})" for name, title in titles)
    return f"{_page(DECISIONS)}\n\n{listed}\n"


def codes() -> str:
    """List the codes of blind spots and errors, with what they mean and what to do."""
    parts = [
        _page(CODES),
        "## Blind spots",
        "What could not be looked at. The rest of the scan went on.",
        _table(("code", "what and why", "what to do"), "blind_spot", ("message", "remedy")),
        "## Errors",
        "The command could not be carried out.",
        _table(("code", "what", "why", "what to do"), "error", ("what", "why", "remedy")),
    ]
    return "\n\n".join(parts) + "\n"


def _table(header: tuple[str, ...], family: str, fields: tuple[str, ...]) -> str:
    found = (re.fullmatch(rf"{family}\.(.+)\.{fields[0]}", key) for key in known_keys("en"))
    rows = [
        (f"`{code}`", *(_template(f"{family}.{code}.{field}") for field in fields))
        for code in sorted(match.group(1) for match in found if match)
    ]
    return _markdown(header, rows)


def _template(key: str) -> str:
    return " ".join(_placeholders_kept(key).split()).replace("|", "\\|")


def _placeholders_kept(key: str) -> str:
    filled: dict[str, str] = {}
    while True:
        try:
            return say(key, "en", **filled)
        except KeyError as missing:
            name = str(missing.args[0])
            if name == key or name in filled:
                raise
            filled[name] = _Name(name)


class _Name(str):
    """A placeholder that shows its own name, whatever format is asked for."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        del spec
        return "{" + self + "}"


def plugins() -> str:
    """List what is declared at each entry point, with the first sentence of its documentation."""
    parts = [
        _page(PLUGINS),
    ]
    for group, meaning in PLUGIN_GROUPS.items():
        rows = [
            (f"`{point.name}`", _first_sentence(point.load().__doc__))
            for point in sorted(_own_points(group), key=lambda point: point.name)
        ]
        parts += [f"## `{group}`", meaning, _markdown(("name", "what it does"), rows)]
    return "\n\n".join(parts) + "\n"


def _own_points(group: str) -> list[metadata.EntryPoint]:
    """Return what doorlicht itself declares; plugins of others do not belong in its pages."""
    points = metadata.distribution("doorlicht").entry_points
    return [point for point in points if point.group == group]


PLUGIN_GROUPS: Final = {
    "doorlicht.sources": "Opens one kind of source, lists its assets and has them counted.",
    "doorlicht.detectors": "Gives signals for or against a concept in a column.",
    "doorlicht.frameworks": "Gives a folder of legal frameworks, as `<name>/<edition>/`.",
    "doorlicht.model_loaders": "Opens one format of models, and runs nothing in it.",
}


def _first_sentence(text: str | None) -> str:
    return " ".join((text or "").strip().split("\n\n")[0].split())


def _markdown(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def settings() -> str:
    """List the settings with their defaults, from the code and the help of the options."""
    parts = [_page(SETTINGS)]
    told = {"report": "report", "by": "by", "memory": "memory", "key": "key_file"}
    rows = [
        (
            f"`{name}`",
            f"`DOORLICHT_{name.upper()}`",
            f"`{getattr(DEFAULTS, name)!r}`",
            say(f"cli.help.{told.get(name, name)}", "en").partition(" [")[0],
        )
        for name in DEFAULTS.__dataclass_fields__
    ]
    parts.append(_markdown(("key", "environment", "default", "what it does"), rows))
    return "\n\n".join(parts) + "\n"


def commands() -> str:
    """Give the help of every command."""
    group = make_commands("en")
    with click.Context(group, info_name="doorlicht", terminal_width=90) as context:
        helps = [("doorlicht", group.get_help(context))]
        for name, command in sorted(group.commands.items()):
            inner = click.Context(command, info_name=name, parent=context, terminal_width=90)
            helps.append((f"doorlicht {name}", command.get_help(inner)))
    parts = [_page(COMMANDS)]
    for name, text in helps:
        parts += [f"## {name}", "\n".join(f"    {line}".rstrip() for line in text.splitlines())]
    return "\n\n".join(parts) + "\n"


SETTINGS: Final = """\
# Settings

Read from `doorlicht.toml` in the working folder, then from the environment, then from flags; the
last one counts. An unknown key stops the start and names the nearest known one. No setting holds a
secret.
`DOORLICHT_LANG` (`nl` or `en`) sets the language.
"""

COMMANDS: Final = """\
# Commands

With `--lang nl`, or under a Dutch locale, all of this is in Dutch.
"""


MEASURES: Final[Mapping[Language, str]] = {
    "en": """\
# Measures

What each number of an audit means, and what it does not. `doorlicht explain` shows the same for a
number of an audit. Names that end in `_ratio` and `_difference` are those of two rates; see
[ratio](#ratio) and [difference](#difference). *[Nederlands](maten.md)*
""",
    "nl": """\
# Maten

Wat elk getal van een audit betekent, en wat niet. `doorlicht explain` laat hetzelfde zien bij een
getal van een audit. Namen die eindigen op `_ratio` en `_difference` zijn die van twee aandelen; zie
[ratio](#ratio) en [difference](#difference). *[English](measures.md)*
""",
}


def measures(language: Language = "en") -> str:
    """Give a page for each measure."""
    parts = [_page(MEASURES[language])]
    found = (re.fullmatch(r"audit\.page\.(.+)\.means", key) for key in known_keys("en"))
    for name in sorted(match.group(1) for match in found if match):
        listed = [say(f"audit.page.{name}.{part}", language) for part in MEASURE_PARTS]
        parts += [f"## {name}", "\n".join(f"- {text}" for text in listed)]
    return "\n\n".join(parts) + "\n"


def measures_in_dutch() -> str:
    """Give the same in Dutch."""
    return measures("nl")


def frameworks() -> str:
    """List the frameworks that are shipped."""
    header = ("framework", "edition", "title", "questions", "checked by")
    return f"{_page(INDEX)}\n\n{_markdown(header, index_rows())}\n"


def framework(name: str) -> str:
    """Give the page of one framework."""
    title = f"# {load_framework(name).title['en']}\n"
    return "\n\n".join([_page(title).rstrip(), *framework_parts(name)]) + "\n"


MEASURE_PARTS: Final = ("means", "means_not", "formula", "source", "assumes")


PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "decisions/README.md": decisions,
    "reference/cli.md": commands,
    "reference/codes.md": codes,
    "reference/frameworks/README.md": frameworks,
    **{f"reference/frameworks/{name}.md": partial(framework, name) for name in framework_names()},
    "reference/maten.md": measures_in_dutch,
    "reference/measures.md": measures,
    "reference/plugins.md": plugins,
    "reference/settings.md": settings,
}


if __name__ == "__main__":
    main()
