"""Monte Carlo: scrambled Sobol points in independent replicates, and plain random draws in cache-sized blocks.

Every draw is a function of the seed, the replicate or block, and the unknown's stream, so the digits do not depend
on how many workers there are or in which order they finish.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any

import numpy as np

from ..errors import RangeError
from ..estimate import Drawn
from ..graph import Node, Operated, Program, Step, flatten, walk
from .execution import run

__all__ = ["MOST_DIMENSIONS", "draw", "random_draws", "sobol_draws"]

Array = np.ndarray[Any, np.dtype[np.float64]]

REPLICATES = 16
FIRST_POWER = 11  # 2**11 points a replicate: enough for two digits of most products
LAST_POWER = 16
MOST_DIMENSIONS = 21201  # of the direction numbers of Joe & Kuo that scipy ships
MOST_VALUES = 2**27  # 1 GiB of float64 for one result
BLOCK = 2**14  # a few arrays of this length fit in a core's second-level cache
BLOCKS_PER_TASK = 16
STABLE_AT = (0.025, 0.05, 0.5, 0.95, 0.975)
HALF_STEP = 2.0**-31  # scipy's points are multiples of 2**-30; half a step keeps them off 0 and 1


def sobol_draws(nodes: Sequence[Node], *, seed: int, digits: int, executor: Executor | None) -> list[Drawn]:
    """Draw by scrambled Sobol points until the first node's quantiles are stable to `digits`, within a bound.

    The numerical tolerance is half a unit of the last digit asked for, and a quantile is stable when twice its
    standard error stays within it.

    References
    ----------
    JCGM 101:2008, clause 7.9 (adaptive procedure). doi:10.59161/JCGM101-2008
    Owen (1997), Scrambled net variance for integrals of smooth functions. doi:10.1214/aos/1031594731
    """
    program = flatten(nodes)
    parts: list[list[Array]] = [[] for _ in nodes]
    done = 0
    for exponent in range(FIRST_POWER, LAST_POWER + 1):
        count = 2**exponent - done
        task = partial(sobol_block, program, seed, done, count)
        fresh = list(_map(executor, task, range(REPLICATES)))
        done = 2**exponent
        for position, (node, collected) in enumerate(zip(nodes, parts, strict=True)):
            collected.append(_shaped(node, [block[position] for block in fresh]))
        _check_finite(nodes, program, [part[-1] for part in parts])
        laws = [Drawn(np.concatenate(collected, axis=1)) for collected in parts]
        room = REPLICATES * done * 2 * max(1, laws[0].draws[0, 0].size)
        if _is_stable(laws[0], digits) or room > MOST_VALUES // 4:
            break
    return laws


def sobol_block(program: Program, seed: int, start: int, count: int, replicate: int) -> list[Array]:
    """Return the results of one replicate's points from `start` on; a function of its arguments alone."""
    from scipy.stats import qmc

    widths = [max(1, int(np.prod(u.distribution.shape))) for u in program.unknowns]
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, replicate])))
    engine = qmc.Sobol(max(1, sum(widths)), scramble=True, rng=generator)
    if start:
        engine.fast_forward(start)
    points = engine.random(count) + HALF_STEP
    inputs, column = [], 0
    for unknown, width in zip(program.unknowns, widths, strict=True):
        columns = points[:, column : column + width] if unknown.distribution.shape else points[:, column]
        inputs.append(_draws_last(unknown.distribution.ppf(columns.reshape(count, *unknown.distribution.shape))))
        column += width
    return _results(program, inputs, count)


