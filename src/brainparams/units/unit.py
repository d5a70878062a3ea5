"""Units: their canonical text, and exact arithmetic and conversion of them."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from ..checks import is_number, strict
from ..errors import KindError, RangeError, UnitError, shown
from ..foreign import door
from . import words
from .factors import definition_hash, root_of_terms, simplified
from .vocabulary import COUNTED, Dimension, Terms, canonical_text, parse_terms

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

__all__ = [
    "COUNTED",
    "Unit",
    "conversion_factor",
    "definition_hash",
    "power",
    "product",
    "quotient",
    "read_unit",
    "same_dimension",
]


@strict
@dataclass(frozen=True, slots=True, init=False, repr=False)
class Unit:
    """A unit, held as its canonical text.

    Parameters
    ----------
    text
        Names from the closed list, joined by ``*``, ``/`` or ``per``, with integer powers; or ``1``.
        The attribute ``text`` is the canonical spelling, in plain ASCII: ``synapse/um**3``.
    low, high
        Smallest and largest value, in this unit, that an argument annotated with the unit takes.

    Raises
    ------
    ParseError
        If the text does not follow the grammar.
    UnitError
        If a name is unknown or ambiguous.

    Examples
    --------
    >>> Unit("synapses per neuron") == Unit("synapse/neuron")
    True
    >>> Unit("µm³")
    Unit('um**3')
    """

    text: str
    low: float | None
    high: float | None

    def __init__(self, text: str | Unit, *, low: float | None = None, high: float | None = None) -> None:
        canonical = text.text if isinstance(text, Unit) else canonical_text(parse_terms(text, "Unit()"), "Unit()")
        low, high = _bound("low", low), _bound("high", high)
        if low is not None and high is not None and low > high:
            raise RangeError(f"Unit(): lower bound {low} above upper bound {high} of {canonical!r}; swap them?")
        for name, value in (("text", canonical), ("low", low), ("high", high)):
            object.__setattr__(self, name, value)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        bounds = {"low": self.low, "high": self.high}
        given = "".join(f", {name}={value}" for name, value in bounds.items() if value is not None)
        return f"Unit({self.text!r}{given})"

    def __reduce__(self) -> tuple[Callable[[str], Unit], tuple[str]]:
        """Travel as the text, so that another process reads it with its own table."""
        if self.low is None and self.high is None:
            return Unit, (self.text,)
        return partial(Unit, low=self.low, high=self.high), (self.text,)

    @property
    def terms(self) -> Terms:
        """Canonical names with signed powers, such as ``(("synapse", 1), ("mm", -3))``."""
        return _terms(self.text)

    @property
    def dimension(self) -> str:
        """The dimension in words, the same text for every unit that converts into this one."""
        return words.dimension_words(_root(self.text)[1])

    @property
    def is_dimensionless(self) -> bool:
        """Whether nothing but a factor is left in base units, as in ``mm/m``."""
        return not _root(self.text)[1]

    @property
    def pretty(self) -> str:
        """The unit for reading, such as ``synapse/mm³``; empty for a pure number."""
        return words.pretty(self.terms)

    @property
    def latex(self) -> str:
        r"""The unit for LaTeX math, such as ``\mathrm{synapse/mm^{3}}``; empty for a pure number."""
        return words.latex(self.terms)

    def plural(self, amount: float) -> str:
        """Return the unit in words for people, in the number that `amount` asks for; empty for a pure number.

        Examples
        --------
        >>> Unit("parameter").plural(2), Unit("synapse/neuron").plural(1), Unit("mm**3").plural(5)
        ('parameters', 'synapse per neuron', 'mm³')
        """
        return words.plural(self.terms, amount)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let a field annotated with this unit hold a quantity of its dimension, within its bounds."""
        return door("arguments").core_schema(self)  # type: ignore[no-any-return]

    def without_bounds(self) -> Unit:
        """Return the unit alone."""
        return Unit(self)


def read_unit(text: str | Unit, where: str) -> Unit:
    """Return the unit that an argument holds; messages name the function that was called.

    Examples
    --------
    >>> read_unit("synapses per mm³", "to()")
    Unit('synapse/mm**3')
    """
    return text if isinstance(text, Unit) else Unit(canonical_text(parse_terms(text, where), where))


def _bound(name: str, value: float | None) -> float | None:
    """Return a bound as a finite float."""
    if value is None:
        return None
    if not is_number(value):
        raise KindError(f"Unit(): {name!r} got {shown(value)} of type {type(value).__name__}; expected a number.")
    if not abs(value) <= sys.float_info.max:
        raise RangeError(f"Unit(): {name!r} got {shown(value)}; expected a finite number, or None for no bound.")
    return float(value)


@lru_cache(maxsize=1024)
def _terms(text: str) -> Terms:
    return parse_terms(text, "Unit()")


@lru_cache(maxsize=1024)
def _root(text: str) -> tuple[Fraction, Dimension]:
    return root_of_terms(_terms(text))


