"""What an architecture is: named arrays of weights, whose sizes add up to its parameters.

Totals and terms cannot disagree, because both are sums over the same arrays, and an architecture of parts is just their
arrays one after another. The integers are exact at any size.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

import lazy_loader

from ..checks import strict
from ..errors import KindError, RangeError, shown
from ..files import FileRead
from ..graph.inputs import leaf
from ..quantity import Quantity
from ..render.blocks import Block as ShownBlock
from ..render.blocks import Length
from ..render.tables import Table
from .arguments import MOST_ARRAYS, instance, title, wholes

__all__ = ["Architecture", "Dimension", "Term", "Weights", "composed", "parameter_array"]

# Machines, their parts and the readers of configurations; loaded on first use.
FAMILIES = {
    "blocks": ["Attention", "Block", "Experts", "LatentAttention", "MLP"],
    "comparable": [
        "ComparableTransformers",
        "TransformerDimensions",
        "comparable_transformers",
        "transformer_dimensions",
    ],
    "convolution": ["batch_norm", "convolution_layer", "convolution_network", "temporal_convolutional_network"],
    "dense": ["dense_layer", "dense_network"],
    "mixers": [
        "GatedDelta",
        "GatedRecurrence",
        "LightningAttention",
        "NoMixer",
        "ShortConvolution",
        "StateSpace",
        "StateSpaceDual",
    ],
    "readers": ["from_config", "model_types"],
    "recurrent": ["recurrent_network"],
    "stored": ["StoredArray", "StoredModel", "of"],
    "styles": ["AspectRatio", "FixedDepth", "LevineDepth", "TransformerStyle"],
    "transformers": ["LearnedPositions", "RelativeBuckets", "RelativeProjection", "encoder_decoder", "transformer"],
    "work": [
        "activation_memory",
        "attention_cache",
        "operations_per_token",
        "optimizer_memory",
        "weight_memory",
    ],
    "vision": ["residual_network", "vision_transformer"],
}
__getattr__, _, _families = lazy_loader.attach(__name__, submod_attrs=FAMILIES)


def __dir__() -> list[str]:
    return sorted([*__all__, *_families])


class Dimension(NamedTuple):
    """The length of one side of an array of weights, with what people call it.

    Examples
    --------
    >>> Dimension(768, "width", "d").value
    768
    """

    value: int
    name: str
    symbol: str | None = None


@dataclass(frozen=True)
class Weights:
    """One array of weights, as it stands in a number of layers.

    Attributes
    ----------
    term : str
        The line of the table it belongs to.
    name : str
        What it is.
    shape : tuple of Dimension
        Its sides.
    copies : tuple of Dimension
        How many of it there are, as factors: layers, experts.
    active_copies : tuple of Dimension, optional
        How many of them work on one token; all of them otherwise.
    is_input_embedding : bool
        Whether a token only looks up its own row in it, and nothing else uses it.
    file : FileRead or None
        The configuration that its sides were read from.

    Examples
    --------
    >>> Weights("embedding", "table", (Dimension(30, "vocabulary"), Dimension(8, "width"))).size
    240
    """

    term: str
    name: str
    shape: tuple[Dimension, ...]
    copies: tuple[Dimension, ...] = ()
    active_copies: tuple[Dimension, ...] | None = None
    is_input_embedding: bool = False
    file: FileRead | None = None

    @property
    def size(self) -> int:
        """The numbers in all copies of the array."""
        return math.prod(each.value for each in (*self.shape, *self.copies))

    def used_by_one_token(self) -> Weights:
        """Return the array with only the copies that work on one token."""
        return self if self.active_copies is None else replace(self, copies=self.active_copies, active_copies=None)


class Term(NamedTuple):
    """One line of the table: the arrays of one kind, and how many parameters they have together.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.dense_layer(784, 10, bias=True)[0].parameters
    7840
    """

    name: str
    parameters: int
    weights: tuple[Weights, ...]


@strict
@dataclass(frozen=True, repr=False)
class Architecture(Table[Term]):
    """A network as named arrays of weights: its parameters, term by term.

    Attributes
    ----------
    name : str
        What the table calls it.
    weights : tuple of Weights
        Every array.
    conventions : tuple of str
        What was counted how, where there is more than one way.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.dense_network([784, 300, 10], bias=True)
    dense network: 238,510 parameters
      term     parameters    share
      weights     238,200   99.87%
      biases          310    0.13%
    """

    name: str
    weights: tuple[Weights, ...]
    conventions: tuple[str, ...] = ()

    @cached_property
    def rows(self) -> tuple[Term, ...]:  # type: ignore[override]
        """The terms, in order of first appearance."""
        found: dict[str, list[Weights]] = {}
        for each in self.weights:
            found.setdefault(each.term, []).append(each)
        return tuple(Term(name, _count(arrays), tuple(arrays)) for name, arrays in found.items())

    @property
    def count(self) -> int:
        """The parameters as a plain integer."""
        return _count(self.weights)

    @cached_property
    def _terms(self) -> dict[str, Quantity]:
        leaves = functools.cache(_leaf)  # the width in two terms is the same width
        return {row.name: _term(row.name, row.weights, leaves) for row in self.rows}

    @property
    def terms(self) -> Mapping[str, Quantity]:
        """The parameters of each term, as quantities that show their formula."""
        return MappingProxyType(self._terms)

    @cached_property
    def parameters(self) -> Quantity:
        """The parameters of the whole network: the sum of the terms."""
        return _total(self._terms.values()).named(f"parameters of {self.name}", symbol="P")

    def active(self, *, input_embedding: bool) -> Quantity:
        """Return the parameters that work on one token.

        Every array counts that takes part in the computation of a token: of the routed experts only the chosen ones.

        Parameters
        ----------
        input_embedding : bool
            Whether the table of input embeddings counts, of which a token looks up a single row. Publishers differ, so
            there is no default. A table tied to the output head works on every token and counts either way.

        Returns
        -------
        Quantity [parameter]

        Examples
        --------
        >>> import brainparams as bp
        >>> experts = bp.Experts(count=8, active=2, width=14336, gated=True, bias=False)
        >>> attention = bp.Attention(heads=32, kv_heads=8, bias=False)
        >>> mixtral = bp.transformer(
        ...     "Mixtral 8x7B", vocabulary=32000, width=4096, norm="RMSNorm", positions="rotary", head="untied",
        ...     blocks=bp.Block(layers=32, attention=attention, mlp=experts, norms=("attention", "mlp")),
        ... )
        >>> mixtral.active(input_embedding=True).value, mixtral.active(input_embedding=False).value
        (12879925248, 12748853248)
        """
        if not isinstance(input_embedding, bool):
            raise KindError(f"active(): 'input_embedding' is True or False; got {shown(input_embedding)}")
        used = self._used(input_embedding)
        because = f"{'with' if input_embedding else 'without'} the table of input embeddings"
        return used.parameters.named(f"active parameters of {self.name}", symbol="P_active", because=because)

    def _used(self, input_embedding: bool) -> Architecture:
        kept = (each for each in self.weights if input_embedding or not each.is_input_embedding)
        return replace(self, weights=tuple(each.used_by_one_token() for each in kept))

    @property
    def is_sparse(self) -> bool:
        """Whether some weights rest while a token is computed."""
        return any(each.active_copies is not None for each in self.weights)

    # --- as a table ----------------------------------------------------------------------------------------------

    def _caption(self) -> str:
        total = f"{self.name}: {self.count:,} parameters"
        if not self.is_sparse:
            return total
        with_table, without = (self._used(each).count for each in (True, False))
        return f"{total}; active a token {with_table:,} with the input embedding, {without:,} without"

    def _head(self) -> Sequence[str]:
        return ("term", "parameters", "share", *(["active a token"] if self.is_sparse else []))

    def _cells(self, row: Term) -> Sequence[str]:
        cells = [row.name, f"{row.parameters:,}", f"{row.parameters / self.count:.2%}"]
        active = _count(each.used_by_one_token() for each in row.weights)
        return [*cells, f"{active:,}"] if self.is_sparse else cells

    def _blocks(self, length: Length) -> Sequence[ShownBlock]:
        """Return the table, and below it what was counted how."""
        return (self._grid()._replace(notes=self.conventions),)


# --- sums and formulas -------------------------------------------------------------------------------------------

Leaves = Callable[[Dimension], Quantity]
LeavesOfFiles = Callable[[FileRead | None, Dimension], Quantity]
Shape = tuple[Dimension, ...]
Shapes = tuple[Shape, ...]
MOST_KINDS_IN_A_FORMULA = 16
SINGLE = Dimension(1, "single layer", "o")
ENTRY = Dimension(1, "entry of an array of weights", "w")


def _count(weights: Iterable[Weights]) -> int:
    return sum(each.size for each in weights)


def _leaf(file: FileRead | None, each: Dimension) -> Quantity:
    unit = "parameter" if each is ENTRY else "1"
    return Quantity(leaf("exact", each.value, unit, name=each.name, symbol=each.symbol, file=file))


def _total(quantities: Iterable[Quantity]) -> Quantity:
    return functools.reduce(lambda one, other: one + other, quantities)


def _product(dimensions: Iterable[Dimension], leaves: Leaves) -> Quantity:
    return functools.reduce(lambda one, other: one * other, map(leaves, dimensions))


def _term(term: str, weights: tuple[Weights, ...], leaves: LeavesOfFiles) -> Quantity:
    """Return a term as the sum over the files that its arrays were read from."""
    alike: dict[FileRead | None, list[Weights]] = {}
    for each in weights:
        alike.setdefault(each.file, []).append(each)
    parts = (_of_one_file(term, arrays, functools.partial(leaves, file)) for file, arrays in alike.items())
    return _total(parts).named(term)


def _of_one_file(term: str, weights: list[Weights], leaves: Leaves) -> Quantity:
    """Return arrays as a formula over their dimensions; with many kinds of arrays, as a sum over a list of sizes."""
    layers = _layers(weights)
    is_short = sum(map(len, layers)) <= MOST_KINDS_IN_A_FORMULA
    return _formula(layers, leaves) if is_short else _list_of_sizes(term, weights)


def _layers(weights: Sequence[Weights]) -> dict[Shapes, list[Shape]]:
    """Return the shapes that stand together in a layer, with the numbers of such layers."""
    together: dict[Shape, list[Shape]] = {}
    for each in weights:
        together.setdefault(each.copies, []).append(each.shape)
    layers: dict[Shapes, list[Shape]] = {}
    for copies, shapes in together.items():
        layers.setdefault(tuple(shapes), []).append(copies)
    return layers


def _formula(layers: dict[Shapes, list[Shape]], leaves: Leaves) -> Quantity:
    """Return (L₁ + L₂) × (4 × d × H × k + …) + …."""
    return _total(_times(copies, _inside(shapes, leaves), leaves) for shapes, copies in layers.items()) * leaves(ENTRY)


def _times(copies: list[Shape], inside: Quantity, leaves: Leaves) -> Quantity:
    return _total(_product(each or (SINGLE,), leaves) for each in copies) * inside if any(copies) else inside


def _inside(shapes: Shapes, leaves: Leaves) -> Quantity:
    """Return the entries of all arrays of a layer; arrays of the same sides are said once."""
    alike: dict[Shape, list[Shape]] = {}
    for shape in shapes:
        alike.setdefault(tuple(sorted(shape)), []).append(shape)
    return _total(_product(_repeated(len(each), each[0]), leaves) for each in alike.values())


def _repeated(times: int, shape: Shape) -> Shape:
    return shape if times == 1 else (Dimension(times, "arrays of the same sides", "m"), *shape)


def _list_of_sizes(term: str, weights: Sequence[Weights]) -> Quantity:
    sizes = {f"{place} {each.name}": each.size for place, each in enumerate(weights, start=1)}
    name = f"sizes of the arrays of {term}"
    made = leaf("exact", sizes, "parameter", axis="array", name=name, symbol="s", file=weights[0].file)
    return Quantity(made).total("array")


# --- architectures of parts --------------------------------------------------------------------------------------


@strict
def parameter_array(name: str, shape: Sequence[int]) -> Architecture:
    """Return a single array of weights of any shape, to compose with others.

    Parameters
    ----------
    name : str
        What it is.
    shape : sequence of int
        Its sides.

    Returns
    -------
    Architecture

    Raises
    ------
    KindError, RangeError
        If a side is not a whole number of at least one.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.parameter_array("synapses", [45, 100]).count
    4500
    """
    where = "parameter_array(): 'name'"
    sides = tuple(Dimension(each, "side") for each in wholes(shape, "parameter_array(): 'shape'"))
    return Architecture(title(name, where), (Weights(name, name, sides),))


@strict
def composed(name: str, parts: Mapping[str, Any]) -> Architecture:
    """Return a network of parts; each part is one term.

    Parameters
    ----------
    name : str
        What the table calls the network.
    parts : mapping of str to Architecture, or to a list of them
        What it is made of, by name; ``[block] * 3`` is three blocks with weights of their own.

    Returns
    -------
    Architecture

    Raises
    ------
    KindError
        If a part is not an architecture.
    RangeError
        If there is no part, or there are too many.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.composed(
    ...     "LeNet-5",
    ...     {
    ...         "conv1": bp.convolution_layer(1, 6, kernel=(5, 5), bias=True),
    ...         "conv2": bp.convolution_layer(6, 16, kernel=(5, 5), bias=True),
    ...         "fc": bp.dense_network([400, 120, 84, 10], bias=True),
    ...     },
    ... )
    LeNet-5: 61,706 parameters
      term   parameters    share
      conv1         156    0.25%
      conv2       2,416    3.92%
      fc         59,134   95.83%
    """
    where = "composed(): 'parts'"
    if not isinstance(parts, Mapping):
        raise KindError(
            f"{where} needs a mapping such as {{'head': bp.dense_layer(64, 10, bias=True)}}; got {shown(parts)}"
        )
    weights: list[Weights] = []
    conventions: dict[str, None] = {}
    for term, part in parts.items():
        for each in part if isinstance(part, list | tuple) else [part]:
            found = instance(each, Architecture, f"{where}[{term!r}]")
            weights += [
                replace(array, term=title(term, where), name=f"{array.term} {array.name}") for array in found.weights
            ]
            conventions |= dict.fromkeys(found.conventions)
    if not 1 <= len(weights) <= MOST_ARRAYS:
        raise RangeError(f"{where} has {len(weights)} arrays of weights; give from 1 to {MOST_ARRAYS:,}")
    return Architecture(title(name, "composed(): 'name'"), tuple(weights), tuple(conventions))
