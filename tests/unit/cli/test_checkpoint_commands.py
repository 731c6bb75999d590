"""Keys and checkpoints, as somebody types them: the log, a witness, and who holds a checkpoint."""

import io
import json
import os
import shutil
import sys
from datetime import UTC, datetime
from unittest.mock import patch

import pytest

from doorlicht.cli.main import main
from doorlicht.evidence import KeyInMemory, VerifierKey, keys
from doorlicht.records import Source
from doorlicht.register import open_register
from doorlicht.testing import EDITIONS

PASSPHRASE = "zeven paarse olifanten"
SIGNER = KeyInMemory.of_seed(bytes(range(32)))


def sealed(key):
    """A key file of which a passphrase is soon tried: those of users take long on purpose."""
    with patch.object(keys, "_N", 2):
        return keys.seal_key(key, PASSPHRASE, salt=bytes(16), start=bytes(16))


@pytest.fixture
def register(tmp_path):
    tmp_path.chmod(0o700)
    path = tmp_path / "inquiry.register"
    with open_register(path, clock=lambda: datetime.now(UTC)) as opened:
        source = Source("hr", "files", "/data/hr")
        opened.start_scan(by="jo", editions=EDITIONS, settings={}, sources=[source])
    return path


@pytest.fixture
def run(register, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    monkeypatch.setenv("DOORLICHT_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("DOORLICHT_REGISTER", str(register))

    def call(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--lang", "en"])
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return call


@pytest.fixture
def key(run, tmp_path):
    """A key of the log of which the file is there; return its public line."""
    pem = SIGNER.secret.public_key().public_bytes(*pem_form())
    (tmp_path / "public.pem").write_bytes(pem)
    assert run("key", "create", "--public", "public.pem")[0] == 0
    path = tmp_path / "doorlicht.key"
    path.write_bytes(sealed(SIGNER))
    path.chmod(0o600)
    return json.loads(run("key", "--json", "-")[1])["keys"][0]


def pem_form():
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return Encoding.PEM, PublicFormat.SubjectPublicKeyInfo


def test_a_key_is_made_and_signs(run, tmp_path):
    code, out, _ = run("key", "create")
    assert code == 0
    public = out.splitlines()[-1]
    assert public.startswith("doorlicht/")
    assert oct((tmp_path / "doorlicht.key").stat().st_mode & 0o777) == "0o600"
    assert PASSPHRASE.encode() not in (tmp_path / "doorlicht.key").read_bytes()
    assert run("checkpoint", "make", "-o", "head.txt")[0] == 0
    assert (tmp_path / "head.txt").read_text("utf-8").startswith(public.partition("+")[0])
    assert run("key", "create")[2].count("key.exists") == 1


@pytest.mark.usefixtures("key")
def test_who_holds_a_checkpoint_sees_whether_the_log_only_grew(run, register, tmp_path):
    run("checkpoint", "make", "-o", "held.txt")
    before = tmp_path / "copy"
    shutil.copy(register, before)
    run("checkpoint", "make")
    run("checkpoint", "make", "-o", "later.txt")
    code, out, _ = run("checkpoint", "check", "held.txt")
    assert code == 0
    assert "has 3 more" in out
    assert "valid" in out
    code, out, _ = run("checkpoint", "check", "later.txt", "--register", str(before))
    assert code == 1
    assert "cut off" in out
    assert run("checkpoint", "show", "-o", "-")[1] == (tmp_path / "later.txt").read_text("utf-8")


def test_a_witness_signs_one_history_only(run, key, tmp_path):
    witness = KeyInMemory.of_seed(bytes(range(1, 33)))
    path = tmp_path / "witness.key"
    path.write_bytes(sealed(witness))
    path.chmod(0o600)
    name = "witness.example.com/w1"
    run("key", "witness", VerifierKey(name, witness.public_key, "witness").text)
    asked = ["checkpoint", "witness", "asked.txt", "--log-key", key["public"], "--name", name,
             "--seen", "seen.txt", "--key-file", "witness.key", "-o", "signed.txt"]  # fmt: skip
    run("checkpoint", "make", "-o", "head.txt")
    size = (tmp_path / "head.txt").read_text("utf-8").split("\n")[1]
    (tmp_path / "asked.txt").write_text("old 0\n\n" + (tmp_path / "head.txt").read_text("utf-8"))
    assert run(*asked)[0] == 0
    assert name in run("checkpoint", "cosigned", "signed.txt")[1]
    run("checkpoint", "make")
    assert run("checkpoint", "prove", "--from", size, "-o", "asked.txt")[0] == 0
    assert run(*asked)[0] == 0
    assert run("checkpoint", "cosigned", "signed.txt")[0] == 0
    assert run("checkpoint")[1].count(name) == 2
    # Another history of the same log, by who has its key.
    seen = (tmp_path / "seen.txt").read_text("utf-8")
    (tmp_path / "asked.txt").write_text(f"old {seen.split(chr(10))[1]}\n\n" + seen)
    assert run(*asked)[0] == 0
    (tmp_path / "seen.txt").write_text(seen.replace(seen.split("\n")[2], "A" * 43 + "="), "utf-8")
    code, out, _ = run(*asked)
    assert code == 1
    assert "two histories" in out


@pytest.mark.usefixtures("key")
def test_a_program_signs_in_the_place_of_a_key_file(run, tmp_path):
    program = tmp_path / "device.py"
    seed = bytes(range(32))
    program.write_text(
        "import sys\n"
        "from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey as Key\n"
        f"key = Key.from_private_bytes({seed!r})\n"
        "sys.stdout.buffer.write(key.sign(sys.stdin.buffer.read()))\n"
    )
    (tmp_path / "doorlicht.key").unlink()
    code, out, _ = run("checkpoint", "make", "--sign-with", f"{sys.executable} {program}")
    assert code == 0
    assert "signed" in out
    code, _, err = run("checkpoint", "make", "--sign-with", f"{sys.executable} -c pass")
    assert code == 65
    assert "key.command_false" in err


def test_a_passphrase_comes_from_a_file_descriptor(run, key, monkeypatch):
    assert key["state"] == "valid"
    monkeypatch.delenv("DOORLICHT_PASSPHRASE")
    assert "key.no_passphrase" in run("checkpoint", "make")[2]
    reading, writing = os.pipe()
    os.write(writing, f"{PASSPHRASE}\n".encode())
    os.close(writing)
    assert run("checkpoint", "make", "--passphrase-fd", str(reading))[0] == 0
    os.close(reading)
    assert "key.no_passphrase" in run("checkpoint", "make", "--passphrase-fd", str(reading))[2]


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        (["checkpoint", "check", "none.txt"], 65, "checkpoint.unreadable"),
        (["checkpoint", "show"], 65, "checkpoint.none"),
        (["checkpoint", "make", "--key-file", "a", "--sign-with", "b"], 64, "key.two_signers"),
        (["checkpoint", "make", "--key-file", "none.key"], 65, "key.unreadable"),
        (["checkpoint", "make", "-o", "mine.txt"], 64, "output.not_ours"),
        (["key", "revoke", "K-1", "--reason", "lost"], 65, "key.unknown"),
        (["key", "rotate", "K-1"], 65, "key.unknown"),
        (["key", "create", "--public", "mine.txt"], 65, "key.no_public_key"),
        (["key", "create", "--until", "tomorrow"], 64, "--until"),
        (["key", "witness", "x"], 65, "proof.no_key"),
    ],
)
@pytest.mark.usefixtures("key")
def test_what_cannot_be_done_is_told(run, tmp_path, arguments, code, expected):
    (tmp_path / "mine.txt").write_text("my own file")
    found, _, err = run(*arguments)
    assert found == code
    assert expected in err
    assert (tmp_path / "mine.txt").read_text() == "my own file"


def test_a_revoked_key_signs_no_more(run, key):
    run("checkpoint", "make", "-o", "held.txt")
    assert run("key", "revoke", key["id"], "--reason", "the laptop was stolen")[0] == 0
    code, _, err = run("checkpoint", "make")
    assert code == 65
    assert "key.not_valid" in err
    assert "revoked" in run("key")[1]
    assert "revoked" in run("checkpoint", "check", "held.txt")[1]


def test_without_a_key_both_say_how_to_begin(run):
    assert "doorlicht key create" in run("key")[1]
    assert "doorlicht checkpoint make" in run("checkpoint")[1]


@pytest.mark.usefixtures("key")
def test_a_time_stamp_is_asked_for_in_a_file(run, tmp_path):
    run("checkpoint", "make")
    assert run("checkpoint", "ask-time", "-o", "head.tsq")[0] == 0
    assert (tmp_path / "head.tsq").read_bytes().startswith(b"\x30")
    assert run("checkpoint", "ask-time", "-o", "head.tsq")[0] == 0
    (tmp_path / "answer").write_bytes(b"no answer")
    (tmp_path / "root.pem").write_bytes(b"no certificate")
    found = run("checkpoint", "timed", "answer", "--trusted", "root.pem")
    assert "proof.no_certificate" in found[2]
