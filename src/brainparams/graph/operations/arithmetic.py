"""Rows of arithmetic: sums, products, powers, and the change of unit, which is a product with a known factor."""

from __future__ import annotations

import decimal
import math
import operator
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import RangeError, UnitError
from ...units import Unit, product, quotient
from ...units import power as unit_power
from .row import (
    MOST_BITS,
    ONE,
    Axes,
    Number,
    Operation,
    Precedence,
    elementwise,
    is_number,
    unit_of_pure_number,
    whole,
)

__all__ = ["add", "convert", "divide", "multiply", "negative", "power", "sqrt", "subtract"]

HALF = Fraction(1, 2)

# --- units -------------------------------------------------------------------------------------------------------


def _unit_of_product(units: Sequence[Unit], parameters: tuple[Any, ...]) -> tuple[Unit, tuple[Fraction, ...]]:
    unit, factor = product(*units)
    return unit, (factor, ONE)


def _unit_of_quotient(units: Sequence[Unit], parameters: tuple[Any, ...]) -> tuple[Unit, tuple[Fraction, ...]]:
    unit, factor = quotient(*units)
    return unit, (factor, ONE)


def _unit_of_power(units: Sequence[Unit], parameters: tuple[Any, ...]) -> tuple[Unit, tuple[Fraction, ...]]:
    exponent = parameters[0]
    if units[0].is_dimensionless:
        return unit_of_pure_number(units, parameters)
    if not isinstance(exponent, int | Fraction):
        raise UnitError(
            f"power: the exponent {exponent!r} of a quantity in {units[0].text} must be an integer or a fraction; "
            f"write Fraction(1, 2) for a square root, or divide by a unit quantity first"
        )
    unit, factor = unit_power(units[0], Fraction(exponent))
    if factor != 1:
        raise UnitError(f"power: {units[0].text} to the power {exponent} needs one common unit; convert it with .to()")
    return unit, (ONE,)


# --- exact -------------------------------------------------------------------------------------------------------


def _exact_divide(a: Number, b: Number) -> Number:
    if b == 0:
        raise ZeroDivisionError
    if isinstance(a, float) or isinstance(b, float):
        return _no_underflow(a / b, a)
    return whole(Fraction(a) / Fraction(b))


def _no_underflow(result: Number, stems_from: Number) -> Number:
    if result == 0 and stems_from != 0:
        raise FloatingPointError
    return result


def _exact_power(base: Number, exponent: Number) -> Number:
    if isinstance(exponent, Fraction) and exponent.denominator == 2 and not isinstance(base, float):
        root = _exact_root(base)
        return root if isinstance(root, float) else _exact_power(root, exponent.numerator)
    if isinstance(base, float) or not isinstance(exponent, int):
        if base < 0 and not float(exponent).is_integer():
            raise RangeError(f"power: needs a number >= 0 under the exponent {exponent}; got {base}")
        return math.pow(base, exponent)
    size = 0.0 if base in (0, 1, -1) else exponent * math.log2(abs(float(base)))
    if size > 1024:
        raise OverflowError
    if size < -1075:
        raise FloatingPointError
    fraction = Fraction(base)
    if abs(exponent) * (fraction.numerator.bit_length() + fraction.denominator.bit_length()) > MOST_BITS:
        return _rounded_power(fraction, exponent)
    return whole(fraction**exponent)


def _rounded_power(base: Fraction, exponent: int) -> float:
    """Return a power of too many digits as the nearest float: logarithm and exponential with forty digits."""
    with decimal.localcontext(decimal.Context(prec=40, Emax=10**6, Emin=-(10**6))):
        return float((decimal.Decimal(base.numerator) / decimal.Decimal(base.denominator)) ** exponent)


def _exact_root(value: Number) -> Number:
    if value < 0:
        raise RangeError(f"sqrt: needs a number >= 0; got {value}")
    fraction = Fraction(value)
    top, bottom = math.isqrt(fraction.numerator), math.isqrt(fraction.denominator)
    if isinstance(value, float) or top * top != fraction.numerator or bottom * bottom != fraction.denominator:
        return math.sqrt(value)
    return whole(Fraction(top, bottom))


def _scale(value: Number, factor: Fraction) -> Number:
    return value * float(factor) if isinstance(value, float) else whole(value * factor)


_scale_each = elementwise(_scale)


def _exact_convert(value: Any, factor: Fraction, unit: Unit) -> Any:
    if isinstance(value, np.ndarray) and value.dtype != object:
        return value * float(factor)
    return _scale_each(value, factor)


# --- parameters --------------------------------------------------------------------------------------------------


