"""The engines, which of them runs, and the verdict on first order.

Automatic choice: *exact* where there is a closed form, else *convolution* where each unknown can be used once, else
*sobol*; *random* and *linear* by name.
"""

from __future__ import annotations

import math
import secrets
import sys
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from ..checks import one_of, whole_number
from ..errors import (
    ArgumentError,
    KindError,
    LinearityWarning,
    NoClosedForm,
    RangeError,
    ShapeError,
    shown,
)
from ..estimate import EngineName, Estimate, Exactly, Interval, Law, Linearity, side_by_side
from ..graph import Node, elements, scalarised, unknowns, unstated
from ..version import __version__
from . import convolution, exact, linear, sampling

__all__ = ["EngineChoice", "checked_seed", "estimate", "estimate_all", "linearity"]

EngineChoice = Literal["auto", "exact", "convolution", "linear", "sobol", "random"]
WITHOUT_DRAWS: dict[EngineName, Callable[[Node, int], Law]] = {
    "exact": lambda node, _: exact.law(node),
    "convolution": convolution.law,
}
MOST_ELEMENTS: dict[EngineName, int] = {"exact": 500, "convolution": 60}  # of an array, known one by one
DRAWS = 1_000_000
DIGITS = 3
LINEARITY_LEVEL = 0.95
LINEARITY_TOLERANCE = 0.05  # of the standard uncertainty
REFERENCE_TOLERANCE = 0.2  # of that tolerance
ROUNDING = 1e-12  # of the value: a spread below it is what arithmetic leaves where everything cancels


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked of the engines, checked."""

    engine: EngineChoice
    seed: int
    draws: int | None
    digits: int
    executor: Executor | None


def estimate(node: Node, **asked: Any) -> Estimate:
    """Return what one engine finds out about a node; see ``Quantity.estimate`` for the arguments."""
    return estimate_all([node], **asked)[0]


def estimate_all(
    nodes: Sequence[Node],
    *,
    engine: EngineChoice = "auto",
    seed: int | None = 0,
    draws: int | None = None,
    digits: int = DIGITS,
    executor: Executor | None = None,
) -> list[Estimate]:
    """Return one estimate per node, with common draws; the first node decides how many."""
    request = _checked(engine, seed, draws, digits, executor)
    if engine == "linear":
        return [_linear(node, request.seed) for node in nodes]
    first = [_without_draws(node, request) for node in nodes]
    rest = [position for position, found in enumerate(first) if isinstance(found, str)]
    drawn = iter(_drawn([nodes[position] for position in rest], request)) if rest else iter(())
    estimates = []
    for node, found in zip(nodes, first, strict=True):
        if isinstance(found, Estimate):
            estimates.append(found)
            continue
        name, law, count, why = next(drawn)
        reason = "; ".join(filter(None, (found, why)))
        estimates.append(_estimate(node, name, reason, law, draws=count, seed=request.seed))
    return estimates


def _without_draws(node: Node, request: Request) -> Estimate | str:
    """Return what an engine that draws nothing finds, or why none of them could."""
    if request.engine in ("sobol", "random") or request.draws is not None:
        return "asked for by name"
    reasons = []
    for name, law_of in WITHOUT_DRAWS.items():
        if request.engine not in ("auto", name):
            continue
        try:
            law = _law(name, law_of, node, request.digits)
        except NoClosedForm as error:
            if request.engine == name:
                raise
            reasons.append(f"{name}: {error}")
        else:
            return _estimate(node, name, "; ".join(reasons) or "closed form", law)
    return "; ".join(reasons)


def _law(name: EngineName, law_of: Callable[[Node, int], Law], node: Node, digits: int) -> Law:
    """Return the law of a number or an array; where there is none for the whole, that of each element."""
    try:
        return law_of(node, digits)
    except NoClosedForm:
        parts = _taken_apart(node, MOST_ELEMENTS[name])
        if parts is None:
            raise
        try:
            laws = tuple(law_of(part, digits) for part in parts)
        except NoClosedForm:
            laws = ()
        if not laws:
            raise
    return side_by_side(laws, tuple(len(axis.labels) for axis in node.axes)) if node.axes else laws[0]


def _taken_apart(node: Node, most: int) -> tuple[Node, ...] | None:
    """Return the elements of an array, or a number without arrays below it; None where that is no help."""
    if node.axes:
        return elements(node) if math.prod(len(axis.labels) for axis in node.axes) <= most else None
    alone = scalarised(node)
    return None if alone is node else (alone,)


def _drawn(nodes: Sequence[Node], request: Request) -> list[tuple[EngineName, Law, int, str]]:
    dimensions = sum(max(1, int(np.prod(leaf.value.shape))) for leaf in unknowns(nodes))
    too_many = dimensions > sampling.MOST_DIMENSIONS
    if request.engine == "sobol" and too_many:
        raise RangeError(
            f"estimate(): {dimensions} uncertain numbers, and Sobol points have at most "
            f"{sampling.MOST_DIMENSIONS} dimensions; use engine='random'"
        )
    common: dict[str, Any] = {"seed": request.seed, "executor": request.executor}
    if request.engine == "random" or request.draws is not None or too_many:
        why = f"{dimensions} uncertain numbers are too many for Sobol points" if too_many else ""
        count = request.draws or DRAWS
        return [("random", law, count, why) for law in sampling.random_laws(nodes, draws=count, **common)]
    laws = sampling.sobol_draws(nodes, digits=request.digits, **common)
    return [("sobol", law, law.draws.shape[0] * law.draws.shape[1], "") for law in laws]


def _estimate(
    node: Node, engine: EngineName, reason: str, law: Law, *, draws: int = 0, seed: int | None = None
) -> Estimate:
    seed = seed if draws else None
    stands = unstated([node]) if isinstance(law, Exactly) else ""
    return Estimate(engine, reason, node.unit, node.axes, law, draws, seed, versions=_versions(), stands=stands)


def _linear(node: Node, seed: int) -> Estimate:
    first_order = _estimate(node, "linear", "asked for by name", linear.law(node))
    if node.axes:
        return first_order
    verdict, reference = _verdict(node, first_order, seed)
    if not verdict.holds:
        low, high = first_order.interval(verdict.level)
        warnings.warn(_advice(low, high, reference.interval(verdict.level), reference), LinearityWarning, stacklevel=4)
    return first_order.judged(verdict)


def linearity(node: Node, seed: int = 0) -> Linearity:
    """Return whether first-order propagation describes a scalar; see ``Quantity.linearity``."""
    if node.axes:
        names = ", ".join(axis.name for axis in node.axes)
        raise ShapeError(f"linearity(): this quantity is an array along {names}; pick one element or take the total")
    first_order = _estimate(node, "linear", "for the verdict", linear.law(node))
    return _verdict(node, first_order, checked_seed(seed, "linearity"))[0]


def _verdict(node: Node, first_order: Estimate, seed: int) -> tuple[Linearity, Estimate]:
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
    low, high = first_order.interval(LINEARITY_LEVEL)
    tolerance = float(LINEARITY_TOLERANCE * first_order.sd)
    reference = _reference(node, seed, tolerance)
    tolerance = max(tolerance, ROUNDING * abs(float(reference.median)))
    right = reference.interval(LINEARITY_LEVEL)
    differences = float(low - right.low), float(high - right.high)
    holds = max(abs(each) for each in differences) <= tolerance
    return Linearity(holds, *differences, tolerance, LINEARITY_LEVEL, reference.engine), reference


def _reference(node: Node, seed: int, tolerance: float) -> Estimate:
    """Return an estimate whose interval ends are known to a fifth of the tolerance, within the bound of the engine."""
    reference = estimate(node, seed=seed)
    tail = (1.0 - LINEARITY_LEVEL) / 2.0
    errors = (reference.standard_error(tail), reference.standard_error(1.0 - tail))
    allowed = REFERENCE_TOLERANCE * tolerance
    if reference.engine != "sobol" or max(errors) <= allowed or not allowed > 0.0:
        return reference
    size = max(abs(end) for end in reference.interval(LINEARITY_LEVEL))
    # points are added until twice the standard error is within half a unit of the last digit
    digits = 1 + math.ceil(math.log10(size / (4.0 * allowed)))
    return estimate(node, seed=seed, digits=max(digits, DIGITS + 1))


def _advice(low: float, high: float, right: Interval, reference: Estimate) -> str:
    return (
        f"the linear engine should not be used here: its {LINEARITY_LEVEL:.0%} interval is {low:.3g} to {high:.3g} "
        f"{right.unit}, the {reference.engine} engine finds {right.low:.3g} to {right.high:.3g} (JCGM 101, clause 8); "
        f"use engine='auto'"
    )


def _versions() -> dict[str, str]:
    versions = {"brainparams": __version__, "numpy": np.__version__}
    if "scipy" in sys.modules:
        versions["scipy"] = sys.modules["scipy"].__version__
    return versions


def _checked(engine: Any, seed: Any, draws: Any, digits: Any, executor: Executor | None) -> Request:
    one_of(engine, get_args(EngineChoice), "estimate(): engine")
    count = None if draws is None else whole_number(draws, "estimate(): draws", example="1_000_000")
    if count is not None and engine not in ("auto", "random"):
        raise ArgumentError(
            f"estimate(): draws= goes with engine='random'; the {engine} engine "
            + ("grows until `digits` are stable" if engine == "sobol" else "draws nothing")
        )
    return Request(engine, checked_seed(seed), count, whole_number(digits, "estimate(): digits", example="3"), executor)


def checked_seed(seed: Any, where: str = "estimate") -> int:
    """Return a seed as an int; None has one chosen."""
    if seed is None:
        return secrets.randbits(63)
    mend = f"must be an integer >= 0, or None to have one chosen; got {shown(seed)}"
    if isinstance(seed, bool) or not isinstance(seed, int | float | np.integer):
        raise KindError(f"{where}(): seed {mend}")
    if isinstance(seed, float):
        raise RangeError(f"{where}(): seed {mend}")
    if seed < 0:
        raise RangeError(f"{where}(): seed must be >= 0; got {shown(seed)}; did you mean {-int(seed)}?")
    return int(seed)
