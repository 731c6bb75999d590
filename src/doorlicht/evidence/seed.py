"""A seed that neither the auditor nor the organisation can choose.

1. The population and the plan of the draw are frozen.
2. The auditor makes a secret of 32 random bytes and enters its SHA-256, the *commitment*, in the
   log. From then on the secret cannot be changed.
3. The organisation signs the tree head of the log: the *checkpoint*. The first one that covers the
   commitment counts. The auditor takes a copy.
4. Only then the auditor reveals the secret, and the seed is HMAC-SHA-256 of the plan and the
   signed checkpoint under the secret.

**The organisation** knows no secret when it signs, so whatever it writes, and however many
checkpoints it makes, no seed can be told from another; one secret serves one sample, so what is
revealed in one tells nothing of the next. **The auditor** knows the secret but not the signature:
it needs the organisation's private key, and what it signs holds the commitment already. A
secret chosen after the checkpoint does not fit the commitment; a commitment entered after it is
not in its tree. **Afterwards** nobody can choose among checkpoints: only the first after the
commitment counts, each checkpoint is itself an entry, so their order stands in the log, and
another order is a fork that the auditor's copy proves.

Limits: who holds both the secret and the private key can choose. An auditor who does not like a
draw can begin another; each begun sample stays in the log and is told with the result.

Source: Blum (1983), Coin Flipping by Telephone, ACM SIGACT News 15:23-27 (commit and reveal); RFC
2104 (HMAC).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection
from typing import Final

from doorlicht.errors import RefusedError

SECRET_FORM: Final = re.compile(r"[0-9a-f]{64}")
"""32 bytes: nobody can find them by trying, not even with the commitment in hand."""

_PURPOSE: Final = "doorlicht sample 1"


def is_secret(text: str) -> bool:
    """Tell whether a text has the form of a secret, or of a commitment: 64 hexadecimal digits.

    Examples
    --------
    >>> is_secret("00" * 32), is_secret("tuesday")
    (True, False)
    """
    return SECRET_FORM.fullmatch(text) is not None


def commitment_of(secret: str) -> str:
    """Return the commitment to a secret: ``printf %s SECRET | sha256sum``.

    Raises
    ------
    RefusedError
        If the secret has not the form of one; a word or a date could be found by trying.

    Examples
    --------
    >>> commitment_of("00" * 32)[:16]
    '60e05bd1b195af2f'
    """
    if not is_secret(secret):
        raise RefusedError("sample.secret_form")
    return hashlib.sha256(secret.encode("ascii")).hexdigest()


def seed_of(
    secret: str,
    *,
    commitment: str,
    commitment_entry: int,
    sample: str,
    plan_sha256: str,
    checkpoint: str,
    checkpoint_size: int,
    earlier_sizes: Collection[int] = (),
) -> bytes:
    r"""Return the seed of a draw: 32 bytes.

    Parameters
    ----------
    commitment_entry
        Number of the log entry in which the commitment was entered, counted from 1.
    plan_sha256
        Hash of what was frozen: the population, and how many are drawn from which stratum.
    checkpoint
        Text of the tree head and the organisation's own signature under it, without signatures
        of witnesses, which may come later.
    checkpoint_size
        How many entries that tree head covers.
    earlier_sizes
        The same of every checkpoint that was made before it.

    Raises
    ------
    RefusedError
        If the secret is not the one that was committed to, or the checkpoint is not the first one
        that covers the commitment.

    Examples
    --------
    >>> secret = "00" * 32
    >>> seed = seed_of(secret, commitment=commitment_of(secret), commitment_entry=7, sample="SA-1",
    ...                plan_sha256="", checkpoint="log\n7\n", checkpoint_size=7)
    >>> len(seed)
    32
    """
    if not hmac.compare_digest(commitment_of(secret), commitment):
        raise RefusedError("sample.other_secret", sample=sample)
    if checkpoint_size < commitment_entry:
        raise RefusedError("sample.checkpoint_too_early", sample=sample, entry=commitment_entry,
                           size=checkpoint_size)  # fmt: skip
    if any(size >= commitment_entry for size in earlier_sizes):
        raise RefusedError("sample.checkpoint_not_first", sample=sample, entry=commitment_entry,
                           size=checkpoint_size)  # fmt: skip
    said = f"{_PURPOSE}\n{sample}\n{plan_sha256}\n{checkpoint}"
    return hmac.digest(bytes.fromhex(secret), said.encode(), "sha256")
