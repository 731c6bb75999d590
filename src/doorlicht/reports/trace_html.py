"""A trace as one page: models, what reaches them by which path, and where a path was lost.

The picture of the paths is part of the page and readable without script; with script it can be
filtered and moved. The table below it says the same in words.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from importlib import resources
from typing import Final

import jinja2

from doorlicht.language import Language, say
from doorlicht.records import Flow, TraceResult
from doorlicht.reports.html import safe_name
from doorlicht.reports.trace_json import say_lost, say_scope
from doorlicht.vocabulary import Concept

MAX_REFERENCES: Final = 2_000
MAX_DRAWN: Final = 120
"""Flows in the picture; more lines than this show nothing."""

ROW: Final = 34
"""Height of a box with its space, in pixels."""

WIDTH: Final = 980
BOX: Final = 300


@dataclass(frozen=True, slots=True)
class _Box:
    """A column or a model in the picture."""

    label: str
    sub: str
    x: int
    y: int
    target: str


@dataclass(frozen=True, slots=True)
class _Line:
    """A flow in the picture."""

    id: str
    verdict: str
    d: str
    title: str


@dataclass(frozen=True, slots=True)
class _Picture:
    """The boxes and lines, and how large they are together."""

    boxes: Sequence[_Box]
    lines: Sequence[_Line]
    width: int
    height: int


def render_trace_html(
    result: TraceResult,
    language: Language,
    *,
    concepts: Mapping[str, Concept],
    version: str,
    at: datetime,
    roots: Sequence[str],
) -> str:
    """Return the page; it asks nothing of a network, and holds no line of code."""

    def tell(key: str, **params: str | float) -> str:
        return say(f"trace.{key}", language, **params)

    def concept(name: str) -> str:
        known = concepts.get(name)
        return known.name[language] if known is not None else name

    def step(what: str) -> str:
        try:
            return tell(f"steps.{what}")
        except KeyError:
            return what

    script = _script()
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    return _template().render(
        result=result,
        lang=language,
        t=tell,
        concept=concept,
        step=step,
        name=safe_name,
        say_lost=partial(say_lost, language=language),
        scope=say_scope(result, language),
        models={model.id: model for model in result.models},
        picture=_picture(result, concept, language),
        references=result.references[:MAX_REFERENCES],
        verdicts=sorted({flow.verdict for flow in result.flows}),
        version=version,
        at=at,
        roots=roots,
        script=script,
        digest=digest,
    )


def _picture(result: TraceResult, concept: object, language: Language) -> _Picture:
    assert callable(concept)  # noqa: S101 (the function above)
    drawn = result.flows[:MAX_DRAWN]
    sources: dict[tuple[str, str, str], int] = {}
    models: dict[str, int] = {}
    for flow in drawn:
        sources.setdefault(_source_key(flow), len(sources))
        models.setdefault(flow.model, len(models))
    height = max(len(sources), len(models), 1) * ROW + 20
    boxes: list[_Box] = []
    first: dict[tuple[str, str, str], str] = {}
    for flow in drawn:
        first.setdefault(_source_key(flow), flow.id)
    for key, row in sources.items():
        y = _y(row, len(sources), height)
        boxes.append(_Box(_cut(key[1]), _cut(f"{concept(key[2])}", 44), 10, y, first[key]))
    named = {model.id: model for model in result.models}
    right = WIDTH - BOX - 10
    for model_id, row in models.items():
        model = named[model_id]
        label = model.name or model.algorithm
        y = _y(row, len(models), height)
        boxes.append(_Box(_cut(label), _cut(model.algorithm, 44), right, y, model_id))
    lines: list[_Line] = []
    for flow in drawn:
        y1 = _y(sources[_source_key(flow)], len(sources), height) + 14
        y2 = _y(models[flow.model], len(models), height) + 14
        x1, x2 = 10 + BOX, right
        middle = (x1 + x2) // 2
        title = (
            f"{flow.source.column} → {flow.feature}: {say(f'trace.short.{flow.verdict}', language)}"
        )
        path = f"M{x1},{y1} C{middle},{y1} {middle},{y2} {x2},{y2}"
        lines.append(_Line(flow.id, flow.verdict, path, safe_name(title)))
    return _Picture(boxes, lines, WIDTH, height)


def _source_key(flow: Flow) -> tuple[str, str, str]:
    return (flow.source.dataset, flow.source.column, flow.concept)


def _y(row: int, rows: int, height: int) -> int:
    return 10 + int((row + 0.5) * (height - 20) / rows) - 14


def _cut(text: str, length: int = 36) -> str:
    clean = safe_name(text)
    return clean if len(clean) <= length else clean[: length - 1] + "…"


@cache
def _script() -> str:
    file = resources.files("doorlicht.reports") / "templates" / "trace.js"
    return file.read_text("utf-8")


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
