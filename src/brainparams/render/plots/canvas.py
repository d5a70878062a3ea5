"""What all pictures share: axes and figures, colours, logarithmic marks, text as it stands, and the numbers drawn."""

from __future__ import annotations

import contextlib
import itertools
import math
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ...errors import ArgumentError, KindError, did_you_mean, shown
from ...foreign import library
from ..numbers import raised, rounded, words
from ..plain import cleaned
from ..shape import decades
from ..tables import Table
from ..writers.latex import escaped

__all__ = [
    "COLOURS", "CYCLE", "Numbers", "axes", "ink", "keep_on_paper", "legend_above", "literal", "log_axis", "numbers",
    "plain_mark", "power", "record", "style", "tidy",
]  # fmt: skip

# Okabe & Ito (2008): told apart by every kind of colour vision, and in grey by how dark they are.
COLOURS = {"brain": "#0072B2", "machine": "#D55E00", "published": "#6b6b6b", "estimate": "#009E73"}
CYCLE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))
MARKERS = {"brain": "o", "machine": "s", "published": "D", "estimate": "o"}
EMBEDDED = {"pdf.fonttype": (3, 42), "ps.fonttype": (3, 42), "svg.fonttype": ("path", "none")}
EDGE, NARROWEST = 0.015, 0.25  # of a figure: what stays free at its edge, and what is left to an axes at least
THEMES: dict[str, dict[str, Any]] = {
    "light": {"figure.facecolor": "white", "axes.facecolor": "white"},
    "dark": {
        "figure.facecolor": "#111111", "axes.facecolor": "#111111", "savefig.facecolor": "#111111",
        "text.color": "#e6e6e6", "axes.labelcolor": "#e6e6e6", "axes.edgecolor": "#e6e6e6", "xtick.color": "#e6e6e6",
        "ytick.color": "#e6e6e6",
    },
    "print": {"font.size": 8.0, "axes.linewidth": 0.6, "lines.linewidth": 1.0, "savefig.dpi": 300},
}  # fmt: skip


# --- the numbers behind a picture --------------------------------------------------------------------------------


@dataclass(frozen=True, repr=False, eq=False)
class Numbers(Table[tuple[Any, ...]]):
    """What a picture shows, as a table: ``pandas.DataFrame(list(found), columns=found.columns)`` takes it.

    Attributes
    ----------
    rows : tuple of tuple
        The numbers.
    columns : tuple of str
        What they are, with units.
    title : str
        What the picture shows.

    Examples
    --------
    >>> Numbers(((1.0, 0.5),), ("parameters", "probability per decade"), "density").columns
    ('parameters', 'probability per decade')
    """

    rows: tuple[tuple[Any, ...], ...]
    columns: tuple[str, ...]
    title: str

    def _caption(self) -> str:
        return self.title

    def _head(self) -> Sequence[str]:
        return self.columns

    def _cells(self, row: tuple[Any, ...]) -> Sequence[str]:
        return [each if isinstance(each, str) else "" if each is None else rounded(each) for each in row]


_DRAWN: weakref.WeakKeyDictionary[Any, list[Numbers]] = weakref.WeakKeyDictionary()


def numbers(ax: Any) -> tuple[Numbers, ...]:
    """Return the numbers behind what brainparams drew on an axes, a table for each picture.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        What a ``plot`` returned.

    Raises
    ------
    KindError
        For what is no axes with such a picture.

    Examples
    --------
    >>> import brainparams as bp
    >>> synapses = bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range", name="synapses per neuron")
    >>> [table.title for table in bp.plots.numbers(synapses.plot())]
    ['density of synapses per neuron']
    """
    try:
        return tuple(_DRAWN[ax])
    except (KeyError, TypeError):
        raise KindError(f"numbers(): {shown(ax)} came; expected the axes that a plot of brainparams returned") from None


def record(ax: Any, *tables: Numbers, anew: bool = False) -> Any:
    """Keep the numbers of a picture with its axes, which is drawn now, and return the axes."""
    kept = [] if anew else _DRAWN.get(ax, [])
    _DRAWN[ax] = [*kept, *tables]
    keep_on_paper(ax)
    return ax


# --- figures and axes --------------------------------------------------------------------------------------------


