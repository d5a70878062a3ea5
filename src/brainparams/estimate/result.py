"""What one engine found out about one quantity: its law, and how it was found."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np

from ..checks import level_in, number, strict
from ..errors import MomentError, RangeError, shown
from ..graph import Axis
from ..graph.operations import Number
from ..render.blocks import Block, Length
from ..render.numbers import counted
from ..render.pictures import elements, picture
from ..render.showing import Shown
from ..render.words import FEWEST_DRAWS, answer, formatted, spread, value_words
from ..units import Unit, with_unit
from .expectation import DOES_NOT_SETTLE, Expectation
from .interval import Interval
from .laws import Exactly, Law

__all__ = ["Estimate", "Linearity"]


WIDE_GAP = 0.2  # of the interval, for two per cent of the probability: a normal has 0.015


@dataclass(frozen=True, slots=True)
class Linearity:
    """Whether first-order propagation describes the result (JCGM 101:2008, clause 8).

    Attributes
    ----------
    holds : bool
        Whether both ends of the interval agree with the reference within the tolerance.
    low_difference, high_difference : float
        First-order end minus reference end, in the unit of the result.
    tolerance : float
        5 % of the standard uncertainty, in the unit of the result: between one and two significant digits of it.
    level : float
        Level of the intervals compared.
    reference : str
        The engine compared with.
    """

    holds: bool
    low_difference: float
    high_difference: float
    tolerance: float
    level: float
    reference: str


@strict
@dataclass(frozen=True)
class Estimate(Shown):
    """What one engine found out about one quantity.

    Attributes
    ----------
    engine : str
        The engine that ran, by name.
    reason : str
        Why this engine.
    unit : Unit
        The unit of every number here.
    draws : int
        Number of draws; 0 where nothing was drawn.
    seed : int or None
        The seed; None where nothing was drawn.
    linearity : Linearity or None
        The verdict on first-order propagation, where it was asked for.
    stands : str
        What to say of a result without spread that rests on numbers whose spread nobody states; empty otherwise.
    versions : dict
        Versions of brainparams and of the packages that made the digits.

    Examples
    --------
    >>> import brainparams as bp
    >>> found = bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range").estimate()
    >>> found.engine, found.unit.text, round(found.quantile(0.95), 6)
    ('exact', 'synapse/neuron', 10000.0)
    """

    engine: str
    reason: str
    unit: Unit
    axes: tuple[Axis, ...]
    law: Law = field(repr=False)
    draws: int = 0
    seed: int | None = None
    linearity: Linearity | None = None
    versions: dict[str, str] = field(default_factory=dict)
    stands: str = ""
    expected: Callable[[], Expectation | None] | None = field(default=None, repr=False, compare=False)
    ends: Callable[[], tuple[Any, Any] | None] | None = field(default=None, repr=False, compare=False)
    _quantiles: dict[float, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def _blocks(self, length: Length) -> tuple[Block, ...]:
        shown = (picture(self, 0.90), elements(self, 0.90)) if length == "full" else ()
        return (answer(self, 0.90, in_table=length == "full"), *(each for each in shown if each is not None))

    def __str__(self) -> str:
        return repr(self)

    def __format__(self, spec: str) -> str:
        """Return it as a format asks for it: ``.3g``, ``90%``, ``words``, ``latex``, ``siunitx``, ``sentence``."""
        return formatted(self, spec, 0.90) if spec else repr(self)

    def __repr__(self) -> str:
        """Return what was found in one line."""
        if self.axes:
            what = f"an array along {', '.join(axis.name for axis in self.axes)} in {self.unit.text}"
        elif self.is_exact_number:
            how = "as it stands" if self.stands else "rounded to a float" if self.is_rounded else "exactly"
            what = f"{self.law.quantile(0.5)} {self.unit.text} {how}"
        else:
            median = value_words(self, 0.90, unit=False)
            few = f"{with_unit(median, self.unit.text)}; {counted(self.draws, 'draw')}, too few for a 90 % interval"
            ends = f"{median}, {with_unit(spread(self, 0.90), self.unit.text)} (90 %, equal-tailed)"
            what = f"median {few if 0 < self.draws < FEWEST_DRAWS else ends}"
        return f"<Estimate: {what}; {self.engine} engine>"

    @property
    def is_exact_number(self) -> bool:
        """Whether the result has no spread at all."""
        return isinstance(self.law, Exactly)

    @property
    def is_rounded(self) -> bool:
        """Whether it is the nearest float to a result of exact inputs that has too many digits, or no end."""
        return isinstance(self.law, Exactly) and self.law.rounded

    @property
    def value(self) -> Number:
        """The number, where the result has no spread; integers have all their digits.

        Raises
        ------
        RangeError
            If the result is uncertain.
        """
        if not self.is_exact_number:
            raise RangeError("value: this quantity is uncertain; ask for .median(), .mean() or .interval(0.90)")
        return self.law.quantile(0.5)  # type: ignore[no-any-return]

    def quantile(self, p: Any) -> Any:
        """Return the value below which the quantity lies with probability `p`, in `unit`; of a list, one for each.

        Raises
        ------
        RangeError
            If it is beyond float range; 0 and 1 give the ends, which may be infinite, and are refused where an input is
            used more than once, so that they are not known.
        """
        if isinstance(p, list | tuple | np.ndarray):
            return self._many([_probability(each, "quantile") for each in p])
        return self._within_floats(_probability(p, "quantile"))

    def _many(self, wanted: Sequence[float]) -> Any:
        """Return quantiles, by one search where a law can do that."""
        search = getattr(self.law, "quantiles", None)
        if search is None or not all(0.0 < p < 1.0 for p in wanted):
            return np.array([self._within_floats(p) for p in wanted])
        found = search(np.array(wanted))
        return found if np.all(np.isfinite(found)) else np.array([self._within_floats(p) for p in wanted])

    def _within_floats(self, p: float) -> Any:
        if p in self._quantiles:
            return self._quantiles[p]
        if p in (0.0, 1.0) and self.ends is not None:
            return self._end(p)
        value = self.law.quantile(p)
        if 0.0 < p < 1.0 and not self.is_exact_number and not np.all(np.isfinite(np.asarray(value, dtype=np.float64))):
            raise RangeError(
                f"quantile({p:.6g}): it is beyond float range (1.8e308); use a larger unit, or a logarithm"
            )
        return self._quantiles.setdefault(p, value) if np.ndim(value) == 0 else value

    def _end(self, p: float) -> Any:
        """Return the least or the largest value that is possible, which no table and no draws reach."""
        found = self.ends() if self.ends else None
        if found is None:
            least, largest = self.law.quantile(0.0), self.law.quantile(1.0)
            if np.array_equal(least, largest):  # nothing is left of what was uncertain
                return least
            raise RangeError(
                f"quantile({p:g}): the end of what is possible is not known for a result of this form; ask for "
                f"quantile({'0.001' if p == 0.0 else '0.999'})"
            )
        return found[int(p)]

    def standard_error(self, p: float | Literal["mean", "sd"]) -> Any:
        """Return the standard error of a quantile, or of "mean" or "sd", that comes from the method alone.

        Zero for a closed form; from the replicates for draws; a bound in practice where a rule was refined.
        """
        if p in ("mean", "sd") and isinstance(p, str):
            return getattr(self._known(p), f"{p}_error")
        return self.law.standard_error(_probability(p, "standard_error"))

    def cdf(self, x: float) -> Any:
        """Return the probability that the quantity is `x` or less, for `x` in `unit`."""
        return self.law.cdf(number(x, "cdf(): x"))[0]

    @property
    def median(self) -> Any:
        """The value that is as likely too high as too low, in `unit`."""
        return self._within_floats(0.5)

    @cached_property
    def expectation(self) -> Expectation:
        """Mean and standard deviation with their errors, or why there are none."""
        found = self.expected() if self.expected else None
        if found is None:
            found = Expectation(self.law.mean(), self.law.sd(), *self.law.moment_errors())
        return found if self.draws == 1 else found.judged()  # one draw has no spread to judge

    def _known(self, what: str) -> Expectation:
        reason = getattr(self.expectation, f"no_{what}")
        if reason:
            word = {"mean": "mean", "sd": "standard deviation"}[what]
            told = ", or " if reason.startswith(DOES_NOT_SETTLE) else ": "
            raise MomentError(f"{what}(): there is no {word}{told}{reason}; ask for .median() or .interval(0.90)")
        return self.expectation

    @property
    def mean(self) -> Any:
        """The expected value, in `unit`; pulled up by a long upper tail.

        Raises
        ------
        MomentError
            If there is none, or it does not settle; the median always exists.
        """
        return self._known("mean").mean

    @property
    def sd(self) -> Any:
        """The standard deviation, in `unit`.

        Raises
        ------
        MomentError
            If there is none, or it does not settle.
        """
        return self._known("sd").sd

    def interval(self, level: float) -> Interval:
        """Return the equal-tailed coverage interval at `level`, in `unit`."""
        level = level_in(level, "interval(): level")
        tail = (1.0 - level) / 2.0
        low, high = self._within_floats(tail), self._within_floats(1.0 - tail)
        return Interval(low, high, level, self.unit.text, middle=None if self.axes else float(self.median))

    @cached_property
    def gap(self) -> tuple[float, float, float] | None:
        """The probability below, and the ends, of a gap in which the median lies: no view holds such a value.

        None where the middle two per cent of the probability do not span a fifth of the 90 % interval.
        """
        if self.axes or self.is_exact_number:
            return None
        low, before, after, high = (float(self.law.quantile(p)) for p in (0.05, 0.49, 0.51, 0.95))
        if not math.isfinite(high - low):
            return None
        span, whole = (
            (after - before, high - low)
            if before <= 0 or low <= 0
            else (math.log(after / before), math.log(high / low))
        )
        if not span > WIDE_GAP * whole:
            return None
        return float(self.law.cdf(0.5 * (before + after))[0]), before, after

    def judged(self, linearity: Linearity) -> Estimate:
        """Return the same estimate with the verdict on first-order propagation."""
        return replace(self, linearity=linearity)


def _probability(p: object, where: str) -> float:
    probability = number(p, f"{where}(): p")
    if not 0.0 <= probability <= 1.0:
        raise RangeError(f"{where}(): p is a probability and must be in [0, 1], such as 0.95; got {shown(p)}")
    return probability
