"""The evidence: every number has a source, a spread that means something, and the same identity everywhere."""

import re
import subprocess
import sys
import textwrap
import threading
from importlib import resources

import numpy as np
import pytest
from scipy.stats import norm, t

import brainparams as bp
from brainparams.citations import references
from brainparams.distributions import Distribution, LogNormal, LogUniform, Mixture, Normal, Uniform, from_percentiles
from brainparams.errors import ArgumentError, FileError
from brainparams.findings import Evidence, evidence
from brainparams.findings.catalogue import findings, packaged_texts, read_findings
from brainparams.findings.finding import SPECIES, Finding, unit_exponents
from brainparams.findings.spreads import SPREADS, Spread, numeral
from brainparams.findings.validation import evidence_faults
from brainparams.units import Unit, conversion_factor, product

NUMBER = textwrap.dedent("""
    ["human/brain/neurons"]
    quantity = "neurons"
    species = "Homo sapiens"
    region = "whole brain"
    value = "86.06e9"
    unit = "neuron"
    spread = { kind = "sd", value = 8.12e9 }
    n = 4
    method = "isotropic fractionator"
    grade = "measured"
    sources = ["azevedo2009"]
    locator = "abstract"
    status = "seen"
    checked = "abstract read"
""")
GRAPH = textwrap.dedent("""
    ["human/brain/synapses"]
    quantity = "synapses"
    species = "Homo sapiens"
    region = "whole brain"
    unit = "neuron"
    grade = "derived"
    status = "derived"
    sum = ["human/brain/neurons"]
    because = "for the test"
""")
BOTH = NUMBER + GRAPH


def with_table(identifier, text):
    """Return the table of `text` again, under another id."""
    return re.sub(r'\["[^"]+"\]', f'["{identifier}"]', text, count=1)


# the data


def test_the_packaged_evidence_has_no_fault():
    assert evidence_faults(packaged_texts())[1] == []


def test_there_are_enough_findings_and_every_table_is_one():
    tables = 0
    for file in resources.files("brainparams.findings").iterdir():
        if file.name.endswith(".toml"):
            tables += sum(line.startswith("[") for line in file.read_text(encoding="utf-8").splitlines())
    assert len(findings()) == tables >= 40


def test_every_number_has_a_source_that_resolves_and_a_place_in_it():
    for finding in findings().values():
        if not finding.parts:
            assert finding.citations, finding.id
            assert finding.locator, finding.id
            assert finding.checked, finding.id


def test_nothing_rests_on_memory():
    resting_on = {part for finding in findings().values() for part in finding.parts}
    assert resting_on
    assert not [part for part in resting_on if findings()[part].status == "memory"]


def test_a_rival_is_named_after_one_of_its_sources():
    for finding in findings().values():
        *start, last = finding.id.split("/")
        if last in references():
            assert last in finding.sources, finding.id
            assert "/".join(start) in findings(), finding.id


SUBJECTS = ("synapse", "neuron", "energy", "hardware", "learning", "genome", "scaling", "model")


def test_file_and_id_agree():
    files = {finding.file.removesuffix(".toml") for finding in findings().values()}
    for finding in findings().values():
        first, file = finding.id.split("/")[0], finding.file.removesuffix(".toml")
        of_an_animal = first not in SUBJECTS
        # An animal without a file of its own stands in that of its kin; what it learns or spends may stand by subject.
        assert file == first or (of_an_animal and (first not in files or file in SUBJECTS)), finding.id


def test_common_name_and_id_agree():
    for finding in findings().values():
        first = finding.id.split("/")[0]
        if finding.species == "any":
            assert first in SUBJECTS, finding.id
        elif first not in ("synapse", "neuron"):
            assert SPECIES[finding.species] == first, finding.id


def test_the_same_id_part_never_has_two_units():
    units = {}
    for finding in findings().values():
        assert units.setdefault((finding.quantity, finding.species), finding.unit) == finding.unit, finding.id


