"""Connectome files: every trap in a tiny file, the published totals in the real ones, and what is refused."""

import itertools
import json
import os
import re
import warnings
from pathlib import Path

import h5py
import numpy as np
import openpyxl
import pandas as pd
import polars as pl
import pytest
import yaml

import brainparams as bp
from brainparams.errors import ArgumentError, DoubleCountWarning, FileError, KindError, RangeError, UnitError

HERE = Path(__file__).parent / "data" / "connectome"
REAL = Path(os.environ.get("BRAINPARAMS_DATA", Path(__file__).parents[2] / "shared" / "data"))
REAL_FILES = pytest.mark.skipif(not REAL.is_dir(), reason="the published files are not here")


def tiny(name, **options):
    return bp.connectome(HERE / name, **{"weight": "synapses", **options})


# --- each trap in a file of its own ------------------------------------------------------------------------------


def test_dicts_are_tables_of_connections():
    nested, columns = {"a": {"b": 2}, "b": {"c": 3}}, {"source": ["a", "b"], "target": ["b", "c"], "weight": [2, 3]}
    records = [{"pre": "a", "post": "b", "n": 2}, {"pre": "b", "post": "c", "n": 3}]
    for each in (nested, columns, records):
        found = bp.connectome(each, weight="contacts")
        assert (found.connections.value, found.total.value) == (2, 5)
    for each in ({}, {"source": ["a"], "target": ["b", "c"]}, {"source": "ab", "target": "bc"}):
        with pytest.raises(bp.ArgumentError, match="a dict holds columns of one length"):
            bp.connectome(each, weight="contacts")


def test_rows_without_a_weight_are_told_as_many_as_they_are():
    rows = [("a", "b"), ("b", "c"), ("b", "c")]
    assert bp.connectome(rows, weight="connections").report.rows[0].weight == 3
    assert "add up to 3" in str(bp.connectome(rows, weight="synapses").report)


def test_gap_junctions_are_no_part_of_a_total_of_synapses():
    rows = [("a", "b", 2, "chemical"), ("a", "b", 1, "electrical"), ("b", "a", 1, "electrical")]
    mixed = bp.connectome(rows, weight="synapses")
    with pytest.raises(bp.UnitError, match=r"ask for \.chemical\.total, \.electrical\.total"):
        _ = mixed.total
    assert (mixed.chemical.total.value, mixed.electrical.total.value, mixed.synapses.value) == (2, 1, 2)
    assert bp.connectome(rows, weight="EM sections").total.value == 3


def test_nodes_of_one_label_are_not_one_neuron_and_edges_end_at_nodes_that_are_listed(tmp_path):
    path = tmp_path / "graph.gml"
    nodes = 'node [ id 0 label "E" ] node [ id 1 label "E" ] node [ id 2 label "I" ]'
    edges = "edge [ source 0 target 1 weight 3 ] edge [ source 1 target 2 weight 4 ]"
    path.write_text(f"graph [ directed 1 {nodes} {edges} ]")
    found = bp.connectome(path, weight="synapses")
    assert (found.neurons.value, found.connections.value, found.names) == (3, 2, ("0", "1", "2"))
    assert found.by("label").select(source="E", target="I").value == 4
    path.write_text(f"graph [ directed 1 {nodes} edge [ source 0 target 7 ] ]")
    with pytest.raises(bp.FileError, match="an edge ends at the node '7', and no node is called so"):
        bp.connectome(path, weight="synapses")


def test_a_value_that_no_neuron_has_is_no_empty_part():
    found = bp.connectome([("a", "b", 2)], weight="synapses", nodes={"a": "sensory", "b": "motor"})
    with pytest.raises(bp.ArgumentError, match="no neuron has 'sensry' for 'type'; there are motor, sensory"):
        found.where(source={"type": ["motor", "sensry"]})
    assert found.where(source={"type": "motor"}).rows == 0


def test_padded_names_are_one_neuron_and_gap_junctions_count_once():
    worm = tiny("padded.csv")
    assert worm.neurons.value == 3
    assert worm.connections.value == 4
    assert worm.synapses.value == 16
    assert worm.gap_junctions.value == 4 + 3
    assert worm.report["electrical"].weight == 13
    assert any("VB01 and VB1" in told for told in worm.report.told)
    assert any("1 pair differs and the larger is taken" in told for told in worm.report.told)
    assert worm.without_self().connections.value == 3


def test_a_matrix_with_a_byte_order_mark():
    matrix = tiny("matrix_bom.csv")
    assert (matrix.connections.value, matrix.total.value, matrix.cells.value) == (4, 7, 4)
    assert matrix.without_self().connections.value == 3
    assert "rows send, columns receive" in matrix.report.told[0]


def test_a_table_without_heads():
    found = tiny("headless.tsv")
    assert (found.neurons.value, found.connections.value, found.synapses.value, found.rows) == (3, 3, 8, 4)


def test_columns_that_stand_apart_by_blanks():
    found = tiny("blanks.txt")
    assert (found.connections.value, found.synapses.value) == (2, 3.5)


def test_codes_of_the_worm_tables():
    worm = tiny("worm_codes.csv")
    assert worm.neurons.value == 3
    assert worm.synapses.value == 5
    assert worm.connections.value == 2
    assert worm.gap_junctions.value == 3
    assert worm.electrical.without_self().connections.value == 1
    assert worm.neuromuscular.total.value == 6
    assert worm.neuromuscular.neurons.value == 2
    assert sum(row.weight for row in worm.report) == 21
    assert worm.report["received"].rows == 2


def test_two_ends_that_disagree_are_told(tmp_path):
    text = (HERE / "worm_codes.csv").read_text().replace("B,A,R,2", "B,A,R,4")
    (tmp_path / "worm.csv").write_text(text)
    with pytest.warns(DoubleCountWarning, match="1 pair has another weight from the sender"):
        assert bp.connectome(tmp_path / "worm.csv", weight="synapses").synapses.value == 5


def test_received_rows_alone_are_turned_round():
    found = bp.connectome([("b", "a", 2, "R"), ("c", "a", 3, "Rp")], weight="synapses")
    assert found.synapses.value == 5
    assert set(found.to_polars()["source"]) == {"a"}


def test_flywire_has_several_rows_a_pair_and_long_numbers():
    fly = tiny("flywire.csv", weight="contacts", edition="783")
    assert (fly.rows, fly.connections.value, fly.total.value, fly.total.unit) == (3, 2, 15, "contact")
    assert fly.to_polars()["source"].to_list() == ["720575940600000001", "720575940600000002"]
    assert fly.at_least(5).connections.value == 2
    assert fly.at_least(5, each="row").total.value == 12
    assert fly.at_least(8).total.value == 8
    assert "edition 783" in fly.total.explain()
    with pytest.raises(UnitError, match=r"counts contacts .*, not synapses"):
        _ = fly.synapses


def test_neuprint_and_cave():
    assert tiny("neuprint.csv", weight="postsynaptic sites").total.value == 7
    cave = tiny("cave_synapses.csv", columns={"weight": "size"}, weight="size [um^3]")
    assert (cave.total.value, cave.total.unit) == (540, "um**3")
    rows = bp.connectome(HERE / "cave_synapses.csv", weight="connections")
    assert (rows.connections.value, rows.total.value) == (2, 3)


def test_every_row_of_a_synapse_table_is_one_synapse(tmp_path):
    (tmp_path / "synapses.csv").write_text("pre,post\n1,2\n1,2\n2,3\n")
    found = bp.connectome(tmp_path / "synapses.csv", weight="synapses")
    assert (found.synapses.value, found.connections.value) == (3, 2)


