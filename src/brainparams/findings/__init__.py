"""The object behind ``bp.evidence``: findings looked up, compared, and turned into quantities."""

from __future__ import annotations

import functools
import operator
import threading
from collections.abc import Callable, Iterable
from typing import Any

from ..errors import KindError, UnknownNameError, nearest, shown
from ..makers import assumed, measured
from ..quantity import Quantity
from .catalogue import findings
from .finding import SPECIES, Finding

__all__ = ["Evidence", "Finding", "evidence"]

HOW_TO_LIST = "List them with bp.evidence.ids()."


class Evidence:
    """The evidence that comes with the package; call it with an id to get a quantity.

    Examples
    --------
    >>> evidence("human/brain/neurons").unit
    'neuron'
    >>> evidence.finding("human/brain/neurons").sources
    ('azevedo2009',)
    """

    def __init__(self) -> None:
        self._building = threading.RLock()  # a sum builds its parts while it is being built
        self._built: dict[str, Quantity] = {}

    def __repr__(self) -> str:
        return f"<evidence: {len(findings())} findings; list them with bp.evidence.ids()>"

    def __call__(self, finding_id: str, /) -> Quantity:
        """Return the finding as a quantity; the same id is the same unknown every time.

        Parameters
        ----------
        finding_id
            Such as ``"human/brain/neurons"``; :meth:`ids` lists them.

        Returns
        -------
        Quantity
            In the finding's unit. A sum or product is a graph over its parts.

        Raises
        ------
        UnknownNameError
            If there is no such finding.

        Examples
        --------
        >>> neurons = evidence("human/brain/neurons")
        >>> neurons is evidence("human/brain/neurons")
        True
        """
        finding = self.finding(finding_id)
        with self._building:
            if finding.id not in self._built:
                self._built[finding.id] = self._graph(finding) if finding.parts else _leaf(finding)
            return self._built[finding.id]

    def finding(self, finding_id: str, /) -> Finding:
        """Return the finding itself: value, spread, source, and how it was checked.

        Raises
        ------
        UnknownNameError
            If there is no such finding.

        Examples
        --------
        >>> evidence.finding("human/brain/neurons").n
        4
        """
        _require_text(finding_id, "evidence(finding_id)")
        known = findings()
        if finding_id in known:
            return known[finding_id]
        # The first part is nearly always typed right, so its own findings are the better guesses.
        kin = [each for each in known if each.partition("/")[0] == finding_id.partition("/")[0]]
        guesses = nearest(finding_id, kin) or nearest(finding_id, known) or kin[:3]
        raise UnknownNameError(f"evidence: no finding {shown(finding_id)}.{_offered(guesses)} {HOW_TO_LIST}")

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all findings, sorted.

        Examples
        --------
        >>> "human/brain/neurons" in evidence.ids()
        True
        """
        return tuple(sorted(findings()))

    def find(
        self, species: str | None = None, quantity: str | None = None, region: str | None = None
    ) -> tuple[Finding, ...]:
        """Return the findings whose species, quantity and region contain the given words.

        Parameters
        ----------
        species
            Part of the Latin or common name, or the first part of the id.
        quantity, region
            Part of the text. Capitals make no difference anywhere.

        Raises
        ------
        UnknownNameError
            If no finding at all has that species, quantity or region.

        Examples
        --------
        >>> [each.id for each in evidence.find(species="worm", quantity="neurons")]
        ['worm/nervous-system/neurons']
        """
        chosen = set(findings())
        asked = ((species, "species", _species_names), (quantity, "quantity", _quantity), (region, "region", _region))
        for word, what, texts in asked:
            if word is not None:
                chosen &= _matching(word, what, texts)
        return tuple(findings()[each] for each in sorted(chosen))

    def rivals(self, finding_id: str, /) -> tuple[Finding, ...]:
        """Return the other findings of the same species, quantity and region.

        Examples
        --------
        >>> [each.id for each in evidence.rivals("human/cerebellum/neurons")]
        ['human/cerebellum/neurons/andersen1992']
        """
        own = self.finding(finding_id)
        same = (each for each in findings().values() if _subject(each) == _subject(own) and each.id != own.id)
        return tuple(sorted(same, key=lambda each: each.id))

    def _graph(self, finding: Finding) -> Quantity:
        parts = [self(part) for part in finding.parts]
        combine = operator.add if finding.sum else operator.mul
        whole: Quantity = functools.reduce(combine, parts)
        because = "; ".join(filter(None, (finding.because, finding.note)))
        return whole.named(finding.name, symbol=finding.symbol, because=because)


def _leaf(finding: Finding) -> Quantity:
    """Return the quantity of a finding that is a number; its id makes it the same unknown everywhere."""
    told: dict[str, Any] = {
        "source": finding.citations,
        "name": finding.name,
        "symbol": finding.symbol,
        "locator": finding.locator,
        "note": finding.remark,
        "status": finding.status,
        "finding": finding.id,
    }
    if finding.grade in ("estimated", "assumed"):
        return assumed(finding.belief, finding.unit, because=finding.because or "", **told)
    return measured(finding.belief, finding.unit, **told)


def _subject(finding: Finding) -> tuple[str, str, str]:
    return finding.species, finding.quantity, finding.region


def _species_names(finding: Finding) -> tuple[str, ...]:
    return finding.species, SPECIES[finding.species], finding.id.split("/")[0]


def _quantity(finding: Finding) -> tuple[str, ...]:
    return (finding.quantity,)


def _region(finding: Finding) -> tuple[str, ...]:
    return (finding.region,)


def _matching(word: str, what: str, texts: Callable[[Finding], Iterable[str]]) -> set[str]:
    _require_text(word, f"evidence.find({what}=)")
    sought = word.strip().casefold()
    found = {each.id for each in findings().values() if any(sought in text.casefold() for text in texts(each))}
    if found:
        return found
    known = {text for each in findings().values() for text in texts(each) if text}
    guesses = nearest(word, known) or sorted(known)[:3]
    listing = f"All: sorted({{each.{what} for each in bp.evidence.find()}})."
    raise UnknownNameError(f"evidence.find({what}=): no finding with {shown(word)}.{_offered(guesses)} {listing}")


def _offered(guesses: list[str]) -> str:
    return f" The nearest are {', '.join(repr(guess) for guess in guesses)}." if guesses else ""


def _require_text(value: object, where: str) -> None:
    if not isinstance(value, str) or not value.strip():
        raise KindError(f"{where}: {shown(value)} came; expected text, such as 'human/brain/neurons'.")


evidence = Evidence()
