"""How models of several parts count: a text model with towers that see, and the projections between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from ...errors import FileError, shown
from .. import Architecture, Weights
from .arrays import Arrays, array, dense, norm, with_more
from .classics import CLASSICS
from .configurations import Configuration
from .decoders import DENSE_FAMILIES
from .families import Family
from .linear_attention import LINEAR
from .mixtures import MIXTURE_FAMILIES
from .pairs import PAIRS
from .segmenting import sam_masks, sam_prompts, sam_vision
from .state_spaces import STATE_SPACES
from .towers import TOWERS, Tower, clip_vision, learned, plain_layers, siglip_vision

TEXTS: Mapping[str, Family] = {**CLASSICS, **DENSE_FAMILIES, **MIXTURE_FAMILIES, **LINEAR, **STATE_SPACES, **PAIRS}
Projector = Callable[[Configuration, int, int], Arrays]


def prefixed(arrays: Arrays, prefix: str) -> list[Weights]:
    """Return arrays under terms of their own."""
    return [replace(each, term=f"{prefix} {each.term}") for each in arrays]


def text_part(c: Configuration, usual: str, *, tied: bool | None) -> tuple[Architecture, int]:
    """Return the text model with the head of the class, and its width."""
    text = c.within("text_config", usual) if c.has("text_config") or not c.has("hidden_size") else flat(c, usual)
    family = TEXTS.get(text.model_type)
    if family is None:
        raise FileError(f"{text.place('model_type')} is {shown(text.model_type)}, which is not known; known are "
                        f"{', '.join(TEXTS)}")  # fmt: skip
    text.kind = "causal" if c.kind == "causal" else "base"
    if tied is not None:
        text.content = {**text.content, "tie_word_embeddings": tied}
    return family.read(text), text.whole("hidden_size", "d_model", "n_embd")


def text_inside(c: Configuration, model_type: str, *, tied: bool) -> Configuration:
    """Return the configuration of a text model of one type, with the head of the whole; `tied` as in `seeing_text`."""
    text = c.within("text_config", model_type)
    text.kind = "causal" if c.kind == "causal" else "base"
    if c.kind == "causal":
        text.content = {**text.content, "tie_word_embeddings": c.switch("tie_word_embeddings", tied)}
    return text


def flat(c: Configuration, usual: str) -> Configuration:
    """Return the keys of the text model of an older file, where they stand beside those of the other parts."""
    text = Configuration({**c.content, "model_type": usual}, c.where)
    text.notes, text.read = c.notes, c.read
    return text


def vision_part(c: Configuration, usual: str) -> Tower:
    """Return the tower that sees."""
    vision = c.within("vision_config", usual)
    read = TOWERS.get(vision.model_type)
    if read is None:
        raise FileError(f"{vision.place('model_type')} is {shown(vision.model_type)}, which is not known; known are "
                        f"{', '.join(TOWERS)}")  # fmt: skip
    return read(vision)


def seeing_text(text: str, vision: str, projector: Projector, *, tied: bool | None, either: bool = False) -> Callable[
    [Configuration], Architecture
]:  # fmt: skip
    """Return a reader for a text model, a tower that sees, and what leads from one to the other.

    `tied` is what the format takes where the file does not say whether the head is the table of embeddings; None where
    the text model alone says it. With `either` it is enough that one of the two configurations ties.
    """

    def read(c: Configuration) -> Architecture:
        ties = tied
        if tied is not None:
            own = c.switch("tie_word_embeddings", tied) if c.kind == "causal" else tied
            inner = c.value("text_config")
            below = isinstance(inner, Mapping) and inner.get("tie_word_embeddings") is True
            ties = own or (either and below)
        found, width = text_part(c, text, tied=ties)
        tower = vision_part(c, vision)
        between = prefixed(projector(c, tower.width, width), "projector")
        return with_more(found, [*prefixed(tower.arrays, "vision"), *between])

    return read


# --- projections -------------------------------------------------------------------------------------------------


def _nothing(c: Configuration, before: int, after: int) -> Arrays:
    return []


def _two(c: Configuration, before: int, after: int) -> Arrays:
    """Return the two dense layers of LLaVA, which see the features of one or several layers of the tower."""
    bias, seen = c.switch("multimodal_projector_bias", True), c.value("vision_feature_layer")
    times_ = len(seen) if isinstance(seen, list) else 1
    return [*dense("first", before * times_, after, bias=bias), *dense("second", after, after, bias=bias)]


def _two_with_break(c: Configuration, before: int, after: int) -> Arrays:
    return [*_two(c, before, after), *array("end of a line", after)]


def _one(c: Configuration, before: int, after: int) -> Arrays:
    return dense("linear", before, c.whole_or("projection_dim", after, "the width of the text"), bias=True)


def _several_depths(c: Configuration, before: int, after: int) -> Arrays:
    """Return the projection of ViP-LLaVA, which sees the features of several layers of the tower."""
    seen = c.value("vision_feature_layer")
    count = len(seen) if isinstance(seen, list) else 1 if isinstance(seen, int) else 5
    return [*norm("norm", before * count), *dense("first", before * count, after, bias=True),
            *dense("second", after, after, bias=True)]  # fmt: skip


def _gated(c: Configuration, before: int, after: int) -> Arrays:
    """Return the gated projection of Cohere's models, over squares of patches."""
    inner = c.whole_or("alignment_intermediate_size", 36864)
    return _halved(c, before * c.whole_or("downsample_factor", 2) ** 2, inner, after)


