"""Notes are those of C2SP to the byte: published examples, other programs, every small damage."""

# ruff: noqa: E501 (a line of a note cannot be broken)

import base64
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from sigstore._internal.rekor.checkpoint import SignedCheckpoint
from sigstore._internal.trust import Keyring
from sigstore._utils import KeyID
from sigstore.errors import VerificationError
from sigstore_models.common import v1 as common_v1

from doorlicht.errors import InputError, IntegrityError
from doorlicht.evidence.checkpoints import (
    Checkpoint,
    Consistency,
    checkpoint_of,
    parse_consistency,
)
from doorlicht.evidence.notes import (
    Note,
    VerifierKey,
    cosign,
    parse_key,
    parse_note,
    sign_note,
    signers_of,
)
from doorlicht.evidence.signing import KeyInMemory

# The example of the specification of signed notes.
SPEC_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_NOTE = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""

# The example of golang.org/x/mod/sumdb/note, where the secret key is published too.
GO_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SECOND_KEY = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
GO_TEXT = """If you think cryptography is the answer to your problem,
then you don't know what your problem is.
"""
GO_LINE = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
GO_SECOND_LINE = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"

# The example of the specification of cosignatures; its keys are not published.
COSIGNED = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""

SIGNER = KeyInMemory.of_seed(bytes(range(32)))
WITNESS = KeyInMemory.of_seed(bytes(range(1, 33)))
LOG = "doorlicht/0123456789abcdef"
KEY = VerifierKey(LOG, SIGNER.public_key)
WITNESS_KEY = VerifierKey("witness.example.com/w1", WITNESS.public_key, "witness")
HEAD = Checkpoint(LOG, 7, bytes(range(32)))
SIGNED = sign_note(HEAD.text, SIGNER, LOG)
BOTH = SIGNED.with_signatures([cosign(SIGNED, WITNESS, WITNESS_KEY.name, seconds=1_679_315_147)])


def names(note, *keys):
    return [key.name for key, _ in signers_of(note, keys)]


@pytest.mark.parametrize(
    ("note", "keys", "expected"),
    [
        pytest.param(SPEC_NOTE, [SPEC_KEY], ["example.com/foo"], id="specification"),
        pytest.param(f"{GO_TEXT}\n{GO_LINE}", [GO_KEY], ["PeterNeumann"], id="go"),
        pytest.param(
            f"{GO_TEXT}\n{GO_LINE}{GO_SECOND_LINE}",
            [GO_KEY, GO_SECOND_KEY],
            ["PeterNeumann", "EnochRoot"],
            id="go-two-signatures",
        ),
        pytest.param(f"{GO_TEXT}\n{GO_LINE}", [SPEC_KEY], [], id="other-key"),
    ],
)
def test_published_notes_are_checked_and_written_back_the_same(note, keys, expected):
    read = parse_note(note)
    assert names(read, *map(parse_key, keys)) == expected
    assert read.full == note


def test_our_signature_is_the_one_that_was_published_for_this_key():
    signer = KeyInMemory.of_seed(GO_SEED)
    assert VerifierKey("PeterNeumann", signer.public_key).text == GO_KEY
    assert sign_note(GO_TEXT, signer, "PeterNeumann").full == f"{GO_TEXT}\n{GO_LINE}"


@pytest.mark.parametrize(
    "text",
    [
        SPEC_KEY,
        GO_KEY,
        # Two of the tests of transparency-dev/formats: base64 with a plus, and a witness.
        "TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6",
        "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
    ],
)
def test_keys_of_other_programs_are_read_and_written_back_the_same(text):
    assert parse_key(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("bananas.example+12344556", id="two-parts"),
        pytest.param(SPEC_KEY.replace("530d903a", "530d903b"), id="other-id"),
        pytest.param(SPEC_KEY.replace("530d903a", "530D903A"), id="capitals"),
        pytest.param(SPEC_KEY.replace("foo+", "fool+"), id="other-name"),
        pytest.param("rekor.example+12345678+AwEB", id="kind-that-is-not-known"),
        pytest.param(SPEC_KEY[:-1] + "l", id="bits-that-mean-nothing"),
        pytest.param(SPEC_KEY.replace("foo", "f oo"), id="space"),
    ],
)
def test_what_is_no_key_is_refused(text):
    with pytest.raises(InputError) as caught:
        parse_key(text)
    assert caught.value.code == "proof.no_key"


def test_the_published_cosignature_holds_its_moment():
    note = parse_note(COSIGNED)
    assert note.full == COSIGNED
    assert note.signatures[1].witnessed_seconds == 1_679_315_147
    assert checkpoint_of(note).size == 20_852_163


def test_a_witness_signs_the_text_and_the_moment():
    assert names(BOTH, KEY, WITNESS_KEY) == [KEY.name, WITNESS_KEY.name]
    late = replace(BOTH.signatures[1], raw=bytes(8) + BOTH.signatures[1].raw[8:])
    with pytest.raises(IntegrityError):
        signers_of(Note(BOTH.text, (late,)), [WITNESS_KEY])


