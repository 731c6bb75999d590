"""Makes documents from the register: gathers what it holds of a day, and signs what is final."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from doorlicht.assessment import load_framework
from doorlicht.errors import InputError
from doorlicht.evidence.residual import Residual
from doorlicht.language import Language
from doorlicht.organisation import Dossier
from doorlicht.records import Campaign, Letter, Recess, auditors
from doorlicht.records.figures import Figure
from doorlicht.register import Register
from doorlicht.register.signed import SignedReport
from doorlicht.reports.content import SHOWN_FROM, content_of
from doorlicht.reports.documents.content import Document, words_of
from doorlicht.reports.documents.given import Earlier, Given, OutsideAudit, Remark
from doorlicht.reports.documents.kept_audits import read_measured
from doorlicht.reports.documents.making import DocumentKind, make_document
from doorlicht.reports.figures import every_figure
from doorlicht.runs.dossier import gather_dossier
from doorlicht.runs.inventory import make_inventory
from doorlicht.runs.residual import residual_of

_NEEDS_NOTHING: tuple[DocumentKind, ...] = ("plan", "persons_letter")
"""Kinds that are written before anybody looked anywhere."""

REPORTS: tuple[DocumentKind, ...] = ("progress", "final")
"""Kinds that are compared with the report before: letters and notes tell of one moment."""


@dataclass(frozen=True, slots=True)
class DocumentRequest:
    """What document to make.

    Attributes
    ----------
    campaign
        Id; needed only where the register has several.
    questions
        Id of the set that is answered; needed only where there are several.
    """

    kind: DocumentKind
    language: Language
    day: date
    framework: str = "motion-21"
    edition: str | None = None
    campaign: str | None = None
    questions: str | None = None


@dataclass(frozen=True, slots=True)
class MadeDocument:
    """A document with the figures in it, by their numbers."""

    document: Document
    figures: tuple[Figure, ...]

    @property
    def sha256(self) -> str:
        """Hash of the words in their order, which every form of it has."""
        return hashlib.sha256("\n".join(words_of(self.document)).encode("utf-8")).hexdigest()


def make_from_register(
    register: Register,
    request: DocumentRequest,
    concepts: Mapping[Language, Mapping[str, str]],
    *,
    version: str,
) -> MadeDocument:
    """Return a document of what the register holds.

    Parameters
    ----------
    concepts
        Names of concepts by language and id.

    Raises
    ------
    InputError
        If several campaigns or sets of questions could be meant, or one that is named is not there;
        or if there is nothing yet that the document could tell: it would be open ends alone.
    """
    refuse_too_early(register, request.kind)
    given = gather_given(register, request, concepts)
    document, figures = make_document(request.kind, given, request.language, version=version)
    return MadeDocument(document, figures)


def refuse_too_early(register: Register, kind: DocumentKind) -> None:
    """Refuse a document of an inquiry in which nothing was done yet.

    Raises
    ------
    InputError
        ``documents.nothing_scanned``: a final report without a scan of any source, or another
        report, a letter or answers with neither a scan nor a campaign.
    """
    if kind in _NEEDS_NOTHING or (register.scans() and register.sources()):
        return
    if kind == "final" or not register.dossier.all(Campaign):
        raise InputError("documents.nothing_scanned", kind=kind, register=register.location)


def refuse_before_campaign(register: Register, request: DocumentRequest) -> None:
    """Refuse a document of a day before its inquiry: it would tell of that day what came later.

    Raises
    ------
    InputError
        ``documents.before_campaign``.
    """
    dossier = _dossier(register, request.campaign)
    if dossier is None or request.kind in _NEEDS_NOTHING:
        return
    campaign = dossier.campaign
    if request.day < campaign.since:
        raise InputError(
            "documents.before_campaign", id=campaign.id, since=str(campaign.since),
            day=str(request.day),
        )  # fmt: skip


def gather_given(
    register: Register, request: DocumentRequest, concepts: Mapping[Language, Mapping[str, str]]
) -> Given:
    """Return what the register holds of a day; what it holds nothing of is left out."""
    dossier = _dossier(register, request.campaign)
    scans = register.scans()
    last = scans[-1] if scans else None
    # Where no use was ever proposed or rejected nobody looked for any: that is not nought.
    has_uses = bool(register.judging.uses())
    audits = register.audits()
    entries = register.log.entries(last=1)
    return Given(
        day=request.day,
        organisation=_organisation(dossier, request.day, last.organisation if last else ""),
        entries=entries[-1].number if entries else None,
        dossier=dossier,
        inventory=(
            make_inventory(
                register, framework=request.framework, edition=request.edition, today=request.day
            )
            if has_uses
            else None
        ),
        framework=load_framework(request.framework, request.edition),
        concepts=concepts,
        measures=tuple(register.judging.measures()) if has_uses else None,
        looked_at=register.looked_at(scan=last.id) if last else None,
        blind_spots=tuple(register.blind_spots(scan=last.id)) if last else None,
        traces=sum(one.files > 0 for one in register.traces()),
        residual=_residual(register) if last else None,
        audits=tuple(read_measured(one.content) for one in audits) if audits else None,
        outside_audit=_outside_audit(register),
        letters=tuple(register.dossier.all(Letter)) or None,
        earlier=_earlier(register, request),
        as_then=_as_then(register, request, dossier),
        recesses=tuple(register.dossier.all(Recess)),
        question_set=_question_set(dossier, request.questions),
    )


def sign_document(
    register: Register, made: MadeDocument, request: DocumentRequest, *, by: str, version: str
) -> SignedReport:
    """Keep a report with its figures as they are now, and return it.

    Raises
    ------
    InputError
        If there is no figure in it: then there is nothing to answer for.
    """
    if not made.figures:
        raise InputError("documents.nothing_to_sign", kind=request.kind)
    return register.signed.sign(
        kind=request.kind,
        title=f"{made.document.title}, {made.document.subtitle}",
        language=request.language,
        day=request.day,
        sha256=made.sha256,
        figures=made.figures,
        by=by,
        doorlicht=version,
    )


def find_figure(
    register: Register, figure: str, request: DocumentRequest
) -> tuple[Figure, tuple[SignedReport, ...]]:
    """Return a figure with the signed reports in which it stands; none: it is not frozen yet.

    A figure that stands in no signed report is counted anew, of the day of the request: it is
    found where the register still gives the same outcome.

    Raises
    ------
    InputError
        If no signed report has it, and the register gives no such figure of that day.
    """
    try:
        found, reports = register.signed.with_figure(figure)
    except InputError as error:
        if error.code != "figures.not_signed":
            raise
    else:
        return found, tuple(reports)
    campaigns = [one.id for one in register.dossier.all(Campaign)]
    for campaign in [request.campaign] if request.campaign else campaigns or [None]:
        given = gather_given(register, replace(request, campaign=campaign), {})
        for one in every_figure(given):
            if one.id == figure:
                return one, ()
    raise InputError("figures.not_found", id=figure, day=request.day.isoformat())


def _dossier(register: Register, campaign: str | None) -> Dossier | None:
    if campaign is None and not register.dossier.all(Campaign):
        return None
    return gather_dossier(register, campaign)


def _residual(register: Register) -> Residual:
    """Return what may still be there after the last scan, as its own report says it."""
    return residual_of(register, content_of(register, {}), SHOWN_FROM)


def _outside_audit(register: Register) -> OutsideAudit | None:
    """Return what auditors remarked and what was answered; nothing where nobody is an auditor.

    What they think of the whole is theirs to write, and is an open end here.
    """
    auditing = register.auditing
    holders, remarks = auditing.holders("auditor"), auditing.remarks()
    if not holders and not remarks:
        return None
    names = holders or list(dict.fromkeys(one.by for one in remarks))
    moments = [one.at for remark in remarks for one in (remark, *remark.events)]
    return OutsideAudit(
        ", ".join(names),
        max(moments).date() if moments else None,
        "",
        tuple(_remark(one) for one in remarks),
    )


def _remark(one: auditors.Remark) -> Remark:
    answers = [event.text for event in one.events if event.kind in ("answered", "followed-up")]
    return Remark(one.id, one.text, " ".join(answers), one.state == "closed")


def _organisation(dossier: Dossier | None, day: date, scanned: str) -> str:
    """Return the name of the ministry: what is at the top of its tree, else what was scanned."""
    if dossier is not None:
        tops = [unit.name for depth, unit in dossier.history.tree(day) if depth == 0]
        if len(tops) == 1:
            return tops[0]
    return scanned


def _question_set(dossier: Dossier | None, wanted: str | None) -> str:
    known = [] if dossier is None else [one.id for one in dossier.question_sets]
    if wanted is None:
        return known[0] if len(known) == 1 else ""
    if wanted not in known:
        raise InputError("documents.no_such_questions", id=wanted, known=", ".join(known) or "-")
    return wanted


def _last_signed(register: Register, request: DocumentRequest) -> SignedReport | None:
    """Return the last progress or final report that was signed before the day."""
    if request.kind not in REPORTS:
        return None
    signed = [one for one in register.signed.all() if one.kind in REPORTS]
    before = [one for one in signed if one.day <= request.day]
    return before[-1] if before else None


def _earlier(register: Register, request: DocumentRequest) -> Earlier | None:
    last = _last_signed(register, request)
    return None if last is None else Earlier(last.title, last.day, last.figures)


def _as_then(register: Register, request: DocumentRequest, dossier: Dossier | None) -> Given | None:
    """Return what is known now of the day of the report before."""
    last = _last_signed(register, request)
    return None if last is None or dossier is None else Given(day=last.day, dossier=dossier)
