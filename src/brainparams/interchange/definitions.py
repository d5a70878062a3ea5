"""What pint makes of the definitions of our units.

``python -m brainparams.interchange.definitions`` writes the table ``units/factors.txt`` anew; a test says when.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..units.factors import TABLE
from ..units.vocabulary import BASES, DEFINITIONS, LONG_NAMES, SPELLINGS, SYMBOLS, canonical_text

__all__ = ["root", "table"]

_HEADING = (
    "# How many base units every other unit is, worked out by pint from the definitions in vocabulary.py.",
    "# Written by: python -m brainparams.interchange.definitions",
)


def _registry() -> Any:
    """Return a pint registry that knows our definitions and nothing else, in exact fractions."""
    import pint

    registry: Any = pint.UnitRegistry(None, non_int_type=Fraction, cache_folder=None)
    for definition in DEFINITIONS:
        registry.define(definition)
    return registry


def root(registry: Any, name: str) -> tuple[Any, dict[str, Any]]:
    """Return what any registry makes of one unit name: a factor, and the names and powers of its own base units."""
    factor, unit = registry.get_root_units(registry.UnitsContainer({name: 1}))
    return factor, dict(registry.Quantity(1, unit).unit_items())


def table() -> str:
    """Return the table of factors, as pint works it out.

    Examples
    --------
    >>> "J 1000 g*m**2/s**2" in table().splitlines()
    True
    """
    registry, lines = _registry(), list(_HEADING)
    for name, (_, symbol) in SYMBOLS.items():
        if name == symbol and name not in BASES:
            factor, powers = root(registry, LONG_NAMES[name])
            terms = {SPELLINGS[base]: int(power) for base, power in powers.items()}
            ordered = tuple((base, terms[base]) for base in BASES if base in terms)
            lines.append(f"{symbol} {Fraction(factor)} {canonical_text(ordered, 'table()')}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="ascii")
