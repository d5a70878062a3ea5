"""The engines against independent oracles, against each other, and in other threads and processes."""

import math
import pickle
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from functools import lru_cache

import mpmath
import numpy as np
import pytest
import uncertainties
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize, special, stats
from uncertainties import ufloat, umath

import brainparams as bp
from brainparams.engines import linear, sampling
from brainparams.engines.exact import _scaled
from brainparams.errors import ArgumentError, KindError, NoClosedForm, RangeError, UnitError
from checks import LAW, lognormal, number

QUANTILES = [0.05, 0.5, 0.95]
Z95 = float(special.ndtri(0.95))


def log_moments(low, high):
    return math.log(low * high) / 2, math.log(high / low) / (2 * Z95)


# --- exact -----------------------------------------------------------------------------------------------------------


def test_integers_of_any_size_are_exact():
    neurons = bp.exact("86e9 neuron")
    total = neurons * bp.exact("10000 synapse/neuron") + neurons * bp.exact("1 synapse/neuron")
    assert total.value == 860086000000000
    assert type(total.value) is int
    assert total.estimate().engine == "exact"
    big = bp.exact(10**300, "synapse")
    assert (big + bp.exact(1, "synapse")).value == 10**300 + 1
    assert (big * bp.exact(7, "parameter/synapse")).value == 7 * 10**300
    assert (bp.exact(10**300, "1") / bp.exact(10**299, "1")).value == 10
    assert (bp.exact(1, "1") / 3 * 3).value == 1


@LAW
@given(st.lists(st.integers(-(10**40), 10**40), min_size=1, max_size=6))
def test_sums_of_large_integers(values):
    total = sum(bp.exact(value, "m") for value in values)
    assert total.value == sum(values)
    assert type(total.value) is int


@LAW
@given(
    st.lists(
        st.tuples(st.floats(0.5, 50), st.floats(1.1, 20), st.sampled_from([1, 2, -1, -2, 3])), min_size=1, max_size=4
    ),
    st.integers(1, 1000),
)
def test_products_of_powers_of_lognormals(factors, constant):
    product, mu, variance = bp.exact(constant, "1"), mpmath.log(constant), mpmath.mpf(0)
    for low, ratio, exponent in factors:
        product = product * lognormal(low, low * ratio) ** exponent
        one_mu, sigma = log_moments(low, low * ratio)
        mu += exponent * mpmath.mpf(one_mu)
        variance += (exponent * mpmath.mpf(sigma)) ** 2
    found = product.estimate(engine="exact")
    for p in (0.01, 0.05, 0.5, 0.9, 0.975):
        z = mpmath.sqrt(2) * mpmath.erfinv(2 * mpmath.mpf(p) - 1)
        assert found.quantile(p) == pytest.approx(float(mpmath.exp(mu + z * mpmath.sqrt(variance))), rel=1e-10)
    assert found.mean == pytest.approx(float(mpmath.exp(mu + variance / 2)), rel=1e-9)
    assert found.standard_error(0.5) == 0
    assert found.draws == 0
    assert found.seed is None


@LAW
@given(
    st.lists(
        st.tuples(st.floats(-50, 50), st.floats(0.1, 10), st.integers(-5, 5).filter(bool)), min_size=1, max_size=5
    ),
    st.integers(-100, 100),
)
def test_linear_combinations_of_normals(terms, shift):
    total = bp.exact(shift, "m")
    for mean, sd, factor in terms:
        total = total + factor * number(bp.Normal(mean=mean, sd=sd), unit="m")
    mean = math.fsum([shift, *(factor * mean for mean, _, factor in terms)])
    sd = math.sqrt(math.fsum((factor * sd) ** 2 for _, sd, factor in terms))
    found = total.estimate(engine="exact")
    assert found.mean == pytest.approx(mean, rel=1e-12, abs=1e-10)
    assert found.sd == pytest.approx(sd, rel=1e-12)
    for p in QUANTILES:
        assert found.quantile(p) == pytest.approx(float(stats.norm.ppf(p, mean, sd)), rel=1e-10, abs=1e-9)


