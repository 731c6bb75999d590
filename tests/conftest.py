"""A real PostgreSQL server for all parts of the tests, started when a test asks for it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

START_SECONDS = 30


def programs():
    """Return the folder of the server's programs, the newest where there are several."""
    found = shutil.which("initdb")
    if found and (Path(found).parent / "postgres").exists():
        return Path(found).parent
    folders = [
        *Path("/usr/lib/postgresql").glob("*/bin"),
        *Path("/opt/homebrew/opt").glob("postgresql*/bin"),
        *Path("/usr/local/opt").glob("postgresql*/bin"),
    ]
    folders = [folder for folder in folders if (folder / "initdb").exists()]
    return max(folders, key=str, default=None)


def account():
    """Return how to start a program as somebody else: the server refuses to run as root."""
    if os.name != "posix" or os.geteuid() != 0:
        return {}
    import pwd

    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    pytest.skip("no account to run a PostgreSQL server with: it refuses to run as root")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def postgresql_url():
    """Address of a server of our own, as its superuser; it is gone after the tests."""
    folder = programs()
    if folder is None:
        pytest.skip("no PostgreSQL server to try it on: initdb was not found")
    who = account()
    place = Path(tempfile.mkdtemp(prefix="doorlicht-pg-"))
    if who:
        os.chown(place, who["user"], who["group"])
    data = place / "data"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": place, **who}
    subprocess.run(
        [folder / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
         "--locale=C.UTF-8" if os.uname().sysname == "Linux" else "--locale=C", "--no-sync"],
        check=True, **quiet,
    )  # fmt: skip
    port = free_port()
    settings = ("fsync=off", "listen_addresses=127.0.0.1", f"port={port}", "max_connections=60",
                "unix_socket_directories=", "log_min_messages=panic")  # fmt: skip
    server = subprocess.Popen(
        [folder / "postgres", "-D", data, *(part for one in settings for part in ("-c", one))],
        **quiet,
    )
    url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    try:
        wait_for(url, server)
        yield url
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(START_SECONDS)
        shutil.rmtree(place, ignore_errors=True)


def wait_for(url, server):
    until = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < until:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the PostgreSQL server does not start")
