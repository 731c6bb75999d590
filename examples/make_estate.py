"""Make the data of the example estate, the Ministerie van Voorbeeldzaken.

    python examples/make_estate.py [--out FOLDER]

The same seed makes the same estate: text files byte for byte, the others (SQLite, Parquet, Excel,
SPSS) with the same content, for the libraries that write them put their own version in. The files
are kept in the repository; a test makes them anew and compares. ``estate.yaml`` and
``expected.yaml`` beside them are written by hand.

Everybody in it is invented: see ``examples/invented/people.py``.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Final

import pandas as pd
import pyarrow as pa
import pyreadstat
import xlsxwriter
from pyarrow import parquet

from invented import lookalikes, reviews, tables
from invented.locked_zip import write_locked_zip
from invented.people import invent_people
from invented.tables import Cell, Table

SEED: Final = "Ministerie van Voorbeeldzaken, 2026"
HERE: Final = Path(__file__).parent / "ministry"
EPOCH: Final = (2026, 1, 1, 0, 0, 0)
"""Time stamp of everything that has one inside, so that a second run gives the same bytes."""


def main() -> None:
    """Make the estate in the folder that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write to")
    make_estate(parser.parse_args().out)


def make_estate(out: Path) -> None:
    """Write every file of the estate below ``out``; what is there already is replaced."""
    people = invent_people(1_500, _random("people"))
    _make_benefits(out / "uitkeringen", people)
    _make_enforcement(out / "handhaving", people)
    _make_language(out / "taal_en_meedoen", people)
    _make_shared(out / "gedeeld")
    _make_reviews(out / "heronderzoek_2025")
    _make_allowances(out / "toelagen", people)
    _make_small_ones(out)


def _random(name: str) -> Random:
    # Each table has its own, so that a new table changes no other.
    return Random(f"{SEED}/{name}")  # noqa: S311 (invented data, no secret)


def _make_benefits(folder: Path, people: tables.People) -> None:
    write_csv(folder / "bevolking/brp_selectie_2026.csv", tables.population_extract(people))
    changes = tables.nationality_changes(people[:900], _random("changes"))
    write_csv(folder / "bevolking/mutaties_nationaliteit.csv", changes)

    grants = tables.grants(people, _random("grants"), 6_000)
    write_parquet(folder / "toekenningen_2026.parquet", grants)
    old = tables.grants(people, _random("grants 2019"), 500)
    write_parquet(folder / "toekenningen_2019.parquet", old)
    _cut_short(folder / "toekenningen_2019.parquet")

    survey = tables.survey(people[:700], _random("survey"))
    write_spss(folder / "onderzoek/klanttevredenheid_2025.sav", survey)
    write_workbook(folder / "kwartaalcijfers.xlsx", people)


def _make_enforcement(folder: Path, people: tables.People) -> None:
    write_sqlite(
        folder / "zaken.sqlite",
        {
            "personen": tables.case_people(people[:1_200]),
            "signalen": tables.case_signals(people[:1_200], _random("signals"), 2_000),
            "landen": lookalikes.list_of_countries(),
            "bedrijven": lookalikes.firms(_random("firms")),
        },
    )
    debtors = tables.old_debtors(people[:800], _random("debtors"))
    write_zip(
        folder / "archief/export_2019.zip", "debiteuren_2019.csv", csv_text(debtors), "cp1252"
    )
    notes = tables.case_notes(people[:900], _random("notes"))
    write_csv(folder / "gespreksnotities.csv", notes)
    chosen = tables.mailed_list(people[:1_200], _random("mailed list"))
    write_mailed_list(folder / "lijsten/extra_controle_2025.xlsx", chosen)
    write_json_lines(
        folder / "wijzigingen.jsonl", tables.change_log(people, _random("changes log"), 1_200)
    )


