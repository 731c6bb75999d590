"""The scan: every asset of every source read once, judged, and kept, whatever happens on the way.

The scan itself reads nothing of a source. Listing and reading happen in worker processes
(:mod:`doorlicht.runs.crew`); what they hand back is kept one asset a transaction. So a scan can be
killed at any moment, and the next one goes on where it was.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import IntFlag
from pathlib import Path
from typing import TYPE_CHECKING, Final

import doorlicht
from doorlicht.plugins import Limits
from doorlicht.records import BlindSpot, Event, Source, Unit
from doorlicht.runs.aliveness import is_alive, this_process
from doorlicht.runs.crew import Crew
from doorlicht.runs.tempfolder import temporary_folder
from doorlicht.sources.estate import told_apart
from doorlicht.vocabulary import load_vocabulary

if TYPE_CHECKING:
    from subprocess import Popen

    from doorlicht.register import KeptFinding, LookedAt, Register, ScanRecord
    from doorlicht.runs.course import Counts

FOUND_FROM: Final = 0.5
"""A finding counts as found from this probability up: more likely than not."""


class Outcome(IntFlag):
    """What a script can know of a scan from its exit code: 0, 1, 2, or 3 for both.

    Examples
    --------
    >>> int(Outcome.FOUND | Outcome.NOT_ALL_READ)
    3
    """

    NOTHING_FOUND = 0
    FOUND = 1
    NOT_ALL_READ = 2


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What to scan, with what knowledge, into which register.

    Attributes
    ----------
    sources
        Places to look; each with an id of its own.
    by
        Who asks for the scan, for the ledger.
    register
        Path or URL.
    sample_rows
        Rows of each table to look at; ``None`` for all of them.
    workers
        Processes that read small assets side by side; ``None`` for as many as there are
        processors and memory for.
    only, exclude
        Patterns of asset paths such as ``*/2024/*.csv``; a pattern without a star also stands for
        everything under it.
    temp_folder
        Where the run may make its temporary folder.
    known_blind_spots
        Known before anything is read, such as a unit without a source.
    read_unchanged
        Read also what has not changed since an earlier scan.
    has_made_ids
        The ids of the sources were made from paths: where the register knows such an id as that of
        another place, it gets another one.
    organisation
        Name of what is scanned as a whole, for reports.
    """

    sources: Sequence[Source]
    by: str
    register: str | Path
    units: Sequence[Unit] = ()
    vocabulary_files: Sequence[Path] = ()
    sample_rows: int | None = None
    limits: Limits = field(default_factory=Limits)
    workers: int | None = None
    only: Sequence[str] = ()
    exclude: Sequence[str] = ()
    temp_folder: Path | None = None
    known_blind_spots: Sequence[BlindSpot] = ()
    read_unchanged: bool = False
    has_made_ids: bool = False
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What a scan found and could not look at, of all that it covered, read now or before.

    Attributes
    ----------
    findings
        All that stand, also the improbable ones; see :attr:`found`.
    counts
        Assets that were read, unchanged, gone, and left out on request.
    """

    scan: ScanRecord
    findings: tuple[KeptFinding, ...]
    blind_spots: tuple[BlindSpot, ...]
    looked_at: LookedAt
    counts: Counts
    seconds: float

    @property
    def found(self) -> tuple[KeptFinding, ...]:
        """The findings that are more likely true than not."""
        return tuple(one for one in self.findings if one.finding.probability >= FOUND_FROM)

    @property
    def outcome(self) -> Outcome:
        """The exit code of a program that made this scan."""
        found = Outcome.FOUND if self.found else Outcome.NOTHING_FOUND
        return found | (Outcome.NOT_ALL_READ if self.blind_spots else Outcome.NOTHING_FOUND)


def _silent(event: Event) -> None:
    del event


def _now() -> datetime:
    return datetime.now(UTC)


def scan(
    request: ScanRequest,
    on_event: Callable[[Event], None] = _silent,
    *,
    clock: Callable[[], datetime] = _now,
    spare: Popen[bytes] | None = None,
) -> ScanResult:
    """Read what is new or changed in the sources, keep what is found, and return what stands.

    Parameters
    ----------
    on_event
        Called in the order in which things happen, from this thread.
    spare
        A process that the first worker is made of (:func:`~doorlicht.runs.crew.spare_process`).

    Raises
    ------
    InputError
        If the register or a vocabulary file cannot be used.
    IntegrityError
        If the register is damaged, or no worker process can be started.
    KeyboardInterrupt
        As it came in. What was finished is kept, and the next scan goes on from there.
    """
    began = time.monotonic()
    with _crew(request, spare) as crew:
        vocabulary = load_vocabulary(tuple(request.vocabulary_files))
        crew.teach(vocabulary)
        # Imported here, while a first worker gets ready.
        from doorlicht.register import open_register

        with open_register(request.register, clock=clock) as register:
            return _scan(request, register, crew, vocabulary.edition, began, on_event)


def _scan(
    request: ScanRequest,
    register: Register,
    crew: Crew,
    vocabulary_edition: str,
    began: float,
    on_event: Callable[[Event], None],
) -> ScanResult:
    from doorlicht.detection import load_weights
    from doorlicht.register import Editions
    from doorlicht.runs.course import Course

    editions = Editions(
        vocabulary=vocabulary_edition,
        weights=load_weights().edition,
        detection=doorlicht.__version__,
        doorlicht=doorlicht.__version__,
    )
    _note_broken_off(register)
    if request.has_made_ids:
        known = {source.id: source.location for source in register.sources()}
        request = replace(request, sources=told_apart(request.sources, known))
    record = register.start_scan(
        by=request.by,
        editions=editions,
        settings=_settings(request),
        sources=request.sources,
        units=request.units,
        process=this_process(),
        organisation=request.organisation,
    )
    try:
        counts = Course(request, register, record, crew, on_event).run()
    except KeyboardInterrupt:
        register.finish_scan(record.id, "interrupted")
        raise
    # The rim of the run: whatever it is, the register says that this scan did not end well.
    except BaseException:
        register.finish_scan(record.id, "failed")
        raise
    register.finish_scan(record.id, outcome=asdict(counts))
    return _result(register, record.id, counts, time.monotonic() - began)


@contextmanager
def _crew(request: ScanRequest, spare: Popen[bytes] | None) -> Generator[Crew]:
    """Have a crew and its folder for the time of a scan.

    Where the register is still to be made, all is to be read: a first reader gets ready while that
    is done.
    """
    with temporary_folder(request.temp_folder) as folder:
        kinds = [source.kind for source in request.sources]
        crew = Crew(request.limits, kinds, folder, spare)
        try:
            if "://" not in str(request.register) and not Path(request.register).exists():
                crew.hire(reads=True)
            yield crew
        finally:
            crew.disband()


def _result(register: Register, scan_id: int, counts: Counts, seconds: float) -> ScanResult:
    return ScanResult(
        scan=register.scan(scan_id),
        findings=tuple(register.findings(scan=scan_id)),
        blind_spots=tuple(register.blind_spots(scan=scan_id)),
        looked_at=register.looked_at(scan=scan_id),
        counts=counts,
        seconds=seconds,
    )


def _note_broken_off(register: Register) -> None:
    """Note scans that say they run while their process is gone: those were killed."""
    for record in register.scans(status="running"):
        if not is_alive(record.process):
            register.finish_scan(record.id, "interrupted")


def _settings(request: ScanRequest) -> Mapping[str, object]:
    return {
        "sample_rows": request.sample_rows,
        "limits": asdict(request.limits),
        "only": list(request.only),
        "exclude": list(request.exclude),
        "vocabulary_files": [path.name for path in request.vocabulary_files],
    }
