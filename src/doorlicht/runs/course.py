"""The course of a scan: which source is listed, which asset is read next, and what came of it.

Small files are read side by side, one processor each. A large one is read alone with all
processors: its engine divides the work better than we could, and memory stays within one limit. So
is each asset of a source whose connector does not say ``side_by_side``: a database that others work
with is not to be asked several things at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Final

from doorlicht.evidence import content_hash
from doorlicht.language import known_keys
from doorlicht.plugins import MEBIBYTE
from doorlicht.records import (
    Asset,
    AssetDone,
    AssetStarted,
    BlindSpot,
    Event,
    Finding,
    Progress,
    Source,
    SourceStarted,
)
from doorlicht.register import (
    KeptTable,
    Reading,
    Register,
    ScanRecord,
    kept_blind_spot,
    kept_table,
    reading_key,
)
from doorlicht.runs.crew import Crew, Heard, Worker, places_at_once
from doorlicht.runs.messages import (
    Advanced,
    Done,
    Failed,
    Found,
    ListSource,
    Met,
    More,
    ReadAsset,
    Ready,
    TableRead,
)
from doorlicht.runs.scope import Scope

if TYPE_CHECKING:
    from doorlicht.runs.scan import ScanRequest

LARGE_BYTES: Final = 64 * MEBIBYTE
"""From this size on an asset keeps all processors busy by itself."""

WAITING_ITEMS: Final = 20_000
"""Assets that are listed and not yet read; listing waits when there are more. It is enough to
tell how long the scan will take, and a few megabytes.
"""

MOMENTARY: Final = frozenset(
    {
        "database.connection_lost",
        "database.failed",
        "database.gone",
        "database.locked",
        "database.no_resources",
        "detection.failed",
        "engine.failed",
        "file.denied",
        "file.unreadable",
        "file.vanished",
        "limit.memory",
        "limit.time",
        "plugin.failed",
        "reader.crashed",
    }
)
"""Blind spots that are of the moment, not of the content; the next scan reads the asset again."""


@dataclass(slots=True)
class Counts:
    """Assets by what was done with them."""

    read: int = 0
    unchanged: int = 0
    gone: int = 0
    left_out: int = 0


@dataclass(slots=True, eq=False)
class _Task:
    """An asset to read, and what came of it so far."""

    source: Source
    asset: Asset
    is_alone: bool
    is_second_try: bool = False
    tables: list[KeptTable] = field(default_factory=list[KeptTable])
    findings: list[Finding] = field(default_factory=list[Finding])
    blind_spots: list[BlindSpot] = field(default_factory=list[BlindSpot])


@dataclass(slots=True, eq=False)
class _Listing:
    """A source that is being listed, or whose assets are still being read."""

    source: Source
    assets: int = 0
    bytes: int = 0
    unread: int = 0
    is_ended: bool = False
    is_complete: bool = False
    blind_spots: list[BlindSpot] = field(default_factory=list[BlindSpot])


class Course:
    """One scan under way; :meth:`run` takes it to the end."""

    def __init__(
        self,
        request: ScanRequest,
        register: Register,
        record: ScanRecord,
        crew: Crew,
        on_event: Callable[[Event], None],
    ) -> None:
        self._request = request
        self._register = register
        self._record = record
        self._crew = crew
        self._tell = on_event
        self._scope = Scope(tuple(request.only), tuple(request.exclude))
        self._places = places_at_once(request.workers, request.limits)
        self._to_list = deque(request.sources)
        self._listings: dict[str, _Listing] = {}
        self._lister: Worker | None = None
        self._listed: _Listing | None = None
        self._wants_more = False
        self._small: deque[_Task] = deque()
        self._large: deque[_Task] = deque()
        self._jobs: dict[Worker, _Task] = {}
        self._counts = Counts()

    def run(self) -> Counts:
        """List and read everything; return how many assets met which fate."""
        try:
            if not self._crew.workers and not self._register.looked_at().assets:
                # All of it is new: a reader is needed, and gets ready while the source is listed.
                self._crew.hire(reads=True)
            while self._to_list or self._listings:
                self._give_orders()
                heard = self._crew.hear()
                if heard is not None:
                    self._take_in(heard)
                self._crew.watch()
        finally:
            self._crew.disband()
        return self._counts

    # Giving orders.

    def _give_orders(self) -> None:
        self._order_listing()
        if any(task.is_alone for task in self._jobs.values()):
            return
        readers = [one for one in self._crew.workers if one is not self._lister]
        idle = [one for one in readers if one.is_ready and not one.is_busy]
        while self._small and idle:
            self._order_reading(idle.pop(), self._small.popleft())
        if not self._small and not self._jobs and self._large:
            self._order_alone(idle)
        wanted = min(self._places, len(self._small) + len(self._jobs))
        for _ in range(wanted - len(self._readers())):
            self._crew.hire(reads=True)

    def _readers(self) -> list[Worker]:
        return [one for one in self._crew.workers if one is not self._lister]

    def _order_listing(self) -> None:
        if self._lister is None:
            if self._to_list:
                self._lister = self._crew.hire(reads=False)
            return
        if not self._lister.is_ready:
            return
        if self._listed is None and self._to_list:
            source = self._to_list.popleft()
            self._listed = self._listings[source.id] = _Listing(
                source, blind_spots=self._known_blind_spots(source)
            )
            self._tell(SourceStarted(source.id, 0, 0))
            self._lister.is_busy = True
            self._lister.order(ListSource(source))
        elif self._wants_more and len(self._small) + len(self._large) < WAITING_ITEMS:
            self._wants_more = False
            self._lister.is_busy = True
            self._lister.order(More())
        elif self._listed is None:
            self._crew.dismiss(self._lister)
            self._lister = None

    def _order_alone(self, idle: list[Worker]) -> None:
        """Order the next large asset, for which no other may be working."""
        if self._large[0].is_second_try:
            # What an earlier asset did to its worker is no fault of this one.
            for worker in [one for one in idle if one.is_aged]:
                idle.remove(worker)
                self._crew.dismiss(worker)
        if idle:
            self._order_reading(idle.pop(), self._large.popleft())
        elif not self._readers():
            self._crew.hire(reads=True)

    def _order_reading(self, worker: Worker, task: _Task) -> None:
        limits = self._request.limits
        if not task.is_alone:
            limits = replace(limits, threads=1)
        self._jobs[worker] = task
        worker.is_busy = True
        if not task.is_second_try:
            asset = task.asset
            self._tell(AssetStarted(asset.source, asset.path, asset.size_bytes))
        worker.order(ReadAsset(task.source, task.asset, self._request.sample_rows, limits))

    # Taking in what workers say.

    def _take_in(self, heard: Heard) -> None:
        if heard.worker is self._lister:
            self._take_in_listing(heard)
        elif heard.worker in self._jobs:
            self._take_in_reading(heard, self._jobs[heard.worker])

    def _take_in_listing(self, heard: Heard) -> None:
        listing, answer = self._listed, heard.answer
        if answer is None:
            self._lister = None
        if listing is None:
            return
        if isinstance(answer, Found):
            heard.worker.is_busy = False
            self._wants_more = True
            self._take_in_batch(listing, answer)
        elif not isinstance(answer, Ready):
            heard.worker.is_busy = False
            self._wants_more = False
            self._listed = None
            listing.is_ended = True
            listing.is_complete = isinstance(answer, Done)
            spot = self._spot_of(heard, listing.source, "")
            listing.blind_spots += [spot] if spot else []
            self._close_if_ready(listing)

    def _take_in_batch(self, listing: _Listing, batch: Found) -> None:
        unchanged: list[Asset] = []
        for item in batch.items:
            if isinstance(item, BlindSpot):
                if self._scope.takes(item.asset):
                    listing.blind_spots.append(kept_blind_spot(item))
            elif not self._scope.takes(item.path):
                self._counts.left_out += 1
            else:
                listing.assets += 1
                listing.bytes += item.size_bytes or 0
                if self._is_unchanged(listing.source, item):
                    unchanged.append(item)
                else:
                    self._put_in_line(listing, item, is_side_by_side=batch.is_side_by_side)
        source = listing.source.id
        self._tell(SourceStarted(source, listing.assets, listing.bytes))
        if unchanged:
            self._register.keep_unchanged(self._record.id, unchanged)
            self._counts.unchanged += len(unchanged)
        for asset in unchanged:
            size = asset.size_bytes or 0
            self._tell(AssetDone(source, asset.path, 0, 0, 0, 0, 0, size, is_skipped=True))

    def _put_in_line(self, listing: _Listing, asset: Asset, *, is_side_by_side: bool) -> None:
        is_large = asset.size_bytes is None or asset.size_bytes >= LARGE_BYTES
        is_alone = is_large or not is_side_by_side
        listing.unread += 1
        (self._large if is_alone else self._small).append(_Task(listing.source, asset, is_alone))

    def _take_in_reading(self, heard: Heard, task: _Task) -> None:
        answer = heard.answer
        if isinstance(answer, Advanced):
            asset = task.asset
            self._tell(Progress(asset.source, asset.path, answer.rows, answer.share))
        elif isinstance(answer, TableRead):
            task.tables.append(kept_table(answer.profile))
            task.findings += answer.findings
        elif isinstance(answer, Met):
            task.blind_spots.append(kept_blind_spot(answer.blind_spot))
        else:
            del self._jobs[heard.worker]
            if answer is not None:
                self._crew.rest(heard.worker)
            elif heard.worker.is_aged and heard.worker.fate != "time":
                again = _Task(task.source, task.asset, is_alone=True, is_second_try=True)
                self._large.appendleft(again)
                return
            spot = self._spot_of(heard, task.source, task.asset.path)
            task.blind_spots += [spot] if spot else []
            self._keep(task, is_whole=spot is None)

    # Keeping.

    def _keep(self, task: _Task, *, is_whole: bool) -> None:
        asset = task.asset
        reading = Reading(
            asset=asset,
            reading_key=self._key(task.source),
            tables=tuple(task.tables),
            findings=tuple(task.findings),
            blind_spots=tuple(task.blind_spots),
            is_complete=is_whole and _is_lasting(task),
        )
        self._register.keep_asset(self._record.id, reading)
        self._counts.read += 1
        self._tell(
            AssetDone(
                source=asset.source,
                asset=asset.path,
                tables=len(task.tables),
                columns=sum(len(table.columns) for table in task.tables),
                rows=sum(table.looked_at_rows for table in task.tables),
                findings=len(task.findings),
                blind_spots=len(task.blind_spots),
                size_bytes=asset.size_bytes or 0,
            )
        )
        listing = self._listings[task.source.id]
        listing.unread -= 1
        self._close_if_ready(listing)

    def _close_if_ready(self, listing: _Listing) -> None:
        """Note what is gone from a source of which everything that is there has been read."""
        if not listing.is_ended or listing.unread:
            return
        del self._listings[listing.source.id]
        # A spot without a path is about files that no reader is for; it hides no folder.
        blind = frozenset(spot.asset for spot in listing.blind_spots if spot.asset)
        self._counts.gone += self._register.keep_listing(
            self._record.id,
            listing.source.id,
            blind_spots=listing.blind_spots,
            is_expected=replace(self._scope, blind=blind).expects if listing.is_complete else None,
        )

    def _known_blind_spots(self, source: Source) -> list[BlindSpot]:
        """Return what was known before the scan; what is of no source goes to the first one."""
        first = self._request.sources[0].id
        return [
            replace(spot, source=source.id)
            for spot in self._request.known_blind_spots
            if (spot.source or first) == source.id
        ]

    def _is_unchanged(self, source: Source, asset: Asset) -> bool:
        if self._request.read_unchanged:
            return False
        return self._register.is_unchanged(
            asset, reading_key=self._key(source), scan=self._record.id
        )

    def _key(self, source: Source) -> str:
        limits = asdict(self._request.limits)
        # These change how long reading takes, not what it gives.
        for name in ("memory_bytes", "threads", "asset_seconds"):
            del limits[name]
        settings: Mapping[str, object] = {
            "sample_rows": self._request.sample_rows,
            "limits": limits,
            "kind": source.kind,
            "options": content_hash(repr(sorted(source.options.items()))),
        }
        return reading_key(self._record.editions, settings)

    def _spot_of(self, heard: Heard, source: Source, asset: str) -> BlindSpot | None:
        """Return what kept a worker from carrying out its order to the end, if anything did."""
        answer = heard.answer
        if answer is None:
            return self._spot_of_fate(heard.worker, source, asset)
        if not isinstance(answer, Failed):
            return None
        code, details = f"{answer.failure}.failed", {"kind": answer.code}
        if answer.failure == "source":
            if f"blind_spot.{answer.code}.message" in known_keys("en"):
                return BlindSpot(source.id, asset, answer.code, answer.details)
            details = {"code": answer.code}
        elif answer.failure == "memory":
            return self._spot_of_memory(source, asset)
        elif answer.failure == "no_plugin":
            code, details = "plugin.missing", {"plugin": source.kind, "kind": answer.code}
        else:
            details["plugin"] = source.kind
        return BlindSpot(source.id, asset, code, details)

    def _spot_of_fate(self, worker: Worker, source: Source, asset: str) -> BlindSpot:
        if worker.fate == "memory":
            return self._spot_of_memory(source, asset)
        if worker.fate == "time":
            seconds = self._request.limits.asset_seconds
            return BlindSpot(source.id, asset, "limit.time", {"seconds": seconds})
        exit_code = worker.process.returncode
        return BlindSpot(source.id, asset, "reader.crashed", {"exit": str(exit_code)})

    def _spot_of_memory(self, source: Source, asset: str) -> BlindSpot:
        mebibytes = self._request.limits.memory_bytes // MEBIBYTE
        return BlindSpot(source.id, asset, "limit.memory", {"mebibytes": mebibytes})


def _is_lasting(task: _Task) -> bool:
    """Whether the same content would give the same again.

    Where nothing was gained, reading again costs little and may succeed: rights change.
    """
    if any(spot.code in MOMENTARY for spot in task.blind_spots):
        return False
    return bool(task.tables) or not task.blind_spots
