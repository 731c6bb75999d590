"""A table and what is said of its columns, as they come from a script: by name, or as values."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from doorlicht.errors import InputError
from doorlicht.runs.audit_request import AuditRequest
from doorlicht.sources.in_memory import HeldTable, hold, labels_of, people_of
from doorlicht.sources.people import People, open_people

Columns = Any
"""A name of a column, several names, values (one a person), or a mapping of names to values."""


class GivenTable:
    """A table as it was given, with values beside it that were given by themselves.

    Parameters
    ----------
    data
        In memory, or the path of a file.
    name
        What messages call it, if it is in memory.

    Attributes
    ----------
    held
        The table in memory; ``None`` if it is in a file.
    """

    def __init__(self, data: Any, name: str) -> None:
        self.held: HeldTable | None = None
        self.name = name
        self._path = ""
        self._beside: set[str] = set()
        if isinstance(data, str | Path):
            self._path = self.name = str(data)
        else:
            self.held = hold(data)
        self._labels = labels_of(data)

    @contextmanager
    def people(self) -> Generator[People]:
        """Open it as a table of people."""
        if self.held is None:
            with open_people(self._path) as people:
                yield people
        else:
            yield people_of(self.held, self.name)

    def mark(self, label: str, given: Any) -> str | None:
        """Return the name of a column, or a comparison; values become a column of the table."""
        if given is None or isinstance(given, str):
            return given
        return self._add(label, given)

    def columns(self, label: str, given: Columns) -> tuple[str, ...]:
        """Return the names of columns; values become columns of the table."""
        if given is None or isinstance(given, str):
            return () if given is None else (given,)
        if isinstance(given, Mapping):
            named = cast("Mapping[Any, Any]", given)
            return tuple(
                self._add(str(name), values, is_named=True) for name, values in named.items()
            )
        if not isinstance(given, list | tuple):
            return (self._add(label, given),)
        several = cast("Sequence[Any]", given)
        if several and not any(hasattr(each, "__len__") for each in several):
            return (self._add(label, several),)
        return tuple(
            each if isinstance(each, str) else self._add(f"{label}_{at + 1}", each)
            for at, each in enumerate(several)
        )

    def _add(self, label: str, values: Any, *, is_named: bool = False) -> str:
        if self.held is None:
            raise InputError("audit.values_beside_file", option=label)
        if not hasattr(values, "__len__"):
            raise InputError("audit.no_table_in_memory", kind=type(values).__name__)
        labels = labels_of(values)
        if labels is not None and self._labels is not None and not labels.equals(self._labels):
            # By label or by place they are of other people, and which one is meant is not known.
            raise InputError("audit.other_labels", option=label)
        own = None if is_named else getattr(values, "name", None)
        name = label if own is None else str(own)
        beside = self.held.with_columns({name: values})
        if name in self.held.columns and not self._is_the_same(name, beside):
            name = f"{name} ({label})"
            beside = self.held.with_columns({name: values})
        elif name in self.held.columns:
            return name
        self.held = beside
        self._beside.add(name)
        return name

    def _is_the_same(self, name: str, beside: HeldTable) -> bool:
        old, new = cast("HeldTable", self.held).arrow(name), beside.arrow(name)
        return old is not None and new is not None and old.equals(new)

    def features(
        self, features: Sequence[str] | None, people: People, request: AuditRequest
    ) -> tuple[str, ...]:
        """Return the columns that a model is given, if it does not know them itself."""
        if features is not None:
            return tuple(people.column(name) for name in features)
        marks = {
            people.mark(mark).column
            for mark in (request.outcome, request.sampled, request.weights, request.person)
            if mark
        }
        return tuple(name for name in people.columns if name not in marks | self._beside)
