"""Named axes: any number of them, unique labels, aligned by label, and every element an unknown of its own."""

import itertools
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import brainparams as bp


def exact(value, unit="neuron", axis="region", **words):
    return bp.exact(value, unit, axis=axis, **words)


def measured(value, unit=None, axis="area", **words):
    return bp.measured(value, unit, axis=axis, source="azevedo2009", **words)


HUMAN = exact({"ctx": 16, "cb": 69, "rest": 1})
MOUSE = exact({"ctx": 14, "cb": 42, "rest": 12})
CELLS = {"V1": {"L4": 6e4, "L5": 5e4}, "V2": {"L4": 4e4, "L5": 3e4}, "V4": {"L4": 2e4, "L5": 1e4}}


def table(cv=0.1):
    means = np.array([list(row.values()) for row in CELLS.values()])
    axes = {"area": list(CELLS), "layer": ["L4", "L5"]}
    return measured(bp.Normal(means, cv * means), "neuron/mm^3", axes, name="density")


# --- making ------------------------------------------------------------------------------------------------------


def test_an_uncertain_table_of_two_axes_is_made_of_independent_cells():
    cells = table()
    assert cells.axes == {"area": ("V1", "V2", "V4"), "layer": ("L4", "L5")}
    assert cells["V2", "L5"].sd() == pytest.approx(3e3, rel=1e-12)
    assert cells.total().sd() == pytest.approx(np.hypot.reduce(0.1 * np.array([6, 5, 4, 3, 2, 1])) * 1e4, rel=1e-9)
    assert cells["V1", "L4"] == cells["V1"]["L4"] == cells.select(layer="L4", area="V1")


def test_nested_dicts_read_labels_in_any_order():
    swapped = {"V1": {"L4": "1 neuron", "L5": "2 neuron"}, "V2": {"L5": "4 neuron", "L4": "3 neuron"}}
    cells = bp.exact(swapped, axis=("area", "layer"))
    assert cells["V2", "L4"].value == 3
    assert cells.total("area").value.tolist() == [4, 6]


def test_text_in_a_nested_dict_may_be_uncertain():
    cells = measured({"a": {"x": "5(1) m", "y": "1 to 2 m"}, "b": {"x": "7 m", "y": "3 m"}}, axis=("r", "s"))
    assert cells["a", "y"].interval(0.9).high == pytest.approx(2, rel=1e-9)
    assert cells["b", "x"].median() == 7


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: bp.stacked(["1 m", "2 m"], axis="pair", labels=["M4", "M4"]), ("stacked()", "'M4'", "twice")),
        (lambda: exact({1: "1 neuron", "1": "2 neuron"}, None), ("exact()", "'1'", "twice")),
        (lambda: exact(np.array([])), ("exact()", "at least one")),
        (lambda: exact({}), ("exact()", "at least one")),
        (lambda: measured(bp.Normal(np.ones((3, 2)), 0.1), "m"), ("measured()", "(3, 2)", "axis=('area', 'layer')")),
        (lambda: exact(np.ones(3), axis=("a", "b")), ("exact()", "(3,)", "axis='region'")),
        (lambda: exact({"a": {"x": 1, "y": 2}, "b": {"x": 3}}, axis=("r", "s")), ("r='b'", "x, y")),
        (lambda: exact([1, 2], axis={"region": ["a", "b", "c"]}), ("'region'", "2 elements", "3 labels")),
        (lambda: exact([1, 2], axis=("r", "r")), ("'r', 'r'", "name of its own")),
        (lambda: bp.stacked([bp.exact("5 neuron"), HUMAN], axis="species"), ("stacked()", "no axis", "same axes")),
        (lambda: bp.stacked([HUMAN, MOUSE], axis="region"), ("stacked()", "'region' already", "concatenated")),
        (lambda: bp.concatenated([HUMAN, MOUSE], axis="region"), ("concatenated()", "'ctx'", "twice")),
        (lambda: HUMAN * exact({"ctx": 1, "cb": 2}, "1"), ("(ctx, cb, rest)", "(ctx, cb)", "select", "reindex")),
        (lambda: HUMAN.select(region="cortex"), ("select()", "'cortex'", "ctx")),
        (lambda: HUMAN.select(regoin="ctx"), ("select()", "'regoin'", "'region'")),
        (lambda: HUMAN.reindex(region=["ctx", "cb"]), ("reindex()", "'rest'", "select")),
        (lambda: HUMAN["cortex"], ("'cortex'", "ctx, cb, rest")),
        (lambda: list(table()), ("'area', 'layer'", ".items('area')")),
        (lambda: bp.exact("1 m").total(), ("total()", "single number")),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_the_mend(make, words):
    with pytest.raises(bp.errors.ShapeError) as caught:
        make()
    assert [word for word in words if word not in str(caught.value)] == []


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: bp.stacked({"p": "2 m", "q": "5 s"}, axis="w"), ("stacked()", "'q'", "'s'", "'m'")),
        (lambda: bp.stacked(["2 m", "3 m", "5 s"], axis="w"), ("stacked()", "'2'", "'s'", "'m'")),
        (
            lambda: bp.concatenated([bp.exact({label: 1}, unit, axis="w") for label, unit in ("am", "bs")], axis="w"),
            ("concatenated()", "value 1", "'s'", "'m'"),
        ),
    ],
)
def test_the_element_of_another_dimension_is_named(make, words):
    with pytest.raises(bp.errors.UnitError) as caught:
        make()
    assert [word for word in words if word not in str(caught.value)] == []


