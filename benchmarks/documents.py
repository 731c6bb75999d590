"""Documents: how long each form takes, and whether LibreOffice reads back what was written.

The final report of an invented ministry with 500 uses, in Dutch. LibreOffice is asked only where it
is there; without it that line says so.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from tests.document_input import LINES, invented

from doorlicht.reports.documents.content import Document, words_of
from doorlicht.reports.documents.docx import render_docx
from doorlicht.reports.documents.given import Given
from doorlicht.reports.documents.html import render_html_document
from doorlicht.reports.documents.making import make_document
from doorlicht.reports.documents.odt import render_odt
from doorlicht.reports.documents.pdf import render_pdf

USES: Final = 500
MOST_SECONDS: Final = 10.0
"""For one form; somebody waits for it."""

_WRITERS: Final[dict[str, Callable[[Document], bytes]]] = {
    "html": lambda document: render_html_document(document).encode(),
    "pdf": render_pdf,
    "docx": render_docx,
    "odt": render_odt,
}


def large() -> Given:
    """Return the input of a ministry with many uses."""
    given = invented()
    if given.inventory is None:
        raise RuntimeError("the invented ministry has no inventory")
    lines = tuple(
        replace(LINES[at % len(LINES)], use=replace(LINES[at % len(LINES)].use, id=f"U-{at:04d}"))
        for at in range(USES)
    )
    return replace(given, inventory=replace(given.inventory, lines=lines))


def read_back(file: Path, folder: Path) -> str | None:
    """Return the text that LibreOffice reads in a file; nothing where it is not there."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        return None
    profile = (folder / "profile").as_uri()
    subprocess.run(
        [office, "--headless", f"-env:UserInstallation={profile}", "--convert-to", "txt:Text",
         "--outdir", str(folder / "out"), str(file)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    text = (folder / "out" / f"{file.stem}.txt").read_text("utf-8-sig")
    return "".join(re.sub(r"^\s*•", "", text, flags=re.MULTILINE).split())


def main() -> int:
    """Measure, print a line for each form, and return 1 where a bar is missed."""
    document, figures = make_document("final", large(), "nl", version="0")
    wanted = "".join("".join(words_of(document)).split())
    print(f"documents: final report, {USES} uses, {len(figures)} figures")
    code = 0
    with tempfile.TemporaryDirectory() as name:
        for form, write in _WRITERS.items():
            start = time.perf_counter()
            content = write(document)
            seconds = time.perf_counter() - start
            file = Path(name) / f"final-{form}.{form}"
            file.write_bytes(content)
            read = read_back(file, Path(name)) if form in ("docx", "odt") else wanted
            told = "LibreOffice is not here" if read is None else "same text" if (
                read == wanted
            ) else "OTHER TEXT"  # fmt: skip
            if form in ("html", "pdf"):
                told = "-"
            is_late = seconds > MOST_SECONDS
            code = max(code, int(is_late or told == "OTHER TEXT"))
            print(f"  {form:5} {seconds:6.2f} s {len(content) / 1000:8.0f} kB  {told}")
    return code


if __name__ == "__main__":
    sys.exit(main())
