"""Motions, commitments and questions, from the open data of the House of Representatives.

The Chamber gives its data as OData (``gegevensmagazijn.tweedekamer.nl/OData/v4/2.0``): a page is
JSON with ``@odata.context``, which names the entity set, and ``value``. Read are pages of:

``Zaak``
    with ``$expand=Document,ZaakActor``: written questions with their answers and notices of
    extension, and motions.
``Toezegging``
    commitments, with ``$expand=Activiteit``.
``Activiteit``
    written consultations (*Inbreng schriftelijk overleg*).
``Document``
    letters of the government (*Brief regering*).

The text of questions is in no page, only in documents (PDF): it is added from a table or by hand.
Nothing is fetched: the pages are files that the user took. ``0001-01-01`` is how the Chamber
writes that there is no date.

Source: opendata.tweedekamer.nl, information model 2.0; its lists of ``Soort`` of Zaak, Document and
Activiteit.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

from doorlicht.errors import InputError, nearest
from doorlicht.records import Commitment, Extension, Letter, Motion, QuestionSet
from doorlicht.records.parliament import CommitmentState
from doorlicht.records.persons import clean_text

MAX_BYTES: Final = 64 << 20
"""Of one page; the Chamber gives 250 records a page."""

ENTITIES: Final = ("Zaak", "Toezegging", "Activiteit", "Document")

STATES: Final[Mapping[str, CommitmentState]] = {
    "openstaand": "open", "open": "open", "niet nagekomen": "open", "deels voldaan": "partly",
    "deels afgedaan": "partly", "voldaan": "fulfilled", "afgedaan": "fulfilled",
    "vervallen": "withdrawn", "ingetrokken": "withdrawn",
}  # fmt: skip

ANSWERS: Final = ("antwoord schriftelijke vragen", "antwoord schriftelijke vragen (nader)")
NOTICES: Final = ("mededeling (uitstel antwoord)",)

_Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChamberData:
    """What pages of the Chamber gave."""

    motions: tuple[Motion, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    question_sets: tuple[QuestionSet, ...] = ()
    letters: tuple[Letter, ...] = ()

    def about(self, words: Iterable[str]) -> ChamberData:
        """Return what has one of the words in its title or text; all of it if there are none."""
        wanted = [one.casefold() for one in words]

        def has(*texts: str) -> bool:
            return not wanted or any(word in text.casefold() for word in wanted for text in texts)

        return ChamberData(
            tuple(one for one in self.motions if has(one.title, one.text)),
            tuple(one for one in self.commitments if has(one.text, one.at)),
            tuple(one for one in self.question_sets if has(one.title)),
            tuple(one for one in self.letters if has(one.title)),
        )


def read_chamber(pages: Mapping[str, bytes]) -> ChamberData:
    """Return what pages of the Chamber hold, by the names of their files.

    Raises
    ------
    InputError
        If a page is no such JSON, a page that must follow is missing, a record lacks what it must
        have, or a record comes twice and differs.
    """
    records: dict[str, list[_Record]] = {entity: [] for entity in ENTITIES}
    unfinished: dict[str, int] = dict.fromkeys(ENTITIES, 0)
    read: dict[str, list[str]] = {entity: [] for entity in ENTITIES}
    for where, content in pages.items():
        tree = _parsed(content, where)
        entity = _entity(tree, where)
        read[entity].append(where)
        unfinished[entity] += "@odata.nextLink" in tree
        records[entity] += _values(tree, where)
    for entity, names in read.items():
        # Each page but the last says that another one follows.
        if names and unfinished[entity] >= len(names):
            raise InputError("chamber.more_pages", entity=entity, path=names[-1])
    cases = _once(records["Zaak"])
    return ChamberData(
        tuple(_motion(one) for one in cases if _kind(one) == "motie"),
        tuple(_commitment(one) for one in _once(records["Toezegging"])),
        (
            *(_question_set(one) for one in cases if _is_question(one)),
            *(_consultation(one) for one in _once(records["Activiteit"]) if _is_consultation(one)),
        ),
        tuple(
            Letter(_number(one), _title(one), day, _number(one))
            for one in _once(records["Document"])
            if _kind(one) == "brief regering" and (day := _day(one, "Datum")) is not None
        ),
    )


def _parsed(content: bytes, where: str) -> _Record:
    if len(content) > MAX_BYTES:
        raise InputError("chamber.no_page", path=where)
    try:
        tree: Any = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise InputError("chamber.no_page", path=where) from None
    if not isinstance(tree, dict) or "@odata.context" not in tree:
        raise InputError("chamber.no_page", path=where)
    return cast("_Record", tree)


def _entity(tree: _Record, where: str) -> str:
    """Return the entity set of a page, from ``.../$metadata#Zaak(Document())``."""
    name = str(tree["@odata.context"]).rpartition("#")[2].partition("(")[0].partition("/")[0]
    if name not in ENTITIES:
        raise InputError(
            "chamber.unknown_entity", path=where, entity=name[:40], known=", ".join(ENTITIES)
        )
    return name


def _values(tree: _Record, where: str) -> list[_Record]:
    values: Any = tree.get("value")
    found = _records(values)
    if not isinstance(values, list) or len(found) != len(cast("list[Any]", values)):
        raise InputError("chamber.no_page", path=where)
    return found


