"""The commands of an inquiry, as somebody types them: from nothing to a campaign that may close."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import jsonschema
import pytest

from doorlicht.cli import campaign, commitments, questions, scan, units
from doorlicht.cli.main import main
from doorlicht.organisation import plan_chapters
from doorlicht.records import Campaign, QuestionSet
from doorlicht.register import open_register
from doorlicht.reports.dossier_json import dossier_schema
from write_dossier_schema import OUT, schema_text

DATA = Path(__file__).parents[2] / "data"
MORE = """\
id;naam;van;onder;status
dgk;DG Kolken;2025-01-01;mnre9901;in oprichting
"""


def chapters(form):
    return "".join(f"      - {{key: {key}, text: text}}\n" for key in plan_chapters(form))


DOSSIER = f"""\
campaign:
  id: C-1
  name: Onderzoek afkomstgegevens
  since: 2026-01-05
  mandates:
    - {{id: M-1, kind: motion, title: Over afkomst, on: 2023-11-07, source: 2024Z90003}}
  meanings: [{{term: afkomst, meaning: waar iemand vandaan komt}}]
  vocabulary: "2026-11-01"
  coordinator: C. Bos
  leaders: [{{ministry: mnre9901, name: D. Kok}}]
  steps: [scan, interview]
plans:
  - id: P-1
    unit: mnre9901
    form: long
    on: 2026-01-05
    by: C. Bos
    chapters:
{chapters("long")}
  - id: P-2
    unit: mnre9901
    form: short
    on: 2026-01-06
    by: C. Bos
    letter: 2026D90001
    chapters:
{chapters("short")}
nil_statements:
  - {{id: N-1, unit: mnre9901, text: none, signed_by: B. Smit, function: SG, on: 2026-02-01,
      covers_below: true}}
