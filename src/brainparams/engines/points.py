"""Scrambled Sobol points: evenly spread in the unit cube, in as many independent replicates as are asked for.

A replicate multiplies the published direction numbers by a random lower-triangular matrix of bits and shifts the
points at random, digit by digit. Twice as many points are the points so far, and each of them with the next direction
number exclusive-ored.

References
----------
Joe & Kuo (2008), Constructing Sobol sequences with better two-dimensional projections. doi:10.1137/070709359
Matoušek (1998), On the L2-discrepancy for anchored boxes (the scramble). doi:10.1006/jcom.1998.0489
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import resources
from itertools import islice
from typing import Any

import numpy as np

__all__ = ["MOST_DIMENSIONS", "direction_numbers", "net", "points"]

Array = np.ndarray[Any, np.dtype[np.float64]]
Bits = np.ndarray[Any, np.dtype[np.uint64]]
MOST_DIMENSIONS = 4096  # of the table of direction numbers
INDEX_BITS = 32  # more points than that are never asked for
BITS = 52  # of the fraction of a float
IN_ONE_TO_TWO = np.uint64(0x3FF << BITS)  # sign and exponent of a float from 1 to 2
BELOW_ONE = 1.0 - 2.0**-53  # half a step less than 1 keeps the points off 0 and 1


def points(seed: int, replicates: Sequence[int], dimensions: int, span: range) -> Array:
    """Return some points of some replicates, shape (dimensions, replicates, n), in the open interval (0, 1).

    Parameters
    ----------
    seed : int
        The seed.
    replicates : sequence of int
        Which replicates; each is a function of the seed and its own number.
    dimensions : int
        At most `MOST_DIMENSIONS`.
    span : range
        Which points; their number is a power of two that divides the first one.
    """
    size = span.stop.bit_length()
    plain = direction_numbers(dimensions)[:, np.newaxis, :size]
    scrambles, shifts = _randomness(seed, tuple(replicates), dimensions)
    columns = np.zeros((dimensions, len(replicates), plain.shape[-1]), dtype=np.uint64)
    for place in range(size):  # each bit that is set brings its column of the matrix
        is_set = (plain >> np.uint64(INDEX_BITS - 1 - place)) & np.uint64(1)
        columns ^= is_set * scrambles[..., place, np.newaxis]
    bits = net(columns, shifts | IN_ONE_TO_TWO, span)
    return np.subtract(bits.view(np.float64), BELOW_ONE)


def net(columns: Bits, shift: Bits, span: range) -> Bits:
    """Return points as whole numbers, shape (…, n), from direction numbers of shape (…, size) and a shift."""
    found = np.empty((*shift.shape, len(span)), dtype=np.uint64)
    first = shift.copy()
    for place in range(columns.shape[-1]):
        if span.start >> place & 1:
            first ^= columns[..., place]
    found[..., 0] = first
    for place in range(len(span).bit_length() - 1):
        half = 1 << place
        np.bitwise_xor(found[..., :half], columns[..., place, np.newaxis], out=found[..., half : 2 * half])
    return found


@lru_cache(maxsize=8)
def _randomness(seed: int, replicates: tuple[int, ...], dimensions: int) -> tuple[Bits, Bits]:
    """Return the columns of the scrambling matrices, shape (dimensions, replicates, columns), and the shifts."""
    shifts, matrices = [], []
    for replicate in replicates:
        stream = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, replicate])))
        shifts.append(stream.integers(2**BITS, size=dimensions, dtype=np.uint64))
        matrices.append(stream.integers(2**BITS, size=(dimensions, INDEX_BITS), dtype=np.uint64))
    diagonal = np.uint64(1) << np.arange(BITS - 1, BITS - 1 - INDEX_BITS, -1, dtype=np.uint64)
    return diagonal | (np.stack(matrices, axis=1) & (diagonal - np.uint64(1))), np.stack(shifts, axis=1)


@lru_cache(maxsize=8)
def direction_numbers(dimensions: int) -> Bits:
    """Return the direction numbers of each dimension, shape (dimensions, 32), the first bit being the largest."""
    table = np.array([_numerators(*row) for row in islice(_rows(), dimensions)], dtype=np.uint64)
    return table << np.arange(INDEX_BITS - 1, -1, -1, dtype=np.uint64)


def _rows() -> Iterator[tuple[int, list[int]]]:
    """Yield the polynomial and the first numerators of each dimension; those of the first one are all 1."""
    yield 0, [1] * INDEX_BITS
    with resources.files(__package__).joinpath("joe-kuo.txt").open(encoding="ascii") as lines:
        for line in lines:
            if not line.startswith("#"):
                _, _, inner, *numerators = map(int, line.split())
                yield inner, numerators


def _numerators(inner: int, first: list[int]) -> list[int]:
    """Return the numerators by the recurrence of the polynomial; `inner` holds its coefficients but the outer two."""
    degree = len(first)
    taken = [back for back in range(1, degree) if inner >> (degree - 1 - back) & 1]
    numerators = list(first)
    for place in range(degree, INDEX_BITS):
        new = numerators[place - degree] ^ numerators[place - degree] << degree
        for back in taken:
            new ^= numerators[place - back] << back
        numerators.append(new)
    return numerators
