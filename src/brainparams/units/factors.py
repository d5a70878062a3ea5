"""How many base units each unit is: exact factors, from a table that was made from pint's definitions."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from functools import cache, lru_cache
from itertools import combinations
from pathlib import Path

from .vocabulary import BASES, DEFINITIONS, SYMBOLS, Dimension, Terms, parse_terms

__all__ = ["TABLE", "definition_hash", "root_of_name", "root_of_terms", "simplified"]

TABLE = Path(__file__).with_name("factors.txt")
"""A line for each unit that is not a base: its symbol, how many base units it is, and which."""

_BASE_ORDER = {symbol: place for place, symbol in enumerate(BASES)}


def definition_hash() -> str:
    """Return the fingerprint of what every unit means here; it travels with saved numbers.

    Returns
    -------
    str
        SHA-256, in hexadecimal, of the list of definitions.

    Examples
    --------
    >>> len(definition_hash())
    64
    """
    return hashlib.sha256("\n".join(DEFINITIONS).encode()).hexdigest()


@cache
def _roots() -> dict[str, tuple[Fraction, Dimension]]:
    """Return the table by symbol, base units included."""
    roots: dict[str, tuple[Fraction, Dimension]] = {symbol: (Fraction(1), ((symbol, 1),)) for symbol in BASES}
    for line in TABLE.read_text(encoding="ascii").splitlines():
        if not line.startswith("#"):
            symbol, factor, bases = line.split()
            roots[symbol] = Fraction(factor), _ordered(dict(parse_terms(bases, TABLE.name)))
    return roots


@lru_cache(maxsize=1024)
def root_of_name(name: str) -> tuple[Fraction, Dimension]:
    """Return how many base units one of a canonical name is, and which.

    Examples
    --------
    >>> root_of_name("kB")
    (Fraction(8000, 1), (('bit', 1),))
    """
    times, symbol = SYMBOLS[name]
    factor, dimension = _roots()[symbol]
    return times * factor, dimension


def root_of_terms(terms: Terms) -> tuple[Fraction, Dimension]:
    """Return how many base units a product of canonical names is, and which.

    Examples
    --------
    >>> root_of_terms((("synapse", 1), ("mm", -3)))
    (Fraction(1000000000, 1), (('synapse', 1), ('m', -3)))
    """
    factor, powers = Fraction(1), dict[str, int]()
    for name, exponent in terms:
        root, dimension = root_of_name(name)
        factor *= root**exponent
        for base, power in dimension:
            powers[base] = powers.get(base, 0) + power * exponent
    return factor, _ordered(powers)


def _ordered(powers: dict[str, int]) -> Dimension:
    """Return base powers in the order of the vocabulary, zeros left out."""
    return tuple((base, powers[base]) for base in sorted(powers, key=_BASE_ORDER.__getitem__) if powers[base])


def simplified(terms: Terms) -> tuple[Terms, Fraction]:
    """Return the terms with one name for each dimension, nothing that cancels, and the factor this leaves.

    Names of the same dimension become the first of them (µm³ and mm³ become µm³); names that are powers of one base
    become that base (L and mm become m); compound names go when together they are a pure number (W·s/J).

    Examples
    --------
    >>> simplified((("synapse", 1), ("um", -3), ("mm", 3)))
    ((('synapse', 1),), Fraction(1000000000, 1))
    """
    groups: dict[object, list[tuple[str, int]]] = {}
    for name, exponent in terms:
        dimension = root_of_name(name)[1]
        groups.setdefault(dimension[0][0] if len(dimension) == 1 else dimension, []).append((name, exponent))
    merged, factor = dict[str, int](), Fraction(1)
    for base, group in groups.items():
        alike = len({root_of_name(name)[1] for name, _ in group}) == 1
        leader = group[0][0] if alike else str(base)
        for name, exponent in group:
            steps = 1 if alike else root_of_name(name)[1][0][1]
            merged[leader] = merged.get(leader, 0) + exponent * steps
            factor *= (root_of_name(name)[0] / root_of_name(leader)[0]) ** exponent
    left, cancelled = _without_pure_numbers(tuple((name, exponent) for name, exponent in merged.items() if exponent))
    return left, factor * cancelled


def _without_pure_numbers(terms: Terms) -> tuple[Terms, Fraction]:
    """Return the terms without the smallest set that together is a pure number, and its factor."""
    mechanical = {base for name, _ in terms for base, _ in _compound(name)}
    concerned = [term for term in terms if {base for base, _ in root_of_name(term[0])[1]} & mechanical]
    for size in range(2, len(concerned) + 1):
        for chosen in combinations(concerned, size):
            factor, dimension = root_of_terms(chosen)
            if not dimension:
                return tuple(term for term in terms if term not in chosen), factor
    return terms, Fraction(1)


def _compound(name: str) -> Dimension:
    """Return the bases of a name that is made of several (J, W), nothing for the others."""
    dimension = root_of_name(name)[1]
    return dimension if len(dimension) > 1 else ()
