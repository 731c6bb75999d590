"""A scan of the example estate says what its makers know of it: ``expected.yaml``."""

from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from doorlicht.runs.scan import ScanRequest, scan
from doorlicht.sources.estate import read_estate

FOLDER = Path(__file__).parents[2] / "examples/ministry"
EXPECTED = yaml.safe_load((FOLDER / "expected.yaml").read_text(encoding="utf-8"))
ENOUGH = 0.5


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    estate = read_estate(FOLDER / "estate.yaml")
    folder = tmp_path_factory.mktemp("example")
    request = ScanRequest(
        sources=estate.sources, units=estate.units, by="test",
        register=folder / "example.register", temp_folder=folder, workers=1,
    )  # fmt: skip
    return scan(request)


@pytest.fixture(scope="module")
def found(result):
    """Findings by table (relative to the folder of the example) and column."""
    places = {
        source.id: Path(source.location).name
        for source in read_estate(FOLDER / "estate.yaml").sources
    }
    by_table = defaultdict(lambda: defaultdict(dict))
    for kept in result.found:
        finding = kept.finding
        if finding.probability >= ENOUGH:
            place = finding.location
            table = f"{places[place.source]}/{place.table}"
            by_table[table][place.column][finding.concept] = finding
    return by_table


CASES = [
    (entry["table"], column, *wanted)
    for entry in EXPECTED["tables"]
    for column, wanted in entry.get("find", {}).items()
]


@pytest.mark.parametrize(("table", "column", "concept", "kind"), CASES)
def test_what_is_there_is_found(found, table, column, concept, kind):
    concepts = concept if isinstance(concept, list) else [concept]
    seen = found[table][column]
    assert set(concepts) & set(seen), f"found {sorted(seen)}"
    assert {seen[name].kind for name in set(concepts) & set(seen)} == {kind}


@pytest.mark.parametrize("entry", EXPECTED["tables"], ids=lambda entry: entry["table"])
def test_nothing_else_is_found(found, entry):
    allowed = {*entry.get("find", {}), *entry.get("may", {})}
    others = {
        column: sorted(seen)
        for column, seen in found[entry["table"]].items()
        if column not in allowed and any(one.kind != "proxy" for one in seen.values())
    }
    assert others == {}


def test_what_cannot_be_looked_at_is_said(result):
    places = {
        source.id: Path(source.location).name
        for source in read_estate(FOLDER / "estate.yaml").sources
    }
    said = {f"{places[spot.source]}/{spot.asset}" for spot in result.blind_spots}
    assert {spot.split("!")[0] for spot in said} == set(EXPECTED["blind_spots"])


def test_a_finding_in_free_text_says_so(found):
    texts = [
        finding
        for columns in found.values()
        for seen in columns.values()
        for finding in seen.values()
        if finding.is_free_text
    ]
    assert {finding.location.column for finding in texts} == {"notitie"}
