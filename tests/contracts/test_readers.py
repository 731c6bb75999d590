"""One table, written in every format, gives the same columns, rows and hits."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import fastavro
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.orc
import pyarrow.parquet
import pyreadstat
import pytest
import xlwt

from doorlicht.plugins import ProfileRequest
from doorlicht.records import BlindSpot, Source, TableProfile
from doorlicht.sources.files.connector import FilesConnector
from doorlicht.vocabulary import Vocabulary, load_vocabulary

NAMES = ["naam", "geb_land", "land", "leeftijd", "notitie"]
ROWS = [
    [f"Persoon {i}", ("6030", "5002", "9003")[i % 3], ("Nederland", "Frankrijk", "België")[i % 3],
     str(20 + i % 50), "" if i % 4 == 0 else f"zin; met \"teken\", nr {i}"]
    for i in range(60)
]  # fmt: skip
COLUMNS = {name: [row[i] for row in ROWS] for i, name in enumerate(NAMES)}


def as_text(delimiter: str, encoding: str, line: str = "\r\n") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=line)
    writer.writerow(NAMES)
    writer.writerows(ROWS)
    return out.getvalue().encode(encoding)


CSV = as_text(";", "utf-8")


def records() -> list[dict[str, Any]]:
    return [dict(zip(NAMES, row, strict=True)) for row in ROWS]


def sqlite(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"CREATE TABLE personen ({', '.join(NAMES)})")
    connection.executemany("INSERT INTO personen VALUES (?, ?, ?, ?, ?)", ROWS)
    connection.commit()
    connection.close()


def duck(path: Path) -> None:
    table = pa.table(COLUMNS)
    with duckdb.connect(str(path)) as connection:
        connection.register("t", table)
        connection.execute("CREATE TABLE personen AS SELECT * FROM t")


def avro(path: Path) -> None:
    fields = [{"name": name, "type": ["null", "string"]} for name in NAMES]
    schema = {"type": "record", "name": "p", "fields": fields}
    with path.open("wb") as file:
        fastavro.writer(file, fastavro.parse_schema(schema), records())


def xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "personen"
    for row in [NAMES, *ROWS]:
        sheet.append(row)
    book.save(path)


def xls(path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("personen")
    for i, row in enumerate([NAMES, *ROWS]):
        for j, cell in enumerate(row):
            sheet.write(i, j, cell)
    book.save(str(path))


def tar(path: Path, mode: str) -> None:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        info = tarfile.TarInfo("personen.csv")
        info.size = len(CSV)
        archive.addfile(info, io.BytesIO(CSV))


def packed_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("map/personen.csv", CSV)


def arrow_stream(path: Path) -> None:
    table = pa.table(COLUMNS)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)


def arrow_file(path: Path) -> None:
    table = pa.table(COLUMNS)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def fixed(path: Path) -> None:
    lines = [f"{r[0]:<12}{r[1]}{r[2]:<12}{r[3]}{r[4]}" for r in ROWS]
    path.write_text("\n".join(lines), "cp1252")
    starts = [(1, 12), (13, 4), (17, 12), (29, 2), (31, 60)]
    spec = {
        "encoding": "cp1252",
        "columns": [
            {"name": name, "start": start, "length": length}
            for name, (start, length) in zip(NAMES, starts, strict=True)
        ],
    }
    path.with_name(path.name + ".spec.yaml").write_text(json.dumps(spec), "utf-8")


Write = Callable[[Path], object]
FORMATS: dict[str, Write] = {
    "puntkomma.csv": lambda p: p.write_bytes(CSV),
    "komma.csv": lambda p: p.write_bytes(as_text(",", "utf-8-sig")),
    "tab.tsv": lambda p: p.write_bytes(as_text("\t", "utf-8", "\n")),
    "streep.txt": lambda p: p.write_bytes(as_text("|", "utf-8", "\n")),
    "windows.csv": lambda p: p.write_bytes(as_text(";", "cp1252")),
    "utf16.csv": lambda p: p.write_bytes(as_text(";", "utf-16")),
    "utf16le.csv": lambda p: p.write_bytes(as_text(";", "utf-16-le")),
    "mac.csv": lambda p: p.write_bytes(as_text(";", "utf-8", "\r")),
    "titel.csv": lambda p: p.write_bytes(b"Overzicht personen\r\n\r\n" + CSV),
    "sep.csv": lambda p: p.write_bytes(b"sep=;\r\n" + CSV),
    "array.json": lambda p: p.write_text(json.dumps(records()), "utf-8"),
    "onder.json": lambda p: p.write_text(json.dumps({"n": 1, "personen": records()}), "utf-8"),
    "regels.jsonl": lambda p: p.write_text("\n".join(map(json.dumps, records())), "utf-8"),
    "a.parquet": lambda p: pyarrow.parquet.write_table(pa.table(COLUMNS), p),
    "a.feather": lambda p: pyarrow.feather.write_feather(pa.table(COLUMNS), str(p)),
    "oud.feather": lambda p: pyarrow.feather.write_feather(pa.table(COLUMNS), str(p), version=1),
    "bestand.arrow": arrow_file,
    "stroom.arrows": arrow_stream,
    "a.orc": lambda p: pyarrow.orc.write_table(pa.table(COLUMNS), str(p)),
    "a.avro": avro,
    "a.xlsx": xlsx,
    "a.xls": xls,
    "a.ods": lambda p: pd.DataFrame(COLUMNS).to_excel(p, index=False, engine="odf"),
    "a.sqlite": sqlite,
    "a.duckdb": duck,
    "a.sav": lambda p: pyreadstat.write_sav(pd.DataFrame(COLUMNS), str(p)),
    "a.dta": lambda p: pyreadstat.write_dta(pd.DataFrame(COLUMNS), str(p)),
    "a.xpt": lambda p: pyreadstat.write_xport(pd.DataFrame(COLUMNS), str(p)),
    "a.csv.gz": lambda p: p.write_bytes(gzip.compress(CSV)),
    "a.csv.bz2": lambda p: p.write_bytes(bz2.compress(CSV)),
    "a.csv.xz": lambda p: p.write_bytes(lzma.compress(CSV)),
    "a.csv.zst": lambda p: p.write_bytes(pa.compress(CSV, "zstd", asbytes=True)),
    "a.zip": packed_zip,
    "a.tar": lambda p: tar(p, "w"),
    "a.tgz": lambda p: tar(p, "w:gz"),
    "a.fwf": fixed,
}


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def read(location: str, vocabulary: Vocabulary) -> TableProfile:
    source, connector = Source("x", "files", location), FilesConnector()
    request = ProfileRequest(vocabulary.lexicon, vocabulary.terms)
    found: list[TableProfile] = []
    for asset in connector.assets(source):
        assert not isinstance(asset, BlindSpot)
        for one in connector.profiles(source, asset, request):
            assert not isinstance(one, BlindSpot), one
            found.append(one)
    assert len(found) == 1
    return found[0]


def check(table: TableProfile) -> None:
    columns = {column.name.lower(): column for column in table.columns}
    assert list(columns) == NAMES
    assert table.rows == len(ROWS)
    codes = {hit.table: hit.rows for hit in columns["geb_land"].hits}
    words = {hit.table: hit.rows for hit in columns["land"].hits}
    assert codes["brp/34"] == len(ROWS)
    assert words["name/country"] == len(ROWS)
    assert columns["notitie"].filled_rows == sum(bool(row[4]) for row in ROWS)
    assert columns["leeftijd"].shape.digits == 1.0


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_tells_the_same(name: str, tmp_path: Path, vocabulary: Vocabulary) -> None:
    FORMATS[name](tmp_path / name)
    check(read(str(tmp_path), vocabulary))


@pytest.mark.parametrize(
    "name", ["a.parquet", "windows.csv", "a.xlsx", "a.sav", "a.sqlite", "a.zip"]
)
def test_an_object_store_tells_the_same(name: str, tmp_path: Path, vocabulary: Vocabulary) -> None:
    import fsspec

    FORMATS[name](tmp_path / name)
    store = fsspec.filesystem("memory")
    store.pipe(f"/bak/{name}", (tmp_path / name).read_bytes())
    try:
        check(read("memory://bak", vocabulary))
    finally:
        store.rm("/bak", recursive=True)


@pytest.mark.s3
@pytest.mark.filterwarnings("ignore")
def test_s3_tells_the_same(
    tmp_path: Path, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    for key, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
    }.items():
        monkeypatch.setenv(key, value)
    try:
        store = boto3.client("s3")
        store.create_bucket(
            Bucket="bak", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        FORMATS["a.parquet"](tmp_path / "a.parquet")
        store.put_object(
            Bucket="bak", Key="map/a.parquet", Body=(tmp_path / "a.parquet").read_bytes()
        )
        for folder in ("map/", "map/leeg/"):
            store.put_object(Bucket="bak", Key=folder, Body=b"")
        check(read("s3://bak/map", vocabulary))
    finally:
        server.stop()
