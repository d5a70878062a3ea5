"""Brain and network side by side: every row complete, sourced and resolvable; every claim recomputed."""

import ast
import dataclasses
import functools
import html.parser
import inspect
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import brainparams as bp
from brainparams import literature
from brainparams.errors import KindError, UnknownNameError
from brainparams.estimators.caveats import caveat, ignored
from brainparams.literature.sentences import filled, findings_of, number
from brainparams.literature.shelf import sought

HOUSE = Path(bp.__file__).parent
ROWS = tomllib.loads((HOUSE / "literature" / "analogies.toml").read_text(encoding="utf-8"))
RAW = {name: {**row, **ignored()[name]} for name, row in ROWS.items()}
CLAIMS = tomllib.loads((HOUSE / "literature" / "claims.toml").read_text(encoding="utf-8"))
ASPECTS = (
    "count", "unit complexity", "update rule", "persistence", "energy per operation", "power", "signal speed",
    "sample efficiency", "sparsity", "timing", "dendritic computation", "synaptic diversity", "neuromodulation",
    "hierarchy", "distributed representation", "transfer", "continual learning", "robustness", "structural change",
)  # fmt: skip
TEXTS = ("brain", "network", "holds", "breaks", "because", "caveat")
BY_ROW = pytest.mark.parametrize("name", RAW)
# The estimators that say rows of the table; caveats of one method alone stand beside it, in words of its own.
SAID_ONCE = ("energy", "learning", "neurons", "regions", "storage", "synapses")


# --- rows --------------------------------------------------------------------------------------------------------


def test_the_table_has_every_aspect():
    assert set(ASPECTS) <= set(RAW)
    assert [row.name for row in bp.analogies()] == list(RAW)
    assert set(ignored()) == set(ROWS)


@BY_ROW
def test_a_row_is_complete(name):
    assert RAW[name].keys() == {*TEXTS, "effect", "estimators", "brain_sources", "network_sources"}
    row = bp.analogies(name)
    for text in TEXTS:
        told = getattr(row, text)
        assert told == " ".join(told.split())
        assert len(told) > 10
        assert not set("{}") & set(told)
    assert row.effect in ("raises", "lowers", "unknown")
    assert row.holds.endswith(".")
    assert row.breaks.endswith(".")
    assert not row.caveat.endswith(".")
    assert len(row.estimators) == len(set(row.estimators)) > 0


@BY_ROW
def test_a_row_has_sources_that_resolve(name):
    row = bp.analogies(name)
    keys = {each.key for each in row.sources}
    assert keys >= {*RAW[name]["brain_sources"], *RAW[name]["network_sources"]}
    assert keys <= set(bp.references())
    assert row.brain_sources
    assert row.network_sources
    assert keys >= {each.key for each in (*row.brain_sources, *row.network_sources)}
    for each in row.findings:
        assert {source.key for source in bp.evidence(each).citations()} <= keys


@BY_ROW
def test_a_number_in_a_row_comes_from_a_finding_or_beside_a_source(name):
    typed = [text for text in TEXTS if re.search(r"(?<![\w-])\d", re.sub(r"\{[^}]*\}", "", RAW[name][text]))]
    assert not typed or RAW[name]["brain_sources"] or RAW[name]["network_sources"]
    for each in findings_of(*(RAW[name][text] for text in TEXTS)):
        finding = bp.evidence.finding(each)
        assert finding.status != "memory"
        assert number(bp.evidence(each)) in " ".join(getattr(bp.analogies(name), text) for text in TEXTS)


@BY_ROW
def test_an_estimator_that_a_row_names_exists(name):
    for each in RAW[name]["estimators"]:
        found = re.fullmatch(r"([\w.]+)\((?:(\w+)=)?\)", each)
        assert found, each
        function = functools.reduce(getattr, found[1].split("."), bp)
        assert f"{function.__module__}.".startswith("brainparams.estimators.")
        assert found[2] is None or found[2] in inspect.signature(function).parameters


def test_the_numbers_of_a_row_are_those_of_the_evidence():
    neurons = bp.evidence("human/brain/neurons")
    low, high = neurons.interval(0.90)
    assert bp.analogies("count").brain.startswith(f"{neurons.median():.1e}".replace("+", ""))
    assert f"({low:.1e} to {high:.1e}) neurons".replace("+", "") in bp.analogies("count").brain
    assert bp.analogies("bias").findings == ("neuron/parameters/bias",)


# --- caveats are rows --------------------------------------------------------------------------------------------


def literals(module):
    tree = ast.parse((HOUSE / "estimators" / f"{module}.py").read_text(encoding="utf-8"))
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]


