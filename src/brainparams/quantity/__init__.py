"""What users hold: a number with a unit, a belief about how sure we are, and a memory of where it came from."""

from __future__ import annotations

import numbers
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeVar, final, get_args

import numpy as np

from .. import graph
from ..checks import level_in, one_of, strict, whole_number, words
from ..distributions import Distribution
from ..errors import ComparisonError, KindError, MomentError, shown
from ..foreign import door, introduce, later, room
from ..graph import Caveat, Effect, Leaf, Node, Step, signs
from ..graph.annotation import check_fit
from ..graph.inputs import citations_of as sources_of
from ..graph.inputs import node_from
from ..graph.names import references_of
from ..graph.operations import OPERATIONS, Number, Operation, arithmetic
from ..questions.naming import named_node
from ..render.blocks import Block, Length, Sentence
from ..render.showing import Shown
from ..render.tidy import Tidy
from ..units import Unit, conversion_factor, read_unit
from .asking import DISPLAY_LEVEL, Asking
from .labelled import Labelled
from .refusals import Refusals, of_numpy

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

    from .. import derivation as derivations
    from .. import engines
    from ..citations import Citation
    from ..derivation import plotting
    from ..engines import sampling
    from ..estimate import Estimate, Interval, Linearity
    from ..render import plots
    from ..render import words as in_words
    from ..render.writers import latex
else:
    derivations, engines, sampling = later("derivation", "engines", "engines.sampling")
    in_words, latex, plots = later("render.words", "render.writers.latex", "render.plots")
    (plotting,) = later("derivation.plotting")

__all__ = ["Quantity", "quantity"]

T = TypeVar("T")
NUMBERS = ("median", "low", "high", "mean", "sd")
BibliographyStyle = Literal["text", "bibtex", "csl-json", "latex", "html", "markdown", "plain"]
Value = str | Number | Distribution | Mapping[str, Any] | Any


