"""Settings that code puts together itself: options of a command, settings in several files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from doorlicht.lineage.paths import normal_dataset
from doorlicht.lineage.values import (
    ClassValue,
    Instance,
    Literal_,
    Record,
    Text,
    Unknown,
    Value,
    Vector,
    deps_of,
    texts_of,
)

if TYPE_CHECKING:
    from doorlicht.lineage.callsite import CallSite
    from doorlicht.lineage.interpreter import Interpreter

_ENDINGS: Final = (".yaml", ".yml")


def add_setting(run: Interpreter, site: CallSite) -> Value:
    """``parser.add_argument("--features", default=[...])``: a field of what it parses."""
    held = site.value("into")
    spelled = [text for _, value in site.all_values()[:3] for text in texts_of(value)[:1]]
    spelled = [text for text in spelled if " " not in text.text]
    told = site.text("name")
    options = [text.text for text in spelled if text.text.startswith("--")]
    name = told.text if told is not None else (options or [t.text for t in spelled] or [""])[0]
    name = name.lstrip("-").replace("-", "_")
    default = site.value("default")
    if isinstance(held, Record) and name:
        held.fields[name] = default if default is not None else Unknown(name=name)
    del run
    return Literal_()


def known_and_others(run: Interpreter, site: CallSite) -> Value:
    """``parser.parse_known_args()``: what was asked for, and what was not."""
    del run
    known = site.value("of") or site.unknown()
    return Vector(known.deps, [(None, known), (None, Vector(is_open=True))])


def composed(run: Interpreter, site: CallSite) -> Value:
    """``@hydra.main(config_path="conf", config_name="config")``: a file and those that it names.

    ``defaults: [{model: xgb}]`` puts what is in ``model/xgb.yaml`` under ``model``.
    """
    folder, name = site.text("folder"), site.text("name")
    if name is None:
        return Record(site.all_deps(), {}, is_open=True)
    where = folder.text.strip("./") if folder is not None else ""
    main = _file(run, where, name.text)
    if not isinstance(main, Record):
        return Record(site.all_deps(), {}, is_open=True)
    made = Record(main.deps, {}, main.is_open, dict(main.places))
    defaults = main.fields.get("defaults")
    for _, item in defaults.items if isinstance(defaults, Vector) else ():
        if isinstance(item, Record):
            for group, chosen in item.fields.items():
                for text in texts_of(chosen)[:1]:
                    found = _file(run, f"{where}/{group}".strip("/"), text.text)
                    if found is not None:
                        made.fields[group] = found
        elif isinstance(item, Text) and item.text != "_self_":
            found = _file(run, where, item.text)
            if isinstance(found, Record):
                made.fields.update(found.fields)
                made.places.update(found.places)
    for key, value in main.fields.items():
        known = made.fields.get(key)
        if isinstance(known, Record) and isinstance(value, Record):
            made.fields[key] = Record(
                known.deps | value.deps, {**known.fields, **value.fields}, known.is_open,
                {**known.places, **value.places},
            )  # fmt: skip
        elif key != "defaults":
            made.fields[key] = value
    return made


def _file(run: Interpreter, folder: str, name: str) -> Value | None:
    spelled = name if name.endswith(_ENDINGS) else ""
    for ending in _ENDINGS:
        path = f"{folder}/{spelled or name + ending}".strip("/")
        found = run.project.read_list(run, normal_dataset(path))
        if found is not None:
            return found
    return None


def as_record(run: Interpreter, site: CallSite) -> Value:
    """``asdict(x)``, ``vars(x)``, ``x.model_dump()``: the fields of an object, by name."""
    value = site.value("of")
    if not isinstance(value, Instance):
        return value if value is not None else site.unknown()
    made = Record(value.deps, dict(value.fields))
    made.fields.pop("@estimator", None)
    for name in fields_of(value.of):
        if name not in made.fields:
            made.fields[name] = run.attribute(value, name, site.place.line)
    return made


def fields_of(of: ClassValue | None, depth: int = 0) -> list[str]:
    """Return the fields that a class and those it inherits from spell out in their bodies."""
    if of is None or depth > 10:
        return []
    names: dict[str, None] = {}
    for base in of.bases:
        if isinstance(base, ClassValue):
            names.update(dict.fromkeys(fields_of(base, depth + 1)))
    for name, member in of.members.items():
        if not name.startswith("_") and isinstance(
            member, (Literal_, Text, Vector, Record, Unknown)
        ):
            names[name] = None
    return list(names)


_ = deps_of
