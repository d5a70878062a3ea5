"""Every route to a set of quantities adjusted together, as physical constants are."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from ..checks import is_number, strict
from ..citations import Citation
from ..distributions import Gamma, LogNormal, StudentT
from ..errors import ArgumentError, KindError, RangeError, UnitError, UnknownNameError, did_you_mean, shown
from ..graph import unknowns as unknowns_of
from ..makers import assumed, exact
from ..quantity import Quantity, quantity
from ..render.numbers import counted
from ..render.tables import Table, rounded
from ..units import Unit, product, quotient, same_dimension
from . import evidence
from .disagreement import study
from .finding import ID
from .in_common import Measured, covariances, in_common
from .least_squares import Fit, Problem, fitted, scale_factor
from .packaged_adjustments import Route, adjustment_of, adjustments, powers_of

__all__ = ["Adjustment", "Residual", "Route", "reconcile", "routes"]

Estimator = Literal["mandel-paule", "dersimonian-laird", "maximum-likelihood", "vangel-rukhin", "none"]
NORMAL_95 = 1.959963984540054
SOURCES = {
    "mandel-paule": "paule1982",
    "dersimonian-laird": "dersimonian1986",
    "vangel-rukhin": "vangel1999",
}


@dataclass(frozen=True, slots=True)
class Residual:
    """How one route stands to the adjustment.

    Attributes
    ----------
    label, of, unit : str
        The route, the product of unknowns that it measures, and its unit.
    measured, adjusted : float
        What was measured, and what the adjustment makes of it.
    spread : float
        Geometric standard deviation of its own error.
    ratio : float
        `measured` by `adjusted`.
    standardised : float
        Residual of the logarithm over its total standard deviation.
    pull : float
        Factor by which this route moves the first unknown; NaN where it could not be found without it.

    Examples
    --------
    >>> import brainparams as bp
    >>> max(bp.reconcile("macaque/neocortex/synapses"), key=lambda each: abs(each.standardised)).ratio < 1
    True
    """

    label: str
    of: str
    unit: str
    measured: float
    adjusted: float
    spread: float
    ratio: float
    standardised: float
    pull: float


@strict
@dataclass(frozen=True, repr=False)
class Adjustment(Table[Residual]):
    """What all routes together say of their unknowns; a table of the routes with their residuals.

    Attributes
    ----------
    rows : tuple of Residual
        In the order given.
    unknowns : dict of str to Quantity
        By name; correlated with each other, and usable like any quantity.
    between : dict of str to float
        Geometric standard deviation between methods, by method word.
    chi_squared, degrees_of_freedom : float, int
        Of the residuals, each over the error that its route states.
    p_value : float
        Chance of a larger one if all errors were as stated.
    birge_ratio : float
        √(χ²/ν): above 1 the routes scatter more than they state.
    scale_factor : float
        By which the Particle Data Group would widen the errors; NaN for several unknowns.
    estimator : str
        Of the spread between methods.
    edition : str
        Of the evidence.
    caveats : tuple of str
        What routes share, and whether it is counted as shared.
    normal : dict of str to (float, float)
        Median and logarithmic standard error of each unknown, as if the variance between methods were known.

    Examples
    --------
    >>> import brainparams as bp
    >>> found = bp.reconcile("macaque/neocortex/synapses")
    >>> f"{found['synapses'].median():.2g}", len(found)
    ('6.8e+12', 3)
    """

    rows: tuple[Residual, ...]
    unknowns: dict[str, Quantity]
    between: dict[str, float]
    chi_squared: float
    degrees_of_freedom: int
    p_value: float
    birge_ratio: float
    scale_factor: float
    estimator: str
    edition: str
    caveats: tuple[str, ...] = ()
    normal: dict[str, tuple[float, float]] = field(default_factory=dict)

    def __getitem__(self, key: Any) -> Any:
        """Return an unknown by name, or a row by place."""
        if not isinstance(key, str):
            return self.rows[key]
        if key not in self.unknowns:
            known, guess = ", ".join(self.unknowns), did_you_mean(key, self.unknowns)
            raise UnknownNameError(f"adjustment[{shown(key)}]: the unknowns are {known}.{guess}")
        return self.unknowns[key]

    def interval(
        self, name: str, level: float = 0.95, *, law: Literal["student", "normal"] = "student"
    ) -> tuple[float, float]:
        """Return the interval of an unknown: that of its belief, or the narrower one of a normal with a known spread.

        Parameters
        ----------
        name : str
            The unknown.
        level : float
            In (0, 1).
        law : {"student", "normal"}
            Widened for as few degrees of freedom as there are, or as if the variance between methods were known.
        """
        unknown = self[name]
        if law == "student":
            low, high = unknown.interval(level)
            return float(low), float(high)
        middle, log_sd = self.normal[name]
        ends = LogNormal.from_median(middle, math.exp(log_sd)).ppf(np.array([(1 - level) / 2, (1 + level) / 2]))
        low, high = np.asarray(ends).tolist()
        return low, high

    def summary(self) -> str:
        """Return in one line how far the routes agree."""
        several = len(self.between) > 1
        spreads = [f"×/÷ {rounded(each)}{f' ({name})' if several else ''}" for name, each in self.between.items()]
        count = counted(len(self.unknowns), "unknown")
        return (
            f"{len(self.rows)} routes to {count}; between methods {', '.join(spreads) or 'no spread asked for'}; "
            f"χ² = {self.chi_squared:.3g} with {self.degrees_of_freedom} degrees of freedom, Birge ratio "
            f"{self.birge_ratio:.2f}"
        )

    def _caption(self) -> str:
        told = "; ".join(f"{name}: {each}" for name, each in self.unknowns.items())
        return f"{told}\n{self.summary()}"

    def _head(self) -> Sequence[str]:
        return "route", "measured", "unit", "own error", "ratio", "standardised", "pull"

    def _cells(self, row: Residual) -> Sequence[str]:
        pull = "–" if math.isnan(row.pull) else f"×{row.pull:.2f}"
        own = f"×/÷ {rounded(row.spread)}"
        return row.label, rounded(row.measured), row.unit, own, f"{row.ratio:.2f}", f"{row.standardised:+.1f}", pull


@strict
def reconcile(
    routes: Any,
    *,
    unknowns: Mapping[str, str] | None = None,
    estimator: Estimator = "mandel-paule",
    robust: bool = False,
) -> Adjustment:
    """Return what several routes together say of the quantities that they measure, as constants are adjusted.

    Each route measures a product of powers of the unknowns. In logarithms that is a linear model, solved by generalised
    least squares [1]_ with a variance between methods beside the variance that each route states of its own error.
    Routes that share a part of their error, or rest on the same input, are correlated.

    ``mandel-paule``
        The variance at which the residuals scatter as they should [2]_.
    ``dersimonian-laird``
        The variance that their squares point to, in one step [3]_.
    ``maximum-likelihood``, ``vangel-rukhin``
        The likeliest variance; the second takes the variances within for estimates from `n` individuals as well [4]_.
    ``none``
        No variance between methods; the Birge ratio tells whether that is right.

    Parameters
    ----------
    routes : id, mapping of str to quantity, or list of Route
        Id of an adjustment that comes with the package; routes to one unknown, by label; or routes to several.
    unknowns : mapping of str to unit, optional
        Unit of each unknown, by the names that routes use; of routes to one unknown, the first route has it.
    estimator : str
        Of the variance between methods.
    robust : bool
        Whether errors are taken for Student's t with 4 degrees of freedom, so that one bad study loses weight.

    Returns
    -------
    Adjustment
        The unknowns as correlated quantities, and a table of residuals. With few routes the belief is wider than the
        normal of a known variance would be: its 95 % interval is Student's t's, with as many degrees of freedom as
        there are routes beyond unknowns.

    Raises
    ------
    ArgumentError
        If the routes do not determine the unknowns, name others, or are one number told twice.
    RangeError
        If a route states no spread, shares more than that, or is not above zero.
    UnitError
        If a route does not have the unit of what it measures.

    References
    ----------
    .. [1] Mohr, Newell, Taylor & Tiesinga (2025), CODATA recommended values. doi:10.1103/RevModPhys.97.025002
    .. [2] Paule & Mandel (1982), Consensus values and weighting factors. doi:10.6028/jres.087.022
    .. [3] DerSimonian & Laird (1986), Meta-analysis in clinical trials. doi:10.1016/0197-2456(86)90046-2
    .. [4] Vangel & Rukhin (1999), Maximum likelihood analysis. doi:10.1111/j.0006-341X.1999.00129.x

    Examples
    --------
    >>> import brainparams as bp
    >>> found = bp.reconcile({"stereology": "1.64e14 ×/÷ 1.1 synapse", "microscopy": "2.9e14 ×/÷ 1.3 synapse"})
    >>> f"{found['unknown'].median():.2g}", round(found.birge_ratio, 1)
    ('2.1e+14', 2.0)
    """
    if not isinstance(robust, bool | np.bool_):
        raise KindError(f"reconcile(): robust is True or False; got {shown(robust)}")
    if isinstance(routes, str):
        name, listed, unknowns = adjustment_of(routes)
    else:
        name, listed = "", _routes(routes)
    if not listed:
        raise ArgumentError("reconcile(routes): there is no route; give at least one for each unknown")
    system = _system(name, listed, unknowns, estimator, robust)
    try:
        fit = system.fit(system.problem)
    except np.linalg.LinAlgError:
        raise ArgumentError(
            f"reconcile(): {len(listed)} routes do not determine {', '.join(system.units)}; add a route to one of them"
        ) from None
    return _adjusted(system, fit)


@strict
def routes(finding_id: str, /) -> Adjustment:
    """Return the routes to one quantity, with how far each stands from what they say together.

    Parameters
    ----------
    finding_id : str
        Of a finding, such as ``"human/neocortex/synapses"``, or of an adjustment, such as ``"human/neocortex"``.

    Returns
    -------
    Adjustment
        A table of the routes; that of the package's own adjustment where it has one, of the finding's rivals
        otherwise.

    Raises
    ------
    UnknownNameError, ArgumentError
        If there is no such finding, or it has fewer than two studies that state a spread.

    Examples
    --------
    >>> len(routes("human/neocortex/synapses")) >= 7
    True
    """
    known = adjustments()
    name, _, unknown = finding_id.rpartition("/")
    if finding_id in known:
        return reconcile(finding_id)
    if unknown in known.get(name, {}).get("unknowns", ()):
        return reconcile(name)
    stated: dict[Any, str] = {}  # by what they rest on, so that one number under two ids is one route
    for each in evidence.rivals(finding_id).studies:
        found, inputs = study(each.id, evidence(each.id)), unknowns_of([evidence(each.id).node])
        if found.log_sd:
            stated.setdefault((frozenset(leaf.uid for leaf in inputs), f"{found.median:.9g}"), each.id)
    if len(stated) < 2:
        raise ArgumentError(
            f"routes({finding_id!r}): {len(stated)} of its studies state a spread, and two are needed; adjustments "
            f"that come with the package: {', '.join(known)}"
        )
    return reconcile([Route(each, "unknown") for each in stated.values()])


# --- from routes to numbers ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _System:
    """All routes as one problem, and how it is to be solved."""

    name: str
    measured: tuple[Measured, ...]
    units: Mapping[str, Unit]
    methods: tuple[str, ...]
    problem: Problem
    estimator: str
    robust: bool

    def fit(self, problem: Problem) -> Fit:
        """Solve the problem, or a part of it, in the same way."""
        return fitted(problem, self.estimator, robust=self.robust)

    @property
    def freedom(self) -> int:
        """Degrees of freedom: routes beyond unknowns."""
        return len(self.measured) - len(self.units)


def _routes(given: Any) -> list[Route]:
    if isinstance(given, Mapping):
        routes = (
            (str(label), each if isinstance(each, Route) else Route(each, "unknown")) for label, each in given.items()
        )
        return [replace(each, label=each.label or label) for label, each in routes]
    if not isinstance(given, Sequence) or not all(isinstance(each, Route) for each in given):
        raise KindError(
            f"reconcile(routes): {shown(given)} came; expected the id of an adjustment, a mapping from labels to "
            "quantities, or a list of bp.Route"
        )
    return list(given)


def _system(
    name: str, listed: Sequence[Route], unknowns: Mapping[str, str] | None, estimator: str, robust: bool
) -> _System:
    units = _units(listed, unknowns)
    measured = tuple(_measured(each, units, place) for place, each in enumerate(listed, start=1))
    methods = tuple(dict.fromkeys(each.method for each in listed if each.method is not None))
    design = np.array([[each.powers.get(unknown, 0) for unknown in units] for each in measured], dtype=np.float64)
    problem = Problem(
        design,
        np.log([each.median for each in measured]),
        np.square([each.log_sd for each in measured]),
        np.array([-1 if each.method is None else methods.index(each.method) for each in listed], dtype=np.int64),
        np.array([math.inf if each.n is None else each.n for each in listed], dtype=np.float64),
        covariances(measured),
    )
    if problem.shared is not None and estimator == "vangel-rukhin":
        raise ArgumentError(
            "reconcile(): 'vangel-rukhin' takes routes as independent, and some of these share errors; write "
            "estimator='mandel-paule'"
        )
    return _System(name, measured, units, methods, problem, estimator, robust)


def _units(listed: Sequence[Route], unknowns: Mapping[str, str] | None) -> dict[str, Unit]:
    if unknowns is not None:
        return {name: Unit(unit) for name, unit in unknowns.items()}
    powers = [powers_of(each.of or "unknown") for each in listed]
    names = sorted({name for each in powers for name in each})
    single = [place for place, each in enumerate(powers) if each == dict.fromkeys(names, 1)]
    if len(names) != 1 or not single:
        raise ArgumentError(
            f"reconcile(unknowns): {', '.join(names) or 'no route'} came without units; write "
            "unknowns={'synapses': 'synapse', …}"
        )
    return {names[0]: Unit(_quantity(listed[single[0]], single[0] + 1).unit)}


def _quantity(route: Route, place: int) -> Quantity:
    if isinstance(route.measured, str) and re.fullmatch(ID, route.measured):
        return evidence(route.measured)
    return quantity(route.measured, f"reconcile(): route {route.label or place}")


def _measured(route: Route, units: Mapping[str, Unit], place: int) -> Measured:
    made, powers = _quantity(route, place), powers_of(route.of or "unknown")
    label = route.label or "; ".join(each.label for each in made.citations()) or made.name or f"route {place}"
    where = f"reconcile(): {label}"
    strange = sorted(set(powers) - set(units))
    if strange:
        raise ArgumentError(f"{where} measures {strange[0]!r}; the unknowns are {', '.join(units)}")
    unit = _unit_of(powers, units)
    if not same_dimension(Unit(made.unit), unit):
        raise UnitError(f"{where} is in {made.unit}, but {route.of or 'the unknown'} is in {unit.text}")
    found = study(label, made.to(unit.text))
    if not found.median > 0:
        raise RangeError(f"{where} has the median {found.median:g}; routes are adjusted by ratio, above zero")
    log_sd = math.log(route.spread) if route.spread is not None else found.log_sd
    if log_sd is None or not log_sd > 0:
        raise RangeError(f"{where} states no spread; give Route(…, spread=1.2), a geometric standard deviation")
    shared = {name: math.log(_factor_of(size, where)) for name, size in route.shared.items()}
    if sum(part**2 for part in shared.values()) > log_sd**2 * (1 + 1e-9):
        raise RangeError(f"{where} shares more with other routes than its own error, ×/÷ {rounded(math.exp(log_sd))}")
    told = shared if shared or route.spread is not None else None
    return Measured(label, made, powers, unit, found.median, log_sd, told)


def _factor_of(size: Any, where: str) -> float:
    if not is_number(size) or not size > 0 or size == 1:
        raise RangeError(f"{where}: shared= takes factors above zero and other than 1, such as 1.1; got {shown(size)}")
    return float(size)


def _unit_of(powers: Mapping[str, int], units: Mapping[str, Unit]) -> Unit:
    whole = Unit("1")
    for name, exponent in powers.items():
        for _ in range(abs(exponent)):
            whole, _factor = (product if exponent > 0 else quotient)(whole, units[name])
    return whole


# --- from the solution to quantities --------------------------------------------------------------------------------


def _adjusted(system: _System, fit: Fit) -> Adjustment:
    stated, freedom = fitted(system.problem, "none"), system.freedom
    squares = float(np.sum(stated.squares))
    own, is_one = np.sqrt(system.problem.variances), len(system.units) == 1
    errors = np.sqrt(np.diag(fit.covariance))
    return Adjustment(
        rows=tuple(_residuals(system, fit)),
        unknowns=_quantities(system, fit),
        between={each: math.exp(math.sqrt(size)) for each, size in zip(system.methods, fit.between, strict=True)},
        chi_squared=squares,
        degrees_of_freedom=freedom,
        p_value=1 - float(Gamma(freedom / 2, 2.0).cdf(squares)) if freedom else math.nan,  # χ² is a gamma
        birge_ratio=math.sqrt(squares / freedom) if freedom else math.nan,
        scale_factor=scale_factor(system.problem.observed.tolist(), own.tolist()) if is_one else math.nan,
        estimator=system.estimator,
        edition=evidence.edition,
        caveats=tuple(in_common(system.measured, system.problem.shared)),
        normal={
            each: (math.exp(float(middle)), float(error))
            for each, middle, error in zip(system.units, fit.unknowns, errors, strict=True)
        },
    )


def _residuals(system: _System, fit: Fit) -> Iterator[Residual]:
    for place, each in enumerate(system.measured):
        try:
            left = system.fit(system.problem.without(place))
            pull = math.exp(float(fit.unknowns[0] - left.unknowns[0]))
        except np.linalg.LinAlgError:
            pull = math.nan
        residual = float(fit.residuals[place])
        yield Residual(
            label=each.label,
            of=" ".join(f"{name}^{exponent}" if exponent != 1 else name for name, exponent in each.powers.items()),
            unit=each.unit.text,
            measured=each.median,
            adjusted=each.median * math.exp(-residual),
            spread=math.exp(each.log_sd),
            ratio=math.exp(residual),
            standardised=residual / math.sqrt(float(fit.variances[place])),
            pull=pull,
        )


def _quantities(system: _System, fit: Fit) -> dict[str, Quantity]:
    """Return the unknowns as products of common lognormal factors, correlated as the adjustment says."""
    root = np.linalg.cholesky(fit.covariance) * _widening(system)
    labels = ", ".join(each.label for each in system.measured)
    because = f"adjusted by {system.estimator} over {len(system.measured)} routes: {labels}"
    sources: dict[str, Citation] = {each.key: each for one in system.measured for each in one.quantity.citations()}
    model = tuple(SOURCES[each] for each in (system.estimator,) if each in SOURCES)
    factors = [_factor(system, place) for place in range(1, len(system.units) + 1)]
    found = {}
    for place, (name, unit) in enumerate(system.units.items()):
        whole = exact(math.exp(float(fit.unknowns[place])), unit.text, because="median of the adjustment")
        for factor, share in zip(factors, root[place], strict=True):
            whole = whole * factor ** float(share) if share else whole
        found[name] = whole.named(f"{name}, adjusted", because=because, source=(*sources.values(), *model))
    return found


def _widening(system: _System) -> float:
    """Return by how much Student's t is wider than the normal at 95 %, for a variance estimated from few routes."""
    if system.estimator == "none" or not system.methods or system.freedom < 1:
        return 1.0
    return float(StudentT(0.0, 1.0, float(system.freedom)).ppf(0.975)) / NORMAL_95


def _factor(system: _System, place: int) -> Quantity:
    identity = f"adjustment/{system.name}/{place}@{evidence.edition}" if system.name else None
    return assumed(
        LogNormal(0.0, 1.0),
        "1",
        because=f"what the adjustment of {len(system.measured)} routes leaves unknown",
        name=f"adjustment, factor {place}",
        symbol=f"a_{place}",
        finding=identity,
    )
