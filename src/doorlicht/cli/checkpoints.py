"""``doorlicht checkpoint``: what a log says of itself, signed, compared, and sealed by others."""

from __future__ import annotations

import os
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from doorlicht.cli.key_signing import Signing
from doorlicht.cli.output import write_bytes, write_text, write_tree
from doorlicht.cli.overwriting import STANDARD_OUTPUT, check_targets
from doorlicht.cli.scan import now, who
from doorlicht.cli.uses import opened
from doorlicht.errors import InputError, IntegrityError
from doorlicht.evidence import Note, parse_consistency, parse_key, parse_note, timestamp_request
from doorlicht.evidence.notes import MAX_NOTE_BYTES
from doorlicht.language import Language, say
from doorlicht.register.attested import KeptCheckpoint
from doorlicht.runs import checkpoints as runs
from doorlicht.settings import read_settings


def list_checkpoints(language: Language, *, json_file: str | None, register: str | None) -> int:
    """Show the checkpoints, and who sealed them."""
    with opened(register) as (found, _):
        kept = found.attested.checkpoints()
        names = {one.id: one.key.name for one in found.attested.known_keys()}
    if json_file is not None:
        write_tree({"checkpoints": [_tree(one, names) for one in kept]}, json_file)
    console = Console(highlight=False, quiet=json_file in STANDARD_OUTPUT)
    if not kept:
        console.print(say("checkpoints.none", language))
        return 0
    table = Table(box=None, pad_edge=False)
    for title in ("size", "at", "key", "sealed"):
        table.add_column(say(f"checkpoints.column.{title}", language))
    for one in kept:
        seals = [
            f"{names.get(seal.key or '', say('checkpoints.authority', language))} "
            f"({seal.seen_at:%Y-%m-%d %H:%M})"
            for seal in one.seals
        ]
        table.add_row(
            str(one.size), f"{one.at:%Y-%m-%d %H:%M}", one.key, Styled(", ".join(seals))
        )  # fmt: skip
    console.print(table)
    return 0


def make_checkpoint(
    language: Language,
    *,
    output: str | None,
    key_file: str | None,
    sign_with: str | None,
    passphrase_fd: int | None,
    register: str | None,
    by: str | None,
) -> int:
    """Sign what the log is now."""
    check_targets([("checkpoint", output)])
    signing = Signing(key_file, sign_with, passphrase_fd)
    with opened(register, by) as (found, settings):
        signer = signing.signer(found, settings, language)
        kept = runs.make_checkpoint(found, signer, now=now(), by=who(settings))
    _write(kept.note.full, output)
    console = Console(highlight=False, stderr=output in STANDARD_OUTPUT)
    console.print(say("checkpoints.made", language, entries=kept.size))
    console.print(say("checkpoints.hand_over", language))
    return 0


def show_checkpoint(
    language: Language, *, size: int | None, output: str | None, register: str | None
) -> int:
    """Show a checkpoint with everything under it, or write it to a file."""
    del language
    check_targets([("checkpoint", output)])
    with opened(register) as (found, _):
        kept = runs.find_checkpoint(found, size)
    _write(kept.note.full, output or "-")
    return 0


def check_checkpoint(language: Language, *, file: str, register: str | None) -> int:
    """Compare a checkpoint that somebody holds with the log; 1 where they differ."""
    note, console = _note(file), Console(highlight=False)
    with opened(register) as (found, _):
        try:
            checked = runs.check_checkpoint(found, note)
        except IntegrityError as error:
            return _tell_broken(console, error, language)
    console.print(
        say("checkpoints.same", language, entries=checked.head.size, grown=checked.grown)
    )  # fmt: skip
    moment = now()
    for one in checked.signers:
        state = say(f"keys.state.{one.state(moment)}", language)
        console.print(
            say("checkpoints.signed_by", language, name=one.key.name, id=one.id, state=state)
        )  # fmt: skip
    return 0


