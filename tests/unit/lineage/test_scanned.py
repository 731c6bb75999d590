"""Which scanned table a name in code can be, and what is known of its columns."""

from __future__ import annotations

import pytest

from doorlicht.lineage.naming import Meaning
from doorlicht.lineage.scanned import ScannedTables
from doorlicht.lineage.values import HOLE
from doorlicht.records import ScannedColumn, ScannedFinding, ScannedTable

NATIONALITY = ScannedFinding("F-A", "nationality", "direct", 0.9)
NAME = ScannedFinding("F-B", "name", "proxy", 0.8)


def table(path: str, *columns: str, location: str = "/estate/hr") -> ScannedTable:
    return ScannedTable("hr", location, path, tuple(map(ScannedColumn, columns)))


@pytest.mark.parametrize(
    ("path", "dataset", "is_same"),
    [
        pytest.param("People.csv", "../data/people.csv", True, id="another-folder"),
        pytest.param("old/people.csv", "new/people.csv", False, id="folders-differ"),
        pytest.param("people.csv", "people_2.csv", False, id="another-name"),
        pytest.param("personen.xlsx#Blad1", "personen.xlsx", True, id="a-sheet"),
        pytest.param("zaken.sqlite#personen", "personen", True, id="table-of-a-file"),
        pytest.param("zaken.sqlite#personen", "zaken", False, id="the-file-is-no-table"),
        pytest.param("public.personen", "personen", True, id="table-of-a-schema"),
        pytest.param("personen", "dwh.personen", True, id="schema-in-the-code-alone"),
        pytest.param("a.personen", "b.personen", False, id="schemas-differ"),
        pytest.param("e.zip!in/people.csv", "in/people.csv", True, id="unpacked"),
        pytest.param("e.zip!in/people.csv", "e.zip", True, id="packed"),
        pytest.param("people_2026.csv", f"people_{HOLE}.csv", True, id="year-is-not-known"),
        pytest.param("people_2026.csv", f"{HOLE}.csv", False, id="name-is-not-known"),
    ],
)
def test_a_scanned_table_is_known_by_the_name_that_code_spells(
    path: str, dataset: str, is_same: bool
) -> None:
    known = ScannedTables([table(path, "land")]).columns_of(dataset)
    assert known == (["land"] if is_same else None)


def test_folders_tell_tables_of_one_name_apart() -> None:
    tables = ScannedTables(
        [table("people.csv", "a", location="/estate/hr"),
         table("people.csv", "b", location="/estate/tax"), table("x/people.csv", "c")]
    )  # fmt: skip
    assert tables.columns_of("../tax/people.csv") == ["b"]
    assert tables.columns_of("people.csv") == ["a", "b", "c"]


def scanned(*findings: ScannedFinding) -> ScannedTables:
    column = ScannedColumn("V07", tuple(findings))
    return ScannedTables([ScannedTable("hr", "/estate", "people.csv", (column,))])


def test_a_finding_says_what_a_name_does_not() -> None:
    known = scanned(NAME, NATIONALITY)
    direct = Meaning("nationality", "direct")
    assert known.meaning("people.csv", "v07", None) == direct
    assert known.meaning("people.csv", "v07", Meaning("name", "proxy")) == direct
    birth = Meaning("country_of_birth", "direct")
    assert known.meaning("people.csv", "v07", birth) == birth
    assert known.meaning("people.csv", "v08", None) is None
    assert known.meaning("other.csv", "v07", None) is None
    assert scanned().meaning("people.csv", "v07", None) is None


def test_a_flow_names_the_finding_of_its_own_concept_first() -> None:
    joined = scanned(NAME, NATIONALITY).column("people.csv", "v07")
    assert joined is not None
    assert joined.finding("nationality") == NATIONALITY
    assert joined.finding("country_of_birth") == NAME
    assert joined.source == "hr"
