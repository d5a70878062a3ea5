"""Totals over regions with a stated correlation, and power laws between species."""

import math

import numpy as np
import pytest
from scipy import stats

import brainparams as bp
from brainparams.errors import CorrelationError, KindError, RangeError, ShapeError, UnitError

fit = bp.estimators.allometry.allometric_fit
roll_up = bp.estimators.regions.roll_up
PARTS = {"cortex": "16.34(2.17)e9 neuron", "cerebellum": "69.03(6.65)e9 neuron", "rest": "0.69(0.12)e9 neuron"}
SPECIES = ("mouse", "rat", "marmoset", "macaque", "human")
MASS = (0.416, 1.802, 7.78, 87.35, 1508.0)
NEURONS = (7.089e7, 2.0013e8, 6.3e8, 6.376e9, 8.606e10)


def parts():
    return bp.measured(PARTS, axis="region", source="azevedo2009", name="neurons")


@pytest.mark.parametrize(("r", "sd"), [(0, 6.996e9), (1, 8.94e9)])
def test_human_parts_add_as_the_correlation_says(r, sd):
    assert roll_up(parts(), correlation=r).sd() == pytest.approx(sd, rel=1e-3)
    assert roll_up(parts(), correlation=r).mean() == pytest.approx(8.606e10)


def test_the_published_spread_lies_between():
    sds = [roll_up(parts(), correlation=r).sd() for r in (0, 0.3, 0.54, 1)]
    assert sds == sorted(sds)
    assert sds[2] == pytest.approx(8.12e9, rel=0.01)
    assert "correlated by 0.54" in " ".join(roll_up(parts(), correlation=0.54).explain().split())


def test_synapses_over_classes():
    classes = bp.exact({"spiny": 80, "smooth": 20}, "neuron", axis="class")
    each = bp.exact({"smooth": 2000, "spiny": 8000}, "synapse/neuron", axis="class")
    assert roll_up(classes, each, correlation=0).value == 680_000
    assert roll_up(classes, "7000 synapse/neuron", correlation=0).value == 700_000


def test_roll_up_refuses():
    with pytest.raises(bp.errors.ArgumentError, match="correlation"):
        roll_up(parts())
    with pytest.raises(ShapeError, match="needs a quantity with an axis"):
        roll_up(bp.exact("3 neuron"), correlation=0)
    with pytest.raises(UnitError, match=r"needs \[neuron\]"):
        roll_up(bp.exact({"a": 1}, "m", axis="region"), correlation=0)
    with pytest.raises(CorrelationError):
        roll_up(parts(), correlation=2)


# --- power laws --------------------------------------------------------------------------------------------------


def law():
    mass = bp.exact(dict(zip(SPECIES, MASS, strict=True)), "g", axis="species")
    return fit(mass, {name: f"{count:g} neuron" for name, count in zip(SPECIES, NEURONS, strict=True)})


def test_the_fit_is_that_of_a_regression_on_logarithms():
    found, reference = law(), stats.linregress(np.log(MASS), np.log(NEURONS))
    assert found.slope == pytest.approx(reference.slope)
    assert found.intercept == pytest.approx(reference.intercept)
    assert found.r_squared == pytest.approx(reference.rvalue**2)
    half = stats.t.ppf(0.975, 3) * reference.stderr
    assert found.interval(0.95) == pytest.approx((reference.slope - half, reference.slope + half))


@pytest.mark.parametrize("mass", [0.1, 12.0, 400.0, 5000.0])
def test_a_prediction_has_the_interval_of_a_new_observation(mass):
    found = law().predict(f"{mass} g")
    x, y = np.log(MASS), np.log(NEURONS)
    reference = stats.linregress(x, y)
    residual = math.sqrt(np.sum((y - reference.intercept - reference.slope * x) ** 2) / 3)
    scale = residual * math.sqrt(1 + 1 / 5 + (math.log(mass) - x.mean()) ** 2 / np.sum((x - x.mean()) ** 2))
    middle = reference.intercept + reference.slope * math.log(mass)
    half = stats.t.ppf(0.95, 3) * scale
    low, high = found.interval(0.90)
    assert (low, high) == pytest.approx((math.exp(middle - half), math.exp(middle + half)), rel=1e-6)
    told = " ".join(found.explain().split())
    assert "phylogeny" in told
    assert ("this lies outside" in told) == (not MASS[0] <= mass <= MASS[-1])


def test_units_do_not_change_a_law():
    one = law().predict("0.012 kg").median()
    kilograms = {name: f"{mass / 1000!r} kg" for name, mass in zip(SPECIES, MASS, strict=True)}
    other = fit(kilograms, dict(zip(SPECIES, (f"{n / 1e9!r} Gneuron" for n in NEURONS), strict=True))).predict("12 g")
    assert other.to("neuron").median() == pytest.approx(one)


def test_a_fit_of_findings():
    ids = {"mouse": "mouse/brain/neurons", "rat": "rat/brain/neurons", "human": "human/brain/neurons"}
    found = fit(
        {"mouse": "0.42 g", "rat": "1.8 g", "human": "1508 g"}, {name: bp.evidence(i) for name, i in ids.items()}
    )
    assert 0.7 < found.slope < 1.1
    assert found.labels == ("mouse", "rat", "human")
    assert "leaves out" in str(found)


@pytest.mark.parametrize(
    ("x", "y", "error", "words"),
    [
        ({"a": "1 g", "b": "2 g"}, {"a": "1 neuron", "b": "2 neuron"}, RangeError, "at least 3"),
        ({"a": "1 g", "b": "1 g", "c": "1 g"}, {"a": "1 m", "b": "2 m", "c": "3 m"}, RangeError, "the same for all"),
        ({"a": "1 g", "b": "0 g", "c": "1 g"}, {"a": "1 m", "b": "2 m", "c": "3 m"}, RangeError, "has no logarithm"),
        ({"a": "1 g", "b": "2 s", "c": "1 g"}, {"a": "1 m", "b": "2 m", "c": "3 m"}, UnitError, "is in s"),
        (3, {"a": "1 m"}, KindError, "needs a dict"),
        (bp.exact("3 g"), {"a": "1 m"}, ShapeError, "one axis"),
    ],
)
def test_what_no_law_is_fitted_to(x, y, error, words):
    with pytest.raises(error, match=words):
        fit(x, y)
