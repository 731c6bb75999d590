"""A program that scans, and prints a line for each event: to be killed by a test."""

import sys
from pathlib import Path

from doorlicht.records import Source
from doorlicht.runs.scan import ScanRequest, scan


def main(folder):
    sys.path.insert(0, str(Path(__file__).parents[1] / "data" / "plugins"))
    request = ScanRequest(
        sources=[Source("odd", "odd", str(folder / "source"))],
        by="jo",
        register=folder / "inquiry.register",
        temp_folder=folder / "temp",
        workers=2,
    )
    scan(
        request, lambda event: sys.stdout.write(f"{type(event).__name__}\n") and sys.stdout.flush()
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
