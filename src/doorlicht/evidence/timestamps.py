"""Time stamps: a statement by an outside authority that it saw these bytes at a moment.

Nothing is fetched. A request is written to a file, which somebody takes to the authority (a
qualified trust service under eIDAS, for instance); its answer comes back as a file and is checked
here against a certificate that the user trusts.

Source: RFC 3161; the checks are those of the library ``rfc3161-client``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from doorlicht.errors import InputError, IntegrityError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampResponse

MAX_ANSWER_BYTES: Final = 1 << 20


def timestamp_request(content: bytes) -> bytes:
    """Return the request of a time stamp over the SHA-256 of a content, in DER.

    It holds a number that is drawn anew, so that an answer cannot be an old one.
    """
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    builder = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256)
    return builder.nonce(nonce=True).cert_request(cert_request=True).build().as_bytes()


def certificates_in(content: bytes) -> list[Certificate]:
    """Read certificates in PEM.

    Raises
    ------
    InputError
        If there is none, or one cannot be read.
    """
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return load_pem_x509_certificates(content)
    except ValueError:
        raise InputError("proof.no_certificate") from None


def check_timestamp(answer: bytes, content: bytes, roots: Sequence[Certificate]) -> datetime:
    """Return when the authority saw the content, if its answer holds.

    Parameters
    ----------
    answer
        The response of the authority in DER.
    roots
        Certificates that the user trusts; the chain must end in one of them.

    Raises
    ------
    InputError
        If it is no answer of RFC 3161, or the authority refused.
    IntegrityError
        If it is about other bytes, or nobody who is trusted vouches for it.
    """
    from rfc3161_client import VerificationError, VerifierBuilder

    found = _granted(answer, content)
    builder = VerifierBuilder()
    for root in roots:
        builder = builder.add_root_certificate(root)
    try:
        builder.build().verify_message(found, content)
    except (VerificationError, ValueError):
        raise IntegrityError("proof.false_timestamp") from None
    return found.tst_info.gen_time


def read_timestamp(answer: bytes, content: bytes) -> datetime:
    """Return when somebody says that they saw the content; who said so is not looked at.

    Raises
    ------
    InputError
        If it is no answer of RFC 3161, or the authority refused.
    IntegrityError
        If it is about other bytes.
    """
    return _granted(answer, content).tst_info.gen_time


def _granted(answer: bytes, content: bytes) -> TimeStampResponse:
    """Return an answer that grants a time stamp over this content."""
    from rfc3161_client import PKIStatus

    found = _parsed(answer)
    if PKIStatus(found.status) != PKIStatus.GRANTED:
        raise InputError("proof.no_timestamp")
    if found.tst_info.message_imprint.message != hashlib.sha256(content).digest():
        raise IntegrityError("proof.other_timestamp")
    return found


def _parsed(answer: bytes) -> TimeStampResponse:
    from rfc3161_client import decode_timestamp_response

    if len(answer) > MAX_ANSWER_BYTES:
        raise InputError("proof.no_timestamp")
    try:
        return decode_timestamp_response(answer)
    except ValueError:
        raise InputError("proof.no_timestamp") from None
