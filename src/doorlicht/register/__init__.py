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
from doorlicht.register.proving import Growth, Inclusion, Log, SealedRecord
from doorlicht.register.register import Register, check_register, open_register
from doorlicht.register.verifying import Checkup, Problem, TreeHead

__all__ = [
    "SMALL_NUMBER",
    "Checkup",
    "Editions",
    "Growth",
    "Inclusion",
    "KeptAsset",
    "KeptColumn",
    "KeptFinding",
    "KeptHits",
    "KeptTable",
    "Log",
    "LookedAt",
    "Problem",
    "Reading",
    "Register",
    "ScanRecord",
    "ScanStatus",
    "SealedRecord",
    "TreeHead",
    "Triage",
    "TriageRecord",
    "check_register",
    "kept_blind_spot",
    "kept_table",
    "open_register",
    "reading_key",
]
