"""An inquiry as a whole: each step only where needed, gone on with when broken off, news told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from doorlicht.cli.main import main
from doorlicht.errors import InputError
from doorlicht.language import LANGUAGES, known_keys
from doorlicht.records import InquiryRun, StepStatus
from doorlicht.register import open_register
from doorlicht.reports.inquiry_json import COUNTS
from doorlicht.runs.inquiry import InquiryEvent, InquiryRequest, run_inquiry, states_of
from doorlicht.runs.inquiry_file import read_inquiry, steps_of, with_way_of_asking
from doorlicht.testing import SteppingClock

CODE = """import pandas as pd
from sklearn.linear_model import LogisticRegression
people = pd.read_csv("../data/people.csv")
LogisticRegression().fit(people[["nationaliteit"]], people["fraude"])
"""
INQUIRY = """name: Proef
estate: estate.yaml
register: proef.register
reports: pages
audits:
  - name: wijk
    decisions: decisions.csv
    group: nationaliteit
    selected: gekozen
"""
ESTATE = """name: Voorbeeld
sources:
  - {id: data, kind: files, location: data}
  - {id: code, kind: files, location: code}
"""


class Shelf(dict[str, Any]):
    """A place for pages in memory."""

    def has(self, name: str) -> bool:
        return name in self

    def put(self, name: str, page: object) -> None:
        self[name] = page

    def names(self) -> list[str]:
        return list(self)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("data", "code"):
        (tmp_path / name).mkdir()
    rows = "".join(f"{n};{['Turkse', 'Marokkaanse'][n % 2]};{n % 3 == 0:d}\n" for n in range(60))
    (tmp_path / "data/people.csv").write_text("id;nationaliteit;fraude\n" + rows, "utf-8")
    (tmp_path / "code/model.py").write_text(CODE, "utf-8")
    decided = "".join(f"{'AB'[n % 2]},{n % (2 + 6 * (n % 2)) == 0:d}\n" for n in range(400))
    (tmp_path / "decisions.csv").write_text("nationaliteit,gekozen\n" + decided, "utf-8")
    (tmp_path / "estate.yaml").write_text(ESTATE, "utf-8")
    (tmp_path / "inquiry.yaml").write_text(INQUIRY, "utf-8")
    return tmp_path


CLOCK = SteppingClock()


def run(folder: Path, shelf: Shelf, **more: Any) -> InquiryRun:
    inquiry = read_inquiry(folder / "inquiry.yaml")
    assert inquiry.register is not None
    inquiry = with_way_of_asking(inquiry, by="Jo", register=inquiry.register)
    on_event = more.pop("on_event", lambda _: None)
    language = more.pop("language", "nl")
    return run_inquiry(
        InquiryRequest(inquiry, "Jo", language, **more), shelf, on_event, clock=CLOCK
    )


def statuses(done: InquiryRun) -> dict[str, str]:
    return {step.name: step.status for step in done.steps}


def test_a_second_run_does_what_changed_and_says_what_is_new(folder: Path) -> None:
    shelf = Shelf()
    first = run(folder, shelf)
    assert set(statuses(first).values()) == {"done"}
    assert first.news.since is None
    assert {
        "findings.html",
        "trace.json",
        "audit-wijk.html",
        "inventory.json",
        "final-report.html",
    } <= shelf.keys()
    same = run(folder, shelf)
    assert statuses(same) == {
        "scan": "done", "trace": "unchanged", "audit:wijk": "unchanged", "uses": "done",
        "report": "done",
    }  # fmt: skip
    assert not same.news.is_any
    assert same.steps[1].outcome == first.steps[1].outcome

    more = CODE.replace('"nationaliteit"', '"nationaliteit", "id"').replace("Linear", "Linear")
    (folder / "code/ander.py").write_text(more, "utf-8")
    changed = run(folder, shelf)
    # The audit may take its features from the trace: it is done again too.
    assert statuses(changed)["trace"] == statuses(changed)["audit:wijk"] == "done"
    assert len(changed.news.models) == 1
    assert changed.news.flows
    assert not changed.news.findings


def test_a_dossier_is_taken_in_first_and_again_when_its_file_changed(folder: Path) -> None:
    (folder / "units.csv").write_text("id;naam;van\nvbz;Ministerie;\n", "utf-8")
    (folder / "inquiry.yaml").write_text(INQUIRY + "dossier: units.csv\n", "utf-8")
    shelf = Shelf()
    first = run(folder, shelf, only=["dossier"])
    assert steps_of(read_inquiry(folder / "inquiry.yaml"))[0] == "dossier"
    assert first.steps[0].outcome == {"records": 1, "taken_in": 1, "left_alone": 0}
    assert statuses(run(folder, shelf, only=["dossier"])) == {"dossier": "unchanged"}
    (folder / "units.csv").write_text("id;naam;van\nvbz;Ander ministerie;\n", "utf-8")
    assert statuses(run(folder, shelf, only=["dossier"])) == {"dossier": "done"}
    (folder / "units.csv").unlink()
    with pytest.raises(InputError) as error:
        run(folder, shelf, only=["dossier"])
    assert error.value.code == "inquiry.no_dossier_file"


def test_an_audit_is_done_again_where_a_trace_shows_other_features_in_as_many_lines(
    folder: Path,
) -> None:
    rows = "".join(f"{n};Turkse;{n % 3 == 0:d};Marokko\n" for n in range(60))
    table = "id;nationaliteit;fraude;geboorteland\n" + rows
    (folder / "data/people.csv").write_text(table, "utf-8")
    shelf = Shelf()
    run(folder, shelf)
    code = (folder / "code/model.py").read_text("utf-8")
    (folder / "code/model.py").write_text(code.replace("nationaliteit", "geboorteland"), "utf-8")
    assert statuses(run(folder, shelf))["audit:wijk"] == "done"


def test_who_asks_for_another_language_gets_the_pages_in_it(folder: Path) -> None:
    shelf = Shelf()
    run(folder, shelf, only=["audit"])
    dutch = shelf["audit-wijk.html"]
    assert statuses(run(folder, shelf, only=["audit"], language="en")) == {"audit:wijk": "done"}
    assert shelf["audit-wijk.html"] != dutch


def test_words_of_the_organisation_reach_its_audits(folder: Path) -> None:
    (folder / "woorden.yaml").write_text("terms: {nationality: [nlcode]}\n", "utf-8")
    (folder / "estate.yaml").write_text(ESTATE + "vocabulary: [woorden.yaml]\n", "utf-8")
    inquiry = with_way_of_asking(read_inquiry(folder / "inquiry.yaml"), by="Jo", register="r")
    (audit,) = inquiry.audits
    assert [one.name for one in audit.request.vocabulary_files] == ["woorden.yaml"]


def test_what_is_finished_is_every_step_and_not_the_last_one_alone(folder: Path) -> None:
    shelf = Shelf()
    run(folder, shelf, only=["report"])
    assert run(folder, shelf).news.since is None
    whole = run(folder, shelf, only=["report"]).news.since
    assert whole is not None
    assert run(folder, shelf, only=["uses"]).news.since == whole
    (folder / "decisions.csv").write_text("iets,gekozen\na,1\n", "utf-8")
    run(folder, shelf)
    assert run(folder, shelf, only=["uses"]).news.since == whole


def test_an_audit_that_finds_a_difference_it_did_not_find_before_is_news(folder: Path) -> None:
    told = (folder / "decisions.csv").read_text("utf-8")
    even = "".join(f"{'AB'[n % 2]},{n // 2 % 4 == 0:d}\n" for n in range(400))
    (folder / "decisions.csv").write_text("nationaliteit,gekozen\n" + even, "utf-8")
    shelf = Shelf()
    run(folder, shelf)
    assert not run(folder, shelf).news.is_any
    (folder / "decisions.csv").write_text(told, "utf-8")
    assert run(folder, shelf).news.audits == ("wijk",)
    assert run(folder, shelf).news.audits == ()


def test_what_an_inquiry_writes_among_the_data_is_not_scanned(folder: Path) -> None:
    (folder / "inquiry.yaml").write_text(
        INQUIRY.replace("reports: pages", "reports: data/pages").replace(
            "register: proef.register", "register: data/proef.register"
        ),
        "utf-8",
    )
    (folder / "data/pages").mkdir()
    (folder / "data/pages/old.json").write_text('[{"nationaliteit": "Turkse"}]', "utf-8")
    run(folder, Shelf(), only=["scan"])
    with open_register(str(folder / "data/proef.register"), clock=CLOCK) as register:
        assert [one.asset.path for one in register.assets()] == ["people.csv"]


def test_a_page_of_somebody_else_is_refused_before_the_work(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "pages").mkdir()
    (folder / "pages/audit-wijk.html").write_text("mine", "utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["run", str(folder / "inquiry.yaml")])
    assert ended.value.code == 64
    assert "audit-wijk.html" in capsys.readouterr().err
    assert not (folder / "proef.register").exists()


def test_a_page_that_is_gone_is_made_again(folder: Path) -> None:
    shelf = Shelf()
    run(folder, shelf, only=["audit"])
    del shelf["audit-wijk.html"]
    assert statuses(run(folder, shelf, only=["audit:wijk"])) == {"audit:wijk": "done"}
    assert "audit-wijk.html" in shelf
    assert statuses(run(folder, shelf, only=["audit"], again=["audit"])) == {"audit:wijk": "done"}


def test_a_step_that_fails_is_told_and_the_others_go_on(folder: Path) -> None:
    (folder / "decisions.csv").write_text("iets,gekozen\na,1\n", "utf-8")
    done = run(folder, Shelf())
    assert statuses(done)["audit:wijk"] == "failed"
    assert statuses(done)["report"] == "done"
    (failed,) = done.failed
    assert failed.fault is not None
    assert failed.fault.code == "audit.no_column"
    assert not failed.is_complete


def test_the_first_page_leads_to_every_page_and_tells_a_failed_or_broken_step(
    folder: Path,
) -> None:
    shelf = Shelf()
    run(folder, shelf)
    made = [name for name in shelf if name != "index.html"]
    assert all(f'href="./{name}"' in shelf["index.html"] for name in made)
    (folder / "decisions.csv").write_text("iets,gekozen\na,1\n", "utf-8")
    run(folder, shelf, only=["audit"])
    page = shelf["index.html"]
    assert "1 stap is mislukt" in page
    # What was not run this time stands there as it was.
    assert "findings.html" in page
    assert page.count("klaar") == 4


def test_what_is_broken_off_is_seen_and_gone_on_with(folder: Path) -> None:
    def stop(event: InquiryEvent) -> None:
        if event.step.name == "audit:wijk" and event.step.status == "running":
            raise KeyboardInterrupt

    shelf = Shelf()
    with pytest.raises(KeyboardInterrupt):
        run(folder, shelf, on_event=stop)
    inquiry = read_inquiry(folder / "inquiry.yaml")
    with open_register(str(folder / "proef.register"), clock=CLOCK) as register:
        seen = {one.name: one.status for one in states_of(inquiry, register)}
    assert seen == {
        "scan": "done", "trace": "done", "audit:wijk": "interrupted", "uses": "waiting",
        "report": "waiting",
    }  # fmt: skip
    assert "afgebroken" in shelf["index.html"]
    done = run(folder, shelf)
    assert statuses(done)["trace"] == "unchanged"
    assert statuses(done)["audit:wijk"] == "done"
    # It never reached its end before: everything is new.
    assert done.news.since is None


def test_of_two_at_once_the_second_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def begin_another(event: InquiryEvent) -> None:
        if event.step.status == "running" and event.what is None:
            monkeypatch.setattr("doorlicht.runs.inquiry.this_process", lambda: "another")
            with pytest.raises(InputError, match=r"inquiry\.is_running"):
                run(folder, Shelf(), only=["audit"])
            monkeypatch.undo()

    run(folder, Shelf(), only=["audit"], on_event=begin_another)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("name: Proef", "naam: Proef", "inquiry.invalid"),
        ("name: Proef", "name: 3", "inquiry.invalid"),
        ("name: Proef", "name: [", "inquiry.no_yaml"),
        ("estate: estate.yaml", "estate: weg.yaml", "estate.missing"),
        ("decisions: decisions.csv", "decisions: weg.csv", "inquiry.no_file"),
        ("decisions: decisions.csv", "published: decisions.csv\n    decisions: decisions.csv",
         "inquiry.audit_subject"),
        ("decisions: decisions.csv", "model: decisions.csv", "inquiry.audit_pair"),
        ("name: wijk", "name: ../wijk", "inquiry.invalid"),
        ("audits:", "audits:\n  - {name: wijk, decisions: decisions.csv}", "inquiry.audit_twice"),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_is_refused_before_anything_runs(
    folder: Path, old: str, new: str, code: str
) -> None:
    (folder / "inquiry.yaml").write_text(INQUIRY.replace(old, new), "utf-8")
    with pytest.raises(InputError) as error:
        read_inquiry(folder / "inquiry.yaml")
    assert error.value.code == code


def test_an_unknown_step_is_refused_with_those_that_there_are(folder: Path) -> None:
    with pytest.raises(InputError, match="no_such_step"):
        run(folder, Shelf(), only=["audits"])
    assert steps_of(read_inquiry(folder / "inquiry.yaml"))[0] == "scan"


def test_every_state_of_a_step_has_a_name_on_the_screen_and_in_the_log() -> None:
    statuses = set(get_args(StepStatus))
    assert "waiting" in statuses
    for language in LANGUAGES:
        assert {f"inquiry.status.{one}" for one in statuses} <= known_keys(language)
        kept = {f"log.action.inquiry.step_{one}" for one in statuses - {"waiting"}}
        assert kept <= known_keys(language)
        assert {f"inquiry.count.{one}" for one in COUNTS} <= known_keys(language)


def test_the_command_shows_states_and_news_in_both_languages(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)

    def command(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(["run", "inquiry.yaml", *words])
        return int(ended.value.code or 0), capsys.readouterr().out

    code, shown = command("--state", "--lang", "nl")
    assert code == 0
    assert shown.count("nog niet gedaan") == 5
    code, shown = command("--only", "audit", "--json", "run.json", "--lang", "en")
    assert code == 1
    assert "larger than chance" in shown
    assert (folder / "pages/audit-wijk.html").read_text("utf-8").startswith("<!doctype html>")
    tree = json.loads((folder / "run.json").read_text("utf-8"))
    assert tree["steps"][0]["status"] == "done"
    assert tree["news"]["since"] is None
    # It was never finished as a whole: the difference stays new until it is.
    code, _ = command("--only", "audit", "--quiet", "--new")
    assert code == 1
    # Code among the data is no table, and a blind spot of the scan: 2 is added.
    assert command("--quiet")[0] == 3
    assert command("--quiet", "--new")[0] == 2
