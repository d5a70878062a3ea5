"""Tables as quantities: any kind of table, a role for each column, faults told by row and column."""

import math

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
