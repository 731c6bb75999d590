"""Lists in JSON: each is counted to its end, or told not to be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from doorlicht.plugins import ProfileRequest
from doorlicht.records import BlindSpot, Source, TableProfile
from doorlicht.sources.files.connector import FilesConnector
from doorlicht.vocabulary import Vocabulary, load_vocabulary

PEOPLE = [{"naam": f"Bo{n}", "geboorte": {"land": "Polen"}} for n in range(60)]


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def read(
    path: Path, vocabulary: Vocabulary
) -> tuple[dict[str, tuple[int, list[str]]], dict[str, BlindSpot]]:
    connector, source = FilesConnector(), Source("x", "files", str(path))
    request = ProfileRequest(vocabulary.lexicon, vocabulary.terms)
    tables: dict[str, tuple[int, list[str]]] = {}
    spots: dict[str, BlindSpot] = {}
    for asset in connector.assets(source):
        assert not isinstance(asset, BlindSpot)
        for one in connector.profiles(source, asset, request):
            if isinstance(one, TableProfile):
                tables[one.table] = (one.rows, [column.name for column in one.columns])
            else:
                spots[one.asset] = one
    return tables, spots


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(
            {"meta": {"n": 1}, "data": {"personen": PEOPLE}},
            {"#data.personen": (60, ["naam", "geboorte.land"])},
            id="a-list-under-two-keys-beside-a-number",
        ),
        pytest.param(
            {"nationaliteit": "Poolse", "adressen": [{"straat": "a"}, {"straat": "b"}]},
            {"": (1, ["nationaliteit"]), "#adressen": (2, ["straat"])},
            id="fields-beside-a-list",
        ),
        pytest.param(["Polen"] * 30, {"": (30, ["value"])}, id="a-list-of-words"),
        pytest.param(
            {"bron": "x", "landen": ["Polen"] * 30},
            {"": (1, ["bron"]), "#landen": (30, ["landen"])},
            id="a-list-of-words-under-a-key",
        ),
        pytest.param(
            {"land": ["Polen"] * 30, "nr": [1] * 30}, {"": (30, ["land", "nr"])}, id="columns"
        ),
    ],
)
def test_a_document_is_read_whole(
    document: object,
    expected: dict[str, tuple[int, list[str]]],
    tmp_path: Path,
    vocabulary: Vocabulary,
) -> None:
    (tmp_path / "a.json").write_text(json.dumps(document), "utf-8")
    tables, spots = read(tmp_path, vocabulary)
    assert tables == {f"a.json{suffix}": found for suffix, found in expected.items()}
    assert spots == {}


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_a_list_in_a_record_that_is_not_read_to_its_end_is_told(
    name: str, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    records = [{"zaak": n, "bezoek": [{"land": "Polen"}] * (15 + n)} for n in range(12)]
    text = json.dumps(records) if name == "a.json" else "\n".join(map(json.dumps, records))
    (tmp_path / name).write_text(text, "utf-8")
    tables, spots = read(tmp_path, vocabulary)
    assert tables[name][0] == 12
    assert spots[name].code == "list.cut"
    assert spots[name].details == {"rows": 6, "limit": 20}


def test_a_line_that_is_no_record_is_counted_as_unreadable(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    lines = [*map(json.dumps, PEOPLE), *['["Bo", "Polen"]'] * 7]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), "utf-8")
    tables, spots = read(tmp_path, vocabulary)
    assert tables["a.jsonl"][0] == 60
    assert spots["a.jsonl"].details == {"rows": 7}
