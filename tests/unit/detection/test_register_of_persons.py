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


def found(folder: Path, header: list[str], rows: list[list[str]]) -> set[str]:
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
    return {one.location.column for one in detect(profile, vocabulary) if one.probability >= 0.5}


@pytest.mark.parametrize("number", ["bsn", "klantnummer", "vnummer", "id_usager"])
def test_persons_of_ten_countries_are_persons(tmp_path: Path, number: str) -> None:
    rows = [[str(100_000 + row), COUNTRIES[row * 7 % 10]] for row in range(600)]
    assert "geboorteland" in found(tmp_path, [number, "geboorteland"], rows)


def test_countries_by_year_are_countries(tmp_path: Path) -> None:
    rows = [[c, str(year), str(year * 17 % 991)] for c in COUNTRIES for year in range(1960, 2020)]
    assert not found(tmp_path, ["land", "jaar", "inwoners"], rows)
