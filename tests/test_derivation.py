"""What is told of an estimate: derivation, digits, escaping, drivers, picture."""

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import brainparams as bp
from brainparams.errors import ArgumentError, ShapeError
from brainparams.estimate import Drawn, Estimate
from brainparams.render import numbers
from brainparams.render.words import sentence
from brainparams.render.writers import latex, markdown
from brainparams.units import Unit
from checks import LAW, lognormal, number

STYLES = ["text", "markdown", "latex"]
Z95 = 1.6448536269514722


@pytest.fixture(scope="module")
def brain():
    neurons = bp.measured(
        "86.06(8.12)e9 neuron", source="azevedo2009", locator="p. 535", name="neurons", note="adult males"
    )
    each = bp.assumed("1e3 to 1e4 synapse/neuron", because="range given by textbooks", name="synapses per neuron")
    synapses = (neurons * each).named("synapses", symbol="S", because="every synapse has one neuron behind it")
    weights = bp.exact("1 parameter/synapse", because="one scalar weight a synapse", name="weights")
    biases = bp.given("1 parameter/neuron", name="biases")
    total = (synapses * weights + neurons * biases).named("parameters", symbol="P")
    return total.with_caveat("glial cells are left out", effect="lowers")


# --- what is told, in which order ------------------------------------------------------------------------------------

PARTS = {
    "text": [
        "Parameters: 2.7e14 parameters (270 trillion), 90 % interval 8.5e13 to 8.7e14\n(equal-tailed; ",
        "\n  S = N × s ", "[synapses]", "= 8.6e10 neuron × 3200 synapse/neuron", "= 2.7e14 synapses",
        "every synapse has one neuron behind it",
        "\n  P = S × p + N × b ", "[parameters]", "= 2.7e14 parameters  (8.5e13 to 8.7e14)",
        "\n  measured", "N  neurons: 8.606e10 ± 8.12e9 neuron", "[1]", "p. 535", "adult males",
        "\n  assumed", "s  synapses per neuron: 1000 to 10000 synapse/neuron (90 %, lognormal)",
        "range given by textbooks",
        "\n  exact", "p  weights: 1 parameter/synapse", "one scalar weight a synapse",
        "\n  given, no source", "b  biases: 1 parameter/neuron",
        "Where the spread comes from", "% synapses per neuron", "% neurons",
        "Caveats", "glial cells are left out", "lowers", "biases came in without a source",
        "References", "[1] Azevedo", "doi:10.1002/cne.21974",
    ],
    "markdown": [
        "**parameters**: 2.7 × 10¹⁴ parameters (270 trillion), 90 % interval 8.5 × 10¹³ to 8.7 × 10¹⁴",
        "| step | formula |",
        "| synapses", "| *S* = *N* × *s* | 8.6 × 10¹⁰ neuron × 3200 synapse/neuron | 2.7 × 10¹⁴ synapses",
        "| parameters | *P* = *S* × *p* + *N* × *b* |",
        "**Measured**", "- *N*, neurons: 8.606 × 10¹⁰ ± 8.12 × 10⁹ neuron", "[1]", "p. 535", "adult males",
        "**Assumed**", "- *s*, synapses per neuron: 1000 to 10000 synapse/neuron", "range given by textbooks",
        "**Exact**", "- *p*, weights: 1 parameter/synapse", "one scalar weight a synapse",
        "**Given, no source**", "- *b*, biases: 1 parameter/neuron",
        "**Where the spread comes from**", "**Caveats**", "glial cells are left out", "**References**", "1. Azevedo",
    ],
    "latex": [
        r"\textbf{parameters}: \num{2.7e14} parameters (270 trillion), 90 \% interval \num{8.5e13} to \num{8.7e14}",
        r"\toprule", r"synapses & $S = N \times s$ & \num{2.7e14} synapses (\num{8.5e13} to \num{8.7e14}) \\",
        r"parameters & $P = S \times p + N \times b$ &", r"\bottomrule",
        r"\paragraph{Inputs: measured}", r"$N$, neurons: \num{8.606e10} $\pm$ \num{8.12e9} neuron", "[1]", "p. 535",
        r"\paragraph{Inputs: assumed}", r"(90 \%, lognormal)", "range given by textbooks",
        r"\paragraph{Inputs: exact}", r"\paragraph{Inputs: given, no source}",
        "Where the spread comes from", r"\paragraph{Caveats}", r"\begin{enumerate}", r"\item Azevedo",
    ],
}  # fmt: skip


