"""How fast the log of a register grows and proves, and whether any damage to it stays unseen.

``python -m benchmarks.prove_log [--quick]``. Bars: 20,000 entries a second in batches on SQLite,
and no more than twice the processor time of inserting the same rows without a log; 5 ms for the
proof that an entry is in a log of 10 million; every one of 100,000 changes of a log and 5,000 of a
register seen; 1,000 kills (-9) of a process that writes, with nothing lost and nothing half.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

import sqlalchemy as sa

from benchmarks.crashes import Outcome, killed, run_full
from doorlicht.evidence import (
    Change,
    Draft,
    LogWalk,
    Placed,
    entry_hash,
    entry_line,
    first_damage,
    inclusion_proof,
    next_entry,
    read_entry,
    root_at,
    root_of,
    verify_inclusion,
)
from doorlicht.records import Source
from doorlicht.register import Register, open_register
from doorlicht.register.ledger import Act, Writing
from doorlicht.register.log import StoredTree, keep_full_subtrees
from doorlicht.register.states import subject
from doorlicht.register.tables import ledger_entries, metadata, uses
from doorlicht.register.verifying import verify_register
from doorlicht.testing import EDITIONS, SteppingClock, make_finding, make_reading

BATCH = 5_000
APPENDS = 100_000
PROVEN_SIZE = 10_000_000
PROOFS = 300
LOG_CHANGES = 100_000
REGISTER_CHANGES = 5_000
KILLS = 1_000
FULL_DISKS = 100
BAR_APPENDS = 20_000
BAR_RATIO = 2.0
BAR_PROOF_SECONDS = 0.005

DAMAGES = ("byte", "field", "drop", "swap", "double", "insert", "cut", "anew", "fork")
MOMENT = datetime(2026, 1, 5, tzinfo=UTC)


def appended(folder: Path, count: int) -> tuple[float, float, float]:
    """Return seconds by the clock and of processor for appending, and of processor for the rows.

    Those by the clock are of the middle batch, times the batches: a machine has other work too.

    The second register gets the rows of the first by the ordinary insert: no hash, chain or tree.
    """
    with open_register(folder / "log.register", clock=SteppingClock()) as register:
        acts = [Act("scan.tried", "jo", about=[subject("scan", at)]) for at in range(BATCH)]
        walls, cpu = list[float](), process_time()
        for _ in range(0, count, BATCH):
            begun = perf_counter()
            with register._writing() as writing:
                writing.record_all(acts)
            walls.append(perf_counter() - begun)
        cpu = process_time() - cpu
        with register._reading() as connection:
            rows = [dict(row) for row in connection.execute(sa.select(ledger_entries)).mappings()]
    with open_register(folder / "plain.register", clock=SteppingClock()) as plain:
        plain_cpu = process_time()
        for start in range(0, count, BATCH):
            with plain._engine.connect() as connection, connection.begin():
                connection.execute(ledger_entries.insert(), rows[start : start + BATCH])
        return statistics.median(walls) * len(walls), cpu, process_time() - plain_cpu


def changed(folder: Path, count: int) -> tuple[float, float]:
    """Return seconds of processor for rows of which the state is sealed one by one, and without."""
    row = {
        "status": "proposed", "concept": "nationality", "processing": "m", "processing_id": "M-1",
        "observed_role": "score", "declared_role": "", "unit": "", "purpose": "", "since": None,
        "until": None, "evidence": ["FL-1"], "into": [], "made_by": "jo", "made_at": MOMENT,
    }  # fmt: skip
    rows = [{**row, "id": f"U-{at}"} for at in range(count)]

    def insert(name: str, is_logged: bool) -> float:
        with open_register(folder / name, clock=SteppingClock()) as register:
            begun = process_time()
            for start in range(0, count, BATCH):
                batch = rows[start : start + BATCH]
                with register._engine.connect() as connection, connection.begin():
                    connection.execute(uses.insert(), batch)
                    if is_logged:
                        acts = [Act("uses.x", "jo", [subject("use", one["id"])]) for one in batch]
                        Writing(connection, MOMENT).record_all(acts)
            return process_time() - begun

    return insert("sealed.register", True), insert("unsealed.register", False)


def kept_assets(folder: Path, count: int) -> tuple[float, float]:
    """Return seconds of processor to keep an asset of 24 columns, with its entry and without."""

    def keep(name: str, record_all: Callable[..., None]) -> float:
        original, Writing.record_all = Writing.record_all, record_all
        try:
            with open_register(folder / name, clock=SteppingClock()) as register:
                scan = started(register)
                columns = [f"c{at}" for at in range(24)]
                readings = [
                    make_reading(f"{at}.csv", columns=columns, found=columns[:3])
                    for at in range(count)
                ]
                begun = process_time()
                for one in readings:
                    register.keep_asset(scan, one)
                return process_time() - begun
        finally:
            Writing.record_all = original

    def without(writing: Writing, acts: Sequence[Act]) -> None:
        writing.entries += len(acts)

    return keep("logged.register", Writing.record_all), keep("unlogged.register", without)


def proven(folder: Path, size: int) -> tuple[list[float], list[float]]:
    """Return seconds by the clock and of processor for each of some proofs in a large log.

    Each proof is checked. The entries are of the length of a real one, and their hashes are drawn:
    a proof reads hashes.
    """
    with open_register(folder / "large.register", clock=SteppingClock()) as register:
        with register._engine.connect() as connection, connection.begin():
            _fill(connection, size)
            keep_full_subtrees(connection, 0, size)
        drawn = random.Random(1)  # noqa: S311 (no secret)
        walls, cpus = list[float](), list[float]()
        for _ in range(PROOFS):
            number = drawn.randrange(1, size + 1)
            begun, cpu = perf_counter(), process_time()
            with register._reading() as connection:
                tree = StoredTree(connection)
                root = root_at(tree.size(), tree.hash_at)
                proof = inclusion_proof(size, number - 1, tree.hash_at)
                leaf = tree.hash_at(0, number - 1)
            walls.append(perf_counter() - begun)
            cpus.append(process_time() - cpu)
            if not verify_inclusion(size, number - 1, leaf, proof, root):
                raise ArithmeticError("a proof does not hold")
    return walls, cpus


def _fill(connection: sa.Connection, size: int) -> None:
    line = entry_line(Draft("asset.kept", "jo", [Change("asset:hr:a.csv", None, "0" * 64)]), 1,
                      MOMENT, "0" * 64)  # fmt: skip
    connection.exec_driver_sql(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
        'INSERT INTO ledger_entries (number, at, "by", action, hash, line) '
        "SELECT i, '2026-01-05 00:00:00.000000', 'jo', 'asset.kept', "
        "lower(hex(randomblob(32))), ? FROM n",
        (size, line),
    )


def made_log(count: int) -> list[Placed]:
    """Return a log in which entries change some subjects again and again."""
    log, states, last = list[Placed](), dict[str, str](), None
    for number in range(1, count + 1):
        about = f"use:U-{number % 5}"
        after = entry_hash(str(number), 1)
        change = Change(about, states.get(about), after)
        states[about] = after
        draft = Draft("use.changed", "jo", [change], reason=f"reason {number}")
        last = next_entry(last, draft, MOMENT + timedelta(seconds=number))
        log.append(Placed(number, last.line, last.hash))
    return log


def unseen_log_changes(count: int) -> int:
    """Return how many of so many random changes of a log are not seen."""
    drawn, unseen = random.Random(2), 0  # noqa: S311 (no secret)
    log = made_log(24)
    root = root_of(bytes.fromhex(one.hash) for one in log)
    for _ in range(count):
        damaged = _damage(log, drawn)
        if damaged == log or first_damage(damaged) is not None:
            continue
        # What holds by itself is betrayed by the head that somebody else holds.
        walk = LogWalk()
        for one in damaged:
            walk.add(one)
        unseen += walk.size >= len(log) and walk.edge.root() == root
    return unseen


def _damage(log: Sequence[Placed], drawn: random.Random) -> list[Placed]:
    kind = drawn.choice(DAMAGES)
    at, other = drawn.randrange(len(log)), drawn.randrange(len(log))
    new = list(log)
    if kind == "byte":
        line = log[at].line
        place = drawn.randrange(len(line))
        put = chr(drawn.randrange(32, 127))
        new[at] = log[at]._replace(line=f"{line[:place]}{put}{line[place + drawn.randrange(2) :]}")
    elif kind == "field":
        new[at] = _altered(log[at], drawn)
    elif kind == "drop":
        del new[at]
    elif kind == "swap":
        new[at], new[other] = new[other], new[at]
    elif kind == "double":
        new.insert(at, log[other])
    elif kind == "insert":
        before = read_entry(log[at].line)
        made = next_entry(before, Draft("use.changed", "eve"), before.at)
        new.insert(at + 1, Placed(0, made.line, made.hash))
    elif kind == "cut":
        del new[at:]
    elif kind == "anew":
        new[at] = _altered(log[at], drawn, is_hashed=True)
    else:
        new[at:] = list(_forked(log, at))
    is_closed = drawn.random() < 0.5 or kind in ("double", "insert")
    return [one._replace(place=place) for place, one in enumerate(new, 1)] if is_closed else new


def _altered(placed: Placed, drawn: random.Random, *, is_hashed: bool = False) -> Placed:
    entry = read_entry(placed.line)
    draft = Draft(
        drawn.choice([entry.action, "use.other"]), drawn.choice([entry.by, "eve"]), entry.changes,
        ["use:x"], entry.reason,
    )  # fmt: skip
    line = entry_line(draft, entry.number, entry.at, entry.previous_hash)
    return placed._replace(line=line, hash=entry_hash(line, 2) if is_hashed else placed.hash)


def _forked(log: Sequence[Placed], at: int) -> Iterator[Placed]:
    """Yield another end of a log that holds by itself, from a place on."""
    last = read_entry(log[at - 1].line) if at else None
    for one in log[at:]:
        old = read_entry(one.line)
        last = next_entry(last, Draft(old.action, "eve", old.changes), old.at)
        yield Placed(last.number, last.line, last.hash)


def started(register: Register) -> int:
    """Start a scan of a folder."""
    source = Source("hr", "files", "/data/hr")
    return register.start_scan(by="jo", editions=EDITIONS, settings={}, sources=[source]).id


def unseen_register_changes(folder: Path, count: int) -> int:
    """Return how many of so many edits of a register with SQL are not seen."""
    drawn, unseen = random.Random(3), 0  # noqa: S311 (no secret)
    with open_register(folder / "edited.register", clock=SteppingClock()) as register:
        scan = started(register)
        for name in ("a.csv", "b.csv"):
            register.keep_asset(scan, make_reading(name, columns=["x", "land"], blind=["a.b"]))
        register.triage(make_finding("land", table="a.csv").id, "confirm", reason="yes", by="jo")
        register.finish_scan(scan)
        register.keep_trace(
            by="jo", started_at=MOMENT, roots=["/code"], vocabulary="1", doorlicht="1", files=1,
            lines=1, items=[("model", "M-1", {"name": "risk"})],
        )  # fmt: skip
        with register._engine.connect() as connection:
            guards = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for (name,) in connection.exec_driver_sql(guards).fetchall():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            filled = [
                table for table in metadata.sorted_tables
                if connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first()
            ]  # fmt: skip
            connection.commit()
            for _ in range(count):
                with connection.begin() as transaction:
                    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
                    if _edit(connection, drawn.choice(filled), drawn):
                        unseen += verify_register(connection).holds
                    transaction.rollback()
    return unseen


def _edit(connection: sa.Connection, table: sa.Table, drawn: random.Random) -> bool:
    """Change or delete one row; whether the database let it."""
    rows = connection.exec_driver_sql(f'SELECT rowid FROM "{table.name}"').fetchall()
    row = drawn.choice(rows)[0]
    if drawn.random() < 0.2:
        connection.exec_driver_sql(f'DELETE FROM "{table.name}" WHERE rowid = {row}')
        return True
    name = drawn.choice(list(table.columns)).name
    old = connection.exec_driver_sql(
        f'SELECT "{name}" FROM "{table.name}" WHERE rowid = {row}'
    ).scalar()
    new = _other(old, drawn)
    try:
        connection.exec_driver_sql(
            f'UPDATE "{table.name}" SET "{name}" = ? WHERE rowid = {row}', (new,)
        )
    except sa.exc.DBAPIError:
        return False
    return True


def _other(old: object, drawn: random.Random) -> object:
    if isinstance(old, int):
        return 1 - old if old in (0, 1) else old + drawn.choice([-1, 1, 1000])
    if isinstance(old, float):
        return old / 2
    if isinstance(old, str) and old:
        at = drawn.randrange(len(old))
        put = drawn.choice([letter for letter in "az09" if letter != old[at]])
        return old[:at] + put + old[at + 1 :]
    return "9"


def crashed(folder: Path, count: int, crash: Callable[..., Outcome]) -> list[Outcome]:
    """Return what was left after each of so many crashes; a new register every 50."""
    drawn = random.Random(4)  # noqa: S311 (no secret)
    return [
        crash(folder / f"{crash.__name__}{number // 50}.register", drawn) for number in range(count)
    ]


def main() -> int:
    """Measure everything, print a table, and return 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a twentieth of everything")
    share = 20 if parser.parse_args().quick else 1
    missed = 0

    def tell(what: str, value: str, bar: str, is_met: bool) -> None:
        nonlocal missed
        missed += not is_met
        print(f"| {what} | {value} | {bar} |{'' if is_met else ' missed'}", flush=True)

    print("| the log | measured | bar |\n|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        count = APPENDS // share
        wall, cpu, plain = appended(folder, count)
        tell(
            "entries a second, in batches of 5,000",
            f"{count / cpu:,.0f} of processor time, {count / wall:,.0f} by the clock",
            f"{BAR_APPENDS:,}",
            count / cpu >= BAR_APPENDS,
        )
        tell("times the same rows without a log", f"{cpu / plain:.2f}", f"{BAR_RATIO}",
             cpu / plain <= BAR_RATIO)  # fmt: skip
        cpu, plain = changed(folder, count // 2)
        tell("times rows of uses in batches, each with its state",
             f"{cpu / plain:.2f} ({count / 2 / cpu:,.0f} a second)", "none", True)  # fmt: skip
        cpu, plain = kept_assets(folder, 1000 // share)
        tell(
            "times keeping an asset of 24 columns",
            f"{cpu / plain:.2f} ({cpu / (1000 // share) * 1000:.2f} ms)",
            f"{BAR_RATIO}",
            cpu / plain <= BAR_RATIO,
        )
        walls, cpus = proven(folder, PROVEN_SIZE // share)
        middle = statistics.median(cpus)
        tell(
            f"proof in {PROVEN_SIZE // share:,} entries, the middle of {PROOFS}",
            f"{middle * 1000:.1f} ms of processor time, "
            f"{statistics.median(walls) * 1000:.1f} ms by the clock",
            "5 ms", middle < BAR_PROOF_SECONDS,
        )  # fmt: skip
        (folder / "large.register").unlink()
        unseen = unseen_log_changes(LOG_CHANGES // share)
        tell(
            f"changes of a log not seen, of {LOG_CHANGES // share:,}", str(unseen), "0", not unseen
        )
        unseen = unseen_register_changes(folder, REGISTER_CHANGES // share)
        tell(f"edits of a register not seen, of {REGISTER_CHANGES // share:,}", str(unseen), "0",
             not unseen)  # fmt: skip
        for what, crash, times in (("kills", killed, KILLS), ("full disks", run_full, FULL_DISKS)):
            outcomes = crashed(folder, times // share, crash)
            lost = sum(not one.is_sound for one in outcomes)
            tell(f"{what} that lost or halved something, of {times // share:,}", str(lost), "0",
                 not lost)  # fmt: skip
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
