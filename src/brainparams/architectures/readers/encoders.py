"""How published encoders of text and of sequences count: one layout, rows for embeddings, norms and heads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from ...errors import FileError, shown
from .. import Architecture, Dimension, Weights
from ..arguments import whole
from ..blocks import MLP, Attention, Block
from ..transformers import LearnedPositions, Positions, transformer
from .arrays import array, convolution, dense, dense_twice, norm, queries_keys_values, times, with_more
from .configurations import Configuration
from .decoders import PRE_NORMS, QKV, Switch, switched
from .families import Family, read_as

LAYER = "LayerNorm"
Extra = Callable[[Configuration], list[Weights]]

KINDS = {
    "Model": "base", "ForMaskedLM": "masked", "ForSequenceClassification": "sequence",
    "ForTokenClassification": "token", "ForQuestionAnswering": "question", "ForMultipleChoice": "choice",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Encoder:
    """What sets a type apart from BERT: learned positions, token types, norms behind each part, all biases.

    `pooled` are the kinds of head in front of which the pooler stands, `two_layers` those whose own head has a dense
    layer before the last one.
    """

    width: str = "hidden_size"
    layers: str = "num_hidden_layers"
    heads: str = "num_attention_heads"
    wide: str = "intermediate_size"
    bias: bool | Switch = True
    mlp_bias: bool | Switch = True
    gated: bool = False
    norm: str = LAYER
    norms: tuple[str, ...] = PRE_NORMS
    final_norm: bool = False
    embedding_norm: bool = True
    types: bool = True
    positions: bool = True
    reserved: int = 0
    narrow: bool = False
    pooled: frozenset[str] = frozenset({"base", "sequence", "choice"})
    two_layers: frozenset[str] = frozenset()
    masked_narrow: bool = False
    spare_bias: bool = True
    two_answers: bool = False
    extra: Extra | None = None

    def block(self, c: Configuration, layers: int) -> list[Block]:
        """Return the layers; those with pruned heads stand apart."""
        heads, width = c.whole(self.heads), c.whole(self.width)
        mlp = MLP(width=c.whole(self.wide), gated=self.gated, bias=switched(c, self.mlp_bias))
        full = Attention(heads=heads, bias=switched(c, self.bias))
        kept = pruned(c, layers, heads)
        if kept and width % heads:
            raise c.refused("pruned_heads", c.value("pruned_heads"), "heads that divide the width")
        rest = layers - len(kept)
        found = [Block(layers=rest, attention=full, mlp=mlp, norms=self.norms)] if rest else []
        for count in kept:
            fewer = replace(full, heads=count, head_dim=width // heads)
            found.append(Block(layers=1, attention=fewer, mlp=mlp, norms=self.norms))
        return found

    def __call__(self, c: Configuration) -> Architecture:
        """Return the encoder that a configuration describes, with the head of its class."""
        c.refuse("add_cross_attention", False)
        c.refuse("position_embedding_type", "absolute")
        width = c.whole(self.width)
        narrow = c.whole("embedding_size") if self.narrow else width
        has_pooler = c.kind in self.pooled
        if c.kind == "base":
            c.note(f"base model {'with' if has_pooler else 'without'} pooler, without task heads")
        found = transformer(
            c.model_type, vocabulary=c.whole("vocab_size"), width=width,
            embedding_width=None if narrow == width else narrow,
            blocks=self.block(c, c.whole(self.layers)), norm=self.norm,
            positions=self.places(c),
            token_types=c.whole("type_vocab_size", least=0) if self.types else 0,
            embedding_norm=self.embedding_norm, final_norm=self.final_norm, pooler=has_pooler, head="none",
        )  # fmt: skip
        found = with_more(found, self.head(c, width, narrow))
        return found if self.extra is None else with_more(found, self.extra(c))

    def places(self, c: Configuration) -> Positions:
        """Return the positions."""
        return LearnedPositions(c.whole("max_position_embeddings") + self.reserved) if self.positions else "rotary"

    def head(self, c: Configuration, width: int, narrow: int) -> list[Weights]:
        """Return the head of a task."""
        first = dense("head", width, width, bias=True, name="first") if c.kind in self.two_layers else []
        if c.kind in ("masked", "pretraining"):
            inner = narrow if self.masked_narrow else width
            transform = [*dense("output head", width, inner, bias=True), *norm("output head", inner)]
            two = dense("next sentence", width, 2, bias=True) if c.kind == "pretraining" else []
            return [*transform, *masked_head(c, inner, spare=self.spare_bias), *two]
        if c.kind == "question" and self.two_answers:
            return dense("answer head", width, 2, bias=True)
        if c.kind in ("sequence", "token", "question"):
            return [*first, *dense("classes", width, c.labels(), bias=True)]
        last = {"choice": 1, "next": 2, "detect": 1}.get(c.kind)
        return [*first, *([] if last is None else dense("head", width, last, bias=True))]


def pruned(c: Configuration, layers: int, heads: int) -> list[int]:
    """Return how many heads are left in each layer from which some were taken."""
    taken = c.value("pruned_heads")
    if not taken:
        return []
    if not isinstance(taken, Mapping) or not all(str(place).isdigit() and int(place) < layers for place in taken):
        raise FileError(f"{c.place('pruned_heads')} needs lists of heads by layer; got {shown(taken)}")
    left = []
    for place, gone in taken.items():
        where = f"{c.place('pruned_heads')}[{place}]"
        if not isinstance(gone, list | tuple):
            raise FileError(f"{where} needs a list of heads; got {shown(gone)}")
        count = len({whole(each, where, least=0) for each in gone})
        if count >= heads or any(each >= heads for each in gone):
            raise FileError(f"{where} takes {shown(gone)} of {heads} heads; at least one has to stay")
        left.append(heads - count)
    return left


def masked_head(c: Configuration, width: int, *, spare: bool) -> list[Weights]:
    """Return the bias of the head over the vocabulary, and its matrix where it is not the table of embeddings.

    Where it is not, a spare bias is stored as well: the class then has one beside the head and one in it.
    """
    whole_head = dense("output head", width, c.whole("vocab_size"), bias=True)
    if c.switch("tie_word_embeddings", True):
        return whole_head[1:]
    return [*whole_head, *(whole_head[1:] if spare else [])]


# --- rows --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Albert(Encoder):
    """An encoder whose layers share sets of weights."""

    def block(self, c: Configuration, layers: int) -> list[Block]:
        """Return one layer for each set of weights."""
        sets = c.whole("num_hidden_groups") * c.whole("inner_group_num")
        c.note(f"{layers} layers share {sets} set{'s' if sets > 1 else ''} of weights")
        return super().block(c, sets)


def _relative_bias(c: Configuration) -> list[Weights]:
    buckets = c.whole_or("relative_attention_num_buckets", 32)
    return array("relative position", buckets, c.whole("num_attention_heads"), name="biases")


def _ernie_tasks(c: Configuration) -> list[Weights]:
    if not c.switch("use_task_id", False):
        c.ignore("task_type_vocab_size")
        return []
    return array("task embedding", c.whole("task_type_vocab_size"), c.whole("hidden_size"), name="table")


def _esm(c: Configuration) -> Architecture:
    kind = c.word("position_embedding_type", ("absolute", "rotary"), "absolute")
    c.refuse("is_folding_model", False)
    c.ignore("esmfold_config", "vocab_list")
    row = Encoder(
        types=False, positions=kind == "absolute", final_norm=True,
        embedding_norm=c.switch("emb_layer_norm_before", False), two_layers=frozenset({"sequence"}),
        pooled=frozenset({"base"}), spare_bias=False,
    )  # fmt: skip
    c.content = {**c.content, "position_embedding_type": None}  # positions as the layout reads them
    maps = c.whole("num_hidden_layers") * c.whole("num_attention_heads")
    return with_more(row(c), dense("contact head", maps, 1, bias=True))


def _modernbert(c: Configuration) -> Architecture:
    norms = LAYER if c.switch("norm_bias", False) else "LayerNorm without bias"
    bias = Switch("attention_bias")
    width, classifying = c.whole("hidden_size"), c.kind in ("sequence", "token", "question", "choice")
    row = Encoder(
        bias=bias, mlp_bias=Switch("mlp_bias"), gated=True, norm=norms, final_norm=True, types=False, positions=False,
        pooled=frozenset(),
    )  # fmt: skip
    kind = c.kind
    found = read_as(c, body_of(kind), row)
    head: list[Weights] = []
    if kind == "masked" or classifying:
        switch = c.switch("classifier_bias", False)
        head += [*dense("output head", width, width, bias=switch), *norm("output head", width, norms)]
    if kind == "masked":
        tied, with_bias = c.switch("tie_word_embeddings", True), c.switch("decoder_bias", True)
        full = dense("output head", width, c.whole("vocab_size"), bias=with_bias)
        head += full[1:] if tied else full
    elif kind in ("sequence", "token", "question"):
        head += dense("classes", width, c.labels(), bias=c.model_type == "modernbert" or switch)
    elif kind == "choice":
        head += dense("classes", width, 1, bias=True)
    c.note("the first layer has no norm before its attention, since one stands behind the embedding")
    without_first = [replace(each, copies=(behind_first(each),)) if each.term == "attention norm" else each
                     for each in found.weights]  # fmt: skip
    return replace(found, weights=(*without_first, *head))


def behind_first(array_: Weights) -> Dimension:
    """Return the layers behind the first."""
    return array_.copies[0]._replace(value=array_.copies[0].value - 1)


def _deberta(c: Configuration) -> Architecture:
    width, layers, heads = c.whole("hidden_size"), c.whole("num_hidden_layers"), c.whole("num_attention_heads")
    is_first = c.model_type == "deberta"
    c.refuse("embedding_size", width)
    c.refuse("attention_head_size", width // heads)
    if c.kind in ("sequence", "choice"):
        c.refuse("pooler_hidden_size", width)
    c.ignore("pooler_hidden_size")
    relative, types = c.switch("relative_attention", False), c.whole_or("type_vocab_size", 0, least=0)
    mixer = Attention(heads=heads, bias=("query", "value", "output") if is_first else True)
    mlp = MLP(width=c.whole("intermediate_size"), gated=False, bias=True)
    positions = c.switch("position_biased_input", True)
    found = transformer(
        c.model_type, vocabulary=c.whole("vocab_size"), width=width, token_types=types,
        blocks=Block(layers=layers, attention=mixer, mlp=mlp, norms=PRE_NORMS),
        norm=LAYER, positions=LearnedPositions(c.whole("max_position_embeddings")) if positions else "none",
        embedding_norm=True, final_norm=False, pooler=c.kind in ("sequence", "choice"), head="none",
    )  # fmt: skip
    more = _deberta_positions(c, width, is_first) if relative else []
    c.ignore(
        "max_relative_positions", "position_buckets", "share_att_key", "pos_att_type", "norm_rel_ebd", "talking_head"
    )
    c.ignore("max_position_embeddings")
    c.refuse("talking_head", False)
    if not is_first and "layer_norm" in str(c.value("norm_rel_ebd") or "none").lower():
        more += norm("relative position", width)
    if not is_first and c.value("conv_kernel_size"):
        groups = c.whole_or("conv_groups", 1)
        more += [*convolution("convolution", width, width, c.whole("conv_kernel_size"), bias=True, groups=groups),
                 *norm("convolution", width)]  # fmt: skip
    c.ignore("legacy")
    return with_more(found, [*more, *Encoder(pooled=frozenset({"sequence", "choice"})).head(c, width, width)])


def _deberta_positions(c: Configuration, width: int, is_first: bool) -> list[Weights]:
    reach = c.value("max_relative_positions")
    reach = c.whole("max_position_embeddings") if not isinstance(reach, int) or reach < 1 else reach
    if not is_first and isinstance(c.value("position_buckets"), int) and c.value("position_buckets") > 0:
        reach = c.whole("position_buckets")
    found = array("relative position", 2 * reach, width, name="table")
    shared = not is_first and c.switch("share_att_key", False)
    said = c.value("pos_att_type") or []
    kinds = said.lower().split("|") if isinstance(said, str) else list(said)
    one: list[Weights] = []
    for kind, with_bias in (("c2p", not is_first), ("p2c", True)):
        if not shared and kind in [str(each).strip() for each in kinds]:
            one += dense("relative position", width, width, bias=with_bias, name=kind)
    return [*found, *times(c.whole("num_hidden_layers"), one)]


def _distilbert(c: Configuration) -> Architecture:
    row = Encoder(
        width="dim", layers="n_layers", heads="n_heads", wide="hidden_dim", types=False, pooled=frozenset(),
        two_layers=frozenset({"sequence", "choice"}), spare_bias=False,
    )  # fmt: skip
    if c.kind == "base":
        c.note("sinusoidal positions are stored and counted like learned ones")
    return row(c)


def _global(c: Configuration) -> list[Weights]:
    """Return what attends to all tokens beside the window, in every layer: three more projections."""
    width = c.whole("hidden_size")
    c.ignore("attention_window", "attention_mode")
    each = queries_keys_values("global attention", width, width, bias=True)
    return times(c.whole("num_hidden_layers"), each)


def _boxes(c: Configuration) -> list[Weights]:
    return array("place on the page", 4 * c.whole("max_2d_position_embeddings"), c.whole("hidden_size"), name="tables")


def _rotary_table(c: Configuration) -> list[Weights]:
    c.ignore("rotary_value")
    rows, each = c.whole("max_position_embeddings"), c.whole("hidden_size") // c.whole("num_attention_heads")
    return array("rotary position", rows, each, name="table")


def _big_bird(c: Configuration) -> Architecture:
    c.ignore("attention_type", "num_random_blocks", "rescale_embeddings")
    if c.kind == "question":
        return _big_bird_answers(c)
    pooled = frozenset({"base", "masked", "pretraining", "token", "sequence", "choice"})
    found = replace(BERT, two_layers=frozenset({"sequence"}), pooled=pooled)(c)
    if c.switch("use_bias", True):
        return found
    gone = {f"{each} biases" for each in QKV}
    kept = [each for each in found.weights if not (each.term == "attention" and each.name in gone)]
    return replace(found, weights=tuple(kept))


def _big_bird_answers(c: Configuration) -> Architecture:
    """Return the class that marks answers: its head is a layer like those of the body, without attention."""
    found, width, wide = read_as(c, "body", UNPOOLED), c.whole("hidden_size"), c.whole("intermediate_size")
    c.refuse("use_bias", True)
    head = [*dense_twice("head", width, wide, bias=True), *norm("head", width)]
    return with_more(found, [*head, *dense("answer head", width, 2, bias=True)])


def _bert_generation(c: Configuration) -> Architecture:
    found = read_as(c, body_of(c.kind), Encoder(types=False, pooled=frozenset()))
    return found if c.kind == "base" else with_more(found, masked_head(c, c.whole("hidden_size"), spare=True))


def _near(key: str, default: int | None) -> Extra:
    """Return what counts the convolution over the values that stands beside attention, where there is one."""

    def extra(c: Configuration) -> list[Weights]:
        c.ignore("num_landmarks", "segment_means_seq_len", "inv_coeff_init_option", "hash_code_len", "num_hash",
                 "use_expectation", "use_fast_hash", "lsh_backward")  # fmt: skip
        if c.value(key) is None and (default is None or key in c.content):
            return []
        kernel = c.whole_or(key, default or 0)
        return times(c.whole("num_hidden_layers"), array("convolution", c.whole("num_attention_heads"), kernel))

    return extra


def _nomic(c: Configuration) -> Architecture:
    heads, width = c.whole("num_attention_heads"), c.whole("hidden_size")
    if c.whole_or("head_dim", width // heads, "width / heads") * heads != width:
        raise c.refused("head_dim", c.value("head_dim"), f"{width} in {heads} heads")
    return Encoder(
        bias=False, mlp_bias=False, gated=True, positions=False, pooled=frozenset(), spare_bias=False,
        two_layers=frozenset({"sequence"}),
    )(c)  # fmt: skip


ROBERTA = Encoder(pooled=frozenset({"base", "choice"}), two_layers=frozenset({"sequence"}))
FAR = Encoder(reserved=2, pooled=frozenset(), two_layers=frozenset({"sequence", "choice"}), two_answers=True)
BERT_KINDS = {"ForPreTraining": "pretraining", "ForNextSentencePrediction": "next"}
ELECTRA = Encoder(
    narrow=True, masked_narrow=True, pooled=frozenset(), two_layers=frozenset({"sequence", "detect", "choice"}),
    spare_bias=False,
)  # fmt: skip
BERT = Encoder(pooled=frozenset({"base", "sequence", "choice", "pretraining", "next"}))


UNPOOLED = replace(BERT, pooled=frozenset())
POOLED = replace(BERT, pooled=BERT.pooled | {"masked", "token", "question"})


def body_of(kind: str) -> str:
    """Return the kind of class that has no head, which is told to be the base model where it is meant itself."""
    return "base" if kind == "base" else "body"


def encoder_family(prefix: str, read: Callable[[Configuration], Architecture], **more: str) -> Family:
    """Return a family of encoders, with the heads that every encoder can have."""
    kinds = {**KINDS, **more}
    return Family(read, {f"{prefix}{suffix}": kind for suffix, kind in kinds.items()}, f"{prefix}Model")


ENCODERS: Mapping[str, Family] = MappingProxyType({
    "albert": encoder_family("Albert", Albert(narrow=True, masked_narrow=True)),
    "bert": encoder_family("Bert", BERT, **BERT_KINDS),
    "bert-generation": Family(_bert_generation, {"BertGenerationEncoder": "base", "BertGenerationDecoder": "causal"},
                              "BertGenerationEncoder"),
    "big_bird": encoder_family("BigBird", _big_bird, ForPreTraining="pretraining"),
    "camembert": encoder_family("Camembert", ROBERTA),
    "data2vec-text": encoder_family("Data2VecText", ROBERTA),
    "deberta": encoder_family("Deberta", _deberta),
    "deberta-v2": encoder_family("DebertaV2", _deberta),
    "distilbert": encoder_family("DistilBert", _distilbert),
    "electra": encoder_family("Electra", ELECTRA, ForPreTraining="detect"),
    "ernie": encoder_family("Ernie", replace(BERT, extra=_ernie_tasks), **BERT_KINDS),
    "esm": encoder_family("Esm", _esm),
    "ibert": encoder_family("IBert", ROBERTA),
    "layoutlm": encoder_family("LayoutLM", replace(POOLED, extra=_boxes)),
    "longformer": encoder_family("Longformer", replace(ROBERTA, extra=_global)),
    "megatron-bert": encoder_family("MegatronBert", replace(BERT, embedding_norm=False, final_norm=True), **BERT_KINDS),
    "modernbert": encoder_family("ModernBert", _modernbert),
    "modernbert-decoder": Family(_modernbert, {
        "ModernBertDecoderForCausalLM": "masked", "ModernBertDecoderModel": "base",
        "ModernBertDecoderForSequenceClassification": "sequence",
    }, "ModernBertDecoderForCausalLM"),
    "mpnet": encoder_family("MPNet", replace(ROBERTA, types=False, extra=_relative_bias)),
    "nystromformer": encoder_family("Nystromformer", replace(FAR, extra=_near("conv_kernel_size", 65))),
    "yoso": encoder_family("Yoso", replace(FAR, extra=_near("conv_window", None))),
    "nomic_bert": encoder_family("NomicBert", _nomic),
    "roberta": encoder_family("Roberta", ROBERTA),
    "roberta-prelayernorm": encoder_family("RobertaPreLayerNorm", replace(ROBERTA, final_norm=True)),
    "roformer": encoder_family("RoFormer", replace(ELECTRA, positions=False, extra=_rotary_table, spare_bias=True,
                        two_layers=frozenset({"sequence"}), two_answers=True)),
    "xlm-roberta": encoder_family("XLMRoberta", ROBERTA),
    "xlm-roberta-xl": encoder_family("XLMRobertaXL", replace(ROBERTA, embedding_norm=False, final_norm=True)),
})  # fmt: skip
