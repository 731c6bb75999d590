"""Files that belong to others, that look as if they did, and names that are alike."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from doorlicht.plugins import ProfileRequest
from doorlicht.records import Asset, BlindSpot, Source, TableProfile
from doorlicht.sources.files.connector import FilesConnector
from doorlicht.vocabulary import Vocabulary, load_vocabulary

PEOPLE = "naam;geb_land;leeftijd\nZwartvoet;Polen;31\nBo;Marokko;44\n"

Read = Callable[..., Iterator[TableProfile | BlindSpot]]


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.fixture
def read(vocabulary: Vocabulary, tmp_path: Path) -> Read:
    """Return what reads the folder of the test."""
    request = ProfileRequest(vocabulary.lexicon, vocabulary.terms)

    def all_of(**options: object) -> Iterator[TableProfile | BlindSpot]:
        connector, source = FilesConnector(), Source("x", "files", str(tmp_path), options=options)
        for item in connector.assets(source):
            if isinstance(item, BlindSpot):
                yield item
            else:
                yield from connector.profiles(source, item, request)

    return all_of


def tables(found: Iterator[TableProfile | BlindSpot]) -> dict[str, list[str]]:
    return {one.table: [c.name for c in one.columns] for one in found
            if isinstance(one, TableProfile)}  # fmt: skip


def codes(found: Iterator[TableProfile | BlindSpot]) -> dict[str, str]:
    return {one.asset: one.code for one in found if isinstance(one, BlindSpot)}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("p.csv.dictionary.csv", "column,label\ngeb_land\n,\n"),
        ("p.csv.dictionary.csv", "kolom,omschrijving\na,b\n"),
        ("p.csv.dictionary.csv", "\udcff\udcfe"),
        ("p.csv.dictionary.yaml", "- a\n- b\n"),
        ("p.csv.dictionary.yaml", "geb_land: tekst\n"),
        ("p.csv.dictionary.yaml", "[" * 20_000),
        ("datapackage.json", "[]"),
        ("datapackage.json", '{"resources": [1]}'),
        ("datapackage.json", '{"resources": [{"path": "p.csv", "schema": {"fields": [3]}}]}'),
        ("datapackage.json", "[" * 99_999),
    ],
)
def test_a_broken_dictionary_keeps_nobody_from_reading_the_data(
    name: str, content: str, read: Read, tmp_path: Path
) -> None:
    (tmp_path / "p.csv").write_text(PEOPLE, "utf-8")
    (tmp_path / name).write_text(content, "utf-8", errors="surrogateescape")
    assert tables(read()) == {"p.csv": ["naam", "geb_land", "leeftijd"]}
    assert set(codes(read()).values()) <= {"file.bad_dictionary"}


def test_a_dictionary_that_the_estate_names_and_that_is_not_there_is_told(
    read: Read, tmp_path: Path
) -> None:
    (tmp_path / "p.csv").write_text(PEOPLE, "utf-8")
    named = str(tmp_path / "none.csv")
    assert codes(read(dictionary=named)) == {"p.csv": "file.bad_dictionary"}
    assert list(tables(read(dictionary=named))) == ["p.csv"]


def test_a_file_that_is_only_named_like_a_companion_is_read(read: Read, tmp_path: Path) -> None:
    for name in ("personen-journal", "export.dictionary.csv", "oud-wal"):
        (tmp_path / name).write_text(PEOPLE, "utf-8")
    assert set(tables(read())) == {"personen-journal", "export.dictionary.csv", "oud-wal"}


def test_a_file_is_new_when_what_lies_beside_it_is(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(PEOPLE, "utf-8")
    source = Source("x", "files", str(tmp_path))

    def mark() -> str | None:
        [asset] = FilesConnector().assets(source)
        assert isinstance(asset, Asset)
        return asset.fingerprint

    before = mark()
    (tmp_path / "p.csv.dictionary.csv").write_text("column,label\n", "utf-8")
    assert mark() != before


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_names_that_are_printed_alike_are_two_files(read: Read, tmp_path: Path) -> None:
    (tmp_path / "a%FF.csv").write_text("a;b\n1;2\n", "utf-8")
    try:
        (tmp_path / os.fsdecode(b"a\xff.csv")).write_text("c;d\n1;2\n", "utf-8")
    except OSError:
        pytest.skip("this file system takes names in UTF-8 only")
    assert tables(read()) == {"a%25FF.csv": ["a", "b"], "a%FF.csv": ["c", "d"]}


WIDTHS = (
    "columns:\n - {name: naam, start: 1, length: 6}\n - {name: geb_land, start: 7, length: 9}\n"
)


def test_text_of_fixed_width_is_read_by_the_description_beside_it(
    read: Read, tmp_path: Path
) -> None:
    (tmp_path / "p.dat").write_text("Bo    Polen\nKim   Marokko\n", "utf-8")
    (tmp_path / "p.dat.spec.yaml").write_text(WIDTHS, "utf-8")
    assert tables(read()) == {"p.dat": ["naam", "geb_land"]}


@pytest.mark.parametrize(
    "content",
    [
        "columns: nonsense\n",
        "columns: []\n",
        "columns: [a, b]\n",
        "columns: [{name: a, start: 0, length: 3}]\n",
        "columns: [{name: a, start: 1, length: -3}]\n",
        "encoding: nonsense\n" + WIDTHS,
        "[" * 20_000,
    ],
)
def test_a_description_that_cannot_be_used_is_told(
    content: str, read: Read, tmp_path: Path
) -> None:
    (tmp_path / "p.dat").write_text("Bo    Polen\nKim   Marokko\n", "utf-8")
    (tmp_path / "p.dat.spec.yaml").write_text(content, "utf-8")
    assert codes(read()) == {"p.dat": "file.bad_specification"}


def test_an_archive_with_a_folder_xl_is_no_workbook(read: Read, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("xl/p.csv", PEOPLE)
        archive.writestr("q.json", json.dumps([{"nat": "Turkse"}]))
    assert set(tables(read())) == {"a.zip!xl/p.csv", "a.zip!q.json"}


@pytest.mark.parametrize("line", ["," * 99, ",,"])
def test_a_file_of_nothing_but_delimiters_is_told_as_columns_without_a_value(
    line: str, read: Read, tmp_path: Path
) -> None:
    (tmp_path / "p.csv").write_text(f"{line}\n" * 200, "utf-8")
    (spot,) = (one for one in read() if isinstance(one, BlindSpot))
    assert (spot.code, spot.details) == ("file.no_values", {"columns": len(line) + 1})


def test_a_file_whose_name_leaves_no_room_for_a_companion_is_read(
    read: Read, tmp_path: Path
) -> None:
    name = "n" * 240 + ".csv"
    try:
        (tmp_path / name).write_text(PEOPLE, "utf-8")
    except OSError:
        pytest.skip("this file system takes no such long names")
    assert list(tables(read())) == [name]