def axes(ax: Any = None, height: float = 4.0) -> Any:
    """Return an axes to draw on; a new one saves its letters as letters: TrueType in PDF, text in SVG."""
    if ax is not None:
        if not (hasattr(ax, "plot") and hasattr(ax, "get_figure")):
            raise KindError(f"plot(): ax: {shown(ax)} came; expected a matplotlib axes, such as plt.subplots()[1]")
        return ax
    mpl = library("matplotlib", "plot()", "plot")
    from matplotlib import pyplot
    from matplotlib.figure import Figure

    class Lettered(Figure):
        def savefig(self, *args: Any, **options: Any) -> None:
            with mpl.rc_context(_embedded(mpl.rcParams)):
                super().savefig(*args, **options)

    figure = pyplot.figure(FigureClass=Lettered, figsize=(7.5, height), layout="constrained")
    return figure.add_subplot()


def _embedded(settings: Any) -> Any:
    """Return what keeps letters as letters, where somebody has not chosen otherwise."""
    return {key: new for key, (usual, new) in EMBEDDED.items() if settings[key] == usual}


def keep_on_paper(ax: Any) -> None:
    """Widen the margins of a figure where letters would be cut off; one with a layout engine does that itself."""
    figure = ax.figure
    if figure.get_layout_engine() is not None or ax.get_subplotspec() is None or not hasattr(figure, "subplotpars"):
        return
    margins = figure.subplotpars
    box = _reach(ax)
    left, bottom = margins.left + max(0.0, EDGE - box.x0), margins.bottom + max(0.0, EDGE - box.y0)
    top = margins.top - max(0.0, box.y1 - 1.0 + EDGE)
    if margins.right - left > NARROWEST:
        figure.subplots_adjust(left=left)
    if top - bottom > NARROWEST:
        figure.subplots_adjust(bottom=bottom, top=top)
    _reach(ax)
    if ax.xaxis.label.get_window_extent().x1 > figure.bbox.x1:
        ax.set_xlabel(ax.get_xlabel(), loc="right")
    right = margins.right - max(0.0, _reach(ax).x1 - 1.0 + EDGE)
    if right - margins.left > NARROWEST:
        figure.subplots_adjust(right=right)


def _reach(ax: Any) -> Any:
    """Return the box around all letters of an axes, in parts of the figure."""
    return ax.get_tightbbox().transformed(ax.figure.transFigure.inverted())


@contextlib.contextmanager
def style(theme: Literal["light", "dark", "print"] = "light", **settings: Any) -> Iterator[None]:
    """Draw in a theme inside a ``with`` block; outside of it the style that matplotlib has is left as it is.

    Letters of figures that are saved in the block stay letters: TrueType in PDF, text in SVG.

    Parameters
    ----------
    theme : {"light", "dark", "print"}
        Ink and paper; ``print`` has small letters and thin lines for a column of a journal.
    **settings
        Settings of matplotlib with underscores for dots, such as ``font_size=9``.

    Raises
    ------
    ArgumentError
        For a theme or setting that is not known.

    Examples
    --------
    >>> import brainparams as bp
    >>> synapses = bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range", name="synapses per neuron")
    >>> with bp.plots.style("print", font_size=7):
    ...     axes = synapses.plot()
    >>> axes.xaxis.label.get_size()
    7.0
    """
    import matplotlib as mpl

    if theme not in THEMES:
        raise ArgumentError(
            f"style(): theme is one of {', '.join(THEMES)}; got {shown(theme)}.{did_you_mean(str(theme), THEMES)}"
        )
    own = {name.replace("_", ".", 1): value for name, value in settings.items()}
    unknown = next((name for name in own if name not in mpl.rcParams), None)
    if unknown is not None:
        raise ArgumentError(f"style(): matplotlib has no setting {unknown!r}.{did_you_mean(unknown, mpl.rcParams)}")
    chosen: Any = {**_embedded(mpl.rcParams), **THEMES[theme], **own}
    with mpl.rc_context(chosen):
        yield


def ink() -> Any:
    """Return the colour of text, for lines that go with it."""
    import matplotlib as mpl

    return mpl.rcParams["text.color"]


def literal(text: str) -> str:
    """Return a stranger's text so that matplotlib writes it as it stands, with its powers of ten raised."""
    import matplotlib as mpl

    plain = raised(cleaned(text))
    return escaped(plain) if mpl.rcParams["text.usetex"] else plain.replace("$", r"\$")


def log_axis(ax: Any, which: Literal["x", "y"] = "x", *, in_words: bool = True) -> None:
    """Mark a logarithmic axis with powers of ten, and with words where a person has some."""
    from matplotlib.ticker import FuncFormatter, NullFormatter

    axis = ax.xaxis if which == "x" else ax.yaxis
    (ax.set_xscale if which == "x" else ax.set_yscale)("log")
    marks = _marks(which, in_words=in_words)
    axis.set_major_locator(marks)
    axis.set_major_formatter(FuncFormatter(lambda value, place: _mark(value, in_words=marks.has_words)))
    axis.set_minor_formatter(NullFormatter())


