"""Records that are right pass both forms; of those that are not, each error says why."""

import copy
from datetime import date

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.publication_records import RECORD, a_record, published

from doorlicht.language import LANGUAGES
from doorlicht.publication import check_record, form_of, passes, say_problem
from doorlicht.publication.fields import FORMS, names_of
from doorlicht.publication.forms import to_standard

STANDARD = to_standard(RECORD)[0]
LINK = "https://example.org/"
STATUSES = "In ontwikkeling, In gebruik, Buiten gebruik"
TAGS = "div, br, p, ul, ol, li"


def whole(form):
    return copy.deepcopy(RECORD if form == "api" else STANDARD)


@pytest.mark.parametrize("form", FORMS)
def test_a_record_that_is_right_has_no_problem_and_passes_the_published_schema(form):
    assert form_of(whole(form)) == form
    assert check_record(whole(form)) == []
    schema = published(form)
    jsonschema.validators.validator_for(schema)(schema).validate(whole(form))


BROKEN = [
    # form, what is changed (... takes it away), field, rule, limit, found
    ("api", {"name": ...}, "name", "missing", "1-100", ""),
    ("api", {"status": ...}, "status", "missing", STATUSES, ""),
    ("api", {"lang": ...}, "lang", "missing", "nld", ""),
    ("api", {"contact_email": None}, "contact_email", "type", "string", "null"),
    ("api", {"name": "x" * 101}, "name", "max_length", "100", "101"),
    ("api", {"name": f"<b>{'x' * 101}</b>"}, "name", "max_length", "100", "101"),
    ("api", {"name": "  "}, "name", "empty", "1-100", "0"),
    ("api", {"name": "<p></p>"}, "name", "empty", "1-100", "0"),
    ("api", {"name": ["a"]}, "name", "type", "string", "array"),
    ("api", {"description_short": "x" * 401}, "description_short", "max_length", "400", "401"),
    ("api", {"organization": "&eacute;" * 101}, "organization", "max_length", "100", "101"),
    ("api", {"goal": f"<p>{'x' * 1300}</p><p>{'x' * 1201}</p>"}, "goal", "max_length", "2500",
     "2501"),
    ("api", {"goal": 7}, "goal", "type", "string", "number"),
    ("api", {"goal": "<p>a</p><script>b</script>"}, "goal", "tags", TAGS, "script"),
    ("api", {"risks": '<a href="https://example.org">b</a>'}, "risks", "tags", TAGS, "a"),
    ("api", {"methods_and_models": "x" * 5001}, "methods_and_models", "max_length", "5000",
     "5001"),
    ("api", {"provider": "x" * 201}, "provider", "max_length", "200", "201"),
    ("api", {"status": "in gebruik"}, "status", "choice", STATUSES, "in gebruik"),
    ("api", {"status": True}, "status", "choice", STATUSES, "boolean"),
    ("api", {"publication_category": "Overige algoritmes (Categorie C)"}, "publication_category",
     "choice", "Hoog-risico AI-systeem, Impactvolle algoritmes, Overige algoritmes",
     "Overige algoritmes (Categorie C)"),
    ("api", {"category": ["Sociale zekerheid", "Zorg"]}, "category[1]", "choice", None, "Zorg"),
    ("api", {"category": "Werk"}, "category", "type", "array", "string"),
    ("api", {"begin_date": "2021-13"}, "begin_date", "pattern", "YYYY-MM", "2021-13"),
    ("api", {"begin_date": "03-2021"}, "begin_date", "pattern", "YYYY-MM", "03-2021"),
    ("api", {"begin_date": "2021-03-01"}, "begin_date", "pattern", "YYYY-MM", "2021-03-01"),
    ("api", {"begin_date": 202103}, "begin_date", "type", "string", "number"),
    ("api", {"end_date": "2020-12", "status": "Buiten gebruik"}, "end_date", "order",
     "≥ 2021-03", "2020-12"),
    ("api", {"contact_email": "bel ons maar"}, "contact_email", "contact",
     "naam@organisatie.nl, https://…", ""),
    ("api", {"contact_email": LINK + "x" * 481}, "contact_email", "max_length", "500", "501"),
    ("api", {"website": "www.example.org"}, "website", "link", "https://…", ""),
    ("api", {"url": "https://exa mple.org"}, "url", "link", "https://…", ""),
    ("api", {"url": "javascript:alert(1)"}, "url", "link", "https://…", ""),
    ("api", {"url": "https://example.org:99999/"}, "url", "link", "https://…", ""),
    ("api", {"url": "https://anna:geheim@example.org/"}, "url", "login", "https://…", ""),
    ("api", {"contact_email": "https://anna@example.org/"}, "contact_email", "login",
     "https://…", ""),
    ("api", {"name": "&#8203;"}, "name", "empty", "1-100", "0"),
    ("api", {"name": "Naam\x00"}, "name", "signs", "UTF-8", ""),
    ("api", {"name": "Naam\ud800"}, "name", "signs", "UTF-8", ""),
    ("api", {"begin_date": date(2021, 3, 1)}, "begin_date", "type", "string", "date"),
    ("api", {"goal": "Doel <x:y onload=z>"}, "goal", "tags", TAGS, "x:y"),
    ("api", {"goal": "Doel <anna@example.org>"}, "goal", "tags", TAGS, "(16)"),
    ("api", {7: "Naam"}, "(number)", "unknown", "", ""),
    ("api", {"publiccode": LINK + "x" * 481}, "publiccode", "max_length", "500", "501"),
    ("api", {"lawful_basis_grouping": [{"title": "Wet"}]}, "lawful_basis_grouping[0].link",
     "missing", "1-500", ""),
    ("api", {"lawful_basis_grouping": [{"title": "x" * 101, "link": LINK}]},
     "lawful_basis_grouping[0].title", "max_length", "100", "101"),
    ("api", {"lawful_basis_grouping": {"title": "Wet", "link": LINK}}, "lawful_basis_grouping",
     "type", "array", "object"),
    ("api", {"source_data_grouping": [{"title": "BRP", "link": LINK}, "BRP"]},
     "source_data_grouping[1]", "type", "object", "string"),
    ("api", {"source_data_grouping": [{"title": "BRP", "link": LINK, "url": LINK}]},
     "source_data_grouping[0].url", "unknown", "title, link", ""),
    ("api", {"impacttoetsen_grouping": [{"link": LINK}]}, "impacttoetsen_grouping[0].title",
     "missing", "≥ 1", ""),
    ("api", {"impacttoetsen_grouping": [{"title": "DPIA", "link": "x"}]},
     "impacttoetsen_grouping[0].link", "link", "https://…", ""),
    ("api", {"lang": "nl"}, "lang", "choice", "nld", "nl"),
    ("api", {"standard_version": "1.0.0"}, "standard_version", "choice", "1.0", "1.0.0"),
    ("api", {"source_id": "x" * 101}, "source_id", "max_length", "100", "101"),
    ("api", {"contact_emial": "a@example.org"}, "contact_emial", "unknown", "", ""),
    ("api", {"theme": ["Werk"]}, "theme", "unknown", "", ""),
    ("standard", {"theme": ...}, "theme", "missing", "[≥ 1]", ""),
    ("standard", {"theme": []}, "theme", "empty", "[≥ 1]", "0"),
    ("standard", {"theme": [3]}, "theme[0]", "type", "string", "number"),
    ("standard", {"start_date": ...}, "start_date", "missing", "YYYY-MM", ""),
    ("standard", {"start_date": "2021-3"}, "start_date", "pattern", "YYYY-MM", "2021-3"),
    ("standard", {"start_date": "٢٠٢١-٠٣"}, "start_date", "pattern", "YYYY-MM", "٢٠٢١-٠٣"),
    ("standard", {"start_date": "2021-03\n"}, "start_date", "pattern", "YYYY-MM", "(8)"),
    ("standard", {"end_date": None}, "end_date", "type", "string", "null"),
    ("standard", {"name": "x" * 100}, "name", "max_length", "99", "100"),
    ("standard", {"data": "x" * 2500}, "data", "max_length", "2499", "2500"),
    ("standard", {"supplier": ...}, "supplier", "missing", "1-199", ""),
    ("standard", {"impact_assessments": ["DPIA"]}, "impact_assessments", "type", "string",
     "array"),
    ("standard", {"publication_category": "Impactvolle algoritmes"}, "publication_category",
     "choice", None, "Impactvolle algoritmes"),
    ("standard", {"legal_basis_link": "wetten.overheid.nl"}, "legal_basis_link", "link",
     "https://…", ""),
    ("standard", {"legal_basis_link": "https://example.org/privé"}, "legal_basis_link", "letters",
     "%…", ""),
    ("standard", {"legal_basis_title": "x" * 100}, "legal_basis_title", "max_length", "99", "100"),
    ("standard", {"schema": "1.0"}, "schema", "choice", "1.0.0", "1.0"),
]  # fmt: skip


