"""Machines as large as a brain: mixtures of experts by total and active parameters, memory, energy of a token."""

import math

import pytest

import brainparams as bp

TRAINING = {"tokens_per_parameter": "20 token/parameter", "bytes_per_parameter": "2 byte/parameter"}
ASPECT = bp.AspectRatio(128)


def found(target, **more):
    return bp.transformer_dimensions(target, **{"style": "Mixtral", "depth": ASPECT, **TRAINING, **more})


def test_mixtral_is_found_from_its_parameters():
    total = found(46_702_792_704)
    assert (total.layers, total.width, total.mlp_width, total.architecture.count) == (32, 4096, 14336, 46_702_792_704)
    assert total.active.value == 12_748_853_248
    active = found(12_748_853_248, counted="active")
    assert (active.layers, active.width, active.deviation) == (32, 4096, 0.0)
    assert total.operations.value == 6 * 12_748_853_248 * 20 * 46_702_792_704
    assert "active a token" in str(total)
    assert "2 of 8 experts" in str(total)


def test_as_many_active_parameters_are_a_larger_machine():
    by_total, by_active = found("1e14 parameter"), found("1e14 parameter", counted="active")
    assert by_active.architecture.count > 3 * by_total.architecture.count
    assert abs(math.log(by_active.active.value / 1e14)) < 0.05


def test_energy_of_a_token_against_the_twenty_watts_of_a_brain():
    machine = found(46_702_792_704)
    cost = bp.exact("1e-12 J/operation")
    each = machine.energy_per_token(cost, context=1000)
    operations = bp.architectures.operations_per_token(machine.architecture, context=1000, mask="full")
    assert each.value == pytest.approx(operations.value * 1e-12)
    assert each.unit == "J/token"
    assert machine.tokens_per_second(cost, context=1000).value == pytest.approx(20 / each.value)
    assert machine.tokens_per_second(cost, context=1000, power="40 W").value == pytest.approx(40 / each.value)
    with pytest.raises(bp.UnitError, match="energy_per_operation"):
        machine.energy_per_token("3 W", context=1)


def test_what_would_not_fit():
    machine = found("1e14 parameter", style="Llama 3")
    assert machine.devices("80 GB").value == pytest.approx(2 * machine.architecture.count / 80e9)
    brain = bp.assumed("1e14 to 1e15 parameter", because="published range")
    table = bp.comparable_transformers(brain, quantiles=(0.05, 0.95), style="Mixtral", depth=ASPECT, **TRAINING)
    assert "active" in str(table).splitlines()[1].split()
    assert [row.devices("80 GB").value > 1 for row in table] == [True, True]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"experts": 8}, "'active_experts' = 0 of 'experts' = 8"),
        ({"experts": 2, "active_experts": 3}, "'active_experts' = 3"),
        ({"shared_experts": 1}, "stand beside routed ones"),
    ],
)
def test_experts_that_do_not_fit_are_refused(more, says):
    with pytest.raises(bp.ArgumentError, match=says):
        bp.TransformerStyle(
            name="mine", vocabulary=32000, head_dim=64, mlp_ratio=4, gated=False, bias=False, norm="RMSNorm",
            positions="rotary", head="tied", source="here", **more,
        )  # fmt: skip
    with pytest.raises(bp.ArgumentError, match="'counted'"):
        found("1e12 parameter", counted="some")
