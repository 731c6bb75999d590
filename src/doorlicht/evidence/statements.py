"""Signed statements about files: what a report or a bundle was when somebody signed it.

The statement is that of in-toto: which files, by their SHA-256, and what is said of them. It is
put in an envelope of DSSE, whose signature covers the kind of content as well, so that what was
signed as one thing cannot be shown as another.

Source: in-toto Attestation Framework, Statement v1; DSSE protocol v1.0.2 (secure-systems-lab).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from doorlicht.errors import InputError, IntegrityError
from doorlicht.evidence.notes import VerifierKey
from doorlicht.evidence.signing import Signer, is_signed_by

PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
STATEMENT_TYPE: Final = "https://in-toto.io/Statement/v1"


@dataclass(frozen=True, slots=True)
class Statement:
    """What is said of files.

    Attributes
    ----------
    files
        SHA-256 by name, in 64 hexadecimal digits.
    kind
        URI of the kind of what is said.
    said
        What is said, as JSON knows it.
    """

    files: Mapping[str, str]
    kind: str
    said: Mapping[str, Any]


def sign_statement(statement: Statement, signer: Signer, name: str) -> str:
    """Return a statement in a signed envelope, as JSON in one line.

    Examples
    --------
    >>> from doorlicht.evidence.signing import KeyInMemory
    >>> signer = KeyInMemory.of_seed(bytes(32))
    >>> said = Statement({"report.html": "00" * 32}, "https://example.com/report", {"size": 1})
    >>> key = VerifierKey("example.com/log", signer.public_key)
    >>> open_statement(sign_statement(said, signer, key.name), [key]) == (said, [key])
    True
    """
    tree = {
        "_type": STATEMENT_TYPE,
        "subject": [
            {"name": file, "digest": {"sha256": digest}}
            for file, digest in sorted(statement.files.items())
        ],
        "predicateType": statement.kind,
        "predicate": dict(statement.said),
    }
    payload = _json(tree)
    key = VerifierKey(name, signer.public_key)
    signature = signer.sign(signed_bytes(payload))
    return _envelope(payload, [(_key_id(key), signature)]).decode("ascii")


def open_statement(
    envelope: bytes | str, keys: Sequence[VerifierKey]
) -> tuple[Statement, list[VerifierKey]]:
    """Return a statement, and which of the keys signed it; an unknown key proves nothing.

    Raises
    ------
    InputError
        If it is no envelope with a statement.
    IntegrityError
        If a signature claims to be by one of the keys, and is not.
    """
    tree = _parsed(envelope)
    payload = _bytes_of(tree.get("payload"))
    if tree.get("payloadType") != PAYLOAD_TYPE:
        raise InputError("proof.no_statement")
    by_id = {_key_id(key): key for key in keys if key.kind == "note"}
    signed: list[VerifierKey] = []
    for one in _list_of(tree.get("signatures")):
        key = by_id.get(str(one.get("keyid")))
        if key is None:
            continue
        if not is_signed_by(key.public, _bytes_of(one.get("sig")), signed_bytes(payload)):
            raise IntegrityError("proof.false_signature", name=key.name)
        signed.append(key)
    return _statement_of(_parsed(payload)), signed


def plain_envelope(envelope: bytes | str) -> bytes:
    """Return an envelope as :func:`sign_statement` would have written it.

    Raises
    ------
    InputError
        If it is no envelope.
    """
    tree = _parsed(envelope)
    signatures = [(str(one.get("keyid")), _bytes_of(one.get("sig"))) for one in
                  _list_of(tree.get("signatures"))]  # fmt: skip
    return _envelope(_bytes_of(tree.get("payload")), signatures)


def signed_bytes(payload: bytes, kind: str = PAYLOAD_TYPE) -> bytes:
    """Return what a signature of DSSE covers (its PAE).

    Examples
    --------
    >>> signed_bytes(b"hello world", "http://example.com/HelloWorld")
    b'DSSEv1 29 http://example.com/HelloWorld 11 hello world'
    """
    name = kind.encode()
    return b"DSSEv1 %d %b %d %b" % (len(name), name, len(payload), payload)


def _envelope(payload: bytes, signatures: Sequence[tuple[str, bytes]]) -> bytes:
    return _json(
        {
            "payload": base64.b64encode(payload).decode("ascii"),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [
                {"keyid": key_id, "sig": base64.b64encode(raw).decode("ascii")}
                for key_id, raw in signatures
            ],
        }
    )


def _key_id(key: VerifierKey) -> str:
    return f"{key.name}+{key.id.hex()}"


def _statement_of(tree: Mapping[str, Any]) -> Statement:
    said = tree.get("predicate")
    if tree.get("_type") != STATEMENT_TYPE or not isinstance(said, dict):
        raise InputError("proof.no_statement")
    files: dict[str, str] = {}
    for one in _list_of(tree.get("subject")):
        digest = one.get("digest")
        found = cast("dict[str, Any]", digest).get("sha256") if isinstance(digest, dict) else None
        if not isinstance(found, str) or str(one.get("name")) in files:
            raise InputError("proof.no_statement")
        files[str(one.get("name"))] = found
    return Statement(files, str(tree.get("predicateType")), cast("dict[str, Any]", said))


def _parsed(content: bytes | str) -> dict[str, Any]:
    try:
        tree = json.loads(content)
    except (ValueError, RecursionError):
        raise InputError("proof.no_statement") from None
    if not isinstance(tree, dict):
        raise InputError("proof.no_statement")
    return cast("dict[str, Any]", tree)


def _list_of(found: object) -> list[dict[str, Any]]:
    if not isinstance(found, list) or not all(
        isinstance(one, dict) for one in cast("list[object]", found)
    ):
        raise InputError("proof.no_statement")
    return cast("list[dict[str, Any]]", found)


def _bytes_of(found: object) -> bytes:
    try:
        return base64.b64decode(str(found), validate=True)
    except (binascii.Error, ValueError):
        raise InputError("proof.no_statement") from None


def _json(tree: object) -> bytes:
    return json.dumps(tree, separators=(",", ":")).encode("ascii")
