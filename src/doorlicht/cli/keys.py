"""``doorlicht key``: the keys that sign for a log, and those of its witnesses."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from doorlicht.cli.key_signing import Signing
from doorlicht.cli.output import write_tree
from doorlicht.cli.overwriting import STANDARD_OUTPUT
from doorlicht.cli.scan import now, who
from doorlicht.cli.uses import opened
from doorlicht.errors import InputError
from doorlicht.evidence.keys import MAX_FILE_BYTES, public_key_in
from doorlicht.language import Language, say
from doorlicht.register.attested import KeptKey
from doorlicht.runs import keys as runs
from doorlicht.runs.key_files import make_key_file
from doorlicht.settings import Settings


def list_keys(language: Language, *, json_file: str | None, register: str | None) -> int:
    """Show the keys with what may be done with each."""
    with opened(register) as (found, _):
        kept = found.attested.known_keys()
    moment = now()
    if json_file is not None:
        write_tree({"keys": [_tree(one, moment) for one in kept]}, json_file)
    console = Console(highlight=False, quiet=json_file in STANDARD_OUTPUT)
    if not kept:
        console.print(say("keys.none", language))
        return 0
    table = Table(box=None, pad_edge=False)
    for title in ("id", "use", "state", "since", "until"):
        table.add_column(say(f"keys.column.{title}", language), no_wrap=True)
    for one in kept:
        table.add_row(
            one.id, say(f"keys.use.{one.use}", language),
            say(f"keys.state.{one.state(moment)}", language), f"{one.at:%Y-%m-%d}",
            "" if one.until is None else f"{one.until:%Y-%m-%d}",
        )  # fmt: skip
    console.print(table)
    console.print()
    for one in kept:
        # A key that is broken off, or read as markup, can no longer be pasted.
        console.print(Styled(one.key.text), soft_wrap=True)
    return 0


def create_key(
    language: Language,
    *,
    key_file: str | None,
    public: str | None,
    until: date | None,
    passphrase_fd: int | None,
    register: str | None,
    by: str | None,
) -> int:
    """Make a key for the log, or take the public key of a device."""
    with opened(register, by) as (found, settings):
        signing = Signing(key_file, None, passphrase_fd)
        raw = _public_key(language, signing, settings, public)
        kept = runs.keep_log_key(found, raw, by=who(settings), until=_end_of(until))
    _tell_new(kept, None if public else signing.path(settings), language)
    return 0


def rotate_key(
    language: Language,
    *,
    key: str,
    key_file: str | None,
    public: str | None,
    until: date | None,
    passphrase_fd: int | None,
    register: str | None,
    by: str | None,
) -> int:
    """Replace a key by a new one."""
    with opened(register, by) as (found, settings):
        found.attested.key(key)
        signing = Signing(key_file, None, passphrase_fd)
        raw = _public_key(language, signing, settings, public)
        kept = runs.rotate_key(
            found, key, raw, now=now(), by=who(settings), until=_end_of(until)
        )  # fmt: skip
    _tell_new(kept, None if public else signing.path(settings), language)
    return 0


def revoke_key(
    language: Language, *, key: str, reason: str, register: str | None, by: str | None
) -> int:
    """Note that a key may no longer be relied on."""
    with opened(register, by) as (found, settings):
        runs.revoke_key(found, key, reason=reason, by=who(settings))
    Console(highlight=False).print(say("keys.revoked", language, id=key))
    return 0


def add_witness(language: Language, *, key: str, register: str | None, by: str | None) -> int:
    """Know a witness by its public key."""
    with opened(register, by) as (found, settings):
        kept = runs.keep_witness_key(found, key, by=who(settings))
    Console(highlight=False).print(say("keys.witness", language, id=kept.id, name=kept.key.name))
    return 0


def _public_key(
    language: Language, signing: Signing, settings: Settings, public: str | None
) -> bytes:
    if public is None:
        passphrase = signing.passphrase(language, is_new=True)
        return make_key_file(signing.path(settings), passphrase).public_key
    try:
        with Path(public).open("rb") as file:
            return public_key_in(file.read(MAX_FILE_BYTES))
    except OSError:
        raise InputError("key.unreadable", path=public) from None


def _end_of(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time.max, UTC)


def _tell_new(kept: KeptKey, path: Path | None, language: Language) -> None:
    console = Console(highlight=False)
    console.print(say("keys.made", language, id=kept.id))
    if path is not None:
        console.print(say("keys.file", language, path=str(path)), soft_wrap=True)
    console.print(say("keys.publish", language))
    console.print(Styled(kept.key.text, style="bold"), soft_wrap=True)


def _tree(one: KeptKey, moment: datetime) -> dict[str, object]:
    return {
        "id": one.id,
        "use": one.use,
        "state": one.state(moment),
        "public": one.key.text,
        "since": one.at.isoformat(),
        "until": None if one.until is None else one.until.isoformat(),
        "by": one.by,
        "events": [
            {"kind": event.kind, "reason": event.reason, "by": event.by, "at": event.at.isoformat()}
            for event in one.events
        ],
    }
