"""The answer of a time-stamp authority holds for the bytes it saw, if somebody trusted vouches."""

import shutil
import subprocess
from datetime import UTC, datetime

import pytest
from rfc3161_client import decode_timestamp_response

from doorlicht.errors import InputError, IntegrityError
from doorlicht.evidence.timestamps import certificates_in, check_timestamp, timestamp_request

CONTENT = b"doorlicht/0123456789abcdef\n7\n"

_OPTIONS = """
[tsa]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
ess_cert_id_alg = sha256
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
authorityKeyIdentifier = keyid
subjectKeyIdentifier = hash
[name]
distinguished_name = none
[none]
"""


class Authority:
    """A time-stamp authority of our own, in a folder, run by OpenSSL."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "options").write_text(_OPTIONS)
        (folder / "serial").write_text("01\n")
        self._run(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout root.key "
            "-out root.pem -subj /CN=root -days 9 -config options -section name -extensions root"
        )
        self._run(
            "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tsa.key "
            "-out tsa.csr -subj /CN=authority -config options -section name"
        )
        self._run(
            "x509 -req -in tsa.csr -CA root.pem -CAkey root.key -CAcreateserial -out tsa.pem "
            "-days 9 -extfile options -extensions leaf"
        )

    @property
    def roots(self):
        return certificates_in((self.folder / "root.pem").read_bytes())

    def answer(self, request):
        (self.folder / "request").write_bytes(request)
        self._run("ts -reply -config options -section tsa -queryfile request -out answer")
        return (self.folder / "answer").read_bytes()

    def _run(self, command):
        subprocess.run(
            ["openssl", *command.split()], cwd=self.folder, check=True, capture_output=True
        )


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl")
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def answer(authority):
    return authority.answer(timestamp_request(CONTENT))


def test_an_answer_gives_the_moment_at_which_the_bytes_were_seen(authority, answer):
    moment = check_timestamp(answer, CONTENT, authority.roots)
    assert moment == decode_timestamp_response(answer).tst_info.gen_time
    assert moment > datetime(2020, 1, 1, tzinfo=UTC)


def test_an_answer_about_other_bytes_is_told(authority, answer):
    with pytest.raises(IntegrityError) as caught:
        check_timestamp(answer, CONTENT + b" ", authority.roots)
    assert caught.value.code == "proof.other_timestamp"


def test_an_authority_that_nobody_vouches_for_is_told(answer, tmp_path):
    with pytest.raises(IntegrityError) as caught:
        check_timestamp(answer, CONTENT, Authority(tmp_path).roots)
    assert caught.value.code == "proof.false_timestamp"


def test_a_changed_signature_is_told(authority, answer):
    changed = bytearray(answer)
    changed[-1] ^= 1
    with pytest.raises(IntegrityError):
        check_timestamp(bytes(changed), CONTENT, authority.roots)


@pytest.mark.parametrize("content", [b"", b"no answer", b"\x30\x03\x02\x01\x02", b"0" * (2 << 20)])
def test_what_is_no_answer_is_refused(authority, content):
    with pytest.raises(InputError) as caught:
        check_timestamp(content, CONTENT, authority.roots)
    assert caught.value.code == "proof.no_timestamp"


def test_a_refusal_is_no_time_stamp(authority):
    request = bytearray(timestamp_request(CONTENT))
    # An algorithm of hashes that the authority does not take.
    request[request.index(bytes.fromhex("0609608648016503040201")) + 10] = 3
    with pytest.raises(InputError) as caught:
        check_timestamp(authority.answer(bytes(request)), CONTENT, authority.roots)
    assert caught.value.code == "proof.no_timestamp"


def test_what_is_no_certificate_is_refused():
    with pytest.raises(InputError):
        certificates_in(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
