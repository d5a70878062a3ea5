"""Random graphs through a copy, JSON, a pickle and another process: the same unknowns, units and digits.

A few in the suite; for the long job set BRAINPARAMS_GRAPHS=10000 and run this file alone.
"""

import copy
import json
import os
import pickle
import random

import numpy as np
import pytest

import brainparams as bp
from brainparams.engines import sampling
from brainparams.errors import BrainparamsError
from brainparams.graph.document import document, from_document
from graphs import BELIEFS, graph

GRAPHS = int(os.environ.get("BRAINPARAMS_GRAPHS", "60"))
BLOCK = 50
UNITS = ("neuron", "synapse/neuron", "bit", "mm^3", "um", "J/spike", "1", "spike/neuron/s", "parameter/synapse", "K")
PLAIN = ("mm^3", "um", "K", "1", "s")


def made(seed):
    """Return a random quantity: of a pure graph, of an array, of a choice, or a product of units."""
    rng = random.Random(-seed)
    kind = seed % 4
    if kind == 0:
        return graph(seed)
    units = [rng.choice(UNITS), *rng.sample(PLAIN, 2)]  # a product of two counts is refused
    inputs = [
        bp.assumed(f"{rng.uniform(1, 9):.3g} to {rng.uniform(10, 99):.3g} {unit}", because="a test", name=f"x{place}")
        for place, unit in enumerate(units)
    ]
    product = (inputs[0] * inputs[1] ** rng.choice((1, 2, -1)) / inputs[2]).named("product", symbol="p")
    if kind == 1:
        return product.with_caveat("something is left out", effect="lowers") + product
    if kind == 2:
        belief = rng.choice(BELIEFS)(rng)
        options = {"one": bp.assumed(belief, "1", because="a test"), "other": bp.exact(rng.randrange(1, 10**30), "1")}
        return product * bp.choose(options, weights=[0.25, 0.75], because="a test")
    counts = {f"r{place}": f"{rng.uniform(1, 9):.4g}({rng.uniform(0.1, 0.3):.2g}) m" for place in range(4)}
    regions = bp.assumed(counts, because="a test", axis="region", name="regions")
    regions = bp.correlate(regions, axis="region", r=rng.uniform(0, 0.9)) if rng.random() < 0.5 else regions
    return (regions * product).total("region") + product * regions["r2"] if rng.random() < 0.5 else regions * product


def digits(quantity):
    """Return a few draws, bit by bit; what is refused, in words."""
    try:
        return np.asarray(sampling.draw(quantity.node, 8, 5), dtype=np.float64).tobytes()
    except BrainparamsError as error:
        return str(error)


def told(quantity):
    """Return all that has to survive."""
    return quantity.node.key, quantity.unit, quantity.axes, json.dumps(document(quantity)), digits(quantity)


def elsewhere(seeds, pickles, texts):
    """Return what another process makes of quantities that it was sent, and of the same ones from JSON."""
    return [
        (told(pickle.loads(each)), told(bp.Quantity(from_document(json.loads(text)))))
        for _, each, text in zip(seeds, pickles, texts, strict=True)
    ]


@pytest.mark.parametrize("block", range(-(-GRAPHS // BLOCK)))
def test_identity_units_and_digits_survive(block, processes):
    seeds = range(BLOCK * block, min(GRAPHS, BLOCK * (block + 1)))
    quantities = [made(seed) for seed in seeds]
    pickles = [pickle.dumps(each) for each in quantities]
    texts = [json.dumps(document(each)) for each in quantities]
    sent = processes.submit(elsewhere, seeds, pickles, texts)
    for seed, quantity, pickled, text in zip(seeds, quantities, pickles, texts, strict=True):
        mine = told(quantity)
        for same in (
            copy.copy(quantity), copy.deepcopy({"a": quantity})["a"], pickle.loads(pickled),
            bp.Quantity(from_document(json.loads(text))),
        ):  # fmt: skip
            assert told(same) == mine, seed
            assert np.all((same - quantity).value == 0), seed
    for seed, quantity, both in zip(seeds, quantities, sent.result(), strict=True):
        assert both == (told(quantity),) * 2, seed