@pytest.mark.parametrize("axis", [5, {"region": "ctx"}, ("a", 5), ""])
def test_an_axis_is_named_in_words(axis):
    with pytest.raises(bp.errors.KindError, match="axis"):
        exact([1, 2], axis=axis)


# --- finding elements --------------------------------------------------------------------------------------------


def test_a_label_that_stands_along_two_axes_is_not_guessed():
    both = exact([1, 2], "1") * exact([10, 20, 30], "1", axis="layer")
    with pytest.raises(bp.errors.ShapeError, match=r"'region' and 'layer'; write \.select\(region='1'\)"):
        both["1"]
    assert both.select(layer="1").value.tolist() == [20, 40]
    assert both["2"].value.tolist() == [30, 60]


def test_elements_come_one_after_the_other():
    assert len(HUMAN) == 3
    assert "cb" in HUMAN
    assert "cortex" not in HUMAN
    assert [each.value for each in HUMAN] == [16, 69, 1]
    assert [(label, each.value) for label, each in HUMAN.items()] == [("ctx", 16), ("cb", 69), ("rest", 1)]
    assert [label for label, _ in table().items("layer")] == ["L4", "L5"]


def test_lists_of_labels_keep_the_axis():
    assert HUMAN[["rest", "ctx"]].axes == {"region": ("rest", "ctx")}
    assert HUMAN.select({"region": ["rest", "ctx"]}).value.tolist() == [1, 16]


# --- aligning ----------------------------------------------------------------------------------------------------


def test_labels_in_another_order_are_aligned():
    per = exact({"rest": 1000, "cb": 4, "ctx": 7000}, "synapse/neuron")
    synapses = HUMAN * per
    assert dict(synapses.items())["ctx"].value == 112_000
    assert synapses.value.tolist() == [112_000, 276, 1000]


@pytest.mark.parametrize("order", list(itertools.permutations(["V1", "V2", "V4"])))
def test_the_order_of_labels_changes_no_unknown(order):
    cells = table()
    turned = cells.reindex(area=order)
    assert (cells - turned).value.tolist() == np.zeros((3, 2)).tolist()
    assert turned["V1", "L4"] == cells["V1", "L4"]


@settings(max_examples=30, deadline=None)
@given(st.permutations(["a", "b", "c", "d"]), st.permutations(["x", "y", "z"]))
def test_arithmetic_is_that_of_the_labels(rows, columns):
    numbers = {r: {c: 10 * i + j for j, c in enumerate("xyz")} for i, r in enumerate("abcd", start=1)}
    one = bp.exact(numbers, "1", axis=("row", "column"))
    other = bp.exact({r: {c: numbers[r][c] for c in columns} for r in rows}, "1", axis=("row", "column"))
    turned = bp.exact({c: {r: numbers[r][c] for r in rows} for c in columns}, "1", axis=("column", "row"))
    for each in (other, turned):
        assert (one - each).value.tolist() == np.zeros((4, 3)).tolist()
    by_row = bp.exact({r: i for i, r in enumerate(rows)}, "1", axis="row")
    product = one * by_row
    assert all(product[r, c].value == numbers[r][c] * rows.index(r) for r in "abcd" for c in "xyz")


