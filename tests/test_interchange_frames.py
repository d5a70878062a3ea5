"""Tables as quantities: any kind of table, a role for each column, faults told by row and column."""

import math
import time
import warnings

import numpy as np
import pytest

import brainparams as bp

AREAS = [f"area {k}" for k in range(1, 13)]
LAYERS = ["L2/3", "L4", "L5", "L6"]
ROWS = [
    {"area": area, "layer": layer, "mean": 1e4 * (i + 1) + j, "sd": 1e3}
    for i, area in enumerate(AREAS)
    for j, layer in enumerate(LAYERS)
]
ROLES = {"axis": ("area", "layer"), "value": "mean", "sd": "sd", "unit": "neuron/mm^3", "source": "azevedo2009"}


def pandas_frame():
    return pytest.importorskip("pandas").DataFrame(ROWS)


def polars_frame():
    return pytest.importorskip("polars").DataFrame(ROWS)


def columns():
    return {name: [row[name] for row in ROWS] for name in ROWS[0]}


TABLES = {
    "records": lambda folder: ROWS,
    "columns": lambda folder: columns(),
    "arrays": lambda folder: {name: np.array(values) for name, values in columns().items()},
    "pandas": lambda folder: pandas_frame(),
    "pandas with an index": lambda folder: pandas_frame().set_index(["area", "layer"]),
    "polars": lambda folder: polars_frame(),
    "polars, lazy": lambda folder: polars_frame().lazy(),
    "pyarrow": lambda folder: pytest.importorskip("pyarrow").Table.from_pylist(ROWS),
    "csv": lambda folder: written(folder / "t.csv", ","),
    "csv with semicolons": lambda folder: written(folder / "t.csv", ";"),
    "csv with a byte-order mark": lambda folder: written(folder / "t.csv", ",", mark="\ufeff"),
    "tsv": lambda folder: written(folder / "t.tsv", "\t"),
    "xlsx": lambda folder: workbook(folder / "t.xlsx"),
    "parquet": lambda folder: stored(folder / "t.parquet", "write_parquet"),
    "feather": lambda folder: stored(folder / "t.feather", "write_ipc"),
}


def written(path, separator, mark=""):
    lines = [separator.join(ROWS[0]), *(f"{separator} ".join(str(cell) for cell in row.values()) for row in ROWS)]
    path.write_text(mark + "\n".join(lines), encoding="utf-8")
    return path


def workbook(path):
    book = pytest.importorskip("openpyxl").Workbook()
    for row in (list(ROWS[0]), *(list(row.values()) for row in ROWS)):
        book.active.append(row)
    book.save(path)
    return path


def stored(path, method):
    getattr(polars_frame(), method)(path)
    return path


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_table_of_any_kind_is_the_same_quantity(table, tmp_path):
    found = bp.from_table(table(tmp_path), **ROLES)
    assert found.axes == {"area": tuple(AREAS), "layer": tuple(LAYERS)}
    assert found["area 3", "L5"].median() == 3e4 + 2
    assert found.total().sd() == pytest.approx(1e3 * math.sqrt(48), rel=1e-9)
    assert [citation.key for citation in found.citations()] == ["azevedo2009"]


# --- roles -------------------------------------------------------------------------------------------------------


def one(table, **roles):
    return bp.from_table({"area": ["V1", "V2"], **table}, axis="area", **{"because": "a test", **roles})


def test_text_carries_spread_and_unit():
    found = one({"n": ["86.06(8.12)e9 neuron", "1e3 to 1e4 neuron"]}, value="n")
    assert found["V1"].sd() == pytest.approx(8.12e9)
    assert tuple(found["V2"].interval(0.9)) == pytest.approx((1e3, 1e4))


def test_the_standard_error_of_a_mean_of_few_is_a_student_t():
    found = one({"m": [5.0, 6.0], "e": [0.5, 0.4], "n": [4, 9]}, value="m", sem="e", n="n", unit="mm")
    assert found.interval(0.95).high[0] == pytest.approx(5 + 0.5 * 3.182446305, rel=1e-6)
    assert found["V1"].node.unit.text == "mm"
    assert "n = 4" in str(found.node.rows)


def test_an_interval_needs_its_level():
    ends = {"lo": [5.0, -6.0], "hi": [50.0, 0.5], "level": [95, 90]}
    found = one(ends, low="lo", high="hi", level=0.95, unit="m")
    assert tuple(found["V1"].interval(0.95)) == pytest.approx((5, 50))
    assert found["V1"].median() == pytest.approx(math.sqrt(250))
    assert tuple(found["V2"].interval(0.95)) == pytest.approx((-6, 0.5))
    by_row = one(ends, low="lo", high="hi", level="level", unit="m")
    assert tuple(by_row["V2"].interval(0.9)) == pytest.approx((-6, 0.5))
    sided = one({**ends, "m": [7, -1]}, value="m", low="lo", high="hi", level=0.9, unit="m")
    assert sided["V1"].median() == pytest.approx(7)
    with pytest.raises(bp.errors.ArgumentError, match="level="):
        one(ends, low="lo", high="hi", unit="m")


@pytest.mark.parametrize(
    ("table", "roles"),
    [
        ({"v": [6.0, 5.0]}, {"value": "v", "unit": "cm^3"}),
        ({"v": [6.0, 5.0], "u": ["cm^3", "cm^3"]}, {"value": "v", "unit": "u"}),
        ({"v (cm^3)": [6.0, 5.0]}, {"value": "v"}),
        ({"v [cm^3]": [6.0, 5.0]}, {"value": "v [cm^3]"}),
        ({"v": ["6 cm^3", "5 cm^3"]}, {"value": "v"}),
    ],
)
def test_the_unit_comes_from_an_argument_a_column_a_header_or_the_text(table, roles):
    assert one(table, **roles).total().to("mm^3").value == 11_000


