"""Neither side can steer the draw: both cheaters are played here."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from benchmarks.prove_samples import steered
from doorlicht.errors import RefusedError
from doorlicht.evidence.sampling import Item, draw
from doorlicht.evidence.seed import commitment_of, is_secret, seed_of

SECRET = "5f" * 32
CHECKPOINT = "doorlicht/example\n7\nAAAA\n\n\u2014 doorlicht/example BBBB\n"
DETAILS = {"sample": "SA-1", "plan_sha256": "ab" * 32, "checkpoint": CHECKPOINT}


def make_seed(secret=SECRET, *, committed=SECRET, entry=7, size=7, **changed):
    return seed_of(
        secret,
        commitment=commitment_of(committed),
        commitment_entry=entry,
        checkpoint_size=size,
        **{**DETAILS, **changed},
    )


def test_the_seed_can_be_made_again_with_the_standard_library():
    said = f"doorlicht sample 1\nSA-1\n{'ab' * 32}\n{CHECKPOINT}".encode()
    assert make_seed() == hmac.new(bytes.fromhex(SECRET), said, hashlib.sha256).digest()
    assert commitment_of(SECRET) == hashlib.sha256(SECRET.encode()).hexdigest()


@pytest.mark.parametrize(
    ("changed", "value"),
    [("sample", "SA-2"), ("plan_sha256", "cd" * 32), ("checkpoint", CHECKPOINT + " ")],
)
def test_everything_that_was_frozen_goes_into_the_seed(changed, value):
    assert make_seed(**{changed: value}) != make_seed()


def test_an_auditor_who_looks_for_a_better_secret_after_the_checkpoint_is_refused():
    """The auditor wants an item in the sample, and tries secrets until it is."""
    population = [Item(f"column:{number}") for number in range(40)]
    wanted = population[3]
    for number in range(1000):
        better = hashlib.sha256(str(number).encode()).hexdigest()
        seed = make_seed(better, committed=better)
        if wanted in draw(seed, population, {"": 2}):
            break
    else:
        pytest.fail("no secret would have helped, so this test shows nothing")
    with pytest.raises(RefusedError) as refused:
        make_seed(better)
    assert refused.value.code == "sample.other_secret"
    # To commit to it now is to enter it after the checkpoint.
    with pytest.raises(RefusedError) as refused:
        make_seed(better, committed=better, entry=8)
    assert refused.value.code == "sample.checkpoint_too_early"


def test_nobody_can_choose_a_later_checkpoint_that_suits_better():
    with pytest.raises(RefusedError) as refused:
        make_seed(size=12, earlier_sizes=[3, 8])
    assert refused.value.code == "sample.checkpoint_not_first"
    assert make_seed(size=12, earlier_sizes=[3, 6]) == make_seed(size=8)


def test_an_organisation_that_makes_many_checkpoints_does_no_better_than_chance():
    """It keeps one item out of a draw of half in about half of the audits."""
    audits = 400
    assert abs(steered(audits, 5, 10) - audits / 2) <= 4 * (audits / 4) ** 0.5


@pytest.mark.parametrize("secret", ["", "tuesday", "5F" * 32, "5f" * 31, "5f" * 32 + "\n"])
def test_a_secret_that_could_be_found_by_trying_is_refused(secret):
    assert not is_secret(secret)
    with pytest.raises(RefusedError) as refused:
        commitment_of(secret)
    assert refused.value.code == "sample.secret_form"
