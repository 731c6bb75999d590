"""Two hundred ministries with a million uses together: verified, joined and counted.

    python -m benchmarks.rollup [--ministries 200] [--uses 1000000]

A process of its own, so that its memory is its own; the exports are made before it starts.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from doorlicht.evidence import KeyInMemory, VerifierKey
from doorlicht.organisation.rollup import roll_up
from doorlicht.records import Export, ExportedUnit, ExportedUse
from doorlicht.runs.coordinator import read_exports, write_export

SIGNER = KeyInMemory.of_seed(bytes(32))
KEY = VerifierKey("doorlicht/bench", SIGNER.public_key)
CONCEPTS = ("nationality", "country_of_birth", "ethnicity", "language")
VERDICTS = ("", "lawful", "unlawful", "improper")


SECONDS, MEBIBYTES = 60, 2048
"""The bars."""


def main() -> int:
    """Make the exports and measure joining them, or (with ``--join``) join them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--ministries", type=int, default=200)
    parser.add_argument("--uses", type=int, default=1_000_000)
    parser.add_argument("--join", type=Path)
    given = parser.parse_args()
    if given.join is not None:
        return join(given.join)
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), given.ministries, given.uses // given.ministries)
        command = [sys.executable, "-m", "benchmarks.rollup", "--join", folder]
        return subprocess.run(command, check=False).returncode


def make(folder: Path, ministries: int, uses: int) -> None:
    """Write an export for each ministry."""
    for number in range(ministries):
        units = tuple(
            ExportedUnit(f"u{unit}", f"Unit {number}-{unit}", "active", unit % 7 > 0,
                         f"https://example.org/{number}-{unit}")
            for unit in range(40)
        )  # fmt: skip
        listed = tuple(
            ExportedUse(f"U-{number}-{use}", CONCEPTS[use % 4], "score", f"u{use % 40}",
                        "confirmed", "unlawful", VERDICTS[use % 3], use % 5)
            for use in range(uses)
        )  # fmt: skip
        export = Export(
            f"Ministry {number}", f"doorlicht/{number}", uses, "00",
            datetime(2026, 1, 5, tzinfo=UTC),
            date(2026, 1, 5), {"vocabulary": "2026-11"}, units, listed,
        )  # fmt: skip
        (folder / f"{number}.export").write_bytes(write_export(export, SIGNER, KEY.name))


def join(folder: Path) -> int:
    """Join the exports in a folder, and tell how long it took and how much memory."""
    began, busy = time.perf_counter(), time.process_time()
    made = roll_up(read_exports(sorted(folder.glob("*.export")), [KEY]))
    seconds, used = time.perf_counter() - began, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(made.lines)} ministries, {sum(made.totals.values()):,} uses: {seconds:.1f} s "
        f"({used:.1f} s busy), {peak:,.0f} MiB; bars {SECONDS} s and {MEBIBYTES:,} MiB"
    )
    return int(seconds > SECONDS or peak > MEBIBYTES)


if __name__ == "__main__":
    sys.exit(main())
