"""How published tables spell numbers and units: decimal commas, groups of digits, powers of ten, units in a header."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Literal, NamedTuple

from ..errors import BrainparamsError, FileError
from ..units import COUNTED, Unit, plain_powers
from ..units.prose import RAISED
from ..units.vocabulary import NUMBER_WORDS

__all__ = ["Decimal", "HeaderUnit", "decimal_sign", "header_unit", "plainly", "unit_behind", "unit_named"]

Decimal = Literal[".", ","]
SIGNS: tuple[Decimal, ...] = (".", ",")

# Blanks group only whole threes, so that "5 6" is never 56.
_NUMERAL = re.compile(r"(?<![\w.,])\d+(?:[.,'’_]\d+|[ \u00a0\u2009\u202f]\d{3}(?!\d))*")
_GROUPS = r"[1-9]\d{{0,2}}(?:(?P<group>[{others} \u00a0\u2009\u202f'’_])\d{{3}})(?:(?P=group)\d{{3}})*(?:{sign}\d*)?"
_GROUPED = {
    ".": re.compile(_GROUPS.format(others=",", sign=r"\.")),
    ",": re.compile(_GROUPS.format(others=r"\.", sign=",")),
}
_PLAIN = {".": re.compile(r"\d+(?:\.\d+)?"), ",": re.compile(r"\d+(?:,\d+)?")}


def decimal_sign(cells: Iterable[object]) -> Decimal | None:
    """Return the decimal sign that numbers in text can only have; None where they would read both ways, or neither.

    Examples
    --------
    >>> decimal_sign(["16,34", "1.234,5"]), decimal_sign(["1,234.5"]), decimal_sign(["1,234", "12"])
    (',', '.', None)
    """
    signs: set[Decimal] = set()
    for cell in cells:
        for numeral in _NUMERAL.findall(cell) if isinstance(cell, str) else ():
            if any(mark in numeral for mark in ".,"):
                found = {sign for sign in SIGNS if _reads(numeral, sign)}
                signs |= found if len(found) == 1 else set()
    return signs.pop() if len(signs) == 1 else None


def _reads(numeral: str, sign: Decimal) -> bool:
    return any(form[sign].fullmatch(numeral) for form in (_PLAIN, _GROUPED))


def plainly(text: str, sign: Decimal | None) -> str:
    """Return a text whose numbers are spelt as the grammar of quantities spells them; what is unclear stays.

    Examples
    --------
    >>> plainly("16.340,5 ± 2 170", ","), plainly("1.2 × 10⁶ neurons", "."), plainly("1,234", None)
    ('16340.5 ± 2170', '1.2e6 neurons', '1,234')
    """

    def respelt(match: re.Match[str]) -> str:
        numeral, known = match[0], sign or "."
        if "," in numeral and sign is None:
            return numeral
        if not _reads(numeral, known):
            return numeral
        digits = numeral if _PLAIN[known].fullmatch(numeral) else re.sub(rf"[^\d{known}]", "", numeral)
        return digits.replace(",", ".")

    return _NUMERAL.sub(respelt, plain_powers(text.replace("\u2212", "-")))


# --- units in a header -------------------------------------------------------------------------------------------

_BRACKET = re.compile(r"^(?P<name>.*?)\s*(?:\[(?P<square>[^\]]+)\]|\((?P<round>[^()]*(?:\([^()]*\)[^()]*)*)\))\s*$")
_SCALE = re.compile(
    r"^(?:in\s+)?[x×*·⋅]?\s*(?:10\s*(?:\^|\*\*)?\s*(?P<power>[+\-−⁺⁻]?(?:(?<=\^)\d{1,2}|(?<=\*)\d{1,2}|[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+"
    r"|(?<=[\^*][+\-−])\d{1,2}))|1?[eE](?P<exponent>[+-]?\d{1,2})|(?P<digits>1(?:0+|(?:,000)+))"
    r"|(?P<word>thousand|million|billion|trillion)s?|(?P<percent>%|per ?cent))(?:\s*(?:of\s+)?(?P<rest>.*))?$",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"^(?:number|no\.?|nr\.?|#)\s*(?:of\s+)?", re.IGNORECASE)
# Words for powers of ten stand anywhere; what may also be the name of a region, or a letter, only in brackets.
_LOOKS_SCALED = re.compile(
    r"10\s*(?:\^|\*\*|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻])|×|\d[eE]\d|(?:\bx|[*·/]|\bper|\bin)\s*1[,.' ]?00+(?!\d)"
    r"|\b(?:dozen|hundred|thousand|million|milliard|billion|trillion|lakh|crore)s?\b"
    r"|[\[(](?:in )?(?:mio|mln|mill|bn|mrd|tsd|tln)\b",
    re.IGNORECASE,
)
_ALONE = frozenset("gmsh")  # letters that are a unit behind a name; l and r are sides
_LETTER = re.compile(r"\(k\)|\[[kKMGB]\]")
_LOGARITHM = re.compile(r"\blog(?:2|10|e)?\b|\blogarithms?\b|(?-i:\bln\b(?=\s*[(\w])|[\[(]ln[\])])", re.IGNORECASE)


class HeaderUnit(NamedTuple):
    """What the head of a column says: its name, by how much its numbers are to be multiplied, and their unit."""

    name: str
    scale: Fraction = Fraction(1)
    unit: Unit | None = None


def header_unit(head: str, where: str) -> HeaderUnit:
    """Return what a head says: ``"neurons (1e6)"``, ``"volume [mm³]"``, ``"density (10^3 neurons/mm³)"``.

    Raises
    ------
    FileError
        If it looks like a power of ten, a word or a letter for one, or a logarithm, and cannot be read.

    Examples
    --------
    >>> header_unit("density (10^3 neurons/mm³)", "example")
    HeaderUnit(name='density', scale=Fraction(1000, 1), unit=Unit('neuron/mm**3'))
    """
    name, text = _parted(head)
    words = head.replace("_", " ")
    if _LOGARITHM.search(words):
        raise FileError(f"{where}: the head {head!r} says that its numbers are logarithms; make a column of the "
                        f"numbers themselves, and call it without that word")  # fmt: skip
    scaled = _SCALE.match(text) if text else None
    if scaled is None:
        unit = _unit_in(text) if text else _counted_per(head)
        if _LOOKS_SCALED.search(words) or (unit is None and _LETTER.search(words)):
            raise FileError(f"{where}: the head {head!r} holds a power of ten that is not read; write it as in "
                            f"'neurons (1e6)' or 'density (1e3 neuron/mm^3)', or call the column otherwise if its "
                            f"numbers are not in so many")  # fmt: skip
        return HeaderUnit(name, unit=unit)
    unit = _unit_in(scaled["rest"]) if scaled["rest"] else None
    if scaled["rest"] and unit is None:
        raise FileError(f"{where}: the head {head!r} has a unit that is not known: {scaled['rest']!r}")
    if scaled["percent"]:
        return HeaderUnit(name, Fraction(1, 100), unit or Unit("1"))
    return HeaderUnit(name, _power_of(scaled), unit)


def _parted(head: str) -> tuple[str, str]:
    """Return the name in a head, and what says its unit: in brackets, or behind a comma where it is a unit."""
    match = _BRACKET.match(head)
    if match is not None:
        return match["name"], (match["square"] or match["round"]).strip()
    name, comma, text = (each.strip() for each in head.rpartition(","))
    return (name, text) if comma and (_SCALE.match(text) or _unit_in(text)) else (head, "")


def _unit_in(text: str) -> Unit | None:
    """Return the unit in brackets; what is counted may be left out of a density: ``"/mm³"``, ``"per mm³"``."""
    counted = _COUNTED.sub("", text.strip())
    per = re.match(r"(?:n\s*)?(?:/|per\b)\s*", counted)
    return unit_named(f"1/{counted[per.end() :]}") if per else unit_named(text)


def _counted_per(head: str) -> Unit | None:
    """Return the unit of a head that is nothing else: ``"neurons/mm3"``, but not ``"V1/V2"``, which counts nothing."""
    unit = unit_named(head) if "/" in head or " per " in head else None
    return unit if unit is not None and any(name in COUNTED for name, _ in unit.terms) else None


def unit_behind(head: str) -> Unit | None:
    """Return the unit that the last words of a head are, without brackets: ``"volume_mm3"``, ``"density per mm3"``.

    Examples
    --------
    >>> unit_behind("volume_mm3"), unit_behind("mean")
    (Unit('mm**3'), None)
    """
    words = re.split(r"[\s_,]+", head.strip())
    tails = (" ".join(words[first:]) for first in range(len(words)))
    read = (tail for tail in tails if len(tail) > 1 or (tail in _ALONE and len(words) > 1))
    return next((unit for tail in read if (unit := _unit_in(tail)) is not None), None)


def _power_of(scaled: re.Match[str]) -> Fraction:
    if scaled["digits"]:
        return Fraction(int(scaled["digits"].replace(",", "")))
    if scaled["word"]:
        return Fraction(NUMBER_WORDS[scaled["word"].casefold()])
    return Fraction(10) ** int((scaled["power"] or scaled["exponent"]).translate(RAISED))


def unit_named(text: str) -> Unit | None:
    """Return the unit that a text names, such as ``"number of cells per mm^3"``; None if it names none.

    Examples
    --------
    >>> unit_named("number of cells per mm^3"), unit_named("mean")
    (Unit('cell/mm**3'), None)
    """
    try:
        return Unit(_COUNTED.sub("", text.strip()))
    except BrainparamsError:
        return None
