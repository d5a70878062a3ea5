"""Real questions: what a user waits for, over plain numpy for the same answer, in the same run.

The yardstick of Q2 to Q4 is a million draws of the same sum by hand, with its three quantiles. Every question is asked
of a quantity that nobody has asked anything of: evidence is looked up again, in a fresh process where that matters.
"""

from __future__ import annotations

import math
import tracemalloc
from collections.abc import Callable, Iterator

import numpy as np
from tasks import TAILS, Row, started, timed_once

import brainparams as bp
from brainparams import engines
from brainparams.engines.execution import run
from brainparams.graph import flatten, leaves
from brainparams.graph.choices import is_selector

HEADLINE = "human/brain/synapses"
RIVALS = "human/neocortex/synapses"
DRAWS = 1_000_000


def least(make: Callable[[], object], repeats: int = 3) -> float:
    """Return the least processor time, of what is made afresh each time: other work on the machine counts little."""
    times = []
    for _ in range(repeats):
        engines.forget()
        times.append(timed_once(make))
    return min(times)


def by_hand(quantity: bp.Quantity, draws: int = DRAWS) -> float:
    """Return the time of drawing every input in numpy, doing the sum on whole arrays, and three quantiles."""
    program = flatten([quantity.node])

    def whole_arrays() -> object:
        generator = np.random.default_rng(0)
        inputs = [each.distribution.draw(generator, draws) for each in program.unknowns]
        return np.quantile(run(program, inputs)[program.outputs[0]], TAILS)

    return least(whole_arrays)


def fresh(quantity: bp.Quantity) -> bp.Quantity:
    """Return the same quantity with nothing remembered."""
    engines.forget()
    return bp.Quantity(quantity.node)


def cold() -> Iterator[Row]:
    bare = started("import numpy, scipy.special, pydantic")
    screen = "import brainparams as bp; q = bp.evidence('human/brain/neurons'); print(q.explain())"
    yield Row("Q1 start to a screen", "import numpy, scipy.special, pydantic", started(screen), bare, 2.0)
    table = "import brainparams as bp; str(bp.published.table())"
    afresh = f"from brainparams.literature import rebuilding; rebuilding._compiled = dict; {table}"
    yield Row("Q6 published.table() cold, computed", "one second", started(afresh, 3), 1.0, 2.0)
    yield Row("Q6 published.table() cold, compiled", "one second", started(table, 3), 1.0, 0.8)
    looked = started(f"import brainparams as bp; bp.evidence({HEADLINE!r})")
    yield Row("Q7 evidence() cold, beyond the imports", "one second", looked - bare, 1.0, 0.2)


def headline() -> Iterator[Row]:
    quantity = bp.evidence(HEADLINE)
    yard = by_hand(quantity)
    words = f"{DRAWS:.0e} draws by hand ({yard:.2f} s)"
    yield Row("Q2 explain() of the headline", words, least(lambda: fresh(quantity).explain()), yard, 0.35)
    told = fresh(quantity)
    told.explain()
    yield Row("Q2 the same again", words, min(timed_once(told.explain) for _ in range(3)), yard, 0.01)
    median, unit, factor = quantity.median(), quantity.unit, pure_input(quantity)
    ten = [f"{k / 5}" for k in range(1, 11)]
    asked: dict[str, tuple[Callable[[bp.Quantity], object], float]] = {
        "drivers": (lambda q: q.drivers(), 0.5),
        "swings": (lambda q: q.swings(), 0.25),
        "value of information": (lambda q: q.value_of_information(), 0.5),
        "below": (lambda q: q.below(f"{median} {unit}"), 0.5),
        "shortest interval": (lambda q: q.shortest_interval(), 0.5),
        "solve": (lambda q: q.solve(factor, f"{1.1 * median} {unit}"), 0.5),
        "sweep of ten": (lambda q: q.sweep({factor: ten}), 0.5),
        "plot": (_plotted, 0.5),
    }
    for question, (ask, target) in asked.items():
        ours = least(lambda ask=ask: ask(fresh(quantity)))
        yield Row(f"Q3 {question} of the headline", words, ours, yard, target)


def _plotted(quantity: bp.Quantity) -> None:
    import matplotlib.pyplot as plt

    quantity.plot()
    plt.close("all")