@pytest.mark.parametrize("module", SAID_ONCE)
def test_a_caveat_of_the_table_is_said_once(module):
    assert not [text for text in literals(module) for row in RAW.values() if row["caveat"] in text]
    source = (HOUSE / "estimators" / f"{module}.py").read_text(encoding="utf-8")
    assert "with_caveat(**caveat(" in source


@pytest.mark.parametrize(
    ("quantity", "rows"),
    [
        (
            lambda: bp.synaptic_parameters("86e9 neuron", "7000 synapse/neuron", "1 parameter/synapse"),
            ("dendritic computation", "connected pairs"),
        ),
        (
            lambda: bp.connection_parameters("86e9 neuron", "7000 connection/neuron", "1 parameter/connection"),
            ("bias",),
        ),
        (lambda: bp.regional_total({"cortex": "16e9 neuron", "cerebellum": "69e9 neuron"}, "neurons"), ("count",)),
    ],
)
def test_an_estimator_tells_the_caveats_of_its_rows(quantity, rows):
    told = " ".join(quantity().explain().split())
    for name in rows:
        words = {"raises": "raises the count", "lowers": "lowers the count", "unknown": "direction unknown"}
        assert f"{RAW[name]['caveat']} [{words[RAW[name]['effect']]}]" in told


def test_a_caveat_is_the_arguments_of_with_caveat():
    assert caveat("dendritic computation") == {
        "text": RAW["dendritic computation"]["caveat"],
        "effect": "lowers",
    }
    with pytest.raises(UnknownNameError, match="dendritic computation"):
        caveat("dendritic computing")


def test_estimators_read_the_table_late_and_no_finding_at_all():
    program = (
        "import sys, brainparams as bp, brainparams.estimators.synapses; "
        "from brainparams.estimators.caveats import ignored; assert ignored.cache_info().currsize == 0; "
        "bp.synaptic_parameters('1 neuron', '1 synapse/neuron', '1 parameter/synapse'); "
        "assert ignored.cache_info().currsize == 1; assert 'brainparams.findings' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


# --- asking ------------------------------------------------------------------------------------------------------


def test_a_row_is_found_by_words_that_only_it_has():
    assert bp.analogies("energy").name == "energy per operation"
    assert bp.analogies("  Signal SPEED ").name == "signal speed"
    assert bp.analogies("power") is bp.analogies("power")
    assert bp.claims("gpt-4").name == bp.claims("GPT-4").name == "GPT-4"


@pytest.mark.parametrize("ask", [bp.analogies, bp.claims])
@pytest.mark.parametrize("what", [7, "", "  ", ["power"]])
def test_other_things_than_words_are_refused(ask, what):
    with pytest.raises(KindError, match=rf"{ask.__name__}\(\): .* came; expected the name of a row"):
        ask(what)


def test_unknown_words_bring_the_nearest_and_all_rows():
    with pytest.raises(UnknownNameError, match=r"'sparcity'.*Did you mean 'sparsity'.*The rows are count, "):
        bp.analogies("sparcity")
    with pytest.raises(UnknownNameError, match=r"claims\('petabite'\).*Did you mean 'petabyte'"):
        bp.claims("petabite")


def test_words_of_several_rows_name_them_all():
    with pytest.raises(UnknownNameError, match="2 rows have it in their names: update rule, neuromodulation"):
        sought("u", ["update rule", "neuromodulation", "power"], "f")
    with pytest.raises(UnknownNameError, match="energy per synaptic event, energy per operation"):
        bp.claims("energy")
    assert sought("power", ["power", "power of two"], "f") == "power"


SHELVES = (bp.analogies, bp.claims, bp.published)
BY_SHELF = pytest.mark.parametrize("shelf", SHELVES, ids=lambda shelf: shelf.__name__)


@BY_SHELF
def test_every_shelf_is_asked_in_the_same_way(shelf):
    ids = shelf.ids()
    assert list(ids) == sorted(set(ids))
    assert len(shelf) == len(shelf.table()) == len(ids)
    assert [*shelf] == [*shelf.table()]
    for each in ids:
        assert each in shelf
        assert shelf(each) is shelf(each.upper()) in shelf.table()
        assert shelf(each) in shelf.find(each)
    assert "no such" not in shelf
    assert f"bp.{shelf.__name__}.table()" in repr(shelf)


@BY_SHELF
def test_words_that_stand_nowhere_are_told(shelf):
    with pytest.raises(UnknownNameError, match=rf"{shelf.__name__}\.find\('xyzzy'\)"):
        shelf.find("xyzzy")
    with pytest.raises(KindError, match=r"expected words, such as"):
        shelf.find(" ")


def test_records_are_found_by_what_they_say():
    assert [each.name for each in bp.claims.find("Petabyte 88 tb")] == ["petabyte"]
    assert {"moravec-1988", "moravec-1998"} <= {each.id for each in bp.published.find("moravec")}
    assert "dendritic computation" in [each.name for each in bp.analogies.find("dendrit")]


def test_a_published_estimate_has_to_be_named():
    with pytest.raises(bp.ArgumentError, match=r"write bp\.published\('hinton-2014'\).*\.ids\(\).*\.table\(\)"):
        bp.published()


# --- numbers in sentences ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantity", "told"),
    [
        (lambda: bp.exact("302 neuron"), "302 neurons"),
        (lambda: bp.exact("1 neuron"), "1 neuron"),
        (lambda: bp.exact("99999 neuron"), "99,999 neurons"),
        (lambda: bp.exact("123456789 neuron"), "1.23e8 neurons"),
        (lambda: bp.exact("0.16 spike/neuron/s"), "0.16 spikes per neuron per second"),
        (lambda: bp.exact(0.25, "1"), "0.25"),
        (lambda: bp.measured("86.06(8.12)e9 neuron", source="azevedo2009"), "8.6e10 (7.3e10 to 9.9e10) neurons"),
    ],
)
def test_a_number_in_a_sentence(quantity, told):
    assert number(quantity()) == told