def test_every_kind_of_spread_in_use_is_in_the_table():
    used = {finding.spread.kind for finding in findings().values() if finding.spread}
    assert used <= set(SPREADS)
    assert {"sd", "sem", "cv", "gsd", "range", "none", "exact"} <= used


def test_regional_neurons_of_azevedo_add_up_to_the_whole():
    parts = ("human/cortex/neurons", "human/cerebellum/neurons", "human/rest-of-brain/neurons")
    assert sum(findings()[part].value for part in parts) == pytest.approx(findings()["human/brain/neurons"].value)


@pytest.mark.parametrize("species", ["macaque", "mouse", "rat"])
def test_regional_neurons_add_up_to_the_whole(species):
    parts = [findings()[f"{species}/{region}/neurons"].value for region in ("cortex", "cerebellum", "rest-of-brain")]
    assert sum(parts) == pytest.approx(findings()[f"{species}/brain/neurons"].value, rel=2e-3)


# faults: file and line


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('sources = ["azevedo2009"]', "sources = []", "has no source"),
        ('sources = ["azevedo2009"]', "", "has no source"),
        ('sources = ["azevedo2009"]', 'sources = ["azevdo2009"]', "Did you mean 'azevedo2009'"),
        ('sources = ["azevedo2009"]', 'sources = [" "]', "blank"),
        ('unit = "neuron"\n', "", "field 'unit' is missing: add it"),
        ('unit = "neuron"\n', 'unit = "neurone"\n', "Did you mean 'neuron'"),
        ('unit = "neuron"\n', 'unit = "neuron 2"\n', "unit"),
        ('locator = "abstract"', "", "field 'locator' is missing"),
        ('locator = "abstract"', 'locator = " "', "blank"),
        ('checked = "abstract read"', "", "field 'checked' is missing"),
        ('method = "isotropic fractionator"', "", "field 'method' is missing"),
        ('kind = "sd"', 'kind = "range"', "takes high and low, but value came"),
        ('kind = "sd"', 'kind = "variance"', "the kinds are sd, sem"),
        ('kind = "sd"', 'kind = "none"', "takes no number"),
        ('kind = "sd", value = 8.12e9', 'kind = "gsd", value = 0.9', "above 1"),
        ('kind = "sd", value = 8.12e9', 'kind = "range", low = 9e9, high = 9e9', "exchange them"),
        ('kind = "sd", value = 8.12e9', 'kind = "range", low = 1.0, high = 2.0', "is outside 1 to 2"),
        ('kind = "sd", value = 8.12e9', 'kind = "ci", low = 1.0, high = 2.0, level = 95.0', "level"),
        ("value = 8.12e9", "value = inf", "spread.value"),
        ("value = 8.12e9", "value = -1.0", "spread.value"),
        ("spread = { kind", "spraed = { kind", "Did you mean 'spread'"),
        ('value = "86.06e9"', 'value = "nan"', "finite"),
        ('value = "86.06e9"', 'value = "1e999"', "finite"),
        ('value = "86.06e9"', "value = inf", "value"),
        ('value = "86.06e9"', "value = 0", "above 0"),
        ('value = "86.06e9"', "value = true", "value"),
        ('value = "86.06e9"', 'value = "86,06e9"', "not a number"),
        ('value = "86.06e9"', "", "field 'value' is missing"),
        ("n = 4", "n = 0", "field 'n'"),
        ("n = 4", "n = 4.5", "field 'n'"),
        ('grade = "measured"', 'grade = "estimated"', "field 'because' is missing"),
        ('grade = "measured"', 'grade = "guess"', "field 'grade'"),
        ('status = "seen"', 'status = "believed"', "field 'status'"),
        ('species = "Homo sapiens"', 'species = "Homo sapeins"', "Did you mean 'Homo sapiens'"),
        ('quantity = "neurons"', 'quantity = ""', "blank"),
        ('quantity = "neurons"', 'id = "a/b"', "come from header and file name"),
        ('["human/brain/neurons"]', '["Human Brain"]', "field 'id'"),
        ('["human/brain/neurons"]', '["human/brain/neurons@2026.1"]', "field 'superseded_by' is missing"),
        ("n = 4", 'edition = "2026"', "field 'edition'"),
        ("n = 4", 'superseded_by = "human/brain/neuron"', "there is no finding 'human/brain/neuron'"),
        ("n = 4", 'superseded_by = "human/brain/neurons"', "is superseded by itself"),
    ],
)
def test_a_faulty_number_is_refused_with_file_line_and_mend(old, new, says):
    assert old in NUMBER
    with pytest.raises(FileError) as caught:
        read_findings({"mine.toml": NUMBER.replace(old, new, 1)})
    assert str(caught.value).startswith("mine.toml, line 2, finding ")
    assert says in str(caught.value)
    assert len(str(caught.value)) < 700
    assert caught.value.__context__ is None or caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('sum = ["human/brain/neurons"]', 'sum = ["human/brian/neurons"]', "Did you mean 'human/brain/neurons'"),
        ('sum = ["human/brain/neurons"]', 'sum = ["human/brain/synapses"]', "rests on itself"),
        ('sum = ["human/brain/neurons"]', 'product = ["human/brain/neurons", "human/brain/neurons"]', "does not give"),
        ('unit = "neuron"', 'unit = "synapse"', "adds 'human/brain/neurons' in 'neuron'"),
        ("sum", "difference", "of one finding"),
        ("sum", "quotient", "of one finding"),
        (
            'sum = ["human/brain/neurons"]',
            'quotient = ["human/brain/neurons", "human/brain/neurons"]',
            "neuron ÷ neuron does not give 'neuron'",
        ),
        (
            'unit = "neuron"\ngrade = "derived"\nstatus = "derived"\nsum = ["human/brain/neurons"]',
            """unit = "synapse"
            grade = "derived"
            status = "derived"
            difference = ["human/brain/neurons", "human/brain/neurons"]""",
            "subtracts 'human/brain/neurons' in 'neuron'",
        ),
        ('sum = ["human/brain/neurons"]', f"product = {13 * ['human/brain/neurons']}", "does not give 'neuron'"),
        ('because = "for the test"', "", "field 'because' is missing"),
        ('because = "for the test"', 'because = "x"\nvalue = 3', "leave them out"),
        ('because = "for the test"', 'because = "x"\nproduct = ["human/brain/neurons"]', "keep one"),
        ('grade = "derived"', 'grade = "measured"', "are 'derived'"),
    ],
)
def test_a_faulty_graph_is_refused_with_file_line_and_mend(old, new, says):
    assert old in GRAPH
    with pytest.raises(FileError) as caught:
        read_findings({"mine.toml": NUMBER + GRAPH.replace(old, new, 1)})
    assert str(caught.value).startswith("mine.toml, line 17, finding 'human/brain/synapses'")
    assert says in str(caught.value)


