"""One call in code, with its arguments by role; they are looked at only when asked for.

That matters in R, where an argument can be an expression over the columns of another argument.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from doorlicht.lineage.graph import NOTHING, Deps, Place
from doorlicht.lineage.library import Entry
from doorlicht.lineage.values import (
    Frame,
    Literal_,
    Record,
    Scope,
    Text,
    Unknown,
    Value,
    Vector,
    deps_of,
    texts_of,
)
from doorlicht.records import code

if TYPE_CHECKING:
    from doorlicht.lineage.interpreter import Interpreter


class CallSite:
    """A call: ``value("table")`` is the argument that plays the role of the table."""

    nothing = Literal_()
    """What an operation returns that does not know the call."""

    def __init__(
        self,
        run: Interpreter,
        name: str,
        place: Place,
        args: Sequence[code.Arg],
        scope: Scope,
        *,
        node: code.Expr | None = None,
        given: Sequence[Value] = (),
    ) -> None:
        self.run = run
        self.name = name
        self.place = place
        self.args = tuple(args)
        self.scope = scope
        self.node = node
        self.given = tuple(given)
        self.receiver: Value | None = None
        self.entry: Entry | None = None
        self._values: dict[int, Value] = {}
        self._spread: list[tuple[str | None, code.Expr | None, Value | None]] | None = None

    # ── arguments as they stand ─────────────────────────────────────────────────────────────

    def parts(self) -> list[tuple[str | None, code.Expr | None, Value | None]]:
        """Return name, expression and (for spread or given ones) value of each argument."""
        if self._spread is None:
            parts: list[tuple[str | None, code.Expr | None, Value | None]] = [
                (None, None, value) for value in self.given
            ]
            for arg in self.args:
                if not arg.spread:
                    parts.append((arg.name, arg.value, None))
                    continue
                table = self.receiver if isinstance(self.receiver, Frame) else None
                if self.run.at.language != "python":
                    table = None
                value = self.run.evaluate_masked(arg.value, self.scope, table)
                if isinstance(value, Vector):
                    parts.extend((name, None, item) for name, item in value.items)
                elif isinstance(value, Record):
                    parts.extend((name, None, item) for name, item in value.fields.items())
                else:
                    parts.append((None, None, value))
            self._spread = parts
        return self._spread

    def at(self, index: int) -> Value:
        """Return the value of one argument."""
        known = self._values.get(index)
        if known is None:
            _, expr, value = self.parts()[index]
            known = value if value is not None else None
            if known is None:
                known = Literal_() if expr is None else self.run.evaluate(expr, self.scope)
            self._values[index] = known
        return known

    def all_values(self) -> list[tuple[str | None, Value]]:
        """Return all arguments with their names."""
        return [(name, self.at(index)) for index, (name, _, _) in enumerate(self.parts())]

    def all_deps(self) -> Deps:
        """Return what all arguments, and the receiver, were made of."""
        deps = deps_of(self.receiver)
        for _, value in self.all_values():
            deps |= deps_of(value)
        return deps

    # ── arguments by role ───────────────────────────────────────────────────────────────────

    def index(self, role: str) -> int | None:
        """Return which argument plays a role; the receiver is not an argument."""
        entry = self.entry
        if entry is None:
            return None
        selectors = entry.roles.get(role, ())
        parts = self.parts()
        for selector in selectors:
            if isinstance(selector, str):
                for index, (name, _, _) in enumerate(parts):
                    if name == selector:
                        return index
        positional = self._positional()
        for selector in selectors:
            if isinstance(selector, int) and selector < len(positional):
                return positional[selector]
        return None

    def _positional(self) -> list[int]:
        """Return arguments without a name.

        In R an argument with a name takes its place out of the row; what follows moves up.
        """
        parts = self.parts()
        free = [index for index, (name, _, _) in enumerate(parts) if name is None]
        if self.run.at.language != "r" or self.entry is None:
            return free
        named = {name for name, _, _ in parts if name is not None}
        # An argument has one place of its own; the further ones are where it may move up to.
        taken = {
            next(selector for selector in selectors if isinstance(selector, int))
            for selectors in self.entry.roles.values()
            if any(isinstance(s, str) and s in named for s in selectors)
            and any(isinstance(s, int) for s in selectors)
        }
        if not taken:
            return free
        row: list[int] = []
        waiting = list(free)
        for at in range(len(free) + len(taken)):
            if at in taken:
                row.append(-1)
            elif waiting:
                row.append(waiting.pop(0))
        return row

    def has(self, role: str) -> bool:
        """Return whether the call has an argument (or receiver) in this role."""
        return self.value(role) is not None

    def value(self, role: str) -> Value | None:
        """Return the argument in a role, or none."""
        entry = self.entry
        if entry is not None and "self" in entry.roles.get(role, ()) and self.receiver is not None:
            return self.receiver
        index = self.index(role)
        return None if index is None or index < 0 else self.at(index)

    def expr(self, role: str) -> code.Expr | None:
        """Return the argument in a role as it is written, if it is."""
        index = self.index(role)
        return None if index is None or index < 0 else self.parts()[index][1]

    def table(self, role: str = "table") -> Frame | None:
        """Return the argument in a role as a table; an unknown one is taken for one."""
        return self.run.as_frame(self.value(role), force=True)

    def text(self, role: str) -> Text | None:
        """Return the first text of the argument in a role."""
        texts = texts_of(self.value(role))
        return texts[0] if texts else None

    def texts(self, role: str) -> list[Text]:
        """Return the texts of the argument in a role."""
        return texts_of(self.value(role))

    def masked(self, role: str, frame: Frame | None) -> Value | None:
        """Return the argument in a role; bare names in it are columns of the table in R."""
        index = self.index(role)
        if index is None or index < 0:
            return None
        _, expr, value = self.parts()[index]
        if expr is None or not self.has_columns:
            return self.at(index) if value is None else value
        if index not in self._values or self.is_masking:
            self._values[index] = self.run.evaluate_masked(expr, self.scope, frame)
        return self._values[index]

    @property
    def has_columns(self) -> bool:
        """Whether arguments can name columns of the table: bare, or by ``F.col("x")``."""
        return self.is_masking or self.run.at.language == "python"

    @property
    def is_masking(self) -> bool:
        """Whether bare names in arguments can be columns."""
        return self.run.at.language in ("r", "sas", "data") or self.name.startswith("@")

    def further(self, role: str) -> list[tuple[str | None, code.Expr | None, Value | None]]:
        """Return the arguments of a role that takes all from a position on."""
        if self.entry is None:
            return []
        parts = self.parts()
        start = self.entry.rests.get(role)
        found: list[tuple[str | None, code.Expr | None, Value | None]] = []
        named_role = self.entry.named == role
        used = {
            selector
            for selectors in self.entry.roles.values()
            for selector in selectors
            if isinstance(selector, str)
        }
        positional = [i for i in self._positional() if i >= 0]
        skip = set(positional[: start if start is not None else len(positional)])
        for index, (name, expr, value) in enumerate(parts):
            if name is None:
                if start is not None and index not in skip:
                    found.append((None, expr, value))
            elif named_role and name not in used:
                found.append((name, expr, value))
        return found

    def option(self, name: str) -> str:
        """Return what the library says of this function."""
        return "" if self.entry is None else self.entry.options.get(name, "")

    def flag(self, role: str) -> bool | None:
        """Return a truth value in a role."""
        value = self.value(role)
        if isinstance(value, Literal_) and isinstance(value.value, bool):
            return value.value
        return None

    def unknown(self) -> Unknown:
        """Return a value of which only the origin is known."""
        return Unknown(self.all_deps(), self.name)

    @property
    def no_deps(self) -> Deps:
        """No origin at all."""
        return NOTHING