@pytest.mark.parametrize("style", STYLES)
def test_everything_is_told_in_order(brain, style):
    told, place = brain.explain(style), 0
    for part in PARTS[style]:
        found = told.find(part, place)
        assert found >= 0, f"{part!r} is not told after {told[place - 40 : place]!r}"
        place = found + len(part)


def test_the_one_line_is_the_sentence(brain):
    assert repr(brain) == sentence(brain.estimate(), 0.90)
    assert repr(brain) in " ".join(brain.explain().split())
    assert brain._repr_markdown_() == brain.explain("markdown")
    assert brain.to_latex() == brain.explain("latex")


def test_the_level_is_the_one_asked_for(brain):
    told = brain.explain(level=0.5)
    assert "50 % interval" in told
    assert "90 % interval" not in told
    assert "95% intervals" in brain.explain("latex", level=0.95).replace("\\", "")


def test_unknown_styles_are_refused(brain):
    with pytest.raises(ArgumentError, match="markdown"):
        brain.explain("markdwon")


def test_only_the_sources_in_use_are_told(brain):
    assert [citation.key for citation in brain.citations()] == ["azevedo2009"]
    assert (brain - brain).explain().count("References") == 1
    assert lognormal(1.0, 2.0).citations() == ()


def test_one_reference_has_one_number():
    a = bp.measured("1(0.1) m", source=("azevedo2009", "herculanohouzel2015"), name="a")
    b = bp.measured("2(0.1) m", source="herculanohouzel2015", name="b")
    told = (a * b).explain()
    assert re.search(r"a: .*\[1\] \[2\]", told)
    assert re.search(r"b: .*\[2\]", told)
    assert told.count("\n  [1] ") == told.count("\n  [2] ") == 1
    assert "[3]" not in told


def test_equal_symbols_get_numbers_and_taken_ones_are_passed_over():
    a, b = lognormal(1.0, 2.0, "first", symbol="x_2"), lognormal(1.0, 3.0, "second", symbol="x")
    c = lognormal(1.0, 4.0, "third", symbol="x")
    told = (a + b * c).named("all", symbol="y").explain()
    (formula,) = re.findall(r"y = (.*?) +\[", told)
    assert len(set(re.findall(r"x\w*", formula))) == 3


def test_unnamed_operations_fold_into_the_next_named_step():
    a, b = lognormal(1.0, 2.0, "a", symbol="a"), lognormal(1.0, 3.0, "b", symbol="b")
    told = ((a + b).named("sum", symbol="s") * (a - b) / 2).named("end", symbol="e").explain()
    assert "s = a + b" in told
    assert "e = s × (a − b) / f" in told
    assert told.index("s = a + b") < told.index("e = s")


def test_conversions_and_plain_names_are_no_steps():
    volume = bp.exact("180 mm^3", name="volume", symbol="V")
    assert "Steps" not in volume.to("cm^3").explain()
    assert "Steps" not in volume.named("the volume").explain()
    told = (volume.to("cm^3") * bp.exact(2, "1", symbol="k")).named("both", symbol="B").explain()
    assert "B = V × k " in told
    assert len(re.findall(r"^  \w+ = ", told, re.MULTILINE)) == 1


def test_formulas_are_cut_where_a_person_would_stop():
    total = sum(lognormal(1.0, 2.0, f"x{place}") for place in range(100))
    told = total.explain()
    assert "…" in told
    assert max(map(len, told.splitlines())) < 1000


def test_arrays_are_told_by_element():
    layers = bp.exact({"upper": 2, "lower": 5}, "1", axis="layer", name="factors", symbol="k")
    width = number(bp.Normal(mean=10.0, sd=1.0), "width", "m", symbol="w")
    told = (layers * width).named("depths", symbol="d").explain()
    assert "upper 20" in told
    assert "lower 50" in told
    assert "d = k × w" in told
    assert "d = k × w" in (layers * width).named("depths", symbol="d").total("layer").named("all").explain()