def test_one_input_scaled_and_shifted_keeps_its_shape():
    share = number(bp.Beta(2.0, 5.0))
    found = (1 - 2 * share).estimate(engine="exact")
    for p in QUANTILES:
        assert found.quantile(p) == pytest.approx(1 - 2 * stats.beta.ppf(1 - p, 2, 5), rel=1e-12)
    assert found.mean == pytest.approx(1 - 2 * 2 / 7, rel=1e-12)
    assert found.sd == pytest.approx(2 * stats.beta.std(2, 5), rel=1e-12)


def test_a_reused_input_is_one_unknown_in_closed_form():
    x, n = lognormal(2.0, 9.0), number(bp.Normal(mean=3.0, sd=1.0))
    mu, sigma = log_moments(2.0, 9.0)
    assert (x * x / bp.sqrt(x)).estimate(engine="exact").quantile(0.95) == pytest.approx(
        math.exp(1.5 * mu + 1.5 * sigma * Z95), rel=1e-12
    )
    assert (n + n).estimate(engine="exact").sd == pytest.approx(2.0, rel=1e-14)
    assert (n - 2 * n + 5).estimate(engine="exact").mean == pytest.approx(2.0)
    assert (x / (x + x)).value == 0.5


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda x, n: x + n, "not all normal"),
        (lambda x, n: x * n, "normal factor"),
        (lambda x, n: bp.exp(n * n), "exp"),
        (lambda x, n: 1 / (x + n), "quotient by a sum"),
        (lambda x, n: (x + n) ** Fraction(1, 2), "power of a sum"),
        (lambda x, n: n ** Fraction(1, 2), "negative"),
        (bp.minimum, "minimum"),
    ],
)
def test_exact_declines_with_a_reason_rather_than_approximate(make, reason):
    quantity = make(lognormal(1.0, 3.0), number(bp.Normal(mean=9.0, sd=1.0)))
    with pytest.raises(NoClosedForm, match=reason):
        quantity.estimate(engine="exact")
    assert quantity.estimate(digits=2).engine != "exact"


# --- the case that brought the package about -------------------------------------------------------------------------

MEAN, SD = 86.06e9, 8.12e9


def brain():
    neurons = bp.measured("86.06(8.12)e9 neuron", source="azevedo2009")
    synapses = bp.assumed("1e3 to 1e4 synapse/neuron", because="range given by textbooks")
    weights = bp.assumed("1 to 10 parameter/synapse", because="one to ten numbers a synapse")
    return neurons * synapses * weights


@lru_cache(maxsize=1)
def oracle():
    """Quantiles by numerical integration over the normal: P(N L <= q) = E[Phi((ln q - ln n - mu) / sigma)]."""
    moments = [log_moments(1e3, 1e4), log_moments(1, 10)]
    mu, sigma = sum(each[0] for each in moments), math.hypot(*(each[1] for each in moments))

    def probability(log_q):
        def density(z):
            return stats.norm.pdf(z) * special.ndtr((log_q - math.log(MEAN + SD * z) - mu) / sigma)

        return integrate.quad(density, -9.5, 9.5, epsabs=1e-13, epsrel=1e-12, limit=200)[0]

    middle = math.log(MEAN) + mu
    return {
        p: math.exp(optimize.brentq(lambda x, p=p: probability(x) - p, middle - 6, middle + 6, xtol=1e-12))
        for p in QUANTILES
    }


@pytest.mark.parametrize("engine", ["auto", "sobol", "random"])
def test_the_parameters_of_a_brain_to_three_digits(engine):
    found = brain().estimate(engine=engine)
    for p, right in oracle().items():
        digits = 3 if engine != "random" else 2
        assert abs(found.quantile(p) - right) <= 0.5 * 10.0 ** (math.floor(math.log10(right)) - digits + 1)
        assert abs(found.quantile(p) - right) < 4 * found.standard_error(p)
    low, high = found.interval(0.90)
    assert 0 < low < found.median < high
    assert found.engine == engine or engine == "auto"
    assert found.engine not in ("exact", "linear")


