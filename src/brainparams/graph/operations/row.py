"""What one row of the table says, and the rules that several rows share.

Arrays that engines pass in have the named axes first and the draws, if any, in the last axis, so that a scalar
of shape ``(n,)`` meets an array of shape ``(k, n)`` without reshaping.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from ...errors import NoClosedForm, UnitError
from ...units import Unit, conversion_factor

__all__ = [
    "LARGEST",
    "MOST_BITS",
    "ONE",
    "Algebra",
    "Number",
    "Operation",
    "Precedence",
    "elementwise",
    "is_number",
    "unit_of_first",
    "unit_of_pure_number",
    "whole",
]

Number = int | Fraction | float
Axes = Sequence[Any]
Place = tuple[int, ...]
Origins = Callable[[Place, tuple[Any, ...]], tuple["Operation | None", Sequence[tuple[int, Place]]]]
UnitRule = Callable[[Sequence[Unit], tuple[Any, ...]], tuple[Unit, tuple[Fraction, ...]]]

LARGEST = 1.7976931348623157e308
ONE = Fraction(1)
MOST_BITS = 4096  # of numerator and denominator together: beyond, exact arithmetic would take ever longer
BITS_OF_FLOATS = 1025


class Precedence:
    """How tightly a notation binds; a looser part inside a tighter whole gets parentheses."""

    SUM = 1
    PRODUCT = 2
    SIGN = 3
    POWER = 4
    INDEX = 5
    ATOM = 6


class Algebra:
    """What an engine makes of sums, products, powers and the rest: a row's `form` says an operation in these words.

    An engine implements what it has a rule for; everything else has no closed form there. Forms are whatever the
    engine works on.
    """

    def added(self, one: Any, other: Any) -> Any:
        """Return one plus other."""
        raise _nothing("a sum")

    def scaled(self, form: Any, factor: Number) -> Any:
        """Return a multiple by a plain number."""
        raise _nothing("a multiple")

    def multiplied(self, one: Any, other: Any) -> Any:
        """Return one times other."""
        raise _nothing("a product")

    def divided(self, one: Any, other: Any) -> Any:
        """Return one over other."""
        return self.multiplied(one, self.raised(other, -1))

    def raised(self, form: Any, exponent: Number) -> Any:
        """Return a power with a plain exponent."""
        raise _nothing("a power")

    def applied(self, row: Operation, form: Any) -> Any:
        """Return a function of one argument."""
        raise _nothing(row.name)

    def exponential(self, row: Operation, form: Any) -> Any:
        """Return e to the power of a form: an engine for which it is no function like any other says so here."""
        return self.applied(row, form)

    def logarithm(self, row: Operation, form: Any) -> Any:
        """Return the natural logarithm of a form; as for `exponential`."""
        return self.applied(row, form)

    def extreme(self, row: Operation, one: Any, other: Any) -> Any:
        """Return the smaller or the larger of two forms."""
        raise _nothing(row.name)

    def at_score(self, belief: Any, score: Any) -> Any:
        """Return the quantile of a belief at a normal score."""
        raise _nothing("a quantile")

    def chosen(self, selector: Any, options: Sequence[Any]) -> Any:
        """Return the option that a discrete form selects."""
        raise _nothing("a choice")

    def rearranged(self, row: Operation, forms: Sequence[Any]) -> Any:
        """Return elements in another order, running totals, the largest element, or arrays one behind the other."""
        raise _nothing(f"{row.name} along an axis")

    def summed(self, form: Any, axis: int, length: int) -> Any:
        """Return the sum along an axis, by position."""
        raise _nothing("a total along an axis")

    def element(self, form: Any, axis: int, start: int, stop: int | None) -> Any:
        """Return one element along an axis, or a run of them."""
        raise _nothing("an element along an axis")

    def stacked(self, forms: Sequence[Any]) -> Any:
        """Return forms side by side along a new first axis."""
        raise _nothing("a stack along an axis")

    def aligned(self, form: Any, order: tuple[int, ...], fresh: tuple[int, ...]) -> Any:
        """Return a form with its axes in another order, and new ones at the positions `fresh`."""
        raise _nothing("an alignment of axes")


def _nothing(what: str) -> NoClosedForm:
    return NoClosedForm(f"{what} of an uncertain number has no closed form here")


def unit_of_first(units: Sequence[Unit], parameters: tuple[Any, ...]) -> tuple[Unit, tuple[Fraction, ...]]:
    """Everything in the unit of the first argument."""
    first = units[0]
    return first, tuple(conversion_factor(each, first) for each in units)


def no_parameters(parameters: tuple[Any, ...]) -> bool:
    """Whether there are none."""
    return parameters == ()


def same_axes(result: Axes, arguments: Sequence[Axes], parameters: tuple[Any, ...]) -> bool:
    """Whether each argument is a scalar or has the axes of the result, and the result no other."""
    return all(axes == result for axes in [axes for axes in arguments if axes] or [()])


def no_words(parameters: tuple[Any, ...], axes: Axes) -> Mapping[str, str]:
    """Return nothing: the notation has no words but the arguments."""
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One row of the table.

    Attributes
    ----------
    name : str
        The key in `OPERATIONS`, and what documents call it.
    value : callable
        Result from float64 arrays, then the node's parameters.
    exact : callable
        Result from Python numbers or object arrays; integers and fractions stay exact.
    pullback : callable
        ``pullback(g, result, arguments, parameters)``: for each argument, the gradient that flows back to it.
    unit : callable
        ``unit(units, parameters)``: the unit of the result, and the factor that each argument takes on the way in.
        Without one, everything is in the unit of the first argument.
    text, latex : str
        Notation with ``{0}``, ``{1}``, … or ``{arguments}`` for the arguments, and the `words` by their names.
    arity : int or None
        How many arguments it takes; None: one or more.
    form : callable
        ``form(algebra, arguments, parameters)``: the operation in the words of an `Algebra`.
    sign : str or None
        The arithmetic sign that a person types for it.
    precedence : int
        How tightly the notation binds.
    commutative : bool
        Whether the order of two arguments changes nothing.
    associative : bool
        Whether an operand of the same precedence on the right can do without parentheses.
    silent : bool
        Whether a derivation passes over it: a change of unit or shape is not a step of reasoning.
    origins : callable or None
        Of an operation that rearranges axes: ``origins(index, parameters)`` says from which elements of which
        arguments an element of the result is made, and by which operation they are put together, if any.
    direction : {"rises", "falls"} or None
        Whether a function of one argument goes one way wherever it is defined.
    inverse : callable or None
        Of such a function: the argument that gives a number, ``-inf`` or ``inf`` beyond what it can give.
    ufunc : numpy.ufunc or None
        What does it on plain draws: called with the arguments and then the first parameter, if there is any.
    of_numbers : callable or None
        A fast form for two Python floats, for which the pullback holds too; a divisor of 0 may raise.
    parameters_fit : callable
        Whether a tuple can be its parameters; for readers of files.
    axes_fit : callable
        ``axes_fit(result, arguments, parameters)``: whether axes of the result follow from those of the arguments.
    words : callable
        ``words(parameters, axes of the first argument)``: what else stands in the notation, such as an exponent.
    script : str or None
        The operation on numbers in JavaScript, with ``{0}``, ``{1}``, … or ``{arguments}``, and ``{p}`` for the first
        parameter; None where a page cannot do it.
    """

    name: str
    value: Callable[..., Any]
    exact: Callable[..., Any]
    pullback: Callable[..., tuple[Any, ...]]
    unit: UnitRule = unit_of_first
    text: str
    latex: str
    arity: int | None
    form: Callable[[Algebra, Sequence[Any], tuple[Any, ...]], Any]
    sign: str | None = None
    precedence: int = Precedence.ATOM
    commutative: bool = False
    associative: bool = False
    silent: bool = False
    origins: Origins | None = None
    direction: Literal["rises", "falls"] | None = None
    inverse: Callable[[Any], Any] | None = None
    ufunc: np.ufunc | None = None
    of_numbers: Callable[[float, float], float] | None = None
    parameters_fit: Callable[[tuple[Any, ...]], bool] = no_parameters
    axes_fit: Callable[[Axes, Sequence[Axes], tuple[Any, ...]], bool] = same_axes
    words: Callable[[tuple[Any, ...], Axes], Mapping[str, str]] = no_words
    script: str | None = None

    @property
    def elementwise(self) -> bool:
        """Whether each element of the result is made from the same element of every argument."""
        return self.origins is None