def pure_input(quantity: bp.Quantity) -> str:
    """Return the name of the pure number that the spread comes from most, and that is no choice."""
    inputs = {each.uid: each for each in leaves([quantity.node])}
    pure = (
        each.name
        for each in quantity.drivers()
        if inputs[each.uid].unit.text == "1" and not is_selector(inputs[each.uid])
    )
    return next(pure)


def pooled() -> Iterator[Row]:
    """The headline with the pool of all rivals in place of its neocortex."""
    pool = bp.pool(RIVALS, how="mixture", because="no method is beyond doubt")
    total = bp.evidence(HEADLINE).assuming({"synapses, human neocortex": pool})
    yard = by_hand(total)
    words = f"{DRAWS:.0e} draws by hand ({yard:.2f} s)"
    yield Row("Q4 the headline with a pool: median, interval", words, least(lambda: repr(fresh(total))), yard, 0.25)
    yield Row("Q4 the headline with a pool: explain", words, least(lambda: fresh(total).explain()), yard, 0.4)
    tracemalloc.start()
    fresh(total).explain()
    size = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    yield Row("Q4 the same, memory", "150 MB", size, 150e6, 1.0, "bytes")


def regions() -> Iterator[Row]:
    for count, target in ((100, 0.25), (1_000, 0.15), (10_000, 0.05)):
        generator = np.random.default_rng(1)
        size = np.exp(generator.normal(10, 2, count))
        counts = bp.assumed(bp.Normal(size, 0.2 * size), "neuron", because="benchmark", axis="region", name="n")
        each = bp.assumed("1e3 to 1e4 synapse/neuron", because="benchmark", name="s")
        total = (counts * each).total("region")

        def hand(size: np.ndarray = size) -> object:
            draws = np.random.default_rng(0)
            found = np.zeros(100_000)
            for value in size:
                found += draws.normal(value, 0.2 * value, 100_000)
            return np.quantile(found * draws.lognormal(math.log(3162), 0.7, 100_000), TAILS)

        yard = least(hand, 1)
        ours = least(lambda total=total: repr(fresh(total)), 2)
        yield Row(f"Q5 total over {count:,} regions", f"1e5 draws by hand ({yard:.2f} s)", ours, yard, target)


def gauge_block() -> Iterator[Row]:
    """Clause 9.5 of JCGM 101:2008, in nanometres: table 10, and the model of equation (30).

    A curvilinear trapezium is a uniform number between limits whose half-width is uniform itself (clause 6.4.3).
    """

    def assumed(belief: object, name: str) -> bp.Quantity:
        return bp.assumed(belief, "1", because="JCGM 101:2008, table 10", name=name)

    def trapezium(half: float, inexact: float, name: str) -> bp.Quantity:
        width = assumed(bp.Uniform(half - inexact, half + inexact), f"half-width of the {name}")
        return width * assumed(bp.Uniform(-1.0, 1.0), name)

    length = assumed(bp.StudentT(50_000_623.0, 25.0, 18), "length of the standard")
    difference = assumed(bp.StudentT(215.0, 6.0, 24), "difference")
    effects = assumed(bp.StudentT(0.0, 4.0, 5), "random effects") + assumed(
        bp.StudentT(0.0, 7.0, 8), "systematic effects"
    )
    temperature = assumed(bp.Normal(-0.1, 0.2), "mean deviation of temperature") + (
        assumed(bp.Beta(0.5, 0.5), "cycle of temperature") - bp.exact(0.5, "1")
    )
    expansion = assumed(bp.Uniform(9.5e-6, 13.5e-6), "expansion of the standard")
    apart = trapezium(1e-6, 1e-7, "difference in expansion") * temperature
    warmer = expansion * trapezium(0.05, 0.025, "difference in temperature")
    block = length + difference + effects - bp.exact(50_000_000, "1") - length * (apart + warmer)
    yard = by_hand(block)
    words = f"{DRAWS:.0e} draws by hand ({yard:.2f} s)"
    yield Row("Q8 gauge block: quantiles", words, least(lambda: repr(fresh(block))), yard, 0.35)
    yield Row("Q8 gauge block: shortest interval", words, least(lambda: fresh(block).shortest_interval()), yard, 0.5)


GROUPS = (cold, headline, pooled, regions, gauge_block)