def test_linear_says_that_it_should_not_be_used_there():
    with pytest.warns(bp.LinearityWarning, match=r"should not be used here.*JCGM 101"):
        found = brain().estimate(engine="linear")
    assert found.linearity.holds is False
    assert found.linearity.reference not in ("exact", "linear")
    assert found.linearity.low_difference < 0
    assert found.interval(0.95).low < 0  # first order gives negative parameters
    with pytest.warns(bp.LinearityWarning):
        brain().estimate(engine="linear", seed=1)


def test_linear_holds_for_a_plain_sum_of_normals():
    total = number(bp.Normal(mean=100.0, sd=3.0)) + number(bp.Normal(mean=50.0, sd=4.0))
    found = total.estimate(engine="linear")
    assert found.linearity.holds is True
    assert found.linearity.reference == "exact"
    assert found.linearity.tolerance == 0.25  # 5 % of the standard uncertainty, 5.0
    assert (found.mean, found.sd) == (150.0, 5.0)


def test_linear_refuses_where_the_derivative_is_not_finite():
    with pytest.raises(RangeError, match="linear engine"):
        bp.sqrt(number(bp.Normal(mean=0.0, sd=1.0))).estimate(engine="linear")
    with pytest.raises(RangeError, match="linear engine"):
        (bp.exact(1, "1") / number(bp.Normal(mean=0.0, sd=1.0))).estimate(engine="linear")


# --- linear against uncertainties ------------------------------------------------------------------------------------

NAMES = "abc"
beliefs = st.tuples(st.floats(0.5, 4), st.floats(0.01, 0.5))
formulas = st.recursive(
    st.sampled_from(NAMES),
    lambda parts: st.one_of(
        st.tuples(st.sampled_from("+-*/"), parts, parts),
        st.tuples(st.sampled_from("+-*/"), parts, parts),
        st.tuples(st.just("neg"), parts),
        st.tuples(st.just("**"), parts, st.sampled_from([2, 3, -1])),
        st.tuples(st.sampled_from(["exp", "sqrt", "log"]), st.sampled_from(NAMES)),
    ),
    max_leaves=8,
)
OURS = {"exp": bp.exp, "sqrt": bp.sqrt, "log": bp.log}


def built(tree, values, functions):
    if isinstance(tree, str):
        return values[tree]
    if tree[0] in functions:
        return functions[tree[0]](values[tree[1]])
    parts = [built(part, values, functions) if not isinstance(part, int) else part for part in tree[1:]]
    return {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": lambda a, b: a / b,
        "**": lambda a, b: a**b,
        "neg": lambda a: -a,
    }[tree[0]](*parts)


@settings(LAW, max_examples=200)
@given(st.lists(formulas, min_size=1, max_size=3), st.lists(beliefs, min_size=3, max_size=3))
def test_linear_equals_uncertainties(trees, moments):
    theirs = {name: ufloat(*moment) for name, moment in zip(NAMES, moments, strict=True)}
    ours = {name: number(bp.Normal(mean=m, sd=s)) for name, (m, s) in zip(NAMES, moments, strict=True)}
    try:
        right = [built(tree, theirs, {name: getattr(umath, name) for name in OURS}) for tree in trees]
    except (ZeroDivisionError, OverflowError, ValueError):
        assume(False)
    sizes = [max(abs(d * v.std_dev) for v, d in each.derivatives.items()) for each in right]
    assume(all(abs(each.nominal_value) < 1e6 and size < 1e6 for each, size in zip(right, sizes, strict=True)))
    found = [built(tree, ours, OURS) for tree in trees]
    handed = [each.to_uncertainties() for each in found]
    for quantity, ufloated, each, size in zip(found, handed, right, sizes, strict=True):
        law = linear.law(quantity.node)
        assert law.mean() == pytest.approx(each.nominal_value, rel=1e-9, abs=1e-9)
        assert law.sd() == pytest.approx(each.std_dev, rel=1e-9, abs=1e-9 * (1 + size))
        assert ufloated.nominal_value == pytest.approx(each.nominal_value, rel=1e-9, abs=1e-9)
        assert ufloated.std_dev == pytest.approx(each.std_dev, rel=1e-9, abs=1e-9 * (1 + size))
    scale = 1e-9 * (1 + max(sizes)) ** 2
    np.testing.assert_allclose(
        uncertainties.covariance_matrix(handed), uncertainties.covariance_matrix(right), rtol=1e-9, atol=scale
    )


