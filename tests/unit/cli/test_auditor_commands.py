"""The commands of auditors, as they are typed: a sample, remarks and roles, in both languages."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

import pytest

from doorlicht.cli.main import main
from doorlicht.evidence import KeyInMemory
from doorlicht.records import Source
from doorlicht.register import open_register
from doorlicht.runs.checkpoints import make_checkpoint
from doorlicht.runs.keys import keep_log_key
from doorlicht.testing import EDITIONS, make_reading

SIGNER = KeyInMemory.of_seed(bytes(range(32)))


@pytest.fixture
def register(tmp_path):
    path = tmp_path / "inquiry.register"
    with open_register(path, clock=lambda: datetime.now(UTC)) as opened:
        source = Source("hr", "files", "/data/hr")
        scan = opened.start_scan(by="jo", editions=EDITIONS, settings={}, sources=[source])
        names = [f"c{number}" for number in range(20)]
        opened.keep_asset(scan.id, make_reading(columns=[*names, "land"], found=["land"]))
        opened.finish_scan(scan.id)
        keep_log_key(opened, SIGNER.public_key, by="jo")
    return path


@pytest.fixture
def run(register, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    monkeypatch.setenv("DOORLICHT_REGISTER", str(register))

    def call(*arguments, lang="en"):
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--lang", lang])
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return call


def sample_of(said):
    return next(word for word in said.split() if word.startswith("SA-"))


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_a_sample_from_the_list_to_the_bound(run, register, tmp_path, lang):
    code, said, _ = run("sample", "freeze", "clean-columns", "--size", "5",
                        "--population", "population.jsonl", "--by", "ann", lang=lang)  # fmt: skip
    sample = sample_of(said)
    assert code == 0
    assert len((tmp_path / "population.jsonl").read_text().splitlines()) == 20
    code, said, _ = run("sample", "commit", sample, "--new-secret", "s.txt", "--by", "ann")
    secret = (tmp_path / "s.txt").read_text().strip()
    assert (code, len(secret)) == (0, 64)
    assert secret not in said
    assert (tmp_path / "s.txt").stat().st_mode & 0o077 == 0
    assert secret not in register.read_bytes().decode("latin-1")
    code, _, told = run("sample", "draw", sample, "--secret-file", "s.txt", "--by", "ann")
    assert (code, "sample.no_checkpoint" in told) == (65, True)
    with open_register(register, clock=lambda: datetime.now(UTC)) as opened:
        make_checkpoint(opened, SIGNER, now=datetime.now(UTC), by="jo")
    code, _, _ = run("sample", "draw", sample, "--secret-file", "s.txt", "--form", "form.csv",
                     "--by", "ann", lang=lang)  # fmt: skip
    assert code == 0
    word = {"en": "right", "nl": "goed"}[lang]
    form = (tmp_path / "form.csv").read_text("utf-8-sig")
    filled = form.replace(";;\r\n", f";{word};\r\n").replace(";;\n", f";{word};\n")
    (tmp_path / "form.csv").write_text(filled, "utf-8")
    code, said, _ = run("sample", "judge", sample, "form.csv", "--by", "ann", lang=lang)
    assert code == 0
    assert "20" in said
    code, said, _ = run("sample", "result", sample, "--json", "-")
    tree = json.loads(said)
    assert code == 1
    assert (tree["population"], tree["strata"][0]["right"]) == (20, 5)
    assert tree["at_most"] == 8
    for command in (["sample"], ["sample", "show", sample], ["explain", sample]):
        code, said, _ = run(*command, lang=lang)
        assert (code, sample in said) == (0, True)


def test_a_secret_is_never_written_over_and_one_way_to_commit_is_named(run, tmp_path):
    sample = sample_of(run("sample", "freeze", "clean-columns")[1])
    (tmp_path / "s.txt").write_text("mine")
    for arguments, code in (
        (["--new-secret", "s.txt"], "sample.secret_unwritable"),
        ([], "sample.one_commitment"),
        (["--new-secret", "t.txt", "--commitment", "ab" * 32], "sample.one_commitment"),
        (["--commitment", "tuesday"], "sample.commitment_form"),
    ):
        ended, _, told = run("sample", "commit", sample, *arguments)
        assert (ended, code in told) == (65, True)
    assert (tmp_path / "s.txt").read_text() == "mine"
    assert run("sample", "commit", sample, "--commitment", "AB" * 32)[0] == 0


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_remarks_and_roles_as_they_are_typed(run, lang):
    assert run("roles", lang=lang)[0] == 0
    given = ["roles", "give", "auditor", "Ann", "--reason", "appointed", "--by", "jo"]
    code, said, _ = run(*given, lang=lang)
    assert (code, "Ann" in said) == (0, True)
    code, said, _ = run("remarks", "add", "finding", "--text", "No one checks.", "--by", "ann",
                        lang=lang)  # fmt: skip
    remark = next(word for word in said.split() if word.startswith("AF-"))
    assert code == 0
    assert run("remarks", lang=lang)[0] == 1
    move = ["remarks", "move", remark]
    assert run(*move, "answered", "--text", "We will.", "--by", "jo", lang=lang)[0] == 0
    code, _, told = run(*move, "closed", "--text", "Fine.", "--by", "jo", lang=lang)
    assert (code, "remark.not_closer" in told) == (65, True)
    assert run(*move, "closed", "--text", "Seen.", "--by", "Ann", lang=lang)[0] == 0
    assert run("remarks", "--json", "-", lang=lang)[0] == 0
    code, said, _ = run("explain", remark, lang=lang)
    assert (code, "Seen." in said) == (0, True)
    code, _, told = run("roles", "take", "auditor", "Ann", "--reason", "x", "--by", "ann")
    assert (code, "role.auditor_reads" in told) == (65, True)
    code, _, told = run("remarks", "add", "question", "--text", "The client is Jewish.",
                        "--by", "ann")  # fmt: skip
    assert (code, "reason.names_origin" in told, "Jewish" in told) == (65, True, False)


def test_an_auditor_can_look_at_uses_and_change_none(run):
    run("roles", "give", "auditor", "Ann", "--reason", "appointed", "--by", "jo")
    assert run("uses", "--by", "ann")[0] == 0
