"""The verdict on first order: whether its interval is that of an engine that is not first order."""

from __future__ import annotations

import math
from collections.abc import Callable

from ..checks import percent
from ..estimate import Estimate, Linearity
from ..graph import Node
from ..units import with_unit
from .request import DIGITS

__all__ = ["advice", "reference", "verdict"]

LEVEL = 0.95
TOLERANCE = 0.05  # of the standard uncertainty
REFERENCE_TOLERANCE = 0.2  # of that tolerance
REFERENCE_BUDGET = 8.0  # of the usual one: a verdict is given once
ROUNDING = 1e-12  # of the value: a spread below it is what arithmetic leaves where everything cancels

Estimating = Callable[..., Estimate]


def verdict(node: Node, first_order: Estimate, seed: int, estimate: Estimating) -> tuple[Linearity, Estimate]:
    """Compare the ends of the 95 % interval with those of an engine that is not first order.

    In clause 8 the tolerance is half a unit of the last digit of u that means something: 5 % to 50 % of u with one
    digit, 0.5 % to 5 % with two, by where u stands in its decade. It is 5 % here, where both meet: what holds would
    hold with one digit, what does not would not with two, and neither depends on the unit. u is that of first order,
    because a reference with a heavy tail may have none. The reference is refined until the standard errors of its ends
    are within a fifth of the tolerance.

    References
    ----------
    JCGM 101:2008, clauses 7.9.2, 8.1 and 8.2. doi:10.59161/JCGM101-2008
    """
    low, high = first_order.interval(LEVEL)
    tolerance = float(TOLERANCE * first_order.sd)
    found = reference(node, seed, tolerance, estimate)
    tolerance = max(tolerance, ROUNDING * abs(float(found.median)))
    right = found.interval(LEVEL)
    differences = float(low - right.low), float(high - right.high)
    holds = max(abs(each) for each in differences) <= tolerance
    return Linearity(holds, *differences, tolerance, LEVEL, found.engine), found


def reference(node: Node, seed: int, tolerance: float, estimate: Estimating) -> Estimate:
    """Return an estimate whose interval ends are known to a fifth of the tolerance, within the bound of the engine."""
    found = estimate(node, seed=seed)
    tail = (1.0 - LEVEL) / 2.0
    errors = (found.standard_error(tail), found.standard_error(1.0 - tail))
    allowed = REFERENCE_TOLERANCE * tolerance
    if not found.draws or max(errors) <= allowed or not allowed > 0.0:
        return found
    size = max(abs(end) for end in found.interval(LEVEL))
    # points are added until twice the standard error is within half a unit of the last digit
    digits = 1 + math.ceil(math.log10(size / (4.0 * allowed)))
    return estimate(node, seed=seed, digits=max(digits, DIGITS + 1), budget=REFERENCE_BUDGET)


def advice(found: Estimate, right: Estimate) -> str:
    """Return what to say where first order does not describe the result."""
    ours, theirs = found.interval(LEVEL), right.interval(LEVEL)
    high = with_unit(f"{ours.high:.3g}", ours.unit)
    return (
        f"the {found.engine} engine should not be used here: its {percent(LEVEL)} interval is {ours.low:.3g} to "
        f"{high}, the {right.engine} engine finds {theirs.low:.3g} to {theirs.high:.3g} (JCGM "
        f"101, clause 8); use engine='auto'"
    )
