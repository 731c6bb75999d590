"""A signed report keeps its figures as they were, and is never signed over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from doorlicht.errors import InputError
from doorlicht.records.figures import Figure
from doorlicht.register import Register, open_register

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = date(2026, 5, 31)


def figure(number: int) -> Figure:
    return Figure(
        f"FIG-{number}", "uses", number, "count", DAY, f"{number:064d}",
        {"concept": "nationality"}, tuple(f"U-{at}" for at in range(number)), 12,
    )  # fmt: skip


@pytest.fixture
def register() -> Iterator[Register]:
    with open_register(":memory:", clock=lambda: AT) as opened:
        yield opened


def sign(register: Register, *figures: Figure, kind: str = "progress") -> str:
    return register.signed.sign(
        kind=kind, title="Report \ud800", language="nl", day=DAY, sha256="a" * 64,
        figures=figures, by="A. Vries", doorlicht="0.1.0",
    ).id  # fmt: skip


def test_what_is_signed_comes_back_as_it_was(register: Register) -> None:
    key = sign(register, figure(2), figure(3))
    (kept,) = register.signed.all()
    assert (kept.id, kept.figures, kept.at, kept.day) == (key, (figure(2), figure(3)), AT, DAY)
    assert kept.title == "Report \ud800"
    assert register.signed.all("final") == []


def test_a_figure_is_found_in_every_report_in_which_it_stands(register: Register) -> None:
    keys = [sign(register, figure(2)), sign(register, figure(2), figure(3), kind="final")]
    found, reports = register.signed.with_figure("FIG-2")
    assert (found, [one.id for one in reports]) == (figure(2), keys)


def test_a_figure_that_nobody_signed_is_told(register: Register) -> None:
    sign(register, figure(2))
    with pytest.raises(InputError) as error:
        register.signed.with_figure("FIG-9")
    assert error.value.code == "figures.not_signed"


def test_signing_leaves_an_entry_with_the_hash_of_the_document(register: Register) -> None:
    key = sign(register, figure(2))
    last = register.ledger()[-1]
    assert (last.action, dict(last.evidence)) == ("report.signed", {"document": "a" * 64})
    assert [one.subject for one in last.changes] == [f"report:{key}"]
    assert register.log.check([]).holds
