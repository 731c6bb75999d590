"""Keys stay with their owner: who else could read or replace one is refused; devices can sign."""

import base64
import os
import stat
import sys

import pytest

from doorlicht.errors import InputError, RefusedError, WrongUseError
from doorlicht.evidence import KeyInMemory
from doorlicht.runs.key_files import make_key_file, read_key_file
from doorlicht.runs.signers import CommandSigner

PASSPHRASE = "zeven paarse olifanten"
SIGNER = KeyInMemory.of_seed(bytes(range(32)))


@pytest.fixture
def folder(tmp_path):
    tmp_path.chmod(0o700)
    return tmp_path


@pytest.fixture
def key_file(folder):
    path = folder / "log.key"
    make_key_file(path, PASSPHRASE)
    return path


def test_a_new_key_file_opens_for_its_owner_alone(folder):
    os.umask(0)
    made = make_key_file(folder / "log.key", PASSPHRASE)
    assert stat.S_IMODE((folder / "log.key").stat().st_mode) == 0o600
    assert read_key_file(folder / "log.key", PASSPHRASE).public_key == made.public_key
    assert make_key_file(folder / "other.key", PASSPHRASE).public_key != made.public_key


def test_a_key_file_is_never_written_over(key_file):
    before = key_file.read_bytes()
    with pytest.raises(WrongUseError) as caught:
        make_key_file(key_file, PASSPHRASE)
    assert caught.value.code == "key.exists"
    assert key_file.read_bytes() == before


def test_a_link_that_waits_for_a_key_is_not_followed(folder):
    (folder / "log.key").symlink_to(folder / "elsewhere")
    with pytest.raises(WrongUseError):
        make_key_file(folder / "log.key", PASSPHRASE)
    assert not (folder / "elsewhere").exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_key_that_others_can_get_at_is_refused(key_file, mode):
    key_file.chmod(mode)
    with pytest.raises(RefusedError) as caught:
        read_key_file(key_file, PASSPHRASE)
    assert caught.value.code == "key.readable_by_others"


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o1777])
def test_a_folder_where_others_can_put_a_key_is_refused(folder, key_file, mode):
    folder.chmod(mode)
    for act in (read_key_file, make_key_file):
        with pytest.raises(RefusedError) as caught:
            act(key_file, PASSPHRASE)
        assert caught.value.code == "key.open_folder"


def test_what_is_no_readable_file_is_told(folder):
    for path in (folder / "none", folder):
        with pytest.raises(InputError) as caught:
            read_key_file(path, PASSPHRASE)
        assert caught.value.code == "key.unreadable"


def program(code):
    return [sys.executable, "-I", "-c", f"import sys; message = sys.stdin.buffer.read(); {code}"]


@pytest.mark.parametrize("is_text", [False, True])
def test_a_program_can_sign(is_text):
    signature = SIGNER.sign(b"text")
    answer = base64.b64encode(signature) + b"\n" if is_text else signature
    signer = CommandSigner(program(f"sys.stdout.buffer.write({answer!r})"), SIGNER.public_key)
    assert signer.sign(b"text") == signature


@pytest.mark.parametrize(
    ("command", "code"),
    [
        pytest.param(program("sys.exit(3)"), "key.command_failed", id="fails"),
        pytest.param(["no-such-program"], "key.command_failed", id="is-not-there"),
        pytest.param(program("import time; time.sleep(60)"), "key.command_failed", id="hangs"),
        pytest.param(program("pass"), "key.command_false", id="says-nothing"),
        pytest.param(program("print('no signature')"), "key.command_false", id="says-something"),
        pytest.param(
            program(f"sys.stdout.buffer.write({SIGNER.sign(b'other')!r})"),
            "key.command_false",
            id="signs-something-else",
        ),
    ],
)
def test_a_program_that_does_not_sign_is_told(command, code):
    with pytest.raises(InputError) as caught:
        CommandSigner(command, SIGNER.public_key, timeout_seconds=0.5).sign(b"text")
    assert caught.value.code == code
