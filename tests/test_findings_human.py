"""The human findings: digits as printed in the papers, rivals side by side, totals that follow from their parts."""

import numpy as np
import pytest
from scipy.stats import t

import brainparams as bp
from brainparams.citations import references
from brainparams.findings import evidence

# id, value, unit, spread as printed, source; typed from abstracts and tables, in the units of the paper
PRINTED = [
    ("human/brain/neurons", 86.06e9, "neuron", ("sd", 8.12e9), "azevedo2009"),
    ("human/brain/nonneuronal-cells", 84.61e9, "1", ("sd", 9.83e9), "azevedo2009"),
    ("human/cortex/neurons", 16.34e9, "neuron", ("sd", 2.17e9), "azevedo2009"),
    ("human/brain/neurons/azevedo2009", 86.06e9, "neuron", ("range", 78.82e9, 95.40e9), "azevedo2009"),
    ("human/brain/neurons/goriely2025", 86.06e9, "neuron", ("ci", 73.1e9, 99.0e9, 0.95), "goriely2025"),
    ("human/brain/mass", 1508.91, "g", ("sd", 299.14), "azevedo2009"),
    ("human/neocortex/neurons/women", 19e9, "neuron", ("none",), "pakkenberg1997"),
    ("human/neocortex/neurons/women/regeur1994", 18.1e9, "neuron", ("cv", 0.18), "regeur1994"),
    ("human/neocortex/neurons/men/pelvig2008", 26.3e9, "neuron", ("none",), "pelvig2008"),
    ("human/neocortex/neurons/castro2023", 10.2e9, "neuron", ("range", 7.2e9, 14.4e9), "castro2023"),
    ("human/cerebellum/neurons/andersen1992", 101.1e9, "neuron", ("cv", 0.13), "andersen1992"),
    ("human/cerebellum/purkinje-cells/nairn1989", 15.4e6, "neuron", ("cv", 0.19), "nairn1989"),
    ("human/cerebellum/golgi-cells", 81.3e6, "neuron", ("cv", 0.27), "andersen1992"),
    ("human/dentate-nucleus/neurons", 5.01e6, "neuron", ("cv", 0.28), "andersen1992"),
    ("human/ca1/neurons", 16e6, "neuron", ("cv", 0.32), "west1990"),
    ("human/entorhinal-cortex/neurons", 13e6, "neuron", ("none",), "west1998"),
    ("human/mediodorsal-thalamus/neurons", 6.43e6, "neuron", ("cv", 0.15), "abitz2007"),
    ("human/primary-visual-cortex/neuron-density", 79_000, "neuron/mm**3", ("none",), "garciamarin2024"),
    ("human/cortex/neuron-density/cragg1975", 15_600, "neuron/mm**3", ("none",), "cragg1975"),
    ("human/cortex/surface-area", 1843, "cm**2", ("sd", 196), "donahue2018"),
    ("human/cerebellum/surface-area", 1590, "cm**2", ("none",), "sereno2020"),
    ("human/cortex/volume/hart2008", 682, "cm**3", ("none",), "hart2008"),
    ("human/neocortex/synapses/tang2001", 1.64e14, "synapse", ("none",), "tang2001"),
    ("human/neocortex/synapses/roth2005", 3.6e14, "synapse", ("none",), "roth2005"),
    ("human/neocortex/synapse-density/cragg1975", 6e8, "synapse/mm**3", ("none",), "cragg1975"),
    ("human/temporal-cortex/synapses", 1.5e8, "synapse", ("range", 1.3e8, 1.83e8), "shapsoncoe2024"),
    ("human/temporal-cortex/synapse-density/gibson1983", 1.4e8, "synapse/mm**3", ("sd", 0.04e8), "gibson1983"),
    ("human/frontal-cortex/synapse-density", 11.05e8, "synapse/mm**3", ("sem", 0.41e8), "huttenlocher1979"),
    ("human/frontal-cortex/synapse-density/aged", 9.56e8, "synapse/mm**3", ("sem", 0.28e8), "huttenlocher1979"),
    ("human/cortex/communication-power", 3.5, "W", ("none",), "levy2021"),
]
# who disagrees with whom, and by what factor, from the printed numbers
CONTRADICTIONS = [
    ("human/cerebellum/neurons", "human/cerebellum/neurons/andersen1992", 101.1 / 69.03),
    ("human/cerebellum/granule-cells/azevedo2009", "human/cerebellum/granule-cells/andersen1992", 101.1 / 69.03),
    ("human/cerebellum/purkinje-cells/nairn1989", "human/cerebellum/purkinje-cells/andersen1992", 30.5 / 15.4),
    ("human/neocortex/neurons/castro2023", "human/neocortex/neurons", 21 / 10.2),
    ("human/neocortex/neurons/castro2023", "human/neocortex/neurons/azevedo2009", 16.34 / 10.2),
    ("human/neocortex/synapses/tang2001", "human/neocortex/synapses/roth2005", 3.6 / 1.64),
    ("human/neocortex/synapses-per-neuron", "human/neocortex/synapses-per-neuron/cragg1975", 38 / 7),
    ("human/neocortex/synapse-density/cragg1975", "human/neocortex/synapse-density/drachman2005", 1 / 0.6),
    (
        "human/temporal-cortex/synapse-density",
        "human/temporal-cortex/synapse-density/alonsonanclares2008",
        (12.9 + 8.6) / 2 / 1.5,
    ),
    ("human/frontal-cortex/synapse-density/gibson1983", "human/frontal-cortex/synapse-density", 11.05 / 1.2),
    ("human/cortex/volume", "human/cortex/volume/hart2008", 682 / 479.18),
    ("human/brain/synapses/luo2015", "human/brain/synapses/sporns2005", 10),
    ("human/cerebellum/surface-area/andersen1992", "human/cerebellum/surface-area", 1590 / 1160),
]
# median and 95 % interval, from draws of the parts made without this package and rounded
DERIVED = [
    ("human/cerebellum/synapses/mossy-fibre-to-granule-cell", 2.9e11, None),
    ("human/cerebellum/synapses/parallel-fibre-to-purkinje-cell", 8.6e12, None),
    ("human/cerebellum/synapses/parallel-fibre-to-interneuron", 2.4e12, None),
    ("human/cerebellum/synapses/per-cell", 1.1e13, (3.8e12, 4.1e13)),
    ("human/cerebellum/synapses/density", 2.5e13, (1.3e13, 4.7e13)),
    ("human/cerebellum/synapses", 1.5e13, (4.1e12, 4.4e13)),
    ("human/hippocampus/synapses", 1.2e12, None),
    ("human/rest-of-brain/synapses", 3.5e12, None),
    ("human/brain/synapses", 2.07e14, (0.78e14, 6.2e14)),
    ("human/brain/synapses-per-neuron", 2400, (890, 7400)),
]


