"""Blocks as HTML, for notebooks and pages: no script, no file and no font from elsewhere."""

from __future__ import annotations

import html
import itertools
from collections.abc import Collection, Iterable, Sequence
from typing import ClassVar

from .. import blocks as kinds
from .. import svg
from ..plain import capital, cleaned
from .writer import Writer

__all__ = ["Html", "escaped"]

PLACED = ' style="text-align:{};vertical-align:top;padding:.15em .55em .15em 0{}"'
LONG = 60  # letters from which on a cell is a sentence, which needs room to be read
SCROLLS = ' style="display:block;overflow-x:auto;max-width:100%;overflow-wrap:break-word"'
DIGITS = "-0123456789"
MOST_ROWS = 60  # of a table
HEAVIEST = 49_000  # bytes in a notebook, of which fewer rows are shown where they weigh more
# Names of classes are none of those that the pages around know: Bootstrap has a thin, large ".lead".
# Ink is that of the text around; lines are half transparent: so it reads on light and on dark, in every notebook.
STYLE = """
.brainparams{max-width:58em;line-height:1.45;overflow-wrap:anywhere}
.brainparams p{margin:.35em 0}
.brainparams .about{opacity:.8;margin:0}
.brainparams .value{font-size:1.6em;font-weight:600;line-height:1.25;margin:0}
.brainparams details{border-top:1px solid rgba(128,128,128,.4);padding:.35em 0;margin:0}
.brainparams summary{cursor:pointer;font-weight:600}
.brainparams summary small{font-weight:400}
.brainparams ul.rows{list-style:none;margin:.2em 0 .6em;padding:0}
.brainparams ul.rows>li{display:flex;flex-wrap:wrap;gap:0 1.5em;margin:0;padding:.25em 0;
border-bottom:1px solid rgba(128,128,128,.25)}
.brainparams .number{margin-left:auto;text-align:right;font-variant-numeric:tabular-nums}
.brainparams ul.rows small{flex-basis:100%;opacity:.8}
.brainparams small{font-size:.88em}
.brainparams a{color:inherit;text-decoration:underline}
"""


def escaped(text: str) -> str:
    """Return a stranger's text without markup."""
    return html.escape(cleaned(text))


