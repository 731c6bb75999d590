"""``doorlicht sample``: what an auditor draws and judges, and what that shows."""

from __future__ import annotations

import csv
import io
import os
import secrets
from pathlib import Path
from typing import cast

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from doorlicht.cli.output import write_bytes, write_file, write_text, write_tree
from doorlicht.cli.overwriting import STANDARD_OUTPUT
from doorlicht.cli.pasting import command
from doorlicht.cli.scan import now, who
from doorlicht.cli.uses import opened
from doorlicht.errors import InputError
from doorlicht.evidence.sampling import Division, Item
from doorlicht.evidence.seed import commitment_of
from doorlicht.language import Language, say
from doorlicht.records.auditors import AuditSample, SampleKind
from doorlicht.records.persons import clean_text
from doorlicht.reports.html import safe_name
from doorlicht.reports.samples_json import sample_result_tree, sample_tree
from doorlicht.reports.spreadsheets import write_xlsx
from doorlicht.runs import samples as runs
from doorlicht.runs.populations import Strata
from doorlicht.runs.sample_results import SampleResult, drawn_items, result

MAX_SHOWN = 50
PRIVATE = 0o600


def list_samples(language: Language, *, json_file: str | None, register: str | None) -> int:
    """Show the samples, and what each shows."""
    with opened(register) as (found, _):
        made = found.auditing.samples()
    if json_file is not None:
        write_tree({"samples": [sample_tree(one) for one in made]}, json_file)
    console = Console(highlight=False, quiet=json_file in STANDARD_OUTPUT)
    if not made:
        console.print(say("sample.none", language))
    for one in made:
        console.print(Styled(f"{one.id}  {_about(one, language)}"))
    return 0


def freeze_sample(
    language: Language,
    *,
    kind: str,
    strata: str,
    at_most: float,
    confidence: float,
    division: str,
    size: int | None,
    threshold: float | None,
    population: str | None,
    register: str | None,
    by: str | None,
) -> int:
    """Freeze a population and the plan of the draw."""
    plan = runs.Plan(cast("Strata", strata), at_most, confidence, cast("Division", division), size)
    with opened(register, by) as (found, settings):
        made = runs.freeze(
            found, cast("SampleKind", kind), plan, by=who(settings), at=now(),
            threshold=settings.threshold if threshold is None else threshold,
        )  # fmt: skip
    if population is not None:
        write_text(made.population, population)
    console = Console(highlight=False, quiet=population in STANDARD_OUTPUT)
    console.print(say("sample.frozen", language, id=made.id), markup=False)
    _show(console, made, language)
    console.print(
        say("sample.next_commit", language,
            command=command(["sample", "commit", made.id, "--new-secret", "secret.txt"], register)),
        markup=False,
    )  # fmt: skip
    return 0


def commit_sample(
    language: Language,
    *,
    sample: str,
    new_secret: str | None,
    commitment: str | None,
    register: str | None,
    by: str | None,
) -> int:
    """Enter the commitment of the auditor; the secret itself stays out of the register."""
    if (new_secret is None) is (commitment is None):
        raise InputError("sample.one_commitment")
    secret = secrets.token_hex(32)
    with opened(register, by) as (found, settings):
        entered = commitment.strip().lower() if commitment is not None else commitment_of(secret)
        if new_secret is not None:
            # Before it is committed to: a secret that is lost leaves a sample without a draw.
            _keep_secret(secret, Path(new_secret))
        made = runs.commit(found, sample.upper(), entered, by=who(settings))
    console = Console(highlight=False)
    console.print(say("sample.committed", language, id=made.id, commitment=entered), markup=False)
    if new_secret is not None:
        console.print(say("sample.secret_kept", language, path=safe_name(new_secret)), markup=False)
    console.print(say("sample.next_checkpoint", language), markup=False)
    return 0


def draw_sample(
    language: Language,
    *,
    sample: str,
    secret_file: str,
    form: str | None,
    register: str | None,
    by: str | None,
) -> int:
    """Draw with the secret of the auditor, and write the form."""
    path = Path(secret_file)
    if not path.is_file() or path.stat().st_size > 4096:
        raise InputError("sample.secret_unreadable", path=secret_file)
    secret = path.read_text("ascii", errors="replace").strip()
    with opened(register, by) as (found, settings):
        made = runs.draw_sample(found, sample.upper(), secret, by=who(settings))
    items = drawn_items(made)
    if form is not None:
        _write_form(items, form, language)
    console = Console(highlight=False, quiet=form in STANDARD_OUTPUT)
    console.print(say("sample.drawn", language, id=made.id, n=len(items)), markup=False)
    _show_items(console, items, language)
    target = form or "form.xlsx"
    console.print(
        say("sample.next_judge", language,
            command=command(["sample", "judge", made.id, target], register)), markup=False,
    )  # fmt: skip
    return 0


