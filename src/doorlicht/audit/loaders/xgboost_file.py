"""Models of XGBoost in JSON or UBJSON.

The older binary format is recognised and not read: XGBoost itself no longer reads it since 3.1.
"""

from __future__ import annotations

from doorlicht.audit.artefacts import artefact_of
from doorlicht.audit.reading.things import Understood
from doorlicht.audit.reading.xgboost_models import NoModelError, document_of, learner
from doorlicht.plugins import ModelLimits
from doorlicht.records import BlindSpot, ModelArtefact


class XgboostLoader:
    """Models of XGBoost that were saved as JSON, UBJSON or, recognised only, in the old format."""

    name = "xgboost"

    def recognises(self, name: str, content: bytes) -> bool:
        """Return whether the file is a document with a learner."""
        del name
        head = content[:4096].lstrip()
        if head[:4] == b"binf":
            return True
        if head[:1] != b"{":
            return False
        # In UBJSON a key has its length ahead; in JSON it stands in quotes.
        return b'"learner"' in content[-4096:] + head or b"\x07learner" in head

    def open(self, name: str, content: bytes, limits: ModelLimits) -> ModelArtefact:
        """Return the model."""
        del limits
        if content[:4] == b"binf":
            made = Understood("XGBoost", "unknown", "xgboost", lacks=["binf"])
            return artefact_of(made, name, "xgboost")
        try:
            made = learner(document_of(content))
        except NoModelError:
            spot = BlindSpot("", name, "model.broken")
            return artefact_of(
                Understood("XGBoost", "unknown", "xgboost"), name, "xgboost", spots=[spot]
            )
        return artefact_of(made, name, "xgboost")
