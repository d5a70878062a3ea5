"""Random graphs of all operations, shapes and correlations against draws of the same graph.

A few dozen in the suite; for the long job set BRAINPARAMS_GRAPHS=3000 and run this file alone.
"""

import math
import os
import random

import numpy as np
import pytest

import brainparams as bp
from brainparams.errors import BrainparamsError

GRAPHS = int(os.environ.get("BRAINPARAMS_GRAPHS", "40"))
DRAWS = 100_000
BELIEFS = (
    lambda rng: bp.Normal(rng.uniform(-3, 3), rng.uniform(0.01, 2)),
    lambda rng: bp.LogNormal(rng.uniform(-2, 2), rng.uniform(0.05, 3)),
    lambda rng: bp.Uniform(0, rng.uniform(0.1, 4)),
    lambda rng: bp.LogUniform(0.01, rng.uniform(0.1, 100)),
    lambda rng: bp.Beta(rng.uniform(0.3, 5), rng.uniform(0.3, 5)),
    lambda rng: bp.Gamma(rng.uniform(0.2, 6), rng.uniform(0.1, 3)),
    lambda rng: bp.Triangular(-1, rng.uniform(-0.9, 2), 3),
    lambda rng: bp.PERT(0, rng.uniform(0.1, 2), 4),
    lambda rng: bp.StudentT(rng.uniform(-1, 1), rng.uniform(0.1, 1), rng.uniform(1, 8)),
    lambda rng: bp.ShiftedLogNormal(rng.uniform(-2, 2), 0, rng.uniform(0.1, 1), direction=rng.choice([-1, 1])),
    lambda rng: bp.Discrete([-1, 0.5, 3], [0.2, 0.5, 0.3]),
    lambda rng: bp.Mixture([bp.Normal(-2, 0.1), bp.LogNormal(1, 0.5)], [0.4, 0.6]),
    lambda rng: bp.Truncated(bp.Normal(0, 1), low=rng.uniform(-1, 1)),
)
OPERATIONS = (
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a / (b * b + 1),
    lambda a, b: a / b,
    lambda a, b: a**2 - b,
    lambda a, b: bp.arctan(a) + b,
    lambda a, b: bp.sin(a) * b,
    lambda a, b: bp.log(a * a + 1) + b,
    bp.minimum,
    bp.maximum,
)


def graph(seed):
    rng = random.Random(seed)
    count = rng.randrange(2, 5)
    inputs = [bp.assumed(rng.choice(BELIEFS)(rng), "1", because="a test", name=f"x{place}") for place in range(count)]
    if rng.random() < 0.25:
        rho = rng.uniform(-0.9, 0.9)
        inputs[:2] = bp.correlate({(inputs[0], inputs[1]): rho}, kind="normal-scores")
    parts = inputs + ([rng.choice(inputs)] if rng.random() < 0.3 else [])
    while len(parts) > 1:
        one, other = parts.pop(rng.randrange(len(parts))), parts.pop(rng.randrange(len(parts)))
        parts.append(rng.choice(OPERATIONS)(one, other))
    return parts[0]


@pytest.mark.parametrize("block", range(max(1, GRAPHS // 20)))
def test_quantiles_have_their_probabilities_among_draws(block):
    for seed in range(20 * block, 20 * block + 20):
        quantity = graph(seed)
        try:
            found = quantity.estimate(digits=2)
        except BrainparamsError:
            continue  # refused in our words, such as a logarithm of what is negative
        if found.is_exact_number:
            continue
        draws = np.asarray(quantity.to_numpy(DRAWS, seed=7))
        for p in (0.05, 0.25, 0.5, 0.75, 0.95):
            value, error = found.quantile(p), 4.0 * found.standard_error(p)
            slack = 5.0 * math.sqrt(p * (1 - p) / DRAWS) + 1e-9
            tiny = 1e-9 * abs(value) + 1e-12
            assert np.mean(draws < value - error - tiny) - slack <= p, (seed, p, found.engine)
            assert np.mean(draws <= value + error + tiny) + slack >= p, (seed, p, found.engine)
