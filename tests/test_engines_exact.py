"""Closed forms, one rule after another: the law that is right, and why there is none; and first order."""

import math
from fractions import Fraction

import numpy as np
import pytest
from scipy import special

import brainparams as bp
from brainparams.distributions import LogNormal
from brainparams.engines import exact, linear
from brainparams.errors import NoClosedForm, RangeError
from brainparams.estimate import Exactly
from checks import number as pure

# --- closed forms, one rule after another ----------------------------------------------------------------------------

A, B = bp.LogNormal(0.3, 0.5), bp.LogNormal(-0.2, 0.7)
N, M = bp.Normal(2.0, 0.4), bp.Normal(-1.0, 0.3)


def closed(make):
    """The law in closed form of something made of two lognormals and two normals."""
    return exact.law(make(*(pure(belief, name) for belief, name in ((A, "a"), (B, "b"), (N, "n"), (M, "m")))).node)


NORMALS = {
    "logarithm of a product": (lambda a, b, n, m: bp.log(a**2 / b * 3), math.log(3) + 0.8, math.hypot(1.0, 0.7)),
    "logarithm of one": (lambda a, b, n, m: bp.log(a), 0.3, 0.5),
    "logarithm of an exponential": (lambda a, b, n, m: bp.log(bp.exp(n)) - n * 2, -2.0, 0.4),
    "logarithm of a product with it": (lambda a, b, n, m: bp.log(bp.exp(n * 2) * a), 4.3, math.hypot(0.8, 0.5)),
    "sum": (lambda a, b, n, m: 3 * n - m / 2 + 7, 13.5, math.hypot(1.2, 0.15)),
    "both ways": (lambda a, b, n, m: n + m - (n - m), -2.0, 0.6),
}
LOGNORMALS = {
    "exponential of a sum": (lambda a, b, n, m: bp.exp(2 * n - m + 1), 6.0, math.hypot(0.8, 0.3)),
    "exponential of a logarithm": (lambda a, b, n, m: bp.exp(bp.log(a) * 2 + n), 2.6, math.hypot(1.0, 0.4)),
    "of a quotient": (lambda a, b, n, m: (a * b / a**3) * 5, math.log(5) - 0.8, math.hypot(1.0, 0.7)),
    "even power of its negative": (lambda a, b, n, m: (-a) ** 2 * b, 0.4, math.hypot(1.0, 0.7)),
    "root": (lambda a, b, n, m: bp.sqrt(a * 4) * bp.exp(m), math.log(2) - 0.85, math.hypot(0.25, 0.3)),
    "to nothing": (lambda a, b, n, m: a * b**0, 0.3, 0.5),
    "smaller of equals": (lambda a, b, n, m: bp.minimum(a * b, b * a), 0.1, math.hypot(0.5, 0.7)),
    "multiple of a sum over it": (lambda a, b, n, m: a * ((2 * n + 2 * m) / (n + m)), math.log(2) + 0.3, 0.5),
}


