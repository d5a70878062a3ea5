"""How many digits a number carries, and how it is written: powers of ten, separators, words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np

from ..errors import RangeError

__all__ = [
    "apart",
    "between",
    "counted",
    "digits_of",
    "elements_of",
    "exactly",
    "grouped",
    "middle",
    "of_mean",
    "one_digit_more",
    "percent_of",
    "plain",
    "raised",
    "rounded",
    "superscript",
    "weight_of",
    "words",
    "written",
]

Number = int | Fraction | float

MOST_DIGITS = 6
ALIKE = 1e-12  # of a number: what rounding leaves
NARROW = 0.99  # middle over larger end: from there on an interval is narrow
FINEST_DIGITS = 15  # of a narrow interval: what a float holds
FEWEST_DIGITS = 2
WRITTEN_DIGITS = 12  # of a number that a person wrote with more than six
LONGEST = 10**21  # from here on nobody reads an integer in groups
SMALLEST_SHARE = 0.005  # that is told by name
WORDS = ((10**15, "quadrillion"), (10**12, "trillion"), (10**9, "billion"), (10**6, "million"))
POWER = re.compile(r"(?<![\w.])(\d[\d.,]*e-?\d+)")
SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def counted(count: int, one: str, many: str = "") -> str:
    """Return a count with what is counted, in the singular for one.

    Examples
    --------
    >>> counted(1, "row"), counted(1200, "row"), counted(2, "row is left out", "rows are left out")
    ('1 row', '1,200 rows', '2 rows are left out')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


class Counting(Protocol):
    """What has a name for one and for many: a unit."""

    @property
    def text(self) -> str:
        """As it is written."""

    @property
    def pretty(self) -> str:
        """As it is printed."""

    def plural(self, amount: float, /) -> str:
        """Return it in words."""


class Spread(Protocol):
    """What has quantiles with standard errors, and says how they were found: an estimate."""

    @property
    def median(self) -> Any:
        """The middle."""

    @property
    def is_exact_number(self) -> bool:
        """Whether there is no spread at all."""

    @property
    def stands(self) -> str:
        """What to say where a number without spread is taken as it stands; empty otherwise."""

    @property
    def is_rounded(self) -> bool:
        """Whether the nearest float stands for a number of too many digits."""

    @property
    def gap(self) -> tuple[float, float, float] | None:
        """The probability below, and the ends, of a gap in which the median lies."""

    @property
    def unit(self) -> Counting:
        """Of every number."""

    @property
    def law(self) -> Any:
        """Quantiles and distribution function."""

    @property
    def axes(self) -> Any:
        """With their labels; empty for one number."""

    @property
    def engine(self) -> str:
        """Who found it."""

    @property
    def draws(self) -> int:
        """How many; 0 where nothing was drawn."""

    @property
    def seed(self) -> int | None:
        """Of the draws."""

    @property
    def linearity(self) -> Any:
        """The verdict on first order, where it was asked for."""

    def interval(self, level: float, /) -> Any:
        """Return both ends."""

    def quantile(self, p: float, /) -> Any:
        """Return a quantile."""

    def standard_error(self, p: float | Literal["mean", "sd"], /) -> Any:
        """Return its standard error."""

    @property
    def mean(self) -> Any:
        """The expected value; an error where there is none."""


def digits_of(estimate: Spread, level: float) -> int:
    """Return the significant digits that the spread makes worth reading and the sampling supports.

    The last digit is worth about a twentieth of the interval's width, and twice the standard error of the median and
    of both ends stays within half of it.
    """
    return _digits(_Told.of(estimate, level))


