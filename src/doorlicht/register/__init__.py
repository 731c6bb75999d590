"""What doorlicht remembers between runs, and the ledger of every write."""

from doorlicht.register.kept import (
    SMALL_NUMBER,
    Editions,
    KeptAsset,
    KeptColumn,
    KeptFinding,
    KeptHits,
    KeptTable,
    LookedAt,
    Reading,
    ScanRecord,
    ScanStatus,
    Triage,
    TriageRecord,
    kept_blind_spot,
    kept_table,
    reading_key,
)
from doorlicht.register.register import Register, check_register, open_register

__all__ = [
    "SMALL_NUMBER",
    "Editions",
    "KeptAsset",
    "KeptColumn",
    "KeptFinding",
    "KeptHits",
    "KeptTable",
    "LookedAt",
    "Reading",
    "Register",
    "ScanRecord",
    "ScanStatus",
    "Triage",
    "TriageRecord",
    "check_register",
    "kept_blind_spot",
    "kept_table",
    "open_register",
    "reading_key",
]