def _make_language(folder: Path, people: tables.People) -> None:
    intake = tables.intake(people, _random("intake"))
    write_csv(folder / "intake_deelnemers.tsv", intake, delimiter="\t", encoding="utf-16")
    write_csv(folder / "lesmateriaal.csv", lookalikes.library(_random("library")))
    write_locked_zip(
        folder / "van_gemeente/aanmeldingen.zip",
        "aanmeldingen.csv",
        csv_text(tables.participants(people[:200], _random("locked"))).encode(),
        EPOCH,
        _random("password"),
    )


def _make_shared(folder: Path) -> None:
    write_csv(folder / "bedrijfsloop_uitslag.csv", lookalikes.running_race(_random("race")))
    write_csv(folder / "landenlijst.csv", lookalikes.list_of_countries())
    write_csv(folder / "wagenpark.csv", lookalikes.car_pool(_random("cars")), delimiter=",")
    figures = lookalikes.neighbourhood_figures(_random("neighbourhoods"))
    write_csv(folder / "buurtcijfers.csv", figures)
    write_csv(folder / "opinieonderzoek.csv", lookalikes.opinions(_random("opinions")))
    write_csv(folder / "duivenvluchten.csv", lookalikes.pigeons(_random("pigeons")))
    write_csv(folder / "vergaderingen.csv", lookalikes.meetings(_random("meetings")))


def _make_reviews(folder: Path) -> None:
    # People of their own: of a population that is mostly Dutch, few groups are large enough.
    people = invent_people(4_000, _random("people reviewed"))
    write_csv(folder / "heronderzoeken.csv", reviews.reviews(people, _random("reviews")))
    (folder / "risicomodel.pmml").write_text(reviews.model(), "utf-8", newline="\n")


def _make_allowances(folder: Path, people: tables.People) -> None:
    write_csv(folder / "betalingen_2026.csv", lookalikes.payments(_random("payments")))
    # The list that was mailed: the part that this service is about, in a folder for post.
    chosen = tables.mailed_list(people[:400], _random("mailed list"))
    write_mailed_list(folder / "post/2025-11/Lijst extra controle DEF v3.xlsx", chosen)


def _make_small_ones(out: Path) -> None:
    write_csv(out / "inspectie/bezoeken.csv", lookalikes.inspections(_random("inspections")))
    write_csv(out / "wetgeving/planning.csv", lookalikes.bills(_random("bills")))


