"""Whether others can read every document: LibreOffice, a checker of PDF/UA, and axe in a browser.

    python -m benchmarks.document_forms [FOLDER]

Every kind of document and the progress report on all organisations, in both languages and each
form, of an invented ministry; and the pages in FOLDER, such as those of ``doorlicht run``. What is
not on the machine is told as not asked.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from tests.document_input import invented

from doorlicht.language import LANGUAGES
from doorlicht.organisation.rollup import roll_up
from doorlicht.records import (
    Export,
    ExportedCoverage,
    ExportedTerm,
    ExportedUnit,
    ExportedUse,
    Received,
)
from doorlicht.reports.documents.content import Document, words_of
from doorlicht.reports.documents.docx import render_docx
from doorlicht.reports.documents.html import render_html_document
from doorlicht.reports.documents.making import KINDS, make_document
from doorlicht.reports.documents.odt import render_odt
from doorlicht.reports.documents.pdf import render_pdf
from doorlicht.reports.rollup import rollup_document

WIDTHS: Final = (320, 1280)
SCHEMES: Final = ("light", "dark")


def documents() -> Iterator[tuple[str, Document]]:
    """Yield every document with its name."""
    given = invented()
    for language in LANGUAGES:
        for kind in KINDS:
            yield f"{kind}-{language}", make_document(kind, given, language, version="0")[0]
        names = {"concept": {}, "role": {}, "verdict": {}}
        report = rollup_document(
            roll_up(_exports(), ["Ministerie C"]), language, day=given.day, version="0", names=names
        )
        yield f"rollup-{language}", report


def _exports() -> Iterator[Received]:
    day = date(2026, 11, 27)
    for at, name in enumerate(("Ministerie van Voorbeelden", "Ministerie B")):
        units = [ExportedUnit(f"u{n}", f"DG {at}{n}", "active", n % 2 == 0) for n in range(4)]
        uses = [
            ExportedUse(f"U-{n}", "nationality", "score", f"u{n % 4}", "confirmed", "", "x" * at)
            for n in range(9)
        ]
        late = ExportedTerm("2026Z00001", "questions", "overdue", date(2026, 6, 1), 179)
        export = Export(
            name, f"log-{at}", 10, "0" * 64, datetime(2026, 11, 27, tzinfo=UTC), day,
            {"vocabulary": f"2026-1{at}"}, tuple(units), tuple(uses),
            coverage=ExportedCoverage(8, 5, 2) if at else None, terms=(late,) if at else None,
        )  # fmt: skip
        yield Received(f"{at}.export", export, sha256="0" * 64)


def check_office(made: dict[str, Document], folder: Path) -> int:
    """Let LibreOffice read DOCX and ODT, and write each as the other; return how many differ."""
    office = shutil.which("soffice")
    if office is None:
        print("  LibreOffice: not asked, it is not here")
        return 0
    for name, document in made.items():
        (folder / f"{name}.docx").write_bytes(render_docx(document))
        (folder / f"{name}.odt").write_bytes(render_odt(document))
    wrong = 0
    for form, other in (("docx", "odt"), ("odt", "docx")):
        files = sorted(folder.glob(f"*.{form}"))
        again, texts = folder / f"as-{other}", folder / f"text-{form}"
        _convert(office, folder, files, "txt:Text", texts)
        _convert(office, folder, files, other, again)
        _convert(office, folder, sorted(again.glob(f"*.{other}")), "txt:Text", again)
        for file in files:
            wanted = _packed("".join(words_of(made[file.stem])))
            for place in (texts, again):
                read = _packed((place / f"{file.stem}.txt").read_text("utf-8-sig"))
                if read != wanted:
                    wrong += 1
                    print(f"    {file.name} by way of {place.name}: OTHER TEXT")
        print(f"  LibreOffice: {len(files)} {form}, read and written as {other}")
    return wrong


def _convert(office: str, folder: Path, files: list[Path], form: str, out: Path) -> None:
    profile = (folder / "profile").as_uri()
    subprocess.run(
        [office, "--headless", f"-env:UserInstallation={profile}", "--convert-to", form,
         "--outdir", str(out), *map(str, files)],
        check=True, capture_output=True, timeout=590,
    )  # fmt: skip


def _packed(text: str) -> str:
    text = re.sub(r"^\s*(?:•|\d+\.\s)", "", text, flags=re.MULTILINE)
    return "".join(text.split())


def check_pdf(made: dict[str, Document], folder: Path) -> int:
    """Write every PDF, which typst refuses where a standard is not kept, and let others check."""
    files: list[str] = []
    for name, document in made.items():
        file = folder / f"{name}.pdf"
        file.write_bytes(render_pdf(document))
        files.append(str(file))
    print(f"  typst: {len(files)} PDFs are PDF/UA-1 and PDF/A-2a by its own checks")
    wrong = 0
    for tool, arguments in (("verapdf", ["--flavour", "ua1"]), ("pdfua", ["check"])):
        found = shutil.which(tool)
        if found is None:
            print(f"  {tool}: not asked, it is not here")
            continue
        ended = subprocess.run(
            [found, *arguments, *files], capture_output=True, text=True, timeout=590, check=False
        )
        wrong += int(ended.returncode != 0)
        print(f"  {tool}: {'nothing found' if ended.returncode == 0 else ended.stdout[-2000:]}")
    return wrong


def check_pages(pages: dict[str, str]) -> int:
    """Let axe look at every page, narrow and wide, light and dark; return what it found."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("  axe: not asked, Chromium is not here")
        return 0
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    found = 0
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as name:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        file = Path(name) / "page.html"
        for title, page in pages.items():
            # The policy of a page forbids every script, also the one that inspects it.
            file.write_text(page.replace("default-src 'none';", ""), "utf-8")
            for scheme in SCHEMES:
                for width in WIDTHS:
                    size = {"width": width, "height": 900}
                    view = browser.new_page(color_scheme=scheme, viewport=size)
                    view.goto(file.as_uri())
                    told = Axe().run(view)
                    wide = view.evaluate("document.documentElement.scrollWidth")
                    if told.violations_count or wide > width:
                        found += told.violations_count + int(wide > width)
                        print(f"    {title} {scheme} {width}: {told.violations_count}, wide {wide}")
                        print(told.generate_report()[:1500])
                    view.close()
        browser.close()
    print(f"  axe: {len(pages)} pages, {len(WIDTHS)} widths, light and dark: {found} found")
    return found


def main() -> int:
    """Check everything; 1 where anything was found."""
    made = dict(documents())
    pages = {name: render_html_document(one) for name, one in made.items()}
    for folder in sys.argv[1:]:
        pages |= {str(one): one.read_text("utf-8") for one in sorted(Path(folder).glob("*.html"))}
    print(f"document forms: {len(made)} documents")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wrong = check_office(made, folder) + check_pdf(made, folder)
    return int(bool(wrong + check_pages(pages)))


if __name__ == "__main__":
    sys.exit(main())
