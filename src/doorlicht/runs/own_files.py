"""What doorlicht writes itself is no data of the organisation: it is not scanned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from glob import escape
from pathlib import Path
from typing import cast

from doorlicht.records import Source
from doorlicht.sources.files.walking import printable


def without_own(sources: Sequence[Source], written: Sequence[Path]) -> tuple[Source, ...]:
    """Return sources from which the files and folders that we write ourselves are left out.

    Whoever scans the folder that he stands in has the register in it, and the report.

    Parameters
    ----------
    written
        Resolved paths.
    """
    told: list[Source] = []
    for source in sources:
        root = Path(source.location)
        own = [
            escape(printable(part)) for file in written if source.kind == "files"
            and file.is_relative_to(root) and (part := file.relative_to(root).as_posix()) != "."
        ]  # fmt: skip
        given = source.options.get("exclude", ())
        given = [given] if isinstance(given, str) else list(cast("Sequence[str]", given))
        options = {**source.options, "exclude": [*given, *own]} if own else source.options
        told.append(replace(source, options=options))
    return tuple(told)
