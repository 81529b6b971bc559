"""A report as PDF, and a drawing as picture for Word: set by WeasyPrint, which fetches nothing from outside."""

from __future__ import annotations

import io
import logging
from typing import Any

from gridplan.model.books import Report
from gridplan.model.errors import InputError
from gridplan.model.words import say
from gridplan.report.papers.html import page_html

# The fonts of an office are named first, and the machine that sets the page may have others: that is no warning.
logging.getLogger("weasyprint").setLevel(logging.ERROR)
logging.getLogger("fontTools").setLevel(logging.ERROR)


def _nothing(url: str, *_: Any, **__: Any) -> Any:
    raise ValueError(f"nothing is fetched: {url}")


def _set(page: str) -> bytes:
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as error:  # the library, or the Pango it needs
        raise InputError(say("books.no_pdf")) from error
    made: bytes = HTML(string=page, url_fetcher=_nothing).write_pdf()
    return made


def pdf_file(report: Report) -> bytes:
    """Return the report as PDF.

    Raises
    ------
    InputError
        The library is not there.
    """
    return _set(page_html(report))


def picture_png(svg: str, *, width_mm: float = 160, dpi: int = 200) -> bytes:
    """Return a drawing as PNG of that width.

    Raises
    ------
    InputError
        The library is not there.
    """
    try:
        import pypdfium2
    except ImportError as error:
        raise InputError(say("books.no_pdf")) from error
    box = svg.split('viewBox="', 1)[1].split('"', 1)[0].split()
    height_mm = width_mm * float(box[3]) / float(box[2])
    page = f"<style>@page {{ size: {width_mm}mm {height_mm:.2f}mm; margin: 0 }} body {{ margin: 0 }} svg {{ display: block; width: {width_mm}mm; height: {height_mm:.2f}mm }}</style>{svg}"
    document = pypdfium2.PdfDocument(_set(page))
    try:
        image = document[0].render(scale=dpi / 72).to_pil()
    finally:
        document.close()
    out = io.BytesIO()
    image.convert("P", palette=1, colors=64).save(out, "PNG", optimize=True)
    return out.getvalue()
