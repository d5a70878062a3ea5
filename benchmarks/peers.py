"""T1 by the packages that people use for it: time, accuracy, and whether an input that is used twice is one unknown."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from tasks import MU, SIGMA, TAILS, afresh, by_hand, by_random_draws, first_task, neurons, three, timed, timed_once

import brainparams as bp

DRAWS = 1_000_000
Quantiles = Sequence[float]


@dataclass
class Measured:
    """What one way of doing T1 takes, how far its quantiles are off, and the spread that it gives ``n - n``."""

    way: str
    told: str
    seconds: float
    quantiles: Quantiles
    difference: float


def ours() -> Iterator[Measured]:
    task, n = first_task(), neurons()
    told, difference = f"{bp.__version__}, BSD", (n - n).estimate().sd
    for way, find in (
        ("brainparams", lambda: three(bp.Quantity(task.node).estimate())),
        ("brainparams, Sobol points", lambda: three(bp.Quantity(task.node).estimate(engine="sobol"))),
        ("brainparams, random draws", lambda: by_random_draws(task, DRAWS)),
    ):
        yield Measured(way, told, timed(afresh(find)), find(), difference)


def numpy_by_hand() -> Iterator[Measured]:
    yield Measured("numpy, by hand", version("numpy"), timed(lambda: by_hand(DRAWS)), by_hand(DRAWS), 0.0)


def squigglepy() -> Iterator[Measured]:
    import squigglepy as sq

    n, s, p, f = sq.norm(mean=86.1e9, sd=8.1e9), sq.lognorm(1e3, 1e4), sq.uniform(1, 2), sq.beta(8, 2)

    def by_operators() -> Quantiles:
        return np.quantile(sq.sample(n * s * p * f + n, n=DRAWS), TAILS)

    def by_arrays() -> Quantiles:
        drawn = sq.sample(n, n=DRAWS)
        return np.quantile(drawn * sq.sample(s, n=DRAWS) * sq.sample(p, n=DRAWS) * sq.sample(f, n=DRAWS) + drawn, TAILS)

    told = version("squigglepy")
    difference = float(np.std(sq.sample(n - n, n=100_000)))
    yield Measured("squigglepy", told, timed(by_operators, 3), by_operators(), difference)
    yield Measured("squigglepy, draws of n kept by hand", told, timed(by_arrays, 3), by_arrays(), 0.0)


def metrolopy() -> Iterator[Measured]:
    import metrolopy as uc
    from metrolopy.distributions import ScipyStatsDist
    from scipy import stats

    def find() -> Quantiles:
        n, s = uc.gummy(uc.NormalDist(86.1e9, 8.1e9)), uc.gummy(uc.LogNormalDist(MU, SIGMA))
        p, f = uc.gummy(uc.UniformDist(lower_limit=1, upper_limit=2)), uc.gummy(ScipyStatsDist(stats.beta(8, 2)))
        total = n * s * p * f + n
        uc.gummy.simulate([total], DRAWS)
        return np.quantile(total.distribution.simdata, TAILS)

    n = uc.gummy(uc.NormalDist(86.1e9, 8.1e9))
    yield Measured("MetroloPy", version("metrolopy"), timed(find, 3), find(), float((n - n).u))


def openturns() -> Iterator[Measured]:
    import openturns as ot

    inputs = [ot.Normal(86.1e9, 8.1e9), ot.LogNormal(MU, SIGMA, 0.0), ot.Uniform(1, 2), ot.Beta(8, 2, 0, 1)]

    def drawn(formula: str) -> ot.Sample:
        of_inputs = ot.SymbolicFunction(["n", "s", "p", "f"], [formula])
        return ot.CompositeRandomVector(of_inputs, ot.RandomVector(ot.JointDistribution(inputs))).getSample(DRAWS)

    def by_draws() -> Quantiles:
        sample = drawn("n * s * p * f + n")
        return [sample.computeQuantilePerComponent(p)[0] for p in TAILS]

    def by_algebra() -> Quantiles:
        n, s, p, f = (ot.Distribution(each) for each in inputs)
        total = n * (s * p * f + 1.0)  # each of them used once
        return [total.computeQuantile(p)[0] for p in TAILS]

    told, n = version("openturns"), ot.Distribution(inputs[0])
    nothing = drawn("n - n").computeStandardDeviation()[0]
    yield Measured("OpenTURNS, random draws", told, timed(by_draws, 3), by_draws(), nothing)
    found: list[Quantiles] = []
    seconds = timed_once(lambda: found.append(by_algebra()))  # so long that it need not warm up
    yield Measured(
        "OpenTURNS, algebra of distributions, factored by hand",
        told,
        seconds,
        found[0],
        (n - n).getStandardDeviation()[0],
    )


def suncal() -> Iterator[Measured]:
    from suncal import Model

    def find() -> Quantiles:
        model = Model("total = n * s * p * f + n")
        model.var("n").measure(86.1e9).typeb(dist="normal", std=8.1e9)
        model.var("s").measure(0).typeb(dist="lognorm", mu=MU, std=SIGMA)
        model.var("p").measure(1.5).typeb(dist="uniform", a=0.5)
        model.var("f").measure(0).typeb(dist="beta", a=8, b=2)
        return np.quantile(model.monte_carlo(samples=DRAWS).samples["total"], TAILS)

    both = Model("one = n", "other = n")
    both.var("n").measure(86.1e9).typeb(dist="normal", std=8.1e9)
    drawn = both.monte_carlo(samples=100_000).samples
    yield Measured("suncal", version("suncal"), timed(find, 3), find(), float(np.std(drawn["one"] - drawn["other"])))


def uncertainties() -> Iterator[Measured]:
    from scipy.special import ndtri
    from uncertainties import ufloat

    mean, variance = math.exp(MU + SIGMA**2 / 2), math.expm1(SIGMA**2)

    def find() -> Quantiles:
        n, s = ufloat(86.1e9, 8.1e9), ufloat(mean, mean * math.sqrt(variance))
        p, f = ufloat(1.5, 1 / math.sqrt(12)), ufloat(0.8, math.sqrt(16 / 1100))
        total = n * s * p * f + n
        return total.nominal_value + total.std_dev * ndtri(TAILS)

    n = ufloat(86.1e9, 8.1e9)
    yield Measured("uncertainties, first order", version("uncertainties"), timed(find), find(), (n - n).std_dev)


SQUIGGLE = """
n = normal(86.1e9, 8.1e9)
s = 1e3 to 1e4
p = uniform(1, 2)
f = beta(8, 2)
total = n * s * p * f + n
[quantile(total, 0.05), quantile(total, 0.5), quantile(total, 0.95), stdev(n - n)]
"""


def squiggle(folder: Path) -> Iterator[Measured]:
    package = folder / "node_modules" / "@quri" / "squiggle-lang"
    node = shutil.which("node")
    if node is None or not package.exists():
        return
    script = Path(__file__).with_name("squiggle.mjs")
    asked = json.dumps({"package": str(package.resolve()), "code": SQUIGGLE, "draws": DRAWS})
    answer = subprocess.run([node, str(script), asked], check=True, capture_output=True, text=True).stdout
    told = json.loads(answer)
    *quantiles, difference = told["found"]
    yield Measured("Squiggle, in node", f"{told['version']}, {told['license']}", told["seconds"], quantiles, difference)


PEERS = (squigglepy, metrolopy, openturns, suncal, uncertainties)


def version(package: str) -> str:
    """Return version and licence of an installed package, in its own words."""
    told = metadata.metadata(package)
    licence = told.get("License-Expression") or told.get("License") or "licence not stated"
    return f"{told['Version']}, {licence}"


def measured(folder: Path) -> list[Measured]:
    """Return ours, those by hand, and those of the peers that are here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = [*ours(), *numpy_by_hand()]
        for peer in PEERS:
            if find_spec(peer.__name__):
                found.extend(peer())
        return [*found, *squiggle(folder)]


def table_of_peers(rows: Sequence[Measured]) -> str:
    """Return the rows as a Markdown table: our two ways over each, and the largest error of the three quantiles."""
    exact, default, drawn = rows[0].quantiles, rows[0].seconds, rows[2].seconds
    lines = [
        f"T1 by others, with {DRAWS:.0e} draws where it is by draws:",
        "",
        "| | version, licence | time | our default over it | our draws over it | error of quantiles | sd of n − n |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        error = max(abs(found / right - 1) for found, right in zip(row.quantiles, exact, strict=True))
        shown = "below 1e-9" if row is rows[0] else f"{error:.1g}"
        ratios = f"{default / row.seconds:.2g} | {drawn / row.seconds:.2g}"
        lines.append(f"| {row.way} | {row.told} | {row.seconds:.3g} s | {ratios} | {shown} | {row.difference:.3g} |")
    return "\n".join(lines)
