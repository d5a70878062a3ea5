"""The nodes of the expression graph: inputs, operations, correlated inputs, named steps.

Nodes are immutable and know nothing of their readers. A leaf's `uid` is its identity: two leaves with one uid are
one unknown, in this process or another. Every node has a `key` made from its content, so that equal expressions
over the same leaves are one node wherever they were written.
"""

from __future__ import annotations

import hashlib
import numbers
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from ..distributions import Distribution
from ..files import FileRead
from ..units import Unit
from .axes import Axis
from .operations import functions

if TYPE_CHECKING:
    from ..citations import Citation

__all__ = [
    "FINDING",
    "UNSTATED",
    "WITH_MEAN",
    "Caveat",
    "Computed",
    "Correlated",
    "Group",
    "Leaf",
    "Node",
    "Operated",
    "Row",
    "Step",
    "digest",
]

Group = Literal["measured", "assumed", "exact", "given", "latent"]
FINDING = "finding:"  # how the uid of a leaf begins that is a finding
WITH_MEAN = "lognormal with that mean"  # how a leaf says that its published centre is no median
UNSTATED = {"measured": "no spread published", "assumed": "no spread stated"}


Effect = Literal["raises", "lowers", "narrows", "unknown"]


class Caveat(NamedTuple):
    """What an estimate leaves out, and which way leaving it out moves the result."""

    text: str
    effect: Effect


PLAIN = frozenset({bytes, str, type(None)})  # most parts: they are their own content


def digest(*parts: object) -> bytes:
    """Return a short name for a content; numbers count by their value, not by their type."""
    return hashlib.blake2b(repr(tuple(map(_content, parts))).encode(), digest_size=16).digest()


def _content(part: Any) -> Any:
    if type(part) in PLAIN:
        return part
    if isinstance(part, tuple):
        return tuple(map(_content, part))
    if isinstance(part, numbers.Rational):
        return (int(part.numerator), int(part.denominator))
    if isinstance(part, float):
        return part.as_integer_ratio()
    if isinstance(part, Distribution):
        return part.key()
    if isinstance(part, np.ndarray):
        return (part.shape, *map(_content, part.ravel().tolist()))
    return part


class Row(NamedTuple):
    """What is known about one element of an array input, apart from its number."""

    written: str
    spread: str | None = None
    citations: tuple[Citation, ...] = ()
    note: str | None = None


class Node:
    """What all nodes have: a content key, a unit, named axes, and the nodes they are made from."""

    __slots__ = ()
    key: bytes
    unit: Unit
    axes: tuple[Axis, ...]
    parents: tuple[Node, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes; empty for a single number."""
        return tuple(len(axis.labels) for axis in self.axes)

    def __copy__(self) -> Node:
        return self

    def __deepcopy__(self, memo: object) -> Node:
        return self  # immutable, and a copy of an unknown is the same unknown


@dataclass(frozen=True, slots=True, eq=False)
class Leaf(Node):
    """A number that came in from outside, with what is known about it.

    Attributes
    ----------
    uid : str
        Identity of the unknown: one identity has one belief, and leaves that say different things under one uid are
        refused where they meet.
    value : int, Fraction, float, ndarray or Distribution
        The number, or the belief about it, in `unit`.
    group : {"measured", "assumed", "exact", "given", "latent"}
        How the derivation lists it; a latent leaf is a normal score behind correlated inputs, and is not listed.
    written : str
        The number as its author wrote it, without the unit.
    spread : str or None
        What the spread means and the shape of the belief, such as ``"90 %, lognormal"``.
    file : FileRead or None
        The file that the number was read from or counted in.
    rows : tuple of Row
        Of an array whose elements came one by one: what is known about each, in the order of the axes.
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
    rows: tuple[Row, ...] = ()
    file: FileRead | None = None
    key: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", digest("leaf", self.uid, self.unit.text, self.value))

    @property
    def parents(self) -> tuple[Node, ...]:  # type: ignore[override]
        """A leaf is made from nothing."""
        return ()

    @property
    def finding(self) -> str | None:
        """The identity of the finding that it is: ``human/brain/neurons@2026.1``; None of any other input."""
        return self.uid.removeprefix(FINDING) if self.uid.startswith(FINDING) else None

    @property
    def is_uncertain(self) -> bool:
        """Whether the value is a distribution."""
        return isinstance(self.value, Distribution)

    @property
    def stands(self) -> bool:
        """Whether it is no count or definition, and yet is taken as it stands, for want of a stated spread."""
        return self.spread is not None and self.spread == UNSTATED.get(self.group)

    @property
    def states_mean(self) -> bool:
        """Whether what was published is the mean of a belief whose median lies below it."""
        return self.spread is not None and self.spread.startswith(WITH_MEAN)


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
        object.__setattr__(self, "key", digest(self.operation, keys, self.parameters))

    def __repr__(self) -> str:
        """Return the operation alone: what is below may be thousands of nodes deep."""
        return f"<Operated {self.operation} of {len(self.parents)}, in {self.unit.text}>"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Correlated(Node):
    """An input that is correlated with others: the quantile of its belief at a normal score that they share parts of.

    Attributes
    ----------
    leaf : Leaf
        The input as it was made; a derivation lists it.
    score : Node
        A standard normal number, made from latent leaves.
    told : tuple of str
        The correlations in words.
    partners : tuple of str
        Identities of the inputs that it was correlated with.
    together : str
        Of the call that declared it: beside it a partner stands as that call returned it, and in no other form.
    """

    leaf: Leaf
    score: Node
    told: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    together: str = ""
    key: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", digest("correlated", self.leaf.key, self.score.key))

    def __repr__(self) -> str:
        """Return the name alone: the score may be made from many nodes."""
        return f"<Correlated {self.leaf.name or self.leaf.written!r}, in {self.unit.text}>"

    @property
    def parents(self) -> tuple[Node, ...]:  # type: ignore[override]
        """The score."""
        return (self.score,)

    @property
    def unit(self) -> Unit:  # type: ignore[override]
        """The unit of the input."""
        return self.leaf.unit

    @property
    def axes(self) -> tuple[Axis, ...]:  # type: ignore[override]
        """The axes of the input."""
        return self.leaf.axes

    @property
    def name(self) -> str | None:
        """The name of the input."""
        return self.leaf.name

    @property
    def operation(self) -> str:
        """What is applied to the score."""
        return functions.quantile.name

    @property
    def parameters(self) -> tuple[Any, ...]:
        """The belief whose quantile it is."""
        return (self.leaf.value,)


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
        object.__setattr__(self, "key", digest("step", self.parent.key, *telling))

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


Computed = Operated | Correlated  # what an engine has to work out: an operation, its arguments and its parameters
