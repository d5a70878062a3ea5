"""Fractions between 0 and 1."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Self

import numpy as np

from ..checks import strict
from .belief import ByInterval
from .checks import FloatArray, Values, demand, demand_sd, settle


@dataclass(frozen=True, slots=True, eq=False)
class Beta(ByInterval):
    """A fraction between 0 and 1.

    Parameters
    ----------
    alpha, beta : float or array
        Shape parameters, within 1e-12 to 1e12; the mean is alpha / (alpha + beta).

    Examples
    --------
    >>> Beta(2, 6).mean
    0.25
    """

    name: ClassVar[str] = "beta"
    has_slow_cdf: ClassVar[bool] = True
    alpha: Values
    beta: Values

    def _check(self, where: str) -> None:
        # beyond these bounds the incomplete beta function loses its digits, and from 1e17 on returns NaN
        message = "must be within 1e-12 to 1e12; got {0}; Beta.from_mean finds it, and Normal serves a narrower spread"
        for label, value in (("alpha", self.alpha), ("beta", self.beta)):
            inside = np.greater_equal(value, 1e-12) & np.less_equal(value, 1e12)
            demand(inside, f"{where}({label})", message, value)

    @classmethod
    def _fit(cls, where: str, low: Values, high: Values, tails: tuple[float, float]) -> Self:
        message = "a fraction lies within (0, 1); got {0}; divide a percentage by 100"
        demand(np.greater(low, 0), f"{where}(low)", message, low)
        demand(np.less(high, 1), f"{where}(high)", message, high)
        alpha, beta = np.vectorize(partial(_beta_through, tails=tails), otypes="dd")(low, high)
        message = "found no beta distribution with {0} to {1} at this level; use Triangular or another level"
        demand(~np.isnan(alpha), f"{where}(low)", message, low, high)
        return cls(alpha, beta)

    @classmethod
    def from_mean(cls, mean: Values, sd: Values) -> Self:
        """Return the beta distribution with this mean and standard deviation.

        Parameters
        ----------
        mean, sd : float or array
            Mean in (0, 1) and standard deviation in (0, sqrt(mean (1 - mean))).

        Raises
        ------
        RangeError
            If no beta distribution has these.

        Examples
        --------
        >>> Beta.from_mean(0.5, 0.25)
        Beta(alpha=1.5, beta=1.5)
        """
        where = f"{cls.__name__}.from_mean"
        centre, spread = settle(where, mean=mean, sd=sd)
        inside = np.greater(centre, 0) & np.less(centre, 1)
        demand(inside, f"{where}(mean)", "a fraction lies within (0, 1); got {0}; divide a percentage by 100", centre)
        demand_sd(spread, f"{where}(sd)")
        demand(np.greater(spread, 0), f"{where}(sd)", "must be above 0; got {0}; use an exact value", spread)
        widest = np.sqrt(np.multiply(centre, np.subtract(1, centre)))
        message = "must be below {0}, the widest for this mean; got {1}; use a smaller one"
        demand(np.less(spread, widest), f"{where}(sd)", message, widest, spread)
        with np.errstate(all="ignore"):
            # α + β = mean (1 - mean) / sd² - 1
            total = (widest / spread - 1) * (widest / spread + 1)
            return cls(centre * total, np.subtract(1, centre) * total)

    @classmethod
    def from_counts(cls, successes: Values, trials: Values) -> Self:
        """Return what `successes` out of `trials` tell about the fraction behind them.

        This is the beta distribution with parameters successes + 1/2 and trials - successes + 1/2, the posterior of
        Jeffreys' prior; its equal-tailed intervals are the Jeffreys intervals of a binomial proportion. It holds for
        independent trials of equal probability.

        Parameters
        ----------
        successes, trials : int or array of whole numbers
            Numbers of trials with the outcome and in all, 0 <= successes <= trials, trials >= 1.

        Raises
        ------
        RangeError
            If these are no counts.

        References
        ----------
        Brown, Cai & DasGupta (2001), Interval estimation for a binomial proportion, doi:10.1214/ss/1009213286

        Examples
        --------
        >>> Beta.from_counts(7, 10)
        Beta(alpha=7.5, beta=3.5)
        """
        return cls._counted(f"{cls.__name__}.from_counts", successes, trials)

    @classmethod
    def _counted(cls, where: str, successes: Values, trials: Values) -> Self:
        counts, totals = settle(where, successes=successes, trials=trials)
        for label, value in (("successes", counts), ("trials", totals)):
            whole = np.equal(np.round(value), value) & np.greater_equal(value, 0)
            demand(whole, f"{where}({label})", "needs a count, 0, 1, 2, ...; got {0}; give what was counted", value)
        demand(np.greater_equal(totals, 1), f"{where}(trials)", "no trials tell nothing; use Uniform(0, 1)")
        message = "{0} successes out of {1} trials; order is successes, trials"
        demand(np.less_equal(counts, totals), f"{where}(successes)", message, counts, totals)
        return cls(np.add(counts, 0.5), np.subtract(totals, counts) + 0.5)

    def _ppf(self, p: FloatArray) -> Any:
        return beta_quantiles(self.alpha, self.beta, p)[0]

    def _isf(self, q: FloatArray) -> Any:
        return beta_quantiles(self.beta, self.alpha, q)[1]

    def _cdf(self, x: FloatArray) -> Any:
        from scipy.special import betainc

        return betainc(self.alpha, self.beta, np.clip(x, 0, 1))

    def _sf(self, x: FloatArray) -> Any:
        from scipy.special import betaincc

        return betaincc(self.alpha, self.beta, np.clip(x, 0, 1))

    def _moments(self) -> tuple[Any, Any]:
        total = self.alpha + self.beta
        return self.alpha / total, np.sqrt((self.alpha / total) * (self.beta / total) / (total + 1))

    def _log_moments(self) -> tuple[Any, Any]:
        from scipy.special import polygamma, psi

        # E ln X = ψ(α) - ψ(α + β), Var ln X = ψ₁(α) - ψ₁(α + β)
        total = self.alpha + self.beta
        return psi(self.alpha) - psi(total), np.sqrt(polygamma(1, self.alpha) - polygamma(1, total))

    def _fill(self, generator: np.random.Generator, draws: FloatArray) -> None:
        draws[...] = generator.beta(self.alpha, self.beta, draws.shape)


def beta_quantiles(alpha: Any, beta: Any, p: FloatArray) -> tuple[Any, Any]:
    """Quantiles of the beta distribution at `p`, and what each leaves to 1."""
    from scipy.special import betainccinv, betaincinv, betaln

    quantile, rest = betaincinv(alpha, beta, p), betainccinv(beta, alpha, p)
    if np.any(np.isnan(quantile)):
        # scipy 1.17 answers NaN for some p below 1e-16; there x = (p α B(α, β))^(1/α) is exact to the last digits
        leading = np.exp((np.log(p) + np.log(alpha) + betaln(alpha, beta)) / alpha)
        quantile = np.where(np.isnan(quantile), leading, quantile)
    return quantile, np.where(np.isnan(rest), 1 - quantile, rest)


def _beta_through(low: float, high: float, tails: tuple[float, float]) -> tuple[float, float]:
    """Both parameters of the beta distribution with these quantiles at `tails`; NaN where none was found."""
    from scipy.optimize import root
    from scipy.special import betainccinv, betaincinv, expit, ndtri

    goal = np.log([low, high]) - np.log1p([-low, -high])
    probabilities = np.array(tails)
    width = goal[1] - goal[0]

    def misfit(logs: FloatArray) -> Any:
        alpha, beta = np.exp(np.clip(logs, -28.0, 28.0))
        # in log odds both quantiles are on one scale, and neither end of (0, 1) loses digits
        odds = np.log(betaincinv(alpha, beta, probabilities)) - np.log(betainccinv(beta, alpha, probabilities))
        return (odds - goal) / width

    # start from the normal distribution of the log odds: mean m, Var ≈ 1 / (ν m (1 - m)) while it is narrow
    scale = width / float(ndtri(tails[1]) - ndtri(tails[0]))
    middle = expit(goal.sum() / 2)
    total = 1 / (scale**2 * middle * (1 - middle)) + 0.3 / scale
    for factor in (1.0, 0.1, 10.0, 0.01, 100.0):
        start = np.log([middle * total * factor, (1 - middle) * total * factor])
        alpha, beta = np.exp(root(misfit, start, options={"xtol": 1e-15}).x)
        found = betaincinv(alpha, beta, probabilities)
        if np.all(np.abs(found / np.array([low, high]) - 1) <= 1e-12):
            return float(alpha), float(beta)
    return math.nan, math.nan


@strict
def from_counts(successes: Values, trials: Values) -> Beta:
    """Return what `successes` out of `trials` tell about the fraction behind them: ``Beta.from_counts``.

    Parameters
    ----------
    successes, trials : int or array of whole numbers
        Numbers of trials with the outcome and in all, 0 <= successes <= trials, trials >= 1.

    Returns
    -------
    Beta
        With parameters successes + 1/2 and trials - successes + 1/2, the posterior of Jeffreys' prior.

    Raises
    ------
    RangeError
        If these are no counts.

    References
    ----------
    Brown, Cai & DasGupta (2001), Interval estimation for a binomial proportion, doi:10.1214/ss/1009213286

    Examples
    --------
    >>> from_counts(7, 10)
    Beta(alpha=7.5, beta=3.5)
    """
    return Beta._counted("from_counts", successes, trials)
