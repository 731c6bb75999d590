"""Models in PMML."""

from __future__ import annotations

import io
from typing import Final

from doorlicht.audit.artefacts import artefact_of
from doorlicht.audit.reading.pmml_models import LEFT_OUT, understand_pmml
from doorlicht.audit.reading.things import LackingError, Understood
from doorlicht.plugins import ModelLimits
from doorlicht.records import BlindSpot, ModelArtefact
from doorlicht.xml_elements import XmlBrokenError, XmlRefusedError, read_xml

MAX_ELEMENTS: Final = 3_000_000
"""A forest of a thousand large trees."""


class PmmlLoader:
    """Models that were saved as PMML; no entity is filled in, and no other file read."""

    name = "pmml"

    def recognises(self, name: str, content: bytes) -> bool:
        """Return whether the file is XML that begins as PMML does."""
        head = content[:4096].replace(b"\x00", b"")
        if name.lower().endswith(".pmml"):
            return True
        return b"<PMML" in head or (b":PMML" in head and head.lstrip()[:1] == b"<")

    def open(self, name: str, content: bytes, limits: ModelLimits) -> ModelArtefact:
        """Return the model."""
        del limits
        made, spots = Understood("PMML", "unknown", "pmml"), list[BlindSpot]()
        try:
            made = understand_pmml(read_xml(io.BytesIO(content), LEFT_OUT, MAX_ELEMENTS))
        except XmlRefusedError:
            spots.append(BlindSpot("", name, "model.xml_refused"))
        except XmlBrokenError:
            spots.append(BlindSpot("", name, "model.broken"))
        except LackingError as error:
            made.lacks.append(error.attribute)
        except ValueError:
            # A number that is none.
            spots.append(BlindSpot("", name, "model.broken"))
        return artefact_of(made, name, "pmml", spots=spots)
