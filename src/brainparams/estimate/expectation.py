"""Mean and standard deviation of a result, with what is not known of them, or why there are none."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

__all__ = ["DOES_NOT_SETTLE", "TOO_MUCH", "Expectation"]

DOES_NOT_SETTLE = "it does not settle: "  # so begins a reason that does not rule out that there is one
TOO_MUCH = DOES_NOT_SETTLE + "too much of {0} lies in a tail"
UNSETTLED = 0.5  # of the mean or of the spread: an error from which on no digit is left


class Expectation(NamedTuple):
    """Mean and standard deviation; not a number where there is none, and the reason.

    Attributes
    ----------
    mean, sd : float or ndarray
        In the unit of the result.
    mean_error, sd_error : float or ndarray
        What the method of calculation leaves unknown.
    no_mean, no_sd : str
        Why there is none; empty where there is.
    """

    mean: Any
    sd: Any
    mean_error: Any = 0.0
    sd_error: Any = 0.0
    no_mean: str = ""
    no_sd: str = ""

    def judged(self) -> Expectation:
        """Return the same, with the reason why one is none where it is not finite or has no digit that holds."""
        with np.errstate(all="ignore"):
            unsettled = self.mean_error > UNSETTLED * np.maximum(np.abs(self.mean), self.sd)
            loose = self.sd_error > UNSETTLED * np.asarray(self.sd)
        no_mean, no_sd = self.no_mean, self.no_sd
        if not no_mean and not np.all(np.isfinite(np.asarray(self.mean, dtype=np.float64))):
            no_mean = "it is infinite, or beyond float range"
        if not no_mean and np.any(unsettled):
            no_mean = f"{TOO_MUCH.format('it')} that few draws reach"
        if not no_sd and (no_mean or not np.all(np.isfinite(np.asarray(self.sd, dtype=np.float64)))):
            no_sd = no_mean or "it is infinite, or beyond float range"
        if not no_sd and np.any(loose):
            no_sd = f"{TOO_MUCH.format('it')} that few draws reach"
        return self._replace(no_mean=no_mean, no_sd=no_sd)
