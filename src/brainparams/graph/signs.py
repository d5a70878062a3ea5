"""Arithmetic signs between nodes and what people write beside them: text, numbers, foreign quantities."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from ..errors import KindError, RangeError, ShapeError, UnitError, shown
from ..units import COUNTED, Unit
from .building import apply
from .inputs import node_from, plain_number
from .nodes import Leaf, Node
from .operations import LARGEST, Operation
from .operations.arithmetic import add, divide, multiply, power, subtract
from .operations.functions import exp, log
from .values import number

__all__ = ["difference", "operate", "raised"]


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
    if row is multiply:
        _check_product_of_counts(one.unit, other.unit)
    if row is divide and isinstance(other, Leaf) and _is_plain_zero(other.value):
        divisor = repr(other.name) if other.name else "the divisor"
        raise RangeError(f"divide: {divisor} is 0 {other.unit}; leave the step out or give a divisor > 0")
    try:
        return apply(row, one, other)
    except (UnitError, ShapeError) as error:
        raise type(error)(f"{_told(one)} {row.sign} {_told(other)}: {error}") from None


def difference(left: Node, right: Node) -> Node:
    """Return one node less another."""
    return operate(subtract, left, right)


def _told(node: Node) -> str:
    name = getattr(node, "name", None)
    return f"{name!r} ({node.unit})" if name else node.unit.text


def _operand(value: Any, other: Any, row: Operation) -> Node:
    if isinstance(value, Node):
        return value
    if isinstance(value, bool | np.bool_):
        raise KindError(f"{row.name}: {value} is not a count; give a quantity such as bp.exact('1 neuron')")
    if isinstance(value, int | float | Fraction | Decimal | np.integer | np.floating):
        return _bare_number(value, other.unit, row)
    if isinstance(value, np.ndarray | list | tuple | Mapping):
        raise ShapeError(
            f"{row.name}: a bare array has no unit and no axis; write bp.exact(values, unit, axis='region')"
        )
    return node_from(value, None, row.name)


def _bare_number(value: Any, beside: Unit, row: Operation) -> Node:
    """A bare number may scale a length or a pure number, but not a count: there it is a quantity without its unit."""
    if row is divide and _is_plain_zero(value):
        raise RangeError(f"divide: a quantity in {beside} is divided by 0; leave the step out or give a divisor > 0")
    number(value, row.name)  # which refuses what is not finite
    counted = [name for name, exponent in beside.terms if name in COUNTED and exponent > 0]
    is_sum = row in (add, subtract)
    if counted or (is_sum and not beside.is_dimensionless):
        example = f"'{float(value):g} {beside}'" if is_sum else _factor_beside(value, counted)
        raise UnitError(
            f"{row.name}: {shown(value)} has no unit beside a quantity in {beside}; write {example}, or "
            f"bp.exact({value!r}, '1', because='…') if it is a pure factor"
        )
    return plain_number(value, row.name)


def _factor_beside(value: Any, counted: list[str]) -> str:
    return f"'{float(value):g} {'synapse' if counted[0] == 'neuron' else 'parameter'}/{counted[0]}'"


def _is_plain_zero(value: Any) -> bool:
    plain = isinstance(value, int | float | Fraction | Decimal | np.number) and not isinstance(value, bool)
    return plain and bool(value == 0)


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
    if isinstance(exponent, bool) or not isinstance(exponent, int | float | Fraction | np.integer | np.floating):
        raise KindError(f"power: the exponent must be a number or a pure quantity; got {shown(exponent)}")
    plain = exponent.item() if isinstance(exponent, np.generic) else exponent
    if not -LARGEST <= plain <= LARGEST:  # NaN compares false
        raise RangeError(f"power: the exponent must be a finite number, such as 2; got {shown(exponent)}")
    plain = int(plain) if isinstance(plain, float) and plain.is_integer() else plain
    return apply(power, base, parameters=(plain,))


def _power_of_nodes(base: Node, exponent: Node) -> Node:
    """An uncertain exponent goes through the logarithm; both must be pure numbers."""
    return apply(exp, apply(multiply, exponent, apply(log, base)))