def _records(values: object) -> list[_Record]:
    """Return the records of a list; nothing where it is none."""
    if not isinstance(values, list):
        return []
    return [cast("_Record", one) for one in cast("list[Any]", values) if isinstance(one, dict)]


def _once(records: Iterable[_Record]) -> list[_Record]:
    """Return records without those that were deleted, each once."""
    found: dict[str, _Record] = {}
    for one in records:
        if one.get("Verwijderd") is True:
            continue
        key = _text(one, "Id") or _number(one)
        if key in found and found[key] != one:
            raise InputError("chamber.record_twice", id=_number(one))
        found[key] = one
    return list(found.values())


def _is_question(one: _Record) -> bool:
    return _kind(one) == "schriftelijke vragen"


def _is_consultation(one: _Record) -> bool:
    return _kind(one).startswith("inbreng schriftelijk overleg")


def _motion(one: _Record) -> Motion:
    return Motion(
        _number(one), _title(one), _day(one, "GestartOp"), _actor(one, "Indiener"), "",
        _number(one), "tabled",
    )  # fmt: skip


def _kind(one: _Record) -> str:
    """Return what a record is of, in small letters; one that does not say it would get lost."""
    kind = _text(one, "Soort").casefold()
    if not kind:
        raise InputError("chamber.incomplete", id=_number(one), field="Soort")
    return kind


def _question_set(one: _Record) -> QuestionSet:
    if not isinstance(one.get("Document"), list):
        # Without its documents nobody knows of answers and notices: it would look overdue.
        raise InputError("chamber.incomplete", id=_number(one), field="Document")
    documents = [doc for doc in _records(one.get("Document")) if doc.get("Verwijderd") is not True]
    answers = [doc for doc in documents if _kind(doc) in ANSWERS]
    sent = sorted((day, _number(doc)) for doc in answers if (day := _day(doc, "Datum")))
    notices = (doc for doc in documents if _kind(doc) in NOTICES)
    return QuestionSet(
        _number(one), "written", _title(one), _asked_on(one, documents), _actor(one, "Indiener"),
        _actor(one, "Gericht aan"), _number(one),
        extensions=tuple(_extensions(notices)),
        letter=sent[0][1] if sent else "", answered_on=sent[0][0] if sent else None,
    )  # fmt: skip


def _asked_on(one: _Record, documents: Iterable[_Record]) -> date | None:
    """Return the day of the questions: of their document, else of the case."""
    days = [
        day
        for doc in documents
        if _is_question(doc) and (day := _day(doc, "Datum")) is not None
    ]  # fmt: skip
    return min(days) if days else _day(one, "GestartOp")


def _extensions(notices: Iterable[_Record]) -> Iterator[Extension]:
    found: dict[date, Extension] = {}
    for doc in notices:
        day = _day(doc, "Datum")
        if day is not None:
            found[day] = Extension(day, _title(doc), _number(doc))
    yield from (found[day] for day in sorted(found))


def _consultation(one: _Record) -> QuestionSet:
    return QuestionSet(
        _number(one), "consultation", _title(one), _day(one, "Datum"),
        _text(one, "Voortouwnaam"), "", _number(one),
    )  # fmt: skip


def _commitment(one: _Record) -> Commitment:
    state = _text(one, "Status")
    if state.casefold() not in STATES:
        raise InputError(
            "chamber.unknown_state",
            id=_number(one),
            state=state[:40],
            nearest=nearest(state, STATES),
        )
    if not _text(one, "Tekst"):
        raise InputError("chamber.incomplete", id=_number(one), field="Tekst")
    about = next(iter(_records([one.get("Activiteit")])), cast("_Record", {}))
    at = " ".join(filter(None, (_text(about, "Onderwerp"), _text(one, "ActiviteitNummer"))))
    by = ", ".join(filter(None, (_text(one, "Functie"), _text(one, "Naam"))))
    return Commitment(
        _number(one), _text(one, "Tekst"), by, _day(about, "Datum") or _day(one, "Aanmaakdatum"),
        at=at, ministry=_text(one, "Ministerie"), due=_day(one, "DatumNakoming"),
        state=STATES[state.casefold()], letter=_text(one, "KamerbriefNakoming"),
    )  # fmt: skip


def _actor(one: _Record, relation: str) -> str:
    names = [
        " ".join(
            filter(None, (_text(actor, "ActorNaam"), _bracketed(_text(actor, "ActorFractie"))))
        )
        for actor in _records(one.get("ZaakActor"))
        if _text(actor, "Relatie").casefold().startswith(relation.casefold())
    ]
    return ", ".join(name for name in names if name)


def _bracketed(text: str) -> str:
    return f"({text})" if text else ""


def _number(one: _Record) -> str:
    number = _text(one, "Nummer") or _text(one, "DocumentNummer")
    if not number:
        raise InputError("chamber.no_number", id=_text(one, "Id") or "-")
    return number


def _title(one: _Record) -> str:
    return _text(one, "Onderwerp") or _text(one, "Titel") or _number(one)


def _text(one: _Record, name: str) -> str:
    value = one.get(name)
    return "" if value is None else clean_text(str(value))


def _day(one: _Record, name: str) -> date | None:
    """Return a day as the Chamber writes it: local time with an offset, of which the day counts."""
    text = _text(one, name)[:10]
    if not text or text.startswith("0001"):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError("chamber.no_date", id=_number(one), field=name) from None
