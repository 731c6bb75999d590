"""What makes the ledger tamper-evident: pure functions, without storage."""

from doorlicht.evidence.canonical import Canonical, canonical_json, canonical_list, content_hash
from doorlicht.evidence.chain import START, LedgerEntry, first_broken, next_entry
from doorlicht.evidence.checkpoints import (
    Checkpoint,
    Consistency,
    checkpoint_of,
    parse_consistency,
)
from doorlicht.evidence.keys import open_key, seal_key
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
from doorlicht.evidence.notes import (
    Note,
    NoteSignature,
    VerifierKey,
    cosign,
    parse_key,
    parse_note,
    sign_note,
    signers_of,
)
from doorlicht.evidence.signing import KeyInMemory, Signer, is_signed_by
from doorlicht.evidence.statements import Statement, open_statement, sign_statement
from doorlicht.evidence.timestamps import certificates_in, check_timestamp, timestamp_request

__all__ = [
    "EMPTY_ROOT",
    "START",
    "Canonical",
    "Checkpoint",
    "Consistency",
    "Frontier",
    "HashAt",
    "KeyInMemory",
    "LedgerEntry",
    "Note",
    "NoteSignature",
    "Signer",
    "Statement",
    "VerifierKey",
    "canonical_json",
    "canonical_list",
    "certificates_in",
    "check_timestamp",
    "checkpoint_of",
    "consistency_proof",
    "content_hash",
    "cosign",
    "first_broken",
    "inclusion_proof",
    "is_signed_by",
    "leaf_hash",
    "next_entry",
    "node_hash",
    "open_key",
    "open_statement",
    "parse_consistency",
    "parse_key",
    "parse_note",
    "root_at",
    "root_of",
    "seal_key",
    "sign_note",
    "sign_statement",
    "signers_of",
    "timestamp_request",
    "verify_consistency",
    "verify_inclusion",
]