@strict
@final
class Quantity(Asking, Labelled, Shown, Tidy, Refusals):
    """A number with a unit, a spread, and the steps and sources it came from.

    Quantities are made by `measured`, `assumed`, `exact` and `given`, by ``bp.evidence(id)``, and by arithmetic on
    other quantities. They are immutable, and identity is correlation: a quantity used twice is one unknown, so
    ``x - x`` is exactly 0, also after a copy, a pickle, or a trip through another process.

    Notes
    -----
    Nothing is computed until a number is asked for: `median`, `interval`, `estimate`, `explain`.

    Examples
    --------
    >>> import brainparams as bp
    >>> neurons = bp.exact("86e9 neuron")
    >>> synapses = neurons * bp.exact("7000 synapse/neuron")
    >>> synapses.unit, synapses.value
    ('synapse', 602000000000000)
    """

    __slots__ = ("_cache", "_node")

    def __init__(self, node: Node) -> None:
        if not isinstance(node, Node):
            raise KindError(
                f"Quantity(): makes nothing of {shown(node)}; use bp.measured, bp.assumed, bp.exact or bp.given"
            )
        self._node = node
        self._cache: dict[Any, Any] = {}
        introduce(Quantity)

    # --- what it is ----------------------------------------------------------------------------------------------

    @property
    def node(self) -> Node:
        """The node of the expression graph, for those who write readers of it.

        Examples
        --------
        >>> import brainparams as bp
        >>> type(bp.exact("2 m").node).__name__
        'Leaf'
        """
        return self._node

    @property
    def unit(self) -> str:
        """The unit, as text.

        Examples
        --------
        >>> import brainparams as bp
        >>> (bp.exact("6 m") / bp.exact("2 s")).unit
        'm/s'
        """
        return self._node.unit.text

    @property
    def axes(self) -> dict[str, tuple[str, ...]]:
        """Labels along each named axis; empty for a scalar.

        Examples
        --------
        >>> import brainparams as bp
        >>> bp.stacked({"left": "90 mm^3", "right": "92 mm^3"}, axis="side").axes
        {'side': ('left', 'right')}
        """
        return {axis.name: axis.labels for axis in self._node.axes}

    @property
    def name(self) -> str | None:
        """The name, if it has one.

        Examples
        --------
        >>> import brainparams as bp
        >>> bp.exact("2 m", name="width").name
        'width'
        """
        return getattr(self._node, "name", None)

    @property
    def value(self) -> Any:
        """The number, in `unit`, where there is no spread at all; integers have all their digits.

        Raises
        ------
        RangeError
            If the quantity is uncertain.

        Examples
        --------
        >>> import brainparams as bp
        >>> bp.exact("86e9 neuron").value
        86000000000
        """
        return self.estimate().value

    def named(
        self, name: str, *, symbol: str | None = None, because: str | None = None, source: Any = None
    ) -> Quantity:
        """Return the same quantity as a step that a person would name.

        Parameters
        ----------
        name : str
            What the derivation calls it.
        symbol : str, optional
            What formulas call it; the first letter of the name otherwise.
        because : str, optional
            Why the step is right.
        source : str, Citation, or tuple of them, optional
            Where its formula was published.

        Examples
        --------
        >>> import brainparams as bp
        >>> sides = bp.exact(2, "1", because="two hemispheres")
        >>> both = (sides * bp.exact("90 mm^3")).named("cortex volume", symbol="V")
        >>> both.name, both.value
        ('cortex volume', 180)
        """
        for argument, text in (("name", name), ("symbol", symbol), ("because", because)):
            if text is not None or argument == "name":
                words(text, f"named(): {argument}", "synapses")
        return Quantity(Step(self._node, name, symbol, because, citations=sources_of(source, "named(source=)")))

    def with_caveat(self, text: str, *, effect: Effect) -> Quantity:
        """Return the same quantity with a caveat that every derivation from it tells.

        Parameters
        ----------
        text : str
            What is left out or taken for granted.
        effect : {"raises", "lowers", "narrows", "unknown"}
            Which way that moves the result; "narrows" makes the interval too narrow.

        Examples
        --------
        >>> import brainparams as bp
        >>> area = bp.exact("6 m^2", name="area").with_caveat("folds are left out", effect="lowers")
        >>> "folds are left out [lowers the count]" in area.explain()
        True
        """
        one_of(effect, get_args(Effect), "with_caveat(): effect")
        words(text, "with_caveat(): text", "'dendritic computation is left out'")
        return Quantity(Step(self._node, caveats=(Caveat(text, effect),)))

    def to(self, unit: str | Unit) -> Quantity:
        """Return the same quantity in another unit of the same dimension.

        Raises
        ------
        UnitError
            If the dimensions differ.

        Examples
        --------
        >>> import brainparams as bp
        >>> bp.exact("180 mm^3").to("cm^3").value
        0.18
        """
        target = read_unit(unit, "to()").without_bounds()
        return Quantity(graph.convert(self._node, target, conversion_factor(self._node.unit, target, "to()")))

    def fitting(self, unit: Unit, where: str = "quantity") -> Quantity:
        """Return the quantity itself if it fits an annotation: same dimension, and values within the bounds.

        Raises
        ------
        UnitError, RangeError
            If it does not fit, with what came, what was expected and the mend.

        Examples
        --------
        >>> import brainparams as bp
        >>> bp.exact("180 mm^3").fitting(bp.Unit("cm^3")).unit  # it fits, and keeps its unit
        'mm**3'
        """
        check_fit(self._node, unit, where, self._outside)
        return self

    def _outside(self, low: float, high: float) -> float:
        """Return how likely it lies below one number or above another."""
        found = self.estimate()
        return float(found.cdf(np.nextafter(low, -np.inf)) if np.isfinite(low) else 0.0) + float(
            1.0 - found.cdf(high) if np.isfinite(high) else 0.0
        )

    # --- numbers -------------------------------------------------------------------------------------------------

    def estimate(
        self,
        *,
        engine: str = "auto",
        seed: int | None = 0,
        draws: int | None = None,
        digits: int = 3,
        budget: float = 1.0,
        executor: Executor | None = None,
    ) -> Estimate:
        """Return what an engine finds out about this quantity.

        Parameters
        ----------
        engine : {"auto", "exact", "convolution", "linear", "sobol", "random"}
            ``auto`` takes the closed form where there is one, else convolution where each input can be used once,
            else scrambled Sobol points.
        seed : int or None
            Same seed, same digits, whatever the executor. None has one chosen and recorded.
        draws : int, optional
            Number of draws of the random engine.
        digits : int
            Significant digits that the Sobol engine makes stable, within a bound; convolution stops there below 3.
        budget : float
            How many times the usual work may be done, which takes about two seconds; an answer that needs more has
            fewer digits, and says so in its `reason`.
        executor : concurrent.futures.Executor, optional
            Where the blocks of draws are computed; here otherwise.

        Returns
        -------
        Estimate
            Quantiles with standard errors in `unit`, engine, seed, versions.

        Raises
        ------
        NoClosedForm
            From ``engine="exact"``.
        RangeError, KindError, ArgumentError
            For arguments out of range, and for steps whose draws are not finite.

        Examples
        --------
        >>> import brainparams as bp
        >>> neurons = bp.exact("86e9 neuron")
        >>> synapses = neurons * bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range")
        >>> found = synapses.estimate()
        >>> found.engine, f"{found.median:.4g}"
        ('exact', '2.72e+14')
        """
        asked: dict[str, Any] = {"engine": engine, "seed": seed, "draws": draws, "digits": digits, "budget": budget}
        make = partial(engines.estimate, self._node, **asked)
        if executor is not None or seed is None or engine in engines.JUDGED:
            return make(executor=executor)  # which may warn each time
        return self._once(("estimate", *asked.values()), make)

    def median(self) -> Any:
        """Return the median in `unit`: as likely too high as too low.

        Examples
        --------
        >>> import brainparams as bp
        >>> synapses = bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range", name="synapses per neuron")
        >>> round(synapses.median())
        3162
        """
        return self.estimate().median

    def mean(self, *axes: str) -> Any:
        """Return the expected value in `unit`; with the names of axes, the mean of the elements along them.

        Examples
        --------
        >>> import brainparams as bp
        >>> synapses = bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range", name="synapses per neuron")
        >>> round(synapses.mean())
        4040
        """
        return self.mean_over(*axes) if axes else self.estimate().mean

    def sd(self) -> Any:
        """Return the standard deviation in `unit`.

        Examples
        --------
        >>> import brainparams as bp
        >>> bp.measured("86.06(8.12)e9 neuron", source="azevedo2009").sd()
        8120000000.0
        """
        return self.estimate().sd

    def quantile(self, p: Any) -> Any:
        """Return the value in `unit` below which the quantity lies with probability `p`; of a list, one for each.

        Examples
        --------
        >>> import brainparams as bp
        >>> bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range").quantile([0.05, 0.5, 0.95]).round()
        array([ 1000.,  3162., 10000.])
        """
        return self.estimate().quantile(p)

    def quantiles(self, p: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95)) -> dict[float, Any]:
        """Return the values in `unit` below which the quantity lies with some probabilities, by probability.

        Examples
        --------
        >>> import brainparams as bp
        >>> found = bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range").quantiles()
        >>> {p: round(value) for p, value in found.items()}
        {0.05: 1000, 0.25: 1972, 0.5: 3162, 0.75: 5070, 0.95: 10000}
        """
        if not isinstance(p, list | tuple | np.ndarray):
            raise KindError(f"quantiles(): p is a list of probabilities, such as [0.05, 0.5, 0.95]; got {shown(p)}")
        found = self.estimate()
        return {float(each): found.quantile(each) for each in p}

    def interval(self, level: float = DISPLAY_LEVEL) -> Interval:
        """Return the equal-tailed coverage interval in `unit`; it unpacks as ``low, high``.

        Parameters
        ----------
        level : float
            Probability inside, in (0, 1).

        Examples
        --------
        >>> import brainparams as bp
        >>> low, high = bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range").interval(0.90)
        >>> round(low, 6), round(high, 6)
        (1000.0, 10000.0)
        """
        return self.estimate().interval(level_in(level, "interval(): level"))

    def linearity(self, seed: int = 0) -> Linearity:
        """Return whether first-order propagation describes this quantity (JCGM 101, clause 8).

        The 95 % interval of first order is compared with that of an engine that is not first order; it holds where
        both ends agree within 5 % of the standard uncertainty.

        Raises
        ------
        RangeError
            If a value or a derivative at the means is not finite: there is no first order then.
        ShapeError
            For an array: pick one element or take the total.

        Examples
        --------
        >>> import brainparams as bp
        >>> neurons = bp.measured("86.06(8.12)e9 neuron", source="azevedo2009")
        >>> synapses = bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range")
        >>> neurons.linearity().holds, (neurons * synapses).linearity().holds
        (True, False)

        References
        ----------
        JCGM 101:2008, clause 8. doi:10.59161/JCGM101-2008
        """
        return engines.linearity(self._node, seed)

    # --- words ---------------------------------------------------------------------------------------------------

    def explain(
        self,
        style: str = "text",
        length: Length = "full",
        *,
        level: float = DISPLAY_LEVEL,
        seed: int = 0,
    ) -> str:
        """Return the derivation: sentence, steps, inputs with sources, drivers, caveats, references.

        Parameters
        ----------
        style : {"text", "brief", "markdown", "latex", "html"}
            The notation; ``brief`` is text with a line for each step and input.
        length : {"sentence", "brief", "full"}
            The result alone; a line for each step and input; or everything.
        level : float
            Level of the intervals, in (0, 1).
        seed : int
            Seed of the draws, where any are needed.

        Raises
        ------
        ArgumentError
            For a style or a length that is not known.

        Examples
        --------
        >>> import brainparams as bp
        >>> synapses = bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range", name="synapses per neuron")
        >>> print((synapses * bp.exact("1e6 neuron", name="neurons")).explain("brief").splitlines()[0])
        Result: 3.2e9 synapses (3.2 billion), 90 % interval 1.0e9 to 1.0e10
        """
        level = level_in(level, "explain(): level")
        asked = ("explain", style, length, level, seed)
        return self._once(asked, lambda: self._derivation(level, seed).explain(style, length))

    def derivation(self, *, level: float = DISPLAY_LEVEL, seed: int = 0) -> derivations.Derivation:
        """Return the derivation as an object: ``to_dict()``, ``to_mermaid()``, ``to_dot()``, and shown like any other.

        Examples
        --------
        >>> import brainparams as bp
        >>> area = bp.exact("3 m", name="width") * bp.exact("2 m", name="length")
        >>> [each["formula"] for each in area.derivation().to_dict()["steps"]]
        ['w × l']
        """
        return self._derivation(level_in(level, "derivation(): level"), seed)

    def _derivation(self, level: float, seed: int) -> derivations.Derivation:
        make = partial(derivations.derive, self._node, level=level, seed=seed)
        return self._once(("derivation", level, seed), make)

    def _once(self, what: tuple[Any, ...], make: Callable[[], T]) -> T:
        """Return what was asked for before, or make it; what is no plain argument is refused by whoever takes it."""
        if not all(isinstance(each, str | int | float | None) for each in what):
            return make()
        key = tuple((type(each), each) for each in what)
        if key not in self._cache:
            self._cache[key] = make()
        return self._cache[key]  # type: ignore[no-any-return]

    def to_latex(
        self,
        *,
        cite: Literal["number", "key"] = "number",
        layout: Literal["list", "paper"] = "list",
        columns: Literal[1, 2] = 1,
        label: str | None = None,
        level: float = DISPLAY_LEVEL,
        seed: int = 0,
    ) -> str:
        r"""Return the derivation for a paper, made to fit the column; ``bp.latex_preamble()`` gives what it needs.

        Parameters
        ----------
        cite : {"number", "key"}
            ``key`` writes ``\cite{azevedo2009}`` with the keys of ``bibliography("bibtex")``, and no list of works.
        layout : {"list", "paper"}
            A table of steps and lists of inputs; or aligned equations, and tables of inputs with captions.
        columns : {1, 2}
            Of the page: how long a line of an equation, and how long a table may be.
        label : str, optional
            What the labels of the tables start with: ``tab:LABEL-measured``.
        level : float
            Level of the intervals, in (0, 1).
        seed : int
            Seed of the draws, where any are needed.

        Raises
        ------
        ArgumentError
            For a choice that is not among those.

        Examples
        --------
        >>> import brainparams as bp
        >>> neurons = bp.measured("86.06(8.12)e9 neuron", source="azevedo2009")
        >>> r"\cite{azevedo2009}" in neurons.to_latex(cite="key")
        True
        """
        writer = latex.Latex(
            cite=one_of(cite, ("number", "key"), "to_latex(): cite"),
            layout=one_of(layout, ("list", "paper"), "to_latex(): layout"),
            columns=one_of(columns, (1, 2), "to_latex(): columns"),
            label=label,
        )
        return writer.write(derivations.told(self._derivation(level_in(level, "to_latex(): level"), seed), "full"))

    def citations(self) -> tuple[Citation, ...]:
        """Return the sources that this quantity uses, each once, in order of first use.

        Examples
        --------
        >>> import brainparams as bp
        >>> neurons = bp.measured("86.06(8.12)e9 neuron", source="azevedo2009")
        >>> [each.label for each in neurons.citations()]
        ['Azevedo et al. 2009']
        """
        return references_of(self._node)

    def bibliography(self, style: BibliographyStyle = "text") -> str:
        """Return the package's own citation, and only those sources that this quantity uses.

        A numbered one has the numbers that the derivation has, and the package last.

        Examples
        --------
        >>> import brainparams as bp
        >>> neurons = bp.measured("86.06(8.12)e9 neuron", source="azevedo2009")
        >>> [entry.split(",")[0] for entry in neurons.bibliography("bibtex").split("@")[1:]]
        ['misc{brainparams', 'article{azevedo2009']
        """
        from ..citations import __citation__, bibliography

        is_numbered = style in ("latex", "html", "markdown", "plain")
        return bibliography([*self.citations(), __citation__], style, keeps_order=is_numbered)

    def _blocks(self, length: Length) -> Sequence[Block]:
        """Return the result in one honest line, or the whole derivation."""
        if length == "sentence":
            states_mean = isinstance(self.node, Leaf) and self.node.states_mean
            return (Sentence(in_words.sentence(self.estimate(), DISPLAY_LEVEL, states_mean=states_mean)),)
        return derivations.told(self._derivation(DISPLAY_LEVEL, 0), length)

    # --- elsewhere -----------------------------------------------------------------------------------------------

    def plot(
        self,
        ax: Any = None,
        *,
        kind: Literal["density", "cumulative", "dots", "elements", "waterfall"] = "density",
        level: float = DISPLAY_LEVEL,
        lines: Mapping[str, Any] | None = None,
        seed: int = 0,
    ) -> Any:
        """Draw the quantity and return the axes; ``bp.plots.numbers(ax)`` gives the numbers as a table.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new one otherwise. Densities on one axes share its scale and its unit.
        kind : {"density", "cumulative", "dots", "elements", "waterfall"}
            Density with median and interval, on a logarithmic axis where the quantity is positive and spans more than
            a factor of two; probability to lie below; a hundred equally likely worlds; the elements of an array by
            label; the factors of a product, in decades.
        level : float
            Level of the interval, in (0, 1).
        lines : mapping of name to quantity or text, optional
            Numbers to compare with, such as machines, as vertical lines.
        seed : int
            Seed of the draws, where any are needed.

        Raises
        ------
        ShapeError, RangeError
            For an array where one number is drawn, and for what has no spread.
        MissingExtraError
            Without matplotlib (``pip install brainparams[plot]``).

        Examples
        --------
        >>> import brainparams as bp
        >>> synapses = bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range", name="synapses per neuron")
        >>> axes = synapses.plot(level=0.90)
        >>> bp.plots.numbers(axes)[0].columns
        ('from [synapse/neuron]', 'to [synapse/neuron]', 'probability', 'probability per decade')
        """
        at = self._medians(lines, "plot()")
        belief = plots.Belief(self.estimate(seed=seed), self.name or "", level_in(level, "plot(): level"))
        return plotting.plotted(self._node, belief, ax, kind=kind, lines=at)

    def report(
        self,
        path: str | Path,
        *,
        lines: Mapping[str, Any] | None = None,
        level: float = DISPLAY_LEVEL,
        seed: int = 0,
    ) -> Path:
        """Write one page to send to somebody: answer, picture, steps, sources and record, in a file that needs nothing.

        Where scripts run, inputs have sliders (median and spread, option of a choice, rival of a finding), and the
        answer, its picture and what drives it move with them; the page gives the changed assumptions back as a line of
        Python and in its address. Without scripts it is a still page.

        Parameters
        ----------
        path : str or Path
            Where to write, whole or not at all.
        lines : mapping of name to quantity or text, optional
            What to hold the result against, such as machines.
        level : float
            Level of the intervals, in (0, 1).
        seed : int
            Seed of the draws, where any are needed.

        Returns
        -------
        Path
            Of the file.

        Raises
        ------
        UnitError
            If a line has another dimension.
        FileError
            If the file cannot be written.

        Examples
        --------
        >>> import brainparams as bp, tempfile
        >>> brain = bp.evidence("human/brain/neurons") * bp.exact("1 parameter/neuron", name="weights")
        >>> file = brain.report(tempfile.mkdtemp() + "/brain.html", lines={"GPT-3": "1.75e11 parameter"})
        >>> file.read_text(encoding="utf-8")[:15]
        '<!doctype html>'
        """
        medians = self._medians(lines, "report()")
        return room("report").write(  # type: ignore[no-any-return]
            self, path, medians, level_in(level, "report(): level"), engines.checked_seed(seed, "report")
        )

    def explore(self) -> Any:
        """Return a widget for a notebook: sliders for the inputs beside the answer, computed by the engines.

        Its ``quantity`` is what the sliders give. Needs anywidget (``pip install brainparams[notebook]``).

        Examples
        --------
        >>> import brainparams as bp
        >>> synapses = bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range", name="synapses per neuron")
        >>> widget = synapses.explore()
        >>> widget.quantity == synapses
        True
        """
        return room("report.exploring").explorer(self)

    def _medians(self, others: Mapping[str, Any] | None, where: str) -> dict[str, float]:
        """Return the medians of other quantities in the unit of this one."""
        unit = self._node.unit
        asked = {name: quantity(each, where) for name, each in (others or {}).items()}
        return {name: float(each.fitting(unit, f"{where}: {name}").to(unit).median()) for name, each in asked.items()}

    def save(
        self,
        path: str | Path,
        *,
        engine: str = "auto",
        seed: int = 0,
        draws: int | None = None,
        digits: int = 3,
    ) -> Path:
        """Write a record to a JSON file: the whole graph, and what came out; ``bp.load`` gives the same unknowns back.

        The record holds the results with their standard errors, engine, seed, versions, the edition of the evidence
        and a digest of every finding used: what it takes to run it again. The file is written whole or not
        at all.

        Parameters
        ----------
        path : str or Path
            Of the file.
        engine, seed, draws, digits
            How the results are computed, as in `estimate`.

        Raises
        ------
        FileError
            If it cannot be written; what stood there before is untouched then.

        Examples
        --------
        >>> import brainparams as bp, tempfile
        >>> synapses = bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range", name="synapses per neuron")
        >>> path = synapses.save(tempfile.mkdtemp() + "/synapses.json")
        >>> (bp.load(path) - synapses).value  # the same unknown, not another like it
        0
        """
        settings = {"engine": engine, "seed": seed, "draws": draws, "digits": digits}
        return room("records").save(self, path, settings)  # type: ignore[no-any-return]

    def to_uncertainties(self) -> Any:
        """Return a ``ufloat`` by first-order propagation, correlated with others that share its inputs.

        Examples
        --------
        >>> import brainparams as bp
        >>> neurons = bp.measured("86.06(8.12)e9 neuron", source="azevedo2009")
        >>> neurons.to_uncertainties()
        86060000000.0+/-8120000000.0
        """
        return door("ufloats").to_uncertainties(self._node)

    def to_pint(self, registry: Any = None) -> Any:
        """Return a pint quantity with the exact number, or with the median where there is a spread.

        Parameters
        ----------
        registry : pint.UnitRegistry, optional
            Where to make it; pint's application registry otherwise. Counting units are defined there if missing.

        Examples
        --------
        >>> import brainparams as bp
        >>> print(bp.exact("180 mm^3").to_pint().to("cm^3"))
        0.18 centimeter ** 3
        """
        return door("pint_quantities").to_pint(self.median(), self._node.unit, registry)

    def to_xarray(self, *, level: float = 0.90) -> Any:
        """Return median, interval, mean and standard deviation of every element as an xarray data set.

        Examples
        --------
        >>> import brainparams as bp
        >>> volume = bp.stacked({"left": "90 +/- 9 mm^3", "right": "92 +/- 9 mm^3"}, axis="side")
        >>> volume.to_xarray()["median"].values
        array([90., 92.])
        """
        numbers = {name: values for name, values in self._numbers(level).items() if values is not None}
        words = {"unit": self.unit, "level": level, "name": self.name or ""}
        return door("tables_out").to_xarray(numbers, self.axes, words)

    def _tidy(self, level: float) -> list[dict[str, Any]]:
        """Return one row for each element: labels, median, ends of the interval, mean, standard deviation, unit."""
        points = list(product(*self.axes.values()))
        columns = {
            name: np.ravel(values).tolist() for name, values in self._numbers(level).items() if values is not None
        }
        return [
            {
                **dict(zip(self.axes, point, strict=True)),
                **{name: float(columns[name][at]) if name in columns else None for name in NUMBERS},
                "unit": self.unit,
            }
            for at, point in enumerate(points)
        ]

    def _numbers(self, level: float) -> dict[str, Any]:
        low, high = self.interval(level)
        found = {"median": self.median(), "low": low, "high": high}
        for name, ask in (("mean", self.mean), ("sd", self.sd)):
            try:
                found[name] = ask()
            except MomentError:
                found[name] = None
        return found

    def to_numpy(self, draws: int = 10_000, *, seed: int = 0) -> Any:
        """Return random draws in `unit` as float64, shape (draws, ...); the number itself where there is no spread.

        Examples
        --------
        >>> import brainparams as bp
        >>> neurons = bp.measured("86.06(8.12)e9 neuron", source="azevedo2009")
        >>> neurons.to_numpy(1000, seed=1).shape
        (1000,)
        """
        estimate = self.estimate()
        if estimate.is_exact_number:
            return np.asarray(estimate.median, dtype=np.float64)
        count = whole_number(draws, "to_numpy(): draws", example="10_000")
        return sampling.draw(self._node, count, engines.checked_seed(seed, "to_numpy"))

    def __copy__(self) -> Quantity:
        return self

    def __deepcopy__(self, memo: object) -> Quantity:
        return self  # a copy of an unknown is the same unknown

    def __reduce__(self) -> tuple[Any, ...]:
        return Quantity, (self._node,)

    # --- arithmetic ----------------------------------------------------------------------------------------------

    def __add__(self, other: Any) -> Quantity:
        return _operated(arithmetic.add, self, other)

    def __radd__(self, other: Any) -> Quantity:
        if isinstance(other, int) and not isinstance(other, bool) and other == 0:
            return self  # so that sum() works
        return _operated(arithmetic.add, other, self)

    def __sub__(self, other: Any) -> Quantity:
        return _operated(arithmetic.subtract, self, other)

    def __rsub__(self, other: Any) -> Quantity:
        return _operated(arithmetic.subtract, other, self)

    def __mul__(self, other: Any) -> Quantity:
        return _operated(arithmetic.multiply, self, other)

    def __rmul__(self, other: Any) -> Quantity:
        return _operated(arithmetic.multiply, other, self)

    def __truediv__(self, other: Any) -> Quantity:
        return _operated(arithmetic.divide, self, other)

    def __rtruediv__(self, other: Any) -> Quantity:
        return _operated(arithmetic.divide, other, self)

    def __neg__(self) -> Quantity:
        return Quantity(graph.apply(arithmetic.negative, self._node))

    def __pos__(self) -> Quantity:
        return self

    def __pow__(self, exponent: Any) -> Quantity:
        return Quantity(signs.raised(self._node, _bare(exponent, arithmetic.power.name)))

    def __rpow__(self, base: Any) -> Quantity:
        return Quantity(signs.raised(base, self._node))

    # --- what numpy asks ------------------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **words: Any) -> Any:
        """Take over the arithmetic of numpy's numbers; other functions of numpy are told which one to write."""
        row = SIGNS.get(ufunc)
        if method == "__call__" and row is not None and not words and len(inputs) == 2:
            left, right = (_bare(each, row.name) for each in inputs)
            return Quantity(signs.raised(left, right) if row is arithmetic.power else signs.operate(row, left, right))
        if method == "__call__" and ufunc in ORDERINGS:
            self._no_order(None)
        raise of_numpy(ufunc.__name__ if method == "__call__" else REDUCTIONS.get(ufunc, ufunc.__name__))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        """Return an array that holds the quantity, or its elements; never bare numbers."""
        if dtype is not None and np.dtype(dtype) != np.dtype(object):
            raise of_numpy("asarray")
        found = np.empty(tuple(map(len, self.axes.values())), dtype=object)
        for place in np.ndindex(found.shape):
            found[place] = self[tuple(labels[i] for labels, i in zip(self.axes.values(), place, strict=True))]
        if not found.shape:
            found[()] = self
        return found

    def __array_function__(self, function: Any, types: Any, inputs: Any, words: Any) -> NoReturn:
        """Say which function to write in place of one of numpy's."""
        raise of_numpy(function.__name__)

    # --- what it refuses -----------------------------------------------------------------------------------------

    def __bool__(self) -> bool:
        raise ComparisonError(
            "a quantity has no truth value: it is uncertain; ask for .median(), or bp.probability_greater(a, b)"
        )

    def _no_order(self, other: Any) -> NoReturn:
        raise ComparisonError(
            "quantities have no order: they are uncertain; bp.probability_greater(a, b) says how likely a is the larger"
        )

    __lt__ = __le__ = __gt__ = __ge__ = _no_order

    def __eq__(self, other: object) -> bool:
        """Return whether both are the same expression over the same unknowns, and so equal in every draw."""
        if isinstance(other, numbers.Number):
            raise ComparisonError("a quantity is not equal or unequal to a number; ask for .value or .median()")
        return isinstance(other, Quantity) and other._node.key == self._node.key

    def __hash__(self) -> int:
        return hash(self._node.key)

    def __float__(self) -> float:
        raise KindError("float() would drop the unit; ask for .value (exact), .median() or .to_numpy()")

    def __format__(self, spec: str) -> str:
        """Return it as text: ``.2g`` for digits, ``90%`` for an interval, ``words``, ``latex``, ``siunitx``."""
        return in_words.formatted(self.estimate(), spec, DISPLAY_LEVEL) if spec else str(self)

    # --- pydantic ------------------------------------------------------------------------------------------------

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return door("arguments").core_schema(None)  # type: ignore[no-any-return]


ORDERINGS = {np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal}
SIGNS = {row.ufunc: row for row in OPERATIONS.values() if row.sign and row.ufunc is not None}
REDUCTIONS = {np.add: "sum", np.multiply: "prod", np.maximum: "max", np.minimum: "min"}


def quantity(value: Any, where: str = "quantity") -> Quantity:
    """Return a quantity as it is, what a text names, and anything else (text, pint, ufloat) as a given one."""
    if isinstance(value, Quantity):
        return value
    return Quantity(named_node(value, where) or node_from(value, None, where))


def _operated(row: Operation, left: Any, right: Any) -> Quantity:
    return Quantity(signs.operate(row, _bare(left, row.name), _bare(right, row.name)))


def _bare(value: Any, where: str) -> Any:
    return value.node if isinstance(value, Quantity) else named_node(value, where) or value