def test_results_handed_over_stay_correlated():
    x = number(bp.Normal(mean=5.0, sd=1.0), "x")
    assert ((2 * x).to_uncertainties() - 2 * x.to_uncertainties()).std_dev == 0
    first = x.to_uncertainties()
    middle = (x * x).to_uncertainties()
    later = (3 * x).to_uncertainties()
    assert (later - 3 * first).std_dev == 0
    assert (middle / first - later / 3).std_dev == pytest.approx(0, abs=1e-15)
    other = number(bp.Normal(mean=5.0, sd=1.0), "x")
    assert (other.to_uncertainties() - first).std_dev == pytest.approx(math.sqrt(2))
    exact = bp.exact("3 m").to_uncertainties()
    assert (exact.nominal_value, exact.std_dev) == (3.0, 0.0)


def test_a_pickled_ufloat_is_the_same_variable():
    x = number(bp.Normal(mean=5.0, sd=1.0))
    handed = (2 * x).to_uncertainties()
    again = pickle.loads(pickle.dumps(handed))
    assert (again - handed).std_dev == 0
    assert (again - 2 * x.to_uncertainties()).std_dev == 0
    assert (pickle.loads(pickle.dumps(x)).to_uncertainties() - x.to_uncertainties()).std_dev == 0


def test_arrays_are_handed_over_element_by_element():
    x = bp.assumed({"a": bp.Normal(mean=1.0, sd=0.1), "b": bp.Normal(mean=2.0, sd=0.2)}, "m", because="test", axis="r")
    handed = (2 * x).to_uncertainties()
    assert handed.shape == (2,)
    assert [each.std_dev for each in handed] == pytest.approx([0.2, 0.4])
    assert (handed[0] - 2 * x["a"].to_uncertainties()).std_dev == 0
    assert (x.total("r").to_uncertainties() - handed.sum() / 2).std_dev == pytest.approx(0, abs=1e-15)


def test_given_ufloats_keep_their_correlation():
    a, b = ufloat(10.0, 1.0), ufloat(20.0, 2.0)
    x, y, z = bp.given(a, "neuron"), bp.given(2 * a + b, "neuron"), bp.given(b, "neuron")
    assert (y - x - x - z).sd() == pytest.approx(0, abs=1e-12)
    assert (x - bp.given(a, "neuron")).value == 0
    assert (x + z).sd() == pytest.approx(math.sqrt(5.0))
    assert bp.given(a * b, "neuron").estimate(engine="auto").sd == pytest.approx((a * b).std_dev)
    assert (y.to_uncertainties() - 2 * x.to_uncertainties() - z.to_uncertainties()).std_dev == pytest.approx(
        0, abs=1e-12
    )
    n = number(bp.Normal(mean=5.0, sd=1.0), "n", "m")
    assert (bp.given(n.to_uncertainties(), "m") - n).value == 0
    with pytest.raises(UnitError, match="no unit"):
        bp.given(a)


# --- engines against each other --------------------------------------------------------------------------------------


@st.composite
def positive_inputs(draw):
    kind = draw(st.sampled_from(["lognormal", "uniform", "beta"]))
    low = draw(st.floats(0.1, 10))
    if kind == "lognormal":
        return lognormal(low, low * draw(st.floats(1.1, 10)))
    if kind == "uniform":
        return number(bp.Uniform(low, low * draw(st.floats(1.1, 5))))
    return number(bp.Beta(draw(st.floats(1.5, 8)), draw(st.floats(1.5, 8))))


