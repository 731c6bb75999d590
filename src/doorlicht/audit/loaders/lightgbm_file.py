"""Models of LightGBM in their own text."""

from __future__ import annotations

from doorlicht.audit.artefacts import artefact_of
from doorlicht.audit.reading.lightgbm_models import booster_of
from doorlicht.plugins import ModelLimits
from doorlicht.records import BlindSpot, ModelArtefact


class LightgbmLoader:
    """Models of LightGBM that were saved as text."""

    name = "lightgbm"

    def recognises(self, name: str, content: bytes) -> bool:
        """Return whether the file begins as such a text does."""
        del name
        return content[:64].lstrip().startswith((b"tree\n", b"tree\r\n"))

    def open(self, name: str, content: bytes, limits: ModelLimits) -> ModelArtefact:
        """Return the model."""
        del limits
        text = content.decode("utf-8", "replace").replace("\r\n", "\n")
        if "\nend of trees" not in text:
            made = booster_of(text)
            # Trees that are missing would be missing from each score.
            made.predictor = type(made.predictor)()
            spot = BlindSpot("", name, "model.truncated")
            return artefact_of(made, name, "lightgbm", spots=[spot])
        return artefact_of(booster_of(text), name, "lightgbm")
