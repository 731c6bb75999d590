"""The register: what doorlicht remembers, in one SQLite file or one PostgreSQL schema.

Every write is one transaction that also holds its ledger entry. A transaction that changes
something and leaves no entry cannot be committed.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from doorlicht.errors import InputError, IntegrityError
from doorlicht.evidence import LedgerEntry
from doorlicht.register import assets, audits, findings, inquiries, inventory, scans, traces
from doorlicht.register.attested import Attested
from doorlicht.register.auditing import Auditing
from doorlicht.register.dossier import Dossiers
from doorlicht.register.judging import Judging
from doorlicht.register.ledger import Writing, lock_writers_out
from doorlicht.register.opening import WRITES, engine_for, is_new, prepare, told_errors
from doorlicht.register.proving import Log
from doorlicht.register.signed import SignedReports

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

    import sqlalchemy as sa

    from doorlicht.records import (
        Asset,
        BlindSpot,
        Kind,
        ScannedTable,
        Source,
        StepRun,
        TriageDecision,
        Unit,
    )
    from doorlicht.register.audits import AuditRecord
    from doorlicht.register.kept import (
        Editions,
        KeptAsset,
        KeptFinding,
        KeptTable,
        LookedAt,
        Reading,
        ScanRecord,
        ScanStatus,
        Triage,
        TriageRecord,
    )
    from doorlicht.register.traces import ItemKind, TraceItem, TraceRecord


def open_register(
    location: str | Path, *, clock: Callable[[], datetime], busy_seconds: float = 30.0
) -> Register:
    """Return the register at a path or URL; a new one is made where there is none.

    Parameters
    ----------
    location
        Path of a SQLite file, ``:memory:``, or a URL such as ``postgresql://host/database``. The
        password comes from the environment or a password file of PostgreSQL.
    clock
        Gives the present moment, with a time zone.
    busy_seconds
        How long to wait for another process that is writing.

    Raises
    ------
    InputError
        If it is no register, was made by a newer doorlicht, or cannot be read or written.
    IntegrityError
        If what is stored is damaged.

    Examples
    --------
    >>> from datetime import UTC
    >>> register = open_register(":memory:", clock=lambda: datetime(2026, 1, 5, tzinfo=UTC))
    >>> register.looked_at()
    LookedAt(assets=0, tables=0, columns=0, rows=0, bytes=0)
    >>> register.close()
    """
    with told_errors(str(location) if "://" not in str(location) else "-"):
        engine, shown = engine_for(location, busy_seconds=busy_seconds)
    try:
        with told_errors(shown):
            prepare(engine, shown, clock)
    except BaseException:
        engine.dispose()
        raise
    return Register(engine, shown, clock)


def check_register(location: str | Path, *, clock: Callable[[], datetime]) -> None:
    """Refuse before the work what :func:`open_register` would refuse after it.

    Raises
    ------
    InputError
        If there can be no register, or what is there cannot be used.
    IntegrityError
        If what is stored is damaged.
    """
    if not is_new(location):
        open_register(location, clock=clock).close()


class Register:
    """What is remembered: scans, assets, findings, blind spots, decisions, and the ledger.

    Open it with :func:`open_register`. Each method is one transaction; times come from the clock
    it was opened with.
    """

    def __init__(self, engine: sa.Engine, shown: str, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._shown = shown
        self._clock = clock

    def __enter__(self) -> Register:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def location(self) -> str:
        """Path or URL as it can be shown: without a password."""
        return self._shown

    @property
    def judging(self) -> Judging:
        """Uses, answers, assessments, measures and holds."""
        return Judging(self._reading, self._writing)

    @property
    def signed(self) -> SignedReports:
        """Reports that were signed off, with their figures."""
        return SignedReports(self._reading, self._writing)

    @property
    def dossier(self) -> Dossiers:
        """Units, scope, campaigns, questions, commitments."""
        return Dossiers(self._reading, self._writing)

    def close(self) -> None:
        """Let go of the database."""
        with told_errors(self._shown):
            self._engine.dispose()

    # Scans.

    def start_scan(
        self,
        *,
        by: str,
        editions: Editions,
        settings: Mapping[str, object],
        sources: Sequence[Source],
        units: Sequence[Unit] = (),
        process: str = "",
        organisation: str = "",
    ) -> ScanRecord:
        """Begin a scan, or go on with the last one if that was broken off.

        A scan is gone on with if it was interrupted less than a day ago and had the same
        editions, settings and sources.

        Parameters
        ----------
        process
            Tells later whether the scan is still running; see ``runs``.
        organisation
            Its name, for reports.
        """
        with self._writing() as writing:
            scan_id = scans.begin_scan(
                writing,
                by=by,
                editions=editions,
                settings=settings,
                sources=sources,
                units=units,
                process=process,
                organisation=organisation,
            )
        return self.scan(scan_id)

    def finish_scan(
        self,
        scan: int,
        status: ScanStatus = "finished",
        outcome: Mapping[str, object] | None = None,
    ) -> None:
        """Note how a scan ended; ``outcome`` holds counts for the ledger."""
        with self._writing() as writing:
            scans.end_scan(writing, scan, status, dict(outcome or {}))

    def scans(self, *, status: ScanStatus | None = None) -> list[ScanRecord]:
        """Return the scans, oldest first."""
        with self._reading() as connection:
            return scans.read_scans(connection, status=status)

    def scan(self, scan: int) -> ScanRecord:
        """Return one scan.

        Raises
        ------
        InputError
            If there is none of this number.
        """
        for record in self.scans():
            if record.id == scan:
                return record
        raise InputError("register.no_such_scan", id=scan)

    # Assets.

    def is_unchanged(self, asset: Asset, *, reading_key: str, scan: int) -> bool:
        """Whether reading the asset again would give what is known already."""
        with self._reading() as connection:
            return assets.is_unchanged(connection, asset, reading_key=reading_key, scan_id=scan)

    def keep_asset(self, scan: int, reading: Reading) -> None:
        """Keep all that reading one asset gave, in the place of what was known of it."""
        with self._writing() as writing:
            assets.keep_reading(writing, scan, reading)

    def keep_unchanged(self, scan: int, unchanged: Sequence[Asset]) -> None:
        """Note that these assets are still there and have not changed; a few hundred at most."""
        with self._writing() as writing:
            assets.keep_unchanged(writing, scan, unchanged)

    def keep_listing(
        self,
        scan: int,
        source: str,
        *,
        blind_spots: Sequence[BlindSpot] = (),
        is_expected: Callable[[str], bool] | None,
    ) -> int:
        """Note what listing a source met; return how many assets are gone.

        Parameters
        ----------
        is_expected
            Whether the listing would have shown an asset of this path, had it been there;
            ``None`` if the source was not listed to the end, and then nothing is gone.
        """
        with self._writing() as writing:
            return assets.keep_listing(writing, scan, source, blind_spots, is_expected)

    def assets(self, *, scan: int | None = None, include_gone: bool = False) -> list[KeptAsset]:
        """Return the assets by place, also those that could not be read."""
        with self._reading() as connection:
            return inventory.read_assets(connection, scan=scan, include_gone=include_gone)

    def tables(self, source: str, asset: str) -> list[KeptTable]:
        """Return the tables of an asset with their columns."""
        with self._reading() as connection:
            return inventory.read_tables(connection, assets.asset_key(source, asset))

    def sources(self) -> list[Source]:
        """Return the sources that were ever scanned, without their options."""
        with self._reading() as connection:
            return inventory.read_sources(connection)

    def units(self) -> list[Unit]:
        """Return the units of the organisation that were ever named."""
        with self._reading() as connection:
            return inventory.read_units(connection)

    def blind_spots(
        self, *, scan: int | None = None, sources: Collection[str] | None = None
    ) -> list[BlindSpot]:
        """Return what could not be looked at and still cannot, by place."""
        with self._reading() as connection:
            return inventory.read_blind_spots(connection, scan=scan, sources=sources)

    def looked_at(
        self, *, scan: int | None = None, sources: Collection[str] | None = None
    ) -> LookedAt:
        """Return how much was looked at, of what is still there."""
        with self._reading() as connection:
            return inventory.read_looked_at(connection, scan=scan, sources=sources)

    # Findings.

    def findings(
        self,
        *,
        scan: int | None = None,
        sources: Collection[str] | None = None,
        asset: str | None = None,
        concepts: Collection[str] | None = None,
        kinds: Collection[Kind] | None = None,
        min_probability: float = 0.0,
        triage: Collection[Triage] | None = None,
        include_gone: bool = False,
    ) -> list[KeptFinding]:
        """Return findings by place, the surest first within a column.

        Parameters
        ----------
        scan
            Only those that this scan saw, or that stand in assets it saw unchanged.
        asset
            Path of the asset.
        triage
            For instance ``{"open", "confirmed"}``.
        include_gone
            Also those that were not seen any more at a later scan.
        """
        with self._reading() as connection:
            return findings.read_findings(
                connection,
                scan=scan,
                sources=sources,
                asset=asset,
                concepts=concepts,
                kinds=kinds,
                min_probability=min_probability,
                triage=triage,
                include_gone=include_gone,
            )

    def finding(self, finding_id: str) -> KeptFinding:
        """Return one finding, also if it is gone.

        Raises
        ------
        InputError
            If there is none of this id.
        """
        with self._reading() as connection:
            found = findings.read_findings(connection, ids=[finding_id], include_gone=True)
        if not found:
            raise InputError("register.no_such_finding", id=finding_id)
        return found[0]

    def triage(
        self, finding_id: str, decision: TriageDecision, *, reason: str, by: str
    ) -> KeptFinding:
        """Add what a person decides on a finding; the last decision counts, all stay.

        Raises
        ------
        InputError
            If there is no such finding, or no reason is given.
        """
        if not reason.strip():
            raise InputError("register.no_reason", id=finding_id)
        with self._writing() as writing:
            findings.keep_triage(writing, finding_id, decision, reason.strip(), by)
        return self.finding(finding_id)

    def triage_of(self, finding_id: str) -> list[TriageRecord]:
        """Return every decision on a finding, oldest first."""
        with self._reading() as connection:
            return findings.read_triage(connection, finding_id)

    # Traces.

    def keep_trace(
        self,
        *,
        by: str,
        started_at: datetime,
        roots: Sequence[str],
        vocabulary: str,
        doorlicht: str,
        files: int,
        lines: int,
        items: Sequence[tuple[ItemKind, str, Mapping[str, Any]]],
        settings: Mapping[str, Any] | None = None,
    ) -> TraceRecord:
        """Keep everything that following code showed, as one trace.

        Parameters
        ----------
        settings
            With what it can be repeated; nothing if it cannot.
        """
        with self._writing() as writing:
            number = traces.keep_trace(
                writing,
                by=by,
                started_at=started_at,
                roots=roots,
                vocabulary=vocabulary,
                doorlicht=doorlicht,
                files=files,
                lines=lines,
                items=items,
                settings=settings,
            )
        return next(record for record in self.traces() if record.id == number)

    def keep_audit(
        self,
        *,
        by: str,
        started_at: datetime,
        doorlicht: str,
        audit: str,
        kind: str,
        subject: str,
        content: Mapping[str, Any],
        settings: Mapping[str, Any] | None = None,
    ) -> AuditRecord:
        """Keep everything that an audit measured.

        Parameters
        ----------
        settings
            With what it can be repeated; nothing if it cannot.
        """
        with self._writing() as writing:
            number = audits.keep_audit(
                writing,
                by=by,
                started_at=started_at,
                doorlicht=doorlicht,
                audit=audit,
                kind=kind,
                subject=subject,
                content=content,
                settings=settings,
            )
        return next(record for record in self.audits() if record.id == number)

    def audits(self) -> list[AuditRecord]:
        """Return the audits, oldest first."""
        with self._reading() as connection:
            return audits.read_audits(connection)

    def audit(self, wanted: str) -> AuditRecord:
        """Return an audit by its id, or by that of a number in it; the last one counts.

        Raises
        ------
        InputError
            If there is none.
        """
        with self._reading() as connection:
            return audits.read_audit(connection, wanted)

    def traces(self) -> list[TraceRecord]:
        """Return the traces, oldest first."""
        with self._reading() as connection:
            return traces.read_traces(connection)

    def trace_items(self, trace: int) -> list[TraceItem]:
        """Return what one trace showed, in its order."""
        with self._reading() as connection:
            return list(traces.read_items(connection, trace=trace))

    def trace_item(self, item: str) -> TraceItem:
        """Return a model or flow by its id, as the last trace that has it shows it.

        Raises
        ------
        InputError
            If no trace showed one of this id.
        """
        with self._reading() as connection:
            return traces.read_item(connection, item)

    def flows_from(self, finding: str) -> list[TraceItem]:
        """Return the flows that begin at a finding, as the last traces show them."""
        with self._reading() as connection:
            return traces.read_flows_from(connection, finding)

    def scanned_tables(self, *, threshold: float = 0.5) -> list[ScannedTable]:
        """Return every scanned table that is still there, with what was found in its columns.

        Parameters
        ----------
        threshold
            Findings of a smaller probability are left out, unless somebody confirmed them. Those
            that somebody rejected are left out always.
        """
        with self._reading() as connection:
            return traces.read_scanned(connection, threshold)

    # Inquiries.

    def keep_step(self, inquiry: str, step: StepRun, *, by: str) -> None:
        """Keep how far a step of an inquiry is now."""
        with self._writing() as writing:
            inquiries.keep_step(writing, inquiry, step, by=by)

    def inquiry_steps(self, inquiry: str) -> list[StepRun]:
        """Return everything that was kept of the steps of an inquiry, oldest first."""
        with self._reading() as connection:
            return inquiries.read_steps(connection, inquiry)

    def gone_findings(self, since: datetime, least: float) -> list[str]:
        """Return the findings of at least a probability that scans after a moment saw no more."""
        with self._reading() as connection:
            return inquiries.read_gone_findings(connection, since, least)

    def new_blind_spots(self, since: datetime | None) -> list[str]:
        """Return where scans after a moment first met what they still cannot look at."""
        with self._reading() as connection:
            return inquiries.read_new_blind_spots(connection, since)

    def new_uses(self, since: datetime | None) -> list[str]:
        """Return the uses that were proposed or added after a moment."""
        with self._reading() as connection:
            return inquiries.read_new_uses(connection, since)

    # The ledger.

    @property
    def log(self) -> Log:
        """The ledger as a log: looking things up, proofs, and whether all of it holds."""
        return Log(self._reading)

    @property
    def auditing(self) -> Auditing:
        """Samples, roles, and what auditors ask and find."""
        return Auditing(self._reading, self._writing)

    @property
    def attested(self) -> Attested:
        """Keys that sign for the log, and the checkpoints that they signed."""
        return Attested(self._reading, self._writing)

    def ledger(self, *, after: int = 0) -> list[LedgerEntry]:
        """Return the ledger entries behind a number, in order."""
        return self.log.entries(after=after)

    def first_broken_entry(self) -> int | None:
        """Return the number of the first ledger entry that does not fit; ``None`` if all do."""
        return self.log.first_broken()

    @contextmanager
    def _reading(self) -> Generator[sa.Connection]:
        with told_errors(self._shown), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _writing(self) -> Generator[Writing]:
        with told_errors(self._shown), self._engine.connect() as plain:
            connection = plain.execution_options(**{WRITES: True})
            with connection.begin():
                lock_writers_out(connection)
                writing = Writing(connection, self._clock())
                yield writing
                if not writing.entries:
                    raise IntegrityError("register.no_entry", register=self._shown)
