"""Findings of the model side: digits of the papers, rivals, and arithmetic that the numbers must obey."""

import math

import pytest

from brainparams.citations import references
from brainparams.findings import evidence
from brainparams.findings.catalogue import findings

SUBJECTS = ("synapse", "neuron", "energy", "hardware", "learning", "genome", "scaling", "model")

# id, number as printed, unit, kind of spread, one of the sources
PRINTED = [
    ("synapse/bits/ca1/bartol2015", 4.7, "bit/synapse", "none", "bartol2015"),
    ("synapse/bits/dentate/potentiated-30-min", 3.0, "bit/synapse", "none", "samavat2024ltp"),
    ("synapse/states/ca1", 24, "1", "none", "samavat2024"),
    ("synapse/silent-share/visual-cortex", 0.25, "1", "none", "vardalaki2022"),
    ("synapse/operations-per-spike/tsodyks-markram", 51, "operation/event", "none", "zanichelli2025"),
    ("neuron/parameters/temporal-convolution", 9_234_582, "parameter/neuron", "exact", "beniaguev2021"),
    ("neuron/parameters/glif3", 12, "parameter/neuron", "exact", "teeter2018"),
    ("neuron/bits/purkinje-cell", 40_000, "bit/neuron", "none", "brunel2004"),
    ("energy/synapse/atp-per-bit", 24_000, "ATP/bit", "none", "harris2012"),
    ("rodents/cortex/resting-share-of-signalling-energy", 0.20, "1", "none", "howarth2012"),
    ("hardware/45nm/multiplication", 3.7e-12, "J/operation", "none", "horowitz2014"),
    ("hardware/h100/power", 700, "W", "none", "llama2025card"),
    ("guinea-pig/optic-nerve/bit-rate", 875_000, "bit/s", "none", "koch2006"),
    ("human/language/bits", 12.5e6, "bit", "none", "mollica2019"),
    ("human/genome/base-pairs", 3_055_000_000, "bp", "exact", "nurk2022"),
    ("scaling/hoffmann2022/alpha", 0.33917084, "1", "none", "hoffmann2022"),
    ("scaling/besiroglu2024/beta", 0.3659, "1", "sem", "besiroglu2024"),
    ("scaling/hoffmann2022/optimal-tokens/175e9", 3.7e12, "token", "none", "hoffmann2022"),
    ("model/gpt-3/parameters", 174_600_000_000, "parameter", "none", "brown2020"),
    ("model/bloom/parameters", 176_247_271_424, "parameter", "exact", "bigscience2022"),
    ("model/deepseek-v3/active-parameters/deepseek2024weights", 36.7e9, "parameter", "none", "deepseek2024weights"),
    ("model/llama-4-maverick/training-tokens", 22e12, "token", "none", "llama2025card"),
    ("model/gopher/training-compute", 6.31e23, "operation", "none", "rae2021"),
]
# rivals that contradict each other: the smaller, the larger, and how many times
CONTRADICTIONS = [
    ("neuron/parameters/expressive-leaky-memory", "neuron/parameters/temporal-convolution", 1154),
    ("neuron/hidden-units/temporal-convolution", "neuron/hidden-units/temporal-convolution/whitten2021", 1.116),
    ("synapse/silent-share/visual-cortex", "synapse/silent-share/visual-cortex/mit2022", 1.2),
    ("synapse/bits/dentate", "synapse/bits/dentate/potentiated-30-min", 1.5),
    ("human/cortex/computation-power", "human/cortex/computation-power/levy2020", 2),
    ("human/long-term-memory/bits/words", "human/long-term-memory/bits/without-loss-pictures", 6.8),
    ("model/gpt-3/training-tokens/epoch2026", "model/gpt-3/training-tokens", 1.261),
    ("model/switch/training-tokens/epoch2026", "model/switch/training-tokens", 6.667),
    ("model/gopher/training-compute/hoffmann2022", "model/gopher/training-compute", 1.095),
    ("model/deepseek-v3/active-parameters/deepseek2024weights", "model/deepseek-v3/active-parameters", 1.008),
    ("model/deepseek-v3/parameters", "model/deepseek-v3/parameters/on-the-hub", 1.021),
    ("model/grok-1/parameters", "model/grok-1/parameters/from-dimensions", 1.0054),
    ("model/grok-1/active-parameters", "model/grok-1/active-parameters/from-dimensions", 1.067),
    ("model/llama-2-70b/parameters/from-dimensions", "model/llama-2-70b/parameters", 1.0148),
    ("model/gpt-neox-20b/parameters", "model/gpt-neox-20b/parameters/from-dimensions", 1.0277),
    ("model/kimi-k2/parameters", "model/kimi-k2/parameters/from-dimensions", 1.0264),
    ("model/llama-4-maverick/training-tokens", "model/llama-4-maverick/training-tokens/epoch2026", 1.364),
    ("scaling/hoffmann2022/optimal-compute/175e9", "scaling/hoffmann2022/optimal-compute/175e9/text", 1.145),
    ("scaling/tokens-per-parameter", "scaling/tokens-per-parameter/hoffmann2022", 2.945),
    ("scaling/besiroglu2024/parameter-exponent", "scaling/kaplan2020/parameter-exponent", 1.423),
]


