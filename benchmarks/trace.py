"""How fast a trace is, as a multiple of merely parsing the same code, and how much it finds.

    python -m benchmarks.trace [--quick] [--rounds 2]

Speed is a ratio: the whole command as a user gives it, from the start of its process to its end,
against a process that parses the same files with the same grammar and does nothing else. The two
run in turn. Accuracy is that of the code corpus (``tests/data/code``), per language.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.code_corpus import FOLDER as CORPUS
from tests.code_corpus import Score, Scores, all_scores

from benchmarks.make_code import CodeSet, make
from benchmarks.make_data import FOLDER
from benchmarks.measure import Pairs, Run, exponent, in_pairs, run
from benchmarks.speed import HEADER, MEBIBYTE, Line

MEGABYTE = 1_000_000
BAR = 6.0
MOST_EXPONENT = 1.15
MOST_MEMORY = 2048 * MEBIBYTE
MOST_AGAIN = 0.10
QUICK_DIVISOR = 20


@dataclass(frozen=True, slots=True)
class Options:
    """How to measure."""

    folder: Path = FOLDER
    divisor: int = 1
    rounds: int = 2


def mixed(size: int) -> CodeSet:
    """Return code of which one project in twelve is about a risk model."""
    return CodeSet("mixed", size, 0.08)


def dense(size: int) -> CodeSet:
    """Return code of which every file names origin data or trains a model."""
    return CodeSet("dense", size, 1.0)


def many_files(count: int) -> CodeSet:
    """Return so many small files."""
    return CodeSet("many", 1 << 60, 0.02, blocks=1, files=count)


def parse(folder: Path) -> Run:
    """Parse every file of Python in a process of its own."""
    done = run([sys.executable, "-m", "benchmarks.jobs", "parse", str(folder)])
    if done.code:
        raise RuntimeError(f"parsing ended with {done.code}: {done.errors[-2000:]}")
    return done


def trace(folder: Path, work: Path | None = None) -> Run:
    """Trace a folder from the command line; without ``work`` into a register of its own."""
    with tempfile.TemporaryDirectory() as made:
        into = work or Path(made)
        done = run(
            [
                sys.executable, "-m", "doorlicht", "trace", str(folder), "--quiet",
                "--register", str(into / "bench.register"), "--json", str(into / "trace.json"),
            ]
        )  # fmt: skip
    # 1: a flow was found, 2: a path was lost, 3: both.
    if done.code not in (0, 1, 2, 3):
        raise RuntimeError(f"the trace ended with {done.code}: {done.errors[-2000:]}")
    return done


def judged(line: Line, options: Options) -> Line:
    """Return the line without a verdict on little code: there a start weighs more than code."""
    return line if options.divisor == 1 else Line(line.what, line.figure, line.bar, None, line.note)


def against_parsing(what: str, folder: Path, options: Options) -> tuple[Line, Pairs]:
    """Measure a trace of a folder against parsing it."""
    parse(folder)
    pairs = in_pairs(lambda: trace(folder), lambda: parse(folder), rounds=options.rounds)
    ours, theirs = pairs.seconds
    low, high = pairs.spread
    line = Line(
        what, f"{pairs.ratio:.2f} times ({ours:.1f} s to {theirs:.1f} s)", f"{BAR:.0f} times",
        pairs.ratio <= BAR,
        f"processor time {pairs.cpu_ratio:.2f} times; pairs {low:.2f} to {high:.2f}; "
        f"memory {pairs.peak_bytes / MEBIBYTE:.0f} MiB",
    )  # fmt: skip
    return judged(line, options), pairs


def real_code(size: int, into: Path) -> Path:
    """Return a copy of packages of this environment, by name, until there is so much code."""
    folder = into / f"real-{size}"
    if folder.exists():
        return folder
    beside = folder.with_name(folder.name + ".part")
    shutil.rmtree(beside, ignore_errors=True)
    source = Path(sysconfig.get_paths()["purelib"])
    copied = 0
    for package in sorted(source.iterdir()):
        files = sorted(package.rglob("*.py")) if package.is_dir() else []
        for file in files:
            target = beside / file.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
            copied += file.stat().st_size
            if copied >= size:
                break
        if copied >= size:
            break
    beside.rename(folder)
    return folder


def growth(title: str, sizes: list[int], seconds: list[float], options: Options) -> Line:
    """Return the line of the power with which time grows."""
    power = exponent(sizes, seconds)
    note = ", ".join(
        f"{size / MEGABYTE:g} MB {each:.1f} s" for size, each in zip(sizes, seconds, strict=True)
    )
    line = Line(
        f"time over {title}, 1x 4x 16x", f"exponent {power:.2f}", f"{MOST_EXPONENT}",
        power <= MOST_EXPONENT, note,
    )  # fmt: skip
    return judged(line, options)


def again(folder: Path, options: Options) -> Line:
    """Measure a second trace after one file has changed."""
    with tempfile.TemporaryDirectory() as made:
        code = Path(made) / "code"
        shutil.copytree(folder, code)
        work = Path(made) / "work"
        work.mkdir()
        first = trace(code, work)
        changed = sorted(code.rglob("*.py"))[0]
        changed.write_text(changed.read_text("utf-8") + "\nnationaliteit = 1\n", "utf-8")
        second = trace(code, work)
    share = second.seconds / first.seconds
    line = Line(
        "a second run after one file changed, dense code", f"{share:.1%} of the first",
        f"{MOST_AGAIN:.0%}", share <= MOST_AGAIN,
        f"{second.seconds:.1f} s to {first.seconds:.1f} s",
    )  # fmt: skip
    return judged(line, options)


def speed(options: Options) -> Iterator[Line]:
    """Measure speed and memory, one line at a time."""
    size = 20 * MEGABYTE // options.divisor
    title = f"{size / MEGABYTE:g} MB of Python"
    line, _ = against_parsing(f"{title}, mixed", make(mixed(size), options.folder), options)
    yield line
    largest = make(dense(size), options.folder)
    line, pairs = against_parsing(f"{title}, every file about origin", largest, options)
    yield line
    real = real_code(size, options.folder)
    title = f"{size / MEGABYTE:g} MB of packages of this environment"
    # It takes minutes: most files of it are tied to each other, and so all are followed.
    line, _ = against_parsing(title, real, replace(options, rounds=1))
    yield line
    sizes = [size // 16, size // 4, size]
    seconds = [trace(make(dense(each), options.folder)).seconds for each in sizes[:2]]
    yield growth("code all about origin", sizes, [*seconds, pairs.seconds[0]], options)
    count = 100_000 // options.divisor
    done = trace(make(many_files(count), options.folder))
    yield Line(
        f"{count:,} files: highest memory of all processes",
        f"{done.peak_bytes / MEBIBYTE:.0f} MiB", f"{MOST_MEMORY // MEBIBYTE} MiB",
        done.peak_bytes <= MOST_MEMORY, f"{done.seconds:.1f} s",
    )  # fmt: skip
    yield again(largest, options)


LANGUAGES = {".py": "Python", ".ipynb": "Python", ".r": "R", ".rmd": "R", ".qmd": "R",
             ".sql": "SQL", ".sas": "SAS"}  # fmt: skip
ACCURACY_HEADER = (
    "| accuracy | projects | flows: precision | recall | references: precision | recall "
    "| verdicts | visibility | met |\n|---|---|---|---|---|---|---|---|---|"
)


def language_of(project: Path) -> str:
    """Return the language of most files of a project."""
    found = [
        LANGUAGES[file.suffix.lower()]
        for file in sorted(project.rglob("*"))
        if file.suffix.lower() in LANGUAGES
    ]
    return max(sorted(set(found)), key=found.count) if found else "other"


def is_met(scores: Scores) -> bool:
    """Return whether the bars of the corpus hold."""
    return (
        scores.flows.precision >= 0.95
        and scores.flows.recall >= 0.95
        and scores.references.precision >= 0.95
        and scores.references.recall >= 0.98
        and scores.verdicts.precision >= 0.95
        and scores.visibility.precision >= 0.9
    )


def accuracy() -> Iterator[tuple[str, bool]]:
    """Yield a row per language and one for the whole corpus, and whether its bars hold."""
    total = Scores()
    by_language: dict[str, tuple[int, Scores]] = {}
    for folder, scores in all_scores():
        language = language_of(folder)
        count, known = by_language.setdefault(language, (0, Scores()))
        known.add(scores)
        by_language[language] = (count + 1, known)
        total.add(scores)
    for language in sorted(by_language):
        count, scores = by_language[language]
        yield row(language, count, scores, ""), True
    met = is_met(total)
    count = sum(each for each, _ in by_language.values())
    yield row("all", count, total, "yes" if met else "**no**"), met


def row(title: str, count: int, scores: Scores, met: str) -> str:
    """Return a row of the table of accuracy."""

    def share(score: Score, name: str) -> str:
        is_empty = not (score.hits + len(score.wrong) + len(score.missed))
        return "-" if is_empty else f"{getattr(score, name):.3f}"

    return (
        f"| {title} | {count} | {share(scores.flows, 'precision')} "
        f"| {share(scores.flows, 'recall')} | {share(scores.references, 'precision')} "
        f"| {share(scores.references, 'recall')} | {share(scores.verdicts, 'precision')} "
        f"| {share(scores.visibility, 'precision')} | {met} |"
    )


def main() -> int:
    """Measure and print; the exit code says whether every bar is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a twentieth of the code")
    parser.add_argument("--rounds", type=int, default=2, help="pairs per figure")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where made files are kept")
    given = parser.parse_args()
    options = Options(given.folder, QUICK_DIVISOR if given.quick else 1, given.rounds)
    met = True
    if CORPUS.exists():
        print(ACCURACY_HEADER, flush=True)
        for text, is_good in accuracy():
            print(text, flush=True)
            met &= is_good
        print(flush=True)
    print(HEADER, flush=True)
    for line in speed(options):
        print(line, flush=True)
        met &= line.is_met is not False
    return int(not met)


if __name__ == "__main__":
    sys.exit(main())
