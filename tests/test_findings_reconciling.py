"""Adjustments: worked examples that others published, laws, simulated truths, and those that come with the package."""

import dataclasses
import math

import numpy as np
import pytest

import brainparams as bp
from brainparams.findings.least_squares import Problem, fitted, scale_factor
from brainparams.findings.packaged_adjustments import adjustment_of, powers_of

# Colditz et al. 1994: cases and others, vaccinated and not, in 13 trials of a vaccine against tuberculosis
TRIALS = [
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47, 5761),
    (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232), (17, 1699, 65, 1600),
    (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825),
]  # fmt: skip
# dietary fibre in apples, two measurements in each of nine laboratories
FIBRE = [12.46, 13.035, 12.44, 12.87, 13.42, 12.08, 13.18, 14.335, 12.23]
FIBRE_SD = [0.028, 0.233, 0.325, 0.071, 0.339, 0.325, 0.099, 0.064, 0.212]
# mass of the D*s2(2573), MeV: value, statistical and systematic error, from the Particle Data Group's listing
CHARMED = [(2570.7, 2.0, 1.7), (2568.39, 0.29, 0.26), (2569.4, 1.6, 0.5), (2572.2, 0.3, 1.0), (2574.5, 3.3, 1.6),
           (2573.2, 1.65, 0.9)]  # fmt: skip
# Newtonian constant of gravitation, 1e-11 m³/kg/s², the 16 measurements behind the CODATA value of 2018
GRAVITATION = {
    "NIST-82": "6.67248(43)", "TR&D-96": "6.6729(5)", "LANL-97": "6.67398(70)", "UWash-00": "6.674255(92)",
    "BIPM-01": "6.67559(27)", "UWup-02": "6.67422(98)", "MSL-03": "6.67387(27)", "HUST-05": "6.67222(87)",
    "UZur-06": "6.67425(12)", "HUST-09": "6.67349(18)", "BIPM-14": "6.67554(16)", "LENS-14": "6.67191(99)",
    "UCI-14": "6.67435(13)", "HUST-T-18": "6.674184(78)", "HUST-A-18": "6.674484(77)", "JILA-18": "6.67260(25)",
}  # fmt: skip


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


def test_a_mass_has_the_published_mean_and_scale_factor():
    """Particle Data Group, listing of the D*s2(2573): 2569.1 ± 0.8 MeV, the error with a scale factor of 2.4."""
    values, errors = [value for value, *_ in CHARMED], [math.hypot(*parts) for _, *parts in CHARMED]
    fit = fitted(one_unknown(values, np.square(errors)), "none")
    factor = scale_factor(values, errors)
    assert float(fit.unknowns[0]) == pytest.approx(2569.1, abs=0.05)
    assert factor == pytest.approx(2.4, abs=0.05)
    assert factor * math.sqrt(fit.covariance[0, 0]) == pytest.approx(0.8, abs=0.05)


def test_the_constant_of_gravitation_is_adjusted_as_published():
    """CODATA 2018: 6.674 30(15)e-11, all errors widened; χ² of the 16 values as in the tests of metafor."""
    found = bp.reconcile({each: f"{value}e-11 m**3/kg/s**2" for each, value in GRAVITATION.items()}, estimator="none")
    assert found["unknown"].median() == pytest.approx(6.67430e-11, abs=0.00002e-11)
    assert found.chi_squared == pytest.approx(197.8399, rel=1e-3)  # in logarithms here
    assert found.degrees_of_freedom == 15
    middle, error = found.normal["unknown"]
    assert found.birge_ratio * middle * error == pytest.approx(0.00015e-11, rel=0.1)
    assert found.p_value < 1e-30


def test_the_squares_of_the_trials_are_those_published():
    """The Q of the 13 trials in the tests of metafor."""
    fit = fitted(risk_ratios(), "none")
    assert float(np.sum(fit.squares)) == pytest.approx(152.23301, abs=1e-4)
    assert float(fit.unknowns[0]) == pytest.approx(-0.4303, abs=5e-5)
    assert math.sqrt(fit.covariance[0, 0]) == pytest.approx(0.0405, abs=5e-5)


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


# errors that routes share