def value(identifier):
    """Return the printed number."""
    return evidence.finding(identifier).value


def models(quantity):
    """Return the default finding of every machine model, by the name in its id."""
    ids = [each for each in evidence.ids() if each.startswith("model/") and each.split("/")[2:] == [quantity]]
    return {each.split("/")[1]: evidence.finding(each) for each in ids}


def plain(finding):
    """Return whether a finding is no graph and belongs to the model side."""
    return not finding.parts and finding.id.split("/")[0] in SUBJECTS


@pytest.mark.parametrize(("identifier", "printed", "unit", "kind", "source"), PRINTED)
def test_a_finding_has_the_digits_of_its_source(identifier, printed, unit, kind, source):
    finding = evidence.finding(identifier)
    assert (finding.value, finding.unit, finding.spread.kind) == (pytest.approx(printed, rel=1e-12), unit, kind)
    assert source in finding.sources
    assert float(evidence(identifier).estimate().median) == pytest.approx(printed, rel=1e-6)


@pytest.mark.parametrize(("smaller", "larger", "factor"), CONTRADICTIONS)
def test_a_contradiction_ships_as_rivals_that_say_why(smaller, larger, factor):
    assert larger in [each.id for each in evidence.rivals(smaller)]
    assert smaller in [each.id for each in evidence.rivals(larger)]
    assert value(larger) / value(smaller) == pytest.approx(factor, rel=1e-3)
    assert any(evidence.finding(each).note for each in (smaller, larger))


# machine models


def test_every_model_has_parameters_and_ids_are_regular():
    totals = models("parameters")
    assert len(totals) >= 38
    kinds = {"parameters": "parameter", "active-parameters": "parameter", "training-tokens": "token"}
    kinds["training-compute"] = "operation"
    for each in (findings()[each] for each in evidence.ids() if each.startswith("model/")):
        _, name, kind, *rival = each.id.split("/")
        assert (kinds[kind], len(rival) < 2, name in totals) == (each.unit, True, True), each.id
        assert each.quantity == kind.replace("-", " "), each.id
        assert each.region == totals[name].region, each.id


def test_a_rival_of_a_model_is_named_after_its_source_or_what_it_was_counted_from():
    counted = {"from-dimensions", "from-dimensions-without-embedding", "on-the-hub"}
    suffixes = {each.split("/")[3] for each in evidence.ids() if each.startswith("model/") and each.count("/") == 3}
    assert suffixes <= counted | set(references())


def test_only_sparse_models_have_active_parameters_and_these_are_fewer():
    totals, active = models("parameters"), models("active-parameters")
    assert {"mixtral-8x7b", "grok-1", "deepseek-v3", "kimi-k2", "llama-4-maverick"} <= set(active)
    assert not {"gpt-3", "bloom", "chinchilla", "llama-3-1-405b"} & set(active)
    for name, finding in active.items():
        assert finding.value < totals[name].value / 3, name


def test_training_compute_of_a_dense_model_is_six_times_parameters_times_tokens():
    totals, tokens, compute = models("parameters"), models("training-tokens"), models("training-compute")
    dense = (set(totals) & set(tokens) & set(compute)) - set(models("active-parameters")) - {"switch"}
    assert len(dense) >= 10
    for name in dense:
        by_rule = 6 * totals[name].value * tokens[name].value
        # OPT counts the second forward pass that saves memory; the others count attention or not.
        assert compute[name].value == pytest.approx(by_rule, rel=0.40 if name == "opt-175b" else 0.26), name


def test_training_compute_of_a_sparse_model_goes_by_its_active_parameters():
    active, tokens, compute = models("active-parameters"), models("training-tokens"), models("training-compute")
    sparse = set(active) & set(tokens) & set(compute)
    assert len(sparse) >= 6
    for name in sparse:
        assert compute[name].value == pytest.approx(6 * active[name].value * tokens[name].value, rel=0.10), name


