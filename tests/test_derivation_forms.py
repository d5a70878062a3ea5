"""A derivation as data, as a chart, in three lengths, and a quantity in a format: the digits agree in all of them."""

import json
import math
import re

import pytest

import brainparams as bp
from brainparams.derivation import derive
from brainparams.errors import ArgumentError, KindError
from brainparams.render.numbers import superscript
from brainparams.render.plain import columns
from brainparams.render.words import ends, value_words

NAMES = ["<script>x</script>", "$5_a%", 'a"b\\c', "\x1b[31mred\x00", "a\u202eb", "[x](y)|`z`", "a & b; #c"]


@pytest.fixture(scope="module")
def brain():
    neurons = bp.evidence("human/brain/neurons")
    return bp.synaptic_parameters(neurons, "1000 to 10000 synapse/neuron", "1 parameter/synapse")


# --- data and charts -------------------------------------------------------------------------------------------------


def test_a_derivation_is_plain_data(brain):
    found = json.loads(json.dumps(brain.derivation().to_dict(), allow_nan=False))
    assert found["result"]["median"] == brain.median()
    assert (found["result"]["low"], found["result"]["high"]) == tuple(brain.interval(0.90))
    assert [each["formula"] for each in found["steps"]] == ["N × s", "S × p"]
    assert [each["from"] for each in found["steps"]] == [["N", "s"], ["S", "p"]]
    assert [each["symbol"] for each in found["inputs"]] == ["N", "s", "p"]
    assert found["inputs"][0]["sources"] == ["azevedo2009"]
    assert [each["key"] for each in found["references"]] == [each.key for each in brain.citations()]
    assert sum(each["share"] for each in found["drivers"]) == pytest.approx(1.0)
    assert {each["effect"] for each in found["caveats"]} == {"raises", "lowers", "unknown"}


def test_an_array_and_what_is_not_finite_are_plain_data():
    array = bp.assumed({"a": "1 to 3", "b": "2 to 5"}, "m", because="test", axis="r", name="lengths")
    found = (array * bp.exact("2 m")).derivation().to_dict()
    assert found["result"]["axes"] == {"r": ["a", "b"]}
    assert found["result"]["median"] == pytest.approx([2 * math.sqrt(3), 2 * math.sqrt(10)])
    json.dumps(found, allow_nan=False)


def test_charts_have_a_node_for_everything_told_and_a_link_for_every_use(brain):
    chart, graph = brain.derivation().to_mermaid(), brain.derivation().to_dot()
    assert chart.startswith("flowchart TD\n")
    assert chart.count("-->") == graph.count("->") == 4
    assert len(re.findall(r"^  n\d+[\[(]", chart, re.MULTILINE)) == len(re.findall("label=", graph)) == 5
    assert "2.7e14 parameters" in chart
    assert graph.count("{") == graph.count("}") == 1


@pytest.mark.parametrize("name", NAMES)
def test_no_name_breaks_a_chart(name):
    q = (bp.exact("2 m", name=name) * bp.exact("3 m", name="other")).named(name)
    for line in q.derivation().to_mermaid().splitlines()[1:4]:
        label = re.fullmatch(r'  n\d+(?:\[|\(\[)"(.*)"(?:\]|\]\))', line)[1]
        assert not re.search(r'["<>\x00-\x1f\u202e]', label.replace("<br/>", ""))
    for line in q.derivation().to_dot().splitlines()[1:4]:
        assert re.fullmatch(r'  n\d+ \[label="(?:[^"\\]|\\.)*"(?:, shape=box)?\];', line)


# --- lengths ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", ["text", "markdown", "latex", "html"])
def test_three_lengths_in_every_notation(brain, style):
    sentence, brief, full = (brain.explain(style, length=each) for each in ("sentence", "brief", "full"))
    assert len(sentence) < len(brief) < len(full)
    for told in (sentence, brief, full):
        assert "270 trillion" in told
    assert "textbooks" not in sentence
    assert brain.explain("brief") == brain.explain("text", length="brief")


def test_a_length_that_is_not_known_is_named(brain):
    with pytest.raises(ArgumentError, match="length must be one of sentence, brief, full"):
        brain.explain("text", length="short")


def test_text_fits_eighty_columns_but_for_its_first_sentence(brain):
    assert max(map(len, brain.explain().splitlines()[1:])) <= 80


