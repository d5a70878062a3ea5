"""Counting by bits, by operations and by joules: every published figure from its own inputs, and the laws between."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import brainparams as bp

# bits


@pytest.mark.parametrize(
    ("states", "bits"),
    [(26, 4.70), (24, 4.585), (2, 1), (1, 0), (256, 8)],  # Bartol 2015; Samavat 2024
)
def test_states_that_can_be_told_apart(states, bits):
    found = bp.bits_from_states(states)
    assert found.value == pytest.approx(bits, abs=0.005)
    assert found.unit == "bit/synapse"


def test_uncertain_states_give_uncertain_bits():
    bits = bp.bits_from_states(bp.assumed("8 to 64", because="a range", unit="1"))
    assert bits.median() == pytest.approx(math.log2(math.sqrt(8 * 64)))
    with pytest.raises(bp.RangeError, match="must be >= 1"):
        bp.bits_from_states("0.5")


@pytest.mark.parametrize(
    ("synapses", "each", "unit", "printed"),
    [
        ("1e14 synapse", "1 B/synapse", "B", 1e14),  # Moravec 1998: 100 million megabytes
        (
            "1.7e15 synapse",
            "4.7 bit/synapse",
            "PB",
            1.0,
        ),  # what "petabyte" (2016) takes, a synapse number nobody counted
        ("1.5e14 synapse", "4.7 bit/synapse", "TB", 88),  # the same formula with the number of the neocortex
        ("125e12 synapse", "4.7 bit/synapse", "TB", 73.4),  # printed as 74
        ("1e14 synapse", "1e4 bit/synapse", "bit", 1e18),  # Kurzweil 2005
        ("595e12 synapse", "4 B/synapse", "TB", 2380),  # a public notebook: 85e9 × 7000 weights of 4 bytes
        ("1e15 synapse", "8 B/synapse", "B", 8e15),  # Sandberg & Bostrom 2008, table 8, level 4
    ],
)
def test_what_synapses_store(synapses, each, unit, printed):
    assert bp.stored_information(synapses, each).to(unit).value == pytest.approx(printed, rel=0.005)


@pytest.mark.parametrize(
    ("entities", "each", "printed"),  # Sandberg & Bostrom 2008, table 8
    [
        ("1e7", "3 B", 3e7), ("1e13", "5 B", 5e13), ("1e15", "8 B", 8e15), ("1e16", "1 B", 1e16), ("1e18", "1 B", 1e18),
        ("1e19", "1 B", 1e19), ("1e20", "1 B", 1e20), ("1e21", "1 B", 1e21), ("1e25", "31 B", 3.1e26),
    ],
)  # fmt: skip
def test_the_levels_of_the_roadmap(entities, each, printed):
    assert float(bp.state_memory(entities, each).to("B").value) == printed


@pytest.mark.parametrize(
    ("neuron", "synapse", "printed"), [("4 B/neuron", "8 B/synapse", 1.36e15), ("80 B/neuron", "16 B/synapse", 2.73e15)]
)
def test_the_memory_of_an_emulation(neuron, synapse, printed):
    memory = bp.emulation_memory("8.6e10 neuron", neuron, "1.7e14 synapse", synapse)
    assert f"{memory.to('B').value:.2e}" == f"{printed:.2e}"


def test_the_genome():
    genome = bp.genome_information("3.1e9 bp")
    assert genome.to("MB").value == 775
    assert bp.parameters_at_precision(genome, bp.precision("int8")).value == 775_000_000
    assert genome.value == 6.2e9


def test_a_count_of_wirings_is_not_a_number_of_bits():
    # Wang, Liu & Wang 2003 print 10^8432 "bits" for 1e11 neurons and 1e3 synapses: the logarithm of the choices
    bits = bp.wiring_information("1e11 neuron", "1000 connection/neuron")
    assert math.floor(bits.value * math.log10(2)) == 8432
    assert bits.value == pytest.approx(math.log2(math.comb(10**11, 1000)), abs=3e-4)


@given(st.integers(2, 5000), st.floats(0.001, 0.999))
def test_wiring_information_is_the_logarithm_of_the_choices(candidates, share):
    connections = min(max(1, round(share * candidates)), candidates - 1)
    found = bp.wiring_information(f"{candidates} neuron", f"{connections} connection/neuron").value
    few = min(connections, candidates - connections)
    assert found == pytest.approx(math.log2(math.comb(candidates, connections)), abs=0.25 / few + 1e-9)


@pytest.mark.parametrize(
    ("rate", "exposure", "loss", "printed"),  # Landauer 1986, table 1, and what follows from it
    [
        ("1.2 bit/s", "1.5e9 s", None, "1.8e+09"),
        ("2.0 bit/s", "1.2e9 s", "1e-9 1/s", "1.4e+09"),
        ("2.0 bit/s", "1.5e9 s", "1e-9 1/s", "1.6e+09"),  # not the 1.4e9 that is quoted for this exposure
        ("2.0 bit/s", "1e12 s", "1e-9 1/s", "2.0e+09"),  # the asymptote
    ],
)
def test_what_is_remembered(rate, exposure, loss, printed):
    assert f"{bp.learned_information(rate, exposure, loss_rate=loss).value:.1e}" == printed


def test_pictures_and_flashcards_are_remembered_too():
    pictures = bp.learned_information("2.3 bit/s", "1.5e9 s").value  # printed as 3.4e9
    assert pictures == pytest.approx(3.4e9, rel=0.02)
    cards = bp.learned_information(
        "3000 kB/year", "80 year"
    )  # 300 items a year and minute, 10 minutes a day, 1 kB each
    assert cards.to("MB").value == pytest.approx(240)


@given(st.floats(0.1, 10), st.floats(1e6, 1e9), st.floats(1e-12, 1e-9))
def test_what_is_lost_is_never_more_than_what_came_in(rate, exposure, loss):
    kept = bp.learned_information(f"{rate} bit/s", f"{exposure} s", loss_rate=f"{loss} 1/s").value
    everything = bp.learned_information(f"{rate} bit/s", f"{exposure} s").value
    assert kept <= everything * (1 + 1e-3)  # 1 − exp(−x) keeps 12 digits at x = 1e-4, fewer below
    assert kept >= everything * (1 - loss * exposure / 2) * (1 - 1e-3)


@pytest.mark.parametrize(
    ("name", "bits"), [("fp64", 64), ("fp32", 32), ("fp16", 16), ("bf16", 16), ("fp8", 8), ("int8", 8), ("int4", 4)]
)
def test_precisions(name, bits):
    one = bp.precision(name)
    assert (one.value, one.unit) == (bits, "bit/parameter")
    assert bp.parameter_memory("70e9 parameter", one).to("GB").value == 70 * bits / 8
    with pytest.raises(bp.UnknownNameError, match=r"no number format 'fp15'.*Did you mean 'fp16'"):
        bp.precision("fp15")


def test_training_keeps_sixteen_bytes_a_parameter():  # Rajbhandari 2020: 2 + 2 + 4 + 8
    assert bp.parameter_memory("7.5e9 parameter", "16 B/parameter").to("GB").value == 120


@given(st.integers(1, 10**15), st.integers(1, 64))
def test_memory_and_parameters_are_inverse(parameters, bits):
    memory = bp.parameter_memory(f"{parameters} parameter", f"{bits} bit/parameter")
    assert bp.parameters_at_precision(memory, f"{bits} bit/parameter").value == parameters


# operations


def operations(synapses, rate, each):
    return bp.synaptic_operation_rate(f"{synapses} synapse", f"{rate} spike/neuron/s", f"{each} operation/event").value


@pytest.mark.parametrize(
    ("inputs", "printed"),
    [
        (("1e14", "0.1", 1), 1e13), (("1e15", "1", 100), 1e17),  # Carlsmith 2020, mechanistic range
        (("1e14", "200", 1), 2e16),  # Kurzweil 1999: 1e11 neurons × 1e3 connections
        (("1e12", "100", 10), 1e15),  # Adams 2013: 1e9 neurons × 1e3 synapses
        (("2e14", "10", 1), 2e15),  # a blog of 2021
        (("595e12", "1", 1), 5.95e14),  # a public notebook
        (("1.7e14", "10", 20), 3.4e16), (("1.7e14", "10", 51), 8.67e16),  # State of Brain Emulation 2025
    ],
)  # fmt: skip
def test_following_every_spike_through_every_synapse(inputs, printed):
    assert operations(*inputs) == printed


def test_the_omitted_neurons_make_a_brain_dearer_than_its_cortex():
    # State of Brain Emulation 2025: the upper event-driven row leaves the neurons out
    neurons = bp.exact("8.6e10 neuron") * bp.exact("3.45e6 operation/neuron/s")
    events = bp.synaptic_operation_rate("1.7e14 synapse", "10 spike/neuron/s", "51 operation/event")
    assert f"{(events + neurons).value:.1e}" == "3.8e+17"


@pytest.mark.parametrize(
    ("synapse", "neuron", "printed"),
    [("5e4 operation/synapse/s", "0 operation/neuron/s", 8.5e18),
     ("8e4 operation/synapse/s", "3.45e6 operation/neuron/s", 1.39e19)],
)  # fmt: skip
def test_stepping_every_synapse(synapse, neuron, printed):
    rate = bp.emulation_operation_rate("1.7e14 synapse", synapse, "8.6e10 neuron", neuron)
    assert float(f"{rate.value:.2e}") == printed


@pytest.mark.parametrize(("synapses", "rate", "teps"), [("1.8e14", "0.1", 1.8e13), ("3.2e14", "2", 6.4e14)])
def test_traversed_edges_per_second(synapses, rate, teps):  # AI Impacts 2015: 1.8e13 to 6.4e14 TEPS
    events = bp.synaptic_event_rate(f"{synapses} synapse", f"{rate} spike/neuron/s")
    assert (events.value, events.unit) == (teps, "event/s")
    assert bp.synapses_from_event_rate(events, f"{rate} spike/neuron/s").value == float(synapses)
    assert bp.firing_rate_from_event_rate(events, f"{synapses} synapse").value == float(rate)


def test_a_firing_rate_belongs_to_neurons():
    with pytest.raises(bp.UnitError, match=r"'firing_rate' needs \[spike/neuron/s\]; got 2 Hz"):
        bp.synaptic_event_rate("1e14 synapse", "2 Hz")


def test_the_retina_scaled_up():  # Moravec 1998 and 1988
    retina = bp.retina_operation_rate("1e6", "100 operation", "10 Hz")
    assert (retina.value, retina.unit) == (1e9, "operation/s")
    assert bp.scaled_operation_rate(retina, "1e5").value == 1e14
    assert bp.scaled_operation_rate("1e9 operation/s", "1e4").value == 1e13


def test_the_lifetime_anchor():  # Cotra 2020, before any adjustment
    assert f"{bp.lifetime_operations('1e15 operation/s', '32 year').value:.0e}" == "1e+24"
    rate = bp.assumed(bp.LogNormal.from_interval(1e13, 1e17, level=0.9), "operation/s", because="a range")
    assert bp.lifetime_operations(rate, "1e9 s").median() == pytest.approx(1e24)


def test_the_neural_network_anchor():
    found = bp.parameters_from_operation_rate("1e16 operation/s", "33.3 operation/parameter/s").value
    assert found == pytest.approx(3e14, rel=0.01)  # Cotra 2020, from 10 to 100 operations per parameter
    needed = bp.horizon_training_operations("1e16 operation/s", "3e14", "33 s").value
    assert f"{needed:.0e}" == "1e+32"  # the short horizon, 1 to 1000 s


def test_a_public_notebook_of_the_anchors():
    # future-assessment-model, anchors.py: log10 of FLOP/s and of FLOP/s per parameter, and one decade of efficiency
    ten = math.log(10)
    shape = [bp.LogNormal.from_interval(13, high, level=0.8) for high in (17, 24)]
    brain = bp.assumed(bp.Mixture(shape, [0.5, 0.5]), "1", because="printed 5, 50, 95 %: 12.3, 15.7, 24.0")
    assert [round(brain.quantile(p), 1) for p in (0.05, 0.5, 0.95)] == [12.3, 15.7, 24.0]
    # their parameters follow from another belief about the brain
    belief = bp.assumed(bp.LogNormal.from_interval(11, 19.5, level=0.9), "1", because="90 %")
    use = bp.assumed(bp.Normal.from_interval(1, 2, level=0.9), "1", because="90 %")
    rate = bp.exp(ten * (belief + 1)) * bp.exact("1 operation/s")
    each = bp.exp(ten * use) * bp.exact("1 operation/parameter/s")
    parameters = bp.parameters_from_operation_rate(rate, each)
    log10 = bp.log(parameters / bp.exact("1 parameter")) / ten
    found = [log10.quantile(p) for p in (0.05, 0.5, 0.95)]
    assert found == pytest.approx([10.5, 14.15, 19.0], abs=0.06)


def test_a_published_sample_counts_its_cells():  # a comment of 2024 on H01: 57,000 cells, most of them glia
    per_cell = bp.exact("1.5e8 synapse") / bp.exact("5.7e4 neuron")
    brain = bp.synaptic_parameters("1e11 neuron", per_cell, "1 parameter/synapse")
    assert f"{brain.value:.1e}" == "2.6e+14"


# joules


def test_a_synaptic_event_from_the_bottom_up():
    found = [bp.energy_per_event("1.64e5 ATP/event", f"{each} J/ATP").value for each in ("5.0e-20", "8.3e-20")]
    assert [f"{each:.1e}" for each in found] == ["8.2e-15", "1.4e-14"]
    quarter = bp.energy_per_event("1.64e5 ATP/event", "8e-20 J/ATP", release_probability="0.25")
    assert quarter.value == pytest.approx(1.64e5 * 8e-20 / 4)


@pytest.mark.parametrize(("each", "printed"), [("5.0e-20", "1.2e-15"), ("8.3e-20", "2.0e-15")])
def test_a_bit_from_the_bottom_up(each, printed):  # Harris 2012: 24,000 ATP
    assert f"{bp.energy_per_bit('24000 ATP/bit', f'{each} J/ATP').value:.1e}" == printed


@pytest.mark.parametrize(("rate", "printed"), [("0.1", "1.3e-12"), ("2", "6.7e-14")])
def test_a_synaptic_event_from_the_top_down(rate, printed):
    found = bp.energy_per_event_from_power("20 W", "1.5e14 synapse", f"{rate} spike/neuron/s")
    assert (f"{found.value:.1e}", found.unit) == (printed, "J/event")


def test_a_quotient_of_two_round_numbers():  # Merkle 1989: 20 W over 1e16 events
    assert bp.energy_per_event_from_power("20 W", "1e16 synapse", "1 spike/neuron/s").value == pytest.approx(2e-15)
    assert bp.event_rate_limit("20 W", "2e-15 J/event").value == pytest.approx(1e16)


@given(st.floats(0.1, 100), st.floats(1e6, 1e16), st.floats(1e-3, 100), st.floats(0.01, 1))
def test_limits_turn_back_what_the_power_gave(power, synapses, rate, fraction):
    watt, count, firing = f"{power} W", f"{synapses} synapse", f"{rate} spike/neuron/s"
    energy = bp.energy_per_event_from_power(watt, count, firing, signalling_fraction=fraction)
    limit = bp.synapse_limit(watt, energy, firing, signalling_fraction=fraction)
    assert (limit.value, limit.unit) == (pytest.approx(synapses), "synapse")
    limit = bp.firing_rate_limit(watt, energy, count, signalling_fraction=fraction)
    assert (limit.value, limit.unit) == (pytest.approx(rate), "spike/neuron/s")
    events = bp.event_rate_limit(watt, energy, signalling_fraction=fraction)
    assert (events.value, events.unit) == (pytest.approx(synapses * rate), "event/s")


def test_all_of_the_power_is_a_caveat_and_a_part_of_it_is_none():
    told = "all of the power is given to synaptic events"
    assert told in " ".join(bp.event_rate_limit("20 W", "1e-14 J/event").explain().split())
    part = bp.event_rate_limit("20 W", "1e-14 J/event", signalling_fraction="0.5")
    assert told not in " ".join(part.explain().split())
    assert part.value == 1e15


def test_a_machine_for_an_operation_and_for_an_event():
    machine = bp.energy_per_operation(bp.evidence("hardware/h100/power"), bp.evidence("hardware/h100/operation-rate"))
    assert f"{machine.value:.1e}" == "7.1e-13"
    assert f"{(2 * machine.value):.1e}" == "1.4e-12"  # a multiply-accumulate
    # per event an accelerator takes one to a hundred times what a synapse takes, not a thousand
    dear = bp.energy_ratio(machine, "2 operation/event", "1.4e-14 J/event").value
    cheap = bp.energy_ratio(machine, "2 operation/event", "1.3e-12 J/event").value
    assert (round(dear), round(cheap)) == (101, 1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bp.energy_per_event("1e5 ATP/bit", "8e-20 J/ATP"), r"'atp_per_event' needs \[ATP/event\]"),
        (lambda: bp.event_rate_limit("20 J", "1e-14 J/event"), r"'power' needs \[W\]"),
        (lambda: bp.stored_information("86e9 neuron", "4.7 bit/synapse"), r"'synapses' needs \[synapse\]"),
        (lambda: bp.lifetime_operations("1e15 operation", "1e9 s"), r"'operation_rate' needs \[operation/s\]"),
        (lambda: bp.genome_information("3.1e9 B"), r"'base_pairs' needs \[bp\]"),
    ],
)
def test_the_wrong_unit_is_named(call, message):
    with pytest.raises(bp.UnitError, match=message):
        call()


def test_one_definition_of_a_synaptic_operation_for_brain_chip_and_machine():
    of = bp.estimators.energy.energy_per_synaptic_operation
    chips = of(
        bp.evidence("hardware/hala-point/power"), event_rate=bp.evidence("hardware/hala-point/synaptic-event-rate")
    )
    told = bp.evidence("hardware/hala-point/energy-per-synaptic-event")
    assert (chips.value, chips.unit) == (pytest.approx(told.value, rel=1e-12), "J/event")
    assert of("1 W", event_rate="400e9 event/s").value == pytest.approx(2.5e-12)  # TrueNorth at its best
    machine = of("700 W", operation_rate="989e12 operation/s", operations_per_event="2 operation/event")
    assert machine.value == pytest.approx(2 * bp.energy_per_operation("700 W", "989e12 operation/s").value)
    tissue = of("20 W", event_rate=bp.synaptic_event_rate("1.5e14 synapse", "0.1 spike/neuron/s"))
    assert tissue.value == pytest.approx(
        bp.energy_per_event_from_power("20 W", "1.5e14 synapse", "0.1 spike/neuron/s").value
    )
    assert of("100 mW", event_rate="1e9 event/s", static_power="40 mW").value == pytest.approx(6e-11)
    for wrong in ({}, {"event_rate": "1 event/s", "operation_rate": "1 operation/s"},
                  {"operation_rate": "1 operation/s"}, {"event_rate": "1 event/s",
                                                        "operations_per_event": "2 operation/event"}):  # fmt: skip
        with pytest.raises(bp.ArgumentError, match=r"energy_per_synaptic_operation\(\)"):
            of("1 W", **wrong)
    with pytest.raises(bp.UnitError, match="event_rate"):
        of("1 W", event_rate="1e9 spike/s")  # a spike that is fired is no event at a synapse
