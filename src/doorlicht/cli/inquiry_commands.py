"""The commands of an inquiry: units, campaign, questions, commitments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import click

from doorlicht.cli.help import ToldCommand, ToldGroup
from doorlicht.cli.judge_commands import Day
from doorlicht.language import Language, say

_DECISIONS: Final = ("in", "out-for-now", "out")
_GROUNDS: Final = ("in_formation", "no_personal_data", "not_ours", "other")
_CAMPAIGN: Final = ("prepared", "mandated", "planned", "running", "reporting", "closed")
_STEPS: Final = ("scan", "interview", "register_search", "instruction_scan", "supplier_request")
_STEP_STATES: Final = ("planned", "started", "done", "not_applicable")
_STATEMENTS: Final = ("upheld", "contradicted", "withdrawn")
_KINDS: Final = ("written", "consultation")
_QUESTION_STATES: Final = (
    "received", "assigned", "drafted", "checked", "approved", "withdrawn",
)  # fmt: skip
_COMMITMENT_STATES: Final = ("open", "partly", "fulfilled", "withdrawn")


def add_inquiry_commands(group: click.Group, language: Language) -> None:
    """Add the commands of an inquiry to the group."""
    make = _Maker(language)
    for add in (_units, _campaign, _questions, _commitments):
        group.add_command(add(make))


class _Maker:
    """Makes commands whose help is in a language, from a few words each."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        lang = click.Option(["--lang"], type=click.Choice(["nl", "en"]), help=self.text("lang"))
        self.reading = [self.option("--register", metavar="FILE"), lang]
        self.kept = [self.option("--register", metavar="FILE"), self.option("--by", metavar="NAME"),
                     lang]  # fmt: skip
        self.json = self.option("--json", "json_file", metavar="FILE", key="dossier_json")
        self.on = self.option("--on", metavar="DATE", type=Day(), key="dossier_on")
        self.campaign = self.option("--campaign", metavar="ID", key="campaign_id")

    def text(self, key: str) -> str:
        return say(f"cli.help.{key}", self.language)

    def option(self, *names: str, key: str = "", **more: Any) -> click.Option:
        name = key or names[0].strip("-").replace("-", "_")
        return click.Option(list(names), help=self.text(name), **more)

    def reason(self, *, required: bool = False) -> click.Option:
        return self.option("--reason", metavar="TEXT", required=required)

    def command(self, name: str, key: str, run: str, *params: click.Parameter) -> click.Command:
        return ToldCommand(
            self.language, name, callback=self._called(run), params=list(params),
            help=self.text(key),
        )  # fmt: skip

    def group(self, name: str, key: str, run: str, *params: click.Parameter) -> click.Group:
        """Return a group that does something by itself where no command of it is named."""

        def callback(**given: Any) -> int | None:
            if click.get_current_context().invoked_subcommand is None:
                return self._called(run)(**given)
            return None

        return ToldGroup(
            self.language, name, callback=callback, params=list(params), help=self.text(key),
            invoke_without_command=True,
        )  # fmt: skip

    def _called(self, run: str) -> Callable[..., Any]:
        """Return a callback that imports what it needs when it is called."""

        def callback(**given: Any) -> Any:
            from importlib import import_module

            module, _, name = run.partition(":")
            given.pop("lang", None)
            return getattr(import_module(f"doorlicht.cli.{module}"), name)(self.language, **given)

        return callback


def _units(make: _Maker) -> click.Group:
    units = make.group("units", "units", "units:list_units", make.on, make.json, *make.reading)
    units.add_command(
        make.command(
            "import", "units_import", "units:import_units",
            click.Argument(["files"], nargs=-1, required=True, metavar="FILE..."),
            make.option("--ministry", metavar="NAME", key="units_ministry"), *make.kept,
        )
    )  # fmt: skip
    units.add_command(
        make.command(
            "scope", "units_scope", "units:decide_scope",
            click.Argument(["unit"], metavar="UNIT"),
            click.Argument(["decision"], type=click.Choice(_DECISIONS), metavar="DECISION"),
            make.reason(required=True),
            make.option("--review", metavar="DATE", type=Day(), key="scope_review"),
            make.option(
                "--ground", type=click.Choice(_GROUNDS), default="other", key="scope_ground"
            ),
            *make.kept,
        )
    )  # fmt: skip
    return units


def _campaign(make: _Maker) -> click.Group:
    campaign = make.group(
        "campaign", "campaign", "campaign:show_campaign", make.campaign, make.json, *make.reading
    )
    for one in (
        make.command(
            "show", "campaign", "campaign:show_campaign", make.campaign, make.json, *make.reading
        ),
        make.command(
            "import", "campaign_import", "campaign:import_dossier",
            click.Argument(["files"], nargs=-1, required=True, metavar="FILE..."), *make.kept,
        ),
        make.command(
            "step", "campaign_step", "campaign:set_step",
            click.Argument(["unit"], metavar="UNIT"),
            click.Argument(["kind"], type=click.Choice(_STEPS), metavar="STEP"),
            click.Argument(["state"], type=click.Choice(_STEP_STATES), metavar="STATE"),
            make.option("--source", metavar="NAME", key="step_source"),
            make.option("--owner", metavar="NAME", key="step_owner"),
            make.option("--due", metavar="DATE", type=Day(), key="step_due"),
            make.option("--covers-below/--only-this", default=None, key="step_covers_below"),
            make.option("--evidence", metavar="TEXT", key="step_evidence"),
            make.reason(), *make.kept,
        ),
        make.command(
            "nil", "campaign_nil", "campaign:set_statement",
            click.Argument(["statement"], metavar="N-…"),
            click.Argument(["state"], type=click.Choice(_STATEMENTS), metavar="STATE"),
            make.reason(required=True), *make.kept,
        ),
        make.command(
            "draw", "campaign_draw", "campaign:draw",
            make.option("--seed", metavar="TEXT", required=True, key="draw_seed"), make.campaign,
            *make.reading,
        ),
        make.command(
            "state", "campaign_state", "campaign:set_state",
            click.Argument(["state"], type=click.Choice(_CAMPAIGN), metavar="STATE"),
            make.campaign, make.reason(), *make.kept,
        ),
        make.command("close", "campaign_close", "campaign:close", make.campaign, *make.kept),
        make.command(
            "coverage", "campaign_coverage", "campaign:show_coverage", make.on, make.campaign,
            make.json, *make.reading,
        ),
    ):  # fmt: skip
        campaign.add_command(one)
    return campaign


