"""A report as a Word document in the office's form (GB/T 9704): it can be changed there, so the numbers' source stands at its foot."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from gridplan.model.books import Grid, Line, Report
from gridplan.model.errors import InputError
from gridplan.model.words import say
from gridplan.report.counting import text_of
from gridplan.report.papers.pdf import picture_png

_TITLE, _BODY, _HEAD, _TABLE = "方正小标宋简体", "仿宋", "黑体", "宋体"
_FIXED = datetime(2000, 1, 1)


def word_file(report: Report) -> bytes:
    """Return the report as .docx. Where the library for drawings is not there, it comes without the map.

    Raises
    ------
    InputError
        python-docx is not there.
    """
    try:
        from docx import Document
    except ImportError as error:
        raise InputError(say("books.no_word")) from error
    return _Writer(Document(), report).write()


class _Writer:
    def __init__(self, document: Any, report: Report) -> None:
        from docx.shared import Mm, Pt

        self.document, self.report = document, report
        self.mm, self.pt = Mm, Pt
        page = document.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.top_margin, page.bottom_margin = Mm(30), Mm(25)
        page.left_margin, page.right_margin = Mm(26), Mm(24)
        style = document.styles["Normal"]
        self._font(style, _BODY, 14)
        document.core_properties.title = report.title
        document.core_properties.author = report.office
        document.core_properties.created = document.core_properties.modified = _FIXED
        document.core_properties.comments = report.source

    def write(self) -> bytes:
        """Write all and return the file."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH as Align

        report = self.report
        self._line(report.title, _TITLE, 22, align=Align.CENTER, after=4, bold=True)
        self._line(report.subtitle, _BODY, 14, align=Align.CENTER, after=10)
        for section in report.sections:
            self._line(section.heading, _HEAD, 14, before=8, keep=True)
            for line in section.lines:
                self._say(line)
            if section.picture and section.picture.svg:
                self._picture(section.picture.svg, section.picture.label)
            if section.grid:
                self._table(section.grid)
        day = report.span.last if report.as_of.date() > report.span.last else report.as_of.date()
        made = say("books.date", year=day.year, month=day.month, day=day.day).of(report.language)
        self._line(report.office, _BODY, 14, align=Align.RIGHT, before=18, keep=True)
        self._line(made, _BODY, 14, align=Align.RIGHT, keep=True)
        self._line(f"{say('books.signature').of(report.language)}____________", _BODY, 14, align=Align.RIGHT)
        self._line(say("books.definitions").of(report.language), _HEAD, 12, before=14, keep=True)
        heads = [say(f"books.head_{key}").of(report.language) for key in ("figure", "unit", "definition")]
        self._plain_table(heads, [list(row) for row in report.definitions], frozenset(), (28, 14, 118))
        digest = say("books.hash", hash=report.sha256[:16]).of(report.language)
        self._line(f"{report.source}　{digest}", _TABLE, 8, before=8)
        self._page_number()
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()

    def _font(self, holder: Any, name: str, size: float) -> None:
        from docx.oxml.ns import qn

        holder.font.name, holder.font.size = "Times New Roman", self.pt(size)
        fonts = holder.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), name)

    def _run(self, paragraph: Any, text: str, font: str, size: float, *, bold: bool = False) -> None:
        run = paragraph.add_run(text)
        self._font(run, font, size)
        run.bold = bold

    def _line(
        self,
        text: str,
        font: str,
        size: float,
        *,
        align: Any = None,
        before: float = 0,
        after: float = 0,
        bold: bool = False,
        keep: bool = False,
    ) -> None:
        paragraph = self.document.add_paragraph()
        paragraph.alignment = align
        form = paragraph.paragraph_format
        form.space_before, form.space_after = self.pt(before), self.pt(after)
        form.keep_with_next = keep
        self._run(paragraph, text, font, size, bold=bold)

    def _say(self, line: Line) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH as Align

        paragraph = self.document.add_paragraph()
        paragraph.alignment = Align.JUSTIFY
        form = paragraph.paragraph_format
        form.first_line_indent, form.line_spacing = self.pt(28), self.pt(25)
        form.space_after = self.pt(0)
        self._run(paragraph, text_of(line), _BODY, 14)

    def _picture(self, svg: str, label: str) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH as Align

        try:
            png = picture_png(svg)
        except InputError:
            return
        paragraph = self.document.add_paragraph()
        paragraph.alignment = Align.CENTER
        paragraph.paragraph_format.space_after = self.pt(6)
        shape = paragraph.add_run().add_picture(io.BytesIO(png), width=self.mm(156))
        shape._inline.docPr.set("descr", label)

    def _table(self, grid: Grid) -> None:
        widths = (26, 16, 60, 58) if grid.typed else None
        rows = [[text_of(line) for line in row] for row in grid.rows]
        self._plain_table(list(grid.header), rows, grid.numbers, widths, total=grid.total)

    def _plain_table(
        self,
        header: list[str],
        rows: list[list[str]],
        numbers: frozenset[int],
        widths: tuple[float, ...] | None = None,
        *,
        total: bool = False,
    ) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH as Align
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        table = self.document.add_table(rows=1 + len(rows), cols=len(header))
        table.style = "Table Grid"
        for number, (row, texts) in enumerate(zip(table.rows, [header, *rows], strict=True)):
            settings = row._tr.get_or_add_trPr()
            settings.append(OxmlElement("w:cantSplit"))
            if number == 0:
                repeat = OxmlElement("w:tblHeader")
                repeat.set(qn("w:val"), "true")
                settings.append(repeat)
            bold = number == 0 or (total and number == len(rows))
            for column, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
                paragraph = cell.paragraphs[0]
                paragraph.alignment = Align.RIGHT if column in numbers else Align.LEFT
                paragraph.paragraph_format.space_after = self.pt(0)
                self._run(paragraph, text, _HEAD if number == 0 else _TABLE, 10, bold=bold and number > 0)
                if number == 0:
                    shade = OxmlElement("w:shd")
                    for key, value in (("val", "clear"), ("color", "auto"), ("fill", "EDEDED")):
                        shade.set(qn(f"w:{key}"), value)
                    cell._tc.get_or_add_tcPr().append(shade)
                if widths:
                    cell.width = self.mm(widths[column])
        self.document.add_paragraph().paragraph_format.space_after = self.pt(0)

    def _page_number(self) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH as Align
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        paragraph = self.document.sections[0].footer.paragraphs[0]
        paragraph.alignment = Align.CENTER
        run = paragraph.add_run()
        self._font(run, _TABLE, 12)
        for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
            if kind:
                part = OxmlElement("w:fldChar")
                part.set(qn("w:fldCharType"), kind)
            else:
                part = OxmlElement("w:instrText")
                part.text = text
            run._r.append(part)
