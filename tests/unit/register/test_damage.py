"""Some of the random damage that the benchmark does to logs and registers in large numbers."""

from __future__ import annotations

from benchmarks import prove_log


def test_no_random_change_of_a_log_stays_unseen():
    assert prove_log.unseen_log_changes(120) == 0


def test_no_random_edit_of_a_register_stays_unseen(tmp_path):
    assert prove_log.unseen_register_changes(tmp_path, 15) == 0


def test_a_change_that_nothing_looks_at_would_be_counted(monkeypatch):
    monkeypatch.setattr(prove_log, "first_damage", lambda _: None)
    log = prove_log.made_log(24)
    # Whatever is done to an entry behind the first break: a walk ends there, and is too short.
    monkeypatch.setattr(prove_log, "_damage", lambda *_: [*log, log[3]])
    assert prove_log.unseen_log_changes(1) == 1
