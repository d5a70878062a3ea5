"""Findings side by side: who found what, how, and how it was checked."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ..checks import percent
from ..quantity import Quantity
from ..render.numbers import counted
from ..render.tables import Table, rounded
from ..render.words import ends, value_words
from .finding import Finding

__all__ = ["Findings", "Rivals"]

LEVEL = 0.90
LONGEST = 44  # of a cell; the finding itself has the whole text
MOST_EVALUATED = 100  # rows; a longer table does not work out what is made of other findings
NUMBERS = ("n", "ratio")


@dataclass(frozen=True, repr=False)
class Findings(Table[Finding]):
    """A tuple of findings that prints as a table.

    Attributes
    ----------
    rows : tuple of Finding
        Indexing, ``len`` and loops are over these.
    asked : str
        What was asked for.

    Examples
    --------
    >>> import brainparams as bp
    >>> found = bp.evidence.find("worm", quantity="gap junctions")
    >>> found[0].value, found[0].unit
    (890, 'connection')
    """

    rows: tuple[Finding, ...]
    asked: str = field(default="", compare=False)
    quantity_of: Callable[[str], Quantity] | None = field(default=None, compare=False)

    def _caption(self) -> str:
        count = counted(len(self.rows), "finding")
        return f"{count}{f' for {self.asked}' if self.asked else ''}"

    def _head(self) -> Sequence[str]:
        return "id", "value", "unit", "n", "method", "checked", "source"

    def _cells(self, row: Finding) -> Sequence[str]:
        count = str(row.n) if row.n else ""
        return row.id, self._value(row), row.unit, count, _cut(row.method or ""), _checked(row), _source(row)

    def _value(self, row: Finding) -> str:
        """Return a number as published, and the median of one made of others."""
        if not row.parts:
            return row.written
        if self.quantity_of is None or len(self.rows) > MOST_EVALUATED:
            return _made_of(row)
        estimate = self.quantity_of(row.id).to(row.unit).estimate()
        if estimate.is_exact_number:
            return f"{rounded(estimate.median)}, no spread"
        low, high = ends(estimate, LEVEL)
        return f"{value_words(estimate, LEVEL, unit=False)} ({low} to {high}, {percent(LEVEL)})"

    def _numeric(self) -> frozenset[int]:
        return frozenset(place for place, name in enumerate(self._head()) if name in NUMBERS)


@dataclass(frozen=True, repr=False)
class Rivals(Findings):
    """A finding, first, and the others of the same quantity, with the ratio of each to the first.

    Attributes
    ----------
    rows : tuple of Finding
        The finding asked for, then its rivals.
    ratios : mapping of str to float
        Value of each row by the value of the first, by id.

    Examples
    --------
    >>> import brainparams as bp
    >>> rivals = bp.evidence.rivals("human/cerebellum/neurons")
    >>> rivals[1].id, round(rivals.ratios[rivals[1].id], 2)
    ('human/cerebellum/neurons/andersen1992', 1.46)
    """

    ratios: Mapping[str, float] = field(default_factory=dict, compare=False)

    @property
    def studies(self) -> tuple[Finding, ...]:
        """The rows that count as evidence: measured or derived, not from memory, not superseded.

        A judgement does not, because it rests on the others; one count that several rows tell, each with a spread of
        its own, stands once.
        """
        found: list[Finding] = []
        for each in self.rows:
            counts = each.grade in ("measured", "derived") and each.status != "memory" and not each.superseded_by
            if counts and not any(self._is_same_count(each, other) for other in found):
                found.append(each)
        return tuple(found)

    def _is_same_count(self, one: Finding, other: Finding) -> bool:
        is_equal = math.isclose(self.ratios[one.id], self.ratios[other.id], rel_tol=1e-9)
        return is_equal and not set(one.sources).isdisjoint(other.sources)

    def _caption(self) -> str:
        first, count = self.rows[0], len(self.rows) - 1
        if not count:
            return f"{first.name}: no rival of {first.id}"
        factor = max(self.ratios.values()) / min(self.ratios.values())
        return f"{first.name}: {first.id} and {counted(count, 'rival')}, largest ÷ smallest {rounded(factor)}"

    def _head(self) -> Sequence[str]:
        identifier, value, *rest = super()._head()
        return identifier, value, "ratio", *rest

    def _cells(self, row: Finding) -> Sequence[str]:
        identifier, value, *rest = super()._cells(row)
        return identifier, value, rounded(self.ratios[row.id]), *rest


def _checked(finding: Finding) -> str:
    return f"{finding.status}{f', superseded by {finding.superseded_by}' if finding.superseded_by else ''}"


def _source(finding: Finding) -> str:
    if finding.parts and not finding.sources:
        return _made_of(finding)
    return _cut("; ".join(citation.label for citation in finding.citations))


def _made_of(finding: Finding) -> str:
    return f"{finding.combination} of {len(finding.parts)} findings"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"
