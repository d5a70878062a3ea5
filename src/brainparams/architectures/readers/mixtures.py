"""How published mixtures of experts count: decoders in which some layers have experts in place of one MLP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from ...errors import FileError
from .. import Architecture, Weights
from ..blocks import MLP, Attention, Block, Experts, LatentAttention
from .arrays import array, dense, model_width, norm, times, with_more
from .configurations import Configuration
from .decoders import (
    POST_NORMS,
    PRE_NORMS,
    QKV,
    Decoder,
    Extra,
    Switch,
    decoder,
    switched,
)
from .families import Family, decoder_family, text_family

Sparsity = Callable[[Configuration], int]


# --- which layers have experts -----------------------------------------------------------------------------------


def every_layer(c: Configuration) -> int:
    """Return all layers."""
    return c.whole("num_hidden_layers")


def behind_the_first(c: Configuration) -> int:
    """Return the layers behind a number of dense ones."""
    listed = sparse_by_list(c)
    if listed is not None:
        c.ignore("first_k_dense_replace")
        return listed
    layers, first = c.whole("num_hidden_layers"), c.whole("first_k_dense_replace", least=0)
    if first > layers:
        raise FileError(f"{c.where}: 'first_k_dense_replace' is {first} of {layers} layers; give as many or fewer")
    return layers - first


def sparse_by_list(c: Configuration) -> int | None:
    """Return how many layers a list says to be sparse; None where there is no list."""
    if not c.has("mlp_layer_types"):
        return None
    return c.words("mlp_layer_types", ("dense", "sparse"), c.whole("num_hidden_layers")).count("sparse")


def listed_or_all(c: Configuration) -> int:
    """Return the layers that a list calls sparse; all of them where there is no list."""
    listed = sparse_by_list(c)
    return c.whole("num_hidden_layers") if listed is None else listed


def every_nth_but_some(c: Configuration) -> int:
    """Return how many layers have experts, where every n-th has them and some are excepted."""
    layers, step = c.whole("num_hidden_layers"), c.whole_or("decoder_sparse_step", 1, "every layer has experts")
    without = set(c.wholes_or_none("mlp_only_layers"))
    return sum((place + 1) % step == 0 and place not in without for place in range(layers))


def every_nth(c: Configuration) -> int:
    """Return how many layers have experts in Llama 4."""
    layers, step = c.whole("num_hidden_layers"), c.whole("interleave_moe_layer_step")
    if c.has("moe_layers"):
        return len({place for place in c.wholes("moe_layers", least=0) if place < layers})
    return layers // step


def between_ends(c: Configuration) -> int:
    """Return how many layers have experts in Ernie 4.5, between two ends and at an interval."""
    layers, step = c.whole("num_hidden_layers"), c.whole_or("moe_layer_interval", 1)
    first = c.whole_or("moe_layer_start_index", 0, least=0)
    last = layers - 1 if c.value("moe_layer_end_index") in (None, -1) else c.whole("moe_layer_end_index", least=0)
    return sum((place + 1) % step == 0 and first <= place <= last for place in range(layers))


# --- rows --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Mixture(Decoder):
    """A decoder with experts; a key says each of their numbers, or the number stands here."""

    count: tuple[str, ...] = ("num_experts", "num_local_experts")
    active: tuple[str, ...] = ("num_experts_per_tok",)
    width: str = "moe_intermediate_size"
    dense_width: str = "intermediate_size"
    sparse: Sparsity = every_layer
    shared: str | int = 0
    shared_width: str | None = None
    shared_gate: bool = False
    expert_bias: bool | Switch = False
    router_bias: bool = False
    one_shared: bool = False

    def experts(self, c: Configuration) -> Experts:
        """Return the experts of a layer."""
        shared = self.shared if isinstance(self.shared, int) else c.whole_or(self.shared, 0, least=0)
        width = c.whole(self.shared_width, least=0) if self.shared_width and shared else None
        if self.one_shared and shared:
            shared, width = 1, shared * c.whole(self.width)
        if width == 0:
            shared, width = 0, None
        return Experts(
            count=c.whole(*self.count), active=c.whole(*self.active), width=c.whole(self.width), gated=self.gated,
            bias=switched(c, self.expert_bias), router_bias=self.router_bias, shared=shared, shared_width=width,
            shared_gate=self.shared_gate and bool(shared),
        )  # fmt: skip

    def mlp(self, c: Configuration) -> MLP:
        """Return the MLP of a layer without experts."""
        return MLP(width=c.whole(self.dense_width), gated=self.gated, bias=switched(c, self.mlp_bias))

    def mixer(self, c: Configuration) -> Attention | LatentAttention:
        """Return what mixes tokens."""
        return self.attention(c)

    def __call__(self, c: Configuration) -> Architecture:
        """Return the decoder, with the modules that predict further tokens where they were asked for."""
        found = super().__call__(c)
        return with_more(found, self.further(c)) if c.further_tokens else found

    def further(self, c: Configuration) -> list[Weights]:
        """Return modules that predict further tokens: a layer with experts behind a projection of two vectors.

        They share the table of embeddings and the output head with the main model (DeepSeek-AI 2024, DeepSeek-V3,
        section 2.2, doi:10.48550/arXiv.2412.19437).
        """
        count, width = c.whole("num_nextn_predict_layers"), c.whole("hidden_size")
        layer = Block(layers=count, attention=self.mixer(c), mlp=self.experts(c), norms=self.norms)
        ends = [*dense("projection", 2 * width, width, bias=False), *norm("norms", width, self.norm) * 3]
        arrays = [*layer.weights(model_width(width), self.norm), *times(count, ends, "modules")]
        return [replace(each, term="further tokens", name=f"{each.term} {each.name}") for each in arrays]

    def blocks(self, c: Configuration) -> list[Block]:
        """Return layers with and without experts; either may be none."""
        layers, sparse = c.whole("num_hidden_layers"), self.sparse(c)
        mixer, found = self.mixer(c), []
        if layers - sparse:
            found.append(Block(layers=layers - sparse, attention=mixer, mlp=self.mlp(c), norms=self.norms))
        elif not c.has(self.dense_width):
            c.note(f"{self.dense_width}: not in the configuration; no layer has an MLP of that width")
        if sparse:
            found.append(Block(layers=sparse, attention=mixer, mlp=self.experts(c), norms=self.norms))
        return found


@dataclass(frozen=True, kw_only=True)
class Latent(Mixture):
    """A mixture of experts with multi-head latent attention, as DeepSeek has it."""

    count: tuple[str, ...] = ("n_routed_experts", "num_local_experts")
    shared: str | int = "n_shared_experts"
    sparse: Sparsity = behind_the_first

    def mixer(self, c: Configuration) -> LatentAttention:
        """Return the latent attention."""
        c.refuse("attention_bias", False)
        c.refuse("mlp_bias", False)
        return latent(c)


def latent(c: Configuration) -> LatentAttention:
    """Return multi-head latent attention."""
    if not c.has("q_lora_rank") and "q_lora_rank" not in c.content:
        raise c.missing("q_lora_rank")
    c.ignore("num_key_value_heads", "head_dim", "qk_head_dim")
    return LatentAttention(
        heads=c.whole("num_attention_heads"),
        query_rank=c.whole("q_lora_rank") if c.has("q_lora_rank") else None,
        kv_rank=c.whole("kv_lora_rank"),
        nope_dim=c.whole("qk_nope_head_dim"),
        rope_dim=c.whole("qk_rope_head_dim"),
        value_dim=c.whole("v_head_dim"),
    )


def _indexer(c: Configuration) -> list[Weights]:
    """Return what chooses the tokens that attention looks at."""
    heads, each, width = c.whole("index_n_heads"), c.whole("index_head_dim"), c.whole("hidden_size")
    one = [
        *dense("indexer", c.whole("q_lora_rank"), heads * each, bias=False, name="query"),
        *dense("indexer", width, each, bias=False, name="key"),
        *norm("indexer", each),
        *dense("indexer", width, heads, bias=False, name="weight"),
    ]
    return times(c.whole("num_hidden_layers"), one)


def _deepseek(c: Configuration) -> Architecture:
    c.refuse("moe_layer_freq", 1)
    if c.model_type != "deepseek_v2":
        c.note("router bias corrections: not counted, as they are not trained by gradient")
        if not c.further_tokens:
            c.note("main model only, without modules that predict further tokens")
        c.ignore("num_nextn_predict_layers")
    return Latent()(c)


def _deepseek_v32(c: Configuration) -> Architecture:
    c.note("router bias corrections: not counted, as they are not trained by gradient")
    c.ignore("num_nextn_predict_layers")
    c.refuse("mlp_bias", False)
    return replace(Latent(), extra=_indexer)(c)


def _hunyuan(c: Configuration) -> Architecture:
    c.refuse("mlp_bias", False)
    return HUNYUAN(c)


def _axk1(c: Configuration) -> Architecture:
    return with_more(
        _deepseek(c),
        times(behind_the_first(c), norm("after mlp norm", c.whole("hidden_size"), "RMSNorm"), "layers with experts"),
    )


def _minicpm3(c: Configuration) -> Architecture:
    c.refuse("attention_bias", False)
    c.refuse("mlp_bias", False)
    mlp = MLP(width=c.whole("intermediate_size"), gated=True, bias=False)
    even = c.whole("hidden_size") // c.whole("num_attention_heads")
    c.content = {**c.content, "v_head_dim": c.whole_or("v_head_dim", even, "width / heads")}
    block = Block(layers=c.whole("num_hidden_layers"), attention=latent(c), mlp=mlp, norms=PRE_NORMS)
    return decoder(c, block, tied=True)


def corrections(sparse: Sparsity, experts: str) -> Extra:
    """Return what counts the corrections of routers that are stored as parameters; a key says the experts."""
    return lambda c: times(sparse(c), array("router", c.whole(experts), name="corrections"), "layers with experts")


def _ernie(c: Configuration) -> Architecture:
    c.refuse("use_bias", False)
    return ERNIE(c)


def _gpt_oss(c: Configuration) -> Architecture:
    c.whole("head_dim")
    c.note("a learned sink for each head; router and experts have biases")
    return GPT_OSS(c)


GPT_OSS = Mixture(
    bias=Switch("attention_bias", True), needs_kv_heads=True, sinks=True, count=("num_local_experts",),
    active=("num_experts_per_tok", "experts_per_token"), width="intermediate_size", expert_bias=True, router_bias=True,
)  # fmt: skip
LOCAL: Any = {"count": ("num_local_experts", "num_experts"), "width": "intermediate_size"}
QWEN3 = Mixture(qk_norm="head", needs_kv_heads=True, sparse=every_nth_but_some,
                note="queries and keys are normalised, with one scale of the width of a head each")  # fmt: skip
GLM = Mixture(
    bias=Switch("attention_bias", False, QKV), qk_norm="head", qk_norm_key="use_qk_norm",
    count=("n_routed_experts", "num_local_experts"),
    shared="n_shared_experts", sparse=behind_the_first,
    note="router bias corrections are not counted",
)  # fmt: skip

HUNYUAN = Mixture(
    qk_norm="head", count=("num_experts",), shared="num_shared_experts", one_shared=True,
    sparse=behind_the_first, note="router bias corrections are not counted",
)  # fmt: skip
ERNIE = Mixture(
    bias=False, tied=True, sparse=between_ends,
    count=("moe_num_experts",), active=("moe_k",), shared="moe_num_shared_experts",
    extra=corrections(between_ends, "moe_num_experts"),
    note="router corrections are stored as parameters, and counted", one_shared=True,
)  # fmt: skip

MIXTURES: Mapping[str, tuple[str, Callable[[Configuration], Architecture]]] = MappingProxyType({
    "axk1": ("AXK1", _axk1),
    "deepseek_v2": ("DeepseekV2", _deepseek),
    "deepseek_v3": ("DeepseekV3", _deepseek),
    "deepseek_v32": ("DeepseekV32", _deepseek_v32),
    "dots1": ("Dots1", replace(GLM, qk_norm_key=None, bias=Switch("attention_bias"))),
    "ernie4_5_moe": ("Ernie4_5_Moe", _ernie),
    "exaone_moe": ("ExaoneMoe", Mixture(bias=False, qk_norm="head", shared="num_shared_experts",
                   sparse=behind_the_first)),
    "flex_olmo": ("FlexOlmo", Mixture(qk_norm="width", norms=POST_NORMS, width="intermediate_size")),
    "glm4_moe": ("Glm4Moe", GLM),
    "glm4_moe_lite": ("Glm4MoeLite", _deepseek),
    "glm_moe_dsa": ("GlmMoeDsa", _deepseek_v32),
    "gpt_oss": ("GptOss", _gpt_oss),
    "granitemoe": ("GraniteMoe", Mixture(**LOCAL)),
    "granitemoeshared": ("GraniteMoeShared", Mixture(**LOCAL, shared=1, shared_width="shared_intermediate_size")),
    "hunyuan_v1_moe": ("HunYuanMoEV1", Mixture(qk_norm="head", needs_head_dim=True, width="intermediate_size",
                       active=("moe_topk",), shared=1)),
    "granitemoe_swa": ("GraniteMoeSWA", Mixture(**LOCAL, sinks=True, shared=1,
                       shared_width="shared_intermediate_size")),
    "hy_v3": ("HYV3", _hunyuan),
    "kimi_k2": ("DeepseekV3", _deepseek),
    "llama4_text": ("Llama4", Mixture(needs_kv_heads=True, **LOCAL, dense_width="intermediate_size_mlp", shared=1,
                    sparse=every_nth, note="the text model alone, without the vision encoder; one shared expert in "
                    "every layer with experts")),
    "mellum": ("Mellum", replace(QWEN3, sparse=listed_or_all, count=("num_local_experts",))),
    "minicpm3": ("MiniCPM3", _minicpm3),
    "mistral4": ("Mistral4", _deepseek),
    "minimax_m2": ("MiniMaxM2", Mixture(bias=False, qk_norm="width", **LOCAL)),
    "mixtral": ("Mixtral", Mixture(bias=False, needs_kv_heads=True, **LOCAL)),
    "olmoe": ("Olmoe", Mixture(qk_norm="width", width="intermediate_size",
              note="queries and keys are normalised over all heads")),
    "phimoe": ("Phimoe", Mixture(**LOCAL, norm="LayerNorm", head_bias=Switch("lm_head_bias"))),
    "qwen2_moe": ("Qwen2Moe", Mixture(bias=Switch("qkv_bias", True, QKV), needs_kv_heads=True,
                  sparse=every_nth_but_some, shared=1, shared_width="shared_expert_intermediate_size", shared_gate=True,
                  note="queries, keys and values have biases; a learned vector gates the shared expert")),
    "qwen3_moe": ("Qwen3Moe", QWEN3),
    "youtu": ("Youtu", _minicpm3),
    "solar_open": ("SolarOpen", replace(GLM, qk_norm=None, qk_norm_key=None, note=None, sparse=every_layer)),
})  # fmt: skip

MIXTURE_FAMILIES: Mapping[str, Family] = MappingProxyType(
    {name: decoder_family(prefix, row) for name, (prefix, row) in MIXTURES.items()}
    | {
        "glm4v_moe_text": text_family(
            "Glm4vMoe",
            replace(GLM, qk_norm=None, qk_norm_key=None, bias=Switch("attention_bias", True, QKV)),
            alone=False,
        ),
        "qwen3_vl_moe_text": text_family("Qwen3VLMoe", QWEN3, alone=False),
    }
)