def value(identifier):
    """Return the printed number, or the median of what is made of others."""
    finding = evidence.finding(identifier)
    if finding.value is not None:
        return finding.value
    return float(evidence(identifier).to(finding.unit).estimate().median)


def human():
    return evidence.find(species="human")


@pytest.mark.parametrize(("identifier", "printed", "unit", "spread", "source"), PRINTED)
def test_a_finding_has_the_digits_of_its_paper(identifier, printed, unit, spread, source):
    finding = evidence.finding(identifier)
    assert (finding.value, finding.unit) == (pytest.approx(printed, rel=1e-12), unit)
    assert source in finding.sources
    numbers = [getattr(finding.spread, name) for name in ("value", "low", "high", "level")]
    assert (finding.spread.kind, *(number for number in numbers if number is not None)) == spread


@pytest.mark.parametrize(("lower", "higher", "factor"), CONTRADICTIONS)
def test_a_contradiction_is_a_pair_of_rivals_with_its_factor(lower, higher, factor):
    assert higher in [each.id for each in evidence.rivals(lower)]
    assert lower in [each.id for each in evidence.rivals(higher)]
    assert value(higher) / value(lower) == pytest.approx(factor, rel=0.01)
    assert any(evidence.finding(each).note for each in (lower, higher))


def test_every_rival_has_the_subject_and_the_unit_of_the_plain_id():
    rivals = [finding for finding in human() if finding.id.rpartition("/")[2] in references()]
    assert len(rivals) > 40
    for rival in rivals:
        plain = evidence.finding(rival.id.rpartition("/")[0])
        for field in ("species", "quantity", "region", "unit"):
            assert getattr(rival, field) == getattr(plain, field), rival.id


