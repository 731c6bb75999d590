"""The risk model of the example ministry goes into the Algorithm Register, in both forms."""

import json
from pathlib import Path

import jsonschema
import pytest
from tests.publication_records import published

from doorlicht.cli.main import main
from doorlicht.publication import FORMS

ROOT = Path(__file__).parents[2]
CODE = ROOT / "examples/ministry/repositories"
ANSWERS = ROOT / "examples/publish_answers.yaml"


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as ended:
        main([str(one) for one in arguments])
    said = capsys.readouterr()
    return ended.value.code or 0, said.out, said.err


@pytest.fixture
def model(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run(capsys, "trace", CODE, "--register", "r.sqlite", "--json", "trace.json", "-q")
    models = json.loads((tmp_path / "trace.json").read_text("utf-8"))["models"]
    return next(one["id"] for one in models if one["name"] == "risicomodel")


def test_the_example_fills_a_record_that_passes_both_published_schemas(model, tmp_path, capsys):
    arguments = ("publish", model, "--register", "r.sqlite", "--lang", "nl")
    code, out, _ = run(capsys, *arguments)
    assert code == 2
    assert "Verplicht en niet bekend" in out
    code, out, err = run(capsys, *arguments, "--with", ANSWERS)
    assert "Organisatie (organization)" in out, err
    assert code == 2
    answers = tmp_path / "answers.yaml"
    answers.write_text(
        ANSWERS.read_text("utf-8") + "organization: Ministerie van Voorbeeldzaken\n", "utf-8"
    )
    code, out, err = run(capsys, *arguments, "--with", answers)
    assert code == 0, out + err
    for form in FORMS:
        record = json.loads((tmp_path / f"doorlicht-{model}.{form}.json").read_text("utf-8"))
        schema = published(form)
        jsonschema.validators.validator_for(schema)(schema).validate(record)
        told = json.dumps(record, ensure_ascii=False)
        assert "geboorteland van ouders (kolom landgeb_moeder)" in told
        assert "race" not in told
        code, out, _ = run(capsys, "publish", "--check", f"doorlicht-{model}.{form}.json")
        assert code == 0, out
