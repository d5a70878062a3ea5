"""What is shown at the edges: values that hold their own quantile, narrow intervals, no mean, nothing uncertain."""

import pytest

import brainparams as bp

NONE = bp.exact("0", "1", because="nothing")
SCORE = bp.assumed(bp.Normal(0.0, 1.0), "1", because="a test", name="score")


@pytest.mark.parametrize(
    "q",
    [bp.minimum(SCORE, NONE), bp.maximum(SCORE - bp.exact("3", "1", because="far"), NONE), bp.maximum(-SCORE, NONE)],
)
def test_a_value_that_holds_its_own_quantile_is_that_value(q):
    assert all(q.quantile(p) in (0.0, pytest.approx(q.quantile(p), abs=10)) for p in (0.05, 0.5, 0.95))
    for text in (repr(q), q.explain(), repr(q.interval()), repr(q.shortest_interval())):
        assert "e-324" not in text
    assert bp.minimum(SCORE, NONE).quantile(0.95) == 0.0


@pytest.mark.parametrize(("middle", "sd"), [(1.0, 1e-9), (1.0, 1e-6), (123456.789, 0.1), (-5.0, 1e-7), (86e9, 10.0)])
def test_both_ends_of_a_narrow_interval_are_told_apart(middle, sd):
    q = bp.assumed(bp.Normal(middle, sd), "m", because="a test")
    for found in (q.interval(0.90), q.shortest_interval(0.90)):
        low, high = (float(each) for each in repr(found).partition(" m")[0].split(" to "))
        assert low == pytest.approx(middle - 1.645 * sd, abs=0.1 * sd)
        assert high == pytest.approx(middle + 1.645 * sd, abs=0.1 * sd)


def test_what_is_called_exact_has_all_its_digits():
    assert "exactly" not in repr(bp.exact("12345678901234567890123 neuron"))
    assert "all 23 digits" in repr(bp.exact("12345678901234567890123 neuron"))
    assert repr(bp.exact("123456789012 neuron")) == "123,456,789,012 neurons exactly"


def test_arithmetic_that_has_no_result_is_not_printed():
    told = (bp.exact("1 neuron") / SCORE).explain()
    assert "/ 0" not in told
    assert "no mean" in told
    assert "no mean" not in (SCORE - NONE).explain()


def test_nothing_uncertain_and_no_factor_are_told_in_words():
    pytest.importorskip("matplotlib")
    exact = bp.exact("3 neuron") + bp.exact("2 neuron")
    for ask in (exact.drivers().plot, exact.swings().plot):
        with pytest.raises(bp.RangeError, match="nothing is uncertain"):
            ask()
    for q in (bp.exact("1 neuron") / SCORE, bp.assumed("8 +/- 1 neuron", because="a test") / SCORE):
        with pytest.raises(bp.RangeError, match="the median of score is 0"):
            q.plot(kind="waterfall")


def test_a_mixture_over_decades_has_a_logarithmic_axis():
    pytest.importorskip("matplotlib")
    views = bp.Mixture([bp.Normal(1e6, 1e4), bp.LogNormal.from_interval(1e9, 1e10, level=0.9)], [0.4, 0.6])
    q = bp.assumed(views, "neuron", because="a test")
    assert q.plot().get_xscale() == q.plot(kind="dots").get_xscale() == "log"
    assert bp.assumed(bp.Uniform(0.0, 1.0), "1", because="a test").plot().get_xscale() == "linear"
    assert bp.assumed(bp.Normal(10.0, 3.0), "1", because="a test").plot().get_xscale() == "linear"


def test_a_number_below_zero_has_a_minus_in_tex():
    cold, grouped = bp.assumed("-20 +/- 1 m", because="a test"), bp.exact("-12345 m", because="a test")
    assert f"{cold:latex}" == "$-20.0$~m"
    assert r"\num{-20.0}" in cold.to_latex()
    assert r"\num{-1.72e10}" in bp.assumed("-1.72e10 +/- 1e9 m", because="a test").to_latex()
    assert r"\ensuremath{-}12,345" in grouped.to_latex()


def test_many_small_shares_are_more_than_nothing():
    told = repr(sum((bp.assumed("1 +/- 0.1 m", because=f"{k}", name=f"x{k}") for k in range(1, 400)),
                    start=bp.assumed("1 +/- 0.1 m", because="0", name="x0")).drivers())  # fmt: skip
    assert "400 inputs below 1 % each" in told


def test_the_ends_of_a_swing_are_told_apart():
    told = str((bp.assumed(bp.Normal(123456.789, 0.1), "m", because="a test") + bp.exact("1 m")).swings())
    assert "1.2345662e5 m" in told
    assert "1.2345695e5 m" in told
    assert "1.2345762e5" in told


@pytest.mark.parametrize("style", ["text", "brief", "markdown", "latex", "html"])
def test_a_table_without_rows_is_written_in_every_style(style):
    empty = bp.architectures.StoredModel("tiny.safetensors", ())
    assert "0 numbers in 0 arrays" in empty.explain(style)
    assert "0 numbers in 0 arrays" in empty.to_latex(columns=2)
