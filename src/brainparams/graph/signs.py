"""Arithmetic signs between nodes and what people write beside them: text, numbers, foreign quantities."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from ..checks import is_number
from ..errors import KindError, RangeError, ShapeError, UnitError, shown
from ..units import COUNTED, Unit
from ..units.notation import FROM_CELSIUS
from .building import apply
from .inputs import node_from, plain_number
from .nodes import Leaf, Node
from .operations import LARGEST, Operation
from .operations.arithmetic import add, divide, multiply, power, subtract
from .operations.functions import exp, log
from .values import number

__all__ = ["difference", "operate", "raised"]

EACH = {"neuron": "synapse/neuron", "synapse": "parameter/synapse"}  # what a bare factor often means


def operate(row: Operation, left: Any, right: Any) -> Node:
    """Apply an arithmetic sign; one side at least is a node, the other whatever was written beside it.

    Raises
    ------
    UnitError
        If the units do not fit, or a bare number stands beside a count.
    ShapeError
        If an axis of one name has different labels on the two sides.
    RangeError
        If the divisor is zero.
    """
    one, other = _operand(left, right, row), _operand(right, left, row)
    if row is add:
        _check_sum_of_temperatures(one, other)
    if row is multiply:
        _check_product_of_counts(one.unit, other.unit)
    if row is divide and isinstance(other, Leaf) and is_number(other.value) and other.value == 0:
        divisor = repr(other.name) if other.name else "the divisor"
        raise RangeError(f"divide: {divisor} is 0 {other.unit}; leave the step out or give a divisor > 0")
    try:
        return apply(row, one, other)
    except (UnitError, ShapeError) as error:
        plain = str(error).removeprefix(f"{row.name}: ")
        raise type(error)(f"{_name_or_unit(one)} {row.sign} {_name_or_unit(other)}: {plain}") from None


def difference(left: Node, right: Node) -> Node:
    """Return one node less another."""
    return operate(subtract, left, right)


def _name_or_unit(node: Node) -> str:
    name = getattr(node, "name", None)
    return f"{name!r} ({node.unit})" if name else node.unit.text


def _operand(value: Any, other: Any, row: Operation) -> Node:
    if isinstance(value, Node):
        return value
    if isinstance(value, bool | np.bool_):
        raise KindError(f"{row.name}: {value} is not a count; give a quantity such as bp.exact('1 neuron')")
    if is_number(value) or isinstance(value, Decimal):
        return _bare_number(value, other.unit, row)
    if isinstance(value, np.ndarray | list | tuple | Mapping):
        raise ShapeError(
            f"{row.name}: a bare array has no unit and no axis; write bp.exact(values, unit, axis='region')"
        )
    return node_from(value, None, row.name)


def _bare_number(value: Any, beside: Unit, row: Operation) -> Node:
    """A bare factor is a number of times, unless it stands beside a count, where it may be a number for each of them.

    A length, a pure number and a number per counted thing (synapse/neuron) are scaled; neurons, neurons per volume and
    spikes per second are counts, and there a bare 7000 is more often a quantity without its unit.
    """
    if row is divide and value == 0:
        raise RangeError(f"divide: a quantity in {beside} is divided by 0; leave the step out or give a divisor > 0")
    number(value, row.name)  # which refuses what is not finite
    came, pure = f"{row.name}: {shown(value)} has no unit beside a quantity in {beside}; write ", f"bp.exact({value!r}"
    if row in (add, subtract):
        if not beside.is_dimensionless:
            raise UnitError(f"{came}'{float(value):g} {beside}'")
    elif counted := _counted_alone(beside):
        each = next((each for of, each in EACH.items() if of in counted), None)
        for_each = f"'{float(value):g} {each}' for so many each, or " if each else ""
        raise UnitError(f"{came}{for_each}{pure}, '1', because='…') for so many times")
    return plain_number(value, row.name)


def _counted_alone(unit: Unit) -> list[str]:
    """Return what a unit counts, if that is not for each of something else that is counted."""
    per_counted = any(name in COUNTED and exponent < 0 for name, exponent in unit.terms)
    return [] if per_counted else [name for name, exponent in unit.terms if name in COUNTED and exponent > 0]


def _check_sum_of_temperatures(one: Node, other: Node) -> None:
    """Raise UnitError for two temperatures in degrees Celsius, whose sum means nothing; pint refuses them too."""
    if all(isinstance(each, Leaf) and FROM_CELSIUS in (each.note or "") for each in (one, other)):
        raise UnitError(
            "add: two temperatures in degC, each of which was read as kelvin with 273.15 K added; write a difference "
            "of temperatures in kelvin, such as '1 K'"
        )


def _check_product_of_counts(left: Unit, right: Unit) -> None:
    one, other = left.terms, right.terms
    if len(one) == len(other) == 1 and one != other and all(n in COUNTED and p == 1 for n, p in (*one, *other)):
        raise UnitError(
            f"multiply: {left} times {right} is a product of two counts; write the second one per the first, "
            f"such as '7000 {right}/{left}'"
        )


def raised(base: Any, exponent: Any) -> Node:
    """Return a power; the exponent is a number, or a pure quantity.

    Raises
    ------
    KindError, RangeError
        If the exponent is neither, or not finite.
    """
    if isinstance(exponent, Node | str):
        return _power_of_nodes(_operand(base, exponent, power), _operand(exponent, base, power))
    if not is_number(exponent):
        raise KindError(f"power: the exponent must be a number or a pure quantity; got {shown(exponent)}")
    plain = exponent.item() if isinstance(exponent, np.generic) else exponent
    if not -LARGEST <= plain <= LARGEST:  # NaN compares false
        raise RangeError(f"power: the exponent must be a finite number, such as 2; got {shown(exponent)}")
    plain = int(plain) if isinstance(plain, float) and plain.is_integer() else plain
    return apply(power, base, parameters=(plain,))


def _power_of_nodes(base: Node, exponent: Node) -> Node:
    """An uncertain exponent goes through the logarithm; both must be pure numbers."""
    for what, each in (("base", base), ("exponent", exponent)):
        if not each.unit.is_dimensionless:
            raise UnitError(
                f"power: the {what} of an uncertain power is a pure number; got one in {each.unit}; divide by a "
                f"quantity in {each.unit} first"
            )
    return apply(exp, apply(multiply, exponent, apply(log, base)))
