"""Benchmarks: our time over the time of plain numpy or a peer on the same work, in the same run.

``python benchmarks/run.py`` prints the tables; ``--write docs/benchmarks.md`` keeps them with the machine described.
Peers (``pip install "brainparams[peers]"``) are measured beside us where they are installed, and Squiggle where node
finds it (``npm install --prefix benchmarks @quri/squiggle-lang``). ``dask`` runs by name only.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import questions
import scipy
from cluster import on_a_cluster
from peers import measured, table_of_peers
from tasks import MU, SIGMA, Row, afresh, by_hand, by_random_draws, first_task, peak, started, three, timed, timed_once

import brainparams as bp
from brainparams.engines import convolution

IN_CACHE = 4096


def in_the_cache(means: np.ndarray, choices: np.ndarray) -> np.ndarray:
    """Do the operations of T3 on draws that stay in the first-level cache, in place."""
    inputs = [np.full(IN_CACHE, mean) for mean in means]
    total = inputs[0].copy()
    for step, place in enumerate(choices):
        if step % 3 == 0:
            np.multiply(total, inputs[place], out=total)
            np.divide(total, 1.5, out=total)
        else:
            np.add(total, inputs[place], out=total)
    return total


def random_draws() -> Iterator[Row]:
    task = first_task()
    for draws, repeats in ((1_000_000, 5), (10_000_000, 2)):
        hand = timed(lambda draws=draws: by_hand(draws), repeats)
        one = timed(lambda draws=draws: by_random_draws(task, draws), repeats)
        yield Row(f"T1, {draws:.0e} random draws, one worker", "whole-array numpy", one, hand, 0.90)
        with ThreadPoolExecutor(2) as pool:  # by the clock on the wall: two processors are what it is about
            two = timed(lambda draws=draws: by_random_draws(task, draws, pool), repeats, time.perf_counter)
        hand = timed(lambda draws=draws: by_hand(draws), repeats, time.perf_counter)
        yield Row(f"T1, {draws:.0e} random draws, two workers", "whole-array numpy", two, hand, 0.50)
    ours = peak(lambda: by_random_draws(task, 1_000_000))
    theirs = peak(lambda: by_hand(1_000_000))
    yield Row("T1, peak memory of 1e6 draws", "whole-array numpy", ours, theirs, 0.20, "bytes")


def draws_for(error: float) -> int:
    """Return the draws with which plain Monte Carlo reaches a relative standard error of the 5, 50, 95 % quantiles."""
    exact = first_task().estimate(engine="convolution")
    worst = 0.0
    for p in (0.05, 0.5, 0.95):
        step = 1e-4
        density = 2 * step / (exact.quantile(p + step) - exact.quantile(p - step)) * exact.quantile(p)
        worst = max(worst, math.sqrt(p * (1 - p)) / density)
    return int((worst / error) ** 2)


def convolutions() -> Iterator[Row]:
    task = first_task()
    draws = draws_for(1e-3)
    hand = timed(lambda: by_hand(draws), 3)
    law = convolution.law(task.node)
    assert all(law.standard_error(p) < 1e-6 * law.quantile(p) for p in (0.05, 0.5, 0.95))
    ours = timed(lambda: three(convolution.law(task.node)), 9)
    yield Row("T1 to 1e-6 by convolution", f"plain Monte Carlo to 1e-3 ({draws:.1e} draws)", ours, hand, 0.01)
    drawn = task.estimate(engine="sobol", digits=2)  # which gives more than two digits of these three
    assert all(drawn.standard_error(p) < 1e-3 * drawn.quantile(p) for p in (0.05, 0.5, 0.95))
    points = timed(lambda: three(bp.Quantity(task.node).estimate(engine="sobol", digits=2)), 9)
    yield Row("T1 to 1e-3 by Sobol points", f"plain Monte Carlo to 1e-3 ({draws:.1e} draws)", points, hand, 1 / 15)
    ten, by_points = ten_factors()
    ours = timed(lambda: three(convolution.law(ten.node)), 3)
    theirs = timed(by_points, 3)
    yield Row("ten factors of mixed shapes to 1e-6", "scrambled Sobol points in numpy to 1e-3", ours, theirs, 1 / 50)


def ten_factors() -> tuple[bp.Quantity, Callable[[], object]]:
    beliefs = [
        bp.LogNormal(0, 0.7), bp.LogNormal(1, 0.3), bp.Normal(10, 1), bp.Normal(5, 0.4), bp.Uniform(1, 2),
        bp.Uniform(0.5, 1), bp.Beta(8, 2), bp.Beta(2, 3), bp.Triangular(1, 2, 4), bp.LogUniform(1, 10),
    ]  # fmt: skip
    product = bp.exact(1, "1")
    for place, belief in enumerate(beliefs):
        product = product * bp.assumed(belief, "1", because="benchmark", name=f"x{place}")

    def by_points() -> object:
        from scipy.stats import qmc

        points = qmc.Sobol(10, scramble=True, rng=np.random.default_rng(0)).random_base2(18) + 2.0**-31
        values = np.ones(len(points))
        for column, belief in zip(points.T, beliefs, strict=True):
            values *= belief.ppf(column)
        return np.quantile(values, [0.05, 0.5, 0.95])

    return product, by_points


# --- first order -----------------------------------------------------------------------------------------------------


def first_order() -> Iterator[Row]:
    from uncertainties import ufloat

    generator = np.random.default_rng(3)
    means = generator.uniform(1, 2, 20)
    choices = generator.integers(0, 20, 1000)

    def chain(values: list, one: object) -> object:
        total = values[0]
        for step, place in enumerate(choices):
            total = total * values[place] / one if step % 3 == 0 else total + values[place]
        return total

    names = [bp.assumed(bp.Normal(m, 0.01 * m), "1", because="benchmark", name=f"x{k}") for k, m in enumerate(means)]
    ours = chain(names, bp.exact(1.5, "1"))

    def theirs() -> float:
        return chain([ufloat(m, 0.01 * m) for m in means], 1.5).std_dev

    from brainparams.engines import linear

    yield Row(
        "T3: 1,000 operations over 20 inputs, first order", "uncertainties",
        timed(lambda: linear.law(ours.node).sd()), timed(theirs), 0.25,
    )  # fmt: skip

    def whole_arrays() -> object:
        draws = np.random.default_rng(0)
        return np.quantile(chain([draws.normal(m, 0.01 * m, 100_000) for m in means], 1.5), [0.05, 0.5, 0.95])

    theirs_by_draws = timed(whole_arrays)
    drawing = timed(lambda: [np.random.default_rng(0).normal(m, 0.01 * m, 100_000) for m in means]) / theirs_by_draws
    counting = timed(lambda: in_the_cache(means, choices)) * 100_000 / IN_CACHE / theirs_by_draws
    yield Row(
        "T3 by 1e5 random draws", "whole-array numpy",
        timed(lambda: by_random_draws(ours, 100_000)), theirs_by_draws, 0.35,
        limit=f"drawing the inputs alone takes {drawing:.2f} of the time of numpy, and the bare operations on "
        f"{IN_CACHE:,} draws in the cache, over and over, {counting:.2f}",
    )  # fmt: skip

    many = generator.uniform(1, 2, 100_000)
    array = bp.assumed(bp.Normal(many, 0.1 * many), "1", because="benchmark", axis="term", name="x").total("term")

    def sum_of_theirs() -> float:
        return sum(ufloat(m, 0.1 * m) for m in many).std_dev

    yield Row(
        "sum of 1e5 uncertain terms, first order", "uncertainties",
        timed(lambda: linear.law(array.node).sd(), 3), timed(sum_of_theirs, 1), 0.10,
    )  # fmt: skip


# --- from start to answer --------------------------------------------------------------------------------------------

OURS = """
import brainparams as bp
n = bp.assumed(bp.Normal(86.1e9, 8.1e9), "neuron", because="benchmark", name="n")
s = bp.assumed("1e3 to 1e4 synapse/neuron", because="benchmark", name="s")
p = bp.assumed(bp.Uniform(1, 2), "parameter/synapse", because="benchmark", name="p")
f = bp.assumed(bp.Beta(8, 2), "1", because="benchmark", name="f")
print(n * s * p * f + n * bp.exact("1 parameter/neuron"))
"""
THEIRS = f"""
import numpy, pint
u = pint.UnitRegistry()
for name in ("neuron", "synapse", "parameter"):
    u.define(name + " = [" + name + "]")
