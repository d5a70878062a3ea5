"""A graph as a flat list of plain things, which engines run and which travels to other threads and processes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from ..distributions import Distribution
from .identity import united
from .nodes import Computed, Leaf, Node, Step, digest
from .operations import OPERATIONS
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


class Program(NamedTuple):
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
    outputs = united(outputs)
    nodes = list(walk(outputs))
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
            raw.append((node.operation, arguments, _as_floats(node.parameters), place))
        elif isinstance(node, Leaf) and node.is_uncertain:
            leaves.append((place, node))
        elif isinstance(node, Leaf):
            constants.append((place, _as_float(node.value)))
    results = tuple(slot[node.key] for node in outputs)
    unknowns = tuple(
        Unknown(place, leaf.uid, leaf.value, stream)
        for stream, place, leaf in sorted(_streams(leaves, nodes), key=lambda row: row[0])
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


def _streams(leaves: list[tuple[int, Leaf]], nodes: Sequence[Node]) -> Iterator[tuple[tuple[int, ...], int, Leaf]]:
    """Name each leaf's stream of draws by what it is, and twins by what is made of them, in whichever order."""
    families: dict[bytes, list[tuple[int, Leaf]]] = {}
    for place, leaf in leaves:
        families.setdefault(_described(leaf), []).append((place, leaf))
    roles = _roles(nodes) if any(len(family) > 1 for family in families.values()) else {}
    for name, family in families.items():
        words = tuple(int.from_bytes(name[start : start + 4], "little") for start in range(0, 16, 4))
        ordered = sorted(family, key=lambda row: (digest(row[1].value), roles[row[1].key])) if roles else family
        for twin, (place, leaf) in enumerate(ordered):
            yield (*words, twin), place, leaf


def _described(leaf: Leaf) -> bytes:
    content = (leaf.name,) if leaf.name else (leaf.written, leaf.unit.text, leaf.value.key())
    return digest("stream", content)


def _roles(nodes: Sequence[Node]) -> dict[bytes, bytes]:
    """Say of each node what it is made from and what is made of it, without regard to the order of arguments."""
    made_from: dict[bytes, bytes] = {}
    for node in nodes:
        parts = [made_from[parent.key] for parent in node.parents]
        made_from[node.key] = digest(_kind(node), *(sorted(parts) if _commutes(node) else parts))
    uses: dict[bytes, list[bytes]] = {node.key: [] for node in nodes}
    roles: dict[bytes, bytes] = {}
    for node in reversed(nodes):
        roles[node.key] = digest(made_from[node.key], *sorted(uses[node.key]))
        for place, parent in enumerate(node.parents):
            uses[parent.key].append(digest(roles[node.key], 0 if _commutes(node) else place))
    return roles


def _kind(node: Node) -> object:
    if isinstance(node, Leaf):
        return _described(node) if node.is_uncertain else digest(node.value)
    return (node.operation, node.parameters) if isinstance(node, Computed) else "step"


def _commutes(node: Node) -> bool:
    return isinstance(node, Computed) and OPERATIONS[node.operation].commutative


def _as_float(value: Any) -> Any:
    """Give a constant the form that arithmetic on draws takes: a float, or an array with room for the draws."""
    if isinstance(value, np.ndarray):
        return value.astype(np.float64)[..., np.newaxis]
    return float(value)


def _as_floats(parameters: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(float(each) if isinstance(each, Fraction) else each for each in parameters)
