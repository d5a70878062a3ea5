"""Values on their way to an input: text, numbers, beliefs, arrays and foreign quantities, read in one place."""

from __future__ import annotations

import datetime
import math
import numbers
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from ..checks import percent
from ..distributions import Distribution, LogNormal, Normal, Point, StudentT, between, from_percentiles
from ..errors import ArgumentError, KindError, PrecisionWarning, RangeError, ShapeError, shown, warn
from ..foreign import is_ufloat
from ..render.numbers import weight_of, written
from ..units import Unit, read_unit
from ..units.notation import Reading, read
from .axes import Axis
from .nodes import Row
from .operations import LARGEST, Number, whole

__all__ = ["NO_SD", "Value", "exact_array", "number", "same_unit", "single", "written"]

NO_SD = "standard deviation 0"
FEW_VALUES = 4  # of a discrete belief, which are told one by one
MOST_DECIMALS = 500
TIMES = (np.timedelta64, np.datetime64, datetime.timedelta, datetime.date, datetime.time)


class Value(NamedTuple):
    """A value on its way to a leaf."""

    value: Any
    unit: Unit | None
    written: str
    spread: str | None = None
    axes: tuple[Axis, ...] = ()
    notes: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


def single(value: Any, unit: str | Unit | None, where: str, scale: Fraction = Fraction(1)) -> Value:
    """Return one number with what is known about it: text, a number, a belief, a ufloat; a text may be scaled."""
    if isinstance(value, str):
        return _from_text(value, unit, where, scale)
    target = read_unit(unit, where) if unit is not None else None
    if is_ufloat(value):
        return _from_distribution(Normal(float(value.nominal_value), float(value.std_dev)), target, where)
    if isinstance(value, Distribution):
        return _from_distribution(value, target, where)
    plain = number(value, where)
    return Value(plain, target, written(plain), notes=_precision_notes(plain, where))


