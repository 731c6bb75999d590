"""Pipelines of libraries that hand over by name: kedro, luigi.

Sources: Kedro, *Nodes* and *Parameters* (``parameters`` and ``params:a.b`` are settings, any other
name is an entry of the catalogue or what another node gives); Luigi, *Tasks* (``input()`` is the
``output()`` of what a task requires).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from doorlicht.lineage.graph import NOTHING, Place
from doorlicht.lineage.operations.files import read_dataset
from doorlicht.lineage.values import (
    FunctionValue,
    Instance,
    Literal_,
    Record,
    Text,
    Unknown,
    Value,
    Vector,
    join_values,
    texts_of,
)

if TYPE_CHECKING:
    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter

_CATALOGS: Final = ("catalog.yml", "catalog.yaml")
_PARAMETERS: Final = ("parameters.yml", "parameters.yaml")


def node(run: Interpreter, site: CallSite) -> Value:
    """``node(func, inputs=[...], outputs=...)``: the function gets what the names stand for."""
    function = site.value("function")
    if not isinstance(function, FunctionValue):
        return site.unknown()
    inputs = site.value("inputs")
    values: list[tuple[str | None, Value]] = []
    if isinstance(inputs, Record):
        values = [
            (name, _input(run, text, site.place))
            for name, value in inputs.fields.items()
            for text in texts_of(value)[:1]
        ]
    else:
        values = [(None, _input(run, text, site.place)) for text in texts_of(inputs)]
    answer = run.call_function(function, values, site.place.line)
    outputs = site.value("outputs")
    names = texts_of(outputs)
    for at, text in enumerate(names):
        given = answer
        if isinstance(answer, Record) and isinstance(outputs, Record):
            given = list(answer.fields.values())[at] if at < len(answer.fields) else Unknown()
        elif len(names) > 1 and isinstance(answer, Vector) and at < len(answer.items):
            given = answer.items[at][1]
        frame = run.as_frame(given)
        run.state.write(text.text, given if frame is None else frame.copy(), site.place)
    return Literal_()


def _input(run: Interpreter, text: Text, place: Place) -> Value:
    name = text.text
    if name == "parameters" or name.startswith("params:"):
        value = _listed(run, _PARAMETERS) or Record(NOTHING, {}, is_open=True)
        for part in name.partition(":")[2].split("."):
            if part and isinstance(value, Record):
                value = value.fields.get(part, Unknown(name=part))
        return value
    joined: Value | None = None
    for written in run.state.writers(name):
        if run.as_frame(written.value) is None:
            joined = written.value if joined is None else join_values(joined, written.value)
    if joined is not None:
        return joined
    catalog = _listed(run, _CATALOGS)
    entry = catalog.fields.get(name) if isinstance(catalog, Record) else None
    path = entry.fields.get("filepath") if isinstance(entry, Record) else None
    spelled = texts_of(path)
    if run.state.writers(name) or not spelled:
        return read_dataset(run, name, place)
    return read_dataset(run, spelled[0].text, place)


def _listed(run: Interpreter, names: tuple[str, ...]) -> Value | None:
    for name in names:
        found = run.project.read_list(run, name)
        if found is not None:
            return found
    return None


def required(run: Interpreter, site: CallSite) -> Value:
    """``self.input()``: the output of the tasks that this one requires."""
    task = site.value("of")
    if not isinstance(task, Instance):
        return site.unknown()
    needed = run.member(task, "requires")
    if not isinstance(needed, FunctionValue):
        return site.unknown()
    return _outputs(run, run.call_function(needed, [], site.place.line), site.place.line)


def _outputs(run: Interpreter, needed: Value, line: int) -> Value:
    if isinstance(needed, Vector):
        items = [(name, _outputs(run, item, line)) for name, item in needed.items]
        return Vector(needed.deps, items)
    if isinstance(needed, Record):
        fields = {name: _outputs(run, item, line) for name, item in needed.fields.items()}
        return Record(needed.deps, fields)
    if isinstance(needed, Instance):
        output = run.member(needed, "output")
        if isinstance(output, FunctionValue):
            return run.call_function(output, [], line)
    return Unknown(needed.deps)
