"""The fields are what both published schemas say, no more and no less."""

import pytest
import yaml
from tests.publication_records import a_record, published

from build_publication_fields import OUT, PUBLISHED, build, render
from doorlicht.language import LANGUAGES, say
from doorlicht.publication.fields import FORMS, field_named, form_of, names_of, register_fields
from doorlicht.publication.forms import from_standard, to_api, to_standard


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="../shared/data/algoritmeregister is not here")
def test_the_fields_are_what_the_script_makes_of_both_schemas():
    assert OUT.read_text("utf-8") == render(build(PUBLISHED))


@pytest.mark.parametrize("form", FORMS)
def test_every_field_of_a_schema_is_known_with_what_it_asks(form):
    schema = published(form)
    names = names_of(form)
    assert set(names) == set(schema["properties"])
    required = set()
    for name, one in names.items():
        sides = [one.api] if form == "api" else [one.standard, *(p.standard for p in one.parts)]
        side = next(side for side in sides if side is not None and side.name == name)
        shape = schema["properties"][name]
        limit = shape.get("maxLength", shape.get("x-max-length-without-html"))
        assert side.max_length == limit, name
        if side.is_required:
            required.add(name)
    assert required == set(schema["required"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("one", register_fields(), ids=lambda one: one.name)
def test_every_field_says_what_it_is_and_who_usually_knows(one, language):
    for key in ("label", "help", "who"):
        assert say(f"publication.field.{one.name}.{key}", language).strip()


def test_the_file_of_fields_is_plain_data():
    tree = yaml.safe_load(OUT.read_text("utf-8"))
    assert {one["kind"] for one in tree["fields"]} == {
        "text", "choice", "choices", "month", "link", "contact", "pairs"
    }  # fmt: skip


def test_a_record_goes_to_the_standard_and_back():
    record = a_record()
    made, left = to_standard(record)
    assert form_of(made) == "standard"
    assert left == []
    back = from_standard(made)
    assert back["category"] == record["category"]
    assert back["publication_category"] == record["publication_category"]
    assert back["lawful_basis_grouping"] == record["lawful_basis_grouping"]
    assert back["standard_version"] == "1.0"
    assert back["goal"] == "Het doel is onjuiste uitkeringen vinden.\nMensen krijgen een brief."
    assert to_api(made) == back


def test_what_the_standard_has_no_room_for_is_told():
    record = a_record()
    record["lawful_basis_grouping"] *= 3
    made, left = to_standard(record)
    assert made["legal_basis_title"] == "Participatiewet"
    assert [(one.field, one.number) for one in left] == [("lawful_basis_grouping", 2)]


def test_no_impact_assessment_at_all_is_said_and_not_left_open():
    made, _ = to_standard(a_record(impacttoetsen_grouping=[]))
    assert made["impact_assessments"] == "Geen"
    assert from_standard(made)["impacttoetsen_grouping"] == []


def test_what_is_required_in_one_form_only_is_required():
    assert field_named("goal").is_required
    assert field_named("impacttoetsen_grouping").is_required
    assert not field_named("lawful_basis").is_required
