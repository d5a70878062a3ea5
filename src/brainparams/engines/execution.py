"""Running a flat program: forward on arrays, and backward for its gradient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import Program
from ..operations import OPERATIONS

__all__ = ["at_means", "gradients", "run"]

Array = np.ndarray[Any, np.dtype[np.float64]]


def run(program: Program, inputs: Sequence[Array], *, keep: bool = False) -> list[Any]:
    """Run a program on one array per unknown, in the program's order.

    Parameters
    ----------
    program : Program
        The flattened graph.
    inputs : sequence of ndarray, shape (..., n)
        Draws of each unknown; named axes first, draws last.
    keep : bool
        Keep every slot (for a backward pass) instead of freeing arrays after their last use.

    Returns
    -------
    list
        One entry per slot; the results stand at ``program.outputs``.
    """
    slots: list[Any] = [None] * program.slots
    for place, constant in program.constants:
        slots[place] = constant
    for unknown, values in zip(program.unknowns, inputs, strict=True):
        slots[unknown.slot] = values
    with np.errstate(all="ignore"):  # the caller looks for non-finite results and names the step
        for operation, arguments, parameters, result, free in program.instructions:
            slots[result] = OPERATIONS[operation].value(*[slots[each] for each in arguments], *parameters)
            if not keep:
                for place in free:
                    slots[place] = None
    return slots


def gradients(program: Program, slots: Sequence[Any], output: int, seed: Array) -> list[Any]:
    """Return the gradient of one output with respect to each unknown, by reverse accumulation.

    Each instruction is visited once, so a chain ``y = y + y`` costs no more than any other of its length.

    Parameters
    ----------
    slots : sequence
        The kept slots of a forward run.
    output : int
        The slot of the result.
    seed : ndarray
        The gradient at the result: ones, or a one-hot array that picks an element.

    References
    ----------
    Griewank & Walther (2008), Evaluating Derivatives, section 3.2. doi:10.1137/1.9780898717761
    """
    flowing: dict[int, Any] = {output: seed}
    for operation, arguments, parameters, result, _ in reversed(program.instructions):
        gradient = flowing.pop(result, None)
        if gradient is None:
            continue
        values = [slots[each] for each in arguments]
        parts = OPERATIONS[operation].pullback(gradient, slots[result], values, parameters)
        for place, value, part in zip(arguments, values, parts, strict=True):
            folded = _folded(part, np.shape(value))
            flowing[place] = flowing[place] + folded if place in flowing else folded
    return [flowing.get(unknown.slot, np.zeros(np.shape(slots[unknown.slot]))) for unknown in program.unknowns]


def _folded(gradient: Any, shape: tuple[int, ...]) -> Any:
    """Add up a gradient over the axes along which its argument was repeated."""
    if np.shape(gradient) == shape:
        return gradient
    extra = np.ndim(gradient) - len(shape)
    if extra > 0:
        gradient = np.sum(gradient, axis=tuple(range(extra)))
    repeated = tuple(axis for axis, length in enumerate(shape) if length == 1 and np.shape(gradient)[axis] != 1)
    return np.sum(gradient, axis=repeated, keepdims=True) if repeated else gradient


def at_means(program: Program) -> tuple[list[Array], list[Any]]:
    """Run a program once, at the expected value of every unknown; return inputs and kept slots."""
    inputs = [np.atleast_1d(np.asarray(u.distribution.mean, dtype=np.float64)) for u in program.unknowns]
    inputs = [
        mean[..., np.newaxis] if u.distribution.shape else mean
        for u, mean in zip(program.unknowns, inputs, strict=True)
    ]
    return inputs, run(program, inputs, keep=True)