def test_the_digits_agree_in_all_forms(brain):
    low, median, high = "8.5e13", "2.7e14", "8.7e14"
    for told in (repr(brain), brain.explain(), brain.explain("brief")):
        assert f"{median} parameters" in told
        assert f"{low} to {high}" in " ".join(told.split())
    assert rf"\num{{{low}}} to \num{{{high}}}" in brain.to_latex()
    for told in (brain._repr_markdown_(), brain._repr_html_()):
        assert f"{superscript(low)} to {superscript(high)}" in told
    assert median in brain.derivation().to_mermaid()
    assert superscript(median) in brain._repr_mimebundle_()["text/html"]


def test_a_notebook_is_given_the_forms_that_it_asks_for(brain):
    assert set(brain._repr_mimebundle_()) == {"text/plain", "text/markdown", "text/html", "text/latex"}
    assert set(brain._repr_mimebundle_(include={"text/html"})) == {"text/html"}
    assert "text/latex" not in brain._repr_mimebundle_(exclude={"text/latex"})


def test_the_page_in_a_notebook_is_small_still_and_alone(brain):
    for shown in (brain, brain.swings(), bp.evidence.rivals("human/neocortex/synapses"), bp.compare([brain, "gpt-3"])):
        page = shown._repr_html_()
        assert len(page.encode()) < 50_000
        assert "<script" not in page
        assert not re.search(r"""(?:src|@import|url\()""", page)
        assert all(each.startswith("https://doi.org/") for each in re.findall(r'href="([^"]*)"', page))
    assert 'href="https://doi.org/10.1002/cne.21974"' in brain._repr_html_()
    assert '<svg viewBox="0 0 460 132" role="img" aria-label="Density of the result: 2.7e14' in brain._repr_html_()
    assert "86 billion neurons × 3200 synapses per neuron × 1 parameter per synapse" in brain._repr_html_()


def test_many_inputs_and_elements_are_light_in_a_notebook():
    inputs = [bp.assumed(f"{1 + k % 7} to {8 + k % 9} m", because="t" * 90, name=f"length {k}") for k in range(300)]
    whole = sum(inputs, start=bp.exact("0 m", because="nothing yet"))
    page = whole._repr_html_()
    assert len(page.encode()) < 50_000
    assert "more; <code>explain()</code> has them" in page
    assert "288 more together" in page
    assert "length 299" in whole.explain()
    labels = {f"{k} {'area' * 20}": "1 to 3" for k in range(400)}
    assert len(bp.assumed(labels, "m", because="test", axis="r", name="x")._repr_html_().encode()) < 50_000


def test_who_dominates_is_read_before_what_is_folded(brain):
    page = brain._repr_html_()
    places = [page.find(told) for told in ("parameters</p>", "= 86 billion", "<svg", "Where the spread", "<details>")]
    assert places == sorted(places)
    assert min(places) > 0


@pytest.mark.parametrize("name", NAMES)
def test_no_name_is_markup_in_a_notebook(name):
    q = (bp.assumed("1 to 3 m", because=name, name=name, note=name) * bp.exact("3 m", name="other")).named(name)
    page, markdown, text = q._repr_html_(), q._repr_markdown_(), q.explain()
    assert "<script>x" not in page
    assert "<script>x" not in markdown
    for told in (page, markdown, text, q.explain("brief"), q.to_latex()):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e]", told)
    assert not re.search(r"(?<!\\)(?:\\\\)*\$", markdown)


def test_arrays_are_shown_by_label_with_small_intervals():
    array = bp.assumed({"up": "1 to 3", "down": "2 to 5"}, "m", because="test", axis="layer", name="lengths")
    page = array._repr_html_()
    assert page.count("<circle") == 2
    for label in ("up", "down"):
        assert f">{label}</td>" in page


# --- formats ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        (".1g", "3e14 parameters"),
        (".4g", "2.709e14 parameters"),
        ("90%", "8.5e13 to 8.7e14 parameters (90 %)"),
        ("words", "270 trillion parameters"),
        ("latex", r"$2.7 \times 10^{14}$~parameters"),
        ("siunitx", r"\qty{2.7e14}{\text{parameters}}"),
    ],
)
def test_formats(brain, spec, text):
    assert format(brain, spec) == text


def test_a_format_of_an_exact_number_has_its_digits():
    neurons = bp.exact("86.06e9 neuron")
    assert f"{neurons:words}" == "86.06 billion neurons"
    assert f"{neurons:90%}" == "86,060,000,000 neurons exactly"
    assert f"{neurons:siunitx}" == r"\qty{86060000000}{\text{neurons}}"
    assert f"{bp.exact(2, '1'):siunitx}" == r"\num{2}"
    assert f"{neurons}" == str(neurons)