def test_a_table_that_lists_everything_twice_is_told():
    with pytest.warns(DoubleCountWarning, match=r"every one of 3 pairs is listed in both directions"):
        twice = tiny("mirrored.csv")
    assert twice.total.value == 16
    once = tiny("mirrored.csv", directed=False)
    assert (once.total.value, once.connections.value) == (8, 3)
    assert once.density.value == 1


def all_counts(found):
    return found.neurons.value, found.cells.value, found.connections.value, len(found.names)


GRAPHML = """<graphml><graph edgedefault="directed"><node id="a"/><node id="b"/><node id="c"/>
<edge source="a" target="b"/></graph></graphml>"""
GML = 'graph [ directed 1 node [ id 1 label "a" ] node [ id 2 label "b" ] node [ id 3 label "c" ] %s ]'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("g.graphml", GRAPHML),
        ("g.gml", GML % "edge [ source 1 target 2 ]"),
        ("m.csv", ",a,b,c\na,0,1,0\nb,0,0,0\nc,0,0,0\n"),
    ],
)  # fmt: skip
def test_nodes_that_a_file_lists_are_neurons_without_a_connection(tmp_path, name, content):
    (tmp_path / name).write_text(content)
    found = bp.connectome(tmp_path / name, weight="synapses")
    assert all_counts(found) == (3, 3, 1, 3)
    assert found.density.value == pytest.approx(1 / 6)
    assert found.out_degree().mean.value == pytest.approx(1 / 3)
    assert any("1 listed nodes have no connection" in text for text in found.report.told)
    assert found.at_least(1).neurons.value == 2  # of a part, those that connect


def test_nodes_that_arrays_and_tables_list_are_neurons():
    sparse = pytest.importorskip("scipy.sparse")
    assert all_counts(bp.connectome(np.zeros((2, 2)), weight="synapses")) == (2, 2, 0, 2)
    assert all_counts(bp.connectome(np.eye(5, k=4), weight="synapses")) == (5, 5, 1, 5)
    assert all_counts(bp.connectome(sparse.coo_array(np.eye(5, k=4)), weight="synapses")) == (5, 5, 1, 5)
    rows, types = [("A1", "B02", 2)], {"A01": "x", "B2": "x", "C1": "y"}
    assert all_counts(bp.connectome(rows, weight="synapses", nodes=types)) == (3, 3, 1, 3)


def test_a_table_without_rows_says_so(tmp_path):
    (tmp_path / "h.csv").write_text("source,target,weight\n")
    with pytest.raises(bp.errors.FileError, match=r"h\.csv: has no rows below the names"):
        bp.connectome(tmp_path / "h.csv", weight="synapses")


def poisson_binomial(chances):
    """The definition: every subset of pairs, added up by its size."""
    law = np.zeros(len(chances) + 1)
    for drawn in itertools.product((0, 1), repeat=len(chances)):
        law[sum(drawn)] += np.prod([p if one else 1 - p for p, one in zip(chances, drawn, strict=True)])
    return law


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("chances", [(0.1, 0.5, 0.3), (0.999, 1.0, 0.2, 0.7), (0.5,) * 8, (1e-4, 2e-4)])
def test_the_number_of_connected_pairs_is_poisson_binomial(chances):
    rows = [("a", str(place), chance) for place, chance in enumerate(chances)]
    belief = bp.connectome(rows, weight="probability").connections.node.value
    law = poisson_binomial(chances)
    assert belief.weights == pytest.approx(law[law > 0], rel=1e-12)
    assert belief.values.tolist() == np.flatnonzero(law).tolist()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("count", [20, 499, 600, 4000])
@pytest.mark.parametrize("chance", [1e-3, 0.3, 0.9995])
def test_expected_connections_stay_within_none_and_all(count, chance):
    stats = pytest.importorskip("scipy.stats")
    found = bp.connectome([("a", str(place), chance) for place in range(count)], weight="probability").connections
    binomial = stats.binom(count, chance)
    assert found.mean() == pytest.approx(binomial.mean(), rel=1e-9)
    assert found.sd() == pytest.approx(binomial.std(), rel=1e-6)
    belief = found.node.value
    assert belief.ppf(1e-6) >= -1e-9
    assert belief.ppf(1 - 1e-6) <= count + 1e-9
    assert belief.ppf(0.95) == pytest.approx(binomial.ppf(0.95), abs=1)


def test_graphml_and_gml():
    graph = tiny("graph.graphml")
    assert (graph.connections.value, graph.synapses.value, graph.without_self().synapses.value) == (3, 6, 4)
    assert graph.by("type").select(source="sensory", target="motor").value == 3
    gml = tiny("graph.gml")
    assert (gml.neurons.value, gml.connections.value, gml.total.value) == (3, 2, 7)
    assert gml.density.value == pytest.approx(2 / 3)


def test_chances_are_expected_connections():
    found = bp.connectome([("a", "b", 0.5), ("b", "c", 0.25), ("c", "a", 1.0)], weight="probability")
    assert found.connections.mean() == pytest.approx(1.75)
    assert found.connections.sd() == pytest.approx((0.25 + 0.1875) ** 0.5)
    with pytest.raises(FileError, match=r"line 1 .*is above 1"):
        bp.connectome([("a", "b", 1.5)], weight="probability")


# --- workbooks, Parquet, Arrow, HDF5, frames ---------------------------------------------------------------------


ROWS = [("a", "b", 2), ("b", "c", 1), ("c", "a", 4), ("a", "b", 1)]


def frame():
    return pl.DataFrame(ROWS, schema=["pre", "post", "syn_count"], orient="row")


@pytest.mark.parametrize("suffix", ["csv", "tsv", "parquet", "feather", "arrow", "xlsx"])
def test_one_table_in_every_format(tmp_path, suffix):
    path = tmp_path / f"edges.{suffix}"
    write(path)
    found = bp.connectome(path, weight="synapses")
    assert (found.neurons.value, found.connections.value, found.synapses.value) == (3, 3, 8)
    assert found.origin.sha256[:16] in found.synapses.explain()


def write(path):
    match path.suffix:
        case ".csv":
            frame().write_csv(path)
        case ".tsv":
            frame().write_csv(path, separator="\t")
        case ".parquet":
            frame().write_parquet(path)
        case ".xlsx":
            book = openpyxl.Workbook()
            for row in [frame().columns, *ROWS]:
                book.active.append(row)
            book.save(path)
        case _:
            frame().write_ipc(path)


@pytest.mark.parametrize(
    "make",
    [
        frame,
        lambda: frame().lazy(),
        lambda: pd.DataFrame(ROWS, columns=["pre", "post", "syn_count"]),
        lambda: frame().to_arrow(),
        lambda: list(ROWS),
    ],
    ids=["polars", "lazy", "pandas", "arrow", "list"],
)
def test_frames_of_any_library(make):
    found = bp.connectome(make(), weight="synapses")
    assert (found.neurons.value, found.connections.value, found.synapses.value) == (3, 3, 8)


def test_a_lazy_frame_of_another_engine_is_merged_there():
    dask = pytest.importorskip("dask.dataframe")
    table = dask.from_pandas(pd.DataFrame(ROWS, columns=["pre", "post", "syn_count"]), npartitions=2)
    found = bp.connectome(table, weight="synapses")
    assert (found.neurons.value, found.connections.value, found.synapses.value) == (3, 3, 8)


def test_a_sheet_is_named(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["nothing"])
    sheet = book.create_sheet("wiring")
    for row in [["", "a", "b"], ["a", None, 2], ["b", 1, None]]:
        sheet.append(row)
    book.save(tmp_path / "book.xlsx")
    assert bp.connectome(tmp_path / "book.xlsx", weight="synapses", sheet="wiring").synapses.value == 3
    with pytest.raises(FileError, match="has no sheet 'wire'; it has Sheet, wiring"):
        bp.connectome(tmp_path / "book.xlsx", weight="synapses", sheet="wire")


