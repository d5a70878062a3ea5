"""How published networks that see count."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .. import Architecture
from ..blocks import MLP, Attention, Block
from ..vision import residual_network, vision_transformer
from .configurations import Configuration
from .decoders import PRE_NORMS
from .families import Family, Reader


def _classes(c: Configuration) -> int:
    """Return the classes of the head, which a configuration lists by name."""
    labels = c.content.get("id2label")
    if isinstance(labels, Mapping) and labels:
        return len(labels)
    return c.whole("num_labels", "id2label")


def _vit(c: Configuration) -> Architecture:
    is_distilled = c.model_type == "deit"
    bias = c.switch("qkv_bias", True)
    if is_distilled:
        c.note("a distillation token, and a head for it")
    return vision_transformer(
        c.model_type,
        image=c.whole("image_size"),
        patch=c.whole("patch_size"),
        channels=c.whole("num_channels"),
        width=c.whole("hidden_size"),
        blocks=Block(
            layers=c.whole("num_hidden_layers"),
            attention=Attention(heads=c.whole("num_attention_heads"), bias=True if bias else ("output",)),
            mlp=MLP(width=c.whole("intermediate_size"), gated=False, bias=True),
            norms=PRE_NORMS,
        ),
        classes=_classes(c),
        distillation=is_distilled,
    )


def _resnet(c: Configuration) -> Architecture:
    kind, width = c.word("layer_type", ("basic", "bottleneck")), c.whole("embedding_size")
    for key in ("depths", "hidden_sizes"):
        if not c.has(key):
            raise c.missing(key)
    depths = c.wholes_or_none("depths")
    c.refuse("hidden_sizes", [width * 2**stage * (4 if kind == "bottleneck" else 1) for stage in range(len(depths))])
    return residual_network(
        c.model_type,
        block=kind,
        blocks=depths,
        classes=_classes(c),
        channels=c.whole("num_channels"),
        width=width,
        running_statistics=False,
    )


def _seeing(prefix: str, read: Reader) -> Family:
    return Family(
        read,
        {f"{prefix}ForImageClassification": "classes", f"{prefix}Model": "base"},
        f"{prefix}ForImageClassification",
    )


SEEING: Mapping[str, Family] = MappingProxyType({
    "deit": Family(_vit, {"DeiTForImageClassificationWithTeacher": "classes"}, "DeiTForImageClassificationWithTeacher"),
    "resnet": _seeing("ResNet", _resnet),
    "vit": _seeing("ViT", _vit),
})  # fmt: skip
