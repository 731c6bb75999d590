"""Whether two names are of the same person, as far as spelling tells.

Four eyes need two people; a second space, another alphabet or an accent make none. This folds
more than it must rather than less: two people whose names differ in accents alone use a fuller
name.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_LOOK_ALIKE: Final = str.maketrans(
    # Cyrillic and Greek letters that look like Latin ones (Unicode TR 39, confusables).
    "асԁеһіјӏорѕυνхугкмтвнαειοκρτχβηωμԛԝ",
    "acdehijlopsuvxyrkmtbhaeiokptxbnwmqw",
)


def person_key(name: str) -> str:
    r"""Return what two spellings of one name share.

    Examples
    --------
    >>> person_key("José  Pérez"), person_key("jose\u200b perez.")
    ('joseperez', 'joseperez')
    >>> person_key("Anna") == person_key("Hanna")
    False
    """
    flat = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(one for one in flat if unicodedata.category(one)[0] in "LN")
    return plain.translate(_LOOK_ALIKE)


def plain_letters(text: str) -> str:
    r"""Return a text with Latin letters for those that look like them, without unseen signs.

    Examples
    --------
    >>> plain_letters("M\u0430rokk\u200baans")
    'Marokkaans'
    """
    kept = "".join(one for one in text if unicodedata.category(one) not in ("Cf", "Cs", "Mn"))
    return kept.translate(_LOOK_ALIKE)


def clean_text(text: str) -> str:
    r"""Return a text on one line, without signs that steer a screen.

    Examples
    --------
    >>> clean_text("a\n  b\x1b[31m\u202e c")
    'a b[31m c'
    """
    kept = (" " if one.isspace() else one for one in text)
    visible = "".join(one for one in kept if unicodedata.category(one) not in ("Cc", "Cf", "Cs"))
    return " ".join(visible.split())