def shared_inputs(count):
    return st.lists(positive_inputs(), min_size=count, max_size=count)


positive_trees = st.recursive(
    st.sampled_from("abcd"), lambda parts: st.tuples(st.sampled_from("+*/"), parts, parts), max_leaves=6
)
trees = st.one_of(
    positive_trees,
    st.tuples(st.just("-"), positive_trees, positive_trees),
    st.tuples(st.just("*"), st.tuples(st.just("-"), positive_trees, positive_trees), positive_trees),
)


@settings(LAW, max_examples=40)
@given(trees, shared_inputs(4))
def test_engines_agree_within_their_standard_errors(tree, inputs):
    quantity = built(tree, dict(zip("abcd", inputs, strict=True)), {})
    sobol = quantity.estimate(engine="sobol", digits=1)
    plain = quantity.estimate(engine="random", draws=60_000, seed=1)
    scale = max(abs(sobol.quantile(p)) for p in QUANTILES)
    for p in QUANTILES:
        allowed = 4 * math.hypot(sobol.standard_error(p), plain.standard_error(p)) + 1e-9 * scale
        assert abs(sobol.quantile(p) - plain.quantile(p)) <= allowed
    try:
        closed = quantity.estimate(engine="exact")
    except NoClosedForm:
        return
    for p in QUANTILES:
        assert abs(closed.quantile(p) - sobol.quantile(p)) <= 5 * sobol.standard_error(p) + 1e-9 * scale


@settings(LAW, max_examples=30)
@given(st.lists(st.tuples(st.floats(0.5, 9), st.floats(1.2, 9)), min_size=2, max_size=4))
def test_sobol_finds_the_closed_form_of_a_product(ranges):
    product = bp.exact(1, "1")
    for low, ratio in ranges:
        product = product * lognormal(low, low * ratio)
    closed, found = product.estimate(engine="exact"), product.estimate(engine="sobol")
    for p in QUANTILES:
        assert found.quantile(p) == pytest.approx(closed.quantile(p), rel=2e-3)


# JCGM 101:2008, 9.2.2 (table 2) and 9.2.3 (table 3): four inputs with mean 0 and sd 1, added


@pytest.mark.parametrize("engine", ["exact", "sobol", "random"])
def test_four_normals_added(engine):
    total = sum(number(bp.Normal(mean=0.0, sd=1.0), f"x{place}") for place in range(4))
    found = total.estimate(engine=engine)
    low, high = found.interval(0.95)
    assert found.sd == pytest.approx(2.0, abs=0.005)
    assert (low, high) == (pytest.approx(-3.92, abs=0.015), pytest.approx(3.92, abs=0.015))


@pytest.mark.parametrize("engine", ["sobol", "random"])
def test_four_rectangular_added(engine):
    half = math.sqrt(3.0)
    total = sum(number(bp.Uniform(-half, half), f"x{place}") for place in range(4))
    found = total.estimate(engine=engine)
    low, high = found.interval(0.95)
    assert found.sd == pytest.approx(2.0, abs=0.005)
    assert (low, high) == (pytest.approx(-3.88, abs=0.015), pytest.approx(3.88, abs=0.015))
    law = linear.law(total.node)
    assert law.quantile(0.975) == pytest.approx(3.92, abs=0.005)  # the guide's own framework gives 3.92


# --- units and seeds -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["auto", "sobol", "random", "linear"])
def test_units_do_not_change_answers(engine):
    def synapses(volume, density):
        count = bp.assumed(volume, because="test", name="volume") * bp.assumed(density, because="test", name="density")
        return count.to("synapse") + bp.assumed("1e11 to 2e11 synapse", because="test", name="rest")

    one = synapses("400 to 600 cm^3", "0.5e9 to 2e9 synapse/mm^3")
    other = synapses("400000 to 600000 mm^3", "0.5e18 to 2e18 synapse/m^3")
    assert one.unit == other.unit == "synapse"
    if engine == "linear":
        found = [linear.law(each.node) for each in (one, other)]
    else:
        found = [each.estimate(engine=engine, seed=4) for each in (one, other)]
    for p in (0.025, *QUANTILES, 0.975):
        assert found[0].quantile(p) == pytest.approx(found[1].quantile(p), rel=1e-12)


