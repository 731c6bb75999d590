"""Take the pictures of the reports that the README shows, from the example ministry.

    python scripts/take_screenshot.py [--reports out/demo] [--out docs/images]

Scans and traces first (``make demo``) if a report is not there. Needs a chromium on this machine
(Debian, Ubuntu: ``apt install chromium``); nothing is fetched.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

ROOT: Final = Path(__file__).parents[1]
WIDTH, HEIGHT = 1200, 1500
REPORTS: Final = {"report": "inquiry/findings.html", "trace": "inquiry/trace.html"}
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")


def main() -> None:
    """Take a picture of the first screens of each report."""
    parser = argparse.ArgumentParser(description="Take the pictures of the reports for the README.")
    parser.add_argument("--reports", type=Path, default=ROOT / "out/demo")
    parser.add_argument("--out", type=Path, default=ROOT / "docs/images")
    options = parser.parse_args()
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit("No chromium found. Debian, Ubuntu: apt install chromium")
    if not all((options.reports / page).exists() for page in REPORTS.values()):
        subprocess.run(
            ["make", "demo"], cwd=ROOT, check=True, env={**os.environ, "LANG": "en_GB.UTF-8"}
        )
    for name, page in REPORTS.items():
        picture = options.out / f"{name}.png"
        take_picture(options.reports / page, picture, browser)
        print(f"{picture}: {picture.stat().st_size // 1024} kB")


def take_picture(page: Path, picture: Path, browser: str) -> None:
    """Write what a reader sees of ``page`` first, as PNG."""
    with sync_playwright() as playwright:
        # A container runs as root, where chromium has no sandbox; the page is our own.
        running = playwright.chromium.launch(
            executable_path=browser,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        view = running.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        view.goto(page.resolve().as_uri())
        picture.parent.mkdir(parents=True, exist_ok=True)
        view.screenshot(path=picture)
        running.close()


if __name__ == "__main__":
    main()
