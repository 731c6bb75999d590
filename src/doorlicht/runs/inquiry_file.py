"""``inquiry.yaml``: what a whole inquiry takes in, scans, traces and audits, and where it tells.

Paths in it are relative to the file. Everything that it names is looked for before anything is
run: an inquiry that takes a night must not fail in its last step on a slip of the pen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal, cast

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from doorlicht.errors import InputError, nearest
from doorlicht.runs.audit_request import AuditRequest
from doorlicht.sources.estate import Estate, read_estate


def _listed(value: Any) -> Any:
    """Let one name stand for a list of one."""
    return [value] if isinstance(value, str) else value


_Names = Annotated[list[str], BeforeValidator(_listed)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class AuditForm(_Strict):
    """An audit, with the options of ``doorlicht audit``."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,60}$")]
    decisions: str | None = None
    model: str | None = None
    data: str | None = None
    aggregates: str | None = None
    spec: str | None = None
    published: str | None = None
    without_groups: bool = False
    leave_out: _Names = Field(default_factory=list)
    group: _Names = Field(default_factory=list)
    explained_by: _Names = Field(default_factory=list)
    selected: str | None = None
    outcome: str | None = None
    score: str | None = None
    sampled: str | None = None
    weights: str | None = None
    person: str | None = None
    reference: str | None = None
    threshold: float | None = None
    level: float = 0.95
    correction: Literal["holm", "benjamini-hochberg"] = "holm"


class InquiryForm(_Strict):
    """A whole file."""

    name: Annotated[str, Field(min_length=1)]
    estate: str
    dossier: _Names = Field(default_factory=list)
    register_: Annotated[str | None, Field(alias="register")] = None
    reports: str = "reports"
    framework: str = "motion-21"
    campaign: str | None = None
    trace: bool = True
    audits: list[AuditForm] = Field(default_factory=list[AuditForm])


@dataclass(frozen=True, slots=True)
class PlannedAudit:
    """An audit of an inquiry: its name there, what is asked, and the files that it reads."""

    name: str
    request: AuditRequest
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is inquired into, and where what comes of it is kept.

    Attributes
    ----------
    register
        Path or URL; ``None`` where the file leaves it to the settings.
    reports
        The folder for pages and tables.
    campaign
        Of which the final report tells; needed only where the register has several.
    dossier
        Files of units and of the dossier, which are taken in before anything is scanned.
    """

    name: str
    file: Path
    estate: Estate
    register: str | None
    reports: Path
    framework: str
    traces: bool
    audits: tuple[PlannedAudit, ...]
    campaign: str | None = None
    dossier: tuple[Path, ...] = ()


def read_inquiry(path: Path) -> Inquiry:
    """Return the inquiry that a file describes.

    Raises
    ------
    InputError
        If the file or its estate cannot be read, has a key that is not known, an audit asks for
        too little or too much, or names a file that is not there.
    """
    form = _read_form(path)
    names = [one.name for one in form.audits]
    for name in names:
        if names.count(name) > 1:
            raise InputError("inquiry.audit_twice", path=str(path), name=name)
    register = form.register_
    if register is not None and "://" not in register:
        register = str(_beside(path, register))
    return Inquiry(
        name=form.name,
        file=path,
        estate=read_estate(_beside(path, form.estate)),
        register=register,
        reports=_beside(path, form.reports),
        framework=form.framework,
        traces=form.trace,
        audits=tuple(_planned(one, path) for one in form.audits),
        campaign=form.campaign,
        dossier=tuple(_dossier_file(path, one) for one in form.dossier),
    )


def _dossier_file(path: Path, name: str) -> Path:
    found = _beside(path, name)
    if not found.exists():
        raise InputError("inquiry.no_dossier_file", path=str(path), file=str(found))
    return found


def with_way_of_asking(
    inquiry: Inquiry, *, by: str, register: str, allow_scoring: bool = False
) -> Inquiry:
    """Return the inquiry with who asks, and into which register, in each audit."""
    audits = tuple(
        replace(
            one,
            request=replace(
                one.request,
                by=by,
                register=register,
                allow_scoring=allow_scoring,
                vocabulary_files=inquiry.estate.vocabulary_files,
            ),
        )
        for one in inquiry.audits
    )
    return replace(inquiry, register=register, audits=audits)


def _read_form(path: Path) -> InquiryForm:
    try:
        tree: Any = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("inquiry.missing", path=str(path)) from error
    # As in an estate file: the errors quote it, and are not passed on.
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        raise InputError(
            "inquiry.no_yaml", path=str(path), line=mark.line + 1 if mark else "?"
        ) from None
    try:
        return InquiryForm.model_validate(tree)
    except ValidationError as error:
        raise _told(error, path) from None


def _told(error: ValidationError, path: Path) -> InputError:
    place = error.errors()[0]["loc"]
    known = [
        "register" if key == "register_" else key
        for model in (InquiryForm, AuditForm)
        for key in model.model_fields
    ]
    return InputError(
        "inquiry.invalid",
        path=str(path),
        where=".".join(map(str, place)) or ".",
        nearest=nearest(str(place[-1]) if place else "", known),
    )


def _planned(form: AuditForm, path: Path) -> PlannedAudit:
    subjects = {
        key: value
        for key in ("decisions", "model", "aggregates", "published")
        if (value := cast("str | None", getattr(form, key))) is not None
    }
    if len(subjects) != 1:
        raise InputError("inquiry.audit_subject", path=str(path), name=form.name)
    for needed, wanted in (("model", "data"), ("aggregates", "spec")):
        if (needed in subjects) != (getattr(form, wanted) is not None):
            raise InputError(
                "inquiry.audit_pair", path=str(path), name=form.name, one=needed, other=wanted
            )
    files = {
        key: _there(form, key, path)
        for key in ("decisions", "model", "aggregates", "published", "data", "spec")
        if getattr(form, key) is not None
    }
    subject = files.get("decisions") or files.get("model")
    request = AuditRequest(
        subject=str(subject) if subject else "",
        by="",
        data=_text(files.get("data")),
        aggregates=_text(files.get("aggregates")),
        spec=_text(files.get("spec")),
        published=_text(files.get("published")),
        groups=tuple(form.group),
        explained_by=tuple(form.explained_by),
        leave_out=tuple(form.leave_out),
        without_groups=form.without_groups,
        selected=form.selected,
        outcome=form.outcome,
        score=form.score,
        sampled=form.sampled,
        weights=form.weights,
        person=form.person,
        reference=form.reference,
        threshold=form.threshold,
        level=form.level,
        correction=form.correction,
    )
    return PlannedAudit(form.name, request, tuple(files.values()))


def _there(form: AuditForm, key: str, path: Path) -> Path:
    found = _beside(path, str(getattr(form, key)))
    if not found.exists():
        raise InputError(
            "inquiry.no_file", path=str(path), name=form.name, key=key, file=str(found)
        )
    return found


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)


def _beside(path: Path, name: str) -> Path:
    return (path.parent / Path(name).expanduser()).resolve()


def steps_of(inquiry: Inquiry) -> Sequence[str]:
    """Return the names of the steps of an inquiry, in their order."""
    taken_in = ("dossier",) if inquiry.dossier else ()
    traced = ("trace",) if inquiry.traces else ()
    audits = tuple(f"audit:{one.name}" for one in inquiry.audits)
    return (*taken_in, "scan", *traced, *audits, "uses", "report")
