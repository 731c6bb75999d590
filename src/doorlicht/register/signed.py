"""Reports that were signed off, with their figures as they were: frozen from that moment on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast

import sqlalchemy as sa
from pydantic import TypeAdapter

from doorlicht.errors import InputError
from doorlicht.records.figures import Figure
from doorlicht.records.flows import trace_id
from doorlicht.register.states import subject
from doorlicht.register.tables import signed_figures, signed_reports

if TYPE_CHECKING:
    from doorlicht.register.ledger import Writing

_ROWS_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class SignedReport:
    """A report as it was signed off.

    Attributes
    ----------
    id
        ``RP-…``: of what it says and when it was signed.
    day
        Of which its figures are.
    sha256
        Of the words of the document, in their order.
    """

    id: str
    kind: str
    title: str
    language: str
    day: date
    sha256: str
    figures: tuple[Figure, ...]
    by: str
    at: datetime
    doorlicht: str


class SignedReports:
    """Reading and writing signed reports; each method is one transaction.

    A part of :class:`doorlicht.register.Register`, reached by its ``signed``.
    """

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[sa.Connection]],
        writing: Callable[[], AbstractContextManager[Writing]],
    ) -> None:
        self._reading = reading
        self._writing = writing

    def sign(
        self,
        *,
        kind: str,
        title: str,
        language: str,
        day: date,
        sha256: str,
        figures: Sequence[Figure],
        by: str,
        doorlicht: str,
    ) -> SignedReport:
        """Freeze the figures of a report, and return it as it is kept."""
        with self._writing() as writing:
            key = trace_id("RP", kind, title, day.isoformat(), sha256, by, writing.at.isoformat())
            made = SignedReport(
                key, kind, title, language, day, sha256, tuple(figures), by, writing.at, doorlicht
            )
            _keep(writing, made)
        return made

    def all(self, kind: str | None = None) -> list[SignedReport]:
        """Return the reports, or those of one kind, in the order in which they were signed."""
        query = sa.select(signed_reports).order_by(signed_reports.c.id)
        if kind is not None:
            query = query.where(signed_reports.c.kind == kind)
        with self._reading() as connection:
            return [_report(row) for row in connection.execute(query)]

    def with_figure(self, figure: str) -> tuple[Figure, list[SignedReport]]:
        """Return a figure with the reports in which it stands, first signed first.

        Raises
        ------
        InputError
            If no signed report has it.
        """
        holding = sa.select(signed_figures.c.report).where(signed_figures.c.figure == figure)
        query = (
            sa.select(signed_reports)
            .where(signed_reports.c.report.in_(holding))
            .order_by(signed_reports.c.id)
        )
        with self._reading() as connection:
            reports = [_report(row) for row in connection.execute(query)]
        for one in reports:
            for each in one.figures:
                if each.id == figure:
                    return each, reports
        raise InputError("figures.not_signed", id=figure)


def _keep(writing: Writing, made: SignedReport) -> None:
    writing.connection.execute(
        signed_reports.insert().values(
            report=made.id, kind=made.kind, title=made.title, language=made.language,
            day=made.day, sha256=made.sha256, by=made.by, at=made.at, doorlicht=made.doorlicht,
            figures=[_adapter().dump_python(one, mode="json") for one in made.figures],
        )
    )  # fmt: skip
    ids = dict.fromkeys(one.id for one in made.figures)
    rows = [{"report": made.id, "position": at, "figure": one} for at, one in enumerate(ids)]
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        writing.connection.execute(signed_figures.insert(), rows[start : start + _ROWS_AT_ONCE])
    writing.record(
        "report.signed", by=made.by, changed=[subject("report", made.id)],
        evidence={"document": made.sha256}, versions={"doorlicht": made.doorlicht},
    )  # fmt: skip


@cache
def _adapter() -> TypeAdapter[Figure]:
    return TypeAdapter(Figure)


def _report(row: Any) -> SignedReport:
    trees = cast("list[object]", row.figures)
    figures = tuple(_adapter().validate_python(one) for one in trees)
    return SignedReport(
        row.report, row.kind, row.title, row.language, row.day, row.sha256, figures, row.by,
        row.at, row.doorlicht,
    )  # fmt: skip
