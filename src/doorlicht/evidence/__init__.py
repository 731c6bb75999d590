"""What makes the ledger tamper-evident: pure functions, without storage."""

from doorlicht.evidence.canonical import Canonical, canonical_json, canonical_list, content_hash
from doorlicht.evidence.chain import START, LedgerEntry, first_broken, next_entry

__all__ = [
    "START",
    "Canonical",
    "LedgerEntry",
    "canonical_json",
    "canonical_list",
    "content_hash",
    "first_broken",
    "next_entry",
]
