"""Counting by learning and by scaling laws: published figures, the frontier as an optimum, and what turns back."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import brainparams as bp

LAWS = ("hoffmann2022", "hoffmann2022-rounded", "besiroglu2024")
POINT = bp.scaling_laws()["besiroglu2024"]  # its constants as printed; the name stands for the fit with its errors
GOPHER = "5.76e23 operation"  # Hoffmann 2022: the compute that Gopher took, and Chinchilla too

# a lifetime


def test_hinton_asked_for_a_hundred_thousand_constraints_a_second():
    rate = bp.constraints_per_second("1e14 parameter", "1e9 s")
    assert (rate.value, rate.unit) == (100_000, "parameter/s")
    assert bp.constraint_limited_parameters("1e9 s", rate).value == 10**14
    lifetime, given_ = bp.evidence("human/lifetime"), bp.evidence("learning/perceptual-constraints")
    assert bp.constraint_limited_parameters(lifetime, given_).median() == pytest.approx(1e14)


def test_a_lifetime_fills_few_parameters_through_memory_and_many_through_the_eye():
    memory = bp.information_limited_parameters("1e9 s", "2 bit/s", "8 bit/parameter")
    eye = bp.information_limited_parameters("1e9 s", "1e7 bit/s", "8 bit/parameter")
    assert (memory.value, eye.value) == (250_000_000, 1.25e15)
    years = bp.information_limited_parameters("80 year", "2 bit/s", "1 B/parameter")
    assert years.unit == "parameter"
    assert years.value == pytest.approx(80 * 31_557_600 * 2 / 8)


# a stock of data


def test_what_a_rule_of_thumb_asks_of_a_brain():
    tokens = bp.training_tokens("1.5e14 parameter", "20 token/parameter")
    assert tokens.value == 3e15
    assert f"{bp.training_operations('1.5e14 parameter', tokens).value:.1e}" == "2.7e+30"
    assert bp.data_limited_parameters(tokens, "20 token/parameter").value == 1.5e14
    assert bp.lifetime_tokens("3e6 token/s", "1e9 s").value == 3e15  # the tokens, a second


def test_chinchilla_was_trained_by_its_rule():
    assert bp.data_limited_parameters("1.4e12 token", "20 token/parameter").value == 70e9
    assert f"{bp.training_operations('70e9 parameter', '1.4e12 token').value:.2e}" == "5.88e+23"


# Hoffmann 2022, table 3: parameters, operations, tokens, each to the digits printed
TABLE_3 = [
    ("1e9", 1.21e20, "20.2e9"), ("1e10", 1.23e22, "205.1e9"), ("67e9", 5.76e23, "1.5e12"), ("175e9", 3.85e24, "3.7e12"),
    ("280e9", 9.90e24, "5.9e12"), ("520e9", 3.43e25, "11.0e12"), ("1e12", 1.27e26, "21.2e12"),
    ("1e13", 1.30e28, "216.2e12"),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "operations", "tokens"), TABLE_3)
def test_six_operations_for_every_parameter_and_token(parameters, operations, tokens):
    ours = bp.training_operations(f"{parameters} parameter", f"{tokens} token").value
    off = 0.05 if parameters == "67e9" else 0.01  # 5.76e23 operations are 1.43e12 tokens there, printed as 1.5e12
    assert ours == pytest.approx(operations, rel=off)


def test_a_token_costs_two_operations_a_parameter():
    assert bp.inference_operations("70e9 parameter").value == 140e9
    assert (bp.inference_operations("70e9 parameter") * bp.exact("1e6 token")).unit == "operation"


# laws


def constants(law):
    row = bp.scaling_laws()[law]
    return [float(getattr(row, name).value) for name in ("E", "A", "B", "alpha", "beta")]


def test_the_published_constants():
    assert constants("hoffmann2022-rounded") == [1.69, 406.4, 410.7, 0.34, 0.28]
    assert constants("besiroglu2024") == [1.8169, 482.01, 2085.43, 0.3478, 0.3659]
    raw = [math.exp(0.5267228), math.exp(6.0073404), math.exp(6.0179186), 0.33917084, 0.2849083]
    assert constants("hoffmann2022") == pytest.approx(raw, rel=1e-5)
    assert [each.key for each in bp.scaling_laws()["besiroglu2024"].alpha.citations()] == ["besiroglu2024"]
    assert "406.401" in str(bp.scaling_laws())


@pytest.mark.parametrize(
    ("law", "parameters", "ratio"),
    [
        ("hoffmann2022", "4.04e+10", "58.9"),  # the 40e9 of figure 4
        ("hoffmann2022-rounded", "3.22e+10", "92.6"),
        ("besiroglu2024", "7.25e+10", "18.3"),
    ],
)
def test_tokens_per_parameter_at_the_compute_of_gopher(law, parameters, ratio):
    law = bp.scaling_laws()[law]
    size = bp.compute_optimal_parameters(GOPHER, law=law)
    data = bp.compute_optimal_tokens(GOPHER, law=law)
    assert f"{size.value:.3g}" == parameters
    assert f"{(data / size).value:.1f}" == ratio
    assert bp.training_operations(size, data).value == pytest.approx(5.76e23)


def test_the_exponents_of_the_frontier():
    law = bp.scaling_laws()["besiroglu2024"]
    assert round(law.parameter_exponent.value, 3) == 0.513
    assert round(bp.scaling_laws()["hoffmann2022"].parameter_exponent.value, 2) == 0.46
    for each in bp.scaling_laws():
        assert (each.parameter_exponent + each.token_exponent).value == pytest.approx(1)


@given(st.sampled_from(LAWS), st.floats(18, 30))
@settings(max_examples=30)
def test_the_frontier_is_where_the_loss_is_least(law, decades):
    compute = 10.0**decades
    E, A, B, alpha, beta = constants(law)
    law = bp.scaling_laws()[law]
    best = bp.compute_optimal_parameters(f"{compute!r} operation", law=law).value
    sizes = best * np.array([0.9, 1 / 1.001, 1, 1.001, 1.1])
    losses = E + A / sizes**alpha + B / (compute / 6 / sizes) ** beta
    assert losses.argmin() == 2
    ours = bp.training_loss(f"{best!r} parameter", f"{compute / 6 / best!r} token", law=law).value
    assert ours == pytest.approx(losses[2])


@given(st.sampled_from(LAWS), st.floats(6, 16))
@settings(max_examples=30)
def test_compute_turns_back_into_parameters_and_tokens(law, decades):
    count, law = 10.0**decades, bp.scaling_laws()[law]
    of_size = bp.operations_for_optimal_parameters(f"{count!r} parameter", law=law)
    assert bp.compute_optimal_parameters(of_size, law=law).value == pytest.approx(count)
    of_data = bp.operations_for_optimal_tokens(f"{count!r} token", law=law)
    assert bp.compute_optimal_tokens(of_data, law=law).value == pytest.approx(count)


def test_the_uncertainty_of_the_fit_is_that_of_its_authors():
    # Besiroglu 2024: standard errors of α, β and a, 95 % intervals of A and B, and section 4: tokens per parameter lie
    # with 80 % in 4 to 40 at 1e26 operations and more
    law = bp.estimators.scaling.uncertain_law("besiroglu2024")
    assert float(law.alpha.sd()) == pytest.approx(0.0154, rel=0.02)
    assert float(law.beta.sd()) == pytest.approx(0.0206, rel=0.02)
    assert float(law.parameter_exponent.sd()) == pytest.approx(0.02, abs=0.005)
    low, high = law.A.interval(0.95)
    assert (low, high) == pytest.approx((285, 744), rel=0.06)
    for compute in ("1e26 operation", "1e30 operation"):
        size = bp.compute_optimal_parameters(compute, law=law)
        low, high = (bp.compute_optimal_tokens(compute, law=law) / size).interval(0.80)
        assert 3 < low < 8
        assert 34 < high < 46
    point = bp.compute_optimal_parameters(GOPHER, law=POINT).value
    assert bp.compute_optimal_parameters(GOPHER, law=law).median() == pytest.approx(point, rel=0.02)


@pytest.mark.parametrize(
    "asked",
    [
        lambda law: bp.compute_optimal_parameters("1e26 operation", law=law),
        lambda law: bp.compute_optimal_tokens("1e26 operation", law=law),
        lambda law: bp.operations_for_optimal_parameters("1e12 parameter", law=law),
        lambda law: bp.operations_for_optimal_tokens("1e13 token", law=law),
        lambda law: bp.training_loss("1e12 parameter", "1e13 token", law=law),
    ],
)
def test_an_uncertain_law_gives_what_plain_draws_give(asked):
    q = asked(bp.estimators.scaling.uncertain_law("besiroglu2024"))
    plain = q.estimate(engine="random").interval(0.80)
    low, high = q.interval(0.80)
    assert low == pytest.approx(next(iter(plain)), rel=0.05)
    assert high == pytest.approx(list(plain)[1], rel=0.05)


def test_the_name_of_a_fit_takes_its_errors_along():
    named = bp.compute_optimal_parameters("5.76e23 operation", law="besiroglu2024")
    same = bp.compute_optimal_parameters("5.76e23 operation", law=bp.estimators.scaling.uncertain_law("besiroglu2024"))
    assert (named - same).value == 0  # one fit, however it is asked for
    low, high = named.interval(0.90)
    assert low < 5.5e10 < 7.25e10 < 9e10 < high
    back = bp.compute_optimal_parameters(
        bp.operations_for_optimal_parameters("7e10 parameter", law="besiroglu2024"), law="besiroglu2024"
    )
    assert next(iter(back.interval())) == pytest.approx(7e10, rel=1e-6)
    assert len(named.drivers()) >= 3  # both exponents, and what they leave open of A and B


def test_a_prediction_widens_with_the_distance_from_the_data():
    law = bp.estimators.scaling.uncertain_law("besiroglu2024")

    def width(parameters, tokens):
        low, high = bp.training_loss(parameters, tokens, law=law).interval()
        return high - low

    inside, brain = width("1e9 parameter", "2e10 token"), width("1.5e14 parameter", "3e15 token")
    assert inside < 0.25
    assert brain < inside * 3  # the loss that remains, E, is what is left far out
    reach = [bp.compute_optimal_parameters(each, law=law).interval() for each in ("1e21 operation", "1e30 operation")]
    ratios = [high / low for low, high in reach]
    assert ratios[1] > 2 * ratios[0]
    assert bp.estimators.scaling.decades_beyond_data("16e9 parameter").value == 0
    with pytest.raises(bp.ArgumentError, match="besiroglu2024"):
        bp.estimators.scaling.uncertain_law("hoffmann2022")


def test_a_prefix_changes_nothing():
    # a power of 70 Gparameter is not a power of 70
    plain = bp.training_loss("70e9 parameter", "1.4e12 token", law="hoffmann2022").value
    assert bp.training_loss("70 Gparameter", "1.4 Ttoken", law="hoffmann2022").value == pytest.approx(plain)
    plain = bp.compute_optimal_tokens(GOPHER, law=POINT).value
    in_other_units = bp.compute_optimal_tokens("576 ZFLOP", law=POINT)
    assert (in_other_units.value, in_other_units.unit) == (pytest.approx(plain), "token")
    compute = bp.operations_for_optimal_parameters("70 Gparameter", law=POINT)
    assert compute.value == bp.operations_for_optimal_parameters("70e9 parameter", law=POINT).value


def test_uncertain_compute_keeps_its_closed_form():
    compute = bp.assumed("1e23 to 1e25 operation", because="a range")
    size = bp.compute_optimal_parameters(compute, law=POINT)
    assert size.estimate().engine == "exact"
    for p in (0.05, 0.5, 0.95):
        at = bp.compute_optimal_parameters(f"{compute.quantile(p)!r} operation", law=POINT)
        assert size.quantile(p) == pytest.approx(at.value, rel=1e-6)


def test_an_uncertain_law_of_ones_own():
    exponent = bp.assumed(bp.Normal(mean=0.35, sd=0.02), "1", because="a guess", name="alpha", symbol="α")
    law = bp.ScalingLaw("mine", E="1.8", A=480, B=2085.43, alpha=exponent, beta=0.366)
    low, high = bp.compute_optimal_parameters(GOPHER, law=law).interval()
    assert 1e9 < low < 7e10 < high < 1e12
    assert bp.training_loss("7e10 parameter", "1.4e12 token", law=law).drivers()[0].name == "alpha"
    with pytest.raises(bp.UnitError, match=r"ScalingLaw\(\): 'beta' needs \[1\]"):
        bp.ScalingLaw("mine", E=1.8, A=480, B=2085, alpha=0.35, beta=bp.exact("3 token"))


@pytest.mark.parametrize(
    ("law", "error", "message"),
    [
        (
            "hofmann2022",
            bp.UnknownNameError,
            r"training_loss\(\): 'law': no model 'hofmann2022'.*Did you mean 'hoffmann",
        ),
        (20, bp.KindError, "'law' needs a name, such as 'hoffmann2022', or a bp.ScalingLaw; got 20"),
    ],
)
def test_a_law_that_does_not_exist(law, error, message):
    with pytest.raises(error, match=message):
        bp.training_loss("7e10 parameter", "1.4e12 token", law=law)
    with pytest.raises(bp.ArgumentError, match="missing law"):
        bp.training_loss("7e10 parameter", "1.4e12 token")


def test_extrapolation_is_a_caveat():
    told = bp.compute_optimal_parameters("1e30 operation", law="besiroglu2024").explain()
    assert "what lies beyond is extrapolated" in " ".join(told.split())


# a route that nobody listed


def test_plastic_synapses_and_a_network_in_every_pyramidal_cell():
    plastic = bp.assumed("0.5 to 0.9", "1", because="a guess")
    share = bp.assumed("0.7 to 0.85", "1", because="textbook range")
    bits = bp.stored_information(plastic * bp.evidence("human/neocortex/synapses"), "4.7 bit/synapse")
    cells = share * bp.evidence("human/neocortex/neurons")
    dendrites = bp.neuronal_parameters(cells, bp.dendritic_parameters("30 to 50 1/neuron", "3 parameter"))
    brain = bp.parameters_at_precision(bits, bp.precision("int8")) + dendrites
    assert brain.unit == "parameter"
    by_hand = math.sqrt(0.5 * 0.9) * 1.71e14 * 4.7 / 8 + 3 * math.sqrt(30 * 50) * 0.77 * 21e9
    assert brain.median() == pytest.approx(by_hand, rel=0.05)
    told = brain.explain()
    assert "int8" in told
    assert "stored information" in told
    assert "dendritic" in told
    with pytest.raises(bp.UnitError):
        _ = bits + dendrites