def test_men_have_8_6_times_the_synapse_density_of_the_reconstructed_block():
    men, women = (value(f"human/temporal-cortex/synapse-density/{sex}") for sex in ("men", "women"))
    assert men / value("human/temporal-cortex/synapse-density") == pytest.approx(8.6)
    assert 1 - women / men == pytest.approx(0.33, abs=0.005)  # p. 14616
    both = evidence.finding("human/temporal-cortex/synapse-density/alonsonanclares2008").spread
    assert (both.low, both.high) == (women, men)


def test_what_nobody_has_read_is_marked():
    unread = [finding.id for finding in human() if finding.status == "memory"]
    assert unread == []


def test_a_secondary_number_says_that_the_paper_was_not_read():
    for finding in human():
        if finding.status == "secondary":
            assert "page" in finding.checked or "database" in finding.checked, finding.id


# what the papers say of their own numbers


def test_regions_add_up_to_the_whole_in_all_printed_digits():
    regions = ("cortex", "cerebellum", "rest-of-brain")
    assert sum(evidence.finding(f"human/{each}/neurons").value for each in regions) == 86_060_000_000


def test_granule_cells_are_never_more_than_the_neurons_of_the_same_brains():
    cells, neurons = evidence("human/cerebellum/granule-cells/azevedo2009"), evidence("human/brain/neurons")
    assert float((cells - neurons).below("0 neuron")) > 1 - 1e-9
    assert cells.median() == pytest.approx(69.03e9, rel=1e-3)
    usual = evidence("human/cerebellum/granule-cells")
    assert bp.probability_greater(usual, neurons).value < 1e-9
    assert (usual - cells).median() == pytest.approx(0, abs=1)


def test_hippocampus_is_twice_the_five_subdivisions_of_one_side():
    one, both = evidence("human/hippocampus/neurons/one-side"), evidence("human/hippocampus/neurons")
    printed = {"dentate-gyrus/granule-cells": 15, "hilus/neurons": 2, "ca3-2/neurons": 2.7, "ca1/neurons": 16}
    printed["subiculum/neurons"] = 4.5
    assert {f"human/{each}" for each in printed} == set(evidence.finding("human/hippocampus/neurons/one-side").parts)
    assert float(one.estimate().mean) == pytest.approx(sum(printed.values()) * 1e6, rel=2e-3)
    assert float((both / one).estimate().median) == pytest.approx(2)
    assert float(both.estimate().sd) / float(both.estimate().mean) == pytest.approx(0.17, abs=0.005)


def test_five_cerebella_have_the_mean_and_variation_of_the_table():
    purkinje = evidence.finding("human/cerebellum/purkinje-cells/andersen1992")
    millions = np.array([24.6, 34.2, 31.2, 33.4, 29.1])
    assert millions.mean() == pytest.approx(purkinje.value / 1e6, abs=0.05)
    assert millions.std(ddof=1) / millions.mean() == pytest.approx(purkinje.spread.value, abs=0.005)
    granule = np.array([80.9, 97.4, 108.7, 102.7, 116.1])
    assert granule.mean() == pytest.approx(value("human/cerebellum/neurons/andersen1992") / 1e9, abs=0.1)
    assert value("human/cerebellum/granule-cells-per-purkinje-cell/andersen1992") == pytest.approx(3315, rel=2e-3)