def _marks(which: Literal["x", "y"], *, in_words: bool) -> Any:
    """Return what places as many marks as have room beside each other, whatever size the axes comes to have."""
    from matplotlib.ticker import Locator

    letter = _letter("xtick.labelsize")
    needed = letter * {("x", True): 7.0, ("x", False): 5.0, ("y", True): 4.0, ("y", False): 2.5}[which, in_words]

    class Decades(Locator):
        axis: Any
        has_words = in_words

        def __call__(self) -> list[float]:
            return self.tick_values(*sorted(self.axis.get_view_interval()))

        def tick_values(self, vmin: float, vmax: float) -> list[float]:
            ax = self.axis.axes
            box = ax.get_window_extent()
            points = 72.0 * (box.width if which == "x" else box.height) / ax.figure.dpi
            if not 0.0 < vmin < vmax or points <= 0.0:
                return []
            found = decades(vmin, vmax, max(2, int(points / needed)))
            if which == "x":
                found, self.has_words = _apart(
                    found, points / math.log10(vmax / vmin) / (0.55 * letter), in_words=in_words
                )
            return found

    return Decades()


def _apart(marks: list[float], decade: float, *, in_words: bool) -> tuple[list[float], bool]:
    """Return marks whose names do not touch, where a decade is so many letters wide, and whether words have room."""

    def fits(kept: Sequence[float], *, has_words: bool) -> bool:
        halves = [max(len(words(each, 1)) if has_words else 0, 6) / 2.0 for each in kept]
        pairs = zip(itertools.pairwise(kept), itertools.pairwise(halves), strict=True)
        return all(decade * math.log10(high / low) > one + other + 1.0 for (low, high), (one, other) in pairs)

    thinner = [marks[::step] for step in range(1, len(marks)) if len(marks[::step]) > 1]
    tried = [(kept, has_words) for has_words in dict.fromkeys((in_words, False)) for kept in thinner]
    return next((each for each in tried if fits(each[0], has_words=each[1])), (marks[:1] + marks[1:][-1:], False))


def _letter(setting: str) -> float:
    """Return the points of letters in a setting of matplotlib."""
    import matplotlib as mpl
    from matplotlib.font_manager import FontProperties

    settings: Any = mpl.rcParams
    return float(FontProperties(size=settings[setting]).get_size_in_points())


def _mark(value: float, *, in_words: bool) -> str:
    if value <= 0:
        return ""
    short = f"{value:,.0f}" if value >= 1 else f"{value:g}"
    told = words(value, 1) if in_words else ""
    return f"{power(value)}\n{told}" if told else power(value) if not 1e-3 <= value < 1e6 else short


def power(value: float) -> str:
    """Return a number above zero as a power of ten, as matplotlib sets formulas."""
    exponent = math.floor(math.log10(value) + 1e-9)
    lead = value / 10.0**exponent
    return rf"$10^{{{exponent}}}$" if abs(lead - 1.0) < 1e-6 else rf"${lead:.2g}\times 10^{{{exponent}}}$"


def plain_mark(value: float, place: int | None = None) -> str:
    """Return a number of a linear axis in words where it has some."""
    return words(value, 2) or raised(rounded(value))


def legend_above(ax: Any) -> None:
    """Name what is drawn above the axes, where nothing is covered; of equal names, one."""
    handles, names = ax.get_legend_handles_labels()
    kept = {name: handle for handle, name in zip(handles, names, strict=True)}
    keep_on_paper(ax)
    needed = _letter("legend.fontsize") * (0.6 * max(map(len, kept), default=0) + 4.0)
    columns = max(1, min(4, int(72.0 * ax.get_window_extent().width / ax.figure.dpi / needed)))
    place = {"loc": "lower left", "bbox_to_anchor": (0.0, 1.0), "ncols": columns, "borderaxespad": 0.2}
    ax.legend(list(kept.values()), list(kept), frameon=False, fontsize="small", **place)


def tidy(ax: Any) -> None:
    """Leave out the frame where nothing is read off, and write large and small numbers of a linear axis in words."""
    if ax.get_xscale() == "linear" and not 1e-3 <= max(map(abs, ax.get_xlim())) < 1e6:
        ax.xaxis.set_major_formatter(plain_mark)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
