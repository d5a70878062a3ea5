"""What is often said about brains and networks, beside what the evidence and the estimators give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..citations import Citation
from ..findings import evidence
from ..makers import exact
from ..quantity import Quantity
from ..render.tables import TextRecord, TextTable
from .formulas import computed
from .sentences import filled, findings_of, number, sources_of

__all__ = ["Claim", "Claims", "claim"]


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


def _shown(quantity: Quantity | None) -> str:
    return "no number" if quantity is None else number(quantity)


def claim(name: str, record: Mapping[str, Any]) -> Claim:
    """Return a claim, with what is found worked out."""
    said = exact(record["said"], because="as it is said", name="what is said") if "said" in record else None
    found = _found(record)
    behind = () if found is None else found.citations()
    named = sources_of(record["sources"], findings_of(record["why"]))
    sources = tuple({each.key: each for each in (*named, *behind)}.values())
    return Claim(name, record["text"], record["verdict"], filled(record["why"]), said, found, sources)


def _found(record: Mapping[str, Any]) -> Quantity | None:
    if "finding" in record:
        return evidence(record["finding"])
    found = computed(record, lambda _, text: exact(text, because="as it is said"))
    return found.to(record["unit"]) if found is not None and "unit" in record else found
