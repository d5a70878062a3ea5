"""What is believed of a number, and of its inputs, once something is known about another number they make."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..checks import percent
from ..engines import estimate, sampling
from ..errors import ArgumentError, RangeError
from ..estimate import Drawn, Estimate
from ..graph import Leaf, Node, leaf_of, numbers_of, roots
from ..graph.annotation import check_fit
from ..graph.choices import is_selector, option_names, weights_in_words
from ..graph.substitution import check_scalar, is_uncertain
from ..graph.walking import unnamed
from ..render.tables import Table, rounded
from ..units import conversion_factor, with_unit

__all__ = ["GivenThat", "Moved", "given_that"]

Array = np.ndarray[Any, np.dtype[np.float64]]
FIRST, LAST = 2**16, 2**22  # draws
MOST_AT_FIRST, MOST = 2**26, 2**28  # numbers that are drawn, all inputs together
ENOUGH, FEWEST = 20_000, 400  # of them that fit what is known
LEAST = 1e-12  # probability that is told: differences of distribution functions say no more
MOST_INPUTS = 64  # whose draws are kept beside the result


@dataclass(frozen=True, slots=True)
class Moved:
    """One number before and after: medians, and ends of the equal-tailed intervals, in `unit`.

    Attributes
    ----------
    name, unit : str
        The number.
    before, after : float
        Its medians; of an input that selects between options, of their places.
    interval_before, interval_after : tuple of float
        Ends of the equal-tailed intervals.
    errors : tuple of float
        Standard errors of the two medians, from the number of draws.
    options : tuple of (str, float, float)
        Of an input that selects, each option with its weight before and after.

    Examples
    --------
    >>> Moved("neurons", "neuron", 8.6e10, 8.6e10, (7e10, 1e11), (7e10, 1e11)).factor
    1.0
    """

    name: str
    unit: str
    before: float
    after: float
    interval_before: tuple[float, float]
    interval_after: tuple[float, float]
    errors: tuple[float, float] = (0.0, 0.0)
    options: tuple[tuple[str, float, float], ...] = ()

    @property
    def factor(self) -> float:
        """The median after over the median before; not a number where they are not both positive."""
        return self.after / self.before if min(self.before, self.after) > 0 else float("nan")


@dataclass(frozen=True, slots=True, repr=False)
class GivenThat(Table[Moved]):
    """What is believed once something is known: the number itself first, then the inputs that moved most.

    Attributes
    ----------
    rows : tuple of Moved
        The number, what the condition is on, and every uncertain input.
    known : str
        What is known, in words.
    probability : float
        How likely that was before.
    effective : int
        How many draws fit what is known: the effective sample size.
    estimate : Estimate
        The number given what is known, for any quantile.
    level : float
        Level of the equal-tailed intervals.

    Examples
    --------
    >>> import brainparams as bp
    >>> neurons = bp.assumed("8e10 to 9e10 neuron", because="range", name="neurons")
    >>> each = bp.assumed("1e-11 to 1e-9 W/neuron", because="range", name="power per neuron")
    >>> found = (neurons * each).given_that(neurons * each, within=("15 W", "25 W"))
    >>> found.rows[0].after < 25, found.effective > 400
    (True, True)
    """

    rows: tuple[Moved, ...]
    known: str
    probability: float
    effective: int
    estimate: Estimate
    level: float

    def _caption(self) -> str:
        p, draws = self.probability, self.effective / self.probability
        probability = _supported(p, math.sqrt(p * (1.0 - p) / draws))
        return (
            f"given that {self.known}, which had probability {probability}; {self.effective:,} draws fit it "
            f"(medians, and {percent(self.level)} intervals, equal-tailed)"
        )

    def _head(self) -> Sequence[str]:
        return "number", "unit", "before", "after", "interval before", "interval after"

    def _cells(self, row: Moved) -> Sequence[str]:
        if row.options:
            before, after = ([(name, each[place]) for name, *each in row.options] for place in (0, 1))
            told = [(name, float(_supported(p, math.sqrt(p * (1.0 - p) / self.effective)))) for name, p in after]
            return row.name, "", weights_in_words(before), weights_in_words(told), "", ""
        ends = (" to ".join(map(rounded, each)) for each in (row.interval_before, row.interval_after))
        medians = map(_supported, (row.before, row.after), row.errors)
        return row.name, row.unit, *medians, *ends


def given_that(
    node: Node, other: Node, bounds: tuple[Node | None, Node | None], names: dict[str, str], *, level: float, seed: int
) -> GivenThat:
    """Return what is believed of a scalar given that another one lies between two bounds.

    Draws are kept where the other one fits, more of them until enough do.

    Raises
    ------
    ArgumentError
        If no bound is given.
    RangeError
        If what is known next to never happens.
    """
    low, high = (_bound(each, other) for each in bounds)
    if low is None and high is None:
        raise ArgumentError(
            "given_that(): say what is known, such as within=('18 W', '22 W'), below='22 W' or above='18 W'"
        )
    if low is not None and high is not None and low > high:
        raise RangeError(
            f"given_that(): at least {rounded(low)} and at most {with_unit(rounded(high), other.unit.text)} is never "
            f"both; swap?"
        )
    for each in (node, other):
        check_scalar(each, "given_that()")
    shown_already = {unnamed(node).key, unnamed(other).key}
    free = [each for each in roots([node, other]) if each.key not in shown_already and not each.axes]
    inputs, options = free[:MOST_INPUTS], option_names([node, other])
    draws, fits = _draws([node, other, *inputs], (low, high), seed)
    effective = int(np.count_nonzero(fits))
    tails = [(1.0 - level) / 2.0, 0.5, (1.0 + level) / 2.0]

    def moved(name: str, unit: str, values: Array, weights: Sequence[tuple[str, float]] = ()) -> Moved:
        both = Drawn(values[np.newaxis]), Drawn(values[fits][np.newaxis])
        before, after = ([float(each.quantile(p)) for p in tails] for each in both)
        one, two = (float(each.standard_error(0.5)) for each in both)
        shares = tuple((option, share, float(np.mean(values[fits] == k))) for k, (option, share) in enumerate(weights))
        return Moved(name, unit, before[1], after[1], (before[0], before[2]), (after[0], after[2]), (one, two), shares)

    first = [moved(getattr(node, "name", None) or "result", node.unit.text, draws[0])]
    if len(shown_already) > 1:
        first.append(moved(getattr(other, "name", None) or "what is known", other.unit.text, draws[1]))
    leaves = zip(map(leaf_of, inputs), draws[2:], strict=True)
    rest = [
        moved(names.get(leaf.uid) or leaf.written, leaf.unit.text, values, _weights(leaf, options.get(leaf.uid, ())))
        for leaf, values in leaves
    ]
    rest.sort(key=_shift, reverse=True)
    known = f"{getattr(other, 'name', None) or 'it'} is {with_unit(_between(low, high), other.unit.text)}"
    return GivenThat(
        (*first, *rest), known, effective / len(fits), effective, _estimate(node, draws[0][fits], seed), level
    )


def _weights(leaf: Leaf, options: Sequence[str]) -> list[tuple[str, float]]:
    """Return the options of an input that selects, with their weights; of any other input nothing."""
    if not is_selector(leaf) or leaf.value.atoms is None:
        return []
    own = dict(zip(*(each.tolist() for each in leaf.value.atoms), strict=True))
    return [(name, own.get(float(place), 0.0)) for place, name in enumerate(options)]


def _draws(nodes: Sequence[Node], ends: tuple[float | None, float | None], seed: int) -> tuple[list[Array], Any]:
    """Return draws of each node, and which of them fit what is known of the second."""
    (low, high), width = ends, numbers_of(nodes)
    count, last = (min(most, numbers // max(width, 1)) for most, numbers in ((FIRST, MOST_AT_FIRST), (LAST, MOST)))
    while True:
        draws = [law.draws[0] for law in sampling.random_draws(nodes, seed=seed, draws=count, executor=None)]
        fits = (draws[1] >= (-np.inf if low is None else low)) & (draws[1] <= (np.inf if high is None else high))
        effective = int(np.count_nonzero(fits))
        if effective >= ENOUGH or count >= last:
            break
        count *= 4
    if effective < FEWEST:
        what, unit = getattr(nodes[1], "name", None) or "it", nodes[1].unit.text
        reach = with_unit(f"{rounded(draws[1].min())} to {rounded(draws[1].max())}", unit)
        raise RangeError(
            f"given_that(): {effective or 'none'} of {count:,} draws fit that {what} is {_between(low, high)}, too few "
            f"to say anything; {_how_likely(nodes[1], ends, seed)}all of them lie within {reach}; "
            f"{_wider(draws[1], ends, unit, 4 * FEWEST)}, or doubt the model"
        )
    return draws, fits


def _how_likely(node: Node, ends: tuple[float | None, float | None], seed: int) -> str:
    """Say how likely it is that a number lies within, where something that needs no draws tells."""
    known = estimate(node, seed=seed)
    if known.draws:
        return ""
    low, high = (None if end is None else float(known.cdf(end)) for end in ends)
    p = (1.0 if high is None else high) - (low or 0.0)
    return f"its probability is {p:.1g}; " if p > LEAST else f"its probability is below {LEAST:g}; "


def _wider(draws: Array, ends: tuple[float | None, float | None], unit: str, enough: int) -> str:
    """Say which bound enough draws fit."""
    if None not in ends or len(draws) <= enough:
        return "widen what is known"
    low, _ = ends
    place = enough if low is None else len(draws) - 1 - enough
    bound = with_unit(f"{np.partition(draws, place)[place]:.6g}", unit)
    return f"widen what is known, such as {'below' if low is None else 'above'}={bound!r}"


def _estimate(node: Node, draws: Array, seed: int) -> Estimate:
    law = Drawn(draws[np.newaxis])
    plain = estimate(node, engine="random", draws=1)
    return replace(plain, law=law, draws=len(draws), seed=seed, reason="draws that fit what is known")


def _between(low: float | None, high: float | None) -> str:
    ends = (
        f"at least {rounded(low)}" if low is not None else "",
        f"at most {rounded(high)}" if high is not None else "",
    )
    return " and ".join(filter(None, ends))


def _supported(value: float, error: float) -> str:
    """Write a number with the digits that its standard error supports, three at most."""
    return rounded(0.0 if abs(value) <= 2.0 * error else float(f"{value:.{_digits_of(value, error) - 1}e}"))


def _digits_of(value: float, error: float) -> int:
    """Return how many digits a standard error supports, from one to three."""
    if not error > 0.0 or not math.isfinite(value) or not math.isfinite(error):
        return 3
    return int(np.clip(math.floor(math.log10(abs(value))) - math.ceil(math.log10(4.0 * error)) + 1, 1, 3))


def _shift(row: Moved) -> float:
    """Return how far a median moved, in widths of its interval; of a choice, how much of the weight."""
    if row.options:
        return 0.5 * sum(abs(after - before) for _, before, after in row.options)
    width = row.interval_before[1] - row.interval_before[0]
    return abs(row.after - row.before) / width if width else 0.0


def _bound(bound: Node | None, other: Node) -> float | None:
    if bound is None:
        return None
    check_scalar(bound, "given_that()")
    check_fit(bound, other.unit, "given_that()")
    if is_uncertain(bound):
        raise RangeError("given_that(): a bound is one exact number; give a median or an end, with its unit")
    return float(estimate(bound).value * conversion_factor(bound.unit, other.unit))
