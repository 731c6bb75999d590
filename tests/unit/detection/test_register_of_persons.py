"""A register of persons of many countries is no table of countries, however even the spread."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from doorlicht.detection import detect
from doorlicht.plugins import Limits, ProfileRequest
from doorlicht.records import Source, TableProfile
from doorlicht.sources.files.connector import FilesConnector
from doorlicht.vocabulary import load_vocabulary

COUNTRIES = (
    "Syrië", "Eritrea", "Turkije", "Irak", "Iran", "Jemen", "Somalië", "Marokko", "Polen", "India",
)  # fmt: skip


def found(folder: Path, header: list[str], rows: list[list[str]], concept: str = "") -> set[str]:
    with (folder / "t.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(header)
        writer.writerows(rows)
    vocabulary = load_vocabulary()
    request = ProfileRequest(vocabulary.lexicon, vocabulary.terms, limits=Limits())
    connector, source = FilesConnector(), Source("x", "files", str(folder))
    (asset,) = connector.assets(source)
    (profile,) = connector.profiles(source, asset, request)
    assert isinstance(profile, TableProfile)
    return {
        one.location.column
        for one in detect(profile, vocabulary)
        if one.probability >= 0.5 and concept in {"", one.concept}
    }


@pytest.mark.parametrize("number", ["bsn", "klantnummer", "vnummer", "id_usager", "id", "rec_id"])
def test_persons_of_ten_countries_are_persons(tmp_path: Path, number: str) -> None:
    rows = [[str(100_000 + row), COUNTRIES[row * 7 % 10]] for row in range(600)]
    assert "geboorteland" in found(tmp_path, [number, "geboorteland"], rows)


def test_countries_by_year_are_countries(tmp_path: Path) -> None:
    rows = [[c, str(year), str(year * 17 % 991)] for c in COUNTRIES for year in range(1960, 2020)]
    assert not found(tmp_path, ["land", "jaar", "inwoners"], rows)


def test_persons_with_several_rows_each_are_persons(tmp_path: Path) -> None:
    rows = [[str(100_000 + row // 4), COUNTRIES[row // 4 % 10]] for row in range(800)]
    assert "geboorteland" in found(tmp_path, ["klantnummer", "geboorteland"], rows)


def test_numbered_rows_of_countries_by_year_are_countries(tmp_path: Path) -> None:
    pairs = [(c, year) for c in COUNTRIES for year in range(1960, 2020)]
    rows = [[str(at), c, str(y), str(at * 17 % 991)] for at, (c, y) in enumerate(pairs)]
    assert not found(tmp_path, ["id", "land", "jaar", "inwoners"], rows)


def test_a_permit_is_no_thing(tmp_path: Path) -> None:
    permits = ("carte de résident", "visa long séjour", "récépissé")
    rows = [[str(9_000 + row), COUNTRIES[row * 7 % 10], permits[row % 3]] for row in range(300)]
    header = ["id_usager", "pays_naissance", "titre_sejour"]
    assert {"pays_naissance", "titre_sejour"} <= found(tmp_path, header, rows)


def test_cattle_has_no_country_of_birth(tmp_path: Path) -> None:
    rows = [[f"NL {row}", COUNTRIES[row * 7 % 10], "HF", "MRIJ"] for row in range(300)]
    assert not found(tmp_path, ["oormerk", "geboorteland", "ras", "moederras"], rows)


NOTES = (
    "Meneer is geboren in {0} en belde over zijn toeslag op dag {1}",
    "Mevrouw wil een afspraak over de brief van vorige week {1}",
    "Klant is moslim en wil de afspraak na het gebed {1}",
    "Heeft een verblijfsvergunning tot volgend jaar mei {1}",
    "Er is een tolk nodig bij het gesprek van morgen {1}",
    "Adres gewijzigd, de brief ging naar het oude adres {1}",
    "Betaling ontvangen en verwerkt in de administratie {1}",
)


def test_notes_of_which_half_speak_of_origin_are_found(tmp_path: Path) -> None:
    rows = [[str(row), NOTES[row % 7].format(COUNTRIES[row % 10], row * 13)] for row in range(700)]
    assert "aantekening" in found(tmp_path, ["dossier", "aantekening"], rows)


@pytest.mark.parametrize(
    ("name", "values", "concept"),
    [
        (
            "dtvest",
            [f"20{row % 20:02}0{row % 9 + 1}01" for row in range(200)],
            "immigration_history",
        ),
        ("herk", ["Turks", "Marokkaans", "Surinaams", "Nederlands"] * 50, "country_of_origin"),
        ("godsd", ["RK", "NH", "IS", "GK"] * 50, "religion"),
        ("natie", ["0001", "0339", "0052", "0064"] * 50, "nationality"),
    ],
)
def test_abbreviations_of_registers_are_read(
    tmp_path: Path, name: str, values: list[str], concept: str
) -> None:
    rows = [[str(100_000 + row), value] for row, value in enumerate(values)]
    assert found(tmp_path, ["bsn", name], rows, concept=concept) == {name}


@pytest.mark.parametrize(
    ("name", "values"),
    [("race_condition_flag", ["0", "1"] * 100), ("lang_setting", ["en", "nl", "de", "fr"] * 50)],
)
def test_settings_of_programs_are_of_nobody(tmp_path: Path, name: str, values: list[str]) -> None:
    rows = [[str(row), "ok", value] for row, value in enumerate(values)]
    assert not found(tmp_path, ["record", "status", name], rows)
