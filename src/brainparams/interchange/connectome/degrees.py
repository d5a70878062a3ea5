"""How many partners neurons have: a distribution over neurons, not an error bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...checks import strict
from ...distributions import Discrete
from ...errors import ArgumentError
from ...graph.inputs import leaf
from ...quantity import Quantity
from ...render import plots
from ...render.numbers import counted
from ...render.tables import Table

__all__ = ["DegreeRow", "Degrees"]


@dataclass(frozen=True, slots=True)
class DegreeRow:
    """The partners of the neurons of one type: how many neurons, their mean, and quantiles over them."""

    type: str
    neurons: int
    mean: float
    low: float
    median: float
    high: float
    largest: int


@strict
@dataclass(frozen=True, repr=False)
class Degrees(Table[DegreeRow]):
    """How many partners the neurons of a connectome have, over all of them or by type.

    Attributes
    ----------
    rows : tuple of DegreeRow
        One for each type, or one for all neurons; low and high are the 5 % and 95 % quantiles over neurons.

    Examples
    --------
    >>> import brainparams as bp
    >>> star = [("a", "b", 1), ("a", "c", 1), ("a", "d", 1)]
    >>> degrees = bp.connectome(star, weight="synapses").out_degree()
    >>> degrees.mean.value, degrees.rows[0].largest
    (0.75, 3)
    """

    table: Any
    way: str
    column: str | None
    where: str
    told: str

    @property
    def rows(self) -> tuple[DegreeRow, ...]:  # type: ignore[override]
        """One row for each type, the largest mean first."""
        types = self.table["type"].unique().to_list() if self.column else ["all"]
        found = []
        for name in types:
            degrees = (self.table.filter(self.table["type"] == name) if self.column else self.table)["degree"]
            low, median, high = (degrees.quantile(p, "linear") for p in (0.05, 0.5, 0.95))
            found.append(DegreeRow(str(name), len(degrees), degrees.mean(), low, median, high, int(degrees.max())))
        return tuple(sorted(found, key=lambda row: (-row.mean, row.type)))

    @property
    def mean(self) -> Quantity:
        """Connections per neuron, exactly: all connections over all neurons."""
        from fractions import Fraction

        degrees = self.table["degree"]
        value = Fraction(int(degrees.sum()), len(degrees))
        because = f"counted in {self.where}"
        name = "targets per neuron" if self.way == "out" else "sources per neuron"
        return Quantity(leaf("exact", value, "connection/neuron", because=because, name=name, note=self.told))

    @property
    def spread(self) -> Quantity:
        """Connections of one neuron drawn from all: its spread is between neurons and no error of the mean."""
        if len(self.table) == 0:
            raise ArgumentError("spread: no neuron connects here")
        found = self.table["degree"].value_counts().sort("degree")
        belief = Discrete.normalised(found["degree"].to_list(), found["count"].to_list())
        why = f"drawn from the {counted(len(self.table), 'neuron')} of {self.where}; the spread is between neurons"
        name = "targets of one neuron" if self.way == "out" else "sources of one neuron"
        return Quantity(leaf("assumed", belief, "connection/neuron", because=why, name=name, note=self.told))

    def plot(self, ax: Any = None) -> Any:
        """Draw which share of the neurons has as many partners or more, by type where there are types; return the axes.

        Needs matplotlib (``pip install brainparams[plot]``).
        """
        partners = "targets of a neuron" if self.way == "out" else "sources of a neuron"
        types = self.table["type"] if self.column else None
        for row in self.rows:
            chosen = self.table if types is None else self.table.filter(types == row.type)
            ax = plots.degrees(chosen["degree"].to_list(), partners, ax, row.type if self.column else "")
        return ax

    def _caption(self) -> str:
        partners = "targets" if self.way == "out" else "sources"
        neurons = counted(len(self.table), "neuron")
        return f"{partners} of a neuron over {neurons}{f', by {self.column}' if self.column else ''}"

    def _head(self) -> Sequence[str]:
        return self.column or "neurons", "neurons", "mean", "5 %", "median", "95 %", "largest"

    def _cells(self, row: DegreeRow) -> Sequence[str]:
        numbers = (f"{each:.4g}" for each in (row.mean, row.low, row.median, row.high))
        return (row.type, f"{row.neurons:,}", *numbers, f"{row.largest:,}")