def exact_array(values: list[Any], shape: tuple[int, ...]) -> Any:
    """Return numbers as an array that keeps them exact, and that nobody can write to."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    array = array.reshape(shape)
    array.setflags(write=False)
    return array


def same_unit(foreign: Unit, target: Unit, where: str) -> Unit:
    """Return a unit that came with a value, unless another is asked for beside it."""
    if foreign != target:
        raise ArgumentError(
            f"{where}: the unit is given twice: {foreign} with the value and {target} beside it; give one"
        )
    return foreign


def _from_text(text: str, unit: str | Unit | None, where: str, scale: Fraction) -> Value:
    reading = read(text, where)
    reading = reading if scale == 1 else reading.scaled(scale)
    target = read_unit(unit, where) if unit is not None else None
    if reading.unit is not None and target is not None and reading.unit != target.without_bounds():
        raise ArgumentError(
            f"{where}: the unit is given twice: {reading.unit} in {shown(text)} and {target} beside it; give one"
        )
    numeral, spread = _numeral_of(reading)
    notes = (*reading.notes, *_zero_spread(reading))
    return Value(_value_of(reading, where), reading.unit or target, numeral, spread, notes=notes)


def _value_of(reading: Reading, where: str) -> Any:
    if reading.low is not None and reading.high is not None:
        if reading.low <= 0:
            raise RangeError(
                f"{where}: a range in text is lognormal and needs positive bounds; got {_numeral_of(reading)[0]}; "
                f"if zero or less is possible, choose bp.Normal.from_interval, bp.Uniform or bp.Triangular; for a "
                f"fraction, bp.Beta"
            )
        return between(float(reading.low), float(reading.high), level=reading.level)
    assert reading.value is not None  # it is None for ranges only
    if reading.factor is not None:
        return LogNormal.from_median(float(reading.value), float(reading.factor))
    if reading.plus is not None and reading.minus is not None:
        tail, value = (1 - reading.level) / 2, reading.value
        ends = {tail: float(value - reading.minus), 0.5: float(value), 1 - tail: float(value + reading.plus)}
        return from_percentiles(ends)
    return _measured(reading) if reading.sd else whole(reading.value)


def _measured(reading: Reading) -> Distribution:
    """Return a normal, or what is believed of the mean of as many individuals."""
    value, sd = float(reading.value or 0), float(reading.sd or 0)
    if reading.n is None:
        return Normal(value, sd)
    return StudentT(value, sd if reading.of_mean else sd / math.sqrt(reading.n), reading.n - 1)


def _zero_spread(reading: Reading) -> tuple[str, ...]:
    return (f"{NO_SD}: taken as exact",) if reading.sd is not None and reading.sd == 0 else ()


def _numeral_of(reading: Reading) -> tuple[str, str | None]:
    if reading.low is not None and reading.high is not None:
        return _range_in_words(float(reading.low), float(reading.high)), f"{percent(reading.level)}, lognormal"
    if reading.sd:
        return f"{written(reading.value)} ± {written(reading.sd)}", _spread_in_words(reading.n, reading.of_mean)
    if reading.factor is not None:
        return f"{written(reading.value)} ×/÷ {written(reading.factor)}", "geometric standard deviation, lognormal"
    if reading.plus is not None and reading.minus is not None:
        sides = f"+{written(reading.plus)}/-{written(reading.minus)}"
        return f"{written(reading.value)} {sides}", percent(reading.level)
    return written(reading.value), NO_SD if reading.sd is not None else None


def _spread_in_words(n: int | None, of_mean: bool) -> str:
    if n is None:
        return "standard error of the mean, normal" if of_mean else "standard deviation, normal"
    error = (
        f"standard error of the mean of {n}"
        if of_mean
        else f"of the mean of {n}, by the standard deviation between them"
    )
    return f"{error}; Student t"


def _from_distribution(belief: Distribution, unit: Unit | None, where: str) -> Value:
    if isinstance(belief, Normal) and belief.shape == () and belief.sd == 0:
        return Value(float(belief.mean), unit, written(float(belief.mean)), NO_SD, notes=(f"{NO_SD}: taken as exact",))
    if isinstance(belief, Point) and belief.shape == ():
        return Value(float(belief.mean), unit, written(float(belief.mean)))
    if belief.shape:
        raise ShapeError(
            f"{where}: a distribution of {belief.shape} elements needs the names of its axes, such as axis='region', "
            f"and may have as many labels: axis={{'region': […]}}"
        )
    try:
        return Value(belief, unit, *_belief_in_words(belief))
    except OverflowError:
        raise RangeError(
            f"{where}: {belief!r} has a geometric standard deviation beyond float range (1.8e308); sigma is its "
            f"natural logarithm"
        ) from None


def _belief_in_words(belief: Distribution) -> tuple[str, str]:
    if isinstance(belief, Normal):
        return f"{written(belief.mean)} ± {written(belief.sd)}", "standard deviation, normal"
    if isinstance(belief, LogNormal):
        return (
            f"{written(math.exp(belief.mu))} ×/÷ {written(math.exp(belief.sigma))}",
            "geometric standard deviation, lognormal",
        )
    if belief.atoms is not None and len(belief.atoms[0]) == 1:
        return written(float(belief.mean)), belief.name
    if belief.atoms is not None and len(belief.atoms[0]) <= FEW_VALUES:
        values = zip(*(each.tolist() for each in belief.atoms), strict=True)
        return ", ".join(f"{written(value)} ({weight_of(weight)})" for value, weight in values), belief.name
    return _range_in_words(float(belief.ppf(0.05)), float(belief.ppf(0.95))), f"90 %, {belief.name}"


def _range_in_words(low: float, high: float) -> str:
    """Return both ends, with digits enough to tell them apart."""
    one, other = written(low), written(high)
    return f"{low!r} to {high!r}" if one == other and low != high else f"{one} to {other}"


def _as_text(value: Any) -> str:
    """Return what to write for a duration of numpy, and an example for any other time."""
    unit, step = np.datetime_data(value.dtype) if isinstance(value, np.timedelta64) else ("", 1)
    named = {"ns": "ns", "us": "us", "ms": "ms", "s": "s", "m": "minute", "h": "hour", "D": "day"}.get(unit)
    return f"{int(value.astype(np.int64)) * step} {named}" if named and not np.isnat(value) else "3600 s"


def number(value: Any, where: str) -> Number:
    """Return a Python number: integers and fractions exact, integral floats as integers."""
    if value is None:
        raise KindError(f"{where}: no value; give a number with a unit, such as '86e9 neuron'")
    if isinstance(value, TIMES):  # numpy counts its own among its integers
        raise KindError(
            f"{where}: {shown(value)} is a time, not a number; give a quantity of time, such as '{_as_text(value)}'"
        )
    if isinstance(value, bool | np.bool_):
        raise KindError(f"{where}: {value} is not a count; give a number with a unit, such as '1 neuron'")
    if isinstance(value, numbers.Integral):
        return _in_range(int(value), where)
    if isinstance(value, Decimal):
        value = _of_decimal(value)
    if isinstance(value, Fraction):
        return _kept(_in_range(value, where), where)
    if isinstance(value, float | np.floating):
        plain = float(value)
        if math.isnan(plain):
            raise RangeError(f"{where}: not a number (NaN); leave it out instead")
        if math.isinf(plain):
            raise RangeError(f"{where}: {value} is not finite; give a number within float range (1.8e308)")
        return int(plain) if plain.is_integer() and abs(plain) < 2**53 else plain
    raise KindError(
        f"{where}: {shown(value)} ({type(value).__name__}) cannot be a quantity; give text such as '86e9 neuron', a "
        f"number, a distribution, or an array with axis="
    )


def _in_range(value: Number, where: str) -> Number:
    if not -LARGEST <= value <= LARGEST:
        raise RangeError(f"{where}: {shown(value)} is beyond float range (1.8e308); use a larger unit")
    return value


def _kept(value: Number, where: str) -> Number:
    try:
        return whole(value)
    except FloatingPointError:
        raise RangeError(f"{where}: a number closer to 0 than any float (2.2e-308); use a smaller unit") from None


def _of_decimal(value: Decimal) -> Fraction | float:
    """Return a decimal number as it is, unless its exponent alone would fill the memory."""
    if not value.is_finite():
        return math.nan if value.is_nan() else float(value)
    if value and abs(value.adjusted()) > MOST_DECIMALS:
        beyond = Fraction(10) ** int(math.copysign(MOST_DECIMALS, value.adjusted()))  # as far out of range
        return -beyond if value < 0 else beyond
    return Fraction(value)


def _precision_notes(plain: Number, where: str) -> tuple[str, ...]:
    if isinstance(plain, float) and 0 < abs(plain) < 2.3e-308:
        warn(
            f"{where}: {plain} is denormal: it carries fewer digits than other floats",
            PrecisionWarning,
        )
        return ("denormal: fewer digits than other floats",)
    return ()
