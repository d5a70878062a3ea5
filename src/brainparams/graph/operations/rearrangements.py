"""Rows that rearrange named axes: a total, an element or a run, a stack, an alignment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .row import Axes, Operation, Precedence, unit_of_first

__all__ = ["align", "stack", "take", "total"]

Array = np.ndarray[Any, Any]


def _length(axis: Any) -> int:
    return len(axis.labels)


def _are_whole(parameters: Sequence[Any]) -> bool:
    return all(type(each) is int and each >= 0 for each in parameters)


# --- total -------------------------------------------------------------------------------------------------------


def _total(values: Array, axis: int, length: int) -> Any:
    return values.sum(axis=axis)


def _total_pullback(g: Any, result: Any, arguments: Sequence[Any], parameters: tuple[Any, ...]) -> tuple[Any, ...]:
    axis, length = parameters
    return (np.repeat(np.expand_dims(g, axis), length, axis=axis),)


def _total_fits(result: Axes, arguments: Sequence[Axes], parameters: tuple[Any, ...]) -> bool:
    (axes,), (axis, length) = arguments, parameters
    return axis < len(axes) and length == _length(axes[axis]) and result == _without(axes, axis)


def _without(axes: Axes, axis: int) -> tuple[Any, ...]:
    return (*axes[:axis], *axes[axis + 1 :])


# --- take --------------------------------------------------------------------------------------------------------


def _index(axis: int, start: int, stop: int | None) -> Any:
    return (slice(None),) * axis + ((start,) if stop is None else (slice(start, stop),))


def _take(values: Array, axis: int, start: int, stop: int | None) -> Any:
    return values[_index(axis, start, stop)]


def _take_pullback(g: Any, result: Any, arguments: Sequence[Any], parameters: tuple[Any, ...]) -> tuple[Any, ...]:
    axis, start, stop = parameters
    gradient = np.zeros(np.shape(arguments[0]))
    gradient[_index(axis, start, stop)] = g
    return (gradient,)


def _is_place_or_run(parameters: tuple[Any, ...]) -> bool:
    return len(parameters) == 3 and _are_whole([each for each in parameters if each is not None])


def _take_fits(result: Axes, arguments: Sequence[Axes], parameters: tuple[Any, ...]) -> bool:
    (axes,), (axis, start, stop) = arguments, parameters
    if axis >= len(axes) or not start < _length(axes[axis]):
        return False
    if stop is None:
        return bool(result == _without(axes, axis))
    same = len(result) == len(axes) and _without(result, axis) == _without(axes, axis)
    return same and start < stop <= _length(axes[axis]) and _length(result[axis]) == stop - start


def _labels_in_words(parameters: tuple[Any, ...], axes: Axes) -> Mapping[str, str]:
    axis, start, stop = parameters
    labels = axes[axis].labels
    return {"index": labels[start] if stop is None else f"{labels[start]}…{labels[stop - 1]}"}


# --- stack -------------------------------------------------------------------------------------------------------


def _stack(*values: Any) -> Any:
    return np.stack(np.broadcast_arrays(*map(np.atleast_1d, values)))  # a constant comes without the axis of draws


def _stack_exact(*values: Any) -> Any:
    stacked = np.empty(len(values), dtype=object)
    stacked[:] = values
    return stacked


def _stack_fits(result: Axes, arguments: Sequence[Axes], parameters: tuple[Any, ...]) -> bool:
    return not any(arguments) and [_length(axis) for axis in result] == [len(arguments)]


# --- align -------------------------------------------------------------------------------------------------------


def _align(values: Array, order: tuple[int, ...], fresh: tuple[int, ...]) -> Any:
    """Put axes in `order`, then insert new axes of length one at the positions `fresh`."""
    draws = tuple(range(len(order), np.ndim(values)))
    return np.expand_dims(np.transpose(values, order + draws), fresh)


def _align_pullback(g: Any, result: Any, arguments: Sequence[Any], parameters: tuple[Any, ...]) -> tuple[Any, ...]:
    order, fresh = parameters
    draws = tuple(range(len(order), np.ndim(g) - len(fresh)))
    return (np.transpose(np.sum(g, axis=fresh), (*np.argsort(order), *draws)),)


def _is_order_and_places(parameters: tuple[Any, ...]) -> bool:
    return len(parameters) == 2 and all(isinstance(each, tuple) and _are_whole(each) for each in parameters)


def _align_fits(result: Axes, arguments: Sequence[Axes], parameters: tuple[Any, ...]) -> bool:
    (axes,), (order, fresh) = arguments, parameters
    if sorted(order) != list(range(len(axes))) or len(axes) + len(fresh) != len(result):
        return False
    return [axis for place, axis in enumerate(result) if place not in fresh] == [axes[place] for place in order]


# --- rows --------------------------------------------------------------------------------------------------------

total = Operation(
    name="total",
    value=_total,
    exact=_total,
    pullback=_total_pullback,
    unit=unit_of_first,
    text="Σ({0})",
    latex=r"\sum\left({0}\right)",
    arity=1,
    form=lambda algebra, a, p: algebra.summed(a[0], *p),
    elementwise=False,
    parameters_fit=lambda parameters: len(parameters) == 2 and _are_whole(parameters),
    axes_fit=_total_fits,
)
take = Operation(
    name="take",
    value=_take,
    exact=_take,
    pullback=_take_pullback,
    unit=unit_of_first,
    text="{0}[{index}]",
    latex=r"{{{0}}}_{{{index}}}",  # in braces, because the symbol may have a subscript of its own
    arity=1,
    form=lambda algebra, a, p: algebra.element(a[0], *p),
    precedence=Precedence.INDEX,
    elementwise=False,
    parameters_fit=_is_place_or_run,
    axes_fit=_take_fits,
    words=_labels_in_words,
)
stack = Operation(
    name="stack",
    value=_stack,
    exact=_stack_exact,
    pullback=lambda g, r, a, p: tuple(g),
    unit=unit_of_first,
    text="[{arguments}]",
    latex=r"\left[{arguments}\right]",
    arity=None,
    form=lambda algebra, a, p: algebra.stacked(a),
    elementwise=False,
    axes_fit=_stack_fits,
)
align = Operation(
    name="align",
    value=_align,
    exact=_align,
    pullback=_align_pullback,
    unit=unit_of_first,
    text="{0}",
    latex="{0}",
    arity=1,
    form=lambda algebra, a, p: algebra.aligned(a[0], *p),
    silent=True,
    elementwise=False,
    parameters_fit=_is_order_and_places,
    axes_fit=_align_fits,
)