def test_a_text_is_filled_and_names_its_findings():
    text = "{worm/nervous-system/neurons}, or {neuron/parameters/bias}, or {worm/nervous-system/neurons}"
    assert findings_of(text) == ("worm/nervous-system/neurons", "neuron/parameters/bias")
    assert filled(text) == "302 neurons, or 1 parameter per neuron, or 302 neurons"
    with pytest.raises(UnknownNameError, match="worm/nervous-system/neuron"):
        filled("{worm/nervous-system/neuron}")


# --- how they print ----------------------------------------------------------------------------------------------


class Tags(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        assert [each for each in attrs if each[0] != "style" or "alert" in each[1]] == []  # nothing but our own style

    def handle_data(self, data):
        self.text.append(data)


TABLES = pytest.mark.parametrize("table", [bp.analogies, bp.claims])


@TABLES
def test_a_table_prints_within_a_hundred_columns(table):
    text = str(table())
    assert max(map(len, text.splitlines()[1:])) <= 100
    assert repr(table()) == text
    for row in table():
        assert max(map(len, str(row).splitlines()[1:])) <= 100
        assert repr(row) == str(row)


@TABLES
def test_a_table_in_markdown_and_html_has_every_row(table):
    lines = table()._repr_markdown_().splitlines()
    assert len(lines) == 4 + len(table())
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines[2:]} == {5}
    page = Tags(table()._repr_html_())
    assert page.tags.count("tr") == 1 + len(table())
    assert page.tags.count("td") == 4 * len(table())


HOSTILE = "<script>alert(1)</script> | *b* & `c`"


@pytest.mark.parametrize(
    "rows",
    [
        lambda: literature.Analogies((dataclasses.replace(bp.analogies("bias"), name=HOSTILE, brain=HOSTILE),)),
        lambda: literature.Claims(
            (dataclasses.replace(bp.claims("GPT-4"), name=HOSTILE, text=HOSTILE, verdict=HOSTILE),)
        ),
    ],
)
def test_what_a_stranger_writes_is_text(rows):
    for shown in (rows(), rows()[0]):
        page = Tags(shown._repr_html_())
        assert set(page.tags) <= {"table", "caption", "tr", "th", "td"}
        assert HOSTILE in "".join(page.text)
        markdown = shown._repr_markdown_()
        assert "<script" not in markdown
        assert r"\| \*b\* &amp; \`c\`" in markdown


# --- claims ------------------------------------------------------------------------------------------------------

BY_CLAIM = pytest.mark.parametrize("name", CLAIMS)


@BY_CLAIM
def test_a_claim_is_complete_and_sourced(name):
    claim = bp.claims(name)
    assert claim.name == name
    assert claim.text
    assert claim.verdict
    assert claim.why.endswith(".")
    assert claim.said is not None or claim.found is not None
    assert claim.sources
    assert {each.key for each in claim.sources} <= set(bp.references())
    if claim.found is not None:
        assert {each.key for each in claim.found.citations()} <= {each.key for each in claim.sources}
        assert "Inputs" in claim.found.explain()
    for each in findings_of(CLAIMS[name]["why"]):
        assert number(bp.evidence(each)) in claim.why


def median_ratio(name):
    return float(bp.claims(name).ratio.median())


