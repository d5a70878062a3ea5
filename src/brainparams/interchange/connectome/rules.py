"""Parameters of a network with the wiring of a connectome, under five rules of what shares a parameter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import ArgumentError, UnknownNameError
from ...makers import exact
from ...quantity import Quantity
from ...render.tables import Table
from ...render.words import value_words
from ...units import Unit
from ..arguments import taken

__all__ = ["Rule", "Rules", "rules"]

PARAMETERS = Unit("parameter", low=0)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, the parameters that it gives, and why somebody would count so."""

    name: str
    quantity: Quantity
    because: str


@dataclass(frozen=True, repr=False)
class Rules(Table[Rule], Mapping[str, Quantity]):
    """Parameters under the rules that a connectome can answer; a mapping, so that ``bp.compare(rules)`` takes it.

    Attributes
    ----------
    rows : tuple of Rule
        From the most parameters to the fewest as a rule.

    Examples
    --------
    >>> import brainparams as bp
    >>> ring = [("a", "b", 2), ("b", "c", 1), ("c", "a", 4)]
    >>> rules = bp.connectome(ring, weight="synapses").parameters()
    >>> {name: each.value for name, each in rules.items()}
    {'every synapse': 7, 'every connected pair': 3}
    """

    rows: tuple[Rule, ...]
    name: str
    missing: tuple[str, ...] = ()

    def _caption(self) -> str:
        absent = f"; not answered: {', '.join(self.missing)}" if self.missing else ""
        return f"parameters of a network with the wiring of {self.name}{absent}"

    def _head(self) -> Sequence[str]:
        return "one parameter for", "parameters", "because"

    def _cells(self, row: Rule) -> Sequence[str]:
        return row.name, value_words(row.quantity.estimate(), 0.9, unit=False), row.because

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]
        """Iterate over the names of the rules."""
        return iter([row.name for row in self.rows])

    def __getitem__(self, name: str | int) -> Quantity:  # type: ignore[override]
        """Return the parameters under a rule."""
        for place, row in enumerate(self.rows):
            if name in (row.name, place):
                return row.quantity
        raise UnknownNameError(f"no rule {name!r}; there are {', '.join(self)}")


def rules(connectome: Any, by: str | None, free: Any, because: str | None) -> Rules:
    """Return the parameters under every rule that a connectome can answer."""
    main = connectome.main
    found, missing = [], []
    counted = {"synapse": "every synapse", "contact": "every contact"}
    for unit, name in counted.items():
        if main.unit.text == unit:
            why = f"each {unit} may change by itself, even between the same two neurons"
            found.append(_rule(name, main.total, f"parameter/{unit}", why))
        else:
            missing.append(f"{name} (the weight counts {main.meaning.name})")
    why = "synapses of one pair see the same two neurons; a model has one weight for them"
    found.append(_rule("every connected pair", main.connections, "parameter/connection", why))
    if by is None:
        missing.append("every pair of types (say by=…)")
    else:
        why = f"neurons of one {by} share their weights, so a pair of types has one"
        found.append(_rule("every pair of types", _type_pairs(main, by), "parameter/connection", why))
    if free is None:
        missing.append("stated free parameters (say free=…)")
    else:
        found.append(_stated(connectome, free, because))
    return Rules(tuple(found), connectome.origin.name, tuple(missing))


def _rule(name: str, count: Quantity, unit: str, because: str) -> Rule:
    each = exact(1, unit, because=because, name=f"parameters per {unit.partition('/')[2]}")
    return Rule(name, (count * each).named(f"parameters, {name}", symbol="P"), because)


def _type_pairs(main: Any, by: str) -> Quantity:
    """Return how many pairs of types are connected; a column of the connections says them itself."""
    if by in main.frame.collect_schema().names():
        return main.counted(main.distinct(by), "connection", f"values of {by}")  # type: ignore[no-any-return]
    table = main.by(by, of="connections").value
    return main.counted(int((table > 0).sum()), "connection", f"connected pairs of {by}")  # type: ignore[no-any-return]


def _stated(connectome: Any, free: Any, because: str | None) -> Rule:
    """Return the free parameters that somebody states, or one for each value of a column."""
    if isinstance(free, str) and free in connectome.frame.collect_schema().names():
        why = because or f"one for each {free} that the file knows"
        count = connectome.counted(connectome.distinct(free), "connection", f"values of {free}")
        return _rule("stated free parameters", count, "parameter/connection", why)
    if because is None:
        raise ArgumentError("parameters(): free= needs because=…: who states so many free parameters, or why")
    stated = taken(free, PARAMETERS, "parameters(): free").fitting(PARAMETERS, "parameters(): 'free'")
    return Rule("stated free parameters", stated.named("stated free parameters", symbol="P"), because)