@pytest.fixture
def circuit(tmp_path):
    with h5py.File(tmp_path / "edges.h5", "w") as file:
        group = file.create_group("edges/in_to_out")
        group["source_node_id"], group["target_node_id"] = np.array([0, 0, 1]), np.array([0, 1, 1])
        group["source_node_id"].attrs["node_population"] = "in"
        group["target_node_id"].attrs["node_population"] = "out"
        group["edge_type_id"], group["edge_group_id"] = np.array([7, 7, 8]), np.array([0, 0, 0])
        group["edge_group_index"] = np.array([0, 1, 2])
        group.create_group("0")["nsyns"] = np.array([5, 6, 7])
    with h5py.File(tmp_path / "nodes.h5", "w") as file:
        for name in ("in", "out"):
            file[f"nodes/{name}/node_type_id"], file[f"nodes/{name}/node_id"] = np.array([1, 2]), np.array([0, 1])
    (tmp_path / "types.csv").write_text("node_type_id ei\n1 e\n2 'i'\n")
    networks = {
        "nodes": [{"nodes_file": "$DIR/nodes.h5", "node_types_file": "$DIR/types.csv"}],
        "edges": [{"edges_file": "${DIR}/edges.h5"}],
    }
    (tmp_path / "config.json").write_text(json.dumps({"manifest": {"$DIR": "."}, "networks": networks}))
    return tmp_path


def test_sonata(circuit):
    found = bp.connectome(circuit / "config.json", weight="synapses")
    assert (found.connections.value, found.synapses.value, found.neurons.value) == (3, 18, 4)
    assert found.by("population").select(source="in", target="out").value == 18
    assert found.parameters(free="edge type")["stated free parameters"].value == 2
    alone = bp.connectome(circuit / "edges.h5", weight="synapses")
    assert alone.synapses.value == 18


def test_sonata_does_not_follow_links(circuit):
    with h5py.File(circuit / "linked.h5", "w") as file:
        file.create_group("edges")["in_to_out"] = h5py.ExternalLink("edges.h5", "/edges/in_to_out")
    with pytest.raises(FileError, match="is a link to another file"):
        bp.connectome(circuit / "linked.h5", weight="synapses")


# --- questions ---------------------------------------------------------------------------------------------------


@pytest.fixture
def ring():
    return bp.connectome(ROWS, weight="synapses", nodes=HERE / "neurons.csv")


def test_density_leaves_self_connections_out():
    found = bp.connectome([("a", "b", 1), ("b", "a", 1), ("a", "a", 1), ("c", "a", 2)], weight="synapses")
    assert found.density.value == pytest.approx(3 / 6)


def test_degrees(ring):
    degrees = ring.out_degree()
    assert (degrees.mean.value, degrees.mean.unit, degrees.spread.median()) == (1, "connection/neuron", 1)
    star = bp.connectome([("a", x, 1) for x in "bcd"], weight="synapses")
    assert star.out_degree().mean.value == 0.75
    assert star.out_degree().spread.mean() == pytest.approx(0.75)
    assert star.in_degree().rows[0].largest == 1
    by_type = ring.out_degree(by="type")
    assert {row.type: row.neurons for row in by_type} == {"sensory": 1, "inter": 1, "motor": 1}
    assert "targets of a neuron over 3 neurons, by type" in str(by_type)


def test_types_by_types(ring):
    table = ring.by("type")
    assert table.select(source="sensory", target="inter").value == 3
    assert table.select(source="sensory", target="motor").value == 0
    assert table.total("source").total("target").value == ring.synapses.value
    assert ring.by("side", of="connections").select(source="left", target="left").value == 1
    assert ring.where(source={"type": "sensory"}).synapses.value == 3
    assert ring.where(target={"side": ["left"]}).synapses.value == 7
    with pytest.raises(ArgumentError, match=r"no column 'typ'; it has type, side. Did you mean"):
        ring.by("typ")


def test_parameters_under_five_rules_stand_on_one_ladder(ring):
    rules = ring.parameters(by="side", free="1 parameter", because="a weight for all, in this example")
    assert {name: each.value for name, each in rules.items()} == {
        "every synapse": 8,
        "every connected pair": 3,
        "every pair of types": 3,
        "stated free parameters": 1,
    }
    ladder = bp.compare(rules)
    assert len(ladder) == 4
    assert "not answered: every contact" in str(rules)
    contacts = bp.connectome(ROWS, weight="contacts").parameters()
    assert contacts["every contact"].value == 8
    with pytest.raises(ArgumentError, match="needs because="):
        ring.parameters(free="734 parameter")


def test_recall_and_precision_are_uncertain_factors(ring):
    true = ring.corrected(recall="0.8", precision="0.9 +/- 0.01").synapses
    assert true.median() == pytest.approx(8 * 0.9 / 0.8, rel=1e-6)
    assert "precision of the detection" in str(true.drivers())
    assert ring.corrected(recall=0.5).by("type").select(source="sensory", target="inter").median() == 6
    with pytest.raises(RangeError, match="must be in"):
        ring.corrected(recall=1.5)


def test_a_set_of_neurons(ring):
    assert ring.among(["a", "b"]).synapses.value == 3
    assert ring.among(ring).synapses.value == 8
    with pytest.raises(ArgumentError, match="no connection is among"):
        ring.among(["x", "y"])
    with pytest.raises(ArgumentError, match="is not known"):
        ring.among("fly neurons")


def test_the_same_question_is_the_same_unknown():
    one, other = (tiny("padded.csv").synapses for _ in range(2))
    assert one == other
    assert (one - other).value == 0


# --- what is refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("bad_weight.csv", r"bad_weight.csv, line 3 \('x'\): column 'weight' is no number; write 3 or 2.5"),
        ("bad_name.csv", r"bad_name.csv, line 3: column 'target' is empty; give every connection"),
        ("bad_width.csv", r"bad_width.csv, line 3: has 4 columns, and the first row has 3"),
        ("entities.graphml", r"entities.graphml, line 2: declares a document type or an entity"),
        ("nowhere.csv", r"nowhere.csv: cannot be read \(No such file"),
        (".", "is a folder"),
    ],
)
def test_a_malformed_file_is_named_with_its_line(name, words):
    with pytest.raises(FileError, match=words):
        tiny(name)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("source,target,weight\na,b,-1\n", "line 2 .*'weight' is below 0"),
        ("source,target,weight\na,b,nan\n", "line 2 .*'weight' is not finite"),
        ("source,target,weight\na,b,inf\n", "line 2 .*'weight' is not finite"),
        ("source,target,weight\na,b,\n", "line 2.*'weight' is empty"),
        ("source,target,type\na,b,chemical\na,b,magic\n", r"line 3 \('magic'\): column 'type' is no known kind"),
        ("source,source,weight\na,b,1\n", "two columns are called 'source'"),
        ("\n\n", "holds no rows"),
        ("alone\nalso\n", "one column|no column"),
        (",a,b\na,1,x\nb,2,3\n", "no column|column 'b': 'x' is no number"),
        (",a,a\na,1,2\nb,2,3\n", "two columns are called 'a'"),
    ],
)
def test_malformed_text(tmp_path, text, words):
    (tmp_path / "edges.csv").write_text(text)
    with pytest.raises((FileError, ArgumentError), match=words):
        bp.connectome(tmp_path / "edges.csv", weight="synapses")


