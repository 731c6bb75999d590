"""The form of ``estate.yaml``: which keys it may have, checked strictly."""

from __future__ import annotations

import codecs
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from doorlicht.errors import InputError, nearest


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class UnitForm(_Strict):
    """A unit of an organisation."""

    id: str
    name: str
    parent: str | None = None
    status: Literal["active", "being_founded", "abolished"] = "active"
    since: date | None = None
    until: date | None = None


class SourceForm(_Strict):
    """A place to look."""

    id: str
    location: str
    kind: str | None = None
    name: str = ""
    unit: str | None = None
    options: dict[str, Any] = Field(default_factory=dict)


class _ColumnForm(_Strict):
    name: str
    start: Annotated[int, Field(ge=1)]
    length: Annotated[int, Field(ge=1)]
    label: str = ""


def _known_encoding(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise ValueError("encoding") from None


class _FileOptions(_Strict):
    """What can be said of a source of files; strictly, for ``"no"`` is not false."""

    model_config = ConfigDict(extra="forbid", strict=True)

    include: str | list[str] = ""
    exclude: str | list[str] = ""
    hidden: bool = False
    format: Literal[
        "parquet", "arrow", "orc", "avro", "sqlite", "duckdb", "statistics", "r", "excel", "json",
        "fixed-width", "csv"
    ] = "csv"  # fmt: skip
    encoding: Annotated[str, AfterValidator(_known_encoding)] = "utf-8"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    header: bool = True
    columns: Annotated[list[_ColumnForm], Field(min_length=1)] = Field(
        default_factory=list[_ColumnForm]
    )
    dictionary: str = ""


class EstateForm(_Strict):
    """A whole file."""

    name: str = ""
    units: list[UnitForm] = Field(default_factory=list)
    sources: list[SourceForm] = Field(default_factory=list)
    vocabulary: list[str] = Field(default_factory=list)


def read_form(path: Path) -> EstateForm:
    """Return what an estate file says.

    Raises
    ------
    InputError
        If it cannot be read, is no YAML, or has a key that is not known.
    """
    try:
        tree: Any = yaml.safe_load(path.read_text("utf-8"))
        tree = {} if tree is None else tree
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("estate.missing", path=str(path)) from error
    # A date that does not exist is a ValueError, and brackets without end a RecursionError. The
    # errors quote the file, which may hold a password: they are not passed on.
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        line = mark.line + 1 if mark else "?"
        raise InputError("estate.no_yaml", path=str(path), line=line) from None
    try:
        return EstateForm.model_validate(tree)
    except ValidationError as error:
        first = error.errors()[0]
        known = [key for model in (EstateForm, UnitForm, SourceForm) for key in model.model_fields]
        last = str(first["loc"][-1]) if first["loc"] else ""
        where = ".".join(str(part) for part in first["loc"]) or "."
        raise InputError(
            "estate.invalid", path=str(path), where=where, nearest=nearest(last, known)
        ) from None


def check_options(item: SourceForm, path: Path) -> None:
    """Refuse options of files that would do nothing, or not what was meant.

    Raises
    ------
    InputError
        If there is such an option.
    """
    try:
        _FileOptions.model_validate(item.options)
    except ValidationError as error:
        key = str(error.errors()[0]["loc"][0])
        raise InputError(
            "estate.invalid",
            path=str(path),
            where=f"sources.{item.id}.options.{key}",
            nearest=nearest(key, _FileOptions.model_fields),
        ) from None
