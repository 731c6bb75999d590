"""The commands and their options. What a command does stands in a file of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import click

from doorlicht.cli.auditor_commands import add_auditor_commands
from doorlicht.cli.coordinator_commands import add_coordinator_commands
from doorlicht.cli.document_commands import add_document_commands
from doorlicht.cli.framework_commands import add_framework_commands
from doorlicht.cli.help import ToldCommand
from doorlicht.cli.inquiry_commands import add_inquiry_commands
from doorlicht.cli.judge_commands import add_judge_commands
from doorlicht.cli.log_commands import add_log_commands
from doorlicht.cli.menu import Day
from doorlicht.cli.proof_commands import add_proof_commands
from doorlicht.cli.run_commands import add_run_commands
from doorlicht.language import Language, say

_TRIAGE: Final = click.Choice(["open", "confirmed", "rejected"])
_ONE_UP: Final = click.IntRange(1)
_SHARE: Final = click.FloatRange(0, 1)
_MEMORY: Final = click.IntRange(128)


def add_commands(group: click.Group, language: Language) -> None:
    """Add every command to the group."""

    def text(key: str) -> str:
        return say(f"cli.help.{key}", language)

    common = [
        click.Option(["--register"], metavar="FILE", help=text("register")),
        click.Option(["--lang"], type=click.Choice(["nl", "en"]), help=text("lang")),
    ]
    group.add_command(
        _command(
            "scan",
            text("scan"),
            _scan,
            language,
            [
                click.Argument(["paths"], nargs=-1, required=True, metavar="PATH|URL|ESTATE..."),
                *common,
                click.Option(["--json", "json_file"], metavar="FILE", help=text("json")),
                click.Option(["--report", "--html", "report"], metavar="FILE", help=text("report")),
                click.Option(
                    ["--sample"], type=click.IntRange(1), metavar="N", help=text("sample")
                ),
                click.Option(
                    ["--threshold"],
                    type=click.FloatRange(0, 1),
                    metavar="P",
                    help=text("threshold"),
                ),
                click.Option(
                    ["--vocabulary"], multiple=True, metavar="FILE", help=text("vocabulary")
                ),
                click.Option(["--only"], multiple=True, metavar="GLOB", help=text("only")),
                click.Option(["--exclude"], multiple=True, metavar="GLOB", help=text("exclude")),
                click.Option(
                    ["--workers"], type=click.IntRange(1), metavar="N", help=text("workers")
                ),
                click.Option(
                    ["--memory"], type=click.IntRange(128), metavar="MIB", help=text("memory")
                ),
                click.Option(["--full"], is_flag=True, help=text("full")),
                click.Option(["--by"], metavar="NAME", help=text("by")),
                click.Option(["--quiet", "-q"], is_flag=True, help=text("quiet")),
            ],
        )
    )
    group.add_command(
        _command(
            "trace", text("trace"), _trace, language,
            [
                click.Argument(["paths"], nargs=-1, required=True, metavar="PATH|ESTATE..."),
                *common,
                click.Option(["--json", "json_file"], metavar="FILE", help=text("trace_json")),
                click.Option(
                    ["--report", "--html", "report"], metavar="FILE", help=text("trace_report")
                ),
                click.Option(["--sarif"], metavar="FILE", help=text("sarif")),
                click.Option(["--openlineage"], metavar="FILE", help=text("openlineage")),
                click.Option(["--graphml"], metavar="FILE", help=text("graphml")),
                click.Option(
                    ["--vocabulary"], multiple=True, metavar="FILE", help=text("vocabulary")
                ),
                click.Option(["--by"], metavar="NAME", help=text("by")),
                click.Option(["--quiet", "-q"], is_flag=True, help=text("quiet")),
            ],
        )
    )  # fmt: skip
    group.add_command(
        _command(
            "audit", text("audit"), _audit, language,
            [
                click.Argument(["subject"], required=False, metavar="[DECISIONS|MODEL]"),
                click.Option(["--aggregates"], metavar="SHEET", help=text("audit_aggregates")),
                click.Option(["--spec"], metavar="FILE", help=text("audit_spec")),
                click.Option(["--draft"], metavar="FILE", help=text("audit_draft")),
                click.Option(["--published"], metavar="FILE", help=text("audit_published")),
                click.Option(["--without-groups"], is_flag=True, help=text("audit_without")),
                click.Option(
                    ["--leave-out"], multiple=True, metavar="COLUMN", help=text("audit_leave_out")
                ),
                click.Option(["--data"], metavar="FILE", help=text("audit_data")),
                click.Option(["--allow-scoring"], is_flag=True, help=text("audit_allow")),
                click.Option(["--trust-pickle"], is_flag=True, help=text("audit_trust")),
                click.Option(
                    ["--group"], multiple=True, metavar="COLUMN", help=text("audit_group")
                ),
                click.Option(
                    ["--explained-by"], multiple=True, metavar="COLUMN",
                    help=text("audit_explained"),
                ),
                click.Option(["--selected"], metavar="COLUMN|TEST", help=text("audit_selected")),
                click.Option(["--outcome"], metavar="COLUMN|TEST", help=text("audit_outcome")),
                click.Option(["--score"], metavar="COLUMN", help=text("audit_score")),
                click.Option(
                    ["--threshold"], type=float, metavar="N", help=text("audit_threshold")
                ),
                click.Option(["--sampled"], metavar="COLUMN|TEST", help=text("audit_sampled")),
                click.Option(["--weights"], metavar="COLUMN", help=text("audit_weights")),
                click.Option(["--person"], metavar="COLUMN", help=text("audit_person")),
                click.Option(["--reference"], metavar="GROUP", help=text("audit_reference")),
                click.Option(
                    ["--level"], type=click.FloatRange(0.5, 0.9999), default=0.95, metavar="P",
                    help=text("audit_level"),
                ),
                click.Option(
                    ["--correction"], type=click.Choice(["holm", "benjamini-hochberg"]),
                    default="holm", help=text("audit_correction"),
                ),
                *common,
                click.Option(["--json", "json_file"], metavar="FILE", help=text("audit_json")),
                click.Option(["--card"], metavar="FILE", help=text("audit_card")),
                click.Option(
                    ["--report", "--html", "report"], metavar="FILE", help=text("audit_report")
                ),
                click.Option(["--plots"], metavar="FOLDER", help=text("audit_plots")),
                click.Option(["--by"], metavar="NAME", help=text("by")),
                click.Option(["--quiet", "-q"], is_flag=True, help=text("quiet")),
            ],
        )
    )  # fmt: skip
    group.add_command(
        _command(
            "check", text("check"), _check, language,
            [
                click.Argument(["paths"], nargs=-1, required=True, metavar="PATH..."),
                click.Option(["--baseline"], required=True, metavar="FILE", help=text("baseline")),
                click.Option(["--register"], metavar="FILE", help=text("check_register")),
                click.Option(["--strict"], is_flag=True, help=text("strict")),
                click.Option(
                    ["--vocabulary"], multiple=True, metavar="FILE", help=text("vocabulary")
                ),
                click.Option(["--lang"], type=click.Choice(["nl", "en"]), help=text("lang")),
            ],
        )
    )  # fmt: skip
    group.add_command(
        _command(
            "findings",
            text("findings"),
            _findings,
            language,
            [
                *common,
                click.Option(["--concept"], multiple=True, metavar="ID", help=text("concept")),
                click.Option(["--asset"], metavar="GLOB", help=text("asset")),
                click.Option(
                    ["--triage"], type=_TRIAGE, multiple=True,
                    help=text("by_triage"),
                ),
                click.Option(
                    ["--threshold"], type=_SHARE, metavar="P", help=text("threshold")
                ),
                click.Option(["--proxies"], is_flag=True, help=text("proxies")),
                click.Option(["--json", "json_file"], metavar="FILE", help=text("json")),
            ],
        )
    )  # fmt: skip
    group.add_command(
        _command(
            "explain", text("explain"), _explain, language,
            [
                click.Argument(
                    ["finding"], metavar="F-...|FL-...|M-...|AU-...|AF-...|SA-...|FIG-..."
                ),
                click.Option(["--on", "day"], metavar="DATE", type=Day(), help=text("explain_on")),
                *common,
            ],
        )
    )  # fmt: skip
    group.add_command(
        _command(
            "triage",
            text("triage"),
            _triage,
            language,
            [
                click.Argument(["finding"], metavar="F-..."),
                click.Argument(["decision"], type=click.Choice(["confirm", "reject"])),
                click.Option(["--reason"], required=True, metavar="TEXT", help=text("reason")),
                click.Option(["--by"], metavar="NAME", help=text("by")),
                *common,
            ],
        )
    )
    group.add_command(
        _command(
            "report",
            text("report_again"),
            _report,
            language,
            [
                *common,
                click.Option(["--json", "json_file"], metavar="FILE", help=text("json")),
                click.Option(["--report", "--html", "report"], metavar="FILE", help=text("report")),
                click.Option(
                    ["--threshold"],
                    type=click.FloatRange(0, 1),
                    metavar="P",
                    help=text("threshold"),
                ),
            ],
        )
    )
    group.add_command(
        _command(
            "vocabulary", text("vocabulary_list"), _vocabulary, language,
            [
                click.Argument(["files"], nargs=-1, metavar="[FILE]..."),
                click.Option(["--lang"], type=click.Choice(["nl", "en"]), help=text("lang")),
            ],
        )
    )  # fmt: skip
    add_judge_commands(group, language)
    add_framework_commands(group, language)
    add_log_commands(group, language)
    add_run_commands(group, language)
    add_inquiry_commands(group, language)
    add_document_commands(group, language)
    add_proof_commands(group, language)
    add_auditor_commands(group, language)
    add_coordinator_commands(group, language)


def _command(
    name: str,
    help_text: str,
    run: Callable[..., int],
    language: Language,
    params: list[Any],
) -> click.Command:
    def callback(**given: Any) -> int:
        given.pop("lang", None)
        return run(language, **given)

    return ToldCommand(language, name, callback=callback, params=params, help=help_text)


# Each command imports what it needs when it is called: the help of doorlicht stays fast.


def _scan(language: Language, **given: Any) -> int:
    from doorlicht.runs.crew import spare_process

    # A process that reads gets ready while this one is still importing.
    with spare_process() as spare:
        from doorlicht.cli.scan import run_scan

        return run_scan(language, spare=spare, **given)


def _trace(language: Language, **given: Any) -> int:
    from doorlicht.cli.trace import run_trace

    return run_trace(language, **given)


def _audit(language: Language, **given: Any) -> int:
    from doorlicht.cli.audit import run_audit

    return run_audit(language, **given)


def _check(language: Language, **given: Any) -> int:
    from doorlicht.cli.trace import run_check

    return run_check(language, **given)


def _findings(language: Language, **given: Any) -> int:
    from doorlicht.cli.show import show_findings

    return show_findings(language, **given)


def _explain(language: Language, **given: Any) -> int:
    from doorlicht.cli.show import explain

    return explain(language, **given)


def _triage(language: Language, **given: Any) -> int:
    from doorlicht.cli.show import triage

    return triage(language, **given)


def _report(language: Language, **given: Any) -> int:
    from doorlicht.cli.show import report

    return report(language, **given)


def _vocabulary(language: Language, **given: Any) -> int:
    from doorlicht.cli.show import show_vocabulary

    return show_vocabulary(language, **given)
