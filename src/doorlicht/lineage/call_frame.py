"""Where the interpreter is while it follows code."""

from __future__ import annotations

from dataclasses import dataclass, field

from doorlicht.lineage.graph import NOTHING, Deps
from doorlicht.lineage.values import Value


@dataclass(slots=True)
class CallFrame:
    """Where the interpreter is: the file, its language, and what decides whether it comes here."""

    file: str
    language: str
    control: Deps = NOTHING
    gated: bool = False
    branches: int = 0
    loops: int = 0
    returned: list[Value] = field(default_factory=list[Value])
    answers_under: Deps = NOTHING
    """What the tests were made of that decide which answer a function gives."""
    leaves: Deps = NOTHING
    """What the test was made of that has just decided whether a pass of a loop is left."""
