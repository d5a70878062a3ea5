"""Scrambled Sobol points: the published set, and what scrambling keeps and gives."""

import subprocess
import sys

import numpy as np
import pytest
from scipy import special
from scipy.stats import qmc

from brainparams.engines.points import INDEX_BITS, MOST_DIMENSIONS, direction_numbers, net, points


def unscrambled(dimensions, span):
    numbers = net(direction_numbers(dimensions), np.zeros(dimensions, np.uint64), span)
    return numbers.T / 2.0**INDEX_BITS


@pytest.mark.parametrize(("dimensions", "power"), [(1, 12), (2, 8), (17, 10), (300, 7), (MOST_DIMENSIONS, 5)])
def test_without_scrambling_they_are_the_set_of_scipy(dimensions, power):
    ours = {tuple(point) for point in unscrambled(dimensions, range(2**power))}
    theirs = {tuple(point) for point in qmc.Sobol(dimensions, scramble=False, bits=32).random_base2(power)}
    assert ours == theirs


def test_a_later_span_is_the_later_part_of_a_longer_one():
    whole = points(3, range(5), 7, range(2**9))
    assert np.array_equal(points(3, range(5), 7, range(2**8)), whole[..., : 2**8])
    assert np.array_equal(points(3, range(5), 7, range(2**8, 2**9)), whole[..., 2**8 :])
    assert np.array_equal(points(3, range(5), 7, range(384, 512)), whole[..., 384:])
    assert np.array_equal(points(3, [4], 7, range(2**9)), whole[:, [4]])


def test_every_dimension_has_one_point_in_each_even_cell():
    drawn = points(11, range(3), 40, range(2**8))
    assert drawn.min() > 0.0
    assert drawn.max() < 1.0
    cells = np.sort((drawn * 2**8).astype(int), axis=-1)
    assert np.array_equal(cells, np.broadcast_to(np.arange(2**8), cells.shape))


def test_the_first_two_dimensions_are_a_net():
    drawn = points(5, range(4), 2, range(2**10))
    for bits in range(11):
        cells = np.floor(drawn[0] * 2**bits) * 2 ** (10 - bits) + np.floor(drawn[1] * 2 ** (10 - bits))
        assert np.array_equal(np.sort(cells, axis=-1), np.broadcast_to(np.arange(2**10), cells.shape))


def test_replicates_are_independent_and_unbiased():
    """The mean over replicates of exp(x1 + x2 + x3) is right within its own standard error, which is small."""
    means = np.exp(points(2, range(64), 3, range(2**7)).sum(axis=0)).mean(axis=-1)
    error = means.std(ddof=1) / 8.0
    assert error < 1e-3  # of as many random points it would be 0.03
    assert abs(means.mean() - (np.e - 1.0) ** 3) < 4.0 * error


def test_each_point_alone_is_uniform():
    """One point of each of many replicates: a digital shift makes every point uniform."""
    first = points(0, range(2000), 2, range(1))[:, :, 0]
    for column in first:
        ordered = np.sort(column)
        distance = np.max(np.abs(ordered - (np.arange(2000) + 0.5) / 2000))
        assert special.kolmogorov(distance * 2000**0.5) > 1e-4


def test_seeds_and_replicates_differ():
    one = points(0, [0, 1], 3, range(2**4))
    assert not np.array_equal(one[:, 0], one[:, 1])
    assert not np.array_equal(one, points(1, [0, 1], 3, range(2**4)))
    assert np.array_equal(one, points(0, [0, 1], 3, range(2**4)))


def test_no_question_loads_scipy_stats():
    code = """
import sys
import brainparams as bp
a = bp.assumed("1 to 10 m", because="x", name="a")
b, c = (bp.assumed(bp.Beta(2, 3), "1", because="x") for _ in range(2))
y = a * b + bp.sin(b) * a * c
repr(y); y.explain(); y.drivers(); y.sobol_indices(tolerance=0.1); y.swings(); y.value_of_information(); y.below("3 m")
(a * b).shortest_interval(); y.sweep(a=["1 m", "2 m"]); y.solve("a", "3 m"); y.linearity()
y.estimate(engine="sobol").interval(0.9)
y.estimate(engine="random", draws=10_000).interval(0.9)
assert "scipy.special" in sys.modules
assert "scipy.stats" not in sys.modules
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)
