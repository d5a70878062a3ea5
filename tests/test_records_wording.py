"""What is written of a number is what is believed, also where whoever edited a file has made its hash again."""

import json
import re
import time
import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import brainparams as bp
from brainparams.__main__ import main
from brainparams.errors import BrainparamsError, BrainparamsWarning, FileError
from brainparams.graph.wording import misworded, reworded
from brainparams.records import check
from brainparams.records.record import content_hash, digests_of, inputs_of
from fuzz import NUMBERS, SPREADS

LAW = settings(derandomize=True, deadline=None, max_examples=60)
NUMBER = re.compile(r"[0-9][0-9,]*\.?[0-9]*")
WRITTEN = [
    "302 neuron", "86.06(8.12)e9 neuron", "86 +/- 8 billion neuron", "1e3 to 1e4 neuron", "5 to 9 neuron @ 95 %",
    "1e16 ×/÷ 5 neuron", "10 +3/-2 neuron", "86.06 ± 8.12 (n = 4) billion neuron",
    "86.06e9 neuron, SEM 4.06e9, n = 4", "0.25 neuron", "1234567 neuron",
]  # fmt: skip
BELIEFS = [
    bp.Normal(86e9, 8e9), bp.LogNormal.from_median(3.0, 2.0), bp.Uniform(2.0, 7.0), bp.Beta(2, 3), bp.Gamma(3.0, 2.0),
    bp.Triangular(1, 2, 4), bp.StudentT(10.0, 2.0, 5.0), bp.LogUniform(1.0, 1e6), bp.Discrete([1, 100], [0.7, 0.3]),
]  # fmt: skip


def of(value, unit=None, **told):
    return bp.assumed(value, unit, because="a test", name="w", **told)


@pytest.fixture
def edited(tmp_path):
    def edit(quantity, change):
        """Save, change the first input, and make digests and hash again."""
        path = quantity.save(tmp_path / "w.json")
        content = json.loads(path.read_text("utf-8"))
        change(content["nodes"][0], content)
        content["digests"] = digests_of(content)
        content["sha256"] = content_hash(content)
        path.write_text(json.dumps(content), "utf-8")
        return path

    return edit


def assert_told(path, told):
    with pytest.raises(FileError, match=rf"^load\('w.json'\): {told}"):
        bp.load(path)
    found = bp.verify(path)
    assert not found.holds
    assert re.search(told, " ".join(found.reasons))


@settings(LAW, max_examples=300)
@given(st.sampled_from(NUMBERS), st.sampled_from(SPREADS), st.sampled_from(NUMBERS), st.sampled_from(NUMBERS),
       st.none() | st.integers(2, 9))  # fmt: skip
@example("0", " ± {0} @ 90%", "5", "5", None)
@example("-5", " ± {0} @ 90%", "9" * 20, "1", None)
@example("3·10^9", " ± {0} @ 90%", "302", "1", 5)
@example("0", " ± {0} @ 90%", "1e3", "1", 9)
@example("1.7e308", " ×/÷ {0}", "5.", "1", None)
def test_what_the_grammar_reads_is_never_told(value, spread, one, two, n):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", BrainparamsWarning)
        try:
            text = f"{value}{spread.format(one, two)} neuron"
            made = of(text) if n is None else bp.measured(text, source="azevedo2009", name="w", n=n)
        except BrainparamsError:
            return
    assert misworded(made.node) is None


@pytest.mark.parametrize("text", WRITTEN)
def test_a_number_edited_in_the_words_alone_is_told(edited, text):
    words = of(text).node.written
    for place, number in enumerate(NUMBER.finditer(words)):
        if "e" in words[: number.start()][-1:]:
            continue  # an exponent
        more = words[: number.start()] + f"{float(number[0].replace(',', '')) * 1.2:.6g}" + words[number.end() :]
        path = edited(of(text), lambda leaf, _, more=more: leaf.update(written=more))
        assert_told(path, rf"(edited by hand: )?w is written '{re.escape(more)}'")
        again = bp.load(path, edited=True)
        assert again.median() == of(text).median(), place
        assert more not in again.explain()


@pytest.mark.parametrize("text", ["from 5 to 6", "5–6", "5(1)", "about 9e99", "5 to 6 thousand", "1 000 to 2 000"])
def test_figures_in_no_form_of_ours_are_told(edited, text):
    for quantity in (of("1e3 to 1e4 neuron"), of("86 +/- 8 neuron"), bp.exact("302 neuron", name="w")):
        path = edited(quantity, lambda leaf, _: leaf.update(written=text))
        assert_told(path, rf"(edited by hand: )?w is written '{re.escape(text)}' (?:\(.*\) )?and believed to be")
        assert text not in bp.load(path, edited=True).explain()
        words = edited(quantity, lambda leaf, _: leaf.update(written="a few thousand"))
        assert bp.verify(words).holds


@pytest.mark.parametrize("belief", BELIEFS, ids=lambda belief: belief.name)
def test_a_belief_edited_beside_its_words_is_told(edited, belief):
    def change(leaf, _):
        parameters = leaf["value"]["parameters"]
        first = next(iter(parameters))
        if belief.name == "discrete":
            parameters["weights"] = [0.5, 0.5]
        else:
            parameters[first] = parameters[first] * 0.8

    assert_told(edited(of(belief, "1"), change), "w is written ")


