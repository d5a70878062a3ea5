"""From species that were measured to one that was not: a power law fitted on logarithms."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..checks import level_in, percent, strict
from ..distributions import StudentT
from ..errors import KindError, RangeError, ShapeError, UnitError, shown
from ..makers import assumed, exact, exp
from ..quantity import Quantity, quantity
from ..render.tables import TextRecord
from ..units import Unit, conversion_factor, same_dimension

__all__ = ["Allometry", "allometric_fit"]

FEWEST = 3


@dataclass(frozen=True, repr=False)
class Allometry(TextRecord):
    """A power law ``y = a·x^b`` between species, fitted by least squares on logarithms.

    Attributes
    ----------
    labels : tuple of str
        The species that it rests on.
    x_unit, y_unit : Unit
        Units of the two sides.
    intercept, slope : float
        ``ln y = intercept + slope · ln x``, with x and y in their units.
    residual : float
        Standard deviation of ln y about the line.
    mean, sum_of_squares : float
        Of ln x.

    Examples
    --------
    >>> import brainparams as bp
    >>> mass = {"mouse": "0.416 g", "rat": "1.8 g", "macaque": "87.3 g", "human": "1508 g"}
    >>> neurons = {"mouse": "7.1e7 neuron", "rat": "2.0e8 neuron", "macaque": "6.4e9 neuron", "human": "8.6e10 neuron"}
    >>> law = bp.estimators.allometry.allometric_fit(mass, neurons)
    >>> round(law.slope, 3)
    0.874
    >>> law.predict("10 g").interval(0.95)
    5.32e8 to 1.93e9 neuron (95 %, equal-tailed)
    """

    labels: tuple[str, ...]
    x_unit: Unit
    y_unit: Unit
    intercept: float
    slope: float
    residual: float
    mean: float
    sum_of_squares: float
    r_squared: float
    largest: float
    smallest: float

    @property
    def exponent(self) -> Quantity:
        """The exponent, with the error of the fit."""
        error = self.residual / math.sqrt(self.sum_of_squares)
        why = f"least squares on logarithms over {len(self.labels)} species"
        if not error:
            return exact(self.slope, "1", because=why)
        return assumed(StudentT(self.slope, error, self._degrees), "1", because=why, name="exponent", symbol="b")

    @strict
    def predict(self, x: Any, *, name: str = "predicted") -> Quantity:
        """Return what the law predicts for one more species: the line, and how far species scatter about it.

        Parameters
        ----------
        x : Quantity or text
            The known side, in a unit of its dimension, as it stands: its own spread is not added.
        name : str
            What the prediction is called.

        Returns
        -------
        Quantity
            Student t on the logarithm, with n - 2 degrees of freedom: the prediction interval of the regression.
        """
        value = _positive(quantity(x, "predict(): 'x'"), self.x_unit, "predict(): 'x'")
        distance = math.log(value) - self.mean
        middle = self.intercept + self.slope * math.log(value)
        scale = self.residual * math.sqrt(1.0 + 1.0 / len(self.labels) + distance**2 / self.sum_of_squares)
        why = f"prediction of a power law over {len(self.labels)} species for {value:g} {self.x_unit}"
        unit = exact(1, self.y_unit, because="unit of the law")
        belief = StudentT(middle, scale, self._degrees) if scale else middle
        logarithm = assumed(belief, "1", because=why, name=f"logarithm of {name}", symbol="λ")
        found = (exp(logarithm) * unit).named(name).with_caveat(
            "species are taken as independent: their common descent (phylogeny) is left out, so the interval may be "
            "too narrow",
            effect="narrows",
        )  # fmt: skip
        if not self.smallest <= value <= self.largest:
            reach = f"{self.smallest:.3g} to {self.largest:.3g} {self.x_unit}"
            text = f"the species of the law reach from {reach}: this lies outside"
            found = found.with_caveat(text, effect="unknown")
        return found

    def interval(self, level: float = 0.90) -> tuple[float, float]:
        """Return the coverage interval of the exponent."""
        low, high = self.exponent.interval(level_in(level, "interval(): level"))
        return low, high

    @property
    def _degrees(self) -> int:
        return len(self.labels) - 2

    def _title(self) -> str:
        return f"y = {math.exp(self.intercept):.4g} {self.y_unit} · (x / {self.x_unit})^{self.slope:.3g}"

    def _told(self) -> Sequence[tuple[str, str]]:
        low, high = self.interval(0.95)
        return (
            ("exponent", f"{self.slope:.4g}, {percent(0.95)} interval {low:.4g} to {high:.4g}"),
            ("scatter", f"species lie within ×/÷ {math.exp(self.residual):.3g} of the line (one standard deviation)"),
            ("R²", f"{self.r_squared:.4g} of the variance of the logarithm"),
            ("species", f"{len(self.labels)}: {', '.join(self.labels)}"),
            ("leaves out", "phylogeny: species are taken as independent; errors of each species' own numbers"),
        )


@strict
def allometric_fit(x: Any, y: Any) -> Allometry:
    """Return the power law that the numbers of several species follow.

    Parameters
    ----------
    x, y : Quantity with one axis, or dict of species and quantity
        Two numbers of each species, such as brain mass and neurons; findings (``bp.evidence(…)``), text or a column of
        a table. The median of each stands for it. Only species that both sides have are used.

    Returns
    -------
    Allometry
        The fit by ordinary least squares of ln y on ln x; ``.predict(x)`` gives a quantity.

    Raises
    ------
    RangeError
        For fewer than three species, numbers that are not positive, or an x that is the same everywhere.
    UnitError
        If the numbers of one side differ in dimension.

    Examples
    --------
    >>> import brainparams as bp
    >>> law = bp.estimators.allometry.allometric_fit(
    ...     {"a": "1 g", "b": "10 g", "c": "100 g"}, {"a": "2 neuron", "b": "20 neuron", "c": "200 neuron"}
    ... )
    >>> round(law.slope, 9), round(law.predict("1 kg").value, 6)
    (1.0, 2000.0)

    References
    ----------
    Warton, Wright, Falster & Westoby 2006, Bivariate line-fitting methods for allometry. doi:10.1017/S1464793106007007
    """
    xs, ys = _side(x, "x"), _side(y, "y")
    labels = tuple(label for label in xs if label in ys)
    if len(labels) < FEWEST:
        raise RangeError(f"allometric_fit(): {len(labels)} species stand on both sides; a line needs at least {FEWEST}")
    x_unit, y_unit = (Unit(side[labels[0]].unit) for side in (xs, ys))
    one, other = (
        np.log([_positive(side[label], unit, f"allometric_fit(): {label!r}") for label in labels])
        for side, unit in ((xs, x_unit), (ys, y_unit))
    )
    centred = one - one.mean()
    squares = float(centred @ centred)
    if squares < 1e-20:
        raise RangeError("allometric_fit(): 'x' is the same for all species; a slope needs different ones")
    slope = float(centred @ other) / squares
    residuals = other - other.mean() - slope * centred
    left, total = float(residuals @ residuals), float(np.sum((other - other.mean()) ** 2))
    left = 0.0 if left < 1e-24 * max(total, 1.0) else left
    return Allometry(
        labels, x_unit, y_unit, float(other.mean() - slope * one.mean()), slope, math.sqrt(left / (len(labels) - 2)),
        float(one.mean()), squares, 1.0 - left / total if total else 1.0, math.exp(one.max()), math.exp(one.min()),
    )  # fmt: skip


def _side(numbers: Any, name: str) -> dict[str, Quantity]:
    """Return one side of the law as quantities by species."""
    where = f"allometric_fit(): {name!r}"
    if isinstance(numbers, Mapping):
        return {str(label): quantity(value, f"{where}: {label!r}") for label, value in numbers.items()}
    if not isinstance(numbers, Quantity):
        raise KindError(
            f"{where} needs a dict of species and quantities, or a quantity with an axis; got {shown(numbers)}"
        )
    if len(numbers.axes) != 1:
        raise ShapeError(f"{where} needs one axis, such as 'species'; it has {', '.join(numbers.axes) or 'none'}")
    ((axis, labels),) = numbers.axes.items()
    return {label: numbers.select(**{axis: label}) for label in labels}


def _positive(number: Quantity, unit: Unit, where: str) -> float:
    """Return the median of a number in a unit, which has a logarithm."""
    if not same_dimension(Unit(number.unit), unit):
        raise UnitError(
            f"{where} is in {number.unit} ({Unit(number.unit).dimension}), and {unit} ({unit.dimension}) is needed"
        )
    value = float(number.median()) * float(conversion_factor(Unit(number.unit), unit))
    if not 0 < value < math.inf:
        raise RangeError(f"{where}: {value:g} {unit} has no logarithm; a power law needs numbers above 0")
    return value
