"""Models in pickles and joblib files: followed on paper, and read from what they would make.

See :mod:`doorlicht.audit.pickles` for how, and :mod:`doorlicht.audit.reading` for the classes.
"""

from __future__ import annotations

from itertools import islice
from typing import Final

from doorlicht.audit.artefacts import artefact_of
from doorlicht.audit.pickles.cursor import Budget
from doorlicht.audit.pickles.nodes import Call, Node, walk
from doorlicht.audit.pickles.opening import PickleFile, open_pickles
from doorlicht.audit.pickles.unpacking import packing_of
from doorlicht.audit.reading.classes import MAX_SEARCHED, models_in, understand
from doorlicht.audit.reading.things import Thing, Understood
from doorlicht.plugins import ModelLimits
from doorlicht.records import BlindSpot, ModelArtefact

MAX_NAMES: Final = 50
MAX_NAME: Final = 120
_SUFFIXES: Final = (
    ".pkl",
    ".pickle",
    ".joblib",
    ".p",
    ".pck",
    ".sav",
    ".model",
    ".dump",
    ".pkl.gz",
)


class PickleLoader:
    """Models of Python in pickles and joblib files; nothing in them is imported or called."""

    name = "pickle"

    def recognises(self, name: str, content: bytes) -> bool:
        """Return whether the file is, or is called, a pickle."""
        if content[:1] == b"\x80" and content[1:2] <= b"\x09":
            return True
        lower = name.lower()
        if packing_of(content):
            return lower.endswith(_SUFFIXES) or ".joblib" in lower or ".pkl" in lower or not lower
        if lower.endswith(_SUFFIXES[:4]):
            return True
        # Protocols 0 and 1 begin with an instruction of their own, and end with a point.
        return (
            content[:1] in {b"c", b"(", b"]", b"}"}
            and content.rstrip()[-1:] == b"."
            and (b"\n" in content[:200])
        )

    def open(self, name: str, content: bytes, limits: ModelLimits) -> ModelArtefact:
        """Return the model in a pickle; of several the first, with the others told."""
        budget = Budget(limits.operations, limits.memory_bytes, limits.depth)
        file = open_pickles(
            content, budget, most_bytes=limits.unpacked_bytes, most_ratio=limits.unpacked_ratio
        )
        spots = list(_spots(file, name))
        models = [model for each in file.pickles for model in _models(each.top)]
        if models:
            made = understand(models[0])
        else:
            made = Understood("", "unknown")
            if not file.broken:
                spots.append(BlindSpot("", name, "model.no_model"))
        if len(models) > 1:
            spots.append(BlindSpot("", name, "model.several", {"number": len(models) - 1}))
        if file.broken:
            # Half of a model does not score as the whole does.
            made.predictor = type(made.predictor)()
        return artefact_of(
            made,
            name,
            "joblib" if file.is_joblib or file.packing else "pickle",
            dangerous=_readable(file.names("dangerous")),
            foreign=_readable(file.names("foreign")),
            spots=spots,
        )


def _models(top: Node) -> list[Node]:
    if isinstance(top, Call):
        made = understand(top)
        if made.kind != "unknown" or made.parts:
            return [top]
    return models_in(top)


def _spots(file: PickleFile, name: str) -> list[BlindSpot]:
    spots: list[BlindSpot] = []
    if file.broken:
        spots.append(BlindSpot("", name, file.broken, {"packing": file.packing}))
    dangerous, foreign = file.names("dangerous"), file.names("foreign")
    if dangerous:
        spots.append(
            BlindSpot("", name, "model.dangerous", {"names": ", ".join(_readable(dangerous)[:8])})
        )
    if foreign:
        spots.append(
            BlindSpot("", name, "model.foreign", {"names": ", ".join(_readable(foreign)[:8])})
        )
    beside = _beside(file)
    if beside:
        spots.append(BlindSpot("", name, "model.arrays_beside", {"number": len(beside)}))
    if file.trailing:
        spots.append(BlindSpot("", name, "model.trailing", {"bytes": file.trailing}))
    return spots


_BESIDE: Final = frozenset({"NDArrayWrapper", "ZNDArrayWrapper"})
"""What joblib before 0.10 wrote in the place of an array that it put in a file of its own."""


def _beside(file: PickleFile) -> set[str]:
    """Return the names of files in which arrays of the model stand."""
    if not any(each.name in _BESIDE for each in file.globals):
        return set()
    found: set[str] = set()
    for node in islice((each for one in file.pickles for each in walk(one.top)), MAX_SEARCHED):
        if isinstance(node, Call) and node.made_of is not None and node.made_of.name in _BESIDE:
            found.add(Thing(node).text("filename"))
    return found


def _readable(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return names without what would disturb a screen; a pickle may call things anything."""
    return tuple(
        "".join(letter if letter.isprintable() else "?" for letter in name[:MAX_NAME])
        for name in names[:MAX_NAMES]
    )