# --- stacking and joining ----------------------------------------------------------------------------------------


def test_arrays_are_stacked_under_a_new_axis():
    species = bp.stacked(
        [HUMAN, MOUSE.reindex(region=["rest", "cb", "ctx"])], axis="species", labels=["human", "mouse"]
    )
    assert species.axes == {"species": ("human", "mouse"), "region": ("ctx", "cb", "rest")}
    assert species.total("species").value.tolist() == [30, 111, 13]
    assert species["human"].value.tolist() == [16, 69, 1]
    assert species["mouse", "rest"].value == 12
    assert bp.stacked({"human": HUMAN, "mouse": MOUSE}, axis="species").value.tolist() == species.value.tolist()


def test_what_is_stacked_or_joined_stays_the_unknown_that_it_is():
    cells = table()
    again = bp.stacked({area: cells[area] for area in cells.axes["area"]}, axis="area")
    assert (again - cells).median().tolist() == np.zeros((3, 2)).tolist()
    parts = [cells.select(area=[area]) for area in ("V1", "V2", "V4")]
    joined = bp.concatenated(parts, axis="area")
    assert joined.axes == cells.axes
    assert (joined.total() - cells.total()).value == 0


def test_units_are_brought_together():
    lengths = bp.stacked({"a": "1 m", "b": "10 cm"}, axis="part")
    assert lengths.total().value == pytest.approx(1.1)
    assert bp.concatenated(
        [lengths, bp.exact({"c": 5}, "mm", axis="part")], axis="part"
    ).total().value == pytest.approx(1.105)


# --- along an axis -----------------------------------------------------------------------------------------------


def test_totals_means_shares_and_the_largest():
    counts = exact({"V1": {"L4": 40, "L5": 30}, "V2": {"L4": 20, "L5": 10}}, axis=("area", "layer"))
    assert counts.total().value == 100
    assert counts.total("layer").value.tolist() == [70, 30]
    assert counts.total("layer", "area").value == 100
    assert counts.mean("area").value.tolist() == [30, 20]
    assert counts.largest("area").value.tolist() == [40, 30]
    assert counts.smallest().value == 10
    assert counts.share().value.tolist() == [[0.4, 0.3], [0.2, 0.1]]
    assert counts.share("layer")["V1", "L4"].value == pytest.approx(4 / 7)
    assert counts.cumulative("layer").value.tolist() == [[40, 70], [20, 30]]


def test_shares_add_up_to_one_in_every_draw():
    assert table().share().total().interval(0.99).high == pytest.approx(1.0, rel=1e-9)
    draws = table().share("layer").to_numpy(200)
    np.testing.assert_allclose(draws.sum(axis=-1), 1.0, rtol=1e-12)


def test_the_largest_is_the_largest_in_every_draw():
    cells = table(cv=0.4)
    largest = cells.largest("layer")
    draws = bp.stacked({"largest": largest, "L4": cells["L4"], "L5": cells["L5"]}, axis="which").to_numpy(500)
    np.testing.assert_array_equal(draws[:, 0], np.maximum(draws[:, 1], draws[:, 2]))


# --- records -----------------------------------------------------------------------------------------------------


def test_every_rearrangement_is_saved_and_loaded(tmp_path):
    cells = table()
    rearranged = [
        cells,
        cells["V1"],
        cells.select(area=["V4", "V1"]),
        cells.cumulative("area"),
        cells.largest("layer"),
        cells.smallest(),
        cells.share("area"),
        bp.stacked({"a": cells, "b": cells}, axis="copy"),
        bp.concatenated([cells.select(area=["V4"]), cells.select(area=["V1"])], axis="area"),
    ]
    for at, made in enumerate(rearranged):
        back = bp.load(made.save(tmp_path / f"{at}.json"))
        assert back == made
        assert back.axes == made.axes


