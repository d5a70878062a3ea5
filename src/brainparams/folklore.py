"""What is often said about brains and networks, beside what the evidence and the estimators give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import overload

from .analogy import filled, findings_of, number, sought, sources_of
from .citations import Citation
from .estimators.energy import energy_per_operation
from .estimators.layers import dense_parameters
from .estimators.storage import stored_information
from .estimators.synapses import weights_and_biases
from .findings import evidence
from .makers import exact
from .quantity import Quantity
from .tables import TextRecord, TextTable, escaped

__all__ = ["Claim", "Claims", "claims"]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Claim(TextRecord):
    """Something that is often said, and what is found.

    Attributes
    ----------
    name : str
        Short name.
    text : str
        What is said.
    verdict : str
        What is to be said of it, in a few words.
    why : str
        The reason, with its numbers.
    said, found : Quantity or None
        The number that is said, and the one that the evidence gives; ``found.explain()`` tells its derivation.
    sources : tuple of Citation
        Who said so, those behind the numbers included.

    Examples
    --------
    >>> import brainparams as bp
    >>> layers = bp.claims("layers")
    >>> layers.said.value, layers.found.value
    (1000000000, 999000000)
    """

    name: str
    text: str
    verdict: str
    why: str
    said: Quantity | None
    found: Quantity | None
    sources: tuple[Citation, ...]

    @property
    def ratio(self) -> Quantity | None:
        """What is found over what is said, where both are numbers of one unit."""
        return None if self.said is None or self.found is None else self.found / self.said

    def _told(self) -> list[tuple[str, str]]:
        return [
            ("said", _shown(self.said)),
            ("found", _shown(self.found)),
            ("verdict", self.verdict),
            ("why", self.why),
            ("sources", ", ".join(each.label for each in self.sources)),
        ]

    def _title(self) -> str:
        return f"{self.name}: “{self.text}”"

    def _repr_markdown_(self) -> str:
        lines = [f"| {label} | {escaped(text)} |" for label, text in self._told()]
        return "\n".join([f"| **{escaped(self.name)}** | “{escaped(self.text)}” |", "|---|---|", *lines])


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Claims(TextTable[Claim]):
    """What is often said, a row for each claim.

    Attributes
    ----------
    rows : tuple of Claim
        Indexing, ``len`` and loops are over these.

    Examples
    --------
    >>> import brainparams as bp
    >>> [each.verdict for each in bp.claims() if each.name == "GPT-4"]
    ['never published']
    """

    rows: tuple[Claim, ...]

    def _caption(self) -> str:
        return f"{len(self.rows)} claims; medians with 90% intervals, equal-tailed; bp.claims('layers') tells why"

    def _head(self) -> Sequence[str]:
        return "claim", "said", "found", "verdict"

    def _cells(self, row: Claim) -> Sequence[str]:
        return row.text, _shown(row.said), _shown(row.found), row.verdict


@overload
def claims() -> Claims: ...
@overload
def claims(name: str) -> Claim: ...
def claims(name: str | None = None) -> Claims | Claim:
    """Return what is often said about brains and networks, checked, or one such claim.

    Parameters
    ----------
    name : str, optional
        Name of a claim, or words that only one name contains: ``"petabyte"``.

    Returns
    -------
    Claims or Claim
        The table, or the one claim.

    Raises
    ------
    UnknownNameError
        If no claim has such a name, or several.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.claims("petabyte").verdict
    'eleven times too high'
    """
    if name is None:
        return Claims(tuple(map(_claim, CLAIMS)))
    names = {each.casefold(): each for each in CLAIMS}
    return _claim(names[sought(name, names, "claims")])


def _shown(quantity: Quantity | None) -> str:
    return "no number" if quantity is None else number(quantity)


# --- the claims --------------------------------------------------------------------------------------------------

Number = Callable[[], Quantity] | None


@dataclass(frozen=True, slots=True)
class _Saying:
    """A claim before its numbers are looked up."""

    text: str
    said: str | None
    found: Number
    verdict: str
    why: str
    sources: tuple[str, ...] = ()


def _claim(name: str) -> Claim:
    saying = CLAIMS[name]
    said = None if saying.said is None else exact(saying.said, because="as it is said", name="what is said")
    found = None if saying.found is None else saying.found()
    behind = () if found is None else found.citations()
    sources = {each.key: each for each in (*sources_of(saying.sources, findings_of(saying.why)), *behind)}
    return Claim(name, saying.text, saying.verdict, filled(saying.why), said, found, tuple(sources.values()))


def _finding(finding_id: str) -> Number:
    return lambda: evidence(finding_id)


def _twelve_per_layer() -> Quantity:
    """Return 12·L·d² for Gopher, whose dimensions stand in table 4 of Hoffmann et al."""
    layers, width = exact("80", "1", name="layers", symbol="L"), exact("16384", "1", name="width", symbol="d")
    block = exact("12 parameter", because="four matrices of attention and two of four times the width", name="block")
    return (block * layers * width * width).named("weights of the blocks", symbol="P", source="hoffmann2022")


CLAIMS: Mapping[str, _Saying] = MappingProxyType({
    "energy per synaptic event": _Saying(
        "a synaptic event costs about 1e-15 J",
        "1e-15 J/spike",
        _finding("human/brain/energy-per-synaptic-event"),
        "10 to 1000 times too low",
        "1e-15 J is the price of a bit: {energy/synapse/per-bit}. A released vesicle takes {rodents/cortex/energy-per-"
        "vesicle}; an event takes {human/brain/energy-per-synaptic-event} when the whole power of the brain is laid on "
        "events. Only transmission alone, averaged over the spikes that release nothing, comes near: "
        "{rodents/cortex/energy-per-synaptic-event}.",
    ),
    "energy per operation": _Saying(
        "an operation on a parameter costs about 1e-12 J",
        "1e-12 J/operation",
        lambda: energy_per_operation(evidence("hardware/h100/power"), evidence("hardware/h100/operation-rate")),
        "about right",
        "That is the peak of one accelerator. A multiplication with its addition took {hardware/45nm/multiply-"
        "accumulate} at 45 nm; fetching the weight comes on top.",
    ),
    "connections per neuron": _Saying(
        "a neuron has 10,000 connections",
        "10000 synapse/neuron",
        _finding("human/brain/synapses-per-neuron"),
        "holds for cortex, not for the brain",
        "A neocortical neuron has {human/neocortex/synapses-per-neuron}. But most neurons of a brain are granule cells "
        "of the cerebellum, {human/cerebellum/granule-cells}, with {human/cerebellum/synapses-per-granule-cell} each.",
    ),
    "synapses of a brain": _Saying(
        "86 billion neurons with 7,000 synapses each make 600 trillion synapses",
        "602e12 synapse",
        _finding("human/brain/synapses"),
        "three times too high",
        "7,000 is a mean over neocortex, which has {human/neocortex/neurons}: that makes {human/neocortex/synapses}.",
        ("drachman2005",),
    ),
    "a bias per connection": _Saying(
        "86e9 neurons × 10,000 connections × 2, a weight and a bias each, make 1.72 quadrillion parameters",
        "1720000000000000 parameter",
        lambda: weights_and_biases(
            exact("86e9 neuron", because="as it is said"), exact("10000 connection/neuron", because="as it is said")
        ),
        "the factor 2 is wrong",
        "A bias belongs to a neuron, not to a connection: 86e9 of them, not 860e12.",
        ("pytorch2025",),
    ),
    "a thousand layers": _Saying(
        "1,000 layers of 1,000 neurons make 1e9 weights",
        "1000000000 parameter",
        lambda: dense_parameters([1000] * 1000, bias=False),
        "off by one layer",
        "A thousand layers have 999 gaps between them.",
        ("pytorch2025",),
    ),
    "a deep neuron": _Saying(
        "a pyramidal cell needs a network of 5 to 8 layers",
        "9234582 parameter/neuron",
        _finding("neuron/parameters/expressive-leaky-memory"),
        "one model did, of a simulated cell",
        "Five to eight layers of a temporal convolutional network, {neuron/parameters/temporal-convolution}, fit a "
        "simulated cell of layer 5. Without NMDA receptors one hidden layer does, and another kind of model fits the "
        "same cell with {neuron/parameters/expressive-leaky-memory}: an upper bound on depth, not a need.",
        ("beniaguev2021", "spieler2023"),
    ),
    "parameters and capability": _Saying(
        "the number of parameters tells what a model can do",
        None,
        lambda: evidence("model/chinchilla/parameters") / evidence("model/gopher/parameters"),
        "not alone: the data counts as much",
        "Chinchilla, {model/chinchilla/parameters} trained on {model/chinchilla/training-tokens}, does better than "
        "Gopher, {model/gopher/parameters} on {model/gopher/training-tokens}, for the same compute. Loss depends on "
        "parameters and tokens; other kinds of capability were not tested.",
        ("hoffmann2022",),
    ),
    "trillion parameters": _Saying(
        "frontier models have more than a trillion parameters",
        "1e12 parameter",
        _finding("model/palm/parameters"),
        "published for sparse models only",
        "Switch has {model/switch/parameters}, GLaM {model/glam/parameters}, Kimi K2 {model/kimi-k2/parameters}, of "
        "which GLaM uses {model/glam/active-parameters} per token and Kimi K2 {model/kimi-k2/active-parameters}. PaLM "
        "has {model/palm/parameters}, the most of a dense one in the evidence. What is told of closed ones is rumour.",
    ),
    "GPT-4": _Saying(
        "GPT-4 has 100 trillion parameters",
        "1e14 parameter",
        None,
        "never published",
        "Its report withholds the size. {model/gpt-4/parameters} is a rumour too, and the claim far above even that.",
        ("openai2023",),
    ),
    "twelve per layer": _Saying(
        "12·L·d² counts the parameters of any transformer",
        "280e9 parameter",
        _twelve_per_layer,
        "only of plain ones, without embedding",
        "For Gopher, which has relative positions, it is 8 % short of the published {model/gopher/parameters}. Gated, "
        "grouped-query and latent-attention models, and mixtures of experts, have other terms.",
        ("hoffmann2022",),
    ),
    "petabyte": _Saying(
        "the brain holds a petabyte, at 4.7 bits per synapse",
        "1000 TB",
        lambda: stored_information(
            evidence("human/neocortex/synapses/pakkenberg2003"), evidence("synapse/bits/ca1/bartol2015")
        ).to("TB"),
        "eleven times too high",
        "4.7 bits at each of {human/neocortex/synapses/pakkenberg2003} of the neocortex are 88 TB. A petabyte takes "
        "1.7e15 synapses, and the paper does not give one.",
        ("bartol2015",),
    ),
})  # fmt: skip