def test_the_interval_of_the_mean_is_students():
    counted, interval = evidence.finding("human/brain/neurons"), evidence.finding("human/brain/neurons/goriely2025")
    half = t.ppf(0.975, counted.n - 1) * counted.spread.value / counted.n**0.5
    assert interval.spread.low == pytest.approx(counted.value - half, abs=0.1e9)
    assert interval.spread.high == pytest.approx(counted.value + half, abs=0.1e9)


def test_quoted_products_are_those_of_their_factors():
    assert 12e9 * value("human/neocortex/synapses-per-neuron/roth2005") == pytest.approx(3.6e14, rel=0.01)
    cragg = value("human/neocortex/synapse-density/cragg1975") / value("human/cortex/neuron-density/cragg1975")
    assert cragg == pytest.approx(value("human/neocortex/synapses-per-neuron/cragg1975"), rel=0.015)
    luo = 1e11 * value("human/brain/synapses-per-neuron/luo2015")
    assert luo == pytest.approx(value("human/brain/synapses/luo2015"))
    communication, computation = (value(f"human/cortex/{each}-power") for each in ("communication", "computation"))
    assert communication / computation == pytest.approx(35)
    assert value("human/brain/energy-per-synapse-operation") == pytest.approx(2e-15, rel=0.05)


# totals


@pytest.mark.parametrize(("identifier", "median", "interval"), DERIVED)
def test_a_derived_total_is_a_graph_with_the_known_result(identifier, median, interval):
    assert evidence.finding(identifier).parts
    estimate = evidence(identifier).to(evidence.finding(identifier).unit).estimate()
    assert float(estimate.median) == pytest.approx(median, rel=0.04)
    if interval:
        ends = estimate.interval(0.95)
        assert (float(ends.low), float(ends.high)) == pytest.approx(interval, rel=0.05)


def test_cortical_volume_is_area_times_thickness():
    volume = evidence("human/cortex/volume").to("cm**3").estimate()
    assert float(volume.median) == pytest.approx(1843 * 0.26)
    assert float(volume.sd) / float(volume.mean) == pytest.approx(0.11, abs=0.005)


@pytest.mark.parametrize(
    ("key", "neurons"), [("azevedo2009", 16.34e9), ("pakkenberg1997", 21e9), ("castro2023", 10.2e9)]
)
def test_synapses_per_cortical_neuron_inherit_the_conflict_of_the_counts(key, neurons):
    implied = value(f"human/neocortex/synapses-per-neuron/{key}")
    assert implied == pytest.approx(1.64e14 / neurons, rel=0.1)  # a range has its middle as median, not its mean


def test_density_times_volume_frames_the_stereological_totals():
    low = value("human/neocortex/synapses/shapsoncoe2024")
    high = value("human/neocortex/synapses/alonsonanclares2008"), value("human/neocortex/synapses/huttenlocher1979")
    assert low == pytest.approx(0.72e14, rel=0.05)
    assert all(4e14 < each < 6e14 for each in high)
    for key in ("pakkenberg2003", "tang2001"):
        assert low < value(f"human/neocortex/synapses/{key}") < min(high)


def test_seven_thousand_synapses_hold_for_the_neocortex_and_not_for_the_brain():
    cortical = value("human/neocortex/synapses-per-neuron")
    assert cortical == value("human/brain/synapses-per-neuron/wikipedia2014") == 7000
    assert cortical * 21e9 == pytest.approx(value("human/neocortex/synapses/pakkenberg2003"), rel=0.05)
    assert cortical / value("human/brain/synapses-per-neuron") > 2.8


def test_the_density_of_the_cortex_is_that_of_its_totals():
    volume = float(evidence("human/cortex/volume").to("mm**3").estimate().median)
    expected = value("human/neocortex/synapses") / volume
    assert value("human/neocortex/synapse-density") == pytest.approx(expected, rel=0.02)
    assert value("human/cortex/neuron-density") == pytest.approx(16.34e9 / volume, rel=0.02)
