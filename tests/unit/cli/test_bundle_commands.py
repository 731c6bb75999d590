"""A bundle from a register to an auditor's machine: made, opened, checked, and nothing hidden."""

import io
import json
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from tests.unit.evidence.test_timestamps import Authority

from doorlicht.cli.main import main
from doorlicht.evidence import KeyInMemory, keys
from doorlicht.language import LANGUAGES, known_keys
from doorlicht.register import open_register

PASSPHRASE = "zeven paarse olifanten"
SIGNER = KeyInMemory.of_seed(bytes(range(32)))
CANARY = "Zonnebloemstraat-canary"


def sealed(key):
    """A key file of which a passphrase is soon tried: those of users take long on purpose."""
    with patch.object(keys, "_N", 2):
        return keys.seal_key(key, PASSPHRASE, salt=bytes(16), start=bytes(16))


@pytest.fixture(scope="module")
def scanned(tmp_path_factory):
    """A register of a scan, with a key of its own."""
    from doorlicht.records import Source
    from doorlicht.runs.keys import keep_log_key
    from doorlicht.runs.scan import ScanRequest, scan

    folder = tmp_path_factory.mktemp("scanned")
    folder.chmod(0o700)
    (folder / "data").mkdir()
    rows = "".join(f"{number},{CANARY}{number},0{number % 3 + 5}2\n" for number in range(40))
    (folder / "data" / "people.csv").write_text(f"id,adres,nationaliteit\n{rows}", "utf-8")
    source = Source("files", "files", str(folder / "data"))
    scan(ScanRequest(sources=[source], by="jo", register=folder / "r.register", workers=1))
    with open_register(folder / "r.register", clock=lambda: datetime.now(UTC)) as register:
        keep_log_key(register, SIGNER.public_key, by="jo")
    return folder


