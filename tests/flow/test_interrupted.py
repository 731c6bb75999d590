"""Kill -9 at any moment and run again: the same as if nothing had happened, and nothing twice."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import psutil
import pytest

from doorlicht.register import open_register
from doorlicht.testing import SteppingClock

PROGRAM = Path(__file__).parent / "interrupted_scan.py"

ASSETS = {
    "a": "table",
    "b": "table no-fingerprint",
    "c": "slow table temp-file",
    "d": "error",
    "e": "table temp-file",
    "f": "slow table",
    "g": "large slow table",
    "h": "table no-fingerprint",
}

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs signals")


def start(odd):
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), str(odd.folder.parent)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def stop_after(program, events, sent):
    """Send a signal after so many events; return the workers that it had then."""
    for _ in range(events):
        assert program.stdout.readline()
    workers = psutil.Process(program.pid).children()
    # Still read: a program that cannot write its next event fails before the signal reaches it.
    reading = Thread(target=program.stdout.read)
    reading.start()
    program.send_signal(sent)
    program.wait()
    # It ends when the workers, which have the same output, have ended as well.
    reading.join()
    program.stdout.close()
    return workers


def kept(odd):
    """What a register says, without times and numbers of scans."""
    with open_register(odd.register, clock=SteppingClock()) as register:
        assert register.first_broken_entry() is None
        return {
            "findings": [
                (one.finding, one.asset, one.is_gone)
                for one in register.findings(include_gone=True)
            ],
            "blind": register.blind_spots(),
            "looked_at": register.looked_at(),
            "assets": [
                (one.asset.path, one.tables, one.rows) for one in register.assets(include_gone=True)
            ],
            "tables": [register.tables("odd", f"{name}.odd") for name in ASSETS],
            "status": [scan.status for scan in register.scans()],
        }


@pytest.fixture(scope="module")
def undisturbed(make_odd, tmp_path_factory):
    """What a scan that nobody disturbs keeps."""
    odd = make_odd(tmp_path_factory.mktemp("undisturbed"))
    odd.put(**ASSETS)
    odd.scan()
    return kept(odd)


@pytest.fixture
def ready(odd):
    odd.put(**ASSETS)
    return odd


@pytest.mark.parametrize("events", [4, *(pytest.param(n, marks=pytest.mark.long) for n in (0, 13))])
def test_a_killed_scan_is_gone_on_with_and_gives_the_same(ready, undisturbed, events):
    odd = ready
    workers = stop_after(start(odd), events, signal.SIGKILL)
    assert psutil.wait_procs(workers, timeout=5)[1] == []
    done = set()
    if odd.register.exists():
        with open_register(odd.register, clock=SteppingClock()) as register:
            done = {one.asset.path.removesuffix(".odd") for one in register.assets()}
    before = {name: len(odd.reads(name)) for name in ASSETS}
    odd.scan()
    assert kept(odd) == undisturbed
    for name in done - {"d"}:
        assert len(odd.reads(name)) == before[name] == 1, name
    assert list(odd.temp.iterdir()) == []


def test_an_interrupted_scan_keeps_what_was_finished_and_says_that_it_was_interrupted(
    ready, undisturbed
):
    odd = ready
    program = start(odd)
    workers = stop_after(program, 6, signal.SIGINT)
    assert program.returncode != 0
    assert psutil.wait_procs(workers, timeout=5)[1] == []
    assert list(odd.temp.iterdir()) == []
    assert kept(odd)["status"] == ["interrupted"]
    odd.scan()
    assert kept(odd) == undisturbed


@pytest.mark.long
def test_two_scans_at_once_into_one_register_give_the_same(ready, undisturbed):
    odd = ready
    programs = [start(odd), start(odd)]
    for program in programs:
        program.communicate()
        assert program.returncode == 0
    both = kept(odd)
    assert both.pop("status") == ["finished", "finished"]
    assert both == {name: undisturbed[name] for name in both}


def test_a_worker_ends_by_itself_when_the_scan_dies_while_it_is_busy(odd):
    odd.put(a="hang")
    program = start(odd)
    while program.stdout.readline().strip() != "AssetStarted":
        continue
    workers = stop_after(program, 0, signal.SIGKILL)
    assert workers
    began = time.monotonic()
    assert psutil.wait_procs(workers, timeout=5)[1] == []
    assert time.monotonic() - began < 3