class Html(Writer):
    """Plain HTML: lists of rows, tables, and details that open."""

    style: ClassVar[str] = "html"
    mime: ClassVar[str] = "text/html"
    between: ClassVar[str] = "\n"

    def __init__(self, most: int | None = None) -> None:
        """Take how many rows a list shows; None for all of them."""
        self._most = most

    @classmethod
    def for_notebook(cls) -> Writer:
        """Return the writer that a notebook takes, in which no output is heavy."""
        return _Light()

    def write(self, blocks: Sequence[kinds.Block]) -> str:
        """Return the blocks below each other, notes before what is folded; more than a table has its style with it."""
        folded = next((place for place, each in enumerate(blocks) if isinstance(each, kinds.Folded)), len(blocks))
        above, below = blocks[:folded], blocks[folded:]
        notes = [each for each in below if isinstance(each, kinds.Note)]
        inner = self.joined([*above, *notes, *(each for each in below if each not in notes)])
        if all(isinstance(each, kinds.Grid) for each in blocks):
            return inner
        return f'<div class="brainparams"><style>{STYLE}</style>\n{inner}\n</div>'

    def rows(self, rows: Sequence[str]) -> str:
        """Return a list of rows, or as many as are shown."""
        return f'<ul class="rows">{"".join(self.shown(rows))}</ul>'

    def shown(self, items: Sequence[str]) -> Sequence[str]:
        """Return the items of a list, or as many as are shown."""
        if self._most is None or len(items) <= self._most:
            return items
        return [*items[: self._most], f"<li>… {len(items) - self._most:,} more; <code>explain()</code> has them</li>"]

    def escaped(self, text: str) -> str:
        """Return a stranger's text without markup."""
        return escaped(text)

    def strong(self, text: str) -> str:
        """Return bold text."""
        return f"<b>{text}</b>"

    def aside(self, text: str) -> str:
        """Return what is said in passing, small."""
        return f" <small>({escaped(text)})</small>" if text else ""

    def symbol(self, symbol: kinds.Symbol) -> str:
        """Return a letter in italics, with its subscript."""
        stem, _, below = symbol.text.partition("_")
        return f"<i>{escaped(stem)}</i>" + (f"<sub>{escaped(below)}</sub>" if below else "")

    def marks(self, marks: kinds.Marks) -> str:
        """Return the numbers of references; each leads to its work."""
        return "".join(f" {self._mark(each)}" for each in marks.works)

    def _mark(self, work: kinds.Reference) -> str:
        if work.address is None:
            return f'<span title="{escaped(work.label)}">[{work.number}]</span>'
        return f'<a href="{html.escape(work.address)}" title="{escaped(work.label)}">[{work.number}]</a>'

    def code(self, code: kinds.Code) -> str:
        """Return characters of one width."""
        return f"<code>{html.escape(code.text)}</code>"

    def strip(self, strip: kinds.Strip) -> str:
        """Return the interval drawn."""
        return svg.strip(strip.low, strip.median, strip.high, strip.axis, is_logarithmic=strip.is_logarithmic)

    def link(self, link: kinds.Link) -> str:
        """Return a link."""
        return f'<a href="{html.escape(link.address)}">{self.prose(link.text)}</a>'

    # --- blocks --------------------------------------------------------------------------------------------------

    def answer(self, block: kinds.Answer) -> str:
        """Return the result, large, with its interval below."""
        lead = f'<p class="about">{escaped(block.lead)}</p>' if block.lead else ""
        below = self.prose("; ".join(filter(None, [block.words, block.spread])))
        size = ' class="value"' if len(block.value) < LONG else ""
        return f"{lead}<p{size}>{self.prose(block.value)}</p>" + (f"<p>{below}</p>" if below else "")

    def sentence(self, block: kinds.Sentence) -> str:
        """Return a paragraph."""
        return f"<p>{super().sentence(block)}</p>"

    def steps(self, block: kinds.Steps) -> str:
        """Return a row for each step: formula on the left, result on the right, numbers put in below."""
        earlier = f"<li>… and {block.earlier} earlier named steps</li>" if block.earlier else ""
        return self.rows([*map(self._row_of, block.steps), *filter(None, [earlier])])

    def _row_of(self, step: kinds.StepLine) -> str:
        formula, put_in = self.formula(step.formula), self.formula(step.put_in)
        result = self.prose(step.result) + (f" <small>({self.prose(step.spread)})</small>" if step.spread else "")
        below = [f"= {put_in}"] if put_in != formula else []
        below += [f"because {self.prose(step.because)}"] if step.because else []
        left = f"{escaped(step.name)}{self.marks(step.marks)}: {self.symbol(step.symbol)} = {formula}"
        return _row(left, result, below)

    def grid(self, block: kinds.Grid) -> str:
        """Return a table with its caption."""
        most = min(self._most or MOST_ROWS, MOST_ROWS)
        rows = (map(self.line, row) for row in block.rows[:most])
        table = _table(escaped(block.caption), map(self.line, block.head), rows, block.numeric)
        if len(block.rows) > most:
            table += "\n<p>… and more; <code>to_pandas()</code> has every row</p>"
        notes = self.bullets(list(map(self.prose, block.notes)))
        return f"{table}\n{notes}" if block.notes else table

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]], numeric: Collection[int] = ()) -> str:
        """Return a table."""
        return _table("", head, rows, numeric)

    def bullets(self, items: Sequence[str]) -> str:
        """Return a list."""
        return f"<ul>{''.join(self.shown([f'<li>{each}</li>' for each in items]))}</ul>"

    def picture(self, block: kinds.Picture) -> str:
        """Return the drawing."""
        return block.svg()

    def items(self, block: kinds.Items) -> str:
        """Return a list below its title."""
        title = f"{self.title(capital(block.title))}\n"
        items = list(map(self.item, block.items))
        has_values = all(isinstance(each, kinds.Entry) for each in block.items)
        return title + (self.rows(items) if has_values else self.bullets(items))

    def title(self, text: str) -> str:
        """Return the title of a list."""
        return f"<p><b>{escaped(text)}</b></p>"

    def entry(self, entry: kinds.Entry) -> str:
        """Return an input on the left, its value on the right, and below what stands behind it."""
        left = f"{self.symbol(entry.symbol)} &nbsp;{escaped(entry.name)}{self.marks(entry.marks)}"
        return _row(left, self.prose(entry.value), map(self.prose, (*entry.behind, *entry.told)))

    def note(self, block: kinds.Note) -> str:
        """Return a text behind its title, and below it what is said in passing."""
        aside = f"<br><small>{escaped(block.aside)}</small>" if block.aside else ""
        return f"<p>{super().note(block._replace(aside=''))}{aside}</p>"

    def references(self, block: kinds.References) -> str:
        """Return the works, numbered, folded away."""
        works = [f'<li value="{each.number}">{self.work(each)}</li>' for each in block.works]
        return f"<details><summary>References</summary>\n<ol>{''.join(self.shown(works))}</ol>\n</details>"

    def folded(self, block: kinds.Folded) -> str:
        """Return what opens when it is asked for."""
        inner = self.joined(block.blocks)
        return f"<details><summary>{escaped(block.title)}{self.aside(block.aside)}</summary>\n{inner}\n</details>"


