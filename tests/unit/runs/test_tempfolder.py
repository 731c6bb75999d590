"""The temporary folder of a run is gone when the run is, also when it was killed."""

import os
import stat
import subprocess
import sys

import pytest

from doorlicht.runs.tempfolder import PREFIX, remove_stale, temporary_folder

KILLED = (
    "import sys, os, signal; from pathlib import Path; "
    "from doorlicht.runs.tempfolder import temporary_folder; "
    "context = temporary_folder(Path(sys.argv[1])); folder = context.__enter__(); "
    "(folder / 'spilled').write_text('x'); os.kill(os.getpid(), signal.SIGKILL)"
)


def test_it_is_private_and_gone_afterwards(tmp_path):
    with temporary_folder(tmp_path) as folder:
        (folder / "spilled").write_text("x")
        if os.name == "posix":
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(tmp_path.iterdir()) == []


def test_it_is_gone_after_an_error(tmp_path):
    with pytest.raises(ValueError, match="x"), temporary_folder(tmp_path):
        raise ValueError("x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_that_of_a_killed_run_is_removed_by_the_next_and_that_of_a_living_one_is_not(tmp_path):
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    assert len(list(tmp_path.glob(f"{PREFIX}*/spilled"))) == 1
    with temporary_folder(tmp_path) as living:
        assert list(tmp_path.glob(f"{PREFIX}*/spilled")) == []
        with temporary_folder(tmp_path) as other:
            assert living.is_dir()
            assert other != living
    assert list(tmp_path.iterdir()) == []


def test_what_only_looks_like_one_is_left_alone(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / f"{PREFIX}1.lock").symlink_to(tmp_path / "elsewhere")
    (tmp_path / f"{PREFIX}1").mkdir()
    assert remove_stale(tmp_path) == 0
    assert (tmp_path / f"{PREFIX}1").is_dir()
