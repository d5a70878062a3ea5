"""Running a flat program: forward on arrays, at once or many times over in the same memory, and backward."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from ..graph import Instruction, Program
from ..graph.operations import OPERATIONS, Operation

__all__ = ["Prepared", "at_means", "gradient_of_numbers", "gradients", "has_no_arrays", "run"]

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


# --- the same program many times ---------------------------------------------------------------------------------


class Call(NamedTuple):
    """An instruction with its function and the array that its result is written to, if that is known beforehand."""

    function: Callable[..., Any]
    arguments: tuple[int, ...]
    parameters: tuple[Any, ...]
    result: int
    array: int | None
    free: tuple[int, ...]


class Prepared:
    """A program that runs on one block of draws after another and keeps its intermediate arrays.

    Which results are plain draws of shape ``(n,)`` is known beforehand. Those that ufuncs make are written over
    arrays that nobody reads any more, so that what is worked on stays in the cache.

    Parameters
    ----------
    program : Program
        The flattened graph.
    longest : int
        The largest number of draws in a block.
    """

    def __init__(self, program: Program, longest: int) -> None:
        self._outputs = program.outputs
        self._slots: list[Any] = [None] * program.slots
        for place, constant in program.constants:
            self._slots[place] = constant
        self._unknowns = [unknown.slot for unknown in program.unknowns]
        planner = _Planner(program, self._slots)
        self._calls = [planner.call(each) for each in program.instructions]
        self._whole = [np.empty(longest) for _ in range(planner.arrays)]

    def run(self, inputs: Sequence[Array], count: int) -> list[Any]:
        """Run on one array per unknown with `count` draws; the results hold until the next run."""
        slots = self._slots.copy()
        for place, values in zip(self._unknowns, inputs, strict=True):
            slots[place] = values
        arrays = [array[:count] for array in self._whole]
        with np.errstate(all="ignore"):  # the caller looks for non-finite results and names the step
            for function, arguments, parameters, result, array, free in self._calls:
                given = [slots[each] for each in arguments]
                if array is None:
                    slots[result] = function(*given, *parameters)
                else:
                    slots[result] = function(*given, out=arrays[array])
                for place in free:
                    slots[place] = None
        return [slots[output] for output in self._outputs]


class _Planner:
    """Decides for one instruction after another which array its result is written to."""

    def __init__(self, program: Program, slots: list[Any]) -> None:
        self.arrays = 0
        self._slots = slots
        self._plain = {unknown.slot for unknown in program.unknowns if not unknown.distribution.shape}
        self._numbers = {place for place, constant in program.constants if not np.ndim(constant)}
        self._array_of: dict[int, int] = {}
        self._spare: list[int] = []

    def call(self, instruction: Instruction) -> Call:
        operation, arguments, parameters, result, free = instruction
        row = OPERATIONS[operation]
        plain = row.elementwise and self._plain.issuperset(set(arguments) - self._numbers)
        if row.ufunc is None or not plain:
            for each in arguments:
                self._array_of.pop(each, None)  # the result may be a view of it
            if plain and not self._numbers.issuperset(arguments):
                self._plain.add(result)
            return Call(row.value, arguments, parameters, result, None, free)
        if parameters:
            arguments = (*arguments, self._number(parameters[0]))
        if self._numbers.issuperset(arguments):
            self._numbers.add(result)
            return Call(row.ufunc, arguments, (), result, None, free)
        self._spare.extend(self._array_of.pop(each) for each in free if each in self._array_of)
        array = self._spare.pop() if self._spare else self._another()
        self._plain.add(result)
        self._array_of[result] = array
        return Call(row.ufunc, arguments, (), result, array, free)

    def _number(self, value: Any) -> int:
        """Give a parameter a slot."""
        self._slots.append(float(value))
        self._numbers.add(len(self._slots) - 1)
        return len(self._slots) - 1

    def _another(self) -> int:
        self.arrays += 1
        return self.arrays - 1


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
    gradient = np.sum(gradient, axis=tuple(range(np.ndim(gradient) - len(shape))))
    repeated = tuple(axis for axis, length in enumerate(shape) if length == 1 and np.shape(gradient)[axis] != 1)
    return np.sum(gradient, axis=repeated, keepdims=True) if repeated else gradient


def has_no_arrays(program: Program) -> bool:
    """Return whether every number of a program is a single one."""
    return (
        not any(np.ndim(constant) for _, constant in program.constants)
        and not any(unknown.distribution.shape for unknown in program.unknowns)
        and all(OPERATIONS[name].elementwise for name in set(map(itemgetter(0), program.instructions)))
    )


Tape = list[tuple[Operation, Sequence[int], tuple[float, ...], tuple[Any, ...], int]]
"""Of each operation that was run its row, where its arguments stand, what they were, its parameters, and the result."""


def gradient_of_numbers(program: Program) -> tuple[float, list[float]]:
    """Return the result at the means and its derivative by each unknown, for a program without arrays."""
    slots: list[Any] = [0.0] * program.slots
    for place, constant in program.constants:
        slots[place] = constant
    for unknown in program.unknowns:
        slots[unknown.slot] = float(unknown.distribution.mean)
    tape: Tape = []
    with np.errstate(all="ignore"):
        for name, arguments, parameters, result, _ in program.instructions:
            row = OPERATIONS[name]
            if (of_numbers := row.of_numbers) is not None:
                one, other = arguments
                values: tuple[float, ...] = (slots[one], slots[other])
                try:
                    slots[result] = of_numbers(*values)
                except (OverflowError, ZeroDivisionError):  # numpy has an answer
                    slots[result] = float(row.value(*values))
            else:
                values = tuple([slots[each] for each in arguments])
                slots[result] = float(row.value(*values, *parameters))
            tape.append((row, arguments, values, parameters, result))
        flowing = _backward(tape, slots, program.outputs[0])
    return slots[program.outputs[0]], [flowing[unknown.slot] for unknown in program.unknowns]


def _backward(tape: Tape, slots: Sequence[float], output: int) -> list[float]:
    """Pull a gradient back on Python's floats where that is quick, and on numpy's, which divide by zero, elsewhere."""
    flowing = [0.0] * len(slots)
    flowing[output] = 1.0
    for row, arguments, values, parameters, result in reversed(tape):
        gradient = flowing[result]
        if not gradient:
            continue
        if row.of_numbers is not None:
            one, other = arguments
            try:
                by_one, by_other = row.pullback(gradient, slots[result], values, parameters)
            except (OverflowError, ZeroDivisionError):
                pass
            else:
                flowing[one] += by_one
                flowing[other] += by_other
                continue
        on_numpy = [np.float64(each) for each in values]
        parts = row.pullback(gradient, np.float64(slots[result]), on_numpy, parameters)
        for place, part in zip(arguments, parts, strict=True):
            flowing[place] += float(part)
    return flowing


def at_means(program: Program) -> tuple[list[Array], list[Any]]:
    """Run a program once, at the expected value of every unknown; return inputs and kept slots."""
    inputs = [np.atleast_1d(np.asarray(u.distribution.mean, dtype=np.float64)) for u in program.unknowns]
    inputs = [
        mean[..., np.newaxis] if u.distribution.shape else mean
        for u, mean in zip(program.unknowns, inputs, strict=True)
    ]
    return inputs, run(program, inputs, keep=True)