g = numpy.random.default_rng(0)
k = 1_000_000
n = g.normal(86.1e9, 8.1e9, k) * u.neuron
s = g.lognormal({MU}, {SIGMA}, k) * u.synapse / u.neuron
p = g.uniform(1, 2, k) * u.parameter / u.synapse
f = g.beta(8, 2, k)
print(numpy.quantile((n * s * p * f + n * u.parameter / u.neuron).magnitude, [0.05, 0.5, 0.95]))
"""


def from_start() -> Iterator[Row]:
    ours, theirs = started(OURS), started(THEIRS)
    yield Row("T1 from start to printed answer", "pint and numpy by hand", ours, theirs, 0.8)
    ours, theirs = started("import brainparams", 9), started("import numpy, pydantic", 9)
    yield Row("import brainparams", "import numpy, pydantic", ours, theirs, 1.15)


# --- many rows -------------------------------------------------------------------------------------------------------


def many_rows() -> Iterator[Row]:
    rows, sample = 100_000, 1_000
    generator = np.random.default_rng(5)
    scale = np.exp(generator.normal(0, 1, rows))
    n = bp.assumed(bp.Normal(1e9 * scale, 1e8 * scale), "neuron", because="benchmark", axis="row", name="n")
    low = 1e3 * np.exp(generator.normal(0, 0.3, rows))
    belief = bp.LogNormal.from_interval(low, 10 * low, level=0.9)
    s = bp.assumed(belief, "synapse/neuron", because="benchmark", axis="row", name="s")
    p = bp.assumed(bp.Uniform(1, 2), "parameter/synapse", because="benchmark", name="p")
    f = bp.assumed(bp.Beta(8, 2), "1", because="benchmark", name="f")
    task = n * s * p * f + n * bp.exact("1 parameter/neuron")
    ours = timed_once(lambda: three(task.estimate(digits=2)))

    def hand() -> object:
        draws = np.random.default_rng(0)
        shape = (sample, 10_000)
        x = draws.normal(1e9, 1e8, shape) * draws.lognormal(MU, SIGMA, shape) * draws.uniform(1, 2, shape)
        return np.quantile(x * draws.beta(8, 2, shape) + x, [0.05, 0.5, 0.95], axis=1)

    theirs = timed(hand, 1) * rows / sample
    yield Row("T2: 100,000 rows of T1", "numpy with 1e4 draws a row (from 1,000 rows)", ours, theirs, 0.05)


def sobol_indices() -> Iterator[Row]:
    try:
        from SALib.analyze import sobol as analyze
        from SALib.sample import sobol as sample
    except ImportError:
        return
    task = first_task()
    if not hasattr(task, "sobol_indices"):
        return
    beliefs = [bp.Normal(86.1e9, 8.1e9), bp.LogNormal(MU, SIGMA), bp.Uniform(1, 2), bp.Beta(8, 2)]
    problem = {"num_vars": 4, "names": list("nspf"), "bounds": [[0.0, 1.0]] * 4}

    def theirs() -> object:
        unit = np.clip(sample.sample(problem, 2**14), 1e-12, 1 - 1e-12)
        n, s, p, f = (belief.ppf(column) for belief, column in zip(beliefs, unit.T, strict=True))
        return analyze.analyze(problem, np.log(n * s * p * f + n))

    yield Row(
        "T4: Sobol indices of T1 to ± 0.01", "SALib", timed(afresh(task.sobol_indices), 2), timed(theirs, 2), 1 / 3
    )


GROUPS = (from_start, convolutions, random_draws, first_order, sobol_indices, many_rows, *questions.GROUPS)


def table(rows: list[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = ["| task | against | ours | theirs | ratio | target | met |", "|---|---|---|---|---|---|---|"]
    for row in rows:
        met = "yes" if row.ratio <= row.target else "no"
        lines.append(
            f"| {row.task} | {row.against} | {row.ours:.3g} {row.unit} | {row.theirs:.3g} {row.unit} | "
            f"{row.ratio:.3g} | ≤ {row.target:.3g} | {met} |"
        )
    limits = [f"{row.task}: {row.limit}." for row in rows if row.limit and row.ratio > row.target]
    return "\n".join([*lines, *(["", "What stands in the way: ", *limits] if limits else [])])


def machine() -> str:
    """Return what the numbers were measured on."""
    return (
        f"{platform.machine()}, {os.cpu_count()} processors, {platform.system()}; Python {platform.python_version()}, "
        f"numpy {np.__version__}, scipy {scipy.__version__}, brainparams {bp.__version__}"
    )


def asked_for() -> argparse.Namespace:
    names = [*(group.__name__ for group in GROUPS), "peers", "dask"]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("groups", nargs="*", help=f"{', '.join(names)}; all but dask if none")
    parser.add_argument("--write", type=Path, help="file to keep the tables in")
    parser.add_argument("--draws", type=float, default=3e8, help="draws for dask (3e8)")
    parser.add_argument("--squiggle", type=Path, default=Path(__file__).parent, help="folder of its node_modules")
    asked = parser.parse_args()
    if unknown := set(asked.groups) - set(names):
        parser.error(f"no such group: {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    asked.groups = asked.groups or [name for name in names if name != "dask"]
    return asked


def rows_of(asked: argparse.Namespace) -> Iterator[Row]:
    for group in GROUPS:
        if group.__name__ in asked.groups:
            yield from group()
    if "dask" in asked.groups:
        yield from on_a_cluster(int(asked.draws))


def main() -> None:
    """Run the groups asked for, print the tables, and keep them if a file is named."""
    asked = asked_for()
    rows = []
    for row in rows_of(asked):
        rows.append(row)
        print(f"{row.ratio:8.3g} (target {row.target:.2g})  {row.task}, against {row.against}", flush=True)
    parts = ["# Benchmarks", "Our time over theirs, measured in one run by `python benchmarks/run.py`.", machine()]
    if rows:
        parts.append(table(rows))
    if "peers" in asked.groups:
        parts.append(table_of_peers(measured(asked.squiggle)))
    text = "\n\n".join(parts) + "\n"
    print("\n" + text)
    if asked.write:
        asked.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
