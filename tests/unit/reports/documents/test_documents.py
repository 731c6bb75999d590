"""Every document says what the register holds, and marks what it does not."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from tests.document_input import DAY, DECISIONS, LINES, earlier, invented
from tests.document_texts import (
    docx_text,
    html_text,
    odt_text,
    pdf_text,
    stands_in_order,
    wanted,
)

from doorlicht.language import LANGUAGES, Language, known_keys
from doorlicht.reports.documents.content import (
    Chart,
    Document,
    Facts,
    Items,
    Line,
    Mark,
    Note,
    Open,
    Paragraph,
    Section,
    Table,
    Words,
    text_of,
    walk,
    words_of,
)
from doorlicht.reports.documents.docx import render_docx
from doorlicht.reports.documents.given import Given
from doorlicht.reports.documents.html import render_html_document
from doorlicht.reports.documents.kept_audits import read_measured
from doorlicht.reports.documents.making import KINDS, make_document, read_template
from doorlicht.reports.documents.odt import render_odt
from doorlicht.reports.documents.open_ends import open_end
from doorlicht.reports.documents.parts import MAKERS
from doorlicht.reports.documents.pdf import render_pdf
from doorlicht.reports.documents.telling import Telling


def made(kind: str, given: Given | None = None, language: Language = "nl") -> Document:
    return make_document(kind, given or invented(), language, version="0.1.0")[0]


def lines_of(document: Document) -> list[Line]:
    found: list[Line] = []
    for part, _ in walk(document.parts):
        match part:
            case Paragraph() | Note():
                found.append(part.line)
            case Items():
                found += part.items
            case Table():
                found += [cell for row in part.rows for cell in row]
            case Chart():
                found += [cell for row in part.numbers.rows for cell in row]
            case Facts():
                found += [line for _, line in part.rows]
            case _:
                pass
    return found


def text(document: Document) -> str:
    return "\n".join(words_of(document))


def section(document: Document, name: str) -> Section:
    return next(one for one, _ in walk(document.parts)
                if isinstance(one, Section) and one.id == name)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_document_of_nothing_has_no_figure_and_says_what_is_missing(
    kind: str, language: Language
) -> None:
    document, figures = make_document(kind, Given(DAY), language, version="0")
    assert figures == ()
    told = lines_of(document)
    assert any(isinstance(run, Open) for line in told for run in line) or any(
        isinstance(part, Note) and part.tone == "open" for part, _ in walk(document.parts)
    )
    # No number stands there but those of the day, the address and the templates' own words.
    own = re.sub(r"27 (november|November) 2026|20018|2500 EA|\b1\b|\[[0-9]+\]", "", text(document))
    assert re.findall(r"\d+", own) == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_mark_leads_to_a_figure_in_the_annex(kind: str) -> None:
    document, figures = make_document(kind, invented(), "nl", version="0")
    marks = [run for line in lines_of(document) for run in line if isinstance(run, Mark)]
    assert {one.figure for one in marks} == {one.id for one in figures}
    assert [one.id for one in figures] == [
        part.id for part, _ in walk(document.parts) if isinstance(part, Facts) and part.id
    ]
    for one in marks:
        assert figures[one.number - 1].id == one.figure


@pytest.mark.parametrize("kind", ["progress", "final"])
def test_every_number_in_a_table_of_counts_is_a_figure(kind: str) -> None:
    document = made(kind, replace(invented(), earlier=None))
    tables = [
        part.numbers if isinstance(part, Chart) else part
        for part, _ in walk(document.parts)
        if isinstance(part, (Chart, Table))
    ]
    cells = [row[at] for table in tables for row in table.rows for at in table.numeric]
    assert len(cells) > 8
    for cell in cells:
        assert all(isinstance(run, (Mark, Open)) for run in cell), text_of(cell)


def test_a_figure_that_is_told_twice_keeps_its_number() -> None:
    telling = Telling(invented(), "en")
    first, other, again = (telling.figure(name) for name in ("uses", "units", "uses"))
    assert isinstance(first, Mark)
    assert isinstance(other, Mark)
    assert (first.number, other.number, again) == (1, 2, first)


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_the_rapporteurs_asked_for_is_in_the_final_report(language: Language) -> None:
    document = made("final", invented(), language)
    ids = [one.id for one in document.sections]
    for name in ("scope", "left-out", "coverage", "uses", "measures", "risk", "outside-audit",
                 "safeguards", "methods", "definitions", "annex-uses", "figures"):  # fmt: skip
        assert name in ids or name == "left-out", name
    told = text(document)
    for name in ("DG Nieuw", "DG Oprichting", "U-0001", "AF-1", "MT-1", "35 510, nr. 21"):
        assert name in told


def test_a_unit_that_is_left_out_for_now_stands_in_every_report_until_it_is_covered() -> None:
    for kind in ("plan", "progress", "final", "letter", "decision_note"):
        assert "DG Nieuw" in text(made(kind)), kind
        assert "Deze dag is voorbij." in text(made(kind)), kind


def test_a_progress_report_sets_figures_beside_those_of_the_report_before() -> None:
    given = invented()
    assert given.inventory is not None
    assert given.dossier is not None
    then = replace(
        given,
        inventory=replace(given.inventory, lines=LINES[:2]),
        dossier=replace(given.dossier, decisions=DECISIONS[:1]),
        day=date(2026, 6, 1),
    )
    now = replace(
        given, earlier=earlier(then, "uses", "units_in_scope"), as_then=replace(given, day=then.day)
    )
    document = made("progress", now)
    rows = next(one for one in section(document, "changes").parts if isinstance(one, Table)).rows
    by_name = {text_of(row[0]): [re.sub(r"\[\d+\]", "", text_of(one)) for one in row[1:]]
               for row in rows}  # fmt: skip
    assert by_name["gebruiken"] == ["2", "3", "+1"]
    assert by_name["blinde vlekken"][0].startswith("niet bekend")
    corrected, cells = (
        one for one in section(document, "corrections").parts if isinstance(one, Table)
    )
    assert [[text_of(one) for one in row[1:]] for row in cells.rows] == [
        ["Inspectie", "niet geteld", "geteld"]
    ]
    assert [text_of(row[1]) for row in corrected.rows] == ["onderdelen die meedoen"]
    assert text_of(corrected.rows[0][4]) == "1 erbij, 0 eraf"


def test_a_report_without_one_before_it_says_so() -> None:
    parts = section(made("progress"), "changes").parts
    assert any(isinstance(one, Note) and one.tone == "open" for one in parts)


def test_an_answer_of_a_person_keeps_its_words_with_live_figures() -> None:
    parts = section(made("answers"), "question-2").parts
    lines = [one.line for one in parts if isinstance(one, Paragraph)]
    assert [re.sub(r"\[\d+\]", "", text_of(one)) for one in lines] == [
        "Wij vonden 3 gebruiken.", "Dat stopt.",
    ]  # fmt: skip
    assert any(isinstance(run, Mark) for run in lines[0])
    assert not any(isinstance(one, Note) and one.tone == "open" for one in parts)


@pytest.mark.parametrize(
    ("number", "draft"),
    [
        pytest.param(1, True, id="theme-that-figures-answer"),
        pytest.param(3, False, id="theme-of-which-the-register-knows-nothing"),
        pytest.param(4, False, id="no-theme"),
    ],
)
def test_a_question_without_an_answer_is_an_open_end(number: int, draft: bool) -> None:
    parts = section(made("answers"), f"question-{number}").parts
    assert isinstance(parts[-1], Note)
    assert parts[-1].tone == "open"
    assert any(isinstance(one, Paragraph) for one in parts) is draft


def test_a_draft_asserts_nothing_that_the_register_does_not_hold() -> None:
    given = invented(outside_audit=None, looked_at=None, inventory=None)
    told = text(made("answers", given)) + text(made("final", given))
    for claim in ("keek mee. Die", "Een programma keek", "De laatste scan las"):
        assert claim not in told
    assert "Een programma keek" in text(made("final"))


def test_a_question_that_was_withdrawn_is_not_answered() -> None:
    assert "Ingetrokken" not in text(made("answers"))


def test_the_reading_guide_names_questions_without_a_theme() -> None:
    table = next(one for one in section(made("letter"), "reading-guide").parts
                 if isinstance(one, Table))  # fmt: skip
    assert [text_of(row[1]) for row in table.rows] == ["1", "2", "3", "4"]
    assert isinstance(table.rows[-1][0][0], Open)


def test_a_late_answer_is_told_as_late_and_that_nobody_asked_in_time() -> None:
    told = text(made("progress"))
    assert "er is niet op tijd om uitstel gevraagd" in told
    assert "er is om uitstel gevraagd toen de termijn voorbij was" in told


def test_a_letter_to_persons_holds_no_data_and_open_ends_for_it() -> None:
    document, figures = make_document("persons_letter", invented(), "nl", version="0")
    assert figures == ()
    filled = [run for line in lines_of(document) for run in line if isinstance(run, Open)]
    assert len(filled) == 9
    for name in ("DG Aanvragen", "U-0001", "verwerking", "nationality"):
        assert name not in text(document)


def test_a_chapter_of_a_plan_that_was_not_written_is_an_open_end() -> None:
    parts = section(made("plan"), "plan-1").parts
    chapters = [one for one in parts if isinstance(one, Section)]
    open_ones = [one for one in chapters if isinstance(one.parts[0], Note)]
    assert (len(chapters), len(open_ones)) == (8, 7)


def test_a_long_table_says_how_many_rows_it_leaves_out() -> None:
    given = invented()
    assert given.inventory is not None
    many = tuple(replace(LINES[1], use=replace(LINES[1].use, id=f"U-{at:04d}"))
                 for at in range(10, 520))  # fmt: skip
    parts = section(
        made("final", replace(given, inventory=replace(given.inventory, lines=many)), "en"),
        "annex-uses",
    ).parts
    (table,) = (one for one in parts if isinstance(one, Table))
    assert len(table.rows) == 500
    assert isinstance(parts[-1], Note)
    assert "10 more rows" in text_of(parts[-1].line)


@pytest.mark.parametrize("kind", ["final", "answers"])
def test_a_real_document_says_the_same_in_all_forms(kind: str) -> None:
    document = made(kind)
    assert html_text(render_html_document(document)) == wanted(document)
    assert docx_text(render_docx(document)) == wanted(document)
    assert odt_text(render_odt(document)) == wanted(document)
    assert stands_in_order(document, pdf_text(render_pdf(document))) == []


def test_every_template_uses_what_there_is_and_everything_is_used() -> None:
    parts: set[str] = set()
    for kind in KINDS:
        template = read_template(kind)
        listed = [*template.get("before", ()), *(
            part for one in template["sections"] for part in one["parts"]
        )]  # fmt: skip
        parts |= {one["part"] for one in listed if "part" in one}
        for one in template["sections"]:
            assert f"documents.section.{one['id']}" in known_keys("nl")
    assert parts == set(MAKERS)


def test_charts_show_what_their_tables_say() -> None:
    charts = [one for one, _ in walk(made("final").parts) if isinstance(one, Chart)]
    assert [one.picture.name for one in charts] == ["coverage", "verdicts", "terms"]
    coverage, verdicts, terms = charts
    assert [row.text for row in coverage.picture.rows] == ["2 van 2", "0 van 2"]
    assert [row.is_marked for row in coverage.picture.rows] == [False, True]
    assert [row.text for row in verdicts.picture.rows] == ["1", "2"]
    assert {row.name: row.text for row in terms.picture.rows} == {
        "Doorlichting afkomst": "loopt",
        "Buiten het onderzoek: DG Nieuw": "514 dagen te laat",
        "De twee directoraten-generaal alsnog onderzoeken": "179 dagen te laat",
        "Een voortgangsbrief sturen": "op tijd",
        "Schriftelijk overleg": "18 dagen te laat",
        "Vragen over gegevens over afkomst": "179 dagen te laat",
    }
    assert len(terms.numbers.rows) == 6
    for chart in charts:
        for row in chart.picture.rows:
            assert f"{row.name}: {row.text}" in chart.picture.description
            assert any(row.name == text_of(cells[0]) for cells in chart.numbers.rows)


def test_disparities_of_a_kept_audit_are_drawn_without_small_groups() -> None:
    def measure(group: str, reference: str | None, value: float | None) -> dict[str, object]:
        name = "selection_rate" if reference is None else "selection_ratio"
        return {"attribute": "land", "measure": name, "group": group, "reference": reference,
                "value": value, "low": 0.5, "high": None,
                "level": 0.95, "method": "koopman"}  # fmt: skip

    groups = [{"attribute": "land", "name": name, "n": n, "selected": n / 2}
              for name, n in (("nl", 400), ("tr", 200), ("xx", 4))]  # fmt: skip
    measures = [measure("nl", None, 0.5), measure("tr", "nl", 1.5), measure("xx", "nl", 2.0)]
    kept = read_measured({"subject": "besluiten", "groups": groups, "measures": measures})
    document = made("final", invented(audits=(kept,)))
    (chart,) = (one for one in section(document, "disparities").parts if isinstance(one, Chart))
    assert [row.name for row in chart.picture.rows] == ["tr"]
    assert chart.picture.rows[0].opens_right
    assert [text_of(row[0]) for row in chart.numbers.rows] == ["tr"]
    assert "1,5" in text_of(chart.numbers.rows[0][1])
    # By it the register tells how the number was measured.
    (audited,) = kept.audited
    (shown,) = (one for one in audited.measures if one.group == "tr")
    assert text_of(chart.numbers.rows[0][3]) == audited.id_of(shown, "besluiten")


def test_what_a_person_writes_in_braces_stays_as_it_is_unless_it_is_a_figure() -> None:
    runs = Telling(invented(), "nl").written("{uses} en {iets} {0}")
    assert re.sub(r"\[\d+\]", "", text_of(runs)) == "3 en {iets} {0}"
    assert [type(one) for one in runs] == [Words, Mark, Words]


def test_a_sentence_of_which_a_number_is_not_known_gives_way_to_saying_that() -> None:
    told = Telling(Given(DAY), "nl").sentence("documents.text.summary_risk", confidence=0.0)
    assert told == (
        Words("Niemand kan zeggen dat niets is gemist. "),
        Open("Niet bekend: kolommen die nog gemist kunnen zijn"),
        Words("."),
    )
    (nothing, end) = Telling(Given(DAY), "en").sentence("documents.text.statements")[:2]
    assert (nothing, end) == (Open("Not known: statements that there is nothing"), Words(". "))


def test_of_no_column_that_was_read_it_is_not_told_how_much_may_be_missed() -> None:
    given = invented()
    assert given.looked_at is not None
    unread = replace(given, looked_at=replace(given.looked_at, tables=0, columns=0))
    assert len(MAKERS["risk"](Telling(given, "nl"))) > 1
    assert MAKERS["risk"](Telling(unread, "nl")) == [open_end(Telling(unread, "nl"), "risk")]


@pytest.mark.parametrize(("language", "share"), [("nl", "95% zekerheid"), ("en", "95% confidence")])
def test_a_letter_tells_its_bound_with_its_confidence_and_what_nobody_judged(
    language: Language, share: str
) -> None:
    document, figures = make_document("letter", invented(), language, version="0")
    assert share in render_html_document(document)
    assert "uses_undecided" in {one.query for one in figures}


def test_a_statement_that_was_signed_later_is_in_no_document_of_an_earlier_day() -> None:
    given = invented()
    assert given.dossier is not None
    days = sorted(one.on for one in given.dossier.statements)
    earlier_day = replace(given, day=days[0])
    assert text_of(Telling(given, "nl").sentence("documents.text.statements")) != text_of(
        Telling(earlier_day, "nl").sentence("documents.text.statements")
    )
    (table,) = MAKERS["statements"](Telling(earlier_day, "nl"))
    assert isinstance(table, Table)
    assert len(table.rows) == sum(one == days[0] for one in days)