def _exponent_in_words(parameters: tuple[Any, ...], axes: Axes) -> Mapping[str, str]:
    (value,) = parameters
    if isinstance(value, Fraction):
        return {"exponent": f"({value.numerator}/{value.denominator})"}
    return {"exponent": f"({value:g})" if value < 0 or isinstance(value, float) else str(value)}


# --- rows --------------------------------------------------------------------------------------------------------

add = Operation(
    name="add",
    script="({0} + {1})",
    value=np.add,
    exact=elementwise(lambda a, b: whole(a + b)),
    pullback=lambda g, r, a, p: (g, g),
    text="{0} + {1}",
    latex="{0} + {1}",
    arity=2,
    form=lambda algebra, a, p: algebra.added(*a),
    sign="+",
    precedence=Precedence.SUM,
    commutative=True,
    associative=True,
    ufunc=np.add,
    of_numbers=operator.add,
)
subtract = Operation(
    name="subtract",
    script="({0} - {1})",
    value=np.subtract,
    exact=elementwise(lambda a, b: whole(a - b)),
    pullback=lambda g, r, a, p: (g, -g),
    text="{0} − {1}",
    latex="{0} - {1}",
    arity=2,
    form=lambda algebra, a, p: algebra.added(a[0], algebra.scaled(a[1], -1)),
    sign="-",
    precedence=Precedence.SUM,
    ufunc=np.subtract,
    of_numbers=operator.sub,
)
multiply = Operation(
    name="multiply",
    script="({0} * {1})",
    value=np.multiply,
    exact=elementwise(lambda a, b: _no_underflow(whole(a * b), a and b)),
    pullback=lambda g, r, a, p: (g * a[1], g * a[0]),
    unit=_unit_of_product,
    text="{0} × {1}",
    latex=r"{0} \times {1}",
    arity=2,
    form=lambda algebra, a, p: algebra.multiplied(*a),
    sign="*",
    precedence=Precedence.PRODUCT,
    commutative=True,
    associative=True,
    ufunc=np.multiply,
    of_numbers=operator.mul,
)
divide = Operation(
    name="divide",
    script="({0} / {1})",
    value=np.divide,
    exact=elementwise(_exact_divide),
    # written with the result, so that the two parts of x / x cancel to the last bit
    pullback=lambda g, r, a, p: (g * (1.0 / a[1]), g * -(r / a[1])),
    unit=_unit_of_quotient,
    text="{0} / {1}",
    latex=r"{0} / {1}",
    arity=2,
    form=lambda algebra, a, p: algebra.divided(*a),
    sign="/",
    precedence=Precedence.PRODUCT,
    ufunc=np.divide,
    of_numbers=operator.truediv,
)
power = Operation(
    name="power",
    script="Math.pow({0}, {p})",
    value=lambda base, exponent: np.power(base, float(exponent)),
    exact=elementwise(_exact_power),
    pullback=lambda g, r, a, p: (g * float(p[0]) * np.power(a[0], float(p[0]) - 1.0),),
    unit=_unit_of_power,
    text="{0}^{exponent}",
    latex="{0}^{{{exponent}}}",
    arity=1,
    form=lambda algebra, a, p: algebra.raised(a[0], p[0]),
    sign="**",
    precedence=Precedence.POWER,
    ufunc=np.power,
    parameters_fit=lambda p: len(p) == 1 and is_number(p[0]),
    words=_exponent_in_words,
)
negative = Operation(
    name="negative",
    script="(-{0})",
    value=np.negative,
    exact=operator.neg,
    pullback=lambda g, r, a, p: (-g,),
    text="−{0}",
    latex="-{0}",
    arity=1,
    form=lambda algebra, a, p: algebra.scaled(a[0], -1),
    precedence=Precedence.SIGN,
    ufunc=np.negative,
)
sqrt = Operation(
    name="sqrt",
    script="Math.sqrt({0})",
    value=np.sqrt,
    exact=elementwise(_exact_root),
    pullback=lambda g, r, a, p: (g * 0.5 / r,),
    unit=lambda units, p: _unit_of_power(units, (HALF,)),
    text="√({0})",
    latex=r"\sqrt{{{0}}}",
    arity=1,
    form=lambda algebra, a, p: algebra.raised(a[0], HALF),
    ufunc=np.sqrt,
)
convert = Operation(
    name="convert",
    script="({0} * {p})",
    value=lambda value, factor, unit: value * float(factor),
    exact=_exact_convert,
    pullback=lambda g, r, a, p: (g * float(p[0]),),
    unit=lambda units, p: (p[1], (ONE,)),
    text="{0}",
    latex="{0}",
    arity=1,
    form=lambda algebra, a, p: algebra.scaled(a[0], p[0]),
    silent=True,
    ufunc=np.multiply,
    parameters_fit=lambda p: len(p) == 2 and is_number(p[0]) and p[0] > 0 and isinstance(p[1], Unit),
)
