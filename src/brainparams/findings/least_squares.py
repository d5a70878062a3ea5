"""Generalised least squares with a spread between methods: what an adjustment of routes rests on."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

__all__ = ["ESTIMATORS", "Fit", "Problem", "fitted", "scale_factor"]

Array = NDArray[np.float64]
Point = tuple[float, float]
MOST_ROUNDS = 500
SETTLED = 1e-12
LARGEST = 1e12  # variance of a logarithm
HEAVY = 4.0  # degrees of freedom of the Student's t that a robust adjustment takes errors for
PRECISE = 3.0  # of the Particle Data Group's scale factor: how many times √N × the error of the mean is still precise


@dataclass(frozen=True, slots=True)
class Problem:
    """Observations of unknowns: y = A θ + e, with known covariances and a common variance beside them in each group.

    Attributes
    ----------
    design : array of shape (observations, unknowns)
        A.
    observed, variances : array of shape (observations,)
        y, and what each observation states of its own error.
    groups : array of shape (observations,)
        Number of the group that has a spread between methods; -1 for none.
    sizes : array of shape (observations,)
        Individuals behind each observation; infinite where its variance counts as known.
    shared : array of shape (observations, observations), optional
        Covariances of what observations have in common, with zeros on the diagonal; none otherwise.
    """

    design: Array
    observed: Array
    variances: Array
    groups: NDArray[np.int64]
    sizes: Array
    shared: Array | None = None

    @property
    def group_count(self) -> int:
        """How many spreads between methods there are."""
        return int(self.groups.max(initial=-1)) + 1

    def total(self, between: Array) -> Array:
        """Return the variances with those between methods."""
        return self.variances + np.where(self.groups >= 0, np.append(between, 0.0)[self.groups], 0.0)

    def weighed(self, variances: Array, columns: Array) -> Array:
        """Return V⁻¹ times some columns, for total variances on the diagonal of V."""
        if self.shared is None:
            return columns / variances[:, np.newaxis]
        return np.asarray(np.linalg.solve(np.diag(variances) + self.shared, columns), dtype=np.float64)

    def without(self, place: int) -> Problem:
        """Return the problem without one observation."""
        keep = np.arange(len(self.observed)) != place
        return Problem(
            self.design[keep],
            self.observed[keep],
            self.variances[keep],
            self.groups[keep],
            self.sizes[keep],
            None if self.shared is None else self.shared[np.ix_(keep, keep)],
        )


@dataclass(frozen=True, slots=True)
class Fit:
    """A solution: unknowns with their covariance, the variances between methods, and what each observation shows.

    Attributes
    ----------
    unknowns, covariance : array of shape (unknowns,), (unknowns, unknowns)
        θ, and (Aᵀ V⁻¹ A)⁻¹.
    between : array of shape (groups,)
        Variances between methods, τ².
    residuals, weighed, variances, leverages : array of shape (observations,)
        y - A θ, V⁻¹ times these, the diagonal of the total covariances V, and that of the hat matrix.
    """

    unknowns: Array
    covariance: Array
    between: Array
    residuals: Array
    weighed: Array
    variances: Array
    leverages: Array

    @property
    def squares(self) -> Array:
        """What each observation adds to χ²."""
        return self.residuals * self.weighed


def solved(problem: Problem, variances: Array, between: Array) -> Fit:
    """Return the least-squares solution for total variances."""
    both = problem.weighed(variances, np.column_stack([problem.design, problem.observed]))
    weighted, observed = both[:, :-1], both[:, -1]
    covariance: Array = np.asarray(np.linalg.inv(problem.design.T @ weighted), dtype=np.float64)
    unknowns: Array = np.asarray(covariance @ (weighted.T @ problem.observed), dtype=np.float64)
    leverages = np.einsum("ij,jk,ik->i", problem.design, covariance, weighted)
    residuals = problem.observed - problem.design @ unknowns
    return Fit(unknowns, covariance, between, residuals, observed - weighted @ unknowns, variances, leverages)


def fitted(problem: Problem, estimator: str, *, robust: bool = False) -> Fit:
    """Return the solution by a named estimator of the variances between methods.

    A robust one takes the errors for Student's t with 4 degrees of freedom: an observation far off loses weight.

    Raises
    ------
    numpy.linalg.LinAlgError
        If the observations do not determine the unknowns.
    """
    if np.linalg.matrix_rank(problem.design) < problem.design.shape[1]:
        raise np.linalg.LinAlgError
    find = ESTIMATORS[estimator]
    fit = find(problem)
    if not robust:
        return fit
    for _ in range(MOST_ROUNDS):
        before, total = fit.unknowns, problem.total(fit.between)
        weights = np.minimum(1.0, (HEAVY + 1) / (HEAVY + fit.residuals**2 / total))
        fit = find(replace(problem, variances=problem.variances + total * (1 / weights - 1)))
        if np.allclose(fit.unknowns, before, rtol=0, atol=1e-9):
            break
    return fit


def _none(problem: Problem) -> Fit:
    """Take the methods to agree."""
    nothing = np.zeros(problem.group_count)
    return solved(problem, problem.total(nothing), nothing)


def _dersimonian_laird(problem: Problem) -> Fit:
    """Match the weighted squares of each group to their expectation, once.

    References
    ----------
    DerSimonian & Laird (1986), doi:10.1016/0197-2456(86)90046-2; with several unknowns, the same moments of residuals.
    """
    fit = _none(problem)
    hat = problem.design @ fit.covariance @ problem.weighed(problem.variances, problem.design).T
    left = np.eye(len(hat)) - hat
    weighted = problem.weighed(problem.variances, left) * left
    members = [problem.groups == group for group in range(problem.group_count)]
    if not members:
        return fit
    beyond = np.array([np.sum((fit.squares - 1 + fit.leverages)[own]) for own in members])
    slopes = np.array([[np.sum(weighted[own][:, other]) for other in members] for own in members])
    between = np.maximum(np.linalg.solve(slopes, beyond), 0.0)
    return solved(problem, problem.total(between), between)


def _mandel_paule(problem: Problem) -> Fit:
    """Make the squares of each group's standardised residuals what chance would give.

    References
    ----------
    Paule & Mandel (1982), Consensus values and weighting factors, doi:10.6028/jres.087.022
    """
    between = np.zeros(problem.group_count)
    for _ in range(MOST_ROUNDS):
        before = between.copy()
        for group in range(problem.group_count):
            between[group] = _balanced(problem, between, group)
        if np.allclose(between, before, rtol=1e-10, atol=SETTLED):
            break
    return solved(problem, problem.total(between), between)


def _balanced(problem: Problem, between: Array, group: int) -> float:
    """Return the variance of one group at which its squares are as expected; 0 if they are less."""
    own = problem.groups == group

    def excess(variance: float) -> float:
        trial = between.copy()
        trial[group] = variance
        fit = solved(problem, problem.total(trial), trial)
        return float(np.sum((fit.squares - 1 + fit.leverages)[own]))

    low, high = (0.0, excess(0.0)), (1.0, excess(1.0))
    if low[1] <= 0:
        return 0.0
    while high[1] > 0:
        if high[0] > LARGEST:
            return high[0]
        low, high = high, (4 * high[0], excess(4 * high[0]))
    return _crossing(excess, low, high)


def _crossing(of: Callable[[float], float], low: Point, high: Point) -> float:
    """Return where a falling function is zero, by the Illinois rule: secants, an end that stays twice being halved."""
    last, stayed = high[0], 0
    for _ in range(200):
        place = low[0] + (high[0] - low[0]) * low[1] / (low[1] - high[1])
        value = of(place)
        if abs(place - last) <= 1e-14 * place or value == 0:
            break
        if value > 0:
            low, high, stayed = (place, value), (high[0], high[1] / (2 if stayed > 0 else 1)), 1
        else:
            low, high, stayed = (low[0], low[1] / (2 if stayed < 0 else 1)), (place, value), -1
        last = place
    return place


def _maximum_likelihood(problem: Problem) -> Fit:
    """Maximise the likelihood of the variances between methods, by steps of its derivative over the information."""
    between = np.full(problem.group_count, float(np.var(_none(problem).residuals)))
    fit = _none(problem)
    for _ in range(100 * MOST_ROUNDS):
        fit = solved(problem, problem.total(between), between)
        found = _likely(problem, fit)
        if np.allclose(found, between, rtol=1e-11, atol=SETTLED):
            break
        between = found
    return replace(fit, between=between)


def _likely(problem: Problem, fit: Fit) -> Array:
    members = [problem.groups == group for group in range(problem.group_count)]
    if problem.shared is None:  # V⁻¹ is its diagonal: a number for each observation, not for each pair
        diagonal = 1 / fit.variances
        information = [np.sum(diagonal[own] ** 2) for own in members]
    else:
        weights = problem.weighed(fit.variances, np.eye(len(fit.residuals)))
        diagonal = np.diag(weights)
        information = [np.sum(weights[np.ix_(own, own)] ** 2) for own in members]
    slopes = fit.weighed**2 - diagonal
    steps = [np.sum(slopes[own]) / size for own, size in zip(members, information, strict=True)]
    return np.maximum(fit.between + np.array(steps, dtype=np.float64), 0.0)


def _vangel_rukhin(problem: Problem) -> Fit:
    """Maximise the likelihood of the variances between and within, where few individuals stand behind a study.

    References
    ----------
    Vangel & Rukhin (1999), Maximum likelihood analysis for heteroscedastic one-way random effects ANOVA in
    interlaboratory studies, doi:10.1111/j.0006-341X.1999.00129.x
    """
    fit = _maximum_likelihood(problem)
    for _ in range(MOST_ROUNDS):
        before = np.append(fit.unknowns, fit.between)
        within = np.array([_within(problem, fit, place) for place in range(len(problem.observed))])
        fit = _maximum_likelihood(replace(problem, variances=within))
        if np.allclose(np.append(fit.unknowns, fit.between), before, rtol=1e-10, atol=SETTLED):
            break
    return fit


def _within(problem: Problem, fit: Fit, place: int) -> float:
    """Return the likeliest variance of one study's mean, by a search on the logarithm."""
    stated, size = float(problem.variances[place]), float(problem.sizes[place])
    if not math.isfinite(size):
        return stated
    between = float(problem.total(fit.between)[place]) - stated
    square = float(fit.residuals[place]) ** 2

    def unlikely(logarithm: float) -> float:
        own = math.exp(logarithm)
        total = between + own
        return square / total + math.log(total) + (size - 1) * (stated / own + logarithm)

    grid = math.log(stated) + np.linspace(-12.0, 12.0, 97)
    best = int(np.argmin([unlikely(each) for each in grid]))
    return math.exp(_lowest(unlikely, float(grid[max(0, best - 1)]), float(grid[min(96, best + 1)])))


