"""A number as it was typed, compared with what its record gives at as many digits as were typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Context, Decimal, InvalidOperation

from ..checks import percent
from ..errors import BrainparamsError, ParseError, RangeError, UnitError, shown
from ..makers import given
from ..quantity import Quantity
from ..render.words import ends, formatted, sentence, value_words
from ..units import Unit, conversion_factor
from ..units.prose import RAISED

__all__ = ["fault_of", "plain_text"]

LATEX = (
    (re.compile(r"\\num\{([^{}]*)\}"), r"\1"),
    (re.compile(r"\\(?:text|mathrm)\{([^{}]*)\}"), r"\1"),
    (re.compile(r"\\(?:qty|SI)\{([^{}]*)\}\{([^{}]*)\}"), r"\1 \2"),
    (re.compile(r"\{,\}"), ","),
    (re.compile(r"\\[,;: ]|~|[\u00a0\u2009\u202f]"), " "),
    (re.compile(r"<sup>([-−]?\d{1,3})</sup>|\^([-−]?\d{1,3})\^"), r"^\1\2"),
    (re.compile(r"\\%"), "%"),
    (re.compile(r"(?<=\d)(?:%| per ?cent\b)"), " %"),
    (re.compile(r"\$|\*\*"), ""),
)
POWER = re.compile(r"(?<=\d)\s{0,9}(?:×|\\times|\\cdot|·)\s{0,9}10(?:\^?\{?(-?\d+)\}?|([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+))")
GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?![\d.,]\d)")
RANGE = re.compile(r" to |\s?(?:–|--)\s?|(?<=\d)-(?=\d)")
HOW = re.compile(r" \((?:equal-tailed|exact)\b.*\)$")
LEVEL = re.compile(r",? (\d+(?:\.\d+)?) ?% interval | \((\d+(?:\.\d+)?) ?%\)$")
WHOLE = Context(prec=400)  # digits of the largest number within float range, and more
BESIDE = re.compile(r" \((-?\d[^()]*)\)$")


def plain_text(text: str) -> str:
    r"""Return a number as it is typed without typography.

    Examples
    --------
    >>> plain_text(r"$8.6 \times 10^{10}$~neurons"), plain_text("8.6×10¹⁰"), plain_text("86 000 neurons")
    ('8.6e10 neurons', '8.6e10', '86000 neurons')
    """
    for pattern, plain in LATEX:
        text = pattern.sub(plain, text)
    text = POWER.sub(lambda found: f"e{found[1] or found[2].translate(RAISED)}", text.replace("−", "-"))
    return GROUPED.sub(lambda found: found[0].replace(" ", ""), " ".join(text.split()))


def fault_of(written: str, number: Quantity, level: float) -> str:
    """Return why a typed number is not what its record gives; empty if it is printed so, or rounds to it.

    Raises
    ------
    UnitError
        If it is in a unit of another kind.
    """
    found = number.estimate()
    text = plain_text(written)
    told = sentence(found, level)
    if text in {plain_text(each) for each in (str(number), told, formatted(found, "words", level))}:
        return ""
    gives = f"its record gives {HOW.sub('', told)}"
    if re.search(r", no spread \w+$", text) and not found.stands:
        return f"it has a spread; {gives}" if not found.is_exact_number else f"it is exact; {gives}"
    for part, asked in _parts(text, level, found.stands):
        if not 0.0 < asked < 1.0:
            return f"{percent(asked)} is no level of an interval; {gives}"
        if fault := _fault(part, number, asked):
            return f"{fault}{gives}"
    return ""


def _parts(text: str, level: float, stands: str) -> Iterator[tuple[str, float]]:
    """Yield the numbers and intervals of a sentence such as ``2.7e14 (270 trillion), 90 % interval 8e13 to 9e14``."""
    text = HOW.sub("", text).removesuffix(" exactly").removesuffix(f", {stands}" if stands else "")
    asked = LEVEL.search(text)
    value, interval = (text[: asked.start()], text[asked.end() :]) if asked else (text, "")
    level = float(asked[1] or asked[2]) / 100.0 if asked else level
    if beside := BESIDE.search(value):
        yield beside[1], level
        value = value[: beside.start()]
    yield value, level
    if interval:
        yield interval, level


def _fault(text: str, number: Quantity, level: float) -> str:
    """Return what is wrong with a number or with two ends, to be followed by what the record gives."""
    found = number.estimate()
    typed = RANGE.split(text)
    if len(typed) == 1:
        ours, printed = (
            (number.value if found.is_exact_number else number.median(),),
            (value_words(found, level, unit=False),),
        )
    elif found.is_exact_number:
        return "it has no interval; "
    else:
        ours, printed = tuple(number.interval(level)), ends(found, level)  # type: ignore[assignment]
    unit = typed[-1].partition(" ")[2] if len(typed) == 2 else ""
    if len(typed) > 2:
        return f"{shown(text)} is more than two numbers; "
    for each, value, form in zip(typed, ours, printed, strict=True):
        read = each if " " in each else f"{each} {unit}".strip()
        if (same := _rounds(read, value if isinstance(value, int) else float(value), form, number.unit)) is None:
            return f"{shown(each)} is not read as a number; "
        if not same:
            return f"it does not round to {shown(each)}; "
    return ""


def _rounds(text: str, ours: int | float, printed: str, unit: str) -> bool | None:
    """Whether a number in a unit rounds to a typed one, at as many digits as were typed; None if it is no number."""
    text = text.replace(",", "")
    is_percent = text.endswith(" %") and Unit(unit).is_dimensionless
    text = text.removesuffix(" %") if is_percent else text
    figure = text.partition(" ")[0]
    try:
        digits = Decimal(figure)
        typed = _read(text, unit)
    except (InvalidOperation, ParseError, RangeError):
        return None
    value = float(typed.median())
    scale = 100.0 if is_percent else float(conversion_factor(Unit(unit), Unit(typed.unit)))
    shift = value / float(digits) if digits else 1.0  # a word such as million behind the number
    places = max(len(digits.as_tuple().digits), 1)
    fewest = max(len(figure.lstrip("+-").rstrip("0")), 1) if figure.lstrip("+-").isdigit() else places
    counts = range(fewest, places + 1)
    if isinstance(ours, int) and scale == 1.0:  # all of its digits count
        whole = WHOLE.divide(Decimal(ours), Decimal(shift))
        is_rounded = digits in {Context(prec=each).plus(whole) for each in counts}
    else:
        is_rounded = float(digits) in {float(f"{ours * scale / shift:.{each - 1}e}") for each in counts}
    return is_rounded or (shift == scale == 1.0 and figure == printed.replace(",", ""))


def _read(text: str, unit: str) -> Quantity:
    """Return a typed number; without a unit, in the one of its record."""
    try:
        return given(text)
    except UnitError:
        try:
            return given(text, unit)
        except BrainparamsError:
            return given(f"{text} {unit}") if unit != "1" else given(text)
