"""Input that is broken, hostile or odd: one line of why, the rest goes on, and nothing leaks."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import fastavro
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest
from pyarrow import feather, orc

from doorlicht.language import LANGUAGES
from doorlicht.plugins import Limits, ProfileRequest
from doorlicht.records import BlindSpot, Source, TableProfile
from doorlicht.sources.files.connector import FilesConnector
from doorlicht.vocabulary import Vocabulary, load_vocabulary

MARK = "Zwartvoet8843"
PEOPLE = f"naam;geb_land;leeftijd\n{MARK};6030;31\nBo;5002;44\n"


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def read(
    root: Path, vocabulary: Vocabulary, limits: Limits | None = None
) -> tuple[dict[str, TableProfile], dict[str, str]]:
    """Return the tables by path, and the codes of the blind spots by path."""
    connector = FilesConnector()
    source = Source("x", "files", str(root))
    request = ProfileRequest(vocabulary.lexicon, vocabulary.terms, limits=limits or Limits())
    tables: dict[str, TableProfile] = {}
    spots: dict[str, str] = {}
    for item in connector.assets(source):
        found = [item] if isinstance(item, BlindSpot) else connector.profiles(source, item, request)
        for one in found:
            if isinstance(one, BlindSpot):
                assert MARK not in repr(one)
                assert one.message.in_language("nl")
                assert one.remedy.in_language("en")
                spots[one.asset] = one.code
            else:
                assert MARK not in "".join(column.name for column in one.columns)
                tables[one.table] = one
    return tables, spots


def test_a_truncated_parquet_file_is_one_blind_spot_and_the_rest_goes_on(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    pq.write_table(pa.table({"naam": [MARK] * 5000, "n": range(5000)}), tmp_path / "a.parquet")
    whole = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "a.parquet").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "b.csv").write_text(PEOPLE, "utf-8")
    tables, spots = read(tmp_path, vocabulary)
    assert spots == {"a.parquet": "file.broken"}
    assert tables["b.csv"].rows == 2


def test_a_parquet_file_damaged_in_the_middle_is_a_blind_spot(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    table = pa.table({"naam": [f"{MARK}{i}" for i in range(60000)]})
    pq.write_table(table, tmp_path / "a.parquet", use_dictionary=False)
    data = bytearray((tmp_path / "a.parquet").read_bytes())
    data[5000:60000] = os.urandom(55000)
    (tmp_path / "a.parquet").write_bytes(bytes(data))
    _, spots = read(tmp_path, vocabulary)
    assert spots["a.parquet"] in {"file.broken", "file.unreadable", "engine.failed"}


@pytest.mark.parametrize("end", [b"", b"\n", b"\n4;6030;5\n"])
def test_a_row_longer_than_the_engine_can_hold_is_told(
    tmp_path: Path, vocabulary: Vocabulary, end: bytes
) -> None:
    with (tmp_path / "a.csv").open("wb") as file:
        file.write(PEOPLE.encode() + b"x" * (17 << 20) + end)
    tables, spots = read(tmp_path, vocabulary)
    assert spots["a.csv"] == "rows.unreadable"
    assert tables["a.csv"].rows == 2 + end.count(b";") // 2


def test_millions_of_commas_cost_bounded_memory_and_time(tmp_path: Path) -> None:
    with (tmp_path / "commas.csv").open("wb") as file:
        for _ in range(40):
            file.write(b"," * (1 << 20))
    program = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from tests.unit.sources.files.test_bad_input import read\n"
        "from doorlicht.vocabulary import load_vocabulary\n"
        "tables, spots = read(Path(sys.argv[1]), load_vocabulary())\n"
        # What getrusage tells begins with the memory of whoever started the process.
        "status = Path('/proc/self/status')\n"
        "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "if status.exists():\n"
        "    peak = int(status.read_text().split('VmHWM:')[1].split()[0])\n"
        "print(spots, peak // 1024)\n"
    )
    root = Path(__file__).parents[4]
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        cwd=root, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert "file.long_line" in done.stdout, done.stderr[-500:]
    assert int(done.stdout.split()[-1]) < 900


def test_a_bomb_of_a_zip_is_left_alone(tmp_path: Path, vocabulary: Vocabulary) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.csv", b"0" * (60 << 20))
        archive.writestr("people.csv", PEOPLE)
    tables, spots = read(tmp_path, vocabulary)
    assert spots["bomb.zip!zeros.csv"] == "limit.unpacked"
    assert tables["bomb.zip!people.csv"].rows == 2


def test_a_zip_that_lies_about_its_size_is_stopped(tmp_path: Path, vocabulary: Vocabulary) -> None:
    path = tmp_path / "liar.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.csv", b"0," * (20 << 20))
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.find(mark)
        data[at + offset : at + offset + 4] = (1000).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    tables, spots = read(tmp_path, vocabulary)
    assert not tables or all(table.bytes < 1 << 20 for table in tables.values())
    assert spots or tables


def test_archives_within_archives_end_somewhere(tmp_path: Path, vocabulary: Vocabulary) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    inner = tmp_path / "people.csv"
    for level in range(6):
        outer = tmp_path / f"level{level}.zip"
        with zipfile.ZipFile(outer, "w") as archive:
            archive.write(inner, inner.name)
        inner.unlink()
        inner = outer
    _, spots = read(tmp_path, vocabulary)
    assert "limit.nested" in spots.values()


def test_a_workbook_with_a_password_says_so(tmp_path: Path, vocabulary: Vocabulary) -> None:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    stream = "EncryptedPackage".encode("utf-16-le")
    (tmp_path / "geheim.xlsx").write_bytes(head + stream + os.urandom(4096))
    _, spots = read(tmp_path, vocabulary)
    assert spots == {"geheim.xlsx": "file.encrypted"}


@pytest.mark.long
def test_five_thousand_columns_are_all_looked_at(tmp_path: Path, vocabulary: Vocabulary) -> None:
    names = [f"kolom_{i}" for i in range(4999)] + ["geb_land"]
    lines = [";".join(names)] + [";".join(["7"] * 4999 + ["6030"])] * 20
    (tmp_path / "wide.csv").write_text("\n".join(lines), "utf-8")
    tables, spots = read(tmp_path, vocabulary)
    assert not spots
    last = tables["wide.csv"].columns[-1]
    assert (last.name, last.filled_rows) == ("geb_land", 20)
    assert any(hit.table == "brp/34" and hit.rows == 20 for hit in last.hits)


def test_too_many_columns_are_a_blind_spot(tmp_path: Path, vocabulary: Vocabulary) -> None:
    (tmp_path / "wide.csv").write_text(";".join(f"k{i}" for i in range(50)) + "\n" + ";" * 49)
    _, spots = read(tmp_path, vocabulary, Limits(columns=40))
    assert spots == {"wide.csv": "limit.columns"}


@pytest.mark.parametrize("ending", ["csv", "parquet", "sqlite"])
def test_a_column_called_like_an_attack_is_just_a_column(
    ending: str, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    name = "'; DROP TABLE x; --\"`"
    if ending == "csv":
        quoted = name.replace('"', '""')
        (tmp_path / "a.csv").write_text(f'"{quoted}";leeftijd\nNederland;3\nTurkije;4\n', "utf-8")
    elif ending == "parquet":
        pq.write_table(pa.table({name: ["Nederland", "Turkije"]}), tmp_path / "a.parquet")
    else:
        import sqlite3

        with sqlite3.connect(tmp_path / "a.sqlite") as connection:
            escaped = name.replace('"', '""')
            connection.execute(f'CREATE TABLE "t"" x" ("{escaped}")')
            connection.executemany('INSERT INTO "t"" x" VALUES (?)', [("Nederland",), ("Turkije",)])
        connection.close()
    tables, spots = read(tmp_path, vocabulary)
    assert not spots
    (table,) = tables.values()
    assert table.columns[0].name == name
    assert any(hit.table == "name/country" and hit.rows == 2 for hit in table.columns[0].hits)


def test_a_loop_of_links_ends(tmp_path: Path, vocabulary: Vocabulary) -> None:
    (tmp_path / "map").mkdir()
    (tmp_path / "map" / "terug").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "zelf").symlink_to(tmp_path / "zelf")
    (tmp_path / "weg").symlink_to(tmp_path / "nergens")
    (tmp_path / "b.csv").write_text(PEOPLE, "utf-8")
    tables, spots = read(tmp_path, vocabulary)
    assert spots == {"map/terug": "link.loop", "zelf": "link.loop", "weg": "link.broken"}
    assert list(tables) == ["b.csv"]


def test_a_file_that_vanishes_after_listing_is_said(tmp_path: Path, vocabulary: Vocabulary) -> None:
    (tmp_path / "a.csv").write_text(PEOPLE, "utf-8")
    source, connector = Source("x", "files", str(tmp_path)), FilesConnector()
    (asset,) = list(connector.assets(source))
    (tmp_path / "a.csv").unlink()
    request = ProfileRequest(vocabulary.lexicon, vocabulary.terms)
    (spot,) = list(connector.profiles(source, asset, request))  # type: ignore[arg-type]
    assert isinstance(spot, BlindSpot)
    assert spot.code == "file.vanished"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_never_opened(tmp_path: Path, vocabulary: Vocabulary) -> None:
    os.mkfifo(tmp_path / "pijp.csv")
    _, spots = read(tmp_path, vocabulary)
    assert spots == {"pijp.csv": "file.special"}


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("leeg.csv", b"", "file.empty"),
        ("wit.csv", b"\n\n  \n", "file.empty"),
        ("bytes.csv", bytes(range(256)) * 50, "file.no_text"),
        ("geen.json", b'{"a": [1, 2', "file.broken"),
        ("tabel.xls", b"<html><table><tr><td>x</td></tr></table></html>", None),
        ("geen.sqlite", b"SQLite format 3\x00" + b"\xff" * 2000, "file.broken"),
        ("geen.xlsx", b"PK\x03\x04" + b"\x00" * 200, "file.broken"),
        ("geen.gz", b"\x1f\x8b" + b"\x00" * 50, "file.broken"),
        ("geen.rds", b"\x1f\x8b" + b"\x00" * 50, "file.broken"),
        ("geen.sav", b"$FL2" + b"\x00" * 500, "file.broken"),
        ("geen.avro", b"Obj\x01" + b"\x00" * 20, "file.broken"),
        ("geen.orc", b"ORC" + b"\x00" * 200, "file.broken"),
        ("geen.feather", b"ARROW1" + b"\x00" * 200, "file.broken"),
        ("vast.fwf", b"abc\n", "file.no_specification"),
        ("raar.qqq", b"\x01\x02\x03", "format.unknown"),
    ],
)
def test_what_cannot_be_read_is_one_blind_spot(
    name: str, content: bytes, code: str | None, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    (tmp_path / name).write_bytes(content)
    (tmp_path / "z.csv").write_text(PEOPLE, "utf-8")
    tables, spots = read(tmp_path, vocabulary)
    assert "z.csv" in tables
    assert len(spots) == 1
    if code is not None:
        assert spots == {name: code}


def damaged(content: bytes, at: int) -> bytes:
    return content[:at] + bytes(range(200, 232)) + content[at + 32 :]


@pytest.mark.parametrize("name", ["a.avro", "a.orc", "a.feather", "a.zip", "a.tgz"])
def test_damage_anywhere_is_a_line_of_the_report_and_no_fault_of_the_reader(
    name: str, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    rows = [{"naam": f"Bo{n}", "geb_land": "Polen"} for n in range(300)]
    sound = tmp_path / "sound"
    if name == "a.avro":
        fields = [{"name": field, "type": ["null", "string"]} for field in rows[0]]
        schema = {"type": "record", "name": "p", "fields": fields}
        with sound.open("wb") as file:
            fastavro.writer(file, schema, rows, codec="deflate")
    elif name == "a.orc":
        orc.write_table(pa.Table.from_pylist(rows), str(sound))
    elif name == "a.feather":
        feather.write_feather(pa.Table.from_pylist(rows), str(sound))
    elif name == "a.zip":
        with zipfile.ZipFile(sound, "w") as archive:
            for member in ("p.csv", "q.csv"):
                archive.writestr(member, PEOPLE)
    else:
        with tarfile.open(sound, "w:gz") as archive:
            info = tarfile.TarInfo("p.csv")
            info.size = len(PEOPLE)
            archive.addfile(info, io.BytesIO(PEOPLE.encode()))
    content = sound.read_bytes()
    sound.unlink()
    for at in range(4, len(content) - 32, max(1, len(content) // 40)):
        (tmp_path / name).write_bytes(damaged(content, at))
        _, spots = read(tmp_path, vocabulary)  # a reader that breaks down raises here
        assert set(spots.values()) <= {
            "file.broken", "file.empty", "file.no_table", "file.no_values", "file.no_text",
            "file.encrypted", "format.unknown", "rows.unreadable", "limit.unpacked",
            "limit.columns",
        }  # fmt: skip


def test_a_transport_file_that_was_cut_off_is_told(tmp_path: Path, vocabulary: Vocabulary) -> None:
    frame = pd.DataFrame({"geb_land": ["Polen"] * 300, "nr": range(300)})
    pyreadstat.write_xport(frame, str(tmp_path / "a.xpt"))
    content = (tmp_path / "a.xpt").read_bytes()
    _, spots = read(tmp_path, vocabulary)
    assert spots == {}
    (tmp_path / "a.xpt").write_bytes(content[: len(content) // 2 + 7])
    _, spots = read(tmp_path, vocabulary)
    assert spots == {"a.xpt": "file.broken"}


def test_a_wrong_ending_does_not_matter(tmp_path: Path, vocabulary: Vocabulary) -> None:
    pq.write_table(pa.table({"geb_land": ["6030"] * 3}), tmp_path / "eigenlijk_parquet.csv")
    (tmp_path / "eigenlijk_csv.dat").write_text(PEOPLE, "utf-8")
    (tmp_path / "zonder_ending").write_text(PEOPLE, "utf-8")
    tables, spots = read(tmp_path, vocabulary)
    assert not spots
    assert {name: table.rows for name, table in tables.items()} == {
        "eigenlijk_parquet.csv": 3, "eigenlijk_csv.dat": 2, "zonder_ending": 2,
    }  # fmt: skip


def test_odd_file_names_can_be_told_and_read(tmp_path: Path, vocabulary: Vocabulary) -> None:
    (tmp_path / "met\nregel.csv").write_text(PEOPLE, "utf-8")
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/kapot\xff.csv"))).write_text(PEOPLE, "utf-8")
    tables, spots = read(tmp_path, vocabulary)
    assert not spots
    assert sorted(tables) == ["kapot%FF.csv", "met%0Aregel.csv"]


def test_documents_and_code_are_told_once_per_kind(tmp_path: Path) -> None:
    for name in ("a.pdf", "b.docx", "c.py", "d.png", "e.pkl"):
        (tmp_path / name).write_bytes(b"%PDF" + MARK.encode())
    (tmp_path / ".git").mkdir()
    source = Source("x", "files", str(tmp_path))
    codes = [spot.code for spot in FilesConnector().assets(source) if isinstance(spot, BlindSpot)]
    assert sorted(codes) == [
        "folder.skipped", "format.code", "format.document", "format.image", "format.model",
    ]  # fmt: skip


def test_files_in_other_formats_are_told_with_their_endings(tmp_path: Path) -> None:
    for name in ("a.7z", "b.7z", "c.DBF"):
        (tmp_path / name).write_bytes(MARK.encode())
    (spot,) = FilesConnector().assets(Source("x", "files", str(tmp_path)))
    assert isinstance(spot, BlindSpot)
    assert spot.details == {"files": 3, "endings": ".7z (2), .dbf (1)"}
    for language in LANGUAGES:
        assert ".7z (2), .dbf (1)" in spot.message.in_language(language)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_rows_behind_a_quotation_mark_without_end_are_told(
    tmp_path: Path, vocabulary: Vocabulary, encoding: str
) -> None:
    text = "id;geb_land;naïef\n" + "1;6030;b\n" * 30_000 + '2;"no end;b\n' + "3;6030;d\n" * 5_000
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    tables, spots = read(tmp_path, vocabulary)
    assert spots == {"a.csv": "rows.unreadable"}
    assert tables["a.csv"].rows + tables["a.csv"].unreadable_rows >= 35_000


def test_rows_that_do_not_fit_are_counted_and_the_rest_is_read(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    rows = ["naam;geb_land"] + [f"p{i};6030" for i in range(500)]
    rows[450] = "te;veel;velden;hier"
    (tmp_path / "a.csv").write_text("\n".join(rows), "utf-8")
    tables, spots = read(tmp_path, vocabulary)
    assert spots == {"a.csv": "rows.unreadable"}
    assert (tables["a.csv"].rows, tables["a.csv"].unreadable_rows) == (499, 1)


def test_nested_columns_beyond_the_limit_are_told(
    tmp_path: Path, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = {f"f{index}": "x" for index in range(5)}
    pq.write_table(pa.table({"a": [inner], "geb_land": ["6030"]}), tmp_path / "a.parquet")
    monkeypatch.setattr("doorlicht.sources.engine.nested.MAX_OPENED", 4)
    tables, spots = read(tmp_path, vocabulary)
    assert spots == {"a.parquet": "columns.cut"}
    assert (len(tables["a.parquet"].columns), tables["a.parquet"].columns_left_out) == (4, 2)


def test_a_pipe_that_is_named_itself_is_told_as_one_in_a_folder(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    os.mkfifo(tmp_path / "pijp.csv")
    _, spots = read(tmp_path / "pijp.csv", vocabulary)
    assert spots == {"pijp.csv": "file.special"}


@pytest.mark.parametrize("cut", [1, 100])
def test_a_parquet_file_without_its_beginning_is_broken(
    cut: int, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    pq.write_table(pa.table({"naam": [MARK] * 5000, "n": range(5000)}), tmp_path / "a.parquet")
    whole = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "a.parquet").write_bytes(whole[cut:])
    _, spots = read(tmp_path, vocabulary)
    assert spots == {"a.parquet": "file.broken"}


def test_a_stray_zero_byte_costs_no_file(tmp_path: Path, vocabulary: Vocabulary) -> None:
    text = "naam;land\n" + "Zoë;België\n" * 200
    (tmp_path / "a.csv").write_bytes(text.encode().replace(b"Zo", b"Z\x00o", 1))
    tables, spots = read(tmp_path, vocabulary)
    assert not spots
    assert tables["a.csv"].rows == 200


def test_a_file_without_an_ending_is_told_as_one(tmp_path: Path, vocabulary: Vocabulary) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("conf.d/readme", "Nothing here\n")
    (tmp_path / "b.qqq").write_bytes(b"\x00\x01" * 50)
    connector = FilesConnector()
    source = Source("x", "files", str(tmp_path))
    request = ProfileRequest(vocabulary.lexicon, vocabulary.terms, limits=Limits())
    told: dict[str, str] = {}
    for asset in connector.assets(source):
        assert not isinstance(asset, BlindSpot)
        for spot in connector.profiles(source, asset, request):
            assert isinstance(spot, BlindSpot)
            told[spot.asset] = spot.message.in_language("en")
            assert spot.message.in_language("nl")
    assert "(no ending)" in told["a.zip!conf.d/readme"]
    assert "qqq" in told["b.qqq"]
