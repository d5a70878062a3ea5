"""Pictures: one scale for what stands on one axes, curves that hold all the probability, numbers as tables, letters."""

import io
import itertools
import math
import re
from pathlib import Path

import numpy as np
import pytest

import brainparams as bp
from brainparams import plots
from brainparams.command_line.demo import human_brain
from brainparams.errors import ArgumentError, KindError, RangeError, ShapeError, UnitError
from brainparams.render.numbers import superscript
from brainparams.render.words import value_words

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402
from matplotlib.collections import PolyCollection  # noqa: E402


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


def wide(name="wide", text="1e12 to 1e14 parameter", **options):
    return bp.assumed(text, because="test", name=name, **options)


@pytest.fixture(scope="module")
def brain():
    neurons = bp.measured("86.06(8.12)e9 neuron", source="azevedo2009", name="neurons")
    each = bp.assumed("1e3 to 1e4 synapse/neuron", because="range given by textbooks", name="synapses per neuron")
    weights = bp.exact("1 parameter/synapse", because="one scalar weight a synapse", name="weights")
    return (neurons * each * weights).named("parameters", symbol="P")


def area(ax, place=0):
    """Return the area under the outline of a density, in decades where the axis is logarithmic."""
    x, y = next(line for at, line in enumerate(_outlines(ax)) if at == place)
    x = np.log10(x) if ax.get_xscale() == "log" else x
    return float(np.trapezoid(y, x))


def _outlines(ax):
    return [line.get_data() for line in ax.lines if len(line.get_xdata()) > 10]


# --- densities -------------------------------------------------------------------------------------------------------


def test_plot_draws_on_a_log_axis_and_returns_the_axes(brain):
    ax = brain.plot()
    assert ax.get_xscale() == "log"
    assert "parameters" in ax.get_xlabel()
    assert "90 %" in ax.get_title()
    ax.figure.canvas.draw()
    assert area(ax) == pytest.approx(0.999, abs=0.002)


def test_plot_takes_axes_and_keeps_a_narrow_quantity_linear():
    _, own = pyplot.subplots()
    length = bp.assumed(bp.Normal(mean=100.0, sd=3.0), "m", because="test", name="length")
    assert length.plot(own, level=0.5) is own
    assert own.get_xscale() == "linear"
    assert area(own) == pytest.approx(0.999, abs=0.002)


def test_plot_refuses_what_has_no_density():
    x = bp.assumed("1 to 2", "1", because="test")
    for nothing in (bp.exact("3 m"), x - x, bp.exp(x) / bp.exp(x)):
        with pytest.raises(RangeError, match="no density"):
            nothing.plot()
    with pytest.raises(ShapeError, match="array"):
        (bp.exact({"a": 1, "b": 2}, "1", axis="r") * x).plot(kind="cumulative")
    assert pyplot.get_fignums() == []


def test_an_array_is_drawn_element_by_element():
    x = bp.assumed("1 to 2", "1", because="test")
    ax = (bp.exact({"a": 1, "b": 2}, "1", axis="r") * x).plot()
    assert {"a", "b"} <= {label.get_text() for label in ax.get_yticklabels()}


def test_the_drawn_density_is_the_density(brain):
    """Held against the closed form of a lognormal at every part that is drawn."""
    q = wide()
    (found,) = plots.numbers(q.plot())
    mu = math.log10(1e13)
    sd = 1.0 / 1.6448536269514722
    for low, high, mass, density in found:
        middle = (math.log10(low) + math.log10(high)) / 2
        exact = math.exp(-(((middle - mu) / sd) ** 2) / 2) / (sd * math.sqrt(2 * math.pi))
        assert density == pytest.approx(exact, rel=2e-3)
        assert mass == pytest.approx(density * math.log10(high / low), rel=1e-9)
    assert sum(row[2] for row in found) == pytest.approx(0.999, abs=1e-6)
    assert found.columns[-1] == "probability per decade"
    assert "probability per decade" in str(found)


