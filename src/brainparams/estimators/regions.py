"""Counting by regions: a whole as the sum of its named parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..checks import is_number, strict
from ..errors import BrainparamsError, KindError, RangeError, ShapeError, UnitError, shown
from ..makers import correlate
from ..quantity import Quantity, quantity
from ..units import Unit, same_dimension
from .caveats import caveat

__all__ = ["regional_total", "roll_up"]


@strict
def regional_total(regions: Mapping[str, Any], name: str, *, symbol: str | None = None) -> Quantity:
    """Return the sum over named regions, each of them a step of its own.

    Inputs that regions share are one unknown; inputs that they do not share are independent, and the derivation
    says so.

    Parameters
    ----------
    regions : mapping of str to Quantity
        Region names with quantities of one dimension.
    name : str
        What the total is called.
    symbol : str, optional
        What formulas call it.

    Returns
    -------
    Quantity
        In the unit of the first region.

    Raises
    ------
    RangeError
        For no regions at all.
    UnitError
        If a region has another dimension than the first.

    Examples
    --------
    >>> import brainparams as bp
    >>> parts = {"cortex": "16.34e9 neuron", "cerebellum": "69.03e9 neuron", "rest of brain": "0.69e9 neuron"}
    >>> bp.regional_total(parts, "neurons").value
    86060000000
    """
    if not isinstance(regions, Mapping):
        raise KindError(
            f"regional_total(): 'regions' needs a dict of region names and quantities; got {shown(regions)}"
        )
    if not regions:
        raise RangeError("regional_total(): 'regions' is empty; give at least one region")
    parts = [_part(region, value) for region, value in regions.items()]
    for part in parts[1:]:
        if not same_dimension(part.node.unit, parts[0].node.unit):
            raise UnitError(
                f"regional_total(): {part.name!r} is in {part.unit} and {parts[0].name!r} in {parts[0].unit}; "
                f"all regions need one dimension"
            )
    total = sum(parts[1:], start=parts[0])
    return total.named(name, symbol=symbol).with_caveat(**caveat("count"))


def _part(region: str, value: Any) -> Quantity:
    try:
        part = quantity(value, f"regional_total(): {region!r}")
    except BrainparamsError as error:
        where = f"regional_total(): {region!r}"
        raise error if str(error).startswith(where) else type(error)(f"{where}: {error}") from None
    return part.named(str(region), symbol=f"{part.unit[0].upper()}_{region.split(maxsplit=1)[0]}")


@strict
def roll_up(
    neurons: Any,
    synapses_per_neuron: Any = None,
    *,
    correlation: Any,
    name: str | None = None,
) -> Quantity:
    """Return the total over regions and cell classes, with the correlation between their counts stated.

    Counts of the regions of one brain share their errors: the same brain, the same counting frame, the same shrinkage.
    Their sum is more uncertain than the sum of independent ones, so the correlation has no default.

    Parameters
    ----------
    neurons : Quantity [neuron]
        An input along one or more axes, such as regions and classes.
    synapses_per_neuron : Quantity [synapse/neuron], optional
        For every class, along an axis of `neurons`, or one for all; the total is in synapses then.
    correlation : float, or matrix
        Between every two elements: 0 adds variances, 1 adds standard deviations, a number between them does neither.
    name : str, optional
        What the total is called.

    Returns
    -------
    Quantity

    Raises
    ------
    ShapeError
        For a quantity without an axis.
    CorrelationError
        For a correlation that is none.

    Examples
    --------
    >>> import brainparams as bp
    >>> parts = {"cortex": "16.34(2.17)e9 neuron", "cerebellum": "69.03(6.65)e9 neuron", "rest": "0.69(0.12)e9 neuron"}
    >>> regions = bp.measured(parts, axis="region", source="azevedo2009", name="neurons")
    >>> [round(bp.estimators.regions.roll_up(regions, correlation=r).sd() / 1e9, 2) for r in (0, 0.53, 1)]
    [7.0, 8.08, 8.94]
    """
    where = "roll_up(): 'neurons'"
    if not isinstance(neurons, Quantity) or not neurons.axes:
        raise ShapeError(f"{where} needs a quantity with an axis, such as 'region'; got {shown(neurons)}")
    neurons.fitting(Unit("neuron", low=0), where)
    is_none = is_number(correlation) and correlation == 0
    linked = neurons if is_none else correlate(neurons, axis=tuple(neurons.axes), r=correlation)
    counted = linked if synapses_per_neuron is None else linked * quantity(synapses_per_neuron, "roll_up()")
    told = f"{correlation:g}" if is_number(correlation) else "as the matrix says"
    unit = "neurons" if synapses_per_neuron is None else "synapses"
    because = f"elements along {' and '.join(neurons.axes)} are correlated by {told}"
    return counted.total().named(name or f"{unit} in all", because=because)
