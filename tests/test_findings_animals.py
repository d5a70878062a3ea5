"""The animals of the evidence say what their sources say, agree with themselves, and show who disagrees."""

from collections import defaultdict

import pytest

from brainparams.findings import evidence
from brainparams.findings.catalogue import findings
from brainparams.findings.finding import SPECIES

# Files that go by animal; others go by subject, such as energy.
MAMMALS = ["macaque", "mouse", "rat", "primates", "rodents", "mammals"]
OTHERS = ["birds", "fish", "fly", "worm", "invertebrates"]
FILES = {f"{group}.toml" for group in MAMMALS + OTHERS}

# Published figures, typed from the sources once more: id, number, unit, standard deviation, source, place in it.
PUBLISHED = [
    ("mouse/brain/neurons", 67_874_000, "neuron", 10.406e6, "herculanohouzel2015", "Table 5"),
    ("mouse/cortex/neurons", 13_688_000, "neuron", 2.242e6, "herculanohouzel2015", "Table 1"),
    ("rat/cerebellum/neurons", 139_172_000, "neuron", 11.186e6, "herculanohouzel2015", "Table 2"),
    ("guinea-pig/rest-of-brain/neurons", 22_190_000, "neuron", 9.432e6, "herculanohouzel2015", "Table 3"),
    ("naked-mole-rat/cortex/neurons", 6_152_000, "neuron", 1.066e6, "herculanohouzel2015", "Table 1"),
    ("marmoset/brain/neurons", 635_800_000, "neuron", 115.73e6, "herculanohouzel2015", "Table 5"),
    ("capuchin/cerebellum/neurons", 2_490_000_000, "neuron", None, "herculanohouzel2015", "Table 2"),
    ("baboon/cortex/neurons", 2_875_000_000, "neuron", None, "herculanohouzel2015", "Table 1"),
    ("african-elephant/cortex/neurons", 5_593_000_000, "neuron", None, "herculanohouzel2014", "Table 1"),
    ("orangutan/cerebellum/neurons", 26_300_000_000, "neuron", 2.47e9, "herculanohouzel2011", "Table 2"),
    ("chimpanzee/neocortical-hemisphere/neurons", 3_700_000_000, "neuron", None, "collins2016", "abstract"),
    ("dog/cortex/neurons", 530_000_000, "neuron", None, "jardimmesseder2017", "table"),
    ("jay/brain/neurons", 1_085_420_000, "neuron", 159.56e6, "olkowicz2016", "Table S1"),
    ("budgerigar/brain/neurons", 321_820_000, "neuron", 10.62e6, "olkowicz2016", "Table S1"),
    ("octopus/arms/neurons", 300_000_000, "neuron", None, "young1963", "abstract"),
    ("fly/brain/neurons", 139_255, "neuron", None, "dorkenwald2024", "abstract"),
    ("fly/larval-brain/synapses", 548_000, "synapse", None, "winding2023", "abstract"),
    ("worm/nervous-system/gap-junctions", 890, "connection", None, "varshney2011", "results"),
    ("zebrafish-larva/brain/synapses", 30_000_000, "synapse", None, "petkova2025", "abstract"),
    ("rat/ca1-interneuron/synapses-per-neuron", 16_294, "synapse/neuron", None, "gulyas1999", "abstract"),
    ("mouse/cortex/synapse-density/braitenberg1998", 700_000_000, "synapse/mm**3", None, "braitenberg1998", "109245"),
    ("rodents/cortex/spike-share-of-signalling-energy", 0.21, "1", None, "howarth2012", "abstract"),
    ("blowfly/photoreceptor-synapse/atp-per-bit", 10_000, "ATP/bit", None, "laughlin1998", "abstract"),
    ("primates/thinnest-axons/conduction-velocity", 0.3, "m/s", None, "swadlow2012", "first section"),
]

# Regions add up to the whole within the digits of the table, but for four animals whose table does not.
EXACT, OPEN = 1e-3, {"galago": 1.0581, "owl-monkey": 1.0428, "agouti": 1.0405, "squirrel-monkey": 0.9936}
ANIMALS = sorted(
    each.id.split("/")[0]
    for each in findings().values()
    if each.id.endswith("/rest-of-brain/neurons") and each.species != "Homo sapiens"
)

# The first finding, the one that disagrees, and the second divided by the first.
DISAGREEING = [
    ("mouse/cortex/neurons", "mouse/cortex/neurons/braitenberg1998", 1.18),
    ("mouse/brain/neurons", "mouse/brain/neurons/williams2000", 1.10),
    ("mouse/cortex/synapse-density/braitenberg1998", "mouse/cortex/synapse-density/microns2025", 0.75),
    (
        "mouse/brain/synapses/zanichelli2025",
        "mouse/brain/synapses/zanichelli2025-calculator",
        5.2,
    ),
    (
        "mouse/primary-visual-cortex/parvalbumin-neuron-density/bjerke2021",
        "mouse/primary-visual-cortex/parvalbumin-neuron-density/gonchar2008",
        10.9,
    ),
    ("macaque/cortex/neurons", "macaque/cortex/neurons/turner2016", 1.75),
    ("african-elephant/cortex/neurons", "african-elephant/cortex/neurons/hart2008", 2.2),
    ("chimpanzee/cortex/neurons", "chimpanzee/cortex/neurons/hart2008", 0.91),
    ("rat/cerebellum/neurons", "rat/cerebellum/neurons/korbo1993", 1.9),
    (
        "rat/cerebellum/granule-cells-per-purkinje-cell",
        "rat/cerebellum/granule-cells-per-purkinje-cell/lange1975",
        2.1,
    ),
    (
        "cat/lateral-geniculate/cortical-synapses-per-neuron/budd2004-cells",
        "cat/lateral-geniculate/cortical-synapses-per-neuron/budd2004-axons",
        10.4,
    ),
    ("honeybee/brain/neurons", "honeybee/brain/neurons/godfrey2021", 0.64),
    ("fly/brain/neurons", "fly/brain/neurons/raji2021", 1.43),
    ("fly/brain/synapses/dorkenwald2024", "fly/brain/synapses/flywire2024", 2.4),
    ("fly/ventral-nerve-cord/neurons", "fly/ventral-nerve-cord/neurons/azevedo2024", 0.63),
    ("worm/nervous-system/synapses", "worm/nervous-system/synapses/white1986", 0.78),
    ("worm/nervous-system/connections", "worm/nervous-system/connections/fenyves2020", 1.66),
    (
        "rodents/cortex/spike-share-of-signalling-energy",
        "rodents/cortex/spike-share-of-signalling-energy/attwell2001",
        2.2,
    ),
]


