"""How fast a full exact scan is, as a multiple of the least that a look at every value costs.

    python -m benchmarks.speed [--quick] [--rounds 3]

Every figure is a ratio of two things that were run in turn on the same machine with the same
number of threads, for seconds say as much of the machine as of the program. Files are read once
before, so that the disk plays no part.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.make_data import (
    FOLDER,
    QUICK_DIVISOR,
    DataFile,
    column_series,
    large_csv,
    large_parquet,
    make,
    row_series,
)
from benchmarks.measure import Pairs, Run, exponent, in_pairs, run

THREADS = 2
GIBIBYTE = 1 << 30
MEBIBYTE = 1 << 20
FLAT = 1.5
"""Memory is called flat if the largest of a series takes at most so many times the smallest."""


@dataclass(frozen=True, slots=True)
class Line:
    """One measured figure beside what it has to be."""

    what: str
    figure: str
    bar: str
    is_met: bool | None
    note: str = ""

    def __str__(self) -> str:
        """Return it as a row of a markdown table."""
        verdict = {True: "yes", False: "**no**", None: ""}[self.is_met]
        return f"| {self.what} | {self.figure} | {self.bar} | {verdict} | {self.note} |"


HEADER = "| speed | measured | bar | met | note |\n|---|---|---|---|---|"


@dataclass(frozen=True, slots=True)
class Options:
    """How to measure."""

    folder: Path = FOLDER
    divisor: int = 1
    rounds: int = 3
    threads: int = THREADS


def job(name: str, path: Path, options: Options) -> Run:
    """Run a job of :mod:`benchmarks.jobs`, and stop if it fails."""
    command = [sys.executable, "-m", "benchmarks.jobs", name, str(path)]
    return _must_work(run([*command, "--threads", str(options.threads)]))


def scan(path: Path) -> Run:
    """Scan a file from the command line, as a user does, into a new register."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        done = run(
            [
                sys.executable, "-m", "doorlicht", "scan", str(path), "--quiet",
                "--register", str(work / "bench.register"), "--json", str(work / "findings.json"),
                "--html", str(work / "bench.html"),
            ]
        )  # fmt: skip
        # 1: something was found, as it should be in these files. 2 or 3: not all was read.
        return _must_work(done, expected=1)


def judged(line: Line, options: Options) -> Line:
    """Return the line without a verdict on small files: there a start weighs more than reading."""
    return line if options.divisor == 1 else replace(line, is_met=None)


def _must_work(done: Run, expected: int = 0) -> Run:
    if done.code != expected:
        raise RuntimeError(f"ended with {done.code} and not {expected}: {done.errors[-2000:]}")
    return done


def inner(done: Run) -> Run:
    """Return a job's own account of its time, without the start of Python and the imports."""
    return Run(json.loads(done.output)["seconds"], done.peak_bytes, done.code, done.output, "")


def compare(data: DataFile, title: str, options: Options) -> Iterator[Line]:
    """Measure the whole scan and the engine alone against hashing every column."""
    path = make(data, options.folder)
    job("hash", path, options)
    whole = in_pairs(lambda: scan(path), lambda: job("hash", path, options), rounds=options.rounds)
    note = f"processor time {whole.cpu_ratio:.2f} times"
    yield judged(ratio_line(f"{title}: whole scan, process to process", whole, 3.0, note), options)
    yield Line(
        f"{title}: highest memory of all processes",
        f"{whole.peak_bytes / MEBIBYTE:.0f} MiB",
        "1024 MiB",
        whole.peak_bytes <= GIBIBYTE,
    )
    engine = in_pairs(
        lambda: inner(job("count", path, options)),
        lambda: inner(job("hash", path, options)),
        rounds=options.rounds,
    )
    told = json.loads(engine.ours[0].output)
    note = f"{told['spellings']:,} spellings counted exactly"
    yield judged(ratio_line(f"{title}: engine alone", engine, 3.0, note), options)


def ratio_line(what: str, pairs: Pairs, bar: float, note: str = "") -> Line:
    """Return the line of a ratio that may be at most ``bar``."""
    ours, theirs = pairs.seconds
    low, high = pairs.spread
    figure = f"{pairs.ratio:.2f} times ({ours:.2f} s to {theirs:.2f} s)"
    spread = f"pairs {low:.2f} to {high:.2f}"
    met = pairs.ratio <= bar
    return Line(what, figure, f"{bar:.1f} times", met, f"{note}; {spread}" if note else spread)


def growth(
    series: Sequence[DataFile], size: Callable[[DataFile], int], title: str, options: Options
) -> Iterator[Line]:
    """Measure with what power of its size the time of a scan grows, and whether memory does."""
    sizes = [size(data) for data in series]
    best: list[float] = []
    peaks: list[int] = []
    paths = [make(data, options.folder) for data in series]
    for path in paths:
        runs = [inner(job("count", path, options)) for _ in range(options.rounds)]
        best.append(sorted(one.seconds for one in runs)[len(runs) // 2])
        peaks.append(max(one.peak_bytes for one in runs))
    power = exponent(sizes, best)
    steps = ", ".join(
        f"{count:,}: {seconds:.2f} s" for count, seconds in zip(sizes, best, strict=True)
    )
    yield Line(f"time over {title}", f"exponent {power:.2f}", "1.1", power <= 1.1, steps)
    memory = ", ".join(f"{peak / MEBIBYTE:.0f}" for peak in peaks)
    grown = max(peaks) / peaks[0]
    yield Line(
        f"memory over {title}", f"{grown:.2f} times the smallest", f"{FLAT} times", grown <= FLAT,
        f"{memory} MiB",
    )  # fmt: skip


def postgresql(options: Options) -> Iterator[Line]:
    """Measure PostgreSQL where its benchmark and a server are there; say so where not."""
    title = "PostgreSQL: counting, to hashing every column there"
    if importlib.util.find_spec("benchmarks.postgresql") is None:
        yield Line(title, "not measured", "4.0 times", None, "no benchmark for it here")
        return
    command = [sys.executable, "-m", "benchmarks.postgresql"]
    if options.divisor > 1:
        command.append("--quick")
    done = run(command)
    lines = (done.output or done.errors).strip().splitlines()
    note = lines[-1] if lines else "no output"
    yield Line(title, note, "4.0 times", done.code == 0)


def measure(options: Options) -> Iterator[Line]:
    """Measure everything, one line at a time."""
    part = options.divisor
    yield from compare(large_parquet(part), f"Parquet {10_000_000 // part:,} x 24", options)
    yield from compare(large_csv(part), f"CSV {2_000_000 // part:,} x 28", options)
    yield from growth(row_series(part), lambda data: data.rows, "rows", options)
    yield from growth(column_series(part), lambda data: data.columns, "columns", options)
    yield from postgresql(options)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this benchmark."""
    parser.add_argument("--quick", action="store_true", help="a twentieth of the rows")
    parser.add_argument("--rounds", type=int, default=3, help="pairs per figure")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where made files are kept")


def main() -> int:
    """Measure and print; the exit code says whether every bar is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    arguments(parser)
    given = parser.parse_args()
    options = Options(given.folder, QUICK_DIVISOR if given.quick else 1, given.rounds)
    print(HEADER, flush=True)
    met = True
    for line in measure(options):
        print(line, flush=True)
        met &= line.is_met is not False
    return int(not met)


if __name__ == "__main__":
    sys.exit(main())
