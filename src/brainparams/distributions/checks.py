"""Which numbers, intervals and levels a distribution accepts, and what the others are told."""

from __future__ import annotations

import math
from collections.abc import Collection
from decimal import Decimal
from numbers import Real
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..errors import KindError, RangeError, ShapeError, shown

FloatArray: TypeAlias = NDArray[np.float64]
Values: TypeAlias = float | FloatArray

DEEPEST = 16  # axes of an array of unknowns; numpy itself ends at 64

CHOICES = "if zero or less is possible, choose Normal.from_interval, Uniform or Triangular; for a fraction, Beta"


def demand(holds: Any, where: str, message: str, *values: Any) -> None:
    """Raise RangeError for the first element that does not hold; `message` shows the `values` at that element."""
    if holds is True or np.all(holds):
        return
    holds, *arrays = np.broadcast_arrays(holds, *values)
    index = np.unravel_index(int(np.argmin(holds)), holds.shape)
    place = f"{where[:-1]}[{', '.join(str(int(each)) for each in index)}])" if index else where
    raise RangeError(f"{place}: {message.format(*(format(float(array[index]), '.12g') for array in arrays))}")


def _one_number(value: object, where: str) -> float:
    """Return one real number as a float."""
    # numpy counts timedelta64 among its integers
    if isinstance(value, bool | np.timedelta64) or not isinstance(value, Real | Decimal):
        message = f"{where}: needs a real number or a plain numpy array of them; got {shown(value)}"
        raise KindError(f"{message} ({type(value).__name__}); convert it with float(...) if that is what it means")
    try:
        result = float(value)
    except OverflowError:
        result = math.inf
    except ValueError:  # a signalling NaN
        result = math.nan
    if math.isinf(result) and value != result:
        raise RangeError(f"{where}: {shown(value)} is beyond float range (1.8e308); use a larger unit")
    return result


def _number_array(value: Any, where: str) -> FloatArray:
    """Return a numpy array or a list of real numbers as float64."""
    if isinstance(value, np.ndarray):
        # subclasses carry a unit or a mask, which a plain array would lose without a word
        if type(value) not in {np.ndarray, np.memmap} or value.dtype.kind not in "iuf":
            message = f"{where}: needs a plain numpy array of real numbers; got {type(value).__name__} of {value.dtype}"
            raise KindError(f"{message}; convert it with .astype(float) if that is what it means")
        with np.errstate(over="ignore"):
            return value.astype(np.float64, copy=False)
    if where.count("[") >= DEEPEST:  # `where` carries the path to this row
        raise ShapeError(f"{where}: nested deeper than {DEEPEST} levels; give a flatter array")
    if not all(type(each) is float for each in value):
        value = [checked_numbers(each, f"{where[:-1]}[{index}])", finite=False) for index, each in enumerate(value)]
    try:
        return np.array(value, dtype=np.float64)
    except ValueError:
        raise ShapeError(f"{where}: rows differ in length in {shown(value)}; make them equal") from None


def checked_numbers(value: object, where: str, *, finite: bool = True) -> Values:
    """Return one number or an array of them as float or float64 array; NaN never, infinity only where allowed."""
    if type(value) is float and math.isfinite(value):  # nearly always so, and a hundredth of the time
        return value
    is_array = isinstance(value, np.ndarray | list | tuple)
    result = _number_array(value, where) if is_array else np.array(_one_number(value, where))
    if result.ndim > DEEPEST:
        raise ShapeError(f"{where}: has {result.ndim} axes; at most {DEEPEST}; reshape it")
    if result.size == 0:
        raise RangeError(f"{where}: holds no numbers; give at least one")
    demand(~np.isnan(result), where, "not a number; leave it out instead")
    if finite:
        demand(np.isfinite(result), where, "must be finite; got {0}; give a bound that is a number", result)
    return plain(result)


def plain(value: Any) -> Values:
    """Return a plain float for a single number and a float64 array otherwise."""
    return float(value) if np.ndim(value) == 0 else np.asarray(value, dtype=np.float64)


