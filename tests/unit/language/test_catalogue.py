"""Both languages say the same things, and every code has all its sentences."""

import re
import string

import pytest
import yaml

from doorlicht import language
from doorlicht.language import LANGUAGES, Text, known_keys, say

NL, EN = LANGUAGES


@pytest.fixture(scope="module")
def sentences():
    """The sentences as they are written, by language and key."""
    folder = language.catalogue.resources.files("doorlicht.language") / "texts"
    written = {code: {} for code in LANGUAGES}
    for file in folder.iterdir():
        code = file.name.split(".")[-2]
        flatten(yaml.safe_load(file.read_text("utf-8")), "", written[code])
    return written


def flatten(tree, prefix, into):
    for name, branch in tree.items():
        key = f"{prefix}.{name}" if prefix else str(name)
        if isinstance(branch, dict):
            flatten(branch, key, into)
        else:
            into[key] = branch


def placeholders(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_both_languages_have_the_same_sentences():
    assert known_keys(NL) ^ known_keys(EN) == frozenset()


def test_a_sentence_needs_the_same_names_and_numbers_in_both_languages(sentences):
    different = {
        key
        for key in known_keys(NL) & known_keys(EN)
        if placeholders(sentences[NL][key]) != placeholders(sentences[EN][key])
    }
    assert different == set()


def test_every_sentence_of_the_catalogue_is_text(sentences):
    # An unquoted "no" or "12" in YAML is no text, and would be left out without a word.
    odd = {
        key
        for code in LANGUAGES
        for key, sentence in sentences[code].items()
        if not isinstance(sentence, str) or not sentence.strip()
    }
    assert odd == set()


@pytest.mark.parametrize(
    ("family", "parts"),
    [
        pytest.param("blind_spot", {"message", "remedy"}, id="blind-spots"),
        pytest.param("error", {"what", "why", "effect", "remedy"}, id="errors"),
    ],
)
def test_every_code_says_all_that_a_reader_needs(family, parts):
    said = {}
    for key in known_keys(EN):
        if key.startswith(f"{family}."):
            code, _, part = key.rpartition(".")
            said.setdefault(code, set()).add(part)
    assert said
    assert {code: parts - found for code, found in said.items() if parts - found} == {}


@pytest.mark.parametrize(
    ("code", "shown"), [pytest.param(NL, "1.234", id="nl"), pytest.param(EN, "1,234", id="en")]
)
def test_numbers_are_written_by_the_habits_of_the_language(code, shown, monkeypatch):
    monkeypatch.setattr(language.catalogue, "_catalogue", lambda _: {"try": "{rows} rows"})
    assert say("try", code, rows=1234) == f"{shown} rows"


def test_a_sentence_that_misses_a_name_is_an_error(monkeypatch):
    monkeypatch.setattr(language.catalogue, "_catalogue", lambda _: {"try": "{rows} rows"})
    with pytest.raises(KeyError):
        Text("try").in_language(EN)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        pytest.param(0, "0 files were read", id="none"),
        pytest.param(1, "1 file was read", id="one"),
        pytest.param(1234, "1,234 files were read", id="many"),
    ],
)
def test_words_follow_the_number_they_stand_with(number, shown, monkeypatch):
    written = {"try": "{files:# file|# files} {files:was|were} read"}
    monkeypatch.setattr(language.catalogue, "_catalogue", lambda _: written)
    assert say("try", EN, files=number) == shown


def test_ids_are_told_by_their_names_and_an_unknown_one_as_it_is(monkeypatch):
    texts = {"now": "is {state:@state}, then {next:@=state}", "state.a": "Eén", "state.b": "Twee"}
    monkeypatch.setattr(language.catalogue, "_catalogue", lambda _: texts)
    shown = say("now", NL, state="a", next="a, b, c")
    assert shown == "is Eén, then Eén (a), Twee (b), c"


def test_every_family_that_a_sentence_tells_ids_by_is_in_the_catalogue(sentences):
    keys = known_keys("nl")
    for sentence in sentences[NL].values():
        for family in re.findall(r"\{\w+:@=?([\w.]+)\}", sentence):
            assert any(key.startswith(f"{family}.") for key in keys), family


def test_what_an_older_register_does_not_know_may_be_missing(monkeypatch):
    written = {"try": "not read{endings:?: #}."}
    monkeypatch.setattr(language.catalogue, "_catalogue", lambda _: written)
    assert say("try", EN, endings=".7z (1)") == "not read: .7z (1)."
    assert say("try", EN) == "not read."


COUNTS = "assets|blind|columns|entries|files|folders|followed|lines|lost|n|number|rows|tables"


@pytest.mark.parametrize(
    ("code", "plural"), [pytest.param(NL, r"\w+en", id="nl"), pytest.param(EN, r"\w+s", id="en")]
)
def test_no_plural_stands_with_a_count_that_may_be_one(code, plural, sentences):
    # What looks like a plural and is none: "entry 4 was altered", "3 verdwenen".
    verbs = "is|was|says|stands|does|verdwenen"
    fixed = re.compile(rf"\{{({COUNTS})\}} (?!(?:{verbs})\b){plural}\b")
    assert {key: text for key, text in sentences[code].items() if fixed.search(text)} == {}