def test_a_part_from_memory_is_refused():
    with pytest.raises(FileError, match=r"line 17.*rests on 'human/brain/neurons', which nobody has seen"):
        read_findings({"mine.toml": BOTH.replace('status = "seen"', 'status = "memory"')})


def test_a_long_circle_is_shown():
    first = with_table("a/b/c", GRAPH).replace("human/brain/neurons", "a/b/d")
    second = with_table("a/b/d", GRAPH).replace("human/brain/neurons", "a/b/c")
    with pytest.raises(FileError, match=r"a/b/c → a/b/d → a/b/c"):
        read_findings({"one.toml": first, "two.toml": second})


def test_the_same_id_in_two_files_is_refused_with_both_places():
    with pytest.raises(FileError, match=r"two\.toml, line 3, .* already in one\.toml, line 2"):
        read_findings({"one.toml": NUMBER, "two.toml": "\n" + NUMBER})


def test_text_that_is_not_toml_is_refused_with_the_line():
    with pytest.raises(FileError, match=r"mine\.toml: not readable as TOML: .*line 3"):
        read_findings({"mine.toml": '["a/b"]\nunit = "neuron"\nvalue = \n'})
    with pytest.raises(FileError, match=r"mine\.toml: not readable as TOML"):
        read_findings({"mine.toml": NUMBER + NUMBER})


