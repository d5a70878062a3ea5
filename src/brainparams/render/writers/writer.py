"""What all writers do alike: take blocks one by one, and lines span by span. A new one is one file of this folder."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from typing import ClassVar

from .. import blocks as kinds
from ..numbers import raised
from ..plain import capital

__all__ = ["WRITERS", "Writer"]

WRITERS: dict[str, type[Writer]] = {}
"""By the style that asks for them."""


class Writer(ABC):
    """Writes blocks in one notation: a method for each kind of block and span, named after it in small letters.

    A new notation needs `escaped`, `strong`, `bullets` and `table`; everything else is made of these, and is
    overridden where the notation has something better.

    Attributes
    ----------
    style : str
        What ``explain(style)`` and the command line call it. A class with a style of its own registers itself.
    mime : str
        The form of a notebook that it writes; empty for none.
    length : {"sentence", "brief", "full"}
        How much it says where nothing else is asked for.
    notation : {"text", "latex"}
        In which of two notations it takes formulas.
    between : str
        What stands between blocks.
    """

    style: ClassVar[str]
    mime: ClassVar[str] = ""
    length: ClassVar[kinds.Length] = "full"
    notation: ClassVar[kinds.Notation] = "text"
    between: ClassVar[str] = "\n\n"

    def __init_subclass__(cls) -> None:
        """Register a class under the style that it names itself."""
        super().__init_subclass__()
        if "style" in cls.__dict__:
            WRITERS[cls.style] = cls

    @classmethod
    def for_notebook(cls) -> Writer:
        """Return the writer that a notebook takes."""
        return cls()

    @classmethod
    def for_length(cls, length: kinds.Length) -> Writer:
        """Return the writer for one of the lengths."""
        return cls()

    def write(self, blocks: Sequence[kinds.Block]) -> str:
        """Return the whole text."""
        return self.joined(blocks)

    def joined(self, blocks: Sequence[kinds.Block]) -> str:
        """Return blocks one after the other."""
        return self.between.join(part for part in map(self.block, blocks) if part)

    # --- what makes a notation -----------------------------------------------------------------------------------

    @abstractmethod
    def escaped(self, text: str) -> str:
        """Return a stranger's text so that nothing in it is markup."""

    @abstractmethod
    def strong(self, text: str) -> str:
        """Return escaped text so that it stands out."""

    @abstractmethod
    def bullets(self, items: Sequence[str]) -> str:
        """Return a list."""

    @abstractmethod
    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]], numeric: Collection[int] = ()) -> str:
        """Return a table; some columns are numbers, and stand on the right."""

    # --- spans ---------------------------------------------------------------------------------------------------

    def block(self, block: kinds.Block) -> str:
        """Return one block."""
        return str(getattr(self, type(block).__name__.lower())(block))

    def line(self, line: kinds.Line) -> str:
        """Return a line, its spans one after the other."""
        return "".join(map(self.span, line)) if isinstance(line, tuple) else self.span(line)

    def span(self, span: kinds.Span) -> str:
        """Return one span."""
        if isinstance(span, str):
            return self.prose(span)
        return str(getattr(self, type(span).__name__.lower())(span))

    def prose(self, text: str) -> str:
        """Return a stranger's text with its powers of ten raised."""
        return raised(self.escaped(text))

    def symbol(self, symbol: kinds.Symbol) -> str:
        """Return a letter of a formula."""
        return self.escaped(symbol.text)

    def formula(self, formula: kinds.Formula) -> str:
        """Return a formula."""
        return formula.write(self.atom, self.notation, self.escaped)

    def atom(self, atom: kinds.Atom) -> str:
        """Return what stands in a formula."""
        return self.symbol(atom) if isinstance(atom, kinds.Symbol) else self.amount(atom)

    def amount(self, amount: kinds.Amount) -> str:
        """Return a number with its unit."""
        return self.prose(amount.text)

    def marks(self, marks: kinds.Marks) -> str:
        """Return the numbers of references."""
        return "".join(f" [{each.number}]" for each in marks.works)

    def code(self, code: kinds.Code) -> str:
        """Return characters below each other."""
        return self.escaped(code.text)

    def strip(self, strip: kinds.Strip) -> str:
        """Return the drawing in characters, where there is one; the numbers stand beside it."""
        return self.code(kinds.Code(strip.text)) if strip.text else ""

    def link(self, link: kinds.Link) -> str:
        """Return the text of a link."""
        return self.prose(link.text)

    def aside(self, text: str) -> str:
        """Return what is said in passing, if anything."""
        return f" ({self.escaped(text)})" if text else ""

    def work(self, work: kinds.Reference) -> str:
        """Return a work as it is cited; where it is found is a link."""
        found_at = f"doi:{work.doi}" if work.doi else work.url or ""
        before, found, after = work.text.rpartition(found_at) if found_at else (work.text, "", "")
        if not found or work.address is None:
            return self.prose(work.text)
        return f"{self.prose(before)}{self.link(kinds.Link(found, work.address))}{self.prose(after)}"

    # --- blocks --------------------------------------------------------------------------------------------------

    def answer(self, block: kinds.Answer) -> str:
        """Return the result in one sentence."""
        return self.block(kinds.Sentence(block.sentence, block.lead))

    def sentence(self, block: kinds.Sentence) -> str:
        """Return a paragraph."""
        return (f"{self.strong(self.escaped(block.lead))}: " if block.lead else "") + self.line(block.line)

    def steps(self, block: kinds.Steps) -> str:
        """Return a row for each step."""
        head = ("step", "formula", "numbers put in (medians)", f"result ({block.level} interval)")
        table = self.table(head, list(map(self.step, block.steps)))
        earlier = f"… and {block.earlier} earlier named steps" if block.earlier else ""
        return self.between.join(filter(None, (table, earlier)))

    def step(self, step: kinds.StepLine) -> Sequence[str]:
        """Return the row of a step."""
        because = f" (because {self.escaped(step.because)})" if step.because else ""
        result = self.prose(step.result) + (f" ({self.prose(step.spread)})" if step.spread else "")
        formula = f"{self.symbol(step.symbol)} = {self.formula(step.formula)}"
        return self.escaped(step.name) + because + self.marks(step.marks), formula, self.formula(step.put_in), result

    def grid(self, block: kinds.Grid) -> str:
        """Return the caption, the table and what stands below it."""
        rows = [list(map(self.cell, row)) for row in block.rows]
        if not block.head:
            return self.table(["", self.strong(self.escaped(block.caption))], rows)
        table = self.table(list(map(self.cell, block.head)), rows, block.numeric)
        notes = self.bullets(list(map(self.prose, block.notes))) if block.notes else ""
        return self.between.join(filter(None, (self.escaped(block.caption), table, notes)))

    def cell(self, cell: kinds.Line) -> str:
        """Return a cell as it is: what is compared is not set in type."""
        return self.escaped(cell) if isinstance(cell, str) else self.line(cell)

    def picture(self, block: kinds.Picture) -> str:
        """Return nothing: a picture in characters is none in a proportional type."""
        return ""

    def items(self, block: kinds.Items) -> str:
        """Return a list below its title."""
        return self.between.join(
            [self.strong(self.escaped(capital(block.title))), self.bullets(list(map(self.item, block.items)))]
        )

    def item(self, item: kinds.Entry | kinds.Line) -> str:
        """Return one item of a list."""
        return self.entry(item) if isinstance(item, kinds.Entry) else self.line(item)

    def entry(self, entry: kinds.Entry) -> str:
        """Return an input with what stands behind it."""
        name, value = f"{self.symbol(entry.symbol)}, {self.escaped(entry.name)}", self.prose(entry.value)
        return "; ".join(
            [f"{name}: {value}{self.marks(entry.marks)}", *map(self.escaped, (*entry.behind, *entry.told))]
        )

    def note(self, block: kinds.Note) -> str:
        """Return a text behind its title."""
        return f"{self.strong(self.escaped(block.title))}{self.aside(block.aside)}: {self.line(block.line)}"

    def references(self, block: kinds.References) -> str:
        """Return the works, numbered."""
        works = [f"[{each.number}] {self.escaped(each.label if block.is_brief else each.text)}" for each in block.works]
        return self.between.join([self.strong("References"), "\n".join(works)])

    def folded(self, block: kinds.Folded) -> str:
        """Return the blocks below their title; lists have titles of their own."""
        inner = self.joined(block.blocks)
        if all(isinstance(each, kinds.Items | kinds.Steps) for each in block.blocks):
            return inner
        return self.between.join([f"{self.strong(self.escaped(block.title))}{self.aside(block.aside)}", inner])
