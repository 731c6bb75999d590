"""The spec of a published table as a file: YAML, checked here and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from doorlicht.audit.aggregates.published import (
    AggregateSpec,
    Direction,
    RateSpec,
    Rounding,
    Total,
)
from doorlicht.audit.aggregates.sheet import SheetPlan
from doorlicht.errors import InputError

MAX_BYTES: Final = 4 << 20
"""No spec that a person wrote is larger."""


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SuppressedForm(_Form):
    """Cells without a number: the least and the most that they can be."""

    from_: float = Field(default=0, alias="from", ge=0)
    to: float | None = Field(default=None, ge=0)
    marks: list[str] = []


class RoundingForm(_Form):
    """How counts became what is printed."""

    base: float = Field(default=1, ge=1)
    direction: Direction = "nearest"
    suppressed: SuppressedForm = SuppressedForm()


class TotalForm(_Form):
    """What adds up to what; ``complete: false`` where parts are missing."""

    total: str
    parts: list[str] = Field(min_length=1)
    complete: bool = True


class RateForm(_Form):
    """The rows above the line and below it."""

    selected: list[str] = Field(min_length=1)
    population: list[str] = Field(min_length=1)


class SheetForm(_Form):
    """Where the table stands in its file."""

    name: str | None = None
    labels: str = "A"
    columns: dict[str, str] = Field(min_length=1)
    first_row: int = Field(default=1, ge=1)
    last_row: int | None = Field(default=None, ge=1)


class SpecForm(_Form):
    """The file."""

    source: str = ""
    sheet: SheetForm
    rounding: RoundingForm = RoundingForm()
    groups: dict[str, list[str]] = Field(min_length=1)
    reference: str
    rates: dict[str, RateForm] = Field(min_length=1)
    everybody: str | None = None
    between: str = Field(default=" & ", min_length=1)
    classifications: dict[str, list[str]] = {}
    row_totals: list[TotalForm] = []
    column_totals: list[TotalForm] = []
    verdicts: dict[str, float] = {}


def read_spec(path: Path) -> tuple[AggregateSpec, SheetPlan, dict[str, float]]:
    """Return what a spec says of a table, where it stands, and which verdicts are asked.

    Raises
    ------
    InputError
        If the file cannot be read, is no YAML, has an unknown key, or names a group that it does
        not describe.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise InputError("aggregates.spec_unreadable", path=str(path)) from None
    if len(text) > MAX_BYTES:
        raise InputError("aggregates.spec_unreadable", path=str(path))
    return parse_spec(text, str(path))


def parse_spec(text: str, path: str = "-") -> tuple[AggregateSpec, SheetPlan, dict[str, float]]:
    """Return what the text of a spec says; see :func:`read_spec`."""
    try:
        tree: Any = yaml.safe_load(text)
        form = SpecForm.model_validate(tree)
    except yaml.YAMLError:
        raise InputError("aggregates.spec_no_yaml", path=path) from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "-"
        raise InputError("aggregates.spec_wrong", path=path, key=place) from None
    if form.reference not in form.groups:
        raise InputError("aggregates.spec_wrong", path=path, key="reference")
    known = set(form.sheet.columns)
    for name, columns in form.groups.items():
        if not known.issuperset(columns):
            raise InputError("aggregates.spec_wrong", path=path, key=f"groups.{name}")
    for at, one in enumerate(form.column_totals):
        if not known.issuperset([one.total, *one.parts]):
            raise InputError("aggregates.spec_wrong", path=path, key=f"column_totals.{at}")
    return _spec(form), _plan(form), dict(form.verdicts)


def _spec(form: SpecForm) -> AggregateSpec:
    hidden = form.rounding.suppressed
    return AggregateSpec(
        {name: tuple(columns) for name, columns in form.groups.items()},
        form.reference,
        tuple(
            RateSpec(name, tuple(rate.selected), tuple(rate.population))
            for name, rate in form.rates.items()
        ),
        Rounding(
            form.rounding.base,
            form.rounding.direction,
            hidden.from_,
            float("inf") if hidden.to is None else hidden.to,
        ),
        tuple(_total(one) for one in form.column_totals),
        tuple(_total(one) for one in form.row_totals),
        {name: tuple(values) for name, values in form.classifications.items()},
        form.everybody,
        form.between,
        form.source,
    )


def _total(form: TotalForm) -> Total:
    return Total(form.total, tuple(form.parts), form.complete)


def _plan(form: SpecForm) -> SheetPlan:
    return SheetPlan(
        form.sheet.name,
        form.sheet.labels,
        dict(form.sheet.columns),
        form.sheet.first_row,
        form.sheet.last_row,
        tuple(form.rounding.suppressed.marks),
    )
