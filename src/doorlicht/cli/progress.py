"""Progress on the standard error: what is being read, how fast, and how long it may take."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from doorlicht.language import Language, say
from doorlicht.records import AssetStarted, Event, SourceStarted
from doorlicht.records import Progress as Advanced

LINE_SECONDS: Final = 5.0
"""Without a terminal a line is written this often, for logs."""


class _Rate(ProgressColumn):
    """Rows per second, over the whole scan so far."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self._language: Language = language

    def render(self, task: Task) -> Text:
        rows = int(task.fields.get("rows", 0))
        seconds = task.elapsed or 0.0
        rate = int(rows / seconds) if seconds > 0.5 else 0
        return Text(say("cli.progress_rate", self._language, rows=rate), style="dim")


class Progressing:
    """Shows the events of a scan; a context manager."""

    def __init__(self, language: Language) -> None:
        self._language: Language = language
        self._console = Console(file=sys.stderr, highlight=False)
        self._is_bar = self._console.is_terminal
        self._progress = Progress(
            TextColumn("{task.fields[what]}", table_column=None),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[done]}/{task.fields[of]}"),
            _Rate(language),
            TimeRemainingColumn(elapsed_when_finished=True),
            console=self._console,
            transient=True,
        )
        self._task = None
        self._of = self._done = self._rows = 0
        self._bytes = self._bytes_done = 0
        self._running: dict[tuple[str, str], tuple[int, int, float]] = {}
        self._told_at = time.monotonic()

    def __enter__(self) -> Self:
        """Begin to show."""
        if self._is_bar:
            self._progress.start()
            self._task = self._progress.add_task(
                "",
                total=None,
                what=say("cli.progress_listing", self._language),
                done=0,
                of=0,
                rows=0,
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bar away."""
        if self._is_bar:
            self._progress.stop()

    def tell(self, event: Event) -> None:
        """Take in one event of the scan."""
        what = ""
        if isinstance(event, SourceStarted):
            self._of, self._bytes = max(self._of, event.assets), max(self._bytes, event.bytes)
        elif isinstance(event, AssetStarted):
            self._running[event.source, event.asset] = (event.size_bytes or 0, 0, 0.0)
            what = event.asset
        elif isinstance(event, Advanced):
            size, _, _ = self._running.get((event.source, event.asset), (0, 0, 0.0))
            self._running[event.source, event.asset] = (size, event.rows, event.share or 0.0)
            what = event.asset
        else:
            self._running.pop((event.source, event.asset), None)
            self._done += 1
            self._rows += 0 if event.is_skipped else event.rows
            self._bytes_done += event.size_bytes
            what = event.asset
        self._show(what)

    def _show(self, what: str) -> None:
        rows = self._rows + sum(running[1] for running in self._running.values())
        read = self._bytes_done + sum(size * share for size, _, share in self._running.values())
        if self._is_bar and self._task is not None:
            shown = _short(what) if what else say("cli.progress_listing", self._language)
            self._progress.update(
                self._task,
                total=max(self._bytes, 1),
                completed=min(read, self._bytes),
                what=shown,
                done=self._done,
                of=max(self._of, self._done + len(self._running)),
                rows=rows,
            )
        elif time.monotonic() - self._told_at > LINE_SECONDS:
            self._told_at = time.monotonic()
            line = say(
                "cli.progress_line", self._language,
                done=self._done, of=max(self._of, self._done + len(self._running)), rows=rows,
                what=_short(what).rstrip(),
            ) if what else say("cli.progress_listing", self._language)  # fmt: skip
            self._console.print(line, markup=False)


def _short(path: str) -> str:
    """Return the end of a long path, so that the bar keeps its place."""
    width = 38
    clean = "".join(c if c.isprintable() else "?" for c in path)
    return clean.ljust(width) if len(clean) <= width else "…" + clean[-(width - 1) :]
