"""What makes the ledger tamper-evident: pure functions, without storage."""

from doorlicht.evidence.canonical import canonical_json, content_hash
from doorlicht.evidence.chain import START, LedgerEntry, first_broken, next_entry

__all__ = [
    "START",
    "LedgerEntry",
    "canonical_json",
    "content_hash",
    "first_broken",
    "next_entry",
]
