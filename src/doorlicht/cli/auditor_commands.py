"""The commands of auditors: sample, remarks, roles, residual."""

from __future__ import annotations

from typing import Final

import click

from doorlicht.cli.menu import Menu
from doorlicht.language import Language
from doorlicht.records.auditors import REMARK_STEPS, ROLES, SAMPLE_KINDS

_STRATA: Final = ("none", "source", "signal", "unit")
_STATES: Final = ("open", "answered", "followed-up", "closed")
_INSIDE: Final = click.FloatRange(0, 1, min_open=True, max_open=True)


def add_auditor_commands(group: click.Group, language: Language) -> None:
    """Add the commands of auditors to the group."""
    menu = Menu(language)
    group.add_command(_samples(menu))
    group.add_command(_remarks(menu))
    group.add_command(_roles(menu))
    group.add_command(
        menu.command(
            "residual", "residual", "residual:show_residual",
            [
                menu.option("--threshold", type=click.FloatRange(0, 1), metavar="P"),
                menu.option("--json", "json_file", metavar="FILE", key="json"),
                *menu.reading,
            ],
        )
    )  # fmt: skip


def _samples(menu: Menu) -> click.Group:
    json = menu.option("--json", "json_file", metavar="FILE", key="json")
    sample = click.Argument(["sample"], metavar="SA-…")
    form = menu.option("--form", metavar="FILE", key="sample_form")
    population = menu.option("--population", metavar="FILE", key="sample_population")
    group = menu.group("sample", "sample_group", "samples:list_samples", [json, *menu.reading])
    freezing = [
        click.Argument(["kind"], type=click.Choice(SAMPLE_KINDS), metavar="KIND"),
        menu.option("--strata", type=click.Choice(_STRATA), default="none", show_default=True,
                    key="sample_strata"),
        menu.option("--at-most", type=_INSIDE, default=0.01, show_default=True, metavar="SHARE",
                    key="sample_at_most"),
        menu.option("--confidence", type=click.FloatRange(0.5, 0.9999), default=0.95,
                    show_default=True, metavar="P", key="sample_confidence"),
        menu.option("--division", type=click.Choice(["proportional", "equal"]),
                    default="proportional", show_default=True, key="sample_division"),
        menu.option("--size", type=click.IntRange(1), metavar="N", key="sample_size"),
        menu.option("--threshold", type=click.FloatRange(0, 1), metavar="P"),
        population,
        *menu.writing,
    ]  # fmt: skip
    secret = menu.option("--secret-file", "secret_file", metavar="FILE", required=True,
                         key="sample_secret")  # fmt: skip
    committing = [
        sample,
        menu.option("--new-secret", metavar="FILE", key="sample_new_secret"),
        menu.option("--commitment", metavar="SHA256", key="sample_commitment"),
        *menu.writing,
    ]
    filled = click.Argument(["form"], metavar="FORM")
    for name, run, params in (
        ("freeze", "freeze_sample", freezing),
        ("commit", "commit_sample", committing),
        ("draw", "draw_sample", [sample, secret, form, *menu.writing]),
        ("show", "show_sample", [sample, form, population, json, *menu.reading]),
        ("judge", "judge_sample", [sample, filled, *menu.writing]),
        ("result", "sample_result", [sample, json, *menu.reading]),
    ):
        group.add_command(menu.command(name, f"sample_{name}_help", f"samples:{run}", params))
    return group


def _remarks(menu: Menu) -> click.Group:
    group = menu.group(
        "remarks", "remarks", "remarks:list_remarks",
        [
            menu.option("--state", multiple=True, type=click.Choice(_STATES), key="remark_state"),
            menu.option("--json", "json_file", metavar="FILE", key="json"),
            *menu.reading,
        ],
    )  # fmt: skip
    text = menu.option("--text", metavar="TEXT", required=True, key="remark_text")
    group.add_command(
        menu.command(
            "add", "remark_add", "remarks:add_remark",
            [
                click.Argument(
                    ["kind"], type=click.Choice(["question", "finding"]), metavar="KIND"
                ),
                text, menu.option("--about", metavar="ID", key="remark_about"), *menu.writing,
            ],
        )
    )  # fmt: skip
    group.add_command(
        menu.command(
            "move", "remark_move", "remarks:move_remark",
            [
                click.Argument(["remark"], metavar="AF-…"),
                click.Argument(["step"], type=click.Choice(REMARK_STEPS), metavar="STEP"),
                text, *menu.writing,
            ],
        )
    )  # fmt: skip
    return group


def _roles(menu: Menu) -> click.Group:
    group = menu.group(
        "roles", "roles", "remarks:list_roles",
        [menu.option("--json", "json_file", metavar="FILE", key="json"), *menu.reading],
    )  # fmt: skip
    params = [
        click.Argument(["role"], type=click.Choice(ROLES), metavar="ROLE"),
        click.Argument(["name"], metavar="NAME"),
        menu.option("--reason", metavar="TEXT", required=True),
        *menu.writing,
    ]
    group.add_command(menu.command("give", "role_give", "remarks:give_role", params))
    group.add_command(menu.command("take", "role_take", "remarks:take_role", params))
    return group
