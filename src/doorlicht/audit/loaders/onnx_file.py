"""Models in ONNX, read by our own small reader; no runtime is needed or started."""

from __future__ import annotations

from doorlicht.audit.artefacts import artefact_of
from doorlicht.audit.reading.onnx_graphs import understand_graph
from doorlicht.audit.reading.protobuf import Message, ProtobufError
from doorlicht.audit.reading.things import Understood
from doorlicht.plugins import ModelLimits
from doorlicht.records import BlindSpot, ModelArtefact


class OnnxLoader:
    """Models that were saved as ONNX."""

    name = "onnx"
    rank = 1

    def recognises(self, name: str, content: bytes) -> bool:
        """Return whether the file is called so, or is a message with a graph."""
        if name.lower().endswith(".onnx"):
            return True
        if content[:1] != b"\x08":
            return False
        try:
            message = Message(memoryview(content))
        except ProtobufError:
            return False
        return 7 in message.fields and isinstance(message.fields[7][0], memoryview)

    def open(self, name: str, content: bytes, limits: ModelLimits) -> ModelArtefact:
        """Return the model."""
        del limits
        try:
            return artefact_of(understand_graph(content), name, "onnx")
        except ProtobufError:
            made = Understood("ONNX", "unknown", "onnx")
            return artefact_of(made, name, "onnx", spots=[BlindSpot("", name, "model.broken")])
