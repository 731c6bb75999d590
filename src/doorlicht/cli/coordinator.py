"""``doorlicht export`` and ``doorlicht rollup``: from one organisation to the overview of all."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

import doorlicht
from doorlicht.assessment import load_framework
from doorlicht.cli.document import form_of, write_document
from doorlicht.cli.key_signing import Signing
from doorlicht.cli.main import show_error
from doorlicht.cli.output import json_text, write_bytes, write_text
from doorlicht.cli.overwriting import STANDARD_OUTPUT, check_targets
from doorlicht.cli.scan import now
from doorlicht.errors import InputError, IntegrityError
from doorlicht.evidence import VerifierKey, parse_key
from doorlicht.language import Language, say
from doorlicht.organisation.rollup import roll_up
from doorlicht.records import OrganisationUnit, RollUp
from doorlicht.register import open_register
from doorlicht.reports.assessment_json import with_head
from doorlicht.reports.rollup import rollup_document, say_remark
from doorlicht.reports.rollup_json import render_rollup_json
from doorlicht.runs.coordinator import is_proven, make_export, read_exports, write_export
from doorlicht.runs.dossier_files import read_units
from doorlicht.runs.keys import key_of
from doorlicht.settings import read_settings
from doorlicht.vocabulary import load_vocabulary


def run_export(
    language: Language,
    *,
    register: str | None,
    audience: str,
    output: str,
    organisation: str | None,
    since: str | None,
    campaign: str | None,
    framework: str,
    key_file: str | None,
    sign_with: str | None,
    passphrase_fd: int | None,
    quiet: bool,
) -> int:
    """Write what a coordinator gets, and return the exit code."""
    del audience  # there is one so far; the option says for whom, and keeps room for others
    settings = read_settings(Path.cwd(), os.environ, register=register)
    check_targets([("export", output)], [] if since is None else [since])
    # It is compared with this very log, so who signed it does not matter.
    earlier = None if since is None else next(read_exports([Path(since)], [])).export
    with open_register(settings.register, clock=now) as opened:
        made = make_export(
            opened, organisation=organisation or "", framework=framework, at=now(),
            campaign=campaign, since=earlier,
        )  # fmt: skip
        signer = Signing(key_file, sign_with, passphrase_fd).signer(opened, settings, language)
        # A key that was revoked, or is of another log, signs nothing in the name of this one.
        name = key_of(opened, signer, now()).key.name
    write_bytes(write_export(made, signer, name), output)
    if not quiet:
        told = say(
            "coordinator.written", language, uses=len(made.uses), units=len(made.units),
            organisation=made.organisation, key=name, path=output,
        )  # fmt: skip
        Console(highlight=False).print(Styled(told), soft_wrap=True)
    return 0


def run_rollup(
    language: Language,
    *,
    files: Sequence[str],
    key: Sequence[str],
    expected: str | None,
    units: str | None,
    framework: str,
    output: Sequence[str],
    json_file: str | None,
    quiet: bool,
) -> int:
    """Join exports, write the overview, and return 2 where something does not fit together."""
    forms = {path: form_of(None, path) for path in output}
    check_targets([("json", json_file), *((form, path) for path, form in forms.items())], files)
    keys = [found for one in key for found in _keys(one)]
    today = now().date()
    try:
        made = roll_up(
            read_exports(map(Path, files), keys), _lines(expected), proves=is_proven,
            known_units=[] if units is None else _units_of_today(Path(units), today),
        )  # fmt: skip
    except IntegrityError as error:
        # That a file is not genuine is an answer about it, and no input that cannot be used.
        show_error(error, language)
        return 1
    document = rollup_document(
        made, language, day=today, version=doorlicht.__version__,
        names=_names(framework, language),
    )  # fmt: skip
    for path, form in forms.items():
        write_document(document, form, path)
    if json_file is not None:
        tree = with_head(render_rollup_json(made, language), doorlicht=doorlicht.__version__)
        write_text(json_text(tree), json_file)
    if not quiet:
        out = sys.stderr if json_file in STANDARD_OUTPUT else sys.stdout
        _show(Console(file=out, highlight=False), made, language, output)
    return 2 if made.remarks else 0


def _keys(given: str) -> list[VerifierKey]:
    """Return the key that is given, or those in a file of keys."""
    path = Path(given)
    texts = _lines(given) if path.is_file() else [given]
    return [parse_key(text) for text in texts]


def _lines(file: str | None) -> list[str]:
    if file is None:
        return []
    try:
        text = Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise InputError("coordinator.unreadable", path=file) from None
    return [line.strip() for line in text.splitlines() if line.strip()]


def _units_of_today(file: Path, today: date) -> list[OrganisationUnit]:
    return [
        one
        for one in read_units(file, None)
        if (one.since is None or one.since <= today) and (one.until is None or today <= one.until)
    ]


def _names(framework: str, language: Language) -> dict[str, dict[str, str]]:
    loaded = load_framework(framework)
    concepts = load_vocabulary().concepts
    return {
        "concept": {name: one.name[language] for name, one in concepts.items()},
        "role": {one.id: one.label[language] for one in loaded.facts["role"].values},
        "verdict": {name: one.label[language] for name, one in loaded.outcomes.items()},
    }


def _show(console: Console, made: RollUp, language: Language, written: Sequence[str]) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column(say("rollup.column.organisation", language))
    for name in ("covered", "uses", "decided", "open_facts", "blind_spots"):
        table.add_column(say(f"rollup.column.{name}", language), justify="right")
    for one in made.lines:
        table.add_row(
            one.organisation, f"{one.covered}/{one.units}", str(one.uses), str(one.decided),
            str(one.open_facts), str(one.blind_spots),
        )  # fmt: skip
    console.print(table)
    for remark in made.remarks:
        console.print(Styled(f"  {say_remark(remark, language)}"), style="yellow", soft_wrap=True)
    for path in written:
        console.print(Styled(f"  {path}"), style="dim", soft_wrap=True)
