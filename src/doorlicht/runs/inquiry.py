"""The inquiry: scan, trace, audits, uses and reports, one after another, each only where needed.

Every start and end of a step is kept in the register. So an inquiry that is killed goes on where
it was; run again, it does only what can give something else than the last time; and run on a
schedule, it says what is new.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final, Protocol

import doorlicht
from doorlicht.errors import DoorlichtError, InputError, nearest
from doorlicht.language import Language
from doorlicht.plugins import Limits
from doorlicht.records import (
    Event,
    Fault,
    InquiryRun,
    News,
    StepKind,
    StepRun,
    StepStatus,
)
from doorlicht.register import Register, open_register
from doorlicht.reports.documents.html import render_html_document
from doorlicht.reports.inquiry_page import INDEX, inquiry_document
from doorlicht.runs.aliveness import is_alive, this_process
from doorlicht.runs.audit_request import AuditProgress
from doorlicht.runs.inquiry_file import Inquiry, steps_of
from doorlicht.runs.inquiry_news import news_since
from doorlicht.runs.inquiry_overview import gather_overview
from doorlicht.runs.inquiry_steps import Given, Work, work_for
from doorlicht.runs.trace_request import TraceProgress

_ENDED: Final = frozenset({"done", "unchanged"})


class Shelf(Protocol):
    """Where the pages of an inquiry are put: a folder, or whatever a caller has."""

    def has(self, name: str) -> bool:
        """Whether a page of this name is there already."""
        ...

    def put(self, name: str, page: str | Mapping[str, object]) -> None:
        """Put a page there, in the place of an earlier one; a tree as JSON."""
        ...

    def names(self) -> Collection[str]:
        """Return the names of all that is there."""
        ...


@dataclass(frozen=True, slots=True)
class InquiryEvent:
    """What happens in a step: how far it is, or that it began or ended (``what`` is empty)."""

    step: StepRun
    what: Event | TraceProgress | AuditProgress | None = None


@dataclass(frozen=True, slots=True)
class InquiryRequest:
    """What to run, in whose name, and what to do again.

    Attributes
    ----------
    inquiry
        With its register filled in.
    again
        Steps that are run though nothing has changed; ``audit`` stands for all audits.
    only
        The only steps that are run; empty for all.
    """

    inquiry: Inquiry
    by: str
    language: Language
    again: Collection[str] = ()
    only: Collection[str] = ()
    threshold: float = 0.5
    limits: Limits = field(default_factory=Limits)
    workers: int | None = None


def _silent(event: InquiryEvent) -> None:
    del event


def _now() -> datetime:
    return datetime.now(UTC)


def run_inquiry(
    request: InquiryRequest,
    shelf: Shelf,
    on_event: Callable[[InquiryEvent], None] = _silent,
    *,
    clock: Callable[[], datetime] = _now,
) -> InquiryRun:
    """Run the steps of an inquiry that have something to do, and return how each ended.

    A step that fails does not keep the others from running: what it failed on is told.

    Raises
    ------
    InputError
        If there is no such step, the inquiry is being run by another process, or the register
        cannot be used.
    KeyboardInterrupt
        As it came in; what was finished is kept, and the next run goes on from there.
    """
    inquiry = request.inquiry
    _check_names(inquiry, [*request.again, *request.only])
    if inquiry.register is None:
        raise InputError("inquiry.no_register", path=str(inquiry.file))
    with open_register(inquiry.register, clock=clock) as register:
        before = register.inquiry_steps(inquiry.name)
        _refuse_second(before, inquiry)
        since = _last_whole(before, steps_of(inquiry))
        past = {one.name: one for one in before if one.status in _ENDED}
        given = Given(register, request.by, request.language, request.threshold, request.limits,
                      request.workers, clock)  # fmt: skip
        ended: list[StepRun] = []
        pages: dict[str, Sequence[str]] = {}
        try:
            for work in work_for(inquiry, given):
                pages[work.name] = work.pages
                if request.only and not _is_meant(work.name, request.only):
                    continue
                is_again = _is_meant(work.name, request.again)
                ended.append(
                    _run_step(
                        work,
                        None if is_again else past.get(work.name),
                        inquiry.name,
                        register,
                        shelf,
                        on_event,
                        by=request.by,
                    )
                )
        except KeyboardInterrupt:
            _put_index(inquiry, given, shelf, pages, News(since))
            raise
        news = news_since(register, since, [one.location for one in inquiry.estate.sources])
        news = replace(news, audits=_newly_found(before, ended, since))
        _put_index(inquiry, given, shelf, pages, news)
    return InquiryRun(inquiry.name, tuple(ended), news)


def states_of(inquiry: Inquiry, register: Register) -> list[StepRun]:
    """Return how far each step of an inquiry is, without running any."""
    kept = {one.name: one for one in register.inquiry_steps(inquiry.name)}
    return [
        _seen(kept[name]) if name in kept else StepRun(name, kind_of(name))
        for name in steps_of(inquiry)
    ]


def _put_index(
    inquiry: Inquiry,
    given: Given,
    shelf: Shelf,
    pages: Mapping[str, Sequence[str]],
    news: News,
) -> None:
    """Put the first page there, with every step as it is now, also those that were not run."""
    done = InquiryRun(inquiry.name, tuple(states_of(inquiry, given.register)), news)
    told = gather_overview(
        given.register, done, at=given.clock(), files=sorted(shelf.names()), pages=pages,
        campaign=inquiry.campaign, organisation=inquiry.estate.name,
        is_whole=all(one.status in _ENDED for one in done.steps),
    )  # fmt: skip
    document = inquiry_document(told, given.language, version=doorlicht.__version__)
    shelf.put(INDEX, render_html_document(document))


def kind_of(step: str) -> StepKind:
    """Return of what kind a step is."""
    kinds: dict[str, StepKind] = {
        "dossier": "dossier", "scan": "scan", "trace": "trace", "audit": "audit", "uses": "uses",
        "report": "report",
    }  # fmt: skip
    return kinds[step.partition(":")[0]]


def _run_step(
    work: Work,
    past: StepRun | None,
    inquiry: str,
    register: Register,
    shelf: Shelf,
    on_event: Callable[[InquiryEvent], None],
    *,
    by: str,
) -> StepRun:
    def told(step: StepRun) -> StepRun:
        register.keep_step(inquiry, step, by=by)
        on_event(InquiryEvent(step))
        return step

    running = StepRun(work.name, kind_of(work.name), "running", process=this_process(), by=by)

    def ended(status: StepStatus, **more: object) -> StepRun:
        return told(replace(running, status=status, **more))  # type: ignore[arg-type]

    try:
        told(running)
        key = work.key()
        is_same = past is not None and key != "" and past.key == key
        if past is not None and is_same and all(map(shelf.has, work.pages)):
            return told(
                replace(past, status="unchanged", process=running.process, by=by, fault=None)
            )
        result = work.do(lambda what: on_event(InquiryEvent(running, what)))
        for name, page in result.pages.items():
            shelf.put(name, page)
        return ended(
            "done",
            key=key,
            outcome=dict(result.outcome),
            found=result.found,
            is_complete=result.is_complete,
        )
    except KeyboardInterrupt:
        ended("interrupted")
        raise
    except DoorlichtError as error:
        return ended("failed", is_complete=False, fault=Fault(error.code, error.details))


def _check_names(inquiry: Inquiry, named: Sequence[str]) -> None:
    known = steps_of(inquiry)
    for name in named:
        if not any(_is_meant(step, [name]) for step in known):
            raise InputError("inquiry.no_such_step", name=name, nearest=nearest(name, known))


def _is_meant(step: str, named: Collection[str]) -> bool:
    return step in named or step.partition(":")[0] in named


def _refuse_second(before: Sequence[StepRun], inquiry: Inquiry) -> None:
    last = {one.name: one for one in before}
    for one in last.values():
        if one.status == "running" and is_alive(one.process) and one.process != this_process():
            raise InputError("inquiry.is_running", name=inquiry.name, step=one.name)


def _newly_found(
    before: Sequence[StepRun], ended: Sequence[StepRun], since: datetime | None
) -> tuple[str, ...]:
    """Return the audits that found a difference, and had not when the inquiry was last finished."""
    then = {
        one.name: one.found
        for one in before
        if one.status in _ENDED and one.at is not None and since is not None and one.at <= since
    }
    return tuple(
        one.name.partition(":")[2]
        for one in ended
        if one.kind == "audit" and one.found and not then.get(one.name, False)
    )


def _seen(step: StepRun) -> StepRun:
    """Return a step as it is: one that says it runs while its process is gone was killed."""
    if step.status == "running" and not is_alive(step.process):
        return replace(step, status="interrupted")
    return step


def _last_whole(before: Sequence[StepRun], steps: Sequence[str]) -> datetime | None:
    """Return when the inquiry was last finished: every step ended well, and then the last one.

    A run of some steps only, or one in which a step failed, finishes nothing by itself.
    """
    found: datetime | None = None
    ended: set[str] = set()
    for one in before:
        if one.status in _ENDED:
            ended.add(one.name)
        elif one.status == "failed":
            ended.discard(one.name)
        if one.name == steps[-1] and ended.issuperset(steps):
            found, ended = one.at, set()
    return found