# --- digits and words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (2.71e14, 2, "2.7e14"),
        (3162.3, 3, "3160"),
        (0.25, 2, "0.25"),
        (0.000123, 2, "0.00012"),
        (1.23e-5, 2, "1.2e-5"),
        (99950.0, 2, "1.0e5"),
        (-4.5678, 3, "-4.57"),
        (0.0, 3, "0"),
        (86060000000, 2, "86,060,000,000"),
        (10**300, 2, "1e300"),
        (302, 3, "302"),
    ],
)
def test_numbers_are_written_for_people(value, digits, text):
    assert numbers.plain(value, digits) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (2.7e14, 2, "270 trillion"),
        (1e6, 2, "1.0 million"),
        (86.06e9, 2, "86 billion"),
        (86.06e9, 4, "86.06 billion"),
        (999.6e9, 3, "1.00 trillion"),
        (999.6e9, 4, "999.6 billion"),
        (2.5e15, 1, "2 quadrillion"),
        (-3.0e9, 2, "-3.0 billion"),
        (999_000, 2, "1.0 million"),
        (990_000, 2, ""),
        (5e18, 2, ""),
        (0.0, 2, ""),
    ],
)
def test_number_words(value, digits, text):
    assert numbers.words(value, digits) == text


@LAW
@given(st.floats(1e5, 1e19), st.integers(1, 6))
def test_number_words_say_the_rounded_number(value, digits):
    told = numbers.words(value, digits)
    rounded = float(f"{value:.{digits - 1}e}")
    if not told:
        assert rounded < 1e6 or rounded >= 1e18
        return
    numeral, word = told.split()
    scale = {"million": 1e6, "billion": 1e9, "trillion": 1e12, "quadrillion": 1e15}[word]
    assert float(numeral.replace(",", "")) * scale == pytest.approx(rounded, rel=1e-9)
    assert 1 <= float(numeral.replace(",", "")) < 1000
    assert re.fullmatch(r"\d+(\.\d+)?", numeral)


@LAW
@given(st.floats(1e-9, 1e18), st.integers(1, 6))
def test_a_written_number_is_within_half_a_unit_of_its_last_digit(value, digits):
    written = float(numbers.plain(value, digits).replace(",", ""))
    assert abs(written - value) <= 0.5000001 * 10.0 ** (math.floor(math.log10(value)) - digits + 1)


def drawn(values):
    return Estimate("random", "test", Unit("1"), (), Drawn(np.asarray(values, dtype=float)[np.newaxis]), len(values), 0)


@LAW
@given(st.integers(20, 20_000), st.floats(0.001, 1.0), st.integers(0, 99))
def test_digits_are_those_that_the_drawing_supports(count, sigma, seed):
    found = drawn(100.0 * np.exp(sigma * np.random.default_rng(seed).normal(size=count)))
    digits = numbers.digits_of(found, 0.90)
    assert 1 <= digits <= 6
    if digits > 1:
        for p in (0.05, 0.5, 0.95):
            unit = 10.0 ** (math.floor(math.log10(found.quantile(p))) - digits + 1)
            assert 2 * found.standard_error(p) <= unit / 2


def test_more_draws_carry_more_digits():
    generator = np.random.default_rng(0)
    digits = [numbers.digits_of(drawn(100 + generator.normal(size=count)), 0.90) for count in (20, 2000, 200_000)]
    assert digits == sorted(digits)
    assert digits[0] < digits[-1]


def test_a_wide_spread_is_told_in_two_digits():
    told = repr(lognormal(1234.5678, 9876.54321, unit="m"))
    assert told.startswith("3500 m,")
    assert "interval 1200 to 9900 " in told


def test_exact_counts_keep_every_digit():
    assert "860,086,000,000,000 parameters exactly" in repr(bp.exact(860086000000000, "parameter"))


@settings(LAW, max_examples=150)
@given(
    st.lists(
        st.tuples(st.sampled_from(["lognormal", "uniform", "beta"]), st.floats(1e-6, 1e6), st.floats(1.01, 500.0)),
        min_size=1,
        max_size=2,
    ),
    st.sampled_from([0.5, 0.9, 0.95, 0.99]),
)
def test_no_negative_end_is_printed_for_a_positive_quantity(parts, level):
    product = bp.exact(1, "1")
    for kind, low, ratio in parts:
        belief = {
            "lognormal": lambda low=low, ratio=ratio: bp.between(low, low * ratio, level=0.9),
            "uniform": lambda low=low, ratio=ratio: bp.Uniform(low, low * ratio),
            "beta": lambda ratio=ratio: bp.Beta(ratio, 2.0),
        }[kind]()
        product = product * number(belief)
    found = product.estimate(digits=1)
    low, high = re.search(r"interval (\S+) to (\S+) ", sentence(found, level)).groups()
    assert 0 < float(low.replace(",", "")) <= float(high.replace(",", ""))
    assert not low.startswith("-")


