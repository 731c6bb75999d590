"""``doorlicht trace`` and ``doorlicht check``: following code, and guarding what was accepted."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast, get_args

from rich.console import Console
from rich.text import Text

import doorlicht
from doorlicht.cli.output import json_text, write_text
from doorlicht.cli.overwriting import STANDARD_OUTPUT, check_targets
from doorlicht.cli.pasting import command
from doorlicht.cli.scan import estate_of, now, who
from doorlicht.errors import InputError
from doorlicht.language import Language, say
from doorlicht.records import Flow, RiskModelSeen, Source, TraceResult
from doorlicht.records.flows import Verdict
from doorlicht.register.traces import TraceItem
from doorlicht.reports.code_lines import line_reader
from doorlicht.reports.exchange import render_graphml, render_openlineage, say_flow
from doorlicht.reports.html import safe_name
from doorlicht.reports.sarif import render_sarif
from doorlicht.reports.trace_html import render_trace_html
from doorlicht.reports.trace_json import (
    REACHING,
    render_trace_json,
    say_lost,
    say_scope,
    say_step,
)
from doorlicht.runs.baseline import Accepted, VersionError, compare, read_accepted
from doorlicht.runs.side_by_side import beside
from doorlicht.runs.trace import trace
from doorlicht.runs.trace_cache import cache_beside
from doorlicht.runs.trace_request import (
    TraceProgress,
    TraceRequest,
    TraceRun,
    databases_of,
    file_at,
    roots_of,
)
from doorlicht.settings import read_settings
from doorlicht.sources.estate import estate_of_paths, kind_of
from doorlicht.vocabulary import load_vocabulary

MAX_SHOWN = 60
"""Lines of a table on screen; the rest is in the report."""

MAX_LOST_SHOWN = 12

LARGE = 1_000
"""References and flows from which on the page is made in a process of its own."""

VERDICTS = get_args(Verdict)
"""The strongest first."""


def run_trace(
    language: Language,
    *,
    paths: Sequence[str],
    register: str | None,
    json_file: str | None,
    report: str | None,
    sarif: str | None,
    openlineage: str | None,
    graphml: str | None,
    vocabulary: Sequence[str],
    by: str | None,
    quiet: bool,
) -> int:
    """Trace, write what was asked for, show the answer, and return the exit code."""
    settings = read_settings(Path.cwd(), os.environ, register=register, report=report, by=by)
    roots, databases, estate_files = _roots(paths)
    page = report or _beside(settings.register)
    check_targets(
        [
            ("html", page), ("json", json_file), ("sarif", sarif),
            ("openlineage", openlineage), ("graphml", graphml),
        ],
        [*paths, *map(str, roots)],
    )  # fmt: skip
    files = (*estate_files, *(Path(name).resolve() for name in vocabulary))
    request = TraceRequest(
        roots, who(settings), settings.register, files, cache_beside(settings.register),
        databases=databases, threshold=settings.threshold,
    )  # fmt: skip
    version = doorlicht.__version__
    html: Callable[[], str] = str
    moment = now()

    def begin(run: TraceRun) -> None:
        nonlocal html, moment
        moment = now()

        def render() -> str:
            return render_trace_html(
                run.result, language, concepts=load_vocabulary(files).concepts, version=version,
                at=moment, roots=run.names,
                code_line=line_reader(run.result, lambda path: file_at(path, run.roots)),
            )  # fmt: skip

        # The page of a large trace takes as long as keeping it in the register.
        is_large = len(run.result.references) + len(run.result.flows) >= LARGE
        html = beside(render) if is_large else render

    run = trace(request, _teller(language, is_quiet=quiet), on_result=begin)
    edition = load_vocabulary(files).edition
    outputs = [settings.register, page]
    others: list[tuple[str | None, str]] = [
        (
            json_file,
            json_text(
                render_trace_json(run.result, language, vocabulary=edition, doorlicht=version)
            )
            if json_file
            else "",
        ),
        (
            sarif,
            json_text(render_sarif(run.result, language, version=version, name_of=_from_here(run)))
            if sarif
            else "",
        ),
        (
            openlineage,
            "\n".join(
                json.dumps(event, ensure_ascii=False)
                for event in render_openlineage(run.result, at=moment, namespace=run.names[0])
            )
            + "\n"
            if openlineage
            else "",
        ),
        (graphml, render_graphml(run.result) if graphml else ""),
    ]
    write_text(html(), page)
    for where, text in others:
        if where is not None:
            write_text(text, where)
            if where not in STANDARD_OUTPUT:
                outputs.append(where)
    if not quiet:
        asked = {json_file, sarif, openlineage, graphml}
        out = sys.stderr if asked & STANDARD_OUTPUT else sys.stdout
        show_trace(Console(file=out, highlight=False), run, language, outputs, register)
    return outcome(run.result)


def outcome(result: TraceResult) -> int:
    """Return 1 if origin reaches a model, plus 2 if a path was lost."""
    reaching = any(flow.verdict in REACHING for flow in result.flows)
    return (1 if reaching else 0) | (2 if result.lost else 0)


def _from_here(run: TraceRun) -> Callable[[str], str]:
    """Return what names files from the folder in which we are, as a platform for code does."""
    here = Path.cwd().resolve()

    @cache
    def named(path: str) -> str:
        file = file_at(path, run.roots)
        if file is None or not file.resolve().is_relative_to(here):
            return path
        return file.resolve().relative_to(here).as_posix()

    return named


def _beside(register: str) -> str:
    if "://" in register:
        return "doorlicht-trace.html"
    return str(Path(register).with_name("doorlicht-trace.html"))


def _roots(paths: Sequence[str]) -> tuple[list[Path], list[Source], tuple[Path, ...]]:
    """Return the folders and files, the databases, and the words of an estate of its own."""
    described = [
        path for path in paths if path.endswith((".yaml", ".yml")) and Path(path).is_file()
    ]
    if described and len(paths) == 1 and _is_estate(Path(described[0])):
        estate = estate_of(paths)
        roots, databases = roots_of(estate.sources), databases_of(estate.sources)
        if not roots and not databases:
            raise InputError("trace.no_code_source", path=described[0])
        return roots, databases, estate.vocabulary_files
    urls = [path for path in paths if kind_of(path) != "files"]
    databases = list(estate_of_paths(urls).sources) if urls else []
    return [Path(path) for path in paths if path not in urls], databases, ()


def _is_estate(path: Path) -> bool:
    return "sources:" in path.read_text("utf-8", errors="replace")


class _Teller:
    """Shows progress on one line of a terminal."""

    def __init__(self, language: Language, *, is_quiet: bool) -> None:
        self.language: Language = language
        self.is_shown = sys.stderr.isatty() and not is_quiet

    def __call__(self, progress: TraceProgress) -> None:
        """Take in how far the trace is."""
        if not self.is_shown:
            return
        if progress.what in ("follow", "done"):
            text = say("trace.screen.following", self.language)
        else:
            text = say(
                "trace.screen.reading", self.language, done=progress.done, of=progress.of,
                what=safe_name(progress.what)[-50:],
            )  # fmt: skip
        sys.stderr.write(f"\r\x1b[K{text}")
        if progress.what == "done":
            sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


def _teller(language: Language, *, is_quiet: bool) -> _Teller:
    return _Teller(language, is_quiet=is_quiet)


def show_trace(
    console: Console,
    run: TraceRun,
    language: Language,
    outputs: Sequence[str],
    register: str | None = None,
) -> None:
    """Show what could not be followed, and each model with what reaches it."""
    result = run.result
    if result.lost:
        console.print(say("trace.screen.lost", language, n=len(result.lost)), style="bold yellow")
        for one in result.lost[:MAX_LOST_SHOWN]:
            place = f"{safe_name(one.place.file)}:{one.place.line}"
            line = f"  {place}  {say_lost(one, language)}"
            if one.hidden_flows:
                line += " " + say("trace.screen.hidden", language, n=one.hidden_flows)
            console.print(Text(line))
        _tell_more(console, len(result.lost) - MAX_LOST_SHOWN, language)
        console.print()
    counts = {"n": len(result.models), "flows": len(result.flows)}
    console.print(say("trace.screen.models", language, **counts), style="bold")
    shown = 0
    for model in result.models:
        flows = [flow for flow in result.flows if flow.model == model.id]
        flows.sort(key=lambda flow: VERDICTS.index(flow.verdict))
        _show_model_with_flows(console, model, flows[: max(0, MAX_SHOWN - shown)], language)
        shown += min(len(flows), max(0, MAX_SHOWN - shown))
    _tell_more(console, len(result.flows) - shown, language)
    console.print()
    if result.flows:
        path = command(["explain", result.flows[0].id], register)
        told = say("trace.screen.next", language, command=path)
        console.print(Text(told, style="dim"), soft_wrap=True)
    else:
        console.print(say("trace.screen.none", language, lost=len(result.lost)))
    console.print(
        say(
            "trace.screen.looked_at", language, files=result.files, lines=result.lines,
            references=len(result.references),
        )
    )  # fmt: skip
    for sentence in say_scope(result, language):
        console.print(Text(sentence))
    for output in outputs:
        console.print(Text(f"  {output}"), soft_wrap=True)


def _tell_more(console: Console, more: int, language: Language) -> None:
    if more > 0:
        console.print(say("trace.screen.more", language, n=more), style="dim")


def _show_model_with_flows(
    console: Console, model: RiskModelSeen, flows: Sequence[Flow], language: Language
) -> None:
    """Show a model, and below it each flow on lines of its own: names are long and are not cut."""
    where = ", ".join(f"{place.file}:{place.line}" for place in (model.train or model.score)[:2])
    named = f"{model.name} " if model.name else ""
    decided = say(f"trace.decided.{model.feature_source}", language)
    head = f"{safe_name(named)}({model.algorithm})"
    console.print(Text.assemble("\n", (f"{model.id}  ", "cyan"), (head, "bold")), soft_wrap=True)
    console.print(Text(f"  {safe_name(where)}  {decided}", style="dim"), soft_wrap=True)
    for output in model.outputs[:3]:
        console.print(Text(f"  → {safe_name(output)}", style="dim"), soft_wrap=True)
    for flow in flows:
        verdict = say(f"trace.short.{flow.verdict}", language)
        name = flow.source.column
        if flow.feature.lower() != name.lower():
            name += f" → {flow.feature}"
        source = f" ({flow.source.dataset})" if flow.source.dataset else ""
        told = f"    {verdict:<16} {safe_name(name)}"
        console.print(Text.assemble((told, "yellow"), f"{safe_name(source)}"), soft_wrap=True)
        line = f"{'':20} {flow.confidence:.0%}  {flow.id}"
        console.print(Text(line, style="dim"), soft_wrap=True)


def run_check(
    language: Language,
    *,
    paths: Sequence[str],
    baseline: str,
    register: str | None,
    vocabulary: Sequence[str],
    strict: bool,
) -> int:
    """Compare code with what was accepted; 1 where a new flow reaches a model.

    Strictly, 2 is added where a path near a model was lost that was not lost before.
    """
    accepted = _baseline(Path(baseline))
    roots, databases, estate_files = _roots(paths)
    files = (*estate_files, *(Path(name).resolve() for name in vocabulary))
    if register is not None and "://" not in register and not Path(register).exists():
        # Without it fewer tables are known, and a check would pass for that.
        raise InputError("register.missing", path=register)
    request = TraceRequest(
        roots, "check", register, files, is_kept=False, databases=databases
    )  # fmt: skip
    result = trace(request).result
    found = compare(result, accepted)
    models = {model.id: model for model in result.models}
    console = Console(highlight=False, soft_wrap=True)
    if found.fresh:
        console.print(say("trace.check.title", language, n=len(found.fresh)), style="bold red")
        for flow in found.fresh:
            _show_fresh(console, flow, models.get(flow.model), language)
        console.print(say("trace.check.accept", language))
    else:
        console.print(say("trace.check.none", language))
    for before, model in found.swapped:
        told = say(
            "trace.check.swapped", language, model=safe_name(model.name or model.id),
            file=safe_name((model.train or model.score)[0].file),
            before=safe_name(before), now=safe_name(model.algorithm),
        )  # fmt: skip
        console.print(Text(told, style="bold yellow"))
    if found.renamed:
        console.print(say("trace.check.renamed", language, n=found.renamed))
    if found.gone:
        console.print(say("trace.check.gone", language, n=found.gone))
    if found.lost:
        style = "bold red" if strict else "bold yellow"
        console.print(say("trace.check.lost", language, n=len(found.lost)), style=style)
        for one in found.lost[:MAX_SHOWN]:
            at = f"{safe_name(one.place.file)}:{one.place.line}"
            console.print(Text(f"  {at}  {say_lost(one, language)}"))
        _tell_more(console, len(found.lost) - MAX_SHOWN, language)
    if found.lost_elsewhere:
        console.print(
            say("trace.check.lost_elsewhere", language, n=found.lost_elsewhere), style="dim"
        )
    return (1 if found.fresh else 0) | (2 if found.lost and strict else 0)


def _show_fresh(
    console: Console, flow: Flow, model: RiskModelSeen | None, language: Language
) -> None:
    """Show a flow that is new: what it is, where its model is trained, and its path."""
    told = say_flow(flow, model, language)
    line = say("trace.check.line", language, flow=told, confidence=f"{flow.confidence:.0%}")
    console.print(Text("\n  " + line))
    if model is not None and (model.train or model.score):
        place = (model.train or model.score)[0]
        console.print(Text(f"    {model.id}  {safe_name(place.file)}:{place.line}", style="cyan"))
    for hop in flow.hops:
        at = f"{safe_name(hop.place.file)}:{hop.place.line}"
        step = say_step(hop.what, language)
        console.print(Text(f"      {at}  {safe_name(hop.name)} {step}", style="dim"))


def _baseline(path: Path) -> Accepted:
    try:
        tree = cast("dict[str, Any]", json.loads(path.read_text("utf-8")))
        return read_accepted(tree)
    except FileNotFoundError as error:
        raise InputError("trace.missing", path=str(path)) from error
    except VersionError as error:
        raise InputError(
            "trace.baseline_version", path=str(path), found=safe_name(error.found)[:20]
        ) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError("trace.bad_baseline", path=str(path)) from error


def show_flow(item: TraceItem, roots: Sequence[str], language: Language) -> None:
    """Print a flow with its path and the lines of code, as far as the code is still there."""
    console = Console(highlight=False, soft_wrap=True)
    flow = item.content
    console.print(Text(f"{item.id}  {flow['confidence']:.0%}", style="bold"))
    verdict = say(f"trace.verdict.{flow['verdict']}", language)
    console.print(Text(f"{flow['source']['column']} → {flow['feature']}: {verdict}", style="cyan"))
    console.print(Text(say(f"trace.seen.{flow['visibility']}", language), style="dim"))
    finding = flow["source"].get("finding")
    if finding:
        console.print(Text(say("trace.finding", language, id=finding), style="dim"))
    for number, hop in enumerate(flow["hops"], start=1):
        place = hop["place"]
        told = say_step(hop["what"], language)
        console.print(
            Text(f"{number:3}. {place['file']}:{place['line']}  {safe_name(hop['name'])} {told}")
        )
        line = _code_line(roots, place["file"], place["line"])
        if line:
            console.print(Text(f"       {line}", style="dim"))


def _code_line(roots: Sequence[str], file: str, line: int) -> str:
    """Return a line of code, for the screen only; nothing of it is kept."""
    for root in roots:
        base = Path(root)
        candidates = [base / file, base.parent / file, base] if base.is_dir() else [base]
        for candidate in candidates:
            if candidate.is_file():
                lines = candidate.read_text("utf-8", errors="replace").splitlines()
                if 0 < line <= len(lines):
                    return safe_name(lines[line - 1].strip())
    return ""


def show_model(item: TraceItem, language: Language) -> None:
    """Print a model with everything that is known of it."""
    console = Console(highlight=False, soft_wrap=True)
    model = item.content
    console.print(Text(f"{item.id}  {model['name']} ({model['algorithm']})", style="bold"))
    for key, label in (("train", "trained"), ("score", "scored")):
        places = ", ".join(f"{place['file']}:{place['line']}" for place in model[key])
        if places:
            console.print(Text(f"  {say(f'trace.{label}', language)}: {places}"))
    features = ", ".join(model["features"]) or say("trace.no_features", language)
    console.print(Text(f"  {say('trace.features', language)}: {features}"))
    decided = say(f"trace.decided.{model['feature_source']}", language)
    console.print(Text(f"  {say('trace.feature_source', language)}: {decided}"))
    if model["outputs"]:
        console.print(Text(f"  {say('trace.outputs', language)}: {', '.join(model['outputs'])}"))
