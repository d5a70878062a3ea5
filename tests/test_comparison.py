"""One ladder: order, ratios, shared unknowns, reasons, notations, and Epoch AI's table of models."""

import datetime
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import brainparams as bp
from brainparams.render.drawing import axis, bar

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

LAW = settings(derandomize=True, deadline=None, max_examples=60)
exponents = st.integers(1, 30)


def synapses():
    return bp.evidence("human/brain/synapses")


@pytest.fixture(scope="module")
def ladder():
    eight, life = bp.precision("int8"), bp.evidence("human/lifetime")
    pyramidal = bp.evidence("human/neocortex/neurons") * bp.assumed(bp.Uniform(0.7, 0.85), "1", because="by textbooks")
    genome = bp.genome_information(bp.evidence("human/genome/base-pairs"))
    bits = bp.stored_information(synapses(), bp.evidence("synapse/bits/ca1/bartol2015"))
    routes = {
        "genome": bp.parameters_at_precision(genome, eight),
        "experience": bp.constraint_limited_parameters(life, bp.evidence("learning/perceptual-constraints")),
        "weights": synapses() * bp.evidence("synapse/parameters/static"),
        "bits": bp.parameters_at_precision(bits, eight),
        "models": synapses() * bp.evidence("synapse/parameters/tsodyks-markram"),
        "deep cells": bp.neuronal_parameters(pyramidal, bp.evidence("neuron/parameters/temporal-convolution")),
        "anchor": "cotra-2020-parameters",
        "twice": "izikeros-2023-bias-per-connection",
        "H01": "h01-2024",
        "GPT-3": "gpt-3",
        "Kimi K2": "model/kimi-k2/parameters",
    }
    return bp.compare(routes, reference="weights")


# --- order and ratios --------------------------------------------------------------------------------------------


def test_many_routes_and_machines_stand_on_one_ladder(ladder):
    assert len(ladder) == 11
    medians = [each.median for each in ladder]
    assert medians == sorted(medians)
    assert medians[0] < 1e9
    assert medians[-1] > 1e17
    assert {each.quantity.unit for each in ladder} == {ladder.unit} == {"parameter"}
    kinds = {each.name: each.kind for each in ladder}
    assert kinds["GPT-3"] == kinds["Kimi K2"] == "machine"
    assert kinds["anchor"] == kinds["twice"] == kinds["H01"] == "published"
    assert {kinds[each] for each in ("genome", "weights", "bits", "models", "deep cells")} == {"brain"}


def test_the_distance_from_the_reference(ladder):
    row = {each.name: each for each in ladder}
    assert row["weights"].ratio == 1.0
    assert row["weights"].above is None
    assert row["models"].ratio == pytest.approx(4.0, rel=0.02)
    assert row["models"].decades == pytest.approx(math.log10(4), abs=0.01)
    assert row["twice"].ratio == pytest.approx(1.72e15 / row["weights"].median, rel=1e-9)
    below = synapses().below("1e14 synapse").value
    assert float(row["experience"].above) == pytest.approx(below, abs=0.02)


def test_shared_inputs_are_one_unknown(ladder):
    row = {each.name: each for each in ladder}
    # the intervals overlap, and yet four numbers are more than one, and 4.7 bits less than eight, in every draw
    assert row["models"].low < row["weights"].high
    assert float(row["models"].above) == 1.0
    assert float(row["bits"].above) == 0.0
    mine, other = (bp.assumed("1e9 to 1e11 parameter", because="range") for _ in range(2))
    chances = {each.name: each.above for each in bp.compare({"mine": mine, "other": other}, reference="mine")}
    assert chances["mine"] is None
    assert float(chances["other"]) == pytest.approx(0.5, abs=1e-6)


@LAW
@given(st.lists(exponents, min_size=2, max_size=6, unique=True), st.data())
def test_exact_numbers_stand_where_they_are(powers, data):
    reference = data.draw(st.sampled_from(powers))
    found = bp.compare({f"p{each}": f"1e{each} parameter" for each in powers}, reference=f"p{reference}")
    assert [each.name for each in found] == [f"p{each}" for each in sorted(powers)]
    for each in found:
        power = int(each.name[1:])
        assert each.decades == pytest.approx(power - reference, abs=1e-9)
        assert each.low == each.median == each.high
        assert each.above is None or float(each.above) == float(power > reference)


def test_without_a_reference_nothing_is_held_against_anything():
    found = bp.compare(["1e9 parameter", "gpt-3"])
    assert found.reference is None
    assert {(each.ratio, each.decades, each.above) for each in found} == {(None, None, None)}
    assert "times" not in str(found)


