r"""Blocks as LaTeX: siunitx numbers, booktabs tables that fit the column, text escaped.

Everything stands in lists, in tables as wide as the line, and in formulas that may break, so that it fits one column
and two, an article, a journal's class and a frame. Tables are cut into pieces that a page can take.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Sequence
from typing import ClassVar, Literal

from ...checks import strict
from .. import blocks as kinds
from ..equations import NEXT_LINE, broken, inline, letters
from ..letters import GREEK, address, breakable, escaped, upright
from .writer import Writer

__all__ = ["Latex", "escaped", "latex_preamble"]

PACKAGES = {
    "inputenc": "utf8", "fontenc": "T1", "textcomp": "", "amsmath": "", "array": "", "booktabs": "", "tabularx": "",
    "capt-of": "", "siunitx": "", "xurl": "",
}  # fmt: skip
NEEDS_IN_NOTEBOOK = r"% needs \usepackage{amsmath,hyperref}, as documents made from notebooks have them"
NEEDS = r"% needs \usepackage{amsmath,array,booktabs,tabularx,capt-of,siunitx,xurl}: bp.latex_preamble()"
# Slides have no paragraphs with titles.
PARAGRAPH = r"\providecommand{\paragraph}[1]{\par\smallskip\noindent\textbf{#1}\ }"
# The bounds on badness keep a narrow column quiet: words are spread rather than set into the margin.
OPENING = r"\begingroup\sloppy\hbadness=10000\raggedbottom\allowdisplaybreaks"
CLOSING = r"\par\endgroup"
LETTERS = {1: 60, 2: 27}  # of a formula on a line, by columns on the page
SHORT, SENTENCE = 16, 14  # letters of a cell on one line, and the least that a column of sentences needs
BREAK = r" \\"
ONE_LINE = 0.6  # of the share of a sentence: a column on one line, where it has to have a width
RULE = re.compile(r"^\\(?:top|mid|bottom)rule$")
LINES_OF_A_PIECE = {1: 26, 2: 9}  # of a table that a page, or a column, can take
# a power of ten, or a number below zero; of one in groups of three, whose commas siunitx reads as points, the sign
_POWER = re.compile(r"(?<![\w.])((?:(?<!-)-)?\d[\d.]*e-?\d+|(?<!-)-\d+(?:\.\d+)?(?![\d,.]*\d))")
_MINUS = re.compile(r"(?<![\w.{-])-(?=\d)")


@strict
def latex_preamble() -> str:
    r"""Return the lines for the preamble of a document that takes what `to_latex` writes.

    Examples
    --------
    >>> print(latex_preamble().splitlines()[3])
    \usepackage{amsmath}
    """
    options = {name: f"[{option}]" if option else "" for name, option in PACKAGES.items()}
    lines = [rf"\usepackage{option}{{{name}}}" for name, option in options.items()]
    return "\n".join([*lines, PARAGRAPH])


class Latex(Writer):
    r"""A fragment to put in a paper.

    Parameters
    ----------
    cite : {"number", "key"}
        Numbers with a list of works at the end; or ``\cite{key}`` for the paper's own bibliography.
    layout : {"list", "paper"}
        A table of steps and lists of inputs; or aligned equations, and tables with captions and labels.
    columns : {1, 2}
        Of the page.
    label : str, optional
        What labels of tables start with.
    is_notebook : bool
        Whether numbers and tables are set without packages that exported notebooks have not got.
    """

    style: ClassVar[str] = "latex"
    mime: ClassVar[str] = "text/latex"
    notation: ClassVar[kinds.Notation] = "latex"

    def __init__(
        self,
        *,
        cite: Literal["number", "key"] = "number",
        layout: Literal["list", "paper"] = "list",
        columns: Literal[1, 2] = 1,
        label: str | None = None,
        is_notebook: bool = False,
    ) -> None:
        self.cite, self.layout, self.columns, self.is_notebook = cite, layout, columns, is_notebook
        self.label = re.sub(r"[^\w:.-]+", "-", label or "")

    @classmethod
    def for_notebook(cls) -> Latex:
        """Return the writer that a notebook takes, whose exports load neither siunitx nor tabularx."""
        return cls(is_notebook=True)

    def write(self, blocks: Sequence[kinds.Block]) -> str:
        """Return the blocks below the packages that they need."""
        needs = NEEDS_IN_NOTEBOOK if self.is_notebook else NEEDS
        return "\n".join([needs, OPENING, *(f"{part}\n" for part in map(self.block, blocks) if part), CLOSING])

    def escaped(self, text: str) -> str:
        """Return a stranger's text as it stands inside a formula."""
        return upright(text)

    def prose(self, text: str) -> str:
        r"""Escape a sentence, with its powers of ten as numbers."""
        powers = _POWER.sub(lambda found: self._number(found.group(1)), escaped(text))
        return _MINUS.sub(r"\\ensuremath{-}", powers)

    def _number(self, text: str) -> str:
        if not self.is_notebook:
            return rf"\num{{{text}}}"
        mantissa, _, exponent = text.partition("e")
        return rf"\ensuremath{{{mantissa}\times 10^{{{exponent}}}}}" if exponent else rf"\ensuremath{{{mantissa}}}"

    def strong(self, text: str) -> str:
        """Return bold text."""
        return rf"\textbf{{{text}}}"

    def symbol(self, symbol: kinds.Symbol) -> str:
        """Return a letter for a formula."""
        stem, _, below = symbol.text.partition("_")
        stem, digits = re.fullmatch(r"(.*?)(\d*)", stem, re.DOTALL).groups()  # type: ignore[union-attr]
        is_letter = len(stem) == 1 and stem.isalnum() and stem.isascii()
        body = rf"\{GREEK[stem]}" if stem in GREEK else stem if is_letter else upright(stem)
        below = ",".join(filter(None, (digits, upright(below) if below else "")))
        return f"{body}_{{{below}}}" if below else body

    def amount(self, amount: kinds.Amount) -> str:
        """Return a number with its unit, in a formula."""
        number, _, word = amount.number.partition(" ")  # "86 billion"
        scale = rf"\text{{ {escaped(word)}}}" if word else ""
        unit = rf"\,\text{{{escaped(amount.unit)}}}" if amount.unit else ""
        return self.prose(number) + scale + unit

    def marks(self, marks: kinds.Marks) -> str:
        """Return the numbers of references, or their keys."""
        if self.cite == "key":
            return rf"~\cite{{{','.join(each.key for each in marks.works)}}}" if marks.works else ""
        return super().marks(marks)

    def code(self, code: kinds.Code) -> str:
        """Return nothing: a drawing in characters has no letters in TeX."""
        return ""

    def link(self, link: kinds.Link) -> str:
        """Return the address, which may break."""
        return rf"\url{{{address(link.address)}}}"

    # --- blocks --------------------------------------------------------------------------------------------------

    def sentence(self, block: kinds.Sentence) -> str:
        """Return a paragraph."""
        lead = f"{self.strong(escaped(block.lead))}: " if block.lead else ""
        spans = block.line if isinstance(block.line, tuple) else (block.line,)
        return lead + "".join(f"${self.span(each)}$" if _is_formula(each) else self.span(each) for each in spans) + "."

    def steps(self, block: kinds.Steps) -> str:
        """Return a row for each step, or its equations."""
        note = rf"% medians and equal-tailed {block.level.replace(' %', '')}\% intervals"
        if self.layout == "paper":
            return "\n".join([note, *map(self._equations, block.steps)])
        widths = (0.8, 1.1, 1.1)
        head = r"step & formula & result \\"
        return "\n".join([note, *self._pieces(widths, head, list(map(self._row, block.steps)))])

    def _row(self, step: kinds.StepLine) -> str:
        formula = f"${self.symbol(step.symbol)} = {inline(self.formula(step.formula), LETTERS[2])}$"
        return rf"{escaped(step.name)}{self.marks(step.marks)} & {formula} & {self._result(step)} \\"

    def _result(self, step: kinds.StepLine) -> str:
        result = self.prose(step.result)
        if step.interval:
            low, _, high = step.interval.partition(" to ")
            mixture = f"; {self.prose(step.mixture)}" if step.mixture else ""
            result += f" ({self.prose(low)} to {self.prose(high)}{mixture})"
        return result

    def _equations(self, step: kinds.StepLine) -> str:
        """Return a step as equations under each other, each on as many lines as the column asks for."""
        width = LETTERS[self.columns]
        told = "; ".join(map(self.prose, filter(None, (step.because, step.mixture))))
        because = f": {told}" if told else ""
        formula, put_in = self.formula(step.formula), self.formula(step.put_in)
        lines = [rf"{self.symbol(step.symbol)} &= {broken(formula, width)}"]
        lines += [f"&= {broken(put_in, width)}"] if put_in != formula and not step.mixture else []
        below = ""
        if letters(step.result) > width:  # the elements of an array, or a long unit
            below = rf"\noindent${self.symbol(step.symbol)}$: {self.prose(step.result)}.\par"
        else:
            lines.append(rf"&= \text{{{self.prose(step.result)}}}")
        if step.interval:
            low, _, high = step.interval.partition(" to ")
            between = rf"\quad(\text{{{self.prose(low)} to {self.prose(high)}}})"
            lines[-1] += between if self.columns == 1 else rf" \\{NEXT_LINE}{between}"
        inside = " \\\\\n".join(lines)
        name = rf"\noindent\textit{{{escaped(step.name)}}}{self.marks(step.marks)}{because}"
        return "\n".join(filter(None, [name, r"\begin{align*}", inside, r"\end{align*}", below]))

    def grid(self, block: kinds.Grid) -> str:
        """Return the caption, and a table of the width of the line; columns of drawings are left out."""
        drawn = {
            place for row in block.rows for place, cell in enumerate(row) if isinstance(cell, kinds.Code | kinds.Strip)
        }
        kept = [place for place in range(len(block.rows[0] if block.rows else block.head)) if place not in drawn]
        rows = [[self.cell(row[place]) for place in kept] for row in block.rows]
        head = [self.line(block.head[place]) for place in kept] if block.head else []
        notes = ["", *(f"{self.prose(each)}." for each in block.notes)] if block.notes else []
        if not self._fits(rows, _widths(head, rows)):
            shown = self.bullets([_listed(row, head) for row in rows])
        else:
            shown = self.table(head, rows)
        return "\n".join([f"{escaped(block.caption)}.", "", shown, *notes])

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]], numeric: Collection[int] = ()) -> str:
        """Return tables of the width of the line."""
        lines = [rf"{' & '.join(row)} \\" for row in rows]
        return "\n".join(self._pieces(_widths(head, rows), rf"{' & '.join(head)} \\" if head else "", lines))

    def bullets(self, items: Sequence[str]) -> str:
        """Return a list."""
        return "\n".join([r"\begin{itemize}", *(rf"  \item {each}" for each in items), r"\end{itemize}"])

    def _fits(self, rows: Sequence[Sequence[str]], widths: Sequence[float]) -> bool:
        """Return whether columns of one line, and room for sentences in the others, stand beside each other."""
        columns = zip(zip(*rows, strict=True), widths, strict=bool(rows))
        wanted = (SENTENCE if width else max(map(letters, cells)) for cells, width in columns)
        return sum(wanted) + 2 * len(widths) <= 1.2 * LETTERS[self.columns]

    def cell(self, cell: kinds.Line) -> str:
        """Return a cell, whose long words may break, with its powers of ten as numbers."""
        if not isinstance(cell, str):
            return self.line(cell)
        return _POWER.sub(lambda found: self._number(found.group(1)), breakable(cell))

    def _pieces(self, widths: Sequence[float], head: str, rows: Sequence[str]) -> Iterator[str]:
        """Yield tables of the width of the line, each so short that a page can take it."""
        size = r"\small" if len(widths) < 5 else r"\footnotesize"
        heads = [head, r"\midrule"] if head else []
        for piece in self._cut(rows, widths):
            if isinstance(piece, str):
                yield _spelled(piece)
                continue
            inside = [r"\toprule", *heads, *piece, r"\bottomrule"]
            table = _tabular(widths, inside) if self.is_notebook else _tabularx(widths, inside)
            yield "\n".join([rf"\par\noindent\begingroup{size}", *table, r"\par\endgroup"])

    def _cut(self, rows: Sequence[str], widths: Sequence[float]) -> Iterator[list[str] | str]:
        """Yield rows for one table after the other, by how many lines they take; one that no page can take alone."""
        fits = [1.4 * LETTERS[self.columns] * (width or 1.0) / sum(widths) for width in widths]
        most = LINES_OF_A_PIECE[self.columns]
        piece: list[str] = []
        lines = 0
        for row in rows:
            cells = zip(row.split(" & "), fits, strict=False)
            taken = max(math.ceil(letters(cell) / width) for cell, width in cells)
            if piece and lines + taken > most:
                yield piece
                piece, lines = [], 0
            if taken > most:
                yield row
                continue
            piece.append(row)
            lines += taken
        if piece:
            yield piece

    def items(self, block: kinds.Items, inside: str = "") -> str:
        """Return a list below its title, or a table with a caption."""
        title = f"{inside}: {block.title}" if inside else block.title
        entries = [each for each in block.items if isinstance(each, kinds.Entry)]
        if self.layout == "paper" and entries:
            return self._table_of_inputs(title, entries)
        return "\n".join([_paragraph(escaped(title)), self.bullets(list(map(self.item, block.items)))])

    def entry(self, entry: kinds.Entry) -> str:
        """Return an input with what stands behind it."""
        head = (
            f"${self.symbol(entry.symbol)}$, {escaped(entry.name)}: {self.prose(entry.value)}{self.marks(entry.marks)}"
        )
        return "; ".join([head, *map(self.prose, (*entry.behind, *entry.told))])

    def _table_of_inputs(self, title: str, entries: Sequence[kinds.Entry]) -> str:
        name = re.sub(r"\W+", "-", title.partition(": ")[2] or title)
        label = rf"\label{{tab:{self.label}-{name}}}" if self.label else ""
        caption = rf"\par\noindent\captionof{{table}}{{{escaped(title)}.{label}}}\par\nopagebreak[4]"
        is_wide = self.columns == 1
        widths, head = ([0.0, 0.8, 1.2], r"& input & value \\") if is_wide else ([0.0, 1.0], "")
        between = " & " if is_wide else ": "
        rows = [
            rf"${self.symbol(each.symbol)}$ & {escaped(each.name)}{self.marks(each.marks)}"
            rf"{between}{self._told(each)} \\"
            for each in entries
        ]
        return "\n".join([caption, *self._pieces(widths, head, rows)])

    def _told(self, entry: kinds.Entry) -> str:
        below = "; ".join(map(self.prose, (*entry.behind, *entry.told)))
        return self.prose(entry.value) + (rf"; {{\footnotesize {below}}}" if below else "")

    def note(self, block: kinds.Note) -> str:
        """Return a text behind its title."""
        aside = f" ({self.prose(block.aside)})" if block.aside else ""
        return _paragraph(f"{escaped(block.title)}", f"{aside}: {self.line(block.line)}.")

    def references(self, block: kinds.References) -> str:
        """Return the works, numbered; nothing where the paper lists them."""
        if self.cite == "key":
            return "% the works: bibliography('bibtex') gives " + ", ".join(each.key for each in block.works)
        works = (rf"  \item {self.work(each)}" for each in block.works)
        return "\n".join([_paragraph("References"), r"\begin{enumerate}", *works, r"\end{enumerate}"])

    def folded(self, block: kinds.Folded) -> str:
        """Return the blocks; lists say what they are lists of."""
        return "\n\n".join(
            self.items(each, block.title) if isinstance(each, kinds.Items) else self.block(each)
            for each in block.blocks
        )


