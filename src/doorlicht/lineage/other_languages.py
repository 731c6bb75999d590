"""Files in languages that are read by nobody here: which of them name origin-related data.

They are not followed. One that names origin is told as a blind spot, with the line of the first
name, so that somebody looks at it; the others are only counted. What stands in comments tells
nothing of what the code does.
"""

from __future__ import annotations

import posixpath
import re
from typing import Final

from doorlicht.lineage.naming import Names
from doorlicht.lineage.walking import MAX_CODE_BYTES
from doorlicht.records.flows import CodePlace, LostPath

LANGUAGES: Final = {
    ".jl": "Julia", ".scala": "Scala", ".sc": "Scala", ".java": "Java", ".kt": "Kotlin",
    ".groovy": "Groovy", ".js": "JavaScript", ".mjs": "JavaScript", ".cjs": "JavaScript",
    ".jsx": "JavaScript", ".ts": "TypeScript", ".tsx": "TypeScript", ".cs": "C#",
    ".vb": "Visual Basic", ".vbs": "Visual Basic", ".bas": "Visual Basic", ".sps": "SPSS",
    ".do": "Stata", ".ado": "Stata", ".go": "Go", ".php": "PHP", ".pl": "Perl", ".rb": "Ruby",
}  # fmt: skip

_BY_STAR: Final = frozenset({".sps", ".do", ".ado"})
"""A line that begins with a star is a comment."""

_BY_HASH: Final = frozenset({".jl", ".pl", ".rb", ".php"})
_BY_QUOTE: Final = frozenset({".vb", ".vbs", ".bas"})
_WORD: Final = re.compile(r"[^\W\d]\w{1,80}")
_SLASHES: Final = re.compile(r"/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)|(?<![:/])//[^\n]*")
_STARS: Final = re.compile(r"^[ \t]*\*[^\n]*", re.MULTILINE)
_HASHES: Final = re.compile(r"#[^\n]*")
_QUOTES: Final = re.compile(r"^[ \t]*'[^\n]*", re.MULTILINE)


class OtherLanguages:
    """Stands among the readers of code, so that walking finds these files too."""

    suffixes: Final = frozenset(LANGUAGES)
    most_bytes: Final = MAX_CODE_BYTES


READER: Final = "doorlicht.other_languages"
"""The name under which :class:`OtherLanguages` stands among the readers."""


def look(path: str, text: str, names: Names) -> LostPath | None:
    """Return a file that names origin-related data as a blind spot; none for any other.

    Behind it as many flows may be hidden as there are different names of that kind in it.

    Parameters
    ----------
    path
        Its ending tells the language.
    names
        What names say about origin. One that mostly means something else (``language``) and a
        proxy tell nothing here, for no other code says what they are.
    """
    suffix = posixpath.splitext(path.lower())[1]
    code = _SLASHES.sub(_lines_of, text)
    for endings, comment in ((_BY_STAR, _STARS), (_BY_HASH, _HASHES), (_BY_QUOTE, _QUOTES)):
        if suffix in endings:
            code = comment.sub(_lines_of, code)
    found: dict[str, int] = {}
    known: dict[str, bool] = {}
    for match in _WORD.finditer(code):
        word = match.group()
        if word not in known:
            meaning = names.of_word(word)
            known[word] = (
                meaning is not None and meaning.kind == "direct" and not names.is_ambiguous(word)
            )
        if known[word]:
            found.setdefault(word.lower(), match.start())
    if not found:
        return None
    line = code.count("\n", 0, min(found.values())) + 1
    return LostPath(
        CodePlace(path, line), "language_not_followed", LANGUAGES.get(suffix, suffix), len(found)
    )


def _lines_of(match: re.Match[str]) -> str:
    return "\n" * match.group().count("\n")