def test_an_empty_file_and_a_pickle_are_refused(tmp_path):
    (tmp_path / "edges.csv").write_text("")
    with pytest.raises(FileError, match="the file is empty"):
        bp.connectome(tmp_path / "edges.csv", weight="synapses")
    (tmp_path / "edges.pkl").write_bytes(b"\x80\x04.")
    with pytest.raises(FileError, match="may run code"):
        bp.connectome(tmp_path / "edges.pkl", weight="synapses")
    for suffix in ("xlsx", "parquet", "feather", "h5", "graphml", "gml", "json"):
        (tmp_path / f"edges.{suffix}").write_bytes(b"this is none of these")
        with pytest.raises(FileError, match=f"edges.{suffix}"):
            bp.connectome(tmp_path / f"edges.{suffix}", weight="synapses")


def test_the_meaning_of_the_weight_is_demanded():
    with pytest.raises(ArgumentError, match="weight"):
        bp.connectome(ROWS)
    with pytest.raises(ArgumentError, match="one of 'synapses', 'contacts'"):
        bp.connectome(ROWS, weight="strength")
    with pytest.raises(ArgumentError, match="Did you mean 'synapses'"):
        bp.connectome(ROWS, weight="synapsis")
    with pytest.raises(KindError, match="no path and no data frame"):
        bp.connectome(5, weight="synapses")


def test_columns_are_named_where_they_do_not_speak(tmp_path):
    (tmp_path / "edges.csv").write_text("wer,wen,wieviel\na,b,2\nb,c,3\n")
    with pytest.raises(ArgumentError, match=r"no column looks like the source .*the table has 'wer', 'wen', 'wieviel'"):
        bp.connectome(tmp_path / "edges.csv", weight="synapses")
    columns = {"source": "wer", "target": "wen", "weight": "wieviel"}
    assert bp.connectome(tmp_path / "edges.csv", weight="synapses", columns=columns).synapses.value == 5
    with pytest.raises(ArgumentError, match="there is no column 'wo'"):
        bp.connectome(tmp_path / "edges.csv", weight="synapses", columns={"source": "wo"})


def test_numbers_that_lost_their_digits_are_refused():
    table = pl.DataFrame({"pre": [7.2e17, 7.3e17], "post": [1.0, 2.0], "weight": [1, 1]})
    with pytest.raises(FileError, match="'pre' has lost digits"):
        bp.connectome(table, weight="synapses")


def test_a_neuron_that_stands_twice_in_its_table_is_refused():
    with pytest.raises(ArgumentError, match="'a' stands in more than one row"):
        bp.connectome(ROWS, weight="synapses", nodes=pl.DataFrame({"neuron": ["a", "a"], "type": ["x", "y"]}))


# --- the published files -----------------------------------------------------------------------------------------


def expected(name):
    return yaml.safe_load((REAL / "expected_totals.yaml").read_text())[name]


@REAL_FILES
def test_the_worm_of_varshney_and_colleagues():
    told = expected("celegans_varshney2011")
    worm = bp.connectome(REAL / "celegans_varshney2011" / told["file"], weight="synapses")
    assert sum(row.rows for row in worm.report) == told["rows"]
    assert worm.neurons.value == told["chemical_sent"]["neurons"] == 279
    assert worm.connections.value == told["chemical_sent"]["connections"]
    assert worm.synapses.value == told["chemical_sent"]["synapses"]
    assert worm.report["received"].weight == told["chemical_received"]["synapses"]
    gaps = told["gap_junctions"]
    row = worm.report["electrical"]
    assert (row.rows, row.weight, row.self_rows) == (gaps["rows"], gaps["sum"], gaps["self_rows"])
    assert worm.gap_junctions.value == gaps["junctions"]
    assert worm.electrical.without_self().connections.value == gaps["pairs_without_self"]
    assert worm.report["neuromuscular"].rows == told["neuromuscular"]["rows"]
    assert worm.neuromuscular.total.value == told["neuromuscular"]["junctions"]
    assert sum(row.weight for row in worm.report) == told["naive_sum_of_all_rows"]
    assert "Varshney" in worm.synapses.explain()


@REAL_FILES
def test_the_worm_of_cook_and_colleagues():
    told = expected("celegans_cook2019_edgelist")
    worm = bp.connectome(REAL / "celegans_cook2019" / told["file"], weight="EM sections")
    assert worm.cells.value == told["cells"]
    assert worm.connections.value == told["chemical"]["connections"]
    assert worm.chemical.total.value == told["chemical"]["weight"]
    row = worm.report["electrical"]
    assert (row.rows, row.weight) == (told["electrical"]["rows"], told["electrical"]["weight"])
    neurons = worm.among("C. elegans neurons")
    assert neurons.connections.value == told["neuron_to_neuron_chemical"]["connections"]
    assert neurons.chemical.total.value == told["neuron_to_neuron_chemical"]["weight"]
    with pytest.warns(DoubleCountWarning, match="its authors say that the weight counts EM sections"):
        bp.connectome(REAL / "celegans_cook2019" / told["file"], weight="synapses")


@REAL_FILES
def test_the_matrix_of_cook_and_colleagues():
    told = expected("celegans_cook2019_matrix")
    worm = bp.connectome(REAL / "celegans_cook2019" / told["file"], weight="EM sections")
    assert (worm.connections.value, worm.total.value) == (told["chemical"]["connections"], told["chemical"]["weight"])
    among = worm.among("C. elegans neurons")
    assert among.connections.value == told["neuron_to_neuron_chemical"]["connections"]
    assert among.total.value == told["neuron_to_neuron_chemical"]["weight"]


@REAL_FILES
def test_the_circuit_of_300_cells():
    told = expected("sonata_300_intfire")
    found = bp.connectome(REAL / "sonata_300_intfire" / "circuit_config.json", weight="synapses")
    assert found.connections.value == told["connections"]["total"]
    assert found.synapses.value == told["synapses"]["total"]
    table, pairs = found.by("population"), found.by("population", of="connections")
    for projection in ("v1_to_v1", "lgn_to_v1", "tw_to_v1"):
        source, target = projection.split("_to_")
        assert table.select(source=source, target=target).value == told["synapses"][projection]
        assert pairs.select(source=source, target=target).value == told["connections"][projection]
    assert dict(found.nodes["population"].value_counts().iter_rows()) == told["nodes"]
    assert found.parameters(free="edge type")["stated free parameters"].value == told["edge_types"]["total"]


# --- large tables ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["integers", "far apart", "texts", "fractions"])
def test_parts_on_the_disk_add_up_to_the_same(monkeypatch, kind):
    from brainparams.interchange.connectome import merging, reading

    generator = np.random.default_rng(1)
    source, target = generator.integers(0, 300, (2, 20_000))
    table = pl.DataFrame({"pre": source, "post": target, "weight": generator.integers(1, 9, 20_000)})
    if kind == "far apart":
        table = table.with_columns(pl.col("pre", "post") * 2**54 - 2**61)
    if kind == "texts":
        table = table.with_columns(pl.col("pre", "post").cast(pl.String))
    if kind == "fractions":
        table = table.with_columns(pl.col("weight") / 3)
    whole = bp.connectome(table, weight="contacts")
    monkeypatch.setattr(merging, "MOST_ROWS", 1_000)
    monkeypatch.setattr(merging, "BATCH", 700)
    monkeypatch.setattr(reading, "EAGER_ROWS", 1_000)
    parts = bp.connectome(table.lazy(), weight="contacts")
    assert parts.connections.value == whole.connections.value == table.select("pre", "post").n_unique()
    assert float(parts.total.value) == pytest.approx(float(whole.total.value))
    assert float(whole.total.value) == pytest.approx(table["weight"].sum())
    one, other = (each.tally.ends.sort("neuron") for each in (whole, parts))
    assert one.select("neuron", "out pairs", "in pairs").equals(other.select("neuron", "out pairs", "in pairs"))
    assert (
        whole.to_polars()
        .select("source", "target", "rows")
        .equals(parts.to_polars().select("source", "target", "rows"))
    )


