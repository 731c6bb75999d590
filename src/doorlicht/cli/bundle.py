"""``doorlicht bundle`` and ``doorlicht verify``: what an auditor takes home, and checks there."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from rich.console import Console
from rich.text import Text as Styled

from doorlicht import __version__
from doorlicht.cli.key_signing import Signing
from doorlicht.cli.output import json_text, write_file, write_tree
from doorlicht.cli.overwriting import STANDARD_OUTPUT, check_targets
from doorlicht.cli.scan import now, who
from doorlicht.cli.uses import opened
from doorlicht.errors import InputError, IntegrityError
from doorlicht.evidence import (
    VerifierKey,
    certificates_in,
    check_timestamp,
    moment,
    parse_key,
    parse_note,
    read_timestamp,
)
from doorlicht.evidence.bundle_archive import Archive
from doorlicht.evidence.bundle_checks import Verified, verify_bundle
from doorlicht.evidence.notes import MAX_NOTE_BYTES
from doorlicht.language import LANGUAGES, Language, say
from doorlicht.register import Register
from doorlicht.reports import content_of, render_findings_json, render_html
from doorlicht.reports.bundle_pages import BundlePage, kind_text, render_bundle_pages
from doorlicht.reports.html import safe_name
from doorlicht.runs.bundle import Contents, make_bundle
from doorlicht.runs.bundle_reports import Compared, compare_reports, reports_of
from doorlicht.vocabulary import load_vocabulary


def run_bundle(
    language: Language,
    *,
    audience: str,
    output: str,
    without: Sequence[str],
    key_file: str | None,
    sign_with: str | None,
    passphrase_fd: int | None,
    register: str | None,
    by: str | None,
) -> int:
    """Write a bundle, and say what is in it."""
    check_targets([("bundle", output)])
    made: list[Contents] = []
    with opened(register, by) as (found, settings):
        signer = Signing(key_file, sign_with, passphrase_fd).signer(found, settings, language)
        reports = _reports(found, settings.threshold)

        def write(path: Path) -> None:
            with path.open("w+b") as file:
                made.append(
                    make_bundle(
                        found, file, signer, now=now(), by=who(settings), audience=audience,
                        reports=reports, describe=_pages, without=without,
                    )
                )  # fmt: skip

        write_file(write, output)
    (contents,) = made
    console = Console(highlight=False)
    console.print(
        say("bundle.made", language, path=output, entries=contents.head.size,
            records=sum(contents.records.values())), soft_wrap=True,
    )  # fmt: skip
    if contents.withheld:
        kinds = ", ".join(kind_text(one, language) for one in contents.withheld)
        console.print(say("bundle.left_out", language, kinds=kinds))
    if "audit" in contents.records and "audit" not in contents.withheld:
        console.print(Styled(say("bundle.small", language), style="yellow"))
    console.print(say("bundle.hand_over", language))
    console.print(Styled(contents.key.key.text, style="bold"), soft_wrap=True)
    return 0


def run_verify(
    language: Language,
    *,
    bundle: str,
    key: Sequence[str],
    checkpoint: Sequence[str],
    trusted: str | None,
    json_file: str | None,
) -> int:
    """Check a bundle; 1 where something does not hold, 2 where nobody vouches for the key."""
    keys, held = [read_key(one) for one in key], {one: _read(one) for one in checkpoint}
    console = Console(highlight=False, quiet=json_file in STANDARD_OUTPUT)
    began, told = time.monotonic(), list[str]()

    def tell(check: str) -> None:
        told.append(check)
        console.print(Styled(f"  ✓ {say(f'bundle.check.{check}', language)}", style="green"))

    try:
        with Path(bundle).open("rb") as file:
            found = verify_bundle(file, trusted=keys, held=held, tell=tell)
            stamps = _timestamps(Archive(file), trusted)
            reports = _compared(file, found)
    except OSError:
        raise InputError("checkpoint.unreadable", path=bundle) from None
    except IntegrityError as error:
        show_broken(console, error, language)
        _write_verdict(json_file, {"holds": False, "broken": error.code, **error.details}, told)
        return 1
    _tell_whole(console, found, time.monotonic() - began, language)
    _tell_stamps(console, stamps, is_asked=trusted is not None, language=language)
    _tell_reports(console, reports, language)
    _tell_unvouched(console, found, language)
    _write_verdict(
        json_file,
        {
            "holds": True, "vouched": found.is_vouched, "entries": found.entries,
            "records": dict(found.records), "key": found.signer.text,
            "withheld": list(found.manifest["withheld"]), "reports_compared": reports.reports,
            "reports_otherwise": list(reports.otherwise),
            "timestamps": [
                {"checkpoint": one.size, "at": moment(one.at), "checked": one.is_checked}
                for one in stamps
            ],
            "clock_went_back": found.clock_went_back or None,
        },
        told,
    )  # fmt: skip
    return 0 if found.is_vouched else 2


def _tell_whole(console: Console, found: Verified, seconds: float, language: Language) -> None:
    manifest = found.manifest
    console.print(
        say("bundle.holds", language, entries=found.entries, records=sum(found.records.values()),
            seconds=seconds), style="bold",
    )  # fmt: skip
    made = manifest["made"]
    console.print(
        say("bundle.made_by", language, by=str(made["by"]), at=str(made["at"])[:16],
            audience=str(made["for"]), origin=found.signer.name), markup=False,
    )  # fmt: skip
    if found.held:
        console.print(say("bundle.held", language, n=found.held))
    if manifest["withheld"]:
        kinds = ", ".join(str(one) for one in manifest["withheld"])
        console.print(Styled(say("bundle.left_out", language, kinds=kinds), style="yellow"))
    if found.clock_went_back:
        console.print(say("log.clock", language, number=found.clock_went_back))


def _tell_unvouched(console: Console, found: Verified, language: Language) -> None:
    if not found.is_vouched:
        console.print(Styled(say("bundle.unvouched", language), style="bold yellow"))
        console.print(Styled(found.signer.text), soft_wrap=True)


def _compared(file: BinaryIO, found: Verified) -> Compared:
    """Compare reports with the records that they follow from.

    Raises
    ------
    IntegrityError
        If one of them does not, and this doorlicht is the one that made the bundle.
    """
    compared = compare_reports(file)
    if compared.otherwise and found.manifest["made"].get("doorlicht") == __version__:
        raise IntegrityError("bundle.report", place=compared.otherwise[0])
    return compared


def _tell_reports(console: Console, compared: Compared, language: Language) -> None:
    if compared.reports:
        console.print(say("bundle.reports", language, n=compared.reports))
    if compared.otherwise:
        told = say("bundle.reports_otherwise", language, n=len(compared.otherwise),
                   names=", ".join(map(safe_name, compared.otherwise[:5])))  # fmt: skip
        console.print(Styled(told, style="yellow"))


def show_broken(console: Console, error: IntegrityError, language: Language) -> None:
    """Say that something does not hold: that is an answer, and no failure of the command."""
    details = dict(error.details)
    if details.get("place") in ("", "-"):
        details["place"] = say("bundle.whole_file", language)
    for part, style in (("what", "bold red"), ("why", ""), ("effect", ""), ("remedy", "")):
        told = say(f"error.{error.code}.{part}", language, **details)
        console.print(Styled(f"  ✗ {told}" if part == "what" else f"    {told}", style=style))


@dataclass(frozen=True, slots=True)
class _Stamp:
    """When a checkpoint of so many entries was seen, and whether it was checked who says so."""

    size: int
    at: datetime
    is_checked: bool


def _timestamps(archive: Archive, trusted: str | None) -> list[_Stamp]:
    """Return the time stamps in a bundle; who gave them is known if the user trusts somebody.

    Raises
    ------
    InputError
        If there is no certificate in the file of the user.
    IntegrityError
        If one is none, is over another checkpoint, or nobody who is trusted gave it.
    """
    roots = None if trusted is None else certificates_in(_read(trusted))
    found: list[_Stamp] = []
    for name in archive.names:
        if not name.startswith("log/timestamps/"):
            continue
        size = Path(name).stem
        try:
            note = parse_note(archive.content(f"log/checkpoints/{size}.txt"))
            # The authority saw the checkpoint as the log signed it, before witnesses did.
            alone = type(note)(note.text, note.signatures[:1]).full.encode()
            answer = archive.content(name)
            at = (
                read_timestamp(answer, alone)
                if roots is None
                else check_timestamp(answer, alone, roots)
            )
            found.append(_Stamp(int(size), at, roots is not None))
        except (InputError, IntegrityError, ValueError):
            raise IntegrityError("bundle.timestamp", place=name) from None
    return sorted(found, key=lambda one: one.size)


def _tell_stamps(
    console: Console, stamps: Sequence[_Stamp], *, is_asked: bool, language: Language
) -> None:
    """Say of each time stamp when it was, and plainly where nobody checked who gave it."""
    for one in stamps:
        told = "timed" if one.is_checked else "timed_unchecked"
        console.print(
            say(f"bundle.{told}", language, at=f"{one.at:%Y-%m-%d %H:%M:%S} UTC", size=one.size),
            style="" if one.is_checked else "yellow",
        )  # fmt: skip
    if stamps and not stamps[0].is_checked:
        console.print(Styled(say("bundle.stamps_unchecked", language), style="bold yellow"))
    if is_asked and not stamps:
        console.print(Styled(say("bundle.no_stamps", language), style="yellow"))


def _write_verdict(json_file: str | None, tree: dict[str, object], told: Sequence[str]) -> None:
    if json_file is not None:
        write_tree({"verdict": {**tree, "checks": list(told)}}, json_file)


def _reports(register: Register, threshold: float) -> dict[str, str]:
    """Return what people read: of the last scan, of audits and traces, the inventory."""
    reports: dict[str, str] = {}
    if register.scans(status="finished"):
        content = content_of(register, load_vocabulary().concepts)
        for one in LANGUAGES:
            reports[f"scan.{one}.html"] = render_html(content, one, threshold=threshold)
        reports["findings.json"] = json_text(render_findings_json(content, "en"))
    for name, made in reports_of(register, today=now().date()):
        reports[name] = made if isinstance(made, str) else json_text(made)
    return reports


def _pages(contents: Contents) -> dict[str, str]:
    return render_bundle_pages(
        BundlePage(
            contents.head.origin, contents.head.size, contents.note.full, contents.key.key.text,
            contents.at, contents.by, contents.audience, __version__, contents.records,
            contents.withheld, contents.older, contents.timestamps, contents.reports,
        )
    )  # fmt: skip


def read_key(text: str) -> VerifierKey:
    """Read a key, from the line itself or from a file that holds it."""
    if "+" in text and not Path(text).exists():
        return parse_key(text)
    return parse_key(_read(text).decode("utf-8", "replace"))


def _read(path: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            return file.read(MAX_NOTE_BYTES + 1)
    except OSError:
        raise InputError("checkpoint.unreadable", path=path) from None
