"""What a register holds now that it did not hold when an inquiry was last finished."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from doorlicht.records import News
from doorlicht.register import Register
from doorlicht.register.traces import TraceRecord

FOUND_FROM: Final = 0.5
"""As in a scan: a finding counts from this probability up."""


def news_since(register: Register, since: datetime | None, locations: Sequence[str]) -> News:
    """Return what came and went since a moment.

    Parameters
    ----------
    since
        ``None`` at the first time: everything is new.
    locations
        Where the sources of the inquiry lie: of other traces nothing is told.
    """
    new = [
        one.finding.id
        for one in register.findings(min_probability=FOUND_FROM)
        if one.triage != "rejected" and (since is None or one.first_seen_at > since)
    ]
    traces = [one for one in register.traces() if set(one.roots) <= set(locations)]
    then = None if since is None else _last(traces, since)
    flows, models = _ids(register, _last(traces, None))
    old_flows, old_models = _ids(register, then)
    return News(
        since=since,
        findings=tuple(new),
        flows=_only(flows, old_flows),
        models=_only(models, old_models),
        uses=tuple(register.new_uses(since)),
        blind_spots=tuple(register.new_blind_spots(since)),
        gone_findings=() if since is None else tuple(register.gone_findings(since, FOUND_FROM)),
        gone_flows=_only(old_flows, flows),
    )


def _last(traces: Iterable[TraceRecord], until: datetime | None) -> TraceRecord | None:
    known = [one for one in traces if until is None or one.ended_at <= until]
    return known[-1] if known else None


def _ids(register: Register, trace: TraceRecord | None) -> tuple[list[str], list[str]]:
    if trace is None:
        return [], []
    items = register.trace_items(trace.id)
    flows = [one.id for one in items if one.kind == "flow"]
    return flows, [one.id for one in items if one.kind == "model"]


def _only(these: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    known = set(others)
    return tuple(dict.fromkeys(one for one in these if one not in known))
