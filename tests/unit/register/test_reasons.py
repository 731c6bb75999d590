"""What says the origin of a person never gets into the register, by whichever way it is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from doorlicht.errors import RefusedError
from doorlicht.records import Answer, MeasureTaken, OrganisationUnit, Source, Unit, Use
from doorlicht.register import open_register
from doorlicht.testing import EDITIONS

AT = datetime(2026, 1, 5, tzinfo=UTC)
ORIGIN = "Rejected because the applicant is Moroccan."
NUMBER = "See 999990019."
USE = Use("U-1", "nationality", "model", "M-1", "score")


@pytest.fixture
def register():
    with open_register(":memory:", clock=lambda: AT) as found:
        found.judging.change_uses("added", changed=[], made=[USE], reason="told", by="jo")
        yield found


def writes(register):
    judging = register.judging
    note = lambda text: Answer("role", "score", "jo", AT, "person", (), text)  # noqa: E731
    return {
        "use": lambda text: judging.change_uses("rejected", changed=[USE], reason=text, by="jo"),
        "hold": lambda text: judging.keep_hold("U-1", reason=text, by="jo"),
        "answer": lambda text: judging.keep_answers("U-1", [note(text)], by="jo"),
    }


@pytest.mark.parametrize("way", ["use", "hold", "answer"])
@pytest.mark.parametrize(
    ("text", "code"), [(ORIGIN, "reason.names_origin"), (NUMBER, "reason.holds_number")]
)
def test_a_reason_that_says_the_origin_of_a_person_is_refused(register, way, text, code):
    before = register.ledger()
    with pytest.raises(RefusedError) as refused:
        writes(register)[way](text)
    assert refused.value.code == code
    assert not any(word in str(refused.value) for word in text.split())
    assert register.ledger() == before
    assert register.judging.holds() == []
    assert register.judging.answers() == {}


@pytest.mark.parametrize("way", ["use", "hold", "answer"])
def test_a_legal_reason_is_kept(register, way):
    writes(register)[way]("The Dutch Nationality Act requires nationality.")
    assert len(register.ledger()) == 2


@pytest.mark.parametrize("field", ["purpose", "unit", "processing"])
@pytest.mark.parametrize(
    ("text", "code"),
    [(ORIGIN, "reason.field_names_origin"), (NUMBER, "reason.field_holds_number")],
)
def test_what_is_written_of_a_use_is_read_as_its_reasons_are(register, field, text, code):
    before = register.log.size()
    written = replace(USE, **{field: text})
    for given in ({"changed": [written]}, {"changed": [], "made": [replace(written, id="U-2")]}):
        with pytest.raises(RefusedError) as caught:
            register.judging.change_uses("changed", **given, reason="told", by="jo")
        assert (caught.value.code, caught.value.details) == (code, {"field": field})
    assert register.log.size() == before
    assert register.judging.uses() == [USE]


def test_a_unit_that_is_called_after_a_country_passes_once_it_is_known(register):
    named = {"Directie Suriname": None, "Rijksdienst Caribisch Nederland": None}
    for name in named:
        with pytest.raises(RefusedError):
            register.judging.change_uses(
                "changed", changed=[replace(USE, unit=name)], reason="told", by="jo"
            )
    register.start_scan(
        by="jo", editions=EDITIONS, settings={}, sources=[Source("hr", "files", "/x")],
        units=[Unit("sur", "Directie Suriname")],
    )  # fmt: skip
    unit = OrganisationUnit("rcn", "Rijksdienst Caribisch Nederland")
    register.dossier.keep([unit], action="kept", by="jo", reason="")
    for name in named:
        changed = replace(USE, unit=name, purpose="which clients of Polish nationality are seen")
        register.judging.change_uses("changed", changed=[changed], reason="told", by="jo")


def test_titles_of_evidence_and_proof_are_read_too(register):
    answer = Answer("role", "score", "jo", AT, "person", (ORIGIN,), "")
    measure = MeasureTaken("ME-1", "U-1", "A-1", "erase", "erase", False, proof=ORIGIN)
    for write, field in (
        (lambda: register.judging.keep_answers("U-1", [answer], by="jo"), "evidence"),
        (
            lambda: register.judging.change_measure(measure, reason="", content={}, by="jo"),
            "proof",
        ),
    ):
        with pytest.raises(RefusedError) as caught:
            write()
        assert caught.value.details == {"field": field}