# --- many elements ------------------------------------------------------------------------------------------------


def many(shape=(500, 3), sd=0.2):
    means = np.random.default_rng(1).uniform(1.0, 2.0, shape)
    axes = {"region": [f"r{k}" for k in range(shape[0])], "species": list("abcdefgh")[: shape[1]]}
    return bp.assumed(bp.Normal(means, sd * means), "neuron/mm^3", axis=axes, because="a test"), means


def test_a_sum_over_many_independent_elements_is_one_unknown():
    density, means = many()
    volumes = bp.exact(np.linspace(1, 2, 500), "mm^3", axis={"region": density.axes["region"]})
    shrinkage = bp.assumed("0.7 to 0.9 1", because="a test")
    total = (density * volumes * shrinkage**3).total()
    found = total.estimate()
    assert found.engine == "convolution"
    weights = np.linspace(1, 2, 500)[:, np.newaxis]
    pure = (density * volumes).total()
    assert pure.median() == pytest.approx(np.sum(means * weights), rel=1e-12)
    assert pure.sd() == pytest.approx(np.sqrt(np.sum((0.2 * means * weights) ** 2)), rel=1e-9)
    drawn = total.estimate(engine="random", draws=20_000)
    for p in (0.05, 0.5, 0.95):
        assert found.quantile(p) == pytest.approx(drawn.quantile(p), rel=0.02)
    by_species = (density * volumes / shrinkage).total("region")
    assert by_species.estimate().engine == "convolution"
    assert by_species["b"].median() == pytest.approx(by_species.median()[1], rel=1e-6)


def test_a_sum_whose_elements_are_used_elsewhere_is_not_pooled():
    density, means = many((100, 2), 0.05)
    share = density["r1", "a"] / density.total()
    assert share.median() == pytest.approx(means[1, 0] / means.sum(), rel=0.01)
    difference = density.total() - density.total("species").total("region")
    assert difference.value == pytest.approx(0, abs=1e-9)
    together = bp.correlate(density, axis=("region", "species"), r=0.5)
    plain = np.sum((0.05 * means) ** 2)
    joint = 0.5 * plain + 0.5 * np.sum(0.05 * means) ** 2
    assert together.total().sd() == pytest.approx(np.sqrt(joint), rel=1e-3)


def test_cells_along_two_axes_have_laws_without_draws():
    density, _ = many((30, 4))
    thickness = bp.assumed(
        bp.LogNormal.from_mean(np.arange(1.0, 5.0), 0.2), "mm^3", axis={"species": list("abcd")}, because="a test"
    )
    cells = thickness * density * bp.assumed("0.7 to 0.9 1", because="a test")
    assert list(cells.axes) == ["species", "region"]
    found = cells.estimate()
    assert found.engine == "convolution"
    alone = cells["c", "r7"].estimate()
    assert found.quantile(0.95)[2, 7] == pytest.approx(alone.quantile(0.95), rel=1e-4)
    assert np.shape(found.interval(0.9).low) == (4, 30)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell the peak of a process")
def test_many_elements_take_no_more_memory_than_they_are():
    code = (
        "import pathlib, re, numpy as np, brainparams as bp\n"
        "m = np.linspace(1e3, 1e5, 100_000)\n"
        "axis = {'region': [f'r{k}' for k in range(len(m))]}\n"
        "d = bp.assumed({belief}, 'neuron/mm^3', axis=axis, because='x')\n"
        "n = (d * bp.exact('1 mm^3') * bp.assumed('0.7 to 0.9 1', because='x')**3).total()\n"
        "n.interval(0.9)\n"
        "print(int(re.search(r'VmHWM:\\s+(\\d+)', pathlib.Path('/proc/self/status').read_text())[1]) / 1e3)\n"
    )
    for belief, most in (("bp.Normal(m, m / 10)", 130), ("bp.LogNormal.from_mean(m, m / 10)", 220)):
        run = subprocess.run(
            [sys.executable, "-c", code.replace("{belief}", belief)], capture_output=True, text=True, check=True
        )
        assert float(run.stdout) < most