# --- text from strangers ---------------------------------------------------------------------------------------------

HOSTILE = [
    "<script>alert(1)</script>",
    "a|b",
    "snake_case",
    "50 % & more",
    "C:\\temp\\new",
    "$x^2$ #1 {y} ~",
    "`code`",
    "[link](http://x)",
    "*bold* \\\\",
    "two\nlines",
    "]]>--><!--",
    "\\input{/etc/passwd}",
    "[x]",
    "a_b_c",
    "é±×",
]


def hostile(text):
    inside = bp.assumed("1 to 3 m", because=f"because {text}", name=text, symbol=text, note=f"note {text}")
    array = bp.exact({text: 2, "other": 3}, "1", axis="kind", name="array")
    both = (inside * array).named(f"array of {text}", because=text)
    return (
        ((both * both)[text] - inside.named(text) * bp.exact("1 m"))
        .named(f"result {text}")
        .with_caveat(f"caveat {text}", effect="unknown")
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_is_escaped(text):
    told = hostile(text).explain("markdown")
    body = re.sub(r"</?sub>", "", told)
    assert "<" not in body
    assert ">" not in body
    rows = [line for line in told.splitlines() if line.startswith("|")]
    assert len(rows) == 2 + 2
    for row in rows:
        assert len(re.findall(r"(?<!\\)\|", row)) == 5, row
    for mark in "`[]":
        plain = told.replace("[1]", "")
        # what an operation writes itself, an index, is the only bracket that is not escaped
        plain = re.sub(r"\)\[(?:\\.|[^\]\\])*\]", ")", plain)
        assert not re.search(rf"(?<!\\)(?:\\\\)*{re.escape(mark)}", re.sub(r"\\[^\\]", "", plain)), mark


def balanced(text):
    depth = 0
    for brace in re.findall(r"\\\\|\\[{}]|[{}]", text):
        depth += {"{": 1, "}": -1}.get(brace, 0)
        if depth < 0:
            return False
    return depth == 0


@pytest.mark.parametrize("text", [*HOSTILE, "plain"])
def test_latex_is_escaped(text):
    lines = [line for line in hostile(text).to_latex().splitlines() if not line.startswith("% ")]
    told = "\n".join(lines)
    assert balanced(told)
    assert all(balanced(line) for line in lines)
    for name in ("tabular", "itemize", "enumerate"):
        assert told.count(rf"\begin{{{name}}}") == told.count(rf"\end{{{name}}}")
    for line in lines:
        assert len(re.findall(r"(?<!\\)\$", line)) % 2 == 0, line
        assert not re.search(r"(?<!\\)[%#~]", line), line
        assert len(re.findall(r"(?<!\\)&", line)) == (2 if line.endswith(r"\\") else 0), line
        prose = re.sub(r"(?<!\\)\$.*?(?<!\\)\$", "", re.sub(r"\\text\{.*?\}\}?", "", line))
        assert not re.search(r"(?<!\\)[_^]", prose), line
    assert not re.search(r"\\\\\s*[\[*]", told)
    commands = set(re.findall(r"\\([a-zA-Z]+)", told))
    assert commands <= {
        "textbf", "num", "begin", "end", "toprule", "midrule", "bottomrule", "paragraph", "item", "times", "left",
        "right", "mathrm", "text", "pm", "div", "ldots", "textbackslash", "textasciitilde", "textasciicircum",
        "textless", "textgreater", "textbar", "sum", "frac", "cdot", "to", "textsuperscript", "textmu",
        "begingroup", "endgroup", "sloppy", "hbadness", "raggedbottom", "par", "noindent", "small", "hsize",
        "linewidth", "raggedright", "arraybackslash", "allowdisplaybreaks",
    }  # fmt: skip


@LAW
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=20))
def test_escaping_leaves_nothing_special(text):
    assert balanced(latex.escaped(text))
    assert not re.search(r"(?<!\\)[%#&_]", latex.escaped(text))
    assert "\n\n" not in latex.escaped(text)
    told = markdown.escaped(text)
    assert not set("<>\n") & set(told)
    assert not re.search(r"(?<!\\)(\\\\)*[|`*_]", told.replace("\\\\", ""))


