"""The ways in: measured, assumed, exact, given; and the functions that arithmetic signs do not cover."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, overload

import numpy as np

from . import graph
from .checks import number, strict, whole_number
from .distributions import Discrete, Gamma, Normal, StudentT
from .errors import ArgumentError, CorrelationError, KindError, RangeError, ShapeError, shown
from .graph import Axis, Leaf, Node
from .graph.axes import AxisNames, asked_axes, labels_of
from .graph.choices import WEIGHTS, shares_of, weights_in_words
from .graph.correlation import correlated_elements, correlated_inputs
from .graph.inputs import leaf, node_from
from .graph.operations import Operation, functions
from .graph.operations.arithmetic import sqrt as square_root
from .quantity import Quantity, quantity
from .units import Unit, read_unit

__all__ = [
    "arctan",
    "assumed",
    "choose",
    "concatenated",
    "correlate",
    "cos",
    "exact",
    "exp",
    "given",
    "log",
    "log1p",
    "log10",
    "maximum",
    "measured",
    "minimum",
    "shares",
    "sin",
    "sqrt",
    "stacked",
]


@strict
def measured(
    value: Any,
    unit: str | Unit | None = None,
    *,
    source: Any = None,
    name: str | None = None,
    symbol: str | None = None,
    axis: AxisNames | None = None,
    locator: str | None = None,
    status: str | None = None,
    note: str | None = None,
    finding: str | None = None,
    n: int | None = None,
) -> Quantity:
    """Return a published measurement, with its source.

    Parameters
    ----------
    value : text, number, distribution, pint quantity, or dict/array with `axis`
        ``"86.06(8.12)e9 neuron"``, ``"86.06 +/- 8.12 billion neuron"``, ``"1e3 to 1e4 synapse/neuron"`` (5–95 %,
        lognormal), ``bp.Normal(mean=86.06e9, sd=8.12e9)``, ``{"cortex": "16.34(2.17)e9 neuron", …}``.
    unit : str, optional
        The unit, where `value` does not carry it.
    source : str, Citation, or tuple of them
        Key of a reference, or a citation of your own. Required.
    name, symbol : str, optional
        What the derivation and its formulas call it.
    axis : str, optional
        Name of the axis of an array; elements are independent.
    locator : str, optional
        Where in the source: page, table.
    status : str, optional
        How it was checked: ``"seen"``, ``"secondary"``, ``"memory"``, ….
    note : str, optional
        What a reader must know.
    finding : str, optional
        Id of the finding it comes from; the same finding is the same unknown.
    n : int, optional
        How many individuals the standard deviation is between, two or more: what is believed is then their mean, with
        the standard error of it and the tails of Student's t with n - 1 degrees of freedom.

    Returns
    -------
    Quantity
        In the unit given.

    Raises
    ------
    SourceError
        Without a source, or with one that does not resolve.
    UnitError, ParseError, RangeError, KindError
        If the value is not one number with a known unit.

    Examples
    --------
    >>> import brainparams as bp
    >>> neurons = bp.measured("86.06(8.12)e9 neuron", source="azevedo2009", locator="p. 535")
    >>> f"{neurons.median():.4g} {neurons.unit}"
    '8.606e+10 neuron'
    """
    made = leaf(
        "measured", value, unit, source=source, name=name, symbol=symbol, axis=axis,
        locator=locator, status=status, note=note, finding=finding,
    )  # fmt: skip
    return Quantity(made if n is None else _mean_of(made, n))


def _mean_of(made: Leaf, n: Any) -> Leaf:
    """Return what a normal between individuals says of their mean."""
    count = whole_number(n, "measured(): n", least=2, example="4")
    belief = made.value
    if not isinstance(belief, Normal):
        raise KindError(
            f"measured(): n= goes with a mean and the standard deviation between individuals, such as "
            f"'86.06(8.12)e9 neuron'; got {made.written}"
        )
    mean = StudentT(belief.mean, np.asarray(belief.sd) / math.sqrt(count), count - 1)
    return replace(
        made, value=mean, spread=f"of the mean of {count}, by the standard deviation between them; Student t"
    )


@strict
def assumed(
    value: Any,
    unit: str | Unit | None = None,
    *,
    because: str | None = None,
    source: Any = None,
    name: str | None = None,
    symbol: str | None = None,
    axis: AxisNames | None = None,
    locator: str | None = None,
    status: str | None = None,
    note: str | None = None,
    finding: str | None = None,
) -> Quantity:
    """Return a judgement, with its reason; parameters as in `measured`.

    Parameters
    ----------
    because : str
        The reason. Required.
    source : str, Citation, or tuple of them, optional
        What the judgement rests on.

    Raises
    ------
    SourceError
        Without a reason.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.assumed("1e3 to 1e4 synapse/neuron", because="range given by textbooks")
    3200 synapses per neuron, 90 % interval 1000 to 10000 (equal-tailed; exact engine)
    """
    return Quantity(
        leaf(
            "assumed", value, unit, because=because, source=source, name=name, symbol=symbol, axis=axis,
            locator=locator, status=status, note=note, finding=finding,
        )
    )  # fmt: skip


@strict
def exact(
    value: Any,
    unit: str | Unit | None = None,
    *,
    because: str | None = None,
    name: str | None = None,
    symbol: str | None = None,
    axis: AxisNames | None = None,
    note: str | None = None,
) -> Quantity:
    """Return a definition or a count, without spread; integers stay integers; parameters as in `measured`.

    Raises
    ------
    RangeError
        If the value has a spread.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.exact("1 parameter/synapse", because="one scalar weight a synapse").value
    1
    """
    return Quantity(leaf("exact", value, unit, because=because, name=name, symbol=symbol, axis=axis, note=note))


@strict
def given(
    value: Any,
    unit: str | Unit | None = None,
    *,
    name: str | None = None,
    symbol: str | None = None,
    axis: AxisNames | None = None,
) -> Quantity:
    """Return something that came in bare: text, a pint quantity, a ``ufloat``; shown as "no source" everywhere.

    Correlated ``ufloat`` numbers stay correlated.

    Examples
    --------
    >>> import brainparams as bp
    >>> from uncertainties import ufloat
    >>> x = ufloat(86e9, 8e9)
    >>> a, b = bp.given(x, "neuron"), bp.given(2 * x, "neuron")
    >>> (a + a - b).sd()
    0.0
    """
    node = _node_given(value, read_unit(unit, "given()") if unit is not None else None, axis)
    return Quantity(node).named(name or "given", symbol=symbol) if name or symbol else Quantity(node)


def _node_given(value: Any, unit: Unit | None, axis: AxisNames | None) -> Node:
    """Return the node of what came in; a quantity stays the unknown that it is, in the unit asked for."""
    if isinstance(value, Quantity):
        return value.node if unit is None else value.fitting(unit, "given()").to(unit).node
    return node_from(value, unit, axis=axis)


@strict
def exp(value: Any) -> Quantity:
    """Return e to the power of a pure number.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.exp(bp.exact(0, "1")).value
    1
    """
    return _function(functions.exp, value)


@strict
def log(value: Any) -> Quantity:
    """Return the natural logarithm of a pure number; divide by a quantity of the same unit first.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.log(bp.exact("100 neuron") / bp.exact("100 neuron")).value
    0
    """
    return _function(functions.log, value)


@strict
def log10(value: Any) -> Quantity:
    """Return the logarithm to base ten of a pure number: how many orders of magnitude.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.log10(bp.exact("1e15 synapse") / bp.exact("1e12 synapse")).value
    3
    """
    return _function(functions.log10, value)


@strict
def log1p(value: Any) -> Quantity:
    """Return the natural logarithm of one plus a pure number, exact also where that is small.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.log1p(bp.exact(0, "1")).value
    0
    """
    return _function(functions.log1p, value)


@strict
def sqrt(value: Any) -> Quantity:
    """Return the square root; the powers in its unit must be even.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.sqrt(bp.exact("9 mm^2"))
    3 mm
    """
    return _function(square_root, value)


@strict
def sin(value: Any) -> Quantity:
    """Return the sine of an angle in radians, a pure number.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.sin(bp.exact(0, "1")).value
    0
    """
    return _function(functions.sin, value)


@strict
def cos(value: Any) -> Quantity:
    """Return the cosine of an angle in radians, a pure number.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.cos(bp.exact(0, "1")).value
    1
    """
    return _function(functions.cos, value)


@strict
def arctan(value: Any) -> Quantity:
    """Return the angle in radians, between −π/2 and π/2, whose tangent is a pure number.

    Examples
    --------
    >>> import brainparams as bp
    >>> round(4 * bp.arctan(bp.exact("1 mm") / bp.exact("1 mm")).value, 6)
    3.141593
    """
    return _function(functions.arctan, value)


@strict
def minimum(one: Any, other: Any) -> Quantity:
    """Return the smaller of two quantities of the same dimension, in the unit of the first.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.minimum("3 neuron", "5 neuron").value
    3
    """
    return _function(functions.minimum, one, other)


@strict
def maximum(one: Any, other: Any) -> Quantity:
    """Return the larger of two quantities of the same dimension, in the unit of the first.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.maximum("3 neuron", "5 neuron").value
    5
    """
    return _function(functions.maximum, one, other)


@strict
def stacked(values: Mapping[str, Any] | Sequence[Any], axis: str, labels: Sequence[str] | None = None) -> Quantity:
    """Return quantities side by side along a new named axis; each stays the unknown that it is.

    Parameters
    ----------
    values : mapping of str to Quantity or text, or sequence of them
        Scalars, or arrays that all have the same axes; a mapping gives the labels.
    axis : str
        Name of the new axis, which is the first one.
    labels : sequence of str, optional
        Label of each; their positions otherwise.

    Raises
    ------
    ShapeError
        If a label stands twice, there is nothing to stack, or the quantities have different axes.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.stacked(["3 neuron", "5 neuron"], "layer").total("layer").value
    8
    >>> bp.stacked({"human": "86e9 neuron", "mouse": "71e6 neuron"}, axis="species")["mouse"]
    71,000,000 neurons exactly
    """
    (name, _), *more = asked_axes(axis, "stacked()")
    if more:
        raise ShapeError(f"stacked(): makes one new axis; got {', '.join(repr(each) for each in axis)}")
    if isinstance(values, Mapping) and labels is not None:
        raise ArgumentError("stacked(): the labels are given twice: as keys and as 'labels'; give one")
    rows: Any = list(values.values()) if isinstance(values, Mapping) else values
    if not isinstance(rows, list | tuple):
        raise KindError(f"stacked(): values is a dict or a list of quantities; got {shown(values)}")
    names = list(values if isinstance(values, Mapping) else map(str, range(len(rows))) if labels is None else labels)
    if not rows or len(names) != len(rows):
        raise ShapeError(
            f"stacked(): 'values' has {len(rows)} and 'labels' {len(names)} elements along {axis!r}; give one label "
            f"for each value, and at least one"
        )
    nodes = [quantity(value, f"stacked(): {label!r}").node for value, label in zip(rows, names, strict=True)]
    return Quantity(graph.stack(nodes, Axis(name, labels_of(names, name, "stacked()"))))


@strict
def concatenated(values: Sequence[Any], axis: str) -> Quantity:
    """Return quantities one behind the other along an axis that all of them have.

    Raises
    ------
    ShapeError
        If one lacks the axis, other axes differ, or a label stands in two of them.

    Examples
    --------
    >>> import brainparams as bp
    >>> cortex = bp.exact({"V1": 3, "V2": 2}, "neuron", axis="area")
    >>> rest = bp.exact({"CA1": 1}, "neuron", axis="area")
    >>> bp.concatenated([cortex, rest], axis="area")
    V1 3, V2 2, CA1 1 neurons
    """
    nodes = [quantity(value, "concatenated()").node for value in values]
    if not nodes:
        raise ShapeError("concatenated(): needs at least one quantity")
    return Quantity(graph.join(nodes, axis))


@strict
@strict
def shares(
    counts: Mapping[str, float],
    *,
    axis: str,
    because: str | None = None,
    source: Any = None,
    prior: float = 1.0,
    name: str | None = None,
) -> Quantity:
    """Return shares that sum to 1 in every draw, as counts of what was sampled tell them.

    The belief is a Dirichlet distribution: with `prior` 1 all shares were as likely before anything was counted. Each
    share alone has a Beta distribution.

    Parameters
    ----------
    counts : mapping of str to float
        How many of each kind were counted, 0 or more.
    axis : str
        Name of the axis along which the kinds stand.
    because, source : text; citation
        Why, or who counted; one of them is required.
    prior : float
        What is added to each count, above 0: 1 is even, 0.5 is Jeffreys' prior.
    name : str, optional
        What the derivation calls the shares.

    Raises
    ------
    ArgumentError, RangeError
        If there are fewer than two kinds, or a count or the prior does not fit.

    Examples
    --------
    >>> import brainparams as bp
    >>> kinds = bp.shares({"excitatory": 800, "inhibitory": 200}, axis="kind", because="counted in one section")
    >>> float(kinds.total("kind").value), round(float(kinds["excitatory"].mean()), 3)
    (1.0, 0.799)

    References
    ----------
    Gelman et al. (2013), Bayesian Data Analysis, section 3.4. doi:10.1201/b16018
    """
    came: Any = counts
    if not isinstance(came, Mapping) or len(came) < 2:
        raise ArgumentError(f"shares(): needs counts of two kinds or more, by name; got {shown(came)}")
    added = number(prior, "shares(): prior", "1")
    found = {kind: number(count, f"shares(): {kind!r}", "12") for kind, count in counts.items()}
    wrong = [kind for kind, count in found.items() if not 0 <= count < math.inf]
    if wrong or not 0 < added < math.inf:
        raise RangeError(
            f"shares(): counts must be 0 or more, and the prior above 0; got {shown(dict(counts))}, {added:g}"
        )
    belief = Gamma(np.array(list(found.values())) + added, 1.0)
    told = because if because is not None or source is None else f"counts of {', '.join(found)}"
    weights = leaf(
        "assumed", belief, "1", because=told, source=source, axis={axis: tuple(found)}, name=name, where="shares()"
    )
    whole = Quantity(weights)
    return whole / whole.total(axis)


@strict
def choose(
    options: Mapping[str, Any],
    *,
    weights: Mapping[str, float] | Sequence[float],
    because: str,
    name: str = "model",
    symbol: str = "m",
) -> Quantity:
    """Return one of several rival quantities, each with the weight of our belief in it.

    The choice is an unknown of its own: `drivers` says how much of the spread it makes; used twice it is one choice.

    Parameters
    ----------
    options : mapping of str to Quantity or text
        Rival quantities of one dimension, by name.
    weights : mapping of str to float, or sequence of float
        Probability of each option, by name or in their order; they add up to 1.
    because : str
        Why these weights.
    name, symbol : str
        What the derivation and its formulas call the choice.

    Returns
    -------
    Quantity
        In the unit of the first option.

    Raises
    ------
    ArgumentError
        If options and weights have different names, or there are fewer than two.
    RangeError
        If the weights do not add up to 1.

    Examples
    --------
    >>> import brainparams as bp
    >>> per_synapse = bp.choose(
    ...     {"static": "1 parameter/synapse", "Tsodyks–Markram": "4 parameter/synapse"},
    ...     weights={"static": 0.7, "Tsodyks–Markram": 0.3},
    ...     because="most network models use static synapses",
    ... )
    >>> round(per_synapse.mean(), 6)
    1.9
    """
    if not isinstance(options, Mapping):
        raise KindError(f"choose(): options is a dict of names and quantities; got {shown(options)}")
    shares = shares_of(options, weights, "choose()")
    rivals = [quantity(option, f"choose(): {label!r}").named(label) for label, option in options.items()]
    belief = Discrete(list(range(len(rivals))), list(shares.values()))
    selector = replace(
        leaf("assumed", belief, "1", because=because, name=name, symbol=symbol),
        written=weights_in_words(shares.items()),
        spread=WEIGHTS,
    )
    return Quantity(graph.apply(functions.choose, selector, *[each.node for each in rivals]))


def _function(row: Operation, *values: Any) -> Quantity:
    return Quantity(graph.apply(row, *[quantity(value, f"{row.name}()").node for value in values]))


@overload
def correlate(
    inputs: Mapping[tuple[Quantity, Quantity], float], *, kind: Literal["normal-scores", "spearman"] | None = None
) -> tuple[Quantity, ...]: ...


@overload
def correlate(inputs: Quantity, *, axis: str | Sequence[str], r: Any = None, loadings: Any = None) -> Quantity: ...


@strict
def correlate(
    inputs: Mapping[tuple[Quantity, Quantity], float] | Quantity,
    *,
    kind: Literal["normal-scores", "spearman"] | None = None,
    axis: str | Sequence[str] | None = None,
    r: Any = None,
    loadings: Any = None,
) -> tuple[Quantity, ...] | Quantity:
    """Return inputs as correlated ones: several inputs by pairs, or the elements of one array along an axis.

    Use what comes back everywhere in place of what went in: an expression that mixes both is refused. Pairs that are
    not named are uncorrelated.

    Parameters
    ----------
    inputs : mapping of pairs of Quantity to float, or Quantity
        Coefficients in [−1, 1] between uncertain inputs, such as ``{(a, b): 0.7}``; or an uncertain array, with `axis`.
    kind : {"normal-scores", "spearman"}
        What the coefficients of pairs are: Pearson's coefficient of the normal scores (for normal inputs: of the
        inputs themselves), or Spearman's rank correlation. Required for pairs.
    axis : str or sequence of str, optional
        Along which axes the elements of an array are correlated; those that differ along another axis stay
        independent.
    r : float, matrix or mapping, optional
        Along an axis: Pearson's coefficient of the normal scores. One for every pair of elements, a matrix in the
        order of the labels, ``{("V1", "V2"): 0.6}`` or ``{"V1": {"V2": 0.6}}``.
    loadings : float or mapping of str to float, optional
        In place of `r`: how much each element depends on one shared factor, such as the calibration of a method; the
        coefficient of two elements is the product of their loadings.

    Returns
    -------
    tuple of Quantity, or Quantity
        Each in its own unit, with its own belief, name and source; in the order in which they are first named.

    Raises
    ------
    CorrelationError
        If the kind is not stated, a coefficient is outside [−1, 1], an argument is not an uncertain input, or the
        coefficients contradict each other; then with the smallest eigenvalue and the nearest valid matrix.

    Examples
    --------
    >>> import brainparams as bp
    >>> cortex = bp.measured("16.34(2.17)e9 neuron", source="azevedo2009")
    >>> cerebellum = bp.measured("69.03(6.65)e9 neuron", source="azevedo2009")
    >>> cortex, cerebellum = bp.correlate({(cortex, cerebellum): 0.7}, kind="normal-scores")
    >>> f"{(cortex + cerebellum).sd():.4g}"
    '8.315e+09'

    >>> parts = {"cortex": "16.34(2.17)e9 neuron", "cerebellum": "69.03(6.65)e9 neuron", "rest": "0.69(0.12)e9 neuron"}
    >>> counted = bp.measured(parts, axis="region", source="azevedo2009")
    >>> [f"{bp.correlate(counted, axis='region', r=r).total().sd():.3g}" for r in (0.0, 0.548, 1.0)]
    ['7e+09', '8.12e+09', '8.94e+09']
    """
    if axis is not None:
        if kind == "spearman":
            raise CorrelationError("correlate(): along an axis r= is Pearson's coefficient of the normal scores")
        return Quantity(correlated_elements(inputs, axis, r, loadings))
    if r is not None or loadings is not None:
        raise CorrelationError("correlate(): r= and loadings= go with axis=, the axis of an array")
    return tuple(map(Quantity, correlated_inputs(inputs, kind)))