def test_a_synaptic_event_costs_ten_to_a_thousand_times_more():
    said = bp.claims("energy per synaptic event").said.value
    vesicle = bp.evidence("rodents/cortex/energy-per-vesicle").to("J").median()
    assert 8 < vesicle / said < 15
    low, high = bp.claims("energy per synaptic event").ratio.interval(0.90)
    assert 10 < low < 100
    assert 500 < high < 2000
    # 20 W over 1.5e14 synapses at 0.1 to 2 spikes a second, by hand
    for rate in (0.1, 2.0):
        assert low < 20 / (1.5e14 * rate) / said * 1.5
        assert 20 / (1.5e14 * rate) / said < 1.5 * high
    assert 1.0 < bp.evidence("energy/synapse/per-bit").to("J/bit").median() / said < 2.1


def test_an_operation_costs_about_a_picojoule():
    assert bp.claims("energy per operation").found.value == pytest.approx(700 / 989e12)
    assert 0.5 < median_ratio("energy per operation") < 2


def test_ten_thousand_connections_hold_for_cortex_only():
    said = bp.claims("connections per neuron").said.value
    assert 0.1 < median_ratio("connections per neuron") < 0.4
    assert 0.5 < bp.evidence("human/neocortex/synapses-per-neuron").median() / said < 2
    granule = bp.evidence("human/cerebellum/granule-cells").median()
    assert granule / bp.evidence("human/brain/neurons").median() > 0.5


def test_seven_thousand_synapses_are_for_cortex_only():
    claim = bp.claims("synapses of a brain")
    assert claim.said.value == 86_000_000_000 * 7000
    assert 2.5 < 1 / median_ratio("synapses of a brain") < 4


def test_a_bias_belongs_to_a_neuron():
    claim = bp.claims("a bias per connection")
    assert claim.said.value == 86_000_000_000 * 10_000 * 2
    assert claim.found.value == 86_000_000_000 * 10_000 + 86_000_000_000


def test_a_thousand_layers_have_999_gaps():
    claim = bp.claims("a thousand layers")
    assert claim.said.value - claim.found.value == 1000 * 1000
    assert claim.found.value == 999 * 1000 * 1000


def test_a_pyramidal_cell_has_two_counts():
    claim = bp.claims("a deep neuron")
    assert claim.said.value == bp.evidence("neuron/parameters/temporal-convolution").value
    assert round(1 / median_ratio("a deep neuron")) == 1154


def test_a_smaller_model_with_more_data_does_better():
    compute = {
        name: bp.evidence(f"model/{name}/parameters").value * bp.evidence(f"model/{name}/training-tokens").value
        for name in ("chinchilla", "gopher")
    }
    assert bp.claims("capability").found.value == 0.25
    assert compute["chinchilla"] == pytest.approx(compute["gopher"], rel=0.2)


def models():
    ids = [each for each in bp.evidence.ids() if re.fullmatch(r"model/[^/]+/parameters", each)]
    return {each.split("/")[1]: bp.evidence.finding(each) for each in ids}


def test_a_trillion_is_published_for_sparse_models_only():
    sparse = {name for name in models() if f"model/{name}/active-parameters" in bp.evidence.ids()}
    dense = {}
    for name, finding in models().items():
        is_published = finding.grade == "measured"
        is_sparse = name in sparse or "sparse" in (finding.note or "")
        assert finding.value < 10**12 or is_sparse or not is_published, name
        if is_published and not is_sparse:
            dense[name] = finding.value
    assert len(sparse) > 3
    assert max(dense.values()) == bp.claims("trillion").found.value


def test_nobody_published_the_size_of_gpt_4():
    claim = bp.claims("GPT-4")
    assert claim.found is None
    assert claim.ratio is None
    assert models()["gpt-4"].grade == "rumoured"
    assert claim.said.value > 50 * models()["gpt-4"].value


def test_twelve_per_layer_misses_relative_positions():
    claim = bp.claims("twelve per layer")
    assert claim.found.value == 12 * 80 * 16384**2
    assert claim.said.value == bp.evidence("model/gopher/parameters").value
    assert round(100 * (1 - median_ratio("twelve per layer"))) == 8
    assert [each.key for each in claim.found.citations()] == ["hoffmann2022"]


def test_a_petabyte_takes_eleven_times_the_synapses():
    claim = bp.claims("petabyte")
    assert claim.found.value == pytest.approx(1.5e14 * 4.7 / 8 / 1e12)
    assert round(1 / median_ratio("petabyte")) == 11
    assert f"{1e15 * 8 / 4.7:.1e}".replace("+", "") in claim.why
    assert f"{claim.found.value:.0f} TB" in claim.why
