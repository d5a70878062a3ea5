"""Counting by populations: synapses of every projection from the chances that two neurons connect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import numpy as np

from ..annotations import Neurons, Synapses, SynapsesPerConnection, SynapsesPerNeuron
from ..checks import one_of, strict
from ..errors import ArgumentError, KindError, RangeError, ShapeError, did_you_mean, shown
from ..makers import exact, log, stacked
from ..quantity import Quantity
from ..units import Unit
from . import estimator

__all__ = ["RULES", "external_synapses", "projection_synapses"]

CountingRule = Literal["at least one contact", "mean multiplicity", "fixed in-degree", "pairwise"]
Rounding = Literal["nearest", "down"]

RULES: Mapping[str, str] = {
    "at least one contact": "K = ln(1 − p) / ln(1 − 1/(N_t·N_s)): p is the chance that a pair has one synapse or "
    "more if K synapses fall at random",
    "mean multiplicity": "K = p·N_t·N_s·m: p is the chance that a pair is connected, by m synapses on average",
    "fixed in-degree": "K = N_t·d: every target neuron has d synapses from the source population, in synapse/neuron",
    "pairwise": "K = p·N_t·N_s: every pair is drawn once and has one synapse or none",
}
"""What a number between two populations means, and how synapses are counted from it."""

AT_LEAST_ONE, MULTIPLICITY, IN_DEGREE, PAIRWISE = RULES
POTJANS = "potjans2014"


@strict
def projection_synapses(
    neurons: Any,
    connectivity: Any,
    *,
    rule: CountingRule,
    synapses_per_connection: Any = None,
    rounding: Rounding | None = None,
) -> Quantity:
    """Return the synapses of every projection between populations, counted by a named rule.

    The same table of numbers gives counts that differ by a few per cent, or by the number of synapses a pair has: what
    the numbers mean has to be said.

    Parameters
    ----------
    neurons : Quantity [neuron], or dict of population and number
        Neurons of every population, along one axis.
    connectivity : Quantity [1] or [synapse/neuron], or dict of target, then source, and number
        Between every two populations, with the axes "target" and "source": the chance that two neurons connect, or for
        ``rule="fixed in-degree"`` the synapses that a target neuron has from the source population. A pair of
        populations that a dict leaves out has none.
    rule : {"at least one contact", "mean multiplicity", "fixed in-degree", "pairwise"}
        What the numbers mean; ``bp.estimators.circuits.RULES`` has the formulas.
    synapses_per_connection : Quantity [synapse/connection], optional
        Mean number of synapses of a connected pair; for ``rule="mean multiplicity"`` only, and needed there.
    rounding : {"nearest", "down"}, optional
        Each projection to a whole number of synapses, as simulators make them; for exact numbers only. The formula is
        evaluated in double precision as its authors do, whose last digits differ from the exact ones.

    Returns
    -------
    Quantity [synapse]
        With the axes "target" and "source"; ``.total()`` is the circuit.

    Raises
    ------
    ArgumentError
        For a rule that is not known, or a number of synapses per connection that is missing or too many.
    RangeError
        If a chance is not within 0 and 1, or is 1 where pairs may have several synapses.
    ShapeError
        If the populations of the two tables differ.

    Examples
    --------
    >>> import brainparams as bp
    >>> neurons = {"E": 20683, "I": 5834}
    >>> chances = {"E": {"E": 0.1009, "I": 0.1689}, "I": {"E": 0.1346, "I": 0.1371}}
    >>> count = bp.estimators.circuits.projection_synapses
    >>> count(neurons, chances, rule="at least one contact", rounding="nearest").total().value
    90285839
    >>> round(count(neurons, chances, rule="pairwise").total().value)
    84451644

    References
    ----------
    Potjans & Diesmann 2014, equation (1) of the supplement. doi:10.1093/cercor/bhs358
    """
    one_of(rule, RULES, "projection_synapses(): rule")
    if rounding is not None:
        one_of(rounding, ("nearest", "down"), "projection_synapses(): rounding")
    counts = _populations(neurons)
    table = _table(connectivity, counts, rule)
    targets, sources = (_along(counts, axis) for axis in ("target", "source"))
    circuit = _Circuit(targets, sources, table, _multiplicity(synapses_per_connection, rule), rule)
    return _counted(circuit) if rounding is None else _rounded(circuit, rounding)


@estimator
def external_synapses(neurons: Neurons, synapses_per_neuron: SynapsesPerNeuron) -> Synapses:
    """Return the synapses that populations have from outside the circuit.

    Parameters
    ----------
    neurons : Quantity [neuron]
        Neurons of every population, along one axis.
    synapses_per_neuron : Quantity [synapse/neuron]
        Synapses from outside that each of their neurons has, along the same axis.

    Returns
    -------
    Quantity [synapse]
        All populations together.

    Examples
    --------
    >>> import brainparams as bp
    >>> neurons = bp.exact({"L23E": 20683, "L23I": 5834}, "neuron", axis="population")
    >>> outside = bp.exact({"L23E": 1600, "L23I": 1500}, "synapse/neuron", axis="population")
    >>> bp.estimators.circuits.external_synapses(neurons, outside).value
    41843800

    References
    ----------
    Potjans & Diesmann 2014, table 5. doi:10.1093/cercor/bhs358
    """
    return (neurons * synapses_per_neuron).total().named("external synapses", symbol="K_ext")


class _Circuit(NamedTuple):
    """What synapses are counted from."""

    targets: Quantity
    sources: Quantity
    table: Quantity
    multiplicity: Quantity | None
    rule: str


# --- what comes in -----------------------------------------------------------------------------------------------


def _populations(neurons: Any) -> Quantity:
    """Return the neurons of populations as a quantity along one axis."""
    where = "projection_synapses(): 'neurons'"
    if isinstance(neurons, Mapping):
        is_bare = all(isinstance(each, int | float | np.number) for each in neurons.values())
        neurons = exact(neurons, "neuron" if is_bare else None, axis="population", name="neurons", symbol="N")
    if not isinstance(neurons, Quantity):
        raise KindError(f"{where} needs a quantity with an axis, or a dict of populations; got {shown(neurons)}")
    if len(neurons.axes) != 1:
        raise ShapeError(f"{where} needs one axis, such as 'population'; it has {', '.join(neurons.axes) or 'none'}")
    return neurons.fitting(Unit("neuron", low=0), where)


def _along(neurons: Quantity, axis: str) -> Quantity:
    """Return the neurons of populations along another axis; each stays the unknown that it is."""
    ((name, labels),) = neurons.axes.items()
    each = [neurons.select(**{name: label}) for label in labels]
    return stacked(each, axis=axis, labels=labels).named(f"{axis} neurons", symbol=f"N_{axis[0]}")


def _table(connectivity: Any, neurons: Quantity, rule: str) -> Quantity:
    """Return what stands between the populations, targets by sources, in the unit that the rule asks for."""
    where = "projection_synapses(): 'connectivity'"
    (labels,) = neurons.axes.values()
    unit = Unit("synapse/neuron", low=0) if rule == IN_DEGREE else Unit("1", low=0, high=1)
    if isinstance(connectivity, Mapping):
        connectivity = _filled(connectivity, labels, unit, where)
    if not isinstance(connectivity, Quantity):
        raise KindError(
            f"{where} needs a quantity with two axes, or a dict of targets, then sources; got {shown(connectivity)}"
        )
    if set(connectivity.axes) != {"target", "source"}:
        raise ShapeError(
            f"{where} needs the axes 'target' and 'source'; it has {', '.join(connectivity.axes) or 'none'}"
        )
    for axis, found in connectivity.axes.items():
        if set(found) != set(labels):
            raise ShapeError(f"{where}: the {axis}s are {', '.join(found)}, and the populations {', '.join(labels)}")
    return connectivity.fitting(unit, where)


def _filled(table: Mapping[Any, Any], labels: tuple[str, ...], unit: Unit, where: str) -> Quantity:
    """Return a dict of targets, then sources, or of pairs, with 0 where it says nothing."""
    rows: dict[str, dict[str, Any]] = {target: dict.fromkeys(labels, 0) for target in labels}
    pairs = {
        (str(target), str(source)): value
        for target, row in table.items()
        for source, value in (row.items() if isinstance(row, Mapping) else ())
    } or {(str(key[0]), str(key[1])): value for key, value in table.items() if isinstance(key, tuple) and len(key) == 2}
    if not pairs:
        raise ArgumentError(f"{where} holds no pairs; give {{target: {{source: 0.1}}}} or {{(target, source): 0.1}}")
    for (target, source), value in pairs.items():
        for name in (target, source):
            if name not in labels:
                raise ArgumentError(f"{where}: there is no population {shown(name)}.{did_you_mean(name, labels)}")
        rows[target][source] = value
    return exact(rows, unit.text, axis=("target", "source"), name="connectivity", symbol="p")


def _multiplicity(given: Any, rule: str) -> Quantity | None:
    if (rule == MULTIPLICITY) != (given is not None):
        needs = "needs" if rule == MULTIPLICITY else "takes no"
        raise ArgumentError(
            f"projection_synapses(): rule={rule!r} {needs} synapses_per_connection=, such as '4 synapse/connection'"
        )
    return None if given is None else _per_connection(given)


@estimator
def _per_connection(synapses_per_connection: SynapsesPerConnection) -> SynapsesPerConnection:
    return synapses_per_connection


# --- counting ----------------------------------------------------------------------------------------------------


def _counted(circuit: _Circuit) -> Quantity:
    """Return the synapses as arithmetic on what came in."""
    targets, sources, table, multiplicity, rule = circuit
    if rule == IN_DEGREE:
        return _named(table * targets, rule)
    pair = exact(
        "1 connection/neuron**2", because="every neuron with every other, itself included", name="connections a pair"
    )
    pairs = (targets * sources * pair).named("pairs", symbol="M")
    if rule == AT_LEAST_ONE:
        _check_below_one(table)
        pure = pairs / exact("1 connection", because="a number of pairs")
        each = exact("1 synapse", because="a number of synapses")
        return _named(each * log(1 - table) / log(1 - 1 / pure), rule)
    if multiplicity is not None:
        return _named(table * pairs * multiplicity, rule)
    each = exact("1 synapse/connection", because="a pair has one synapse or none", name="synapses per connection")
    return _told_low(_named(table * pairs * each, rule), circuit)


def _rounded(circuit: _Circuit, rounding: str) -> Quantity:
    """Return whole synapses of exact numbers, evaluated in double precision."""
    targets, sources, table, multiplicity, rule = circuit
    if rule == AT_LEAST_ONE:
        _check_below_one(table)
    numbers = [_exact_values(each) for each in (targets, sources, table)]
    over = np.asarray(numbers[0])[:, None], np.asarray(numbers[1])[None, :]
    chances = np.asarray(_in_order(table, targets), dtype=np.float64)
    product = np.asarray(over[0] * over[1], dtype=np.float64)
    if rule == AT_LEAST_ONE:
        synapses = np.log(1.0 - chances) / np.log(1.0 - 1.0 / product)
    elif rule == IN_DEGREE:
        synapses = chances * np.asarray(over[0], dtype=np.float64)
    else:
        synapses = chances * product * (1.0 if multiplicity is None else float(_exact_values(multiplicity)))
    whole = np.floor(synapses) if rounding == "down" else np.round(synapses)
    labels = targets.axes["target"]
    rows = {target: dict(zip(labels, map(int, row), strict=True)) for target, row in zip(labels, whole, strict=True)}
    way = "rounded" if rounding == "nearest" else "floored"
    why = f"{RULES[rule]}; each projection {way}"
    found = exact(rows, "synapse", axis=("target", "source"), because=why, name="synapses")
    found = found.named("synapses of projections", symbol="K", because=why, source=POTJANS)
    return _told_low(found, circuit) if rule == PAIRWISE else found


def _exact_values(quantity: Quantity) -> Any:
    estimate = quantity.estimate()
    if not estimate.is_exact_number:
        raise RangeError(
            f"projection_synapses(): rounding= needs exact numbers; {quantity.name or 'one'} is uncertain; leave it out"
        )
    return quantity.value


def _in_order(table: Quantity, targets: Quantity) -> Any:
    """Return the values of a table with targets as rows and sources as columns, in the order of the populations."""
    (labels,) = targets.axes.values()
    values, axes = np.asarray(table.value), list(table.axes)
    values = values if axes == ["target", "source"] else values.T
    places = [[found.index(label) for label in labels] for found in (table.axes["target"], table.axes["source"])]
    return values[np.ix_(*places)]


def _check_below_one(table: Quantity) -> None:
    if np.any(np.asarray(table.quantile(1.0)) >= 1):
        raise RangeError(
            "projection_synapses(): a chance of 1 to have at least one synapse takes infinitely many; give one below 1"
        )


def _named(synapses: Quantity, rule: str) -> Quantity:
    source = POTJANS if rule == AT_LEAST_ONE else None
    return synapses.to("synapse").named("synapses of projections", symbol="K", because=RULES[rule], source=source)


def _told_low(synapses: Quantity, circuit: _Circuit) -> Quantity:
    """Say what a product of chance and pairs leaves out, if the chance is that of one synapse or more."""
    targets, sources, table = circuit[:3]
    chances = np.asarray(table.median(), dtype=np.float64)
    if np.any(chances >= 1):
        return synapses
    pairs = np.asarray((targets * sources).median(), dtype=np.float64)
    ordered = chances if list(table.axes) == ["target", "source"] else chances.T
    linear = float(np.sum(ordered * pairs))
    several = float(np.sum(np.log1p(-ordered) / np.log1p(-1.0 / pairs)))
    low = 100.0 * (1.0 - linear / several) if several else 0.0
    if low < 0.05:
        return synapses
    return synapses.with_caveat(
        f"p·N·N counts one synapse for a pair; where p is the chance of at least one, it is {low:.1f} % low",
        effect="lowers",
    )
