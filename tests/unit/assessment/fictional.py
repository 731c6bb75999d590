"""A small law that does not exist, as a folder of files, and frameworks drawn at random."""

import random

from doorlicht.assessment.framework_form import make_framework

LAW = """
framework: fictieve-bomenwet
edition: "2026-11-27"
title: {nl: Fictieve bomenwet, en: Fictional act on trees}
about: {nl: "Mag deze boom worden gekapt?", en: "May this tree be felled?"}
applies_from: 2020-01-01
outcomes:
  verboden: {nl: verboden, en: forbidden, role: fail, weight: 2}
  ongewenst: {nl: ongewenst, en: unwanted, role: fail, weight: 1}
  open: {nl: nog open, en: still open, role: open}
  mag: {nl: mag, en: allowed, role: pass}
  geen_boom: {nl: geen boom, en: no tree, role: outside}
groups:
  a: {nl: Boom, en: Tree}
  b: {nl: Daarna, en: Afterwards}
sources:
  wet: {label: Fictieve bomenwet, article: art. 1}
"""

FACTS = """
facts:
  soort:
    question: {nl: "Wat is het?", en: "What is it?"}
    values:
      eik: {nl: eik, en: oak}
      beuk: {nl: beuk, en: beech}
      struik: {nl: struik, en: shrub}
  oud:
    question: {nl: "Is hij ouder dan honderd jaar?", en: "Is it older than a hundred years?"}
    who: {nl: boswachter, en: forester}
  ziek:
    question: {nl: "Is hij ziek?", en: "Is it ill?"}
  herplant:
    question: {nl: "Komt er een nieuwe?", en: "Will there be a new one?"}
"""

NODES = """
terms:
  te_sparen: oud and not ziek
nodes:
  "1":
    group: a
    question: {nl: "Is het een boom?", en: "Is it a tree?"}
    answer: soort
    passes: answered soort
    ends: {geen_boom: soort is struik}
    sources: [wet]
  "2":
    group: a
    question: {nl: "Moet hij blijven?", en: "Must it stay?"}
    when: soort in [eik, beuk]
    answer: te_sparen
    passes: not te_sparen
    fails: verboden
    sources: [wet]
  "3":
    group: a
    question: {nl: "Is het een eik?", en: "Is it an oak?"}
    when: soort in [eik, beuk]
    answer: soort
    passes: not soort is eik or ziek
    fails: ongewenst
    sources: [wet]
  "4":
    group: b
    duty: true
    question: {nl: "Komt er een nieuwe?", en: "Will there be a new one?"}
    when: soort in [eik, beuk]
    passes: herplant
    applies_from: 2027-01-01
    sources: [wet]
kinds:
  doen: {nl: doen, en: do}
consequences:
  laten_staan:
    kind: doen
    outcomes: [verboden]
    text: {nl: Laat hem staan., en: Leave it standing.}
"""

CASES = """
cases:
  - id: oude_eik
    description_nl: Een gezonde eik van tweehonderd jaar
    facts: {soort: eik, oud: true, ziek: false, herplant: true}
    verdict: verboden
    failed_nodes: ["2", "3"]
    open_nodes: []
  - id: zieke_beuk
    facts: {soort: beuk, oud: true, ziek: true, herplant: false}
    verdict: mag
  - id: struik
    facts: {soort: struik}
    verdict: geen_boom
  - id: onbekend
    facts: {}
    verdict: open
  - id: iets
    facts: {soort: eik}
    verdict: open
    open_nodes: ["2", "3"]
  - id: vroeger
    period: {since: 2020-01-01, until: 2026-01-01}
    facts: {soort: beuk, oud: false}
    verdict: mag
"""


def write_law(folder, **changed):
    """Write the fictional law to a folder; ``changed`` are files with another content or none."""
    files = {"law.yaml": LAW, "facts.yaml": FACTS, "nodes.yaml": NODES, "cases.yaml": CASES}
    for name, content in files.items():
        text = changed.get(name.partition(".")[0], content)
        if text is not None:
            (folder / name).write_text(text, "utf-8")
    return folder


def random_framework(seed):
    """A small framework with random conditions."""
    draw = random.Random(seed)  # noqa: S311 (no secret)
    words = {"nl": "x", "en": "x"}
    facts = {name: {"question": words} for name in "abcd"}
    facts["e"] = {"question": words, "values": dict.fromkeys(("p", "q", "r"), words)}
    leaves = ["a", "b", "c", "d", "e is p", "e in [p, q]", "not a", "not c", "answered d"]

    def condition():
        parts = draw.sample(leaves, draw.randint(1, 3))
        return f" {draw.choice(['and', 'or'])} ".join(parts)

    nodes = {}
    for at in range(draw.randint(2, 4)):
        node = {
            "group": "g",
            "question": words,
            "sources": ["s"],
            "passes": condition(),
            "fails": draw.choice(["bad", "worse"]),
            "unsure": draw.choice(["ask", "wait"]),
        }
        if draw.random() < 0.5:
            node["when"] = condition()
        if draw.random() < 0.3:
            node["ends"] = {draw.choice(["out", "good_end", "good", "bad"]): condition()}
        nodes[f"n{at}"] = node
    return make_framework(
        {
            "framework": "random", "edition": "2026-01-01", "title": words, "about": words,
            "facts": facts, "nodes": nodes, "groups": {"g": words},
            "sources": {"s": {"label": "s"}},
            "outcomes": {
                "worse": {**words, "role": "fail", "weight": 2},
                "bad": {**words, "role": "fail", "weight": 1},
                "open": {**words, "role": "open"}, "good": {**words, "role": "pass"},
                "out": {**words, "role": "outside"}, "good_end": {**words, "role": "fail"},
            },
        },
        "random",
    )  # fmt: skip
