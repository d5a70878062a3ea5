"""Sums, products, powers and extremes of independent laws, from one table to the next.

Two laws are joined by Gauss–Legendre panels over the scores of one, between the places where the other turns:

``P(A + B ≤ x) = ∫ F_A(x − b(s)) φ(s) ds``

How wrong that may be is found by integrating over the scores of the other law instead, with more points. Errors of
probabilities do not grow when laws are joined, they add up.

References
----------
Schaller & Temnov (2008), Efficient and precise computation of convolutions. doi:10.1515/cmam-2008-0009
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ..errors import NoClosedForm
from .tables import FARTHEST, PANEL, TINY, Array, Table, normal_cdf, panel_points, table_of_atoms
from .tabulating import COARSE, MOST_STEPS, mixed, table_of_cdf

__all__ = ["extreme", "folded", "joined", "raised"]

BEYOND = 1.5e-14  # of the probability, on either side of a table
CHECKED = np.linspace(-2.4, 2.4, 17)  # scores at which the roles of both laws are swapped
MOST_ATOMS = 4000
CELLS = 3000
GRADED = np.array(
    [sign * 4.0**power for sign in (-1, 1) for power in range(-3, 4)]
    + [1.0 + sign * 4.0**-power for sign in (-1, 1) for power in range(1, 9)]
)  # parts of the way to where another law begins, ever closer to it


# --- two laws ----------------------------------------------------------------------------------------------------


def joined(one: Table, other: Table, *, product: bool) -> Table:
    """Return the law of the sum or the product of two independent laws."""
    for number, rest in ((one, other), (other, one)):
        if number.is_number:
            value = float(number.values[0])
            return rest.scaled(value) if product else rest.scaled(1.0, value)
    if one.atoms is not None and other.atoms is not None:
        if len(one.atoms[0]) * len(other.atoms[0]) > MOST_ATOMS:
            raise NoClosedForm(f"two discrete numbers with more than {MOST_ATOMS} pairs of values")
        return _of_atoms(one.atoms, other.atoms, np.multiply if product else np.add)
    if one.parts or other.parts:  # part by part of the wider one
        whole, rest = (one, other) if len(one.parts) and one.width >= other.width * bool(other.parts) else (other, one)
        return mixed([(weight, joined(part, rest.alone, product=product)) for weight, part in whole.parts])
    if one.atoms is not None or (one.sure is None and other.sure is not None and other.atoms is None):
        one, other = other, one
    source = Joined(one, other, product)
    made = replace(table_of_cdf(source, _starts(one, other, product), one.best + other.error), source=source)
    if other.atoms is not None:
        return made
    looked = made.at_score(CHECKED)
    found = source(looked)
    apart = np.max(np.abs(Joined(other, one, product)(looked, PANEL + 3) - found))
    if one.sure is None:
        return replace(made, error=made.error + float(apart))
    finer = float(np.max(np.abs(source(looked, PANEL + 3) - found)))
    wrong = finer + max(float(apart) - one.error, 0.0)  # the other way round, its table is as wrong as that
    return replace(made, error=made.error + wrong, sure=one.best + other.error + wrong)


@dataclass(frozen=True, eq=False)
class Joined:
    """The distribution function of a sum or a product."""

    kept: Table
    other: Table
    product: bool

    def __call__(self, x: Array, points: int = PANEL) -> Array:
        """Return P(A + B ≤ x) or P(A B ≤ x), with A's distribution function and B's scores."""
        return (_of_product if self.product else _of_sum)(self.kept, self.other, x, points)


def _best_cdf(law: Table) -> Callable[[Array], Array]:
    return law.cdf if law.sure is None else law.exact_cdf


def _of_atoms(one: tuple[Array, Array], other: tuple[Array, Array], combine: np.ufunc) -> Table:
    values = np.ravel(combine(one[0][:, np.newaxis], other[0]))
    return table_of_atoms(values, np.ravel(one[1][:, np.newaxis] * other[1]))


def _starts(one: Table, other: Table, product: bool) -> Array:
    """Return values from one end of a sum or a product to the other, as close as either law needs."""
    combine = np.multiply if product else np.add
    ends = [law.at_score(np.array([-FARTHEST, 0.0, FARTHEST])) for law in (one, other)]
    with np.errstate(over="ignore"):
        corners = combine(ends[0][:, np.newaxis], ends[1])
        along = [combine(law.at_score(COARSE)[:, np.newaxis], end) for law, end in ((one, ends[1]), (other, ends[0]))]
    return np.concatenate([np.ravel(each) for each in (corners, *along)])


def _of_sum(kept: Table, other: Table, x: Array, points: int = PANEL) -> Array:
    """Return P(A + B ≤ x), with A's distribution function and B's scores."""
    if other.atoms is not None:
        return np.asarray(kept.exact_cdf(x[:, np.newaxis] - other.atoms[0]) @ other.atoms[1])
    turns = [x[:, np.newaxis] - kept.turns]
    if kept.anchor is not None:
        turns.append((x - kept.anchor)[:, np.newaxis] * GRADED)
    scores, weights = _panels(other, np.concatenate(turns, axis=-1), points)
    return _averaged(_best_cdf(kept)(x[:, np.newaxis] - other.at_score(scores)), weights)


def _of_product(kept: Table, other: Table, x: Array, points: int = PANEL) -> Array:
    """Return P(A B ≤ x); where b is negative the inequality turns round."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if other.atoms is not None:
            return np.asarray(_below_quotient(kept.exact_cdf, x, other.atoms[0]) @ other.atoms[1])
        turns = [x[:, np.newaxis] / np.concatenate([kept.turns, kept.beside_zero])]
        if other.values[0] < 0 < other.values[-1]:
            beside = np.append(other.beside_zero, 0.0)
            turns.append(np.broadcast_to(beside, (len(x), len(beside))))
        scores, weights = _panels(other, np.nan_to_num(np.concatenate(turns, axis=-1), nan=0.0), points)
        return _averaged(_below_quotient(_best_cdf(kept), x, other.at_score(scores)), weights)


