"""Steps of a graph of ONNX: their attributes, and tensors in them.

Source: *ONNX Operators* and *ONNX-ML Operators* (opset 1 to 5 of ai.onnx.ml), and the numbers
of the fields in ``onnx.proto``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.reading.protobuf import Message, ProtobufError
from doorlicht.audit.reading.things import LackingError
from doorlicht.audit.scoring.forest import Forest

TYPES: Final = {1: "<f4", 2: "u1", 3: "i1", 5: "<i2", 6: "<i4", 7: "<i8", 9: "?", 11: "<f8"}
FLOAT, STRING, DOUBLE = 1, 8, 11

Values = dict[str, NDArray[Any]]


@dataclass(slots=True)
class Step:
    """One operation."""

    kind: str
    inputs: list[str]
    outputs: list[str]
    attributes: dict[str, Any]
    forest: Forest | None = None


def attribute_of(told: Message) -> Any:
    """Return the value of an attribute, whatever its kind."""
    fields = told.fields
    if 8 in fields:
        return told.numbers(8)
    if 7 in fields:
        return told.floats(7)
    if 9 in fields:
        return told.texts(9)
    if 5 in fields:
        inner = told.message(5)
        return tensor_of(inner) if inner is not None else None
    if 4 in fields:
        return told.text(4)
    if 3 in fields:
        return told.number(3)
    if 2 in fields:
        return float(fields[2][-1])
    return None


def tensor_of(told: Message) -> NDArray[Any]:
    """Return a tensor; one whose numbers stand in another file is refused."""
    shape = tuple(told.numbers(1).tolist())
    kind = told.number(2)
    if told.number(14):
        raise LackingError("external_data")
    if kind == STRING:
        made: NDArray[Any] = np.array(told.texts(6), dtype=object)
    elif 9 in told.fields and kind in TYPES:
        raw = told.fields[9][-1]
        if len(raw) % np.dtype(TYPES[kind]).itemsize:
            raise ProtobufError
        made = np.frombuffer(raw, TYPES[kind])
    elif kind == FLOAT:
        made = told.floats(4)
    elif kind == 11:
        made = told.floats(10, "<f8")
    elif kind == 7:
        made = told.numbers(7)
    else:
        made = told.numbers(5)
    if any(side < 0 for side in shape) or int(np.prod(shape, dtype=object)) != made.size:
        raise ProtobufError
    return made.reshape(shape)


def labels_of(step: Step, *names: str) -> tuple[Any, ...]:
    """Return the outcomes that a step tells apart, by the first name that has any."""
    for name in names:
        told = step.attributes.get(name)
        if told is not None and len(told):
            return tuple(told.tolist() if isinstance(told, np.ndarray) else told)
    return ()
