"""The text grammar of one quantity: one number with its spread or range, then one unit."""

from __future__ import annotations

import re
import sys
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from ..errors import ParseError, PrecisionWarning, RangeError, UnitError, shown, warn
from .individuals import Individuals, individuals_of
from .prose import check_sentence, check_shared_power, plain_powers
from .unit import Unit, conversion_factor, same_dimension
from .vocabulary import CELSIUS, MAX_LENGTH, NUMBER_WORDS, PREFIXES, canonical_text, normalise, parse_terms

__all__ = ["DEFAULT_LEVEL", "FROM_CELSIUS", "SIDES_LEVEL", "Reading", "read"]

DEFAULT_LEVEL = 0.90
"""Share that a range without a written level holds: it is the 5–95 % range."""
SIDES_LEVEL = 0.68
"""Share that ``value +plus/-minus`` without a written level holds: its sides stand for one standard deviation each."""

_FORMS = "write for example '302 neuron', '86.06(8.12)e9 neuron', '86 +/- 8 billion neuron' or '1e3 to 1e4 synapse'"
_ICE_POINT = Fraction("273.15")
_KELVIN = "K"
FROM_CELSIUS = "degC was read as kelvin: 273.15 K was added"


class Reading(NamedTuple):
    """What one text says.

    Parameters
    ----------
    value
        The number, exactly as written; None for a range.
    sd
        Standard deviation, in `unit`; None if none was written.
    low, high
        Ends of a range, in `unit`; None if the text is no range.
    level
        Share of the probability between `low` and `high`, or between the two sides.
    unit
        The unit; None if none was written.
    notes
        What was converted or is worth knowing, in words.
    factor
        Geometric standard deviation of ``value ×/÷ factor``; None if none was written.
    plus, minus
        The sides of ``value +plus/-minus``, or of ``value ± half @ level``, in `unit`; None if none were written.
    n
        How many individuals the spread is between; None if that was not written.
    of_mean
        Whether the spread is the standard error of their mean.

    Examples
    --------
    >>> Reading(302).unit is None
    True
    """

    value: int | Fraction | None
    sd: Fraction | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    level: float = DEFAULT_LEVEL
    unit: Unit | None = None
    notes: tuple[str, ...] = ()
    factor: Fraction | None = None
    plus: Fraction | None = None
    minus: Fraction | None = None
    n: int | None = None
    of_mean: bool = False

    def scaled(self, scale: Fraction) -> Reading:
        """Return the reading with everything that is in its unit multiplied.

        Examples
        --------
        >>> float(Reading(3, sd=Fraction(1, 2)).scaled(Fraction(10)).sd)
        5.0
        """
        names = ("value", "sd", "low", "high", "plus", "minus")
        return self._replace(**{name: part * scale for name in names if (part := getattr(self, name)) is not None})


class _Side(NamedTuple):
    """One number of a text, with what stands behind it."""

    value: Fraction
    sd: Fraction | None
    word: str
    unit: Unit | None
    celsius: bool

    @property
    def scale(self) -> int:
        return NUMBER_WORDS.get(self.word, 1)


_TO = re.compile(r" +to +")
_TIMES = "×/÷"
_SIDE = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_SIDES = re.compile(
    rf" *(?P<open>\( *)?(?:\+ *(?P<plus>{_SIDE}) *[/,] *- *(?P<minus>{_SIDE})"
    rf"|- *(?P<minus_first>{_SIDE}) *[/,] *\+ *(?P<plus_second>{_SIDE}))(?(open) *\))"
)
_LEVEL = re.compile(r" *([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)) *(%?)(?![0-9.,])")
_NUMBER = re.compile(r" *([+-]?)([0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE]([+-]?[0-9]+))?")
_EXPONENT = re.compile(r"[eE]([+-]?[0-9]+)")
_WORD = re.compile(rf" *({'|'.join(NUMBER_WORDS)})s?(?![A-Za-z0-9_])")
_MULTIPLY_ACCUMULATE = re.compile(r"([kMGTPEZY]?)(MAC|FMA)s?(?![A-Za-z])")
_NOT_FINITE = re.compile(r" *[+-]?(?:nan|inf|infinity)(?![A-Za-z])", re.IGNORECASE)