def shared_problem(generator, count=9, unknowns=2):
    design = np.vstack([np.eye(unknowns), generator.integers(-1, 2, (count - unknowns, unknowns))]).astype(float)
    own = generator.uniform(0.1, 0.4, count)
    common = np.zeros((count, count))
    for one, other, correlation in ((0, 3, 0.6), (3, 4, -0.5), (5, 6, 0.8)):
        common[one, other] = common[other, one] = correlation * own[one] * own[other]
    return design, own, common


def test_shared_errors_are_generalised_least_squares():
    generator = np.random.default_rng(5)
    design, own, common = shared_problem(generator)
    y, whole = generator.normal(size=9), np.diag(own**2) + common
    fit = fitted(Problem(design, y, own**2, np.full(9, -1), np.full(9, math.inf), common), "none")
    root = np.linalg.inv(np.linalg.cholesky(whole))
    assert fit.unknowns == pytest.approx(np.linalg.lstsq(root @ design, root @ y, rcond=None)[0], abs=1e-12)
    left = y - design @ fit.unknowns
    assert np.sum(fit.squares) == pytest.approx(left @ np.linalg.inv(whole) @ left)
    assert np.sum(fit.leverages) == pytest.approx(2)


@pytest.mark.parametrize("estimator", ["mandel-paule", "dersimonian-laird", "maximum-likelihood"])
def test_estimators_find_the_variance_between_methods_where_errors_are_shared(estimator):
    generator = np.random.default_rng(6)
    design, own, common = shared_problem(generator, 60)
    root = np.linalg.cholesky(np.diag(own**2 + 0.5**2) + common)
    found = [
        float(fitted(Problem(design, root @ generator.normal(size=60), own**2, np.zeros(60, dtype=np.int64),
                             np.full(60, math.inf), common), estimator).between[0])
        for _ in range(40)
    ]  # fmt: skip
    assert np.mean(found) == pytest.approx(0.5**2, rel=0.1)


def test_what_two_routes_share_does_not_average_out():
    values = {"one": "10 ×/÷ 1.2 neuron", "other": "10 ×/÷ 1.2 neuron"}
    apart = bp.reconcile({each: bp.Route(value, "unknown") for each, value in values.items()}, estimator="none")
    together = bp.reconcile(
        {each: bp.Route(value, "unknown", shared={"one stain": 1.15}) for each, value in values.items()},
        estimator="none",
    )
    own, common = math.log(1.2), math.log(1.15)
    assert apart.normal["unknown"][1] == pytest.approx(own / math.sqrt(2))
    assert together.normal["unknown"][1] == pytest.approx(math.sqrt((own**2 + common**2) / 2))
    assert together.caveats == (f"one and other share one stain: correlation {(common / own) ** 2:.2f}",)


def test_routes_that_rest_on_one_input_are_correlated_without_being_told():
    volume = bp.assumed("10 ×/÷ 1.3 mm**3", because="a test", name="volume")
    densities = {each: bp.assumed(f"{each} ×/÷ 1.1 neuron/mm**3", because="a test") for each in (5, 6)}
    found = bp.reconcile({f"density {each}": density * volume for each, density in densities.items()}, estimator="none")
    assert found.normal["unknown"][1] == pytest.approx(math.sqrt(math.log(1.1) ** 2 / 2 + math.log(1.3) ** 2), rel=1e-6)
    assert found.chi_squared == pytest.approx(math.log(1.2) ** 2 / 2 / math.log(1.1) ** 2, rel=1e-6)
    assert "share volume" in found.caveats[0]


def test_what_cannot_be_shared_says_so():
    one, route = bp.assumed("10 ×/÷ 1.3 neuron", because="a test"), "10 ×/÷ 1.2 neuron"
    with pytest.raises(bp.ArgumentError, match="a and b are one and the same number"):
        bp.reconcile({"a": one, "b": one})
    with pytest.raises(bp.RangeError, match="shares more with other routes than its own error"):
        bp.reconcile({"a": bp.Route(route, "unknown", shared={"x": 1.5}), "b": route})
    for size in (0, 1.0, "x", True):
        with pytest.raises(bp.RangeError, match="shared= takes factors above zero"):
            bp.reconcile({"a": bp.Route(route, "unknown", shared={"x": size}), "b": route})
    shared = {each: bp.Route(route, "unknown", n=3, shared={"x": 1.1}) for each in "ab"}
    with pytest.raises(bp.ArgumentError, match="takes routes as independent"):
        bp.reconcile(shared, estimator="vangel-rukhin")


# simulated truths


