"""No value of a source stands in anything that doorlicht writes.

In every kind of source and column a mark of its own is planted: a word or number that can have
come from nowhere else. After a scan, and after a scan that goes wrong in many ways, no mark may
stand in the register, in what is printed or logged, in a message, a report or a temporary file,
in whatever encoding.
"""

import base64
import json
import logging
import os
import re
import sqlite3
import subprocess
import sys
import tarfile
import zipfile
from contextlib import closing

import fastavro
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest
from pyarrow import feather, orc

from doorlicht.language import LANGUAGES
from doorlicht.plugins import Limits
from doorlicht.records import Source
from doorlicht.register import open_register
from doorlicht.runs.scan import ScanRequest, scan
from doorlicht.testing import SteppingClock

WORD = "kanarie"
NUMBER = 918_273_645


def stems():
    """What every mark begins with, in the ways in which it could have been written."""
    texts = [WORD, str(NUMBER), f"{NUMBER:,}", f"{NUMBER:,}".replace(",", "."), "9.18273645"]
    for text in texts:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            yield text.encode(encoding)
    for start in range(3):
        # In base64 a text looks different at each of three places; the middle of it does not.
        yield base64.b64encode(b"x" * start + WORD.encode())[(4 if start else 0) : -4]


STEMS = re.compile(b"|".join(map(re.escape, stems())), re.IGNORECASE)


class Marks:
    """Makes words and numbers that can have come from nowhere else."""

    def __init__(self):
        self._made = 0

    def word(self, place, number=0):
        """A word that is in no vocabulary."""
        return f"{WORD}{place}{number}zq"

    def number(self):
        """A number that is a range, a maximum or a sum of nothing else; exact as a float too."""
        self._made += 1
        return NUMBER * 1_000_000 + self._made


def marks_in(content):
    """The marks that stand in some bytes, with what is around them."""
    return {content[max(0, hit.start() - 20) : hit.end() + 20] for hit in STEMS.finditer(content)}


def people(marks, place, count=40):
    """Rows of people: each kind of column has values that are a mark."""
    rows = []
    for number in range(count):
        country = ["Marokko", "Suriname", "Nederland", marks.word(f"{place}land", number)][
            number % 4
        ]
        rows.append(
            {
                "naam": marks.word(f"{place}naam", number),
                "geboorteland": country,
                "nationaliteit": f"{marks.word(f'{place}nat', number)} Turkse",
                "bsn": marks.number(),
                "datum": f"19{number + 10}-01-0{number % 9 + 1} {marks.word(f'{place}dat')}",
                "toelichting": (
                    f"Betrokkene {marks.word(f'{place}vrij', number)} is van Marokkaanse afkomst, "
                    f"spreekt Berbers met {marks.word(f'{place}tolk', number)} en is moslim."
                ),
            }
        )
    return rows


def as_csv(rows, *, header=True, separator=","):
    names = list(rows[0])
    lines = [separator.join(names)] if header else []
    lines += [separator.join(str(row[name]) for name in names) for row in rows]
    return "\n".join(lines) + "\n"


def write_workbook(path, rows, mark):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    loose = book.create_sheet("los")
    loose.append([mark, 3])
    loose.append([mark, 4])
    book.save(path)


def write_sqlite(path, rows):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"create table mensen ({', '.join(rows[0])})")
        marks = ", ".join("?" * len(rows[0]))
        insert = f"insert into mensen values ({marks})"  # noqa: S608
        connection.executemany(insert, [tuple(row.values()) for row in rows])
        connection.commit()


def write_spss(folder, marks):
    import pandas as pd

    frame = pd.DataFrame({"gebland": [1.0, 2.0, 3.0] * 20, "naam": [marks.word("spssnaam")] * 60})
    labels = {"gebland": {1.0: "Marokko", 2.0: "Suriname", 3.0: marks.word("spsslabel")}}
    pyreadstat.write_sav(
        frame,
        folder / "mensen.sav",
        variable_value_labels=labels,
        column_labels={"gebland": "Geboorteland"},
    )


