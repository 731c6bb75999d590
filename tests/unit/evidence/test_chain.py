"""Alter, drop, swap or insert any entry, and the first broken one is named."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from doorlicht.evidence import canonical_json, content_hash, first_broken, next_entry

FIELDS = ("at", "by", "action", "subjects", "content_sha256", "previous_hash", "hash")


def make_chain(length):
    entries = []
    for number in range(length):
        entries.append(
            next_entry(
                entries[-1] if entries else None,
                at=datetime(2026, 1, 5, tzinfo=UTC) + timedelta(seconds=number),
                by="jo",
                action="asset.kept",
                subjects=[f"asset:{number}"],
                content={"number": number},
            )
        )
    return entries


CHAIN = make_chain(12)


def test_a_chain_that_nobody_touched_holds():
    assert first_broken(CHAIN) is None
    assert first_broken([]) is None


@given(st.integers(0, len(CHAIN) - 1), st.sampled_from(FIELDS))
def test_an_altered_entry_is_named(place, field):
    altered = {"at": CHAIN[place].at + timedelta(microseconds=1), "subjects": ("asset:x",)}
    value = altered.get(field, f"{getattr(CHAIN[place], field)}x")
    changed = [*CHAIN]
    changed[place] = replace(CHAIN[place], **{field: value})
    assert first_broken(changed) == place + 1


@given(st.integers(0, len(CHAIN) - 2))
def test_a_dropped_entry_is_named(place):
    assert first_broken(CHAIN[:place] + CHAIN[place + 1 :]) == place + 1


@given(st.integers(0, len(CHAIN) - 1), st.integers(0, len(CHAIN) - 1))
def test_swapped_entries_are_named(one, other):
    changed = [*CHAIN]
    changed[one], changed[other] = CHAIN[other], CHAIN[one]
    expected = None if one == other else min(one, other) + 1
    assert first_broken(changed) == expected


@given(st.integers(0, len(CHAIN)), st.integers(0, len(CHAIN) - 1))
def test_an_inserted_entry_is_named(place, copied):
    changed = [*CHAIN[:place], CHAIN[copied], *CHAIN[place:]]
    named = first_broken(changed)
    # A copy beside its original: the second of the two is the odd one.
    assert named == (place + 2 if copied == place else place + 1)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(st.characters()), JSON))
def test_the_canonical_form_does_not_depend_on_the_order_of_keys(content):
    turned = dict(reversed(content.items()))
    assert canonical_json(turned) == canonical_json(content)
    assert content_hash(turned) == content_hash(content)
    assert canonical_json(content).isascii()
