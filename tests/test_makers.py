"""Inputs as people write them, and the answers that are right: each line stands for its kind."""

import json
import math
import re
import warnings

import numpy as np
import pytest

import brainparams as bp
from brainparams.errors import BrainparamsError, BrainparamsWarning

exact = bp.exact


def assumed(value, unit=None, **options):
    return bp.assumed(value, unit, because="a test", **options)


def measured(value, unit=None, **options):
    return bp.measured(value, unit, source="azevedo2009", **options)


def uniform(low, high):
    return assumed(bp.Uniform(low, high), "1")


def correlated(r=0.5):
    wide = bp.LogNormal.from_interval(1, 1e3, level=0.9)
    a, b = bp.correlate({(assumed(wide, "1", name="a"), assumed(wide, "1", name="b")): r}, kind="normal-scores")
    return a + b


LOW, HIGH = bp.LogNormal.from_median(1, 1.5), bp.LogNormal.from_median(1e6, 1.5)


def two_views():
    return bp.choose({"a": assumed(LOW, "1"), "b": assumed(HIGH, "1")}, weights={"a": 0.9, "b": 0.1}, because="x")


def gauge():
    return assumed(bp.StudentT(10, 0.01, 3), "1") + uniform(-0.05, 0.05) + uniform(-0.004, 0.004)


def mean_of_range(low, high):
    """Return the mean of the lognormal with these 5 and 95 % quantiles."""
    sigma = math.log(high / low) / 2 / 1.6448536269514722
    return math.sqrt(low * high) * math.exp(sigma**2 / 2)


MOMENTS = {  # closed forms, or quadrature to the digits written
    "a product over eight decades": (
        lambda: measured("86.06(8.12)e9 neuron") * assumed("1 to 1e8 synapse/neuron"),
        86.06e9 * mean_of_range(1, 1e8),
        3.579e28,
    ),
    "four decades": (
        lambda: measured("86.06(8.12)e9 neuron") * assumed("1e2 to 1e6 synapse/neuron"),
        86.06e9 * mean_of_range(1e2, 1e6),
        2.192e18,
    ),
    "times a share": (lambda: assumed("10 to 1e6 1") * uniform(0, 1), None, 3.807e8),
    "a gamma near zero": (lambda: assumed(bp.Gamma(0.05, 5), "1") * uniform(1, 3), 0.5, 2.332),
    "a sum of ranges": (
        lambda: assumed("1e13 to 1e17 operation") + assumed("1e14 to 1e15 operation"),
        5.077e16,
        2.536e18,
    ),
    "beside a normal": (lambda: assumed("1e13 to 1e17 operation") * assumed("5 +/- 1 1"), 2.518e17, None),
    "symmetric about zero": (lambda: assumed("1e-6 to 1e6 1") - assumed("1e-6 to 1e6 1"), 0.0, 6.148e30),
    "correlated and wide": (correlated, 573.4, 3831.0),
    "a mixture": (lambda: assumed(bp.Mixture([LOW, HIGH], [0.9, 0.1]), "1") * uniform(1, 3), 217_137.0, None),
    "the same as a choice": (lambda: two_views() * uniform(1, 3), 217_137.0, None),
    "a tenth power": (lambda: uniform(0, 1) ** 10, 1 / 11, math.sqrt(1 / 21 - 1 / 121)),
    "a power of a beta": (lambda: assumed(bp.Beta(0.3, 0.8), "1") ** 4, 0.1008, 0.2211),
    "a minimum": (lambda: bp.minimum(assumed("1 to 10 1"), exact(5, "1")), 3.229, 1.435),
    "an exponential": (lambda: bp.exp(bp.minimum(assumed("0.939 to 23.8 1"), exact(20, "1"))), 3.833e7, 1.270e8),
    "two lognormals": (lambda: assumed("1 to 10 1") + assumed("1 to 10 1"), 8.0800, None),
    "an inverse at cv 0.16": (lambda: 1 / assumed(bp.Normal(1, 0.16), "1"), 1.0279, None),
    "an inverse at cv 0.18": (lambda: 1 / assumed(bp.Normal(1, 0.18), "1"), 1.0362, None),
    "an inverse at cv 0.21": (lambda: 1 / assumed(bp.Normal(1, 0.21), "1"), 1.0520, None),
    "by random draws": (lambda: assumed("1 to 1e6 1"), None, 4.5662e10),
}


