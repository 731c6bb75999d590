"""Seal the current editions of vocabulary, weights and frameworks, or check their seals.

    python scripts/seal_editions.py [--check | --release]

A register keeps which editions gave a probability or a verdict, so what an edition says may not
change unseen. ``editions.yaml`` beside the vocabulary holds the SHA-256 of the data of each
edition. Until an edition is released its data may change and is sealed anew; ``--release`` marks
the current ones as released with this version, and from then on other data need an edition with
another date.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import yaml

import doorlicht
from doorlicht.assessment.load import CASES
from doorlicht.detection.weights import CURRENT
from doorlicht.vocabulary import load_vocabulary

PACKAGE: Final = Path(__file__).parents[1] / "src/doorlicht"
SEALS: Final = "vocabulary/editions.yaml"
HEAD: Final = """\
# The SHA-256 of the data of each edition, written by scripts/seal_editions.py. A register names the
# editions that gave a probability or a verdict: what was released does not change.
"""


SUBJECTS: Final = ("vocabulary", "weights", "frameworks")


def data_files(package: Path, subject: str, edition: str) -> list[Path]:
    """Return the files that an edition of a subject consists of.

    An edition of ``frameworks`` is called ``<name>@<date>``. Its worked cases are no part of it:
    more of them may be added at any time, and none of them changes a verdict.
    """
    if subject == "weights":
        return [package / f"detection/weights/{edition}.yaml"]
    if subject == "frameworks":
        framework = package / "assessment/frameworks" / edition.replace("@", "/")
        files = sorted(framework.glob("*.y*ml"))
        return [path for path in files if path.name != CASES] or [framework / "framework.yaml"]
    folder = package / "vocabulary"
    found = [path for end in ("yaml", "csv") for path in folder.rglob(f"*.{end}")]
    return sorted(path for path in found if path != package / SEALS)


def frameworks(package: Path) -> list[str]:
    """Return the editions of frameworks that are there; all of them are current."""
    folders = (package / "assessment/frameworks").glob("*/*/")
    return sorted(
        f"{folder.parent.name}@{folder.name}" for folder in folders if any(folder.glob("*.yaml"))
    )


def _editions(package: Path, current: dict[str, str]) -> list[tuple[str, str]]:
    return [*current.items(), *(("frameworks", edition) for edition in frameworks(package))]


def digest(package: Path, files: Iterable[Path]) -> str:
    """Return the SHA-256 over names and contents; line ends of Windows count as any other."""
    whole = hashlib.sha256()
    for path in files:
        content = path.read_bytes().replace(b"\r\n", b"\n")
        name = path.relative_to(package).as_posix()
        whole.update(f"{name} {len(content)}\n".encode() + content)
    return whole.hexdigest()


def read_seals(package: Path) -> dict[str, dict[str, dict[str, str]]]:
    """Return subject to edition to ``sha256`` and, once released, ``released`` (a version)."""
    path = package / SEALS
    tree: Any = yaml.safe_load(path.read_text("utf-8")) if path.exists() else {}
    return {subject: dict(tree.get(subject, {})) for subject in SUBJECTS}


def broken_seals(package: Path, current: dict[str, str]) -> list[str]:
    """Return what is wrong, in sentences; an older edition of weights is checked as well."""
    wrong: list[str] = []
    seals = read_seals(package)
    wrong += [
        f"{subject} {edition} is not sealed."
        for subject, edition in _editions(package, current)
        if edition not in seals[subject]
    ]
    for subject, editions in seals.items():
        for edition, seal in editions.items():
            # Of an older vocabulary the data are in the history of the repository alone.
            if subject == "vocabulary" and edition != current[subject]:
                continue
            files = data_files(package, subject, edition)
            if not all(path.is_file() for path in files):
                wrong.append(f"{subject} {edition} is gone.")
            elif digest(package, files) != seal["sha256"]:
                state = "was released: give it" if "released" in seal else "has other data: give it"
                wrong.append(f"{subject} {edition} {state} another date, or undo the change.")
    return wrong


def seal(package: Path, current: dict[str, str], version: str = "") -> list[str]:
    """Write the seals of the current editions; return why not, if one was released before."""
    seals = read_seals(package)
    for subject, edition in _editions(package, current):
        new = {"sha256": digest(package, data_files(package, subject, edition))}
        old = seals[subject].get(edition, {})
        if "released" in old:
            if old["sha256"] != new["sha256"]:
                return [f"{subject} {edition} was released with {old['released']}: date it anew."]
            continue
        seals[subject][edition] = new | ({"released": version} if version else {})
    (package / SEALS).write_text(HEAD + yaml.safe_dump(seals), "utf-8", newline="\n")
    return []


def main(package: Path = PACKAGE) -> int:
    """Seal or check; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="write nothing; 1 if a seal is broken")
    what.add_argument("--release", action="store_true", help="mark the editions as released")
    options = parser.parse_args()
    current = {"vocabulary": load_vocabulary().edition, "weights": CURRENT}
    if options.check:
        wrong = broken_seals(package, current)
        if wrong:
            wrong.append("Not released yet? Then run: python scripts/seal_editions.py")
    else:
        wrong = seal(package, current, doorlicht.__version__ if options.release else "")
    print("\n".join(wrong) or "The seals fit.", file=sys.stderr if wrong else sys.stdout)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