recesses: [{{name: Meireces 2026, since: 2026-04-24, until: 2026-05-11}}]
"""


class Clock:
    """The day on which the commands are called."""

    day = date(2026, 3, 2)

    def __call__(self):
        return datetime.combine(self.day, datetime.min.time(), UTC)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    made = Clock()
    for module in (campaign, commitments, questions, scan, units):
        monkeypatch.setattr(module, "now", made)
    return made


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "more.csv").write_text(MORE, "utf-8")
    (tmp_path / "dossier.yaml").write_text(DOSSIER, "utf-8")

    def call(*arguments, by="C. Bos", lang="en"):
        called = [*arguments, "--lang", lang, *(["--by", by] if by else [])]
        with pytest.raises(SystemExit) as ended:
            main(called)
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return call


def read(run, *arguments):
    """What a command writes as JSON, after it was checked against the schema."""
    code, out, err = run(*arguments, "--json", "-", by=None)
    assert out, err
    tree = json.loads(out)
    jsonschema.validate(tree, dossier_schema())
    return code, tree


@pytest.fixture
def ministry(run):
    """A register with an organisation and a campaign, of which one unit is left out for now."""
    export = str(DATA / "organisation_register.xml")
    assert run("units", "import", export, "--ministry", "mnre9901")[0] == 0
    assert run("units", "import", "more.csv")[0] == 0
    assert run("campaign", "import", "dossier.yaml")[0] == 0
    assert run("units", "scope", "mnre9901", "in", "--reason", "all take part")[0] == 0
    made = run("units", "scope", "dgk", "out-for-now", "--reason", "being founded", "--review",
               "2026-09-01", "--ground", "in_formation")  # fmt: skip
    assert made[0] == 0, made
    return run


def test_a_unit_that_is_left_out_is_overdue_once_its_day_is_past(ministry, clock):
    code, tree = read(ministry, "units")
    assert code == 0
    assert [(one["unit"], one["overdue"]) for one in tree["excluded"]] == [("dgk", False)]
    assert [one["id"] for one in tree["units"]] == [
        "mnre9901", "oorg99010", "roo-900002", "dgk",
    ]  # fmt: skip
    clock.day = date(2026, 9, 2)
    code, out, _ = ministry("units", by=None)
    assert (code, "should have been looked at again by 2026-09-01" in out) == (1, True)
    code, out, _ = ministry("units", by=None, lang="nl")
    assert (code, "had uiterlijk 2026-09-01 opnieuw bekeken moeten zijn" in out) == (1, True)


def test_the_units_of_an_estate_are_units_as_they_are_now(run, tmp_path):
    (tmp_path / "estate.yaml").write_text(
        "units:\n- {id: a, name: A}\n- {id: b, name: B, parent: a, status: being_founded}\n"
        "sources:\n- {id: hr, location: data, unit: a}\n",
        "utf-8",
    )
    assert run("units", "import", "estate.yaml")[0] == 0
    kept = [(one["id"], one["parent"], one["status"]) for one in read(run, "units")[1]["units"]]
    assert kept == [("a", None, "active"), ("b", "a", "in_formation")]


def test_units_with_a_fault_are_not_kept_at_all(ministry, tmp_path):
    (tmp_path / "wrong.csv").write_text("id;naam;onder\nx;X;\ny;Y;nowhere\n", "utf-8")
    code, _, err = ministry("units", "import", "wrong.csv")
    assert (code, "organisation.unknown_parent" in err) == (65, True)
    assert "x" not in {one["id"] for one in read(ministry, "units")[1]["units"]}


def test_a_reason_that_says_the_origin_of_a_person_is_not_kept(ministry, tmp_path):
    text = "de heer Jansen is Marokkaans"
    code, _, err = ministry("units", "scope", "dgk", "in", "--reason", text)
    assert (code, "reason.names_origin" in err) == (65, True)
    decision = f"{{id: S-9, unit: dgk, decision: in, reason: {text}, by: jo, on: 2026-03-02}}"
    (tmp_path / "scope.yaml").write_text(f"scope: [{decision}]", "utf-8")
    code, _, err = ministry("campaign", "import", "scope.yaml")
    assert (code, "reason.names_origin" in err, "Jansen" in err) == (65, True, False)
    kept = (tmp_path / "doorlicht.register").read_bytes()
    assert b"Jansen" not in kept


def test_a_campaign_says_all_that_it_misses_and_closes_without_any(ministry, clock):
    for state in ("mandated", "planned", "running"):
        code, out, err = ministry("campaign", "state", state)
        assert code == 0, err
    code, tree = read(ministry, "campaign")
    missing = {one["code"] for one in tree["missing"]}
    assert missing == {"campaign.not_covered.scan", "campaign.not_covered.interview"}
    code, tree = read(ministry, "campaign", "coverage")
    assert (code, len(tree["never"])) == (2, 6)
    code, out, err = ministry("campaign", "state", "reporting")
    assert (code, "campaign.not_covered" in err, out.count("\n- ")) == (65, True, 2)
    for unit in ("mnre9901", "oorg99010", "roo-900002"):
        assert ministry("campaign", "step", unit, "scan", "done", "--evidence", "scan 1")[0] == 0
    done = ministry("campaign", "step", "mnre9901", "interview", "done", "--evidence", "notes",
                    "--covers-below")  # fmt: skip
    assert done[0] == 0
    assert read(ministry, "campaign", "coverage")[1]["never"] == []
    assert ministry("campaign", "state", "reporting")[0] == 0
    code, _, err = ministry("campaign", "close")
    assert (code, "campaign.nil_not_sampled" in err) == (65, True)
    assert "N-1" in ministry("campaign", "draw", "--seed", "x", by=None)[1]
    own = ministry("campaign", "nil", "N-1", "upheld", "--reason", "nothing", by="b smit")
    assert "campaign.statement_own" in own[2]
    assert ministry("campaign", "nil", "N-1", "upheld", "--reason", "nothing", by="E. Jong")[0] == 0
    clock.day = date(2026, 9, 2)
    code, _, err = ministry("campaign", "close")
    assert (code, "campaign.exclusion_overdue" in err) == (65, True)
    out = ministry("units", "scope", "dgk", "out", "--reason", "it was never founded")
    assert out[0] == 0
    code, out, err = ministry("campaign", "close")
    assert (code, "is now: closed" in out) == (0, True), err
    code, out, err = ministry("campaign", "state", "planned")
    assert (code, "campaign.no_step" in err) == (64, True)


def test_questions_go_from_an_import_to_a_letter_with_their_term_told(ministry, clock):
    pages = [str(path) for path in sorted((DATA / "chamber").glob("*.json"))]
    code, out, err = ministry("questions", "import", *pages, "--about", "afkomst")
    assert (code, "New or changed records: 4." in out) == (0, True), err
    again = ministry("questions", "import", *pages, "--about", "afkomst")
    assert "New or changed records: 0." in again[1]
    code, tree = read(ministry, "questions")
    terms = {one["id"]: one["term"] for one in tree["question_sets"]}
    assert code == 0
    assert (terms["2024Z90001"]["state"], terms["2024Z90001"]["late_days"]) == ("late", 64)
    assert terms["2024A90010"]["state"] == "unknown"
    added = ministry(
        "questions", "add", "Q-1", "--title", "Afkomst", "--asked", "2026-02-16", "--text",
        "Is de Auditdienst Rijk gevraagd?", "--text", "Hoe laat is het?",
    )  # fmt: skip
    assert added[0] == 0, added[2]
    clock.day = date(2026, 3, 10)
    alerts = read(ministry, "campaign")[1]["alerts"]
    assert [(one["id"], one["days_left"]) for one in alerts][:2] == [
        ("TZ202404-901", -525), ("Q-1", -1),
    ]  # fmt: skip
    assert "! Q-1  Afkomst: overdue by 1 day" in ministry("campaign", by=None)[1]
    code, out, _ = ministry("questions", by=None)
    assert (code, "overdue by 1 day (2026-03-09), no extension was asked in time" in out) == (1, 1)
    for number, state, by, more in (
        (1, "assigned", "C. Bos", ["--unit", "roo-900002", "--owner", "F. Mol"]),
        (1, "drafted", "F. Mol", ["--answer", "Ja."]), (1, "checked", "G. Dam", []),
        (1, "approved", "G. Dam", []), (2, "withdrawn", "C. Bos", ["--reason", "withdrawn"]),
    ):  # fmt: skip
        moved = ministry("questions", "answer-state", "Q-1", str(number), state, *more, by=by)
        assert moved[0] == 0, moved[2]
    tree = read(ministry, "questions", "guide", "Q-1")[1]
    assert [(one["theme"], one["questions"]) for one in tree["reading_guide"]] == [
        ("external_audit", [1])
    ]
    assert ministry("questions", "send", "Q-1", "--letter", "2026D90009")[0] == 0
    late = ministry("questions", "extend", "Q-1", "--reason", "too late")
    assert (late[0], "questions.answered" in late[2]) == (65, True)
    assert "answered 1 day late (2026-03-09)" in ministry("questions", by=None)[1]


def test_a_question_without_a_date_or_with_an_unknown_theme_is_refused(ministry):
    code, _, err = ministry("questions", "add", "Q-1", "--text", "Hoe?")
    assert (code, "parliament.no_date" in err) == (65, True)
    ministry("questions", "add", "Q-1", "--asked", "2026-02-16", "--text", "Hoe?")
    code, _, err = ministry("questions", "theme", "Q-1", "1", "methods")
    assert (code, "questions.no_such_theme" in err) == (65, True)
    code, out, _ = ministry("questions", "theme", "Q-1", "1", "method")
    assert (code, "The method of the inquiry" in out) == (0, True)
    code, out, _ = ministry("questions", "extend", "Q-1", "--reason", "units are slow")
    assert (code, "due on 2026-03-30" in out) == (0, True)


def test_a_commitment_is_borne_by_who_goes_on_with_the_work(ministry, tmp_path, clock):
    added = ministry(
        "commitments", "add", "T-1", "--text", "to report on DG Kolken", "--from", "the minister",
        "--on", "2026-02-01", "--due", "2026-03-01", "--unit", "dgk",
    )  # fmt: skip
    assert added[0] == 0, added[2]
    (tmp_path / "renamed.csv").write_text(
        "id;naam;van;tot_en_met;onder;status;opvolgers\n"
        "dgk;DG Kolken;2025-01-01;2026-03-05;mnre9901;hernoemd;dgkv\n"
        "dgkv;DG Kolken en Veren;2026-03-06;;mnre9901;actief;\n",
        "utf-8",
    )
    assert ministry("units", "import", "renamed.csv")[0] == 0
    clock.day = date(2026, 3, 6)
    code, tree = read(ministry, "commitments")
    (one,) = tree["commitments"]
    assert (code, one["bearer"], one["term"]["state"]) == (1, "dgkv", "overdue")
    given = ministry("commitments", "assign", "T-1", "roo-900002", "--reason", "has the files")
    assert (given[0], "dgk → dgkv → roo-900002" in given[1]) == (0, True), given
    assert read(ministry, "commitments")[1]["commitments"][0]["bearer"] == "roo-900002"
    code, _, err = ministry("commitments", "set", "T-1", "fulfilled")
    assert (code, "dossier.no_letter" in err) == (65, True)
    done = ministry("commitments", "set", "T-1", "fulfilled", "--letter", "2026D90010")
    assert (done[0], "fulfilled (2026D90010)" in done[1]) == (0, True)
    assert ministry("commitments", by=None)[0] == 0


def test_what_people_did_with_questions_stays_when_pages_are_taken_again(ministry, tmp_path):
    page = str(DATA / "chamber/zaak.json")
    ministry("questions", "import", page)
    ministry("questions", "add", "2024Z90002", "--asked", "2026-02-16", "--text", "Hoe laat?")
    assert "records: 0." in ministry("questions", "import", page)[1]
    with open_register(tmp_path / "doorlicht.register", clock=Clock()) as opened:
        kept = opened.dossier.find(QuestionSet, "2024Z90002")
        assert (kept.asked_on, len(kept.questions)) == (date(2026, 2, 16), 1)
        events = opened.dossier.events(opened.dossier.find(Campaign, "C-1"))
        assert [(one.action, one.by) for one in events] == [("file_kept", "C. Bos")]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param(["units"], "register.missing", id="no-register"),
        pytest.param(["campaign", "import", "gone.yaml"], "organisation.unreadable", id="no-file"),
        pytest.param(["campaign", "import", "plan.yaml"], "dossier.no_units", id="no-units"),
        pytest.param(["campaign", "import", "odd.yaml"], "dossier.unknown_key", id="unknown-key"),
        pytest.param(["questions", "import", "more.csv"], "dossier.no_yaml", id="no-dossier"),
    ],
)
def test_what_cannot_be_done_is_told_by_its_code(run, tmp_path, arguments, code):
    plan = "plans: [{id: P, unit: x, form: long, on: 2026-01-05, by: C. Bos}]"
    (tmp_path / "plan.yaml").write_text(plan, "utf-8")
    (tmp_path / "odd.yaml").write_text("campaigns: []", "utf-8")
    ended, _, err = run(*arguments, by=None if arguments == ["units"] else "C. Bos")
    assert (ended, code in err) == (65, True), err


def test_the_schema_is_what_the_records_say():
    assert OUT.read_text("utf-8") == schema_text()