def test_a_key_of_the_log_is_no_witness_and_the_other_way_round():
    other = [VerifierKey(LOG, SIGNER.public_key, "witness"), replace(WITNESS_KEY, kind="note")]
    assert signers_of(BOTH, other) == []


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda text: text.replace("\n\n", "\n"), id="no-empty-line"),
        pytest.param(lambda text: text[:-1], id="no-line-end"),
        pytest.param(lambda text: text.replace("—", "-"), id="hyphen"),
        pytest.param(lambda text: text.replace("— ", "—  "), id="two-spaces"),
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="windows"),
        pytest.param(lambda text: text + "\n", id="line-too-many"),
        pytest.param(lambda text: "\n\n" + text.partition("\n\n")[2], id="no-text"),
        pytest.param(lambda text: text.encode()[:-1] + b"\xff\n", id="no-utf-8"),
        pytest.param(lambda text: text + "— a AAAAAQ==\n", id="no-signature-in-it"),
        pytest.param(lambda text: text + "— a AAAAAAB=\n", id="bits-that-mean-nothing"),
        pytest.param(lambda text: text + "— a+b AAAAAAA=\n", id="plus-in-a-name"),
        pytest.param(lambda text: text + "— a AAAAAAA=\n" * 100, id="too-many"),
        pytest.param(lambda text: "\ud800" + text, id="half-a-letter"),
        pytest.param(lambda text: "x" * (1 << 20) + text, id="too-long"),
    ],
)
def test_a_note_of_another_form_is_refused(damage):
    with pytest.raises(InputError) as caught:
        parse_note(damage(BOTH.full))
    assert caught.value.code == "proof.no_note"


@given(st.integers(0, len(BOTH.full.encode()) - 1), st.integers(1, 255))
@settings(max_examples=60)
def test_no_byte_of_a_signed_note_can_change(place, change):
    content = bytearray(BOTH.full.encode())
    content[place] ^= change
    try:
        found = names(parse_note(bytes(content)), KEY, WITNESS_KEY)
    except (InputError, IntegrityError):
        return
    assert found != [KEY.name, WITNESS_KEY.name]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("no line end", LOG, id="no-line-end"),
        pytest.param("a\rb\n", LOG, id="control-character"),
        pytest.param("text\n", "a name", id="space-in-the-name"),
        pytest.param("text\n", "a+name", id="plus-in-the-name"),
        pytest.param("text\n", "", id="no-name"),
    ],
)
def test_what_a_note_cannot_hold_is_not_signed(text, name):
    with pytest.raises(InputError):
        sign_note(text, SIGNER, name)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("log\n1\n", id="two-lines"),
        pytest.param(f"log\n01\n{'A' * 43}=\n", id="leading-nought"),
        pytest.param(f"log\n-1\n{'A' * 43}=\n", id="negative"),
        pytest.param(f"log\n9223372036854775808\n{'A' * 43}=\n", id="too-large"),
        pytest.param(f"log\n1\n{'A' * 42}B=\n", id="bits-that-mean-nothing"),
        pytest.param("log\n1\nAAAA\n", id="short-root"),
        pytest.param(f"log\n\n1\n{'A' * 43}=\n", id="empty-line"),
    ],
)
def test_a_note_that_is_no_checkpoint_is_refused(text):
    with pytest.raises(InputError) as caught:
        checkpoint_of(Note(text, ()))
    assert caught.value.code == "proof.no_checkpoint"


def test_a_request_to_a_witness_is_read_back_as_it_was_written():
    asked = Consistency(3, (bytes(32), bytes(range(32))), SIGNED)
    assert parse_consistency(asked.text) == asked
    for damage in ("old 03", "old x", "new 3", "old"):
        with pytest.raises(InputError):
            parse_consistency(asked.text.replace("old 3", damage))
    with pytest.raises(InputError):
        parse_consistency(asked.text.replace("A" * 43 + "=", "A" * 42 + "=", 1))


def test_sigstore_reads_and_checks_our_checkpoints():
    read = SignedCheckpoint.from_text(BOTH.full)
    assert (read.checkpoint.origin, read.checkpoint.log_size) == (LOG, 7)
    assert bytes.fromhex(read.checkpoint.log_hash) == HEAD.root
    keyring = sigstore_keyring(SIGNER.public_key)
    read.signed_note.verify(keyring, KeyID(KEY.id))
    false = replace(SIGNED, text=HEAD.text.replace("7", "8"))
    with pytest.raises(VerificationError, match="invalid signature"):
        SignedCheckpoint.from_text(false.full).signed_note.verify(keyring, KeyID(KEY.id))


def sigstore_keyring(public):
    """What sigstore checks a checkpoint with, of one key of ours."""
    der = Ed25519PublicKey.from_public_bytes(public).public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    kind = common_v1.PublicKeyDetails.PKIX_ED25519
    return Keyring([common_v1.PublicKey(raw_bytes=base64.b64encode(der), key_details=kind)])