@pytest.mark.parametrize("names", ["integers", "far apart", "below 0", "texts"])
@pytest.mark.parametrize("is_fraction", [False, True])
@pytest.mark.parametrize("listed", ["once", "from both sides", "twice and unlike"])
def test_pairs_without_direction_are_the_same_in_parts_on_the_disk(monkeypatch, names, is_fraction, listed):
    from brainparams.interchange.connectome import merging, reading

    generator = np.random.default_rng(3)
    ends = np.sort(generator.integers(0, 90, (2, 6_000)), axis=0)
    ends = ends if listed == "once" else np.hstack([ends, ends[::-1]])
    weight = np.tile(generator.integers(1, 9, 6_000), ends.shape[1] // 6_000)
    weight = weight + generator.integers(0, 2, len(weight)) * (listed == "twice and unlike")
    table = pl.DataFrame({"pre": ends[0], "post": ends[1], "weight": weight / 3 if is_fraction else weight})
    moved = {"far apart": pl.col("pre", "post") * 2**55, "below 0": pl.col("pre", "post") - 40}
    table = table.with_columns(moved.get(names, pl.col("pre", "post")))
    table = table.with_columns(pl.col("pre", "post").cast(pl.String)) if names == "texts" else table
    whole = [bp.connectome(table, weight="contacts", **how) for how in ({"directed": False}, {"kind": "electrical"})]
    monkeypatch.setattr(merging, "MOST_ROWS", 700)
    monkeypatch.setattr(merging, "BATCH", 300)
    monkeypatch.setattr(reading, "EAGER_ROWS", 700)
    parts = [
        bp.connectome(table.lazy(), weight="contacts", **how) for how in ({"directed": False}, {"kind": "electrical"})
    ]
    for one, other in zip(whole, parts, strict=True):
        assert one.connections.value == other.connections.value
        assert float(one.total.value) == pytest.approx(float(other.total.value))
        assert one.report.told == other.report.told
        assert one.neurons.value == other.neurons.value
        assert float(one.at_least(4.1).total.value) == pytest.approx(float(other.at_least(4.1).total.value))


def test_a_large_table_that_lists_all_pairs_both_ways_is_warned_about(monkeypatch):
    from brainparams.interchange.connectome import listing, reading

    monkeypatch.setattr(reading, "EAGER_ROWS", 10)
    monkeypatch.setattr(listing, "FEW", 10)
    rows = [(k, k + 1 + k % 3, k % 7 + 1) for k in range(100)]
    table = pl.DataFrame(rows, schema=["pre", "post", "weight"], orient="row")
    both = pl.concat([table, table.select(pl.col("post").alias("pre"), pl.col("pre").alias("post"), "weight")])
    with pytest.warns(bp.errors.DoubleCountWarning, match="that were looked at is listed in both directions"):
        bp.connectome(both.lazy(), weight="synapses")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bp.connectome(table.lazy(), weight="synapses")


def test_sums_of_small_integers_do_not_overflow():
    table = pl.DataFrame(
        {"pre": [1, 1], "post": [2, 3], "weight": [2**31 - 1, 2**31 - 1]}, schema_overrides={"weight": pl.Int32}
    )
    assert bp.connectome(table, weight="contacts").total.value == 2**32 - 2


def test_a_large_text_is_read_once_and_its_faults_are_named(monkeypatch, tmp_path):
    from brainparams.interchange.connectome.formats import tables

    monkeypatch.setattr(tables, "EAGER_TEXT", 10)
    rows = [f"{k % 50},{k % 37},{1 + k % 5}" for k in range(20_000)]
    (tmp_path / "edges.csv").write_text("pre,post,weight\n" + "\n".join(rows) + "\n")
    found = bp.connectome(tmp_path / "edges.csv", weight="synapses")
    assert found.synapses.value == sum(1 + k % 5 for k in range(20_000))
    assert found.connections.value == len({(k % 50, k % 37) for k in range(20_000)})
    rows[15_000] = "1,2,many"
    (tmp_path / "edges.csv").write_text("pre,post,weight\n" + "\n".join(rows) + "\n")
    with pytest.raises(FileError, match=r"edges.csv, line 15002: column 'weight' is no number \('many'\)"):
        bp.connectome(tmp_path / "edges.csv", weight="synapses")


def test_counts_stand_beside_the_findings_of_the_animal():
    counts = tiny("worm_codes.csv").counts()
    assert set(counts) == {"neurons", "connections", "synapses", "gap junctions", "neuromuscular junctions"}
    found = bp.evidence.beside(counts, species="worm")
    row = next(row for row in found if row.finding == "worm/nervous-system/gap-junctions")
    assert (row.count.value, row.published.value, row.ratio) == (3, 890, 3 / 890)
    assert "gap junctions" in str(found)
    with pytest.raises(bp.errors.UnknownNameError, match="no finding of 'unicorn'"):
        bp.evidence.beside(counts, species="unicorn")


# --- spelt otherwise ---------------------------------------------------------------------------------------------


def text(folder, content, name="edges.csv", **options):
    (folder / name).write_bytes(content.encode())
    return bp.connectome(folder / name, **{"weight": "synapses", **options})


@pytest.mark.parametrize(
    "head",
    ["w", "strength", "n_contacts", "Synapse Count", "total_synapses", "SYN_COUNT", "N. Synapses", "value", "nsyns"],
)
def test_a_weight_is_found_however_it_is_spelt(tmp_path, head):
    assert text(tmp_path, f"pre,post,{head}\na,b,3\nb,c,4\n").synapses.value == 7


def test_a_column_of_numbers_is_never_left_out_in_silence(tmp_path):
    content = "pre,post,wieviel\na,b,3\nb,c,4\n"
    with pytest.raises(ArgumentError, match=r"'wieviel' holds numbers; say columns=\{'weight': 'wieviel'\}, or"):
        text(tmp_path, content)
    assert text(tmp_path, content, columns={"weight": "wieviel"}).synapses.value == 7
    rows = text(tmp_path, content, columns={"weight": None})
    assert rows.synapses.value == 2
    assert text(tmp_path, content, weight="connections").connections.value == 2
    with pytest.raises(ArgumentError, match="'n_sections' holds numbers"):
        text(tmp_path, content.replace("wieviel", "n_sections"))
    sections = text(tmp_path, content.replace("wieviel", "n_sections"), weight="EM sections")
    assert sections.total.value == 7
    both = text(tmp_path, "pre,post,weight,syn_count\na,b,0.3,3\nb,c,0.4,4\n")
    assert both.synapses.value == 7
    assert "the weight is the column 'syn_count', not 'weight'" in both.report.told


def test_a_table_of_synapses_counts_its_rows_and_not_their_sizes(tmp_path):
    content = "id,pre_pt_root_id,post_pt_root_id,size,ctr_pt_position_x\n1,10,20,100,3\n2,10,20,200,3\n3,20,0,50,4\n"
    found = text(tmp_path, content)
    assert (found.synapses.value, found.connections.value) == (2, 1)
    assert "1 row has an end 0, which is the background and no neuron: left out" in found.report.told
    assert any("every row counts one" in told for told in found.report.told)
    assert text(tmp_path, content, weight="size [nm^3]").total.value == 300


def test_one_letter_is_a_kind_beside_others_only(tmp_path):
    cells = text(tmp_path, "source,target,weight,type\na,b,3,E\nb,c,4,E\n")
    assert (cells.synapses.value, [row.kind for row in cells.report]) == (7, ["chemical"])
    both = text(tmp_path, "source,target,weight,type\na,b,3,C\nb,c,4,E\n")
    assert (both.synapses.value, both.gap_junctions.value) == (3, 4)
    with pytest.raises(FileError, match=r"columns=\{'kind': None\} if it holds none"):
        text(tmp_path, "source,target,weight,type\na,b,3,chemical\nb,c,4,X\n")
    without = text(tmp_path, "source,target,weight,type\na,b,3,chemical\nb,c,4,X\n", columns={"kind": None})
    assert without.synapses.value == 7


@pytest.mark.parametrize("rows", ["a,b,3\nTotal,Total,3\n", "a,b,3\nsum,b,3\n"])
def test_a_row_of_sums_is_refused(tmp_path, rows):
    with pytest.raises(FileError, match=r"line 3 .* is a sum; leave out what is added up"):
        text(tmp_path, f"pre,post,weight\n{rows}")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("edges.csv", "source,target,synapses\ncafé,b,3\nb,café,2\n"),
        ("matrix.csv", ",a,b,é\na,0,1,2\nb,1,0,3\né,0,1,0\n"),
        ("edges.txt", "source target synapses\ncafé b 3\nb c 2\n"),
    ],
)
def test_a_text_in_another_encoding_is_refused_with_the_mend(tmp_path, name, text):
    (tmp_path / name).write_text(text, "latin-1")
    with pytest.raises(FileError, match=rf"^connectome\(\): {re.escape(name)}.*save .* as (CSV )?UTF-8"):
        bp.connectome(tmp_path / name, weight="synapses")
    (tmp_path / name).write_text(text, "utf-8")
    assert bp.connectome(tmp_path / name, weight="synapses").synapses.value in (5, 8)


