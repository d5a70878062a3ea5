"""Random draws in cache-sized blocks, kept in memory or looked through and drawn again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial, reduce
from typing import Any, NamedTuple

import numpy as np

from ..errors import RangeError
from ..estimate import Drawn, Law
from ..estimate.order_statistics import (
    Moments,
    OrderStatistics,
    Window,
    error_from_order_statistics,
    exponent_of,
    window_ends,
    windows_of,
)
from ..graph import Computed, Node, Program, Step, Unknown, flatten, walk
from .execution import Prepared
from .tasks import answers

__all__ = ["Stream", "Streamed", "keep", "looked_through"]

Array = np.ndarray[Any, np.dtype[np.float64]]
BLOCK = 2**14  # a few arrays of this length fit in a core's second-level cache
FEWEST_TOGETHER, MOST_TOGETHER = 16, 2**20  # draws of wide arrays, and numbers of each
BLOCKS_AT_ONCE = 2  # looked at together, while they are in the cache
FEWEST_IN_TASK, MOST_IN_TASK = 16, 256  # blocks: up to half a second of work
MOST_SAMPLED = 2**22  # values kept to tell where the windows are
MOST_IN_WINDOWS = 2**25
FEWEST_SAMPLED = 2**18
SAMPLED_SHARE = 256  # one in so many costs little, and makes the windows narrow
STANDARD = (0.025, 0.05, 0.5, 0.95, 0.975)  # looked for in the first pass
SPREAD = 15.0  # sum of the widths of these windows, in standard errors of the sample


class Wanted(NamedTuple):
    """What to look for in the draws of one result.

    Attributes
    ----------
    ends : ndarray, shape (windows, elements, 2)
        Between which values to look.
    exponent : ndarray, shape (elements,)
        The power of two that scales to about one.
    """

    ends: Array
    exponent: Any

    @classmethod
    def of(cls, sample: Law, sampled: int) -> Wanted:
        """Return what a sample tells about where the standard quantiles are."""
        ends = np.stack([window_ends(sample.quantile, sampled, p) for p in STANDARD])
        return cls(ends, exponent_of(np.stack([np.ravel(sample.quantile(p)) for p in STANDARD])))


class Seen(NamedTuple):
    """What was seen in draws of one result: the windows, by place and element, and the moments."""

    windows: list[list[Window]]
    moments: Moments

    @classmethod
    def of(cls, values: Array, wanted: Wanted) -> Seen:
        """Look through draws of shape (..., n)."""
        count, elements = values.shape[-1], wanted.ends.shape[1]
        rows = np.broadcast_to(values.reshape(-1, count), (elements, count)).T
        return cls([windows_of(rows, ends) for ends in wanted.ends], Moments.of(rows, wanted.exponent))

    @classmethod
    def joined(cls, parts: Sequence[Seen]) -> Seen:
        """Join what was seen in several runs, in their order."""
        places = zip(*[part.windows for part in parts], strict=True)
        windows = [[Window.joined(same) for same in zip(*elements, strict=True)] for elements in places]
        return cls(windows, reduce(Moments.merged, (part.moments for part in parts)))


class Drawing:
    """Random draws of one block after another in the same memory.

    Inputs, intermediate arrays and results are allocated once. Where memory that is free goes back to the system at
    once, as in the workers of a cluster, fetching it again page by page takes as long as the draws themselves.

    Parameters
    ----------
    program : Program
        The flattened graph.
    seed : int
        The seed.
    draws : int
        How many draws there are in all blocks together.
    """

    def __init__(self, program: Program, seed: int, draws: int) -> None:
        widest = max((math.prod(each.distribution.shape) for each in program.unknowns), default=1)
        self._longest = min(BLOCK, draws, max(FEWEST_TOGETHER, MOST_TOGETHER // widest))
        self._unknowns, self._seed, self._draws = program.unknowns, seed, draws
        self._prepared = Prepared(program, self._longest)
        self._drawn = self._room(self._longest)
        self._results: list[Array] = []

    def results(self, blocks: Sequence[int], into: Sequence[Array] = ()) -> tuple[list[Array], bool]:
        """Return the results of a run of blocks, and whether all are finite.

        They are written to `into`, shape (..., draws of the run), or to memory that the next run writes over.
        """
        length = min(self._draws, (blocks[-1] + 1) * BLOCK) - blocks[0] * BLOCK
        results = [array[..., :length] for array in into or self._results]
        start, finite = 0, True
        for block in blocks:
            streams = [self._stream(block, unknown) for unknown in self._unknowns]
            left = min(BLOCK, self._draws - block * BLOCK)
            while left:
                count = min(left, self._longest)
                found = self._prepared.run(self._inputs(streams, count), count)
                if not results:
                    results = self._results = [np.empty((*np.shape(values)[:-1], length)) for values in found]
                finite = finite and all(bool(np.isfinite(values).all()) for values in found)
                for array, values in zip(results, found, strict=True):
                    array[..., start : start + count] = values
                start, left = start + count, left - count
        return results, finite

    def _stream(self, block: int, unknown: Unknown) -> np.random.Generator:
        """Return the stream of one unknown in one block."""
        key = np.random.SeedSequence(entropy=self._seed, spawn_key=(block, *unknown.stream))
        return np.random.Generator(np.random.SFC64(key))

    def _inputs(self, streams: Sequence[np.random.Generator], count: int) -> list[Array]:
        """Draw the unknowns of one block, or of the next part of it where they are wide arrays."""
        drawn = self._drawn
        if drawn and len(drawn[0]) != count:  # the last one
            drawn = self._room(count)
        for array, unknown, stream in zip(drawn, self._unknowns, streams, strict=True):
            unknown.distribution.fill(stream, array)
        return [draws_last(array) for array in drawn]

    def _room(self, count: int) -> list[Array]:
        return [np.empty((count, *unknown.distribution.shape)) for unknown in self._unknowns]


def random_blocks(
    program: Program, seed: int, draws: int, into: Sequence[Array] | None, blocks: Sequence[int]
) -> tuple[list[Array], bool]:
    """Return the results of a run of blocks, and whether all are finite; a function of its arguments alone.

    Parameters
    ----------
    into : sequence of ndarray, shape (..., draws), or None
        Where to write all results, if the caller is in this process.
    """
    own = [array[..., blocks[0] * BLOCK : (blocks[-1] + 1) * BLOCK] for array in into or ()]
    return Drawing(program, seed, draws).results(blocks, own)


@dataclass(frozen=True)
class Stream:
    """Random draws that can be drawn again: what they are made from, and who makes them."""

    program: Program
    seed: int
    executor: Executor | None

    def __reduce__(self) -> tuple[Any, ...]:
        return Stream, (self.program, self.seed, None)  # an executor stays in its process


@dataclass(frozen=True)
class Streamed:
    """The result is known by draws that are not kept: they are drawn again for what is asked later."""

    order: OrderStatistics
    moments: Moments
    shape: tuple[int, ...]

    def quantile(self, p: float) -> Any:
        """Return the quantile of all draws: the same order statistics as if they were kept."""
        return self._shown(self.order.quantile(p))

    def standard_error(self, p: float) -> Any:
        """Return the standard error of the quantile, from order statistics."""
        return self._shown(error_from_order_statistics(self.order.quantile, self.order.count, p))

    def cdf(self, x: float) -> tuple[Any, Any]:
        """Return the share of draws at or below, and its binomial standard error."""
        share = self.order.share(x)
        return self._shown(share), self._shown(np.sqrt(share * (1.0 - share) / self.order.count))

    def mean(self) -> Any:
        """Return the mean of all draws."""
        return self._shown(self.moments.mean)

    def sd(self) -> Any:
        """Return the standard deviation of all draws."""
        return self._shown(self.moments.sd)

    def moment_errors(self) -> tuple[Any, Any]:
        """Return standard errors; that of the standard deviation as for a normal result."""
        sd, number = self.moments.sd, self.moments.number
        return self._shown(sd / np.sqrt(number)), self._shown(sd / np.sqrt(2.0 * number))

    def _shown(self, values: Array) -> Any:
        return values.reshape(self.shape) if self.shape else float(values[0])


def keep(nodes: Sequence[Node], stream: Stream, draws: int) -> list[Drawn]:
    """Draw, and write the results of each block to their place in one array per node.

    Raises
    ------
    RangeError
        If a result is not finite.
    """
    kept = [np.empty((*node.shape, draws)) for node in nodes]
    here = stream.executor is None or isinstance(stream.executor, ThreadPoolExecutor)
    task = partial(random_blocks, stream.program, stream.seed, draws, kept if here else None)
    tasks = _runs_of_blocks(draws, 2, 16)
    for blocks, (results, finite) in zip(tasks, answers(task, tasks, stream.executor), strict=True):
        if not finite:
            raise not_finite(nodes)
        for array, part in zip(kept, results, strict=True):
            if not here:
                array[..., blocks[0] * BLOCK : (blocks[-1] + 1) * BLOCK] = part
    return [Drawn(np.moveaxis(array, -1, 0)[np.newaxis]) for array in kept]


def looked_through(nodes: Sequence[Node], stream: Stream, draws: int) -> Sequence[Law]:
    """Draw without keeping: fewer draws, kept or looked through in turn, say which windows to look at among all.

    Raises
    ------
    RangeError
        If a result is not finite.
    """
    width = sum(widths(nodes))
    if draws * width <= MOST_SAMPLED:
        return keep(nodes, stream, draws)
    sampled = _sample_size(draws, width)
    samples = looked_through(nodes, stream, sampled)
    wanted = [Wanted.of(law, sampled) for law in samples]
    laws = []
    for position, (node, law, seen) in enumerate(
        zip(nodes, samples, _looked(nodes, stream, draws, wanted), strict=True)
    ):
        look = partial(_look, node, replace(stream, program=_only(stream.program, position)), draws)
        order = OrderStatistics(draws, law.quantile, sampled, look, seen.windows)
        laws.append(Streamed(order, seen.moments, node.shape))
    return laws


def _look(node: Node, stream: Stream, draws: int, ends: Array) -> list[Window]:
    """Look through the draws of one result for one more window per element."""
    wanted = Wanted(ends[np.newaxis], np.zeros(len(ends), dtype=int))
    return _looked([node], stream, draws, [wanted])[0].windows[0]


def _only(program: Program, position: int) -> Program:
    return program._replace(outputs=program.outputs[position : position + 1])


def _looked(nodes: Sequence[Node], stream: Stream, draws: int, wanted: Sequence[Wanted]) -> list[Seen]:
    """Look through all draws, for what is wanted of each result."""
    tasks = _runs_of_blocks(draws, FEWEST_IN_TASK, MOST_IN_TASK)
    parts = []
    for found in answers(partial(look_through, stream.program, stream.seed, draws, wanted), tasks, stream.executor):
        if found is None:
            raise not_finite(nodes)
        parts.append(found)
    return [Seen.joined(of_one) for of_one in zip(*parts, strict=True)]


def look_through(
    program: Program, seed: int, draws: int, wanted: Sequence[Wanted], blocks: Sequence[int]
) -> list[Seen] | None:
    """Look through a run of blocks; None if a result is not finite; a function of its arguments alone."""
    parts, drawing = [], Drawing(program, seed, draws)
    for first in range(0, len(blocks), BLOCKS_AT_ONCE):
        results, finite = drawing.results(blocks[first : first + BLOCKS_AT_ONCE])
        if not finite:
            return None
        parts.append([Seen.of(values, what) for values, what in zip(results, wanted, strict=True)])
    return [Seen.joined(of_one) for of_one in zip(*parts, strict=True)]


def _runs_of_blocks(draws: int, fewest: int, most: int) -> list[range]:
    """Split the blocks into tasks, the same ones for every executor."""
    blocks = -(-draws // BLOCK)
    size = min(max(blocks // 64, fewest), most)
    return [range(first, min(first + size, blocks)) for first in range(0, blocks, size)]


def _sample_size(draws: int, width: int) -> int:
    """Return how many draws make the windows so narrow that what lies in them fits in memory."""
    enough = (SPREAD * draws * width / MOST_IN_WINDOWS) ** 2
    cheap = min(draws // SAMPLED_SHARE, MOST_SAMPLED // width)
    return int(min(max(enough, FEWEST_SAMPLED, cheap), draws // 8))


def looked_at(draws: int, width: int) -> float:
    """Return how many values lie in all windows."""
    return SPREAD * draws * width / math.sqrt(_sample_size(draws, width))


def draws_last(values: Any) -> Array:
    """Return draws of shape (n, ...) as (..., n)."""
    values = np.asarray(values)
    return np.ascontiguousarray(np.moveaxis(values, 0, -1)) if values.ndim > 1 else values


def widths(nodes: Sequence[Node]) -> list[int]:
    """Return how many elements each node has."""
    return [math.prod(node.shape) for node in nodes]


def not_finite(nodes: Sequence[Node]) -> RangeError:
    """Return an error that names the first step whose draws are not finite."""
    steps = [node for node in walk(nodes) if not isinstance(node, Step)]
    count = min(BLOCK, max(64, 2**24 // len(steps)))  # all steps are kept here
    for values, step in zip(random_blocks(flatten(steps), 0, count, None, [0])[0], steps, strict=True):
        bad = np.count_nonzero(~np.isfinite(values))
        if bad:
            finds = f"gives numbers that are not finite in {bad} of {values.size} draws"
            if not isinstance(step, Computed):
                name = getattr(step, "name", None)
                what = repr(name) if name else getattr(step, "written", "of that width")
                return RangeError(f"input {what} {finds}: it reaches beyond float range (1.8e308); use a larger unit")
            return RangeError(
                f"step {step.operation!r} {finds}: an argument reaches zero, turns negative, or is too large there; "
                f"use a distribution that stays where the step has a meaning"
            )
    return RangeError("some draws are not finite, in fewer than one in ten thousand; use a distribution with a bound")
