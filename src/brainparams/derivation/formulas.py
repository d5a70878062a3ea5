"""Writing formulas: one comparison of two precedences decides about parentheses, for every notation alike."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

import numpy as np

from ..graph.operations import OPERATIONS, Precedence
from ..render.blocks import Amount, Atom, Formula
from .parts import Input, Term, ToldStep

__all__ = ["binding", "formula", "works_out", "written"]

Write = Callable[[bytes], tuple[str, int]]


def written(
    term: Term, write: Write, notation: Literal["text", "latex"] = "text", escape: Callable[[str], str] = str
) -> str:
    """Write a formula.

    `write` gives the text of what a term refers to, and how tightly that text binds; `escape` mends labels of axes.
    """
    return _written(term, write, notation, escape)[0]


def formula(term: Term, meant: Callable[[bytes], Atom]) -> Formula:
    """Return a formula that a writer can write; `meant` gives what a reference of the term stands for."""

    def write(atom: Callable[[Atom], str], notation: Literal["text", "latex"], escape: Callable[[str], str]) -> str:
        def told(key: bytes) -> tuple[str, int]:
            part = meant(key)
            text = atom(part)
            return text, binding(text) if isinstance(part, Amount) else Precedence.ATOM

        return written(term, told, notation, escape)

    return Formula(write)


def works_out(term: Term, told: Callable[[bytes], ToldStep | Input]) -> bool:
    """Return whether arithmetic on medians of single numbers has a result: nothing is divided by a median of 0."""
    if term.told is not None or term.operation is None:
        return True
    row, medians = OPERATIONS[term.operation], [_middle(part, told) for part in term.parts]
    if not row.elementwise or any(median is None for median in medians):
        return all(works_out(part, told) for part in term.parts)
    return _middle(term, told) is not None


def _middle(term: Term, told: Callable[[bytes], ToldStep | Input]) -> float | None:
    """Return what a term of single numbers has for their medians; None where it has nothing."""
    if term.told is not None:
        result = told(term.told).result
        return None if result.axes else float(result.median)
    row = OPERATIONS[term.operation] if term.operation else None
    medians = [_middle(part, told) for part in term.parts]
    if row is None or not row.elementwise or any(median is None for median in medians):
        return None
    with np.errstate(all="ignore"):
        found = float(row.value(*map(np.float64, medians), *term.parameters))
    return found if math.isfinite(found) else None


def binding(number: str) -> int:
    """Return how tightly a number put in binds: a sign as a sum does; a unit or a power of ten as a product does."""
    if number.startswith(("-", "−")):
        return Precedence.SUM
    return Precedence.PRODUCT if " " in number or "\\" in number else Precedence.ATOM


def _written(
    term: Term, write: Write, notation: Literal["text", "latex"], escape: Callable[[str], str]
) -> tuple[str, int]:
    if term.told is not None:
        return write(term.told)
    if term.operation is None:
        return ("…" if notation == "text" else r"\ldots"), Precedence.ATOM
    row = OPERATIONS[term.operation]
    parts = []
    for position, part in enumerate(term.parts):
        text, precedence = _written(part, write, notation, escape)
        parts.append(
            _parenthesised(text, notation) if _needs(row.precedence, precedence, position, row.associative) else text
        )
    template = row.text if notation == "text" else row.latex
    arguments = (*parts, "", "")[: max(2, len(parts))]
    words = {key: escape(text) for key, text in row.words(term.parameters, term.axes).items()}
    return template.format(*arguments, **{"arguments": ", ".join(parts), **words}), row.precedence


def _needs(outer: int, inner: int, position: int, associative: bool) -> bool:
    """A looser part needs parentheses; an equal one needs them on the right, unless the operation is associative."""
    if outer == Precedence.ATOM:
        return False
    if inner == outer:
        return (position > 0 and not associative) or outer in (Precedence.POWER, Precedence.SIGN)
    return inner < outer


def _parenthesised(text: str, notation: str) -> str:
    return f"({text})" if notation == "text" else rf"\left({text}\right)"
