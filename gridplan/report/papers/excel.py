"""A report as a workbook: every number is a formula over the sheet of its rows, so that anybody can filter and count again."""

from __future__ import annotations

from pathlib import Path

from xlsxwriter.utility import xl_rowcol_to_cell

from gridplan.model.books import Fact, Figure, Reckoned, Report
from gridplan.model.words import say
from gridplan.report.counting import text_of
from gridplan.report.files import Book, fit
from gridplan.report.narrative import unit_of


def excel_file(path: Path, report: Report) -> None:
    """Write the report: the text and its tables, the figures, their rows, and the sums that agree."""
    book = Book(path)

    def head(*keys: str) -> tuple[str, ...]:
        return tuple(say(f"books.{key}").of(report.language) for key in keys)

    cells = _figure_cells(report)
    sheet = book.sheet("books.sheet_report", (report.title,) + ("",) * 9, (22, 12, 12, 12, 12, 12, 12, 12, 12, 12))
    sheet.set_landscape()
    row = 1
    sheet.write_string(row, 0, report.subtitle, book.plain)
    for section in report.sections:
        row += 1
        sheet.write_string(row, 0, section.heading, book.bold)
        for line in section.lines:
            row += 1
            text = fit(text_of(line))
            sheet.merge_range(row, 0, row, 9, text, book.wrapped)
            sheet.set_row(row, 16 * (1 + len(text) // 62))
        if section.grid is None:
            continue
        row += 1
        for column, name in enumerate(section.grid.header):
            sheet.write_string(row, column, name, book.bold)
        for entry in section.grid.rows:
            row += 1
            for column, line in enumerate(entry):
                figure = line[0].figure if line else ""
                if figure in cells and column in section.grid.numbers:
                    share = report.figures[figure].reckoned is Reckoned.SHARE
                    behind = report.figures[figure].reckoned is Reckoned.DIFFERENCE and line[0].text[:1] in "+−"
                    formula = f"={'-' if behind else ''}'{_sheet('figures')}'!{cells[figure]}"
                    value = report.figures[figure].value * (-1 if behind else 1)
                    sheet.write_formula(row, column, formula, book.percent if share else book.plain, value)
                else:
                    sheet.write_string(row, column, fit(text_of(line)), book.wrapped)
    row += 2
    sheet.write_string(
        row, 0, f"{report.source}　{say('books.hash', hash=report.sha256[:16]).of(report.language)}", book.plain
    )
    _write_figures(book, report, head)
    _write_rows(book, report, head)
    sheet = book.sheet("books.sheet_checks", head("sheet_checks", "head_agrees"), (90, 10))
    for number, check in enumerate(report.checks, 1):
        sheet.write_string(number, 0, check.text, book.plain)
        sheet.write_string(number, 1, say("books.yes" if check.agrees else "books.no").of(report.language), book.plain)
    book.close()


def _sheet(name: str) -> str:
    return say(f"books.sheet_{name}").zh


def _figure_cells(report: Report) -> dict[str, str]:
    return {
        key: xl_rowcol_to_cell(number, 3, row_abs=True, col_abs=True) for number, key in enumerate(report.figures, 1)
    }


def _label(report: Report, figure: Figure) -> str:
    """Return the key under which the rows of a figure stand in the sheet of rows."""
    return f"{figure.statistic}.{figure.period.value}"


def _write_figures(book: Book, report: Report, head: object) -> None:
    assert callable(head)
    names = head("head_figure", "head_period", "head_area", "head_value", "head_unit", "head_definition", "head_number")
    sheet = book.sheet("books.sheet_figures", names, (20, 12, 16, 10, 8, 70, 26))
    cells, rows = _figure_cells(report), f"'{_sheet('rows')}'!"
    for number, figure in enumerate(report.figures.values(), 1):
        stem = figure.statistic.split("-", 1)[0]
        area = report.names.get(figure.area, "")
        for column, text in enumerate(
            (
                say(f"books.stat_{stem}").of(report.language),
                say(f"books.period_{figure.period.value}").of(report.language),
                area,
            )
        ):
            sheet.write_string(number, column, text, book.plain)
        style = book.plain
        if figure.reckoned is not None:
            mark = "/" if figure.reckoned is Reckoned.SHARE else "-"
            formula = f"={cells[figure.left]}{mark}{cells[figure.right]}"
            style = book.percent if figure.reckoned is Reckoned.SHARE else book.plain
        elif figure.area:
            formula = f'=COUNTIFS({rows}$A:$A,"{_label(report, figure)}",{rows}$B:$B,$C{number + 1})'
        else:
            formula = f'=SUMIFS({rows}$I:$I,{rows}$A:$A,"{_label(report, figure)}")'
        sheet.write_formula(number, 3, formula, style, figure.value)
        sheet.write_string(number, 4, unit_of(figure.statistic, report.language), book.plain)
        sheet.write_string(number, 5, say(f"books.def_{stem}").of(report.language), book.wrapped)
        sheet.write_string(number, 6, figure.key, book.plain)


def _write_rows(book: Book, report: Report, head: object) -> None:
    assert callable(head)
    names = head(
        "head_figure",
        "head_area",
        "col_day",
        "head_site",
        "head_who",
        "head_text",
        "head_number",
        "head_period",
        "head_once",
    )
    sheet = book.sheet("books.sheet_rows", names, (22, 16, 12, 30, 20, 40, 26, 12, 8))
    row = 0
    for figure in report.figures.values():
        if figure.area or figure.reckoned is not None:
            continue
        seen: set[str] = set()
        period = say(f"books.period_{figure.period.value}").of(report.language)
        for area, fact in _by_area(report, figure.facts):
            row += 1
            texts = (_label(report, figure), area, str(fact.day or ""), fact.name, fact.who, fact.text, fact.id, period)
            for column, text in enumerate(texts):
                sheet.write_string(row, column, fit(text))
            # What stands in two areas counts once in the whole.
            sheet.write_number(row, 8, int(fact.id not in seen))
            seen.add(fact.id)
    sheet.autofilter(0, 0, max(row, 1), 8)


def _by_area(report: Report, facts: tuple[Fact, ...]) -> list[tuple[str, Fact]]:
    out: dict[tuple[str, str], tuple[str, Fact]] = {}
    for fact in facts:
        codes: list[str] = [code for code in fact.codes if code in report.names] or [""]
        for code in codes:
            out.setdefault((code, fact.id), (report.names.get(code, ""), fact))
    return list(out.values())
