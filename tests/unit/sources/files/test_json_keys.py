"""Keys of JSON objects: names of fields are columns, all of them; data never become a name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from doorlicht.plugins import ProfileRequest
from doorlicht.records import Source, TableProfile
from doorlicht.sources.files.connector import FilesConnector
from doorlicht.vocabulary import Vocabulary, load_vocabulary

PERSON = {"nationaliteit": "Turkse", "geboorteland": "Polen"}


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def columns_of(file: Path, vocabulary: Vocabulary) -> list[str]:
    connector, source = FilesConnector(), Source("x", "files", str(file))
    request = ProfileRequest(vocabulary.lexicon, vocabulary.terms)
    return [column.name for asset in connector.assets(source)
            for table in connector.profiles(source, asset, request)
            if isinstance(table, TableProfile) for column in table.columns]  # fmt: skip


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({f"Zwartvoet {n}": PERSON for n in range(30)}, id="persons by name"),
        pytest.param({f"99900{n:04}": PERSON for n in range(3)}, id="persons by number"),
        pytest.param({"99900001": "Turkse", "99900002": "Poolse"}, id="values by number"),
        pytest.param(
            {"v": 1, "personen": {f"Zwartvoet {n}": PERSON for n in range(30)}}, id="under a key"
        ),
        pytest.param(
            {"a": {"b": {f"Zwartvoet {n}": PERSON for n in range(30)}}}, id="under two keys"
        ),
        pytest.param(
            [{"zaak": n, "scores": {f"Zwartvoet {n}": n}} for n in range(40)], id="in each record"
        ),
        pytest.param([{"zaak": 1, "tel": {"06-1234 5678": PERSON}}], id="telephone numbers"),
        pytest.param([{"post": {"zwartvoet@example.org": PERSON}}], id="addresses"),
    ],
)
@pytest.mark.parametrize("ending", ["json", "jsonl"])
def test_keys_that_are_data_become_no_name(
    document: object, ending: str, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    file = tmp_path / f"x.{ending}"
    records = document if isinstance(document, list) and ending == "jsonl" else [document]
    file.write_text("\n".join(json.dumps(one) for one in records), "utf-8")
    names = " ".join(columns_of(file, vocabulary)).lower()
    assert "key" in names
    assert "zwartvoet" not in names
    assert "99900" not in names
    assert "1234" not in names


def test_keys_that_are_names_stay_names(tmp_path: Path, vocabulary: Vocabulary) -> None:
    fields = {f"vraag_{n}": {"waarde": n, "bron": "x"} for n in range(25)}
    parents = {"vader": {"land": "x"}, "moeder": {"land": "y"}, "04.05.10": "0001", "2024": 3}
    file = tmp_path / "x.json"
    file.write_text(json.dumps([{**fields, **parents}] * 40), "utf-8")
    names = columns_of(file, vocabulary)
    assert {"vraag_0.waarde", "vader.land", "moeder.land", "04.05.10", "2024"} <= set(names)


def test_a_field_that_only_the_last_of_many_records_has_is_a_column(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text('{"a": 1}\n' * 5_000 + json.dumps(PERSON), "utf-8")
    assert columns_of(file, vocabulary) == ["a", "nationaliteit", "geboorteland"]


def test_half_a_character_in_a_name_or_a_value_is_replaced(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(b'[{"na\\ud800t": "x\\udfff"}, {"nat": "Turkse"}]')
    assert columns_of(file, vocabulary) == ["na?t", "nat"]


def test_a_line_nested_too_deep_costs_that_line_only(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    file = tmp_path / "x.jsonl"
    deep = '{"a":' * 5_000 + "1" + "}" * 5_000
    file.write_text("\n".join([deep, *[json.dumps(PERSON)] * 9]), "utf-8")
    assert columns_of(file, vocabulary) == ["nationaliteit", "geboorteland"]
