"""Counting by regions: a whole as the sum of its named parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..checks import strict
from ..errors import BrainparamsError, KindError, RangeError, UnitError, shown
from ..quantity import Quantity, quantity
from ..units import same_dimension
from .caveats import caveat

__all__ = ["regional_total"]


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
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total.named(name, symbol=symbol).with_caveat(**caveat("count"))


def _part(region: str, value: Any) -> Quantity:
    try:
        part = quantity(value, f"regional_total(): {region!r}")
    except BrainparamsError as error:
        where = f"regional_total(): {region!r}"
        raise error if str(error).startswith(where) else type(error)(f"{where}: {error}") from None
    return part.named(str(region), symbol=f"{part.unit[0].upper()}_{region.split(maxsplit=1)[0]}")
