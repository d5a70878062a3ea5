"""The product behind a result as one line: its factors in words, the steps between them left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..graph.operations import OPERATIONS, Precedence
from ..render import numbers
from ..render.blocks import Amount, Formula, Symbol
from ..render.words import value_words
from .formulas import formula
from .parts import Input, Term, ToldStep

__all__ = ["factors_of", "product_of"]

MOST_FACTORS = 5


def product_of(last: Term, told: Callable[[bytes], ToldStep | Input], level: float) -> Formula | None:
    """Return a formula as a product of inputs and of sums, where it is one over more than a single step."""
    if not _is_product(last):
        return None
    whole = _opened(last, told)
    if whole == last or any(told(key).result.axes for key in whole.meant):
        return None

    def amount(key: bytes) -> Amount | Symbol:
        result = told(key).result
        in_words = "" if result.axes else numbers.words(result.median, numbers.digits_of(result, level))
        number = in_words or value_words(result, level, unit=False)
        return Amount(number, result.unit.plural(float(result.median)))

    return formula(whole, amount)


def factors_of(last: Term, told: Callable[[bytes], ToldStep | Input]) -> list[tuple[bytes, int]] | None:
    """Return what a formula multiplies, each with the power 1 or -1; None where it does more than that."""
    return _signed(_opened(last, told), 1) if _is_product(last) else None


def _signed(term: Term, sign: int) -> list[tuple[bytes, int]]:
    if term.told is not None:
        return [(term.told, sign)]
    assert term.operation is not None
    divides = not OPERATIONS[term.operation].associative  # of the products, only the quotient is not
    first, *others = term.parts
    return [*_signed(first, sign), *(each for part in others for each in _signed(part, -sign if divides else sign))]


def _opened(term: Term, told: Callable[[bytes], ToldStep | Input]) -> Term:
    """Put the products that steps are in their place, as long as the line stays short."""
    for key in term.meant:
        step = told(key)
        if isinstance(step, ToldStep) and _is_product(step.formula):
            longer = _put(term, key, step.formula)
            if len(longer.meant) <= MOST_FACTORS:
                return _opened(longer, told)
    return term


def _put(term: Term, key: bytes, formula: Term) -> Term:
    if term.told == key:
        return formula
    return replace(term, parts=tuple(_put(part, key, formula) for part in term.parts))


def _is_product(term: Term) -> bool:
    """Whether a formula is made of references by products and quotients alone."""
    if term.operation is None:
        return term.told is not None
    return OPERATIONS[term.operation].precedence == Precedence.PRODUCT and all(map(_is_product, term.parts))
