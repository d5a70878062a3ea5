"""The table of operations: value, derivative, unit rule, notation and precedence of each in one row.

To add an operation, add one row here and, if it has an operator, one line in ``quantity.py``. Every reader of
the graph (engines, derivation, records) finds what it needs in the row.

Arrays that engines pass in have the named axes first and the draws, if any, in the last axis, so that a scalar
of shape ``(n,)`` meets an array of shape ``(k, n)`` without reshaping.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np

from .errors import RangeError, UnitError
from .units import Unit, conversion_factor, power, product, quotient

__all__ = ["OPERATIONS", "Number", "Operation", "Precedence"]

Array = np.ndarray[Any, Any]
Number = int | Fraction | float
UnitRule = Callable[[Sequence[Unit], tuple[Any, ...]], tuple[Unit, tuple[Fraction, ...]]]

LARGEST = 1.7976931348623157e308
ONE = Fraction(1)


class Precedence:
    """How tightly a notation binds; a looser part inside a tighter whole gets parentheses."""

    SUM = 1
    PRODUCT = 2
    SIGN = 3
    POWER = 4
    INDEX = 5
    ATOM = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One row of the table.

    Attributes
    ----------
    name : str
        The key in `OPERATIONS`.
    value : callable
        Result from float64 arrays, then the node's parameters.
    exact : callable
        Result from Python numbers or object arrays; integers and fractions stay exact.
    pullback : callable
        ``pullback(g, result, arguments, parameters)``: for each argument, the gradient that flows back to it.
    unit : callable
        ``unit(units, parameters)``: the unit of the result, and the factor that each argument takes on the way in.
    text, latex : str
        Notation with ``{0}``, ``{1}``, … for the arguments.
    precedence : int
        How tightly the notation binds.
    associative : bool
        Whether an operand of the same precedence on the right can do without parentheses.
    silent : bool
        Whether a derivation passes over it: a change of unit or shape is not a step of reasoning.
    """

    name: str
    value: Callable[..., Any]
    exact: Callable[..., Any]
    pullback: Callable[..., tuple[Any, ...]]
    unit: UnitRule
    text: str
    latex: str
    precedence: int = Precedence.ATOM
    associative: bool = False
    silent: bool = False


# --- unit rules ------------------------------------------------------------------------------------------------


def _unit_of_first(units: Sequence[Unit], parameters: tuple[Any, ...]) -> tuple[Unit, tuple[Fraction, ...]]:
    first = units[0]
    return first, tuple(conversion_factor(each, first) for each in units)


def _unit_of_product(units: Sequence[Unit], parameters: tuple[Any, ...]) -> tuple[Unit, tuple[Fraction, ...]]:
    unit, factor = product(*units)
    return unit, (factor, ONE)


def _unit_of_quotient(units: Sequence[Unit], parameters: tuple[Any, ...]) -> tuple[Unit, tuple[Fraction, ...]]:
    unit, factor = quotient(*units)
    return unit, (factor, ONE)


def _unit_of_pure_number(units: Sequence[Unit], parameters: tuple[Any, ...]) -> tuple[Unit, tuple[Fraction, ...]]:
    one = Unit("1")
    return one, tuple(conversion_factor(each, one) for each in units)


def _unit_of_power(units: Sequence[Unit], parameters: tuple[Any, ...]) -> tuple[Unit, tuple[Fraction, ...]]:
    exponent = parameters[0]
    if units[0].is_dimensionless:
        return _unit_of_pure_number(units, parameters)
    if not isinstance(exponent, int | Fraction):
        raise UnitError(
            f"power: the exponent {exponent!r} of a quantity in {units[0].text} must be an integer or a fraction; "
            f"write Fraction(1, 2) for a square root, or divide by a unit quantity first"
        )
    unit, factor = power(units[0], Fraction(exponent))
    if factor != 1:
        raise UnitError(f"power: {units[0].text} to the power {exponent} needs one common unit; convert it with .to()")
    return unit, (ONE,)


def _unit_of_root(units: Sequence[Unit], parameters: tuple[Any, ...]) -> tuple[Unit, tuple[Fraction, ...]]:
    return _unit_of_power(units, (Fraction(1, 2),))


def _unit_given(units: Sequence[Unit], parameters: tuple[Any, ...]) -> tuple[Unit, tuple[Fraction, ...]]:
    return parameters[1], (ONE,)


