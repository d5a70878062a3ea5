"""Adjustments: worked examples that others published, laws, simulated truths, and those that come with the package."""

import math

import numpy as np
import pytest

import brainparams as bp
from brainparams.findings.least_squares import Problem, fitted, scale_factor
from brainparams.findings.worked import powers_of

# Colditz et al. 1994: cases and others, vaccinated and not, in 13 trials of a vaccine against tuberculosis
TRIALS = [
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47, 5761),
    (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232), (17, 1699, 65, 1600),
    (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825),
]  # fmt: skip
# dietary fibre in apples, two measurements in each of nine laboratories
FIBRE = [12.46, 13.035, 12.44, 12.87, 13.42, 12.08, 13.18, 14.335, 12.23]
FIBRE_SD = [0.028, 0.233, 0.325, 0.071, 0.339, 0.325, 0.099, 0.064, 0.212]
# mass of the charged kaon, MeV, of six experiments
KAON = [493.696, 493.636, 493.657, 493.670, 493.640, 493.691]
KAON_ERROR = [0.007, 0.011, 0.020, 0.029, 0.054, 0.040]


def one_unknown(values, variances, sizes=None):
    count = len(values)
    known = np.full(count, math.inf) if sizes is None else np.array(sizes, dtype=float)
    groups = np.zeros(count, dtype=np.int64)
    return Problem(np.ones((count, 1)), np.array(values, dtype=float), np.array(variances, dtype=float), groups, known)


def risk_ratios():
    logs = [math.log((a / (a + b)) / (c / (c + d))) for a, b, c, d in TRIALS]
    return one_unknown(logs, [1 / a - 1 / (a + b) + 1 / c - 1 / (c + d) for a, b, c, d in TRIALS])


# published worked examples


@pytest.mark.parametrize(
    ("estimator", "mean", "error", "between"),
    [
        ("dersimonian-laird", -0.7141, 0.1787, 0.3088),
        ("mandel-paule", -0.7150, 0.1809, 0.3181),
        ("maximum-likelihood", -0.7112, 0.1719, 0.2800),
    ],
)
def test_thirteen_trials_have_the_published_summary(estimator, mean, error, between):
    """Viechtbauer (2010), doi:10.18637/jss.v036.i03, and the manual of its package."""
    fit = fitted(risk_ratios(), estimator)
    assert float(fit.unknowns[0]) == pytest.approx(mean, abs=5e-5)
    assert math.sqrt(fit.covariance[0, 0]) == pytest.approx(error, abs=5e-5)
    assert float(fit.between[0]) == pytest.approx(between, abs=5e-5)


def test_log_odds_have_the_published_likelihood_estimate():
    """van Houwelingen et al. (2002), doi:10.1002/sim.1040: -0.742 (0.178), between trials 0.302."""
    logs = [math.log((a / b) / (c / d)) for a, b, c, d in TRIALS]
    fit = fitted(one_unknown(logs, [sum(1 / each for each in row) for row in TRIALS]), "maximum-likelihood")
    assert float(fit.unknowns[0]) == pytest.approx(-0.742, abs=5e-4)
    assert math.sqrt(fit.covariance[0, 0]) == pytest.approx(0.178, abs=5e-4)
    assert float(fit.between[0]) == pytest.approx(0.302, abs=1e-3)


def test_fibre_in_apples_has_the_published_consensus():
    """Vangel & Rukhin (1999), doi:10.1111/j.0006-341X.1999.00129.x; digits of the manual of metRology."""
    fit = fitted(one_unknown(FIBRE, np.square(FIBRE_SD) / 2, [2] * 9), "vangel-rukhin")
    assert float(fit.unknowns[0]) == pytest.approx(12.90585, abs=1e-5)
    assert math.sqrt(fit.covariance[0, 0]) == pytest.approx(0.2234490, abs=1e-6)
    assert float(fit.between[0]) == pytest.approx(0.4262122, abs=1e-6)


def test_the_kaon_has_the_published_mean_and_scale_factor():
    """Particle Data Group: 493.677 ± 0.013 MeV, the error with a scale factor of 2.4."""
    fit = fitted(one_unknown(KAON, np.square(KAON_ERROR)), "none")
    factor = scale_factor(KAON, KAON_ERROR)
    assert float(fit.unknowns[0]) == pytest.approx(493.677, abs=5e-4)
    assert factor == pytest.approx(2.4, abs=0.05)
    assert factor * math.sqrt(fit.covariance[0, 0]) == pytest.approx(0.013, abs=5e-4)


