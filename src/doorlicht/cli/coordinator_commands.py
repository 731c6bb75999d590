"""The commands between an organisation and its coordinator: export, rollup."""

from __future__ import annotations

import click

from doorlicht.cli.menu import Menu
from doorlicht.cli.proof_commands import signing
from doorlicht.language import Language

FRAMEWORK = "motion-21"


def add_coordinator_commands(group: click.Group, language: Language) -> None:
    """Add the commands to the group."""
    menu = Menu(language)
    quiet = menu.option("--quiet", "-q", "quiet", is_flag=True, key="quiet")
    framework = menu.option("--framework", default=FRAMEWORK, metavar="NAME", key="framework")
    group.add_command(
        menu.command(
            "export", "export", "coordinator:run_export",
            [
                menu.option("--for", "audience", type=click.Choice(["coordinator"]), required=True,
                            key="export_for"),
                menu.option("--output", "-o", "output", metavar="FILE", required=True,
                            key="export_output"),
                menu.option("--organisation", metavar="NAME", key="export_organisation"),
                menu.option("--since", metavar="EXPORT", key="export_since"),
                menu.option("--campaign", metavar="ID", key="export_campaign"),
                framework, *signing(menu), quiet, *menu.reading,
            ],
        )
    )  # fmt: skip
    group.add_command(
        menu.command(
            "rollup", "rollup", "coordinator:run_rollup",
            [
                click.Argument(["files"], nargs=-1, required=True, metavar="EXPORT..."),
                menu.option("--key", multiple=True, metavar="KEY|FILE", key="rollup_key"),
                menu.option("--expected", metavar="FILE", key="rollup_expected"),
                menu.option("--units", metavar="FILE", key="rollup_units"),
                framework,
                menu.option("--output", "-o", "output", multiple=True, metavar="FILE",
                            key="rollup_output"),
                menu.option("--json", "json_file", metavar="FILE", key="json"),
                quiet, menu.lang,
            ],
        )
    )  # fmt: skip
