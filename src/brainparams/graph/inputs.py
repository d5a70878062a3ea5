"""Making leaves: text, numbers, distributions, arrays and foreign quantities become checked leaves."""

from __future__ import annotations

import math
import numbers
import secrets
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from ..checks import percent, words
from ..distributions import Distribution, LogNormal, Normal, Point, between, from_percentiles, stack
from ..errors import (
    ArgumentError,
    KindError,
    NegativeWarning,
    PrecisionWarning,
    RangeError,
    ShapeError,
    SourceError,
    UnitError,
    shown,
)
from ..foreign import door, is_pint, is_ufloat
from ..units import COUNTED, Unit
from ..units.notation import Reading, read
from .axes import Axis
from .nodes import UNSTATED, Group, Leaf, Node
from .operations import LARGEST, Number, whole

if TYPE_CHECKING:
    from ..citations import Citation

__all__ = ["check_counts", "citations_of", "leaf", "node_from", "plain_number"]

NOTICEABLE = 0.01
NO_SD = "standard deviation 0"


@dataclass(frozen=True, slots=True)
class _Value:
    """A value on its way to a leaf."""

    value: Any
    unit: Unit | None
    written: str
    spread: str | None = None
    axes: tuple[Axis, ...] = ()
    notes: tuple[str, ...] = ()


def leaf(
    group: Group,
    value: Any,
    unit: str | Unit | None = None,
    *,
    source: Any = None,
    because: str | None = None,
    name: str | None = None,
    symbol: str | None = None,
    axis: str | None = None,
    locator: str | None = None,
    status: str | None = None,
    note: str | None = None,
    finding: str | None = None,
    uid: str | None = None,
    where: str | None = None,
) -> Leaf:
    """Return a checked leaf of one of the four groups; see ``measured``, ``assumed``, ``exact`` and ``given``."""
    where = where or f"{group}()"
    taken = _taken(value, unit, axis, where)
    if group == "exact":
        _check_exact(taken, value, where)
    checked_unit = _demanded_unit(taken, value, where)
    check_counts(taken.value, taken.written, checked_unit, where)
    return Leaf(
        uid=uid or (f"finding:{finding}" if finding else secrets.token_hex(8)),
        value=taken.value,
        unit=checked_unit.without_bounds(),
        group=group,
        written=taken.written,
        spread=taken.spread or (None if isinstance(taken.value, Distribution) else UNSTATED.get(group)),
        axes=taken.axes,
        name=_words(name, where, "name"),
        symbol=_words(symbol, where, "symbol"),
        because=_reason(because, where, needed=group == "assumed"),
        citations=citations_of(source, where, needed=group == "measured"),
        locator=locator,
        status=status,
        note="; ".join(filter(None, (note, *taken.notes))) or None,
    )


def plain_number(value: Any, where: str = "number", *, latent: bool = False) -> Leaf:
    """Return a plain factor; the same number is the same leaf everywhere, however it is spelt.

    A latent one is a weight behind a correlated input; derivations do not tell it.
    """
    number = _number(value, where)
    top, bottom = Fraction(number).as_integer_ratio()
    text = str(top) if bottom == 1 else f"{top}/{bottom}"
    group: Group = "latent" if latent else "exact"
    return Leaf(f"{'weight' if latent else 'number'}:{text}", number, Unit("1"), group, _written(number))


def node_from(value: Any, unit: Unit | None = None, where: str = "given()") -> Node:
    """Return a node for something that came in bare: text, a pint quantity, a ``ufloat``, or an array of numbers."""
    if is_pint(value):
        magnitude, foreign, _ = door("pint_quantities").from_pint(value, where)
        if not is_ufloat(magnitude):
            return leaf("given", value, unit, where=where)
        value, unit = magnitude, foreign if unit is None else _same(foreign, unit, where)
    if is_ufloat(value):
        return door("ufloats").from_uncertainties(value, unit, where)  # type: ignore[no-any-return]
    return leaf("given", value, unit, where=where)


# --- reading values ----------------------------------------------------------------------------------------------


