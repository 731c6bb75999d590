"""An invented ministry with its inquiry, as documents get it: nothing of it is of real people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from doorlicht.assessment import load_framework
from doorlicht.evidence.residual import Coverage as LookedThrough
from doorlicht.evidence.residual import Recall, SampleBound, make_residual
from doorlicht.organisation import Dossier, make_history
from doorlicht.records import (
    BlindSpot,
    Campaign,
    Chapter,
    Commitment,
    Extension,
    Inventory,
    InventoryLine,
    InventoryStep,
    Mandate,
    Meaning,
    MeasureTaken,
    NilStatement,
    OrganisationUnit,
    PlanOfApproach,
    ProjectLeader,
    Question,
    QuestionSet,
    ScopeDecision,
    Use,
)
from doorlicht.register import LookedAt
from doorlicht.reports.documents.given import Earlier, Given, OutsideAudit, Remark
from doorlicht.reports.figures import count_figure
from doorlicht.vocabulary import load_vocabulary

DAY = date(2026, 11, 27)
UNITS = (
    OrganisationUnit("min", "Ministerie van Voorbeelden"),
    OrganisationUnit("dg-a", "DG Aanvragen", parent="min", since=date(2010, 1, 1)),
    OrganisationUnit("dg-n", "DG Nieuw", parent="min", since=date(2026, 1, 1)),
    OrganisationUnit("insp", "Inspectie", parent="min"),
    OrganisationUnit("dg-o", "DG Oprichting", parent="min", status="in_formation"),
)
DECISIONS = (
    ScopeDecision("S-1", "dg-a", "in", "it decides on applications", "A. Vries", date(2025, 1, 6)),
    ScopeDecision("S-2", "insp", "in", "it selects", "A. Vries", date(2025, 1, 6)),
    ScopeDecision("S-3", "dg-n", "out_for_now", "being founded", "A. Vries", date(2025, 1, 6),
                  date(2025, 7, 1), "in_formation"),
    ScopeDecision("S-4", "min", "out", "it has no data", "A. Vries", date(2025, 1, 6), None,
                  "no_personal_data"),
)  # fmt: skip
STEPS = (
    InventoryStep("I-1", "dg-a", "scan", "done", "files", done_on=date(2026, 2, 1)),
    InventoryStep("I-2", "dg-a", "interview", "done", "head of applications",
                  done_on=date(2026, 3, 1)),
    InventoryStep("I-3", "insp", "scan", "started", "warehouse"),
)  # fmt: skip
STATEMENTS = (
    NilStatement("N-1", "insp", "We use nothing.", "B. Jansen", "head", date(2026, 4, 1),
                 state="contradicted", sampled_by="C. Bakker", sampled_on=date(2026, 5, 1),
                 finding="A list with nationality was found."),
    NilStatement("N-2", "dg-a", "We use nothing.", "D. Visser", "head", date(2026, 4, 2)),
)  # fmt: skip
QUESTIONS = (
    Question(1, "Waarom zijn twee directoraten-generaal niet onderzocht?"),
    Question(2, "Wat gebeurt er als toch verkeerd gebruik wordt gevonden?",
             ("wrong_use_found",), "approved", answer="Wij vonden {uses} gebruiken.\nDat stopt.",
             drafted_by="E. Smit", approved_by="F. Mulder"),
    Question(3, "Hoe is naar beeldmateriaal gekeken?", ("image_material",), "assigned"),
    Question(4, "Een vraag over {iets} <anders>?"),
    Question(5, "Ingetrokken", state="withdrawn"),
)  # fmt: skip
SETS = (
    QuestionSet("Q-1", "written", "Vragen over gegevens over afkomst", date(2026, 5, 11),
                "een lid", "de minister", "2026Z00001", questions=QUESTIONS,
                extensions=(Extension(date(2026, 8, 1), "more time is needed"),)),
    QuestionSet("Q-2", "consultation", "Schriftelijk overleg", date(2026, 2, 2),
                due=date(2026, 3, 2),
                questions=(Question(1, "Hoe staat het?", state="sent"),),
                letter="L-1", answered_on=date(2026, 3, 20)),
)  # fmt: skip
COMMITMENTS = (
    Commitment("T-1", "De twee directoraten-generaal alsnog onderzoeken", "de minister",
               date(2025, 6, 3), "de Kamer", "het debat van 3 juni", due=date(2026, 6, 1)),
    Commitment("T-2", "Een voortgangsbrief sturen", "de minister", date(2025, 6, 3),
               due=date(2026, 1, 1), state="fulfilled", letter="Voortgangsbrief",
               fulfilled_on=date(2025, 12, 12)),
)  # fmt: skip
CAMPAIGN = Campaign(
    "C-1", "Doorlichting afkomst", date(2025, 1, 6), "running",
    (Mandate("M-1", "motion", "Motie over vervuilde data", date(2021, 1, 19), "35 510, nr. 21"),),
    (Meaning("afkomst", "waar iemand of zijn ouders vandaan komen", "begrippenlijst"),),
    "2026-11-01", ("motion-21",), "G. Meijer", (ProjectLeader("min", "H. de Boer"),),
    ("scan", "interview"),
)  # fmt: skip
PLANS = (
    PlanOfApproach("P-1", "dg-a", "short", date(2025, 3, 1), "D. Visser",
                   (Chapter("purpose", "Wij kijken naar alle aanvragen: {uses} tot nu toe."),)),
)  # fmt: skip


def use(number: int, concept: str, role: str, unit: str, **more: Any) -> Use:
    name = f"U-{number:04d}"
    return Use(name, concept, f"verwerking {number}", f"P-{number}", role, unit, **more)


LINES = (
    InventoryLine(use(1, "nationality", "score", "dg-a", status="confirmed"),
                  "onrechtmatig", False, "onrechtmatig"),
    InventoryLine(use(2, "nationality", "selection", "insp"), "onbepaald", True),
    InventoryLine(use(3, "country_of_birth", "stored", ""), "onbepaald", False),
)  # fmt: skip
MEASURES = (
    MeasureTaken("MT-1", "U-0001", "A-1", "stop", "use", False, "D. Visser", date(2026, 9, 1)),
    MeasureTaken("MT-2", "U-0001", "A-1", "erase", "data", False, "D. Visser", None,
                 state="verified"),
)  # fmt: skip


def dossier() -> Dossier:
    return Dossier(
        CAMPAIGN, make_history(UNITS), DECISIONS, PLANS, STEPS, STATEMENTS,
        {"dg-a": ["U-0001"], "insp": ["U-0002"]}, {"dg-a": ["files"], "insp": ["warehouse"]},
        COMMITMENTS, SETS,
    )  # fmt: skip


def concepts() -> dict[Any, dict[str, str]]:
    known = load_vocabulary().concepts
    return {
        language: {name: one.name[language] for name, one in known.items()}
        for language in ("nl", "en")
    }


def invented(**changed: Any) -> Given:
    """Everything that a document can be given."""
    recall = Recall(45, 48, 0.828, 0.987, "a second set")
    sample = SampleBound("SA-1", "columns", 4000, 300, 1, 62, 0.95)
    given = Given(
        DAY,
        "Ministerie van Voorbeelden",
        1234,
        dossier(),
        Inventory("motion-21", "2026-11-01", DAY, LINES, 1, 0, "Ministerie van Voorbeelden"),
        load_framework("motion-21"),
        concepts(),
        MEASURES,
        looked_at=LookedAt(12, 40, 4000, 1_000_000, 0),
        blind_spots=(BlindSpot("warehouse", "old.sas7bdat", "file.unreadable"),),
        traces=2,
        residual=make_residual(
            LookedThrough(4000, 1), 3, recall=recall, samples=[sample], recapture=[]
        ),
        audits=(),
        outside_audit=OutsideAudit("Auditdienst", date(2026, 10, 1), "De aanpak klopt.",
                     (Remark("AF-1", "Een bron ontbreekt.", "Die wordt gescand."),
                      Remark("AF-2", "Het logboek klopt.", is_closed=True))),
        question_set="Q-1",
    )  # fmt: skip
    return replace(given, **changed)


def earlier(of: Given, *names: str) -> Earlier:
    """A report that was signed with figures as they are in an input."""
    found = [count_figure(of, name) for name in names]
    return Earlier("Voortgangsrapport 1", of.day, tuple(one for one in found if one is not None))
