"""Packed files (ZIP) that are the same bytes each time: no clock, and one order."""

from __future__ import annotations

import io
import zipfile
from typing import Final

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The first moment that a ZIP can name; the file itself says when the document is of."""

_UNPACKED: Final = "mimetype"
"""OpenDocument keeps this first and unpacked (part 2, section 3.3), so that it can be sniffed."""


def repack(packed: bytes) -> bytes:
    """Return a packed file with no moment in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(out, "w") as new:
        for one in sorted(old.infolist(), key=lambda info: info.filename != _UNPACKED):
            entry = zipfile.ZipInfo(one.filename, _EPOCH)
            is_first = one.filename == _UNPACKED
            entry.compress_type = zipfile.ZIP_STORED if is_first else zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(one.filename))
    return out.getvalue()
