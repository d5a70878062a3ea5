"""How machine models grow with time, and when they pass a brain."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from ..checks import is_number, strict
from ..distributions import Normal, StudentT
from ..errors import ArgumentError, KindError, RangeError, UnitError, shown
from ..files import FileRead
from ..graph.inputs import leaf
from ..makers import exact, exp, log
from ..quantity import Quantity, quantity
from ..render.numbers import rounded
from ..render.plots import trend as drawn
from ..render.tables import Table
from ..units import Unit, same_dimension

__all__ = ["Crossing", "Trend", "TrendPoint", "crossing"]

LEAST = 3  # points of a line with a spread
LEVEL = 0.90


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A model on a trend.

    Attributes
    ----------
    name : str
        Of the model.
    year : float
        Of publication, with its fraction.
    value : float
        What grows, in the unit of the trend.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.results.TrendPoint("Tiny", 2020.5, 1e9).value
    1000000000.0
    """

    name: str
    year: float
    value: float


def decimal_year(day: date) -> float:
    """Return a date as a year with its fraction."""
    first, next_ = date(day.year, 1, 1), date(day.year + 1, 1, 1)
    return day.year + (day - first).days / (next_ - first).days


@strict
@dataclass(frozen=True, repr=False, eq=False)
class Trend(Table[tuple[str, str]]):
    """A straight line through logarithms over time: how fast something grows, and how sure that is.

    Level and growth are worked out at the mean date of the points, where they are independent. Each is a normal that
    has the 90 % interval of the Student's t of ordinary least squares, so that 90 % intervals are the textbook's.

    Attributes
    ----------
    what : str
        What grows.
    unit : str
        Its unit.
    points : tuple of TrendPoint
        The models the line goes through, by date.
    told : str
        Which models these are.
    file : FileRead or None
        The table that they were read from.

    References
    ----------
    Sevilla et al. (2022), Compute trends across three eras of machine learning. doi:10.48550/arXiv.2202.05924

    Examples
    --------
    >>> import brainparams as bp
    >>> points = [bp.results.TrendPoint(str(n), 2010.0 + n, 10.0 ** (9 + 0.3 * n + 0.1 * (-1) ** n)) for n in range(12)]
    >>> found = bp.results.Trend("parameters", "parameter", tuple(points), "made up")
    >>> f"{found.factor.median():.2f} times a year"
    '1.98 times a year'
    """

    what: str
    unit: str
    points: tuple[TrendPoint, ...]
    told: str
    file: FileRead | None = None

    def __post_init__(self) -> None:
        years = {point.year for point in self.points}
        if len(self.points) < LEAST or len(years) < 2:
            raise ArgumentError(
                f"trend(): {len(self.points)} models at {len(years)} dates; a line with a spread needs at least "
                f"{LEAST} models of two dates: take more of them, or an earlier 'after'"
            )

    # --- the fit -----------------------------------------------------------------------------------------------------

    @cached_property
    def _fit(self) -> dict[str, float]:
        years = np.array([point.year for point in self.points])
        values = np.log([point.value for point in self.points])
        middle, level = float(years.mean()), float(values.mean())
        spread = float(((years - middle) ** 2).sum())
        growth = float(((years - middle) * (values - level)).sum() / spread)
        residual = values - level - growth * (years - middle)
        free = len(self.points) - 2
        scatter = max(math.sqrt(float((residual**2).sum()) / free), 1e-12)
        return {"middle": middle, "level": level, "growth": growth, "spread": spread, "scatter": scatter, "free": free}

    @cached_property
    def _reach(self) -> float:
        """By how much a normal is widened to have the 90 % interval of Student's t."""
        ends = (each.ppf((1 + LEVEL) / 2) for each in (StudentT(0.0, 1.0, self._fit["free"]), Normal(0.0, 1.0)))
        student, normal = map(float, ends)
        return student / normal

    def _belief(self, value: float, error: float, name: str) -> Quantity:
        why = (
            f"ordinary least squares; a normal with the 90 % interval of Student's t for {self._fit['free']:g} degrees"
        )
        spread = self._fit["scatter"] * self._reach * error
        return Quantity(leaf("assumed", Normal(value, spread), "1", because=why, name=name, file=self.file))

    @cached_property
    def _level(self) -> Quantity:
        return self._belief(self._fit["level"], 1 / math.sqrt(len(self.points)), "logarithm at the mean date")

    @cached_property
    def growth(self) -> Quantity:
        """Growth of the natural logarithm [1/year]."""
        slope = self._belief(
            self._fit["growth"], 1 / math.sqrt(self._fit["spread"]), "growth of the logarithm in a year"
        )
        return (slope / exact("1 year")).named("growth", symbol="g")

    @property
    def is_growing(self) -> bool:
        """Whether the 90 % interval of growth lies above zero."""
        return float(self.growth.interval(LEVEL).low) > 0

    @cached_property
    def factor(self) -> Quantity:
        """By how much it grows in a year [1]."""
        return exp(self.growth * exact("1 year")).named("factor of a year")

    @cached_property
    def doubling_time(self) -> Quantity:
        """Time in which it doubles [year]; below zero where it shrinks."""
        return (exact(math.log(2), "1", because="natural logarithm of 2") / self.growth).named(
            "doubling time", symbol="T_2"
        )

    def line(self, when: float | date | str) -> Quantity:
        """Return where the line stands at a date: the median model, without the scatter of single ones."""
        ahead = exact(self._year(when, "line") - self._fit["middle"], "1", because="years from the mean date")
        value = exp(self._level + self.growth * exact("1 year") * ahead) * exact(f"1 {self.unit}")
        return value.named(f"{self.what} on the line")

    def predicted(self, when: float | date | str) -> Quantity:
        """Return what a single further model would have at a date, with the scatter about the line."""
        place = self._belief(0.0, 1.0, "place of a single model about the line")
        return (self.line(self._year(when, "predicted")) * exp(place)).named(f"{self.what} of a model")

    @staticmethod
    def _year(when: Any, function: str) -> float:
        if isinstance(when, date):
            return decimal_year(when)
        if isinstance(when, str):
            try:
                return decimal_year(date.fromisoformat(when))
            except ValueError:
                raise RangeError(f"{function}(): {shown(when)} is no date; write such as '2030-01-01'") from None
        if not is_number(when) or not 1900 <= when <= 3000:
            raise RangeError(f"{function}(): {shown(when)} is no date; give a year such as 2030, or '2030-01-01'")
        return float(when)

    # --- as a table ----------------------------------------------------------------------------------------------

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:  # type: ignore[override]
        """What the table says, line by line."""
        first, last = self.points[0], self.points[-1]
        largest = max(self.points, key=lambda point: point.value)
        return (
            ("models", f"{len(self.points)}, {first.year:.1f} to {last.year:.1f}"),
            ("factor of a year", _with_interval(self.factor, 1.0)),
            ("doubling time, months", self._doubling),
            ("scatter about the line, decades", f"{self._fit['scatter'] / math.log(10):.2f}"),
            ("largest", f"{largest.name}, {rounded(largest.value)}"),
        )

    @property
    def _doubling(self) -> str:
        low, high = map(float, self.growth.interval(LEVEL))
        if low <= 0 <= high:  # its reciprocal goes through infinity, and has no interval
            return "not told apart from no growth"
        return _with_interval(self.doubling_time, 12.0)

    def _caption(self) -> str:
        return f"{self.what} over time: {self.told}; medians and 90 % intervals, equal-tailed"

    def _head(self) -> Sequence[str]:
        return ("trend", "value")

    def _cells(self, row: tuple[str, str]) -> Sequence[str]:
        return row

    def plot(self, ax: Any = None, until: float | None = None) -> Any:
        """Draw the models, the line and its 90 % prediction interval; return the axes.

        Needs matplotlib (``pip install brainparams[plot]``).
        """
        return self._drawn(ax, self.points[-1].year if until is None else self._year(until, "plot"), None)

    def _drawn(self, ax: Any, until: float, held: tuple[str, float] | None) -> Any:
        years = np.linspace(self.points[0].year, until, 40)
        marks = [(point.year, point.value) for point in self.points]
        ends = [(float(year), *self._band(float(year))) for year in years]
        return drawn(marks, ends, ("year of publication", Unit(self.unit).plural(2)), ax, held)

    def _band(self, year: float) -> tuple[float, float, float]:
        """Return the ends of the prediction interval about the line, and the line, in closed form."""
        fit = self._fit
        ahead = year - fit["middle"]
        error = fit["scatter"] * math.sqrt(1 + 1 / len(self.points) + ahead**2 / fit["spread"])
        reach = float(Normal(0.0, 1.0).ppf((1 + LEVEL) / 2)) * self._reach * error
        line = fit["level"] + fit["growth"] * ahead
        return math.exp(line - reach), math.exp(line), math.exp(line + reach)