def test_rumours_are_marked():
    for name in ("gpt-4", "grok-3", "grok-4"):
        finding = evidence.finding(f"model/{name}/parameters")
        assert (finding.grade, finding.status) == ("rumoured", "secondary")
        assert finding.spread.kind == "gsd"
        assert "makers" not in finding.method
        assert "rumour" in finding.note


def test_epoch_ai_is_credited_under_its_licence():
    assert "CC BY 4.0" in references()["epoch2026"].note
    assert "Epoch AI" in references()["epoch2026"].note


def gpt(layers, width, tokens, positions):
    """Count a GPT with tied embeddings, learned positions and a network four times as wide."""
    block = 12 * width**2 + 13 * width
    return layers * block + 2 * width + (tokens + positions) * width


def llama(layers, width, inner, heads, key_heads, tokens, bias=0):
    """Count a Llama with heads of 128, untied embeddings and, if asked for, biases on queries, keys and values."""
    attention = 2 * width * 128 * (heads + key_heads) + bias * 128 * (heads + 2 * key_heads)
    return layers * (attention + 3 * width * inner + 2 * width) + width + 2 * tokens * width


def mixture(layers, width, inner, experts, used, heads, key_heads, tokens):
    """Count a Llama whose network stands `used` times beside a router to `experts`."""
    routed = 3 * width * inner * (used - 1) + width * experts
    return llama(layers, width, inner, heads, key_heads, tokens) + layers * routed


@pytest.mark.parametrize(
    ("identifier", "counted"),
    [
        ("model/gpt-2-small/parameters", gpt(12, 768, 50257, 1024)),
        ("model/gpt-2-xl/parameters/from-dimensions", gpt(48, 1600, 50257, 1024)),
        ("model/gpt-3/parameters/from-dimensions", gpt(96, 12288, 50257, 2048)),
        ("model/megatron-turing-nlg/parameters/from-dimensions", gpt(105, 20480, 50257, 2048)),
        ("model/opt-175b/parameters/from-dimensions", gpt(96, 12288, 50272, 2050)),
        ("model/bloom/parameters", gpt(70, 14336, 250880, 2)),  # no positions, but a norm on the embedding
        ("model/gopher/parameters/from-dimensions", 13 * 80 * 16384**2 + 32000 * 16384),
        ("model/chinchilla/parameters/from-dimensions", 13 * 80 * 8192**2 + 32000 * 8192),
        ("model/llama-7b/parameters", llama(32, 4096, 11008, 32, 32, 32000)),
        ("model/llama-65b/parameters/from-dimensions", llama(80, 8192, 22016, 64, 64, 32000)),
        ("model/llama-2-70b/parameters/from-dimensions", llama(80, 8192, 28672, 64, 8, 32000)),
        ("model/llama-3-70b/parameters/from-dimensions", llama(80, 8192, 28672, 64, 8, 128256)),
        ("model/llama-3-1-405b/parameters/from-dimensions", llama(126, 16384, 53248, 128, 8, 128256)),
        ("model/qwen2-5-72b/parameters/from-dimensions", llama(80, 8192, 29568, 64, 8, 152064, bias=1)),
        ("model/mixtral-8x7b/parameters/from-dimensions", mixture(32, 4096, 14336, 8, 8, 32, 8, 32000)),
        ("model/mixtral-8x7b/active-parameters/from-dimensions", mixture(32, 4096, 14336, 8, 2, 32, 8, 32000)),
    ],
)
def test_a_count_from_dimensions_is_right_to_the_last_digit(identifier, counted):
    assert value(identifier) == counted


# arithmetic on what was printed


def test_harris_2012_gives_1_2e_15_joule_per_bit_at_standard_state():
    per_bit = evidence("energy/synapse/atp-per-bit") * evidence("energy/atp/standard-state")
    assert float(per_bit.to("J/bit").estimate().median) == pytest.approx(1.2e-15, rel=0.02)
    interval = evidence("energy/synapse/per-bit").estimate().interval(0.99)
    assert float(interval.low) >= 1.2e-15
    assert float(interval.high) <= 2.0e-15


def test_energy_of_atp_is_kilojoules_per_mole_over_the_avogadro_constant():
    for identifier, kilojoules in (("energy/atp/standard-state", 30.5), ("energy/atp/in-cell", 50)):
        assert value(identifier) == pytest.approx(kilojoules * 1e3 / 6.02214076e23, rel=1e-3)


