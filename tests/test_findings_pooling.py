"""Pooling: DerSimonian and Laird against published figures, laws of each rule, and what a derivation tells."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import brainparams as bp
from brainparams.errors import ArgumentError, KindError, RangeError, ShapeError, UnitError, UnknownNameError
from brainparams.findings.disagreement import random_effects
from brainparams.graph import leaves

PAIR = ["human/cerebellum/neurons", "human/cerebellum/neurons/andersen1992"]
REASON = "for the test"


def study(median, log_sd, unit="neuron", name=None):
    """Return a lognormal quantity."""
    return bp.assumed(bp.LogNormal(math.log(median), log_sd), unit, because=REASON, name=name)


def pool(parts, how, **more):
    return bp.pool(parts, how=how, because=REASON, **more)


# published figures

# Effects and standard errors of 17 studies (Fine and others 1993, log odds ratios), and what R's package `meta` 4.11
# (metabin, inverse variance, method.tau = "DL") makes of them; printed with all digits in statsmodels' results_meta.py.
FINE_EFFECTS = (
    2.70805020110221, 1.25672336971146, 0.374938517449009, 1.65822807660353, 0.784954729813068, 0.361663949151077,
    0.575364144903562, 0.250542525502324, 0.650587566141149, 0.0918075492531229, 0.273865253802803, 0.485755524477543,
    0.182321556793955, 0.980829253011726, 1.31218638896617, -0.259511195485085, 0.138402322859119,
)  # fmt: skip
FINE_ERRORS = (
    1.1130538571376, 0.505568465186247, 0.390847133738078, 0.680511012471685, 0.434831536798166, 0.26249802054503,
    0.490562645746402, 0.376864733063505, 0.529771411128472, 0.458411099840008, 0.193159187510219, 0.206827050443269,
    0.441477021807833, 0.713624032148063, 1.18251919576455, 0.604874380241894, 0.329592099997789,
)  # fmt: skip
FINE_WEIGHTS = (
    0.806082838403413, 3.8868480814364, 6.47501150011912, 2.15158503393154, 5.24227532998639, 14.1675952027965,
    4.12660238520421, 6.95867952431796, 3.54187734484692, 4.72100880622866, 25.6483453428049, 22.4942390635843,
    5.0869781966579, 1.95718594121596, 0.714270384745876, 2.72070780232418, 9.06541462543771,
)  # fmt: skip

# Thirteen trials of BCG vaccine (Colditz and others 1994): cases and non-cases, vaccinated then control. R's metafor
# prints Q = 152.2330, and with method = "DL" τ² = 0.3088 and the mean log relative risk -0.7141, standard error 0.1787.
BCG = (
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47, 5761),
    (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232), (17, 1699, 65, 1600),
    (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825),
)  # fmt: skip


def relative_risk(cases, others, control_cases, control_others):
    """Return the logarithm of the relative risk and its variance."""
    n, m = cases + others, control_cases + control_others
    return math.log(cases / n / (control_cases / m)), 1 / cases - 1 / n + 1 / control_cases - 1 / m


def test_random_effects_as_published_to_all_digits():
    fit = random_effects(FINE_EFFECTS, np.square(FINE_ERRORS))
    assert fit.q == pytest.approx(16.181374262823, rel=1e-12)
    assert fit.tau**2 == pytest.approx(0.0016783981912744, rel=1e-10)
    assert fit.i_squared == pytest.approx(0.0112088293538659, rel=1e-10)
    assert fit.mean == pytest.approx(0.429520368698268, rel=1e-12)
    assert fit.weights == pytest.approx(np.array(FINE_WEIGHTS) / sum(FINE_WEIGHTS), rel=1e-11)
    assert fit.standard_error == pytest.approx(sum(FINE_WEIGHTS) ** -0.5, rel=1e-12)


def test_random_effects_of_the_bcg_trials():
    fit = random_effects(*zip(*(relative_risk(*trial) for trial in BCG), strict=True))
    assert fit.q == pytest.approx(152.2330, abs=5e-5)
    assert fit.tau**2 == pytest.approx(0.3088, abs=5e-5)
    assert fit.mean == pytest.approx(-0.7141, abs=5e-5)
    assert fit.standard_error == pytest.approx(0.1787, abs=5e-5)
    assert fit.i_squared == pytest.approx(1 - 12 / 152.2330, abs=1e-6)


def test_pooled_lognormal_studies_have_exactly_the_mean_and_the_error_of_the_model():
    logs, variances = zip(*(relative_risk(*trial) for trial in BCG), strict=True)
    studies = [
        study(math.exp(y), v**0.5, "1", f"trial {i}") for i, (y, v) in enumerate(zip(logs, variances, strict=True))
    ]
    pooled = pool(studies, "random-effects")
    fit = random_effects(logs, variances)
    low, high = pooled.interval(0.95)
    assert math.log(pooled.median()) == pytest.approx(fit.mean, abs=1e-9)
    assert math.log(high / low) / 2 == pytest.approx(1.959963984540054 * fit.standard_error, rel=1e-9)
    assert pooled.estimate().engine == "exact"


def test_two_studies_by_hand():
    # y = 0 and 2, v = 1 and 1: Q = 2, Σw - Σw²/Σw = 1, so τ² = 1; mean 1; its variance 1 / (2 · 1/2) = 1
    fit = random_effects([0.0, 2.0], [1.0, 1.0])
    assert (fit.q, fit.tau, fit.mean, fit.standard_error, fit.i_squared) == (2.0, 1.0, 1.0, 1.0, 0.5)
    # unequal: v = 1 and 4, w = 1 and 1/4: ȳ = 0.4, Q = 0.16 + 2.56/4 = 0.8 < 1, so τ = 0 and ȳ stays
    fit = random_effects([0.0, 2.0], [1.0, 4.0])
    assert (fit.tau, fit.mean) == (0.0, pytest.approx(0.4))
    assert fit.standard_error == pytest.approx(1.25**-0.5)


# laws

MEDIANS = st.floats(1e-3, 1e12)
SPREADS = st.floats(0.01, 1.0)
STUDIES = st.lists(st.tuples(MEDIANS, SPREADS), min_size=2, max_size=5, unique_by=lambda pair: pair[0])
HOWS = ("mixture", "random-effects", "envelope")


@settings(deadline=None, max_examples=30)
@given(STUDIES, st.randoms(use_true_random=False))
def test_the_order_of_the_studies_makes_no_difference(pairs, random):
    studies = [study(*pair) for pair in pairs]
    other = random.sample(studies, len(studies))
    for how in HOWS:
        one, two = pool(studies, how).estimate(), pool(other, how).estimate()
        for p in (0.05, 0.5, 0.95):
            # a mixture of the same parts in another order is found to the digits of the same engine
            assert two.quantile(p) == pytest.approx(one.quantile(p), rel=1e-6 if how != "mixture" else 1e-3), how
    found, again = bp.disagreement(studies), bp.disagreement(other)
    assert (again.between, again.within, again.ratio) == pytest.approx((found.between, found.within, found.ratio))


@settings(deadline=None, max_examples=30)
@given(STUDIES)
def test_the_unit_makes_no_difference(pairs):
    small = [study(median, log_sd, "mm**3") for median, log_sd in pairs]
    mixed = [small[0], *(each.to("cm**3") for each in small[1:])]
    large = [each.to("cm**3") for each in small]
    for how in ("random-effects", "envelope"):
        want = pool(small, how)
        for others in (mixed, large):
            found = pool(others, how).to("mm**3")
            assert found.median() == pytest.approx(want.median(), rel=1e-9)
            assert found.interval(0.9).high == pytest.approx(want.interval(0.9).high, rel=1e-9)
    assert bp.disagreement(mixed).between == pytest.approx(bp.disagreement(small).between)
    assert bp.disagreement(large).unit == "cm**3"


@settings(deadline=None, max_examples=30)
@given(MEDIANS, SPREADS, st.integers(2, 6))
def test_identical_studies_do_not_disagree(median, log_sd, count):
    studies = [study(median, log_sd) for _ in range(count)]
    found = bp.disagreement(studies)
    assert found.between == pytest.approx(1.0, abs=1e-12)
    assert (found.fit.tau, found.ratio) == (0.0, 1.0)
    assert found.within == pytest.approx(math.exp(log_sd))
    pooled = pool(studies, "random-effects")
    low, high = pooled.interval(0.90)
    assert pooled.median() == pytest.approx(median)
    assert math.log(high / low) == pytest.approx(2 * 1.6448536269514722 * log_sd / count**0.5)


@settings(deadline=None, max_examples=30)
@given(STUDIES)
def test_more_disagreement_never_narrows_the_pooled_interval(pairs):
    apart = [(median * 10**number, log_sd) for number, (median, log_sd) in enumerate(sorted(pairs))]
    fits = [random_effects([math.log(m) for m, _ in each], [s**2 for _, s in each]) for each in (sorted(pairs), apart)]
    assert fits[1].q >= fits[0].q * (1 - 1e-9)
    assert fits[1].standard_error >= fits[0].standard_error * (1 - 1e-9)


@settings(deadline=None, max_examples=30)
@given(STUDIES)
def test_an_envelope_holds_the_interval_of_every_study(pairs):
    studies = [study(*pair) for pair in pairs]
    low, high = support(pool(studies, "envelope"))
    ends = [each.interval(0.90) for each in studies]
    assert low == pytest.approx(min(end.low for end in ends))
    assert high == pytest.approx(max(end.high for end in ends))


def support(quantity):
    (leaf,) = [node for node in leaves_of(quantity) if node.is_uncertain]
    return leaf.value.support


def leaves_of(quantity):
    return leaves([quantity.node])


# each rule


def test_a_mixture_is_the_weighted_sum_of_the_studies():
    parts = [study(10.0, 0.1), study(1000.0, 0.2)]
    assert pool(parts, "mixture").below("100 neuron").value == pytest.approx(0.5, abs=1e-6)
    assert pool(parts, "mixture", weights=[0.8, 0.2]).below("100 neuron").value == pytest.approx(0.8, abs=1e-6)
    mean = 0.8 * 10 * math.exp(0.1**2 / 2) + 0.2 * 1000 * math.exp(0.2**2 / 2)
    assert pool(parts, "mixture", weights=[0.8, 0.2]).mean() == pytest.approx(mean, rel=1e-3)


@pytest.mark.parametrize("how", ["mixture", "random-effects"])
def test_a_part_stays_the_unknown_that_it_is_elsewhere(how):
    part, other = study(10.0, 0.5), study(40.0, 0.5)
    pooled = pool([part, other], how)
    assert {part.node.uid, other.node.uid} <= {leaf.uid for leaf in leaves_of(pooled)}
    assert (pooled / part).estimate().quantile(0.95) < pool([study(10.0, 0.5), other], how).interval(0.9).high


def test_the_shape_of_an_envelope_follows_from_its_width():
    assert "uniform" in pool([bp.exact("4 bit/synapse"), bp.exact("5 bit/synapse")], "envelope").explain()
    assert "loguniform" in pool([bp.exact("1 bit/synapse"), bp.exact("5 bit/synapse")], "envelope").explain()
    around_zero = bp.assumed(bp.Normal(0.0, 1.0), "mm", because=REASON)
    low, high = support(pool([around_zero, bp.exact("5 mm")], "envelope"))
    assert (low, high) == (pytest.approx(-1.6448536), 5.0)


def test_the_level_of_an_envelope_is_told_and_taken():
    parts = [study(10.0, 0.5), study(40.0, 0.5)]
    wide = pool(parts, "envelope", level=0.99)
    assert "envelope of the 99 % intervals" in wide.explain()
    assert support(wide)[1] > support(pool(parts, "envelope"))[1]


# evidence


def test_ids_findings_tables_and_quantities_are_the_same():
    given_as = (
        PAIR,
        [bp.evidence.finding(each) for each in PAIR],
        [bp.evidence(each) for each in PAIR],
        bp.evidence.find("human cerebellum neurons", status="seen", quantity="neurons", method="fractionator"),
    )
    found = [bp.disagreement(each).between for each in given_as[:3]]
    assert found[0] == found[1] == found[2]
    with pytest.raises(ArgumentError, match="at least two"):
        bp.disagreement(given_as[3][:1])


def test_a_lone_id_stands_for_itself_and_its_rivals():
    rivals = bp.evidence.rivals("human/cerebellum/purkinje-cells")
    assert rivals[0].grade == "estimated"  # a judgement from the others, so it does not count beside them
    found = bp.disagreement("human/cerebellum/purkinje-cells")
    assert [each.quantity for each in found] == [bp.evidence(each.id) for each in rivals.studies]
    assert len(found) < len(rivals)


def test_a_lone_id_without_rivals_is_refused_with_what_was_left_out():
    with pytest.raises(ArgumentError, match=r"'human/brain/power' has 1 studies"):
        bp.disagreement("human/brain/power")
    with pytest.raises(ArgumentError, match="left out: neuron/parameters/lif, neuron/parameters/lif/nest2026"):
        bp.pool("neuron/parameters/lif", how="mixture", because=REASON)


@pytest.mark.parametrize("how", HOWS)
def test_the_bibliography_has_the_sources_of_all_parts(how):
    keys = {citation.key for citation in pool(PAIR, how).citations()}
    assert {"azevedo2009", "andersen1992"} <= keys
    assert ("dersimonian1986" in keys) == (how == "random-effects")


@pytest.mark.parametrize("how", HOWS)
def test_the_derivation_tells_reason_parts_and_both_spreads(how):
    told = " ".join(pool(PAIR, how).explain().split())
    assert REASON in told
    assert "×/÷ 1.31 between 2 studies, ×/÷ 1.12 within" in told
    assert "neurons, human cerebellum, pooled" in told.lower()
    assert "Azevedo" in told
    assert "Andersen" in told


def test_name_and_symbol_are_taken():
    told = pool(PAIR, "mixture", name="granule and other neurons", symbol="N_g")
    assert told.name == "granule and other neurons"
    assert "N_g = " in told.explain()


def test_few_or_dependent_studies_are_told_as_caveats():
    judged = bp.assumed("3e10 to 9e10 neuron", because=REASON, source="azevedo2009", name="a judgement")
    told = " ".join(pool([*PAIR, judged], "random-effects").explain().split())
    assert "a random-effects mean of 3 studies" in told
    assert "both rest on Azevedo et al. 2009" in told
    many = [study(10.0 + number, 0.3, name=f"study {number}") for number in range(10)]
    assert "Caveats" not in pool(many, "random-effects").explain()


def test_an_envelope_keeps_the_caveats_of_its_parts():
    unseen = bp.measured("5e10 neuron", source="azevedo2009", status="memory", name="a recollection")
    told = pool([unseen.with_caveat("left half only", effect="lowers"), PAIR[1]], "envelope").explain()
    assert "left half only [lowers the count]" in told
    assert "nobody has seen a source of a recollection" in told


def test_a_pooled_quantity_survives_saving(tmp_path):
    for how in HOWS:
        pooled = pool(PAIR, how)
        again = bp.load(pooled.save(tmp_path / "pooled.json"))
        assert again == pooled
        assert again.explain() == pooled.explain()


# disagreement


def test_between_and_within_by_hand():
    found = bp.disagreement([study(1.0, 0.3), study(math.e**2, 0.4)])
    assert found.between == pytest.approx(math.exp(2**0.5))  # sd of 0 and 2
    assert found.within == pytest.approx(math.exp((0.25 / 2) ** 0.5))  # root mean square of 0.3 and 0.4
    assert found.ratio == pytest.approx(math.e**2)
    # Q = 4 / (0.09 + 0.16) = 16; with two studies τ² = (y₂ - y₁)²/2 - (v₁ + v₂)/2
    assert found.fit.q == pytest.approx(16.0)
    assert found.fit.tau**2 == pytest.approx(2 - 0.125)


def test_studies_without_a_spread_are_compared_too():
    exact = [bp.exact("10 neuron"), bp.exact("20 neuron", name="another")]
    found = bp.disagreement(exact)
    assert (found.within, found.fit) == (None, None)
    assert found.ratio == pytest.approx(2)
    assert "no study states a spread" in str(found)
    half = bp.disagreement([exact[0], study(20.0, 0.3)])
    assert half.fit is None
    assert half.within == pytest.approx(math.exp(0.3))


def test_a_normal_is_wide_as_its_quantiles_are():
    found = bp.disagreement([bp.measured("100(10) neuron", source="azevedo2009"), study(90.0, 0.1)])
    assert found[0].log_sd == pytest.approx(math.log(110 / 90) / 2)


def test_studies_of_one_source_are_told_apart():
    labels = [
        each.label for each in bp.disagreement([bp.measured(f"{n}(1) neuron", source="azevedo2009") for n in (9, 8, 7)])
    ]
    assert labels == ["Azevedo et al. 2009", "Azevedo et al. 2009 (2)", "Azevedo et al. 2009 (3)"]


def test_disagreement_prints_as_a_table():
    head, columns, first, _ = str(bp.disagreement(PAIR)).splitlines()
    assert head.startswith("×/÷ 1.31 between 2 studies, ×/÷ 1.12 within")
    assert columns.split()[:1] == ["study"]
    assert "Azevedo et al. 2009" in first
    assert "| Azevedo et al. 2009 |" in bp.disagreement(PAIR)._repr_markdown_()


# what is refused

TWO = (study(10.0, 0.5), study(20.0, 0.5))


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"how": "average"}, ArgumentError, "expected one of 'mixture', 'random-effects', 'envelope'"),
        ({"how": "random effects"}, ArgumentError, "Did you mean 'random-effects'"),
        ({"how": None}, ArgumentError, "how="),
        ({"because": " "}, KindError, "because="),
        ({"because": None}, KindError, "because="),
        ({"weights": [0.5]}, ArgumentError, "1 came for 2 parts"),
        ({"weights": [0.5, 0.6]}, RangeError, "sum"),
        ({"how": "envelope", "weights": [0.5, 0.5]}, ArgumentError, "weights are for how='mixture'"),
        ({"how": "random-effects", "weights": [0.5, 0.5]}, ArgumentError, "finds its own"),
        ({"how": "envelope", "level": 95}, RangeError, "level"),
        ({"parts": [TWO[0]]}, ArgumentError, "at least two values of one quantity; got 1"),
        ({"parts": []}, ArgumentError, "at least two"),
        ({"parts": [TWO[0], TWO[0]]}, ArgumentError, "stands twice"),
        ({"parts": TWO[0]}, KindError, "expected a list"),
        ({"parts": 5}, KindError, "expected a list"),
        ({"parts": [TWO[0], bp.exact("3 synapse")]}, UnitError, "is in synapse, the first in neuron"),
        ({"parts": [TWO[0], "human/brain/neurns"]}, UnknownNameError, "'human/brain/neurons'"),
        ({"parts": [TWO[0], bp.exact([1, 2], "neuron", axis="side")]}, ShapeError, "is an array"),
        ({"how": "random-effects", "parts": [TWO[0], bp.exact("3 neuron")]}, RangeError, "need a spread above zero"),
        ({"how": "envelope", "parts": [bp.exact("3 neuron"), bp.exact("3 neuron")]}, RangeError, "nothing to span"),
    ],
)
def test_misuse_is_refused_by_name(arguments, error, says):
    call = {"parts": TWO, "how": "mixture", "because": REASON, **arguments}
    with pytest.raises(error) as caught:
        bp.pool(call.pop("parts"), **call)
    assert says in str(caught.value)


def test_the_rule_has_no_default():
    with pytest.raises(TypeError, match="how"):
        bp.pool(PAIR, because=REASON)


def test_what_is_not_above_zero_has_no_ratio():
    with pytest.raises(RangeError, match="above zero"):
        bp.disagreement([bp.assumed(bp.Normal(-5.0, 1.0), "mm", because=REASON), bp.exact("3 mm")])


@pytest.mark.parametrize("parts", [PAIR, PAIR[::-1]])
def test_the_pooled_number_is_not_called_after_one_of_its_studies(parts):
    for how in ("mixture", "random-effects", "envelope"):
        assert pool(parts, how).explain("brief").startswith("Neurons, human cerebellum, pooled:")


HOWS = ["mixture", "linear-pool", "random-effects", "envelope", "mandel-paule", "dersimonian-laird"]


@pytest.mark.parametrize("how", HOWS)
def test_a_mapping_names_the_studies(how):
    parts = {"Smith": bp.assumed("4 to 6 m", because="a"), "Lee": "7 ± 1 m"}
    by_name = bp.pool(parts, how=how, because="t")
    in_order = bp.pool(list(parts.values()), how=how, because="t")
    assert by_name.median() == pytest.approx(in_order.median(), rel=0.01)
    assert "Smith" in str(by_name.explain())
    assert [each.label for each in bp.disagreement(parts)] == ["Smith", "Lee"]


def test_weights_of_a_mixture_go_by_name():
    parts = {"one": "4 to 6 m", "other": "7 to 9 m"}
    by_name = bp.pool(parts, how="mixture", because="t", weights={"other": 0.25, "one": 0.75})
    in_order = bp.pool(parts, how="mixture", because="t", weights=[0.75, 0.25])
    assert by_name.mean() == pytest.approx(in_order.mean())
    with pytest.raises(ArgumentError, match=r"pool\(weights=\).*the studies are one, other"):
        bp.pool(parts, how="mixture", because="t", weights={"one": 0.5, "another": 0.5})


def test_ids_may_be_values_of_a_mapping():
    ids = {"isotropic": "human/cerebellum/neurons", "stereology": "human/cerebellum/neurons/andersen1992"}
    assert "stereology" in str(bp.pool(ids, how="mixture", because="t").explain())


@pytest.mark.parametrize("parts", [{5: "1 m", "b": "2 m"}, {"": "1 m", "b": "2 m"}, {None: "1 m", "b": "2 m"}])
def test_a_study_is_named_by_text(parts):
    with pytest.raises(KindError, match="as the name of a study"):
        bp.pool(parts, how="mixture", because="t")


def test_one_study_of_a_mapping_is_too_few_and_a_wrong_unit_is_named():
    with pytest.raises(ArgumentError, match="at least two"):
        bp.pool({"a": "1 m"}, how="mixture", because="t")
    with pytest.raises(UnitError, match=r"pool\(\): b is in s"):
        bp.pool({"a": "1 m", "b": "2 s"}, how="mixture", because="t")
