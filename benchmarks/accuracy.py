"""How many columns the scan finds, and how many it flags wrongly, on hand-labelled tables.

    python -m benchmarks.accuracy [--data ../shared/data] [--errors N]

Scans the labelled tables twice through the command line, as a user does: as they are, and as
copies whose columns are called c0..cN, so that only values and shapes can speak. Then the
official test set of the population register, of which every origin element is known.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

THRESHOLD = 0.5
BRP_ORIGIN = (
    ".03.20", ".03.30", ".05.10", ".63.10", ".64.10", ".65.10",
    ".14.10", ".14.20", ".39.10", ".39.20", ".39.30",
)  # fmt: skip
"""Elements of the Logisch Ontwerp BRP that are about origin, whatever the category."""

csv.field_size_limit(1 << 30)


@dataclass(frozen=True)
class Score:
    """Columns found and not found, wrongly and rightly."""

    tp: int
    fp: int
    fn: int
    hard: int
    wrong: tuple[str, ...]

    @property
    def precision(self) -> float:
        """Share of the flagged columns that are rightly flagged."""
        return self.tp / max(1, self.tp + self.fp)

    @property
    def recall(self) -> float:
        """Share of the positive columns that are flagged."""
        return self.tp / max(1, self.tp + self.fn)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.precision * self.recall / max(1e-9, self.precision + self.recall)


def scan(folder: Path, work: Path) -> dict[str, Any]:
    """Return ``findings.json`` of a scan of a folder."""
    out = work / "findings.json"
    command = [
        sys.executable, "-m", "doorlicht", "scan", str(folder), "--json", str(out),
        "--register", str(work / "bench.register"), "--html", str(work / "bench.html"), "--quiet",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not out.exists():
        raise RuntimeError(f"the scan ended with {done.returncode}: {done.stderr[-2000:]}")
    return json.loads(out.read_text("utf-8"))


def rename_columns(tables: Path, into: Path) -> None:
    """Write copies of CSV files whose columns are called c0..cN."""
    for path in sorted(tables.glob("*.csv")):
        if path.name == "labels.csv":
            continue
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            rows = list(csv.reader(file))
        with (into / path.name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(f"c{index}" for index in range(len(rows[0])))
            writer.writerows(rows[1:])


def score(found: dict[str, Any], labels: list[dict[str, str]], *, is_anonymous: bool) -> Score:
    """Compare findings with labels, as ``score_tables.py`` does."""
    flagged = {
        (Path(row["asset"].split("#")[0]).stem, row["column"])
        for row in found["findings"]
        if row["kind"] != "proxy" and row["probability"] >= THRESHOLD
    }
    counts: Counter[str] = Counter()
    position: Counter[str] = Counter()
    wrong: list[str] = []
    for row in labels:
        table = row["table_id"]
        column = f"c{position[table]}" if is_anonymous else row["column"]
        position[table] += 1
        positive = row["positive"] == "true"
        undetectable = is_anonymous and positive and row["value_detectable"] != "true"
        if row["doubtful"] == "true" or undetectable:
            continue
        hit = (table, column) in flagged
        outcome = ("tp" if hit else "fn") if positive else ("fp" if hit else "tn")
        counts[outcome] += 1
        counts["hard"] += outcome == "fp" and row["why"].startswith("hard-neg")
        if outcome in {"fp", "fn"}:
            wrong.append(f"{outcome} {table}.{row['column']} ({row['concept']}): {row['why']}")
    return Score(counts["tp"], counts["fp"], counts["fn"], counts["hard"], tuple(wrong))


def score_brp(folder: Path, work: Path) -> Score:
    """Score the official test set: each origin element, and nothing else at 0.5 or more."""
    path = next(folder.glob("*.csv"))
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file, delimiter=";"))
    found = scan(path, work)
    flagged = {
        row["column"]
        for row in found["findings"]
        if row["kind"] != "proxy" and row["probability"] >= THRESHOLD
    }
    expected = {name for name in header if name.endswith(BRP_ORIGIN)}
    wrong = [f"fn {name}" for name in sorted(expected - flagged)]
    wrong += [f"fp {name}" for name in sorted(flagged - expected)]
    return Score(
        len(expected & flagged), len(flagged - expected), len(expected - flagged), 0, tuple(wrong)
    )


def main() -> int:
    """Scan, score and print; the exit code says whether the bars are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--errors", type=int, default=0)
    options = parser.parse_args()
    tables = options.data / "tables" / "dev"
    if not tables.exists():
        print(f"no labelled tables at {tables}")
        return 2
    with (tables / "labels.csv").open(encoding="utf-8", newline="") as file:
        labels = list(csv.DictReader(file))
    scores: list[tuple[str, Score, float, float]] = []
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        for part in ("named", "anonymous", "brp", "copies"):
            (work / part).mkdir()
        rename_columns(tables, work / "copies")
        named = score(scan(tables, work / "named"), labels, is_anonymous=False)
        anonymous = score(scan(work / "copies", work / "anonymous"), labels, is_anonymous=True)
        brp = score_brp(options.data / "brp", work / "brp")
    scores = [
        ("real headers", named, 0.95, 0.95),
        ("headers c0..cN, value-detectable", anonymous, 0.85, 0.95),
        ("BRP test set, 257 columns", brp, 1.0, 1.0),
    ]
    print("| accuracy | precision | recall | F1 | bar F1 | bar precision | tp | fp | fn | hard |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for title, got, f1, precision in scores:
        print(
            f"| {title} | {got.precision:.3f} | {got.recall:.3f} | {got.f1:.3f} | {f1} "
            f"| {precision} | {got.tp} | {got.fp} | {got.fn} | {got.hard} |"
        )
    for title, got, _, _ in scores:
        for line in got.wrong[: options.errors]:
            print(f"  {title}: {line}")
    return int(any(got.f1 < f1 or got.precision < p for _, got, f1, p in scores))


if __name__ == "__main__":
    sys.exit(main())