def sample():
    x, n = lognormal(1.0, 9.0, "x"), number(bp.Normal(mean=5.0, sd=1.0), "n")
    y = bp.assumed({"a": bp.Uniform(1.0, 2.0), "b": bp.Beta(2.0, 3.0)}, "1", because="test", axis="r", name="y")
    return (x * n + y).total("r")


@pytest.mark.parametrize(("engine", "draws"), [("sobol", None), ("random", 600_001), ("random", 100)])
def test_same_seed_same_digits_wherever_they_are_computed(engine, draws, processes):
    quantity = sample()

    def drawn(executor):
        return quantity.estimate(engine=engine, draws=draws, seed=11, executor=executor).law.draws

    serial = drawn(None)
    np.testing.assert_array_equal(serial, drawn(processes))
    for workers in (1, 3):
        with ThreadPoolExecutor(workers) as threads:
            np.testing.assert_array_equal(serial, drawn(threads))
    again = quantity.estimate(engine=engine, draws=draws, seed=11)
    np.testing.assert_array_equal(serial, again.law.draws)
    assert again.seed == 11
    assert again.draws == serial.size


@pytest.mark.parametrize("engine", ["sobol", "random"])
def test_other_seeds_give_other_draws(engine):
    quantity = sample()
    found = [quantity.estimate(engine=engine, seed=seed, digits=1) for seed in (0, 1, 2**70)]
    assert len({each.median for each in found}) == 3
    assert found[0].median == quantity.estimate(engine=engine, seed=np.int64(0), digits=1).median


@pytest.mark.parametrize("engine", ["sobol", "random"])
def test_no_seed_has_one_chosen_and_recorded(engine):
    quantity = sample()
    one, other = (quantity.estimate(engine=engine, seed=None, digits=1) for _ in range(2))
    assert type(one.seed) is int
    assert one.seed != other.seed
    np.testing.assert_array_equal(one.law.draws, quantity.estimate(engine=engine, seed=one.seed, digits=1).law.draws)


def test_what_ran_is_recorded():
    found = sample().estimate(engine="sobol")
    assert found.engine == "sobol"
    assert found.reason == "asked for by name"
    assert "closed form" in sample().estimate().reason
    assert found.versions["brainparams"] == bp.__version__
    assert found.versions["numpy"] == np.__version__
    assert "scipy" in found.versions


@pytest.mark.parametrize("engine", ["exact", "linear", "sobol", "random"])
@pytest.mark.parametrize("size", [1e-250, 1e-160, 1e160, 1e250])
def test_squares_do_not_leave_the_float_range(engine, size):
    a, b = (number(bp.Normal(mean=5 * size, sd=size), name) for name in "ab")
    plain = number(bp.Normal(mean=5.0, sd=1.0), "a") + number(bp.Normal(mean=5.0, sd=1.0), "b")
    found, right = (a + b).estimate(engine=engine), plain.estimate(engine=engine)
    assert found.sd == pytest.approx(right.sd * size, rel=1e-9)
    assert found.mean == pytest.approx(right.mean * size, rel=1e-9)
    assert found.standard_error(0.25) == pytest.approx(right.standard_error(0.25) * size, rel=1e-5)
    assert found.draws == right.draws
    many = bp.assumed({str(place): bp.Normal(mean=5 * size, sd=size) for place in range(4)}, "1", because="t", axis="r")
    assert many.total("r").estimate(engine=engine).sd == pytest.approx(2 * size, rel=0.01)


