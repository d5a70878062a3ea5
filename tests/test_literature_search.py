"""What a person types is found: other words, forms, authors, units in words, numbers; the best answer first."""

import inspect
import re
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

import brainparams as bp
from brainparams.findings.wording import Number, Word, stem, terms

FIRST = [
    ("20 W", "human/brain/power"),
    ("120 m/s", "primates/largest-axons/conduction-velocity"),
    ("bits per parameter", "scaling/bits-per-parameter/knowledge"),
    ("gpt-3", "model/gpt-3/parameters"),
    ("175B", "model/gpt-3/parameters"),
    ("86 billion", "human/brain/neurons"),
    ("mouse cortex neurons", "mouse/cortex/neurons"),
    ("energy of a synaptic event on Loihi", "hardware/loihi/energy-per-synaptic-event"),
    ("population coding", "distributed representation"),
    ("graceful degradation", "robustness"),
    ("10 bits/s", "human/behaviour/bit-rate"),
    ("receptor subtypes", "human/brain/receptor-subtypes-of-three-transmitters"),
    ("BANC neurons", "fly/central-nervous-system/neurons/bates2026"),
    ("how many synapses in the human brain", "human/brain/synapses"),
    ("how many parameters does GPT-4 have", "model/gpt-4/parameters"),
    ("How many neurons does a mouse have?", "mouse/brain/neurons"),
    ("how many synapses does a worm have", "worm/nervous-system/synapses"),
    ("neurons in C. elegans", "worm/nervous-system/neurons"),
    ("brain weight", "human/brain/mass"),
    ("16 billion neurons", "human/cortex/neurons"),
    ("86 billion neurons", "human/brain/neurons"),
]
NAMELESS = ["20 W", "120 m/s", "watt", "joule", "Nyengaard", "biases", "86 billion", "connectome"]
FOUND = [
    "dendrite", "Chinchilla", "GPU", "Hebbian", "STDP", "backpropagation", "gradient", "population coding",
    "graceful degradation", "critical period", "spiking", "Segev", "London", "watt", "joule", "Nyengaard", "biases",
    "connectome", "neuromorphic", "TrueNorth", "firing rates", "mice", "cortical thickness", "petabytes",
]  # fmt: skip


@pytest.mark.parametrize(("asked", "first"), FIRST)
def test_the_best_answer_stands_first(asked, first):
    assert bp.search(asked)[0].name == first


@pytest.mark.parametrize("asked", FOUND)
def test_what_people_type_is_found(asked):
    assert len(bp.search(asked)) > 0


@pytest.mark.parametrize("asked", NAMELESS)
def test_findings_are_found_by_number_unit_author_and_form(asked):
    assert len(bp.evidence.find(asked)) > 0


@pytest.mark.parametrize("asked", ["dendrite", "Chinchilla", "GPU", "STDP", "Hebbian", "backpropagation", "gradient"])
def test_analogies_answer_words_that_are_in_no_name(asked):
    assert bp.analogies(asked).name in bp.analogies.ids()
    assert len(bp.analogies.find(asked)) > 0


def test_every_answer_says_how_to_get_it():
    for kind in ("finding", "claim", "analogy", "published", "estimator", "architecture", "unit"):
        hit = bp.search(
            {"published": "Kurzweil", "unit": "joule", "architecture": "transformer"}.get(kind, "synapse"), kind=kind
        )[0]
        assert hit.kind == kind
        assert hit.call.startswith("bp.")
        eval(hit.call, {"bp": bp})


PAGES = [
    ("install", "first-estimate"), ("correlation", "questions"), ("Jupyter", "from-notebook-to-paper"),
    ("Moore's law", "comparing"), ("pandas", "from-a-table"), ("dask", "many-machines"), ("BibTeX", "cite"),
    ("meta-analysis", "disagreement"), ("squigglepy", "coming-from"), ("LoRA", "architectures"),
    ("posterior", "conditioning"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "page"), PAGES)
def test_pages_of_the_documentation_are_found(asked, page):
    assert page in [hit.name for hit in bp.search(asked, kind="page")]


