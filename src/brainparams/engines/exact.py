"""Closed forms: constants, products of lognormals, linear combinations of normals; nothing is approximated."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from ..distributions import Distribution, LogNormal, Normal
from ..errors import NoClosedForm, RangeError
from ..estimate import Closed, Exactly, Law
from ..graph import Computed, Leaf, Node, Program, Step, flatten, leaves, made_of
from ..graph.identity import united
from ..graph.operations import LARGEST, OPERATIONS, Algebra, Number, Operation, whole
from ..graph.operations.arithmetic import divide, power
from ..graph.operations.functions import exp
from .execution import at_means, gradients

__all__ = ["as_product", "law"]

MOST_TERMS = 64
LARGEST_LOGARITHM = 700.0  # of what a float holds, with room for a factor
Monomial = frozenset[tuple[bytes, Number]]
ONE: Monomial = frozenset()
EXP, LOG = b"exp of ", b"log of "  # in the key of an unknown made from another by a function


@dataclass(frozen=True, slots=True)
class Polynomial:
    """A sum of products of powers of unknowns: ``{monomial: coefficient}``; a constant has the empty monomial."""

    terms: dict[Monomial, Number]

    @property
    def constant(self) -> Number | None:
        """The number, if that is all there is."""
        if not self.terms:
            return 0
        return self.terms[ONE] if len(self.terms) == 1 and ONE in self.terms else None


def law(node: Node) -> Law:
    """Return the law of a quantity in closed form.

    Raises
    ------
    NoClosedForm
        With the reason, if there is none among the forms known here.
    """
    algebra = _Polynomials()
    try:
        form = _form_of(node, algebra)
    except NoClosedForm:
        if not _is_linear_in_normals(node):
            raise
        return _normal_by_gradient(node)
    found = _law_of(form, algebra.leaves)
    if isinstance(found, Exactly) and isinstance(_constant(form), float) and _has_no_floats(node):
        return replace(found, rounded=True)
    return found


def _has_no_floats(node: Node) -> bool:
    """Whether all inputs are whole numbers and fractions, so that a float is what arithmetic made of them."""
    return all(isinstance(leaf.value, int | Fraction) for leaf in leaves([node]))


def as_product(node: Node) -> dict[bytes, float] | None:
    """Return the exponent of each unknown, by leaf key, if the quantity is one product of powers; else None."""
    try:
        form = _form_of(node, _Polynomials())
    except NoClosedForm:
        return None
    terms = getattr(form, "terms", {})
    return {key: float(power) for key, power in next(iter(terms))} if len(terms) == 1 else None


def _form_of(node: Node, algebra: _Polynomials) -> Any:
    """Return the form of a graph: a polynomial, or an array of exact numbers."""
    (node,) = united((node,))
    return made_of(node, algebra.input, partial(_result, algebra))


def _result(algebra: _Polynomials, node: Computed, arguments: Sequence[Any]) -> Any:
    """Apply an operation; a fault names the step."""
    row = OPERATIONS[node.operation]
    constants = [_constant(each) for each in arguments]
    try:
        if all(each is not None for each in constants):
            return _constant_form(row.exact(*constants, *node.parameters))
        if node.axes or any(parent.axes for parent in node.parents):
            raise NoClosedForm("arrays of uncertain numbers have no closed form here")
        form: Polynomial = row.form(algebra, arguments, node.parameters)
        if any(not -LARGEST <= coefficient <= LARGEST for coefficient in form.terms.values()):
            raise OverflowError
    except ZeroDivisionError:
        raise RangeError(f"{told(node)}: the divisor is zero; leave the step out or give a divisor > 0") from None
    except OverflowError:
        raise RangeError(f"{told(node)}: the result is beyond float range (1.8e308)") from None
    except FloatingPointError:
        raise RangeError(
            f"{told(node)}: the result is closer to 0 than any float (5e-324); use a smaller unit"
        ) from None
    if len(form.terms) > MOST_TERMS:
        raise NoClosedForm(f"a sum of more than {MOST_TERMS} products")
    return form


def _constant(form: Any) -> Any:
    return form.constant if isinstance(form, Polynomial) else form


def _constant_form(result: Any) -> Any:
    if isinstance(result, np.ndarray):
        return result
    if not abs(result) <= LARGEST:
        raise OverflowError
    return Polynomial({ONE: whole(result)})


def told(node: Computed) -> str:
    """Return the operation and the names of what it was applied to, for a message."""
    names = [parent.name for parent in node.parents if isinstance(parent, Leaf | Step) and parent.name]
    return f"step {node.operation!r}" + (f" of {', '.join(map(repr, names))}" if names else "")


# --- the algebra of polynomials ----------------------------------------------------------------------------------


class _Polynomials(Algebra):
    """Sums of products of powers of unknowns; `leaves` are the beliefs about the unknowns, by key."""

    def __init__(self) -> None:
        self.leaves: dict[bytes, Distribution] = {}

    def input(self, leaf: Leaf) -> Any:
        """Return a leaf: an unknown, a number, or an array of exact numbers."""
        if not leaf.is_uncertain:
            return leaf.value if leaf.axes else Polynomial({ONE: leaf.value})
        if leaf.axes:
            raise NoClosedForm("arrays of uncertain numbers have no closed form here")
        self.leaves[leaf.key] = leaf.value
        return Polynomial({frozenset({(leaf.key, 1)}): 1})

    def added(self, one: Polynomial, other: Polynomial) -> Polynomial:
        """Add up like terms."""
        terms = dict(one.terms)
        for monomial, coefficient in other.terms.items():
            terms[monomial] = whole(terms.get(monomial, 0) + coefficient)
            if terms[monomial] == 0:
                del terms[monomial]
        return Polynomial(terms)

    def scaled(self, form: Polynomial, factor: Number) -> Polynomial:
        """Multiply every coefficient."""
        return Polynomial({monomial: _scaled(c, factor) for monomial, c in form.terms.items()})

    def multiplied(self, one: Polynomial, other: Polynomial) -> Polynomial:
        """Multiply every term with every other."""
        if len(one.terms) * len(other.terms) > MOST_TERMS:
            raise NoClosedForm(f"a sum of more than {MOST_TERMS} products")
        product = Polynomial({})
        for monomial, coefficient in one.terms.items():
            row = {_times(monomial, each): whole(coefficient * factor) for each, factor in other.terms.items()}
            product = self.added(product, Polynomial(row))
        return product

    def divided(self, one: Polynomial, other: Polynomial) -> Polynomial:
        """Divide by one term, or by a multiple of the dividend."""
        if other.constant == 0:
            raise ZeroDivisionError
        if len(other.terms) == 1:
            ((monomial, divisor),) = other.terms.items()
            return Polynomial({_times(m, monomial, -1): divide.exact(c, divisor) for m, c in one.terms.items()})
        ratios = {divide.exact(one.terms.get(m, 0), c) for m, c in other.terms.items()}
        if len(ratios) == 1 and one.terms.keys() == other.terms.keys():
            return Polynomial({ONE: ratios.pop()})
        raise NoClosedForm("a quotient by a sum of uncertain numbers")

    def raised(self, form: Polynomial, exponent: Number) -> Polynomial:
        """Raise one term."""
        if exponent == 0:
            return Polynomial({ONE: 1})
        if len(form.terms) != 1:
            raise NoClosedForm("a power of a sum of uncertain numbers")
        ((monomial, coefficient),) = form.terms.items()
        positive = coefficient > 0 and all(np.all(self.leaves[key].support[0] >= 0) for key, _ in monomial)
        if not positive and not isinstance(exponent, int):
            raise NoClosedForm("a root of an uncertain number that can be negative")
        powers = frozenset((key, whole(each * exponent)) for key, each in monomial)
        return Polynomial({powers: power.exact(coefficient, exponent)})

    def extreme(self, row: Operation, one: Polynomial, other: Polynomial) -> Polynomial:
        """Of two equal numbers, either."""
        if one == other:
            return one
        raise NoClosedForm(f"the {row.name} of two uncertain numbers")

    def at_score(self, belief: Any, score: Polynomial) -> Polynomial:
        """A correlated normal is linear in its score, a correlated lognormal the exponential of a linear form."""
        if not isinstance(belief, Normal | LogNormal):
            raise NoClosedForm(f"a correlated {belief.name} input")
        place, scale = (belief.mean, belief.sd) if isinstance(belief, Normal) else (belief.mu, belief.sigma)
        terms: dict[Monomial, Number] = {m: float(scale) * float(weight) for m, weight in score.terms.items()}
        linear = self.added(Polynomial(terms), Polynomial({ONE: float(place)}))
        return linear if isinstance(belief, Normal) else self.exponential(exp, linear)

    def chosen(self, selector: Polynomial, options: Sequence[Polynomial]) -> Polynomial:
        """Return the option, where it is known which."""
        if selector.constant is None:
            raise NoClosedForm("a choice whose selector is uncertain")
        return options[min(max(round(float(selector.constant)), 0), len(options) - 1)]

    def exponential(self, row: Operation, form: Polynomial) -> Polynomial:
        """The exponential of a sum of normals is a product of lognormals, one for each."""
        powers: list[tuple[bytes, Number]] = []
        for monomial, weight in form.terms.items():
            if monomial == ONE:
                continue
            if not _is_one_normal(monomial, self.leaves):
                raise NoClosedForm("the exponential of a number that is not normal")
            ((key, _),) = monomial
            if key.startswith(LOG):
                powers.append((key.removeprefix(LOG), float(weight)))
            else:
                normal = self.leaves[key]
                self.leaves[EXP + key] = LogNormal(float(normal.mean), float(normal.sd))
                powers.append((EXP + key, float(weight)))
        return Polynomial({frozenset(powers): row.exact(form.terms.get(ONE, 0))})

    def logarithm(self, row: Operation, form: Polynomial) -> Polynomial:
        """The logarithm of a product of lognormals is a sum of normals, one for each."""
        if len(form.terms) != 1:
            raise NoClosedForm("the logarithm of a sum of uncertain numbers")
        ((monomial, coefficient),) = form.terms.items()
        terms: dict[Monomial, Number] = {ONE: row.exact(coefficient)} if coefficient != 1 else {}
        for key, exponent in monomial:
            belief = self.leaves[key]
            if not isinstance(belief, LogNormal):
                raise NoClosedForm(f"the logarithm of a {belief.name} factor")
            if key.startswith(EXP):
                terms[frozenset({(key.removeprefix(EXP), 1)})] = exponent
            else:
                self.leaves[LOG + key] = Normal(float(belief.mu), float(belief.sigma))
                terms[frozenset({(LOG + key, 1)})] = exponent
        return Polynomial(terms)


def _scaled(coefficient: Number, factor: Number) -> Number:
    """Multiply; a float stays one, and everything else exact."""
    return coefficient * float(factor) if isinstance(coefficient, float) else whole(coefficient * factor)


def _times(left: Monomial, right: Monomial, sign: int = 1) -> Monomial:
    powers = dict(left)
    for key, exponent in right:
        powers[key] = whole(powers.get(key, 0) + sign * exponent)
    return frozenset((key, exponent) for key, exponent in powers.items() if exponent != 0)


# --- from form to law --------------------------------------------------------------------------------------------


def _law_of(form: Any, leaves: dict[bytes, Distribution]) -> Law:
    constant = _constant(form)
    if constant is not None:
        return Exactly(_readable(constant))
    shift = float(form.terms.get(ONE, 0))
    varying = {monomial: float(c) for monomial, c in form.terms.items() if monomial}
    if len(varying) == 1:
        ((monomial, factor),) = varying.items()
        return _law_of_product(monomial, factor, shift, leaves)
    if all(_is_one_normal(monomial, leaves) for monomial in varying):
        return _law_of_normals(varying, shift, leaves)
    raise NoClosedForm("a sum of uncertain numbers that are not all normal")


def _law_of_product(monomial: Monomial, factor: float, shift: float, leaves: dict[bytes, Distribution]) -> Law:
    if len(monomial) == 1:
        ((key, exponent),) = monomial
        if exponent == 1:
            return Closed(leaves[key], factor, shift)
    mu, sigma = 0.0, 0.0
    for key, exponent in sorted(monomial, key=lambda item: item[0]):
        belief = leaves[key]
        if not isinstance(belief, LogNormal):
            raise NoClosedForm(f"a product with a {belief.name} factor")
        mu += float(exponent) * float(belief.mu)
        sigma = math.hypot(sigma, float(exponent) * float(belief.sigma))
    if abs(mu) > LARGEST_LOGARITHM and factor > 0.0:
        mu, factor = mu + math.log(factor), 1.0
    if not abs(mu) <= LARGEST_LOGARITHM:
        beyond, unit = (
            ("beyond float range (1.8e308)", "larger") if mu > 0 else ("below float range (4.9e-324)", "smaller")
        )
        raise RangeError(f"estimate(): the median is {beyond}; use a {unit} unit")
    return Closed(LogNormal(mu, sigma), factor, shift)


def _is_one_normal(monomial: Monomial, leaves: dict[bytes, Distribution]) -> bool:
    return len(monomial) == 1 and all(power == 1 and isinstance(leaves[key], Normal) for key, power in monomial)


def _law_of_normals(varying: dict[Monomial, float], shift: float, leaves: dict[bytes, Distribution]) -> Law:
    parts = [(factor, leaves[next(iter(monomial))[0]]) for monomial, factor in varying.items()]
    terms = [float(shift), *(factor * float(belief.mean) for factor, belief in parts)]
    try:
        mean = math.fsum(terms)
    except OverflowError:
        raise RangeError("estimate(): the mean of the sum is beyond float range (1.8e308); use a larger unit") from None
    return Closed(Normal(mean, math.hypot(*(factor * float(belief.sd) for factor, belief in parts))))


def _readable(constant: Any) -> Any:
    """Return exact numbers as people expect to meet them: integers stay, fractions become floats."""
    if isinstance(constant, np.ndarray):
        return np.array([_readable(each) for each in constant.flat], dtype=object).reshape(constant.shape)
    return float(constant) if isinstance(constant, Fraction) else constant


# --- long linear combinations ------------------------------------------------------------------------------------


class _Linear(Algebra):
    """Whether a form varies; what is not linear in what varies has no form here."""

    def input(self, leaf: Leaf) -> bool:
        """An uncertain leaf varies, and has to be normal."""
        if leaf.is_uncertain and not isinstance(leaf.value, Normal):
            raise NoClosedForm(f"a {leaf.value.name} input")
        return leaf.is_uncertain

    def added(self, one: bool, other: bool) -> bool:
        """A sum of linear forms is one."""
        return one or other

    def scaled(self, form: bool, factor: Number) -> bool:
        """So is a multiple."""
        return form

    def multiplied(self, one: bool, other: bool) -> bool:
        """And a product with a number."""
        if one and other:
            raise NoClosedForm("a product of uncertain numbers")
        return one or other

    def divided(self, one: bool, other: bool) -> bool:
        """And a quotient by one."""
        if other:
            raise NoClosedForm("a quotient by an uncertain number")
        return one

    def at_score(self, belief: Any, score: bool) -> bool:
        """A correlated normal is linear in its score."""
        if not isinstance(belief, Normal):
            raise NoClosedForm(f"a correlated {belief.name} input")
        return score

    def summed(self, form: bool, axis: int, length: int) -> bool:
        """Elements added up."""
        return form

    def element(self, form: bool, axis: int, start: int, stop: int | None) -> bool:
        """Some of the elements."""
        return form

    def stacked(self, forms: Sequence[bool]) -> bool:
        """Forms side by side."""
        return any(forms)

    def aligned(self, form: bool, order: tuple[int, ...], fresh: tuple[int, ...]) -> bool:
        """The same elements."""
        return form


def _is_linear_in_normals(node: Node) -> bool:
    algebra = _Linear()

    def of_computed(each: Computed, varies: list[bool]) -> bool:
        return any(varies) and OPERATIONS[each.operation].form(algebra, varies, each.parameters)

    try:
        made_of(node, algebra.input, of_computed)
    except NoClosedForm:
        return False
    return not node.axes


def _normal_by_gradient(node: Node) -> Law:
    """The gradient of a linear combination is the same everywhere: its coefficients."""
    program: Program = flatten([node])
    _, slots = at_means(program)
    output = program.outputs[0]
    parts = gradients(program, slots, output, np.ones(np.shape(slots[output])))
    shares = [
        np.ravel(np.squeeze(part) * unknown.distribution.sd)
        for unknown, part in zip(program.unknowns, parts, strict=True)
    ]
    mean, sd = float(np.squeeze(slots[output])), math.hypot(*np.concatenate(shares).tolist())
    return Closed(Normal(mean, sd)) if sd else Exactly(mean)