def test_far_tails_do_not_hide_the_rest():
    """A ratio of normals has no mean, and its 0.05 % quantiles lie a hundred interval widths away."""
    time = bp.assumed(bp.Normal(1.0, 0.6), "s", because="test", name="time")
    speed = bp.assumed("1 to 2 m", because="test", name="length") / time
    low, high = speed.interval(0.90)
    for kind in ("density", "cumulative", "dots"):
        ax = speed.plot(kind=kind)
        left, right = ax.get_xlim()
        assert high - low > (right - left) / 8.0
    table = plots.numbers(speed.plot())[0]
    inside = sum(row[2] for row in table)
    assert inside == pytest.approx(float(speed.below(f"{table[-1][1]} m/s")) - float(speed.below(f"{table[0][0]} m/s")))
    assert f"{100 * (1 - inside):.0f} % beyond the edges" in speed.plot().get_xlabel()


@pytest.mark.parametrize("width", [2.6, 3.4, 7.5])
def test_names_of_marks_do_not_touch_on_a_figure_of_any_width(brain, width):
    for kind in ("density", "cumulative", "dots", "waterfall"):
        figure, ax = pyplot.subplots(figsize=(width, 2.6))
        brain.plot(ax=ax, kind=kind)
        figure.canvas.draw()
        names = [mark for mark in ax.get_xticklabels() if mark.get_text()]
        boxes = sorted((mark.get_window_extent() for mark in names), key=lambda box: box.x0)
        assert len(boxes) >= 2
        assert all(left.x1 < right.x0 for left, right in itertools.pairwise(boxes)), kind


def test_jumps_below_zero_are_drawn_where_they_are():
    losses = bp.assumed(bp.Discrete({-5.0: 0.3, 2.0: 0.7}), "m", because="test", name="x")
    rows = plots.numbers(losses.plot(kind="cumulative"))[0].rows
    assert (-5.0, 0.0) in rows
    assert (-5.0, pytest.approx(0.3)) in rows


def test_letters_stay_on_the_paper_of_a_figure_without_a_layout(brain):
    ax = pyplot.subplots()[1]
    brain.plot(ax=ax)
    names = {f"a long name of an area of the cortex {k}": "1e12 to 1e14" for k in range(3)}
    below = pyplot.subplots()[1]
    bp.assumed(names, "parameter", because="test", axis="area", name="x").plot(ax=below)
    for each in (ax, below):
        box = each.get_tightbbox().transformed(each.figure.transFigure.inverted())
        assert min(box.x0, box.y0) >= 0.0
        assert max(box.x1, box.y1) <= 1.0
    laid = pyplot.subplots(layout="constrained")[1]
    before = laid.figure.subplotpars.left
    brain.plot(ax=laid)
    assert laid.figure.subplotpars.left == before


@pytest.mark.parametrize("order", [("wide", "narrow"), ("narrow", "wide")])
def test_two_densities_on_one_axes_share_a_scale_and_are_named(order):
    made = {"wide": wide(), "narrow": wide("narrow", "9.9e12 to 1.05e13 parameter")}
    _, ax = pyplot.subplots()
    for name in order:
        made[name].plot(ax)
    assert ax.get_xscale() == "log"
    assert ax.get_ylabel() == "probability per decade"
    assert [each.get_text() for each in ax.get_legend().get_texts()] == list(order)
    assert [area(ax, place) for place in (0, 1)] == pytest.approx([0.999, 0.999], abs=0.003)
    heights = {name: max(row[3] for row in table) for name, table in zip(order, plots.numbers(ax), strict=True)}
    assert heights["wide"] == pytest.approx(0.656, abs=0.01)
    assert heights["narrow"] > 20
    assert ax.get_ylim()[1] > heights["narrow"]
    assert len([each for each in ax.collections if isinstance(each, PolyCollection)]) == 4


def test_a_second_density_is_drawn_in_the_unit_of_the_first():
    ax = bp.assumed("1 to 9 mm", because="test", name="a").plot()
    bp.assumed("0.2 to 2 cm", because="test", name="b").plot(ax)
    first, second = plots.numbers(ax)
    assert first.columns == second.columns
    assert second[0][0] == pytest.approx(0.632, abs=0.01)  # 0.0632 cm
    with pytest.raises(UnitError, match="the axes shows mm"):
        wide().plot(ax)


def test_lines_of_machines_stand_where_they_belong(brain):
    ax = brain.plot(lines={"GPT-3": "175 billion parameter"})
    dashed = [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == "--"]
    assert dashed == [1.75e11]
    assert "GPT-3" in [each.get_text() for each in ax.texts]
    with pytest.raises(UnitError):
        brain.plot(lines={"mass": "3 g"})