def test_a_reference_may_stand_beside_the_ladder():
    found = bp.compare({"a": "1e12 parameter"}, reference="gpt-3")
    assert found.reference == "GPT-3"
    assert found[0].ratio == pytest.approx(1e12 / 174.6e9)
    assert len(found) == 1
    assert bp.compare(["gpt-3", "1e12 parameter"], reference="gpt-3")[0].above is None


def test_a_published_range_is_evenly_likely_in_every_ratio():
    row = bp.compare(["carlsmith-2020-mechanistic"], level=0.5)[0]
    assert row.median == pytest.approx(1e15)
    assert [row.low, row.high] == pytest.approx([1e14, 1e16], rel=1e-6)


def test_other_units_go_too_as_long_as_they_are_one():
    bits = bp.compare(["bartol-2015-petabyte", bp.exact("88.125 TB", name="ours")])
    assert bits[0].median == pytest.approx(bits[1].median)
    brains = bp.compare(["mouse/brain/neurons", "worm/nervous-system/neurons", "human/brain/neurons"])
    assert brains[0].median == 302


def test_a_network_counted_from_its_dimensions():
    network = bp.dense_network([784, 300, 10], bias=True)
    row = bp.compare([network, bp.evidence.finding("model/gpt-3/parameters")])[0]
    assert (row.median, row.kind) == (238_510, "machine")


# --- reasons -----------------------------------------------------------------------------------------------------


def test_the_reasons_tell_what_is_counted_with_its_numbers(ladder):
    why = {each.name: each.why for each in ladder}
    assert "stored information, then parameters at precision" in why["bits"]
    assert "2.1e14 (8.8e13 to 5.7e14) synapses" in why["bits"]
    assert "4.7 bits per synapse" in why["bits"]
    assert "hippocampus" not in why["weights"]  # a finding made of others is one number here
    assert "Too high, if anything: a genome can be compressed" in why["genome"]
    assert "A bias belongs to a neuron" in why["twice"]
    assert "Count by its makers" in why["GPT-3"]
    assert "1e16 operations per second" in why["anchor"]
    assert all((each.endswith(".") and each[0].isupper()) or each[0].isdigit() for each in why.values())


def test_the_driver_and_own_words_are_told():
    neurons = bp.assumed("8e10 to 9e10 neuron", because="range", name="neurons")
    per_neuron = bp.assumed("1e3 to 1e4 parameter/neuron", because="range", name="per neuron")
    brain = (neurons * per_neuron).named("mine", because="every neuron is a network")
    why = bp.compare([brain])[0].why
    assert why.startswith("Every neuron is a network. Counts mine from neurons, ")
    assert "100% of its spread is that of per neuron" in why


def test_what_all_rows_share_is_no_reason():
    rows = bp.compare({"one": synapses() * bp.exact("1 parameter/synapse"), "two": in_two(synapses())})
    assert not any("human whole brain" in each.why for each in rows)
    assert "2 parameters per synapse" in rows[1].why


def in_two(count):
    return count * bp.exact("2 parameter/synapse", name="numbers each")


def test_an_estimate_without_evidence_is_no_brain():
    assert bp.compare([bp.exact("1e9 parameter", name="mine")])[0].kind == "estimate"
    doubled = bp.evidence("model/gpt-3/parameters") + bp.evidence("model/gpt-3/parameters")
    assert bp.compare({"twice GPT-3": doubled})[0].kind == "machine"


# --- notations ---------------------------------------------------------------------------------------------------


def test_it_prints_as_text_markdown_and_html(ladder):
    text = str(ladder)
    assert text.splitlines()[0].startswith("11 estimates on one ladder, in parameters, from 1e8 to 1e1")
    assert "held against weights" in text.splitlines()[0]
    assert text.count("●") == 11
    assert max(map(len, text.splitlines())) <= 150
    markdown = ladder._repr_markdown_().splitlines()
    assert len(markdown) == 2 + 2 + 11
    assert {line.count(" | ") for line in markdown[2:]} == {8}
    page = ladder._repr_html_()
    assert page.count("<tr>") == 12
    assert page.count("<svg ") == 11


def test_a_name_from_a_stranger_stays_text():
    found = bp.compare({"<b>a|b</b>": "1e9 parameter"})
    assert "<b>" not in found._repr_html_()
    assert "<b>" not in found._repr_markdown_()
    assert r"a\|b" in found._repr_markdown_()


@pytest.mark.parametrize(
    ("ends", "drawn"),
    [
        ((1e2, 1e2, 1e2), "│·······│·······●·······│·······│·······│"),
        ((1e0, 1e3, 1e5), "├───────────────────────●───────────────┤"),
        ((-4.0, 1e1, 1e2), "├───────●───────┤·······│·······│·······│"),
    ],
)
def test_an_interval_in_characters(ends, drawn):
    assert bar(ends, 0, 5) == drawn
    assert axis(0, 5) == "1e0     1e1     1e2     1e3     1e4     1e5"


