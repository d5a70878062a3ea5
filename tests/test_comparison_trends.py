"""Trends of machine models over time: ordinary least squares, published doubling times, and when they pass a brain."""

import math
import os
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import brainparams as bp

DATA = Path(os.environ.get("BRAINPARAMS_DATA", Path(__file__).parents[2] / "shared" / "data"))
EPOCH = DATA / "epoch_notable_models" / "notable_models_trimmed.csv"
SEEN = pytest.mark.skipif(not EPOCH.exists(), reason="the table of Epoch AI does not come with the package")
COLUMNS = "Model,Publication date,Parameters,Training compute (FLOP),Domain,Training dataset size (datapoints)"
ROWS = "\n".join(
    f"M{n},{2012 + n}-0{1 + n % 9}-15,{10 ** (8 + 0.4 * n + 0.5 * (-1) ** n)},{10 ** (18 + 0.7 * n)},"
    f"{'Language' if n % 2 else 'Vision'},{10 ** (9 + 0.3 * n) if n % 2 else ''}"
    for n in range(12)
)


@pytest.fixture
def models(tmp_path):
    file = tmp_path / "models.csv"
    file.write_text(f"{COLUMNS}\n{ROWS}\n", encoding="utf-8")
    return bp.read_notable_models(file)


def straight(years, values):
    return bp.results.Trend(
        "parameters",
        "parameter",
        tuple(bp.results.TrendPoint(str(n), *each) for n, each in enumerate(zip(years, values, strict=True))),
        "made up",
    )


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(-2, 2), min_size=8, max_size=30), st.floats(0.2, 3))
def test_growth_and_prediction_are_those_of_ordinary_least_squares(noise, slope):
    from scipy import stats

    years = np.linspace(2010, 2024, len(noise))
    logs = 20 + slope * (years - 2010) + np.array(noise) + 0.1 * np.cos(7 * years)
    trend = straight(years, np.exp(logs))
    fit = stats.linregress(years, logs)
    t = stats.t(len(noise) - 2)
    assert trend.growth.median() == pytest.approx(fit.slope, rel=1e-3)
    low, high = trend.growth.interval(0.90)
    assert (low, high) == pytest.approx(
        (fit.slope - t.ppf(0.95) * fit.stderr, fit.slope + t.ppf(0.95) * fit.stderr), rel=0.02
    )
    residual = logs - fit.intercept - fit.slope * years
    s = math.sqrt((residual**2).sum() / (len(noise) - 2))
    error = s * math.sqrt(1 + 1 / len(noise) + (2030 - years.mean()) ** 2 / ((years - years.mean()) ** 2).sum())
    at = fit.intercept + fit.slope * 2030
    ends = trend._band(2030.0)
    assert np.log(ends) == pytest.approx([at - t.ppf(0.95) * error, at, at + t.ppf(0.95) * error], rel=1e-6)
    low, high = trend.predicted(2030).interval(0.90)
    assert (math.log(low), math.log(high)) == pytest.approx(np.log(ends)[[0, 2]], rel=1e-4)


def test_a_line_without_scatter_is_sure():
    trend = straight(range(2010, 2020), [1e9 * 4.0**n for n in range(10)])
    assert trend.factor.median() == pytest.approx(4)
    assert trend.doubling_time.to("year").median() == pytest.approx(0.5)
    found = bp.crossing(trend, f"{1e9 * 4.0**20!r} parameter")
    assert found.year.median() == pytest.approx(2030, abs=1e-3)
    assert found.decades_beyond == pytest.approx(11 * math.log10(4))


def test_which_models_a_trend_goes_through(models):
    every = models.trend("parameters")
    assert len(every.points) == 12
    assert len(models.trend("parameters", after=2015).points) == 9
    assert len(models.trend("parameters", after="2015-01-01", before=date(2020, 1, 1)).points) == 5
    frontier = models.trend("parameters", frontier=1)
    assert [point.name for point in frontier.points] == ["M0", "M2", "M4", "M6", "M8", "M10"]
    largest = 0.0
    for point in frontier.points:
        assert point.value >= largest
        largest = point.value
    assert len(models.trend("tokens").points) == 6
    assert models.trend("training operations").factor.median() == pytest.approx(10**0.7, rel=0.05)


@pytest.mark.parametrize(
    ("use", "error", "says"),
    [
        (lambda m: m.trend("size"), bp.ArgumentError, "'what'.*parameters, training operations, tokens"),
        (lambda m: m.trend("parameters", after=2023), bp.ArgumentError, "1 models at 1 dates"),
        (lambda m: m.trend("parameters", after="soon"), bp.RangeError, "'after' is a year"),
        (lambda m: m.trend("parameters", frontier=0), bp.RangeError, "'frontier'"),
        (lambda m: bp.crossing(m.trend("parameters"), "1e15 synapse"), bp.UnitError, "in synapse"),
        (lambda m: bp.crossing(m, "1e15 parameter"), bp.KindError, "needs a trend"),
        (lambda m: m.trend("parameters").line("soon"), bp.RangeError, "no date"),
        (
            lambda m: bp.crossing(m.trend("parameters"), bp.exact("0 parameter")),
            bp.RangeError,
            "zero or below",
        ),
    ],
)
def test_what_makes_no_trend_is_refused(models, use, error, says):
    with pytest.raises(error, match=says):
        use(models)


def test_a_table_needs_only_the_columns_that_are_asked_for(tmp_path):
    file = tmp_path / "few.csv"
    file.write_text("Model,Parameters\nTiny,1000\n", encoding="utf-8")
    models = bp.read_notable_models(file)
    assert models["Tiny"].parameters.value == 1000
    with pytest.raises(bp.FileError, match=r"few\.csv has no column 'Publication date'"):
        models.trend("parameters")
    with pytest.raises(bp.FileError, match=r"'Training compute \(FLOP\)' or 'Publication date'"):
        models.trend("training operations")


