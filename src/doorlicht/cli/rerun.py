"""``doorlicht rerun``: repeat the scan of a bundle, and show every difference with its cause."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from doorlicht.cli.bundle import show_broken
from doorlicht.cli.output import write_tree
from doorlicht.cli.overwriting import STANDARD_OUTPUT
from doorlicht.errors import InputError, IntegrityError
from doorlicht.evidence.bundle_checks import verify_bundle
from doorlicht.evidence.bundles import read_records
from doorlicht.language import Language, say
from doorlicht.reports.html import safe_name
from doorlicht.runs.rerun import Difference, Rerun, rerun_scan

MAX_SHOWN = 60


def run_rerun(
    language: Language,
    *,
    bundle: str,
    source: Sequence[str],
    vocabulary: Sequence[str],
    workers: int | None,
    json_file: str | None,
) -> int:
    """Repeat a scan; 1 where something is otherwise, or the bundle does not hold."""
    console = Console(highlight=False, quiet=json_file in STANDARD_OUTPUT)
    try:
        with Path(bundle).open("rb") as file:
            verify_bundle(file)
            ids = [subject.partition(":")[2] for subject, _ in read_records(file, "source")]
            found = rerun_scan(
                file, _places(source, ids), by=getpass.getuser(), workers=workers,
                vocabulary=[Path(one) for one in vocabulary],
            )  # fmt: skip
    except OSError:
        raise InputError("checkpoint.unreadable", path=bundle) from None
    except IntegrityError as error:
        show_broken(console, error, language)
        return 1
    if json_file is not None:
        write_tree({"rerun": _tree(found)}, json_file)
    _show(console, found, language)
    return 1 if found.differences else 0


def _places(given: Sequence[str], ids: Sequence[str]) -> dict[str, Path]:
    """Return where each source is, from ``ID=PATH``, or a path alone if there is one source."""
    places: dict[str, Path] = {}
    for one in given:
        name, is_named, path = one.partition("=")
        if not is_named and len(ids) == 1:
            name, path = ids[0], one
        if not path or not Path(path).exists():
            raise InputError("rerun.no_place", given=one)
        places[name] = Path(path).resolve()
    return places


def _show(console: Console, found: Rerun, language: Language) -> None:
    for name, (then, now) in found.versions.items():
        console.print(say("rerun.version", language, name=name, then=then, now=now))
    for name in found.skipped:
        console.print(Styled(say("rerun.skipped", language, name=name), style="yellow"))
    told = "same" if not found.differences else "different"
    console.print(
        say(f"rerun.{told}", language, scan=found.scan, n=len(found.differences),
            compared=found.assets), style="bold",
    )  # fmt: skip
    if not found.differences:
        return
    table = Table(box=None, pad_edge=False)
    for title in ("where", "what", "how", "why"):
        table.add_column(say(f"rerun.column.{title}", language), overflow="fold")
    for one in found.differences[:MAX_SHOWN]:
        table.add_row(safe_name(one.asset), *_row(one, language))
    console.print(table)
    if len(found.differences) > MAX_SHOWN:
        console.print(say("cli.more", language, n=len(found.differences) - MAX_SHOWN))


def _row(one: Difference, language: Language) -> list[str]:
    what = say(f"rerun.part.{one.part}", language)
    how = say(f"rerun.change.{one.change}", language)
    fields = f" ({', '.join(one.fields)})" if one.fields else ""
    causes = ", ".join(say(f"rerun.cause.{cause}", language) for cause in one.causes)
    return [f"{what} {safe_name(one.name)}".strip(), how + fields, causes]


def _tree(found: Rerun) -> dict[str, object]:
    return {
        "scan": found.scan,
        "assets": found.assets,
        "versions": {name: list(pair) for name, pair in found.versions.items()},
        "skipped": list(found.skipped),
        "differences": [
            {
                "asset": one.asset, "part": one.part, "name": one.name, "change": one.change,
                "fields": list(one.fields), "causes": list(one.causes),
            }
            for one in found.differences
        ],
    }  # fmt: skip
