"""How published decoders count: rows that say what sets a type apart from llama, over one layout."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, NamedTuple

from .. import Architecture, Weights
from ..blocks import MLP, PROJECTIONS, Attention, Block, Experts, Mixer
from ..transformers import Positions, transformer
from .arrays import array, dense, norm, times, with_more
from .configurations import Configuration
from .families import Family, decoder_family, text_family

PRE_NORMS = ("attention", "mlp")
POST_NORMS = ("after attention", "after mlp")
FOUR_NORMS = ("attention", "after attention", "mlp", "after mlp")
ONE_NORM = ("block",)
QKV = ("query", "key", "value")


class Switch(NamedTuple):
    """A key that says whether certain projections have biases, and what the format takes without it."""

    key: str
    default: bool = False
    projections: tuple[str, ...] = PROJECTIONS


ATTENTION_BIAS = Switch("attention_bias")
Bias = bool | tuple[str, ...] | Switch | tuple[Switch, ...]
Extra = Callable[[Configuration], list[Weights]]


@dataclass(frozen=True, kw_only=True)
class Decoder:
    """What sets a type apart from llama: rotary, grouped queries, RMSNorm before each part, gated MLP, untied head.

    A switch is given as the key that says it with its default, or as the word itself.
    """

    bias: Bias = ATTENTION_BIAS
    qk_norm: str | None = None
    qk_norm_key: str | None = None
    qk_norm_bias: bool = False
    kv_heads: bool = True
    needs_kv_heads: bool = False
    gated: bool = True
    mlp_bias: bool | Switch = False
    norms: tuple[str, ...] = PRE_NORMS
    norm: str = "RMSNorm"
    final_norm: bool = True
    tied: bool | None = False
    head_bias: bool | Switch = False
    positions: Positions = "rotary"
    extra: Extra | None = None
    note: str | None = None
    sinks: bool = False
    output_gate: str | None = None
    needs_head_dim: bool = False
    even_heads: bool = False
    parallel_key: str | None = None

    def attention(self, c: Configuration) -> Attention:
        """Return the attention of a layer."""
        kv = None
        if self.kv_heads:
            kv = kv_heads(c) if self.needs_kv_heads else kv_heads_or_all(c)
        normed = self.qk_norm if self.qk_norm_key is None or c.switch(self.qk_norm_key, False) else None
        if self.needs_head_dim:
            c.whole("head_dim")
        if self.even_heads and c.has("head_dim"):
            c.refuse("head_dim", c.whole("hidden_size") // c.whole("num_attention_heads"))
        return attention(
            c, bias=biased(c, self.bias), kv_heads=kv, qk_norm=normed, qk_norm_bias=self.qk_norm_bias and bool(normed),
            sinks=self.sinks, output_gate=self.output_gate,
        )  # fmt: skip

    def mlp(self, c: Configuration) -> MLP:
        """Return the MLP of a layer."""
        return MLP(width=c.whole("intermediate_size"), gated=self.gated, bias=switched(c, self.mlp_bias))

    def blocks(self, c: Configuration) -> list[Block]:
        """Return the layers."""
        parallel = self.parallel_key is not None and c.switch(self.parallel_key, False)
        return [uniform(c, self.attention(c), self.mlp(c), ONE_NORM if parallel else self.norms)]

    def __call__(self, c: Configuration) -> Architecture:
        """Return the decoder that a configuration describes."""
        found = decoder(
            c, self.blocks(c), tied=self.tied, norm=self.norm, positions=self.positions,
            head_bias=switched(c, self.head_bias), final_norm=self.final_norm,
        )  # fmt: skip
        if self.note:
            c.note(self.note)
        return found if self.extra is None else with_more(found, self.extra(c))


# --- parts -------------------------------------------------------------------------------------------------------


def switched(c: Configuration, switch: bool | Switch) -> bool:
    """Return a switch as a configuration says it."""
    return c.switch(switch.key, switch.default) if isinstance(switch, Switch) else switch


def biased(c: Configuration, bias: Bias) -> bool | tuple[str, ...]:
    """Return the projections that have a bias."""
    if isinstance(bias, bool):
        return bias
    switches = (bias,) if isinstance(bias, Switch) else bias
    named = [
        each.projections if c.switch(each.key, each.default) else () for each in switches if isinstance(each, Switch)
    ]
    return (*(each for each in switches if isinstance(each, str)), *(name for names in named for name in names))


def attention(c: Configuration, *, heads: str = "num_attention_heads", **rest: Any) -> Attention:
    """Return the attention of a configuration that may give ``head_dim``."""
    even = c.whole("hidden_size") // c.whole(heads)
    is_even = even * c.whole(heads) == c.whole("hidden_size")
    head_dim = c.whole_or("head_dim", even, "width / heads") if is_even or c.has("head_dim") else None
    return Attention(heads=c.whole(heads), head_dim=head_dim, **rest)


def kv_heads(c: Configuration) -> int:
    """Return key and value heads, which must be there."""
    return c.whole("num_key_value_heads")


def kv_heads_or_all(c: Configuration) -> int:
    """Return key and value heads; as many as query heads otherwise."""
    return c.whole_or("num_key_value_heads", c.whole("num_attention_heads"), "as many as query heads")


def uniform(c: Configuration, mixer: Mixer, mlp: MLP | Experts, norms: tuple[str, ...] = PRE_NORMS) -> Block:
    """Return layers that are all alike."""
    return Block(layers=c.whole("num_hidden_layers"), attention=mixer, mlp=mlp, norms=norms)


def decoder(
    c: Configuration,
    blocks: Block | list[Block],
    *,
    tied: bool | None,
    norm: str = "RMSNorm",
    positions: Positions = "rotary",
    head_bias: bool = False,
    width: tuple[str, ...] = ("hidden_size",),
    embedding_norm: bool = False,
    final_norm: bool = True,
    embedding_width: int | None = None,
    head_width: int | None = None,
) -> Architecture:
    """Return a decoder with the head of its class; `tied` is what the format takes where the file is silent.

    None is for classes that never tie. `head_width` is what the head of a task sees, where it is not the width.
    """
    found = transformer(
        c.model_type,
        vocabulary=c.whole("vocab_size"),
        width=c.whole(*width),
        blocks=blocks,
        norm=norm,
        positions=positions,
        head=head(c, tied),
        head_bias=head_bias and c.kind == "causal",
        embedding_norm=embedding_norm,
        final_norm=final_norm,
        embedding_width=embedding_width,
    )
    return with_more(found, task_head(c, head_width or c.whole(*width)))


def head(c: Configuration, tied: bool | None) -> str:
    """Return whether the output head is the table of embeddings, a matrix of its own, or absent; None ties never."""
    if c.kind != "causal" or tied is None:
        c.ignore("tie_word_embeddings")
        return "none" if c.kind != "causal" else "untied"
    return "tied" if c.switch("tie_word_embeddings", tied) else "untied"


def task_head(c: Configuration, width: int) -> list[Weights]:
    """Return the head of a task on a decoder."""
    if c.kind == "question":
        return dense("answer head", width, 2, bias=True)
    if c.kind in ("sequence", "token"):
        return dense("classes", width, c.labels(), bias=c.kind == "token")
    return []


def layer_norms(c: Configuration, *widths: int) -> list[Weights]:
    """Return further scales of these widths in every layer."""
    return times(c.whole("num_hidden_layers"), [each for w in widths for each in norm("inner norm", w, "RMSNorm")])


# --- rows --------------------------------------------------------------------------------------------------------


def _lambdas(c: Configuration) -> list[Weights]:
    each = c.whole_or("head_dim", c.whole("hidden_size") // c.whole("num_attention_heads"), "width / heads")
    return times(c.whole("num_hidden_layers"), array("attention", 4, each, name="lambdas"))


def _activations(c: Configuration) -> list[Weights]:
    c.refuse("hidden_act", "xielu")
    return times(c.whole("num_hidden_layers"), array("mlp", 2, name="parameters of the activation"))


LAYER = "LayerNorm"
SCALED = "LayerNorm without bias"
MLP_BIAS = Switch("mlp_bias")

LLAMA = Decoder(mlp_bias=MLP_BIAS)
MISTRAL = Decoder(bias=False, needs_kv_heads=True)
GEMMA = Decoder(needs_kv_heads=True, needs_head_dim=True, tied=True)

DENSE: Mapping[str, tuple[str, Decoder]] = MappingProxyType({
    "apertus": ("Apertus", Decoder(gated=False, qk_norm="head", extra=_activations)),
    "arcee": ("Arcee", Decoder(gated=False, mlp_bias=MLP_BIAS)),
    "bitnet": ("BitNet", Decoder(extra=lambda c: layer_norms(c, c.whole("hidden_size"), c.whole("intermediate_size")))),
    "cohere": ("Cohere", Decoder(norms=ONE_NORM, norm=SCALED, tied=True, qk_norm="width", qk_norm_key="use_qk_norm",
               note="attention and mlp stand side by side behind one norm without bias")),
    "cohere2": ("Cohere2", Decoder(norms=ONE_NORM, norm=SCALED, tied=True,
                note="attention and mlp stand side by side behind one norm without bias")),
    "cwm": ("Cwm", Decoder(bias=False, mlp_bias=MLP_BIAS)),
    "diffllama": ("DiffLlama", Decoder(extra=_lambdas)),
    "ernie4_5": ("Ernie4_5", Decoder(bias=Switch("use_bias"), mlp_bias=Switch("use_bias"), tied=True)),
    "exaone4": ("Exaone4", Decoder(bias=False, norms=POST_NORMS, qk_norm="head")),
    "gemma": ("Gemma", GEMMA),
    "gemma2": ("Gemma2", replace(GEMMA, norms=FOUR_NORMS)),
    "gemma3_text": ("Gemma3", replace(GEMMA, norms=FOUR_NORMS, qk_norm="head",
                    note="queries and keys are normalised, with one scale of the width of a head each")),
    "glm": ("Glm", Decoder(bias=Switch("attention_bias", True, QKV), needs_head_dim=True)),
    "glm4": ("Glm4", Decoder(bias=Switch("attention_bias", True, QKV), norms=FOUR_NORMS, needs_head_dim=True)),
    "granite": ("Granite", LLAMA),
    "granite_swa": ("GraniteSWA", replace(LLAMA, sinks=True, tied=True)),
    "helium": ("Helium", Decoder(bias=Switch("attention_bias", False, QKV), mlp_bias=MLP_BIAS, even_heads=True)),
    "hunyuan_v1_dense": ("HunYuanDenseV1", Decoder(qk_norm="head", needs_head_dim=True)),
    "internlm3": ("InternLM3", Decoder(bias=Switch("qkv_bias", False, QKV), mlp_bias=Switch("bias"))),
    "jais2": ("Jais2", Decoder(bias=Switch("attention_bias", True), gated=False, mlp_bias=Switch("mlp_bias", True),
              norm=LAYER)),
    "llama": ("Llama", LLAMA),
    "ministral": ("Ministral", Decoder(bias=False)),
    "ministral3": ("Ministral3", Decoder(bias=False)),
    "mistral": ("Mistral", MISTRAL),
    "nanochat": ("NanoChat", Decoder(gated=False, norm="without parameters")),
    "nemotron": ("Nemotron", Decoder(gated=False, mlp_bias=MLP_BIAS, norm=LAYER)),
    "olmo": ("Olmo", Decoder(norm="without parameters")),
    "olmo2": ("Olmo2", Decoder(qk_norm="width", norms=POST_NORMS)),
    "olmo3": ("Olmo3", Decoder(qk_norm="width", norms=POST_NORMS)),
    "phi": ("Phi", Decoder(bias=True, gated=False, mlp_bias=True, norms=ONE_NORM, norm=LAYER, head_bias=True,
            qk_norm="head", qk_norm_key="qk_layernorm", qk_norm_bias=True,
            note="attention and mlp stand side by side behind one norm; the output head has a bias")),
    "phi3": ("Phi3", Decoder(bias=False)),
    "qwen2": ("Qwen2", Decoder(bias=QKV, needs_kv_heads=True, note="queries, keys and values have biases")),
    "qwen3": ("Qwen3", Decoder(qk_norm="head", needs_kv_heads=True, needs_head_dim=True,
              note="queries and keys are normalised, with one scale of the width of a head each")),
    "seed_oss": ("SeedOss", Decoder(bias=(Switch("attention_bias", True, QKV), Switch("attention_out_bias", False,
                 ("output",))), mlp_bias=MLP_BIAS)),
    "smollm3": ("SmolLM3", replace(LLAMA, tied=True)),
    "stablelm": ("StableLm", Decoder(bias=Switch("use_qkv_bias", False, QKV), norm=LAYER, qk_norm="width",
                 qk_norm_key="qk_layernorm", parallel_key="use_parallel_residual")),
    "starcoder2": ("Starcoder2", Decoder(bias=Switch("use_bias", True), needs_kv_heads=True, gated=False,
                   mlp_bias=Switch("use_bias", True), norm=LAYER, tied=True)),
    "vaultgemma": ("VaultGemma", GEMMA),
})  # fmt: skip

DENSE_FAMILIES: Mapping[str, Family] = MappingProxyType(
    {name: decoder_family(prefix, row) for name, (prefix, row) in DENSE.items()}
    | {
        "gemma3_text": text_family("Gemma3", DENSE["gemma3_text"][1]),
        "glm4v_text": text_family("Glm4v", replace(DENSE["glm4"][1], needs_head_dim=False), alone=False),
        "qwen2_vl_text": text_family("Qwen2VL", DENSE["qwen2"][1], alone=False),
        "qwen2_5_vl_text": text_family("Qwen2_5_VL", DENSE["qwen2"][1], alone=False),
        "qwen3_vl_text": text_family("Qwen3VL", DENSE["qwen3"][1], alone=False),
    }
)
