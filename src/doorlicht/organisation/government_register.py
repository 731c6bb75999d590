"""Units, from the export of the government's register of organisations (ROO).

The register publishes all organisations each day as XML (``exportOO.xml``): under ``organisaties``
stand ``organisatie`` elements with ``p:systeemId``, a URI of TOOI, ``naam``, ``types``,
``startDatum``, ``eindDatum``, ``relatieMetMinisterie``, and the organisations within them. The
number of the form stands in the namespace and changes about yearly; the names that are read here
have been the same since 2.4.

Employees and functions are in the export too; they are persons, and are not read.

Not in the export: what became of an organisation that ended, and units below a directorate. Both
are added by a table (:mod:`doorlicht.organisation.tables`).

Source: organisaties.overheid.nl, XML export, form 2.6.9; TOOI, identifiers of organisations
(standaarden.overheid.nl/tooi).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import IO, Final

from doorlicht.errors import InputError
from doorlicht.records import OrganisationUnit
from doorlicht.xml_elements import Element, XmlBrokenError, XmlRefusedError, read_xml

NAMESPACE: Final = "/static/schema/oo/export/"
"""Part of each namespace of the export; the host and the number of the form differ."""

PERSONS: Final = frozenset(
    {"functies", "medewerkers", "medewerker", "contact", "adressen", "raad", "beschrijving"}
)
"""Elements that are passed over: who works there, how to reach them, and long texts."""

MAX_ELEMENTS: Final = 2_000_000
"""The whole export has some 300,000 without what is passed over."""


def read_export(stream: IO[bytes], where: str) -> list[OrganisationUnit]:
    """Return every organisation of an export, those that ended too, in the order of the file.

    Parameters
    ----------
    where
        Name of the file, for errors.

    Raises
    ------
    InputError
        If it is no export, is broken or declares entities, or a date in it is none.
    """
    try:
        root = read_xml(stream, PERSONS, MAX_ELEMENTS)
    except XmlRefusedError as error:
        raise InputError("organisation.xml_refused", path=where, line=error.line) from None
    except XmlBrokenError as error:
        raise InputError("organisation.xml_broken", path=where, line=error.line) from None
    if root.name != "overheidsorganisaties" or NAMESPACE not in root.space:
        raise InputError("organisation.no_export", path=where)
    found = list(_units(root, None, where))
    if not found:
        raise InputError("organisation.empty_export", path=where)
    return found


def units_of(units: list[OrganisationUnit], ministry: str) -> list[OrganisationUnit]:
    """Return a ministry and all under it, at any time; ``ministry`` is its id or its name.

    Raises
    ------
    InputError
        If no organisation has that id or name, or several have.
    """
    wanted = ministry.casefold()
    tops = {one.id for one in units if wanted in (one.id.casefold(), one.name.casefold())}
    if len(tops) != 1:
        code = "organisation.no_such_ministry" if not tops else "organisation.several_ministries"
        raise InputError(code, name=ministry, n=len(tops))
    kept = set(tops)
    below: dict[str | None, set[str]] = {}
    for one in units:
        below.setdefault(one.parent, set()).add(one.id)
    waiting = list(tops)
    while waiting:
        new = below.get(waiting.pop(), set()) - kept
        kept |= new
        waiting += new
    return [one for one in units if one.id in kept]


def _units(within: Element, parent: str | None, where: str) -> Iterator[OrganisationUnit]:
    waiting = [(group, parent) for group in reversed(list(within.find("organisaties")))]
    while waiting:
        group, above = waiting.pop()
        for one in group.find("organisatie"):
            made = _unit(one, above, where)
            yield made
            waiting += [(inner, made.id) for inner in one.find("organisaties")]


def _unit(element: Element, above: str | None, where: str) -> OrganisationUnit:
    name, system_id = _text(element, "naam"), element.get("systeemId").strip()
    identifier = element.get("resourceIdentifierTOOI").strip()
    if not name or not (system_id or identifier):
        raise InputError("organisation.no_identity", path=where, line=element.line)
    relation = element.first("relatieMetMinisterie")
    parent = above or (None if relation is None else _id(relation)) or None
    own = _id(element)
    until = _day(element, "eindDatum", where)
    types = element.first("types")
    kinds = [] if types is None else [one.text.strip() for one in types.find("type")]
    return OrganisationUnit(
        own, name, _day(element, "startDatum", where), until, parent if parent != own else None,
        "active" if until is None else "abolished", ", ".join(kinds), identifier=identifier,
    )  # fmt: skip


def _id(element: Element) -> str:
    """Return a short stable id: the end of the URI of TOOI, else the number in the register."""
    uri = element.get("resourceIdentifierTOOI").strip()
    if uri:
        return uri.rstrip("/").rpartition("/")[2]
    number = element.get("systeemId").strip()
    return f"roo-{number}" if number else ""


def _text(element: Element, name: str) -> str:
    child = element.first(name)
    return "" if child is None else " ".join(child.text.split())


def _day(element: Element, name: str, where: str) -> date | None:
    text = _text(element, name)
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        line = getattr(element.first(name), "line", element.line)
        raise InputError("organisation.no_date", path=where, line=line) from None
