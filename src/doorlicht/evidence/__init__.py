"""What makes the ledger tamper-evident: pure functions, without storage."""

from doorlicht.evidence.canonical import Canonical, canonical_json, canonical_list, content_hash
from doorlicht.evidence.chain import START, LedgerEntry, first_broken, next_entry
from doorlicht.evidence.merkle import (
    EMPTY_ROOT,
    Frontier,
    HashAt,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_at,
    root_of,
    verify_consistency,
    verify_inclusion,
)

__all__ = [
    "EMPTY_ROOT",
    "START",
    "Canonical",
    "Frontier",
    "HashAt",
    "LedgerEntry",
    "canonical_json",
    "canonical_list",
    "consistency_proof",
    "content_hash",
    "first_broken",
    "inclusion_proof",
    "leaf_hash",
    "next_entry",
    "node_hash",
    "root_at",
    "root_of",
    "verify_consistency",
    "verify_inclusion",
]