def test_a_value_outside_a_table_is_refused():
    with pytest.raises(FileError, match="stands outside a table"):
        read_findings({"mine.toml": "value = 3"})


def test_a_good_text_is_read():
    found = read_findings({"mine.toml": BOTH})
    assert found["human/brain/neurons"].value == 86_060_000_000
    assert found["human/brain/synapses"].parts == ("human/brain/neurons",)


def test_whole_numbers_stay_exact_and_others_are_floats():
    def value_of(text):
        return read_findings({"a.toml": NUMBER.replace('"86.06e9"', text)})["human/brain/neurons"].value

    assert value_of('"1.64e14"') == 164_000_000_000_000
    assert isinstance(value_of('"1.64e14"'), int)
    assert isinstance(value_of("4.7"), float)


# spread to distribution: one rule each


def believed(value, /, **spread):
    text = ", ".join(f"{key} = {number!r}".replace("'", '"') for key, number in spread.items())
    table = NUMBER.replace('"86.06e9"', repr(value)).replace('kind = "sd", value = 8.12e9', text)
    return read_findings({"a.toml": table})["human/brain/neurons"].belief


@pytest.mark.parametrize(
    ("belief", "expected"),
    [
        (lambda: believed(10.0, kind="sd", value=3.0), Normal(10.0, 3.0)),
        (lambda: believed(10.0, kind="sd", value=3.1), LogNormal.from_mean(10.0, 3.1)),
        (lambda: believed(10.0, kind="sem", value=1.0), Normal(10.0, t.ppf(0.95, 3) / norm.ppf(0.95))),  # n = 4
        (lambda: believed(10.0, kind="cv", value=0.2), Normal(10.0, 2.0)),
        (lambda: believed(10.0, kind="cv", value=0.5), LogNormal.from_mean(10.0, 5.0)),
        (lambda: believed(10.0, kind="gsd", value=2.0), LogNormal.from_median(10.0, 2.0)),
        (lambda: believed(10.0, kind="ci", low=5.0, high=20.0, level=0.9), LogNormal.from_interval(5, 20, level=0.9)),
        (lambda: believed(10.0, kind="range", low=5.0, high=14.9), Mixture([Uniform(5.0, 10.0), Uniform(10.0, 14.9)])),
        (
            lambda: believed(10.0, kind="range", low=5.0, high=15.0),
            Mixture([LogUniform(5.0, 10.0), LogUniform(10.0, 15.0)]),
        ),
        (
            lambda: believed(10.0, kind="range", low=8.0, high=12.0, of="individuals"),
            from_percentiles({0.2: 8.0, 0.5: 10.0, 0.8: 12.0}),
        ),
        (lambda: believed(10, kind="none"), 10),
        (lambda: believed(302, kind="exact"), 302),
    ],
)
def test_spread_becomes_the_stated_distribution(belief, expected):
    made = belief()
    if isinstance(expected, Distribution):
        assert made.key()[0] == expected.key()[0]
        assert made.ppf(0.1) == pytest.approx(expected.ppf(0.1), rel=1e-12)
        assert made.ppf(0.9) == pytest.approx(expected.ppf(0.9), rel=1e-12)
    else:
        assert made == expected


def test_few_individuals_widen_what_is_believed_of_their_mean():
    for n, times in ((4, 2.353), (10, 1.833), (100, 1.660)):  # Student's t at 95 %, from a table
        table = NUMBER.replace("n = 4", f"n = {n}").replace('kind = "sd"', 'kind = "sem"')
        belief = read_findings({"a.toml": table})["human/brain/neurons"].belief
        assert belief.ppf(0.95) - 86.06e9 == pytest.approx(times * 8.12e9, rel=1e-3)


