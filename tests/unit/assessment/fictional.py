"""A small law that does not exist, as a folder of files: what a new framework takes."""

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