# --- standard errors -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("p", [0.05, 0.5, 0.95])
def test_standard_errors_of_random_draws_are_honest(p):
    quantity = lognormal(1.0, 9.0, "x") * number(bp.Normal(mean=5.0, sd=1.0), "n")
    found = [quantity.estimate(engine="random", draws=4000, seed=seed) for seed in range(40)]
    spread = np.std([each.quantile(p) for each in found], ddof=1)
    stated = np.mean([each.standard_error(p) for each in found])
    assert 0.7 < spread / stated < 1.4


@pytest.mark.parametrize("p", [0.05, 0.5, 0.95])
def test_standard_errors_of_sobol_points_are_honest(p):
    quantity = lognormal(1.0, 9.0, "x") * number(bp.Normal(mean=5.0, sd=1.0), "n")
    found = [quantity.estimate(engine="sobol", digits=1, seed=seed) for seed in range(20)]
    spread = np.std([each.quantile(p) for each in found], ddof=1)
    stated = np.mean([each.standard_error(p) for each in found])
    assert 0.5 < spread / stated < 1.6


def test_sobol_grows_until_the_digits_are_stable():
    quantity = lognormal(1.0, 9.0, "x") * number(bp.Normal(mean=5.0, sd=1.0), "n")
    few, many = (quantity.estimate(engine="sobol", digits=digits) for digits in (1, 4))
    assert few.draws < many.draws
    for p in (0.025, 0.5, 0.975):
        value = many.quantile(p)
        unit = 10.0 ** (math.floor(math.log10(value)) - 2)
        assert few.standard_error(p) > many.standard_error(p)
        assert 2 * quantity.estimate(digits=3).standard_error(p) <= unit / 2


def test_sobol_points_beat_random_ones():
    quantity = lognormal(1.0, 9.0, "x") * number(bp.Normal(mean=5.0, sd=1.0), "n")
    points = quantity.estimate(engine="sobol", digits=1)
    plain = quantity.estimate(engine="random", draws=points.draws)
    assert points.standard_error(0.5) < plain.standard_error(0.5) / 3


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["auto", "sobol", "random"])
def test_draws_that_are_not_finite_name_the_step(engine):
    x, n = lognormal(1.0, 9.0), number(bp.Normal(mean=0.1, sd=1.0))
    with pytest.raises(RangeError, match=r"step 'log'.*not finite in \d+ of \d+ draws"):
        (x * bp.log(n) + x).estimate(engine=engine)
    with pytest.raises(RangeError, match="step 'sqrt'"):
        (bp.exp(x) + bp.sqrt(n)).estimate(engine=engine)
    with pytest.raises(RangeError, match="step 'exp'"):
        bp.exp(x * 1000).estimate(engine=engine)


def test_a_rare_fault_is_told_too():
    rare = number(bp.Uniform(-1e-6, 1.0))
    with pytest.raises(RangeError, match="not finite"):
        bp.log(rare).estimate(engine="random", draws=4_000_000)


@pytest.mark.parametrize("draws", [0, -5, 2.5, math.nan, math.inf])
def test_draws_must_be_a_whole_number(draws):
    with pytest.raises(RangeError, match="draws must be"):
        sample().estimate(engine="random", draws=draws)


@pytest.mark.parametrize("draws", [True, "1000", [10]])
def test_draws_must_be_a_number(draws):
    with pytest.raises(KindError, match="draws must be"):
        sample().estimate(engine="random", draws=draws)


def test_draws_that_take_too_long_are_refused_at_once():
    with pytest.raises(RangeError, match=r"hours.*give draws <= [\d,]+"):
        sample().estimate(engine="random", draws=10**12)
    with pytest.raises(ArgumentError, match="goes with engine='random'"):
        sample().estimate(engine="sobol", draws=1000)
    assert sample().estimate(draws=1000).engine == "random"
    assert sample().estimate(engine="random", draws=1e3).draws == 1000
    assert sample().estimate(engine="random", draws=np.int32(7)).draws == 7