# --- rules that rows share ---------------------------------------------------------------------------------------


def unit_of_pure_number(units: Sequence[Unit], parameters: tuple[Any, ...]) -> tuple[Unit, tuple[Fraction, ...]]:
    """Everything as pure numbers."""
    one = Unit("1")
    for each in units:
        if not each.is_dimensionless:
            raise UnitError(f"takes a pure number; got one in {each.text}; divide by a quantity in {each.text} first")
    return one, tuple(conversion_factor(each, one) for each in units)


def elementwise(function: Callable[..., Number]) -> Callable[..., Any]:
    """Let a function of Python numbers also take object arrays."""
    vectorised = np.frompyfunc(function, function.__code__.co_argcount, 1)

    def either(*values: Any) -> Any:
        if any(isinstance(value, np.ndarray) for value in values):
            return vectorised(*values)
        return function(*values)

    return either


def whole(value: Number) -> Number:
    """Return an integral fraction as an int, and one of too many digits as the nearest float.

    Raises
    ------
    OverflowError
        For an integer that is far beyond the range of floats.
    FloatingPointError
        For a fraction that is closer to 0 than any float.
    """
    if isinstance(value, Fraction) and value.denominator != 1:
        size = value.numerator.bit_length() + value.denominator.bit_length()
        nearest = value.numerator / value.denominator
        if nearest == 0.0:
            raise FloatingPointError
        return value if size <= MOST_BITS else nearest
    if isinstance(value, float):
        return value
    value = int(value)
    if value.bit_length() > BITS_OF_FLOATS:
        raise OverflowError
    return value


def is_number(value: Any) -> bool:
    """Whether a value from a file is a number of a kind that the graph holds, within float range."""
    return type(value) in (int, float, Fraction) and abs(value) <= LARGEST