def test_a_spread_between_individuals_is_never_narrower_than_students_t_of_their_mean():
    for n in (2, 3, 4, 5, 20):
        finding = read_findings({"a.toml": NUMBER.replace("n = 4", f"n = {n}").replace("8.12e9", "8.12e8")})
        one, mean = finding["human/brain/neurons"].belief, finding["human/brain/neurons"].belief_of_mean
        assert mean.ppf(0.95) == pytest.approx(86.06e9 + t.ppf(0.95, n - 1) * 8.12e8 / n**0.5, rel=1e-4)
        assert one.ppf(0.95) >= mean.ppf(0.95) * (1 - 1e-4)
        assert (one == Normal(86.06e9, 8.12e8)) == (n > 3)


def test_every_belief_keeps_the_published_centre():
    for each in findings().values():
        if isinstance(each.belief, Distribution) and each.rules is None:
            centres = float(each.belief.ppf(0.5)), float(each.belief.mean)
            assert min(abs(centre / each.value - 1) for centre in centres) < 0.01, each.id
            if each.spread.kind in ("range", "ci", "gsd"):
                assert centres[0] == pytest.approx(each.value, rel=0.01), each.id


def test_a_belief_that_leaves_its_centre_is_refused():
    with pytest.raises(FileError, match=r"a belief with median 8\.66 and mean 9\.1"):
        believed(5.0, kind="range", low=5.0, high=15.0)


def test_a_range_between_individuals_is_not_the_uncertainty_of_their_mean():
    neurons, mean = evidence("human/neocortex/neurons"), evidence("human/neocortex/neurons", of="mean")
    assert neurons.median() == pytest.approx(2.1e10, rel=1e-6)
    assert mean.median() == pytest.approx(2.1e10, rel=1e-6)
    assert neurons.quantile(1 / 95) == pytest.approx(15e9, rel=1e-6)  # one in n + 1 beyond either end
    assert neurons.quantile(94 / 95) == pytest.approx(31e9, rel=1e-6)
    low, high = mean.interval(0.90)
    assert (high - low) / (31e9 - 15e9) < 0.1
    assert "of one of them, not of their mean" in evidence.finding("human/neocortex/neurons").remark
    with pytest.raises(ArgumentError, match="states no spread between a known number"):
        evidence("human/neocortex/synapses/tang2001", of="mean")


def test_a_number_keeps_the_belief_of_its_edition():
    then = evidence("human/neocortex/neurons@2026.1")
    assert then.median() == pytest.approx(23e9)
    assert then.node.uid == "finding:human/neocortex/neurons@2026.1"
    assert evidence("human/neocortex/neurons").node.uid == "finding:human/neocortex/neurons@2026.2"


def test_a_number_without_spread_says_so_and_an_exact_one_does_not():
    assert "no spread published" in findings()["human/neocortex/synapses/tang2001"].remark
    assert "no spread" not in (findings()["worm/nervous-system/neurons"].remark or "")


def test_every_rule_says_what_it_means():
    for kind, rule in SPREADS.items():
        assert rule.meaning, kind


def test_units_are_read_as_powers():
    assert unit_exponents("spike/neuron/s") == {"spike": 1, "neuron": -1, "s": -1}
    assert unit_exponents("1") == {}


def test_records_are_frozen():
    with pytest.raises(ValueError, match="frozen"):
        findings()["human/brain/neurons"].value = 1
    with pytest.raises(TypeError):
        findings()["new"] = findings()["human/brain/neurons"]


def test_a_finding_without_a_source_cannot_be_made():
    known = findings()["human/brain/neurons"].model_dump()
    known["spread"] = Spread(kind="sd", value=1.0)
    assert Finding(**known).id == "human/brain/neurons"
    with pytest.raises(ValueError, match="no source"):
        Finding(**{**known, "sources": ()})
    with pytest.raises(ValueError, match="nobody2020"):
        Finding(**{**known, "sources": ("nobody2020",)})


def test_a_number_is_written_with_its_own_digits():
    written = {each: numeral(each) for each in (86_060_000_000, 0.45, 12345, 123456, 302, 1.5e-7, 100_000, 7.0)}
    assert list(written.values()) == ["8.606e10", "0.45", "12345", "1.23456e5", "302", "1.5e-7", "1e5", "7"]
    assert {each: float(text) for each, text in written.items()} == {each: float(each) for each in written}