def test_a_law_that_is_only_drawn_is_shown_in_steps_no_finer_than_its_error():
    x = bp.assumed("1 to 9", "1", because="test", name="x")
    drawn = bp.sin(x) * x + bp.exp(x / 9) * bp.cos(x)
    found = drawn.estimate(engine="random", draws=2000)
    ax = plots.density([plots.Belief(found, "drawn", 0.9)])
    (table,) = plots.numbers(ax)
    assert 15 <= len(table) < 120
    assert sum(row[2] for row in table) == pytest.approx(0.999, abs=0.01)


# --- other kinds -----------------------------------------------------------------------------------------------------


def test_a_cumulative_curve_rises_to_one_and_tells_what_lies_below(brain):
    curve, line = plots.numbers(brain.plot(kind="cumulative", lines={"GPT-3": "1.75e14 parameter"}))
    values, probabilities = zip(*curve, strict=True)
    assert list(values) == sorted(values)
    for value, probability in list(curve)[::40]:
        assert float(brain.below(bp.exact(value, "parameter"))) == pytest.approx(probability, abs=1e-6)
    assert line[0][1] == pytest.approx(float(brain.below("1.75e14 parameter")), abs=1e-6)
    assert probabilities[0] < 0.001
    assert probabilities[-1] > 0.999


def test_a_hundred_dots_are_a_hundred_quantiles(brain):
    ax = brain.plot(kind="dots")
    (found,) = plots.numbers(ax)
    assert len(found) == 100
    assert [row[0] for row in found][::33] == pytest.approx([brain.quantile(p) for p in (0.005, 0.335, 0.665, 0.995)])
    assert "90 of 100 worlds" in ax.get_title()
    assert sum(len(each.get_offsets()) for each in ax.collections) == 100


def test_a_waterfall_multiplies_to_the_answer(brain):
    (found,) = plots.numbers(brain.plot(kind="waterfall"))
    assert [row[0] for row in found] == ["neurons", "synapses per neuron", "weights"]
    assert math.prod(row[1] for row in found) == pytest.approx(found[-1][3])
    assert sum(row[2] for row in found) == pytest.approx(math.log10(found[-1][3]))
    ratio = brain / bp.assumed("2 to 4 parameter/synapse", because="test", name="divisor")
    (found,) = plots.numbers(ratio.plot(kind="waterfall"))
    assert found[-1][1] < 1
    with pytest.raises(RangeError, match="no product"):
        (brain + brain).plot(kind="waterfall")


def test_elements_stand_by_label():
    x = bp.assumed({"up": "1 to 3", "down": "2 to 5"}, "m", because="test", axis="layer")
    ax = x.plot(kind="elements")
    assert [each.get_text() for each in ax.get_yticklabels()] == ["down", "up"]
    (found,) = plots.numbers(ax)
    assert [(row[0], row[2], row[4]) for row in found] == [
        ("up", pytest.approx(1), pytest.approx(3)),
        ("down", pytest.approx(2), pytest.approx(5)),
    ]
    with pytest.raises(ShapeError, match="one number"):
        x["up"].plot(kind="elements")


def test_an_unknown_kind_is_named(brain):
    with pytest.raises(ArgumentError, match="Did you mean 'density'"):
        brain.plot(kind="densty")
    with pytest.raises(KindError, match="matplotlib axes"):
        brain.plot("ax")


def test_tables_draw_themselves(brain):
    swings = brain.swings()
    (found,) = plots.numbers(swings.plot())
    assert [tuple(row) for row in found] == [(each.name, each.at_low, each.at_high) for each in swings]
    drivers = brain.drivers()
    (found,) = plots.numbers(drivers.plot())
    assert [tuple(row) for row in found] == [(each.name, each.share) for each in drivers]
    sweep = brain.sweep(synapses_per_neuron=["1000 synapse/neuron", "3000 synapse/neuron"])
    (found,) = plots.numbers(sweep.plot())
    assert [row[2] for row in found] == [each.median for each in sweep]
    studies = bp.disagreement("human/neocortex/synapses")
    (found,) = plots.numbers(studies.plot())
    assert {row[0]: row[3] for row in found} == pytest.approx({each.label: each.median for each in studies})
    other = brain.assuming(neurons="71e6 neuron")
    (found,) = plots.numbers(bp.difference(brain, other).plot())
    assert found[-1][3] == pytest.approx(other.median(), rel=0.01)


