"""``doorlicht inventory``: every use with its verdict and what is open, as page and as table."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

import doorlicht
from doorlicht.assessment import Framework, load_framework
from doorlicht.cli.output import write_file, write_text, write_tree
from doorlicht.cli.overwriting import STANDARD_OUTPUT, check_targets
from doorlicht.cli.scan import now
from doorlicht.cli.uses import opened
from doorlicht.errors import InputError
from doorlicht.language import Language, say
from doorlicht.records import Inventory
from doorlicht.reports import inventory as reports
from doorlicht.reports.spreadsheets import write_ods, write_xlsx
from doorlicht.runs.inventory import make_inventory
from doorlicht.vocabulary import load_vocabulary


def run_inventory(
    language: Language,
    *,
    register: str | None,
    framework: str,
    edition: str | None,
    html: str | None,
    csv_file: str | None,
    xlsx: str | None,
    ods: str | None,
    json_file: str | None,
) -> int:
    """Make the inventory, write what was asked for, and show how many uses there are of what."""
    loaded = load_framework(framework, edition)
    with opened(register) as (found, settings):
        if not (found.scans() or found.traces() or found.audits()):
            raise InputError("inventory.nothing_scanned", register=found.location)
        made = make_inventory(found, framework=framework, edition=edition, today=now().date())
        page = html or _beside(settings.register)
    check_targets(
        [("html", page), ("csv", csv_file), ("xlsx", xlsx), ("ods", ods), ("json", json_file)], []
    )
    concepts = {name: one.name[language] for name, one in load_vocabulary().concepts.items()}
    rows = reports.inventory_rows(made, loaded, concepts, language)
    head, title = reports.headings(language), say("inventory.title", language)
    write_text(
        reports.render_inventory_html(
            made, loaded, concepts, language, version=doorlicht.__version__
        ),
        page,
    )
    if csv_file is not None:
        write_text(reports.render_inventory_csv(head, rows), csv_file)
    if xlsx is not None:
        write_file(lambda path: write_xlsx(path, title, head, rows), xlsx)
    if ods is not None:
        write_file(lambda path: write_ods(path, title, head, rows), ods)
    if json_file is not None:
        write_tree(reports.render_inventory_json(made, loaded), json_file)
    out = sys.stderr if STANDARD_OUTPUT & {csv_file, json_file} else sys.stdout
    console = Console(file=out, highlight=False)
    _show(console, made, loaded, language)
    for path in (page, csv_file, xlsx, ods, json_file):
        if path is not None and path not in STANDARD_OUTPUT:
            console.print(Styled(f"  {path}"), style="dim", soft_wrap=True)
    return 0


def _beside(register: str) -> str:
    if "://" in register:
        return "doorlicht-inventory.html"
    return str(Path(register).with_name("doorlicht-inventory.html"))


def _show(console: Console, made: Inventory, framework: Framework, language: Language) -> None:
    if not (made.lines or made.rejected or made.replaced):
        # Where nobody looked for uses there are not nought of them.
        console.print(say("inventory.nothing", language))
        return
    console.print(
        say("inventory.counts", language, n=len(made.lines), rejected=made.rejected,
            decided=sum(bool(line.verdict) for line in made.lines), replaced=made.replaced)
    )  # fmt: skip
    table = Table(box=None, pad_edge=False)
    for title in ("proposed", "n", "decided", "open"):
        table.add_column(say(f"inventory.screen.{title}", language))
    for outcome in framework.outcomes.values():
        lines = [line for line in made.lines if line.proposed == outcome.id]
        if lines:
            table.add_row(
                outcome.label[language], str(len(lines)),
                str(sum(bool(line.verdict) for line in lines)),
                str(sum(len(line.open_facts) for line in lines)),
            )  # fmt: skip
    if made.lines:
        console.print(table)