def test_packed_and_utf_16_files(tmp_path):
    import bz2
    import gzip

    content = "pre_root_id,post_root_id,neuropil,syn_count\n1,2,ME,3\n1,2,LO,4\n2,3,ME,5\n"
    (tmp_path / "connections.csv.gz").write_bytes(gzip.compress(content.encode()))
    (tmp_path / "connections.csv.bz2").write_bytes(bz2.compress(content.encode()))
    (tmp_path / "wide.csv").write_bytes(content.encode("utf-16"))
    packed = pytest.importorskip("pyarrow").Codec("zstd").compress(content.encode(), asbytes=True)
    (tmp_path / "connections.csv.zst").write_bytes(packed)
    for name in ("connections.csv.gz", "connections.csv.bz2", "connections.csv.zst", "wide.csv"):
        found = bp.connectome(tmp_path / name, weight="contacts")
        assert (found.connections.value, found.total.value) == (2, 12)
        assert found.origin.name == name
    (tmp_path / "no.csv.gz").write_bytes(content.encode())
    with pytest.raises(FileError, match=r"no.csv.gz: is not packed as \.gz says"):
        bp.connectome(tmp_path / "no.csv.gz", weight="contacts")


@pytest.mark.parametrize(
    ("content", "options"),
    [
        (",a,b,c\na,0,1,2\nb,3,0,1\nc,0,0,1\n", {}),
        ("from/to,a,b,c\na,0,1,2\nb,3,0,1\nc,0,0,1\n", {}),
        ("a,b,c\n0,1,2\n3,0,1\n0,0,1\n", {}),
        ("a,0,1,2\nb,3,0,1\nc,0,0,1\n", {}),
        ("0,1,2\n3,0,1\n0,0,1\n", {"format": "matrix"}),
        ("0,1,2,0\n3,0,1,0\n0,0,1,0\n0,0,0,0\n", {}),
        ("0 1 2 0\n3 0 1 0\n0 0 1 0\n0 0 0 0\n", {}),
        (",1,2,3\n1,0,1,2\n2,3,0,1\n3,0,0,1\n", {}),
    ],
)
def test_a_matrix_has_names_on_both_sides_on_one_or_on_none(tmp_path, content, options):
    found = text(tmp_path, content, **options)
    assert (found.connections.value, found.total.value, found.without_self().total.value) == (5, 8, 7)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("0,1,2\n3,0,1\n0,0,1\n", "may be a matrix or edges; say format="),
        (",a,b\na,NaN,1\nb,1,1\n", "line 2, column 'a': 'NaN' is no number; leave the cell blank"),
        (",a,b,Total\na,0,1,1\nb,1,0,1\nTotal,1,1,2\n", "is a sum"),
    ],
)
def test_what_may_be_no_matrix_is_refused(tmp_path, content, words):
    with pytest.raises(FileError, match=words):
        text(tmp_path, content)


def test_matrices_in_memory():
    values = np.array([[0, 1, 2, 0], [3, 0, 1, 0], [0, 0, 1, 0], [0, 0, 0, 0]])
    names = list("abcd")
    sparse = pytest.importorskip("scipy.sparse")
    for source in (values, sparse.csr_array(values), pd.DataFrame(values, index=names, columns=names)):
        found = bp.connectome(source, weight="synapses")
        assert (found.connections.value, found.synapses.value) == (5, 8)
    with pytest.raises(ArgumentError, match="may be a matrix or three edges"):
        bp.connectome(values[:3, :3], weight="synapses")
    assert bp.connectome(np.array([[1, 2, 5], [2, 3, 1]]), weight="synapses").synapses.value == 6
    unknown = pd.DataFrame([[0, np.nan], [1, 0.0]], index=["a", "b"], columns=["a", "b"])
    with pytest.raises(FileError, match=r"row 'a', column 'b' is not a number \(NaN\)"):
        bp.connectome(unknown, weight="synapses")


def test_graphml_has_defaults_and_one_direction(tmp_path):
    graph = (
        '<graphml><key id="w" for="edge" attr.name="weight" attr.type="int"><default>5</default></key>'
        '<graph edgedefault="directed"><node id="a"/><node id="b"/><edge source="a" target="b"/>'
        '<edge source="b" target="a"><data key="w">3</data></edge></graph></graphml>'
    )
    assert text(tmp_path, graph, "graph.graphml").synapses.value == 8
    with pytest.raises(FileError, match="an edge has another direction than its graph"):
        text(tmp_path, graph.replace('target="b"/>', 'target="b" directed="false"/>'), "graph.graphml")


def test_weights_that_a_foreign_frame_would_hide_in_sums_are_refused():
    dask = pytest.importorskip("dask.dataframe")
    table = pd.DataFrame([("a", "b", 5), ("a", "b", -2)], columns=["pre", "post", "weight"])
    with pytest.raises(FileError, match="1 cell of the column 'weight' is below 0"):
        bp.connectome(dask.from_pandas(table, npartitions=1), weight="synapses")


def test_a_threshold_on_pairs_of_a_large_table_is_taken_in_parts(monkeypatch):
    from brainparams.interchange.connectome import merging, reading

    generator = np.random.default_rng(2)
    ends = generator.integers(0, 40, (2, 5_000))
    table = pl.DataFrame({"pre": ends[0], "post": ends[1], "weight": generator.integers(1, 5, 5_000)})
    table = table.with_columns(pl.Series("type", ["chemical", "electrical"] * 2_500))
    whole = bp.connectome(table, weight="contacts").at_least(8)
    monkeypatch.setattr(merging, "MOST_ROWS", 500)
    monkeypatch.setattr(reading, "EAGER_ROWS", 500)
    parts = bp.connectome(table.lazy(), weight="contacts").at_least(8)
    for kind in ("chemical", "electrical"):
        one, other = getattr(whole, kind), getattr(parts, kind)
        assert (one.connections.value, one.total.value) == (other.connections.value, other.total.value)
    assert parts.neurons.value == whole.neurons.value


def test_a_column_named_like_a_pattern_is_a_column(tmp_path):
    file = tmp_path / "edges.csv"
    file.write_text("pre,post,n,*,^.*$\na,b,2,1,3\nb,c,1,2,4\n", "utf-8")
    assert bp.connectome(file, weight="synapses").synapses.value == 3


