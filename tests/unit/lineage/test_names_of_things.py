"""Names of things that look like origin: the language of a form, a race that is run."""

import pytest

from doorlicht.lineage.naming import Names
from doorlicht.lineage.relevance import read_words, relevant
from doorlicht.vocabulary import load_vocabulary


@pytest.fixture(scope="module")
def names():
    return Names(load_vocabulary())


@pytest.mark.parametrize(
    ("name", "is_found"),
    [
        ("form_language", False),
        ("taal_etiket", False),
        ("paneel_taal", False),
        ("wijk_paal", False),
        ("race_status", False),
        ("vorige_race", False),
        ("native_lines", False),
        ("race_condition", False),
        ("cors_origin", False),
        ("i18n_lang", False),
        ("visa_card", False),
        ("zip_file", False),
        ("visa_type", True),
        ("language", True),
        ("spreektaal", True),
        ("race", True),
        ("race_group", True),
        ("wijk", True),
        # What is certain stays so, whatever stands beside it.
        ("form_nationaliteit", True),
        ("label_geboorteland", True),
    ],
)
def test_a_word_beside_it_tells_that_it_is_about_a_thing(names, name, is_found):
    assert (names.of_column(name) is not None) == is_found


def test_the_settings_of_a_project_are_tied_to_its_own_code(names):
    files = {
        "a/config.yaml": "features: [leeftijd, geboorteland]",
        "a/src/train.py": 'cfg = yaml.safe_load(open("config.yaml"))\nmodel.fit(x)',
        "b/config.yaml": "features: [omzet]",
        "b/train.py": 'cfg = yaml.safe_load(open("config.yaml"))\nmodel.fit(x)',
    }
    groups = relevant([read_words(path, text, names) for path, text in files.items()])
    assert groups.groups == [frozenset({"a/config.yaml", "a/src/train.py"})]
