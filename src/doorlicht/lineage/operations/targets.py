"""Pipelines of targets and drake: each step has a name, under which later steps find what it made.

Source: The {targets} R package user manual; drake, help page *drake_plan*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from doorlicht.lineage.operations.files import read_dataset
from doorlicht.lineage.values import Frame, Literal_, Unknown, Value, join_values, texts_of
from doorlicht.records import code

if TYPE_CHECKING:
    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter

_STORE: Final = "_targets/objects/"
"""The folder in which targets keeps what a step made; other scripts read it by its name."""


def target(run: Interpreter, site: CallSite) -> Value:
    """``tar_target(name, command)``: what the command gives, under that name."""
    expr = site.expr("name")
    name = expr.id if isinstance(expr, code.Name) else ""
    texts = texts_of(site.value("name")) if not name else []
    name = name or (texts[0].text if texts else "")
    value = site.value("value")
    if value is None:
        return site.unknown()
    return _keep(run, site, name, value)


def _keep(run: Interpreter, site: CallSite, name: str, value: Value) -> Value:
    if name:
        run.bind(code.Name(name, site.place.line), value, site.scope.top(), site.place.line)
        kept = value.copy() if isinstance(value, Frame) else value
        run.state.write(_STORE + name, kept, site.place)
    return value


def plan(run: Interpreter, site: CallSite) -> Value:
    """``drake_plan(a = f(), b = g(a))``: each step under its name."""
    value: Value = Literal_()
    for index, (name, _, _) in enumerate(site.parts()):
        value = site.at(index)
        if name is not None:
            _keep(run, site, name, value)
    return value


def read_target(run: Interpreter, site: CallSite) -> Value:
    """``tar_read(name)``, ``tar_load(name)``: what the step of that name made."""
    found: Value = Unknown()
    for _, expr, _ in site.parts():
        names = [expr.id] if isinstance(expr, code.Name) else []
        names += (
            [t.text for t in texts_of(run.evaluate(expr, site.scope))]
            if (expr is not None and not names)
            else []
        )
        for name in names:
            written = run.state.writers(_STORE + name)
            if not written:
                continue
            found = written[0].value
            for each in written[1:]:
                found = join_values(found, each.value)
            if isinstance(found, Frame):
                found = read_dataset(run, _STORE + name, site.place)
            if "load" in site.name:
                run.bind(code.Name(name, site.place.line), found, site.scope, site.place.line)
    return found
