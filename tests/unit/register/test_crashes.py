"""Whatever ends a process that writes: the register and its log agree, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from benchmarks.crashes import Outcome, killed, run_full

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork")

TRIALS = """
import random, sys
from pathlib import Path
from benchmarks import crashes
drawn = random.Random(8)
crash = getattr(crashes, sys.argv[2])
outcomes = [crash(Path(sys.argv[1]), drawn) for _ in range(int(sys.argv[3]))]
assert all(one.is_sound for one in outcomes), outcomes
assert len({one.kept for one in outcomes}) > 1, outcomes
"""


@pytest.mark.parametrize(("crash", "times"), [(killed, 6), (run_full, 3)])
def test_what_is_left_after_a_crash_holds_and_can_be_gone_on_with(location, crash, times):
    # In a process of its own, for one with threads had better not fork.
    done = subprocess.run(
        [sys.executable, "-c", TRIALS, str(location), crash.__name__, str(times)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("outcome", "is_sound"),
    [
        pytest.param(Outcome(3, 3, 0), True, id="all-is-there"),
        pytest.param(Outcome(3, 4, 0), True, id="killed-before-it-could-tell"),
        pytest.param(Outcome(3, 2, 0), False, id="lost"),
        pytest.param(Outcome(3, 3, 1), False, id="half"),
    ],
)
def test_a_loss_would_be_seen(outcome, is_sound):
    assert outcome.is_sound is is_sound