def test_the_interval_covers_simulated_truths_of_two_unknowns_with_shared_errors():
    generator = np.random.default_rng(11)
    design, own, common = shared_problem(generator)
    root, student = np.linalg.cholesky(np.diag(own**2 + 0.5**2) + common), float(bp.StudentT(0.0, 1.0, 7.0).ppf(0.975))
    groups, sizes, truth = np.zeros(9, dtype=np.int64), np.full(9, math.inf), np.array([2.0, -1.0])
    covered, runs = np.zeros(2), 700
    for _ in range(runs):
        y = design @ truth + root @ generator.normal(size=9)
        fit = fitted(Problem(design, y, own**2, groups, sizes, common), "mandel-paule")
        covered += np.abs(fit.unknowns - truth) < student * np.sqrt(np.diag(fit.covariance))
    assert np.all((covered / runs > 0.93) & (covered / runs < 0.97)), covered / runs


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


def test_the_cerebellum_is_that_worked_out_by_hand_but_for_the_count_that_two_routes_share():
    shared = bp.reconcile("human/cerebellum/synapses")
    _, told, unknowns = adjustment_of("human/cerebellum/synapses")
    apart = bp.reconcile([dataclasses.replace(each, shared={}) for each in told], unknowns=unknowns)
    assert apart["synapses"].median() == pytest.approx(1.24e13, rel=0.02)
    assert apart.interval("synapses", law="normal") == pytest.approx((6.05e12, 2.56e13), rel=0.03)
    assert apart.between["synapses"] == pytest.approx(1.85, rel=0.02)
    assert shared["synapses"].median() == pytest.approx(1.28e13, rel=0.01)  # the two per-cell routes weigh less
    assert any("correlation 0.6" in each for each in shared.caveats)


@pytest.mark.parametrize("name", ["human/neocortex", "macaque/neocortex", "mouse/cortex", "rat/cortex"])
def test_four_cortices_ship_with_neurons_synapses_and_volume(name):
    found = bp.reconcile(name)
    assert {"neurons", "synapses", "volume"} <= set(found.unknowns)
    assert found.degrees_of_freedom >= 1
    per_neuron, density = found["synapses"] / found["neurons"], found["synapses"] / found["volume"]
    assert 2000 < per_neuron.median() < 20000
    assert 2e8 < density.median() < 1.2e9


def test_the_rat_cortex():
    found = bp.reconcile("rat/cortex")
    assert found["synapses"].median() == pytest.approx(9.42e8 * 0.84 * 739, rel=0.03)
    assert 3.1e7 < found["neurons"].median() < 4.8e7
    assert found.birge_ratio < 1.5


def test_routes_of_a_part_are_those_of_the_whole_that_bear_on_it():
    whole, part = bp.reconcile("human/neocortex"), bp.reconcile("human/neocortex/synapses")
    assert [each.label for each in part] == [each.label for each in whole if "neuron" not in each.of]


def test_the_human_total_is_the_sum_of_adjusted_regions():
    total = (
        bp.reconcile("human/neocortex/synapses")["synapses"]
        + bp.reconcile("human/cerebellum/synapses")["synapses"]
        + bp.evidence("human/hippocampus/synapses")
        + bp.evidence("human/rest-of-brain/synapses")
    )
    assert total.median() == pytest.approx(2.43e14, rel=0.02)


def test_the_human_total_has_the_interval_worked_out_by_hand():
    regions = ("human/neocortex/synapses", "human/cerebellum/synapses")
    known = [bp.reconcile(each).normal["synapses"] for each in regions] + [
        (1.2e12, math.log(2)),
        (3.45e12, math.log(2.1)),
    ]
    parts = [bp.assumed(bp.LogNormal.from_median(at, math.exp(sd)), "synapse", because="a test") for at, sd in known]
    total = parts[0] + parts[1] + parts[2] + parts[3]
    low, high = total.interval(0.95)
    assert (low, high) == pytest.approx((1.33e14, 4.54e14), rel=0.02)


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
    species = ("human", "macaque", "mouse", "rat")
    assert {f"adjustments/{each}.toml" for each in species} <= set(texts)
    assert not [name for name in tables_of(texts) if "/" in name]


@pytest.mark.parametrize("routes", [[], {}, ()])
def test_no_route_at_all_is_told(routes):
    with pytest.raises(bp.errors.ArgumentError, match="there is no route"):
        bp.reconcile(routes, unknowns={"x": "m"})