# --- exact arithmetic ------------------------------------------------------------------------------------------


def _elementwise(function: Callable[..., Number]) -> Callable[..., Any]:
    """Let a function of Python numbers also take object arrays."""
    vectorised = np.frompyfunc(function, function.__code__.co_argcount, 1)

    def either(*values: Any) -> Any:
        if any(isinstance(value, np.ndarray) for value in values):
            return vectorised(*values)
        return function(*values)

    return either


def _exact_divide(a: Number, b: Number) -> Number:
    if b == 0:
        raise ZeroDivisionError
    if isinstance(a, float) or isinstance(b, float):
        return a / b
    return whole(Fraction(a) / Fraction(b))


def whole(value: Number) -> Number:
    """Return an integral fraction as an int, everything else unchanged."""
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value


def _exact_power(base: Number, exponent: Number) -> Number:
    if isinstance(exponent, Fraction) and exponent.denominator == 2 and not isinstance(base, float):
        root = _exact_root(base)
        return root if isinstance(root, float) else _exact_power(root, exponent.numerator)
    if isinstance(base, float) or not isinstance(exponent, int):
        if base < 0 and not float(exponent).is_integer():
            raise RangeError(f"power: needs a number >= 0 under the exponent {exponent}; got {base}")
        return math.pow(base, exponent)
    if base not in (0, 1, -1) and abs(exponent * math.log2(abs(float(base)))) > 1024:
        raise OverflowError
    return whole(Fraction(base) ** exponent)


def _exact_root(value: Number) -> Number:
    if value < 0:
        raise RangeError(f"sqrt: needs a number >= 0; got {value}")
    fraction = Fraction(value)
    top, bottom = math.isqrt(fraction.numerator), math.isqrt(fraction.denominator)
    if isinstance(value, float) or top * top != fraction.numerator or bottom * bottom != fraction.denominator:
        return math.sqrt(value)
    return whole(Fraction(top, bottom))


def _exact_log(value: Number) -> Number:
    if value <= 0:
        raise RangeError(f"log: needs a number > 0; got {value}")
    return 0 if value == 1 else math.log(value)


def _known_at_zero(result: int, function: Callable[[Number], float]) -> Callable[[Number], Number]:
    return lambda value: result if value == 0 else function(value)


def _smaller(a: Number, b: Number) -> Number:
    return min(a, b)


def _larger(a: Number, b: Number) -> Number:
    return max(a, b)


def _exact_convert(value: Any, factor: Fraction, unit: Unit) -> Any:
    if isinstance(value, np.ndarray) and value.dtype != object:
        return value * float(factor)
    return _scale(value, factor)


def _scale_one(value: Number, factor: Fraction) -> Number:
    return value * float(factor) if isinstance(value, float) else whole(value * factor)


_scale = _elementwise(_scale_one)


# --- rearrangements of named axes --------------------------------------------------------------------------------


def _total(values: Array, axis: int, length: int) -> Any:
    return values.sum(axis=axis)


def _total_pullback(g: Any, result: Any, arguments: Sequence[Any], parameters: tuple[Any, ...]) -> tuple[Any, ...]:
    axis, length = parameters
    return (np.repeat(np.expand_dims(g, axis), length, axis=axis),)


def _index(axis: int, start: int, stop: int | None) -> Any:
    return (slice(None),) * axis + ((start,) if stop is None else (slice(start, stop),))


def _take(values: Array, axis: int, start: int, stop: int | None) -> Any:
    return values[_index(axis, start, stop)]


def _take_pullback(g: Any, result: Any, arguments: Sequence[Any], parameters: tuple[Any, ...]) -> tuple[Any, ...]:
    axis, start, stop = parameters
    gradient = np.zeros(np.shape(arguments[0]))
    gradient[_index(axis, start, stop)] = g
    return (gradient,)


def _stack(*values: Any) -> Any:
    return np.stack(np.broadcast_arrays(*map(np.atleast_1d, values)))  # a constant comes without the axis of draws


def _stack_exact(*values: Any) -> Any:
    stacked = np.empty(len(values), dtype=object)
    stacked[:] = values
    return stacked


