"""A framework as a picture: its questions from top to bottom, and at the right where each leads.

Nothing in it is told by the picture alone: the table of questions beside it says the same.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from doorlicht.assessment import Framework, Node
from doorlicht.assessment.conditions import Always
from doorlicht.assessment.spelling import opposite, spell
from doorlicht.language import Language, say
from doorlicht.reports.html import safe_name

MARGIN: Final = 14
NODE_LEFT: Final = MARGIN
NODE_WIDTH: Final = 560
EXIT_LEFT: Final = 690
EXIT_WIDTH: Final = 270
WIDTH: Final = EXIT_LEFT + EXIT_WIDTH + MARGIN
LINE: Final = 17
"""Height of a line of text."""

PADDING: Final = 9
GAP: Final = 20
EXIT_GAP: Final = 6
HEAD: Final = 34
"""Height of the title of a group."""

_LETTERS: Final = 70
_SMALL_LETTERS: Final = 84
_EXIT_LETTERS: Final = 35
_MAX_SMALL_LINES: Final = 2


@dataclass(frozen=True, slots=True)
class Exit:
    """Where a question leads: an outcome, and when."""

    x: int
    y: int
    height: int
    label: str
    sub: str
    kind: str
    """``fail-1`` (lightest) to ``fail-3``, ``pass``, ``open``, ``outside`` or ``note``."""

    from_y: int


@dataclass(frozen=True, slots=True)
class Box:
    """A question, or the title of a group."""

    kind: Literal["node", "conditional", "duty", "group", "end"]
    y: int
    height: int
    id: str
    lines: Sequence[str]
    small: Sequence[str] = ()
    exits: Sequence[Exit] = field(default=())
    arrow_from: int | None = None
    """Where the line from the question before begins."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The boxes from top to bottom, and how large they are together."""

    boxes: Sequence[Box]
    width: int
    height: int


def draw_framework(framework: Framework, language: Language) -> Picture:
    """Return the picture of a framework in a language."""
    return _Drawing(framework, language).draw()


class _Drawing:
    def __init__(self, framework: Framework, language: Language) -> None:
        self._framework = framework
        self._language: Language = language
        self._y = MARGIN
        self._last: int | None = None
        """Where the question before ends."""

        weights = sorted({one.weight for one in framework.outcomes.values() if one.role == "fail"})
        self._heavy = {weight: max(1, 3 - at) for at, weight in enumerate(reversed(weights))}

    def draw(self) -> Picture:
        boxes = [*self._part(self._framework.verdict_nodes), *self._end()]
        duties = [node for node in self._framework.nodes if node.is_duty]
        boxes += self._part(duties)
        return Picture(boxes, WIDTH, self._y + MARGIN)

    def _part(self, nodes: Sequence[Node]) -> Iterator[Box]:
        group = None
        for node in nodes:
            if node.group != group:
                group = node.group
                yield self._title(group)
            yield self._node(node)

    def _title(self, group: str) -> Box:
        box = Box(
            "group", self._y, HEAD, "", (safe_name(self._framework.groups[group][self._language]),)
        )
        self._y += HEAD
        return box

    def _node(self, node: Node) -> Box:
        lines = textwrap.wrap(
            f"{node.id}  {safe_name(node.question[self._language])}", _LETTERS
        ) or [node.id]
        small = [] if isinstance(node.when, Always) else self._small(node)
        exits = list(self._exits_of(node))
        height = 2 * PADDING + LINE * len(lines) + (LINE - 2) * len(small)
        height = max(height, _needed(exits))
        kind = "duty" if node.is_duty else "conditional" if small else "node"
        box = Box(
            kind, self._y, height, node.id, lines, small, self._placed(exits, height),
            None if node.is_duty else self._last,
        )  # fmt: skip
        if not node.is_duty:
            self._last = self._y + height
        self._y += height + (GAP // 2 if node.is_duty else GAP)
        return box

    def _small(self, node: Node) -> list[str]:
        condition = spell(node.when, self._framework.terms)
        told = say("frameworks.page.only_if", self._language, condition=condition)
        lines = textwrap.wrap(told, _SMALL_LETTERS)
        if len(lines) > _MAX_SMALL_LINES:
            lines = [*lines[: _MAX_SMALL_LINES - 1], lines[_MAX_SMALL_LINES - 1][:-1] + "…"]
        return lines

    def _exits_of(self, node: Node) -> Iterator[tuple[str, str, str]]:
        """Yield label, condition and kind of each way out."""
        outcomes = self._framework.outcomes
        for ending in node.ends:
            condition = spell(ending.when, self._framework.terms)
            yield (
                outcomes[ending.outcome].label[self._language],
                say("frameworks.page.if", self._language, condition=condition),
                self._kind(ending.outcome),
            )
        if node.fails_to is not None and node.passes is not None:
            condition = spell(opposite(node.passes), self._framework.terms)
            yield (
                outcomes[node.fails_to].label[self._language],
                say("frameworks.page.if", self._language, condition=condition),
                self._kind(node.fails_to),
            )
        for question in node.lawyer:
            asked = self._framework.lawyers[question.code][self._language]
            yield f"{question.code}  {asked}", "", "note"
        if node.is_duty and node.applies_from:
            day = node.applies_from.isoformat()
            yield say("frameworks.page.from", self._language, day=day), "", "note"

    def _kind(self, outcome: str) -> str:
        one = self._framework.outcomes[outcome]
        return f"fail-{self._heavy[one.weight]}" if one.role == "fail" else one.role

    def _placed(self, exits: Sequence[tuple[str, str, str]], height: int) -> list[Exit]:
        y = self._y + (height - _needed(exits)) // 2
        placed: list[Exit] = []
        for label, sub, kind in exits:
            tall = _exit_height(sub, kind)
            middle = y + tall // 2
            from_y = min(max(middle, self._y + 6), self._y + height - 6)
            placed.append(
                Exit(EXIT_LEFT, y, tall, _cut(label, _EXIT_LETTERS),
                     _cut(sub, _EXIT_LETTERS + 4), kind, from_y)
            )  # fmt: skip
            y += tall + (0 if kind == "note" else EXIT_GAP)
        return placed

    def _end(self) -> Iterator[Box]:
        """Yield where the test ends if no question stood in the way."""
        outcomes = self._framework.outcomes
        for role, key in (("pass", "nothing"), ("open", "something_open")):
            label = outcomes[self._framework.by_role[role]].label[self._language]
            lines = (f"{say(f'frameworks.page.{key}', self._language)}",)
            height = 2 * PADDING + LINE
            exits = [Exit(EXIT_LEFT, self._y, height, _cut(label, _EXIT_LETTERS), "", role,
                          self._y + height // 2)]  # fmt: skip
            yield Box("end", self._y, height, "", lines, (), exits,
                      self._last if role == "pass" else None)  # fmt: skip
            self._y += height + GAP // 2
        self._y += GAP // 2


def _exit_height(sub: str, kind: str) -> int:
    if kind == "note":
        return LINE
    return 2 * PADDING - 6 + LINE + (LINE - 2 if sub else 0)


def _needed(exits: Sequence[tuple[str, str, str]]) -> int:
    """Return the height that ways out take together."""
    return sum(
        _exit_height(sub, kind) + (0 if kind == "note" else EXIT_GAP) for _, sub, kind in exits
    )


def _cut(text: str, length: int) -> str:
    clean = safe_name(text)
    return clean if len(clean) <= length else clean[: length - 1] + "…"