def test_the_mandel_paule_variance_makes_the_residuals_scatter_as_they_should():
    fit = fitted(risk_ratios(), "mandel-paule")
    assert float(np.sum(fit.residuals**2 / fit.variances)) == pytest.approx(len(TRIALS) - 1, rel=1e-9)


def test_several_unknowns_are_least_squares():
    generator = np.random.default_rng(1)
    design = generator.integers(-1, 2, (12, 3)).astype(float)
    y, v = generator.normal(size=12), generator.uniform(0.1, 2, 12)
    fit = fitted(Problem(design, y, v, np.full(12, -1), np.full(12, math.inf)), "none")
    scaled = design / np.sqrt(v)[:, np.newaxis]
    expected = np.linalg.lstsq(scaled, y / np.sqrt(v), rcond=None)[0]
    assert fit.unknowns == pytest.approx(expected, abs=1e-12)
    assert fit.covariance == pytest.approx(np.linalg.inv(scaled.T @ scaled), abs=1e-12)
    assert np.sum(fit.leverages) == pytest.approx(3)


# simulated truths


@pytest.mark.parametrize("count", [5, 8, 15])
def test_the_interval_covers_a_simulated_truth(count):
    generator = np.random.default_rng(count)
    covered, runs = 0, 700
    student = float(bp.StudentT(0.0, 1.0, count - 1.0).ppf(0.975))
    for _ in range(runs):
        own = generator.uniform(0.05, 0.3, count)
        y = generator.normal(size=count) * np.sqrt(own**2 + 0.7**2)
        fit = fitted(one_unknown(y, own**2), "mandel-paule")
        covered += abs(float(fit.unknowns[0])) < student * math.sqrt(fit.covariance[0, 0])
    assert 0.93 < covered / runs < 0.97


def test_belief_and_student_agree_at_95_percent():
    values = {f"study {each}": f"{each} ×/÷ 1.1 neuron" for each in (10, 14, 22, 9)}
    found = bp.reconcile(values)
    middle, error = found.normal["unknown"]
    half = float(bp.StudentT(0.0, 1.0, 3.0).ppf(0.975)) * error
    assert found.interval("unknown") == pytest.approx((middle * math.exp(-half), middle * math.exp(half)), rel=1e-6)
    low, high = found.interval("unknown", law="normal")
    assert (low, high) == pytest.approx((middle * math.exp(-1.959964 * error), middle * math.exp(1.959964 * error)))


def test_a_bad_study_pulls_less_where_the_adjustment_is_robust():
    values = {f"study {each}": f"{each} ×/÷ 1.15 neuron" for each in (9.5, 10, 10.5, 9.8, 10.2, 10.1)}
    values["wrong by a thousand"] = "10000 ×/÷ 1.15 neuron"
    plain, robust = bp.reconcile(values), bp.reconcile(values, robust=True)
    assert plain["unknown"].median() > 20
    assert robust["unknown"].median() == pytest.approx(10, rel=0.1)
    assert max(robust, key=lambda each: abs(each.standardised)).label == "wrong by a thousand"


# routes to several unknowns


def triangle():
    return bp.reconcile(
        [
            bp.Route("100 ×/÷ 1.1 synapse", of="synapses", label="total"),
            bp.Route("10 ×/÷ 1.1 mm**3", of="volume", label="volume", method=None),
            bp.Route("12 ×/÷ 1.1 synapse/mm**3", of="synapses / volume", label="density"),
        ],
        unknowns={"synapses": "synapse", "volume": "mm**3"},
        estimator="none",
    )


def test_three_routes_to_two_unknowns_meet():
    found = triangle()
    apart = math.log(1.2) / 3  # equal errors share the misfit of the triangle
    assert found["synapses"].median() == pytest.approx(100 * math.exp(apart))
    assert found["volume"].median() == pytest.approx(10 * math.exp(-apart))
    assert found.chi_squared == pytest.approx(math.log(1.2) ** 2 / 3 / math.log(1.1) ** 2)
    assert found.degrees_of_freedom == 1
    assert [each.ratio for each in found] == pytest.approx([1 / 1.2 ** (1 / 3), 1.2 ** (1 / 3), 1.2 ** (1 / 3)])


def test_the_unknowns_are_correlated_quantities():
    found = triangle()
    density = found["synapses"] / found["volume"]
    s = math.log(1.1)
    # inverse of [[2, -1], [-1, 2]] / s²: variances 2/3 s², covariance 1/3 s²
    assert density.estimate().engine == "exact"
    low, high = density.interval(0.6826894921370859)
    assert math.log(high / low) / 2 == pytest.approx(s * math.sqrt(2 / 3), rel=1e-6)
    assert (found["synapses"] - found["synapses"]).sd() == 0