def _align(values: Array, order: tuple[int, ...], fresh: tuple[int, ...]) -> Any:
    """Put axes in `order`, then insert new axes of length one at the positions `fresh`."""
    draws = tuple(range(len(order), np.ndim(values)))
    return np.expand_dims(np.transpose(values, order + draws), fresh)


def _align_pullback(g: Any, result: Any, arguments: Sequence[Any], parameters: tuple[Any, ...]) -> tuple[Any, ...]:
    order, fresh = parameters
    draws = tuple(range(len(order), np.ndim(g) - len(fresh)))
    return (np.transpose(np.sum(g, axis=fresh), (*np.argsort(order), *draws)),)


# --- beliefs as operations -------------------------------------------------------------------------------------


def _quantile(score: Any, belief: Any) -> Any:
    return belief.at_score(score)


def _quantile_pullback(g: Any, result: Any, arguments: Sequence[Any], parameters: tuple[Any, ...]) -> tuple[Any, ...]:
    """Differences of the fourth order: exact for a normal belief, and a belief knows no density."""
    (score,), (belief,), step = arguments, parameters, 1e-3
    near = _quantile(score + step, belief) - _quantile(score - step, belief)
    far = _quantile(score + 2 * step, belief) - _quantile(score - 2 * step, belief)
    return (g * (8.0 * near - far) / (12.0 * step),)


def _no_constant(*values: Any) -> Any:
    raise RangeError("quantile: a normal score is uncertain by its nature; got an exact number")


def _place(selector: Any, count: int) -> Any:
    return np.clip(np.rint(selector), 0, count - 1).astype(np.intp)


def _choose(selector: Any, *options: Any) -> Any:
    *spread, _ = np.broadcast_arrays(*options, selector)
    return np.choose(np.broadcast_to(_place(selector, len(options)), spread[0].shape), spread)


def _choose_pullback(g: Any, result: Any, arguments: Sequence[Any], parameters: tuple[Any, ...]) -> tuple[Any, ...]:
    """First order sees the nearest option, and no slope along a choice."""
    selector, *options = arguments
    nearest = _place(selector, len(options))
    return (np.zeros_like(selector), *(g * (nearest == place) for place in range(len(options))))


def _unit_of_choice(units: Sequence[Unit], parameters: tuple[Any, ...]) -> tuple[Unit, tuple[Fraction, ...]]:
    _, *options = units
    unit, factors = _unit_of_first(options, parameters)
    return unit, (ONE, *factors)


def _of_pure_number(
    name: str, value: Callable[..., Any], exact: Any, pullback: Callable[..., tuple[Any, ...]], word: str | None = None
) -> Operation:
    """Return the row of a function that takes a pure number and gives one."""
    return Operation(
        name=name,
        value=value,
        exact=_elementwise(exact),
        pullback=pullback,
        unit=_unit_of_pure_number,
        text=f"{word or name}({{0}})",
        latex=rf"\{word or name}\left({{0}}\right)",
    )


# --- the table ---------------------------------------------------------------------------------------------------

