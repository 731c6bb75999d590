"""A file of pickles, packed or not, as inert nodes and a list of what loading it would do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from doorlicht.audit.pickles.cursor import Budget
from doorlicht.audit.pickles.intent import danger_of
from doorlicht.audit.pickles.machine import Followed, follow
from doorlicht.audit.pickles.nodes import Global
from doorlicht.audit.pickles.unpacking import UnpackError, packing_of, unpack

MAX_PICKLES: Final = 1_000
"""Pickles that stand after each other in one file."""

_FIRST: Final = frozenset(b"\x80(]}lcNIJKLMSTUVXGFPd)i\x8c\x88\x89\x8a\x8b")
"""Instructions with which a pickle can begin."""


@dataclass(slots=True)
class PickleFile:
    """What a file of pickles holds.

    ``broken`` is the code of a blind spot where not everything could be followed; ``trailing``
    the number of bytes behind the last pickle that are none.
    """

    pickles: list[Followed] = field(default_factory=list[Followed])
    packing: str = ""
    broken: str = ""
    position: int = 0
    trailing: int = 0

    @property
    def globals(self) -> list[Global]:
        """Every name that would be imported, each once."""
        return list(dict.fromkeys(name for each in self.pickles for name in each.globals))

    @property
    def is_joblib(self) -> bool:
        """Whether arrays stand between the instructions, as joblib writes them."""
        return any(each.arrays for each in self.pickles)

    def names(self, danger: str) -> tuple[str, ...]:
        """Return the names that are judged to be ``dangerous`` or ``foreign``."""
        return tuple(each.dotted for each in self.globals if danger_of(each) == danger)


def open_pickles(
    content: bytes, budget: Budget, *, most_bytes: int = 4 << 30, most_ratio: int = 1_000
) -> PickleFile:
    r"""Follow every pickle of a file. Never raises for what the file holds.

    Examples
    --------
    >>> open_pickles(b"cposix\nsystem\n(S'ls'\ntR.", Budget()).names("dangerous")
    ('posix.system',)
    """
    file = PickleFile(packing=packing_of(content))
    if file.packing:
        try:
            content = unpack(content, file.packing, most_bytes, most_ratio)
        except UnpackError as error:
            file.broken = error.code
            return file
    at = 0
    while at < len(content) and len(file.pickles) < MAX_PICKLES:
        if content[at] not in _FIRST:
            break
        followed = follow(content, budget, at)
        if followed.broken is not None:
            if file.pickles and not followed.globals:
                # Behind a whole pickle anything may stand; it is told as bytes that are none.
                break
            file.pickles.append(followed)
            file.broken, file.position = followed.broken.code, followed.broken.position
            return file
        file.pickles.append(followed)
        at = followed.end
    file.trailing = len(content) - at
    if not file.pickles:
        file.broken = "model.broken"
    return file
