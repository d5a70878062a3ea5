"""Closed forms: constants, products of lognormals, linear combinations of normals; nothing is approximated."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ..distributions import Distribution, LogNormal, Normal
from ..errors import NoClosedForm, RangeError
from ..estimate import Closed, Exactly, Law
from ..graph import Leaf, Node, Operated, Program, Step, flatten, walk
from ..operations import LARGEST, OPERATIONS, Number, whole
from .execution import at_means, gradients

__all__ = ["as_product", "law"]

MOST_TERMS = 64
Monomial = frozenset[tuple[bytes, Number]]
ONE: Monomial = frozenset()
EXP, LOG = b"exp of ", b"log of "  # in the key of an unknown made from another by a function
LINEAR = {"add", "subtract", "negative", "convert", "total", "take", "stack", "align"}


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
    forms: dict[bytes, Any] = {}
    leaves: dict[bytes, Distribution] = {}
    try:
        for each in walk([node]):
            forms[each.key] = _form(each, forms, leaves)
    except NoClosedForm:
        if not _is_linear_in_normals(node):
            raise
        return _normal_by_gradient(node)
    return _law_of(forms[node.key], leaves)


def as_product(node: Node) -> dict[bytes, float] | None:
    """Return the exponent of each unknown, by leaf key, if the quantity is one product of powers; else None."""
    forms: dict[bytes, Any] = {}
    leaves: dict[bytes, Distribution] = {}
    try:
        for each in walk([node]):
            forms[each.key] = _form(each, forms, leaves)
    except NoClosedForm:
        return None
    terms = getattr(forms[node.key], "terms", {})
    return {key: float(power) for key, power in next(iter(terms))} if len(terms) == 1 else None


def _form(node: Node, forms: dict[bytes, Any], leaves: dict[bytes, Distribution]) -> Any:
    """Return the form of one node: a polynomial, or an array of exact numbers."""
    if isinstance(node, Step):
        return forms[node.parent.key]
    if isinstance(node, Leaf):
        return _form_of_leaf(node, leaves)
    assert isinstance(node, Operated)
    arguments = [forms[parent.key] for parent in node.parents]
    constants = [_constant(each) for each in arguments]
    if all(each is not None for each in constants):
        return _constant_form(node, constants)
    if node.axes or any(parent.axes for parent in node.parents):
        raise NoClosedForm("arrays of uncertain numbers have no closed form here")
    rule = RULES.get(node.operation)
    if rule is None:
        raise NoClosedForm(f"{node.operation} of an uncertain number has no closed form here")
    try:
        form = rule(node, arguments, leaves)
    except OverflowError:
        raise RangeError(f"{told(node)}: the result is beyond float range (1.8e308)") from None
    if any(not -LARGEST <= coefficient <= LARGEST for coefficient in form.terms.values()):
        raise RangeError(f"{told(node)}: the result is beyond float range (1.8e308)")
    if len(form.terms) > MOST_TERMS:
        raise NoClosedForm(f"a sum of more than {MOST_TERMS} products")
    return form


def _form_of_leaf(leaf: Leaf, leaves: dict[bytes, Distribution]) -> Any:
    if not leaf.is_uncertain:
        return leaf.value if leaf.axes else Polynomial({ONE: leaf.value})
    if leaf.axes:
        raise NoClosedForm("arrays of uncertain numbers have no closed form here")
    leaves[leaf.key] = leaf.value
    return Polynomial({frozenset({(leaf.key, 1)}): 1})


def _constant(form: Any) -> Any:
    return form.constant if isinstance(form, Polynomial) else form


def _constant_form(node: Operated, values: Sequence[Any]) -> Any:
    """Operate on exact numbers; a fault names the step."""
    try:
        result = OPERATIONS[node.operation].exact(*values, *node.parameters)
    except ZeroDivisionError:
        raise RangeError(f"{told(node)}: the divisor is zero; leave the step out or give a divisor > 0") from None
    except OverflowError:
        raise RangeError(f"{told(node)}: the result is beyond float range (1.8e308)") from None
    if isinstance(result, np.ndarray):
        return result
    if not abs(result) <= LARGEST:
        raise RangeError(f"{told(node)}: the result is beyond float range (1.8e308)")
    return Polynomial({ONE: whole(result)})


def told(node: Operated) -> str:
    """Return the operation and the names of what it was applied to, for a message."""
    names = [parent.name for parent in node.parents if isinstance(parent, Leaf | Step) and parent.name]
    return (
        f"step {node.operation!r} of {', '.join(repr(name) for name in names)}" if names else f"step {node.operation!r}"
    )


# --- rules for polynomials ---------------------------------------------------------------------------------------


def _add(node: Operated, arguments: Sequence[Polynomial], leaves: dict[bytes, Distribution]) -> Polynomial:
    return _combined(arguments[0], arguments[1], 1)


def _subtract(node: Operated, arguments: Sequence[Polynomial], leaves: dict[bytes, Distribution]) -> Polynomial:
    return _combined(arguments[0], arguments[1], -1)


def _combined(left: Polynomial, right: Polynomial, sign: int) -> Polynomial:
    terms = dict(left.terms)
    for monomial, coefficient in right.terms.items():
        terms[monomial] = whole(terms.get(monomial, 0) + sign * coefficient)
        if terms[monomial] == 0:
            del terms[monomial]
    return Polynomial(terms)


def _multiply(node: Operated, arguments: Sequence[Polynomial], leaves: dict[bytes, Distribution]) -> Polynomial:
    left, right = arguments
    if len(left.terms) * len(right.terms) > MOST_TERMS:
        raise NoClosedForm(f"a sum of more than {MOST_TERMS} products")
    product = Polynomial({})
    for monomial, coefficient in left.terms.items():
        row = {_times(monomial, other): whole(coefficient * factor) for other, factor in right.terms.items()}
        product = _combined(product, Polynomial(row), 1)
    return product


def _times(left: Monomial, right: Monomial, sign: int = 1) -> Monomial:
    powers = dict(left)
    for key, exponent in right:
        powers[key] = whole(powers.get(key, 0) + sign * exponent)
    return frozenset((key, exponent) for key, exponent in powers.items() if exponent != 0)


def _divide(node: Operated, arguments: Sequence[Polynomial], leaves: dict[bytes, Distribution]) -> Polynomial:
    top, bottom = arguments
    if bottom.constant == 0:
        raise RangeError(f"{told(node)}: the divisor is zero; leave the step out or give a divisor > 0")
    exact = OPERATIONS["divide"].exact
    if len(bottom.terms) == 1:
        ((monomial, divisor),) = bottom.terms.items()
        return Polynomial({_times(m, monomial, -1): exact(c, divisor) for m, c in top.terms.items()})
    ratios = {exact(top.terms.get(m, 0), c) for m, c in bottom.terms.items()}
    if len(ratios) == 1 and top.terms.keys() == bottom.terms.keys():
        return Polynomial({ONE: ratios.pop()})
    raise NoClosedForm("a quotient by a sum of uncertain numbers")


def _power(node: Operated, arguments: Sequence[Polynomial], leaves: dict[bytes, Distribution]) -> Polynomial:
    return _raised(arguments[0], node.parameters[0], leaves)


def _root(node: Operated, arguments: Sequence[Polynomial], leaves: dict[bytes, Distribution]) -> Polynomial:
    return _raised(arguments[0], Fraction(1, 2), leaves)


def _raised(base: Polynomial, exponent: Number, leaves: dict[bytes, Distribution]) -> Polynomial:
    if exponent == 0:
        return Polynomial({ONE: 1})
    if len(base.terms) != 1:
        raise NoClosedForm("a power of a sum of uncertain numbers")
    ((monomial, coefficient),) = base.terms.items()
    positive = coefficient > 0 and all(np.all(leaves[key].support[0] >= 0) for key, _ in monomial)
    if not positive and not isinstance(exponent, int):
        raise NoClosedForm("a root of an uncertain number that can be negative")
    raised = frozenset((key, whole(power * exponent)) for key, power in monomial)
    return Polynomial({raised: OPERATIONS["power"].exact(coefficient, exponent)})


def _negative(node: Operated, arguments: Sequence[Polynomial], leaves: dict[bytes, Distribution]) -> Polynomial:
    return Polynomial({monomial: -coefficient for monomial, coefficient in arguments[0].terms.items()})


def _convert(node: Operated, arguments: Sequence[Polynomial], leaves: dict[bytes, Distribution]) -> Polynomial:
    exact = OPERATIONS["convert"].exact
    return Polynomial({m: exact(c, *node.parameters) for m, c in arguments[0].terms.items()})


def _same_or_nothing(node: Operated, arguments: Sequence[Polynomial], leaves: dict[bytes, Distribution]) -> Polynomial:
    if arguments[0] == arguments[1]:
        return arguments[0]
    raise NoClosedForm(f"the {node.operation} of two uncertain numbers")


def _quantile(node: Operated, arguments: Sequence[Polynomial], leaves: dict[bytes, Distribution]) -> Polynomial:
    """A correlated normal is linear in its score, a correlated lognormal the exponential of a linear form."""
    (belief,) = node.parameters
    if not isinstance(belief, Normal | LogNormal):
        raise NoClosedForm(f"a correlated {belief.name} input")
    place, scale = (belief.mean, belief.sd) if isinstance(belief, Normal) else (belief.mu, belief.sigma)
    terms: dict[Monomial, Number] = {
        monomial: float(scale) * float(weight) for monomial, weight in arguments[0].terms.items()
    }
    linear = _combined(Polynomial(terms), Polynomial({ONE: float(place)}), 1)
    return linear if isinstance(belief, Normal) else _exponential(linear, leaves)


def _exp(node: Operated, arguments: Sequence[Polynomial], leaves: dict[bytes, Distribution]) -> Polynomial:
    return _exponential(arguments[0], leaves)


def _exponential(linear: Polynomial, leaves: dict[bytes, Distribution]) -> Polynomial:
    """The exponential of a sum of normals is a product of lognormals, one for each."""
    powers: list[tuple[bytes, Number]] = []
    for monomial, weight in linear.terms.items():
        if monomial == ONE:
            continue
        if not _is_one_normal(monomial, leaves):
            raise NoClosedForm("the exponential of a number that is not normal")
        ((key, _),) = monomial
        if key.startswith(LOG):
            powers.append((key.removeprefix(LOG), float(weight)))
        else:
            normal = leaves[key]
            leaves[EXP + key] = LogNormal(float(normal.mean), float(normal.sd))
            powers.append((EXP + key, float(weight)))
    constant = linear.terms.get(ONE, 0)
    return Polynomial({frozenset(powers): OPERATIONS["exp"].exact(constant)})


def _log(node: Operated, arguments: Sequence[Polynomial], leaves: dict[bytes, Distribution]) -> Polynomial:
    """The logarithm of a product of lognormals is a sum of normals, one for each."""
    if len(arguments[0].terms) != 1:
        raise NoClosedForm("the logarithm of a sum of uncertain numbers")
    ((monomial, coefficient),) = arguments[0].terms.items()
    terms: dict[Monomial, Number] = {ONE: OPERATIONS["log"].exact(coefficient)} if coefficient != 1 else {}
    for key, power in monomial:
        belief = leaves[key]
        if not isinstance(belief, LogNormal):
            raise NoClosedForm(f"the logarithm of a {belief.name} factor")
        if key.startswith(EXP):
            terms[frozenset({(key.removeprefix(EXP), 1)})] = power
        else:
            leaves[LOG + key] = Normal(float(belief.mu), float(belief.sigma))
            terms[frozenset({(LOG + key, 1)})] = power
    return Polynomial(terms)


RULES: dict[str, Callable[[Operated, Sequence[Polynomial], dict[bytes, Distribution]], Polynomial]] = {
    "add": _add,
    "subtract": _subtract,
    "multiply": _multiply,
    "divide": _divide,
    "power": _power,
    "sqrt": _root,
    "negative": _negative,
    "exp": _exp,
    "log": _log,
    "quantile": _quantile,
    "convert": _convert,
    "minimum": _same_or_nothing,
    "maximum": _same_or_nothing,
}


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
    mu, variance = 0.0, 0.0
    for key, exponent in sorted(monomial, key=lambda item: item[0]):
        belief = leaves[key]
        if not isinstance(belief, LogNormal):
            raise NoClosedForm(f"a product with a {belief.name} factor")
        mu += float(exponent) * float(belief.mu)
        variance += (float(exponent) * float(belief.sigma)) ** 2
    return Closed(LogNormal(mu, math.sqrt(variance)), factor, shift)


def _is_one_normal(monomial: Monomial, leaves: dict[bytes, Distribution]) -> bool:
    return len(monomial) == 1 and all(power == 1 and isinstance(leaves[key], Normal) for key, power in monomial)


def _law_of_normals(varying: dict[Monomial, float], shift: float, leaves: dict[bytes, Distribution]) -> Law:
    parts = [(factor, leaves[next(iter(monomial))[0]]) for monomial, factor in varying.items()]
    mean = math.fsum([shift, *(factor * float(belief.mean) for factor, belief in parts)])
    return Closed(Normal(mean, math.hypot(*(factor * float(belief.sd) for factor, belief in parts))))


def _readable(constant: Any) -> Any:
    """Return exact numbers as people expect to meet them: integers stay, fractions become floats."""
    if isinstance(constant, np.ndarray):
        return np.array([_readable(each) for each in constant.flat], dtype=object).reshape(constant.shape)
    return float(constant) if isinstance(constant, Fraction) else constant


# --- long linear combinations ------------------------------------------------------------------------------------


def _is_linear_in_normals(node: Node) -> bool:
    uncertain: set[bytes] = set()
    for each in walk([node]):
        varying = [parent.key in uncertain for parent in each.parents]
        if isinstance(each, Leaf):
            if not each.is_uncertain:
                continue
            if not isinstance(each.value, Normal):
                return False
        elif not any(varying):
            continue
        elif isinstance(each, Operated) and not _keeps_linear(each.operation, varying):
            return False
        uncertain.add(each.key)
    return not node.axes


def _keeps_linear(operation: str, varying: Sequence[bool]) -> bool:
    return (
        operation in LINEAR
        or (operation == "multiply" and sum(varying) == 1)
        or (operation == "divide" and not varying[1])
    )


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
