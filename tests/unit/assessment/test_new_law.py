"""A new law is a new file: nothing of doorlicht itself changes for it."""

import json
import sys
from pathlib import Path

import pytest

from doorlicht.cli.main import main

sys.path.insert(0, str(Path(__file__).parent))
from fictional import LAW, NODES, write_law


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return call


@pytest.fixture
def law(tmp_path):
    folder = tmp_path / "wet"
    folder.mkdir()
    return write_law(folder)


def facts_file(folder, text):
    path = folder / "facts.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_new_law_assesses_without_a_line_of_code(run, law, tmp_path):
    facts = facts_file(tmp_path, "{soort: eik, oud: ja, ziek: nee}")
    code, out, _ = run(
        "assess", "--framework", str(law), "--facts", str(facts), "--json", "-", "--quiet"
    )
    made = json.loads(out)
    assert code == 0
    assert made["verdict"] == "verboden"
    assert made["failed"] == ["2", "3"]
    assert [one["id"] for one in made["consequences"]] == ["laten_staan"]
    assert [one["node"] for one in made["path"]] == ["1", "2", "3"]
    assert made["gaps"][0]["applies_from"] == "2027-01-01"
    assert {tuple(one["answers"].items()) for one in made["why_not"]} >= {(("ziek", True),)}


def test_a_new_law_is_sound_and_says_which_paths_no_case_goes(run, law):
    code, out, _ = run("frameworks", "check", str(law))
    assert code == 0
    assert "fictieve-bomenwet 2026-11-27: sound" in out
    assert "No case has the outcome ongewenst." in out


def test_a_case_that_comes_out_otherwise_fails_the_check(run, tmp_path):
    folder = tmp_path / "wet"
    folder.mkdir()
    write_law(folder, cases="cases: [{id: x, facts: {soort: struik}, verdict: mag}]")
    code, out, _ = run("frameworks", "check", str(folder), "--json", "-")
    assert code == 1
    assert json.loads(out)["frameworks"][0]["wrong_cases"] == [
        "case x: verdict should be mag, and is geen_boom."
    ]


def test_a_new_edition_says_which_verdicts_change_and_by_which_questions(run, law, tmp_path):
    newer = tmp_path / "nieuw"
    newer.mkdir()
    write_law(
        newer,
        law=LAW.replace("2026-11-27", "2027-01-01"),
        nodes=NODES.replace("te_sparen: oud and not ziek", "te_sparen: oud"),
    )
    code, out, _ = run("frameworks", "diff", str(law), str(newer), "--json", "-")
    made = json.loads(out)
    assert code == 0
    assert {"part": "terms", "id": "te_sparen", "kind": "changed", "changed": ["text"]} in (
        made["differences"]
    )
    assert made["looked_at"] == 6
    assert made["changed"] == [
        {"use": "zieke_beuk", "old": "mag", "new": "verboden", "nodes": ["2"]}
    ]


def test_a_folder_of_editions_gives_the_newest_or_the_one_that_is_named(run, tmp_path):
    for edition in ("2026-11-27", "2027-01-01"):
        folder = tmp_path / "wet" / edition
        folder.mkdir(parents=True)
        write_law(folder, law=LAW.replace("2026-11-27", edition))
    facts = facts_file(tmp_path, "{soort: struik}")
    use = ("assess", "--framework", "wet", "--facts", str(facts), "--json", "-", "--quiet")
    assert json.loads(run(*use)[1])["edition"] == "2027-01-01"
    assert json.loads(run(*use, "--edition", "2026-11-27")[1])["edition"] == "2026-11-27"
    code, _, err = run(*use, "--edition", "2019-01-01")
    assert code == 65
    assert "2026-11-27, 2027-01-01" in err


def test_an_edition_that_a_folder_does_not_hold_is_refused(run, law, tmp_path):
    facts = facts_file(tmp_path, "{soort: struik}")
    code, _, err = run(
        "assess", "--framework", str(law), "--facts", str(facts), "--edition", "2019-01-01"
    )
    assert code == 65
    assert "framework.unknown_edition" in err


def test_a_changed_file_is_read_anew(run, law, tmp_path):
    facts = facts_file(tmp_path, "{soort: eik, oud: ja, ziek: nee}")
    use = ("assess", "--framework", str(law), "--facts", str(facts), "--json", "-", "--quiet")
    assert json.loads(run(*use)[1])["verdict"] == "verboden"
    write_law(law, nodes=NODES.replace("fails: verboden", "fails: ongewenst"))
    assert json.loads(run(*use)[1])["verdict"] == "ongewenst"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_new_law_gets_a_page_of_its_own(run, law, tmp_path, language):
    page = tmp_path / "law.html"
    code, out, _ = run("frameworks", "show", str(law), "--html", str(page), "--lang", language)
    text = page.read_text("utf-8")
    assert code == 0
    assert str(page) in out
    assert ("Moet hij blijven?" if language == "nl" else "Must it stay?") in text
    assert "<svg" in text
    assert 'role="img"' in text
    code, out, _ = run("frameworks", "show", str(law), "--lang", language)
    assert ("Moet hij blijven?  → verboden" if language == "nl" else "→ forbidden") in out


def test_a_page_writes_over_no_file_of_somebody_else(run, law, tmp_path):
    page = tmp_path / "mine.html"
    page.write_text("mine", "utf-8")
    code, _, _ = run("frameworks", "show", str(law), "--html", str(page))
    assert code == 64
    assert page.read_text("utf-8") == "mine"


def test_the_list_tells_name_edition_dates_and_that_nobody_checked(run):
    code, out, _ = run("frameworks", "--json", "-")
    rows = {one["name"]: one for one in json.loads(out)["frameworks"]}
    assert code == 0
    assert set(rows) >= {
        "motion-21", "college-risk-profiling", "avg-minimisation", "ai-regulation",
        "adr-ark-controls",
    }  # fmt: skip
    assert rows["motion-21"]["applies_from"] == "2021-04-08"
    assert rows["motion-21"]["checked_by"] is None
    assert "motion-21" in run("frameworks", "--lang", "nl")[1]


GUIDE = Path(__file__).parents[3] / "docs/how-to/add-a-framework.md"


def blocks_of(page):
    """The indented blocks of a page, without their indent."""
    found, block = [], []
    for line in [*page.read_text("utf-8").splitlines(), "end"]:
        if line.startswith("    ") or (block and not line):
            block.append(line[4:])
        elif block:
            found.append("\n".join(block).rstrip() + "\n")
            block = []
    return found


def test_the_example_in_the_guide_is_a_framework_that_works(run, tmp_path):
    blocks = blocks_of(GUIDE)
    folder = tmp_path / "my-law"
    folder.mkdir()
    (folder / "framework.yaml").write_text(blocks[0], "utf-8")
    (folder / "cases.yaml").write_text(
        next(one for one in blocks if one.startswith("cases:")), "utf-8"
    )
    code, out, _ = run("frameworks", "check", str(folder), "--json", "-")
    (checked,) = json.loads(out)["frameworks"]
    assert code == 0
    assert checked["problems"] == checked["wrong_cases"] == []
    assert checked["cases"] == 1