def test_a_ladder_draws_intervals_values_and_the_reference(brain):
    ladder = bp.compare({"ours": brain, "GPT-3": "gpt-3", "narrow": "1e14 to 1.3e14 parameter"}, reference="GPT-3")
    ax = ladder.plot()
    assert [each.get_text() for each in ax.get_yticklabels()] == [row.name for row in ladder]
    assert {superscript(row.value) for row in ladder} <= {each.get_text() for each in ax.texts}
    assert [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == ":"] == [ladder[0].median]
    over = ladder.plot(kind="density")
    assert [each.get_text() for each in over.get_legend().get_texts()] == ["narrow", "ours"]
    assert "GPT-3" in [each.get_text() for each in over.texts]
    assert len(plots.numbers(ladder.plot(kind="cumulative"))) == 3
    with pytest.raises(ArgumentError, match="kind is one of"):
        ladder.plot(kind="bars")
    with pytest.raises(RangeError, match="nothing on this ladder"):
        bp.compare(["gpt-3", "gpt-2-xl"]).plot(kind="density")


def test_curves_of_networks_and_trends():
    (found,) = plots.numbers(plots.degrees([1, 1, 2, 5], "degree"))
    assert [tuple(row) for row in found] == [(1, 2, 1.0), (2, 1, 0.5), (5, 1, 0.25)]
    line = [(year, 10.0**year, 2 * 10.0**year, 4 * 10.0**year) for year in range(4)]
    ax = plots.trend([(0, 1.0), (1, 30.0)], line, ("year", "parameters"), crossing=("brain", 200.0))
    (circle,) = [each for each in ax.lines if each.get_fillstyle() == "none"]
    assert circle.get_xdata()[0] == pytest.approx(2.0)
    surface = plots.surface([1, 2], [10, 20, 30], [[1, 2], [3, 4], [5, 6]], ("x", "y", "z"))
    assert plots.numbers(surface)[0][-1] == (2, 30, 6.0)


# --- what a picture must not hide ------------------------------------------------------------------------------------


def overlapping(ax):
    """Return pairs of texts inside an axes that cover each other, once it is drawn."""
    ax.figure.canvas.draw()
    boxes = [(each.get_text(), each.get_window_extent()) for each in ax.texts if each.get_text()]
    return [(a, b) for n, (a, one) in enumerate(boxes) for b, other in boxes[n + 1 :] if one.overlaps(other)]


def outside(ax):
    """Return texts that leave the figure: titles, names of axes, marks, lines and rows."""
    ax.figure.canvas.draw()
    whole = ax.figure.bbox
    marks = [
        label
        for axis, (low, high) in ((ax.xaxis, sorted(ax.get_xlim())), (ax.yaxis, sorted(ax.get_ylim())))
        for place, label in zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=True)
        if low <= place <= high
    ]
    texts = [ax.title, ax.xaxis.label, ax.yaxis.label, *marks, *ax.texts]
    boxes = [(each.get_text(), each.get_window_extent()) for each in texts if each.get_text() and each.get_visible()]
    return [
        text
        for text, box in boxes
        if box.x0 < whole.x0 - 2 or box.x1 > whole.x1 + 2 or box.y0 < whole.y0 - 2 or box.y1 > whole.y1 + 2
    ]


LONG = "parameters of a whole human brain, with cerebellum, brain stem and spinal cord, one for each synapse that stays"


def test_single_values_are_stems_with_their_probability():
    one, ten = (bp.exact(text, name=name) for text, name in (("1e12 parameter", "one"), ("1e15 parameter", "ten")))
    q = bp.choose({"one": one, "ten": ten}, weights={"one": 0.6, "ten": 0.4}, because="test", name="model")
    ax = q.plot()
    tops = {line.get_xdata()[0]: line.get_ydata()[0] for line in ax.lines if len(line.get_xdata()) == 1}
    assert tops == {1e12: pytest.approx(0.6), 1e15: pytest.approx(0.4)}
    assert [each.get_text() for each in ax.texts] == ["60 %", "40 %"]
    assert ax.get_ylabel() == "probability"
    (curve,) = plots.numbers(q.plot(kind="cumulative"))
    assert all(p == pytest.approx(0.6) for x, p in curve if 1e12 * 1.01 < x < 1e15 * 0.99)
    capped = bp.minimum(bp.assumed("1 to 10 m", because="test", name="x"), bp.exact("5 m"))
    (found,) = plots.numbers(capped.plot())
    *parts, (low, high, mass, density) = found
    assert (low, high, density) == (pytest.approx(5), pytest.approx(5), None)
    assert mass == pytest.approx(1 - float(capped.below("4.999999 m")), abs=1e-3)
    assert mass + sum(row[2] for row in parts) == pytest.approx(1, abs=2e-3)