def _with_interval(value: Quantity, scale: float) -> str:
    low, high = value.interval(LEVEL)
    median, low, high = (rounded(scale * float(each)) for each in (value.median(), low, high))
    return f"{median} ({low} to {high})"


def _below(value: Quantity, edge: float) -> float:
    """Return the probability that a quantity lies below a number in its own unit."""
    found = value.estimate(digits=2)
    return float(found.median < edge) if found.is_exact_number else float(found.law.cdf(edge)[0])


# --- crossing ----------------------------------------------------------------------------------------------------


@strict
@dataclass(frozen=True, repr=False, eq=False)
class Crossing(Table[tuple[str, str]]):
    """When a trend passes an estimate.

    Attributes
    ----------
    trend : Trend
        The trend.
    target : Quantity
        What it passes.
    year : Quantity [year]
        The year, as a distribution: the fit of the line, and the estimate, with all that is unknown in it.

    Examples
    --------
    >>> import brainparams as bp
    >>> points = [bp.results.TrendPoint(str(n), 2010.0 + n, 10.0 ** (9 + 0.3 * n + 0.1 * (-1) ** n)) for n in range(12)]
    >>> trend = bp.results.Trend("parameters", "parameter", tuple(points), "made up")
    >>> round(float(bp.crossing(trend, "1e15 parameter").year.median()))
    2030
    """

    trend: Trend
    target: Quantity
    year: Quantity

    @property
    def decades_beyond(self) -> float:
        """By how many powers of ten the estimate lies beyond the largest model of the trend; below 0 if inside."""
        largest = max(point.value for point in self.trend.points)
        return math.log10(float(self.target.median()) / largest)

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:  # type: ignore[override]
        """What the table says, line by line."""
        low, high = self.year.interval(LEVEL)
        last = self.trend.points[-1].year
        beyond = self.decades_beyond
        where = f"{beyond:.1f} decades beyond the largest model" if beyond > 0 else "inside the sizes of the models"
        return (
            ("passes in", f"{float(self.year.median()):.0f}"),
            ("90 % interval", f"{float(low):.0f} to {float(high):.0f}"),
            ("passed already", f"probability {_below(self.year.to('year'), last):.2f}"),
            ("extrapolated", where),
        )

    def _caption(self) -> str:
        named = self.target.name or "the estimate"
        return (
            f"when the line of {self.trend.what} passes {named} ({rounded(float(self.target.median()))}); growth as in "
            f"{self.trend.points[0].year:.0f} to {self.trend.points[-1].year:.0f}: {self.trend.told}"
        )

    def _head(self) -> Sequence[str]:
        return ("crossing", "value")

    def _cells(self, row: tuple[str, str]) -> Sequence[str]:
        return row

    def plot(self, ax: Any = None) -> Any:
        """Draw the trend up to where it passes the estimate; return the axes.

        Needs matplotlib (``pip install brainparams[plot]``).
        """
        _, high = self.year.interval(LEVEL)
        until = max(float(high), self.trend.points[-1].year)
        held = (self.target.name or "estimate", float(self.target.median()))
        return self.trend._drawn(ax, min(until, 3000.0), held)


