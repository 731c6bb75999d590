"""A root is walked in a fixed order, without what others put there, and without an end lost."""

import os
import socket
import sys

import pytest

from doorlicht.lineage.walking import CodeFile, Tally, find_code
from doorlicht.records.flows import CodePlace, LostPath


class Reader:
    """A reader that only says what it takes."""

    def __init__(self, name, suffixes, most_bytes=None):
        self.name = name
        self.suffixes = frozenset(suffixes)
        if most_bytes is not None:
            self.most_bytes = most_bytes

    def read(self, path, content):
        raise AssertionError(f"walking read {path}: {content}")


READERS = {
    "python": Reader("python", [".py"]),
    "r": Reader("r", [".r"]),
    "lists": Reader("lists", [".csv", ".env"], {".csv": 10, ".env": 10}),
    "sheets": Reader("sheets", [".xlsx", ".csv"], 20),
}


def lay(folder, *paths, content="x = 1\n"):
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content)


def found(root, tally=None):
    return [
        each.path if isinstance(each, CodeFile) else (each.place.file, each.construct)
        for each in find_code(root, READERS, tally)
    ]


def test_files_come_in_the_order_of_their_names(tmp_path):
    lay(tmp_path, "b.py", "a/z.R", "a/b/c.py", "c/a.PY", "c/readme.md")
    tally = Tally()
    assert found(tmp_path, tally) == ["b.py", "a/z.R", "a/b/c.py", "c/a.PY"]
    assert tally.files == 5


def test_a_file_says_where_it_is_and_who_reads_it(tmp_path):
    lay(tmp_path, "a/x.R")
    assert list(find_code(tmp_path, READERS)) == [CodeFile("a/x.R", tmp_path / "a" / "x.R", "r", 6)]


def test_a_single_file_is_a_root(tmp_path):
    lay(tmp_path, "x.py", "x.md")
    assert found(tmp_path / "x.py") == ["x.py"]
    assert found(tmp_path / "x.md") == []


def test_a_root_that_is_not_there_is_told(tmp_path):
    assert list(find_code(tmp_path / "x.py", READERS)) == [
        LostPath(CodePlace("x.py", 1), "file_missing", "file_missing")
    ]


@pytest.mark.parametrize(
    "folder",
    [".git", ".venv", ".hidden", "node_modules", "__pycache__", "x.egg-info", "renv/library",
     "packrat", "a/node_modules"],
)  # fmt: skip
def test_folders_of_tools_are_passed_over(tmp_path, folder):
    lay(tmp_path, f"{folder}/x.py", ".github/y.py", "renv/z.R", "library/q.R")
    assert found(tmp_path) == [".github/y.py", "library/q.R", "renv/z.R"]


def test_an_environment_is_passed_over_whatever_its_name(tmp_path):
    lay(tmp_path, "mine/pyvenv.cfg", "mine/lib/x.py")
    tally = Tally()
    assert found(tmp_path, tally) == []
    assert tally.skipped == ["mine/"]


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ("#!/usr/bin/env python3", ["run"]),
        ("#!/usr/bin/Rscript --vanilla", ["run"]),
        ("#!/bin/sh", []),
        ("python", []),
        ("", []),
    ],
)
def test_scripts_without_a_suffix_are_known_by_their_first_line(tmp_path, first, expected):
    lay(tmp_path, "run", content=first)
    assert found(tmp_path) == expected


def test_settings_of_the_environment_are_known_by_their_name(tmp_path):
    lay(tmp_path, ".Rprofile", ".env", ".env.test")
    assert found(tmp_path) == [".Rprofile", ".env", ".env.test"]


def test_too_large_code_is_told_and_too_large_data_is_counted(tmp_path):
    lay(tmp_path, "a.csv", "b.xlsx", "c.py", content="x" * 30)
    tally = Tally()
    assert found(tmp_path, tally) == [("b.xlsx", "file_too_large"), "c.py"]
    assert (tally.files, tally.data) == (3, 1)


def test_links_are_followed_once_and_never_round(tmp_path):
    root = tmp_path / "root"
    lay(tmp_path, "root/a/x.py", "root/.cache/k.py", "outside/y.py")
    (root / "a" / "up").symlink_to(root)
    (root / "again").symlink_to(root / "a")
    (root / "b").symlink_to(tmp_path / "outside")
    (root / "c").symlink_to(tmp_path / "outside")
    (root / "copy.py").symlink_to(root / "a" / "x.py")
    (root / "kept.py").symlink_to(root / ".cache" / "k.py")
    (root / "self.py").symlink_to(root / "self.py")
    (root / "gone.py").symlink_to(root / "nothing.py")
    assert found(root) == [
        ("gone.py", "file_missing"),
        "kept.py",
        ("self.py", "file_unreadable"),
        "a/x.py",
        "b/y.py",
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="names are no bytes there")
def test_odd_names_can_be_printed(tmp_path):
    lay(tmp_path, "a\nb.py")
    (tmp_path / os.fsdecode(b"\xff.py")).write_text("x")
    assert found(tmp_path) == ["a%0Ab.py", "%FF.py"]


def test_what_is_no_file_is_told(tmp_path):
    path = tmp_path / "x.py"
    if len(str(path)) > 100:
        pytest.skip("the name is too long for a socket")
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(str(path))
        assert found(tmp_path) == [("x.py", "file_special")]


def test_a_deep_folder_is_walked(tmp_path):
    path = "/".join(["d"] * 200) + "/x.py"
    lay(tmp_path, path)
    assert found(tmp_path) == [path]