def csv_text(table: Table, delimiter: str = ";") -> str:
    """Return a table as CSV, with the line ends of the systems that it imitates."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows(table.rows)
    return text.getvalue()


def write_csv(path: Path, table: Table, delimiter: str = ";", encoding: str = "utf-8") -> None:
    """Write a table as text."""
    _parent_of(path).write_bytes(csv_text(table, delimiter).encode(encoding))


def write_json_lines(path: Path, table: Table) -> None:
    """Write a table as one JSON object per line."""
    lines = (
        json.dumps(dict(zip(table.columns, row, strict=True)), ensure_ascii=False, default=str)
        for row in table.rows
    )
    _parent_of(path).write_bytes(("\n".join(lines) + "\n").encode())


def write_parquet(path: Path, table: Table) -> None:
    """Write a table as Parquet."""
    columns = {name: list(values) for name, values in _by_column(table).items()}
    parquet.write_table(pa.table(columns), _parent_of(path), compression="zstd")


def write_spss(path: Path, table: Table) -> None:
    """Write a table as SPSS system file, with the labels of variables and values."""
    frame = pd.DataFrame(_by_column(table))
    pyreadstat.write_sav(
        frame,
        str(_parent_of(path)),
        column_labels=[table.labels.get(name, "") for name in table.columns],
        variable_value_labels=table.value_labels,
        compress=True,
    )
    # The header keeps the moment of writing, in 17 characters from byte 92.
    content = bytearray(path.read_bytes())
    content[92:109] = b"01 Jan 2600:00:00"
    path.write_bytes(content)


def write_sqlite(path: Path, content: dict[str, Table]) -> None:
    """Write tables as one SQLite database, every column as text or number."""
    _parent_of(path).unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database, database:
        for name, table in content.items():
            marks = ", ".join("?" * len(table.columns))
            quoted = ", ".join(f'"{column}"' for column in table.columns)
            database.execute(f'CREATE TABLE "{name}" ({quoted})')
            database.executemany(f'INSERT INTO "{name}" VALUES ({marks})', table.rows)  # noqa: S608


def write_workbook(path: Path, people: tables.People) -> None:
    """Write the workbook: a summary, a list under title rows, and a sheet that is hidden."""
    with xlsxwriter.Workbook(str(_parent_of(path))) as book:
        book.set_properties({"created": datetime(*EPOCH), "author": "Directie Uitkeringen"})  # noqa: DTZ001
        day = book.add_format({"num_format": "dd-mm-yyyy"})
        summary = _summary(_random("summary"))
        _fill_sheet(book.add_worksheet("Samenvatting"), summary, 0, day)
        sheet = book.add_worksheet("Deelnemers")
        sheet.write(0, 0, "Ministerie van Voorbeeldzaken, Directie Uitkeringen")
        sheet.write(1, 0, "Deelnemers aan de proef Korter Formulier, stand 1 januari 2026")
        participants = tables.participants(people[:220], _random("participants"))
        _fill_sheet(sheet, participants, 3, day)
        hidden = book.add_worksheet("controle_lijst")
        _fill_sheet(hidden, tables.checklist(people[:150], _random("checklist")), 0, day)
        hidden.hide()


def write_mailed_list(path: Path, table: Table) -> None:
    """Write the list that was mailed around: title rows, and a sheet on whom it went to."""
    with xlsxwriter.Workbook(str(_parent_of(path))) as book:
        book.set_properties({"created": datetime(*EPOCH), "author": "Toezicht en Handhaving"})  # noqa: DTZ001
        day = book.add_format({"num_format": "dd-mm-yyyy"})
        sheet = book.add_worksheet("Lijst")
        sheet.write(0, 0, "Extra controle najaar 2025, niet doorsturen")
        _fill_sheet(sheet, table, 2, day)
        sent = Table(
            ("datum", "van", "aan", "hoe"),
            [
                (date(2025, 11, 3), "team Handhaving", "Dienst Toelagen, team Controle", "mail"),
                (date(2025, 11, 5), "team Handhaving", "twee gemeenten", "mail"),
                (date(2025, 11, 14), "Dienst Toelagen", "team Handhaving", "mail, versie 3"),
            ],
        )
        _fill_sheet(book.add_worksheet("Verzonden"), sent, 0, day)


def _summary(random: Random) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (kwartaal, regeling, random.randrange(900, 4_000), random.randrange(1, 40))
        for kwartaal in ("2025-1", "2025-2", "2025-3", "2025-4")
        for regeling in ("bijstand", "toeslag huur", "toeslag zorg")
    ]
    return Table(("kwartaal", "regeling", "aantal", "klachten"), rows)


def _fill_sheet(
    sheet: xlsxwriter.worksheet.Worksheet,
    table: Table,
    first_row: int,
    day: xlsxwriter.workbook.Format,
) -> None:
    for offset, row in enumerate([table.columns, *table.rows]):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(first_row + offset, column, value, day)
            elif value is not None:
                sheet.write(first_row + offset, column, value)


def write_zip(path: Path, member: str, text: str, encoding: str) -> None:
    """Write a text file in a zip, stored as it is: compression differs between versions."""
    with zipfile.ZipFile(_parent_of(path), "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(member, EPOCH), text.encode(encoding, "replace"))


def _cut_short(path: Path) -> None:
    """Keep the first half of a file, as a broken copy over a network does."""
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def _by_column(table: Table) -> dict[str, Sequence[Cell]]:
    columns = zip(*table.rows, strict=True)
    return dict(zip(table.columns, columns, strict=True))


def _parent_of(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


if __name__ == "__main__":
    main()