def test_every_row_keeps_its_source_and_note():
    sources = {"s": ["azevedo2009", "pakkenberg1997"], "about": ["males", ""]}
    found = one({"v": [6.0, 5.0], **sources}, value="v", unit="cm^3", source="s", note="about")
    assert [[citation.key for citation in row.citations] for row in found.node.rows] == [
        ["azevedo2009"],
        ["pakkenberg1997"],
    ]
    assert found.node.rows[0].note == "males"
    assert {citation.key for citation in found.citations()} == set(sources["s"])


def test_a_row_without_a_spread_says_so():
    table = {"v": [6.0, 5.0], "sd": [0.5, None]}
    found = one(table, value="v", sd="sd", unit="m", because=None, source="azevedo2009")
    assert found.node.rows[1].spread == "no spread published"
    assert found["V2"].estimate().is_exact_number
    assert "no spread published" in repr(found["V2"])


def test_a_pivoted_table_has_two_axes():
    table = {"area": ["V1", "V2"], "L4": [6.0, 5.0], "L5": [3.0, 2.0], "s4": [0.5, 0.5], "s5": [0.1, 0.1]}
    found = bp.from_table(
        table, axis=("area", "layer"), value=["L4", "L5"], sd=["s4", "s5"], unit="m", because="a test"
    )
    assert found.axes == {"area": ("V1", "V2"), "layer": ("L4", "L5")}
    assert found["V2", "L5"].sd() == pytest.approx(0.1)


# --- which region lies in which ----------------------------------------------------------------------------------


def counts(labels, *numbers):
    return bp.exact(dict(zip(labels, numbers, strict=True)), "neuron", axis="region")


@pytest.mark.parametrize(
    "labels",
    [
        ("a", "b", "whole-brain total"),
        ("a", "b", "Sum (all regions)"),
        ("excitatory", "inhibitory", "all neurons"),
        ("left hippocampus", "right hippocampus", "hippocampus"),
        ("V1", "V1, layer 4", "V2"),
        ("cortex", "cortex > V1", "cerebellum"),
        ("grey", "V1", "V2"),
        ("CA1", "CA3", "hippocampal formation"),
        ("primary visual area", "Visual areas", "x"),
        ("cortex grey", "cortex white", "cortex total"),
    ],
)
def test_a_total_beside_its_parts_is_refused_by_its_name(labels):
    if "grey" in labels:
        labels = ("basic cell groups and regions", *labels[1:])
    found = counts(labels, 5, 6, 7)
    for asked in (found.total, found.share, found.cumulative, found.mean_over):
        with pytest.raises(bp.errors.ShapeError, match=r"lies in .* would count it twice"):
            asked()


@pytest.mark.parametrize(
    "labels",
    [
        ("total GABA", "total glutamate", "total ACh"),
        ("left V1", "right V1", "V2"),
        ("V1, PV", "V1, SST", "V2, PV"),
        ("area 17", "area 18", "area 19"),
        ("L1", "L2", "L2/3"),
        ("Cortex total", "cerebellum", "rest"),
    ],
)
def test_labels_that_lie_beside_each_other_add_up(labels):
    assert counts(labels, 5, 6, 7).total().value == 18


def test_names_are_looked_at_beside_paths_too():
    with pytest.raises(bp.errors.ShapeError, match="'cortex' lies in 'brain'"):
        counts(("cortex/V1", "cortex", "brain"), 1, 2, 3).total()


def test_a_sum_of_all_others_is_warned_about_when_it_is_added():
    with pytest.warns(bp.errors.DoubleCountWarning, match=r"total\(\): 'Gehirn' .* is the sum of all others") as told:
        counts(("Gehirn", "Kortex", "Kleinhirn"), 3000, 1000, 2000).total()
    assert told[0].filename == __file__


def test_a_column_that_names_other_labels_is_asked_about():
    table = {"region": ["A", "a1", "a2", "B"], "in": [None, "A", "A", None], "n": [10, 4, 5, 7]}
    words = {"axis": "region", "value": "n", "unit": "neuron", "because": "an example"}
    with pytest.warns(bp.errors.DoubleCountWarning, match="the column 'in' names other labels of 'region'; say parent"):
        bp.from_table(table, **words)
    assert bp.from_table(table, **words, parent="in").total().value == 17
    numbered = {**table, "id": [7, 8, 9, 10], "in": [None, 7, 7.0, None]}
    assert bp.from_table(numbered, **words, parent="in").total().value == 17


NESTED = {
    "region": ["brain", "cortex", "V1", "cerebellum"],
    "parent": [None, "brain", "cortex", "brain"],
    "v": [100, 60, 10, 30],
}


def test_a_total_never_counts_a_part_beside_its_whole():
    found = bp.from_table(NESTED, axis="region", value="v", unit="cm^3", parent="parent", because="a test")
    assert found.total().value == 100
    assert found.select(region=["cortex", "V1", "cerebellum"]).total().value == 90
    told = " ".join(found.total().explain().split())
    assert "counts brain; cortex, V1, cerebellum lie inside and are left out" in told
    assert (found * bp.exact(2, "1")).total().value == 200


def test_labels_that_are_paths_are_a_tree():
    table = {"region": ["cortex", "cortex/V1", "cortex/V2", "cerebellum"], "v": [60, 10, 20, 30]}
    assert bp.from_table(table, axis="region", value="v", unit="cm^3", because="a test").total().value == 90