@LAW
@given(st.floats(-3, 30), st.floats(0, 6), st.floats(0, 6))
def test_the_median_is_drawn_once_and_between_its_ends(middle, below, above):
    line = bar((10 ** (middle - below), 10**middle, 10 ** (middle + above)), math.floor(middle - below), 40)
    assert line.count("●") == 1
    assert line.find("├") <= line.index("●")
    assert line.find("┤") == -1 or line.index("●") < line.find("┤")


def test_it_is_drawn(ladder):
    ax = ladder.plot()
    assert ax.get_xscale() == "log"
    assert [each.get_text() for each in ax.get_yticklabels()] == [each.name for each in ladder]
    assert {each.get_text() for each in ax.get_legend().get_texts()} == {"brain", "machine", "published"}
    matplotlib.pyplot.close("all")


# --- misuse ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "error", "says"),
    [
        ([], bp.ArgumentError, "'estimates' is empty"),
        ("gpt-3", bp.KindError, "needs a list, or a dict"),
        (None, bp.KindError, "needs a list, or a dict"),
        (["gpt-33"], bp.UnknownNameError, "Did you mean 'gpt-3'"),
        (["gpt-3", "GPT-3"], bp.ArgumentError, "stands twice; give a dict"),
        ({3: "gpt-3"}, bp.KindError, "a name came as 3"),
        ([7], bp.UnitError, "7 has no unit"),
        (["0 parameter"], bp.RangeError, "a ladder is logarithmic"),
        ([bp.exact([1, 2], "parameter", axis="a")], bp.ShapeError, "an array came; pick one element"),
        (["gpt-3", "human/brain/synapses"], bp.UnitError, "multiply by parameters per synapse"),
        (["gpt-3", "86e9 neuron"], bp.UnitError, "multiply by parameters per neuron"),
        (["gpt-3", "88 TB"], bp.UnitError, "divide by bits per parameter"),
        (["carlsmith-2020", "gpt-3"], bp.UnitError, "divide by operations per parameter"),
        (["1 mm", "1 s"], bp.UnitError, "'1 s' is in s, and the ladder is in mm; bring all of them to one unit"),
    ],
)
def test_misuse_says_how_to_mend_it(asked, error, says):
    with pytest.raises(error, match=says):
        bp.compare(asked)


def test_a_bad_reference_level_or_seed():
    with pytest.raises(bp.UnitError, match="multiply by parameters per neuron"):
        bp.compare(["gpt-3"], reference="86e9 neuron")
    with pytest.raises(bp.UnknownNameError, match="'nobody' is no published estimate"):
        bp.compare(["gpt-3"], reference="nobody")
    with pytest.raises(bp.RangeError, match="compare"):
        bp.compare(["gpt-3"], level=1.5)
    with pytest.raises(bp.BrainparamsError, match="compare"):
        bp.compare(["gpt-3"], seed=-1)


# --- Epoch AI's table --------------------------------------------------------------------------------------------

COLUMNS = (
    "Model,Organization,Publication date,Domain,Parameters,Training compute (FLOP),Confidence,Model accessibility,Link"
)
# Made up, in the columns of the real table.
TABLE = f"""{COLUMNS},Notes
"Great
Model",Somebody,2024-02-29,Language,1750000000.0,1.5e+22,Confident,Open weights (unrestricted),https://example.org,a
Guess,"Nobody, Inc.",2025-01-01,Vision,3e12,,Speculative,API access,,
Secret,Nobody,2025-06-30,Language,,2e+25,,,,

Old,,,,61,,Confident,,,"x, y"
"""


def written(tmp_path, text, name="models.csv", encoding="utf-8"):
    file = tmp_path / name
    file.write_text(text, encoding=encoding)
    return file


def test_the_table_is_read_and_says_what_it_lacks(tmp_path):
    models = bp.read_notable_models(written(tmp_path, TABLE))
    assert [each.name for each in models] == ["Great Model", "Guess", "Secret", "Old"]
    first = str(models).splitlines()[0]
    assert "4 models of models.csv: 3 with a parameter count, 1 without; 2 with training operations, 2 without" in first
    assert "Data: Epoch AI (epoch.ai), licence CC BY 4.0" in first
    assert "not given" in str(models)
    great = models["Great Model"]
    assert great.published == datetime.date(2024, 2, 29)
    assert (great.parameters.value, great.parameters.unit) == (1_750_000_000, "parameter")
    assert great.training_operations.value == 1.5e22
    assert models["Secret"].parameters is None
    assert models["Old"].published is None
    assert [each.name for each in models.counted()] == ["Guess", "Great Model", "Old"]
    assert [each.name for each in models.largest(2)] == ["Guess", "Great Model"]
    assert str(models.largest(2)).startswith("2 of 4 models of models.csv: 3 with a parameter count, 1 without")


