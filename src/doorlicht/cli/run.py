"""``doorlicht run``: a whole inquiry, step by step, with what is new since the last time."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

import doorlicht
from doorlicht.cli.output import json_text, write_text
from doorlicht.cli.overwriting import STANDARD_OUTPUT, check_targets
from doorlicht.cli.scan import MEBIBYTE, now, who
from doorlicht.language import Language, say
from doorlicht.plugins import Limits
from doorlicht.records import InquiryRun, News
from doorlicht.register import open_register
from doorlicht.reports.assessment_json import with_head
from doorlicht.reports.inquiry_json import render_inquiry_json
from doorlicht.reports.inquiry_page import INDEX, step_name, step_outcome
from doorlicht.runs.audit_request import AuditProgress
from doorlicht.runs.inquiry import InquiryEvent, InquiryRequest, run_inquiry, states_of
from doorlicht.runs.inquiry_file import read_inquiry, steps_of, with_way_of_asking
from doorlicht.runs.inquiry_steps import pages_of
from doorlicht.runs.trace_request import TraceProgress
from doorlicht.settings import read_settings

MAX_SHOWN: Final = 5
"""Ids of what is new that are shown of each kind; ``--json`` has them all."""

_STYLES: Final = {"done": "green", "unchanged": "dim", "failed": "bold red",
                  "interrupted": "yellow", "running": "cyan", "waiting": "dim"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder as the place for the pages of an inquiry."""

    path: Path

    def has(self, name: str) -> bool:
        return (self.path / name).is_file()

    def put(self, name: str, page: str | Mapping[str, object]) -> None:
        where = str(self.path / name)
        is_json = not isinstance(page, str)
        check_targets([("json" if is_json else "html", where)])
        write_text(json_text(page) if is_json else page, where)

    def names(self) -> list[str]:
        return [one.name for one in self.path.iterdir()] if self.path.is_dir() else []


def run_run(
    language: Language,
    *,
    file: str,
    register: str | None,
    state: bool,
    again: Collection[str],
    only: Collection[str],
    new: bool,
    allow_scoring: bool,
    json_file: str | None,
    by: str | None,
    quiet: bool,
) -> int:
    """Run an inquiry or show how far it is, and return the exit code."""
    settings = read_settings(Path.cwd(), os.environ, register=register, by=by)
    inquiry = read_inquiry(Path(file))
    place = register or inquiry.register or settings.register
    inquiry = with_way_of_asking(
        inquiry, by=who(settings), register=place, allow_scoring=allow_scoring
    )
    check_targets([("json", json_file)], [file])
    out = Console(file=sys.stderr if json_file in STANDARD_OUTPUT else sys.stdout, highlight=False)
    names = pages_of(inquiry)
    check_targets((Path(one).suffix[1:], str(inquiry.reports / one)) for one in names)
    if state:
        with open_register(place, clock=now) as opened:
            done = InquiryRun(inquiry.name, tuple(states_of(inquiry, opened)))
        _show_steps(out, done, language)
    else:
        request = InquiryRequest(
            inquiry, who(settings), language, frozenset(again), frozenset(only),
            settings.threshold, Limits(settings.memory * MEBIBYTE, os.cpu_count() or 1),
            settings.workers or None,
        )  # fmt: skip
        done = run_inquiry(request, _Folder(inquiry.reports), _teller(language, is_quiet=quiet))
        if not quiet:
            _show_steps(out, done, language)
            is_whole = len(done.steps) == len(steps_of(inquiry)) and not done.failed
            _show_news(out, done.news, language, is_whole=is_whole)
            out.print(Styled(f"  {inquiry.reports / INDEX}"), style="dim", soft_wrap=True)
    if json_file is not None:
        tree = with_head(render_inquiry_json(done, language), doorlicht=doorlicht.__version__)
        write_text(json_text(tree), json_file)
    return 0 if state else exit_code(done, new_only=new)


def exit_code(done: InquiryRun, *, new_only: bool = False) -> int:
    """Return 1 if something was found, or only if something new was; plus 2 if not all was seen."""
    found = done.news.is_any if new_only else any(one.found for one in done.steps)
    is_complete = all(one.is_complete for one in done.steps)
    return (1 if found else 0) | (0 if is_complete else 2)


def _teller(language: Language, *, is_quiet: bool) -> Callable[[InquiryEvent], None]:
    """Return what shows on one line of a terminal which step is at work, and how far it is."""
    is_shown = sys.stderr.isatty() and not is_quiet

    def tell(event: InquiryEvent) -> None:
        if not is_shown:
            return
        doing = step_name(event.step.name, language)
        if isinstance(event.what, TraceProgress):
            doing += f"  {event.what.done}/{event.what.of}"
        elif isinstance(event.what, AuditProgress):
            doing += "  " + say(f"audit.step.{event.what.step}", language)
        elif event.what is not None:
            doing += f"  {getattr(event.what, 'asset', '')}"[-60:]
        line = doing if event.step.status == "running" else ""
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()

    return tell


def _show_steps(console: Console, done: InquiryRun, language: Language) -> None:
    console.print(Styled(done.name, style="bold"))
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column()
    for step in done.steps:
        status = Styled(say(f"inquiry.status.{step.status}", language), style=_STYLES[step.status])
        table.add_row(step_name(step.name, language), status, step_outcome(step, language))
    console.print(table)


def _show_news(console: Console, news: News, language: Language, *, is_whole: bool) -> None:
    if news.since is None:
        console.print(say(f"inquiry.news.{'first' if is_whole else 'unfinished'}", language))
        return
    moment = news.since.strftime("%Y-%m-%d %H:%M")
    if not news.is_any and not (news.gone_findings or news.gone_flows):
        console.print(say("inquiry.news.none", language, since=moment))
        return
    console.print(say("inquiry.news.since", language, since=moment), style="bold")
    for kind in ("findings", "flows", "models", "uses", "audits", "blind_spots",
                 "gone_findings", "gone_flows"):  # fmt: skip
        ids: tuple[str, ...] = getattr(news, kind)
        if ids:
            shown = ", ".join(ids[:MAX_SHOWN]) + (", …" if len(ids) > MAX_SHOWN else "")
            told = say(f"inquiry.news.{kind}", language, n=len(ids))
            console.print(Styled(f"  {told}: {shown}"), soft_wrap=True)
