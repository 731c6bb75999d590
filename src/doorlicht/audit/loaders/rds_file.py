"""Models of R in files ``rds`` and ``RData``."""

from __future__ import annotations

from typing import Final

from doorlicht.audit.artefacts import artefact_of
from doorlicht.audit.pickles.unpacking import UnpackError, packing_of, unpack
from doorlicht.audit.reading.r_models import is_model, understand_r
from doorlicht.audit.reading.r_serial import RBrokenError, RValue, read_r
from doorlicht.audit.reading.things import Understood
from doorlicht.plugins import ModelLimits
from doorlicht.records import BlindSpot, ModelArtefact

_SUFFIXES: Final = (".rds", ".rdata", ".rda")
_MAGIC: Final = (b"RDX2\n", b"RDX3\n", b"RDA2\n", b"RDA3\n", b"RDB2\n", b"RDB3\n")


class RdsLoader:
    """Models of R; the functions that lie in the file with them are passed over."""

    name = "rds"
    rank = -1

    def recognises(self, name: str, content: bytes) -> bool:
        """Return whether the file is called so, or begins as R writes it."""
        if name.lower().endswith(_SUFFIXES):
            return True
        return content.startswith(_MAGIC) or content[:6] in {
            b"X\n\x00\x00\x00\x02",
            b"X\n\x00\x00\x00\x03",
        }

    def open(self, name: str, content: bytes, limits: ModelLimits) -> ModelArtefact:
        """Return the model; of several the first, with the others told."""
        made, spots = Understood("R", "unknown", "R"), list[BlindSpot]()
        packing = packing_of(content)
        try:
            if packing:
                content = unpack(content, packing, limits.unpacked_bytes, limits.unpacked_ratio)
            found = _models(read_r(content))
            if not found:
                spots.append(BlindSpot("", name, "model.no_model"))
            else:
                made = understand_r(found[0])
            if len(found) > 1:
                spots.append(BlindSpot("", name, "model.several", {"number": len(found) - 1}))
        except (RBrokenError, UnpackError) as error:
            spots.append(BlindSpot("", name, error.code, {"packing": packing or "ascii"}))
        return artefact_of(made, name, "rds", spots=spots)


def _models(top: RValue) -> list[RValue]:
    """Return the models of a file: itself, or what lies in its list or in its named objects."""
    if is_model(top) or not (top.items and top.kind in {"list", "pairlist"}):
        return [top] if top.classes and "data.frame" not in top.classes else []
    return [each for each in top.items if is_model(each)]
