"""Write the JSON Schema of units, campaign, coverage, questions and commitments.

    python scripts/write_dossier_schema.py [--check]

The forms of the records follow from their classes; what a command adds to them stands here.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Final, get_args

from pydantic import TypeAdapter

from doorlicht.records.campaigns import CellState, StepKind
from doorlicht.records.parliament import TermState
from doorlicht.register.dossier import KINDS

OUT: Final = Path(__file__).parents[1] / "src/doorlicht/reports/schemas/dossier-1.schema.json"
TEXT: Final = {"type": "string"}
FLAG: Final = {"type": "boolean"}
DAY: Final = {"type": "string", "format": "date"}
NO_DAY: Final = {"anyOf": [DAY, {"type": "null"}]}
NO_TEXT: Final = {"type": ["string", "null"]}
NUMBER: Final = {"type": "integer"}


def main() -> None:
    """Write the schema, or say with 1 that it is not what it would be."""
    parser = argparse.ArgumentParser(description="Write the JSON Schema of the dossier.")
    parser.add_argument("--check", action="store_true")
    text = schema_text()
    if parser.parse_args().check:
        sys.exit(OUT.read_text("utf-8") != text)
    OUT.write_text(text, "utf-8")


def schema_text() -> str:
    """Return the schema as its file has it."""
    return json.dumps(_schema(), indent=1, ensure_ascii=False) + "\n"


def _schema() -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Dossier of doorlicht",
        "description": "What units, campaign, coverage, questions and commitments write as JSON. "
        "Days are YYYY-MM-DD; null: not known, or none.",
        "type": "object",
        "required": ["schema_version", "doorlicht"],
        "properties": {
            "schema_version": {"type": "string", "pattern": "^1\\."},
            "doorlicht": _object({"version": TEXT}),
        },
        "anyOf": [_ref(name) for name in _outputs()],
        "$defs": {**_record_forms(), **_parts(), **_outputs()},
    }


def _record_forms() -> dict[str, Any]:
    """Return the form of each kind of record, and of what they hold."""
    forms = [(kind, "serialization", TypeAdapter(made)) for kind, made in KINDS.items()]
    made, shared = TypeAdapter.json_schemas(forms, ref_template="#/$defs/{model}")  # type: ignore[arg-type]
    defs = dict(shared.get("$defs", {}))
    return _open({**defs, **{f"{kind}_record": form for (kind, _), form in made.items()}})


def _open(form: Any) -> Any:
    """Return a form as a reader of the output has it: every field is there, and more may come."""
    if isinstance(form, list):
        return [_open(one) for one in form]
    if not isinstance(form, dict):
        return form
    kept = {key: _open(one) for key, one in form.items() if key not in _OF_FILES}
    if "properties" in form:
        kept["required"] = list(form["properties"])
    return kept


_OF_FILES: Final = ("additionalProperties", "default")
"""What is said of a record that is read from a file, and not of one that is written."""


def _outputs() -> dict[str, Any]:
    unit = _more("unit", {"depth": NUMBER, "scope": _list(_ref("scope_record"))})
    asked = _more("questions", {"term": _ref("term")})
    promised = _more(
        "commitment", {"term": _ref("term"), "bearer": NO_TEXT, "bearer_by_rule": FLAG}
    )
    names = _list(TEXT)
    return {
        "units_output": _object(
            {
                "day": DAY, "units": _list(unit), "excluded": _list(_ref("exclusion")),
                "undecided": names,
            }
        ),
        "campaign_output": _object(
            {
                "day": DAY, "campaign": _ref("campaign_record"),
                "alerts": _list(_ref("alert")),
                "missing": _list(_object({"code": TEXT, "what": TEXT})),
                "excluded": _list(_ref("exclusion")), "plans": _list(_ref("plan_record")),
                "nil_statements": _list(_ref("nil_statement_record")), "nil_contradicted": names,
                "uses": {"type": "object", "additionalProperties": names},
                "uses_proposed": names, "uses_unplaced": names,
            }
        ),
        "coverage_output": _object(
            {
                "day": DAY,
                "rows": _list(
                    _object(
                        {"unit": TEXT, "name": TEXT, "depth": NUMBER, "cells": _list(_ref("cell"))}
                    )
                ),
                "never": _list(_object({"unit": TEXT, "step": _ref("step_kind"),
                                        "source": NO_TEXT})),
                "excluded": names, "undecided": names,
            }
        ),
        "questions_output": _object({"day": DAY, "question_sets": _list(asked)}),
        "guide_output": _object(
            {
                "question_set": TEXT, "title": TEXT,
                "reading_guide": _list(
                    _object({"theme": TEXT, "label": TEXT, "questions": _list(NUMBER)})
                ),
                "without_theme": _list(NUMBER),
            }
        ),
        "commitments_output": _object({"day": DAY, "commitments": _list(promised)}),
    }  # fmt: skip


def _parts() -> dict[str, Any]:
    return {
        "step_kind": {"enum": list(get_args(StepKind))},
        "exclusion": _object(
            {
                "unit": TEXT, "for_now": FLAG, "due": NO_DAY, "overdue": FLAG, "ground_gone": FLAG,
                "decision": _ref("scope_record"),
            }
        ),
        "alert": _object(
            {
                "kind": {"enum": ["questions", "commitment"]}, "id": TEXT, "title": TEXT,
                "term": _ref("term"), "days_left": NUMBER,
            }
        ),
        "cell": _object(
            {
                "step": _ref("step_kind"), "source": NO_TEXT,
                "state": {"enum": list(get_args(CellState))}, "on": NO_DAY, "steps": _list(TEXT),
            }
        ),
        "term": _object(
            {
                "state": {"enum": list(get_args(TermState))}, "due": NO_DAY, "first_due": NO_DAY,
                "extended": FLAG, "asked_too_late": FLAG, "late_days": NUMBER, "recess": NO_TEXT,
                "recess_known": FLAG,
            }
        ),
    }  # fmt: skip


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{name}"}


def _list(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


def _object(fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(fields), "properties": fields}


def _more(kind: str, fields: dict[str, Any]) -> dict[str, Any]:
    return {"allOf": [_ref(f"{kind}_record"), _object(fields)]}


if __name__ == "__main__":
    main()
