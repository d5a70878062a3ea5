"""Monte Carlo: scrambled Sobol points in independent replicates, and plain random draws in cache-sized blocks.

Every draw is a function of the seed, the replicate or block, and the unknown's stream, so the digits do not depend
on how many workers there are or in which order they finish.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any

import numpy as np

from ..distributions import LogNormal, Normal, Uniform
from ..errors import NoClosedForm, RangeError, shown
from ..estimate import Drawn, Law
from ..graph import Leaf, Node, Program, flatten, unknowns
from . import streaming
from .by_elements import check_elements, too_many_elements
from .execution import run
from .points import MOST_DIMENSIONS, points
from .request import Answer, Request
from .smoothing import Smoothable, Smoothed, smoothable, smoothed
from .tasks import answers

__all__ = [
    "MOST_DIMENSIONS",
    "at_points",
    "at_random",
    "by_points",
    "draw",
    "random_draws",
    "random_laws",
    "sobol_draws",
]

Array = np.ndarray[Any, np.dtype[np.float64]]

REPLICATES = 16
GROUP = 4  # replicates that are drawn together: fewer calls; always the same, so that workers change no digit
FIRST_SMOOTH_POWER = 9  # with one unknown integrated in closed form
FIRST_POWER = 11  # 2**11 points a replicate: enough for two digits of most products
LAST_POWER = 16
WORK = 6e7  # operations on arrays that a processor does in about two seconds
SLOW_QUANTILE, SMOOTHING = 25, 100  # of them: a quantile without a formula, and one unknown integrated
ARRAY_ELEMENT = 3  # of them: an element of an array is drawn, and goes through the steps
FEWEST_POINTS = 64  # of a replicate
MOST_VALUES = 2**27  # 1 GiB of float64 for all results
MOST_DRAWS = 10**11
DRAWS = 1_000_000  # where nobody says how many
FEWEST_DRAWS = 1000  # that say anything
NEAR_ZERO = 0.1  # of the width of the interval
STABLE_AT = (0.025, 0.05, 0.5, 0.95, 0.975)


def by_points(nodes: Sequence[Node], request: Request) -> list[Answer | NoClosedForm]:
    """Return the laws of some nodes by common Sobol points, or why there are none."""
    count = sum(max(1, int(np.prod(leaf.value.shape))) for leaf in unknowns(nodes))
    elements = check_elements(nodes)
    reason = ""
    if count > MOST_DIMENSIONS:
        reason = f"{count} uncertain numbers, and Sobol points have at most {MOST_DIMENSIONS} dimensions"
    elif elements * REPLICATES * 2**FIRST_SMOOTH_POWER > MOST_VALUES:
        reason = f"{elements:,} elements at {REPLICATES * 2**FIRST_SMOOTH_POWER:,} points would not fit in memory"
    if reason and request.is_automatic:
        return [NoClosedForm(f"{reason}: too many") for _ in nodes]
    if reason:
        raise RangeError(f"estimate(): {reason}; use engine='random'")
    laws, stopped = sobol_draws(nodes, request)
    return [Answer(law, law.draws.shape[0] * law.draws.shape[1], stopped) for law in laws]


def at_random(nodes: Sequence[Node], request: Request) -> list[Answer | NoClosedForm]:
    """Return the laws of some nodes by common random draws; of very many elements, by fewer."""
    elements = check_elements(nodes)
    count = request.draws or min(DRAWS, MOST_VALUES // elements)
    if count < FEWEST_DRAWS and request.draws is None:
        largest = max(nodes, key=lambda node: len(node.axes))
        raise RangeError(too_many_elements(largest, elements, MOST_VALUES // FEWEST_DRAWS))
    laws = random_laws(nodes, seed=request.seed, draws=count, executor=request.executor)
    return [Answer(law, count) for law in laws]


def sobol_draws(nodes: Sequence[Node], request: Request) -> tuple[list[Drawn | Smoothed], str]:
    """Draw by scrambled Sobol points until the first node's quantiles are stable to `digits`, within the budget.

    Beside the laws stands why it stopped before that, where it did.

    The numerical tolerance is half a unit of the last digit asked for, and a quantile is stable when twice its
    standard error stays within it.

    References
    ----------
    JCGM 101:2008, clause 7.9 (adaptive procedure). doi:10.59161/JCGM101-2008
    Owen (1997), Scrambled net variance for integrals of smooth functions. doi:10.1214/aos/1031594731
    """
    program = flatten(nodes)
    forms = [smoothable(node) for node in nodes]
    kept = program.unknowns if any(forms) else ()
    parts: list[list[Array]] = [[] for _ in (*nodes, *kept)]
    done, stopped, affordable = 0, "", WORK * request.budget / (REPLICATES * _work(program, forms))
    first = min(FIRST_POWER if None in forms else FIRST_SMOOTH_POWER, int(math.log2(max(affordable, FEWEST_POINTS))))
    for exponent in range(first, LAST_POWER + 1):
        task = partial(sobol_block, program, request.seed, range(done, 2**exponent), bool(kept))
        fresh = list(answers(task, range(REPLICATES // GROUP), request.executor))
        done = 2**exponent
        for position, collected in enumerate(parts):
            collected.append(_shaped([block[position] for block in fresh]))
        results, inputs = parts[: len(nodes)], parts[len(nodes) :]
        if not all(np.all(np.isfinite(part[-1])) for part in results):
            raise streaming.not_finite(nodes)
        laws = _laws(forms, results, {each.uid: part for each, part in zip(kept, inputs, strict=True)})
        if _is_stable(laws[0], request.digits) or _fills_memory(nodes, program, done):
            break
        if 2 * done > affordable and exponent < LAST_POWER:
            stopped = (
                f"stopped with fewer digits at {REPLICATES * done:,} points; budget={4 * request.budget:g} goes on"
            )
            break
    return laws, stopped


def _work(program: Program, forms: Sequence[Smoothable | None]) -> float:
    """Return how much one point takes, about in operations on an array; an array takes them for each element."""
    drawn = 0
    for unknown, width in zip(program.unknowns, _dimensions(program), strict=True):
        is_quick = isinstance(unknown.distribution, Normal | LogNormal | Uniform)
        drawn += (1 if is_quick else SLOW_QUANTILE) + ARRAY_ELEMENT * (width - 1)
    return max(drawn + len(program.instructions), 1) + SMOOTHING * sum(form is not None for form in forms)


def _laws(
    forms: Sequence[Smoothable | None], results: Sequence[list[Array]], inputs: Mapping[str, list[Array]]
) -> list[Drawn | Smoothed]:
    """Return the laws: with one unknown integrated in closed form where that can be done, else as drawn."""
    drawn = [Drawn(np.concatenate(collected, axis=1)) for collected in results]
    if not any(forms):
        return list(drawn)
    points = {uid: np.concatenate(collected, axis=1) for uid, collected in inputs.items()}
    return [(form and smoothed(form, each, points)) or each for form, each in zip(forms, drawn, strict=True)]


def sobol_block(program: Program, seed: int, span: range, with_inputs: bool, group: int) -> list[Array]:
    """Return the results of a group of replicates, then the inputs; a function of its arguments alone.

    Points `span` of each replicate, one replicate behind the other.
    """
    columns_of = _dimensions(program)
    drawn = points(seed, range(group * GROUP, (group + 1) * GROUP), max(1, sum(columns_of)), span)
    columns, count, inputs = drawn.reshape(len(drawn), -1), GROUP * len(span), []
    for unknown, first, width in zip(program.unknowns, np.cumsum(columns_of) - columns_of, columns_of, strict=True):
        own = columns[first : first + width].T.reshape(count, *unknown.distribution.shape)
        inputs.append(streaming.draws_last(unknown.distribution.ppf(own)))
    results = [*_results(program, inputs, count), *(inputs if with_inputs else ())]
    return [each.reshape(*each.shape[:-1], GROUP, len(span)) for each in results]


def _dimensions(program: Program) -> list[int]:
    """Return how many uncertain numbers each unknown has."""
    return [max(1, int(np.prod(unknown.distribution.shape))) for unknown in program.unknowns]


def _fills_memory(nodes: Sequence[Node], program: Program, done: int) -> bool:
    """Whether twice as many points would not fit: the results of all nodes, or the points of one replicate."""
    room = max(4 * REPLICATES * sum(streaming.widths(nodes)), sum(_dimensions(program)))
    return 2 * done * room > MOST_VALUES


def at_points(node: Node, inputs: Sequence[Node], seed: int, count: int) -> tuple[Array, list[Array]]:
    """Return a scalar at Sobol points, shape (n,), and for each of its inputs what it varies with, shape (width, n).

    That is the probabilities of an unknown, and the values of a correlated input.

    Raises
    ------
    RangeError
        If a result is not finite.
    """
    program = flatten([node, *inputs])
    columns_of = _dimensions(program)
    cube = points(seed, range(REPLICATES), max(1, sum(columns_of)), range(count // REPLICATES)).reshape(-1, count)
    own = dict(zip([each.uid for each in program.unknowns], np.split(cube, np.cumsum(columns_of)[:-1]), strict=True))
    beliefs = [(own[each.uid], each.distribution) for each in program.unknowns]
    draws = [streaming.draws_last(belief.ppf(columns.T.reshape(count, *belief.shape))) for columns, belief in beliefs]
    result, *values = _results(program, draws, count)
    if not np.all(np.isfinite(result)):
        raise streaming.not_finite([node])
    leaves = [each.uid if isinstance(each, Leaf) else "" for each in inputs]
    return result, [own.get(uid, value.reshape(-1, count)) for uid, value in zip(leaves, values, strict=True)]


def random_laws(nodes: Sequence[Node], *, seed: int, draws: int, executor: Executor | None) -> Sequence[Law]:
    """Draw `draws` times at random; keep the results if they fit in memory, else look through them.

    Raises
    ------
    RangeError
        If it would take too long, or the results are not finite.
    """
    if draws > MOST_DRAWS:
        raise RangeError(_too_long(flatten(nodes), draws))
    if draws * sum(streaming.widths(nodes)) <= MOST_VALUES:
        return random_draws(nodes, seed=seed, draws=draws, executor=executor)
    _check_windows(nodes, draws)
    return streaming.looked_through(nodes, streaming.Stream(flatten(nodes), seed, executor), draws)


def random_draws(nodes: Sequence[Node], *, seed: int, draws: int, executor: Executor | None) -> list[Drawn]:
    """Draw `draws` times at random, in blocks, and keep the results.

    Raises
    ------
    RangeError
        If the results would not fit in memory, or are not finite.
    """
    _check_room(nodes, draws)
    return streaming.keep(nodes, streaming.Stream(flatten(nodes), seed, executor), draws)


def draw(node: Node, draws: int, seed: int) -> Array:
    """Return random draws of a quantity, shape (draws, ...)."""
    return np.asarray(random_draws([node], seed=seed, draws=draws, executor=None)[0].draws[0])


def _results(program: Program, inputs: list[Array], count: int) -> list[Array]:
    slots = run(program, inputs)
    return [_with_draws(slots[output], count) for output in program.outputs]


def _with_draws(values: Any, count: int) -> Array:
    """Repeat a constant result along the draws."""
    array = np.asarray(values, dtype=np.float64)
    return np.ascontiguousarray(np.broadcast_to(array, (*array.shape[:-1], count)))


def _shaped(groups: list[Array]) -> Array:
    """Return shape (replicates, draws, ...) from arrays of shape (..., replicates, draws)."""
    return np.ascontiguousarray(np.moveaxis(np.concatenate(groups, axis=-2), (-2, -1), (0, 1)))


def _is_stable(law: Law, digits: int) -> bool:
    """Return whether the quantiles have the digits asked for, or their probabilities have one more.

    Between two views the density is nearly zero and no quantile settles in value; and a quantile near zero of what has
    either sign has no leading digit, but a part of the spread.
    """
    low, high = (np.asarray(law.quantile(p)) for p in (STABLE_AT[1], STABLE_AT[-2]))
    beside = np.where((low < 0) & (high > 0), NEAR_ZERO * (high - low), 0.0)
    for p in STABLE_AT:
        value = np.asarray(law.quantile(p))
        size = np.maximum(np.abs(value), beside)
        with np.errstate(divide="ignore"):
            tolerance = 0.5 * 10.0 ** (np.floor(np.log10(size)) - digits + 1)
        open_ = 2.0 * np.asarray(law.standard_error(p)) > tolerance
        if np.any(open_) and not (value.ndim == 0 and 2.0 * law.cdf(float(value))[1] <= 10.0 ** -(digits + 1)):
            return False
    return True


def _check_room(nodes: Sequence[Node], draws: int) -> None:
    width = sum(streaming.widths(nodes))
    if draws * width > MOST_VALUES:
        raise RangeError(_too_large(draws, draws * width, MOST_VALUES // width))


def _check_windows(nodes: Sequence[Node], draws: int) -> None:
    """Look whether what lies around the quantiles fits in memory: arrays have many quantiles."""
    width, fewer = sum(streaming.widths(nodes)), draws
    while streaming.looked_at(fewer, width) > MOST_VALUES:
        fewer //= 2
    if fewer < draws:
        raise RangeError(_too_large(draws, streaming.looked_at(draws, width), max(fewer, MOST_VALUES // width)))


def _too_large(draws: int, values: float, mend: int) -> str:
    return (
        f"estimate(): draws={draws} would need {values * 8 / 2**30:.3g} GiB for the results; the limit is "
        f"{MOST_VALUES * 8 / 2**30:.3g} GiB; give draws <= {mend}"
    )


def _too_long(program: Program, draws: int) -> str:
    """Say how long it would take, from the time of one block."""
    told = f"{draws:.3g}" if draws < 10**300 else shown(draws)
    draws = min(draws, 10**30)
    for _ in range(2):  # the first one also fills caches
        start = time.perf_counter()
        streaming.random_blocks(program, 0, streaming.BLOCK, None, [0])
        hours = (time.perf_counter() - start) * draws / streaming.BLOCK / 3600.0
    return (
        f"estimate(): draws={told} would take about {hours:,.3g} hours of one processor; give draws <= {MOST_DRAWS:,}"
    )
