"""Decision tables in DMN."""

from __future__ import annotations

import io

from doorlicht.audit.artefacts import artefact_of
from doorlicht.audit.reading.decision_tables import understand_decisions
from doorlicht.audit.reading.things import Understood
from doorlicht.plugins import ModelLimits
from doorlicht.records import BlindSpot, ModelArtefact
from doorlicht.xml_elements import XmlBrokenError, XmlRefusedError, read_xml


class DmnLoader:
    """Decision tables; no entity is filled in, and no expression of FEEL is run."""

    name = "dmn"

    def recognises(self, name: str, content: bytes) -> bool:
        """Return whether the file is called so, or is XML of this kind."""
        if name.lower().endswith(".dmn"):
            return True
        return content.lstrip()[:1] == b"<" and b"omg.org/spec/DMN/" in content[:8192]

    def open(self, name: str, content: bytes, limits: ModelLimits) -> ModelArtefact:
        """Return the last decision of the model, with those that it rests on."""
        del limits
        made, spots = Understood("DMN", "unknown", "dmn"), list[BlindSpot]()
        try:
            made = understand_decisions(read_xml(io.BytesIO(content)))
        except XmlRefusedError:
            spots.append(BlindSpot("", name, "model.xml_refused"))
        except XmlBrokenError:
            spots.append(BlindSpot("", name, "model.broken"))
        return artefact_of(made, name, "dmn", spots=spots)