@pytest.mark.parametrize(
    "volumes",
    [
        {"cerebrum": 1100, "cerebral cortex": 600, "isocortex": 550},
        {"Whole brain": 1300, "cerebellum": 150},
        {"neocortex": 500, "Cerebral_Cortex": 600},
        {"total": 5, "a": 2, "b": 3},
        {"pons": 10, "brainstem": 40},
    ],
)
def test_a_blind_total_that_would_count_twice_is_refused(volumes):
    made = bp.exact(volumes, "cm^3", axis="region")
    with pytest.raises(bp.errors.ShapeError, match="count it twice"):
        made.total("region")


@pytest.mark.parametrize(
    "volumes",
    [{"cerebral cortex": 16, "cerebellum": 69, "rest of brain": 1}, {"ctx": 1, "hippocampus": 2}, {"V1": 1, "V2": 2}],
)
def test_regions_side_by_side_are_added_up(volumes):
    assert bp.exact(volumes, "cm^3", axis="region").total().value == sum(volumes.values())


def test_a_tree_is_kept_in_a_record_and_is_no_circle(tmp_path):
    volumes = bp.exact({"a": 3, "b": 2}, "cm^3", axis="region")
    nested = volumes.parts({"b": "a"})
    assert bp.load(nested.save(tmp_path / "n.json")).total().value == nested.total().value == 3
    assert (nested - volumes).value.tolist() == [0, 0]
    with pytest.raises(bp.errors.ShapeError, match="lies in itself"):
        volumes.parts({"a": "b", "b": "a"})


# --- faults ------------------------------------------------------------------------------------------------------


def test_faults_of_a_file_are_told_by_line_and_column_several_at_once(tmp_path):
    (tmp_path / "bad.csv").write_text("area,mean,sd\nV1,6e4,1e3\nV2,abc,1e3\nV3,,4\nV4,5,-1\nV5,1,x\n")
    with pytest.raises(bp.errors.FileError) as caught:
        bp.from_table(tmp_path / "bad.csv", axis="area", value="mean", sd="sd", unit="neuron", because="a test")
    told = str(caught.value)
    for words in (
        "'bad.csv'",
        "line 3, column 'mean'",
        "line 4, column 'mean': empty",
        "line 5, column 'sd': -1",
        "line 6",
    ):
        assert words in told


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("area,mean\nV1,1,2\nV2\n", ("line 2: 3 cells", "line 3: 1 cells", "header has 2")),
        ("area,area\nV1,1\n", ("'area' stands twice",)),
        ("area,\nV1,1\n", ("2 cells, and the header has 1",)),
        ("area,mean\n", ("only a header",)),
        ("", ("empty",)),
        ("area,mean\n,1\n", ("line 2, column 'area': no label",)),
        ("area,mean\nV1,nan\n", ("line 2, column 'mean': empty",)),
        ("area,mean\nV1,inf\n", ("line 2, column 'mean'", "not finite")),
    ],
)
def test_a_malformed_file_is_refused_whole(text, words, tmp_path):
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(bp.errors.FileError) as caught:
        bp.from_table(tmp_path / "t.csv", axis="area", value="mean", unit="m", because="a test")
    assert [word for word in words if word not in str(caught.value)] == []


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: bp.from_table(ROWS, **{**ROLES, "value": "maen"}), "FileError", ("'maen'", "Did you mean", "'mean'")),
        (lambda: bp.from_table(ROWS, **{**ROLES, "axis": "area"}), "ShapeError", ("row 2 and row 1", "area 1")),
        (lambda: bp.from_table(ROWS[:-1], **ROLES), "ShapeError", ("1 of 48", "area 12, L6")),
        (lambda: bp.from_table(ROWS, **{**ROLES, "unit": None}), "FileError", ("unit='neuron'",)),
        (lambda: bp.from_table(ROWS, axis="area"), "ArgumentError", ("value='mean'",)),
        (lambda: bp.from_table("none.csv", axis="area", value="v"), "FileError", ("none.csv", "No such file")),
        (lambda: bp.from_table("t.doc", axis="area", value="v"), "FileError", (".doc", ".csv")),
        (lambda: bp.from_table({"a": 1}, axis="a", value="v"), "KindError", ("columns",)),
        (lambda: bp.from_table(7, axis="a", value="v"), "KindError", ("int", "records")),
    ],
)
def test_what_is_no_such_table_is_refused_with_the_mend(make, error, words):
    with pytest.raises(getattr(bp.errors, error)) as caught:
        make()
    assert [word for word in words if word not in str(caught.value)] == []


# --- labelled things as makers take them ---------------------------------------------------------------------------


def measured(value, unit="neuron", **words):
    return bp.measured(value, unit, source="azevedo2009", **words)


def test_a_pandas_series_brings_its_labels():
    pd = pytest.importorskip("pandas")
    series = pd.Series([16.34e9, 69.03e9], index=["cortex", "cerebellum"])
    assert measured(series, axis="region")["cortex"].median() == 16.34e9
    assert measured(series.rename_axis("part")).axes == {"part": ("cortex", "cerebellum")}
    text = pd.Series(["16.34(2.17)e9", "69.03(6.65)e9"], index=["cortex", "cerebellum"])
    assert measured(text, axis="region").total().sd() == pytest.approx(math.hypot(2.17e9, 6.65e9))


def test_a_pivoted_frame_has_two_axes():
    frame = pandas_frame().pivot_table(index="area", columns="layer", values="mean")
    made = measured(frame, "neuron/mm^3")
    assert set(made.axes) == {"area", "layer"}
    assert made["area 3", "L5"].median() == 3e4 + 2
    assert measured(frame, "neuron/mm^3", axis=("a", "b")).axes["b"] == tuple(LAYERS)
    pl = pytest.importorskip("polars")
    wide = pl.DataFrame({"area": ["V1", "V2"], "L4": [1.0, 2.0], "L5": [3.0, 4.0]})
    assert measured(wide, axis=("area", "layer"))["V2", "L5"].median() == 4


