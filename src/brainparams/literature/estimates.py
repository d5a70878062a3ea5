"""What is known of a published estimate: the numbers that were printed, ours, and whether they agree."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from ..citations import Citation
from ..quantity import Quantity
from ..render.blocks import Block, Grid, Length
from ..render.numbers import one_digit_more
from ..render.tables import TextRecord, TextTable
from .sentences import number

__all__ = ["PrintedNumber", "PublishedEstimate", "PublishedEstimates", "agrees_to_the_digit"]

WIDTH = 120
Agreement = Literal["to the printed digits", "differs", "no inputs given", "nothing printed"]


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """One number as it was printed, beside ours.

    Attributes
    ----------
    label : str
        Empty for a single number; ``low`` and ``high`` for a range; ``5`` for a 5 % quantile.
    printed : str
        With the digits that were printed.
    ours : float or None
        In the same unit; None where no inputs were given.

    Examples
    --------
    >>> PrintedNumber("", "74", 73.4375).agrees, PrintedNumber("", "1.4e9", 1397611576).agrees
    (False, True)
    """

    label: str
    printed: str
    ours: float | None

    @property
    def agrees(self) -> bool | None:
        """Whether ours, rounded to as many digits as were printed, is what was printed."""
        return None if self.ours is None else agrees_to_the_digit(self.ours, self.printed)


def agrees_to_the_digit(ours: float, printed: str) -> bool:
    """Return whether a number rounds to a printed one, at as many significant digits as were printed.

    Examples
    --------
    >>> agrees_to_the_digit(8.6e13, "1e14"), agrees_to_the_digit(9.6e13, "1e14")
    (False, True)
    """
    digits = len(Decimal(printed).as_tuple().digits)
    return Decimal(f"{ours:.{digits - 1}e}") == Decimal(printed)


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class PublishedEstimate(TextRecord):
    """A published estimate of a whole brain, rebuilt from its own inputs.

    Attributes
    ----------
    id : str
        What it is asked for by.
    year : int or None
        Of publication, where there is one.
    author : str
        Who published it.
    printed : Quantity or None
        What was printed; an array along ``end`` for a range, along ``percentile`` for a distribution.
    quantity : Quantity or None
        The same worked out by our estimators from the inputs that were given; it explains itself. None without inputs.
    numbers : tuple of PrintedNumber
        Every printed number beside ours.
    note : str
        What the trace shows.
    differs : str
        Why ours is not what was printed; empty where it is.
    from_memory : tuple of str
        What was not seen in any source: ``printed``, ``formula``, or names of inputs.
    sources : tuple of Citation
        Who published it, and who reports it.
    locator, status, checked : str
        Where it stands, and how it was checked.

    Examples
    --------
    >>> import brainparams as bp
    >>> petabyte = bp.published("bartol-2015-petabyte")
    >>> petabyte.agrees, round(petabyte.ratio, 3)
    (False, 0.088)
    >>> petabyte.quantity.to("TB").value
    88.125
    """

    id: str
    year: int | None
    author: str
    printed: Quantity | None
    quantity: Quantity | None
    numbers: tuple[PrintedNumber, ...]
    note: str
    differs: str
    from_memory: tuple[str, ...]
    sources: tuple[Citation, ...]
    locator: str
    status: str
    checked: str
    is_power_of_ten: bool = field(default=False)

    @property
    def agrees(self) -> bool | None:
        """Whether ours agrees to the printed digits; None where there is nothing to compare."""
        compared = [each.agrees for each in self.numbers]
        return None if not compared or None in compared else all(compared)

    @property
    def agreement(self) -> Agreement:
        """Whether ours agrees, in words."""
        if self.quantity is None:
            return "no inputs given"
        if not self.numbers:
            return "nothing printed"
        return "to the printed digits" if self.agrees else "differs"

    @property
    def agreement_in_short(self) -> str:
        """Whether ours agrees, and whether anything about it is from memory."""
        return f"{self.agreement}{', in part from memory' if self.from_memory else ''}"

    @property
    def ratio(self) -> float | None:
        """Ours over what was printed; of several numbers the ratio that is furthest from 1."""
        ratios = [self._ratio(each) for each in self.numbers if each.ours is not None]
        return max(ratios, key=lambda ratio: abs(math.log(ratio)), default=None)

    def _ratio(self, each: PrintedNumber) -> float:
        assert each.ours is not None
        printed = float(each.printed)
        return 10.0 ** (each.ours - printed) if self.is_power_of_ten else each.ours / printed

    def _shown(self, numbers: Sequence[str]) -> str:
        labels = [each.label for each in self.numbers]
        unit = "" if self.printed is None else self._unit()
        if labels and labels[0].isdecimal():
            return ", ".join(numbers) + f" at {', '.join(labels)} %"
        return " to ".join(numbers) + unit

    def _unit(self) -> str:
        assert self.printed is not None
        unit = self.printed.node.unit
        return "" if unit.text == "1" else f" {unit.plural(float(self.numbers[-1].printed))}"

    @property
    def printed_words(self) -> str:
        """What was printed, with its digits and unit."""
        return self._shown([each.printed for each in self.numbers]) if self.numbers else "no number"

    @property
    def our_words(self) -> str:
        """What our estimators make of the inputs, to a digit more than was printed."""
        if self.quantity is None:
            return "no inputs given"
        if not self.numbers:
            return number(self.quantity)
        return self._shown([_ours(each) for each in self.numbers])

    @property
    def agreement_words(self) -> str:
        """Whether ours agrees, and the reason if it does not."""
        memory = f" (from memory: {', '.join(each.replace('_', ' ') for each in self.from_memory)})"
        why = f": {self.differs}" if self.differs else ""
        return f"{self.agreement}{why}{memory if self.from_memory else ''}"

    def _told(self) -> list[tuple[str, str]]:
        return [
            ("printed", self.printed_words),
            ("ours", self.our_words),
            ("agreement", self.agreement_words),
            ("note", self.note),
            ("source", "; ".join(f"{each.label}" for each in self.sources) + f": {self.locator}"),
            ("checked", self.checked),
        ]

    def _title(self) -> str:
        return f"{self.id}: {self.author}{'' if self.year is None else f' {self.year}'}"


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class PublishedEstimates(TextTable[PublishedEstimate]):
    """Published estimates side by side, a row for each.

    Attributes
    ----------
    rows : tuple of PublishedEstimate
        Indexing, ``len`` and loops are over these.

    Examples
    --------
    >>> import brainparams as bp
    >>> [each.id for each in bp.published.table("parameter") if each.agrees is False]
    ['izikeros-2023-thousand-layers', 'btscc-2026']
    """

    rows: tuple[PublishedEstimate, ...]

    def _caption(self) -> str:
        kinds = [each.agreement for each in self.rows]
        told = [f"{kinds.count(kind)} {words}" for kind, words in KINDS.items() if kind in kinds]
        memory = sum(1 for each in self.rows if each.from_memory)
        return f"{len(self.rows)} published estimates: {', '.join(told)}; {memory} in part from memory"

    def _head(self) -> Sequence[str]:
        return "estimate", "printed", "ours", "agreement", "what the trace shows"

    def _cells(self, row: PublishedEstimate) -> Sequence[str]:
        return row.id, row.printed_words, row.our_words, row.agreement_words, row.note

    def _blocks(self, length: Length) -> Sequence[Block]:
        """Return the printed numbers beside ours, and in short below them what the trace of each shows."""
        if length == "full":
            return (self._grid(),)
        beside = tuple((*self._cells(row)[:3], row.agreement_in_short) for row in self.rows)
        shown = tuple((row.id, f"{row.differs} {row.note}".strip()) for row in self.rows)
        numbers = Grid(self._caption(), tuple(self._head()[:4]), beside, is_wrapped=True)
        return numbers, Grid("What the trace shows", (), shown, is_wrapped=True)


KINDS: dict[Agreement, str] = {
    "to the printed digits": "agree to the printed digits",
    "differs": "differ, each with the reason",
    "no inputs given": "give no inputs",
    "nothing printed": "print no total",
}


def _ours(each: PrintedNumber) -> str:
    assert each.ours is not None
    return one_digit_more(each.ours, each.printed)
