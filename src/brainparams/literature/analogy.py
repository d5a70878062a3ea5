"""Brain and network side by side: where the analogy holds, where it breaks, and which way ignoring it errs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..checks import percent
from ..citations import Citation
from ..derivation.telling import EFFECTS
from ..estimators.caveats import ignored
from ..render.tables import TextRecord, TextTable
from .sentences import LEVEL, filled, findings_of, sources_of

__all__ = ["Analogies", "Analogy", "analogy"]

SIDES = ("brain", "network")


@dataclass(frozen=True, slots=True, repr=False)
class Analogy(TextRecord):
    """One aspect of brains beside the same aspect of networks.

    Attributes
    ----------
    name : str
        The aspect.
    brain, network : str
        Both sides, with numbers from the evidence where there are any.
    holds, breaks : str
        Where the analogy holds, and where it does not.
    effect : {"raises", "lowers", "unknown"}
        Which way a parameter count moves if the aspect is ignored.
    because : str
        Why it does.
    caveat : str
        What an estimator says that ignores it.
    estimators : tuple of str
        What takes it into account: names of estimators, with the argument where it is one.
    findings : tuple of str
        Ids of the findings behind the numbers.
    sources, brain_sources, network_sources : tuple of Citation
        Who said so, those of the findings included: in all, and of each side.

    Examples
    --------
    >>> import brainparams as bp
    >>> print(bp.analogies("bias"))
    bias
    <BLANKLINE>
    brain                excitability belongs to a neuron: its threshold, its channels
    network              1 parameter per neuron
    holds                A threshold and a bias both shift the input at which a unit becomes active.
    breaks               Neither belongs to a connection: a neuron with thousands of inputs has one threshold,
                         not thousands.
    ignoring it          raises the count: a parameter of a neuron is counted as often as the neuron has
                         connections
    taken into account   weights_and_biases(), neuronal_parameters()
    sources, brain       Hodgkin & Huxley 1952
    sources, network     PyTorch Foundation 2025
    """

    name: str
    brain: str
    network: str
    holds: str
    breaks: str
    effect: Literal["raises", "lowers", "unknown"]
    because: str
    caveat: str
    estimators: tuple[str, ...]
    findings: tuple[str, ...]
    sources: tuple[Citation, ...]
    brain_sources: tuple[Citation, ...]
    network_sources: tuple[Citation, ...]

    def _told(self) -> list[tuple[str, str]]:
        return [
            ("brain", self.brain),
            ("network", self.network),
            ("holds", self.holds),
            ("breaks", self.breaks),
            ("ignoring it", f"{EFFECTS[self.effect]}: {self.because}"),
            ("taken into account", ", ".join(self.estimators) or "by no estimator"),
            ("sources, brain", ", ".join(each.label for each in self.brain_sources)),
            ("sources, network", ", ".join(each.label for each in self.network_sources)),
        ]

    def _title(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, repr=False)
class Analogies(TextTable[Analogy]):
    """Brain and network side by side, a row for each aspect.

    Attributes
    ----------
    rows : tuple of Analogy
        Indexing, ``len`` and loops are over these.

    Examples
    --------
    >>> import brainparams as bp
    >>> [each.name for each in bp.analogies() if each.effect == "lowers"][:3]
    ['dendritic computation', 'update rule', 'signal speed']
    """

    rows: tuple[Analogy, ...]

    def _caption(self) -> str:
        return (
            f"brain and network side by side: {len(self.rows)} rows; medians with {percent(LEVEL)} intervals, "
            f"equal-tailed; bp.analogies('power') tells the whole of a row"
        )

    def _head(self) -> Sequence[str]:
        return "aspect", "brain", "network", "ignoring it"

    def _cells(self, row: Analogy) -> Sequence[str]:
        return row.name, row.brain, row.network, EFFECTS[row.effect]


def analogy(aspect: str, record: Mapping[str, Any]) -> Analogy:
    """Return a row, with the numbers of its findings."""
    record = {**record, **ignored()[aspect]}
    texts = {name: text for name, text in record.items() if isinstance(text, str)}
    findings = findings_of(*texts.values())
    told: dict[str, Any] = {name: filled(text) for name, text in texts.items()}
    told |= {"estimators": tuple(record["estimators"]), "findings": findings}
    for side in SIDES:
        told[f"{side}_sources"] = sources_of(record[f"{side}_sources"], findings_of(record[side]))
    named = [key for side in SIDES for key in record[f"{side}_sources"]]
    return Analogy(name=aspect, **told, sources=sources_of(named, findings))