def show_sample(
    language: Language,
    *,
    sample: str,
    form: str | None,
    population: str | None,
    json_file: str | None,
    register: str | None,
) -> int:
    """Show a sample; write its population, its form, or everything that is needed to draw again."""
    with opened(register) as (found, _):
        made = found.auditing.sample(sample.upper())
    if population is not None:
        write_text(made.population, population)
    if form is not None:
        _write_form(drawn_items(made), form, language)
    if json_file is not None:
        write_tree(sample_tree(made), json_file)
    quiet = any(one in STANDARD_OUTPUT for one in (form, population, json_file))
    console = Console(highlight=False, quiet=quiet)
    _show(console, made, language)
    for step in made.events:
        console.print(
            say(f"sample.step.{step.kind}", language, at=f"{step.at:%Y-%m-%d %H:%M}",
                by=clean_text(step.by)), markup=False,
        )  # fmt: skip
    if made.last("drawn") is not None:
        _show_items(console, drawn_items(made), language)
    return 0


def judge_sample(
    language: Language, *, sample: str, form: str, register: str | None, by: str | None
) -> int:
    """Keep the judgments of a form, and show what they show."""
    with opened(register, by) as (found, settings):
        made = runs.judge(found, sample.upper(), Path(form), by=who(settings))
    show_result(Console(highlight=False), made, language)
    return 0


def sample_result(
    language: Language, *, sample: str, json_file: str | None, register: str | None
) -> int:
    """Show what a sample shows; 1 where more can be wrong than was asked for."""
    with opened(register) as (found, _):
        made = result(found, sample.upper())
    if json_file is not None:
        write_tree(sample_result_tree(made), json_file)
    show_result(Console(highlight=False, quiet=json_file in STANDARD_OUTPUT), made, language)
    return 1 if made.at_most > made.sample.plan["at_most"] * made.population else 0


def show_result(console: Console, made: SampleResult, language: Language) -> None:
    """Show the bound, what it rests on, and what speaks against it."""
    table = Table(box=None, pad_edge=False)
    for key in ("stratum", "size", "drawn", "right", "wrong", "unknown", "unanswered"):
        table.add_column(
            say(f"sample.head.{key}", language), justify="left" if key == "stratum" else "right"
        )
    for one in made.strata:
        counts = (one.size, one.drawn, one.right, one.wrong, one.unknown, one.unanswered)
        table.add_row(Styled(safe_name(one.name) or "-"), *map(str, counts))
    console.print(table)
    for sentence in result_sentences(made, language):
        console.print(Styled(sentence))


def result_sentences(made: SampleResult, language: Language) -> list[str]:
    """Return the outcome of a sample in sentences, the bound first."""
    unjudged = sum(one.unknown + one.unanswered for one in made.strata)
    told = [
        say(
            f"sample.bound.{made.sample.kind}", language, confidence=made.confidence,
            at_most=made.at_most, share=made.at_most / made.population,
            population=made.population, drawn=made.drawn,
        )
    ]  # fmt: skip
    if unjudged:
        told.append(say("sample.unjudged", language, n=unjudged, if_right=made.if_right))
    if made.corrected:
        told.append(say("sample.corrected", language, n=made.corrected))
    if made.others:
        told.append(say("sample.others", language, n=made.others, open=made.unfinished))
    told.append(say("sample.assumes", language))
    return told


def _about(one: AuditSample, language: Language) -> str:
    strata = one.plan["strata"].values()
    return say(
        "sample.about", language, kind=say(f"sample.kind.{one.kind}", language),
        population=sum(int(s["size"]) for s in strata),
        drawn=sum(int(s["drawn"]) for s in strata),
        state=say(f"sample.state.{one.state}", language), at=f"{one.at:%Y-%m-%d}",
    )  # fmt: skip


def _show(console: Console, made: AuditSample, language: Language) -> None:
    console.print(Styled(f"{made.id}  {_about(made, language)}", style="bold"))
    console.print(
        say("sample.population", language, sha256=str(made.plan["population_sha256"])),
        markup=False,
    )
    if "threshold" in made.plan:
        told = say("sample.threshold", language, threshold=float(made.plan["threshold"]))
        console.print(told, markup=False)
    for name, one in made.plan["strata"].items():
        console.print(
            say("sample.stratum", language, name=safe_name(name) or "-", size=int(one["size"]),
                drawn=int(one["drawn"])), markup=False,
        )  # fmt: skip


def _show_items(console: Console, items: list[Item], language: Language) -> None:
    for one in items[:MAX_SHOWN]:
        console.print(Styled(f"  {safe_name(one.id)}"))
    if len(items) > MAX_SHOWN:
        console.print(say("sample.more", language, n=len(items) - MAX_SHOWN), markup=False)


def _write_form(items: list[Item], where: str, language: Language) -> None:
    head = [say(f"sample.form.{key}", language) for key in ("item", "stratum", "judgment", "note")]
    rows = [(one.id, one.stratum, "", "") for one in items]
    if where.lower().endswith(".xlsx"):
        title = say("sample.form.title", language)
        write_file(lambda path: write_xlsx(path, title, head, rows), where)
        return
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    write_bytes(text.getvalue().encode("utf-8-sig", "replace"), where)


def _keep_secret(secret: str, path: Path) -> None:
    """Write a secret to a new file that nobody else may read."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    except OSError:
        raise InputError("sample.secret_unwritable", path=str(path)) from None
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{secret}\n")
