r"""A derivation as LaTeX: siunitx numbers, a booktabs table, text escaped."""

from __future__ import annotations

import re

from ..derivation import GROUPS, Derivation, Input, ToldStep
from ..operations import Precedence
from .formulas import written
from .text import (
    HEADINGS,
    caveat_line,
    driver_method,
    driver_words,
    ends,
    marks,
    sentence,
    status_words,
    value_words,
    written_value,
)

__all__ = ["render"]

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


def render(derivation: Derivation) -> str:
    """Return the whole derivation as a fragment to put in a paper."""
    parts = [
        PREAMBLE,
        rf"\textbf{{{escaped(derivation.name)}}}: {prose(sentence(derivation.result, derivation.level))}.",
        "",
    ]
    if derivation.steps:
        parts += [*_table(derivation), ""]
    for group in GROUPS:
        inputs = derivation.group(group)
        if inputs:
            items = [rf"  \item {_input(each)}" for each in inputs]
            parts += [rf"\paragraph{{Inputs: {HEADINGS[group]}}}", r"\begin{itemize}", *items, r"\end{itemize}", ""]
    if derivation.correlations:
        items = [rf"  \item {prose(each)}" for each in derivation.correlations]
        parts += [r"\paragraph{Correlated}", r"\begin{itemize}", *items, r"\end{itemize}", ""]
    if derivation.drivers is not None and len(derivation.drivers):
        method, shares = prose(driver_method(derivation)), prose(driver_words(derivation))
        parts += [rf"\paragraph{{Where the spread comes from}} ({method}): {shares}.", ""]
    if derivation.caveats:
        items = [rf"  \item {prose(caveat_line(each))}" for each in derivation.caveats]
        parts += [r"\paragraph{Caveats}", r"\begin{itemize}", *items, r"\end{itemize}", ""]
    if derivation.references:
        items = [rf"  \item {prose(each.text())}" for each in derivation.references]
        parts += [r"\paragraph{References}", r"\begin{enumerate}", *items, r"\end{enumerate}", ""]
    return "\n".join(parts)


def escaped(text: str) -> str:
    """Escape what LaTeX would take for a command; text may come from a stranger."""
    return _SPECIAL.sub(lambda found: SPECIAL[found.group(0)], " ".join(text.split()))


def prose(text: str) -> str:
    r"""Escape a sentence, with its powers of ten as siunitx numbers."""
    return _POWER.sub(lambda found: rf"\num{{{found.group(1)}}}", escaped(text))


def _symbol(text: str) -> str:
    stem, _, below = text.partition("_")
    stem, digits = re.fullmatch(r"(.*?)(\d*)", stem, re.DOTALL).groups()  # type: ignore[union-attr]
    body = rf"\{GREEK[stem]}" if stem in GREEK else stem if len(stem) == 1 and stem.isalnum() else _upright(stem)
    below = ",".join(filter(None, (digits, _upright(below) if below else "")))
    return f"{body}_{{{below}}}" if below else body


def _upright(text: str) -> str:
    """Write a word inside a formula; one with special characters as text, where their escapes are valid."""
    return rf"\mathrm{{{text}}}" if text.isalnum() and text.isascii() else rf"\text{{{escaped(text)}}}"


def _table(derivation: Derivation) -> list[str]:
    rows = [_row(step, derivation) for step in derivation.steps]
    caption = rf"% medians and equal-tailed {100 * derivation.level:g}\% intervals"
    head = [caption, r"\begin{tabular}{@{}lll@{}}", r"\toprule", r"step & formula & result \\", r"\midrule"]
    return [*head, *rows, r"\bottomrule", r"\end{tabular}"]


def _row(step: ToldStep, derivation: Derivation) -> str:
    def by_symbol(key: bytes) -> tuple[str, int]:
        return _symbol(derivation.told(key).symbol), Precedence.ATOM

    result = prose(value_words(step.result, derivation.level))
    if not step.result.axes and not step.result.is_exact_number:
        low, high = ends(step.result, derivation.level)
        result += f" ({prose(low)} to {prose(high)})"
    formula = rf"${_symbol(step.symbol)} = {written(step.formula, by_symbol, 'latex', _upright)}$"
    return rf"{escaped(step.name)}{marks(step.references)} & {formula} & {result} \\"


def _input(each: Input) -> str:
    leaf = each.leaf
    parts = [rf"${_symbol(each.symbol)}$, {escaped(each.name)}: {prose(written_value(leaf))}"]
    parts += [f"[{number}]" for number in each.references]
    details = [prose(part) for part in (leaf.locator, status_words(leaf)) if part]
    details += [f"because {prose(leaf.because)}"] if leaf.because else []
    details += [f"note: {prose(leaf.note)}"] if leaf.note else []
    return " ".join(parts) + (f"; {'; '.join(details)}" if details else "")