def prove_growth(
    language: Language,
    *,
    old: int,
    size: int | None,
    output: str | None,
    register: str | None,
) -> int:
    """Write the proof that a checkpoint continues the log as it was at an older size."""
    del language
    check_targets([("consistency", output)])
    with opened(register) as (found, _):
        proof = runs.prove_growth(found, old, size)
    _write(proof.text, output or "-")
    return 0


def add_cosignatures(language: Language, *, file: str, register: str | None, by: str | None) -> int:
    """Keep what witnesses signed under a checkpoint."""
    note, console = _note(file), Console(highlight=False)
    with opened(register, by) as (found, settings):
        added = runs.add_cosignatures(found, note, by=who(settings))
    if not added:
        console.print(say("checkpoints.nothing_new", language))
    for one in added:
        console.print(say("checkpoints.cosigned", language, name=one.key.name))
    return 0


def witness(
    language: Language,
    *,
    file: str,
    log_key: str,
    name: str,
    seen: str,
    output: str | None,
    key_file: str | None,
    passphrase_fd: int | None,
) -> int:
    """Co-sign the checkpoint of somebody else's log, if it continues what was seen of it."""
    check_targets([("checkpoint", output), ("checkpoint", seen)], [file])
    settings = read_settings(Path.cwd(), os.environ)
    asked = parse_consistency(_read(file))
    before = _note(seen) if Path(seen).exists() else None
    console = Console(highlight=False, stderr=output in STANDARD_OUTPUT)
    signer = Signing(key_file, None, passphrase_fd).file_signer(settings, language)
    try:
        line = runs.witness(
            asked, before, parse_key(log_key), signer, name, seconds=int(now().timestamp())
        )
    except IntegrityError as error:
        return _tell_broken(console, error, language)
    cosigned = asked.note.with_signatures([line])
    # What was seen is written first: nothing is handed out that a later run would not know.
    write_text(cosigned.full, seen)
    _write(cosigned.full, output)
    console.print(say("checkpoints.witnessed", language, path=seen), soft_wrap=True)
    return 0


def ask_timestamp(
    language: Language, *, size: int | None, output: str, register: str | None
) -> int:
    """Write the request that a time-stamp authority is asked with."""
    check_targets([("timestamp", output)])
    with opened(register) as (found, _):
        kept = runs.find_checkpoint(found, size)
    write_bytes(timestamp_request(kept.signed.full.encode()), output)
    console = Console(highlight=False)
    console.print(say("checkpoints.ask", language, path=output, size=kept.size), soft_wrap=True)
    return 0


def add_timestamp(
    language: Language,
    *,
    file: str,
    size: int | None,
    trusted: str,
    register: str | None,
    by: str | None,
) -> int:
    """Keep the answer of a time-stamp authority."""
    answer, roots = _read(file), _read(trusted)
    with opened(register, by) as (found, settings):
        seen_at = runs.add_timestamp(found, size, answer, roots, by=who(settings))
    told = say("checkpoints.timestamped", language, at=f"{seen_at:%Y-%m-%d %H:%M:%S %Z}")
    Console(highlight=False).print(told)
    return 0


def _tell_broken(console: Console, error: IntegrityError, language: Language) -> int:
    """Say that something does not hold: that is an answer, and no failure of the command."""
    for part in ("what", "why", "remedy"):
        told = say(f"error.{error.code}.{part}", language, **error.details)
        console.print(Styled(told, style="bold red" if part == "what" else ""))
    return 1


def _write(text: str, output: str | None) -> None:
    if output is not None:
        write_text(text, output)


def _note(path: str) -> Note:
    return parse_note(_read(path))


def _read(path: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            return file.read(MAX_NOTE_BYTES + 1)
    except OSError:
        raise InputError("checkpoint.unreadable", path=path) from None


def _tree(one: KeptCheckpoint, names: dict[str, str]) -> dict[str, object]:
    return {
        "size": one.size,
        "root": one.root.hex(),
        "note": one.note.full,
        "key": one.key,
        "by": one.by,
        "at": one.at.isoformat(),
        "seals": [
            {
                "kind": seal.kind,
                "by": None if seal.key is None else names.get(seal.key),
                "seen_at": seal.seen_at.isoformat(),
            }
            for seal in one.seals
        ],
    }
