"""Same seed, same digits: those of an earlier day are kept, and a change that moves one says so in the changelog.

``python tests/test_engines_digits.py`` writes the digits of today.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

import brainparams as bp
from brainparams.engines import convolution, sampling
from brainparams.engines.common_points import CommonPoints
from brainparams.engines.conditional import with_values
from brainparams.graph import roots
from checks import number as pure

FILE = Path(__file__).parent / "data" / "digits.json"
PLACES = (0.003, 0.05, 0.31, 0.5, 0.95, 0.999)
ROUNDED = 1e-7  # other versions of the libraries differ in the last bits


def product():
    return pure(bp.LogNormal(0.0, 0.7), "a") * pure(bp.Beta(2.0, 5.0), "b") * pure(bp.Normal(5.0, 1.5), "c")


def shared():
    x, y = pure(bp.LogNormal(0.0, 0.4), "x"), pure(bp.Gamma(3.0, 2.0), "y")
    return x * y + bp.exp(x) - y / x


def either_sign():
    return pure(bp.Normal(0.3, 1.0), "a") / pure(bp.Normal(2.0, 0.3), "b") - pure(bp.StudentT(0.2, 1.0, 5), "t")


def jumping():
    a, b = pure(bp.Normal(3.0, 1.0), "a"), pure(bp.LogNormal(1.0, 0.4), "b")
    return bp.maximum(a, b) + a


def discrete():
    few = pure(bp.Discrete([1.0, 2.0, 5.0], [0.2, 0.5, 0.3]), "few")
    many = pure(bp.Empirical([1.0, 1.5, 4.0]), "many")
    return few * pure(bp.LogNormal(0.0, 0.3), "wide") + many


def chosen():
    a, b, x = pure(bp.LogNormal(0.0, 0.3), "a"), pure(bp.Normal(9.0, 2.0), "b"), pure(bp.Uniform(1.0, 2.0), "x")
    return bp.choose({"a": a * x, "b": b / x}, weights={"a": 0.7, "b": 0.3}, because="test") * x


def correlated():
    a, b = pure(bp.LogNormal(0.0, 0.5), "a"), pure(bp.Gamma(4.0, 1.0), "b")
    a, b = bp.correlate({(a, b): 0.6}, kind="normal-scores")
    return a * b + pure(bp.Uniform(1.0, 4.0), "c") * a


def array():
    x = bp.assumed({"u": bp.Uniform(1.0, 2.0), "v": bp.Beta(2.0, 3.0)}, "1", because="test", axis="r", name="x")
    return x * pure(bp.LogNormal(0.0, 0.5), "s") + bp.exp(pure(bp.Normal(0.0, 0.2), "n"))


def total():
    return array().total("r") * pure(bp.Triangular(1.0, 2.0, 4.0), "k")


def extremes():
    a, b, c = (pure(bp.Gamma(2.0 + k, 1.0), "abc"[k]) for k in range(3))
    return bp.minimum(bp.maximum(a, b) * c, c + 2)


def smooth():
    x, y = pure(bp.LogNormal(0.0, 0.4), "x"), pure(bp.Gamma(3.0, 2.0), "y")
    return x * y + bp.exp(x / 4)


def either():
    a, b = pure(bp.LogNormal(0.0, 0.3), "a"), pure(bp.Gamma(9.0, 2.0), "b")
    return (
        bp.choose({"a": a, "b": b}, weights={"a": 0.7, "b": 0.3}, because="test") * pure(bp.Normal(5.0, 1.0), "c") + 2
    )


def bent():
    x, y = pure(bp.LogNormal(0.0, 1.0), "x"), pure(bp.LogNormal(0.5, 1.2), "y")
    return (x + 1) ** 2 * y + x


def rows():
    n = bp.assumed(bp.Normal([10.0, 20.0, 35.0], [1.0, 3.0, 5.0]), "1", because="test", axis="row", name="n")
    return n * pure(bp.LogNormal(0.0, 0.6), "s")


QUANTITIES = (product, shared, either_sign, jumping, discrete, chosen, correlated, array, total, extremes)
ASKED = {
    "sobol": {"engine": "sobol", "digits": 2, "seed": 5},
    "random": {"engine": "random", "draws": 40_000, "seed": 5},
}


def told(make, asked):
    """Everything that an estimate says of where a quantity lies, and how wrong that may be."""
    found = make().estimate(**ASKED[asked])
    law, middle = found.law, float(np.max(found.quantile(0.6)))
    return {
        "draws": found.draws,
        "values": [found.quantile(p) for p in PLACES],
        "errors": [found.standard_error(p) for p in PLACES],
        "below": law.cdf(middle),
        "moments": [law.mean(), law.sd()],
        "errors of moments": law.moment_errors(),
    }


def if_known(make, seed):
    """What each input would make of a number if it were known, at common points, and the error of that."""
    node = make().node
    points = CommonPoints(node, seed)
    anchor = points.anchored([0.05, 0.5, 0.9], [float(bp.Quantity(node).quantile(p)) for p in (0.05, 0.5, 0.9)])
    found = [points.if_known(root, [0.1, 0.8], anchor) for root in roots([node])]
    return {"values": [each.quantiles for each in found], "errors": [each.errors for each in found]}


def at_points(make, seed):
    """A number at points, and what its inputs are there."""
    node = make().node
    result, inputs = sampling.at_points(node, roots([node]), seed, 128)
    return {"values": [result[::9], *[each[:, ::9] for each in inputs]]}


def by_a_rule(make):
    """A number with each input known in turn, by tables that are good for three digits."""
    node = make().node
    at = [{root.key: np.asarray(root.value.ppf(np.array([0.1, 0.8])))} for root in roots([node])]
    return {"values": [with_values(node, known, [0.05, 0.5, 0.9]) for known in at]}


def roughly(make):
    """A number by the whole convolution, to one digit and to two."""
    laws = [convolution._law(make().node, digits) for digits in (1, 2)]
    return {
        "values": [[law.quantile(p) for p in PLACES] for law in laws],
        "moments": [[law.mean(), law.sd()] for law in laws],
    }


def swings(make):
    """What one input after the other does to a number, and what knowing it is worth."""
    quantity = make()
    rows = [[row.low, row.high] for row in quantity.swings()]
    return {"values": rows, "worth": [row.narrowing for row in quantity.value_of_information()]}


CASES = {f"{make.__name__} by {asked}": (told, make, asked) for make in QUANTITIES for asked in ASKED}
CASES |= {f"{make.__name__} if known": (if_known, make, 3) for make in QUANTITIES if make is not array}
CASES |= {f"{make.__name__} at points": (at_points, make, 3) for make in (shared, total)}
CASES |= {f"{make.__name__} by a rule": (by_a_rule, make) for make in (product, either)}
CASES |= {f"{make.__name__} roughly": (roughly, make) for make in (product, smooth, bent, rows)}
CASES |= {f"{make.__name__} swings": (swings, make) for make in (shared, extremes)}


def flat(found):
    if isinstance(found, dict):
        return [number for each in found.values() for number in flat(each)]
    if isinstance(found, list | tuple):
        return [number for each in found for number in flat(each)]
    return np.ravel(found).tolist()


@pytest.mark.parametrize("name", CASES)
def test_digits_are_those_of_an_earlier_day(name):
    how, *given = CASES[name]
    right = json.loads(FILE.read_text("utf-8"))[name]
    found = how(*given)
    assert found.keys() == right.keys()
    for what, numbers in right.items():
        assert flat(found[what]) == pytest.approx(numbers, rel=ROUNDED, abs=1e-9, nan_ok=True), what


if __name__ == "__main__":
    digits = {name: {what: flat(each) for what, each in how(*given).items()} for name, (how, *given) in CASES.items()}
    FILE.write_text(json.dumps(digits, indent=0) + "\n", "utf-8")
    sys.exit(0)
