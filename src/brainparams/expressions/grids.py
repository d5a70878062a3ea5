"""Distribution functions on an even grid: for shapes with kinks and steps, whose nodes do not settle.

A product is a convolution in the logarithm and a sum one in the value itself, each by fast Fourier transform of the
probabilities of the cells. The change from a grid of half as many cells is the error bar. What is left out at the ends
has a probability below 1e-11.

References
----------
Schaller & Temnov (2008), Efficient and precise computation of convolutions. doi:10.1515/cmam-2008-0009
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np

from ..errors import NoClosedForm
from .factoring import Choice, Expression, Extreme, Function, Product, Quantile, Sum, Variable, uses

__all__ = ["Gridded", "gridded"]

Array = np.ndarray[Any, np.dtype[np.float64]]
CELLS = 2**15
LEFT_OUT = 1e-12
MOST_ATOMS = 200
SETTLED = 3e-5
ASKED = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99)
HALVINGS = 80


@dataclass(frozen=True)
class Part:
    """A distribution function with the ends that hold nearly all of it, and its atoms if it has nothing else."""

    cdf: Callable[[Array], Array]
    low: float
    high: float
    atoms: tuple[Array, Array] | None = None


@dataclass(frozen=True)
class Gridded:
    """The law of a number on a fine and a coarse grid; a pickle holds the expression, from which it is made again."""

    expression: Product
    fine: Part
    coarse: Part
    found: dict[Any, float] = field(default_factory=dict, repr=False, compare=False)

    def __reduce__(self) -> tuple[Any, ...]:
        return gridded, (self.expression,)

    def quantile(self, p: float) -> float:
        """Return the quantile on the fine grid."""
        return self._once(("fine", p), lambda: _quantile(self.fine, p))

    def standard_error(self, p: float) -> float:
        """Return the change from the coarse grid: a bound in practice on the numerical error, nothing random."""
        return abs(self.quantile(p) - self._once(("coarse", p), lambda: _quantile(self.coarse, p)))

    def cdf(self, x: float) -> tuple[float, float]:
        """Return the probability of `x` or less, and its change from the coarse grid."""
        fine, coarse = (float(part.cdf(np.array([float(x)]))[0]) for part in (self.fine, self.coarse))
        return fine, abs(fine - coarse)

    def mean(self) -> float:
        """Return the expected value of what lies on the grid."""
        middles, masses = self._cells()
        return float(np.sum(middles * masses))

    def sd(self) -> float:
        """Return the standard deviation of what lies on the grid."""
        middles, masses = self._cells()
        return float(np.sqrt(np.sum((middles - self.mean()) ** 2 * masses)))

    def _cells(self) -> tuple[Array, Array]:
        space = np.geomspace if self.fine.low > 0 else np.linspace
        edges = space(self.fine.low, self.fine.high, CELLS)
        masses = np.diff(self.fine.cdf(edges))
        return 0.5 * (edges[1:] + edges[:-1]), masses / masses.sum()

    def _once(self, what: Any, make: Callable[[], float]) -> float:
        if what not in self.found:
            self.found[what] = make()
        return self.found[what]


def gridded(expression: Product) -> Gridded:
    """Return the law of a number in which each unknown is used once.

    Raises
    ------
    NoClosedForm
        With the reason, where an unknown is used twice, a factor can be negative, or two grids disagree.
    """
    if max(uses(expression).values(), default=0) > 1:
        raise NoClosedForm("an input is used more than once, and shapes have kinks")
    with np.errstate(all="ignore"):  # what leaves the range of floats is refused below
        law = Gridded(expression, part_of(expression, CELLS), part_of(expression, CELLS // 2))
        size = max(abs(law.quantile(p)) for p in ASKED)
        change = max(law.standard_error(p) / max(abs(law.quantile(p)), 1e-6 * size) for p in ASKED)
    if not change <= SETTLED:
        raise NoClosedForm(f"the convolution did not settle: a finer grid moved a quantile by {change:.1g}")
    return law


def part_of(expression: Expression, cells: int) -> Part:
    """Return the distribution function of an expression."""
    if isinstance(expression, Variable):
        return _of_belief(expression.leaf.value)
    if isinstance(expression, Product) and not expression.factors:
        return _of_number(float(expression.coefficient))
    if isinstance(expression, Product):
        powers = [_raised(part_of(part, cells), exponent) for part, exponent in expression.factors]
        return _scaled(reduce(lambda one, other: _joined(one, other, cells, logarithmic=True), powers), expression)
    if isinstance(expression, Sum):
        shift = sum(float(term.coefficient) for term in expression.terms if not term.factors)
        terms = [part_of(term, cells) for term in expression.terms if term.factors]
        return _shifted(reduce(lambda one, other: _joined(one, other, cells, logarithmic=False), terms), shift)
    if isinstance(expression, Function):
        inner = part_of(expression.argument, cells)
        there, back = (np.exp, _log) if expression.name == "exp" else (_log, np.exp)
        return _through(inner, there, back)
    if isinstance(expression, Quantile):
        belief = expression.belief
        return _through(part_of(expression.score, cells), belief.at_score, lambda x: np.asarray(belief.score_at(x)))
    if isinstance(expression, Choice):
        return _mixed([part_of(each, cells) for each in expression.options], expression.selector.leaf.value)
    assert isinstance(expression, Extreme)
    one, other = (part_of(each, cells) for each in expression.arguments)
    return _extreme(one, other, expression.name == "maximum")


# --- one part ----------------------------------------------------------------------------------------------------


def _of_belief(belief: Any) -> Part:
    if belief.shape:
        raise NoClosedForm("an array of unknowns with kinks")
    low, high = (float(belief.ppf(p)) for p in (LEFT_OUT, 1.0 - LEFT_OUT))
    return Part(lambda x: np.asarray(belief.cdf(x), dtype=np.float64), low, high, belief.atoms)


def _of_number(value: float) -> Part:
    return Part(lambda x: np.where(x >= value, 1.0, 0.0), value, value, (np.array([value]), np.ones(1)))


def _log(x: Any) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.asarray(x) > 0, np.log(np.maximum(x, 1e-300)), -np.inf)


def _through(part: Part, there: Callable[[Any], Any], back: Callable[[Array], Array]) -> Part:
    """Return a rising function of a part."""
    atoms = part.atoms and (np.asarray(there(part.atoms[0])), part.atoms[1])
    low, high = float(there(part.low)), float(there(part.high))
    if not np.isfinite(low) or not np.isfinite(high):
        raise NoClosedForm("a logarithm or an exponential that leaves the range of floats")
    return Part(lambda x: part.cdf(back(x)), low, high, atoms)


def _raised(part: Part, exponent: float) -> Part:
    if exponent == 1.0:
        return part
    if part.low <= 0:
        raise NoClosedForm("a power of a number that can be zero or negative")
    low, high = sorted((part.low**exponent, part.high**exponent))
    atoms = part.atoms and (part.atoms[0] ** exponent, part.atoms[1])

    def cdf(x: Array) -> Array:
        with np.errstate(divide="ignore"):
            root = np.power(np.maximum(x, 0.0), 1.0 / exponent)
        return part.cdf(root) if exponent > 0 else 1.0 - part.cdf(root)

    return Part(cdf, low, high, atoms)


def _scaled(part: Part, product: Product) -> Part:
    factor = float(product.coefficient)
    atoms = part.atoms and (factor * part.atoms[0], part.atoms[1])
    if factor > 0:
        return Part(lambda x: part.cdf(x / factor), factor * part.low, factor * part.high, atoms)
    return Part(lambda x: 1.0 - part.cdf(x / factor), factor * part.high, factor * part.low, atoms)


def _shifted(part: Part, shift: float) -> Part:
    atoms = part.atoms and (part.atoms[0] + shift, part.atoms[1])
    return Part(lambda x: part.cdf(x - shift), part.low + shift, part.high + shift, atoms)


# --- two parts ---------------------------------------------------------------------------------------------------


def _joined(one: Part, other: Part, cells: int, *, logarithmic: bool) -> Part:
    """Return the product or the sum of two independent parts."""
    if logarithmic and min(one.low, other.low) <= 0:
        raise NoClosedForm("a product with a factor that can be zero or negative")
    if one.atoms and other.atoms:
        raise NoClosedForm("steps only, which a quantile falls between")
    for discrete, rest in ((one, other), (other, one)):
        if discrete.atoms:
            return _over_atoms(rest, discrete.atoms, logarithmic)
    return _convolved(one, other, cells, logarithmic)


def _over_atoms(part: Part, atoms: tuple[Array, Array], logarithmic: bool) -> Part:
    values, weights = atoms
    if len(values) > MOST_ATOMS:
        raise NoClosedForm(f"a discrete number with more than {MOST_ATOMS} values beside kinks")

    def cdf(x: Array) -> Array:
        points = x[..., np.newaxis] / values if logarithmic else x[..., np.newaxis] - values
        return np.asarray(part.cdf(points) @ weights)

    combine = np.multiply if logarithmic else np.add
    return Part(cdf, float(combine(part.low, values.min())), float(combine(part.high, values.max())))


def _convolved(one: Part, other: Part, cells: int, logarithmic: bool) -> Part:
    """Return the distribution function at the edges of an even grid, straight between them.

    The probability of a cell sits at its middle; taking the result as even within a cell puts one such spread back.
    """
    from scipy.fft import irfft, rfft

    there, back = (_log, np.exp) if logarithmic else (np.asarray, np.asarray)
    ends = [(float(there(part.low)), float(there(part.high))) for part in (one, other)]
    step = sum(high - low for low, high in ends) / cells
    transformed = []
    for part, (low, high) in zip((one, other), ends, strict=True):
        edges = low + step * np.arange(int(np.ceil((high - low) / step)) + 1, dtype=np.float64)
        transformed.append(rfft(np.diff(part.cdf(back(edges))), cells + 2))
    masses = np.clip(irfft(transformed[0] * transformed[1], cells + 2), 0.0, None)
    start = ends[0][0] + ends[1][0] + 0.5 * step
    edges = start + step * np.arange(len(masses) + 1, dtype=np.float64)
    below = np.concatenate([[0.0], np.cumsum(masses)])
    return Part(lambda x: np.interp(there(x), edges, below / below[-1]), float(back(edges[0])), float(back(edges[-1])))


def _mixed(parts: Sequence[Part], selector: Any) -> Part:
    chances = np.diff(np.asarray(selector.cdf(np.arange(len(parts), dtype=np.float64))), prepend=0.0)

    def cdf(x: Array) -> Array:
        return np.asarray(sum(chance * part.cdf(x) for chance, part in zip(chances, parts, strict=True)))

    return Part(cdf, min(part.low for part in parts), max(part.high for part in parts))


def _extreme(one: Part, other: Part, largest: bool) -> Part:
    pick = max if largest else min
    low, high = pick(one.low, other.low), pick(one.high, other.high)
    if largest:
        return Part(lambda x: one.cdf(x) * other.cdf(x), low, high)
    return Part(lambda x: 1.0 - (1.0 - one.cdf(x)) * (1.0 - other.cdf(x)), low, high)


def _quantile(part: Part, p: float) -> float:
    """Return where the distribution function reaches `p`, by halving: it may have steps."""
    there, back = (np.log, np.exp) if part.low > 0 else (float, float)
    low, high = there(part.low), there(part.high)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if part.cdf(np.array([back(middle)]))[0] < p:
            low = middle
        else:
            high = middle
    return float(back(high))