def read(text: object, where: str) -> Reading:
    """Return what a text says: a number with its spread or range, exactly, and its unit.

    Parameters
    ----------
    text
        One number, also ``1.6 × 10^11``, with a spread (``302(5)``, ``302 +/- 5``, ``302 +5/-4``, ``302 ×/÷ 1.5``) or
        none, or ``low to high``; then a unit; at most 256 characters. Of individuals also ``n = 4``, ``sd 5`` and
        ``SEM 2.5``.
    where
        The function and argument to name in a message.

    Returns
    -------
    Reading
        Exact numbers, never floats; degrees Celsius become kelvin, with a note.

    Raises
    ------
    ParseError
        If the text does not follow the grammar.
    RangeError
        If a number is not finite, a spread negative, a range reversed or of no width, or a level outside (0, 1).
    UnitError
        If a unit is unknown, or value and spread have different dimensions.

    Examples
    --------
    >>> reading = read("86.06(8.12)e9 neuron", "example")
    >>> reading.value, reading.sd, reading.unit
    (86060000000, Fraction(8120000000, 1), Unit('neuron'))
    >>> reading = read("1e3 to 1e4 synapse/neuron", "example")
    >>> float(reading.low), float(reading.high), reading.level
    (1000.0, 10000.0, 0.9)
    """
    if isinstance(text, str) and len(text) <= MAX_LENGTH:
        text = plain_powers(text.strip(" \t\r\n"))
        check_shared_power(text, where)
    before, times, behind = text.partition(_TIMES) if isinstance(text, str) else (text, "", "")
    if times:
        behind, level = _without_level(normalise(behind, where), where)
        return _checked(_with_factor(normalise(before, where), behind, level, where), where)
    whole = normalise(text, where)
    plain, individuals = individuals_of(whole, where)
    check_sentence(whole, individuals, plain, where)
    if individuals:
        return _between_individuals(plain, individuals, where)
    body, level = _without_level(plain, where)
    sides = _SIDES.search(body)
    if sides:
        return _checked(_with_sides(body, sides, level, where), where)
    body, marks = _with_one_mark(body, where)
    if level is not None and not marks:
        raise ParseError(
            f"{where}: the level after '@' in {shown(text)} belongs to a range or a spread; write '1 to 3 @ 95% m'."
        )
    if not marks:
        reading = _single(_side(body, where), where)
    else:
        first, second = _two_sides(body, marks, where)
        spread = _with_spread if marks == "±" else _range
        reading = spread(first, second, level, where)
    return _checked(reading, where)


def _between_individuals(plain: str, individuals: Individuals, where: str) -> Reading:
    """Return a mean with the standard deviation between individuals, or with the standard error of their mean."""
    alone = ParseError(
        f"{where}: n, sd and SEM go with a number and its spread between individuals; write "
        f"'86.06 ± 8.12 (n = 4) neuron', or '86.06 neuron, SEM 4.06, n = 4'."
    )
    if not plain or plain[0] not in "+-.(0123456789":
        raise alone
    if individuals.spread:
        value, spread = _side(plain, where), _side(individuals.spread, where)
        word = value.word if not spread.word and _is_plain(individuals.spread, True) else spread.word
        reading = _with_spread(value, spread._replace(word=word), None, where)
        if value.sd is not None:
            raise ParseError(f"{where}: {shown(plain)} has more than one spread; {_FORMS}.")
        reading = _checked(reading, where)
    else:
        reading = read(plain, where)
    if not reading.sd:
        raise alone
    return reading._replace(n=individuals.n, of_mean=individuals.of_mean)


def _without_level(plain: str, where: str) -> tuple[str, float | None]:
    """Take the level out of a text: ``1 to 3 @ 95% m`` is ``1 to 3 m`` and 0.95."""
    body, mark, tail = plain.partition("@")
    if not mark:
        return plain, None
    written = _LEVEL.match(tail)
    if written is None:
        raise ParseError(f"{where}: after '@' in {shown(plain)} a level is expected; write '@ 95%' or '@ 0.95'.")
    number = Fraction(written[1])
    level = number / 100 if written[2] else number
    if written[2] and 0 < number < 1:
        raise RangeError(
            f"{where}: a level of {written[0].strip()} holds next to nothing; did you mean {100 * float(number):.12g}%?"
        )
    if not 0 < float(level) < 1:
        hint = f"; did you mean {float(number / 100):.12g}?" if not written[2] and 1 < number < 100 else "."
        raise RangeError(f"{where}: the level must be in (0, 1); got {shown(written[0].strip(), 30)}{hint}")
    return f"{body.rstrip()} {tail[written.end() :]}".rstrip(), float(level)


def _with_one_mark(body: str, where: str) -> tuple[str, str]:
    """Return the text with its spread mark written one way, and that mark: ``±``, ``to`` or nothing."""
    body = body.replace("+/-", "±").replace("+-", "±")
    found = body.count("±") + len(_TO.findall(body))
    if found > 1:
        raise ParseError(f"{where}: {shown(body)} has more than one spread or range; {_FORMS}.")
    return body, ("±" if "±" in body else "to") if found else ""


