"""A derivation as plain data, and as a chart of what is made from what."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..estimate import Estimate
from ..graph import Caveat
from ..graph.operations import Precedence
from ..render.numbers import each_of
from ..render.plain import cleaned
from ..render.words import value_words
from ..sensitivity import Drivers
from .formulas import written
from .parts import Input, ToldStep

if TYPE_CHECKING:
    from ..citations import Citation

__all__ = ["DerivationData"]


@dataclass(frozen=True, slots=True, repr=False)
class DerivationData:
    """What is told of a result, in order, as a record."""

    name: str
    result: Estimate
    level: float
    steps: tuple[ToldStep, ...]
    inputs: tuple[Input, ...]
    drivers: Drivers | None
    caveats: tuple[Caveat, ...]
    references: tuple[Citation, ...]
    correlations: tuple[str, ...] = ()
    untold: int = 0

    def told(self, key: bytes) -> ToldStep | Input:
        """Return the step or input that a term refers to."""
        return next(each for each in self._inputs_and_steps() if each.key == key)

    def group(self, name: str) -> tuple[Input, ...]:
        """Return the inputs of one of the four groups."""
        return tuple(each for each in self.inputs if each.leaf.group == name)

    def to_dict(self) -> dict[str, Any]:
        """Return everything that is told as plain data that JSON can hold: result, steps, inputs, drivers, sources.

        ``pandas.DataFrame(found["steps"])`` and ``["inputs"]`` are tidy tables.
        """

        def symbol(key: bytes) -> tuple[str, int]:
            return self.told(key).symbol, Precedence.ATOM

        def known(each: ToldStep | Input) -> dict[str, Any]:
            keys = [self.references[number - 1].key for number in each.references]
            return {"name": each.name, "symbol": each.symbol, **_numbers(each.result, self.level), "sources": keys}

        steps = [
            {**known(each), "formula": written(each.formula, symbol), "because": each.because,
             "from": [self.told(key).symbol for key in dict.fromkeys(each.formula.meant)]}
            for each in self.steps
        ]  # fmt: skip
        told = ("group", "written", "spread", "because", "locator", "status", "note")
        inputs = [known(each) | {name: getattr(each.leaf, name) for name in told} for each in self.inputs]
        found = self.drivers
        drivers = [{"name": each.name, "share": each.share} for each in found] if found is not None else []
        return {
            "name": self.name,
            "level": self.level,
            "result": {**_numbers(self.result, self.level), "engine": self.result.engine},
            "steps": steps,
            "inputs": inputs,
            "correlations": list(self.correlations),
            "drivers": drivers,
            "caveats": [{"text": each.text, "effect": each.effect} for each in self.caveats],
            "references": [
                {"number": number, "key": each.key, "text": each.text(), "doi": each.doi, "url": each.url}
                for number, each in enumerate(self.references, 1)
            ],
        }

    def to_mermaid(self) -> str:
        """Return a flowchart of what is made from what, for Mermaid, which GitHub and notebooks draw from a block."""
        nodes = (f'  n{place}{left}"{label}"{right}' for place, label, (left, right) in self._nodes(_for_mermaid))
        links = (f"  n{start} --> n{end}" for start, end in self._links())
        return "\n".join(["flowchart TD", *nodes, *links])

    def to_dot(self) -> str:
        """Return a digraph of what is made from what, for Graphviz."""
        nodes = (
            f'  n{place} [label="{label}"{", shape=box" if left == "[" else ""}];'
            for place, label, (left, _) in self._nodes(_for_dot)
        )
        links = (f"  n{start} -> n{end};" for start, end in self._links())
        return "\n".join(["digraph derivation {", *nodes, *links, "}"])

    def _nodes(self, escaped: Callable[[list[str]], str]) -> Iterator[tuple[int, str, tuple[str, str]]]:
        for place, each in enumerate(self._inputs_and_steps()):
            lines = [f"{each.symbol}: {each.name}", value_words(each.result, self.level)]
            yield place, escaped(lines), ("[", "]") if isinstance(each, ToldStep) else ("([", "])")

    def _inputs_and_steps(self) -> list[Input | ToldStep]:
        return [*self.inputs, *self.steps]

    def _links(self) -> Iterator[tuple[int, int]]:
        place = {each.key: number for number, each in enumerate(self._inputs_and_steps())}
        for step in self.steps:
            yield from ((place[key], place[step.key]) for key in dict.fromkeys(step.formula.meant))


def _numbers(estimate: Estimate, level: float) -> dict[str, Any]:
    """Return median and interval; of an array, lists in the order of its labels."""
    low, high = estimate.interval(level)
    told = {"median": estimate.median, "low": low, "high": high}
    axes = {axis.name: list(axis.labels) for axis in estimate.axes}
    values: dict[str, Any] = {name: _finite(value) for name, value in told.items()}
    return {**values, "unit": estimate.unit.text, **({"axes": axes} if axes else {})}


def _finite(value: Any) -> Any:
    numbers = [each if isinstance(each, int) else float(each) for each in each_of(value)]
    finite = [each if math.isfinite(each) else None for each in numbers]
    return finite if getattr(value, "shape", ()) else finite[0]


def _for_mermaid(lines: list[str]) -> str:
    """Write letters that Mermaid or HTML would read as their codes."""
    return "<br/>".join("".join(map(_letter, cleaned(line))) for line in lines)


def _letter(letter: str) -> str:
    return letter if letter.isalnum() or letter in " ,.:×/÷±()-–" else f"#{ord(letter)};"


def _for_dot(lines: list[str]) -> str:
    return r"\n".join(cleaned(line).replace("\\", r"\\").replace('"', r"\"") for line in lines)
