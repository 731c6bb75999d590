"""What doorlicht says, in Dutch and English: catalogues as data, and sentences by key."""

from doorlicht.language.catalogue import (
    LANGUAGES,
    Language,
    Text,
    known_keys,
    pieces,
    placeholders,
    say,
    show_number,
)

__all__ = [
    "LANGUAGES",
    "Language",
    "Text",
    "known_keys",
    "pieces",
    "placeholders",
    "say",
    "show_number",
]
