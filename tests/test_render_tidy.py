"""What goes out as a table: quantities and every printed table, tidy, one type in each column."""

import csv
import io

import numpy as np
import pytest

import brainparams as bp


def cells():
    table = {"V1": {"L4": "6(1) m", "L5": "5(1) m"}, "V2": {"L4": "4(1) m", "L5": "3 m"}}
    return bp.measured(table, axis=("area", "layer"), source="azevedo2009", name="thickness")


def test_a_quantity_has_a_row_for_each_element():
    frame = pytest.importorskip("pandas") and cells().to_pandas()
    assert list(frame.columns) == ["area", "layer", "median", "low", "high", "mean", "sd", "unit"]
    assert frame["area"].tolist() == ["V1", "V1", "V2", "V2"]
    assert frame["median"].tolist() == [6, 5, 4, 3]
    assert frame["sd"].tolist() == [1, 1, 1, 0]
    assert set(frame["unit"]) == {"m"}
    assert frame["high"][0] == pytest.approx(cells()["V1", "L4"].interval(0.9).high)
    wider = cells().to_pandas(level=0.95)
    assert wider["high"][0] == pytest.approx(cells()["V1", "L4"].interval(0.95).high)


def test_a_single_number_is_one_row():
    rows = list(csv.DictReader(io.StringIO(bp.assumed("1 to 10 m", because="a test").to_csv())))
    assert len(rows) == 1
    assert float(rows[0]["low"]) == pytest.approx(1)
    assert rows[0]["unit"] == "m"


def test_what_goes_out_comes_back(tmp_path):
    path = cells().to_csv(tmp_path / "cells.csv")
    back = bp.from_table(path, axis=("area", "layer"), value="median", unit="unit", because="a test")
    assert back.axes == cells().axes
    assert back.median().tolist() == cells().median().tolist()


def test_an_xarray_has_the_axes_of_the_quantity():
    pytest.importorskip("xarray")
    data = cells().to_xarray()
    assert data.sizes == {"area": 2, "layer": 2}
    assert float(data["median"].sel(area="V2", layer="L4")) == 4
    assert data.attrs["unit"] == "m"


def test_a_number_without_a_mean_leaves_its_cell_empty():
    ratio = bp.assumed(bp.Normal(5, 1), "1", because="a test") / bp.assumed(bp.Normal(1, 1), "1", because="a test")
    row = next(csv.DictReader(io.StringIO(ratio.to_csv())))
    assert row["mean"] == ""


def product():
    neurons = bp.evidence("human/brain/neurons")
    each = bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range", name="synapses per neuron")
    return neurons * each


TABLES = {
    "ladder": lambda: bp.compare({"a": "1e12 parameter", "b": "1e13 parameter"}),
    "drivers": lambda: product().drivers(),
    "swings": lambda: product().swings(),
    "value of information": lambda: product().value_of_information(),
    "sweep": lambda: product().sweep(synapses_per_neuron=["1e3 synapse/neuron", "1e4 synapse/neuron"]),
    "published": lambda: bp.published.table(),  # noqa: PLW0108 - loaded only here
    "rivals": lambda: bp.disagreement("human/neocortex/synapses"),
    "findings": lambda: bp.evidence.find(species="human"),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_printed_table_goes_out(table):
    pandas, made = pytest.importorskip("pandas"), table()
    frame = made.to_pandas()
    assert len(frame) >= len(made)
    for name in frame.columns:
        kinds = {type(cell) for cell in frame[name] if not pandas.isna(cell)}
        assert len(kinds) <= 1, name
        assert kinds <= {str, float, int, bool, np.bool_, np.float64, np.int64}, name
    assert made.to_csv().count("\n") >= len(made)
    pytest.importorskip("polars")
    assert made.to_polars().height == len(frame)


def test_drivers_tell_which_element_matters():
    counted = bp.measured(
        {f"area {k}": f"{k}(1)e4 neuron/mm^3" for k in range(3, 11)}, axis="area", name="density", source="azevedo2009"
    )
    found = (counted * bp.exact("1 cm^3", name="volume")).total("area").drivers()
    assert [name for name, _ in found[0].elements] != []
    assert [share for _, share in found[0].elements] == pytest.approx([1 / 8] * 8, abs=0.01)
    assert found[0].share == pytest.approx(1, abs=0.03)  # eight shares, each ± 0.01
    assert "± 0.03" in found.method  # of their sum
    assert "area" in str(found)
    assert len(found.to_pandas()) == 9


def test_correlated_elements_together_explain_what_their_array_does():
    sds = np.full((12, 4), 6e3)
    density = bp.measured(
        bp.Normal(10 * sds, sds), "neuron/mm^3", axis=("area", "layer"), source="azevedo2009", name="d"
    )
    correlated = bp.correlate(density, axis="area", r=0.5)
    shrinkage = bp.assumed("0.7 to 0.9 1", because="a test", name="shrinkage")
    found = {each.name: each.share for each in (correlated.total() / shrinkage**3).drivers()}
    log_sd = correlated.total().sd() / correlated.total().median()
    other = 3 * shrinkage.node.value.log_sd()
    assert found["d"] == pytest.approx(log_sd**2 / (log_sd**2 + other**2), abs=0.01)


def test_an_array_of_exact_numbers_goes_out_as_any_other():
    sides = bp.stacked({"left": "90 mm^3", "right": "92 mm^3"}, axis="side")
    assert sides.sd().tolist() == [0.0, 0.0]
    rows = list(csv.DictReader(io.StringIO(sides.to_csv())))
    assert [(row["side"], row["median"], row["sd"]) for row in rows] == [
        ("left", "90.0", "0.0"),
        ("right", "92.0", "0.0"),
    ]
