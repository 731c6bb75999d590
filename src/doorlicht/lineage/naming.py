"""What the names in code say about origin.

The words are those of the vocabulary. In code a name that is only *often* meant so
(``language``, ``origin``, ``nat``) counts where it is the name of a column of a table, and not as a
setting, a variable or a word: ``"language": "python"`` says nothing about persons.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from doorlicht.records.flows import ReferenceKind
from doorlicht.vocabulary import Vocabulary

_MAX_WORDS: Final = 5
_MAX_LENGTH: Final = 80
_IDENTIFIER: Final = re.compile(r"^[^\W\d][\w.$]*$|^[\w.%°#][\w .%/()°#-]*$")
_SHORT: Final = 4
"""Names of so few letters count only as the name of a column: BPL can be anything."""

_CODE_WORDS: Final = frozenset(
    {"native", "language_code", "lang", "locale", "nationwide", "namespace", "filename"}
)


class Meaning(NamedTuple):
    """A concept that a name stands for."""

    concept: str
    kind: ReferenceKind


@dataclass(slots=True)
class Names:
    """Reads names by the vocabulary."""

    vocabulary: Vocabulary
    _columns: dict[str, Meaning | None] = field(default_factory=dict[str, "Meaning | None"])
    _words: dict[str, Meaning | None] = field(default_factory=dict[str, "Meaning | None"])

    def of_column(self, name: str) -> Meaning | None:
        """Return what the name of a column of a table stands for."""
        if name not in self._columns:
            self._columns[name] = self._read(name, is_column=True)
        return self._columns[name]

    def of_word(self, name: str) -> Meaning | None:
        """Return what a name stands for of which it is not known whether it is a column."""
        if name not in self._words:
            self._words[name] = self._read(name, is_column=False)
        return self._words[name]

    def _read(self, name: str, *, is_column: bool) -> Meaning | None:
        if not 1 < len(name) <= _MAX_LENGTH or len(name.split()) > _MAX_WORDS:
            return None
        if not _IDENTIFIER.match(name):
            return None
        reading = self.vocabulary.names.read_name(name)
        if not reading.matches:
            return None
        first = reading.matches[0]
        kind: ReferenceKind = (
            "proxy" if self.vocabulary.concepts[first.concept].kind == "proxy" else "direct"
        )
        if first.level in ("certain", "strong"):
            if not is_column and (len(name) <= _SHORT or name.lower() in _CODE_WORDS):
                return None
            return Meaning(first.concept, kind)
        if is_column and first.level == "ambiguous" and kind == "direct":
            return Meaning(first.concept, kind)
        return None
