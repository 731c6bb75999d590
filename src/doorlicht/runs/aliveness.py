"""Whether the process that began a scan is still there."""

from __future__ import annotations

import os
import socket

import psutil


def this_process() -> str:
    """Return what tells this process from all others: host, number, and moment of its start."""
    started = psutil.Process().create_time()
    return f"{socket.gethostname()}|{os.getpid()}|{started:.2f}"


def is_alive(process: str) -> bool:
    """Whether a process may still run; one on another host is taken to.

    Examples
    --------
    >>> is_alive(this_process())
    True
    """
    host, _, rest = process.partition("|")
    if host != socket.gethostname():
        return bool(host)
    number, _, started = rest.partition("|")
    try:
        return f"{psutil.Process(int(number)).create_time():.2f}" == started
    except (psutil.Error, ValueError):
        return False