def _tabularx(widths: Sequence[float], rows: Sequence[str]) -> list[str]:
    """Return a table as wide as the line, aligned at its bottom: TeX counts no depth where it cuts a page of slides."""
    columns = "".join(
        rf">{{\raggedright\arraybackslash\hsize={width:.2f}\hsize}}X" if width else "l" for width in widths
    )
    return [rf"\begin{{tabularx}}{{\linewidth}}[b]{{@{{}}{columns}@{{}}}}", *rows, r"\end{tabularx}"]


def _tabular(widths: Sequence[float], rows: Sequence[str]) -> list[str]:
    """Return a table as wide as the line, of LaTeX alone."""
    parts = [width or ONE_LINE for width in widths]
    columns = "".join(rf"p{{\dimexpr{part / sum(parts):.3f}\linewidth-2\tabcolsep\relax}}" for part in parts)
    ruled = [RULE.sub(r"\\hline", row) for row in rows]
    return [rf"\begin{{tabular}}{{@{{}}{columns}@{{}}}}", *ruled, r"\end{tabular}"]


def _paragraph(title: str, text: str = "") -> str:
    return rf"\paragraph{{{title}}}{text}"


def _is_formula(span: kinds.Span) -> bool:
    return isinstance(span, kinds.Formula | kinds.Symbol | kinds.Amount)


def _widths(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[float]:
    """Return the shares of columns of sentences, longer ones more; 0 for those that stay on one line."""
    lengths = [list(map(letters, column)) for column in zip(*rows, *filter(None, [head]), strict=True)]
    wanted = [0.0 if max(column) <= SHORT else math.sqrt(min(max(column), 120)) for column in lengths]
    total = sum(wanted) or 1.0
    return [each * sum(map(bool, wanted)) / total for each in wanted] if any(wanted) else [1.0 for _ in wanted]


def _spelled(row: str) -> str:
    """Return a row that is taller than a page as a paragraph, which breaks."""
    return rf"\par\noindent {'; '.join(row.removesuffix(BREAK).split(' & '))}\par"


def _listed(row: Sequence[str], head: Sequence[str]) -> str:
    """Return a row of a table that is too wide for the column as one line of a list."""
    first, *others = row
    named = zip(head[1:], others, strict=True) if head else (("", each) for each in others)
    return "; ".join([first, *(f"{name} {each}".strip() for name, each in named if each)])