def test_the_pages_of_the_search_are_those_of_the_documentation():
    folder = Path(__file__).parent.parent / "docs"
    titles = {
        page.stem: re.search(r"^# (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)[1]
        for page in folder.glob("*.md")
        if page.stem not in ("changelog", "index")
    }
    listed = tomllib.loads(files("brainparams.literature").joinpath("pages.toml").read_text(encoding="utf-8"))
    assert {name: page["title"] for name, page in listed.items()} == titles


@pytest.mark.parametrize(
    ("asked", "first"),
    [("lognormal", "LogNormal"), ("quantile", "Quantity.quantile"), ("LaTeX", "Quantity.to_latex")],
)
def test_makers_beliefs_and_questions_are_found(asked, first):
    hit = bp.search(asked)[0]
    assert (hit.kind, hit.name) == ("function", first)


@pytest.mark.parametrize("asked", ["dopamine", "serotonin", "glucose", "astrocyte", "metabolism", "percentile"])
def test_words_of_the_field_lead_to_what_they_are_kinds_of(asked):
    assert len(bp.search(asked)) > 0


@pytest.mark.parametrize("asked", ["sleep", "consciousness", "IQ"])
def test_nothing_absurd_is_suggested(asked):
    with pytest.raises(bp.UnknownNameError) as caught:
        bp.search(asked)
    assert "Did you mean" not in str(caught.value)


def test_an_unknown_id_is_answered_with_those_that_fit():
    with pytest.raises(bp.UnknownNameError, match="'model/gpt-3/parameters'"):
        bp.evidence("gpt-3")


def test_where_no_record_has_every_word_those_with_most_answer():
    assert bp.search("dozens of transmitters")[0].kind == "finding"
    with pytest.raises(bp.UnknownNameError, match="no finding with"):
        bp.evidence.find("dozens of transmitters")  # a table of findings has every word


def test_nonsense_is_refused():
    with pytest.raises(bp.UnknownNameError, match="nothing answers"):
        bp.search("qwertzuiop")
    with pytest.raises(bp.KindError, match="expected words"):
        bp.search("  ")
    with pytest.raises(bp.ArgumentError):
        bp.search("synapse", kind="paper")


def test_what_has_no_finding_of_its_own_leads_to_its_neighbours():
    names = [hit.name for hit in bp.search("how much energy did training GPT-3 use")[:3]]
    assert "model/gpt-3/training-compute" in names


def test_a_number_is_as_near_as_its_digits_say():
    assert len(bp.search("16 billion neurons")) < 10
    assert "human/cortex/neurons" not in [hit.name for hit in bp.search("16.0 billion neurons")[:5]]


def test_a_question_without_a_word_to_look_for_is_no_misspelling():
    with pytest.raises(bp.UnknownNameError, match="no word to look for") as caught:
        bp.search("the")
    assert "Did you mean" not in str(caught.value)


def test_a_question_is_words_and_numbers():
    assert terms("20 W") == [Number(20.0, "W")]
    assert terms("1.5e14 synapses")[0] == Number(1.5e14)
    assert [each.own for each in terms("the neurons of mice") if isinstance(each, Word)] == [
        stem("neuron"),
        stem("mice"),
    ]
    assert stem("dendrites") == stem("dendritic") == stem("dendrite")


def test_a_table_shows_the_best():
    text = str(bp.search("synapse"))
    assert "the 20 best are shown" in " ".join(text.split())


@pytest.mark.parametrize(
    ("asked", "table"),
    [
        ("rat barrel column neurons", "rat/barrel-column/neurons"),
        ("CA1 layer thickness", "human/ca1/layer-thickness"),
        ("olfactory bulb neuron density", "mouse/main-olfactory-bulb/neuron-density"),
        ("somatostatin interneurons isocortex", "mouse/isocortex/interneuron-density"),
    ],
)
def test_tables_by_layer_area_and_type_are_found(asked, table):
    hit = next(hit for hit in bp.search(asked, kind="table") if hit.name == table)
    assert hit.call == f"bp.evidence.table({table!r})"
    assert table in [hit.name for hit in bp.search(asked)]


def test_every_family_of_estimators_is_searched():
    for family in set(dir(bp.estimators)) - {"estimator"}:
        module = getattr(bp.estimators, family)
        name = next(name for name in module.__all__ if inspect.isfunction(getattr(module, name)))
        assert f"bp.estimators.{family}.{name}" in {each.call for each in bp.search(name, kind="estimator")}


@pytest.mark.parametrize(
    ("asked", "read_as", "first"),
    [
        ("hebian", "hebbian", "update rule"),
        ("hipocampus", "hippocampus", "human/hippocampus/neurons"),
        ("nuerons", "neurons", "neuron"),
        ("celegans", "elegans", "worm/nervous-system/neurons"),
        ("gpt3", "gpt-3", "model/gpt-3/parameters"),
        ("rat cortx synapses", "rat cortex synapses", "rat/cortex/synapses"),
    ],
)
def test_a_misspelt_word_is_read_as_the_nearest_and_says_so(asked, read_as, first):
    found = bp.search(asked)
    assert found.read_as.casefold() == read_as
    assert found[0].name == first
    assert f"(read as {found.read_as!r})" in " ".join(str(found).split())
    assert "read as" not in str(bp.search("neurons"))


NEIGHBOURS = [
    "GPUs", "rats", "bees", "MoE", "mixture of experts", "LTP", "dopamine", "latency", "glucose", "attention",
    "Purkinje", "cortex column", "minicolumn", "C. elegans", "fly", "Moravec", "Carlsmith", "H100", "A100", "TPU",
    "KV cache", "LoRA", "scaling laws", "tokens", "energy", "joules", "watts", "myelin", "glia", "astrocytes",
    "gap junctions", "DNA", "receptors", "vesicles", "credit assignment", "DRAM", "fine-tuning",
    "back propagation", "fast mapping", "schema", "reaction time", "upload", "attractor", "ReLU", "EEG", "EMG",
    "Claude", "bandwidth",
]  # fmt: skip


@pytest.mark.parametrize("asked", NEIGHBOURS)
def test_neighbours_of_what_people_type_are_found(asked):
    assert bp.search(asked).read_as == asked  # found as they stand, not as another word


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("150 ms", "human/vision/categorisation-time"),
        ("0.15 s", "human/vision/categorisation-time"),
        ("20000 mW", "human/brain/power"),
        ("100 trillion synapses", "textbook synapses"),
        ("10,000 connections", "connections per neuron"),
    ],
)
def test_numbers_are_found_in_another_size_of_their_unit_and_in_claims(asked, name):
    assert name in [each.name for each in bp.search(asked)][:12]
