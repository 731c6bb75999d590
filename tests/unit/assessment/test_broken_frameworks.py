"""Frameworks with one thing wrong: each is told in both languages, with its place."""

import sys
from pathlib import Path

import pytest
import yaml

from doorlicht.assessment import load_framework
from doorlicht.assessment.soundness import check_frameworks
from doorlicht.errors import DoorlichtError
from doorlicht.language import LANGUAGES

sys.path.insert(0, str(Path(__file__).parent))
from fictional import CASES, FACTS, LAW, NODES, write_law


def changed(text, old, new):
    assert old in text
    return text.replace(old, new)


def law(old, new):
    return {"law": changed(LAW, old, new)}


def facts(old, new):
    return {"facts": changed(FACTS, old, new)}


def nodes(old, new):
    return {"nodes": changed(NODES, old, new)}


def cases(old, new):
    return {"cases": changed(CASES, old, new)}


BROKEN = {
    "a question without a source": (nodes("    sources: [wet]\n  \"2\"", "  \"2\""),
                                    "nodes.1.sources is missing."),
    "an empty list of sources": (nodes("sources: [wet]\n  \"2\"", "sources: []\n  \"2\""),
                                 "nodes.1.sources is empty."),
    "a source that is not there": (nodes("sources: [wet]\n  \"2\"", "sources: [wte]\n  \"2\""),
                                   "nodes.1: wte does not exist in sources. Did you mean: wet?"),
    "a fact that is not there": (nodes("oud and not ziek", "oud and not zeik"),
                                 "terms.te_sparen: zeik does not exist in facts. "
                                 "Did you mean: ziek?"),
    "a value that is not there": (nodes("soort is eik or", "soort is ijk or"),
                                  "nodes.3.passes: ijk does not exist in facts.soort. "
                                  "Did you mean: eik?"),
    "an outcome that is not there": (nodes("fails: verboden", "fails: verbodn"),
                                     "nodes.2: verbodn does not exist in outcomes. "
                                     "Did you mean: verboden?"),
    "a group that is not there": (nodes("group: b", "group: c"),
                                  "nodes.4: c does not exist in groups. Did you mean: a, b?"),
    "a kind that is not there": (nodes("kind: doen", "kind: laten"),
                                 "consequences.laten_staan: laten does not exist in kinds. "
                                 "Did you mean: doen?"),
    "a choice used as yes or no": (nodes("when: soort in [eik, beuk]\n    answer: te_sparen",
                                         "when: soort\n    answer: te_sparen"),
                                   "nodes.2.when: soort is a choice; say which value: "
                                   "soort is ..."),
    "yes or no used as a choice": (nodes("te_sparen: oud", "te_sparen: oud is ja"),
                                   "terms.te_sparen: oud is answered by yes or no and has no "
                                   "values."),
    "a condition with a typo": (nodes("te_sparen: oud and not", "te_sparen: oud en niet"),
                                "A condition of the framework cannot be read "
                                "(terms.te_sparen): oud en niet ziek"),
    "a bracket that is not closed": (nodes("passes: not te_sparen", "passes: not (te_sparen"),
                                     "A condition of the framework cannot be read "
                                     "(nodes.2.passes): not (te_sparen"),
    "a term that is defined further down": (nodes("te_sparen: oud and not ziek",
                                                  "te_sparen: oud and fris\n  fris: not ziek"),
                                            "terms.te_sparen: the term fris is defined further "
                                            "down; move it up."),
    "a term with the name of a fact": (nodes("te_sparen: oud", "oud: ziek\n  te_sparen: oud"),
                                       "terms.oud is there twice."),
    "a question that cannot be reached": (nodes("when: soort in [eik, beuk]\n    passes: herplant",
                                                "when: soort is struik\n    passes: herplant"),
                                          "nodes.4: no answers lead to this question."),
    "a question that contradicts itself": (nodes("when: soort in [eik, beuk]\n    answer: soort",
                                                 "when: oud and not oud\n    answer: soort"),
                                           "nodes.3: no answers lead to this question."),
    "an answer that is never good": (nodes("passes: not te_sparen",
                                           "passes: te_sparen and not oud"),
                                     "nodes.2: no answer to it is good."),
    "an answer that is always good": (nodes("passes: not te_sparen", "passes: oud or not oud"),
                                      "nodes.2: it has an outcome for a fail and can never "
                                      "fail."),
    "a dead end": (nodes("    fails: ongewenst\n", ""),
                   "nodes.3: it can fail and has no outcome for that."),
    "a fail without a test": (nodes("    passes: not te_sparen\n", ""),
                              "nodes.2: it has an outcome for a fail and no test."),
    "a fail that is no fail": (nodes("fails: ongewenst", "fails: mag"),
                               "nodes.3: mag is no outcome with the role fail."),
    "an outcome that nothing leads to": (nodes("fails: ongewenst", "fails: verboden"),
                                         "outcomes.ongewenst: no answers lead to this outcome."),
    "a fact that nothing asks": (nodes("    passes: herplant", "    passes: oud"),
                                 "facts.herplant is not used."),
    "a source that nothing names": (law("sources:\n", "sources:\n  oud: {label: x}\n"),
                                    "sources.oud is not used."),
    "a verdict that would be taken back": (nodes("when: soort in [eik, beuk]\n    answer: te_",
                                                 "when: unanswered oud\n    answer: te_"),
                                           'nodes.2.when: "unanswered" would take a verdict back '
                                           "when an answer comes; use it for lawyers only."),
    "one language missing": (facts('question: {nl: "Is hij ziek?", en: "Is it ill?"}',
                                   'question: {nl: "Is hij ziek?"}'),
                             "facts.ziek.question.en is missing."),
    "one language empty": (facts('question: {nl: "Is hij ziek?", en: "Is it ill?"}',
                                 "question: {nl: ziek, en: ''}"),
                           "facts.ziek.question.en is empty."),
    "a key that nobody knows": (nodes("    duty: true", "    plicht: true"),
                                "nodes.4.plicht is no key that a framework knows."),
    "a role that nobody knows": (law("role: outside", "role: buiten"),
                                 "outcomes.geen_boom.role must be one of these: fail, pass, open "
                                 "or outside."),
    "two outcomes for nothing failed": (law("role: outside", "role: pass"),
                                        "There must be exactly one outcome with the role pass."),
    "no outcome for something open": (law("  open: {nl: nog open, en: still open, role: open}\n",
                                          ""),
                                      "There must be exactly one outcome with the role open."),
    "two fails that weigh the same": (law("role: fail, weight: 1", "role: fail, weight: 2"),
                                      "Two outcomes with the role fail weigh the same (2); "
                                      "give each a weight of its own."),
    "a date that is none": (law("applies_from: 2020-01-01", "applies_from: vroeger"),
                            "applies_from must be a date (YYYY-MM-DD)."),
    "a duty that ends before it begins": (nodes("applies_from: 2027-01-01",
                                                "applies_from: 2027-01-01\n"
                                                "    applies_until: 2026-01-01"),
                                          "nodes.4: it ends before it begins."),
    "an edition that is no date": (law('edition: "2026-11-27"', "edition: eerste"),
                                   "edition does not have the form that it must have."),
    "a name with a space": (
        nodes('  "3":', '  "drie a":'), "nodes.drie a does not have the form that it must have."
    ),
    "a key twice in one file": (nodes("terms:\n", "terms:\n  te_sparen: ziek\n"),
                                "line 4: key 'te_sparen' twice"),
    "a key in two files": (facts("facts:", "groups: {}\nfacts:"), "groups is there twice."),
    "an anchor": (nodes('{nl: "Is het een boom?", en: "Is it a tree?"}',
                        '&vraag {nl: "Is het een boom?", en: "Is it a tree?"}\n    remark: *vraag'),
                  "line 8: an anchor that is referred to"),
    "no YAML": ({"nodes": "nodes: [1"}, "line 2: did not find expected ',' or ']'"),
    "a list in place of names": ({"nodes": "- a\n- b"},
                                 "- must be a mapping of names and what they hold."),
    "nesting that is too deep": ({"nodes": "nodes: " + "[" * 50_000},
                                 "line 1: nested too deep"),
    "a worked case with a fact that is not there": (cases("soort: struik}", "sort: struik}"),
                                                    "case struik: sort is no fact of the "
                                                    "framework."),
    "a worked case that is there twice": (cases("id: iets", "id: struik"),
                                          "case struik is there twice."),
    "a worked case with a key that nobody knows": (cases("    open_nodes: []", "    open: []"),
                                                   "case oude_eik: open is nothing that a case "
                                                   "can state."),
    "a worked case with an answer that cannot be": (cases("facts: {soort: struik}",
                                                          "facts: {soort: cactus}"),
                                                    '"cactus" is no answer to soort.'),
    "itself as the source of shared facts": (law("applies_from", "shared_facts: {framework: ., "
                                                 'edition: "2026-11-27", facts: [soort]}\n'
                                                 "applies_from"),
                                             "The shared facts refer to each other in a circle."),
    "shared facts of nobody": (law("applies_from", "shared_facts: {framework: motion-12, "
                                   'edition: "2026-11-27", facts: [attr]}\napplies_from'),
                               "There is no framework motion-12."),
    "a shared fact that is not there": (law("applies_from", "shared_facts: {framework: motion-21, "
                                            'edition: "2026-11-27", facts: [atr]}\napplies_from'),
                                        "shared_facts.motion-21.atr is missing."),
    "a shared fact that is there as well": (law("applies_from", "shared_facts: {framework: "
                                                'motion-21, edition: "2026-11-27", facts: [attr]}'
                                                "\napplies_from") | facts("facts:",
                                                "facts:\n  attr: {question: {nl: a, en: b}}"),
                                            "facts.attr is there twice."),
}  # fmt: skip


