"""Numbers of the uncertainties package, in and out: one variable there is one unknown here, and stays it."""

from __future__ import annotations

import math
import secrets
import threading
import weakref
from fractions import Fraction
from functools import lru_cache, reduce
from typing import Any

import numpy as np

from ..distributions import Normal
from ..engines.linear import first_order
from ..errors import LinearityWarning, RangeError, UnitError, shown, warn
from ..graph import Leaf, Node, apply, convert, flatten, take, unknowns
from ..graph.choices import is_choice_open
from ..graph.inputs import check_counts, leaf, plain_number
from ..graph.operations.arithmetic import add, multiply
from ..units import Unit

__all__ = ["from_uncertainties", "to_uncertainties"]

# One variable per element of an unknown for as long as anybody holds it; and the leaves of variables made elsewhere,
# by variable and by uid, kept with the variable because uncertainties' own cannot be referred to weakly.
_ours: weakref.WeakValueDictionary[tuple[str, int], Any] = weakref.WeakValueDictionary()
_theirs: dict[int, tuple[Any, Leaf]] = {}
_variables: dict[str, Any] = {}
_lock = threading.RLock()


def to_uncertainties(node: Node) -> Any:
    """Return the quantity as a ``ufloat`` (or an object array of them) that shares its variables with others.

    One unknown is one ``uncertainties`` variable for as long as anybody holds it, so results handed over
    one after the other stay correlated; a variable that came in goes out as itself, and what is handed over comes back
    as what it was. What ``uncertainties`` makes of it is of first order there, and comes back so.
    """
    from uncertainties.core import LinearCombination

    if is_choice_open([node]):
        warn(
            "to_uncertainties(): a choice between options has no first order; a ufloat holds one of them, taken at the "
            "mean of the choice; take one with assuming()",
            LinearityWarning,
        )
    values, jacobian, _ = first_order(node)
    variables = _variables_of(node)

    def one(value: Any, row: Any, place: tuple[int, ...]) -> Any:
        # an expanded combination, because expanding later is not safe when several threads read the result
        pairs = {variable: float(part) for variable, part in zip(variables, row, strict=True) if part != 0.0}
        return _result_class()(float(value), LinearCombination(pairs), (node, place))

    if values.ndim == 0:
        return one(values, jacobian, ())
    rows = jacobian.reshape(values.size, len(variables))
    handed = [
        one(value, row, place)
        for value, row, place in zip(values.reshape(-1), rows, np.ndindex(values.shape), strict=True)
    ]
    return np.array(handed, dtype=object).reshape(values.shape)


def _element_for(node: Node, place: tuple[int, ...]) -> Any:
    """Return one element of what is handed over: for a pickle, whose variables are those of this process."""
    return to_uncertainties(reduce(_first_taken, place, node))


def _first_taken(node: Node, index: int) -> Node:
    return take(node, node.axes[0].name, index)


@lru_cache(maxsize=1)
def _result_class() -> Any:
    from uncertainties.core import AffineScalarFunc

    class HandedResult(AffineScalarFunc):  # type: ignore[misc]
        """A result that remembers which number it is; what is computed from it there does not."""

        __slots__ = ("made_from",)

        def __init__(self, value: float, linear_part: Any, made_from: tuple[Node, tuple[int, ...]]) -> None:
            super().__init__(value, linear_part)
            self.made_from = made_from

        def __reduce__(self) -> tuple[Any, ...]:
            return _element_for, self.made_from

    return HandedResult


def _variables_of(node: Node) -> list[Any]:
    """Return one variable per element of each unknown, in the order of the program's unknowns."""
    by_uid = {leaf.uid: leaf for leaf in unknowns([node])}
    ordered = [by_uid[unknown.uid] for unknown in flatten([node]).unknowns]
    return [variable_of(leaf, position) for leaf in ordered for position in range(np.size(leaf.value.mean))]


