"""How fast two well-known tools look at the first rows of the same CSV file.

    python -m benchmarks.peers [--rows 5000]

Each is installed from the package index into an environment of its own outside the repository;
where that fails, the table says so. What they do differs from what doorlicht does, so this gives
an order of magnitude and no ranking:

- DataProfiler runs without its labeler of sensitive data, which needs TensorFlow: its figure is
  for statistics alone, and would be lower with it.
- presidio-structured runs with its patterns alone: the language model that its default needs is
  not on the package index. It looks at every row (``n`` is the number of rows).
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.make_data import FOLDER, QUICK_DIVISOR, large_csv, make
from benchmarks.measure import run

LIMIT_SECONDS = 600
ENVIRONMENTS = Path(tempfile.gettempdir()) / "doorlicht-peers"
HEADER = "| tool, first rows of the same CSV | MB/s | note |\n|---|---|---|"

# Programs for the other environments, which have neither doorlicht nor this package.
_DATAPROFILER = """
import logging, sys, time, warnings
import pandas, dataprofiler
warnings.simplefilter("ignore")
logging.disable()
table = pandas.read_csv(sys.argv[1], dtype=str)
options = dataprofiler.ProfilerOptions()
options.set({"data_labeler.is_enabled": False})
began = time.perf_counter()
dataprofiler.Profiler(table, options=options, samples_per_update=len(table))
print(time.perf_counter() - began)
"""
_PRESIDIO = """
import logging, sys, time, warnings
import pandas, spacy
from presidio_analyzer import AnalyzerEngine, BatchAnalyzerEngine
from presidio_analyzer.nlp_engine import SpacyNlpEngine
from presidio_structured import PandasAnalysisBuilder
warnings.simplefilter("ignore")
logging.disable()
class Patterns(SpacyNlpEngine):
    def __init__(self):
        super().__init__()
        self.nlp = {"en": spacy.blank("en")}
table = pandas.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
builder = PandasAnalysisBuilder(analyzer=AnalyzerEngine(nlp_engine=Patterns()))
began = time.perf_counter()
builder.generate_analysis(table, n=len(table))
print(time.perf_counter() - began)
"""
PEERS = (
    ("DataProfiler", "dataprofiler", _DATAPROFILER, "statistics, without labels"),
    ("presidio-structured", "presidio-structured", _PRESIDIO, "patterns, without a language model"),
)


def python_of(package: str) -> Path | None:
    """Return the interpreter of an environment with a package, or ``None`` if it cannot be made."""
    folder = ENVIRONMENTS / package
    python = folder / "bin" / "python"
    ready = folder / "ready"
    if ready.exists():
        return python
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv is None:
        return None
    for command in (
        [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)],
        [uv, "pip", "install", "--quiet", "--python", str(python), package],
    ):
        if subprocess.run(command, capture_output=True, check=False, timeout=900).returncode:
            return None
    ready.touch()
    return python


def first_rows(source: Path, rows: int, into: Path) -> float:
    """Copy the header and the first rows of a CSV file without quoted newlines; return its MB."""
    with source.open(encoding="utf-8") as whole, into.open("w", encoding="utf-8") as part:
        for _ in range(rows + 1):
            part.write(whole.readline())
    return into.stat().st_size / 1e6


def measure(source: Path, rows: int) -> Iterator[str]:
    """Return a row of a markdown table for each tool."""
    with tempfile.TemporaryDirectory() as folder:
        sample = Path(folder) / "sample.csv"
        size = first_rows(source, rows, sample)
        for name, package, program, note in PEERS:
            python = python_of(package)
            if python is None:
                yield f"| {name} | | could not be installed here |"
                continue
            try:
                done = run([str(python), "-c", program, str(sample)], timeout_seconds=LIMIT_SECONDS)
            except subprocess.TimeoutExpired:
                yield f"| {name} | < {size / LIMIT_SECONDS:.3f} | stopped: {LIMIT_SECONDS} s |"
                continue
            if done.code:
                yield f"| {name} | | installed, but ended with code {done.code} |"
                continue
            seconds = float(done.output.split()[-1])
            memory = done.peak_bytes / (1 << 20)
            yield (
                f"| {name} | {size / seconds:.2f} | {note}; {rows:,} rows, {size:.1f} MB, "
                f"{memory:.0f} MiB of memory |"
            )


def main() -> None:
    """Measure the tools and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5000)
    options = parser.parse_args()
    print(HEADER)
    for line in measure(make(large_csv(QUICK_DIVISOR), FOLDER), options.rows):
        print(line, flush=True)


if __name__ == "__main__":
    main()