@pytest.mark.parametrize("case", MOMENTS)
def test_moments_are_right(case):
    make, mean, sd = MOMENTS[case]
    quantity = make()
    if mean is not None:
        assert quantity.mean() == pytest.approx(mean, rel=5e-4, abs=1e-9)
    if sd is not None:
        assert quantity.sd() == pytest.approx(sd, rel=5e-4)


def test_moments_do_not_depend_on_the_seed():
    quantity = assumed("1e13 to 1e17 operation") * assumed("5 +/- 1 1")
    assert {quantity.estimate(seed=seed).mean for seed in range(6)} == {quantity.mean()}


NO_MEAN = {
    "over a normal that reaches zero": lambda: exact("1.5e14 synapse") / measured("86(30)e9 neuron"),
    "over a uniform from zero": lambda: 1 / uniform(0, 1),
    "two normals": lambda: assumed(bp.Normal(5, 1), "1") / assumed(bp.Normal(1, 1), "1"),
    "a Cauchy": lambda: assumed(bp.StudentT(0, 1, 1), "m") + assumed(bp.StudentT(0, 1, 1), "m"),
    "the inverse of what straddles zero": lambda: exact("1 m") / assumed("0 +/- 1 m"),
}


@pytest.mark.parametrize("case", NO_MEAN)
def test_a_mean_that_does_not_exist_is_not_printed(case):
    quantity = NO_MEAN[case]()
    for ask in (quantity.mean, quantity.sd):
        with pytest.raises(bp.errors.MomentError, match=r"there is no .*ask for \.median\(\)"):
            ask()
    assert "; mean" not in repr(quantity)
    head, row = (line.split(",") for line in quantity.to_csv().splitlines())
    assert dict(zip(head, row, strict=True))["mean"] == ""


def test_moments_have_error_bars():
    wide = assumed("1 to 1e6 1")
    assert wide.estimate().standard_error("mean") == wide.estimate().standard_error("sd") == 0.0
    drawn = (wide * assumed("1 to 2 1") + wide).estimate(engine="sobol")
    assert drawn.standard_error("mean") >= 0.0


QUANTILES = {  # 2e6 draws by hand
    "narrow beside wide": (
        lambda: bp.minimum(uniform(0, 1) + uniform(0, 1), assumed("1.2 to 1000 1") - uniform(0, 1)),
        0.2104,
    ),
    "betas beside wide": (
        lambda: bp.minimum(
            bp.maximum(assumed(bp.Beta(3, 2), "1"), assumed(bp.Beta(3, 3), "1")) ** 2,
            assumed("1.27 to 534 1") - assumed(bp.Beta(3, 3), "1"),
        ),
        0.122,
    ),
}


@pytest.mark.parametrize("case", QUANTILES)
def test_the_grid_is_never_coarser_than_the_answer(case):
    make, right = QUANTILES[case]
    assert make().quantile(0.05) == pytest.approx(right, abs=0.0015)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: assumed("0 +/- 1 m") * assumed("0 +/- 1 m"), "0 m²,"),
        (lambda: assumed(bp.StudentT(0, 1, 3), "m") + assumed(bp.StudentT(0, 1, 3), "m"), "0 m,"),
        (
            lambda: assumed(bp.StudentT(0, 1, 1), "m") + assumed(bp.StudentT(0, 1, 1), "m"),
            "0 m, 90 % interval -13 to 13",
        ),
        (lambda: exact("1 m") / assumed("0 +/- 1 m"), "0, 90 % interval -8.0 to 8.0"),
    ],
)
def test_no_digit_of_noise_is_printed(make, text):
    assert repr(make()).startswith(text)