def variable_of(leaf: Leaf, position: int) -> Any:
    """Return the one variable of an element of an unknown."""
    with _lock:
        if leaf.uid in _variables:
            return _variables[leaf.uid]
        variable = _ours.get((leaf.uid, position))
        if variable is None:
            mean, sd = np.ravel(leaf.value.mean)[position], np.ravel(leaf.value.sd)[position]
            tag = leaf.name if not leaf.axes else f"{leaf.name or 'unnamed'}[{position}]"
            variable = _ours[leaf.uid, position] = _variable_class()(float(mean), float(sd), tag)
            variable.origin = (leaf, position)
        return variable


@lru_cache(maxsize=1)
def _variable_class() -> Any:
    from uncertainties.core import Variable

    class Handed(Variable):  # type: ignore[misc]
        """A variable that remembers which unknown it is, also through a pickle."""

        __slots__ = ("__weakref__", "origin")

        def __reduce__(self) -> tuple[Any, ...]:
            return variable_of, self.origin

    return Handed


# --- and back ----------------------------------------------------------------------------------------------------


def from_uncertainties(value: Any, unit: Unit | None, where: str) -> Node:
    """Return a ``ufloat`` as a node: its variables become leaves, each once, so that correlation is kept.

    Raises
    ------
    UnitError
        Without a unit: a ufloat has none of its own.
    RangeError
        If its value is not finite, if its standard deviation is not known (nan), or if a count is below zero.
    """
    if unit is None:
        raise UnitError(f"{where}: the ufloat {shown(value)} has no unit; write bp.given(x, 'neuron')")
    if (made_from := getattr(value, "made_from", None)) is not None:
        whole, place = made_from
        return _in_unit(reduce(_first_taken, place, whole), unit)
    _check_known(value, where)
    if not value.std_dev:
        return leaf("given", float(value.nominal_value), unit, where=where)
    written = _written(float(value.nominal_value), float(value.std_dev))
    check_counts(Normal(float(value.nominal_value), float(value.std_dev)), written, unit, where)
    parts = [(variable, derivative) for variable, derivative in value.derivatives.items() if variable.std_dev > 0]
    if len(parts) == 1 and parts[0][1] == 1.0 and parts[0][0].nominal_value == value.nominal_value:
        return _in_unit(_leaf_of(parts[0][0], unit), unit)
    rest = float(value.nominal_value) - sum(float(d) * float(v.nominal_value) for v, d in parts)
    node: Node = plain_number(rest)
    for variable, derivative in parts:
        pure = _in_unit(_leaf_of(variable, unit), Unit("1"))
        node = apply(add, node, apply(multiply, plain_number(float(derivative)), pure))
    return _in_unit(node, unit)


def _check_known(value: Any, where: str) -> None:
    """Refuse a number that is none, and a spread that nobody knows."""
    if not math.isfinite(value.nominal_value):
        raise RangeError(f"{where}: the ufloat {shown(value)} is not a finite number; leave it out instead")
    if not all(math.isfinite(variable.std_dev) for variable in value.derivatives):
        raise RangeError(
            f"{where}: the standard deviation of the ufloat {shown(value)} is not known; give one, or "
            f"bp.given({float(value.nominal_value):g}, unit) for a number without a spread"
        )


def _leaf_of(variable: Any, unit: Unit) -> Leaf:
    """Return the one leaf of a variable; one that we handed out ourselves comes back as what it was."""
    origin = getattr(variable, "origin", None)
    if origin is not None and not origin[0].axes:
        return origin[0]  # type: ignore[no-any-return]
    with _lock:
        if id(variable) not in _theirs:
            mean, sd = float(variable.nominal_value), float(variable.std_dev)
            found = Leaf(
                uid=secrets.token_hex(8),
                value=Normal(mean, sd),
                unit=unit,
                group="given",
                written=_written(mean, sd),
                name=variable.tag,
            )
            _theirs[id(variable)] = variable, found
            _variables[found.uid] = variable
        return _theirs[id(variable)][1]


def _written(mean: float, sd: float) -> str:
    return f"{mean:.6g} ± {sd:.3g}"


def _in_unit(node: Node, unit: Unit) -> Node:
    """Let a plain number stand in a unit; a ufloat has none of its own."""
    return convert(node, unit, Fraction(1))