def _taken(value: Any, unit: str | Unit | None, axis: str | None, where: str) -> _Value:
    if isinstance(value, str):
        return _from_text(value, unit, where)
    target = Unit(unit) if unit is not None else None
    if axis is not None or isinstance(value, Mapping | list | tuple | np.ndarray):
        return _from_array(value, target, axis, where)
    if is_pint(value):
        magnitude, foreign, notes = door("pint_quantities").from_pint(value, where)
        taken = _taken(magnitude, foreign, None, where)
        own = foreign if target is None else _same(foreign, target, where)
        return _Value(taken.value, own, taken.written, taken.spread, notes=tuple(notes))
    if is_ufloat(value):
        return _from_distribution(Normal(float(value.nominal_value), float(value.std_dev)), target)
    if isinstance(value, Distribution):
        return _from_distribution(value, target)
    number = _number(value, where)
    notes = _precision_notes(number, where)
    return _Value(number, target, _written(number), notes=notes)


def _same(foreign: Unit, target: Unit, where: str) -> Unit:
    if foreign != target:
        raise ArgumentError(
            f"{where}: the unit is given twice: {foreign} with the value and {target} beside it; give one"
        )
    return foreign


def _from_text(text: str, unit: str | Unit | None, where: str) -> _Value:
    reading = read(text, where)
    target = Unit(unit) if unit is not None else None
    if reading.unit is not None and target is not None and reading.unit != target.without_bounds():
        raise ArgumentError(
            f"{where}: the unit is given twice: {reading.unit} in {shown(text)} and {target} beside it; give one"
        )
    written, spread = _numeral_of(reading)
    notes = (*reading.notes, *_zero_spread(reading))
    return _Value(_value_of(reading, where), reading.unit or target, written, spread, notes=notes)


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
    return Normal(float(reading.value), float(reading.sd)) if reading.sd else whole(reading.value)


def _zero_spread(reading: Reading) -> tuple[str, ...]:
    return (f"{NO_SD}: taken as exact",) if reading.sd is not None and reading.sd == 0 else ()


def _numeral_of(reading: Reading) -> tuple[str, str | None]:
    if reading.low is not None and reading.high is not None:
        return f"{_written(reading.low)} to {_written(reading.high)}", f"{percent(reading.level)}, lognormal"
    if reading.sd:
        return f"{_written(reading.value)} ± {_written(reading.sd)}", "standard deviation, normal"
    if reading.factor is not None:
        return f"{_written(reading.value)} ×/÷ {_written(reading.factor)}", "geometric standard deviation, lognormal"
    if reading.plus is not None and reading.minus is not None:
        sides = f"+{_written(reading.plus)}/-{_written(reading.minus)}"
        return f"{_written(reading.value)} {sides}", percent(reading.level)
    return _written(reading.value), NO_SD if reading.sd is not None else None


def _from_distribution(belief: Distribution, unit: Unit | None) -> _Value:
    if isinstance(belief, Normal) and belief.shape == () and belief.sd == 0:
        return _Value(
            float(belief.mean), unit, _written(float(belief.mean)), NO_SD, notes=(f"{NO_SD}: taken as exact",)
        )
    if isinstance(belief, Point) and belief.shape == ():
        return _Value(float(belief.mean), unit, _written(float(belief.mean)))
    if belief.shape:
        raise ShapeError("a distribution of an array needs axis='name', and as many labels as it has elements")
    return _Value(belief, unit, *_belief_in_words(belief))


def _belief_in_words(belief: Distribution) -> tuple[str, str]:
    if isinstance(belief, Normal):
        return f"{_written(belief.mean)} ± {_written(belief.sd)}", "standard deviation, normal"
    if isinstance(belief, LogNormal):
        return (
            f"{_written(math.exp(belief.mu))} ×/÷ {_written(math.exp(belief.sigma))}",
            "geometric standard deviation, lognormal",
        )
    low, high = belief.ppf(0.05), belief.ppf(0.95)
    return f"{_written(float(low))} to {_written(float(high))}", f"90 %, {belief.name}"


