"""A report as HTML: the paper itself, and as one file in which each number leads to its rows."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from gridplan.model.books import Fact, Figure, Grid, Line, Reckoned, Report
from gridplan.model.words import say
from gridplan.report.narrative import unit_of

Typed = Callable[[str, str, str], str]
"""What stands in a typed cell: (area code, field, text) → markup."""

PAPER_CSS = """
.paper { color: #111; background: #fff; font-family: FangSong_GB2312, FangSong, STFangsong, "Noto Serif CJK SC", "Source Han Serif SC", SimSun, serif; font-size: 15px; line-height: 1.75 }
.paper h1 { font-family: FZXiaoBiaoSong-B05S, STZhongsong, "Noto Serif CJK SC", "Source Han Serif SC", SimSun, serif; font-weight: 700; font-size: 28px; line-height: 1.35; text-align: center; margin: 0 0 8px; letter-spacing: 2px }
.paper .sub { text-align: center; margin: 0 0 18px }
.paper h2 { font-family: SimHei, "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", sans-serif; font-weight: 600; font-size: 16px; margin: 18px 0 6px; break-after: avoid }
.paper p.say { margin: 0; text-indent: 2em; text-align: justify }
.paper figure { margin: 8px 0; break-inside: avoid } .paper figure svg { display: block; width: 88%; height: auto; margin: 0 auto }
.paper table { width: 100%; border-collapse: collapse; margin: 8px 0; font-size: 12.5px; line-height: 1.45; font-variant-numeric: tabular-nums }
.paper th, .paper td { border: 1px solid #333; padding: 3px 6px; text-align: left; vertical-align: top } .paper th { white-space: nowrap; background: #eee; font-family: "Noto Sans CJK SC", SimHei, "Microsoft YaHei", sans-serif; font-weight: 600 }
.paper tr { break-inside: avoid } .paper tbody tr:nth-last-child(-n+3) { break-before: avoid } .paper thead { display: table-header-group }
.paper .num { text-align: right; white-space: nowrap } .paper tr.total td { font-weight: 700 } .paper th.typed { width: 36% }
.paper a.n { color: inherit; text-decoration: none; border-bottom: 1px dotted #1B5676 } .paper a.n:hover { background: #E2ECF1 }
.paper .sign { margin-top: 28px; text-align: right; break-inside: avoid } .paper .sign p { margin: 2px 0 }
.paper .foot { margin-top: 18px; padding-top: 6px; border-top: 1px solid #999; font-size: 11px; color: #444 }
"""
_PAGE_CSS = """
@page { size: A4; margin: 24mm 22mm 20mm; @bottom-center { content: "— " counter(page) " —"; font: 11px "Noto Sans CJK SC", SimSun, sans-serif } }
html { background: #fff } body { margin: 0 } .paper { font-size: 11.5pt } .paper h1 { font-size: 21pt } .paper h2 { font-size: 12.5pt } .paper table { font-size: 9.2pt } .paper a.n { border: 0 } .paper .foot { font-size: 8pt }
"""
_FILE_CSS = """
html { background: #EDECE4 } body { margin: 0 } main { max-width: 880px; margin: 24px auto; background: #fff; padding: 56px 64px; border: 1px solid #DDDACE }
section.rows { max-width: 1008px; margin: 24px auto; font: 13px/1.5 "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: #1D2524 }
section.rows details { background: #fff; border: 1px solid #DDDACE; margin: 4px 0; padding: 6px 12px } section.rows summary { cursor: pointer; font-weight: 600 }
section.rows table { width: 100%; border-collapse: collapse; margin: 6px 0 } section.rows th, section.rows td { border-bottom: 1px solid #EDECE4; padding: 2px 6px; text-align: left; vertical-align: top } section.rows th { font-weight: 600; background: #F6F5F0 }
section.rows .def { color: #47504E; margin: 4px 0 } :target { outline: 2px solid #1B5676; outline-offset: 2px }
@media print { html { background: #fff } main { margin: 0; padding: 0; border: 0; max-width: none } section.rows { display: none } }
"""
# Opens what a link leads into: the rows are folded.
_SCRIPT = """addEventListener("hashchange",o);function o(){let e=document.getElementById(decodeURIComponent(location.hash.slice(1)));let d=e&&e.closest("details");if(d){d.open=true;e.scrollIntoView()}}o()"""


def anchor(figure: str) -> str:
    """Return the id under which the rows of a figure stand."""
    return f"r-{figure}"


def line_html(line: Line, *, links: bool) -> str:
    """Return a sentence as markup; each number leads to its rows."""
    return "".join(
        f'<a class="n" href="#{escape(anchor(part.figure), quote=True)}">{escape(part.text)}</a>'
        if part.figure and links
        else escape(part.text)
        for part in line
    )


def body(report: Report, *, links: bool = True, typed: Typed | None = None) -> str:
    """Return the paper as markup, without page around it."""
    out = [f"<h1>{escape(report.title)}</h1>", f'<p class="sub">{escape(report.subtitle)}</p>']
    for section in report.sections:
        out.append(f"<h2>{escape(section.heading)}</h2>")
        out += [f'<p class="say">{line_html(line, links=links)}</p>' for line in section.lines]
        if section.picture and section.picture.svg:
            out.append(f"<figure>{section.picture.svg}</figure>")
        if section.grid:
            out.append(_table(section.grid, links=links, typed=typed))
    day = report.span.last if report.as_of.date() > report.span.last else report.as_of.date()
    made = say("books.date", year=day.year, month=day.month, day=day.day).of(report.language)
    signed = say("books.signature").of(report.language)
    out.append(
        f'<div class="sign"><p>{escape(report.office)}</p><p>{escape(made)}</p><p>{escape(signed)}____________</p></div>'
    )
    digest = say("books.hash", hash=report.sha256[:16]).of(report.language)
    out.append(f'<p class="foot">{escape(report.source)}　{escape(digest)}</p>')
    return f'<article class="paper" lang="{"zh-CN" if report.language == "zh" else "en"}">{"".join(out)}</article>'


def _column(grid: Grid, number: int) -> str:
    if number in grid.numbers:
        return " class=num"
    return " class=typed" if grid.typed and grid.typed[number] else ""


def _table(grid: Grid, *, links: bool, typed: Typed | None) -> str:
    head = "".join(f'<th scope="col"{_column(grid, n)}>{escape(text)}</th>' for n, text in enumerate(grid.header))
    rows = []
    for number, row in enumerate(grid.rows):
        cells = []
        for column, line in enumerate(row):
            text = line_html(line, links=links)
            if grid.typed and grid.typed[column]:
                plain = "".join(part.text for part in line)
                text = (
                    typed(grid.codes[number], grid.typed[column], plain)
                    if typed
                    else escape(plain).replace("\n", "<br>")
                )
            cells.append(f"<td{' class=num' if column in grid.numbers else ''}>{text}</td>")
        last = grid.total and number == len(grid.rows) - 1
        rows.append(f"<tr{' class=total' if last else ''}>{''.join(cells)}</tr>")
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def rows_html(report: Report) -> str:
    """Return where every number comes from: its definition and its rows, by area."""
    word = _Word(report.language)
    out = [f'<section class="rows"><h2>{word("rows")}</h2>']
    known = set(report.names)
    for figure in report.figures.values():
        if figure.reckoned is not None:
            out.append(_reckoned(report, figure, word))
        elif not figure.area:
            out.append(_rows(report, figure, known, word))
    return "".join(out) + "</section>"


class _Word:
    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, **fields: object) -> str:
        return escape(say(f"books.{key}", **fields).of(self.language))


def figure_name(report: Report, figure: Figure) -> str:
    """Return the name of a figure: statistic and, where it is of one area, the area."""
    name = say(f"books.stat_{figure.statistic.split('-', 1)[0]}").of(report.language)
    return f"{name} · {report.names[figure.area]}" if figure.area else name


def _reckoned(report: Report, figure: Figure, word: _Word) -> str:
    mark = "÷" if figure.reckoned is Reckoned.SHARE else "−"
    left, right = report.figures[figure.left], report.figures[figure.right]
    both = f" {mark} ".join(
        f'<a href="#{escape(anchor(one.key), quote=True)}">{escape(figure_name(report, one))} {one.value:g}</a>'
        for one in (left, right)
    )
    return f'<p class="def" id="{escape(anchor(figure.key), quote=True)}">{escape(figure_name(report, figure))} = {both}</p>'


def _rows(report: Report, figure: Figure, known: set[str], word: _Word) -> str:
    groups: dict[str, list[Fact]] = {}
    for fact in figure.facts:
        codes: list[str] = [code for code in fact.codes if code in known] or [""]
        for code in codes:
            groups.setdefault(code, []).append(fact)
    head = "".join(f"<th>{word(f'head_{name}')}</th>" for name in ("site", "who", "text", "number"))
    day_head = f"<th>{word('col_day')}</th>"
    parts = []
    for code in [*report.names, ""]:
        area = f"{figure.statistic}.{figure.period.value}.{code}"
        asked = code and area in report.figures
        if code not in groups and not asked:
            continue
        facts = list({fact.id: fact for fact in groups.get(code, [])}.values())
        name = report.names.get(code) or (say("glossary.outside").of(report.language) if known else "")
        body = "".join(
            f"<tr><td>{fact.day or ''}</td><td>{escape(fact.name)}</td><td>{escape(fact.who)}</td><td>{escape(fact.text)}</td><td>{escape(fact.id)}</td></tr>"
            for fact in facts
        )
        mark = f' id="{escape(anchor(area), quote=True)}"' if code else ""
        parts.append(
            f'<table{mark}><caption></caption><thead><tr><th colspan="5">{escape(name)} {len(facts)}</th></tr><tr>{day_head}{head}</tr></thead><tbody>{body}</tbody></table>'
        )
    title = word(
        "rows_of",
        name=say(f"books.stat_{figure.statistic.split('-', 1)[0]}").of(report.language),
        period=say(f"books.period_{figure.period.value}").of(report.language),
        n=int(figure.value),
        unit=unit_of(figure.statistic, report.language),
    )
    meaning = word(f"def_{figure.statistic.split('-', 1)[0]}")
    return f'<details id="{escape(anchor(figure.key), quote=True)}"><summary>{title}</summary><p class="def">{meaning}</p>{"".join(parts)}</details>'


def html_file(report: Report) -> str:
    """Return the report as one page that needs nothing else: every number leads to its rows."""
    language = "zh-CN" if report.language == "zh" else "en"
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(report.title)} {escape(report.subtitle)}</title>'
        f"<style>{PAPER_CSS}{_FILE_CSS}</style></head><body><main>{body(report)}</main>{rows_html(report)}<script>{_SCRIPT}</script></body></html>"
    )


def page_html(report: Report) -> str:
    """Return the report as the page that is printed, with the definitions at its end."""
    definitions = "".join(
        f"<tr><td>{escape(name)}</td><td>{escape(unit)}</td><td>{escape(text)}</td></tr>"
        for name, unit, text in report.definitions
    )
    word = _Word(report.language)
    appendix = (
        f'<article class="paper"><h2>{word("definitions")}</h2><table><thead><tr><th>{word("head_figure")}</th>'
        f"<th>{word('head_unit')}</th><th>{word('head_definition')}</th></tr></thead><tbody>{definitions}</tbody></table></article>"
    )
    language = "zh-CN" if report.language == "zh" else "en"
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(report.title)}</title>'
        f"<style>{PAPER_CSS}{_PAGE_CSS}</style></head><body>{body(report, links=False)}{appendix}</body></html>"
    )
