"""Which transformer has a given number of parameters: the inverse of counting, by stated rules of shape."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..checks import is_number, strict
from ..errors import ArgumentError, KindError, RangeError, shown
from ..estimators.scaling import training_operations
from ..quantity import Quantity, quantity
from ..render.tables import Table, rounded
from ..units import Unit
from . import Architecture
from .arguments import LARGEST_DIMENSION, instance, listed, one_of, whole
from .styles import AspectRatio, DepthRule, FixedDepth, LevineDepth, TransformerStyle, style_of
from .work import operations_per_token

__all__ = [
    "ComparableTransformers",
    "TransformerDimensions",
    "comparable_transformers",
    "transformer_dimensions",
]


# --- the inverse -------------------------------------------------------------------------------------------------


@strict
@dataclass(frozen=True, repr=False)
class TransformerDimensions(Table[tuple[str, str]]):
    """A transformer with about the parameters asked for: its dimensions, and what its training would take.

    Attributes
    ----------
    target : int or float
        Parameters asked for.
    quantile : float or None
        The quantile of an uncertain number that was asked for.
    style : TransformerStyle
        What it has in common with its family.
    depth : AspectRatio, LevineDepth or FixedDepth
        The rule of depth.
    layers, width, heads, kv_heads, mlp_width : int
        Its dimensions.
    architecture : Architecture
        The transformer, term by term.
    tokens : Quantity [token]
        Tokens of training.
    memory : Quantity [byte]
        Memory of the parameters.
    counted : {"total", "active"}
        Which parameters the target means.

    Examples
    --------
    >>> import brainparams as bp
    >>> found = bp.transformer_dimensions(
    ...     174604259328, style="GPT-3", depth=bp.AspectRatio(128),
    ...     tokens_per_parameter="20 token/parameter", bytes_per_parameter="2 byte/parameter",
    ... )
    >>> found.layers, found.width, found.heads, found.deviation
    (96, 12288, 96, 0.0)
    """

    target: int | float
    quantile: float | None
    style: TransformerStyle
    depth: DepthRule
    layers: int
    width: int
    architecture: Architecture
    tokens: Quantity
    memory: Quantity
    counted: str = "total"

    @property
    def heads(self) -> int:
        """Query heads."""
        return self.width // self.style.head_dim

    @property
    def kv_heads(self) -> int:
        """Key and value heads."""
        return self.style.kv_heads or self.heads

    @property
    def mlp_width(self) -> int:
        """Width of the MLP."""
        return self.style.mlp_width(self.width)

    @property
    def parameters(self) -> Quantity:
        """The parameters it has."""
        return self.architecture.parameters

    @property
    def deviation(self) -> float:
        """By which part of the target it has more (or less, below 0)."""
        count = self.architecture.count if self.counted == "total" else int(self.active.value)
        return float((count - self.target) / self.target)

    @property
    def active(self) -> Quantity:
        """The parameters that work on one token, without the table of input embeddings."""
        return self.architecture.active(input_embedding=False)

    @property
    def operations(self) -> Quantity:
        """Operations of training, ``6 N D``; of a mixture of experts with the parameters that work on one token."""
        is_sparse = self.architecture.is_sparse
        return training_operations(self.active if is_sparse else self.parameters, self.tokens)

    def energy_per_token(self, energy_per_operation: Quantity | str, *, context: int) -> Quantity:
        """Return the energy of one token at inference, decoded with so many tokens in its context.

        Parameters
        ----------
        energy_per_operation : Quantity [J/operation]
            Of the machine it runs on, such as ``bp.evidence("hardware/h100/energy-per-operation")``.
        context : int
            Tokens in the context.

        Returns
        -------
        Quantity [J/token]
        """
        where = "energy_per_token(): 'energy_per_operation'"
        cost = quantity(energy_per_operation, where).fitting(Unit("J/operation", low=0), where)
        each: Quantity = operations_per_token(self.architecture, context=context, mask="full") * cost
        return each.to("J/token").named("energy per token", symbol="E_t")

    def tokens_per_second(
        self, energy_per_operation: Quantity | str, *, context: int, power: Quantity | str = "20 W"
    ) -> Quantity:
        """Return how many tokens a second a power pays for; the 20 W of a brain unless another is given.

        Parameters
        ----------
        energy_per_operation, context
            As in `energy_per_token`.
        power : Quantity [W]
            The power.

        Returns
        -------
        Quantity [token/s]
        """
        where = "tokens_per_second(): 'power'"
        paid = quantity(power, where).fitting(Unit("W", low=0), where)
        rate: Quantity = paid / self.energy_per_token(energy_per_operation, context=context)
        return rate.to("token/s").named("tokens a second", symbol="v")

    def devices(self, memory: Quantity | str) -> Quantity:
        """Return how many devices of a memory hold the parameters, in parts: above 1, one device does not hold them.

        Parameters
        ----------
        memory : Quantity [byte]
            Memory of one device, such as ``"80 GB"``.

        Returns
        -------
        Quantity [1]
        """
        where = "devices(): 'memory'"
        each = quantity(memory, where).fitting(Unit("byte", low=0), where)
        number: Quantity = self.memory / each
        return number.to("1").named("devices that hold the parameters")

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:  # type: ignore[override]
        """What the table says, line by line."""
        return (
            ("layers", f"{self.layers:,}"),
            ("width", f"{self.width:,}"),
            ("heads", f"{self.heads:,}"),
            ("key–value heads", f"{self.kv_heads:,}"),
            ("MLP width", f"{self.mlp_width:,}"),
            ("parameters", f"{self.architecture.count:,}"),
            *self._sparse_rows(),
            ("deviation from the target", f"{self.deviation:+.2%}"),
            ("training tokens", rounded(self.tokens.median())),
            ("training operations", rounded(self.operations.median())),
            ("bytes of parameters", rounded(self.memory.to("byte").median())),
        )

    def _sparse_rows(self) -> tuple[tuple[str, str], ...]:
        if not self.architecture.is_sparse:
            return ()
        of = f"{self.style.active_experts} of {self.style.experts} experts"
        shared = f" and {self.style.shared_experts} shared" if self.style.shared_experts else ""
        return (("active a token", f"{self.active.value:,}, {of}{shared}"),)

    def _caption(self) -> str:
        at = "" if self.quantile is None else f", the {self.quantile:g} quantile"
        return f"transformer in the style of {self.style.name} with {rounded(self.target)} parameters{at}; {self.depth}"

    def _head(self) -> Sequence[str]:
        return ("dimension", "value")

    def _cells(self, row: tuple[str, str]) -> Sequence[str]:
        return row


@dataclass(frozen=True, repr=False)
class ComparableTransformers(Table[TransformerDimensions]):
    """One transformer for each quantile of an uncertain number of parameters.

    Attributes
    ----------
    rows : tuple of TransformerDimensions
        In the order of the quantiles.

    Examples
    --------
    >>> import brainparams as bp
    >>> brain = bp.assumed("1e14 to 1e15 parameter", because="published range")
    >>> table = bp.comparable_transformers(
    ...     brain, quantiles=(0.05, 0.5, 0.95), style="Llama 3", depth=bp.AspectRatio(128),
    ...     tokens_per_parameter="20 token/parameter", bytes_per_parameter="2 byte/parameter",
    ... )
    >>> [each.layers for each in table]
    [788, 1156, 1696]
    """

    rows: tuple[TransformerDimensions, ...]

    def _caption(self) -> str:
        first = self.rows[0]
        return f"transformers in the style of {first.style.name}; {first.depth}"

    def _head(self) -> Sequence[str]:
        active = ("active",) if self.rows[0].architecture.is_sparse else ()
        return ("quantile", "parameters", *active, "layers", "width", "heads", "tokens", "operations", "bytes")

    def _cells(self, row: TransformerDimensions) -> Sequence[str]:
        numbers = (row.tokens.median(), row.operations.median(), row.memory.to("byte").median())
        sizes = (f"{row.layers:,}", f"{row.width:,}", f"{row.heads:,}")
        active = (rounded(row.active.value),) if row.architecture.is_sparse else ()
        return (f"{row.quantile:g}", rounded(row.architecture.count), *active, *sizes, *map(rounded, numbers))


@strict
def transformer_dimensions(
    parameters: int | Quantity | str,
    *,
    style: str | TransformerStyle,
    depth: DepthRule,
    tokens_per_parameter: Quantity | str,
    bytes_per_parameter: Quantity | str,
    quantile: float | None = None,
    counted: str = "total",
) -> TransformerDimensions:
    """Return the depth, width and heads of a transformer with a given number of parameters.

    First the rule gives the depth; then the width is the multiple of a head's width that comes closest. Everything else
    is part of the style.

    Parameters
    ----------
    parameters : int, or Quantity [parameter]
        The target.
    style : {"GPT-3", "Llama 3", "Mixtral"} or TransformerStyle
        Vocabulary, heads, MLP, norms and positions.
    depth : AspectRatio, LevineDepth or FixedDepth
        How depth goes with width. There is no default.
    tokens_per_parameter : Quantity [token/parameter]
        Tokens of training for each parameter, of all of them in a mixture of experts; about 20 is compute-optimal for
        dense transformers by Hoffmann et al. 2022. There is no default.
    bytes_per_parameter : Quantity [byte/parameter]
        Bytes that store a parameter: 2 at 16 bits. There is no default.
    quantile : float, optional
        Which quantile of an uncertain number of parameters is the target; required for one.
    counted : {"total", "active"}
        Whether the target is all parameters, or those that work on one token, without the table of input embeddings;
        in a style without experts the two differ by that table alone.

    Returns
    -------
    TransformerDimensions

    Raises
    ------
    ArgumentError
        If the number of parameters is uncertain and no quantile is given.
    RangeError
        If even the smallest transformer of the style has more parameters.

    References
    ----------
    Kaplan et al. (2020), Scaling laws for neural language models. doi:10.48550/arXiv.2001.08361
    Hoffmann et al. (2022), Training compute-optimal large language models. doi:10.48550/arXiv.2203.15556

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.transformer_dimensions(
    ...     "1e14 parameter", style="Llama 3", depth=bp.LevineDepth(),
    ...     tokens_per_parameter="20 token/parameter", bytes_per_parameter="2 byte/parameter",
    ... )
    transformer in the style of Llama 3 with 1e14 parameters; ln(width) = 5.039 + 0.0555 × layers (Levine ...)
      dimension                               value
      layers                                    133
      width                                 244,736
      heads                                   1,912
      key–value heads                             8
      MLP width                             856,576
      parameters                 99,706,122,605,568
      deviation from the target              -0.29%
      training tokens                       1.99e15
      training operations                   1.19e30
      bytes of parameters                   1.99e14
    """
    where = "transformer_dimensions():"
    target = _target(parameters, quantile, where)
    kind = style_of(style, where)
    rule = instance(depth, (AspectRatio, LevineDepth, FixedDepth), f"{where} 'depth'")
    ratio = _per_parameter(tokens_per_parameter, "token", where)
    size = _per_parameter(bytes_per_parameter, "byte", where)
    one_of(counted, ("total", "active"), f"{where} 'counted'")
    layers, width = _shape(target, kind, rule, where, counted)
    found = kind.architecture(layers, width)
    return TransformerDimensions(
        target=target,
        quantile=quantile,
        style=kind,
        depth=rule,
        layers=layers,
        width=width,
        architecture=found,
        tokens=(found.parameters * ratio).named("training tokens", symbol="D"),
        memory=(found.parameters * size).named("memory of the parameters", symbol="M"),
        counted=counted,
    )


@strict
def comparable_transformers(
    parameters: Quantity | str,
    *,
    quantiles: Sequence[float],
    style: str | TransformerStyle,
    depth: DepthRule,
    tokens_per_parameter: Quantity | str,
    bytes_per_parameter: Quantity | str,
    counted: str = "total",
) -> ComparableTransformers:
    """Return a transformer for each of several quantiles of an uncertain number of parameters.

    Parameters
    ----------
    parameters : Quantity [parameter]
        The target, with a spread.
    quantiles : sequence of float
        Which quantiles, such as ``(0.05, 0.5, 0.95)``. There is no default.
    style, depth, tokens_per_parameter, bytes_per_parameter, counted
        As in `transformer_dimensions`.

    Returns
    -------
    ComparableTransformers

    Raises
    ------
    KindError
        If the quantiles are not a list.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.comparable_transformers(
    ...     bp.assumed("1e14 to 1e15 parameter", because="published range"), quantiles=(0.05, 0.5, 0.95),
    ...     style="Llama 3", depth=bp.AspectRatio(128),
    ...     tokens_per_parameter="20 token/parameter", bytes_per_parameter="2 byte/parameter",
    ... )[1].heads
    1152
    """
    where = "comparable_transformers():"
    return ComparableTransformers(
        tuple(
            transformer_dimensions(
                parameters,
                style=style,
                depth=depth,
                tokens_per_parameter=tokens_per_parameter,
                bytes_per_parameter=bytes_per_parameter,
                quantile=each,
                counted=counted,
            )
            for each in listed(quantiles, f"{where} 'quantiles'", "(0.05, 0.5, 0.95)")
        )
    )


# --- arguments ---------------------------------------------------------------------------------------------------


def _target(parameters: Any, quantile: Any, where: str) -> Any:
    """Return the number of parameters to reach; of an uncertain one the quantile asked for."""
    if isinstance(parameters, float):
        raise KindError(f"{where} 'parameters' needs a whole number or a unit; write '{parameters:g} parameter'")
    if not isinstance(parameters, Quantity | str):
        return _without_quantile(whole(parameters, f"{where} 'parameters'"), quantile, where)
    taken = quantity(parameters, f"{where} 'parameters'").fitting(Unit("parameter", low=0), f"{where} 'parameters'")
    if taken.axes:
        raise KindError(f"{where} 'parameters' is an array; take one element or the total")
    plain = taken.to("parameter")
    if not plain.estimate().is_exact_number:
        return _in_range(_quantile(plain, quantile, where), where)
    return _in_range(_without_quantile(plain.value, quantile, where), where)


def _without_quantile(value: Any, quantile: Any, where: str) -> Any:
    if quantile is not None:
        raise ArgumentError(f"{where} 'quantile' is given, and the number of parameters has no spread; leave it out")
    return value


def _quantile(parameters: Quantity, quantile: Any, where: str) -> float:
    if quantile is None:
        raise ArgumentError(
            f"{where} the number of parameters is uncertain; say which 'quantile', such as 0.5 for the median, or use "
            f"bp.comparable_transformers(…)"
        )
    if not is_number(quantile) or not 0 < quantile < 1:
        raise RangeError(f"{where} 'quantile' must be inside (0, 1), such as 0.5; got {shown(quantile)}")
    return float(parameters.quantile(quantile))


def _in_range(value: Any, where: str) -> Any:
    if not 1 <= value <= LARGEST_DIMENSION:
        raise RangeError(f"{where} 'parameters' must be from 1 to 1e30; got {shown(value)}")
    return value


def _per_parameter(value: Any, unit: str, where: str) -> Quantity:
    name = f"{where} '{unit}s_per_parameter'"
    if not isinstance(value, Quantity | str):
        raise KindError(f"{name} needs [{unit}/parameter]; got {shown(value)}; write such as '2 {unit}/parameter'")
    return quantity(value, name).fitting(Unit(f"{unit}/parameter", low=0), name)


# --- the search --------------------------------------------------------------------------------------------------


def _shape(target: int | float, style: TransformerStyle, rule: DepthRule, where: str, counted: str) -> tuple[int, int]:
    """Return the layers that the rule gives, and the width that comes closest at that depth."""
    step = style.width_step
    first = rule.layers if isinstance(rule, FixedDepth) else 1
    smallest = _counted(style, first, step, counted)
    if target < smallest:
        raise RangeError(
            f"{where} the smallest transformer of style {style.name!r} (width {step}, {first} layers) has {smallest:,} "
            f"parameters, more than {rounded(target)}; give a TransformerStyle with a smaller vocabulary or head_dim"
        )
    layers = first if isinstance(rule, FixedDepth) else _depth(target, style, rule, counted)
    steps = _closest(target, lambda count: _counted(style, layers, count * step, counted))
    return layers, steps * step


def _counted(style: TransformerStyle, layers: int, width: int, counted: str) -> int:
    found = style.architecture(layers, width)
    return found.count if counted == "total" else int(found.active(input_embedding=False).value)


def _depth(target: int | float, style: TransformerStyle, rule: AspectRatio | LevineDepth, counted: str) -> int:
    step = style.width_step

    def count(layers: int) -> int:
        return _counted(style, layers, max(1, round(rule.width(layers) / step)) * step, counted)

    return _closest(target, count)


def _closest(target: int | float, count: Callable[[int], int]) -> int:
    """Return the whole number from 1 upward at which a growing count comes closest to a target, by ratio."""
    above = 1
    while count(above) < target:
        above *= 2
    below = above // 2
    while above - below > 1:
        middle = (below + above) // 2
        below, above = (middle, above) if count(middle) < target else (below, middle)
    candidates = [each for each in (below, above) if each >= 1]
    return min(candidates, key=lambda each: abs(math.log(count(each) / target)))
