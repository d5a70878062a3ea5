"""The expression graph: leaves, operations, named steps; how to walk it and how to flatten it.

Nodes are immutable and know nothing of their readers. A leaf's `uid` is its identity: two leaves with one uid are
one unknown, in this process or another. Every node has a `key` made from its content, so that equal expressions
over the same leaves are one node wherever they were written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from .distributions import Distribution
from .errors import CorrelationError, ShapeError
from .operations import ONE, OPERATIONS
from .units import Unit

if TYPE_CHECKING:
    from .citations import Citation

__all__ = ["Axis", "Caveat", "Leaf", "Node", "Operated", "Program", "Step", "apply", "flatten", "rebuild", "walk"]

Group = Literal["measured", "assumed", "exact", "given", "latent"]


class Axis(NamedTuple):
    """A named axis of an array and the labels along it."""

    name: str
    labels: tuple[str, ...]


class Caveat(NamedTuple):
    """What an estimate leaves out, and which way leaving it out moves the result."""

    text: str
    effect: Literal["raises", "lowers", "unknown"]


def _digest(*parts: object) -> bytes:
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).digest()


class Node:
    """What all nodes have: a content key, a unit, named axes, and the nodes they are made from."""

    __slots__ = ()
    key: bytes
    unit: Unit
    axes: tuple[Axis, ...]
    parents: tuple[Node, ...]

    def __copy__(self) -> Node:
        return self

    def __deepcopy__(self, memo: object) -> Node:
        return self  # immutable, and a copy of an unknown is the same unknown

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickle, (tuple(records([self])),)


@dataclass(frozen=True, slots=True, eq=False)
class Leaf(Node):
    """A number that came in from outside, with what is known about it.

    Attributes
    ----------
    uid : str
        Identity of the unknown.
    value : int, Fraction, float, ndarray or Distribution
        The number, or the belief about it, in `unit`.
    group : {"measured", "assumed", "exact", "given", "latent"}
        How the derivation lists it; a latent leaf is a normal score behind correlated inputs, and is not listed.
    written : str
        The number as its author wrote it, without the unit.
    spread : str or None
        What the spread means and the shape of the belief, such as ``"90 %, lognormal"``.
    """

    uid: str
    value: Any
    unit: Unit
    group: Group
    written: str
    spread: str | None = None
    axes: tuple[Axis, ...] = ()
    name: str | None = None
    symbol: str | None = None
    because: str | None = None
    citations: tuple[Citation, ...] = ()
    locator: str | None = None
    status: str | None = None
    note: str | None = None
    key: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", _digest("leaf", self.uid))

    @property
    def parents(self) -> tuple[Node, ...]:  # type: ignore[override]
        """A leaf is made from nothing."""
        return ()

    @property
    def is_uncertain(self) -> bool:
        """Whether the value is a distribution."""
        return isinstance(self.value, Distribution)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Operated(Node):
    """The result of one operation of the table."""

    operation: str
    parents: tuple[Node, ...]
    unit: Unit
    axes: tuple[Axis, ...] = ()
    parameters: tuple[Any, ...] = ()
    key: bytes = field(init=False)

    def __post_init__(self) -> None:
        keys = tuple(parent.key for parent in self.parents)
        object.__setattr__(self, "key", _digest(self.operation, keys, self.parameters))

    def __repr__(self) -> str:
        """Return the operation alone: what is below may be thousands of nodes deep."""
        return f"<Operated {self.operation} of {len(self.parents)}, in {self.unit.text}>"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Correlated(Operated):
    """An input that is correlated with others: the quantile of its belief at a normal score that they share parts of.

    Attributes
    ----------
    leaf : Leaf
        The input as it was made; a derivation lists it.
    told : tuple of str
        The correlations in words.
    """

    leaf: Leaf = None  # type: ignore[assignment]
    told: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", _digest("correlated", self.leaf.uid, self.parents[0].key))

    @property
    def name(self) -> str | None:
        """The name of the input."""
        return self.leaf.name


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Step(Node):
    """A node that a person named: its value is its parent's, and the derivation tells it."""

    parent: Node
    name: str | None = None
    symbol: str | None = None
    because: str | None = None
    caveats: tuple[Caveat, ...] = ()
    citations: tuple[Citation, ...] = ()
    key: bytes = field(init=False)

    def __post_init__(self) -> None:
        telling = (self.name, self.symbol, self.because, self.caveats, self.citations)
        object.__setattr__(self, "key", _digest("step", self.parent.key, *telling))

    def __repr__(self) -> str:
        """Return the name alone: what is below may be thousands of nodes deep."""
        return f"<Step {self.name or 'without a name'!r}, in {self.unit.text}>"

    @property
    def parents(self) -> tuple[Node, ...]:  # type: ignore[override]
        """The node that is named."""
        return (self.parent,)

    @property
    def unit(self) -> Unit:  # type: ignore[override]
        """The unit of the node that is named."""
        return self.parent.unit

    @property
    def axes(self) -> tuple[Axis, ...]:  # type: ignore[override]
        """The axes of the node that is named."""
        return self.parent.axes


