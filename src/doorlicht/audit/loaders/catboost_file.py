"""Models of CatBoost in JSON and in their own binary form."""

from __future__ import annotations

from doorlicht.audit.artefacts import artefact_of
from doorlicht.audit.reading.catboost_models import MAGIC, understand_catboost
from doorlicht.plugins import ModelLimits
from doorlicht.records import ModelArtefact


class CatboostLoader:
    """Models of CatBoost that were saved as ``cbm`` or JSON."""

    name = "catboost"

    def recognises(self, name: str, content: bytes) -> bool:
        """Return whether the file begins as such a model does."""
        del name
        if content.startswith(MAGIC):
            return True
        is_document = content[:64].lstrip()[:1] == b"{"
        return is_document and b'"features_info"' in content and b'"float_features"' in content

    def open(self, name: str, content: bytes, limits: ModelLimits) -> ModelArtefact:
        """Return the model."""
        del limits
        return artefact_of(understand_catboost(content), name, "catboost")