_ROWS = (
    Operation(
        name="add",
        value=np.add,
        exact=operator.add,
        pullback=lambda g, r, a, p: (g, g),
        unit=_unit_of_first,
        text="{0} + {1}",
        latex="{0} + {1}",
        precedence=Precedence.SUM,
        associative=True,
    ),
    Operation(
        name="subtract",
        value=np.subtract,
        exact=operator.sub,
        pullback=lambda g, r, a, p: (g, -g),
        unit=_unit_of_first,
        text="{0} − {1}",
        latex="{0} - {1}",
        precedence=Precedence.SUM,
    ),
    Operation(
        name="multiply",
        value=np.multiply,
        exact=operator.mul,
        pullback=lambda g, r, a, p: (g * a[1], g * a[0]),
        unit=_unit_of_product,
        text="{0} × {1}",
        latex=r"{0} \times {1}",
        precedence=Precedence.PRODUCT,
        associative=True,
    ),
    Operation(
        name="divide",
        value=np.divide,
        exact=_elementwise(_exact_divide),
        # written with the result, so that the two parts of x / x cancel to the last bit
        pullback=lambda g, r, a, p: (g * (1.0 / a[1]), g * -(r / a[1])),
        unit=_unit_of_quotient,
        text="{0} / {1}",
        latex=r"{0} / {1}",
        precedence=Precedence.PRODUCT,
    ),
    Operation(
        name="power",
        value=lambda base, exponent: np.power(base, float(exponent)),
        exact=_elementwise(_exact_power),
        pullback=lambda g, r, a, p: (g * float(p[0]) * np.power(a[0], float(p[0]) - 1.0),),
        unit=_unit_of_power,
        text="{0}^{exponent}",
        latex="{0}^{{{exponent}}}",
        precedence=Precedence.POWER,
    ),
    Operation(
        name="negative",
        value=np.negative,
        exact=operator.neg,
        pullback=lambda g, r, a, p: (-g,),
        unit=_unit_of_first,
        text="−{0}",
        latex="-{0}",
        precedence=Precedence.SIGN,
    ),
    _of_pure_number("exp", np.exp, _known_at_zero(1, math.exp), lambda g, r, a, p: (g * r,)),
    _of_pure_number("log", np.log, _exact_log, lambda g, r, a, p: (g / a[0],), word="ln"),
    _of_pure_number("sin", np.sin, _known_at_zero(0, math.sin), lambda g, r, a, p: (g * np.cos(a[0]),)),
    _of_pure_number("cos", np.cos, _known_at_zero(1, math.cos), lambda g, r, a, p: (-g * np.sin(a[0]),)),
    _of_pure_number("arctan", np.arctan, _known_at_zero(0, math.atan), lambda g, r, a, p: (g / (1.0 + a[0] * a[0]),)),
    Operation(
        name="sqrt",
        value=np.sqrt,
        exact=_elementwise(_exact_root),
        pullback=lambda g, r, a, p: (g * 0.5 / r,),
        unit=_unit_of_root,
        text="√({0})",
        latex=r"\sqrt{{{0}}}",
    ),
    Operation(
        name="minimum",
        value=np.minimum,
        exact=_elementwise(_smaller),
        pullback=lambda g, r, a, p: (g * (a[0] <= a[1]), g * (a[0] > a[1])),
        unit=_unit_of_first,
        text="min({0}, {1})",
        latex=r"\min\left({0}, {1}\right)",
    ),
    Operation(
        name="maximum",
        value=np.maximum,
        exact=_elementwise(_larger),
        pullback=lambda g, r, a, p: (g * (a[0] >= a[1]), g * (a[0] < a[1])),
        unit=_unit_of_first,
        text="max({0}, {1})",
        latex=r"\max\left({0}, {1}\right)",
    ),
    Operation(
        name="convert",
        value=lambda value, factor, unit: value * float(factor),
        exact=_exact_convert,
        pullback=lambda g, r, a, p: (g * float(p[0]),),
        unit=_unit_given,
        text="{0}",
        latex="{0}",
        silent=True,
    ),
    Operation(
        name="total",
        value=_total,
        exact=_total,
        pullback=_total_pullback,
        unit=_unit_of_first,
        text="Σ({0})",
        latex=r"\sum\left({0}\right)",
    ),
    Operation(
        name="take",
        value=_take,
        exact=_take,
        pullback=_take_pullback,
        unit=_unit_of_first,
        text="{0}[{index}]",
        latex=r"{{{0}}}_{{{index}}}",  # in braces, because the symbol may have a subscript of its own
        precedence=Precedence.INDEX,
    ),
    Operation(
        name="stack",
        value=_stack,
        exact=_stack_exact,
        pullback=lambda g, r, a, p: tuple(g),
        unit=_unit_of_first,
        text="[{arguments}]",
        latex=r"\left[{arguments}\right]",
    ),
    Operation(
        name="quantile",
        value=_quantile,
        exact=_no_constant,
        pullback=_quantile_pullback,
        unit=_unit_of_first,
        text="{0}",
        latex="{0}",
    ),
    Operation(
        name="choose",
        value=_choose,
        exact=lambda selector, *options: options[int(selector)],
        pullback=_choose_pullback,
        unit=_unit_of_choice,
        text="choose({arguments})",
        latex=r"\mathrm{{choose}}\left({arguments}\right)",
    ),
    Operation(
        name="align",
        value=_align,
        exact=_align,
        pullback=_align_pullback,
        unit=_unit_of_first,
        text="{0}",
        latex="{0}",
        silent=True,
    ),
)

OPERATIONS = MappingProxyType({row.name: row for row in _ROWS})