def test_a_synaptic_event_costs_far_more_than_a_bit():
    down, up = (
        float(evidence(f"{each}/energy-per-synaptic-event").estimate().median)
        for each in ("human/brain", "rodents/cortex")
    )
    vesicle = evidence("rodents/cortex/energy-per-vesicle").estimate().interval(0.99)
    assert 6.7e-14 < down < 1.3e-12
    assert (float(vesicle.low), float(vesicle.high)) == (
        pytest.approx(8.3e-15, rel=0.02),
        pytest.approx(1.36e-14, rel=0.02),
    )
    assert 10 < down / up < 1000


def test_shares_of_signalling_energy_add_up():
    shares = [each for each in evidence.ids() if "-share-of-signalling-energy" in each]
    revised, older = [
        [each for each in shares if each.endswith("attwell2001") is is_older] for is_older in (False, True)
    ]
    assert sum(value(each) for each in revised) == pytest.approx(1.0)
    assert sum(value(each) for each in older) == pytest.approx(0.97)


def test_a_machine_spends_its_power_on_its_operations():
    energy = value("hardware/h100/power") / value("hardware/h100/operation-rate")
    assert value("hardware/h100/energy-per-operation") == pytest.approx(energy, rel=1e-3)
    parts = value("hardware/45nm/multiplication") + value("hardware/45nm/addition")
    assert value("hardware/45nm/multiply-accumulate") == pytest.approx(parts)


def test_expressive_leaky_memory_has_its_fourteen_sizes_in_closed_form():
    start = "neuron/parameters/expressive-leaky-memory/memory-"
    sizes = {int(each.removeprefix(start)): value(each) for each in evidence.ids() if each.startswith(start)}
    sizes[20] = value("neuron/parameters/expressive-leaky-memory")
    assert sorted(sizes) == [1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 40, 50, 75, 100]
    for memory, parameters in sizes.items():
        hidden, outputs, inputs, branches = 2 * memory, 2, 4500, 45
        network = (branches + memory) * hidden + hidden + hidden * memory + memory
        assert parameters == inputs + network + memory * outputs + outputs


def test_networks_that_fit_a_neuron_count_up():
    def convolution(inputs, width, first, kernel, depth, outputs):
        hidden = first * inputs * width + width + (depth - 1) * (kernel * width**2 + width) + 2 * depth * width
        return hidden + (width + 1) * (2 + outputs)

    assert value("neuron/parameters/temporal-convolution") == convolution(1278, 128, 45, 19, 7, 20)
    assert value("neuron/parameters/convolution-without-nmda") == convolution(1278, 128, 43, 0, 1, 30)
    assert value("neuron/hidden-units/temporal-convolution") == 7 * 128


def test_bits_are_the_logarithm_of_states():
    bits = evidence.finding("synapse/bits/ca1").spread
    assert math.log2(value("synapse/states/ca1")) == pytest.approx(bits.high, abs=0.01)
    assert math.log2(value("synapse/states/ca1/bartol2015")) == pytest.approx(
        value("synapse/bits/ca1/bartol2015"), abs=0.01
    )


def test_what_landauer_1986_remembers_follows_from_rate_and_loss():
    rate, loss = value("human/long-term-memory/rate"), value("human/long-term-memory/loss-rate")
    assert value("human/long-term-memory/bits/asymptote") == pytest.approx(rate / loss)
    assert value("human/long-term-memory/bits") == pytest.approx(rate / loss * (1 - math.exp(-1.2)), rel=0.01)
    for task, bits in (("reading", 1.8e9), ("pictures", 3.4e9)):
        assert value(f"human/long-term-memory/bits/without-loss-{task}") == bits
        assert value(f"human/long-term-memory/rate/{task}") * 1.5e9 == pytest.approx(bits, rel=0.02)


def test_the_genome_has_two_bits_a_base_pair():
    assert float(evidence("human/genome/bits").to("MB").estimate().median) == pytest.approx(763.75)


def test_language_is_learned_over_eighteen_years():
    assert value("human/language/bits") / (18 * 365.25) == pytest.approx(
        value("human/language/learning-rate"), rel=0.06
    )


def test_chinchilla_saw_twenty_tokens_a_parameter():
    ratio = value("model/chinchilla/training-tokens") / value("model/chinchilla/parameters")
    assert ratio == value("scaling/tokens-per-parameter") == 20