def test_a_subscript_is_written_once():
    x = bp.exact({"a": 1, "b": 2}, "1", axis="r", symbol="N_max")
    told = (x["a"] * x["b"]).named("y", symbol="y").to_latex()
    assert r"{N_{\mathrm{max}}}_{\mathrm{a}} \times {N_{\mathrm{max}}}_{\mathrm{b}}" in told


# --- parentheses, as printed -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("build", "formula", "put_in"),
    [
        (lambda a, b, c: (a + b) * c, "(a + b) × c", "(8 + 4) × -2"),
        (lambda a, b, c: a + b * c, "a + b × c", "8 + 4 × (-2)"),
        (lambda a, b, c: a - (b - c), "a − (b − c)", "8 − (4 − (-2))"),
        (lambda a, b, c: a / (b * c), "a / (b × c)", "8 / (4 × (-2))"),
        (lambda a, b, c: (-c) ** 2 + a + b, "(−c)^2 + a + b", "(−(-2))^2 + 8 + 4"),
        (lambda a, b, c: (a * b) ** 2 / c, "(a × b)^2 / c", "(8 × 4)^2 / (-2)"),
        (lambda a, b, c: c**2 - a - b, "c^2 − a − b", "(-2)^2 − 8 − 4"),
    ],
)
def test_parentheses_of_symbols_and_of_numbers(build, formula, put_in):
    values = {"a": 8, "b": 4, "c": -2}
    a, b, c = (bp.exact(value, "1", name=name, symbol=name) for name, value in values.items())
    told = build(a, b, c).named("y", symbol="y").explain()
    assert f"y = {formula} " in told
    if put_in.endswith("× -2"):
        put_in = put_in.replace("-2", "(-2)")
    assert f"= {put_in}\n" in told


def test_a_number_with_a_unit_under_a_power_or_a_divisor_is_bracketed():
    length, time = bp.exact("3 mm", symbol="l"), bp.exact("2 s/mm", symbol="t")
    assert "(3 mm)^2" in (length**2 * length).named("y").explain()
    assert "3 mm / (2 s/mm)" in (length / time).named("y").explain()
    many = bp.exact("2e21 m", symbol="m")
    assert "3 mm / (2 × 10²¹ m)" in (length / many).named("y").explain("markdown")


# --- drivers ---------------------------------------------------------------------------------------------------------


def test_shares_of_a_product_are_exact():
    x, y = lognormal(1.0, 4.0, "x"), lognormal(1.0, 10.0, "y")
    found = (x**2 / y * bp.exact("3 m")).drivers()
    logs = {"x": (2 * math.log(4.0)) ** 2, "y": math.log(10.0) ** 2}
    assert found.scale == "logarithm"
    assert "exact" in found.method
    assert [each.name for each in found] == ["x", "y"]
    for each in found:
        assert each.share == pytest.approx(logs[each.name] / sum(logs.values()), rel=1e-12)
    assert sum(each.share for each in found) == pytest.approx(1.0, abs=1e-15)
    assert found.interactions == 0


@LAW
@given(st.lists(st.tuples(st.floats(1.05, 30), st.sampled_from([1, -1, 2, 3])), min_size=1, max_size=5))
def test_shares_of_a_product_sum_to_one_largest_first(factors):
    product = bp.exact(1, "1")
    for place, (ratio, exponent) in enumerate(factors):
        product = product * lognormal(1.0, ratio, f"x{place}") ** exponent
    shares = [each.share for each in product.drivers()]
    assert sum(shares) == pytest.approx(1.0, abs=1e-12)
    assert shares == sorted(shares, reverse=True)
    assert all(0 <= share <= 1 for share in shares)


