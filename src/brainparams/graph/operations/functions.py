"""Rows of functions: of one pure number, the smaller and the larger of two, a choice, a quantile at a score."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from ...errors import RangeError
from ...units import Unit
from .row import ONE, Algebra, Number, Operation, elementwise, unit_of_first, unit_of_pure_number

__all__ = ["arctan", "choose", "cos", "exp", "log", "log1p", "log10", "maximum", "minimum", "quantile", "sin"]


LOG_OF_TEN = math.log(10.0)
MOST_DECADES = 308

# --- of one pure number ------------------------------------------------------------------------------------------


def _exact_log(value: Number) -> Number:
    if value <= 0:
        raise RangeError(f"log: needs a number > 0; got {value}")
    return 0 if value == 1 else math.log(value)


def _exact_log10(value: Number) -> Number:
    if value <= 0:
        raise RangeError(f"log10: needs a number > 0; got {value}")
    found = math.log10(value)
    power = round(found)
    return power if abs(power) <= MOST_DECADES and value == Fraction(10) ** power else found


def _exact_log1p(value: Number) -> Number:
    if value <= -1:
        raise RangeError(f"log1p: needs a number > -1; got {value}")
    return 0 if value == 0 else math.log1p(value)


def _power_of_ten(value: Any) -> Any:
    with np.errstate(over="ignore"):
        return np.power(10.0, value)


def _known_at_zero(result: int, function: Callable[[Number], float]) -> Callable[[Number], Number]:
    return lambda value: result if value == 0 else function(value)


def _log_or_less(value: Any) -> Any:
    with np.errstate(divide="ignore"):
        return np.log(np.maximum(value, 0.0))


def _tangent_or_beyond(value: Any) -> Any:
    quarter = math.pi / 2
    return np.where(np.abs(value) < quarter, np.tan(value), np.copysign(np.inf, value))


def _function(
    name: str,
    ufunc: np.ufunc,
    exact: Any,
    pullback: Callable[..., tuple[Any, ...]],
    *,
    word: str | None = None,
    latex: str | None = None,
    direction: Literal["rises", "falls"] | None = None,
    inverse: Callable[[Any], Any] | None = None,
    form: Callable[[Algebra, Sequence[Any], tuple[Any, ...]], Any] | None = None,
    script: str | None = None,
) -> Operation:
    """Return the row of a function that takes a pure number and gives one."""
    row = Operation(
        name=name,
        value=ufunc,
        exact=elementwise(exact),
        pullback=pullback,
        unit=unit_of_pure_number,
        text=f"{word or name}({{0}})",
        latex=rf"{latex or chr(92) + (word or name)}\left({{0}}\right)",
        arity=1,
        form=form or (lambda algebra, a, p: algebra.applied(row, a[0])),
        ufunc=ufunc,
        direction=direction,
        inverse=inverse,
        script=f"Math.{script or name}({{0}})",
    )
    return row


exp: Operation = _function(
    "exp",
    np.exp,
    _known_at_zero(1, math.exp),
    lambda g, r, a, p: (g * r,),
    direction="rises",
    inverse=_log_or_less,
    form=lambda algebra, a, p: algebra.exponential(exp, a[0]),
)
log: Operation = _function(
    "log",
    np.log,
    _exact_log,
    lambda g, r, a, p: (g / a[0],),
    word="ln",
    direction="rises",
    inverse=np.exp,
    form=lambda algebra, a, p: algebra.logarithm(log, a[0]),
)
log10 = _function(
    "log10",
    np.log10,
    _exact_log10,
    lambda g, r, a, p: (g / (a[0] * LOG_OF_TEN),),
    latex=r"\log_{{10}}",
    direction="rises",
    inverse=_power_of_ten,
)
log1p = _function(
    "log1p",
    np.log1p,
    _exact_log1p,
    lambda g, r, a, p: (g / (1.0 + a[0]),),
    latex=r"\mathrm{{log1p}}",
    direction="rises",
    inverse=np.expm1,
)
sin = _function("sin", np.sin, _known_at_zero(0, math.sin), lambda g, r, a, p: (g * np.cos(a[0]),))
cos = _function("cos", np.cos, _known_at_zero(1, math.cos), lambda g, r, a, p: (-g * np.sin(a[0]),))
arctan = _function(
    "arctan",
    np.arctan,
    _known_at_zero(0, math.atan),
    lambda g, r, a, p: (g / (1.0 + a[0] * a[0]),),
    direction="rises",
    inverse=_tangent_or_beyond,
    script="atan",
)


# --- the smaller and the larger ----------------------------------------------------------------------------------


def _smaller(a: Number, b: Number) -> Number:
    return min(a, b)


def _larger(a: Number, b: Number) -> Number:
    return max(a, b)


minimum: Operation = Operation(
    name="minimum",
    script="Math.min({0}, {1})",
    value=np.minimum,
    exact=elementwise(_smaller),
    pullback=lambda g, r, a, p: (g * (a[0] <= a[1]), g * (a[0] > a[1])),
    text="min({0}, {1})",
    latex=r"\min\left({0}, {1}\right)",
    arity=2,
    form=lambda algebra, a, p: algebra.extreme(minimum, *a),
    commutative=True,
    ufunc=np.minimum,
)
maximum: Operation = Operation(
    name="maximum",
    script="Math.max({0}, {1})",
    value=np.maximum,
    exact=elementwise(_larger),
    pullback=lambda g, r, a, p: (g * (a[0] >= a[1]), g * (a[0] < a[1])),
    text="max({0}, {1})",
    latex=r"\max\left({0}, {1}\right)",
    arity=2,
    form=lambda algebra, a, p: algebra.extreme(maximum, *a),
    commutative=True,
    ufunc=np.maximum,
)


# --- a choice, and the quantile of a belief ----------------------------------------------------------------------


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
    unit, factors = unit_of_first(options, parameters)
    return unit, (ONE, *factors)


def _quantile(score: Any, belief: Any) -> Any:
    if not belief.shape:
        return belief.at_score(score)
    return np.moveaxis(belief.at_score(np.moveaxis(score, -1, 0)), 0, -1)  # beliefs have the draws first


def _quantile_pullback(g: Any, result: Any, arguments: Sequence[Any], parameters: tuple[Any, ...]) -> tuple[Any, ...]:
    """Differences of the fourth order: exact for a normal belief, and a belief knows no density."""
    (score,), (belief,), step = arguments, parameters, 1e-3
    near = _quantile(score + step, belief) - _quantile(score - step, belief)
    far = _quantile(score + 2 * step, belief) - _quantile(score - 2 * step, belief)
    return (g * (8.0 * near - far) / (12.0 * step),)


def _no_constant(*values: Any) -> Any:
    raise RangeError("quantile: a normal score is uncertain by its nature; got an exact number")


choose = Operation(
    name="choose",
    script="pick({arguments})",
    value=_choose,
    exact=lambda selector, *options: options[int(selector)],
    pullback=_choose_pullback,
    unit=_unit_of_choice,
    text="choose({arguments})",
    latex=r"\mathrm{{choose}}\left({arguments}\right)",
    arity=None,
    form=lambda algebra, a, p: algebra.chosen(a[0], a[1:]),
)
quantile = Operation(
    name="quantile",
    value=_quantile,
    exact=_no_constant,
    pullback=_quantile_pullback,
    text="{0}",
    latex="{0}",
    arity=1,
    form=lambda algebra, a, p: algebra.at_score(p[0], a[0]),
    parameters_fit=lambda parameters: False,  # a file tells a correlated input as such, never as a bare operation
)
