"""The inventory as a table for spreadsheets and machines, and as an accessible page.

The same columns everywhere, in the language that is asked for. What a spreadsheet could take for a
formula has an apostrophe before it in CSV (OWASP, *CSV Injection*).
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, Final

import jinja2

from doorlicht.assessment import Framework
from doorlicht.language import Language, say
from doorlicht.records import Inventory, InventoryLine
from doorlicht.reports.html import safe_name
from doorlicht.reports.spreadsheets import Cell
from doorlicht.reports.uses_json import use_tree

COLUMNS: Final = (
    "id", "concept", "processing", "observed", "declared", "conflict", "unit", "purpose", "since",
    "until", "status", "proposed", "verdict", "needed", "lawyer", "open", "age", "outdated",
    "measures", "late", "hold", "assessment", "evidence",
)  # fmt: skip
"""Of a line, in this order."""


def inventory_rows(
    inventory: Inventory,
    framework: Framework,
    concepts: Mapping[str, str],
    language: Language,
) -> list[list[Cell]]:
    """Return the lines as cells, in the order of :data:`COLUMNS`; ``concepts`` are their names."""
    return [_row(line, inventory, framework, concepts, language) for line in inventory.lines]


def headings(language: Language) -> list[str]:
    """Return the names of the columns."""
    return [say(f"inventory.column.{name}", language) for name in COLUMNS]


def _row(
    line: InventoryLine,
    inventory: Inventory,
    framework: Framework,
    concepts: Mapping[str, str],
    language: Language,
) -> list[Cell]:
    use = line.use

    def yes(claim: bool) -> str:
        return say("assess.answer.yes", language) if claim else ""

    def role(name: str) -> str:
        return say(f"uses.role.{name}", language) if name else ""

    return [
        use.id,
        concepts.get(use.concept, use.concept),
        use.processing,
        role(use.observed_role),
        role(use.declared_role),
        yes(use.roles_conflict),
        use.unit,
        use.purpose,
        use.since,
        use.until,
        say(f"uses.status.{use.status}", language),
        say_proposed(line, framework, language),
        framework.outcomes[line.verdict].label[language] if line.verdict else "",
        ", ".join(say_needed(one, language) for one in line.needed),
        ", ".join(line.lawyer),
        len(line.open_facts),
        age_in_days(line, inventory.day),
        yes(line.is_outdated),
        line.open_measures,
        line.late_measures,
        yes(line.is_held),
        line.assessment,
        ", ".join(use.evidence),
    ]


def say_proposed(line: InventoryLine, framework: Framework, language: Language) -> str:
    """Return what the rules propose, in words."""
    label = framework.outcomes[line.proposed].label[language]
    return say("inventory.at_least", language, verdict=label) if line.is_at_least else label


def say_needed(needed: str, language: Language) -> str:
    """Return who has still to speak, in words."""
    kind, _, code = needed.partition(":")
    return say(f"review.kind.{kind}", language) + (f" ({code})" if code else "")


def age_in_days(line: InventoryLine, day: date) -> int | None:
    """Return how long the oldest question can have been open."""
    return None if line.asked_since is None else max((day - line.asked_since).days, 0)


def render_inventory_json(inventory: Inventory, framework: Framework) -> dict[str, Any]:
    """Return the inventory as a tree of JSON: ids and codes, for machines."""
    return {
        "framework": inventory.framework,
        "edition": inventory.edition,
        "day": inventory.day.isoformat(),
        "rejected": inventory.rejected,
        "merged_or_split": inventory.replaced,
        "outcomes": {one.id: dict(one.label) for one in framework.outcomes.values()},
        "uses": [
            {
                **use_tree(line.use),
                "proposed": line.proposed,
                "is_at_least": line.is_at_least,
                "verdict": line.verdict or None,
                "assessment": line.assessment or None,
                "needed": list(line.needed),
                "open": list(line.open_facts),
                "open_since": line.asked_since.isoformat() if line.asked_since else None,
                "lawyer": list(line.lawyer),
                "is_outdated": line.is_outdated,
                "open_measures": line.open_measures,
                "late_measures": line.late_measures,
                "legal_hold": line.is_held,
            }
            for line in inventory.lines
        ],
    }


def render_inventory_csv(head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    r"""Return the table as CSV (RFC 4180).

    Examples
    --------
    >>> render_inventory_csv(["a", "b"], [["=1+1", 2], ["x", None]])
    "a,b\r\n'=1+1,2\r\nx,\r\n"
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([[_plain(cell) for cell in row] for row in rows])
    return out.getvalue()


def _plain(cell: Cell) -> str:
    text = "" if cell is None else str(cell)
    return (
        f"'{text}"
        if isinstance(cell, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r")
        else text
    )


def render_inventory_html(
    inventory: Inventory,
    framework: Framework,
    concepts: Mapping[str, str],
    language: Language,
    *,
    version: str,
) -> str:
    """Return the page: how many uses of what, open questions, and each use."""

    def tell(key: str, **params: str | float) -> str:
        return say(f"inventory.{key}", language, **params)

    def role(one: str) -> str:
        return say(f"uses.role.{one}", language)

    lines = inventory.lines
    cells = inventory_rows(inventory, framework, concepts, language)
    labels = {one.id: one.label[language] for one in framework.outcomes.values()}
    roles = list(dict.fromkeys(_role_of(line) for line in lines))
    return _template().render(
        inventory=inventory,
        framework=framework,
        lang=language,
        t=tell,
        name=safe_name,
        version=version,
        labels=labels,
        roles=roles,
        role=role,
        by_role=Counter((line.proposed, _role_of(line)) for line in lines),
        by_concept=Counter((concepts.get(line.use.concept, line.use.concept), line.proposed)
                           for line in lines),
        by_unit=Counter((line.use.unit or tell("no_unit"), line.proposed) for line in lines),
        decided=sum(bool(line.verdict) for line in lines),
        questions=_questions(inventory, framework, language),
        head=headings(language),
        rows=list(zip(lines, cells, strict=True)),
        lawyers=framework.lawyers,
    )  # fmt: skip


def _role_of(line: InventoryLine) -> str:
    return line.use.told_role


def _questions(
    inventory: Inventory, framework: Framework, language: Language
) -> list[tuple[str, str, int, int]]:
    """Return each open question with who usually knows, in how many uses, and the oldest age."""
    found: dict[str, list[int]] = {}
    for line in inventory.lines:
        for fact in line.open_facts:
            found.setdefault(fact, []).append(age_in_days(line, inventory.day) or 0)
    return [
        (
            framework.facts[fact].question[language],
            framework.facts[fact].who.get(language, ""),
            len(found[fact]),
            max(found[fact]),
        )
        for fact in framework.facts
        if fact in found
    ]


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("doorlicht.reports"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("inventory.html.jinja")