def test_its_quantities_credit_their_source_and_say_how_sure_it_is(tmp_path):
    models = bp.read_notable_models(written(tmp_path, TABLE))
    assert [each.key for each in models[0].parameters.citations()] == ["epoch2026"]
    assert "CC BY 4.0" in models[0].parameters.citations()[0].note
    assert "Inputs\n  measured" in models[0].parameters.explain()
    assert "confidence: Speculative" in models[1].parameters.explain()
    assert (models[0].parameters - models[0].parameters).value == 0  # one unknown, however often it is asked for


def test_its_rows_stand_on_a_ladder(tmp_path):
    models = bp.read_notable_models(written(tmp_path, "\ufeff" + TABLE))
    found = bp.compare([*models.largest(2), "hinton-2014"], reference="hinton-2014")
    assert [(each.name, each.kind) for each in found][:2] == [("Great Model", "machine"), ("Guess", "machine")]
    assert "confidence of Epoch AI in the count: Speculative" in found[1].why
    assert bp.compare(models.counted())[0].name == "Old"
    with pytest.raises(bp.ArgumentError, match=r"Secret has no parameter count; leave it out, as models\.counted"):
        bp.compare(models)


def test_a_long_table_shows_its_first_rows(tmp_path):
    rows = "\n".join(f"M{each},O,,,{each + 1},,Confident,," for each in range(50))
    models = bp.read_notable_models(written(tmp_path, f"{COLUMNS}\n{rows}\n"))
    assert str(models).startswith("50 models of models.csv")
    assert str(models).endswith("… and 30 more")
    assert len(str(models).splitlines()) < 30


def replaced(old, new):
    assert old in TABLE
    return TABLE.replace(old, new)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (replaced("1750000000.0", "many"), r"models\.csv, line 3, column 'Parameters': 'many' is not a number"),
        (replaced("1750000000.0", "-5"), r"line 3, column 'Parameters': '-5' is not a count"),
        (replaced("1750000000.0", "nan"), r"'nan' is not a count"),
        (replaced("1.5e+22", "inf"), r"line 3, column 'Training compute \(FLOP\)': 'inf' is not a count"),
        (replaced("2025-01-01", "1 Jan"), r"line 4, column 'Publication date': '1 Jan' is not a date"),
        (replaced("Guess,", ","), r"line 4, column 'Model': the cell is empty"),
        (replaced('"Nobody, Inc."', "Nobody, Inc."), r"line 4: 11 cells came, and the head has 10"),
        (
            replaced("Parameters,", "Params,"),
            r"line 1: no column 'Parameters'; expected at least Model, .*Did you mean",
        ),
        (replaced(",Notes", ",Domain"), r"line 1: the column 'Domain' stands twice"),
        (TABLE + '"open', r"models\.csv: not a CSV file in UTF-8"),
        ("", r"line 1: no column 'Model'"),
    ],
)
def test_a_faulty_table_is_refused_with_file_line_and_column(tmp_path, text, says):
    with pytest.raises(bp.FileError, match=says):
        bp.read_notable_models(written(tmp_path, text))


def test_a_file_that_cannot_be_read(tmp_path):
    with pytest.raises(bp.FileError, match=r"cannot be read: No such file.*check the path"):
        bp.read_notable_models(tmp_path / "none.csv")
    with pytest.raises(bp.FileError, match="cannot be read"):
        bp.read_notable_models(tmp_path)
    with pytest.raises(bp.FileError, match="not a CSV file in UTF-8"):
        bp.read_notable_models(written(tmp_path, TABLE.replace("Great", "Größe"), encoding="latin-1"))


def test_a_row_is_taken_by_name_or_refused(tmp_path):
    models = bp.read_notable_models(written(tmp_path, TABLE))
    with pytest.raises(bp.UnknownNameError, match=r"no rows of models\.csv are 'Gues'\. Did you mean 'Guess'"):
        _ = models["Gues"]
    twice = bp.read_notable_models(written(tmp_path, TABLE.replace("Guess", "Old")))
    with pytest.raises(bp.UnknownNameError, match=r"Did you mean 'Guess'"):
        _ = models["gu"]  # names that begin so, however they are spelt
    with pytest.raises(bp.UnknownNameError, match=r"2 rows of models\.csv are 'Old'\. Take one by its position"):
        _ = twice["Old"]
    for count in (0, -1, True, 2.5):
        with pytest.raises(bp.RangeError, match="give a whole number of at least 1"):
            models.largest(count)
