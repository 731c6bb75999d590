"""A PostgreSQL server of our own, for as long as a benchmark or the tests need one."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

START_SECONDS = 30
_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)


class NoServerError(Exception):
    """There is no server to start here; the message says why."""


@contextmanager
def postgresql_server(settings: Sequence[str] = ()) -> Iterator[str]:
    """Start a server on a free port of the loopback, and give the URL of its superuser.

    Raises
    ------
    NoServerError
        If the programs are missing, or it does not start.
    """
    folder, who = _programs(), _account()
    place = Path(tempfile.mkdtemp(prefix="doorlicht-pg-"))
    if who:
        os.chown(place, who["user"], who["group"])
    quiet: dict[str, Any] = {
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
        "cwd": place,
        **who,
    }
    data, port = place / "data", _free_port()
    locale = "C.UTF-8" if sys.platform == "linux" else "C"
    subprocess.run(
        [folder / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
         f"--locale={locale}", "--no-sync"], check=True, **quiet,
    )  # fmt: skip
    given = ("fsync=off", "listen_addresses=127.0.0.1", f"port={port}",
             "unix_socket_directories=", "log_min_messages=panic", *settings)  # fmt: skip
    server = subprocess.Popen(
        [folder / "postgres", "-D", data, *(part for one in given for part in ("-c", one))],
        **quiet,
    )
    url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    try:
        _wait(url, server)
        yield url
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(START_SECONDS)
        shutil.rmtree(place, ignore_errors=True)


def _programs() -> Path:
    """Return the folder of the server's programs, the newest where there are several."""
    found = shutil.which("initdb")
    if found and (Path(found).parent / "postgres").exists():
        return Path(found).parent
    folders = [
        folder
        for pattern in _FOLDERS
        for folder in Path("/").glob(pattern[1:])
        if (folder / "initdb").exists()
    ]
    if not folders:
        raise NoServerError("no PostgreSQL server here: initdb was not found")
    return max(folders, key=str)


def _account() -> dict[str, Any]:
    """Return how to start a program as somebody else: the server refuses to run as root."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return {}
    import pwd

    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise NoServerError("no account to run a PostgreSQL server with: it refuses to run as root")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < until:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise NoServerError("the PostgreSQL server does not start")