def test_a_sum_of_three_is_a_convolution():
    assert gauge().estimate().engine == "convolution"


# --- rival views ------------------------------------------------------------------------------------------------------


def choice():
    options = {"a": assumed("1 to 4 parameter", name="A"), "b": assumed("4 to 30 parameter", name="B")}
    return bp.choose(options, weights={"a": 0.7, "b": 0.3}, because="m")


def test_a_choice_is_asked_like_everything_else():
    c = choice()
    assert [row.name for row in c.swings()] == ["model", "A", "B"]
    assert {row.name for row in c.value_of_information()} == {"model", "A", "B"}
    assert c.assuming(model="0").median() == c.assuming(model="a").median() == pytest.approx(2.0)
    assert [row.median for row in c.sweep(model=["a", "b"])] == pytest.approx([2.0, math.sqrt(120)])
    with pytest.raises(BrainparamsError, match=r"solve\(\): 'model' is a choice"):
        c.solve("model", "5 parameter")


def test_the_value_of_knowing_a_discrete_input_is_weighted():
    found = (
        assumed("1 to 100", "1", name="L") + assumed(bp.Discrete([1, 100], [0.7, 0.3]), "1", name="x")
    ).value_of_information()
    assert next(row.width for row in found if row.name == "x") == pytest.approx(0.7 * 1.7033 + 0.3 * 0.2967, abs=2e-3)


def test_a_median_that_no_view_holds_is_marked():
    views = bp.choose({"a": "1e12 parameter", "b": "1e15 parameter"}, weights=[0.5, 0.5], because="two views")
    for text in (repr(views), views.explain(), views.explain("brief"), f"{views:sentence}"):
        assert "the median lies between two views: 50 % up to 1.0e12, the rest from 1.0e15" in " ".join(text.split())


# --- identity and records ---------------------------------------------------------------------------------------------


def test_one_identity_has_one_belief(tmp_path):
    neurons = bp.evidence("human/brain/neurons")
    path = neurons.save(tmp_path / "n.json")
    path.write_text(path.read_text().replace("86060000000.0", "186060000000.0"))
    with pytest.raises(BrainparamsError, match="changed since it was saved"):
        bp.load(path)
    with pytest.raises(BrainparamsError, match="2 synapse in one place and 50 synapse in another"):
        (measured("2 synapse", finding="mine") + measured("50 synapse", finding="mine")).median()
    assert (measured("2 m", finding="mine") - measured("200 cm", finding="mine")).median() == 0


@pytest.mark.parametrize(
    "edit",
    [
        lambda document: document["nodes"][0]["value"]["parameters"].__setitem__("mu", 6.0),
        lambda document: document["nodes"][0].__setitem__("spred", 3),
        lambda document: document.__setitem__("format", True),
    ],
)
def test_a_record_that_was_edited_is_refused(edit, tmp_path):
    path = assumed("1 to 40 m", name="w").save(tmp_path / "w.json")
    document = json.loads(path.read_text())
    edit(document)
    path.write_text(json.dumps(document))
    with pytest.raises(bp.errors.FileError):
        bp.load(path)


def test_forty_squarings_in_a_file_are_answered_at_once(tmp_path):
    x = exact(1.000001, "1")
    path = (x * x).save(tmp_path / "f.json")
    document = json.loads(path.read_text())
    again = next(node for node in document["nodes"] if node["kind"] == "operated")
    first = document["nodes"].index(again)
    document["nodes"] += [{**again, "parents": [first + k, first + k]} for k in range(39)]
    document.pop("digest", None)
    path.write_text(json.dumps(document))
    with pytest.raises(BrainparamsError):
        bp.load(path, edited=True).value  # noqa: B018  e to the power of 1.1e6


def test_what_came_from_a_ufloat_is_the_same_variable():
    from uncertainties import ufloat

    w = ufloat(10, 1)
    back = bp.given(w, "neuron").to_uncertainties() - w
    assert (back.nominal_value, back.std_dev) == (0.0, 0.0)


# --- in our words -----------------------------------------------------------------------------------------------------


