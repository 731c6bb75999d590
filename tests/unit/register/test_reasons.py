"""What says the origin of a person never gets into the register, by whichever way it is written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from doorlicht.errors import RefusedError
from doorlicht.records import Answer, Use
from doorlicht.register import open_register

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