def test_an_xarray_brings_dimensions_and_coordinates():
    xr = pytest.importorskip("xarray")
    array = xr.DataArray(np.arange(4.0).reshape(2, 2), dims=("area", "layer"), coords={"area": ["V1", "V2"]})
    made = measured(array, "m")
    assert made.axes == {"area": ("V1", "V2"), "layer": ("0", "1")}
    assert made["V2"].median().tolist() == [2, 3]


def test_a_frame_of_columns_names_the_way_to_read_it():
    with pytest.raises(bp.errors.ShapeError, match=r"bp\.from_table\(frame"):
        measured(pandas_frame().set_index("area")[["mean", "sd"]].iloc[:2])


def test_a_pint_array_with_an_axis():
    pint = pytest.importorskip("pint")
    lengths = pint.UnitRegistry().Quantity(np.array([1.0, 2.0]), "meter")
    assert bp.given(lengths, axis="part").total().value == 3


# --- as tables are published ---------------------------------------------------------------------------------------


def table(folder, text, name="t.csv", encoding="utf-8"):
    (folder / name).write_bytes(text.encode(encoding))
    return folder / name


def read(folder, text, **roles):
    return bp.from_table(
        table(folder, text), **{"axis": "region", "value": "v", "unit": "neuron", "because": "a test", **roles}
    )


@pytest.mark.parametrize(
    ("head", "factor", "unit"),
    [
        ("v (1e6)", 1e6, "neuron"),
        ("v (x10^6)", 1e6, "neuron"),
        ("v (×10⁶)", 1e6, "neuron"),
        ("v (millions)", 1e6, "neuron"),
        ("v [10^-3]", 1e-3, "neuron"),
        ("v (thousands of neurons)", 1e3, None),
        ('"v (1,000 neurons)"', 1e3, None),
        ("v [10^3 neurons/mm³]", 1e3, None),
        ("v (%)", 0.01, None),
        ('"v, mm"', 1, None),
        ("v [mm³]", 1, None),
    ],
)
def test_a_head_may_say_a_power_of_ten_and_a_unit(tmp_path, head, factor, unit):
    found = read(tmp_path, f"region,{head},sd\nctx,16,2\ncb,69,6\n", value=head.strip('"'), sd="sd", unit=unit)
    assert found["ctx"].median() == pytest.approx(16 * factor)
    assert found["cb"].sd() == pytest.approx(6 * factor)
    if factor not in (1, 0.01):
        assert "as the head" in found.node.note


def test_what_a_head_says_is_never_left_out_in_silence(tmp_path):
    for head, words in [
        ("v (10^6 things)", "'things'"),
        ("neurons x 10^6", "power of ten that is not read"),
        ("v (cm^3)", "the unit is given twice: cm\\*\\*3 in the head"),
    ]:
        with pytest.raises(bp.errors.FileError, match=words):
            read(tmp_path, f"region,{head}\nctx,16\ncb,69\n", value=head, unit="mm^3")
    with pytest.raises(bp.errors.FileError, match="per cent of the values"):
        read(tmp_path, "region,v (mm^3),cv (%)\nctx,16,5\ncb,69,3\n", sd="cv", unit=None)
    other = read(tmp_path, "region,v (mm^3),sd (cm^3)\nctx,16,0.001\ncb,69,0.002\n", sd="sd", unit=None)
    assert other["ctx"].sd() == pytest.approx(1)


@pytest.mark.parametrize(
    ("head", "unit", "words"),
    [
        ("Neuronen (Mio.)", "neuron", "power of ten"), ("neurons [in Mrd.]", "neuron", "power of ten"),
        ("neurons [M]", "neuron", "power of ten"), ("neurons (k)", "neuron", "power of ten"),
        ("million neurons", "neuron", "power of ten"), ("neurons_thousands", "neuron", "power of ten"),
        ("neurons x 1000", "neuron", "power of ten"), ("neurons/1000", "neuron", "power of ten"),
        ("spines per 100 um", "1/um", "power of ten"), ("neurons in thousands (n)", "neuron", "power of ten"),
        ("log10 neurons", "neuron", "logarithms"), ("ln(volume)", "mm^3", "logarithms"),
        ("volume_mm3", "cm^3", "say unit='mm\\*\\*3'"), ("thickness um", "mm", "say unit='um'"),
        ("density_per_mm3", "neuron/cm^3", "given twice"), ("rate per min", "1/s", "given twice"),
        ("mass_g", "kg", "say unit='g'"), ("time_s", "ms", "say unit='s'"), ("length m", "mm", "say unit='m'"),
    ],
)  # fmt: skip
def test_numbers_in_so_many_or_in_another_unit_are_not_taken_as_they_stand(tmp_path, head, unit, words):
    with pytest.raises(bp.errors.FileError, match=words):
        read(tmp_path, f"region;{head}\nctx;16\ncb;69\n", value=head, unit=unit)


@pytest.mark.parametrize(
    ("head", "unit"),
    [("mass (g)", "g"), ("length (m)", "m"), ("temperature [K]", "K"), ("BN", "neuron"), ("LN", "neuron"),
     ("neurons (M)", "neuron"), ("V1 left", "neuron"), ("volume_mm3", "mm^3"), ("density_per_mm3", "neuron/mm^3"),
     ("volume_L", "mm^3"), ("volume l", "cm^3"), ("mass_g", "g"), ("neurons_m", "neuron")],
)  # fmt: skip
def test_units_and_regions_are_no_powers_of_ten(tmp_path, head, unit):
    found = read(tmp_path, f"region;{head}\nctx;16\ncb;69\n", value=head, unit=unit)
    assert float(found["ctx"].value) == 16
    assert found.unit == str(bp.Unit(unit))