def _questions(make: _Maker) -> click.Group:
    questions = make.group(
        "questions", "questions", "questions:list_questions", make.json, *make.reading
    )
    asked = click.Argument(["asked"], metavar="SET")
    number = click.Argument(["number"], type=click.IntRange(1), metavar="NUMBER")
    for one in (
        make.command(
            "import", "questions_import", "questions:import_questions",
            click.Argument(["files"], nargs=-1, required=True, metavar="FILE..."),
            make.option("--about", multiple=True, metavar="WORD", key="questions_about"),
            *make.kept,
        ),
        make.command(
            "add", "questions_add", "questions:add_questions", asked,
            make.option("--kind", type=click.Choice(_KINDS), key="questions_kind"),
            make.option("--title", metavar="TEXT", key="questions_title"),
            make.option("--asked", "asked_on", metavar="DATE", type=Day(), key="questions_asked"),
            make.option("--due", metavar="DATE", type=Day(), key="questions_due"),
            make.option("--from", "asked_by", metavar="NAME", key="questions_from"),
            make.option("--to", metavar="NAME", key="questions_to"),
            make.option("--text", multiple=True, metavar="TEXT", key="questions_text"),
            make.option("--for", "belongs_to", multiple=True, metavar="ID", key="belongs_to"),
            *make.kept,
        ),
        make.command(
            "theme", "questions_theme", "questions:set_themes", asked, number,
            click.Argument(["themes"], nargs=-1, metavar="[THEME]..."), *make.kept,
        ),
        make.command(
            "extend", "questions_extend", "questions:extend_term", asked,
            make.option("--on", metavar="DATE", type=Day(), key="extend_on"),
            make.option("--until", metavar="DATE", type=Day(), key="extend_until"),
            make.option("--letter", metavar="NUMBER", key="letter"),
            make.reason(required=True), *make.kept,
        ),
        make.command(
            "answer-state", "questions_state", "questions:set_state", asked, number,
            click.Argument(["state"], type=click.Choice(_QUESTION_STATES), metavar="STATE"),
            make.option("--unit", metavar="UNIT", key="questions_unit"),
            make.option("--owner", metavar="NAME", key="questions_owner"),
            make.option("--answer", metavar="TEXT", key="questions_answer"),
            make.reason(), *make.kept,
        ),
        make.command(
            "send", "questions_send", "questions:send", asked,
            make.option("--letter", metavar="NUMBER", required=True, key="letter"),
            make.option("--on", metavar="DATE", type=Day(), key="sent_on"), *make.kept,
        ),
        make.command(
            "guide", "questions_guide", "questions:show_guide", asked, make.json, *make.reading
        ),
    ):  # fmt: skip
        questions.add_command(one)
    return questions


def _commitments(make: _Maker) -> click.Group:
    commitments = make.group(
        "commitments", "commitments", "commitments:list_commitments", make.json, *make.reading
    )
    commitments.add_command(
        make.command(
            "add", "commitments_add", "commitments:add_commitment",
            click.Argument(["name"], metavar="ID"),
            make.option("--text", metavar="TEXT", required=True, key="commitments_text"),
            make.option("--from", "promised_by", metavar="NAME", required=True,
                        key="commitments_from"),
            make.option("--on", metavar="DATE", type=Day(), required=True, key="commitments_on"),
            make.option("--to", metavar="NAME", key="commitments_to"),
            make.option("--at", metavar="TEXT", key="commitments_at"),
            make.option("--due", metavar="DATE", type=Day(), key="commitments_due"),
            make.option("--unit", metavar="UNIT", key="commitments_unit"),
            make.option("--for", "belongs_to", multiple=True, metavar="ID", key="belongs_to"),
            *make.kept,
        )
    )  # fmt: skip
    commitments.add_command(
        make.command(
            "assign", "commitments_assign", "commitments:assign_commitment",
            click.Argument(["name"], metavar="ID"), click.Argument(["unit"], metavar="UNIT"),
            make.reason(required=True), *make.kept,
        )
    )  # fmt: skip
    commitments.add_command(
        make.command(
            "set", "commitments_set", "commitments:set_commitment",
            click.Argument(["name"], metavar="ID"),
            click.Argument(["state"], type=click.Choice(_COMMITMENT_STATES), metavar="STATE"),
            make.option("--letter", metavar="NUMBER", key="letter"),
            make.option("--on", metavar="DATE", type=Day(), key="sent_on"),
            make.reason(), *make.kept,
        )
    )  # fmt: skip
    return commitments