def plant(folder, marks):
    """One of everything, sound and broken."""
    rows = people(marks, "csv")
    (folder / "mensen.csv").write_text(as_csv(rows), "utf-8")
    (folder / "puntkomma.csv").write_text(as_csv(people(marks, "cp"), separator=";"), "cp1252")
    (folder / "breed.csv").write_text(as_csv(people(marks, "utf16")), "utf-16")
    (folder / "zonder-kop.csv").write_text(as_csv(people(marks, "kop"), header=False), "utf-8")
    (folder / "een-regel.csv").write_text(f"{marks.word('regel')},{marks.number()}\n")
    broken = as_csv(people(marks, "stuk")).encode() + b'\xff\xfe"' + marks.word("stuk").encode()
    (folder / "stuk.csv").write_bytes(broken + b"\x00\x81,,,,,,,,,,,\n" * 3)
    types = ["bsn\n"] + [f"{n}\n" for n in range(3000)] + [f"{marks.word('getal')}\n"]
    (folder / "bijna-getal.csv").write_text("".join(types))
    (folder / "mensen.json").write_text(json.dumps(people(marks, "json")))
    lines = "\n".join(json.dumps(row) for row in people(marks, "jsonl"))
    (folder / "mensen.jsonl").write_text(f'{lines}\n{{"naam": "{marks.word("jsonstuk")}')
    (folder / "genest.json").write_text(json.dumps({"a": [{"b": {"land": marks.word("nest")}}]}))
    table = pa.Table.from_pylist(people(marks, "parquet"))
    pq.write_table(table, folder / "mensen.parquet")
    whole = (folder / "mensen.parquet").read_bytes()
    (folder / "afgekapt.parquet").write_bytes(whole[: len(whole) // 2])
    (folder / "verminkt.parquet").write_bytes(whole[:200] + b"\x00" * 200 + whole[400:])
    write_workbook(folder / "mensen.xlsx", people(marks, "xlsx"), marks.word("blad"))
    (folder / "stuk.xlsx").write_bytes((folder / "mensen.xlsx").read_bytes()[:-300])
    write_sqlite(folder / "mensen.sqlite", people(marks, "sqlite"))
    damaged = bytearray((folder / "mensen.sqlite").read_bytes())
    damaged[5000:6000] = b"\xff" * 1000
    (folder / "stuk.sqlite").write_bytes(damaged)
    write_spss(folder, marks)
    plant_more(folder, marks)
    with zipfile.ZipFile(folder / "archief.zip", "w") as archive:
        archive.writestr("binnen/mensen.csv", as_csv(people(marks, "zip")))
        archive.writestr("binnen/leeg.csv", "")


def plant_more(folder, marks):
    """The formats that bring their own schema, layouts without a delimiter, and a packed tar."""
    orc.write_table(pa.Table.from_pylist(people(marks, "orc")), folder / "mensen.orc")
    feather.write_feather(pa.Table.from_pylist(people(marks, "feather")), folder / "m.feather")
    rows = people(marks, "avro")
    fields = [{"name": name, "type": "long" if name == "bsn" else "string"} for name in rows[0]]
    with (folder / "mensen.avro").open("wb") as file:
        fastavro.writer(file, {"type": "record", "name": "p", "fields": fields}, rows)
    for name in ("mensen.orc", "m.feather", "mensen.avro"):
        content = (folder / name).read_bytes()
        half = len(content) // 2
        (folder / f"stuk-{name}").write_bytes(content[:half] + b"\xff" * 40 + content[half + 40 :])
    short = [list(row.values())[:4] for row in people(marks, "blank")]
    (folder / "dubbelepunt.csv").write_text(
        "".join(":".join(map(str, row)) + "\n" for row in short), "utf-8"
    )
    (folder / "spaties.txt").write_text(
        "".join("".join(f"{cell!s:<40}" for cell in row) + "\n" for row in short), "utf-8"
    )
    part = folder / "geboorteland=Polen"
    part.mkdir()
    (part / "deel.csv").write_text(as_csv(people(marks, "deel")), "utf-8")
    with tarfile.open(folder / "mensen.tgz", "w:gz") as archive:
        archive.add(folder / "mensen.csv", "mensen.csv")
        archive.add(folder / "mensen.orc", "mensen.orc")


def everything_in(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def estate(tmp_path):
    marks = Marks()
    folder = tmp_path / "bron"
    folder.mkdir()
    plant(folder, marks)
    (tmp_path / "temp").mkdir()
    (tmp_path / "uit").mkdir()
    return tmp_path


def test_the_marks_can_be_found_where_they_were_planted(estate):
    folder = estate
    planted = {path.name for path, content in everything_in(folder).items() if marks_in(content)}
    assert {"mensen.csv", "breed.csv", "mensen.json", "mensen.sqlite", "zonder-kop.csv"} <= planted


@pytest.mark.parametrize(
    "limits",
    [
        pytest.param(Limits(), id="all-goes-well"),
        pytest.param(
            Limits(columns=2, unpacked_bytes=100, unpacked_ratio=1),
            id="limits-are-met",
            marks=pytest.mark.long,
        ),
    ],
)
def test_no_value_is_in_anything_that_a_scan_writes(estate, capfd, caplog, limits):
    folder = estate
    caplog.set_level(logging.DEBUG)
    told, seen = [], set()

    def on_event(event):
        told.append(repr(event))
        for content in everything_in(folder / "temp").values():
            seen.update(marks_in(content))
        for file in folder.glob("uit/*"):
            seen.update(marks_in(file.read_bytes()))

    request = ScanRequest(
        sources=[
            Source("map", "files", str(folder / "bron")),
            Source("weg", "files", str(folder / "is-er-niet")),
        ],
        by="jo",
        register=folder / "uit" / "onderzoek.register",
        temp_folder=folder / "temp",
        limits=limits,
    )
    result = scan(request, on_event)
    assert result.looked_at.assets > 3
    assert result.blind_spots
    texts = [*told, repr(result), caplog.text, *capfd.readouterr()]
    for spot in result.blind_spots:
        texts += [spot.message.in_language(one) + spot.remedy.in_language(one) for one in LANGUAGES]
    for kept in result.findings:
        notes = [signal.note for signal in kept.finding.signals]
        texts += [note.in_language(one) for note in notes for one in LANGUAGES]
    with open_register(request.register, clock=SteppingClock()) as register:
        texts += [
            repr(register.tables(one.asset.source, one.asset.path)) for one in register.assets()
        ]
        texts.append(repr(register.ledger()))
    assert marks_in("\n".join(texts).encode("utf-8", "backslashreplace")) == set()
    for path, content in everything_in(folder / "uit").items():
        assert marks_in(content) == set(), path.name
    assert seen == set()
    assert list((folder / "temp").iterdir()) == []


COMMANDS = {
    "scan-nl": ["scan", "{folder}/bron", "--lang", "nl", "--json", "{folder}/uit/nl.json"],
    "scan-again-en": ["scan", "{folder}/bron", "--sample", "5", "--json", "{folder}/uit/en.json"],
    "scan-nothing": ["scan", "{folder}/is-er-niet"],
    "findings": ["findings", "--proxies", "--threshold", "0", "--json", "{folder}/uit/f.json"],
    "explain": ["explain", "{finding}"],
    "triage": ["triage", "{finding}", "reject", "--reason", "geen personen"],
    "explain-nothing": ["explain", "F-NIETHIER"],
    "report": ["report", "--report", "{folder}/uit/nog-eens.html"],
}


def test_no_value_is_in_anything_that_the_commands_write_or_print(estate):
    folder, finding = estate, "F-NIETHIER"
    register = folder / "uit" / "onderzoek.register"
    for name, words in COMMANDS.items():
        filled = [word.format(folder=folder, finding=finding) for word in words]
        done = subprocess.run(
            [sys.executable, "-m", "doorlicht", *filled, "--register", str(register)],
            capture_output=True,
            cwd=folder / "uit",
            env={**os.environ, "TMPDIR": str(folder / "temp")},
            check=False,
        )
        assert done.returncode in ({65} if "nothing" in name else {0, 1, 2, 3}), (name, done)
        assert done.stdout + done.stderr
        assert marks_in(done.stdout) == set(), name
        assert marks_in(done.stderr) == set(), name
        with open_register(register, clock=SteppingClock()) as opened:
            finding = max(opened.findings(), key=lambda one: one.finding.probability).finding.id
    written = everything_in(folder / "uit")
    assert {path.suffix for path in written} >= {".register", ".json", ".html"}
    for path, content in written.items():
        assert marks_in(content) == set(), path.name
    assert list((folder / "temp").iterdir()) == []