def cube_of_six(count=30):
    p = assumed("1 to 2", "1")
    for i in range(6):
        p = p * exact(np.arange(1, count + 1), "1", axis=f"axis {i}")
    return p


REFUSED = {
    "a mean of a lognormal": (lambda: bp.LogNormal(mean=-3, sd=0.1), r"LogNormal\(\).*'mean'.*LogNormal.from_mean"),
    "std": (lambda: bp.Normal(mean=86e9, std=8e9), "Did you mean 'sd'"),
    "a normal without sd": (lambda: bp.Normal(5), r"Normal\(\): missing.*'sd'"),
    "no level": (lambda: bp.Beta.from_interval(0.1, 0.9), r"level=0.9"),
    "between without level": (lambda: bp.between(1, 3), r"between\(1, 3, level=0.9\)"),
    "a root of numpy": (lambda: np.sqrt(assumed("1 to 2", "1")), r"bp\.sqrt"),
    "a fraction beside a count": (lambda: exact("3 neuron") + __import__("fractions").Fraction(1, 3), "add: .*no unit"),
    "five hundred digits": (lambda: exact("3 neuron") * 10**500, "about 500 digits is beyond float range"),
    "a power beyond floats": (lambda: repr(assumed("1 to 2", "1") ** 1e300), "beyond float range"),
    "draws": (lambda: assumed("1 to 2", "1").estimate(engine="random", draws=10**400), "draws is beyond"),
    "a normal beyond floats": (lambda: repr(assumed(bp.Normal(1.7e308, 1e308), "1")), "beyond float range"),
    "an exponential beyond floats": (lambda: repr(bp.exp(assumed("709 +/- 1 1"))), "beyond float range"),
    "sums beyond floats": (
        lambda: repr(assumed("1e308 to 1.5e308", "1") + assumed("1e308 to 1.5e308", "1")),
        "beyond float range",
    ),
    "no path": (lambda: bp.load({"a": 1}), r"load\(.*needs the path of a file"),
    "no folder": (lambda: exact("1 m").save("/nonexistent/x.json"), "no folder '/nonexistent'"),
    "no estimate": (bp.published, r"bp.published.ids\(\)"),
    "a misspelt name": (lambda: bp.synaptic_parameter, "Did you mean 'synaptic_parameters'"),
    "six axes of thirty": (cube_of_six, r"would have 24,300,000 elements.*at most 10,000,000"),
    "six axes of twelve": (lambda: cube_of_six(12).median(), r"elements"),
    "not a number": (
        lambda: bp.synapse_count(float("nan"), "7000 synapse/neuron"),
        r"not a number \(NaN\); leave it out",
    ),
    "infinite": (lambda: bp.synapse_count(float("inf"), "7000 synapse/neuron"), "not finite"),
    "nan beside a count": (lambda: exact("3 neuron") + float("nan"), "not a number"),
    "nan in an array": (lambda: exact(np.array([1.0, np.nan]), "neuron", axis="region"), r"region='1'"),
    "a range as a pair": (lambda: assumed((1e3, 1e4), "synapse/neuron"), "'1000 to 10000"),
    "to another dimension": (lambda: exact("20 W").to("neuron"), r"^to\(\):"),
    "an executor": (lambda: assumed("1 to 2", "m").estimate(engine="random", executor="x"), r"submit\(\)"),
    "a tolerance": (lambda: assumed("1 to 10", "1").sobol_indices(tolerance=5), r"sobol_indices\(\): tolerance"),
    "a label of two axes": (
        lambda: (exact([1, 2], "1", axis="region") * exact([10, 20, 30], "1", axis="layer"))["1"],
        r"select\(region='1'\)",
    ),
    "a duration of numpy": (lambda: exact(np.timedelta64(7, "ns"), "s"), "'7 ns'"),
    "a share above one": (
        lambda: bp.synaptic_parameters(
            "86e9 neuron", "7000 synapse/neuron", "1 parameter/synapse", plastic_fraction=exact("0.8", "1") * 2
        ),
        r"'plastic_fraction' must be in \[0, 1\].*1.6",
    ),
    "a volume below zero": (
        lambda: bp.synapse_count_from_density("0.7 synapse/um^3", assumed(bp.Normal(-5, 0.1), "cm^3")),
        "'volume' must be >= 0",
    ),
    "two of a brain": (
        lambda: 2 * bp.evidence("human/brain/neurons"),
        r"bp\.exact\(2, '1', because='…'\) for so many times",
    ),
    "a standard error of no number": (lambda: bp.given("n = 4"), "go with a number and its spread"),
    "weights that do not sum": (
        lambda: bp.choose({"a": "1 m", "b": "2 m"}, weights={"a": 0.6, "b": 0.38}, because="m"),
        r"choose\(\): weights must sum to 1; they sum to 0.98; correct them, for example",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_in_our_words(case):
    make, words = REFUSED[case]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", BrainparamsWarning)
        with pytest.raises(BrainparamsError) as caught:
            make()
    assert re.search(words, str(caught.value)), str(caught.value)
    assert caught.value.__cause__ is None


# --- small ones -------------------------------------------------------------------------------------------------------


def test_what_is_equal_in_every_draw_is_equal():
    x = assumed("1 to 10", "1")
    assert x * 2 == x * 2.0 == x * np.float64(2)


def test_the_order_of_arguments_changes_no_draw():
    x, y, z = assumed("1 to 2", "1", name="d"), assumed("1 to 50", "1", name="d"), assumed("1 to 3", "1", name="e")
    one, other = (each.estimate(engine="random", draws=1000).median for each in (x * y + z * x, y * x + x * z))
    assert one == other


def test_a_warning_is_given_every_time():
    q = assumed(bp.Normal(1, 0.5), "1") ** 2
    for _ in range(2):
        with pytest.warns(bp.errors.LinearityWarning):
            q.estimate(engine="linear")


def test_exact_arithmetic_has_an_end():
    assert (exact("1.0001", "1") ** 1_000_000).value == pytest.approx(1.0001**1_000_000, rel=1e-9)
    assert (exact(1 + 1e-9, "1") ** 10**9).value == pytest.approx(math.e, rel=1e-7)


def test_two_sides_and_individuals_are_beliefs():
    assert bp.given("3 +4/-1 neuron").quantiles([0.16, 0.5, 0.84]) == pytest.approx({0.16: 2, 0.5: 3, 0.84: 7})
    assert tuple(measured("86.06(8.12)e9 neuron", n=4).interval(0.9)) == pytest.approx((76.5e9, 95.6e9), rel=1e-3)


@pytest.mark.parametrize("belief", [bp.LogNormal(8, 710), bp.LogNormal(-3, 900)], ids=repr)
def test_a_lognormal_beyond_float_range_is_refused(belief):
    with pytest.raises(bp.errors.RangeError, match="beyond float range"):
        bp.assumed(belief, "m", because="x")


@pytest.mark.parametrize("other", [bp.Normal(8e10, 1e9), bp.Uniform(8e10, 9e10)], ids=repr)
@pytest.mark.parametrize("decades", [60, 80])
def test_a_range_of_many_decades_times_a_narrow_one_has_its_median(decades, other):
    wide = bp.assumed(f"1e-{decades} to 1e{decades} m", because="x")
    product = wide * bp.assumed(other, "neuron", because="x")
    assert isinstance(repr(product), str)
    assert 0.01 < product.median() / 8e10 < 100


@pytest.mark.parametrize("other", [bp.Normal(8e10, 1e9), bp.Uniform(8e10, 9e10)], ids=repr)
def test_a_range_wider_than_its_draws_can_be_has_its_median_or_is_refused(other):
    product = bp.assumed("1e-120 to 1e120 m", because="x") * bp.assumed(other, "neuron", because="x")
    try:
        median = product.median()
    except BrainparamsError as error:
        median = None
        told = str(error)
    assert "not finite" in told if median is None else 0.01 < median / 8e10 < 100
