"""What other programs read of a trace: SARIF, OpenLineage and GraphML, by their specifications."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from uuid import UUID

import networkx
import pytest

from doorlicht.language import LANGUAGES, Language
from doorlicht.records import (
    CodePlace,
    Flow,
    FlowSource,
    Hop,
    LostPath,
    RiskModelSeen,
    TraceResult,
)
from doorlicht.reports.exchange import render_graphml, render_openlineage
from doorlicht.reports.sarif import LEVELS, render_sarif

MOMENT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FILE = "mijn code/a#1 é.py"


def flow(number: int, verdict: str, feature: str = "land", line: int = 3) -> Flow:
    return Flow(
        id=f"FL-{number}",
        concept="country_of_birth",
        kind="direct",
        source=FlowSource("hr", "people.csv", "land", CodePlace(FILE, line), "F-A"),
        hops=(Hop(CodePlace(FILE, line), "read", "land"),
              Hop(CodePlace(FILE, line + 4), "feature", feature)),
        feature=feature,
        model="M-1",
        verdict=verdict,  # type: ignore[arg-type]
        visibility="literal",
        confidence=0.9,
    )  # fmt: skip


def traced(line: int = 3) -> TraceResult:
    place = CodePlace(FILE, line + 6)
    model = RiskModelSeen("M-1", "m", "glm", "y", (place,), (), ("land",), "code", ("lijst.csv",))
    verdicts = [*LEVELS, "used"]
    flows = tuple(
        flow(number, verdict, "west" if number == len(LEVELS) else "land", line)
        for number, verdict in enumerate(verdicts)
    )
    lost = tuple(LostPath(CodePlace(FILE, line + at), "dynamic_code", "dynamic_code", 1)
                 for at in (1, 2))  # fmt: skip
    return TraceResult((), (model,), flows, lost, 1, 9)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sarif_says_what_its_specification_asks(language: Language) -> None:
    tree = render_sarif(traced(), language, version="0.1.0")
    assert tree["version"] == "2.1.0"
    (run,) = tree["runs"]
    driver = run["tool"]["driver"]
    assert re.fullmatch(r"[a-zA-Z]{2}(-[a-zA-Z]{2})?", run["language"])
    for rule in driver["rules"]:
        assert rule["help"]["text"] != rule["id"]
        assert rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")
    assert len({rule["id"] for rule in driver["rules"]}) == len(driver["rules"])
    for told in run["results"]:
        assert driver["rules"][told["ruleIndex"]]["id"] == told["ruleId"]
        for location in told["locations"]:
            physical = location["physicalLocation"]
            assert physical["artifactLocation"]["uri"] == "mijn%20code/a%231%20%C3%A9.py"
            assert physical["artifactLocation"]["uriBaseId"] in run["originalUriBaseIds"]
            assert physical["region"]["startLine"] >= 1
        assert all(isinstance(value, str) for value in told["partialFingerprints"].values())
        assert -1 <= told.get("rank", 0) <= 100
    steps = run["results"][0]["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["physicalLocation"]["region"]["startLine"] for step in steps] == [3, 7]


def test_texts_of_sarif_are_in_the_language_of_the_reader() -> None:
    told = [
        {rule["help"]["text"] for rule in
         render_sarif(traced(), language, version="1")["runs"][0]["tool"]["driver"]["rules"]}
        for language in LANGUAGES
    ]  # fmt: skip
    assert not told[0] & told[1]


def test_a_result_of_sarif_is_known_again_when_lines_move() -> None:
    marks = [
        [one["partialFingerprints"] for one in
         render_sarif(traced(line), "en", version="1")["runs"][0]["results"]]
        for line in (3, 90)
    ]  # fmt: skip
    assert marks[0] == marks[1]
    assert len({tuple(mark.items()) for mark in marks[0]}) == len(marks[0])


def test_sarif_names_files_as_the_platform_does() -> None:
    tree = render_sarif(traced(), "en", version="1", name_of=lambda path: f"src/{path}")
    place = tree["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].startswith("src/mijn")


def test_openlineage_has_a_run_per_model_with_the_columns_that_reach_it() -> None:
    (event,) = render_openlineage(traced(), at=MOMENT, namespace="code")
    assert event["eventType"] == "COMPLETE"
    assert {"eventTime", "producer", "schemaURL", "run", "job"} <= set(event)
    UUID(event["run"]["runId"])
    assert event["inputs"] == [{"namespace": "code", "name": "people.csv"}]
    model, listed = event["outputs"]
    assert listed["name"] == "lijst.csv"
    lineage = model["facets"]["columnLineage"]
    assert lineage["_producer"].startswith("https://")
    assert lineage["_schemaURL"].endswith("#/$defs/ColumnLineageDatasetFacet")
    kinds = {
        name: [(step["type"], step["subtype"]) for one in field["inputFields"]
               for step in one["transformations"]]
        for name, field in lineage["fields"].items()
    }  # fmt: skip
    assert kinds == {"land": [("DIRECT", "IDENTITY")] * 2, "west": [("DIRECT", "TRANSFORMATION")]}
    whole = [one["transformations"][0] for one in lineage["dataset"]]
    assert [(step["type"], step["subtype"]) for step in whole] == [
        ("INDIRECT", "FILTER"), ("INDIRECT", "CONDITIONAL")
    ]  # fmt: skip


def test_what_reaches_no_model_is_no_input_of_it() -> None:
    only = replace(traced(), flows=(flow(1, "not-used"), flow(2, "bias-test-only")))
    (event,) = render_openlineage(only, at=MOMENT, namespace="code")
    assert event["inputs"] == []
    assert event["outputs"][0]["facets"]["columnLineage"]["fields"] == {}


def test_graphml_opens_in_a_graph_library_with_files_and_lines() -> None:
    graph = networkx.read_graphml(BytesIO(render_graphml(traced()).encode()))
    assert graph.is_directed()
    assert graph.nodes["M-1"]["kind"] == "model"
    (first,) = [name for name, about in graph.nodes(data=True) if about["kind"] == "read"]
    assert graph.nodes[first]["concept"] == "country_of_birth"
    assert graph.nodes[first]["finding"] == "F-A"
    assert networkx.has_path(graph, first, "M-1")
    for _, _, about in graph.edges(data=True):
        assert about["file"] == FILE
        assert about["line"] == 7
    last = [about for _, target, about in graph.edges(data=True) if target == "M-1"]
    assert {word for about in last for word in about["verdict"].split()} == set(LEVELS)


def test_names_with_signs_that_xml_forbids_make_no_broken_graph() -> None:
    odd = replace(flow(1, "used"), hops=(Hop(CodePlace("a\x00b.py", 1), "read", 'x\x1b"<&'),))
    text = render_graphml(replace(traced(), flows=(odd,)))
    assert len(networkx.read_graphml(BytesIO(text.encode()))) == 2
