"""Models in the format of skops: a zip with a description and the arrays beside it.

Source: ``skops.io`` (schema of protocol 0 to 3). The description is made into the same inert nodes
as a pickle, so that the same readers understand it. Arrays are read from their bytes; arrays
of objects stand in the description.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any, Final, cast

import numpy as np

from doorlicht.audit.artefacts import artefact_of
from doorlicht.audit.pickles.intent import danger_of
from doorlicht.audit.pickles.nodes import Call, Global, Node, Pairs, RawArray, is_list, is_tuple
from doorlicht.audit.reading.classes import models_in, understand
from doorlicht.audit.reading.things import Understood
from doorlicht.plugins import ModelLimits
from doorlicht.records import BlindSpot, ModelArtefact

SCHEMA: Final = "schema.json"
MAX_DEPTH: Final = 150
MAX_HEADER: Final = 1 << 16
"""Characters of the header of an array; thousands of fields would fit."""


class SkopsLoader:
    """Models that were saved with skops."""

    name = "skops"

    def recognises(self, name: str, content: bytes) -> bool:
        """Return whether the file is a zip with a description of this kind."""
        del name
        return content[:4] == b"PK\x03\x04" and SCHEMA.encode() in content[-(1 << 16) :]

    def open(self, name: str, content: bytes, limits: ModelLimits) -> ModelArtefact:
        """Return the model."""
        made, spots = Understood("", "unknown"), list[BlindSpot]()
        names: list[Global] = []
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                reader = _Reader(archive, limits)
                top = reader.node(_description(archive, limits), 0)
                names = reader.names
            made = understand(top)
            if made.kind == "unknown" and not made.parts:
                inner = models_in(top)
                made = understand(inner[0]) if inner else made
                if not inner:
                    spots.append(BlindSpot("", name, "model.no_model"))
        except _TooLargeError:
            spots.append(BlindSpot("", name, "model.bomb"))
        except (zipfile.BadZipFile, ValueError, KeyError, TypeError, OSError, EOFError,
                RecursionError, NotImplementedError, RuntimeError):  # fmt: skip
            spots.append(BlindSpot("", name, "model.broken"))
        dangerous, foreign = (
            tuple(dict.fromkeys(each.dotted[:120] for each in names if danger_of(each) == judged))
            for judged in ("dangerous", "foreign")
        )
        for code, told in (("model.dangerous", dangerous), ("model.foreign", foreign)):
            if told:
                spots.append(BlindSpot("", name, code, {"names": ", ".join(told[:8])}))
        return artefact_of(made, name, "skops", dangerous=dangerous, foreign=foreign, spots=spots)


class _TooLargeError(Exception):
    """What comes out of the zip is more than is allowed."""


def _read(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    with archive.open(name) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise _TooLargeError
    return content


def _description(archive: zipfile.ZipFile, limits: ModelLimits) -> Any:
    return json.loads(_read(archive, SCHEMA, min(limits.memory_bytes, 1 << 28)))


class _Reader:
    """Makes nodes of the description."""

    def __init__(self, archive: zipfile.ZipFile, limits: ModelLimits) -> None:
        self.archive = archive
        self.left = limits.unpacked_bytes
        self.names: list[Global] = []
        self.known: dict[Any, Node] = {}

    def node(self, told: Any, depth: int) -> Node:
        if depth > MAX_DEPTH or not isinstance(told, dict):
            raise ValueError(depth)
        told = cast("dict[str, Any]", told)
        if told["__loader__"] == "CachedNode":
            return self.known[told["__id__"]]
        made = self._made(told, depth)
        self.known[told.get("__id__")] = made
        return made

    def _global(self, told: dict[str, Any]) -> Global:
        found = Global(str(told["__module__"]), str(told["__class__"]))
        self.names.append(found)
        return found

    def _made(self, told: dict[str, Any], depth: int) -> Node:
        kind = str(told["__loader__"])
        content = told.get("content")
        if kind == "JsonNode":
            return json.loads(str(content))
        if kind in {"TypeNode", "FunctionNode", "UfuncNode"}:
            if isinstance(content, dict):
                # Older versions write the function into the content.
                inner = cast("dict[str, Any]", content)
                return self._global(
                    {"__module__": inner["module_path"], "__class__": inner["function"]}
                )
            return self._global(told)
        if kind in {"ListNode", "TupleNode", "SetNode"}:
            items = [self.node(each, depth + 1) for each in cast("list[Any]", content)]
            return tuple(items) if kind == "TupleNode" else items
        if kind.endswith("DictNode"):
            pairs = cast("dict[str, Any]", content).items()
            return Pairs([(key, self.node(value, depth + 1)) for key, value in pairs])
        if kind == "NdArrayNode":
            return self._array(told, depth)
        if kind in {"BytesNode", "BytearrayNode"}:
            return self._bytes(str(told["file"]))
        if kind == "SliceNode":
            inner = cast("dict[str, Any]", content)
            edges = (inner["start"], inner["stop"], inner["step"])
            return Call(Global("builtins", "slice"), edges, None, "reduce")
        if kind == "PartialNode":
            inner = cast("dict[str, Any]", content)
            function = self.node(inner["func"], depth + 1)
            return Call(Global("functools", "partial"), (function,), None, "reduce")
        args: Node = ()
        if "__reduce__" in told:
            args = self.node(told["__reduce__"]["args"], depth + 1)
        made = Call(self._global(told), args if is_tuple(args) else (), None, "newobj")
        if isinstance(content, dict) and "__loader__" in content:
            made.states.append(self.node(content, depth + 1))
        return made

    def _bytes(self, name: str) -> bytes:
        content = _read(self.archive, name, self.left)
        self.left -= len(content)
        return content

    def _array(self, told: dict[str, Any], depth: int) -> Node:
        if told["type"] == "json":
            items = [self.node(each, depth + 1) for each in told["content"]]
            shape = self.node(told["shape"], depth + 1)
            while (
                is_list(items)
                and is_tuple(shape)
                and len(shape) > 1
                and items
                and is_list(items[0])
            ):
                items = [each for row in items for each in row]
                if len(items) >= int(np.prod([int(side) for side in shape])):
                    break
            kind = Call(Global("numpy", "dtype"), ("O", False, True), None, "reduce")
            made = Call(Global("numpy._core.multiarray", "_reconstruct"), (), None, "reduce")
            made.states.append((1, shape, kind, False, items))
            return made
        return npy_array(self._bytes(str(told["file"])))


def npy_array(content: bytes) -> RawArray:
    """Return an array from the format of numpy, without copying it and without objects.

    Raises
    ------
    ValueError
        If it is something else, or shorter than it says.
    """
    stream = io.BytesIO(content)
    version = np.lib.format.read_magic(stream)
    read = np.lib.format.read_array_header_1_0
    if version != (1, 0):
        read = np.lib.format.read_array_header_2_0
    shape, is_fortran, dtype = read(stream, max_header_size=MAX_HEADER)
    start = stream.tell()
    if (
        dtype.hasobject
        or len(content) - start != int(np.prod(shape, dtype=object)) * dtype.itemsize
    ):
        raise ValueError(start)
    return RawArray(dtype, tuple(shape), is_fortran, memoryview(content)[start:])
