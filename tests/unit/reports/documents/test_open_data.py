"""Open data says what it is, holds nothing of a person, and machines can read it."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest
import rdflib
import rdflib.compare
from rdflib.namespace import DCAT, DCTERMS, RDF
from tests.document_input import DAY, LINES, invented

from doorlicht.errors import InputError
from doorlicht.reports.documents.given import Given
from doorlicht.reports.documents.open_data import (
    COLUMNS,
    Publication,
    check_publication,
    describe_data_set,
    render_open_csv,
    render_open_json,
    render_turtle,
)

WHERE = Publication(
    "https://example.org/data",
    "https://identifier.overheid.nl/tooi/id/ministerie/mnre0000",
    "Ministerie van Voorbeelden",
    "loket@example.org",
)


@pytest.fixture(scope="module")
def graph() -> Any:
    made = rdflib.Graph()
    described = describe_data_set(invented(), WHERE, version="0.1.0")
    return made.parse(data=render_turtle(described), format="turtle")


def test_csv_and_json_hold_the_same_uses() -> None:
    rows = list(csv.DictReader(io.StringIO(render_open_csv(invented()))))
    uses = json.loads(render_open_json(invented()))["uses"]
    assert tuple(rows[0]) == tuple(uses[0]) == COLUMNS
    assert [row["id"] for row in rows] == ["U-0001", "U-0002", "U-0003"]
    for row, use in zip(rows, uses, strict=True):
        assert row == {name: "" if cell is None else str(cell) for name, cell in use.items()}
    assert (uses[0]["verdict"], uses[0]["verdict_nl"]) == ("onrechtmatig", "onrechtmatig")
    assert uses[1]["verdict"] is None


def test_nothing_that_a_person_wrote_and_no_name_of_a_person_goes_in() -> None:
    given = invented()
    assert given.inventory is not None
    told = replace(LINES[0], use=replace(LINES[0].use, purpose="asked by Anna", evidence=("F-1",)))
    text = render_open_csv(replace(given, inventory=replace(given.inventory, lines=(told,))))
    for secret in ("Anna", "F-1", "Visser", "Vries"):
        assert secret not in text


def test_a_name_that_a_spreadsheet_would_take_for_a_formula_is_held_back() -> None:
    given = invented()
    assert given.inventory is not None
    bad = replace(LINES[0], use=replace(LINES[0].use, processing='=HYPERLINK("x")'))
    text = render_open_csv(replace(given, inventory=replace(given.inventory, lines=(bad,))))
    assert "'=HYPERLINK" in text


@pytest.mark.parametrize(
    ("kind", "mandatory"),
    [
        pytest.param(DCAT.Dataset, (
            DCTERMS.title, DCTERMS.description, DCTERMS.identifier, DCTERMS.accessRights,
            DCTERMS.publisher, DCTERMS.creator, DCAT.theme, DCAT.contactPoint,
        ), id="data-set"),
        pytest.param(DCAT.Distribution, (DCAT.accessURL, DCTERMS.license), id="distribution"),
        pytest.param(DCAT.Catalog, (
            DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.contactPoint, DCAT.dataset,
        ), id="catalogue"),
    ],
)  # fmt: skip
def test_all_that_the_dutch_profile_asks_for_is_there(
    graph: Any, kind: Any, mandatory: tuple[Any, ...]
) -> None:
    subjects = list(graph.subjects(RDF.type, kind))
    assert subjects
    for one in subjects:
        for name in mandatory:
            assert list(graph.objects(one, name)), (one, name)


def test_titles_are_in_both_languages_and_the_publisher_is_described(graph: Any) -> None:
    (data_set,) = graph.subjects(RDF.type, DCAT.Dataset)
    assert {one.language for one in graph.objects(data_set, DCTERMS.title)} == {"nl", "en"}
    (publisher,) = graph.objects(data_set, DCTERMS.publisher)
    assert list(graph.objects(publisher, rdflib.URIRef("http://xmlns.com/foaf/0.1/name")))


# The reader of JSON-LD uses what its own library has deprecated.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_turtle_and_json_ld_say_the_same(graph: Any) -> None:
    described = describe_data_set(invented(), WHERE, version="0.1.0")
    other = rdflib.Graph().parse(data=json.dumps(described), format="json-ld")
    assert rdflib.compare.isomorphic(graph, other)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        pytest.param({"base": "data"}, "open_data.no_address", id="no-address"),
        pytest.param({"base": "https://a b"}, "open_data.no_address", id="space"),
        pytest.param({"publisher": "https://a>b"}, "open_data.no_address", id="breaks-turtle"),
        pytest.param({"name": " "}, "open_data.no_name", id="no-name"),
        pytest.param({"contact": "desk"}, "open_data.no_contact", id="no-mail"),
    ],
)
def test_what_cannot_be_published_is_told(changed: dict[str, str], code: str) -> None:
    with pytest.raises(InputError) as error:
        check_publication(replace(WHERE, **changed))
    assert error.value.code == code


def test_without_an_inventory_there_is_no_data_set() -> None:
    with pytest.raises(InputError) as error:
        render_open_csv(Given(DAY))
    assert error.value.code == "open_data.no_inventory"