def _lowest(of: Callable[[float], float], low: float, high: float) -> float:
    """Return where a function is lowest between two places, by golden sections."""
    golden = (math.sqrt(5) - 1) / 2
    for _ in range(90):
        one, other = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, other) if of(one) < of(other) else (one, high)
    return (low + high) / 2


ESTIMATORS: Mapping[str, Callable[[Problem], Fit]] = MappingProxyType(
    {
        "mandel-paule": _mandel_paule,
        "dersimonian-laird": _dersimonian_laird,
        "maximum-likelihood": _maximum_likelihood,
        "vangel-rukhin": _vangel_rukhin,
        "none": _none,
    }
)


def scale_factor(values: Sequence[float], errors: Sequence[float]) -> float:
    """Return the factor by which the Particle Data Group widens a weighted mean: √(χ²/(N - 1)), at least 1.

    Only values count whose error is below 3 √N times that of the mean: the others can neither cause nor hide a
    disagreement.

    References
    ----------
    Particle Data Group (2024), Review of particle physics, introduction 5.2.2, doi:10.1103/PhysRevD.110.030001

    Examples
    --------
    >>> round(scale_factor([0.0, 4.0], [1.0, 1.0]), 6)
    2.828427
    """
    y, s = np.asarray(values, dtype=np.float64), np.asarray(errors, dtype=np.float64)
    weights = s**-2
    precise = s < PRECISE * math.sqrt(len(y)) / math.sqrt(float(np.sum(weights)))
    y, weights = y[precise], weights[precise]
    if len(y) < 2:
        return 1.0
    mean = float(np.sum(weights * y) / np.sum(weights))
    return max(1.0, math.sqrt(float(np.sum(weights * (y - mean) ** 2)) / (len(y) - 1)))
