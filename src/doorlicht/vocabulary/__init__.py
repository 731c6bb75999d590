"""What counts as origin-related: concepts, names of columns, value tables, and their matching."""

from doorlicht.vocabulary.lexicon import Lexicon, TermFinder

__all__ = ["Lexicon", "TermFinder"]
