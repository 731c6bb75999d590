"""Measures doorlicht and prints tables: ``python -m benchmarks.run [PART …]``.

Without a name, everything is measured. ``--quick`` takes a twentieth of the rows. The exit code
is 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

from benchmarks.measure import machine

PARTS = (
    "accuracy", "speed", "peers", "trace", "coverage", "audit", "assessment", "prove_samples",
    "prove_log", "documents", "rollup",
)  # fmt: skip
HAVE_QUICK = ("speed", "trace", "audit", "assessment", "prove_samples", "prove_log")


def main() -> int:
    """Run each part in a process of its own, so that none measures the memory of another."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all without any")
    parser.add_argument("--quick", action="store_true", help="a twentieth of the rows")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    print(f"Measured {machine()}", flush=True)
    code = 0
    for part in options.parts or PARTS:
        print(flush=True)
        command = [sys.executable, "-m", f"benchmarks.{part}"]
        if part in HAVE_QUICK and options.quick:
            command.append("--quick")
        code = max(code, subprocess.run(command, check=False).returncode)
    return code


if __name__ == "__main__":
    sys.exit(main())
