"""A connectome: who connects to whom and how strongly, and the questions that people ask of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, final

import numpy as np

from ...checks import is_number, one_of, strict
from ...errors import ArgumentError, KindError, RangeError, UnitError, shown
from ...graph import Axis, Leaf
from ...graph.inputs import citations_of, leaf
from ...makers import exact
from ...quantity import Quantity
from ...render.blocks import Block, Length, Sentence
from ...render.numbers import counted
from ...render.showing import Shown
from ...units import Unit
from ..arguments import taken
from . import merging
from .chances import connected_pairs
from .cleaning import CHEMICAL, ELECTRICAL, KIND, NEUROMUSCULAR, SOURCE, TARGET, WEIGHT
from .degrees import Degrees
from .files import Origin, library
from .listing import unpadded
from .meanings import Meaning
from .merging import pairs
from .report import Report
from .rules import Rules, rules
from .tallies import Tally, tally
from .types import types_of, with_values

__all__ = ["Connectome"]

SHARE = Unit("1", low=0, high=1)


@strict
@final
@dataclass(frozen=True, repr=False, eq=False)
class Connectome(Shown):
    """Connections between neurons, read from a file or a table by ``bp.connectome``.

    Counts are quantities with a trace: the file, its fingerprint, what the weight counts, and what was chosen.
    ``chemical``, ``electrical``, ``among``, ``at_least`` and the like return a part of the connectome that answers the
    same questions.

    Attributes
    ----------
    report : Report
        What became of the rows of the file.

    Examples
    --------
    >>> import brainparams as bp
    >>> ring = [("a", "b", 2), ("b", "c", 1), ("c", "a", 4)]
    >>> worm = bp.connectome(ring, weight="synapses")
    >>> worm.neurons.value, worm.connections.value, worm.synapses.value
    (3, 3, 7)
    """

    frame: Any
    meaning: Meaning
    unit: Unit
    origin: Origin
    report: Report
    nodes: Any = None
    is_directed: bool = True
    edition: str | None = None
    source: Any = None
    chosen: tuple[str, ...] = ()
    recall: Quantity | None = None
    precision: Quantity | None = None
    held: Any = None
    known_rows: int | None = None
    limits: Any = None
    isolated: Any = None

    # --- parts -------------------------------------------------------------------------------------------------------

    @cached_property
    def chemical(self) -> Connectome:
        """The chemical connections alone."""
        return self._kind(CHEMICAL)

    @cached_property
    def electrical(self) -> Connectome:
        """The gap junctions alone, each pair once."""
        return self._kind(ELECTRICAL)

    @cached_property
    def neuromuscular(self) -> Connectome:
        """The connections to muscle alone."""
        return self._kind(NEUROMUSCULAR)

    def _kind(self, kind: str) -> Connectome:
        return self._part(_pl().col(KIND) == kind, f"{kind} connections")

    def among(self, neurons: Iterable[Any] | Connectome | str) -> Connectome:
        """Return the connections whose source and target are both in a set of neurons.

        Parameters
        ----------
        neurons : iterable of names, Connectome, or "C. elegans neurons"
            Names are compared without the zeros that pad their numbers. The 302 neurons of the hermaphrodite worm are
            known by that text.

        Raises
        ------
        ArgumentError
            If none of the names is here.
        """
        names = _names(neurons)
        pl = _pl()
        keys = pl.Series(sorted({str(name).strip() for name in names}), dtype=pl.String)
        keys = pl.DataFrame({"key": keys}).select(unpadded(pl.col("key")))["key"].unique().implode()
        source, target = (unpadded(pl.col(end).cast(pl.String)).is_in(keys) for end in (SOURCE, TARGET))
        part = self._part(source & target, f"both ends among {counted(len(names), 'named neuron')}")
        if not part.tally.rows:
            raise ArgumentError(
                f"among(): no connection is among {counted(len(names), 'neuron')}, such as {shown(names[0])}"
            )
        return part

    def without_self(self) -> Connectome:
        """Return the connections whose target is not their source."""
        return self._part(_pl().col(SOURCE) != _pl().col(TARGET), "no self-connections")

    def at_least(self, weight: float, *, each: str = "pair") -> Connectome:
        """Return the connections of at least some weight.

        Parameters
        ----------
        weight : float
            Smallest weight that stays.
        each : {"pair", "row"}
            Whether the rows of a pair are added up first, or every row is looked at by itself.
        """
        if not is_number(weight) or not 0 < weight < 2**63:
            raise RangeError(f"at_least(): the weight must be a number above 0, such as 5; got {shown(weight)}")
        one_of(each, ("pair", "row"), "at_least(): each")
        weight = weight if isinstance(weight, int) else float(weight)  # of a fraction too
        pl = _pl()
        if each == "row":
            return self._part(pl.col(WEIGHT) >= weight, f"rows of at least {weight:g}")
        told = f"pairs of at least {weight:g}, rows added up"
        if self._size > merging.MOST_ROWS:
            frame, held = merging.kept(self.frame, self._kinds, self._size, self.limits, pl.col(WEIGHT) >= weight)
            return replace(self._with(frame, told), held=(self.held, held))
        return self._part(pl.col(WEIGHT).sum().over(SOURCE, TARGET, KIND) >= weight, told)

    def where(self, source: Mapping[str, Any] | None = None, target: Mapping[str, Any] | None = None) -> Connectome:
        """Return the connections whose ends have some values in the table of neurons.

        Parameters
        ----------
        source, target : dict of column and value, or list of values
            What is asked of each end, such as ``source={"type": "sensory"}``.

        Raises
        ------
        ArgumentError
            If the table has no such column, or no neuron has such a value there.
        """
        part = self
        for end, asked in ((SOURCE, source or {}), (TARGET, target or {})):
            for column, values in asked.items():
                wanted = [values] if isinstance(values, str) or not isinstance(values, Iterable) else list(values)
                told = f"{end} {column} {' or '.join(map(str, wanted))}"
                table = with_values(self._types(column), column, [str(each) for each in wanted])
                part = part._part(_pl().col(end).is_in(table["neuron"].implode()), told)
        return part

    def corrected(self, *, recall: Any = None, precision: Any = None) -> Connectome:
        """Return the same connectome with what its detection missed and made up as factors of every total weight.

        Parameters
        ----------
        recall : Quantity, text or float [1], optional
            Share of the true ones that was found.
        precision : Quantity, text or float [1], optional
            Share of what was found that is true.
        """
        if recall is None and precision is None:
            raise ArgumentError("corrected(): give recall=, precision= or both, such as recall='0.9 +/- 0.02'")
        given = {"recall": recall, "precision": precision}
        factors = {
            name: taken(value, SHARE, f"corrected(): {name}")
            .fitting(SHARE, f"corrected(): {name!r}")
            .named(f"{name} of the detection")
            for name, value in given.items()
            if value is not None
        }
        return replace(self, **factors)  # type: ignore[arg-type]

    def _part(self, condition: Any, told: str) -> Connectome:
        return self._with(self.frame.filter(condition), told)

    def _with(self, frame: Any, told: str) -> Connectome:
        chosen = (*self.chosen, told)
        return replace(self, frame=frame, chosen=chosen, known_rows=None, isolated=None)

    # --- counts ------------------------------------------------------------------------------------------------------

    @cached_property
    def tally(self) -> Tally:
        """What the rows of this part add up to; a neuron that is listed and has no row has 0 of everything."""
        return tally(self.frame, self._size, self.limits, self.isolated)

    @cached_property
    def _size(self) -> int:
        if self.known_rows is not None:
            return self.known_rows
        return int(self.frame.select(_pl().len()).collect(engine="streaming").item())

    @property
    def rows(self) -> int:
        """Rows of this part, after what is listed twice was left out."""
        return self.tally.rows

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the neurons: those that connect here, and of a whole connectome all that its file lists."""
        return tuple(map(str, self.tally.ends["neuron"]))

    @property
    def neurons(self) -> Quantity:
        """How many neurons there are; every node is taken as one, muscle of neuromuscular rows apart.

        Of a whole connectome these are all that its file, or a table of neurons beside it, lists; of a part, or where
        nothing lists them, those that connect.
        """
        note = "every node that connects is taken as a neuron"
        if self.isolated is not None:
            note = f"every node that is listed is taken as a neuron; {len(self.isolated):,} of them have no connection"
        if not self._has(NEUROMUSCULAR):
            return self.counted(self.tally.ends.height, "neuron", "neurons", note)
        if self._only(NEUROMUSCULAR):
            return self.counted(self._nodes(SOURCE), "neuron", "neurons", "muscle is left out")
        part = self._part(_pl().col(KIND) != NEUROMUSCULAR, "")
        return self.counted(
            part.tally.ends.height, "neuron", "neurons", "neurons that connect to muscle only are left out"
        )

    @property
    def cells(self) -> Quantity:
        """How many nodes connect here, whatever they are: neurons, muscles, glands."""
        return self.counted(self.tally.ends.height, "cell", "cells")

    @property
    def connections(self) -> Quantity:
        """How many pairs are connected; of a connectome with several kinds, the chemical ones."""
        part = self.main
        if self.meaning.name == "probability":
            return part._expected()
        name = (
            "connected pairs"
            if part.is_directed and not part._only(ELECTRICAL)
            else "connected pairs, without direction"
        )
        return part.counted(part.tally.pairs, "connection", name)

    @property
    def total(self) -> Quantity:
        """The total weight of this part, in the unit of what it counts.

        Raises
        ------
        UnitError
            If gap junctions, which are no synapses, stand among other connections.
        """
        if self._has(ELECTRICAL) and not self._only(ELECTRICAL) and self.unit.text in ("synapse", "contact"):
            kinds = ", ".join(f".{each}.total" for each in self._kinds)
            raise UnitError(
                f"total: gap junctions are no {self.meaning.name}, and do not add up with them; ask for {kinds}"
            )
        if self.meaning.name == "probability":
            return self._expected()
        unit = "connection" if self._only(ELECTRICAL) and self.unit.text in ("synapse", "contact") else self.unit.text
        name = "gap junctions" if self._only(ELECTRICAL) and unit == "connection" else self.meaning.name
        return self._found(self.counted(self.tally.weight, unit, name))

    @property
    def synapses(self) -> Quantity:
        """How many chemical synapses connect neurons here.

        Raises
        ------
        UnitError
            If the weight counts something else: sections, contacts, chances.
        """
        if not self.meaning.is_synapse:
            raise UnitError(
                f"synapses: the weight of this connectome counts {self.meaning.name} ({self.meaning.about}), not "
                f"synapses; ask for .total, or multiply .total by synapses per {self.unit.text}"
            )
        return self.main.total

    @property
    def gap_junctions(self) -> Quantity:
        """How many gap junctions there are, each pair of sides once; in the unit of the weight."""
        if not self._has(ELECTRICAL):
            raise ArgumentError(
                "gap_junctions: no row of this connectome is electrical; kind='electrical' says that all are"
            )
        return self.electrical.total

    @property
    def density(self) -> Quantity:
        """Which share of the possible pairs is connected; self-connections are neither possible nor counted."""
        part = self.main.without_self()
        neurons = self.main.neurons
        if neurons.value < 2:
            raise RangeError("density: fewer than two neurons have no pair; take a lower threshold")
        why = "a neuron can connect to every other one" + ("" if part.is_directed else "; a pair has no direction")
        share = 1 if part.is_directed else 0.5
        each = exact(share, "connection/neuron**2", because=why, name="connections a pair")
        possible = (neurons * (neurons - exact("1 neuron", because="not to itself"))) * each
        return (part.connections / possible.named("possible pairs", symbol="M")).to("1").named("density", symbol="ρ")

    def counts(self) -> dict[str, Quantity]:
        """Return neurons, connections and what else this connectome counts, by the names that findings have."""
        found = {"neurons": self.neurons, "connections": self.connections}
        if self.meaning.is_synapse:
            found["synapses"] = self.synapses
        if self._has(ELECTRICAL) and self.meaning.is_count:
            found["gap junctions"] = self.gap_junctions
        if self._has(NEUROMUSCULAR) and self.meaning.is_synapse:
            found["neuromuscular junctions"] = self.neuromuscular.total
        return found

    def _expected(self) -> Quantity:
        """Return how many pairs chances connect: a sum of independent draws, with its spread."""
        spread = connected_pairs(
            np.concatenate([each[WEIGHT].to_numpy() for each in pairs(self.frame, self.rows, self.limits)])
        )
        why = f"every pair is drawn by itself with the chance that {self.origin.name} gives"
        return Quantity(
            leaf("assumed", spread, "connection", because=why, name="expected connections", note=self._trace)
        )

    def counted(self, value: float, unit: str, name: str, note: str = "") -> Quantity:
        """Return a count with its trace: the same question of the same file is the same leaf."""
        whole = int(value) if float(value).is_integer() else float(value)
        because = f"counted in {self.origin.told}"
        told = "; ".join(filter(None, (self._trace, note)))
        source = self.source or (self.origin.edition.source if self.origin.edition else None)
        uid = f"connectome:{self.origin.sha256}:{unit}:{name}:{told}" if self.origin.sha256 else None
        return Quantity(
            leaf(
                "exact", whole, unit, because=because, name=name, note=told or None, source=source, uid=uid,
                file=self.origin.file,
            )
        )  # fmt: skip

    def _found(self, count: Quantity) -> Quantity:
        """Return a count of what was found as one of what is there."""
        if self.precision is not None:
            count = count * self.precision
        if self.recall is not None:
            count = count / self.recall
        return (
            count if self.recall is None and self.precision is None else count.named(f"{self.meaning.name}, corrected")
        )

    @property
    def _trace(self) -> str:
        """What was chosen, in words."""
        edition = f"edition {self.edition}" if self.edition else ""
        weight = f"weight counts {self.meaning.name}"
        return "; ".join(filter(None, (edition, weight, *self.chosen)))

    @property
    def main(self) -> Connectome:
        """The chemical connections, where there are kinds to choose from."""
        return self.chemical if self._has(CHEMICAL) and len(self._kinds) > 1 else self

    @cached_property
    def _kinds(self) -> tuple[str, ...]:
        return tuple(sorted(self.frame.select(_pl().col(KIND).unique()).collect(engine="streaming").to_series()))

    def _has(self, kind: str) -> bool:
        return kind in self._kinds

    def _only(self, kind: str) -> bool:
        return self._kinds == (kind,)

    def _nodes(self, end: str) -> int:
        """Return how many different nodes stand at one end."""
        return int(self.frame.select(_pl().col(end).n_unique()).collect(engine="streaming").item())

    # --- by neuron and by type ---------------------------------------------------------------------------------------

    def out_degree(self, by: str | None = None) -> Degrees:
        """Return how many targets every neuron has; `by` names a column of the table of neurons."""
        return self._degrees("out", by)

    def in_degree(self, by: str | None = None) -> Degrees:
        """Return how many sources every neuron has; `by` names a column of the table of neurons."""
        return self._degrees("in", by)

    def _degrees(self, way: str, by: str | None) -> Degrees:
        part = self.main
        table = part.tally.ends.select("neuron", _pl().col(f"{way} pairs").alias("degree"))
        if by is not None:
            table = table.join(part._types(by), on="neuron", how="left").with_columns(
                _pl().col("type").fill_null("unknown")
            )
        return Degrees(table, way, by, part.origin.told, part._trace)

    def by(self, column: str, of: str = "weight") -> Quantity:
        """Return a table of types: the total weight, or the connected pairs, from each type to each.

        Parameters
        ----------
        column : str
            Column of the table of neurons that says the type.
        of : {"weight", "connections"}
            What is added up.

        Returns
        -------
        Quantity
            With the axes "source" and "target", whose labels are the types.
        """
        one_of(of, ("weight", "connections"), "by(): of")
        pl, part = _pl(), self.main
        types = part._types(column)
        ends = [types.rename({"neuron": end, "type": f"{end} type"}) for end in (SOURCE, TARGET)]
        summed = pl.col(WEIGHT).sum() if of == "weight" else pl.len().alias(WEIGHT)
        sums = [
            merged.join(ends[0], on=SOURCE, how="left")
            .join(ends[1], on=TARGET, how="left")
            .with_columns(pl.col("source type", "target type").fill_null("unknown"))
            .group_by("source type", "target type")
            .agg(summed)
            for merged in pairs(part.frame, part.rows, part.limits)
        ]
        table = pl.concat(sums, how="vertical_relaxed").group_by("source type", "target type").agg(pl.col(WEIGHT).sum())
        return part._array(table, column, of)

    def _array(self, table: Any, column: str, of: str) -> Quantity:
        """Return a table of types as a quantity with two axes."""
        senders, receivers = (sorted(set(table[f"{end} type"])) for end in (SOURCE, TARGET))
        values = np.zeros((len(senders), len(receivers)), dtype=object)
        rows, columns = ({label: place for place, label in enumerate(labels)} for labels in (senders, receivers))
        for sender, receiver, weight in table.select("source type", "target type", WEIGHT).iter_rows():
            values[rows[sender], columns[receiver]] = int(weight) if float(weight).is_integer() else float(weight)
        values.setflags(write=False)
        axes = (Axis("source", tuple(senders)), Axis("target", tuple(receivers)))
        unit = self.unit if of == "weight" else Unit("connection")
        name = f"{self.meaning.name if of == 'weight' else 'connected pairs'} by {column}"
        node = Leaf(
            uid=f"connectome:{self.origin.sha256 or id(self)}:{name}:{self._trace}",
            value=values, unit=unit, group="exact", written=f"{values.size} values", axes=axes, name=name,
            because=f"counted in {self.origin.told}", note=self._trace, file=self.origin.file,
            citations=citations_of(self.source, "connectome(source=)"),
        )  # fmt: skip
        return self._found(Quantity(node)) if of == "weight" else Quantity(node)

    def _types(self, column: str) -> Any:
        """Return the table of neurons with one column of it as ``type``; `neuron` is spelt as in the connections."""
        return types_of(self.nodes, column)

    # --- as parameters -----------------------------------------------------------------------------------------------

    def parameters(self, by: str | None = None, free: Any = None, because: str | None = None) -> Rules:
        """Return the parameters of a network with this wiring under every rule that can be answered.

        ``bp.compare`` takes them as they are.

        Parameters
        ----------
        by : str, optional
            Column of the table of neurons, or of the connections, whose values share a parameter: pairs of types.
        free : Quantity, text or str, optional
            How many free parameters are stated, such as ``"734 parameter"``, or the column of the connections whose
            values have one each, such as ``"edge type"``.
        because : str, optional
            Who states the free parameters, or why they are so many.
        """
        return rules(self, by, free, because)

    def distinct(self, column: str) -> int:
        """Return how many different values a column of the connections has."""
        names = self.frame.collect_schema().names()
        if column not in names:
            raise ArgumentError(
                f"connectome(): the connections have no column {shown(column)}; they have {', '.join(names)}"
            )
        return int(self.frame.select(_pl().col(column).n_unique()).collect(engine="streaming").item())

    # --- out ---------------------------------------------------------------------------------------------------------

    def to_polars(self) -> Any:
        """Return the connected pairs as a polars DataFrame: source, target, weight, rows."""
        return (
            _pl().concat(list(pairs(self.frame, self.rows, self.limits)), how="vertical_relaxed").sort(SOURCE, TARGET)
        )

    def _blocks(self, length: Length) -> Sequence[Block]:
        main, found = self.main, self.tally
        kind, weight = "chemical " if main is not self else "", main.tally.weight
        name = self.meaning.name.removesuffix("s") if weight == 1 else self.meaning.name
        text = (
            f"{self.origin.name}: {counted(found.ends.height, 'node')}, "
            f"{counted(main.tally.pairs, f'{kind}connection')}, "
            f"{f'{weight:,.0f}' if float(weight).is_integer() else f'{weight:,.6g}'} {name}"
        )
        return (Sentence(text), *self.report._blocks(length)) if length != "sentence" else (Sentence(text),)

    def __len__(self) -> int:
        return self.tally.rows


def _pl() -> Any:
    return library("polars")


def _names(neurons: Iterable[Any] | Connectome | str) -> list[Any]:
    """Return the names in a set of neurons."""
    if isinstance(neurons, Connectome):
        return list(neurons.names)
    if isinstance(neurons, str):
        if neurons.casefold() not in ("c. elegans neurons", "celegans neurons"):
            raise ArgumentError(f"among(): the set {shown(neurons)} is not known; give names, or 'C. elegans neurons'")
        return (Path(__file__).with_name("celegans_neurons.txt")).read_text(encoding="ascii").split()
    if not isinstance(neurons, Iterable):
        raise KindError(f"among(): needs names of neurons; got {shown(neurons)}")
    found = list(neurons)
    if not found:
        raise ArgumentError("among(): the set of neurons is empty")
    return found