def same_dimension(first: Unit, second: Unit) -> bool:
    """Return whether values of the two units can be added, after conversion.

    Examples
    --------
    >>> same_dimension(Unit("W*s"), Unit("J")), same_dimension(Unit("neuron"), Unit("synapse"))
    (True, False)
    """
    return first.text == second.text or _root(first.text)[1] == _root(second.text)[1]


@lru_cache(maxsize=1024)
def conversion_factor(source: Unit, target: Unit, where: str = "") -> Fraction:
    """Return the exact number by which a value in `source` is multiplied to be in `target`.

    Parameters
    ----------
    source, target
        Units of one dimension.
    where
        The function to name in a message, as its caller wrote it.

    Returns
    -------
    Fraction
        value in target = value in source × factor.

    Raises
    ------
    UnitError
        If the dimensions differ; the message names both.

    Examples
    --------
    >>> conversion_factor(Unit("mm**3"), Unit("m**3"))
    Fraction(1, 1000000000)
    """
    (from_factor, from_dimension), (to_factor, to_dimension) = _root(source.text), _root(target.text)
    if from_dimension != to_dimension:
        missing = canonical_text(simplified(target.terms + _inverse(source.terms))[0], where)
        raise UnitError(
            f"{where and f'{where}: '}{source.text!r} ({source.dimension}) does not convert to {target.text!r} "
            f"({target.dimension}). Multiply by a quantity in {missing}?"
        )
    return from_factor / to_factor


def _inverse(terms: Terms) -> Terms:
    return tuple((name, -exponent) for name, exponent in terms)


def _unit(terms: Terms, where: str) -> Unit:
    return Unit(canonical_text(terms, where))


@lru_cache(maxsize=1024)
def product(first: Unit, second: Unit) -> tuple[Unit, Fraction]:
    """Return the unit of a product, simplified, and the exact factor that simplifying leaves.

    Parameters
    ----------
    first, second
        Units of the two factors.

    Returns
    -------
    unit : Unit
        Names of one dimension are merged into the first of them; what cancels is gone.
    factor : Fraction
        value in `unit` = value of first × value of second × factor.

    Raises
    ------
    UnitError
        If a power grows beyond ±12.

    Examples
    --------
    >>> product(Unit("synapse/um**3"), Unit("mm**3"))
    (Unit('synapse'), Fraction(1000000000, 1))
    """
    terms, factor = simplified(first.terms + second.terms)
    return _unit(terms, f"product of {first.text!r} and {second.text!r}"), factor


@lru_cache(maxsize=1024)
def quotient(first: Unit, second: Unit) -> tuple[Unit, Fraction]:
    """Return the unit of a quotient, simplified, and the exact factor that simplifying leaves; see `product`.

    Examples
    --------
    >>> quotient(Unit("L"), Unit("mm**3"))
    (Unit('1'), Fraction(1000000, 1))
    """
    terms, factor = simplified(first.terms + _inverse(second.terms))
    return _unit(terms, f"quotient of {first.text!r} and {second.text!r}"), factor


@lru_cache(maxsize=1024)
def power(base: Unit, exponent: Fraction) -> tuple[Unit, Fraction | float]:
    """Return the unit of a power, simplified, and the factor that simplifying leaves.

    Parameters
    ----------
    base
        Unit of what is raised.
    exponent
        An exact exponent; one that is no integer must leave integer powers, as 1/2 does in ``mm**2``.

    Returns
    -------
    unit : Unit
        Simplified as in `product`.
    factor : Fraction or float
        value in `unit` = value of base ** exponent × factor; a float only for a root that is not exact.

    Raises
    ------
    UnitError
        If a power in the unit is no integer, or beyond ±12.

    Examples
    --------
    >>> power(Unit("mm**2"), Fraction(1, 2))
    (Unit('mm'), Fraction(1, 1))
    """
    exponent, (terms, factor) = Fraction(exponent), simplified(base.terms)
    where = f"power {exponent} of {base.text!r}"
    raised = [(name, each * exponent) for name, each in terms] if exponent else []
    if any(each.denominator != 1 for _, each in raised):
        raise UnitError(f"{where}: the unit has no such root; divide by a reference value of that unit first.")
    unit = _unit(tuple((name, int(each)) for name, each in raised), where)
    return unit, _raised_factor(factor, exponent, where)


def _raised_factor(factor: Fraction, exponent: Fraction, where: str) -> Fraction | float:
    """Return the power of a factor: exact where that is a number of modest length, else a float."""
    if factor == 1:
        return factor
    if exponent.denominator == 1 and abs(exponent) <= 64:
        return factor ** int(exponent)
    try:
        raised = math.pow(factor, exponent)
    except OverflowError:
        raised = math.inf
    if not 0 < raised < math.inf:
        raise RangeError(f"{where}: the factor of the unit is beyond float range (1.8e308); convert to '1' first.")
    return raised
