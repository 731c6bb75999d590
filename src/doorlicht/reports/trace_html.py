"""A trace as one page: each model with what reaches it by which path, and where a path was lost.

The picture of the paths is part of the page and readable without script; with script it can be
filtered, moved and made larger, and a line leads to its path. What the picture shows, the lists
below it say in words, with the line of code of every step.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from importlib import resources
from typing import Final

import jinja2

from doorlicht.language import Language, say
from doorlicht.records import CodePlace, Flow, LostPath, RiskModelSeen, TraceResult
from doorlicht.reports.exchange import say_flow
from doorlicht.reports.flow_picture import VERDICTS, by_model, draw
from doorlicht.reports.html import safe_name, without_control
from doorlicht.reports.trace_json import say_lost, say_scope, say_step
from doorlicht.vocabulary import Concept

MAX_REFERENCES: Final = 2_000
MAX_LOST: Final = 2_000
MAX_FLOWS: Final = 1_500
"""Flows with their paths; the page says how many more there are, and trace.json has them all."""

_LEFT: Final = frozenset({"not-used"})
"""Verdicts of flows that are folded away: they reach no model."""


@dataclass(frozen=True, slots=True)
class _Card:
    """A model with what reaches it, and what was read and left out again."""

    model: RiskModelSeen
    reaching: Sequence[Flow]
    left: Sequence[Flow]


def _no_line(place: CodePlace) -> str:
    del place
    return ""


def render_trace_html(
    result: TraceResult,
    language: Language,
    *,
    concepts: Mapping[str, Concept],
    version: str,
    at: datetime,
    roots: Sequence[str],
    code_line: Callable[[CodePlace], str] = _no_line,
) -> str:
    """Return the page; it asks nothing of a network.

    Parameters
    ----------
    code_line
        Gives the line of a place as the page may show it; see ``reports/code_lines.py``.
    """

    # A large page says the same words, and names the same files and columns, thousands of times.
    @lru_cache(maxsize=None, typed=True)  # 1 and 1.0 are not written alike
    def tell(key: str, **params: str | float) -> str:
        return say(f"trace.{key}", language, **params)

    @cache
    def name(text: str) -> str:
        return safe_name(text)

    @cache
    def concept(id_: str) -> str:
        known = concepts.get(id_)
        return known.name[language] if known is not None else safe_name(id_)

    @cache
    def step(what: str) -> str:
        return say_step(what, language)

    models = {model.id: model for model in result.models}

    def sentence(flow: Flow) -> str:
        return say_flow(flow, models[flow.model], language)

    def lost_because(one: LostPath) -> str:
        return without_control(say_lost(one, language))

    def line(place: CodePlace) -> str:
        return without_control(code_line(place))

    script = _file("trace.js")
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    counts = Counter(flow.verdict for flow in result.flows)
    return _template().render(
        result=result,
        lang=language,
        t=tell,
        concept=concept,
        step=step,
        sentence=sentence,
        line=line,
        name=name,
        say_lost=lost_because,
        scope=say_scope(result, language),
        cards=_cards(result),
        more_flows=max(0, len(result.flows) - MAX_FLOWS),
        picture=draw(result, concept, sentence) if result.flows else None,
        lost=result.lost[:MAX_LOST],
        references=result.references[:MAX_REFERENCES],
        verdicts=[verdict for verdict in VERDICTS if counts[verdict]],
        counts=counts,
        version=version,
        at=at,
        roots=roots,
        script=script,
        digest=digest,
    )


def _cards(result: TraceResult) -> list[_Card]:
    """Return the models, those that most reaches first, with no more flows than a page bears."""
    flows = by_model(result)
    cards: list[_Card] = []
    left = MAX_FLOWS
    for model in sorted(result.models, key=lambda model: _strength(flows.get(model.id, ()))):
        known = flows.get(model.id, [])[:left]
        left -= len(known)
        cards.append(
            _Card(
                model,
                [flow for flow in known if flow.verdict not in _LEFT],
                [flow for flow in known if flow.verdict in _LEFT],
            )
        )
    return cards


def _strength(flows: Sequence[Flow]) -> int:
    return min((VERDICTS.index(flow.verdict) for flow in flows), default=len(VERDICTS))


@cache
def _file(name: str) -> str:
    return (resources.files("doorlicht.reports") / "templates" / name).read_text("utf-8")


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("doorlicht.reports"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("trace.html.jinja")
