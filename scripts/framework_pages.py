"""The pages of the reference on legal frameworks, one for each, from their data.

``write_reference.py`` writes them. ``doorlicht frameworks show NAME --html`` makes a page with the
same content and a picture, in Dutch or English, also of a framework of one's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from doorlicht.assessment import Framework, Node, load_framework
from doorlicht.assessment.conditions import Always, Condition
from doorlicht.assessment.load import shipped_frameworks
from doorlicht.assessment.spelling import opposite, spell, spell_term

MAX_DRAWN: Final = 60
"""Questions in a diagram; of more only the table can be read."""

INDEX: Final = """\
# Legal frameworks

What doorlicht can assess a use by. A framework is data with a date: questions, facts, outcomes,
sources. No lawyer has checked these against the law yet unless a page says who did. How to write
one: [add a framework](../../how-to/add-a-framework.md). How they are reasoned with:
[three values](../../explanation/three-values.md).
"""


def framework_names() -> list[str]:
    """Return the frameworks that doorlicht itself ships."""
    ours = (folder for folder in shipped_frameworks().iterdir() if folder.is_dir())
    return sorted(folder.name for folder in ours if not folder.name.startswith(("_", ".")))


def index_rows() -> list[tuple[str, ...]]:
    """Return the rows of the list of frameworks."""
    rows: list[tuple[str, ...]] = []
    for name in framework_names():
        one = load_framework(name)
        rows.append(
            (f"[{name}]({name}.md)", one.edition, _cell(one.title["en"]), str(len(one.nodes)),
             _cell(one.checked_by) or "nobody yet")
        )  # fmt: skip
    return rows


def framework_parts(name: str) -> Iterator[str]:
    """Yield the parts of the page of a framework, after its title."""
    one = load_framework(name)
    yield one.about["en"]
    since = f", applies from {one.applies_from}" if one.applies_from else ""
    checked = f"Checked against the law by: {one.checked_by or 'nobody yet'}."
    yield f"`{one.name}`, edition {one.edition}{since}. {checked}"
    yield "## Outcomes"
    yield _table(
        ("outcome", "Dutch", "English", "meaning"),
        [(f"`{out.id}`", _cell(out.label["nl"]), _cell(out.label["en"]),
          _cell(out.meaning.get("en", ""))) for out in one.outcomes.values()],
    )  # fmt: skip
    if len(one.nodes) <= MAX_DRAWN:
        yield "## The tree"
        yield "```mermaid\n" + "\n".join(_diagram(one)) + "\n```"
    yield "## Questions"
    for group, title in one.groups.items():
        yield f"### {title['en']}"
        yield _table(
            ("node", "question", "asked if", "good if", "otherwise", "sources"),
            [_row(one, node) for node in one.nodes if node.group == group],
        )
    if one.terms:
        yield "### Terms"
        yield _table(
            ("term", "means"),
            [(f"`{term}`", f"`{_cell(spell_term(term, one.terms))}`") for term in one.terms],
        )
    yield "## Facts"
    yield _table(
        ("fact", "question", "answers", "who usually knows", "evidence"),
        [(f"`{fact.id}`", _cell(fact.question["en"]),
          _cell(", ".join(value.id for value in fact.values) or "yes, no"),
          _cell(fact.who.get("en", "")), ", ".join(fact.evidence)) for fact in one.facts.values()],
    )  # fmt: skip
    if one.consequences:
        yield "## What follows"
        yield _table(
            ("after", "what", "only if", "days"),
            [(", ".join(f"`{out}`" for out in each.outcomes), _cell(each.text["en"]),
              _condition(one, each.when), "" if each.term_days is None else str(each.term_days))
             for each in one.consequences],
        )  # fmt: skip


def _row(framework: Framework, node: Node) -> tuple[str, ...]:
    ways = [
        f"`{end.outcome}` (ends) if `{_cell(spell(end.when, framework.terms))}`"
        for end in node.ends
    ]
    if node.fails_to:
        ways.append(f"`{node.fails_to}`")
    ways += [
        f"lawyer {one.code} if `{_cell(spell(one.when, framework.terms))}`" for one in node.lawyer
    ]
    notes = [node.question["en"]]
    if node.applies_from:
        notes.append(f"From {node.applies_from}.")
    if node.remark:
        notes.append(node.remark["en"])
    sources = [framework.sources[name] for name in node.sources]
    return (
        node.id,
        _cell(" ".join(notes)),
        _condition(framework, node.when),
        "" if node.passes is None else f"`{_cell(spell(node.passes, framework.terms))}`",
        "; ".join(ways),
        _cell("; ".join(dict.fromkeys(" ".join((one.label, one.article)).strip()
                                      for one in sources))),
    )  # fmt: skip


def _condition(framework: Framework, condition: Condition) -> str:
    if isinstance(condition, Always):
        return ""
    return f"`{_cell(spell(condition, framework.terms))}`"


def _diagram(framework: Framework) -> Iterator[str]:
    yield "flowchart TD"
    nodes = framework.verdict_nodes
    for at, node in enumerate(nodes):
        yield f'  n{at}["{_quoted(node.id)} {_quoted(node.question["en"])}"]'
    outcomes = list(framework.outcomes)
    for at, out in enumerate(framework.outcomes.values()):
        yield f'  o{at}(["{_quoted(out.label["en"])}"])'
    for at, node in enumerate(nodes):
        for end in node.ends:
            said = _quoted(spell(end.when, framework.terms))
            yield f'  n{at} -- "{said}" --> o{outcomes.index(end.outcome)}'
        if node.fails_to and node.passes is not None:
            said = _quoted(spell(opposite(node.passes), framework.terms))
            yield f'  n{at} -- "{said}" --> o{outcomes.index(node.fails_to)}'
        if at + 1 < len(nodes):
            yield f"  n{at} --> n{at + 1}"
    last = len(nodes) - 1
    for role, said in (("pass", "nothing failed, nothing open"), ("open", "something open")):
        yield f'  n{last} -- "{said}" --> o{outcomes.index(framework.by_role[role])}'


def _quoted(text: str) -> str:
    return text.replace('"', "#quot;")


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
