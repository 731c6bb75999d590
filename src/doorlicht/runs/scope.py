"""Which assets of a source a scan is about."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class Scope:
    """What the user wants read, and what cannot be seen.

    Attributes
    ----------
    only, exclude
        Patterns; ``*`` stands for any characters, also ``/``. A path also stands for what is
        under it.
    blind
        Paths that could not be listed: what is under them may be there and may not.

    Examples
    --------
    >>> scope = Scope(only=("2024", "*.csv"), exclude=("*/old/*",))
    >>> [scope.takes(path) for path in ("2024/people.sav", "people.csv", "a/old/people.csv")]
    [True, True, False]
    """

    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    blind: frozenset[str] = frozenset()

    def takes(self, path: str) -> bool:
        """Whether an asset of this path is to be read."""
        if self.only and not any(_covers(pattern, path) for pattern in self.only):
            return False
        return not any(_covers(pattern, path) for pattern in self.exclude)

    def expects(self, path: str) -> bool:
        """Whether the asset would have been met, had it been there."""
        if path in self.blind or not self.takes(path):
            return False
        parts = path.split("/")
        return not any("/".join(parts[:end]) in self.blind for end in range(1, len(parts)))


def _covers(pattern: str, path: str) -> bool:
    return fnmatchcase(path, pattern) or path.startswith(pattern.rstrip("/") + "/")
