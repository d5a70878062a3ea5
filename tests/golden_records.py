"""Quantities of every kind that a record holds; ``python tests/golden_records.py FOLDER`` writes one file for each.

The files of every format that was ever written stand in tests/data/records and have to be read for ever.
"""

import math
import sys
from fractions import Fraction
from pathlib import Path

import brainparams as bp

KINDS = [
    bp.Normal(mean=5.0, sd=1.0),
    bp.LogNormal(1.0, 0.5),
    bp.Uniform(1.0, 2.0),
    bp.LogUniform(1.0, 9.0),
    bp.Triangular(1.0, 2.0, 4.0),
    bp.Beta(2.0, 3.0),
    bp.Empirical([1.0, 2.0, 5.0]),
    bp.PERT(1.0, 2.0, 4.0),
    bp.Gamma(2.0, 0.5),
    bp.StudentT(9.0, 0.1, math.inf),
    bp.ShiftedLogNormal(1.0, 0.0, 0.5),
    bp.Discrete({1.0: 0.25, 3.0: 0.75}),
    bp.Mixture([bp.Normal(5.0, 1.0), bp.LogNormal(1.0, 0.5)], [0.25, 0.75]),
    bp.Truncated(bp.Normal(1.0, 2.0), low=0.5),
]


def brain():
    """Measured, assumed, exact and given inputs, steps with reasons, a caveat, a finding."""
    neurons = bp.evidence("human/brain/neurons")
    each = bp.assumed("1e3 to 1e4 synapse/neuron", because="range given by textbooks", name="synapses per neuron")
    synapses = (neurons * each).named("synapses", symbol="S", because="every synapse has one neuron behind it")
    weights = bp.exact("1 parameter/synapse", because="one scalar weight a synapse", name="weights")
    total = synapses * weights + neurons * bp.given("1 parameter/neuron", name="biases")
    return total.named("parameters", symbol="P").with_caveat("glial cells are left out", effect="lowers")


def kinds():
    """One belief of every kind."""
    total = bp.exact(0, "1")
    for place, belief in enumerate(KINDS):
        total = total + bp.assumed(belief, "1", because="test", name=f"kind {place}")
    return total


def array():
    """Axes with labels of any letters, a total, an element, a stack, a choice, a maximum, another unit."""
    regions = bp.assumed({"a": "1 to 2 m", "b": bp.Normal(mean=3.0, sd=0.1)}, "m", because="test", axis="r", name="<r>")
    shares = bp.exact({"u": 2, "v": Fraction(1, 7)}, "1", axis="s")
    length = (regions * shares).total("s")["a"] + regions.total("r").to("cm") + bp.exact("5 mm")
    chosen = bp.choose({"é": length, "ö": "7 m"}, weights={"é": 0.5, "ö": 0.5}, because="test")
    return bp.stacked([length, bp.maximum(length, chosen)], "q", ["é", "ö"])


def correlated():
    """Two inputs that are correlated."""
    one = bp.measured("16.34(2.17)e9 neuron", source="azevedo2009", name="cortex", locator="p. 535", note="males")
    other = bp.measured("69.03(6.65)e9 neuron", source="azevedo2009", name="cerebellum", status="seen")
    one, other = bp.correlate({(one, other): 0.7}, kind="normal-scores")
    return one + other


def exact():
    """An integer of many digits, and a fraction."""
    return bp.exact(10**60 + 1, "neuron") * bp.exact(Fraction(1, 3), "1")


GOLDEN = {each.__name__: each for each in (brain, kinds, array, correlated, exact)}


if __name__ == "__main__":
    for name, make in GOLDEN.items():
        make().save(Path(sys.argv[1]) / f"{name}.json")
