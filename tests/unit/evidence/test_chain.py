"""Alter, drop, swap, insert or double any entry: the first place and the kind are named."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorlicht.evidence import (
    START,
    Change,
    Damage,
    Draft,
    LogWalk,
    Placed,
    entry_hash,
    entry_line,
    first_damage,
    form_1_line,
    next_entry,
    read_entry,
    root_of,
)

MOMENT = datetime(2026, 1, 5, tzinfo=UTC)


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def form_1(count):
    """Entries as doorlicht 0.1 wrote them."""
    log, previous = [], START
    for number in range(1, count + 1):
        at = MOMENT + timedelta(seconds=number)
        line = form_1_line(
            number, at, "jo", "asset.kept", [f"asset:{number}"], digest("x"), previous
        )
        previous = entry_hash(line, 1)
        log.append(Placed(number, line, previous))
    return log


def grown(log, count):
    """Let a log grow by entries of form 2, each of which changes one of three subjects."""
    last = read_entry(log[-1].line) if log else None
    states, log = {}, list(log)
    for _ in range(count):
        number = len(log) + 1
        subject = f"use:{number % 3}"
        change = Change(subject, states.get(subject), digest(str(number)))
        states[subject] = change.after
        draft = Draft("use.changed", "jo", [change], [f"scan:{number}"], reason=f"because {number}")
        last = next_entry(last, draft, MOMENT + timedelta(seconds=number))
        log.append(Placed(last.number, last.line, last.hash))
    return log


LOG = grown(form_1(4), 10)


def placed_anew(log):
    """The same entries, at places without gaps: what who drops or inserts one would leave."""
    return [one._replace(place=place) for place, one in enumerate(log, start=1)]


def test_a_log_that_nobody_touched_holds_and_gives_its_states_and_root():
    walk = LogWalk()
    assert all(walk.add(one) for one in LOG)
    assert (walk.size, walk.head, walk.clock_went_back) == (14, LOG[-1].hash, 0)
    assert walk.states["use:2"] == (digest("14"), 14)
    leaves = [hashlib.sha256(b"\x00" + one.line.encode()).digest() for one in LOG]
    assert walk.edge.root() == root_of(leaves)
    # The hash of an entry of form 2 is its leaf in the tree.
    assert [one.hash for one in LOG[4:]] == [leaf.hex() for leaf in leaves[4:]]
    assert first_damage(LOG) is None
    assert first_damage([]) is None


@st.composite
def altered(draw):
    place = draw(st.integers(0, len(LOG) - 1))
    said = json.loads(LOG[place].line)
    name = draw(st.sampled_from(sorted(said)))
    new = {"number": 99, "form": 1, "changes": [["use:x", None, digest("y")]], "subjects": ["x"],
           "evidence": {"file": digest("y")}, "versions": {"doorlicht": "9"},
           "at": "2026-01-05T09:00:00.000000Z"}  # fmt: skip
    said[name] = new.get(name, f"{said[name]}x")
    return place, json.dumps(said, sort_keys=True, separators=(",", ":"))


@given(altered())
def test_an_altered_entry_is_named(case):
    place, line = case
    changed = [*LOG]
    changed[place] = LOG[place]._replace(line=line)
    assert first_damage(changed) == Damage(place + 1, "altered")


@pytest.mark.parametrize("place", range(len(LOG) - 1))
def test_an_entry_that_was_made_anew_is_named(place):
    entry = read_entry(LOG[place].line)
    draft = Draft(entry.action, "eve", entry.changes, ["scan:1"])
    line = entry_line(draft, entry.number, entry.at, entry.previous_hash)
    changed = [*LOG]
    changed[place] = Placed(place + 1, line, entry_hash(line, 2))
    named = first_damage(changed)
    # The last but one is followed by one entry only: either of the two can be the odd one.
    assert named == Damage(place + 1 if place < len(LOG) - 2 else place + 2, "altered")


@pytest.mark.parametrize("is_closed", [True, False])
@pytest.mark.parametrize("place", range(len(LOG) - 1))
def test_a_dropped_entry_is_named(place, is_closed):
    left = LOG[:place] + LOG[place + 1 :]
    assert first_damage(placed_anew(left) if is_closed else left) == Damage(place + 1, "dropped")


@given(st.integers(0, len(LOG) - 1), st.integers(0, len(LOG) - 1))
def test_swapped_entries_are_named(one, other):
    changed = [*LOG]
    changed[one], changed[other] = LOG[other], LOG[one]
    expected = None if one == other else Damage(min(one, other) + 1, "swapped")
    assert first_damage(placed_anew(changed)) == expected


@given(st.integers(0, len(LOG)), st.integers(0, len(LOG) - 1))
def test_a_doubled_entry_is_named(place, copied):
    changed = placed_anew([*LOG[:place], LOG[copied], *LOG[place:]])
    # A copy beside its original: the second of the two is the odd one.
    assert first_damage(changed) == Damage(
        place + 2 if copied == place else place + 1, "duplicated"
    )


@pytest.mark.parametrize("place", range(4, len(LOG) - 1))
def test_an_inserted_entry_is_named_though_it_follows_the_one_before_it(place):
    before = read_entry(LOG[place - 1].line)
    new = next_entry(before, Draft("use.changed", "eve", subjects=["use:1"]), before.at)
    changed = [*LOG[:place], Placed(place + 1, new.line, new.hash), *LOG[place:]]
    assert first_damage(placed_anew(changed)) == Damage(place + 1, "inserted")


def test_entries_of_form_1_that_changed_places_are_known_by_the_one_before_them():
    rows = [json.loads(one.line) for one in form_1(6)]
    rows[2], rows[4] = rows[4], rows[2]
    hashes = [one.hash for one in form_1(6)]
    hashes[2], hashes[4] = hashes[4], hashes[2]
    # In the table of a register the number of such an entry is the place where it stands.
    log = [
        Placed(
            place, json.dumps({**row, "number": place}, separators=(",", ":"), sort_keys=True), one
        )
        for place, (row, one) in enumerate(zip(rows, hashes, strict=True), start=1)
    ]
    assert first_damage(log) == Damage(3, "swapped")


def test_an_entry_that_knows_another_past_of_its_subject_contradicts_the_log():
    last = read_entry(LOG[-1].line)
    draft = Draft("use.changed", "eve", [Change("use:1", digest("other"), digest("new"))])
    new = next_entry(last, draft, last.at)
    assert first_damage([*LOG, Placed(15, new.line, new.hash)]) == Damage(15, "contradicting")


def test_a_clock_that_ran_backwards_is_told_and_breaks_nothing():
    last = read_entry(LOG[-1].line)
    new = next_entry(last, Draft("scan.started", "jo"), last.at - timedelta(days=1))
    walk = LogWalk()
    assert all(walk.add(one) for one in [*LOG, Placed(15, new.line, new.hash)])
    assert walk.clock_went_back == 15
