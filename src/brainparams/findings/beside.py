"""Counts of one animal beside what has been published of its species."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import KindError, UnitError, UnknownNameError, shown
from ..quantity import Quantity
from ..render.tables import Table, rounded
from ..units import Unit, same_dimension
from .finding import Finding

__all__ = ["Beside", "BesideRow", "beside"]


@dataclass(frozen=True, slots=True)
class BesideRow:
    """A count, a finding of the same quantity, and how many times the finding the count is, by their medians."""

    quantity: str
    count: Quantity
    finding: str
    published: Quantity
    ratio: float


@dataclass(frozen=True, repr=False)
class Beside(Table[BesideRow]):
    """Counts beside the findings of the same species.

    Attributes
    ----------
    rows : tuple of BesideRow
        One for each finding that counts the same thing in the same unit.
    missing : tuple of str
        Counts of which nothing has been found.

    Examples
    --------
    >>> import brainparams as bp
    >>> found = bp.evidence.beside({"neurons": "279 neuron", "synapses": "6394 synapse"}, species="worm")
    >>> round(next(row.ratio for row in found if row.finding == "worm/nervous-system/synapses"), 6)
    1.000156
    """

    rows: tuple[BesideRow, ...]
    species: str
    missing: tuple[str, ...] = ()

    def _caption(self) -> str:
        nothing = f"; nothing of {', '.join(self.missing)}" if self.missing else ""
        return f"counts beside findings of {self.species}{nothing}"

    def _head(self) -> Sequence[str]:
        return "quantity", "count", "published", "ratio", "unit", "finding"

    def _cells(self, row: BesideRow) -> Sequence[str]:
        ratio = f"{row.ratio:.4f}" if 0.1 < row.ratio < 10 else f"{row.ratio:.4g}"
        numbers = (_written(row.count), _written(row.published), ratio)
        return row.quantity, *numbers, row.published.unit, row.finding

    def _numeric(self) -> frozenset[int]:
        return frozenset({1, 2, 3})


def _written(quantity: Quantity) -> str:
    """Return a count with all its digits, and anything else rounded."""
    median = float(quantity.median())
    return f"{median:,.0f}" if median.is_integer() and abs(median) < 1e9 else rounded(median)


def beside(
    counts: Mapping[str, Quantity], species: str, findings: Iterable[Finding], quantity_of: Callable[[str], Quantity]
) -> Beside:
    """Return counts beside the findings of a species that count the same."""
    if not isinstance(counts, Mapping):
        raise KindError(
            f"beside(): 'counts' needs a dict of quantities by name, such as worm.counts(); got {shown(counts)}"
        )
    theirs = [each for each in findings if _is_of(each, species)]
    if not theirs:
        raise UnknownNameError(f"beside(): there is no finding of {shown(species)}; name a species, such as 'worm'")
    rows, missing = [], []
    for name, count in counts.items():
        found = [_row(name, count, each, quantity_of) for each in theirs if _same(name, count, each)]
        rows += found
        if not found:
            _check_unit(name, count, theirs)
            missing.append(name)
    return Beside(tuple(rows), species, tuple(missing))


def _is_of(finding: Finding, species: str) -> bool:
    asked = species.casefold()
    return finding.id.partition("/")[0] == asked or (finding.species or "").casefold() == asked


def _same(name: str, count: Quantity, finding: Finding) -> bool:
    return finding.quantity == name and same_dimension(Unit(finding.unit), Unit(count.unit))


def _check_unit(name: str, count: Quantity, findings: Iterable[Finding]) -> None:
    """Refuse a count in a unit that no finding of this name has."""
    units = dict.fromkeys(Unit(each.unit).text for each in findings if each.quantity == name)
    if units:
        raise UnitError(f"beside(): {name!r} came in {count.unit or 'no unit'}; the findings are in {', '.join(units)}")


def _row(name: str, count: Quantity, finding: Finding, quantity_of: Callable[[str], Quantity]) -> BesideRow:
    published = quantity_of(finding.id).to(count.unit)
    ratio: Any = float(count.median()) / float(published.median())
    return BesideRow(name, count, finding.id, published, ratio)
