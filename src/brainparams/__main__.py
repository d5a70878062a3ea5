"""``python -m brainparams``: the human brain, from the evidence, explained on one screen."""

from __future__ import annotations

from .estimators.synapses import synapse_count
from .findings import evidence
from .makers import exact
from .quantity import Quantity
from .render.numbers import plain

__all__ = ["human_brain", "main"]


def human_brain() -> Quantity:
    """Return the parameters of the human brain at one weight a synapse, region by region, from the evidence."""
    weight = exact("1 parameter/synapse", because="one scalar weight a synapse", name="parameters per synapse")
    return (
        (evidence("human/brain/synapses") * weight)
        .named("parameters of a human brain", symbol="P")
        .with_caveat("dendritic computation is left out", effect="lowers")
        .with_caveat("every synapse counts as plastic, independent and free", effect="raises")
    )


def usual_product() -> str:
    """Return what the usual product of two round numbers makes of it, beside the sum over regions."""
    regional, cortical = evidence("human/brain/synapses"), evidence("human/neocortex/synapses")
    usual = synapse_count(exact("86e9 neuron"), evidence("human/neocortex/synapses-per-neuron"))
    share = (cortical / regional).median()
    ratio = (usual / regional).median()
    lines = (
        f"The neocortex holds {share:.0%} of the synapses. The usual product, 86e9 neurons × 7,000 synapses",
        f"per neuron = {plain(float(usual.value), 2)} synapses, is {ratio:.1f} times as many: 7,000 is a neocortical",
        "mean, and four neurons in five are cerebellar granule cells with about four inputs.",
    )
    return "\n".join(lines)


def main() -> None:
    """Print the human brain, explained."""
    print(human_brain().explain("brief"))
    print()
    print(usual_product())


if __name__ == "__main__":
    main()