def frontier(fit, rival, budget=5.76e23):
    """Return the compute-optimal parameters, and tokens per parameter, of Hoffmann et al. 2022, eq. 4."""
    a, b, alpha, beta = (value(f"scaling/{fit}/{each}{rival}") for each in ("a", "b", "alpha", "beta"))
    scale = (alpha * a / (beta * b)) ** (1 / (alpha + beta))
    parameters = scale * (budget / 6) ** (beta / (alpha + beta))
    return parameters, budget / 6 / parameters**2


@pytest.mark.parametrize(
    ("fit", "rival", "suffix", "tokens"),
    [
        ("hoffmann2022", "", "", "/hoffmann2022"),
        ("hoffmann2022", "/rounded", "/rounded-constants", "/rounded-constants"),
        ("besiroglu2024", "", "/besiroglu2024", "/besiroglu2024"),
    ],
)
def test_the_constants_give_the_optimum_that_is_told(fit, rival, suffix, tokens):
    parameters, ratio = frontier(fit, rival)
    assert value(f"scaling/optimal-parameters{suffix}") == pytest.approx(parameters, rel=1e-3)
    assert value(f"scaling/tokens-per-parameter{tokens}") == pytest.approx(ratio, rel=3e-3)


def test_unrounded_constants_reproduce_figure_4_of_hoffmann_2022():
    assert value("scaling/optimal-parameters") == pytest.approx(40e9, rel=0.01)
    assert value("scaling/hoffmann2022/e") == pytest.approx(math.exp(0.5267228), rel=1e-6)
    assert value("scaling/hoffmann2022/a") == pytest.approx(math.exp(6.0073404), rel=1e-6)
    assert value("scaling/hoffmann2022/b") == pytest.approx(math.exp(6.0179186), rel=1e-6)
    for each in ("e", "a", "b", "alpha", "beta"):
        rounded = value(f"scaling/hoffmann2022/{each}/rounded")
        assert value(f"scaling/hoffmann2022/{each}") == pytest.approx(rounded, rel=0.02)


def test_refitted_exponents_give_the_exponent_of_optimal_parameters():
    alpha, beta = value("scaling/besiroglu2024/alpha"), value("scaling/besiroglu2024/beta")
    assert value("scaling/besiroglu2024/parameter-exponent") == pytest.approx(beta / (alpha + beta), abs=5e-4)
    for approach in (1, 2, 3):
        pair = [value(f"scaling/hoffmann2022/{each}-exponent/approach-{approach}") for each in ("parameter", "token")]
        assert sum(pair) == pytest.approx(1.0)


def test_table_3_of_hoffmann_2022_keeps_compute_at_six_times_parameters_times_tokens():
    for size in ("1e9", "1e10", "67e9", "175e9", "280e9", "520e9", "1e12", "1e13"):
        compute, tokens = (value(f"scaling/hoffmann2022/optimal-{each}/{size}") for each in ("compute", "tokens"))
        assert compute == pytest.approx(6 * float(size) * tokens, rel=0.05), size


def test_a_transformer_the_size_of_the_brain_is_a_graph_over_its_synapses():
    synapses = float(evidence("human/brain/synapses").estimate().median)
    assert float(evidence("scaling/human-brain/tokens").estimate().median) == pytest.approx(20 * synapses, rel=0.02)
    compute = evidence("scaling/human-brain/training-compute")
    assert float(compute.estimate().median) == pytest.approx(120 * synapses**2, rel=0.05)


# how it was checked


def test_what_was_never_read_is_marked_and_stays_out_of_what_is_derived():
    unread = [
        each for each, finding in findings().items() if finding.status == "memory" and each.split("/")[0] in SUBJECTS
    ]
    assert sorted(unread) == [
        "learning/engram-share",
        "model/llama-3-70b/parameters/llama2024",
        "model/llama-7b/parameters/touvron2023",
        "model/llama-7b/training-tokens",
        "neuron/subunits/ca1-pyramidal-cell",
        "synapse/bits/purkinje-perceptron",
        "synapse/operations-per-spike/mechanistic-method",
    ]
    used = {part for finding in findings().values() for part in finding.parts}
    assert not used & set(unread)


def test_a_middle_that_was_chosen_here_is_geometric():
    chosen = [each for each in findings().values() if plain(each) and "middle" in f"{each.checked} {each.note}"]
    assert len(chosen) >= 5
    for finding in chosen:
        middle = math.sqrt(finding.spread.low * finding.spread.high)
        assert finding.value == pytest.approx(middle, rel=0.01), finding.id


def test_an_id_of_a_model_has_no_animal():
    for finding in findings().values():
        if finding.id.split("/")[0] in ("energy", "hardware", "learning", "genome", "scaling", "model"):
            assert finding.species == "any", finding.id
