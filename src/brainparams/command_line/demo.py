"""The human brain, from the evidence, on one screen: what the command line says when nothing else is asked."""

from __future__ import annotations

from collections.abc import Iterator

from ..checks import percent
from ..estimators.synapses import synapse_count
from ..findings import Finding, evidence
from ..makers import exact
from ..quantity import Quantity
from ..render.numbers import percent_of, plain
from ..render.plain import lines_of
from ..render.words import answer
from ..render.writers.text import line_width

__all__ = ["human_brain", "screen", "usual_product", "whole"]

NARROW = 80
LEVEL = 0.90
SMALL = 0.05  # a share of the spread
LEFT_OUT = (
    "Left out: dendritic computation (lowers the count); that not every synapse is plastic, independent and free "
    "(raises it). Every step, input, reason and reference: bp.evidence('human/brain/synapses').explain()."
)
SPREAD = "a judgement between methods that differ sevenfold"


def human_brain() -> Quantity:
    """Return the parameters of the human brain at one weight a synapse, region by region, from the evidence."""
    weight = exact("1 parameter/synapse", because="one scalar weight a synapse", name="parameters per synapse")
    return (
        (evidence("human/brain/synapses") * weight)
        .named("parameters of a human brain", symbol="P")
        .with_caveat("dendritic computation is left out", effect="lowers")
        .with_caveat("every synapse counts as plastic, independent and free", effect="raises")
    )


def screen() -> Iterator[str]:
    """Yield what a person reads first, on 24 lines of 80 columns: the number, the parts, the methods, what moves it."""
    brain, cortex = human_brain(), evidence.finding("human/neocortex/synapses")
    told = answer(brain.estimate(), LEVEL)
    yield from lines_of(
        f"Parameters of a human brain: {told.value} ({told.words}), {told.level} interval {told.interval}: {SPREAD}.",
        NARROW,
    )
    yield "One weight a synapse; synapses of the regions (medians, equal-tailed intervals):"
    yield from _regions()
    yield "The neocortex by method, each with the weight of our belief in it:"
    yield from _methods(cortex)
    yield from lines_of(_spread(brain), NARROW)
    yield from lines_of(usual_product(), NARROW)
    yield "With reasons and sources: python -m brainparams demo --full"


def whole() -> Iterator[str]:
    """Yield the same with why the weights are as they are, what is left out, and who counted."""
    brain, cortex = human_brain(), evidence.finding("human/neocortex/synapses")
    told = (
        (f"Parameters of a human brain: {brain}: {SPREAD}.", ()),
        ("One weight a synapse. No whole brain was ever counted; its regions are added:", _regions()),
        ("The neocortex by method, each with the weight of our belief in it:", _methods(cortex)),
        (f"Why these weights: {cortex.because}; {cortex.note}.", ()),
        (_spread(brain), ()),
        (usual_product(), ()),
        (LEFT_OUT, ()),
        (f"Sources: {'; '.join(each.label for each in brain.citations())}.", ()),
    )
    for text, rows in told:
        yield from lines_of(" ".join(text.split()), line_width())
        yield from rows
        yield ""


def _regions() -> Iterator[str]:
    for part in evidence.finding("human/brain/synapses").parts:
        yield _row(evidence.finding(part).region, part)


def _methods(cortex: Finding) -> Iterator[str]:
    for part, weight in cortex.mixture:
        yield f"{_row(evidence.finding(part).region.partition(', ')[2], part)} weight {weight:g}"


def _spread(brain: Quantity) -> str:
    drivers = brain.drivers()
    parts = [(each.name, each.share) for each in drivers] + [("interactions", drivers.interactions)]
    shares = [f"{percent_of(share)} {name}" for name, share in parts if share >= SMALL]
    return f"The spread comes from: {'; '.join(shares)}; the rest from inputs below {percent(SMALL)} each."


def usual_product() -> str:
    """Return what the usual product of two round numbers makes of it, beside the sum over regions."""
    regional, cortical = evidence("human/brain/synapses"), evidence("human/neocortex/synapses")
    usual = synapse_count(exact("86e9 neuron"), evidence("human/neocortex/synapses-per-neuron"))
    share = cortical.median() / regional.median()
    return (
        f"The neocortex holds {share:.0%} of the synapses. The usual product, 86e9 neurons × 7,000 synapses "
        f"per neuron = {plain(float(usual.value), 2)} synapses, is {usual.value / regional.median():.1f} times as many:"
        " 7,000 is a neocortical mean, and four neurons in five are cerebellar granule cells with about four inputs."
    )


def _row(name: str, finding_id: str) -> str:
    synapses = evidence(finding_id)
    low, high = (plain(float(end), 2) for end in synapses.interval(LEVEL))
    return f"  {name:<38}{plain(float(synapses.median()), 2):>7} ({low} to {high})"