@pytest.mark.parametrize(
    ("seed", "error"),
    [
        (-1, RangeError),
        (1.5, RangeError),
        (True, KindError),
        (np.True_, KindError),
        (np.timedelta64(3, "s"), KindError),
        ("0", KindError),
    ],
)
def test_seeds_are_checked(seed, error):
    with pytest.raises(error, match="seed must be"):
        sample().estimate(engine="random", seed=seed)


def test_unknown_engines_are_refused_with_the_known_ones():
    with pytest.raises(ArgumentError, match=r"auto, exact, convolution, linear, sobol, random.*Did you mean 'sobol'"):
        sample().estimate(engine="sobel")


def test_too_many_unknowns_for_sobol_points(monkeypatch):
    monkeypatch.setattr(sampling, "MOST_DIMENSIONS", 3)
    with pytest.raises(RangeError, match=r"4 uncertain numbers.*use engine='random'"):
        sample().estimate(engine="sobol")
    shared = sample()
    found = (shared * bp.exp(-shared / shared.median())).estimate()
    assert found.engine == "random"
    assert "too many" in found.reason


def test_constants_pass_through_every_engine():
    area = bp.exact("3 m") * bp.exact("2 m")
    for engine in ("auto", "exact", "linear", "sobol", "random"):
        found = area.estimate(engine=engine)
        assert found.median == 6
        assert found.sd == 0


ENDS = {
    "product": (lambda u, v, n: u * v, -6.0, 6.0),
    "sum": (lambda u, v, n: u + v, -1.0, 5.0),
    "with a normal": (lambda u, v, n: u * n, -math.inf, math.inf),
    "smaller of two": (lambda u, v, n: bp.minimum(u, n), -math.inf, 3.0),
    "even power": (lambda u, v, n: v**2 * u, 0.0, 12.0),
    "inverse of an even power": (lambda u, v, n: 1 / (v**2 * u), 1 / 12, math.inf),
    "ratio": (lambda u, v, n: u / v, -math.inf, math.inf),
    "exponential": (lambda u, v, n: bp.exp(v) * u, math.exp(-2), 3 * math.exp(2)),
    "chosen": (lambda u, v, n: bp.choose({"a": u, "b": v}, weights=[0.5, 0.5], because="a test"), -2.0, 3.0),
}


@pytest.mark.parametrize("name", ENDS)
def test_the_outermost_quantiles_are_the_ends_of_what_is_possible(name):
    make, low, high = ENDS[name]
    quantity = make(
        bp.assumed(bp.Uniform(1, 3), "1", because="a test"),
        bp.assumed(bp.Uniform(-2, 2), "1", because="a test"),
        bp.assumed(bp.Normal(0, 1), "1", because="a test"),
    )
    assert quantity.quantile([0, 1]).tolist() == pytest.approx([low, high], rel=1e-12)


def test_ends_that_are_not_known_are_refused():
    u, v = (bp.assumed(bp.Uniform(1, 3), "1", because="a test") for _ in range(2))
    for quantity in (u * v + bp.exp(-u), bp.sin(u) * v):
        with pytest.raises(bp.RangeError, match=r"is not known for a result of this form; ask for quantile\(0.001\)"):
            quantity.quantile(0)


@pytest.mark.parametrize(
    ("coefficient", "factor", "product"),
    [
        (0.1, Fraction(1, 3), 0.1 / 3),
        (0.5, 3, 1.5),
        (Fraction(1, 3), 3, 1),
        (2, Fraction(1, 7), Fraction(2, 7)),
        (2, 3, 6),
    ],
)
def test_a_float_stays_a_float_and_all_else_exact(coefficient, factor, product):
    found = _scaled(coefficient, factor)
    assert (found, type(found)) == (product, type(product))


def test_what_is_scaled_keeps_its_digits():
    third = bp.exact(Fraction(1, 3), "1")
    x = number(bp.Normal(1.0, 0.1), "x")
    found = ((x + third) * 3).estimate(engine="exact")
    assert (found.mean, found.sd) == (4.0, pytest.approx(0.3, rel=1e-15))
    assert (third * 3).value == 1
    assert isinstance((bp.sqrt(bp.exact("2 1")) * third).value, float)
