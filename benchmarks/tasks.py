"""What is measured: the tasks, by us and by hand, and how a time or a size is taken."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

import brainparams as bp
from brainparams import engines
from brainparams.engines import convolution

SIGMA = math.log(10) / 2 / 1.6448536269514722
MU = math.log(1e3 * 1e4) / 2
TAILS = (0.05, 0.5, 0.95)


@dataclass
class Row:
    """One task: what was compared, the ratio of the times or sizes, and the target."""

    task: str
    against: str
    ours: float
    theirs: float
    target: float
    unit: str = "s"
    limit: str = ""  # what stands in the way of the target, measured

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs


Clock = Callable[[], float]


def timed(function: Callable[[], object], repeats: int = 5, clock: Clock = time.process_time) -> float:
    """Return the least processor time of several runs, after one that warms up: other work counts little."""
    function()
    return min(timed_once(function, clock) for _ in range(repeats))


def afresh(make: Callable[[], object]) -> Callable[[], object]:
    """Return the same with nothing remembered of earlier questions."""

    def made() -> object:
        engines.forget()
        return make()

    return made


def timed_once(function: Callable[[], object], clock: Clock = time.process_time) -> float:
    start = clock()
    function()
    return clock() - start


def started(code: str, repeats: int = 7) -> float:
    """Return the least processor time of a fresh process that finds byte code, as of an installed package."""
    times = []
    around = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for _ in range(repeats):
        before = os.times()
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, env=around)
        after = os.times()
        times.append(after.children_user + after.children_system - before.children_user - before.children_system)
    return min(times)


def peak(function: Callable[[], object]) -> int:
    """Return the most memory in use at a time, in bytes."""
    tracemalloc.start()
    function()
    size = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return size


# --- T1 by hand and by us ------------------------------------------------------------------------------------------


def by_hand(draws: int) -> Sequence[float]:
    generator = np.random.default_rng(0)
    n = generator.normal(86.1e9, 8.1e9, draws)
    s = generator.lognormal(MU, SIGMA, draws)
    p = generator.uniform(1, 2, draws)
    f = generator.beta(8, 2, draws)
    return np.quantile(n * s * p * f + n, TAILS)


def neurons() -> bp.Quantity:
    return bp.assumed(bp.Normal(86.1e9, 8.1e9), "neuron", because="benchmark", name="n")


def first_task() -> bp.Quantity:
    n = neurons()
    s = bp.assumed("1e3 to 1e4 synapse/neuron", because="benchmark", name="s")
    p = bp.assumed(bp.Uniform(1, 2), "parameter/synapse", because="benchmark", name="p")
    f = bp.assumed(bp.Beta(8, 2), "1", because="benchmark", name="f")
    return n * s * p * f + n * bp.exact("1 parameter/neuron")


def three(estimate: bp.Estimate | convolution.Law) -> list[float]:
    return [estimate.quantile(p) for p in TAILS]


def by_random_draws(task: bp.Quantity, draws: int, executor: Executor | None = None) -> list[float]:
    """Return the three quantiles by our random engine, with nothing kept from an earlier estimate."""
    return three(bp.Quantity(task.node).estimate(engine="random", draws=draws, executor=executor))