def test_chances_of_one_pair_do_not_add_up():
    with pytest.raises(bp.errors.FileError, match="a to b has 2 rows, and probabilities do not add up"):
        bp.connectome([("a", "b", 0.7), ("b", "a", 0.2), ("a", "b", 0.7)], weight="probability")


def test_a_weight_beyond_64_bits_is_told_with_its_line():
    with pytest.raises(bp.errors.FileError, match=r"line 2 .*is above 2"):
        bp.connectome([("a", "b", 1), ("b", "c", 10**23)], weight="synapses")


def test_arguments_of_other_kinds_are_told():
    wiring = bp.connectome([("a", "b", 3)], weight="synapses")
    for misuse in (lambda: wiring.where("x"), lambda: wiring.at_least(10**400), lambda: wiring.at_least("many")):
        with pytest.raises(bp.errors.BrainparamsError):
            misuse()


def test_one_is_told_in_the_singular():
    one = bp.connectome([("a", "b", 1)], weight="synapses")
    told = f"{one!r} {one.report!r} {one.out_degree()!r} {one.among(['a', 'b'])!r}"
    plurals = re.findall(r"(?<![\d.,])1 (?:row|pair|neuron|node|connection|synapse|edge|cell)s\b", told)
    assert not plurals, told
    assert re.search(r"2 nodes, 1 connection, 1 synapse\b", told)
    zero = bp.connectome([("a", "b", 0), ("a", "c", 2)], weight="synapses")
    assert "1 row of weight 0 is no connection: " in repr(zero.report)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("pre,post\x0cx,n\nA,B,1\n", "no column looks like the target"),  # a form feed ends no line
        ('pre,"po\nst",n\nA,B,1\n', "head in one line|is not a table|quote what holds"),
        ("pre,post,n\rA,B,1\rB,C,2\r", "its first line has 3 cells, and its first row"),
    ],
)
def test_a_head_that_is_not_one_line_is_told(tmp_path, text, told):
    path = tmp_path / "edges.csv"
    path.write_bytes(text.encode())
    with pytest.raises((FileError, ArgumentError), match=told):
        bp.connectome(path, weight="synapses")


def test_a_circuit_is_strict_json(tmp_path):
    for text in ("[" * 100_000, '{"networks": {}, "networks": {}}', '{"networks": NaN}'):
        path = tmp_path / "circuit_config.json"
        path.write_text(text)
        with pytest.raises(FileError):
            bp.connectome(path, weight="synapses")


# --- as the big projects publish -----------------------------------------------------------------------------------


def test_the_older_workbook_of_openworm(tmp_path):
    """CElegansNeuronTables.xls: a sheet between neurons, one from neurons to muscle."""
    xlwt = pytest.importorskip("xlwt")
    pytest.importorskip("python_calamine")
    book = xlwt.Workbook()
    sheets = {
        "Connectome": [
            ("Origin", "Target", "Type", "Number of Connections", "Neurotransmitter"),
            ("ADAL", "ADAR", "GapJunction", 1, "Generic_GJ"),
            ("ADAR", "ADAL", "GapJunction", 1, "Generic_GJ"),
            ("ADAL", "AIBL", "Send", 2, "Glutamate"),
        ],
        "NeuronsToMuscle": [
            ("Neuron", "Muscle", "Number of Connections", "Neurotransmitter"),
            ("DA01", "MDL08", 3, "Acetylcholine"),
        ],
    }
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for place, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write(place, column, cell)
    book.save(str(tmp_path / "worm.xls"))
    worm = bp.connectome(tmp_path / "worm.xls", weight="synapses")
    assert (worm.neurons.value, worm.synapses.value, worm.gap_junctions.value) == (3, 2, 1)
    muscle = bp.connectome(tmp_path / "worm.xls", weight="synapses", sheet="NeuronsToMuscle")
    assert (muscle.neuromuscular.total.value, muscle.neurons.value) == (3, 1)
    (tmp_path / "text.xls").write_text("pre,post\na,b\n")
    with pytest.raises(FileError, match="not a workbook"):
        bp.connectome(tmp_path / "text.xls", weight="synapses")


def test_the_feather_tables_of_the_male_cns(tmp_path):
    """Weights of segments, and two tables of what they are: annotations and transmitters."""
    weights = {"body_pre": [10001, 10001, 10002, 10003, 999999], "body_post": [10002, 10003, 10003, 10001, 10001]}
    schema = {"body_pre": pl.Int64, "body_post": pl.Int64, "weight": pl.Int32}
    pl.DataFrame({**weights, "weight": [5, 3, 7, 1, 2]}, schema=schema).write_ipc(
        tmp_path / "connectome-weights.feather"
    )
    pl.DataFrame(
        {
            "bodyId": [10001, 10002, 10003, 10004],
            "superclass": ["cb_intrinsic", "vnc_motor", "descending_neuron", "cb_intrinsic"],
            "class": [None, "m", "d", None],
            "type": ["A", "B", "DNa02", "A"],
            "somaSide": ["R", "L", "R", "L"],
            "status": ["Traced", "Traced", "Traced", "Traced"],
            "somaLocation": [[1, 2, 3], [1, 2, 4], None, [3, 4, 5]],
        }
    ).write_ipc(tmp_path / "body-annotations.feather")
    pl.DataFrame(
        {
            "body": [10001, 10002, 10003, 77],
            "cell_type": ["A", "B", "DNa02", None],
            "total_nt_predictions": [100, 50, 20, 3],
            "predicted_nt": ["acetylcholine", "gaba", "glutamate", "unclear"],
            "predicted_nt_confidence": [0.9, 0.8, 0.7, 0.2],
            "consensus_nt": ["acetylcholine", "gaba", "unclear", "unclear"],
        }
    ).write_ipc(tmp_path / "body-neurotransmitters.feather")
    tables = [tmp_path / "body-annotations.feather", tmp_path / "body-neurotransmitters.feather"]
    fly = bp.connectome(tmp_path / "connectome-weights.feather", weight="contacts", nodes=tables)
    assert fly.total.value == 18
    assert fly.by("consensus_nt").select(source="acetylcholine", target="gaba").value == 5
    assert fly.by("superclass").select(source="cb_intrinsic", target="descending_neuron").value == 3
    traced = fly.where(source={"status": "Traced"}, target={"status": "Traced"})
    assert (traced.total.value, traced.neurons.value) == (16, 3)


def test_a_title_above_the_names_of_the_columns(tmp_path):
    book = openpyxl.Workbook()
    for row in (["Supplementary Table 3. Synapses"], [], ["pre", "post", "n"], ["a", "b", 2], ["b", "c", 3]):
        book.active.append(row)
    book.save(tmp_path / "titled.xlsx")
    text = "Supplementary Table 3. Synapses,,\nall of one animal,,\npre,post,n\na,b,2\nb,c,3\n"
    (tmp_path / "titled.csv").write_text(text)
    for name in ("titled.xlsx", "titled.csv"):
        found = bp.connectome(tmp_path / name, weight="synapses")
        assert (found.synapses.value, found.neurons.value) == (5, 3)
    (tmp_path / "titled.csv").write_text(text.replace("b,c,3", "b,c,many"))
    with pytest.raises(FileError, match="line 5 "):
        bp.connectome(tmp_path / "titled.csv", weight="synapses")


def test_a_workbook_without_heads(tmp_path):
    book = openpyxl.Workbook()
    for row in (["a", "b", 2], ["b", "c", 3]):
        book.active.append(row)
    book.save(tmp_path / "bare.xlsx")
    assert bp.connectome(tmp_path / "bare.xlsx", weight="synapses").synapses.value == 5


