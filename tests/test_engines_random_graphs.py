"""A few dozen random graphs of all operations against draws of the same graph; thousands are a job of their own."""

import warnings

import pytest

import graphs
from brainparams.errors import BrainparamsWarning


@pytest.mark.parametrize("block", range(4))
def test_quantiles_have_their_probabilities_among_draws(block):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", BrainparamsWarning)
        held = {seed: graphs.held(seed) for seed in range(10 * block, 10 * block + 10)}
    assert {seed: each.outside for seed, each in held.items() if each.outside} == {}
    assert sum(bool(each.refused) for each in held.values()) <= 2
