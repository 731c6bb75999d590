"""The data of the example estate is what its script makes of it, and concerns nobody alive."""

import csv
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pyreadstat
import pytest
import yaml
from pyarrow import ArrowInvalid, parquet
from python_calamine import CalamineWorkbook

from invented.people import fails_eleven_check
from make_estate import make_estate

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "examples/ministry"
HAND_WRITTEN = {"estate.yaml", "expected.yaml", "inquiry.yaml", "story.yaml"}
CODE = "repositories/"
WRITTEN = (CODE, "dossier/", "later/", "oordelen/")
"""Code, dossiers and answers are written by hand too."""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ministry")
    make_estate(folder)
    return folder


def files_of(folder):
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return {name for name in found - HAND_WRITTEN if not name.startswith(WRITTEN)}


def test_the_script_makes_every_file_of_the_example_and_no_other(made):
    assert files_of(made) == files_of(KEPT)


def content_of(path):
    """What a file says, apart from the version of the library that wrote it."""
    match path.suffix:
        case ".parquet":
            try:
                return parquet.read_table(path).to_pydict()
            except ArrowInvalid:
                return "broken off"
        case ".sav":
            frame, about = pyreadstat.read_sav(path)
            return frame.to_dict("list"), about.column_labels, about.variable_value_labels
        case ".sqlite":
            with closing(sqlite3.connect(path)) as database:
                return list(database.iterdump())
        case ".xlsx":
            with CalamineWorkbook.from_path(path) as book:
                sheets = {
                    sheet.name: (sheet.visible, book.get_sheet_by_name(sheet.name).to_python())
                    for sheet in book.sheets_metadata
                }
            return {name: (str(visible), rows) for name, (visible, rows) in sheets.items()}
        case ".zip":
            with zipfile.ZipFile(path) as archive:
                return [(member.filename, member.CRC) for member in archive.infolist()]
    return path.read_bytes()


@pytest.mark.parametrize("name", sorted(files_of(KEPT)))
def test_the_script_makes_the_same_content_again(made, name):
    assert content_of(made / name) == content_of(KEPT / name)


def test_no_citizen_service_number_of_the_example_can_belong_to_anybody():
    with (KEPT / "uitkeringen/bevolking/brp_selectie_2026.csv").open(encoding="utf-8") as file:
        numbers = [row["01.01.20"] for row in csv.DictReader(file, delimiter=";")]
    assert len(numbers) > 1_000
    assert all(number.startswith("9999") and fails_eleven_check(number) for number in numbers)


def test_the_example_stays_small_enough_to_keep_in_the_repository():
    assert sum((KEPT / name).stat().st_size for name in files_of(KEPT)) < 3_000_000


def test_every_file_of_the_example_has_something_said_of_it_in_the_expectations():
    expected = yaml.safe_load((KEPT / "expected.yaml").read_text("utf-8"))
    tables = {entry["table"].split("#")[0].split("!")[0] for entry in expected["tables"]}
    blind = {spot for spot in expected["blind_spots"] if not spot.endswith("/")}
    assert tables | blind | set(expected["audit"]["files"]) == files_of(KEPT)
    assert {name.partition(":")[0] for name in (*expected["trace"]["models"],
            *expected["trace"]["lost"])} <= {
        path.relative_to(KEPT / CODE).as_posix() for path in (KEPT / CODE).rglob("*.*")
    }  # fmt: skip