def _two_sides(body: str, mark: str, where: str) -> tuple[_Side, _Side]:
    """Return the two numbers of a text, sharing what is written only at the end."""
    texts = _opened(body, mark, where) if body.startswith("(") else _split(body, mark)
    first, second = (_side(text, where) for text in texts)
    if first.sd is not None or second.sd is not None:
        raise ParseError(f"{where}: {shown(body)} has more than one spread; {_FORMS}.")
    if (first.word and not second.word) or (first.unit and not second.unit):
        lacking = first.word if first.word and not second.word else str(first.unit)
        raise ParseError(
            f"{where}: {shown(body)} has {lacking!r} behind the first number only; write it behind both or at the end."
        )
    if second.unit and not first.unit:
        first = first._replace(unit=second.unit, celsius=second.celsius)
    return first._replace(word=first.word or second.word), second


def _split(body: str, mark: str) -> list[str]:
    """Return what stands before and behind the mark."""
    return body.split("±") if mark == "±" else _TO.split(body)


def _opened(body: str, mark: str, where: str) -> list[str]:
    """Return the two sides of ``(86 ± 8)e9 neuron`` with the exponent on both and the rest on the second."""
    inner, closed, tail = body[1:].partition(")")
    texts = _split(inner, mark)
    exponent = _EXPONENT.match(tail)
    if not closed or len(texts) != 2 or not all(_is_plain(text, bool(exponent)) for text in texts):
        raise ParseError(f"{where}: {shown(body)} is not two numbers in parentheses; write '(86 +/- 8)e9 neuron'.")
    power, rest = (exponent[0], tail[exponent.end() :]) if exponent else ("", tail)
    return [texts[0].rstrip() + power, texts[1].rstrip() + power + rest]


def _is_plain(text: str, exponent_follows: bool) -> bool:
    """Whether a text is a number alone, and has no exponent of its own if one follows."""
    number = _NUMBER.fullmatch(text.rstrip())
    return number is not None and not (exponent_follows and number[3])


def _side(text: str, where: str) -> _Side:
    """Return one number with its spread in parentheses, number word and unit."""
    if _NOT_FINITE.match(text):
        raise RangeError(f"{where}: {shown(text.strip())} is not a finite number; leave a missing number out instead.")
    number = _NUMBER.match(text)
    if number is None:
        raise ParseError(f"{where}: expected a number at {shown(text.strip(), 40)}; {_FORMS}.")
    sign, digits, exponent = number.groups()
    rest, sd_digits = text[number.end() :], None
    if rest.startswith("("):
        sd_digits, exponent, rest = _in_parentheses(text, rest, exponent, where)
    value = _exact(sign + digits, exponent, where)
    sd = None if sd_digits is None else _exact(_aligned(sd_digits, digits), exponent, where)
    word = _WORD.match(rest)
    scale = NUMBER_WORDS[word[1]] if word else 1
    unit, celsius = _unit(rest[word.end() :] if word else rest, value * scale, text, where)
    return _Side(value, sd, word[1] if word else "", unit, celsius)


def _in_parentheses(text: str, rest: str, exponent: str | None, where: str) -> tuple[str, str | None, str]:
    """Return the digits in parentheses, the exponent behind them, and what follows."""
    inner, closed, rest = rest[1:].partition(")")
    inner = inner.strip()
    if _NOT_FINITE.fullmatch(inner):
        raise RangeError(f"{where}: the standard deviation in {shown(text.strip())} is not a finite number.")
    if inner.startswith("-") and _is_plain(inner, True):
        raise RangeError(f"{where}: standard deviation must be >= 0; got {inner}; did you mean {inner[1:]}?")
    if not closed or exponent or not _is_plain(inner, True) or inner.startswith("+"):
        raise ParseError(
            f"{where}: {shown(text.strip())} has no plain standard deviation in parentheses; write '86.06(8.12)e9', "
            "or '86.06(12)e9' in units of the last digits."
        )
    behind = _EXPONENT.match(rest)
    return inner, behind[1] if behind else None, rest[behind.end() :] if behind else rest


def _aligned(sd_digits: str, digits: str) -> str:
    """Return a spread in parentheses as a number: without a point it counts in units of the last digits."""
    decimals = len(digits.partition(".")[2])
    if "." in sd_digits or not decimals:
        return sd_digits
    padded = sd_digits.rjust(decimals + 1, "0")
    return f"{padded[:-decimals]}.{padded[-decimals:]}"


