"""First-order propagation: the gradient on our graph, handed over as genuine correlated ``ufloat``s."""

from __future__ import annotations

import math
import secrets
import threading
import weakref
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from ..distributions import Normal
from ..errors import RangeError
from ..estimate import Closed, Exactly, Law
from ..graph import Leaf, Node, Operated, Program, apply, flatten, unknowns
from ..units import Unit
from .execution import at_means, gradient_of_numbers, gradients, has_no_arrays

__all__ = ["from_uncertainties", "law", "to_uncertainties", "variances"]

# One variable per element of an unknown for as long as anybody holds it; and the leaves of variables made elsewhere,
# kept with the variable because uncertainties' own cannot be referred to weakly.
_ours: weakref.WeakValueDictionary[tuple[str, int], Any] = weakref.WeakValueDictionary()
_theirs: dict[int, tuple[Any, Leaf]] = {}
_lock = threading.RLock()


def law(node: Node) -> Law:
    """Return the first-order law: normal, with the standard deviation from the law of propagation of uncertainty.

    References
    ----------
    JCGM 100:2008, clause 5.1.2, equation (10). doi:10.59161/JCGM100-2008E
    """
    values, jacobian, sds = _first_order(node)
    sd = np.apply_along_axis(lambda row: math.hypot(*row), -1, jacobian * sds) if sds.size else np.zeros(values.shape)
    if not np.any(sd):
        return Exactly(float(values) if values.ndim == 0 else values)
    return Closed(Normal(float(values), float(sd)) if values.ndim == 0 else Normal(values, sd))


def to_uncertainties(node: Node) -> Any:
    """Return the quantity as a ``ufloat`` (or an object array of them) that shares its variables with others.

    One unknown is one ``uncertainties`` variable for as long as anybody holds it, so results handed over
    one after the other stay correlated.
    """
    from uncertainties.core import AffineScalarFunc, LinearCombination

    values, jacobian, _ = _first_order(node)
    variables = _variables_of(node)

    def one(value: Any, row: Any) -> Any:
        # an expanded combination, because expanding later is not safe when several threads read the result
        pairs = {variable: float(part) for variable, part in zip(variables, row, strict=True) if part != 0.0}
        return AffineScalarFunc(float(value), LinearCombination(pairs))

    if values.ndim == 0:
        return one(values, jacobian)
    rows = [
        one(value, row) for value, row in zip(values.reshape(-1), jacobian.reshape(-1, len(variables)), strict=True)
    ]
    return np.array(rows, dtype=object).reshape(values.shape)


def variances(node: Node) -> dict[str, float]:
    """Return each unknown's part of the first-order variance of a scalar, by uid."""
    _, jacobian, sds = _first_order(node)
    parts, start = {}, 0
    for unknown in flatten([node]).unknowns:
        width = max(1, int(np.prod(unknown.distribution.shape)))
        parts[unknown.uid] = float(np.sum((jacobian[start : start + width] * sds[start : start + width]) ** 2))
        start += width
    return parts


def _first_order(node: Node) -> tuple[Any, Any, Any]:
    """Return the value at the means, the Jacobian (last axis: elements of the unknowns), and their sds."""
    program = flatten([node])
    if has_no_arrays(program):
        return _first_order_of_numbers(program)
    _, slots = at_means(program)
    output = program.outputs[0]
    values = np.broadcast_to(np.asarray(slots[output], dtype=np.float64), (*(len(a.labels) for a in node.axes), 1))
    if not np.all(np.isfinite(values)):
        raise RangeError("linear engine: the value at the means is not finite; first order has no meaning here")
    rows = []
    for position in range(values.size):
        seed = np.zeros(values.shape)
        seed.reshape(-1)[position] = 1.0
        with np.errstate(all="ignore"):
            parts = gradients(program, slots, output, seed)
        rows.append(np.concatenate([np.ravel(part) for part in parts]) if parts else np.zeros(0))
    sds = [np.ravel(np.broadcast_to(u.distribution.sd, u.distribution.shape or (1,))) for u in program.unknowns]
    jacobian = np.array(rows).reshape(*values.shape[:-1], -1)
    spreads = np.concatenate(sds) if sds else np.zeros(0)
    with np.errstate(all="ignore"):
        finite = np.all(np.isfinite(jacobian * spreads))
    if not finite:
        raise RangeError("linear engine: a derivative at the means is not finite; first order has no meaning here")
    return values[..., 0], jacobian, spreads


