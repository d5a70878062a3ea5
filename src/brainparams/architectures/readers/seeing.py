"""How published networks that see count: transformers over patches, windows that shift, and convolutions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from ...errors import FileError
from .. import Architecture
from ..blocks import MLP, Attention, Block
from ..vision import residual_network, vision_transformer
from .arrays import Arrays, array, convolution, dense, dense_twice, norm, times, without_terms
from .configurations import Configuration
from .decoders import PRE_NORMS
from .families import Family, Reader
from .towers import grid, layers, learned, patches, plain_layers, qkv_bias, vit_vision

CLASSIFIED = "classes"


def _head(c: Configuration, width: int) -> Arrays:
    return dense("head", width, c.labels(usual=None), bias=True) if c.kind == CLASSIFIED else []


def _vit(c: Configuration) -> Architecture:
    is_distilled = c.model_type == "deit"
    bias = qkv_bias(c)
    if is_distilled:
        c.note("a distillation token, and a head for it")
    has_head = c.kind == CLASSIFIED
    if not has_head:
        c.refuse("pooler_output_size", c.whole("hidden_size"))
    return vision_transformer(
        c.model_type,
        image=c.whole("image_size"),
        patch=c.whole("patch_size"),
        channels=c.whole("num_channels"),
        width=c.whole("hidden_size"),
        blocks=Block(
            layers=c.whole("num_hidden_layers"),
            attention=Attention(heads=c.whole("num_attention_heads"), bias=bias),
            mlp=MLP(width=c.whole("intermediate_size"), gated=False, bias=True),
            norms=PRE_NORMS,
        ),
        classes=c.labels(usual=None) if has_head else None,
        distillation=is_distilled,
        pooler=not has_head,
    )


def _resnet(c: Configuration) -> Architecture:
    kind, width = c.word("layer_type", ("basic", "bottleneck")), c.whole("embedding_size")
    for key in ("depths", "hidden_sizes"):
        if not c.has(key):
            raise c.missing(key)
    depths = c.wholes_or_none("depths")
    c.refuse("hidden_sizes", [width * 2**stage * (4 if kind == "bottleneck" else 1) for stage in range(len(depths))])
    c.ignore("downsample_in_first_stage", "downsample_in_bottleneck")
    c.refuse("downsample_in_first_stage", False)
    found = residual_network(
        c.model_type,
        block=kind,
        blocks=depths,
        classes=c.labels(usual=None) if c.kind == CLASSIFIED else None,
        channels=c.whole("num_channels"),
        width=width,
        running_statistics=False,
    )
    return found if c.kind == CLASSIFIED else without_terms(found, "head")


# --- DINO --------------------------------------------------------------------------------------------------------


def _dinov2(c: Configuration) -> Architecture:
    width, count = c.whole("hidden_size"), c.whole("num_hidden_layers")
    wide = int(width * c.number("mlp_ratio"))
    mixer = Attention(heads=c.whole("num_attention_heads"), bias=qkv_bias(c))
    mlp = MLP(width=wide, gated=False, bias=True)
    body = layers(count, width, mixer, mlp, scaled=True)
    if c.switch("use_swiglu_ffn", False):
        inner = (int(wide * 2 / 3) + 7) // 8 * 8
        both = [
            *dense("mlp", width, 2 * inner, bias=True, name="up"),
            *dense("mlp", inner, width, bias=True, name="down"),
        ]
        body = [each for each in body if each.term != "mlp"] + times(count, both)
    registers = array("registers", c.whole("num_register_tokens"), width) if "registers" in c.model_type else []
    mask = array("mask token", width) if c.switch("use_mask_token", True) else []
    found = [*array("class token", width), *mask, *registers, *patches(c, width), *learned(grid(c) + 1, width), *body,
             *norm("final norm", width), *_head(c, 2 * width)]  # fmt: skip
    return Architecture(c.model_type, tuple(found))


def _dinov3(c: Configuration) -> Architecture:
    width, gate = c.whole("hidden_size"), c.switch("use_gated_mlp", False)
    keys = {"query": ("query_bias", True), "key": ("key_bias", False), "value": ("value_bias", True),
            "output": ("proj_bias", True)}  # fmt: skip
    bias = tuple(name for name, (key, usual) in keys.items() if c.switch(key, usual))
    mixer = Attention(heads=c.whole("num_attention_heads"), bias=bias)
    mlp = MLP(width=c.whole("intermediate_size"), gated=gate, bias=c.switch("mlp_bias", True))
    registers = c.whole_or("num_register_tokens", 0, least=0)
    c.ignore("image_size")
    found = [
        *array("class token", width), *array("mask token", width),
        *(array("registers", registers, width) if registers else []), *patches(c, width),
        *layers(c.whole("num_hidden_layers"), width, mixer, mlp, scaled=True), *norm("final norm", width),
    ]  # fmt: skip
    return Architecture(c.model_type, tuple(found))


# --- windows and convolutions ------------------------------------------------------------------------------------


def _swin(c: Configuration) -> Architecture:
    width, depths, heads = c.whole("embed_dim"), c.wholes("depths"), c.wholes("num_heads")
    if len(depths) != len(heads) or any(width * 2**stage % each for stage, each in enumerate(heads)):
        raise c.refused("num_heads", heads, "as many heads as stages, each dividing its width,")
    c.ignore("hidden_size", "num_layers", "encoder_stride")
    ratio, is_second = c.number("mlp_ratio"), c.model_type == "swinv2"
    found = [*patches(c, width), *norm("embedding norm", width)]
    if c.switch("use_absolute_embeddings", False):
        found += learned(grid(c) + is_second, width)
    for stage, (depth, head) in enumerate(zip(depths, heads, strict=True)):
        found += times(depth, _swin_layer(c, width * 2**stage, head, ratio, is_second))
        if stage < len(depths) - 1:
            side = width * 2**stage
            found += [*dense("merging", 4 * side, 2 * side, bias=False),
                      *norm("merging", 2 * side if is_second else 4 * side)]  # fmt: skip
    last = width * 2 ** (len(depths) - 1)
    return Architecture(c.model_type, (*found, *norm("final norm", last), *_head(c, last)))


def _swin_layer(c: Configuration, width: int, heads: int, ratio: float, is_second: bool) -> Arrays:
    """Return a layer of windows: a bias for each offset and head, or in the second version what computes them."""
    bias = qkv_bias(c)
    named = ("query", "value", "output") if is_second and bias is True else bias
    mixer, mlp = Attention(heads=heads, bias=named), MLP(width=int(width * ratio), gated=False, bias=True)
    window = c.pair("window_size")
    offsets = array("relative position", (2 * window[0] - 1) * (2 * window[1] - 1), heads)
    if is_second:
        c.ignore("pretrained_window_sizes")
        offsets = [*array("relative position", heads), *dense("relative position", 2, 512, bias=True),
                   *dense("relative position", 512, heads, bias=False)]  # fmt: skip
    plain = [replace(each, copies=()) for each in layers(1, width, mixer, mlp)]
    return [*plain, *offsets]


def _convnext(c: Configuration) -> Architecture:
    depths, widths = c.wholes("depths"), c.wholes("hidden_sizes")
    if len(depths) != len(widths):
        raise FileError(f"{c.where}: {len(depths)} 'depths' and {len(widths)} 'hidden_sizes'; give one for each stage")
    c.refuse("num_stages", len(depths))
    is_second = c.model_type == "convnextv2"
    scaled = not is_second and c.value("layer_scale_init_value") != 0
    found = [*patches(c, widths[0]), *norm("stem norm", widths[0])]
    for before, width, depth in zip([widths[0], *widths], widths, depths, strict=False):
        if width != widths[0] or before != width:
            found += [*norm("reduction", before), *convolution("reduction", before, width, 2, 2, bias=True)]
        layer = [
            *convolution("depthwise", width, width, 7, 7, bias=True, groups=width), *norm("norms", width),
            *dense_twice("mlp", width, 4 * width, bias=True),
            *(array("response normalisation", 2, 4 * width) if is_second else []),
            *(array("layer scale", width) if scaled else []),
        ]  # fmt: skip
        found += times(depth, layer)
    return Architecture(c.model_type, (*found, *norm("final norm", widths[-1]), *_head(c, widths[-1])))


# --- others ------------------------------------------------------------------------------------------------------


def _mae(c: Configuration) -> Architecture:
    c.ignore("decoder_hidden_size", "decoder_intermediate_size", "decoder_num_attention_heads",
             "decoder_num_hidden_layers")  # fmt: skip
    return Architecture(c.model_type, tuple(vit_vision(c).arrays))


# --- BEiT and its kin --------------------------------------------------------------------------------------------


def _beit(c: Configuration) -> Architecture:
    """Return BEiT: keys without bias, a scale behind each part, biases of relative positions or a table of places."""
    width, heads, count = c.whole("hidden_size"), c.whole("num_attention_heads"), c.whole("num_hidden_layers")
    window = c.whole("image_size") // c.whole("patch_size")
    distances = array("relative position", (2 * window - 1) ** 2 + 3, heads, name="biases")
    scaled = c.value("layer_scale_init_value") is None or c.number("layer_scale_init_value") > 0
    own = distances if c.switch("use_relative_position_bias", False) else []
    shared = distances if c.switch("use_shared_relative_position_bias", False) else []
    is_mean = c.switch("use_mean_pooling", True)
    has_pooler = c.model_type == "beit" or c.kind == CLASSIFIED
    found = [
        *array("class token", width), *(array("mask token", width) if c.switch("use_mask_token", False) else []),
        *patches(c, width),
        *(learned(grid(c) + 1, width) if c.switch("use_absolute_position_embeddings", False) else []),
        *plain_layers(c, ("query", "value", "output"), scaled=scaled), *times(count, own), *shared,
        *(norm("pooler", width) if is_mean and has_pooler else [] if is_mean else norm("final norm", width)),
    ]  # fmt: skip
    c.ignore("vocab_size", "pool_scales", "use_auxiliary_head", "auxiliary_loss_weight", "auxiliary_channels",
             "auxiliary_num_convs", "auxiliary_concat_input", "semantic_loss_ignore_index", "add_fpn", "stage_names",
             "out_features", "out_indices")  # fmt: skip
    return Architecture(c.model_type, (*found, *_head(c, width)))


def _msn(c: Configuration) -> Architecture:
    mask = array("mask token", c.whole("hidden_size")) if c.switch("use_mask_token", False) else []
    found = vit_vision(c, *mask)
    return Architecture(c.model_type, (*found.arrays, *_head(c, found.width)))


def _spectrogram(c: Configuration) -> Architecture:
    """Return the transformer that sees sound: overlapping patches of a spectrogram, two tokens of its own."""
    width, side = c.whole("hidden_size"), c.whole("patch_size")
    high = (c.whole("num_mel_bins") - side) // c.whole("frequency_stride") + 1
    wide = (c.whole("max_length") - side) // c.whole("time_stride") + 1
    found = [*array("own tokens", 2, width), *convolution("patch embedding", 1, width, side, side, bias=True),
             *learned(high * wide + 2, width), *plain_layers(c, qkv_bias(c)), *norm("final norm", width)]  # fmt: skip
    head = [*norm("head", width), *_head(c, width)] if c.kind == CLASSIFIED else []
    return Architecture(c.model_type, (*found, *head))


def _video(c: Configuration) -> Architecture:
    width, side = c.whole("hidden_size"), c.whole("patch_size")
    bias = ("query", "value", "output") if c.switch("qv_bias", True) else ("output",)
    c.ignore("qkv_bias", "image_size", "num_frames", "decoder_num_attention_heads", "decoder_hidden_size",
             "decoder_num_hidden_layers", "decoder_intermediate_size", "norm_pix_loss")  # fmt: skip
    is_mean = c.switch("use_mean_pooling", True)
    cubes = convolution(
        "patch embedding", c.whole_or("num_channels", 3), width, c.whole("tubelet_size"), side, side, bias=True
    )
    last = norm("final norm", width) if c.kind == CLASSIFIED or not is_mean else []
    return Architecture(c.model_type, (*cubes, *plain_layers(c, bias), *last, *_head(c, width)))


def _segformer(c: Configuration) -> Architecture:
    """Return SegFormer: four stages, keys and values of fewer places, and a convolution inside the MLP."""
    widths, depths, sides = c.wholes("hidden_sizes"), c.wholes("depths"), c.wholes("patch_sizes")
    ratios, reductions, heads = c.numbers("mlp_ratios"), c.wholes("sr_ratios"), c.wholes("num_attention_heads")
    stages = c.whole_or("num_encoder_blocks", 4)
    if any(len(each) != stages for each in (widths, depths, sides, ratios, reductions, heads)):
        raise FileError(f"{c.where}: lists of other lengths than the {stages} stages of 'num_encoder_blocks'")
    if any(width % each for width, each in zip(widths, heads, strict=True)):
        raise c.refused("num_attention_heads", heads, "heads that divide the width of their stage")
    c.ignore("strides", "reshape_last_stage", "classifier_dropout_prob", "semantic_loss_ignore_index")
    found: Arrays = []
    for stage, width in enumerate(widths):
        before = widths[stage - 1] if stage else c.whole_or("num_channels", 3)
        stem = convolution("patch embedding", before, width, sides[stage], sides[stage], bias=True)
        wide, fewer = int(width * ratios[stage]), reductions[stage]
        own = dense("attention", width, width, bias=True) * 4
        less = [*convolution("reduction", width, width, fewer, fewer, bias=True), *norm("reduction", width)]
        mlp = [*dense("mlp", width, wide, bias=True), *convolution("mlp", wide, wide, 3, 3, bias=True, groups=wide),
               *dense("mlp", wide, width, bias=True)]  # fmt: skip
        layer = [*own, *(less if fewer > 1 else []), *mlp, *norm("norms", width) * 2]
        found += [*stem, *norm("norms", width), *times(depths[stage], layer), *norm("norms", width)]
    if c.kind == "segmented":
        inner = c.whole("decoder_hidden_size")
        found += [a for width in widths for a in dense("head", width, inner, bias=True)]
        found += [*convolution("head", inner * stages, inner, 1, 1, bias=False), *norm("head", inner),
                  *convolution("head", inner, c.labels(usual=None), 1, 1, bias=True)]  # fmt: skip
    c.ignore("decoder_hidden_size")
    return Architecture(c.model_type, (*found, *_head(c, widths[-1])))


def _seeing(prefix: str, read: Reader) -> Family:
    classifying = f"{prefix}ForImageClassification"
    return Family(read, {classifying: CLASSIFIED, f"{prefix}Model": "base"}, classifying)


SEEING: Mapping[str, Family] = MappingProxyType({
    "audio-spectrogram-transformer": Family(_spectrogram, {"ASTForAudioClassification": CLASSIFIED, "ASTModel": "base"},
                                            "ASTForAudioClassification"),
    "beit": _seeing("Beit", _beit),
    "convnext": _seeing("ConvNext", _convnext),
    "convnextv2": _seeing("ConvNextV2", _convnext),
    "data2vec-vision": _seeing("Data2VecVision", _beit),
    "deit": Family(_vit, {"DeiTForImageClassificationWithTeacher": CLASSIFIED},
                   "DeiTForImageClassificationWithTeacher"),
    "dinov2": Family(_dinov2, {"Dinov2Model": "base", "Dinov2ForImageClassification": CLASSIFIED}, "Dinov2Model"),
    "dinov2_with_registers": Family(_dinov2, {"Dinov2WithRegistersModel": "base",
                                    "Dinov2WithRegistersForImageClassification": CLASSIFIED},
                                    "Dinov2WithRegistersModel"),
    "dinov3_vit": Family(_dinov3, {"DINOv3ViTModel": "base"}, "DINOv3ViTModel"),
    "resnet": _seeing("ResNet", _resnet),
    "segformer": Family(_segformer, {"SegformerForImageClassification": CLASSIFIED, "SegformerModel": "base",
                        "SegformerForSemanticSegmentation": "segmented"}, "SegformerForImageClassification"),
    "swin": _seeing("Swin", _swin),
    "swinv2": _seeing("Swinv2", _swin),
    "vit": _seeing("ViT", _vit),
    "videomae": Family(_video, {"VideoMAEModel": "base", "VideoMAEForVideoClassification": CLASSIFIED},
                       "VideoMAEForVideoClassification"),
    "vit_mae": Family(_mae, {"ViTMAEModel": "base"}, "ViTMAEModel"),
    "vit_msn": _seeing("ViTMSN", _msn),
})  # fmt: skip