@pytest.fixture
def run(scanned, capsys, monkeypatch, tmp_path):
    shutil.copy(scanned / "r.register", tmp_path / "r.register")
    tmp_path.chmod(0o700)
    (tmp_path / "doorlicht.key").write_bytes(sealed(SIGNER))
    (tmp_path / "doorlicht.key").chmod(0o600)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    monkeypatch.setenv("DOORLICHT_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("DOORLICHT_REGISTER", "r.register")

    def call(*arguments, lang="en"):
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--lang", lang])
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return call


@pytest.fixture
def key(run):
    return json.loads(run("key", "--json", "-")[1])["keys"][0]["public"]


def make(run, *arguments):
    code, out, err = run("bundle", "--for", "auditor", "-o", "b.zip", *arguments)
    assert (code, err) == (0, "")
    return out


def verdict(run, *arguments):
    code, out, _ = run("verify", "b.zip", "--json", "-", *arguments)
    return code, json.loads(out)["verdict"]


def test_a_bundle_is_made_and_both_verifiers_say_that_it_holds(run, key, tmp_path):
    run("checkpoint", "make", "-o", "held.txt")
    assert key in make(run)
    code, said = verdict(run, "--key", key, "--checkpoint", "held.txt")
    assert (code, said["holds"], said["vouched"]) == (0, True, True)
    assert said["records"]["asset"] == 1
    assert verdict(run)[0] == 2
    with zipfile.ZipFile("b.zip") as archive:
        archive.extractall(tmp_path / "out")
        itself = tmp_path / "out" / "verify_bundle.py"
    done = subprocess.run(
        [sys.executable, "-I", itself, "b.zip", "--key", key, "--checkpoint", "held.txt"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    actions = [one["action"] for one in json.loads(run("log", "--json", "-")[1])["entries"]]
    assert actions[-2:] == ["checkpoint.made", "bundle.made"]
    assert run("log", "verify")[0] == 0


def test_no_value_of_a_person_is_in_a_bundle(run, tmp_path):
    make(run)
    with zipfile.ZipFile("b.zip") as archive:
        contents = [archive.read(name) for name in archive.namelist()]
    assert any(b"people.csv" in one for one in contents)
    assert not [one for one in contents if CANARY.encode() in one]
    assert CANARY.encode() not in (tmp_path / "b.zip").read_bytes()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl")
    return Authority(tmp_path_factory.mktemp("authority"))


def test_time_stamps_are_checked_where_somebody_is_trusted_and_told_where_not(
    run, key, authority, tmp_path
):
    run("checkpoint", "make")
    run("checkpoint", "ask-time", "-o", "head.tsq")
    answer = authority.answer((tmp_path / "head.tsq").read_bytes())
    (tmp_path / "answer.tsr").write_bytes(answer)
    shutil.copy(authority.folder / "root.pem", tmp_path)
    assert run("checkpoint", "timed", "answer.tsr", "--trusted", "root.pem")[0] == 0
    make(run)
    for trust, is_checked, told in (
        ([], False, "was not checked"), (["--trusted", "root.pem"], True, "that you trust saw"),
    ):  # fmt: skip
        code, out, _ = run("verify", "b.zip", "--key", key, *trust)
        assert (code, told in " ".join(out.split())) == (0, True)
        code, said = verdict(run, "--key", key, *trust)
        assert (code, [one["checked"] for one in said["timestamps"]]) == (0, [is_checked])
    other = Authority(tmp_path)
    code, said = verdict(run, "--key", key, "--trusted", str(other.folder / "root.pem"))
    assert (code, said["broken"]) == (1, "bundle.timestamp")
    assert said["place"].startswith("log/timestamps/")


def test_a_bundle_without_time_stamps_says_that_nothing_was_checked(run, key, authority):
    make(run)
    trusted = str(authority.folder / "root.pem")
    assert "no time stamp" in run("verify", "b.zip", "--key", key, "--trusted", trusted)[1]


def test_what_was_edited_behind_the_log_is_in_no_bundle_that_holds(run, key):
    with closing(sqlite3.connect("r.register")) as connection:
        connection.execute("update findings set probability = 0.01")
        connection.commit()
    make(run)
    code, said = verdict(run, "--key", key)
    assert (code, said["broken"]) == (1, "bundle.record")
    assert said["checks"][-1] == "fork"


def test_records_that_are_left_out_are_told_everywhere(run, key):
    assert "Files and tables" in make(run, "--without", "asset")
    code, said = verdict(run, "--key", key)
    assert (code, said["withheld"]) == (0, ["asset"])
    with zipfile.ZipFile("b.zip") as archive:
        assert "records/asset.jsonl" not in archive.namelist()
        assert "Left out" in archive.read("index.html").decode()
        assert "Weggelaten" in archive.read("LEESMIJ.html").decode()


def test_the_metadata_name_every_file_and_no_other(run):
    make(run)
    with zipfile.ZipFile("b.zip") as archive:
        crate = json.loads(archive.read("ro-crate-metadata.json"))
        names = set(archive.namelist())
    by_id = {one["@id"]: one for one in crate["@graph"]}
    assert len(by_id) == len(crate["@graph"])
    parts = {one["@id"] for one in by_id["./"]["hasPart"]}
    assert parts == names - {"ro-crate-metadata.json"}
    assert parts < set(by_id)
    assert by_id["ro-crate-metadata.json"]["about"] == {"@id": "./"}


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        (["bundle", "--for", "auditor", "-o", "mine.txt"], 64, "output.not_ours"),
        (["bundle", "--for", "auditor"], 64, "--output"),
        (
            ["bundle", "--for", "a", "-o", "x.zip", "--without", "keys"], 65,
            "bundle.no_such_kind",
        ),
        (["verify", "none.zip"], 65, "checkpoint.unreadable"),
        (["verify", "mine.txt", "--key", "x"], 65, "checkpoint.unreadable"),
        (["verify", "mine.txt", "--key", "a+b+c"], 65, "proof.no_key"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_told(run, tmp_path, arguments, code, expected):
    (tmp_path / "mine.txt").write_text("my own file")
    found, _, err = run(*arguments)
    assert found == code
    assert expected in err
    assert not (tmp_path / "x.zip").exists()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_does_not_hold_is_told_in_words(run, lang, tmp_path):
    make(run)
    content = bytearray((tmp_path / "b.zip").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "b.zip").write_bytes(content)
    code, out, _ = run("verify", "b.zip", lang=lang)
    assert code == 1
    assert "✗" in out
    (tmp_path / "b.zip").write_bytes(b"no bundle")
    code, out, _ = run("verify", "b.zip", lang=lang)
    assert code == 1
    assert ": -)" not in out


def test_every_kind_of_record_has_a_name_in_both_languages(run):
    del run
    with open_register("r.register", clock=lambda: datetime.now(UTC)) as register:
        kinds = register.log.kinds
    for language in LANGUAGES:
        assert {f"bundle.kind.{one}" for one in kinds} <= known_keys(language)


def test_a_bundle_is_of_one_moment_while_others_write(run, key):
    """The log and the records come from one snapshot of the register."""
    from doorlicht.runs import bundle
    from doorlicht.runs.checkpoints import make_checkpoint

    real = bundle._add_records

    def meanwhile(writer, log, kind, *, is_counted):
        with open_register("r.register", clock=lambda: datetime.now(UTC)) as other:
            finding = other.findings()[0].finding.id
            other.triage(finding, "confirm", reason="seen meanwhile", by="jo")
            make_checkpoint(other, SIGNER, now=datetime.now(UTC), by="jo")
        return real(writer, log, kind, is_counted=is_counted)

    with patch.object(bundle, "_add_records", meanwhile):
        make(run)
    assert verdict(run, "--key", key)[0] == 0


def test_a_scan_is_repeated_from_a_bundle(run, scanned, tmp_path):
    make(run)
    shutil.copytree(scanned / "data", tmp_path / "copy")
    (tmp_path / "copy" / "people.csv").unlink()
    source = f"files={tmp_path / 'copy'}"
    code, out, _ = run("rerun", "b.zip", "--source", source, "--workers", "1", "--json", "-")
    assert code == 1
    (difference,) = json.loads(out)["rerun"]["differences"]
    assert (difference["change"], difference["causes"]) == ("missing", ["data"])
    assert "rerun.no_place" in run("rerun", "b.zip", "--source", "files=nowhere")[2]
    code, out, _ = run("rerun", "b.zip", "--json", "-")
    assert code == 0
    assert [one["what"] for one in json.loads(out)["repeatable"]] == ["scan:1"]
    assert "--source files=" in run("rerun", "b.zip")[1]
    code, out, _ = run("rerun", "b.zip", "--what", "scan:1", "--source", source)
    assert code == 1
    assert "the data is another" in " ".join(out.split())
    (tmp_path / "b.zip").write_bytes(b"no bundle")
    code, out, _ = run("rerun", "b.zip", "--source", source)
    assert code == 1
    assert "✗" in out
