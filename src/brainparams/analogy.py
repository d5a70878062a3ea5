"""Brain and network side by side: where the analogy holds, where it breaks, and which way ignoring it errs."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypedDict, overload

from .citations import Citation, resolve
from .errors import KindError, UnknownNameError, did_you_mean, shown
from .render.numbers import exactly
from .render.text import EFFECTS, ends, value_words
from .tables import TextRecord, TextTable, rounded

if TYPE_CHECKING:
    from .quantity import Quantity

__all__ = ["Analogies", "Analogy", "analogies", "caveat", "filled", "findings_of", "number", "sought", "sources_of"]

LEVEL = 0.90
LONGEST_INTEGER = 10**5
FINDING = re.compile(r"\{([^{}]+)\}")


class CaveatArguments(TypedDict):
    """What ``with_caveat`` takes."""

    text: str
    effect: Literal["raises", "lowers", "unknown"]


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
    sources : tuple of Citation
        Who said so, those of the findings included.

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
    sources              PyTorch Foundation 2025
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

    def _told(self) -> list[tuple[str, str]]:
        return [
            ("brain", self.brain),
            ("network", self.network),
            ("holds", self.holds),
            ("breaks", self.breaks),
            ("ignoring it", f"{EFFECTS[self.effect]}: {self.because}"),
            ("taken into account", ", ".join(self.estimators) or "by no estimator"),
            ("sources", ", ".join(each.label for each in self.sources)),
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
            f"brain and network side by side: {len(self.rows)} rows; medians with {LEVEL:.0%} intervals, equal-tailed; "
            f"bp.analogies('power') tells the whole of a row"
        )

    def _head(self) -> Sequence[str]:
        return "aspect", "brain", "network", "ignoring it"

    def _cells(self, row: Analogy) -> Sequence[str]:
        return row.name, row.brain, row.network, EFFECTS[row.effect]


@overload
def analogies() -> Analogies: ...
@overload
def analogies(aspect: str) -> Analogy: ...
def analogies(aspect: str | None = None) -> Analogies | Analogy:
    """Return brain and network side by side, or all there is to one aspect.

    Parameters
    ----------
    aspect : str, optional
        Name of a row, or words that only one name contains: ``"energy"``.

    Returns
    -------
    Analogies or Analogy
        The table, or the one row.

    Raises
    ------
    UnknownNameError
        If no row has such a name, or several.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.analogies("energy").name
    'energy per operation'
    >>> len(bp.analogies()) >= 19
    True
    """
    return Analogies(tuple(map(_row, _rows()))) if aspect is None else _row(_sought(aspect))


def caveat(aspect: str) -> CaveatArguments:
    """Return what an estimator says that ignores an aspect, as the arguments of ``with_caveat``.

    Examples
    --------
    >>> caveat("signal speed")
    {'text': 'conduction delays are left out', 'effect': 'lowers'}
    """
    row = _rows()[_sought(aspect)]
    return {"text": row["caveat"], "effect": row["effect"]}


def filled(text: str) -> str:
    """Return a text with the number of a finding in place of each ``{id}``.

    Examples
    --------
    >>> filled("{neuron/parameters/expressive-leaky-memory} in one model")
    '8002 parameters per neuron in one model'
    """
    from .findings import evidence

    return FINDING.sub(lambda found: number(evidence(found[1])), text)


def findings_of(*texts: str) -> tuple[str, ...]:
    """Return the ids of the findings that texts ask for, each once.

    Examples
    --------
    >>> findings_of("{worm/nervous-system/neurons}, so {worm/nervous-system/neurons}")
    ('worm/nervous-system/neurons',)
    """
    return tuple(dict.fromkeys(each for text in texts for each in FINDING.findall(text)))


def number(quantity: Quantity) -> str:
    """Return a quantity for a sentence: median, interval where there is a spread, unit; large integers in three digits.

    Examples
    --------
    >>> import brainparams as bp
    >>> number(bp.exact("9234582 parameter/neuron"))
    '9.23e6 parameters per neuron'
    >>> number(bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range"))
    '3200 (1000 to 10000) synapses per neuron'
    """
    estimate = quantity.estimate()
    median = estimate.median
    if not estimate.is_exact_number:
        low, high = ends(estimate, LEVEL)
        told = f"{value_words(estimate, LEVEL, unit=False)} ({low} to {high})"
    else:
        told = exactly(median) if isinstance(median, int) and abs(median) < LONGEST_INTEGER else rounded(median)
    return told if estimate.unit.text == "1" else f"{told} {estimate.unit.plural(float(median))}"


# --- rows --------------------------------------------------------------------------------------------------------


@functools.cache
def _rows() -> Mapping[str, Mapping[str, Any]]:
    text = resources.files(__package__).joinpath("analogy.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


@functools.cache
def _row(aspect: str) -> Analogy:
    content = dict(_rows()[aspect])
    findings = findings_of(*(text for text in content.values() if isinstance(text, str)))
    told: dict[str, Any] = {name: filled(text) for name, text in content.items() if isinstance(text, str)}
    told |= {"estimators": tuple(content["estimators"]), "findings": findings}
    return Analogy(name=aspect, **told, sources=sources_of(content["sources"], findings))


def sources_of(keys: Sequence[str], findings: Sequence[str]) -> tuple[Citation, ...]:
    """Return the references of some keys, and those behind some findings, each once.

    Examples
    --------
    >>> [each.key for each in sources_of(["lennie2003"], ["human/cortex/firing-rate"])]
    ['lennie2003']
    """
    from .findings import evidence

    named = [resolve(key, "analogy.toml") for key in keys]
    behind = [citation for each in findings for citation in evidence(each).citations()]
    return tuple({citation.key: citation for citation in (*named, *behind)}.values())


def _sought(aspect: str) -> str:
    return sought(aspect, _rows(), "analogies")


def sought(words: str, names: Collection[str], where: str) -> str:
    """Return the name that is meant: the name itself, or the only one that contains the words.

    Raises
    ------
    UnknownNameError
        If no name contains the words, or several do.

    Examples
    --------
    >>> sought("Energy", ["energy per operation", "power"], "analogies")
    'energy per operation'
    """
    if not str(words).strip() or not isinstance(words, str):
        raise KindError(f"{where}(): {shown(words)} came; expected the name of a row, such as {next(iter(names))!r}.")
    text = words.strip().casefold()
    found = [text] if text in names else [name for name in names if text in name]
    if len(found) == 1:
        return found[0]
    fault = f"{len(found)} rows have it in their names: {', '.join(found)}." if found else "no row has it in its name."
    listing = "" if found else f"{did_you_mean(text, names)} The rows are {', '.join(names)}."
    raise UnknownNameError(f"{where}({shown(words)}): {fault}{listing}")
