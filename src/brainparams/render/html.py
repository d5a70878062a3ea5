"""Blocks as HTML, for notebooks and pages: no script, no file and no font from elsewhere."""

from __future__ import annotations

import html
import itertools
from collections.abc import Iterable, Sequence

from .blocks import (
    Block,
    Code,
    Entry,
    Folded,
    Grid,
    Heading,
    Items,
    Line,
    Link,
    Marks,
    Note,
    Picture,
    References,
    Sentence,
    StepLine,
    Steps,
    Symbol,
)
from .numbers import superscript
from .writer import POWER, Writer, cleaned

__all__ = ["Html", "escaped"]

RIGHT = ' style="text-align:right"'


def escaped(text: str) -> str:
    """Return a stranger's text without markup."""
    return html.escape(cleaned(text))


class Html(Writer):
    """Plain HTML: tables, lists, and details that open."""

    def write(self, blocks: Sequence[Block]) -> str:
        """Return the blocks below each other."""
        return "\n".join(part for part in map(self.block, blocks) if part)

    def escaped(self, text: str) -> str:
        """Return a stranger's text without markup."""
        return escaped(text)

    def prose(self, text: str) -> str:
        """Return text with its powers of ten raised."""
        return POWER.sub(lambda found: superscript(found.group(0)), escaped(text))

    def symbol(self, symbol: Symbol) -> str:
        """Return a letter in italics, with its subscript."""
        stem, _, below = symbol.text.partition("_")
        return f"<i>{escaped(stem)}</i>" + (f"<sub>{escaped(below)}</sub>" if below else "")

    def marks(self, marks: Marks) -> str:
        """Return the numbers of references."""
        return "".join(f"&nbsp;[{number}]" for number in marks.numbers)

    def code(self, code: Code) -> str:
        """Return characters of one width."""
        return f"<code>{html.escape(code.text)}</code>"

    def link(self, link: Link) -> str:
        """Return a link."""
        return f'<a href="{html.escape(link.address)}">{self.prose(link.text)}</a>'

    # --- blocks --------------------------------------------------------------------------------------------------

    def heading(self, block: Heading) -> str:
        """Return a title."""
        return f"<h2>{escaped(block.text)}</h2>"

    def sentence(self, block: Sentence) -> str:
        """Return a paragraph."""
        lead = f"<b>{escaped(block.lead)}</b>: " if block.lead else ""
        return f"<p>{lead}{self.line(block.line)}</p>"

    def steps(self, block: Steps) -> str:
        """Return a row for each step."""
        head = ("step", "formula", "numbers put in (medians)", f"result ({block.level} interval)")
        earlier = f"<p>… and {block.earlier} earlier named steps</p>" if block.earlier else ""
        return _table("", head, map(self._step, block.steps)) + earlier

    def _step(self, step: StepLine) -> Sequence[str]:
        because = f" (because {escaped(step.because)})" if step.because else ""
        result = self.prose(step.result) + (f" ({self.prose(step.interval)})" if step.interval else "")
        formula = f"{self.symbol(step.symbol)} = {self.formula(step.formula)}"
        return escaped(step.name) + because + self.marks(step.marks), formula, self.formula(step.put_in), result

    def grid(self, block: Grid) -> str:
        """Return a table with its caption."""
        rows = ([self._cell(cell) for cell in row] for row in block.rows)
        table = _table(escaped(block.caption), map(escaped, block.head), rows, block.numeric)
        notes = "".join(f"<li>{self.prose(each)}</li>" for each in block.notes)
        return f"{table}\n<ul>{notes}</ul>" if notes else table

    def _cell(self, cell: Line) -> str:
        return escaped(cell) if isinstance(cell, str) else self.line(cell)

    def picture(self, block: Picture) -> str:
        """Return the drawing."""
        return block.svg

    def items(self, block: Items) -> str:
        """Return a list below its title."""
        rows = "".join(f"<li>{self._item(each)}</li>" for each in block.items)
        return f"<p><b>{escaped(block.title[:1].upper() + block.title[1:])}</b></p>\n<ul>{rows}</ul>"

    def _item(self, item: Entry | Line) -> str:
        if not isinstance(item, Entry):
            return self.line(item)
        head = f"{self.symbol(item.symbol)}, {escaped(item.name)}: {self.prose(item.value)}{self.marks(item.marks)}"
        return "; ".join([head, *map(escaped, (*item.behind, *item.told))])

    def note(self, block: Note) -> str:
        """Return a text behind its title."""
        aside = f" ({escaped(block.aside)})" if block.aside else ""
        return f"<p><b>{escaped(block.title)}</b>{aside}: {self.line(block.line)}</p>"

    def references(self, block: References) -> str:
        """Return the works, numbered."""
        works = "".join(f"<li>{escaped(each.text)}</li>" for each in block.works)
        return f"<p><b>References</b></p>\n<ol>{works}</ol>"

    def folded(self, block: Folded) -> str:
        """Return what opens when it is asked for."""
        aside = f" ({escaped(block.aside)})" if block.aside else ""
        inner = self.write(block.blocks)
        return f"<details><summary>{escaped(block.title)}{aside}</summary>\n{inner}\n</details>"


def _table(
    caption: str, head: Iterable[str], rows: Iterable[Iterable[str]], numeric: frozenset[int] = frozenset()
) -> str:
    """Return a table; without a head the first cell of each row says what the others are."""
    columns = [f"<th{RIGHT if place in numeric else ''}>{each}</th>" for place, each in enumerate(head)]
    lines = [_cells(row, numeric, is_labelled=not columns) for row in rows]
    if columns:
        lines.insert(0, "".join(columns))
    rows_shown = [f"<tr>{line}</tr>" for line in lines]
    return "\n".join(["<table>", *([f"<caption>{caption}</caption>"] if caption else []), *rows_shown, "</table>"])


def _cells(row: Iterable[str], numeric: frozenset[int], *, is_labelled: bool) -> str:
    tags = ("th" if is_labelled and not place else "td" for place in itertools.count())
    shown = zip(tags, itertools.count(), row, strict=False)
    return "".join(f"<{tag}{RIGHT if place in numeric else ''}>{cell}</{tag}>" for tag, place, cell in shown)
