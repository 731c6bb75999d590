import socket

import pytest

from doorlicht.runs.aliveness import is_alive, this_process

HOST, NUMBER, STARTED = this_process().split("|")


@pytest.mark.parametrize(
    ("process", "alive"),
    [
        pytest.param(f"{HOST}|{NUMBER}|{STARTED}", True, id="ourselves"),
        pytest.param(f"{HOST}|{NUMBER}|1.00", False, id="another-with-our-number"),
        pytest.param(f"{HOST}|999999999|1.00", False, id="gone"),
        pytest.param(f"not-{socket.gethostname()}|1|1.00", True, id="another-host-may-be-alive"),
        pytest.param("", False, id="unknown"),
        pytest.param(f"{HOST}|x|y", False, id="nonsense"),
    ],
)
def test_a_process_is_known_by_host_number_and_start(process, alive):
    assert is_alive(process) is alive
