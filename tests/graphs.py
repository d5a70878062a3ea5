"""Random graphs of all operations, beliefs and correlations against draws: ``python tests/graphs.py --n 3000``.

Of each graph five quantiles, and the mean where draws can tell it, lie within the error that is printed and that of the
draws; a graph may be refused in our words. Graph number k is made from k alone, so ``--first k --n 1`` repeats it. The
last line tells how many were held against draws, refused, outside and slow.
"""

import argparse
import math
import random
import sys
import time
import warnings
from collections import Counter
from contextlib import suppress
from typing import NamedTuple

import numpy as np

import brainparams as bp
from brainparams.errors import BrainparamsError, BrainparamsWarning, MomentError
from brainparams.makers import arctan, concatenated, cos, log1p, log10, sin

DRAWS = 50_000
PROBABILITIES = (0.05, 0.25, 0.5, 0.75, 0.95)
FAR = 4.0  # printed errors
FAR_DRAWS = 5.0  # errors of the draws
SOON = 2.0  # seconds of processor time for all questions about a graph
BELIEFS = (
    lambda dice: bp.Normal(dice.uniform(-3, 3), dice.uniform(0.01, 2)),
    lambda dice: bp.LogNormal(dice.uniform(-2, 2), dice.uniform(0.05, 3)),
    lambda dice: bp.Uniform(0, dice.uniform(0.1, 4)),
    lambda dice: bp.LogUniform(0.01, dice.uniform(0.1, 100)),
    lambda dice: bp.Beta(dice.uniform(0.3, 5), dice.uniform(0.3, 5)),
    lambda dice: bp.Gamma(dice.uniform(0.2, 6), dice.uniform(0.1, 3)),
    lambda dice: bp.Triangular(-1, dice.uniform(-0.9, 2), 3),
    lambda dice: bp.PERT(0, dice.uniform(0.1, 2), 4),
    lambda dice: bp.StudentT(dice.uniform(-1, 1), dice.uniform(0.1, 1), dice.uniform(1, 8)),
    lambda dice: bp.ShiftedLogNormal(dice.uniform(-2, 2), 0, dice.uniform(0.1, 1), direction=dice.choice([-1, 1])),
    lambda dice: bp.Discrete([-1, 0.5, 3], [0.2, 0.5, 0.3]),
    lambda dice: bp.Mixture([bp.Normal(-2, 0.1), bp.LogNormal(1, 0.5)], [0.4, 0.6]),
    lambda dice: bp.Truncated(bp.Normal(0, 1), low=dice.uniform(-1, 1)),
    lambda dice: bp.Empirical([dice.gauss(1, 1) for _ in range(7)]),
    lambda dice: bp.from_percentiles({0.1: 1, 0.5: dice.uniform(1.5, 3), 0.9: dice.uniform(3.5, 9)}),
)
ONE = (
    lambda a, dice: -a,
    lambda a, dice: a ** dice.choice([2, 3, -1, -2]),
    lambda a, dice: (a**2 + 0.1) ** dice.choice([0.5, 1.5, -0.7]),
    lambda a, dice: a * dice.choice([-3, 0.01, 1e6]) + dice.choice([0, 1, -1000]),
    lambda a, dice: (a * bp.exact(1, "mm")).to("m") / bp.exact(1, "m"),
    lambda a, dice: bp.sqrt(bp.maximum(a, bp.exact(0, "1"))),
    lambda a, dice: bp.sqrt(a**2 + 1),
    lambda a, dice: bp.log(bp.maximum(a, bp.exact(0.01, "1"))),
    lambda a, dice: bp.log(a**2 + 0.01),
    lambda a, dice: log10(a**2 + 1),
    lambda a, dice: log1p(a**2),
    lambda a, dice: bp.exp(-a),
    lambda a, dice: bp.exp(bp.minimum(a, bp.exact(3, "1"))),
    lambda a, dice: sin(a),
    lambda a, dice: cos(a),
    lambda a, dice: arctan(a),
)
TWO = (
    lambda a, b, dice: a + b,
    lambda a, b, dice: a - b,
    lambda a, b, dice: a * b,
    lambda a, b, dice: a / b,
    lambda a, b, dice: a / (b * b + 1),
    lambda a, b, dice: a**2 - b,
    lambda a, b, dice: bp.minimum(a, b),
    lambda a, b, dice: bp.maximum(a, b),
    lambda a, b, dice: bp.choose({"a": a, "b": b}, weights={"a": 0.3, "b": 0.7}, because="a test"),
    lambda a, b, dice: bp.stacked([a, b, a * 2], axis="row").total(),
    lambda a, b, dice: bp.stacked([a, b], axis="row").largest("row"),
    lambda a, b, dice: bp.stacked([a, b], axis="row").smallest("row") + b,
    lambda a, b, dice: bp.stacked([a, b], axis="row").mean_over("row"),
    lambda a, b, dice: bp.stacked({"a": a, "b": b}, axis="row").cumulative()[dice.choice("ab")],
    lambda a, b, dice: bp.stacked({"a": a, "b": b}, axis="row").share("row")[dice.choice("ab")],
    lambda a, b, dice: concatenated(
        [bp.stacked({"a": a}, axis="row"), bp.stacked({"b": b}, axis="row") * 2], axis="row"
    ).total(),
)


