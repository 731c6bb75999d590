"""Pages of the Chamber's open data, kept beside what people did with the questions in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from doorlicht.organisation import read_chamber
from doorlicht.records import Commitment, QuestionSet
from doorlicht.register import Register
from doorlicht.runs.dossier_files import read_bytes


def keep_pages(register: Register, paths: Sequence[Path], about: Sequence[str], *, by: str) -> int:
    """Keep what pages hold, and return how many records are new or changed.

    Parameters
    ----------
    about
        Only records with one of these words.
    """
    found = read_chamber({str(path): read_bytes(path) for path in paths}).about(about)
    sets = {one.id: one for one in register.dossier.all(QuestionSet)}
    promises = {one.id: one for one in register.dossier.all(Commitment)}
    records: list[Any] = [
        *found.letters,
        *found.motions,
        *(_with_known_promise(one, promises.get(one.id)) for one in found.commitments),
        *(_with_known_set(one, sets.get(one.id)) for one in found.question_sets),
    ]
    return register.dossier.keep(records, action="chamber_kept", by=by)


def _with_known_set(new: QuestionSet, known: QuestionSet | None) -> QuestionSet:
    """Return a set as the Chamber has it, with what only people know of it."""
    if known is None:
        return new
    days = {one.on for one in new.extensions}
    extensions = [*new.extensions, *(one for one in known.extensions if one.on not in days)]
    return replace(
        new,
        asked_on=new.asked_on or known.asked_on,
        due=new.due or known.due,
        questions=known.questions,
        extensions=tuple(sorted(extensions, key=lambda one: one.on)),
        belongs_to=known.belongs_to,
        letter=new.letter or known.letter,
        answered_on=new.answered_on or known.answered_on,
    )


def _with_known_promise(new: Commitment, known: Commitment | None) -> Commitment:
    """Return a commitment as the Chamber has it, with its unit and what was not in the data."""
    if known is None:
        return new
    is_done_here = known.state == "fulfilled" and new.state != "fulfilled"
    return replace(
        new,
        unit=known.unit,
        belongs_to=known.belongs_to,
        to=new.to or known.to,
        due=new.due or known.due,
        state=known.state if is_done_here else new.state,
        letter=new.letter or known.letter,
        fulfilled_on=new.fulfilled_on or known.fulfilled_on,
    )
