"""The human brain, from the evidence, on one screen: what the command line says when nothing else is asked."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from .estimators.synapses import synapse_count
from .findings import evidence
from .makers import exact
from .quantity import Quantity
from .render.numbers import plain

__all__ = ["human_brain", "screen", "usual_product"]

WIDTH = 98
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
    """Yield what a person reads first: the number, its interval, the methods behind it, and what moves it."""
    brain, cortex = human_brain(), evidence.finding("human/neocortex/synapses")
    yield from _wrapped(f"Parameters of a human brain: {brain}: {SPREAD}.")
    yield ""
    yield "One weight a synapse. No whole brain was ever counted; its regions are added:"
    for part in evidence.finding("human/brain/synapses").parts:
        yield _row(evidence.finding(part).region, part)
    yield ""
    yield "The neocortex by method, each with the weight of our belief in it:"
    for part, weight in cortex.mixture:
        yield f"{_row(evidence.finding(part).region.partition(', ')[2], part)}  weight {weight:.2f}"
    yield from _wrapped(f"Why these weights: {cortex.because}; {cortex.note}.")
    yield ""
    shares = [f"{100 * each.share:.0f} % {each.name}" for each in brain.drivers() if each.share >= 0.015]
    yield from _wrapped(f"The spread comes from: {'; '.join(shares)}; the rest from inputs below 2 % each.")
    yield ""
    yield from _wrapped(usual_product())
    yield ""
    yield from _wrapped(
        "Left out: dendritic computation (lowers the count); that not every synapse is plastic, independent and free "
        "(raises it). Every step, input, reason and reference: bp.evidence('human/brain/synapses').explain()."
    )
    yield from _wrapped(f"Sources: {'; '.join(each.label for each in brain.citations())}.")


def usual_product() -> str:
    """Return what the usual product of two round numbers makes of it, beside the sum over regions."""
    regional, cortical = evidence("human/brain/synapses"), evidence("human/neocortex/synapses")
    usual = synapse_count(exact("86e9 neuron"), evidence("human/neocortex/synapses-per-neuron"))
    share = cortical.median() / regional.median()
    return (
        f"The neocortex holds {share:.0%} of the synapses. The usual product, 86e9 neurons × 7,000 synapses per neuron "
        f"= {plain(float(usual.value), 2)} synapses, is {usual.value / regional.median():.1f} times as many: 7,000 is "
        "a neocortical mean, and four neurons in five are cerebellar granule cells with about four inputs."
    )


def _row(name: str, finding_id: str) -> str:
    synapses = evidence(finding_id)
    low, high = (plain(float(end), 2) for end in synapses.interval(0.90))
    return f"  {name:<44}{plain(float(synapses.median()), 2):>8} synapses  ({low} to {high})"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), WIDTH, break_on_hyphens=False)
