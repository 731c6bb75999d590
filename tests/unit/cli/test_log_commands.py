"""The commands on the log, as somebody types them."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import doorlicht.register
from doorlicht.cli.main import main
from doorlicht.evidence import (
    KeyInMemory,
    VerifierKey,
    sign_note,
    verify_consistency,
    verify_inclusion,
)
from doorlicht.evidence.checkpoints import Checkpoint
from doorlicht.language import LANGUAGES, known_keys
from doorlicht.records import Source, Use
from doorlicht.register import open_register
from doorlicht.register.verifying import ProblemKind
from doorlicht.runs.checkpoints import make_checkpoint
from doorlicht.runs.keys import keep_log_key, revoke_key
from doorlicht.testing import EDITIONS, SteppingClock, make_finding, make_reading

LAND = make_finding("land").id


@pytest.fixture
def register(tmp_path):
    path = tmp_path / "r.register"
    with open_register(path, clock=SteppingClock()) as opened:
        scan = opened.start_scan(
            by="jo", editions=EDITIONS, settings={}, sources=[Source("hr", "files", "/data")]
        )
        opened.keep_asset(scan.id, make_reading())
        opened.triage(LAND, "confirm", reason="country of birth", by="sam")
        opened.judging.keep_proposed([Use("U-1", "nationality", "m", "M-1", "score")], by="sam")
    return path


@pytest.fixture
def run(register, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")

    def call(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--register", str(register)])
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return call


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        pytest.param([], [1, 2, 3, 4], id="all"),
        pytest.param(["--subject", LAND], [2, 3], id="id"),
        pytest.param(["--subject", f"finding:{LAND}"], [2, 3], id="kind-and-id"),
        pytest.param(["--subject", "U-"], [], id="part-of-an-id"),
        pytest.param(["--action", "finding.triaged"], [3], id="action"),
        pytest.param(["--action", "scan"], [1], id="kind-of-action"),
        pytest.param(["--by", "sam"], [3, 4], id="by"),
        pytest.param(["--since", "2026-01-05"], [1, 2, 3, 4], id="since-that-day"),
        pytest.param(["--since", "2026-01-06"], [], id="since-later"),
        pytest.param(["--until", "2026-01-05"], [1, 2, 3, 4], id="until-that-day"),
        pytest.param(["--until", "2026-01-04"], [], id="until-earlier"),
        pytest.param(["--after", "2"], [3, 4], id="after"),
        pytest.param(["--last", "1", "--by", "jo"], [2], id="last"),
    ],
)
def test_entries_are_found_by_what_they_say(run, filters, numbers):
    code, out, _ = run("log", *filters, "--json", "-")
    told = json.loads(out)["entries"]
    assert (code, [one["number"] for one in told]) == (0, numbers)


def test_the_screen_says_in_plain_words_who_did_what_and_why(run):
    _, english, _ = run("log")
    assert re.search(r"3 +2026-01-05 09:00:02 +sam +Judged a finding .*country of birth", english)
    _, dutch, _ = run("log", "--lang", "nl")
    assert re.search(r"3 +2026-01-05 09:00:02 +sam +Bevinding beoordeeld", dutch)
    assert "No entry of the log fits" in run("log", "--by", "eve")[1]


def test_a_long_log_shows_the_newest_and_says_so(run, register):
    with open_register(register, clock=SteppingClock()) as opened:
        for _ in range(47):
            opened.triage(LAND, "reject", reason="cars", by="jo")
    _, out, _ = run("log")
    assert "The newest 50 entries" in out
    assert re.search(r"^ +2 +2026", out, re.MULTILINE)
    assert not re.search(r"^ +1 +2026", out, re.MULTILINE)


def test_a_register_that_holds_is_told_to_hold(run):
    code, out, _ = run("log", "verify")
    assert code == 0
    assert "4 entries" in out
    assert "Everything holds" in out


def test_a_register_that_was_edited_ends_with_1_and_names_what_and_where(run, register):
    with closing(sqlite3.connect(register)) as connection:
        connection.execute("update uses set purpose = 'other'")
        connection.commit()
    code, out, _ = run("log", "verify")
    assert code == 1
    assert "use:U-1 is not as entry 4 left it" in out
    code, out, _ = run("log", "verify", "--json", "-")
    told = json.loads(out)
    assert (code, told["holds"], told["problem_count"]) == (1, False, 1)
    assert told["problems"][0] | {"text": ""} == {
        "kind": "edited", "number": 4, "subject": "use:U-1", "text": "",
    }  # fmt: skip


SIGNER = KeyInMemory.of_seed(bytes(range(32)))
OTHER = KeyInMemory.of_seed(bytes(32))


@pytest.fixture
def checkpoint(register, tmp_path):
    """Write checkpoints of the register, which has a key by now, and return their paths."""
    with open_register(register, clock=SteppingClock()) as opened:
        keep_log_key(opened, SIGNER.public_key, by="jo")
        origin = opened.attested.origin()
        root = opened.log.head(2).root

    def write(name, size=2, root=root, signer=SIGNER, origin=origin):
        note = sign_note(Checkpoint(origin, size, root).text, signer, origin)
        (tmp_path / name).write_text(note.full)
        return str(tmp_path / name)

    return write


def test_a_checkpoint_that_others_keep_is_compared(run, checkpoint):
    good = checkpoint("good")
    code, out, _ = run("log", "verify", "--checkpoint", good)
    assert (code, "(a valid key of this register)" in out) == (0, True)
    fork = checkpoint("fork", root=bytes(32))
    code, out, _ = run("log", "verify", "--checkpoint", good, "--checkpoint", fork)
    assert (code, "another history" in out) == (1, True)
    code, out, _ = run("log", "verify", "--checkpoint", checkpoint("longer", 9, bytes(32)))
    assert (code, "from entry 6 on" in out) == (1, True)


def problems(run, *arguments):
    code, out, _ = run("log", "verify", "--json", "-", *arguments)
    said = json.loads(out)
    return code, [(one["kind"], one["subject"]) for one in said["problems"]], said["signed_by"]


def test_a_checkpoint_that_no_key_that_counts_signed_proves_nothing(run, checkpoint, register):
    good, forged = checkpoint("good"), checkpoint("forged", signer=OTHER)
    other = checkpoint("other", origin="doorlicht/0123456789abcdef")
    assert problems(run, "--checkpoint", forged) == (1, [("unsigned", forged)], [])
    # It accuses nobody of another history either.
    fork = checkpoint("fork", root=bytes(32), signer=OTHER)
    assert problems(run, "--checkpoint", fork) == (1, [("unsigned", fork)], [])
    assert problems(run, "--checkpoint", other) == (1, [("other_log", other)], [])
    with open_register(register, clock=SteppingClock()) as opened:
        name = opened.attested.origin()
        keys = [VerifierKey(name, one.public_key, "note").text for one in (SIGNER, OTHER)]
    code, told, signed = problems(run, "--checkpoint", good, "--key", keys[0])
    assert (code, told, [one["state"] for one in signed]) == (0, [], ["given"])
    # Who was given another key does not take the word of the register for its own.
    assert problems(run, "--checkpoint", good, "--key", keys[1])[:2] == (1, [("unsigned", good)])
    text = Path(good).read_text()
    altered = text[:-6] + ("A" if text[-6] != "A" else "B") + text[-5:]
    Path(good).write_text(altered)
    assert problems(run, "--checkpoint", good)[:2] == (1, [("unsigned", good)])


def test_a_checkpoint_of_the_register_itself_must_be_signed_by_a_key_that_was_valid(
    run, checkpoint, register
):
    del checkpoint
    with open_register(register, clock=SteppingClock()) as opened:
        made = make_checkpoint(opened, SIGNER, now=SteppingClock().now, by="jo")
        revoke_key(opened, made.key, reason="lost", by="jo")
    assert problems(run)[:2] == (0, [])
    with closing(sqlite3.connect(register)) as connection:
        for name in ("key_events", "checkpoints"):
            for change in ("update", "delete"):
                connection.execute(f"drop trigger {name}_no_{change}")
        connection.execute("update key_events set at = '2020-01-01 00:00:00.000000'")
        connection.commit()
    code, told, _ = problems(run)
    assert (code, told[-1]) == (1, ("no_valid_key", f"checkpoint:{made.id}"))
    with closing(sqlite3.connect(register)) as connection:
        connection.execute("update checkpoints set note = replace(note, ' ', ' A')")
        connection.commit()
    assert problems(run)[0] == 1


def test_a_checkpoint_that_is_none_is_refused(run, tmp_path):
    (tmp_path / "text").write_text("hello")
    assert run("log", "verify", "--checkpoint", str(tmp_path / "text"))[0] == 65
    assert "cannot be read" in run("log", "verify", "--checkpoint", "nowhere")[2]


def test_proofs_are_written_as_json_that_can_be_checked(run):
    told = json.loads(run("log", "proof", "2")[1])["inclusion"]
    root, proof = bytes.fromhex(told["head"]["root"]), list(map(bytes.fromhex, told["proof"]))
    leaf = bytes.fromhex(told["entry"]["hash"])
    assert verify_inclusion(told["head"]["size"], told["leaf_index"], leaf, proof, root)
    told = json.loads(run("log", "growth", "1", "--size", "3")[1])["consistency"]
    proof = list(map(bytes.fromhex, told["proof"]))
    old, new = bytes.fromhex(told["old"]["root"]), bytes.fromhex(told["head"]["root"])
    assert verify_consistency(1, old, 3, new, proof)


@pytest.mark.parametrize("arguments", [["proof", "5"], ["proof", "0"], ["growth", "9"]])
def test_what_is_not_in_the_log_is_refused(run, arguments):
    code, _, err = run("log", *arguments)
    assert code == 65
    assert "The log has no entry" in err


def test_what_is_explained_shows_what_was_done_to_it(run):
    assert "Judged a finding" in run("explain", LAND)[1]


def test_every_action_and_every_problem_has_a_name_in_both_languages():
    folder = Path(doorlicht.register.__file__).parent
    texts = [path.read_text("utf-8") for path in folder.glob("*.py")]
    actions = {
        action
        for text in texts
        for action in re.findall(r'record[\w(]*\(\s*(?:writing, )?"([a-z]+\.[a-z]+)"', text)
    }
    assert {"scan.started", "asset.kept", "register.sealed", "hold.laid"} <= actions
    kinds = set(re.findall(r"'(\w+)'", str(ProblemKind)))
    assert {"altered", "edited", "forked"} <= kinds
    for language in LANGUAGES:
        assert {f"log.action.{one}" for one in actions} <= known_keys(language)
        assert {f"log.problem.{one}" for one in kinds} <= known_keys(language)
