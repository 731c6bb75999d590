"""The flows of a trace as a picture: columns left, the files on their way, models right.

Every flow is one line that runs through a box for each file. A column stands near the model that
it reaches and the strongest verdicts stand on top, so that few lines cross.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, get_args

from doorlicht.records import Flow, RiskModelSeen, TraceResult
from doorlicht.records.flows import Verdict
from doorlicht.reports.html import safe_name

MAX_DRAWN: Final = 80
"""Flows in the picture; more lines than this show nothing."""

VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)
"""The strongest first."""

ROW: Final = 46
BOX_HEIGHT: Final = 34
BOX_WIDTH: Final = 216
GAP: Final = 60
MARGIN: Final = 12
_LETTERS: Final = 28
_SMALL_LETTERS: Final = 33
MAX_LINES: Final = 6
"""Numbers of lines that a box of a file shows."""

MAX_FILES: Final = 4
"""Files of a flow that are drawn; of a longer way the first and the last ones."""


@dataclass(frozen=True, slots=True)
class Box:
    """A column, a file or a model; ``href`` leads to where the page tells more of it."""

    kind: str
    label: str
    sub: str
    title: str
    x: int
    y: int
    href: str
    flows: tuple[str, ...]
    """Ids of the flows that run through it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A flow: ``d`` is the path of SVG, ``title`` says it in words."""

    flow: Flow
    d: str
    title: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The boxes and lines, how large they are together, and how many flows are not drawn."""

    boxes: Sequence[Box]
    lines: Sequence[Line]
    width: int
    height: int
    left_out: int


_Key = tuple[str, ...]


def draw(
    result: TraceResult, concept: Callable[[str], str], say_flow: Callable[[Flow], str]
) -> Picture:
    """Return the picture of the strongest flows.

    Parameters
    ----------
    concept
        Gives the name of a concept in the language of the reader.
    say_flow
        Gives a flow as one sentence.
    """
    models = {model.id: model for model in result.models}
    drawn = strongest_first(result.flows)[:MAX_DRAWN]
    drawn.sort(key=lambda flow: _place_of(models[flow.model]))
    ways = [_way(flow) for flow in drawn]
    layers = max((len(way) for way in ways), default=2)
    ways = [_stretched(way, layers) for way in ways]
    columns: list[dict[_Key, list[int]]] = [{} for _ in range(layers)]
    for number, way in enumerate(ways):
        for layer, key in enumerate(way):
            if key:
                columns[layer].setdefault(key, []).append(number)
    height = max((len(keys) for keys in columns), default=1) * ROW + 2 * MARGIN
    places: dict[tuple[int, _Key], tuple[int, int]] = {}
    for layer, keys in enumerate(columns):
        ordered = sorted(keys, key=lambda key, of=keys: _middle(of[key]))
        for row, key in enumerate(ordered):
            y = MARGIN + int((row + 0.5) * (height - 2 * MARGIN) / len(ordered)) - BOX_HEIGHT // 2
            places[layer, key] = (MARGIN + layer * (BOX_WIDTH + GAP), y)
    lines = [
        Line(flow, _curve(number, way, columns, places), safe_name(say_flow(flow)))
        for number, (flow, way) in enumerate(zip(drawn, ways, strict=True))
    ]
    boxes = [
        _box(key, place, [drawn[number] for number in columns[layer][key]], models, concept)
        for (layer, key), place in places.items()
    ]
    width = 2 * MARGIN + layers * BOX_WIDTH + (layers - 1) * GAP
    # The weakest first, so that the others are drawn over them.
    lines.sort(key=lambda line: -VERDICTS.index(line.flow.verdict))
    return Picture(boxes, lines, width, height, len(result.flows) - len(drawn))


def _middle(numbers: Sequence[int]) -> float:
    return sum(numbers) / len(numbers)


def strongest_first(flows: Sequence[Flow]) -> list[Flow]:
    """Return flows by verdict, data of origin before what origin could be guessed from."""
    return sorted(
        flows,
        key=lambda flow: (
            VERDICTS.index(flow.verdict), flow.kind != "direct", -flow.confidence,
            flow.source.column.lower(), flow.id,
        ),
    )  # fmt: skip


def _place_of(model: RiskModelSeen) -> tuple[str, int, str]:
    places = model.train or model.score
    return (places[0].file, places[0].line, model.id) if places else ("", 0, model.id)


def _way(flow: Flow) -> list[_Key]:
    """Return what a flow passes: its column, each file once, its model if it reaches that."""
    files = list(dict.fromkeys(hop.place.file for hop in flow.hops))
    if len(files) > MAX_FILES:
        half = MAX_FILES // 2
        files = [*files[:half], *files[-half:]]
    source = ("column", flow.source.dataset, flow.source.column, flow.concept)
    end = () if flow.verdict == "not-used" else ("model", flow.model)
    return [source, *(("file", file) for file in files), end]


def _stretched(way: list[_Key], layers: int) -> list[_Key]:
    """Return a way with empty places before its model, so that all models stand in one layer."""
    return [*way[:-1], *([()] * (layers - len(way))), way[-1]]


def _curve(
    number: int,
    way: Sequence[_Key],
    columns: Sequence[dict[_Key, list[int]]],
    places: dict[tuple[int, _Key], tuple[int, int]],
) -> str:
    path = ""
    x = y = 0
    for layer, key in enumerate(way):
        if not key:
            continue
        left, top = places[layer, key]
        through = columns[layer][key]
        at = top + 6 + (BOX_HEIGHT - 12) * (through.index(number) + 0.5) / len(through)
        if path:
            middle = (x + left) / 2
            path += f"C{middle:.0f},{y:.1f} {middle:.0f},{at:.1f} {left},{at:.1f}"
        x, y = left + BOX_WIDTH, at
        path += f"M{x},{y:.1f}"
    return path.rpartition("M")[0]


def _box(
    key: _Key,
    place: tuple[int, int],
    flows: Sequence[Flow],
    models: dict[str, RiskModelSeen],
    concept: Callable[[str], str],
) -> Box:
    href = flows[0].id
    if key[0] == "model":
        model = models[key[1]]
        label, sub = model.name or model.algorithm, model.algorithm
        whole, href = f"{label} ({sub})", model.id
    elif key[0] == "file":
        lines = sorted(
            {hop.place.line for flow in flows for hop in flow.hops if hop.place.file == key[1]}
        )
        sub = ", ".join(map(str, lines[:MAX_LINES])) + (", …" if len(lines) > MAX_LINES else "")
        label, whole = posixpath.basename(key[1]), f"{key[1]}:{sub}"
    else:
        source, named = flows[0].source, concept(flows[0].concept)
        dataset = posixpath.basename(source.dataset)
        label, sub = source.column, f"{named} · {dataset}" if dataset else named
        whole = f"{label} ({source.dataset}): {named}"
    return Box(
        key[0], _cut(label, _LETTERS), _cut(sub, _SMALL_LETTERS), safe_name(whole), *place, href,
        tuple(flow.id for flow in flows),
    )  # fmt: skip


def _cut(text: str, length: int) -> str:
    clean = safe_name(text)
    return clean if len(clean) <= length else clean[: length - 1] + "…"


def by_model(result: TraceResult) -> dict[str, list[Flow]]:
    """Return the flows of each model, the strongest first."""
    found: dict[str, list[Flow]] = defaultdict(list)
    for flow in strongest_first(result.flows):
        found[flow.model].append(flow)
    return found