class Held(NamedTuple):
    """What came of one graph: what is outside, why it is refused, and the seconds it took."""

    outside: list[str]
    refused: str
    seconds: float
    engine: str


def uncertain(belief, name):
    return bp.assumed(belief, "1", because="a test", name=name)


def row_of_elements(dice):
    """Return a total or an element of an uncertain array, its elements correlated or not."""
    rows = {"1": bp.Normal(3, 1), "2": bp.LogNormal(0, dice.uniform(0.1, 1)), "3": bp.Gamma(2, 1)}
    rows = bp.assumed(rows, "1", because="a test", name="rows", axis="row")
    if dice.random() < 0.5:
        rows = bp.correlate(rows, axis="row", r=dice.uniform(-0.3, 0.9))
    return dice.choice([rows.total(), rows["2"] * rows["3"], rows.largest("row"), rows.cumulative()["2"]])


def graph(seed):
    """Return a quantity made from two to four inputs, some of them used twice."""
    dice = random.Random(seed)
    count = dice.randrange(2, 5)
    inputs = [uncertain(dice.choice(BELIEFS)(dice), f"x{place}") for place in range(count)]
    if dice.random() < 0.25:
        kind = dice.choice(["normal-scores", "spearman"])
        inputs[:2] = bp.correlate({(inputs[0], inputs[1]): dice.uniform(-0.9, 0.9)}, kind=kind)
    if dice.random() < 0.15:
        inputs.append(row_of_elements(dice))
    parts = inputs + ([dice.choice(inputs)] if dice.random() < 0.3 else [])
    while len(parts) > 1:
        one, other = parts.pop(dice.randrange(len(parts))), parts.pop(dice.randrange(len(parts)))
        if dice.random() < 0.35:
            one = dice.choice(ONE)(one, dice)
        parts.append(dice.choice(TWO)(one, other, dice))
    return parts[0]


def outside_of_draws(found, draws):
    """Return which quantiles do not have their probabilities among draws, both errors allowed for."""
    outside = []
    for p in PROBABILITIES:
        value, error = found.quantile(p), FAR * found.standard_error(p)
        slack = FAR_DRAWS * math.sqrt(p * (1 - p) / len(draws)) + 1e-9
        tiny = 1e-9 * abs(value) + 1e-12
        low, high = np.mean(draws < value - error - tiny), np.mean(draws <= value + error + tiny)
        if low - slack > p or high + slack < p:
            outside.append(f"quantile {p}: {value:.6g} ± {error / FAR:.1g} has {low:.5f} to {high:.5f} of the draws")
    return outside


def mean_outside(found, draws):
    """Return whether the mean is not that of the draws, where these can tell it: no few of them make the spread."""
    try:
        mean, error = found.mean, FAR * found.standard_error("mean")
    except MomentError:
        return []
    squares = np.sort((draws - np.mean(draws)) ** 2)
    if np.sum(squares[-20:]) > 0.02 * np.sum(squares):
        return []
    slack = FAR_DRAWS * np.std(draws) / math.sqrt(len(draws)) + 1e-9 * abs(mean)
    right = float(np.mean(draws))
    return [] if abs(mean - right) <= error + slack else [f"mean: {mean:.6g} ± {error / FAR:.1g}, of draws {right:.6g}"]


def held(seed):
    """Ask one graph and hold what comes against draws."""
    start = time.process_time()
    try:
        quantity = graph(seed)
        found = quantity.estimate(digits=2)
        told = [found.quantile(p) for p in PROBABILITIES]
    except BrainparamsError as refusal:
        return Held([], f"{type(refusal).__name__}: {str(refusal)[:90]}", time.process_time() - start, "")
    outside: list[str] = []
    if not found.is_exact_number and told:
        with suppress(MomentError):
            str(found.mean)  # the seconds of all questions are counted
        seconds = time.process_time() - start
        draws = np.asarray(quantity.to_numpy(DRAWS, seed=7))
        outside = outside_of_draws(found, draws) + mean_outside(found, draws)
    else:
        seconds = time.process_time() - start
    return Held(outside, "", seconds, found.engine)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=3000)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    warnings.simplefilter("ignore", BrainparamsWarning)
    counted: Counter[str] = Counter()
    for seed in range(asked.first, asked.first + asked.n):
        came = held(seed)
        counted["refused" if came.refused else came.engine] += 1
        counted["outside"] += bool(came.outside)
        counted["slow"] += came.seconds > SOON
        if came.refused and asked.n <= 100:
            print(f"{seed}: refused: {came.refused}", flush=True)
        for line in came.outside:
            print(f"{seed}: {came.engine}: {line}", flush=True)
        if (seed + 1) % 100 == 0:
            print(f"… {seed + 1}, {time.process_time():.0f} s", file=sys.stderr, flush=True)
        if came.seconds > SOON:
            print(f"{seed}: {came.engine}: {came.seconds:.1f} s", flush=True)
    print(", ".join(f"{number} {what}" for what, number in counted.most_common()), flush=True)
    return 1 if counted["outside"] else 0


if __name__ == "__main__":
    sys.exit(main())