def _halved(c: Configuration, wide: int, inner: int, after: int) -> Arrays:
    """Return two dense layers, of which half of the first gates the other half."""
    if inner % 2:
        raise c.refused("alignment_intermediate_size", inner, "an even width")
    return [*dense("first", wide, inner, bias=True), *dense("second", inner // 2, after, bias=True)]


def _liquid(c: Configuration, before: int, after: int) -> Arrays:
    """Return the projection of LFM2-VL, over squares of patches."""
    wide, inner = before * c.whole_or("downsample_factor", 2) ** 2, c.whole_or("projector_hidden_size", 2560)
    bias = c.switch("projector_bias", True)
    first = norm("norm", wide) if c.switch("projector_use_layernorm", True) else []
    return [*first, *dense("first", wide, inner, bias=bias), *dense("second", inner, after, bias=bias)]


def _merging(c: Configuration, before: int, after: int) -> Arrays:
    merge = c.whole("spatial_merge_size")
    return [*norm("merger", before, "RMSNorm"), *dense("merger", before * merge**2, before, bias=False),
            *_two(c, before, after)]  # fmt: skip


def _soft(c: Configuration, before: int, after: int) -> Arrays:
    return [*dense("linear", before, after, bias=False), *norm("norm", before, "RMSNorm")]


def _shuffled(c: Configuration, before: int, after: int) -> Arrays:
    return dense("linear", before * c.whole_or("scale_factor", 2) ** 2, after, bias=False)


def _shuffled_normed(c: Configuration, before: int, after: int) -> Arrays:
    wide = before * int(1 / c.number("downsample_ratio", 0.5)) ** 2
    return [*norm("norm", wide), *dense("first", wide, after, bias=True), *dense("second", after, after, bias=True)]


def _aya(c: Configuration, before: int, after: int) -> Arrays:
    """Return the gated projection of Aya Vision, over squares of patches."""
    wide = before * c.whole("downsample_factor") ** 2
    inner = c.whole_or("alignment_intermediate_size", after, "the width")
    return [*norm("norm", wide), *_halved(c, wide, inner, after)]


def _kimi(c: Configuration, before: int, after: int) -> Arrays:
    """Return the projection of Kimi K2.5, over squares of patches."""
    seen = c.within("vision_config", "kimi_k25_vision").pair("merge_kernel_size")
    wide = before * seen[0] * seen[1]
    normed = c.whole_or("projection_hidden_size", before, "the width of the tower")
    if c.kind == "causal" and not c.has("tie_word_embeddings"):
        raise c.missing("tie_word_embeddings")
    return [*norm("norm", normed), *dense("first", wide, wide, bias=True), *dense("second", wide, after, bias=True)]


def _linear(c: Configuration, before: int, after: int) -> Arrays:
    return dense("linear", before, after, bias=False)


# --- two towers --------------------------------------------------------------------------------------------------


def clip_text(c: Configuration) -> Tower:
    """Return the text tower of CLIP and SigLIP."""
    width = c.whole("hidden_size")
    found = [
        *array("token embedding", c.whole("vocab_size"), width, name="table"),
        *learned(c.whole("max_position_embeddings"), width),
        *plain_layers(c), *norm("final norm", width),
    ]  # fmt: skip
    return Tower(found, width)


def _clip(c: Configuration) -> Architecture:
    text, vision = (c.within(f"{part}_config", f"{c.model_type}_{part}_model") for part in ("text", "vision"))
    words, images, shared = clip_text(text), clip_vision(vision), c.whole_or("projection_dim", 512)
    for each in (text, vision):
        each.ignore("projection_dim")
    between = [*dense("projection of images", images.width, shared, bias=False),
               *dense("projection of texts", words.width, shared, bias=False), *array("temperature", 1)]  # fmt: skip
    return Architecture(c.model_type, (*prefixed(words.arrays, "text"), *prefixed(images.arrays, "vision"), *between))


def _siglip(c: Configuration) -> Architecture:
    text = c.within("text_config", f"{c.model_type}_text_model")
    words, images = clip_text(text), vision_part(c, f"{c.model_type}_vision_model")
    after = text.whole_or("projection_size", words.width, "the width")
    between = [*dense("text head", words.width, after, bias=True), *array("temperature and bias", 2)]
    return Architecture(c.model_type, (*prefixed(words.arrays, "text"), *prefixed(images.arrays, "vision"), *between))


def _siglip_text(c: Configuration) -> Tower:
    found = clip_text(c)
    head = dense("head", found.width, c.whole_or("projection_size", found.width, "the width"), bias=True)
    return Tower([*found.arrays, *head], found.width)


# --- Segment Anything --------------------------------------------------------------------------------------------


def _sam(c: Configuration) -> Architecture:
    seeing = c.within("vision_config", "sam_vision_model")
    asking, masking = (c.within(f"{part}_config", f"sam_{part}") for part in ("prompt_encoder", "mask_decoder"))
    c.refuse("tie_word_embeddings", True)
    found = [*prefixed(sam_vision(seeing), "vision"), *prefixed(sam_prompts(asking), "prompts")]
    return Architecture(c.model_type, (*found, *prefixed(sam_masks(masking), "masks")))


# --- rows --------------------------------------------------------------------------------------------------------


def whole_family(prefix: str, read: Callable[[Configuration], Architecture], *, base: bool = True) -> Family:
    """Return a family of a text model with towers, with the output head or without."""
    classes = {f"{prefix}ForConditionalGeneration": "causal"} | ({f"{prefix}Model": "base"} if base else {})
    return Family(read, classes, f"{prefix}ForConditionalGeneration")


def _alone(name: str, read: Callable[[Configuration], Tower]) -> Family:
    return Family(lambda c: Architecture(c.model_type, tuple(read(c).arrays)), {name: "base"}, name)


MULTIMODAL: Mapping[str, Family] = MappingProxyType({
    "aya_vision": whole_family("AyaVision", seeing_text("cohere2", "siglip_vision_model", _aya, tied=True)),
    "clip": Family(_clip, {"CLIPModel": "base"}, "CLIPModel"),
    "clip_text_model": _alone("CLIPTextModel", clip_text),
    "clip_vision_model": _alone("CLIPVisionModel", clip_vision),
    "cohere2_vision": whole_family("Cohere2Vision", seeing_text("cohere2", "siglip_vision_model", _gated, tied=True)),
    "deepseek_vl": whole_family("DeepseekVL", seeing_text("llama", "siglip_vision_model", _two, tied=True)),
    "gemma3": whole_family("Gemma3", seeing_text("gemma3_text", "siglip_vision_model", _soft, tied=True)),
    "glm4v": whole_family("Glm4v", seeing_text("glm4v_text", "glm4v_vision", _nothing, tied=False)),
    "glm4v_moe": whole_family("Glm4vMoe", seeing_text("glm4v_moe_text", "glm4v_moe_vision", _nothing, tied=False,
                              either=True)),
    "idefics3": whole_family("Idefics3", seeing_text("llama", "idefics3_vision", _shuffled, tied=False)),
    "internvl": whole_family("InternVL", seeing_text("qwen2", "internvl_vision", _shuffled_normed, tied=True)),
    "kimi_k25": whole_family("Kimi_K25", seeing_text("deepseek_v3", "kimi_k25_vision", _kimi, tied=False)),
    "llama4": whole_family("Llama4", seeing_text("llama4_text", "llama4_vision_model", _linear, tied=None), base=False),
    "llava": whole_family("Llava", seeing_text("llama", "clip_vision_model", _two, tied=False, either=True)),
    "llava_next": whole_family("LlavaNext", seeing_text("llama", "clip_vision_model", _two_with_break, tied=False)),
    "llava_onevision": whole_family("LlavaOnevision", seeing_text("qwen2", "siglip_vision_model", _two_with_break,
                               tied=False, either=True)),
    "llava_next_video": whole_family("LlavaNextVideo", seeing_text("llama", "clip_vision_model", _two_with_break,
                                     tied=False, either=True)),
    "lfm2_vl": whole_family("Lfm2Vl", seeing_text("lfm2", "siglip2_vision_model", _liquid, tied=True)),
    "metaclip_2": Family(_clip, {"MetaClip2Model": "base"}, "MetaClip2Model"),
    "mistral3": whole_family("Mistral3", seeing_text("mistral", "pixtral", _merging, tied=True)),
    "paligemma": whole_family("PaliGemma", seeing_text("gemma", "siglip_vision_model", _one, tied=True)),
    "pixtral": _alone("PixtralVisionModel", TOWERS["pixtral"]),
    "qwen2_5_vl": whole_family("Qwen2_5_VL", seeing_text("qwen2_5_vl_text", "qwen2_5_vl_vision", _nothing, tied=False,
                          either=True)),
    "qwen2_vl": whole_family("Qwen2VL", seeing_text("qwen2_vl_text", "qwen2_vl_vision", _nothing, tied=False,
                             either=True)),
    "qwen3_5": whole_family("Qwen3_5", seeing_text("qwen3_5_text", "qwen3_5_vision", _nothing, tied=False)),
    "qwen3_5_moe": whole_family("Qwen3_5Moe", seeing_text("qwen3_5_moe_text", "qwen3_5_moe_vision", _nothing,
                                tied=False)),
    "qwen3_vl": whole_family("Qwen3VL", seeing_text("qwen3_vl_text", "qwen3_vl_vision", _nothing, tied=False)),
    "qwen3_vl_moe": whole_family("Qwen3VLMoe", seeing_text("qwen3_vl_moe_text", "qwen3_vl_moe_vision", _nothing,
                            tied=False)),
    "sam": Family(_sam, {"SamModel": "base"}, "SamModel"),
    "siglip": Family(_siglip, {"SiglipModel": "base"}, "SiglipModel"),
    "siglip2": Family(_siglip, {"Siglip2Model": "base"}, "Siglip2Model"),
    "siglip2_text_model": _alone("Siglip2TextModel", _siglip_text),
    "siglip2_vision_model": _alone("Siglip2VisionModel", TOWERS["siglip2_vision_model"]),
    "siglip_text_model": _alone("SiglipTextModel", _siglip_text),
    "siglip_vision_model": _alone("SiglipVisionModel", siglip_vision),
    "vipllava": whole_family("VipLlava", seeing_text("llama", "clip_vision_model", _several_depths, tied=False)),
    "smolvlm": whole_family("SmolVLM", seeing_text("llama", "smolvlm_vision", _shuffled, tied=False)),
})  # fmt: skip