def test_a_larger_brain_is_passed_later(models):
    trend = models.trend("parameters")
    small, large = (bp.crossing(trend, f"{each} parameter").year for each in ("1e14", "1e15"))
    later = 1 / math.log10(trend.factor.median())
    assert large.median() - small.median() == pytest.approx(later, rel=0.05)
    wide = bp.crossing(trend, bp.assumed("1e13 to 1e16 parameter", because="a range")).year
    narrow = bp.crossing(trend, bp.assumed("3e14 to 3.2e14 parameter", because="a range")).year
    widths = [high - low for low, high in (wide.interval(), narrow.interval())]
    assert widths[0] > widths[1]


def test_a_line_that_may_fall_passes_nothing_and_has_no_doubling_time():
    def made(step):
        sizes = [1e9 * 2.0 ** (step * n) * (1 + 0.3 * (n % 2)) for n in range(8)]
        points = [bp.results.TrendPoint(str(n), 2010.0 + n, size) for n, size in enumerate(sizes)]
        return bp.results.Trend("parameters", "parameter", tuple(points), "made up")

    for step in (-1, 0):
        with pytest.raises(bp.RangeError, match="its line may fall, and passes nothing for certain"):
            bp.crossing(made(step), "1e12 parameter")
    assert "not told apart from no growth" in str(made(0))
    growing, hinton = made(1), bp.published("hinton-2014")
    assert growing.is_growing
    assert bp.crossing(growing, hinton).year.median() == bp.crossing(growing, hinton.quantity).year.median()


def test_a_trend_and_a_crossing_print_and_are_drawn(models):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    trend = models.trend("parameters")
    assert "factor of a year" in str(trend)
    found = bp.crossing(trend, bp.evidence("human/brain/synapses") * bp.evidence("synapse/parameters/static"))
    assert "passes in" in str(found)
    assert "decades beyond the largest model" in str(found)
    assert trend.plot() is not None
    assert found.plot() is not None


# Sevilla & Roldán 2024, Training compute of frontier AI models grows by 4-5x per year (epoch.ai): 4.1 times a year
# (90 % interval 3.7 to 4.6) from 2010 to May 2024 for notable models, 5.3 (4.9 to 5.7) for the ten largest.
@SEEN
def test_the_published_doubling_time_of_training_compute():
    trend = bp.read_notable_models(EPOCH).trend("training operations", after=2010, before="2024-06-01")
    assert 3.7 < trend.factor.median() < 4.6
    months = 12 * trend.doubling_time.to("year").median()
    assert 12 * math.log(2) / math.log(4.6) < months < 12 * math.log(2) / math.log(3.7)
    frontier = bp.read_notable_models(EPOCH).trend("training operations", after=2010, before="2024-06-01", frontier=10)
    low, high = frontier.factor.interval(0.90)
    assert low < 5.7
    assert high > 4.9
    assert frontier.factor.median() > trend.factor.median()


# Further figures of Epoch AI, as its pages print them: notable models 4.6 times a year since 2010, language models
# 5 times since 2020 with a doubling every 5.2 months, and "as fast as" 9 times from June 2017 to May 2024.
@SEEN
@pytest.mark.parametrize(
    ("chosen", "printed"),
    [
        ({"after": 2010}, 4.6),
        ({"after": 2020, "domain": "Language", "frontier": 10}, 5.0),
        ({"after": "2017-06-01", "before": "2024-06-01", "domain": "Language"}, 9.0),
    ],
)
def test_further_published_rates_of_growth_lie_in_the_interval(chosen, printed):
    trend = bp.read_notable_models(EPOCH).trend("training operations", **chosen)
    low, high = trend.factor.interval(0.90)
    assert low < printed < high
    short, long = trend.doubling_time.to("year").interval(0.90)
    assert 12 * short < 12 * math.log(2) / math.log(printed) < 12 * long


# The ten largest since 2010 come out at 4.84 (4.60 to 5.09) where 5.3 (4.9 to 5.7) was printed for the table as of
# May 2024; with other choices of models of the same table the line lies inside what was printed.
@SEEN
@pytest.mark.parametrize(
    ("kept", "factor"),
    [
        (lambda row: True, "4.84"),
        (lambda row: row.published is not None and row.published.year >= 2010, "5.01"),
        (lambda row: row.confidence == "Confident", "5.17"),
    ],
)
def test_the_frontier_depends_on_the_choice_of_models(kept, factor):
    models = bp.read_notable_models(EPOCH)
    part = models._part([row for row in models if kept(row)])
    trend = part.trend("training operations", after=2010, before="2024-06-01", frontier=10)
    assert f"{trend.factor.median():.2f}" == factor
    if factor != "4.84":
        assert 4.9 < trend.factor.median() < 5.7


@SEEN
def test_when_the_frontier_passes_the_synapses_of_a_brain():
    trend = bp.read_notable_models(EPOCH).trend("parameters", after=2010, frontier=10)
    brain = bp.evidence("human/brain/synapses") * bp.evidence("synapse/parameters/static")
    found = bp.crossing(trend, brain)
    by_hand = trend._fit["middle"] + (math.log(float(brain.median())) - trend._fit["level"]) / trend._fit["growth"]
    assert found.year.median() == pytest.approx(by_hand, abs=0.3)
    low, high = found.year.interval(0.90)
    assert 2026 < low < high < 2050
