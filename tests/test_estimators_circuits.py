"""Circuits of populations: the counting rule decides, and the microcircuit of Potjans and Diesmann comes out."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import brainparams as bp
from brainparams.errors import ArgumentError, KindError, RangeError, ShapeError, UnitError

HERE = Path(__file__).parent / "data" / "connectome"
count = bp.estimators.circuits.projection_synapses


def table(name):
    with (HERE / name).open() as file:
        return list(csv.DictReader(file))


POPULATIONS = table("potjans2014_populations.csv")
NEURONS = {row["population"]: int(row["neurons"]) for row in POPULATIONS}
CHANCES = {(row["target"], row["source"]): float(row["probability"]) for row in table("potjans2014_probabilities.csv")}


@pytest.mark.parametrize(
    ("rule", "rounding", "total"),
    [
        ("at least one contact", "nearest", 298_880_968),
        ("at least one contact", "down", 298_880_941),
        ("pairwise", "nearest", 284_811_022),
    ],
)
def test_the_microcircuit(rule, rounding, total):
    synapses = count(NEURONS, CHANCES, rule=rule, rounding=rounding)
    assert synapses.total().value == total
    assert sum(NEURONS.values()) == 77_169
    assert (synapses.value > 0).sum() == 55


def test_the_product_of_chance_and_pairs_says_how_low_it_is():
    told = count(NEURONS, CHANCES, rule="pairwise", rounding="nearest").total().explain()
    assert "it is 4.7 % low" in " ".join(told.split())
    assert "% low" not in count({"a": 10}, {("a", "a"): 1e-9}, rule="pairwise").explain()
    assert "4.7" not in count(NEURONS, CHANCES, rule="at least one contact", rounding="nearest").total().explain()


def test_external_synapses():
    neurons = bp.exact(NEURONS, "neuron", axis="population")
    each = {row["population"]: int(row["external_synapses_per_neuron"]) for row in POPULATIONS}
    outside = bp.estimators.circuits.external_synapses(neurons, bp.exact(each, "synapse/neuron", axis="population"))
    inside = count(NEURONS, CHANCES, rule="at least one contact", rounding="nearest").total()
    assert outside.value == 157_935_200
    assert (inside + outside).value == 456_816_168


@given(st.integers(2, 10**6), st.integers(2, 10**6), st.floats(1e-6, 0.9))
@settings(derandomize=True, deadline=None, max_examples=50)
def test_so_many_synapses_at_random_leave_that_share_of_pairs_without_any(targets, sources, chance):
    synapses = count({"t": targets, "s": sources}, {("t", "s"): chance}, rule="at least one contact").total().value
    pairs = targets * sources
    assert 1 - (1 - 1 / pairs) ** float(synapses) == pytest.approx(chance, rel=1e-3)


@pytest.mark.parametrize(
    ("rule", "chances", "options", "total"),
    [
        ("pairwise", {("b", "a"): 0.5}, {}, 0.5 * 20 * 10),
        ("mean multiplicity", {("b", "a"): 0.5}, {"synapses_per_connection": "4 synapse/connection"}, 400),
        ("fixed in-degree", {("b", "a"): 3}, {}, 60),
        ("fixed in-degree", {"b": {"a": 3, "b": 1}}, {"rounding": "nearest"}, 80),
        (
            "mean multiplicity",
            {("b", "a"): 0.123},
            {"synapses_per_connection": "2 synapse/connection", "rounding": "down"},
            49,
        ),
    ],
)
def test_each_rule(rule, chances, options, total):
    assert count({"a": 10, "b": 20}, chances, rule=rule, **options).total().value == pytest.approx(total)


def test_uncertain_populations_stay_the_same_unknown_as_targets_and_as_sources():
    neurons = bp.assumed({"a": "1000 +/- 100"}, "neuron", axis="population", because="a test")
    synapses = count(neurons, {("a", "a"): 0.1}, rule="pairwise").total()
    assert synapses.mean() == pytest.approx(0.1 * (1000**2 + 100**2), rel=1e-3)  # the square of one normal
    with pytest.raises(RangeError, match=r"rounding= needs exact numbers"):
        count(neurons, {("a", "a"): 0.1}, rule="pairwise", rounding="nearest")


def test_order_of_axes_and_labels_does_not_matter():
    chances = bp.exact({"b": {"b": 0.1, "a": 0.2}, "a": {"b": 0.3, "a": 0.4}}, "1", axis=("source", "target"))
    one = count({"a": 10, "b": 20}, chances, rule="pairwise")
    other = count({"b": 20, "a": 10}, {"a": {"a": 0.4, "b": 0.2}, "b": {"a": 0.3, "b": 0.1}}, rule="pairwise")
    for target in "ab":
        for source in "ab":
            found = [each.select(target=target, source=source).value for each in (one, other)]
            assert found[0] == pytest.approx(found[1])
    rounded = count({"a": 10, "b": 20}, chances, rule="pairwise", rounding="nearest")
    assert rounded.select(target="a", source="b").value == 40


@pytest.mark.parametrize(
    ("arguments", "options", "error", "words"),
    [
        (({"a": 10}, {("a", "a"): 0.1}), {"rule": "somehow"}, ArgumentError, "must be one of at least one contact"),
        (({"a": 10}, {("a", "a"): 0.1}), {}, ArgumentError, "missing"),
        (({"a": 10}, {("a", "b"): 0.1}), {"rule": "pairwise"}, ArgumentError, "no population 'b'"),
        (({"a": 10}, {("a", "a"): 1.2}), {"rule": "pairwise"}, RangeError, "must be in"),
        (({"a": 10}, {("a", "a"): 1.0}), {"rule": "at least one contact"}, RangeError, "a chance of 1"),
        (({"a": 10}, {}), {"rule": "pairwise"}, ArgumentError, "holds no pairs"),
        (({"a": 10}, 0.1), {"rule": "pairwise"}, KindError, "needs a quantity with two axes"),
        ((10, {("a", "a"): 0.1}), {"rule": "pairwise"}, KindError, "needs a quantity with an axis"),
        ((bp.exact("10 neuron"), {("a", "a"): 0.1}), {"rule": "pairwise"}, ShapeError, "one axis"),
        (({"a": "10 m"}, {("a", "a"): 0.1}), {"rule": "pairwise"}, UnitError, "neuron"),
        (
            ({"a": 10}, {("a", "a"): 0.1}),
            {"rule": "mean multiplicity"},
            ArgumentError,
            "needs synapses_per_connection=",
        ),
        (
            ({"a": 10}, {("a", "a"): 0.1}),
            {"rule": "pairwise", "synapses_per_connection": "2 synapse/connection"},
            ArgumentError,
            "takes no synapses_per_connection=",
        ),
        (({"a": 10}, {("a", "a"): 0.1}), {"rule": "pairwise", "rounding": "up"}, ArgumentError, "nearest, down"),
    ],
)
def test_what_is_refused(arguments, options, error, words):
    with pytest.raises(error, match=words):
        count(*arguments, **options)