def test_a_share_of_a_whole_is_drawn_on_a_linear_axis():
    assert bp.assumed(bp.Uniform(0, 1), "1", because="test").plot().get_xscale() == "linear"
    assert bp.assumed(bp.Beta(2, 3), "1", because="test").plot().get_xscale() == "linear"
    assert bp.assumed(bp.Gamma.from_mean(3.0, 4.0), "1", because="test").plot().get_xscale() == "log"


def test_an_interval_that_reaches_zero_is_not_cut_in_half():
    x = bp.assumed({"a": bp.Normal(3, 2), "b": bp.Normal(4, 1)}, "m", because="test", axis="r")
    ax = x.plot()
    assert ax.get_xscale() == "linear"
    assert min(min(line.get_xdata()) for line in ax.lines) == pytest.approx(3 - 2 * 1.6449, abs=1e-3)
    far = bp.assumed({"a": bp.Normal(3, 2), "b": bp.Normal(4e6, 1)}, "m", because="test", axis="r").plot()
    assert far.get_xscale() == "log"
    assert "<" in [line.get_marker() for line in far.lines]


@pytest.mark.parametrize("kind", ["density", "cumulative"])
def test_names_of_lines_do_not_cover_each_other(brain, kind):
    lines = {"GPT-3": "1.75e11 parameter", "Kimi K2 Instruct 0905": "1.03e12 parameter", "a third": "1.1e12 parameter"}
    assert overlapping(brain.plot(kind=kind, lines=lines)) == []
    assert overlapping(brain.plot(kind=kind, lines={LONG: "2e14 parameter", "b": "2.1e14 parameter"})) == []


def pictures(brain):
    """Yield every picture that there is, with long names."""
    long = brain.named(LONG)
    for kind in ("density", "cumulative", "dots", "waterfall"):
        yield long.plot(kind=kind)
    yield long.drivers().plot()
    yield long.swings().plot()
    each = ["1000 synapse/neuron", "3000 synapse/neuron", "9000 synapse/neuron"]
    yield long.sweep({"synapses per neuron": each}).plot()
    yield long.sweep({"synapses per neuron": each, "neurons": ["8e10 neuron", "9e10 neuron"]}).plot()
    yield bp.compare({LONG: brain, "GPT-3": "gpt-3"}, reference="GPT-3").plot()
    yield bp.compare({f"{n} {LONG}": f"{10 ** (n / 4)} to {10 ** (n / 4 + 1)} parameter" for n in range(30)}).plot()
    for count in (1, 200):
        labels = {f"{n} {LONG}": f"{n + 1} to {2 * n + 3}" for n in range(count)}
        yield bp.assumed(labels, "m", because="test", axis="region").plot()
    yield bp.disagreement("human/neocortex/synapses").plot()
    yield bp.difference(brain, brain.assuming(neurons="71e6 neuron")).plot()
    star = [("a", "b", 1), ("a", "c", 1), ("b", "c", 1)]
    yield bp.connectome(star, weight="synapses").out_degree().plot()
    line = [(year, 10.0**year, 2 * 10.0**year, 4 * 10.0**year) for year in range(4)]
    yield plots.trend([(0, 1.0), (1, 30.0)], line, ("year", "parameters"), crossing=("brain", 200.0))


def test_every_picture_keeps_its_letters_and_its_numbers(brain):
    for ax in pictures(brain):
        assert outside(ax) == []
        assert [mark for mark in ax.get_xticklabels() if mark.get_text()]
        assert plots.numbers(ax)[-1].columns
        pdf, svg = io.BytesIO(), io.StringIO()
        ax.figure.savefig(pdf, format="pdf")
        ax.figure.savefig(svg, format="svg")
        assert b"/Type3" not in pdf.getvalue().replace(b" ", b"")
        assert "<text" in svg.getvalue()
        pyplot.close(ax.figure)


def test_a_title_is_as_long_as_a_narrow_axes_can_take(brain):
    _, ax = pyplot.subplots(figsize=(3.4, 2.4))
    brain.plot(ax)
    assert "\n" not in ax.get_title()
    assert ax.get_title().startswith("2.7 × 10¹⁴ parameters")