def test_points_before_three_digits_in_counts_are_asked_about(tmp_path):
    text = "region,v\nctx,1.200\ncb,900\nrest,1.100\n"
    with pytest.raises(bp.errors.FileError, match=r"'1\.200'.*say decimal=','"):
        read(tmp_path, text, unit="neuron")
    assert read(tmp_path, text, unit="neuron", decimal=",")["ctx"].value == 1200
    assert float(read(tmp_path, text, unit="neuron", decimal=".")["ctx"].value) == 1.2
    assert float(read(tmp_path, text, unit="mm")["ctx"].value) == 1.2
    assert float(read(tmp_path, text.replace("1.100", "1.15"), unit="neuron")["ctx"].value) == 1.2
    assert read(tmp_path, text.replace("v", "v (1e9)"), value="v (1e9)", unit="neuron")["ctx"].value == 1_200_000_000


@pytest.mark.parametrize("cell", ["10 mm", "10 ± 2", "10 to 20"])
def test_a_spread_beside_text_that_says_its_own_is_not_left_out_in_silence(cell):
    table = {"region": ["ctx", "cb"], "v": [cell, "7"], "sd": [5.0, 1.0]}
    with pytest.raises(bp.errors.FileError, match=r"row 1, column 'v': .* would be left out; give the number alone"):
        bp.from_table(
            table, axis="region", value="v", sd="sd", unit=None if "mm" in cell else "mm", source="azevedo2009"
        )


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [1, 2, 0, 3], [3, 0, 1, 2]])
def test_a_subtotal_beside_its_parts_is_warned_about(order):
    rows = [("optic lobe", 1801), ("medulla", 1234), ("lobula", 567), ("central brain", 500)]
    table = [("region", "v"), *(rows[place] for place in order)]
    with pytest.warns(
        bp.errors.DoubleCountWarning, match="'optic lobe' along 'region' is the sum of 'medulla' and 'lobula'"
    ):
        found = bp.from_table(table, axis="region", value="v", unit="neuron", source="azevedo2009")
    with pytest.warns(bp.errors.DoubleCountWarning, match="so these are counted twice"):
        assert found.total().value == 4102
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert found.parts({"medulla": "optic lobe", "lobula": "optic lobe"}).total().value == 2301
        bp.exact({"a": 9, "b": 4, "c": 5, "d": 50}, "neuron", axis="region").total()  # may be by chance


def test_a_variance_is_no_standard_deviation(tmp_path):
    with pytest.raises(bp.errors.FileError, match="square roots"):
        read(tmp_path, "region,v,variance\nctx,16,4\n", sd="variance", unit="mm")


def test_a_spread_or_two_levels_of_columns_never_become_values():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"mean": [1.0, 2.0], "sd": [0.1, 0.2]}, index=["V1", "V2"])
    with pytest.raises(bp.ShapeError, match="'sd' is by its name a spread"):
        bp.measured(table, "neuron", source="azevedo2009", axis=("area", "column"))
    columns = pandas.MultiIndex.from_product([["L4", "L5"], ["mean", "low"]])
    levels = pandas.DataFrame([[1.0, 0.1, 2.0, 0.2]], index=["V1"], columns=columns)
    with pytest.raises(bp.ShapeError, match="columns have 2 levels"):
        bp.measured(levels, "neuron", source="azevedo2009", axis=("area", "layer"))
    with pytest.raises(bp.ShapeError, match="rows have 2 levels"):
        bp.measured(levels.T, "neuron", source="azevedo2009", axis=("area", "layer"))


def test_heads_of_a_pivoted_table_say_their_unit_too(tmp_path):
    text = "region,L4 (1e6),L5 (1e6)\nctx,1,2\ncb,3,4\n"
    found = read(tmp_path, text, axis=("region", "layer"), value=["L4 (1e6)", "L5 (1e6)"])
    assert found.axes["layer"] == ("L4", "L5")
    assert found["cb", "L5"].value == 4_000_000
    with pytest.raises(bp.errors.FileError, match="different units"):
        read(tmp_path, "region,a (mm),b (um)\nctx,1,2\n", axis=("region", "layer"), value=["a (mm)", "b (um)"])


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        ("16,34;1.234,5", (16.34, 1234.5)),
        ("1,234,567;12,000", (1_234_567, 12_000)),
        ("1.234.567;12.000", (1_234_567, 12_000)),
        ("1 234 567;2'345", (1_234_567, 2345)),
        ("1.2×10^6;1.5 x 10⁶", (1_200_000, 1_500_000)),
        ("16,34 ± 2,17;69,03(6,65)", (16.34, 69.03)),
    ],
)
def test_numbers_as_papers_of_many_countries_spell_them(tmp_path, cells, numbers):
    one, other = cells.split(";")
    found = read(tmp_path, f"region;v\nctx;{one}\ncb;{other}\n")
    assert (found["ctx"].median(), found["cb"].median()) == pytest.approx(numbers)


