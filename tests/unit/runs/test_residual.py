"""How sure is none: from a register to sentences, with every way of telling and without any."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import jsonschema
import pytest

from doorlicht.audit.intervals import clopper_pearson
from doorlicht.evidence.capture import Missed
from doorlicht.evidence.residual import (
    Coverage,
    Recall,
    SampleBound,
    make_residual,
)
from doorlicht.evidence.seed import commitment_of
from doorlicht.evidence.signing import KeyInMemory
from doorlicht.language import LANGUAGES
from doorlicht.records import Source
from doorlicht.register import open_register
from doorlicht.reports import content_of, render_findings_json, render_html
from doorlicht.reports.findings_json import findings_schema
from doorlicht.reports.residual_words import residual_sentences, residual_tree
from doorlicht.runs.checkpoints import make_checkpoint
from doorlicht.runs.keys import keep_log_key
from doorlicht.runs.residual import CONFIDENCE, measured_recall, residual_of, with_residual
from doorlicht.runs.sample_results import drawn_items
from doorlicht.runs.samples import Plan, commit, draw_sample, freeze, judge
from doorlicht.testing import EDITIONS, SteppingClock, make_reading
from doorlicht.vocabulary import load_vocabulary

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SIGNER = KeyInMemory.of_seed(bytes(range(32)))
RECALL = Recall(27, 30, 0.735, 0.979, "fourth-half-b")
SAMPLE = SampleBound("SA-1", "clean-columns", 61_300, 750, 0, 242, 0.95)
ENDLESS = Missed("two", ("name", "values"), 9, 4.0, 0, None)
TWICE = Missed("two", ("name", "values"), 9, 0.0, 0.0, 3.0)
NO_NUMBER = re.compile(r"\bnan\b|\binf\b|\bNone\b|(?<!SA)-1\b")


@pytest.fixture
def register(tmp_path):
    with open_register(tmp_path / "inquiry.register", clock=SteppingClock()) as opened:
        source = Source("hr", "files", "/data/hr")
        scan = opened.start_scan(by="jo", editions=EDITIONS, settings={}, sources=[source])
        opened.keep_asset(scan.id, make_reading(columns=["id", "land", "natie"], found=["land"]))
        opened.keep_asset(scan.id, make_reading("broken.csv", columns=[], found=[],
                                                blind=["file.broken"]))  # fmt: skip
        opened.finish_scan(scan.id)
        yield opened


def made(register, threshold=0.5):
    content = content_of(register, load_vocabulary().concepts)
    return content, residual_of(register, content, threshold)


def test_a_register_tells_what_was_found_and_what_was_never_looked_at(register):
    _, residual = made(register)
    assert (residual.coverage.looked_at, residual.coverage.blind_spots) == (3, 1)
    assert (residual.found, residual.basis) == (1, "recall")
    # Three columns were looked at and one was found, so that no more than two can be missed.
    assert residual.recall.high == 2
    assert residual_tree(residual)["in_blind_spots"] is None


def test_nothing_found_is_not_nought(register):
    _, residual = made(register, threshold=0.99)
    assert residual.found == 0
    assert residual.recall.expected is None
    assert residual.recall.high >= 1


def test_the_shipped_recall_is_an_exact_interval_of_its_counts():
    named, by_values_alone = measured_recall()
    for one in (named, by_values_alone):
        low, high = clopper_pearson(one.found, one.labelled, CONFIDENCE)
        assert low[0] - 1e-4 < one.low <= low[0]
        assert high[0] <= one.high < high[0] + 1e-4
    assert named.low < named.found / named.labelled < named.high
    assert by_values_alone.high < named.high


CASES = {
    "sample": {"recall": RECALL, "samples": [SAMPLE], "recapture": []},
    "recall": {"recall": RECALL, "samples": [], "recapture": [ENDLESS, TWICE]},
    "nothing": {"recall": None, "samples": [], "recapture": [
        Missed("two", ("name", "values"), 4, None, None, None),
        Missed("two", ("name", "values"), 40, 0.0, 0, 2),
        Missed("unlike", ("code", "name", "values"), 40, 3.5, 1.0, 9.0),
        Missed("unlike", ("code", "name", "values"), 4, None, None, None),
        Missed("three", ("code", "name", "values"), 40, 3.5, 1.0, 9.0),
        Missed("three", ("code", "name", "values"), 4, None, None, None),
    ]},
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("found", [0, 7])
@pytest.mark.parametrize("blind", [0, 1, 3])
def test_every_statement_can_be_said_and_none_says_nought(language, case, found, blind):
    residual = make_residual(Coverage(1000, blind), found, by_values_alone=RECALL, **CASES[case])
    told = residual_sentences(residual, language)
    assert residual.basis == case
    assert not any(NO_NUMBER.search(sentence) for sentence in told)
    nought = r"(at most|hoogstens|up to|tot|between|tussen) 0\b|\b0[.,]0\b"
    assert not any(re.search(nought, sentence) for sentence in told)
    assert "NaN" not in json.dumps(residual_tree(residual), allow_nan=False)


def judged(register, tmp_path, threshold):
    """Draw and judge a sample of all columns that a register calls clean at a threshold."""
    keep_log_key(register, SIGNER.public_key, by="jo")
    plan = Plan(size=2)
    made = freeze(register, "clean-columns", plan, threshold=threshold, by="ann", at=NOW)
    commit(register, made.id, commitment_of("5f" * 32), by="ann")
    make_checkpoint(register, SIGNER, now=NOW, by="jo")
    items = drawn_items(draw_sample(register, made.id, "5f" * 32, by="ann"))
    form = tmp_path / "form.csv"
    form.write_text("item;judgment\n" + "".join(f"{one.id};right\n" for one in items))
    judge(register, made.id, form, by="ann")


def test_what_was_scanned_after_a_sample_counts_as_wrong_in_it(register, tmp_path):
    judged(register, tmp_path, 0.5)
    _, before = made(register)
    assert [(one.population, one.at_most, one.outside) for one in before.samples] == [(2, 0, 0)]
    scan = register.start_scan(by="jo", editions=EDITIONS, settings={},
                               sources=[Source("it", "files", "/data/it")])  # fmt: skip
    register.keep_asset(scan.id, make_reading("b.csv", source="it", columns=["a", "b"], found=[]))
    register.finish_scan(scan.id)
    _, after = made(register)
    assert [(one.population, one.at_most, one.outside) for one in after.samples] == [(4, 2, 2)]
    assert (after.coverage.elsewhere, after.coverage.blind_elsewhere) == (3, 1)
    told = residual_sentences(after, "en")
    assert "at most 2 of 4 columns" in told[0]
    assert any("1 place there" in one for one in told)
    assert any("could draw" in one for one in told)


def test_a_sample_of_what_another_threshold_calls_clean_says_nothing_of_the_rest(
    register, tmp_path
):
    judged(register, tmp_path, 0.0)
    _, residual = made(register, threshold=0.99)
    assert [(one.population, one.outside) for one in residual.samples] == [(3, 1)]
    freeze(register, "clean-columns", Plan(size=1), threshold=0.5, by="ann", at=NOW)
    _, residual = made(register)
    assert [(one.outside, one.unfinished) for one in residual.samples] == [(0, 1)]


def test_reports_hold_the_statement_and_fit_their_schema(register):
    content, _ = made(register)
    content = with_residual(register, content, 0.5)
    page = render_html(content, "en")
    assert 'id="sure"' in page
    assert "could not be read" in page
    tree = render_findings_json(content, "nl")
    jsonschema.Draft202012Validator(findings_schema()).validate(tree)
    assert tree["residual"]["basis"] == "recall"