def _frozen(value: Values, shape: tuple[int, ...]) -> Values:
    """Return a read-only copy of `value` of this shape."""
    copy = np.broadcast_to(value, shape) + 0.0  # minus zero would be equal and yet have another key
    if shape:
        copy.setflags(write=False)
    return plain(copy)


def settle(where: str, may_be_infinite: Collection[str] = (), /, **given: object) -> list[Values]:
    """Return the arguments of `where` as checked, read-only numbers of one common shape."""
    numbers = {
        name: checked_numbers(value, f"{where}({name})", finite=name not in may_be_infinite)
        for name, value in given.items()
    }
    if all(type(each) is float for each in numbers.values()):
        return [each + 0.0 for each in numbers.values()]  # as in `_frozen`
    try:
        shape = np.broadcast_shapes(*(np.shape(each) for each in numbers.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {np.shape(each)}" for name, each in numbers.items())
        raise ShapeError(f"{where}(): arguments need one common shape; got {shapes}; make them equal") from None
    return [_frozen(each, shape) for each in numbers.values()]


def demand_interval(where: str, low: Values, high: Values) -> None:
    """Raise RangeError unless `low` < `high` and the width is a float."""
    demand(np.less_equal(low, high), f"{where}(low)", "lower {0} above upper {1}; swap them?", low, high)
    demand(np.less(low, high), f"{where}(low)", "zero width at {0}; use an exact value", low)
    width = np.subtract(high, low)
    demand(np.isfinite(width), f"{where}(low)", "{0} to {1} is wider than float range (1.8e308)", low, high)


def tails_of(level: object, where: str) -> tuple[float, float]:
    """Return the two probabilities between which an equal-tailed interval of this level lies."""
    value = checked_numbers(level, f"{where}(level)")
    if not isinstance(value, float):
        raise ShapeError(f"{where}(level): needs one number for all intervals; got {shown(level)}")
    hint = f"; did you mean {value / 100:.12g}?" if 1 < value < 100 else "; 0.9 is the 5–95 % range"
    demand(0 < value < 1, f"{where}(level)", "must be in (0, 1); got {0}" + hint, value)
    low, high = (1 - value) / 2, (1 + value) / 2
    demand(0 < low < high < 1, f"{where}(level)", "{0} is too close to 0 or 1 for floats; use 0.9", value)
    return low, high


def demand_sd(sd: Values, where: str) -> None:
    """Raise RangeError for a negative standard deviation."""
    message = "standard deviation must be >= 0; got {0}; did you mean {1}?"
    demand(np.greater_equal(sd, 0), where, message, sd, np.negative(sd))


def settle_row(where: str, value: object) -> FloatArray:
    """Return a checked row of numbers; `where` names the argument."""
    row = checked_numbers(value, where)
    if isinstance(row, float) or row.ndim != 1:
        raise ShapeError(f"{where}: needs one row of numbers; got shape {np.shape(row)}; write [x, y]")
    return row


def settle_weights(where: str, value: object, count: int, *, normalise: bool = False) -> FloatArray:
    """Return `count` positive weights as a read-only row with sum 1; another sum is scaled only if told to."""
    weights = settle_row(f"{where}(weights)", value)
    if len(weights) != count:
        raise ShapeError(f"{where}(weights): needs {count} weights, one each; got {len(weights)}")
    demand(weights > 0, f"{where}(weights)", "a weight must be above 0; got {0}; leave out what is impossible", weights)
    largest = float(np.max(weights))
    total = math.fsum(weights / largest) * largest
    if not normalise:
        message = "weights must sum to 1; they sum to {0}; correct them, or write {1}.normalised(...) to scale them"
        demand(abs(total - 1) <= 1e-9, f"{where}(weights)", message.replace("{1}", where), total)
    # a sum of 1 but for rounding stays as it is, so that a copy has the same digits
    scaled = weights + 0.0 if abs(total - 1) <= 1e-15 else weights / largest / math.fsum(weights / largest)
    demand(scaled > 0, f"{where}(weights)", "{0} vanishes beside the others; leave it out", weights)
    scaled.setflags(write=False)
    return scaled
