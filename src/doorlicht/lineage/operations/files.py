"""Files, databases and artefacts: where tables come from and go to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from doorlicht.lineage.choosing import choose_by_value
from doorlicht.lineage.graph import NOTHING, Deps, Place
from doorlicht.lineage.operations.single_rows import rows_in
from doorlicht.lineage.operations.texts import paste_values
from doorlicht.lineage.paths import is_nameless, name_of_glob, name_of_pattern, normal_dataset
from doorlicht.lineage.selecting import Choice, choose
from doorlicht.lineage.state import Decision
from doorlicht.lineage.values import (
    HOLE,
    NOWHERE,
    Choices,
    Column,
    Estimator,
    Frame,
    Instance,
    Known,
    Literal_,
    Record,
    Rest,
    Text,
    Unknown,
    Value,
    Vector,
    deps_of,
    join_frames,
    join_values,
    texts_of,
)

if TYPE_CHECKING:
    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter

_SQL_STARTS = ("select", "with", "insert", "create", "update", "delete", "merge", "exec", "(select")


def looks_like_sql(text: str) -> bool:
    """Return whether a text is a statement and not the name of a table or file."""
    words = text.lstrip(" \n\t\r;(").lower().split(None, 1)
    return len(words) > 1 and words[0] in _SQL_STARTS


def read_dataset(run: Interpreter, spelled: str, place: Place) -> Frame:
    """Return the table of a data set: what code wrote to it, or all that it may hold."""
    dataset = normal_dataset(spelled)
    run.state.read.setdefault(dataset, set()).add(place)
    frames: list[Frame] = []
    for written in run.state.writers(spelled):
        frame = written.value if isinstance(written.value, Frame) else None
        if frame is not None:
            frames.append(_handed_over(run, frame, written.dataset, written.place, place))
    listed = run.project.read_list(run, dataset)
    if isinstance(listed, Vector):
        # A file of names, one a line, that is read as a table.
        listed = Frame(columns={"V1": NOTHING}, lists={"V1": listed})
    if isinstance(listed, Frame):
        frames.append(listed)
    if frames:
        joined = frames[0]
        for frame in frames[1:]:
            joined = join_frames(joined, frame)
        return joined
    if is_nameless(dataset):
        run.lose(place.line, "unknown_dataset")
        dataset = f"?{place.file}:{place.line}"
    step = run.state.graph.add("open", spelled, place)
    frame = Frame(rests=(Rest(dataset, step),))
    columns = run.project.columns_of(dataset)
    for name in columns or ():
        frame.columns[name] = frozenset({run.state.graph.source(dataset, name, place)})
        frame.made[name] = "data-value"
    return frame


def _handed_over(
    run: Interpreter, frame: Frame, dataset: str, written: Place, place: Place
) -> Frame:
    """Return a table as it is read again, with the writing and reading as steps."""
    again = frame.copy()
    for name, deps in frame.columns.items():
        out = run.state.graph.add("write", name, written, deps, dataset=dataset)
        back = run.state.graph.add("load", name, place, frozenset({out}), dataset=dataset)
        again.columns[name] = frozenset({back})
        again.named[name] = NOWHERE
    rests: list[Rest] = []
    for rest in frame.rests:
        out = run.state.graph.add("write", "", written, frozenset({rest.step}), dataset=dataset)
        back = run.state.graph.add("load", "", place, frozenset({out}), dataset=dataset)
        rests.append(rest._replace(step=back))
    again.rests = tuple(rests)
    if frame.rows:
        out = run.state.graph.add("write", "", written, frame.rows, dataset=dataset)
        again.rows = frozenset({out})
    again.groups = ()
    return again


def read(run: Interpreter, site: CallSite) -> Value:
    """``read_csv(path)``, ``dbReadTable(con, name)``, ``read_sql(query, con)``."""
    texts = site.texts("path")
    value = site.value("path")
    if not texts and isinstance(value, (Record, Vector, Frame)):
        return value
    if not texts:
        texts = [Text(deps_of(value), HOLE)]
    frames: list[Frame] = []
    for text in texts[:20]:
        if looks_like_sql(text.text):
            result = run.project.run_sql(run, text, site)
            if isinstance(result, Frame):
                frames.append(result)
        else:
            prefix = site.text("schema")
            spelled = text.text
            if prefix is not None and prefix.is_known:
                spelled = f"{prefix.text}.{spelled}"
            sheet = site.text("sheet")
            if sheet is not None and sheet.is_known and site.option("sheets") == "yes":
                spelled = f"{spelled}"
            # A table of the session that an included program of SAS made.
            held = run.as_frame(site.scope.find(spelled)) if run.at.language == "sas" else None
            if held is not None:
                frames.append(held)
                continue
            frames.append(read_dataset(run, spelled, site.place))
    if not frames:
        return site.unknown()
    joined = frames[0]
    for frame in frames[1:]:
        joined = join_frames(joined, frame)
    names = site.value("names")
    if names is not None and texts_of(names):
        joined = _with_names(run, site, joined, names)
    columns = site.value("columns")
    if columns is None and site.is_masking and site.index("columns") is not None:
        columns = site.value("columns")
    if columns is not None and (texts_of(columns) or isinstance(columns, Vector)):
        choice = Choice()
        choose_by_value(columns, choice)
        for name, places in choice.picked:
            run.state.note(places, name, "read")
        joined = choose(run.state, joined, choice, site.place)
        # Which columns are read is not yet a choice of features.
        joined.dropped, joined.named = {}, {}
    if site.option("rows") == "yes":
        joined = joined.copy()
        joined.is_rows = True
    return joined


def _with_names(run: Interpreter, site: CallSite, frame: Frame, names: Value) -> Frame:
    dataset = frame.rests[0].dataset if frame.rests else ""
    named = Frame(rows=frame.rows)
    for text in texts_of(names):
        node = run.state.graph.source(dataset, text.text, next(iter(text.places), site.place))
        named.columns[text.text] = frozenset({node})
        named.named[text.text] = text.places
        run.state.note_text(text, "read")
    return named


def write(run: Interpreter, site: CallSite) -> Value:
    """``df.to_csv(path)``, ``write_feather(df, path)``, ``dbWriteTable(con, name, df)``."""
    value = site.value("table")
    frame = run.as_frame(value)
    if frame is None and isinstance(value, (Vector, Record)):
        frame = rows_in(value)
    stored: Value = frame.copy() if frame is not None else (value or Unknown())
    texts = site.texts("path")
    prefix = site.text("schema")
    for text in texts[:20]:
        spelled = text.text
        if prefix is not None and prefix.is_known:
            spelled = f"{prefix.text}.{spelled}"
        if is_nameless(normal_dataset(spelled)):
            run.lose(site.place.line, "unknown_dataset", deps_of(stored))
            continue
        if not run.at.gated:
            run.state.write(spelled, stored, site.place)
            see_output(run, stored, spelled, site.place)
    if not texts and site.entry is not None and site.value("path") is not None:
        run.lose(site.place.line, "unknown_dataset", deps_of(stored))
    return value if value is not None else Literal_()


def see_output(run: Interpreter, value: Value, spelled: str, place: Place) -> None:
    """Remember a list that is written: its rows may be selected by origin, or hold a score."""
    rows: Deps = run.at.control
    if isinstance(value, Frame):
        rows |= value.rows
    elif not rows:
        return
    about = run.state.is_about_origin(rows) if rows else False
    if isinstance(value, Frame):
        run.project.see_output(run, value, spelled, place)
    if about:
        run.state.decisions[place, spelled] = Decision(
            place, rows, deps_of(value), normal_dataset(spelled).rsplit("/", 1)[-1], "selection"
        )


def save_object(run: Interpreter, site: CallSite) -> Value:
    """``joblib.dump(model, path)``, ``saveRDS(x, path)``, ``save(x, y, file=)``."""
    if site.option("many") == "yes":
        record = Record()
        for name, expr, value in site.parts():
            label = getattr(expr, "id", "")
            if name is None and label:
                known = value if value is not None else run.evaluate(expr, site.scope)  # type: ignore[arg-type]
                record.fields[label] = known
        stored: Value = record
    else:
        stored = site.value("value") or Unknown()
        frame = run.as_frame(stored)
        stored = frame.copy() if frame is not None else stored
    value = site.value("path")
    texts = texts_of(value)
    for text in texts[:20]:
        if is_nameless(normal_dataset(text.text)):
            run.lose(site.place.line, "unknown_dataset", deps_of(stored))
        elif not run.at.gated:
            run.state.write(text.text, stored, site.place)
            see_output(run, stored, text.text, site.place)
    if not texts:
        path = getattr(value, "name", "")
        if path:
            run.state.write(path, stored, site.place)
        else:
            run.lose(site.place.line, "unknown_dataset", deps_of(stored))
    return Literal_()


def load_object(run: Interpreter, site: CallSite) -> Value:
    """``joblib.load(path)``, ``readRDS(path)``, ``load(path)``: what was stored under the name."""
    texts = site.texts("path")
    found: list[Value] = []
    for text in texts[:20]:
        for written in run.state.writers(text.text):
            value = written.value
            if isinstance(value, Frame):
                value = _handed_over(run, value, written.dataset, written.place, site.place)
            found.append(value)
        listed = run.project.read_list(run, normal_dataset(text.text))
        if listed is not None:
            found.append(listed)
    if not found:
        if not texts:
            run.lose(site.place.line, "unknown_dataset")
            return Unknown(site.all_deps(), "artefact")
        dataset = normal_dataset(texts[0].text)
        run.state.read.setdefault(dataset, set()).add(site.place)
        step = run.state.graph.add("open", texts[0].text, site.place)
        loaded = Unknown(frozenset({step}), dataset.rsplit("/", 1)[-1])
        if site.option("table") == "likely":
            loaded.frame = Frame(rests=(Rest(dataset, step),))
        return loaded
    joined = found[0]
    for value in found[1:]:
        joined = join_values(joined, value)
    if site.option("many") == "yes" and isinstance(joined, Record):
        site.scope.names.update(joined.fields)
    return joined


def read_settings(run: Interpreter, site: CallSite) -> Value:
    """``yaml.safe_load(open(path))``, ``fromJSON(path)``, ``config::get()``: a small file."""
    value = site.value("path")
    if isinstance(value, (Record, Vector)):
        return value
    found: list[Value] = []
    for text in texts_of(value):
        listed = run.project.read_list(run, normal_dataset(text.text))
        if listed is None:
            listed = run.project.query_in(normal_dataset(text.text))
        if listed is None:
            listed = _made_of(run, text)
        if listed is not None:
            found.append(listed)
    standard = site.option("standard")
    if not found and standard:
        listed = run.project.read_list(run, standard)
        if listed is not None:
            found.append(listed)
    if not found and not any(text.is_known for text in texts_of(value)):
        guessed = run.project.settings_for(run)
        if guessed is not None:
            found.append(guessed)
    if not found:
        if texts_of(value):
            name = normal_dataset(texts_of(value)[0].text)
            return Record(deps_of(value), {}, is_open=True) if name else Unknown()
        return Record(deps_of(value), {}, is_open=True)
    joined = found[0]
    for other in found[1:]:
        joined = join_values(joined, other)
    if standard and isinstance(joined, Record):
        joined = _active(joined, site.text("active"))
    key = site.text("key")
    if key is not None and isinstance(joined, Record) and key.text in joined.fields:
        return joined.fields[key.text]
    return joined


def _made_of(run: Interpreter, text: Text) -> Value | None:
    """Return what the file holds of which a text is made: ``fromJSON(paste(readLines(path)))``."""
    files = {place.file for place in text.places}
    if len(files) != 1 or not run.state.is_from_list(text.places):
        return None
    return run.project.read_list(run, normal_dataset(files.pop()))


def read_lines(run: Interpreter, site: CallSite) -> Value:
    """``open(path).read()``, ``file.readlines()``: a small file of names, as it will be split."""
    for text in texts_of(site.receiver):
        lines = run.project.lines_in(run, text)
        if lines is not None:
            return lines
    return site.unknown()


def _active(settings: Record, told: Text | None) -> Record:
    """Return the settings that count: the default ones, and over them those of one surrounding.

    Source: config (R), *Introduction to config*.
    """
    default = settings.fields.get("default")
    if not isinstance(default, Record):
        return settings
    over = settings.fields.get(told.text) if told is not None else None
    if not isinstance(over, Record):
        return default
    fields, places = {**default.fields, **over.fields}, {**default.places, **over.places}
    return Record(default.deps | over.deps, fields, default.is_open or over.is_open, places)


def new_settings(run: Interpreter, site: CallSite) -> Value:
    """``ConfigParser()``: settings that are read into it afterwards."""
    del run
    return Record(site.all_deps(), {})


def read_into(run: Interpreter, site: CallSite) -> Value:
    """``config.read(path)``: what a small file holds comes beside what is there."""
    held = site.value("into")
    loaded = read_settings(run, site)
    if isinstance(held, Record):
        if isinstance(loaded, Record):
            held.fields.update(loaded.fields)
            held.places.update(loaded.places)
            held.is_open = held.is_open or loaded.is_open
        else:
            held.is_open = True
    return Literal_()


def opened(run: Interpreter, site: CallSite) -> Value:
    """``open(path)``, ``Path(path)``, ``here(...)``: stands for the path."""
    values = [
        value
        for name, value in site.all_values()
        if name is None or name in ("file", "path", "con", "description")
    ]
    if site.option("self") == "first" and site.receiver is not None:
        return site.receiver
    if not values:
        return Text(NOTHING, site.option("empty").replace("none", ""))
    if len(values) > 1 and site.option("joins") == "yes":
        return paste_values(run, [[value] for value in values], "/")
    value = values[0]
    if isinstance(value, (Text, Vector)) or texts_of(value):
        return value
    return value if isinstance(value, (Record, Frame, Instance)) else Text(deps_of(value), HOLE)


def list_files(run: Interpreter, site: CallSite) -> Value:
    """``list.files("R", pattern = "R$")``: the scripts of a folder; of data, only the folder."""
    pattern = site.text("pattern")
    found: list[tuple[str | None, Value]] = [
        (None, Text(NOTHING, path))
        for folder in site.texts("path")
        for path in run.project.scripts_in(folder.text, pattern.text if pattern else "")
    ]
    if found:
        return Vector(NOTHING, found)
    if pattern is not None and pattern.is_known:
        name = name_of_pattern(pattern.text)
        folders = site.texts("path") or [Text(NOTHING, "")]
        return Vector(
            NOTHING,
            [
                (None, Text(NOTHING, f"{one.text}/{name}".lstrip("/"), pattern.places))
                for one in folders
            ],
        )
    return opened(run, site)


def globbed(run: Interpreter, site: CallSite) -> Value:
    """``glob.glob("out/x_*.csv")``, ``Path("out").glob("*.csv")``: names that are known in part."""
    del run
    patterns = site.texts("pattern") or ([Text(NOTHING, "*")] if site.has("folder") else [])
    found: list[tuple[str | None, Value]] = []
    for folder in site.texts("folder") or [Text(NOTHING, "")]:
        for pattern in patterns:
            path = f"{folder.text}/{pattern.text}" if folder.text else pattern.text
            found.append((None, Text(NOTHING, name_of_glob(path), pattern.places)))
    return Vector(NOTHING, found, is_open=not found)


def one_of(run: Interpreter, site: CallSite) -> Value:
    """``max(files)``, ``last(files)``: a file of a list; of anything else, what it is made of."""
    value = site.value("table")
    if isinstance(value, Vector) and value.items and not value.is_open:
        texts = [item for _, item in value.items if isinstance(item, Text)]
        if len(texts) == len(value.items) and any("/" in t.text or HOLE in t.text for t in texts):
            return texts[0] if len(texts) == 1 else Choices(value.deps, tuple(texts))
    return site.unknown() if run.at.language == "python" else run.operations["apply"](run, site)


def run_script(run: Interpreter, site: CallSite) -> Value:
    """``source(path)``, ``%run``, ``runpy``, ``%include``: the other file, here."""
    texts = site.texts("path")
    followed = False
    for text in texts[:20]:
        followed = run.project.run_script(run, text.text, site.scope, site.place) or followed
    if not followed:
        run.lose(site.place.line, "script_not_found", NOTHING)
    return Literal_()


def sql(run: Interpreter, site: CallSite) -> Value:
    """``@sql(text)``, ``spark.sql(text)``, ``con.execute(text)``, ``dbGetQuery(con, text)``."""
    result: Value = Unknown(site.all_deps())
    for text in site.texts("query")[:20]:
        result = run.project.run_sql(run, text, site)
    if not site.texts("query"):
        value = site.value("query")
        frame = run.as_frame(value)
        if frame is not None:
            return frame
    if site.option("gives") == "rows" and isinstance(result, Frame):
        # A cursor gives rows, now or when it is asked for them.
        result = replace(result.copy(), is_rows=True)
        if isinstance(site.receiver, (Known, Unknown)):
            site.receiver.held = result
    return result


def register_view(run: Interpreter, site: CallSite) -> Value:
    """``df.createOrReplaceTempView(name)``, ``con.register(name, df)``."""
    frame = run.as_frame(site.value("table"))
    for text in site.texts("path"):
        if frame is not None:
            run.state.write(text.text, frame.copy(), site.place)
    return Literal_()


def connect(run: Interpreter, site: CallSite) -> Value:
    """Return a connection, session or reader, which only tells where queries go."""
    del run
    return Known(name=site.option("as") or "connection", receiver=Unknown(name="connection"))


_ = (Column, Estimator, Instance)


def go_to_file(run: Interpreter, site: CallSite) -> Value:
    """``@at(path)``: what follows stands in that file, whatever file it is carried out by."""
    text = site.text("path")
    if text is not None and text.is_known:
        run.at.file = text.text
    return Literal_()


def lose_path(run: Interpreter, site: CallSite) -> Value:
    """``@lose(construct)``: what stands here could not be translated."""
    text = site.text("construct")
    if text is not None and text.is_known:
        run.lose(site.place.line, text.text)
    return Literal_()