def test_a_shared_input_is_one_driver_under_its_own_name():
    x, y = lognormal(1.0, 3.0, "root"), lognormal(1.0, 3.0, "other")
    first, second = (x * y).named("first"), (x / bp.exact(2, "1")).named("second")
    found = (first * second).named("end").drivers()
    assert [(each.name, pytest.approx(each.share)) for each in found] == [("root", 0.8), ("other", 0.2)]
    assert found[0].uid == x.node.uid
    assert len(found) == 2


def test_shares_of_a_sum_are_those_of_the_variance():
    a, b = number(bp.Normal(mean=0.0, sd=3.0), "a", "m"), number(bp.Normal(mean=0.0, sd=4.0), "b", "m")
    found = (a + b).drivers()
    assert found.scale == "value"
    assert [each.name for each in found] == ["b", "a"]
    assert [each.share for each in found] == pytest.approx([0.64, 0.36], abs=0.01)
    assert found.interactions == 0


def test_interactions_of_a_sum_of_products():
    x, y, z = (number(bp.Normal(mean=0.0, sd=1.0), name) for name in "xyz")
    found = (x * y + z).drivers()  # variance 1 from the product, which neither input explains alone, and 1 from z
    shares = {each.name: each.share for each in found}
    assert shares["z"] == pytest.approx(0.5, abs=0.02)
    assert shares["x"] == pytest.approx(0, abs=0.02)
    assert shares["y"] == pytest.approx(0, abs=0.02)
    assert found.interactions == pytest.approx(0.5, abs=0.03)
    assert "interactions" in (x * y + z).explain()


def test_nothing_drives_what_has_no_spread():
    x = lognormal(1.0, 3.0, "x")
    assert len(bp.exact("3 m").drivers()) == 0
    for zero in (x - x, bp.exp(x / 9) - bp.exp(x / 9)):
        assert all(each.share == 0 for each in zero.drivers())
    assert "spread" not in bp.exact("3 m").explain()


def test_drivers_of_an_array_are_refused():
    x = bp.exact({"a": 1, "b": 2}, "1", axis="r") * lognormal(1.0, 2.0)
    with pytest.raises(ShapeError, match="array along r"):
        x.drivers()


def test_greek_and_raised_characters_are_written_in_latex():
    x = bp.assumed("5 neuron", because="τ ≤ 3 µm³, 10⁻⁹, H₂ at 20 °", name="rate ρ", symbol="ρ_τ")
    told = (x + x).named("θ", symbol="θ").to_latex()
    assert r"$\theta = \rho_{\text{$\tau$}} + \rho_{\text{$\tau$}}$" in told
    assert r"$\tau$ $\leq$ 3 \textmu{}m\textsuperscript{3}, 10\textsuperscript{-}\textsuperscript{9}" in told
    assert r"H\textsubscript{2}" in told
    assert told.isascii()


def test_arrays_are_told_by_label_the_largest_first_and_all_of_them():
    regions = {f"region {k}": 100 * k for k in range(1, 71)}
    counts = bp.exact(regions, "neuron", axis="region", name="counts")
    assert "the largest first" in counts.total().explain("html")
    for style in ("text", "markdown", "latex"):
        told = counts.total().explain(style)
        places = [told.index(f"region {k}") for k in (70, 69, 22, 21, 19, 18)]
        assert places == sorted(places)
    assert "region 2<" not in counts.total().explain("html")
    assert "has every row" in counts.explain("html")
    assert "70 elements along region, the largest first" in counts.explain()
    few = bp.exact({"a": 1, "b": 2}, "neuron", axis="region", name="counts")
    assert "the largest first" not in few.total().explain()


def test_beyond_thousands_of_labels_the_rest_is_added_up():
    counts = bp.exact({f"region {k}": k for k in range(1, 10_011)}, "neuron", axis="region", name="counts")
    told = counts.total().explain()
    assert "10 more" in told
    assert "55" in told.partition("10 more")[2].splitlines()[0]
    assert "region 11 " in told
    assert "region 10 " not in told


def test_a_few_elements_of_an_input_stand_with_their_labels():
    parts = bp.measured(
        {"cortex": "16(2) neuron", "rest": "7(1) neuron"}, axis="region", source="azevedo2009", name="parts"
    )
    for length in ("brief", "full"):
        told = " ".join(parts.total().explain(length=length).split())
        assert "cortex 16 ± 2, rest 7 ± 1 neuron" in told