def broken(form, changes):
    record = whole(form)
    for name, value in changes.items():
        if value is ...:
            del record[name]
        else:
            record[name] = value
    return record


@pytest.mark.parametrize(
    ("form", "changes", "field", "rule", "limit", "found"),
    [
        pytest.param(*row, id=f"{row[0]}-{'-'.join(map(str, row[1]))}-{row[3]}-{at}")
        for at, row in enumerate(BROKEN)
    ],
)
def test_each_broken_record_gives_an_error_with_field_rule_and_limit(
    form, changes, field, rule, limit, found
):
    errors = [one for one in check_record(broken(form, changes), form) if not one.is_advice]
    (error,) = [one for one in errors if one.field == field and one.rule == rule]
    assert len(errors) == 1
    assert limit is None or error.limit == limit
    assert error.found == found
    assert not passes(errors)
    for language in LANGUAGES:
        told = say_problem(error, language)
        assert field in told
        assert not limit or limit in told
        assert "x" * 41 not in told


@pytest.mark.parametrize(
    ("form", "changes", "field", "rule"),
    [
        ("standard", {"data": f"{'x' * 2490} &eacute;&eacute;"}, "data", "raw_length"),
        ("standard", {"data": "<p>x</p>"}, "data", "tags"),
        ("standard", {"start_date": "2021-13"}, "start_date", "month"),
        ("standard", {"afdeling": "x"}, "afdeling", "unknown"),
        ("api", {"goal": f"<p>{'x' * 1250}</p><p>{'x' * 1250}</p>"}, "goal", "register_length"),
        ("api", {"name": "<b>Naam</b>"}, "name", "tags"),
        ("api", {"website": "http://example.org"}, "website", "https"),
        ("api", {"website": "https://example.org/privé"}, "website", "letters"),
        ("api", {"status": "Buiten gebruik"}, "end_date", "wanted"),
        ("api", {"end_date": "2024-01"}, "end_date", "not_wanted"),
        ("api", {"impacttoetsen_grouping": []}, "impacttoetsen", "wanted"),
    ],
)
def test_what_no_schema_refuses_is_advice(form, changes, field, rule):
    found = check_record(broken(form, changes), form)
    assert passes(found)
    assert [(one.field, one.rule) for one in found] == [(field, rule)]
    for language in LANGUAGES:
        assert field in say_problem(found[0], language)