@strict
def crossing(trend: Trend, target: Quantity | str) -> Crossing:
    """Return when a trend passes an estimate, as a distribution.

    The line of the trend is meant, which half of its models pass earlier. The spread of the answer is that of the fit
    and of the estimate; it holds if growth goes on as it was, which no fit can know.

    Parameters
    ----------
    trend : Trend
        From ``bp.read_notable_models(path).trend(…)``.
    target : Quantity
        What is passed, in the dimension of the trend; above zero.

    Returns
    -------
    Crossing

    Raises
    ------
    KindError
        If `trend` is no trend.
    UnitError
        If the dimensions differ.
    RangeError
        If the estimate may be zero or below, or the trend may fall: its 90 % interval of growth reaches zero.

    Examples
    --------
    >>> import brainparams as bp
    >>> points = [bp.results.TrendPoint(str(n), 2010.0 + n, 10.0 ** (9 + 0.3 * n + 0.1 * (-1) ** n)) for n in range(12)]
    >>> trend = bp.results.Trend("parameters", "parameter", tuple(points), "made up")
    >>> brain = bp.assumed("1e14 to 1e15 parameter", because="a range")
    >>> low, high = bp.crossing(trend, brain).year.interval()
    >>> round(low), round(high)
    (2027, 2030)
    """
    if not isinstance(trend, Trend):
        raise KindError(f"crossing(): 'trend' needs a trend, such as models.trend('parameters'); got {shown(trend)}")
    taken = quantity(getattr(target, "quantity", target), "crossing(): 'target'")
    if not same_dimension(taken.node.unit, Unit(trend.unit)):
        raise UnitError(f"crossing(): 'target' is in {taken.unit}, and the trend is of {trend.what} in {trend.unit}")
    if taken.axes:
        raise KindError("crossing(): 'target' is an array; take one element or the total")
    plain = taken.to(trend.unit)
    if _below(plain, 0.0) > 0 or not plain.median() > 0:
        raise RangeError("crossing(): 'target' may be zero or below; a growing line passes only what lies above zero")
    if not trend.is_growing:
        low, high = (rounded(float(each)) for each in trend.growth.interval(LEVEL))
        raise RangeError(
            f"crossing(): the growth of this trend is {low} to {high} a year (90 %): its line may fall, and passes "
            f"nothing for certain; take more models, or other ones"
        )
    ahead = (log(plain / exact(f"1 {trend.unit}")) - trend._level) / trend.growth
    start = exact(trend._fit["middle"], "year", because="mean date of the models")
    return Crossing(trend, plain, (start + ahead).named("year of crossing"))
