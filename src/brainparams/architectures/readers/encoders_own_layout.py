"""How published encoders of text count that have a layout of their own: bottlenecks, convolutions, relative keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from .. import Architecture
from .arrays import Arrays, array, convolution, dense, dense_twice, norm, times, with_more
from .configurations import Configuration
from .decoders import LLAMA
from .encoders import (
    BERT,
    BERT_KINDS,
    ELECTRA,
    POOLED,
    ROBERTA,
    UNPOOLED,
    Encoder,
    body_of,
    encoder_family,
    masked_head,
)
from .families import Family, read_as


def _tables(c: Configuration, width: int, *, words: int | None = None) -> Arrays:
    """Return the tables of tokens, positions and types of BERT, and the norm behind them."""
    return [
        *array("token embedding", c.whole("vocab_size"), words or width, name="table"),
        *array("position embedding", c.whole("max_position_embeddings"), width, name="table"),
        *array("type embedding", c.whole("type_vocab_size"), width, name="table"), *norm("embedding norm", width),
    ]  # fmt: skip


def _built(
    c: Configuration, body: Arrays, row: Encoder, *, narrow: int | None = None, head: Arrays | None = None
) -> Architecture:
    """Return an encoder of arrays, with pooler and head as a row of encoders has them, or with a head of its own."""
    width = c.whole("hidden_size")
    c.refuse("position_embedding_type", "absolute")
    pooler = dense("pooler", width, width, bias=True) if c.kind in row.pooled else []
    last = row.head(c, width, narrow or width) if head is None else head
    return Architecture(c.model_type, (*body, *pooler, *last))


# --- relative keys ----------------------------------------------------------------------------------------------


def _relative(width: int, heads: int, each: int, *, keys_biased: bool) -> Arrays:
    """Return attention with a projection of relative positions, three biases of its heads, and one for segments."""
    wide = heads * each
    found = array("attention", width, wide, name="projection") * 5
    if keys_biased:
        found += [*array("attention", 2, wide, name="biases"), *array("attention", width, name="output biases")]
    return [*found, *array("attention", 3, heads, each, name="biases of heads"),
            *array("attention", 2, heads, each, name="segments"), *norm("attention norm", width)]  # fmt: skip


def _xlnet(c: Configuration) -> Architecture:
    width, wide, heads = c.whole("d_model"), c.whole("d_inner"), c.whole("n_head")
    each = c.whole_or("d_head", width // heads, "width / heads")
    if each * heads != width:
        raise c.refused("d_head", each, f"{width} in {heads} heads")
    layer = [*_relative(width, heads, each, keys_biased=False), *dense_twice("mlp", width, wide, bias=True),
             *norm("mlp norm", width)]  # fmt: skip
    found = [*array("token embedding", c.whole("vocab_size"), width, name="table"), *array("mask token", width),
             *times(c.whole("n_layer"), layer)]  # fmt: skip
    summary = dense("summary", width, width, bias=True) if c.kind in ("sequence", "choice") and (
        c.switch("summary_use_proj", True)) else []  # fmt: skip
    c.refuse("untie_r", True)
    c.ignore("mem_len", "attn_type", "bi_data", "clamp_len", "same_length", "start_n_top", "end_n_top",
             "use_mems_eval", "use_mems_train", "reuse_len", "summary_last_dropout", "ff_activation")  # fmt: skip
    return Architecture(c.model_type, (*found, *summary, *_task(c, width)))


def _task(c: Configuration, width: int) -> Arrays:
    """Return the head of a task, or the head over the vocabulary with its bias."""
    if c.kind == "masked":
        return masked_head(c, width, spare=False)
    if c.kind in ("sequence", "token", "question"):
        return dense("classes", width, c.labels(), bias=True)
    return dense("head", width, 1, bias=True) if c.kind == "choice" else []


def _funnel(c: Configuration) -> Architecture:
    width, wide, heads, each = c.whole("d_model"), c.whole("d_inner"), c.whole("n_head"), c.whole("d_head")
    sizes = c.wholes("block_sizes")
    c.ignore("block_repeats", "pooling_type", "attention_type", "separate_cls", "truncate_seq", "pool_q_only")
    layer = [*_relative(width, heads, each, keys_biased=True), *dense_twice("mlp", width, wide, bias=True),
             *norm("mlp norm", width)]  # fmt: skip
    whole_model = c.kind not in ("encoder", "sequence", "choice")
    count = sum(sizes) + (c.whole("num_decoder_layers", least=0) if whole_model else 0)
    c.ignore("num_decoder_layers")
    found = [*array("token embedding", c.whole("vocab_size"), width, name="table"), *norm("embedding norm", width),
             *times(count, layer)]  # fmt: skip
    first = dense("head", width, width, bias=True, name="first") if c.kind in ("sequence", "choice", "detect") else []
    last = dense("head", width, 1, bias=True) if c.kind == "detect" else _task(c, width)
    return Architecture(c.model_type, (*found, *first, *last))


# --- XLM ---------------------------------------------------------------------------------------------------------


def _xlm(c: Configuration) -> Architecture:
    width, count = c.whole("emb_dim"), c.whole("n_layers")
    c.refuse("asm", False)
    c.refuse("is_encoder", True)
    c.whole("n_heads")
    own = dense("attention", width, width, bias=True) * 4
    layer = [*own, *dense_twice("mlp", width, 4 * width, bias=True), *norm("norms", width) * 2]
    languages = c.whole_or("n_langs", 1) if c.switch("use_lang_emb", True) else 1
    c.ignore("n_langs", "n_words", "lang2id", "id2lang", "causal", "gelu_activation", "sinusoidal_embeddings",
             "pre_norm", "mask_index", "unk_index", "pad_index", "bos_index", "eos_index", "lang_id", "start_n_top",
             "end_n_top", "summary_first_dropout")  # fmt: skip
    found = [
        *array("token embedding", c.whole("vocab_size"), width, name="table"),
        *array("position embedding", c.whole("max_position_embeddings"), width, name="table"),
        *(array("language embedding", languages, width, name="table") if languages > 1 else []),
        *norm("embedding norm", width), *times(count, layer),
    ]  # fmt: skip
    if c.kind not in ("sequence", "choice"):
        return Architecture(c.model_type, (*found, *_task(c, width)))
    labels = c.labels()
    used, to_labels = c.switch("summary_use_proj", True), c.switch("summary_proj_to_labels", True)
    after = labels if to_labels else width
    summary = dense("summary", width, after, bias=True) if used else []
    last = dense("head", labels, 1, bias=True) if c.kind == "choice" else []
    return Architecture(c.model_type, (*found, *summary, *last))


# --- narrow and mixed layers -------------------------------------------------------------------------------------


def _fnet(c: Configuration) -> Architecture:
    width = c.whole("hidden_size")
    layer = [*dense_twice("mlp", width, c.whole("intermediate_size"), bias=True), *norm("norms", width) * 2]
    c.ignore("use_tpu_fourier_optimizations", "tpu_short_seq_length")
    body = [*_tables(c, width), *dense("embedding projection", width, width, bias=True),
            *times(c.whole("num_hidden_layers"), layer)]  # fmt: skip
    return _built(c, body, POOLED)


def _squeezebert(c: Configuration) -> Architecture:
    width, wide = c.whole("hidden_size"), c.whole("intermediate_size")
    c.refuse("embedding_size", width)
    c.whole("num_attention_heads")

    def grouped(term: str, before: int, after: int, key: str, usual: int = 4) -> Arrays:
        groups = c.whole_or(key, usual)
        if before % groups or after % groups:
            raise c.refused(key, groups, f"groups that divide {before} and {after}")
        return convolution(term, before, after, 1, bias=True, groups=groups)

    layer = [
        *grouped("attention", width, width, "q_groups"), *grouped("attention", width, width, "k_groups"),
        *grouped("attention", width, width, "v_groups"),
        *grouped("attention", width, width, "post_attention_groups", 1),
        *grouped("mlp", width, wide, "intermediate_groups"), *grouped("mlp", wide, width, "output_groups"),
        *norm("norms", width) * 2,
    ]  # fmt: skip
    body = [*_tables(c, width), *times(c.whole("num_hidden_layers"), layer)]
    return _built(c, body, POOLED)


def _mobilebert(c: Configuration) -> Architecture:
    width, words, inner = c.whole("hidden_size"), c.whole("embedding_size"), c.whole("intermediate_size")
    is_narrow = c.switch("use_bottleneck", True)
    narrow = c.whole("intra_bottleneck_size") if is_narrow else width
    c.refuse("true_hidden_size", narrow)
    if narrow % c.whole("num_attention_heads"):
        raise c.refused("num_attention_heads", c.value("num_attention_heads"), f"heads that divide {narrow}")
    c.ignore("normalization_type")
    seen = narrow if c.switch("use_bottleneck_attention", False) else width
    shares = c.switch("key_query_shared_bottleneck", True)
    several = [*dense_twice("mlp", narrow, inner, bias=True), *norm("norms", narrow)]
    layer = [
        *dense("attention", narrow, narrow, bias=True) * 2,
        *dense("attention", seen, narrow, bias=True), *dense("attention", narrow, narrow, bias=True),
        *norm("norms", narrow), *times(c.whole("num_feedforward_networks"), several, "MLPs"),
    ]  # fmt: skip
    if is_narrow:
        inward = [*dense("bottlenecks", width, narrow, bias=True), *norm("bottlenecks", narrow)]
        layer += [*inward * (2 if shares else 1), *dense("bottlenecks", narrow, width, bias=True),
                  *norm("bottlenecks", width)]  # fmt: skip
    tables = _tables(c, width, words=words)
    seen_at_once = 3 * words if c.switch("trigram_input", True) else words
    body = [*tables, *dense("embedding projection", seen_at_once, width, bias=True),
            *times(c.whole("num_hidden_layers"), layer)]  # fmt: skip
    row = BERT if c.switch("classifier_activation", True) else UNPOOLED
    if c.kind not in ("masked", "pretraining"):
        return _built(c, body, row)
    c.refuse("tie_word_embeddings", True)
    vocabulary = c.whole("vocab_size")
    head = [*dense("output head", width, width, bias=True), *norm("output head", width),
            *array("output head", vocabulary, name="biases"),
            *(array("output head", vocabulary, width - words) if width > words else [])]  # fmt: skip
    two = dense("next sentence", width, 2, bias=True) if c.kind == "pretraining" else []
    return _built(c, body, row, head=[*head, *two])


def _convbert(c: Configuration) -> Architecture:
    width, heads, kernel = c.whole("hidden_size"), c.whole("num_attention_heads"), c.whole("conv_kernel_size")
    few = max(heads // c.whole_or("head_ratio", 2), 1)
    inner, groups, wide = few * (width // few // 2), c.whole_or("num_groups", 1), c.whole("intermediate_size")
    words = c.whole("embedding_size")
    mlp = [*array("mlp", groups, width // groups, wide // groups), *array("mlp", wide, name="biases"),
           *array("mlp", groups, wide // groups, width // groups), *array("mlp", width, name="biases")]  # fmt: skip
    layer = [
        *dense("attention", width, inner, bias=True) * 4,
        *convolution("convolution", width, width, kernel, bias=False, groups=width),
        *convolution("convolution", width, inner, 1, bias=True), *dense("convolution", inner, few * kernel, bias=True),
        *dense("attention", width, width, bias=True), *mlp, *norm("norms", width) * 2,
    ]  # fmt: skip
    projected = dense("embedding projection", words, width, bias=True) if words != width else []
    body = [*_tables(c, words), *projected, *times(c.whole("num_hidden_layers"), layer)]
    return _built(c, body, replace(ELECTRA, two_layers=frozenset({"sequence"})), narrow=words)


# --- BERT with more ----------------------------------------------------------------------------------------------


def _rembert(c: Configuration) -> Architecture:
    width, before, after = c.whole("hidden_size"), c.whole("input_embedding_size"), c.whole("output_embedding_size")
    c.content = {**c.content, "embedding_size": before}
    row = replace(BERT, narrow=True, pooled=frozenset({body_of(c.kind)} if c.kind in BERT.pooled else ()))
    found = read_as(c, body_of(c.kind), row)
    if c.kind not in ("masked", "causal"):
        return with_more(found, BERT.head(c, width, width))
    c.refuse("tie_word_embeddings", False)
    return with_more(found, [*dense("output head", width, after, bias=True), *norm("output head", after),
                             *dense("output head", after, c.whole("vocab_size"), bias=True)])  # fmt: skip


def _adapters(c: Configuration) -> Arrays:
    """Return the small networks of X-MOD, one for each language in every layer."""
    width, languages = c.whole("hidden_size"), c.listed("languages") if c.has("languages") else ["en_XX"]
    narrow = width // c.whole_or("adapter_reduction_factor", 2)
    c.ignore("adapter_reuse_layer_norm", "ln_before_adapter", "default_language")
    each = times(len(set(map(str, languages))), dense_twice("language adapters", width, narrow, bias=True), "languages")
    normed = norm("language adapters", width) if c.switch("adapter_layer_norm", False) else []
    last = norm("final norm", width) if c.switch("pre_norm", False) else []
    return [*times(c.whole("num_hidden_layers"), [*each, *normed]), *last]


def _looks_and_sounds(c: Configuration) -> Arrays:
    """Return the tables of shapes and sounds of RoCBert, and what joins them."""
    width, sound, shape = c.whole("hidden_size"), c.whole("pronunciation_embed_dim"), c.whole("shape_embed_dim")
    found = [*array("sound embedding", c.whole("pronunciation_vocab_size"), sound, name="table"),
             *array("shape embedding", c.whole("shape_vocab_size"), shape, name="table")]  # fmt: skip
    heard, seen = c.switch("enable_pronunciation", True), c.switch("enable_shape", True)
    if not c.switch("concat_input", True):
        return found
    wide = width + (sound if heard else 0) + (shape if seen else 0)
    return [*found, *dense("embedding projection", wide, width, bias=True)]


def _splinter(c: Configuration) -> Architecture:
    width, found = c.whole("hidden_size"), read_as(c, body_of(c.kind), UNPOOLED)
    one = [*dense("spans", width, width, bias=True), *norm("spans", width)]
    last = dense("spans", width, width, bias=False) * 2
    return with_more(found, [*times(4, one, "transforms"), *last] if c.kind == "question" else [])


def _eurobert(c: Configuration) -> Architecture:
    width, found = c.whole("hidden_size"), read_as(c, {"masked": "causal"}.get(c.kind, "base"), LLAMA)
    first = dense("head", width, width, bias=True) if c.kind == "sequence" else []
    last = dense("classes", width, c.labels(), bias=True) if c.kind in ("sequence", "token") else []
    return with_more(found, [*first, *last])


XLM_KINDS = {"WithLMHeadModel": "masked", "Model": "base", "ForSequenceClassification": "sequence",
             "ForTokenClassification": "token", "ForQuestionAnsweringSimple": "question",
             "ForMultipleChoice": "choice"}  # fmt: skip
XLNET_KINDS = {"LMHeadModel": "masked"} | {key: kind for key, kind in XLM_KINDS.items() if kind != "masked"}
EURO_KINDS = {"ForMaskedLM": "masked", "Model": "base", "ForSequenceClassification": "sequence",
              "ForTokenClassification": "token"}  # fmt: skip


def _named(prefix: str, kinds: Mapping[str, str]) -> dict[str, str]:
    return {f"{prefix}{ending}": kind for ending, kind in kinds.items()}


ENCODERS_OWN_LAYOUT: Mapping[str, Family] = MappingProxyType({
    "convbert": encoder_family("ConvBert", _convbert),
    "eurobert": Family(_eurobert, _named("EuroBert", EURO_KINDS), "EuroBertModel"),
    "flaubert": Family(_xlm, _named("Flaubert", XLM_KINDS), "FlaubertWithLMHeadModel"),
    "fnet": encoder_family("FNet", _fnet, **BERT_KINDS),
    "funnel": encoder_family("Funnel", _funnel, ForPreTraining="detect", BaseModel="encoder"),
    "mobilebert": encoder_family("MobileBert", _mobilebert, **BERT_KINDS),
    "rembert": encoder_family("RemBert", _rembert, ForCausalLM="causal"),
    "roc_bert": encoder_family("RoCBert", replace(BERT, extra=_looks_and_sounds)),
    "splinter": Family(_splinter, {"SplinterModel": "base", "SplinterForQuestionAnswering": "question",
                       "SplinterForPreTraining": "question"}, "SplinterModel"),
    "squeezebert": encoder_family("SqueezeBert", _squeezebert),
    "xlm": Family(_xlm, _named("XLM", XLM_KINDS), "XLMWithLMHeadModel"),
    "xlnet": Family(_xlnet, _named("XLNet", XLNET_KINDS), "XLNetLMHeadModel"),
    "xmod": encoder_family("Xmod", replace(ROBERTA, extra=_adapters)),
})  # fmt: skip
