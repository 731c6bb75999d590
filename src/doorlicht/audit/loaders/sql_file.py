"""Rules in SQL that score or choose rows."""

from __future__ import annotations

import re
from typing import Final

from doorlicht.audit.artefacts import artefact_of
from doorlicht.audit.reading.sql_rules import rules_of
from doorlicht.audit.reading.sql_scores import understand_rules
from doorlicht.audit.reading.things import Understood
from doorlicht.plugins import ModelLimits
from doorlicht.records import BlindSpot, ModelArtefact

MAX_BYTES: Final = 2 << 20
_BEGINS: Final = re.compile(
    rb"^(?:\s|--[^\n]*\n|/\*.*?\*/)*(?:select|with|create|update|insert)\b", re.I | re.S
)


class SqlLoader:
    """Rules in SQL; the text is parsed and sent to no database."""

    name = "sql"
    rank = 6

    def recognises(self, name: str, content: bytes) -> bool:
        """Return whether the file is called so, or begins with a statement."""
        if len(content) > MAX_BYTES:
            return False
        return name.lower().endswith(".sql") or _BEGINS.match(content[:8192]) is not None

    def open(self, name: str, content: bytes, limits: ModelLimits) -> ModelArtefact:
        """Return the rule that is most like a score; the others are told."""
        del limits
        rules = rules_of(content.decode("utf-8-sig", "replace"))
        spots: list[BlindSpot] = []
        made = Understood("SQL", "unknown", "sql")
        if rules:
            made = understand_rules(rules)
        else:
            spots.append(BlindSpot("", name, "model.no_model"))
        if len(rules) > 1:
            spots.append(BlindSpot("", name, "model.several", {"number": len(rules) - 1}))
        return artefact_of(made, name, "sql", spots=spots)
