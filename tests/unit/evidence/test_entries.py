"""The line of an entry: its one canonical form, and no other that passes for it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorlicht.evidence import Change, Draft, entry_line, jcs, moment, read_entry

MOMENT = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
TEXTS = st.text(max_size=6) | st.sampled_from(
    ["caf\udce9", "\ue000x", "\x00", '"\\\n', "\U0001f600"]
)
HASHES = st.none() | st.just("ab" * 32)
NAMED = st.dictionaries(TEXTS, TEXTS, max_size=3)
DRAFTS = st.builds(
    Draft, TEXTS, TEXTS, st.lists(st.builds(Change, TEXTS, HASHES, HASHES), max_size=3),
    st.lists(TEXTS, max_size=3), TEXTS, NAMED, NAMED,
)  # fmt: skip


@given(DRAFTS, st.integers(1, 10**9))
def test_the_line_is_canonical_json_and_is_read_back(draft, number):
    line = entry_line(draft, number, MOMENT, "00" * 32)
    assert jcs(json.loads(line)).decode() == line
    entry = read_entry(line)
    assert (entry.number, entry.at, entry.form, entry.line) == (number, MOMENT, 2, line)
    assert len(entry.changes) == len(draft.changes)
    assert len(entry.subjects) == len(draft.changes) + len(draft.subjects)


LINE = entry_line(
    Draft("use.changed", "jo", [Change("use:1", None, "ab")], ["scan:1"], "why", {"f": "cd"}),
    3, MOMENT, "00" * 32,
)  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('"by":"jo"', '"by":"eve","by":"jo"', id="a-member-twice"),
        pytest.param('"by":', ' "by":', id="space"),
        pytest.param('"by":"jo"', '"by":"\\u006ao"', id="escaped"),
        pytest.param('"by":"jo",', "", id="a-member-less"),
        pytest.param('"by":"jo"', '"by":"jo","extra":1', id="a-member-more"),
        pytest.param('"form":2', '"form":3', id="form-of-later"),
        pytest.param('"form":2', '"form":true', id="form-that-is-no-number"),
        pytest.param('"number":3', '"number":3.0', id="fraction"),
        pytest.param('"number":3', '"number":true', id="boolean"),
        pytest.param('"number":3', '"number":NaN', id="nan"),
        pytest.param('"number":3', '"number":"3"', id="text-for-number"),
        pytest.param("T09:30:00.000000Z", "T10:30:00.000000+01:00", id="other-zone"),
        pytest.param("T09:30:00.000000Z", "T09:30:00Z", id="other-precision"),
        pytest.param('"reason":"why"', '"reason":null', id="null-for-text"),
        pytest.param('["use:1",null,"ab"]', '["use:1",null]', id="change-without-after"),
        pytest.param('["use:1",null,"ab"]', '["use:1",null,1]', id="number-for-hash"),
        pytest.param('["scan:1"]', '"scan:1"', id="text-for-list"),
        pytest.param('["scan:1"]', "[1]", id="number-for-subject"),
        pytest.param('{"f":"cd"}', '{"f":1}', id="number-for-evidence"),
        pytest.param('{"f":"cd"}', "[]", id="list-for-object"),
        pytest.param(LINE, "[]", id="no-object"),
        pytest.param(LINE, "{", id="no-json"),
    ],
)  # fmt: skip
def test_what_is_not_an_entry_in_its_one_form_is_refused(old, new):
    assert old in LINE
    with pytest.raises(ValueError, match=r"."):
        read_entry(LINE.replace(old, new))


def test_moments_are_written_in_utc_to_the_microsecond():
    assert moment(datetime.fromisoformat("2026-01-05T10:30:00.5+01:00")) == (
        "2026-01-05T09:30:00.500000Z"
    )
