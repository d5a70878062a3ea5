"""A graph as a flat list of plain things, which engines run and which travels to other threads and processes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from ..distributions import Distribution
from .identity import check_identities
from .nodes import Computed, Leaf, Node, Step, digest
from .walking import walk

__all__ = ["Instruction", "Program", "Unknown", "flatten"]


class Instruction(NamedTuple):
    """One operation of a program: what to do with which slots, and which slots are then free."""

    operation: str
    arguments: tuple[int, ...]
    parameters: tuple[Any, ...]
    result: int
    free: tuple[int, ...]


class Unknown(NamedTuple):
    """An uncertain leaf of a program: where its draws go, what is believed, and the name of its stream."""

    slot: int
    uid: str
    distribution: Distribution
    stream: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """A graph as a flat list of plain things, which travels to other threads and processes."""

    constants: tuple[tuple[int, Any], ...]
    unknowns: tuple[Unknown, ...]
    instructions: tuple[Instruction, ...]
    outputs: tuple[int, ...]
    slots: int


def flatten(outputs: Sequence[Node]) -> Program:
    """Flatten a graph for the engines; the last few graphs are kept, because nodes never change.

    Unknowns come in the order of their stream names, so that neither the order of arguments nor an unused input
    changes a draw.
    """
    return _flattened(tuple(outputs))


@lru_cache(maxsize=32)
def _flattened(outputs: tuple[Node, ...]) -> Program:
    nodes = list(walk(outputs))
    check_identities(nodes)
    slot: dict[bytes, int] = {}
    constants: list[tuple[int, Any]] = []
    leaves: list[tuple[int, Leaf]] = []
    raw: list[tuple[str, tuple[int, ...], tuple[Any, ...], int]] = []
    for node in nodes:
        if isinstance(node, Step):
            slot[node.key] = slot[node.parent.key]
            continue
        slot[node.key] = place = len(constants) + len(leaves) + len(raw)
        if isinstance(node, Computed):
            arguments = tuple(slot[parent.key] for parent in node.parents)
            raw.append((node.operation, arguments, _plain(node.parameters), place))
        elif isinstance(node, Leaf) and node.is_uncertain:
            leaves.append((place, node))
        elif isinstance(node, Leaf):
            constants.append((place, _as_float(node.value)))
    results = tuple(slot[node.key] for node in outputs)
    unknowns = tuple(
        Unknown(place, leaf.uid, leaf.value, stream)
        for stream, place, leaf in sorted(_streams(leaves), key=lambda row: row[0])
    )
    return Program(tuple(constants), unknowns, _with_releases(raw, results), results, len(slot))


def _with_releases(
    raw: list[tuple[str, tuple[int, ...], tuple[Any, ...], int]], results: tuple[int, ...]
) -> tuple[Instruction, ...]:
    """Say after each instruction which slots nobody reads any more."""
    needed = set(results)
    instructions = []
    for operation, arguments, parameters, result in reversed(raw):
        free = tuple(sorted(set(arguments) - needed))
        needed.update(arguments)
        instructions.append(Instruction(operation, arguments, parameters, result, free))
    return tuple(reversed(instructions))


def _streams(leaves: list[tuple[int, Leaf]]) -> Iterator[tuple[tuple[int, ...], int, Leaf]]:
    """Name each leaf's stream of draws by what it is, and twins by their order of appearance."""
    twins: dict[bytes, int] = {}
    for place, leaf in leaves:
        content = (leaf.name,) if leaf.name else (leaf.written, leaf.unit.text, leaf.value.key())
        name = digest("stream", content)
        twin = twins[name] = twins.get(name, -1) + 1
        words = tuple(int.from_bytes(name[start : start + 4], "little") for start in range(0, 16, 4))
        yield (*words, twin), place, leaf


def _as_float(value: Any) -> Any:
    """Give a constant the form that arithmetic on draws takes: a float, or an array with room for the draws."""
    if isinstance(value, np.ndarray):
        return value.astype(np.float64)[..., np.newaxis]
    return float(value)


def _plain(parameters: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(float(each) if isinstance(each, Fraction) else each for each in parameters)
