"""A connector whose assets do what they are called: give a table, crash, hang, eat memory.

It is a plugin as others write them, found by its entry point. A source of the kind ``odd`` has as
its location a folder; each file there is an asset, and its content is what reading it does, a word
a line. What was read is noted beside it, so that a test can count how often.
"""

import ctypes
import os
import sys
import time
from pathlib import Path

from doorlicht.errors import SourceError
from doorlicht.records import Asset, BlindSpot, ColumnProfile, TableProfile, ValueHits

HITS = (ValueHits("name/country", {"NL": 60, "BE": 30, "MA": 5}),)

COLUMNS = (
    ColumnProfile("nummer", 0, "integer", filled_rows=100),
    ColumnProfile("geboorteland", 1, "text", filled_rows=100, hits=HITS),
)


class OddConnector:
    name = "odd"
    side_by_side = True

    def assets(self, source):
        folder = Path(source.location)
        if not folder.is_dir():
            raise SourceError(source.options.get("code", "odd.closed"))
        for path in sorted(folder.glob("*.odd")):
            words = path.read_text().split()
            if "listing-crash" in words:
                crash()
            if "listing-blind" in words:
                yield BlindSpot(source.id, path.name, "reader.crashed", {"exit": "1"})
                continue
            if "listing-error" in words:
                raise ValueError("a fault in the connector")
            fingerprint = None if "no-fingerprint" in words else str(path.stat().st_mtime_ns)
            size = 100 * 2**20 if "large" in words else len(words)
            yield Asset(source.id, path.name, "odd", size, fingerprint)

    def profiles(self, source, asset, request):
        path = Path(source.location) / asset.path
        with path.with_suffix(".reads").open("a") as log:
            log.write(f"{os.getpid()} {request.limits.threads} {request.temp_folder}\n")
        for word in path.read_text().split():
            yield from self._do(word, source, asset, request)

    def _do(self, word, source, asset, request):
        if word == "table":
            yield TableProfile(source.id, asset.path, 100, 100, COLUMNS, bytes=1000)
        elif word == "blind":
            yield BlindSpot(source.id, asset.path, "reader.crashed", {"exit": "1"})
        elif word == "slow":
            for step in range(20):
                request.on_progress(step, step / 20)
                time.sleep(0.02)
        elif word == "hang":
            time.sleep(3600)
        elif word == "crash":
            crash()
        elif word == "crash-after-others":
            if os.environ.get("ODD_READ"):
                crash()
        elif word == "fat":
            held = [bytearray(2**20) for _ in range(100_000)]
            time.sleep(len(held))
        elif word == "memory-error":
            raise MemoryError
        elif word == "error":
            raise ValueError("a fault in the connector, with Canary-value")
        elif word == "source-error":
            raise SourceError("odd.lost")
        elif word == "print":
            sys.stdout.write("Canary-printed")
            os.write(2, b"Canary-on-stderr")
            os.write(1, b"Canary-on-stdout")
        elif word == "temp-file":
            (Path(request.temp_folder) / "spilled").write_text("secret")
        os.environ["ODD_READ"] = "1"


def crash():
    ctypes.string_at(0)