def _exact(digits: str, exponent: str | None, where: str) -> Fraction:
    """Return a written number exactly, without ever building one beyond the range of floats."""
    mantissa, power = Decimal(digits), int(exponent or 0)
    if not mantissa:
        return Fraction(0)
    magnitude = mantissa.adjusted() + power
    if magnitude > 308:
        raise RangeError(f"{where}: {_cut(digits, exponent)} is beyond float range (1.8e308); use a larger unit.")
    if magnitude < -324:
        raise RangeError(f"{where}: {_cut(digits, exponent)} is below float range (4.9e-324); write 0 if it is none.")
    return Fraction(mantissa) * Fraction(10) ** power


def _cut(digits: str, exponent: str | None) -> str:
    return shown(digits + (f"e{exponent}" if exponent else ""), 40)


def _refuse_multiply_accumulates(name: str, value: Fraction, where: str) -> None:
    """Say how many operations a number of multiply-accumulates is."""
    counted = _MULTIPLY_ACCUMULATE.match(name)
    if counted:
        prefix, _ = counted.groups()
        operations = float(2 * value * Fraction(PREFIXES[prefix][1] if prefix else 1))
        mantissa, _, exponent = f"{operations:.14e}".partition("e")
        plain = f"{operations:.15g}" if operations < 1e5 else f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
        mend = f"write {plain} operation{name[counted.end() :]}"
        raise UnitError(f"{where}: unit {shown(counted[0])} in {shown(name)} is two operations: {mend}.")


def _unit(rest: str, value: Fraction, text: str, where: str) -> tuple[Unit | None, bool]:
    """Return the unit behind a number, and whether it was degrees Celsius."""
    name = rest.strip()
    if not name:
        return None, False
    if name == "1":
        return Unit("1"), False
    if name in CELSIUS:
        return Unit(_KELVIN), True
    _refuse_multiply_accumulates(name, value, where)
    if rest[0] in ",._'" or (name[0].isdigit() and not re.match(r"1 *(/|per )", name)):
        raise ParseError(
            f"{where}: digit groups are not allowed, nor a second number, in {shown(text.strip())}; "
            "write 1000 or 1e3, then one unit."
        )
    if name[0] in "*/^+-":
        raise ParseError(
            f"{where}: arithmetic in text is not allowed, in {shown(text.strip())}; write one number such as 1e3, "
            "'78 to 94' for a range, and '5 1/s' for a rate."
        )
    if not (name[0].isalnum() or name[0] in "%°"):
        raise ParseError(f"{where}: {shown(name, 20)} cannot follow the number in {shown(text.strip())}; {_FORMS}.")
    return Unit(canonical_text(parse_terms(name, where), where)), False


def _single(side: _Side, where: str) -> Reading:
    sd = None if side.sd is None else side.sd * side.scale
    notes = _celsius_notes(side.celsius, side.celsius and sd is not None)
    return Reading(_absolute(side), sd, unit=side.unit, notes=notes)


def _with_spread(first: _Side, second: _Side, level: float | None, where: str) -> Reading:
    """Return ``first ± second``; a spread in degrees Celsius is one in kelvin, one at a level has two equal sides."""
    sd = second.value * second.scale * _factor(second.unit, first.unit, where)
    if sd < 0:
        got, mend = _in_message(sd, first.unit), _in_message(-sd, first.unit)
        raise RangeError(f"{where}: standard deviation must be >= 0; got {got}; did you mean {mend}?")
    notes = _celsius_notes(first.celsius, second.celsius)
    if level is None:
        return Reading(_absolute(first), sd, unit=first.unit, notes=notes)
    return Reading(_absolute(first), level=level, unit=first.unit, notes=notes, plus=sd, minus=sd)


def _with_factor(before: str, behind: str, level: float | None, where: str) -> Reading:
    """Return ``before ×/÷ behind``: a factor that holds about 68 %, or the share that its level says."""
    first, second = _side(before, where), _side(behind, where)
    text = f"{before} {_TIMES} {behind}"
    if first.sd is not None or second.sd is not None or second.word:
        raise ParseError(
            f"{where}: {shown(text)} has more than a number behind {_TIMES}; write '7000 {_TIMES} 2 synapse'."
        )
    if first.unit and second.unit:
        raise ParseError(f"{where}: {shown(text)} has two units, and the factor has none; write the unit once.")
    value, factor, unit = first.value * first.scale, second.value, second.unit or first.unit
    if factor > sys.float_info.max:
        raise RangeError(f"{where}: {shown(text)}: the factor is beyond float range (1.8e308); write a smaller one.")
    if not (value > 0 and factor > 1) or first.celsius or second.celsius:
        raise RangeError(
            f"{where}: {shown(text)} needs a positive number and a factor above 1; write '7000 {_TIMES} 2'."
        )
    if level is not None:
        return Reading(None, None, value / factor, value * factor, level, unit)
    return Reading(value, unit=unit, factor=factor)


