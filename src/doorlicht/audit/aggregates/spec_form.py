"""The spec of a published table as a file: YAML, checked here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from doorlicht.audit.aggregates.published import (
    AggregateSpec,
    Direction,
    RateSpec,
    Rounding,
    Total,
)
from doorlicht.audit.aggregates.sheet import SheetPlan
from doorlicht.errors import InputError, nearest
from doorlicht.shipped import parse_yaml_once, yaml_problem

MAX_BYTES: Final = 4 << 20
"""No spec that a person wrote is larger."""


KINDS: Final = ("", "_ratio", "_difference")
"""What is measured of each rate."""


def _name(value: object) -> object:
    """Return a name: rows are called 2014 as well, and YAML takes that for a number."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Name = Annotated[str, BeforeValidator(_name)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class SuppressedForm(_Form):
    """Cells without a number: the least and the most that they can be."""

    from_: float = Field(default=0, alias="from", ge=0)
    to: float | None = Field(default=None, ge=0)
    marks: list[Name] = []


class RoundingForm(_Form):
    """How counts became what is printed."""

    base: float = Field(default=1, ge=1)
    direction: Direction = "nearest"
    suppressed: SuppressedForm = SuppressedForm()


class TotalForm(_Form):
    """What adds up to what; ``complete: false`` where parts are missing."""

    total: Name
    parts: list[Name] = Field(min_length=1)
    complete: bool = True


class RateForm(_Form):
    """The rows above the line and below it."""

    selected: list[Name] = Field(min_length=1)
    population: list[Name] = Field(min_length=1)


class SheetForm(_Form):
    """Where the table stands in its file."""

    name: Name | None = None
    labels: Name = "A"
    columns: dict[Name, Name] = Field(min_length=1)
    first_row: int = Field(default=1, ge=1)
    last_row: int | None = Field(default=None, ge=1)


class SpecForm(_Form):
    """The file."""

    source: str = ""
    sheet: SheetForm
    rounding: RoundingForm = RoundingForm()
    groups: dict[Name, Annotated[list[Name], Field(min_length=1)]] = Field(min_length=1)
    reference: Name
    rates: dict[Name, RateForm] = Field(min_length=1)
    everybody: Name | None = None
    between: str = Field(default=" & ", min_length=1)
    classifications: dict[Name, Annotated[list[Name], Field(min_length=2)]] = {}
    row_totals: list[TotalForm] = []
    column_totals: list[TotalForm] = []
    verdicts: dict[Name, float] = {}


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
        tree: Any = parse_yaml_once(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise InputError(
            "aggregates.spec_no_yaml", path=path, problem=yaml_problem(error)
        ) from None
    if not isinstance(tree, dict):
        raise InputError("aggregates.spec_empty", path=path)
    try:
        form = SpecForm.model_validate(tree)
    except ValidationError as error:
        raise _refusal(error, path) from None
    for key in _wrong_keys(form):
        raise InputError("aggregates.spec_wrong", path=path, key=key)
    _check_once(form, path)
    measures = [f"{_stem(name, kind)}{kind}" for name in form.rates for kind in KINDS]
    measures += [f"{name}{kind}" for name in form.rates for kind in KINDS]
    for name in form.verdicts:
        if name not in measures:
            near = nearest(name, measures)
            raise InputError("aggregates.spec_verdict", path=path, name=name, nearest=near)
    return _spec(form), _plan(form), dict(form.verdicts)


def _stem(rate: str, kind: str) -> str:
    """Return what comparisons of a rate begin with: ``selection_ratio`` of a selection rate."""
    return "selection" if kind and rate == "selection_rate" else rate


def _refusal(error: ValidationError, path: str) -> InputError:
    """Return what is wrong first: a key that is missing, unknown, or of another form."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    key = ".".join(str(part) for part in first["loc"] if part != "[key]") or "-"
    if first["type"] == "missing":
        return InputError("aggregates.spec_missing", path=path, key=key)
    if first["type"] == "extra_forbidden":
        forms = (SpecForm, SheetForm, RoundingForm, SuppressedForm, RateForm, TotalForm)
        known = [one.alias or name for form in forms for name, one in form.model_fields.items()]
        near = nearest(str(first["loc"][-1]), known)
        return InputError("aggregates.spec_unknown", path=path, key=key, nearest=near)
    return InputError("aggregates.spec_wrong", path=path, key=key)


def _wrong_keys(form: SpecForm) -> Iterable[str]:
    """Yield the keys that name what the spec does not describe, or that do not fit each other."""
    hidden = form.rounding.suppressed
    if hidden.to is not None and hidden.to < hidden.from_:
        yield "rounding.suppressed"
    if form.sheet.last_row is not None and form.sheet.last_row < form.sheet.first_row:
        yield "sheet.last_row"
    if form.reference not in form.groups:
        yield "reference"
    known = set(form.sheet.columns)
    for name, columns in form.groups.items():
        if not known.issuperset(columns):
            yield f"groups.{name}"
    for at, one in enumerate(form.column_totals):
        if not known.issuperset([one.total, *one.parts]):
            yield f"column_totals.{at}"


def _check_once(form: SpecForm, path: str) -> None:
    """Refuse sums in which the same people are counted twice, as a total together with a part."""
    rows = _parts_of(form.row_totals)
    if form.everybody is not None:
        by_everybody = rows.setdefault(form.everybody, set())
        by_everybody.update(*form.classifications.values())
    columns = _parts_of(form.column_totals)
    sums: list[tuple[str, Sequence[str], Mapping[str, set[str]]]] = [
        *((f"groups.{name}", names, columns) for name, names in form.groups.items()),
        *((f"rates.{name}.selected", one.selected, rows) for name, one in form.rates.items()),
        *((f"rates.{name}.population", one.population, rows) for name, one in form.rates.items()),
        *((f"classifications.{name}", names, {}) for name, names in form.classifications.items()),
        *((f"row_totals.{at}", [one.total, *one.parts], {})
          for at, one in enumerate(form.row_totals)),
        *((f"column_totals.{at}", [one.total, *one.parts], {})
          for at, one in enumerate(form.column_totals)),
    ]  # fmt: skip
    for key, names, parts in sums:
        seen: set[str] = set()
        for name in names:
            if name in seen:
                raise InputError("aggregates.spec_twice", path=path, key=key, name=name)
            seen.add(name)
        for name in names:
            inside = _within(name, parts) & seen
            if inside:
                raise InputError(
                    "aggregates.spec_part", path=path, key=key, name=name, part=min(inside)
                )


def _parts_of(totals: Sequence[TotalForm]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in totals:
        found.setdefault(one.total, set()).update(one.parts)
    return found


def _within(name: str, parts: Mapping[str, set[str]]) -> set[str]:
    """Return all that is part of something, and part of its parts."""
    found: set[str] = set()
    ahead = list(parts.get(name, ()))
    while ahead:
        at = ahead.pop()
        if at not in found and at != name:
            found.add(at)
            ahead += parts.get(at, ())
    return found


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