@pytest.mark.parametrize("name", NORMALS)
def test_what_is_normal_in_closed_form(name):
    make, mean, sd = NORMALS[name]
    law = closed(make)
    assert (law.mean(), law.sd()) == (pytest.approx(mean, abs=1e-12), pytest.approx(sd, rel=1e-12))
    assert law.quantile(0.9) == pytest.approx(mean + 1.2815515655446004 * sd, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("name", LOGNORMALS)
def test_what_is_lognormal_in_closed_form(name):
    make, mu, sigma = LOGNORMALS[name]
    law = closed(make)
    for z in (-2.0, 0.0, 1.0):
        assert law.quantile(special.ndtr(z)) == pytest.approx(math.exp(mu + z * sigma), rel=1e-12)


REFUSED = {
    "the logarithm of a sum": lambda a, b, n, m: bp.log(a + b),
    "the logarithm of a normal factor": lambda a, b, n, m: bp.log(a * n),
    "the exponential of a number that is not normal": lambda a, b, n, m: bp.exp(a),
    "a power of a sum": lambda a, b, n, m: (a + b) ** 2,
    "a root of an uncertain number that can be negative": lambda a, b, n, m: bp.sqrt(-a),
    "a product with a normal factor": lambda a, b, n, m: n * n,
    "a quotient by a sum": lambda a, b, n, m: (a + b) / (a + 2 * b),
    "a quotient by a sum of": lambda a, b, n, m: a / (a + b),
    "a sum of uncertain numbers that are not all normal": lambda a, b, n, m: n + a,
    "the maximum of two uncertain": lambda a, b, n, m: bp.maximum(a, b),
    "a choice whose selector is uncertain": lambda a, b, n, m: bp.choose(
        {"a": a, "b": b}, weights=[0.5, 0.5], because="test"
    ),
    "a sum of more than 64 products": lambda a, b, n, m: sum((a**k for k in range(1, 66)), start=n),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_what_has_no_closed_form_says_why(reason):
    with pytest.raises(NoClosedForm, match=reason):
        closed(REFUSED[reason])


def test_sums_of_many_normals_are_closed_whatever_stands_between():
    values = np.arange(1.0, 101.0)
    x = bp.assumed(bp.Normal(values, 0.1 * values), "1", because="test", axis="row", name="x")
    n = pure(N, "n")
    total = (x * bp.exact(2, "1") + n).total("row") / 4 - x["7"] * 3 + n
    weights = np.full(100, 0.5)
    weights[7] -= 3.0
    law = exact.law(total.node)
    assert law.mean() == pytest.approx(np.sum(weights * values) + 26 * 2.0, rel=1e-12)
    assert law.sd() == pytest.approx(math.hypot(*(0.1 * weights * values), 26 * 0.4), rel=1e-12)
    for refused in (x.total("row") * n, x.total("row") / n, (x * x).total("row"), x.total("row") + pure(A)):
        with pytest.raises(NoClosedForm):
            exact.law(refused.node)
    assert exact.law((x.total("row") - x.total("row")).node).quantile(0.3) == 0.0


def test_correlated_inputs_are_closed_where_both_are_normal_or_lognormal():
    lognormals = bp.correlate({(pure(A, "a"), pure(B, "b")): 0.6}, kind="normal-scores")
    law = exact.law((lognormals[0] * lognormals[1]).node)
    sigma = math.sqrt(0.25 + 0.49 + 2 * 0.6 * 0.35)
    assert law.quantile(0.9) == pytest.approx(math.exp(0.1 + 1.2815515655446004 * sigma), rel=1e-12)
    normals = bp.correlate({(pure(N, "n"), pure(M, "m")): 0.6}, kind="normal-scores")
    law = exact.law((normals[0] - normals[1]).node)
    assert (law.mean(), law.sd()) == (pytest.approx(3.0), pytest.approx(math.sqrt(0.16 + 0.09 - 2 * 0.6 * 0.12)))
    gammas = bp.correlate({(pure(bp.Gamma(3.0, 1.0), "g"), pure(N, "n")): 0.6}, kind="normal-scores")
    with pytest.raises(NoClosedForm, match=r"a correlated [Gg]amma input"):
        exact.law((gammas[0] * 2 + gammas[1]).node)


def test_a_choice_that_is_known_is_its_option():
    algebra, options = exact._Polynomials(), [exact.Polynomial({exact.ONE: k}) for k in (10, 11, 12)]
    for place, chosen in ((-3, 10), (0, 10), (0.4, 10), (1, 11), (1.6, 12), (2, 12), (9, 12)):
        assert algebra.chosen(exact.Polynomial({exact.ONE: place}), options).constant == chosen
    assert exact.Polynomial({}).constant == 0
    assert exact.Polynomial({exact.ONE: 3}).constant == 3
    assert exact.Polynomial({frozenset({(b"x", 1)}): 3}).constant is None


def test_what_is_rounded_says_so_where_all_inputs_are_exact():
    third = bp.exact(Fraction(1, 3), "1")
    assert exact.law(bp.sqrt(third).node).rounded
    assert not exact.law((third * 3).node).rounded
    assert not exact.law(bp.sqrt(bp.exact(0.3, "1")).node).rounded
    assert not exact.law((bp.sqrt(third) * bp.exact(0.5, "1")).node).rounded
    assert not exact.law(bp.sqrt(bp.exact(4, "1")).node).rounded


def test_steps_beyond_floats_are_told_with_their_names():
    big, x = bp.exact(10**200, "1").named("big"), pure(A, "x")
    with pytest.raises(RangeError, match=r"step 'multiply' of 'big': the result is beyond float range \(1.8e308\)"):
        exact.law((big * bp.exact(10**200, "1")).node)
    with pytest.raises(RangeError, match=r"step '\w+' of 'big': the result is beyond float range"):
        exact.law((big * x * big).node)
    with pytest.raises(RangeError, match=r"the divisor is zero; leave the step out or give a divisor > 0"):
        exact.law((x / (x - x)).node)
    with pytest.raises(RangeError, match=r"the mean of the sum is beyond float range \(1.8e308\); use a larger unit"):
        exact.law((pure(bp.Normal(1.7e308, 1.0), "u") + pure(bp.Normal(1.7e308, 1.0), "v")).node)


# --- first order -----------------------------------------------------------------------------------------------------


def test_first_order_of_numbers_and_of_arrays():
    """Value, derivatives and spreads by hand, and the law that follows."""
    x, y = pure(bp.Normal(3.0, 0.2), "x"), pure(bp.LogNormal(0.1, 0.3), "y")
    m, s = LogNormal(0.1, 0.3).mean, LogNormal(0.1, 0.3).sd
    rows = bp.assumed(bp.Normal([1.0, 2.0], [0.1, 0.3]), "1", because="test", axis="row", name="rows")
    law = linear.law((x**2 / y).node)
    assert type(law.mean()) is float
    assert (law.mean(), law.sd()) == pytest.approx((9 / m, math.hypot(6 / m * 0.2, 9 / m**2 * s)))
    array = linear.law((rows * x + y).node)
    assert array.mean() == pytest.approx([3 + m, 6 + m])
    assert array.sd() == pytest.approx([math.hypot(0.3, 0.2, s), math.hypot(0.9, 0.4, s)])
    values, jacobian, spreads = linear.first_order((rows * x).node)
    assert values.tolist() == [3.0, 6.0]
    assert sorted(spreads.tolist()) == [0.1, 0.2, 0.3]
    order = np.argsort(spreads)
    np.testing.assert_allclose(jacobian[:, order], [[3.0, 1.0, 0.0], [0.0, 2.0, 3.0]])
    parts = linear.variances((rows.total("row") * x + y).node)
    assert parts[rows.node.uid] == pytest.approx([0.3**2, 0.9**2])
    assert parts[x.node.uid] == pytest.approx([0.6**2])
    assert parts[y.node.uid] == pytest.approx([s**2])


def test_first_order_of_what_does_not_vary_is_the_number():
    x = pure(bp.Normal(3.0, 0.2), "x")
    rows = bp.exact([1.0, 2.0], "1", axis="row")
    for quantity, value in ((x - x, 0.0), (bp.exact(7, "1"), 7.0), (rows.total("row") * 2, 6.0)):
        law = linear.law(quantity.node)
        assert isinstance(law, Exactly)
        assert (law.quantile(0.3), type(law.quantile(0.3))) == (value, float)
    array = linear.law((rows * 3).node)
    assert isinstance(array, Exactly)
    assert array.quantile(0.5).tolist() == [3.0, 6.0]


def test_first_order_has_no_meaning_where_value_or_derivative_is_not_finite():
    zero, x = pure(bp.Normal(0.0, 1.0), "zero"), pure(bp.Normal(3.0, 0.2), "x")
    rows = bp.assumed(bp.Normal([0.0, 2.0], 0.1), "1", because="test", axis="row", name="rows")
    for quantity in (x / zero, rows / zero, x / rows):
        with pytest.raises(RangeError, match="the value at the means is not finite; first order has no meaning here"):
            linear.law(quantity.node)
    for quantity in (bp.sqrt(zero), bp.sqrt(rows), bp.sqrt(rows) * x):
        with pytest.raises(RangeError, match="a derivative at the means is not finite; first order has no meaning"):
            linear.law(quantity.node)
