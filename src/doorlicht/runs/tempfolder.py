"""The temporary folder of a run, which is gone when the run is, also when it was killed.

Beside each folder lies a lock file that the run holds for as long as it lives. The system lets
go of it when the process dies, however it dies; so a folder whose lock can be taken is one that
nobody needs any more.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator

PREFIX: Final = "doorlicht-run-"


@contextmanager
def temporary_folder(within: Path | None = None) -> Generator[Path]:
    """Make a folder that only we can read, and remove it and those of killed runs.

    Parameters
    ----------
    within
        Where to make it; the system's own place for temporary files by default.
    """
    place = Path(tempfile.gettempdir()) if within is None else within
    remove_stale(place)
    lock_path = place / f"{PREFIX}{secrets.token_hex(8)}.lock"
    lock = _take(lock_path)
    if lock is None:
        raise FileExistsError(lock_path)
    folder = lock_path.with_suffix("")
    try:
        folder.mkdir(mode=0o700)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        _let_go(lock, lock_path)


def remove_stale(place: Path) -> int:
    """Remove the folders of runs that are no more; return how many."""
    removed = 0
    for lock_path in place.glob(f"{PREFIX}*.lock"):
        if not _is_ours(lock_path):
            continue
        lock = _take(lock_path)
        if lock is None:
            continue
        shutil.rmtree(lock_path.with_suffix(""), ignore_errors=True)
        _let_go(lock, lock_path)
        removed += 1
    return removed


def _is_ours(path: Path) -> bool:
    """Whether the file is a plain one of this user: the place may be shared by many."""
    try:
        state = path.lstat()
    except OSError:
        return False
    is_plain = path.is_file() and not path.is_symlink()
    return is_plain and (sys.platform == "win32" or state.st_uid == os.getuid())


def _take(path: Path) -> int | None:
    """Open and lock a file; ``None`` if another process holds it."""
    try:
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError:
        return None
    if _lock(lock) and _is_same(lock, path):
        return lock
    os.close(lock)
    return None


def _is_same(lock: int, path: Path) -> bool:
    """Whether the name still leads to what we locked: another may have removed it just now."""
    try:
        return os.path.samestat(os.fstat(lock), path.stat())
    except FileNotFoundError:
        return False


def _lock(file: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _let_go(lock: int, path: Path) -> None:
    # Windows does not remove an open file, other systems must not let go of it before.
    if sys.platform == "win32":
        os.close(lock)
        path.unlink(missing_ok=True)
    else:
        path.unlink(missing_ok=True)
        os.close(lock)