def _first_order_of_numbers(program: Program) -> tuple[Any, Any, Any]:
    """Return the same for a program without arrays, on Python's own floats: ten times as fast on a long chain."""
    value, gradient = gradient_of_numbers(program)
    if not math.isfinite(value):
        raise RangeError("linear engine: the value at the means is not finite; first order has no meaning here")
    jacobian = np.array(gradient, dtype=np.float64)
    sds = np.array([unknown.distribution.sd for unknown in program.unknowns], dtype=np.float64)
    with np.errstate(all="ignore"):
        finite = np.all(np.isfinite(jacobian * sds))
    if not finite:
        raise RangeError("linear engine: a derivative at the means is not finite; first order has no meaning here")
    return np.asarray(value), jacobian, sds


def _variables_of(node: Node) -> list[Any]:
    """Return one variable per element of each unknown, in the order of the program's unknowns."""
    by_uid = {leaf.uid: leaf for leaf in unknowns([node])}
    ordered = [by_uid[unknown.uid] for unknown in flatten([node]).unknowns]
    return [variable for leaf in ordered for variable in _variables_of_leaf(leaf)]


def _variables_of_leaf(leaf: Leaf) -> list[Any]:
    return [variable_of(leaf, position) for position in range(np.size(leaf.value.mean))]


def variable_of(leaf: Leaf, position: int) -> Any:
    """Return the one variable of an element of an unknown."""
    with _lock:
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


def from_uncertainties(value: Any, unit: Unit) -> Node:
    """Return a ``ufloat`` as a node: its variables become leaves, each once, so that correlation is kept."""
    parts = [(variable, derivative) for variable, derivative in value.derivatives.items() if variable.std_dev > 0]
    if len(parts) == 1 and parts[0][1] == 1.0 and parts[0][0].nominal_value == value.nominal_value:
        return _in_unit(_leaf_of(parts[0][0], unit), unit)
    rest = float(value.nominal_value) - sum(float(d) * float(v.nominal_value) for v, d in parts)
    node: Node = _number(rest, Unit("1"))
    for variable, derivative in parts:
        pure = _in_unit(_leaf_of(variable, unit), Unit("1"))
        node = apply("add", node, apply("multiply", _number(float(derivative), Unit("1")), pure))
    return _in_unit(node, unit)


def _leaf_of(variable: Any, unit: Unit) -> Leaf:
    """Return the one leaf of a variable; one that we handed out ourselves comes back as what it was."""
    origin = getattr(variable, "origin", None)
    if origin is not None and not origin[0].axes:
        return origin[0]  # type: ignore[no-any-return]
    with _lock:
        if id(variable) not in _theirs:
            mean, sd = float(variable.nominal_value), float(variable.std_dev)
            _theirs[id(variable)] = (
                variable,
                Leaf(
                    uid=secrets.token_hex(8),
                    value=Normal(mean, sd),
                    unit=unit,
                    group="given",
                    written=f"{mean:.6g} ± {sd:.3g}",
                    name=variable.tag,
                ),
            )
        return _theirs[id(variable)][1]


def _number(value: float, unit: Unit) -> Leaf:
    return Leaf(uid=f"number:{value!r}:{unit.text}", value=value, unit=unit, group="exact", written=f"{value:g}")


def _in_unit(node: Node, unit: Unit) -> Node:
    """Let a plain number stand in a unit; a ufloat has none of its own."""
    return node if node.unit == unit else Operated("convert", (node,), unit, node.axes, (Fraction(1), unit))
