r"""Blocks as LaTeX: siunitx numbers, booktabs tables, text escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar, Literal

from .blocks import (
    Amount,
    Block,
    Entry,
    Folded,
    Grid,
    Heading,
    Items,
    Line,
    Note,
    Picture,
    References,
    Sentence,
    StepLine,
    Steps,
    Symbol,
)
from .writer import Writer, cleaned

__all__ = ["Latex", "escaped"]

PREAMBLE = r"% needs \usepackage{amsmath,booktabs,siunitx} and a Unicode engine or \usepackage[utf8]{inputenc}"
GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma",
    "τ": "tau", "υ": "upsilon", "φ": "varphi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta",
    "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
SPECIAL = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "^": r"\textasciicircum{}",
    "[": "{[}",  # after a line break it would open an argument
    "]": "{]}",
    "*": "{*}",
    "×/÷": r"$\times/\div$",
    "×": r"$\times$",
    "÷": r"$\div$",
    "±": r"$\pm$",
    "−": "$-$",
    "–": "--",
    "…": r"\ldots{}",
    "→": r"$\to$",
    "·": r"$\cdot$",
    "µ": r"\textmu{}",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "≈": r"$\approx$",
    "∝": r"$\propto$",
    "√": r"$\surd$",
    "½": r"$\frac{1}{2}$",
    "°": r"\textdegree{}",
    **{letter: rf"$\{name}$" for letter, name in GREEK.items()},
    **{raised: rf"\textsuperscript{{{digit}}}" for raised, digit in zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-", strict=True)},
    **{lowered: rf"\textsubscript{{{digit}}}" for lowered, digit in zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)},
}
_SPECIAL = re.compile("|".join(re.escape(each) for each in sorted(SPECIAL, key=len, reverse=True)))
_POWER = re.compile(r"(?<![\w.])(\d[\d.]*e-?\d+)")


def escaped(text: str) -> str:
    """Escape what LaTeX would take for a command; text may come from a stranger."""
    return _SPECIAL.sub(lambda found: SPECIAL[found.group(0)], cleaned(text))


class Latex(Writer):
    """A fragment to put in a paper."""

    notation: ClassVar[Literal["text", "latex"]] = "latex"

    def write(self, blocks: Sequence[Block]) -> str:
        """Return the blocks below the packages that they need."""
        return "\n".join([PREAMBLE, *(f"{part}\n" for part in map(self.block, blocks) if part)])

    def escaped(self, text: str) -> str:
        """Return a stranger's text as it stands inside a formula."""
        return _upright(text)

    def prose(self, text: str) -> str:
        r"""Escape a sentence, with its powers of ten as siunitx numbers."""
        return _POWER.sub(lambda found: rf"\num{{{found.group(1)}}}", escaped(text))

    def symbol(self, symbol: Symbol) -> str:
        """Return a letter for a formula."""
        stem, _, below = symbol.text.partition("_")
        stem, digits = re.fullmatch(r"(.*?)(\d*)", stem, re.DOTALL).groups()  # type: ignore[union-attr]
        body = rf"\{GREEK[stem]}" if stem in GREEK else stem if len(stem) == 1 and stem.isalnum() else _upright(stem)
        below = ",".join(filter(None, (digits, _upright(below) if below else "")))
        return f"{body}_{{{below}}}" if below else body

    def amount(self, amount: Amount) -> str:
        """Return a number with its unit, in a formula."""
        unit = rf"\,\text{{{escaped(amount.unit)}}}" if amount.unit else ""
        return self.prose(amount.number) + unit

    # --- blocks --------------------------------------------------------------------------------------------------

    def heading(self, block: Heading) -> str:
        """Return a section without a number."""
        return rf"\section*{{{escaped(block.text)}}}"

    def sentence(self, block: Sentence) -> str:
        """Return a paragraph."""
        return (rf"\textbf{{{escaped(block.lead)}}}: " if block.lead else "") + f"{self.line(block.line)}."

    def steps(self, block: Steps) -> str:
        """Return a row for each step."""
        caption = rf"% medians and equal-tailed {block.level.replace(' %', '')}\% intervals"
        head = [caption, r"\begin{tabular}{@{}lll@{}}", r"\toprule", r"step & formula & result \\", r"\midrule"]
        return "\n".join([*head, *map(self._step, block.steps), r"\bottomrule", r"\end{tabular}"])

    def _step(self, step: StepLine) -> str:
        result = self.prose(step.result)
        if step.interval:
            low, _, high = step.interval.partition(" to ")
            result += f" ({self.prose(low)} to {self.prose(high)})"
        formula = f"${self.symbol(step.symbol)} = {self.formula(step.formula)}$"
        return rf"{escaped(step.name)}{self.marks(step.marks)} & {formula} & {result} \\"

    def grid(self, block: Grid) -> str:
        """Return the caption, and a table."""
        columns = "".join("r" if place in block.numeric else "l" for place in range(len(block.rows[0])))
        rows = [rf"{' & '.join(map(self.line, row))} \\" for row in block.rows]
        head = [rf"{' & '.join(map(self.line, block.head))} \\", r"\midrule"] if block.head else []
        table = [rf"\begin{{tabular}}{{@{{}}{columns}@{{}}}}", r"\toprule", *head, *rows, r"\bottomrule"]
        notes = ["", *(f"{self.prose(each)}." for each in block.notes)] if block.notes else []
        return "\n".join([f"{escaped(block.caption)}.", "", *table, r"\end{tabular}", *notes])

    def picture(self, block: Picture) -> str:
        """Return nothing: a picture goes into a paper as a file."""
        return ""

    def items(self, block: Items, inside: str = "") -> str:
        """Return a list below its title."""
        title = f"{inside}: {block.title}" if inside else block.title
        rows = (rf"  \item {self._item(each)}" for each in block.items)
        return "\n".join([rf"\paragraph{{{escaped(title)}}}", r"\begin{itemize}", *rows, r"\end{itemize}"])

    def _item(self, item: Entry | Line) -> str:
        if not isinstance(item, Entry):
            return self.line(item)
        head = f"${self.symbol(item.symbol)}$, {escaped(item.name)}: {self.prose(item.value)}{self.marks(item.marks)}"
        return "; ".join([head, *map(self.prose, (*item.behind, *item.told))])

    def note(self, block: Note) -> str:
        """Return a text behind its title."""
        aside = f" ({self.prose(block.aside)})" if block.aside else ""
        return rf"\paragraph{{{escaped(block.title)}}}{aside}: {self.line(block.line)}."

    def references(self, block: References) -> str:
        """Return the works, numbered."""
        works = (rf"  \item {self.prose(each.text)}" for each in block.works)
        return "\n".join([r"\paragraph{References}", r"\begin{enumerate}", *works, r"\end{enumerate}"])

    def folded(self, block: Folded) -> str:
        """Return the blocks; lists say what they are lists of."""
        return "\n\n".join(
            self.items(each, block.title) if isinstance(each, Items) else self.block(each) for each in block.blocks
        )


def _upright(text: str) -> str:
    """Write a word inside a formula; one with special characters as text, where their escapes are valid."""
    return rf"\mathrm{{{text}}}" if text.isalnum() and text.isascii() else rf"\text{{{escaped(text)}}}"
