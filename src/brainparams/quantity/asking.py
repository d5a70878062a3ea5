"""What a quantity can be asked: one method for each question, each a line that calls the room that answers it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, get_args

from ..checks import level_in, one_of, strict
from ..errors import ArgumentError, RangeError, shown
from ..foreign import later
from ..graph import Node, roots, scalarised
from ..graph.inputs import node_from
from ..graph.names import labels as labels_of
from ..graph.substitution import check_scalar
from ..questions.naming import named_node

if TYPE_CHECKING:
    from .. import engines, sensitivity
    from ..estimate import Interval
    from ..questions import assumptions, given, probability, solving
    from ..sensitivity import budget, conditioning, sobol
    from ..sensitivity.drivers import Scale
else:
    engines, sensitivity = later("engines", "sensitivity")
    assumptions, given = later("questions.assumptions", "questions.given")
    probability, solving = later("questions.probability", "questions.solving")
    budget, conditioning, sobol = later("sensitivity.budget", "sensitivity.conditioning", "sensitivity.sobol")

__all__ = ["DISPLAY_LEVEL", "Asking"]

DISPLAY_LEVEL = 0.90
MOST_ELEMENTS = 200  # of arrays that are gone through one by one


@strict
class Asking:
    """The questions to an estimate; whoever inherits has a node and is made from a node."""

    __slots__ = ()
    _node: Node

    def __init__(self, node: Node) -> None:
        raise NotImplementedError

    # --- how likely, and how wide --------------------------------------------------------------------------------

    def below(self, reference: Any, *, seed: int = 0) -> probability.Probability:
        """Return how likely the quantity lies below a reference.

        Parameters
        ----------
        reference : Quantity or text
            Of the same dimension; may be uncertain, and may be the name of a machine model, a finding or a published
            estimate. Inputs that both share are one unknown.
        seed : int
            Seed of the draws, where any are needed.

        Returns
        -------
        Probability
            Without unit, with the standard error of the method.

        Raises
        ------
        UnitError
            If the dimensions differ.

        Examples
        --------
        >>> import brainparams as bp
        >>> brain = bp.assumed("1e14 to 1e15 parameter", because="published range")
        >>> round(float(brain.below("1.8e14 parameter")), 3)
        0.21
        """
        checked = engines.checked_seed(seed, "below")
        return probability.probability_below(self._node, self._beside(reference, "below()"), checked, "below()")

    def above(self, reference: Any, *, seed: int = 0) -> probability.Probability:
        """Return how likely the quantity lies above a reference; see `below`.

        Examples
        --------
        >>> import brainparams as bp
        >>> brain = bp.assumed("1e14 to 1e15 parameter", because="published range")
        >>> round(float(brain.above("1.8e14 parameter")), 3), round(float(brain.above("gpt-3")), 3)
        (0.79, 1.0)
        """
        checked = engines.checked_seed(seed, "above")
        return probability.probability_below(self._beside(reference, "above()"), self._node, checked, "above()")

    def shortest_interval(self, level: float = DISPLAY_LEVEL, *, seed: int = 0) -> Interval:
        """Return the shortest coverage interval in `unit`, on the linear scale; `interval` is the equal-tailed one.

        It lies lower than the equal-tailed one where the upper tail is long, and another scale has another shortest
        interval.

        Parameters
        ----------
        level : float
            Probability inside, in (0, 1).

        Raises
        ------
        ShapeError
            For an array.

        Examples
        --------
        >>> import brainparams as bp
        >>> bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range").shortest_interval(0.90)
        480 to 7900 synapse/neuron (90 %, shortest, linear scale)
        """
        found = engines.estimate(self._node, seed=engines.checked_seed(seed, "shortest_interval"))
        return probability.shortest_interval(found, level_in(level, "shortest_interval(): level"))

    # --- other assumptions ---------------------------------------------------------------------------------------

    def assuming(self, replacements: Mapping[Any, Any] | None = None, /, **by_name: Any) -> Self:
        """Return the same quantity with inputs or steps replaced, and everything else as it is.

        Parameters
        ----------
        replacements : mapping, optional
            From name, symbol or quantity to the value that is put in. For a choice that is the name of an option, or
            other weights: options that are not named share the rest in their old proportion.
        **by_name
            Names with underscores for blanks. Values are text with a unit or quantities; bare numbers and
            distributions only for pure numbers.

        Returns
        -------
        Quantity
            With common draws: what is not replaced is the same unknown, and a named input keeps its stream. A
            correlation with a replaced input is cut: the others are believed as before.

        Raises
        ------
        UnknownNameError
            If nothing has that name; with the nearest names.
        ArgumentError
            If a name means several inputs.
        UnitError, ShapeError, ParseError, RangeError
            If a value does not fit what it replaces.

        Examples
        --------
        >>> import brainparams as bp
        >>> neurons = bp.exact("86e9 neuron", name="neurons")
        >>> synapses = neurons * bp.assumed("1e3 to 1e4 synapse/neuron", because="range", name="synapses per neuron")
        >>> synapses.assuming(synapses_per_neuron="7000 synapse/neuron").value
        602000000000000
        >>> synapses.assuming({neurons: "71e6 neuron", "synapses per neuron": "8000 synapse/neuron"}).value
        568000000000
        >>> brain = bp.evidence("human/neocortex/synapses")
        >>> trusted = brain.assuming({"method for synapses, human neocortex": {"direct totals": 0.8}})
        >>> trusted.interval().low > brain.interval().low
        True
        """
        return type(self)(assumptions.assuming(self._node, _nodes_of({**(replacements or {}), **by_name})))

    def given_that(
        self,
        other: Any,
        *,
        within: tuple[Any, Any] | None = None,
        below: Any = None,
        above: Any = None,
        level: float = DISPLAY_LEVEL,
        seed: int = 0,
    ) -> given.GivenThat:
        """Return what is believed of this quantity, and of the inputs, once something is known about another one.

        Parameters
        ----------
        other : Quantity
            What something is known about; it shares inputs with this quantity.
        within, below, above : pair of, or one exact number with its unit
            Between, below or above what it is known to lie.
        level : float
            Level of the equal-tailed intervals, in (0, 1).
        seed : int
            Seed of the draws.

        Returns
        -------
        GivenThat
            The number and its inputs before and after, the probability of what is known, and how many draws fit it.

        Raises
        ------
        ArgumentError
            If nothing is known.
        RangeError
            If what is known next to never happens.
        UnitError, ShapeError
            If a bound has another dimension, or for arrays.

        Examples
        --------
        >>> import brainparams as bp
        >>> synapses = bp.assumed("1e14 to 1e15 synapse", because="range", name="synapses")
        >>> power = synapses * bp.assumed("1e-14 to 1e-13 W/synapse", because="range", name="power per synapse")
        >>> found = synapses.given_that(power, within=("10 W", "14 W"))
        >>> found.rows[0].name, found.rows[0].after < found.rows[0].before * 1.3
        ('synapses', True)
        """
        if within is not None and (below is not None or above is not None):
            raise ArgumentError("given_that(): give within=(low, high), or below= and above=, and not both")
        low, high = _two_ends(within) if within is not None else (above, below)
        beside = self._beside(other, "given_that()")
        bounds = (_bound(low, beside), _bound(high, beside))
        names = labels_of(self._node) | labels_of(beside)
        checked = engines.checked_seed(seed, "given_that")
        return given.given_that(
            self._node,
            beside,
            bounds,
            names,
            level=level_in(level, "given_that(): level"),
            seed=checked,
        )

    def sweep(
        self, inputs: Mapping[Any, Any] | None = None, /, *, level: float = DISPLAY_LEVEL, seed: int = 0, **by_name: Any
    ) -> assumptions.Sweep:
        """Return a table of the result for several values of one input, or for all pairs of values of two.

        Parameters
        ----------
        inputs : mapping, optional
            From name, symbol or quantity to a list of values, or to an array quantity.
        level : float
            Level of the equal-tailed intervals, in (0, 1).
        seed : int
            Seed of the draws, where any are needed; the same for all rows.
        **by_name
            The same by keyword, with underscores for blanks.

        Returns
        -------
        Sweep
            Rows of value, median and interval; prints as an aligned table.

        Raises
        ------
        ArgumentError, UnknownNameError, UnitError
            As `assuming`.

        Examples
        --------
        >>> import brainparams as bp
        >>> neurons = bp.exact("86e9 neuron", name="neurons")
        >>> synapses = neurons * bp.assumed("1e3 to 1e4 synapse/neuron", because="range", name="per neuron")
        >>> [row.median for row in synapses.sweep(per_neuron=["1e3 synapse/neuron", "1e4 synapse/neuron"])]
        [86000000000000.0, 860000000000000.0]
        """
        asked = _nodes_of({**(inputs or {}), **by_name})
        checked = engines.checked_seed(seed, "sweep")
        return assumptions.sweep(self._node, asked, level_in(level, "sweep(): level"), checked)

    def solve(
        self, name: Any, target: Any, *, quantile: float = 0.5, probability: float | None = None, seed: int = 0
    ) -> Self:
        """Return the exact value of an input at which the median, or another quantile, of this quantity is the target.

        Parameters
        ----------
        name : str or Quantity
            The input or step: name, symbol, or the quantity itself.
        target : Quantity or text
            An exact number of the same dimension as this quantity.
        quantile : float
            Which quantile has to be the target; the median otherwise.
        probability : float, optional
            How likely this quantity has to lie above the target: ``probability=0.95`` is ``quantile=0.05``.
        seed : int
            Seed of the draws, where any are needed.

        Returns
        -------
        Quantity
            In the unit of the input; where several values do, one near its present median.

        Raises
        ------
        RangeError
            If no value gives the target; with the medians that can be reached.
        UnknownNameError, UnitError
            As `assuming`.

        Examples
        --------
        >>> import brainparams as bp
        >>> neurons = bp.exact("86e9 neuron", name="neurons")
        >>> synapses = neurons * bp.assumed("1e3 to 1e4 synapse/neuron", because="range", name="per neuron")
        >>> f"{synapses.solve('per neuron', '1e15 synapse').value:.6g}"
        '11627.9'
        >>> f"{synapses.solve('neurons', '1e14 synapse', probability=0.95).value:.4g}"
        '1e+11'
        """
        wanted, checked = self._beside(target, "solve()"), engines.checked_seed(seed, "solve")
        if probability is not None:
            if quantile != 0.5:
                raise ArgumentError("solve(): quantile and probability say the same thing in two ways; give one")
            quantile = 1.0 - level_in(probability, "solve(): probability")
        p = level_in(quantile, "solve(): quantile")
        return type(self)(solving.solve(self._node, _plain(name), wanted, checked, p))

    # --- where the spread comes from -----------------------------------------------------------------------------

    def drivers(self, seed: int = 0, *, scale: Scale | None = None) -> sensitivity.Drivers:
        """Return the inputs that the spread comes from, with their shares of the variance, largest first.

        Parameters
        ----------
        seed : int
            Seed of the points, where any are needed.
        scale : {"logarithm", "value", "rank"}, optional
            Of whose variance; otherwise that of the logarithm where the result is positive, and of the rank where the
            value has no variance, or one that a few extreme results hold.

        Examples
        --------
        >>> import brainparams as bp
        >>> a = bp.assumed("1e3 to 1e4 synapse/neuron", because="range", name="per neuron")
        >>> b = bp.assumed("8e10 to 9e10 neuron", because="range", name="neurons")
        >>> (a * b).drivers()
        shares of the variance of the logarithm: 100 % per neuron; 1 more below 1 % (exact for a product)
        """
        checked = engines.checked_seed(seed, "drivers")
        return sensitivity.drivers(self._node, labels_of(self._node), checked, _scale(scale, "drivers(): scale"))

    def sobol_indices(
        self, *, tolerance: float = 0.01, seed: int = 0, scale: Scale | None = None
    ) -> sobol.SobolIndices:
        """Return first-order and total Sobol indices of every input, with error bars.

        First order is what would go if the input alone were known; total is what would stay if all others were.

        Parameters
        ----------
        tolerance : float
            Half-width of the 95 % interval of every index at which to stop.
        seed : int
            Seed of the points.
        scale : {"logarithm", "value", "rank"}, optional
            Of whose variance; otherwise that of the logarithm where the result is positive, and of the rank where the
            value has no variance, or one that a few extreme results hold.

        Raises
        ------
        ShapeError
            For an array.
        RangeError
            If the tolerance is not positive, the result is not finite somewhere, or the scale that is asked for has no
            variance.

        Examples
        --------
        >>> import brainparams as bp
        >>> a = bp.assumed("1 to 9 synapse", because="example", name="a")
        >>> b = bp.assumed("2 to 3 synapse", because="example", name="b")
        >>> (a + b).sobol_indices()[0].name
        'a'
        """
        checked = engines.checked_seed(seed, "sobol_indices")
        return sobol.sobol_indices(
            self._node,
            labels_of(self._node),
            checked,
            level_in(tolerance, "sobol_indices(): tolerance"),
            _scale(scale, "sobol_indices(): scale"),
        )

    def uncertainty_budget(self) -> budget.UncertaintyBudget:
        """Return what each input adds to the standard uncertainty, by first order: the table of the guide (JCGM 100).

        Raises
        ------
        RangeError
            If there is no first order, as of a choice between options.
        ShapeError
            For an array; arrays that go into a number have a row for each element.

        Examples
        --------
        >>> import brainparams as bp
        >>> length = bp.assumed(bp.StudentT(10, 0.1, 4), "mm", because="five readings", name="length")
        >>> (2 * length).uncertainty_budget().degrees_of_freedom
        4.0
        """
        return budget.uncertainty_budget(self._node, labels_of(self._node))

    def swings(self, level: float = DISPLAY_LEVEL, *, by_element: bool = False, seed: int = 0) -> conditioning.Swings:
        """Return the median with one input at a time known to be low, and high, the others free; widest first.

        Parameters
        ----------
        level : float
            The input is at its quantiles ``(1 - level) / 2`` and ``(1 + level) / 2``.
        by_element : bool
            Whether every element of an array that goes in has a row of its own; all of them move together otherwise.

        Raises
        ------
        ShapeError
            For an array.

        Examples
        --------
        >>> import brainparams as bp
        >>> a = bp.assumed("1e3 to 1e4 synapse/neuron", because="range", name="per neuron")
        >>> b = bp.assumed("8e10 to 9e10 neuron", because="range", name="neurons")
        >>> [(each.name, round(each.factor, 3)) for each in (a * b).swings()]
        [('per neuron', 10.0), ('neurons', 1.125)]
        """
        checked = engines.checked_seed(seed, "swings")
        node = self._apart("swings()") if by_element else self._node
        return conditioning.swings(node, labels_of(node), level_in(level, "swings(): level"), checked)

    def value_of_information(
        self, level: float = DISPLAY_LEVEL, *, by_element: bool = False, seed: int = 0
    ) -> conditioning.ValueOfInformation:
        """Return how wide the interval would be, on average, if one input were known exactly; the best one first.

        Parameters
        ----------
        level : float
            Level of the equal-tailed interval, in (0, 1).
        by_element : bool
            Whether every element of an array that goes in has a row of its own; all of them are known otherwise.

        Returns
        -------
        ValueOfInformation
            Widths in decades where the result is positive, else in its unit.

        Raises
        ------
        ShapeError
            For an array.

        Examples
        --------
        >>> import brainparams as bp
        >>> a = bp.assumed("1e3 to 1e4 synapse/neuron", because="range", name="per neuron")
        >>> b = bp.assumed("8e10 to 9e10 neuron", because="range", name="neurons")
        >>> [each.name for each in (a * b).value_of_information()]
        ['per neuron', 'neurons']
        """
        checked = engines.checked_seed(seed, "value_of_information")
        node = self._apart("value_of_information()") if by_element else self._node
        level = level_in(level, "value_of_information(): level")
        return conditioning.value_of_information(node, labels_of(node), level, checked)

    def _apart(self, where: str) -> Node:
        """Return a number in which every element of an array below it is an input of its own."""
        check_scalar(self._node, where)
        count = sum(math.prod(each.shape) for each in roots([self._node]))
        if count > MOST_ELEMENTS:
            raise RangeError(
                f"{where}: {count:,} elements are too many to go through one by one; at most {MOST_ELEMENTS}; leave "
                f"by_element=True out, or total groups of them first"
            )
        return scalarised(self._node)

    def _beside(self, value: Any, where: str) -> Node:
        """Return what a quantity is held against."""
        return _held_against(value, self._node, where)


def _scale(scale: Any, where: str) -> Scale | None:
    from ..sensitivity.drivers import Scale

    return None if scale is None else one_of(scale, get_args(Scale), where)


def _two_ends(within: Any) -> tuple[Any, Any]:
    if not isinstance(within, list | tuple) or len(within) != 2:
        raise ArgumentError(f"given_that(): within= needs two ends, such as ('18 W', '22 W'); got {shown(within)}")
    return within[0], within[1]


def _bound(value: Any, beside: Node) -> Node | None:
    """Return a bound of something known, if there is one; beside a pure number no unit is needed."""
    return None if value is None else _held_against(value, beside, "given_that()")


def _held_against(value: Any, beside: Node, where: str) -> Node:
    """Return a quantity, what a text names, or a number; beside a pure number no unit is needed."""
    if isinstance(value, Asking):
        return value._node
    named = named_node(value, where)
    return node_from(value, assumptions.default_unit(value, beside.unit, where), where) if named is None else named


def _plain(value: Any) -> Any:
    """Return the node of a quantity, the nodes of a list of them, and anything else as it is."""
    if isinstance(value, Asking):
        return value._node
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _nodes_of(asked: Mapping[Any, Any]) -> dict[Any, Any]:
    return {_plain(key): _plain(value) for key, value in asked.items()}
