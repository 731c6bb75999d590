"""The errors that doorlicht raises on purpose.

Each is told by what the reader can do about it. An error carries a *code* and *details* (names
of places, limits, versions; never a value of a source); what is printed (what, why, effect,
remedy) stands in the catalogues of :mod:`doorlicht.language` under ``error.<code>.<part>``, in
Dutch and English, so that every door prints the same five things.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any, Final

Detail = str | int | float

MAX_NEAREST: Final = 8
"""Names that are told when none is near; more would hide the error."""


class DoorlichtError(Exception):
    """Something that stops the work, with a code that a script and a person can act on.

    Parameters
    ----------
    code
        Dotted, stable, for instance ``source.denied``.
    details
        Names and numbers that the text needs. Never a value of a source, nor a count under the
        small-number limit.

    Examples
    --------
    >>> InputError("estate.missing", path="estate.yaml").code
    'estate.missing'
    """

    def __init__(self, code: str, **details: Detail) -> None:
        self.code = code
        self.details: dict[str, Detail] = details
        shown = ", ".join(f"{name}={value}" for name, value in sorted(details.items()))
        super().__init__(f"{code} ({shown})" if shown else code)

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what another process needs to raise the same error again."""
        return _rebuild, (type(self), self.code, self.details)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name that was probably meant; if none is near, those that there are.

    Examples
    --------
    >>> nearest("benefit", ["benefits", "permits"]), nearest("qqq", ["benefits", "permits"])
    ('benefits', 'benefits, permits')
    """
    names = list(dict.fromkeys(known))
    near = difflib.get_close_matches(name, names, 1)
    if near:
        return near[0]
    more = ", ..." if len(names) > MAX_NEAREST else ""
    return (", ".join(names[:MAX_NEAREST]) or "-") + more


def _rebuild(kind: type[DoorlichtError], code: str, details: dict[str, Detail]) -> DoorlichtError:
    return kind(code, **details)


class InputError(DoorlichtError):
    """What the user wrote (an argument, a file of settings) cannot be used as it stands."""


class WrongUseError(InputError):
    """What was asked for would do harm; nothing was done."""


class SourceError(DoorlichtError):
    """A source as a whole cannot be opened; a part of it that cannot is a ``BlindSpot``."""


class PluginError(DoorlichtError):
    """A plugin is not what its entry point promises."""


class IntegrityError(DoorlichtError):
    """What is stored contradicts itself."""


class FrameworkError(DoorlichtError):
    """A legal framework says something that cannot be carried out."""


class RefusedError(DoorlichtError):
    """The rules do not allow it: not authorised, or a second pair of eyes is missing."""