@pytest.mark.parametrize(
    ("spread", "written"),
    [
        ('kind = "sd", value = 8.12e9', "8.606e10 ± 8.12e9 (sd)"),
        ('kind = "sem", value = 8.12e9', "8.606e10 ± 8.12e9 (sem)"),
        ('kind = "cv", value = 0.13', "8.606e10 (cv 0.13)"),
        ('kind = "gsd", value = 2.0', "8.606e10 ×/÷ 2 (gsd)"),
        ('kind = "range", low = 7e10, high = 9e10', "8.606e10 (7e10 to 9e10)"),
        ('kind = "ci", low = 7e10, high = 9e10, level = 0.95', "8.606e10 (7e10 to 9e10, level 0.95)"),
        ('kind = "none"', "8.606e10, no spread"),
        ('kind = "exact"', "8.606e10 exactly"),
    ],
)
def test_a_finding_is_written_as_published(spread, written):
    text = NUMBER.replace('kind = "sd", value = 8.12e9', spread)
    assert read_findings({"a.toml": text})["human/brain/neurons"].written == written


def test_a_part_that_is_superseded_is_refused():
    successor = with_table("human/brain/neurons/new", NUMBER)
    old = NUMBER + 'superseded_by = "human/brain/neurons/new"\n'
    with pytest.raises(FileError, match="rests on 'human/brain/neurons', which is superseded by"):
        read_findings({"mine.toml": old + successor + GRAPH})
    replaced = GRAPH.replace("/synapses", "/synapses@2026.1") + 'superseded_by = "human/brain/neurons/new"\n'
    assert len(read_findings({"mine.toml": old + successor + replaced})) == 3


def test_what_supersedes_a_finding_has_its_dimension():
    successor = with_table("human/brain/synapses", NUMBER.replace('unit = "neuron"', 'unit = "synapse"'))
    with pytest.raises(FileError, match="which supersedes it, is in 'synapse'"):
        read_findings({"mine.toml": NUMBER + 'superseded_by = "human/brain/synapses"\n' + successor})


# quantities


def test_every_finding_becomes_a_quantity_in_its_unit():
    for each in evidence.ids():
        quantity = evidence(each)
        finding = evidence.finding(each)
        assert quantity.name == finding.name
        assert quantity.to(finding.unit).estimate(engine="sobol").median > 0, each


def test_the_same_id_is_the_same_unknown():
    neurons = evidence("human/brain/neurons")
    again = Evidence()("human/brain/neurons")
    assert neurons is evidence("human/brain/neurons")
    assert again is not neurons
    assert float((neurons - again).estimate().sd) == 0
    assert float((neurons / again).estimate().median) == 1


def test_the_same_id_is_the_same_unknown_in_another_process():
    program = "from brainparams.findings import evidence; print(evidence('human/brain/neurons').node.uid)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == evidence("human/brain/neurons").node.uid


def test_a_rival_is_another_unknown():
    own = evidence("human/cerebellum/neurons")
    rival = evidence("human/cerebellum/neurons/andersen1992")
    assert own.node.uid != rival.node.uid


def test_threads_get_the_same_quantity():
    fresh, start, seen = Evidence(), threading.Barrier(8), []

    def look():
        start.wait()
        seen.append(fresh("human/brain/synapses"))

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(each is seen[0] for each in seen)


def test_product_has_the_product_of_the_medians():
    granule = evidence("human/cerebellum/synapses/mossy-fibre-to-granule-cell").estimate()
    assert float(granule.median) == pytest.approx(69.03e9 * 4.2, rel=0.01)
    purkinje = evidence("human/cerebellum/synapses/parallel-fibre-to-purkinje-cell").estimate()
    assert float(purkinje.median) == pytest.approx(21.5e6 * 4e5, rel=1e-6)


