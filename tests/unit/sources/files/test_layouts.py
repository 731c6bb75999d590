"""Tables whose columns stand in blanks, in colons, or in the names of folders, read to the end."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from doorlicht.plugins import ProfileRequest
from doorlicht.records import BlindSpot, Source, TableProfile
from doorlicht.sources.files.connector import FilesConnector
from doorlicht.vocabulary import Vocabulary, load_vocabulary

COUNTRIES = ("Polen", "Sri Lanka", "Marokko")


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def read(
    location: Path, vocabulary: Vocabulary, **options: object
) -> tuple[dict[str, TableProfile], dict[str, str]]:
    connector, source = FilesConnector(), Source("x", "files", str(location), options=options)
    request = ProfileRequest(vocabulary.lexicon, vocabulary.terms)
    tables: dict[str, TableProfile] = {}
    codes: dict[str, str] = {}
    for asset in connector.assets(source):
        assert not isinstance(asset, BlindSpot)
        for one in connector.profiles(source, asset, request):
            if isinstance(one, BlindSpot):
                codes[one.asset] = one.code
            else:
                assert one.table not in tables
                tables[one.table] = one
    return tables, codes


def hits(table: TableProfile, column: str) -> dict[str, int]:
    [found] = [one for one in table.columns if one.name == column]
    return {hit.table: hit.rows for hit in found.hits}


def lines(form: str, count: int = 30) -> str:
    return "".join(
        form.format(naam=f"Bo{n}", land=COUNTRIES[n % 3], leeftijd=20 + n) + "\n"
        for n in range(count)
    )


FORMS = {
    "colon.csv": ("naam:geb_land:leeftijd\n", "{naam}:{land}:{leeftijd}"),
    "blank.txt": ("naam geb_land leeftijd\n", '{naam}  "{land}" {leeftijd}'),
    "aligned.prn": ("naam      geb_land    leeftijd\n", "{naam:<10}{land:<12}{leeftijd:>8}"),
    "aligned": ("naam      geb_land    leeftijd\n--------- ----------- --------\n",
                "{naam:<10}{land:<12}{leeftijd:>8}"),
}  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", FORMS)
def test_columns_divided_by_colons_or_blanks_are_counted_as_others(
    name: str, encoding: str, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    header, form = FORMS[name]
    (tmp_path / name).write_text(header + lines(form), encoding)
    tables, codes = read(tmp_path, vocabulary)
    assert codes == {}
    assert [column.name for column in tables[name].columns] == ["naam", "geb_land", "leeftijd"]
    assert tables[name].rows == 30
    assert hits(tables[name], "geb_land")["name/country"] == 30


def test_a_row_of_another_width_is_counted_as_unreadable(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    text = "naam land leeftijd\n" + "Bo Polen 3\n" * 700 + "Bo van Polen 3\n" * 6
    (tmp_path / "p.txt").write_text(text, "utf-8")
    tables, codes = read(tmp_path, vocabulary)
    assert tables["p.txt"].rows == 700
    assert codes == {"p.txt": "rows.unreadable"}


def test_padded_text_that_cannot_be_cut_is_told(tmp_path: Path, vocabulary: Vocabulary) -> None:
    text = "".join(f"{'x' * (n % 7 + 1)}   {'y z' * (n % 5 + 1)}   {n}\n" for n in range(50))
    (tmp_path / "p.txt").write_text(text, "utf-8")
    _, codes = read(tmp_path, vocabulary)
    assert codes == {"p.txt": "file.no_specification"}


def test_the_delimiter_that_the_estate_names_is_used(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    (tmp_path / "p.csv").write_text("naam#geb_land\n" + "Bo#Polen\n" * 9, "utf-8")
    tables, _ = read(tmp_path, vocabulary, delimiter="#")
    assert hits(tables["p.csv"], "geb_land")["name/country"] == 9


def partitioned(root: Path, text: bool) -> None:
    for country in (*COUNTRIES, "__HIVE_DEFAULT_PARTITION__"):
        folder = root / f"geboorteland={country.replace(' ', '%20')}" / "jaar=2021"
        folder.mkdir(parents=True)
        if text:
            (folder / "deel.csv").write_text("zaak;bedrag\n" + "1;2\n" * 10, "utf-8")
        else:
            table = pa.table({"zaak": [1] * 10, "JAAR": [2021] * 10})
            pq.write_table(table, folder / "deel.parquet")


@pytest.mark.parametrize("text", [True, False], ids=["csv", "parquet"])
@pytest.mark.parametrize("sample", [None, 5])
def test_a_column_in_the_names_of_folders_is_a_column_of_the_table(
    text: bool, sample: int | None, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    partitioned(tmp_path, text)
    connector, source = FilesConnector(), Source("x", "files", str(tmp_path))
    request = ProfileRequest(vocabulary.lexicon, vocabulary.terms, sample_rows=sample)
    counted: list[tuple[int, int]] = []
    for asset in connector.assets(source):
        assert not isinstance(asset, BlindSpot)
        for one in connector.profiles(source, asset, request):
            assert isinstance(one, TableProfile)
            names = [column.name for column in one.columns]
            # The year of the parquet file is in the file already, in capitals.
            assert names == (["zaak", "bedrag", "geboorteland", "jaar"] if text else
                             ["zaak", "JAAR", "geboorteland"])  # fmt: skip
            column = one.columns[names.index("geboorteland")]
            found = {hit.table: hit.rows for hit in column.hits}
            counted.append((column.filled_rows, found.get("name/country", 0)))
    rows = sample or 10
    assert sorted(counted) == [(0, 0), *[(rows, rows)] * 3]


def test_a_column_in_the_names_of_folders_is_seen_from_below_and_inside_an_archive(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    folder = tmp_path / "nationaliteit=Poolse"
    folder.mkdir()
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("land=Polen/p.csv", "zaak;bedrag\n1;2\n")
    (folder / "a.zip").write_bytes(content.getvalue())
    for location in (folder, folder / "a.zip"):
        tables, _ = read(location, vocabulary)
        [table] = tables.values()
        names = [column.name for column in table.columns]
        assert names == ["zaak", "bedrag", "nationaliteit", "land"]
