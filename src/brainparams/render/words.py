"""An estimate in words: its value, its interval, and both in one sentence, with the digits worth printing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ..checks import percent
from ..errors import ArgumentError, MomentError, shown
from . import numbers
from .blocks import Answer
from .numbers import Spread

__all__ = ["FEWEST_DRAWS", "answer", "ends", "formatted", "points_of", "sentence", "spread", "value_words"]

FEWEST_DRAWS = 40  # of fewer, the 5 % quantile may lie below all of them within one standard error
WIDE = 50.0  # ends of an interval apart: a lognormal with a mean of twice its median
FAR = 2.0
LONG = 5.0  # by which a tenth of the tails lies farther out: 1.6 of a normal, 10 where there is no mean
OFF = 1.01  # a published mean by the median: further than a reader would take for rounding


def answer(
    estimate: Spread, level: float, lead: str = "", *, in_table: bool = False, states_mean: bool = False
) -> Answer:
    """Return the result with its digits: powers of ten, words, interval with its level and kind, engine.

    Of an array whose elements stand `in_table` below, only how many there are and how far apart. Where what was
    published is a mean, it stands beside a median that is off it.
    """
    if estimate.axes and in_table:
        return Answer(_range_words(estimate, level), how=f"{_elements_words(estimate)}; {_engine(estimate)}", lead=lead)
    if estimate.axes and not estimate.is_exact_number:
        return Answer(_array_words(estimate, level, with_ends=True), how=f"{percent(level)} intervals", lead=lead)
    value = value_words(estimate, level)
    if estimate.axes or estimate.is_exact_number:
        return Answer(value, how=estimate.stands or _rounding(estimate), lead=lead)
    in_words = numbers.words(estimate.median, numbers.digits_of(estimate, level))
    how = _engine(estimate) + (_published_mean(estimate) if states_mean else _mean_beside(estimate, level))
    if 0 < estimate.draws < FEWEST_DRAWS:
        how += "; too few draws to tell how wrong both ends are"
    verdict = estimate.linearity
    if verdict is not None and not verdict.holds:
        how += "; should not be used here: first order does not describe this spread (JCGM 101, clause 8)"
    if estimate.gap is not None:
        below, low, high = estimate.gap
        ends = (numbers.plain(end, 2) for end in (low, high))
        how += "; the median lies between two views: "
        how += f"{numbers.weight_of(below)} up to {next(ends)}, the rest from {next(ends)}"
    return Answer(value, in_words, spread(estimate, level), percent(level), f"equal-tailed; {how}", lead)


def _rounding(estimate: Spread) -> str:
    """Return by how much an exact number is not printed exactly; empty where all its digits are."""
    if estimate.is_rounded:
        return "rounded to a float"
    is_long = not estimate.axes and isinstance(estimate.median, int) and abs(estimate.median) >= numbers.LONGEST
    return f"estimate().value has all {len(str(abs(estimate.median)))} digits" if is_long else ""


def _mean_beside(estimate: Spread, level: float) -> str:
    """Return the mean where a long upper tail pulls it far above the median, or that there is none."""
    low, high = estimate.interval(level)
    if not (bool(high > WIDE * low) if low > 0 else _is_long_tailed(estimate, level)):
        return ""
    try:
        mean = float(estimate.mean)
    except MomentError:
        return "; no mean"
    if low <= 0:
        return ""
    return f"; mean {numbers.of_mean(mean, estimate)}" if mean > FAR * float(estimate.median) else ""


def _is_long_tailed(estimate: Spread, level: float) -> bool:
    """Return whether what lies beyond both ends reaches so far that there may be no mean."""
    tail = (1.0 - level) / 20.0
    inner, outer = estimate.interval(level), [float(estimate.quantile(p)) for p in (tail, 1.0 - tail)]
    return bool(outer[1] - outer[0] > LONG * (inner.high - inner.low))


def _published_mean(estimate: Spread) -> str:
    mean = float(estimate.mean)
    return f"; mean {numbers.of_mean(mean, estimate)}, as published" if mean > OFF * float(estimate.median) else ""


def sentence(estimate: Spread, level: float, *, states_mean: bool = False) -> str:
    """Return the result in one sentence.

    Examples
    --------
    ``2.7e14 parameters (270 trillion), 90 % interval 8.4e13 to 8.9e14 (equal-tailed; exact engine)``
    """
    return answer(estimate, level, states_mean=states_mean).sentence


def value_words(estimate: Spread, level: float, *, unit: bool = True) -> str:
    """Return the value with the digits worth printing, and its unit in words."""
    if estimate.axes:
        return _array_words(estimate, level)
    if estimate.stands:
        number = numbers.plain(float(estimate.median), numbers.given_digits(estimate.median))
        return number + (_unit(estimate, estimate.median) if unit else "")
    if estimate.is_exact_number:
        many = unit and isinstance(estimate.median, int) and 10**4 <= abs(estimate.median) < numbers.LONGEST
        return (
            numbers.exactly(estimate.median)
            + (_unit(estimate, estimate.median) if unit else "")
            + (" exactly" if many else "")
        )
    high = estimate.interval(level).high
    number = numbers.plain(numbers.middle(estimate), numbers.digits_of(estimate, level), beside=high)
    return number + (_unit(estimate, estimate.median) if unit else "")


def _array_words(estimate: Spread, level: float, *, with_ends: bool = False) -> str:
    """Return the first elements by label, with the ends of their intervals if asked."""
    points = [" ".join(point) for point in points_of(estimate)]
    first = points if len(points) <= 6 else points[:5]
    told = numbers.elements_of(estimate, level, range(len(first)))
    values = [f"{value} ({low} to {high})" if with_ends and high else value for value, low, high in told]
    counted = points == [str(position) for position in range(len(points))]
    shown = values if counted else [f"{point} {value}" for point, value in zip(first, values, strict=True)]
    shown += [f"… {len(points) - len(first)} more"] if len(points) > len(first) else []
    return ", ".join(shown) + _unit(estimate, 2)


def _range_words(estimate: Spread, level: float) -> str:
    """Return the smallest and the largest median of the elements of an array."""
    medians = numbers.each_of(estimate.median)
    ends = [medians.index(end(medians)) for end in (min, max)]
    low, high = (value for value, _, _ in numbers.elements_of(estimate, level, ends))
    return f"{low if low == high else f'{low} to {high}'}{_unit(estimate, 2)}"


def _elements_words(estimate: Spread) -> str:
    count = len(points_of(estimate))
    what = "value" if estimate.is_exact_number else "median"
    many = f"{what}s of {count:,} elements" if count > 1 else f"{what} of 1 element"
    return f"{many} along {', '.join(axis.name for axis in estimate.axes)}"


def _engine(estimate: Spread) -> str:
    drawn = f", {numbers.counted(estimate.draws, 'draw')}, seed {estimate.seed}" if estimate.draws else ""
    return f"{estimate.engine} engine{drawn}"


def points_of(estimate: Spread) -> list[tuple[str, ...]]:
    """Return the labels of each element of an array, the last axis the fastest."""
    points: list[tuple[str, ...]] = [()]
    for axis in estimate.axes:
        points = [(*point, label) for point in points for label in axis.labels]
    return points


def _unit(estimate: Spread, amount: Any) -> str:
    return "" if estimate.unit.text == "1" else f" {estimate.unit.plural(float(amount))}"


def ends(estimate: Spread, level: float) -> tuple[str, str]:
    """Return both ends of the interval with the digits worth printing."""
    digits = numbers.digits_of(estimate, level)
    low, high = estimate.interval(level)
    return numbers.plain(low, digits, beside=high), numbers.plain(high, digits)


def spread(estimate: Spread, level: float) -> str:
    """Return both ends in words; nothing for an array or an exact number."""
    return "" if estimate.axes or estimate.is_exact_number else " to ".join(ends(estimate, level))


def formatted(estimate: Spread, spec: str, level: float) -> str:
    """Return an estimate as a format specification asks for it.

    Parameters
    ----------
    estimate : Spread
        Of one number.
    spec : str
        ``.3g`` for the median with three digits, ``95%`` for the interval at that level, ``words`` for a number in
        words, ``latex`` and ``siunitx`` for a number in TeX, ``sentence`` for all of it; before each, ``>24`` and the
        like align it in so many columns.
    level : float
        Of the interval where none is given.

    Raises
    ------
    ArgumentError
        For anything else, and for an array.
    """
    if aligned := ALIGNED.fullmatch(spec):  # as Python aligns texts: a filler, a side, and the columns
        return format(formatted(estimate, aligned[2], level), aligned[1])
    if estimate.axes:
        raise ArgumentError(f"format(): {shown(spec)} came for an array; format its elements, or leave the format out")
    if (digits := re.fullmatch(r"\.(\d+)g", spec)) and 1 <= int(digits[1]) <= 15:
        value = float(estimate.median) if estimate.is_exact_number else numbers.middle(estimate)
        return numbers.plain(value, int(digits[1])) + _unit(estimate, estimate.median)
    if (share := re.fullmatch(r"(\d+(?:\.\d+)?)\s?%", spec)) and 0 < float(share[1]) < 100:
        asked = float(share[1]) / 100.0
        return (
            value_words(estimate, level)
            if estimate.is_exact_number
            else (f"{spread(estimate, asked)}{_unit(estimate, estimate.median)} ({percent(asked)})")
        )
    if spec in FORMS:
        return FORMS[spec](estimate, level)
    raise ArgumentError(
        f"format(): {shown(spec)} came; expected digits such as '.2g', a level such as '90%', or one of "
        f"{', '.join(FORMS)}"
    )


ALIGNED = re.compile(r"(.?[<>^]\d{1,4})(?!\d)(.+)", re.DOTALL)


def _in_words(estimate: Spread, level: float) -> str:
    told = numbers.words(estimate.median, numbers.digits_of(estimate, level))
    if estimate.is_exact_number:  # has as many digits as it needs
        told = re.sub(r"\.?0+(?= )", "", told) if "." in told else told
    return f"{told}{_unit(estimate, estimate.median)}" if told else value_words(estimate, level)


def _in_tex(estimate: Spread, level: float) -> str:
    number, unit = _ungrouped(estimate, level), _unit(estimate, estimate.median).strip()
    mantissa, _, exponent = number.partition("e")
    power = rf"${mantissa} \times 10^{{{exponent}}}$" if exponent else number
    power = f"${power}$" if power.startswith("-") else power  # else it would be a hyphen
    return f"{power}~{unit}" if unit else power


def _in_siunitx(estimate: Spread, level: float) -> str:
    number, unit = _ungrouped(estimate, level), _unit(estimate, estimate.median).strip()
    return rf"\qty{{{number}}}{{\text{{{unit}}}}}" if unit else rf"\num{{{number}}}"


def _ungrouped(estimate: Spread, level: float) -> str:
    return value_words(estimate, level, unit=False).replace(",", "")


FORMS: Mapping[str, Callable[[Spread, float], str]] = {
    "words": _in_words,
    "latex": _in_tex,
    "siunitx": _in_siunitx,
    "sentence": sentence,
}