def a_circuit_of_two_populations(folder: Path) -> Path:
    """Write one file of nodes and one of edges with several populations each, one of them of gap junctions."""
    with h5py.File(folder / "nodes.h5", "w") as file:
        for name, count in (("v1", 4), ("lgn", 3)):
            group = file.create_group(f"nodes/{name}")
            group["node_type_id"] = [100 + k % 2 for k in range(count)]
            group["node_group_id"], group["node_group_index"] = [0] * count, list(range(count))
            own = group.create_group("0")
            own["x"], own["mtype"] = [0.5] * count, [k % 2 for k in range(count)]
            own.create_group("@library")["mtype"] = [b"L5_TPC", b"L4_SSC"]
            own["layer"] = ["5", "4", "5", "4"][:count]
    edges = {
        "v1_to_v1": ("v1", "v1", [(0, 1), (1, 2), (2, 3)]),
        "lgn_to_v1": ("lgn", "v1", [(0, 1), (1, 1)]),
        "gaps": ("v1", "v1", [(0, 2), (2, 0)]),
        "glia_to_v1": ("glia", "v1", [(0, 0)]),
    }
    with h5py.File(folder / "edges.h5", "w") as file:
        for name, (source, target, pairs) in edges.items():
            group = file.create_group(f"edges/{name}")
            for end, population, place in (("source", source, 0), ("target", target, 1)):
                group[f"{end}_node_id"] = [pair[place] for pair in pairs]
                group[f"{end}_node_id"].attrs["node_population"] = population
            group["edge_group_id"], group["edge_group_index"] = [0] * len(pairs), list(range(len(pairs)))
            group.create_group("0")["nsyns"] = [5] * len(pairs)
    populations = {"v1_to_v1": {"type": "chemical"}, "lgn_to_v1": {}, "gaps": {"type": "electrical"}}
    populations["glia_to_v1"] = {"type": "synapse_astrocyte"}
    networks = {
        "nodes": [{"nodes_file": "$BASE/nodes.h5", "node_types_file": None}],
        "edges": [{"edges_file": "$BASE/edges.h5", "populations": populations}],
    }
    (folder / "circuit.json").write_text(json.dumps({"manifest": {"$BASE": "."}, "networks": networks}))
    return folder / "circuit.json"


def test_a_circuit_of_several_populations(tmp_path):
    found = bp.connectome(a_circuit_of_two_populations(tmp_path), weight="synapses")
    assert (found.neurons.value, found.connections.value, found.synapses.value) == (7, 5, 25)
    assert found.gap_junctions.value == 5  # one pair, listed from both sides
    assert found.by("population").select(source="lgn", target="v1").value == 10
    assert found.by("mtype").select(source="L5_TPC", target="L4_SSC").value == 15
    assert found.by("layer").select(source="4", target="4").value == 5
    assert any("glia_to_v1" in told for told in found.report.told)


def test_a_simulation_names_its_circuit(tmp_path):
    a_circuit_of_two_populations(tmp_path)
    (tmp_path / "simulation.json").write_text(json.dumps({"network": "./circuit.json", "run": {}}))
    assert bp.connectome(tmp_path / "simulation.json", weight="synapses").synapses.value == 25


def test_nodes_beside_one_file_of_edges(tmp_path):
    a_circuit_of_two_populations(tmp_path)
    found = bp.connectome(tmp_path / "edges.h5", weight="synapses", nodes=tmp_path / "nodes.h5")
    assert found.by("mtype").select(source="L5_TPC", target="L4_SSC").value == 15
    with pytest.raises(FileError, match="has no /edges"):
        bp.connectome(tmp_path / "nodes.h5", weight="synapses")


def test_a_population_that_is_not_there(tmp_path):
    path = a_circuit_of_two_populations(tmp_path)
    path.write_text(path.read_text().replace("lgn_to_v1", "lgn_to_v2"))
    with pytest.raises(FileError, match="has no population 'lgn_to_v2' of edges; it has gaps, glia_to_v1"):
        bp.connectome(path, weight="synapses")


@pytest.mark.parametrize(
    "head",
    [
        "preBodyId,postBodyId,synapseCount",
        "pre [id],post [id],weight (synapses)",
        ":START_ID(Body-ID),:END_ID(Body-ID),weight:int",
        "cell_1,cell_2,weight",
        "presyn,postsyn,n_synapses",
        "Presynaptic_ID,Postsynaptic_ID,Connectivity,Presynaptic_Index",
    ],
)
def test_heads_as_projects_write_them(tmp_path, head):
    (tmp_path / "edges.csv").write_text(f"{head}\n1,2,3{',0' if 'Index' in head else ''}\n")
    assert bp.connectome(tmp_path / "edges.csv", weight="synapses").synapses.value == 3


def test_names_of_two_types_are_texts():
    for pre, post in (([1, "a"], ["b", 2]), ([1, 2], ["b", "2"])):
        found = bp.connectome(pd.DataFrame({"pre": pre, "post": post, "weight": [1, 2]}), weight="synapses")
        assert found.synapses.value == 3
        assert set(found.names) == {str(each) for each in (*pre, *post)}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("pre,post,n\n7.20575940621039E+17,5,1\n", "line 2 .*has lost digits"),
        (
            "%%MatrixMarket matrix coordinate integer general\n3 3 1\n1 2 5\n",
            "Matrix Market file; give scipy.io.mmread",
        ),
    ],
)
def test_what_lost_its_digits_or_is_laid_out_otherwise_is_refused(tmp_path, content, message):
    (tmp_path / "edges.csv").write_text(content)
    with pytest.raises(FileError, match=message):
        bp.connectome(tmp_path / "edges.csv", weight="synapses")


def test_weights_whose_sum_has_no_room_are_refused():
    table = pl.DataFrame({"pre": [1, 1], "post": [2, 2], "weight": [2**62, 2**62]})
    with pytest.raises(FileError, match="add up to more than 2"):
        bp.connectome(table, weight="synapses")


def test_an_archive_of_a_mac_holds_one_file(tmp_path):
    import zipfile

    with zipfile.ZipFile(tmp_path / "edges.csv.zip", "w") as archive:
        for name in ("edges.csv", "__MACOSX/._edges.csv"):
            archive.writestr(name, "pre,post,weight\n1,2,3\n")
    assert bp.connectome(tmp_path / "edges.csv.zip", weight="synapses").synapses.value == 3


def test_a_connection_without_a_kind_beside_others_is_asked_about(tmp_path):
    path = tmp_path / "wires.csv"
    path.write_text("pre,post,n,type\na,b,3,electrical\nb,c,2,\n")
    with pytest.raises(bp.FileError, match=r"line 3: column 'type' is no known kind.*'' for empty cells"):
        bp.connectome(path, weight="synapses")
    said = bp.connectome(path, weight="synapses", kind={"": "chemical"})
    assert said.chemical.neurons.median() == 2
    assert repr(said).startswith("wires.csv: 3 nodes, 1 chemical connection, 2 synapses")
    path.write_text("pre,post,n,type\na,b,3,\nb,c,2,\n")  # a column that tells no kind is none
    assert bp.connectome(path, weight="synapses").synapses.median() == 5


def test_an_attribute_of_a_node_may_be_called_as_a_pattern_of_names_or_as_neurons_are(tmp_path):
    path = tmp_path / "wires.gml"
    nodes = 'node [ id 1 * 5 label "a" neuron "AVAL" ] node [ id 2 ^.*$ 5 label "b" ]'
    path.write_text(f"graph [ directed 1 {nodes} edge [ source 1 target 2 value 3 ] ]")
    assert bp.connectome(path, weight="synapses").synapses.median() == 3
