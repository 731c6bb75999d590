"""What counts as origin-related: concepts, names of columns, value tables, and their matching."""

from doorlicht.vocabulary.lexicon import Lexicon
from doorlicht.vocabulary.load import Concept, ValueTable, Vocabulary, load_vocabulary
from doorlicht.vocabulary.loose import LooseMatcher
from doorlicht.vocabulary.text import TermFinder

__all__ = [
    "Concept",
    "Lexicon",
    "LooseMatcher",
    "TermFinder",
    "ValueTable",
    "Vocabulary",
    "load_vocabulary",
]