def told(folder, language="en"):
    (checked,) = check_frameworks([str(folder)])
    assert not checked.is_sound
    return [text.in_language(language) for text in (*checked.problems, *checked.wrong_cases)]


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_with_a_framework_is_told_with_its_place(name, tmp_path):
    files, problem = BROKEN[name]
    write_law(tmp_path, **files)
    assert problem in told(tmp_path)
    in_dutch = told(tmp_path, "nl")
    assert len(in_dutch) == len(told(tmp_path))
    assert problem not in in_dutch or problem.startswith("line ")


def test_the_law_that_is_not_broken_is_sound(tmp_path):
    (checked,) = check_frameworks([str(write_law(tmp_path))])
    assert checked.problems == checked.wrong_cases == ()


# ── files that cannot be read ───────────────────────────────────────────────────────────────


def not_utf8(folder):
    (folder / "nodes.yaml").write_bytes(NODES.encode("utf-16"))


def no_text(folder):
    (folder / "nodes.yaml").write_bytes(b"\x00\xff\x00\xff" * 100)


def too_large(folder):
    with (folder / "nodes.yaml").open("wb") as file:
        file.truncate(9 << 20)


def link_to_nowhere(folder):
    (folder / "nodes.yaml").unlink()
    (folder / "nodes.yaml").symlink_to(folder / "elsewhere.yaml")


