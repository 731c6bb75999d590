"""Models that are saved as PMML: what they are called, and which fields they take.

Source: Data Mining Group, *PMML 4.4.1*, elements ``MiningSchema``, ``DerivedField`` and
``Segmentation``. The trees, layers and tables inside a model are not read: every field that they
can use is in its mining schema.
"""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterator
from typing import Final

from doorlicht.lineage.readers.dmn import read_decisions
from doorlicht.records.code import Arg, Call, CodeUnit, Const, Do, Hidden, Name, Op, Seq, Stmt
from doorlicht.xml_elements import (
    Element,
    XmlBrokenError,
    XmlRefusedError,
    read_xml,
)

MAX_BYTES: Final = 64 * 1024 * 1024
"""A forest of a thousand trees is larger than any code."""

_LEFT_OUT: Final = frozenset(
    {
        "Node", "NeuralLayer", "VectorDictionary", "SupportVectorMachine", "InlineTable",
        "TrainingInstances", "Cluster", "ModelStats", "ModelVerification", "ModelExplanation",
        "Extension", "PPMatrix", "ParamMatrix",
    }
)  # fmt: skip
_TARGETS: Final = frozenset({"target", "predicted"})
_FEATURES: Final = frozenset({"active", "group", "order"})
_FIELD_KEYS: Final = ("field", "textField", "groupField")


class PmmlReader:
    """Reads PMML, and decisions of DMN that are called ``.xml``; other XML holds nothing."""

    name = "pmml"
    suffixes = frozenset({".pmml", ".xml"})
    most_bytes = MAX_BYTES

    def read(self, path: str, content: bytes) -> tuple[CodeUnit, ...]:
        """Return each model as a call of ``@model``.

        Examples
        --------
        >>> PmmlReader().read("a.xml", b"<html/>")[0].body
        ()
        """
        hidden: tuple[Hidden, ...] = ()
        body: tuple[Stmt, ...] = ()
        try:
            root = read_xml(io.BytesIO(content), _LEFT_OUT)
            body = _models(root, path) if root.name == "PMML" else read_decisions(root)
        except XmlRefusedError as error:
            hidden = (Hidden("xml_refused", error.line),)
        except XmlBrokenError as error:
            hidden = (Hidden("xml_broken", error.line),)
            if not path.lower().endswith(".pmml") and not _looks_described(content):
                hidden = ()
        return (CodeUnit(path, "data", body, (), hidden),)


def _looks_described(content: bytes) -> bool:
    """Return whether broken XML began as a model or decision, of which something is lost."""
    head = content[:4096]
    return b"PMML" in head or b"spec/DMN" in head


def _models(root: Element, path: str) -> tuple[Stmt, ...]:
    dictionary = [field for part in root.find("DataDictionary") for field in part.find("DataField")]
    known = {field.get("name") for field in dictionary}
    shared = list(root.find("TransformationDictionary"))
    body: list[Stmt] = []
    for model in root.children:
        schema = model.first("MiningSchema")
        if schema is not None and not _is_off(model):
            body.append(_model(model, schema, shared, known, path))
    if dictionary:
        names = (Arg(None, Const(field.get("name"), field.line)) for field in dictionary)
        body.append(Do(Seq(tuple(names), "list", dictionary[0].line), dictionary[0].line))
    return tuple(body)


def _is_off(model: Element) -> bool:
    return model.get("isScorable") == "false"


def _model(
    model: Element, schema: Element, shared: list[Element], known: set[str], path: str
) -> Do:
    fields = list(schema.find("MiningField"))
    used = {field.get("name") for field in fields}
    # A model of models may take fields that only its parts name.
    for part in model.walk():
        if part.name == "MiningSchema" and part is not schema:
            for field in part.find("MiningField"):
                if field.get("name") in known - used:
                    fields.append(field)
                    used.add(field.get("name"))
    features: dict[str, Arg] = {}
    target = ""
    for field in fields:
        usage, name = field.get("usageType", "active"), field.get("name")
        if usage in _TARGETS:
            target = target or name
        elif usage in _FEATURES and name:
            features.setdefault(name, Arg(None, Const(name, field.line)))
    for name in (each.get("field") for part in model.find("Targets") for each in part.children):
        target = target or name
    derived = tuple(_derived([*shared, model]))
    algorithm = model.get("algorithmName") or model.name
    name = model.get("modelName") or posixpath.splitext(posixpath.basename(path))[0]
    line = model.line
    args = (
        Arg("name", Const(name, line)),
        Arg("algorithm", Const(algorithm, line)),
        Arg("features", Seq((*features.values(), *derived), "list", schema.line)),
        Arg("target", Const(target or None, line)),
    )
    return Do(Call(Name("@model", line), args, line), line)


def _derived(parts: list[Element]) -> Iterator[Arg]:
    """Return what is computed from fields: by its name, the fields that go into it."""
    for part in parts:
        for field in part.walk():
            if field.name not in ("DerivedField", "DefineFunction"):
                continue
            reads = [
                Const(element.get(key), element.line)
                for element in field.walk()
                for key in _FIELD_KEYS
                if element.get(key) and element is not field
            ]
            if reads and field.name == "DerivedField":
                yield Arg(field.get("name"), Op("derive", tuple(reads), field.line))