def test_a_comma_that_reads_both_ways_is_asked_for(tmp_path):
    text = "region;v\nctx;1,234\ncb;12,5\n".replace("12,5", "12,500")
    with pytest.raises(bp.errors.FileError, match=r"line 2, column 'v': the comma in '1,234' may .* say decimal='\.'"):
        read(tmp_path, text)
    assert read(tmp_path, text, decimal=".").value.tolist() == [1234, 12500]
    assert read(tmp_path, text, decimal=",").value.tolist() == pytest.approx([1.234, 12.5])
    with pytest.raises(bp.errors.FileError, match=r"'5 6' is no number|a second number, in '5 6'"):
        read(tmp_path, "region,v\nctx,5 6\ncb,1\n")


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("# from a paper\nregion,v\nctx,16\ncb,69\n", {}),
        ("Table 1\nregion,v\nctx,16\ncb,69\n", {"header": 2}),
        ("ctx,16\ncb,69\n", {"header": 0, "axis": "column 1", "value": "column 2"}),
        (",neurons\nregion,mean\nctx,16\ncb,69\n", {"header": (1, 2), "value": "neurons, mean"}),
        ("region  v\nctx     16\ncb      69\n", {}),
        ('region;"v, all"\nctx;16\ncb;69\n', {"value": "v, all"}),
        ("part,v\nctx,16\ncb,69\n", {"axis": {"region": "part"}}),
        ("region,v,of\nctx,16,a\ncb,69,a\nx,1,b\n", {"rows": {"of": "a"}}),
    ],
)
def test_tables_with_titles_comments_and_blanks(tmp_path, text, roles):
    found = read(tmp_path, text, **roles)
    assert list(found.axes.values()) == [("ctx", "cb")]
    assert found.total().value == 85


def test_packed_and_utf_16_texts(tmp_path):
    import bz2
    import gzip
    import zipfile

    text = b"region,v\nctx,16\ncb,69\n"
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(text))
    (tmp_path / "t.csv.bz2").write_bytes(bz2.compress(text))
    (tmp_path / "t.csv.zst").write_bytes(pytest.importorskip("pyarrow").Codec("zstd").compress(text, asbytes=True))
    with zipfile.ZipFile(tmp_path / "t.csv.zip", "w") as archive:
        archive.writestr("t.csv", text)
    table(tmp_path, text.decode(), "wide.csv", "utf-16")
    for name in ("t.csv.gz", "t.csv.bz2", "t.csv.zst", "t.csv.zip", "wide.csv"):
        made = bp.from_table(tmp_path / name, axis="region", value="v", unit="neuron", because="a test")
        assert made.total().value == 85
    (tmp_path / "no.csv.gz").write_bytes(text)
    with pytest.raises(bp.errors.FileError, match=r"not packed as \.gz says"):
        bp.from_table(tmp_path / "no.csv.gz", axis="region", value="v", unit="neuron")
    with zipfile.ZipFile(tmp_path / "two.csv.zip", "w") as archive:
        archive.writestr("a.csv", text)
        archive.writestr("b.csv", text)
    with pytest.raises(bp.errors.FileError, match="holds 2 files"):
        bp.from_table(tmp_path / "two.csv.zip", axis="region", value="v", unit="neuron")


def test_merged_cells_of_a_workbook_are_filled(tmp_path):
    book = pytest.importorskip("openpyxl").Workbook()
    for row in [
        ["area", "layer", "density", None],
        [None, None, "mean", "sd"],
        ["V1", "L4", 5, 1],
        [None, "L5", 6, 1],
        ["V2", "L4", 7, 1],
        [None, "L5", 8, 1],
    ]:
        book.active.append(row)
    for cells in ("A1:A2", "B1:B2", "C1:D1", "A3:A4", "A5:A6"):
        book.active.merge_cells(cells)
    book.save(tmp_path / "t.xlsx")
    roles = {"axis": ("area", "layer"), "unit": "neuron", "because": "a test", "header": (1, 2)}
    found = bp.from_table(tmp_path / "t.xlsx", value="density, mean", sd="density, sd", **roles)
    assert found["V2", "L5"].median() == 8
    with pytest.raises(bp.errors.FileError, match=r"say header= the row .* header=\(1, 2\)"):
        bp.from_table(tmp_path / "t.xlsx", value="mean", **{**roles, "header": None})


def test_a_spread_of_zero_is_no_certainty(tmp_path):
    found = read(tmp_path, "region,v,sd\nctx,0,0\ncb,69,0\n", sd="sd", source="azevedo2009", because=None)
    assert "no spread published" in repr(found["cb"])
    assert found.node.rows[1].spread == "no spread published"
    mixed = read(tmp_path, "region,v,sd\nctx,0,0\ncb,69,6\n", sd="sd")
    assert mixed["ctx"].median() == 0


@pytest.mark.parametrize("label", ["whole thing", "Gesamt"])
def test_a_row_that_is_the_sum_of_the_others_is_warned_about(tmp_path, label):
    with pytest.warns(bp.errors.DoubleCountWarning, match=f"'{label}' along 'region' is the sum of all others"):
        read(tmp_path, f"region,v\nctx,16.34\ncb,69.03\nrest,0.69\n{label},86.06\n")
    wide = "region,a,b,sum\nctx,1,2,3\ncb,30,40,70\n"
    with pytest.warns(bp.errors.DoubleCountWarning, match="'sum' along 'layer'"):
        read(tmp_path, wide, axis=("region", "layer"), value=["a", "b", "sum"])