def test_two_inputs_swept_are_a_surface_and_degrees_draw_themselves(brain):
    each = ["1000 synapse/neuron", "3000 synapse/neuron"]
    sweep = brain.sweep({"synapses per neuron": each, "neurons": ["8e10 neuron", "9e10 neuron"]})
    (found,) = plots.numbers(sweep.plot())
    assert {tuple(row) for row in found} == {(row.value, row.second_value, row.median) for row in sweep}
    edges = [("a", "b", 1), ("a", "c", 1), ("b", "c", 1)]
    (found,) = plots.numbers(bp.connectome(edges, weight="synapses").out_degree().plot())
    assert [tuple(row) for row in found] == [(0, 1, 1.0), (1, 1, pytest.approx(2 / 3)), (2, 1, pytest.approx(1 / 3))]


def test_what_has_no_known_spread_is_not_called_exact():
    with pytest.raises(RangeError, match="no known spread"):
        bp.measured("7000 synapse/neuron", source="azevedo2009").plot()


# --- letters and styles ----------------------------------------------------------------------------------------------

NAMES = ["$$", "$5 to $10", r"a\b_c^{d}", "<script>", "50 % & more", "{x}", "\x1b[31mred", "a\u202eb", "two\nlines"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_drawn_as_it_is(name):
    q = wide(name)
    ax = q.plot()
    other = wide("other").plot(ax)
    assert other is ax
    ladder = bp.compare({name.strip(): q, "b": "1e12 parameter"}).plot()
    for each in (ax, ladder, q.plot(kind="dots"), q.plot(kind="cumulative")):
        each.figure.savefig(io.BytesIO(), format="png")


def test_letters_stay_letters():
    ax = wide("name of it").plot()
    pdf, svg = io.BytesIO(), io.StringIO()
    ax.figure.savefig(pdf, format="pdf")
    ax.figure.savefig(svg, format="svg")
    assert b"/Type3" not in pdf.getvalue().replace(b" ", b"")
    assert b"/TrueType" in pdf.getvalue() or b"/CIDFontType2" in pdf.getvalue()
    assert re.search(r"<text[^>]*>[^<]*name of it", svg.getvalue())


def test_a_style_lasts_for_its_block_and_a_paper_keeps_its_own():
    before = matplotlib.rcParams["text.color"]
    with bp.plots.style("dark", font_size=7):
        ax = wide().plot()
        assert ax.get_facecolor()[:3] == pytest.approx((17 / 255,) * 3)
        assert matplotlib.rcParams["font.size"] == 7
    assert matplotlib.rcParams["text.color"] == before
    with matplotlib.rc_context({"font.family": "serif", "axes.linewidth": 2.5}):
        ax = wide().plot()
        assert ax.spines["bottom"].get_linewidth() == 2.5
        assert ax.xaxis.label.get_fontfamily() == ["serif"]
    with bp.plots.style("print"):
        ax = pyplot.subplots()[1]
        pdf = io.BytesIO()
        wide().plot(ax=ax).figure.savefig(pdf, format="pdf")
    assert b"/Type3" not in pdf.getvalue().replace(b" ", b"")
    with pytest.raises(ArgumentError, match="theme is one of"), bp.plots.style("darc"):
        pass
    with pytest.raises(ArgumentError, match=r"no setting 'font\.siz'"), bp.plots.style(font_siz=7):
        pass


def test_numbers_of_an_axes_that_is_not_ours_are_refused():
    with pytest.raises(KindError, match="axes that a plot of brainparams returned"):
        plots.numbers(pyplot.subplots()[1])


# --- the pictures of the README --------------------------------------------------------------------------------------

STATIC = Path(__file__).parents[1] / "docs" / "_static"


@pytest.mark.skipif(not STATIC.is_dir(), reason="the pages do not come with the package")
@pytest.mark.parametrize("name", ["brain.svg", "brain-dark.svg"])
def test_the_picture_of_the_readme_is_that_of_today(name):
    """``make pictures`` draws it anew."""
    text = (STATIC / name).read_text(encoding="utf-8")
    told = superscript(value_words(human_brain().estimate(), 0.90))
    assert told in text
    assert len(text) < 60_000
    assert "<script" not in text
    assert name in (STATIC.parents[1] / "README.md").read_text(encoding="utf-8")
