"""A derivation as plain data, and as a chart of what is made from what."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from ..estimate import Estimate
from ..graph import Caveat
from ..graph.operations import Precedence
from ..render.numbers import each_of
from ..render.plain import cleaned
from ..render.words import value_words
from ..sensitivity import Drivers
from .formulas import written
from .parts import Input, ToldStep

__all__ = ["as_dict", "dot", "mermaid"]


class Derivation(Protocol):
    """What is told of a result; see `telling`."""

    @property
    def name(self) -> str:
        """Of the result."""

    @property
    def result(self) -> Estimate:
        """The result."""

    @property
    def level(self) -> float:
        """Of the intervals."""

    @property
    def steps(self) -> tuple[ToldStep, ...]:
        """In order."""

    @property
    def inputs(self) -> tuple[Input, ...]:
        """In order of first use."""

    @property
    def drivers(self) -> Drivers | None:
        """What the spread comes from."""

    @property
    def caveats(self) -> tuple[Caveat, ...]:
        """What is left out."""

    @property
    def references(self) -> tuple[Any, ...]:
        """The works."""

    @property
    def correlations(self) -> tuple[str, ...]:
        """Between inputs, in words."""

    def told(self, key: bytes) -> ToldStep | Input:
        """Return what a term refers to."""


def as_dict(derivation: Derivation) -> dict[str, Any]:
    """Return everything that is told as lists, dicts, texts and numbers, which JSON can hold."""

    def symbol(key: bytes) -> tuple[str, int]:
        return derivation.told(key).symbol, Precedence.ATOM

    def known(each: ToldStep | Input) -> dict[str, Any]:
        keys = [derivation.references[number - 1].key for number in each.references]
        return {"name": each.name, "symbol": each.symbol, **_numbers(each.result, derivation.level), "sources": keys}

    steps = [
        {**known(each), "formula": written(each.formula, symbol), "because": each.because,
         "from": [derivation.told(key).symbol for key in dict.fromkeys(each.formula.meant)]}
        for each in derivation.steps
    ]  # fmt: skip
    inputs = [
        {**known(each), "group": each.leaf.group, "written": each.leaf.written, "spread": each.leaf.spread,
         "because": each.leaf.because, "locator": each.leaf.locator, "status": each.leaf.status, "note": each.leaf.note}
        for each in derivation.inputs
    ]  # fmt: skip
    found = derivation.drivers
    drivers = [{"name": each.name, "share": each.share} for each in found] if found is not None else []
    return {
        "name": derivation.name,
        "level": derivation.level,
        "result": {**_numbers(derivation.result, derivation.level), "engine": derivation.result.engine},
        "steps": steps,
        "inputs": inputs,
        "correlations": list(derivation.correlations),
        "drivers": drivers,
        "caveats": [{"text": each.text, "effect": each.effect} for each in derivation.caveats],
        "references": [
            {"number": number, "key": each.key, "text": each.text(), "doi": each.doi, "url": each.url}
            for number, each in enumerate(derivation.references, 1)
        ],
    }


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


# --- charts ------------------------------------------------------------------------------------------------------


def mermaid(derivation: Derivation) -> str:
    """Return a flowchart for Mermaid, which GitHub and notebooks draw from a fenced block."""
    nodes = (f'  n{place}{left}"{label}"{right}' for place, label, (left, right) in _nodes(derivation, _for_mermaid))
    links = (f"  n{start} --> n{end}" for start, end in _links(derivation))
    return "\n".join(["flowchart TD", *nodes, *links])


def dot(derivation: Derivation) -> str:
    """Return a digraph for Graphviz."""
    nodes = (
        f'  n{place} [label="{label}"{", shape=box" if left == "[" else ""}];'
        for place, label, (left, _) in _nodes(derivation, _for_dot)
    )
    links = (f"  n{start} -> n{end};" for start, end in _links(derivation))
    return "\n".join(["digraph derivation {", *nodes, *links, "}"])


def _nodes(derivation: Derivation, escaped: Callable[[list[str]], str]) -> Iterator[tuple[int, str, tuple[str, str]]]:
    for place, each in enumerate(_inputs_and_steps(derivation)):
        lines = [f"{each.symbol}: {each.name}", value_words(each.result, derivation.level)]
        yield place, escaped(lines), ("[", "]") if isinstance(each, ToldStep) else ("([", "])")


def _inputs_and_steps(derivation: Derivation) -> list[Input | ToldStep]:
    return [*derivation.inputs, *derivation.steps]


def _links(derivation: Derivation) -> Iterator[tuple[int, int]]:
    place = {each.key: number for number, each in enumerate(_inputs_and_steps(derivation))}
    for step in derivation.steps:
        yield from ((place[key], place[step.key]) for key in dict.fromkeys(step.formula.meant))


def _for_mermaid(lines: list[str]) -> str:
    """Write letters that Mermaid or HTML would read as their codes."""
    return "<br/>".join("".join(map(_letter, cleaned(line))) for line in lines)


def _letter(letter: str) -> str:
    return letter if letter.isalnum() or letter in " ,.:×/÷±()-–" else f"#{ord(letter)};"


def _for_dot(lines: list[str]) -> str:
    return r"\n".join(cleaned(line).replace("\\", r"\\").replace('"', r"\"") for line in lines)
