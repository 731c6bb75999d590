"""What an auditor can draw from: everything of which the register says that nothing is wrong.

Each population is a list of ids with a stratum; a judgment "wrong" says that the register was wrong
about that item.

- ``clean-columns``: columns that were read and are not reported as origin-related. Wrong: it is.
- ``lawful-uses``: uses of which the verdict is lawful. Wrong: it is not.
- ``cleaned-places``: measures that erase, and were verified. Wrong: the data is still there.
- ``nil-statements``: units of which a standing statement, of their own or of a unit above, says
  that they use nothing. Wrong: they do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Final, Literal

from doorlicht.assessment import load_framework
from doorlicht.assessment.reviewing import standing
from doorlicht.evidence.sampling import Item
from doorlicht.organisation import units_without_use
from doorlicht.records import NilStatement
from doorlicht.records.auditors import SampleKind
from doorlicht.register import Register
from doorlicht.runs.assess import codes_for_lawyer
from doorlicht.runs.dossier import history_of, unit_ids

Strata = Literal["none", "source", "signal", "unit"]
STRATA: Final[tuple[Strata, ...]] = ("none", "source", "signal", "unit")

FAINTEST: Final = 0.0
"""Every finding that the register keeps, however improbable."""


def population(
    register: Register, kind: SampleKind, *, strata: Strata, threshold: float, day: date
) -> list[Item]:
    """Return the items of a population, each with its stratum.

    Parameters
    ----------
    strata
        ``source``: where it lies. ``unit``: to whom it belongs. ``signal``: what is known of a
        column that is reported as clean (a person rejected a finding, there was a faint signal, or
        there was nothing), and of a unit that says none (something was found in a source of it,
        nothing was, or no source of it was looked at).
    threshold
        Probability from which on a column is reported as origin-related.
    day
        Of which units there are.
    """
    find = {
        "clean-columns": _clean_columns,
        "lawful-uses": _lawful_uses,
        "cleaned-places": _cleaned_places,
        "nil-statements": partial(_nil_statements, day=day),
    }[kind]
    seen = Counter[str]()
    items: list[Item] = []
    for one in find(register, strata, threshold):
        seen[one.id] += 1
        # Two tables can have one name, in a workbook that was put together so.
        again = f"~{seen[one.id]}" if seen[one.id] > 1 else ""
        items.append(Item(f"{one.id}{again}", one.stratum))
    return items


def _clean_columns(register: Register, strata: Strata, threshold: float) -> Iterator[Item]:
    units = {one.id: one.unit or "" for one in register.sources()}
    rejected = {
        (one.finding.location.source, one.finding.location.table, one.finding.location.column_index)
        for one in register.findings(triage={"rejected"})
    }
    faint = {
        (table.source, table.path, at)
        for table in register.scanned_tables(threshold=FAINTEST)
        for at, column in enumerate(table.columns)
        if any(one.kind != "proxy" for one in column.findings)
    }
    for table in register.scanned_tables(threshold=threshold):
        for at, column in enumerate(table.columns):
            if any(one.kind != "proxy" for one in column.findings):
                continue
            key = (table.source, table.path, at)
            stratum = {
                "none": "",
                "source": table.source,
                "unit": units.get(table.source, ""),
                "signal": "rejected" if key in rejected else "faint" if key in faint else "nothing",
            }[strata]
            yield Item(f"column:{table.source}:{table.path}#{at}:{column.name}", stratum)


def _lawful_uses(register: Register, strata: Strata, threshold: float) -> Iterator[Item]:
    del threshold
    last = {one.use: one for one in register.judging.assessments()}
    for use in register.judging.uses():
        kept = last.get(use.id)
        if kept is None or not use.is_open:
            continue
        framework = load_framework(kept.framework, kept.edition)
        verdict = standing(kept, codes_for_lawyer(kept, framework)).verdict
        if verdict is not None and verdict == framework.by_role.get("pass"):
            yield Item(f"use:{use.id}", use.unit if strata == "unit" else "")


def _cleaned_places(register: Register, strata: Strata, threshold: float) -> Iterator[Item]:
    del threshold
    units = {one.id: one.unit for one in register.judging.uses()}
    for measure in register.judging.measures():
        if measure.is_held and measure.state == "verified":
            stratum = units.get(measure.use, "") if strata == "unit" else ""
            yield Item(f"measure:{measure.id}", stratum)


def _nil_statements(
    register: Register, strata: Strata, threshold: float, *, day: date
) -> Iterator[Item]:
    statements = register.dossier.all(NilStatement)
    if not statements:
        return
    history = history_of(register)
    ids = unit_ids(history)
    sources = {one.id: ids.get((one.unit or "").casefold(), "") for one in register.sources()}
    looked_at = {sources.get(table.source) for table in register.scanned_tables(threshold=1.0)}
    found = {
        sources.get(table.source)
        for table in register.scanned_tables(threshold=threshold)
        if any(one.kind != "proxy" for column in table.columns for one in column.findings)
    }
    for unit in units_without_use(history, statements, day):
        stratum = {
            "none": "",
            "source": "",
            "unit": unit.parent or unit.id,
            "signal": "found" if unit.id in found
            else "nothing" if unit.id in looked_at else "not-looked-at",
        }[strata]  # fmt: skip
        yield Item(f"unit:{unit.id}", stratum)