def test_what_does_not_fit_says_so():
    with pytest.raises(bp.UnitError, match="is in neuron, but synapses is in synapse"):
        bp.reconcile([bp.Route("1 ×/÷ 2 neuron", of="synapses", label="x")] * 2, unknowns={"synapses": "synapse"})
    with pytest.raises(bp.ArgumentError, match="measures 'volume'"):
        bp.reconcile([bp.Route("1 ×/÷ 2 neuron", of="volume", label="x")], unknowns={"neurons": "neuron"})
    with pytest.raises(bp.RangeError, match="states no spread"):
        bp.reconcile({"a": "1 neuron", "b": "2 ×/÷ 1.1 neuron"})
    with pytest.raises(bp.ArgumentError, match="do not determine"):
        bp.reconcile(
            [bp.Route("1 ×/÷ 2 neuron/mm**3", of="neurons / volume", label="x")],
            unknowns={"neurons": "neuron", "volume": "mm**3"},
        )
    with pytest.raises(bp.UnknownNameError, match="Did you mean 'human/cerebellum/synapses'"):
        bp.reconcile("human/cerebelum")
    with pytest.raises(bp.KindError, match=r"list of bp\.Route"):
        bp.reconcile([1, 2])
    with pytest.raises(bp.ArgumentError, match="write a product of unknowns"):
        powers_of("synapses + volume")
    assert powers_of("neurons * volume ** -1 / glia^2") == {"neurons": 1, "volume": -1, "glia": -2}


def test_the_linear_pool_is_the_mixture():
    ids = ["human/cerebellum/neurons", "human/cerebellum/neurons/andersen1992"]
    mixture, pooled = (bp.pool(ids, how=how, because="x") for how in ("mixture", "linear-pool"))
    assert pooled.interval(0.9) == mixture.interval(0.9)
    assert bp.pool(ids, how="mandel-paule", because="x").median() == pytest.approx(8.3e10, rel=0.02)


# the adjustments that come with the package: worked out by hand elsewhere, mean, 95 % interval, spread between routes


@pytest.mark.parametrize(
    ("name", "mean", "interval", "between"),
    [
        ("human/neocortex/synapses", 2.23e14, (1.15e14, 4.33e14), 2.35),
        ("human/cerebellum/synapses", 1.24e13, (6.05e12, 2.56e13), 1.85),
        ("macaque/neocortex/synapses", 6.82e12, (4.0e12, 1.16e13), 1.49),
        ("mouse/cortex/synapses", 1.42e11, (7.44e10, 2.71e11), 1.64),
    ],
)
def test_the_totals_are_those_worked_out_by_hand(name, mean, interval, between):
    found = bp.reconcile(name)
    assert found["synapses"].median() == pytest.approx(mean, rel=0.02)
    assert found.interval("synapses", law="normal") == pytest.approx(interval, rel=0.03)
    assert next(iter(found.between.values())) == pytest.approx(between, rel=0.02)
    assert found.edition == bp.evidence.edition
    assert f"{len(found)} routes" in str(found)


def test_the_human_total_is_the_sum_of_adjusted_regions():
    total = (
        bp.reconcile("human/neocortex/synapses")["synapses"]
        + bp.reconcile("human/cerebellum/synapses")["synapses"]
        + bp.evidence("human/hippocampus/synapses")
        + bp.evidence("human/rest-of-brain/synapses")
    )
    assert total.median() == pytest.approx(2.43e14, rel=0.02)


def test_routes_to_one_quantity_tell_their_tension():
    found = bp.routes("human/neocortex/synapses")
    assert [each.label for each in found][:1] == ["Tang 2001, direct"]
    assert found.birge_ratio == pytest.approx(10.1, abs=0.1)
    assert max(found, key=lambda each: abs(math.log(each.pull))).label in ("Gibson 1983, sections", "three volumes")
    again = bp.reconcile("human/neocortex/synapses")["synapses"]
    assert (again / found["synapses"]).sd() == 0  # the same unknown, every time
    assert bp.routes("human/cerebellum/purkinje-cells").degrees_of_freedom >= 2
    with pytest.raises(bp.ArgumentError, match="state a spread"):
        bp.routes("human/brain/power")


def test_the_edition_covers_the_adjustments():
    from brainparams.findings.catalogue import packaged_texts, tables_of

    texts = packaged_texts()
    assert {"adjustments/human.toml", "adjustments/macaque.toml", "adjustments/mouse.toml"} <= set(texts)
    assert not [name for name in tables_of(texts) if "/" in name]
