"""Whether a framework is sound: what is wrong with it and its cases, and what no case shows.

A framework with faults is told as a whole, one that cannot be read too: nothing is raised.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from doorlicht.assessment.answers import StatedCase, read_cases
from doorlicht.assessment.check import check_cases, check_framework
from doorlicht.assessment.framework import Framework
from doorlicht.assessment.load import (
    CASES,
    find_framework,
    known_frameworks,
    load_folder,
    load_framework,
    text_of,
)
from doorlicht.assessment.paths import Path, unreached
from doorlicht.errors import DoorlichtError
from doorlicht.language import Text


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with a framework.

    Attributes
    ----------
    problems
        Without any, and with ``wrong_cases`` empty, it can be used.
    wrong_cases
        Worked cases that come out otherwise than they state.
    unseen
        Paths that no worked case goes: no fault, but a rule that nobody has seen at work.
    cases
        How many worked cases there are.
    """

    name: str
    edition: str = ""
    problems: tuple[Text, ...] = ()
    wrong_cases: tuple[Text, ...] = ()
    unseen: tuple[Path, ...] = ()
    cases: int = 0

    @property
    def is_sound(self) -> bool:
        """Whether it can be used."""
        return not self.problems and not self.wrong_cases


def all_frameworks() -> list[Framework]:
    """Return every known edition of every framework, by name, oldest edition first."""
    return [load_framework(name, edition) for name, edition in _known()]


def check_frameworks(names: Iterable[str] = ()) -> Iterator[Checked]:
    """Check frameworks by name or folder; without any, every edition that is known.

    Examples
    --------
    >>> [one.is_sound for one in check_frameworks(["motion-21"])]
    [True]
    """
    for name, edition in [(name, None) for name in names] or _known():
        yield _check(name, edition)


def cases_of(name: str, edition: str | None = None) -> list[StatedCase]:
    """Return the worked cases beside a framework; none if it has no file of them."""
    folder = find_framework(name, edition)
    return _cases(folder, load_folder(folder))


def _known() -> list[tuple[str, str | None]]:
    return [
        (name, edition) for name, editions in known_frameworks().items() for edition in editions
    ]


def _check(name: str, edition: str | None) -> Checked:
    try:
        folder = find_framework(name, edition)
        framework = load_folder(folder)
    except DoorlichtError as error:
        return Checked(name, edition or "", _told(error))
    problems = tuple(check_framework(framework))
    try:
        cases = _cases(folder, framework)
    except DoorlichtError as error:
        return Checked(framework.name, framework.edition, (*problems, *_told(error)))
    if problems:
        # What a framework with faults says of its cases would only hide the faults.
        return Checked(framework.name, framework.edition, problems, cases=len(cases))
    return Checked(
        framework.name, framework.edition, (), tuple(check_cases(framework, cases)),
        tuple(unreached(framework, cases)) if cases else (), len(cases),
    )  # fmt: skip


def _cases(folder: Traversable, framework: Framework) -> list[StatedCase]:
    file = folder / CASES
    # A link that leads nowhere is no file that is not there: that is told.
    if CASES not in {one.name for one in folder.iterdir()}:
        return []
    return read_cases(CASES, framework, text_of(file))


def _told(error: DoorlichtError) -> tuple[Text, Text]:
    details = dict(error.details)
    return Text(f"error.{error.code}.what", details), Text(f"error.{error.code}.why", details)
