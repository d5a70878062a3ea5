"""The closed vocabulary of unit names, and the strict grammar that joins them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from ..errors import KindError, ParseError, UnitError, did_you_mean, shown

__all__ = [
    "BASES", "CELSIUS", "COUNTED", "DEFINITIONS", "LONG_NAMES", "MAX_LENGTH", "MAX_POWER", "NUMBER_WORDS", "PREFIXES",
    "SPELLINGS", "SYMBOLS", "Dimension", "Terms", "UnitName", "canonical_text", "normalise", "parse_terms",
]  # fmt: skip

MAX_LENGTH = 256
MAX_POWER = 12
Terms = tuple[tuple[str, int], ...]
"""Canonical unit names with their signed powers, in order of appearance."""
Dimension = tuple[tuple[str, int], ...]
"""Base units with their powers, in the order of the vocabulary; empty for a pure number."""

NUMBER_WORDS = MappingProxyType(
    {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "quadrillion": 10**15}
)

PREFIXES: Mapping[str, tuple[str, str]] = {
    "y": ("yocto", "1e-24"), "z": ("zepto", "1e-21"), "a": ("atto", "1e-18"), "f": ("femto", "1e-15"),
    "p": ("pico", "1e-12"), "n": ("nano", "1e-9"), "u": ("micro", "1e-6"), "m": ("milli", "1e-3"),
    "c": ("centi", "1e-2"), "d": ("deci", "1e-1"), "k": ("kilo", "1e3"), "M": ("mega", "1e6"), "G": ("giga", "1e9"),
    "T": ("tera", "1e12"), "P": ("peta", "1e15"), "E": ("exa", "1e18"), "Z": ("zetta", "1e21"), "Y": ("yotta", "1e24"),
    "Ki": ("kibi", "1024"), "Mi": ("mebi", "1048576"), "Gi": ("gibi", "1073741824"), "Ti": ("tebi", "1099511627776"),
    "Pi": ("pebi", "1125899906842624"),
}  # fmt: skip
"""Prefixes by symbol, each with its word and what it multiplies by."""

_LARGE = ("k", "M", "G", "T", "P", "E", "Z", "Y")
_BINARY = ("Ki", "Mi", "Gi", "Ti", "Pi")


class UnitName(NamedTuple):
    """One row of the vocabulary: a unit, what it means, and the prefixes it takes."""

    word: str
    symbol: str
    definition: str
    prefixes: tuple[str, ...] = _LARGE
    words: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()


# Lengths, masses and times take no prefix above kilo: "Mm3" and "Ms" are slips of the shift key, not megametres.
_ROWS = (
    UnitName("neuron", "neuron", "[neuron]"),
    UnitName("synapse", "synapse", "[synapse]"),
    UnitName("connection", "connection", "[connection]"),
    UnitName("parameter", "parameter", "[parameter]"),
    UnitName("bit", "bit", "[information]", _LARGE + _BINARY),
    UnitName("spike", "spike", "[spike]"),
    UnitName("operation", "operation", "[operation]", words=("flop", "FLOP"), symbols=("FLOP", "FLOPs")),
    UnitName("token", "token", "[token]"),
    UnitName("cell", "cell", "[cell]"),
    # What a weight of a connectome may count beside synapses: pairs of a pre- and a postsynaptic site, or EM sections.
    UnitName("contact", "contact", "[contact]"),
    UnitName("EM_section", "section", "[section]", words=("EM section", "section")),
    UnitName("ATP", "ATP", "[ATP]"),
    UnitName("basepair", "bp", "[basepair]"),
    UnitName("gram", "g", "[mass]", ("f", "p", "n", "u", "m", "k")),
    UnitName("meter", "m", "[length]", ("f", "p", "n", "u", "m", "c", "d", "k"), words=("metre",)),
    UnitName("second", "s", "[time]", ("f", "p", "n", "u", "m"), symbols=("sec",)),
    UnitName("kelvin", "K", "[temperature]", ("n", "u", "m")),
    UnitName("ampere", "A", "[current]", ("f", "p", "n", "u", "m", "k")),
    # A spike of a neuron is an event at each of its synapses: the fan-out (synapse/neuron) leads from one to the other.
    UnitName("synaptic_event", "event", "spike * synapse / neuron", words=("synaptic event", "event")),
    UnitName("mole", "mol", "6.02214076e23", ("p", "n", "u", "m")),
    UnitName("minute", "min", "60 * second", ()),
    UnitName("hour", "h", "3600 * second", (), symbols=("hr",)),
    UnitName("day", "day", "86400 * second", ()),
    UnitName("year", "year", "31557600 * second", (), symbols=("yr",)),
    UnitName("byte", "B", "8 * bit", _LARGE + _BINARY),
    UnitName("liter", "L", "1e-3 * meter ** 3", ("f", "p", "n", "u", "m", "c", "d"), words=("litre",), symbols=("l",)),
    UnitName("joule", "J", "1000 * gram * meter ** 2 / second ** 2", ("y", "z", "a", "f", "p", "n", "u", "m", *_LARGE)),
    UnitName("watt", "W", "1000 * gram * meter ** 2 / second ** 3", ("z", "a", "f", "p", "n", "u", "m", *_LARGE)),
    UnitName("hertz", "Hz", "1 / second", ("u", "m", *_LARGE)),
    UnitName("electronvolt", "eV", "1.602176634e-19 * joule", ("n", "u", "m", *_LARGE), words=("electron_volt",)),
    UnitName("calorie", "cal", "4.184 * joule", ("k",)),
    UnitName("watt_hour", "Wh", "3600 * joule", ("m", "k", "M", "G", "T"), words=("watthour",)),
    UnitName("volt", "V", "watt / ampere", ("n", "u", "m", "k")),
    UnitName("ohm", "ohm", "volt / ampere", ("m", "k", "M", "G"), symbols=("Ω",)),
    UnitName("siemens", "S", "ampere / volt", ("f", "p", "n", "u", "m")),
    UnitName("farad", "F", "ampere * second / volt", ("f", "p", "n", "u", "m")),
    UnitName("pascal", "Pa", "joule / meter ** 3", ("m", "k", "M", "G")),
)

BASES: Mapping[str, str] = MappingProxyType({row.symbol: row.definition for row in _ROWS if row.definition[0] == "["})
"""Canonical names of the base units, each with its dimension, in the order in which a dimension is written."""

DEFINITIONS: tuple[str, ...] = tuple(
    [f"{long}- = {factor} = {symbol}-" for symbol, (long, factor) in PREFIXES.items()]
    + [f"{row.word} = {row.definition}" + f" = {row.symbol}" * (row.symbol != row.word) for row in _ROWS]
)
"""What every unit means, a line each: prefixes first, then units."""


def _spellings_of(row: UnitName, prefix: str) -> Iterator[str]:
    """Yield every way to write one unit with one prefix."""
    long = PREFIXES[prefix][0] if prefix else ""
    for word in (row.word, *row.words):
        yield from (long + word, long + word + "s" * (not word.endswith("s")))
    symbols = (row.symbol, f"{row.word}s", *row.symbols) if row.symbol == row.word else (row.symbol, *row.symbols)
    for symbol in symbols:
        yield prefix + symbol
        if prefix == "u":
            yield "μ" + symbol


def _tables() -> tuple[dict[str, str], dict[str, str], dict[str, tuple[Fraction, str]]]:
    """Return the closed table of spellings, and of each canonical one the long name, and prefix and symbol apart."""
    spellings = {"micron": "um", "microns": "um"}
    long_names, symbols = {}, {}
    factors = {"": Fraction(1), **{prefix: Fraction(factor) for prefix, (_, factor) in PREFIXES.items()}}
    for row in _ROWS:
        for prefix in ("", *row.prefixes):
            canonical = prefix + row.symbol
            symbols[canonical] = factors[prefix], row.symbol
            long_names[canonical] = (PREFIXES[prefix][0] if prefix else "") + row.word
            for spelling in _spellings_of(row, prefix):
                if spellings.setdefault(spelling, canonical) != canonical:
                    raise AssertionError(f"{spelling} would mean both {spellings[spelling]} and {canonical}")
    return spellings, long_names, symbols


COUNTED = frozenset(
    prefix + row.symbol for row in _ROWS if row.prefixes[:8] == _LARGE for prefix in ("", *row.prefixes)
)
"""Canonical names of what is counted, and so is never negative: neurons, bits, bytes, …, with and without prefix."""

_SPELLINGS, _LONG_NAMES, _SYMBOLS = _tables()
SPELLINGS: Mapping[str, str] = MappingProxyType(_SPELLINGS)
"""The closed table: every accepted spelling of a unit name, and its canonical one."""
_LONG_WORDS = frozenset(_LONG_NAMES.values())
_WORDS = sorted(spelling for spelling in SPELLINGS if spelling.removesuffix("s") in _LONG_WORDS)
LONG_NAMES: Mapping[str, str] = MappingProxyType(_LONG_NAMES)
"""The long word of every canonical unit name, such as ``um`` → ``micrometer``."""
SYMBOLS: Mapping[str, tuple[Fraction, str]] = MappingProxyType(_SYMBOLS)
"""What every canonical unit name is put together from, such as ``um`` → 1/1000000 and ``m``."""

CELSIUS = ("degC", "°C", "celsius", "Celsius")
"""How degrees Celsius are written; only a text of one number takes them."""

ALIKE = 0.75
"""How much of two words has to agree before one is suggested for the other."""

_TURNING = ("rpm", "cycle", "cycles", "revolution", "revolutions", "count", "counts", "Bq", "radian", "rad")
_CELLS = (
    "glia", "glial", "astrocyte", "astrocytes", "microglia", "oligodendrocyte", "oligodendrocytes", "nucleus", "nuclei",
    "soma", "somata",
)  # fmt: skip
_SITES = ("spine", "spines", "bouton", "boutons", "terminal", "terminals", "axon", "axons", "dendrite", "dendrites")
_PERCENT = "is a ratio, not a unit: write 0.4 instead of 40 %"
_TURNS = "is not a unit here (elsewhere it hides a factor of 2π or counts nothing in particular): write spike/s or 1/s"
_OFFSET = "is read only as the whole unit of one number ('20 degC'): temperatures multiply only as kelvin, write K"
_ADVICE = {
    "%": _PERCENT, "percent": _PERCENT, "pct": _PERCENT,
    **dict.fromkeys(_TURNING, _TURNS),
    **dict.fromkeys((*CELSIUS, "degF", "°F"), _OFFSET),
    **dict.fromkeys(("weight", "weights", "param", "params"), "is counted here in 'parameter'"),
    **dict.fromkeys(("edge", "edges"), "is counted here in 'connection'"),
    **dict.fromkeys(_CELLS, "is counted here in 'cell'"),
    **dict.fromkeys(("interneuron", "interneurons", "motoneuron", "motoneurons"), "is counted here in 'neuron'"),
    **dict.fromkeys(_SITES, "is a place of synapses, not a unit: write synapse, or 1 for a bare number of them"),
    **dict.fromkeys(("op", "ops", "OP", "OPs"), "is counted here in 'operation'"),
    **dict.fromkeys(("Cal", "Calorie", "Calories", "kCal"), "means a thousand calories on food: write kcal"),
    **dict.fromkeys(("mM", "uM", "μM", "nM", "pM"), "is a concentration: write mmol/L, umol/L, nmol/L or pmol/L"),
    **dict.fromkeys((*NUMBER_WORDS, *(f"{word}s" for word in NUMBER_WORDS), "bn", "mn"),
                    "is a number, not a unit: it stands right behind the number, as in '86 billion neuron'"),
    "M": "reads elsewhere as molar or mega: for a million write 1e6",
    "G": "reads elsewhere as gauss or giga: for a billion write 1e9",
    "T": "reads elsewhere as tesla or tera: for a trillion write 1e12",
    "P": "reads elsewhere as poise or peta: write 1e15",
    "E": "reads elsewhere as exa, or as an exponent: write 1e18, or 2E6 without a blank",
    "k": "reads elsewhere as the Boltzmann constant or kilo: for a thousand write 1e3",
    "e": "reads elsewhere as the elementary charge: write an exponent without a blank, as in 1e6, or eV",
    "b": "reads elsewhere as barn, bit or byte: write bit or byte",
    "C": "reads elsewhere as coulomb or degree Celsius: write K",
    "d": "reads elsewhere as day or deci: write day",
    "y": "reads elsewhere as year or yocto: write year",
    "a": "reads elsewhere as year, are or atto: write year",
    "u": "reads elsewhere as micro or the atomic mass unit: write um, us, … or kg",
}  # fmt: skip


def _tables_of_advice() -> dict[str, str]:
    """Return what to answer for every spelling that is refused on purpose."""
    advice = dict(_ADVICE)
    for prefix in ("", *_LARGE):
        long = PREFIXES[prefix][0] if prefix else ""
        rate = f"mixes operations with operations per second: write {prefix}FLOP or {prefix}FLOP/s"
        rates = (f"{prefix}FLOPS", f"{prefix}flops", f"{long}FLOPS", f"{long}flops", f"{prefix}OPS")
        advice.update(dict.fromkeys(rates, rate))
        several = f"is two operations each: write 2 {prefix}FLOP for 1 {prefix}MAC"
        advice.update(dict.fromkeys((f"{prefix}MAC", f"{prefix}MACs", f"{prefix}FMA", f"{prefix}FMAs"), several))
        advice[f"{prefix}bps"] = f"is not read: write {prefix}bit/s or {prefix}B/s"
        if prefix:
            bits = f"reads elsewhere as {long}barn, {long}bit or {long}byte: write {long}bit or {long}byte"
            advice.update(dict.fromkeys((f"{prefix}b", f"{prefix.upper()}b", f"{prefix.lower()}b"), bits))
    return advice


_REFUSED = _tables_of_advice()


def _by_fold() -> dict[str, list[str]]:
    """Return the accepted spellings under their case-folded form."""
    folded: dict[str, list[str]] = {}
    for spelling in sorted(SPELLINGS):
        if "μ" not in spelling:
            folded.setdefault(spelling.casefold(), []).append(spelling)
    return folded


_FOLDED = _by_fold()

_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"
# What Unicode normalisation (NFKC) would do, for a closed list of characters only: NFKC itself reads "10³" as 103.
_READ_AS: dict[int, Any] = str.maketrans(_SUPERSCRIPTS + "µ−⋅\u2126\xa0\u2009\u202f", "0123456789+-μ-·Ω   ") | {
    ord("℃"): "°C"
}
_ALLOWED = frozenset(map(chr, range(32, 127))) | frozenset("μ·±°Ω") | frozenset(map(chr, _READ_AS))
_STRAY_SUPERSCRIPT = re.compile(f"(?<![A-Za-z{_SUPERSCRIPTS}])[{_SUPERSCRIPTS}]|[{_SUPERSCRIPTS}][0-9]")
_RAISED_TEN = re.compile(f"10([{_SUPERSCRIPTS}]+)")
_MENDS = {"×": "write '86e9' for 86 × 10⁹, and '*' between units", "–": "write '78 to 94' for a range, '-' for minus"}


def normalise(text: object, where: str) -> str:
    """Return `text` trimmed and in plain characters, refusing what is too long, empty, invisible or a look-alike.

    `where` is the function or argument that a message names.

    Examples
    --------
    >>> normalise("synapse/mm³ ", "example")
    'synapse/mm3'
    """
    if text is None:
        raise ParseError(f"{where}: the text is empty (None); write for example '302 neuron'.")
    if not isinstance(text, str):
        raise KindError(f"{where}: got {shown(text)} of type {type(text).__name__}; expected a text such as 'neuron'.")
    if len(text) > MAX_LENGTH:
        raise ParseError(
            f"{where}: the text has {len(text)} characters, longer than {MAX_LENGTH}; it begins {shown(text, 40)}. "
            "Give one number and one unit."
        )
    for position, character in enumerate(text):
        if character not in _ALLOWED:
            raise ParseError(
                f"{where}: {_strange(character)} at position {position + 1} of {text[:60]!a} is not allowed; "
                f"{_MENDS.get(character, 'write plain letters and digits')}."
            )
    if _STRAY_SUPERSCRIPT.search(text):
        power = _RAISED_TEN.search(text)
        mend = f"1e{power[1].translate(_READ_AS).lstrip('+')} for {power[0]}" if power else "1e3 for 10³"
        raise ParseError(f"{where}: {shown(text)} has a raised digit not behind a unit name; write {mend}.")
    plain = text.translate(_READ_AS).strip()
    if not plain:
        raise ParseError(f"{where}: the text is empty; write for example '302 neuron'.")
    return plain


def _strange(character: str) -> str:
    """Return a character as its code point and name, never as itself: it may be invisible."""
    name = unicodedata.name(character, "a control character")
    return f"the character U+{ord(character):04X} ({name})"


def _refused(name: str, text: str, where: str) -> UnitError:
    """Return the error for a name outside the table, with the spelling that was probably meant."""
    start = f"{where}: unit {shown(name)} in {shown(text)}" if name != text else f"{where}: unit {shown(name)}"
    if name in _REFUSED:
        return UnitError(f"{start} {_REFUSED[name]}.")
    if name.casefold() in _FOLDED:
        spellings = " or ".join(repr(each) for each in _FOLDED[name.casefold()])
        return UnitError(f"{start} is unknown: upper and lower case matter; write {spellings}.")
    return UnitError(
        f"{start} is unknown; expected names such as neuron, synapse, parameter, bit, mm, s or J."
        f"{did_you_mean(name, _alike(name), ALIKE)}"
    )


def _alike(name: str) -> Iterator[str]:
    """Yield the words that a misspelt one may have meant; a short name may have meant anything."""
    # Only words of about this length and beginning are compared: the whole table would take milliseconds.
    if 5 <= len(name) <= 24:
        for word in _WORDS:
            if word[0] == name[0].lower() and len(word) >= 5 and abs(len(word) - len(name)) <= 2:
                yield word


_TOKEN = re.compile(
    r" *(?:(?P<joint>[*/·](?!\*)|per\b)|(?P<name>[a-z]*(?:synaptic event|EM section)s?\b|[A-Za-zμ°Ω%_]+)"
    r"(?:(?P<attached>[+-]?[0-9]+)| *(?:\*\*|\^) *(?P<power>[+-]?[0-9][0-9.]*))?|(?P<number>[0-9][0-9.]*))"
)
_RECIPROCAL = re.compile(r"1 *(?=/|per\b)")


def _factors(plain: str, where: str) -> Iterator[tuple[str, int]]:
    """Yield every spelled name with its signed power, refusing whatever is not a name, a joint or a power."""
    reciprocal = _RECIPROCAL.match(plain)
    position, sign, previous = (reciprocal.end(), 1, "1") if reciprocal else (0, 1, "")
    while position < len(plain):
        token = _TOKEN.match(plain, position)
        if token is None:
            raise ParseError(
                f"{where}: {shown(plain[position:].strip(), 20)} cannot stand there in the unit {shown(plain)}; "
                "write names joined by '*', '/' or 'per', with powers such as mm**3."
            )
        position = token.end()
        if token["number"]:
            raise ParseError(
                f"{where}: the number {shown(token['number'], 20)} stands inside the unit {shown(plain)}; "
                "a text is one number, then one unit without numbers."
            )
        if token["joint"]:
            if not previous:
                raise ParseError(f"{where}: in the unit {shown(plain)} a name is missing before {token['joint']!r}.")
            sign, previous = (1 if token["joint"] in "*·" else -1), ""
            continue
        if previous:
            _refuse_blank(previous, token["name"], plain, where)
        previous = token["name"]
        yield previous, sign * _power(token["attached"] or token["power"] or "1", plain, where)
    if not previous:
        raise ParseError(f"{where}: the unit {shown(plain)} ends where a name is expected.")


def _refuse_blank(first: str, second: str, plain: str, where: str) -> None:
    """Raise the error for two names side by side, showing what could have been meant."""
    for name in (first, second):
        if name not in SPELLINGS:
            raise _refused(name, plain, where)
    billions = " For a billion write 1e9 or 'billion'." if first == "B" else ""
    raise ParseError(
        f"{where}: a blank does not multiply in the unit {shown(plain)}; "
        f"write '{first}*{second}' or '{first}/{second}'.{billions}"
    )


def _power(digits: str, plain: str, where: str) -> int:
    """Return a written power as an integer between -12 and 12, zero excluded."""
    power = 0 if "." in digits else int(digits)
    if power == 0 or abs(power) > MAX_POWER:
        raise ParseError(f"{where}: the power {digits[:20]} in the unit {shown(plain)} is not ±1 to ±{MAX_POWER}.")
    return power


def parse_terms(text: object, where: str) -> Terms:
    """Return the canonical names and signed powers of one unit text, in order of appearance.

    Names are joined by ``*``, ``·``, ``/`` or ``per``; powers are ``mm**3``, ``mm^3``, ``mm3``, ``mm³``; ``1`` is none.

    Examples
    --------
    >>> parse_terms("synapses per mm³", "example")
    (('synapse', 1), ('mm', -3))
    """
    plain = normalise(text, where)
    if plain == "1":
        return ()
    powers: dict[str, int] = {}
    for name, power in _factors(plain, where):
        canonical = SPELLINGS.get(name)
        if canonical is None:
            raise _refused(name, plain, where)
        powers[canonical] = powers.get(canonical, 0) + power
    return tuple((name, power) for name, power in powers.items() if power)


@lru_cache(maxsize=1024)
def canonical_text(terms: Terms, where: str) -> str:
    """Return the one spelling of a product of canonical names: numerators as they appear, then denominators.

    Examples
    --------
    >>> canonical_text((("mm", -3), ("synapse", 1)), "example")
    'synapse/mm**3'
    """
    over = [f"{name}**{power}" if power != 1 else name for name, power in terms if power > 0]
    under = [f"/{name}**{-power}" if power != -1 else f"/{name}" for name, power in terms if power < 0]
    text = ("*".join(over) or "1") + "".join(under)
    if max((abs(power) for _, power in terms), default=0) > MAX_POWER or len(text) > MAX_LENGTH:
        raise UnitError(f"{where}: the unit {shown(text)} has a power beyond ±{MAX_POWER} or is too long.")
    return text
