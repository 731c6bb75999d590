"""Bundles under damage, and at size: run with `python -m benchmarks.prove_bundles`.

First both verifiers see random damages, of bytes and of files that are sealed again; then each
verifies a bundle of a million entries. Ends with an error if one damage goes unseen, or a limit
is passed.
"""

from __future__ import annotations

import argparse
import io
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import redirect_stdout
from pathlib import Path
from typing import Final

from benchmarks.make_bundle import (
    KEY,
    damaged_bytes,
    damaged_files,
    files_of,
    make_log,
    sealed,
    write_large,
)
from doorlicht.errors import IntegrityError
from doorlicht.evidence import verify_bundle as independent
from doorlicht.evidence.bundle_checks import verify_bundle

MAX_SECONDS: Final = 30.0
MAX_BYTES: Final = 1 << 30
SIZE: Final = 40


def ours(bundle: bytes) -> str:
    """Return the first check that does not hold, or ``holds``."""
    try:
        verify_bundle(io.BytesIO(bundle), trusted=[KEY])
    except IntegrityError as error:
        return error.code.removeprefix("bundle.")
    return "holds"


def theirs(bundle: bytes) -> str:
    """Return the same from the independent verifier."""
    try:
        # It prints where a clock ran backwards, which damage makes of one.
        with redirect_stdout(io.StringIO()):
            independent.verify(io.BytesIO(bundle), [independent.parse_key(KEY.text)])
    except independent.BrokenError as error:
        return str(error.args[0])
    return "holds"


def damage(times: int, seed: int) -> int:
    """Damage a bundle so often, half of the times by bytes; return how often it went unseen."""
    draw = random.Random(seed)  # noqa: S311 (told, so that it can be repeated)
    files = files_of(make_log(SIZE))
    bundle = sealed(files, SIZE)
    seen: Counter[str] = Counter()
    wrong = 0
    for number in range(times):
        if number % 2:
            changed = damaged_bytes(bundle, draw)
            if changed == bundle:
                continue
        else:
            other = damaged_files(files, draw)
            if other == files:
                continue
            changed = sealed(other, SIZE)
        one, two = ours(changed), theirs(changed)
        seen[one] += 1
        wrong += one != two or one == "holds"
    print(f"{sum(seen.values()):,} damages, {wrong} unseen or told differently: {dict(seen)}")
    return wrong


def measure(path: str, which: str) -> None:
    """Verify a bundle in this process, and print seconds and peak memory."""
    began, used = time.monotonic(), time.process_time()
    with Path(path).open("rb") as file:
        if which == "ours":
            verify_bundle(file, trusted=[KEY])
        else:
            independent.verify(file, [independent.parse_key(KEY.text)])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(time.monotonic() - began, time.process_time() - used, peak)


def size(entries: int) -> int:
    """Verify a bundle of so many entries with both; return how many limits were passed."""
    passed = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.zip"
        with path.open("w+b") as file:
            write_large(file, entries)
        print(f"{entries:,} entries: {path.stat().st_size / 1e6:,.0f} MB")
        for which in ("ours", "independent"):
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.prove_bundles", "--measure", str(path), which],
                capture_output=True, text=True, check=True,
            )  # fmt: skip
            seconds, cpu, peak = map(float, done.stdout.split())
            print(f"  {which}: {seconds:.1f} s ({cpu:.1f} s of CPU), {peak / 2**20:,.0f} MiB")
            passed += cpu > MAX_SECONDS or peak > MAX_BYTES
    return passed


def main() -> int:
    """Run both parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--damages", type=int, default=100_000)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=20261127)
    parser.add_argument("--measure", nargs=2)
    given = parser.parse_args()
    if given.measure:
        measure(*given.measure)
        return 0
    return 1 if damage(given.damages, given.seed) + size(given.entries) else 0


if __name__ == "__main__":
    sys.exit(main())
