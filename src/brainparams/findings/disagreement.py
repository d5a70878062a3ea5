"""How far published values lie apart, told apart from the spread that each of them states."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from ..checks import level_in, stands_twice, strict
from ..errors import ArgumentError, KindError, RangeError, ShapeError, UnitError, shown
from ..quantity import Quantity, quantity
from ..render import plots
from ..render.numbers import percent_of
from ..render.tables import Table, rounded
from ..units import Unit
from . import evidence
from .finding import AFTER, ID, Finding

__all__ = ["Disagreement", "RandomEffects", "Study", "disagreement", "random_effects", "studies", "study"]

ONE_SD = 0.15865525393145707  # standard normal probability below -1


@dataclass(frozen=True, slots=True)
class Study:
    """One of several values of the same quantity.

    Attributes
    ----------
    label : str
        Its source, or its name.
    quantity : Quantity
        In the unit of the first study.
    median : float
        In that unit.
    log_sd : float or None
        Half the logarithm of the ratio of the 84.1 % and the 15.9 % quantile: the standard deviation of the logarithm
        of a lognormal. None where no spread is stated, or where it reaches down to zero.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.disagreement(["human/cerebellum/neurons", "human/cerebellum/neurons/andersen1992"])[1].label
    'Andersen et al. 1992'
    """

    label: str
    quantity: Quantity
    median: float
    log_sd: float | None


@dataclass(frozen=True, slots=True)
class RandomEffects:
    """The random-effects model of DerSimonian and Laird, fitted to some numbers with known variances.

    Attributes
    ----------
    tau : float
        Standard deviation between studies.
    weights : tuple of float
        Of the studies in the mean; they add up to 1.
    mean, standard_error : float
        The weighted mean and its standard error.
    q, i_squared : float
        Cochran's Q, and the part of it beyond chance, in [0, 1].
    """

    tau: float
    weights: tuple[float, ...]
    mean: float
    standard_error: float
    q: float
    i_squared: float


def random_effects(values: Sequence[float], variances: Sequence[float]) -> RandomEffects:
    """Fit the random-effects model by the moments of DerSimonian and Laird.

    With w = 1/v and Q = Σ w (y - ȳ)², τ² = max(0, (Q - (k - 1)) / (Σ w - Σ w² / Σ w)); the mean has weights
    1 / (v + τ²), and one over the sum of these is its variance.

    References
    ----------
    DerSimonian & Laird (1986), Meta-analysis in clinical trials. doi:10.1016/0197-2456(86)90046-2

    Examples
    --------
    >>> fit = random_effects([0.0, 2.0], [1.0, 1.0])
    >>> fit.tau, fit.mean, fit.standard_error
    (1.0, 1.0, 1.0)
    """
    y, v = np.asarray(values, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    w = 1 / v
    q = float(np.sum(w * (y - np.sum(w * y) / np.sum(w)) ** 2))
    excess = max(0.0, q - (len(y) - 1))
    tau_squared = excess / float(np.sum(w) - np.sum(w**2) / np.sum(w))
    weights = 1 / (v + tau_squared)
    total = float(np.sum(weights))
    shares = weights / total
    return RandomEffects(
        tau=math.sqrt(tau_squared),
        weights=tuple(shares.tolist()),
        mean=float(np.sum(shares * y)),
        standard_error=math.sqrt(1 / total),
        q=q,
        i_squared=excess / q if q else 0.0,
    )


@strict
@dataclass(frozen=True, repr=False)
class Disagreement(Table[Study]):
    """How far studies lie apart, and how wide each of them is; a table of the studies.

    Attributes
    ----------
    rows : tuple of Study
        In the order given.
    unit : str
        Of the medians.
    between : float
        Geometric standard deviation of the medians, as they stand: 1 means that all agree.
    within : float or None
        Geometric standard deviation inside a study, the root mean square over those that state a spread.
    ratio : float
        Largest median divided by the smallest.
    fit : RandomEffects or None
        What of `between` is more than the spread within explains, on the logarithm; None unless every study states a
        spread.

    Examples
    --------
    >>> import brainparams as bp
    >>> found = bp.disagreement(["human/cerebellum/neurons", "human/cerebellum/neurons/andersen1992"])
    >>> round(found.ratio, 2), round(found.between, 2), round(found.within, 2)
    (1.46, 1.31, 1.12)
    """

    rows: tuple[Study, ...]
    unit: str
    between: float
    within: float | None
    ratio: float
    fit: RandomEffects | None

    def summary(self) -> str:
        """Return what disagrees in one line."""
        within = "no study states a spread" if self.within is None else f"×/÷ {rounded(self.within)} within"
        fit = (
            f"; τ = {rounded(self.fit.tau)} and I² = {percent_of(self.fit.i_squared)} on the logarithm"
            if self.fit
            else ""
        )
        return f"×/÷ {rounded(self.between)} between {len(self.rows)} studies, {within}{fit}"

    def _caption(self) -> str:
        return f"{self.summary()}; largest ÷ smallest {rounded(self.ratio)}"

    def _head(self) -> Sequence[str]:
        return "study", f"median [{self.unit}]", "within", "ratio to the middle"

    def _cells(self, row: Study) -> Sequence[str]:
        middle = math.exp(float(np.mean([math.log(each.median) for each in self.rows])))
        within = "" if row.log_sd is None else f"×/÷ {rounded(math.exp(row.log_sd))}"
        return row.label, rounded(row.median), within, rounded(row.median / middle)

    def plot(self, ax: Any = None, *, level: float = 0.90) -> Any:
        """Draw the studies below each other, with what random effects make of them; return the axes (needs matplotlib).

        The intervals are lognormal, for studies that state a spread.
        """
        z = NormalDist().inv_cdf((1.0 + level_in(level, "plot(): level")) / 2.0)
        marks = [_mark(row.label, math.log(row.median), z * (row.log_sd or 0.0), "brain") for row in self.rows]
        fit = self.fit
        pooled = _mark("random effects", fit.mean, z * fit.standard_error, "estimate") if fit else None
        return plots.forest(marks, Unit(self.unit).plural(2), level, ax, pooled)


def _mark(name: str, middle: float, half_width: float, kind: str) -> plots.Mark:
    low, median, high = (math.exp(middle + way * half_width) for way in (-1, 0, 1))
    return plots.Mark(name, low, median, high, kind, f"×/÷ {rounded(high / median)}" if half_width else "")


@strict
def disagreement(parts: Any) -> Disagreement:
    """Return how far several values of one quantity lie apart, and how wide each of them is.

    Parameters
    ----------
    parts : list of id, Finding, Quantity or text; mapping of str to these; or one id
        At least two values above zero, of one dimension; the keys of a mapping name the studies. One id
        stands for what is measured or derived among the finding and its rivals, without what is superseded or from
        memory.

    Returns
    -------
    Disagreement
        Spread between and within, as geometric standard deviations; prints as a table.

    Raises
    ------
    ArgumentError
        If there are fewer than two, or one stands twice.
    UnitError, RangeError, ShapeError
        If one has another dimension, is not above zero, or is an array.

    Notes
    -----
    The spread within is taken as each study states it. A standard deviation between individuals is wider than the
    standard error of their mean, so that τ is then a lower bound.

    Examples
    --------
    >>> import brainparams as bp
    >>> print(bp.disagreement(["human/cerebellum/neurons", "human/cerebellum/neurons/andersen1992"]))
    ×/÷ 1.31 between 2 studies, ×/÷ 1.12 within; τ = 0.244 and I² = 82 % on the logarithm; largest ÷ smallest 1.46
      study                 median [neuron]    within  ratio to the middle
      Azevedo et al. 2009            6.9e10   ×/÷ 1.1                0.826
      Andersen et al. 1992          1.01e11  ×/÷ 1.14                 1.21
    """
    return apart(studies(parts, "disagreement()"), "disagreement()")


def apart(found: Sequence[Study], where: str) -> Disagreement:
    """Return the disagreement of studies."""
    for each in found:
        if each.median <= 0:
            raise RangeError(
                f"{where}: {each.label} has the median {each.median:g}; studies are compared by ratio, above zero"
            )
    logs = [math.log(each.median) for each in found]
    spreads = [each.log_sd for each in found if each.log_sd is not None]
    return Disagreement(
        rows=tuple(found),
        unit=found[0].quantity.unit,
        between=math.exp(float(np.std(logs, ddof=1))),
        within=math.exp(math.sqrt(float(np.mean(np.square(spreads))))) if spreads else None,
        ratio=math.exp(max(logs) - min(logs)),
        fit=random_effects(logs, [each**2 for each in spreads]) if len(spreads) == len(found) else None,
    )


def studies(parts: Any, where: str) -> tuple[Study, ...]:
    """Return what was given as studies in the unit of the first."""
    names = _names(parts, where) if isinstance(parts, Mapping) else None
    quantities = [_quantity(each, where) for each in _listed(parts, where)]
    if len(quantities) < 2:
        raise ArgumentError(f"{where}: needs at least two values of one quantity; got {len(quantities)}")
    for each in quantities:
        if each.axes:
            raise ShapeError(f"{where}: {shown(each.name)} is an array; pick one element or take the total")
    labels = names or _labels(quantities)
    same = [_converted(each, label, quantities[0].unit, where) for each, label in zip(quantities, labels, strict=True)]
    twice = stands_twice(same)
    if twice is not None:
        raise ArgumentError(f"{where}: {labels[same.index(twice)]} stands twice; a study counts once")
    return tuple(study(label, each) for label, each in zip(labels, same, strict=True))


def _names(parts: Mapping[Any, Any], where: str) -> list[str]:
    for name in parts:
        if not isinstance(name, str) or not name.strip():
            raise KindError(f"{where}: {shown(name)} came as the name of a study; a name is text, such as 'Smith 1990'")
    return list(parts)


def _listed(parts: Any, where: str) -> list[Any]:
    if isinstance(parts, str):
        return _studies_of(parts, where)
    if isinstance(parts, Mapping):
        return list(parts.values())
    if isinstance(parts, Quantity | Finding) or not hasattr(parts, "__iter__"):
        raise KindError(
            f"{where}: {shown(parts)} came; expected a list of findings, quantities or ids, a dict of them by name, or "
            f"one id"
        )
    return list(parts)


def _studies_of(finding_id: str, where: str) -> list[Finding]:
    rivals = evidence.rivals(finding_id)
    if len(rivals.studies) < 2:
        left_out = [each.id for each in rivals if each not in rivals.studies]
        listed = f"; left out: {', '.join(left_out)}" if left_out else ""
        raise ArgumentError(
            f"{where}: {finding_id!r} has {len(rivals.studies)} studies that are measured or derived, seen and not "
            f"superseded{listed}. Give a list of ids to choose yourself."
        )
    return list(rivals.studies)


def _quantity(part: Any, where: str) -> Quantity:
    if isinstance(part, Finding):
        return evidence(part.id)
    if isinstance(part, str) and re.fullmatch(ID, part):
        return evidence(part)
    return quantity(part, where)


def _labels(quantities: Sequence[Quantity]) -> list[str]:
    """Name each by its sources, or by its name, so that no two are called the same."""
    labels: list[str] = []
    for number, each in enumerate(quantities, start=1):
        sources = [citation.label for citation in each.citations()]
        plain = "; ".join(sources) if 0 < len(sources) <= 2 else (each.name or f"study {number}").rpartition(AFTER)[2]
        labels.append(plain if plain not in labels else f"{plain} ({number})")
    return labels


def _converted(each: Quantity, label: str, unit: str, where: str) -> Quantity:
    try:
        return each.to(unit)
    except UnitError:
        raise UnitError(f"{where}: {label} is in {each.unit}, the first in {unit}; give one quantity of each") from None


def study(label: str, each: Quantity) -> Study:
    """Return one value as a study, in its own unit."""
    estimate = each.estimate()
    median = float(estimate.median)
    if estimate.is_exact_number:
        return Study(label, each, median, None)
    low, high = (float(estimate.quantile(p)) for p in (ONE_SD, 1 - ONE_SD))
    return Study(label, each, median, math.log(high / low) / 2 if low > 0 else None)
