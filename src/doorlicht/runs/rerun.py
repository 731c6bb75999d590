"""Repeating what a bundle says was done: a scan, a trace or an audit, with its settings.

Each is done again into a register that is thrown away, and compared with what was sealed. What
cannot be repeated is named with the reason: it was made before doorlicht kept all settings, of
tables in somebody's memory, or its record was left out of the bundle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal, get_args

from doorlicht.errors import InputError, nearest
from doorlicht.evidence.bundles import read_records
from doorlicht.runs.recorded import IN_MEMORY, are_settings
from doorlicht.runs.rerun_audit import rerun_audit
from doorlicht.runs.rerun_compare import Rerun
from doorlicht.runs.rerun_scan import rerun_scan
from doorlicht.runs.rerun_trace import rerun_trace, root_key
from doorlicht.sources.estate import estate_of_paths, kind_of

Kind = Literal["scan", "trace", "audit"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

Hindrance = Literal["", "older", "in_memory", "newer", "unfinished", "overtaken"]
"""Why something cannot be repeated; empty where it can."""

_TABLE_OF: Final[Mapping[Kind, str]] = {"scan": "scans", "trace": "traces", "audit": "audits"}


@dataclass(frozen=True, slots=True)
class Input:
    """Something that must be given to repeat: a source, a folder of code, a file.

    Attributes
    ----------
    key
        What it is called in ``--source``.
    name
        How its file or folder was called.
    kind
        Of connector: ``files``, ``postgresql`` ...
    """

    key: str
    name: str
    kind: str = "files"


@dataclass(frozen=True, slots=True)
class Repeatable:
    """A scan, trace or audit of a bundle.

    Attributes
    ----------
    subject
        As the log names it: ``audit:2``.
    about
        Of what it is, in a word or a path.
    hindrance
        Why it cannot be repeated.
    scores
        Whether the audit had a model scored by its own library, and ``pickle`` whether it ran a
        file that is a program for that.
    """

    kind: Kind
    subject: str
    at: str
    by: str
    about: str
    inputs: tuple[Input, ...]
    hindrance: Hindrance
    record: Mapping[str, Any]
    scores: Literal["", "library", "pickle"] = ""

    @property
    def number(self) -> int:
        """Its number among those of its kind."""
        return int(self.subject.partition(":")[2])


def repeatables(bundle: BinaryIO) -> Iterator[Repeatable]:
    """Yield every scan, trace and audit of a bundle that was verified, each kind by number."""
    sources = {
        subject.partition(":")[2]: said["sources"][0]
        for subject, said in read_records(bundle, "source")
    }
    for kind in KINDS:
        found = [
            _repeatable(kind, subject, said, sources)
            for subject, said in read_records(bundle, kind)
        ]
        found.sort(key=lambda one: one.number)
        yield from _not_overtaken(found) if kind == "scan" else found


def _not_overtaken(scans: Sequence[Repeatable]) -> Iterator[Repeatable]:
    """Yield scans, of which only what no later one read can be compared: records are of the last.

    A source that a later scan read is none of its inputs any more.
    """
    for at, one in enumerate(scans):
        later = {
            each.key for other in scans[at + 1 :] if not other.hindrance for each in other.inputs
        }
        left = tuple(each for each in one.inputs if each.key not in later)
        is_overtaken = not left and not one.hindrance
        yield replace(one, inputs=left, hindrance="overtaken" if is_overtaken else one.hindrance)


def _repeatable(
    kind: Kind, subject: str, said: Mapping[str, Any], sources: Mapping[str, Mapping[str, Any]]
) -> Repeatable:
    row = said[_TABLE_OF[kind]][0]
    made = Repeatable(kind, subject, row["started_at"], row["by"], "", (), "", said)
    if kind == "scan":
        inputs = [
            Input(name, Path(str(sources[name]["location"])).name, str(sources[name]["kind"]))
            for name in (one["source_id"] for one in said["scan_sources"]) if name in sources
        ]  # fmt: skip
        settings = said["settings_used"][0]["content"]
        hindrance: Hindrance = "" if are_settings(kind, settings) else "newer"
        if row["status"] != "finished":
            hindrance = "unfinished"
        about = ", ".join(one.key for one in inputs)
        return replace(made, about=about, inputs=tuple(inputs), hindrance=hindrance)
    settings = row.get("settings")
    about = (
        ", ".join(_last_part(root) for root in row["roots"])
        if kind == "trace"
        else f"{row['audit_id']} {_last_part(row['subject'])}"
    )
    hindrance = _hindrance(kind, settings)
    if hindrance:
        return replace(made, about=about, hindrance=hindrance)
    if kind == "trace":
        inputs = [Input(root_key(one), str(one["name"])) for one in settings["roots"]]
        inputs += [Input(one["id"], one["id"], one["kind"]) for one in settings["databases"]]
        return replace(made, about=about, inputs=tuple(inputs))
    inputs = [Input(role, one["name"]) for role, one in settings["inputs"].items()]
    options = settings["options"]
    scores = "pickle" if options["trust_pickle"] else "library" if options["allow_scoring"] else ""
    return replace(made, about=about, inputs=tuple(inputs), scores=scores)


def _last_part(path: str) -> str:
    """Return the name of a file or folder wherever it was, and that of a database behind a URL."""
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2]


def _hindrance(kind: Kind, settings: Mapping[str, Any] | None) -> Hindrance:
    if settings is None:
        return "older"
    if dict(settings) == dict(IN_MEMORY):
        return "in_memory"
    return "" if are_settings(kind, settings) else "newer"


def choose(found: Sequence[Repeatable], what: str) -> Repeatable:
    """Return what is to be repeated: the last of a kind, or one by its name or the id of its audit.

    Raises
    ------
    InputError
        If it is not there, or cannot be repeated.
    """
    if what in KINDS:
        of_kind = [one for one in found if one.kind == what]
        able = [one for one in of_kind if not one.hindrance]
        if not of_kind:
            raise InputError(f"rerun.no_{what}")
        return able[-1] if able else _able(of_kind[-1])
    named = [one for one in found if one.subject == what or one.about.split(" ")[0] == what]
    if not named:
        known = [one.subject for one in found]
        raise InputError("rerun.no_such", what=what, nearest=nearest(what, known))
    return _able(named[-1])


def _able(one: Repeatable) -> Repeatable:
    if one.hindrance:
        raise InputError(f"rerun.{one.hindrance}", what=one.subject)
    return one


def places_of(chosen: Repeatable, given: Sequence[str]) -> dict[str, str]:
    """Return where each input is, from ``NAME=PLACE``, or from a place alone that can be but one.

    A place is a path, or a URL of the kind that was recorded.

    Raises
    ------
    InputError
        If there is nothing at a path, a name is not known, or a place is of another kind.
    """
    by_key = {one.key: one for one in chosen.inputs}
    places: dict[str, str] = {}
    for one in given:
        name, place = _named(one, chosen.inputs)
        if name not in by_key:
            raise InputError(
                "rerun.no_source", name=name, what=chosen.subject, nearest=nearest(name, by_key)
            )
        wanted = by_key[name]
        if wanted.kind != kind_of(place):
            raise InputError("rerun.other_kind", name=name, kind=wanted.kind)
        file = place.partition("#")[0]
        if wanted.kind == "files" and "://" not in place:
            if not place or not (Path(place).exists() or Path(file).exists()):
                raise InputError("rerun.no_place", given=one)
            places[name] = str(Path(place).resolve())
        else:
            places[name] = estate_of_paths([place]).sources[0].location
    return places


def _named(given: str, inputs: Sequence[Input]) -> tuple[str, str]:
    """Return the key and the place of what was given; a key is told by the name of its file."""
    name, is_named, place = given.partition("=")
    keys = {one.key for one in inputs}
    if is_named and (name in keys or not Path(given).exists()) and "://" not in name:
        return name, place
    last = Path(given.partition("#")[0]).name
    alike = [one.key for one in inputs if one.name.partition("#")[0] == last]
    fitting = [inputs[0].key] if len(inputs) == 1 else alike
    if len(fitting) != 1:
        raise InputError("rerun.no_place", given=given)
    return fitting[0], given


def rerun(
    bundle: BinaryIO,
    chosen: Repeatable,
    places: Mapping[str, str],
    *,
    by: str,
    vocabulary: Sequence[Path] = (),
    workers: int | None = None,
    may_score: bool = False,
    may_run_pickle: bool = False,
) -> Rerun:
    """Repeat it, and compare.

    Parameters
    ----------
    bundle
        One that was verified.
    may_score, may_run_pickle
        Whether a model may be scored by its own library in a confined process, and whether a file
        that is a program may be run there. What a bundle says does not allow it on this machine.

    Raises
    ------
    InputError
        If something is missing, or was not allowed.
    SourceError
        If a file cannot be read to its end.
    """
    if chosen.scores and not (may_run_pickle or (may_score and chosen.scores == "library")):
        raise InputError(f"rerun.scores_{chosen.scores}", what=chosen.subject)
    repeat: Mapping[Kind, Callable[[], Rerun]] = {
        "scan": lambda: rerun_scan(
            bundle, chosen.subject, chosen.record, places, by=by, vocabulary=vocabulary,
            workers=workers,
        ),
        "trace": lambda: rerun_trace(
            bundle, chosen.subject, chosen.record, places, by=by, vocabulary=vocabulary
        ),
        "audit": lambda: rerun_audit(
            chosen.subject, chosen.record, places, by=by, vocabulary=vocabulary
        ),
    }  # fmt: skip
    return repeat[chosen.kind]()
