"""The guards of commands hold for what a file says as well."""

from datetime import date

import pytest

from doorlicht.errors import InputError, RefusedError
from doorlicht.organisation import check_campaign_state, check_records, extend, read_dossier
from doorlicht.records import Campaign, Extension, QuestionSet

SIGNED = "id: N-1, unit: a, text: niets, signed_by: B. Smit, function: directeur, on: 2026-02-01"
PROMISED = "id: T-1, text: een brief, by: de minister, on: 2026-02-01"
PLAN = "plans: [{id: P-1, unit: a, form: short, on: 2026-01-05, by: C. Bos, chapters: [%s]}]"
ASKED = "question_sets: [{id: Q-1, kind: written, title: T, asked_on: 2026-03-02, questions: [%s]"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"nil_statements: [{{{SIGNED}}}]", None),
        (
            "nil_statements: [{" + SIGNED.replace("B. Smit", "''") + "}]",
            "campaign.statement_no_name",
        ),
        (f"nil_statements: [{{{SIGNED}, state: upheld}}]", "campaign.statement_no_name"),
        (
            f"nil_statements: [{{{SIGNED}, state: upheld, sampled_by: b. smit, finding: goed}}]",
            "campaign.statement_own",
        ),
        (
            f"nil_statements: [{{{SIGNED}, state: upheld, sampled_by: A. Dam}}]",
            "campaign.statement_no_finding",
        ),
        ("steps: [{id: I-1, unit: a, kind: scan, state: done, evidence: [scan 1]}]", None),
        ("steps: [{id: I-1, unit: a, kind: scan, state: done}]", "campaign.step_no_evidence"),
        (
            "steps: [{id: I-1, unit: a, kind: scan, state: not_applicable}]",
            "campaign.step_no_reason",
        ),
        ("campaign: {id: C-1, name: X, since: 2026-01-05, nil_sample: 1}", None),
        ("campaign: {id: C-1, name: X, since: 2026-01-05, steps: []}", "campaign.asks_nothing"),
        ("campaign: {id: C-1, name: X, since: 2026-01-05, nil_sample: 3}", "campaign.asks_nothing"),
        (PLAN % "{key: purpose, text: x}", None),
        (PLAN % "{key: sources, text: x}", "campaign.plan_chapter"),
        (PLAN % "{key: purpose, text: x}, {key: purpose, text: y}", "campaign.plan_chapter"),
        (f"commitments: [{{{PROMISED}, due: 2026-02-01}}]", None),
        (f"commitments: [{{{PROMISED}, due: 2025-02-01}}]", "parliament.commitment_first"),
        (f"commitments: [{{{PROMISED}, state: fulfilled}}]", "dossier.no_letter"),
        (
            f"commitments: [{{{PROMISED}, state: fulfilled, letter: L, fulfilled_on: 2026-01-31}}]",
            "parliament.commitment_first",
        ),
        (ASKED % "{number: 1, text: Hoe?, state: drafted}" + "}]", "questions.no_answer"),
        (
            ASKED % "{number: 1, text: Hoe?, state: approved, answer: Zo.}" + "}]",
            "questions.no_approval",
        ),
        (
            ASKED % "{number: 1, text: Hoe?, answer: Zo., drafted_by: Jo, approved_by: jo}" + "}]",
            "questions.own_answer",
        ),
        (
            ASKED % "{number: 1, text: Hoe?, state: sent, answer: Zo., approved_by: Jo}" + "}]",
            "questions.no_letter",
        ),
    ],
)
def test_a_file_cannot_say_what_no_command_would(text, code):
    given = read_dossier(text.encode(), "x.yaml")
    if code is None:
        check_records(given)
        return
    with pytest.raises((InputError, RefusedError)) as error:
        check_records(given)
    assert error.value.code == code


def test_a_file_leaves_the_state_of_a_campaign_and_cannot_change_it():
    given = Campaign("C-1", "Onderzoek", date(2026, 1, 5))
    known = Campaign("C-1", "Oud", date(2026, 1, 5), state="closed", closed_on=date(2026, 9, 1))
    kept = check_campaign_state(given, [known])
    assert (kept.name, kept.state, kept.closed_on) == ("Onderzoek", "closed", date(2026, 9, 1))
    assert check_campaign_state(known, [known]) == known
    for others in ([], [given]):
        with pytest.raises(InputError) as error:
            check_campaign_state(known, others)
        assert error.value.code == "campaign.state_by_file"


def test_a_notice_that_is_older_than_the_questions_gives_no_term():
    asked = QuestionSet("Q-1", "written", "T", date(2026, 7, 10))
    with pytest.raises(InputError) as error:
        extend(asked, Extension(date(2026, 7, 1), "nog niet klaar"))
    assert error.value.code == "parliament.extension_first"