def drawn(identifier, generator, size):
    """Evaluate a finding's graph of sums and products without the package's own engines."""
    finding = findings()[identifier]
    if finding.parts:
        assert finding.combination in ("sum", "product", "mixture")
        parts = [drawn(part, generator, size) for part in finding.parts]
        if finding.mixture:
            return np.choose(generator.choice(len(parts), size, p=[weight for _, weight in finding.mixture]), parts)
        if finding.sum:
            return np.sum(parts, axis=0)
        drawn_so_far, unit = parts[0], Unit(findings()[finding.parts[0]].unit)
        for part, draws in zip(finding.parts[1:], parts[1:], strict=True):
            unit, factor = product(unit, Unit(findings()[part].unit))
            drawn_so_far = drawn_so_far * draws * float(factor)
        return drawn_so_far * float(conversion_factor(unit, Unit(finding.unit)))
    is_number = isinstance(finding.belief, int | float)
    return np.full(size, float(finding.belief)) if is_number else finding.belief.draw(generator, size)


def test_whole_brain_synapses_agree_with_plain_monte_carlo():
    generator = np.random.default_rng(1)
    draws = drawn("human/brain/synapses", generator, 200_000)
    low, median, high = np.quantile(draws, [0.025, 0.5, 0.975])
    assert median == pytest.approx(2.07e14, rel=0.05)
    assert low == pytest.approx(0.78e14, rel=0.1)
    assert high == pytest.approx(6.2e14, rel=0.1)
    estimate = evidence("human/brain/synapses").estimate()
    interval = estimate.interval(0.95)
    assert float(estimate.median) == pytest.approx(median, rel=0.02)
    assert float(interval.low) == pytest.approx(low, rel=0.03)
    assert float(interval.high) == pytest.approx(high, rel=0.03)


def test_neocortex_carries_nine_tenths_of_the_synapses():
    generator = np.random.default_rng(2)
    parts = [drawn(part, generator, 100_000) for part in findings()["human/brain/synapses"].parts]
    shares = np.median(parts[0] / np.sum(parts, axis=0))
    assert shares == pytest.approx(0.88, abs=0.04)


def test_the_headline_is_a_mixture_of_methods_and_its_interval_holds_what_they_say():
    cortex = findings()["human/neocortex/synapses"]
    weights = dict(cortex.mixture)
    assert sum(weights.values()) == pytest.approx(1)
    belief = evidence("human/neocortex/synapses")
    low, high = belief.interval(0.98)
    for part in cortex.parts:
        assert low < evidence(part).median() < high, part
    for study in evidence.rivals("human/neocortex/synapses").studies:
        assert 0.01 < float(belief.below(bp.exact(round(evidence(study.id).median()), "synapse"))) < 0.985, study.id
    first = max(belief.drivers(), key=lambda each: each.share)
    assert first.name.startswith("method for")
    assert first.share > 0.6


def test_a_mixture_needs_weights_that_add_up_and_is_a_judgement():
    mixture = 'mixture = { "human/brain/neurons" = 0.5, "human/brain/neurons/new" = 0.5 }'
    judged = GRAPH.replace('sum = ["human/brain/neurons"]', mixture).replace('grade = "derived"', 'grade = "estimated"')
    both = NUMBER + with_table("human/brain/neurons/new", NUMBER)
    found = read_findings({"mine.toml": both + judged})["human/brain/synapses"]
    assert found.parts == ("human/brain/neurons", "human/brain/neurons/new")
    for old, new, says in (
        ("= 0.5 }", "= 0.4 }", "add up to 0.9"),
        ('grade = "estimated"', 'grade = "derived"', "a judgement"),
    ):
        with pytest.raises(FileError, match=says):
            read_findings({"mine.toml": both + judged.replace(old, new)})


def test_nothing_is_read_before_it_is_asked_for():
    program = (
        "import sys; from brainparams.findings import evidence; "
        "assert not {'pybtex', 'pint', 'scipy', 'matplotlib'} & set(sys.modules), 'too early'; evidence.ids()"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
