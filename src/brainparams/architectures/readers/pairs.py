"""How published encoders with decoders count: T5 and BART with their kin, and Whisper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from .. import Architecture, Weights, composed
from ..blocks import MLP, Attention, Block, Experts
from ..convolution import convolution_layer
from ..transformers import LearnedPositions, Positions, RelativeBuckets, encoder_decoder, transformer
from .arrays import array, dense, model_width, norm, queries_keys_values, times, with_more
from .configurations import Configuration
from .decoders import PRE_NORMS
from .families import Family, Reader

CROSS_NORMS = ("attention", "cross attention", "mlp")
TWO_ANSWERS = ("bart", "led", "mbart", "mvp", "plbart", "bigbird_pegasus")
PAIR_KINDS = {
    "ForConditionalGeneration": "causal", "Model": "base", "ForSequenceClassification": "sequence",
    "ForQuestionAnswering": "question",
}  # fmt: skip


def _pair(prefix: str, read: Reader, **more: str) -> Family:
    kinds = PAIR_KINDS | more
    classes = {f"{prefix}{suffix}": kind for suffix, kind in kinds.items()}
    return Family(read, classes, f"{prefix}ForConditionalGeneration")


def _head(c: Configuration, tied: bool) -> str:
    if c.kind != "causal":
        c.ignore("tie_word_embeddings")
        return "none"
    return "tied" if c.switch("tie_word_embeddings", tied) else "untied"


def _task_head(c: Configuration, width: int) -> list[Weights]:
    if c.kind == "sequence":
        return [*dense("classes", width, width, bias=True), *dense("classes", width, c.labels(), bias=True)]
    if c.kind == "question":
        return dense("answer head", width, 2 if c.model_type in TWO_ANSWERS else c.labels(), bias=True)
    return dense("classes", width, c.labels(), bias=True) if c.kind == "token" else []


# --- T5 ----------------------------------------------------------------------------------------------------------

T5_MLP = {"t5": "relu", "longt5": "relu", "mt5": "gated-gelu", "umt5": "gated-gelu"}


def _t5(c: Configuration) -> Architecture:
    gate = c.word("feed_forward_proj", ("relu", "gelu", "gated-gelu", "gated-silu"), default=T5_MLP[c.model_type])
    if "is_gated_act" in c.content and c.switch("is_gated_act", True) != gate.startswith("gated"):
        raise c.refused("is_gated_act", c.value("is_gated_act"), f"what 'feed_forward_proj' says, {gate!r},")
    c.ignore("dense_act_fn")
    attention = Attention(heads=c.whole("num_heads"), head_dim=c.whole("d_kv"), bias=False)
    mlp = MLP(width=c.whole("d_ff"), gated=gate.startswith("gated"), bias=False)
    layers, width = c.whole("num_layers"), c.whole("d_model")
    buckets = c.whole_or("relative_attention_num_buckets", 32)
    positions: Positions = "none" if c.model_type == "umt5" else RelativeBuckets(buckets)
    encoder = Block(layers=layers, attention=attention, mlp=mlp, norms=PRE_NORMS)
    if c.kind in ("encoder", "token"):
        c.ignore("num_decoder_layers", "tie_word_embeddings")
        found = transformer(
            c.model_type, vocabulary=c.whole("vocab_size"), width=width, blocks=encoder, norm="RMSNorm",
            positions=positions, head="none",
        )  # fmt: skip
        stacks = layers
    else:
        behind = c.whole_or("num_decoder_layers", layers, "as many as in the encoder")
        found = encoder_decoder(
            c.model_type, vocabulary=c.whole("vocab_size"), width=width, encoder=encoder,
            decoder=Block(layers=behind, attention=attention, cross_attention=attention, mlp=mlp, norms=CROSS_NORMS),
            norm="RMSNorm", positions=positions, head=_head(c, c.model_type != "mt5"),
        )  # fmt: skip
        stacks = layers + behind
    biases = array("relative position", buckets, c.whole("num_heads"), name="biases")
    each = times(stacks, biases) if c.model_type == "umt5" else []
    return with_more(found, [*each, *_task_head(c, width)])


# --- BART --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Bart:
    """What sets a type apart from BART: reserved positions, and where norms stand."""

    bias: bool = True
    reserved: int = 2
    learned: bool = True
    embedding_norm: bool = True
    final_norm: bool = False
    note: str | None = None

    def __call__(self, c: Configuration) -> Architecture:
        """Return the pair that a configuration describes."""
        if self.note:
            c.note(self.note)
        width = c.whole("d_model")
        c.ignore("num_hidden_layers")
        c.refuse("tie_word_embeddings", True)
        positions: Positions = "sinusoidal"
        if self.learned:
            positions = LearnedPositions(c.whole("max_position_embeddings") + self.reserved)
        found = encoder_decoder(
            c.model_type, vocabulary=c.whole("vocab_size"), width=width, encoder=bart_block(c, "encoder", self.bias),
            decoder=bart_block(c, "decoder", self.bias), norm="LayerNorm", positions=positions,
            embedding_norm=self.embedding_norm, final_norm=self.final_norm, head=_head(c, True),
        )  # fmt: skip
        return with_more(found, _task_head(c, width))


def bart_block(c: Configuration, stack: str, bias: bool | tuple[str, ...] = True) -> Block:
    """Return the layers of one stack."""
    attention = Attention(heads=c.whole(f"{stack}_attention_heads"), bias=bias)
    is_decoder = stack == "decoder"
    return Block(
        layers=c.whole(f"{stack}_layers"), attention=attention, cross_attention=attention if is_decoder else None,
        mlp=MLP(width=c.whole(f"{stack}_ffn_dim"), gated=False, bias=True),
        norms=CROSS_NORMS if is_decoder else PRE_NORMS,
    )  # fmt: skip


def _marian(c: Configuration) -> Architecture:
    c.refuse("share_encoder_decoder_embeddings", True)
    c.refuse("decoder_vocab_size", c.whole("vocab_size"))
    return Bart(reserved=0, embedding_norm=False, note="sinusoidal positions are stored and counted like learned ones")(
        c
    )


def _big_bird_pegasus(c: Configuration) -> Architecture:
    c.refuse("use_bias", False)
    c.ignore("attention_type", "block_size", "num_random_blocks")
    return Bart(bias=False, reserved=0)(c)


def _mvp(c: Configuration) -> Architecture:
    c.refuse("use_prompt", False)
    c.ignore("prompt_length", "prompt_mid_dim")
    return BART(c)


def _pegasus_x(c: Configuration) -> Architecture:
    """Return Pegasus X: tokens of the encoder that every other one sees, with a norm of their own."""
    width = c.whole("d_model")
    c.ignore("block_size", "stagger_local_blocks", "max_position_embeddings")
    found = Bart(bias=False, learned=False, embedding_norm=False, final_norm=True)(c)
    seen = array("global tokens", c.whole_or("num_global_tokens", 32), width, name="table")
    return with_more(found, [*seen, *times(c.whole("encoder_layers"), norm("global tokens", width))])


def _longt5(c: Configuration) -> Architecture:
    """Return LongT5: T5 whose encoder looks at a neighbourhood, and with some types at sums of far blocks."""
    kind = c.word("encoder_attention_type", ("local", "transient-global"), "local")
    c.ignore("local_radius", "global_block_size")
    found = _t5(c)
    if kind == "local":
        return found
    buckets = c.whole_or("relative_attention_num_buckets", 32)
    width = c.whole("d_model")
    further = array("relative position", buckets, c.whole("num_heads"), name="biases of blocks")
    return with_more(found, [*further, *times(c.whole("num_layers"), norm("global attention", width, "RMSNorm"))])


def _led(c: Configuration) -> Architecture:
    """Return LED: BART with windows in the encoder, and projections of their own for what attends to all tokens."""
    c.ignore("attention_window")
    c.refuse("tie_word_embeddings", True)
    width = c.whole("d_model")
    found = encoder_decoder(
        c.model_type, vocabulary=c.whole("vocab_size"), width=width, encoder=bart_block(c, "encoder"),
        decoder=bart_block(c, "decoder"), norm="LayerNorm", embedding_norm=True, final_norm=False, head=_head(c, True),
        positions=LearnedPositions(c.whole("max_decoder_position_embeddings")),
        encoder_positions=LearnedPositions(c.whole("max_encoder_position_embeddings")),
    )  # fmt: skip
    each = queries_keys_values("global attention", width, width, bias=True)
    return with_more(found, [*times(c.whole("encoder_layers"), each), *_task_head(c, width)])


def _switch(c: Configuration) -> Architecture:
    """Return Switch Transformers: T5 with one of many experts in every few layers of both stacks."""
    gate = c.word("feed_forward_proj", ("relu", "gelu", "gated-gelu", "gated-silu"), default="relu").startswith("gated")
    c.refuse("add_router_probs", False)
    c.refuse("tie_word_embeddings", True)
    c.ignore("expert_capacity", "router_dtype")
    attention = Attention(heads=c.whole("num_heads"), head_dim=c.whole("d_kv"), bias=False)
    plain = MLP(width=c.whole("d_ff"), gated=gate, bias=False)
    routed = Experts(
        count=c.whole("num_experts"), active=1, width=c.whole("d_ff"), gated=gate, bias=False,
        router_bias=c.switch("router_bias", False),
    )  # fmt: skip

    def blocks(side: str, count: int, cross: Attention | None) -> list[Block]:
        sparse = c.whole_or(f"num_sparse_{side}_layers", 3, least=0)
        step = c.whole_or(f"{side}_sparse_step", count // sparse if sparse else count, "layers / those with experts",
                          least=0)  # fmt: skip
        kinds = [bool(step) and (step == 1 or place % step == 1) for place in range(count)]
        return [Block(layers=kinds.count(kind), attention=attention, cross_attention=cross,
                      mlp=routed if kind else plain, norms=CROSS_NORMS if cross else PRE_NORMS)
                for kind in (False, True) if kind in kinds]  # fmt: skip

    layers = c.whole("num_layers")
    behind = c.whole("num_decoder_layers")
    return encoder_decoder(
        c.model_type, vocabulary=c.whole("vocab_size"), width=c.whole("d_model"),
        encoder=blocks("encoder", layers, None), decoder=blocks("decoder", behind, attention), norm="RMSNorm",
        head=_head(c, True),
        positions=RelativeBuckets(c.whole_or("relative_attention_num_buckets", 32)),
    )  # fmt: skip


def _nllb(c: Configuration) -> Architecture:
    """Return NLLB with experts: M2M100 with two of many experts in every few layers of both stacks."""
    c.refuse("tie_word_embeddings", True)
    c.ignore("num_hidden_layers", "expert_capacity", "max_position_embeddings")

    def blocks(side: str) -> list[Block]:
        plain, count = bart_block(c, side), c.whole(f"{side}_layers")
        step = c.whole_or(f"{side}_sparse_step", 4, least=0)
        sparse = count // step if step else 0
        routed = Experts(
            count=c.whole_or("num_experts", 128), active=2, width=c.whole(f"{side}_ffn_dim"), gated=False, bias=True,
            router_bias=c.switch("router_bias", False),
        )  # fmt: skip
        kinds = ((count - sparse, plain.mlp), (sparse, routed))
        return [replace(plain, layers=layers, mlp=mlp) for layers, mlp in kinds if layers]

    return encoder_decoder(
        c.model_type, vocabulary=c.whole("vocab_size"), width=c.whole("d_model"), encoder=blocks("encoder"),
        decoder=blocks("decoder"), norm="LayerNorm", positions="sinusoidal", head=_head(c, True),
    )  # fmt: skip


# --- T5Gemma -----------------------------------------------------------------------------------------------------


def _t5gemma(c: Configuration) -> Architecture:
    """Return T5Gemma: two stacks of Gemma 2 layers, each with its own table of embeddings."""
    before, after = c.within("encoder", "t5_gemma_module"), c.within("decoder", "t5_gemma_module")
    stacks = [("encoder", before)] if c.kind == "encoder" else [("encoder", before), ("decoder", after)]
    after.ignore("cross_attention_hidden_size")
    found: list[Weights] = []
    for side, inside in stacks:
        width = inside.whole("hidden_size")
        found += array(f"{side} token embedding", inside.whole("vocab_size"), width, name="table")
        source = None if side == "encoder" else before.whole("hidden_size")
        block = _gemma_block(inside, source)
        found += [*block.weights(model_width(width), "RMSNorm", f"{side} "),
                  *norm(f"{side} final norm", width, "RMSNorm")]  # fmt: skip
        inside.ignore("tie_word_embeddings")
    if c.kind == "causal" and not c.switch("tie_word_embeddings", True):
        found += dense("output head", after.whole("hidden_size"), after.whole("vocab_size"), bias=False)
    c.ignore("tie_word_embeddings", "vocab_size")
    return Architecture(c.model_type, tuple(found))


def _gemma_block(c: Configuration, source: int | None) -> Block:
    """Return the layers of one stack; `source` is the width of the encoder that they look at."""
    parts: dict[str, Any] = {"heads": c.whole("num_attention_heads"), "kv_heads": c.whole("num_key_value_heads"),
                             "head_dim": c.whole("head_dim"), "bias": c.switch("attention_bias", False)}  # fmt: skip
    names = ("attention", "after attention", "mlp", "after mlp")
    crossed = () if source is None else ("cross attention", "after cross attention")
    return Block(
        layers=c.whole("num_hidden_layers"), attention=Attention(**parts), norms=(*names, *crossed),
        cross_attention=None if source is None else Attention(**parts, source_width=source),
        mlp=MLP(width=c.whole("intermediate_size"), gated=True, bias=False),
    )  # fmt: skip


def _whisper(c: Configuration) -> Architecture:
    width, mels = c.whole("d_model"), c.whole("num_mel_bins")
    stem = composed("stem", {
        "first": convolution_layer(mels, width, kernel=(3,), bias=True),
        "second": convolution_layer(width, width, kernel=(3,), bias=True),
    })  # fmt: skip
    unbiased_keys = ("query", "value", "output")
    c.ignore("num_hidden_layers", "classifier_proj_size", "use_weighted_layer_sum")
    return encoder_decoder(
        c.model_type, vocabulary=c.whole("vocab_size"), width=width, encoder=bart_block(c, "encoder", unbiased_keys),
        decoder=bart_block(c, "decoder", unbiased_keys), norm="LayerNorm", stem=stem, head=_head(c, True),
        positions=LearnedPositions(c.whole("max_target_positions")),
        encoder_positions=LearnedPositions(c.whole("max_source_positions")),
    )  # fmt: skip


STORED = "sinusoidal positions are stored and counted like learned ones"
BART = Bart(note="two reserved positions are counted in each stack; the constant bias of the logits is not")

PAIRS: Mapping[str, Family] = MappingProxyType({
    "bart": _pair("Bart", BART),
    "bigbird_pegasus": _pair("BigBirdPegasus", _big_bird_pegasus),
    "blenderbot": _pair("Blenderbot", Bart(reserved=0, embedding_norm=False, final_norm=True)),
    "blenderbot-small": _pair("BlenderbotSmall", Bart(reserved=0)),
    "led": Family(_led, {f"LED{name}": kind for name, kind in PAIR_KINDS.items()}, "LEDForConditionalGeneration"),
    "longt5": Family(_longt5, {"LongT5ForConditionalGeneration": "causal", "LongT5Model": "base",
                     "LongT5EncoderModel": "encoder"}, "LongT5ForConditionalGeneration"),
    "m2m_100": _pair("M2M100", Bart(learned=False, embedding_norm=False, final_norm=True)),
    "marian": Family(_marian, {"MarianMTModel": "causal", "MarianModel": "base"}, "MarianMTModel"),
    "mbart": _pair("MBart", Bart(final_norm=True, note="two reserved positions are counted in each stack")),
    "nllb-moe": Family(_nllb, {"NllbMoeForConditionalGeneration": "causal", "NllbMoeModel": "base"},
                       "NllbMoeForConditionalGeneration"),
    "mt5": _pair("MT5", _t5, EncoderModel="encoder", ForTokenClassification="token"),
    "mvp": _pair("Mvp", _mvp),
    "pegasus_x": Family(_pegasus_x, {"PegasusXForConditionalGeneration": "causal", "PegasusXModel": "base"},
                        "PegasusXForConditionalGeneration"),
    "pegasus": _pair("Pegasus", Bart(reserved=0, embedding_norm=False, final_norm=True, note=STORED)),
    "plbart": _pair("PLBart", BART),
    "switch_transformers": Family(_switch, {"SwitchTransformersForConditionalGeneration": "causal",
                                  "SwitchTransformersModel": "base"}, "SwitchTransformersForConditionalGeneration"),
    "t5": _pair("T5", _t5, EncoderModel="encoder", ForTokenClassification="token"),
    "t5gemma": Family(_t5gemma, {"T5GemmaForConditionalGeneration": "causal", "T5GemmaModel": "base",
                      "T5GemmaEncoderModel": "encoder"}, "T5GemmaForConditionalGeneration"),
    "umt5": _pair("UMT5", _t5, EncoderModel="encoder", ForTokenClassification="token"),
    "whisper": _pair("Whisper", _whisper),
})  # fmt: skip