class _Light(Html):
    """The same for a notebook, with fewer rows where all of them would be heavy."""

    def write(self, blocks: Sequence[kinds.Block]) -> str:
        """Return the blocks with the most rows that are light enough."""
        for most in (MOST_ROWS, 30, 15, 5, 1):
            written = Html(most).write(blocks)
            if len(written.encode("utf-8", "replace")) < HEAVIEST:
                break
        return written


def _row(left: str, right: str, below: Iterable[str]) -> str:
    told = "; ".join(below)
    under = f"<small>{told}</small>" if told else ""
    return f'<li><span>{left}</span><span class="number">{right}</span>{under}</li>'


def _table(caption: str, head: Iterable[str], rows: Iterable[Iterable[str]], numeric: Collection[int] = ()) -> str:
    """Return a table; without a head the first cell of each row says what the others are."""
    columns = [f"<th{_placed(each, is_numeric=place in numeric)}>{each}</th>" for place, each in enumerate(head)]
    lines = [_cells(row, numeric, is_labelled=not columns) for row in rows]
    if columns:
        lines.insert(0, "".join(columns))
    shown = [f"<tr>{line}</tr>" for line in lines]
    told = [f"<caption{_placed('', is_numeric=False)}>{caption}</caption>"] if caption else []
    return "\n".join([f"<table{SCROLLS}>", *told, *shown, "</table>"])


def _cells(row: Iterable[str], numeric: Collection[int], *, is_labelled: bool) -> str:
    tags = ("th" if is_labelled and not place else "td" for place in itertools.count())
    shown = zip(tags, itertools.count(), row, strict=False)
    return "".join(f"<{tag}{_placed(cell, is_numeric=place in numeric)}>{cell}</{tag}>" for tag, place, cell in shown)


def _placed(cell: str, *, is_numeric: bool) -> str:
    """Return where a cell stands: numbers on the right, each in one piece, and a sentence with room to be read."""
    if is_numeric:
        longest = max(map(len, cell.replace(" to ", " to|").split("|")))
        return PLACED.format("right", f";min-width:{longest / 2}em;text-wrap:balance" if cell[:1] in DIGITS else "")
    return PLACED.format("left", ";min-width:13em" if len(cell) > LONG and "<" not in cell else "")