@pytest.mark.parametrize(
    ("form", "changes"),
    [
        ("api", {"name": "x" * 100}),
        ("api", {"goal": f"<p>{'&eacute;' * 2500}</p>"}),
        ("api", {"goal": "als a < b en b > c"}),
        ("api", {"website": None}),
        ("api", {"contact_email": LINK + "contact"}),
        ("standard", {"name": "x" * 99}),
        ("standard", {"theme": ["Een thema dat nergens staat"]}),
        ("standard", {"supplier": "x" * 199}),
    ],
)
def test_what_is_just_within_a_limit_passes(form, changes):
    assert check_record(broken(form, changes), form) == []


@pytest.mark.parametrize("record", [None, [], "x", 3])
def test_what_is_no_record_at_all_is_told(record):
    (error,) = check_record(record)
    assert (error.rule, error.limit) == ("type", "object")


def test_a_name_of_the_other_form_is_answered_with_that_of_this_one():
    (error,) = check_record(a_record(theme=["Werk"]))
    assert error.near == "category"
    (error,) = check_record(a_record(contact_emial="a@example.org"))
    assert error.near == "contact_email"


def test_no_problem_repeats_a_text_a_link_or_an_address():
    secret = "anna.de.vries"
    record = a_record(
        contact_email=f"{secret} bij example", website=f"{secret}", name=f"{secret}" * 20,
        begin_date=f"{secret}" * 9, goal={secret: 1},
    )  # fmt: skip
    assert secret not in repr(check_record(record))


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.just([]), st.just({}), st.just([None]),
    st.sampled_from(["", "x", "2021-03", "2021-00", "nld", "1.0", "1.0.0", "In gebruik", "Werk"]),
    st.integers(98, 5002).map(lambda n: "y" * n),
    st.lists(st.fixed_dictionaries({}, optional={
        "title": st.sampled_from(["", "t", "t" * 100, "t" * 101, 3, None]),
        "link": st.sampled_from(["", LINK, LINK + "x" * 500, None]), "other": st.just(1),
    }), max_size=2),
)  # fmt: skip


def with_limits(schema):
    """The schema of the API with lengths that a validator sees: those of texts without HTML."""
    if isinstance(schema, list):
        return [with_limits(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: with_limits(one) for name, one in schema.items()}
    limit = made.get("x-max-length-without-html")
    if limit is not None:
        for branch in made.get("anyOf", [made]):
            if branch.get("type") == "string":
                branch["maxLength"] = limit
    return made


@pytest.mark.parametrize("form", FORMS)
@given(data=st.data())
def test_the_check_refuses_what_a_validator_of_json_schema_refuses(form, data):
    names = [*names_of(form), "onbekend"]
    record = whole(form)
    for name in data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)):
        if data.draw(st.booleans()):
            record.pop(name, None)
        else:
            record[name] = data.draw(JUNK)
    schema = with_limits(published(form))
    validator = jsonschema.validators.validator_for(schema)(schema)
    refused = {str(next(iter(one.absolute_path), "")) for one in validator.iter_errors(record)}
    for one in validator.iter_errors(record):
        if one.validator == "required" and not one.absolute_path:
            refused |= {name for name in one.validator_value if name not in record}
        if one.validator == "additionalProperties" and not one.absolute_path:
            refused.add("onbekend")
    refused.discard("")
    ours = {
        one.field.partition("[")[0].partition(".")[0]
        for one in check_record(record, form)
        if one.is_by_schema
    }
    assert ours == refused