def _from_array(value: Any, unit: Unit | None, axis: str | None, where: str) -> _Value:
    if axis is None:
        raise ShapeError(f"{where}: an array needs the name of its axis, such as axis='region'; got {shown(value)}")
    if isinstance(value, set | frozenset) or not isinstance(value, Mapping | list | tuple | np.ndarray | Distribution):
        raise KindError(f"{where}: axis={axis!r} needs a dict, a list or an array; got {shown(value)}")
    if isinstance(value, Distribution):
        labels = tuple(str(position) for position in range(value.shape[0] if value.shape else 0))
        return _Value(value, unit, f"{len(labels)} values", None, (Axis(axis, labels),))
    if isinstance(value, np.ndarray) and value.dtype != object:
        return _from_numbers(value, unit, axis, where)
    labels = tuple(str(key) for key in value) if isinstance(value, Mapping) else tuple(map(str, range(len(value))))
    items = list(value.values()) if isinstance(value, Mapping) else list(value)
    if not items:
        raise ShapeError(f"{where}: an array along {axis!r} needs at least one element")
    taken = [
        _taken(item, None, None, f"{where.removesuffix('()')}({axis}={label!r})")
        for label, item in zip(labels, items, strict=True)
    ]
    unit = _common_unit(taken, unit, where)
    values = [_in_unit(each, unit) for each in taken]
    return _Value(_side_by_side(values), unit, _listed([each.written for each in taken]), None, (Axis(axis, labels),))


def _from_numbers(value: Any, unit: Unit | None, axis: str, where: str) -> _Value:
    if value.ndim != 1:
        raise ShapeError(f"{where}: an array needs one axis per dimension; got shape {value.shape} for axis {axis!r}")
    if value.dtype.kind not in "iuf":
        raise KindError(f"{where}: an array of numbers is needed; got {value.dtype}; convert it with .astype(float)")
    if not np.all(np.isfinite(value)):
        raise RangeError(f"{where}: the array holds numbers that are not finite; leave them out instead")
    exact = np.array([_number(each, where) for each in value.tolist()], dtype=object)
    exact.setflags(write=False)
    return _Value(
        exact,
        unit,
        _listed([_written(each) for each in exact]),
        None,
        (Axis(axis, tuple(map(str, range(value.size)))),),
    )


def _listed(written: list[str]) -> str:
    few = written if len(written) <= 6 else [*written[:5], "…"]
    return f"[{', '.join(few)}]" + (f" ({len(written)} values)" if len(written) > 6 else "")


def _common_unit(taken: list[_Value], unit: Unit | None, where: str) -> Unit:
    units = [each.unit for each in taken if each.unit is not None] + ([unit] if unit else [])
    if not units or (len(units) < len(taken) and unit is None):
        raise UnitError(f"{where}: every element needs a unit, or give one unit for all as the second argument")
    return unit or units[0]


def _in_unit(each: _Value, unit: Unit) -> Any:
    if each.unit is None or each.unit == unit:
        return each.value
    raise UnitError(f"array: one element is in {each.unit} and another in {unit}; write all in one unit")


def _side_by_side(values: list[Any]) -> Any:
    if any(isinstance(each, Distribution) for each in values):
        return stack([each if isinstance(each, Distribution) else Point(float(each)) for each in values])
    exact = np.empty(len(values), dtype=object)
    exact[:] = values
    exact.setflags(write=False)
    return exact


def _number(value: Any, where: str) -> Number:
    """Return a Python number: integers and fractions exact, integral floats as integers."""
    if value is None:
        raise KindError(f"{where}: no value; give a number with a unit, such as '86e9 neuron'")
    if isinstance(value, bool | np.bool_):
        raise KindError(f"{where}: {value} is not a count; give a number with a unit, such as '1 neuron'")
    if isinstance(value, numbers.Integral):
        return _in_range(int(value), where)
    if isinstance(value, Decimal):
        value = Fraction(value) if value.is_finite() else float(value)
    if isinstance(value, Fraction):
        return _in_range(whole(value), where)
    if isinstance(value, float | np.floating):
        number = float(value)
        if math.isnan(number):
            raise RangeError(f"{where}: not a number (NaN); leave it out instead")
        if math.isinf(number):
            raise RangeError(f"{where}: {value} is not finite; give a number within float range (1.8e308)")
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    raise KindError(
        f"{where}: {shown(value)} ({type(value).__name__}) cannot be a quantity; give text such as '86e9 neuron', a "
        f"number, a distribution, or an array with axis="
    )