def test_frames_of_pandas_with_nameless_indices_and_two_heads():
    pd = pytest.importorskip("pandas")
    roles = {"axis": "region", "unit": "neuron", "because": "a test"}
    frame = pd.DataFrame({("v", "mean"): [16.0, 69.0], ("v", "sd"): [2.0, 6.0]}, index=["ctx", "cb"])
    for value, sd in [("v, mean", "v, sd"), (("v", "mean"), ("v", "sd"))]:
        assert bp.from_table(frame, value=value, sd=sd, **roles)["cb"].sd() == pytest.approx(6)
    plain = pd.DataFrame({0: ["ctx", "cb"], 1: pd.array([16, pd.NA], dtype="Int64")})
    with pytest.raises(bp.errors.FileError, match="row 2, column '1': empty"):
        bp.from_table(plain, value="1", **{**roles, "axis": "0"})
    with pytest.raises(bp.errors.FileError, match="'v' stands twice"):
        bp.from_table(pd.DataFrame([["a", 1, 2]], columns=["region", "v", "v"]), value="v", **roles)
    with pytest.raises(bp.errors.ShapeError, match="element 2 along 'region' has no label"):
        measured(pd.Series([1.0, 2.0], index=["a", float("nan")]), axis="region")


def test_an_xarray_set_brings_its_variables_and_units():
    xr = pytest.importorskip("xarray")
    values = {"v": (("area", "layer"), [[1.0, 2.0], [3.0, 4.0]]), "sd": (("area", "layer"), np.full((2, 2), 0.2))}
    both = xr.Dataset(values, coords={"area": ["V1", "V2"], "layer": ["L4", "L5"]})
    both["v"].attrs["units"] = "neuron/mm^3"
    found = bp.from_table(both, axis=("area", "layer"), value="v", sd="sd", because="a test")
    assert (found["V2", "L4"].median(), found["V2", "L4"].sd(), found.unit) == (3, pytest.approx(0.2), "neuron/mm**3")
    with pytest.raises(bp.errors.ShapeError, match="several variables"):
        bp.given(both, "neuron")


@pytest.mark.parametrize(
    "make",
    [
        lambda: {"V1": {"v": 5.0, "sd": 0.5}, "V2": {"v": 6.0, "sd": 0.5}},
        lambda: [("area", "v", "sd"), ("V1", 5.0, 0.5), ("V2", 6.0, 0.5)],
        lambda: np.array([("V1", 5.0, 0.5), ("V2", 6.0, 0.5)], dtype=[("area", "U2"), ("v", float), ("sd", float)]),
        lambda: pytest.importorskip("pyarrow").record_batch({"area": ["V1", "V2"], "v": [5.0, 6.0], "sd": [0.5, 0.5]}),
        lambda: {"area": ["V1", "V2"], "v": [bp.Normal(5, 0.5), bp.Normal(6, 0.5)]},
        lambda: {"area": ["V1", "V2"], "v": [pytest.importorskip("uncertainties").ufloat(x, 0.5) for x in (5, 6)]},
    ],
    ids=["records by label", "rows", "structured array", "record batch", "beliefs", "ufloats"],
)
def test_other_things_in_memory(make):
    given = make()
    sd = None if isinstance(given, dict) and "area" in given else "sd"
    found = bp.from_table(given, axis="area", value="v", sd=sd, unit="mm", because="a test")
    assert (found["V2"].median(), found["V1"].sd()) == (pytest.approx(6), pytest.approx(0.5))


def test_what_is_computed_is_no_cell():
    one = bp.given("1(0.1) neuron")
    with pytest.raises(bp.errors.FileError, match=r"may share errors with other rows; .* bp\.stacked"):
        bp.from_table({"area": ["V1"], "v": [one]}, axis="area", value="v")


def test_rows_of_any_pairs_of_labels_make_one_axis():
    ragged = {"region": ["a", "a", "b"], "type": ["PV", "SST", "PV"], "v": [1, 2, 3]}
    with pytest.raises(bp.errors.ShapeError, match=r"axis=\{'cell': \('region', 'type'\)\}"):
        bp.from_table(ragged, axis=("region", "type"), value="v", unit="neuron", because="a test")
    found = bp.from_table(ragged, axis={"cell": ("region", "type")}, value="v", unit="neuron", because="a test")
    assert found.axes == {"cell": ("a, PV", "a, SST", "b, PV")}
    with pytest.raises(bp.errors.FileError, match="no row has 'VIP' in the column 'type'; it has 'PV', 'SST'"):
        bp.from_table(ragged, axis="region", value="v", unit="neuron", because="a test", rows={"type": "VIP"})


@pytest.mark.parametrize(
    "head",
    [
        "density (10^3/mm3)",
        "density (×10³/mm³)",
        "density (10^3 per mm3)",
        "density [1000/mm^3]",
        "density (10^3 n/mm3)",
    ],
)
def test_a_density_per_volume_may_leave_out_what_it_counts(head):
    columns = {"area": ["V1", "V2"], head: [1, 2], "sd": [0.1, 0.2]}
    plain = bp.from_table(columns, axis="area", value="density", sd="sd", because="a test")
    assert str(plain.unit) == str(bp.Unit("1/mm^3"))
    assert (plain["V1"].median(), plain["V1"].sd()) == pytest.approx((1000, 100))
    named = bp.from_table(columns, axis="area", value="density", sd="sd", unit="neuron/mm^3", because="a test")
    assert str(named.unit) == str(bp.Unit("neuron/mm^3"))
    with pytest.raises(bp.errors.FileError, match="given twice"):
        bp.from_table(columns, axis="area", value="density", unit="neuron/m^2", because="a test")


