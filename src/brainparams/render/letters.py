"""Letters as TeX writes them: a stranger's text without commands, words inside formulas, addresses."""

from __future__ import annotations

import re

from .plain import cleaned

__all__ = ["GREEK", "address", "breakable", "escaped", "upright"]

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
    "—": "---",
    "‐": "-",
    "‑": "-",
    "“": "``",
    "”": "''",
    "„": ",,",
    "‘": "`",
    "’": "'",
    "•": r"\textbullet{}",
    "∞": r"$\infty$",
    "Σ": r"$\Sigma$",
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
# From U+0180 on pdfTeX has no letters but those above.
_SPECIAL = re.compile("|".join([*map(re.escape, sorted(SPECIAL, key=len, reverse=True)), "[\u0180-\U0010ffff]"]))


def escaped(text: str) -> str:
    """Escape what LaTeX would take for a command; text may come from a stranger."""
    return _SPECIAL.sub(lambda found: SPECIAL.get(found.group(0)) or _rare(found.group(0)), cleaned(text))


def _rare(letter: str) -> str:
    r"""Return a letter as it is for Unicode engines, and as its code where TeX has no such letter."""
    return rf"{{\ifdefined\Umathchar {letter}\else U+{ord(letter):04X}\fi}}"


def upright(text: str) -> str:
    """Write a word inside a formula; one with special characters as text, where their escapes are valid."""
    return rf"\mathrm{{{text}}}" if text.isalnum() and text.isascii() else rf"\text{{{escaped(text)}}}"


def breakable(text: str) -> str:
    """Escape a text whose long words, such as ids, may break behind a stroke."""
    return escaped(text).replace("/", r"/\allowbreak{}")


def address(text: str) -> str:
    r"""Write an address for ``\url``, with what would end or break it as its code."""
    return re.sub(
        r"[^\w./:;()?&=+,@!*'-]",
        lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()),
        text,
        flags=re.ASCII,
    )
