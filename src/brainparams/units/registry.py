"""The pint registries: our private one, which gives exact factors, and the doors to and from everybody else's."""

from __future__ import annotations

import hashlib
import threading
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from typing import Any

from ..errors import KindError, UnitError, shown
from .vocabulary import BASES, DEFINITIONS, LONG_NAMES, SPELLINGS, Dimension, Terms, canonical_text

__all__ = [
    "definition_hash",
    "foreign_quantity",
    "foreign_terms",
    "install_units",
    "is_pint_quantity",
    "root_of_name",
    "root_of_terms",
    "simplified",
]

_LOCK = threading.RLock()
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


@lru_cache(maxsize=1)
def _registry() -> Any:
    """Build the private registry; call only while holding the lock."""
    import pint

    registry: Any = pint.UnitRegistry(None, non_int_type=Fraction, cache_folder=None)
    for definition in DEFINITIONS:
        registry.define(definition)
    return registry


@lru_cache(maxsize=1024)
def root_of_name(name: str) -> tuple[Fraction, Dimension]:
    """Return how many base units one of a canonical name is, and which.

    Examples
    --------
    >>> root_of_name("B")
    (Fraction(8, 1), (('bit', 1),))
    """
    if name in BASES:  # its own dimension, by definition: a count of neurons needs no registry
        return Fraction(1), ((name, 1),)
    with _LOCK:
        factor, powers = _root(_registry(), LONG_NAMES[name])
    return Fraction(factor), _ordered({SPELLINGS[base]: int(power) for base, power in powers.items()})


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


def _root(registry: Any, name: str) -> tuple[Any, dict[str, Any]]:
    """Return what any registry makes of one unit name: a factor, and the names and powers of its own base units."""
    factor, unit = registry.get_root_units(registry.UnitsContainer({name: 1}))
    return factor, dict(registry.Quantity(1, unit).unit_items())


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


def is_pint_quantity(value: object) -> bool:
    """Return whether a value looks like a pint quantity, of whichever registry.

    Parameters
    ----------
    value
        Anything.

    Returns
    -------
    bool
        True if it has a magnitude, units and a registry; pint need not be loaded.

    Examples
    --------
    >>> is_pint_quantity(3.0)
    False
    """
    return all(hasattr(value, name) for name in ("magnitude", "units", "_REGISTRY"))


def foreign_terms(quantity: Any, where: str) -> tuple[Any, Terms, tuple[str, ...]]:
    """Return the magnitude of a foreign quantity, its unit in our names, and what had to be converted."""
    if not is_pint_quantity(quantity):
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
    factor, powers = _root(registry, name)
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
        _root(registry, name)
    except AttributeError:  # pint's UndefinedUnitError is one
        return False
    return True


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
    units = [line.split(" = ")[:2] for line in DEFINITIONS if "- = " not in line]
    with _LOCK:
        for name, definition in units:
            if _knows(registry, name):
                _check_agreement(registry, name, "install_units()")
            else:
                registry.define(f"{name} = {definition}")


def foreign_quantity(magnitude: object, terms: Terms, registry: Any) -> Any:
    """Return a quantity of another registry (by default pint's application registry), in our unit."""
    if registry is None:
        import pint

        registry = pint.get_application_registry()  # type: ignore[no-untyped-call]
    install_units(registry)
    names = registry.UnitsContainer({LONG_NAMES[name]: power for name, power in terms})
    try:
        registry.get_root_units(names)
    except AttributeError:
        unit = canonical_text(terms, "to_pint()")
        raise UnitError(f"to_pint(): the pint registry lacks a name or prefix in {unit!r}; give another.") from None
    return registry.Quantity(magnitude, names)
