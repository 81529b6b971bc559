"""The daily and weekly report: what it says, that each number leads to its rows, and the four papers it comes on."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from gridplan.model.books import Reckoned, Report, ReportKind
from gridplan.model.finding import NoticeKind
from gridplan.model.result import Outcome
from gridplan.report.counting import rows, text_of
from gridplan.report.papers.excel import excel_file
from gridplan.report.papers.html import anchor, html_file
from gridplan.report.spans import span_of
from tests.builders import MONDAY
from tests.report.books import books, finding, paper, report
from tests.report.plans import TUESDAY, at, result


def _report(day=TUESDAY, kind: ReportKind = ReportKind.DAILY, **more) -> Report:
    old = finding("F1", "s1", at(MONDAY, 60), closed=at(TUESDAY, 90))
    new = finding("F2", "s4", at(TUESDAY, 60))
    happened = [
        result("s1", MONDAY),
        result("s2", MONDAY, Outcome.REFUSED),
        result("s4", TUESDAY),
        result("s3", TUESDAY),
        result("s5", TUESDAY, Outcome.CLOSED),
    ]
    papers = (paper("2026-0001", old), paper("2026-0002", new, NoticeKind.SEAL))
    return report(books(happened, findings=(old, new), notices=papers), span_of(kind, day), **more)


def _all_parts(made: Report):
    for section in made.sections:
        for line in section.lines:
            yield from line
        if section.grid:
            for row in section.grid.rows:
                for line in row:
                    yield from line


def test_the_report_says_what_officials_write():
    text = "\n".join(text_of(line) for section in _report().sections for line in section.lines)
    assert "今日出动检查组1组次" not in text  # B answers for s4, A for s3 and s5
    assert "今日出动检查组2组次" in text
    assert "检查2家次，其中首次检查2家" in text
    assert "本轮应查6家，累计检查3家，覆盖率50.0%" in text
    assert "检查培训机构3家" in text
    assert "开出各类文书2份（责令整改1份、查封1份）" in text
    assert "发现隐患2条，已整改1条，整改率50.0%" in text
    assert "对1家涉嫌违规场所予以查封" in text
    assert "关门1家" in text
    assert "1家待核，未落点" in text


def test_every_number_of_the_report_leads_to_its_rows():
    made = _report()
    counted = 0
    for part in _all_parts(made):
        if not part.figure:
            # The minimum, the marks of lateness and dates are no counts; years and day numbers are in names.
            continue
        figure = made.figures[part.figure]
        if figure.reckoned is None:
            assert len(rows(dict(made.figures), part.figure)) == figure.value == int(part.text)
            counted += 1
        elif figure.reckoned is Reckoned.DIFFERENCE:
            assert made.figures[figure.left].value - made.figures[figure.right].value == figure.value
        else:
            assert made.figures[figure.left].value / made.figures[figure.right].value == figure.value
    assert counted > 30


def test_the_page_has_a_target_for_every_link_once_and_asks_nothing_of_others():
    page = html_file(_report())
    links = set(re.findall(r'href="#([^"]+)"', page))
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert links
    assert links <= set(ids)
    assert len(ids) == len(set(ids))
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
    assert "style=" not in page


def test_all_sums_agree_and_are_named():
    made = _report()
    assert made.agrees
    assert any("发现" in check.text or "隐患" in check.text for check in made.checks)
    assert any(check.text.startswith("今日计划 2 = 查成 1 + 关门 1") for check in made.checks)


def test_a_week_is_told_day_by_day_with_the_minimum_of_each():
    made = _report(kind=ReportKind.WEEKLY, day=MONDAY + timedelta(days=6))
    grid = made.sections[-1].grid
    assert grid
    cells = [[text_of(line) for line in row] for row in grid.rows]
    assert cells[0] == ["11月30日", "3", "1", "1", "未做到"]
    assert cells[1][:3] == ["12月1日", "2", "2"]
    assert cells[1][4] == "做到"
    assert cells[-1][:3] == ["合计", "5", "3"]


def test_a_summary_tells_of_all_days_and_what_comes_next():
    of = books([result("s1", MONDAY), result("s2", MONDAY, Outcome.REFUSED)])
    made = report(of, span_of(ReportKind.ROUND, MONDAY, of.plan.round.workdays))
    text = "\n".join(text_of(line) for section in made.sections for line in section.lines)
    assert made.title == "校外培训专项检查示例轮次工作总结"
    assert made.span.last - made.span.first == timedelta(days=2)
    assert "一是对逾期未查的" in text
    assert "对没查成的（拒绝1家）核实去向" in text
    assert made.agrees


def test_a_report_on_a_township_counts_what_lies_in_it():
    made = _report(area="T1")
    assert made.figures["promised.now."].value == 3
    assert "东街道" in made.subtitle
    assert made.agrees


def test_a_name_that_is_markup_stays_text():
    made = _report(typed={("T1", "reason"): "<script>alert(1)</script>"})
    assert "<script>alert(1)" not in html_file(made)


def test_the_workbook_counts_each_figure_from_the_sheet_of_rows(tmp_path: Path):
    made = _report()
    excel_file(tmp_path / "report.xlsx", made)
    book = CalamineWorkbook.from_path(tmp_path / "report.xlsx")
    assert book.sheet_names == ["报告", "指标", "明细", "对数"]
    listed = book.get_sheet_by_name("明细").to_python()[1:]
    for row in book.get_sheet_by_name("指标").to_python()[1:]:
        figure = made.figures[row[6]]
        if figure.reckoned is None:
            here = [line for line in listed if line[0] == f"{figure.statistic}.{figure.period.value}"]
            again = sum(line[1] == row[2] for line in here) if figure.area else sum(line[8] for line in here)
            assert again == figure.value, row
    formulas = ZipFile(tmp_path / "report.xlsx").read("xl/worksheets/sheet2.xml").decode()
    assert formulas.count("<f>") == len(made.figures)


def test_the_word_document_holds_the_same_sentences():
    docx = pytest.importorskip("docx")
    from gridplan.report.papers.word import word_file

    made = _report()
    content = word_file(made)
    text = "\n".join(one.text for one in docx.Document(io.BytesIO(content)).paragraphs)
    for section in made.sections:
        assert section.heading in text
        assert all(text_of(line) in text for line in section.lines)


def test_the_pdf_holds_the_same_numbers():
    pytest.importorskip("weasyprint")
    pypdfium2 = pytest.importorskip("pypdfium2")
    from gridplan.report.papers.pdf import pdf_file

    document = pypdfium2.PdfDocument(pdf_file(_report()))
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    assert "覆盖率50.0%" in text.replace("\r\n", "").replace("\n", "")


def test_every_anchor_is_a_word_of_its_figure():
    assert anchor("first.span.T1") == "r-first.span.T1"