def _with_sides(body: str, sides: re.Match[str], level: float | None, where: str) -> Reading:
    """Return ``value +plus/-minus``; both sides share the exponent, the number word and the unit of the value."""
    before, behind, exponent = body[: sides.start()].rstrip(), body[sides.end() :], ""
    if before.startswith("(") and behind.startswith(")"):
        power = _EXPONENT.match(behind, 1)
        before, exponent = before[1:].strip(), power[0] if power else ""
        behind = behind[power.end() if power else 1 :]
    value = _side(before + exponent + behind, where)
    if value.sd is not None:
        raise ParseError(f"{where}: {shown(body)} has more than one spread; {_FORMS}.")
    plus, minus = (_side(sides[name] + exponent, where).value * value.scale for name in _sides_named(sides))
    if not (plus > 0 and minus > 0):
        raise RangeError(
            f"{where}: {shown(body)} needs two sides above 0; write a range 'low to high', or '3 +4/-1 m'."
        )
    notes = _celsius_notes(value.celsius, value.celsius)
    level = SIDES_LEVEL if level is None else level
    return Reading(_absolute(value), level=level, unit=value.unit, notes=notes, plus=plus, minus=minus)


def _sides_named(sides: re.Match[str]) -> tuple[str, str]:
    """Return the names of the groups that hold the upper and the lower side, in whichever order they were written."""
    return ("plus", "minus") if sides["plus"] else ("plus_second", "minus_first")


def _range(first: _Side, second: _Side, level: float | None, where: str) -> Reading:
    low = _absolute(first)
    high = _absolute(second) * _factor(second.unit, first.unit, where)
    if low > high:
        raise RangeError(f"{where}: lower {_in_message(low)} above upper {_in_message(high, first.unit)}; swap?")
    if low == high:
        raise RangeError(f"{where}: the range from {_in_message(low, first.unit)} has no width; use an exact value.")
    notes = _celsius_notes(first.celsius or second.celsius, False)
    return Reading(None, None, low, high, DEFAULT_LEVEL if level is None else level, first.unit, notes)


def _absolute(side: _Side) -> Fraction:
    """Return the number itself, with degrees Celsius on the scale of kelvin."""
    return side.value * side.scale + (_ICE_POINT if side.celsius else 0)


def _factor(source: Unit | None, target: Unit | None, where: str) -> Fraction:
    """Return the factor between the units of the two numbers of one text."""
    if source is None or target is None or source == target:
        return Fraction(1)
    if not same_dimension(source, target):
        raise UnitError(
            f"{where}: {source.text!r} ({source.dimension}) and {target.text!r} ({target.dimension}) in one text: "
            "a number and its spread, or the ends of a range, have one dimension."
        )
    return conversion_factor(source, target)


def _celsius_notes(value: bool, spread: bool) -> tuple[str, ...]:
    notes = (FROM_CELSIUS,) if value else ()
    return (*notes, "a standard deviation in degC was read in kelvin: 1 degC is 1 K") if spread else notes


def _checked(reading: Reading, where: str) -> Reading:
    """Return the reading with whole values as integers, if floats can hold its numbers."""
    value, notes = reading.value, reading.notes
    given = [value, reading.sd, reading.low, reading.high, reading.plus, reading.minus]
    given += [value + reading.plus] if value is not None and reading.plus is not None else []
    given += [value - reading.minus] if value is not None and reading.minus is not None else []
    for number in [Fraction(each) for each in given if each]:
        if abs(number) > sys.float_info.max:
            raise RangeError(f"{where}: the number is beyond float range (1.8e308); use a larger unit.")
        if float(number) == 0:
            raise RangeError(f"{where}: the number is below float range (4.9e-324); write 0 if it is none.")
        if abs(number) < sys.float_info.min:
            note = f"{float(number)} is below 2.2e-308, where floats have fewer digits"
            warn(f"{where}: {note}; use a smaller unit.", PrecisionWarning)
            notes = (*notes, note)
    whole = int(value) if value is not None and value.denominator == 1 else value
    return reading._replace(value=whole, notes=notes)


def _in_message(number: Fraction, unit: Unit | None = None) -> str:
    """Return a number for a message, with its unit if there is one; floats cannot hold every number that is refused."""
    text = f"{float(number):.12g}" if abs(number) <= sys.float_info.max else "a number beyond float range"
    return f"{text} {unit}" if unit else text
