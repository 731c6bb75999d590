"""The commands of judging: uses, assess, review, measures, hold."""

from __future__ import annotations

from typing import Final

import click

from doorlicht.cli.menu import Day, Menu
from doorlicht.language import Language

_CAPACITIES: Final = ("first", "second", "lawyer", "controller")
_STATUSES: Final = ("proposed", "confirmed", "rejected", "merged", "split")
_STATES: Final = ("proposed", "accepted", "started", "done", "verified", "refused")


def add_judge_commands(group: click.Group, language: Language) -> None:
    """Add the commands of judging to the group."""
    menu = Menu(language)
    option, command, told_group = menu.option, menu.command, menu.group
    kept, reading = menu.writing, menu.reading
    reason = option("--reason", metavar="TEXT", required=True)
    described = [
        option("--unit", metavar="NAME", key="use_unit"),
        option("--purpose", metavar="TEXT", key="use_purpose"),
        option("--since", metavar="DATE", type=Day(), key="use_since"),
        option("--until", metavar="DATE", type=Day(), key="use_until"),
    ]
    use = click.Argument(["use"], metavar="U-…")

    uses = told_group(
        "uses", "uses", "uses:list_uses",
        [
            option("--status", multiple=True, type=click.Choice(_STATUSES), key="use_status"),
            option("--concept", multiple=True, metavar="NAME"),
            option("--json", "json_file", metavar="FILE", key="json"),
            *kept,
        ],
    )  # fmt: skip
    for one in (
        command(
            "confirm", "use_confirm", "uses:confirm_use",
            [use, option("--role", metavar="ROLE", key="use_role"), *described,
             option("--evidence", multiple=True, metavar="ID", key="use_evidence"),
             option("--reason", metavar="TEXT"), *kept],
        ),
        command("reject", "use_reject", "uses:reject_use", [use, reason, *kept]),
        command("reopen", "use_reopen", "uses:reopen_use", [use, reason, *kept]),
        command(
            "merge", "use_merge", "uses:merge_uses",
            [click.Argument(["uses"], nargs=-1, required=True, metavar="U-… U-…"), reason, *kept],
        ),
        command(
            "split", "use_split", "uses:split_use",
            [use, option("--evidence", multiple=True, required=True, metavar="ID",
                         key="use_split_evidence"),
             option("--unit", metavar="NAME", key="use_unit"), reason, *kept],
        ),
        command(
            "add", "use_add", "uses:add_use",
            [option("--concept", required=True, metavar="NAME", key="use_concept"),
             option("--processing", required=True, metavar="NAME", key="use_processing"),
             option("--role", required=True, metavar="ROLE", key="use_role"), *described, reason,
             *kept],
        ),
    ):  # fmt: skip
        uses.add_command(one)
    group.add_command(uses)
    group.add_command(
        command(
            "assess", "assess", "assess:run_assess",
            [
                click.Argument(["use"], required=False, metavar="[U-…]"),
                option("--facts", metavar="FILE"),
                option("--case", metavar="ID"),
                option("--framework", metavar="NAME", default="motion-21", show_default=True),
                option("--edition", metavar="DATE"),
                option("--answer", multiple=True, metavar="FACT=ANSWER", key="assess_answer"),
                option("--note", metavar="TEXT", key="assess_note"),
                option("--document", multiple=True, metavar="TITLE", key="assess_document"),
                option("--ask/--no-ask", default=None, key="assess_ask"),
                option("--json", "json_file", metavar="FILE", key="json"),
                *kept,
                option("--quiet", "-q", is_flag=True, key="quiet"),
            ],
        )
    )  # fmt: skip
    group.add_command(
        command(
            "review", "review", "assess_use:review",
            [
                click.Argument(["assessment"], metavar="A-…"),
                option("--as", "kind", required=True, type=click.Choice(_CAPACITIES),
                       key="review_as"),
                option("--verdict", required=True, metavar="VERDICT", key="review_verdict"),
                option("--question", metavar="L1", key="review_question"),
                option("--reason", metavar="TEXT"),
                *kept,
            ],
        )
    )  # fmt: skip
    measures = told_group(
        "measures", "measures", "measures:list_measures",
        [
            option("--use", multiple=True, metavar="U-…", key="measures_use"),
            option("--json", "json_file", metavar="FILE", key="json"),
            *reading,
        ],
    )  # fmt: skip
    measures.add_command(
        command(
            "propose", "measures_propose", "measures:propose_measures",
            [click.Argument(["assessment"], metavar="A-…"), *kept],
        )
    )  # fmt: skip
    measures.add_command(
        command(
            "set", "measures_set", "measures:move_measure",
            [
                click.Argument(["measure"], metavar="ME-…"),
                click.Argument(["state"], type=click.Choice(_STATES), metavar="STATE"),
                option("--owner", metavar="NAME", key="measure_owner"),
                option("--due", metavar="DATE", type=Day(), key="measure_due"),
                option("--proof", metavar="TEXT", key="measure_proof"),
                option("--verifier", metavar="NAME", key="measure_verifier"),
                option("--reason", metavar="TEXT"),
                *kept,
            ],
        )
    )  # fmt: skip
    group.add_command(measures)
    group.add_command(
        command(
            "hold", "hold", "measures:hold",
            [use, reason, option("--lift", is_flag=True, key="hold_lift"), *kept],
        )
    )  # fmt: skip
    group.add_command(
        command(
            "inventory", "inventory", "inventory:run_inventory",
            [
                option("--html", metavar="FILE", key="inventory_html"),
                option("--csv", "csv_file", metavar="FILE", key="inventory_csv"),
                option("--xlsx", metavar="FILE", key="inventory_xlsx"),
                option("--ods", metavar="FILE", key="inventory_ods"),
                option("--json", "json_file", metavar="FILE", key="json"),
                option("--framework", metavar="NAME", default="motion-21", show_default=True),
                option("--edition", metavar="DATE"),
                *reading,
            ],
        )
    )  # fmt: skip
    group.add_command(
        command(
            "publish", "publish", "publish:run_publish",
            [
                click.Argument(["subject"], required=False, metavar="[U-…|M-…]"),
                option("--with", "answers", metavar="FILE", key="publish_with"),
                option("--compare", metavar="FILE", key="publish_compare"),
                option("--record", metavar="NAME", key="publish_record"),
                option("--check", metavar="FILE", key="publish_check"),
                option("--api", metavar="FILE", key="publish_api"),
                option("--standard", metavar="FILE", key="publish_standard"),
                option("--json", "json_file", metavar="FILE", key="json"),
                *reading,
            ],
        )
    )  # fmt: skip
