"""The inventory as open data: CSV and JSON for machines, and DCAT that says what it is.

Only what may be public goes in: what is used, in which role, by which unit, what people decided.
Names of persons, evidence and open questions stay out; so does all that a person wrote.

Source: Geonovum, *DCAT-AP-NL 3.0* (2024), classes Catalogus, Dataset and Distributie: what is
mandatory of each; W3C, *Data Catalog Vocabulary (DCAT) - Version 3* (2024); RFC 4180 (CSV).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final, cast

from doorlicht.errors import InputError
from doorlicht.language import LANGUAGES, say
from doorlicht.records import InventoryLine
from doorlicht.reports.documents.content import plain
from doorlicht.reports.documents.given import Given
from doorlicht.reports.inventory import render_inventory_csv
from doorlicht.reports.spreadsheets import Cell

SCHEMA_VERSION: Final = "1.0"

COLUMNS: Final = (
    "id", "concept", "concept_nl", "concept_en", "role", "processing", "unit", "since", "until",
    "status", "framework", "edition", "verdict", "verdict_nl", "verdict_en", "open_measures",
    "late_measures",
)  # fmt: skip
"""Of the data set, in this order; a later version adds some at the end and renames none."""

CC0: Final = "http://creativecommons.org/publicdomain/zero/1.0/deed.nl"
_EU: Final = "http://publications.europa.eu/resource/authority"
_CONTEXT: Final = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_FILES: Final = (("uses.csv", "CSV", "text/csv"), ("uses.json", "JSON", "application/json"))


@dataclass(frozen=True, slots=True)
class Publication:
    """Where a data set is published and by whom.

    Attributes
    ----------
    base
        Address under which the files are, ``http(s)``, with a slash at its end.
    publisher
        URI of the organisation, for instance in the government's register (TOOI).
    contact
        Address of mail of a desk, not of a person.
    """

    base: str
    publisher: str
    name: str
    contact: str
    licence: str = CC0


def check_publication(wanted: Publication) -> Publication:
    """Return where to publish, with a slash at the end of its address.

    Raises
    ------
    InputError
        If an address is none, or the name or contact is missing.
    """
    for key, value in (("base", wanted.base), ("publisher", wanted.publisher),
                       ("licence", wanted.licence)):  # fmt: skip
        if not value.startswith(("http://", "https://")) or any(
            sign.isspace() or sign in '<>"{}|\\^`' for sign in value
        ):
            raise InputError("open_data.no_address", field=key, given=plain(value)[:80])
    if not wanted.name.strip():
        raise InputError("open_data.no_name")
    if "@" not in wanted.contact or any(sign.isspace() or sign in '<>"' for sign in wanted.contact):
        raise InputError("open_data.no_contact")
    base = wanted.base if wanted.base.endswith("/") else f"{wanted.base}/"
    return Publication(base, wanted.publisher, wanted.name, wanted.contact, wanted.licence)


def open_rows(given: Given) -> list[list[Cell]]:
    """Return the uses that people confirmed or that were proposed, in the order of their ids.

    Raises
    ------
    InputError
        If there is no inventory: an empty data set would say that there is no use.
    """
    inventory = given.inventory
    if inventory is None:
        raise InputError("open_data.no_inventory")
    return [_row(one, given) for one in sorted(inventory.lines, key=lambda line: line.use.id)]


def _row(one: InventoryLine, given: Given) -> list[Cell]:
    use = one.use
    framework = given.framework
    return [
        use.id,
        use.concept,
        *(given.concept_name(use.concept, language) for language in LANGUAGES),
        use.told_role,
        plain(use.processing),
        plain(given.unit_name(use.unit)),
        use.since,
        use.until,
        use.status,
        "" if framework is None else framework.name,
        "" if framework is None else framework.edition,
        one.verdict,
        *(given.verdict_name(one.verdict, language) for language in LANGUAGES),
        one.open_measures,
        one.late_measures,
    ]


def render_open_csv(given: Given) -> str:
    """Return the data set as CSV; a cell of something that is not known is empty."""
    return render_inventory_csv(COLUMNS, open_rows(given))


def render_open_json(given: Given) -> str:
    """Return the data set as JSON; what is not known is ``null``."""
    uses = [
        {
            name: None if cell == "" else cell if isinstance(cell, int) else _text(cell)
            for name, cell in zip(COLUMNS, row, strict=True)
        }
        for row in open_rows(given)
    ]
    tree = {
        "schema_version": SCHEMA_VERSION,
        "day": given.day.isoformat(),
        "organisation": plain(given.organisation),
        "uses": uses,
    }
    return json.dumps(tree, ensure_ascii=False, indent=1) + "\n"


def _text(cell: Cell) -> str | None:
    return None if cell is None else str(cell)


def describe_data_set(given: Given, wanted: Publication, *, version: str) -> dict[str, Any]:
    """Return the description of the data set as JSON-LD.

    Raises
    ------
    InputError
        As :func:`check_publication`.
    """
    wanted = check_publication(wanted)
    agent = {
        "@id": wanted.publisher,
        "@type": "foaf:Agent",
        "foaf:name": {"@value": plain(wanted.name), "@language": "nl"},
    }
    contact = {
        "@type": "vcard:Organization",
        "vcard:fn": {"@value": plain(wanted.name), "@language": "nl"},
        "vcard:hasEmail": {"@id": f"mailto:{wanted.contact}"},
    }
    day = {"@value": given.day.isoformat(), "@type": "xsd:date"}
    shared: dict[str, Any] = {
        "dct:publisher": {"@id": wanted.publisher},
        "dct:creator": {"@id": wanted.publisher},
        "dcat:contactPoint": contact,
        "dct:modified": day,
        "dct:language": [{"@id": f"{_EU}/language/NLD"}, {"@id": f"{_EU}/language/ENG"}],
    }
    identifier = f"{wanted.base}uses"
    data_set: dict[str, Any] = {
        "@id": identifier,
        "@type": "dcat:Dataset",
        "dct:title": _both("title", given),
        "dct:description": _both("description", given),
        "dct:identifier": identifier,
        "dct:accessRights": {"@id": f"{_EU}/access-right/PUBLIC"},
        "dcat:theme": [{"@id": f"{_EU}/data-theme/GOVE"}, {"@id": f"{_EU}/data-theme/JUST"}],
        "dcat:keyword": _both("keyword", given),
        "dcat:version": given.day.isoformat(),
        "dcat:distribution": [_distribution(one, wanted, day) for one in _FILES],
        **shared,
    }
    catalogue = {
        "@id": f"{wanted.base}catalogue",
        "@type": "dcat:Catalog",
        "dct:title": _both("catalogue", given),
        "dct:description": _both("catalogue_description", given, version=version),
        "dct:license": {"@id": wanted.licence},
        "dcat:dataset": {"@id": identifier},
        **shared,
    }
    return {"@context": _CONTEXT, "@graph": [catalogue, data_set, agent]}


def _distribution(
    file: tuple[str, str, str], wanted: Publication, day: dict[str, str]
) -> dict[str, Any]:
    name, kind, media = file
    address = {"@id": f"{wanted.base}{name}"}
    return {
        "@id": f"{wanted.base}{name}#distribution",
        "@type": "dcat:Distribution",
        "dct:title": {"@value": name, "@language": "nl"},
        "dcat:accessURL": address,
        "dcat:downloadURL": address,
        "dct:license": {"@id": wanted.licence},
        "dct:format": {"@id": f"{_EU}/file-type/{kind}"},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{media}"},
        "dct:modified": day,
    }


def _both(key: str, given: Given, **more: str) -> list[dict[str, str]]:
    """Return a text in both languages."""
    name = plain(given.organisation)
    return [
        {
            "@value": say(
                f"documents.open_data.{key}", language, organisation=name,
                day=given.day.isoformat(), **more,
            ),
            "@language": language,
        }
        for language in LANGUAGES
    ]  # fmt: skip


def render_turtle(described: dict[str, Any]) -> str:
    """Return a description that :func:`describe_data_set` made as Turtle."""
    # Heavy, and needed here alone.
    import rdflib

    graph: Any = rdflib.Graph()
    for prefix, space in described["@context"].items():
        graph.bind(prefix, space)
    for one in described["@graph"]:
        _add(graph, one)
    return str(graph.serialize(format="turtle"))


def _add(graph: Any, node: Any) -> Any:
    """Add a node with all that it holds to a graph, and return it.

    The library reads JSON-LD as well, by a way of its own that it has deprecated.
    """
    import rdflib

    if isinstance(node, str):
        return rdflib.Literal(node)
    if "@value" in node:
        kind = node.get("@type")
        return rdflib.Literal(
            node["@value"], lang=node.get("@language"), datatype=_whole(kind) if kind else None
        )
    made: Any = rdflib.URIRef(node["@id"]) if "@id" in node else rdflib.BNode()
    for name, value in node.items():
        if name == "@type":
            graph.add((made, rdflib.RDF.type, _whole(value)))
        elif name != "@id":
            several = cast("list[Any]", value) if isinstance(value, list) else [value]
            for one in several:
                graph.add((made, _whole(name), _add(graph, one)))
    return made


def _whole(name: str) -> Any:
    import rdflib

    prefix, _, rest = name.partition(":")
    return rdflib.URIRef(_CONTEXT[prefix] + rest)