def link_to_itself(folder):
    (folder / "nodes.yaml").unlink()
    (folder / "nodes.yaml").symlink_to("nodes.yaml")


def a_folder(folder):
    (folder / "nodes.yaml").unlink()
    (folder / "nodes.yaml").mkdir()


def cases_that_lead_nowhere(folder):
    (folder / "cases.yaml").unlink()
    (folder / "cases.yaml").symlink_to(folder / "elsewhere.yaml")


@pytest.mark.parametrize(
    "spoil",
    [not_utf8, no_text, too_large, link_to_nowhere, link_to_itself, a_folder,
     cases_that_lead_nowhere],
    ids=lambda one: one.__name__,
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_an_error_and_never_left_out(spoil, tmp_path):
    spoil(write_law(tmp_path))
    name = "cases.yaml" if spoil is cases_that_lead_nowhere else "nodes.yaml"
    assert f"{name} of the framework cannot be read." in told(tmp_path)


def test_a_link_to_a_file_is_read_as_that_file(tmp_path):
    folder = tmp_path / "law"
    folder.mkdir()
    write_law(folder)
    (folder / "nodes.yaml").rename(tmp_path / "kept.yaml")
    (folder / "nodes.yaml").symlink_to(tmp_path / "kept.yaml")
    assert [one.is_sound for one in check_frameworks([str(folder)])] == [True]


def test_a_folder_without_a_framework_is_told(tmp_path):
    assert told(tmp_path) == [
        f"{tmp_path} holds no framework.", "There are no YAML files with keys in it.",
    ]  # fmt: skip


def test_shared_facts_that_go_round_in_a_circle_are_told(tmp_path):
    for own, other in (("a", "b"), ("b", "a")):
        folder = tmp_path / own
        folder.mkdir()
        shared = f'shared_facts: {{framework: ../{other}, edition: "2026-11-27", facts: [x]}}\n'
        write_law(folder, law=shared + LAW)
    assert "The shared facts refer to each other in a circle." in told(tmp_path / "a")


def test_a_framework_shares_facts_with_one_beside_it(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    write_law(first)
    shared = 'shared_facts: {framework: ../first, edition: "2026-11-27", facts: [soort, oud]}\n'
    own = yaml.safe_load(FACTS)
    for name in ("soort", "oud"):
        del own["facts"][name]
    write_law(second, law=shared + LAW, facts=yaml.safe_dump(own))
    assert [one.is_sound for one in check_frameworks([str(second)])] == [True]
    before = load_framework(str(second))
    write_law(first, facts=changed(FACTS, "Is it older", "Is it much older"))
    after = load_framework(str(second))
    assert before.digest != after.digest
    assert "much older" in after.facts["oud"].question["en"]


def test_a_framework_with_faults_assesses_nothing(tmp_path):
    write_law(tmp_path, nodes=changed(NODES, "oud and not ziek", "oud and not zeik"))
    with pytest.raises(DoorlichtError) as caught:
        load_framework(str(tmp_path))
    assert caught.value.code == "framework.unsound"


def test_every_message_on_frameworks_is_there_in_both_languages():
    for files, _ in BROKEN.values():
        assert files
    for language in LANGUAGES:
        for one in check_frameworks(["no-such-framework"]):
            assert [text.in_language(language) for text in one.problems]
