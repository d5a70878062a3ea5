"""Making leaves: what comes in becomes a checked input with its group, its source and its identity."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from ..checks import words
from ..distributions import Distribution
from ..errors import NegativeWarning, RangeError, SourceError, UnitError, shown, warn
from ..files import FileRead
from ..foreign import door, is_pint, is_pint_unit, is_ufloat
from ..render.numbers import written
from ..units import COUNTED, Unit
from .arrays import taken
from .axes import AxisNames
from .building import stack, take
from .nodes import FINDING, UNSTATED, Group, Leaf, Node
from .values import Value, number, same_unit

if TYPE_CHECKING:
    from ..citations import Citation

__all__ = ["check_counts", "citations_of", "leaf", "node_from", "plain_number"]

NOTICEABLE = 0.01
BELOW_ZERO = -5e-324
"""The nearest number below zero: zero itself is a count."""


def leaf(
    group: Group,
    value: Any,
    unit: str | Unit | None = None,
    *,
    source: Any = None,
    because: str | None = None,
    name: str | None = None,
    symbol: str | None = None,
    axis: AxisNames | None = None,
    locator: str | None = None,
    status: str | None = None,
    note: str | None = None,
    finding: str | None = None,
    uid: str | None = None,
    file: FileRead | None = None,
    where: str | None = None,
) -> Leaf:
    """Return a checked leaf of one of the four groups; see ``measured``, ``assumed``, ``exact`` and ``given``."""
    where = where or f"{group}()"
    read = taken(value, unit, axis, where)
    checked_unit = _checked_unit(read, value, group, where)
    check_counts(read.value, read.written, checked_unit, where)
    return Leaf(
        uid=uid or (f"{FINDING}{finding}" if finding else secrets.token_hex(8)),
        value=read.value,
        unit=checked_unit.without_bounds(),
        group=group,
        written=read.written,
        spread=read.spread or (None if isinstance(read.value, Distribution) else UNSTATED.get(group)),
        axes=read.axes,
        rows=read.rows,
        name=_words(name, where, "name"),
        symbol=_words(symbol, where, "symbol"),
        because=_reason(because, where, needed=group == "assumed"),
        citations=citations_of(source, where, needed=group == "measured"),
        locator=_words(locator, where, "locator"),
        status=_words(status, where, "status"),
        note="; ".join(filter(None, (_words(note, where, "note"), *read.notes))) or None,
        file=file,
    )


def plain_number(value: Any, where: str = "number", *, latent: bool = False) -> Leaf:
    """Return a plain factor; the same number is the same leaf everywhere, however it is spelt.

    A latent one is a weight behind a correlated input; derivations do not tell it.
    """
    plain = number(value, where)
    top, bottom = Fraction(plain).as_integer_ratio()
    text = str(top) if bottom == 1 else f"{top}/{bottom}"
    group: Group = "latent" if latent else "exact"
    return Leaf(f"{'weight' if latent else 'number'}:{text}", plain, Unit("1"), group, written(plain))


def node_from(value: Any, unit: Unit | None = None, where: str = "given()", axis: AxisNames | None = None) -> Node:
    """Return a node for something that came in bare: text, a pint quantity, a ``ufloat``, or an array of them."""
    if axis is not None:
        found = leaf("given", value, unit, axis=axis, where=where)
        return _side_by_side(value, found, where) if _holds_ufloats(value) else found
    if is_pint_unit(value):
        value = 1 * value
    if is_pint(value):
        magnitude, foreign, _ = door("pint_quantities").from_pint(value, where)
        if not is_ufloat(magnitude):
            return leaf("given", value, unit, where=where)
        value, unit = magnitude, foreign if unit is None else same_unit(foreign, unit, where)
    if is_ufloat(value):
        return door("ufloats").from_uncertainties(value, unit, where)  # type: ignore[no-any-return]
    return leaf("given", value, unit, where=where)


def _holds_ufloats(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_holds_ufloats, value.values()))
    if isinstance(value, list | tuple) or (isinstance(value, np.ndarray) and value.dtype == object):
        return any(map(_holds_ufloats, value))
    return is_ufloat(value)


def _side_by_side(value: Any, read: Node, where: str) -> Node:
    """Return an array as it was read, but for its ufloats: these stay the variables that they are elsewhere."""
    if not read.axes:
        return node_from(value, read.unit, where) if is_ufloat(value) else read
    axis, *_ = read.axes
    rows = list(value)
    if isinstance(value, Mapping):
        named = {str(label): row for label, row in value.items()}
        rows = [named[label] for label in axis.labels] if set(named) == set(axis.labels) else list(value.values())
    return stack([_side_by_side(row, take(read, axis.name, place), where) for place, row in enumerate(rows)], axis)


# --- checking ----------------------------------------------------------------------------------------------------


def _checked_unit(read: Value, value: Any, group: Group, where: str) -> Unit:
    """Return the unit of a value that fits its group."""
    if group == "exact" and isinstance(read.value, Distribution):
        raise RangeError(
            f"{where}: {shown(value)} has a spread, and an exact number has none; use bp.measured with a source or "
            f"bp.assumed with a reason"
        )
    if read.unit is None:
        raise UnitError(
            f"{where}: {shown(value)} has no unit; write it behind the number or as the second argument, such as "
            f"'86e9 neuron', '7000 synapse/neuron', or '1' for a pure number"
        )
    return read.unit


def check_counts(value: Any, written: str, unit: Unit, where: str) -> None:
    """Refuse a count, or anything per count, that is negative; warn where it may be."""
    if not any(name in COUNTED for name, _ in unit.terms):
        return
    if isinstance(value, Distribution):
        below = np.full(value.shape, BELOW_ZERO) if value.shape else BELOW_ZERO
        shares = value.cdf(below)
        share = float(np.max(shares))
        if np.any((value.support[1] <= 0) & (shares > 0)):  # a count of zero is one
            raise RangeError(f"{where}: all of {written} {unit} is below zero; counts are >= 0")
        if np.any(value.mean < 0):
            raise RangeError(f"{where}: {written} {unit} lies below zero; counts are >= 0; write a loss as a - b")
        if share > NOTICEABLE:
            warn(
                f"{where}: {share:.0%} of the draws of {written} {unit} are negative, and counts are not; "
                f"use a lognormal, such as bp.LogNormal.from_mean(mean, sd), or a range 'low to high'",
                NegativeWarning,
            )
        return
    values = value.ravel() if isinstance(value, np.ndarray) else [value]
    if any(each < 0 for each in values):
        raise RangeError(f"{where}: {written} {unit}: counts are >= 0; write a loss as a - b")


def _reason(because: str | None, where: str, *, needed: bool) -> str | None:
    reason = _words(because, where, "because")
    if needed and reason is None:
        raise SourceError(f"{where}: a judgement needs a reason; say because='range given by textbooks', or the like")
    return reason


def citations_of(source: Any, where: str, *, needed: bool = False) -> tuple[Citation, ...]:
    """Return the references that an argument names: none, one, or several."""
    if source is None or (isinstance(source, tuple | list) and not source):
        if needed:
            raise SourceError(
                f"{where}: a measured number needs a source; give source='azevedo2009' or a bp.Citation(...), or use "
                f"bp.assumed(..., because=...) for a judgement"
            )
        return ()
    from ..citations import resolve  # pydantic and its models, only where there is a source

    sources = source if isinstance(source, tuple | list) else (source,)
    return tuple(resolve(each, where) for each in sources)


def _words(text: Any, where: str, argument: str) -> str | None:
    return None if text is None else words(text, f"{where}: {argument}=")
