"""Rows along named axes: totals, the largest, an element or some of them, arrays side by side, an alignment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .arithmetic import add
from .functions import maximum, minimum
from .row import Axes, Operation, Place, Precedence

__all__ = ["align", "cumulate", "gather", "join", "largest", "smallest", "stack", "take", "total"]

Array = np.ndarray[Any, Any]


def _length(axis: Any) -> int:
    return len(axis.labels)


def _are_whole(parameters: Sequence[Any]) -> bool:
    return all(type(each) is int and each >= 0 for each in parameters)


# --- total -------------------------------------------------------------------------------------------------------


def _total(values: Array, axis: int, length: int) -> Any:
    return values.sum(axis=axis)


def _total_fits(result: Axes, arguments: Sequence[Axes], parameters: tuple[Any, ...]) -> bool:
    (axes,), (axis, length) = arguments, parameters
    return axis < len(axes) and length == _length(axes[axis]) and result == _without(axes, axis)


def _without(axes: Axes, axis: int) -> tuple[Any, ...]:
    return (*axes[:axis], *axes[axis + 1 :])


def _is_axis_and_length(parameters: tuple[Any, ...]) -> bool:
    return len(parameters) == 2 and _are_whole(parameters)


def _along(index: Place, parameters: tuple[Any, ...]) -> list[tuple[int, Place]]:
    axis, length = parameters
    return [(0, (*index[:axis], place, *index[axis:])) for place in range(length)]


# --- the largest and the smallest --------------------------------------------------------------------------------


def _first_of(ends: Any, values: Any, axis: int) -> Any:
    """Mark the first of the elements that are the largest, or the smallest."""
    hit = values == np.expand_dims(ends, axis)
    return hit & (np.cumsum(hit, axis=axis) == 1)


def _extreme_pullback(g: Any, result: Any, arguments: Sequence[Any], parameters: tuple[Any, ...]) -> tuple[Any, ...]:
    axis, _ = parameters
    return (np.expand_dims(g, axis) * _first_of(result, arguments[0], axis),)


# --- running totals ----------------------------------------------------------------------------------------------


def _cumulate(values: Array, axis: int, length: int) -> Any:
    return np.cumsum(values, axis=axis)


def _cumulate_fits(result: Axes, arguments: Sequence[Axes], parameters: tuple[Any, ...]) -> bool:
    (axes,), (axis, length) = arguments, parameters
    return axis < len(axes) and length == _length(axes[axis]) and result == axes


def _up_to(index: Place, parameters: tuple[Any, ...]) -> tuple[Operation | None, Sequence[tuple[int, Place]]]:
    axis, _ = parameters
    return add, [(0, (*index[:axis], place, *index[axis + 1 :])) for place in range(index[axis] + 1)]


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
    return len(parameters) == 3 and _are_whole(parameters[:2] if parameters[2] is None else parameters)


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


def _taken_from(index: Place, parameters: tuple[Any, ...]) -> tuple[Operation | None, Sequence[tuple[int, Place]]]:
    axis, start, stop = parameters
    if stop is None:
        return None, [(0, (*index[:axis], start, *index[axis:]))]
    return None, [(0, (*index[:axis], start + index[axis], *index[axis + 1 :]))]


# --- gather ------------------------------------------------------------------------------------------------------


def _gather(values: Array, axis: int, places: tuple[int, ...]) -> Any:
    return np.take(values, places, axis=axis)


def _gather_pullback(g: Any, result: Any, arguments: Sequence[Any], parameters: tuple[Any, ...]) -> tuple[Any, ...]:
    axis, places = parameters
    gradient = np.zeros(np.shape(arguments[0]))
    np.add.at(gradient, (slice(None),) * axis + (list(places),), g)
    return (gradient,)


def _is_axis_and_places(parameters: tuple[Any, ...]) -> bool:
    return len(parameters) == 2 and isinstance(parameters[1], tuple) and _are_whole((parameters[0], *parameters[1]))


def _gather_fits(result: Axes, arguments: Sequence[Axes], parameters: tuple[Any, ...]) -> bool:
    (axes,), (axis, places) = arguments, parameters
    if axis >= len(axes) or len(result) != len(axes) or not all(place < _length(axes[axis]) for place in places):
        return False
    labels = tuple(axes[axis].labels[place] for place in places)
    same = _without(result, axis) == _without(axes, axis) and result[axis].name == axes[axis].name
    return same and bool(result[axis].labels == labels)


def _gathered_from(index: Place, parameters: tuple[Any, ...]) -> tuple[Operation | None, Sequence[tuple[int, Place]]]:
    axis, places = parameters
    return None, [(0, (*index[:axis], places[index[axis]], *index[axis + 1 :]))]


def _places_in_words(parameters: tuple[Any, ...], axes: Axes) -> Mapping[str, str]:
    axis, places = parameters
    labels = [axes[axis].labels[place] for place in places]
    return {"index": ", ".join(labels[:3]) + (", …" if len(labels) > 3 else "")}


# --- join --------------------------------------------------------------------------------------------------------


def _join(*values: Any) -> Any:
    *arrays, axis, _ = values
    draws = max(array.shape[-1] for array in arrays)
    return np.concatenate([np.broadcast_to(array, (*array.shape[:-1], draws)) for array in arrays], axis=axis)


def _join_fits(result: Axes, arguments: Sequence[Axes], parameters: tuple[Any, ...]) -> bool:
    axis, lengths = parameters
    if len(lengths) != len(arguments) or not all(axis < len(axes) == len(result) for axes in arguments):
        return False
    labels = tuple(label for axes in arguments for label in axes[axis].labels)
    rest = all(_without(axes, axis) == _without(result, axis) for axes in arguments)
    return rest and labels == result[axis].labels and lengths == tuple(_length(axes[axis]) for axes in arguments)


def _joined_from(index: Place, parameters: tuple[Any, ...]) -> tuple[Operation | None, Sequence[tuple[int, Place]]]:
    axis, lengths = parameters
    place, part = index[axis], 0
    while place >= lengths[part]:
        place -= lengths[part]
        part += 1
    return None, [(part, (*index[:axis], place, *index[axis + 1 :]))]


# --- stack -------------------------------------------------------------------------------------------------------


def _stack(*values: Any) -> Any:
    return np.stack(np.broadcast_arrays(*map(np.atleast_1d, values)))  # a constant comes without the axis of draws


def _stack_exact(*values: Any) -> Any:
    if isinstance(values[0], np.ndarray):
        return np.stack(values)
    stacked = np.empty(len(values), dtype=object)
    stacked[:] = values
    return stacked


def _stack_fits(result: Axes, arguments: Sequence[Axes], parameters: tuple[Any, ...]) -> bool:
    own, *rest = result or (None,)
    return own is not None and _length(own) == len(arguments) and all(axes == tuple(rest) for axes in arguments)


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


def _aligned_from(index: Place, parameters: tuple[Any, ...]) -> tuple[Operation | None, Sequence[tuple[int, Place]]]:
    order, fresh = parameters
    kept = [place for position, place in enumerate(index) if position not in fresh]
    own = dict(zip(order, kept, strict=True))
    return None, [(0, tuple(own[axis] for axis in range(len(order))))]


# --- rows --------------------------------------------------------------------------------------------------------

total = Operation(
    name="total",
    value=_total,
    exact=_total,
    pullback=lambda g, r, a, p: (np.repeat(np.expand_dims(g, p[0]), p[1], axis=p[0]),),
    text="Σ({0})",
    latex=r"\sum\left({0}\right)",
    arity=1,
    form=lambda algebra, a, p: algebra.summed(a[0], *p),
    origins=lambda index, p: (add, _along(index, p)),
    parameters_fit=_is_axis_and_length,
    axes_fit=_total_fits,
)


def _end(name: str, word: str, found: Callable[..., Any], of_two: Operation) -> Operation:
    """Return the row of the element that is the largest, or the smallest, along an axis."""

    def value(values: Array, axis: int, length: int) -> Any:
        return found(values, axis=axis)

    row: Operation = Operation(
        name=name,
        value=value,
        exact=value,
        pullback=_extreme_pullback,
        text=f"{word}({{0}})",
        latex=rf"\{word}\left({{0}}\right)",
        arity=1,
        form=lambda algebra, a, p: algebra.rearranged(row, a),
        origins=lambda index, p: (of_two, _along(index, p)),
        parameters_fit=_is_axis_and_length,
        axes_fit=_total_fits,
    )
    return row


largest = _end("largest", "max", np.max, maximum)
smallest = _end("smallest", "min", np.min, minimum)
cumulate: Operation = Operation(
    name="cumulate",
    value=_cumulate,
    exact=_cumulate,
    pullback=lambda g, r, a, p: (np.flip(np.cumsum(np.flip(g, p[0]), axis=p[0]), p[0]),),
    text="running Σ({0})",
    latex=r"\mathrm{{running}}\,\sum\left({0}\right)",
    arity=1,
    form=lambda algebra, a, p: algebra.rearranged(cumulate, a),
    origins=_up_to,
    parameters_fit=_is_axis_and_length,
    axes_fit=_cumulate_fits,
)
take = Operation(
    name="take",
    value=_take,
    exact=_take,
    pullback=_take_pullback,
    text="{0}[{index}]",
    latex=r"{{{0}}}_{{{index}}}",  # in braces, because the symbol may have a subscript of its own
    arity=1,
    form=lambda algebra, a, p: algebra.element(a[0], *p),
    precedence=Precedence.INDEX,
    origins=_taken_from,
    parameters_fit=_is_place_or_run,
    axes_fit=_take_fits,
    words=_labels_in_words,
)
gather: Operation = Operation(
    name="gather",
    value=_gather,
    exact=_gather,
    pullback=_gather_pullback,
    text="{0}[{index}]",
    latex=r"{{{0}}}_{{{index}}}",
    arity=1,
    form=lambda algebra, a, p: algebra.rearranged(gather, a),
    precedence=Precedence.INDEX,
    origins=_gathered_from,
    parameters_fit=_is_axis_and_places,
    axes_fit=_gather_fits,
    words=_places_in_words,
)
join: Operation = Operation(
    name="join",
    value=_join,
    exact=lambda *values: np.concatenate(values[:-2], axis=values[-2]),
    pullback=lambda g, r, a, p: tuple(np.split(g, np.cumsum(p[1])[:-1], axis=p[0])),
    text="[{arguments}]",
    latex=r"\left[{arguments}\right]",
    arity=None,
    form=lambda algebra, a, p: algebra.rearranged(join, a),
    origins=_joined_from,
    parameters_fit=_is_axis_and_places,
    axes_fit=_join_fits,
)
stack = Operation(
    name="stack",
    value=_stack,
    exact=_stack_exact,
    pullback=lambda g, r, a, p: tuple(g),
    text="[{arguments}]",
    latex=r"\left[{arguments}\right]",
    arity=None,
    form=lambda algebra, a, p: algebra.stacked(a),
    origins=lambda index, p: (None, [(index[0], index[1:])]),
    axes_fit=_stack_fits,
)
align = Operation(
    name="align",
    value=_align,
    exact=_align,
    pullback=_align_pullback,
    text="{0}",
    latex="{0}",
    arity=1,
    form=lambda algebra, a, p: algebra.aligned(a[0], *p),
    silent=True,
    origins=_aligned_from,
    parameters_fit=_is_order_and_places,
    axes_fit=_align_fits,
)
