"""Statements are those of in-toto in an envelope of DSSE, and hold for one content only."""

import base64
import json

import pytest
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

from doorlicht.errors import InputError, IntegrityError
from doorlicht.evidence.notes import VerifierKey
from doorlicht.evidence.signing import KeyInMemory
from doorlicht.evidence.statements import Statement, open_statement, sign_statement

SIGNER = KeyInMemory.of_seed(bytes(range(32)))
KEY = VerifierKey("doorlicht/0123456789abcdef", SIGNER.public_key)
SAID = Statement({"a.html": "1" * 64, "b.json": "2" * 64}, "https://example.com/x", {"size": 2})
SIGNED = sign_statement(SAID, SIGNER, KEY.name)


def changed(**parts):
    return json.dumps({**json.loads(SIGNED), **parts})


def envelope_of(payload):
    return changed(payload=base64.b64encode(json.dumps(payload).encode()).decode())


def test_a_statement_is_read_back_with_who_signed_it():
    assert open_statement(SIGNED, [KEY]) == (SAID, [KEY])


def test_an_unknown_key_proves_nothing():
    other = VerifierKey(KEY.name, KeyInMemory.of_seed(bytes(32)).public_key)
    assert open_statement(SIGNED, [other]) == (SAID, [])


def test_another_program_checks_our_envelope():
    envelope = Envelope.from_dict(json.loads(SIGNED))
    keyid = next(iter(envelope.signatures))
    key = SSlibKey(keyid, "ed25519", "ed25519", {"public": SIGNER.public_key.hex()})
    assert envelope.verify([key], 1) == {keyid: key}
    with pytest.raises(VerificationError):
        Envelope.from_dict(json.loads(envelope_of({}))).verify([key], 1)


def test_a_changed_statement_is_told():
    tree = json.loads(base64.b64decode(json.loads(SIGNED)["payload"]))
    tree["subject"][0]["digest"]["sha256"] = "3" * 64
    with pytest.raises(IntegrityError) as caught:
        open_statement(envelope_of(tree), [KEY])
    assert caught.value.code == "proof.false_signature"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("", id="empty"),
        pytest.param("[]", id="list"),
        pytest.param("[" * 100_000, id="deep"),
        pytest.param(changed(payloadType="text/plain"), id="other-kind"),
        pytest.param(changed(payload="?"), id="no-base64"),
        pytest.param(changed(signatures={}), id="no-signatures"),
        pytest.param(changed(signatures=[1]), id="signature-that-is-none"),
    ],
)
def test_what_is_no_envelope_is_refused(content):
    with pytest.raises(InputError) as caught:
        open_statement(content, [KEY])
    assert caught.value.code == "proof.no_statement"


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param({"_type": "https://in-toto.io/Statement/v0.1"}, id="other-version"),
        pytest.param({"predicate": []}, id="says-nothing"),
        pytest.param({"subject": [{"name": "a", "digest": {"sha1": "0"}}]}, id="other-hash"),
        pytest.param({"subject": [{"name": "a", "digest": {"sha256": "0"}}] * 2}, id="file-twice"),
    ],
)
def test_what_is_no_statement_is_refused(payload):
    tree = json.loads(base64.b64decode(json.loads(SIGNED)["payload"])) | payload
    with pytest.raises(InputError) as caught:
        open_statement(envelope_of(tree), [])
    assert caught.value.code == "proof.no_statement"
