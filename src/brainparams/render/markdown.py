"""Blocks as Markdown, for notebooks and pages."""

from __future__ import annotations

import re
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

__all__ = ["Markdown", "escaped"]


def escaped(text: str) -> str:
    """Escape what Markdown or HTML would take for markup; a name may come from a stranger."""
    text = cleaned(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]|#$])", r"\\\1", text)


class Markdown(Writer):
    """Markdown with pipe tables, as GitHub, Jupyter and pandoc read it."""

    def write(self, blocks: Sequence[Block]) -> str:
        """Return the blocks, an empty line between them."""
        return "\n\n".join(part for part in map(self.block, blocks) if part)

    def escaped(self, text: str) -> str:
        """Return a stranger's text without markup."""
        return escaped(text)

    def prose(self, text: str) -> str:
        """Return text with its powers of ten raised."""
        return POWER.sub(lambda found: superscript(found.group(0)), escaped(text))

    def symbol(self, symbol: Symbol) -> str:
        """Return a letter in italics, with its subscript."""
        stem, _, below = symbol.text.partition("_")
        return f"*{escaped(stem)}*" + (f"<sub>{escaped(below)}</sub>" if below else "")

    def code(self, code: Code) -> str:
        """Return characters of one width."""
        return f"`{escaped(code.text)}`"

    def link(self, link: Link) -> str:
        """Return a link."""
        return f"[{self.prose(link.text)}]({link.address.replace('(', '%28').replace(')', '%29')})"

    # --- blocks --------------------------------------------------------------------------------------------------

    def heading(self, block: Heading) -> str:
        """Return a title."""
        return f"## {escaped(block.text)}"

    def sentence(self, block: Sentence) -> str:
        """Return a paragraph."""
        return (f"**{escaped(block.lead)}**: " if block.lead else "") + self.line(block.line)

    def steps(self, block: Steps) -> str:
        """Return a row for each step."""
        head = ("step", "formula", "numbers put in (medians)", f"result ({block.level} interval)")
        table = _table(head, ("---",) * 4, map(self._step, block.steps))
        return f"{table}\n\n… and {block.earlier} earlier named steps" if block.earlier else table

    def _step(self, step: StepLine) -> Sequence[str]:
        because = f" (because {escaped(step.because)})" if step.because else ""
        result = self.prose(step.result) + (f" ({self.prose(step.spread)})" if step.spread else "")
        formula = f"{self.symbol(step.symbol)} = {self.formula(step.formula)}"
        return escaped(step.name) + because + self.marks(step.marks), formula, self.formula(step.put_in), result

    def grid(self, block: Grid) -> str:
        """Return the caption, and a table."""
        rows = [[self._cell(cell) for cell in row] for row in block.rows]
        if block.head:
            head = [self._cell(each) for each in block.head]
            rule = ["---:" if place in block.numeric else "---" for place in range(len(head))]
            caption = [escaped(block.caption), ""] if block.caption else []
            notes = ["", *(f"- {self.prose(each)}" for each in block.notes)] if block.notes else []
            return "\n".join([*caption, _table(head, rule, rows), *notes])
        return _table(["", f"**{escaped(block.caption)}**"], ["---"] * 2, rows)

    def _cell(self, cell: Line) -> str:
        """Return a cell as it is: what is compared is not set in type."""
        return escaped(cell) if isinstance(cell, str) else self.line(cell)

    def picture(self, block: Picture) -> str:
        """Return nothing: a picture in characters is none in a proportional type."""
        return ""

    def items(self, block: Items) -> str:
        """Return a list below its title."""
        title = f"**{escaped(block.title[:1].upper() + block.title[1:])}**\n\n"
        return title + "\n".join(f"- {self._item(each)}" for each in block.items)

    def _item(self, item: Entry | Line) -> str:
        if not isinstance(item, Entry):
            return self.line(item)
        head = f"{self.symbol(item.symbol)}, {escaped(item.name)}: {self.prose(item.value)}{self.marks(item.marks)}"
        return "; ".join([head, *map(escaped, (*item.behind, *item.told))])

    def note(self, block: Note) -> str:
        """Return a text behind its title."""
        aside = f" ({escaped(block.aside)})" if block.aside else ""
        return f"**{escaped(block.title)}**{aside}: {self.line(block.line)}"

    def references(self, block: References) -> str:
        """Return the works, numbered."""
        works = (f"{each.number}. {escaped(each.label if block.is_brief else each.text)}" for each in block.works)
        return "**References**\n\n" + "\n".join(works)

    def folded(self, block: Folded) -> str:
        """Return the blocks; lists below one title have titles of their own."""
        inner = self.write(block.blocks)
        if all(isinstance(each, Items | Steps) for each in block.blocks):
            return inner
        aside = f" ({escaped(block.aside)})" if block.aside else ""
        return f"**{escaped(block.title)}**{aside}\n\n{inner}"


def _table(head: Iterable[str], rule: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, rule, *rows))
