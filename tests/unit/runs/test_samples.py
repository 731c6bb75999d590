"""The audit sample from freezing to the bound, and everybody who tries to steer it."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from doorlicht.cli.samples import result_sentences
from doorlicht.errors import InputError, IntegrityError, RefusedError
from doorlicht.evidence import KeyInMemory
from doorlicht.evidence.seed import commitment_of
from doorlicht.evidence.stratified import Stratum, stratified_bound
from doorlicht.language import LANGUAGES, say
from doorlicht.records import NilStatement, OrganisationUnit, Source
from doorlicht.register import open_register
from doorlicht.reports.samples_json import sample_result_tree, sample_tree
from doorlicht.reports.spreadsheets import write_xlsx
from doorlicht.runs.checkpoints import make_checkpoint
from doorlicht.runs.keys import keep_log_key
from doorlicht.runs.populations import population
from doorlicht.runs.remarks import make_remark, take_step
from doorlicht.runs.roles import change_role
from doorlicht.runs.sample_results import drawn_items, result
from doorlicht.runs.samples import Plan, commit, draw_sample, freeze, judge, read_form
from doorlicht.testing import EDITIONS, SteppingClock, make_finding, make_reading

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SIGNER = KeyInMemory.of_seed(bytes(range(32)))
SECRET = "5f" * 32
NAMES = [f"c{number}" for number in range(30)]


@pytest.fixture
def register(tmp_path):
    sources = [Source("hr", "files", "/data/hr"), Source("it", "files", "/data/it")]
    with open_register(tmp_path / "inquiry.register", clock=SteppingClock()) as opened:
        scan = opened.start_scan(by="jo", editions=EDITIONS, settings={}, sources=sources)
        opened.keep_asset(scan.id, make_reading(columns=[*NAMES, "land", "zip"], found=["land"]))
        opened.keep_asset(scan.id, make_reading("b.csv", source="it", columns=NAMES, found=["c3"]))
        opened.finish_scan(scan.id)
        keep_log_key(opened, SIGNER.public_key, by="jo")
        yield opened


def frozen(register, **plan):
    given = Plan(**{"at_most": 0.2, **plan})
    return freeze(register, "clean-columns", given, threshold=0.5, by="ann", at=NOW)


def checkpoint(register):
    return make_checkpoint(register, SIGNER, now=NOW, by="jo")


def drawn(register, secret=SECRET, **plan):
    made = frozen(register, **plan)
    commit(register, made.id, commitment_of(secret), by="ann")
    checkpoint(register)
    return draw_sample(register, made.id, secret, by="ann")


def write_form(path, items, words, head=("item", "stratum", "judgment", "note")):
    rows = [(item.id, item.stratum, word, "") for item, word in zip(items, words, strict=True)]
    if path.suffix == ".xlsx":
        write_xlsx(path, "form", head, rows)
        return path
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows([head, *rows])
    return path


def test_what_was_reported_is_not_in_the_population_and_what_was_rejected_is(register):
    every = population(register, "clean-columns", strata="source", threshold=0.5, day=NOW.date())
    assert len(every) == 60
    assert not any(":land" in one.id for one in every)
    register.triage(make_finding("land", index=30).id, "reject", reason="cars", by="jo")
    again = population(register, "clean-columns", strata="signal", threshold=0.5, day=NOW.date())
    assert [one.stratum for one in again if one.id.endswith(":land")] == ["rejected"]
    assert {one.stratum for one in again} == {"rejected", "nothing"}


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_sample_goes_from_the_list_to_the_bound(register, tmp_path, ending):
    made = drawn(register, strata="source")
    items = drawn_items(made)
    strata = made.plan["strata"]
    assert [one.stratum for one in items].count("hr") == strata["hr"]["drawn"]
    form = write_form(tmp_path / f"form{ending}", items, ["right"] * (len(items) - 1) + ["fout"])
    told = judge(register, made.id, form, by="ann")
    assert [one.wrong for one in told.strata] == [0, 1]
    counted = [Stratum(one.size, one.drawn, one.wrong) for one in told.strata]
    assert told.at_most == told.if_right == stratified_bound(counted)
    assert register.log.check().holds
    assert json.dumps(sample_result_tree(told)) == json.dumps(
        sample_result_tree(result(register, made.id))
    )


def test_what_nobody_judged_counts_as_wrong_and_is_told(register, tmp_path):
    made = drawn(register)
    items = drawn_items(made)
    words = ["right"] * len(items)
    words[0], words[1] = "", "unknown"
    told = judge(register, made.id, write_form(tmp_path / "f.csv", items, words), by="ann")
    (stratum,) = told.strata
    assert (stratum.unanswered, stratum.unknown, stratum.counted) == (1, 1, 2)
    assert told.at_most > told.if_right


def test_a_corrected_form_takes_the_place_of_the_first_which_stays(register, tmp_path):
    made = drawn(register)
    items = drawn_items(made)
    judge(register, made.id, write_form(tmp_path / "a.csv", items, [""] * len(items)), by="ann")
    told = judge(
        register, made.id, write_form(tmp_path / "b.csv", items, ["goed"] * len(items)), by="ann"
    )
    assert told.strata[0].right == len(items)
    assert [one.kind for one in told.sample.events].count("judged") == 2


def test_what_a_later_form_makes_right_is_told(register, tmp_path):
    made = drawn(register)
    items = drawn_items(made)
    words = ["wrong", "unknown", "", *["right"] * (len(items) - 3)]
    told = judge(register, made.id, write_form(tmp_path / "a.csv", items, words), by="ann")
    assert told.corrected == 0
    words = ["right"] * len(items)
    told = judge(register, made.id, write_form(tmp_path / "b.csv", items, words), by="ann")
    # What was not answered at first was not called otherwise.
    assert told.corrected == 2
    assert sample_result_tree(told)["corrected_to_right"] == 2
    for language in LANGUAGES:
        assert say("sample.corrected", language, n=2) in result_sentences(told, language)


def test_the_auditor_cannot_draw_with_another_secret_or_before_a_checkpoint(register):
    made = frozen(register)
    with pytest.raises(RefusedError, match=r"sample\.wrong_step"):
        draw_sample(register, made.id, SECRET, by="ann")
    checkpoint(register)
    commit(register, made.id, commitment_of(SECRET), by="ann")
    with pytest.raises(RefusedError, match=r"sample\.no_checkpoint"):
        draw_sample(register, made.id, SECRET, by="ann")
    checkpoint(register)
    with pytest.raises(RefusedError, match=r"sample\.other_secret"):
        draw_sample(register, made.id, "6f" * 32, by="ann")
    assert register.auditing.sample(made.id).state == "committed"


def test_later_checkpoints_change_nothing_about_the_draw(register):
    made = frozen(register)
    commit(register, made.id, commitment_of(SECRET), by="ann")
    first = checkpoint(register)
    for _ in range(3):
        checkpoint(register)
    after = draw_sample(register, made.id, SECRET, by="ann")
    assert after.last("drawn").content["checkpoint"] == first.signed.full


def test_nothing_is_done_twice_and_no_secret_serves_twice(register):
    made = drawn(register)
    with pytest.raises(RefusedError, match=r"sample\.wrong_step"):
        draw_sample(register, made.id, SECRET, by="ann")
    with pytest.raises(RefusedError, match=r"sample\.wrong_step"):
        commit(register, made.id, commitment_of("6f" * 32), by="ann")
    other = frozen(register)
    assert other.id != made.id
    with pytest.raises(RefusedError, match=r"sample\.commitment_used"):
        commit(register, other.id, commitment_of(SECRET), by="ann")


def test_a_sample_that_was_begun_and_left_is_told_with_the_next(register, tmp_path):
    frozen(register)
    made = drawn(register)
    items = drawn_items(made)
    told = judge(
        register, made.id, write_form(tmp_path / "f.csv", items, ["ok"] * len(items)), by="ann"
    )
    assert (told.others, told.unfinished) == (1, 1)
    frozen(register)
    again = result(register, made.id)
    assert (again.others, again.unfinished) == (2, 2)


def test_a_population_that_was_changed_behind_the_log_is_refused(register, monkeypatch):
    made = frozen(register)
    commit(register, made.id, commitment_of(SECRET), by="ann")
    checkpoint(register)
    real = register.auditing.sample(made.id)
    line, _, rest = real.population.partition("\n")
    assert line
    changed = type(real)(real.id, real.kind, rest, real.plan, real.by, real.at, real.events)
    monkeypatch.setattr(type(register.auditing), "sample", lambda *_: changed)
    with pytest.raises(IntegrityError, match=r"sample\.population_changed"):
        draw_sample(register, made.id, SECRET, by="ann")


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([("item", "judgment"), ("column:hr:x#1:y", "right")], "not_drawn_item"),
        ([("item", "judgment"), ("a", "right"), ("a", "wrong")], "item_twice"),
        ([("item", "judgment"), ("a", "perhaps")], "bad_judgment"),
        ([("what", "judgment"), ("a", "right")], "form_heads"),
        ([], "form_heads"),
    ],
)
def test_a_form_that_is_not_filled_in_rightly_is_refused(tmp_path, rows, code):
    path = tmp_path / "form.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    with pytest.raises(InputError) as refused:
        read_form(path, ["a", "b"])
    assert refused.value.code in (f"sample.{code}", "aggregates.sheet_unreadable")


def test_a_form_in_dutch_is_read_too(tmp_path):
    path = tmp_path / "form.csv"
    path.write_text("onderdeel;deel;oordeel;opmerking\na;;Goed;gezien\nb;;;\n", "utf-8")
    assert read_form(path, ["a", "b"]) == ({"a": "right"}, {"a": "gezien"})


@pytest.mark.parametrize(
    ("plan", "taken"),
    # To show that none of 60 is wrong, 95 % of them must be seen.
    [({"strata": "source", "size": 4}, 4), ({"at_most": 0.0001}, 57)],
)
def test_the_size_can_be_given_or_follows_from_what_is_to_be_shown(register, plan, taken):
    made = frozen(register, **plan)
    assert sum(one["drawn"] for one in made.plan["strata"].values()) == taken


def test_the_plan_says_from_which_probability_on_a_finding_is_reported(register):
    plan = Plan(at_most=0.2)
    kept = [
        freeze(register, "clean-columns", plan, threshold=one, by="ann", at=NOW).plan
        for one in (0.5, 0.99)
    ]
    assert [one["threshold"] for one in kept] == [0.5, 0.99]


def test_there_must_be_something_to_draw_from(register):
    with pytest.raises(InputError, match=r"sample\.empty"):
        freeze(register, "lawful-uses", Plan(), threshold=0.5, by="ann", at=NOW)


def test_since_there_are_auditors_only_they_commit_judge_and_remark(register, tmp_path):
    change_role(register, "Ann", "auditor", given=True, reason="appointed", by="jo")
    made = freeze(register, "clean-columns", Plan(size=5), threshold=0.5, by="jo", at=NOW)
    for attempt in (
        lambda: commit(register, made.id, commitment_of(SECRET), by="jo"),
        lambda: judge(register, made.id, tmp_path / "f.csv", by="jo"),
        lambda: make_remark(register, "finding", "Something.", by="jo", at=NOW),
    ):
        with pytest.raises(RefusedError, match=r"role\.not_auditor"):
            attempt()
    assert commit(register, made.id, commitment_of(SECRET), by="ann").state == "committed"


def test_a_remark_goes_from_finding_to_answer_and_is_closed_by_the_auditor_alone(register):
    change_role(register, "Ann", "auditor", given=True, reason="appointed", by="jo")
    made = make_remark(register, "finding", "No one checks.", about="SA-1", by="Ann", at=NOW)
    with pytest.raises(InputError, match=r"remark\.no_step"):
        take_step(register, made.id, "followed-up", "Done.", by="jo")
    take_step(register, made.id, "answered", "We will.", by="jo")
    with pytest.raises(RefusedError, match=r"remark\.not_closer"):
        take_step(register, made.id, "closed", "It is fine.", by="jo")
    take_step(register, made.id, "followed-up", "It is done.", by="kim")
    assert take_step(register, made.id, "closed", "Seen.", by="ann").state == "closed"
    assert take_step(register, made.id, "reopened", "Not quite.", by="ann").state == "open"
    with pytest.raises(InputError, match=r"remark\.no_text"):
        take_step(register, made.id, "closed", "  ", by="ann")


def test_without_auditors_who_made_a_remark_closes_it_and_never_who_answered(register):
    made = make_remark(register, "question", "Why not?", by="ann", at=NOW)
    take_step(register, made.id, "answered", "Because.", by="ann")
    for by in ("ann", "jo"):
        with pytest.raises(RefusedError, match=r"remark\.not_closer"):
            take_step(register, made.id, "closed", "Fine.", by=by)


def test_a_role_is_given_once_with_a_reason_and_to_somebody(register):
    change_role(register, "Ann", "auditor", given=True, reason="appointed", by="jo")
    for name, reason, code in (
        ("ANN", "again", "role.unchanged"),
        ("Bob", " ", "role.no_reason"),
        ("--", "x", "role.nobody"),
    ):
        with pytest.raises(InputError) as refused:
            change_role(register, name, "auditor", given=True, reason=reason, by="jo")
        assert refused.value.code == code


def test_the_tree_of_a_drawn_sample_is_enough_to_draw_again(register):
    import hashlib
    import hmac

    from doorlicht.evidence import content_hash

    made = drawn(register, strata="source")
    tree = sample_tree(made)
    step = next(one for one in tree["steps"] if one["kind"] == "drawn")
    said = f"doorlicht sample 1\n{tree['id']}\n{content_hash(tree['plan'])}\n{step['checkpoint']}"
    seed = hmac.new(bytes.fromhex(step["secret"]), said.encode(), hashlib.sha256)
    assert seed.hexdigest() == step["seed"]
    lines = [json.loads(line) for line in made.population.splitlines()]
    again = []
    for stratum, plan in sorted(tree["plan"]["strata"].items()):
        tickets = sorted(
            (hmac.new(seed.digest(), json.dumps(item).encode(), hashlib.sha256).digest(), item)
            for item, where in lines
            if where == stratum
        )
        again += [item for _, item in tickets[: plan["drawn"]]]
    assert again == step["items"]


def test_units_that_stated_none_are_a_population_with_what_scans_saw_of_them(register):
    def statement(name, unit, **more):
        return NilStatement(name, unit, "none", "jo", "director", date(2026, 5, 1), **more)

    def items(strata):
        found = population(register, "nil-statements", strata=strata, threshold=0.5, day=NOW.date())
        return {one.id.removeprefix("unit:"): one.stratum for one in found}

    assert items("none") == {}
    units = [
        OrganisationUnit(name, name.upper(), parent=parent)
        for name, parent in (
            ("vbz", None), ("dgx", "vbz"), ("hr", "dgx"), ("it", "dgx"), ("dgy", "vbz"),
            ("old", "vbz"), ("new", "vbz"),
        )
    ]  # fmt: skip
    units[5] = replace(units[5], until=date(2026, 5, 2), successors=("new",))
    statements = [
        statement("N-1", "dgx", covers_below=True), statement("N-2", "old"),
        statement("N-3", "dgy", state="withdrawn"), statement("N-4", "hr", state="upheld"),
    ]  # fmt: skip
    register.dossier.keep([*units, *statements], action="kept", by="jo", reason="")
    scan = register.start_scan(
        by="jo", editions=EDITIONS, settings={},
        sources=[Source("files", "files", "/x", unit="HR"), Source("n", "files", "/n", unit="new")],
    )  # fmt: skip
    register.keep_asset(scan.id, make_reading(source="files", columns=["land"], found=["land"]))
    register.keep_asset(scan.id, make_reading(source="n", columns=["a"], found=[]))
    register.finish_scan(scan.id)
    assert items("signal") == {
        "dgx": "not-looked-at", "hr": "found", "it": "not-looked-at", "new": "nothing",
    }  # fmt: skip
    assert items("unit") == {"dgx": "vbz", "hr": "dgx", "it": "dgx", "new": "vbz"}


def test_a_sample_of_nil_statements_goes_to_its_bound(register, tmp_path):
    units = [OrganisationUnit(f"u{number}", f"Unit {number}") for number in range(20)]
    said = [
        NilStatement(f"N-{one.id}", one.id, "none", "jo", "director", date(2026, 5, 1))
        for one in units
    ]
    register.dossier.keep([*units, *said], action="kept", by="jo", reason="")
    plan = Plan(at_most=0.2)
    made = freeze(register, "nil-statements", plan, threshold=0.5, by="ann", at=NOW)
    commit(register, made.id, commitment_of(SECRET), by="ann")
    checkpoint(register)
    items = drawn_items(draw_sample(register, made.id, SECRET, by="ann"))
    form = write_form(tmp_path / "form.csv", items, ["right"] * len(items))
    told = judge(register, made.id, form, by="ann")
    assert told.at_most <= 4
    assert told.at_most == stratified_bound([Stratum(20, len(items), 0)])
