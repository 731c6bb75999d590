"""A scan of the example estate says what its makers know of it: ``expected.yaml``."""

from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from doorlicht.runs.scan import ScanRequest, scan
from doorlicht.runs.trace import trace
from doorlicht.runs.trace_request import TraceRequest, roots_of
from doorlicht.sources.estate import read_estate

FOLDER = Path(__file__).parents[2] / "examples/ministry"
EXPECTED = yaml.safe_load((FOLDER / "expected.yaml").read_text(encoding="utf-8"))
ENOUGH = 0.5


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    return tmp_path_factory.mktemp("example") / "example.register"


@pytest.fixture(scope="module")
def result(register):
    estate = read_estate(FOLDER / "estate.yaml")
    request = ScanRequest(
        sources=estate.sources, units=estate.units, by="test",
        register=register, temp_folder=register.parent, workers=1,
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


@pytest.fixture(scope="module")
def traced(register, result):
    """What following the code of the estate says, once its tables are known."""
    assert result.findings
    roots = roots_of(read_estate(FOLDER / "estate.yaml").sources)
    return trace(TraceRequest(roots, "test", register)).result


def test_what_reaches_each_model_is_what_its_makers_know(traced):
    columns = defaultdict(lambda: defaultdict(set))
    for model in traced.models:
        columns[(model.train or model.score)[0].file]
        for flow in traced.flows:
            if flow.model == model.id and flow.verdict != "not-used":
                file = (model.train or model.score)[0].file
                columns[file][flow.verdict].add(flow.source.column)
    expected = EXPECTED["trace"]["models"]
    assert set(columns) == set(expected)
    for file, verdicts in expected.items():
        assert set(columns[file]) == set(verdicts), file
        for verdict, known in verdicts.items():
            assert columns[file][verdict], (file, verdict)
            assert columns[file][verdict] <= set(known), (file, verdict)


def test_questions_of_the_survey_are_known_by_what_the_scan_found(traced):
    survey = [flow for flow in traced.flows if flow.verdict == "candidate"]
    assert {flow.source.column for flow in survey} == {"v07", "v08", "v09", "v10"}
    assert all(flow.source.finding for flow in survey)
    assert {flow.source.system for flow in survey} == {"uitkeringen"}


def test_where_a_path_is_lost_is_said(traced):
    lost = [f"{one.place.file}:{one.place.line}" for one in traced.lost]
    assert lost == EXPECTED["trace"]["lost"]
