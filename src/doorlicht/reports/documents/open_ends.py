"""What stands in a document where the register holds nothing of a subject."""

from __future__ import annotations

from doorlicht.reports.documents.content import Note, line
from doorlicht.reports.documents.telling import Telling


def open_end(telling: Telling, subject: str) -> Note:
    """Return the note that says what is missing, and that this does not mean nought."""
    text = telling.word(f"missing.{subject}")
    return Note(telling.word("label.open"), line(text), "open")