@pytest.mark.parametrize(
    ("was", "becomes"),
    [("90 %, lognormal", "95 %, lognormal"), ("90 %, lognormal", "90 %, normal"), ("90 %, lognormal", "90 %, gamma")],
)
def test_another_level_or_shape_in_the_words_is_told(edited, was, becomes):
    assert of("1 to 40 m").node.spread == was
    path = edited(of("1 to 40 m"), lambda leaf, _: leaf.update(spread=becomes))
    assert_told(path, rf"w is written '1 to 40' \({becomes}\) and believed to be 6.32456 m \(1 to 40\)")


def test_an_exact_number_in_place_of_a_belief_is_told(edited):
    assert_told(edited(of("8 +/- 1 m"), lambda leaf, _: leaf.update(value=8)), r"w is written '8 ± 1' .* 8 m")


def test_elements_are_told_by_their_labels(edited):
    regions = of({"cortex": "16.34(2.17)e9 neuron", "cerebellum": "69.03(6.65)e9 neuron"}, axis="region")

    def change(leaf, _):
        leaf["rows"][1]["written"] = "7.903e10 ± 6.65e9"

    assert_told(edited(regions, change), r"w, cerebellum is written '7.903e10 ± 6.65e9'")
    counts = of(np.array([16, 69]), "neuron", axis="region")
    assert_told(edited(counts, lambda leaf, _: leaf.update(written="[16, 70]")), "w, 1 is written '70'")
    path = edited(regions, lambda leaf, _: leaf.update(written="[1.634e10 ± 2.17e9, 8 ± 1]"))
    assert_told(path, r"w is written '\[1.634e10 ± 2.17e9, 8 ± 1\]'")


def test_the_weights_of_a_choice_are_those_that_are_written(edited):
    chosen = bp.choose({"a": "1 m", "b": "3 m"}, weights={"a": 0.7, "b": 0.3}, because="two views", name="w")

    def change(_, content):
        selector = next(each for each in content["nodes"] if each.get("spread") == "weights of a choice")
        selector["written"] = selector["written"].replace("70 %", "60 %").replace("30 %", "40 %")

    assert_told(edited(chosen, change), "w is written 'a 60 %, b 40 %'")


def test_the_numbers_of_a_finding_are_those_of_the_evidence(edited):
    neurons = bp.evidence("human/brain/neurons")

    def change(leaf, _):
        leaf["value"]["parameters"]["mean"] = 186.06e9
        leaf["written"] = "1.8606e11 ± 8.12e9"

    path = edited(neurons, change)
    with pytest.raises(FileError, match=r"finding 'human/brain/neurons@.*' is 8.606e10 neuron"):
        bp.load(path)
    assert not bp.verify(path).holds


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda leaf, _: leaf.update(name="neurons of a mouse"), "the name of finding"),
        (lambda leaf, _: leaf.update(locator="p. 1"), "the place in the source of finding"),
        (lambda _, content: content["citations"]["azevedo2009"].update(year=1999), "the source of finding"),
        (lambda leaf, _: leaf.update(uid="finding:human/brain/neurons@2099.1"), "edition that is not known here"),
    ],
)  # fmt: skip
def test_what_is_told_of_a_finding_is_what_the_evidence_tells(edited, change, told):
    found = bp.verify(edited(bp.evidence("human/brain/neurons"), change))
    assert found.holds  # the number does
    assert any(told in each for each in found.reasons)
    assert not bp.verify(edited(bp.evidence("human/brain/neurons"), lambda *_: None)).reasons


@pytest.mark.parametrize("group", ["measured", "assumed"])
def test_a_measurement_has_a_source_and_a_judgement_a_reason(edited, group):
    def change(leaf, _):
        leaf.update(group=group)
        leaf.pop("because")

    with pytest.raises(FileError, match=f"{group} without a"):
        bp.load(edited(of("1 to 2 m"), change))


def test_a_paper_is_told_which_number_is_written_otherwise(tmp_path):
    bp.numbers({"width": of("1 to 40 m"), "depth": of("2 to 3 m")}).write(tmp_path / "numbers.tex")
    content = json.loads((tmp_path / "numbers.json").read_text("utf-8"))
    record = content["numbers"]["width"]["record"]
    record["nodes"][-1]["written"] = "1 to 50"
    record["digests"], record["sha256"] = digests_of(record), None
    record["sha256"] = content_hash(record)
    content["sha256"] = content_hash(content)
    (tmp_path / "numbers.json").write_text(json.dumps(content), "utf-8")
    (tmp_path / "paper.tex").write_text("\\input{numbers.tex} \\bpWidth{} by \\bpDepth{}", "utf-8")
    found = {each.name: each for each in check(tmp_path / "paper.tex").rows}
    assert (found["bpWidth"].verdict, found["bpDepth"].verdict) == ("edited", "holds")
    assert "w is written '1 to 50'" in found["bpWidth"].why


