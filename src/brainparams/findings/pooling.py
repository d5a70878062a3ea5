"""Rival values of one quantity made into one, by a rule that is asked for by name."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from ..checks import level_in, percent, strict
from ..citations import Citation
from ..distributions import LogNormal
from ..errors import ArgumentError, KindError, RangeError, did_you_mean, shown
from ..graph import Caveat, Leaf, Node, Step, roots, walk
from ..graph.choices import shares_of
from ..makers import assumed, choose, exact
from ..quantity import Quantity
from ..render.tables import rounded
from .disagreement import Study, apart, studies
from .finding import AFTER
from .packaged_adjustments import Route
from .reconciling import reconcile
from .spreads import from_range, numeral

__all__ = ["pool"]

WAYS = ("mixture", "random-effects", "envelope", "linear-pool", "mandel-paule", "dersimonian-laird")
ADJUSTED = ("mandel-paule", "dersimonian-laird")
FEW = 10  # studies; below, the interval of a DerSimonian–Laird mean is known to be too narrow
MODEL = "dersimonian1986"


@strict
def pool(
    parts: Any,
    *,
    how: Literal["mixture", "linear-pool", "random-effects", "envelope", "mandel-paule", "dersimonian-laird"],
    because: str,
    weights: Sequence[float] | Mapping[str, float] | None = None,
    level: float = 0.90,
    name: str | None = None,
    symbol: str | None = None,
) -> Quantity:
    """Return several values of one quantity as one, by a named rule.

    ``mixture``, ``linear-pool``
        One of the studies is right, each with its weight: a choice between them (`bp.choose`).
    ``random-effects``
        The studies scatter about one mean. The weighted geometric mean Π xᵢ^wᵢ with the weights of DerSimonian and
        Laird [1]_ on the logarithm, wᵢ ∝ 1/(vᵢ + τ²), times what the spread τ between studies leaves unknown of it,
        lognormal of the logarithmic standard deviation τ √Σwᵢ². Of lognormal studies it is exactly lognormal, with
        the standard error of that model.
    ``envelope``
        Anything from the lowest to the highest end of the studies' intervals, nothing known inside: loguniform where
        high/low is 3 or more, else uniform.

    ``mandel-paule``, ``dersimonian-laird``
        The studies measure one number, each with an error of its method: see `bp.reconcile`, which tells the residuals
        as well.

    Parameters
    ----------
    parts : list of id, Finding, Quantity or text; mapping of str to these; or one id
        At least two values of one dimension; the keys of a mapping name the studies. One id stands for
        what is measured or derived among the finding and its rivals, without what is superseded or from memory.
    how : {"mixture", "linear-pool", "random-effects", "envelope", "mandel-paule", "dersimonian-laird"}
        The rule.
    because : str
        Why this rule is right here.
    weights : sequence of float, or mapping of str to float, optional
        Of a mixture, in the order of `parts` or by the names of the studies, adding up to 1; equal otherwise.
    level : float
        Of the intervals that an envelope spans, in (0, 1).
    name, symbol : str, optional
        What the derivation and its formulas call it; what the first part counts, pooled, otherwise.

    Returns
    -------
    Quantity
        In the unit of the first part. Its bibliography has the sources of all parts; its reason tells the spread
        between and within studies, as `bp.disagreement` does. In a mixture and under random effects each part stays
        the unknown that it is elsewhere.

    Raises
    ------
    ArgumentError
        For another rule, for arguments that a rule does not take, for fewer than two parts, or for one given twice.
    RangeError
        For random effects if a part states no spread or is not above zero; for weights that do not add up to 1.
    UnitError, ShapeError
        If a part has another dimension or is an array.

    References
    ----------
    .. [1] DerSimonian & Laird (1986), Meta-analysis in clinical trials. doi:10.1016/0197-2456(86)90046-2

    Examples
    --------
    >>> import brainparams as bp
    >>> ids = ["human/cerebellum/neurons", "human/cerebellum/neurons/andersen1992"]
    >>> neurons = bp.pool(ids, how="mixture", because="two methods, neither of them refuted")
    >>> [citation.key for citation in neurons.citations()]
    ['azevedo2009', 'andersen1992']
    >>> low, high = neurons.interval(0.90)
    >>> f"{low:.2g} to {high:.2g}"
    '6e+10 to 1.2e+11'
    """
    _check(how, because, weights, level)
    found = studies(parts, "pool()")
    counted, _, _ = (found[0].quantity.name or "values").partition(AFTER)
    name = name or f"{counted}, pooled"
    if how in ADJUSTED:
        _check_spreads(found, f"{how!r} needs")
        routes = [Route(each.quantity, "unknown", each.label) for each in found]
        adjusted: Quantity = reconcile(routes, estimator=how)["unknown"]  # type: ignore[arg-type]
        return adjusted.named(name, symbol=symbol, because=because)
    if how in ("mixture", "linear-pool"):
        return _mixture(found, because, weights, name, symbol)
    if how == "random-effects":
        return _random_effects(found, because, name, symbol)
    return _envelope(found, because, level, name, symbol)


def _check(how: object, because: object, weights: object, level: float) -> None:
    if how not in WAYS:
        raise ArgumentError(
            f"pool(how=): {shown(how)} came; expected one of {', '.join(map(repr, WAYS))}."
            f"{did_you_mean(str(how)[:80], WAYS)}"
        )
    if not isinstance(because, str) or not because.strip():
        raise KindError(f"pool(because=): {shown(because)} came; say in words why {how!r} is right for these studies")
    if weights is not None and how not in ("mixture", "linear-pool"):
        raise ArgumentError(f"pool(weights=): {how!r} finds its own; weights are for how='mixture'")
    level_in(level, "pool(): level")


def _mixture(
    found: Sequence[Study],
    because: str,
    weights: Sequence[float] | Mapping[str, float] | None,
    name: str,
    symbol: str | None,
) -> Quantity:
    labels = [each.label for each in found]
    if isinstance(weights, Mapping):
        if set(weights) != set(labels):
            raise ArgumentError(f"pool(weights=): {shown(dict(weights))} came; the studies are {', '.join(labels)}")
        weights = [weights[label] for label in labels]
    given = [1 / len(found)] * len(found) if weights is None else list(weights)
    if len(given) != len(found):
        raise ArgumentError(f"pool(weights=): {len(given)} came for {len(found)} parts; give one for each")
    chosen = choose(
        {each.label: each.quantity for each in found},
        weights=shares_of(labels, given, "pool(weights=)"),
        because=because,
        name="study",
    )
    return chosen.named(name, symbol=symbol, because=_reason("mixture of the studies", found))


def _random_effects(found: Sequence[Study], because: str, name: str, symbol: str | None) -> Quantity:
    _check_spreads(found, "random effects need")
    apartness = apart(found, "pool()")
    fit = apartness.fit
    assert fit is not None  # every study has a spread
    one = exact(1, found[0].quantity.unit, because="the unit that logarithms are taken in", name="unit", symbol="u")
    factors = [(each.quantity / one) ** weight for each, weight in zip(found, fit.weights, strict=True)]
    left = fit.tau * math.hypot(*fit.weights)
    if left > 0:
        factors.append(
            assumed(
                LogNormal(0.0, left),
                "1",
                because=f"what τ = {fit.tau:.3g} between {len(found)} studies leaves unknown of their weighted mean",
                name="between studies",
                symbol="b",
            )
        )
    shares = ", ".join(f"{each.label} {weight:.3g}" for each, weight in zip(found, fit.weights, strict=True))
    how = f"{because}; random-effects mean of the logarithms, with weights {shares}; spread {apartness.summary()}"
    pooled = functools.reduce(operator.mul, factors, one)
    pooled = pooled.named(name, symbol=symbol, because=how, source=MODEL)
    for text in _warnings(found):
        pooled = pooled.with_caveat(text, effect="unknown")
    return pooled


def _check_spreads(found: Sequence[Study], words: str) -> None:
    for each in found:
        if not each.log_sd:
            raise RangeError(
                f"pool(): {words} a spread above zero for each study, in the logarithm, and {each.label} "
                f"states none or reaches to zero or below; leave it out, or choose how='mixture' or how='envelope'"
            )


def _warnings(found: Sequence[Study]) -> Iterator[str]:
    """Yield what makes the interval of a random-effects mean less sure than it looks."""
    if len(found) < FEW:
        yield f"a random-effects mean of {len(found)} studies: with fewer than {FEW} its interval is too narrow"
    used: dict[str, str] = {}
    for each in found:
        inputs = {root.name or "input" for root in roots([each.quantity.node])}
        for ground in sorted({citation.label for citation in each.quantity.citations()} or inputs):
            other = used.setdefault(ground, each.label)
            if other != each.label:
                yield f"{other} and {each.label} both rest on {ground}, and count as independent"


def _envelope(found: Sequence[Study], because: str, level: float, name: str, symbol: str | None) -> Quantity:
    ends = [each.quantity.interval(level) for each in found]
    low, high = min(float(each.low) for each in ends), max(float(each.high) for each in ends)
    if not low < high:
        raise RangeError(f"pool(): all studies say {numeral(low)} {found[0].quantity.unit}; there is nothing to span")
    parts = "; ".join(
        f"{each.label} {rounded(end.low)} to {rounded(end.high)}" for each, end in zip(found, ends, strict=True)
    )
    how = f"envelope of the {percent(level)} intervals"
    nodes = [each.quantity.node for each in found]
    pooled = assumed(
        from_range(low, high),
        found[0].quantity.unit,
        because=f"{because}; {_reason(how, found)}",
        source=_sources(found),
        name=name,
        symbol=symbol,
        note=parts,
    )
    for caveat in _caveats(nodes):
        pooled = pooled.with_caveat(caveat.text, effect=caveat.effect)
    return pooled


def _reason(how: str, found: Sequence[Study]) -> str:
    if any(each.median <= 0 for each in found):
        return how  # no ratio, so no spread in ratios
    return f"{how}; spread {apart(found, 'pool()').summary()}"


def _sources(found: Sequence[Study]) -> tuple[Citation, ...]:
    return tuple(dict.fromkeys(citation for each in found for citation in each.quantity.citations()))


def _caveats(nodes: Sequence[Node]) -> tuple[Caveat, ...]:
    """Return the caveats of parts that do not stay in the graph."""
    kept = [caveat for node in walk(nodes) if isinstance(node, Step) for caveat in node.caveats]
    leaves = [node for node in walk(nodes) if isinstance(node, Leaf)]
    unseen = [each for each in leaves if each.status == "memory" or each.group == "given"]
    kept += [Caveat(f"nobody has seen a source of {each.name or each.written}", "unknown") for each in unseen]
    return tuple(dict.fromkeys(kept))
