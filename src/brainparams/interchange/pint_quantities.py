"""pint quantities of any registry, in and out."""

from __future__ import annotations

import threading
from fractions import Fraction
from typing import Any

from ..checks import strict
from ..errors import KindError, UnitError, shown
from ..foreign import is_pint
from ..units import Unit
from ..units.factors import root_of_name, root_of_terms
from ..units.vocabulary import DEFINITIONS, LONG_NAMES, SPELLINGS, Terms, canonical_text
from .definitions import root

__all__ = ["from_pint", "install_units", "to_pint"]

_LOCK = threading.RLock()


def from_pint(quantity: Any, where: str = "from_pint()") -> tuple[Any, Unit, tuple[str, ...]]:
    """Return what a pint quantity of any registry says, in our units.

    Parameters
    ----------
    quantity : pint.Quantity
        Its magnitude may be a number, an array or a number with a spread; it passes through as it is.
    where
        The function and argument to name in a message.

    Returns
    -------
    magnitude : object
        The magnitude; multiplied only if its unit is not one of ours, such as inch or degC.
    unit : Unit
        The unit.
    notes : tuple of str
        What was converted, in words.

    Raises
    ------
    UnitError
        If a unit is not known here, nor are its base units, or it is defined differently there.

    Examples
    --------
    >>> import pint
    >>> from_pint(pint.UnitRegistry().Quantity(3, "gigabyte"))
    (3, Unit('GB'), ())
    """
    magnitude, terms, notes = _foreign_terms(quantity, where)
    return magnitude, Unit(canonical_text(terms, where)), notes


def to_pint(magnitude: object, unit: Unit, registry: Any = None) -> Any:
    """Return a pint quantity, defining in its registry the units that it lacks.

    Without a `registry` it is pint's application registry; one that means something else by a name of ours is refused.

    Examples
    --------
    >>> import pint
    >>> print(to_pint(3, Unit("synapse/um**3"), pint.UnitRegistry()))
    3 synapse / micrometer ** 3
    """
    if registry is None:
        import pint

        registry = pint.get_application_registry()  # type: ignore[no-untyped-call]
    _check_registry(registry, "to_pint()")
    install_units(registry)
    names = registry.UnitsContainer({LONG_NAMES[name]: power for name, power in unit.terms})
    try:
        registry.get_root_units(names)
    except AttributeError:
        raise UnitError(
            f"to_pint(): the pint registry lacks a name or prefix in {unit.text!r}; give another."
        ) from None
    return registry.Quantity(magnitude, names)


def _check_registry(registry: Any, where: str) -> None:
    if not hasattr(registry, "define") or not hasattr(registry, "get_base_units"):
        raise KindError(f"{where}: registry is a pint.UnitRegistry; got {shown(registry)}")


def _foreign_terms(quantity: Any, where: str) -> tuple[Any, Terms, tuple[str, ...]]:
    """Return the magnitude of a foreign quantity, its unit in our names, and what had to be converted."""
    if not is_pint(quantity):
        raise KindError(f"{where}: got {shown(quantity)}; expected a pint quantity, which has a magnitude and units.")
    registry, notes = quantity._REGISTRY, tuple[str, ...]()
    names = dict(quantity.unit_items())
    written = _product(names)
    if not names.keys() <= SPELLINGS.keys():
        quantity = _in_base_units(quantity, written, where)
        names = dict(quantity.unit_items())
        notes = (f"the unit {written} was converted to {_product(names)} by the pint registry it came from",)
    powers: dict[str, int] = {}
    for name, exponent in names.items():
        if name not in SPELLINGS or Fraction(exponent).denominator != 1:
            raise UnitError(
                f"{where}: the pint registry's unit {shown(_product({name: exponent}))} in {shown(written)} is unknown "
                "here; convert to units such as neuron, synapse, bit, m, s or J (and counts to 1) first."
            )
        _check_agreement(registry, name, where)
        powers[SPELLINGS[name]] = powers.get(SPELLINGS[name], 0) + int(exponent)
    return quantity.magnitude, tuple((name, power) for name, power in powers.items() if power), notes


def _in_base_units(quantity: Any, written: str, where: str) -> Any:
    """Return the quantity in its own registry's base units, which know its offsets (degC) and logarithms."""
    try:
        return quantity.to_root_units()
    except Exception as problem:
        raise UnitError(
            f"{where}: the pint registry cannot bring {shown(written)} to base units ({type(problem).__name__}); "
            "temperatures multiply only as kelvin; convert to units such as synapse, m, s, J or K first."
        ) from None


def _check_agreement(registry: Any, name: str, where: str) -> None:
    """Refuse a foreign registry whose unit of this name is another thing than ours."""
    ours, dimension = root_of_name(SPELLINGS[name])
    factor, powers = root(registry, name)
    if powers.keys() <= SPELLINGS.keys() and all(float(power).is_integer() for power in powers.values()):
        theirs, their_dimension = root_of_terms(tuple((SPELLINGS[base], int(power)) for base, power in powers.items()))
        if their_dimension == dimension and abs(float(factor) * float(theirs / ours) - 1) < 1e-9:
            return
    raise UnitError(
        f"{where}: the pint registry defines {name!r} as {float(factor):g} {_product(powers)}, here it is "
        f"{float(ours):g} {_product(dict(dimension))}. Rename the unit there, or give the magnitude with a unit text."
    )


def _product(powers: dict[str, Any]) -> str:
    """Return names and powers as text; pint's own formatting fails where powers are fractions."""
    return "*".join(name if power == 1 else f"{name}**{power}" for name, power in powers.items()) or "1"


def _knows(registry: Any, name: str) -> bool:
    """Whether any registry, lazy ones included, has a unit of this name."""
    try:
        root(registry, name)
    except AttributeError:  # pint's UndefinedUnitError is one
        return False
    return True


@strict
def install_units(registry: Any) -> None:
    """Define in somebody else's pint registry the units it lacks: neuron, synapse, parameter, token, ….

    Parameters
    ----------
    registry : pint.UnitRegistry
        The registry to add to; calling again changes nothing.

    Raises
    ------
    UnitError
        If the registry has a unit of one of our names that means something else; nothing is redefined.

    Examples
    --------
    >>> import pint
    >>> registry = pint.UnitRegistry()
    >>> install_units(registry)
    >>> str(registry("3 neuron").units)
    'neuron'
    """
    _check_registry(registry, "install_units()")
    units = [line.split(" = ")[:2] for line in DEFINITIONS if "- = " not in line]
    with _LOCK:
        for name, definition in units:
            if _knows(registry, name):
                _check_agreement(registry, name, "install_units()")
            else:
                registry.define(f"{name} = {definition}")
