"""Numbers as sentences and papers write them: ``1.6 × 10^11``, ``between 1000 and 6000``, ``mean 5 sd 2``."""

from __future__ import annotations

import re

from ..errors import ParseError, shown
from .individuals import Individuals

__all__ = ["RAISED", "check_sentence", "check_shared_power", "plain_powers"]

_PLAIN_TEN = (
    r"10 ?(?:\^|\*\*) ?(?:(?P<plain>[+\-−]?[0-9]{1,4})|\{(?P<braced>[+\-−]?[0-9]{1,4})\}"
    r"|\((?P<round>[+\-−]?[0-9]{1,4})\))"
)
_RAISED_TEN = r"10(?P<raised>[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4})"
_END = r"(?![0-9.⁰¹²³⁴⁵⁶⁷⁸⁹]| ?\*\*| ?\^)"
_SPACE = "[ \u00a0\u2009\u202f]"
_NUMBER = r"(?<![\w.^*])(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:\([0-9.]+\))?"
_TIMES = rf"{_SPACE}?[x×*·⋅]{_SPACE}?"
# Most texts hold no power of ten: patterns that take long to compile are compiled when one does.
_POWER = rf"(?P<number>{_NUMBER}|\)){_TIMES}(?:{_PLAIN_TEN}|{_RAISED_TEN}){_END}"
_ALONE = (  # a raised one alone, 10³, is refused
    rf"(?P<before>^{_SPACE}?[+\-]?|\bto |[±(]{_SPACE}?|\+/?-{_SPACE}?){_PLAIN_TEN}{_END}"
)
_MARK = re.compile(r"±|\+/?-|\bto\b|\+ ?[0-9.]+ ?[/,] ?-|- ?[0-9.]+ ?[/,] ?\+")
_HAS_ITS_OWN = re.compile(r"[0-9)] *[A-Za-z]|10 ?(?:\^|\*\*)")
_WRITTEN = ("plain", "braced", "round", "raised")
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻−", "0123456789+--")

_RANGE = re.compile(r"(?:between|from) +([0-9.(+-].*?) +(?:and|to) +([0-9.(+-].*)", re.IGNORECASE)
_MEAN = re.compile(r"(?:mean|average)(?: of)? *[=:]? *(?=[0-9.(+-])", re.IGNORECASE)


def plain_powers(text: str) -> str:
    """Return a text whose powers of ten are exponents; one that may belong to two numbers stays.

    Examples
    --------
    >>> plain_powers("1.6 × 10¹¹ synapse"), plain_powers("10^11 neuron"), plain_powers("2**10 m")
    ('1.6e11 synapse', '1e11 neuron', '2**10 m')
    >>> plain_powers("(1.6 ± 0.2)x10^11 neuron"), plain_powers("1.6 ± 0.2 × 10^11 neuron")
    ('(1.6 ± 0.2)e11 neuron', '1.6 ± 0.2 × 10^11 neuron')
    """
    if "10" not in text or _shared_power(text):
        return text
    text = re.sub(_POWER, lambda match: f"{match['number']}e{_exponent(match)}", text)
    return re.sub(_ALONE, lambda match: f"{match['before']}1e{_exponent(match)}", text)


def _exponent(match: re.Match[str]) -> int:
    return int(next(filter(None, map(match.groupdict().get, _WRITTEN))).translate(RAISED))


def _shared_power(text: str) -> re.Match[str] | None:
    """Return the power of ten behind the second of two numbers, if the first one has none, no word and no unit."""
    mark, power = _MARK.search(text), re.search(_POWER, text) if "10" in text else None
    if mark is None or power is None or power.start() < mark.start() or power["number"] == ")":
        return None
    return None if _HAS_ITS_OWN.search(text[: mark.start()]) else power


def check_shared_power(text: str, where: str) -> None:
    """Raise where a power of ten may belong to one number or to two: ``1.6 ± 0.2 × 10^11``."""
    power = _shared_power(text)
    if power is None:
        return
    before, behind = f"{text[: power.start()]}{power['number']}".strip(), text[power.end() :]
    raise ParseError(
        f"{where}: the power of ten in {shown(text)} may belong to the last number or to all; write "
        f"'({before})e{_exponent(power)}{behind}' if it belongs to all."
    )


def check_sentence(text: str, individuals: Individuals | None, plain: str, where: str) -> None:
    """Raise, with the short form, where a text is part of a sentence: ``between 1000 and 6000``, ``mean 5 sd 2``."""
    ends, mean = _RANGE.fullmatch(text), _MEAN.match(text)
    if ends is not None:
        raise ParseError(f"{where}: {shown(text)} is a range in words; write '{ends[1]} to {ends[2]}'.")
    if mean is None:
        return
    short = text[mean.end() :]
    value = plain[mean.end() :].strip(" ,;")
    if individuals and individuals.spread and not individuals.of_mean and re.fullmatch(r"[0-9.eE+-]+", value):
        count = f", n = {individuals.n}" if individuals.n else ""
        short = f"{value} ± {individuals.spread}{count}"
    raise ParseError(f"{where}: {shown(text)} is a mean in words; write '{short}'.")