def random_draws(nodes: Sequence[Node], *, seed: int, draws: int, executor: Executor | None) -> list[Drawn]:
    """Draw `draws` times at random, in blocks, and keep the results.

    Raises
    ------
    RangeError
        If the results would not fit in memory.
    """
    program = flatten(nodes)
    _check_room(nodes, draws)
    blocks = -(-draws // BLOCK)
    tasks = [range(first, min(first + BLOCKS_PER_TASK, blocks)) for first in range(0, blocks, BLOCKS_PER_TASK)]
    results: list[list[Array]] = [[] for _ in nodes]
    for task in _map(executor, partial(random_blocks, program, seed, draws), tasks):
        for collected, part in zip(results, task, strict=True):
            collected.append(part)
    stacked = [_shaped(node, [np.concatenate(parts, axis=-1)]) for node, parts in zip(nodes, results, strict=True)]
    _check_finite(nodes, program, stacked)
    return [Drawn(each) for each in stacked]


def random_blocks(program: Program, seed: int, draws: int, blocks: Sequence[int]) -> list[Array]:
    """Return the results of a run of blocks; a function of its arguments alone."""
    each = [random_block(program, seed, block, min(BLOCK, draws - block * BLOCK)) for block in blocks]
    return [np.concatenate(parts, axis=-1) for parts in zip(*each, strict=True)]


def random_block(program: Program, seed: int, block: int, count: int) -> list[Array]:
    """Return the results of one block: one stream per (seed, block, unknown)."""
    inputs = []
    for unknown in program.unknowns:
        key = np.random.SeedSequence(entropy=seed, spawn_key=(block, *unknown.stream))
        generator = np.random.Generator(np.random.SFC64(key))
        inputs.append(_draws_last(unknown.distribution.draw(generator, count)))
    return _results(program, inputs, count)


def draw(node: Node, draws: int, seed: int) -> Array:
    """Return random draws of a quantity, shape (draws, ...)."""
    draws_of_one: Array = random_draws([node], seed=seed, draws=draws, executor=None)[0].draws[0]
    return draws_of_one


def _results(program: Program, inputs: list[Array], count: int) -> list[Array]:
    slots = run(program, inputs)
    return [_with_draws(slots[output], count) for output in program.outputs]


def _with_draws(values: Any, count: int) -> Array:
    """Repeat a constant result along the draws."""
    array = np.asarray(values, dtype=np.float64)
    return np.ascontiguousarray(np.broadcast_to(array, (*array.shape[:-1], count)))


def _draws_last(values: Any) -> Array:
    values = np.asarray(values)
    return np.ascontiguousarray(np.moveaxis(values, 0, -1)) if values.ndim > 1 else values


def _shaped(node: Node, replicates: list[Array]) -> Array:
    """Return shape (replicates, draws, ...) from arrays of shape (..., draws)."""
    shape = tuple(len(axis.labels) for axis in node.axes)
    filled = [np.broadcast_to(each, (*shape, each.shape[-1])) for each in replicates]
    return np.ascontiguousarray(np.moveaxis(np.stack(filled), -1, 1))


def _map(executor: Executor | None, function: Callable[..., Any], tasks: Sequence[Any]) -> Any:
    return map(function, tasks) if executor is None else executor.map(function, tasks)


def _is_stable(law: Drawn, digits: int) -> bool:
    for p in STABLE_AT:
        size = np.abs(np.asarray(law.quantile(p)))
        error = np.asarray(law.standard_error(p))
        with np.errstate(divide="ignore"):
            tolerance = 0.5 * 10.0 ** (np.floor(np.log10(size)) - digits + 1)
        if np.any(2.0 * error > tolerance):
            return False
    return True


def _check_room(nodes: Sequence[Node], draws: int) -> None:
    values = max(draws * int(np.prod([len(axis.labels) for axis in node.axes], dtype=np.int64)) for node in nodes)
    if values > MOST_VALUES:
        raise RangeError(
            f"estimate(): draws={draws} would need {values * 8 / 2**30:.3g} GiB for one result; the limit is "
            f"{MOST_VALUES * 8 / 2**30:.3g} GiB; give draws <= {MOST_VALUES * draws // values}"
        )


def _check_finite(nodes: Sequence[Node], program: Program, results: Sequence[Array]) -> None:
    """Name the first step whose draws are not finite."""
    if all(np.all(np.isfinite(each)) for each in results):
        return
    steps = [node for node in walk(nodes) if not isinstance(node, Step)]
    count = min(BLOCK, max(64, 2**24 // len(steps)))  # all steps are kept here
    for values, step in zip(random_block(flatten(steps), 0, 0, count), steps, strict=True):
        bad = np.count_nonzero(~np.isfinite(values))
        if bad:
            what = f"step {step.operation!r}" if isinstance(step, Operated) else f"input {getattr(step, 'name', '')!r}"
            raise RangeError(
                f"{what} gives numbers that are not finite in {bad} of {values.size} draws: an argument reaches zero, "
                f"turns negative, or is too large there; use a distribution that stays where the step has a meaning"
            )
    raise RangeError("some draws are not finite, in fewer than one in ten thousand; use a distribution with a bound")