def typical(identifier):
    """Return the published number, or the median of what is worked out from others."""
    finding = evidence.finding(identifier)
    return finding.value if finding.value is not None else float(evidence(identifier).to(finding.unit).median())


@pytest.mark.parametrize(("identifier", "number", "unit", "sd", "source", "place"), PUBLISHED)
def test_a_figure_is_the_published_one(identifier, number, unit, sd, source, place):
    finding = evidence.finding(identifier)
    assert (finding.value, finding.unit) == (number, unit)
    assert finding.sources == (source,)
    assert place in finding.locator
    assert finding.spread.kind == ("sd" if sd else "none")
    assert finding.spread.value == sd


@pytest.mark.parametrize("animal", ANIMALS)
def test_regions_add_up_to_the_whole(animal):
    parts = [findings()[f"{animal}/{region}/neurons"].value for region in ("cortex", "cerebellum", "rest-of-brain")]
    ratio = sum(parts) / findings()[f"{animal}/brain/neurons"].value
    assert ratio == pytest.approx(OPEN.get(animal, 1), abs=EXACT)


@pytest.mark.parametrize("animal", sorted(OPEN))
def test_regions_that_do_not_add_up_are_told(animal):
    off = 100 * (OPEN[animal] - 1)
    told = f"add up to {off:.0f} % more" if off > 1 else f"add up to {-off:.1f} % less"
    assert told in findings()[f"{animal}/brain/neurons"].note


def test_many_animals_have_all_regions():
    assert len(ANIMALS) >= 20


@pytest.mark.parametrize(("first", "second", "ratio"), DISAGREEING)
def test_who_disagrees_is_a_rival_and_says_why(first, second, ratio):
    assert second in [each.id for each in evidence.rivals(first)]
    assert first in [each.id for each in evidence.rivals(second)]
    assert typical(second) / typical(first) == pytest.approx(ratio, rel=0.02)
    assert findings()[second].note


def test_how_many_neurons_a_mouse_cortex_has_and_who_disagrees():
    told = {each.id: each for each in evidence.rivals("mouse/cortex/neurons")}
    assert {"mouse/cortex/neurons", "mouse/cortex/neurons/braitenberg1998"} <= set(told)
    assert typical("mouse/cortex/neurons/braitenberg1998") == pytest.approx(180 * 9e4)  # mm³ × neurons/mm³
    assert "hippocampus" in told["mouse/cortex/neurons"].note


def test_the_two_sides_of_a_brain_are_the_same_unknown():
    both, one = evidence("macaque/neocortex/neurons"), evidence("macaque/neocortical-hemisphere/neurons")
    assert float((both / one).estimate().median) == 2
    assert float((both / one).estimate().sd) == pytest.approx(0, abs=1e-12)


def test_what_is_worked_out_gives_the_number_that_its_authors_print():
    assert typical("mouse/cortex/synapses-per-neuron") == pytest.approx(7800, rel=0.01)  # Braitenberg and Schüz
    assert typical("mouse/neocortex/synapses-per-neuron") == pytest.approx(8800)  # Reimann et al.
    assert typical("fly/larval-brain/synapses-per-neuron") == pytest.approx(182, rel=0.01)  # Winding et al.
    assert typical("cat/cerebellum/granule-cells-per-purkinje-cell") == pytest.approx(1760)  # 2.2e9 / 1.25e6


def test_the_octopus_adds_up_to_nearly_what_its_author_rounds_it_to():
    parts = typical("octopus/arms/neurons") + typical("octopus/brain/neurons")
    assert parts / typical("octopus/nervous-system/neurons") == pytest.approx(0.94)


def test_an_animal_stands_in_one_file():
    files = defaultdict(set)
    for finding in findings().values():
        if finding.file in FILES:
            files[finding.id.split("/")[0]].add(finding.file)
    assert set().union(*files.values()) == FILES
    assert {name: places for name, places in files.items() if len(places) > 1} == {}


def test_every_name_in_the_table_of_species_has_findings():
    assert set(SPECIES) == {finding.species for finding in findings().values()}


def test_numbers_from_memory_are_marked_and_nothing_else_claims_to_be_seen():
    animals = [each for each in findings().values() if each.file in FILES]
    assert {each.id for each in animals if each.status == "memory"} == {
        "fly/hemibrain/synapses",
        "worm-male/nervous-system/neurons",
    }
    for each in animals:
        assert (each.status == "memory") == ("from memory" in (each.checked or "")), each.id


def test_an_extrapolated_brain_is_an_estimate():
    for animal in ("chimpanzee", "gorilla", "orangutan"):
        finding = findings()[f"{animal}/brain/neurons"]
        assert finding.grade == "estimated"
        assert "extrapolated" in finding.method