# --- building ----------------------------------------------------------------------------------------------------


def apply(operation: str, *parents: Node, parameters: tuple[Any, ...] = ()) -> Node:
    """Apply an operation of the table, with units checked and axes aligned by name.

    Raises
    ------
    UnitError
        If the units do not fit the operation.
    ShapeError
        If an axis of one name has different labels in two arguments.
    """
    unit, factors = OPERATIONS[operation].unit([parent.unit for parent in parents], parameters)
    axes = _united_axes(parents)
    arguments = tuple(
        _aligned(_converted(parent, factor), axes) for parent, factor in zip(parents, factors, strict=True)
    )
    return Operated(operation, arguments, unit, axes, parameters)


def convert(node: Node, unit: Unit, factor: Fraction) -> Node:
    """Express a node in another unit of the same dimension."""
    if unit == node.unit:
        return node
    return Operated("convert", (node,), unit, node.axes, (factor, unit))


def total(node: Node, axis: str) -> Node:
    """Add up along the named axis, as one step."""
    position = _position(node, axis, "total")
    length = len(node.axes[position].labels)
    return Operated("total", (node,), node.unit, _without(node.axes, position), (position, length))


def take(node: Node, axis: str, start: int, stop: int | None = None, rename: str | None = None) -> Node:
    """Take one element along the named axis, or a run of them under a new axis name."""
    position = _position(node, axis, "take")
    axes = _without(node.axes, position)
    if stop is not None:
        labels = (
            tuple(str(index) for index in range(stop - start)) if rename else node.axes[position].labels[start:stop]
        )
        axes = (*node.axes[:position], Axis(rename or axis, labels), *node.axes[position + 1 :])
    return Operated("take", (node,), node.unit, axes, (position, start, stop))


def stack(nodes: Sequence[Node], axis: Axis) -> Node:
    """Put scalar nodes side by side along a new axis."""
    unit, factors = OPERATIONS["stack"].unit([node.unit for node in nodes], ())
    arguments = tuple(_converted(node, factor) for node, factor in zip(nodes, factors, strict=True))
    return Operated("stack", arguments, unit, (axis,))


def correlated(leaf: Leaf, score: Node, told: tuple[str, ...]) -> Correlated:
    """Return an uncertain leaf as the quantile of its belief at a normal score."""
    return Correlated("quantile", (score,), leaf.unit, (), (leaf.value,), leaf=leaf, told=told)


def _converted(node: Node, factor: Fraction) -> Node:
    """Scale an argument on its way into an operation that resolves its unit."""
    same = factor is ONE or factor == ONE  # comparing fractions is slow
    return node if same else Operated("convert", (node,), node.unit, node.axes, (factor, node.unit))


def _united_axes(nodes: Sequence[Node]) -> tuple[Axis, ...]:
    united: dict[str, Axis] = {}
    for node in nodes:
        for axis in node.axes:
            known = united.setdefault(axis.name, axis)
            if known.labels != axis.labels:
                raise ShapeError(
                    f"axis {axis.name!r} has {len(known.labels)} labels {_some(known)} in one quantity and "
                    f"{len(axis.labels)} labels {_some(axis)} in another; give both the same labels, or "
                    f"different axis names if they are different things"
                )
    return tuple(united.values())


def _some(axis: Axis) -> str:
    return "(" + ", ".join(axis.labels[:4]) + (", …)" if len(axis.labels) > 4 else ")")


def _aligned(node: Node, axes: tuple[Axis, ...]) -> Node:
    if node.axes == axes or not node.axes:
        return node
    own = {axis.name: position for position, axis in enumerate(node.axes)}
    order = tuple(own[axis.name] for axis in axes if axis.name in own)
    fresh = tuple(position for position, axis in enumerate(axes) if axis.name not in own)
    return Operated("align", (node,), node.unit, axes, (order, fresh))


def _position(node: Node, axis: str, where: str) -> int:
    names = [each.name for each in node.axes]
    if axis not in names:
        have = ", ".join(map(repr, names)) or "none: it is a scalar"
        raise ShapeError(f"{where}(): no axis {axis!r}; the axes of this quantity are {have}")
    return names.index(axis)


def _without(axes: tuple[Axis, ...], position: int) -> tuple[Axis, ...]:
    return axes[:position] + axes[position + 1 :]


# --- reading -----------------------------------------------------------------------------------------------------