def _below_quotient(cdf: Callable[[Array], Array], x: Array, b: Array) -> Array:
    below = cdf(np.where(b == 0.0, np.inf, x[:, np.newaxis] / b))
    return np.asarray(np.where(b > 0, below, np.where(b < 0, 1.0 - below, x[:, np.newaxis] >= 0)), dtype=np.float64)


def _averaged(found: Array, weights: Array) -> Array:
    """Return the average, with what lies beyond the farthest scores added at both ends."""
    return np.asarray(np.sum(found * weights, axis=-1) + BEYOND * (found[:, 0] + found[:, -1]))


def _panels(law: Table, turns: Array, points: int) -> tuple[Array, Array]:
    """Return scores and weights in panels between the levels of a law and its scores at some values."""
    own = np.broadcast_to(law.levels, (len(turns), len(law.levels)))
    edges = np.concatenate([own, np.clip(law.score(turns), -FARTHEST, FARTHEST)], axis=-1)
    return panel_points(np.sort(edges, axis=-1), points)


# --- powers, and the smaller or larger of two --------------------------------------------------------------------


def raised(law: Table, exponent: float) -> Table:
    """Return the law of a power."""
    if exponent == 1.0:
        return law
    with np.errstate(all="ignore"):
        if law.values[0] >= 0 or (exponent > 0 and exponent % 2.0 == 1.0):
            return law.through(lambda x: np.power(x, exponent), falls=exponent < 0)
        if exponent != int(exponent):
            raise NoClosedForm("a root of a number that can be negative")
        if law.atoms is not None:
            return table_of_atoms(law.atoms[0] ** exponent, law.atoms[1])
        if law.values[-1] <= 0:
            return raised(law.scaled(-1.0), exponent).scaled(1.0 if exponent % 2.0 == 0.0 else -1.0)
        if law.parts:
            return mixed([(weight, raised(part, exponent)) for weight, part in law.parts])
        return _power_across_zero(law, exponent)


def _power_across_zero(law: Table, exponent: float) -> Table:
    size = abs(exponent)
    at_zero = law.cdf(np.zeros(1))[0]

    def even(x: Array) -> Array:
        root = np.power(np.maximum(x, 0.0), 1.0 / size)
        inside = law.cdf(root) - law.cdf(np.nextafter(-root, -np.inf))
        return np.where(x > 0, inside, 0.0)

    def cdf(x: Array) -> Array:
        with np.errstate(all="ignore"):
            if exponent > 0:
                return even(x)
            if exponent % 2.0 == 0.0:
                return np.where(x > 0, 1.0 - even(1.0 / np.maximum(x, TINY)), 0.0)
            inverse = np.copysign(np.power(np.abs(x), -1.0 / size), x)
            return np.asarray(np.clip(at_zero - law.cdf(inverse) + (x > 0), 0.0, 1.0))

    near = float(np.max(np.abs(law.values))) * 4.0 ** -np.arange(60.0)
    values = np.concatenate([law.at_score(COARSE), law.beside_zero, near, -near])
    starts = np.power(values[values != 0.0], exponent)
    breaks = tuple(np.power(np.array([each for each in law.breaks if each]), exponent).tolist())
    return table_of_cdf(cdf, starts, 2.0 * law.error, breaks)


def extreme(one: Table, other: Table, *, largest: bool) -> Table:
    """Return the law of the larger or the smaller of two independent laws."""
    if one.atoms is not None and other.atoms is not None:
        return _of_atoms(one.atoms, other.atoms, np.maximum if largest else np.minimum)

    def cdf(x: Array) -> Array:
        below, beside = one.cdf(x), other.cdf(x)
        return below * beside if largest else 1.0 - (1.0 - below) * (1.0 - beside)

    steps = np.concatenate(
        [law.atoms[0][:MOST_STEPS] if law.atoms is not None else np.zeros(0) for law in (one, other)]
    )
    inside = {*one.breaks, *other.breaks, *steps.tolist()}
    inside |= {float(end) for law in (one, other) for end in (law.values[0], law.values[-1])}
    starts = np.concatenate([one.at_score(COARSE), other.at_score(COARSE), np.nextafter(steps, -np.inf), steps])
    made = table_of_cdf(cdf, starts, one.error + other.error)
    kept = tuple(each for each in inside if made.values[0] < each <= made.values[-1])
    return table_of_cdf(cdf, np.concatenate([starts, np.array(kept)]), one.error + other.error, kept[:MOST_STEPS])


def folded(law: Table, function: Callable[[Array], Array]) -> Table:
    """Return the law of a function that rises and falls: what lies below a value is added up cell by cell."""
    if law.atoms is not None:
        return table_of_atoms(function(law.atoms[0]), law.atoms[1])
    scores = np.unique(np.concatenate([law.scores, np.linspace(-FARTHEST, FARTHEST, CELLS)]))
    masses = np.diff(normal_cdf(scores))
    values = function(law.at_score(scores))
    low, width = np.minimum(values[1:], values[:-1]), np.abs(np.diff(values))

    def cdf(x: Array) -> Array:
        with np.errstate(all="ignore"):
            share = np.where(width > 0, (x[:, np.newaxis] - low) / width, x[:, np.newaxis] >= low)
        return np.asarray(np.clip(share, 0.0, 1.0) @ masses)

    starts = np.quantile(values, np.linspace(0.0, 1.0, 41))
    return table_of_cdf(cdf, starts, law.error + 1.0 / CELLS**2)