def elements_of(estimate: Spread, level: float, places: Iterable[int] | None = None) -> list[tuple[str, str, str]]:
    """Return median, low end and high end of each element of an array, with the digits that its own spread supports.

    Both ends are empty for an element without a spread. Of many elements only those at some `places` may be written.
    """
    (low, high), middles = map(each_of, estimate.interval(level)), each_of(estimate.median)
    wanted = range(len(middles)) if places is None else places
    if estimate.is_exact_number:
        return [(exactly(middles[place]), "", "") for place in wanted]
    tail = (1.0 - level) / 2.0
    errors = (_errors(estimate.standard_error(p), len(middles)) for p in (tail, 0.5, 1.0 - tail))
    columns = (low, middles, high, *errors)
    return [_written(_Told(*(float(column[place]) for column in columns))) for place in wanted]


def between(low: float, high: float, middle: float | None = None) -> str:
    """Return both ends of an interval with the digits that its width makes worth reading.

    Examples
    --------
    >>> between(8.4512e13, 5.2098e14, 2.1e14), between(98.36, 101.64, 100.0), between(-3.3, 3.3)
    ('8.5e13 to 5.2e14', '98.36 to 101.6', '-3.3 to 3.3')
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return f"{rounded(low)} to {rounded(high)}"
    if middle is None:
        middle = math.sqrt(low) * math.sqrt(high) if low > 0 else (low + high) / 2.0
    digits = _digits(_Told(low, middle, high, 0.0, 0.0, 0.0))
    return f"{plain(low, digits, beside=high)} to {plain(high, digits)}"


def apart(low: float, high: float, error: float = 0.0) -> tuple[str, str]:
    """Return both numbers to three digits, or to more where three do not tell them apart and their error lets them be.

    Examples
    --------
    >>> apart(8e10, 9e10), apart(0.9999984, 1.0000016), apart(2.0, 2.0)
    (('8e10', '9e10'), ('0.99999840', '1.0000016'), ('2', '2'))
    """
    told = rounded(low), rounded(high)
    is_told = float(told[0]) != float(told[1]) if math.isfinite(high - low) else True
    if is_told or abs(high - low) <= max(error, ALIKE) * max(abs(low), abs(high)):
        return told
    one, _, other = between(min(low, high), max(low, high)).partition(" to ")
    return (one, other) if low <= high else (other, one)


def _errors(found: Any, count: int) -> list[float]:
    return [float(each) for each in each_of(found)] if np.ndim(found) else [float(found)] * count


def _written(told: _Told) -> tuple[str, str, str]:
    if told.low == told.high:
        return plain(told.median, given_digits(told.median)), "", ""
    digits = _digits(told)
    return (
        plain(told.middle, digits, beside=told.high),
        plain(told.low, digits, beside=told.high),
        plain(told.high, digits),
    )


class _Told(NamedTuple):
    """What is printed of one number: both ends and the middle, and the standard error of each."""

    low: float
    median: float
    high: float
    low_error: float
    median_error: float
    high_error: float

    @classmethod
    def of(cls, estimate: Spread, level: float) -> _Told:
        (low, high), tail = estimate.interval(level), (1.0 - level) / 2.0
        errors = [float(estimate.standard_error(p)) for p in (tail, 0.5, 1.0 - tail)]
        median = float(estimate.median)
        if _supported(median, errors[1]) < 1 and estimate.gap is not None:
            errors[1] = 0.0  # everything in a gap is a median
        return cls(float(low), median, float(high), *errors)

    @property
    def middle(self) -> float:
        """The median; zero where twice its standard error covers it, so that no digit is supported.

        What lies on one side of zero with certainty enough keeps its first digit.
        """
        is_covered = abs(self.median) <= 2.0 * self.median_error
        return 0.0 if is_covered and self.low <= 0.0 <= self.high else self.median


def _digits(told: _Told) -> int:
    low, high = told.low, told.high
    value = told.middle or max(abs(low), abs(high))
    if value == 0 or not math.isfinite(value):
        return FEWEST_DIGITS
    if not (math.isfinite(low) and math.isfinite(high)):
        raise RangeError("a quantile is beyond float range (1.8e308), so that no digits of it can be told")
    largest = max(abs(low), abs(high))
    if abs(value) > NARROW * largest:  # both ends and the middle have the digits of the larger
        value = largest
    leading = max(10.0 ** math.floor(math.log10(abs(value))), math.ulp(0.0))
    width = abs(high / leading - low / leading)
    if width == 0:
        return given_digits(value)
    worth = 1 + math.ceil(math.log10(20.0 / width)) if math.isfinite(width) else FEWEST_DIGITS
    places = [(low, told.low_error), (high, told.high_error)]
    places += [(told.median, told.median_error)] if told.middle else []
    supported = min(_supported(number, error) for number, error in places)
    return max(1, min(max(FEWEST_DIGITS, worth), FINEST_DIGITS, supported))


def of_mean(mean: float, estimate: Spread) -> str:
    """Return an expected value with two digits, or the one that its standard error supports."""
    error = float(estimate.standard_error("mean"))
    return plain(mean, max(1, min(FEWEST_DIGITS, _supported(mean, error))))


def middle(estimate: Spread) -> float:
    """Return the median; zero where no digit of it is supported."""
    return _Told.of(estimate, 0.90).middle


def _supported(value: float, standard_error: float) -> int:
    """Return n such that twice the standard error is at most half a unit of the nth digit."""
    if standard_error <= 0 or value == 0:
        return FINEST_DIGITS
    if not math.isfinite(standard_error):
        return 0
    leading = math.floor(math.log10(abs(value)))
    return leading - math.ceil(math.log10(4.0 * standard_error)) + 1


def mantissa_and_exponent(value: float, digits: int) -> tuple[str, int]:
    """Return ``("2.7", 14)`` for 2.71e14 at two digits."""
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return mantissa, int(exponent)


def plain(value: Number, digits: int, *, beside: float = 0.0) -> str:
    """Write a number for people in ASCII: ``2.7e14``, ``3160``, ``0.25``; integers that are exact keep all digits.

    A number `beside` it that is written as a power of ten has this one written so too.
    """
    if isinstance(value, int):
        return grouped(value)
    if value == 0:
        return "0"
    mantissa, exponent = mantissa_and_exponent(float(value), digits)
    if -4 <= exponent < 5 and abs(beside) < 1e5:
        return _positional(float(value), digits, exponent)
    return f"{mantissa}e{exponent}"


def exactly(value: Number) -> str:
    """Write an exact number with the digits it was given."""
    if isinstance(value, int):
        return grouped(value)
    number = float(value)
    if number.is_integer() and abs(number) < 1e15:
        return grouped(int(number))
    text = f"{number:.12g}"
    mantissa, _, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


def _positional(value: float, digits: int, exponent: int) -> str:
    decimals = max(0, digits - 1 - exponent)
    rounded = round(value, digits - 1 - exponent)
    return f"{rounded:,.{decimals}f}" if abs(rounded) >= 1e5 else f"{rounded:.{decimals}f}"


def grouped(value: int) -> str:
    """Write an integer in groups of three, or as a power of ten once nobody could read the groups."""
    if abs(value) < LONGEST:
        return f"{value:,}" if abs(value) >= 10**4 else str(value)
    mantissa, exponent = mantissa_and_exponent(float(value), 6)
    return f"{mantissa.rstrip('0').rstrip('.')}e{exponent}"


def rounded(value: Any) -> str:
    """Write a number to three digits: ``2.72e14``, ``3160``, ``0.25``; what is none is a dash.

    Examples
    --------
    >>> rounded(2.7195e14), rounded(3162.3), rounded(0.25)
    ('2.72e14', '3160', '0.25')
    """
    number = float(f"{float(value):.3g}")
    if not math.isfinite(number):
        return "–" if math.isnan(number) else "∞" if number > 0 else "−∞"
    if 1e-4 <= abs(number) < 1e5 or number == 0:
        return f"{number:.10g}"
    mantissa, exponent = f"{number:.2e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"


def superscript(text: str) -> str:
    """Turn the power of ten in a number into typography: ``2.7e14`` into ``2.7 × 10¹⁴``."""
    mantissa, separator, exponent = text.partition("e")
    return f"{mantissa} × 10{exponent.translate(SUPERSCRIPTS)}" if separator else text


def raised(text: str) -> str:
    """Return text in which every power of ten is set as one.

    Examples
    --------
    >>> raised("2.7e14 (8.5e13 to 8.7e14)")
    '2.7 × 10¹⁴ (8.5 × 10¹³ to 8.7 × 10¹⁴)'
    """
    return POWER.sub(lambda found: superscript(found.group(0)), text)


def words(value: float, digits: int) -> str:
    """Write a large number in words: ``270 trillion``; an empty text below a million and beyond the words."""
    whole = float(f"{value:.{digits - 1}e}")
    for scale, word in WORDS:
        if abs(whole) >= scale:
            if abs(whole) >= 10**18:
                return ""
            rounded = whole / scale
            return f"{rounded:,.{max(0, digits - 1 - math.floor(math.log10(abs(rounded))))}f} {word}"
    return ""


def given_digits(number: Number) -> int:
    """Return how many digits a number that is taken as it stands was given, within what a person reads.

    Examples
    --------
    >>> given_digits(164_000_000_000_000), given_digits(7000), given_digits(0.45)
    (3, 1, 2)
    """
    digits = f"{float(number):.{MOST_DIGITS - 1}e}".partition("e")[0].lstrip("-").replace(".", "").rstrip("0")
    return max(1, len(digits))


def written(value: Any) -> str:
    """Return a number that came in as a person would write it.

    Examples
    --------
    >>> written(86e9), written(0.25), written(1200), written(1.234567891)
    ('8.6e10', '0.25', '1200', '1.234567891')
    """
    if isinstance(value, int) and abs(value) < 10**5:
        return str(value)
    if isinstance(value, int) and len(str(abs(value)).rstrip("0")) > 6:
        return f"{value:,}"
    text = f"{float(value):.6g}" if not isinstance(value, int) else f"{float(value):.5e}"
    if isinstance(value, float) and float(text) != value == float(f"{value:.{WRITTEN_DIGITS}g}"):
        text = f"{value:.{WRITTEN_DIGITS}g}"
    mantissa, _, exponent = text.partition("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


def one_digit_more(found: float, printed: str) -> str:
    """Write a number with a digit more than was printed of it, and with all digits where it is the same number.

    Examples
    --------
    >>> one_digit_more(171.84, "172"), one_digit_more(2.0, "2.0"), one_digit_more(1.7512e11, "1.8e11")
    ('171.8', '2.0', '1.75e11')
    """
    if found == float(printed):
        return printed
    if "e" not in printed.lower() and abs(found) >= 1e4 and float(found).is_integer():
        return exactly(int(found))
    mantissa, _, exponent = (text := f"{found:.{len(Decimal(printed).as_tuple().digits)}e}").partition("e")
    return f"{Decimal(text):f}" if 1e-4 <= abs(found) < 1e5 else f"{mantissa}e{int(exponent)}"


def percent_of(part: float) -> str:
    """Write a part of a whole that was calculated: in whole per cent, which is as much as it is known to.

    Examples
    --------
    >>> percent_of(0.978), percent_of(0.002), percent_of(0.0)
    ('98 %', '<1 %', '0 %')
    """
    return "<1 %" if 0 < part < SMALLEST_SHARE else f"{100 * part:.0f} %"


def weight_of(part: float) -> str:
    """Write a weight that somebody gave, in per cent.

    Examples
    --------
    >>> weight_of(0.0625), weight_of(1 / 3)
    ('6.25 %', '33.3 %')
    """
    return f"{100 * part:.3g} %"


def each_of(value: Any) -> list[Any]:
    """Return the elements of an array, or the number itself as the only one."""
    return list(value.reshape(-1)) if isinstance(value, np.ndarray) else [value]
