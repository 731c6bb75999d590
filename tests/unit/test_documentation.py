"""The documentation is whole: links arrive, pages can be reached, commands exist."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from write_reference import DOCS
from write_reference import PAGES as GENERATED_PAGES

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")]
)
LINK = re.compile(r"(?<!`)\[[^\]`]*\]\(([^)\s]+)\)", re.DOTALL)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def named(page):
    return page.relative_to(ROOT).as_posix()


def links_of(page):
    """The links of a page that stay within the repository: ``(file, anchor)``."""
    for target in LINK.findall(page.read_text("utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            path, _, anchor = unquote(target).partition("#")
            yield (page.parent / path).resolve() if path else page, anchor


def anchors_of(page):
    for heading in HEADING.findall(page.read_text("utf-8")):
        text = re.sub(r"[^\w\- ]", "", heading.strip().lower())
        yield text.replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_arrives(page):
    broken = [
        f"{named(file) if file.is_relative_to(ROOT) else file}#{anchor}"
        for file, anchor in links_of(page)
        if not file.exists() or (anchor and anchor not in anchors_of(file))
    ]
    assert broken == []


def test_every_page_of_the_documentation_can_be_reached_from_the_index():
    reached = set()
    ahead = [ROOT / "docs/README.md", ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page in reached or page.suffix != ".md" or not page.is_file():
            continue
        reached.add(page)
        ahead += [file for file, _ in links_of(page)]
    assert {named(page) for page in PAGES} - {named(page) for page in reached} == set()


MAKE = re.compile(r"(?:^ {4,}|`)make ([a-z][a-z-]*)", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_target_of_make_that_a_page_names_exists(page):
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    assert set(MAKE.findall(page.read_text("utf-8"))) <= targets


FOLDER = re.compile(r"`((?:src|docs|examples|scripts|tests|benchmarks)/[\w./*-]*)`")


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_file_or_folder_that_a_page_names_is_there(page):
    missing = [
        name for name in FOLDER.findall(page.read_text("utf-8")) if not list(ROOT.glob(name))
    ]
    assert missing == []


@pytest.mark.parametrize("name", GENERATED_PAGES)
def test_every_generated_page_is_what_make_docs_would_write(name):
    assert (DOCS / name).read_text("utf-8") == GENERATED_PAGES[name]()