def _in_range(value: Number, where: str) -> Number:
    if not -LARGEST <= value <= LARGEST:
        raise RangeError(f"{where}: {shown(value)} is beyond float range (1.8e308)")
    return value


def _precision_notes(number: Number, where: str) -> tuple[str, ...]:
    if isinstance(number, float) and 0 < abs(number) < 2.3e-308:
        warnings.warn(
            f"{where}: {number} is denormal: it carries fewer digits than other floats", PrecisionWarning, stacklevel=5
        )
        return ("denormal: fewer digits than other floats",)
    return ()


def _written(value: Any) -> str:
    """Return a number as a person would write it."""
    if isinstance(value, int) and abs(value) < 10**5:
        return str(value)
    if isinstance(value, int) and len(str(abs(value)).rstrip("0")) > 6:
        return f"{value:,}"
    text = f"{float(value):.6g}" if not isinstance(value, int) else f"{float(value):.5e}"
    mantissa, _, exponent = text.partition("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


# --- checking ----------------------------------------------------------------------------------------------------


def _check_exact(taken: _Value, value: Any, where: str) -> None:
    if isinstance(taken.value, Distribution):
        raise RangeError(
            f"{where}: {shown(value)} has a spread, and an exact number has none; use bp.measured with a source or "
            f"bp.assumed with a reason"
        )


def _demanded_unit(taken: _Value, value: Any, where: str) -> Unit:
    if taken.unit is None:
        raise UnitError(
            f"{where}: {shown(value)} has no unit; write it behind the number or as the second argument, such as "
            f"'86e9 neuron', '7000 synapse/neuron', or '1' for a pure number"
        )
    return taken.unit


def check_counts(value: Any, written: str, unit: Unit, where: str) -> None:
    """Refuse a count, or anything per count, that is negative; warn where it may be."""
    if not any(name in COUNTED for name, _ in unit.terms):
        return
    if isinstance(value, Distribution):
        share = float(np.max(value.cdf(np.zeros(value.shape) if value.shape else 0.0)))
        if np.any(value.support[1] <= 0):
            raise RangeError(f"{where}: all of {written} {unit} is below zero; counts are >= 0")
        if np.any(value.mean < 0):
            raise RangeError(f"{where}: {written} {unit} lies below zero; counts are >= 0; write a loss as a - b")
        if share > NOTICEABLE:
            warnings.warn(
                f"{where}: {share:.0%} of the draws of {written} {unit} are negative, and counts are not; "
                f"use a lognormal, such as bp.LogNormal.from_mean(mean, sd), or a range 'low to high'",
                NegativeWarning,
                stacklevel=4,
            )
        return
    values = value if isinstance(value, np.ndarray) else [value]
    if any(each < 0 for each in values):
        raise RangeError(f"{where}: {written} {unit}: counts are >= 0; write a loss as a - b")


def _reason(because: str | None, where: str, *, needed: bool) -> str | None:
    reason = _words(because, where, "because")
    if needed and reason is None:
        raise SourceError(f"{where}: a judgement needs a reason; say because='range given by textbooks', or the like")
    return reason


def citations_of(source: Any, where: str, *, needed: bool = False) -> tuple[Citation, ...]:
    """Return the references that an argument names: none, one, or several."""
    if source is None or source == ():
        if needed:
            raise SourceError(
                f"{where}: a measured number needs a source; give source='azevedo2009' or a bp.Citation(...), or use "
                f"bp.assumed(..., because=...) for a judgement"
            )
        return ()
    from ..citations import resolve  # pydantic and its models, only where there is a source

    sources = source if isinstance(source, tuple | list) else (source,)
    return tuple(resolve(each, where) for each in sources)


def _words(text: Any, where: str, argument: str) -> str | None:
    return None if text is None else words(text, f"{where}: {argument}=")