def walk(outputs: Iterable[Node]) -> Iterator[Node]:
    """Yield each node once, parents before children, without recursion."""
    seen: set[bytes] = set()
    forms: dict[str, str] = {}
    pending = [(node, False) for node in reversed(list(outputs))]
    while pending:
        node, ready = pending.pop()
        if node.key in seen:
            continue
        if ready or not node.parents:
            seen.add(node.key)
            _check_form(node, forms)
            yield node
        else:
            pending.append((node, True))
            pending.extend((parent, False) for parent in reversed(node.parents))


def _check_form(node: Node, forms: dict[str, str]) -> None:
    """An input stands in a graph either correlated or as it was made: mixed, it would be two unknowns."""
    if not isinstance(node, Leaf | Correlated):
        return
    leaf, form = (node.leaf, "correlated") if isinstance(node, Correlated) else (node, "as it was made")
    if forms.setdefault(leaf.uid, form) != form:
        raise CorrelationError(
            f"the input {leaf.name or leaf.written!r} stands in one expression both correlated and as it was made; "
            f"use what bp.correlate returned everywhere"
        )


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
    slot: dict[bytes, int] = {}
    constants: list[tuple[int, Any]] = []
    leaves: list[tuple[int, Leaf]] = []
    raw: list[tuple[str, tuple[int, ...], tuple[Any, ...], int]] = []
    for node in nodes:
        if isinstance(node, Step):
            slot[node.key] = slot[node.parent.key]
            continue
        slot[node.key] = place = len(constants) + len(leaves) + len(raw)
        if isinstance(node, Operated):
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
        digest = _digest("stream", content)
        twin = twins[digest] = twins.get(digest, -1) + 1
        words = tuple(int.from_bytes(digest[start : start + 4], "little") for start in range(0, 16, 4))
        yield (*words, twin), place, leaf


def _as_float(value: Any) -> Any:
    """Give a constant the form that arithmetic on draws takes: a float, or an array with room for the draws."""
    if isinstance(value, np.ndarray):
        return value.astype(np.float64)[..., np.newaxis]
    return float(value)


def _plain(parameters: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(float(each) if isinstance(each, Fraction) else each for each in parameters)


# --- identity through copies and processes -----------------------------------------------------------------------


def records(outputs: Sequence[Node]) -> Iterator[tuple[Any, ...]]:
    """Yield one flat record per node, parents before children; parents are given by their position."""
    position: dict[bytes, int] = {}
    for node in walk(outputs):
        position[node.key] = len(position)
        parents = tuple(position[parent.key] for parent in node.parents)
        yield _record(node, parents)


def _record(node: Node, parents: tuple[int, ...]) -> tuple[Any, ...]:
    if isinstance(node, Leaf):
        return ("leaf", {name: getattr(node, name) for name in LEAF_FIELDS})
    if isinstance(node, Correlated):
        return ("correlated", parents, {name: getattr(node.leaf, name) for name in LEAF_FIELDS}, node.told)
    if isinstance(node, Operated):
        return ("operated", parents, node.operation, node.unit, node.axes, node.parameters)
    if isinstance(node, Step):
        return ("step", parents, node.name, node.symbol, node.because, node.caveats, node.citations)
    raise TypeError(f"not a node of the graph: {node!r}")


LEAF_FIELDS = tuple(name for name in Leaf.__slots__ if name != "key")


def rebuild(flat: Iterable[tuple[Any, ...]]) -> list[Node]:
    """Rebuild the nodes from their flat records; the inverse of `records`."""
    nodes: list[Node] = []
    for record in flat:
        if record[0] == "leaf":
            nodes.append(Leaf(**record[1]))
        elif record[0] == "operated":
            _, parents, operation, unit, axes, parameters = record
            nodes.append(Operated(operation, tuple(nodes[each] for each in parents), unit, axes, parameters))
        elif record[0] == "correlated":
            _, (parent,), fields, told = record
            nodes.append(correlated(Leaf(**fields), nodes[parent], told))
        else:
            _, (parent,), *told = record
            nodes.append(Step(nodes[parent], *told))
    return nodes


def _unpickle(flat: tuple[tuple[Any, ...], ...]) -> Node:
    return rebuild(flat)[-1]


def roots(outputs: Sequence[Node]) -> list[Leaf | Correlated]:
    """Return the uncertain inputs that a person gave, correlated ones as such, in order of first appearance."""
    return [
        node
        for node in walk(outputs)
        if isinstance(node, Correlated) or (isinstance(node, Leaf) and node.is_uncertain and node.group != "latent")
    ]


def unknowns(outputs: Sequence[Node]) -> list[Leaf]:
    """Return the uncertain leaves below the outputs, each once, in order of first appearance."""
    return [node for node in walk(outputs) if isinstance(node, Leaf) and node.is_uncertain]


def leaves(outputs: Sequence[Node]) -> list[Leaf]:
    """Return all leaves below the outputs, each once, in order of first appearance."""
    return [node for node in walk(outputs) if isinstance(node, Leaf)]
