"""The overview of many organisations: as a document in every form, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from doorlicht.language import Language, say, show_number
from doorlicht.organisation.rollup import uses_by
from doorlicht.records import Remark, RollUp
from doorlicht.reports.documents.content import (
    Document,
    Items,
    Line,
    Note,
    Paragraph,
    Section,
    Table,
    line,
)

LOOKED: Final = ("organisation", "day", "units", "covered", "blind_spots", "models", "audits",
                 "is_signed")  # fmt: skip
JUDGED: Final = ("organisation", "uses", "decided", "open_facts", "open_measures", "late_measures")

_BY: Final = ("concept", "role", "verdict")


def rollup_document(
    made: RollUp,
    language: Language,
    *,
    day: date,
    version: str,
    names: Mapping[str, Mapping[str, str]],
) -> Document:
    """Return the overview as a document.

    Parameters
    ----------
    names
        Under ``concept``, ``role`` and ``verdict``: what to call each id.
    """

    def tell(key: str, **params: str | int) -> str:
        return say(f"rollup.{key}", language, **params)

    def counted(by: str) -> Table:
        rows = uses_by(made, _BY.index(by))
        known = names[by]
        return Table(
            tell(f"by.{by}"),
            (tell(f"column.{by}"), tell("column.uses")),
            tuple(
                (line(known.get(name, name) if name else tell("undecided")), _number(n, language))
                for name, n in rows.items()
            ),
            frozenset({1}),
        )

    missing = [one for one in made.remarks if one.kind == "not_received"]
    parts: list[Any] = [
        Paragraph(line(tell("intro", n=len(made.lines), uses=sum(made.totals.values())))),
        *(
            [Note(tell("incomplete"), line(tell("missing", n=len(missing))), "warning")]
            if missing
            else []
        ),
    ]
    sections = (
        Section(
            tell("organisations"), "organisations",
            (
                _lines(made, "looked", LOOKED, language),
                _lines(made, "judged", JUDGED, language),
            ),
        ),
        Section(tell("uses"), "uses", tuple(counted(by) for by in _BY)),
        Section(
            tell("remarks"), "remarks",
            (
                Items(tuple(line(say_remark(one, language)) for one in made.remarks))
                if made.remarks
                else Paragraph(line(tell("no_remarks"))),
            ),
        ),
    )  # fmt: skip
    return Document(
        tell("title"), language, day, (*parts, *sections), subtitle=tell("subtitle", day=str(day)),
        version=version,
    )  # fmt: skip


def _lines(made: RollUp, name: str, columns: Sequence[str], language: Language) -> Table:
    def cell(value: object) -> Line:
        if isinstance(value, bool):
            return line(say(f"rollup.signed.{'yes' if value else 'no'}", language))
        if isinstance(value, int):
            return _number(value, language)
        return line(str(value))

    return Table(
        say(f"rollup.table.{name}", language),
        tuple(say(f"rollup.column.{one}", language) for one in columns),
        tuple(tuple(cell(getattr(each, one)) for one in columns) for each in made.lines),
        frozenset(
            number
            for number, one in enumerate(columns)
            if one not in ("organisation", "day", "is_signed")
        ),
    )


def _number(value: int, language: Language) -> Line:
    return line(show_number(value, ",", language))


def say_remark(remark: Remark, language: Language) -> str:
    """Return what is said of the exports together as a sentence."""
    return say(
        f"rollup.remark.{remark.kind}", language, organisation=remark.organisation,
        what=remark.what, others="; ".join(remark.others),
    )  # fmt: skip


def render_rollup_json(made: RollUp, language: Language) -> dict[str, Any]:
    """Return the overview as a tree of JSON."""
    return {
        "organisations": [{**asdict(one), "day": one.day.isoformat()} for one in made.lines],
        "totals": [
            {"concept": concept, "role": role, "verdict": verdict, "uses": number}
            for (concept, role, verdict), number in sorted(made.totals.items())
        ],
        "looked_at": dict(made.looked_at),
        "remarks": [
            {**asdict(one), "others": list(one.others), "text": say_remark(one, language)}
            for one in made.remarks
        ],
    }