@pytest.mark.parametrize(
    "head",
    ["CV", "cv", "rel. sd", "RSD", "sd %", "sd (%)", "% sd", "relative SD", "coefficient of variation", "sd_pct"],
)
def test_a_relative_spread_is_to_be_multiplied_out(head):
    columns = {"area": ["V1", "V2"], "mean": [10, 20], head: [0.1, 0.2]}
    for role in ("sd", "sem"):
        with pytest.raises(bp.errors.FileError, match=r"share or per cent of the values; multiply it out"):
            bp.from_table(columns, axis="area", value="mean", unit="neuron", because="a test", **{role: head})
    shares = {"area": ["V1", "V2"], "share (%)": [10, 20], "sd (%)": [1, 2]}
    assert bp.from_table(shares, axis="area", value="share", sd="sd", because="a test")["V1"].sd() == pytest.approx(
        0.01
    )


@pytest.mark.parametrize(
    "cells", [["95%", "95 %"], [95, 95], [0.95, 0.95], ["95", "95.0"], ["95 % CI", 0.95], [".95", "0,95"]]
)
def test_levels_are_read_however_they_are_spelt(cells):
    columns = {"area": ["V1", "V2"], "low": [10, 20], "high": [20, 40], "level": cells}
    found = bp.from_table(columns, axis="area", low="low", high="high", level="level", unit="neuron", because="a test")
    same = bp.from_table(columns, axis="area", low="low", high="high", level=0.95, unit="neuron", because="a test")
    assert found["V2"].quantiles([0.05, 0.9]) == pytest.approx(same["V2"].quantiles([0.05, 0.9]))


def test_levels_that_may_be_shares_or_per_cent_are_asked_about():
    roles = {"axis": "area", "low": "low", "high": "high", "unit": "neuron", "because": "a test"}
    columns = {"area": ["V1", "V2"], "low": [10, 20], "high": [20, 40], "level": [0.9, 90]}
    with pytest.raises(bp.errors.FileError, match=r"has 0\.9 in row 1 and 90 in row 2; are these shares or per cent"):
        bp.from_table(columns, level="level", **roles)
    with pytest.raises(bp.errors.FileError, match=r"row 2 \('high'\), column 'level': is no level"):
        bp.from_table({**columns, "level": [0.9, "high"]}, level="level", **roles)
    with pytest.raises(bp.errors.FileError, match="no column 'levels' for level="):
        bp.from_table(columns, level="levels", **roles)


@pytest.mark.parametrize("n", [2.5, "2.5", 0.5])
@pytest.mark.parametrize("role", ["sd", "sem"])
def test_individuals_are_whole(n, role):
    columns = {"area": ["V1", "V2"], "mean": [10, 20], "spread": [1, 2], "n": [n, 4]}
    with pytest.raises(bp.errors.FileError, match=r"row 1, column 'n': (n must be a whole number|0\.5: at least 2)"):
        bp.from_table(columns, axis="area", value="mean", n="n", unit="neuron", because="a test", **{role: "spread"})


def test_a_path_that_is_no_table_is_named_as_given(tmp_path):
    told = {
        ".": r"table\('\.'\): is a folder",
        "/dev/null": r"table\('/dev/null'\): no reader",
        tmp_path: "is a folder",
    }
    for path, words in told.items():
        with pytest.raises(bp.errors.FileError, match=words):
            bp.from_table(path, axis="area", value="v", unit="neuron")


def test_spreads_that_stand_crosswise_are_refused():
    columns = {"area": ["a", "b"], "L2": [1, 2], "L2/3": [3, 4], "L2 sd": [0.1, 0.2], "L2/3 sd": [0.3, 0.4]}
    roles = {"axis": ("area", "layer"), "value": ["L2", "L2/3"], "unit": "neuron", "because": "a test"}
    with pytest.raises(bp.errors.FileError, match="'L2/3 sd' beside 'L2', and its head names 'L2/3'"):
        bp.from_table(columns, sd=["L2/3 sd", "L2 sd"], **roles)
    assert bp.from_table(columns, sd=["L2 sd", "L2/3 sd"], **roles)["b", "L2/3"].sd() == pytest.approx(0.4)


def test_thousands_of_rows_are_read_and_shown_in_little_more_time_than_a_few():
    def seconds(count):
        columns = {"r": [f"r{place}" for place in range(count)], "m": [10.5] * count, "s": [1.25] * count}
        began = time.process_time()
        repr(bp.from_table(columns, axis="r", value="m", sd="s", unit="neuron", because="a test"))
        return time.process_time() - began

    seconds(10)  # what is loaded and looked up once
    few, many = (min(seconds(count) for _ in range(3)) for count in (1_000, 20_000))
    assert many < 60 * max(few, 0.01)  # 20 times the rows
    table = bp.from_table({"r": list("abcdefgh"), "m": range(8)}, axis="r", value="m", unit="neuron", because="a test")
    assert repr(table).startswith("a 0, b 1, c 2, d 3, e 4, … 3 more")


def test_many_intervals_are_one_belief_with_the_same_numbers():
    table = {"region": ["a", "b", "c"], "low": [1.0, 2.0, 5.0], "high": [4.0, 9.0, 6.0]}
    words = {"axis": "region", "low": "low", "high": "high", "unit": "neuron", "because": "an example"}
    found = bp.from_table(table, **words, level=0.95)
    for label, low, high in zip(*table.values(), strict=True):
        assert found[label].interval(0.95).low == pytest.approx(low)
        assert found[label].interval(0.95).high == pytest.approx(high)
        assert bp.from_table(table, **words, level=0.95).node.rows[0].spread == "95 %, lognormal"
    mixed = bp.from_table({**table, "low": [-1.0, 2.0, 5.0]}, **{**words, "unit": "mV"}, level=0.95)
    assert mixed["a"].interval(0.95).low == pytest.approx(-1.0)
    with pytest.raises(bp.errors.FileError, match="row 1, column 'low'"):
        bp.from_table({**table, "low": [8.0, 2.0, 5.0]}, **words, level=0.95)
