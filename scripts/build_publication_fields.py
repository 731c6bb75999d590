"""Build the fields of the Algorithm Register from its two published schemas and their crosswalk.

    python scripts/build_publication_fields.py [--published ../shared/data/algoritmeregister]

The schemas (publication standard v1.0.0, delivery API 1.0) are not part of this repository. The
facts that follow from them are written to ``src/doorlicht/publication/fields.yaml``: per field its
name in each form, whether it must be there, how long it may be, which values it takes, which tags
of HTML. Labels, help and who usually knows are our own words, in the catalogue of texts.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).parents[1]
OUT: Final = ROOT / "src/doorlicht/publication/fields.yaml"
PUBLISHED: Final = ROOT.parent / "shared/data/algoritmeregister"

STANDARD: Final = "publication-standard-v1.0.0.schema.json"
API: Final = "publicatiestandaard-1.0.schema.json"
CROSSWALK: Final = "register_crosswalk.csv"

CONTACT: Final = "contact_email"
"""Says in its instructions what no schema says: a mail address or a site."""

WANTED_WHEN: Final = {
    "end_date": {"status": "Buiten gebruik"},
    "impacttoetsen": {"impacttoetsen_grouping": "without DPIA"},
}
"""What the instructions of the standard ask for in one case only."""

HEAD: Final = """\
# Made by scripts/build_publication_fields.py: do not write here.
#
# The fields of a record of the Algorithm Register, in both published forms of "1.0":
#   standard  Algoritmeregister Publicatiestandaard v1.0.0 (EUPL-1.2), community Algoritmeregister
#   api       what the delivery API of the register takes, Ministry of the Interior (EUPL-1.2)
# The forms have other names, other limits and another idea of what must be there.
# A length is that of the text without HTML. A side that is absent lacks the field.
"""


def build(folder: Path) -> dict[str, Any]:
    """Return the tree of ``fields.yaml``."""
    standard = json.loads((folder / STANDARD).read_text("utf-8"))
    api = json.loads((folder / API).read_text("utf-8"))
    with (folder / CROSSWALK).open(encoding="utf-8", newline="") as file:
        pairs = {row["api_field"]: row["standard_field"] for row in csv.DictReader(file)}
    fields: list[dict[str, Any]] = []
    for name, shape in api["properties"].items():
        field: dict[str, Any] = {"name": name, "kind": "text"}
        taken = _branch(shape)
        if "$ref" in taken.get("items", {}):
            field["kind"] = "pairs"
            field["api"] = _side(name, shape, name in api["required"])
            item = api["$defs"][taken["items"]["$ref"].rpartition("/")[2]]
            field["parts"] = [
                {
                    "name": part,
                    "kind": "link" if part == "link" else "text",
                    "api": _side(part, inner, part in item["required"]),
                    "standard": _standard(standard, pairs[f"{name}[].{part}"]),
                }
                for part, inner in sorted(item["properties"].items(), key=_title_first)
            ]
            fields.append(field)
            continue
        field["api"] = _side(name, shape, name in api["required"])
        if name in pairs:
            field["standard"] = _standard(standard, pairs[name])
        field["kind"] = _kind(name, taken, field)
        if "x-allowed-html-tags" in shape:
            field["tags"] = shape["x-allowed-html-tags"]
        if name in WANTED_WHEN:
            field["wanted_when"] = WANTED_WHEN[name]
        fields.append(field)
    left = set(standard["properties"]) - set(pairs.values())
    if left:
        raise SystemExit(f"without a counterpart: {', '.join(sorted(left))}")
    order = list(standard["properties"])
    fields.sort(key=lambda one: _place(one, order))
    return {"fields": fields}


def _title_first(item: tuple[str, Any]) -> bool:
    return item[0] != "title"


def _place(field: Mapping[str, Any], order: list[str]) -> int:
    sides = [field, *field.get("parts", ())]
    places = [order.index(one["standard"]["name"]) for one in sides if "standard" in one]
    return min(places, default=len(order))


def _branch(shape: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a field is where it is not null."""
    return next((one for one in shape.get("anyOf", ()) if one.get("type") != "null"), shape)


def _kind(name: str, taken: Mapping[str, Any], field: Mapping[str, Any]) -> str:
    if name == CONTACT:
        return "contact"
    if taken["type"] == "array":
        return "choices"
    if "enum" in taken:
        return "choice"
    if "pattern" in taken:
        return "month"
    return "link" if field.get("standard", {}).pop("is_link", False) else "text"


def _side(name: str, shape: Mapping[str, Any], is_required: bool) -> dict[str, Any]:
    taken = _branch(shape)
    side: dict[str, Any] = {"name": name}
    if is_required:
        side["is_required"] = True
    if any(one.get("type") == "null" for one in shape.get("anyOf", ())):
        side["takes_null"] = True
    limit = shape.get("x-max-length-without-html")
    if limit is not None:
        side["max_length"] = limit
    values = taken.get("enum") or taken.get("items", {}).get("enum")
    if values:
        side["choices"] = values
    if "pattern" in taken:
        side["pattern"] = taken["pattern"]
    return side


def _standard(schema: Mapping[str, Any], name: str) -> dict[str, Any]:
    shape = schema["properties"][name]
    side: dict[str, Any] = {"name": name}
    if name in schema["required"]:
        side["is_required"] = True
    if "maxLength" in shape:
        side["max_length"] = shape["maxLength"]
    values = shape.get("enum") or ([shape["const"]] if "const" in shape else None)
    if values:
        side["choices"] = values
    if "pattern" in shape:
        side["pattern"] = shape["pattern"]
    if shape.get("format") == "uri":
        side["is_link"] = True
    return side


def render(tree: Mapping[str, Any]) -> str:
    """Return the text of ``fields.yaml``."""
    for field in tree["fields"]:
        for one in (field, *field.get("parts", ())):
            one.get("standard", {}).pop("is_link", None)
    lines = [HEAD, "fields:\n"]
    for field in tree["fields"]:
        text = yaml.safe_dump(
            [field], allow_unicode=True, sort_keys=False, default_flow_style=None, width=110
        )
        lines.append("".join(f"  {line}\n" for line in text.splitlines()))
    return "".join(lines)


def main() -> None:
    """Write the fields."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--published", type=Path, default=PUBLISHED)
    OUT.write_text(render(build(parser.parse_args().published)), "utf-8")


if __name__ == "__main__":
    main()
