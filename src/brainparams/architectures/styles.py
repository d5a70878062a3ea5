"""Rules of shape: how depth goes with width, and what a family of transformers has in common at every size."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ..checks import is_number, strict
from ..errors import ArgumentError, RangeError, did_you_mean, shown
from . import Architecture
from .arguments import one_of, settle, switches, title
from .blocks import MLP, NORMS, Attention, Block, Experts
from .transformers import LearnedPositions, Positions, transformer

__all__ = ["AspectRatio", "FixedDepth", "LevineDepth", "TransformerStyle"]


# --- rules of depth ----------------------------------------------------------------------------------------------


@strict
@dataclass(frozen=True)
class AspectRatio:
    """Width per layer, the same at every size.

    Over a wide range of shapes the loss hardly depends on it (Kaplan et al. 2020, section 3.1). GPT-3 175B has 128,
    Llama 3.1 405B 130, GPT-2 XL 33.

    Parameters
    ----------
    value : int
        Width divided by layers.

    References
    ----------
    Kaplan et al. (2020), Scaling laws for neural language models. doi:10.48550/arXiv.2001.08361

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.AspectRatio(128).width(96)
    12288.0
    """

    value: int

    def __post_init__(self) -> None:
        settle(self, "value")

    def width(self, layers: int) -> float:
        """Return the width that goes with a depth."""
        return float(self.value * layers)

    def __str__(self) -> str:
        """Return the rule in words."""
        return f"width = {self.value} × layers (Kaplan et al. 2020: the loss hardly depends on the shape)"


@strict
@dataclass(frozen=True)
class LevineDepth:
    """The depth at which deeper and wider are equally good: ``ln(width) = 5.039 + 0.0555 · layers``.

    Fitted to networks of 6 to 48 layers; wider than that it is extrapolated. It calls GPT-3 175B too deep, and asks for
    a width of about 30 000 at 10¹² parameters.

    References
    ----------
    Levine, Wies, Sharir, Bata & Shashua (2020), The depth-to-width interplay in self-attention.
    doi:10.48550/arXiv.2006.12467

    Examples
    --------
    >>> import brainparams as bp
    >>> round(bp.LevineDepth().width(95))
    30077
    """

    def width(self, layers: int) -> float:
        """Return the width that goes with a depth."""
        return math.exp(min(5.039 + 0.0555 * layers, 600.0))

    def __str__(self) -> str:
        """Return the rule in words."""
        return "ln(width) = 5.039 + 0.0555 × layers (Levine et al. 2020; gives the width they print at 10¹²)"


@strict
@dataclass(frozen=True)
class FixedDepth:
    """A number of layers that is given; only the width follows.

    Parameters
    ----------
    layers : int
        Layers.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.FixedDepth(6).layers
    6
    """

    layers: int

    def __post_init__(self) -> None:
        settle(self, "layers")

    def __str__(self) -> str:
        """Return the rule in words."""
        return f"{self.layers} layers, given"


DepthRule = AspectRatio | LevineDepth | FixedDepth


# --- styles ------------------------------------------------------------------------------------------------------


@strict
@dataclass(frozen=True, kw_only=True)
class TransformerStyle:
    """What a family of transformers has in common at every size.

    Parameters
    ----------
    name : str
        What the table calls it.
    vocabulary : int
        Rows of the table of token embeddings.
    head_dim : int
        Width of a head; the width of the model is a multiple of it.
    mlp_ratio : float
        Width of the MLP divided by the width of the model, rounded up to a multiple of `head_dim`.
    gated, bias : bool
        Whether the MLP is gated, and whether all projections have biases.
    norm, positions, head
        As in `transformer`.
    kv_heads : int, optional
        Key and value heads, the same at every size; as many as query heads otherwise.
    source : str
        Where it is from.
    experts, active_experts : int
        Routed experts of every layer, and how many of them one token is sent to; none otherwise. `mlp_ratio` is then
        that of one expert.
    shared_experts : int
        Experts that every token passes.

    Raises
    ------
    KindError, RangeError, ArgumentError
        If something is not what it should be.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.TransformerStyle(
    ...     name="mine", vocabulary=32000, head_dim=64, mlp_ratio=4, gated=False, bias=False, norm="RMSNorm",
    ...     positions="rotary", head="tied", source="our laboratory",
    ... ).width_step
    64
    """

    name: str
    vocabulary: int
    head_dim: int
    mlp_ratio: float
    gated: bool
    bias: bool
    norm: str
    positions: Positions
    head: str
    source: str
    kv_heads: int | None = None
    experts: int = 0
    active_experts: int = 0
    shared_experts: int = 0

    def __post_init__(self) -> None:
        for name in ("name", "source"):
            title(getattr(self, name), f"TransformerStyle(): {name!r}")
        settle(self, "vocabulary", "head_dim", optional=("kv_heads",))
        settle(self, "experts", "active_experts", "shared_experts", least=0)
        if self.active_experts > self.experts or bool(self.experts) != bool(self.active_experts):
            raise ArgumentError(
                f"TransformerStyle(): 'active_experts' = {self.active_experts} of 'experts' = {self.experts}; give "
                f"from 1 to as many as there are, or neither"
            )
        if self.shared_experts and not self.experts:
            raise ArgumentError("TransformerStyle(): 'shared_experts' stand beside routed ones; give 'experts'")
        switches(self, "gated", "bias")
        one_of(self.norm, NORMS, "TransformerStyle(): 'norm'")
        ratio: Any = self.mlp_ratio
        if not is_number(ratio) or not 0 < ratio < 1000:
            raise RangeError(f"TransformerStyle(): 'mlp_ratio' must be a number > 0, such as 4; got {shown(ratio)}")

    @property
    def width_step(self) -> int:
        """What the width of the model is a multiple of, so that the heads come out even."""
        return self.head_dim * (self.kv_heads or 1)

    def mlp_width(self, width: int) -> int:
        """Return the width of the MLP of a model."""
        top, bottom = float(self.mlp_ratio).as_integer_ratio()
        step = bottom * self.head_dim
        return -(-width * top // step) * self.head_dim

    def _feeding(self, width: int) -> MLP | Experts:
        """Return the MLP of a layer, or its experts."""
        if not self.experts:
            return MLP(width=width, gated=self.gated, bias=self.bias)
        return Experts(
            count=self.experts, active=self.active_experts, width=width, gated=self.gated, bias=self.bias,
            shared=self.shared_experts,
        )  # fmt: skip

    def architecture(self, layers: int, width: int) -> Architecture:
        """Return the transformer of this style with these dimensions."""
        attention = Attention(
            heads=width // self.head_dim, kv_heads=self.kv_heads, head_dim=self.head_dim, bias=self.bias
        )
        mlp = self._feeding(self.mlp_width(width))
        return transformer(
            f"{self.name}, {layers} layers",
            vocabulary=self.vocabulary,
            width=width,
            blocks=Block(layers=layers, attention=attention, mlp=mlp, norms=("attention", "mlp")),
            norm=self.norm,
            positions=self.positions,
            head=self.head,
        )


STYLES: Mapping[str, TransformerStyle] = MappingProxyType(
    {
        "GPT-3": TransformerStyle(
            name="GPT-3", vocabulary=50257, head_dim=128, mlp_ratio=4, gated=False, bias=True, norm="LayerNorm",
            positions=LearnedPositions(2048), head="tied", source="Brown et al. 2020, table 2.1, the row of 175B",
        ),
        "Llama 3": TransformerStyle(
            name="Llama 3", vocabulary=128256, head_dim=128, mlp_ratio=3.5, gated=True, bias=False, norm="RMSNorm",
            positions="rotary", head="untied", kv_heads=8,
            source="Grattafiori et al. 2024, table 3, the rows of 8B and 70B",
        ),
        "Mixtral": TransformerStyle(
            name="Mixtral", vocabulary=32000, head_dim=128, mlp_ratio=3.5, gated=True, bias=False, norm="RMSNorm",
            positions="rotary", head="untied", kv_heads=8, experts=8, active_experts=2,
            source="Jiang et al. 2024, table 1",
        ),
    }
)  # fmt: skip


def style_of(style: Any, where: str) -> TransformerStyle:
    """Return a style, or the known one of that name."""
    if isinstance(style, TransformerStyle):
        return style
    if not isinstance(style, str) or style not in STYLES:
        hint = did_you_mean(style, STYLES) if isinstance(style, str) else ""
        known = ", ".join(map(repr, STYLES))
        raise ArgumentError(f"{where} 'style' is {known}, or bp.TransformerStyle(…); got {shown(style)}.{hint}")
    return STYLES[style]