@pytest.mark.parametrize("spec", ["d", ".0g", ".99g", "0%", "100%", "wrods", ">10"])
def test_formats_that_do_not_exist_are_named(brain, spec):
    with pytest.raises(ArgumentError, match=r"format\(\): .* came; expected digits such as"):
        format(brain, spec)
    with pytest.raises(ArgumentError, match="array"):
        format(bp.exact({"a": 1, "b": 2}, "1", axis="r"), ".2g")


def test_a_derivation_is_shown_like_any_other(brain):
    assert str(brain.derivation()) == brain.explain()
    assert repr(derive(brain.node, level=0.9)) == brain.explain()


@pytest.mark.parametrize("style", ["text", "brief"])
def test_text_fits_eighty_columns(style):
    """Words longer than a line and letters that take two columns included."""
    for name in ("x" * 200, "ニューロンの数 " * 12, "a\u0308" * 120, "an ordinary name that goes on and on " * 4):
        one = bp.assumed("1 to 3 m", because=name, name=name)
        told = ((one * one).named(name, because=name) + bp.exact("2 m^2", name=name)).named("sum").explain(style)
        assert max(map(columns, told.splitlines())) <= 80


def kinds():
    """Return a quantity of every kind whose digits are decided in their own way."""

    def assumed(value, unit="m"):
        return bp.assumed(value, unit, because="test", name="x")

    one, ten = assumed("1e12 to 3e12"), assumed("1e15 to 3e15")
    wide, drawn = assumed("1e3 to 1e4"), assumed("1 to 9")
    return {
        "narrow": assumed("100 +/- 0.01"), "wide": wide, "negative": assumed("-5 +/- 2"),
        "share": assumed(bp.Beta(2, 3), "1"), "twelve decades": assumed("1e-3 to 1e9"), "tiny": assumed("1e-7 to 3e-7"),
        "choice": bp.choose({"one": one, "ten": ten}, weights={"one": 0.6, "ten": 0.4}, because="test", name="model"),
        "by points": bp.sin(drawn / bp.exact("1 m")) * drawn + wide, "large": assumed("86.06(8.12)e9 neuron", None),
    }  # fmt: skip


@pytest.mark.parametrize("kind", kinds())
def test_the_digits_of_every_kind_agree_in_all_forms(kind):
    q = kinds()[kind].named("total")
    found = q.estimate()
    value, (low, high) = value_words(found, 0.90, unit=False), ends(found, 0.90)
    assert repr(q).startswith(value)
    assert f"90 % interval {low} to {high}" in repr(q)
    assert repr(q.interval(0.90)).startswith(f"{low} to {high} ")
    assert f"{q:90%}".startswith(f"{low} to {high}")
    assert f": {value}" in " ".join(q.explain().split())
    for form in (q._repr_markdown_(), q._repr_html_()):
        assert superscript(value) in form
        assert f"{superscript(low)} to {superscript(high)}" in form
    for number in (value, low, high):
        assert (rf"\num{{{number}}}" if "e" in number else number) in q.to_latex()
    assert (rf"\num{{{value}}}" if "e" in value else value) in f"{q:siunitx}".replace("qty", "num")
    assert f"{found:sentence}" == repr(q)


def test_elements_have_the_digits_of_their_own_spread():
    q = bp.assumed({"a": "100 +/- 0.01", "b": "1e3 to 1e4", "c": "7 to 8"}, "m", because="test", axis="r", name="x")
    for label in "abc":
        own = q[label]
        value, (low, high) = value_words(own.estimate(), 0.90, unit=False), ends(own.estimate(), 0.90)
        assert f"{label} {value} ({low} to {high})" in repr(q)
        for number in (value, f"{superscript(low)} to {superscript(high)}"):
            assert superscript(number) in q._repr_html_()
            assert superscript(number) in q.estimate()._repr_html_()


def test_formats_align_and_say_what_there_is():
    q = bp.assumed("1e3 to 1e4 m", because="test", name="x")
    assert f"{q:>12.2g}" == "      3200 m"
    assert f"{q:*^12.2g}" == "***3200 m***"
    assert f"{q.estimate():.3g}" == "3160 m"
    for wrong in (".3f", "e", ",", "nonsense", ".0g", "100%", ">12.3f"):
        with pytest.raises(ArgumentError, match=r"format\(\): .* came; expected digits such as"):
            format(q, wrong)
    for whole in (math.floor, math.ceil, math.trunc):
        with pytest.raises(KindError, match="would drop unit and spread"):
            whole(q)
