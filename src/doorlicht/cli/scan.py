"""``doorlicht scan``: from paths to a scan, with progress, and what came of it."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from doorlicht.cli.overwriting import STANDARD_OUTPUT, check_targets
from doorlicht.errors import InputError
from doorlicht.language import Language
from doorlicht.plugins import Limits
from doorlicht.records import AssetStarted, Event
from doorlicht.runs.own_files import without_own
from doorlicht.runs.scan import ScanRequest, ScanResult, scan
from doorlicht.settings import Settings, read_settings
from doorlicht.sources.estate import Estate, estate_of_paths, read_estate
from doorlicht.vocabulary import load_vocabulary

if TYPE_CHECKING:
    from subprocess import Popen

MEBIBYTE = 1 << 20


def run_scan(
    language: Language,
    *,
    paths: Sequence[str],
    register: str | None,
    json_file: str | None,
    report: str | None,
    sample: int | None,
    threshold: float | None,
    vocabulary: Sequence[str],
    only: Sequence[str],
    exclude: Sequence[str],
    workers: int | None,
    memory: int | None,
    full: bool,
    by: str | None,
    quiet: bool,
    spare: Popen[bytes] | None = None,
) -> int:
    """Scan, write what was asked for, show the answer, and return the exit code."""
    settings = read_settings(
        Path.cwd(), os.environ, register=register, report=report, threshold=threshold,
        workers=workers, memory=memory, by=by,
    )  # fmt: skip
    estate = estate_of(paths)
    read = [*paths, *(one.location for one in estate.sources if one.kind == "files")]
    check_targets([("json", json_file), ("html", str(report_path(settings)))], read)
    files = (*estate.vocabulary_files, *(Path(name).resolve() for name in vocabulary))
    request = ScanRequest(
        sources=without_own(estate.sources, _written(settings, json_file)),
        has_made_ids=estate.has_made_ids,
        units=estate.units,
        by=who(settings),
        register=settings.register,
        vocabulary_files=files,
        sample_rows=sample,
        limits=Limits(memory_bytes=settings.memory * MEBIBYTE, threads=os.cpu_count() or 1),
        workers=settings.workers or None,
        only=tuple(only),
        exclude=tuple(exclude),
        known_blind_spots=estate.blind_spots,
        read_unchanged=full,
        organisation=estate.name,
    )
    with _progressing(language, quiet) as tell:
        result = scan(request, tell, spare=spare)
    return _report(request, result, language, settings, json_file, quiet=quiet, named=register)


@contextmanager
def _progressing(language: Language, is_quiet: bool) -> Generator[Callable[[Event], None]]:
    """Show progress; and import what the end needs when the first asset is being read.

    Until then a worker that gets ready needs the processors more than we do.
    """

    def quietly(event: Event) -> None:
        if isinstance(event, AssetStarted):
            import_module("doorlicht.cli.output")

    if is_quiet:
        yield quietly
        return
    from doorlicht.cli.progress import Progressing

    with Progressing(language) as progressing:

        def tell(event: Event) -> None:
            quietly(event)
            progressing.tell(event)

        yield tell


def _report(
    request: ScanRequest,
    result: ScanResult,
    language: Language,
    settings: Settings,
    json_file: str | None,
    *,
    quiet: bool,
    named: str | None,
) -> int:
    """Write and show what came of a scan, and return the exit code."""
    from doorlicht.cli.output import write_json, write_report
    from doorlicht.register import open_register
    from doorlicht.reports import content_of
    from doorlicht.runs.residual import with_residual

    files = tuple(request.vocabulary_files)
    with open_register(settings.register, clock=now) as opened:
        content = content_of(opened, load_vocabulary(files).concepts, scan=result.scan.id)
        content = with_residual(opened, content, settings.threshold)
    page = report_path(settings)
    write_report(content, page, language, settings.threshold)
    if json_file is not None:
        write_json(content, json_file, language)
    outputs = [settings.register, str(page)]
    if json_file is not None and json_file not in STANDARD_OUTPUT:
        outputs.append(json_file)
    if not quiet:
        from rich.console import Console

        from doorlicht.cli.screen import show_scan

        out = sys.stderr if json_file in STANDARD_OUTPUT else sys.stdout
        show_scan(
            Console(file=out, highlight=False),
            content,
            result,
            language,
            threshold=settings.threshold,
            outputs=outputs,
            register=named,
        )
    found = content.found(settings.threshold)
    return (1 if found else 0) | (2 if content.blind_spots else 0)


def estate_of(paths: Sequence[str]) -> Estate:
    """Return the estate of an ``estate.yaml``, or of the paths themselves."""
    described = [
        path for path in paths if path.endswith((".yaml", ".yml")) and Path(path).is_file()
    ]
    if not described:
        return estate_of_paths(paths)
    if len(paths) > 1:
        raise InputError("estate.not_alone", path=described[0])
    estate = read_estate(Path(described[0]))
    if not estate.sources:
        raise InputError("estate.nothing", path=described[0])
    return estate


def _written(settings: Settings, json_file: str | None) -> list[Path]:
    """Return the files that this command writes."""
    names = [str(report_path(settings))]
    if "://" not in settings.register:
        names.append(settings.register)
    if json_file is not None and json_file not in STANDARD_OUTPUT:
        names.append(str(json_file))
    return [Path(name).resolve() for name in names]


def now() -> datetime:
    """Return the moment, for the register."""
    return datetime.now(UTC)


def who(settings: Settings) -> str:
    """Return under which name what the user does is kept."""
    if settings.by:
        return settings.by
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def report_path(settings: Settings) -> Path:
    """Return where the page goes: beside the register unless said otherwise."""
    if settings.report:
        return Path(settings.report)
    if "://" in settings.register:
        return Path("doorlicht-report.html")
    return Path(settings.register).with_name("doorlicht-report.html")
