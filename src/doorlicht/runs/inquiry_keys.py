"""What decides what a step of an inquiry gives, as one hash; the same hash, the same result.

Contents are hashed, not dates: a copy of the same code is the same code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final, cast

import doorlicht
from doorlicht.evidence import content_hash
from doorlicht.language import Language
from doorlicht.lineage.walking import find_code
from doorlicht.plugins import CodeReader, find_plugins
from doorlicht.records import LostPath
from doorlicht.register import Register
from doorlicht.runs.audit_request import AuditRequest, settings_of
from doorlicht.runs.trace import GROUP
from doorlicht.runs.trace_request import TraceRequest
from doorlicht.vocabulary import load_vocabulary

BLOCK: Final = 1 << 20

NEVER_THE_SAME: Final = ""
"""The key of what may have changed without a sign of it: such a step always runs."""


def dossier_key(files: Sequence[Path]) -> str:
    """Return the key of taking in a dossier: of its files alone.

    The same files give nothing new, whatever people did meanwhile with what was in them.
    """
    return content_hash([doorlicht.__version__, [[str(one), print_of(one)] for one in files]])


def trace_key(request: TraceRequest, register: Register, language: Language) -> str:
    """Return the key of a trace: of all code, of what scans know, and of the vocabulary.

    What views and routines of a database are cannot be known without asking it, so that a trace
    of one always runs.
    """
    if request.databases:
        return NEVER_THE_SAME
    found, _ = find_plugins(GROUP)
    readers = cast("dict[str, CodeReader]", {name: make() for name, make in found.items()})
    code = [[str(root), *row] for root in request.roots for row in _code_in(root, readers)]
    scanned = register.scanned_tables(threshold=request.threshold)
    return content_hash(
        {
            **_shared(request.vocabulary_files, language),
            "readers": sorted(readers),
            "threshold": request.threshold,
            "code": code,
            "scanned": content_hash([asdict(one) for one in scanned]),
        }
    )


def audit_key(
    request: AuditRequest, files: Sequence[Path], register: Register, language: Language
) -> str:
    """Return the key of an audit: of its options, its files, and what the last traces showed.

    Traces tell which features of a model are made of origin.
    """
    if any(path.is_dir() for path in files):
        return NEVER_THE_SAME
    return content_hash(
        {
            **_shared(request.vocabulary_files, language),
            "settings": settings_of(request),
            "without_groups": request.without_groups,
            "leave_out": list(request.leave_out),
            "person": request.person,
            "allow_scoring": request.allow_scoring,
            "files": [[str(path), print_of(path)] for path in files],
            "traced": [
                [item.kind, item.id, dict(item.content)]
                for one in {record.roots: record for record in register.traces()}.values()
                for item in register.trace_items(one.id)
            ],
        }
    )


def _shared(vocabulary_files: Sequence[Path], language: Language) -> dict[str, str]:
    return {
        "doorlicht": doorlicht.__version__,
        "vocabulary": load_vocabulary(tuple(vocabulary_files)).edition,
        # Of the pages: who asks for them in another language gets them made again.
        "language": language,
    }


def print_of(path: Path) -> str:
    """Return the SHA-256 of a file, or why it cannot be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
    except OSError as error:
        return type(error).__name__
    return digest.hexdigest()


def _code_in(root: Path, readers: dict[str, CodeReader]) -> list[list[str]]:
    return sorted(
        [one.place.file, one.construct, one.reason]
        if isinstance(one, LostPath)
        else [one.path, "", print_of(one.location)]
        for one in find_code(root, readers)
    )