@pytest.mark.parametrize("change", [{"written": "1 to 50"}, {"spread": "90 %, \x1b[31mred, normal"}])
def test_what_steers_a_terminal_is_in_no_message(edited, tmp_path, capsys, change):
    quantity = bp.assumed("1 to 40 m", because="a test", name="a\x1b[31mred\u202e")
    path = edited(quantity, lambda leaf, _: leaf.update(change))
    with pytest.raises(FileError, match=r"^load\('w.json'\): a\[31mred is written") as told:
        bp.load(path)
    assert str(told.value).isprintable()
    path.write_text(quantity.save(tmp_path / "w.json").read_text("utf-8").replace("1 to 40", "1 to 50"), "utf-8")
    with pytest.raises(FileError, match=r"nodes\[0\] \(a\[31mred\)") as told:
        bp.load(path)
    assert str(told.value).isprintable()
    assert main(["show", str(path)]) == 2
    assert capsys.readouterr().err.strip().isprintable()
    assert main(["show", "\x1b[31mx.json"]) == 2
    assert capsys.readouterr().err.strip().isprintable()


def test_what_steers_a_terminal_is_in_no_line_of_a_check(tmp_path, capsys):
    bp.numbers({"width": of("1 to 40 m")}).write(tmp_path / "numbers.tex")
    text = "[1]{bp=a\x1b[31mb} <!-- bp:x\x1b[31m -->\x1b[32m3<!-- /bp --> [\x1b[31m7 m]{bp=width}"
    (tmp_path / "paper\u202e.md").write_text(text, "utf-8")
    assert main(["check", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert out.count("\n") == 4
    assert out.replace("\n", "").isprintable()


# --- what is as it was written is let through ------------------------------------------------------------------------


def test_every_finding_is_written_as_it_is_believed(tmp_path):
    for name in bp.evidence.ids()[::7]:
        for leaf in inputs_of(bp.evidence(name).node):
            assert bp.load(bp.Quantity(leaf).save(tmp_path / "one.json")).unit == leaf.unit.text


numbers = st.floats(1e-6, 1e12).map(lambda number: float(f"{number:.9g}")) | st.integers(1, 10**15)


@LAW
@given(
    st.sampled_from(
        [
            "{a}",
            "{a} +/- {b}",
            "{a} ×/÷ 1.{c}",
            "{a} to {d}",
            "{a} to {d} @ {c} %",
            "{a} +{b}/-{b}",
            "{a} ± {b} (n = {c})",
        ]
    ),
    numbers,
    st.floats(0.001, 0.3),
    st.integers(2, 98),
)
def test_whatever_is_written_is_loaded_again(tmp_path_factory, form, a, part, c):
    b = float(f"{a * part:.7g}")
    text = form.format(a=a, b=b, c=c, d=a * 7.0)
    quantity = bp.given(f"{text} mm")
    path = quantity.save(tmp_path_factory.mktemp("written") / "x.json")
    assert bp.load(path) == quantity


PIECES = ["1", "-2", ".5", "e3", "e9999", ",", " ", " ± ", " ×/÷ ", " to ", " +", "/-", "(", ")", "cv ", "[", "]", ", ",
          " %", "of ", "of the mean of ", "0", "9" * 50, "…", "sd", "range", "lognormal with that mean", "median ",
          "standard error", "Student t", ", normal", "NaN", "\x1b[31m", "\n"]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), max_size=9).map("".join)
TWO = bp.Discrete([1, 2], [0.4, 0.6])
SHAPES = [of("1 to 40 m"), of("8 +/- 1 m"), of(bp.StudentT(0.0, 1.0, 1.0), "m"), of(TWO, "m"), of("5 m"),
          of({"a": "1 m", "b": "2 to 3 m"}, axis="k"), of(np.array([1.0, 2.0]), "m", axis="k")]  # fmt: skip


@settings(LAW, max_examples=600)
@given(st.sampled_from(SHAPES), texts, texts | st.none(), texts)
def test_whatever_a_stranger_writes_is_answered(quantity, written, spread, row):
    leaf = quantity.node
    rows = (leaf.rows[0], leaf.rows[1]._replace(written=row, spread=spread)) if leaf.rows else ()
    told = misworded(replace(leaf, written=written, spread=spread, rows=rows))
    assert told is None or told.startswith("w")
    again = reworded(replace(leaf, written=written, spread=spread, rows=rows))
    assert misworded(again) is None


@pytest.mark.parametrize("part", ["1", "1,", "1.", "[1, ", "1 %, ", "x", " ± 1", "of ", "(1 %)", "1e"])
def test_words_of_any_length_are_read_in_proportion_to_it(part):
    def seconds(count):
        long = replace(of(TWO, "m").node, written=part * count, spread=part * count)
        longs = [long, replace(of("1 to 40 m").node, written=part * count, spread=part * count)]
        best = float("inf")
        for _ in range(3):
            start = time.process_time()
            for each in longs:
                misworded(each)
            best = min(best, time.process_time() - start)
        return best

    assert seconds(20_000) < 30 * seconds(2_000) + 0.05
