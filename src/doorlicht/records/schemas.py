"""What the catalogue of a database tells of it: tables with their columns, and stored SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DefinitionKind = Literal["view", "materialized view", "routine", "trigger", "rule"]


@dataclass(frozen=True, slots=True)
class TableColumns:
    """A table by its path (``schema.table``), with the names of its columns in their order."""

    path: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """The SQL by which a database knows a view, a routine or a trigger.

    Attributes
    ----------
    path
        ``schema.name``; stands for the file in a trace.
    text
        A whole statement (``CREATE VIEW ...``), its lines numbered as the database shows them.
    """

    path: str
    kind: DefinitionKind
    text: str
